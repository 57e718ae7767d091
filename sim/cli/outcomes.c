/* SPDX-License-Identifier: MIT */
#include "outcomes.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/distribution.h"
#include "pathways/spelling.h"

static const char *const by_names[CLI_NUM_BY] = { "nation", "place", "labour_market", "region",
    "origin", "sex", "origin_sex", "cohort", "cohort_sex", "year" };

const char *
cli_by_name(enum cli_by by)
{
    return by_names[by];
}

bool
cli_by_is_cohort(enum cli_by by)
{
    return by == CLI_BY_COHORT || by == CLI_BY_COHORT_SEX;
}

pw_status
cli_option_by(const char *text, enum cli_by *by)
{
    size_t index = 0;

    const pw_status status = cli_option_choice("grouping", text, by_names, CLI_NUM_BY, &index);
    if (status == PW_OK) *by = (enum cli_by) index;
    return status;
}

/* --- Indicators --- */

static const struct pw_statistic_info *
statistic_of(int indicator)
{
    return pw_statistic_info((enum pw_statistic)(indicator - PW_NUM_MEASURES));
}

static const struct pw_measure_info *
measure_of(int indicator)
{
    return pw_measure_info((enum pw_measure) indicator);
}

struct cli_indicator
cli_indicator(int index)
{
    if (index < PW_NUM_MEASURES) {
        const struct pw_measure_info *const info = measure_of(index);

        return (struct cli_indicator){ info->name, info->unit, info->source, info->about,
            info->theme, info->better, false };
    }
    const struct pw_statistic_info *const info = statistic_of(index);

    return (struct cli_indicator){ info->name, info->unit, info->published_as, info->about,
        info->theme, info->better, true };
}

int
cli_indicator_index(const char *name)
{
    int index = 0;

    while (strcmp(cli_indicator(index).name, name) != 0) {
        index++;
        PW_BUG_IF(index == CLI_NUM_INDICATORS);
    }
    return index;
}

int
cli_indicator_headlines(int *indices)
{
    static const char *const headlines[] = { /* Mobility outcomes */
        "upward_25_64", "downward_25_64", "long_range_up_25_64", "long_range_down_25_64",
        "class_odds_ratio_25_64", "grandparent_odds_ratio_25_64", "out_earns_parents_30_34",
        "rank_slope_30_34", "income_elasticity_30_34", "degree_25_64_parents_none",
        "degree_25_64_parents_university", "degree_odds_ratio_25_64", "owner_25_34",
        "owner_25_34_owner_parents", "owner_25_34_other_parents", "owner_odds_ratio_25_34",
        "wealth_25_34", "wealth_55_64",
        /* Intermediate outcomes */
        "good_development_5", "good_development_gap_5", "expected_standard_11",
        "expected_standard_gap_11", "strong_pass_16", "strong_pass_gap_16", "neet_16_24",
        "education_16_24", "employment_16_24", "higher_education_17_19", "degree_25_29",
        "active_25_29", "unemployed_25_29", "professional_25_29", "lower_working_25_29",
        "pay_25_29", "origin_pay_premium_25_29", "beyond_a_level_25", "beyond_a_level_32",
        "professional_35_44", "earnings_35_44",
        /* Drivers */
        "pay_ratio_90_10", "low_income_0_15", "parents_degree", "parents_professional",
        "apprentice_16_18", "neet_16_18", "higher_education_by_19", "unemployment_16_24",
        "professional_jobs_22_29", "pay_median_22_29",
        /* Pathways through learning and work */
        "never_neet_25_29", "neet_spell_17_24", "long_neet_spells_17_24", "first_job_age",
        "first_professional_job_age", "professional_job_by_35", "professional_no_degree_25_64",
        /* Place */
        "left_home_area_25_34", "progress_without_leaving_25_34", "professional_25_34_stayers",
        "professional_25_34_leavers", "leavers_pay_gap_25_34", "neet_place_spread_16_24",
        "professional_place_spread_25_29", "pay_place_spread_25_29",
        /* Security, home and wellbeing */
        "secure_25_64", "belonging_25_64", "wellbeing_16_over"
    };
    const int count = (int) (sizeof headlines / sizeof *headlines);

    for (int h = 0; h < count; h++)
        indices[h] = cli_indicator_index(headlines[h]);
    return count;
}

static bool
is_by_place(enum cli_by by)
{
    return by == CLI_BY_PLACE || by == CLI_BY_LABOUR_MARKET || by == CLI_BY_REGION;
}

/* In some years everyone in the age band was born in one decade. */
static bool
is_narrow(enum pw_measure measure)
{
    return pw_measure_info(measure)->last_age - pw_measure_info(measure)->first_age < 10;
}

static bool
is_known_by(enum pw_measure measure, enum cli_by by)
{
    return !is_by_place(by) || pw_measure_where(measure) != PW_WHERE_NATION;
}

/* Is a statistic made to be had by this grouping? */
static bool
statistic_is_by(const struct pw_statistic_info *info, enum cli_by by)
{
    const unsigned both = PW_CUT_SEX | PW_CUT_ORIGIN;

    if (by == CLI_BY_NATION || by == CLI_BY_YEAR) return true;
    switch (info->kind) {
    case PW_STATISTIC_OF_TABLE:
        return (by == CLI_BY_SEX && (info->cuts & PW_CUT_SEX) != 0)
               || (by == CLI_BY_ORIGIN && (info->cuts & PW_CUT_ORIGIN) != 0)
               || (by == CLI_BY_ORIGIN_SEX && (info->cuts & both) == both)
               || (by == CLI_BY_COHORT && (info->cuts & PW_CUT_COHORT) != 0)
               || (by == CLI_BY_COHORT_SEX && (info->cuts & PW_CUT_COHORT) != 0
                   && (info->cuts & PW_CUT_SEX) != 0);
    case PW_STATISTIC_DIFFERENCE:
        if (cli_by_is_cohort(by)) return is_narrow(info->measure) && is_narrow(info->subtrahend);
        return is_known_by(info->measure, by) && is_known_by(info->subtrahend, by);
    case PW_STATISTIC_ORIGIN_GAP:
        return by == CLI_BY_SEX || (cli_by_is_cohort(by) && is_narrow(info->measure));
    default:
        return false;
    }
}

static bool
indicator_is_by(int index, enum cli_by by)
{
    if (index >= PW_NUM_MEASURES) return statistic_is_by(statistic_of(index), by);
    if (!cli_by_is_cohort(by)) return is_known_by((enum pw_measure) index, by);
    return is_narrow((enum pw_measure) index)
           || pw_statistic_cohort_form((enum pw_measure) index) != NULL;
}

void
cli_indicator_groupings(int index, char text[160])
{
    size_t length = 0;

    text[0] = '\0';
    for (int by = 0; by < CLI_NUM_BY; by++) {
        if (!indicator_is_by(index, (enum cli_by) by)) continue;
        length += (size_t) snprintf(
            text + length, 160 - length, "%s%s", length == 0 ? "" : " ", by_names[by]);
        PW_BUG_IF(length >= 160);
    }
}

pw_status
cli_indicator_match(const char *glob, bool *chosen)
{
    struct pw_spelling spelling = pw_spelling_of(glob == NULL ? "*" : glob);
    pw_status status = PW_OK;
    int count = 0;

    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        const char *const name = cli_indicator(i).name;

        chosen[i] = glob == NULL || fnmatch(glob, name, 0) == 0;
        count += chosen[i];
        pw_spelling_try(&spelling, name);
    }
    if (count > 0) goto done;
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--measure: no measure matches \"%s\"; did you mean %s?", glob,
            spelling.nearest);
    PW_FAIL(PW_EUSAGE,
        "--measure: no measure matches \"%s\"; `pathways describe measures` lists them", glob);
done:
    return status;
}

/* --- The file --- */

static pw_status
add_name(struct pw_names *names, const char *name)
{
    pw_status status = PW_OK;

    PW_TRY(pw_grow(names->count, names->count + 1, sizeof *names->items, &names->items));
    PW_TRY(pw_strdup(name, &names->items[names->count]));
    names->count++;
done:
    return status;
}

static int
decade_of(int birth_year)
{
    const int decade = birth_year < PW_FIRST_DECADE ? 0 : (birth_year - PW_FIRST_DECADE) / 10;

    return decade < PW_NUM_DECADES ? decade : PW_NUM_DECADES - 1;
}

/* Decades in which people were born who are of any measured age in a measured year. */
static pw_status
name_cohorts(struct cli_outcomes *outcomes)
{
    pw_status status = PW_OK;
    const int last = decade_of(outcomes->first_year + outcomes->num_years - 1);

    outcomes->first_decade = decade_of(outcomes->first_year - 64);
    for (int decade = outcomes->first_decade; decade <= last; decade++) {
        const int from = PW_FIRST_DECADE + 10 * decade;
        char text[32];

        if (decade == 0)
            (void) snprintf(text, sizeof text, "to %d", from + 9);
        else
            (void) snprintf(text, sizeof text, "%d-%d", from, from + 9);
        PW_TRY(add_name(&outcomes->groups[CLI_BY_COHORT], text));
        for (size_t sex = 0; sex < outcomes->groups[CLI_BY_SEX].count; sex++) {
            char both[64];

            (void) snprintf(
                both, sizeof both, "%s %.20s", text, outcomes->groups[CLI_BY_SEX].items[sex]);
            PW_TRY(add_name(&outcomes->groups[CLI_BY_COHORT_SEX], both));
        }
    }
done:
    return status;
}

static pw_status
name_groups(struct cli_outcomes *outcomes)
{
    pw_status status = PW_OK;
    const struct pw_reader *const reader = outcomes->reader;
    struct pw_names *const groups = outcomes->groups;

    PW_TRY(add_name(&groups[CLI_BY_NATION], "everyone"));
    PW_TRY(pw_reader_names(reader, "/axes/place", &groups[CLI_BY_PLACE]));
    PW_TRY(pw_reader_names(reader, "/axes/labour_market", &groups[CLI_BY_LABOUR_MARKET]));
    PW_TRY(pw_reader_names(reader, "/axes/region", &groups[CLI_BY_REGION]));
    PW_TRY(pw_reader_names(reader, "/axes/class", &groups[CLI_BY_ORIGIN]));
    PW_TRY(pw_reader_names(reader, "/axes/sex", &groups[CLI_BY_SEX]));
    for (size_t i = 0; i < groups[CLI_BY_ORIGIN].count * groups[CLI_BY_SEX].count; i++) {
        const size_t sex = i % groups[CLI_BY_SEX].count, origin = i / groups[CLI_BY_SEX].count;
        char text[128];

        (void) snprintf(text, sizeof text, "%s %s", groups[CLI_BY_ORIGIN].items[origin],
            groups[CLI_BY_SEX].items[sex]);
        PW_TRY(add_name(&groups[CLI_BY_ORIGIN_SEX], text));
    }
    PW_TRY(name_cohorts(outcomes));
    for (int year = 0; year < outcomes->num_years; year++) {
        char text[16];

        (void) snprintf(text, sizeof text, "%d", outcomes->first_year + year);
        PW_TRY(add_name(&groups[CLI_BY_YEAR], text));
    }
done:
    return status;
}

static pw_status
place_groups(struct cli_outcomes *outcomes)
{
    pw_status status = PW_OK;
    const size_t num_places = outcomes->groups[CLI_BY_PLACE].count;
    const struct pw_reader *const reader = outcomes->reader;

    PW_TRY(pw_alloc(num_places, sizeof *outcomes->labour_market, &outcomes->labour_market));
    PW_TRY(pw_alloc(num_places, sizeof *outcomes->region, &outcomes->region));
    PW_TRY(pw_reader_read_whole(
        reader, "/axes/place_labour_market", 0, num_places, outcomes->labour_market));
    PW_TRY(pw_reader_read_whole(reader, "/axes/place_region", 0, num_places, outcomes->region));
    for (size_t p = 0; p < num_places; p++) {
        if (outcomes->labour_market[p] < 0
            || (size_t) outcomes->labour_market[p] >= outcomes->groups[CLI_BY_LABOUR_MARKET].count
            || outcomes->region[p] < 0
            || (size_t) outcomes->region[p] >= outcomes->groups[CLI_BY_REGION].count)
            PW_FAIL(PW_EFORMAT, "%s: /axes: %s is in a labour market or region that is not there",
                pw_reader_path(reader), outcomes->groups[CLI_BY_PLACE].items[p]);
    }
done:
    return status;
}

/* Years of a table of the file, kept: most tables are asked by several statistics in turn. */
struct cli_table_items {
    char path[128];
    size_t first, count; /* years */
    int64_t *items;
};

pw_status
cli_outcomes_open(const char *path, struct cli_outcomes *outcomes)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    char first[128];

    PW_TRY(pw_reader_open(path, &outcomes->reader));
    PW_TRY(pw_reader_text(outcomes->reader, "/", "title", &outcomes->title));
    (void) snprintf(first, sizeof first, "/measures/by_origin/%s", cli_indicator(0).name);
    if (!pw_reader_has(outcomes->reader, first))
        PW_FAIL(PW_EFORMAT,
            "%s: there are no measures in this file: was it written by another version?", path);
    PW_TRY(pw_reader_describe(outcomes->reader, first, &field));
    outcomes->first_year = (int) field.first[0];
    outcomes->num_years = (int) field.dims[0];
    PW_TRY(pw_alloc(1, sizeof *outcomes->table, &outcomes->table));
    PW_TRY(name_groups(outcomes));
    PW_TRY(place_groups(outcomes));
done:
    pw_field_free(&field);
    return status;
}

void
cli_outcomes_close(struct cli_outcomes *outcomes)
{
    pw_reader_close(&outcomes->reader);
    pw_free(&outcomes->title);
    for (int by = 0; by < CLI_NUM_BY; by++)
        pw_names_free(&outcomes->groups[by]);
    pw_free(&outcomes->labour_market);
    pw_free(&outcomes->region);
    if (outcomes->table != NULL) pw_free(&outcomes->table->items);
    pw_free(&outcomes->table);
}

pw_status
cli_outcomes_years(const struct cli_outcomes *outcomes, struct cli_span asked, enum cli_by by,
    struct cli_span *years)
{
    pw_status status = PW_OK;
    const int last = outcomes->first_year + outcomes->num_years - 1;
    const struct cli_span found = asked.last == 0 ? (struct cli_span){ last, last } : asked;
    const int wrong = found.first < outcomes->first_year ? found.first : found.last;

    if (wrong < outcomes->first_year || wrong > last)
        PW_FAIL(PW_EUSAGE, "--year: %s was measured from %d to %d, not in %d",
            pw_reader_path(outcomes->reader), outcomes->first_year, last, wrong);
    if (found.first < found.last && (by == CLI_BY_YEAR || cli_by_is_cohort(by)))
        PW_FAIL(
            PW_EUSAGE, "--years: --by %s chooses years itself; leave --years out", cli_by_name(by));
    *years = found;
done:
    return status;
}

void
cli_years_text(struct cli_span years, const char *between, char text[32])
{
    if (years.first == years.last)
        (void) snprintf(text, 32, "%d", years.last);
    else
        (void) snprintf(text, 32, "%d%s%d", years.first, between, years.last);
}

/* --- Estimates ---
 *
 * Every number is computed for everyone and again without each lineage group; its error, and that
 * of its difference between two runs, follow from these.
 */

enum { NUM_VALUES = PW_NUM_GROUPS + 1, ALL_ORIGINS = (1 << PW_NUM_ORIGINS) - 1 };

static void
measure_path(enum pw_measure measure, bool by_place, char path[128])
{
    (void) snprintf(path, 128, "/measures/%s/%s", by_place ? "by_place" : "by_origin",
        pw_measure_info(measure)->name);
}

static bool
has_measure(const struct cli_outcomes *outcomes, enum pw_measure measure, bool by_place)
{
    char path[128];

    measure_path(measure, by_place, path);
    return pw_reader_has(outcomes->reader, path);
}

/* The class table stands in the file with decades of birth and without. */
static const char *
table_name(enum pw_crosstab table, enum cli_by by)
{
    return table == PW_CROSSTAB_CLASS && !cli_by_is_cohort(by) ? "class_table"
                                                               : pw_crosstab_info(table)->name;
}

static bool
has_table(const struct cli_outcomes *outcomes, enum pw_crosstab table, enum cli_by by)
{
    char path[128];

    (void) snprintf(path, sizeof path, "/measures/tables/%s", table_name(table, by));
    return pw_reader_has(outcomes->reader, path);
}

bool
cli_outcomes_has(const struct cli_outcomes *outcomes, int indicator, enum cli_by by)
{
    const bool by_place = is_by_place(by);

    if (!indicator_is_by(indicator, by)) return false;
    if (indicator < PW_NUM_MEASURES)
        return has_measure(outcomes, (enum pw_measure) indicator, by_place);

    const struct pw_statistic_info *const info = statistic_of(indicator);

    switch (info->kind) {
    case PW_STATISTIC_OF_TABLE:
        return has_table(outcomes, info->source.table, by);
    case PW_STATISTIC_DIFFERENCE:
        return has_measure(outcomes, info->measure, by_place)
               && has_measure(outcomes, info->subtrahend, by_place);
    case PW_STATISTIC_ORIGIN_GAP:
        return has_measure(outcomes, info->measure, false);
    default:
        return has_measure(outcomes, info->measure, true);
    }
}

/* Years of a file that an answer is made from. */
struct rows {
    size_t first, count;
};

static struct rows
rows_of(const struct cli_outcomes *outcomes, enum cli_by by, struct cli_span years)
{
    const size_t first = (size_t) (years.first - outcomes->first_year);
    const size_t last = (size_t) (years.last - outcomes->first_year);

    if (by == CLI_BY_YEAR) return (struct rows){ 0, (size_t) outcomes->num_years };
    if (cli_by_is_cohort(by)) return (struct rows){ 0, last + 1 };
    return (struct rows){ first, last - first + 1 };
}

/* The cohort in which everyone in the age band was born in a year, or -1. */
static int
cohort_of(const struct cli_outcomes *outcomes, enum pw_measure measure, size_t row)
{
    const struct pw_measure_info *const info = pw_measure_info(measure);
    const int year = outcomes->first_year + (int) row;
    const int decade = decade_of(year - info->first_age);

    return decade_of(year - info->last_age) == decade ? decade - outcomes->first_decade : -1;
}

/* Group of a cell of a row of a measure: a cell is of a place, or of an origin and sex. */
static int
group_of(const struct cli_outcomes *outcomes, enum cli_by by, enum pw_measure measure, size_t row,
    size_t cell)
{
    switch (by) {
    case CLI_BY_PLACE:
    case CLI_BY_ORIGIN_SEX:
        return (int) cell;
    case CLI_BY_LABOUR_MARKET:
        return (int) outcomes->labour_market[cell];
    case CLI_BY_REGION:
        return (int) outcomes->region[cell];
    case CLI_BY_ORIGIN:
        return (int) cell / PW_NUM_SEXES;
    case CLI_BY_SEX:
        return (int) cell % PW_NUM_SEXES;
    case CLI_BY_COHORT:
        return cohort_of(outcomes, measure, row);
    case CLI_BY_COHORT_SEX: {
        const int cohort = cohort_of(outcomes, measure, row);

        return cohort < 0 ? -1 : cohort * PW_NUM_SEXES + (int) cell % PW_NUM_SEXES;
    }
    case CLI_BY_YEAR:
        return (int) row;
    default:
        return 0;
    }
}

/* What is asked of a run. */
struct question {
    const struct cli_outcomes *outcomes;
    enum cli_by by;
    struct cli_span years;
};

/*
 * Numerators and denominators [groups of `by`][PW_NUM_GROUPS][2].
 *
 * @param origins  bits of the classes of origin that count; all, when by place
 */
static pw_status
read_parts(
    const struct question *question, enum pw_measure measure, unsigned origins, int64_t **parts)
{
    enum { CELL_ITEMS = PW_NUM_GROUPS * 2 };
    pw_status status = PW_OK;
    const struct cli_outcomes *const outcomes = question->outcomes;
    const enum cli_by by = question->by;
    const bool by_place = is_by_place(by);
    const struct rows rows = rows_of(outcomes, by, question->years);
    const size_t num_cells =
        by_place ? outcomes->groups[CLI_BY_PLACE].count : PW_NUM_ORIGINS * PW_NUM_SEXES;
    struct pw_field field = { 0 };
    int64_t *items = NULL;
    char path[128];

    measure_path(measure, by_place, path);
    PW_TRY(pw_reader_shape(outcomes->reader, path, &field));
    if (field.row_items != num_cells * CELL_ITEMS)
        PW_FAIL(PW_EFORMAT,
            "%s: %s has another shape than measures have: is it of another version?",
            pw_reader_path(outcomes->reader), path);
    PW_TRY(pw_alloc(rows.count * field.row_items, sizeof *items, &items));
    PW_TRY(pw_alloc(outcomes->groups[by].count * CELL_ITEMS, sizeof **parts, parts));
    PW_TRY(pw_reader_read_whole(outcomes->reader, path, rows.first, rows.count, items));
    for (size_t c = 0; c < rows.count * num_cells; c++) {
        const size_t cell = c % num_cells;
        const int group = group_of(outcomes, by, measure, c / num_cells, cell);

        if (group < 0 || (!by_place && (origins >> cell / PW_NUM_SEXES & 1u) == 0)) continue;
        for (size_t i = 0; i < CELL_ITEMS; i++)
            (*parts)[(size_t) group * CELL_ITEMS + i] += items[c * CELL_ITEMS + i];
    }
done:
    pw_free(&items);
    return status;
}

static double
scale_of(enum pw_measure measure)
{
    return pw_measure_info(measure)->kind == PW_KIND_MEAN ? PW_MEASURE_SCALE : 1.0;
}

/* values [groups of `by`][NUM_VALUES] */
static pw_status
replicate_measure(
    const struct question *question, enum pw_measure measure, unsigned origins, double *values)
{
    pw_status status = PW_OK;
    int64_t *parts = NULL;

    PW_TRY(read_parts(question, measure, origins, &parts));
    for (size_t g = 0; g < question->outcomes->groups[question->by].count; g++)
        pw_replicate_ratio(parts + g * PW_NUM_GROUPS * 2, PW_NUM_GROUPS, scale_of(measure),
            values + g * NUM_VALUES);
done:
    pw_free(&parts);
    return status;
}

/* What `less` comes to is taken off. */
static pw_status
subtract_measure(
    const struct question *question, enum pw_measure less, unsigned origins, double *values)
{
    pw_status status = PW_OK;
    const size_t count = question->outcomes->groups[question->by].count * NUM_VALUES;
    double *others = NULL;

    PW_TRY(pw_alloc(count, sizeof *others, &others));
    PW_TRY(replicate_measure(question, less, origins, others));
    for (size_t i = 0; i < count; i++)
        values[i] -= others[i];
done:
    pw_free(&others);
    return status;
}

/* For the nation, in some years or in each. */
static pw_status
replicate_spread(const struct question *question, enum pw_measure measure, double *values)
{
    pw_status status = PW_OK;
    const struct cli_outcomes *const outcomes = question->outcomes;
    const bool is_by_year = question->by == CLI_BY_YEAR;
    int64_t *parts = NULL;

    for (size_t g = 0; g < outcomes->groups[question->by].count; g++) {
        const int year = outcomes->first_year + (int) g;
        const struct question places = { outcomes, CLI_BY_PLACE,
            is_by_year ? (struct cli_span){ year, year } : question->years };

        PW_TRY(read_parts(&places, measure, ALL_ORIGINS, &parts));
        pw_replicate_spread(parts, outcomes->groups[CLI_BY_PLACE].count, PW_NUM_GROUPS,
            scale_of(measure), values + g * NUM_VALUES);
        pw_free(&parts);
    }
done:
    pw_free(&parts);
    return status;
}

static struct pw_cut
cut_of(const struct question *question, size_t group)
{
    struct pw_cut cut = { -1, -1, -1 };

    switch (question->by) {
    case CLI_BY_SEX:
        cut.sex = (int) group;
        break;
    case CLI_BY_ORIGIN:
        cut.origin = (int) group;
        break;
    case CLI_BY_ORIGIN_SEX:
        cut.sex = (int) group % PW_NUM_SEXES;
        cut.origin = (int) group / PW_NUM_SEXES;
        break;
    case CLI_BY_COHORT:
        cut.decade = question->outcomes->first_decade + (int) group;
        break;
    case CLI_BY_COHORT_SEX:
        cut.decade = question->outcomes->first_decade + (int) group / PW_NUM_SEXES;
        cut.sex = (int) group % PW_NUM_SEXES;
        break;
    default:
        break;
    }
    return cut;
}

/* Years of a table. @param items borrowed until the next table is read */
static pw_status
read_table(const struct cli_outcomes *outcomes, const char *path, struct rows rows,
    size_t row_items, const int64_t **items)
{
    pw_status status = PW_OK;
    struct cli_table_items *const kept = outcomes->table;
    struct pw_field field = { 0 };

    if (kept->items == NULL || strcmp(kept->path, path) != 0 || kept->first != rows.first
        || kept->count != rows.count) {
        pw_free(&kept->items);
        PW_TRY(pw_reader_shape(outcomes->reader, path, &field));
        if (field.row_items != row_items)
            PW_FAIL(PW_EFORMAT,
                "%s: %s holds %zu numbers a year, not %zu: the file is of another version",
                pw_reader_path(outcomes->reader), path, field.row_items, row_items);
        PW_TRY(pw_alloc(rows.count * row_items, sizeof *kept->items, &kept->items));
        PW_TRY(pw_reader_read_whole(outcomes->reader, path, rows.first, rows.count, kept->items));
        (void) snprintf(kept->path, sizeof kept->path, "%s", path);
        kept->first = rows.first;
        kept->count = rows.count;
    }
    *items = kept->items;
done:
    if (status != PW_OK) pw_free(&kept->items);
    return status;
}

static pw_status
replicate_table(
    const struct question *question, const struct pw_statistic_source *source, double *values)
{
    pw_status status = PW_OK;
    const struct cli_outcomes *const outcomes = question->outcomes;
    const enum cli_by by = question->by;
    const struct rows rows = rows_of(outcomes, by, question->years);
    const size_t cells_size = source->statistic.num_cells * PW_NUM_GROUPS;
    const enum pw_axis *axes = pw_crosstab_info(source->table)->axes;
    size_t row_items = pw_crosstab_num_cells(source->table) * PW_NUM_GROUPS;
    const int64_t *items = NULL;
    int64_t *cells = NULL;
    char path[128];

    if (source->table == PW_CROSSTAB_CLASS && !cli_by_is_cohort(by)) {
        row_items /= pw_axis_info(axes[0])->length;
        axes++;
    }
    (void) snprintf(path, sizeof path, "/measures/tables/%s", table_name(source->table, by));
    PW_TRY(read_table(outcomes, path, rows, row_items, &items));
    PW_TRY(pw_alloc(cells_size, sizeof *cells, &cells));
    for (size_t group = 0; group < outcomes->groups[by].count; group++) {
        const struct pw_cut cut = cut_of(question, group);

        memset(cells, 0, cells_size * sizeof *cells);
        for (size_t r = 0; r < rows.count; r++) {
            if (by == CLI_BY_YEAR && r != group) continue;
            pw_statistic_gather(source, axes, items + r * row_items, &cut, cells);
        }
        pw_replicate_cells(&source->statistic, cells, PW_NUM_GROUPS, values + group * NUM_VALUES);
    }
done:
    pw_free(&cells);
    return status;
}

/* Of an indicator in one run: [groups of `by`][NUM_VALUES]. */
static pw_status
replicate(const struct question *question, int indicator, double *values)
{
    enum {
        WORKING = 1u << PW_LOWER_WORKING | 1u << PW_HIGHER_WORKING,
        PROFESSIONAL = 1u << PW_LOWER_PROFESSIONAL | 1u << PW_HIGHER_PROFESSIONAL
    };
    pw_status status = PW_OK;

    if (indicator < PW_NUM_MEASURES) {
        const enum pw_measure measure = (enum pw_measure) indicator;

        if (cli_by_is_cohort(question->by) && !is_narrow(measure))
            return replicate_table(question, pw_statistic_cohort_form(measure), values);
        return replicate_measure(question, measure, ALL_ORIGINS, values);
    }
    const struct pw_statistic_info *const info = statistic_of(indicator);

    switch (info->kind) {
    case PW_STATISTIC_OF_TABLE:
        PW_TRY(replicate_table(question, &info->source, values));
        break;
    case PW_STATISTIC_DIFFERENCE:
        PW_TRY(replicate_measure(question, info->measure, ALL_ORIGINS, values));
        PW_TRY(subtract_measure(question, info->subtrahend, ALL_ORIGINS, values));
        break;
    case PW_STATISTIC_ORIGIN_GAP:
        PW_TRY(replicate_measure(question, info->measure, PROFESSIONAL, values));
        PW_TRY(subtract_measure(question, info->measure, WORKING, values));
        break;
    case PW_STATISTIC_SPREAD:
        PW_TRY(replicate_spread(question, info->measure, values));
        break;
    }
done:
    return status;
}

pw_status
cli_outcomes_estimate(const struct cli_outcomes *outcomes, int indicator, enum cli_by by,
    struct cli_span years, struct pw_estimate *estimates)
{
    pw_status status = PW_OK;
    const struct question question = { outcomes, by, years };
    double *values = NULL;

    PW_TRY(pw_alloc(outcomes->groups[by].count * NUM_VALUES, sizeof *values, &values));
    PW_TRY(replicate(&question, indicator, values));
    for (size_t g = 0; g < outcomes->groups[by].count; g++)
        estimates[g] = pw_jackknife_replicates(values + g * NUM_VALUES, PW_NUM_GROUPS);
done:
    pw_free(&values);
    return status;
}

pw_status
cli_outcomes_compare(const struct cli_outcomes *base, const struct cli_outcomes *policy,
    int indicator, enum cli_by by, struct cli_span years, struct cli_difference *differences)
{
    pw_status status = PW_OK;
    const struct question questions[2] = { { base, by, years }, { policy, by, years } };
    const size_t num_groups = base->groups[by].count;
    double *values[2] = { NULL, NULL };

    for (int run = 0; run < 2; run++) {
        PW_TRY(pw_alloc(num_groups * NUM_VALUES, sizeof *values[run], &values[run]));
        PW_TRY(replicate(&questions[run], indicator, values[run]));
    }
    for (size_t g = 0; g < num_groups; g++) {
        double *const before = values[0] + g * NUM_VALUES, *const after =
                                                               values[1] + g * NUM_VALUES;

        differences[g].base = pw_jackknife_replicates(before, PW_NUM_GROUPS);
        differences[g].policy = pw_jackknife_replicates(after, PW_NUM_GROUPS);
        for (size_t v = 0; v < NUM_VALUES; v++)
            after[v] -= before[v];
        differences[g].difference = pw_jackknife_replicates(after, PW_NUM_GROUPS);
    }
done:
    pw_free(&values[0]);
    pw_free(&values[1]);
    return status;
}

pw_status
cli_outcomes_class_table(const struct cli_outcomes *outcomes, struct cli_span years, int64_t *table)
{
    enum { SIDE = PW_NUM_CLASS_CODES, ITEMS = PW_NUM_SEXES * SIDE * SIDE * PW_NUM_GROUPS };
    static const char path[] = "/measures/tables/class_table";
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    const struct rows rows = rows_of(outcomes, CLI_BY_NATION, years);
    int64_t *items = NULL;

    PW_TRY(pw_reader_describe(outcomes->reader, path, &field));
    if (field.row_items != ITEMS)
        PW_FAIL(PW_EFORMAT,
            "%s: %s holds %zu numbers a year, not %zu: the file is of another version",
            pw_reader_path(outcomes->reader), path, field.row_items, (size_t) ITEMS);
    PW_TRY(pw_alloc(rows.count * ITEMS, sizeof *items, &items));
    PW_TRY(pw_reader_read_whole(outcomes->reader, path, rows.first, rows.count, items));
    memset(table, 0, PW_NUM_CLASSES * PW_NUM_CLASSES * PW_NUM_GROUPS * sizeof *table);
    for (size_t i = 0; i < rows.count * ITEMS; i++) {
        const size_t group = i % PW_NUM_GROUPS, to = i / PW_NUM_GROUPS % SIDE;
        const size_t from = i / PW_NUM_GROUPS / SIDE % SIDE;

        if (from >= PW_NUM_CLASSES || to >= PW_NUM_CLASSES) continue;
        table[(from * PW_NUM_CLASSES + to) * PW_NUM_GROUPS + group] += items[i];
    }
done:
    pw_free(&items);
    pw_field_free(&field);
    return status;
}

/* --- Numbers --- */

/* A share, or a difference of shares. */
static bool
is_share(const char *unit)
{
    return strcmp(unit, "share") == 0 || strcmp(unit, "points") == 0;
}

const char *
cli_unit(const char *unit)
{
    return strcmp(unit, "share") == 0 ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
}

/* Shares are printed in per cent with one decimal, scores with one, all else with two. */
static int
decimals_of(const char *unit)
{
    return is_share(unit) || strcmp(unit, "score") == 0 ? 1 : 2;
}

/* No minus before what is printed as zero. */
static double
printed(const char *unit, double value, int decimals)
{
    const double scaled = is_share(unit) ? 100.0 * value : value;

    return fabs(scaled) < 0.5 * pow(10.0, -decimals) ? 0.0 : scaled;
}

pw_status
cli_table_value(struct cli_table *table, const char *unit, double value, int extra)
{
    const int decimals = decimals_of(unit) + extra;

    if (!isfinite(value)) return cli_table_text(table, NULL);
    return cli_table_cell(table, "%.*f", decimals, printed(unit, value, decimals));
}

pw_status
cli_table_estimate(struct cli_table *table, const char *unit, struct pw_estimate estimate)
{
    const int decimals = decimals_of(unit);

    if (!isfinite(estimate.value)) return cli_table_text(table, NULL);
    if (!isfinite(estimate.error))
        return cli_table_cell(table, "%.*f", decimals, printed(unit, estimate.value, decimals));
    return cli_table_cell(table, "%.*f \302\261%.*f", decimals,
        printed(unit, estimate.value, decimals), decimals, printed(unit, estimate.error, decimals));
}

pw_status
cli_table_change(
    struct cli_table *table, const char *unit, struct pw_estimate change, bool is_marked)
{
    const int decimals = decimals_of(unit) + 1;
    const double number = printed(unit, change.value, decimals);

    if (!isfinite(change.value)) return cli_table_text(table, NULL);
    return cli_table_cell(
        table, "%s%.*f%s", number > 0.0 ? "+" : "", decimals, number, is_marked ? "*" : " ");
}

pw_status
cli_table_raw(struct cli_table *table, double value)
{
    if (!isfinite(value)) return cli_table_text(table, NULL);
    return cli_table_cell(table, "%.9g", value == 0.0 ? 0.0 : value);
}

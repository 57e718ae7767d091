/* SPDX-License-Identifier: MIT */
#include "outcomes.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"

static const char *const by_names[CLI_NUM_BY] = { "nation", "place", "labour_market", "region",
    "origin", "sex", "year" };

const char *
cli_by_name(enum cli_by by)
{
    return by_names[by];
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

#define GENERATIONS "/measures/tables/three_generations"

typedef pw_status read_table(const struct cli_outcomes *outcomes, int year, int64_t *table);

static double
elasticity(const double *moments, size_t size)
{
    (void) size;
    return pw_mobility_elasticity(moments);
}

/* Cells of one year of a table of the run file. */
static pw_status
read_year(const struct cli_outcomes *outcomes, const char *path, int year, size_t num_items,
    int64_t *items)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };

    PW_TRY(pw_reader_describe(outcomes->reader, path, &field));
    if (field.row_items != num_items)
        PW_FAIL(PW_EFORMAT,
            "%s: %s holds %zu numbers a year, not %zu: the file is of another version",
            pw_reader_path(outcomes->reader), path, field.row_items, num_items);
    PW_TRY(pw_reader_read_whole(
        outcomes->reader, path, (size_t) (year - outcomes->first_year), 1, items));
done:
    pw_field_free(&field);
    return status;
}

pw_status
cli_outcomes_class_table(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { SIDE = PW_NUM_CLASS_CODES, ITEMS = PW_NUM_SEXES * SIDE * SIDE * PW_NUM_GROUPS };
    pw_status status = PW_OK;
    int64_t items[ITEMS] = { 0 };

    PW_TRY(read_year(outcomes, "/measures/tables/class_table", year, ITEMS, items));
    memset(table, 0, PW_NUM_CLASSES * PW_NUM_CLASSES * PW_NUM_GROUPS * sizeof *table);
    for (size_t i = 0; i < ITEMS; i++) {
        const size_t group = i % PW_NUM_GROUPS, to = i / PW_NUM_GROUPS % SIDE;
        const size_t from = i / PW_NUM_GROUPS / SIDE % SIDE;

        if (from >= PW_NUM_CLASSES || to >= PW_NUM_CLASSES) continue;
        table[(from * PW_NUM_CLASSES + to) * PW_NUM_GROUPS + group] += items[i];
    }
done:
    return status;
}

static pw_status
read_rank_table(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    return read_year(outcomes, "/measures/tables/income_rank_table", year,
        PW_NUM_VIGINTILES * PW_NUM_VIGINTILES * PW_NUM_GROUPS, table);
}

/* Six sums in the first of nine cells. */
static pw_status
read_moments(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    return read_year(
        outcomes, "/measures/tables/income_moments", year, PW_NUM_MOMENTS * PW_NUM_GROUPS, table);
}

/* [grandparents][parents][own][group], of people all of whom have a class. */
static pw_status
read_generations(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { SIDE = PW_NUM_CLASS_CODES, CLASSES = PW_NUM_CLASSES };
    enum { ITEMS = SIDE * SIDE * SIDE * PW_NUM_GROUPS };
    pw_status status = PW_OK;
    int64_t *items = NULL;

    PW_TRY(pw_alloc(ITEMS, sizeof *items, &items));
    PW_TRY(read_year(outcomes, GENERATIONS, year, ITEMS, items));
    for (size_t i = 0; i < ITEMS; i++) {
        const size_t group = i % PW_NUM_GROUPS, own = i / PW_NUM_GROUPS % SIDE;
        const size_t parents = i / PW_NUM_GROUPS / SIDE % SIDE;
        const size_t grandparents = i / PW_NUM_GROUPS / SIDE / SIDE;

        if (grandparents >= CLASSES || parents >= CLASSES || own >= CLASSES) continue;
        table[((grandparents * CLASSES + parents) * CLASSES + own) * PW_NUM_GROUPS + group] =
            items[i];
    }
done:
    pw_free(&items);
    return status;
}

/* Ten sums in the first of sixteen cells. */
static pw_status
read_line_moments(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { CELLS = PW_NUM_CLASSES * PW_NUM_CLASSES * PW_NUM_CLASSES };
    pw_status status = PW_OK;
    int64_t *people = NULL;

    PW_TRY(pw_alloc(CELLS * PW_NUM_GROUPS, sizeof *people, &people));
    PW_TRY(read_generations(outcomes, year, people));
    for (size_t group = 0; group < PW_NUM_GROUPS; group++) {
        int64_t one[CELLS], moments[PW_NUM_LINE_MOMENTS];

        for (size_t cell = 0; cell < CELLS; cell++)
            one[cell] = people[cell * PW_NUM_GROUPS + group];
        pw_mobility_line_moments(one, PW_NUM_CLASSES, moments);
        for (size_t m = 0; m < PW_NUM_LINE_MOMENTS; m++)
            table[m * PW_NUM_GROUPS + group] = moments[m];
    }
done:
    pw_free(&people);
    return status;
}

/* For each class of the parents working or professional, by the same of the grandparents; the
 * twenty cells are the first of twenty-five. */
static pw_status
read_lines(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { SIDE = PW_NUM_CLASSES, CELLS = SIDE * SIDE * SIDE };
    pw_status status = PW_OK;
    int64_t *people = NULL;

    PW_TRY(pw_alloc(CELLS * PW_NUM_GROUPS, sizeof *people, &people));
    PW_TRY(read_generations(outcomes, year, people));
    for (size_t i = 0; i < CELLS * PW_NUM_GROUPS; i++) {
        const size_t group = i % PW_NUM_GROUPS, own = i / PW_NUM_GROUPS % SIDE;
        const size_t parents = i / PW_NUM_GROUPS / SIDE % SIDE;
        const size_t grandparents = i / PW_NUM_GROUPS / SIDE / SIDE;
        const size_t high_line = grandparents >= PW_LOWER_PROFESSIONAL;
        const size_t high = own >= PW_LOWER_PROFESSIONAL;

        if (grandparents == PW_INTERMEDIATE || own == PW_INTERMEDIATE) continue;
        table[((parents * 2 + high_line) * 2 + high) * PW_NUM_GROUPS + group] += people[i];
    }
done:
    pw_free(&people);
    return status;
}

static double
parent_correlation(const double *moments, size_t size)
{
    (void) size;
    return pw_mobility_parent_correlation(moments);
}

static double
grandparent_correlation(const double *moments, size_t size)
{
    (void) size;
    return pw_mobility_grandparent_correlation(moments);
}

static double
grandparent_slope(const double *moments, size_t size)
{
    (void) size;
    return pw_mobility_grandparent_slope(moments);
}

/* Degree or not, by whether a parent had one. */
static pw_status
read_degrees(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { SIDE = PW_NUM_EDUCATION_LEVELS, ITEMS = PW_NUM_SEXES * SIDE * SIDE * PW_NUM_GROUPS };
    pw_status status = PW_OK;
    int64_t items[ITEMS] = { 0 };

    PW_TRY(read_year(outcomes, "/measures/tables/education_table", year, ITEMS, items));
    for (size_t i = 0; i < ITEMS; i++) {
        const size_t group = i % PW_NUM_GROUPS, own = i / PW_NUM_GROUPS % SIDE == SIDE - 1;
        const size_t parents = i / PW_NUM_GROUPS / SIDE % SIDE == SIDE - 1;

        table[(parents * 2 + own) * PW_NUM_GROUPS + group] += items[i];
    }
done:
    return status;
}

/* Owns or not, by whether the parents did, ages 25 to 34: the first band. */
static pw_status
read_owners(const struct cli_outcomes *outcomes, int year, int64_t *table)
{
    enum { ITEMS = PW_NUM_TENURE_BANDS * 4 * PW_NUM_GROUPS };
    pw_status status = PW_OK;
    int64_t items[ITEMS] = { 0 };

    PW_TRY(read_year(outcomes, "/measures/tables/tenure_table", year, ITEMS, items));
    memcpy(table, items, 4 * PW_NUM_GROUPS * sizeof *table);
done:
    return status;
}

static const struct {
    struct cli_indicator info;
    const char *path;
    read_table *read;
    pw_statistic *statistic;
    size_t size;
} statistics[CLI_NUM_STATISTICS] = {
    { { "long_range_down_25_64", "share", "SMC MO11",
          "Lower or higher working, of those aged 25 to 64 with a class and of professional origin",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        "/measures/tables/class_table", cli_outcomes_class_table, pw_mobility_long_range_down,
        PW_NUM_CLASSES },
    { { "class_odds_ratio_25_64", "1", "SMC MO12",
          "Odds of professional rather than working class: professional over working origin",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        "/measures/tables/class_table", cli_outcomes_class_table, pw_mobility_odds_ratio_of_pairs,
        PW_NUM_CLASSES },
    { { "parent_correlation_25_64", "1", "model",
          "Correlation of own class with that of the parents, both from 0 to 4, where that of the "
          "grandparents is known too",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        GENERATIONS, read_line_moments, parent_correlation, 4 },
    { { "grandparent_correlation_25_64", "1", "model",
          "The same with the class of the grandparents; the square of the last when nothing is "
          "passed on but through the parents' class",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        GENERATIONS, read_line_moments, grandparent_correlation, 4 },
    { { "grandparent_slope_25_64", "1", "model",
          "Classes that go with one class more of the grandparents, among people of one parental "
          "class",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        GENERATIONS, read_line_moments, grandparent_slope, 4 },
    { { "grandparent_odds_ratio_25_64", "1", "Chan & Boliver",
          "Odds of professional rather than working class: professional over working grandparents, "
          "among people of one parental class",
          PW_THEME_MOBILITY, PW_BETTER_LESS, true },
        GENERATIONS, read_lines, pw_mobility_net_odds_ratio, PW_NUM_CLASSES },
    { { "rank_slope_30_34", "1", "SMC MO22",
          "Slope of household income rank at 30 to 34 on parents' rank", PW_THEME_MOBILITY,
          PW_BETTER_LESS, true },
        "/measures/tables/income_rank_table", read_rank_table, pw_mobility_rank_slope,
        PW_NUM_VIGINTILES },
    { { "income_elasticity_30_34", "1", "SMC MO22",
          "Slope of log household income at 30 to 34 on the parents' log income", PW_THEME_MOBILITY,
          PW_BETTER_LESS, true },
        "/measures/tables/income_moments", read_moments, elasticity, 3 },
    { { "degree_odds_ratio_25_64", "1", "SMC MO32",
          "Odds of a degree: parents with a degree over parents without", PW_THEME_MOBILITY,
          PW_BETTER_LESS, true },
        "/measures/tables/education_table", read_degrees, pw_mobility_odds_ratio, 2 },
    { { "owner_odds_ratio_25_34", "1", "SMC MO42",
          "Odds of owning a home: parents who owned theirs over parents who did not", PW_THEME_HOME,
          PW_BETTER_LESS, true },
        "/measures/tables/tenure_table", read_owners, pw_mobility_odds_ratio, 2 },
};

struct cli_indicator
cli_indicator(int index)
{
    if (index >= PW_NUM_MEASURES) return statistics[index - PW_NUM_MEASURES].info;
    const struct pw_measure_info *const info = pw_measure_info((enum pw_measure) index);

    return (struct cli_indicator){ info->name, info->unit, info->source, info->about, info->theme,
        info->better, false };
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
}

pw_status
cli_outcomes_year(const struct cli_outcomes *outcomes, int asked, int *year)
{
    pw_status status = PW_OK;
    const int last = outcomes->first_year + outcomes->num_years - 1;

    if (asked != 0 && (asked < outcomes->first_year || asked > last))
        PW_FAIL(PW_EUSAGE, "--year: %s was measured from %d to %d, not in %d",
            pw_reader_path(outcomes->reader), outcomes->first_year, last, asked);
    *year = asked == 0 ? last : asked;
done:
    return status;
}

static void
measure_path(int indicator, enum cli_by by, char path[128])
{
    const bool by_place = by == CLI_BY_PLACE || by == CLI_BY_LABOUR_MARKET || by == CLI_BY_REGION;

    (void) snprintf(path, 128, "/measures/%s/%s", by_place ? "by_place" : "by_origin",
        cli_indicator(indicator).name);
}

bool
cli_outcomes_has(const struct cli_outcomes *outcomes, int indicator, enum cli_by by)
{
    char path[128];

    if (indicator >= PW_NUM_MEASURES)
        return (by == CLI_BY_NATION || by == CLI_BY_YEAR)
               && pw_reader_has(outcomes->reader, statistics[indicator - PW_NUM_MEASURES].path);
    measure_path(indicator, by, path);
    return pw_reader_has(outcomes->reader, path);
}

/* Group of a cell of a year of a measure: of a place, or of an origin and sex. */
static size_t
group_of(const struct cli_outcomes *outcomes, enum cli_by by, size_t cell)
{
    switch (by) {
    case CLI_BY_PLACE:
        return cell;
    case CLI_BY_LABOUR_MARKET:
        return (size_t) outcomes->labour_market[cell];
    case CLI_BY_REGION:
        return (size_t) outcomes->region[cell];
    case CLI_BY_ORIGIN:
        return cell / PW_NUM_SEXES;
    case CLI_BY_SEX:
        return cell % PW_NUM_SEXES;
    default:
        return 0;
    }
}

/* Numerators and denominators [groups of `by`][PW_NUM_GROUPS][2]. */
static pw_status
read_parts(
    const struct cli_outcomes *outcomes, int indicator, enum cli_by by, int year, int64_t **parts)
{
    pw_status status = PW_OK;
    const size_t cell_items = PW_NUM_GROUPS * 2, num_groups = outcomes->groups[by].count;
    const bool all_years = by == CLI_BY_YEAR;
    const size_t num_rows = all_years ? (size_t) outcomes->num_years : 1;
    const size_t first_row = all_years ? 0 : (size_t) (year - outcomes->first_year);
    struct pw_field field = { 0 };
    int64_t *items = NULL;
    char path[128];

    measure_path(indicator, by, path);
    PW_TRY(pw_reader_describe(outcomes->reader, path, &field));
    if (field.row_items == 0 || field.row_items % cell_items != 0
        || ((by == CLI_BY_PLACE || by == CLI_BY_LABOUR_MARKET || by == CLI_BY_REGION)
            && field.row_items != outcomes->groups[CLI_BY_PLACE].count * cell_items))
        PW_FAIL(PW_EFORMAT,
            "%s: %s has another shape than measures have: is it of another version?",
            pw_reader_path(outcomes->reader), path);
    PW_TRY(pw_alloc(num_rows * field.row_items, sizeof *items, &items));
    PW_TRY(pw_alloc(num_groups * cell_items, sizeof **parts, parts));
    PW_TRY(pw_reader_read_whole(outcomes->reader, path, first_row, num_rows, items));
    for (size_t i = 0; i < num_rows * field.row_items; i++) {
        const size_t cell = i % field.row_items / cell_items;
        const size_t group = all_years ? i / field.row_items : group_of(outcomes, by, cell);

        (*parts)[group * cell_items + i % cell_items] += items[i];
    }
done:
    pw_field_free(&field);
    pw_free(&items);
    return status;
}

static double
scale_of(int indicator)
{
    return pw_measure_info((enum pw_measure) indicator)->kind == PW_KIND_MEAN ? PW_MEASURE_SCALE
                                                                              : 1.0;
}

/* A statistic in one run, or its difference between two (base NULL: one). */
static pw_status
estimate_statistic(const struct cli_outcomes *base, const struct cli_outcomes *policy,
    int indicator, int year, struct cli_difference *difference)
{
    pw_status status = PW_OK;
    const int s = indicator - PW_NUM_MEASURES;
    int64_t *tables[2] = { NULL, NULL };

    for (int t = 0; t < 2; t++) {
        const struct cli_outcomes *const run = t == 0 ? base : policy;

        if (run == NULL) continue;
        PW_TRY(pw_alloc(PW_MAX_TABLE * PW_NUM_GROUPS, sizeof **tables, &tables[t]));
        PW_TRY(statistics[s].read(run, year, tables[t]));
    }
    difference->policy =
        pw_jackknife_table(statistics[s].statistic, tables[1], statistics[s].size, PW_NUM_GROUPS);
    if (base == NULL) goto done;
    difference->base =
        pw_jackknife_table(statistics[s].statistic, tables[0], statistics[s].size, PW_NUM_GROUPS);
    difference->difference = pw_jackknife_table_difference(
        statistics[s].statistic, tables[0], tables[1], statistics[s].size, PW_NUM_GROUPS);
done:
    pw_free(&tables[0]);
    pw_free(&tables[1]);
    return status;
}

pw_status
cli_outcomes_estimate(const struct cli_outcomes *outcomes, int indicator, enum cli_by by, int year,
    struct pw_estimate *estimates)
{
    pw_status status = PW_OK;
    int64_t *parts = NULL;

    if (indicator >= PW_NUM_MEASURES) {
        for (size_t g = 0; g < outcomes->groups[by].count; g++) {
            struct cli_difference one = { 0 };

            PW_TRY(estimate_statistic(NULL, outcomes, indicator,
                by == CLI_BY_YEAR ? outcomes->first_year + (int) g : year, &one));
            estimates[g] = one.policy;
        }
        goto done;
    }
    PW_TRY(read_parts(outcomes, indicator, by, year, &parts));
    for (size_t g = 0; g < outcomes->groups[by].count; g++)
        estimates[g] =
            pw_jackknife_ratio(parts + g * PW_NUM_GROUPS * 2, PW_NUM_GROUPS, scale_of(indicator));
done:
    pw_free(&parts);
    return status;
}

pw_status
cli_outcomes_compare(const struct cli_outcomes *base, const struct cli_outcomes *policy,
    int indicator, enum cli_by by, int year, struct cli_difference *differences)
{
    pw_status status = PW_OK;
    int64_t *parts[2] = { NULL, NULL };

    if (indicator >= PW_NUM_MEASURES) {
        for (size_t g = 0; g < base->groups[by].count; g++)
            PW_TRY(estimate_statistic(base, policy, indicator,
                by == CLI_BY_YEAR ? base->first_year + (int) g : year, &differences[g]));
        goto done;
    }
    PW_TRY(read_parts(base, indicator, by, year, &parts[0]));
    PW_TRY(read_parts(policy, indicator, by, year, &parts[1]));
    for (size_t g = 0; g < base->groups[by].count; g++) {
        const int64_t *const base_parts = parts[0] + g * PW_NUM_GROUPS * 2;
        const int64_t *const policy_parts = parts[1] + g * PW_NUM_GROUPS * 2;
        const double scale = scale_of(indicator);

        differences[g].base = pw_jackknife_ratio(base_parts, PW_NUM_GROUPS, scale);
        differences[g].policy = pw_jackknife_ratio(policy_parts, PW_NUM_GROUPS, scale);
        differences[g].difference =
            pw_jackknife_ratio_difference(base_parts, policy_parts, PW_NUM_GROUPS, scale);
    }
done:
    pw_free(&parts[0]);
    pw_free(&parts[1]);
    return status;
}

/* --- Numbers --- */

static bool
is_share(const char *unit)
{
    return strcmp(unit, "share") == 0;
}

const char *
cli_unit(const char *unit)
{
    return is_share(unit) ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
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

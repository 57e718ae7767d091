/*
 * Measures and statistics of a run file, and of two.
 *
 * Every number is computed for everyone and again without each lineage group; its error, and that
 * of its difference between two runs, follow from these.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "outcomes.h"
#include "pathways/alloc.h"
#include "pathways/distribution.h"

enum { NUM_VALUES = PW_NUM_GROUPS + 1, ALL_ORIGINS = (1 << PW_NUM_ORIGINS) - 1 };

/* --- What is in the file --- */

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
    const bool by_place = cli_by_is_place(by);

    if (!cli_indicator_is_by(indicator, by)) return false;
    if (indicator < PW_NUM_MEASURES)
        return has_measure(outcomes, (enum pw_measure) indicator, by_place);

    const struct pw_statistic_info *const info = cli_indicator_statistic(indicator);

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

/* --- Measures --- */

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
        return cli_outcomes_cohort(outcomes, measure, row);
    case CLI_BY_COHORT_SEX: {
        const int cohort = cli_outcomes_cohort(outcomes, measure, row);

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
    const bool by_place = cli_by_is_place(by);
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

/* --- Statistics of tables --- */

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

/* --- Estimates --- */

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

        if (cli_by_is_cohort(question->by) && !cli_measure_is_narrow(measure))
            return replicate_table(question, pw_statistic_cohort_form(measure), values);
        return replicate_measure(question, measure, ALL_ORIGINS, values);
    }
    const struct pw_statistic_info *const info = cli_indicator_statistic(indicator);

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

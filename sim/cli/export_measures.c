/*
 * SPDX-License-Identifier: MIT
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "export.h"
#include "indicator.h"
#include "pathways/alloc.h"
#include "pathways/measure.h"
#include "pathways/mobility.h"

/* Columns: year, at most so many dimensions of groups, then what is said of them. */
#define MAX_GROUPINGS (PW_MAX_RANK - 3)
enum { MEASURE, NUMERATOR, DENOMINATOR, VALUE, STANDARD_ERROR, UNIT, NUM_SAID };

static const char *const said_names[NUM_SAID] = { "measure", "numerator", "denominator", "value",
    "standard_error", "unit" };

/* The names along a dimension of groups; its numbers when it has none. */
struct grouping {
    struct cli_cell *cells; /* [count] */
    char **bytes;
    size_t count;
};

static void
grouping_free(struct grouping *grouping)
{
    for (size_t i = 0; grouping->bytes != NULL && i < grouping->count; i++)
        pw_free(&grouping->bytes[i]);
    pw_free(&grouping->bytes);
    pw_free(&grouping->cells);
}

static pw_status
grouping_read(const struct pw_reader *reader, const struct pw_field *field, int dimension,
    bool as_numbers, struct grouping *grouping)
{
    pw_status status = PW_OK;
    struct pw_names names = { 0 };
    const char *const name = field->dim_names[dimension];
    char path[128];

    (void) snprintf(
        path, sizeof path, "/axes/%s", strcmp(name, "origin_class") == 0 ? "class" : name);
    if (!as_numbers && pw_reader_has(reader, path)) PW_TRY(pw_reader_names(reader, path, &names));
    grouping->count = field->dims[dimension];
    PW_TRY(pw_alloc(grouping->count, sizeof *grouping->bytes, &grouping->bytes));
    PW_TRY(pw_alloc(grouping->count, sizeof *grouping->cells, &grouping->cells));
    for (size_t i = 0; i < grouping->count; i++) {
        char number[32];

        (void) snprintf(
            number, sizeof number, "%lld", (long long) (field->first[dimension] + (int64_t) i));
        PW_TRY(cli_cell_text(
            i < names.count ? names.items[i] : number, &grouping->bytes[i], &grouping->cells[i]));
    }
done:
    pw_names_free(&names);
    return status;
}

/* All measures by one grouping have one shape but for their years. */
struct measures {
    const struct pw_reader *reader;
    const struct export_request *request;
    struct cli_sheet *sheet;
    char folder[64];
    size_t num_groupings, num_groups; /* dimensions; their product */
    struct grouping groupings[MAX_GROUPINGS];
    size_t chosen[CLI_SHEET_COLUMNS], num_chosen;
};

static void
measure_path(const struct measures *measures, const char *name, char path[128])
{
    (void) snprintf(path, 128, "%s/%s", measures->folder, name);
}

/* Means are kept as sums of fractions; their name says so, or for another version's their unit. */
static double
scale_of(const char *name, const char *unit)
{
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        const struct pw_measure_info *const info = pw_measure_info((enum pw_measure) m);

        if (strcmp(info->name, name) == 0)
            return info->kind == PW_KIND_MEAN ? PW_MEASURE_SCALE : 1.0;
    }
    return strcmp(unit, "share") == 0 ? 1.0 : PW_MEASURE_SCALE;
}

static pw_status
check_shape(const struct measures *measures, const char *name, const struct pw_field *field)
{
    pw_status status = PW_OK;
    const int groupings = (int) measures->num_groupings;
    bool fits = field->rank == groupings + 3 && field->dims[field->rank - 1] == 2
                && field->dims[field->rank - 2] == PW_NUM_GROUPS;

    for (int d = 0; fits && d < groupings; d++)
        fits = field->dims[d + 1] == measures->groupings[d].count;
    if (!fits)
        PW_FAIL(PW_EFORMAT,
            "%s: %s/%s has another shape than measures have: is it of another "
            "version?",
            pw_reader_path(measures->reader), measures->folder, name);
done:
    return status;
}

/* One year and group of one measure. @param cells [all columns], measure and unit filled in */
static pw_status
write_row(
    const struct measures *measures, struct cli_cell *cells, const int64_t *parts, double scale)
{
    const struct pw_estimate estimate = pw_jackknife_ratio(parts, PW_NUM_GROUPS, scale);
    struct cli_cell *const said = cells + 1 + measures->num_groupings;
    char room[4][CLI_CELL_ROOM];
    int64_t numerator = 0, denominator = 0;

    for (size_t g = 0; g < PW_NUM_GROUPS; g++) {
        numerator += parts[2 * g];
        denominator += parts[2 * g + 1];
    }
    said[NUMERATOR] = scale == 1.0 ? cli_cell_whole(numerator, room[0])
                                   : cli_cell_real((double) numerator / scale, 12, room[0]);
    said[DENOMINATOR] = cli_cell_whole(denominator, room[1]);
    said[VALUE] = cli_cell_real(estimate.value, 9, room[2]);
    said[STANDARD_ERROR] = cli_cell_real(estimate.error, 9, room[3]);
    for (size_t i = 0; i < measures->num_chosen; i++)
        cli_sheet_add(measures->sheet, cells[measures->chosen[i]]);
    return cli_sheet_end_row(measures->sheet);
}

static pw_status
write_years(const struct measures *measures, const struct pw_field *field, const int64_t *parts,
    struct cli_cell *cells, double scale)
{
    pw_status status = PW_OK;
    const struct cli_span years = measures->request->years;

    for (size_t y = 0; y < field->dims[0]; y++) {
        const int year = (int) field->first[0] + (int) y;
        char room[CLI_CELL_ROOM];

        if (year < years.first || year > years.last) continue;
        cells[0] = cli_cell_whole(year, room);
        for (size_t group = 0; group < measures->num_groups; group++) {
            size_t rest = group;

            for (size_t d = measures->num_groupings; d-- > 0;) {
                const struct grouping *const grouping = &measures->groupings[d];

                cells[1 + d] = grouping->cells[rest % grouping->count];
                rest /= grouping->count;
            }
            PW_TRY(write_row(measures, cells,
                parts + (y * measures->num_groups + group) * PW_NUM_GROUPS * 2, scale));
        }
    }
done:
    return status;
}

static pw_status
write_measure(const struct measures *measures, const char *name)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    struct cli_cell cells[CLI_SHEET_COLUMNS];
    struct cli_cell *const said = cells + 1 + measures->num_groupings;
    char *bytes[2] = { NULL, NULL };
    int64_t *parts = NULL;
    char path[128];

    measure_path(measures, name, path);
    PW_TRY(pw_reader_load_whole(measures->reader, path, &field, &parts));
    PW_TRY(check_shape(measures, name, &field));
    PW_TRY(cli_cell_text(name, &bytes[0], &said[MEASURE]));
    PW_TRY(cli_cell_text(field.units, &bytes[1], &said[UNIT]));
    PW_TRY(write_years(measures, &field, parts, cells, scale_of(name, field.units)));
done:
    pw_free(&parts);
    pw_free(&bytes[0]);
    pw_free(&bytes[1]);
    pw_field_free(&field);
    return status;
}

/* Groupings, columns and heading, from the first measure of the folder. */
static pw_status
begin(struct measures *measures, const char *first_measure)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    const char *names[1 + MAX_GROUPINGS + NUM_SAID] = { "year" };
    char path[128];

    measure_path(measures, first_measure, path);
    PW_TRY(pw_reader_describe(measures->reader, path, &field));
    if (field.rank < 4 || field.rank > MAX_GROUPINGS + 3)
        PW_FAIL(
            PW_EFORMAT, "%s: %s is no measure by groups", pw_reader_path(measures->reader), path);
    measures->num_groupings = (size_t) field.rank - 3;
    measures->num_groups = 1;
    for (size_t d = 0; d < measures->num_groupings; d++) {
        PW_TRY(grouping_read(measures->reader, &field, (int) d + 1, measures->request->as_numbers,
            &measures->groupings[d]));
        measures->num_groups *= measures->groupings[d].count;
        names[1 + d] = field.dim_names[d + 1];
    }
    for (size_t i = 0; i < NUM_SAID; i++)
        names[1 + measures->num_groupings + i] = said_names[i];
    PW_TRY(cli_export_choose(measures->request->columns, names,
        1 + measures->num_groupings + NUM_SAID, measures->chosen, &measures->num_chosen));
    PW_TRY(cli_export_heading(measures->sheet, names, measures->chosen, measures->num_chosen));
done:
    pw_field_free(&field);
    return status;
}

/* Groupings are the folders /measures/by_...: "place", "origin". */
static pw_status
find_folder(struct measures *measures)
{
    pw_status status = PW_OK;
    const char *const by = measures->request->by == NULL ? "place" : measures->request->by;
    struct pw_names folders = { 0 };
    struct pw_spelling spelling = pw_spelling_of(by);

    PW_TRY(pw_reader_groups(measures->reader, "/measures", &folders));
    for (size_t i = 0; i < folders.count; i++) {
        if (strncmp(folders.items[i], "by_", 3) != 0) continue;
        pw_spelling_try(&spelling, folders.items[i] + 3);
        if (strcmp(folders.items[i] + 3, by) != 0) continue;
        (void) snprintf(measures->folder, sizeof measures->folder, "/measures/by_%s", by);
        goto done;
    }
    if (folders.count == 0)
        PW_FAIL(PW_EFORMAT,
            "%s: there are no measures in this file: was it written by another "
            "version?",
            pw_reader_path(measures->reader));
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--by: %s: there is no such grouping; did you mean %s?", by,
            spelling.nearest);
    PW_FAIL(PW_EUSAGE,
        "--by: measures are on file by place and by origin, not by %s; `pathways summary --by` "
        "adds them up",
        by);
done:
    pw_names_free(&folders);
    return status;
}

static pw_status
fail_to_match(const struct pw_names *names, const char *glob)
{
    struct pw_spelling spelling = pw_spelling_of(glob);

    for (size_t i = 0; i < names->count; i++)
        pw_spelling_try(&spelling, names->items[i]);
    return cli_indicator_refuse(glob, &spelling);
}

pw_status
cli_export_measures(
    const struct pw_reader *reader, const struct export_request *request, struct cli_sheet *sheet)
{
    pw_status status = PW_OK;
    struct measures measures = { .reader = reader, .request = request, .sheet = sheet };
    struct pw_names names = { 0 };
    bool has_begun = false;

    PW_TRY(find_folder(&measures));
    PW_TRY(pw_reader_datasets(reader, measures.folder, &names));
    for (size_t i = 0; i < names.count; i++) {
        if (request->glob != NULL && fnmatch(request->glob, names.items[i], 0) != 0) continue;
        if (!has_begun) PW_TRY(begin(&measures, names.items[i]));
        has_begun = true;
        PW_TRY(write_measure(&measures, names.items[i]));
    }
    if (!has_begun) PW_TRY(fail_to_match(&names, request->glob == NULL ? "*" : request->glob));
done:
    for (size_t d = 0; d < MAX_GROUPINGS; d++)
        grouping_free(&measures.groupings[d]);
    pw_names_free(&names);
    return status;
}

/*
 * Two runs compared by what is on file: people joined by key, variable by variable.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "joined.h"
#include "pathways/alloc.h"
#include "pathways/schedule.h"
#include "pathways/trajectory.h"
#include "words.h"

/* --- Where they part --- */

/* The first difference of a recorded variable. */
struct recorded {
    int year, variable;
    int64_t people;
    size_t first; /* of the joined people */
    double value[2];
};

/*
 * One variable of all joined people, year by year: the earliest year in which any differ, how many
 * do, and the first of them.
 */
static pw_status
compare_variable(const struct diff_pair *pair, const struct cli_joined *joined, int variable,
    struct recorded *found)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[variable];
    struct pw_field field[2] = { { .rank = 0 } };
    double *values[2] = { NULL };
    char path[64] = "/trajectories/";
    const int from = pair->run[0].record_from > pair->run[1].record_from ? pair->run[0].record_from
                                                                         : pair->run[1].record_from;
    int years[2], last;

    for (int s = 0; s < 2; s++)
        years[s] = pair->run[s].record_from + pair->run[s].record_years;
    last = years[0] < years[1] ? years[0] : years[1];
    (void) strcat(path, info->name);
    for (int s = 0; s < 2; s++) {
        if (!pw_reader_has(pair->run[s].reader, path)) goto done;
        PW_TRY(pw_reader_load_real(pair->run[s].reader, path, &field[s], &values[s]));
    }
    for (int year = from; year < last && (found->people == 0 || year <= found->year); year++) {
        struct recorded now = { .year = year, .variable = variable };

        for (size_t i = 0; i < joined->count; i++) {
            double value[2];

            for (int s = 0; s < 2; s++)
                value[s] = values[s][joined->row[s][i] * field[s].row_items
                                     + (size_t) (year - pair->run[s].record_from)];
            if (value[0] == value[1] || (isnan(value[0]) && isnan(value[1]))) continue;
            if (now.people++ > 0) continue;
            now.first = i;
            now.value[0] = value[0];
            now.value[1] = value[1];
        }
        if (now.people == 0) continue;
        /* Of variables that differ in the same year the first of the table is told. */
        if (found->people == 0 || now.year < found->year) *found = now;
        break;
    }
done:
    for (int s = 0; s < 2; s++) {
        pw_free(&values[s]);
        pw_field_free(&field[s]);
    }
    return status;
}

/* A recorded value in words. */
static pw_status
add_recorded(struct pw_text *text, const struct diff_pair *pair, int s, int variable, double value)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[variable];
    struct pw_names places = { 0 };

    if (isnan(value))
        PW_TRY(pw_text_add(text, "nothing"));
    else if (info->codes >= 0)
        PW_TRY(pw_text_add(
            text, "%s", cli_words_code((enum pw_code_family) info->codes, (int) value)));
    else if (info->column == PW_COLUMN_place) {
        PW_TRY(pw_reader_names(pair->run[s].reader, "/axes/place", &places));
        PW_TRY(pw_text_add(text, "%s",
            value >= 0.0 && value < (double) places.count ? places.items[(int) value] : "nowhere"));
    } else
        PW_TRY(pw_text_add(text, "%.9g %s", value, info->units));
done:
    pw_names_free(&places);
    return status;
}

/* Processes that write a column, in order: where a difference may come from. */
static pw_status
add_writers(struct pw_text *text, enum pw_column column)
{
    pw_status status = PW_OK;
    const char *between = "";

    for (size_t p = 0; pw_schedule[p] != NULL; p++)
        /* New rows write everything, which says nothing. */
        if (pw_schedule[p]->writes >> column & 1 && pw_schedule[p]->writes != ~(pw_columns) 0) {
            PW_TRY(pw_text_add(text, "%s%s", between, pw_schedule[p]->name));
            between = ", ";
        }
done:
    return status;
}

static pw_status
report_recorded(
    struct diff_pair *pair, const struct cli_joined *joined, const struct recorded *found)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *info = &pw_trajectories_table()[found->variable];
    struct pw_text value[2] = { { 0 } }, writers = { 0 };
    int64_t born = 0;

    PW_TRY(pw_reader_read_whole(
        pair->run[0].reader, "/persons/birth_year", joined->row[0][found->first], 1, &born));
    for (int s = 0; s < 2; s++)
        PW_TRY(add_recorded(&value[s], pair, s, found->variable, found->value[s]));
    PW_TRY(add_writers(&writers, info->column));
    PW_TRY(pw_text_add(
        &pair->finding, "On file the runs part in %d, in %s, of ", found->year, info->name));
    PW_TRY(cli_words_count(&pair->finding, (double) found->people));
    PW_TRY(pw_text_add(&pair->finding,
        " people. The first is person %lld, aged %d: %s in %s and %s in %s.\nThe processes that "
        "write %s: %s.\n",
        (long long) joined->key[found->first], found->year - (int) born, value[0].bytes,
        pair->label[0], value[1].bytes, pair->label[1], pw_columns_table()[info->column].name,
        writers.bytes == NULL ? "" : writers.bytes));
    PW_TRY(pw_text_add(&pair->json,
        ", \"year\": %d, \"column\": \"%s\", \"people\": %lld, \"person\": %lld", found->year,
        info->name, (long long) found->people, (long long) joined->key[found->first]));
    PW_TRY(cli_diff_add_json(&pair->json, "first_value", value[0].bytes));
    PW_TRY(cli_diff_add_json(&pair->json, "second_value", value[1].bytes));
done:
    pw_text_free(&value[0]);
    pw_text_free(&value[1]);
    pw_text_free(&writers);
    return status;
}

pw_status
cli_diff_recorded(struct diff_pair *pair)
{
    pw_status status = PW_OK;
    struct cli_joined joined = { 0 };
    struct recorded found = { .people = 0 };

    if (pair->run[0].record_years == 0 || pair->run[1].record_years == 0)
        PW_FAIL(PW_EFORMAT, "%s and %s record no lives that could be compared",
            pw_reader_path(pair->run[0].reader), pw_reader_path(pair->run[1].reader));
    PW_TRY(cli_joined_make(&pair->run[0], &pair->run[1], &joined));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(compare_variable(pair, &joined, v, &found));
    if (found.people > 0) {
        PW_TRY(report_recorded(pair, &joined, &found));
        pair->part = true;
    }
    if (joined.only_one + joined.only_other > 0) {
        PW_TRY(pw_text_add(&pair->finding,
            "%zu people are only in %s and %zu only in %s; %zu are in both.\n", joined.only_one,
            pair->label[0], joined.only_other, pair->label[1], joined.count));
        pair->part = true;
    }
    if (strcmp(pair->run[0].digest, pair->run[1].digest) != 0 && !pair->part) {
        PW_TRY(pw_text_add(&pair->finding,
            "All that is on file is the same, and yet the states at the end differ: in something "
            "that is not recorded.\n"));
        pair->part = true;
    }
    if (!pair->part) PW_TRY(pw_text_add(&pair->finding, "All that is on file is the same.\n"));
done:
    cli_joined_free(&joined);
    return status;
}

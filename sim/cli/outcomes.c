/* SPDX-License-Identifier: MIT */
#include "outcomes.h"

#include <stdio.h>
#include <string.h>

#include "pathways/alloc.h"

/* --- Groups --- */

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

int
cli_outcomes_cohort(const struct cli_outcomes *outcomes, enum pw_measure measure, size_t row)
{
    const struct pw_measure_info *const info = pw_measure_info(measure);
    const int year = outcomes->first_year + (int) row;
    const int decade = decade_of(year - info->first_age);

    return decade_of(year - info->last_age) == decade ? decade - outcomes->first_decade : -1;
}

/* --- The file --- */

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

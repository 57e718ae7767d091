/*
 * What is kept of a run of a sweep: every measure in every year, with its error.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "halt.h"
#include "pathways/alloc.h"
#include "sweep.h"

enum { NUM_PARTS = 2 };

/* Years of an indicator by one grouping: [years][groups][NUM_PARTS]. */
static pw_status
estimate(const struct cli_outcomes *outcomes, int indicator, enum cli_by by, float *into)
{
    pw_status status = PW_OK;
    const bool is_nation = by == CLI_BY_NATION;
    const size_t num_groups = outcomes->groups[by].count;
    const size_t num_years = (size_t) outcomes->num_years;
    struct pw_estimate *estimates = NULL;

    PW_TRY(pw_alloc(num_years * num_groups, sizeof *estimates, &estimates));
    if (is_nation)
        PW_TRY(cli_outcomes_estimate(
            outcomes, indicator, CLI_BY_YEAR, (struct cli_span){ 0, 0 }, estimates));
    for (size_t y = 0; !is_nation && y < num_years; y++) {
        const int year = outcomes->first_year + (int) y;

        PW_TRY(cli_outcomes_estimate(
            outcomes, indicator, by, (struct cli_span){ year, year }, estimates + y * num_groups));
    }
    for (size_t i = 0; i < num_years * num_groups; i++) {
        into[NUM_PARTS * i] = (float) estimates[i].value;
        into[NUM_PARTS * i + 1] = (float) estimates[i].error;
    }
done:
    pw_free(&estimates);
    return status;
}

static pw_status
write_grouping(const struct cli_sweep *sweep, const struct cli_outcomes *outcomes, enum cli_by by,
    struct pw_store *store)
{
    pw_status status = PW_OK;
    const size_t num_groups = outcomes->groups[by].count;
    const size_t num_years = (size_t) outcomes->num_years;
    const size_t num_items = num_years * num_groups * NUM_PARTS;
    const char *names[CLI_NUM_INDICATORS];
    float *items = NULL;
    char group[64];
    size_t count = 0;

    (void) snprintf(group, sizeof group, "/%s", cli_by_name(by));
    PW_TRY(pw_alloc(CLI_NUM_INDICATORS * num_items, sizeof *items, &items));
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if (!sweep->wanted[i] || !cli_outcomes_has(outcomes, i, by)) continue;
        if (cli_halt_signal() != 0) /* the run file stays, and the next sweep goes on with it */
            PW_FAIL(PW_ESTOPPED, "told to stop by a signal");
        PW_TRY(estimate(outcomes, i, by, items + count * num_items));
        names[count++] = cli_indicator(i).name;
    }
    if (count == 0) goto done;
    PW_TRY(pw_store_write_array(
        store, &(struct pw_array){ .group = group,
                   .name = "estimate",
                   .about = "Value and jackknife standard error of each measure",
                   .units = "1",
                   .type = PW_TYPE_FLOAT32,
                   .rank = 4,
                   .dims = { { .name = "measure", .length = count },
                       { .name = "year", .length = num_years, .first = outcomes->first_year },
                       { .name = "group", .length = num_groups },
                       { .name = "part", .length = NUM_PARTS } },
                   .data = items }));
    PW_TRY(pw_store_write_names(store, &(struct pw_name_list){ group, "measure_name",
                                           "Name of each measure", "measure", names, count }));
    PW_TRY(pw_store_write_names(
        store, &(struct pw_name_list){ group, "group_name", "Name of each group", "group",
                   (const char *const *) outcomes->groups[by].items, num_groups }));
done:
    pw_free(&items);
    return status;
}

/* What the run file says of its run. */
static pw_status
write_identity(
    const struct cli_sweep *sweep, const struct pw_reader *reader, struct pw_store *store)
{
    static const char *const texts[] = { "scenario_digest", "state_digest" };
    static const char *const numbers[] = { "seed", "replicate", "persons", "start_year" };
    pw_status status = PW_OK;
    char *text = NULL;
    int64_t number = 0;

    PW_TRY(pw_store_set_text(store, "asked", sweep->asked));
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        PW_TRY(pw_reader_text(reader, "/", texts[t], &text));
        PW_TRY(pw_store_set_text(store, texts[t], text));
        pw_free(&text);
    }
    PW_TRY(pw_reader_text(reader, "/", "source", &text));
    PW_TRY(pw_store_set_text(store, "run_source", text));
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        PW_TRY(pw_reader_number(reader, "/", numbers[n], &number));
        PW_TRY(pw_store_set_whole(store, numbers[n], number));
    }
done:
    pw_free(&text);
    return status;
}

pw_status
cli_estimates_write(const struct cli_sweep *sweep, const char *run, const char *path)
{
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct pw_store *store = NULL;

    PW_TRY(cli_outcomes_open(run, &outcomes));
    PW_TRY(pw_store_create_bare(path, true, outcomes.title, "pathways sweep", &store));
    PW_TRY(write_identity(sweep, outcomes.reader, store));
    for (int by = 0; by < CLI_NUM_BY; by++)
        if (sweep->by[by]) PW_TRY(write_grouping(sweep, &outcomes, (enum cli_by) by, store));
    PW_TRY(pw_store_finish(store, NULL));
done:
    pw_store_abandon(&store, false);
    cli_outcomes_close(&outcomes);
    return status;
}

/**
 * sample_run.h - a small made-up run for tests of the run file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SAMPLE_RUN_H
#define PW_SAMPLE_RUN_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pathways/params.h"
#include "pathways/store.h"

enum { SAMPLE_YEARS = 23, SAMPLE_FIRST_YEAR = 2000, SAMPLE_WINDOW = 10 };

/** Fail the test with the sentence of a call that should have succeeded. */
#define MUST(call) cr_assert_eq((call), PW_OK, "%s", pw_status_message())

/** A folder of its own for the test. @param path receives its name */
static inline void
sample_folder(char *path, size_t size)
{
    snprintf(path, size, "/tmp/pathways-test-XXXXXX");
    cr_assert_not_null(mkdtemp(path));
}

/** Remove a file of the test's folder (or the folder, with name ""). */
static inline void
sample_remove(const char *folder, const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (name[0])
        unlink(path);
    else
        rmdir(folder);
}

/** A scenario with three places and one policy; one parameter is set. */
static inline struct pw_scenario
sample_scenario(void)
{
    static char names[][16] = { "Sample", "Why not", "A\xc3\xa6r\xc3\xb8", "Town", "Coast", "E1",
        "E2", "E3", "East", "West", "South", "coastal", "rural", "More places" };
    static char text[] = "{\"title\": \"S\xc3\xa4mple\"}";
    static struct pw_place places[3];
    static struct pw_labour_market markets[2];
    static struct pw_region regions[1];
    static struct pw_policy policies[1];
    static struct pw_calibrated calibrated[1]; /* the second value of post16.base */
    struct pw_scenario scenario = { .title = names[0],
        .why = names[1],
        .run = { .persons = 20000,
            .history_from = 1990,
            .start_year = 2010,
            .years = 13,
            .record_from = SAMPLE_FIRST_YEAR,
            .record = 1.0,
            .seed = 7,
            .replicate = 2 },
        .regions = regions,
        .num_regions = 1,
        .labour_markets = markets,
        .num_labour_markets = 2,
        .places = places,
        .num_places = 3,
        .tags = { names[11], names[12] },
        .num_tags = 2,
        .calibrated = calibrated,
        .num_calibrated = 1,
        .policies = policies,
        .num_policies = 1,
        .source_text = text,
        .resolved_text = text,
        .digest = UINT64_C(0x0123456789abcdef) };

    for (int p = 0; p < 3; p++)
        places[p] = (struct pw_place){
            .name = names[2 + p], .code = names[5 + p], .labour_market = p > 0, .tags = (uint64_t) p
        };
    markets[0].name = names[8];
    markets[1].name = names[9];
    regions[0].name = names[10];
    policies[0] = (struct pw_policy){ .name = names[13], .lever = PW_LEVER_GOOD_JOBS };
    pw_params_default(&scenario.params);
    scenario.params.gcse.attainment_sd += 0.25F; /* as the scenario would have it */
    scenario.params.post16.base[1] += 0.25F;
    calibrated[0] = (struct pw_calibrated){ .param = pw_params_find("post16.base"),
        .index = 1,
        .value = (double) scenario.params.post16.base[1],
        .standard_error = 0.1 };
    return scenario;
}

/** The stored number of variable `v` for a person and year index. */
static inline int
sample_value(int v, size_t row, size_t year)
{
    const struct pw_trajectory_info *info = &pw_trajectories_table()[v];

    if (info->absent < -1 && (row + year) % 5 == 0) return info->absent;
    return (int) ((row * 7 + year / 4 + (size_t) v) % 5);
}

/** A window of every variable as the store takes it; each released with free. */
static inline void
sample_window(size_t num_rows, size_t first_year, size_t num_years, void **data)
{
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const size_t size = pw_trajectories_table()[v].size;

        data[v] = malloc(num_rows * num_years * size + 1);
        for (size_t row = 0; row < num_rows; row++) {
            for (size_t year = 0; year < num_years; year++) {
                const size_t i = row * num_years + year;
                const int value = sample_value(v, row, first_year + year);

                if (size == 1)
                    ((int8_t *) data[v])[i] = (int8_t) value;
                else
                    ((int16_t *) data[v])[i] = (int16_t) value;
            }
        }
    }
}

/** People on file after a window when there are `num_rows` at the end. */
static inline size_t
sample_rows(size_t num_rows, int end_year)
{
    return end_year >= SAMPLE_YEARS ? num_rows : num_rows * (size_t) (end_year + 10) / 40;
}

/** Begin trajectories and write all windows. The first failure is returned. */
static inline pw_status
sample_trajectories(struct pw_store *store, size_t num_rows)
{
    pw_status status =
        pw_store_begin_trajectories(store, PW_ALL_TRAJECTORIES, SAMPLE_FIRST_YEAR, SAMPLE_YEARS);
    const int window = pw_store_window_years(store);

    for (int year = 0; year < SAMPLE_YEARS && status == PW_OK; year += window) {
        const int count = SAMPLE_YEARS - year < window ? SAMPLE_YEARS - year : window;
        const size_t rows = sample_rows(num_rows, year + count);
        void *data[PW_NUM_TRAJECTORIES];
        const void *window_data[PW_NUM_TRAJECTORIES];

        sample_window(rows, (size_t) year, (size_t) count, data);
        memcpy(window_data, data, sizeof data);
        status = pw_store_write_window(store, rows, year, count, window_data);
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
            free(data[v]);
    }
    return status;
}

/** A column of /persons and a measure. */
static inline pw_status
sample_arrays(struct pw_store *store, size_t num_rows)
{
    int num_sexes;
    const struct pw_code *sexes = pw_codes(PW_CODES_SEX, &num_sexes);
    int8_t *sex = malloc(num_rows + 1);
    double rate[SAMPLE_YEARS * 3];
    struct pw_array persons = { .group = "/persons",
        .name = "sex",
        .about = "Sex",
        .units = "1",
        .type = PW_TYPE_INT8,
        .rank = 1,
        .dims = { { .name = "person", .length = num_rows } },
        .codes = sexes,
        .num_codes = num_sexes,
        .data = sex };
    struct pw_array measure = { .group = "/measures/by_place",
        .name = "rate",
        .about = "Rate",
        .units = "share",
        .type = PW_TYPE_FLOAT64,
        .rank = 2,
        .dims = { { .name = "year", .length = SAMPLE_YEARS, .first = SAMPLE_FIRST_YEAR },
            { .name = "place", .length = 3 } },
        .data = rate };
    pw_status status;

    for (size_t i = 0; i < num_rows; i++)
        sex[i] = (int8_t) (i % 2);
    for (int i = 0; i < SAMPLE_YEARS * 3; i++)
        rate[i] = i / 2.0;
    status = pw_store_write_array(store, &persons);
    if (status == PW_OK) status = pw_store_write_array(store, &measure);
    free(sex);
    return status;
}

/** A complete file; the first failure is returned and leaves nothing. */
static inline pw_status
sample_file(const char *path, size_t num_rows)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = {
        .scenario = &scenario, .command = "a test", .window_years = SAMPLE_WINDOW
    };
    const struct pw_run_result result = {
        .state_digest = 0xabc, .person_years = 1000, .seconds = 0.5
    };
    struct pw_store *store = NULL;
    pw_status status = pw_store_create(path, true, &info, &store);

    if (status == PW_OK) status = sample_trajectories(store, num_rows);
    if (status == PW_OK) status = sample_arrays(store, num_rows);
    if (status == PW_OK) status = pw_store_finish(store, &result);
    pw_store_abandon(&store, false);
    return status;
}

#endif

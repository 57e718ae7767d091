/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/panel.h"

#include <criterion/criterion.h>
#include <math.h>

#include "pathways/parallel.h"
#include "pathways/reader.h"
#include "sample_run.h"

/* Three chunks of people, the last one not full. */
enum { ROWS = 2 * PW_PANEL_CHUNK_ROWS + 3000 };

static char folder[64], path[128];

static void
begin(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
}

static void
end(void)
{
    sample_remove(folder, "run.h5");
    sample_remove(folder, "2.h5");
    sample_remove(folder, "7.h5");
    sample_remove(folder, "");
}

TestSuite(panel, .init = begin, .fini = end);

/* The year index after the window that a year is in. */
static int
window_end(int year)
{
    const int end_year = (year / SAMPLE_WINDOW + 1) * SAMPLE_WINDOW;

    return end_year < SAMPLE_YEARS ? end_year : SAMPLE_YEARS;
}

Test(panel, every_number_comes_back_and_people_not_yet_on_file_are_absent)
{
    static int64_t stored[ROWS * SAMPLE_YEARS];
    struct pw_reader *reader = NULL;

    MUST(sample_file(path, ROWS));
    MUST(pw_reader_open(path, &reader));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
        char name[64];

        snprintf(name, sizeof name, "/trajectories/%s", info->name);
        MUST(pw_reader_read_whole(reader, name, 0, ROWS, stored));
        for (size_t row = 0; row < ROWS; row++) {
            for (int year = 0; year < SAMPLE_YEARS; year++) {
                const bool is_there = row < sample_rows(ROWS, window_end(year));
                const int expected = is_there ? sample_value(v, row, (size_t) year) : info->absent;

                cr_assert_eq(stored[row * SAMPLE_YEARS + (size_t) year], expected,
                    "%s of person %zu in year %d", name, row, year);
            }
        }
    }
    MUST(pw_reader_read_whole(reader, "/trajectories/person", 0, ROWS, stored));
    for (size_t row = 0; row < ROWS; row++)
        cr_assert_eq(stored[row], (int64_t) row);
    pw_reader_close(&reader);
}

Test(panel, packed_values_are_unpacked_and_absent_ones_are_nan)
{
    static double pay[ROWS * SAMPLE_YEARS];
    struct pw_reader *reader = NULL;

    MUST(sample_file(path, ROWS));
    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_read_real(reader, "/trajectories/pay", 0, ROWS, pay));
    for (size_t row = 0; row < sample_rows(ROWS, SAMPLE_WINDOW); row++) {
        const int stored = sample_value(PW_TRAJECTORY_pay, row, 3);
        const double value = pay[row * SAMPLE_YEARS + 3];

        if (stored == -32768)
            cr_assert(isnan(value));
        else
            cr_assert_float_eq(value, stored * 0.001, 1e-6);
    }
    pw_reader_close(&reader);
}

/* Compressed bytes of a chunk, as they stand in the file. */
static size_t
raw_chunk(const char *file_path, const char *name, hsize_t row, void *bytes)
{
    const hid_t file = H5Fopen(file_path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    const hsize_t offset[2] = { row, 0 };
    hsize_t size = 0;
    uint32_t filters = 1;

    cr_assert_geq(H5Dget_chunk_storage_size(dataset, offset, &size), 0);
    cr_assert_geq(H5Dread_chunk(dataset, H5P_DEFAULT, offset, &filters, bytes), 0);
    cr_assert_eq(filters, 0);
    H5Dclose(dataset);
    H5Fclose(file);
    return size;
}

Test(panel, chunks_in_the_file_do_not_depend_on_the_number_of_threads)
{
    static const int threads[3] = { 1, 2, 7 };
    static char files[3][128];
    static unsigned char bytes[3][1 << 20];

    for (int t = 0; t < 3; t++) {
        snprintf(files[t], sizeof files[t], t ? "%s/%d.h5" : "%s/run.h5", folder, threads[t]);
        pw_parallel_set_threads(threads[t]);
        MUST(sample_file(files[t], ROWS));
    }
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        for (hsize_t row = 0; row < ROWS; row += PW_PANEL_CHUNK_ROWS) {
            char name[64];
            size_t size[3];

            snprintf(name, sizeof name, "/trajectories/%s", pw_trajectories_table()[v].name);
            for (int t = 0; t < 3; t++) {
                /* People of the third chunk are not in the first window. */
                if (row > sample_rows(ROWS, SAMPLE_WINDOW)) continue;
                size[t] = raw_chunk(files[t], name, row, bytes[t]);
                cr_assert_eq(size[t], size[0]);
                cr_assert_eq(memcmp(bytes[t], bytes[0], size[0]), 0);
            }
        }
    }
}

Test(panel, variables_that_were_not_asked_for_are_not_there)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };
    const uint32_t variables = PW_TRAJECTORY_BIT(state) | PW_TRAJECTORY_BIT(class);
    const int8_t codes[4] = { 1, 2, 3, 4 };
    const void *data[PW_NUM_TRAJECTORIES] = {
        [PW_TRAJECTORY_state] = codes, [PW_TRAJECTORY_class] = codes
    };
    struct pw_store *store = NULL;
    struct pw_reader *reader = NULL;
    struct pw_names names = { 0 };
    int64_t back[4];

    MUST(pw_store_create(path, false, &info, &store));
    MUST(pw_store_begin_trajectories(store, variables, 2020, 2));
    cr_assert_eq(pw_store_window_years(store), 2, "a window is no longer than the run");
    MUST(pw_store_write_window(store, 2, 0, 2, data));
    MUST(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }));
    pw_store_abandon(&store, false);
    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_datasets(reader, "/trajectories", &names));
    cr_assert_eq(names.count, 2);
    cr_assert_str_eq(names.items[0], "state");
    cr_assert_str_eq(names.items[1], "class");
    MUST(pw_reader_read_whole(reader, "/trajectories/class", 0, 2, back));
    for (int i = 0; i < 4; i++)
        cr_assert_eq(back[i], codes[i]);
    pw_names_free(&names);
    pw_reader_close(&reader);
}

Test(panel, a_window_in_parts_is_the_window_in_one)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };
    static int16_t places[ROWS * 2];
    static int64_t back[ROWS * 2];
    const void *data[PW_NUM_TRAJECTORIES] = { NULL };
    struct pw_store *store = NULL;
    struct pw_reader *reader = NULL;

    for (int i = 0; i < ROWS * 2; i++)
        places[i] = (int16_t) (i % 30011);
    MUST(pw_store_create(path, false, &info, &store));
    MUST(pw_store_begin_trajectories(store, PW_TRAJECTORY_BIT(place), 2020, 2));
    MUST(pw_store_open_window(store, ROWS, 0, 2));
    for (size_t first = 0; first < ROWS; first += PW_STORE_BLOCK_ROWS) {
        const size_t left = ROWS - first;

        data[PW_TRAJECTORY_place] = &places[first * 2];
        MUST(pw_store_write_rows(
            store, first, left < PW_STORE_BLOCK_ROWS ? left : PW_STORE_BLOCK_ROWS, data));
    }
    MUST(pw_store_close_window(store));
    MUST(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }));
    pw_store_abandon(&store, false);
    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_read_whole(reader, "/trajectories/place", 0, ROWS, back));
    for (int i = 0; i < ROWS * 2; i++)
        cr_assert_eq(back[i], places[i]);
    pw_reader_close(&reader);
}

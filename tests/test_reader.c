/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/reader.h"

#include <criterion/criterion.h>
#include <hdf5.h>
#include <sys/stat.h>

#include "pathways/alloc.h"
#include "sample_run.h"

enum { ROWS = 10000 };

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
    sample_remove(folder, "run.h5.part");
    sample_remove(folder, "");
}

TestSuite(reader, .init = begin, .fini = end);

static void
expect_refusal(const char *name, pw_status expected, const char *part_of_sentence)
{
    struct pw_reader *reader = NULL;

    const pw_status status = pw_reader_open(name, &reader);

    cr_assert_eq(status, expected, "%s: %s", pw_status_about(status), pw_status_message());
    cr_assert_null(reader);
    cr_assert_eq(strncmp(pw_status_message(), name, strlen(name)), 0, "%s", pw_status_message());
    cr_assert_not_null(strstr(pw_status_message(), part_of_sentence), "%s", pw_status_message());
    pw_reader_close(&reader);
}

Test(reader, files_that_are_no_run_files_are_refused_with_the_reason)
{
    FILE *file;
    hid_t foreign;

    expect_refusal(path, PW_EINPUT, "there is no such file");
    expect_refusal(folder, PW_EINPUT, "is a folder");
    file = fopen(path, "w");
    expect_refusal(path, PW_EFORMAT, "is not an HDF5 file");
    fputs("a,b\n1,2\n", file);
    fclose(file);
    expect_refusal(path, PW_EFORMAT, "is not an HDF5 file");
    foreign = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(foreign);
    expect_refusal(path, PW_EFORMAT, "is an HDF5 file but not a run file");
}

Test(reader, file_cut_short_anywhere_is_refused)
{
    struct stat about;

    MUST(sample_file(path, ROWS));
    cr_assert_eq(stat(path, &about), 0);
    for (off_t size = about.st_size - 1; size > 100; size = size * 9 / 10) {
        cr_assert_eq(truncate(path, size), 0);
        expect_refusal(path, PW_EFORMAT, "is damaged or cut short");
    }
}

Test(reader, unfinished_file_is_refused)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };
    struct pw_store *store = NULL;
    char part[160];

    MUST(pw_store_create(path, false, &info, &store));
    MUST(sample_trajectories(store, ROWS));
    snprintf(part, sizeof part, "%s.part", path);
    pw_store_abandon(&store, true);
    expect_refusal(part, PW_EFORMAT, "is unfinished");
}

Test(reader, newer_layout_is_refused)
{
    const int newer = PW_STORE_FORMAT + 1;
    hid_t file, attribute;

    MUST(sample_file(path, 10));
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    attribute = H5Aopen(file, "format", H5P_DEFAULT);
    cr_assert_geq(H5Awrite(attribute, H5T_NATIVE_INT, &newer), 0);
    H5Aclose(attribute);
    H5Fclose(file);
    expect_refusal(path, PW_EFORMAT, "use the version that wrote it (pathways ");
}

Test(reader, groups_and_datasets_are_listed_in_the_order_of_writing_without_scales)
{
    struct pw_reader *reader = NULL;
    struct pw_names names = { 0 };

    MUST(sample_file(path, 10));
    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_datasets(reader, "/trajectories", &names));
    cr_assert_eq(names.count, PW_NUM_TRAJECTORIES);
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        cr_assert_str_eq(names.items[v], pw_trajectories_table()[v].name);
    pw_names_free(&names);
    MUST(pw_reader_groups(reader, "/measures", &names));
    cr_assert_eq(names.count, 1);
    cr_assert_str_eq(names.items[0], "by_place");
    pw_names_free(&names);
    MUST(pw_reader_datasets(reader, "/nothing/here", &names));
    cr_assert_eq(names.count, 0);
    pw_names_free(&names);
    cr_assert(pw_reader_has(reader, "/measures/by_place/rate"));
    cr_assert_not(pw_reader_has(reader, "/measures/by_place/rat"));
    cr_assert_not(pw_reader_has(reader, "/no/by_place"));
    pw_reader_close(&reader);
}

Test(reader, slice_is_the_same_as_that_part_of_the_whole)
{
    static int64_t all[ROWS * SAMPLE_YEARS], some[500 * SAMPLE_YEARS];
    struct pw_reader *reader = NULL;

    MUST(sample_file(path, ROWS));
    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_read_whole(reader, "/trajectories/place", 0, ROWS, all));
    for (size_t first = 0; first + 500 <= ROWS; first += 3167) {
        MUST(pw_reader_read_whole(reader, "/trajectories/place", first, 500, some));
        cr_assert_eq(memcmp(some, all + first * SAMPLE_YEARS, sizeof some), 0);
    }
    MUST(pw_reader_read_whole(reader, "/trajectories/place", ROWS, 0, some));
    cr_assert_eq(
        pw_reader_read_whole(reader, "/trajectories/place", ROWS - 1, 2, some), PW_EFORMAT);
    cr_assert_eq(
        pw_reader_read_whole(reader, "/trajectories/place", ROWS + 1, 0, some), PW_EFORMAT);
    pw_reader_close(&reader);
}

Test(reader, shape_is_that_of_the_description)
{
    static const char *const paths[] = { "/trajectories/state", "/trajectories/pay" };
    struct pw_reader *reader = NULL;

    MUST(sample_file(path, ROWS));
    MUST(pw_reader_open(path, &reader));
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct pw_field shape = { 0 }, field = { 0 };

        MUST(pw_reader_shape(reader, paths[i], &shape));
        MUST(pw_reader_describe(reader, paths[i], &field));
        cr_assert_eq(shape.type, field.type);
        cr_assert_eq(shape.rank, field.rank);
        cr_assert_eq(memcmp(shape.dims, field.dims, sizeof shape.dims), 0);
        cr_assert_eq(shape.row_items, field.row_items);
        cr_assert_eq(shape.scale, field.scale);
        cr_assert_eq(shape.offset, field.offset);
        cr_assert_eq(shape.fill, field.fill);
        pw_field_free(&field);
    }
    pw_reader_close(&reader);
}

Test(reader, asking_for_what_is_not_there_names_it)
{
    struct pw_reader *reader = NULL;
    struct pw_names names = { 0 };
    char *text = NULL;
    int64_t number = 0;
    double real[SAMPLE_YEARS * 3];

    MUST(sample_file(path, 10));
    MUST(pw_reader_open(path, &reader));
    cr_assert_str_eq(pw_reader_path(reader), path);
    cr_assert_eq(pw_reader_read_real(reader, "/measures/by_place/luck", 0, 1, real), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "has no dataset /measures/by_place/luck"));
    cr_assert_eq(pw_reader_text(reader, "/", "taste", &text), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "/ has no attribute taste that is a text"));
    cr_assert_eq(pw_reader_text(reader, "/", "seed", &text), PW_EFORMAT);
    cr_assert_eq(pw_reader_number(reader, "/", "title", &number), PW_EFORMAT);
    cr_assert_eq(pw_reader_names(reader, "/trajectories/state", &names), PW_EFORMAT);
    cr_assert_eq(
        pw_reader_read_whole(reader, "/measures/by_place/rate", 0, 1, &number), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "does not hold whole numbers"));
    MUST(pw_reader_read_real(reader, "/measures/by_place/rate", 0, SAMPLE_YEARS, real));
    cr_assert_eq(real[7], 3.5);
    pw_reader_close(&reader);
}

/* A byte changed in the middle of the numbers must not go unnoticed by the decompressor, nor crash.
 */
Test(reader, damaged_chunk_is_an_error)
{
    static int64_t state[ROWS * SAMPLE_YEARS];
    struct pw_reader *reader = NULL;
    hid_t file, dataset, space;
    haddr_t address = 0;
    hsize_t size = 0;
    unsigned filters;
    FILE *stream;

    MUST(sample_file(path, ROWS));
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    dataset = H5Dopen2(file, "/trajectories/state", H5P_DEFAULT);
    space = H5Dget_space(dataset);
    cr_assert_geq(H5Dget_chunk_info(dataset, space, 0, NULL, &filters, &address, &size), 0);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    stream = fopen(path, "r+");
    fseek(stream, (long) (address + size / 2), SEEK_SET);
    for (int i = 0; i < 16; i++)
        fputc(0xA5, stream);
    fclose(stream);
    MUST(pw_reader_open(path, &reader));
    cr_assert_eq(pw_reader_read_whole(reader, "/trajectories/state", 0, ROWS, state), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "/trajectories/state is damaged"));
    pw_reader_close(&reader);
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/grid.h"

#include <criterion/criterion.h>
#include <math.h>

#include "pathways/alloc.h"
#include "pathways/reader.h"
#include "sample_run.h"

static char folder[64], path[128];
static struct pw_store *store;

static void
begin(void)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };

    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
    MUST(pw_store_create(path, false, &info, &store));
}

static struct pw_reader *
finish(void)
{
    struct pw_reader *reader = NULL;

    MUST(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }));
    pw_store_abandon(&store, false);
    MUST(pw_reader_open(path, &reader));
    return reader;
}

static void
end(void)
{
    pw_store_abandon(&store, false);
    sample_remove(folder, "run.h5");
    sample_remove(folder, "");
}

TestSuite(grid, .init = begin, .fini = end);

Test(grid, cut_covers_every_item_and_keeps_to_the_limit, .init = NULL, .fini = NULL)
{
    static const size_t lengths[][4] = { { 1, 1, 1, 1 }, { 100, 151, 32, 5 }, { 3, 100000, 2, 2 },
        { 7, 3, 1, 1000000 }, { 1000000, 1, 1, 1 }, { 2, 2, 2, 2 } };

    for (size_t n = 0; n < sizeof lengths / sizeof *lengths; n++) {
        struct pw_dimension dims[4];

        for (int d = 0; d < 4; d++)
            dims[d] = (struct pw_dimension){ .length = lengths[n][d] };
        for (int rank = 1; rank <= 4; rank++) {
            const struct pw_cut cut = pw_grid_cut(rank, dims, 8, 4096);
            size_t inner = 1, outer = 1;

            for (int d = 0; d < rank; d++)
                *(d < cut.split     ? &outer
                    : d > cut.split ? &inner
                                    : &(size_t){ 0 }) *= dims[d].length;
            cr_assert_eq(cut.inner, inner);
            cr_assert_eq(cut.outer, outer);
            cr_assert_leq(cut.part * cut.inner * 8, 4096);
            cr_assert_leq(cut.part, dims[cut.split].length);
            cr_assert_geq(cut.chunks * cut.part, outer * dims[cut.split].length);
        }
    }
}

/* Lengths whose chunks do not come out even. */
Test(grid, big_array_of_any_type_comes_back)
{
    enum { A = 5, B = 211, C = 97 };
    static int16_t shorts[A * B * C];
    static double reals[A * B * C];
    struct pw_array array = { .group = "/measures/deep/down",
        .name = "shorts",
        .about = "Something small",
        .units = "1",
        .type = PW_TYPE_INT16,
        .rank = 3,
        .dims = { { "year", A, 1999, 2 }, { "place", B, 0, 0 }, { "age", C, 16, 1 } },
        .data = shorts };
    struct pw_field field = { 0 };
    struct pw_reader *reader;
    int64_t *whole = NULL;
    double *real = NULL;

    for (int i = 0; i < A * B * C; i++) {
        shorts[i] = (int16_t) (i * 31 % 65000 - 32000);
        reals[i] = i % 11 ? i / 7.0 : NAN;
    }
    MUST(pw_store_write_array(store, &array));
    array.name = "reals";
    array.type = PW_TYPE_FLOAT64;
    array.data = reals;
    MUST(pw_store_write_array(store, &array));
    reader = finish();
    MUST(pw_reader_load_whole(reader, "/measures/deep/down/shorts", &field, &whole));
    cr_assert_eq(field.rank, 3);
    cr_assert_eq(field.type, PW_TYPE_INT16);
    cr_assert_eq(field.dims[1], B);
    cr_assert_str_eq(field.dim_names[2], "age");
    cr_assert_eq(field.first[0], 1999);
    cr_assert_eq(field.first[2], 16);
    cr_assert_str_eq(field.about, "Something small");
    for (int i = 0; i < A * B * C; i++)
        cr_assert_eq(whole[i], shorts[i]);
    pw_field_free(&field);
    MUST(pw_reader_load_real(reader, "/measures/deep/down/reals", &field, &real));
    for (int i = 0; i < A * B * C; i++)
        cr_assert(isnan(reals[i]) ? isnan(real[i]) : real[i] == reals[i]);
    pw_field_free(&field);
    pw_free(&whole);
    MUST(pw_reader_load_whole(reader, "/measures/deep/down/year", &field, &whole));
    for (int i = 0; i < A; i++)
        cr_assert_eq(whole[i], 1999 + 2 * i);
    pw_field_free(&field);
    pw_free(&whole);
    pw_free(&real);
    pw_reader_close(&reader);
}

/* The first items are given where they lie, later ones in the room. */
static const void *
fetch_sevens(void *context, size_t first, size_t count, void *room)
{
    const int32_t *const sevens = context;

    if (first == 0) return sevens;
    memcpy(room, sevens + first, count * sizeof *sevens);
    return room;
}

Test(grid, array_that_is_fetched_in_parts_comes_back_whole)
{
    enum { FEW = 100, MANY = 6000000 };
    static int32_t sevens[MANY];
    struct pw_array array = { .group = "/persons",
        .name = "many",
        .about = "Sevens",
        .units = "1",
        .type = PW_TYPE_INT32,
        .rank = 1,
        .dims = { { .name = "person", .length = MANY } },
        .fetch = fetch_sevens,
        .context = sevens };
    struct pw_field field = { 0 };
    struct pw_reader *reader;
    int64_t *whole = NULL;

    for (int i = 0; i < MANY; i++)
        sevens[i] = 7 * i;
    MUST(pw_store_write_array(store, &array));
    array.group = "/measures/few";
    array.name = "few"; /* stored in one piece */
    array.dims[0].length = FEW;
    MUST(pw_store_write_array(store, &array));
    reader = finish();
    MUST(pw_reader_load_whole(reader, "/persons/many", &field, &whole));
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(whole[i], 7 * i);
    pw_field_free(&field);
    pw_free(&whole);
    MUST(pw_reader_load_whole(reader, "/measures/few/few", &field, &whole));
    for (int i = 0; i < FEW; i++)
        cr_assert_eq(whole[i], 7 * i);
    pw_field_free(&field);
    pw_free(&whole);
    pw_reader_close(&reader);
}

Test(grid, array_without_items_is_left_out)
{
    const struct pw_array array = { .group = "/policies",
        .name = "spending",
        .about = "Spending",
        .units = "GBP",
        .type = PW_TYPE_FLOAT64,
        .rank = 1,
        .dims = { { .name = "policy", .length = 0 } } };
    struct pw_reader *reader;

    MUST(pw_store_write_array(store, &array));
    reader = finish();
    cr_assert_not(pw_reader_has(reader, "/policies"));
    pw_reader_close(&reader);
}

Test(grid, codes_become_flags_of_the_same_type)
{
    const int8_t sex[3] = { 0, 1, 1 };
    int count;
    const struct pw_code *codes = pw_codes(PW_CODES_SEX, &count);
    const struct pw_array array = { .group = "/persons",
        .name = "sex",
        .about = "Sex",
        .units = "1",
        .type = PW_TYPE_INT8,
        .rank = 1,
        .dims = { { .name = "person", .length = 3 } },
        .codes = codes,
        .num_codes = count,
        .data = sex };
    struct pw_reader *reader;
    char *meanings = NULL;
    hid_t file, attribute, type;

    MUST(pw_store_write_array(store, &array));
    reader = finish();
    MUST(pw_reader_text(reader, "/persons/sex", "flag_meanings", &meanings));
    cr_assert_str_eq(meanings, "male female");
    pw_free(&meanings);
    pw_reader_close(&reader);
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    attribute = H5Aopen_by_name(file, "/persons/sex", "flag_values", H5P_DEFAULT, H5P_DEFAULT);
    type = H5Aget_type(attribute);
    cr_assert_gt(H5Tequal(type, H5T_NATIVE_INT8), 0);
    H5Tclose(type);
    H5Aclose(attribute);
    H5Fclose(file);
}

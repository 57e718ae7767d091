/* SPDX-License-Identifier: MIT */
#include "pathways/slab.h"

#include <criterion/criterion.h>

#include "pathways/alloc.h"
#include "pathways/reader.h"
#include "sample_run.h"

enum { ROWS = 20000 };

static char folder[64], path[128];
static struct pw_reader *reader;

static void
begin(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
    MUST(sample_file(path, ROWS));
    MUST(pw_reader_open(path, &reader));
}

static void
end(void)
{
    pw_reader_close(&reader);
    sample_remove(folder, "run.h5");
    sample_remove(folder, "");
}

TestSuite(slab, .init = begin, .fini = end, .timeout = 60);

/* Stretches that lie across chunks, against the reader that takes whole rows. */
Test(slab, any_stretch_holds_what_the_reader_gives)
{
    const struct pw_stretch stretches[] = { { 0, 1, 0, 1 }, { 8190, 8195, 0, 3 },
        { 8190, 8195, 1, 3 }, { 0, ROWS, 2, 3 }, { 16383, ROWS, 0, 2 }, { 5, 5, 0, 3 } };
    struct pw_slab *slab = NULL;
    struct pw_field field = { 0 };
    int64_t *whole = NULL;
    int16_t *items = NULL;

    MUST(pw_reader_load_whole(reader, "/trajectories/place", &field, &whole));
    MUST(pw_slab_open(reader, "/trajectories/place", PW_TYPE_INT16, &slab));
    cr_assert_eq(pw_slab_rows(slab), ROWS);
    cr_assert_eq(pw_slab_columns(slab), field.row_items);
    MUST(pw_alloc(ROWS * field.row_items, sizeof *items, &items));
    for (size_t s = 0; s < sizeof stretches / sizeof *stretches; s++) {
        const struct pw_stretch *const stretch = &stretches[s];
        const size_t width = stretch->end_column - stretch->first_column;

        MUST(pw_slab_read(slab, stretch, items));
        for (size_t row = stretch->begin; row < stretch->end; row++)
            for (size_t c = 0; c < width; c++)
                cr_assert_eq(items[(row - stretch->begin) * width + c],
                    whole[row * field.row_items + stretch->first_column + c]);
    }
    pw_free(&items);
    pw_free(&whole);
    pw_field_free(&field);
    pw_slab_close(&slab);
    pw_slab_close(&slab);
}

Test(slab, what_cannot_be_read_is_refused_by_name)
{
    struct pw_slab *slab = NULL;

    cr_assert_eq(pw_slab_open(reader, "/persons/shoe_size", PW_TYPE_INT8, &slab), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "/persons/shoe_size"));
    cr_assert_eq(pw_slab_open(reader, "/trajectories/place", PW_TYPE_INT8, &slab), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "at most 1 bytes"));
    cr_assert_null(slab);
    MUST(pw_slab_open(reader, "/persons/sex", PW_TYPE_INT8, &slab));
    cr_assert_eq(pw_slab_columns(slab), 1);
    cr_assert_eq(pw_slab_read(slab, &(struct pw_stretch){ 0, ROWS + 1, 0, 1 }, NULL), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "ends before row"));
    pw_slab_close(&slab);
}

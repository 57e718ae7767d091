/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/chunk.h"

#include <criterion/criterion.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/parallel.h"

enum { ROWS = 100, COLUMNS = 7, MAX_BYTES = ROWS * COLUMNS * 8 };

/* What a reader of HDF5 does: inflate, then bring the bytes of each item together. */
static void
undo(const struct pw_chunk *chunk, unsigned char *out)
{
    static unsigned char planes[MAX_BYTES];
    const size_t count = chunk->full_rows * chunk->full_columns, size = chunk->item_size;
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    size_t got = 0;

    cr_assert_eq(libdeflate_zlib_decompress(
                     decompressor, chunk->packed, chunk->packed_size, planes, sizeof planes, &got),
        LIBDEFLATE_SUCCESS);
    cr_assert_eq(got, count * size);
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < size; byte++)
            out[i * size + byte] = planes[byte * count + i];
    libdeflate_free_decompressor(decompressor);
}

static void
fill_with_noise(unsigned char *bytes, size_t count)
{
    uint32_t x = 1;

    for (size_t i = 0; i < count; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (unsigned char) (x >> 24);
    }
}

Test(chunk, comes_back_as_it_went_in_for_every_width_and_shape)
{
    static unsigned char source[MAX_BYTES], back[MAX_BYTES];
    static const unsigned char fill[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    static const size_t shapes[][2] = { { ROWS, COLUMNS }, { 1, 1 }, { ROWS, 3 }, { 41, COLUMNS },
        { 99, 6 } };
    struct pw_packer packer = { 0 };

    fill_with_noise(source, sizeof source);
    cr_assert_eq(pw_packer_init(&packer, MAX_BYTES, 1), PW_OK);
    for (size_t size = 1; size <= 8; size *= 2) {
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            struct pw_chunk chunk = { .source = source,
                .rows = shapes[s][0],
                .columns = shapes[s][1],
                .full_rows = ROWS,
                .full_columns = COLUMNS,
                .item_size = size,
                .fill = fill };

            cr_assert_eq(pw_packer_pack(&packer, &chunk, 1), PW_OK);
            undo(&chunk, back);
            for (size_t row = 0; row < ROWS; row++) {
                for (size_t column = 0; column < COLUMNS; column++) {
                    const unsigned char *item = back + (row * COLUMNS + column) * size;
                    const bool is_there = row < chunk.rows && column < chunk.columns;
                    const unsigned char *expected =
                        is_there ? source + (row * chunk.columns + column) * size : fill;

                    cr_assert_eq(memcmp(item, expected, size), 0);
                }
            }
        }
    }
    pw_packer_free(&packer);
}

/* Sum that depends on every byte and its place. */
static uint64_t
pack_all(int num_threads, struct pw_packer *packer)
{
    enum { COUNT = 60 };
    static unsigned char source[COUNT][MAX_BYTES];
    static const double nothing = 0.0;
    struct pw_chunk chunks[COUNT];
    uint64_t sum = 0;

    pw_parallel_set_threads(num_threads);
    for (size_t i = 0; i < COUNT; i++) {
        fill_with_noise(source[i], (i + 1) * 10);
        chunks[i] = (struct pw_chunk){ .source = source[i],
            .rows = ROWS - i,
            .columns = COLUMNS,
            .full_rows = ROWS,
            .full_columns = COLUMNS,
            .item_size = i % 2 ? 2 : 8,
            .fill = &nothing };
    }
    cr_assert_eq(pw_packer_pack(packer, chunks, COUNT), PW_OK);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < chunks[i].packed_size; j++)
            sum = sum * 1099511628211u + chunks[i].packed[j];
    return sum;
}

Test(chunk, bytes_are_the_same_for_1_2_and_7_threads_even_when_threads_are_added_later)
{
    struct pw_packer packer = { 0 }, again = { 0 };
    uint64_t one, two, seven;

    pw_parallel_set_threads(1);
    cr_assert_eq(pw_packer_init(&packer, MAX_BYTES, 1), PW_OK);
    one = pack_all(1, &packer);
    two = pack_all(2, &packer);
    seven = pack_all(7, &packer);
    cr_assert_eq(one, two);
    cr_assert_eq(one, seven);
    cr_assert_eq(pw_packer_init(&again, MAX_BYTES, 9), PW_OK);
    cr_assert_neq(pack_all(7, &again), one, "the level has no effect");
    pw_packer_free(&packer);
    pw_packer_free(&again);
}

Test(chunk, batch_has_work_for_every_thread)
{
    struct pw_packer packer = { 0 };

    pw_parallel_set_threads(20);
    cr_assert_eq(pw_packer_init(&packer, 1000, 1), PW_OK);
    cr_assert_geq(packer.batch, (size_t) pw_parallel_threads() * 8);
    pw_packer_free(&packer);
    pw_packer_free(&packer);
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/chunk.h"

#include <criterion/criterion.h>
#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/parallel.h"

enum { ROWS = 100, COLUMNS = 7, MAX_BYTES = ROWS * COLUMNS * 8 };

static void
inflate(const struct pw_chunk *chunk, unsigned char *out, size_t room, size_t expected)
{
    struct inflate_state state;

    isal_inflate_init(&state);
    state.crc_flag = ISAL_ZLIB;
    memcpy(&state.next_in, &chunk->packed, sizeof chunk->packed);
    state.avail_in = (uint32_t) chunk->packed_size;
    state.next_out = out;
    state.avail_out = (uint32_t) room;
    cr_assert_eq(isal_inflate_stateless(&state), ISAL_DECOMP_OK);
    cr_assert_eq(state.total_out, expected);
}

/* What a reader of HDF5 does: inflate, then bring the bytes of each item together. */
static void
undo(const struct pw_chunk *chunk, unsigned char *out)
{
    static unsigned char planes[MAX_BYTES];
    const size_t count = chunk->full_rows * chunk->full_columns, size = chunk->item_size;

    inflate(chunk, planes, sizeof planes, count * size);
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < size; byte++)
            out[i * size + byte] = planes[byte * count + i];
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
    cr_assert_eq(pw_packer_init(&packer, MAX_BYTES), PW_OK);
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
    struct pw_packer packer = { 0 };
    uint64_t one, two, seven;

    pw_parallel_set_threads(1);
    cr_assert_eq(pw_packer_init(&packer, MAX_BYTES), PW_OK);
    one = pack_all(1, &packer);
    two = pack_all(2, &packer);
    seven = pack_all(7, &packer);
    cr_assert_eq(one, two);
    cr_assert_eq(one, seven);
    pw_packer_free(&packer);
}

/* More than one block of bytes that cannot be made fewer takes the most room there is. */
Test(chunk, noise_fits_where_it_cannot_be_made_smaller)
{
    enum { BYTES = 3 * 65536 };
    unsigned char *source = malloc(BYTES), *back = malloc(BYTES);
    struct pw_packer packer = { 0 };
    struct pw_chunk chunk = { .source = source,
        .rows = BYTES,
        .columns = 1,
        .full_rows = BYTES,
        .full_columns = 1,
        .item_size = 1 };

    cr_assert(source && back);
    for (size_t i = 0; i < BYTES; i++) /* a good hash of i: every byte is equally likely */
        source[i] = (unsigned char) ((i * 0x9e3779b97f4a7c15u ^ (i * 0xbf58476d1ce4e5b9u) >> 29)
                                         * 0x94d049bb133111ebu
                                     >> 56);
    cr_assert_eq(pw_packer_init(&packer, BYTES), PW_OK);
    cr_assert_eq(pw_packer_pack(&packer, &chunk, 1), PW_OK);
    cr_assert_gt(chunk.packed_size, BYTES);
    inflate(&chunk, back, BYTES, BYTES);
    cr_assert_eq(memcmp(source, back, BYTES), 0);
    pw_packer_free(&packer);
    free(source);
    free(back);
}

Test(chunk, batch_has_work_for_every_thread)
{
    struct pw_packer packer = { 0 };

    pw_parallel_set_threads(20);
    cr_assert_eq(pw_packer_init(&packer, 1000), PW_OK);
    cr_assert_geq(packer.batch, (size_t) pw_parallel_threads() * 8);
    pw_packer_free(&packer);
    pw_packer_free(&packer);
}

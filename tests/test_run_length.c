/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/run_length.h"

#include <criterion/criterion.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1 << 18, ROOM = MOST + MOST / 8 + 1024 };

static unsigned char bytes[MOST], packed[ROOM], back[MOST];
static uint16_t tokens[MOST];

/* @return the length of the stream, which was read back as it went in */
static size_t
there_and_back(size_t count)
{
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    const size_t size = pw_run_length_pack(bytes, count, tokens, packed, sizeof packed);
    size_t got = 0;

    cr_assert_gt(size, 0u);
    cr_assert_eq(libdeflate_zlib_decompress(decompressor, packed, size, back, sizeof back, &got),
        LIBDEFLATE_SUCCESS, "%zu bytes", count);
    cr_assert_eq(got, count);
    cr_assert_eq(memcmp(back, bytes, count), 0, "%zu bytes", count);
    libdeflate_free_decompressor(decompressor);
    return size;
}

static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

Test(run_length, every_length_of_run_comes_back)
{
    for (size_t count = 1; count < 1200; count++) {
        memset(bytes, 7, count);
        there_and_back(count);
        bytes[0] = bytes[count - 1] = 9;
        there_and_back(count);
    }
}

Test(run_length, counts_of_any_density_come_back)
{
    uint32_t state = 1;

    for (uint32_t share = 0; share <= 100; share += 5) {
        for (size_t i = 0; i < MOST; i++)
            bytes[i] = next_random(&state) % 100 < share ? (unsigned char) next_random(&state) : 0;
        there_and_back(MOST);
        there_and_back(MOST / 3);
    }
}

Test(run_length, zeros_take_next_to_nothing)
{
    memset(bytes, 0, sizeof bytes);
    cr_assert_lt(there_and_back(MOST), 600u);
}

Test(run_length, noise_hardly_grows)
{
    uint32_t state = 1;

    for (size_t i = 0; i < MOST; i++)
        bytes[i] = (unsigned char) next_random(&state);
    cr_assert_lt(there_and_back(MOST), MOST + MOST / 50);
}

/* A tree that is as deep as it has leaves: each byte as often as the two before it together. */
Test(run_length, codes_are_no_longer_than_deflate_allows)
{
    size_t before = 1, often = 1, count = 0;

    for (unsigned char byte = 0; byte < 24; byte++) {
        const size_t next = before + often;

        for (size_t k = 0; k < often && count + 2 <= MOST; k++) {
            bytes[count++] = byte;
            bytes[count++] = 30; /* so that there are no runs */
        }
        before = often;
        often = next;
    }
    cr_assert_gt(count, 100000u);
    there_and_back(count);
}

Test(run_length, says_so_when_there_is_no_room)
{
    uint32_t state = 1;

    for (size_t i = 0; i < 1000; i++)
        bytes[i] = (unsigned char) next_random(&state);
    cr_assert_eq(pw_run_length_pack(bytes, 1000, tokens, packed, 900), 0u);
    cr_assert_eq(pw_run_length_pack(bytes, 0, tokens, packed, sizeof packed), 0u);
}

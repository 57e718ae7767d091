/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define NUM_BLOCKS 400
#define NUM_DRAWS  (NUM_BLOCKS * PW_BLOCK)

static void
expect_words(const uint32_t counter[4], const uint32_t key[2], const uint32_t expected[4])
{
    uint32_t words[4];

    pw_philox(counter, key, words);
    for (int j = 0; j < 4; j++)
        cr_assert_eq(words[j], expected[j], "word %d: %08x, not %08x", j, words[j], expected[j]);
}

/* The known answers published with Random123 for philox4x32-10. */
Test(rng, philox_gives_the_published_answers)
{
    expect_words((const uint32_t[]){ 0, 0, 0, 0 }, (const uint32_t[]){ 0, 0 },
        (const uint32_t[]){ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 });
    expect_words((const uint32_t[]){ 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
        (const uint32_t[]){ 0xffffffff, 0xffffffff },
        (const uint32_t[]){ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd });
    expect_words((const uint32_t[]){ 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
        (const uint32_t[]){ 0xa4093822, 0x299f31d0 },
        (const uint32_t[]){ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 });
}

/* The first output of SplitMix64 from the seed 0, as published with the generator. */
Test(rng, mix_gives_the_published_answer)
{
    cr_assert_eq(pw_mix64(0), 0xE220A8397B1DCDAFu);
}

Test(rng, words_are_philox_of_the_address)
{
    const struct pw_rng rng = { { 0xa4093822, 0x299f31d0 } };
    uint32_t words[4];

    pw_rng_words(&rng, 0x85a308d3243f6a88u, 0x13198a2e, 0x0370, 0x7344, words);
    cr_assert_eq(words[0], 0xd16cfe09);
    cr_assert_eq(words[3], 0x24126ea1);
    cr_assert_eq(pw_rng_uniform(&rng, 0x85a308d3243f6a88u, 0x13198a2e, 0x0370, 0x7344),
        pw_rng_open(0xd16cfe09));
}

Test(rng, each_part_of_the_address_changes_the_draw)
{
    const struct pw_rng rng = pw_rng_make(1, 0);
    const struct pw_rng other_seed = pw_rng_make(2, 0);
    const struct pw_rng other_replicate = pw_rng_make(1, 1);
    uint32_t words[8][4];

    pw_rng_words(&rng, 5, 2025, 3, 0, words[0]);
    pw_rng_words(&rng, 6, 2025, 3, 0, words[1]);
    pw_rng_words(&rng, 5 + ((uint64_t) 1 << 32), 2025, 3, 0, words[2]);
    pw_rng_words(&rng, 5, 2026, 3, 0, words[3]);
    pw_rng_words(&rng, 5, 2025, 4, 0, words[4]);
    pw_rng_words(&rng, 5, 2025, 3, 1, words[5]);
    pw_rng_words(&other_seed, 5, 2025, 3, 0, words[6]);
    pw_rng_words(&other_replicate, 5, 2025, 3, 0, words[7]);
    for (int a = 0; a < 8; a++) {
        for (int b = a + 1; b < 8; b++)
            cr_assert_neq(memcmp(words[a], words[b], sizeof words[a]), 0, "%d and %d", a, b);
    }
}

Test(rng, seed_and_replicate_do_not_stand_in_for_each_other)
{
    const struct pw_rng a = pw_rng_make(1, 2), b = pw_rng_make(2, 1), c = pw_rng_make(3, 0);

    cr_assert_neq(memcmp(&a, &b, sizeof a), 0);
    cr_assert_neq(memcmp(&a, &c, sizeof a), 0);
    cr_assert_neq(memcmp(&b, &c, sizeof b), 0);
}

Test(rng, uniforms_are_open)
{
    cr_assert_eq(pw_rng_open(0), 0x1p-24f);
    cr_assert_eq(pw_rng_open(0x1FF), 0x1p-24f);
    cr_assert_eq(pw_rng_open(0x80000000u), 0.5f + 0x1p-24f);
    cr_assert_eq(pw_rng_open(0xFFFFFFFFu), 1.0f - 0x1p-24f);
}

Test(rng, block_equals_one_by_one_and_leaves_the_rest)
{
    static const size_t counts[] = { 0, 1, 2, 7, 8, 63, 64, 65, 130, PW_BLOCK - 1, PW_BLOCK };
    const struct pw_rng rng = pw_rng_make(42, 7);
    static uint64_t person[PW_BLOCK];
    static struct pw_draws draws;

    for (size_t i = 0; i < PW_BLOCK; i++)
        person[i] = i % 3 == 0 ? i : pw_mix64(i);
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        memset(&draws, 0, sizeof draws);
        pw_rng_block(&rng, person, counts[c], 1965 + (int) c, 65535, 65535 - (uint32_t) c, &draws);
        for (size_t i = 0; i < PW_BLOCK; i++) {
            uint32_t words[4];

            pw_rng_words(&rng, person[i], 1965 + (int) c, 65535, 65535 - (uint32_t) c, words);
            for (int j = 0; j < 4; j++) {
                const float expected = i < counts[c] ? pw_rng_open(words[j]) : 0.0f;

                if (i >= counts[c] && i / PW_DRAWS_AT_ONCE == (counts[c] - 1) / PW_DRAWS_AT_ONCE)
                    continue;
                cr_assert_eq(draws.u[j][i], expected, "count %zu, u[%d][%zu]", counts[c], j, i);
            }
        }
    }
}

/* Uniform `j` of people 0, 1, 2, … at one address, NUM_DRAWS of them. */
static void
draw_many(const struct pw_rng *rng, int year, uint32_t stream, int j, float *out)
{
    static struct pw_draws draws;
    uint64_t person[PW_BLOCK];

    for (size_t block = 0; block < NUM_BLOCKS; block++) {
        for (size_t i = 0; i < PW_BLOCK; i++)
            person[i] = block * PW_BLOCK + i;
        pw_rng_block(rng, person, PW_BLOCK, year, stream, 0, &draws);
        memcpy(out + block * PW_BLOCK, draws.u[j], sizeof draws.u[j]);
    }
}

static double
correlate(const float *a, const float *b, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += 12.0 * ((double) a[i] - 0.5) * ((double) b[i] - 0.5);
    return sum / (double) count;
}

Test(rng, uniforms_have_the_moments_of_the_uniform_distribution)
{
    const struct pw_rng rng = pw_rng_make(1, 0);
    static float u[NUM_DRAWS];

    for (int j = 0; j < 4; j++) {
        double mean = 0, variance = 0;

        draw_many(&rng, 2025, 1, j, u);
        for (size_t i = 0; i < NUM_DRAWS; i++)
            mean += (double) u[i] / NUM_DRAWS;
        for (size_t i = 0; i < NUM_DRAWS; i++)
            variance += ((double) u[i] - 0.5) * ((double) u[i] - 0.5) / NUM_DRAWS;
        cr_assert_float_eq(mean, 0.5, 5.0 * sqrt(1.0 / 12.0 / NUM_DRAWS));
        cr_assert_float_eq(variance, 1.0 / 12.0, 5.0 * sqrt(1.0 / 180.0 / NUM_DRAWS));
    }
}

Test(rng, uniforms_fill_all_cells_alike)
{
    const struct pw_rng rng = pw_rng_make(3, 0);
    static float u[NUM_DRAWS];
    double count[256] = { 0 }, chi_square = 0;

    draw_many(&rng, 2025, 1, 0, u);
    for (size_t i = 0; i < NUM_DRAWS; i++)
        count[(int) (u[i] * 256.0f)]++;
    for (int cell = 0; cell < 256; cell++)
        chi_square += (count[cell] - NUM_DRAWS / 256.0) * (count[cell] - NUM_DRAWS / 256.0)
                      / (NUM_DRAWS / 256.0);
    cr_assert_float_eq(chi_square, 255.0, 5.0 * sqrt(2.0 * 255.0));
}

Test(rng, neighbouring_addresses_are_uncorrelated)
{
    const struct pw_rng rng = pw_rng_make(1, 0), replicate = pw_rng_make(1, 1);
    const double tolerance = 5.0 / sqrt((double) NUM_DRAWS);
    static float base[NUM_DRAWS], other[NUM_DRAWS];

    draw_many(&rng, 2025, 1, 0, base);
    cr_assert_float_eq(correlate(base, base, NUM_DRAWS), 1.0, tolerance);
    draw_many(&rng, 2025, 2, 0, other);
    cr_assert_float_eq(correlate(base, other, NUM_DRAWS), 0.0, tolerance, "stream");
    draw_many(&rng, 2026, 1, 0, other);
    cr_assert_float_eq(correlate(base, other, NUM_DRAWS), 0.0, tolerance, "year");
    draw_many(&rng, 2025, 1, 1, other);
    cr_assert_float_eq(correlate(base, other, NUM_DRAWS), 0.0, tolerance, "uniform");
    draw_many(&replicate, 2025, 1, 0, other);
    cr_assert_float_eq(correlate(base, other, NUM_DRAWS), 0.0, tolerance, "replicate");
    cr_assert_float_eq(correlate(base, base + 1, NUM_DRAWS - 1), 0.0, tolerance, "person");
}

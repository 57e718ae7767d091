/* Medians and ranks from bins against sorting. SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "pathways/threshold.h"

enum { YEAR = 2025, PEOPLE = 4001 };

static struct pw_thresholds thresholds;

static int
ascending(const void *a, const void *b)
{
    const float x = *(const float *) a, y = *(const float *) b;

    return (x > y) - (x < y);
}

static void
make_shard(struct pw_shard *shard, float *income)
{
    uint32_t state = 7;

    cr_assert_eq(pw_shard_init(shard, 0, YEAR - 104, YEAR), PW_OK);
    cr_assert_eq(pw_shard_reserve(shard, PEOPLE), PW_OK);
    for (int i = 0; i < PEOPLE; i++) {
        const size_t row = pw_shard_append(shard, YEAR - PW_INCOME_LAST_AGE);

        state = state * 1664525u + 1013904223u;
        income[i] = expf(9.0f + 2.0f * (float) (state >> 8) * 0x1p-24f);
        shard->state[row] = PW_EMPLOYED;
        shard->household_income[row] = income[i];
        shard->adult_income[row] = logf(income[i]);
        shard->origin_income[row] = logf(income[i]);
        shard->home_place[row] = 0;
    }
}

Test(threshold, the_low_income_line_is_sixty_per_cent_of_the_median)
{
    struct pw_shard shard;
    struct pw_income_counts counts = { 0 };
    static float income[PEOPLE];

    make_shard(&shard, income);
    cr_assert_eq(pw_income_counts_init(&counts), PW_OK);
    pw_income_counts_observe(&counts, &shard, YEAR, 1965);
    pw_thresholds_find(&counts, &thresholds);
    qsort(income, PEOPLE, sizeof *income, ascending);
    cr_assert_lt(fabsf(thresholds.median_income / income[PEOPLE / 2] - 1.0f), 5e-4f);
    cr_assert_eq(thresholds.low_income, 0.6f * thresholds.median_income);
    pw_income_counts_free(&counts);
    pw_shard_free(&shard);
}

Test(threshold, ranks_hold_a_twentieth_each_and_rise_with_income)
{
    struct pw_shard shard;
    struct pw_income_counts counts = { 0 }, twice = { 0 };
    static float income[PEOPLE];
    int people[PW_NUM_VIGINTILES] = { 0 };

    make_shard(&shard, income);
    cr_assert_eq(pw_income_counts_init(&counts), PW_OK);
    cr_assert_eq(pw_income_counts_init(&twice), PW_OK);
    pw_income_counts_observe(&counts, &shard, YEAR, 1965);
    pw_income_counts_add(&twice, &counts);
    pw_income_counts_add(&twice, &counts);
    pw_thresholds_find(&twice, &thresholds);
    for (int i = 0; i < PEOPLE; i++)
        people[thresholds.own[pw_income_bin(income[i])]]++;
    for (int v = 0; v < PW_NUM_VIGINTILES; v++)
        cr_assert_lt(abs(people[v] - PEOPLE / PW_NUM_VIGINTILES), 25);
    for (int bin = 1; bin < PW_INCOME_BINS; bin++)
        cr_assert(thresholds.own[bin] >= thresholds.own[bin - 1]);
    pw_income_counts_clear(&twice);
    pw_thresholds_find(&twice, &thresholds);
    cr_assert_eq(thresholds.low_income, 0.0f);
    pw_income_counts_free(&counts);
    pw_income_counts_free(&twice);
    pw_shard_free(&shard);
}

Test(threshold, people_whose_parents_are_not_known_are_not_ranked)
{
    struct pw_shard shard;
    struct pw_income_counts counts = { 0 };
    static float income[PEOPLE];
    int64_t ranked = 0;

    make_shard(&shard, income);
    cr_assert_eq(pw_income_counts_init(&counts), PW_OK);
    pw_income_counts_observe(&counts, &shard, YEAR, YEAR - 10);
    for (int bin = 0; bin < PW_INCOME_BINS; bin++)
        ranked += counts.own[bin] + counts.parents[bin];
    cr_assert_eq(ranked, 0);
    pw_income_counts_free(&counts);
    pw_shard_free(&shard);
}

Test(threshold, incomes_beyond_the_bins_are_in_the_end_bins)
{
    cr_assert_eq(pw_income_bin(0.0f), 0);
    cr_assert_eq(pw_income_bin(-5.0f), 0);
    cr_assert_eq(pw_income_bin(256.0f), 0);
    cr_assert_eq(pw_income_bin(1e30f), PW_INCOME_BINS - 1);
    cr_assert_eq(pw_income_bin(512.0f), 2048);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/threshold.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/parallel.h"
#include "pathways/rng.h"

pw_status
pw_income_counts_init(struct pw_income_counts *counts)
{
    pw_status status = PW_OK;

    PW_TRY(pw_alloc(PW_INCOME_BINS, sizeof *counts->everyone, &counts->everyone));
    PW_TRY(pw_alloc(PW_INCOME_BINS, sizeof *counts->own, &counts->own));
    PW_TRY(pw_alloc(PW_INCOME_BINS, sizeof *counts->parents, &counts->parents));
done:
    return status;
}

void
pw_income_counts_free(struct pw_income_counts *counts)
{
    pw_free(&counts->everyone);
    pw_free(&counts->own);
    pw_free(&counts->parents);
}

void
pw_income_counts_clear(struct pw_income_counts *counts)
{
    memset(counts->everyone, 0, PW_INCOME_BINS * sizeof *counts->everyone);
    memset(counts->own, 0, PW_INCOME_BINS * sizeof *counts->own);
    memset(counts->parents, 0, PW_INCOME_BINS * sizeof *counts->parents);
}

static PW_KERNEL void
find_bins(const float *restrict income, size_t count, uint32_t *restrict bin)
{
    for (size_t i = 0; i < count; i++)
        bin[i] = pw_income_bin(income[i]);
}

static void
count_incomes(int64_t *bins, const float *income, const uint8_t *state, size_t count)
{
    uint32_t bin[PW_BLOCK];

    for (size_t begin = 0; begin < count; begin += PW_BLOCK) {
        const size_t length = count - begin < PW_BLOCK ? count - begin : PW_BLOCK;

        find_bins(income + begin, length, bin);
        for (size_t i = 0; i < length; i++)
            bins[bin[i]] += pw_state_is_present(state[begin + i]);
    }
}

void
pw_income_counts_observe(
    struct pw_income_counts *counts, const struct pw_shard *shard, int year, int history_from)
{
    const struct pw_range everyone = pw_shard_ages(shard, year, 0, PW_MAX_AGE);
    const struct pw_range ranked =
        pw_shard_ages(shard, year, PW_INCOME_LAST_AGE, PW_INCOME_LAST_AGE);

    count_incomes(counts->everyone, shard->household_income + everyone.begin,
        shard->state + everyone.begin, everyone.end - everyone.begin);

    if (!pw_origin_is_known(year - PW_INCOME_LAST_AGE, history_from)) return;
    for (size_t row = ranked.begin; row < ranked.end; row++) {
        if (!pw_income_is_ranked(shard, row)) continue;
        counts->own[pw_income_bin(pw_exp(shard->adult_income[row]))]++;
        counts->parents[pw_income_bin(pw_exp(shard->origin_income[row]))]++;
    }
}

static void
add(int64_t *to, const int64_t *from)
{
    for (size_t bin = 0; bin < PW_INCOME_BINS; bin++)
        to[bin] += from[bin];
}

void
pw_income_counts_add(struct pw_income_counts *to, const struct pw_income_counts *from)
{
    add(to->everyone, from->everyone);
    add(to->own, from->own);
    add(to->parents, from->parents);
}

void
pw_income_counts_sum(struct pw_income_counts *counts)
{
    pw_parallel_sum(counts->everyone, PW_INCOME_BINS);
    pw_parallel_sum(counts->own, PW_INCOME_BINS);
    pw_parallel_sum(counts->parents, PW_INCOME_BINS);
}

static int64_t
sum_bins(const int64_t *bins, size_t count)
{
    int64_t sum = 0;

    for (size_t bin = 0; bin < count; bin++)
        sum += bins[bin];
    return sum;
}

/* Bins that are looked at together: most have nobody. */
#define BINS_TOGETHER 64
_Static_assert(PW_INCOME_BINS % BINS_TOGETHER == 0, "whole blocks of bins");

/* Everyone in a bin has the rank of its middle person: twentieths of the people who are below. */
static void
rank_bins(const int64_t *bins, uint8_t *rank)
{
    const int64_t people = sum_bins(bins, PW_INCOME_BINS);
    int64_t below = 0, whole = 0;
    size_t bin = 0;

    while (bin < PW_INCOME_BINS) {
        const bool is_empty = bin % BINS_TOGETHER == 0 && sum_bins(bins + bin, BINS_TOGETHER) == 0;
        const int64_t middle = (2 * below + bins[bin]) * PW_NUM_VIGINTILES;

        /* It only ever rises, which spares a division a bin. */
        while (whole + 1 < PW_NUM_VIGINTILES && people > 0 && middle >= (whole + 1) * 2 * people)
            whole++;
        below += bins[bin];
        if (is_empty) {
            memset(rank + bin, (int) whole, BINS_TOGETHER);
            bin += BINS_TOGETHER;
        } else {
            rank[bin++] = (uint8_t) whole;
        }
    }
}

static float
median(const int64_t *bins)
{
    const int64_t people = sum_bins(bins, PW_INCOME_BINS);
    int64_t sum = 0;

    if (people == 0) return 0.0f;
    for (uint32_t bin = 0; bin < PW_INCOME_BINS; bin++) {
        sum += bins[bin];
        if (2 * sum >= people) return pw_bits_float((bin << 12) + 0x800u + 0x43800000u);
    }
    return 0.0f;
}

void
pw_thresholds_find(const struct pw_income_counts *counts, struct pw_thresholds *thresholds)
{
    thresholds->median_income = median(counts->everyone);
    thresholds->low_income = PW_LOW_INCOME_SHARE * thresholds->median_income;
    rank_bins(counts->own, thresholds->own);
    rank_bins(counts->parents, thresholds->parents);
}

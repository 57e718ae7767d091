/**
 * threshold.h - incomes relative to everybody's: the low-income line and ranks by twentieths.
 *
 * Layer 3 (engine). The first of two passes over the people: incomes are counted into narrow bins
 * (0.05 % wide), so that medians and ranks come from integer sums and do not depend on the order of
 * shards.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_THRESHOLD_H
#define PW_THRESHOLD_H

#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/numeric.h"
#include "pathways/population.h"
#include "pathways/status.h"

/** 2,048 bins to a doubling, from 256 to 16,777,216 GBP a year; incomes beyond are in the end bins.
 */
#define PW_INCOME_BINS 32768
/** Ranks are twentieths of the people who are ranked. */
#define PW_NUM_VIGINTILES 20
/** A household has a low income below this share of the median. */
#define PW_LOW_INCOME_SHARE 0.6f

/** How many people have which income. */
struct pw_income_counts {
    int64_t *everyone; /* [PW_INCOME_BINS] household income of everyone present */
    int64_t *own;      /* [PW_INCOME_BINS] mean income at 30 to 34 of those who are ranked */
    int64_t *parents; /* [PW_INCOME_BINS] their parents' household income when they were 10 to 15 */
};

/** What the second pass needs to know. About 64 KiB. */
struct pw_thresholds {
    float low_income;                /* [GBP/year] household incomes below are low */
    float median_income;             /* [GBP/year] of everyone */
    uint8_t own[PW_INCOME_BINS];     /* rank 0 to 19 of a bin */
    uint8_t parents[PW_INCOME_BINS]; /* rank 0 to 19 of a bin */
};

/** Bin of an income [GBP/year]. */
PW_INLINE uint32_t
pw_income_bin(float income)
{
    return (pw_float_bits(pw_clamp(income, 256.0f, 16777215.0f)) - 0x43800000u) >> 12;
}

/** Room for the counts, zero. Zero-initialise before; release with pw_income_counts_free. */
pw_status pw_income_counts_init(struct pw_income_counts *counts);

void pw_income_counts_free(struct pw_income_counts *counts);

/** Back to zero, for another year. */
void pw_income_counts_clear(struct pw_income_counts *counts);

/**
 * Whether a person's own and parents' income are ranked: present, raised here (home_place) by
 * parents who lived in the run. Call for people of age PW_INCOME_LAST_AGE.
 */
static inline bool
pw_income_is_ranked(const struct pw_shard *shard, size_t row)
{
    return pw_state_is_present(shard->state[row]) && shard->home_place[row] != PW_UNPLACED
           && shard->origin_income[row] > 0.0f && shard->adult_income[row] > 0.0f;
}

/** Count the people of one shard at the end of `year`. @param history_from first year of the run */
void pw_income_counts_observe(
    struct pw_income_counts *counts, const struct pw_shard *shard, int year, int history_from);

/** Add the counts of another thread. */
void pw_income_counts_add(struct pw_income_counts *to, const struct pw_income_counts *from);

/** Counts of this rank become those of all ranks: all ranks. */
void pw_income_counts_sum(struct pw_income_counts *counts);

/** Median, low-income line and ranks. With nobody counted the line is 0 and all ranks are 0. Pure.
 */
void pw_thresholds_find(const struct pw_income_counts *counts, struct pw_thresholds *thresholds);

/** Whether somebody born in `birth_year` turned 14 inside a run that began in `history_from`. */
static inline bool
pw_origin_is_known(int birth_year, int history_from)
{
    return birth_year + PW_ORIGIN_AGE > history_from;
}

#endif

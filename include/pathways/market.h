/**
 * market.h - scarce places: who gets one when more ask than there are.
 *
 * Layer 1 (model). Applicants are ranked by a fixed-point score with a lottery in the low bits, so
 * that they are totally ordered. Shards meet only in integer histograms: the cut-off of a market
 * with capacity c is found by radix selection, four bits at a time, on counts summed over shards,
 * those of other ranks (parallel.h) included.
 * Everyone at or above the cut-off has a place. Capacity is never exceeded and, when enough ask,
 * exactly filled. Applicants with several wishes go in rounds: deferred acceptance read through
 * cut-offs, Azevedo & Leshno (2016), "A Supply and Demand Framework for Two-Sided Matching
 * Markets", doi 10.1086/687476: cut-offs rise until nobody is over capacity.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MARKET_H
#define PW_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/population.h"
#include "pathways/status.h"

/** Wishes of one applicant, best first. */
#define PW_MAX_WISHES 4
/** No market. */
#define PW_NO_MARKET UINT16_MAX

/** One applicant. */
struct pw_application {
    uint32_t row;                  /* in the shard */
    uint16_t wish[PW_MAX_WISHES];  /* markets, best first; PW_NO_MARKET after the last */
    uint16_t placed;               /* market that took the applicant, or PW_NO_MARKET */
    uint16_t detail;               /* free for the process that asks */
    uint64_t score[PW_MAX_WISHES]; /* rank in that market, high is better: pw_market_score; below
                                      UINT64_MAX, which nobody reaches */
};

/** An applicant who for now has a place, while the cut-off is sought. */
struct pw_candidate {
    uint64_t score;
    uint32_t application; /* in the list of the shard */
    uint16_t market;
    bool has_more; /* wishes after the first */
};

/** Markets that are cleared together. Zero-initialise; release with pw_market_free. */
struct pw_market {
    size_t num_markets;
    int64_t *capacity; /* [num_markets] places */
    int64_t *asked;    /* [num_markets] applicants with this first wish */
    int64_t *taken;    /* [num_markets] places filled; <= capacity */
    uint64_t *cutoff;  /* [num_markets] lowest score that is admitted; 0: everyone who asks */
    int64_t *room;     /* [num_markets] places left while the cut-off is sought; < 0: found */
    uint32_t *sought;  /* [num_sought] markets whose cut-off is sought, in order */
    size_t num_sought;
    size_t num_histograms; /* one a thread, of those whom it counted; the first becomes the sum */
    int64_t *histogram;    /* [num_histograms][num_markets][16] */
};

/**
 * Rank in a market: the score rounded to 2^-24, then the lottery.
 *
 * @param score    -128 to 127; clamped beyond
 * @param lottery  32 random bits
 */
static inline uint64_t
pw_market_score(float score, uint32_t lottery)
{
    const float clamped = score < -127.0f ? -127.0f : score > 127.0f ? 127.0f : score;

    return (uint64_t) ((int64_t) (int32_t) (clamped * 0x1p24f) + ((int64_t) 1 << 31)) << 32
           | lottery;
}

/** The score behind a rank in a market, without its lottery. Inverse of pw_market_score. */
static inline double
pw_market_standing(uint64_t rank)
{
    return ((double) (rank >> 32) - 0x1p31) * 0x1p-24;
}

/** The next free application of a shard; a bug when the list is full. */
static inline struct pw_application *
pw_market_ask(struct pw_shard *shard)
{
    PW_BUG_IF(shard->num_applications >= shard->applications_capacity);
    shard->num_applications++;
    if (shard->num_applications > shard->most_applications)
        shard->most_applications = shard->num_applications;
    return &shard->applications[shard->num_applications - 1];
}

/** Room for `num_markets` markets, capacities zero. May be called again with another number. */
pw_status pw_market_init(struct pw_market *market, size_t num_markets);

void pw_market_free(struct pw_market *market);

/**
 * Find the cut-offs and place every applicant of every shard (`placed` of its application).
 *
 * On return cutoff, asked and taken are set. Deterministic for any order of shards and threads.
 * Parallel over shards; all ranks call it. Cost: O(rounds x 16 x (applicants + 16 markets)).
 */
void pw_market_clear(struct pw_market *market, struct pw_shard *shards, size_t num_shards);

#endif

/* SPDX-License-Identifier: MIT */
#include "pathways/market.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/parallel.h"

#define NUM_DIGITS 256

pw_status
pw_market_init(struct pw_market *market, size_t num_markets)
{
    pw_status status = PW_OK;

    if (num_markets != market->num_markets) {
        pw_market_free(market);
        PW_TRY(pw_alloc(num_markets, sizeof *market->capacity, &market->capacity));
        PW_TRY(pw_alloc(num_markets, sizeof *market->asked, &market->asked));
        PW_TRY(pw_alloc(num_markets, sizeof *market->taken, &market->taken));
        PW_TRY(pw_alloc(num_markets, sizeof *market->cutoff, &market->cutoff));
        PW_TRY(pw_alloc(num_markets * NUM_DIGITS, sizeof *market->histogram, &market->histogram));
        market->num_markets = num_markets;
    }
    memset(market->capacity, 0, num_markets * sizeof *market->capacity);
done:
    return status;
}

void
pw_market_free(struct pw_market *market)
{
    pw_free(&market->capacity);
    pw_free(&market->asked);
    pw_free(&market->taken);
    pw_free(&market->cutoff);
    pw_free(&market->histogram);
    memset(market, 0, sizeof *market);
}

struct placing {
    const struct pw_market *market;
    struct pw_shard *shards;
};

/* Everybody turns to the best wish whose cut-off they reach. */
static void
place_shard(void *context, size_t s)
{
    const struct placing *placing = context;
    struct pw_shard *shard = &placing->shards[s];
    const uint64_t *cutoff = placing->market->cutoff;

    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];

        application->placed = PW_NO_MARKET;
        for (int w = 0; w < PW_MAX_WISHES && application->wish[w] != PW_NO_MARKET; w++)
            if (application->score[w] >= cutoff[application->wish[w]]) {
                application->placed = application->wish[w];
                break;
            }
    }
}

/* The score that counts in the market that took the applicant. */
static uint64_t
placed_score(const struct pw_application *application)
{
    int w = 0;

    while (application->wish[w] != application->placed)
        w++;
    return application->score[w];
}

/* Applicants now placed in each market, into `count`. */
static void
count_placed(const struct pw_market *market, const struct pw_shard *shards, size_t num_shards,
    int64_t *count)
{
    memset(count, 0, market->num_markets * sizeof *count);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++)
            if (shards[s].applications[a].placed != PW_NO_MARKET)
                count[shards[s].applications[a].placed]++;
}

/*
 * One digit of radix selection in every market that is over capacity: among those who share the
 * digits above `shift` with the cut-off, keep the highest that fit. `room` is what they may still
 * take.
 */
static void
refine(struct pw_market *market, const struct pw_shard *shards, size_t num_shards, int shift,
    int64_t *room)
{
    const uint64_t above = shift == 56 ? 0 : ~(uint64_t) 0 << (shift + 8);

    for (size_t m = 0; m < market->num_markets; m++)
        if (room[m] >= 0)
            memset(&market->histogram[m * NUM_DIGITS], 0, NUM_DIGITS * sizeof *market->histogram);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++) {
            const struct pw_application *application = &shards[s].applications[a];
            uint64_t score;

            if (application->placed == PW_NO_MARKET || room[application->placed] < 0) continue;
            score = placed_score(application);
            if ((score & above) == (market->cutoff[application->placed] & above))
                market->histogram[application->placed * NUM_DIGITS + (score >> shift & 0xFF)]++;
        }
    for (size_t m = 0; m < market->num_markets; m++) {
        const int64_t *histogram = &market->histogram[m * NUM_DIGITS];
        uint64_t digit = NUM_DIGITS;

        if (room[m] < 0) continue;
        while (digit > 0 && histogram[digit - 1] <= room[m])
            room[m] -= histogram[--digit];
        if (digit == 0) { /* all who share the digits fit */
            market->cutoff[m] &= above;
            room[m] = -1;
        } else {
            market->cutoff[m] = (market->cutoff[m] & above) | (digit - 1) << shift;
            if (shift == 0 || room[m] == 0) { /* the next digit does not fit: admit from above it */
                market->cutoff[m] += (uint64_t) 1 << shift;
                room[m] = -1;
            }
        }
    }
}

/* Raise the cut-offs of markets that are over capacity so that they are not; true when any was. */
static bool
raise_cutoffs(struct pw_market *market, const struct pw_shard *shards, size_t num_shards)
{
    int64_t *room = market->asked; /* borrowed; written again at the end of pw_market_clear */
    bool any = false;

    count_placed(market, shards, num_shards, market->taken);
    for (size_t m = 0; m < market->num_markets; m++) {
        const bool over = market->taken[m] > market->capacity[m];

        room[m] = over ? market->capacity[m] : -1;
        any |= over;
    }
    if (!any) return false;
    for (int shift = 56; any && shift >= 0; shift -= 8) {
        refine(market, shards, num_shards, shift, room);
        any = false;
        for (size_t m = 0; m < market->num_markets; m++)
            any |= room[m] >= 0;
    }
    return true;
}

void
pw_market_clear(struct pw_market *market, struct pw_shard *shards, size_t num_shards)
{
    struct placing placing = { market, shards };

    memset(market->cutoff, 0, market->num_markets * sizeof *market->cutoff);
    do
        pw_parallel_for(num_shards, place_shard, &placing);
    while (raise_cutoffs(market, shards, num_shards));
    memset(market->asked, 0, market->num_markets * sizeof *market->asked);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++)
            if (shards[s].applications[a].wish[0] != PW_NO_MARKET)
                market->asked[shards[s].applications[a].wish[0]]++;
}

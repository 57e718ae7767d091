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
        PW_TRY(pw_alloc(num_markets, sizeof *market->room, &market->room));
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
    pw_free(&market->room);
    pw_free(&market->histogram);
    memset(market, 0, sizeof *market);
}

struct placing {
    const struct pw_market *market;
    struct pw_shard *shards;
};

/* Everybody turns to the best wish whose cut-off they reach; those who find one are candidates. */
static void
place_shard(void *context, size_t s)
{
    const struct placing *placing = context;
    struct pw_shard *shard = &placing->shards[s];
    const uint64_t *cutoff = placing->market->cutoff;
    size_t num_candidates = 0;

    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];

        application->placed = PW_NO_MARKET;
        for (int w = 0; w < PW_MAX_WISHES && application->wish[w] != PW_NO_MARKET; w++)
            if (application->score[w] >= cutoff[application->wish[w]]) {
                application->placed = application->wish[w];
                shard->candidates[num_candidates++] = (struct pw_candidate){
                    application->score[w],
                    application->placed,
                };
                break;
            }
    }
    shard->num_candidates = num_candidates;
}

/* Applicants now placed in each market, into `count`. */
static void
count_placed(const struct pw_market *market, const struct pw_shard *shards, size_t num_shards,
    int64_t *count)
{
    memset(count, 0, market->num_markets * sizeof *count);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t n = 0; n < shards[s].num_candidates; n++)
            count[shards[s].candidates[n].market]++;
    pw_parallel_sum(count, market->num_markets);
}

/*
 * Count the next digit of those who share the digits above `shift` with the cut-off of a market
 * where it is still sought. The others are settled and leave the list.
 */
static void
count_digits(struct pw_market *market, struct pw_shard *shard, int shift)
{
    const uint64_t above = shift == 56 ? 0 : ~(uint64_t) 0 << (shift + 8);
    size_t kept = 0;

    for (size_t n = 0; n < shard->num_candidates; n++) {
        const struct pw_candidate candidate = shard->candidates[n];
        const size_t m = candidate.market;

        if (market->room[m] < 0 || ((candidate.score ^ market->cutoff[m]) & above) != 0) continue;
        market->histogram[m * NUM_DIGITS + (candidate.score >> shift & 0xFF)]++;
        shard->candidates[kept++] = candidate;
    }
    shard->num_candidates = kept;
}

/* The histograms of all ranks together, of the markets whose cut-off is sought: side by side. */
static void
sum_histograms(struct pw_market *market)
{
    const size_t size = NUM_DIGITS * sizeof *market->histogram;
    int64_t *histogram = market->histogram;
    size_t count = 0;

    if (pw_parallel_ranks() == 1) return;
    for (size_t m = 0; m < market->num_markets; m++)
        if (market->room[m] >= 0)
            memmove(&histogram[count++ * NUM_DIGITS], &histogram[m * NUM_DIGITS], size);
    pw_parallel_sum(histogram, count * NUM_DIGITS);
    for (size_t m = market->num_markets; m-- > 0;)
        if (market->room[m] >= 0)
            memmove(&histogram[m * NUM_DIGITS], &histogram[--count * NUM_DIGITS], size);
}

/* Of those who share the digits above `shift`, keep the highest that fit. */
static void
choose_digit(struct pw_market *market, size_t m, int shift)
{
    const uint64_t above = shift == 56 ? 0 : ~(uint64_t) 0 << (shift + 8);
    const int64_t *histogram = &market->histogram[m * NUM_DIGITS];
    uint64_t digit = NUM_DIGITS;

    while (digit > 0 && histogram[digit - 1] <= market->room[m])
        market->room[m] -= histogram[--digit];
    if (digit == 0) { /* all who share the digits fit */
        market->cutoff[m] &= above;
        market->room[m] = -1;
        return;
    }
    market->cutoff[m] = (market->cutoff[m] & above) | (digit - 1) << shift;
    if (shift == 0 || market->room[m] == 0) { /* the next digit does not fit: admit from above it */
        const uint64_t step = (uint64_t) 1 << shift;

        market->cutoff[m] =
            market->cutoff[m] > UINT64_MAX - step ? UINT64_MAX : market->cutoff[m] + step;
        market->room[m] = -1;
    }
}

/* One digit of radix selection in every market whose cut-off is sought; true while any is. */
static bool
refine(struct pw_market *market, struct pw_shard *shards, size_t num_shards, int shift)
{
    bool any = false;

    for (size_t m = 0; m < market->num_markets; m++)
        if (market->room[m] >= 0)
            memset(&market->histogram[m * NUM_DIGITS], 0, NUM_DIGITS * sizeof *market->histogram);
    for (size_t s = 0; s < num_shards; s++)
        count_digits(market, &shards[s], shift);
    sum_histograms(market);
    for (size_t m = 0; m < market->num_markets; m++)
        if (market->room[m] >= 0) {
            choose_digit(market, m, shift);
            any |= market->room[m] >= 0;
        }
    return any;
}

/* Raise the cut-offs of markets that are over capacity so that they are not; true when any was. */
static bool
raise_cutoffs(struct pw_market *market, struct pw_shard *shards, size_t num_shards)
{
    bool any = false;

    count_placed(market, shards, num_shards, market->taken);
    for (size_t m = 0; m < market->num_markets; m++) {
        const bool over = market->taken[m] > market->capacity[m];

        market->room[m] = over ? market->capacity[m] : -1;
        any |= over;
    }
    for (int shift = 56; any && refine(market, shards, num_shards, shift);)
        shift -= 8;
    return any;
}

void
pw_market_clear(struct pw_market *market, struct pw_shard *shards, size_t num_shards)
{
    struct placing placing = { market, shards };
    bool first = true, over;

    memset(market->cutoff, 0, market->num_markets * sizeof *market->cutoff);
    do {
        pw_parallel_for(num_shards, place_shard, &placing);
        over = raise_cutoffs(market, shards, num_shards);
        if (first) /* while there are no cut-offs everyone stands where they asked first */
            memcpy(market->asked, market->taken, market->num_markets * sizeof *market->asked);
        first = false;
    } while (over);
}

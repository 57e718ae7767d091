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
    bool is_first;
};

/* While there are no cut-offs everybody stands where they asked first. */
static void
place_first(struct pw_shard *shard)
{
    size_t num_candidates = 0;

    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];

        application->placed = application->wish[0];
        shard->candidates[num_candidates] = (struct pw_candidate){
            .score = application->score[0],
            .application = (uint32_t) a,
            .market = application->placed,
        };
        num_candidates += application->placed != PW_NO_MARKET;
    }
    shard->num_candidates = num_candidates;
}

/* The first wish after that of a candidate whose cut-off the applicant reaches; or none. */
static bool
turn_to_next(const struct pw_shard *shard, const uint64_t *cutoff, struct pw_candidate *candidate)
{
    struct pw_application *application = &shard->applications[candidate->application];

    for (int w = candidate->wish + 1; w < PW_MAX_WISHES; w++) {
        if (application->wish[w] == PW_NO_MARKET) break;
        if (application->score[w] < cutoff[application->wish[w]]) continue;
        application->placed = candidate->market = application->wish[w];
        candidate->score = application->score[w];
        candidate->wish = (uint16_t) w;
        return true;
    }
    application->placed = PW_NO_MARKET;
    return false;
}

/*
 * Everybody stands at the best wish whose cut-off they reach; those who find one are candidates.
 * Cut-offs only rise: whoever still reaches that of their market stays, and a wish that was once
 * out of reach stays so.
 */
static void
place_shard(void *context, size_t s)
{
    const struct placing *placing = context;
    struct pw_shard *shard = &placing->shards[s];
    const uint64_t *cutoff = placing->market->cutoff;
    size_t kept = 0;

    if (placing->is_first) {
        place_first(shard);
        return;
    }
    for (size_t n = 0; n < shard->num_candidates; n++) {
        struct pw_candidate candidate = shard->candidates[n];

        if (candidate.score < cutoff[candidate.market] && !turn_to_next(shard, cutoff, &candidate))
            continue;
        shard->candidates[kept++] = candidate;
    }
    shard->num_candidates = kept;
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
}

/*
 * Count the next digit of those who share the digits above `shift` with the cut-off of a market
 * where it is still sought. They are brought to the front of the list: the others are settled.
 */
static void
count_digits(struct pw_market *market, struct pw_shard *shard, int shift)
{
    const uint64_t above = shift == 56 ? 0 : ~(uint64_t) 0 << (shift + 8);
    struct pw_candidate *candidates = shard->candidates;
    size_t kept = 0;

    if (shift == 56) shard->num_sought = shard->num_candidates;
    for (size_t n = 0; n < shard->num_sought; n++) {
        const struct pw_candidate candidate = candidates[n];
        const size_t m = candidate.market;
        const bool sought =
            (market->room[m] >= 0) & (((candidate.score ^ market->cutoff[m]) & above) == 0);

        market->histogram[m * NUM_DIGITS + (candidate.score >> shift & 0xFF)] += sought;
        candidates[n] = candidates[kept];
        candidates[kept] = candidate;
        kept += sought;
    }
    shard->num_sought = kept;
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
    struct placing placing = { market, shards, .is_first = true };
    bool over;

    memset(market->cutoff, 0, market->num_markets * sizeof *market->cutoff);
    do {
        pw_parallel_for(num_shards, place_shard, &placing);
        over = raise_cutoffs(market, shards, num_shards);
        if (placing.is_first)
            memcpy(market->asked, market->taken, market->num_markets * sizeof *market->asked);
        placing.is_first = false;
    } while (over);
}

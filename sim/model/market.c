/* SPDX-License-Identifier: MIT */
#include "pathways/market.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/parallel.h"

/* Bits of a score that are looked at together: few, since most markets have few applicants. */
#define DIGIT      4
#define NUM_DIGITS (1 << DIGIT)
/* Where the first digit begins. */
#define FIRST_SHIFT (64 - DIGIT)

/*
 * What is looked at first: whole scores (pw_market_score) from -8 to 7, of which those at the ends
 * stand for whatever is beyond. It is next to where the cut-off is in most markets, and tells the
 * first eight bits. A cut-off beyond is sought from the first digit on.
 */
#define WHOLE  56
#define LOWEST (128 - NUM_DIGITS / 2)
#define BEYOND (-2) /* room: the cut-off is at an end */

/* From so many people on, some ten microseconds' work, another thread is woken for it. */
#define MANY 10000

static size_t
first_bin(uint64_t score)
{
    const int64_t bin = (int64_t) (score >> WHOLE) - LOWEST;

    return (size_t) (bin < 0 ? 0 : bin < NUM_DIGITS ? bin : NUM_DIGITS - 1);
}

/* The bits of a score above a digit. */
static uint64_t
above_digit(int shift)
{
    return shift == FIRST_SHIFT ? 0 : ~(uint64_t) 0 << (shift + DIGIT);
}

pw_status
pw_market_init(struct pw_market *market, size_t num_markets)
{
    pw_status status = PW_OK;
    const size_t num_threads = (size_t) pw_parallel_threads();

    if (num_markets != market->num_markets || num_threads != market->num_histograms) {
        pw_market_free(market);
        PW_TRY(pw_alloc(num_markets, sizeof *market->capacity, &market->capacity));
        PW_TRY(pw_alloc(num_markets, sizeof *market->asked, &market->asked));
        PW_TRY(pw_alloc(num_markets, sizeof *market->taken, &market->taken));
        PW_TRY(pw_alloc(num_markets, sizeof *market->cutoff, &market->cutoff));
        PW_TRY(pw_alloc(num_markets, sizeof *market->room, &market->room));
        PW_TRY(pw_alloc(num_markets, sizeof *market->sought, &market->sought));
        PW_TRY(pw_alloc(
            num_threads * num_markets * NUM_DIGITS, sizeof *market->histogram, &market->histogram));
        market->num_markets = num_markets;
        market->num_histograms = num_threads;
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
    pw_free(&market->sought);
    pw_free(&market->histogram);
    memset(market, 0, sizeof *market);
}

struct placing {
    struct pw_market *market;
    struct pw_shard *shards;
    size_t num_shards;
    bool are_many; /* who apply */
    int shift;     /* of the digit that is looked at */
    bool is_first; /* nobody is listed as doubtful yet */
};

/* Visit all shards; few people are seen sooner by one thread than another wakes. */
static void
visit(struct placing *placing, bool is_worth_waking, pw_parallel_body *body)
{
    if (is_worth_waking) {
        pw_parallel_for(placing->num_shards, body, placing);
        return;
    }
    for (size_t s = 0; s < placing->num_shards; s++)
        body(placing, s);
}

static bool
are_many(const struct pw_shard *shards, size_t num_shards)
{
    size_t count = 0;

    for (size_t s = 0; s < num_shards; s++)
        count += shards[s].num_applications;
    return count >= MANY;
}

/* --- Histograms: each thread has its own, of the people whom it saw --- */

static int64_t *
histogram_of(const struct pw_market *market, size_t thread, size_t m)
{
    return &market->histogram[(thread * market->num_markets + m) * NUM_DIGITS];
}

static void
clear_histograms(struct pw_market *market, size_t m)
{
    for (size_t thread = 0; thread < market->num_histograms; thread++)
        memset(histogram_of(market, thread, m), 0, NUM_DIGITS * sizeof *market->histogram);
}

/* The threads' histograms of a market become one. */
static void
join_histograms(struct pw_market *market, size_t m)
{
    int64_t *joined = histogram_of(market, 0, m);

    for (size_t thread = 1; thread < market->num_histograms; thread++)
        for (size_t digit = 0; digit < NUM_DIGITS; digit++)
            joined[digit] += histogram_of(market, thread, m)[digit];
}

/* --- Who stands where --- */

/* The candidates of a shard by market and whole score. */
static void
count_shard(const struct pw_market *market, const struct pw_shard *shard)
{
    int64_t *histogram = histogram_of(market, (size_t) pw_parallel_thread(), 0);

    for (size_t n = 0; n < shard->num_candidates; n++) {
        const struct pw_candidate *candidate = &shard->candidates[n];

        histogram[candidate->market * NUM_DIGITS + first_bin(candidate->score)]++;
    }
}

/* Everybody stands where they ask first; those who ask at all are candidates. */
static void
place_shard(void *context, size_t s)
{
    const struct placing *placing = context;
    struct pw_shard *shard = &placing->shards[s];
    struct pw_candidate *candidate = shard->candidates;
    size_t count = 0;

    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];

        application->placed = PW_NO_MARKET; /* until all is settled */
        candidate[count] = (struct pw_candidate){
            .score = application->score[0],
            .application = (uint32_t) a,
            .market = application->wish[0],
            .has_more = application->wish[1] != PW_NO_MARKET,
        };
        count += application->wish[0] != PW_NO_MARKET;
    }
    shard->num_candidates = count;
    count_shard(placing->market, shard);
}

/* The best wish whose cut-off an applicant reaches; false if there is none. */
static bool
place_again(const struct pw_market *market, const struct pw_application *application,
    struct pw_candidate *candidate)
{
    for (int w = 1; w < PW_MAX_WISHES && application->wish[w] != PW_NO_MARKET; w++)
        if (application->score[w] >= market->cutoff[application->wish[w]]) {
            candidate->score = application->score[w];
            candidate->market = application->wish[w];
            return true;
        }
    return false;
}

/*
 * Those who are below a cut-off turn to their next wish; who finds none is no candidate any more.
 * Nobody can guess who is, so without a branch; the order of candidates does not matter.
 */
static void
turn_away(void *context, size_t s)
{
    const struct placing *placing = context;
    struct pw_shard *shard = &placing->shards[s];
    const uint64_t *cutoff = placing->market->cutoff;
    struct pw_candidate *list = shard->candidates, *turned = list + shard->applications_capacity;
    size_t stay = 0, num_turned = 0;

    for (size_t n = 0; n < shard->num_candidates; n++) {
        const struct pw_candidate candidate = list[n];
        const bool is_below = candidate.score < cutoff[candidate.market];

        list[stay] = candidate;
        stay += !is_below;
        turned[num_turned] = candidate;
        num_turned += is_below & candidate.has_more;
    }
    for (size_t n = 0; n < num_turned; n++) {
        list[stay] = turned[n];
        stay +=
            place_again(placing->market, &shard->applications[turned[n].application], &list[stay]);
    }
    shard->num_candidates = stay;
    count_shard(placing->market, shard);
}

/* Tell those who have a place in the end. */
static void
admit(void *context, size_t s)
{
    const struct pw_shard *shard = &((const struct placing *) context)->shards[s];

    for (size_t n = 0; n < shard->num_candidates; n++)
        shard->applications[shard->candidates[n].application].placed = shard->candidates[n].market;
}

/* Place people; those now placed in each market are counted into `taken`, by whole score into the
 * histogram. */
static void
place(struct placing *placing, pw_parallel_body *body)
{
    struct pw_market *market = placing->market;

    for (size_t m = 0; m < market->num_markets; m++)
        clear_histograms(market, m);
    visit(placing, placing->are_many, body);
    for (size_t m = 0; m < market->num_markets; m++)
        join_histograms(market, m);
    pw_parallel_sum(market->histogram, market->num_markets * NUM_DIGITS);
    for (size_t m = 0; m < market->num_markets; m++) {
        market->taken[m] = 0;
        for (size_t digit = 0; digit < NUM_DIGITS; digit++)
            market->taken[m] += market->histogram[m * NUM_DIGITS + digit];
    }
}

/* --- Cut-offs --- */

/*
 * Count the next digit of those who share the digits above `shift` with the cut-off of a market
 * where it is still sought. They alone are listed as doubtful from now on.
 */
static void
count_digits(void *context, size_t s)
{
    const struct placing *placing = context;
    const struct pw_market *market = placing->market;
    struct pw_shard *shard = &placing->shards[s];
    int64_t *histogram = histogram_of(market, (size_t) pw_parallel_thread(), 0);
    struct pw_candidate *doubtful = shard->candidates + shard->applications_capacity;
    const struct pw_candidate *list = placing->is_first ? shard->candidates : doubtful;
    const size_t count = placing->is_first ? shard->num_candidates : shard->num_doubtful;
    const int shift = placing->shift;
    const uint64_t above = above_digit(shift);
    size_t kept = 0;

    for (size_t n = 0; n < count; n++) {
        const struct pw_candidate candidate = list[n];
        const size_t m = candidate.market;
        const bool is_open =
            (market->room[m] >= 0) & (((candidate.score ^ market->cutoff[m]) & above) == 0);

        histogram[m * NUM_DIGITS + (candidate.score >> shift & (NUM_DIGITS - 1))] += is_open;
        doubtful[kept] = candidate;
        kept += is_open;
    }
    shard->num_doubtful = kept;
}

/* The histograms of all ranks together, of the markets whose cut-off is sought: side by side. */
static void
sum_histograms(struct pw_market *market)
{
    const size_t size = NUM_DIGITS * sizeof *market->histogram;
    int64_t *histogram = market->histogram;

    if (pw_parallel_ranks() == 1) return;
    for (size_t k = 0; k < market->num_sought; k++)
        memmove(&histogram[k * NUM_DIGITS], &histogram[market->sought[k] * NUM_DIGITS], size);
    pw_parallel_sum(histogram, market->num_sought * NUM_DIGITS);
    for (size_t k = market->num_sought; k-- > 0;)
        memmove(&histogram[market->sought[k] * NUM_DIGITS], &histogram[k * NUM_DIGITS], size);
}

/* Of those who share the digits above `shift`, keep the highest that fit. */
static void
choose_digit(struct pw_market *market, size_t m, int shift)
{
    const uint64_t above = above_digit(shift);
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

/* Choose a whole score in a market that is over capacity. */
static void
choose_whole(struct pw_market *market, size_t m)
{
    const int64_t *histogram = &market->histogram[m * NUM_DIGITS];
    int64_t room = market->capacity[m];
    uint64_t bin = NUM_DIGITS;

    while (histogram[bin - 1] <= room)
        room -= histogram[--bin];
    market->cutoff[m] = (LOWEST + bin - (room > 0)) << WHOLE;
    market->room[m] = room > 0 ? room : -1;
    if (bin == 1 || bin == NUM_DIGITS) market->room[m] = BEYOND;
}

/* Choose a digit in every market whose cut-off is sought; those found are sought no more. */
static void
choose_digits(struct pw_market *market, int shift)
{
    size_t still = 0;

    for (size_t k = 0; k < market->num_sought; k++) {
        const uint32_t m = market->sought[k];

        choose_digit(market, m, shift);
        market->sought[still] = m;
        still += market->room[m] >= 0;
    }
    market->num_sought = still;
}

/* The histograms of a digit in the markets whose cut-off is sought. */
static void
look_closer(struct placing *placing)
{
    struct pw_market *market = placing->market;

    for (size_t k = 0; k < market->num_sought; k++)
        clear_histograms(market, market->sought[k]);
    /* Those who are still in doubt after a digit are few. */
    visit(placing, placing->is_first && placing->are_many, count_digits);
    for (size_t k = 0; k < market->num_sought; k++)
        join_histograms(market, market->sought[k]);
    sum_histograms(market);
}

/* Find the cut-offs that are sought, from the digit at a shift on. */
static void
find_cutoffs(struct placing *placing, int first_shift)
{
    placing->is_first = true;
    for (placing->shift = first_shift; placing->market->num_sought > 0; placing->shift -= DIGIT) {
        look_closer(placing);
        choose_digits(placing->market, placing->shift);
        placing->is_first = false;
    }
}

/* Raise the cut-offs of markets that are over capacity so that they are not; true when any was. */
static bool
raise_cutoffs(struct placing *placing)
{
    struct pw_market *market = placing->market;
    bool any = false;

    market->num_sought = 0;
    for (size_t m = 0; m < market->num_markets; m++) {
        market->room[m] = -1;
        if (market->taken[m] <= market->capacity[m]) continue;
        any = true;
        choose_whole(market, m);
        market->sought[market->num_sought] = (uint32_t) m;
        market->num_sought += market->room[m] >= 0;
    }
    find_cutoffs(placing, WHOLE - DIGIT);
    for (size_t m = 0; m < market->num_markets; m++) {
        if (market->room[m] != BEYOND) continue;
        market->room[m] = market->capacity[m];
        market->sought[market->num_sought++] = (uint32_t) m;
    }
    find_cutoffs(placing, FIRST_SHIFT);
    return any;
}

void
pw_market_clear(struct pw_market *market, struct pw_shard *shards, size_t num_shards)
{
    struct placing placing = { .market = market,
        .shards = shards,
        .num_shards = num_shards,
        .are_many = are_many(shards, num_shards) };

    PW_BUG_IF((size_t) pw_parallel_threads() > market->num_histograms);
    memset(market->cutoff, 0, market->num_markets * sizeof *market->cutoff);
    place(&placing, place_shard);
    memcpy(market->asked, market->taken, market->num_markets * sizeof *market->asked);
    while (raise_cutoffs(&placing))
        place(&placing, turn_away);
    visit(&placing, placing.are_many, admit);
}

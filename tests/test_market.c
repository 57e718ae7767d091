/* SPDX-License-Identifier: MIT */
#include "pathways/market.h"

#include <signal.h>

#include "pathways/parallel.h"
#include "small_world.h"

static void
use_one_thread(void)
{
    pw_parallel_set_threads(1); /* so few people: threads would only wait for each other */
}

TestSuite(market, .init = use_one_thread, .timeout = 60);

enum { NUM_SHARDS = 3, NUM_APPLICANTS = 240, MAX_MARKETS = 7 };

/* Applicants of several shards; the lists are the shards' only contents. */
struct fair {
    struct pw_market market;
    struct pw_shard shards[NUM_SHARDS];
};

static void
open_fair(struct fair *fair, size_t num_markets)
{
    memset(fair, 0, sizeof *fair);
    cr_assert_eq(pw_market_init(&fair->market, num_markets), PW_OK);
    for (int s = 0; s < NUM_SHARDS; s++) {
        cr_assert_eq(pw_shard_init(&fair->shards[s], s, 2000, 2000), PW_OK);
        cr_assert_eq(pw_shard_reserve_applications(&fair->shards[s], NUM_APPLICANTS), PW_OK);
    }
}

static void
close_fair(struct fair *fair)
{
    pw_market_free(&fair->market);
    for (int s = 0; s < NUM_SHARDS; s++)
        pw_shard_free(&fair->shards[s]);
}

/* Somebody who asks for one place; `row` names the applicant whatever the order. */
static struct pw_application *
ask(struct fair *fair, int s, uint32_t row, uint16_t wish, uint64_t score)
{
    struct pw_application *application = pw_market_ask(&fair->shards[s]);

    *application = (struct pw_application){
        .row = row, .wish = { wish, PW_NO_MARKET, PW_NO_MARKET, PW_NO_MARKET }, .score = { score }
    };
    return application;
}

static void
clear(struct fair *fair)
{
    pw_market_clear(&fair->market, fair->shards, NUM_SHARDS);
}

/* Up to four different wishes with scores that nobody else has, as (number, applicant, wish). */
static void
wish_at_random(struct pw_application *application, uint64_t *seed, size_t num_markets)
{
    const int num_wishes = small_below(seed, PW_MAX_WISHES + 1);

    for (int w = 0; w < PW_MAX_WISHES; w++) {
        uint16_t wish = PW_NO_MARKET;
        bool again = true;

        while (w < num_wishes && again) {
            wish = (uint16_t) small_below(seed, (int) num_markets);
            again = false;
            for (int before = 0; before < w; before++)
                again |= application->wish[before] == wish;
        }
        application->wish[w] = wish;
        /* Few leading digits, so that the radix search has to go on to the last. */
        application->score[w] = (uint64_t) small_below(seed, 3) << 62
                                | (uint64_t) small_below(seed, 4) << 20
                                | (application->row * 4 + (uint32_t) w);
    }
}

static void
fill_at_random(struct fair *fair, uint64_t *seed)
{
    const size_t num_markets = 4 + (size_t) small_below(seed, MAX_MARKETS - 3);

    open_fair(fair, num_markets);
    for (size_t m = 0; m < num_markets; m++)
        fair->market.capacity[m] = small_below(seed, 2 * NUM_APPLICANTS / (int) num_markets);
    if (small_below(seed, 3) == 0) fair->market.capacity[0] = 0;
    for (uint32_t row = 0; row < NUM_APPLICANTS; row++) {
        struct pw_application *application = ask(fair, small_below(seed, NUM_SHARDS), row, 0, 0);

        wish_at_random(application, seed, num_markets);
    }
}

/* The market that took each applicant, by row. */
static void
list_placed(const struct fair *fair, uint16_t placed[NUM_APPLICANTS])
{
    for (int s = 0; s < NUM_SHARDS; s++)
        for (size_t a = 0; a < fair->shards[s].num_applications; a++)
            placed[fair->shards[s].applications[a].row] = fair->shards[s].applications[a].placed;
}

static int64_t
count_placed(const struct fair *fair, size_t market)
{
    uint16_t placed[NUM_APPLICANTS];
    int64_t count = 0;

    memset(placed, 0xFF, sizeof placed);
    list_placed(fair, placed);
    for (int row = 0; row < NUM_APPLICANTS; row++)
        count += placed[row] == market;
    return count;
}

/* The score in a market; 0 when it is no wish of the applicant. */
static uint64_t
score_in(const struct pw_application *application, size_t market)
{
    for (int w = 0; w < PW_MAX_WISHES && application->wish[w] != PW_NO_MARKET; w++)
        if (application->wish[w] == market) return application->score[w];
    return 0;
}

/* Deferred acceptance as Gale and Shapley tell it: one proposal at a time, the worst is sent away.
 */
static void
accept_deferred(const struct fair *fair, uint16_t placed[NUM_APPLICANTS])
{
    const struct pw_application *applicant[NUM_APPLICANTS];
    int next[NUM_APPLICANTS] = { 0 };
    bool moved = true;

    for (int s = 0; s < NUM_SHARDS; s++)
        for (size_t a = 0; a < fair->shards[s].num_applications; a++)
            applicant[fair->shards[s].applications[a].row] = &fair->shards[s].applications[a];
    memset(placed, 0xFF, NUM_APPLICANTS * sizeof *placed);
    while (moved) {
        moved = false;
        for (int i = 0; i < NUM_APPLICANTS; i++) {
            int64_t held = 0;
            int worst = i;

            if (placed[i] != PW_NO_MARKET || next[i] == PW_MAX_WISHES
                || applicant[i]->wish[next[i]] == PW_NO_MARKET)
                continue;
            placed[i] = applicant[i]->wish[next[i]++];
            for (int j = 0; j < NUM_APPLICANTS; j++) {
                held += placed[j] == placed[i];
                if (placed[j] == placed[i]
                    && score_in(applicant[j], placed[i]) < score_in(applicant[worst], placed[i]))
                    worst = j;
            }
            if (held > fair->market.capacity[placed[i]]) placed[worst] = PW_NO_MARKET;
            moved = true;
        }
    }
}

Test(market, a_higher_score_always_outranks_a_luckier_lottery)
{
    uint64_t seed = 1;

    for (int n = 0; n < 10000; n++) {
        const float low = 10.0f * small_normal(&seed);
        const float high = low + 0.00001f + (float) small_below(&seed, 3);

        cr_assert_gt(pw_market_score(high, small_random(&seed)),
            pw_market_score(low, small_random(&seed)), "%.9g is not over %.9g", (double) high,
            (double) low);
    }
    cr_assert_gt(pw_market_score(1.25f, 7), pw_market_score(1.25f, 6));
    cr_assert_eq(pw_market_score(0.0f, 5), (uint64_t) 1 << 63 | 5);
    cr_assert_eq(pw_market_score(-1.0f, 0), (uint64_t) 127 << 56);
}

Test(market, a_score_beyond_its_range_is_held_at_the_end_of_it)
{
    cr_assert_eq(pw_market_score(1e9f, 3), pw_market_score(127.0f, 3));
    cr_assert_eq(pw_market_score(-1e9f, 3), pw_market_score(-127.0f, 3));
}

Test(market, a_market_is_exactly_filled_when_enough_ask_and_takes_all_when_not)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t state = seed;
        const int capacity = small_below(&state, 2 * NUM_APPLICANTS);
        struct fair fair;

        open_fair(&fair, 1);
        fair.market.capacity[0] = capacity;
        for (uint32_t row = 0; row < NUM_APPLICANTS; row++)
            ask(&fair, small_below(&state, NUM_SHARDS), row, 0,
                pw_market_score(small_normal(&state), small_random(&state)));
        clear(&fair);
        cr_assert_eq(count_placed(&fair, 0), capacity < NUM_APPLICANTS ? capacity : NUM_APPLICANTS);
        cr_assert_eq(fair.market.taken[0], count_placed(&fair, 0));
        cr_assert_eq(fair.market.asked[0], NUM_APPLICANTS);
        cr_assert_eq(fair.market.cutoff[0] == 0, capacity >= NUM_APPLICANTS);
        close_fair(&fair);
    }
}

Test(market, several_wishes_are_cleared_as_deferred_acceptance_does_it)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        uint64_t state = seed;
        uint16_t placed[NUM_APPLICANTS], expected[NUM_APPLICANTS];
        struct fair fair;

        fill_at_random(&fair, &state);
        clear(&fair);
        list_placed(&fair, placed);
        accept_deferred(&fair, expected);
        for (int i = 0; i < NUM_APPLICANTS; i++)
            cr_assert_eq(placed[i], expected[i], "seed %d, applicant %d: %d and not %d", (int) seed,
                i, placed[i], expected[i]);
        close_fair(&fair);
    }
}

Test(market, no_market_is_ever_over_its_capacity)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        uint64_t state = seed + 1000;
        struct fair fair;

        fill_at_random(&fair, &state);
        clear(&fair);
        for (size_t m = 0; m < fair.market.num_markets; m++) {
            cr_assert_leq(count_placed(&fair, m), fair.market.capacity[m]);
            cr_assert_eq(fair.market.taken[m], count_placed(&fair, m));
        }
        close_fair(&fair);
    }
}

/* Is there a wish that the applicant likes better than what it got, with this market? */
static bool
would_rather(const struct pw_application *application, size_t market)
{
    for (int w = 0; w < PW_MAX_WISHES && application->wish[w] != application->placed
                    && application->wish[w] != PW_NO_MARKET;
         w++)
        if (application->wish[w] == market) return true;
    return false;
}

Test(market, nobody_who_would_rather_be_in_a_market_scores_over_one_who_is)
{
    for (uint64_t seed = 1; seed <= 100; seed++) {
        uint64_t state = seed + 2000;
        struct fair fair;

        fill_at_random(&fair, &state);
        clear(&fair);
        for (size_t m = 0; m < fair.market.num_markets; m++)
            for (int s = 0; s < NUM_SHARDS; s++)
                for (size_t a = 0; a < fair.shards[s].num_applications; a++) {
                    const struct pw_application *application = &fair.shards[s].applications[a];

                    if (application->placed == m)
                        cr_assert_geq(score_in(application, m), fair.market.cutoff[m]);
                    if (!would_rather(application, m)) continue;
                    cr_assert_lt(score_in(application, m), fair.market.cutoff[m]);
                    cr_assert_eq(fair.market.taken[m], fair.market.capacity[m],
                        "seed %d: there was room in market %zu", (int) seed, m);
                }
        close_fair(&fair);
    }
}

/* The same applicants in other shards and in another order. */
static void
shuffle(const struct fair *fair, struct fair *other, uint64_t *seed)
{
    struct pw_application all[NUM_APPLICANTS];
    int count = 0;

    open_fair(other, fair->market.num_markets);
    memcpy(other->market.capacity, fair->market.capacity,
        fair->market.num_markets * sizeof *fair->market.capacity);
    for (int s = 0; s < NUM_SHARDS; s++)
        for (size_t a = 0; a < fair->shards[s].num_applications; a++)
            all[count++] = fair->shards[s].applications[a];
    while (count > 0) {
        const int taken = small_below(seed, count);

        *pw_market_ask(&other->shards[small_below(seed, NUM_SHARDS)]) = all[taken];
        all[taken] = all[--count];
    }
}

Test(market, who_is_placed_does_not_depend_on_the_order_of_shards_and_applicants)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t state = seed + 3000;
        uint16_t placed[NUM_APPLICANTS], again[NUM_APPLICANTS];
        struct fair fair, other;

        fill_at_random(&fair, &state);
        shuffle(&fair, &other, &state);
        clear(&fair);
        clear(&other);
        list_placed(&fair, placed);
        list_placed(&other, again);
        cr_assert_arr_eq(placed, again, sizeof placed);
        cr_assert_arr_eq(fair.market.cutoff, other.market.cutoff,
            fair.market.num_markets * sizeof *fair.market.cutoff);
        close_fair(&fair);
        close_fair(&other);
    }
}

Test(market, who_is_placed_does_not_depend_on_the_number_of_threads)
{
    uint16_t placed[2][NUM_APPLICANTS];

    for (int n = 0; n < 2; n++) {
        uint64_t state = 99;
        struct fair fair;

        pw_parallel_set_threads(n == 0 ? 1 : 3);
        fill_at_random(&fair, &state);
        clear(&fair);
        list_placed(&fair, placed[n]);
        close_fair(&fair);
    }
    cr_assert_arr_eq(placed[0], placed[1], sizeof placed[0]);
}

Test(market, a_market_without_places_turns_everyone_away)
{
    struct fair fair;

    open_fair(&fair, 2);
    fair.market.capacity[1] = 3;
    for (uint32_t row = 0; row < 50; row++) {
        struct pw_application *application =
            ask(&fair, (int) row % NUM_SHARDS, row, 0, pw_market_score((float) row, 0));

        application->wish[1] = 1;
        application->score[1] = 50 - row;
    }
    clear(&fair);
    cr_assert_eq(fair.market.taken[0], 0);
    cr_assert_eq(fair.market.asked[0], 50);
    cr_assert_eq(count_placed(&fair, 1), 3, "the second wish counts once the first is refused");
    close_fair(&fair);
}

/* A cut-off above the highest leading digit must not overflow to 0, which admits all. */
Test(market, a_market_without_places_turns_away_the_highest_scores_there_are)
{
    struct fair fair;

    open_fair(&fair, 1);
    for (uint32_t row = 0; row < 50; row++)
        ask(&fair, 0, row, 0, row % 2 == 0 ? UINT64_MAX - 1 - row : pw_market_score(200.0f, row));
    clear(&fair);
    cr_assert_eq(fair.market.taken[0], 0);
    cr_assert_eq(count_placed(&fair, 0), 0);
    close_fair(&fair);
}

Test(market, the_highest_scores_there_are_fill_a_market_exactly)
{
    for (int64_t capacity = 1; capacity < 50; capacity++) {
        struct fair fair;

        open_fair(&fair, 1);
        fair.market.capacity[0] = capacity;
        for (uint32_t row = 0; row < 50; row++)
            ask(&fair, 0, row, 0, UINT64_MAX - 1 - row);
        clear(&fair);
        cr_assert_eq(count_placed(&fair, 0), capacity);
        close_fair(&fair);
    }
}

Test(market, a_tie_in_score_is_broken_by_the_lottery)
{
    struct fair fair;

    open_fair(&fair, 1);
    fair.market.capacity[0] = 10;
    for (uint32_t row = 0; row < 40; row++)
        ask(&fair, (int) row % NUM_SHARDS, row, 0, pw_market_score(0.5f, (row * 7) % 40));
    clear(&fair);
    cr_assert_eq(count_placed(&fair, 0), 10);
    for (int s = 0; s < NUM_SHARDS; s++)
        for (size_t a = 0; a < fair.shards[s].num_applications; a++)
            cr_assert_eq(fair.shards[s].applications[a].placed == 0,
                (fair.shards[s].applications[a].row * 7) % 40 >= 30);
    close_fair(&fair);
}

Test(market, those_who_tie_in_score_and_lottery_are_all_in_or_all_out)
{
    for (int64_t capacity = 0; capacity <= 12; capacity++) {
        struct fair fair;

        open_fair(&fair, 1);
        fair.market.capacity[0] = capacity;
        for (uint32_t row = 0; row < 12; row++) /* four of each score */
            ask(&fair, (int) row % NUM_SHARDS, row, 0, pw_market_score((float) (row / 4), 9));
        clear(&fair);
        cr_assert_eq(count_placed(&fair, 0), capacity / 4 * 4);
        close_fair(&fair);
    }
}

Test(market, those_without_a_wish_are_placed_nowhere_and_counted_nowhere)
{
    struct fair fair;

    open_fair(&fair, 1);
    fair.market.capacity[0] = 5;
    ask(&fair, 0, 0, PW_NO_MARKET, 77)->placed = 0;
    ask(&fair, 1, 1, 0, 0);
    clear(&fair);
    cr_assert_eq(fair.shards[0].applications[0].placed, PW_NO_MARKET);
    cr_assert_eq(fair.shards[1].applications[0].placed, 0, "a score of 0 is no refusal");
    cr_assert_eq(fair.market.asked[0], 1);
    cr_assert_eq(fair.market.taken[0], 1);
    close_fair(&fair);
}

Test(market, clearing_again_forgets_the_last_year)
{
    struct fair fair;

    open_fair(&fair, 1);
    fair.market.capacity[0] = 1;
    for (uint32_t row = 0; row < 9; row++)
        ask(&fair, 0, row, 0, row + 1);
    clear(&fair);
    cr_assert_eq(fair.market.cutoff[0], 9);
    fair.market.capacity[0] = 20;
    clear(&fair);
    cr_assert_eq(fair.market.cutoff[0], 0);
    cr_assert_eq(fair.market.taken[0], 9);
    close_fair(&fair);
}

Test(market, the_number_of_markets_may_change_and_capacities_begin_at_zero)
{
    struct pw_market market = { 0 };

    cr_assert_eq(pw_market_init(&market, 3), PW_OK);
    market.capacity[2] = 8;
    cr_assert_eq(pw_market_init(&market, 3), PW_OK);
    cr_assert_eq(market.capacity[2], 0);
    market.capacity[2] = 8;
    cr_assert_eq(pw_market_init(&market, 500), PW_OK);
    cr_assert_eq(market.num_markets, 500);
    for (size_t m = 0; m < 500; m++)
        cr_assert_eq(market.capacity[m], 0);
    pw_market_free(&market);
    cr_assert_eq(market.num_markets, 0);
}

Test(market, asking_more_often_than_there_is_room_is_a_bug, .signal = SIGABRT)
{
    struct fair fair;

    open_fair(&fair, 1);
    for (uint32_t row = 0; row <= NUM_APPLICANTS; row++)
        ask(&fair, 0, row, 0, row);
}

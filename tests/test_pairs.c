/* SPDX-License-Identifier: MIT */
#include "pathways/pairs.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/rng.h"

TestSuite(pairs, .timeout = 120);

#define MUST(call) cr_assert_eq((call), PW_OK, "%s", pw_status_message())

enum { YEAR = 2040, FIRST_YEAR = 2015, NUM_PLACES = 4, PEOPLE = 3000, MOST = PEOPLE + 200 };

/* One run's people of one birth year, in no order. */
struct people {
    struct pw_cohort cohort;
    int64_t key[MOST];
    int8_t group[MOST], origin[MOST], class[MOST], state[MOST], history[MOST * 40];
    int16_t home[MOST], place[MOST];
    int32_t exposure[MOST];
};

static struct people base, policy;
static int32_t match[MOST];

static uint32_t
draw(uint64_t *seed, uint32_t below)
{
    *seed = pw_mix64(*seed + 1);
    return (uint32_t) (*seed >> 33) % below;
}

/* Base and policy of one birth year: most are in both, many the same in both. */
static void
make(int birth_year, uint64_t seed)
{
    const int first = birth_year + 16 > FIRST_YEAR ? birth_year + 16 : FIRST_YEAR;
    const int begin = first < YEAR ? first : YEAR;
    const size_t years = (size_t) (YEAR - begin + 1);
    struct people *const runs[2] = { &base, &policy };

    for (int k = 0; k < 2; k++) {
        struct people *const run = runs[k];
        size_t n = 0;

        for (size_t person = 0; person < PEOPLE; person++) {
            /* from the other end in the policy, and some in one run only */
            const size_t who = k == 0 ? person : PEOPLE - 1 - person;
            uint64_t at = pw_mix64(seed ^ (who * 31));
            uint64_t own = pw_mix64(at ^ (uint64_t) (k + 7));

            if (draw(&at, 40) == 0 && who % 2 == (size_t) k) continue;
            run->key[n] = (int64_t) (who * 1000003 + (uint64_t) birth_year) - 5000000;
            run->group[n] = (int8_t) draw(&at, PW_NUM_GROUPS);
            run->origin[n] = (int8_t) draw(&at, PW_NUM_CLASS_CODES);
            run->home[n] = (int16_t) ((int) draw(&at, NUM_PLACES + 1) - 1);
            run->exposure[n] = (int32_t) draw(&own, 4);
            run->place[n] = (int16_t) ((int) draw(&own, NUM_PLACES + 1) - 1);
            if (draw(&own, 3) > 0) own = at; /* the same life in both */
            run->class[n] = (int8_t) draw(&own, PW_NUM_CLASS_CODES);
            for (size_t y = 0; y < years; y++)
                run->history[n * years + y] = (int8_t) draw(&own, PW_NUM_STATES);
            run->state[n] = run->history[(n + 1) * years - 1];
            n++;
        }
        run->cohort = (struct pw_cohort){ birth_year, n, run->key, run->group, run->origin,
            run->home, run->exposure, run->place, run->class, run->state, run->history, begin,
            (int) years };
    }
}

static const uint8_t reach[NUM_PLACES] = { 1, 0, 0, 0 };

static struct pw_pairs
question(void)
{
    return (struct pw_pairs){ .year = YEAR,
        .first_age = 16,
        .last_age = 29,
        .policy_from = 2020,
        .num_places = NUM_PLACES,
        .in_reach = reach,
        .policies = 2 };
}

/* --- What a beginner would write --- */

/* Row of a key, by looking at every row. */
static long
find(const struct pw_cohort *cohort, int64_t key)
{
    for (size_t i = 0; i < cohort->count; i++)
        if (cohort->key[i] == key) return (long) i;
    return -1;
}

Test(pairs, everybody_is_found_by_key_whatever_the_order)
{
    make(2015, 3);
    MUST(pw_pairs_match(base.key, base.cohort.count, policy.key, policy.cohort.count, match));
    for (size_t i = 0; i < base.cohort.count; i++)
        cr_assert_eq(match[i], find(&policy.cohort, base.key[i]));
    MUST(pw_pairs_match(base.key, base.cohort.count, base.key, base.cohort.count, match));
    for (size_t i = 0; i < base.cohort.count; i++)
        cr_assert_eq(match[i], (int32_t) i);
    MUST(pw_pairs_match(base.key, 5, NULL, 0, match));
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(match[i], -1);
    MUST(pw_pairs_match(NULL, 0, policy.key, 5, NULL));
}

Test(pairs, a_key_that_is_twice_on_a_list_is_refused)
{
    const int64_t twice[3] = { 7, 9, 7 }, once[2] = { 7, 8 };

    cr_assert_eq(pw_pairs_match(once, 2, twice, 3, match), PW_EFORMAT);
    cr_assert_not_null(strstr(pw_status_message(), "key 7"));
    cr_assert_eq(pw_pairs_match(twice, 3, once, 2, match), PW_EFORMAT);
}

static int
neet_years(const struct pw_cohort *cohort, size_t row)
{
    int years = 0;

    for (int year = cohort->first_year; year <= YEAR; year++) {
        const int age = year - cohort->birth_year;
        const int state =
            cohort
                ->history[row * (size_t) cohort->num_years + (size_t) (year - cohort->first_year)];

        if (age >= 16 && age <= 24 && (state == PW_UNEMPLOYED || state == PW_INACTIVE)) years++;
    }
    return years;
}

static int
last_state(const struct pw_cohort *cohort, size_t row)
{
    return cohort->state[row];
}

static bool
is_here(int state)
{
    return state != PW_NOT_BORN && state != PW_DEAD && state != PW_EMIGRATED && state != PW_ABROAD;
}

Test(pairs, counts_are_those_of_a_loop_over_everybody)
{
    struct pw_pairs pairs = question();
    int64_t flow[PW_NUM_GROUPS][PW_NUM_CLASS_CODES][2][PW_NUM_WAYS][PW_NUM_WAYS] = { 0 };
    int64_t in_reach[2][PW_NUM_WAYS][PW_NUM_WAYS] = { 0 }, fewer[4] = { 0 }, higher = 0, lower = 0;
    int64_t one_run_only[2] = { 0, 0 }, people = 0, since = 0;

    MUST(pw_pairs_init(&pairs));
    for (int birth_year = 1974; birth_year <= 2026; birth_year += 4) {
        const int age = YEAR - birth_year;
        const bool has_ways = age >= 16 && age <= 29;

        if (!pw_pairs_wants(&pairs, birth_year, FIRST_YEAR)) {
            cr_assert(age < 16 || age > 64, "age %d", age);
            continue;
        }
        make(birth_year, (uint64_t) birth_year);
        MUST(pw_pairs_match(base.key, base.cohort.count, policy.key, policy.cohort.count, match));
        pw_pairs_count(&pairs, &base.cohort, &policy.cohort, match);
        for (size_t j = 0; j < policy.cohort.count; j++)
            if (has_ways && find(&base.cohort, policy.key[j]) < 0)
                one_run_only[1] += is_here(last_state(&policy.cohort, j));
        for (size_t i = 0; i < base.cohort.count; i++) {
            const long found = find(&policy.cohort, base.key[i]);
            const size_t j = (size_t) found;
            const int a = last_state(&base.cohort, i);

            if (found < 0) {
                one_run_only[0] += has_ways && is_here(a);
                continue;
            }
            const int b = last_state(&policy.cohort, j);
            const int years = neet_years(&base.cohort, i) - neet_years(&policy.cohort, j);
            fewer[0] += years > 0;
            fewer[1] += years > 0 ? years : 0;
            fewer[2] += years < 0;
            fewer[3] += years < 0 ? -years : 0;
            if (age >= 25 && age <= 64 && is_here(a) && is_here(b) && base.class[i] < 5
                && policy.class[j] < 5) {
                higher += policy.class[j] > base.class[i];
                lower += policy.class[j] < base.class[i];
            }
            if (!has_ways || (!is_here(a) && !is_here(b))) continue;
            const int from = (int) pw_pairs_way((uint8_t) a, (uint8_t) base.class[i]);
            const int to = (int) pw_pairs_way((uint8_t) b, (uint8_t) policy.class[j]);
            const int place = base.place[i] >= 0 ? base.place[i] : policy.place[j];
            const int enrolled = (policy.exposure[j] & 2) != 0;
            flow[(size_t) base.group[i]][(size_t) base.origin[i]][enrolled][from][to]++;
            in_reach[enrolled || place == 0 || base.home[i] == 0][from][to]++;
            people++;
            since += birth_year >= 2020;
        }
    }
    for (int g = 0; g < PW_NUM_GROUPS; g++)
        for (int o = 0; o < PW_NUM_CLASS_CODES; o++)
            for (int e = 0; e < 2; e++)
                for (int b = 0; b < PW_NUM_WAYS; b++)
                    for (int p = 0; p < PW_NUM_WAYS; p++)
                        cr_assert_eq(
                            pw_pairs_sum(&pairs, &(struct pw_flow_where){ g, -1, o, e, b, p }),
                            flow[g][o][e][b][p]);
    for (int r = 0; r < 2; r++)
        for (int b = 0; b < PW_NUM_WAYS; b++)
            for (int p = 0; p < PW_NUM_WAYS; p++)
                cr_assert_eq(pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, r, -1, -1, b, p }),
                    in_reach[r][b][p]);
    for (int k = 0; k < 4; k++) {
        int64_t sum = 0;

        for (int g = 0; g < PW_NUM_GROUPS; g++)
            sum += pairs.neet[g][k];
        cr_assert_eq(sum, fewer[k], "%d", k);
    }
    for (int g = 0; g < PW_NUM_GROUPS; g++)
        for (int o = 0; o < PW_NUM_CLASS_CODES; o++) {
            higher -= pairs.class_change[g][o][PW_CLASS_HIGHER];
            lower -= pairs.class_change[g][o][PW_CLASS_LOWER];
        }
    cr_assert_eq(higher, 0);
    cr_assert_eq(lower, 0);
    cr_assert_eq(pairs.one_run_only[0], one_run_only[0]);
    cr_assert_eq(pairs.one_run_only[1], one_run_only[1]);
    cr_assert_gt(one_run_only[0], 0);
    cr_assert_gt(one_run_only[1], 0);
    cr_assert_eq(pairs.people[0] + pairs.people[1], people);
    cr_assert_eq(pairs.born_since, since);
    cr_assert_gt(since, 0);
    cr_assert_gt(pairs.differ_ever[0], pairs.differ[0]);
    pw_pairs_free(&pairs);
}

/* What is left out of the history would add nothing. */
Test(pairs, years_on_file_that_are_not_asked_for_change_no_count)
{
    for (int birth_year = 1974; birth_year <= 2024; birth_year++) {
        const struct pw_pairs pairs = question();
        const struct pw_range years = pw_pairs_years(&pairs, birth_year, FIRST_YEAR);

        for (int year = FIRST_YEAR; year <= YEAR; year++) {
            const int age = year - birth_year, now = YEAR - birth_year;
            const size_t index = (size_t) (year - FIRST_YEAR);
            const bool counts = age >= 16 && (age <= 24 || (now >= 16 && now <= 29));

            cr_assert_eq(counts, index >= years.begin && index < years.end, "born %d, year %d",
                birth_year, year);
        }
    }
}

Test(pairs, a_run_beside_itself_is_on_the_diagonal)
{
    struct pw_pairs pairs = question();
    double drift[PW_NUM_WAYS * PW_NUM_WAYS];

    MUST(pw_pairs_init(&pairs));
    make(2016, 11);
    MUST(pw_pairs_match(base.key, base.cohort.count, base.key, base.cohort.count, match));
    pw_pairs_count(&pairs, &base.cohort, &base.cohort, match);
    pw_pairs_drift(&pairs, drift);
    for (int b = 0; b < PW_NUM_WAYS; b++)
        for (int p = 0; p < PW_NUM_WAYS; p++)
            if (b != p) {
                cr_assert_eq(
                    pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, -1, -1, -1, b, p }), 0);
                cr_assert_eq(drift[b * PW_NUM_WAYS + p], 0.0);
            }
    for (size_t place = 0; place < NUM_PLACES; place++) {
        cr_assert_eq(pw_pairs_at(&pairs, -1, place, -1, PW_TURN_BETTER), 0);
        cr_assert_eq(pw_pairs_at(&pairs, -1, place, -1, PW_TURN_WORSE), 0);
        cr_assert_gt(pw_pairs_at(&pairs, -1, place, -1, PW_TURN_NONE), 0);
    }
    cr_assert_gt(pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, -1, -1, -1, -1, -1 }), 1000);
    cr_assert_eq(
        pairs.differ[0] + pairs.differ[1] + pairs.differ_ever[0] + pairs.differ_ever[1], 0);
    cr_assert_eq(pairs.one_run_only[0] + pairs.one_run_only[1], 0);
    pw_pairs_free(&pairs);
}

/* Places hold what the flows hold, turn by turn. */
Test(pairs, turns_add_up_over_places)
{
    struct pw_pairs pairs = question();

    MUST(pw_pairs_init(&pairs));
    make(2020, 5);
    for (size_t i = 0; i < base.cohort.count; i++)
        base.place[i] = (int16_t) (i % NUM_PLACES); /* nobody nowhere */
    MUST(pw_pairs_match(base.key, base.cohort.count, policy.key, policy.cohort.count, match));
    pw_pairs_count(&pairs, &base.cohort, &policy.cohort, match);
    for (int g = 0; g < PW_NUM_GROUPS; g++)
        for (int e = 0; e < 2; e++) {
            int64_t expected[PW_NUM_TURNS] = { 0 };

            for (int cell = 0; cell < PW_NUM_WAYS * PW_NUM_WAYS; cell++)
                expected[pw_pairs_turn((enum pw_pathway)(cell / PW_NUM_WAYS),
                    (enum pw_pathway)(cell % PW_NUM_WAYS))] +=
                    pw_pairs_sum(&pairs, &(struct pw_flow_where){ g, -1, -1, e, cell / PW_NUM_WAYS,
                                             cell % PW_NUM_WAYS });
            for (int turn = 0; turn < PW_NUM_TURNS; turn++) {
                int64_t sum = 0;

                for (size_t place = 0; place < NUM_PLACES; place++)
                    sum += pw_pairs_at(&pairs, g, place, e, (enum pw_turn) turn);
                cr_assert_eq(sum, expected[turn], "group %d turn %d", g, turn);
            }
        }
    pw_pairs_free(&pairs);
}

Test(pairs, drift_is_the_rate_of_those_out_of_reach)
{
    struct pw_pairs pairs = question();
    double drift[PW_NUM_WAYS * PW_NUM_WAYS];

    MUST(pw_pairs_init(&pairs));
    make(2018, 21);
    MUST(pw_pairs_match(base.key, base.cohort.count, policy.key, policy.cohort.count, match));
    pw_pairs_count(&pairs, &base.cohort, &policy.cohort, match);
    cr_assert_gt(pw_pairs_drift(&pairs, drift), 100);
    for (int b = 0; b < PW_NUM_WAYS; b++)
        for (int p = 0; p < PW_NUM_WAYS; p++) {
            const double all =
                (double) pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, -1, -1, -1, b, -1 });
            const double out =
                (double) pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, 0, -1, -1, b, -1 });
            const double went =
                (double) pw_pairs_sum(&pairs, &(struct pw_flow_where){ -1, 0, -1, -1, b, p });

            if (out > 0.0) cr_assert_float_eq(drift[b * PW_NUM_WAYS + p], all * went / out, 1e-9);
        }
    const uint8_t everywhere[NUM_PLACES] = { 1, 1, 1, 1 };
    struct pw_pairs closed = question();
    closed.in_reach = everywhere;
    MUST(pw_pairs_init(&closed));
    for (size_t i = 0; i < base.cohort.count; i++)
        base.home[i] = 0;
    pw_pairs_count(&closed, &base.cohort, &policy.cohort, match);
    cr_assert_eq(pw_pairs_drift(&closed, drift), 0);
    cr_assert(isnan(drift[1]), "nobody to tell by");
    pw_pairs_free(&closed);
    pw_pairs_free(&pairs);
}

Test(pairs, every_state_has_a_way_and_turns_are_each_others_mirror)
{
    cr_assert_eq(pw_pairs_way(PW_APPRENTICESHIP_HIGHER, PW_NO_CLASS), PW_WAY_APPRENTICESHIP);
    cr_assert_eq(pw_pairs_way(PW_EMPLOYED, PW_HIGHER_PROFESSIONAL), PW_WAY_PROFESSIONAL_JOB);
    cr_assert_eq(pw_pairs_way(PW_EMPLOYED, PW_INTERMEDIATE), PW_WAY_INTERMEDIATE_JOB);
    cr_assert_eq(pw_pairs_way(PW_EMPLOYED, PW_HIGHER_WORKING), PW_WAY_WORKING_JOB);
    cr_assert_eq(pw_pairs_way(PW_INACTIVE, PW_HIGHER_PROFESSIONAL), PW_WAY_NEET);
    cr_assert_eq(pw_pairs_way(PW_ABROAD, PW_LOWER_WORKING), PW_WAY_ABSENT);
    for (int state = 0; state < PW_NUM_STATES; state++) {
        const bool is_absent = pw_pairs_way((uint8_t) state, PW_LOWER_WORKING) == PW_WAY_ABSENT;

        cr_assert_eq(is_absent, !pw_state_is_present((uint8_t) state), "state %d", state);
    }
    for (int a = 0; a < PW_NUM_WAYS; a++) {
        cr_assert_eq(pw_pairs_turn((enum pw_pathway) a, (enum pw_pathway) a), PW_TURN_NONE);
        cr_assert_gt(strlen(pw_pairs_way_name((enum pw_pathway) a)), 3);
        cr_assert_gt(strlen(pw_pairs_way_about((enum pw_pathway) a)), 3);
        for (int b = 0; b < PW_NUM_WAYS; b++) {
            const enum pw_turn there = pw_pairs_turn((enum pw_pathway) a, (enum pw_pathway) b);
            const enum pw_turn back = pw_pairs_turn((enum pw_pathway) b, (enum pw_pathway) a);

            cr_assert_eq(there == PW_TURN_BETTER, back == PW_TURN_WORSE, "%d and %d", a, b);
        }
    }
    cr_assert_eq(pw_pairs_turn(PW_WAY_NEET, PW_WAY_COLLEGE), PW_TURN_BETTER);
    cr_assert_eq(pw_pairs_turn(PW_WAY_UNIVERSITY, PW_WAY_NEET), PW_TURN_WORSE);
    cr_assert_eq(pw_pairs_turn(PW_WAY_WORKING_JOB, PW_WAY_PROFESSIONAL_JOB), PW_TURN_BETTER);
    cr_assert_eq(pw_pairs_turn(PW_WAY_SCHOOL, PW_WAY_WORKING_JOB), PW_TURN_OTHER);
    cr_assert_eq(pw_pairs_turn(PW_WAY_NEET, PW_WAY_ABSENT), PW_TURN_OTHER);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/post16.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(post16, .timeout = 120);

enum { YEAR = 2025, MANY = 12000, NUM_PLACES = 6, BLACKPOOL = 3 };

static struct small_world world;

/* School leavers of 16 in all places, of random attainment, origin, sex and character. */
static void
fill_leavers(uint64_t seed)
{
    const struct pw_gcse_params *gcse = &small_params(&world)->gcse;

    for (int n = 0; n < MANY; n++) {
        const size_t s = (size_t) n % world.num_shards, i = small_add(&world, s, 16);
        struct pw_shard *shard = &world.shards[s];

        shard->state[i] = PW_SCHOOL;
        shard->spell[i] = 11;
        shard->class[i] = PW_NO_CLASS;
        shard->hours[i] = 0;
        shard->place[i] = (uint16_t) small_below(&seed, NUM_PLACES);
        shard->sex[i] = (uint8_t) small_below(&seed, 2);
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASS_CODES);
        shard->aspiration[i] = small_normal(&seed);
        shard->self_efficacy[i] = small_normal(&seed);
        shard->belonging[i] = small_normal(&seed);
        shard->skill[i] = small_normal(&seed);
        shard->attainment[i] =
            pw_clamp(gcse->attainment_mean + gcse->attainment_sd * shard->skill[i], 0.0f, 90.0f);
    }
}

static void
open_leavers(const char *overrides)
{
    small_open(&world, YEAR, 2, MANY, overrides);
    fill_leavers(1);
}

/* Young people in a state, in one place or in all (-1). */
static size_t
num_in(int state, int place)
{
    size_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += world.shards[s].state[i] == state
                     && (place < 0 || world.shards[s].place[i] == place);
    return count;
}

static size_t
num_apprentices(void)
{
    return num_in(PW_APPRENTICESHIP_INTERMEDIATE, -1) + num_in(PW_APPRENTICESHIP_ADVANCED, -1);
}

/* Leavers of a fresh crowd in a state when path values and parameters are as `change` makes them.
 */
static size_t
num_after(void (*change)(void), int state)
{
    size_t count;

    open_leavers("");
    change();
    small_run(&world, &pw_post16);
    count = num_in(state, -1);
    small_close(&world);
    return count;
}

static void
lift_duty(void)
{
    world.country.now.school_participation_age[0] = 16.0;
}

static void
nothing(void)
{
}

Test(post16, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_post16, "run.persons=3000 run.shards=2 run.history_from=1967", 8);

    cr_assert_eq(written, pw_post16.writes, "never wrote %s",
        small_column_name(pw_post16.writes & ~written));
}

Test(post16, everyone_leaves_school_at_16)
{
    size_t total = 0;

    open_leavers("");
    small_run(&world, &pw_post16);
    cr_assert_eq(num_in(PW_SCHOOL, -1), 0);
    for (int state = PW_SIXTH_FORM; state <= PW_APPRENTICESHIP_ADVANCED; state++)
        total += num_in(state, -1);
    total += num_in(PW_UNEMPLOYED, -1) + num_in(PW_INACTIVE, -1);
    cr_assert_eq(total, MANY);
    small_close(&world);
}

Test(post16, places_are_shares_of_the_16_year_olds_of_the_place_and_never_overfilled)
{
    const struct pw_market *market = &world.country.post16;

    open_leavers("post16.sixth_form_supply=0 post16.college_supply=0");
    lift_duty();
    world.country.now.post16_sixth_form_places[0] = 30.0;
    world.country.now.post16_college_places[0] = 20.0;
    world.country.now.apprenticeship_starts_young[0] = 3.0;
    small_run(&world, &pw_post16);
    for (int p = 0; p < NUM_PLACES; p++) {
        size_t cohort = 0;

        for (int state = 0; state < PW_NUM_STATES; state++)
            cohort += num_in(state, p);
        small_near((double) market->capacity[p], 0.3 * (double) cohort, 0.501, "sixth form");
        small_near(
            (double) market->capacity[NUM_PLACES + p], 0.2 * (double) cohort, 0.501, "college");
        cr_assert_eq((int64_t) num_in(PW_SIXTH_FORM, p), market->taken[p]);
        cr_assert_eq((int64_t) num_in(PW_FURTHER_EDUCATION, p), market->taken[NUM_PLACES + p]);
        cr_assert_eq(
            market->taken[p], market->capacity[p], "too few for a sixth form that many want");
    }
    for (size_t m = 0; m < market->num_markets; m++)
        cr_assert_leq(market->taken[m], market->capacity[m], "market %zu", m);
    small_close(&world);
}

Test(post16, supply_that_follows_attainment_moves_places_between_places_and_adds_none)
{
    const int64_t *capacity;
    int64_t total = 0;
    int best = 0, worst = 0;

    open_leavers("post16.sixth_form_supply=0.5");
    world.country.now.post16_sixth_form_places[0] = 30.0;
    small_run(&world, &pw_post16);
    capacity = world.country.post16.capacity;
    for (int p = 0; p < NUM_PLACES; p++) {
        total += capacity[p];
        best = world.country.attainment[p] > world.country.attainment[best] ? p : best;
        worst = world.country.attainment[p] < world.country.attainment[worst] ? p : worst;
    }
    small_near((double) total, 0.3 * MANY, 0.5 * NUM_PLACES, "places in all");
    cr_assert_gt(capacity[best], MANY / NUM_PLACES * 3 / 10, "of a place of high attainment");
    cr_assert_lt(capacity[worst], MANY / NUM_PLACES * 3 / 10, "of a place of low attainment");
    small_close(&world);
}

Test(post16, apprenticeships_are_counted_in_the_labour_market_and_level_and_never_overfilled)
{
    const struct pw_market *market = &world.country.post16;

    open_leavers("");
    world.country.now.apprenticeship_starts_young[0] = 3.0;
    small_run(&world, &pw_post16);
    for (int l = 0; l < 3; l++)
        for (int level = 0; level < 2; level++) {
            const size_t m = (size_t) (2 * NUM_PLACES + l * PW_NUM_LEVELS + level);
            size_t count = 0;

            for (int p = 0; p < NUM_PLACES; p++)
                if (world.country.labour_market[p] == l)
                    count += num_in(PW_APPRENTICESHIP_INTERMEDIATE + level, p);
            cr_assert_eq((int64_t) count, market->taken[m]);
            cr_assert_leq(market->taken[m], market->capacity[m]);
            cr_assert_gt(market->capacity[m], 0);
        }
    cr_assert_eq(num_in(PW_APPRENTICESHIP_HIGHER, -1), 0, "higher apprenticeships begin at 18");
    small_close(&world);
}

Test(post16, a_sixth_form_that_all_want_takes_those_of_highest_attainment)
{
    open_leavers("");
    world.country.now.post16_sixth_form_places[0] = 20.0; /* the best fifth: from 0.84 SD up */
    small_params(&world)->post16.base[0] = 10.0f;
    small_run(&world, &pw_post16);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            if (world.shards[s].skill[i] > 1.9f)
                cr_assert_eq(world.shards[s].state[i], PW_SIXTH_FORM);
            if (world.shards[s].skill[i] < 0.0f)
                cr_assert_neq(world.shards[s].state[i], PW_SIXTH_FORM);
        }
    small_close(&world);
}

/* People and the sum of their attainment, of those of a place who are or are not in sixth form. */
struct pupils {
    double count, sum;
};

Test(post16, more_sixth_form_places_take_first_those_next_to_the_cut_off)
{
    enum { IN_BEFORE, ADDED, REFUSED, NUM_KINDS };
    static bool before[2][MANY];
    struct pupils pupils[NUM_PLACES][NUM_KINDS] = { 0 };

    for (int n = 0; n < 2; n++) {
        open_leavers("");
        world.country.now.post16_sixth_form_places[0] = n == 0 ? 20.0 : 30.0;
        small_params(&world)->post16.base[0] = 10.0f; /* all want one */
        small_run(&world, &pw_post16);
        for (size_t s = 0; s < world.num_shards; s++)
            for (size_t i = 0; i < world.shards[s].num_rows; i++) {
                const bool in = world.shards[s].state[i] == PW_SIXTH_FORM;
                struct pupils *const here = pupils[world.shards[s].place[i]];
                const int kind = before[s][i] ? IN_BEFORE : in ? ADDED : REFUSED;

                if (n == 0) before[s][i] = in;
                if (n == 0) continue;
                cr_assert(in || !before[s][i], "lost a place because there are more");
                here[kind].count += 1.0;
                here[kind].sum += (double) world.shards[s].skill[i];
            }
        small_close(&world);
    }
    for (int p = 0; p < NUM_PLACES; p++) {
        const double added = pupils[p][ADDED].sum / pupils[p][ADDED].count;

        cr_assert_gt(pupils[p][ADDED].count, MANY / NUM_PLACES / 20);
        cr_assert_gt(pupils[p][IN_BEFORE].sum / pupils[p][IN_BEFORE].count, added + 0.3);
        cr_assert_lt(pupils[p][REFUSED].sum / pupils[p][REFUSED].count, added - 0.3);
    }
}

/* Share in sixth form of the third of lowest (0) to highest (2) attainment, with places for all. */
static double
sixth_form_share(int third)
{
    size_t inside = 0, all = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const float skill = world.shards[s].skill[i];

            if ((skill < -0.43f ? 0 : skill < 0.43f ? 1 : 2) != third) continue;
            all++;
            inside += world.shards[s].state[i] == PW_SIXTH_FORM;
        }
    return (double) inside / (double) all;
}

Test(post16, higher_attainment_means_more_sixth_form_even_with_places_for_all)
{
    open_leavers("");
    world.country.now.post16_sixth_form_places[0] = 100.0;
    small_run(&world, &pw_post16);
    cr_assert_gt(sixth_form_share(1), sixth_form_share(0) + 0.1);
    cr_assert_gt(sixth_form_share(2), sixth_form_share(1) + 0.1);
    small_close(&world);
}

static void
halve_sixth_forms(void)
{
    world.country.now.post16_sixth_form_places[0] *= 0.5;
}

static void
halve_colleges(void)
{
    lift_duty();
    world.country.now.post16_college_places[0] *= 0.5;
}

static void
slacken_work(void)
{
    for (int l = 0; l < 3; l++)
        world.country.tightness[l] = 0.8f;
}

Test(post16, fewer_places_mean_fewer_pupils)
{
    cr_assert_lt(
        num_after(halve_sixth_forms, PW_SIXTH_FORM), num_after(nothing, PW_SIXTH_FORM) * 3 / 4);
    cr_assert_lt(num_after(halve_colleges, PW_FURTHER_EDUCATION),
        num_after(lift_duty, PW_FURTHER_EDUCATION) * 3 / 4);
}

static void
close_colleges(void)
{
    world.country.now.post16_college_places[0] = 0.0;
}

Test(post16, colleges_take_everyone_whom_the_law_binds_however_few_their_places)
{
    cr_assert_eq(
        num_after(close_colleges, PW_FURTHER_EDUCATION), num_after(nothing, PW_FURTHER_EDUCATION));
    cr_assert_eq(num_after(close_colleges, PW_UNEMPLOYED), num_after(nothing, PW_UNEMPLOYED));
}

Test(post16, the_duty_to_take_part_keeps_young_people_from_doing_neither)
{
    cr_assert_lt(num_after(nothing, PW_INACTIVE), num_after(lift_duty, PW_INACTIVE));
    cr_assert_lt(num_after(nothing, PW_UNEMPLOYED), num_after(lift_duty, PW_UNEMPLOYED));
}

Test(post16, where_jobs_are_few_fewer_leave_for_work)
{
    cr_assert_lt(num_after(slacken_work, PW_UNEMPLOYED), num_after(nothing, PW_UNEMPLOYED));
}

Test(post16, more_apprenticeship_places_mean_more_apprentices)
{
    size_t before = 0;

    for (int n = 0; n < 4; n++) {
        open_leavers("");
        world.country.now.apprenticeship_starts_young[0] = 2.0 * n;
        small_run(&world, &pw_post16);
        cr_assert_eq(n == 0, num_apprentices() == 0);
        cr_assert(n == 0 || num_apprentices() > before);
        before = num_apprentices();
        small_close(&world);
    }
}

Test(post16, with_the_slopes_in_origin_at_0_origin_changes_nobodys_way)
{
    struct small_snapshot equal;
    struct pw_post16_params *params = &small_params(&world)->post16;

    for (int n = 0; n < 2; n++) {
        open_leavers("");
        for (int option = 0; option < 6; option++)
            params->origin[option] = 0.0f;
        params->employer_network = 0.0f;
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL,
                world.shards[s].num_rows);
        small_run(&world, &pw_post16);
        if (n == 0)
            equal = small_snapshot_take(world.shards, world.num_shards);
        else
            cr_assert_eq(small_changed(&equal, world.shards), PW_SET(origin_class));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

Test(post16, by_default_a_higher_origin_sends_more_to_sixth_form)
{
    size_t count[2];

    for (int n = 0; n < 2; n++) {
        open_leavers("");
        world.country.now.post16_sixth_form_places[0] = 100.0;
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL,
                world.shards[s].num_rows);
        small_run(&world, &pw_post16);
        count[n] = num_in(PW_SIXTH_FORM, -1);
        small_close(&world);
    }
    cr_assert_gt(count[1], count[0]);
}

Test(post16, who_gets_the_first_wish_is_not_displaced_and_who_does_not_is)
{
    size_t displaced = 0;

    open_leavers("");
    world.country.now.post16_sixth_form_places[0] = 100.0;
    world.country.now.post16_college_places[0] = 100.0;
    world.country.now.apprenticeship_starts_young[0] = 100.0;
    world.country.now.apprenticeship_level_mix[0] = 100.0;
    world.country.now.apprenticeship_level_mix[1] = 100.0;
    small_run(&world, &pw_post16);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            displaced += world.shards[s].events[i] & PW_EVENT_DISPLACED;
    cr_assert_eq(displaced, 0, "with places for all");
    small_close(&world);

    open_leavers("");
    lift_duty();
    world.country.now.post16_sixth_form_places[0] = 0.0;
    world.country.now.post16_college_places[0] = 0.0;
    world.country.now.apprenticeship_starts_young[0] = 0.0;
    small_run(&world, &pw_post16);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            displaced += (world.shards[s].events[i] & PW_EVENT_DISPLACED) != 0;
    cr_assert_eq(num_in(PW_UNEMPLOYED, -1) + num_in(PW_INACTIVE, -1), MANY, "no place at all");
    cr_assert_gt(displaced, MANY / 2);
    small_close(&world);
}

/* People of 18 and 17 in all states from sixth form on, and some of 16, so that there are places.
 */
static void
open_older(const char *overrides)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 2200, overrides);
    for (int age = 18; age >= 17; age--)
        for (int state = PW_SIXTH_FORM; state <= PW_INACTIVE; state++)
            for (int n = 0; n < 90; n++)
                shard->state[small_add(&world, 0, age)] = (uint8_t) state;
    for (int n = 0; n < 200; n++) {
        const size_t i = small_add(&world, 0, 16);

        shard->state[i] = PW_SCHOOL;
        shard->place[i] = 0;
    }
}

Test(post16, at_17_and_18_those_who_neither_learn_nor_work_choose_again)
{
    const struct pw_shard *shard = &world.shards[0];
    size_t again = 0;

    open_older("post16.look_round=0");
    struct small_snapshot before = small_snapshot_take(world.shards, 1);

    small_run(&world, &pw_post16);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const uint8_t was = before.bytes[0][PW_COLUMN_state][i];

        if (was == PW_SCHOOL || was == PW_UNEMPLOYED || was == PW_INACTIVE)
            again += was != PW_SCHOOL && pw_state_is_learning(shard->state[i]);
        else
            cr_assert_eq(shard->state[i], was);
    }
    cr_assert_gt(again, 0, "nobody went back");
    small_snapshot_free(&before);
    small_close(&world);
}

/* Of those at 17 who neither learn nor work, who take a course, when going back so late costs so
 * much. */
static size_t
num_going_back(const char *overrides)
{
    const struct pw_shard *shard = &world.shards[0];
    size_t number = 0;

    open_older(overrides);
    struct small_snapshot before = small_snapshot_take(world.shards, 1);

    small_run(&world, &pw_post16);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const uint8_t was = before.bytes[0][PW_COLUMN_state][i];

        number += (was == PW_UNEMPLOYED || was == PW_INACTIVE)
                  && YEAR - pw_shard_birth_year(shard, i) == 17
                  && (shard->state[i] == PW_SIXTH_FORM || shard->state[i] == PW_FURTHER_EDUCATION);
    }
    small_snapshot_free(&before);
    small_close(&world);
    return number;
}

Test(post16, the_later_it_seems_the_fewer_go_back_at_17)
{
    const size_t soon = num_going_back("post16.late=0"), late = num_going_back("post16.late=2.5");

    cr_assert_gt(late, 0, "nobody went back");
    /* Of some 180; the same luck in both. */
    cr_assert_gt(soon, late + 20, "%zu, then %zu", soon, late);
}

Test(post16, at_17_some_leave_their_course_for_an_apprenticeship_and_for_nothing_else)
{
    const struct pw_shard *shard = &world.shards[0];
    size_t left = 0, wanted = 0;

    open_older("post16.look_round=1");
    struct small_snapshot before = small_snapshot_take(world.shards, 1);

    small_run(&world, &pw_post16);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const uint8_t was = before.bytes[0][PW_COLUMN_state][i];

        if (was != PW_SIXTH_FORM && was != PW_FURTHER_EDUCATION) continue;
        wanted += (shard->events[i] & PW_EVENT_DISPLACED) != 0;
        if (shard->state[i] == was) {
            cr_assert_eq(shard->spell[i], before.bytes[0][PW_COLUMN_spell][i], "it goes on");
            continue;
        }
        left++;
        cr_assert(pw_state_is_apprentice(shard->state[i]));
        cr_assert_eq(shard->hours[i], 37);
        cr_assert_eq(YEAR - pw_shard_birth_year(shard, i), 17);
    }
    cr_assert_gt(left, 0, "nobody left");
    cr_assert_gt(wanted, 0, "there were places for all");
    small_snapshot_free(&before);
    small_close(&world);
}

Test(post16, nobody_with_level_3_goes_to_sixth_form_or_college_again)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 4000, "");
    for (int n = 0; n < 2000; n++) {
        const size_t i = small_add(&world, 0, 18);

        shard->state[i] = PW_UNEMPLOYED;
        shard->qualification[i] = PW_A_LEVEL;
        shard->attainment[i] = 60.0f;
    }
    for (int n = 0; n < 2000; n++)
        shard->state[small_add(&world, 0, 16)] = PW_SCHOOL;
    small_run(&world, &pw_post16);
    for (size_t i = 0; i < 2000; i++)
        cr_assert(shard->state[i] != PW_SIXTH_FORM && shard->state[i] != PW_FURTHER_EDUCATION);
    small_close(&world);
}

/* Pupils of 15 who leave in a year, of low (0) and high (1) skill. */
static void
leave_at_15(int year, size_t count[2], struct pw_post16_params *params)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, year, 1, 2000, "run.history_from=1965");
    for (int n = 0; n < 2000; n++)
        shard->skill[small_add(&world, 0, 15)] = n % 2 == 0 ? -1.0f : 1.0f;
    small_run(&world, &pw_post16);
    count[0] = count[1] = 0;
    for (size_t i = 0; i < 2000; i++)
        count[i % 2] += shard->state[i] == PW_UNEMPLOYED;
    *params = small_params(&world)->post16;
    small_close(&world);
}

Test(post16, pupils_could_leave_at_15_until_the_leaving_age_rose)
{
    struct pw_post16_params params;
    size_t then[2], now[2];

    leave_at_15(1970, then, &params);
    leave_at_15(1980, now, &params);
    small_rate(then[0], 1000, (double) pw_logistic(params.leave_at_15 + params.leave_at_15_slope),
        "of low skill");
    small_rate(then[1], 1000, (double) pw_logistic(params.leave_at_15 - params.leave_at_15_slope),
        "of high skill");
    cr_assert_gt(then[0], then[1]);
    cr_assert_eq(now[0] + now[1], 0);
}

Test(post16, what_is_seen_is_what_the_young_of_a_place_do_beyond_those_elsewhere)
{
    struct pw_shard *shard = &world.shards[0];
    const float *seen;

    small_open(&world, YEAR, 1, 600, "");
    for (int n = 0; n < 600; n++) {
        const size_t i = small_add(&world, 0, 20);

        shard->place[i] = (uint16_t) (n % 6);
        shard->state[i] = n % 6 == 2 ? PW_UNIVERSITY_HOME : PW_EMPLOYED;
    }
    small_run(&world, &pw_post16);
    seen = world.country.route_seen;
    small_near((double) seen[2 * PW_NUM_SEEN + 0], 5.0 / 6.0, 1e-6, "students in place 2");
    small_near((double) seen[2 * PW_NUM_SEEN + 3], -5.0 / 6.0, 1e-6, "workers in place 2");
    small_near((double) seen[0 * PW_NUM_SEEN + 0], -1.0 / 6.0, 1e-6, "students in place 0");
    small_near((double) seen[0 * PW_NUM_SEEN + 1], 0.0, 1e-6, "nobody is at college");
    small_close(&world);
}

/* Places of the markets while a policy of 300,000 places is in force by the sea, which is in
 * Blackpool alone. */
static void
take_capacities(const char *lever, int64_t *capacity)
{
    char text[512];

    memset(&world, 0, sizeof world);
    cr_assert_lt(snprintf(text, sizeof text,
                     "\"name\": \"p\", \"lever\": \"%s\", \"where\": {\"tags\": [\"coastal\"]},"
                     "\"from\": 2025, \"capacity\": 300000",
                     lever),
        (int) sizeof text);
    world.tiny = tiny_policy(text);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 2, MANY);
    fill_leavers(1);
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        if (pw_schedule[i]->open != NULL) pw_schedule[i]->open(&world.country);
    small_run(&world, &pw_post16);
    memcpy(capacity, world.country.post16.capacity,
        world.country.post16.num_markets * sizeof *capacity);
    small_close(&world);
}

Test(post16, a_policy_adds_its_places_where_it_says_and_nowhere_else)
{
    enum { NUM_MARKETS = 2 * NUM_PLACES + 3 * PW_NUM_LEVELS, LANCASHIRE = 1 };
    static const char *const lever[3] = { "sixth_form_places", "apprenticeship_places_intermediate",
        "apprenticeship_places_advanced" };
    static const size_t grows[3] = { BLACKPOOL, 2 * NUM_PLACES + LANCASHIRE * PW_NUM_LEVELS,
        2 * NUM_PLACES + LANCASHIRE * PW_NUM_LEVELS + 1 };
    int64_t without[NUM_MARKETS], with[NUM_MARKETS];

    take_capacities("university_outreach", without);
    for (int n = 0; n < 3; n++) {
        int64_t added;

        take_capacities(lever[n], with);
        for (size_t m = 0; m < NUM_MARKETS; m++) {
            added = with[m] - without[m];
            if (m == grows[n])
                small_near((double) added, 300000.0 / (58600000.0 / 20000.0), 0.5, lever[n]);
            else
                cr_assert_eq(added, 0, "%s changes market %zu", lever[n], m);
        }
    }
}

Test(post16, no_sixth_form_admits_those_under_its_threshold)
{
    const struct pw_gcse_params *gcse;
    float lowest = 90.0f;

    open_leavers("post16.sixth_form_threshold=-0.5");
    world.country.now.post16_sixth_form_places[0] = 90.0;
    gcse = &small_params(&world)->gcse;
    small_run(&world, &pw_post16);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            if (world.shards[s].state[i] == PW_SIXTH_FORM)
                lowest = pw_minimum(lowest, world.shards[s].attainment[i]);
    cr_assert_geq(lowest, gcse->attainment_mean - 0.5f * gcse->attainment_sd);
    cr_assert_lt(lowest, gcse->attainment_mean - 0.4f * gcse->attainment_sd);
    small_close(&world);
}

static void
make_room(void)
{
    world.country.now.post16_sixth_form_places[0] = 200.0;
    world.country.now.post16_college_places[0] = 200.0;
}

static void
grow_rich(void)
{
    make_room();
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            world.shards[s].origin_income[i] = pw_log(3.0f * world.country.median_income);
}

static void
grow_poor(void)
{
    make_room();
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            world.shards[s].origin_income[i] = pw_log(0.4f * world.country.median_income);
}

static void
live_far_out(void)
{
    make_room();
    memset(world.country.is_rural, 1, NUM_PLACES);
}

static void
see_professions(void)
{
    make_room();
    for (int l = 0; l < world.tiny.scenario.num_labour_markets; l++)
        world.country.professional_share[l] = 0.7f;
}

static void
see_none(void)
{
    make_room();
    for (int l = 0; l < world.tiny.scenario.num_labour_markets; l++)
        world.country.professional_share[l] = 0.3f;
}

Test(post16, the_families_that_can_wait_for_pay_send_fewer_to_work_and_more_to_sixth_form)
{
    cr_assert_gt(num_after(grow_rich, PW_SIXTH_FORM), num_after(grow_poor, PW_SIXTH_FORM) + 100);
    cr_assert_lt(num_after(grow_rich, PW_UNEMPLOYED), num_after(grow_poor, PW_UNEMPLOYED));
}

Test(post16, a_long_way_keeps_people_from_college)
{
    cr_assert_lt(
        num_after(live_far_out, PW_FURTHER_EDUCATION), num_after(make_room, PW_FURTHER_EDUCATION));
}

Test(post16, where_sixth_form_leads_to_work_that_is_seen_more_choose_it)
{
    cr_assert_gt(
        num_after(see_professions, PW_SIXTH_FORM), num_after(see_none, PW_SIXTH_FORM) + 100);
}

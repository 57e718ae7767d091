/* SPDX-License-Identifier: MIT */
#include "pathways/university.h"

#include "pathways/push.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(university, .timeout = 120);

enum { YEAR = 2025, MANY = 6000, NUM_PLACES = 6 };

static struct small_world world;

/* People of 18 with level 3 in all places, of random attainment, origin and character, who do
 * nothing yet. */
static void
open_applicants(const char *overrides)
{
    const struct pw_gcse_params *gcse = &small_params(&world)->gcse;
    uint64_t seed = 1;

    small_open(&world, YEAR, 2, MANY, overrides);
    for (int n = 0; n < MANY; n++) {
        const size_t s = (size_t) n % world.num_shards, i = small_add(&world, s, 18);
        struct pw_shard *shard = &world.shards[s];

        shard->state[i] = PW_UNEMPLOYED;
        shard->class[i] = PW_NO_CLASS;
        shard->hours[i] = 0;
        shard->qualification[i] = PW_A_LEVEL;
        shard->route[i] = PW_ROUTE_ACADEMIC;
        shard->place[i] = (uint16_t) small_below(&seed, NUM_PLACES);
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASS_CODES);
        shard->parent_qualification[i] = (uint8_t) small_below(&seed, PW_NUM_QUALIFICATIONS);
        shard->free_meals[i] = (uint8_t) (small_below(&seed, 4) == 0);
        shard->aspiration[i] = small_normal(&seed);
        shard->belonging[i] = small_normal(&seed);
        shard->skill[i] = small_normal(&seed);
        shard->attainment[i] = gcse->attainment_mean + gcse->attainment_sd * shard->skill[i];
    }
}

/* Seats for a share of the 18 year olds, all of whom wish for one when `all_wish`, and none of whom
 * lets a year pass. */
static void
run(double participation, bool all_wish)
{
    world.country.now.university_participation[0] = participation;
    if (all_wish) small_params(&world)->university.base = 10.0f;
    small_params(&world)->university.gap_year = 0.0f;
    small_run(&world, &pw_university);
}

static bool
is_student(const struct pw_shard *shard, size_t i)
{
    return pw_state_is_university(shard->state[i]);
}

static size_t
num_students(void)
{
    size_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += is_student(&world.shards[s], i);
    return count;
}

static int64_t
num_of_tariff(enum pw_tariff tariff)
{
    int64_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += world.shards[s].tariff[i] == tariff;
    return count;
}

Test(university, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_university, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_university.writes, "never wrote %s",
        small_column_name(pw_university.writes & ~written));
}

Test(university, the_wish_adds_up_what_speaks_for_it)
{
    const struct pw_university_params params = { .base = 1.0f,
        .attainment = 0.5f,
        .aspiration = 0.25f,
        .graduate_parent = 2.0f,
        .origin = 0.125f };

    small_near((double) pw_university_wish(&params, 0.0f, 0.0f, PW_A_LEVEL, PW_INTERMEDIATE), 1.0,
        1e-6, "of the average");
    small_near(
        (double) pw_university_wish(&params, 2.0f, -1.0f, PW_FIRST_DEGREE, PW_HIGHER_PROFESSIONAL),
        1.0 + 1.0 - 0.25 + 2.0 + 0.25, 1e-6, "of a graduate's child");
    small_near((double) pw_university_wish(&params, 0.0f, 0.0f, PW_FURTHER, PW_NO_CLASS), 1.0, 1e-6,
        "of somebody of unknown origin");
    small_near((double) pw_university_wish(&params, 0.0f, 0.0f, PW_FURTHER, PW_LOWER_WORKING), 0.75,
        1e-6, "of low origin");
}

Test(university, with_seats_for_all_those_who_wish_enter)
{
    const struct pw_university_params *params = &small_params(&world)->university;
    size_t count[2] = { 0, 0 };

    small_open(&world, YEAR, 1, 2 * MANY, "");
    for (int n = 0; n < 2 * MANY; n++) {
        const size_t i = small_add(&world, 0, 18);
        struct pw_shard *shard = &world.shards[0];

        shard->state[i] = PW_UNEMPLOYED;
        shard->qualification[i] = PW_A_LEVEL;
        shard->route[i] = PW_ROUTE_ACADEMIC;
        shard->attainment[i] = n % 2 == 0 ? 46.0f : 28.0f;
    }
    run(100.0, false);
    for (size_t i = 0; i < 2 * MANY; i++)
        count[i % 2] += is_student(&world.shards[0], i);
    small_rate(count[0], MANY, (double) pw_logistic(params->base), "of mean attainment");
    small_rate(count[1], MANY, (double) pw_logistic(params->base - params->attainment),
        "of low attainment");
    small_close(&world);
}

Test(university, seats_are_a_share_of_the_18_year_olds_and_no_tier_is_overfilled)
{
    const struct pw_university_params *params = &small_params(&world)->university;
    const struct pw_market *market = &world.country.university;
    int64_t taken = 0;

    open_applicants("");
    run(25.0, true);
    for (int tier = 0; tier < PW_NUM_TIERS; tier++) {
        small_near((double) market->capacity[tier],
            MANY * 0.25 * (double) params->adult_seats * (double) params->tier_share[tier], 0.51,
            "seats");
        cr_assert_leq(market->taken[tier], market->capacity[tier]);
        cr_assert_eq(
            market->taken[tier], market->capacity[tier], "all wish, and tier %d has room", tier);
        taken += market->taken[tier];
    }
    cr_assert_eq((int64_t) num_students(), taken);
    cr_assert_eq(num_of_tariff(PW_TARIFF_HIGHER), market->taken[0]);
    cr_assert_eq(num_of_tariff(PW_TARIFF_MEDIUM), market->taken[1]);
    cr_assert_eq(num_of_tariff(PW_TARIFF_LOWER), market->taken[2]);
    cr_assert_gt(market->cutoff[0], market->cutoff[1], "the higher tier asks for less");
    cr_assert_gt(market->cutoff[1], market->cutoff[2], "the medium tier asks for less");
    small_close(&world);
}

Test(university, more_seats_mean_more_students_and_those_next_to_the_cut_off_come_first)
{
    uint8_t before[2][MANY];
    float lowest = 1e9f, highest_added = -1e9f, lowest_added = 1e9f, highest_refused = -1e9f;
    size_t first;

    open_applicants("university.offer_noise=0 university.contextual=0");
    run(25.0, true);
    first = num_students();
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            before[s][i] = is_student(&world.shards[s], i);
    small_close(&world);
    open_applicants("university.offer_noise=0 university.contextual=0");
    run(35.0, true);
    cr_assert_gt(num_students(), first + MANY / 20);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const float attainment = world.shards[s].attainment[i];

            if (before[s][i]) {
                cr_assert(is_student(&world.shards[s], i), "lost a seat because there are more");
                lowest = pw_minimum(lowest, attainment);
            } else if (is_student(&world.shards[s], i)) {
                highest_added = pw_maximum(highest_added, attainment);
                lowest_added = pw_minimum(lowest_added, attainment);
            } else {
                highest_refused = pw_maximum(highest_refused, attainment);
            }
        }
    cr_assert_leq(highest_added, lowest);
    cr_assert_leq(highest_refused, lowest_added);
    small_close(&world);
}

Test(university, only_people_of_18_to_50_with_level_3_who_do_not_study_may_enter)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 8000, "");
    for (int age = 54; age >= 15; age--)
        for (int n = 0; n < 180; n++) {
            const size_t i = small_add(&world, 0, age);

            shard->state[i] = (uint8_t) (PW_SCHOOL + n % 14);
            shard->work_market[i] = 0;
            shard->qualification[i] = (uint8_t) (n / 14 % PW_NUM_QUALIFICATIONS);
            shard->route[i] = PW_ROUTE_ACADEMIC;
            shard->attainment[i] = 80.0f;
        }
    struct small_snapshot before = small_snapshot_take(world.shards, 1);
    size_t entered = 0;

    run(100.0, true);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int age = YEAR - pw_shard_birth_year(shard, i);
        const uint8_t was = before.bytes[0][PW_COLUMN_state][i];

        if (!(shard->events[i] & PW_EVENT_ENTERED_UNIVERSITY)) {
            cr_assert_eq(shard->state[i], was);
            continue;
        }
        entered++;
        cr_assert(age >= 18 && age <= 50, "entered at %d", age);
        cr_assert(!pw_state_is_learning(was));
        cr_assert(shard->qualification[i] == PW_A_LEVEL || shard->qualification[i] == PW_FURTHER);
        cr_assert_eq(shard->spell[i], 0);
        cr_assert_eq(shard->hours[i], 0);
    }
    cr_assert_gt(entered, 0);
    small_snapshot_free(&before);
    small_close(&world);
}

Test(university, nobody_enters_in_the_year_in_which_they_left)
{
    size_t entered = 0;

    open_applicants("");
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i += 2)
            world.shards[s].events[i] = PW_EVENT_DISPLACED;
    run(100.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            cr_assert(i % 2 == 1 || !is_student(&world.shards[s], i));
            entered += is_student(&world.shards[s], i);
        }
    cr_assert_gt(entered, MANY / 4);
    small_close(&world);
}

Test(university, nobody_leaves_a_partner_or_a_child_behind)
{
    size_t at_home = 0, away = 0;

    open_applicants("university.home_base=-10");
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i + 3 < world.shards[s].num_rows; i += 4) {
            small_marry(&world.shards[s], i, i + 1);
            world.shards[s].dependants[i + 2] = 1;
        }
    run(100.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            if (!is_student(&world.shards[s], i)) continue;
            at_home += i % 4 != 3;
            away += world.shards[s].state[i] == PW_UNIVERSITY_AWAY;
            if (i % 4 != 3) cr_assert_eq(world.shards[s].state[i], PW_UNIVERSITY_HOME);
        }
    cr_assert_gt(at_home, MANY / 4);
    cr_assert_gt(away, MANY / 10);
    small_close(&world);
}

Test(university, those_who_are_turned_away_stay_what_they_were_and_are_marked)
{
    size_t refused = 0;

    open_applicants("");
    run(10.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const bool marked = world.shards[s].events[i] & PW_EVENT_DISPLACED;

            cr_assert_neq(marked, is_student(&world.shards[s], i));
            cr_assert(!marked || world.shards[s].state[i] == PW_UNEMPLOYED);
            refused += marked;
        }
    cr_assert_gt(refused, MANY / 2);
    small_close(&world);
}

/* Students who had free meals when contextual offers are worth so many SD. */
static size_t
num_with_free_meals(const char *overrides)
{
    size_t count = 0;

    open_applicants(overrides);
    run(20.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += is_student(&world.shards[s], i) && world.shards[s].free_meals[i];
    small_close(&world);
    return count;
}

Test(university, contextual_offers_bring_in_more_who_had_free_meals)
{
    const size_t without = num_with_free_meals("university.contextual=0");

    cr_assert_gt(num_with_free_meals("university.contextual=0.5"), without + without / 10);
}

Test(university, those_who_study_away_live_in_another_labour_market_and_the_others_stay)
{
    size_t away = 0, home = 0;
    struct small_snapshot before;

    open_applicants("");
    before = small_snapshot_take(world.shards, 2);
    run(50.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            uint16_t was;

            memcpy(&was, before.bytes[s][PW_COLUMN_place] + 2 * i, sizeof was);
            if (shard->state[i] == PW_UNIVERSITY_AWAY) {
                away++;
                cr_assert_neq(
                    world.country.labour_market[was], world.country.labour_market[shard->place[i]]);
                cr_assert(shard->events[i] & PW_EVENT_MOVED);
            } else {
                home += shard->state[i] == PW_UNIVERSITY_HOME;
                cr_assert_eq(was, shard->place[i]);
                cr_assert_not(shard->events[i] & PW_EVENT_MOVED);
            }
        }
    cr_assert_gt(away, MANY / 10);
    cr_assert_gt(home, MANY / 20);
    small_snapshot_free(&before);
    small_close(&world);
}

/* Share of students at home when everyone has this belonging and lives in this place. */
static double
share_at_home(float belonging, uint16_t place, uint8_t origin)
{
    size_t home = 0;
    double share;

    open_applicants("");
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            world.shards[s].belonging[i] = belonging;
            world.shards[s].place[i] = place;
            world.shards[s].origin_class[i] = origin;
        }
    run(80.0, true);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            home += world.shards[s].state[i] == PW_UNIVERSITY_HOME;
    share = (double) home / (double) num_students();
    small_close(&world);
    return share;
}

Test(university, belonging_london_and_low_origin_keep_students_at_home)
{
    enum { BLACKPOOL = 3, REDBRIDGE = 5 };
    const double usual = share_at_home(0.0f, BLACKPOOL, PW_INTERMEDIATE);

    cr_assert_gt(share_at_home(2.0f, BLACKPOOL, PW_INTERMEDIATE), usual + 0.03);
    cr_assert_gt(share_at_home(0.0f, REDBRIDGE, PW_INTERMEDIATE), usual + 0.1);
    cr_assert_gt(share_at_home(0.0f, BLACKPOOL, PW_LOWER_WORKING), usual + 0.05);
    cr_assert_lt(share_at_home(0.0f, BLACKPOOL, PW_HIGHER_PROFESSIONAL), usual - 0.05);
}

Test(university, with_what_depends_on_family_at_0_family_changes_nobodys_way)
{
    struct small_snapshot equal;

    for (int n = 0; n < 2; n++) {
        open_applicants(
            "university.origin=0 university.graduate_parent=0 university.home_origin=0");
        for (size_t s = 0; s < 2; s++) {
            memset(world.shards[s].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL,
                world.shards[s].num_rows);
            memset(world.shards[s].parent_qualification, n == 0 ? PW_GCSE : PW_HIGHER_DEGREE,
                world.shards[s].num_rows);
        }
        run(30.0, false);
        if (n == 0)
            equal = small_snapshot_take(world.shards, 2);
        else
            cr_assert_eq(small_changed(&equal, world.shards),
                PW_SET(origin_class) | PW_SET(parent_qualification));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

/* Students among those in an outreach policy (1) and the others (0); half of the applicants are in
 * it. */
static void
reach_out(const char *strength, size_t students[2])
{
    char text[256];

    cr_assert_lt(
        snprintf(text, sizeof text,
            "\"name\": \"p\", \"lever\": \"university_outreach\", \"strength\": %s", strength),
        (int) sizeof text);
    open_applicants("");
    pw_country_free(&world.country);
    tiny_free(&world.tiny);
    world.tiny = tiny_policy(text);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(pw_country_init(&world.country, &world.tiny.scenario), PW_OK);
    pw_country_open_year(&world.country, YEAR);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            world.shards[s].exposure[i] = i % 2;
    pw_push_open(&world.country, 0);
    small_params(&world)->university.base = -1.0f;
    run(25.0, false);
    students[0] = students[1] = 0;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            students[i % 2] += is_student(&world.shards[s], i);
    small_close(&world);
}

Test(university, outreach_adds_no_seat_but_moves_seats_to_those_whom_it_reaches)
{
    size_t without[2], with[2];

    reach_out("0", without);
    reach_out("3", with);
    cr_assert_eq(with[0] + with[1], without[0] + without[1], "outreach made seats");
    cr_assert_gt(with[1], without[1] + 50);
    cr_assert_lt(with[0], without[0] - 50);
}

/* Students when everyone has this age and comes by this route. */
static size_t
num_of_kind(int age, int route)
{
    size_t count;

    small_open(&world, YEAR, 1, 2 * MANY, "");
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, age);

        world.shards[0].qualification[i] = PW_A_LEVEL;
        world.shards[0].route[i] = (uint8_t) route;
        world.shards[0].attainment[i] = 46.0f;
    }
    for (int n = 0; age > 18 && n < MANY; n++) /* they are counted for the seats */
        (void) small_add(&world, 0, 18);
    run(100.0, false);
    count = num_students();
    small_close(&world);
    return count;
}

/* Of MANY who all wish to study, those who enter at an age. */
static size_t
num_who_go_at(int age)
{
    size_t count;

    small_open(&world, YEAR, 1, 2 * MANY,
        "university.base=10 university.later=0 university.gap_year=0.25");
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, age);

        world.shards[0].qualification[i] = PW_A_LEVEL;
        world.shards[0].attainment[i] = 46.0f;
    }
    for (int n = 0; n < MANY; n++) /* they are counted for the seats */
        (void) small_add(&world, 0, 18);
    world.country.now.university_participation[0] = 100.0;
    small_run(&world, &pw_university);
    count = num_students();
    small_close(&world);
    return count;
}

Test(university, some_let_a_year_pass_at_eighteen_and_at_no_other_age)
{
    small_rate(num_who_go_at(18), MANY, 0.75 * (double) pw_logistic(10.0f), "at 18");
    small_rate(num_who_go_at(19), MANY, (double) pw_logistic(10.0f), "at 19");
}

Test(university, vocational_routes_and_later_years_lead_less_often_to_university)
{
    const size_t usual = num_of_kind(18, PW_ROUTE_ACADEMIC);

    cr_assert_lt(num_of_kind(18, PW_ROUTE_VOCATIONAL), usual * 9 / 10);
    cr_assert_lt(num_of_kind(20, PW_ROUTE_ACADEMIC), usual / 2);
    cr_assert_lt(num_of_kind(30, PW_ROUTE_ACADEMIC), num_of_kind(20, PW_ROUTE_ACADEMIC));
}

/* SPDX-License-Identifier: MIT */
#include "pathways/moves.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(moves, .timeout = 120);

enum { YEAR = 2025, MANY = 40000, NUM_PLACES = 6, NUM_MARKETS = 3, BLACKPOOL = 3, TRAFFORD = 2 };

static struct small_world world;

/* What a test changes in one person. */
typedef void edit_person(struct pw_shard *shard, size_t i);

static bool
has_moved(size_t i)
{
    return world.shards[0].events[i] & PW_EVENT_MOVED;
}

/* People of an age, all in Blackpool, whose labour market is theirs alone. */
static void
open_people(int age, size_t count, const char *overrides, edit_person *edit)
{
    small_open(&world, YEAR, 1, count, overrides);
    for (size_t n = 0; n < count; n++) {
        const size_t i = small_add(&world, 0, age);

        small_settle(&world, 0, i, BLACKPOOL);
        world.shards[0].home_place[i] = BLACKPOOL;
        edit(&world.shards[0], i);
    }
}

/* Those of MANY who move to another labour market; moves within one are switched off. */
static size_t
num_leaving(int age, edit_person *edit)
{
    size_t count = 0;

    open_people(age, MANY, "moves.local=0 moves.leave_twenties=0.1 moves.family_sorting=0", edit);
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_eq(has_moved(i), world.shards[0].place[i] != BLACKPOOL);
        count += has_moved(i);
    }
    small_close(&world);
    return count;
}

static void
nothing(struct pw_shard *shard, size_t i)
{
    (void) shard;
    (void) i;
}

static void
graduate(struct pw_shard *shard, size_t i)
{
    shard->qualification[i] = PW_FIRST_DEGREE;
}

static void
belong(struct pw_shard *shard, size_t i)
{
    shard->belonging[i] = 2.0f;
}

static void
have_child(struct pw_shard *shard, size_t i)
{
    shard->dependants[i] = 1;
}

static void
lose_job(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNEMPLOYED;
}

static void
study(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNIVERSITY_HOME;
}

static void
have_moved_already(struct pw_shard *shard, size_t i)
{
    shard->events[i] = PW_EVENT_MOVED;
    shard->place[i] = BLACKPOOL;
}

static void
die(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_DEAD;
}

/* The ratio of two counts of MANY is this one, within five standard errors. */
static void
ratio_is(size_t count, size_t base, double ratio, const char *what)
{
    cr_assert_gt(base, 100);
    small_near(log((double) count / (double) base), log(ratio),
        5.0 * sqrt(1.0 / (double) count + 1.0 / (double) base), what);
}

Test(moves, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_moves, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(
        written, pw_moves.writes, "never wrote %s", small_column_name(pw_moves.writes & ~written));
}

Test(moves, graduates_and_people_out_of_work_leave_more_often_and_families_less)
{
    const struct pw_moves_params *params = &small_params(&world)->moves;
    const size_t usual = num_leaving(25, nothing);
    float graduates, unemployed, families;

    open_people(25, 1, "", nothing);
    graduates = params->graduates;
    unemployed = params->unemployed;
    families = params->families;
    small_close(&world);
    cr_assert_gt(graduates, 1.0f);
    ratio_is(num_leaving(25, graduate), usual, (double) graduates, "graduates");
    ratio_is(num_leaving(25, lose_job), usual, (double) unemployed, "people out of work");
    ratio_is(num_leaving(25, have_child), usual, (double) families, "families");
}

Test(moves, belonging_keeps_people)
{
    const struct pw_moves_params *params = &small_params(&world)->moves;
    const size_t usual = num_leaving(25, nothing);
    float belonging;

    open_people(25, 1, "", nothing);
    belonging = params->belonging;
    small_close(&world);
    cr_assert_gt(belonging, 0.0f);
    ratio_is(num_leaving(25, belong), usual, exp(-2.0 * (double) belonging), "those who belong");
}

Test(moves, people_in_their_twenties_leave_most)
{
    const size_t twenties = num_leaving(25, nothing);

    cr_assert_gt(twenties, num_leaving(19, nothing));
    cr_assert_gt(twenties, num_leaving(35, nothing));
    cr_assert_gt(num_leaving(35, nothing), num_leaving(60, nothing));
}

Test(moves, students_the_dead_and_those_who_have_moved_this_year_stay)
{
    static edit_person *const edits[3] = { study, have_moved_already, die };

    for (int n = 0; n < 3; n++) {
        open_people(25, 2000, "moves.local=0.5 moves.leave_twenties=0.5", edits[n]);
        small_run(&world, &pw_moves);
        for (size_t i = 0; i < 2000; i++)
            cr_assert_eq(world.shards[0].place[i], BLACKPOOL);
        small_close(&world);
    }
}

Test(moves, a_couple_moves_as_one)
{
    struct pw_shard *shard = &world.shards[0];
    size_t moved = 0;

    open_people(25, 4000, "moves.leave_twenties=0.5", nothing);
    for (size_t i = 0; i < 4000; i += 2)
        small_marry(shard, i, i + 1);
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < 4000; i += 2) {
        cr_assert_eq(shard->place[i], shard->place[i + 1]);
        cr_assert_eq(has_moved(i), has_moved(i + 1));
        moved += has_moved(i);
    }
    cr_assert_gt(moved, 200);
    small_close(&world);
}

Test(moves, movers_within_the_region_commute_and_movers_beyond_it_work_where_they_live)
{
    enum { GREATER_MANCHESTER, LANCASHIRE, LONDON };
    const struct pw_shard *shard = &world.shards[0];
    size_t count[NUM_MARKETS] = { 0 };

    open_people(25, 4000, "moves.leave_twenties=0.5", nothing);
    for (size_t i = 0; i < 4000; i += 2) /* he follows her */
        small_marry(&world.shards[0], i, i + 1);
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < 4000; i++) {
        const uint16_t market = world.country.labour_market[shard->place[i]];

        count[market]++;
        cr_assert_eq(shard->work_market[i], market == LONDON ? LONDON : LANCASHIRE);
    }
    cr_assert_gt(count[GREATER_MANCHESTER], 100);
    cr_assert_gt(count[LONDON], 100);
    small_close(&world);
}

Test(moves, without_pay_prices_and_nearness_people_go_where_people_are)
{
    size_t count[NUM_MARKETS] = { 0 };

    open_people(25, MANY,
        "moves.leave_twenties=1 moves.pay=0 moves.price=0 moves.nearby=1 moves.good_jobs=0",
        nothing);
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < MANY; i++)
        count[world.country.labour_market[world.shards[0].place[i]]]++;
    for (int l = 0; l < NUM_MARKETS; l++)
        small_rate(count[l], MANY, (double) world.country.market_weight[l], "movers");
    small_close(&world);
}

/* Movers from Blackpool who go to a labour market. */
static size_t
num_going_to(int labour_market, const char *overrides, edit_person *edit)
{
    size_t count = 0;

    open_people(25, MANY, overrides, edit);
    for (int l = 0; l < NUM_MARKETS; l++)
        world.country.professional_share[l] = l == 0 ? 0.4f : l == 1 ? 0.35f : 0.6f;
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < MANY; i++)
        count +=
            has_moved(i) && world.country.labour_market[world.shards[0].place[i]] == labour_market;
    small_close(&world);
    return count;
}

Test(moves, pay_draws_prices_repel_nearness_and_good_jobs_draw)
{
    enum { MANCHESTER, LANCASHIRE, LONDON }; /* London pays more, costs more and is far */
    const char *plain = "moves.leave_twenties=0.5 moves.local=0 moves.nearby=1 moves.pay=0 "
                        "moves.price=0 moves.good_jobs=0";
    const size_t usual = num_going_to(LONDON, plain, nothing);

    cr_assert_gt(num_going_to(LONDON,
                     "moves.leave_twenties=0.5 moves.local=0 moves.nearby=1 moves.pay=3 "
                     "moves.price=0 moves.good_jobs=0",
                     nothing),
        usual + 500);
    cr_assert_lt(num_going_to(LONDON,
                     "moves.leave_twenties=0.5 moves.local=0 moves.nearby=1 moves.pay=0 "
                     "moves.price=2 moves.good_jobs=0",
                     nothing),
        usual - 500);
    cr_assert_lt(num_going_to(LONDON,
                     "moves.leave_twenties=0.5 moves.local=0 moves.nearby=6 moves.pay=0 "
                     "moves.price=0 moves.good_jobs=0",
                     nothing),
        usual - 500);
    cr_assert_gt(num_going_to(LONDON,
                     "moves.leave_twenties=0.2 moves.local=0 moves.nearby=1 moves.pay=0 "
                     "moves.price=0 moves.good_jobs=6 moves.graduates=1",
                     graduate),
        num_going_to(LONDON,
            "moves.leave_twenties=0.2 moves.local=0 moves.nearby=1 moves.pay=0 "
            "moves.price=0 moves.good_jobs=0 moves.graduates=1",
            graduate)
            + 200);
    small_near((double) num_going_to(LONDON,
                   "moves.leave_twenties=0.5 moves.local=0 moves.nearby=1 moves.pay=0 "
                   "moves.price=0 moves.good_jobs=6",
                   nothing),
        (double) usual, 1e-9, "of those who are neither graduates nor professionals");
}

/* Mean affluence of the places of Greater Manchester in which people of a class live after moves
 * within it. */
static double
affluence_of(int class, const char *overrides)
{
    double sum = 0.0;

    open_people(40, MANY, overrides, nothing);
    for (size_t i = 0; i < MANY; i++) {
        world.shards[0].place[i] = TRAFFORD;
        world.shards[0].class[i] = (uint8_t) class;
    }
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < MANY; i++) {
        const uint16_t place = world.shards[0].place[i];

        cr_assert_eq(world.country.labour_market[place], world.country.labour_market[TRAFFORD],
            "a local move left the labour market");
        sum += (double) world.country.affluence[place];
    }
    small_close(&world);
    return sum / MANY;
}

Test(moves, local_moves_stay_in_the_labour_market_and_sort_the_classes_by_affluence)
{
    const char *sorted = "moves.local=1 moves.leave_thirties=0 moves.sorting=1";
    const char *alike = "moves.local=1 moves.leave_thirties=0 moves.sorting=0";

    cr_assert_gt(
        affluence_of(PW_HIGHER_PROFESSIONAL, sorted), affluence_of(PW_INTERMEDIATE, sorted) + 0.05);
    cr_assert_gt(
        affluence_of(PW_INTERMEDIATE, sorted), affluence_of(PW_LOWER_WORKING, sorted) + 0.05);
    small_near(affluence_of(PW_HIGHER_PROFESSIONAL, alike), affluence_of(PW_LOWER_WORKING, alike),
        1e-9, "without sorting");
}

/* Graduates who finished in London this year and grew up in Blackpool: those who are back there. */
static size_t
num_back(float belonging)
{
    size_t count = 0;

    open_people(21, MANY, "moves.go_on=0", graduate);
    for (size_t i = 0; i < MANY; i++) {
        world.shards[0].place[i] = 5;
        world.shards[0].events[i] = PW_EVENT_GRADUATED;
        world.shards[0].belonging[i] = belonging;
    }
    small_run(&world, &pw_moves);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert(world.shards[0].place[i] == 5 || world.shards[0].place[i] == BLACKPOOL);
        count += world.shards[0].place[i] == BLACKPOOL;
    }
    small_close(&world);
    return count;
}

Test(moves, some_graduates_go_back_to_where_they_grew_up_more_of_those_who_belong)
{
    struct pw_moves_params params;

    open_people(21, 1, "", nothing);
    params = small_params(&world)->moves;
    small_close(&world);
    small_rate(num_back(0.0f), MANY, (double) pw_logistic(params.return_base), "graduates back");
    small_rate(num_back(1.0f), MANY,
        (double) pw_logistic(params.return_base + params.return_belonging), "who belong");
    cr_assert_gt(num_back(1.0f), num_back(0.0f));
}

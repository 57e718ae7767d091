/* SPDX-License-Identifier: MIT */
#include "pathways/inner_life.h"

#include "small_world.h"

TestSuite(inner_life, .timeout = 120);

enum { YEAR = 2025, MANY = 8000, MANCHESTER = 0, REDBRIDGE = 5 };

/* What would happen if nothing were left to luck. */
#define NO_LUCK "inner_life.noise=0 inner_life.wellbeing_noise=0"

static struct small_world world;

/* What a test changes in one person, every year. */
typedef void edit_person(struct pw_shard *shard, size_t i);

static void
nothing(struct pw_shard *shard, size_t i)
{
    (void) shard;
    (void) i;
}

/* Somebody of an age whom `edit` changes, after so many years without luck at median income. */
static struct pw_person
person_after(int years, int age, edit_person *edit)
{
    struct pw_person person;

    small_open(&world, YEAR, 1, 1, NO_LUCK);
    (void) small_add(&world, 0, age);
    world.shards[0].household_income[0] = world.country.median_income;
    for (int p = 0; p < 6; p++)
        world.country.hardship[p] = p == REDBRIDGE ? 0.0f : 1.0f;
    for (int n = 0; n < years; n++) {
        pw_country_open_year(&world.country, YEAR + n);
        edit(&world.shards[0], 0);
        small_run(&world, &pw_inner_life);
    }
    person = pw_shard_person(&world.shards[0], 0);
    small_close(&world);
    return person;
}

static void
lose_job(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNEMPLOYED;
}

static void
be_inactive(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_INACTIVE;
}

static void
be_made_redundant(struct pw_shard *shard, size_t i)
{
    shard->events[i] = PW_EVENT_REDUNDANT;
}

static void
be_left(struct pw_shard *shard, size_t i)
{
    shard->events[i] = PW_EVENT_SEPARATED;
}

static void
succeed(struct pw_shard *shard, size_t i)
{
    shard->events[i] = PW_EVENT_GRADUATED;
}

static void
move(struct pw_shard *shard, size_t i)
{
    shard->events[i] = PW_EVENT_MOVED;
}

static void
have_left(struct pw_shard *shard, size_t i)
{
    shard->home_place[i] = REDBRIDGE;
}

static void
have_left_and_risen(struct pw_shard *shard, size_t i)
{
    have_left(shard, i);
    shard->origin_class[i] = PW_LOWER_WORKING;
    shard->class[i] = PW_HIGHER_PROFESSIONAL;
}

static void
have_risen(struct pw_shard *shard, size_t i)
{
    shard->origin_class[i] = PW_LOWER_WORKING;
    shard->class[i] = PW_HIGHER_PROFESSIONAL;
}

static void
live_without_hardship(struct pw_shard *shard, size_t i)
{
    shard->place[i] = REDBRIDGE;
    shard->home_place[i] = REDBRIDGE;
}

static void
own(struct pw_shard *shard, size_t i)
{
    shard->owner[i] = 1;
}

static void
be_rich(struct pw_shard *shard, size_t i)
{
    shard->household_income[i] = 3.0f * world.country.median_income;
}

static void
be_skilled(struct pw_shard *shard, size_t i)
{
    shard->skill[i] = 1.0f;
}

Test(inner_life, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_inner_life, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_inner_life.writes, "never wrote %s",
        small_column_name(pw_inner_life.writes & ~written));
}

/* Studies that follow people find 0.3 to 0.7 points, comparisons of people 0.7 to 1.5: see
 * params.def. */
Test(inner_life, unemployment_lowers_wellbeing_within_the_range_found)
{
    const double first = (double) person_after(1, 35, nothing).wellbeing
                         - (double) person_after(1, 35, lose_job).wellbeing;
    const double lasting = (double) person_after(40, 35, nothing).wellbeing
                           - (double) person_after(40, 35, lose_job).wellbeing;

    cr_assert(first >= 0.3 && first <= 0.7, "by %g in the first year", first);
    cr_assert(lasting >= 0.7 && lasting <= 1.5, "by %g in the long run", lasting);
}

Test(inner_life, inactivity_redundancy_and_separation_lower_wellbeing_and_income_raises_it)
{
    const float usual = person_after(1, 35, nothing).wellbeing;

    cr_assert_lt(person_after(1, 35, be_inactive).wellbeing, usual - 0.05f);
    cr_assert_lt(person_after(1, 35, be_made_redundant).wellbeing, usual - 0.1f);
    cr_assert_lt(person_after(1, 35, be_left).wellbeing, usual - 0.1f);
    cr_assert_gt(person_after(1, 35, be_rich).wellbeing, usual + 0.05f);
}

Test(inner_life, redundancy_hurts_beyond_unemployment_and_passes)
{
    struct pw_person person;
    float before;

    small_open(&world, YEAR, 1, 1, NO_LUCK);
    (void) small_add(&world, 0, 35);
    world.shards[0].household_income[0] = world.country.median_income;
    be_made_redundant(&world.shards[0], 0);
    small_run(&world, &pw_inner_life);
    before = world.shards[0].wellbeing[0];
    world.shards[0].events[0] = 0;
    for (int n = 1; n < 40; n++) {
        pw_country_open_year(&world.country, YEAR + n);
        small_run(&world, &pw_inner_life);
    }
    person = pw_shard_person(&world.shards[0], 0);
    small_close(&world);
    cr_assert_gt(person.wellbeing, before + 0.1f);
}

Test(inner_life, leaving_lowers_belonging_more_the_further_one_has_risen)
{
    struct pw_inner_life_params params;
    const double usual = (double) person_after(60, 35, nothing).belonging;
    const double left = (double) person_after(60, 35, have_left).belonging;
    double settled;

    small_open(&world, YEAR, 1, 1, "");
    params = small_params(&world)->inner_life;
    small_close(&world);
    settled = 1.0 / (1.0 - (double) params.persistence);
    small_near(usual - left, (double) params.belonging_left * settled, 0.01, "having left");
    small_near((double) person_after(60, 35, have_left_and_risen).belonging,
        left - 4.0 * (double) params.belonging_distance * settled, 0.01, "having left and risen");
    small_near(
        (double) person_after(60, 35, have_risen).belonging, usual, 1e-6, "having risen at home");
    cr_assert_lt(left, usual);
}

Test(inner_life, a_move_lowers_belonging_and_a_home_a_partner_and_a_place_without_hardship_raise_it)
{
    const float usual = person_after(1, 35, nothing).belonging;

    cr_assert_lt(person_after(1, 35, move).belonging, usual - 0.1f);
    cr_assert_gt(person_after(1, 35, own).belonging, usual);
    cr_assert_gt(person_after(1, 35, live_without_hardship).belonging, usual);
    small_open(&world, YEAR, 1, 2, NO_LUCK);
    (void) small_fill(&world, 0, 35, 2);
    small_marry(&world.shards[0], 0, 1);
    for (int p = 0; p < 6; p++)
        world.country.hardship[p] = 1.0f;
    small_run(&world, &pw_inner_life);
    cr_assert_gt(world.shards[0].belonging[0], usual);
    small_close(&world);
}

Test(inner_life, work_and_success_raise_self_efficacy_and_being_out_of_work_lowers_it)
{
    const float usual = person_after(1, 35, nothing).self_efficacy;

    cr_assert_gt(usual, 0.0f, "a year in work");
    cr_assert_gt(person_after(1, 35, succeed).self_efficacy, usual);
    cr_assert_lt(person_after(1, 35, lose_job).self_efficacy, usual);
    cr_assert_lt(person_after(1, 35, be_made_redundant).self_efficacy, usual);
}

Test(inner_life, inactivity_lowers_the_self_efficacy_of_the_young_alone)
{
    cr_assert_lt(person_after(1, 20, be_inactive).self_efficacy, 0.0f);
    small_near((double) person_after(1, 35, be_inactive).self_efficacy, 0.0, 1e-6, "at 35");
}

Test(inner_life, aspiration_follows_skill_until_30_and_then_stays)
{
    cr_assert_gt(person_after(1, 20, be_skilled).aspiration, 0.0f);
    cr_assert_eq(person_after(1, 30, be_skilled).aspiration, 0.0f);
    cr_assert_eq(person_after(20, 45, be_skilled).aspiration, 0.0f);
}

Test(inner_life, self_efficacy_and_belonging_are_ar1_of_the_variance_stated)
{
    const double persistence = 0.8, noise = 0.4;
    double variance;

    small_open(&world, YEAR, 1, MANY, "inner_life.persistence=0.8 inner_life.noise=0.4");
    (void) small_fill(&world, 0, 25, MANY);
    for (int n = 0; n < 40; n++) {
        pw_country_open_year(&world.country, YEAR + n);
        small_run(&world, &pw_inner_life);
    }
    variance = noise * noise / (1.0 - persistence * persistence);
    small_near(small_covariance(world.shards[0].self_efficacy, world.shards[0].self_efficacy, MANY),
        variance, 5.0 * variance * sqrt(2.0 / MANY), "variance of self-efficacy");
    small_near(small_covariance(world.shards[0].belonging, world.shards[0].belonging, MANY),
        variance, 5.0 * variance * sqrt(2.0 / MANY), "variance of belonging");
    small_near(small_correlation(world.shards[0].belonging, world.shards[0].self_efficacy, MANY),
        0.0, 5.0 / sqrt(MANY), "one luck for both");
    small_near(small_mean(world.shards[0].self_efficacy, MANY),
        (double) small_params(&world)->inner_life.efficacy_work / (1.0 - persistence),
        5.0 * sqrt(variance / MANY), "mean of self-efficacy of people in work");
    small_close(&world);
}

Test(inner_life, life_satisfaction_is_between_0_and_10)
{
    size_t ends = 0;

    small_open(&world, YEAR, 1, MANY, "inner_life.wellbeing_noise=5");
    (void) small_fill(&world, 0, 35, MANY);
    small_run(&world, &pw_inner_life);
    for (size_t i = 0; i < MANY; i++) {
        const float wellbeing = world.shards[0].wellbeing[i];

        cr_assert(wellbeing >= 0.0f && wellbeing <= 10.0f, "%g", (double) wellbeing);
        ends += wellbeing == 0.0f || wellbeing == 10.0f;
    }
    cr_assert_gt(ends, MANY / 10);
    small_close(&world);
}

Test(inner_life, the_inner_life_of_children_and_the_dead_is_not_touched_here)
{
    struct small_snapshot before;

    small_open(&world, YEAR, 1, 40, "");
    for (int age = 35; age >= 16; age--)
        world.shards[0].state[small_add(&world, 0, age)] = PW_DEAD;
    for (int age = 15; age >= 0; age--)
        (void) small_add(&world, 0, age);
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_inner_life);
    cr_assert_eq(small_changed(&before, world.shards), 0);
    small_snapshot_free(&before);
    small_close(&world);
}

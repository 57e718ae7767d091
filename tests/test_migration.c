/* SPDX-License-Identifier: MIT */
#include "pathways/migration.h"

#include "small_world.h"

TestSuite(migration, .timeout = 60);

/* The country loses people in 1970 and gains them in 2000. */
enum { LOSS = 1970, GAIN = 2000, MANY = 20000 };

static struct small_world world;

Test(migration, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_migration, "run.persons=20000 run.shards=2 run.history_from=1979", 12);

    /* People abroad have no place of birth in the country before, and none after. */
    cr_assert_eq(pw_migration.writes & ~written & ~PW_SET(birth_place), 0, "never wrote %s",
        small_column_name(pw_migration.writes & ~written & ~PW_SET(birth_place)));
}

/* MANY people of an age who wait abroad for that age or another. */
static struct pw_shard *
wait_abroad(int age, int arrival_age, const char *overrides)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, GAIN, 1, MANY, overrides);
    for (size_t n = 0; n < MANY; n++) {
        const size_t i = pw_shard_append(shard, GAIN - age);

        shard->key[i] = pw_mix64(i + 1);
        shard->state[i] = PW_ABROAD;
        shard->spell[i] = (uint8_t) arrival_age;
    }
    return shard;
}

Test(migration, people_arrive_at_their_age_of_arrival_and_not_before)
{
    struct pw_shard *shard = wait_abroad(24, 25, "");

    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq(shard->state[i], PW_ABROAD);
    small_close(&world);
    shard = wait_abroad(25, 25, "");
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_eq(shard->state[i], PW_UNEMPLOYED);
        cr_assert_eq(shard->birth_place[i], PW_UNPLACED);
        cr_assert_eq(shard->home_place[i], PW_UNPLACED, "grew up elsewhere");
        cr_assert_eq(shard->spell[i], 0);
    }
    small_close(&world);
}

/* Add people of an age and sex who wait abroad for it. @return their first row */
static size_t
add_waiting(struct pw_shard *shard, int age, int sex, size_t count)
{
    size_t first = SIZE_MAX;

    for (size_t n = 0; n < count; n++) {
        const size_t i = pw_shard_append(shard, GAIN - age);

        if (n == 0) first = i;
        shard->key[i] = pw_mix64(i + 1);
        shard->sex[i] = (uint8_t) sex;
        shard->state[i] = PW_ABROAD;
        shard->spell[i] = (uint8_t) age;
    }
    return first;
}

/* Women and men of 44, of 30 and of 20, who wait abroad with children of an age. @return the first
 * child */
static size_t
families_abroad(int age, size_t women, size_t children)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, GAIN, 1, MANY, "");
    for (int parents = 44; parents >= 20; parents -= parents == 44 ? 14 : 10) {
        if (women > 0) add_waiting(shard, parents, PW_FEMALE, women);
        add_waiting(shard, parents, PW_MALE, 12);
    }
    return add_waiting(shard, age, PW_MALE, children);
}

Test(migration, children_arrive_with_a_woman_old_enough_and_the_man_nearest_to_her_in_age)
{
    for (int age = 0; age <= 16; age++) {
        const size_t first = families_abroad(age, 10, 100);
        const struct pw_shard *shard = &world.shards[0];

        small_run(&world, &pw_migration);
        for (size_t i = first; i < first + 100; i++) {
            const size_t mother = (size_t) shard->mother[i], father = (size_t) shard->father[i];

            cr_assert_lt(mother, first);
            cr_assert_eq(shard->sex[mother], PW_FEMALE);
            cr_assert_geq(pw_shard_birth_year(shard, i) - pw_shard_birth_year(shard, mother), 18);
            cr_assert_eq(shard->partner[mother], (int32_t) father);
            cr_assert_eq(shard->partner[father], (int32_t) mother);
            cr_assert_eq(pw_shard_birth_year(shard, father), pw_shard_birth_year(shard, mother));
            cr_assert_eq(shard->place[i], shard->place[mother]);
            cr_assert_eq(shard->place[father], shard->place[mother]);
            cr_assert_eq(shard->group[i], shard->group[mother]);
            cr_assert_eq(shard->birth_gap[mother], age);
            cr_assert_eq(shard->birth_gap[father], age);
            cr_assert_eq(shard->num_children[father], shard->num_children[mother]);
            cr_assert_gt(shard->num_children[mother], 0);
            cr_assert_eq(shard->state[i], age < 5    ? PW_EARLY_YEARS
                                          : age < 16 ? PW_SCHOOL
                                                     : PW_UNEMPLOYED);
            cr_assert_eq(shard->home_place[i] == shard->place[i], age <= 14);
            cr_assert_eq(shard->qualification[i], PW_BELOW_GCSE);
            cr_assert_eq(shard->origin_class[i] == PW_NO_CLASS, age < 14, "noted at 14");
        }
        small_close(&world);
    }
}

Test(migration, children_wait_while_nobody_comes_who_could_be_their_mother)
{
    const size_t first = families_abroad(8, 0, 50);

    small_run(&world, &pw_migration);
    for (size_t i = first; i < first + 50; i++)
        cr_assert_eq(world.shards[0].state[i], PW_ABROAD);
    small_close(&world);
}

Test(migration, gifts_of_children_who_arrive_come_from_their_parents)
{
    struct pw_shard *shard = &world.shards[0];
    const size_t first = families_abroad(8, 10, MANY / 2), count = MANY / 2;
    float own[MANY / 2], parents[MANY / 2];
    double h;

    small_run(&world, &pw_migration);
    h = (double) small_params(&world)->inheritance.heritability;
    for (size_t n = 0; n < count; n++) {
        const size_t i = first + n;

        own[n] = shard->ability[i];
        parents[n] = 0.5f * (shard->ability[shard->mother[i]] + shard->ability[shard->father[i]]);
    }
    small_near(small_covariance(own, parents, count) / small_covariance(parents, parents, count), h,
        5.0 / sqrt((double) count * small_covariance(parents, parents, count)), "slope");
    small_close(&world);
}

Test(migration, at_seventeen_nobody_comes_and_from_eighteen_on_people_come_alone)
{
    for (int age = 17; age <= 18; age++) {
        const size_t first = families_abroad(age, 10, 50);

        small_run(&world, &pw_migration);
        for (size_t i = first; i < first + 50; i++) {
            cr_assert_eq(world.shards[0].state[i] == PW_ABROAD, age == 17);
            cr_assert_eq(world.shards[0].mother[i], PW_NOBODY);
            cr_assert_eq(world.shards[0].home_place[i], PW_UNPLACED);
        }
        small_close(&world);
    }
}

Test(migration, arrivals_have_a_class_of_origin_and_the_higher_it_is_the_more_have_a_degree)
{
    struct pw_shard *shard = wait_abroad(30, 30,
        "migration.origin_share=[0.2,0.1,0.4,0.2,0.1] migration.degree_share=0.4 "
        "migration.degree_origin=0.2");
    const double share[PW_NUM_CLASSES] = { 0.2, 0.1, 0.4, 0.2, 0.1 };
    size_t all[PW_NUM_CLASSES] = { 0 }, graduates[PW_NUM_CLASSES] = { 0 };

    world.country.now.university_participation[0] = 50.0;
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_lt(shard->origin_class[i], PW_NUM_CLASSES);
        all[shard->origin_class[i]]++;
        graduates[shard->origin_class[i]] += shard->qualification[i] >= PW_FIRST_DEGREE;
    }
    for (int c = 0; c < PW_NUM_CLASSES; c++) {
        small_rate(all[c], MANY, share[c], "origin");
        small_rate(graduates[c], all[c], 0.4 * (1.0 + 0.2 * (c - 1.9)), "degrees");
    }
    small_close(&world);
}

Test(migration, people_from_abroad_settle_by_residents_and_the_pull_of_london_and_the_cities)
{
    struct pw_shard *shard = wait_abroad(30, 30, "migration.london_pull=3 migration.city_pull=0.5");
    size_t by_place[6] = { 0 };
    double weight[6], total = 0.0;

    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++)
        by_place[shard->place[i]]++;
    for (int p = 0; p < 6; p++) {
        weight[p] = (double) world.country.place_weight[p]
                    * (world.country.is_london[p]       ? 3.0
                        : world.country.is_core_city[p] ? 0.5
                                                        : 1.0);
        total += weight[p];
    }
    for (int p = 0; p < 6; p++)
        small_rate(by_place[p], MANY, weight[p] / total, "place");
    small_close(&world);
}

Test(migration, arrivals_have_ability_of_mean_zero_and_variance_one)
{
    struct pw_shard *shard = wait_abroad(28, 28, "");

    small_run(&world, &pw_migration);
    small_near(small_mean(shard->ability, MANY), 0.0, 5.0 / sqrt(MANY), "mean");
    small_near(small_covariance(shard->ability, shard->ability, MANY), 1.0, 5.0 * sqrt(2.0 / MANY),
        "variance");
    small_close(&world);
}

/* Shares of degrees and of level 3 among arrivals of an age. */
static void
count_qualified(int age, double participation, size_t count[PW_NUM_QUALIFICATIONS])
{
    struct pw_shard *shard = wait_abroad(
        age, age, "migration.degree_share=0.4 migration.school_share=0.2 migration.gcse_share=0.1");

    memset(count, 0, PW_NUM_QUALIFICATIONS * sizeof *count);
    world.country.now.university_participation[0] = participation;
    world.country.now.university_postgraduate_share[0] = 30.0;
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++) {
        count[shard->qualification[i]]++;
        cr_assert_eq(
            shard->route[i], shard->qualification[i] > PW_GCSE ? PW_ROUTE_ACADEMIC : PW_ROUTE_NONE);
    }
    small_close(&world);
}

Test(migration, the_schooling_of_arrivals_follows_that_of_the_country)
{
    size_t count[PW_NUM_QUALIFICATIONS];

    count_qualified(30, 50.0, count);
    small_rate(count[PW_FIRST_DEGREE] + count[PW_HIGHER_DEGREE], MANY, 0.4, "degrees");
    small_rate(count[PW_HIGHER_DEGREE], MANY, 0.4 * 0.3, "higher degrees");
    small_rate(count[PW_A_LEVEL], MANY, 0.2, "level 3");
    small_rate(count[PW_GCSE], MANY, 0.1, "level 2");
    count_qualified(30, 25.0, count);
    small_rate(count[PW_FIRST_DEGREE] + count[PW_HIGHER_DEGREE], MANY, 0.2, "degrees");
    count_qualified(20, 50.0, count);
    cr_assert_eq(count[PW_FIRST_DEGREE] + count[PW_HIGHER_DEGREE], 0, "nobody graduates at 20");
    small_rate(count[PW_A_LEVEL], MANY, 0.6, "level 3, or on the way to a degree");
}

/* Arrivals of an age who are in a state, when 0.4 go for a degree and 0.2 for level 3. */
static size_t
arrivals_in(int age, int state)
{
    struct pw_shard *shard =
        wait_abroad(age, age, "migration.degree_share=0.4 migration.school_share=0.2");
    size_t count = 0;

    world.country.now.university_participation[0] = 50.0;
    world.country.now.university_postgraduate_share[0] = 30.0;
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++)
        count += shard->state[i] == state;
    small_close(&world);
    return count;
}

Test(migration, the_young_who_will_have_a_degree_or_a_higher_one_come_to_study)
{
    small_rate(arrivals_in(19, PW_UNIVERSITY_AWAY), MANY, 0.4, "university at 19");
    small_rate(arrivals_in(22, PW_POSTGRADUATE), MANY, 0.4 * 0.3, "for a higher degree at 22");
    small_rate(arrivals_in(24, PW_UNEMPLOYED), MANY, 1.0, "looking for work at 24");
}

Test(migration, residents_do_not_notice_arrivals)
{
    struct small_snapshot before;

    small_open(&world, GAIN, 1, MANY, "");
    for (int age = 80; age >= 0; age--)
        small_fill(&world, 0, age, 100);
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_migration);
    cr_assert_eq(small_changed(&before, world.shards), 0);
    small_snapshot_free(&before);
    small_close(&world);
}

Test(migration, a_country_that_loses_people_loses_the_single_and_childless_of_20_to_34)
{
    struct pw_shard *shard = &world.shards[0];
    double chance;
    size_t left = 0;

    small_open(&world, LOSS, 1, 5 * MANY, "migration.free_to_leave=0.03");
    small_fill(&world, 0, 35, 1000);
    small_fill(&world, 0, 34, MANY);
    for (size_t i = 1000; i < 3000; i += 2) /* couples, then parents, then students */
        small_marry(shard, i, i + 1);
    for (size_t i = 3000; i < 4000; i++)
        shard->num_children[i] = 1;
    for (size_t i = 4000; i < 5000; i++)
        shard->state[i] = PW_UNIVERSITY_AWAY;
    small_fill(&world, 0, 20, MANY);
    small_fill(&world, 0, 19, 1000);
    chance = -world.country.now.population_net_migration[0]
             / world.country.now.population_residents[0] / 0.03;
    cr_assert(chance > 0.02 && chance < 0.1);
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const bool free_to_leave = i >= 5000 && i < 1000 + 2 * MANY;

        left += shard->state[i] == PW_EMIGRATED;
        cr_assert(free_to_leave || shard->state[i] != PW_EMIGRATED, "row %zu left", i);
        if (shard->state[i] == PW_EMIGRATED) cr_assert_eq(shard->hours[i] + shard->spell[i], 0);
    }
    small_rate(left, 2 * MANY - 4000, chance, "emigrants");
    small_close(&world);
}

Test(migration, nobody_leaves_a_country_that_gains_people)
{
    small_open(&world, GAIN, 1, MANY, "");
    small_fill(&world, 0, 25, MANY);
    small_run(&world, &pw_migration);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq(world.shards[0].state[i], PW_EMPLOYED);
    small_close(&world);
}

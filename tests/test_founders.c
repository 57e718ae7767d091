/* SPDX-License-Identifier: MIT */
#include "pathways/founders.h"

#include "pathways/arrivals.h"
#include "small_world.h"

TestSuite(founders, .timeout = 60);

enum { YEAR = 1965 };

static struct small_world world;

static void
settle(size_t num_shards)
{
    for (size_t s = 0; s < num_shards; s++) {
        struct pw_shard *shard = &world.shards[s];
        const size_t rows = pw_founders_rows(&world.country, (int) s, (int) num_shards);

        cr_assert_eq(pw_shard_reserve(shard, rows), PW_OK);
        pw_founders_settle(&world.country, shard, (int) num_shards);
        cr_assert_eq(shard->num_rows, rows, "as many rows as were announced");
        cr_assert_eq(pw_shard_verify(shard), PW_OK, "%s", pw_status_message());
    }
}

static void
found(size_t num_shards, const char *overrides)
{
    small_open(&world, YEAR, num_shards, 16, overrides);
    settle(num_shards);
}

static int
age_of(const struct pw_shard *shard, size_t i)
{
    return YEAR - pw_shard_birth_year(shard, i);
}

static bool
is_adult(const struct pw_shard *shard, size_t i)
{
    return age_of(shard, i) >= 16 && shard->state[i] != PW_ABROAD;
}

Test(founders, they_are_as_many_as_lived_then_for_each_of_those_who_live_in_the_start_year)
{
    size_t present = 0;

    found(3, "run.persons=20000");
    cr_assert_eq(pw_founders_count(&world.country),
        (int64_t) (20000.0 * 44900000.0 / 58600000.0
                       * (double) world.country.params->founders.number_ratio
                   + 0.5));
    for (int s = 0; s < 3; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            present += pw_state_is_present(world.shards[s].state[i]);
    cr_assert_eq((int64_t) present, pw_founders_count(&world.country));
    small_close(&world);
}

Test(founders, their_ages_are_the_shares_of_the_parameter)
{
    const float *share;
    double sum = 0.0, total;
    int64_t by_band[18] = { 0 };

    found(1, "run.persons=30000");
    share = world.country.params->founders.age_share;
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (world.shards[0].state[i] != PW_ABROAD) {
            const int age = age_of(&world.shards[0], i);

            by_band[age < 85 ? age / 5 : 17]++;
        }
    for (int b = 0; b < 18; b++)
        sum += (double) share[b];
    total = (double) pw_founders_count(&world.country);
    for (int b = 0; b < 18;
         b++) /* cumulative shares are rounded, so that a band is off by one at most */
        small_near((double) by_band[b], total * (double) share[b] / sum, 1.0, "age band");
    small_close(&world);
}

Test(founders, adults_have_ability_and_skill_of_variance_one_with_the_correlation_of_the_parameter)
{
    static float ability[60000], skill[60000];
    size_t n = 0;

    found(1, "run.persons=60000 founders.skill_loading=0.6");
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (is_adult(&world.shards[0], i)) {
            ability[n] = world.shards[0].ability[i];
            skill[n++] = world.shards[0].skill[i];
        }
    small_near(small_mean(ability, n), 0.0, 5.0 / sqrt((double) n), "mean ability");
    small_near(
        small_covariance(ability, ability, n), 1.0, 5.0 * sqrt(2.0 / (double) n), "its variance");
    small_near(
        small_covariance(skill, skill, n), 1.0, 5.0 * sqrt(2.0 / (double) n), "that of skill");
    small_near(small_correlation(ability, skill, n), 0.6, 5.0 * (1.0 - 0.36) / sqrt((double) n),
        "correlation");
    small_close(&world);
}

Test(founders, owners_have_paid_for_some_of_their_home_and_pensions_rise_with_age_and_class)
{
    double pension[2][2] = { { 0.0 } };
    size_t count[2][2] = { { 0 } };

    found(1, "run.persons=30000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        const struct pw_person p = pw_shard_person(&world.shards[0], i);
        const int age = age_of(&world.shards[0], i);
        const size_t old = age >= 40, high = p.class >= PW_LOWER_PROFESSIONAL;

        if (age < 18) cr_assert_eq(p.savings + p.pension + p.equity, 0);
        cr_assert_eq(p.owner != 0, p.equity != 0);
        if (!is_adult(&world.shards[0], i)) continue;
        pension[old][high] += p.pension;
        count[old][high]++;
    }
    for (int n = 0; n < 2; n++) {
        cr_assert_gt(pension[1][n] / (double) count[1][n], pension[0][n] / (double) count[0][n]);
        cr_assert_gt(pension[n][1] / (double) count[n][1], pension[n][0] / (double) count[n][0]);
    }
    small_close(&world);
}

Test(founders, women_settle_by_the_weights_of_the_places)
{
    size_t by_place[6] = { 0 }, women = 0;

    found(1, "run.persons=30000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (is_adult(&world.shards[0], i) && world.shards[0].sex[i] == PW_FEMALE) {
            by_place[world.shards[0].place[i]]++;
            women++;
        }
    for (int p = 0; p < 6; p++)
        small_rate(by_place[p], women, (double) world.country.place_weight[p], "place");
    small_close(&world);
}

Test(founders, those_born_by_1900_have_the_qualifications_of_their_time)
{
    size_t by_qualification[PW_NUM_QUALIFICATIONS] = { 0 }, total = 0;

    found(1, "run.persons=200000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (world.shards[0].state[i] != PW_ABROAD && age_of(&world.shards[0], i) >= YEAR - 1900) {
            by_qualification[world.shards[0].qualification[i]]++;
            total++;
        }
    for (int q = 0; q < PW_NUM_QUALIFICATIONS; q++)
        small_rate(by_qualification[q], total,
            (double) world.country.params->founders.qualification_first[q], "qualification");
    small_close(&world);
}

Test(founders, later_cohorts_are_better_qualified)
{
    double sum[3] = { 0.0 }, count[3] = { 0.0 };

    found(1, "run.persons=50000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        const int group = (YEAR - 25 - pw_shard_birth_year(&world.shards[0], i)) / 20;

        if (is_adult(&world.shards[0], i) && group >= 0 && group < 3) {
            sum[group] += world.shards[0].qualification[i];
            count[group]++;
        }
    }
    cr_assert_gt(sum[0] / count[0], sum[1] / count[1]);
    cr_assert_gt(sum[1] / count[1], sum[2] / count[2]);
    small_close(&world);
}

Test(founders, when_all_jobs_are_of_one_class_everyone_is_of_that_class)
{
    for (int class = 0; class < PW_NUM_CLASSES; class ++) {
        small_open(&world, YEAR, 1, 16, "run.persons=2000");
        for (int c = 0; c < PW_NUM_CLASSES; c++)
            world.country.now.labour_class_mix[c] = c == class ? 100.0 : 0.0;
        settle(1);
        for (size_t i = 0; i < world.shards[0].num_rows; i++)
            cr_assert_eq(
                world.shards[0].class[i], is_adult(&world.shards[0], i) ? class : PW_NO_CLASS);
        small_close(&world);
    }
}

Test(founders, the_able_are_in_the_higher_classes)
{
    double sum[PW_NUM_CLASSES] = { 0.0 }, count[PW_NUM_CLASSES] = { 0.0 };

    found(1, "run.persons=30000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (is_adult(&world.shards[0], i)) {
            sum[world.shards[0].class[i]] += (double) world.shards[0].skill[i];
            count[world.shards[0].class[i]]++;
        }
    for (int c = 1; c < PW_NUM_CLASSES; c++)
        cr_assert_gt(sum[c] / count[c], sum[c - 1] / count[c - 1]);
    small_close(&world);
}

Test(founders, they_work_and_retire_as_the_paths_say)
{
    size_t men = 0, men_employed = 0, women = 0, women_employed = 0;

    found(1, "run.persons=50000 founders.men_employed=0.9");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        const struct pw_shard *shard = &world.shards[0];
        const int age = age_of(shard, i);

        if (!is_adult(shard, i)) continue;
        cr_assert_eq(shard->state[i] == PW_RETIRED, age >= (shard->sex[i] == PW_FEMALE ? 60 : 65));
        cr_assert_eq(shard->hours[i] > 0, shard->state[i] == PW_EMPLOYED);
        cr_assert_eq(shard->work_market[i], world.country.labour_market[shard->place[i]]);
        if (shard->state[i] == PW_RETIRED) continue;
        men += shard->sex[i] == PW_MALE;
        men_employed += shard->sex[i] == PW_MALE && shard->state[i] == PW_EMPLOYED;
        women += shard->sex[i] == PW_FEMALE;
        women_employed += shard->sex[i] == PW_FEMALE && shard->state[i] == PW_EMPLOYED;
    }
    small_rate(men_employed, men, 0.9, "men in work");
    small_rate(women_employed, women, 0.49, "women in work");
    small_close(&world);
}

Test(founders, a_couple_is_a_woman_and_a_man_of_at_least_twenty_under_one_roof)
{
    size_t couples = 0;

    found(2, "run.persons=30000");
    for (int s = 0; s < 2; s++) {
        const struct pw_shard *shard = &world.shards[s];

        for (size_t i = 0; i < shard->num_rows; i++) {
            const size_t partner = (size_t) shard->partner[i];

            if (shard->partner[i] == PW_NOBODY) continue;
            cr_assert_geq(age_of(shard, i), 20);
            cr_assert_neq(shard->sex[i], shard->sex[partner]);
            cr_assert_eq(shard->place[i], shard->place[partner]);
            cr_assert_eq(shard->group[i], shard->group[partner]);
            cr_assert_eq(shard->owner[i], shard->owner[partner]);
            cr_assert_neq(shard->state[i], PW_ABROAD);
            couples++;
        }
    }
    cr_assert_gt(couples, 5000);
    small_close(&world);
}

Test(founders, without_couples_there_are_no_families)
{
    found(1, "run.persons=5000 founders.couple_share=0");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        cr_assert_eq(world.shards[0].partner[i], PW_NOBODY);
        cr_assert_eq(world.shards[0].mother[i], PW_NOBODY);
        cr_assert_eq(world.shards[0].num_children[i], 0);
    }
    small_close(&world);
}

Test(founders, partners_resemble_each_other)
{
    static float her[40000], his[40000];
    size_t n = 0;

    found(1, "run.persons=60000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (world.shards[0].sex[i] == PW_FEMALE && world.shards[0].partner[i] != PW_NOBODY) {
            her[n] = world.shards[0].skill[i];
            his[n++] = world.shards[0].skill[world.shards[0].partner[i]];
        }
    cr_assert_gt(small_correlation(her, his, n), 0.2);
    small_close(&world);
}

Test(founders, children_live_with_parents_who_can_be_theirs_and_parents_know_their_number)
{
    static uint8_t children[40000];
    size_t with_parents = 0, all = 0;

    found(1, "run.persons=30000");
    const struct pw_shard *shard = &world.shards[0];
    for (size_t i = 0; i < shard->num_rows; i++) {
        if (age_of(shard, i) >= 16) cr_assert_eq(shard->mother[i], PW_NOBODY);
        if (age_of(shard, i) >= 16 || shard->state[i] == PW_ABROAD) continue;
        all++;
        cr_assert_eq(shard->state[i], age_of(shard, i) < 5 ? PW_EARLY_YEARS : PW_SCHOOL);
        if (shard->mother[i] == PW_NOBODY) continue;
        const size_t mother = (size_t) shard->mother[i];
        const int gap = age_of(shard, mother) - age_of(shard, i);

        with_parents++;
        cr_assert(gap >= 17 && gap <= 44, "a mother of %d", gap);
        cr_assert_eq(shard->father[i], shard->partner[mother]);
        cr_assert_eq(shard->sex[mother], PW_FEMALE);
        cr_assert_eq(shard->place[i], shard->place[mother]);
        cr_assert_eq(shard->group[i], shard->group[mother]);
        children[mother]++;
        children[shard->father[i]]++;
    }
    cr_assert_gt((double) with_parents / (double) all, 0.8);
    for (size_t i = 0; i < shard->num_rows; i++) {
        cr_assert_eq(shard->num_children[i], children[i]);
        cr_assert_leq(children[i], 4);
        cr_assert_eq(shard->birth_gap[i] == PW_NEVER, children[i] == 0);
    }
    small_close(&world);
}

Test(founders, what_children_have_of_their_mothers_ability_is_heritability)
{
    static const char *const overrides[] = { "run.persons=60000 inheritance.heritability=0",
        "run.persons=60000 inheritance.heritability=0.8" };
    static float mothers[20000], children[20000];

    for (int n = 0; n < 2; n++) {
        size_t count = 0;
        double correlation, couple = 0.0, h = n * 0.8, spread;
        static float fathers[20000];

        found(1, overrides[n]);
        for (size_t i = 0; i < world.shards[0].num_rows; i++)
            if (world.shards[0].mother[i] != PW_NOBODY) {
                mothers[count] = world.shards[0].ability[world.shards[0].mother[i]];
                fathers[count] = world.shards[0].ability[world.shards[0].father[i]];
                children[count++] = world.shards[0].ability[i];
            }
        couple = small_correlation(mothers, fathers, count);
        correlation = small_correlation(mothers, children, count);
        spread = sqrt(0.5 * h * h * (1.0 + couple) + 0.85 * 0.85);
        small_near(correlation, 0.5 * h * (1.0 + couple) / spread, 6.0 / sqrt((double) count),
            "mother and child");
        small_close(&world);
    }
}

Test(founders, nothing_is_known_of_their_origins)
{
    found(1, "run.persons=5000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        cr_assert_eq(world.shards[0].origin_class[i], PW_NO_CLASS);
        cr_assert_eq(world.shards[0].grandparent_class[i], PW_NO_CLASS);
        cr_assert_eq(world.shards[0].origin_income[i], 0.0f);
        cr_assert_eq(world.shards[0].attainment[i], 0.0f);
    }
    small_close(&world);
}

Test(founders, the_seed_and_the_replicate_say_who_they_are)
{
    static const char *const overrides[] = { "run.persons=3000", "run.persons=3000",
        "run.persons=3000 run.seed=2", "run.persons=3000 run.replicate=1" };
    uint64_t digest[4];

    for (int n = 0; n < 4; n++) {
        found(1, overrides[n]);
        digest[n] = pw_shard_digest(&world.shards[0]);
        small_close(&world);
    }
    cr_assert_eq(digest[0], digest[1]);
    cr_assert_neq(digest[0], digest[2]);
    cr_assert_neq(digest[0], digest[3]);
    cr_assert_neq(digest[2], digest[3]);
}

Test(founders, nobody_has_the_key_of_another)
{
    static uint64_t keys[60000];
    size_t count = 0;

    found(3, "run.persons=20000");
    for (int s = 0; s < 3; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            keys[count++] = world.shards[s].key[i];
    for (size_t i = 0; i < count; i++) { /* a table of marks, so that it is not quadratic */
        static uint64_t table[1 << 18];
        size_t slot = (size_t) (pw_mix64(keys[i]) >> 46);

        while (table[slot] != 0) {
            cr_assert_neq(table[slot], keys[i]);
            slot = (slot + 1) & ((1 << 18) - 1);
        }
        table[slot] = keys[i];
    }
    small_close(&world);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/home.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(home, .timeout = 120);

enum { YEAR = 2025, MANY = 20000, REDBRIDGE = 5 };

static struct small_world world;

/* What a test changes in one person. */
typedef void edit_person(struct pw_shard *shard, size_t i);

static void
nothing(struct pw_shard *shard, size_t i)
{
    (void) shard;
    (void) i;
}

/* Single people of an age with median income who rent, changed by `edit`. */
static void
open_people(int age, size_t count, const char *overrides, edit_person *edit)
{
    small_open(&world, YEAR, 1, count, overrides);
    for (size_t n = 0; n < count; n++) {
        const size_t i = small_add(&world, 0, age);

        world.shards[0].household_income[i] = world.country.median_income;
        edit(&world.shards[0], i);
    }
}

static size_t
num_owners(void)
{
    size_t count = 0;

    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        count += world.shards[0].owner[i];
    return count;
}

/* Those of MANY who own a home after a year with base -1 and all else as it is. */
static size_t
num_buyers(int age, edit_person *edit)
{
    size_t count;

    open_people(age, MANY, "home.base=-1", edit);
    small_run(&world, &pw_home);
    count = num_owners();
    small_close(&world);
    return count;
}

static void
have_owning_parents(struct pw_shard *shard, size_t i)
{
    shard->parent_owner[i] = 1;
}

static void
be_rich(struct pw_shard *shard, size_t i)
{
    shard->household_income[i] *= 2.0f;
}

static void
live_in_london(struct pw_shard *shard, size_t i)
{
    shard->place[i] = REDBRIDGE;
}

static void
lose_job(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNEMPLOYED;
}

static void
own(struct pw_shard *shard, size_t i)
{
    shard->owner[i] = 1;
}

static void
own_without_job(struct pw_shard *shard, size_t i)
{
    own(shard, i);
    lose_job(shard, i);
}

Test(home, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_home, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(
        written, pw_home.writes, "never wrote %s", small_column_name(pw_home.writes & ~written));
}

Test(home, people_buy_at_the_rate_stated_for_median_income_and_reference_price)
{
    open_people(35, MANY, "home.base=-1", nothing);
    world.country.now.home_price_to_earnings[0] =
        (double) small_params(&world)->home.reference_price;
    world.country.now.home_access[0] = 1.0;
    for (int r = 0; r < 2; r++)
        world.country.home_price[r] = 1.0f;
    small_run(&world, &pw_home);
    small_rate(num_owners(), MANY, (double) pw_logistic(-1.0f), "buyers");
    small_close(&world);
}

Test(home, people_buy_more_often_when_their_parents_owned)
{
    const size_t usual = num_buyers(35, nothing);

    cr_assert_gt(num_buyers(35, have_owning_parents), usual * 5 / 4);
}

Test(home, without_help_from_parents_it_does_not_matter_what_they_owned)
{
    size_t count[2];

    for (int n = 0; n < 2; n++) {
        open_people(
            35, MANY, "home.base=-1 home.parents=0", n == 0 ? nothing : have_owning_parents);
        small_run(&world, &pw_home);
        count[n] = num_owners();
        small_close(&world);
    }
    cr_assert_eq(count[0], count[1]);
}

Test(home, income_helps_and_london_the_young_and_old_ages_buy_less)
{
    const size_t usual = num_buyers(35, nothing);

    cr_assert_gt(num_buyers(35, be_rich), usual * 5 / 4);
    cr_assert_lt(num_buyers(35, live_in_london), usual * 9 / 10);
    cr_assert_lt(num_buyers(21, nothing), usual * 9 / 10);
    cr_assert_lt(num_buyers(60, nothing), usual * 9 / 10);
}

Test(home, higher_prices_and_tighter_credit_mean_fewer_buyers)
{
    size_t count[3];

    for (int n = 0; n < 3; n++) {
        open_people(35, MANY, "home.base=-1", nothing);
        if (n == 1) world.country.now.home_price_to_earnings[0] *= 1.5;
        if (n == 2) world.country.now.home_access[0] *= 0.7;
        small_run(&world, &pw_home);
        count[n] = num_owners();
        small_close(&world);
    }
    cr_assert_lt(count[1], count[0] - count[0] / 20);
    cr_assert_lt(count[2], count[0] - count[0] / 20);
}

Test(home, singles_out_of_work_do_not_buy_and_partners_of_people_in_work_do)
{
    cr_assert_eq(num_buyers(35, lose_job), 0);
    open_people(35, MANY, "home.base=-1", nothing);
    for (size_t i = 0; i < MANY; i += 2) {
        small_marry(&world.shards[0], i, i + 1);
        lose_job(&world.shards[0], i);
    }
    small_run(&world, &pw_home);
    cr_assert_gt(num_owners(), MANY / 10);
    small_close(&world);
}

Test(home, a_couple_owns_together_or_not_at_all)
{
    struct pw_shard *shard = &world.shards[0];
    uint64_t seed = 1;

    open_people(35, MANY, "home.give_up=0.3 home.base=-1", nothing);
    for (size_t i = 0; i < MANY; i += 2) {
        small_marry(shard, i, i + 1);
        shard->owner[i] = shard->owner[i + 1] = (uint8_t) small_below(&seed, 2);
    }
    small_run(&world, &pw_home);
    for (size_t i = 0; i < MANY; i += 2)
        cr_assert_eq(shard->owner[i], shard->owner[i + 1]);
    small_close(&world);
}

Test(home, few_owners_give_up_more_of_those_out_of_work)
{
    static edit_person *const edits[2] = { own, own_without_job };

    for (int n = 0; n < 2; n++) {
        open_people(50, MANY, "home.give_up=0.02 home.give_up_unemployed=4", edits[n]);
        small_run(&world, &pw_home);
        small_rate(MANY - num_owners(), MANY, n == 0 ? 0.02 : 0.08, "owners who give up");
        small_close(&world);
    }
}

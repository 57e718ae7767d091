/* SPDX-License-Identifier: MIT */
#include "pathways/wealth.h"

#include "pathways/home.h"
#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(wealth, .timeout = 120);

enum { YEAR = 2025, MANY = 4000 };

static struct small_world world;
static struct pw_shard *const people = &world.shards[0];

/* An empty country in which house prices stand still. */
static void
open_country(size_t room, const char *overrides)
{
    struct pw_path *price, *level;

    small_open(&world, YEAR, 1, room, overrides);
    price = &world.tiny.scenario.paths[PW_PATH_home_price_to_earnings];
    level = &world.tiny.scenario.paths[PW_PATH_pay_level];
    for (int k = 0; k < price->num_knots; k++)
        price->value[k] = 7.6;
    for (int k = 0; k < level->num_knots; k++)
        level->value[k] = 1.0;
    pw_country_open_year(&world.country, YEAR);
}

/* Somebody single in work with the median income, who has some savings [GBP 100]. */
static size_t
add(int age, uint16_t savings)
{
    const size_t i = small_add(&world, 0, age);

    people->household_income[i] = world.country.median_income;
    people->savings[i] = savings;
    return i;
}

/* Home of somebody single with the median income, in units of equity. */
static double
home_of_single(void)
{
    const struct pw_wealth_params *params = &small_params(&world)->wealth;

    return (double) (pw_country_home_price(&world.country) * params->home_value
                     * params->single_home * world.country.home_price[world.country.region[0]])
           / PW_EQUITY_UNIT;
}

static double
mean_savings(void)
{
    double sum = 0.0;

    for (size_t i = 0; i < people->num_rows; i++)
        sum += people->savings[i];
    return sum / (double) people->num_rows;
}

Test(wealth, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_wealth, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_wealth.writes, "never wrote %s",
        small_column_name(pw_wealth.writes & ~written));
}

/* Savings in hundreds; five standard errors of what rounding by a draw adds, at most a half. */
Test(wealth, those_in_work_save_the_stated_share_of_what_they_do_not_live_on_and_rounding_is_fair)
{
    open_country(MANY, "wealth.savings_return=0");

    const struct pw_wealth_params *params = &small_params(&world)->wealth;
    const float income = world.country.median_income;
    const float scale = small_params(&world)->household.scale_single;

    for (size_t n = 0; n < MANY; n++)
        (void) add(50, 100);
    small_run(&world, &pw_wealth);
    small_near(mean_savings(),
        100.0 + (double) (params->saving * scale * (1.0f - params->living) * income) / 100.0,
        5.0 * 0.5 / sqrt(MANY), "mean savings");
    small_close(&world);
}

Test(wealth, more_is_saved_of_more_income_and_nothing_of_little)
{
    uint16_t saved[3];

    open_country(3, "wealth.savings_return=0");
    for (size_t n = 0; n < 3; n++)
        people->household_income[add(50, 1000)] *= n == 0 ? 0.5f : n == 1 ? 1.0f : 2.0f;
    small_run(&world, &pw_wealth);
    for (size_t n = 0; n < 3; n++)
        saved[n] = people->savings[n];
    cr_assert_eq(saved[0], 1000);
    cr_assert_gt(saved[1], 1000);
    cr_assert_gt(saved[2], saved[1] + (saved[1] - 1000));
    small_close(&world);
}

Test(wealth, savings_and_pensions_bring_a_return)
{
    open_country(1, "wealth.saving=0 wealth.savings_return=0.1 wealth.pension_return=0.2");
    people->hours[add(50, 1000)] = 0;
    people->pension[0] = 1000;
    small_run(&world, &pw_wealth);
    small_near(people->savings[0], 1100.0, 1.0, "savings");
    small_near(people->pension[0], 1200.0, 1.0, "pension");
    small_close(&world);
}

Test(wealth, time_out_of_work_and_retirement_use_savings_up_and_never_more_than_there_are)
{
    open_country(
        4, "wealth.savings_return=0 wealth.drawn_out_of_work=0.25 wealth.drawn_retired=0.04");
    people->state[add(50, 1000)] = PW_UNEMPLOYED;
    people->state[add(50, 1000)] = PW_INACTIVE;
    people->state[add(50, 1000)] = PW_RETIRED;
    people->state[add(50, 1)] = PW_UNEMPLOYED;
    for (int year = 0; year < 60; year++) {
        small_run(&world, &pw_wealth);
        if (year > 0) continue;
        cr_assert_eq(people->savings[0], 750);
        cr_assert_eq(people->savings[1], 750);
        cr_assert_eq(people->savings[2], 960);
    }
    cr_assert_lt(people->savings[0], 10);
    cr_assert_lt(people->savings[2], 200);
    cr_assert_leq(people->savings[3], 1);
    small_close(&world);
}

Test(wealth, pensions_grow_by_a_share_of_pay_that_rises_with_class_and_are_drawn_in_retirement)
{
    open_country(4, "wealth.pension_return=0 wealth.drawn_retired=0.1");

    const struct pw_wealth_params *params = &small_params(&world)->wealth;
    const float pay = pw_exp(2.6f) * 38.0f * 52.0f;

    for (size_t n = 0; n < 4; n++)
        people->pension[add(40, 0)] = 1000;
    people->class[1] = PW_HIGHER_PROFESSIONAL;
    people->state[2] = PW_UNEMPLOYED;
    people->state[3] = PW_RETIRED;
    small_run(&world, &pw_wealth);
    small_near(people->pension[0],
        1000.0 + (double) (params->pension_share[PW_INTERMEDIATE] * pay) / 100.0, 1.0,
        "intermediate");
    small_near(people->pension[1],
        1000.0 + (double) (params->pension_share[PW_HIGHER_PROFESSIONAL] * pay) / 100.0, 1.0,
        "higher professional");
    cr_assert_eq(people->pension[2], 1000);
    cr_assert_eq(people->pension[3], 900);
    small_close(&world);
}

Test(wealth, wealth_beyond_what_a_column_holds_stays_at_the_most)
{
    open_country(1, "wealth.savings_return=0.2 wealth.pension_return=0.2 wealth.spare=0");
    people->owner[add(50, 65535)] = 1;
    people->pension[0] = 65535;
    people->equity[0] = 255;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 65535);
    cr_assert_eq(people->pension[0], 65535);
    cr_assert_eq(people->equity[0], 255);
    small_close(&world);
}

Test(wealth, who_buys_pays_a_deposit_from_savings_and_then_the_home_off_year_by_year)
{
    int last;

    open_country(1, "wealth.saving=0 wealth.savings_return=0 wealth.spare=0");
    people->owner[add(30, 1000)] = 1;
    small_run(&world, &pw_wealth);

    /* One unit of equity is fifty of savings; the year of the purchase is paid for too. */
    const double home = home_of_single();
    const int deposit = (int) (home * (double) small_params(&world)->wealth.deposit);

    cr_assert_eq(people->savings[0], 1000 - 50 * (deposit < 20 ? deposit : 20));
    last = people->equity[0];
    cr_assert_geq(last, deposit < 20 ? deposit : 20);
    for (int year = 1; year < 50; year++) {
        world.country.year++;
        small_run(&world, &pw_wealth);
        cr_assert_geq(people->equity[0], last);
        last = people->equity[0];
    }
    small_near(last, home, 1.0, "paid for after fifty years");
    small_close(&world);
}

/* The gain is on the whole home, whoever paid for it; within one unit of rounding. */
Test(wealth, rising_prices_make_owners_richer_by_the_whole_home_and_tenants_not)
{
    struct pw_path *price;

    open_country(2, "wealth.saving=0 wealth.savings_return=0 wealth.spare=0 wealth.repayment=0");
    price = &world.tiny.scenario.paths[PW_PATH_home_price_to_earnings];
    cr_assert_geq(price->num_knots, 2);
    price->num_knots = 2;
    price->year[0] = YEAR - 1;
    price->year[1] = YEAR;
    price->value[1] = 1.2 * price->value[0];
    pw_country_open_year(&world.country, YEAR);
    people->owner[add(50, 0)] = 1;
    people->equity[0] = 20;
    (void) add(50, 0);
    small_run(&world, &pw_wealth);
    small_near(people->equity[0], 20.0 + home_of_single() * (1.0 - 1.0 / 1.2), 1.0, "equity");
    cr_assert_eq(people->equity[1], 0);
    cr_assert_eq(people->savings[1], 0);
    small_close(&world);
}

Test(wealth, savings_beyond_need_pay_off_what_an_owner_owes_and_nothing_is_lost)
{
    open_country(1, "wealth.saving=0 wealth.savings_return=0 wealth.repayment=0 wealth.spare=0.5");
    people->owner[add(50, 1000)] = 1;
    people->equity[0] = 5;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 500);
    cr_assert_eq(people->equity[0], 15);
    small_close(&world);
}

Test(wealth, who_gives_up_a_home_has_its_equity_as_savings)
{
    open_country(1, "wealth.saving=0 wealth.savings_return=0");
    people->equity[add(50, 10)] = 30;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 10 + 30 * PW_EQUITY_UNIT / PW_SAVINGS_UNIT);
    cr_assert_eq(people->equity[0], 0);
    small_close(&world);
}

Test(wealth, who_moves_in_with_an_owner_shares_the_home_and_who_parts_takes_the_share_along)
{
    open_country(2, "wealth.saving=0 wealth.savings_return=0 wealth.repayment=0 wealth.spare=0");
    people->owner[add(40, 0)] = 1;
    people->owner[add(38, 0)] = 1;
    people->equity[0] = 30;
    small_marry(people, 1, 0);
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->equity[0], 15);
    cr_assert_eq(people->equity[1], 15);
    people->partner[0] = people->partner[1] = PW_NOBODY;
    people->owner[0] = 0;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 15 * PW_EQUITY_UNIT / PW_SAVINGS_UNIT);
    cr_assert_eq(people->equity[0], 0);
    cr_assert_eq(people->equity[1], 15);
    small_close(&world);
}

Test(wealth, both_of_a_couple_who_buy_pay_whoever_is_older)
{
    for (size_t woman = 0; woman < 2; woman++) {
        open_country(
            2, "wealth.saving=0 wealth.savings_return=0 wealth.repayment=0 wealth.spare=0");
        people->owner[add(40, 500)] = 1;
        people->owner[add(38, 500)] = 1;
        small_marry(people, woman, 1 - woman);
        small_run(&world, &pw_wealth);
        cr_assert_eq(people->equity[0], people->equity[1]);
        cr_assert_eq(people->savings[0], people->savings[1]);
        cr_assert_eq(500 - people->savings[0], people->equity[0] * 50);
        small_close(&world);
    }
}

/* Two parents of sixty and their child of thirty. */
static void
add_family(uint16_t savings, uint8_t equity)
{
    for (size_t n = 0; n < 2; n++) {
        (void) add(60, savings);
        people->owner[n] = equity > 0;
        people->equity[n] = equity;
    }
    small_marry(people, 0, 1);
    small_adopt(people, add(30, 0), 0, 1);
}

Test(wealth, parents_give_a_part_of_their_savings_towards_a_missing_deposit_and_no_more)
{
    open_country(3, "wealth.saving=0 wealth.savings_return=0 wealth.repayment=0 wealth.gift=0.25 "
                    "wealth.deposit=0.5");
    add_family(600, 0);
    people->owner[2] = 1;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 450);
    cr_assert_eq(people->savings[1], 450);
    cr_assert_eq(people->equity[2], 6);
    cr_assert_eq(people->savings[2], 0);
    small_close(&world);
}

/* The child buys with the same luck; parents differ in wealth only. */
Test(wealth, children_of_wealthier_parents_buy_earlier_with_the_same_luck)
{
    size_t owners[3] = { 0 };
    static uint8_t bought[3][MANY];

    for (int n = 0; n < 3; n++) {
        open_country(3 * MANY, "home.base=-2.5 home.parents_wealth=0.5");
        for (size_t k = 0; k < 2 * MANY; k++) {
            const size_t parent = add(60, n == 2 ? 8000 : 0);

            people->owner[parent] = 1;
            people->equity[parent] = n > 0 ? 20 : 1;
        }
        for (size_t k = 0; k < MANY; k++) {
            const size_t child = add(30, 0);

            small_adopt(people, child, (int32_t) (2 * k), (int32_t) (2 * k + 1));
            people->parent_owner[child] = 1;
        }
        small_run(&world, &pw_home);
        for (size_t k = 0; k < MANY; k++) {
            bought[n][k] = people->owner[2 * MANY + k];
            owners[n] += bought[n][k];
            cr_assert(n == 0 || bought[n][k] >= bought[n - 1][k]);
        }
        small_close(&world);
    }
    cr_assert_gt(owners[1], owners[0]);
    cr_assert_gt(owners[2], owners[1]);
}

Test(wealth, a_widow_has_the_estate_and_the_children_that_of_the_last_parent)
{
    open_country(4, "wealth.saving=0 wealth.savings_return=0 wealth.repayment=0 wealth.spare=0");
    add_family(600, 30);
    small_adopt(people, add(28, 0), 0, 1);
    people->partner[0] = people->partner[1] = PW_NOBODY;
    people->state[1] = PW_DEAD;
    people->spell[1] = 0;
    people->events[0] |= PW_EVENT_WIDOWED;
    small_run(&world, &pw_wealth);
    cr_assert_eq(people->savings[0], 1200);
    cr_assert_eq(people->equity[0], 60);
    cr_assert_eq(people->savings[1] + people->equity[1] + people->pension[1], 0);
    cr_assert_eq(people->savings[2] + people->savings[3], 0);

    people->state[0] = PW_DEAD;
    people->spell[0] = 0;
    people->spell[1] = 1; /* the row of the father is still there */
    people->events[0] = 0;
    for (int year = 0; year < 2; year++) {
        small_run(&world, &pw_wealth);
        cr_assert_eq(people->savings[2], (1200 + 60 * 50) / 2);
        cr_assert_eq(people->savings[3], (1200 + 60 * 50) / 2);
    }
    small_close(&world);
}

Test(wealth, over_a_life_tenants_have_no_equity_owners_some_and_nobody_absent_gains)
{
    static struct small_life life;
    size_t owners = 0, tenants = 0;

    small_live(&life, 2025, "run.persons=6000 run.shards=2");
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];
        const struct pw_range adults = pw_shard_ages(shard, 2025, 18, PW_MAX_AGE);

        for (size_t i = 0; i < shard->num_rows; i++) {
            if (shard->state[i] == PW_ABROAD || shard->state[i] == PW_DEAD)
                cr_assert_eq(shard->savings[i] + shard->pension[i] + shard->equity[i], 0);
            if (i < adults.begin || i >= adults.end || !pw_state_is_present(shard->state[i]))
                continue;
            cr_assert_eq(shard->owner[i] != 0, shard->equity[i] != 0, "row %zu", i);
            owners += shard->owner[i];
            tenants += !shard->owner[i];
        }
    }
    cr_assert_gt(owners, 500);
    cr_assert_gt(tenants, 500);
    small_end(&life);
}

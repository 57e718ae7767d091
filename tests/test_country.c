/* SPDX-License-Identifier: MIT */
#include "pathways/country.h"

#include <signal.h>

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(country, .timeout = 60);

enum { MANCHESTER, OLDHAM, TRAFFORD, BLACKPOOL, BARKING, REDBRIDGE, NUM_PLACES };
enum { GREATER_MANCHESTER, LANCASHIRE, OUTER_LONDON, NUM_MARKETS };

static struct small_world world;

static void
open_country(const char *overrides)
{
    small_open(&world, 2025, 1, 16, overrides);
    cr_assert_eq(world.tiny.scenario.num_places, NUM_PLACES);
    cr_assert_eq(world.tiny.scenario.num_labour_markets, NUM_MARKETS);
}

static double
input_of(int place, enum pw_place_input input)
{
    return world.tiny.scenario.places[place].input[input];
}

Test(country, places_weigh_what_their_region_and_their_young_people_say)
{
    const struct pw_country *country = &world.country;
    const double north = 7600000.0 / (7600000.0 + 8900000.0);
    float sum = 0.0f;

    open_country("");
    for (int p = 0; p < NUM_PLACES; p++)
        sum += country->place_weight[p];
    small_near((double) sum, 1.0, 1e-6, "all residents");
    small_near((double) country->place_weight[OLDHAM],
        north * 6643.0 / (13802.0 + 6643.0 + 5975.0 + 2770.0), 1e-6, "Oldham");
    small_near((double) country->market_weight[OUTER_LONDON], 1.0 - north, 1e-6, "Outer London");
    small_near((double) country->market_weight[LANCASHIRE],
        (double) country->place_weight[BLACKPOOL], 1e-6, "Lancashire");
    small_close(&world);
}

Test(country, every_place_is_a_member_of_its_own_labour_market_once)
{
    const struct pw_country *country = &world.country;
    int seen[NUM_PLACES] = { 0 };

    open_country("");
    for (int l = 0; l < NUM_MARKETS; l++)
        for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++) {
            seen[country->member[j]]++;
            cr_assert_eq(country->labour_market[country->member[j]], l);
        }
    for (int p = 0; p < NUM_PLACES; p++) {
        cr_assert_eq(seen[p], 1);
        cr_assert_eq(country->region[p], p >= BARKING);
        cr_assert_eq(country->is_london[p], p >= BARKING);
        cr_assert_eq(country->is_core_city[p], p == MANCHESTER);
    }
    small_close(&world);
}

Test(country, hardship_and_affluence_are_standardised_and_follow_their_inputs)
{
    const struct pw_country *country = &world.country;
    double mean = 0.0, square = 0.0, affluence = 0.0, spread = 0.0;

    open_country("");
    for (int p = 0; p < NUM_PLACES; p++) {
        const double weight = (double) country->place_weight[p];

        mean += weight * (double) country->hardship[p];
        square += weight * (double) country->hardship[p] * (double) country->hardship[p];
        affluence += weight * (double) country->affluence[p];
        spread += weight * (double) country->affluence[p] * (double) country->affluence[p];
        for (int q = 0; q < NUM_PLACES; q++) {
            if (input_of(p, PW_PLACE_children_low_income_pct)
                > input_of(q, PW_PLACE_children_low_income_pct))
                cr_assert_gt(country->hardship[p], country->hardship[q]);
            if (country->labour_market[p] == country->labour_market[q]
                && input_of(p, PW_PLACE_secondary_fsm_pct)
                       > input_of(q, PW_PLACE_secondary_fsm_pct))
                cr_assert_lt(country->affluence[p], country->affluence[q]);
        }
    }
    small_near(mean, 0.0, 1e-5, "mean hardship");
    small_near(square, 1.0, 1e-5, "variance of hardship");
    small_near(affluence, 0.0, 1e-5, "mean affluence");
    small_near(spread, 1.0, 1e-5, "variance of affluence");
    small_near((double) country->affluence[BLACKPOOL], 0.0, 1e-5, "alone in its labour market");
    small_close(&world);
}

/* Published attainment at 16 of a place against that of all pupils of the kind, SD. */
static double
gap_at_16(int place, int free_meals)
{
    const enum pw_place_input input =
        free_meals ? PW_PLACE_age16_attainment8_fsm : PW_PLACE_age16_attainment8_other;
    double sum = 0.0, weight = 0.0;

    for (int p = 0; p < NUM_PLACES; p++) {
        const double eligible = input_of(p, PW_PLACE_secondary_fsm_pct) / 100.0;
        const double w =
            input_of(p, PW_PLACE_young_people_16_17) * (free_meals ? eligible : 1.0 - eligible);

        sum += w * input_of(p, input);
        weight += w;
    }
    return (input_of(place, input) - sum / weight)
           / (double) world.country.params->gcse.attainment_sd;
}

Test(country, pupils_who_stay_in_a_place_end_school_at_its_published_gap)
{
    static const int last_age[PW_NUM_STAGES] = { 4, 10, 15 };

    open_country("school.place_share=0.7");
    for (int p = 0; p < NUM_PLACES; p++)
        for (int free_meals = 0; free_meals < 2; free_meals++) {
            double skill = 0.0;

            for (int age = 0, stage = 0; age <= 15; age++) {
                const double kept = (double) world.country.params->childhood.persistence[stage];

                skill = kept * skill
                        + (1.0 - kept)
                              * (double) pw_country_school_effect(
                                  &world.country, (size_t) p, stage, free_meals);
                stage += age == last_age[stage];
            }
            small_near(skill, 0.7 * gap_at_16(p, free_meals), 1e-5, "gap at 16");
        }
    small_close(&world);
}

Test(country, a_place_is_nothing_to_its_pupils_when_places_have_no_share_in_the_gaps)
{
    open_country("school.place_share=0");
    for (int i = 0; i < NUM_PLACES * PW_NUM_STAGES * 2; i++)
        cr_assert_float_eq(world.country.school_effect[i], 0.0f, 1e-7f);
    small_close(&world);
}

Test(country, places_with_equal_results_have_equal_schools)
{
    memset(&world, 0, sizeof world);
    world.tiny = small_read("");
    for (int p = 1; p < NUM_PLACES; p++)
        for (int i = PW_PLACE_age5_good_level_of_development_fsm_pct; i < PW_NUM_PLACE_INPUTS; i++)
            world.tiny.scenario.places[p].input[i] = input_of(0, (enum pw_place_input) i);
    small_open_read(&world, 2025, 1, 16);
    for (int i = 0; i < NUM_PLACES * PW_NUM_STAGES * 2; i++)
        cr_assert_float_eq(world.country.school_effect[i], 0.0f, 1e-5f, "%d: %g", i,
            (double) world.country.school_effect[i]);
    small_close(&world);
}

Test(country, pay_unemployment_and_home_prices_average_to_those_of_the_country)
{
    const struct pw_country *country = &world.country;
    double pay = 0.0, unemployment = 0.0, mean_pay = 0.0;

    open_country("");
    for (int l = 0; l < NUM_MARKETS; l++) {
        const double weight = (double) country->market_weight[l];

        pay += weight * exp((double) country->pay_level[l]);
        unemployment += weight * (double) country->unemployment_ratio[l];
        mean_pay += weight
                    * world.tiny.scenario.labour_markets[l]
                          .input[PW_LABOUR_MARKET_parents_pay_gbp_per_hour];
    }
    small_near(pay, 1.0, 1e-5, "mean pay");
    small_near(unemployment, 1.0, 1e-5, "mean unemployment");
    small_near((double) country->pay_level[LANCASHIRE], log(19.067 / mean_pay), 1e-5, "Lancashire");
    small_near(
        (7.6 * (double) country->home_price[0] + 8.9 * (double) country->home_price[1]) / 16.5, 1.0,
        1e-5, "mean home price");
    small_near((double) (country->home_price[1] / country->home_price[0]), 11.1 / 6.0, 1e-5,
        "London over the North West");
    small_close(&world);
}

static void
set_labour_force(const int64_t *force)
{
    memcpy(world.country.labour_force, force, NUM_MARKETS * sizeof *force);
    pw_country_count_jobs(&world.country);
}

static int64_t
jobs_of(int market, int class)
{
    return world.country.jobs[market * PW_NUM_CLASSES + class];
}

Test(country, the_classes_of_jobs_add_up_to_the_mix_of_the_country)
{
    static const int64_t force[NUM_MARKETS] = { 500000, 100000, 400000 };
    double total = 0.0, by_class[PW_NUM_CLASSES] = { 0.0 };

    open_country("job_loss.unemployment_spread=0");
    set_labour_force(force);
    for (int l = 0; l < NUM_MARKETS; l++) {
        double jobs = 0.0;

        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            jobs += (double) jobs_of(l, c);
            by_class[c] += (double) jobs_of(l, c);
        }
        /* Rounded class by class. */
        small_near(
            jobs, (double) force[l] * (1.0 - 0.048), 0.5 * PW_NUM_CLASSES, "jobs of a market");
        total += jobs;
    }
    for (int c = 0; c < PW_NUM_CLASSES; c++)
        small_near(by_class[c] / total, world.country.now.labour_class_mix[c] / 100.0, 0.002,
            pw_codes(PW_CODES_CLASS, &(int){ 0 })[c].name);
    small_close(&world);
}

Test(country, labour_markets_with_more_professional_jobs_on_record_have_more_of_them)
{
    static const int64_t force[NUM_MARKETS] = { 100000, 100000, 100000 };

    open_country("job_loss.unemployment_spread=0");
    set_labour_force(force);
    cr_assert_gt(jobs_of(GREATER_MANCHESTER, PW_HIGHER_PROFESSIONAL),
        jobs_of(LANCASHIRE, PW_HIGHER_PROFESSIONAL));
    cr_assert_gt(jobs_of(LANCASHIRE, PW_HIGHER_WORKING), jobs_of(OUTER_LONDON, PW_HIGHER_WORKING));
    small_close(&world);
}

Test(country, unemployment_differs_between_labour_markets_as_far_as_it_is_told_to)
{
    static const int64_t force[NUM_MARKETS] = { 100000, 100000, 100000 };
    const struct pw_country *country = &world.country;

    open_country("job_loss.unemployment_spread=0.5");
    set_labour_force(force);
    for (int l = 0; l < NUM_MARKETS; l++) {
        double jobs = 0.0;

        for (int c = 0; c < PW_NUM_CLASSES; c++)
            jobs += (double) jobs_of(l, c);
        small_near(1.0 - jobs / 1e5,
            0.048 * (1.0 + 0.5 * ((double) country->unemployment_ratio[l] - 1.0)), 3e-5,
            "unemployment");
    }
    small_close(&world);
}

Test(country, without_a_labour_force_there_are_no_jobs)
{
    static const int64_t nobody[NUM_MARKETS] = { 0 };

    open_country("");
    set_labour_force(nobody);
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++)
        cr_assert_eq(world.country.jobs[k], 0);
    small_close(&world);
}

/* Share of uniforms with which a mover of a class comes to a place. */
static double
share_to(int market, int class, uint16_t place)
{
    int count = 0;

    for (int n = 0; n < 10000; n++)
        count += pw_country_place_in(&world.country, market, class, ((float) n + 0.5f) / 10000.0f)
                 == place;
    return count / 10000.0;
}

Test(country, people_without_a_class_settle_by_the_number_of_residents)
{
    open_country("");
    for (uint16_t p = 0; p < NUM_PLACES; p++) {
        const int market = world.country.labour_market[p];

        small_near(share_to(market, PW_NO_CLASS, p),
            (double) (world.country.place_weight[p] / world.country.market_weight[market]), 2e-4,
            "share");
        small_near(share_to((market + 1) % NUM_MARKETS, PW_NO_CLASS, p), 0.0, 0.0, "elsewhere");
    }
    small_close(&world);
}

Test(country, professionals_settle_in_the_affluent_places_of_a_labour_market)
{
    open_country("");
    for (int c = 0; c + 1 < PW_NUM_CLASSES; c++) {
        cr_assert_lt(share_to(GREATER_MANCHESTER, c, TRAFFORD),
            share_to(GREATER_MANCHESTER, c + 1, TRAFFORD));
        cr_assert_gt(share_to(GREATER_MANCHESTER, c, MANCHESTER),
            share_to(GREATER_MANCHESTER, c + 1, MANCHESTER));
    }
    small_close(&world);
    open_country("moves.sorting=0");
    small_near(share_to(GREATER_MANCHESTER, PW_HIGHER_PROFESSIONAL, TRAFFORD),
        share_to(GREATER_MANCHESTER, PW_LOWER_WORKING, TRAFFORD), 0.0, "without sorting");
    small_close(&world);
}

Test(country, real_units_become_the_nearest_number_of_simulated_ones)
{
    open_country("run.persons=20000");
    small_near(world.country.people_each, 58600000.0 / 20000.0, 1e-6, "people each");
    cr_assert_eq(pw_country_scale(&world.country, 58600000.0), 20000);
    cr_assert_eq(pw_country_scale(&world.country, 1464.0), 0);
    cr_assert_eq(pw_country_scale(&world.country, 1466.0), 1);
    cr_assert_eq(pw_country_scale(&world.country, -1e6), 0);
    small_close(&world);
}

Test(country, turning_to_a_year_turns_the_paths_to_it)
{
    open_country("");
    pw_country_open_year(&world.country, 1980);
    cr_assert_eq(world.country.year, 1980);
    small_near(world.country.now.family_fertility[0], 1.88, 1e-12, "fertility");
    small_near(world.country.now.labour_class_mix[0], 34.0 - 15.0 / 16.0 * 6.0, 1e-9, "class mix");
    small_near((double) world.country.log_pay_level, log(0.635), 1e-6, "pay level");
    small_near((double) world.country.log_women_ratio, log(0.78), 1e-6, "women's pay");
    small_close(&world);
}

Test(country, the_tallies_of_the_shards_are_summed_up_to_where_it_is_asked)
{
    small_open(&world, 2025, 3, 16, "");
    for (int s = 0; s < 3; s++)
        for (int i = 0; i < 5; i++)
            world.shards[s].tally[i] = (s + 1) * 10 + i;
    world.country.sum[4] = -7;
    pw_country_sum_tallies(&world.country, world.shards, 3, 4);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(world.country.sum[i], 60 + 3 * i);
    cr_assert_eq(world.country.sum[4], -7);
    small_close(&world);
}

Test(country, summing_more_counts_than_there_is_room_for_is_a_bug, .signal = SIGABRT)
{
    open_country("");
    pw_country_sum_tallies(&world.country, world.shards, 1, world.country.sum_size + 1);
}

Test(country, there_is_room_for_the_counts_of_many_places_and_labour_markets)
{
    struct pw_scenario scenario = { .num_places = 1, .num_labour_markets = 1 };
    const size_t least = pw_country_tally_size(&scenario);

    cr_assert_geq(least, 2048);
    cr_assert_geq(least, (PW_MAX_AGE + 1) * PW_NUM_BIRTH_CELLS + 6);
    scenario.num_places = PW_MAX_PLACES;
    cr_assert_geq(pw_country_tally_size(&scenario), (size_t) PW_MAX_PLACES * 16);
    scenario.num_places = 1;
    scenario.num_labour_markets = PW_MAX_LABOUR_MARKETS;
    cr_assert_geq(pw_country_tally_size(&scenario),
        (size_t) PW_MAX_LABOUR_MARKETS * 2 * (PW_NUM_CLASSES + 1));
}

Test(country, apprenticeships_before_18_are_below_the_higher_level_in_the_mix_of_the_rest)
{
    const double *mix = world.country.now.apprenticeship_level_mix;

    open_country("");
    cr_assert_gt(mix[2], 0.0);
    cr_assert_eq(pw_country_share_before_18(&world.country, 2), 0.0);
    cr_assert_float_eq(pw_country_share_before_18(&world.country, 0)
                           + pw_country_share_before_18(&world.country, 1),
        1.0, 1e-12);
    cr_assert_float_eq(pw_country_share_before_18(&world.country, 0) * mix[1],
        pw_country_share_before_18(&world.country, 1) * mix[0], 1e-9);
    small_close(&world);
}

/* Shares, quantiles, waiting times, gaps and spread against closed forms and slow sums.
 * SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/distribution.h"

Test(distribution, a_quantile_lies_where_its_share_of_even_bins_is_reached)
{
    const double even[4] = { 5, 5, 5, 5 }, uneven[5] = { 0, 10, 0, 30, 0 };

    cr_assert_float_eq(pw_distribution_quantile(even, 4, 0.5), 2.0, 1e-12);
    cr_assert_float_eq(pw_distribution_quantile(even, 4, 0.1), 0.4, 1e-12);
    cr_assert_float_eq(pw_distribution_quantile(uneven, 5, 0.25), 2.0, 1e-12);
    cr_assert_float_eq(pw_distribution_quantile(uneven, 5, 0.5), 3.0 + 1.0 / 3.0, 1e-12);
}

Test(distribution, the_deciles_of_log_normal_pay_are_as_far_apart_as_the_formula_says)
{
    enum { BINS = 64 };
    double bins[BINS];

    /* 90:10 of a log-normal is exp(2.563 sd): 2.99 at an sd of 0.427, as hourly pay in 2024. */
    for (int b = 0; b < BINS; b++) {
        const double low = (1.5 + b / 16.0 - 2.75) / 0.427, high = low + 1.0 / 16.0 / 0.427;

        bins[b] = 0.5 * (erf(high / sqrt(2.0)) - erf(low / sqrt(2.0)));
    }
    cr_assert_float_eq(
        exp((pw_distribution_quantile(bins, BINS, 0.9) - pw_distribution_quantile(bins, BINS, 0.1))
            / 16.0),
        2.99, 0.01);
}

Test(distribution, with_a_constant_rate_waiting_is_geometric)
{
    double table[2 * 400];

    for (int age = 0; age < 400; age++) {
        table[2 * age] = 1000.0;
        table[2 * age + 1] = 200.0;
    }
    cr_assert_float_eq(pw_waiting_share(table, 3), 1.0 - 0.8 * 0.8 * 0.8, 1e-12);
    cr_assert_float_eq(pw_waiting_mean(table, 400), 0.8 / 0.2, 1e-9);
}

Test(distribution, a_cohort_that_is_followed_from_the_start_has_the_share_and_age_it_had)
{
    /* Ten people; one, then three, then none, then two of them find a job. */
    const double table[8] = { 10, 1, 9, 3, 6, 0, 6, 2 };

    cr_assert_float_eq(pw_waiting_share(table, 4), 0.6, 1e-12);
    cr_assert_float_eq(pw_waiting_mean(table, 4), (1 * 0 + 3 * 1 + 2 * 3) / 6.0, 1e-12);
}

Test(distribution, the_mean_spell_is_that_of_the_spells)
{
    const double spells[4] = { 5, 3, 0, 2 };

    cr_assert_float_eq(pw_spell_mean(spells, 4), (5 * 1 + 3 * 2 + 2 * 4) / 10.0, 1e-12);
}

/* Ordinary least squares of y on a group and a constant for each stratum, by demeaning. */
static double
least_squares_gap(const double *y, const int *group, const int *stratum, int n, int strata)
{
    double count[8] = { 0 }, mean_y[8] = { 0 }, mean_g[8] = { 0 }, gy = 0.0, gg = 0.0;

    for (int i = 0; i < n; i++) {
        count[stratum[i]] += 1.0;
        mean_y[stratum[i]] += y[i];
        mean_g[stratum[i]] += group[i];
    }
    for (int s = 0; s < strata; s++) {
        mean_y[s] /= count[s];
        mean_g[s] /= count[s];
    }
    for (int i = 0; i < n; i++) {
        const double g = group[i] - mean_g[stratum[i]];

        gy += g * (y[i] - mean_y[stratum[i]]);
        gg += g * g;
    }
    return gy / gg;
}

Test(distribution, a_net_gap_is_that_of_least_squares_with_a_constant_for_each_stratum)
{
    enum { PEOPLE = 300, STRATA = 4 };
    double y[PEOPLE], table[STRATA * 4] = { 0 };
    int group[PEOPLE], stratum[PEOPLE];

    for (int i = 0; i < PEOPLE; i++) {
        stratum[i] = i * i % 7 % STRATA;
        group[i] = (i * 13 + stratum[i] * i) % 5 < 2;
        y[i] = 1.5 * stratum[i] + 0.3 * group[i] + (i * 37 % 11) / 11.0;
        table[(stratum[i] * 2 + group[i]) * 2] += 1.0;
        table[(stratum[i] * 2 + group[i]) * 2 + 1] += y[i];
    }
    cr_assert_float_eq(pw_distribution_net_gap(table, STRATA),
        least_squares_gap(y, group, stratum, PEOPLE, STRATA), 1e-9);
}

/* --- Spread --- */

enum { PLACES = 150, GROUPS = 32 };

static uint64_t seed_state;

static double
uniform(void)
{
    seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
    return (double) (seed_state >> 33) / 2147483648.0;
}

static double
normal(void)
{
    double sum = -6.0;

    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum;
}

/* Shares around one half that differ between places by `sd`, in samples of a few people. */
static void
draw_places(double sd, int64_t *parts)
{
    memset(parts, 0, PLACES * GROUPS * 2 * sizeof *parts);
    for (int p = 0; p < PLACES; p++) {
        const double share = 0.5 + sd * normal();
        const int people = 40 + (int) (60.0 * uniform());

        for (int i = 0; i < people; i++) {
            const int g = (int) (GROUPS * uniform());

            parts[(p * GROUPS + g) * 2] += uniform() < share;
            parts[(p * GROUPS + g) * 2 + 1]++;
        }
    }
}

Test(distribution, spread_is_what_places_differ_by_and_not_what_chance_adds)
{
    static int64_t parts[PLACES * GROUPS * 2];
    double values[GROUPS + 1], sum = 0.0, raw = 0.0;
    const int runs = 20;

    seed_state = 1;
    for (int run = 0; run < runs; run++) {
        double squares = 0.0;

        draw_places(0.06, parts);
        pw_replicate_spread(parts, PLACES, GROUPS, 1.0, values);
        sum += values[GROUPS] / runs;
        for (int p = 0; p < PLACES; p++) {
            double is = 0.0, of = 0.0;

            for (int g = 0; g < GROUPS; g++) {
                is += (double) parts[(p * GROUPS + g) * 2];
                of += (double) parts[(p * GROUPS + g) * 2 + 1];
            }
            squares += (is / of - 0.5) * (is / of - 0.5) / PLACES;
        }
        raw += sqrt(squares) / runs;
    }
    /* One estimate errs by about 0.007, so that twenty err by 0.0016. */
    cr_assert_float_eq(sum, 0.06, 5.0 * 0.0016, "%f", sum);
    cr_assert_gt(raw, 0.075, "chance alone adds a quarter: %f", raw);
}

Test(distribution, places_that_are_alike_have_no_spread_on_average)
{
    static int64_t parts[PLACES * GROUPS * 2];
    double values[GROUPS + 1], squares = 0.0;
    const int runs = 40;

    seed_state = 2;
    for (int run = 0; run < runs; run++) {
        draw_places(0.0, parts);
        pw_replicate_spread(parts, PLACES, GROUPS, 1.0, values);
        squares += values[GROUPS] * fabs(values[GROUPS]) / runs;
    }
    /* The variance of chance is 1/4/70 = 0.0036 and is known to within sqrt(2 / 150) of itself. */
    cr_assert_lt(fabs(squares), 5.0 * 0.0036 * sqrt(2.0 / PLACES / runs), "%g", squares);
}

Test(distribution, without_a_group_spread_is_that_of_the_people_who_are_left)
{
    static int64_t parts[PLACES * GROUPS * 2], others[PLACES * GROUPS * 2];
    double values[GROUPS + 1], left[GROUPS + 1];

    seed_state = 3;
    draw_places(0.1, parts);
    memcpy(others, parts, sizeof others);
    for (int p = 0; p < PLACES; p++)
        others[(p * GROUPS + 5) * 2] = others[(p * GROUPS + 5) * 2 + 1] = 0;
    pw_replicate_spread(parts, PLACES, GROUPS, 65536.0, values);
    pw_replicate_spread(others, PLACES, GROUPS, 65536.0, left);
    cr_assert_float_eq(values[5], left[GROUPS], 1e-15);
    cr_assert_neq(values[5], values[GROUPS]);
    pw_replicate_spread(parts, PLACES, GROUPS, 1.0, left);
    cr_assert_float_eq(left[GROUPS], 65536.0 * values[GROUPS], 1e-9);
}

Test(distribution, what_cannot_be_known_is_not_a_number)
{
    const double none[8] = { 0 };
    const int64_t nobody[2 * 2 * GROUPS] = { 0 };
    double values[GROUPS + 1];

    cr_assert(isnan(pw_distribution_share(none, 2)));
    cr_assert(isnan(pw_distribution_mean(none, 2)));
    cr_assert(isnan(pw_distribution_quantile(none, 8, 0.5)));
    cr_assert(isnan(pw_waiting_share(none, 4)));
    cr_assert(isnan(pw_waiting_mean(none, 4)));
    cr_assert(isnan(pw_spell_mean(none, 8)));
    cr_assert(isnan(pw_distribution_net_gap(none, 2)));
    pw_replicate_spread(nobody, 2, GROUPS, 1.0, values);
    cr_assert(isnan(values[GROUPS]));
}

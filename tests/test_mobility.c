/* Mobility statistics against published tables, closed forms and slow sums.
 * SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "pathways/mobility.h"

/* Britain, SMC MO11: outflow percentages of people aged 25 to 64; origins weighted alike where only
 * rows matter. */
static const double mo11[25] = {
    30.2, 17.4, 20.3, 21.2, 10.9, /* lower working */
    22.8, 16.2, 21.8, 25.4, 13.8, /* higher working */
    18.8, 12.2, 22.5, 26.8, 19.6, /* intermediate */
    14.0, 9.2, 18.8, 32.8, 25.2,  /* lower professional */
    10.7, 7.4, 16.8, 31.7, 33.5,  /* higher professional */
};

/* United States, born 1980-82, quintiles of family income: Chetty, Hendren, Kline & Saez (2014),
 * doi 10.1093/qje/qju022. */
static const double quintiles_us[25] = { 33.7, 28.0, 18.4, 12.3, 7.5, 24.2, 24.2, 21.7, 17.6, 12.3,
    17.8, 19.8, 22.1, 22.0, 18.3, 13.4, 16.0, 20.9, 24.4, 25.4, 10.9, 11.9, 17.0, 23.6, 36.5 };

/* England and Wales, 1972, men: salariat, intermediate, working (here from low to high), counts per
 * 1,000 of an origin. */
static const double men_1972[9] = { 670, 154, 176, 442, 283, 274, 221, 191, 588 };

/* Table of ranks of two standard normals of correlation rho, by summing slices of the first. */
static void
gaussian_table(double rho, size_t size, double *table)
{
    const int slices = 400;

    memset(table, 0, size * size * sizeof *table);
    for (size_t i = 0; i < size; i++) {
        for (int s = 0; s < slices; s++) {
            const double u = ((double) i + (s + 0.5) / slices) / (double) size;
            const double x = gsl_cdf_ugaussian_Pinv(u), spread = sqrt(1.0 - rho * rho);
            double below = 0.0;

            for (size_t j = 0; j < size; j++) {
                const double edge = gsl_cdf_ugaussian_Pinv(((double) j + 1.0) / (double) size);
                const double upto =
                    j + 1 == size ? 1.0 : gsl_cdf_ugaussian_P((edge - rho * x) / spread);

                table[i * size + j] += (upto - below) / slices;
                below = upto;
            }
        }
    }
}

Test(mobility, long_range_shares_of_the_british_table_are_those_published)
{
    double lower_working[25], higher_professional[25];

    memset(lower_working, 0, sizeof lower_working);
    memset(higher_professional, 0, sizeof higher_professional);
    memcpy(lower_working, mo11, 5 * sizeof *mo11);
    memcpy(higher_professional + 20, mo11 + 20, 5 * sizeof *mo11);
    /* "70 % upward from lower working; 32 % long-range; 18 % long-range downward from higher
     * professional" */
    cr_assert_float_eq(pw_mobility_upward(lower_working, 5), 0.698, 1e-3);
    cr_assert_float_eq(pw_mobility_long_range_up(lower_working, 5), 0.321, 1e-3);
    cr_assert_float_eq(pw_mobility_long_range_down(higher_professional, 5), 0.181, 1e-3);
    cr_assert_float_eq(pw_mobility_outflow(mo11, 5, 4, 4), 0.335, 1e-3);
    cr_assert_float_eq(pw_mobility_odds_ratio(mo11, 5), 8.7, 0.05);
}

Test(mobility, odds_ratio_of_british_men_in_1972_is_ten)
{
    cr_assert_float_eq(pw_mobility_odds_ratio(men_1972, 3), 10.1, 0.05);
}

Test(mobility, odds_ratios_do_not_change_when_margins_do)
{
    double scaled[25];

    for (int i = 0; i < 25; i++)
        scaled[i] = mo11[i] * (1 + i / 5) * (7 - i % 5);
    cr_assert_float_eq(pw_mobility_odds_ratio(scaled, 5), pw_mobility_odds_ratio(mo11, 5), 1e-9);
    cr_assert_gt(fabs(pw_mobility_upward(scaled, 5) - pw_mobility_upward(mo11, 5)), 0.01);
}

Test(mobility, nobody_moves_in_a_diagonal_table_and_all_shares_add_up)
{
    double diagonal[25] = { 0 };

    for (int i = 0; i < 5; i++)
        diagonal[6 * i] = 3.0;
    cr_assert_eq(pw_mobility_upward(diagonal, 5), 0.0);
    cr_assert_eq(pw_mobility_downward(diagonal, 5), 0.0);
    cr_assert_eq(pw_mobility_prais(diagonal, 5), 0.0);
    cr_assert_float_eq(pw_mobility_rank_slope(diagonal, 5), 1.0, 1e-12);
    double stable = 0.0, total = 0.0;

    for (int i = 0; i < 25; i++) {
        stable += i % 6 == 0 ? mo11[i] : 0.0;
        total += mo11[i];
    }
    cr_assert_float_eq(
        pw_mobility_upward(mo11, 5) + pw_mobility_downward(mo11, 5) + stable / total, 1.0, 1e-12);
}

Test(mobility, prais_index_of_us_quintiles_and_of_a_gaussian_table_are_the_known_ones)
{
    double table[25];

    cr_assert_float_eq(pw_mobility_prais(quintiles_us, 5), 0.898, 1e-3);
    gaussian_table(0.35, 5, table);
    cr_assert_float_eq(pw_mobility_prais(table, 5), 0.905, 1e-3);
    cr_assert_float_eq(table[0], 0.355, 1e-3);
}

Test(mobility, rank_slope_of_a_gaussian_copula_is_six_over_pi_arcsine_of_half_rho)
{
    static double table[400];

    for (double rho = 0.2; rho < 0.65; rho += 0.1) {
        const double exact = 6.0 / acos(-1.0) * asin(rho / 2.0);

        gaussian_table(rho, 20, table);
        /* Twentieths lose less than one part in a hundred of the slope. */
        cr_assert_float_eq(pw_mobility_rank_slope(table, 20), exact, 0.006 * exact);
        cr_assert_float_eq(pw_mobility_rank_at_25(table, 20), 0.5 - 0.25 * exact, 0.002);
    }
}

Test(mobility, elasticity_and_correlation_are_those_of_the_points)
{
    const double x[] = { 10.1, 9.7, 10.4, 11.0, 9.2 }, y[] = { 10.0, 9.9, 10.6, 10.5, 9.6 };
    double moments[6] = { 0 }, mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;

    for (int i = 0; i < 5; i++) {
        const double add[6] = { 1, x[i], y[i], x[i] * x[i], y[i] * y[i], x[i] * y[i] };

        for (int m = 0; m < 6; m++)
            moments[m] += add[m];
        mean_x += x[i] / 5;
        mean_y += y[i] / 5;
    }
    for (int i = 0; i < 5; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    cr_assert_float_eq(pw_mobility_elasticity(moments), xy / xx, 1e-9);
    cr_assert_float_eq(pw_mobility_correlation(moments), xy / sqrt(xx * yy), 1e-9);
}

/* Sums of three generations of mean 0 and variance 1. */
static void
standard_moments(double corr_1, double corr_2, double moments[PW_NUM_LINE_MOMENTS])
{
    const double sums[PW_NUM_LINE_MOMENTS] = { 1, 0, 0, 0, 1, 1, 1, corr_1, corr_2, corr_1 };

    memcpy(moments, sums, sizeof sums);
}

/*
 * A chain without memory in which half of the children have the class of their parents and the
 * others any: people by class of grandparents, parents and their own, in 4000.
 */
static void
make_chain(int64_t table[125])
{
    static const int64_t share[5] = { 3, 2, 2, 2, 1 }; /* in tenths */

    for (int g = 0; g < 5; g++) {
        for (int p = 0; p < 5; p++) {
            for (int c = 0; c < 5; c++)
                table[(g * 5 + p) * 5 + c] =
                    share[g] * (10 * (g == p) + share[p]) * (10 * (p == c) + share[c]);
        }
    }
}

Test(mobility, in_a_chain_without_memory_grandparents_correlate_by_the_square_and_add_nothing)
{
    int64_t table[125], sums[PW_NUM_LINE_MOMENTS];
    double moments[PW_NUM_LINE_MOMENTS], strata[20] = { 0 };

    make_chain(table);
    pw_mobility_line_moments(table, 5, sums);
    cr_assert_eq(sums[0], 4000);
    for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
        moments[m] = (double) sums[m];
    cr_assert_float_eq(pw_mobility_parent_correlation(moments), 0.5, 1e-12);
    cr_assert_float_eq(pw_mobility_grandparent_correlation(moments), 0.25, 1e-12);
    cr_assert_float_eq(pw_mobility_grandparent_slope(moments), 0.0, 1e-12);
    for (int i = 0; i < 125; i++) {
        if (i / 25 == 2 || i % 5 == 2) continue;
        strata[(i / 5 % 5 * 2 + (i / 25 > 2)) * 2 + (i % 5 > 2)] += (double) table[i];
    }
    cr_assert_float_eq(pw_mobility_net_odds_ratio(strata, 5), 1.0, 1e-12);
}

Test(
    mobility, grandparents_add_something_when_class_stands_for_what_lasts_and_less_when_it_does_not)
{
    double moments[PW_NUM_LINE_MOMENTS];

    /* Class as a sign, loading 0.8, of what passes on by 0.6. */
    standard_moments(0.64 * 0.6, 0.64 * 0.36, moments);
    cr_assert_float_eq(pw_mobility_grandparent_correlation(moments), 0.2304, 1e-12);
    cr_assert_float_eq(pw_mobility_grandparent_slope(moments), 0.0829 / 0.8525, 1e-4);
    /* Endowments passed on by 0.3 and investment of 0.3: the slope is -0.3 * 0.3. */
    standard_moments(0.6 / 1.09, 0.6 * 0.6 / 1.09 - 0.09, moments);
    cr_assert_float_eq(pw_mobility_grandparent_correlation(moments), 0.2403, 1e-4);
    cr_assert_float_eq(pw_mobility_grandparent_slope(moments), -0.09, 1e-12);
}

Test(mobility, sums_of_three_generations_are_those_of_the_people)
{
    int64_t table[125] = { 0 }, sums[PW_NUM_LINE_MOMENTS], slow[PW_NUM_LINE_MOMENTS] = { 0 };

    for (int person = 0; person < 500; person++) {
        const int64_t g = person * 7 % 5, p = person * person % 5, c = person / 3 % 5;
        const int64_t add[PW_NUM_LINE_MOMENTS] = { 1, g, p, c, g * g, p * p, c * c, g * p, g * c,
            p * c };

        table[(g * 5 + p) * 5 + c]++;
        for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
            slow[m] += add[m];
    }
    pw_mobility_line_moments(table, 5, sums);
    for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
        cr_assert_eq(sums[m], slow[m], "sum %d", m);
}

Test(
    mobility, the_net_odds_ratio_is_that_of_every_stratum_when_they_agree_and_weighs_them_otherwise)
{
    const double alike[12] = { 20, 10, 10, 20, 400, 100, 100, 100, 0, 0, 0, 0 };
    const double two[8] = { 10, 20, 30, 40, 5, 5, 2, 8 };

    cr_assert_float_eq(pw_mobility_net_odds_ratio(alike, 3), 4.0, 1e-12);
    cr_assert_float_eq(pw_mobility_net_odds_ratio(two, 2), (4.0 + 2.0) / (6.0 + 0.5), 1e-12);
}

Test(mobility, a_share_of_equal_groups_has_the_textbook_error)
{
    enum { GROUPS = 32 };
    int64_t parts[2 * GROUPS];
    double mean = 0.0, squares = 0.0;

    for (int g = 0; g < GROUPS; g++) {
        parts[2 * g] = 300 + (g * 37) % 50;
        parts[2 * g + 1] = 1000;
        mean += (double) parts[2 * g] / 1000.0 / GROUPS;
    }
    for (int g = 0; g < GROUPS; g++)
        squares += pow((double) parts[2 * g] / 1000.0 - mean, 2.0);

    const struct pw_estimate estimate = pw_jackknife_ratio(parts, GROUPS, 1.0);

    cr_assert_float_eq(estimate.value, mean, 1e-12);
    cr_assert_float_eq(estimate.error, sqrt(squares / (GROUPS - 1) / GROUPS), 1e-12);
    cr_assert_float_eq(pw_jackknife_ratio(parts, GROUPS, 65536.0).value, mean / 65536.0, 1e-15);
}

Test(mobility, what_two_runs_share_cancels_in_their_difference)
{
    enum { GROUPS = 32 };
    int64_t base[2 * GROUPS], policy[2 * GROUPS];

    for (int g = 0; g < GROUPS; g++) {
        base[2 * g] = 200 + (g * 61) % 300;
        base[2 * g + 1] = 1000;
        policy[2 * g] = base[2 * g] + 10;
        policy[2 * g + 1] = 1000;
    }
    const struct pw_estimate difference = pw_jackknife_ratio_difference(base, policy, GROUPS, 1.0);
    const struct pw_estimate none = pw_jackknife_ratio_difference(base, base, GROUPS, 1.0);

    cr_assert_float_eq(difference.value, 0.01, 1e-12);
    cr_assert_lt(difference.error, 1e-12);
    cr_assert_gt(pw_jackknife_ratio(base, GROUPS, 1.0).error, 0.01);
    cr_assert_eq(none.value, 0.0);
    cr_assert_eq(none.error, 0.0);
}

Test(mobility, a_tables_error_is_that_of_the_same_share_as_a_ratio)
{
    enum { GROUPS = 32, CELLS = 25 };
    static int64_t table[CELLS * GROUPS], other[CELLS * GROUPS];
    int64_t parts[2 * GROUPS] = { 0 }, other_parts[2 * GROUPS] = { 0 };

    for (int cell = 0; cell < CELLS; cell++) {
        for (int g = 0; g < GROUPS; g++) {
            table[cell * GROUPS + g] = 10 + (cell * 13 + g * 29) % 17;
            other[cell * GROUPS + g] = 10 + (cell * 7 + g * 31) % 17;
            parts[2 * g] += cell % 5 > cell / 5 ? table[cell * GROUPS + g] : 0;
            parts[2 * g + 1] += table[cell * GROUPS + g];
            other_parts[2 * g] += cell % 5 > cell / 5 ? other[cell * GROUPS + g] : 0;
            other_parts[2 * g + 1] += other[cell * GROUPS + g];
        }
    }
    const struct pw_estimate ratio = pw_jackknife_ratio(parts, GROUPS, 1.0);
    const struct pw_estimate share = pw_jackknife_table(pw_mobility_upward, table, 5, GROUPS);
    const struct pw_estimate ratios =
        pw_jackknife_ratio_difference(parts, other_parts, GROUPS, 1.0);
    const struct pw_estimate shares =
        pw_jackknife_table_difference(pw_mobility_upward, table, other, 5, GROUPS);

    cr_assert_float_eq(share.value, ratio.value, 1e-12);
    cr_assert_float_eq(share.error, ratio.error, 1e-12);
    cr_assert_float_eq(shares.value, ratios.value, 1e-12);
    cr_assert_float_eq(shares.error, ratios.error, 1e-12);
}

Test(mobility, what_cannot_be_known_is_not_a_number)
{
    const double nobody[25] = { 0 };
    const double moments[6] = { 0 };
    const int64_t empty[4] = { 0, 0, 0, 0 }, one_group[4] = { 1, 2, 0, 0 };

    cr_assert(isnan(pw_mobility_upward(nobody, 5)));
    cr_assert(isnan(pw_mobility_rank_slope(nobody, 5)));
    cr_assert(isnan(pw_mobility_elasticity(moments)));
    cr_assert(isnan(pw_mobility_grandparent_correlation(nobody)));
    cr_assert(isnan(pw_mobility_grandparent_slope(nobody)));
    cr_assert(isnan(pw_mobility_net_odds_ratio(nobody, 5)));
    cr_assert(isnan(pw_jackknife_ratio(empty, 2, 1.0).value));
    cr_assert_eq(pw_jackknife_ratio(one_group, 2, 1.0).value, 0.5);
    cr_assert(isnan(pw_jackknife_ratio(one_group, 2, 1.0).error));
}

/* SPDX-License-Identifier: MIT */
#include "pathways/significance.h"

#include <criterion/criterion.h>
#include <math.h>

TestSuite(significance, .timeout = 60);

static void
near(double found, double expected, double tolerance)
{
    cr_assert(fabs(found - expected) <= tolerance, "%.12g, not %.12g", found, expected);
}

/* Tables of Student's t: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2. */
Test(significance, distances_are_those_of_the_tables)
{
    near(pw_significance_distance(0.05, 31.0), 2.040, 0.0005);
    near(pw_significance_distance(0.01, 31.0), 2.744, 0.0005);
    near(pw_significance_distance(0.05, 1.0), 12.706, 0.0005);
    near(pw_significance_distance(0.10, 10.0), 1.812, 0.0005);
    near(pw_significance_distance(1.0, 31.0), 0.0, 1e-9);
}

Test(significance, p_values_are_exact_where_there_is_a_closed_form)
{
    /* One degree of freedom: Cauchy. Two: 1 - t / sqrt(2 + t^2). */
    for (double t = -8.0; t <= 8.0; t += 0.37) {
        near(pw_significance_student(t, 1.0), 1.0 - 2.0 * atan(fabs(t)) / acos(-1.0), 1e-12);
        near(pw_significance_student(t, 2.0), 1.0 - fabs(t) / sqrt(2.0 + t * t), 1e-12);
    }
    near(pw_significance_student(0.0, 31.0), 1.0, 0.0);
    near(pw_significance_student(1e9, 31.0), 0.0, 1e-30);
    cr_assert_gt(pw_significance_student(30.0, 31.0), 0.0);
}

Test(significance, nothing_that_differs_has_p_one)
{
    near(pw_significance_of((struct pw_estimate){ 0.0, 0.0 }, 32), 1.0, 0.0);
    near(pw_significance_of((struct pw_estimate){ 0.0, 2.0 }, 32), 1.0, 0.0);
    cr_assert(isnan(pw_significance_of((struct pw_estimate){ 1.0, 0.0 }, 32)));
    near(pw_significance_of((struct pw_estimate){ -2.040, 1.0 }, 32), 0.05, 0.0001);
    near(pw_significance_margin((struct pw_estimate){ 7.0, 2.0 }, 32), 4.079, 0.001);
    cr_assert(isnan(pw_significance_of((struct pw_estimate){ NAN, 1.0 }, 32)));
    cr_assert(isnan(pw_significance_of((struct pw_estimate){ 1.0, NAN }, 32)));
}

/* Benjamini and Hochberg (1995), section 2.2: fifteen p values, of which four are rejected at 5 %.
 */
Test(significance, the_example_of_benjamini_and_hochberg_rejects_four)
{
    const double published[15] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000 };
    double p[17];
    int marked = 0;

    for (int i = 0; i < 15; i++) /* order must not matter, nor what is missing */
        p[(i * 7) % 15] = published[i];
    p[15] = p[16] = NAN;
    cr_assert_eq(pw_significance_adjust(p, 17), PW_OK);
    for (int i = 0; i < 17; i++)
        marked += p[i] <= PW_SIGNIFICANT;
    cr_assert_eq(marked, 4);
    near(p[(3 * 7) % 15], 0.0095 * 15.0 / 4.0, 1e-12);
    near(p[(8 * 7) % 15], 0.0459 * 15.0 / 9.0, 1e-12);
    near(p[(5 * 7) % 15], 0.0298 * 15.0 / 7.0, 1e-12); /* lowered to that of a later one */
    cr_assert(isnan(p[15]) && isnan(p[16]));
}

Test(significance, error_of_a_total_is_that_of_independent_groups)
{
    double sums[32], squares = 0.0, mean = 0.0;
    struct pw_estimate total;

    for (int g = 0; g < 32; g++) {
        sums[g] = 100.0 + (g * 37 % 32);
        mean += sums[g] / 32.0;
    }
    for (int g = 0; g < 32; g++)
        squares += (sums[g] - mean) * (sums[g] - mean);
    total = pw_significance_total(sums, 32, 3.0);
    near(total.value, 3.0 * 32.0 * mean, 1e-9);
    near(total.error, 3.0 * sqrt(32.0 * squares / 31.0), 1e-9); /* sqrt(G) times the SD */
    for (int g = 0; g < 32; g++)
        sums[g] = 5.0;
    near(pw_significance_total(sums, 32, 1.0).error, 0.0, 1e-12);
}

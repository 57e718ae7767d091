/* SPDX-License-Identifier: MIT */
#include "pathways/sample.h"

#include <criterion/criterion.h>
#include <string.h>

Test(sample, sobol_points_are_the_published_ones)
{
    /* Two dimensions of the sequence, as in Press et al., Numerical Recipes, section 7.7. */
    static const double expected[7][2] = { { 0.5, 0.5 }, { 0.75, 0.25 }, { 0.25, 0.75 },
        { 0.375, 0.375 }, { 0.875, 0.875 }, { 0.625, 0.125 }, { 0.125, 0.625 } };
    double points[7][2];

    cr_assert_eq(pw_sample_sobol(2, 7, points[0]), PW_OK);
    for (int p = 0; p < 7; p++)
        for (int d = 0; d < 2; d++)
            cr_assert_float_eq(points[p][d], expected[p][d], 1e-15, "point %d is (%g, %g)", p,
                points[p][0], points[p][1]);
}

Test(sample, a_longer_sobol_sequence_begins_with_the_shorter)
{
    double few[10][40], many[100][40];

    cr_assert_eq(pw_sample_sobol(40, 10, few[0]), PW_OK);
    cr_assert_eq(pw_sample_sobol(40, 100, many[0]), PW_OK);
    cr_assert_eq(memcmp(few, many, sizeof few), 0);
}

Test(sample, sobol_refuses_what_it_has_no_numbers_for)
{
    double point[41];

    cr_assert_eq(pw_sample_sobol(41, 1, point), PW_EINPUT);
    cr_assert_eq(pw_sample_sobol(0, 1, point), PW_EINPUT);
}

Test(sample, every_stratum_of_a_latin_hypercube_holds_one_point)
{
    enum { COUNT = 57, DIMENSIONS = 45 };
    double points[COUNT][DIMENSIONS];

    cr_assert_eq(pw_sample_latin_hypercube(DIMENSIONS, COUNT, 7, points[0]), PW_OK);
    for (int d = 0; d < DIMENSIONS; d++) {
        int held[COUNT] = { 0 };

        for (int p = 0; p < COUNT; p++) {
            cr_assert(points[p][d] > 0.0 && points[p][d] < 1.0);
            held[(int) (points[p][d] * COUNT)]++;
        }
        for (int s = 0; s < COUNT; s++)
            cr_assert_eq(held[s], 1, "stratum %d of dimension %d holds %d points", s, d, held[s]);
    }
}

Test(sample, a_latin_hypercube_is_that_of_its_seed)
{
    double one[20][3], again[20][3], other[20][3];

    cr_assert_eq(pw_sample_latin_hypercube(3, 20, 1, one[0]), PW_OK);
    cr_assert_eq(pw_sample_latin_hypercube(3, 20, 1, again[0]), PW_OK);
    cr_assert_eq(pw_sample_latin_hypercube(3, 20, 2, other[0]), PW_OK);
    cr_assert_eq(memcmp(one, again, sizeof one), 0);
    cr_assert_neq(memcmp(one, other, sizeof one), 0);
}

Test(sample, dimensions_of_a_latin_hypercube_are_not_paired_in_order)
{
    double points[100][2];
    double products = 0.0;

    cr_assert_eq(pw_sample_latin_hypercube(2, 100, 1, points[0]), PW_OK);
    for (int p = 0; p < 100; p++)
        products += (points[p][0] - 0.5) * (points[p][1] - 0.5);
    /* Uncorrelated with a standard error of a tenth; the same order would give 1. */
    cr_assert(12.0 * products / 100.0 < 0.5 && 12.0 * products / 100.0 > -0.5);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/least_squares.h"

#include <criterion/criterion.h>
#include <math.h>

/* Distances 10 (exp(x) - 2), 10 x y and 0: x is log 2 and y 0; z is in none of them. */
static int num_calls, num_points_seen, fails_at;

static pw_status
curved(void *context, size_t num_points, const double *points, double *distances)
{
    (void) context;
    num_calls++;
    num_points_seen += (int) num_points;
    if (num_calls == fails_at)
        return pw_status_fail(PW_EIO, __FILE__, __LINE__, "the disk is full");
    for (size_t p = 0; p < num_points; p++) {
        const double *x = points + 3 * p;

        distances[3 * p] = 10.0 * (exp(x[0]) - 2.0);
        distances[3 * p + 1] = 10.0 * (x[1] - 0.5) * exp(x[0]);
        distances[3 * p + 2] = 0.0;
    }
    return PW_OK;
}

static const struct pw_least_squares problem = {
    .num_unknowns = 3, .num_distances = 3, .step = 0.01, .max_rounds = 20, .evaluate = curved
};

Test(least_squares, it_ends_where_distances_and_prior_are_least_together)
{
    struct pw_least_squares_result result = { 0 };

    cr_assert_eq(pw_least_squares_solve(&problem, &result), PW_OK);
    /* Of 100 (exp(x) - 2)^2 + 100 (y - .5)^2 exp(2x) + x^2 + y^2, by hand. */
    cr_assert_float_eq(result.unknowns[0], 0.6913, 0.002);
    cr_assert_float_eq(result.unknowns[1], 0.4988, 0.002);
    cr_assert_float_eq(result.before[0], -10.0, 1e-12);
    cr_assert_lt(fabs(result.after[0]), 0.1);
    pw_least_squares_free(&result);
}

Test(least_squares, what_no_distance_depends_on_stays_and_is_as_uncertain_as_before)
{
    struct pw_least_squares_result result = { 0 };

    cr_assert_eq(pw_least_squares_solve(&problem, &result), PW_OK);
    cr_assert_float_eq(result.unknowns[2], 0.0, 1e-9);
    cr_assert_float_eq(result.uncertainty[2], 1.0, 1e-9);
    /* 1 / sqrt(1 + (10 exp(x))^2), both ways */
    cr_assert_float_eq(result.uncertainty[0], 0.05, 0.001);
    cr_assert_float_eq(result.uncertainty[1], 0.05, 0.001);
    cr_assert_float_eq(result.jacobian[0], 20.0, 0.3);
    cr_assert_float_eq(result.jacobian[2], 0.0, 1e-12);
    pw_least_squares_free(&result);
}

Test(least_squares, steps_that_teach_save_taking_derivatives)
{
    struct pw_least_squares taught = problem;
    struct pw_least_squares_result result = { 0 };
    int without;

    num_points_seen = 0;
    cr_assert_eq(pw_least_squares_solve(&problem, &result), PW_OK);
    without = num_points_seen;
    pw_least_squares_free(&result);
    result = (struct pw_least_squares_result){ 0 };
    taught.max_rounds = 1;
    taught.max_steps = 20;
    num_points_seen = 0;
    cr_assert_eq(pw_least_squares_solve(&taught, &result), PW_OK);
    cr_assert_float_eq(result.unknowns[0], 0.6913, 0.002);
    cr_assert_float_eq(result.unknowns[1], 0.4988, 0.002);
    cr_assert_float_eq(result.jacobian[0], 20.0, 2.0); /* 10 where it began */
    cr_assert_lt(num_points_seen, without);
    pw_least_squares_free(&result);
}

/* 3 (x - 1) and y, and chance of 0.05 to either side that no two points share. */
static pw_status
by_chance(void *context, size_t num_points, const double *points, double *distances)
{
    (void) context;
    for (size_t p = 0; p < num_points; p++) {
        const double *x = points + 2 * p;
        const double turn = 1e6 * (x[0] + 2.0 * x[1]);

        distances[2 * p] = 3.0 * (x[0] - 1.0) + 0.05 * sin(turn);
        distances[2 * p + 1] = x[1] + 0.05 * cos(turn);
    }
    return PW_OK;
}

Test(least_squares, short_steps_teach_no_chance)
{
    const struct pw_least_squares noisy = { .num_unknowns = 2,
        .num_distances = 2,
        .step = 0.5,
        .max_rounds = 2,
        .max_steps = 20,
        .evaluate = by_chance };
    struct pw_least_squares_result result = { 0 };

    cr_assert_eq(pw_least_squares_solve(&noisy, &result), PW_OK);
    cr_assert_float_eq(result.unknowns[0], 0.9, 0.05);
    cr_assert_float_eq(result.jacobian[0], 3.0, 0.2);
    cr_assert_float_eq(result.jacobian[1], 0.0, 0.2);
    cr_assert_float_eq(result.jacobian[2], 0.0, 0.2);
    cr_assert_float_eq(result.jacobian[3], 1.0, 0.2);
    pw_least_squares_free(&result);
}

/* Nine observations of x say 1 and one says 100. */
static pw_status
with_outlier(void *context, size_t num_points, const double *points, double *distances)
{
    (void) context;
    for (size_t p = 0; p < num_points; p++)
        for (size_t d = 0; d < 10; d++)
            distances[10 * p + d] = 10.0 * (points[p] - (d == 9 ? 100.0 : 1.0));
    return PW_OK;
}

Test(least_squares, one_distance_that_nothing_brings_near_does_not_decide_where_it_is_robust)
{
    for (int robust = 0; robust < 2; robust++) {
        const struct pw_least_squares outlying = { .num_unknowns = 1,
            .num_distances = 10,
            .step = 0.001,
            .max_rounds = 50,
            .is_robust = robust == 1,
            .evaluate = with_outlier };
        struct pw_least_squares_result result = { 0 };

        cr_assert_eq(pw_least_squares_solve(&outlying, &result), PW_OK);
        cr_assert(robust == 1 ? fabs(result.unknowns[0] - 1.0) < 0.1 : result.unknowns[0] > 5.0,
            "%g", result.unknowns[0]);
        cr_assert_float_eq(result.before[9], -1000.0, 1e-6);
        cr_assert_float_eq(result.after[9], 10.0 * (result.unknowns[0] - 100.0), 1e-3);
        cr_assert_float_eq(result.jacobian[9], 10.0, 1e-3);
        pw_least_squares_free(&result);
    }
}

Test(least_squares, derivatives_are_asked_for_side_by_side)
{
    struct pw_least_squares_result result = { 0 };

    num_calls = num_points_seen = 0;
    cr_assert_eq(pw_least_squares_solve(&problem, &result), PW_OK);
    cr_assert_gt(num_points_seen, num_calls + 3 * result.num_rounds - 1);
    cr_assert_leq(result.num_rounds, 20);
    pw_least_squares_free(&result);
}

Test(least_squares, a_failure_of_the_distances_ends_it)
{
    for (fails_at = 1; fails_at < 4; fails_at++) {
        struct pw_least_squares_result result = { 0 };

        num_calls = 0;
        cr_assert_eq(pw_least_squares_solve(&problem, &result), PW_EIO);
        cr_assert_str_eq(pw_status_message(), "the disk is full");
        pw_least_squares_free(&result);
    }
}

/* SPDX-License-Identifier: MIT */
#include "pathways/least_squares.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <string.h>

#include "pathways/alloc.h"

/* The library steps 0.3 of its units at first: so that it is 3 prior SD, over all unknowns
 * together, its units are of 10. */
#define UNIT 10.0

/* A distance as it counts: like itself while small, like the square root of twice itself when
 * large. */
static double
damped(const struct pw_least_squares *problem, double distance)
{
    return problem->is_robust ? copysign(sqrt(2.0 * (hypot(1.0, distance) - 1.0)), distance)
                              : distance;
}

/* The distance that counts as this. Inverse of damped. */
static double
undamped(const struct pw_least_squares *problem, double counted)
{
    const double root = 1.0 + 0.5 * counted * counted;

    return problem->is_robust ? copysign(sqrt(root * root - 1.0), counted) : counted;
}

/* By how much more of a distance counts where so much of it does. */
static double
slope(const struct pw_least_squares *problem, double counted)
{
    const double distance = undamped(problem, counted);

    return fabs(counted) < 1e-6 || !problem->is_robust
               ? 1.0
               : distance / (hypot(1.0, distance) * counted);
}

/* Between the library's callbacks, which can only say that something failed. */
struct solving {
    const struct pw_least_squares *problem;
    pw_status status;
    double *points;    /* [design_size][num_unknowns] */
    double *distances; /* [design_size][num_distances] */
};

static int
evaluate(struct solving *solving, size_t num_points)
{
    const struct pw_least_squares *problem = solving->problem;

    if (solving->status == PW_OK)
        solving->status =
            problem->evaluate(problem->context, num_points, solving->points, solving->distances);
    return solving->status == PW_OK ? GSL_SUCCESS : GSL_EFAILED;
}

/* The distances, then the unknowns themselves: the prior. */
static int
residuals(const gsl_vector *at, void *context, gsl_vector *values)
{
    struct solving *solving = context;
    const size_t unknowns = solving->problem->num_unknowns;
    const size_t distances = solving->problem->num_distances;

    for (size_t k = 0; k < unknowns; k++)
        solving->points[k] = UNIT * gsl_vector_get(at, k);
    if (evaluate(solving, 1) != GSL_SUCCESS) return GSL_EFAILED;
    for (size_t d = 0; d < distances; d++)
        gsl_vector_set(values, d, damped(solving->problem, solving->distances[d]));
    for (size_t k = 0; k < unknowns; k++)
        gsl_vector_set(values, distances + k, UNIT * gsl_vector_get(at, k));
    return GSL_SUCCESS;
}

/* Runs of a design in which every unknown moves in every run: a power of two, twice their number.
 */
static size_t
design_size(size_t unknowns)
{
    size_t size = 2;

    while (size < 2 * unknowns)
        size *= 2;
    return size;
}

/* Which way unknown k moves in run p: orthogonal columns (Sylvester's Hadamard matrix), odd ones
 * only, so that what two unknowns do together is not taken for what a third does. */
static double
direction(size_t p, size_t k)
{
    return __builtin_parityll(p & (2 * k + 1)) != 0 ? -1.0 : 1.0;
}

/*
 * All unknowns move at once, up in half of the runs and down in the other, so that each derivative
 * rests on every run and chance enters it by the root of their number less (Plackett & Burman 1946,
 * "The Design of Optimum Multifactorial Experiments", doi 10.1093/biomet/33.4.305).
 */
static int
derivatives(const gsl_vector *at, void *context, gsl_matrix *jacobian)
{
    struct solving *solving = context;
    const struct pw_least_squares *problem = solving->problem;
    const size_t unknowns = problem->num_unknowns, distances = problem->num_distances;
    const size_t size = design_size(unknowns);

    for (size_t p = 0; p < size; p++)
        for (size_t k = 0; k < unknowns; k++)
            solving->points[p * unknowns + k] =
                UNIT * gsl_vector_get(at, k) + problem->step * direction(p, k);
    if (evaluate(solving, size) != GSL_SUCCESS) return GSL_EFAILED;
    gsl_matrix_set_zero(jacobian);
    for (size_t k = 0; k < unknowns; k++) {
        for (size_t d = 0; d < distances; d++) {
            double sum = 0.0;

            for (size_t p = 0; p < size; p++)
                sum += direction(p, k) * damped(problem, solving->distances[p * distances + d]);
            gsl_matrix_set(jacobian, d, k, sum / (double) size * UNIT / problem->step);
        }
        gsl_matrix_set(jacobian, distances + k, k, UNIT);
    }
    return GSL_SUCCESS;
}

static pw_status
allocate(const struct pw_least_squares *problem, struct solving *solving,
    struct pw_least_squares_result *result)
{
    pw_status status = PW_OK;
    const size_t unknowns = problem->num_unknowns, distances = problem->num_distances;

    PW_TRY(pw_alloc(design_size(unknowns) * unknowns, sizeof(double), &solving->points));
    PW_TRY(pw_alloc(design_size(unknowns) * distances, sizeof(double), &solving->distances));
    PW_TRY(pw_alloc(unknowns, sizeof(double), &result->unknowns));
    PW_TRY(pw_alloc(unknowns, sizeof(double), &result->uncertainty));
    PW_TRY(pw_alloc(unknowns * distances, sizeof(double), &result->jacobian));
    PW_TRY(pw_alloc(distances, sizeof(double), &result->before));
    PW_TRY(pw_alloc(distances, sizeof(double), &result->after));
done:
    return status;
}

/* Where it ended, and how well that is known: the inverse of J'J, J with the rows of the prior. */
static void
take_result(const struct pw_least_squares *problem, const gsl_multifit_nlinear_workspace *work,
    struct pw_least_squares_result *result)
{
    const gsl_vector *at = gsl_multifit_nlinear_position(work);
    const gsl_vector *values = gsl_multifit_nlinear_residual(work);
    const gsl_matrix *jacobian = gsl_multifit_nlinear_jac(work);
    gsl_matrix *covariance = gsl_matrix_alloc(problem->num_unknowns, problem->num_unknowns);

    for (size_t k = 0; k < problem->num_unknowns; k++) {
        result->unknowns[k] = UNIT * gsl_vector_get(at, k);
        for (size_t d = 0; d < problem->num_distances; d++)
            result->jacobian[d * problem->num_unknowns + k] =
                gsl_matrix_get(jacobian, d, k) / UNIT / slope(problem, gsl_vector_get(values, d));
    }
    for (size_t d = 0; d < problem->num_distances; d++)
        result->after[d] = undamped(problem, gsl_vector_get(values, d));
    if (covariance == NULL) return;
    if (gsl_multifit_nlinear_covar(jacobian, 0.0, covariance) == GSL_SUCCESS)
        for (size_t k = 0; k < problem->num_unknowns; k++)
            result->uncertainty[k] = UNIT * sqrt(gsl_matrix_get(covariance, k, k));
    gsl_matrix_free(covariance);
}

pw_status
pw_least_squares_solve(
    const struct pw_least_squares *problem, struct pw_least_squares_result *result)
{
    pw_status status = PW_OK;
    struct solving solving = { .problem = problem };
    const size_t unknowns = problem->num_unknowns, distances = problem->num_distances;
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf system = { .f = residuals,
        .df = derivatives,
        .n = distances + unknowns,
        .p = unknowns,
        .params = &solving };
    gsl_multifit_nlinear_workspace *work = NULL;
    gsl_vector *start = gsl_vector_calloc(unknowns);
    int info = 0;

    gsl_set_error_handler_off(); /* failures are returned */
    PW_TRY(allocate(problem, &solving, result));
    parameters.scale = gsl_multifit_nlinear_scale_levenberg; /* unknowns are alike already */
    work = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, system.n, unknowns);
    if (start == NULL || work == NULL)
        PW_FAIL(PW_EMEMORY, "there is no memory to fit %zu parameters", unknowns);
    (void) gsl_multifit_nlinear_init(start, &system, work);
    PW_TRY(solving.status);
    for (size_t d = 0; d < distances; d++)
        result->before[d] =
            undamped(problem, gsl_vector_get(gsl_multifit_nlinear_residual(work), d));
    /* It also ends when no step makes it better, which is no failure. */
    (void) gsl_multifit_nlinear_driver(
        (size_t) problem->max_rounds, 1e-3, 1e-3, 1e-4, NULL, NULL, &info, work);
    PW_TRY(solving.status);
    result->num_rounds = (int) gsl_multifit_nlinear_niter(work);
    take_result(problem, work, result);
done:
    if (work != NULL) gsl_multifit_nlinear_free(work);
    if (start != NULL) gsl_vector_free(start);
    pw_free(&solving.points);
    pw_free(&solving.distances);
    return status;
}

void
pw_least_squares_free(struct pw_least_squares_result *result)
{
    pw_free(&result->unknowns);
    pw_free(&result->uncertainty);
    pw_free(&result->jacobian);
    pw_free(&result->before);
    pw_free(&result->after);
}

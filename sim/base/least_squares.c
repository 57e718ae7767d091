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

/* A search for a better point gives up after so many, each nearer than the last. */
#define MAX_TRIALS 5
/* How much of what a trial shows goes into the derivatives: not all, since it is partly chance
 * (assumed). */
#define LEARNING 0.7

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
    bool is_known;     /* the derivatives, so that the next follow from these */
    double *jacobian;  /* [num_distances][num_unknowns] of what counts, by the library's units */
    double *base;      /* [num_unknowns] the point from which trials are made */
    double *values;    /* [num_distances] there, as they count */
    int num_trials;    /* of the present search */
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

/*
 * What a trial shows of the derivatives along its step (Broyden 1965). The shorter it is beside
 * those by which derivatives are taken, the more of what it shows is chance, and the less it
 * counts.
 */
static void
learn(struct solving *solving, const gsl_vector *at)
{
    const size_t unknowns = solving->problem->num_unknowns;
    double squared = pow(solving->problem->step / UNIT, 2.0);

    for (size_t k = 0; k < unknowns; k++)
        squared += pow(gsl_vector_get(at, k) - solving->base[k], 2.0);
    for (size_t d = 0; d < solving->problem->num_distances; d++) {
        double *row = &solving->jacobian[d * unknowns];
        double rest = damped(solving->problem, solving->distances[d]) - solving->values[d];

        for (size_t k = 0; k < unknowns; k++)
            rest -= row[k] * (gsl_vector_get(at, k) - solving->base[k]);
        for (size_t k = 0; k < unknowns; k++)
            row[k] += LEARNING * rest * (gsl_vector_get(at, k) - solving->base[k]) / squared;
    }
}

/* The distances, then the unknowns themselves: the prior. */
static int
residuals(const gsl_vector *at, void *context, gsl_vector *values)
{
    struct solving *solving = context;
    const size_t unknowns = solving->problem->num_unknowns;
    const size_t distances = solving->problem->num_distances;

    if (solving->num_trials++ == MAX_TRIALS) return GSL_ENOPROG;
    for (size_t k = 0; k < unknowns; k++)
        solving->points[k] = UNIT * gsl_vector_get(at, k);
    if (evaluate(solving, 1) != GSL_SUCCESS) return GSL_EFAILED;
    if (solving->is_known) learn(solving, at);
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
take_derivatives(struct solving *solving, const gsl_vector *at)
{
    const struct pw_least_squares *problem = solving->problem;
    const size_t unknowns = problem->num_unknowns, distances = problem->num_distances;
    const size_t size = design_size(unknowns);

    for (size_t p = 0; p < size; p++)
        for (size_t k = 0; k < unknowns; k++)
            solving->points[p * unknowns + k] =
                UNIT * gsl_vector_get(at, k) + problem->step * direction(p, k);
    if (evaluate(solving, size) != GSL_SUCCESS) return GSL_EFAILED;
    for (size_t k = 0; k < unknowns; k++)
        for (size_t d = 0; d < distances; d++) {
            double sum = 0.0;

            for (size_t p = 0; p < size; p++)
                sum += direction(p, k) * damped(problem, solving->distances[p * distances + d]);
            solving->jacobian[d * unknowns + k] = sum / (double) size * UNIT / problem->step;
        }
    solving->is_known = true;
    return GSL_SUCCESS;
}

/* The library asks for them where a search begins, just after the distances there. */
static int
derivatives(const gsl_vector *at, void *context, gsl_matrix *jacobian)
{
    struct solving *solving = context;
    const size_t unknowns = solving->problem->num_unknowns;
    const size_t distances = solving->problem->num_distances;

    for (size_t k = 0; k < unknowns; k++)
        solving->base[k] = gsl_vector_get(at, k);
    for (size_t d = 0; d < distances; d++)
        solving->values[d] = damped(solving->problem, solving->distances[d]);
    solving->num_trials = 0;
    if (!solving->is_known && take_derivatives(solving, at) != GSL_SUCCESS) return GSL_EFAILED;
    gsl_matrix_set_zero(jacobian);
    for (size_t k = 0; k < unknowns; k++) {
        for (size_t d = 0; d < distances; d++)
            gsl_matrix_set(jacobian, d, k, solving->jacobian[d * unknowns + k]);
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
    PW_TRY(pw_alloc(unknowns * distances, sizeof(double), &solving->jacobian));
    PW_TRY(pw_alloc(unknowns, sizeof(double), &solving->base));
    PW_TRY(pw_alloc(distances, sizeof(double), &solving->values));
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

/* Derivatives anew, and steps on them. @return whether it came nearer */
static bool
run_round(struct solving *solving, gsl_multifit_nlinear_fdf *system,
    gsl_multifit_nlinear_workspace *work, bool is_first)
{
    const int max_steps = solving->problem->max_steps > 0 ? solving->problem->max_steps : 1;
    gsl_vector *at = gsl_vector_alloc(system->p);
    bool is_nearer = false;
    int info;

    if (at == NULL) return false;
    if (!is_first) solving->is_known = false; /* those of the first come with where it begins */
    for (int step = 0, failures = 0; step < max_steps && failures < 2; step++) {
        if ((step == 0 && !is_first) || failures > 0) {
            gsl_vector_memcpy(at, gsl_multifit_nlinear_position(work));
            solving->num_trials = 0;
            if (gsl_multifit_nlinear_init(at, system, work) != GSL_SUCCESS) break;
        }
        if (gsl_multifit_nlinear_iterate(work) == GSL_SUCCESS) {
            is_nearer = true;
            failures = 0;
            if (gsl_multifit_nlinear_test(1e-3, 1e-3, 1e-4, &info, work) == GSL_SUCCESS) break;
        } else {
            failures++;
        }
        if (solving->status != PW_OK) break;
    }
    gsl_vector_free(at);
    return is_nearer;
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
    while (result->num_rounds < problem->max_rounds) {
        const bool is_nearer = run_round(&solving, &system, work, result->num_rounds == 0);

        PW_TRY(solving.status);
        result->num_rounds++;
        if (!is_nearer) break;
    }
    take_result(problem, work, result);
done:
    if (work != NULL) gsl_multifit_nlinear_free(work);
    if (start != NULL) gsl_vector_free(start);
    pw_free(&solving.points);
    pw_free(&solving.distances);
    pw_free(&solving.jacobian);
    pw_free(&solving.base);
    pw_free(&solving.values);
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

/**
 * least_squares.h - parameters that bring distances near zero, each held near where it began.
 *
 * Layer 0 (base). Levenberg and Marquardt with the trust region of the GNU Scientific Library
 * (gsl_multifit_nlinear; Moré 1978, "The Levenberg-Marquardt algorithm"). The unknowns are in units
 * of their prior standard deviation, 0 where they begin: to the sum of squared distances comes the
 * sum of their squares (a normal prior), so that what no distance depends on stays where it is.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_LEAST_SQUARES_H
#define PW_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

#include "pathways/status.h"

/** A problem. */
struct pw_least_squares {
    size_t num_unknowns, num_distances;
    double step;    /* of the differences by which derivatives are taken [prior SD] */
    int max_rounds; /* each takes the derivatives once */
    int max_steps;  /* of a round: 1, or more, where the derivatives follow what the steps taken and
                       tried have shown (Broyden 1965, doi 10.1090/S0025-5718-1965-0198670-6) */
    bool is_robust; /* distances d count 2 (sqrt(1 + d^2) - 1) rather than d^2, so that the few that
                       nothing can bring near do not decide (Triggs et al. 1999, soft L1) */
    /**
     * Distances at several points at once, so that they can be computed side by side.
     *
     * @param points     [num_points][num_unknowns]
     * @param distances  [num_points][num_distances] to be filled, finite
     */
    pw_status (*evaluate)(
        void *context, size_t num_points, const double *points, double *distances);
    void *context;
};

/** What was found. Zero-initialise; release with pw_least_squares_free. */
struct pw_least_squares_result {
    double *unknowns;    /* [num_unknowns] */
    double *uncertainty; /* [num_unknowns] SD once the distances are known; near 1: they say nothing
                            of it */
    double *jacobian;    /* [num_distances][num_unknowns] derivatives as last known */
    double *before, *after; /* [num_distances] */
    int num_rounds;
};

/** Solve. @return what `evaluate` returned when it failed; PW_EMEMORY */
pw_status pw_least_squares_solve(
    const struct pw_least_squares *problem, struct pw_least_squares_result *result);

void pw_least_squares_free(struct pw_least_squares_result *result);

#endif

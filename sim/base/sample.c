/* SPDX-License-Identifier: MIT */
#include "pathways/sample.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "pathways/alloc.h"

pw_status
pw_sample_sobol(size_t dimensions, size_t count, double *points)
{
    pw_status status = PW_OK;
    gsl_qrng *sequence = NULL;

    if (dimensions < 1 || dimensions > PW_SAMPLE_MAX_SOBOL)
        PW_FAIL(PW_EINPUT,
            "a Sobol sequence has from 1 to %d factors, not %zu; a Latin hypercube may have more",
            PW_SAMPLE_MAX_SOBOL, dimensions);
    sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned) dimensions);
    if (sequence == NULL) PW_FAIL(PW_EMEMORY, "there is no memory for a Sobol sequence");
    for (size_t p = 0; p < count; p++)
        PW_BUG_IF(gsl_qrng_get(sequence, points + p * dimensions) != GSL_SUCCESS);
done:
    if (sequence != NULL) gsl_qrng_free(sequence);
    return status;
}

pw_status
pw_sample_latin_hypercube(size_t dimensions, size_t count, uint32_t seed, double *points)
{
    pw_status status = PW_OK;
    gsl_rng *generator = gsl_rng_alloc(gsl_rng_mt19937);
    size_t *strata = NULL;

    if (generator == NULL) PW_FAIL(PW_EMEMORY, "there is no memory for a Latin hypercube");
    gsl_rng_set(generator, seed);
    PW_TRY(pw_alloc(count, sizeof *strata, &strata));
    for (size_t d = 0; d < dimensions; d++) {
        for (size_t p = 0; p < count; p++)
            strata[p] = p;
        gsl_ran_shuffle(generator, strata, count, sizeof *strata);
        for (size_t p = 0; p < count; p++)
            points[p * dimensions + d] =
                ((double) strata[p] + gsl_rng_uniform_pos(generator)) / (double) count;
    }
done:
    if (generator != NULL) gsl_rng_free(generator);
    pw_free(&strata);
    return status;
}

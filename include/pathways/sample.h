/**
 * sample.h - points that fill a cube evenly, for designs of many runs.
 *
 * Layer 0 (base). Both kinds come from the GNU Scientific Library and are the same on every machine
 * for the same arguments. The first points of a Sobol sequence are those of any longer one; a Latin
 * hypercube of another size is another one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SAMPLE_H
#define PW_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"

/** Dimensions for which the library has direction numbers. */
#define PW_SAMPLE_MAX_SOBOL 40

/**
 * The first points of the Sobol sequence (Sobol 1967; direction numbers of Bratley and Fox 1988,
 * Algorithm 659), without the corner at 0: the first is the middle of the cube.
 *
 * @param points  [count][dimensions] receives numbers in the open interval (0, 1)
 * @return        PW_EINPUT for more than PW_SAMPLE_MAX_SOBOL dimensions or none; PW_EMEMORY
 */
pw_status pw_sample_sobol(size_t dimensions, size_t count, double *points);

/**
 * A Latin hypercube (McKay, Beckman and Conover 1979): in every dimension each of `count` equal
 * strata holds one point, at random within it; strata are paired at random.
 *
 * @param points  [count][dimensions] receives numbers in the open interval (0, 1)
 * @return        PW_EMEMORY
 */
pw_status pw_sample_latin_hypercube(size_t dimensions, size_t count, uint32_t seed, double *points);

#endif

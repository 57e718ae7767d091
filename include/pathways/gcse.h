/**
 * gcse.h - the result at 16.
 *
 * Layer 2 (life).
 * An Attainment 8-like score from skill and luck on the day; five good passes and any pass by the
 * standards of the examination of the year; engagement (belonging) moves attainment a little.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_GCSE_H
#define PW_GCSE_H

#include "pathways/process.h"

/** Examines 16-year-olds, and notes what home was like at 14. */
extern const struct pw_process pw_gcse;

#endif

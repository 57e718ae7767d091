/**
 * mortality.h - death.
 *
 * Layer 2 (life).
 * Death rates by age from the published path; women and men differ by a ratio. Over 80 the rate of
 * the open band is spread by age with a Gompertz slope.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MORTALITY_H
#define PW_MORTALITY_H

#include "pathways/process.h"

/** Ends lives. */
extern const struct pw_process pw_mortality;

/**
 * Chance of death in a year before the difference between the sexes. Pure.
 *
 * @param rate   [18] deaths per 1,000 by age band, as the path population.mortality gives them
 * @param age    years, 0 and over
 * @param slope  Gompertz slope over 80 [1/year]
 * @return       0 to 1; 1 at PW_MAX_AGE and over
 */
float pw_mortality_chance(const double *rate, int age, float slope);

#endif

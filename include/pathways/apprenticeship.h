/**
 * apprenticeship.h - apprenticeships at 18 and over, at all levels.
 *
 * Layer 2 (life).
 * Adults under 25 and school leavers with level 3 apply; employers rank; places by labour market
 * and level.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_APPRENTICESHIP_H
#define PW_APPRENTICESHIP_H

#include "pathways/country.h"
#include "pathways/process.h"

/**
 * Of the apprenticeships begun at 16 and 17, how many are of a level: as of all under 25, but none
 * higher, since these ask for level 3.
 *
 * @param level  0 intermediate, 1 advanced, 2 higher
 * @return 0 to 1
 */
double pw_apprenticeship_level_before_18(const struct pw_country *country, int level);

/** Places adult apprentices. */
extern const struct pw_process pw_apprenticeship;

#endif

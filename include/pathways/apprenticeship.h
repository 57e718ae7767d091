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

#include "pathways/process.h"

/** Places adult apprentices. */
extern const struct pw_process pw_apprenticeship;

#endif

/**
 * home.h - buying a home.
 *
 * Layer 2 (life).
 * Hazard by income against local prices, a partner, parents who own and what they have, and the
 * ease of credit of the time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_HOME_H
#define PW_HOME_H

#include "pathways/process.h"

/** Buys and gives up homes. */
extern const struct pw_process pw_home;

#endif

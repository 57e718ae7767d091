/**
 * participation.h - who is in the labour force.
 *
 * Layer 2 (life).
 * Inactivity through health, caring and discouragement, and return from it. Mothers leave work
 * after a birth more often the less work and motherhood went together in their time (path
 * labour.women_employed).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PARTICIPATION_H
#define PW_PARTICIPATION_H

#include "pathways/process.h"

/** Moves people between the labour force and inactivity. */
extern const struct pw_process pw_participation;

#endif

/**
 * inner_life.h - self-efficacy, aspiration, belonging and wellbeing of adults.
 *
 * Layer 2 (life).
 * AR(1) with drivers. Belonging falls with leaving and with the distance between origin and
 * destination when one has left; wellbeing follows activity, partner, income, belonging and recent
 * blows (effect sizes: sources in params.def).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_INNER_LIFE_H
#define PW_INNER_LIFE_H

#include "pathways/process.h"

/** Moves the inner life of everyone aged 16 and over. */
extern const struct pw_process pw_inner_life;

#endif

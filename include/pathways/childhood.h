/**
 * childhood.h - development from birth to 15.
 *
 * Layer 2 (life).
 * Value-added form (Todd & Wolpin 2003): s(t+1) = p s(t) + (1 - p) T + shocks + noise, where the
 * pull T sums ability, family resources, parental education and class, the place, free meals,
 * belonging and self-efficacy.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CHILDHOOD_H
#define PW_CHILDHOOD_H

#include "pathways/process.h"

/**
 * Share of the sessions of school that a pupil misses, 0 to 1: belonging and self-efficacy set it.
 * Pure.
 *
 * @param belonging, self_efficacy  [SD]
 * @param push                      of policies [log-odds]
 */
float pw_childhood_absence(
    const struct pw_childhood_params *params, float belonging, float self_efficacy, float push);

/** Grows skill, self-efficacy, aspiration and belonging of children. */
extern const struct pw_process pw_childhood;

/** What surrounds a child in a year. */
struct pw_childhood_drivers {
    float ability;                  /* SD */
    float income;                   /* log household income over the median, -2 to 2 */
    float parent_education;         /* highest parental qualification, 0 to 5, less 1.5 */
    float parent_class;             /* class of the higher parent, -2 to 2; 0 unknown */
    float place;                    /* pull of the place on pupils of this kind [SD] */
    float belonging, self_efficacy; /* SD */
    float free_meals;               /* 0 or 1 */
};

/** Skill to which a child is drawn in a stage of childhood. Pure. [SD] */
float pw_childhood_pull(const struct pw_childhood_params *params, int stage,
    const struct pw_childhood_drivers *drivers);

#endif

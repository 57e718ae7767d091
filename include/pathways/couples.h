/**
 * couples.h - partnering and separation.
 *
 * Layer 2 (life).
 * Singles who look for a partner meet in their labour market; some widen the search to the region
 * and the country. Each woman takes the nearest man in age and standing if he is near enough
 * (*form*). Seekers who find nobody stay in the pool. Separation: hazard of the divorce path,
 * falling with age.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_COUPLES_H
#define PW_COUPLES_H

#include "pathways/process.h"

/** Parts and makes couples. */
extern const struct pw_process pw_couples;

/**
 * How ill a man and a woman match: 0 perfect. Pure.
 *
 * @param years          his age less hers
 * @param qualifications steps between their qualifications
 * @param skill          his skill less hers [SD]
 * @param origins        steps between the classes of their parents, 0 if one is unknown
 */
float pw_couples_distance(const struct pw_couples_params *params, float years, float qualifications,
    float skill, float origins);

#endif

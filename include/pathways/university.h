/**
 * university.h - first and higher degrees.
 *
 * Layer 2 (life).
 * Those with level 3 apply by attainment, aspiration, family and cost; seats nationally by tariff
 * tier, higher first; contextual offers; home or away.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_UNIVERSITY_H
#define PW_UNIVERSITY_H

#include "pathways/process.h"

/** Admits students. */
extern const struct pw_process pw_university;

/** Latent wish to enter university. Pure. */
float pw_university_wish(const struct pw_university_params *params, float attainment,
    float aspiration, int parent_qualification, int origin_class);

#endif

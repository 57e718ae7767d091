/**
 * post16.h - the choice after school.
 *
 * Layer 2 (life).
 * Multinomial logit over sixth form, college, apprenticeship, work and neither (McFadden 1974),
 * with utilities from attainment, aspiration, self-efficacy, family class and routes seen in the
 * place; sixth forms and employers rank applicants, colleges take all comers; places are limited.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_POST16_H
#define PW_POST16_H

#include "pathways/process.h"

/** Sends 16 to 18 year olds on their way. */
extern const struct pw_process pw_post16;

#endif

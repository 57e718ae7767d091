/**
 * ability.h - how ability passes from parents to children.
 *
 * Layer 1 (model).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_ABILITY_H
#define PW_ABILITY_H

#include "pathways/numeric.h"

/**
 * Ability of a child: h (mother + father) / 2 + e, the variance of e such that abilities of a
 * generation of parents with variance 1 keep it. Pure.
 *
 * @param heritability  h, 0 to 1
 * @param correlation   of the couple's abilities
 * @param noise         standard normal
 * @return              [SD]
 */
static inline float
pw_ability_inherited(float heritability, float correlation, float mother, float father, float noise)
{
    const float h = heritability;

    return h * 0.5f * (mother + father)
           + pw_sqrt(pw_maximum(1.0f - 0.5f * h * h * (1.0f + correlation), 0.0f)) * noise;
}

#endif

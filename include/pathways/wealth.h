/**
 * wealth.h - savings, pensions and what is paid of the home.
 *
 * Layer 2 (life). Enough for mean wealth by age and origin (SMC MO51) and for parents to help: no
 * debts, no physical wealth, no homes beside the one lived in. All in prices of 2025, each person
 * their own; a couple's home is half of each. Estates pass as savings, untaxed, to the widowed
 * parent of the children or else to the children in equal parts; pensions end with their owner.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_WEALTH_H
#define PW_WEALTH_H

#include "pathways/process.h"

/** Saves, pays into pensions, pays off homes, gives and bequeaths. */
extern const struct pw_process pw_wealth;

#endif

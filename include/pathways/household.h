/**
 * household.h - income of families and what depends on it.
 *
 * Layer 2 (life).
 * Net earnings, pensions and benefits of a couple, equivalised on the modified OECD scale (couple =
 * 1); free school meals for the share of children that the path records, those of lowest income
 * first.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_HOUSEHOLD_H
#define PW_HOUSEHOLD_H

#include "pathways/process.h"

/** Adds up what a family lives on. */
extern const struct pw_process pw_household;

/** Yearly net income from gross earnings: a personal allowance, a basic and a higher rate. Pure.
 * [GBP/year] */
float pw_household_net(const struct pw_household_params *params, float gross, float pay_level);

#endif

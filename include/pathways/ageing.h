/**
 * ageing.h - birthdays: what comes with age alone.
 *
 * Layer 2 (life).
 * Schooling begins at 5; at the state pension age of the time people retire, some later.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_AGEING_H
#define PW_AGEING_H

#include "pathways/process.h"

/** Counts years, begins schooling, retires. */
extern const struct pw_process pw_ageing;

#endif

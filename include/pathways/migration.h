/**
 * migration.h - people who come from abroad and people who leave.
 *
 * Layer 2 (life).
 * Net migration of the path: while it is positive people arrive, while it is negative people
 * without partner or children leave. Arrivals wait in their birth cohort from the start
 * (population.h), so rows never move.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MIGRATION_H
#define PW_MIGRATION_H

#include "pathways/process.h"

/** Brings arrivals to their place, and takes emigrants away. */
extern const struct pw_process pw_migration;

#endif

/**
 * moves.h - moves between places.
 *
 * Layer 2 (life).
 * For study, after graduation, for work, for family: destinations by residents and pay, nearer
 * first; within a labour market people sort by class.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MOVES_H
#define PW_MOVES_H

#include "pathways/process.h"

/** Moves households. */
extern const struct pw_process pw_moves;

#endif

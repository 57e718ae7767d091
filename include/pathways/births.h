/**
 * births.h - births, and what children inherit.
 *
 * Layer 2 (life).
 * Births by age of mother follow the total fertility rate and mean age of the path exactly in
 * expectation; partner, children so far and education say to whom they come. Ability: child = h
 * (mother + father) / 2 + e, with the variance of e such that that of the population stays 1 under
 * the couple correlation in force.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_BIRTHS_H
#define PW_BIRTHS_H

#include "pathways/process.h"

/** Brings children into the world. */
extern const struct pw_process pw_births;

/**
 * Cell of a woman. Pure.
 *
 * @param is_spaced  her last child is five or more years old
 * @param education  0 student, 1 degree, 2 other
 */
int pw_births_cell(bool has_partner, bool is_spaced, int num_children, int education);

#endif

/**
 * programmes.h - policies that enrol people or add places.
 *
 * Layer 2 (life).
 * People: the eligible are ranked by lottery within capacity; take-up falls when a programme is
 * imposed. Places: the capacity is shared between the places named, by their young people.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PROGRAMMES_H
#define PW_PROGRAMMES_H

#include "pathways/process.h"

/** Enrols people in policies and notes what places gain. */
extern const struct pw_process pw_programmes;

#endif

/**
 * study.h - students and apprentices: progress, drop-out, completion.
 *
 * Layer 2 (life).
 * Hazards by attainment, belonging and family resources; completion gives the qualification of the
 * course.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_STUDY_H
#define PW_STUDY_H

#include "pathways/process.h"

/** Ends courses. */
extern const struct pw_process pw_study;

#endif

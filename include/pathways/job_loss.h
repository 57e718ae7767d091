/**
 * job_loss.h - jobs that end.
 *
 * Layer 2 (life).
 * Jobs there are: labour force x (1 - unemployment) x class mix of the path, tilted between labour
 * markets by their published mix of jobs. Where more jobs are held than there are, the surplus
 * goes; besides, redundancies by class and time in work.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_JOB_LOSS_H
#define PW_JOB_LOSS_H

#include "pathways/process.h"

/** Sets the number of jobs and ends some. */
extern const struct pw_process pw_job_loss;

#endif

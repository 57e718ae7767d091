/**
 * schedule.h - the year, in order.
 *
 * Layer 3 (engine). Between two markets all processes run over one shard before the next shard is
 * touched, so that its columns stay in cache: a year is a handful of sweeps over memory.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SCHEDULE_H
#define PW_SCHEDULE_H

#include "pathways/process.h"

/** The processes of a year in order, ending with NULL. */
extern const struct pw_process *const pw_schedule[];

/** Processes in pw_schedule. */
size_t pw_schedule_length(void);

/** Turn to a year, before its first process. */
void pw_schedule_open_year(struct pw_country *country, int year);

/** Somebody who looks at a process at work; it must change nothing. */
struct pw_onlooker {
    /** Once a pass, when `tell` of the process can be asked (process.h). */
    void (*look)(void *context, int pass);
    void *context;
};

/**
 * Run one process of the year that has been opened over all shards: the same bits as in
 * pw_schedule_run_year, more slowly.
 *
 * @param process   number in pw_schedule; processes must be run in order, each once
 * @param onlooker  NULL: nobody looks
 */
void pw_schedule_run_process(struct pw_country *country, struct pw_shard *shards, size_t num_shards,
    size_t process, const struct pw_onlooker *onlooker);

/**
 * Live through one year. The shards have room for the year's births and applications.
 *
 * @param seconds  [pw_schedule_length()] wall-clock seconds are added; NULL: not measured. When
 * measured, every process is a sweep of its own.
 */
void pw_schedule_run_year(struct pw_country *country, struct pw_shard *shards, size_t num_shards,
    int year, double *seconds);

#endif

/**
 * parallel.h - the only place that knows of threads.
 *
 * Layer 0 (base). A parallel loop calls a function once for each index; which thread does it must
 * not matter. Without OpenMP (preset `serial`) the loop is a plain loop.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PARALLEL_H
#define PW_PARALLEL_H

#include <stddef.h>

/** What is done for one index; `context` is shared and read-only except for what index `i` owns. */
typedef void pw_parallel_body(void *context, size_t i);

/** Run `body(context, i)` for every i in [0, count), dynamically scheduled over the threads, of
 * which no more are woken than there are calls. */
void pw_parallel_for(size_t count, pw_parallel_body *body, void *context);

/**
 * Set the number of threads of later loops; 0 asks for the default: OMP_NUM_THREADS, else
 * SLURM_CPUS_PER_TASK, else the processors in this process's affinity mask.
 */
void pw_parallel_set_threads(int num_threads);

/** Threads that later loops will use, at least 1. */
int pw_parallel_threads(void);

/** Index of the calling thread, 0 to pw_parallel_threads() - 1. */
int pw_parallel_thread(void);

/** Seconds that the calling thread has worked in loops so far, its own share of them. */
double pw_parallel_seconds(void);

#endif

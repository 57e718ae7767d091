/**
 * parallel.h - the only place that knows of threads, and of the processes of one job.
 *
 * Layer 0 (base). A parallel loop calls a function once for each index; which thread does it must
 * not matter. Without OpenMP (preset `serial`) the loop is a plain loop.
 *
 * In a build with MPI several processes, the ranks, may live one world: each has some of the shards
 * (pw_parallel_share), and they meet in sums of integers. Rank 0 alone writes files; it asks the
 * others for what is theirs, a piece at a time. Unless pw_parallel_begin has found other ranks, and
 * in a build without MPI, there is one, and nothing here costs anything.
 *
 * What says "all ranks" must be called by all of them, in one order and outside of parallel loops,
 * or the job hangs. So a rank that fails says so in the next pw_parallel_agree.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PARALLEL_H
#define PW_PARALLEL_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"

/* --- Threads --- */

/** What is done for one index; `context` is shared and read-only except for what index `i` owns. */
typedef void pw_parallel_body(void *context, size_t i);

/** Run `body(context, i)` for every i in [0, count), dynamically scheduled over the threads, of
 * which no more are woken than there are calls. */
void pw_parallel_for(size_t count, pw_parallel_body *body, void *context);

/**
 * Let threads that wait sleep soon, unless OMP_WAIT_POLICY says otherwise: on a machine that is
 * shared, waiting at full speed takes from those for whom they wait. The library of threads reads
 * its environment before main begins, so the program is started again in its place, once.
 *
 * @param argv  of main, which calls this first
 */
void pw_parallel_wait_passively(char **argv);

/**
 * Set the number of threads of later loops; 0 asks for the default: OMP_NUM_THREADS, else
 * SLURM_CPUS_PER_TASK, else the processors in this process's affinity mask, of which ranks on one
 * machine that may use the same ones have each their part.
 */
void pw_parallel_set_threads(int num_threads);

/** Threads that later loops will use, at least 1. */
int pw_parallel_threads(void);

/** Index of the calling thread, 0 to pw_parallel_threads() - 1. */
int pw_parallel_thread(void);

/** Seconds that the calling thread has worked in loops so far, its own share of them. */
double pw_parallel_seconds(void);

/* --- Ranks --- */

/**
 * Join the ranks that mpirun, srun or another launcher has started with this one; alone when it was
 * started without one. Once a process, before anything else here that speaks of ranks.
 */
void pw_parallel_begin(void);

/**
 * Leave the other ranks, which all do. A rank that leaves with a failure of which the others do not
 * know prints it and ends the whole job.
 *
 * @param exit_status  of the job, in that case
 */
void pw_parallel_end(pw_status status, int exit_status);

/** This rank, 0 to pw_parallel_ranks() - 1. */
int pw_parallel_rank(void);

/** Ranks of the job, at least 1. */
int pw_parallel_ranks(void);

/** The part of the job's ranks that share this one's machine, over 0 to 1. */
double pw_parallel_share_here(void);

/** First of `count` things that is a rank's: it has those up to the first of rank + 1. Pure. */
size_t pw_parallel_share(size_t count, int rank, int num_ranks);

/** Each number becomes its sum over all ranks. */
void pw_parallel_sum(int64_t *numbers, size_t count);

/** The same for rank 0; in the others the numbers are then undefined. */
void pw_parallel_sum_first(int64_t *numbers, size_t count);
void pw_parallel_sum_first32(int32_t *numbers, size_t count);

/** Each number becomes the highest of all ranks. */
void pw_parallel_max(int64_t *numbers, size_t count);

/** All ranks receive the bytes of rank 0. */
void pw_parallel_tell(void *data, size_t size);

/**
 * Do all ranks agree that nothing has failed? When one has failed all receive its status and its
 * sentence (pw_status_message), of several the lowest one's.
 */
pw_status pw_parallel_agree(pw_status status);

/**
 * Rank 0: receive bytes [offset, offset + size) of an array of another rank, which is at
 * pw_parallel_answer.
 *
 * @param array  what both take for that array, not negative
 */
void pw_parallel_ask(int rank, int64_t array, size_t offset, size_t size, void *data);

/**
 * The other ranks: answer whatever rank 0 asks, until it dismisses them.
 *
 * @param find  the beginning of an array
 */
void pw_parallel_answer(const void *(*find)(void *context, int64_t array), void *context);

/** Rank 0: nothing more will be asked. */
void pw_parallel_dismiss(void);

#endif

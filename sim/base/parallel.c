/*
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* for sched_getaffinity */
#include "pathways/parallel.h"

#include "pathways/log.h"

/* Of the thread that calls loops [s]. */
static double seconds_in_loops;

double
pw_parallel_seconds(void)
{
    return seconds_in_loops;
}

#ifdef _OPENMP

#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 1024

/* 0 until somebody sets it or asks. */
static int threads;

/* The whole number that starts an environment variable ("8", or "4,2" for nested loops); else 0. */
static int
read_environment(const char *name)
{
    const char *const text = getenv(name);
    long value;

    if (text == NULL) return 0;
    value = strtol(text, NULL, 10);
    return value < 1 ? 0 : value > MAX_THREADS ? MAX_THREADS : (int) value;
}

static int
count_processors(void)
{
    cpu_set_t set;
    long online;

    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    online = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than a cpu_set_t holds */
    return online < 1 ? 1 : online > MAX_THREADS ? MAX_THREADS : (int) online;
}

void
pw_parallel_set_threads(int num_threads)
{
    threads = num_threads > MAX_THREADS ? MAX_THREADS : num_threads;
    if (threads < 1) threads = read_environment("OMP_NUM_THREADS");
    if (threads < 1) threads = read_environment("SLURM_CPUS_PER_TASK");
    if (threads < 1) threads = count_processors();
}

int
pw_parallel_threads(void)
{
    if (threads < 1) pw_parallel_set_threads(0);
    return threads;
}

int
pw_parallel_thread(void)
{
    return omp_get_thread_num();
}

static void
run_loop(size_t count, pw_parallel_body *body, void *context)
{
    const size_t most = (size_t) pw_parallel_threads();
    const int num_threads = (int) (count < most ? count : most); /* others would only wait */

    /* A loop within a loop stays on the thread of the outer one. */
    if (num_threads <= 1 || omp_in_parallel()) {
        for (size_t i = 0; i < count; i++)
            body(context, i);
        return;
    }
#pragma omp parallel for num_threads(num_threads) schedule(dynamic, 1)
    for (size_t i = 0; i < count; i++)
        body(context, i);
}

void
pw_parallel_for(size_t count, pw_parallel_body *body, void *context)
{
    const bool is_outer = !omp_in_parallel();
    const double begin = is_outer ? pw_seconds_worked() : 0.0;

    run_loop(count, body, context);
    if (is_outer) seconds_in_loops += pw_seconds_worked() - begin;
}

#else

void
pw_parallel_set_threads(int num_threads)
{
    (void) num_threads;
}

int
pw_parallel_threads(void)
{
    return 1;
}

int
pw_parallel_thread(void)
{
    return 0;
}

void
pw_parallel_for(size_t count, pw_parallel_body *body, void *context)
{
    const double begin = pw_seconds_worked();

    for (size_t i = 0; i < count; i++)
        body(context, i);
    seconds_in_loops += pw_seconds_worked() - begin;
}

#endif

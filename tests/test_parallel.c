/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/parallel.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define NUM_INDICES 10000

static int visits[NUM_INDICES];
static int thread_of[NUM_INDICES];

static void
visit(void *context, size_t i)
{
    const int *step = context;

    visits[i] += *step;
    thread_of[i] = pw_parallel_thread();
}

Test(parallel, every_index_is_visited_once_with_any_number_of_threads)
{
    int step = 1;

    for (int num_threads = 1; num_threads <= 7; num_threads += 2) {
        pw_parallel_set_threads(num_threads);
        for (size_t i = 0; i < NUM_INDICES; i++)
            visits[i] = 0;
        pw_parallel_for(NUM_INDICES, visit, &step);
        for (size_t i = 0; i < NUM_INDICES; i++) {
            cr_assert_eq(visits[i], 1, "index %zu: %d visits", i, visits[i]);
            cr_assert(thread_of[i] >= 0 && thread_of[i] < pw_parallel_threads());
        }
    }
}

Test(parallel, no_indices_call_nothing)
{
    pw_parallel_for(0, visit, NULL);
    cr_assert_eq(visits[0], 0);
}

static void
visit_slowly(void *context, size_t i)
{
    const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

    (void) context;
    nanosleep(&pause, NULL);
    thread_of[i] = pw_parallel_thread();
}

Test(parallel, several_threads_share_the_work)
{
    pw_parallel_set_threads(2);
    if (pw_parallel_threads() == 1) cr_skip_test("a serial build");
    pw_parallel_for(8, visit_slowly, NULL);
    for (size_t i = 1; i < 8; i++)
        thread_of[0] += thread_of[i];
    cr_assert(thread_of[0] > 0 && thread_of[0] < 8);
}

static void
note_thread(void *context, size_t i)
{
    const struct timespec pause = { .tv_nsec = 1000 * 1000 };
    int *threads = context;

    nanosleep(&pause, NULL);
    threads[i] = pw_parallel_thread();
}

static void
visit_within(void *context, size_t i)
{
    const int outer = pw_parallel_thread();
    int inner[10];

    (void) context;
    (void) i;
    pw_parallel_for(10, note_thread, inner);
    for (size_t j = 0; j < 10; j++)
        cr_assert_eq(inner[j], outer);
}

Test(parallel, loop_within_a_loop_stays_on_its_thread)
{
    pw_parallel_set_threads(3);
    pw_parallel_for(2, visit_within, NULL);
}

Test(parallel, no_more_threads_are_woken_than_there_are_calls)
{
    pw_parallel_set_threads(7);
    if (pw_parallel_threads() == 1) cr_skip_test("a serial build");
    for (int n = 0; n < 20; n++) {
        pw_parallel_for(2, visit_slowly, NULL);
        cr_assert(thread_of[0] < 2 && thread_of[1] < 2);
        pw_parallel_for(1, visit_slowly, NULL);
        cr_assert_eq(thread_of[0], 0);
    }
}

Test(parallel, caller_outside_a_loop_is_thread_0)
{
    cr_assert_eq(pw_parallel_thread(), 0);
}

Test(parallel, default_comes_from_openmp_then_slurm_then_affinity)
{
    pw_parallel_set_threads(2);
    if (pw_parallel_threads() == 1) cr_skip_test("a serial build");
    setenv("OMP_NUM_THREADS", "3,2", 1);
    setenv("SLURM_CPUS_PER_TASK", "5", 1);
    pw_parallel_set_threads(0);
    cr_assert_eq(pw_parallel_threads(), 3);
    unsetenv("OMP_NUM_THREADS");
    pw_parallel_set_threads(0);
    cr_assert_eq(pw_parallel_threads(), 5);
    setenv("SLURM_CPUS_PER_TASK", "none", 1);
    pw_parallel_set_threads(0);
    cr_assert_geq(pw_parallel_threads(), 1);
    pw_parallel_set_threads(4);
    cr_assert_eq(pw_parallel_threads(), 4);
}

Test(parallel, serial_build_has_one_thread_whatever_is_asked)
{
    pw_parallel_set_threads(2);
    if (pw_parallel_threads() != 1) cr_skip_test("a build with OpenMP");
    pw_parallel_set_threads(0);
    cr_assert_eq(pw_parallel_threads(), 1);
}

/* --- Ranks: what several do is in tests/test_mpi.py --- */

Test(parallel, ranks_share_everything_evenly_and_nothing_twice)
{
    for (size_t count = 0; count < 40; count++)
        for (int ranks = 1; ranks < 9; ranks++) {
            cr_assert_eq(pw_parallel_share(count, 0, ranks), 0);
            cr_assert_eq(pw_parallel_share(count, ranks, ranks), count);
            for (int r = 0; r < ranks; r++) {
                const size_t size =
                    pw_parallel_share(count, r + 1, ranks) - pw_parallel_share(count, r, ranks);

                cr_assert(size == count / (size_t) ranks || size == count / (size_t) ranks + 1);
            }
        }
}

Test(parallel, one_that_no_launcher_has_started_is_alone)
{
    static const char *const traces[] = { "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK" };
    int64_t numbers[2] = { 3, -4 };

    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
        unsetenv(traces[i]);
    pw_parallel_begin();
    cr_assert_eq(pw_parallel_rank(), 0);
    cr_assert_eq(pw_parallel_ranks(), 1);
    cr_assert_eq(pw_parallel_share_here(), 1.0);
    pw_parallel_sum(numbers, 2);
    pw_parallel_max(numbers, 2);
    pw_parallel_tell(numbers, sizeof numbers);
    cr_assert(numbers[0] == 3 && numbers[1] == -4);
    cr_assert_eq(pw_parallel_agree(PW_OK), PW_OK);
    cr_assert_eq(pw_status_fail(PW_EIO, __FILE__, __LINE__, "the disk is full"), PW_EIO);
    cr_assert_eq(pw_parallel_agree(PW_EIO), PW_EIO);
    cr_assert_str_eq(pw_status_message(), "the disk is full");
    pw_parallel_dismiss();
    pw_parallel_end(PW_EIO, 4);
}

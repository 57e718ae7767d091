/*
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE /* for sched_getaffinity */
#include "pathways/parallel.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef PW_MPI
#include <mpi.h>
#endif
#include <sched.h>
#include <unistd.h>

#include "pathways/log.h"

#define MAX_THREADS 1024

/* Looks that a thread of gcc's library takes before it sleeps, some microseconds: most loops end
 * together, and to be woken takes longer. A run on two threads of its own takes a sixth less than
 * with none, and runs that share processors the same; from 1,000 on these take longer. */
#define BRIEF_WAIT "200"

/* This process among the others of its job. */
static int rank;
static int num_ranks = 1;
static int num_here = 1; /* ranks on this machine */

int
pw_parallel_rank(void)
{
    return rank;
}

int
pw_parallel_ranks(void)
{
    return num_ranks;
}

double
pw_parallel_share_here(void)
{
    return (double) num_here / (double) num_ranks;
}

size_t
pw_parallel_share(size_t count, int of_rank, int of_ranks)
{
    return count * (size_t) of_rank / (size_t) of_ranks;
}

/* --- Threads ------------------------------------------------------------------------------- */

void
pw_parallel_wait_passively(char **argv)
{
#ifdef _OPENMP
    char program[PATH_MAX];
    ssize_t length;

    if (getenv("OMP_WAIT_POLICY") != NULL) return;
    length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
    if (setenv("GOMP_SPINCOUNT", BRIEF_WAIT, 0) != 0) return;
    program[length] = '\0';
    (void) execv(program, argv); /* where it cannot, threads wait as they do */
#else
    (void) argv;
#endif
}

/* Of the thread that calls loops [s]. */
static double seconds_in_loops;

double
pw_parallel_seconds(void)
{
    return seconds_in_loops;
}

#ifdef _OPENMP

/* 0 until somebody sets it or asks. */
static int threads;
/* For this rank, where others run on the same machine. */
static int most_processors = MAX_THREADS;

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
    long count;

    if (sched_getaffinity(0, sizeof set, &set) == 0)
        count = CPU_COUNT(&set);
    else
        count = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than a cpu_set_t holds */
    return count < 1 ? 1 : count > most_processors ? most_processors : (int) count;
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

/* --- Ranks --------------------------------------------------------------------------------- */

#ifdef PW_MPI

#define TAG_ASK    1
#define TAG_ANSWER 2
#define NO_ARRAY   (-1)
/* Bytes of one message: MPI counts in ints. */
#define MAX_MESSAGE ((size_t) 1 << 30)

static MPI_Comm here = MPI_COMM_NULL; /* the ranks on this machine */
static bool is_agreed;                /* all know of a failure */

/* A process that no launcher of MPI has started does without: to begin it alone takes a while, and
 * not every machine allows it. */
static bool
is_launched(void)
{
    static const char *const traces[] = { "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK" };
    bool is_found = false;

    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
        is_found |= getenv(traces[i]) != NULL;
    return is_found;
}

/* Ranks that may run on the same processors have each their part of them. */
static void
share_processors(void)
{
#ifdef _OPENMP
    cpu_set_t set;

    CPU_ZERO(&set);
    (void) sched_getaffinity(0, sizeof set, &set);
    MPI_Allreduce(MPI_IN_PLACE, &set, (int) sizeof set, MPI_BYTE, MPI_BOR, here);
    if (num_here > 1 && CPU_COUNT(&set) > 0)
        most_processors = CPU_COUNT(&set) < num_here ? 1 : CPU_COUNT(&set) / num_here;
#endif
}

void
pw_parallel_begin(void)
{
    int provided;

    if (!is_launched()) return;
    /* Ranks that wait for each other let others work, should they share a processor. */
    (void) setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &num_ranks);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &num_here);
    share_processors();
}

void
pw_parallel_end(pw_status status, int exit_status)
{
    if (here == MPI_COMM_NULL) return;
    if (status != PW_OK && num_ranks > 1 && !is_agreed) {
        (void) fprintf(stderr, "pathways: rank %d of %d: %s\n", rank, num_ranks,
            pw_status_message()[0] == '\0' ? pw_status_about(status) : pw_status_message());
        MPI_Abort(MPI_COMM_WORLD, exit_status);
    }
    MPI_Comm_free(&here);
    MPI_Finalize();
}

static void
reduce(void *numbers, size_t count, MPI_Datatype type, MPI_Op operation)
{
    if (num_ranks == 1) return;
    PW_BUG_IF(count > INT_MAX);
    MPI_Allreduce(MPI_IN_PLACE, numbers, (int) count, type, operation, MPI_COMM_WORLD);
}

static void
reduce_first(void *numbers, size_t count, MPI_Datatype type)
{
    if (num_ranks == 1) return;
    PW_BUG_IF(count > INT_MAX);
    MPI_Reduce(rank == 0 ? MPI_IN_PLACE : numbers, rank == 0 ? numbers : NULL, (int) count, type,
        MPI_SUM, 0, MPI_COMM_WORLD);
}

void
pw_parallel_sum(int64_t *numbers, size_t count)
{
    reduce(numbers, count, MPI_INT64_T, MPI_SUM);
}

void
pw_parallel_max(int64_t *numbers, size_t count)
{
    reduce(numbers, count, MPI_INT64_T, MPI_MAX);
}

void
pw_parallel_sum_first(int64_t *numbers, size_t count)
{
    reduce_first(numbers, count, MPI_INT64_T);
}

void
pw_parallel_sum_first32(int32_t *numbers, size_t count)
{
    reduce_first(numbers, count, MPI_INT32_T);
}

void
pw_parallel_tell(void *data, size_t size)
{
    PW_BUG_IF(size > MAX_MESSAGE);
    if (num_ranks > 1) MPI_Bcast(data, (int) size, MPI_BYTE, 0, MPI_COMM_WORLD);
}

/* A failure, as one rank tells it to the others. */
struct failure {
    pw_status status;
    char sentence[4096];
};

pw_status
pw_parallel_agree(pw_status status)
{
    struct failure failure = { .status = status };
    int64_t told[1] = { status == PW_OK ? -1 : num_ranks - rank }; /* highest: the lowest rank */
    int from;

    if (num_ranks == 1) return status;
    pw_parallel_max(told, 1);
    if (told[0] < 0) return PW_OK;
    from = num_ranks - (int) told[0];
    (void) snprintf(failure.sentence, sizeof failure.sentence, "%s", pw_status_message());
    MPI_Bcast(&failure, (int) sizeof failure, MPI_BYTE, from, MPI_COMM_WORLD);
    is_agreed = true;
    if (from == 0)
        return pw_status_fail(failure.status, __FILE__, __LINE__, "%s", failure.sentence);
    return pw_status_fail(
        failure.status, __FILE__, __LINE__, "rank %d of %d: %s", from, num_ranks, failure.sentence);
}

void
pw_parallel_ask(int of_rank, int64_t array, size_t offset, size_t size, void *data)
{
    const int64_t question[3] = { array, (int64_t) offset, (int64_t) size };
    char *bytes = data;

    MPI_Send(question, 3, MPI_INT64_T, of_rank, TAG_ASK, MPI_COMM_WORLD);
    for (size_t at = 0; at < size; at += MAX_MESSAGE)
        MPI_Recv(bytes + at, (int) (size - at < MAX_MESSAGE ? size - at : MAX_MESSAGE), MPI_BYTE,
            of_rank, TAG_ANSWER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

void
pw_parallel_answer(const void *(*find)(void *context, int64_t array), void *context)
{
    int64_t question[3];

    while (true) {
        const char *bytes = NULL;
        size_t size;

        MPI_Recv(question, 3, MPI_INT64_T, 0, TAG_ASK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (question[0] == NO_ARRAY) return;
        bytes = (const char *) find(context, question[0]) + question[1];
        size = (size_t) question[2];
        for (size_t at = 0; at < size; at += MAX_MESSAGE)
            MPI_Send(bytes + at, (int) (size - at < MAX_MESSAGE ? size - at : MAX_MESSAGE),
                MPI_BYTE, 0, TAG_ANSWER, MPI_COMM_WORLD);
    }
}

void
pw_parallel_dismiss(void)
{
    const int64_t question[3] = { NO_ARRAY, 0, 0 };

    for (int r = 1; r < num_ranks; r++)
        MPI_Send(question, 3, MPI_INT64_T, r, TAG_ASK, MPI_COMM_WORLD);
}

#else

void
pw_parallel_begin(void)
{
}

void
pw_parallel_end(pw_status status, int exit_status)
{
    (void) status, (void) exit_status;
}

void
pw_parallel_sum(int64_t *numbers, size_t count)
{
    (void) numbers, (void) count;
}

void
pw_parallel_max(int64_t *numbers, size_t count)
{
    (void) numbers, (void) count;
}

void
pw_parallel_sum_first(int64_t *numbers, size_t count)
{
    (void) numbers, (void) count;
}

void
pw_parallel_sum_first32(int32_t *numbers, size_t count)
{
    (void) numbers, (void) count;
}

void
pw_parallel_tell(void *data, size_t size)
{
    (void) data, (void) size;
}

pw_status
pw_parallel_agree(pw_status status)
{
    return status;
}

void
pw_parallel_ask(int of_rank, int64_t array, size_t offset, size_t size, void *data)
{
    (void) of_rank, (void) array, (void) offset, (void) size, (void) data;
    PW_BUG_IF(true); /* there is nobody to ask */
}

void
pw_parallel_answer(const void *(*find)(void *context, int64_t array), void *context)
{
    (void) find, (void) context;
}

void
pw_parallel_dismiss(void)
{
}

#endif

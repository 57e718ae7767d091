/*
 * The work of a sweep: runs as processes, as many at once as there are threads, each run once.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "halt.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/recorder.h"
#include "pathways/world.h"
#include "pool.h"
#include "sweep.h"

/* Runs that fail one after the other because of the machine, until the others are not tried. */
#define MAX_MACHINE_FAILURES 3
/* How long what another process has claimed is left alone [s]. */
#define PATIENCE 0.25
/* Time that a run leaves for what comes after it [s]. */
#define RESERVE 3.0

enum state { UNKNOWN, AT_WORK, DONE, FAILED };

struct crew {
    const struct cli_sweep *sweep;
    const struct cli_sweep_work *work;
    struct cli_pool pool;
    int lock;
    enum state *states; /* [runs of the share] */
    double *not_before; /* [runs of the share] [s] */
    int *threads;       /* [runs of the share] of those at work */
    int threads_used, threads_each;
    size_t num_done, num_failed, num_new;
    int machine_failures; /* in a row */
    bool is_stopping, was_told;
    double last_said;
};

/* --- All of them -------------------------------------------------------------------------------
 */

static const struct cli_sweep_point *
point_of(const struct crew *crew, size_t i)
{
    return &crew->sweep->points[crew->work->first + i];
}

static size_t
num_points(const struct crew *crew)
{
    return crew->work->end - crew->work->first;
}

/* Is somebody making the history that a run needs? */
static bool
waits_for_history(const struct crew *crew, const struct cli_sweep_point *point)
{
    struct pw_text path = { 0 };
    bool waits = false;

    if (!point->shares_history) return false;
    if (cli_sweep_path(crew->sweep->folder, "histories", point->history, ".history", &path)
        == PW_OK)
        waits = access(path.bytes, R_OK) != 0 && cli_sweep_is_claimed(crew->lock, point->history);
    pw_text_free(&path);
    return waits;
}

/* A history goes when all that branch from it are done. */
static void
drop_history(const struct crew *crew, const struct cli_sweep_point *point)
{
    const struct cli_sweep *sweep = crew->sweep;
    const struct cli_sweep_point *begin = point, *end = point;
    struct pw_text path = { 0 };
    bool is_needed = false;

    if (!point->shares_history) return;
    while (begin > sweep->points && begin[-1].history == point->history)
        begin--;
    while (end < sweep->points + sweep->num_points && end->history == point->history)
        end++;
    for (const struct cli_sweep_point *other = begin; other < end && !is_needed; other++) {
        const size_t i = (size_t) (other - sweep->points);

        if (i >= crew->work->first && i < crew->work->end) {
            is_needed = crew->states[i - crew->work->first] != DONE;
            continue;
        }
        path.length = 0;
        is_needed = cli_sweep_path(sweep->folder, "points", other->name, ".h5", &path) != PW_OK
                    || access(path.bytes, F_OK) != 0;
    }
    path.length = 0;
    if (!is_needed
        && cli_sweep_path(sweep->folder, "histories", point->history, ".history", &path) == PW_OK)
        (void) unlink(path.bytes);
    pw_text_free(&path);
}

/* Can a run be started now? What others have claimed is looked at again a little later. */
static bool
may_start(struct crew *crew, size_t i, double now)
{
    const struct cli_sweep_point *point = point_of(crew, i);

    if (crew->states[i] != UNKNOWN || now < crew->not_before[i]) return false;
    if (cli_sweep_is_done(crew->sweep, point)) {
        crew->states[i] = DONE;
        crew->num_done++;
        drop_history(crew, point);
        return false;
    }
    if (!cli_sweep_is_claimed(crew->lock, point->name) && !waits_for_history(crew, point))
        return true;
    crew->not_before[i] = now + PATIENCE;
    return false;
}

/*
 * The next runs that can be started, as many as there is room for. Of those of one history that
 * nobody has made yet only the first is taken.
 */
static size_t
find_next(struct crew *crew, size_t *next, size_t room)
{
    const double now = pw_seconds();
    size_t count = 0;

    for (size_t i = 0; i < num_points(crew) && count < room; i++) {
        const struct cli_sweep_point *point = point_of(crew, i);
        bool is_taken = false;

        if (!may_start(crew, i, now)) continue;
        for (size_t n = 0; n < count && point->shares_history; n++) {
            struct pw_text path = { 0 };

            if (point_of(crew, next[n])->history == point->history
                && cli_sweep_path(
                       crew->sweep->folder, "histories", point->history, ".history", &path)
                       == PW_OK)
                is_taken = is_taken || access(path.bytes, R_OK) != 0;
            pw_text_free(&path);
        }
        if (!is_taken) next[count++] = i;
    }
    return count;
}

static double
seconds_left(const struct crew *crew)
{
    const struct cli_sweep_work *work = crew->work;

    return work->longest > 0.0 ? work->begin + work->longest - pw_seconds() : 1e9;
}

static pw_status
start(struct crew *crew, size_t i, int threads)
{
    pw_status status = PW_OK;
    struct cli_sweep_run run = { .sweep = crew->sweep,
        .point = point_of(crew, i),
        .lock = crew->lock,
        .threads = threads,
        .seconds = crew->work->longest > 0.0 ? seconds_left(crew) - RESERVE : 0.0 };

    PW_TRY(cli_pool_start(&crew->pool, i, cli_sweep_run, &run));
    crew->states[i] = AT_WORK;
    crew->threads[i] = threads;
    crew->threads_used += threads;
done:
    return status;
}

/* One thread a run, or its share of the memory; more when there are fewer runs than room. */
static pw_status
start_some(struct crew *crew)
{
    pw_status status = PW_OK;
    size_t next[CLI_MAX_JOBS];
    const size_t room = (size_t) (crew->pool.size - crew->pool.count);
    const size_t count = find_next(crew, next, room);

    for (size_t n = 0; n < count; n++) {
        const int left = (int) (count - n);
        const int threads =
            count < room ? (crew->work->threads - crew->threads_used) / left : crew->threads_each;

        PW_TRY(start(crew, next[n], threads < 1 ? 1 : threads));
    }
done:
    return status;
}

/* A process that was killed could not say so itself. */
static void
note_killed(const struct crew *crew, const struct cli_sweep_point *point, int number)
{
    char message[128];

    (void) snprintf(message, sizeof message, "ended by signal %d (%s)%s", number, strsignal(number),
        number == SIGKILL ? ": perhaps for want of memory" : "");
    cli_sweep_note_failure(crew->sweep, point, message);
}

static void
take(struct crew *crew, const struct cli_pool_end *end)
{
    const size_t i = end->tag;
    const struct cli_sweep_point *point = point_of(crew, i);
    const bool is_machine = end->has_exited && end->code == cli_exit_status(PW_EIO);

    crew->threads_used -= crew->threads[i];
    crew->states[i] = UNKNOWN;
    if (end->has_exited
        && (end->code == CLI_SWEEP_BUSY || end->code == cli_exit_status(PW_ESTOPPED))) {
        crew->not_before[i] = pw_seconds() + PATIENCE;
        if (end->code != CLI_SWEEP_BUSY && crew->work->longest > 0.0) crew->is_stopping = true;
        return;
    }
    crew->machine_failures = is_machine ? crew->machine_failures + 1 : 0;
    if (end->has_exited && end->code == 0) {
        crew->states[i] = DONE;
        crew->num_done++;
        crew->num_new++;
        drop_history(crew, point);
        return;
    }
    crew->states[i] = FAILED;
    crew->num_failed++;
    if (!end->has_exited) note_killed(crew, point, end->code);
    if (crew->machine_failures == MAX_MACHINE_FAILURES) crew->is_stopping = true;
}

static void
say_progress(struct crew *crew, bool is_last)
{
    const double now = pw_seconds(), gone = now - crew->work->begin;
    const size_t left = num_points(crew) - crew->num_done - crew->num_failed;
    const long wait =
        crew->num_new == 0 ? 0 : (long) (gone / (double) crew->num_new * (double) left);

    if (crew->work->is_quiet || (!is_last && now - crew->last_said < 10.0)) return;
    crew->last_said = now;
    if (crew->num_new == 0 || left == 0)
        pw_log_info("%zu of %zu runs done", crew->num_done, num_points(crew));
    else
        pw_log_info("%zu of %zu runs done, %.0f an hour, about %ld:%02ld:%02ld left",
            crew->num_done, num_points(crew), 3600.0 * (double) crew->num_new / gone, wait / 3600,
            wait / 60 % 60, wait % 60);
}

/* As many runs at once as there are threads, if they fit into the memory. */
static pw_status
size_pool(struct crew *crew)
{
    pw_status status = PW_OK;
    const double available = 0.9 * (double) pw_available_memory();
    double needed = 1.0;
    int size = crew->work->threads < CLI_MAX_JOBS ? crew->work->threads : CLI_MAX_JOBS;

    for (size_t i = 0; i < num_points(crew); i++) {
        const struct cli_sweep_point *point = point_of(crew, i);
        struct pw_scenario scenario = crew->sweep->scenarios[point->scenario].scenario;
        double memory;

        for (size_t f = 0; f < crew->sweep->design.num_factors; f++) {
            const struct pw_factor *factor = &crew->sweep->design.factors[f];

            if (factor->kind == PW_FACTOR_SETTING && strcmp(factor->member, "persons") == 0)
                scenario.run.persons =
                    (int64_t)
                        crew->sweep->values[point->values * crew->sweep->design.num_factors + f];
        }
        memory = pw_world_memory(&scenario) + pw_recorder_memory(&scenario);
        if (memory > needed) needed = memory;
    }
    if (available > 0.0 && needed * size > available) size = (int) (available / needed);
    if (size < 1) size = 1; /* which the run itself refuses, with its reasons */
    if (size < crew->work->threads && !crew->work->is_quiet)
        pw_log_info("%d runs at once: each needs about %.1f GB of memory", size, needed / 1e9);
    crew->pool.size = size;
    crew->threads_each = crew->work->threads / size;
    PW_TRY(pw_alloc(num_points(crew), sizeof *crew->states, &crew->states));
    PW_TRY(pw_alloc(num_points(crew), sizeof *crew->not_before, &crew->not_before));
    PW_TRY(pw_alloc(num_points(crew), sizeof *crew->threads, &crew->threads));
done:
    return status;
}

/* Told to stop, or out of time, those at work leave a checkpoint. */
static void
heed_signals(struct crew *crew)
{
    const bool is_over = cli_halt_signal() != 0 || seconds_left(crew) < RESERVE;

    crew->is_stopping = crew->is_stopping || is_over;
    if (is_over && !crew->was_told) cli_pool_signal(&crew->pool, SIGTERM);
    crew->was_told = crew->was_told || is_over;
}

static pw_status
judge(const struct crew *crew)
{
    pw_status status = PW_OK;
    const size_t total = num_points(crew);

    if (crew->machine_failures == MAX_MACHINE_FAILURES)
        PW_FAIL(PW_EIO,
            "%d runs failed one after the other for want of disk, memory or permission; "
            "%zu of %zu are done, and the same command goes on with the others",
            MAX_MACHINE_FAILURES, crew->num_done, total);
    if (crew->num_done + crew->num_failed < total)
        PW_FAIL(PW_ESTOPPED, "stopped with %zu of %zu runs done; the same command goes on",
            crew->num_done, total);
    if (crew->num_failed > 0)
        PW_FAIL(PW_EVERDICT,
            "%zu of %zu runs failed; %s/points/NAME.failed says why, and the same command tries "
            "them again",
            crew->num_failed, total, crew->sweep->folder);
done:
    return status;
}

pw_status
cli_sweep_do(const struct cli_sweep *sweep, const struct cli_sweep_work *work)
{
    pw_status status = PW_OK;
    struct crew crew = { .sweep = sweep, .work = work, .last_said = pw_seconds() };
    struct cli_pool_end end;

    crew.lock = cli_sweep_open_lock(sweep->folder, true);
    if (crew.lock < 0)
        PW_FAIL(PW_EIO, "%s/lock: cannot be written: %s", sweep->folder, strerror(errno));
    PW_TRY(size_pool(&crew));
    while (true) {
        heed_signals(&crew);
        if (!crew.is_stopping) PW_TRY(start_some(&crew));
        if (crew.pool.count == 0
            && (crew.is_stopping || crew.num_done + crew.num_failed == num_points(&crew)))
            break;
        /* Also for others, who are at work on the rest. */
        if (cli_pool_wait(&crew.pool, PATIENCE, &end)) take(&crew, &end);
        say_progress(&crew, false);
    }
    say_progress(&crew, true);
    PW_TRY(judge(&crew));
done:
    while (crew.pool.count > 0) /* after a failure of our own */
        (void) cli_pool_wait(&crew.pool, -1.0, &end);
    if (crew.lock >= 0) (void) close(crew.lock);
    pw_free(&crew.states);
    pw_free(&crew.not_before);
    pw_free(&crew.threads);
    return status;
}

/*
 * One run of a sweep, in a process of its own: claimed, lived, and cut down to what is kept of it.
 *
 * A process claims the run that it works on, and the history that it makes for others, by a lock on
 * one byte of DIR/lock. Such a lock ends with its process, however that ends, so that none is ever
 * left behind; any number of tasks may be started on one share, and each run is done by one of
 * them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pathways/alloc.h"
#include "pathways/checkpoint.h"
#include "pathways/log.h"
#include "sweep.h"

/* --- Locks -------------------------------------------------------------------------------------
 */

static struct flock
byte_of(uint64_t key)
{
    return (struct flock){ .l_type = F_WRLCK,
        .l_whence = SEEK_SET,
        .l_start = (off_t) (key & INT64_MAX) == INT64_MAX ? 0 : (off_t) (key & INT64_MAX),
        .l_len = 1 };
}

int
cli_sweep_open_lock(const char *folder, bool make)
{
    struct pw_text path = { 0 };
    int lock = -1;

    if (pw_text_add(&path, "%s/lock", folder) == PW_OK)
        lock = open(path.bytes, O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0), 0666);
    pw_text_free(&path);
    return lock;
}

bool
cli_sweep_is_claimed(int lock, uint64_t key)
{
    struct flock claim = byte_of(key);

    return lock >= 0 && fcntl(lock, F_GETLK, &claim) == 0 && claim.l_type != F_UNLCK;
}

/* @return false when another process has it; a disk without locks lets everybody have it */
static bool
claim(int lock, uint64_t key)
{
    struct flock wanted = byte_of(key);

    return fcntl(lock, F_SETLK, &wanted) == 0 || (errno != EACCES && errno != EAGAIN);
}

/* --- One run, in a process of its own ----------------------------------------------------------
 */

struct worker {
    const struct cli_sweep *sweep;
    const struct cli_sweep_point *point;
    const struct cli_sweep_run *asked;
    struct pw_text scenario, run, kept, estimates, failed, history;
    char **overrides;
    size_t num_overrides;
};

static pw_status
name_files(struct worker *worker)
{
    pw_status status = PW_OK;
    const char *folder = worker->sweep->folder;
    const uint64_t name = worker->point->name;

    PW_TRY(cli_sweep_path(folder, "scenarios",
        worker->sweep->scenarios[worker->point->scenario].scenario.digest, ".json",
        &worker->scenario));
    PW_TRY(cli_sweep_path(folder, "work", name, ".h5", &worker->run));
    PW_TRY(cli_sweep_path(folder, "runs", name, ".h5", &worker->kept));
    PW_TRY(cli_sweep_path(folder, "points", name, ".h5", &worker->estimates));
    PW_TRY(cli_sweep_path(folder, "points", name, ".failed", &worker->failed));
    PW_TRY(
        cli_sweep_path(folder, "histories", worker->point->history, ".history", &worker->history));
    PW_TRY(cli_sweep_overrides(
        worker->sweep, worker->point, &worker->overrides, &worker->num_overrides));
done:
    return status;
}

static void
free_worker(struct worker *worker)
{
    for (size_t i = 0; worker->overrides != NULL && i < worker->num_overrides; i++)
        pw_free(&worker->overrides[i]);
    pw_free(&worker->overrides);
    pw_text_free(&worker->scenario);
    pw_text_free(&worker->run);
    pw_text_free(&worker->kept);
    pw_text_free(&worker->estimates);
    pw_text_free(&worker->failed);
    pw_text_free(&worker->history);
}

/* Which of the two a run is asked for its history. @return NULL: neither, it lives its own */
static const char *
history_option(const struct worker *worker, bool *is_busy)
{
    *is_busy = false;
    if (!worker->point->shares_history) return NULL;
    if (access(worker->history.bytes, R_OK) == 0) return "--from-history";
    if (!claim(worker->asked->lock, worker->point->history)) {
        *is_busy = true;
        return NULL;
    }
    /* Whoever had it may have finished it since. */
    return access(worker->history.bytes, R_OK) == 0 ? "--from-history" : "--save-history";
}

/* `pathways run` with what this run is asked. */
static pw_status
live(const struct worker *worker, const char *history, bool is_forced)
{
    pw_status status = PW_OK;
    const char **words = NULL;
    char threads[16], time[32], option[32];
    int count = 0;
    /* The interface is older than const. */
    union {
        const char **texts;
        char **writable;
    } arguments;

    PW_TRY(pw_alloc(2 * worker->num_overrides + 16, sizeof *words, &words));
    (void) snprintf(threads, sizeof threads, "%d", worker->asked->threads);
    words[count++] = "run";
    words[count++] = worker->scenario.bytes;
    words[count++] = "-o";
    words[count++] = worker->run.bytes;
    words[count++] = "--resume";
    words[count++] = "--quiet";
    words[count++] = "-t";
    words[count++] = threads;
    if (is_forced) words[count++] = "--force";
    if (worker->asked->seconds > 0.0) {
        const long whole = (long) worker->asked->seconds < 1 ? 1 : (long) worker->asked->seconds;

        (void) snprintf(
            time, sizeof time, "%02ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
        words[count++] = "--max-walltime";
        words[count++] = time;
    }
    if (history != NULL) {
        (void) snprintf(option, sizeof option, "%s", history);
        words[count++] = option;
        words[count++] = worker->history.bytes;
    }
    for (size_t i = 0; i < worker->num_overrides; i++) {
        words[count++] = "--set";
        words[count++] = worker->overrides[i];
    }
    words[count] = NULL;
    arguments.texts = words;
    status = cli_run(count, arguments.writable);
done:
    pw_free(&words);
    return status;
}

/* A checkpoint or history that is damaged, or of another version of the program, is of no use. */
static pw_status
live_afresh(const struct worker *worker)
{
    pw_status status = PW_OK;
    struct pw_text checkpoint = { 0 };
    bool is_busy = false;

    (void) fprintf(stderr, "pathways: %s; the run begins again\n", pw_status_message());
    PW_TRY(pw_text_add(&checkpoint, "%s.checkpoint", worker->run.bytes));
    pw_checkpoint_remove(checkpoint.bytes);
    if (worker->point->shares_history && claim(worker->asked->lock, worker->point->history))
        (void) unlink(worker->history.bytes);
    status = live(worker, history_option(worker, &is_busy), true);
done:
    pw_text_free(&checkpoint);
    return status;
}

static pw_status
do_run(struct worker *worker, bool *is_busy)
{
    pw_status status = PW_OK;
    const char *history = NULL;

    *is_busy = !claim(worker->asked->lock, worker->point->name);
    if (*is_busy || cli_sweep_is_done(worker->sweep, worker->point)) goto done;
    history = history_option(worker, is_busy);
    if (*is_busy) goto done;
    status = live(worker, history, false);
    if (status == PW_EFORMAT) status = live_afresh(worker);
    PW_TRY(status);
    PW_TRY(cli_estimates_write(worker->sweep, worker->run.bytes, worker->estimates.bytes));
    if (!worker->sweep->design.keeps_runs)
        (void) unlink(worker->run.bytes);
    else if (rename(worker->run.bytes, worker->kept.bytes) < 0)
        PW_FAIL(PW_EIO, "%s: could not be renamed to %s: %s", worker->run.bytes, worker->kept.bytes,
            strerror(errno));
    (void) unlink(worker->failed.bytes);
done:
    return status;
}

void
cli_sweep_note_failure(
    const struct cli_sweep *sweep, const struct cli_sweep_point *point, const char *message)
{
    struct pw_text path = { 0 };
    FILE *stream = NULL;

    (void) fprintf(stderr, "pathways: run %016" PRIx64 ": %s\n", point->name, message);
    if (cli_sweep_path(sweep->folder, "points", point->name, ".failed", &path) == PW_OK)
        stream = fopen(path.bytes, "w");
    if (stream != NULL) {
        (void) fprintf(stream, "%s\n", message);
        (void) fclose(stream);
    }
    pw_text_free(&path);
}

int
cli_sweep_run(void *context)
{
    const struct cli_sweep_run *asked = context;
    struct worker worker = { .sweep = asked->sweep, .point = asked->point, .asked = asked };
    pw_status status = PW_OK;
    bool is_busy = false;

    pw_log_set_level(PW_LOG_ERROR);
    PW_TRY(name_files(&worker));
    PW_TRY(do_run(&worker, &is_busy));
done:
    if (status != PW_OK && status != PW_ESTOPPED)
        cli_sweep_note_failure(asked->sweep, asked->point, pw_status_message());
    free_worker(&worker);
    return is_busy ? CLI_SWEEP_BUSY : cli_exit_status(status);
}

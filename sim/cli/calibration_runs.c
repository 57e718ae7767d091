/*
 * Runs of a fit: started as processes of this program, several at a time, and noted, so that no
 * point is run twice.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calibration.h"
#include "pathways/alloc.h"

extern char **environ;

double
cli_prior_sd(const struct cli_unknown *unknown)
{
    return (unknown->high - unknown->low) / 4.0;
}

double
cli_value_at(const struct cli_unknown *unknown, double position)
{
    const double value = unknown->start + position * cli_prior_sd(unknown);

    return value < unknown->low ? unknown->low : value > unknown->high ? unknown->high : value;
}

/* "name=v" or "name=v,v,v", all values of one parameter. */
static pw_status
add_setting(struct pw_text *text, const struct pw_params *params, const struct pw_param *param)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, "%s=", param->path));
    for (int i = 0; i < param->length; i++)
        PW_TRY(pw_text_add(text, "%s%.9g", i == 0 ? "" : ",", pw_params_get(params, param, i)));
done:
    return status;
}

pw_status
cli_params_at(
    const struct cli_calibration *calibration, const double *point, struct pw_params *params)
{
    pw_status status = PW_OK;

    *params = calibration->fitted;
    for (size_t k = 0; k < calibration->num_unknowns; k++) {
        const struct cli_unknown *unknown = &calibration->unknowns[k];

        PW_TRY(
            pw_params_set(params, unknown->param, unknown->index, cli_value_at(unknown, point[k])));
    }
done:
    return status;
}

/* FNV-1a: a run is known again by what it was asked. */
static uint64_t
key_of(const char *const *arguments, int count)
{
    uint64_t key = 0xCBF29CE484222325u;

    for (int a = 0; a < count; a++)
        for (const char *byte = arguments[a]; *byte != '\0'; byte++)
            key = (key ^ (unsigned char) *byte) * 0x100000001B3u;
    return key;
}

const struct cli_note *
cli_find_note(const struct cli_calibration *calibration, uint64_t key)
{
    for (size_t n = 0; n < calibration->num_notes; n++)
        if (calibration->notes[n].key == key) return &calibration->notes[n];
    return NULL;
}

static pw_status
add_note(struct cli_calibration *calibration, uint64_t key, struct cli_note **note)
{
    pw_status status = PW_OK;

    if (calibration->num_notes == calibration->notes_capacity) {
        const size_t room = 2 * calibration->notes_capacity + 64;

        PW_TRY(pw_grow(
            calibration->notes_capacity, room, sizeof *calibration->notes, &calibration->notes));
        calibration->notes_capacity = room;
    }
    *note = &calibration->notes[calibration->num_notes];
    (*note)->key = key;
    PW_TRY(pw_alloc(calibration->targets.count, sizeof(double), &(*note)->values));
    calibration->num_notes++;
done:
    return status;
}

static pw_status
notes_path(const struct cli_calibration *calibration, struct pw_text *path)
{
    return pw_text_add(path, "%s.runs", calibration->output);
}

/* Runs of an earlier attempt. A line that is not whole is passed over: its run was cut short. */
pw_status
cli_read_notes(struct cli_calibration *calibration)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };
    FILE *stream = NULL;
    uint64_t key;
    size_t count;

    PW_TRY(notes_path(calibration, &path));
    stream = fopen(path.bytes, "r");
    while (stream != NULL && fscanf(stream, "%" SCNx64 " %zu", &key, &count) == 2) {
        struct cli_note *note = NULL;
        size_t t = 0;

        if (count != calibration->targets.count) break; /* of other targets */
        PW_TRY(add_note(calibration, key, &note));
        while (t < count && fscanf(stream, "%lf", &note->values[t]) == 1)
            t++;
        if (t < count) {
            pw_free(&note->values);
            calibration->num_notes--;
        }
    }
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&path);
    return status;
}

static pw_status
write_note(const struct cli_calibration *calibration, const struct cli_note *note)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };
    FILE *stream = NULL;

    PW_TRY(notes_path(calibration, &path));
    stream = fopen(path.bytes, "a");
    if (stream == NULL) PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
    (void) fprintf(stream, "%016" PRIx64 " %zu", note->key, calibration->targets.count);
    for (size_t t = 0; t < calibration->targets.count; t++)
        (void) fprintf(stream, " %.9g", note->values[t]);
    (void) fprintf(stream, "\n");
    if (fclose(stream) != 0)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
done:
    pw_text_free(&path);
    return status;
}

/* A run at work. */
struct job {
    pid_t pid; /* 0: none */
    uint64_t key;
    char path[96];
};

static pw_status
start_job(const struct cli_calibration *calibration, const struct pw_params *params, bool is_alone,
    int number, struct job *job, bool only_key)
{
    pw_status status = PW_OK;
    char persons[64], seed[64], thread[16], record[64];
    char *settings[CLI_MAX_FREE * 2] = { 0 };
    const char *arguments[4 * CLI_MAX_FREE + 32];
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    /* The interface is older than const. */
    const union {
        const char **texts;
        char *const *writable;
    } spawned = { .texts = arguments };
    int count = 0, num_settings = 0, first_year = calibration->scenario.run.start_year;

    for (size_t t = 0; t < calibration->targets.count; t++)
        if (calibration->targets.items[t].first_year < first_year)
            first_year = calibration->targets.items[t].first_year;
    (void) snprintf(persons, sizeof persons, "--persons=%" PRId64,
        is_alone ? calibration->judge : calibration->persons);
    (void) snprintf(seed, sizeof seed, "--seed=%" PRId64, calibration->seed);
    (void) snprintf(thread, sizeof thread, "--threads=%d", is_alone ? (int) calibration->jobs : 1);
    (void) snprintf(record, sizeof record, "run.record_from=%d", first_year);
    (void) snprintf(job->path, sizeof job->path, "%s/%d.h5", calibration->folder, number);
    arguments[count++] = "pathways";
    arguments[count++] = "run";
    arguments[count++] = calibration->scenario_path;
    arguments[count++] = persons;
    arguments[count++] = seed;
    arguments[count++] = "--years=1";
    arguments[count++] = "--set";
    arguments[count++] = record;
    for (size_t p = 0; p < num_params; p++) {
        struct pw_text text = { 0 };

        if (!calibration->is_fitted[p]) continue;
        PW_TRY(add_setting(&text, params, &table[p]));
        settings[num_settings++] = text.bytes;
        arguments[count++] = "--set";
        arguments[count++] = text.bytes;
    }
    job->key = key_of(arguments, count) ^ calibration->scenario.digest;
    if (only_key) goto done;
    arguments[count++] = "--record=none";
    arguments[count++] = "--force";
    arguments[count++] = "--quiet";
    arguments[count++] = thread;
    arguments[count++] = "-o";
    arguments[count++] = job->path;
    arguments[count] = NULL;
    if (posix_spawn(&job->pid, "/proc/self/exe", NULL, NULL, spawned.writable, environ) != 0)
        PW_FAIL(PW_EIO, "a run could not be started: %s", strerror(errno));
done:
    for (int s = 0; s < num_settings; s++)
        pw_free(&settings[s]);
    return status;
}

/* What a finished run says to every target. */
static pw_status
finish_job(struct cli_calibration *calibration, struct job *job)
{
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct cli_note *note = NULL;

    PW_TRY(add_note(calibration, job->key, &note));
    PW_TRY(cli_outcomes_open(job->path, &outcomes));
    for (size_t t = 0; t < calibration->targets.count; t++) {
        struct cli_finding finding;

        PW_TRY(cli_find(&outcomes, &calibration->targets.items[t], &finding));
        note->values[t] = finding.model.value;
    }
    PW_TRY(write_note(calibration, note));
done:
    cli_outcomes_close(&outcomes);
    (void) unlink(job->path);
    job->pid = 0;
    return status;
}

/* The next run that ends. */
static pw_status
wait_for_one(struct cli_calibration *calibration, struct job *jobs)
{
    pw_status status = PW_OK;
    int state = 0;
    const pid_t pid = waitpid(-1, &state, 0);

    for (int j = 0; j < calibration->jobs; j++) {
        if (jobs[j].pid != pid) continue;
        if (!WIFEXITED(state) || WEXITSTATUS(state) != 0) {
            jobs[j].pid = 0;
            PW_FAIL(PW_EINPUT, "a run of the fit failed; what it said stands above");
        }
        PW_TRY(finish_job(calibration, &jobs[j]));
    }
done:
    return status;
}

static int
num_at_work(const struct cli_calibration *calibration, const struct job *jobs, int *idle)
{
    int count = 0;

    for (int j = 0; j < calibration->jobs; j++) {
        count += jobs[j].pid != 0;
        if (jobs[j].pid == 0) *idle = j;
    }
    return count;
}

pw_status
cli_run_points(
    struct cli_calibration *calibration, size_t num_points, const double *points, uint64_t *keys)
{
    pw_status status = PW_OK, failure;
    struct job jobs[CLI_MAX_JOBS] = { 0 }, probe = { 0 };
    int idle = 0;

    for (size_t p = 0; p < num_points; p++) {
        const bool is_alone = num_points == 1;
        struct pw_params params;

        PW_TRY(cli_params_at(calibration, points + p * calibration->num_unknowns, &params));
        PW_TRY(start_job(calibration, &params, is_alone, 0, &probe, true));
        keys[p] = probe.key;
        if (cli_find_note(calibration, probe.key) != NULL) continue;
        if (num_at_work(calibration, jobs, &idle) == calibration->jobs)
            PW_TRY(wait_for_one(calibration, jobs));
        (void) num_at_work(calibration, jobs, &idle);
        PW_TRY(start_job(calibration, &params, is_alone, idle, &jobs[idle], false));
    }
done:
    while (num_at_work(calibration, jobs, &idle) > 0) {
        failure = wait_for_one(calibration, jobs);
        if (status == PW_OK) status = failure;
    }
    return status;
}

/*
 * Runs of a fit: started as processes of this program, several at a time, and noted, so that no
 * point is run twice.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibration.h"
#include "pathways/alloc.h"
#include "pool.h"

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

/* A run that is asked for. */
struct job {
    uint64_t key;
    char path[96];
    char persons[64], seed[64], thread[16], record[64];
    char *settings[CLI_MAX_FREE * 2];
    const char *arguments[4 * CLI_MAX_FREE + 32];
    int num_arguments, num_settings;
};

static void
free_job(struct job *job)
{
    for (int s = 0; s < job->num_settings; s++)
        pw_free(&job->settings[s]);
    job->num_settings = 0;
}

/* What a run at these parameters is asked. @param number of the file that it writes */
static pw_status
describe_job(const struct cli_calibration *calibration, const struct pw_params *params,
    bool is_alone, int number, struct job *job)
{
    pw_status status = PW_OK;
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    const char **arguments = job->arguments;
    int count = 0, first_year = calibration->scenario.run.start_year;

    for (size_t t = 0; t < calibration->targets.count; t++)
        if (calibration->targets.items[t].first_year < first_year)
            first_year = calibration->targets.items[t].first_year;
    (void) snprintf(job->persons, sizeof job->persons, "--persons=%" PRId64,
        is_alone ? calibration->judge : calibration->persons);
    (void) snprintf(job->seed, sizeof job->seed, "--seed=%" PRId64, calibration->seed);
    (void) snprintf(
        job->thread, sizeof job->thread, "--threads=%d", is_alone ? (int) calibration->jobs : 1);
    (void) snprintf(job->record, sizeof job->record, "run.record_from=%d", first_year);
    (void) snprintf(job->path, sizeof job->path, "%s/%d.h5", calibration->folder, number);
    arguments[count++] = "pathways";
    arguments[count++] = "run";
    arguments[count++] = calibration->scenario_path;
    arguments[count++] = job->persons;
    arguments[count++] = job->seed;
    arguments[count++] = "--years=1";
    arguments[count++] = "--set";
    arguments[count++] = job->record;
    for (size_t p = 0; p < num_params; p++) {
        struct pw_text text = { 0 };

        if (!calibration->is_fitted[p]) continue;
        PW_TRY(add_setting(&text, params, &table[p]));
        job->settings[job->num_settings++] = text.bytes;
        arguments[count++] = "--set";
        arguments[count++] = text.bytes;
    }
    job->key = key_of(arguments, count) ^ calibration->scenario.digest;
    arguments[count++] = "--record=none";
    arguments[count++] = "--force";
    arguments[count++] = "--quiet";
    arguments[count++] = job->thread;
    arguments[count++] = "-o";
    arguments[count++] = job->path;
    arguments[count] = NULL;
    job->num_arguments = count;
done:
    return status;
}

/* In a process of its own. */
static int
work(void *context)
{
    struct job *job = context;
    /* The interface is older than const. */
    const union {
        const char **texts;
        char **writable;
    } arguments = { .texts = job->arguments + 1 };
    const pw_status status = cli_run(job->num_arguments - 1, arguments.writable);

    if (status != PW_OK) (void) fprintf(stderr, "pathways: %s\n", pw_status_message());
    return cli_exit_status(status);
}

/* What a finished run says to every target. */
static pw_status
finish_job(struct cli_calibration *calibration, uint64_t key, const char *path)
{
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct cli_note *note = NULL;

    PW_TRY(add_note(calibration, key, &note));
    PW_TRY(cli_outcomes_open(path, &outcomes));
    for (size_t t = 0; t < calibration->targets.count; t++) {
        struct cli_finding finding;

        PW_TRY(cli_find(&outcomes, &calibration->targets.items[t], &finding));
        note->values[t] = finding.model.value;
    }
    PW_TRY(write_note(calibration, note));
done:
    cli_outcomes_close(&outcomes);
    (void) unlink(path);
    return status;
}

/* Runs at work; the tag of a process is the number of its file. */
struct crew {
    struct cli_pool pool;
    bool is_busy[CLI_MAX_JOBS];
    uint64_t keys[CLI_MAX_JOBS];
};

/* The next run that ends. */
static pw_status
wait_for_one(struct cli_calibration *calibration, struct crew *crew)
{
    pw_status status = PW_OK;
    struct cli_pool_end end;
    char path[96];

    while (!cli_pool_wait(&crew->pool, -1.0, &end))
        continue;
    crew->is_busy[end.tag] = false;
    if (!end.has_exited || end.code != 0)
        PW_FAIL(PW_EINPUT, "a run of the fit failed; what it said stands above");
    (void) snprintf(path, sizeof path, "%s/%d.h5", calibration->folder, (int) end.tag);
    PW_TRY(finish_job(calibration, crew->keys[end.tag], path));
done:
    return status;
}

pw_status
cli_run_points(
    struct cli_calibration *calibration, size_t num_points, const double *points, uint64_t *keys)
{
    pw_status status = PW_OK, failure;
    const int jobs = calibration->jobs < CLI_MAX_JOBS ? (int) calibration->jobs : CLI_MAX_JOBS;
    struct crew crew = { .pool = { .size = jobs } };
    struct job *job = NULL;

    PW_TRY(pw_alloc(1, sizeof *job, &job));
    for (size_t p = 0; p < num_points; p++) {
        const bool is_alone = num_points == 1;
        struct pw_params params;
        int number = 0;

        PW_TRY(cli_params_at(calibration, points + p * calibration->num_unknowns, &params));
        if (crew.pool.count == crew.pool.size) PW_TRY(wait_for_one(calibration, &crew));
        while (crew.is_busy[number])
            number++;
        free_job(job);
        PW_TRY(describe_job(calibration, &params, is_alone, number, job));
        keys[p] = job->key;
        if (cli_find_note(calibration, job->key) != NULL) continue;
        PW_TRY(cli_pool_start(&crew.pool, (size_t) number, work, job));
        crew.is_busy[number] = true;
        crew.keys[number] = job->key;
    }
done:
    while (crew.pool.count > 0) {
        failure = wait_for_one(calibration, &crew);
        if (status == PW_OK) status = failure;
    }
    if (job != NULL) free_job(job);
    pw_free(&job);
    return status;
}

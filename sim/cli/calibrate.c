/*
 * Parameters fitted to published figures: simulated method of moments, the same luck at every
 * point.
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

#include "findings.h"
#include "pathways/alloc.h"
#include "pathways/least_squares.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/scenario.h"

extern char **environ;

#define MAX_FREE 256
#define MAX_JOBS 256

static const char manual[] =
    "NAME\n"
    "    pathways calibrate - fit parameters to published figures\n\n"
    "SYNOPSIS\n"
    "    pathways calibrate SCENARIO -o FITTED.json [--targets FILE] [--stage NAME]...\n"
    "                       [--free PARAM=LOW:HIGH]... [-n PERSONS] [--seed S] [--rounds R] "
    "[--jobs J]\n\n"
    "DESCRIPTION\n"
    "    Finds the values of some parameters at which runs of the scenario come nearest to "
    "published\n"
    "    figures: the sum of squared differences, each in tolerances of its figure, and of what "
    "the\n"
    "    parameters moved, in prior standard deviations (a quarter of the way between their "
    "limits). All\n"
    "    runs have the same people and the same luck, so that what differs is the parameters. "
    "The method\n"
    "    is Levenberg and Marquardt's, by differences.\n\n"
    "    Stages are fitted one after another, each with its parameters and the figures of its "
    "themes, as\n"
    "    the file of targets lists them under \"calibration\". With --free there is one stage "
    "with those\n"
    "    parameters and all figures.\n\n"
    "    Writes a scenario that extends SCENARIO by the fitted values, after every stage, and "
    "beside it\n"
    "    FITTED.json.sensitivity.csv: what one prior standard deviation of each parameter does to "
    "each\n"
    "    figure. Every run is noted in FITTED.json.runs: started again after it was stopped, the "
    "same\n"
    "    command takes them from there.\n\n"
    "    The table says for each parameter where it began and ended, and how well the figures know "
    "it: an\n"
    "    uncertainty near 1 (prior standard deviations) means that they say nothing of it.\n\n"
    "OPTIONS\n"
    "    -o, --output FILE        the scenario to write\n"
    "    -t, --targets FILE       published figures; " CLI_TARGETS_FILE " when not given\n"
    "        --stage NAME         only this stage; may be given several times\n"
    "        --free PARAM=LOW:HIGH\n"
    "                             fit this parameter; REALS by number from 0: "
    "childhood.ability[1]=0.3:1\n"
    "    -n, --persons PERSONS    people of each run (100000)\n"
    "        --seed S             of all runs; the scenario's when not given\n"
    "        --rounds R           derivatives are taken so often at most, a stage (6)\n"
    "    -j, --jobs J             runs at a time (as many as the machine has cores)\n"
    "    -h, --help               print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways calibrate scenarios/england.json -o fitted.json\n"
    "    pathways calibrate scenarios/england.json -o neet.json --free "
    "'post16.base[5]=-6:2'\n";

/* One value of a parameter that is fitted. */
struct unknown {
    const struct pw_param *param;
    int index; /* of its values */
    double low, high, start;
};

/* What a run said, by what it was asked. */
struct note {
    uint64_t key;
    double *values; /* [targets] */
};

struct calibration {
    const char *scenario_path, *output, *targets_path;
    const char *stages[MAX_FREE];
    int num_stages;
    struct pw_free_param given[MAX_FREE];
    int num_given;
    int64_t persons, seed, rounds, jobs;

    struct pw_scenario scenario;
    struct pw_targets targets;
    struct pw_params fitted;      /* after the stages so far */
    bool is_fitted[MAX_FREE * 4]; /* [parameters] */
    struct note *notes;
    size_t num_notes, notes_capacity;
    char folder[64];
    const struct pw_stage *stage;
    struct unknown unknowns[MAX_FREE];
    size_t num_unknowns;
    bool *is_used; /* [targets] of the stage and known to the runs */
    size_t num_used;
};

/* --- Runs --- */

static double
prior_sd(const struct unknown *unknown)
{
    return (unknown->high - unknown->low) / 4.0;
}

static double
value_at(const struct unknown *unknown, double position)
{
    const double value = unknown->start + position * prior_sd(unknown);

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

/* The parameters at a point: those of the stages before, and the unknowns of this one. */
static pw_status
params_at(const struct calibration *calibration, const double *point, struct pw_params *params)
{
    pw_status status = PW_OK;

    *params = calibration->fitted;
    for (size_t k = 0; k < calibration->num_unknowns; k++) {
        const struct unknown *unknown = &calibration->unknowns[k];

        PW_TRY(pw_params_set(params, unknown->param, unknown->index, value_at(unknown, point[k])));
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

static const struct note *
find_note(const struct calibration *calibration, uint64_t key)
{
    for (size_t n = 0; n < calibration->num_notes; n++)
        if (calibration->notes[n].key == key) return &calibration->notes[n];
    return NULL;
}

static pw_status
add_note(struct calibration *calibration, uint64_t key, struct note **note)
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
notes_path(const struct calibration *calibration, struct pw_text *path)
{
    return pw_text_add(path, "%s.runs", calibration->output);
}

/* Runs of an earlier attempt. A line that is not whole is passed over: its run was cut short. */
static pw_status
read_notes(struct calibration *calibration)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };
    FILE *stream = NULL;
    uint64_t key;
    size_t count;

    PW_TRY(notes_path(calibration, &path));
    stream = fopen(path.bytes, "r");
    while (stream != NULL && fscanf(stream, "%" SCNx64 " %zu", &key, &count) == 2) {
        struct note *note = NULL;
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
write_note(const struct calibration *calibration, const struct note *note)
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
start_job(const struct calibration *calibration, const struct pw_params *params, int threads,
    int number, struct job *job, bool only_key)
{
    pw_status status = PW_OK;
    char persons[64], seed[64], thread[16], record[64];
    char *settings[MAX_FREE * 2] = { 0 };
    const char *arguments[4 * MAX_FREE + 32];
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
    (void) snprintf(persons, sizeof persons, "--persons=%" PRId64, calibration->persons);
    (void) snprintf(seed, sizeof seed, "--seed=%" PRId64, calibration->seed);
    (void) snprintf(thread, sizeof thread, "--threads=%d", threads);
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
finish_job(struct calibration *calibration, struct job *job)
{
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct note *note = NULL;

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
wait_for_one(struct calibration *calibration, struct job *jobs)
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
num_at_work(const struct calibration *calibration, const struct job *jobs, int *idle)
{
    int count = 0;

    for (int j = 0; j < calibration->jobs; j++) {
        count += jobs[j].pid != 0;
        if (jobs[j].pid == 0) *idle = j;
    }
    return count;
}

/* Run the points that are not known yet. @param keys [num_points] receives what they are known by
 */
static pw_status
run_points(struct calibration *calibration, size_t num_points, const double *points, uint64_t *keys)
{
    pw_status status = PW_OK, failure;
    struct job jobs[MAX_JOBS] = { 0 }, probe = { 0 };
    int idle = 0;

    for (size_t p = 0; p < num_points; p++) {
        const int threads = num_points == 1 ? (int) calibration->jobs : 1;
        struct pw_params params;

        PW_TRY(params_at(calibration, points + p * calibration->num_unknowns, &params));
        PW_TRY(start_job(calibration, &params, threads, 0, &probe, true));
        keys[p] = probe.key;
        if (find_note(calibration, probe.key) != NULL) continue;
        if (num_at_work(calibration, jobs, &idle) == calibration->jobs)
            PW_TRY(wait_for_one(calibration, jobs));
        (void) num_at_work(calibration, jobs, &idle);
        PW_TRY(start_job(calibration, &params, threads, idle, &jobs[idle], false));
    }
done:
    while (num_at_work(calibration, jobs, &idle) > 0) {
        failure = wait_for_one(calibration, jobs);
        if (status == PW_OK) status = failure;
    }
    return status;
}

static pw_status
evaluate(void *context, size_t num_points, const double *points, double *distances)
{
    struct calibration *calibration = context;
    pw_status status = PW_OK;
    uint64_t *keys = NULL;
    size_t d = 0;

    PW_TRY(pw_alloc(num_points, sizeof *keys, &keys));
    PW_TRY(run_points(calibration, num_points, points, keys));
    for (size_t p = 0; p < num_points; p++) {
        const struct note *note = find_note(calibration, keys[p]);

        PW_BUG_IF(note == NULL);
        for (size_t t = 0; t < calibration->targets.count; t++) {
            const struct pw_target *target = &calibration->targets.items[t];
            const double difference = note->values[t] - target->value;

            if (calibration->is_used[t])
                distances[d++] = isfinite(difference) ? difference / target->tolerance : 0.0;
        }
    }
done:
    pw_free(&keys);
    return status;
}

/* --- Stages --- */

/* "childhood.ability[1]" */
static pw_status
find_unknown(const struct calibration *calibration, const struct pw_free_param *given,
    struct unknown *unknown)
{
    pw_status status = PW_OK;
    const char *bracket = strchr(given->name, '[');
    char *path = NULL, *end = NULL;

    PW_TRY(pw_strdup(given->name, &path));
    if (bracket != NULL) path[bracket - given->name] = '\0';
    *unknown =
        (struct unknown){ .param = pw_params_find(path), .low = given->low, .high = given->high };
    if (unknown->param == NULL) {
        const char *nearest = pw_params_nearest(path);

        PW_FAIL(PW_EUSAGE,
            "%s: there is no such parameter%s%s; `pathways describe parameters` "
            "lists them",
            path, nearest == NULL ? "" : "; did you mean ", nearest == NULL ? "" : nearest);
    }
    if (bracket != NULL) unknown->index = (int) strtol(bracket + 1, &end, 10);
    if ((bracket == NULL) != (unknown->param->length == 1)
        || (bracket != NULL && (end == bracket + 1 || strcmp(end, "]") != 0)) || unknown->index < 0
        || unknown->index >= unknown->param->length)
        PW_FAIL(PW_EUSAGE, "%s: %s has %d value%s; write %s%s", given->name, path,
            unknown->param->length, unknown->param->length == 1 ? "" : "s", path,
            unknown->param->length == 1 ? "" : "[0] and so on");
    if (given->low < unknown->param->min || given->high > unknown->param->max)
        PW_FAIL(PW_EUSAGE, "%s: %.9g to %.9g goes beyond its range, %.9g to %.9g (%s)", given->name,
            given->low, given->high, unknown->param->min, unknown->param->max,
            unknown->param->unit);
    unknown->start = pw_params_get(&calibration->fitted, unknown->param, unknown->index);
done:
    pw_free(&path);
    return status;
}

static bool
has_theme(const struct pw_stage *stage, const char *theme)
{
    for (size_t t = 0; t < stage->num_themes; t++)
        if (strcmp(stage->themes[t], theme) == 0) return true;
    return stage->num_themes == 0;
}

static pw_status
open_stage(struct calibration *calibration, const struct pw_stage *stage)
{
    pw_status status = PW_OK;
    static const double origin[MAX_FREE];
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    uint64_t key = 0;

    if (stage->num_free > MAX_FREE)
        PW_FAIL(
            PW_EINPUT, "stage %s: at most %d parameters are fitted at once", stage->name, MAX_FREE);
    PW_BUG_IF(num_params > sizeof calibration->is_fitted);
    calibration->stage = stage;
    calibration->num_unknowns = 0;
    for (size_t k = 0; k < stage->num_free; k++) {
        struct unknown *unknown = &calibration->unknowns[calibration->num_unknowns++];

        PW_TRY(find_unknown(calibration, &stage->free[k], unknown));
        calibration->is_fitted[unknown->param - table] = true;
    }
    PW_TRY(run_points(calibration, 1, origin, &key));
    calibration->num_used = 0;
    for (size_t t = 0; t < calibration->targets.count; t++) {
        calibration->is_used[t] = has_theme(stage, calibration->targets.items[t].theme)
                                  && isfinite(find_note(calibration, key)->values[t]);
        calibration->num_used += calibration->is_used[t];
    }
    if (calibration->num_used == 0)
        PW_FAIL(PW_EINPUT, "stage %s: no figure belongs to its themes", stage->name);
done:
    return status;
}

static double
mean_square(const double *distances, size_t count)
{
    double sum = 0.0;

    for (size_t d = 0; d < count; d++)
        sum += distances[d] * distances[d];
    return sqrt(sum / (double) count);
}

static pw_status
print_stage(const struct calibration *calibration, const struct pw_least_squares_result *result)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "parameter", false);
    cli_table_column(&table, "before", true);
    cli_table_column(&table, "after", true);
    cli_table_column(&table, "standard error", true);
    cli_table_column(&table, "uncertainty", true);
    cli_table_column(&table, "unit", false);
    for (size_t k = 0; k < calibration->num_unknowns; k++) {
        const struct unknown *unknown = &calibration->unknowns[k];

        PW_TRY(cli_table_text(&table, calibration->stage->free[k].name));
        PW_TRY(cli_table_cell(&table, "%.4g", unknown->start));
        PW_TRY(cli_table_cell(&table, "%.4g", value_at(unknown, result->unknowns[k])));
        PW_TRY(cli_table_cell(&table, "%.2g", result->uncertainty[k] * prior_sd(unknown)));
        PW_TRY(cli_table_cell(&table, "%.2f", result->uncertainty[k]));
        PW_TRY(cli_table_text(&table, unknown->param->unit));
    }
    (void) printf("\n%s: %zu figures, root mean square distance %.2f before and %.2f after %d "
                  "rounds\n\n",
        calibration->stage->name, calibration->num_used,
        mean_square(result->before, calibration->num_used),
        mean_square(result->after, calibration->num_used), result->num_rounds);
    cli_table_print(&table, CLI_TABLE, stdout);
    (void) fflush(stdout);
done:
    cli_table_free(&table);
    return status;
}

/* What a prior SD of each parameter does to each figure, in the unit of the figure. */
static pw_status
write_sensitivity(const struct calibration *calibration,
    const struct pw_least_squares_result *result, bool is_first)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };
    FILE *stream = NULL;
    size_t d = 0;

    PW_TRY(pw_text_add(&path, "%s.sensitivity.csv", calibration->output));
    stream = fopen(path.bytes, is_first ? "w" : "a");
    if (stream == NULL) PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
    if (is_first)
        (void) fprintf(
            stream, "stage,measure,by,group,first_year,unit,parameter,prior_sd,change\n");
    for (size_t t = 0; t < calibration->targets.count; t++) {
        const struct pw_target *target = &calibration->targets.items[t];

        if (!calibration->is_used[t]) continue;
        for (size_t k = 0; k < calibration->num_unknowns; k++)
            (void) fprintf(stream, "%s,%s,%s,%s,%d,%s,%s,%.6g,%.6g\n", calibration->stage->name,
                target->measure, target->by, target->group, target->first_year, target->unit,
                calibration->stage->free[k].name, prior_sd(&calibration->unknowns[k]),
                result->jacobian[d * calibration->num_unknowns + k] * target->tolerance);
        d++;
    }
    if (fclose(stream) != 0)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
done:
    pw_text_free(&path);
    return status;
}

/* The scenario with what was fitted so far. */
static pw_status
write_scenario(const struct calibration *calibration)
{
    pw_status status = PW_OK;
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    struct pw_text base = { 0 };
    char folder[4096] = "";
    FILE *stream = NULL;
    bool is_first = true;

    if (calibration->scenario_path[0] != '/' && getcwd(folder, sizeof folder) == NULL)
        PW_FAIL(PW_EIO, "this folder has no name: %s", strerror(errno));
    PW_TRY(pw_text_add(
        &base, "%s%s%s", folder, folder[0] == '\0' ? "" : "/", calibration->scenario_path));
    stream = fopen(calibration->output, "w");
    if (stream == NULL)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", calibration->output, strerror(errno));
    (void) fprintf(stream, "{\n  \"title\": ");
    cli_print_quoted(stream, calibration->scenario.title);
    (void) fprintf(stream, ",\n  \"why\": ");
    cli_print_quoted(stream, "Parameters fitted by pathways calibrate to published figures");
    (void) fprintf(stream, ",\n  \"extends\": ");
    cli_print_quoted(stream, base.bytes);
    (void) fprintf(stream, ",\n  \"parameters\": {");
    for (size_t p = 0; p < num_params; p++) {
        const struct pw_param *param = &table[p];

        if (!calibration->is_fitted[p]) continue;
        (void) fprintf(stream, "%s\n    \"%s\": %s", is_first ? "" : ",", param->path,
            param->length > 1 ? "[" : "");
        for (int i = 0; i < param->length; i++)
            (void) fprintf(stream, "%s%.6g", i == 0 ? "" : ", ",
                pw_params_get(&calibration->fitted, param, i));
        (void) fprintf(stream, "%s", param->length > 1 ? "]" : "");
        is_first = false;
    }
    (void) fprintf(stream, "\n  }\n}\n");
    if (fclose(stream) != 0) {
        stream = NULL;
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", calibration->output, strerror(errno));
    }
    stream = NULL;
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&base);
    return status;
}

static pw_status
fit_stage(struct calibration *calibration, const struct pw_stage *stage, bool is_first)
{
    pw_status status = PW_OK;
    struct pw_least_squares problem = { .step = 0.25,
        .max_rounds = (int) calibration->rounds,
        .evaluate = evaluate,
        .context = calibration };
    struct pw_least_squares_result result = { 0 };

    PW_TRY(open_stage(calibration, stage));
    problem.num_unknowns = calibration->num_unknowns;
    problem.num_distances = calibration->num_used;
    PW_TRY(pw_least_squares_solve(&problem, &result));
    PW_TRY(print_stage(calibration, &result));
    PW_TRY(params_at(calibration, result.unknowns, &calibration->fitted));
    PW_TRY(write_scenario(calibration));
    PW_TRY(write_sensitivity(calibration, &result, is_first));
done:
    pw_least_squares_free(&result);
    return status;
}

static pw_status
fit_stages(struct calibration *calibration)
{
    pw_status status = PW_OK;
    const struct pw_stage given = {
        .name = "given", .free = calibration->given, .num_free = (size_t) calibration->num_given
    };
    bool is_first = true;

    if (calibration->num_given > 0) {
        PW_TRY(fit_stage(calibration, &given, true));
        goto done;
    }
    for (size_t s = 0; s < calibration->targets.num_stages; s++) {
        const struct pw_stage *stage = &calibration->targets.stages[s];
        bool is_wanted = calibration->num_stages == 0;

        for (int n = 0; n < calibration->num_stages; n++)
            is_wanted = is_wanted || strcmp(calibration->stages[n], stage->name) == 0;
        if (!is_wanted) continue;
        PW_TRY(fit_stage(calibration, stage, is_first));
        is_first = false;
    }
    if (is_first)
        PW_FAIL(PW_EUSAGE, "there is nothing to fit: name parameters with --free, or a stage of "
                           "the targets' \"calibration\" with --stage");
done:
    return status;
}

/* --- The command --- */

/* "PARAM=LOW:HIGH" */
static pw_status
read_given(struct calibration *calibration, char *text)
{
    pw_status status = PW_OK;
    char *equals = strchr(text, '='), *colon = equals == NULL ? NULL : strchr(equals, ':');
    struct pw_free_param *param = &calibration->given[calibration->num_given];

    if (calibration->num_given == MAX_FREE)
        PW_FAIL(PW_EUSAGE, "--free: at most %d parameters are fitted at once", MAX_FREE);
    if (colon == NULL)
        PW_FAIL(PW_EUSAGE, "--free %s: write PARAM=LOW:HIGH, for instance jobs.noise=0.5:2", text);
    *equals = *colon = '\0';
    param->name = text;
    PW_TRY(cli_option_number("--free", equals + 1, -1e30, 1e30, &param->low));
    PW_TRY(cli_option_number("--free", colon + 1, -1e30, 1e30, &param->high));
    if (param->high <= param->low)
        PW_FAIL(PW_EUSAGE, "--free %s: %s to %s is no range", text, equals + 1, colon + 1);
    calibration->num_given++;
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct calibration *calibration, bool *is_help)
{
    enum { STAGE = 256, FREE, SEED, ROUNDS };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "targets", required_argument, NULL, 't' },
        { "stage", required_argument, NULL, STAGE }, { "free", required_argument, NULL, FREE },
        { "persons", required_argument, NULL, 'n' }, { "seed", required_argument, NULL, SEED },
        { "rounds", required_argument, NULL, ROUNDS }, { "jobs", required_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:t:n:j:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'o') calibration->output = optarg;
        if (character == 't') calibration->targets_path = optarg;
        if (character == STAGE && calibration->num_stages < MAX_FREE)
            calibration->stages[calibration->num_stages++] = optarg;
        if (character == FREE) PW_TRY(read_given(calibration, optarg));
        if (character == 'n')
            PW_TRY(cli_option_whole("--persons", optarg, 1000, 2000000000, &calibration->persons));
        if (character == SEED)
            PW_TRY(cli_option_whole("--seed", optarg, 0, 9007199254740991, &calibration->seed));
        if (character == ROUNDS)
            PW_TRY(cli_option_whole("--rounds", optarg, 1, 1000, &calibration->rounds));
        if (character == 'j')
            PW_TRY(cli_option_whole("--jobs", optarg, 1, MAX_JOBS, &calibration->jobs));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one SCENARIO"));
    if (calibration->output == NULL)
        PW_FAIL(PW_EUSAGE, "say with -o FITTED.json where the fitted scenario is to go");
    calibration->scenario_path = argv[optind];
done:
    return status;
}

static pw_status
open_calibration(struct calibration *calibration)
{
    pw_status status = PW_OK;
    struct pw_faults faults = { 0 };
    const char *temporary = getenv("TMPDIR");

    status = pw_scenario_read(calibration->scenario_path, NULL, 0, &calibration->scenario, &faults);
    if (status == PW_EINPUT && faults.count > 1) (void) cli_print_faults(stderr, &faults);
    PW_TRY(status);
    PW_TRY(cli_targets_read(calibration->targets_path, &calibration->targets));
    PW_TRY(
        pw_alloc(calibration->targets.count, sizeof *calibration->is_used, &calibration->is_used));
    calibration->fitted = calibration->scenario.params;
    if (calibration->seed < 0) calibration->seed = calibration->scenario.run.seed;
    (void) snprintf(calibration->folder, sizeof calibration->folder, "%.32s/pathways-XXXXXX",
        temporary == NULL ? "/tmp" : temporary);
    if (mkdtemp(calibration->folder) == NULL) {
        calibration->folder[0] = '\0';
        PW_FAIL(PW_EIO, "no folder for runs could be made in %s: %s",
            temporary == NULL ? "/tmp" : temporary, strerror(errno));
    }
    PW_TRY(read_notes(calibration));
    if (calibration->num_notes > 0)
        pw_log_info("%zu runs of an earlier attempt are taken from %s.runs", calibration->num_notes,
            calibration->output);
done:
    pw_faults_free(&faults);
    return status;
}

static void
close_calibration(struct calibration *calibration)
{
    for (size_t n = 0; n < calibration->num_notes; n++)
        pw_free(&calibration->notes[n].values);
    pw_free(&calibration->notes);
    pw_free(&calibration->is_used);
    pw_targets_free(&calibration->targets);
    pw_scenario_free(&calibration->scenario);
    if (calibration->folder[0] != '\0') (void) rmdir(calibration->folder);
}

pw_status
cli_calibrate(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct calibration *calibration = NULL;
    bool is_help = false;

    PW_TRY(pw_alloc(1, sizeof *calibration, &calibration));
    *calibration = (struct calibration){
        .persons = 100000, .seed = -1, .rounds = 6, .jobs = pw_parallel_threads()
    };
    PW_TRY(read_options(argc, argv, calibration, &is_help));
    if (is_help) {
        (void) fputs(manual, stdout);
        goto done;
    }
    PW_TRY(open_calibration(calibration));
    PW_TRY(fit_stages(calibration));
done:
    if (calibration != NULL) close_calibration(calibration);
    pw_free(&calibration);
    return status;
}

/*
 * Parameters fitted to published figures: simulated method of moments, the same luck at every
 * point.
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
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pool.h"

static const char manual[] =
    "NAME\n"
    "    pathways calibrate - fit parameters to published figures\n\n"
    "SYNOPSIS\n"
    "    pathways calibrate SCENARIO -o FITTED.json [--targets FILE] [--stage NAME]...\n"
    "                       [--free PARAM=LOW:HIGH]... [--defaults] [-n PERSONS] "
    "[--judge PERSONS]\n"
    "                       [--seed S] [--rounds R] [--steps K] [--jobs J]\n\n"
    "DESCRIPTION\n"
    "    Finds the values of some parameters at which runs of the scenario come nearest to "
    "published\n"
    "    figures: the sum of squared differences, each in tolerances of its figure, and of what "
    "the\n"
    "    parameters moved, in prior standard deviations (a quarter of the way between their "
    "limits). All\n"
    "    runs have the same people and the same luck, so that what differs is the parameters. "
    "The method\n"
    "    is Levenberg and Marquardt's; for derivatives all parameters of a stage move at once, in "
    "a "
    "design\n"
    "    of orthogonal columns (Plackett and Burman 1946), so that each rests on all runs. A "
    "figure "
    "that\n"
    "    is far off counts like its distance, not like its square (soft L1): the few that nothing "
    "brings\n"
    "    near do not decide. Up to 32 parameters cost 64 runs a round, up to 128 cost 256. Chance "
    "hardly\n"
    "    enters derivatives, which rest on all runs, but the distances of a point, which rest on "
    "one: "
    "give\n"
    "    that one more people with --judge.\n\n"
    "    Stages are fitted one after another, each with its parameters and the figures of its "
    "themes, as\n"
    "    the file of targets lists them under \"calibration\"; a stage that names no parameters "
    "fits those\n"
    "    of all stages before it, together. With --free there is one stage with those parameters "
    "and all\n"
    "    figures.\n\n"
    "    Writes a scenario that extends SCENARIO by the fitted values, marked \"calibrated\" with "
    "their\n"
    "    standard errors, after every stage, and beside it\n"
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
    "        --defaults           begin at the parameters' defaults, not at the scenario's "
    "values\n"
    "    -n, --persons PERSONS    people of each run (100000)\n"
    "        --judge PERSONS      people of the runs that say how far off a point is (as many)\n"
    "        --seed S             of all runs; the scenario's when not given\n"
    "        --rounds R           derivatives are taken so often at most, a stage (6)\n"
    "        --steps K            so many steps at most on derivatives once taken, which follow\n"
    "                             what the steps show (Broyden 1965): one run each (1)\n"
    "    -j, --jobs J             runs at a time (as many as the machine has cores)\n"
    "    -h, --help               print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways calibrate scenarios/england.json -o fitted.json --defaults --rounds 3 "
    "--judge 1000000\n"
    "    pathways calibrate scenarios/england.json -o neet.json --free "
    "'post16.base[5]=-6:2'\n";

/* --- Stages --- */

static pw_status
evaluate(void *context, size_t num_points, const double *points, double *distances)
{
    struct cli_calibration *calibration = context;
    pw_status status = PW_OK;
    uint64_t *keys = NULL;
    size_t d = 0;

    PW_TRY(pw_alloc(num_points, sizeof *keys, &keys));
    PW_TRY(cli_run_points(calibration, num_points, points, keys));
    for (size_t p = 0; p < num_points; p++) {
        const struct cli_note *note = cli_find_note(calibration, keys[p]);

        PW_BUG_IF(note == NULL);
        for (size_t t = 0; t < calibration->targets.count; t++) {
            const struct pw_target *target = &calibration->targets.items[t];
            const double difference = note->values[t] - target->value;

            if (calibration->is_used[t])
                distances[d++] =
                    isfinite(difference) ? target->weight * difference / target->tolerance : 0.0;
        }
    }
done:
    pw_free(&keys);
    return status;
}

static pw_status
find_unknown(const struct cli_calibration *calibration, const struct pw_free_param *given,
    struct cli_unknown *unknown)
{
    pw_status status = PW_OK;

    *unknown = (struct cli_unknown){ .low = given->low, .high = given->high };
    status = pw_params_find_value(given->name, &unknown->param, &unknown->index);
    if (status == PW_EINPUT) PW_FAIL(PW_EUSAGE, "%s", pw_status_message());
    PW_TRY(status);
    if (given->low < unknown->param->min || given->high > unknown->param->max)
        PW_FAIL(PW_EUSAGE, "%s: %.9g to %.9g goes beyond its range, %.9g to %.9g (%s)", given->name,
            given->low, given->high, unknown->param->min, unknown->param->max,
            unknown->param->unit);
    unknown->start = pw_params_get(&calibration->fitted, unknown->param, unknown->index);
done:
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
open_stage(struct cli_calibration *calibration, const struct pw_stage *stage)
{
    pw_status status = PW_OK;
    static const double origin[CLI_MAX_FREE];
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    uint64_t key = 0;

    if (stage->num_free > CLI_MAX_FREE)
        PW_FAIL(PW_EINPUT, "stage %s: at most %d parameters are fitted at once", stage->name,
            CLI_MAX_FREE);
    PW_BUG_IF(num_params > sizeof calibration->is_fitted);
    calibration->stage = stage;
    calibration->num_unknowns = 0;
    for (size_t k = 0; k < stage->num_free; k++) {
        struct cli_unknown *unknown = &calibration->unknowns[calibration->num_unknowns++];

        PW_TRY(find_unknown(calibration, &stage->free[k], unknown));
        calibration->is_fitted[unknown->param - table] = true;
    }
    PW_TRY(cli_run_points(calibration, 1, origin, &key));
    calibration->num_used = 0;
    for (size_t t = 0; t < calibration->targets.count; t++) {
        calibration->is_used[t] = calibration->targets.items[t].weight > 0.0
                                  && has_theme(stage, calibration->targets.items[t].theme)
                                  && isfinite(cli_find_note(calibration, key)->values[t]);
        calibration->num_used += calibration->is_used[t];
    }
    if (calibration->num_used == 0)
        PW_FAIL(PW_EINPUT, "stage %s: no figure belongs to its themes", stage->name);
done:
    return status;
}

static pw_status
fit_stage(struct cli_calibration *calibration, const struct pw_stage *stage, bool is_first)
{
    pw_status status = PW_OK;
    struct pw_least_squares problem = { .step = 0.5,
        .max_rounds = (int) calibration->rounds,
        .max_steps = (int) calibration->steps,
        .evaluate = evaluate,
        .context = calibration };
    struct pw_least_squares_result result = { 0 };

    PW_TRY(open_stage(calibration, stage));
    problem.num_unknowns = calibration->num_unknowns;
    problem.num_distances = calibration->num_used;
    problem.is_robust = true;
    PW_TRY(pw_least_squares_solve(&problem, &result));
    PW_TRY(cli_print_stage(calibration, &result));
    PW_TRY(cli_params_at(calibration, result.unknowns, &calibration->fitted));
    PW_TRY(cli_mark_stage(calibration, &result));
    PW_TRY(cli_write_fitted(calibration));
    PW_TRY(cli_write_sensitivity(calibration, &result, is_first));
done:
    pw_least_squares_free(&result);
    return status;
}

static bool
is_wanted(const struct cli_calibration *calibration, const struct pw_stage *stage)
{
    for (int n = 0; n < calibration->num_stages; n++)
        if (strcmp(calibration->stages[n], stage->name) == 0) return true;
    return calibration->num_stages == 0;
}

/* What a stage will fit begins as if nobody had fitted it before, also in the stages before. */
static pw_status
forget_values(struct cli_calibration *calibration, const struct pw_stage *stage)
{
    pw_status status = PW_OK;
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);

    for (size_t k = 0; k < stage->num_free; k++) {
        struct cli_unknown unknown;

        PW_TRY(find_unknown(calibration, &stage->free[k], &unknown));
        PW_TRY(pw_params_set(&calibration->fitted, unknown.param, unknown.index,
            unknown.param->default_value[unknown.index]));
        calibration->is_fitted[unknown.param - table] = true;
    }
done:
    return status;
}

static pw_status
fit_stages(struct cli_calibration *calibration)
{
    pw_status status = PW_OK;
    const struct pw_targets *const targets = &calibration->targets;
    const struct pw_stage given = {
        .name = "given", .free = calibration->given, .num_free = (size_t) calibration->num_given
    };
    bool is_first = true;

    if (calibration->num_given > 0) {
        if (calibration->from_defaults) PW_TRY(forget_values(calibration, &given));
        PW_TRY(fit_stage(calibration, &given, true));
        goto done;
    }
    for (size_t s = 0; calibration->from_defaults && s < targets->num_stages; s++)
        if (is_wanted(calibration, &targets->stages[s]))
            PW_TRY(forget_values(calibration, &targets->stages[s]));
    for (size_t s = 0; s < targets->num_stages; s++) {
        const struct pw_stage *stage = &targets->stages[s];

        if (!is_wanted(calibration, stage)) continue;
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
read_given(struct cli_calibration *calibration, char *text)
{
    pw_status status = PW_OK;
    char *equals = strchr(text, '='), *colon = equals == NULL ? NULL : strchr(equals, ':');
    struct pw_free_param *param = &calibration->given[calibration->num_given];

    if (calibration->num_given == CLI_MAX_FREE)
        PW_FAIL(PW_EUSAGE, "--free: at most %d parameters are fitted at once", CLI_MAX_FREE);
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
read_options(int argc, char **argv, struct cli_calibration *calibration, bool *is_help)
{
    enum { STAGE = 256, FREE, DEFAULTS, JUDGE, SEED, ROUNDS, STEPS };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "targets", required_argument, NULL, 't' },
        { "stage", required_argument, NULL, STAGE }, { "free", required_argument, NULL, FREE },
        { "defaults", no_argument, NULL, DEFAULTS }, { "persons", required_argument, NULL, 'n' },
        { "judge", required_argument, NULL, JUDGE }, { "seed", required_argument, NULL, SEED },
        { "rounds", required_argument, NULL, ROUNDS }, { "steps", required_argument, NULL, STEPS },
        { "jobs", required_argument, NULL, 'j' }, { NULL, 0, NULL, 0 } };
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
        if (character == STAGE && calibration->num_stages < CLI_MAX_FREE)
            calibration->stages[calibration->num_stages++] = optarg;
        if (character == FREE) PW_TRY(read_given(calibration, optarg));
        if (character == DEFAULTS) calibration->from_defaults = true;
        if (character == 'n')
            PW_TRY(cli_option_whole("--persons", optarg, 1000, 2000000000, &calibration->persons));
        if (character == JUDGE)
            PW_TRY(cli_option_whole("--judge", optarg, 1000, 2000000000, &calibration->judge));
        if (character == SEED)
            PW_TRY(cli_option_whole("--seed", optarg, 0, 9007199254740991, &calibration->seed));
        if (character == ROUNDS)
            PW_TRY(cli_option_whole("--rounds", optarg, 1, 1000, &calibration->rounds));
        if (character == STEPS)
            PW_TRY(cli_option_whole("--steps", optarg, 1, 1000, &calibration->steps));
        if (character == 'j')
            PW_TRY(cli_option_whole("--jobs", optarg, 1, CLI_MAX_JOBS, &calibration->jobs));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one SCENARIO"));
    if (calibration->output == NULL)
        PW_FAIL(PW_EUSAGE, "say with -o FITTED.json where the fitted scenario is to go");
    calibration->scenario_path = argv[optind];
done:
    return status;
}

static pw_status
open_calibration(struct cli_calibration *calibration)
{
    pw_status status = PW_OK;
    const char *temporary = getenv("TMPDIR");

    PW_TRY(cli_scenario_read(calibration->scenario_path, &calibration->scenario));
    PW_TRY(cli_targets_read(calibration->targets_path, &calibration->targets));
    PW_TRY(
        pw_alloc(calibration->targets.count, sizeof *calibration->is_used, &calibration->is_used));
    calibration->fitted = calibration->scenario.params;
    if (calibration->judge == 0) calibration->judge = calibration->persons;
    if (calibration->seed < 0) calibration->seed = calibration->scenario.run.seed;
    (void) snprintf(calibration->folder, sizeof calibration->folder, "%.32s/pathways-XXXXXX",
        temporary == NULL ? "/tmp" : temporary);
    if (mkdtemp(calibration->folder) == NULL) {
        calibration->folder[0] = '\0';
        PW_FAIL(PW_EIO, "no folder for runs could be made in %s: %s",
            temporary == NULL ? "/tmp" : temporary, strerror(errno));
    }
    PW_TRY(cli_read_notes(calibration));
    if (calibration->num_notes > 0)
        pw_log_info("%zu runs of an earlier attempt are taken from %s.runs", calibration->num_notes,
            calibration->output);
done:
    return status;
}

static void
close_calibration(struct cli_calibration *calibration)
{
    for (size_t n = 0; n < calibration->num_notes; n++)
        pw_free(&calibration->notes[n].values);
    pw_free(&calibration->notes);
    pw_free(&calibration->marks);
    pw_free(&calibration->is_used);
    pw_targets_free(&calibration->targets);
    pw_scenario_free(&calibration->scenario);
    if (calibration->folder[0] != '\0') (void) rmdir(calibration->folder);
}

pw_status
cli_calibrate(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct cli_calibration *calibration = NULL;
    bool is_help = false;

    PW_TRY(pw_alloc(1, sizeof *calibration, &calibration));
    *calibration = (struct cli_calibration){
        .persons = 100000, .seed = -1, .rounds = 6, .steps = 1, .jobs = pw_parallel_threads()
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

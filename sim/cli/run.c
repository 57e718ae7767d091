/*
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/recorder.h"
#include "pathways/schedule.h"

static const char manual[] =
    "NAME\n"
    "    pathways run - live a country forward under a scenario and write a run file\n\n"
    "SYNOPSIS\n"
    "    pathways run SCENARIO [-o RUN.h5] [-n PERSONS] [--years N] [--seed S] [--threads T]\n"
    "                 [--set NAME=VALUE]... [--record all|none|SHARE] [--force] [--quiet]\n\n"
    "DESCRIPTION\n"
    "    Makes the population of the year in which history begins, lives through history to the\n"
    "    start year and through the years of the scenario, and writes measures, people and their\n"
    "    trajectories to an HDF5 file. The result does not depend on the number of threads. Two\n"
    "    scenarios with one seed give the same person the same luck.\n\n"
    "OPTIONS\n"
    "    -o, --output FILE   the run file (default: the scenario's name with .h5 in this folder)\n"
    "    -n, --persons N     people alive in the start year, about\n"
    "        --years N       years after the start year\n"
    "        --seed S        seed of all randomness\n"
    "        --replicate R   another history with the same seed\n"
    "        --shards N      miniature countries that the people are dealt into; part of the\n"
    "                        scenario's identity\n"
    "    -t, --threads T     threads (default: OMP_NUM_THREADS, SLURM_CPUS_PER_TASK, or all)\n"
    "        --set NAME=VALUE  set a parameter or a setting of the run\n"
    "        --record WHAT   trajectories of all people, none, or a share of them (0.01)\n"
    "        --time          print what each process of the year costs\n"
    "    -f, --force         replace a finished file\n"
    "    -q, --quiet         say nothing but errors\n"
    "    -h, --help          print this\n\n" CLI_EXIT_STATUS
    "    130, 143  interrupted; nothing was written\n\n"
    "EXAMPLES\n"
    "    pathways run scenarios/england.json -n 200000 -o run.h5\n"
    "    pathways run scenarios/england.json --set jobs.credentialism=0.7 --record 0.1\n";

#define MAX_OVERRIDES     256
#define MAX_OVERRIDE_TEXT 160

struct options {
    const char *scenario, *output;
    const char *override[MAX_OVERRIDES];
    char text[MAX_OVERRIDES][MAX_OVERRIDE_TEXT]; /* of overrides made from options */
    size_t num_overrides;
    int threads;
    bool is_forced, is_quiet, is_timed;
};

static volatile sig_atomic_t signal_caught;

static void
catch_signal(int number)
{
    signal_caught = number;
    (void) signal(number, SIG_DFL); /* a second one ends at once */
}

static pw_status
add_override(struct options *options, const char *text)
{
    if (options->num_overrides == MAX_OVERRIDES)
        return pw_status_fail(
            PW_EUSAGE, __FILE__, __LINE__, "--set: more than %d values", MAX_OVERRIDES);
    options->override[options->num_overrides++] = text;
    return PW_OK;
}

/* An option that sets a whole number of the run. */
static pw_status
set_whole(struct options *options, const char *option, const char *name, const char *value)
{
    pw_status status = PW_OK;
    int64_t number;

    PW_TRY(cli_option_whole(option, value, INT64_MIN, INT64_MAX, &number));
    (void) snprintf(options->text[options->num_overrides % MAX_OVERRIDES], MAX_OVERRIDE_TEXT,
        "%s=%lld", name, (long long) number);
    PW_TRY(add_override(options, options->text[options->num_overrides % MAX_OVERRIDES]));
done:
    return status;
}

static pw_status
set_record(struct options *options, const char *value)
{
    pw_status status = PW_OK;
    double share = strcmp(value, "all") == 0 ? 1.0 : 0.0;

    if (strcmp(value, "all") != 0 && strcmp(value, "none") != 0)
        PW_TRY(cli_option_number("--record", value, 0.0, 1.0, &share));
    (void) snprintf(options->text[options->num_overrides % MAX_OVERRIDES], MAX_OVERRIDE_TEXT,
        "run.record=%.17g", share);
    PW_TRY(add_override(options, options->text[options->num_overrides % MAX_OVERRIDES]));
done:
    return status;
}

static pw_status
read_option(struct options *options, int character)
{
    pw_status status = PW_OK;
    int64_t threads;

    switch (character) {
    case 'o':
        options->output = optarg;
        break;
    case 'n':
        PW_TRY(set_whole(options, "--persons", "run.persons", optarg));
        break;
    case 'y':
        PW_TRY(set_whole(options, "--years", "run.years", optarg));
        break;
    case 'S':
        PW_TRY(set_whole(options, "--seed", "run.seed", optarg));
        break;
    case 'R':
        PW_TRY(set_whole(options, "--replicate", "run.replicate", optarg));
        break;
    case 'H':
        PW_TRY(set_whole(options, "--shards", "run.shards", optarg));
        break;
    case 't':
        PW_TRY(cli_option_whole("--threads", optarg, 1, 4096, &threads));
        options->threads = (int) threads;
        break;
    case 's':
        PW_TRY(add_override(options, optarg));
        break;
    case 'r':
        PW_TRY(set_record(options, optarg));
        break;
    case 'f':
        options->is_forced = true;
        break;
    case 'q':
        options->is_quiet = true;
        break;
    case 'T':
        options->is_timed = true;
        break;
    default:
        break;
    }
done:
    return status;
}

/* The scenario's name with .h5, in this folder. */
static pw_status
default_output(const char *scenario, char **output)
{
    pw_status status = PW_OK;
    const char *slash = strrchr(scenario, '/');
    const char *name = slash == NULL ? scenario : slash + 1;
    const char *dot = strrchr(name, '.');
    const size_t length = dot == NULL ? strlen(name) : (size_t) (dot - name);

    PW_TRY(pw_alloc(length + 4, 1, output));
    memcpy(*output, name, length);
    memcpy(*output + length, ".h5", 4);
done:
    return status;
}

static void
print_times(const struct pw_world *world)
{
    (void) fprintf(stderr, "%-16s %10s\n", "process", "ns a person-year");
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        (void) fprintf(stderr, "%-16s %10.2f\n", pw_schedule[i]->name,
            world->seconds[i] * 1e9 / (double) world->person_years);
}

static pw_status
live(struct pw_world *world, struct pw_recorder *recorder)
{
    pw_status status = PW_OK;
    struct pw_progress progress;

    pw_progress_begin(&progress, world->year + 1, world->last_year);
    while (pw_world_has_next(world)) {
        PW_TRY(pw_world_step(world));
        PW_TRY(pw_recorder_note_year(recorder));
        pw_progress_year(&progress, world->year, world->persons);
        if (signal_caught != 0)
            PW_FAIL(PW_ESTOPPED, "interrupted in %d; nothing was written", world->year);
    }
    pw_progress_end(&progress);
done:
    return status;
}

static pw_status
run_scenario(const struct options *options, const struct pw_scenario *scenario, const char *output)
{
    pw_status status = PW_OK;
    const struct pw_run_info info = { .scenario = scenario };
    const double begin = pw_seconds();
    struct pw_world world = { 0 };
    struct pw_store *store = NULL;
    struct pw_recorder *recorder = NULL;
    struct pw_run_result result;

    PW_TRY(pw_store_create(output, options->is_forced, &info, &store));
    PW_TRY(pw_world_init(&world, scenario));
    if (options->is_timed) PW_TRY(pw_world_time_processes(&world));
    PW_TRY(pw_recorder_create(&world, store, &recorder));
    PW_TRY(live(&world, recorder));
    PW_TRY(pw_recorder_finish(recorder));
    result = (struct pw_run_result){ .state_digest = pw_world_digest(&world),
        .person_years = world.person_years,
        .seconds = pw_seconds() - begin };
    PW_TRY(pw_store_finish(store, &result));
    if (options->is_timed) print_times(&world);
    pw_log_info("wrote %s", output);
    if (!options->is_quiet)
        (void) fprintf(stderr, "done: %lld person-years in %.2f s\n",
            (long long) world.person_years, pw_seconds() - begin);
done:
    pw_recorder_free(&recorder);
    pw_store_abandon(&store, false);
    pw_world_free(&world);
    return status;
}

static pw_status
read_and_run(const struct options *options)
{
    pw_status status = PW_OK;
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };
    char *output = NULL;

    status = pw_scenario_read(
        options->scenario, options->override, options->num_overrides, &scenario, &faults);
    if (status == PW_EINPUT) (void) cli_print_faults(stderr, &faults);
    PW_TRY(status);
    if (options->output != NULL)
        PW_TRY(pw_strdup(options->output, &output));
    else
        PW_TRY(default_output(options->scenario, &output));
    PW_TRY(run_scenario(options, &scenario, output));
done:
    pw_free(&output);
    pw_faults_free(&faults);
    pw_scenario_free(&scenario);
    return status;
}

pw_status
cli_run(int argc, char **argv)
{
    static const struct option long_options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "persons", required_argument, NULL, 'n' },
        { "years", required_argument, NULL, 'y' }, { "seed", required_argument, NULL, 'S' },
        { "replicate", required_argument, NULL, 'R' }, { "shards", required_argument, NULL, 'H' },
        { "threads", required_argument, NULL, 't' }, { "set", required_argument, NULL, 's' },
        { "record", required_argument, NULL, 'r' }, { "force", no_argument, NULL, 'f' },
        { "quiet", no_argument, NULL, 'q' }, { "time", no_argument, NULL, 'T' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    struct options *options = NULL;
    bool first = true;
    int character = 0;

    PW_TRY(pw_alloc(1, sizeof *options, &options));
    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:n:t:fq", long_options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            (void) fputs(manual, stdout);
            goto done;
        }
        PW_TRY(read_option(options, character));
    }
    PW_TRY(cli_option_operands(argc, 1, 1, "SCENARIO"));
    options->scenario = argv[optind];
    pw_log_set_level(options->is_quiet ? PW_LOG_ERROR : PW_LOG_INFO);
    pw_parallel_set_threads(options->threads);
    (void) signal(SIGINT, catch_signal);
    (void) signal(SIGTERM, catch_signal);
    status = read_and_run(options);
    if (status == PW_ESTOPPED) { /* a shell is to see what ended us */
        (void) fprintf(stderr, "pathways: %s\n", pw_status_message());
        (void) signal(signal_caught, SIG_DFL);
        (void) raise(signal_caught);
    }
done:
    pw_free(&options);
    return status;
}

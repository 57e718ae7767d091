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
#include "pathways/text.h"

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
#define MAX_DIGITS        60 /* of a whole number: one that is too large is refused for its size */

/* Where an override comes from. */
struct override {
    const char *option, *value;   /* "--persons", "0"; option NULL: --set */
    char text[MAX_OVERRIDE_TEXT]; /* "run.persons=0", when it comes from an option */
};

struct options {
    const char *scenario, *output;
    const char *command;                 /* as typed */
    const char *override[MAX_OVERRIDES]; /* NAME=VALUE */
    struct override from[MAX_OVERRIDES];
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

static void
catch_signals(void)
{
    (void) signal(SIGINT, catch_signal);
    (void) signal(SIGTERM, catch_signal);
    if (signal(SIGHUP, catch_signal) == SIG_IGN) /* nohup */
        (void) signal(SIGHUP, SIG_IGN);
#ifdef SIGXFSZ
    (void) signal(SIGXFSZ, SIG_IGN); /* ulimit -f: writing then fails, with a sentence */
#endif
}

/* Room for another override. */
static pw_status
next_override(const struct options *options)
{
    if (options->num_overrides == MAX_OVERRIDES)
        return pw_status_fail(PW_EUSAGE, __FILE__, __LINE__,
            "more than %d settings on the command line; put them into a scenario", MAX_OVERRIDES);
    return PW_OK;
}

static pw_status
add_set(struct options *options, const char *text)
{
    pw_status status = PW_OK;

    PW_TRY(next_override(options));
    options->override[options->num_overrides++] = text;
done:
    return status;
}

/* An option that sets a whole number of the run, whose range the reader of scenarios knows. */
static pw_status
set_whole(struct options *options, const char *option, const char *name, const char *value)
{
    pw_status status = PW_OK;
    const char *digits = value + (value[0] == '-' || value[0] == '+');
    const size_t length = strlen(digits);
    struct override *from = &options->from[options->num_overrides % MAX_OVERRIDES];

    PW_TRY(next_override(options));
    if (length == 0 || length > MAX_DIGITS || strspn(digits, "0123456789") != length)
        PW_FAIL(PW_EUSAGE, "%s: \"%s\" is not a whole number; write its digits only, like 100000",
            option, value);
    while (digits[0] == '0' && digits[1] != '\0') /* JSON has no 007 */
        digits++;
    from->option = option;
    from->value = value;
    (void) snprintf(
        from->text, sizeof from->text, "%s=%s%s", name, value[0] == '-' ? "-" : "", digits);
    options->override[options->num_overrides++] = from->text;
done:
    return status;
}

static pw_status
set_record(struct options *options, const char *value)
{
    pw_status status = PW_OK;
    double share = strcmp(value, "all") == 0 ? 1.0 : 0.0;
    struct override *from = &options->from[options->num_overrides % MAX_OVERRIDES];

    PW_TRY(next_override(options));
    if (strcmp(value, "all") != 0 && strcmp(value, "none") != 0)
        PW_TRY(cli_option_number("--record", value, 0.0, 1.0, &share));
    from->option = "--record";
    from->value = value;
    (void) snprintf(from->text, sizeof from->text, "run.record=%.17g", share);
    options->override[options->num_overrides++] = from->text;
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
        PW_TRY(add_set(options, optarg));
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

/* Said before anything is made; the world alone is refused by pw_world_init too. */
static pw_status
refuse_too_large(const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const double record = pw_recorder_memory(scenario);
    const double needed = pw_world_memory(scenario) + record;
    const double available = (double) pw_available_memory();

    if (available > 0.0 && needed > available)
        PW_FAIL(PW_EMEMORY,
            "%lld people need about %.1f GB of memory (%.1f GB to record their trajectories) and "
            "%.1f GB are available; run fewer people (-n), record fewer (--record 0.1) or use a "
            "larger machine",
            (long long) scenario->run.persons, needed / 1e9, record / 1e9, available / 1e9);
done:
    return status;
}

static pw_status
run_scenario(const struct options *options, const struct pw_scenario *scenario, const char *output)
{
    pw_status status = PW_OK;
    const struct pw_run_info info = { .scenario = scenario, .command = options->command };
    const double begin = pw_seconds();
    struct pw_world world = { 0 };
    struct pw_store *store = NULL;
    struct pw_recorder *recorder = NULL;
    struct pw_run_result result;

    PW_TRY(refuse_too_large(scenario));
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

/* The option behind a fault of the command line, NULL for one of a file or of --set. */
static const struct override *
find_option(const struct options *options, const struct pw_fault *fault)
{
    static const char prefix[] = "--set ";

    if (strncmp(fault->file, prefix, sizeof prefix - 1) != 0) return NULL;
    for (size_t i = 0; i < options->num_overrides; i++)
        if (options->from[i].option != NULL
            && strcmp(fault->file + sizeof prefix - 1, options->override[i]) == 0)
            return &options->from[i];
    return NULL;
}

/* Faults of options are said of what was typed, "--persons 0". */
static pw_status
name_option(struct pw_fault *fault, const struct override *from)
{
    pw_status status = PW_OK;
    struct pw_text words = { 0 };

    PW_TRY(pw_text_add(&words, "%s %s", from->option, from->value));
    pw_free(&fault->file);
    PW_TRY(pw_strdup(words.bytes, &fault->file));
    fault->pointer[0] = '\0';
done:
    pw_text_free(&words);
    return status;
}

/* Say what is wrong: one fault in the sentence that main prints, several a line each before it. */
static pw_status
refuse(const struct options *options, struct pw_faults *faults)
{
    pw_status status = PW_OK;
    pw_status kind = PW_EUSAGE; /* unless a fault is the scenario's */
    char *line = NULL;

    for (size_t i = 0; i < faults->count; i++) {
        const struct override *from = find_option(options, &faults->items[i]);

        if (from == NULL)
            kind = PW_EINPUT;
        else
            PW_TRY(name_option(&faults->items[i], from));
    }
    if (faults->count == 1) {
        PW_TRY(pw_fault_line(&faults->items[0], &line));
        PW_FAIL(kind, "%s", line);
    }
    PW_TRY(cli_print_faults(stderr, faults));
    PW_FAIL(kind, "%s was not run: %zu faults", options->scenario, faults->count);
done:
    pw_free(&line);
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
    PW_TRY(status == PW_EINPUT && faults.count > 0 ? refuse(options, &faults) : status);
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

/* The command line, for the history of the file. */
static pw_status
join_words(int argc, char **argv, struct pw_text *words)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(words, "pathways"));
    for (int i = 0; i < argc; i++)
        PW_TRY(pw_text_add(words, " %s", argv[i]));
done:
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
    struct pw_text words = { 0 };
    bool first = true;
    int character = 0;

    PW_TRY(join_words(argc, argv, &words)); /* before options are sorted to the front */
    PW_TRY(pw_alloc(1, sizeof *options, &options));
    options->command = words.bytes;
    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:n:t:fq", long_options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            (void) fputs(manual, stdout);
            goto done;
        }
        PW_TRY(read_option(options, character));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "SCENARIO"));
    options->scenario = argv[optind];
    pw_log_set_level(options->is_quiet ? PW_LOG_ERROR : PW_LOG_INFO);
    pw_parallel_set_threads(options->threads);
    catch_signals();
    status = read_and_run(options);
    if (status == PW_ESTOPPED) { /* a shell is to see what ended us */
        (void) fprintf(stderr, "pathways: %s\n", pw_status_message());
        (void) signal(signal_caught, SIG_DFL);
        (void) raise(signal_caught);
    }
done:
    pw_free(&options);
    pw_text_free(&words);
    return status;
}

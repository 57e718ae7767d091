/*
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "dry_run.h"
#include "halt.h"
#include "origin.h"
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
    "                 [--set NAME=VALUE]... [--record all|none|SHARE] [--force] [--quiet]\n"
    "                 [--resume] [--checkpoint-every YEARS] [--max-walltime HH:MM:SS]\n"
    "                 [--save-history FILE] [--from-history FILE] [--branch FILE] [--dry-run]\n\n"
    "DESCRIPTION\n"
    "    Makes the population of the year in which history begins, lives through history to the\n"
    "    start year and through the years of the scenario, and writes measures, people and their\n"
    "    trajectories to an HDF5 file. The result does not depend on the number of threads. Two\n"
    "    scenarios with one seed give the same person the same luck.\n\n"
    "    A program that was built with MPI (-DPATHWAYS_MPI=ON) and is started by mpirun or srun\n"
    "    deals the shards over all ranks, on one machine or many, which must see the same files.\n"
    "    Rank 0 writes the one run file and the checkpoint, and speaks for all. The result does\n"
    "    not depend on the number of ranks either; a run may go on with another one.\n\n"
    "    A run that is told to stop (SIGINT, SIGTERM, SIGHUP, SIGUSR1) finishes its year, leaves\n"
    "    a checkpoint, RUN.h5.checkpoint, and exits with 75; --resume goes on from there to the\n"
    "    very numbers of a run that was never stopped, with any number of threads. A second\n"
    "    SIGINT ends it at once. A checkpoint is written every half an hour too, and the one\n"
    "    before is kept as RUN.h5.checkpoint.previous, for a run that is killed. It holds all\n"
    "    that the run needs, also what was recorded. A finished run removes its checkpoints.\n\n"
    "    --dry-run says beforehand what a run takes: memory at its peak, the size of the run file\n"
    "    and of a checkpoint, and time, each within a fifth of what happens. It lives through a\n"
    "    miniature of the run with the same years and threads, in a second or two and in a file\n"
    "    under TMPDIR that it removes; time is that of this machine with nothing else to do. What\n"
    "    may not fit into memory or on the disk is warned of; what certainly does not ends with "
    "4.\n"
    "    A run makes the same check, more roughly and at once, before it begins.\n\n";

static const char manual_options[] =
    "OPTIONS\n"
    "    -o, --output FILE   the run file (default: the scenario's name with .h5 in this folder)\n"
    "    -n, --persons N     people alive in the start year, about\n"
    "        --years N       years after the start year\n"
    "        --seed S        seed of all randomness\n"
    "        --replicate R   another history with the same seed\n"
    "        --shards N      miniature countries that the people are dealt into; part of the\n"
    "                        scenario's identity\n"
    "    -t, --threads T     threads of each rank (default: OMP_NUM_THREADS, "
    "SLURM_CPUS_PER_TASK,\n"
    "                        or all)\n"
    "        --set NAME=VALUE  set a parameter or a setting of the run\n"
    "        --record WHAT   trajectories of all people, none, or a share of them (0.01)\n"
    "        --resume        go on from the last checkpoint; begin when there is none, and do\n"
    "                        nothing when the run is finished\n"
    "        --checkpoint-every YEARS  also after so many years; none: never, not even on a "
    "signal\n"
    "        --max-walltime HH:MM:SS  stop in time, with a checkpoint\n"
    "        --save-history FILE  keep the end of the year before the start year in a file of its\n"
    "                        own, which all scenarios of one history share, and run on\n"
    "        --from-history FILE  begin with such a history: the same as --branch\n"
    "        --branch FILE   begin with a checkpoint of another run that is the same but for\n"
    "                        policies that begin after it\n"
    "        --dry-run       run nothing: print what memory, disk and time the run would take\n"
    "        --time          print what each process of the year costs\n"
    "    -f, --force         replace a finished file\n"
    "    -q, --quiet         say nothing but errors\n"
    "    -h, --help          print this\n\n" CLI_EXIT_STATUS
    "    130, 143  interrupted; nothing was written (--checkpoint-every none, a second SIGINT)\n\n"
    "EXAMPLES\n"
    "    pathways run scenarios/england.json -n 200000 -o run.h5\n"
    "    pathways run scenarios/england.json --set jobs.credentialism=0.7 --record 0.1\n"
    "    pathways run scenarios/england.json -n 57000000 --record 0.01 --threads 2 --dry-run\n"
    "    pathways run scenarios/england.json -o base.h5 --max-walltime 03:50:00 --resume\n"
    "    pathways run scenarios/england.json -o base.h5 --save-history england.history\n"
    "    pathways run scenarios/good_jobs.json -o jobs.h5 --from-history england.history\n"
    "    mpirun -n 4 pathways run scenarios/england.json -n 57000000 -o england.h5\n";

#define MAX_OVERRIDE_TEXT 160
#define MAX_DIGITS        60 /* of a whole number: one that is too large is refused for its size */

/* Where an override comes from. */
struct override {
    const char *option, *value;   /* "--persons", "0"; option NULL: --set */
    char text[MAX_OVERRIDE_TEXT]; /* "run.persons=0", when it comes from an option */
};

struct options {
    const char *scenario, *output;
    const char *command;                    /* as typed */
    const char *override[CLI_MAX_SETTINGS]; /* NAME=VALUE */
    struct override from[CLI_MAX_SETTINGS];
    size_t num_overrides;
    int threads;
    bool is_forced, is_quiet, is_timed;
    bool is_dry;               /* --dry-run */
    bool is_resumed;           /* --resume */
    const char *branch;        /* checkpoint to begin with, NULL: none */
    const char *branch_option; /* by which it was given */
    const char *history;       /* file to save the history in, NULL: none */
    int64_t checkpoint_years;  /* also after so many years; 0: not by years */
    bool has_checkpoints;      /* false: never */
    double begin, longest; /* when the program began, and how long it may run; 0: no limit [s] */
};

/* A checkpoint every so often, in case the run is killed [s]. */
#define CHECKPOINT_SECONDS 1800.0
/* A disk is at least as fast as that, when nothing has been written yet [bytes/s]. */
#define DISK_SPEED 1e8

/* Room for another override. */
static pw_status
next_override(const struct options *options)
{
    if (options->num_overrides == CLI_MAX_SETTINGS)
        return pw_status_fail(PW_EUSAGE, __FILE__, __LINE__,
            "more than %d settings on the command line; put them into a scenario",
            CLI_MAX_SETTINGS);
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
    struct override *from = &options->from[options->num_overrides % CLI_MAX_SETTINGS];

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
    struct override *from = &options->from[options->num_overrides % CLI_MAX_SETTINGS];

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
set_checkpoints(struct options *options, const char *value)
{
    options->has_checkpoints = strcmp(value, "none") != 0;
    options->checkpoint_years = 0;
    if (!options->has_checkpoints) return PW_OK;
    return cli_option_whole("--checkpoint-every", value, 1, 10000, &options->checkpoint_years);
}

static pw_status
set_branch(struct options *options, const char *option, const char *path)
{
    pw_status status = PW_OK;

    if (options->branch != NULL)
        PW_FAIL(PW_EUSAGE, "%s: a run begins once, and %s is given too", option,
            options->branch_option);
    options->branch = path;
    options->branch_option = option;
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
    case 'd':
        options->is_dry = true;
        break;
    case 'u':
        options->is_resumed = true;
        break;
    case 'c':
        PW_TRY(set_checkpoints(options, optarg));
        break;
    case 'w':
        PW_TRY(cli_halt_read_time("--max-walltime", optarg, &options->longest));
        break;
    case 'b':
        PW_TRY(set_branch(options, "--branch", optarg));
        break;
    case 'F':
        PW_TRY(set_branch(options, "--from-history", optarg));
        break;
    case 'V':
        options->history = optarg;
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

/* --- A run at work --- */

struct run {
    const struct options *options;
    const struct pw_scenario *scenario;
    const char *output;
    char *checkpoint; /* its path */
    struct cli_origin origin;
    struct pw_run_info info;
    struct pw_world world;
    struct pw_store *store;
    struct pw_recorder *recorder;
    int begin_year;            /* lived through when this process began */
    double seconds_before;     /* of the run, in earlier processes */
    double last_checkpoint;    /* when it was written, or when the program began [s] */
    double checkpoint_seconds; /* what writing it took, or is expected to */
    double longest_year;       /* [s] */
};

/* Rank 0 writes files, and says what there is to say. */
static bool
is_first(void)
{
    return pw_parallel_rank() == 0;
}

/* Write a checkpoint of the year that has been lived through. */
static pw_status
write_checkpoint(struct run *run, const char *path, bool keep_previous)
{
    pw_status status = PW_OK;
    struct pw_checkpoint_writer *writer = NULL;
    const double begin = pw_seconds();
    const struct pw_snapshot_about about = { .run = run->output,
        .parent = run->info.parent,
        .parent_digest = run->info.parent_digest,
        .parent_year = run->info.parent_year,
        .history = is_first() ? pw_store_history(run->store) : NULL,
        .seconds = run->seconds_before + begin - run->options->begin };
    uint64_t size = 0;

    if (is_first()) status = pw_checkpoint_create(path, &writer);
    PW_TRY(pw_parallel_agree(status));
    PW_TRY(pw_parallel_agree(pw_snapshot_save(writer, &about, &run->world, run->recorder)));
    if (is_first()) status = pw_checkpoint_commit(writer, keep_previous, &size);
    PW_TRY(pw_parallel_agree(status));
    run->last_checkpoint = pw_seconds();
    run->checkpoint_seconds = run->last_checkpoint - begin;
    pw_log_info("checkpoint of %d: %s, %.1f MB in %.2f s", run->world.year, path,
        (double) size / 1e6, run->checkpoint_seconds);
done:
    pw_checkpoint_abandon(&writer);
    return status;
}

/* Would another year, and what comes after it, take longer than there is? */
static bool
is_late(const struct run *run)
{
    const struct options *options = run->options;
    const double gone = pw_seconds() - options->begin;

    return options->longest > 0.0 && run->world.year > run->begin_year
           && gone + 1.5 * run->longest_year + 2.0 * run->checkpoint_seconds > options->longest;
}

static pw_status
stop(struct run *run, const char *why)
{
    pw_status status = PW_OK;
    const int year = run->world.year;

    if (!run->options->has_checkpoints)
        PW_FAIL(PW_ESTOPPED, "interrupted in %d; nothing was written", year);
    PW_TRY(write_checkpoint(run, run->checkpoint, true));
    PW_FAIL(
        PW_ESTOPPED, "%s: stopped after %d; --resume goes on from %s", why, year, run->checkpoint);
done:
    return status;
}

static bool
is_due(const struct run *run)
{
    const struct options *options = run->options;
    const int64_t years = run->world.year - run->world.first_year;

    if (!options->has_checkpoints || run->world.year == run->begin_year) return false;
    return pw_seconds() - run->last_checkpoint >= CHECKPOINT_SECONDS
           || (options->checkpoint_years > 0 && years % options->checkpoint_years == 0);
}

/* What is done between two years. */
static pw_status
rest(struct run *run)
{
    pw_status status = PW_OK;
    enum { SIGNAL, LATE, DUE, NUM_REASONS };
    int64_t reason[NUM_REASONS] = { cli_halt_signal(), is_late(run), is_due(run) };

    if (run->options->history != NULL && run->world.year == run->scenario->run.start_year - 1)
        PW_TRY(write_checkpoint(run, run->options->history, false));
    if (!pw_world_has_next(&run->world)) goto done;
    pw_parallel_max(reason, NUM_REASONS); /* what one rank has to do all do */
    cli_halt_note((int) reason[SIGNAL]);
    if (reason[SIGNAL] != 0) PW_TRY(pw_parallel_agree(stop(run, "told to stop by a signal")));
    if (reason[LATE] != 0)
        PW_TRY(pw_parallel_agree(stop(run, "the time given by --max-walltime is nearly over")));
    if (reason[DUE] != 0) PW_TRY(write_checkpoint(run, run->checkpoint, true));
done:
    return status;
}

static pw_status
live(struct run *run)
{
    pw_status status = PW_OK;
    struct pw_world *world = &run->world;
    struct pw_progress progress;

    pw_progress_begin(&progress, world->year + 1, world->last_year);
    PW_TRY(rest(run));
    while (pw_world_has_next(world)) {
        const double begin = pw_seconds();

        PW_TRY(pw_world_step(world));
        PW_TRY(pw_recorder_note_year(run->recorder));
        pw_progress_year(&progress, world->year, world->persons);
        if (pw_seconds() - begin > run->longest_year) run->longest_year = pw_seconds() - begin;
        PW_TRY(rest(run));
    }
    pw_progress_end(&progress);
done:
    return status;
}

/* --- Its beginning --- */

/* What is there is not lost by mistake. */
static pw_status
refuse_leftovers(const struct run *run)
{
    pw_status status = PW_OK;
    const struct options *options = run->options;
    const struct pw_run_settings *settings = &run->scenario->run;

    if (!options->has_checkpoints && options->longest > 0.0)
        PW_FAIL(PW_EUSAGE, "--max-walltime stops with a checkpoint, which --checkpoint-every none "
                           "forbids; leave out one of them");
    if (options->history != NULL && settings->start_year <= settings->history_from)
        PW_FAIL(PW_EUSAGE, "--save-history: there is no history: the start year, %d, is the first",
            settings->start_year);
    if (options->is_forced || options->is_resumed) goto done;
    if (pw_checkpoint_exists(run->checkpoint))
        PW_FAIL(PW_EUSAGE,
            "%s: an unfinished run; --resume goes on with it, --force begins again, -o gives "
            "another name",
            run->checkpoint);
    if (options->history != NULL && access(options->history, F_OK) == 0)
        PW_FAIL(PW_EUSAGE, "%s: is there already; --from-history uses it, --force replaces it",
            options->history);
done:
    return status;
}

/* What rank 0 has found to begin with. */
struct beginning {
    char path[4096]; /* of a checkpoint, "" for none */
    bool is_branch;
};

static pw_status
look_for_origin(struct run *run, struct beginning *beginning)
{
    pw_status status = PW_OK;
    const char *path = NULL;

    if (run->options->is_resumed)
        PW_TRY(cli_origin_resume(&run->origin, run->checkpoint, run->scenario));
    if (run->origin.reader == NULL && run->options->branch != NULL) {
        PW_TRY(cli_origin_branch(&run->origin, run->options->branch, run->scenario));
        beginning->is_branch = true;
    }
    if (run->origin.reader == NULL) goto done;
    path = pw_checkpoint_path(run->origin.reader);
    if (strlen(path) >= sizeof beginning->path) PW_FAIL(PW_EUSAGE, "%s: is too long a name", path);
    memcpy(beginning->path, path, strlen(path) + 1);
done:
    return status;
}

static pw_status
find_origin(struct run *run)
{
    pw_status status = PW_OK;
    const struct pw_snapshot *snapshot = &run->origin.snapshot;
    struct beginning beginning = { .path = "" };
    bool is_branch;

    if (is_first()) status = look_for_origin(run, &beginning);
    PW_TRY(pw_parallel_agree(status));
    pw_parallel_tell(&beginning, sizeof beginning);
    is_branch = beginning.is_branch;
    if (beginning.path[0] == '\0') goto done;
    if (!is_first()) PW_TRY(cli_origin_follow(&run->origin, beginning.path));
    run->info.history = is_branch ? NULL : snapshot->history;
    run->info.parent = is_branch ? snapshot->run : snapshot->parent;
    run->info.parent_digest =
        is_branch ? snapshot->head.scenario_digest : snapshot->head.parent_digest;
    run->info.parent_year = is_branch ? snapshot->head.year : (int) snapshot->head.parent_year;
    if (run->info.parent[0] == '\0') run->info.parent = NULL;
    run->seconds_before = is_branch ? 0.0 : snapshot->head.seconds;
done:
    return status;
}

/* The world, with founders or with people who have lived already, and who watches it. */
static pw_status
make_world(struct run *run)
{
    pw_status status = PW_OK;
    struct pw_world *world = &run->world;
    const bool is_new = run->origin.reader == NULL;

    PW_TRY(
        is_new ? pw_world_init(world, run->scenario) : pw_world_init_empty(world, run->scenario));
    if (is_first() && run->world.num_shards == 0)
        pw_log_warning("%d ranks live %d shards, so that some have nothing to do; use fewer ranks",
            pw_parallel_ranks(), world->country.num_shards);
    if (run->options->is_timed) PW_TRY(pw_world_time_processes(world));
    PW_TRY(pw_recorder_create(world, run->store, &run->recorder));
    if (!is_new)
        PW_TRY(
            pw_snapshot_restore(run->origin.reader, &run->origin.snapshot, world, run->recorder));
    pw_checkpoint_close(&run->origin.reader);
    run->begin_year = world->year;
done:
    return status;
}

static pw_status
name_checkpoint(struct run *run)
{
    pw_status status = PW_OK;
    static const char suffix[] = ".checkpoint";
    const size_t length = strlen(run->output);

    PW_TRY(pw_alloc(length + sizeof suffix, 1, &run->checkpoint));
    memcpy(run->checkpoint, run->output, length);
    memcpy(run->checkpoint + length, suffix, sizeof suffix);
done:
    return status;
}

static pw_status
finish(struct run *run)
{
    pw_status status = PW_OK;
    const struct options *options = run->options;
    const double seconds = pw_seconds() - options->begin;
    struct pw_run_result result;

    PW_TRY(pw_recorder_finish(run->recorder));
    result = (struct pw_run_result){ .state_digest = pw_world_digest(&run->world),
        .person_years = run->world.person_years,
        .seconds = run->seconds_before + seconds };
    if (is_first()) status = pw_store_finish(run->store, &result);
    PW_TRY(pw_parallel_agree(status));
    if (!is_first()) goto done;
    pw_checkpoint_remove(run->checkpoint);
    if (options->is_timed) print_times(&run->world);
    pw_log_info("wrote %s", run->output);
    if (!options->is_quiet)
        (void) fprintf(stderr, "done: %lld person-years in %.2f s\n",
            (long long) run->world.person_years, seconds);
done:
    return status;
}

/* Is there nothing in the way, and is the run finished already? */
static pw_status
look_at_files(const struct run *run, bool *is_finished)
{
    pw_status status = PW_OK;

    PW_TRY(refuse_leftovers(run));
    if (!run->options->is_resumed) goto done;
    PW_TRY(cli_origin_is_finished(run->output, run->scenario, is_finished));
    if (!*is_finished) goto done;
    pw_checkpoint_remove(run->checkpoint);
    pw_log_info("%s is finished already", run->output);
done:
    return status;
}

static pw_status
create_file(struct run *run)
{
    pw_status status = PW_OK;

    PW_TRY(pw_store_create(run->output, run->options->is_forced, &run->info, &run->store));
    if (!run->options->is_resumed) pw_checkpoint_remove(run->checkpoint);
done:
    return status;
}

/* What the run is, before it begins or instead. */
static struct cli_plan
make_plan(const struct run *run)
{
    const struct options *options = run->options;
    const struct cli_origin *origin = &run->origin;

    return (struct cli_plan){ .scenario = run->scenario,
        .output = run->output,
        .history = options->history,
        .begin_year =
            origin->reader == NULL ? run->scenario->run.history_from : origin->snapshot.head.year,
        .has_checkpoints = options->has_checkpoints,
        .checkpoint_years = options->checkpoint_years,
        .checkpoint_every = CHECKPOINT_SECONDS };
}

static pw_status
run_scenario(const struct options *options, const struct pw_scenario *scenario, const char *output)
{
    pw_status status = PW_OK;
    struct run run = { .options = options,
        .scenario = scenario,
        .output = output,
        .info = { .scenario = scenario,
            .command = options->command,
            .window_years = pw_recorder_window(scenario) },
        .last_checkpoint = options->begin,
        .checkpoint_seconds = 0.2 + pw_world_memory(scenario) / DISK_SPEED };
    struct cli_plan plan;
    bool is_finished = false;

    PW_TRY(name_checkpoint(&run));
    if (is_first()) status = look_at_files(&run, &is_finished);
    PW_TRY(pw_parallel_agree(status));
    pw_parallel_tell(&is_finished, sizeof is_finished);
    if (is_finished) goto done;
    PW_TRY(pw_parallel_agree(find_origin(&run)));
    plan = make_plan(&run);
    if (options->is_dry) {
        PW_TRY(cli_dry_run(&plan));
        goto done;
    }
    PW_TRY(pw_parallel_agree(cli_dry_run_check(&plan)));
    if (is_first()) status = create_file(&run);
    PW_TRY(pw_parallel_agree(status));
    PW_TRY(pw_parallel_agree(make_world(&run)));
    PW_TRY(live(&run));
    PW_TRY(finish(&run));
done:
    pw_recorder_free(&run.recorder);
    pw_store_abandon(&run.store, false);
    pw_world_free(&run.world);
    cli_origin_free(&run.origin);
    pw_free(&run.checkpoint);
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
    if (is_first()) PW_TRY(cli_print_faults(stderr, faults));
    PW_FAIL(kind, "%s was not run: %zu faults", options->scenario, faults->count);
done:
    pw_free(&line);
    return status;
}

/* Ranks on different machines may see different files. */
static pw_status
compare_scenarios(const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    uint64_t first = scenario->digest;

    pw_parallel_tell(&first, sizeof first);
    if (first != scenario->digest)
        PW_FAIL(PW_EINPUT, "the scenario is not the one that rank 0 has read; all ranks must see "
                           "the same files");
done:
    return pw_parallel_agree(status);
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
    if (status == PW_EINPUT && faults.count > 0) status = refuse(options, &faults);
    PW_TRY(pw_parallel_agree(status));
    PW_TRY(compare_scenarios(&scenario));
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

/* @param is_help the manual was asked for, and has been printed */
static pw_status
read_line(int argc, char **argv, struct options *options, bool *is_help)
{
    static const struct option long_options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "persons", required_argument, NULL, 'n' },
        { "years", required_argument, NULL, 'y' }, { "seed", required_argument, NULL, 'S' },
        { "replicate", required_argument, NULL, 'R' }, { "shards", required_argument, NULL, 'H' },
        { "threads", required_argument, NULL, 't' }, { "set", required_argument, NULL, 's' },
        { "record", required_argument, NULL, 'r' }, { "force", no_argument, NULL, 'f' },
        { "quiet", no_argument, NULL, 'q' }, { "dry-run", no_argument, NULL, 'd' },
        { "time", no_argument, NULL, 'T' }, { "resume", no_argument, NULL, 'u' },
        { "checkpoint-every", required_argument, NULL, 'c' },
        { "max-walltime", required_argument, NULL, 'w' },
        { "branch", required_argument, NULL, 'b' },
        { "from-history", required_argument, NULL, 'F' },
        { "save-history", required_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (!*is_help) {
        PW_TRY(cli_option_next(argc, argv, "ho:n:t:fq", long_options, &first, &character));
        if (character < 0) break;
        PW_TRY(read_option(options, character));
        *is_help = character == 'h';
    }
    if (*is_help && is_first()) (void) printf("%s%s", manual, manual_options);
    if (*is_help) goto done;
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "SCENARIO"));
    options->scenario = argv[optind];
done:
    return status;
}

static enum pw_log_level
log_level(const struct options *options)
{
    if (!is_first()) return PW_LOG_SILENT;
    return options->is_quiet ? PW_LOG_ERROR : PW_LOG_INFO;
}

pw_status
cli_run(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct options *options = NULL;
    struct pw_text words = { 0 };
    bool is_help = false, is_raised = false;
    const double begin = pw_seconds();

    pw_parallel_begin();
    PW_TRY(join_words(argc, argv, &words)); /* before options are sorted to the front */
    PW_TRY(pw_alloc(1, sizeof *options, &options));
    options->has_checkpoints = true;
    options->begin = begin;
    options->command = words.bytes;
    PW_TRY(pw_parallel_agree(read_line(argc, argv, options, &is_help)));
    if (is_help) goto done;
    pw_log_set_level(log_level(options));
    pw_parallel_set_threads(options->threads);
    if (!options->is_dry) cli_halt_catch();
    status = read_and_run(options);
    is_raised = status == PW_ESTOPPED && !options->has_checkpoints;
done:
    pw_free(&options);
    pw_text_free(&words);
    pw_parallel_end(status, cli_exit_status(status));
    if (!is_first()) return PW_OK; /* or mpirun would end rank 0 before it has said why */
    if (is_raised) {               /* a shell sees what ended us */
        (void) fprintf(stderr, "pathways: %s\n", pw_status_message());
        cli_halt_raise();
    }
    return status;
}

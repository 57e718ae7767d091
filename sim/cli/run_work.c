/*
 * A run at work: where it begins, its years, what it leaves on the way, and its end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dry_run.h"
#include "halt.h"
#include "origin.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/recorder.h"
#include "pathways/schedule.h"
#include "run.h"

/* A checkpoint every so often, in case the run is killed [s]. */
#define CHECKPOINT_SECONDS 1800.0
/* A disk is at least as fast as that, when nothing has been written yet [bytes/s]. */
#define DISK_SPEED 1e8

struct run {
    const struct cli_run_options *options;
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

/* --- Its years --- */

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
        .history = cli_run_is_first() ? pw_store_history(run->store) : NULL,
        .seconds = run->seconds_before + begin - run->options->begin };
    uint64_t size = 0;

    if (cli_run_is_first()) status = pw_checkpoint_create(path, &writer);
    PW_TRY(pw_parallel_agree(status));
    PW_TRY(pw_parallel_agree(pw_snapshot_save(writer, &about, &run->world, run->recorder)));
    if (cli_run_is_first()) status = pw_checkpoint_commit(writer, keep_previous, &size);
    PW_TRY(pw_parallel_agree(status));
    run->checkpoint_seconds = pw_seconds() - begin;
    if (keep_previous) run->last_checkpoint = begin + run->checkpoint_seconds;
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
    const struct cli_run_options *options = run->options;
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
    const struct cli_run_options *options = run->options;
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
    const struct cli_run_options *options = run->options;
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

    if (cli_run_is_first()) status = look_for_origin(run, &beginning);
    PW_TRY(pw_parallel_agree(status));
    pw_parallel_tell(&beginning, sizeof beginning);
    is_branch = beginning.is_branch;
    if (beginning.path[0] == '\0') goto done;
    if (!cli_run_is_first()) PW_TRY(cli_origin_follow(&run->origin, beginning.path));
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
    if (cli_run_is_first() && run->world.num_shards == 0)
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

/* --- Its end --- */

static void
print_times(const struct pw_world *world)
{
    (void) fprintf(stderr, "%-16s %10s\n", "process", "ns a person-year");
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        (void) fprintf(stderr, "%-16s %10.2f\n", pw_schedule[i]->name,
            world->seconds[i] * 1e9 / (double) world->person_years);
}

static pw_status
finish(struct run *run)
{
    pw_status status = PW_OK;
    const struct cli_run_options *options = run->options;
    const double seconds = pw_seconds() - options->begin;
    struct pw_run_result result;

    PW_TRY(pw_recorder_finish(run->recorder));
    result = (struct pw_run_result){ .state_digest = pw_world_digest(&run->world),
        .person_years = run->world.person_years,
        .seconds = run->seconds_before + seconds };
    if (cli_run_is_first()) status = pw_store_finish(run->store, &result);
    PW_TRY(pw_parallel_agree(status));
    if (!cli_run_is_first()) goto done;
    pw_checkpoint_remove(run->checkpoint);
    if (options->is_timed) print_times(&run->world);
    pw_log_info("wrote %s", run->output);
    if (!options->is_quiet)
        (void) fprintf(stderr, "done: %lld person-years in %.2f s\n",
            (long long) run->world.person_years, seconds);
done:
    return status;
}

/* --- All of it --- */

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
    const struct cli_run_options *options = run->options;
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

pw_status
cli_run_scenario(
    const struct cli_run_options *options, const struct pw_scenario *scenario, const char *output)
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
    if (cli_run_is_first()) status = look_at_files(&run, &is_finished);
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
    if (cli_run_is_first()) status = create_file(&run);
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

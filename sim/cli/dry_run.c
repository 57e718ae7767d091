/*
 * SPDX-License-Identifier: MIT
 */
#include "dry_run.h"

#include <math.h>
#include <stdio.h>

#include "pathways/alloc.h"
#include "pathways/footprint.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/recorder.h"
#include "pathways/text.h"
#include "pathways/world.h"
#include "words.h"

#define MOST (1.0 + PW_FOOTPRINT_TOLERANCE)
/* Rates of England say of another country's run file what is right within such a factor. */
#define RATE_TOLERANCE 2.0
/* Checkpoints that stand on the disk while one is written: it, the last, and the one before. */
#define MOST_CHECKPOINTS 3.0

/* "9.1 GB", "412 MB". */
static pw_status
add_size(struct pw_text *text, double bytes)
{
    if (bytes >= 9.995e8) return pw_text_add(text, "%.2f GB", bytes / 1e9);
    return pw_text_add(text, "%.1f MB", bytes / 1e6);
}

/* "2 h 05 min", "10 min 50 s", "4.2 s". */
static pw_status
add_time(struct pw_text *text, double seconds)
{
    const int64_t whole = (int64_t) (seconds + 0.5);

    if (whole >= 3600)
        return pw_text_add(
            text, "%lld h %02lld min", (long long) (whole / 3600), (long long) (whole % 3600 / 60));
    if (whole >= 60)
        return pw_text_add(
            text, "%lld min %02lld s", (long long) (whole / 60), (long long) (whole % 60));
    return pw_text_add(text, "%.1f s", seconds);
}

static pw_status
add_line(struct pw_text *text, const char *name, double bytes, const char *more)
{
    pw_status status = PW_OK;
    struct pw_text size = { 0 };

    PW_TRY(add_size(&size, bytes));
    PW_TRY(pw_text_add(text, "%-24s%12s%s\n", name, size.bytes, more));
done:
    pw_text_free(&size);
    return status;
}

/* The same, and what there is of it. @param left negative: not known */
static pw_status
add_line_of(struct pw_text *text, const char *name, double bytes, double left, const char *word)
{
    pw_status status = PW_OK;
    struct pw_text of = { 0 };

    PW_TRY(pw_text_add(&of, "%s", ""));
    if (left >= 0.0) {
        PW_TRY(pw_text_add(&of, "   of "));
        PW_TRY(add_size(&of, left));
        PW_TRY(pw_text_add(&of, " %s", word));
    }
    PW_TRY(add_line(text, name, bytes, of.bytes));
done:
    pw_text_free(&of);
    return status;
}

/* What a run is, and what it needs. */
struct needs {
    struct pw_footprint footprint;
    double memory_left, disk_left; /* negative: not known */
    double checkpoints;            /* that stand on the disk at a time */
    double disk;
};

static double
known_memory(void)
{
    const double left = (double) pw_available_memory();

    return left > 0.0 ? left : -1.0;
}

/* A run that is told to stop leaves one; one that is long enough writes them as it goes. */
static double
count_checkpoints(const struct cli_plan *plan, double seconds)
{
    const struct pw_run_settings *run = &plan->scenario->run;
    const double years = (double) (run->start_year + run->years - plan->begin_year);
    double count = floor(seconds / plan->checkpoint_every);

    if (!plan->has_checkpoints) return 0.0;
    if (plan->checkpoint_years > 0) count += floor(years / (double) plan->checkpoint_years);
    return fmax(1.0, fmin(count, MOST_CHECKPOINTS));
}

static pw_status
add_head(struct pw_text *text, const struct cli_plan *plan, const struct pw_footprint *footprint)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *run = &plan->scenario->run;

    PW_TRY(cli_words_count(text, (double) run->persons));
    PW_TRY(pw_text_add(text, " people in %d, lived through from %d to %d, in ", run->start_year,
        plan->begin_year, run->start_year + run->years - 1));
    PW_TRY(cli_words_count(text, (double) footprint->num_shards));
    PW_TRY(pw_text_add(text, " %s on %d %s. Nothing is run; this is what it would take:\n\n",
        footprint->num_shards == 1 ? "shard" : "shards", footprint->num_threads,
        footprint->num_threads == 1 ? "thread" : "threads"));
done:
    return status;
}

static pw_status
add_memory(struct pw_text *text, const struct needs *needs)
{
    pw_status status = PW_OK;
    const struct pw_footprint *footprint = &needs->footprint;

    PW_TRY(add_line_of(
        text, "memory at its peak", footprint->memory, needs->memory_left, "available"));
    PW_TRY(add_line(text, "  people", footprint->people, ""));
    PW_TRY(add_line(text, "  markets", footprint->markets, ""));
    PW_TRY(add_line(text, "  measures", footprint->measures, ""));
    if (footprint->trajectories > 0.0)
        PW_TRY(add_line(text, "  trajectories", footprint->trajectories, ""));
    PW_TRY(add_line(text, "  program", footprint->program, ""));
done:
    return status;
}

static pw_status
add_disk(struct pw_text *text, const struct cli_plan *plan, const struct needs *needs)
{
    static const char *const standing[] = { "", "",
        "   at most; two stand there while one is written",
        "   at most; three stand there while one is written" };
    pw_status status = PW_OK;
    const struct pw_footprint *footprint = &needs->footprint;

    PW_TRY(add_line_of(text, "disk", needs->disk, needs->disk_left, "free"));
    PW_TRY(add_line(text, "  run file", footprint->run_file, ""));
    if (needs->checkpoints > 0.0)
        PW_TRY(add_line(text, "  checkpoint", footprint->checkpoint,
            needs->checkpoints > 1.0 ? standing[(int) needs->checkpoints]
                                     : "   at most, if it is told to stop"));
    if (plan->history != NULL) PW_TRY(add_line(text, "  history", footprint->history, ""));
done:
    return status;
}

static pw_status
add_duration(struct pw_text *text, const struct pw_footprint *footprint)
{
    pw_status status = PW_OK;
    struct pw_text time = { 0 };

    PW_TRY(add_time(&time, footprint->seconds));
    PW_TRY(pw_text_add(text, "%-24s%12s   for ", "time", time.bytes));
    PW_TRY(pw_text_add(
        text, footprint->person_years < 1e8 ? "%.2f" : "%.0f", footprint->person_years / 1e6));
    PW_TRY(pw_text_add(text, " million person-years, %.2f million a second and thread\n\n",
        footprint->person_years / footprint->seconds / 1e6 / (double) footprint->num_threads));
done:
    pw_text_free(&time);
    return status;
}

/* What to ask a batch system for: with a fifth to spare. */
static pw_status
add_request(struct pw_text *text, const struct pw_footprint *footprint)
{
    pw_status status = PW_OK;
    const int64_t minutes = (int64_t) ceil(MOST * footprint->seconds / 60.0);

    PW_TRY(pw_text_add(text,
        "With a fifth to spare: sbatch --cpus-per-task=%d --mem=%.0fM "
        "--time=%02lld:%02lld:00\n",
        footprint->num_threads, ceil(MOST * footprint->memory / 1048576.0),
        (long long) (minutes / 60), (long long) (minutes % 60)));
    PW_TRY(pw_text_add(text, "Measured on "));
    PW_TRY(cli_words_count(text, (double) footprint->miniature_persons));
    PW_TRY(pw_text_add(text,
        " people in %.1f s; time is that of this machine with nothing else to "
        "do.\n",
        footprint->miniature_seconds));
done:
    return status;
}

/* --- What does not fit ---------------------------------------------------------------------- */

static pw_status
check_memory(const struct cli_plan *plan, double needed, double record, double left)
{
    pw_status status = PW_OK;
    const long long persons = (long long) plan->scenario->run.persons;

    if (left < 0.0 || needed <= left) goto done;
    if (needed > MOST * left)
        PW_FAIL(PW_EMEMORY,
            "%lld people need about %.1f GB of memory (%.1f GB to record their trajectories) and "
            "%.1f GB are available; run fewer people (-n), record fewer (--record 0.1) or use a "
            "larger machine",
            persons, needed / 1e9, record / 1e9, left / 1e9);
    pw_log_warning("%lld people need about %.1f GB of memory and %.1f GB are available, which may "
                   "not be enough",
        persons, needed / 1e9, left / 1e9);
done:
    return status;
}

static pw_status
check_disk(const struct cli_plan *plan, double file, double all, double left, double tolerance)
{
    pw_status status = PW_OK;
    struct pw_text needed = { 0 }, free_room = { 0 };

    if (left < 0.0 || all <= left) goto done;
    PW_TRY(add_size(&needed, file > tolerance * left ? file : all));
    PW_TRY(add_size(&free_room, left));
    if (file > tolerance * left)
        PW_FAIL(PW_EIO,
            "%s: needs about %s and %s are free on its disk; record fewer people (--record 0.1) "
            "or years (run.record_from), or write it elsewhere (-o)",
            plan->output, needed.bytes, free_room.bytes);
    pw_log_warning("%s: it and its checkpoints need about %s and %s are free on the disk",
        plan->output, needed.bytes, free_room.bytes);
done:
    pw_text_free(&needed);
    pw_text_free(&free_room);
    return status;
}

pw_status
cli_dry_run(const struct cli_plan *plan)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    struct needs needs = { .memory_left = known_memory(),
        .disk_left = pw_footprint_free_disk(plan->output) };
    const struct pw_footprint *footprint = &needs.footprint;

    if (pw_parallel_ranks() > 1)
        PW_FAIL(PW_EUSAGE, "--dry-run is for one process: call it without mpirun or srun");
    PW_TRY(pw_footprint_make(plan->scenario, plan->begin_year, &needs.footprint));
    needs.checkpoints = count_checkpoints(plan, footprint->seconds);
    needs.disk = footprint->run_file + needs.checkpoints * footprint->checkpoint
                 + (plan->history == NULL ? 0.0 : footprint->history);
    PW_TRY(add_head(&text, plan, footprint));
    PW_TRY(add_memory(&text, &needs));
    PW_TRY(add_disk(&text, plan, &needs));
    PW_TRY(add_duration(&text, footprint));
    PW_TRY(add_request(&text, footprint));
    (void) fputs(text.bytes, stdout);
    (void) fflush(stdout);
    PW_TRY(check_memory(plan, footprint->memory, footprint->trajectories, needs.memory_left));
    PW_TRY(check_disk(plan, footprint->run_file, needs.disk, needs.disk_left, MOST));
done:
    pw_text_free(&text);
    return status;
}

pw_status
cli_dry_run_check(const struct cli_plan *plan)
{
    pw_status status = PW_OK;
    const double here = pw_parallel_share_here(); /* ranks on other machines use their memory */
    const double record = here * pw_recorder_memory(plan->scenario);
    const double memory = here * pw_world_memory(plan->scenario) + record;
    const double file = pw_footprint_run_file(plan->scenario);
    /* One checkpoint, which any run may be told to leave: it holds the people and what is kept. */
    const double all = file + (plan->has_checkpoints ? memory : 0.0);

    PW_TRY(check_memory(plan, memory, record, known_memory()));
    PW_TRY(check_disk(plan, file, all, pw_footprint_free_disk(plan->output), RATE_TOLERANCE));
done:
    return status;
}

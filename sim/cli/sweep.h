/*
 * sweep.h - many runs from one design: which they are, what they are called, where they go.
 *
 * Layer 5 (cli). What the parts of `sweep` and `gather` share: the command and its questions
 * (sweep.c), runs and their names (sweep_points.c), what stands on the disk (sweep_files.c), one
 * run (sweep_run.c) and all of a share (sweep_work.c), what is kept of a run (estimates.c), and the
 * file of all of them (gather.c).
 *
 * In the folder of a sweep:
 *
 *     sweep.json             the list of runs: what gather expects
 *     scenarios/             in full, as they were when the sweep began
 *     points/NAME.h5         estimates of a finished run; NAME.failed says why there is none
 *     work/NAME.h5*          a run at work, with its checkpoint
 *     runs/NAME.h5           its run file, where the design keeps them
 *     histories/             what several runs have lived through together, while it is needed
 *     lock                   who is at work on what: locks end with the process that holds them
 *
 * NAME is a digest of the scenario, its factors and the replicate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_SWEEP_H
#define PW_CLI_SWEEP_H

#include "outcomes.h"
#include "pathways/design.h"

#define CLI_NAME_SIZE 17

struct cli_sweep_scenario {
    char *path;
    struct pw_scenario scenario;
    uint64_t history; /* digest of what is lived before the start year */
};

/** One run. */
struct cli_sweep_point {
    uint64_t name, history;
    size_t scenario; /* index */
    size_t values;   /* row of the values of its factors */
    int replicate;
    bool shares_history; /* with another run of the design */
};

/** Zero-initialise; release with cli_sweep_close. */
struct cli_sweep {
    const char *scenario_path, *design_path, *folder;
    struct pw_design design;
    struct cli_sweep_scenario *scenarios;
    size_t num_scenarios;
    struct cli_sweep_point *points; /* those of one history side by side */
    size_t num_points;
    double *values; /* [rows][factors] as they are in the run; NaN: it has no such policy */
    bool wanted[CLI_NUM_INDICATORS];
    bool by[CLI_NUM_BY];
    char asked[CLI_NAME_SIZE]; /* digest of what is kept of a run */
};

/* --- Runs and names (sweep_points.c) ---------------------------------------------------------- */

/** Read scenarios and design and list the runs. @return PW_EINPUT after printing several faults */
pw_status cli_sweep_open(struct cli_sweep *sweep);

void cli_sweep_close(struct cli_sweep *sweep);

/** What a scenario has where a factor would change it; NaN: it has no such policy. */
double cli_sweep_own_value(const struct pw_scenario *scenario, const struct pw_factor *factor);

/* --- Files (sweep_files.c) -------------------------------------------------------------------- */

/** What a run is asked beside its scenario: [*count] texts for --set, released with pw_free one by
 * one. */
pw_status cli_sweep_overrides(const struct cli_sweep *sweep, const struct cli_sweep_point *point,
    char ***texts, size_t *count);

/** Make the folders, and write the scenarios and the list of runs for gather. */
pw_status cli_sweep_write_list(const struct cli_sweep *sweep);

/** FOLDER/KIND/NAME.ending */
pw_status cli_sweep_path(
    const char *folder, const char *kind, uint64_t name, const char *ending, struct pw_text *path);

/** Is what is asked for of a run there? */
bool cli_sweep_is_done(const struct cli_sweep *sweep, const struct cli_sweep_point *point);

/* --- One run (sweep_run.c) -------------------------------------------------------------------- */

/** Exit status of a process that has found another one at its run. */
#define CLI_SWEEP_BUSY 100

/** What a process is started for. */
struct cli_sweep_run {
    const struct cli_sweep *sweep;
    const struct cli_sweep_point *point;
    int lock, threads;
    double seconds; /* that it may take; 0: no limit */
};

/** Do a run, in a process of its own. @param context struct cli_sweep_run @return exit status */
int cli_sweep_run(void *context);

/** Say why there are no estimates of a run, here and in points/NAME.failed. */
void cli_sweep_note_failure(
    const struct cli_sweep *sweep, const struct cli_sweep_point *point, const char *message);

/** Is some process at work on this? @param key name of a run or history */
bool cli_sweep_is_claimed(int lock, uint64_t key);

/** Open FOLDER/lock. @return -1 when it is not there and `make` is not given */
int cli_sweep_open_lock(const char *folder, bool make);

/* --- All runs of a share (sweep_work.c) ------------------------------------------------------- */

struct cli_sweep_work {
    size_t first, end; /* runs of the share */
    int threads;
    double begin, longest; /* when the program began, and how long it may work; 0: no limit [s] */
    bool is_quiet;
};

/**
 * Do the runs of a share that are not done.
 *
 * @return PW_ESTOPPED when there was no time; PW_EVERDICT when some runs failed; PW_EIO when the
 * machine failed several in a row
 */
pw_status cli_sweep_do(const struct cli_sweep *sweep, const struct cli_sweep_work *work);

/* --- What is kept of a run (estimates.c) ------------------------------------------------------ */

/**
 * Write the estimates of a run file to a file of their own, which is complete or not there: of each
 * grouping /GROUPING/estimate [measure, year, group, part], the parts being value and standard
 * error.
 */
pw_status cli_estimates_write(const struct cli_sweep *sweep, const char *run, const char *path);

#endif

/*
 * calibration.h - a fit in progress: what is fitted to what, the runs behind it, what it leaves.
 *
 * Layer 5 (cli). What the parts of `calibrate` share: the command and its stages (calibrate.c),
 * runs at points (calibration_runs.c), what is printed and written (calibration_results.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_CALIBRATION_H
#define PW_CLI_CALIBRATION_H

#include "findings.h"
#include "pathways/least_squares.h"
#include "pathways/scenario.h"

#define CLI_MAX_FREE 256

/** One value of a parameter that is fitted. */
struct cli_unknown {
    const struct pw_param *param;
    int index; /* of its values */
    double low, high, start;
};

/** What a run said, by what it was asked. */
struct cli_note {
    uint64_t key;
    double *values; /* [targets] */
};

struct cli_calibration {
    const char *scenario_path, *output, *targets_path;
    const char *stages[CLI_MAX_FREE];
    int num_stages;
    struct pw_free_param given[CLI_MAX_FREE];
    int num_given;
    bool from_defaults;     /* what is fitted begins at its default */
    int64_t persons, judge; /* of runs for derivatives; of runs by which a step is judged */
    int64_t seed, rounds, steps, jobs;

    struct pw_scenario scenario;
    struct pw_targets targets;
    struct pw_params fitted;          /* after the stages so far */
    bool is_fitted[CLI_MAX_FREE * 4]; /* [parameters] */
    struct pw_calibrated *marks;      /* [num_marks] of the stages so far */
    size_t num_marks, marks_capacity;
    struct cli_note *notes;
    size_t num_notes, notes_capacity;
    char folder[64];
    const struct pw_stage *stage;
    struct cli_unknown unknowns[CLI_MAX_FREE];
    size_t num_unknowns;
    bool *is_used; /* [targets] of the stage and known to the runs */
    size_t num_used;
};

/* --- Runs (calibration_runs.c) -----------------------------------------------------------------
 */

/** A prior standard deviation of an unknown, in its unit: a quarter of the way between its limits.
 */
double cli_prior_sd(const struct cli_unknown *unknown);

/** The value at a position, in prior standard deviations from where it started; kept within the
 * limits. */
double cli_value_at(const struct cli_unknown *unknown, double position);

/** The parameters at a point: those of the stages before, and the unknowns of this one. */
pw_status cli_params_at(
    const struct cli_calibration *calibration, const double *point, struct pw_params *params);

/** Take the runs of an earlier attempt from OUTPUT.runs. */
pw_status cli_read_notes(struct cli_calibration *calibration);

/** What a run said; NULL when there was none. */
const struct cli_note *cli_find_note(const struct cli_calibration *calibration, uint64_t key);

/** Run the points that are not known yet. @param keys [num_points] receives what they are known by
 */
pw_status cli_run_points(
    struct cli_calibration *calibration, size_t num_points, const double *points, uint64_t *keys);

/* --- Results (calibration_results.c) -----------------------------------------------------------
 */

/** Print what a stage found. */
pw_status cli_print_stage(
    const struct cli_calibration *calibration, const struct pw_least_squares_result *result);

/** Note the standard errors of a stage beside the values that it fitted. */
pw_status cli_mark_stage(
    struct cli_calibration *calibration, const struct pw_least_squares_result *result);

/** Write what a prior SD of each parameter does to each figure, in the unit of the figure. */
pw_status cli_write_sensitivity(const struct cli_calibration *calibration,
    const struct pw_least_squares_result *result, bool is_first);

/** Write the scenario that extends the one asked for by what was fitted so far. */
pw_status cli_write_fitted(const struct cli_calibration *calibration);

#endif

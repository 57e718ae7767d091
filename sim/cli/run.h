/*
 * run.h - what is asked of a run.
 *
 * Layer 5 (cli). What the parts of `run` share: the command (run.c), its options (run_options.c),
 * and the run at work (run_work.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_RUN_H
#define PW_CLI_RUN_H

#include "cli.h"
#include "pathways/parallel.h"

#define CLI_MAX_OVERRIDE_TEXT 160

/** Where an override comes from. */
struct cli_override {
    const char *option, *value;       /* "--persons", "0"; option NULL: --set */
    char text[CLI_MAX_OVERRIDE_TEXT]; /* "run.persons=0", when it comes from an option */
};

struct cli_run_options {
    const char *scenario, *output;
    const char *command;                    /* as typed */
    const char *override[CLI_MAX_SETTINGS]; /* NAME=VALUE */
    struct cli_override from[CLI_MAX_SETTINGS];
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

/** Rank 0 writes files, and says what there is to say. */
static inline bool
cli_run_is_first(void)
{
    return pw_parallel_rank() == 0;
}

/**
 * Read the command line.
 *
 * @param options  zero but for what options do not say
 * @param is_help  receives true when the manual is asked for; nothing else is read then
 */
pw_status cli_run_read(int argc, char **argv, struct cli_run_options *options, bool *is_help);

/**
 * Say what is wrong with a scenario and its settings: one fault in the sentence that main prints,
 * several a line each before it.
 *
 * @param faults  those of options are changed to speak of what was typed
 * @return        PW_EUSAGE, or PW_EINPUT when a fault is not that of an option
 */
pw_status cli_run_refuse(const struct cli_run_options *options, struct pw_faults *faults);

/** Begin the run or go on with it, and live it to its end, or estimate it for --dry-run. */
pw_status cli_run_scenario(
    const struct cli_run_options *options, const struct pw_scenario *scenario, const char *output);

#endif

/*
 * dry_run.h - what a run will take, said before it is run.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_DRY_RUN_H
#define PW_CLI_DRY_RUN_H

#include "pathways/scenario.h"
#include "pathways/status.h"

/** A run that is not run yet. */
struct cli_plan {
    const struct pw_scenario *scenario;
    const char *output;       /* the run file */
    const char *history;      /* file to save the history in, NULL: none */
    int begin_year;           /* lived through already, or run.history_from */
    bool has_checkpoints;     /* false: never */
    int64_t checkpoint_years; /* also after so many years; 0: not by years */
    double checkpoint_every;  /* and after so long [s] */
};

/**
 * Print an estimate of memory, disk and time.
 *
 * @return PW_EMEMORY or PW_EIO when it is certain that there is too little memory or disk; what may
 * just be enough is only warned of
 */
pw_status cli_dry_run(const struct cli_plan *plan);

/**
 * Before a run: refuse what certainly does not fit and warn of what may not, from the sizes of
 * tables and measured rates alone.
 */
pw_status cli_dry_run_check(const struct cli_plan *plan);

#endif

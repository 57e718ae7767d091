/*
 * gather.h - an ensemble file in the making.
 *
 * Layer 5 (cli). What the parts of `gather` share: the command and the list of runs (gather.c), and
 * what is written of them (gather_rows.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_GATHER_H
#define PW_CLI_GATHER_H

#include <cjson/cJSON.h>

#include "sweep.h"

struct cli_gathering {
    const char *folder, *output;
    bool is_forced, is_partial, is_quiet;
    cJSON *list;          /* DIR/sweep.json */
    const cJSON **runs;   /* [num_runs] entries of those that are there */
    const char **missing; /* [num_missing] names of the others */
    size_t num_runs, num_missing;
    struct pw_store *store;
};

/** A member of DIR/sweep.json; NULL when it is not there. */
const cJSON *cli_gather_member(const struct cli_gathering *gathering, const char *name);

/** A text of an object of it; "" when there is none. */
const char *cli_gather_text(const cJSON *object, const char *name);

/** Name of a run, whose entry is [name, scenario, replicate, [values]]. */
const char *cli_gather_name(const cJSON *run);

/** Open the estimates of a run. */
pw_status cli_gather_open(
    const struct cli_gathering *gathering, const cJSON *run, struct pw_reader **reader);

/** Write /runs: what the list says of each, and what they say of themselves. */
pw_status cli_gather_write_listed(const struct cli_gathering *gathering);
pw_status cli_gather_write_identities(const struct cli_gathering *gathering);

/** Write /parameters: the factors. */
pw_status cli_gather_write_parameters(const struct cli_gathering *gathering);

/** Write /measures, one group for each grouping. */
pw_status cli_gather_write_measures(const struct cli_gathering *gathering);

#endif

/*
 * findings.h - what a run says to published figures.
 *
 * Layer 5 (cli). What validate and calibrate share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_FINDINGS_H
#define PW_CLI_FINDINGS_H

#include "outcomes.h"
#include "pathways/targets.h"

/** Where the published figures are unless somebody says otherwise. */
#define CLI_TARGETS_FILE "scenarios/targets_england.json"

/** What the run says to one target. */
struct cli_finding {
    struct pw_estimate model; /* in the unit of the target; NaN when the run does not know */
    double distance;          /* in tolerances */
    bool is_known, is_met;
};

/**
 * Read targets, and print their faults when there are several.
 *
 * @param path  NULL: CLI_TARGETS_FILE, else that of the installed scenarios
 */
pw_status cli_targets_read(const char *path, struct pw_targets *targets);

/** @return PW_EINPUT with "did you mean" when a measure, grouping or group is not one */
pw_status cli_find(const struct cli_outcomes *outcomes, const struct pw_target *target,
    struct cli_finding *finding);

/** "met", "missed" or "not known". */
const char *cli_verdict(const struct cli_finding *finding);

/** The next cell: the year or years of a target. */
pw_status cli_table_years(struct cli_table *table, const struct pw_target *target);

/** The next cell: a figure with as many decimals as its size asks for; empty when NaN. @param sign
 * before what is positive */
pw_status cli_table_figure(struct cli_table *table, double value, const char *sign);

/** Targets `begin` to `end` (half-open) beside what the run says, one row each. @param plus before
 * positive differences: "+", or "" where they are to be read by a machine */
pw_status cli_findings_list(const struct pw_targets *targets, const struct cli_finding *findings,
    size_t begin, size_t end, const char *plus, struct cli_table *table);

/** How a whole run does. */
struct cli_score {
    size_t num_met, num_known;
    double share_met;     /* per cent */
    double mean_distance; /* in tolerances, of those known */
};

struct cli_score cli_score_of(const struct pw_targets *targets, const struct cli_finding *findings);

#endif

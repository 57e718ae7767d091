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

#endif

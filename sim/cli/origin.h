/*
 * origin.h - where a run begins: with the founders, at its own checkpoint, or at that of another.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_ORIGIN_H
#define PW_CLI_ORIGIN_H

#include "pathways/snapshot.h"

/** Zero-initialise; release with cli_origin_free. */
struct cli_origin {
    struct pw_checkpoint_reader *reader; /* NULL: with the founders */
    struct pw_snapshot snapshot;
};

/**
 * The run's own checkpoint, the last that is whole; that an older one must do is said.
 *
 * @return PW_EINPUT, with what has changed, when it is of another scenario
 */
pw_status cli_origin_resume(
    struct cli_origin *origin, const char *path, const struct pw_scenario *scenario);

/**
 * The checkpoint of another run, which this one has been the same as up to then.
 *
 * @return PW_EINPUT, with what differs, when it has not
 */
pw_status cli_origin_branch(
    struct cli_origin *origin, const char *path, const struct pw_scenario *scenario);

/** The checkpoint that rank 0 has found and checked so, in another rank. */
pw_status cli_origin_follow(struct cli_origin *origin, const char *path);

void cli_origin_free(struct cli_origin *origin);

/** Is the finished run file of this scenario there? Something else under that name is not it. */
pw_status cli_origin_is_finished(
    const char *path, const struct pw_scenario *scenario, bool *is_finished);

#endif

/*
 * pool.h - several processes of this program at work side by side, each on a piece of work of its
 * own, so that one that fails or is killed takes no other with it.
 *
 * Layer 5 (cli). What calibrate and sweep share. Processes are forked from this one, which must not
 * have woken other threads; they end with this one (SIGTERM), however it ends.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_POOL_H
#define PW_CLI_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pathways/status.h"

#define CLI_MAX_JOBS 256

/** Zero-initialise. */
struct cli_pool {
    pid_t pids[CLI_MAX_JOBS]; /* 0: none */
    size_t tags[CLI_MAX_JOBS];
    int size; /* processes at once, at most CLI_MAX_JOBS */
    int count;
};

/** One that has ended. */
struct cli_pool_end {
    size_t tag;
    bool has_exited; /* or was it ended by a signal? */
    int code;        /* exit status, or number of the signal */
};

/**
 * Start a process. There must be room: count < size.
 *
 * @param tag   what it is known by; several may have one tag
 * @param work  is called in it and returns its exit status
 */
pw_status cli_pool_start(
    struct cli_pool *pool, size_t tag, int (*work)(void *context), void *context);

/**
 * Wait until a process ends, a signal is caught or the time is over.
 *
 * @param seconds  0: only look; negative: as long as it takes
 * @param end      receives the one that has ended
 * @return         has one ended?
 */
bool cli_pool_wait(struct cli_pool *pool, double seconds, struct cli_pool_end *end);

/** Send a signal to all of them. */
void cli_pool_signal(const struct cli_pool *pool, int number);

#endif

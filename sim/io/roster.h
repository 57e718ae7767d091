/**
 * roster.h - which rank keeps which rows of the run file.
 *
 * Internal to sim/io. People have rows by birth year, then by shard: those whom one rank has of one
 * birth cohort are a stretch of rows, and each rank keeps its own stretches one after the other. So
 * a row of the file and the place where its rank keeps it differ by a number that is the same for a
 * whole cohort.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_ROSTER_H
#define PW_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"

/** The rows of one rank in one birth cohort. */
struct pw_stretch {
    size_t row;  /* the first, in the file */
    size_t kept; /* where its rank keeps it */
};

/** Zero-initialise; release with pw_roster_free. */
struct pw_roster {
    size_t num_cohorts, num_shards; /* of all ranks */
    int rank, num_ranks;
    size_t num_rows, own_rows;  /* of all ranks and of this one */
    int64_t *count;             /* [num_cohorts][num_shards] rows */
    struct pw_stretch *stretch; /* [num_cohorts * num_ranks + 1] in order of rows; the last: where
                                   they end */
};

/** An array of which each rank keeps the items of its own rows. */
struct pw_rows {
    int64_t array; /* its name for pw_parallel_ask */
    void *own;     /* [own_rows] */
    size_t width;  /* bytes a row */
};

/** Without rows yet. @param num_ranks pw_parallel_ranks(), and `rank` is this one */
pw_status pw_roster_init(
    struct pw_roster *roster, size_t num_cohorts, size_t num_shards, int rank, int num_ranks);

void pw_roster_free(struct pw_roster *roster);

/** Work out who has which rows once `count`, which is the same in all ranks, has changed. */
void pw_roster_settle(struct pw_roster *roster);

/** What this rank has of a cohort. */
struct pw_stretch pw_roster_own(const struct pw_roster *roster, size_t cohort);

/** Has this rank any of the rows [first, first + count)? */
bool pw_roster_has(const struct pw_roster *roster, size_t first, size_t count);

/**
 * Rank 0, while the others are at pw_parallel_answer: the items of rows [first, first + count).
 *
 * @param room  for them all; unused when this is the only rank
 * @return      where they are: `room`, or the array itself
 */
const void *pw_roster_collect(const struct pw_roster *roster, const struct pw_rows *rows,
    size_t first, size_t count, void *room);

/**
 * Put those of rows [first, first + count) that are this rank's into its array.
 *
 * @param items  [count] of `size` bytes, the first ones of a row
 */
void pw_roster_keep(const struct pw_roster *roster, const struct pw_rows *rows, size_t first,
    size_t count, size_t size, const void *items);

#endif

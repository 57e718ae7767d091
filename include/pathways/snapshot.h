/**
 * snapshot.h - a run between two years, in a checkpoint: everything that decides how it goes on.
 *
 * Layer 4 (io). In this order: what run it is; the country; how many people each shard has; the
 * people, shard by shard and column by column; what was recorded, trajectories as they are packed
 * in the run file. So a checkpoint stands alone: the unfinished run file is made again from it.
 * Nothing depends on threads or ranks (parallel.h). Rank 0 writes what all ranks have; each reads
 * its own shards, to which it goes straight, since where a shard stands in the file follows from
 * the numbers of people.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SNAPSHOT_H
#define PW_SNAPSHOT_H

#include "pathways/checkpoint.h"
#include "pathways/recorder.h"
#include "pathways/world.h"

/** Where a run stands. */
struct pw_snapshot_head {
    uint64_t scenario_digest;
    int64_t persons, person_years; /* as in struct pw_world */
    double seconds;                /* wall clock of the run so far */
    int32_t first_year, year;      /* the first, and the one lived through last */
    int32_t num_shards, num_policies;
    uint64_t parent_digest; /* of the scenario of the run from which this one branched */
    int64_t parent_year;    /* last year that was lived in that one */
};

/** Which run a snapshot is of. Zero-initialise; release with pw_snapshot_free. */
struct pw_snapshot {
    char *program; /* that wrote it, "pathways 0.1.0 (commit)" */
    char *run;     /* name of the run file */
    char *parent;  /* that of the run from which this one branched, "" when from none */
    char *history; /* of the run file, a line a command */
    char *resolved_text;
    struct pw_snapshot_head head;
};

/** What the caller knows of the run, for pw_snapshot_save. */
struct pw_snapshot_about {
    const char *run;    /* name of the run file */
    const char *parent; /* see struct pw_snapshot; NULL: none */
    uint64_t parent_digest;
    int parent_year;
    const char *history;
    double seconds;
};

/** Put a run into a checkpoint that has just been created: all ranks. Rank 0 may fail; in the
 * others `writer` is NULL. */
pw_status pw_snapshot_save(struct pw_checkpoint_writer *writer,
    const struct pw_snapshot_about *about, struct pw_world *world, struct pw_recorder *recorder);

/**
 * Read which run a checkpoint is of.
 *
 * @return PW_EFORMAT when it was written by another version of the program, in which lives go
 * otherwise
 */
pw_status pw_snapshot_begin(struct pw_checkpoint_reader *reader, struct pw_snapshot *snapshot);

/**
 * Read the rest. What the scenario is has been checked (pw_scenario_find_change): it is that of the
 * snapshot, except for policies that begin later.
 *
 * @param world     empty (pw_world_init_empty)
 * @param recorder  of this world, before its first year
 */
pw_status pw_snapshot_restore(struct pw_checkpoint_reader *reader,
    const struct pw_snapshot *snapshot, struct pw_world *world, struct pw_recorder *recorder);

void pw_snapshot_free(struct pw_snapshot *snapshot);

#endif

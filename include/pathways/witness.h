/**
 * witness.h - one person of a world, watched while it is lived process by process.
 *
 * Layer 3 (engine). A witness reads; it changes no byte of the world.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_WITNESS_H
#define PW_WITNESS_H

#include "pathways/decision.h"
#include "pathways/world.h"

/** Passes of a process that can tell of a person: policies are the most. */
#define PW_MAX_TOLD PW_MAX_POLICIES

/** Where a person is in a world. */
struct pw_whereabouts {
    bool is_found;
    size_t shard, row; /* until the next year begins */
};

/** A policy that pushes somebody through a channel of a process. */
struct pw_felt {
    int policy;
    enum pw_channel channel;
    float amount; /* in the unit of the channel */
};

#define PW_MAX_FELT 32

/** What one process did to a person in a year. */
struct pw_note {
    size_t process;                 /* number in pw_schedule */
    struct pw_whereabouts at;       /* when the process has run */
    bool was_there, is_there;       /* before and after: a birth */
    struct pw_person before, after; /* zero where not there */
    pw_columns changed;             /* all columns for somebody who has just been born */
    int num_told, num_felt;
    int pass[PW_MAX_TOLD];                /* of what is told */
    struct pw_decision told[PW_MAX_TOLD]; /* what was decided, pass by pass */
    struct pw_felt felt[PW_MAX_FELT];     /* while it was decided */
};

/** Look for a key. O(people). */
struct pw_whereabouts pw_witness_find(const struct pw_world *world, uint64_t key);

/** Columns in which two rows hold different values; rows linked to are compared by number. */
pw_columns pw_witness_changed(const struct pw_person *before, const struct pw_person *after);

/**
 * Run the next process of a year that has begun (pw_world_begin_year), and note what it does to
 * the person of a key.
 *
 * @param at    where the person was before, or not found
 * @param note  receives what there is to tell
 */
void pw_witness_process(struct pw_world *world, size_t process, uint64_t key,
    struct pw_whereabouts at, struct pw_note *note);

#endif

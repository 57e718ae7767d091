/**
 * world.h - a simulation: a country and its people, advanced a year at a time.
 *
 * Layer 3 (engine). With several ranks (parallel.h) each has some of the shards, and all ranks
 * call what makes or advances a world; when one fails, all do.
 *
 *     pw_world_init(&world, &scenario);
 *     while (pw_world_has_next(&world))
 *         pw_world_step(&world);
 *     pw_world_free(&world);
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_WORLD_H
#define PW_WORLD_H

#include <stdint.h>

#include "pathways/country.h"
#include "pathways/population.h"
#include "pathways/scenario.h"

/** A simulation. Zero-initialise; release with pw_world_free. */
struct pw_world {
    const struct pw_scenario *scenario;
    struct pw_country country;
    struct pw_shard *shards; /* [num_shards] those of this rank, by index */
    size_t num_shards;       /* of this rank; country.num_shards are those of all */
    int first_year, last_year;
    int year;             /* lived through last; first_year - 1 before the first step */
    int64_t persons;      /* present at the end of `year` */
    int64_t person_years; /* sum of persons over the years */
    double
        *seconds; /* [processes] wall clock of each process, or NULL: see pw_world_time_processes */
    int64_t *numbers; /* [country.num_shards] scratch: one of each shard, those of others 0 */
};

/** Shards of a scenario: as it says, else one for every 25,000 people. Never depends on the
 * machine. */
int pw_world_num_shards(const struct pw_scenario *scenario);

/**
 * Memory that a run of the scenario needs at its peak, without trajectories [bytes]; an estimate.
 */
double pw_world_memory(const struct pw_scenario *scenario);

/**
 * The world at the beginning of history. The scenario must outlive it.
 *
 * @return PW_EMEMORY, also when the machine clearly has too little memory for the scenario
 */
pw_status pw_world_init(struct pw_world *world, const struct pw_scenario *scenario);

/**
 * The same without a single person: to be filled with people who have lived already (snapshot.h).
 * Each rank may fail for itself.
 */
pw_status pw_world_init_empty(struct pw_world *world, const struct pw_scenario *scenario);

/**
 * Room in a shard for so many people and for what the next year adds to them.
 *
 * @param shard  which of `shards`
 */
pw_status pw_world_make_room(struct pw_world *world, size_t shard, size_t num_rows);

void pw_world_free(struct pw_world *world);

/** Time every process from now on (slower: each is a sweep of its own). */
pw_status pw_world_time_processes(struct pw_world *world);

/** Is there a year left? */
bool pw_world_has_next(const struct pw_world *world);

/** Live through the next year. */
pw_status pw_world_step(struct pw_world *world);

/**
 * The next year in parts, for whoever wants to look between: begin, then every process of
 * pw_schedule in order (pw_schedule_run_process), then end. The same bits as pw_world_step.
 */
pw_status pw_world_begin_year(struct pw_world *world);
void pw_world_end_year(struct pw_world *world);

/** Check every shard: see pw_shard_verify. */
pw_status pw_world_verify(const struct pw_world *world);

/** Digest of the state of everyone: equal for any number of threads and ranks. All ranks. */
uint64_t pw_world_digest(const struct pw_world *world);

#endif

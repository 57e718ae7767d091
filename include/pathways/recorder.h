/**
 * recorder.h - what a run keeps: watches a world year by year and writes the run file.
 *
 * Layer 4 (io). Trajectories of recorded people, measures, flows, markets and policies. People have
 * rows in order of birth year, then shard: a birth cohort is a slice. Who is recorded depends on
 * the person's key only.
 *
 * With several ranks (parallel.h) each keeps the rows of its own people, and rank 0, which alone
 * has a store, collects them a block of rows at a time. All ranks call pw_recorder_note_year and
 * pw_recorder_finish; when one fails, all do. The others they call each for itself.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_RECORDER_H
#define PW_RECORDER_H

#include "pathways/checkpoint.h"
#include "pathways/store.h"
#include "pathways/world.h"

/** Watches one world. Opaque. */
struct pw_recorder;

/** Years of trajectories to be written together (pw_run_info): fewer where very many are recorded.
 */
int pw_recorder_window(const struct pw_scenario *scenario);

/** Bytes of memory that recording a scenario's trajectories will take, about. */
double pw_recorder_memory(const struct pw_scenario *scenario);

/** What a recorder keeps in memory. */
struct pw_recorder_size {
    double thread; /* counts of the year, on each thread [bytes] */
    double years;  /* counts of the recorded years [bytes] */
    double person; /* of each recorded person for good [bytes] */
    double window; /* and in the window of years that is not yet on file [bytes] */
    size_t rows;   /* people recorded so far */
};

/**
 * What a recorder keeps, and what it would if every count were so many times larger.
 *
 * @param recorder  that has noted a year
 * @param scale     1 or more; acts on `years` only
 */
void pw_recorder_measure(
    const struct pw_recorder *recorder, double scale, struct pw_recorder_size *size);

/**
 * Begin to record: from run.record_from on, or from the first year that is lived through, since the
 * year in which history begins is founded only.
 *
 * @param world  before its first recorded year; outlives the recorder
 * @param store  where to; outlives the recorder; NULL in ranks other than 0
 * @return       PW_EINPUT when the run has no year to record
 */
pw_status pw_recorder_create(
    struct pw_world *world, struct pw_store *store, struct pw_recorder **recorder);

/** Note the year that the world has just lived through; nothing before the first recorded one. */
pw_status pw_recorder_note_year(struct pw_recorder *recorder);

/** Put what was recorded so far into a checkpoint: rank 0, while the others answer with
 * pw_recorder_array. */
pw_status pw_recorder_save(struct pw_recorder *recorder, struct pw_checkpoint_writer *writer);

/** What this rank keeps under a number below pw_recorder_num_arrays, for pw_parallel_answer. */
const void *pw_recorder_array(const struct pw_recorder *recorder, int64_t array);
int64_t pw_recorder_num_arrays(void);

/**
 * Take it from a checkpoint, into a recorder that has not noted a year, of a world whose people
 * have been restored.
 *
 * @param kept_policies  policies of the scenario that had begun when the checkpoint was written:
 * bit p is policy p; of the others nothing is taken
 * @return  PW_EINPUT when the checkpoint does not hold what this run is to record
 */
pw_status pw_recorder_restore(
    struct pw_recorder *recorder, struct pw_checkpoint_reader *reader, uint32_t kept_policies);

/** Write what is left: people, measures, markets, policies. */
pw_status pw_recorder_finish(struct pw_recorder *recorder);

/** Release; safe on NULL. */
void pw_recorder_free(struct pw_recorder **recorder);

#endif

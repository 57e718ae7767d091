/**
 * footprint.h - what a run will take, before it is run: memory, disk and time.
 *
 * Layer 4 (io). A miniature of the run (the same scenario, years and threads, fewer people) is
 * lived through and written to a temporary file, which takes about a second. Numbers of people, of
 * applicants and of recorded rows are those of the miniature in proportion; bytes follow from the
 * tables by which a run allocates (columns.def, persons.def, trajectories.def, measures.def). Time
 * is that of this machine when it has nothing else to do.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_FOOTPRINT_H
#define PW_FOOTPRINT_H

#include <stdint.h>

#include "pathways/scenario.h"
#include "pathways/status.h"

/** An estimate may be so far from what happens, either way. */
#define PW_FOOTPRINT_TOLERANCE 0.2

/** What a run will take. */
struct pw_footprint {
    double memory;       /* at its peak: the sum of the five below [bytes] */
    double people;       /* columns of everyone */
    double markets;      /* who applies, and tallies */
    double measures;     /* counts of the year on every thread, and of all recorded years */
    double trajectories; /* recorded people and the years that are not yet on file */
    double program;      /* the program, its libraries, the scenario */

    double run_file;   /* [bytes] */
    double checkpoint; /* the largest that can be written [bytes] */
    double history;    /* the checkpoint at the end of the year before the start year [bytes] */

    double seconds;      /* wall clock from `begin_year` on, if nothing else is run */
    double person_years; /* lived through from `begin_year` on */

    int num_shards, num_threads;
    int64_t miniature_persons; /* alive in the start year of the miniature */
    double miniature_seconds;  /* that making the estimate took */
};

/**
 * Estimate a run on the threads that are set (pw_parallel_set_threads). Takes one of them: on
 * several, loops over shards take so many times less.
 *
 * @param begin_year  lived through already, from a checkpoint; run.history_from for a whole run
 * @return            what running the miniature fails with: PW_EMEMORY, PW_EIO for the folder of
 * temporary files (TMPDIR, else /tmp), PW_EINPUT when the run has no year to record
 */
pw_status pw_footprint_make(
    const struct pw_scenario *scenario, int begin_year, struct pw_footprint *footprint);

/**
 * Size of the run file from rates that were measured on England, without running anything [bytes]:
 * right within a factor of two.
 */
double pw_footprint_run_file(const struct pw_scenario *scenario);

/** Room that this process has on the disk of a file that need not be there [bytes]; negative where
 * the system does not say. */
double pw_footprint_free_disk(const char *path);

#endif

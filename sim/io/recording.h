/**
 * recording.h - what a recorder keeps, for the files that fill, write and save it.
 *
 * Internal to sim/io.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_RECORDING_H
#define PW_RECORDING_H

#include "pathways/ledger.h"
#include "pathways/measure.h"
#include "pathways/parallel.h"
#include "pathways/recorder.h"
#include "pathways/threshold.h"
#include "pathways/trajectory.h"
#include "pathways/yearbook.h"
#include "roster.h"

/** Columns of /persons. */
enum person {
#define PERSON(name, TYPE, value, units, codes, about) PERSON_##name,
#include "pathways/persons.def"
    NUM_PERSON_COLUMNS
};

/** A line of persons.def. */
struct pw_person_column {
    const char *name;
    enum pw_type type;
    const char *units;
    int codes;
    const char *about;
};

extern const struct pw_person_column pw_person_columns[NUM_PERSON_COLUMNS];

struct pw_recorder {
    struct pw_world *world;
    struct pw_store *store;    /* of rank 0; NULL in the others */
    int first_year, num_years; /* of everything recorded */
    bool has_trajectories;

    struct pw_roster roster;          /* who has which rows; those of this rank are kept here: */
    size_t capacity;                  /* rows */
    void *person[NUM_PERSON_COLUMNS]; /* [capacity] */
    uint8_t *gone;                    /* [capacity] PW_DEAD or PW_EMIGRATED once it is so, else 0 */

    int window_begin, window_years; /* index of the present window's first year, and its length */
    void *window[PW_NUM_TRAJECTORIES]; /* [capacity][window_years] */
    size_t window_capacity;            /* rows */

    struct pw_measures *measures; /* [threads] */
    int num_threads;
    struct pw_income_counts *incomes; /* [threads] */
    struct pw_thresholds *thresholds;
    struct pw_yearbook yearbook; /* filled by rank 0 */
    struct pw_ledger ledger;
};

/** Arrays of rows, as rank 0 asks for them. */
enum { ARRAY_PERSON, ARRAY_GONE = NUM_PERSON_COLUMNS, ARRAY_WINDOW };
/** Rows that are collected from other ranks at a time, and put into one section of a checkpoint: a
 * multiple of what the store can take. */
#define BLOCK_ROWS 65536

/** Whether this rank writes what is recorded: rank 0. */
static inline bool
pw_recorder_is_writer(void)
{
    return pw_parallel_rank() == 0;
}

/** Room for so many people of this rank. @return PW_EMEMORY also when they are too many */
pw_status pw_recorder_grow(struct pw_recorder *recorder, size_t rows);

/** Years that a window holds, but for the last. */
int pw_recorder_longest_window(const struct pw_recorder *recorder);

/** Begin the window whose first year has this index among those recorded. */
pw_status pw_recorder_open_window(struct pw_recorder *recorder, int index);

/** An array of rows under its number. */
struct pw_rows pw_recorder_rows(const struct pw_recorder *recorder, int64_t array);

#endif

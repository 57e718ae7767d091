/**
 * parting.h - where two worlds that are lived side by side begin to differ.
 *
 * Layer 3 (engine). Worlds of one family of runs hold the same people in the same shards; as long
 * as nothing differs, also in the same rows.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PARTING_H
#define PW_PARTING_H

#include "pathways/world.h"

/** The first difference of two worlds. */
struct pw_parting {
    bool is_found;
    bool other_people;     /* another person stands in the row, or nobody: a birth, an arrival */
    size_t shard, row;     /* first row that differs, shard by shard */
    enum pw_column column; /* first of columns.def that differs there */
    pw_columns columns;    /* all that differ somewhere */
    int64_t people;        /* rows that differ in any of them */
};

/**
 * Compare two worlds row by row, as long as they hold the same people in the same rows. `record`,
 * which is the file's, is left out.
 *
 * @param columns  to compare: all that have been written since they were equal
 */
void pw_parting_find(const struct pw_world *one, const struct pw_world *other, pw_columns columns,
    struct pw_parting *parting);

/** People by key: how many of two worlds differ. */
struct pw_parting_count {
    int64_t both;                 /* present in both */
    int64_t only_one, only_other; /* present in one of them */
    int64_t differ;               /* present in both, some column differs */
    int64_t visibly;              /* the same for state, place, class, qualification, owner */
};

/**
 * Compare the people present in two worlds by key, also when rows no longer agree. Links are
 * compared by key.
 */
pw_status pw_parting_count(
    const struct pw_world *one, const struct pw_world *other, struct pw_parting_count *count);

/** Columns in which a row of one world differs from one of the other; links are compared by key. */
pw_columns pw_parting_columns(
    const struct pw_shard *one, size_t row, const struct pw_shard *other, size_t other_row);

#endif

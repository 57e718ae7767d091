/**
 * statistic.h - what counted tables and measures come to: odds ratios, slopes, waiting times, gaps.
 *
 * Layer 3 (engine). The lines of statistics.def. A statistic of a table is a pure function of some
 * cells (mobility.h, distribution.h); this says which people of the table belong to which cell.
 * The others are of measures: a difference of two, a gap between origins, a spread between places.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_STATISTIC_H
#define PW_STATISTIC_H

#include <stdint.h>

#include "pathways/crosstab.h"
#include "pathways/measure.h"
#include "pathways/mobility.h"

/** What a statistic is made of. */
enum pw_statistic_kind {
    PW_STATISTIC_OF_TABLE,
    PW_STATISTIC_DIFFERENCE, /* first measure less second */
    PW_STATISTIC_ORIGIN_GAP, /* of the first measure: professional less working-class origin */
    PW_STATISTIC_SPREAD      /* of the first measure, between places */
};

enum pw_statistic {
#define STATISTIC(constant, ...)  PW_STATISTIC_##constant,
#define DIFFERENCE(constant, ...) PW_STATISTIC_##constant,
#define ORIGIN_GAP(constant, ...) PW_STATISTIC_##constant,
#define SPREAD(constant, ...)     PW_STATISTIC_##constant,
#include "pathways/statistics.def"
    PW_NUM_STATISTICS
};

/** What a statistic of a table may be cut by, beside the nation and the year; bits. */
enum pw_cut_set { PW_CUT_SEX = 1, PW_CUT_ORIGIN = 2, PW_CUT_COHORT = 4 };

/** Place of a cell of a table on each axis; -1 on axes that the table does not have. */
struct pw_table_place {
    int at[PW_NUM_AXES];
};

/** People of a table and how they enter a statistic. */
struct pw_statistic_source {
    enum pw_crosstab table;
    struct pw_table_statistic statistic;
    int (*cell)(const struct pw_table_place *place); /* which number they are added to, or -1 */
};

/** One line of statistics.def. */
struct pw_statistic_info {
    const char *name;
    enum pw_statistic_kind kind;
    struct pw_statistic_source source;   /* of a statistic of a table */
    enum pw_measure measure, subtrahend; /* of the others */
    unsigned cuts;                       /* enum pw_cut_set */
    enum pw_theme theme;
    enum pw_better better;
    const char *unit, *published_as, *about;
};

/** The line of statistics.def behind a statistic. */
const struct pw_statistic_info *pw_statistic_info(enum pw_statistic statistic);

/** How a measure is had by decade of birth from the class table; NULL if it is not. */
const struct pw_statistic_source *pw_statistic_cohort_form(enum pw_measure measure);

/** Whom to look at; -1 is everyone. */
struct pw_cut {
    int sex, origin, decade; /* place on the axis */
};

/**
 * Add the people of a table to the numbers that a statistic is computed from.
 *
 * @param source  which table, which people
 * @param axes    of `items`, PW_NO_AXIS after the last: those of the table, or fewer when it was
 * summed over some
 * @param items   [cells of these axes][PW_NUM_GROUPS] of one year
 * @param cells   [num_cells][PW_NUM_GROUPS] added to
 */
void pw_statistic_gather(const struct pw_statistic_source *source, const enum pw_axis *axes,
    const int64_t *items, const struct pw_cut *cut, int64_t *cells);

#endif

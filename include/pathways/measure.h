/**
 * measure.h - what a year came to: indicators, mobility tables and flows between states, as integer
 * counts.
 *
 * Layer 3 (engine). Everything is a sum of integers over people, kept by lineage group, so that any
 * order of shards and threads gives the same numbers and leaving out one group at a time gives
 * standard errors (mobility.h). The measures are the lines of measures.def. Founders of the run who
 * were 14 or older when it began have no known parents: they count under the origin `none` and
 * never enter a measure or table of mobility.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MEASURE_H
#define PW_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/crosstab.h"
#include "pathways/population.h"
#include "pathways/scenario.h"
#include "pathways/status.h"
#include "pathways/threshold.h"

enum pw_band {
#define BAND(band, where) PW_BAND_##band,
#include "pathways/measures.def"
    PW_NUM_BANDS
};

enum pw_measure {
#define MEASURE(constant, name, kind, first_age, last_age, theme, better, unit, source, about)     \
    PW_MEASURE_##constant,
#include "pathways/measures.def"
    PW_NUM_MEASURES
};

enum pw_measure_kind { PW_KIND_SHARE, PW_KIND_MEAN };

/** Which place a person counts for; NATION: none. */
enum pw_where { PW_WHERE_RESIDENCE, PW_WHERE_HOME_PLACE, PW_WHERE_NATION };

enum pw_theme {
    PW_THEME_MOBILITY,
    PW_THEME_INTERMEDIATE,
    PW_THEME_DRIVERS,
    PW_THEME_PATHWAYS,
    PW_THEME_PLACE,
    PW_THEME_FORWARD,
    PW_NUM_THEMES
};

/** Which way is a gain. */
enum pw_better { PW_BETTER_LESS = -1, PW_BETTER_NEITHER = 0, PW_BETTER_MORE = 1 };

/** One line of measures.def. */
struct pw_measure_info {
    const char *name;
    enum pw_measure_kind kind;
    int first_age, last_age;
    enum pw_theme theme;
    enum pw_better better;
    const char *unit, *source, *about;
};

/** The line of measures.def behind a measure. */
const struct pw_measure_info *pw_measure_info(enum pw_measure measure);

/** The measures that are counted in one sweep with this one. */
enum pw_band pw_measure_band(enum pw_measure measure);

/** Which place counts for a measure; those of the nation are not known by place. */
enum pw_where pw_measure_where(enum pw_measure measure);

/** "Mobility outcomes", and so on: the sections of a summary. */
const char *pw_theme_name(enum pw_theme theme);

/** Numerators of means are in units of 1 / PW_MEASURE_SCALE. */
#define PW_MEASURE_SCALE 65536

/** The two parts of a measure. */
enum pw_part { PW_NUMERATOR, PW_DENOMINATOR, PW_NUM_PARTS };

/** Ages of the flow table, inclusive. */
#define PW_FLOW_FIRST_AGE 16
#define PW_FLOW_LAST_AGE  30
#define PW_NUM_FLOW_AGES  (PW_FLOW_LAST_AGE - PW_FLOW_FIRST_AGE + 1)
/** How the counts of a band are cut. */
enum pw_view { PW_VIEW_PLACE, PW_VIEW_ORIGIN, PW_NUM_VIEWS };

/** Measures in one band, at most. */
#define PW_MAX_LANES 16
/** Means in one band, at most. */
#define PW_MAX_MEANS 4

/** Where a band's counts are; computed from measures.def. */
struct pw_band_layout {
    enum pw_where where;
    int first_measure, num_measures;
    int num_lanes; /* num_measures rounded up to 8, the width of a vector */
    int first_age, last_age;
    int num_means, first_pair; /* pairs of means of all bands are numbered through */
    int mean_lane[PW_MAX_MEANS];
};

/**
 * Counts of one year. One to a thread, then summed. Zero-initialise; release with pw_measures_free.
 * Read through the functions below: the layout follows the sweep, a cell (place or origin and sex,
 * lineage group) to a cache line.
 */
struct pw_measures {
    int num_places;
    int history_from;
    struct pw_school_params school; /* standards of the tests at 5, 11 and 16 */
    struct pw_band_layout layout[PW_NUM_BANDS];
    uint16_t *labour_market; /* [65536] of a place code; UINT16_MAX where there is none */
    int32_t *count[PW_NUM_BANDS][PW_NUM_VIEWS];   /* [cells][lanes of the band][part] */
    uint16_t *recent[PW_NUM_BANDS][PW_NUM_VIEWS]; /* the same, of people who are not in there yet:
                                                     in half the room twice as many at a time */
    size_t num_recent[PW_NUM_BANDS];              /* such people, at most UINT16_MAX */
    bool is_old[PW_NUM_BANDS];        /* `count` is last year's: what is recent will replace it */
    int64_t *sum[PW_NUM_VIEWS];       /* [pairs of means of a band][cells][2] numerators of means */
    int64_t *table[PW_NUM_CROSSTABS]; /* [cells][group] see crosstab.h */
    int32_t *flows;                   /* [place][age 16 to 30][state last year][state this year] */
    int32_t *flow_totals; /* [place][age 16 to 30][state last year] of a row of flows: mostly 0 */
};

/** Room for a scenario's places, everything zero. */
pw_status pw_measures_init(struct pw_measures *measures, const struct pw_scenario *scenario);

void pw_measures_free(struct pw_measures *measures);

/** Memory that the counts take [bytes]. */
size_t pw_measures_memory(const struct pw_measures *measures);

/** Back to zero, for another year; nothing is read before pw_measures_settle. */
void pw_measures_clear(struct pw_measures *measures);

/**
 * Count the people of one shard at the end of `year`. Reads the shard only.
 *
 * @param thresholds  of the whole country in this year: see threshold.h
 */
void pw_measures_observe(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const struct pw_thresholds *thresholds);

/** The part of pw_measures_observe that fills the tables and flows. */
void pw_measures_count_tables(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const struct pw_thresholds *thresholds);

/** Make sure that `num_people` more can be counted in a band's `recent`. */
void pw_measures_expect(struct pw_measures *measures, enum pw_band band, size_t num_people);

/** All people are in `count`: after the last shard of the year, before anything is read or added.
 */
void pw_measures_settle(struct pw_measures *measures);

/** Add the counts of another thread; both have the same places. */
void pw_measures_add(struct pw_measures *to, const struct pw_measures *from);

/** Rank 0 receives the sums over all ranks; in the others the counts are then undefined: all ranks.
 */
void pw_measures_sum(struct pw_measures *measures);

/** Lineage group's part of a measure in a place. */
int64_t pw_measures_by_place(const struct pw_measures *measures, enum pw_measure measure,
    size_t place, size_t group, enum pw_part part);

/** Lineage group's part of a measure among people of an origin and sex. @param origin 0 to 5 */
int64_t pw_measures_by_origin(const struct pw_measures *measures, enum pw_measure measure,
    size_t origin, size_t sex, size_t group, enum pw_part part);

/**
 * All cells of a measure: [place or origin and sex][group][part].
 *
 * @param items  receives the numbers
 * need int64_t
 */
void pw_measures_copy(
    const struct pw_measures *measures, enum pw_measure measure, enum pw_view view, int64_t *items);

/** Numerators and denominators of one measure, not of a mean: two counts side by side in every
 * `stride`. */
struct pw_lane {
    const int32_t *count;
    size_t stride;
};

struct pw_lane pw_measures_lane(
    const struct pw_measures *measures, enum pw_measure measure, enum pw_view view);

/** All bits that any count of each measure of a band has. @param bits [PW_MAX_LANES] */
void pw_measures_bits(
    const struct pw_measures *measures, enum pw_band band, enum pw_view view, uint32_t *bits);

/** Rows of the flows: places, ages and states of last year. */
size_t pw_measures_num_flow_rows(const struct pw_measures *measures);

/** Cells of a view: places or origins and sexes, times lineage groups. */
size_t pw_measures_num_cells(const struct pw_measures *measures, enum pw_view view);

#endif

/**
 * yearbook.h - the measures of all recorded years, as arrays that go to the run file.
 *
 * Layer 3 (engine). Counts are kept in the narrowest signed integers that hold them (1, 2, 4 or 8
 * bytes an item, per array, widened when a year needs it): a small run has small numbers and a
 * large run has memory to spare.
 *
 *     /measures/by_place/NAME       [year, place, lineage_group, part]
 *     /measures/by_origin/NAME      [year, origin_class, sex, lineage_group, part]
 *     /measures/tables/NAME         see the arrays' dimensions
 *     /flows/count                  [year, place, age, state_from, state_to]
 *
 * `part` is numerator, denominator. A measure is the numerator over the denominator, both summed
 * over whatever is asked for; numerators of means are in units of 1/65536.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_YEARBOOK_H
#define PW_YEARBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/measure.h"
#include "pathways/status.h"

#define PW_YEARBOOK_MAX_RANK 6
/** Arrays besides one or two for each measure: the tables, that of all decades of birth, flows. */
#define PW_NUM_YEARBOOK_TABLES (PW_NUM_CROSSTABS + 2)

/** One array over the recorded years. */
struct pw_yearbook_array {
    const char *group, *name, *about, *units;
    size_t source; /* which measure and view, or table: see yearbook.c */
    int width;     /* bytes an item, signed: 1, 2, 4 or 8 */
    uint64_t bits; /* all that any item so far has, apart from its sign */
    int rank;
    struct {
        const char *name;
        size_t length;
        int first, step;          /* values of the scale: first, first + step, ... */
    } dims[PW_YEARBOOK_MAX_RANK]; /* dims[0] is the year */
    size_t num_items;             /* a year */
    void *data;                   /* [num_years][num_items] */
};

/** Zero-initialise; release with pw_yearbook_free. */
struct pw_yearbook {
    int first_year, num_years;
    size_t num_arrays;
    struct pw_yearbook_array *arrays; /* [num_arrays] */
    int64_t *scratch;                 /* [largest number of items handled at a time] */
};

/** Shapes for `num_years` years from `first_year`; years that are never put stay zero. */
pw_status pw_yearbook_init(struct pw_yearbook *yearbook, const struct pw_measures *measures,
    int first_year, int num_years);

void pw_yearbook_free(struct pw_yearbook *yearbook);

/** Enter a year, once and in rising order. @return PW_EMEMORY when an array must be widened and
 * cannot be */
pw_status pw_yearbook_put(
    struct pw_yearbook *yearbook, int year, const struct pw_measures *measures);

/** Room for items of so many bytes, for an array into which no year has been put. */
pw_status pw_yearbook_widen(struct pw_yearbook *yearbook, size_t array, int width);

/**
 * Memory that all years would take if every item were so many times larger [bytes]. Of a yearbook
 * with a year in it: its widths follow from the largest item.
 *
 * @param scale  1 or more; at 1 it is what the yearbook takes itself
 */
double pw_yearbook_memory(const struct pw_yearbook *yearbook, double scale);

/** One item of an array. @param item index within the year */
int64_t pw_yearbook_item(const struct pw_yearbook *yearbook, size_t array, int year, size_t item);

#endif

/**
 * population.h - a shard: a miniature of the country, its people as columns in order of birth.
 *
 * Layer 1 (model). A birth cohort is a contiguous range of rows, so everyone in it has one age and
 * a life-course process is a plain loop over a range. People who will arrive from abroad wait in
 * their birth cohort as PW_ABROAD, so that rows never move except when the dead are removed. Links
 * are row numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_POPULATION_H
#define PW_POPULATION_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/scenario.h"
#include "pathways/status.h"

/** No row: an unknown, absent or dead-and-gone person. */
#define PW_NOBODY (-1)
/** Years since an event that never happened. */
#define PW_NEVER 255
/** Nobody lives past this age. */
#define PW_MAX_AGE 104
/** What one unit of the columns `savings` and `pension` is worth [GBP]. */
#define PW_SAVINGS_UNIT 100
/** What one unit of the column `equity` is worth [GBP]. */
#define PW_EQUITY_UNIT 5000
/**
 * Ages over which one's own income is averaged, and at the last of which it is ranked: a year's
 * luck would hide what lasts (Rohenkohl 2019 ranks long-run incomes of both generations).
 */
#define PW_INCOME_FIRST_AGE 30
#define PW_INCOME_LAST_AGE  34
/** Rows of every column that may be read beyond the last, so that loops take whole vectors. */
#define PW_SPARE_ROWS 64
/** Groups of lineages that are left out one at a time for standard errors. */
#define PW_NUM_GROUPS 32

/** What happened to a person this year; bits of the column `events`. */
enum pw_event {
    PW_EVENT_REDUNDANT = 1,  /* lost a job that was cut */
    PW_EVENT_SEPARATED = 2,  /* a couple parted, or for a child: its parents did */
    PW_EVENT_MOVED = 4,      /* moved to another place */
    PW_EVENT_BIRTH = 8,      /* had a child */
    PW_EVENT_GRADUATED = 16, /* finished a course or apprenticeship */
    PW_EVENT_WIDOWED = 32,   /* the partner died */
    PW_EVENT_DISPLACED = 64, /* asked for a seat or job and was turned away, or left university
                                before the end */
    PW_EVENT_ENTERED_UNIVERSITY = 128
};

/** Column numbers, in the order of columns.def. */
enum pw_column {
#define COLUMN(name, type, missing, unit, about) PW_COLUMN_##name,
#include "pathways/columns.def"
    PW_NUM_COLUMNS
};

/** A set of columns, one bit each. */
typedef uint64_t pw_columns;
#define PW_SET(name) ((pw_columns) 1 << PW_COLUMN_##name)

/** One line of columns.def. */
struct pw_column_info {
    const char *name, *type, *unit, *about;
    size_t size;   /* bytes a value */
    size_t offset; /* of the pointer in struct pw_shard */
    int is_link;
    const void *missing; /* value of a new row */
};

/** All columns in the order of columns.def. */
const struct pw_column_info *pw_columns_table(void);

/** One person, for tests and printing. */
struct pw_person {
#define COLUMN(name, type, missing, unit, about) type name;
#include "pathways/columns.def"
};

/** Someone who asks for a place in a market, and where the cut-off is sought: see market.h. */
struct pw_application;
struct pw_candidate;

/** The people of one shard. */
struct pw_shard {
#define COLUMN(name, type, missing, unit, about) type *name;
#include "pathways/columns.def"
    void *storage; /* all columns */
    size_t num_rows, capacity;
    int index;            /* of this shard, 0 to num_shards - 1 */
    int first_birth_year; /* of cohort 0 */
    int num_cohorts;
    uint32_t *cohort_begin; /* [num_cohorts + 1]: rows [cohort_begin[c], cohort_begin[c + 1]) were
                               born in first_birth_year + c */
    struct pw_application *applications; /* [applications_capacity] of the market being cleared */
    size_t num_applications, applications_capacity;
    size_t most_applications;        /* that there ever were at a time */
    struct pw_candidate *candidates; /* [2][applications_capacity]: all, and those still doubtful */
    size_t num_candidates, num_doubtful;
    int64_t *tally; /* [tally_size] integer counts of the process at work, summed over shards */
    size_t tally_size;
};

/** Rows [begin, end) of a shard. */
struct pw_range {
    size_t begin, end;
};

/** Who stands for a person's household: the woman of a couple, else the person. @return row */
static inline size_t
pw_shard_household(const struct pw_shard *shard, size_t row)
{
    const int32_t partner = shard->partner[row];

    return partner != PW_NOBODY && shard->sex[row] == PW_MALE ? (size_t) partner : row;
}

/**
 * Lineage group with which what a person shares with a partner is left out of an estimate: a couple
 * goes together, or a home would count as two and errors be too small. What is a person's own goes
 * with his or her own group, which is the same in every run. 0 to PW_NUM_GROUPS - 1.
 */
static inline uint8_t
pw_shard_couple_group(const struct pw_shard *shard, size_t row)
{
    return shard->group[pw_shard_household(shard, row)];
}

/**
 * Rows of everyone aged `first_age` to `last_age` inclusive at the end of `year`, dead and absent
 * included.
 */
static inline struct pw_range
pw_shard_ages(const struct pw_shard *shard, int year, int first_age, int last_age)
{
    int first = year - last_age - shard->first_birth_year;
    int last = year - first_age - shard->first_birth_year;

    first = first < 0 ? 0 : first > shard->num_cohorts ? shard->num_cohorts : first;
    last = last < -1 ? -1 : last >= shard->num_cohorts ? shard->num_cohorts - 1 : last;
    if (last < first)
        return (struct pw_range){ shard->cohort_begin[first], shard->cohort_begin[first] };
    return (struct pw_range){ shard->cohort_begin[first], shard->cohort_begin[last + 1] };
}

/** Birth year of a row; O(log cohorts). For loops use pw_shard_ages cohort by cohort. */
int pw_shard_birth_year(const struct pw_shard *shard, size_t row);

/**
 * An empty shard for cohorts born from `first_birth_year` to `last_birth_year`.
 */
pw_status pw_shard_init(
    struct pw_shard *shard, int index, int first_birth_year, int last_birth_year);

void pw_shard_free(struct pw_shard *shard);

/** Room for at least `capacity` rows in all columns; never shrinks. */
pw_status pw_shard_reserve(struct pw_shard *shard, size_t capacity);

/** Room for at least `count` applications in the next market. */
pw_status pw_shard_reserve_applications(struct pw_shard *shard, size_t count);

/** Room for `size` counts in the tally, and zero. */
pw_status pw_shard_reserve_tally(struct pw_shard *shard, size_t size);

/**
 * Append rows to the last open cohort; all columns hold their missing value. Rows are appended in
 * order of birth year.
 *
 * @param birth_year  not before that of the last row
 * @return            the first row; the capacity must have been reserved (a bug otherwise)
 */
size_t pw_shard_append_many(struct pw_shard *shard, int birth_year, size_t count);

/** Append one row. */
size_t pw_shard_append(struct pw_shard *shard, int birth_year);

/** Remove the rows of the dead and emigrated, keeping order and mending links. */
pw_status pw_shard_compact(struct pw_shard *shard);

/** Copy of a row. */
struct pw_person pw_shard_person(const struct pw_shard *shard, size_t row);

/**
 * Check what must always hold: links inside the shard and symmetric couples, codes in range,
 * cohorts in order, finite numbers. PW_EFORMAT names the first offence. O(rows).
 */
pw_status pw_shard_verify(const struct pw_shard *shard);

/** Hash of every column but `record` of every row, in row order; equal digests mean equal states.
 */
uint64_t pw_shard_digest(const struct pw_shard *shard);

#endif

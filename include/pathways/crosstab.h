/**
 * crosstab.h - tables of people by what they came from and where they got to, counted every year.
 *
 * Layer 3 (engine). The tables are the lines of crosstabs.def; all are integers by lineage group.
 * Time to a first job is kept as in a life table: by age, how many have not held one, and how many
 * of them begin one this year. Spells are of activities (pw_activity_state), counted when they end.
 * Whoever dies or leaves ends no spell.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CROSSTAB_H
#define PW_CROSSTAB_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/population.h"
#include "pathways/threshold.h"

/** Origin classes: the five, and none. */
#define PW_NUM_ORIGINS PW_NUM_CLASS_CODES
/** Decades of birth in the class tables; the first also holds whoever was born before. */
#define PW_FIRST_DECADE 1930
#define PW_NUM_DECADES  18
/** Levels of the education table: none, school, post-school, university (SMC MO31). */
#define PW_NUM_EDUCATION_LEVELS 4
/** Age bands of the tenure and wealth tables: 25-34, 35-44, 45-54, 55-64 (SMC MO41, MO51). */
#define PW_NUM_TENURE_BANDS 4
/** Sums of the income regression: people, x, y, xx, yy, xy. */
#define PW_NUM_MOMENTS 6
/** Logs of income and pay in tables are in units of 1 / PW_MOMENT_SCALE. */
#define PW_MOMENT_SCALE 4096
/** Sums of the wealth table: people, savings, home equity, pensions. */
#define PW_NUM_WEALTH_PARTS 4
/** Bins of log hourly pay, 1/16 wide from 1.5: GBP 4.48 to 245. */
#define PW_NUM_PAY_BINS      64
#define PW_FIRST_PAY_BIN     1.5f
#define PW_PAY_BINS_PER_UNIT 16.0f
/** Jobs that are waited for: of each class, professional, any. */
enum pw_job { PW_JOB_PROFESSIONAL = PW_NUM_CLASSES, PW_JOB_ANY, PW_NUM_JOBS };
/** Ages at which a first job is looked for, inclusive: 16 to 44. */
#define PW_FIRST_JOB_AGE 16
#define PW_NUM_JOB_AGES  29
/** Activities whose spells are counted. */
enum pw_activity {
    PW_ACTIVITY_SIXTH_FORM,
    PW_ACTIVITY_FURTHER_EDUCATION,
    PW_ACTIVITY_APPRENTICESHIP,
    PW_ACTIVITY_UNIVERSITY,
    PW_ACTIVITY_POSTGRADUATE,
    PW_ACTIVITY_WORK,
    PW_ACTIVITY_NEET,
    PW_ACTIVITY_ADULT_EDUCATION,
    PW_NUM_ACTIVITIES
};
/** Ages at the end of a spell: 17 to 24, 25 to 34, 35 to 64. */
#define PW_NUM_SPELL_BANDS 3
/** Spells of this many years or more are told together. */
#define PW_LONGEST_SPELL 12

/** What a table is cut by, in the order of crosstabs.def; 0 is none. */
enum pw_axis {
    PW_NO_AXIS,
#define AXIS(constant, name, length, first, step) PW_AXIS_##constant,
#include "pathways/crosstabs.def"
    PW_NUM_AXES
};

/** One AXIS line. */
struct pw_axis_info {
    const char *name;
    size_t length;
    int first, step;
};

enum pw_crosstab {
#define CROSSTAB(constant, ...) PW_CROSSTAB_##constant,
#include "pathways/crosstabs.def"
    PW_NUM_CROSSTABS
};

#define PW_CROSSTAB_MAX_AXES 4

/** One CROSSTAB line. */
struct pw_crosstab_info {
    const char *name, *about;
    enum pw_axis axes[PW_CROSSTAB_MAX_AXES + 1]; /* outermost first; PW_NO_AXIS after the last */
};

/** The line of crosstabs.def behind an axis. */
const struct pw_axis_info *pw_axis_info(enum pw_axis axis);

/** The line of crosstabs.def behind a table. */
const struct pw_crosstab_info *pw_crosstab_info(enum pw_crosstab table);

/** Cells of a table, each of which has PW_NUM_GROUPS numbers. */
size_t pw_crosstab_num_cells(enum pw_crosstab table);

/** Level of the education table of a qualification, 0 to 3. */
int pw_education_level(uint8_t qualification);

/** What people of 16 to 64 do. */
enum pw_status_of_life {
    PW_DOES_SIXTH_FORM,
    PW_DOES_FURTHER_EDUCATION,
    PW_DOES_APPRENTICESHIP,
    PW_DOES_UNIVERSITY,
    PW_DOES_WORK,
    PW_DOES_SEEK,
    PW_DOES_NOTHING,
    PW_DOES_ELSE,
    PW_NUM_STATUSES
};
#define PW_FIRST_STATUS_AGE 16
#define PW_NUM_STATUS_AGES  49

/** Activity of a state, or PW_NUM_ACTIVITIES if its spells are not counted. */
enum pw_activity pw_activity_of(uint8_t state);

/** Bin of log hourly pay. */
int pw_pay_bin(float log_pay);

/** What the tables are counted with. */
struct pw_crosstab_year {
    int year, history_from;
    const struct pw_thresholds *thresholds; /* of the whole country */
};

/**
 * Add the people of one shard at the end of a year to all tables.
 *
 * @param table  [PW_NUM_CROSSTABS] of [cells][PW_NUM_GROUPS]
 */
void pw_crosstabs_count(int64_t *const table[PW_NUM_CROSSTABS], const struct pw_shard *shard,
    const struct pw_crosstab_year *when);

#endif

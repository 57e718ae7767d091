/*
 * outcomes.h - the measures of a run file by place, origin or year, as estimates with errors.
 *
 * Layer 5 (cli). What summary and compare share: the file and its groups (outcomes.c), and what is
 * reckoned from it (outcomes_estimates.c). Only what an answer needs is read, and nothing that
 * grows with the number of people.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_OUTCOMES_H
#define PW_CLI_OUTCOMES_H

#include "cli.h"
#include "indicator.h"
#include "pathways/mobility.h"
#include "pathways/reader.h"
#include "pathways/text.h"

/** Years of a table of the file, kept: most tables are asked by several statistics in turn. */
struct cli_table_items {
    char path[128];
    size_t first, count; /* years */
    int64_t *items;
};

/** An open run file with what its measures are counted by. Zero-initialise. */
struct cli_outcomes {
    struct pw_reader *reader;
    char *title;
    int first_year, num_years; /* that were measured */
    struct pw_names groups[CLI_NUM_BY];
    int first_decade;                /* place of the first cohort among the decades of birth */
    int64_t *labour_market, *region; /* [places] */
    struct cli_table_items *table;   /* what was read last */
};

/** PW_EFORMAT when the file has no measures. Release with cli_outcomes_close also after a failure.
 */
pw_status cli_outcomes_open(const char *path, struct cli_outcomes *outcomes);

void cli_outcomes_close(struct cli_outcomes *outcomes);

/**
 * The years asked for, or the last year.
 *
 * @param asked  .last 0: none
 * @return       PW_EUSAGE when they were not measured, or when `by` has no use for more than one
 */
pw_status cli_outcomes_years(const struct cli_outcomes *outcomes, struct cli_span asked,
    enum cli_by by, struct cli_span *years);

/** "2044", or "2035-2044" with `between` "-". */
void cli_years_text(struct cli_span years, const char *between, char text[32]);

/**
 * The cohort in which everyone in the age band of a measure was born, or -1.
 *
 * @param row  the year, counted from the first that was measured
 */
int cli_outcomes_cohort(const struct cli_outcomes *outcomes, enum pw_measure measure, size_t row);

/* --- What is reckoned from it (outcomes_estimates.c) --- */

/** Is the indicator in the file, and known by this grouping? */
bool cli_outcomes_has(const struct cli_outcomes *outcomes, int indicator, enum cli_by by);

/**
 * An indicator of all people of some years, each of whom counts once a year, as in pooled surveys;
 * its error is that of the pool.
 *
 * @param years      by cohort only the last counts, by year none does
 * @param estimates  [groups of `by`] receives values and errors; NaN for groups without people
 */
pw_status cli_outcomes_estimate(const struct cli_outcomes *outcomes, int indicator, enum cli_by by,
    struct cli_span years, struct pw_estimate *estimates);

/** Policy less base, group by group. The arrays are [groups of `by`]. */
struct cli_difference {
    struct pw_estimate base, policy, difference;
};

pw_status cli_outcomes_compare(const struct cli_outcomes *base, const struct cli_outcomes *policy,
    int indicator, enum cli_by by, struct cli_span years, struct cli_difference *differences);

/**
 * Mobility table of the five classes, ages 25 to 64.
 *
 * @param table [25][PW_NUM_GROUPS] receives people by origin and class, each once a year
 */
pw_status cli_outcomes_class_table(
    const struct cli_outcomes *outcomes, struct cli_span years, int64_t *table);

#endif

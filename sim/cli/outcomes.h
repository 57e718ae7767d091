/*
 * outcomes.h - the measures of a run file by place, origin or year, as estimates with errors.
 *
 * Layer 5 (cli). What summary and compare share. An indicator is a measure of measures.def or a
 * statistic of statistics.def. Only what an answer needs is read, and nothing that grows with the
 * number of people.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_OUTCOMES_H
#define PW_CLI_OUTCOMES_H

#include "cli.h"
#include "pathways/measure.h"
#include "pathways/mobility.h"
#include "pathways/reader.h"
#include "pathways/statistic.h"
#include "pathways/text.h"

/** How people are grouped. */
enum cli_by {
    CLI_BY_NATION,
    CLI_BY_PLACE,
    CLI_BY_LABOUR_MARKET,
    CLI_BY_REGION,
    CLI_BY_ORIGIN,
    CLI_BY_SEX,
    CLI_BY_ORIGIN_SEX,
    CLI_BY_COHORT, /* decade of birth, from all measured years up to the one asked for */
    CLI_BY_COHORT_SEX,
    CLI_BY_YEAR,
    CLI_NUM_BY
};

/** "place", "labour_market", ... as on the command line. */
const char *cli_by_name(enum cli_by by);

/** Does a group hold people of one decade of birth? */
bool cli_by_is_cohort(enum cli_by by);

/** A grouping by its name; "nation" too. */
pw_status cli_option_by(const char *text, enum cli_by *by);

/** Statistics come after the measures. */
#define CLI_NUM_INDICATORS (PW_NUM_MEASURES + PW_NUM_STATISTICS)

struct cli_indicator {
    const char *name, *unit, *source, *about;
    enum pw_theme theme;
    enum pw_better better;
    bool is_statistic;
};

/** @param index 0 to CLI_NUM_INDICATORS - 1 */
struct cli_indicator cli_indicator(int index);

/** Groupings for which an indicator may be had, "nation place ...", beside what a file has. */
void cli_indicator_groupings(int index, char text[160]);

/**
 * Those that a reader is shown unasked, a third of all, in the order of the State of the Nation and
 * then the model's own.
 *
 * @param indices [CLI_NUM_INDICATORS] receives them
 * @return        how many there are
 */
int cli_indicator_headlines(int *indices);

/** Index of an indicator; a bug if there is none. */
int cli_indicator_index(const char *name);

/**
 * Those whose name matches a pattern with * and ?.
 *
 * @param glob    NULL: all
 * @param chosen  [CLI_NUM_INDICATORS] receives true for each that matches
 * @return        PW_EUSAGE when there is none, with "did you mean"
 */
pw_status cli_indicator_match(const char *glob, bool *chosen);

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

/** What a number is printed as: shares in per cent. @return the unit to print beside it */
const char *cli_unit(const char *unit);

/** The next cell: a value in its printed unit, empty when NaN. @param extra decimals beyond the
 * usual */
pw_status cli_table_value(struct cli_table *table, const char *unit, double value, int extra);

/** The next cell: "12.3 ±0.4". */
pw_status cli_table_estimate(
    struct cli_table *table, const char *unit, struct pw_estimate estimate);

/** The next cell: a difference with one decimal more than a value, "-1.23", "+0.40*" when marked.
 */
pw_status cli_table_change(
    struct cli_table *table, const char *unit, struct pw_estimate change, bool is_marked);

/** The next cell: a value as it is stored, with all its digits; empty when NaN. */
pw_status cli_table_raw(struct cli_table *table, double value);

#endif

/*
 * indicator.h - what is known of a run's outcomes before any file is read: indicators by name, and
 * the groupings by which each may be had.
 *
 * Layer 5 (cli). An indicator is a measure of measures.def or a statistic of statistics.def.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_INDICATOR_H
#define PW_CLI_INDICATOR_H

#include "cli.h"
#include "pathways/measure.h"
#include "pathways/spelling.h"
#include "pathways/statistic.h"

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

/** Is a group one place or several? */
bool cli_by_is_place(enum cli_by by);

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

/** What is known of a statistic. @param indicator PW_NUM_MEASURES to CLI_NUM_INDICATORS - 1 */
const struct pw_statistic_info *cli_indicator_statistic(int indicator);

/** In some years everyone in the age band of the measure was born in one decade. */
bool cli_measure_is_narrow(enum pw_measure measure);

/** May an indicator be had by this grouping, beside what a file has? */
bool cli_indicator_is_by(int index, enum cli_by by);

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

/** PW_EUSAGE: no measure matches. @param spelling  that has tried the names there are */
pw_status cli_indicator_refuse(const char *glob, const struct pw_spelling *spelling);

#endif

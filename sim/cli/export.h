/*
 * export.h - what is asked of `export`, and its tables.
 *
 * Layer 5 (cli). Private to export*.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_EXPORT_H
#define PW_CLI_EXPORT_H

#include "cli.h"
#include "cli_sheet.h"
#include "pathways/reader.h"

enum export_table {
    EXPORT_PERSONS,
    EXPORT_TRAJECTORIES,
    EXPORT_SPELLS,
    EXPORT_MEASURES,
    NUM_EXPORT_TABLES
};

struct export_request {
    enum export_table table;
    struct cli_span cohort, ages, years;
    double sample;       /* share of people, 0 to 1 */
    bool as_numbers;     /* codes and places as they are stored */
    const char *columns; /* a,b,c; NULL: the usual ones */
    const char *by;      /* groups of measures: "place", "origin" */
    const char *glob;    /* measures; NULL: all */
    const char *output;  /* NULL: standard output */
    bool is_forced;
};

/**
 * Which columns to write.
 *
 * @param asked   a,b,c; NULL: all
 * @param names   [count] those there are
 * @param chosen  [CLI_SHEET_COLUMNS] receives indices in the order asked
 */
pw_status cli_export_choose(
    const char *asked, const char *const *names, size_t count, size_t *chosen, size_t *num_chosen);

/** The names of the chosen columns. */
pw_status cli_export_heading(
    struct cli_sheet *sheet, const char *const *names, const size_t *chosen, size_t num_chosen);

/** /persons, /trajectories and the spells in them. */
pw_status cli_export_people(
    const struct pw_reader *reader, const struct export_request *request, struct cli_sheet *sheet);

/** /measures, one row a year, group and measure. */
pw_status cli_export_measures(
    const struct pw_reader *reader, const struct export_request *request, struct cli_sheet *sheet);

#endif

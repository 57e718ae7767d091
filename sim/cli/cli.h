/*
 * cli.h - what the subcommands share: their table, options, tables of results.
 *
 * Layer 5 (cli). A subcommand is one function in one file; argv[0] is its own name. Results go to
 * stdout, everything else to stderr. It returns a status, whose sentence main prints and which main
 * turns into the exit status.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_H
#define PW_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pathways/fault.h"
#include "pathways/scenario.h"
#include "pathways/status.h"

/* --- Subcommands -------------------------------------------------------------------------------
 */

struct cli_command {
    const char *name;  /* "check" */
    const char *about; /* one line, for the list in `pathways --help` */
    pw_status (*run)(int argc, char **argv);
};

/** All subcommands in the order in which help lists them. @param count receives how many */
const struct cli_command *cli_commands(size_t *count);

pw_status cli_run(int argc, char **argv);
pw_status cli_sweep(int argc, char **argv);
pw_status cli_gather(int argc, char **argv);
pw_status cli_check(int argc, char **argv);
pw_status cli_summary(int argc, char **argv);
pw_status cli_validate(int argc, char **argv);
pw_status cli_calibrate(int argc, char **argv);
pw_status cli_compare(int argc, char **argv);
pw_status cli_export(int argc, char **argv);
pw_status cli_trace(int argc, char **argv);
pw_status cli_diff(int argc, char **argv);
pw_status cli_describe(int argc, char **argv);
pw_status cli_schema(int argc, char **argv);

/** The exit status that goes with a status: 0, 1 no, 2 usage, 3 input, 4 machine, 75 stopped. */
int cli_exit_status(pw_status status);

/** The sections of a manual page that are the same for all subcommands. */
#define CLI_EXIT_STATUS                                                                            \
    "EXIT STATUS\n"                                                                                \
    "    0   done\n"                                                                               \
    "    1   the answer to the question asked is no\n"                                             \
    "    2   the command line is wrong\n"                                                          \
    "    3   the scenario or an input file is wrong\n"                                             \
    "    4   the machine failed: disk, memory, permission\n"                                       \
    "    75  stopped early; `pathways run --resume` goes on\n"

/* --- Options (cli_option.c) --------------------------------------------------------------------
 */

/** Most values that a command line may set: more than there are parameters. */
#define CLI_MAX_SETTINGS 1024

/**
 * The next option, as getopt_long gives it; options and operands may be mixed. Start with *first
 * true.
 *
 * @param character  receives its `val`, or -1 after the last; operands are then argv[optind] and on
 * @return           PW_EUSAGE with "did you mean" for an unknown option or one without its value
 */
pw_status cli_option_next(int argc, char **argv, const char *short_options,
    const struct option *long_options, bool *first, int *character);

/** A whole number from the command line. @param option "--years", for the sentence */
pw_status cli_option_whole(
    const char *option, const char *text, int64_t min, int64_t max, int64_t *value);

/** A finite number from the command line. */
pw_status cli_option_number(
    const char *option, const char *text, double min, double max, double *value);

/** Years or ages; both ends belong to it. */
struct cli_span {
    int first, last;
};

#define CLI_ANY ((struct cli_span){ 0, 9999 })

/** A number, or two with a hyphen between, "2035-2044". */
pw_status cli_option_span(const char *option, const char *text, struct cli_span *span);

/** How results are written. */
enum cli_format { CLI_TABLE, CLI_CSV, CLI_JSON, CLI_MARKDOWN, CLI_NUM_FORMATS };

/** A format by its name: table, csv, json or markdown. */
pw_status cli_option_format(const char *text, enum cli_format *format);

/** Index of a word among choices, with "did you mean". @param what "topic", for the sentence */
pw_status cli_option_choice(
    const char *what, const char *text, const char *const *choices, size_t count, size_t *index);

/**
 * PW_EUSAGE unless there are `min` to `max` operands, and none of them is "" as an unset variable
 * of a shell gives. @param what "SCENARIO", for the sentence
 */
pw_status cli_option_operands(int argc, char **argv, int min, int max, const char *what);

/* --- Tables of results (cli_table.c) -----------------------------------------------------------
 */

#define CLI_MAX_COLUMNS 24

/** Rows of texts. Zero-initialise; release with cli_table_free. */
struct cli_table {
    const char *columns[CLI_MAX_COLUMNS]; /* headings; borrowed */
    bool is_number[CLI_MAX_COLUMNS];      /* to the right, and without quotes in JSON */
    int num_columns;
    char **cells; /* [num_cells] row by row */
    size_t num_cells, capacity;
};

/** Add a column; before the first row. The heading is borrowed. */
void cli_table_column(struct cli_table *table, const char *heading, bool is_number);

/** The next cell, row by row; NULL or "" is an empty cell (null in JSON). The text is copied. */
pw_status cli_table_text(struct cli_table *table, const char *text);

/** The next cell from a format. */
pw_status cli_table_cell(struct cli_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Write all rows. JSON is an array of objects, CSV is RFC 4180 with \n. */
void cli_table_print(const struct cli_table *table, enum cli_format format, FILE *stream);

void cli_table_free(struct cli_table *table);

/** A text as a JSON string with quotes and escapes. */
void cli_print_quoted(FILE *stream, const char *text);

/* --- Scenarios ---------------------------------------------------------------------------------
 */

/** One line a fault, "file:line:column: /pointer: sentence". */
pw_status cli_print_faults(FILE *stream, const struct pw_faults *faults);

/** Read a scenario, and print its faults when there are several. Released with pw_scenario_free. */
pw_status cli_scenario_read(const char *path, struct pw_scenario *scenario);

#endif

/*
 * export_people.h - some people of a run file in memory, and the cells of their columns.
 *
 * Layer 5 (cli). Private to export*.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_EXPORT_PEOPLE_H
#define PW_CLI_EXPORT_PEOPLE_H

#include "export.h"
#include "export_lookup.h"
#include "pathways/trajectory.h"

/* People that are in memory at one time: some chunks of the file. */
#define PEOPLE_BLOCK ((size_t) 1 << 15)

/* Columns in their order: the row number, /persons, then those of a year or of a spell. */
enum { PERSON_ROW = 0, FIRST_PERSON_COLUMN = 1 };
enum person {
#define PERSON(name, TYPE, value, units, codes, about) PERSON_##name,
#include "pathways/persons.def"
    NUM_PERSON_COLUMNS
};
enum { FIRST_OWN_COLUMN = FIRST_PERSON_COLUMN + NUM_PERSON_COLUMNS };
enum { YEAR = FIRST_OWN_COLUMN, AGE, FIRST_VARIABLE };
enum {
    BEGIN = FIRST_OWN_COLUMN,
    END,
    STATE,
    BEGIN_AGE,
    END_AGE,
    BEGIN_YEAR,
    END_YEAR,
    LEFT_CENSORED,
    RIGHT_CENSORED,
    NUM_SPELL_COLUMNS
};

/* A column of /persons for the people in memory. */
struct person_column {
    bool is_read;
    bool is_real;
    struct cli_lookup lookup; /* has no cells where numbers are written */
    int64_t *whole;           /* [PEOPLE_BLOCK], or */
    double *real;
};

/* A variable of /trajectories. */
struct variable {
    bool is_read;
    char path[64];
    struct cli_lookup lookup;
    int16_t *values; /* [PEOPLE_BLOCK][num_years] */
};

/** A table of people being written. Zero but for `reader`, `request` and `sheet`. */
struct cli_people {
    const struct pw_reader *reader;
    const struct export_request *request;
    struct cli_sheet *sheet;
    const char *names[CLI_SHEET_COLUMNS];
    size_t num_columns, chosen[CLI_SHEET_COLUMNS], num_chosen;
    struct person_column persons[NUM_PERSON_COLUMNS];
    struct variable variables[PW_NUM_TRAJECTORIES];
    struct cli_lookup numbers; /* of years and ages */
    struct pw_names policies;
    int64_t *stored; /* [PEOPLE_BLOCK][num_years] on the way */
    int first_year, num_years;
    size_t first_row, num_rows; /* in memory */
    /* the row being written */
    struct cli_cell cells[CLI_SHEET_COLUMNS];
    char room[CLI_SHEET_COLUMNS][CLI_CELL_ROOM];
    /* the policies last listed, which many people share */
    int64_t policy_bits;
    char *policy_bytes;
    struct cli_cell policy_cell;
};

/** Choose the columns asked for and make room for them. Release with cli_people_close also after a
 * failure. */
pw_status cli_people_open(struct cli_people *people);

void cli_people_close(struct cli_people *people);

/** Read `num_rows` people from `first_row` on; at most PEOPLE_BLOCK. */
pw_status cli_people_read(struct cli_people *people);

/** Fill the cells that are the same in all rows of person `i` in memory. */
pw_status cli_people_fill(struct cli_people *people, size_t i);

#endif

/*
 * export_lookup.h - what the whole numbers of a column are written as, made once.
 *
 * Layer 5 (cli). Private to export*.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_EXPORT_LOOKUP_H
#define PW_CLI_EXPORT_LOOKUP_H

#include "cli_sheet.h"
#include "pathways/reader.h"

/** A cell for each number from `first`. Zero-initialise; release with cli_lookup_free. */
struct cli_lookup {
    int64_t first;
    size_t count;
    struct cli_cell *cells;      /* [count] */
    char (*room)[CLI_CELL_ROOM]; /* [count] of numbers; or */
    char **bytes;                /* [count] of names */
};

/** The texts of a dataset, "/axes/place", from 0; empty for -1. */
pw_status cli_lookup_names(
    const struct pw_reader *reader, const char *path, struct cli_lookup *lookup);

/** Numbers as they are; empty for those below 0. */
pw_status cli_lookup_numbers(int64_t first, size_t count, struct cli_lookup *lookup);

/** What packed numbers of 8 or 16 bits stand for, in the unit of the dataset; empty when missing.
 */
pw_status cli_lookup_packed(const struct pw_field *field, struct cli_lookup *lookup);

void cli_lookup_free(struct cli_lookup *lookup);

static inline struct cli_cell
cli_lookup_cell(const struct cli_lookup *lookup, int64_t value)
{
    return lookup->cells[value - lookup->first];
}

/** PW_EFORMAT when one of the values has no cell. @param path of the dataset, for the sentence */
pw_status cli_lookup_check(const struct cli_lookup *lookup, const struct pw_reader *reader,
    const char *path, const int64_t *values, size_t count);

#endif

/*
 * cli_sheet.h - long tables as CSV, row by row, in constant memory.
 *
 * Layer 5 (cli). RFC 4180 with \n. Cells are texts with their length, made once and copied often: a
 * table of codes, places or years is formatted before the first row.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_SHEET_H
#define PW_CLI_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pathways/status.h"

/** A text as it stands in the file, quotes and all; borrowed. */
struct cli_cell {
    const char *text;
    size_t length;
};

#define CLI_EMPTY_CELL ((struct cli_cell){ "", 0 })
/** Bytes that a number takes at most. */
#define CLI_CELL_ROOM 32
/** Cells in a row, and bytes in a cell, at most. */
#define CLI_SHEET_COLUMNS 64
#define CLI_CELL_BYTES    8192

/**
 * A text as a cell, quoted where it has to be.
 *
 * @param bytes  receives what the cell borrows; released with pw_free
 * @return       PW_EFORMAT when it is longer than CLI_CELL_BYTES
 */
pw_status cli_cell_text(const char *text, char **bytes, struct cli_cell *cell);

/** A number as a cell, in `room`. */
struct cli_cell cli_cell_whole(int64_t value, char room[CLI_CELL_ROOM]);

/** The same with so many significant digits at most; empty for NaN. */
struct cli_cell cli_cell_real(double value, int digits, char room[CLI_CELL_ROOM]);

/** A table being written. Zero-initialise. */
struct cli_sheet {
    const char *path; /* NULL: standard output */
    int descriptor;
    bool is_ours;       /* a plain file, removed when it is not finished */
    bool has_no_reader; /* the other end of a pipe has closed it */
    char *bytes;
    size_t length, row_begin;
    int64_t num_rows; /* with the heading */
};

/**
 * @param path       borrowed; NULL: standard output
 * @param is_forced  replace a file that is there
 * @return           PW_EUSAGE when there is one; PW_EIO when it cannot be written
 */
pw_status cli_sheet_open(struct cli_sheet *sheet, const char *path, bool is_forced);

/** The next cell of the row. */
static inline void
cli_sheet_add(struct cli_sheet *sheet, struct cli_cell cell)
{
    memcpy(sheet->bytes + sheet->length, cell.text, cell.length);
    sheet->length += cell.length;
    sheet->bytes[sheet->length++] = ',';
}

/** After at least one cell. @return PW_EIO; PW_ESTOPPED when nobody reads any more */
pw_status cli_sheet_end_row(struct cli_sheet *sheet);

/**
 * Write what is left, or remove a file that was not finished.
 *
 * @param result  how it went
 * @return        how it went with this; a reader who has left is no failure
 */
pw_status cli_sheet_close(struct cli_sheet *sheet, pw_status result);

#endif

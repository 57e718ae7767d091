/*
 * cli_number.h - numbers with units as cells of a table.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_NUMBER_H
#define PW_CLI_NUMBER_H

#include "cli.h"
#include "pathways/mobility.h"

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

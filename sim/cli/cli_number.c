/* SPDX-License-Identifier: MIT */
#include "cli_number.h"

#include <math.h>
#include <string.h>

/* A share, or a difference of shares. */
static bool
is_share(const char *unit)
{
    return strcmp(unit, "share") == 0 || strcmp(unit, "points") == 0;
}

const char *
cli_unit(const char *unit)
{
    return strcmp(unit, "share") == 0 ? "%" : strcmp(unit, "1") == 0 ? "" : unit;
}

/* Shares are printed in per cent with one decimal, scores with one, all else with two. */
static int
decimals_of(const char *unit)
{
    return is_share(unit) || strcmp(unit, "score") == 0 ? 1 : 2;
}

/* No minus before what is printed as zero. */
static double
printed(const char *unit, double value, int decimals)
{
    const double scaled = is_share(unit) ? 100.0 * value : value;

    return fabs(scaled) < 0.5 * pow(10.0, -decimals) ? 0.0 : scaled;
}

pw_status
cli_table_value(struct cli_table *table, const char *unit, double value, int extra)
{
    const int decimals = decimals_of(unit) + extra;

    if (!isfinite(value)) return cli_table_text(table, NULL);
    return cli_table_cell(table, "%.*f", decimals, printed(unit, value, decimals));
}

pw_status
cli_table_estimate(struct cli_table *table, const char *unit, struct pw_estimate estimate)
{
    const int decimals = decimals_of(unit);

    if (!isfinite(estimate.value)) return cli_table_text(table, NULL);
    if (!isfinite(estimate.error))
        return cli_table_cell(table, "%.*f", decimals, printed(unit, estimate.value, decimals));
    return cli_table_cell(table, "%.*f \302\261%.*f", decimals,
        printed(unit, estimate.value, decimals), decimals, printed(unit, estimate.error, decimals));
}

pw_status
cli_table_change(
    struct cli_table *table, const char *unit, struct pw_estimate change, bool is_marked)
{
    const int decimals = decimals_of(unit) + 1;
    const double number = printed(unit, change.value, decimals);

    if (!isfinite(change.value)) return cli_table_text(table, NULL);
    return cli_table_cell(
        table, "%s%.*f%s", number > 0.0 ? "+" : "", decimals, number, is_marked ? "*" : " ");
}

pw_status
cli_table_raw(struct cli_table *table, double value)
{
    if (!isfinite(value)) return cli_table_text(table, NULL);
    return cli_table_cell(table, "%.9g", value == 0.0 ? 0.0 : value);
}

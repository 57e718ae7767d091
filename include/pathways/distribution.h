/**
 * distribution.h - shares, quantiles, waiting times, gaps and spread from counts.
 *
 * Layer 3 (engine). Pure functions of numbers; what cannot be computed is NaN. Those of the type
 * pw_table_function can be given to pw_replicate_cells (mobility.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_DISTRIBUTION_H
#define PW_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

/** The second of two numbers as a share of both. */
double pw_distribution_share(const double *cells, size_t size);

/** The second of two numbers over the first: a mean. */
double pw_distribution_mean(const double *cells, size_t size);

/**
 * Where a share of the people is reached, counted in bins from the beginning of the first; people
 * are taken to lie evenly within their bin.
 *
 * @param bins  [num_bins] people
 * @param share 0 to 1
 */
double pw_distribution_quantile(const double *bins, size_t num_bins, double share);

/**
 * Share to whom something has happened by the last of some ages, at the rates of the table:
 * 1 - product of (1 - entered / waiting).
 *
 * @param table [num_ages][2] how many it had not happened to before this age, and to how many of
 *              them it happens
 */
double pw_waiting_share(const double *table, size_t num_ages);

/** Mean number of the age, from 0, at which it happens to those to whom it does. */
double pw_waiting_mean(const double *table, size_t num_ages);

/** Mean length of spells. @param spells [longest] how many are 1, 2, ... years long */
double pw_spell_mean(const double *spells, size_t longest);

/**
 * Difference of two means among people who are alike in a third thing: of each stratum the mean of
 * the second group less that of the first, weighted by n1 n2 / (n1 + n2). It is what least squares
 * with a constant for each stratum gives.
 *
 * @param table [num_strata][2 groups][people, sum]
 */
double pw_distribution_net_gap(const double *table, size_t num_strata);

/**
 * Standard deviation of a ratio between places beyond what chance gives, for everyone and without
 * each lineage group: the variance between places, each of which counts by its denominator, less
 * the mean variance of their own errors. Where that is negative so is the estimate: places then
 * differ less than chance would make them. Places whose people are of one group are left out.
 *
 * @param parts   [num_places][num_groups][2] numerators and denominators
 * @param scale   ratios are divided by it
 * @param values  [num_groups + 1] receives the estimate without each group, and the one of all last
 */
void pw_replicate_spread(
    const int64_t *parts, size_t num_places, size_t num_groups, double scale, double *values);

#endif

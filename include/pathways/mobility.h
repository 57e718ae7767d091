/**
 * mobility.h - what mobility tables say, and how sure one can be.
 *
 * Layer 3 (engine). Pure functions of numbers. A table is square, [origin][destination], row-major,
 * in people; classes and ranks rise with the index. What cannot be computed (nobody in an origin,
 * say) is NaN.
 *
 * Standard errors leave out one lineage group at a time: with theta_(g) the estimate without group
 * g, variance = (G - 1) / G * sum over g of (theta_(g) - mean theta_(.))^2. Quenouille (1956),
 * "Notes on bias in estimation", doi 10.1093/biomet/43.3-4.353; Tukey (1958). The difference of two
 * runs of one seed is taken group by group, so what the runs share cancels.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_MOBILITY_H
#define PW_MOBILITY_H

#include <stddef.h>
#include <stdint.h>

/** Cells of a table, at most: 20 by 20. */
#define PW_MAX_TABLE 400
/** Groups that can be left out, at most. */
#define PW_MAX_GROUPS 256

/** A number and its standard error; either may be NaN. */
struct pw_estimate {
    double value, error;
};

/** A number that a table comes to. @param size classes, of a table of size * size cells; or as the
 * function says */
typedef double pw_table_function(const double *table, size_t size);

/** Share of everyone who is in a higher class than their origin. */
double pw_mobility_upward(const double *table, size_t size);

/** Share of everyone who is in a lower class than their origin. */
double pw_mobility_downward(const double *table, size_t size);

/** Of the two lowest origins, the share in the two highest classes (SMC: working to professional).
 */
double pw_mobility_long_range_up(const double *table, size_t size);

/** Of the two highest origins, the share in the two lowest classes. */
double pw_mobility_long_range_down(const double *table, size_t size);

/** Of an origin, the share in a class. */
double pw_mobility_outflow(const double *table, size_t size, size_t origin, size_t destination);

/**
 * Odds of the highest rather than the lowest class, of those of the highest over those of the
 * lowest origin; 1 when origin does not matter. For two by two classes the odds ratio.
 */
double pw_mobility_odds_ratio(const double *table, size_t size);

/** The same between the two highest and the two lowest classes taken together (professional and
 * working). */
double pw_mobility_odds_ratio_of_pairs(const double *table, size_t size);

/**
 * Slope of own rank on parents' rank, both from 0 to 1 and taken at the middle of their row and
 * column. (6 / pi) asin(rho / 2) for a Gaussian copula with correlation rho, but for the width of
 * the ranks.
 */
double pw_mobility_rank_slope(const double *table, size_t size);

/** Expected own rank, 0 to 1, of those at the 25th percentile of parents' ranks, on the same line.
 */
double pw_mobility_rank_at_25(const double *table, size_t size);

/** Prais and Shorrocks: (size - trace of the outflow shares) / (size - 1); 0 nobody moves, 1 origin
 * does not matter. */
double pw_mobility_prais(const double *table, size_t size);

/**
 * Intergenerational elasticity: slope of y (own log income) on x (parents').
 *
 * @param moments  people, and sums of x, y, xx, yy, xy in any one unit of x and y
 */
double pw_mobility_elasticity(const double moments[6]);

/** Correlation from the same sums. */
double pw_mobility_correlation(const double moments[6]);

/**
 * Three generations of some people: how many, sums of the grandparents' score g, the parents' p and
 * the own c, of gg, pp, cc, and of gp, gc, pc. Scores are of classes, 0 the lowest.
 */
#define PW_NUM_LINE_MOMENTS 10

/**
 * The sums from a table of classes.
 *
 * @param table    [size grandparents][size parents][size own] people
 * @param moments  receives the sums
 */
void pw_mobility_line_moments(
    const int64_t *table, size_t size, int64_t moments[PW_NUM_LINE_MOMENTS]);

/** Correlation of parents and children. */
double pw_mobility_parent_correlation(const double moments[PW_NUM_LINE_MOMENTS]);

/** Correlation of grandparents and grandchildren: the square of that of parents and children in a
 * chain without memory. */
double pw_mobility_grandparent_correlation(const double moments[PW_NUM_LINE_MOMENTS]);

/**
 * What one more class of the grandparents goes with, in classes of the grandchildren, among people
 * of one parental class: slope on g of the regression of c on g and p. 0 in a chain without memory;
 * (corr_2 - corr_1^2) / (1 - corr_1^2) where all generations are alike. Positive when class stands
 * for something that lasts longer than it does, negative when the parents' part is direct:
 * Braun and Stuhler (2018), "The transmission of inequality across multiple generations".
 */
double pw_mobility_grandparent_slope(const double moments[PW_NUM_LINE_MOMENTS]);

/**
 * Odds ratio net of a third thing: Mantel and Haenszel (1959), "Statistical aspects of the analysis
 * of data from retrospective studies of disease", over tables of two by two. As a statistic of
 * grandparents: [class of the parents][grandparents low, high][own low, high].
 *
 * @param table [num_strata][2][2] people
 */
double pw_mobility_net_odds_ratio(const double *table, size_t num_strata);

/**
 * A ratio of sums for everyone and without each lineage group.
 *
 * @param parts   [num_groups][2] numerators and denominators
 * @param scale   the ratio is divided by it: 1 for shares, PW_MEASURE_SCALE for means
 * @param values  [num_groups + 1] receives the ratio without each group, and that of all last
 */
void pw_replicate_ratio(const int64_t *parts, size_t num_groups, double scale, double *values);

/** What some cells are and what is computed from them. */
struct pw_table_statistic {
    pw_table_function *function;
    size_t num_cells; /* at most PW_MAX_TABLE */
    size_t size;      /* passed to the function */
};

/**
 * A statistic for everyone and without each lineage group.
 *
 * @param cells   [num_cells][num_groups] people or sums
 * @param values  [num_groups + 1] receives it without each group, and that of all last
 */
void pw_replicate_cells(const struct pw_table_statistic *statistic, const int64_t *cells,
    size_t num_groups, double *values);

/** Value and error from such replicates; of a difference from the differences of two. Pure. */
struct pw_estimate pw_jackknife_replicates(const double *values, size_t num_groups);

/**
 * A ratio of sums, with its error.
 *
 * @param parts  [num_groups][2] numerators and denominators
 * @param scale  the ratio is divided by it: 1 for shares, PW_MEASURE_SCALE for means
 */
struct pw_estimate pw_jackknife_ratio(const int64_t *parts, size_t num_groups, double scale);

/** Ratio in `policy` less ratio in `base`, with the error of the paired difference. */
struct pw_estimate pw_jackknife_ratio_difference(
    const int64_t *base, const int64_t *policy, size_t num_groups, double scale);

/** A statistic of a table, with its error. @param table [size * size][num_groups] people */
struct pw_estimate pw_jackknife_table(
    pw_table_function *function, const int64_t *table, size_t size, size_t num_groups);

/** The statistic in `policy` less that in `base`, with the error of the paired difference. */
struct pw_estimate pw_jackknife_table_difference(pw_table_function *function, const int64_t *base,
    const int64_t *policy, size_t size, size_t num_groups);

/**
 * Value and standard error of an estimate from its values without each group. Pure.
 *
 * @param without  [num_groups]
 */
struct pw_estimate pw_jackknife(double value, const double *without, size_t num_groups);

#endif

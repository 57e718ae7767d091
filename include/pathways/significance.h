/**
 * significance.h - which of many differences are told apart from zero.
 *
 * Layer 3 (engine). Pure functions of numbers. Standard errors come from leaving out one of G
 * lineage groups at a time, so estimates are judged by Student's t with G - 1 degrees of freedom.
 * Among many differences some lie far from zero by chance; p values are therefore adjusted by
 * Benjamini and Hochberg (1995), "Controlling the false discovery rate", doi
 * 10.1111/j.2517-6161.1995.tb02031.x: of the differences with an adjusted p of at most 0.05, at
 * most 5 % are expected to be chance. The procedure holds under positive dependence (Benjamini and
 * Yekutieli 2001, doi 10.1214/aos/1013699998), which measures of the same people have mostly.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SIGNIFICANCE_H
#define PW_SIGNIFICANCE_H

#include <stddef.h>

#include "pathways/mobility.h"
#include "pathways/status.h"

/** Adjusted p up to which a difference is marked. */
#define PW_SIGNIFICANT 0.05

/**
 * Chance that Student's t lies at least as far from zero as `t`, on either side.
 *
 * @param freedom  degrees of freedom, at least 1
 * @return         0 to 1; NaN when t is
 */
double pw_significance_student(double t, double freedom);

/** The distance from zero that Student's t exceeds with chance `p`, on both sides taken together.
 * @param p above 0, at most 1 */
double pw_significance_distance(double p, double freedom);

/**
 * Two-sided p value of "this is zero".
 *
 * @return  1 for a zero (nothing differs), NaN when value or error is, and for another value
 * without error: it rests on people of one group, which says nothing of chance
 */
double pw_significance_of(struct pw_estimate estimate, size_t num_groups);

/** Half the width of the 95 % interval of an estimate. */
double pw_significance_margin(struct pw_estimate estimate, size_t num_groups);

/**
 * Adjusted p values by Benjamini and Hochberg: the smallest false discovery rate at which each
 * would be called different. NaN stays NaN and does not count.
 *
 * @param p  [count] replaced by the adjusted values
 * @return   PW_EMEMORY
 */
pw_status pw_significance_adjust(double *p, size_t count);

/**
 * A total over people with its standard error from leaving out groups, each time blown up by
 * G / (G - 1).
 *
 * @param sums   [num_groups] the groups' parts
 * @param scale  the total and its error are multiplied by it: people for whom one stands
 */
struct pw_estimate pw_significance_total(const double *sums, size_t num_groups, double scale);

#endif

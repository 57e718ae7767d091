/**
 * labour.h - who holds jobs and who seeks them, by labour market.
 *
 * Layer 1 (model).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_LABOUR_H
#define PW_LABOUR_H

#include "pathways/country.h"

/** What adults are to the labour market: in a job of a class (the code of the class), or seeking
 * one. */
enum { PW_LABOUR_SEEKS = PW_NUM_CLASSES, PW_LABOUR_NUM_KINDS };

/**
 * Count adults who are in work or seek it, by labour market and kind.
 *
 * People in work belong to the labour market of the job, seekers to that of the home.
 *
 * @param width  counts by labour market in `count`, of which the first are these
 * @param count  [num_labour_markets][width]; added to
 */
void pw_labour_count(const struct pw_country *country, const struct pw_shard *shard,
    struct pw_range adults, size_t width, int64_t *count);

/**
 * After a change of home: somebody in work keeps the job if its labour market is a neighbour of the
 * new one (of the same region: we know no distances), and has one of the same class in the new
 * labour market if not.
 */
void pw_labour_follow(const struct pw_country *country, struct pw_shard *shard, size_t i);

#endif

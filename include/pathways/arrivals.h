/**
 * arrivals.h - people who will come from abroad, waiting in their birth cohort.
 *
 * Layer 1 (model). While net migration is positive, that many people arrive in a year, aged 0
 * to 44. They have a row from their birth on, in state PW_ABROAD with the age of arrival in
 * `spell`, so that rows never move: at the end of their cohort, in the order of arrival, so that
 * those who still wait are its last rows and a walk over the cohort stops before them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_ARRIVALS_H
#define PW_ARRIVALS_H

#include "pathways/country.h"

/** People born in `birth_year` who will arrive in this shard before the run ends. Pure. */
size_t pw_arrivals_count(
    const struct pw_country *country, int birth_year, int shard, int num_shards);

/**
 * Append the rows of those people, who wait abroad. Capacity must have been reserved.
 */
void pw_arrivals_append(
    const struct pw_country *country, struct pw_shard *shard, int birth_year, int num_shards);

#endif

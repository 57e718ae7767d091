/**
 * founders.h - who is there when history begins.
 *
 * Layer 2 (life).
 * A population of all ages with the classes, qualifications, couples, children and homes of its
 * time. Their own origins are unknown and never enter a measure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_FOUNDERS_H
#define PW_FOUNDERS_H

#include "pathways/process.h"

/** People whom a run of the scenario begins with, in all shards. Pure. */
int64_t pw_founders_count(const struct pw_country *country);

/** Founders and people waiting abroad whom `shard` begins with. Pure. */
size_t pw_founders_rows(const struct pw_country *country, int shard, int num_shards);

/**
 * Fill an empty shard, in which pw_founders_rows rows and applications have been reserved.
 */
void pw_founders_settle(const struct pw_country *country, struct pw_shard *shard, int num_shards);

#endif

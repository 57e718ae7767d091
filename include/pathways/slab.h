/**
 * slab.h - a large dataset of a run file, read a stretch of rows at a time.
 *
 * Layer 4 (io). For columns of people that are too long to be held: /persons and /trajectories.
 * The dataset stays open between reads and remembers the chunks it unpacked last, so that reading
 * forwards unpacks every chunk once. For one thread at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SLAB_H
#define PW_SLAB_H

#include <stddef.h>

#include "pathways/reader.h"
#include "pathways/status.h"

/** An open dataset of whole numbers of one or two dimensions. */
struct pw_slab;

/**
 * Open a dataset.
 *
 * @param path  "/persons/key", "/trajectories/state"
 * @param type  of the items as they are handed out: PW_TYPE_INT8 to PW_TYPE_INT64
 * @param slab  receives it, NULL on failure; closed with pw_slab_close before the reader is
 * @return      PW_EFORMAT when there is no such dataset or its numbers would not fit the type
 */
pw_status pw_slab_open(
    const struct pw_reader *reader, const char *path, enum pw_type type, struct pw_slab **slab);

/** Safe on NULL, which it sets. */
void pw_slab_close(struct pw_slab **slab);

size_t pw_slab_rows(const struct pw_slab *slab);

/** 1 for a dataset of one dimension. */
size_t pw_slab_columns(const struct pw_slab *slab);

/** Rows begin to end - 1, of them columns first to last - 1. */
struct pw_stretch {
    size_t begin, end, first_column, end_column;
};

/** Read. @param items  [end - begin][end_column - first_column] of the type that was asked for */
pw_status pw_slab_read(struct pw_slab *slab, const struct pw_stretch *stretch, void *items);

#endif

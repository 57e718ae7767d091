/**
 * grid.h - whole arrays into the run file, in chunks compressed in parallel.
 *
 * Internal to sim/io.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_GRID_H
#define PW_GRID_H

#include "hdf.h"

/** Largest chunk of an array [bytes]. */
#define PW_GRID_CHUNK_BYTES ((size_t) 256 * 1024)
/** Smaller arrays are stored in one piece, uncompressed [bytes]. */
#define PW_GRID_SMALL_BYTES ((size_t) 32 * 1024)

/**
 * How an array is cut: dimensions before `split` one index at a time, `split` in parts, those after
 * it whole, so that every chunk is one stretch of memory.
 */
struct pw_cut {
    int split;
    size_t part;   /* indices of dimension `split` in a chunk */
    size_t inner;  /* items below one index of dimension `split` */
    size_t outer;  /* combinations of the dimensions before it */
    size_t chunks; /* in all */
};

/** The cut of an array of `rank` dimensions into chunks of at most `max_bytes`. Pure. */
struct pw_cut pw_grid_cut(
    int rank, const struct pw_dimension *dims, size_t item_size, size_t max_bytes);

/** Write an array with its scales; nothing when it has no items. */
pw_status pw_grid_write(
    const struct pw_hdf *hdf, struct pw_packer *packer, const struct pw_array *array);

#endif

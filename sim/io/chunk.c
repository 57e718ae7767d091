/* SPDX-License-Identifier: MIT */
#include "pathways/chunk.h"

#include <stdint.h>
#include <string.h>

#include <libdeflate.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"
#include "pathways/parallel.h"

/* Enough for every thread to be busy to the end of a batch, whatever the last chunk takes. */
#define MIN_BATCH        64
#define BATCH_PER_THREAD 8

static void
free_compressors(struct pw_packer *packer)
{
    for (int i = 0; i < packer->num_threads; i++)
        if (packer->compressors[i]) libdeflate_free_compressor(packer->compressors[i]);
    pw_free(&packer->compressors);
    pw_free(&packer->scratch);
    pw_free(&packer->packed);
    packer->num_threads = 0;
}

/* All memory is had here, since nothing may fail inside a parallel loop. */
static pw_status
equip(struct pw_packer *packer, int num_threads)
{
    pw_status status = PW_OK;

    free_compressors(packer);
    PW_TRY(pw_alloc((size_t) num_threads, sizeof *packer->compressors, &packer->compressors));
    packer->num_threads = num_threads;
    for (int i = 0; i < num_threads; i++) {
        packer->compressors[i] = libdeflate_alloc_compressor(packer->level);
        if (!packer->compressors[i])
            PW_FAIL(PW_EMEMORY, "no memory for compressing output on %d threads", num_threads);
    }
    packer->batch = (size_t) num_threads * BATCH_PER_THREAD;
    if (packer->batch < MIN_BATCH) packer->batch = MIN_BATCH;
    packer->max_packed = libdeflate_zlib_compress_bound(packer->compressors[0], packer->max_bytes);
    PW_TRY(pw_alloc((size_t) num_threads * 2, packer->max_bytes, &packer->scratch));
    PW_TRY(pw_alloc(packer->batch, packer->max_packed, &packer->packed));
done:
    return status;
}

pw_status
pw_packer_init(struct pw_packer *packer, size_t max_bytes, int level)
{
    *packer = (struct pw_packer){ .max_bytes = max_bytes, .level = level };
    return equip(packer, pw_parallel_threads());
}

void
pw_packer_free(struct pw_packer *packer)
{
    free_compressors(packer);
    *packer = (struct pw_packer){ 0 };
}

/* So many items, the first of which is there, become the same. */
static void
repeat_item(unsigned char *items, size_t size, size_t count)
{
    for (size_t done = 1; done < count; done *= 2)
        memcpy(items + done * size, items, (done < count - done ? done : count - done) * size);
}

/* The rectangle in the upper left corner of the full chunk, the fill item everywhere else. */
static void
pad(const struct pw_chunk *chunk, unsigned char *out)
{
    const size_t size = chunk->item_size, beyond = chunk->full_columns - chunk->columns;
    const size_t row_bytes = chunk->columns * size, full_row_bytes = chunk->full_columns * size;
    const unsigned char *source = chunk->source;
    unsigned char *const below = out + chunk->rows * full_row_bytes;

    for (size_t row = 0; row < chunk->rows; row++) {
        unsigned char *const to = out + row * full_row_bytes;

        memcpy(to, source + row * row_bytes, row_bytes);
        if (beyond == 0) continue;
        memcpy(to + row_bytes, chunk->fill, size);
        repeat_item(to + row_bytes, size, beyond);
    }
    if (chunk->rows == chunk->full_rows) return;
    memcpy(below, chunk->fill, size);
    repeat_item(below, size, (chunk->full_rows - chunk->rows) * chunk->full_columns);
}

PW_INLINE void
shuffle_items(
    const unsigned char *restrict in, size_t count, const size_t size, unsigned char *restrict out)
{
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < size; byte++)
            out[byte * count + i] = in[i * size + byte];
}

/* First bytes of all items, then all second bytes, ... Each width in a form that becomes vector
 * code. */
static PW_KERNEL void
shuffle(const unsigned char *restrict in, size_t count, size_t size, unsigned char *restrict out)
{
    switch (size) {
    case 2:
        shuffle_items(in, count, 2, out);
        break;
    case 4:
        shuffle_items(in, count, 4, out);
        break;
    default:
        shuffle_items(in, count, 8, out);
    }
}

struct job {
    struct pw_packer *packer;
    struct pw_chunk *chunks;
};

static void
pack_one(void *context, size_t i)
{
    const struct job *job = context;
    struct pw_packer *packer = job->packer;
    struct pw_chunk *chunk = &job->chunks[i];
    const size_t thread = (size_t) pw_parallel_thread();
    unsigned char *padded = packer->scratch + thread * 2 * packer->max_bytes;
    unsigned char *planes = padded + packer->max_bytes;
    unsigned char *packed = packer->packed + i * packer->max_packed;
    const unsigned char *bytes = chunk->source;
    const size_t count = chunk->full_rows * chunk->full_columns;

    if (chunk->rows < chunk->full_rows || chunk->columns < chunk->full_columns) {
        pad(chunk, padded);
        bytes = padded;
    }
    if (chunk->item_size > 1) {
        shuffle(bytes, count, chunk->item_size, planes);
        bytes = planes;
    }
    chunk->packed = packed;
    chunk->packed_size = libdeflate_zlib_compress(
        packer->compressors[thread], bytes, count * chunk->item_size, packed, packer->max_packed);
}

pw_status
pw_packer_pack(struct pw_packer *packer, struct pw_chunk *chunks, size_t count)
{
    pw_status status = PW_OK;
    struct job job = { .packer = packer, .chunks = chunks };

    PW_BUG_IF(count > packer->batch);
    for (size_t i = 0; i < count; i++) {
        const struct pw_chunk *chunk = &chunks[i];

        PW_BUG_IF(chunk->rows > chunk->full_rows || chunk->columns > chunk->full_columns);
        PW_BUG_IF(chunk->full_rows * chunk->full_columns * chunk->item_size > packer->max_bytes);
    }
    if (pw_parallel_threads() > packer->num_threads) PW_TRY(equip(packer, pw_parallel_threads()));
    pw_parallel_for(count, pack_one, &job);
    /* The buffers hold the worst case, so an empty result would be a mistake of ours. */
    for (size_t i = 0; i < count; i++)
        PW_BUG_IF(chunks[i].packed_size == 0);
done:
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "pathways/chunk.h"

#include <stdint.h>
#include <string.h>

#include <isa-l/igzip_lib.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"
#include "pathways/parallel.h"

/* Enough for every thread to be busy to the end of a batch, whatever the last chunk takes. */
#define MIN_BATCH        64
#define BATCH_PER_THREAD 8

/* Deflate's blocks of bytes that cannot be made fewer (RFC 1951, 3.2.4), and zlib's two ends (RFC
 * 1950). */
#define STORED_BYTES  65535
#define STORED_HEADER 5
#define ZLIB_ENDS     6

/* Memory of the compressor's own, a thread. */
#define MATCH_BYTES ((size_t) ISAL_DEF_LVL1_DEFAULT)

static void
free_memory(struct pw_packer *packer)
{
    pw_free(&packer->matches);
    pw_free(&packer->scratch);
    pw_free(&packer->packed);
    packer->num_threads = 0;
}

/* All memory is had here, since nothing may fail inside a parallel loop. */
static pw_status
equip(struct pw_packer *packer, int num_threads)
{
    pw_status status = PW_OK;

    free_memory(packer);
    packer->num_threads = num_threads;
    packer->batch = (size_t) num_threads * BATCH_PER_THREAD;
    if (packer->batch < MIN_BATCH) packer->batch = MIN_BATCH;
    packer->max_packed =
        packer->max_bytes + (packer->max_bytes / STORED_BYTES + 1) * STORED_HEADER + ZLIB_ENDS;
    PW_TRY(pw_alloc((size_t) num_threads, MATCH_BYTES, &packer->matches));
    PW_TRY(pw_alloc((size_t) num_threads * 2, packer->max_bytes, &packer->scratch));
    PW_TRY(pw_alloc(packer->batch, packer->max_packed, &packer->packed));
done:
    return status;
}

pw_status
pw_packer_init(struct pw_packer *packer, size_t max_bytes)
{
    *packer = (struct pw_packer){ .max_bytes = max_bytes };
    PW_BUG_IF(max_bytes > INT32_MAX);
    return equip(packer, pw_parallel_threads());
}

void
pw_packer_free(struct pw_packer *packer)
{
    free_memory(packer);
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

/* @return number of bytes in `out`; 0: that is too small */
static size_t
deflate(const unsigned char *bytes, size_t size, unsigned char *matches, unsigned char *out,
    size_t out_size)
{
    struct isal_zstream stream = { 0 };

    isal_deflate_stateless_init(&stream);
    stream.gzip_flag = IGZIP_ZLIB;
    stream.end_of_stream = 1;
    stream.level = 1;
    stream.level_buf = matches;
    stream.level_buf_size = (uint32_t) MATCH_BYTES;
    memcpy(
        &stream.next_in, &bytes, sizeof bytes); /* it changes none, for all that it is not const */
    stream.avail_in = (uint32_t) size;
    stream.next_out = out;
    stream.avail_out = (uint32_t) out_size;
    return isal_deflate_stateless(&stream) == COMP_OK ? stream.total_out : 0;
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
    chunk->packed_size = deflate(bytes, count * chunk->item_size,
        packer->matches + thread * MATCH_BYTES, packed, packer->max_packed);
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

/**
 * run_length.h - deflate for tables of counts: bytes, and repetitions of the byte before.
 *
 * Internal to sim/io. Counts of small groups are mostly zeros in long runs, between which nothing
 * repeats that a search through what went before would find: to look for repetitions of one byte
 * only takes a fraction of the time and gives fewer bytes. The stream is zlib's, in one block with
 * a Huffman code of its own (RFC 1950, RFC 1951), so that anything that inflates reads it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_RUN_LENGTH_H
#define PW_RUN_LENGTH_H

#include <stddef.h>
#include <stdint.h>

/**
 * Compress bytes into a zlib stream.
 *
 * @param bytes   [count]
 * @param tokens  [count] room for work
 * @param packed  [room] receives the stream
 * @return        its length [bytes]; 0 when it does not fit into the room
 */
size_t pw_run_length_pack(
    const unsigned char *bytes, size_t count, uint16_t *tokens, unsigned char *packed, size_t room);

#endif

/* SPDX-License-Identifier: MIT */
#include "run_length.h"

#include <stdbool.h>
#include <string.h>

#include <libdeflate.h>

/* Symbols of deflate: bytes, the end of the block, and lengths of repetitions in classes. */
enum { END_OF_BLOCK = 256, FIRST_LENGTH, NUM_SYMBOLS = 286 };
enum { MIN_RUN = 3, MAX_RUN = 258, MAX_CODE_BITS = 15 };
/* Tokens are bytes, and runs by their length. */
enum { RUN_TOKENS = 256, NUM_TOKENS = RUN_TOKENS + MAX_RUN + 1 };
/* A symbol, five bits that complete a length, and one for the distance. */
enum { MAX_TOKEN_BITS = MAX_CODE_BITS + 6 };

/* --- Tokens ----------------------------------------------------------------------------------- */

/* How many bytes from `bytes` on are all the same as the one before. */
static size_t
run_at(const unsigned char *bytes, const unsigned char *end)
{
    const uint64_t same = bytes[-1] * 0x0101010101010101u;
    const unsigned char *next = bytes;
    uint64_t eight;

    while (end - next >= 8) {
        memcpy(&eight, next, sizeof eight);
        if (eight != same)
            return (size_t) (next - bytes) + (size_t) __builtin_ctzll(eight ^ same) / 8;
        next += 8;
    }
    while (next < end && *next == bytes[-1])
        next++;
    return (size_t) (next - bytes);
}

/* Shorter runs are left as they are: where many bytes are the same they have short codes. */
static bool
begins_run(const unsigned char *bytes)
{
    uint64_t these, before;

    memcpy(&these, bytes, sizeof these);
    memcpy(&before, bytes - 1, sizeof before);
    return these == before;
}

/* @return how many tokens there are */
static size_t
find_tokens(const unsigned char *bytes, size_t count, uint16_t *tokens)
{
    const unsigned char *next = bytes, *const end = bytes + count;
    uint16_t *token = tokens;

    if (count > 0) *token++ = *next++;
    while (next < end) {
        if (end - next < 8 || !begins_run(next)) {
            *token++ = *next++;
            continue;
        }
        for (size_t left = run_at(next, end); left >= MIN_RUN;) {
            const size_t run = left < MAX_RUN ? left : MAX_RUN;

            *token++ = (uint16_t) (RUN_TOKENS + run);
            next += run;
            left -= run;
        }
    }
    return (size_t) (token - tokens);
}

/* --- Code ------------------------------------------------------------------------------------- */

/* Symbol of a run's length, and the bits that complete it: four classes to each number of bits, but
 * for the shortest and the longest. */
struct length {
    int symbol, extra_bits;
    uint32_t extra;
};

static struct length
length_of(int run)
{
    const int beyond = run - MIN_RUN;
    int bits;

    if (run == MAX_RUN) return (struct length){ NUM_SYMBOLS - 1, 0, 0 };
    if (beyond < 8) return (struct length){ FIRST_LENGTH + beyond, 0, 0 };
    bits =
        29 - __builtin_clz((unsigned) beyond); /* the leading bit and two more choose the class */
    return (struct length){ FIRST_LENGTH + 4 * bits + (beyond >> bits), bits,
        (uint32_t) beyond & ((1u << bits) - 1) };
}

static void
count_symbols(const uint16_t *tokens, size_t num_tokens, uint32_t *uses)
{
    /* In turn, as to count the same one twice in a row takes as long as a store and a load. */
    enum { TURNS = 4 };
    uint32_t of_token[TURNS][NUM_TOKENS] = { { 0 } };
    size_t t = 0;

    for (; t + TURNS <= num_tokens; t += TURNS)
        for (size_t turn = 0; turn < TURNS; turn++)
            of_token[turn][tokens[t + turn]]++;
    for (; t < num_tokens; t++)
        of_token[0][tokens[t]]++;
    for (size_t turn = 1; turn < TURNS; turn++)
        for (int token = 0; token < NUM_TOKENS; token++)
            of_token[0][token] += of_token[turn][token];
    memcpy(uses, of_token[0], RUN_TOKENS * sizeof *uses);
    memset(uses + RUN_TOKENS, 0, (NUM_SYMBOLS - RUN_TOKENS) * sizeof *uses);
    uses[END_OF_BLOCK] = 1;
    for (int run = MIN_RUN; run <= MAX_RUN; run++)
        uses[length_of(run).symbol] += of_token[0][RUN_TOKENS + run];
}

/* Symbols that are used, the rarest first; the same often, in order. @return how many */
static int
sort_symbols(const uint32_t *uses, uint16_t *sorted)
{
    int count = 0;

    for (int symbol = 0; symbol < NUM_SYMBOLS; symbol++) {
        int place = count;

        if (uses[symbol] == 0) continue;
        for (; place > 0 && uses[sorted[place - 1]] > uses[symbol]; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = (uint16_t) symbol;
        count++;
    }
    return count;
}

/*
 * Depths of the leaves of Huffman's tree. Nodes are made in order of weight, so that the two
 * lightest are always at the front of the leaves or of the nodes (van Leeuwen 1976).
 *
 * @param depths  [count] receives the depths, of the rarest symbol first
 */
static void
find_depths(const uint32_t *uses, const uint16_t *sorted, int count, uint8_t *depths)
{
    uint32_t weight[2 * NUM_SYMBOLS];
    uint16_t parent[2 * NUM_SYMBOLS];
    uint8_t depth[2 * NUM_SYMBOLS];
    const int root = 2 * count - 2;
    int leaf = 0, node = count;

    for (int i = 0; i < count; i++)
        weight[i] = uses[sorted[i]];
    for (int made = count; made <= root; made++) {
        weight[made] = 0;
        for (int child = 0; child < 2; child++) {
            const bool is_leaf = leaf < count && (node == made || weight[leaf] <= weight[node]);
            const int lightest = is_leaf ? leaf++ : node++;

            weight[made] += weight[lightest];
            parent[lightest] = (uint16_t) made;
        }
    }
    depth[root] = 0;
    for (int i = root - 1; i >= 0; i--)
        depth[i] = (uint8_t) (depth[parent[i]] + 1);
    memcpy(depths, depth, (size_t) count);
}

/*
 * No code is longer than deflate allows. As many codes of each length as the tree has, and the
 * longest as long as may be, are too many together: until they are not, one of the longest moves up
 * beside the longest of the others.
 */
static void
limit_depths(uint8_t *depths, int count)
{
    int of_length[MAX_CODE_BITS + 1] = { 0 }, length = MAX_CODE_BITS;
    uint32_t taken = 0; /* of all codes of the greatest length */

    for (int i = 0; i < count; i++) {
        const int depth = depths[i] < MAX_CODE_BITS ? depths[i] : MAX_CODE_BITS;

        of_length[depth]++;
        taken += 1u << (MAX_CODE_BITS - depth);
    }
    for (; taken > 1u << MAX_CODE_BITS; taken--) {
        int other = MAX_CODE_BITS - 1;

        while (of_length[other] == 0)
            other--;
        of_length[other]--;
        of_length[other + 1] += 2;
        of_length[MAX_CODE_BITS]--;
    }
    for (int i = 0; i < count; i++) {
        while (of_length[length] == 0)
            length--;
        of_length[length]--;
        depths[i] = (uint8_t) length;
    }
}

/* Length of each symbol's code; 0: not used. There are two codes at least: the end of the block,
 * and a byte. */
static void
find_code_lengths(const uint32_t *uses, uint8_t *lengths)
{
    uint16_t sorted[NUM_SYMBOLS];
    uint8_t depths[NUM_SYMBOLS];
    const int count = sort_symbols(uses, sorted);

    find_depths(uses, sorted, count, depths);
    limit_depths(depths, count);
    memset(lengths, 0, NUM_SYMBOLS);
    for (int i = 0; i < count; i++)
        lengths[sorted[i]] = depths[i];
}

/* The bits of a code stand with the first one lowest. */
struct code {
    uint32_t bits;
    uint32_t length;
};

static uint32_t
reverse(uint32_t bits, int length)
{
    uint32_t reversed = 0;

    for (int i = 0; i < length; i++)
        reversed |= (bits >> i & 1u) << (length - 1 - i);
    return reversed;
}

/* Codes in the order of lengths, and of symbols among those of one length (RFC 1951, 3.2.2). */
static void
assign_codes(const uint8_t *lengths, struct code *codes)
{
    uint32_t next = 0;

    memset(codes, 0, NUM_SYMBOLS * sizeof *codes);
    for (int length = 1; length <= MAX_CODE_BITS; length++) {
        next <<= 1;
        for (int symbol = 0; symbol < NUM_SYMBOLS; symbol++)
            if (lengths[symbol] == length)
                codes[symbol] = (struct code){ reverse(next++, length), (uint32_t) length };
    }
}

/* Everything that is written for a token. The one distance there is has a code of one bit, 0. */
static void
complete_codes(const struct code *symbols, struct code *tokens)
{
    memcpy(tokens, symbols, RUN_TOKENS * sizeof *tokens);
    for (int run = MIN_RUN; run <= MAX_RUN; run++) {
        const struct length length = length_of(run);
        const struct code code = symbols[length.symbol];

        tokens[RUN_TOKENS + run] = (struct code){ code.bits | length.extra << code.length,
            code.length + (uint32_t) length.extra_bits + 1 };
    }
}

/* --- Stream ----------------------------------------------------------------------------------- */

/* Bits on their way into bytes, the first in the lowest. */
struct writer {
    unsigned char *next;
    uint64_t bits;
    uint32_t num_bits; /* at most 7 after a flush, and never 64 */
};

/* Eight bytes are written, of which those that are not full will be written again. */
static void
flush(struct writer *writer)
{
    for (int i = 0; i < 8; i++)
        writer->next[i] = (unsigned char) (writer->bits >> 8 * i);
    writer->next += writer->num_bits / 8;
    writer->bits >>= writer->num_bits / 8 * 8;
    writer->num_bits %= 8;
}

static void
add_bits(struct writer *writer, uint64_t bits, uint32_t num_bits)
{
    writer->bits |= bits << writer->num_bits;
    writer->num_bits += num_bits;
}

/* The lengths of the codes, each in four bits as it is: a code in which 0 to 15 are all as likely.
 */
static void
write_header(struct writer *writer, const uint8_t *lengths)
{
    const uint32_t num_lengths = NUM_SYMBOLS - 257, num_distances = 0, num_orders = 19 - 4;

    add_bits(writer, 1 | 2 << 1, 3); /* the last block, with a code of its own */
    add_bits(writer, num_lengths | num_distances << 5 | num_orders << 10, 14);
    add_bits(writer, 0, 9); /* 16, 17 and 18, which repeat lengths, are not used */
    flush(writer);
    for (int i = 0; i < 16; i++) {
        add_bits(writer, 4, 3);
        flush(writer);
    }
    for (int symbol = 0; symbol < NUM_SYMBOLS; symbol++) {
        add_bits(writer, reverse(lengths[symbol], 4), 4);
        flush(writer);
    }
    add_bits(writer, reverse(1, 4), 4); /* of the distance */
    flush(writer);
}

static void
write_tokens(
    struct writer *writer, const uint16_t *tokens, size_t num_tokens, const struct code *codes)
{
    struct writer to = *writer;

    for (size_t t = 0; t < num_tokens; t++) {
        const struct code *const code = &codes[tokens[t]];

        add_bits(&to, code->bits, code->length);
        if (to.num_bits >= 64 - MAX_TOKEN_BITS) flush(&to);
    }
    flush(&to);
    *writer = to;
}

/* Bytes of the stream besides the tokens, with room for a flush. */
#define FRAME_BYTES (2 + (3 + 14 + 19 * 3 + (NUM_SYMBOLS + 1) * 4 + 7) / 8 + 4 + 16)

static bool
fits(const uint32_t *uses, const uint8_t *lengths, size_t room)
{
    uint64_t bits = 0;

    for (int symbol = 0; symbol < NUM_SYMBOLS; symbol++) {
        const uint64_t more = symbol >= FIRST_LENGTH ? MAX_TOKEN_BITS - MAX_CODE_BITS : 0;

        bits += uses[symbol] * (lengths[symbol] + more);
    }
    return bits / 8 + FRAME_BYTES <= room;
}

size_t
pw_run_length_pack(
    const unsigned char *bytes, size_t count, uint16_t *tokens, unsigned char *packed, size_t room)
{
    const size_t num_tokens = find_tokens(bytes, count, tokens);
    const uint32_t check = libdeflate_adler32(1, bytes, count);
    struct writer writer = { .next = packed };
    struct code symbols[NUM_SYMBOLS], codes[NUM_TOKENS];
    uint32_t uses[NUM_SYMBOLS];
    uint8_t lengths[NUM_SYMBOLS];

    if (count == 0) return 0;
    count_symbols(tokens, num_tokens, uses);
    find_code_lengths(uses, lengths);
    if (!fits(uses, lengths, room)) return 0;
    assign_codes(lengths, symbols);
    complete_codes(symbols, codes);

    add_bits(&writer, 0x0178, 16); /* zlib's header: a window of 32 KiB, compressed fast */
    flush(&writer);
    write_header(&writer, lengths);
    write_tokens(&writer, tokens, num_tokens, codes);
    add_bits(&writer, symbols[END_OF_BLOCK].bits, symbols[END_OF_BLOCK].length + 7);
    flush(&writer);
    writer.bits = writer.num_bits = 0; /* what is left of the last byte was filled up */
    add_bits(&writer, __builtin_bswap32(check), 32);
    flush(&writer);
    return (size_t) (writer.next - packed);
}

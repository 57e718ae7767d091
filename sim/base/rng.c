/*
 * Philox multiplies 32 by 32 bits to 64. A vector instruction does that for 64-bit lanes of which
 * it reads the lower half only, so every word of the counter lives in the lower half of a lane,
 * with rubbish above it, and a round is two products, two shifts and four exclusive ors without a
 * shuffle. Compilers do not find this by themselves (gcc 12 takes three to five times as long),
 * hence one function for each instruction set from one definition; integers, so the same bits from
 * each.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/rng.h"

#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "pathways/numeric.h"

/* People whose words are made together before they become floats. */
#define GROUP 64

#define NUM_ROUNDS 10

/* Vectors that go through the rounds side by side: a product is slow to come, and the next round
 * waits for it. */
#define ABREAST 2

/* Lanes of the widest vector. */
#define WIDEST 8

/* What a group of people is made from and into; each word in the lower half of its 64 bits. */
struct group {
    _Alignas(64) uint64_t key[NUM_ROUNDS][2][WIDEST]; /* repeated: an operand in memory is free */
    _Alignas(64) uint64_t person[GROUP];
    _Alignas(64) uint64_t word[4][GROUP];
    uint64_t when, purpose;
};

#ifdef __x86_64__

#define DEFINE_MAKE_WORDS(name, isa, size, native, multiply)                                       \
    __attribute__((target(isa))) static void name(struct group *group, size_t count)               \
    {                                                                                              \
        typedef uint64_t lanes __attribute__((vector_size(size), may_alias));                      \
        enum { WIDTH = (size) / sizeof(uint64_t) };                                                \
        const lanes zero = { 0 };                                                                  \
        const lanes m0 = zero + 0xD2511F53u, m1 = zero + 0xCD9E8D57u;                              \
        const lanes when = zero + group->when, purpose = zero + group->purpose;                    \
                                                                                                   \
        for (size_t i = 0; i < count; i += ABREAST * WIDTH) {                                      \
            lanes c0[ABREAST], c1[ABREAST], c2[ABREAST], c3[ABREAST];                              \
                                                                                                   \
            for (int v = 0; v < ABREAST; v++) {                                                    \
                c0[v] = *(const lanes *) &group->person[i + (size_t) v * WIDTH];                   \
                c1[v] = c0[v] >> 32;                                                               \
                c2[v] = when;                                                                      \
                c3[v] = purpose;                                                                   \
            }                                                                                      \
            for (int round = 0; round < NUM_ROUNDS; round++) {                                     \
                const lanes k0 = *(const lanes *) group->key[round][0];                            \
                const lanes k1 = *(const lanes *) group->key[round][1];                            \
                                                                                                   \
                for (int v = 0; v < ABREAST; v++) {                                                \
                    const lanes p0 = (lanes) multiply((native) c0[v], (native) m0);                \
                    const lanes p1 = (lanes) multiply((native) c2[v], (native) m1);                \
                                                                                                   \
                    c0[v] = (p1 >> 32) ^ c1[v] ^ k0;                                               \
                    c1[v] = p1;                                                                    \
                    c2[v] = (p0 >> 32) ^ c3[v] ^ k1;                                               \
                    c3[v] = p0;                                                                    \
                }                                                                                  \
            }                                                                                      \
            for (int v = 0; v < ABREAST; v++) {                                                    \
                *(lanes *) &group->word[0][i + (size_t) v * WIDTH] = c0[v];                        \
                *(lanes *) &group->word[1][i + (size_t) v * WIDTH] = c1[v];                        \
                *(lanes *) &group->word[2][i + (size_t) v * WIDTH] = c2[v];                        \
                *(lanes *) &group->word[3][i + (size_t) v * WIDTH] = c3[v];                        \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_MAKE_WORDS(make_words_sse2, "sse2", 16, __m128i, _mm_mul_epu32)
DEFINE_MAKE_WORDS(make_words_avx2, "avx2", 32, __m256i, _mm256_mul_epu32)
DEFINE_MAKE_WORDS(make_words_avx512, "avx512f", 64, __m512i, _mm512_mul_epu32)

static void
make_words(struct group *group, size_t count)
{
    if (__builtin_cpu_supports("avx512f"))
        make_words_avx512(group, count);
    else if (__builtin_cpu_supports("avx2"))
        make_words_avx2(group, count);
    else
        make_words_sse2(group, count);
}

#else

static void
make_words(struct group *group, size_t count)
{
    const uint32_t key[2] = { (uint32_t) group->key[0][0][0], (uint32_t) group->key[0][1][0] };

    for (size_t i = 0; i < count; i++) {
        const uint64_t person = group->person[i];
        const uint32_t counter[4] = { (uint32_t) person, (uint32_t) (person >> 32),
            (uint32_t) group->when, (uint32_t) group->purpose };
        uint32_t words[4];

        pw_philox(counter, key, words);
        for (int j = 0; j < 4; j++)
            group->word[j][i] = words[j];
    }
}

#endif

struct pw_rng
pw_rng_make(uint64_t seed, uint32_t replicate)
{
    const uint64_t key = pw_mix64(pw_mix64(seed) + replicate);

    return (struct pw_rng){ { (uint32_t) key, (uint32_t) (key >> 32) } };
}

/*
 * The key of a round in closed form: of two sums carried through these loops gcc 12.2 -O3 stores
 * the first in the place of both.
 */
static void
schedule_keys(struct group *group, const uint32_t key[2])
{
    static const uint32_t step[2] = { 0x9E3779B9u, 0xBB67AE85u };

    for (uint32_t j = 0; j < 2; j++) {
        for (uint32_t round = 0; round < NUM_ROUNDS; round++) {
            const uint32_t round_key = key[j] + round * step[j];

            for (int i = 0; i < WIDEST; i++)
                group->key[round][j][i] = round_key;
        }
    }
}

PW_KERNEL void
pw_rng_block(const struct pw_rng *rng, const uint64_t *person, size_t count, int when,
    uint32_t stream, uint32_t k, struct pw_draws *draws)
{
    struct group group;

    schedule_keys(&group, rng->key);
    group.when = (uint32_t) when;
    group.purpose = stream << 16 | k;
    for (size_t begin = 0; begin < count; begin += GROUP) {
        const size_t length = count - begin < GROUP ? count - begin : GROUP;

        memcpy(group.person, person + begin, length * sizeof *person);
        memset(group.person + length, 0, (GROUP - length) * sizeof *person);
        make_words(&group, length);
        for (int j = 0; j < 4; j++) {
            float *const u = draws->u[j] + begin;

            for (size_t i = 0; i < length; i++)
                u[i] = pw_rng_open((uint32_t) group.word[j][i]);
        }
    }
}

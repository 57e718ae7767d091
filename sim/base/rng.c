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

#define NUM_ROUNDS 10

/* People whose words are made together: the lanes of four of the widest vectors. */
#define GROUP PW_DRAWS_AT_ONCE

/* The address of the draws of many people but for their keys. */
struct address {
    uint64_t key[NUM_ROUNDS][2]; /* of each round */
    uint64_t when, purpose;
};

#ifdef __x86_64__

/* The lower halves of the lanes of two vectors, those of the first before those of the second. */
__attribute__((target("sse2"))) static inline __m128i
low_halves_sse2(__m128i a, __m128i b)
{
    return _mm_castps_si128(_mm_shuffle_ps(_mm_castsi128_ps(a), _mm_castsi128_ps(b), 0x88));
}

__attribute__((target("avx2"))) static inline __m256i
low_halves_avx2(__m256i a, __m256i b)
{
    const __m256 mixed = _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), 0x88);

    return _mm256_permute4x64_epi64(_mm256_castps_si256(mixed), 0xD8);
}

__attribute__((target("avx512f"))) static inline __m512i
low_halves_avx512(__m512i a, __m512i b)
{
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);

    return _mm512_permutex2var_epi32(a, even, b);
}

/*
 * Each fills `count` rows, a multiple of GROUP. As many vectors as the registers hold go through
 * the rounds abreast, an even number: a product is slow to come, and the next round waits for it.
 * The last lines are pw_rng_open: the upper 23 bits make a float from 1 to 2, from which all is
 * taken but half of its last bit.
 */
#define DEFINE_DRAW(name, isa, size, abreast, native, multiply, low_halves)                        \
    __attribute__((target(isa))) static void name(                                                 \
        const struct address *address, const uint64_t *person, size_t count, float(*u)[PW_BLOCK])  \
    {                                                                                              \
        typedef uint64_t lanes __attribute__((vector_size(size), may_alias));                      \
        typedef uint64_t loose __attribute__((vector_size(size), may_alias, aligned(8)));          \
        typedef uint32_t words __attribute__((vector_size(size), may_alias));                      \
        typedef float floats __attribute__((vector_size(size), may_alias));                        \
        typedef float row __attribute__((vector_size(size), may_alias, aligned(4)));               \
        enum { ABREAST = abreast, WIDTH = (size) / sizeof(uint64_t) };                             \
        const lanes zero = { 0 };                                                                  \
        const lanes m0 = zero + 0xD2511F53u, m1 = zero + 0xCD9E8D57u;                              \
                                                                                                   \
        for (size_t i = 0; i < count; i += ABREAST * WIDTH) {                                      \
            lanes c[4][ABREAST];                                                                   \
                                                                                                   \
            for (int v = 0; v < ABREAST; v++) {                                                    \
                c[0][v] = *(const loose *) &person[i + (size_t) v * WIDTH];                        \
                c[1][v] = c[0][v] >> 32;                                                           \
                c[2][v] = zero + address->when;                                                    \
                c[3][v] = zero + address->purpose;                                                 \
            }                                                                                      \
            for (int round = 0; round < NUM_ROUNDS; round++) {                                     \
                const lanes k0 = zero + address->key[round][0];                                    \
                const lanes k1 = zero + address->key[round][1];                                    \
                                                                                                   \
                for (int v = 0; v < ABREAST; v++) {                                                \
                    const lanes p0 = (lanes) multiply((native) c[0][v], (native) m0);              \
                    const lanes p1 = (lanes) multiply((native) c[2][v], (native) m1);              \
                                                                                                   \
                    c[0][v] = (p1 >> 32) ^ c[1][v] ^ k0;                                           \
                    c[1][v] = p1;                                                                  \
                    c[2][v] = (p0 >> 32) ^ c[3][v] ^ k1;                                           \
                    c[3][v] = p0;                                                                  \
                }                                                                                  \
            }                                                                                      \
            for (int j = 0; j < 4; j++) {                                                          \
                for (int v = 0; v < ABREAST; v += 2) {                                             \
                    const words made = (words) low_halves((native) c[j][v], (native) c[j][v + 1]); \
                                                                                                   \
                    *(row *) &u[j][i + (size_t) v * WIDTH] =                                       \
                        (floats) (made >> 9 | 0x3F800000u) - (1.0f - 0x1p-24f);                    \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_DRAW(draw_sse2, "sse2", 16, 2, __m128i, _mm_mul_epu32, low_halves_sse2)
DEFINE_DRAW(draw_avx2, "avx2", 32, 2, __m256i, _mm256_mul_epu32, low_halves_avx2)
DEFINE_DRAW(draw_avx512, "avx512f", 64, 4, __m512i, _mm512_mul_epu32, low_halves_avx512)

static void
draw(const struct address *address, const uint64_t *person, size_t count, float (*u)[PW_BLOCK])
{
    if (__builtin_cpu_supports("avx512f"))
        draw_avx512(address, person, count, u);
    else if (__builtin_cpu_supports("avx2"))
        draw_avx2(address, person, count, u);
    else
        draw_sse2(address, person, count, u);
}

#else

static void
draw(const struct address *address, const uint64_t *person, size_t count, float (*u)[PW_BLOCK])
{
    const uint32_t key[2] = { (uint32_t) address->key[0][0], (uint32_t) address->key[0][1] };

    for (size_t i = 0; i < count; i++) {
        const uint32_t counter[4] = { (uint32_t) person[i], (uint32_t) (person[i] >> 32),
            (uint32_t) address->when, (uint32_t) address->purpose };
        uint32_t words[4];

        pw_philox(counter, key, words);
        for (int j = 0; j < 4; j++)
            u[j][i] = pw_rng_open(words[j]);
    }
}

#endif

struct pw_rng
pw_rng_make(uint64_t seed, uint32_t replicate)
{
    const uint64_t key = pw_mix64(pw_mix64(seed) + replicate);

    return (struct pw_rng){ { (uint32_t) key, (uint32_t) (key >> 32) } };
}

void
pw_rng_block(const struct pw_rng *rng, const uint64_t *person, size_t count, int when,
    uint32_t stream, uint32_t k, struct pw_draws *draws)
{
    const size_t rest = count % GROUP, whole = count - rest;
    struct address address = { .when = (uint32_t) when, .purpose = stream << 16 | k };
    uint64_t last[GROUP] = { 0 };

    for (uint32_t round = 0; round < NUM_ROUNDS; round++) {
        address.key[round][0] = rng->key[0] + round * 0x9E3779B9u;
        address.key[round][1] = rng->key[1] + round * 0xBB67AE85u;
    }
    draw(&address, person, whole, draws->u);
    if (rest == 0) return;
    memcpy(last, person + whole, rest * sizeof *last);
    draw(&address, last, GROUP, (float(*)[PW_BLOCK]) & draws->u[0][whole]);
}

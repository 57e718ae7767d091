/**
 * rng.h - randomness with an address.
 *
 * Layer 0 (base). A draw is a pure function of (seed, replicate, person key, age, stream, k): the
 * same person has the same luck in two scenarios, on any thread and any machine, also when born a
 * year earlier or later. What does not follow the age of somebody takes a year. Generator:
 * Philox4x32-10, Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3",
 * doi 10.1145/2063384.2063405.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_RNG_H
#define PW_RNG_H

#include <stddef.h>
#include <stdint.h>

/** Rows handled at a time by the vectorised kernels. */
#define PW_BLOCK 512

/** People whose uniforms are made together; PW_BLOCK is a multiple. */
#define PW_DRAWS_AT_ONCE 32

/** Key of the generator: one for each (seed, replicate). */
struct pw_rng {
    uint32_t key[2];
};

/** Uniforms on the open interval (0, 1) for a block of people: four to a person. */
struct pw_draws {
    float u[4][PW_BLOCK];
};

/** 64-bit mix (finaliser of SplitMix64, Steele, Lea & Flood 2014); a bijection. */
static inline uint64_t
pw_mix64(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/** Generator of a replicate; distinct (seed, replicate) pairs give distinct keys up to mixing. */
struct pw_rng pw_rng_make(uint64_t seed, uint32_t replicate);

/** Ten rounds of Philox4x32. @param out receives four 32-bit words */
static inline void
pw_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t) 0xD2511F53u * c0;
        const uint64_t p1 = (uint64_t) 0xCD9E8D57u * c2;

        c0 = (uint32_t) (p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t) p1;
        c2 = (uint32_t) (p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t) p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/** The uniform on (0, 1) of a 32-bit word: 23 bits and a half, so never 0 and never 1. */
static inline float
pw_rng_open(uint32_t word)
{
    return ((float) (int32_t) (word >> 9) + 0.5f) * 0x1p-23f;
}

/** Four words for one person. @param when age, or year @param stream, k draw number, 0 to 65535 */
static inline void
pw_rng_words(const struct pw_rng *rng, uint64_t person, int when, uint32_t stream, uint32_t k,
    uint32_t out[4])
{
    const uint32_t counter[4] = { (uint32_t) person, (uint32_t) (person >> 32), (uint32_t) when,
        stream << 16 | k };

    pw_philox(counter, rng->key, out);
}

/** One uniform on (0, 1) for one person (the first of the four). */
static inline float
pw_rng_uniform(const struct pw_rng *rng, uint64_t person, int when, uint32_t stream, uint32_t k)
{
    uint32_t words[4];

    pw_rng_words(rng, person, when, stream, k, words);
    return pw_rng_open(words[0]);
}

/**
 * Uniforms for a block of people, the same bits as pw_rng_words gives one by one; vectorised.
 *
 * @param person  [count] keys
 * @param count   people, 0 to PW_BLOCK
 * @param draws   u[j][i] is uniform j of person i; from `count` to the next multiple of
 *                PW_DRAWS_AT_ONCE stand others, the rest is untouched
 */
void pw_rng_block(const struct pw_rng *rng, const uint64_t *person, size_t count, int when,
    uint32_t stream, uint32_t k, struct pw_draws *draws);

#endif

/**
 * numeric.h - elementary functions with the same bits everywhere.
 *
 * Layer 0 (base). Single precision, branch-free, so that a compiler turns a loop over columns into
 * vector code of any width; compiled with -ffp-contract=off they give the same bits on every
 * x86-64. libm is not used in a simulation because its last bit differs between versions. The
 * polynomials are minimax fits of our own (Lawson's iteration); the error bounds stated here are
 * what tests/test_numeric.c checks against libm in double precision.
 *
 * Arguments are ordinary numbers: what a NaN gives is unspecified, but it is never undefined.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_NUMERIC_H
#define PW_NUMERIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * A hot loop, compiled for several instruction sets in one binary and chosen when the program
 * starts. The results do not depend on the choice. The levels are those of the x86-64 ABI: gcc
 * would give the clone of a processor's name to that very processor only. clang 14 hides a cloned
 * function from other files, so it compiles the plain one.
 */
#if defined(PW_CLONES) && !defined(__clang__)
#define PW_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define PW_KERNEL
#endif

/**
 * A function of numbers that a PW_KERNEL calls. It must become part of each clone: without the
 * attribute gcc refuses to inline code for the plain instruction set into a clone made for another.
 */
#define PW_INLINE static inline __attribute__((always_inline))

/** The 32 bits of a float. */
PW_INLINE uint32_t
pw_float_bits(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/** The float of 32 bits. */
PW_INLINE float
pw_bits_float(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/** The smaller of two; `b` if either is NaN. */
PW_INLINE float
pw_minimum(float a, float b)
{
    return a < b ? a : b;
}

/** The larger of two; `b` if either is NaN. */
PW_INLINE float
pw_maximum(float a, float b)
{
    return a > b ? a : b;
}

/** `x` held within [low, high]; `low` for NaN. */
PW_INLINE float
pw_clamp(float x, float low, float high)
{
    return pw_minimum(pw_maximum(x, low), high);
}

/** `yes` where the condition holds, else `no`: without a branch, so that loops stay vectors. */
PW_INLINE float
pw_select(bool condition, float yes, float no)
{
    const uint32_t mask = 0u - (uint32_t) condition;

    return pw_bits_float((pw_float_bits(yes) & mask) | (pw_float_bits(no) & ~mask));
}

/** `x` where the condition holds, else 0; without a branch. */
PW_INLINE float
pw_given(bool condition, float x)
{
    return pw_bits_float(pw_float_bits(x) & (0u - (uint32_t) condition));
}

/** Square root, correctly rounded. @param x 0 or more */
PW_INLINE float
pw_sqrt(float x)
{
    return __builtin_sqrtf(x);
}

/**
 * Nearest whole number, halves away from zero: exact, whatever the rounding mode. Beyond the range
 * of int32_t the largest float within it, 2147483520, with the sign of `x`.
 */
PW_INLINE int32_t
pw_round_to_int(float x)
{
    /* The size is held as an integer: gcc makes branches of a float that may become a constant. */
    const uint32_t bits = pw_float_bits(x);
    const int32_t size = (int32_t) (bits & 0x7FFFFFFFu);
    const uint32_t held = (uint32_t) (size < 0x4EFFFFFF ? size : 0x4EFFFFFF);
    const float number = pw_bits_float(held | (bits & 0x80000000u));
    const int32_t whole = (int32_t) number;
    const float rest = number - (float) whole;

    return whole + (int32_t) (rest + rest);
}

/**
 * e to the power x; relative error below 1.2e-7.
 *
 * @param x  held within [-87, 88], so that the result is a normal number
 */
PW_INLINE float
pw_exp(float x)
{
    const float held = pw_clamp(x, -87.0f, 88.0f);
    /* Adding 1.5 * 2^23 leaves the nearest whole number in the low bits. */
    const float shifted = held * 0x1.715476p+0f + 0x1.8p23f;
    const float whole = shifted - 0x1.8p23f;
    const uint32_t power = pw_float_bits(shifted) - 0x4B400000u;
    /* ln 2 in two parts; the first has few enough bits for the product to be exact. */
    const float r = (held - whole * 0x1.62ep-1f) - whole * 0x1.0bfbe8p-15f;
    const float q =
        0x1.fffffcp-2f
        + r * (0x1.555490p-3f + r * (0x1.5558f8p-5f + r * (0x1.123b02p-7f + r * 0x1.6a2256p-10f)));
    const float fraction = 1.0f + (r + r * r * q);

    return fraction * pw_bits_float((power + 127u) << 23);
}

/**
 * Natural logarithm; relative error below 1.2e-7.
 *
 * @param x  positive and normal: 1.2e-38 or more, finite
 */
PW_INLINE float
pw_log(float x)
{
    /* x = 2^power * (1 + f) with 1 + f from sqrt(1/2) to sqrt(2). */
    const uint32_t bits = pw_float_bits(x) + (0x3F800000u - 0x3F3504F3u);
    const float power = (float) ((int32_t) (bits >> 23) - 127);
    const float f = pw_bits_float((bits & 0x007FFFFFu) + 0x3F3504F3u) - 1.0f;
    const float high =
        0x1.22d7f6p-3f + f * (-0x1.0d8974p-3f + f * (0x1.056dc6p-3f - f * 0x1.38cdd0p-4f));
    const float q =
        0x1.555554p-2f
        + f * (-0x1.00022ap-2f + f * (0x1.99a01ap-3f + f * (-0x1.5471a6p-3f + f * high)));
    const float square = f * f;
    const float rest = power * 0x1.0bfbe8p-15f + (square * f * q - 0.5f * square);

    return power * 0x1.62ep-1f + (f + rest);
}

/* What pw_normal works on: u held where it is defined. */
PW_INLINE float
pw_normal_held(float u)
{
    return pw_clamp(u, 0x1p-24f, 1.0f - 0x1p-24f);
}

/*
 * As in Giles (2010), "Approximating the erfinv function", the odd part is divided out and the rest
 * is smooth in w = -log(4u(1 - u)); with sqrt(w + 3) one polynomial serves the whole range.
 */
PW_INLINE float
pw_normal_depth(float u)
{
    const float held = pw_normal_held(u);

    return -pw_log(4.0f * (held * (1.0f - held)));
}

/* pw_normal(u) when w is known. */
PW_INLINE float
pw_normal_at_depth(float u, float w)
{
    const float s = pw_sqrt(w + 3.0f) - 3.0f;
    const float high =
        -0x1.1bc6d4p-5f
        + s
              * (0x1.3d3d8ep-10f
                  + s
                        * (0x1.a0f9dcp-7f
                            + s
                                  * (-0x1.58b7b8p-8f
                                      + s * (-0x1.bb5d9ap-10f + s * 0x1.1f618ap-10f))));
    const float ratio =
        0x1.9de326p+1f
        + s
              * (0x1.b1db3cp+0f
                  + s
                        * (-0x1.cb2a34p-5f
                            + s * (-0x1.1b26acp-5f + s * (0x1.ce5972p-5f + s * high))));

    return (2.0f * pw_normal_held(u) - 1.0f) * ratio;
}

/**
 * Quantile of the standard normal distribution; absolute error below 4e-6. Over the uniforms
 * of rng.h it never falls, and pw_normal(1 - u) is exactly -pw_normal(u).
 *
 * @param u  held within [2^-24, 1 - 2^-24], the ends of what rng.h gives: the result is within 5.3
 */
PW_INLINE float
pw_normal(float u)
{
    return pw_normal_at_depth(u, pw_normal_depth(u));
}

/**
 * pw_normal of many. In two sweeps: the chain of sums and products of one is so long that the
 * processor could not begin the next before it ends.
 *
 * @param u  [count] uniforms
 * @param z  [count] receives the normals; must not overlap with `u`
 */
PW_INLINE void
pw_normals(const float *u, size_t count, float *z)
{
    for (size_t i = 0; i < count; i++)
        z[i] = pw_normal_depth(u[i]);
    for (size_t i = 0; i < count; i++)
        z[i] = pw_normal_at_depth(u[i], z[i]);
}

/**
 * A standard normal for noise that is added to what was, from the 23 bits of a uniform of rng.h: a
 * sum of three uniforms of 8, 8 and 7 bits, bent into shape. Values stand 1/128 apart in the
 * middle and end at 4.6; the distribution function is within 0.0002 of the normal at them, the
 * moments within 0.002 of 1, 3 and 15. It takes a quarter of the time of pw_normal but does not
 * rise with `u`; pw_noise(1 - u) is exactly -pw_noise(u).
 */
PW_INLINE float
pw_noise(float u)
{
    const uint32_t bits = pw_float_bits((u - 0x1p-24f) + 1.0f);
    const uint32_t sum = (bits & 0xFF) + (bits >> 8 & 0xFF) + (bits >> 15 & 0xFE);
    const float x = (float) (int32_t) sum - 382.0f;
    const float square = x * x;

    return x
           * (0x1.dfc668p-8f
               + square
                     * (0x1.a6b86ep-26f
                         + square
                               * (-0x1.ebfb42p-41f
                                   + square
                                         * (0x1.40e2acp-56f
                                             + square
                                                   * (-0x1.62d318p-73f
                                                       + square * 0x1.35a0fep-91f)))));
}

/** pw_noise of many. @param u [count] uniforms @param z [count] receives the noise */
PW_INLINE void
pw_noises(const float *u, size_t count, float *z)
{
    for (size_t i = 0; i < count; i++)
        z[i] = pw_noise(u[i]);
}

/**
 * Distribution function of the standard normal; absolute error below 3e-7, relative error below
 * 1.2e-6 from -5 up.
 *
 * @param x  held within [-12.5, 12.5]
 */
PW_INLINE float
pw_normal_cdf(float x)
{
    const float held = pw_clamp(x, -12.5f, 12.5f);
    const float size = pw_maximum(held, -held);
    const float t = 1.0f / (1.0f + 0.29f * size);
    const float high =
        0x1.874b86p-3f
        + t * (-0x1.4245dap-3f + t * (0x1.3dc268p-2f + t * (-0x1.8e0dcap-3f + t * 0x1.4404f4p-5f)));
    const float q = 0x1.f233d0p-16f
                    + t * (0x1.d73b62p-4f + t * (0x1.f2b054p-4f + t * (0x1.2ef942p-4f + t * high)));
    const float tail = pw_exp(-0.5f * (size * size)) * q;

    return held > 0.0f ? 1.0f - tail : tail;
}

/**
 * 1 / (1 + e^-x), the probability of log-odds x; relative error below 2e-7.
 *
 * @param x  held within [-87, 87]
 */
PW_INLINE float
pw_logistic(float x)
{
    return 1.0f / (1.0f + pw_exp(pw_clamp(-x, -87.0f, 87.0f)));
}

/**
 * log(p / (1 - p)), the log-odds of a probability; error below 1.5e-7 plus 1.5e-7 of the result.
 *
 * @param p  held within [1.2e-38, 1 - 2^-24]: 0 gives -87.3 and 1 gives 16.6
 */
PW_INLINE float
pw_logit(float p)
{
    const float held = pw_clamp(p, 0x1p-126f, 1.0f - 0x1p-24f);

    return pw_log(held / (1.0f - held));
}

/**
 * Standard Gumbel draw, -log(-log u): the largest of `value + pw_gumbel(u)` over some options is a
 * choice with multinomial-logit probabilities. Error below 1.5e-7 plus 1.5e-7 of the result.
 *
 * @param u  held within [1.2e-38, 1 - 2^-24]
 */
PW_INLINE float
pw_gumbel(float u)
{
    return -pw_log(-pw_log(pw_clamp(u, 0x1p-126f, 1.0f - 0x1p-24f)));
}

#endif

/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/numeric.h"

#include <criterion/criterion.h>
#include <math.h>

#include "pathways/rng.h"

#define BLOCK      512
#define NUM_GRID   (1u << 23) /* uniforms that rng.h can give */
#define NUM_BLOCKS 4000

/* clang-format off */
#define FUNCTIONS(X)                                  \
    X(exp,          -100.0f, 100.0f, 0xa5e7e7b5u)     \
    X(log,          1e-6f,   1e6f,   0x55a4fe80u)     \
    X(normal,       0.0f,    1.0f,   0xafe81461u)     \
    X(normal_cdf,   -15.0f,  15.0f,  0x91cf54ddu)     \
    X(logistic,     -100.0f, 100.0f, 0x2f47111fu)     \
    X(logit,        0.0f,    1.0f,   0x5a682acbu)     \
    X(gumbel,       0.0f,    1.0f,   0xabf5bdc7u)     \
    X(sqrt,         0.0f,    1e6f,   0x95d6ec55u)     \
    X(round_to_int, -1e6f,   1e6f,   0x2e9fbb75u)
/* clang-format on */

static double
normal_cdf(double x)
{
    return 0.5 * erfc(-x * sqrt(0.5));
}

static double
normal_density(double x)
{
    return exp(-0.5 * x * x) / sqrt(2.0 * 3.14159265358979323846);
}

static double
logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static double
logit(double p)
{
    return log(p / (1.0 - p));
}

static double
gumbel(double u)
{
    return -log(-log(u));
}

/* One by one, where nothing can be vectorised; and a block at a time, where everything can. */
#define X(name, first, last, digest)                                                               \
    __attribute__((noinline)) static float one_##name(float x)                                     \
    {                                                                                              \
        return (float) pw_##name(x);                                                               \
    }                                                                                              \
    PW_KERNEL void many_##name(const float *restrict x, float *restrict y);                        \
    PW_KERNEL void many_##name(const float *restrict x, float *restrict y)                         \
    {                                                                                              \
        for (int i = 0; i < BLOCK; i++)                                                            \
            y[i] = (float) pw_##name(x[i]);                                                        \
    }
FUNCTIONS(X)
#undef X

/* Every `stride`-th float from `first` to `last`, which have the same sign; smallest size first. */
struct sweep {
    float first, last;
    uint32_t stride;
    double absolute, relative;
};

/* The bound that the header states: |value - truth| <= absolute + relative * |truth|. */
static void
expect_bound(float function(float), double truth(double), struct sweep sweep)
{
    const uint32_t last = pw_float_bits(sweep.last);

    for (uint32_t bits = pw_float_bits(sweep.first); bits <= last; bits += sweep.stride) {
        const float x = pw_bits_float(bits);
        const double expected = truth((double) x);
        const double error = fabs((double) function(x) - expected);

        if (!(error <= sweep.absolute + sweep.relative * fabs(expected)))
            cr_assert(false, "at %.9g: %.9g instead of %.12g", (double) x, (double) function(x),
                expected);
    }
}

Test(numeric, exp_keeps_its_bound)
{
    expect_bound(one_exp, exp, (struct sweep){ 1e-9f, 88.0f, 37, 0.0, 1.2e-7 });
    expect_bound(one_exp, exp, (struct sweep){ -1e-9f, -87.0f, 37, 0.0, 1.2e-7 });
    cr_assert_eq(pw_exp(0.0f), 1.0f);
}

Test(numeric, exp_is_held_where_it_would_overflow)
{
    cr_assert_eq(pw_exp(1000.0f), pw_exp(88.0f));
    cr_assert_eq(pw_exp(INFINITY), pw_exp(88.0f));
    cr_assert_eq(pw_exp(-INFINITY), pw_exp(-87.0f));
    cr_assert_eq(fpclassify(pw_exp(88.0f)), FP_NORMAL);
    cr_assert_eq(fpclassify(pw_exp(-87.0f)), FP_NORMAL);
}

Test(numeric, log_keeps_its_bound)
{
    expect_bound(one_log, log, (struct sweep){ 0x1p-126f, 0x1.fffffep127f, 331, 0.0, 1.2e-7 });
    expect_bound(one_log, log, (struct sweep){ 0.5f, 2.0f, 3, 0.0, 1.2e-7 });
    cr_assert_eq(pw_log(1.0f), 0.0f);
}

Test(numeric, normal_quantile_keeps_its_bound)
{
    for (uint32_t i = 0; i < NUM_GRID; i += i < 100000 || i > NUM_GRID - 100000 ? 1 : 7) {
        const float u = pw_rng_open(i << 9);
        const double z = pw_normal(u);
        /* One step of Newton's method; what it leaves out is of the order of its square. */
        const double error = (normal_cdf(z) - (double) u) / normal_density(z);

        if (!(fabs(error) <= 4e-6))
            cr_assert(false, "at %.9g: %.9g is off by %g", (double) u, z, error);
    }
}

Test(numeric, normal_quantile_is_odd_and_never_falls_over_all_uniforms)
{
    float before = -6.0f;

    for (uint32_t i = 0; i < NUM_GRID; i++) {
        const float u = pw_rng_open(i << 9);
        const float z = pw_normal(u);

        if (z < before)
            cr_assert(
                false, "falls from %.9g to %.9g at %.9g", (double) before, (double) z, (double) u);
        if (pw_normal(1.0f - u) != -z) cr_assert(false, "not odd at %.9g", (double) u);
        before = z;
    }
}

Test(numeric, normal_quantile_is_held_at_the_ends)
{
    cr_assert_eq(pw_normal(0.0f), pw_normal(0x1p-24f));
    cr_assert_eq(pw_normal(1.0f), pw_normal(1.0f - 0x1p-24f));
    cr_assert_lt(pw_normal(1.0f), 5.3f);
    cr_assert_gt(pw_normal(1.0f), 5.29f);
    cr_assert_eq(pw_normal(0.5f), 0.0f);
}

Test(numeric, normal_draws_have_the_moments_of_the_normal_distribution)
{
    const struct pw_rng rng = pw_rng_make(11, 0);
    const double count = 1e6;
    double sum[5] = { 0 };

    for (uint64_t person = 0; person < 1000000; person++) {
        const double z = pw_normal(pw_rng_uniform(&rng, person, 2025, 0, 0));

        sum[1] += z / count;
        sum[2] += z * z / count;
        sum[3] += z * z * z / count;
        sum[4] += z * z * z * z / count;
    }
    cr_assert_float_eq(sum[1], 0.0, 5.0 * sqrt(1.0 / count));
    cr_assert_float_eq(sum[2], 1.0, 5.0 * sqrt(2.0 / count));
    cr_assert_float_eq(sum[3], 0.0, 5.0 * sqrt(15.0 / count));
    cr_assert_float_eq(sum[4], 3.0, 5.0 * sqrt(96.0 / count));
}

/* Over every uniform of the generator: odd, with the moments of the normal distribution, and as
 * many of them below a point as of normals. */
Test(numeric, noise_is_normal_over_all_uniforms)
{
    static const double points[] = { -4.0, -3.0, -2.0, -1.0, -0.3, 0.5, 1.5, 2.5, 3.5 };
    enum { NUM_POINTS = sizeof points / sizeof points[0], NUM_UNIFORMS = 1 << 23 };
    double moment[3] = { 0.0 };
    int64_t below[NUM_POINTS] = { 0 };

    for (uint32_t n = 0; n < NUM_UNIFORMS; n++) {
        const float u = pw_rng_open(n << 9);
        const double z = pw_noise(u), square = z * z;

        if (pw_noise(1.0f - u) != -pw_noise(u)) cr_assert(false, "not odd at %.9g", (double) u);
        moment[0] += square / NUM_UNIFORMS;
        moment[1] += square * square / NUM_UNIFORMS;
        moment[2] += square * square * square / NUM_UNIFORMS;
        for (int p = 0; p < NUM_POINTS; p++)
            below[p] += z < points[p];
    }
    cr_assert_float_eq(moment[0], 1.0, 1e-5);
    cr_assert_float_eq(moment[1], 3.0, 1e-3);
    cr_assert_float_eq(moment[2], 15.0, 2e-2);
    for (int p = 0; p < NUM_POINTS; p++) {
        const double step = normal_density(points[p]) / 128.0;

        cr_assert_float_eq((double) below[p] / NUM_UNIFORMS, normal_cdf(points[p]), 2e-4 + step,
            "%g below %g", (double) below[p] / NUM_UNIFORMS, points[p]);
    }
}

Test(numeric, noise_of_anything_is_held)
{
    static const float odd[] = { 0.0f, 1.0f, -3.0f, 1e30f, -1e30f };

    for (size_t n = 0; n < sizeof odd / sizeof odd[0]; n++)
        cr_assert(pw_noise(odd[n]) > -4.7f && pw_noise(odd[n]) < 4.7f);
}

Test(numeric, normal_cdf_keeps_its_bounds)
{
    expect_bound(one_normal_cdf, normal_cdf, (struct sweep){ 1e-6f, 12.5f, 29, 3e-7, 0.0 });
    expect_bound(one_normal_cdf, normal_cdf, (struct sweep){ -1e-6f, -12.5f, 29, 3e-7, 0.0 });
    expect_bound(one_normal_cdf, normal_cdf, (struct sweep){ -1e-6f, -5.0f, 29, 0.0, 1.2e-6 });
    cr_assert_eq(pw_normal_cdf(-100.0f), pw_normal_cdf(-12.5f));
    cr_assert_eq(pw_normal_cdf(100.0f), 1.0f);
}

Test(numeric, logistic_keeps_its_bound)
{
    expect_bound(one_logistic, logistic, (struct sweep){ 1e-6f, 87.0f, 37, 0.0, 2e-7 });
    expect_bound(one_logistic, logistic, (struct sweep){ -1e-6f, -87.0f, 37, 0.0, 2e-7 });
    cr_assert_eq(pw_logistic(0.0f), 0.5f);
    cr_assert_eq(pw_logistic(-1000.0f), pw_logistic(-87.0f));
    cr_assert_eq(pw_logistic(1000.0f), 1.0f);
}

Test(numeric, logit_keeps_its_bound)
{
    expect_bound(
        one_logit, logit, (struct sweep){ 0x1p-126f, 1.0f - 0x1p-24f, 97, 1.5e-7, 1.5e-7 });
    cr_assert_eq(pw_logit(0.5f), 0.0f);
    cr_assert_float_eq(pw_logit(0.0f), -87.3f, 0.05f);
    cr_assert_float_eq(pw_logit(1.0f), 16.6f, 0.05f);
}

Test(numeric, gumbel_keeps_its_bound)
{
    expect_bound(
        one_gumbel, gumbel, (struct sweep){ 0x1p-126f, 1.0f - 0x1p-24f, 97, 1.5e-7, 1.5e-7 });
    cr_assert(isfinite(pw_gumbel(0.0f)) && isfinite(pw_gumbel(1.0f)));
}

Test(numeric, rising_functions_do_not_fall)
{
    float before[5] = { -INFINITY, -INFINITY, -INFINITY, -INFINITY, -INFINITY };

    for (int32_t i = -2000000; i <= 2000000; i++) {
        const float x = (float) i * 1e-5f;
        const float p = ((float) i + 2000000.5f) * 2.4e-7f;
        const float now[5] = { pw_exp(x), pw_log(p), pw_normal_cdf(x), pw_logistic(x),
            pw_logit(p) };
        /* A step may fall by a last bit or two where the function hardly rises. */
        for (int j = 0; j < 5; j++) {
            if (now[j] < before[j] - 2.5e-7f * fabsf(before[j]))
                cr_assert(false, "function %d falls at step %d", j, i);
            before[j] = now[j];
        }
    }
}

static double
rounded_sqrt(double x)
{
    return (double) (float) sqrt(x);
}

Test(numeric, square_root_is_exact)
{
    expect_bound(
        one_sqrt, rounded_sqrt, (struct sweep){ 0x1p-126f, 0x1.fffffep127f, 1009, 0.0, 0.0 });
}

Test(numeric, rounding_is_to_the_nearest_with_halves_away_from_zero)
{
    for (uint32_t bits = 0; bits <= pw_float_bits(2147483520.0f); bits += 157) {
        const float x = pw_bits_float(bits);

        if (pw_round_to_int(x) != (int32_t) lround((double) x)
            || pw_round_to_int(-x) != (int32_t) lround(-(double) x))
            cr_assert(
                false, "at %.9g: %d and %d", (double) x, pw_round_to_int(x), pw_round_to_int(-x));
    }
    cr_assert_eq(pw_round_to_int(0.49999997f), 0);
    cr_assert_eq(pw_round_to_int(0.5f), 1);
    cr_assert_eq(pw_round_to_int(-0.5f), -1);
    cr_assert_eq(pw_round_to_int(8388609.0f), 8388609);
    cr_assert_eq(pw_round_to_int(1e20f), 2147483520);
    cr_assert_eq(pw_round_to_int(-INFINITY), -2147483520);
}

Test(numeric, clamp_holds_and_maps_nan_to_low)
{
    cr_assert_eq(pw_clamp(0.5f, 0.0f, 1.0f), 0.5f);
    cr_assert_eq(pw_clamp(-2.0f, 0.0f, 1.0f), 0.0f);
    cr_assert_eq(pw_clamp(2.0f, 0.0f, 1.0f), 1.0f);
    cr_assert_eq(pw_clamp(NAN, 0.25f, 1.0f), 0.25f);
    cr_assert_eq(pw_minimum(1.0f, 2.0f), 1.0f);
    cr_assert_eq(pw_maximum(1.0f, 2.0f), 2.0f);
}

/* A digest over two million arguments, the same for every compiler and instruction set. */
static uint32_t
compute_digest(float one(float), void many(const float *, float *), float first, float last)
{
    uint64_t digest = 0;
    float x[BLOCK], y[BLOCK];

    for (uint32_t block = 0; block < NUM_BLOCKS; block++) {
        for (uint32_t i = 0; i < BLOCK; i++)
            x[i] = first
                   + (last - first) * ((float) (block * BLOCK + i) * (1.0f / (NUM_BLOCKS * BLOCK)));
        many(x, y);
        for (int i = 0; i < BLOCK; i++) {
            const float alone = one(x[i]);

            if (pw_float_bits(alone) != pw_float_bits(y[i]))
                cr_assert(false, "at %.9g: %a alone, %a in a block", (double) x[i], (double) alone,
                    (double) y[i]);
            digest = pw_mix64(digest ^ pw_float_bits(y[i]));
        }
    }
    return (uint32_t) digest;
}

#define X(name, first, last, digest)                                                               \
    Test(numeric, name##_has_the_same_bits_everywhere)                                             \
    {                                                                                              \
        const uint32_t found = compute_digest(one_##name, many_##name, first, last);               \
                                                                                                   \
        cr_assert_eq(found, digest, #name ": 0x%08x", found);                                      \
    }
FUNCTIONS(X)
#undef X

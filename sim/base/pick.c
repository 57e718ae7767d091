/*
 * A processor with AVX-512 packs sixteen numbers with one instruction, which compilers do not find
 * by themselves. Others write every number and step on from those that are wanted.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/pick.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

static size_t
pick_plain(const uint8_t *wanted, size_t count, uint32_t first, uint32_t *number)
{
    size_t picked = 0;

    for (size_t i = 0; i < count; i++) {
        number[picked] = first + (uint32_t) i;
        picked += wanted[i];
    }
    return picked;
}

#ifdef __x86_64__

#define WIDTH 16
_Static_assert(WIDTH <= PW_PICK_SPARE, "a whole vector is written behind the last number");

__attribute__((target("avx512f,avx512bw,avx512vl,popcnt"))) static size_t
pick_avx512(const uint8_t *wanted, size_t count, uint32_t first, uint32_t *number)
{
    const __m512i step = _mm512_set1_epi32(WIDTH);
    __m512i next = _mm512_add_epi32(_mm512_set1_epi32((int) first),
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    size_t picked = 0;

    for (size_t i = 0; i < count; i += WIDTH) {
        const size_t rest = count - i;
        const __mmask16 here = (__mmask16) (rest < WIDTH ? (1u << rest) - 1 : 0xFFFF);
        const __m128i bytes = _mm_maskz_loadu_epi8(here, wanted + i);
        const __mmask16 mask = _mm_test_epi8_mask(bytes, bytes);

        _mm512_storeu_si512(number + picked, _mm512_maskz_compress_epi32(mask, next));
        picked += (size_t) _mm_popcnt_u32(mask);
        next = _mm512_add_epi32(next, step);
    }
    return picked;
}

size_t
pw_pick(const uint8_t *wanted, size_t count, uint32_t first, uint32_t *number)
{
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return pick_avx512(wanted, count, first, number);
    return pick_plain(wanted, count, first, number);
}

#else

size_t
pw_pick(const uint8_t *wanted, size_t count, uint32_t first, uint32_t *number)
{
    return pick_plain(wanted, count, first, number);
}

#endif

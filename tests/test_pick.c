/* SPDX-License-Identifier: MIT */
#include "pathways/pick.h"

#include <criterion/criterion.h>

#include "pathways/rng.h"

enum { MOST = 100 };

TestSuite(pick, .timeout = 60);

static void
check(const uint8_t *wanted, size_t count, uint32_t first)
{
    uint32_t number[MOST + PW_PICK_SPARE];
    const size_t picked = pw_pick(wanted, count, first, number);
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        if (wanted[i]) {
            cr_assert_lt(n, picked);
            cr_assert_eq(number[n++], first + (uint32_t) i);
        }
    cr_assert_eq(n, picked, "%zu of %zu", picked, n);
}

Test(pick, those_who_are_wanted_are_listed_in_order_whatever_the_length)
{
    for (size_t count = 0; count <= MOST; count++)
        for (uint32_t round = 0; round < 20; round++) {
            uint8_t wanted[MOST];

            for (size_t i = 0; i < count; i++)
                wanted[i] = pw_mix64(round * 1000 + i) % 20 < round;
            check(wanted, count, round * 12345);
        }
}

Test(pick, all_and_none)
{
    uint8_t wanted[MOST] = { 0 };

    check(wanted, MOST, 7);
    for (size_t i = 0; i < MOST; i++)
        wanted[i] = 1;
    check(wanted, MOST, 7);
    check(wanted, MOST - 3, UINT32_MAX - MOST);
}

Test(pick, one_is_chosen_as_often_as_it_weighs_and_never_without_weight)
{
    enum { DRAWS = 10000 };
    static const float weight[] = { 0.0f, 1.0f, 3.0f, 0.0f, 0.0f, 4.0f, 2.0f };
    enum { COUNT = sizeof weight / sizeof *weight };
    float until[COUNT], sum = 0.0f;
    int chosen[COUNT] = { 0 };

    for (int i = 0; i < COUNT; i++)
        until[i] = sum += weight[i];
    for (int d = 0; d < DRAWS; d++)
        chosen[pw_choose(until, COUNT, ((float) d + 0.5f) / DRAWS)]++;
    for (int i = 0; i < COUNT; i++)
        cr_assert_eq(chosen[i], (int) (weight[i] / sum * DRAWS), "%d: %d times", i, chosen[i]);
}

Test(pick, the_only_one_is_chosen)
{
    const float until = 0.3f;

    cr_assert_eq(pw_choose(&until, 1, 0.01f), 0);
    cr_assert_eq(pw_choose(&until, 1, 0.99f), 0);
}

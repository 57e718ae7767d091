/**
 * pick.h - the numbers of those who are wanted, in order; one of many by weight.
 *
 * Layer 0 (base).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PICK_H
#define PW_PICK_H

#include <stddef.h>
#include <stdint.h>

/** What a list needs beyond those picked: they are written many at a time. */
#define PW_PICK_SPARE 16

/**
 * List the numbers from `first` on of those who are wanted. Pure; the time does not depend on who
 * is.
 *
 * @param wanted  [count] 1 or 0
 * @param number  [count + PW_PICK_SPARE] receives the numbers; behind them it is overwritten
 * @return        how many are wanted
 */
size_t pw_pick(const uint8_t *wanted, size_t count, uint32_t first, uint32_t *number);

/**
 * One of several by weight. Pure.
 *
 * @param until  [count] weight of those up to this one, none less than the one before; count > 0
 * @param u      0 to 1
 * @return       the first whose `until` reaches that share of the whole: 0 to count - 1
 */
static inline int
pw_choose(const float *until, int count, float u)
{
    const float sought = u * until[count - 1];
    int low = 0, high = count - 1;

    while (low < high) {
        const int middle = (low + high) / 2;

        if (sought <= until[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

#endif

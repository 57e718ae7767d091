/**
 * pick.h - the numbers of those who are wanted, in order.
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

#endif

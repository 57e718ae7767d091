/**
 * numeric.h - elementary functions with the same bits everywhere.
 *
 * Layer 0 (base). Single precision, branch-free, so that a compiler turns a loop over columns into vector
 * code of any width; compiled with -ffp-contract=off they give the same bits on every x86-64. libm
 * is not used in a simulation because its last bit differs between versions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_NUMERIC_H
#define PW_NUMERIC_H

#include <stdint.h>
#include <string.h>

/**
 * A hot loop, compiled for several instruction sets in one binary and chosen when the program starts.
 * The results do not depend on the choice.
 */
#if defined(PW_CLONES)
#define PW_KERNEL __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))
#else
#define PW_KERNEL
#endif

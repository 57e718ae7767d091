/**
 * alloc.h - checked allocation.
 *
 * Layer 0 (base). Every allocation is counted in elements, checked for overflow, zeroed and aligned
 * to 64 bytes; failure is PW_EMEMORY with the size in the sentence.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_ALLOC_H
#define PW_ALLOC_H

#include <stddef.h>

#include "pathways/status.h"

/**
 * Zeroed memory for `count` elements of `size` bytes, aligned to 64 bytes.
 *
 * @param out  receives the address (a `T **` passed as void *); set to NULL on failure. Zero
 *             elements give a valid pointer that pw_free accepts.
 */
pw_status pw_alloc(size_t count, size_t size, void *out);

/**
 * Grow an array made by pw_alloc from `old_count` to `new_count` elements; new elements are zero.
 * On failure the old array is untouched.
 *
 * @param inout  address of the pointer (a `T **`); may hold NULL when old_count is 0.
 */
pw_status pw_grow(size_t old_count, size_t new_count, size_t size, void *inout);

/** Release `*inout` and set it to NULL. Safe on NULL. */
void pw_free(void *inout);

/** Copy of a NUL-terminated string; released with pw_free. */
pw_status pw_strdup(const char *text, char **out);

/**
 * Have blocks of a megabyte and more given back to the system as soon as they are freed. For a
 * program at its start; a library leaves its host's allocator alone. Does nothing where the C
 * library has no such setting.
 */
void pw_alloc_return_large_blocks(void);

/** Peak resident memory of this process [bytes]; 0 where the system does not say. */
size_t pw_peak_memory(void);

/**
 * Memory that a control group may still take [bytes], at least 1; SIZE_MAX without a limit. Pages
 * of files that are kept in case they are read again count as free.
 *
 * @param folder  of the group, which holds memory.max: "/sys/fs/cgroup" is that of a container
 */
size_t pw_memory_left_to_group(const char *folder);

/** Physical memory that is available now, to this machine and this container [bytes]; 0 where the
 * system does not say. */
size_t pw_available_memory(void);

#endif

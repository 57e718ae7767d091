/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/alloc.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define ALIGNMENT 64

/* The caller's `T **` is read and written as bytes: storing through a `void **` would break the
   aliasing rules. */
static void *
load_address(const void *from)
{
    void *address;

    memcpy(&address, from, sizeof address);
    return address;
}

static void
store_address(void *to, void *address)
{
    memcpy(to, &address, sizeof address);
}

/*
 * calloc, not aligned_alloc and memset: pages that nobody touches cost nothing. The address that
 * calloc gave stands just before the one we hand out; calloc aligns well enough to leave it room.
 */
static pw_status
take(size_t count, size_t size, char **out)
{
    pw_status status = PW_OK;
    char *base, *memory;

    *out = NULL;
    if (size != 0 && count > (SIZE_MAX / 2 - ALIGNMENT) / size)
        PW_FAIL(PW_EMEMORY,
            "%zu elements of %zu bytes are more memory than any machine has; ask for fewer persons",
            count, size);
    base = calloc(count * size + ALIGNMENT, 1);
    if (base == NULL)
        PW_FAIL(PW_EMEMORY,
            "no memory for %zu elements of %zu bytes (%.1f MB); ask for fewer persons or free "
            "some memory",
            count, size, (double) count * (double) size / 1e6);
    memory = base + (ALIGNMENT - (uintptr_t) base % ALIGNMENT);
    memcpy(memory - sizeof base, &base, sizeof base);
    *out = memory;
done:
    return status;
}

static void
give_back(char *memory)
{
    if (memory != NULL) free(load_address(memory - sizeof(void *)));
}

pw_status
pw_alloc(size_t count, size_t size, void *out)
{
    char *memory = NULL;
    const pw_status status = take(count, size, &memory);

    store_address(out, memory);
    return status;
}

pw_status
pw_grow(size_t old_count, size_t new_count, size_t size, void *inout)
{
    pw_status status = PW_OK;
    char *const old = load_address(inout);
    const size_t num_kept = old_count < new_count ? old_count : new_count;
    char *memory = NULL;

    PW_TRY(take(new_count, size, &memory));
    if (old != NULL) memcpy(memory, old, num_kept * size);
    give_back(old);
    store_address(inout, memory);
done:
    return status;
}

void
pw_free(void *inout)
{
    give_back(load_address(inout));
    store_address(inout, NULL);
}

pw_status
pw_strdup(const char *text, char **out)
{
    pw_status status = PW_OK;
    const size_t bytes = strlen(text) + 1;

    PW_TRY(pw_alloc(bytes, 1, out));
    memcpy(*out, text, bytes);
done:
    return status;
}

size_t
pw_peak_memory(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0 || usage.ru_maxrss < 0) return 0;
    return (size_t) usage.ru_maxrss * 1024;
}

/* The number behind `name` in a file of lines "name number"; with "" the first. False if there is
 * none. */
static bool
read_number(const char *folder, const char *file_name, const char *name, size_t *number)
{
    char line[256];
    bool found = false;
    FILE *file;

    if (snprintf(line, sizeof line, "%s/%s", folder, file_name) >= (int) sizeof line) return false;
    file = fopen(line, "r");
    if (file == NULL) return false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strncmp(line, name, strlen(name)) == 0
                && sscanf(line + strlen(name), "%zu", number) == 1;
    fclose(file);
    return found;
}

size_t
pw_memory_left_to_group(const char *folder)
{
    size_t limit, used, cache[2] = { 0 };

    if (!read_number(folder, "memory.max", "", &limit)
        || !read_number(folder, "memory.current", "", &used))
        return SIZE_MAX;
    (void) read_number(folder, "memory.stat", "active_file ", &cache[0]);
    (void) read_number(folder, "memory.stat", "inactive_file ", &cache[1]);
    used -= used < cache[0] + cache[1] ? used : cache[0] + cache[1];
    return used < limit ? limit - used : 1;
}

size_t
pw_available_memory(void)
{
    const size_t group = pw_memory_left_to_group("/sys/fs/cgroup");
    size_t machine;

    if (!read_number("/proc", "meminfo", "MemAvailable:", &machine)) return 0;
    machine *= 1024;
    return machine < group ? machine : group;
}

void
pw_alloc_return_large_blocks(void)
{
#ifdef M_MMAP_THRESHOLD
    (void) mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

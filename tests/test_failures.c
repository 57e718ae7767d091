/*
 * SPDX-License-Identifier: MIT
 *
 * What happens when memory runs out, at every allocation in turn. The build has the linker send
 * malloc and its kin (and, if asked, free) here.
 */
#include <errno.h>

#include "pathways/checkpoint.h"
#include "pathways/parallel.h"
#include "small_world.h"

TestSuite(failures, .timeout = 300);

/* Names that the linker's --wrap makes. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void __real_free(void *memory) __attribute__((weak)); /* where free is not wrapped, it is missing */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);
void __wrap_free(void *memory);

enum { NUM_SLOTS = 1 << 16 };

static bool armed;
static size_t num_asked, failing; /* allocations since arming; the one that fails, from 1 */
static void *living[NUM_SLOTS];   /* addresses that were given out and not taken back */
static size_t num_living, num_frees;

static size_t
slot_of(const void *memory)
{
    size_t slot = (size_t) (pw_mix64((uint64_t) (uintptr_t) memory) % NUM_SLOTS);

    while (living[slot] != NULL && living[slot] != memory)
        slot = (slot + 1) % NUM_SLOTS;
    return slot;
}

static void *
note(void *memory)
{
    if (armed && memory != NULL && num_living < NUM_SLOTS / 2) {
        living[slot_of(memory)] = memory;
        num_living++;
    }
    return memory;
}

/* Take an address out; those behind it in the same cluster move up. */
static void
forget(const void *memory)
{
    size_t slot = slot_of(memory);

    if (memory == NULL || living[slot] == NULL) return;
    living[slot] = NULL;
    num_living--;
    for (slot = (slot + 1) % NUM_SLOTS; living[slot] != NULL; slot = (slot + 1) % NUM_SLOTS) {
        void *const moved = living[slot];

        living[slot] = NULL;
        living[slot_of(moved)] = moved;
    }
}

static bool
fails(void)
{
    return armed && ++num_asked == failing;
}

void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : note(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : note(__real_calloc(count, size));
}

void *
__wrap_realloc(void *memory, size_t size)
{
    if (fails()) return NULL;
    forget(memory);
    return note(__real_realloc(memory, size));
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : note(__real_aligned_alloc(alignment, size));
}

int
__wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    int error;

    if (fails()) return ENOMEM;
    error = __real_posix_memalign(memory, alignment, size);
    if (error == 0) (void) note(*memory);
    return error;
}

void
__wrap_free(void *memory)
{
    num_frees++;
    forget(memory);
    __real_free(memory);
}

/* Read a scenario and live through it, with the allocation number `k` failing; 0: none. */
static pw_status
attempt(const char *path, const char *const *overrides, size_t num_overrides, size_t k)
{
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };
    struct pw_world world = { 0 };
    pw_status status;

    num_asked = 0;
    failing = k;
    armed = true;
    status = pw_scenario_read(path, overrides, num_overrides, &scenario, &faults);
    if (status == PW_OK) status = pw_world_init(&world, &scenario);
    while (status == PW_OK && pw_world_has_next(&world))
        status = pw_world_step(&world);
    pw_world_free(&world);
    pw_scenario_free(&scenario);
    pw_faults_free(&faults);
    armed = false;
    return status;
}

/* Fail the allocations in turn, after the first 200 one in so many, until all is well. */
static void
fail_in_turn(const char *path, const char *const *overrides, size_t num_overrides, size_t *total)
{
    size_t step = 1;

    pw_parallel_set_threads(1);
    cr_assert_eq(attempt(path, overrides, num_overrides, 0), PW_OK, "%s", pw_status_message());
    *total = num_asked;
    cr_assert_eq(attempt(path, overrides, num_overrides, *total + 1), PW_OK);
    cr_assert_eq(num_asked, *total, "the number of allocations changes from run to run");
    for (size_t k = 1; k <= *total; k += step) {
        const size_t before = num_living;
        const pw_status status = attempt(path, overrides, num_overrides, k);

        cr_assert_eq(status, PW_EMEMORY, "allocation %zu of %zu: status %d, %s", k, *total,
            (int) status, pw_status_message());
        cr_assert_neq(pw_status_message()[0], '\0');
        if (num_frees > 0)
            cr_assert_eq(num_living, before, "allocation %zu of %zu: %zu blocks are leaked", k,
                *total, num_living - before);
        if (k >= 200) step = 1 + *total / 150;
    }
    /* The last ones are those of the years. */
    for (size_t k = *total > 60 ? *total - 60 : 1; k <= *total; k++)
        cr_assert_eq(attempt(path, overrides, num_overrides, k), PW_EMEMORY, "allocation %zu", k);
    if (num_frees > 0) cr_assert_eq(num_living, 0, "%zu blocks are leaked", num_living);
}

Test(failures, every_allocation_that_fails_ends_a_run_cleanly_with_out_of_memory)
{
    static const char text[] = "{\"extends\": \"" TINY_SCENARIO "\", \"run\": {\"persons\": 2000,"
                               "\"history_from\": 2022, \"years\": 3, \"shards\": 2}}";
    char path[64];
    size_t total;

    tiny_write(text, sizeof text - 1, path);
    fail_in_turn(path, NULL, 0, &total);
    (void) unlink(path);
    cr_assert_gt(total, 200, "only %zu allocations were met", total);
}

Test(failures, settings_of_the_command_line_are_not_called_wrong_when_memory_runs_out)
{
    static const char *const overrides[] = { "run.persons=2000", "run.history_from=2024",
        "run.years=1", "jobs.credentialism=0.4", "childhood.noise=0.4,0.3,0.2" };
    size_t total;

    fail_in_turn(TINY_SCENARIO, overrides, sizeof overrides / sizeof *overrides, &total);
}

Test(failures, a_scenario_that_extends_another_with_a_policy_fails_as_cleanly)
{
    static const char text[] =
        "{\"extends\": \"" TINY_SCENARIO "\", \"run\": {\"persons\": 2000,"
        "\"history_from\": 2022, \"years\": 3}, \"policies\": [{\"name\": \"p\","
        "\"lever\": \"university_outreach\", \"where\": {\"tags\": [\"coastal\"]},"
        "\"capacity\": 300000}]}";
    char path[64];
    size_t total;

    tiny_write(text, sizeof text - 1, path);
    fail_in_turn(path, NULL, 0, &total);
    (void) unlink(path);
    cr_assert_gt(total, 200, "only %zu allocations were met", total);
}

/* Read a wrong scenario with the allocation number `k` failing. */
static pw_status
attempt_wrong(const char *path, size_t k)
{
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };
    pw_status status;

    num_asked = 0;
    failing = k;
    armed = true;
    status = pw_scenario_read(path, NULL, 0, &scenario, &faults);
    pw_scenario_free(&scenario);
    pw_faults_free(&faults);
    armed = false;
    return status;
}

Test(failures, a_wrong_scenario_is_refused_or_runs_out_of_memory_and_is_never_accepted)
{
    static const char text[] = "{\"extends\": \"" TINY_SCENARIO "\", \"rum\": 3,"
                               "\"parameters\": {\"jobs\": {\"credentialism\": 7}}}";
    char path[64];
    size_t total;

    tiny_write(text, sizeof text - 1, path);
    cr_assert_eq(attempt_wrong(path, 0), PW_EINPUT);
    total = num_asked;
    for (size_t k = 1; k <= total; k += k < 200 ? 1 : 1 + total / 150)
        cr_assert_eq(attempt_wrong(path, k), PW_EMEMORY, "allocation %zu of %zu", k, total);
    (void) unlink(path);
    if (num_frees > 0) cr_assert_eq(num_living, 0, "%zu blocks are leaked", num_living);
}

/* Write a checkpoint after another and read it, with the allocation number `k` failing. */
static pw_status
attempt_checkpoint(const char *path, size_t k)
{
    struct pw_checkpoint_writer *writer = NULL;
    struct pw_checkpoint_reader *reader = NULL;
    char *fault = NULL, *text = NULL;
    pw_status status;

    num_asked = 0;
    failing = k;
    armed = true;
    status = pw_checkpoint_create(path, &writer);
    if (status == PW_OK) status = pw_checkpoint_put(writer, "text", "words", 5);
    if (status == PW_OK) status = pw_checkpoint_commit(writer, true, NULL);
    pw_checkpoint_abandon(&writer);
    if (status == PW_OK) status = pw_checkpoint_open_latest(path, &reader, &fault);
    if (status == PW_OK) status = pw_checkpoint_get_text(reader, "text", &text);
    cr_assert(status != PW_OK || strcmp(text, "words") == 0);
    pw_checkpoint_close(&reader);
    pw_free(&fault);
    pw_free(&text);
    armed = false;
    return status;
}

Test(failures, a_checkpoint_is_written_and_read_or_runs_out_of_memory)
{
    char path[64];
    size_t total,
        num_borne = 0; /* only that for the name of the folder, which is then not synced */

    tiny_write("", 0, path);
    cr_assert_eq(attempt_checkpoint(path, 0), PW_OK);
    total = num_asked;
    cr_assert_gt(total, 8);
    for (size_t k = 1; k <= total; k++) {
        const pw_status status = attempt_checkpoint(path, k);

        cr_assert(status == PW_OK || status == PW_EMEMORY, "allocation %zu of %zu", k, total);
        num_borne += status == PW_OK;
    }
    cr_assert_leq(num_borne, 1);
    pw_checkpoint_remove(path);
    if (num_frees > 0) cr_assert_eq(num_living, 0, "%zu blocks are leaked", num_living);
}

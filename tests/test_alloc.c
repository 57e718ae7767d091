/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/alloc.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AddressSanitizer would stop the program where malloc returns NULL. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

Test(alloc, memory_is_zeroed_and_aligned)
{
    for (size_t count = 1; count < 3000; count += 13) {
        double *numbers = NULL;

        cr_assert_eq(pw_alloc(count, sizeof *numbers, &numbers), PW_OK);
        cr_assert_eq((uintptr_t) numbers % 64, 0);
        for (size_t i = 0; i < count; i++)
            cr_assert_eq(numbers[i], 0.0);
        memset(numbers, 0xFF, count * sizeof *numbers);
        pw_free(&numbers);
        cr_assert_null(numbers);
    }
}

Test(alloc, no_elements_give_a_pointer_that_can_be_freed)
{
    char *nothing = NULL;

    cr_assert_eq(pw_alloc(0, 8, &nothing), PW_OK);
    cr_assert_not_null(nothing);
    pw_free(&nothing);
    cr_assert_eq(pw_alloc(8, 0, &nothing), PW_OK);
    cr_assert_not_null(nothing);
    pw_free(&nothing);
    pw_free(&nothing);
}

Test(alloc, size_that_overflows_is_refused)
{
    char *memory = (char *) 1;

    cr_assert_eq(pw_alloc(SIZE_MAX / 4, 8, &memory), PW_EMEMORY);
    cr_assert_null(memory);
    cr_assert(
        strstr(pw_status_message(), "of 8 bytes are more memory than any machine has") != NULL);
    memory = (char *) 1;
    cr_assert_eq(pw_alloc(SIZE_MAX, 1, &memory), PW_EMEMORY);
    cr_assert_null(memory);
}

Test(alloc, size_that_cannot_be_had_is_refused_with_its_size)
{
    char *memory = (char *) 1;

    cr_assert_eq(pw_alloc((size_t) 1 << 58, 2, &memory), PW_EMEMORY);
    cr_assert_null(memory);
    cr_assert(strstr(pw_status_message(), "288230376151711744 elements of 2 bytes") != NULL);
    cr_assert(strstr(pw_status_message(), "ask for fewer persons") != NULL);
}

Test(alloc, growing_keeps_old_elements_and_zeroes_new_ones)
{
    int32_t *numbers = NULL;

    cr_assert_eq(pw_grow(0, 5, sizeof *numbers, &numbers), PW_OK);
    for (int32_t i = 0; i < 5; i++)
        numbers[i] = i + 1;
    cr_assert_eq(pw_grow(5, 1000, sizeof *numbers, &numbers), PW_OK);
    cr_assert_eq((uintptr_t) numbers % 64, 0);
    for (int32_t i = 0; i < 1000; i++)
        cr_assert_eq(numbers[i], i < 5 ? i + 1 : 0);
    cr_assert_eq(pw_grow(1000, 3, sizeof *numbers, &numbers), PW_OK);
    for (int32_t i = 0; i < 3; i++)
        cr_assert_eq(numbers[i], i + 1);
    pw_free(&numbers);
}

Test(alloc, failed_growth_leaves_the_old_array)
{
    int32_t *numbers = NULL;
    const int32_t *before;

    cr_assert_eq(pw_alloc(2, sizeof *numbers, &numbers), PW_OK);
    numbers[1] = 7;
    before = numbers;
    cr_assert_eq(pw_grow(2, SIZE_MAX / 2, sizeof *numbers, &numbers), PW_EMEMORY);
    cr_assert_eq(numbers, before);
    cr_assert_eq(numbers[1], 7);
    cr_assert_eq(pw_grow(2, (size_t) 1 << 57, sizeof *numbers, &numbers), PW_EMEMORY);
    cr_assert_eq(numbers, before);
    pw_free(&numbers);
}

Test(alloc, copied_text_is_equal_and_its_own)
{
    char text[] = "Blackpool";
    char *copy = NULL;

    cr_assert_eq(pw_strdup(text, &copy), PW_OK);
    text[0] = 'b';
    cr_assert_str_eq(copy, "Blackpool");
    pw_free(&copy);
    cr_assert_eq(pw_strdup("", &copy), PW_OK);
    cr_assert_str_eq(copy, "");
    pw_free(&copy);
}

Test(alloc, memory_of_process_and_machine_is_known)
{
    const size_t before = pw_peak_memory();
    char *memory = NULL;

    cr_assert_gt(before, 100 * 1024);
    cr_assert_gt(pw_available_memory(), (size_t) 1024 * 1024);
    cr_assert_eq(pw_alloc(64 * 1024 * 1024, 1, &memory), PW_OK);
    memset(memory, 1, 64 * 1024 * 1024);
    cr_assert_geq(pw_peak_memory(), (size_t) 64 * 1024 * 1024);
    pw_free(&memory);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
    char path[128];
    FILE *file;

    (void) snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    (void) fputs(text, file);
    (void) fclose(file);
}

Test(alloc, memory_left_to_a_control_group_is_its_limit_less_what_it_uses_but_for_cached_files)
{
    char folder[] = "/tmp/group_XXXXXX", command[64];

    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(pw_memory_left_to_group(folder), SIZE_MAX, "no group");
    write_file(folder, "memory.max", "max\n");
    write_file(folder, "memory.current", "600\n");
    cr_assert_eq(pw_memory_left_to_group(folder), SIZE_MAX, "no limit");
    write_file(folder, "memory.max", "1000\n");
    cr_assert_eq(pw_memory_left_to_group(folder), 400);
    write_file(folder, "memory.stat", "anon 350\nfile 250\ninactive_file 150\nactive_file 50\n");
    cr_assert_eq(pw_memory_left_to_group(folder), 600);
    write_file(folder, "memory.current", "5000\n");
    cr_assert_eq(pw_memory_left_to_group(folder), 1, "over the limit");
    (void) snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

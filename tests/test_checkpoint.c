/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "pathways/alloc.h"
#include "pathways/checkpoint.h"
#include "sample_run.h"

enum { LARGE = 3000000 };

static char folder[64], path[128], previous[160], writing[160];
static unsigned char large[LARGE];

static void
make_folder(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.checkpoint", folder);
    snprintf(previous, sizeof previous, "%s.previous", path);
    snprintf(writing, sizeof writing, "%s.writing", path);
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (unsigned char) (i * i / 7);
}

static void
remove_folder(void)
{
    pw_checkpoint_remove(path);
    sample_remove(folder, "");
}

TestSuite(checkpoint, .init = make_folder, .fini = remove_folder);

static bool
is_there(const char *name)
{
    struct stat about;

    return stat(name, &about) == 0;
}

static void
put_sections(struct pw_checkpoint_writer *writer, int number)
{
    MUST(pw_checkpoint_put(writer, "number", &number, sizeof number));
    MUST(pw_checkpoint_put(writer, "nothing", NULL, 0));
    MUST(pw_checkpoint_put(writer, "large", large, LARGE));
    MUST(pw_checkpoint_put(writer, "text", "some words", 10));
}

static void
write_one(int number)
{
    struct pw_checkpoint_writer *writer = NULL;
    uint64_t size = 0;
    struct stat about;

    MUST(pw_checkpoint_create(path, &writer));
    put_sections(writer, number);
    MUST(pw_checkpoint_commit(writer, true, &size));
    pw_checkpoint_abandon(&writer);
    cr_assert_null(writer);
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq((uint64_t) about.st_size, size);
    cr_assert_not(is_there(writing));
}

/* The number in the last checkpoint that is whole. */
static int
read_latest(bool is_fallback)
{
    struct pw_checkpoint_reader *reader = NULL;
    char *fault = NULL, *text = NULL;
    unsigned char *copy = NULL;
    int number = 0;

    MUST(pw_checkpoint_open_latest(path, &reader, &fault));
    cr_assert_not_null(reader);
    cr_assert_eq(fault != NULL, is_fallback, "%s", fault == NULL ? "no fault" : fault);
    cr_assert_str_eq(pw_checkpoint_path(reader), is_fallback ? previous : path);
    MUST(pw_checkpoint_get(reader, "number", &number, sizeof number));
    MUST(pw_checkpoint_get(reader, "nothing", NULL, 0));
    MUST(pw_alloc(LARGE, 1, &copy));
    MUST(pw_checkpoint_get(reader, "large", copy, LARGE));
    cr_assert_eq(memcmp(copy, large, LARGE), 0);
    MUST(pw_checkpoint_get_text(reader, "text", &text));
    cr_assert_str_eq(text, "some words");
    pw_checkpoint_close(&reader);
    pw_free(&copy);
    pw_free(&text);
    pw_free(&fault);
    return number;
}

/* Change one byte of a file, or cut it there. */
static void
harm(const char *name, long at, bool cut)
{
    FILE *file = fopen(name, "r+b");
    int byte;

    cr_assert_not_null(file);
    if (cut) {
        cr_assert_eq(ftruncate(fileno(file), at), 0);
    } else {
        fseek(file, at, SEEK_SET);
        byte = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(byte ^ 1, file);
    }
    fclose(file);
}

static long
size_of(const char *name)
{
    struct stat about;

    cr_assert_eq(stat(name, &about), 0);
    return (long) about.st_size;
}

Test(checkpoint, what_was_put_is_got_back_in_its_order)
{
    write_one(1);
    cr_assert_eq(read_latest(false), 1);
    cr_assert_not(is_there(previous));
}

Test(checkpoint, the_one_before_is_kept_and_no_more)
{
    for (int number = 1; number <= 3; number++)
        write_one(number);
    cr_assert_eq(read_latest(false), 3);
    harm(path, 100, false);
    cr_assert_eq(read_latest(true), 2);
    cr_assert_not(is_there(path), "the damaged one would push out the good one");
    write_one(4);
    cr_assert_eq(read_latest(false), 4);
    harm(path, 100, false);
    cr_assert_eq(read_latest(true), 2);
}

Test(checkpoint, one_wrong_byte_anywhere_or_a_cut_is_noticed)
{
    struct pw_checkpoint_reader *reader = NULL;

    for (int cut = 0; cut < 2; cut++)
        for (long part = 0; part <= 40; part++) {
            long at;

            write_one(1);
            at = part * (size_of(path) - 1) / 40;
            harm(path, at, cut == 1);
            cr_assert_eq(pw_checkpoint_open(path, &reader), PW_EFORMAT, "byte %ld", at);
            cr_assert_null(reader);
        }
    /* The heads of sections too: each byte of the first one, and of the file's. */
    for (long at = 0; at < 16 + 56; at++) {
        write_one(1);
        harm(path, at, false);
        cr_assert_eq(pw_checkpoint_open(path, &reader), PW_EFORMAT, "byte %ld", at);
    }
}

Test(checkpoint, what_follows_the_end_is_noticed)
{
    struct pw_checkpoint_reader *reader = NULL;
    FILE *file;

    write_one(1);
    file = fopen(path, "ab");
    fputc(0, file);
    fclose(file);
    cr_assert_eq(pw_checkpoint_open(path, &reader), PW_EFORMAT);
}

Test(checkpoint, none_is_no_fault_and_two_damaged_ones_are)
{
    struct pw_checkpoint_reader *reader = NULL;
    char *fault = NULL;

    cr_assert_not(pw_checkpoint_exists(path));
    MUST(pw_checkpoint_open_latest(path, &reader, &fault));
    cr_assert_null(reader);
    cr_assert_null(fault);
    cr_assert_eq(pw_checkpoint_open(path, &reader), PW_EINPUT);
    write_one(1);
    write_one(2);
    unlink(path); /* a kill between the two renames leaves it so */
    cr_assert(pw_checkpoint_exists(path));
    cr_assert_eq(read_latest(true), 1);
    harm(previous, 20, false);
    cr_assert_eq(pw_checkpoint_open_latest(path, &reader, &fault), PW_EFORMAT);
    pw_free(&fault);
}

Test(checkpoint, sections_of_another_name_or_size_are_refused)
{
    struct pw_checkpoint_reader *reader = NULL;
    size_t size = 0;
    int number = 0;

    write_one(1);
    MUST(pw_checkpoint_open(path, &reader));
    cr_assert_eq(pw_checkpoint_get(reader, "text", &number, sizeof number), PW_EFORMAT);
    cr_assert_eq(pw_checkpoint_get(reader, "number", &number, 2), PW_EFORMAT);
    cr_assert_eq(pw_checkpoint_skip(reader, "large"), PW_EFORMAT);
    MUST(pw_checkpoint_get(reader, "number", &number, sizeof number));
    MUST(pw_checkpoint_skip(reader, "nothing"));
    MUST(pw_checkpoint_next(reader, "large", &size));
    cr_assert_eq(size, LARGE);
    MUST(pw_checkpoint_skip(reader, "large"));
    MUST(pw_checkpoint_skip(reader, "text"));
    pw_checkpoint_close(&reader);
}

Test(checkpoint, one_opened_unread_is_passed_over_to_any_section)
{
    struct pw_checkpoint_reader *reader = NULL;
    char *text = NULL;
    int number = 0;

    write_one(7);
    MUST(pw_checkpoint_open_too(path, &reader));
    MUST(pw_checkpoint_get(reader, "number", &number, sizeof number));
    cr_assert_eq(number, 7);
    MUST(pw_checkpoint_pass(reader, 2, LARGE));
    MUST(pw_checkpoint_get_text(reader, "text", &text));
    cr_assert_str_eq(text, "some words");
    pw_checkpoint_close(&reader);
    pw_free(&text);
    harm(path, 73, false); /* in the number */
    MUST(pw_checkpoint_open_too(path, &reader));
    cr_assert_eq(pw_checkpoint_get(reader, "number", &number, sizeof number), PW_EFORMAT);
    pw_checkpoint_close(&reader);
}

Test(checkpoint, one_that_is_abandoned_leaves_the_last)
{
    struct pw_checkpoint_writer *writer = NULL;

    write_one(1);
    MUST(pw_checkpoint_create(path, &writer));
    put_sections(writer, 2);
    cr_assert(is_there(writing));
    pw_checkpoint_abandon(&writer);
    cr_assert_not(is_there(writing));
    cr_assert_eq(read_latest(false), 1);
    pw_checkpoint_abandon(&writer);
}

Test(checkpoint, a_full_disk_leaves_the_last)
{
    struct pw_checkpoint_writer *writer = NULL;
    struct rlimit limit, small;
    pw_status status;

    signal(SIGXFSZ, SIG_IGN);
    write_one(1);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small = limit;
    small.rlim_cur = LARGE / 2;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    MUST(pw_checkpoint_create(path, &writer));
    status = pw_checkpoint_put(writer, "large", large, LARGE);
    if (status == PW_OK) status = pw_checkpoint_commit(writer, true, NULL);
    cr_assert_eq(status, PW_EIO);
    cr_assert(strstr(pw_status_message(), "larger than the system allows") != NULL, "%s",
        pw_status_message());
    pw_checkpoint_abandon(&writer);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_assert_not(is_there(writing));
    cr_assert_eq(read_latest(false), 1);
}

Test(checkpoint, a_folder_that_is_not_there_is_named)
{
    struct pw_checkpoint_writer *writer = NULL;

    cr_assert_eq(pw_checkpoint_create("/nowhere/at/all", &writer), PW_EIO);
    cr_assert(strstr(pw_status_message(), "/nowhere/at/all") != NULL);
    cr_assert_null(writer);
}

Test(checkpoint, removing_removes_all_of_it)
{
    struct pw_checkpoint_writer *writer = NULL;

    write_one(1);
    write_one(2);
    MUST(pw_checkpoint_create(path, &writer));
    pw_checkpoint_remove(path);
    cr_assert_not(is_there(path) || is_there(previous) || is_there(writing));
    cr_assert_not(pw_checkpoint_exists(path));
    pw_checkpoint_abandon(&writer);
}

/**
 * tiny.h - small scenarios for tests: tests/tiny_scenario.json, and files that extend or spoil it.
 *
 * A test reads one with tiny_base, tiny_layer, tiny_spoilt or tiny_text, and releases it with
 * tiny_free.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_TINY_H
#define PW_TINY_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pathways/scenario.h"

/** Six places, three labour markets, two regions, 20,000 people. */
#define TINY_SCENARIO PW_SOURCE_DIR "/tests/tiny_scenario.json"

/** A scenario that was read, and what was wrong with it. */
struct tiny {
    struct pw_scenario scenario;
    struct pw_faults faults;
    pw_status status;
    char path[64]; /* of the file, which is gone; "" for a file of the tree */
};

/** Read a file; for overrides see pw_scenario_read. */
static inline struct tiny
tiny_file(const char *path, const char *const *overrides, size_t num_overrides)
{
    struct tiny tiny = { 0 };

    tiny.status = pw_scenario_read(path, overrides, num_overrides, &tiny.scenario, &tiny.faults);
    return tiny;
}

/** tests/tiny_scenario.json, for instance with `(const char *const[]) { "run.years=3" }, 1`. */
static inline struct tiny
tiny_base(const char *const *overrides, size_t num_overrides)
{
    return tiny_file(TINY_SCENARIO, overrides, num_overrides);
}

/** Write bytes to a new temporary file, whose name is put into `path`. */
static inline void
tiny_write(const char *bytes, size_t length, char path[64])
{
    (void) strcpy(path, "/tmp/tiny_XXXXXX");
    const int descriptor = mkstemp(path);

    cr_assert(descriptor >= 0);
    cr_assert(write(descriptor, bytes, length) == (ssize_t) length);
    (void) close(descriptor);
}

/** Any text as a scenario file. */
static inline struct tiny
tiny_text(const char *text)
{
    char path[64];

    tiny_write(text, strlen(text), path);
    struct tiny tiny = tiny_file(path, NULL, 0);
    (void) strcpy(tiny.path, path);
    (void) unlink(path);
    return tiny;
}

/** A file that extends the tiny scenario: `members` without braces, "\"policies\": [...]". */
static inline struct tiny
tiny_layer(const char *members)
{
    char text[16384];

    cr_assert(snprintf(text, sizeof text, "{\"extends\": \"%s\",\n%s}", TINY_SCENARIO, members)
              < (int) sizeof text);
    return tiny_text(text);
}

/** A layer with one policy: the members of the policy without braces. */
static inline struct tiny
tiny_policy(const char *members)
{
    char text[8192];

    cr_assert(snprintf(text, sizeof text, "\"policies\": [{%s}]", members) < (int) sizeof text);
    return tiny_layer(text);
}

/** The tiny scenario with the first `old` replaced by `new_text`. */
static inline struct tiny
tiny_spoilt(const char *old, const char *new_text)
{
    static char text[65536], spoilt[131072];
    FILE *stream = fopen(TINY_SCENARIO, "rb");

    cr_assert_not_null(stream);
    text[fread(text, 1, sizeof text - 1, stream)] = '\0';
    (void) fclose(stream);
    const char *at = strstr(text, old);
    cr_assert_not_null(at, "the tiny scenario has no %s", old);
    cr_assert(snprintf(spoilt, sizeof spoilt, "%.*s%s%s", (int) (at - text), text, new_text,
                  at + strlen(old))
              < (int) sizeof spoilt);
    return tiny_text(spoilt);
}

/** Whether there is a fault at the pointer whose sentence holds `words`. */
static inline bool
tiny_has_fault(const struct tiny *tiny, const char *pointer, const char *words)
{
    for (size_t i = 0; i < tiny->faults.count; i++) {
        const struct pw_fault *fault = &tiny->faults.items[i];

        if (strcmp(fault->pointer, pointer) == 0 && strstr(fault->text, words) != NULL) return true;
    }
    for (size_t i = 0; i < tiny->faults.count; i++) /* what there is instead, for the reader */
        (void) fprintf(stderr, "%d:%d: %s: %s\n", tiny->faults.items[i].line,
            tiny->faults.items[i].column, tiny->faults.items[i].pointer,
            tiny->faults.items[i].text);
    return false;
}

static inline void
tiny_free(struct tiny *tiny)
{
    pw_scenario_free(&tiny->scenario);
    pw_faults_free(&tiny->faults);
}

/** The scenario is refused, with this fault alone. */
static inline void
tiny_refused(struct tiny tiny, const char *pointer, const char *words)
{
    cr_assert_eq(tiny.status, PW_EINPUT, "status %d: %s", (int) tiny.status, pw_status_message());
    cr_assert(tiny_has_fault(&tiny, pointer, words));
    cr_assert_eq(tiny.faults.count, 1, "%zu faults", tiny.faults.count);
    tiny_free(&tiny);
}

#endif

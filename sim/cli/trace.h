/*
 * trace.h - one life of one run file or of two: what is asked, and what is told.
 *
 * Layer 5 (cli). What the parts of `trace` share: the command and the years as they are lived
 * again (trace.c), whose life it is (trace_person.c), what the file holds of it (trace_recorded.c),
 * and where two lives part (trace_parting.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TRACE_H
#define PW_CLI_TRACE_H

#include "cli.h"
#include "page.h"
#include "teller.h"

struct cli_trace_request {
    const char *person, *where;
    bool wants_random, wants_parted, is_recorded, is_full, has_pick;
    int64_t pick;
    uint64_t key;
    enum cli_page_format format;
    int width;
};

/** What is told of one file. */
struct cli_story {
    struct cli_relive run;
    struct cli_teller teller;
    bool is_on_file;
    size_t row;                  /* in /persons */
    const char *checked, *label; /* label: the file in a sentence */
};

/** Somebody by condition or at random. @param key receives who */
pw_status cli_trace_choose(const struct cli_trace_request *request, const struct cli_story *stories,
    size_t count, uint64_t *key);

/* --- What the file holds (trace_recorded.c) --- */

/** Are states, places and classes on file those that were told? PW_EFORMAT when they are not. */
pw_status cli_trace_check(struct cli_story *story);

/** Tell a life from the file alone: what somebody does each year, and where. */
pw_status cli_trace_recorded(struct cli_story *story, uint64_t key);

/** Where two lives that were told from files part. */
pw_status cli_trace_recorded_parting(const struct cli_story *stories, struct cli_parting *parting);

/* --- Where two lives part (trace_parting.c) --- */

/** Columns that somebody beside the person would notice. */
#define CLI_VISIBLE                                                                                \
    (PW_SET(state) | PW_SET(place) | PW_SET(class) | PW_SET(qualification) | PW_SET(owner)         \
        | PW_SET(partner) | PW_SET(num_children) | PW_SET(enrolled))

/**
 * After a process: do the two lives differ now, and why?
 *
 * @param stories  [2]
 * @param columns  that count
 * @param parting  receives the first difference; one that was found before is left as it is
 * @param before   where they differ in anything at all; NULL: it is this that is looked for
 */
pw_status cli_trace_watch(const struct cli_story *stories, pw_columns columns, size_t process,
    struct cli_parting *parting, const struct cli_parting *before);

#endif

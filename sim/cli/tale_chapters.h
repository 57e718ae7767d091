/*
 * tale_chapters.h - what there is to say of each process of the year.
 *
 * Layer 5 (cli). Home and family are in tale_home.c, learning and work in tale_career.c. Processes
 * without a chapter have nothing to say.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TALE_CHAPTERS_H
#define PW_CLI_TALE_CHAPTERS_H

#include "teller.h"

/** Who tells of a process. */
struct cli_chapter {
    const char *process;
    /** @param text receives sentences, or stays empty where nothing is worth a word */
    pw_status (*tell)(struct cli_teller *teller, const struct pw_note *note, struct pw_text *text);
};

/** Each ends with a process NULL. */
extern const struct cli_chapter cli_chapters_of_home[], cli_chapters_of_career[];

/** Did the process change any of these columns? */
static inline bool
cli_note_changed(const struct pw_note *note, pw_columns columns)
{
    return (note->changed & columns) != 0;
}

/** What was told in the last pass; NULL: nothing. */
static inline const struct pw_decision *
cli_note_told(const struct pw_note *note)
{
    return note->num_told > 0 ? &note->told[note->num_told - 1] : NULL;
}

#endif

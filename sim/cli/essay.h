/*
 * essay.h - headings, paragraphs and tables, as Markdown or as JSON.
 *
 * Layer 5 (cli). JSON is { "title": ..., "sections": [ { "level", "title", "content": [ text, or {
 * "item", "text" }, or { "table", "rows" } ] } ] }.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_ESSAY_H
#define PW_CLI_ESSAY_H

#include "cli.h"

/** Where the writing stands; set the format, the rest is 0. */
struct cli_essay {
    enum cli_format format; /* CLI_MARKDOWN or CLI_JSON */
    bool has_section, has_content;
};

/** The title, and a first section for what comes before the others. */
void cli_essay_begin(struct cli_essay *essay, const char *title);

/** @param level 2 for sections, 3 for those within them */
void cli_essay_section(struct cli_essay *essay, int level, const char *title);

/** A paragraph. */
void cli_essay_say(struct cli_essay *essay, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A paragraph under a word: "Source: ...". */
void cli_essay_item(struct cli_essay *essay, const char *word, const char *text);

/** A table; the name is for JSON. */
void cli_essay_table(struct cli_essay *essay, const char *name, const struct cli_table *table);

void cli_essay_end(struct cli_essay *essay);

#endif

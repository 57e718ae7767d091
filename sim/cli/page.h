/*
 * page.h - lives laid out for a reader: text, Markdown, CSV or JSON; one life, or two side by side
 * from the year they part.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_PAGE_H
#define PW_CLI_PAGE_H

#include "tale.h"

enum cli_page_format { CLI_PAGE_TEXT, CLI_PAGE_MARKDOWN, CLI_PAGE_CSV, CLI_PAGE_JSON };

/** Where two lives part. */
struct cli_parting {
    bool is_found;
    int year, age;
    const char *process;
    enum pw_column column;
    struct pw_text one, other; /* the values, in words */
    struct pw_text why;
};

/** A life of one file as it goes on the page. */
struct cli_life {
    const char *file, *label, *title, *source; /* label: the file in a sentence */
    const struct pw_scenario *scenario;        /* NULL: told from the file alone */
    const struct cli_tale *tale;
    double people_each;  /* people for whom one simulated person stands; 0: not known */
    const char *checked; /* against what the file holds it was checked */
};

struct cli_page {
    enum cli_page_format format;
    int width; /* of lines */
    const struct cli_life *lives;
    size_t num_lives;                  /* 1 or 2 */
    const struct cli_parting *first;   /* of anything at all; two lives only */
    const struct cli_parting *visible; /* of what somebody would see */
};

/** Print the page on stdout. */
pw_status cli_page_print(const struct cli_page *page);

/** Columns of the terminal, or 100. */
int cli_page_width(void);

#endif

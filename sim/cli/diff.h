/*
 * diff.h - two run files, and what is said of where they part.
 *
 * Layer 5 (cli). What the parts of `diff` share: the command and what it prints (diff.c), what was
 * asked of the two (diff_scenarios.c), both lived again (diff_lives.c), and what is on file
 * (diff_recorded.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_DIFF_H
#define PW_CLI_DIFF_H

#include "cli.h"
#include "pathways/text.h"
#include "relive.h"

/** Lines on what differs between two scenarios, at most. */
#define CLI_DIFF_MAX_DIFFERENCES 40

enum diff_format { DIFF_TEXT, DIFF_JSON };

struct diff_request {
    enum diff_format format;
    int num_counted; /* years whose people are counted, from the first difference on */
    bool is_recorded;
};

/** Two files and what is said of them, sentence by sentence. */
struct diff_pair {
    struct cli_relive run[2];
    const char *label[2];
    struct pw_text differences; /* of the scenarios, one a line */
    int num_differences;
    struct pw_text finding;  /* where they part, one paragraph a line */
    struct pw_text json;     /* members of an object, with commas before */
    struct cli_table counts; /* people by year after that */
    bool part;
};

/** Whole numbers of the run. @param is_other_people receives true when they make other people */
pw_status cli_diff_runs(struct diff_pair *pair, bool *is_other_people);

/** Parameters, paths, places and policies of two runs that have begun. */
pw_status cli_diff_scenarios(struct diff_pair *pair);

/**
 * Live both to their ends and say where they part.
 *
 * @return PW_EFORMAT when either is not what its file holds
 */
pw_status cli_diff_lives(struct diff_pair *pair, const struct diff_request *request);

/** Say where they part on file: coarser, by year and column. */
pw_status cli_diff_recorded(struct diff_pair *pair);

/** A member of an object, with its comma before. @param text NULL: "" */
pw_status cli_diff_add_json(struct pw_text *json, const char *name, const char *text);

#endif

/*
 * tale.h - a life as it is told: years, and in each what happened in plain words.
 *
 * Layer 5 (cli). What is written down, and how it grows. Who writes it is a teller (teller.h), or
 * what is on file (trace_recorded.c); how it is laid out on a page is page.h's business.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TALE_H
#define PW_CLI_TALE_H

#include "pathways/text.h"
#include "pathways/witness.h"

/** Something that happened in a year. */
struct cli_event {
    const char *process; /* name; "family" for what happened to parents */
    char *text;          /* a sentence */
    char *json;          /* members "changes" and "decision" of an object, with their commas */
};

/** A year of a life. */
struct cli_year {
    int year, age;
    bool is_there; /* alive and in the country at its end */
    struct cli_event *events;
    size_t num_events, capacity;
    int num_vain;         /* 1: looked for work or a better job in vain, and nothing came of it */
    struct pw_person end; /* at the end of the year */
    char *doing, *where;  /* in words */
};

/** What one policy did through one channel over a life. */
struct cli_reach {
    int policy;
    enum pw_channel channel;
    int first_year, last_year, num_years;
    double sum;
};

/** Somebody related, of whom more can be told. */
struct cli_relative {
    const char *kin; /* "mother", "partner", "child" */
    uint64_t key;
    int year; /* since when */
};

/** A life. Zero-initialise; release with cli_tale_free. */
struct cli_tale {
    uint64_t key;
    int birth_year;
    bool is_known;  /* has stood in the world */
    bool born_here; /* in the years of the run: told from birth */
    int sex;
    struct cli_year *years;
    size_t num_years, capacity;
    struct cli_reach *reaches;
    size_t num_reaches, reach_capacity;
    struct cli_relative *relatives;
    size_t num_relatives, relative_capacity;
};

/** Begin another year. */
pw_status cli_tale_add_year(struct cli_tale *tale, int year);

/**
 * Write down an event of the last year, unless there is no text.
 *
 * @param process  borrowed
 * @param text     a sentence; taken over and left empty, as is `json`
 */
pw_status cli_tale_add_event(
    struct cli_tale *tale, const char *process, struct pw_text *text, struct pw_text *json);

/** @param kin "mother", "partner", "child"; borrowed */
pw_status cli_tale_add_relative(struct cli_tale *tale, const char *kin, uint64_t key, int year);

/** Count a year in which a policy acted through a channel; of a year the first amount counts. */
pw_status cli_tale_add_reach(struct cli_tale *tale, const struct pw_felt *felt, int year);

void cli_tale_free(struct cli_tale *tale);

#endif

/*
 * tale.h - a life as it is told: years, and in each what happened in plain words.
 *
 * Layer 5 (cli). A teller watches one person while the world is lived, process by process, and
 * writes down what a reader would want to know; how it is laid out on a page is not its business.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TALE_H
#define PW_CLI_TALE_H

#include "pathways/text.h"
#include "pathways/witness.h"
#include "relive.h"

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

/** Who tells a life while it is lived again. */
struct cli_teller {
    struct cli_relive *run;
    struct cli_tale tale;
    struct pw_whereabouts at;
    struct pw_note note;     /* of the process that ran last */
    struct pw_person kin[3]; /* mother, father and partner at the end of the year before */
    uint64_t kin_key[3];     /* 0: none */
    bool kin_is_there[3], lost_parent; /* a parent died this year */
    uint32_t refused_by;               /* bit p: policy p had no place, and it has been told */
    bool is_over;                      /* dead, emigrated */
    bool is_full;                      /* tell also what is small */
};

/** Founders stand at the end of the first year: who they are is told before anything else. */
pw_status cli_teller_found(struct cli_teller *teller);

pw_status cli_teller_begin_year(struct cli_teller *teller);

/** Run a process of the year and write down what it did to the person. */
pw_status cli_teller_process(struct cli_teller *teller, size_t process);

/** After the last process: relatives, and what the year was. */
pw_status cli_teller_end_year(struct cli_teller *teller);

void cli_tale_free(struct cli_tale *tale);

/** "a decision" as a JSON object; options, doors, what came of it. */
pw_status cli_tale_decision_json(struct pw_text *text, const struct pw_decision *decision);

#endif

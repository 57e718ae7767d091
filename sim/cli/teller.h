/*
 * teller.h - who tells a life while it is lived again.
 *
 * Layer 5 (cli). A teller watches one person while the world is lived, process by process, and
 * writes down what a reader would want to know. What there is to say of each process is in
 * tale_chapters.h, how a decision is put into words in tale_decision.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TELLER_H
#define PW_CLI_TELLER_H

#include "relive.h"
#include "tale.h"

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

/** The scenario of the run. */
static inline const struct pw_scenario *
cli_teller_scenario(const struct cli_teller *teller)
{
    return &teller->run->scenario;
}

/** The shard in which the person is. */
static inline const struct pw_shard *
cli_teller_shard(const struct cli_teller *teller)
{
    return &teller->run->world.shards[teller->note.at.shard];
}

/** Founders stand at the end of the first year: who they are is told before anything else. */
pw_status cli_teller_found(struct cli_teller *teller);

pw_status cli_teller_begin_year(struct cli_teller *teller);

/** Run a process of the year and write down what it did to the person. */
pw_status cli_teller_process(struct cli_teller *teller, size_t process);

/** After the last process: relatives, and what the year was. */
pw_status cli_teller_end_year(struct cli_teller *teller);

#endif

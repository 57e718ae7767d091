/*
 * relive.h - a run lived again from its file: the resolved scenario, seed and replicate are all
 * that it takes.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_RELIVE_H
#define PW_CLI_RELIVE_H

#include "pathways/reader.h"
#include "pathways/scenario.h"
#include "pathways/world.h"

/** A run file that is lived again. Zero-initialise; release with cli_relive_close. */
struct cli_relive {
    struct pw_reader *reader;
    char *title, *source; /* of the file */
    char *digest;         /* of the state at its end, in hexadecimal */
    struct pw_scenario scenario;
    struct pw_world world;
    int record_from, record_years; /* years of trajectories on file; 0 years: none */
    size_t num_people;             /* in /persons */
};

/** Open the file and say what is on it; nothing is lived. */
pw_status cli_relive_open(const char *path, struct cli_relive *relive);

/**
 * Found the world of the file's scenario, ready for its first year.
 *
 * @return PW_EFORMAT when this version reads the scenario in another way, PW_EMEMORY
 */
pw_status cli_relive_begin(struct cli_relive *relive);

/** Live one year as fast as can be. */
pw_status cli_relive_step(struct cli_relive *relive);

/** Once all years are lived: is the state the file's, to the bit? PW_EFORMAT when it is not. */
pw_status cli_relive_check(const struct cli_relive *relive);

/** PW_EFORMAT: what is lived again is not what the file holds. @param what "in 2031 the state" */
pw_status cli_relive_refuse(const struct cli_relive *relive, const char *what);

void cli_relive_close(struct cli_relive *relive);

/** Row of a key in /persons; PW_EVERDICT with a sentence when nobody has it. */
pw_status cli_relive_row(const struct cli_relive *relive, uint64_t key, size_t *row);

#endif

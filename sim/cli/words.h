/*
 * words.h - what the columns of a person say in plain words.
 *
 * Layer 5 (cli). What trace and diff share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_WORDS_H
#define PW_CLI_WORDS_H

#include "pathways/population.h"
#include "pathways/scenario.h"
#include "pathways/text.h"

/** Value of a column of a person as a number. */
double cli_words_number(const struct pw_person *person, enum pw_column column);

/** The code family of a column, or -1. */
int cli_words_family(enum pw_column column);

/** "lower professional", "further education": the name of a code with blanks. Valid until the
 * fourth call after. */
const char *cli_words_code(enum pw_code_family family, int code);

/** "level 3 (A level or equivalent)": a qualification in words. */
const char *cli_words_qualification(int qualification);

/** Name of a place, "abroad" for none. */
const char *cli_words_place(const struct pw_scenario *scenario, uint16_t place);

/** "lower working-class job": a job of a class. */
const char *cli_words_job(int class);

/** "in a lower professional job", "at school": what somebody does. */
pw_status cli_words_doing(struct pw_text *text, const struct pw_person *person);

/**
 * The value of a column with its unit: "employed", "Blackpool", "12.40 GBP an hour".
 *
 * @param shard  whose rows links are, for their keys; NULL: rows
 */
pw_status cli_words_value(struct pw_text *text, const struct pw_scenario *scenario,
    const struct pw_shard *shard, const struct pw_person *person, enum pw_column column);

/** The same to the last digit, where the plain words of two values are the same. */
pw_status cli_words_exact(
    struct pw_text *text, const struct pw_person *person, enum pw_column column);

/** "qualification", "place of residence": what a column is called in a sentence. */
const char *cli_words_column(enum pw_column column);

/** A count with commas between thousands. */
pw_status cli_words_count(struct pw_text *text, double count);

#endif

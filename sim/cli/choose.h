/*
 * choose.h - people of a run file chosen by a condition on the columns of /persons.
 *
 *     origin_class=lower_working and birth_place=Blackpool and attainment >= 60
 *
 * Layer 5 (cli). Names of codes, places and policies are understood; `none` has no rank. A value
 * with blanks may stand in double quotes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_CHOOSE_H
#define PW_CLI_CHOOSE_H

#include <stdbool.h>

#include "pathways/reader.h"

/**
 * Mark who meets a condition.
 *
 * @param chosen  [people of the file] set to false where the condition does not hold
 * @return        PW_EUSAGE for a condition that is not understood, with "did you mean"
 */
pw_status cli_choose_where(const struct pw_reader *reader, const char *where, bool *chosen);

/**
 * One of those who are chosen, the same for the same `pick`.
 *
 * @return PW_EVERDICT when there is none
 */
pw_status cli_choose_pick(const struct pw_reader *reader, const bool *chosen, size_t num_people,
    uint64_t pick, size_t *row);

#endif

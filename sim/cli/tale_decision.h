/*
 * tale_decision.h - a decision as it is told: which ways were open, how likely each was, who else
 * asked, what a policy did to it.
 *
 * Layer 5 (cli). Words are added to a text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TALE_DECISION_H
#define PW_CLI_TALE_DECISION_H

#include "teller.h"

/** Simulated people as people of the real country, to two figures: "860". */
pw_status cli_decision_add_people(
    struct pw_text *text, const struct cli_teller *teller, int64_t count);

/** "Options: college 46 %, sixth form 31 %." Most likely first. */
pw_status cli_decision_add_options(struct pw_text *text, const struct pw_decision *decision);

/** The doors up to the one that opened, a sentence each. */
pw_status cli_decision_add_doors(
    struct pw_text *text, const struct cli_teller *teller, const struct pw_decision *decision);

/** " The policy "Mentors" pushed: University wish, +0.3 log-odds." */
pw_status cli_decision_add_felt(
    struct pw_text *text, const struct cli_teller *teller, const struct pw_note *note);

/** " (a chance of 12 %)" of what came of a decision; nothing without one. */
pw_status cli_decision_add_chance(struct pw_text *text, const struct pw_decision *decision);

/** What a process changed and decided, for machines: members of an object, with their commas. */
pw_status cli_decision_add_json(
    struct pw_text *json, const struct cli_teller *teller, const struct pw_note *note);

#endif

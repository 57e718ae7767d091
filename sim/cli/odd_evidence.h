/*
 * odd_evidence.h - the parts of the description that tell how far to believe it.
 *
 * Layer 5 (cli). Targets, fit, what does not fit, and what each assumption is worth.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_ODD_EVIDENCE_H
#define PW_CLI_ODD_EVIDENCE_H

#include "essay.h"
#include "odd.h"

/** Themes of the published figures with their sources. */
pw_status cli_odd_themes(struct cli_essay *essay, const struct cli_odd_request *request);

/** Published figures, beside the run that was asked for, and why some are missed. */
pw_status cli_odd_fit(struct cli_essay *essay, const struct cli_odd_request *request);

/**
 * Where the values of parameters come from, and the log of scripts/assumptions.py.
 *
 * @return PW_EINPUT with the line when the file is no such log
 */
pw_status cli_odd_assumptions(struct cli_essay *essay, const struct cli_odd_request *request);

#endif

/*
 * odd.h - the description of the model in the order of the ODD protocol.
 *
 * Layer 5 (cli). Grimm et al. (2020), doi 10.18564/jasss.4259.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_ODD_H
#define PW_CLI_ODD_H

#include "cli.h"

/** What the description is of. */
struct cli_odd_request {
    enum cli_format format;             /* CLI_MARKDOWN or CLI_JSON */
    const struct pw_scenario *scenario; /* whose values are shown; NULL: the model's own */
    const char *fit;                    /* run file to lay beside published figures; may be NULL */
    const char *targets;                /* NULL: where they are unless somebody says otherwise */
    const char *assumptions;            /* log of scripts/assumptions.py; may be NULL */
};

/** Print the description to stdout. */
pw_status cli_odd_print(const struct cli_odd_request *request);

#endif

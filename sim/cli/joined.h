/*
 * joined.h - the people whom two run files share, by key.
 *
 * Layer 5 (cli).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_JOINED_H
#define PW_CLI_JOINED_H

#include "relive.h"

/** People of both files. Zero-initialise; release with cli_joined_free. */
struct cli_joined {
    size_t count, only_one, only_other;
    size_t *row[2]; /* [count] in /persons of the one, rising, and of the other */
    int64_t *key;   /* [count] */
};

pw_status cli_joined_make(
    const struct cli_relive *one, const struct cli_relive *other, struct cli_joined *joined);

void cli_joined_free(struct cli_joined *joined);

#endif

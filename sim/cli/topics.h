/*
 * topics.h - the tables of the model as tables of results.
 *
 * Layer 5 (cli). What `describe` prints one by one and `describe odd` puts together.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_TOPICS_H
#define PW_CLI_TOPICS_H

#include "cli.h"

/** What is asked of a table. */
struct cli_topic_request {
    bool only_assumed;
    const struct pw_scenario *scenario; /* whose values are shown; NULL: the model's own */
    const char *section;                /* only the parameters of this one; NULL: all */
};

/** A table that can be described. */
struct cli_topic {
    const char *name, *about;
    bool has_source; /* its rows say where they come from, so --assumed can choose among them */
    bool has_values; /* its rows may be shown as a scenario has them */
    pw_status (*list)(struct cli_table *table, const struct cli_topic_request *request);
};

/** All topics. @param count receives how many */
const struct cli_topic *cli_topics(size_t *count);

/** A topic by its name; PW_EUSAGE with "did you mean". */
pw_status cli_topic_find(const char *name, const struct cli_topic **topic);

#endif

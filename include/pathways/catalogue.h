/**
 * catalogue.h - what the lists of random streams and of markets say of themselves.
 *
 * Layer 1 (model). streams.def and markets.def also make enum pw_stream and the markets of struct
 * pw_country (country.h): what is described is what runs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CATALOGUE_H
#define PW_CATALOGUE_H

#include "pathways/country.h"

/** One line of streams.def. */
struct pw_stream_info {
    enum pw_stream stream;
    const char *name;    /* "JOB_LOSS" */
    const char *process; /* that draws from it */
    const char *about;
};

/** One line of markets.def. */
struct pw_market_info {
    const char *name, *process;
    const char *kinds;    /* what is scarce */
    const char *capacity; /* how many there are */
    const char *rank;     /* who comes first */
    size_t offset;        /* of its struct pw_market in struct pw_country */
};

/** All streams in the order of streams.def. @param count receives how many */
const struct pw_stream_info *pw_streams(int *count);

/** All markets in the order of markets.def. @param count receives how many */
const struct pw_market_info *pw_markets(int *count);

#endif

/* SPDX-License-Identifier: MIT */
#include "pathways/catalogue.h"

#include <stddef.h>

const struct pw_stream_info *
pw_streams(int *count)
{
    static const struct pw_stream_info table[] = {
#define STREAM(constant, process, about) { PW_STREAM_##constant, #constant, #process, about },
#include "pathways/streams.def"
    };

    *count = (int) (sizeof table / sizeof *table);
    return table;
}

const struct pw_market_info *
pw_markets(int *count)
{
    static const struct pw_market_info table[] = {
#define MARKET(name, process, size, kinds, capacity, rank)                                         \
    { #name, #process, kinds, capacity, rank, offsetof(struct pw_country, name) },
#include "pathways/markets.def"
    };

    *count = (int) (sizeof table / sizeof *table);
    return table;
}

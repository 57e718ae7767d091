/* SPDX-License-Identifier: MIT */
#include "pathways/labour.h"

#include "pathways/numeric.h"

PW_KERNEL void
pw_labour_count(const struct pw_country *country, const struct pw_shard *shard,
    struct pw_range adults, size_t width, int64_t *count)
{
    const uint16_t *labour_market = country->labour_market;
    uint16_t market[PW_BLOCK];
    uint8_t kind[PW_BLOCK];

    for (size_t begin = adults.begin; begin < adults.end; begin += PW_BLOCK) {
        const size_t length = adults.end - begin < PW_BLOCK ? adults.end - begin : PW_BLOCK;
        const uint8_t *state = shard->state + begin, *class = shard->class + begin;
        const uint8_t *work_market = shard->work_market + begin;
        const uint16_t *place = shard->place + begin;

        for (size_t j = 0; j < length; j++) {
            const uint8_t held = class[j];
            const uint8_t without =
                state[j] == PW_UNEMPLOYED ? PW_LABOUR_SEEKS : PW_LABOUR_ELSEWHERE;

            kind[j] = state[j] == PW_EMPLOYED ? held : without;
        }
        for (size_t j = 0; j < length; j++) {
            const uint16_t home = labour_market[pw_table_place(place[j])];

            market[j] = state[j] == PW_EMPLOYED ? work_market[j] : home;
        }
        for (size_t j = 0; j < length; j++)
            count[market[j] * width + kind[j]]++;
    }
}

void
pw_labour_follow(const struct pw_country *country, struct pw_shard *shard, size_t i)
{
    const uint16_t home = country->labour_market[shard->place[i]];

    if (shard->state[i] != PW_EMPLOYED
        || pw_country_market_region(country, shard->work_market[i])
               == pw_country_market_region(country, home))
        return;
    shard->work_market[i] = (uint8_t) home;
}

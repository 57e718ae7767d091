/* SPDX-License-Identifier: MIT */
#include "pathways/labour.h"

#include "pathways/numeric.h"

PW_KERNEL void
pw_labour_count(const struct pw_country *country, const struct pw_shard *shard,
    struct pw_range adults, size_t width, int64_t *count)
{
    int32_t home[PW_MAX_PLACES], cell[PW_BLOCK];

    for (int p = 0; p < country->scenario->num_places; p++)
        home[p] = country->labour_market[p] * (int32_t) width;
    for (size_t begin = adults.begin; begin < adults.end; begin += PW_BLOCK) {
        const size_t length = adults.end - begin < PW_BLOCK ? adults.end - begin : PW_BLOCK;
        const uint8_t *state = shard->state + begin, *class = shard->class + begin;
        const uint8_t *work_market = shard->work_market + begin;
        const uint16_t *place = shard->place + begin;

        for (size_t j = 0; j < length; j++) {
            const int32_t without =
                state[j] == PW_UNEMPLOYED ? PW_LABOUR_SEEKS : PW_LABOUR_ELSEWHERE;
            const int32_t at_home = home[pw_table_place(place[j])] + without;
            const int32_t at_work = work_market[j] * (int32_t) width + class[j];

            cell[j] = state[j] == PW_EMPLOYED ? at_work : at_home;
        }
        for (size_t j = 0; j < length; j++)
            count[cell[j]]++;
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

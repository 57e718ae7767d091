/* SPDX-License-Identifier: MIT */
#include "pathways/labour.h"

#include <string.h>

#include "pathways/numeric.h"
#include "pathways/pick.h"

/* A block of adults: those in work, those who seek it, and the cell of each who is in work. */
struct block {
    size_t begin, length;
    size_t num_employed, num_seekers;
    uint32_t employed[PW_BLOCK + PW_PICK_SPARE], seeker[PW_BLOCK + PW_PICK_SPARE];
    uint16_t cell[PW_BLOCK];
};

PW_INLINE void
sort_block(const struct pw_shard *shard, struct block *block)
{
    const uint8_t *state = shard->state + block->begin, *class = shard->class + block->begin;
    const uint8_t *work_market = shard->work_market + block->begin;
    uint8_t is_employed[PW_BLOCK], seeks[PW_BLOCK];

    for (size_t j = 0; j < block->length; j++) {
        is_employed[j] = state[j] == PW_EMPLOYED;
        seeks[j] = state[j] == PW_UNEMPLOYED;
        block->cell[j] = (uint16_t) (work_market[j] * PW_LABOUR_NUM_KINDS + class[j]);
    }
    block->num_employed = pw_pick(is_employed, block->length, 0, block->employed);
    block->num_seekers = pw_pick(seeks, block->length, (uint32_t) block->begin, block->seeker);
}

PW_KERNEL void
pw_labour_count(const struct pw_country *country, const struct pw_shard *shard,
    struct pw_range adults, size_t width, int64_t *count)
{
    const size_t num_markets = (size_t) country->scenario->num_labour_markets;
    uint32_t cells[PW_MAX_LABOUR_MARKETS * PW_LABOUR_NUM_KINDS];
    struct block block;

    memset(cells, 0, num_markets * PW_LABOUR_NUM_KINDS * sizeof *cells);
    for (block.begin = adults.begin; block.begin < adults.end; block.begin += PW_BLOCK) {
        const size_t rest = adults.end - block.begin;

        block.length = rest < PW_BLOCK ? rest : PW_BLOCK;
        sort_block(shard, &block);
        for (size_t n = 0; n < block.num_employed; n++)
            cells[block.cell[block.employed[n]]]++;
        for (size_t n = 0; n < block.num_seekers; n++) {
            const uint16_t home = country->labour_market[shard->place[block.seeker[n]]];

            cells[home * PW_LABOUR_NUM_KINDS + PW_LABOUR_SEEKS]++;
        }
    }
    for (size_t l = 0; l < num_markets; l++)
        for (size_t kind = 0; kind < PW_LABOUR_NUM_KINDS; kind++)
            count[l * width + kind] += cells[l * PW_LABOUR_NUM_KINDS + kind];
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

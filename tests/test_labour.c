/* SPDX-License-Identifier: MIT */
#include "pathways/labour.h"

#include <criterion/criterion.h>

#include "small_world.h"

Test(labour, everyone_is_counted_once_in_the_kind_and_labour_market_they_belong_to)
{
    static const uint8_t states[] = { PW_EMPLOYED, PW_UNEMPLOYED, PW_INACTIVE, PW_RETIRED,
        PW_SIXTH_FORM, PW_APPRENTICESHIP_ADVANCED };
    enum { WIDTH = PW_LABOUR_NUM_KINDS + 2 }; /* wider than needed: the rest is left alone */
    struct small_world world;
    int64_t count[8 * WIDTH] = { 0 }, expected[8 * WIDTH] = { 0 };
    uint64_t seed = 3;
    struct pw_shard *shard;

    small_open(&world, 2025, 1, 3000, "");
    shard = &world.shards[0];
    for (int n = 0; n < 2000; n++) {
        const size_t i = small_add(&world, 0, 60 - n / 50);
        int kind = PW_LABOUR_ELSEWHERE;

        shard->state[i] = states[small_below(&seed, 6)];
        shard->class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES);
        shard->place[i] = (uint16_t) small_below(&seed, 6);
        if (shard->state[i] == PW_EMPLOYED) kind = shard->class[i];
        if (shard->state[i] == PW_UNEMPLOYED) kind = PW_LABOUR_SEEKS;
        expected[world.country.labour_market[shard->place[i]] * WIDTH + kind]++;
    }
    pw_labour_count(
        &world.country, shard, pw_shard_ages(shard, 2025, 16, PW_MAX_AGE), WIDTH, count);
    for (int k = 0; k < 8 * WIDTH; k++)
        cr_assert_eq(count[k], expected[k], "cell %d: %lld and not %lld", k, (long long) count[k],
            (long long) expected[k]);
    small_close(&world);
}

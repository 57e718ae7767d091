/* SPDX-License-Identifier: MIT */
#include "pathways/labour.h"

#include <criterion/criterion.h>

#include "small_world.h"

Test(labour, those_in_work_or_seeking_it_are_counted_once_where_they_belong)
{
    static const uint8_t states[] = { PW_EMPLOYED, PW_UNEMPLOYED, PW_INACTIVE, PW_RETIRED,
        PW_SIXTH_FORM, PW_APPRENTICESHIP_ADVANCED };
    enum { LONDON = 2 };
    enum { WIDTH = PW_LABOUR_NUM_KINDS + 2 }; /* wider than needed: the rest is left alone */
    struct small_world world;
    int64_t count[8 * WIDTH] = { 0 }, expected[8 * WIDTH] = { 0 };
    uint64_t seed = 3;
    struct pw_shard *shard;

    small_open(&world, 2025, 1, 3000, "");
    shard = &world.shards[0];
    for (int n = 0; n < 2000; n++) {
        const size_t i = small_add(&world, 0, 60 - n / 50);
        int kind = PW_LABOUR_NUM_KINDS;

        shard->state[i] = states[small_below(&seed, 6)];
        shard->class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES);
        shard->place[i] = (uint16_t) small_below(&seed, 6);
        shard->work_market[i] = LONDON; /* wherever they live */
        if (shard->state[i] == PW_EMPLOYED) kind = shard->class[i];
        if (shard->state[i] == PW_UNEMPLOYED) kind = PW_LABOUR_SEEKS;
        if (kind < PW_LABOUR_NUM_KINDS)
            expected[(shard->state[i] == PW_EMPLOYED ? LONDON
                                                     : world.country.labour_market[shard->place[i]])
                         * WIDTH
                     + kind]++;
    }
    pw_labour_count(
        &world.country, shard, pw_shard_ages(shard, 2025, 16, PW_MAX_AGE), WIDTH, count);
    for (int k = 0; k < 8 * WIDTH; k++)
        cr_assert_eq(count[k], expected[k], "cell %d: %lld and not %lld", k, (long long) count[k],
            (long long) expected[k]);
    small_close(&world);
}

Test(labour, movers_keep_a_job_within_the_region_and_take_one_where_they_live_beyond_it)
{
    enum { MANCHESTER, BLACKPOOL = 3, REDBRIDGE = 5 }; /* places */
    enum { GREATER_MANCHESTER, LANCASHIRE, LONDON };   /* labour markets */
    struct small_world world;
    struct pw_shard *shard;
    size_t i;

    small_open(&world, 2025, 1, 10, "");
    shard = &world.shards[0];
    i = small_add(&world, 0, 40);
    cr_assert_eq(shard->work_market[i], GREATER_MANCHESTER);
    shard->place[i] = BLACKPOOL;
    pw_labour_follow(&world.country, shard, i);
    cr_assert_eq(shard->work_market[i], GREATER_MANCHESTER, "in the same region");
    shard->place[i] = REDBRIDGE;
    pw_labour_follow(&world.country, shard, i);
    cr_assert_eq(shard->work_market[i], LONDON, "in another region");
    shard->state[i] = PW_UNEMPLOYED;
    shard->place[i] = MANCHESTER;
    pw_labour_follow(&world.country, shard, i);
    cr_assert_eq(shard->work_market[i], LONDON, "of the last job");
    cr_assert_eq(shard->class[i], PW_INTERMEDIATE);
    small_close(&world);
}

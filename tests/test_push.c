/* SPDX-License-Identifier: MIT */
#include "pathways/push.h"

#include "pathways/programmes.h"
#include "small_world.h"

TestSuite(push, .timeout = 60);

enum { YEAR = 2026, MANY = 3000, NUM_PLACES = 6, BLACKPOOL = 3 };

static struct small_world world;

/* A world of some policies (a JSON array) with people of an age in all places; a year of programmes
 * has run. */
static void
open_policies(const char *policies, int age, int year)
{
    char layer[2048];

    cr_assert_lt(snprintf(layer, sizeof layer, "\"policies\": %s", policies), (int) sizeof layer);
    memset(&world, 0, sizeof world);
    world.tiny = tiny_layer(layer);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 1, MANY);
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, age);

        world.shards[0].state[i] = age < 16 ? PW_SCHOOL : PW_UNEMPLOYED;
        world.shards[0].place[i] = (uint16_t) (n % NUM_PLACES);
    }
    pw_country_open_year(&world.country, year);
    small_run(&world, &pw_programmes);
}

static float
push_of(enum pw_channel channel, int age, size_t row)
{
    return pw_push(&world.country, &world.shards[0], channel, age, row);
}

#define VOICE_OFF "\"ownership\": 1, \"from\": 2026"

Test(push, where_nobody_acts_it_is_nothing)
{
    open_policies("[]", 10, YEAR);
    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        cr_assert_not(pw_is_pushed(&world.country, (enum pw_channel) c));
        cr_assert_eq(push_of((enum pw_channel) c, 10, 0), 0.0f);
    }
    for (int i = 0; i < PW_BLOCK; i++)
        cr_assert_eq(pw_no_push[i], 0.0f);
    small_close(&world);
}

Test(push, residents_of_the_places_and_ages_are_reached_and_nobody_else)
{
    open_policies("[{\"name\": \"a\", \"lever\": \"teaching_quality\", \"where\": {\"places\": "
                  "[\"Blackpool\"]}, " VOICE_OFF ", \"strength\": 2}]",
        10, YEAR);
    for (size_t i = 0; i < MANY; i++) {
        const bool is_there = world.shards[0].place[i] == BLACKPOOL;

        small_near(
            (double) push_of(PW_CHANNEL_SKILL_LEVEL, 10, i), is_there ? 0.2 : 0.0, 1e-6, "pupil");
        cr_assert_eq(push_of(PW_CHANNEL_SKILL_LEVEL, 16, i), 0.0f, "too old");
        cr_assert_eq(push_of(PW_CHANNEL_BELONGING, 10, i), 0.0f, "no such act");
    }
    small_close(&world);
}

Test(push, a_capacity_for_half_of_the_residents_reaches_half_as_much)
{
    char policies[256];
    const double half = 0.5 * (double) MANY * 58600000.0 / 20000.0;

    snprintf(policies, sizeof policies,
        "[{\"name\": \"a\", \"lever\": \"teaching_quality\", " VOICE_OFF ", \"capacity\": %.1f}]",
        half);
    open_policies(policies, 10, YEAR);
    small_near((double) push_of(PW_CHANNEL_SKILL_LEVEL, 10, 0), 0.05, 1e-4, "half");
    small_close(&world);
}

Test(push, those_who_are_enrolled_are_pushed_in_their_year_and_not_after_it)
{
    open_policies("[{\"name\": \"a\", \"lever\": \"mentoring\", " VOICE_OFF
                  ", \"to\": 2026, \"capacity\": 3000000}]",
        14, YEAR);
    size_t reached = 0;

    for (size_t i = 0; i < MANY; i++) {
        const bool is_enrolled = world.shards[0].enrolled[i] & 1;

        cr_assert_eq(is_enrolled, (world.shards[0].exposure[i] & 1) != 0);
        small_near((double) push_of(PW_CHANNEL_SELF_EFFICACY, 14, i), is_enrolled ? 0.06 : 0.0,
            1e-6, "enrolled");
        reached += is_enrolled;
    }
    cr_assert(reached > MANY / 4 && reached < MANY / 2, "%zu", reached);
    pw_country_open_year(&world.country, YEAR + 1);
    small_run(&world, &pw_programmes);
    for (size_t i = 0; i < MANY; i++) {
        cr_assert_eq(world.shards[0].enrolled[i], 0, "enrolment ends with the year");
        cr_assert_eq(push_of(PW_CHANNEL_SELF_EFFICACY, 15, i), 0.0f);
    }
    small_close(&world);
}

Test(push, what_lasts_is_felt_after_the_policy_has_ended)
{
    open_policies("[{\"name\": \"a\", \"lever\": \"university_outreach\", " VOICE_OFF
                  ", \"to\": 2026,"
                  " \"effects\": {\"university_wish\": 0.5}}]",
        17, YEAR);
    cr_assert(world.shards[0].exposure[0] & 1);
    pw_country_open_year(&world.country, YEAR + 5);
    small_run(&world, &pw_programmes);
    small_near((double) push_of(PW_CHANNEL_UNIVERSITY_WISH, 22, 0), 0.5, 1e-6, "later");
    world.shards[0].exposure[1] = 0;
    cr_assert_eq(push_of(PW_CHANNEL_UNIVERSITY_WISH, 22, 1), 0.0f);
    small_close(&world);
}

Test(push, several_policies_add_up_and_a_block_says_what_each_of_its_rows_is_told_alone)
{
    float block[PW_BLOCK];

    open_policies(
        "[{\"name\": \"a\", \"lever\": \"enrichment\", " VOICE_OFF ", \"capacity\": 3000000},"
        " {\"name\": \"b\", \"lever\": \"belonging_schools\", " VOICE_OFF
        ", \"where\": {\"tags\": [\"coastal\"]}},"
        " {\"name\": \"c\", \"lever\": \"belonging_schools\", " VOICE_OFF ", \"strength\": 0.5}]",
        12, YEAR);
    pw_push_block(&world.country, &world.shards[0], PW_CHANNEL_BELONGING, 12,
        (struct pw_range){ 100, 400 }, block);
    for (size_t i = 100; i < 400; i++) {
        const struct pw_policy *coast = &world.tiny.scenario.policies[1];
        const double should = (world.shards[0].enrolled[i] & 1 ? 0.06 : 0.0)
                              + (coast->in_place[world.shards[0].place[i]] ? 0.06 : 0.0) + 0.03;

        small_near((double) block[i - 100], should, 1e-6, "sum");
        cr_assert_eq(block[i - 100], push_of(PW_CHANNEL_BELONGING, 12, i));
    }
    small_close(&world);
}

Test(push, people_who_are_elsewhere_are_reached_from_the_place_that_reaches_out)
{
    open_policies("[{\"name\": \"a\", \"lever\": \"university_partner\", " VOICE_OFF
                  ", \"where\": {\"places\": [\"Blackpool\"]}}]",
        22, YEAR);
    small_near((double) pw_push_from(&world.country, BLACKPOOL, PW_CHANNEL_HOMECOMING, 22), 0.4,
        1e-6, "from Blackpool");
    cr_assert_eq(pw_push_from(&world.country, 0, PW_CHANNEL_HOMECOMING, 22), 0.0f);
    cr_assert_eq(pw_push_from(&world.country, BLACKPOOL, PW_CHANNEL_HOMECOMING, 40), 0.0f);
    small_close(&world);
}

Test(push, the_parts_of_all_policies_add_up_to_the_push)
{
    size_t pushed = 0;

    open_policies("[{\"name\": \"a\", \"lever\": \"teaching_quality\", " VOICE_OFF
                  ", \"strength\": 2}, {\"name\": \"b\", \"lever\": \"family_hubs\", " VOICE_OFF
                  "}, {\"name\": \"c\", \"lever\": \"mentoring\", " VOICE_OFF "}]",
        13, YEAR);
    for (int c = 0; c < PW_NUM_CHANNELS; c++)
        for (size_t i = 0; i < 200; i++) {
            float sum = 0.0f;

            for (int p = 0; p < 3; p++)
                sum += pw_push_by(&world.country, p, &world.shards[0], (enum pw_channel) c, 13, i);
            cr_assert_float_eq(sum, push_of((enum pw_channel) c, 13, i), 1e-6);
            pushed += sum != 0.0f;
        }
    cr_assert_gt(pushed, 200);
    small_close(&world);
}

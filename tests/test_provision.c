/* SPDX-License-Identifier: MIT */
#include "pathways/provision.h"

#include "small_world.h"

TestSuite(provision);

enum { ADVANCED, ADVANCED_TOO, SIXTH_FORM, OUTREACH, MORE_OUTREACH, NUM_POLICIES };

static const char policies[] =
    "\"policies\": ["
    "{\"name\": \"a\", \"lever\": \"apprenticeship_places_advanced\", \"capacity\": 1000},"
    "{\"name\": \"b\", \"lever\": \"apprenticeship_places_advanced\", \"capacity\": 1000},"
    "{\"name\": \"c\", \"lever\": \"sixth_form_places\", \"capacity\": 1000},"
    "{\"name\": \"d\", \"lever\": \"university_outreach\"},"
    "{\"name\": \"e\", \"lever\": \"university_outreach\"}]";

static struct small_world world;

/* Places 0 to 2 are in labour market 0, place 3 alone in 1; policy i adds 10 (i + 1) + p in place
 * p. */
static const struct pw_country *
open_country(void)
{
    memset(&world, 0, sizeof world);
    world.tiny = tiny_layer(policies);
    cr_assert_eq(world.tiny.status, PW_OK);
    cr_assert_eq(world.tiny.scenario.num_policies, NUM_POLICIES);
    small_open_read(&world, 2025, 1, 16);
    for (int i = 0; i < NUM_POLICIES; i++) {
        world.country.policy[i].strength = 1.0;
        for (int p = 0; p < world.tiny.scenario.num_places; p++)
            world.country.policy[i].reached[p] = 10 * (i + 1) + p;
    }
    return &world.country;
}

Test(provision, places_that_several_policies_add_with_one_lever_add_up)
{
    const struct pw_country *country = open_country();

    cr_assert_eq(
        pw_provision_added_in_place(country, PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, 2), 12 + 22);
    cr_assert_eq(pw_provision_added_in_place(country, PW_LEVER_SIXTH_FORM_PLACES, 2), 32);
    cr_assert_eq(pw_provision_added_in_place(country, PW_LEVER_APPRENTICESHIP_PLACES_HIGHER, 2), 0);
    small_close(&world);
}

Test(provision, a_labour_market_has_what_its_places_have)
{
    const struct pw_country *country = open_country();

    cr_assert_eq(pw_provision_added(country, PW_LEVER_SIXTH_FORM_PLACES, 0), 30 + 31 + 32);
    cr_assert_eq(pw_provision_added(country, PW_LEVER_SIXTH_FORM_PLACES, 1), 33);
    small_close(&world);
}

Test(provision, a_policy_that_is_not_in_force_adds_nothing)
{
    const struct pw_country *country = open_country();

    world.country.policy[ADVANCED].strength = 0.0;
    cr_assert_eq(
        pw_provision_added_in_place(country, PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, 2), 22);
    world.country.policy[SIXTH_FORM].strength = 0.0;
    cr_assert_eq(pw_provision_added(country, PW_LEVER_SIXTH_FORM_PLACES, 0), 0);
    small_close(&world);
}

Test(provision, what_is_left_is_what_was_added_and_not_taken)
{
    const struct pw_country *country = open_country();
    const size_t market = (size_t) world.tiny.scenario.num_places * 2 + 1 * PW_NUM_LEVELS + 1;
    const int64_t added = 13 + 23; /* by the two policies in place 3, which is labour market 1 */

    world.country.post16.capacity[market] = 100;
    world.country.post16.taken[market] = 90;
    cr_assert_eq(pw_provision_left(country, PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, 1, 1), 10);
    world.country.post16.taken[market] = 100;
    cr_assert_eq(pw_provision_left(country, PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, 1, 1), 0);
    world.country.post16.taken[market] = 5;
    cr_assert_eq(pw_provision_left(country, PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, 1, 1), added,
        "places that were always there are not handed on");
    small_close(&world);
}

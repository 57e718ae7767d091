/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

/** A scenario whose one policy acts where the text says. */
static struct tiny
acting(const char *where)
{
    char members[1024];

    (void) snprintf(members, sizeof members,
        "\"name\": \"p\", \"lever\": \"university_outreach\", \"where\": %s", where);
    return tiny_policy(members);
}

/** The policy acts in exactly these of the six places: "x..x.." */
static void
acts_in(const char *where, const char *expected)
{
    struct tiny tiny = acting(where);

    cr_assert_eq(tiny.status, PW_OK, "%s: %s", where, pw_status_message());
    for (int place = 0; place < 6; place++)
        cr_assert_eq(tiny.scenario.policies[0].in_place[place], expected[place] == 'x', "%s: %s",
            where, tiny.scenario.places[place].name);
    tiny_free(&tiny);
}

Test(scenario_where, without_conditions_is_everywhere)
{
    acts_in("{}", "xxxxxx");
    struct tiny tiny = tiny_policy("\"name\": \"p\", \"lever\": \"university_outreach\"");
    cr_assert_eq(tiny.status, PW_OK);
    for (int place = 0; place < 6; place++)
        cr_assert(tiny.scenario.policies[0].in_place[place]);
    tiny_free(&tiny);
}

Test(scenario_where, places_are_called_by_name_or_code)
{
    acts_in("{\"places\": [\"Oldham\"]}", ".x....");
    acts_in("{\"places\": [\"E06000009\", \"Oldham\"]}", ".x.x..");
}

Test(scenario_where, conditions_of_one_kind_widen)
{
    acts_in("{\"tags\": [\"coastal\", \"london\"]}", "...xxx");
    acts_in("{\"labour_markets\": [\"Greater Manchester\", \"Lancashire\"]}", "xxxx..");
    acts_in("{\"regions\": [\"London\"]}", "....xx");
}

Test(scenario_where, conditions_of_different_kinds_narrow)
{
    acts_in("{\"regions\": [\"North West\"], \"tags\": [\"coastal\", \"london\"]}", "...x..");
    acts_in(
        "{\"labour_markets\": [\"Greater Manchester\"], \"places\": [\"Trafford\", \"Blackpool\"]}",
        "..x...");
}

Test(scenario_where, a_rank_takes_the_lowest_or_highest_share_of_the_rest)
{
    /* Free meals: 46.7 35.8 16 45.2 29.7 22 */
    acts_in("{\"rank\": {\"input\": \"secondary_fsm_pct\", \"highest\": 0.5}}", "xx.x..");
    acts_in("{\"rank\": {\"input\": \"secondary_fsm_pct\", \"lowest\": 0.2}}", "..x..x");
    acts_in("{\"rank\": {\"input\": \"secondary_fsm_pct\", \"lowest\": 1}}", "xxxxxx");
    acts_in("{\"regions\": [\"North West\"], \"rank\": {\"input\": \"secondary_fsm_pct\", "
            "\"lowest\": 0.5}}",
        ".xx...");
    acts_in("{\"rank\": {\"input\": \"secondary_fsm_pct\", \"highest\": 0.16666666666666666}}",
        "x.....");
}

Test(scenario_where, unknown_names_are_faults)
{
    static const struct {
        const char *where, *pointer, *words;
    } cases[] = {
        { "{\"places\": [\"Blackpol\"]}", "/policies/0/where/places/0",
            "did you mean \"Blackpool\"?" },
        { "{\"places\": [\"manchester\"]}", "/policies/0/where/places/0",
            "did you mean \"Manchester\"?" },
        { "{\"tags\": [\"costal\"]}", "/policies/0/where/tags/0",
            "there is no tag \"costal\"; did you mean \"coastal\"?" },
        { "{\"tags\": [\"mountain\"]}", "/policies/0/where/tags/0",
            "there is no tag \"mountain\" in this scenario" },
        { "{\"labour_markets\": [\"Lancahsire\"]}", "/policies/0/where/labour_markets/0",
            "did you mean \"Lancashire\"?" },
        { "{\"regions\": [\"Londn\"]}", "/policies/0/where/regions/0", "did you mean \"London\"?" },
        { "{\"regions\": \"London\"}", "/policies/0/where/regions", "regions is a text; an array" },
        { "{\"regions\": [1]}", "/policies/0/where/regions/0", "regions is a number; a text" },
        { "{\"region\": [\"London\"]}", "/policies/0/where/region", "did you mean \"regions\"?" },
        { "{\"places\": []}", "/policies/0/where/places", "places is empty" },
        { "{\"tags\": [\"coastal\"], \"regions\": [\"London\"]}", "/policies/0/where",
            "no place meets all" },
        { "{\"rank\": {\"input\": \"secondary_fsm\", \"lowest\": 0.5}}",
            "/policies/0/where/rank/input", "did you mean \"secondary_fsm_pct\"?" },
        { "{\"rank\": {\"input\": \"secondary_fsm_pct\"}}", "/policies/0/where/rank",
            "rank says neither" },
        { "{\"rank\": {\"input\": \"secondary_fsm_pct\", \"lowest\": 0.5, \"highest\": 0.5}}",
            "/policies/0/where/rank", "rank says both" },
        { "{\"rank\": {\"input\": \"secondary_fsm_pct\", \"lowest\": 20}}",
            "/policies/0/where/rank/lowest", "20 is outside [0, 1]" },
        { "{\"rank\": {\"lowest\": 0.5}}", "/policies/0/where/rank", "\"input\" is missing" },
        { "\"everywhere\"", "/policies/0/where", "where is a text; an object" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        tiny_refused(acting(cases[i].where), cases[i].pointer, cases[i].words);
}

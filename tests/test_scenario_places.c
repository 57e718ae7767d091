/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

Test(scenario_places, every_input_is_needed)
{
    tiny_refused(tiny_spoilt("\"secondary_fsm_pct\": 46.7,", ""), "/places/0",
        "\"secondary_fsm_pct\" is missing");
    tiny_refused(tiny_spoilt("\"name\": \"Lancashire\", \"source\": \"smc_2026\",",
                     "\"name\": \"Lancashire\","),
        "/labour_markets/1", "\"source\" is missing");
}

Test(scenario_places, inputs_have_ranges)
{
    tiny_refused(tiny_spoilt("\"secondary_fsm_pct\": 46.7", "\"secondary_fsm_pct\": 467"),
        "/places/0/secondary_fsm_pct", "secondary_fsm_pct: 467 is outside [0, 100] (%)");
    tiny_refused(tiny_spoilt("\"population\": 7600000", "\"population\": 7.6"),
        "/regions/0/population", "7.6 is outside [1000, 100000000]");
    tiny_refused(tiny_spoilt("\"parents_degree_pct\": 35.661", "\"parents_degree_pct\": null"),
        "/labour_markets/0/parents_degree_pct", "is null; a number");
    tiny_refused(tiny_spoilt("\"parents_degree_pct\": 35.661", "\"parents_degree_pct\": -Infinity"),
        "/labour_markets/0/parents_degree_pct", "-Infinity is not a number");
}

Test(scenario_places, a_misspelt_input_is_one_unknown_and_one_missing)
{
    struct tiny tiny = tiny_spoilt("\"secondary_fsm_pct\": 46.7", "\"secondary_fms_pct\": 46.7");

    cr_assert_eq(tiny.faults.count, 2);
    cr_assert(tiny_has_fault(
        &tiny, "/places/0/secondary_fms_pct", "did you mean \"secondary_fsm_pct\"?"));
    cr_assert(tiny_has_fault(&tiny, "/places/0", "\"secondary_fsm_pct\" is missing"));
    tiny_free(&tiny);
}

Test(scenario_places, names_and_codes_are_unique)
{
    tiny_refused(tiny_spoilt("\"E08000004\"", "\"E08000003\""), "/places/1/code",
        "another place is called \"E08000003\"");
    tiny_refused(tiny_spoilt("\"name\": \"Oldham\"", "\"name\": \"Manchester\""), "/places/1/name",
        "another place is called \"Manchester\"");
    tiny_refused(
        tiny_layer(
            "\"regions\": [{\"name\": \"London\", \"source\": \"assumed\", \"population\": 1e6,"
            "\"house_price_to_earnings\": 5}, {\"name\": \"North West\", \"source\": \"assumed\","
            "\"population\": 1e6, \"house_price_to_earnings\": 5}, {\"name\": \"London\","
            "\"source\": \"assumed\", \"population\": 1e6, \"house_price_to_earnings\": 5}]"),
        "/regions/2/name", "there is another region \"London\"");
}

Test(scenario_places, labour_markets_and_regions_must_exist)
{
    tiny_refused(
        tiny_spoilt("\"labour_market\": \"Lancashire\"", "\"labour_market\": \"Lancshire\""),
        "/places/3/labour_market", "did you mean \"Lancashire\"?");
    tiny_refused(tiny_spoilt("\"region\": \"London\"", "\"region\": \"Atlantis\""),
        "/places/4/region", "there is no \"Atlantis\" in \"regions\": add it there");
}

Test(scenario_places, a_labour_market_without_a_place_is_a_fault)
{
    tiny_refused(tiny_spoilt("\"labour_market\": \"Lancashire\"",
                     "\"labour_market\": \"Greater Manchester\""),
        "/labour_markets/1", "the labour market \"Lancashire\" has no place");
}

Test(scenario_places, sources_are_on_the_list_or_written_out)
{
    tiny_refused(tiny_spoilt("\"London\", \"source\": \"ons_population\"",
                     "\"London\", \"source\": \"ons_poplation\""),
        "/regions/1/source", "did you mean \"ons_population\"?");
    tiny_refused(tiny_spoilt("\"London\", \"source\": \"ons_population\"",
                     "\"London\", \"source\": \"book\""),
        "/regions/1/source", "add it to \"sources\"");
    struct tiny tiny = tiny_spoilt("\"London\", \"source\": \"ons_population\"",
        "\"London\", \"source\": \"Domesday Book, 1086\"");
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    tiny_free(&tiny);
}

Test(scenario_places, tags_are_shared_bits)
{
    struct tiny tiny = tiny_base(NULL, 0);
    const struct pw_place *places = tiny.scenario.places;

    cr_assert_eq(places[4].tags, places[5].tags);
    cr_assert_eq(places[2].tags & places[0].tags, 0);
    cr_assert_neq(places[0].tags, 0);
    cr_assert_eq(places[0].tags & places[4].tags, 0);
    tiny_free(&tiny);
    tiny_refused(tiny_spoilt("\"tags\": [\"coastal\"]", "\"tags\": [3]"), "/places/3/tags/0",
        "a tag is a number; a text");
}

Test(scenario_places, empty_lists_are_faults)
{
    struct tiny tiny = tiny_layer("\"places\": []");

    cr_assert_eq(tiny.faults.count, 1);
    cr_assert(tiny_has_fault(&tiny, "/places", "places is empty"));
    tiny_free(&tiny);
    tiny_refused(tiny_layer("\"places\": {}"), "/places", "an array, [ ... ], belongs here");
}

/* SPDX-License-Identifier: MIT */
#include "pathways/scenario.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tiny.h"

Test(scenario, the_tiny_one_is_read_as_it_stands)
{
    struct tiny tiny = tiny_base(NULL, 0);
    const struct pw_scenario *scenario = &tiny.scenario;

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.faults.count, 0);
    cr_assert_eq(scenario->run.persons, 20000);
    cr_assert_eq(scenario->num_places, 6);
    cr_assert_eq(scenario->num_labour_markets, 3);
    cr_assert_eq(scenario->num_regions, 2);
    cr_assert_eq(scenario->num_tags, 5);
    cr_assert_eq(scenario->num_policies, 0);
    cr_assert_str_eq(scenario->title, "A tiny country for tests");
    cr_assert_str_eq(scenario->places[3].name, "Blackpool");
    cr_assert_str_eq(
        scenario->labour_markets[scenario->places[3].labour_market].name, "Lancashire");
    cr_assert_str_eq(scenario->regions[scenario->places[4].region].name, "London");
    cr_assert_float_eq(scenario->places[3].input[PW_PLACE_secondary_fsm_pct], 45.2, 1e-12);
    cr_assert_float_eq(scenario->labour_markets[1].input[PW_LABOUR_MARKET_parents_pay_gbp_per_hour],
        19.067, 1e-12);
    cr_assert_float_eq(scenario->regions[1].input[PW_REGION_house_price_to_earnings], 11.1, 1e-12);
    cr_assert_eq(scenario->paths[PW_PATH_population_mortality].length, 18);
    cr_assert_eq(scenario->paths[PW_PATH_population_mortality].num_knots, 6);
    tiny_free(&tiny);
}

Test(scenario, the_source_text_is_the_file_byte_for_byte)
{
    struct tiny tiny = tiny_layer("\"title\": \"caf\xC3\xA9\"");

    cr_assert_eq(tiny.status, PW_OK);
    cr_assert(strncmp(tiny.scenario.source_text, "{\"extends\": \"", 13) == 0);
    cr_assert_not_null(strstr(tiny.scenario.source_text, "\"title\": \"caf\xC3\xA9\"}"));
    tiny_free(&tiny);
}

Test(scenario, several_faults_are_reported_at_once_in_the_order_of_the_file)
{
    struct tiny tiny = tiny_layer("\"run\": {\"persns\": 5,\n  \"years\": NaN,\n  \"seed\": 1.5},\n"
                                  "\"titel\": \"x\",\n"
                                  "\"parameters\": {\"inheritance.heritability\": 1e999},\n"
                                  "\"policies\": [{\"name\": \"a\", \"lever\": \"good_job\"}]");

    cr_assert_eq(tiny.status, PW_EINPUT);
    cr_assert(tiny_has_fault(&tiny, "/run/persns", "did you mean \"persons\"?"));
    cr_assert(tiny_has_fault(&tiny, "/run/years", "NaN is not a number"));
    cr_assert(tiny_has_fault(&tiny, "/run/seed", "1.5 is not a whole number"));
    cr_assert(tiny_has_fault(&tiny, "/titel", "did you mean \"title\"?"));
    cr_assert(tiny_has_fault(&tiny, "/parameters/inheritance.heritability", "1e999 is too large"));
    cr_assert(tiny_has_fault(&tiny, "/policies/0/lever", "did you mean \"good_jobs\"?"));
    cr_assert_eq(tiny.faults.count, 6);
    for (size_t i = 1; i < tiny.faults.count; i++)
        cr_assert_leq(tiny.faults.items[i - 1].line, tiny.faults.items[i].line);
    cr_assert_not_null(strstr(pw_status_message(), "has 6 faults; the first is "));
    tiny_free(&tiny);
}

Test(scenario, a_scenario_of_nothing_says_what_is_missing)
{
    struct tiny tiny = tiny_text("{}");

    cr_assert_eq(tiny.status, PW_EINPUT);
    cr_assert_eq(tiny.faults.count, 4);
    cr_assert(tiny_has_fault(&tiny, "", "\"paths\" is missing: extend a base scenario"));
    cr_assert(tiny_has_fault(&tiny, "", "\"places\" is missing"));
    tiny_free(&tiny);
}

Test(scenario, freeing_twice_and_freeing_nothing_are_harmless)
{
    struct pw_scenario scenario = { 0 };

    pw_scenario_free(&scenario);
    struct tiny tiny = tiny_base(NULL, 0);
    tiny_free(&tiny);
    tiny_free(&tiny);
}

Test(scenario, england_has_no_faults)
{
    struct tiny tiny = tiny_file(PW_SOURCE_DIR "/scenarios/england.json", NULL, 0);

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.num_places, 151);
    cr_assert_eq(tiny.scenario.num_labour_markets, 33);
    tiny_free(&tiny);
}

Test(scenario, the_resolved_text_reads_back_as_the_same_scenario)
{
    struct tiny tiny = tiny_base((const char *const[]){ "run.seed=7", "home.base=0.4" }, 2);
    struct pw_scenario again = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(tiny.status, PW_OK);
    cr_assert_eq(
        pw_scenario_read_text("again", tiny.scenario.resolved_text, &again, &faults), PW_OK);
    cr_assert_eq(again.digest, tiny.scenario.digest);
    cr_assert_eq(again.run.seed, 7);
    cr_assert_str_eq(again.resolved_text, tiny.scenario.resolved_text);
    pw_scenario_free(&again);
    pw_faults_free(&faults);
    tiny_free(&tiny);
}

Test(scenario, a_text_that_is_no_scenario_is_refused_by_its_name)
{
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(pw_scenario_read_text("on file", "{\"title\": 3,", &scenario, &faults), PW_EINPUT);
    cr_assert_gt(faults.count, 0);
    cr_assert_str_eq(faults.items[0].file, "on file");
    pw_scenario_free(&scenario);
    pw_faults_free(&faults);
}

/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

Test(scenario_settings, what_is_not_said_has_its_default)
{
    struct tiny tiny = tiny_spoilt("{\"persons\": 20000, \"history_from\": 1965, \"start_year\": "
                                   "2025, \"years\": 10, \"seed\": 1}",
        "{}");
    const struct pw_run_settings *settings = &tiny.scenario.run;

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(settings->persons, 100000);
    cr_assert_eq(settings->history_from, 1965);
    cr_assert_eq(settings->start_year, 2025);
    cr_assert_eq(settings->years, 40);
    cr_assert_eq(settings->record_from, 2015);
    cr_assert_eq(settings->record, 1.0);
    cr_assert_eq(settings->seed, 1);
    cr_assert_eq(settings->replicate, 0);
    cr_assert_eq(settings->shards, 0);
    tiny_free(&tiny);
}

Test(scenario_settings, recording_never_begins_before_history)
{
    struct tiny tiny = tiny_layer("\"run\": {\"history_from\": 2020}");

    cr_assert_eq(tiny.status, PW_OK);
    cr_assert_eq(tiny.scenario.run.record_from, 2020);
    tiny_free(&tiny);
}

Test(scenario_settings, numbers_out_of_range_are_faults)
{
    static const struct {
        const char *members, *pointer, *words;
    } cases[] = {
        { "\"persons\": 0", "/run/persons", "0 is too few; a country of fewer than 1000" },
        { "\"persons\": 1e12", "/run/persons", "1000000000000 is over the limit of 2000000000" },
        { "\"persons\": 1000.5", "/run/persons", "1000.5 is not a whole number" },
        { "\"persons\": \"many\"", "/run/persons", "persons is a text; a number" },
        { "\"years\": -1", "/run/years", "years: -1 is outside [0, 200] (years)" },
        { "\"years\": 201", "/run/years", "outside [0, 200]" },
        { "\"seed\": -1", "/run/seed", "outside [0, 9.00719925474099e+15]" },
        { "\"record\": 1.5", "/run/record", "outside [0, 1]" },
        { "\"record\": true", "/run/record", "record is true; a number" },
        { "\"replicate\": 0.5", "/run/replicate", "not a whole number" },
        { "\"shards\": -3", "/run/shards", "outside" },
        { "\"history_from\": 2026", "/run/history_from", "2026 comes after start_year, 2025" },
        { "\"record_from\": 1960", "/run/record_from", "1960 comes before history_from, 1965" },
        { "\"record_from\": 2099", "/run/record_from",
            "2099 comes after the end of the run, 2034" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char members[256];

        (void) snprintf(members, sizeof members, "\"run\": {%s}", cases[i].members);
        tiny_refused(tiny_layer(members), cases[i].pointer, cases[i].words);
    }
    tiny_refused(tiny_layer("\"run\": 5"), "/run", "run is a number; an object");
}

Test(scenario_settings, a_run_of_no_years_is_allowed)
{
    struct tiny tiny = tiny_layer("\"run\": {\"years\": 0, \"persons\": 1000}");

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    tiny_free(&tiny);
}

Test(scenario_settings, parameters_are_set_and_checked)
{
    struct tiny tiny = tiny_layer("\"parameters\": {\"inheritance.heritability\": 0.125}");

    cr_assert_eq(tiny.status, PW_OK);
    cr_assert_eq((double) tiny.scenario.params.inheritance.heritability, 0.125);
    tiny_free(&tiny);
    tiny_refused(tiny_layer("\"parameters\": {\"inheritance.heritability\": 1.25}"),
        "/parameters/inheritance.heritability", "inheritance.heritability: 1.25 is outside [0, 1]");
    tiny_refused(tiny_layer("\"parameters\": {\"inheritance.heritability\": [0.5]}"),
        "/parameters/inheritance.heritability", "is an array; a number from 0 to 1");
    tiny_refused(tiny_layer("\"parameters\": {\"school.heritability\": 0.5}"),
        "/parameters/school.heritability", "did you mean inheritance.heritability?");
    tiny_refused(tiny_layer("\"parameters\": {\"qqqqqqqqqqqq\": 0.5}"), "/parameters/qqqqqqqqqqqq",
        "`pathways describe parameters` lists them");
    tiny_refused(tiny_layer("\"parameters\": []"), "/parameters", "an object");
}

Test(scenario_settings, vectors_have_their_length)
{
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t k = 0; k < count; k++) {
        char members[256], pointer[128];

        if (table[k].kind != PW_PARAM_REALS) continue;
        (void) snprintf(members, sizeof members, "\"parameters\": {\"%s\": [%.15g]}", table[k].path,
            table[k].default_value[0]);
        (void) snprintf(pointer, sizeof pointer, "/parameters/%s", table[k].path);
        if (table[k].length > 1)
            tiny_refused(tiny_layer(members), pointer, "is an array of 1; an array of ");
    }
}

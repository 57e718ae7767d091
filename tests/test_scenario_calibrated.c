/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

#define NAME "inheritance.heritability"

/** Where the value stands that most tests here mark. */
static void
stands(const struct tiny *tiny, const char *status, const char *source)
{
    const struct pw_param *param = pw_params_find(NAME);

    cr_assert_eq(tiny->status, PW_OK, "%s", pw_status_message());
    cr_assert_str_eq(
        pw_value_status_name(pw_scenario_value_status(&tiny->scenario, param, 0)), status);
    cr_assert_str_eq(pw_scenario_value_source(&tiny->scenario, param, 0), source);
}

Test(scenario_calibrated, a_marked_value_is_calibrated_and_keeps_its_standard_error)
{
    struct tiny tiny = tiny_layer("\"parameters\": {\"" NAME "\": 0.123456},"
                                  "\"calibrated\": {\"" NAME "\": {\"value\": 0.123456, "
                                  "\"standard_error\": 0.01}}");

    stands(&tiny, "calibrated", "calibrated");
    const struct pw_calibrated *mark =
        pw_scenario_calibrated(&tiny.scenario, pw_params_find(NAME), 0);
    cr_assert_not_null(mark);
    cr_assert_eq(mark->standard_error, 0.01);
    tiny_free(&tiny);
}

Test(scenario_calibrated, a_value_that_a_scenario_sets_does_not_carry_the_source_of_the_default)
{
    struct tiny plain = tiny_base(NULL, 0);
    struct tiny set = tiny_layer("\"parameters\": {\"" NAME "\": 0.125}");

    stands(&plain, "default", pw_params_find(NAME)->source);
    stands(&set, "set", "scenario");
    tiny_free(&plain);
    tiny_free(&set);
}

Test(scenario_calibrated, another_value_over_the_fitted_one_loses_the_mark)
{
    char path[64];
    static const char text[] = "{\"extends\": \"" TINY_SCENARIO "\","
                               "\"parameters\": {\"" NAME "\": 0.25},"
                               "\"calibrated\": {\"" NAME "\": {\"value\": 0.25, "
                               "\"standard_error\": 0.01}}}";
    static const char *const another = NAME "=0.26", *const same = NAME "=0.25";

    tiny_write(text, strlen(text), path);
    struct tiny set = tiny_file(path, &another, 1), kept = tiny_file(path, &same, 1);
    stands(&set, "set", "scenario");
    stands(&kept, "calibrated", "calibrated");
    tiny_free(&set);
    tiny_free(&kept);
    (void) unlink(path);
}

Test(scenario_calibrated, marks_of_the_extended_scenario_stay_where_a_layer_marks_others)
{
    char path[64], layer[512];
    static const char text[] = "{\"extends\": \"" TINY_SCENARIO "\","
                               "\"parameters\": {\"" NAME "\": 0.25},"
                               "\"calibrated\": {\"" NAME "\": {\"value\": 0.25, "
                               "\"standard_error\": 0.01}}}";
    const struct pw_param *list = pw_params_find("post16.base");

    tiny_write(text, strlen(text), path);
    (void) snprintf(layer, sizeof layer,
        "{\"extends\": \"%s\", \"calibrated\": {\"post16.base[1]\": {\"value\": %.9g, "
        "\"standard_error\": 0.5}}}",
        path, list->default_value[1]);
    struct tiny tiny = tiny_text(layer);
    stands(&tiny, "calibrated", "calibrated");
    cr_assert_eq(pw_scenario_value_status(&tiny.scenario, list, 1), PW_VALUE_CALIBRATED);
    cr_assert_eq(pw_scenario_value_status(&tiny.scenario, list, 2), PW_VALUE_DEFAULT);
    tiny_free(&tiny);
    (void) unlink(path);
}

Test(scenario_calibrated, marks_survive_the_resolved_text)
{
    struct tiny tiny = tiny_layer("\"parameters\": {\"" NAME "\": 0.3},"
                                  "\"calibrated\": {\"" NAME "\": {\"value\": 0.3, "
                                  "\"standard_error\": 0.01}}");
    struct tiny again = tiny_text(tiny.scenario.resolved_text);

    stands(&again, "calibrated", "calibrated");
    cr_assert_eq(tiny.scenario.digest, again.scenario.digest);
    tiny_free(&tiny);
    tiny_free(&again);
}

Test(scenario_calibrated, marks_of_nothing_are_faults)
{
    static const struct {
        const char *mark, *pointer, *words;
    } cases[] = {
        { "\"school.heritability\": {\"value\": 0.1, \"standard_error\": 0.1}",
            "/calibrated/school.heritability", "did you mean " NAME "?" },
        { "\"qqqqqqqqqqqq\": {\"value\": 0.1, \"standard_error\": 0.1}", "/calibrated/qqqqqqqqqqqq",
            "`pathways describe parameters` lists them" },
        { "\"" NAME "[0]\": {\"value\": 0.1, \"standard_error\": 0.1}", "/calibrated/" NAME "[0]",
            "has 1 value; write " NAME },
        { "\"post16.base\": {\"value\": 0.1, \"standard_error\": 0.1}", "/calibrated/post16.base",
            "has 6 values; write post16.base[0] and so on" },
        { "\"" NAME "\": {\"value\": 0.1}", "/calibrated/" NAME, "\"standard_error\" is missing" },
        { "\"" NAME "\": {\"standard_error\": 0.1}", "/calibrated/" NAME, "\"value\" is missing" },
        { "\"" NAME "\": {\"value\": 1.5, \"standard_error\": 0.1}", "/calibrated/" NAME "/value",
            "1.5 is outside [0, 1]" },
        { "\"" NAME "\": {\"value\": 0.5, \"standard_error\": -1}",
            "/calibrated/" NAME "/standard_error", "outside" },
        { "\"" NAME "\": {\"value\": 0.5, \"standard_error\": 1, \"eror\": 1}",
            "/calibrated/" NAME "/eror", "eror" },
        { "\"" NAME "\": 0.5", "/calibrated/" NAME, "is a number; an object" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char members[256];

        (void) snprintf(members, sizeof members, "\"calibrated\": {%s}", cases[i].mark);
        tiny_refused(tiny_layer(members), cases[i].pointer, cases[i].words);
    }
    tiny_refused(tiny_layer("\"calibrated\": [\"" NAME "\"]"), "/calibrated", "an object");
}

/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

Test(scenario_merge, later_wins_key_by_key)
{
    struct tiny tiny = tiny_layer("\"run\": {\"years\": 3}, \"sources\": {\"mine\": \"A book\"},"
                                  "\"paths\": {\"pay.women_ratio\": {\"source\": \"mine\", "
                                  "\"status\": \"assumed\", \"knots\": [[2000, 1]]}}");

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.run.years, 3);
    cr_assert_eq(tiny.scenario.run.persons, 20000);
    cr_assert_eq(tiny.scenario.paths[PW_PATH_pay_women_ratio].num_knots, 1);
    cr_assert_str_eq(tiny.scenario.paths[PW_PATH_pay_women_ratio].source, "mine");
    cr_assert_eq(tiny.scenario.paths[PW_PATH_pay_level].num_knots, 7);
    cr_assert_str_eq(tiny.scenario.title, "A tiny country for tests");
    tiny_free(&tiny);
}

Test(scenario_merge, arrays_of_places_are_replaced_whole)
{
    struct tiny tiny =
        tiny_layer("\"regions\": [{\"name\": \"North West\", \"source\": \"assumed\", "
                   "\"population\": 1e6, \"house_price_to_earnings\": 5}]");

    cr_assert_eq(tiny.status, PW_EINPUT);
    cr_assert_eq(tiny.faults.count, 2); /* two places lay in the other region */
    cr_assert_not_null(strstr(tiny.faults.items[0].text, "there is no \"London\""));
    tiny_free(&tiny);
}

Test(scenario_merge, policies_add_up_and_one_of_the_same_name_takes_the_place)
{
    char base[64], text[1024];

    (void) snprintf(text, sizeof text,
        "{\"extends\": \"%s\", \"policies\": ["
        "{\"name\": \"a\", \"lever\": \"good_jobs\", \"capacity\": 1},"
        "{\"name\": \"b\", \"lever\": \"good_jobs\", \"capacity\": 2}]}",
        TINY_SCENARIO);
    tiny_write(text, strlen(text), base);
    (void) snprintf(text, sizeof text,
        "{\"extends\": \"%s\", \"policies\": ["
        "{\"name\": \"c\", \"lever\": \"good_jobs\", \"capacity\": 3},"
        "{\"name\": \"a\", \"lever\": \"good_jobs\", \"capacity\": 4}]}",
        base);
    struct tiny tiny = tiny_text(text);
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.num_policies, 3);
    cr_assert_str_eq(tiny.scenario.policies[0].name, "a");
    cr_assert_eq(tiny.scenario.policies[0].capacity, 4);
    cr_assert_str_eq(tiny.scenario.policies[1].name, "b");
    cr_assert_str_eq(tiny.scenario.policies[2].name, "c");
    tiny_free(&tiny);
    (void) unlink(base);
}

Test(scenario_merge, two_policies_of_one_name_in_one_file_are_a_fault)
{
    tiny_refused(
        tiny_layer("\"policies\": [{\"name\": \"a\", \"lever\": \"good_jobs\", \"capacity\": 1},"
                   "{\"name\": \"a\", \"lever\": \"good_jobs\", \"capacity\": 2}]"),
        "/policies/1/name", "there is another policy \"a\"");
}

Test(scenario_merge, the_command_line_comes_last)
{
    struct tiny tiny = tiny_base((const char *const[]){ "run.persons=5000",
                                     "inheritance.heritability=0.25", "run.persons=6000" },
        3);

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.run.persons, 6000);
    cr_assert_eq((double) tiny.scenario.params.inheritance.heritability, 0.25);
    cr_assert_not_null(strstr(tiny.scenario.resolved_text, "\"inheritance.heritability\": 0.25"));
    tiny_free(&tiny);
}

Test(scenario_merge, a_wrong_override_names_itself)
{
    static const struct {
        const char *override, *pointer, *words;
    } cases[] = {
        { "run.persons=10", "/run/persons", "10 is too few" },
        { "run.persons=1000000000000", "/run/persons",
            "1000000000000 is over the limit of 2000000000 people" },
        { "run.persns=2000", "/run/persns", "did you mean \"persons\"?" },
        { "inheritance.heritabilty=0.5", "/parameters/inheritance.heritabilty",
            "did you mean inheritance.heritability?" },
        { "inheritance.heritability=2", "/parameters/inheritance.heritability",
            "2 is outside [0, 1]" },
        { "inheritance.heritability=nan", "/parameters/inheritance.heritability",
            "\"nan\" is not a finite number" },
        { "inheritance.heritability=1e999", "/parameters/inheritance.heritability",
            "is not a finite number" },
        { "inheritance.heritability=0.5x", "/parameters/inheritance.heritability",
            "is not a finite number" },
        { "inheritance.heritability=1,0", "/parameters/inheritance.heritability",
            "is an array; a number" },
        { "inheritance.heritability=", "/parameters/inheritance.heritability",
            "is not a finite number" },
        { "inheritance.heritability", "/parameters/inheritance.heritability", "write NAME=VALUE" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tiny tiny = tiny_base(&cases[i].override, 1);
        char file[128];

        (void) snprintf(file, sizeof file, "--set %s", cases[i].override);
        cr_assert_eq(tiny.faults.count, 1, "%s: %zu", cases[i].override, tiny.faults.count);
        cr_assert_str_eq(tiny.faults.items[0].file, file);
        tiny_refused(tiny, cases[i].pointer, cases[i].words);
    }
}

Test(scenario_merge, an_override_changes_a_number_of_a_policy)
{
    static const char text[] =
        "{\"extends\": \"" TINY_SCENARIO "\", \"policies\": [{\"name\": \"Jobs v. 2\", "
        "\"lever\": \"good_jobs\", \"capacity\": 1}]}";
    static const char *const good[] = { "policies.Jobs v. 2.strength=2.5" };
    static const char *const bad[] = { "policies.Jobs v. 3.strength=2", "policies.strength=2",
        "policies.Jobs v. 2.strngth=2" };
    static const char *const words[] = { "did you mean \"Jobs v. 2\"?", "write policies.NAME",
        "did you mean \"strength\"" };
    char path[64];

    tiny_write(text, strlen(text), path);
    struct tiny tiny = tiny_file(path, good, 1);
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.policies[0].strength, 2.5);
    cr_assert_not_null(strstr(tiny.scenario.resolved_text, "\"strength\": 2.5"));
    tiny_free(&tiny);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tiny = tiny_file(path, &bad[i], 1);
        cr_assert_eq(tiny.status, PW_EINPUT, "%s", bad[i]);
        cr_assert_eq(tiny.faults.count, 1, "%s", bad[i]);
        cr_assert_not_null(
            strstr(tiny.faults.items[0].text, words[i]), "%s", tiny.faults.items[0].text);
        tiny_free(&tiny);
    }
    (void) unlink(path);
}

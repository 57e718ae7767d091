/* SPDX-License-Identifier: MIT */
#include <limits.h>

#include "pathways/alloc.h"
#include "tiny.h"

static struct tiny
layer(const char *members)
{
    return tiny_layer(members[0] == '\0' ? "\"title\": \"As it is\"" : members);
}

/* The first difference between two layers over the tiny scenario for those who lived to `year`. */
static void
change(const char *before, const char *now, int year, char words[512])
{
    struct tiny one = layer(before), other = layer(now);
    char *what = NULL;

    cr_assert_eq(one.status, PW_OK, "%s", before);
    cr_assert_eq(other.status, PW_OK, "%s", now);
    cr_assert_eq(
        pw_scenario_find_change(one.scenario.resolved_text, &other.scenario, year, &what), PW_OK);
    (void) snprintf(words, 512, "%s", what == NULL ? "" : what);
    if (year == INT_MAX)
        cr_assert_eq(what == NULL, one.scenario.digest == other.scenario.digest, "%s", words);
    pw_free(&what);
    tiny_free(&one);
    tiny_free(&other);
}

static void
expect(const char *before, const char *now, int year, const char *expected)
{
    char words[512];

    change(before, now, year, words);
    cr_assert_str_eq(words, expected);
}

#define JOBS(from)                                                                                 \
    "{\"name\": \"Jobs\", \"lever\": \"good_jobs\", \"capacity\": 1000, \"from\": " #from "}"
#define HOMES(from)    "{\"name\": \"Reach\", \"lever\": \"university_outreach\", \"from\": " #from "}"
#define POLICIES(list) "\"policies\": [" list "]"

Test(scenario_change, the_same_is_the_same)
{
    expect("", "", INT_MAX, "");
    expect(POLICIES(JOBS(2026)), POLICIES(JOBS(2026)), INT_MAX, "");
}

Test(scenario_change, what_cannot_change_results_is_no_change)
{
    expect("\"title\": \"One\", \"run\": {\"record\": 0.5}",
        "\"title\": \"Other\", \"why\": \"for no reason\"", INT_MAX, "");
}

Test(scenario_change, a_number_is_named_with_both_values)
{
    expect("\"run\": {\"seed\": 3}", "\"run\": {\"seed\": 4}", 0, "run.seed was 3 and is 4");
    expect("\"parameters\": {\"inheritance.heritability\": 0.6}",
        "\"parameters\": {\"inheritance.heritability\": 0.7}", INT_MAX,
        "parameters.inheritance.heritability was 0.6 and is 0.7");
}

Test(scenario_change, a_policy_to_come_is_a_change_only_to_those_who_ask)
{
    expect("", POLICIES(JOBS(2030)), 2029, "");
    expect("", POLICIES(JOBS(2030)), 2030, "policies \"Jobs\", which begins in 2030, is new");
    expect("", POLICIES(JOBS(2030)), INT_MAX, "policies \"Jobs\", which begins in 2030, is new");
    expect(POLICIES(JOBS(2030)), "", 2029, "");
    expect(POLICIES(JOBS(2030)), "", 2035, "policies \"Jobs\", which begins in 2030, is gone");
    expect(POLICIES(JOBS(2030)), POLICIES(JOBS(2031)), 2029, "");
    expect(POLICIES(JOBS(2030)), POLICIES(JOBS(2031)), 2031,
        "policies \"Jobs\".from was 2030 and is 2031");
}

Test(scenario_change, a_policy_that_has_begun_keeps_its_number)
{
    expect(POLICIES(JOBS(2026)), POLICIES(JOBS(2026) "," HOMES(2030)), 2028, "");
    expect(POLICIES(JOBS(2026)), POLICIES(HOMES(2030) "," JOBS(2026)), 2028,
        "policies \"Jobs\", which begins in 2026, stands in the place of another");
    expect(POLICIES(HOMES(2030) "," JOBS(2026)), POLICIES(HOMES(2032) "," JOBS(2026)), 2028, "");
}

Test(scenario_change, what_is_no_scenario_is_refused)
{
    struct tiny tiny = layer("");
    char *what = NULL;

    cr_assert_eq(pw_scenario_find_change("{ no", &tiny.scenario, INT_MAX, &what), PW_EFORMAT);
    cr_assert_null(what);
    tiny_free(&tiny);
}

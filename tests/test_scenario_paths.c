/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tiny.h"

/** The tiny scenario with other knots for one path. */
static struct tiny
with_knots(const char *path, const char *knots)
{
    char members[512];

    (void) snprintf(members, sizeof members,
        "\"paths\": {\"%s\": {\"source\": \"assumed\", \"status\": \"assumed\", \"knots\": %s}}",
        path, knots);
    return tiny_layer(members);
}

Test(scenario_paths, every_path_is_needed)
{
    struct tiny tiny = tiny_spoilt("\"home.access\"", "\"home.acess\"");

    cr_assert_eq(tiny.faults.count, 2);
    cr_assert(tiny_has_fault(&tiny, "/paths/home.acess", "did you mean home.access?"));
    cr_assert(tiny_has_fault(&tiny, "/paths", "the path home.access is missing"));
    tiny_free(&tiny);
}

Test(scenario_paths, an_unknown_path_is_a_fault)
{
    tiny_refused(with_knots("weather.rain", "[[2000, 1]]"), "/paths/weather.rain",
        "`pathways describe paths` lists them");
}

Test(scenario_paths, knots_have_the_length_of_the_path)
{
    tiny_refused(with_knots("family.fertility", "[[2000, 1, 2]]"),
        "/paths/family.fertility/knots/0", "a knot is [year, 1 value]; this is an array of 3");
    tiny_refused(with_knots("labour.class_mix", "[[2000, 50, 50]]"),
        "/paths/labour.class_mix/knots/0", "a knot is [year, 5 values]");
    tiny_refused(with_knots("family.fertility", "[2000]"), "/paths/family.fertility/knots/0",
        "this is a number of 0");
}

Test(scenario_paths, years_rise)
{
    tiny_refused(with_knots("family.fertility", "[[2000, 1], [2000, 2]]"),
        "/paths/family.fertility/knots/1", "the year 2000 does not come after 2000");
    tiny_refused(with_knots("family.fertility", "[[2000, 1], [1990, 2]]"),
        "/paths/family.fertility/knots/1", "the year 1990 does not come after 2000");
}

Test(scenario_paths, values_have_ranges)
{
    tiny_refused(with_knots("family.fertility", "[[2000, 9]]"), "/paths/family.fertility/knots/0/1",
        "family.fertility: 9 is outside [0.1, 8] (births/woman)");
    tiny_refused(with_knots("family.fertility", "[[99999, 2]]"),
        "/paths/family.fertility/knots/0/0", "99999 is outside [1500, 3000] (year)");
    tiny_refused(
        with_knots("family.fertility", "[]"), "/paths/family.fertility/knots", "has no knots");
}

Test(scenario_paths, shares_of_a_whole_add_up)
{
    tiny_refused(with_knots("apprenticeship.level_mix", "[[2000, 50, 40, 5]]"),
        "/paths/apprenticeship.level_mix/knots/0", "the shares of 2000 add up to 95");
    struct tiny tiny = with_knots("apprenticeship.level_mix", "[[2000, 33.3, 33.3, 33.3]]");
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    tiny_free(&tiny);
}

Test(scenario_paths, status_is_one_of_three)
{
    tiny_refused(tiny_layer("\"paths\": {\"home.access\": {\"source\": \"assumed\", \"status\": "
                            "\"guessed\", \"knots\": [[2000, 1]]}}"),
        "/paths/home.access/status", "write \"recorded\", \"assumed\" or \"calibrated\"");
    tiny_refused(tiny_layer("\"paths\": {\"home.access\": {\"source\": \"assumed\", "
                            "\"knots\": [[2000, 1]]}}"),
        "/paths/home.access", "\"status\" is missing");
    tiny_refused(tiny_layer("\"paths\": {\"home.access\": [[2000, 1]]}"), "/paths/home.access",
        "home.access is an array; an object");
}

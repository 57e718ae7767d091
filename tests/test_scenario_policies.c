/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>

#include "tiny.h"

#define OUTREACH "\"name\": \"p\", \"lever\": \"university_outreach\""
#define JOBS     "\"name\": \"p\", \"lever\": \"good_jobs\""

Test(scenario_policies, what_is_not_said_is_the_levers)
{
    struct tiny tiny = tiny_policy(OUTREACH);
    const struct pw_policy *policy = &tiny.scenario.policies[0];
    const struct pw_lever_info *lever = pw_lever_info(PW_LEVER_UNIVERSITY_OUTREACH);

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(policy->lever, PW_LEVER_UNIVERSITY_OUTREACH);
    cr_assert_eq(policy->from, 2025);
    cr_assert_eq(policy->to, PW_NO_END);
    cr_assert_eq(policy->ramp_years, 0);
    cr_assert_eq(policy->strength, 1.0);
    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_act_info *act = pw_lever_act(policy->lever, (enum pw_channel) c);

        cr_assert_eq(policy->amount[c], act == NULL ? 0.0 : act->amount);
    }
    cr_assert_eq(policy->amount[PW_CHANNEL_UNIVERSITY_WISH], 0.35);
    cr_assert(isinf(policy->budget_gbp));
    cr_assert_eq(policy->order, PW_ORDER_RANDOM);
    cr_assert_eq(policy->unit_cost_gbp, lever->unit_cost);
    cr_assert(isinf(policy->capacity));
    cr_assert_eq(policy->ownership, 0.0);
    cr_assert_eq(policy->audience.first_age, lever->first_age);
    cr_assert_eq(policy->audience.last_age, lever->last_age);
    cr_assert_eq(policy->audience.sex, -1);
    cr_assert_eq(policy->audience.free_meals, -1);
    cr_assert_eq(policy->audience.states, UINT32_MAX);
    tiny_free(&tiny);
}

Test(scenario_policies, what_is_said_is_read)
{
    struct tiny tiny = tiny_policy(OUTREACH
        ", \"from\": 2026, \"to\": 2030, \"ramp_years\": 3, \"strength\": 0.5, "
        "\"effects\": {\"university_wish\": 0.2}, \"budget_gbp\": 5e6, \"order\": \"neediest\","
        "\"capacity\": 0, \"unit_cost_gbp\": 1500, \"ownership\": 0.7, \"why\": \"because\","
        "\"whom\": {\"first_age\": 16, \"last_age\": 17, \"sex\": \"female\","
        "\"free_meals\": true, \"origin_class\": [\"lower_working\", \"none\"],"
        "\"qualification\": [\"gcse\"], \"state\": [\"sixth_form\", \"further_education\"],"
        "\"min_neet_years\": 1}");
    const struct pw_policy *policy = &tiny.scenario.policies[0];

    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(policy->from, 2026);
    cr_assert_eq(policy->to, 2030);
    cr_assert_eq(policy->ramp_years, 3);
    cr_assert_eq(policy->strength, 0.5);
    cr_assert_eq(policy->amount[PW_CHANNEL_UNIVERSITY_WISH], 0.2);
    cr_assert_eq(policy->budget_gbp, 5e6);
    cr_assert_eq(policy->order, PW_ORDER_NEEDIEST);
    cr_assert_eq(policy->capacity, 0.0);
    cr_assert_eq(policy->unit_cost_gbp, 1500.0);
    cr_assert_eq(policy->ownership, 0.7);
    cr_assert_eq(policy->audience.first_age, 16);
    cr_assert_eq(policy->audience.last_age, 17);
    cr_assert_eq(policy->audience.sex, PW_FEMALE);
    cr_assert_eq(policy->audience.free_meals, 1);
    cr_assert_eq(policy->audience.origin_classes, 1u << PW_LOWER_WORKING | 1u << PW_NO_CLASS);
    cr_assert_eq(policy->audience.qualifications, 1u << PW_GCSE);
    cr_assert_eq(policy->audience.states, 1u << PW_SIXTH_FORM | 1u << PW_FURTHER_EDUCATION);
    cr_assert_eq(policy->audience.min_neet_years, 1);
    tiny_free(&tiny);
}

Test(scenario_policies, faults_name_the_remedy)
{
    static const struct {
        const char *members, *pointer, *words;
    } cases[] = {
        { "\"name\": \"p\"", "/policies/0", "\"lever\" is missing" },
        { "\"lever\": \"university_outreach\"", "/policies/0", "\"name\" is missing" },
        { "\"name\": \"p\", \"lever\": \"money\"", "/policies/0/lever",
            "`pathways describe levers` lists them" },
        { "\"name\": \"p\", \"lever\": \"university_outrech\"", "/policies/0/lever",
            "did you mean \"university_outreach\"?" },
        { "\"name\": 5, \"lever\": \"university_outreach\"", "/policies/0/name",
            "name is a number; a text" },
        { OUTREACH ", \"strenght\": 1", "/policies/0/strenght", "did you mean \"strength\"?" },
        { OUTREACH ", \"strength\": 11", "/policies/0/strength", "11 is outside [0, 10]" },
        { OUTREACH ", \"strength\": -1", "/policies/0/strength", "-1 is outside [0, 10]" },
        { OUTREACH ", \"strength\": NaN", "/policies/0/strength", "NaN is not a number" },
        { OUTREACH ", \"ownership\": 1.5", "/policies/0/ownership", "outside [0, 1]" },
        { OUTREACH ", \"capacity\": -5", "/policies/0/capacity", "-5 is outside [0, 1000000000]" },
        { OUTREACH ", \"unit_cost_gbp\": \"free\"", "/policies/0/unit_cost_gbp",
            "is a text; a number" },
        { OUTREACH ", \"ramp_years\": 1.5", "/policies/0/ramp_years", "not a whole number" },
        { OUTREACH ", \"from\": 2024", "/policies/0/from", "2024 comes before start_year, 2025" },
        { OUTREACH ", \"from\": 2030, \"to\": 2029", "/policies/0/to",
            "2029 comes before from, 2030" },
        { OUTREACH ", \"whom\": {\"age\": 16}", "/policies/0/whom/age", "is not a key of whom" },
        { OUTREACH ", \"whom\": {\"first_age\": 18, \"last_age\": 16}", "/policies/0/whom",
            "first_age, 18, is over last_age, 16" },
        { OUTREACH ", \"whom\": {\"free_meals\": 1}", "/policies/0/whom/free_meals",
            "free_meals is a number; write true" },
        { OUTREACH ", \"whom\": {\"sex\": \"femal\"}", "/policies/0/whom/sex",
            "did you mean \"female\"?" },
        { OUTREACH ", \"whom\": {\"origin_class\": [\"upper\"]}", "/policies/0/whom/origin_class/0",
            "`pathways describe states` lists the categories" },
        { OUTREACH ", \"whom\": {\"state\": []}", "/policies/0/whom/state", "state is empty" },
        { JOBS, "/policies/0",
            "capacity is missing: the lever good_jobs needs the number of jobs" },
        { JOBS ", \"capacity\": 5, \"whom\": {\"first_age\": 16}", "/policies/0/whom",
            "whom has no effect: the lever good_jobs changes places" },
        { JOBS ", \"capacity\": 5, \"order\": \"random\"", "/policies/0/order",
            "order has no effect: the lever good_jobs changes places" },
        { OUTREACH ", \"order\": \"alphabet\"", "/policies/0/order",
            "there is no \"alphabet\"; write random, neediest or first_come" },
        { OUTREACH ", \"effects\": {\"university_wishes\": 1}",
            "/policies/0/effects/university_wishes", "did you mean \"university_wish\"?" },
        { OUTREACH ", \"effects\": {\"skill_gain\": 1}", "/policies/0/effects/skill_gain",
            "skill_gain" },
        { OUTREACH ", \"effects\": 2", "/policies/0/effects", "an object" },
        { OUTREACH ", \"budget_gbp\": -1", "/policies/0/budget_gbp", "budget_gbp" },
        { OUTREACH ", \"budget_gbp\": 5, \"unit_cost_gbp\": 0", "/policies/0/budget_gbp",
            "budget_gbp sets no limit where unit_cost_gbp is 0" },
        { OUTREACH ", \"whom\": {\"first_age\": 30}", "/policies/0/whom",
            "the lever university_outreach is for those aged 16 to 18" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        tiny_refused(tiny_policy(cases[i].members), cases[i].pointer, cases[i].words);
    tiny_refused(tiny_layer("\"policies\": {}"), "/policies", "an array");
    tiny_refused(tiny_layer("\"policies\": [7]"), "/policies/0", "an object");
}

Test(scenario_policies, there_is_room_for_16)
{
    char text[8192] = "\"policies\": [";

    for (int i = 0; i < PW_MAX_POLICIES; i++)
        (void) snprintf(text + strlen(text), sizeof text - strlen(text),
            "%s{\"name\": \"p%d\", \"lever\": \"university_outreach\"}", i == 0 ? "" : ",", i);
    (void) strcat(text, "]");
    struct tiny tiny = tiny_layer(text);
    cr_assert_eq(tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(tiny.scenario.num_policies, PW_MAX_POLICIES);
    tiny_free(&tiny);
    (void) strcpy(
        text + strlen(text) - 1, ",{\"name\": \"more\", \"lever\": \"university_outreach\"}]");
    tiny_refused(tiny_layer(text), "/policies", "there are 17 policies, more than the 16");
}

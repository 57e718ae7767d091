/*
 * Policies: what, where, for whom, when, how much.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"
#include "scenario_document.h"

/** A whole number that fits an int. */
static void
read_int(struct pw_document *document, const cJSON *node, const char *name,
    const struct pw_document_range *range, int *value)
{
    int64_t whole = 0;

    if (pw_document_whole(document, node, name, range, &whole)) *value = (int) whole;
}

/** Code of a category by its name; -1, with a fault, when there is none. */
static int
find_code(
    struct pw_document *document, const cJSON *node, const char *key, enum pw_code_family family)
{
    const char *wanted = pw_document_text(document, node, key);
    int count = 0;
    const struct pw_code *codes = pw_codes(family, &count);

    if (wanted == NULL) return -1;
    struct pw_spelling spelling = pw_spelling_of(wanted);
    for (int i = 0; i < count; i++) {
        if (strcmp(codes[i].name, wanted) == 0) return i;
        pw_spelling_try(&spelling, codes[i].name);
    }
    if (spelling.nearest != NULL)
        pw_document_fault(document, node, "%s: there is no \"%s\"; did you mean \"%s\"?", key,
            wanted, spelling.nearest);
    else
        pw_document_fault(document, node,
            "%s: there is no \"%s\"; `pathways describe states` lists the categories", key, wanted);
    return -1;
}

/** Categories that an array names, one bit each; unchanged when it is not there. */
static void
read_codes(struct pw_document *document, const cJSON *object, const char *key,
    enum pw_code_family family, uint32_t *bits)
{
    const cJSON *names = pw_document_get(object, key);

    if (names == NULL || !pw_document_is_array(document, names)) return;
    *bits = 0;
    if (names->child == NULL)
        pw_document_fault(document, names,
            "%s is empty and so names nobody: leave it out to mean everybody", key);
    for (const cJSON *node = names->child; node != NULL; node = node->next) {
        const int code = find_code(document, node, key, family);

        if (code >= 0) *bits |= (uint32_t) 1 << code;
    }
}

/** For whom: within the ages of the lever when the policy says nothing narrower. */
static void
read_audience(struct pw_document *document, const cJSON *object, struct pw_audience *audience,
    const struct pw_lever_info *lever)
{
    static const char *const keys[] = { "first_age", "last_age", "sex", "free_meals",
        "origin_class", "qualification", "state", "min_neet_years" };
    static const struct pw_document_range age = { 0, 120, "years" };
    const cJSON *free_meals = pw_document_get(object, "free_meals");
    const cJSON *sex = pw_document_get(object, "sex");

    *audience = (struct pw_audience){ .first_age = lever->first_age,
        .last_age = lever->last_age,
        .sex = -1,
        .free_meals = -1,
        .origin_classes = UINT32_MAX,
        .qualifications = UINT32_MAX,
        .states = UINT32_MAX };
    if (object == NULL || !pw_document_is_object(document, object)) return;
    pw_document_check_keys(document, object, keys, sizeof keys / sizeof *keys, "whom");
    audience->first_age = 0;
    audience->last_age = 120;
    read_int(
        document, pw_document_get(object, "first_age"), "first_age", &age, &audience->first_age);
    read_int(document, pw_document_get(object, "last_age"), "last_age", &age, &audience->last_age);
    read_int(document, pw_document_get(object, "min_neet_years"), "min_neet_years", &age,
        &audience->min_neet_years);
    if (audience->first_age > audience->last_age)
        pw_document_fault(document, object, "first_age, %d, is over last_age, %d: nobody is both",
            audience->first_age, audience->last_age);
    else if (audience->first_age > lever->last_age || audience->last_age < lever->first_age)
        pw_document_fault(document, object,
            "ages %d to %d: the lever %s is for those aged %d to %d; name ages among these",
            audience->first_age, audience->last_age, lever->name, lever->first_age,
            lever->last_age);
    audience->first_age =
        audience->first_age > lever->first_age ? audience->first_age : lever->first_age;
    audience->last_age =
        audience->last_age < lever->last_age ? audience->last_age : lever->last_age;
    if (sex != NULL) audience->sex = find_code(document, sex, "sex", PW_CODES_SEX);
    if (cJSON_IsBool(free_meals))
        audience->free_meals = cJSON_IsTrue(free_meals);
    else if (free_meals != NULL)
        pw_document_fault(document, free_meals,
            "free_meals is %s; write true (only with), false (only without) or leave it out",
            pw_document_kind(free_meals));
    read_codes(document, object, "origin_class", PW_CODES_CLASS, &audience->origin_classes);
    read_codes(
        document, object, "qualification", PW_CODES_QUALIFICATION, &audience->qualifications);
    read_codes(document, object, "state", PW_CODES_STATE, &audience->states);
}

/** The lever that a policy pulls; false, with a fault, when there is none. */
static bool
read_lever(struct pw_document *document, const cJSON *node, enum pw_lever *lever)
{
    const char *wanted = pw_document_text(document, node, "lever");

    if (wanted == NULL) return false;
    struct pw_spelling spelling = pw_spelling_of(wanted);
    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const char *name = pw_lever_info((enum pw_lever) i)->name;

        if (strcmp(name, wanted) == 0) {
            *lever = (enum pw_lever) i;
            return true;
        }
        pw_spelling_try(&spelling, name);
    }
    if (spelling.nearest != NULL)
        pw_document_fault(document, node, "lever: there is no \"%s\"; did you mean \"%s\"?", wanted,
            spelling.nearest);
    else
        pw_document_fault(document, node,
            "lever: there is no \"%s\"; `pathways describe levers` lists them", wanted);
    return false;
}

static void
read_years(struct pw_document *document, const cJSON *object,
    const struct pw_run_settings *settings, struct pw_policy *policy)
{
    static const struct pw_document_range year = { 1801, 3000, "year" }, ramp = { 0, 100, "years" };
    const cJSON *from = pw_document_get(object, "from"), *to = pw_document_get(object, "to");

    policy->from = settings->start_year;
    policy->to = PW_NO_END;
    read_int(document, from, "from", &year, &policy->from);
    read_int(document, to, "to", &year, &policy->to);
    read_int(
        document, pw_document_get(object, "ramp_years"), "ramp_years", &ramp, &policy->ramp_years);
    if (policy->from < settings->start_year)
        pw_document_fault(document, from,
            "from: %d comes before start_year, %d; history is the same in all scenarios: start "
            "then or later",
            policy->from, settings->start_year);
    else if (policy->to < policy->from)
        pw_document_fault(document, to, "to: %d comes before from, %d: the policy never acts",
            policy->to, policy->from);
}

/** The policy's own sizes of what its lever does. */
static void
read_effects(struct pw_document *document, const cJSON *object, struct pw_policy *policy)
{
    static const struct pw_document_range amount = { -1e6, 1e6, "unit of the channel" };
    const char *keys[PW_NUM_CHANNELS];
    size_t num_keys = 0;

    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_act_info *act = pw_lever_act(policy->lever, (enum pw_channel) c);

        policy->amount[c] = act == NULL ? 0.0 : act->amount;
        if (act != NULL) keys[num_keys++] = pw_channel_info((enum pw_channel) c)->name;
    }
    if (object == NULL || !pw_document_is_object(document, object)) return;
    pw_document_check_keys(document, object, keys, num_keys, "effects of this lever");
    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const char *name = pw_channel_info((enum pw_channel) c)->name;

        if (pw_lever_act(policy->lever, (enum pw_channel) c) != NULL)
            (void) pw_document_number(
                document, pw_document_get(object, name), name, &amount, &policy->amount[c]);
    }
}

static void
read_amounts(struct pw_document *document, const cJSON *object, struct pw_policy *policy)
{
    static const struct pw_document_range strength = { 0, 10, "times the effect" },
                                          capacity = { 0, 1e9, "people or units a year" },
                                          budget = { 0, 1e12, "GBP a year" },
                                          cost = { 0, 1e9, "GBP" }, share = { 0, 1, "share" };

    policy->strength = 1.0;
    policy->capacity = (double) INFINITY;
    policy->budget_gbp = (double) INFINITY;
    policy->unit_cost_gbp = pw_lever_info(policy->lever)->unit_cost;
    (void) pw_document_number(
        document, pw_document_get(object, "strength"), "strength", &strength, &policy->strength);
    (void) pw_document_number(
        document, pw_document_get(object, "capacity"), "capacity", &capacity, &policy->capacity);
    (void) pw_document_number(document, pw_document_get(object, "budget_gbp"), "budget_gbp",
        &budget, &policy->budget_gbp);
    (void) pw_document_number(document, pw_document_get(object, "unit_cost_gbp"), "unit_cost_gbp",
        &cost, &policy->unit_cost_gbp);
    (void) pw_document_number(
        document, pw_document_get(object, "ownership"), "ownership", &share, &policy->ownership);
    if (isfinite(policy->budget_gbp) && policy->unit_cost_gbp <= 0.0)
        pw_document_fault(document, pw_document_get(object, "budget_gbp"),
            "budget_gbp sets no limit where unit_cost_gbp is 0; state a unit cost or a capacity");
}

static const char *const order_names[PW_NUM_ORDERS] = { "random", "neediest", "first_come" };

static void
read_order(struct pw_document *document, const cJSON *node, enum pw_order *order)
{
    const char *wanted = node == NULL ? NULL : pw_document_text(document, node, "order");

    for (int i = 0; wanted != NULL && i < PW_NUM_ORDERS; i++)
        if (strcmp(wanted, order_names[i]) == 0) {
            *order = (enum pw_order) i;
            return;
        }
    if (wanted != NULL)
        pw_document_fault(document, node,
            "order: there is no \"%s\"; write random, neediest or first_come", wanted);
}

/** Only a policy that enrols people can choose them, and places that are added have a number. */
static void
check_scope(struct pw_document *document, const cJSON *object, const struct pw_policy *policy)
{
    static const char *const choices[] = { "whom", "order" };
    const struct pw_lever_info *lever = pw_lever_info(policy->lever);

    if (pw_lever_enrols(policy->lever)) return;
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        const cJSON *choice = pw_document_get(object, choices[i]);

        if (choice != NULL)
            pw_document_fault_key(document, choice,
                "%s has no effect: the lever %s changes places, for all who live there; remove it",
                choices[i], lever->name);
    }
    if (lever->scope == PW_SCOPE_PLACES && pw_document_get(object, "capacity") == NULL
        && pw_document_get(object, "budget_gbp") == NULL)
        pw_document_fault(document, object,
            "capacity is missing: the lever %s needs the number of %s a year in the whole country, "
            "or a budget_gbp",
            lever->name, lever->unit);
}

static void
read_policy(struct pw_document *document, const cJSON *object, struct pw_scenario *scenario,
    struct pw_policy *policy)
{
    static const char *const keys[] = { "name", "lever", "where", "whom", "from", "to",
        "ramp_years", "strength", "effects", "capacity", "budget_gbp", "unit_cost_gbp", "ownership",
        "order", "why" };
    static const struct pw_lever_info unknown = { .last_age = 120 };
    const cJSON *name = pw_document_need(document, object, "name");

    pw_document_check_keys(document, object, keys, sizeof keys / sizeof *keys, "a policy");
    policy->name = pw_document_copy(document, pw_document_text(document, name, "name"));
    (void) pw_document_text(document, pw_document_get(object, "why"), "why");
    for (const struct pw_policy *other = scenario->policies; other < policy; other++)
        if (policy->name != NULL && other->name != NULL && strcmp(other->name, policy->name) == 0)
            pw_document_fault(document, name,
                "name: there is another policy \"%s\" in this file: each has its own name",
                policy->name);
    const bool has_lever =
        read_lever(document, pw_document_need(document, object, "lever"), &policy->lever);
    read_audience(document, pw_document_get(object, "whom"), &policy->audience,
        has_lever ? pw_lever_info(policy->lever) : &unknown);
    read_years(document, object, &scenario->run, policy);
    read_amounts(document, object, policy);
    read_order(document, pw_document_get(object, "order"), &policy->order);
    if (has_lever) {
        read_effects(document, pw_document_get(object, "effects"), policy);
        check_scope(document, object, policy);
    }
    if (document->status == PW_OK)
        document->status =
            pw_alloc((size_t) scenario->num_places, sizeof *policy->in_place, &policy->in_place);
    if (document->status == PW_OK)
        pw_scenario_select_places(
            document, scenario, pw_document_get(object, "where"), policy->in_place);
}

void
pw_scenario_read_policies(struct pw_document *document, struct pw_scenario *scenario)
{
    const cJSON *policies = pw_document_get(document->root, "policies");

    if (policies == NULL || !pw_document_is_array(document, policies)) return;
    const int count = cJSON_GetArraySize(policies);
    if (count > PW_MAX_POLICIES) {
        pw_document_fault(document, policies,
            "there are %d policies, more than the %d that a scenario may have", count,
            PW_MAX_POLICIES);
        return;
    }
    if (document->status == PW_OK)
        document->status =
            pw_alloc((size_t) count, sizeof *scenario->policies, &scenario->policies);
    for (const cJSON *object = policies->child; object != NULL && document->status == PW_OK;
         object = object->next) {
        struct pw_policy *policy = &scenario->policies[scenario->num_policies++];

        if (pw_document_is_object(document, object))
            read_policy(document, object, scenario, policy);
    }
}

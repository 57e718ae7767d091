/*
 * What a factor of a design changes, and by how much.
 *
 * SPDX-License-Identifier: MIT
 */
#include "design_factor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"

static const struct pw_document_range any = { -1e300, 1e300, "the unit of the factor" };

/* Numbers of a policy that may be a factor. */
static const struct {
    const char *name;
    double min, max;
    bool is_whole;
} members[] = { { "strength", 0, 10, false }, { "capacity", 0, 1e9, false },
    { "budget_gbp", 0, 1e12, false }, { "unit_cost_gbp", 0, 1e9, false },
    { "ownership", 0, 1, false }, { "ramp_years", 0, 50, true }, { "from", 1801, 2200, true },
    { "to", 1801, 9999, true } };
/* Settings of a run that may be one: those that leave the years alone. */
static const struct {
    const char *name;
    double min, max;
} settings[] = { { "persons", 1000, 2e9 }, { "seed", 0, 9007199254740991 },
    { "shards", 0, 100000 } };

#define NUM_MEMBERS  (sizeof members / sizeof *members)
#define NUM_SETTINGS (sizeof settings / sizeof *settings)

double
pw_factor_value(const struct pw_factor *factor, double place)
{
    const double low = factor->low, high = factor->high;
    char digits[32];
    double value;

    if (factor->is_whole) {
        value = factor->is_log ? floor(low * pow((high + 1.0) / low, place))
                               : floor(low + place * (high - low + 1.0));
    } else {
        value = factor->is_log ? low * pow(high / low, place) : low + place * (high - low);
        (void) snprintf(digits, sizeof digits, "%.6g", value);
        value = strtod(digits, NULL);
    }
    return value < low ? low : value > high ? high : value;
}

/* "policies.NAME.strength": names may hold dots, members do not. */
static void
find_member(struct pw_document *document, const cJSON *node, struct pw_factor *factor)
{
    const char *name = factor->name + strlen("policies.");
    const char *dot = strrchr(name, '.');
    struct pw_spelling spelling = pw_spelling_of(dot == NULL ? "" : dot + 1);

    factor->kind = PW_FACTOR_POLICY;
    if (dot == NULL || dot == name) {
        pw_document_fault_key(document, node,
            "%s: write policies.NAME.strength, with the name of a policy as its scenario has it",
            factor->name);
        return;
    }
    for (size_t m = 0; m < NUM_MEMBERS; m++) {
        pw_spelling_try(&spelling, members[m].name);
        if (strcmp(dot + 1, members[m].name) != 0) continue;
        factor->member = members[m].name;
        factor->is_whole = members[m].is_whole;
    }
    factor->policy = pw_document_copy(document, name);
    if (factor->policy != NULL) factor->policy[dot - name] = '\0';
    if (factor->member == NULL)
        pw_document_fault_key(document, node,
            "%s: \"%s\" is no number of a policy that a sweep may change; did you mean %s?",
            factor->name, dot + 1, spelling.nearest == NULL ? "strength" : spelling.nearest);
}

static void
find_setting(struct pw_document *document, const cJSON *node, struct pw_factor *factor)
{
    factor->kind = PW_FACTOR_SETTING;
    factor->is_whole = true;
    for (size_t s = 0; s < NUM_SETTINGS; s++)
        if (strcmp(factor->name + strlen("run."), settings[s].name) == 0)
            factor->member = settings[s].name;
    if (factor->member == NULL)
        pw_document_fault_key(document, node,
            "%s: of the run only persons, seed and shards may be factors; what is common to all "
            "runs goes into \"run\", repetitions into \"replicates\"",
            factor->name);
}

void
pw_factor_find(struct pw_document *document, const cJSON *node, struct pw_factor *factor)
{
    factor->name = node->string;
    if (strncmp(factor->name, "policies.", strlen("policies.")) == 0) {
        find_member(document, node, factor);
    } else if (strncmp(factor->name, "run.", strlen("run.")) == 0) {
        find_setting(document, node, factor);
    } else if (pw_params_find_value(factor->name, &factor->param, &factor->index) != PW_OK) {
        pw_document_fault_key(document, node, "%s", pw_status_message());
    } else {
        factor->kind = PW_FACTOR_PARAMETER;
        factor->is_whole = factor->param->kind == PW_PARAM_COUNT;
    }
}

bool
pw_factor_check(
    struct pw_document *document, const cJSON *node, const struct pw_factor *factor, double value)
{
    double min = 0.0, max = 0.0;

    if (factor->param != NULL) {
        struct pw_params params;

        pw_params_default(&params);
        if (pw_params_set(&params, factor->param, factor->index, value) == PW_OK) return true;
        pw_document_fault(document, node, "%s", pw_status_message());
        return false;
    }
    if (factor->member == NULL) return false; /* said already */
    for (size_t m = 0; factor->kind == PW_FACTOR_POLICY && m < NUM_MEMBERS; m++)
        if (factor->member == members[m].name) min = members[m].min, max = members[m].max;
    for (size_t s = 0; factor->kind == PW_FACTOR_SETTING && s < NUM_SETTINGS; s++)
        if (factor->member == settings[s].name) min = settings[s].min, max = settings[s].max;
    if (value >= min && value <= max && (!factor->is_whole || floor(value) == value)) return true;
    pw_document_fault(document, node, "%s: %.15g is no %s from %.15g to %.15g", factor->name, value,
        factor->is_whole ? "whole number" : "number", min, max);
    return false;
}

/* "jobs.credentialism": [0.2, 0.5] */
void
pw_factor_read_values(struct pw_document *document, const cJSON *node, struct pw_factor *factor)
{
    if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) < 1) {
        pw_document_fault(document, node,
            "%s: a grid crosses lists of values; write them in [ ], with commas between",
            factor->name);
        return;
    }
    if (document->status == PW_OK)
        document->status =
            pw_alloc((size_t) cJSON_GetArraySize(node), sizeof *factor->values, &factor->values);
    for (const cJSON *item = node->child; item != NULL && document->status == PW_OK;
         item = item->next) {
        double value = 0.0;

        if (!pw_document_number(document, item, factor->name, &any, &value)
            || !pw_factor_check(document, item, factor, value))
            continue;
        for (size_t v = 0; v < factor->num_values; v++)
            if (factor->values[v] == value)
                pw_document_fault(
                    document, item, "%s: %.15g stands twice in its list", factor->name, value);
        factor->values[factor->num_values++] = value;
    }
}

/* { "low": 0.2, "high": 0.8, "scale": "log" } */
void
pw_factor_read_range(struct pw_document *document, const cJSON *node, struct pw_factor *factor)
{
    static const char *const keys[] = { "low", "high", "scale" };
    const char *scale;

    if (!cJSON_IsObject(node)) {
        pw_document_fault(document, node,
            "%s: write the ends of its range, { \"low\": 0.2, \"high\": 0.8 }; lists of values "
            "make a grid",
            factor->name);
        return;
    }
    pw_document_check_keys(document, node, keys, sizeof keys / sizeof *keys, "a range");
    scale = pw_document_text(document, pw_document_get(node, "scale"), "scale");
    factor->is_log = scale != NULL && strcmp(scale, "log") == 0;
    if (scale != NULL && !factor->is_log && strcmp(scale, "linear") != 0)
        pw_document_fault(document, pw_document_get(node, "scale"),
            "scale: \"%s\" is neither linear nor log", scale);
    if (!pw_document_number(
            document, pw_document_need(document, node, "low"), "low", &any, &factor->low)
        || !pw_document_number(
            document, pw_document_need(document, node, "high"), "high", &any, &factor->high)
        || !pw_factor_check(document, pw_document_get(node, "low"), factor, factor->low)
        || !pw_factor_check(document, pw_document_get(node, "high"), factor, factor->high))
        return;
    if (factor->high <= factor->low)
        pw_document_fault(document, node, "%s: %.15g to %.15g is no range", factor->name,
            factor->low, factor->high);
    if (factor->is_log && factor->low <= 0.0)
        pw_document_fault(document, node,
            "%s: a range on a log scale begins above 0; %.15g does not", factor->name, factor->low);
}

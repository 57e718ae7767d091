/*
 * The resolved text of a scenario and its digest.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/rng.h"
#include "pathways/text.h"
#include "scenario_document.h"

#define LINE_WIDTH 100

/* --- JSON out ----------------------------------------------------------------------------------
 */

/* Keys whose values cannot change what is simulated; no other key of a scenario has these names. */
static const char *const not_results[] = { "title", "why", "sources", "source", "status",
    "calibrated", "record", "record_from" };

bool
pw_scenario_is_left_out(const cJSON *member)
{
    for (size_t i = 0; i < sizeof not_results / sizeof *not_results; i++)
        if (strcmp(member->string, not_results[i]) == 0) return true;
    return false;
}

static int
compare_keys(const void *left, const void *right)
{
    const cJSON *a = *(const cJSON *const *) left, *b = *(const cJSON *const *) right;

    return strcmp(a->string, b->string);
}

static pw_status write_canonical(struct pw_text *text, const cJSON *node);

static pw_status
write_sorted(struct pw_text *text, const cJSON *object)
{
    pw_status status = PW_OK;
    const cJSON **members = NULL;
    size_t count = 0;

    PW_TRY(pw_alloc((size_t) cJSON_GetArraySize(object), sizeof *members, &members));
    for (const cJSON *member = object->child; member != NULL; member = member->next)
        if (!pw_scenario_is_left_out(member)) members[count++] = member;
    if (count > 1) qsort(members, count, sizeof *members, compare_keys);
    PW_TRY(pw_text_add_bytes(text, "{", 1));
    for (size_t i = 0; i < count; i++) {
        PW_TRY(pw_text_add_quoted(text, members[i]->string));
        PW_TRY(pw_text_add_bytes(text, ":", 1));
        PW_TRY(write_canonical(text, members[i]));
        PW_TRY(pw_text_add_bytes(text, ",", 1));
    }
    PW_TRY(pw_text_add_bytes(text, "}", 1));
done:
    pw_free(&members);
    return status;
}

/** Anything but an object or array. */
static pw_status
write_scalar(struct pw_text *text, const cJSON *node)
{
    if (cJSON_IsString(node)) return pw_text_add_quoted(text, node->valuestring);
    if (cJSON_IsNumber(node)) return pw_text_add_number(text, node->valuedouble);
    return pw_text_add(text, "%s", pw_document_kind(node)); /* true, false, null */
}

static pw_status
write_canonical(struct pw_text *text, const cJSON *node)
{
    pw_status status = PW_OK;

    if (cJSON_IsObject(node)) {
        PW_TRY(write_sorted(text, node));
    } else if (cJSON_IsArray(node)) {
        PW_TRY(pw_text_add_bytes(text, "[", 1));
        for (const cJSON *item = node->child; item != NULL; item = item->next) {
            PW_TRY(write_canonical(text, item));
            PW_TRY(pw_text_add_bytes(text, ",", 1));
        }
        PW_TRY(pw_text_add_bytes(text, "]", 1));
    } else if (cJSON_IsNumber(node)) {
        PW_TRY(pw_text_add(text, "%.17g", node->valuedouble));
    } else {
        PW_TRY(write_scalar(text, node));
    }
done:
    return status;
}

/** @param level of indentation; negative: all on one line */
static pw_status
write_pretty(struct pw_text *text, const cJSON *node, int level)
{
    pw_status status = PW_OK;
    const bool is_object = cJSON_IsObject(node);
    const size_t begin = text->length;

    if (!is_object && !cJSON_IsArray(node)) return write_scalar(text, node);
    if (level > 0) { /* what fits stands on one line */
        PW_TRY(write_pretty(text, node, -1));
        if (text->length - begin + 2 * (size_t) level < LINE_WIDTH - 20) goto done;
        text->length = begin;
    }
    PW_TRY(pw_text_add_bytes(text, is_object ? "{" : "[", 1));
    for (const cJSON *item = node->child; item != NULL; item = item->next) {
        if (level >= 0) PW_TRY(pw_text_add(text, "\n%*s", 2 * (level + 1), ""));
        if (is_object) {
            PW_TRY(pw_text_add_quoted(text, item->string));
            PW_TRY(pw_text_add_bytes(text, ": ", 2));
        }
        PW_TRY(write_pretty(text, item, level < 0 ? -1 : level + 1));
        if (item->next != NULL) PW_TRY(pw_text_add(text, level < 0 ? ", " : ","));
    }
    if (level >= 0 && node->child != NULL) PW_TRY(pw_text_add(text, "\n%*s", 2 * level, ""));
    PW_TRY(pw_text_add_bytes(text, is_object ? "}" : "]", 1));
done:
    return status;
}

pw_status
pw_scenario_write_json(struct pw_text *text, const cJSON *node, enum pw_layout layout)
{
    pw_status status = PW_OK;

    if (layout == PW_LAYOUT_CANONICAL) return write_canonical(text, node);
    PW_TRY(write_pretty(text, node, 0));
    PW_TRY(pw_text_add_bytes(text, "\n", 1));
done:
    return status;
}

/* --- The resolved document ---------------------------------------------------------------------
 */

static pw_status
add(cJSON *object, const char *key, cJSON *node)
{
    if (node == NULL || !cJSON_AddItemToObject(object, key, node)) {
        cJSON_Delete(node);
        return pw_status_fail(
            PW_EMEMORY, __FILE__, __LINE__, "there is no memory to resolve the scenario");
    }
    return PW_OK;
}

/** A member of the merged tree, as it stands; nothing when it is not there. */
static pw_status
add_as_it_is(const struct pw_document *document, const char *key, cJSON *into)
{
    const cJSON *node = pw_document_get(document->root, key);

    return node == NULL ? PW_OK : add(into, key, cJSON_Duplicate(node, true));
}

static pw_status
add_run(const struct pw_run_settings *settings, cJSON *into)
{
    pw_status status = PW_OK;
    cJSON *run = cJSON_CreateObject();

    PW_TRY(add(into, "run", run));
    PW_TRY(add(run, "persons", cJSON_CreateNumber((double) settings->persons)));
    PW_TRY(add(run, "history_from", cJSON_CreateNumber(settings->history_from)));
    PW_TRY(add(run, "start_year", cJSON_CreateNumber(settings->start_year)));
    PW_TRY(add(run, "years", cJSON_CreateNumber(settings->years)));
    PW_TRY(add(run, "record_from", cJSON_CreateNumber(settings->record_from)));
    PW_TRY(add(run, "record", cJSON_CreateNumber(settings->record)));
    PW_TRY(add(run, "seed", cJSON_CreateNumber((double) settings->seed)));
    PW_TRY(add(run, "replicate", cJSON_CreateNumber(settings->replicate)));
    PW_TRY(add(run, "shards", cJSON_CreateNumber(settings->shards)));
done:
    return status;
}

/** The shortest decimal that gives the same single-precision number: 0.6 and not 0.600000024. */
static double
shortest(double value)
{
    char digits[40];

    for (int precision = 6; precision <= 9; precision++) {
        (void) snprintf(digits, sizeof digits, "%.*g", precision, value);
        const double read = strtod(digits, NULL);
        if ((float) read == (float) value) return read;
    }
    return value;
}

static pw_status
add_parameters(const struct pw_params *params, cJSON *into)
{
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);
    cJSON *object = cJSON_CreateObject();

    PW_TRY(add(into, "parameters", object));
    for (size_t k = 0; k < count; k++) {
        cJSON *value;

        if (table[k].kind == PW_PARAM_COUNT)
            value = cJSON_CreateNumber(pw_params_get(params, &table[k], 0));
        else if (table[k].kind == PW_PARAM_REAL)
            value = cJSON_CreateNumber(shortest(pw_params_get(params, &table[k], 0)));
        else
            value = cJSON_CreateArray();
        PW_TRY(add(object, table[k].path, value));
        for (int i = 0; table[k].kind == PW_PARAM_REALS && i < table[k].length; i++)
            if (!cJSON_AddItemToArray(
                    value, cJSON_CreateNumber(shortest(pw_params_get(params, &table[k], i)))))
                PW_FAIL(PW_EMEMORY, "there is no memory to resolve the scenario");
    }
done:
    return status;
}

/** A member of a policy that its file leaves to its default. */
static pw_status
add_default(cJSON *policy, const char *key, double value)
{
    if (!isfinite(value) || pw_document_get(policy, key) != NULL) return PW_OK;
    return add(policy, key, cJSON_CreateNumber(value));
}

/** The sizes of what the lever does that the file leaves to their defaults. */
static pw_status
add_effects(cJSON *node, const struct pw_policy *policy)
{
    pw_status status = PW_OK;
    cJSON *effects = cJSON_GetObjectItemCaseSensitive(node, "effects");

    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        if (pw_lever_act(policy->lever, (enum pw_channel) c) == NULL) continue;
        if (effects == NULL) {
            PW_TRY(add(node, "effects", cJSON_CreateObject()));
            effects = cJSON_GetObjectItemCaseSensitive(node, "effects");
        }
        PW_TRY(add_default(effects, pw_channel_info((enum pw_channel) c)->name, policy->amount[c]));
    }
done:
    return status;
}

static pw_status
add_policies(const struct pw_document *document, const struct pw_scenario *scenario, cJSON *into)
{
    pw_status status = PW_OK;

    PW_TRY(add_as_it_is(document, "policies", into));
    cJSON *node = cJSON_GetObjectItemCaseSensitive(into, "policies");
    node = node == NULL ? NULL : node->child;
    for (int i = 0; i < scenario->num_policies; i++, node = node->next) {
        const struct pw_policy *policy = &scenario->policies[i];

        PW_TRY(add_default(node, "from", policy->from));
        PW_TRY(add_default(node, "ramp_years", policy->ramp_years));
        PW_TRY(add_default(node, "strength", policy->strength));
        PW_TRY(add_effects(node, policy));
        PW_TRY(add_default(node, "capacity", policy->capacity));
        PW_TRY(add_default(node, "budget_gbp", policy->budget_gbp));
        PW_TRY(add_default(node, "unit_cost_gbp", policy->unit_cost_gbp));
        PW_TRY(add_default(node, "ownership", policy->ownership));
    }
done:
    return status;
}

static uint64_t
hash(const char *bytes, size_t length)
{
    uint64_t value = 0xCBF29CE484222325u; /* FNV-1a */

    for (size_t i = 0; i < length; i++)
        value = (value ^ (unsigned char) bytes[i]) * 0x100000001B3u;
    return pw_mix64(value);
}

pw_status
pw_scenario_write_text(const struct pw_document *document, struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct pw_text pretty = { 0 }, canonical = { 0 };
    cJSON *resolved = cJSON_CreateObject();

    if (resolved == NULL) PW_FAIL(PW_EMEMORY, "there is no memory to resolve the scenario");
    PW_TRY(add_as_it_is(document, "title", resolved));
    PW_TRY(add_as_it_is(document, "why", resolved));
    PW_TRY(add_run(&scenario->run, resolved));
    PW_TRY(add_parameters(&scenario->params, resolved));
    PW_TRY(add_as_it_is(document, "calibrated", resolved));
    PW_TRY(add_policies(document, scenario, resolved));
    PW_TRY(add_as_it_is(document, "regions", resolved));
    PW_TRY(add_as_it_is(document, "labour_markets", resolved));
    PW_TRY(add_as_it_is(document, "places", resolved));
    PW_TRY(add_as_it_is(document, "paths", resolved));
    PW_TRY(add_as_it_is(document, "sources", resolved));

    PW_TRY(pw_scenario_write_json(&pretty, resolved, PW_LAYOUT_PRETTY));
    PW_TRY(pw_strdup(pretty.bytes, &scenario->resolved_text));
    PW_TRY(pw_scenario_write_json(&canonical, resolved, PW_LAYOUT_CANONICAL));
    scenario->digest = hash(canonical.bytes, canonical.length);
done:
    cJSON_Delete(resolved);
    pw_text_free(&pretty);
    pw_text_free(&canonical);
    return status;
}

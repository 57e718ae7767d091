/*
 * Run settings and parameters.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "scenario_document.h"

#define MIN_PERSONS 1000
#define MAX_PERSONS 2000000000

/** Report the persons that a run cannot have. The range is said with its reason. */
static void
read_persons(struct pw_document *document, const cJSON *node, int64_t *persons)
{
    static const struct pw_document_range any = { -1e300, 1e300, "people" };
    double number = 0.0;

    if (!pw_document_number(document, node, "persons", &any, &number)) return;
    if (number < MIN_PERSONS)
        pw_document_fault(document, node,
            "persons: %.15g is too few; a country of fewer than %d has places without people: "
            "write %d or more",
            number, MIN_PERSONS, MIN_PERSONS);
    else if (number > MAX_PERSONS)
        pw_document_fault(document, node,
            "persons: %.15g is over the limit of %d people in one run: write fewer (England has "
            "about 58000000)",
            number, MAX_PERSONS);
    else
        (void) pw_document_whole(document, node, "persons", &any, persons);
}

/** A setting that fits an int. */
static void
read_int(struct pw_document *document, const cJSON *node, const struct pw_document_range *range,
    int *value)
{
    int64_t whole = *value;

    if (pw_document_whole(document, node, node == NULL ? "" : node->string, range, &whole))
        *value = (int) whole;
}

/** Settings that contradict each other. */
static void
check_years(
    struct pw_document *document, const cJSON *object, const struct pw_run_settings *settings)
{
    const cJSON *history = pw_document_get(object, "history_from");
    const cJSON *record = pw_document_get(object, "record_from");
    const int end = settings->start_year + settings->years - 1;

    if (settings->history_from > settings->start_year)
        pw_document_fault(document, history == NULL ? object : history,
            "history_from: %d comes after start_year, %d: history ends where the scenario starts",
            settings->history_from, settings->start_year);
    else if (settings->history_from >= end)
        pw_document_fault(document, history == NULL ? object : history,
            "history_from: the run would end in %d and has no year to live through; begin earlier "
            "or give it more years",
            end);
    else if (settings->record_from < settings->history_from)
        pw_document_fault(document, record == NULL ? object : record,
            "record_from: %d comes before history_from, %d: nobody has been simulated by then",
            settings->record_from, settings->history_from);
    else if (settings->record_from > end)
        pw_document_fault(document, record == NULL ? object : record,
            "record_from: %d comes after the end of the run, %d", settings->record_from, end);
}

static void
read_run(struct pw_document *document, const cJSON *object, struct pw_run_settings *settings)
{
    static const char *const keys[] = { "persons", "history_from", "start_year", "years",
        "record_from", "record", "seed", "replicate", "shards" };
    static const struct pw_document_range year = { 1801, 2200, "year" },
                                          years = { 0, 200, "years" },
                                          replicate = { 0, 1000000, "number" },
                                          shards = { 0, 100000, "shards, 0 by population" },
                                          share = { 0, 1, "share of people" },
                                          seed = { 0, 9007199254740991, "number" };

    *settings = (struct pw_run_settings){ .persons = 100000,
        .history_from = 1965,
        .start_year = 2025,
        .years = 40,
        .record = 1,
        .seed = 1 };
    if (!pw_document_is_object(document, object)) object = NULL;
    pw_document_check_keys(document, object, keys, sizeof keys / sizeof *keys, "run");
    read_persons(document, pw_document_get(object, "persons"), &settings->persons);
    read_int(document, pw_document_get(object, "history_from"), &year, &settings->history_from);
    read_int(document, pw_document_get(object, "start_year"), &year, &settings->start_year);
    read_int(document, pw_document_get(object, "years"), &years, &settings->years);
    settings->record_from = settings->start_year - 10 > settings->history_from
                                ? settings->start_year - 10
                                : settings->history_from;
    read_int(document, pw_document_get(object, "record_from"), &year, &settings->record_from);
    (void) pw_document_number(
        document, pw_document_get(object, "record"), "record", &share, &settings->record);
    (void) pw_document_whole(
        document, pw_document_get(object, "seed"), "seed", &seed, &settings->seed);
    read_int(document, pw_document_get(object, "replicate"), &replicate, &settings->replicate);
    read_int(document, pw_document_get(object, "shards"), &shards, &settings->shards);
    check_years(document, object, settings);
}

static void
set_value(struct pw_document *document, const cJSON *node, const struct pw_param *param, int i,
    struct pw_params *params)
{
    if (!cJSON_IsNumber(node))
        pw_document_fault(document, node,
            "%s is %s; a number from %.15g to %.15g (%s) belongs here", param->path,
            pw_document_kind(node), param->min, param->max, param->unit);
    else if (pw_params_set(params, param, i, node->valuedouble) != PW_OK)
        pw_document_fault(document, node, "%s", pw_status_message());
}

static void
read_parameter(struct pw_document *document, const cJSON *node, struct pw_params *params)
{
    const struct pw_param *param = pw_params_find(node->string);
    int i = 0;

    if (param == NULL) {
        const char *nearest = pw_params_nearest(node->string);

        if (nearest != NULL)
            pw_document_fault_key(document, node,
                "%s: there is no such parameter; did you mean %s?", node->string, nearest);
        else
            pw_document_fault_key(document, node,
                "%s: there is no such parameter; `pathways describe parameters` lists them",
                node->string);
        return;
    }
    if (param->kind != PW_PARAM_REALS) {
        set_value(document, node, param, 0, params);
        return;
    }
    if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != param->length) {
        pw_document_fault(document, node, "%s is %s of %d; an array of %d numbers belongs here",
            param->path, pw_document_kind(node), cJSON_GetArraySize(node), param->length);
        return;
    }
    for (const cJSON *value = node->child; value != NULL; value = value->next)
        set_value(document, value, param, i++, params);
}

void
pw_scenario_read_settings(struct pw_document *document, struct pw_scenario *scenario)
{
    const cJSON *parameters = pw_document_get(document->root, "parameters");

    read_run(document, pw_document_get(document->root, "run"), &scenario->run);
    pw_params_default(&scenario->params);
    if (!pw_document_is_object(document, parameters)) return;
    for (const cJSON *node = parameters->child; node != NULL && !pw_document_is_full(document);
         node = node->next)
        read_parameter(document, node, &scenario->params);
}

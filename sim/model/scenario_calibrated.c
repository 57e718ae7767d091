/*
 * Which values came from a fit, and where a value comes from.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/alloc.h"
#include "scenario_document.h"

/** "gcse.attainment_sd": { "value": 0.31, "standard_error": 0.02 } */
static void
read_mark(struct pw_document *document, const cJSON *node, struct pw_scenario *scenario)
{
    static const char *const keys[] = { "value", "standard_error" };
    static const struct pw_document_range errors = { 0, 1e12, "unit of the parameter" };
    struct pw_calibrated mark = { 0 };
    const pw_status found = pw_params_find_value(node->string, &mark.param, &mark.index);

    if (found == PW_EMEMORY) document->status = found;
    if (found != PW_OK) {
        pw_document_fault_key(document, node, "%s", pw_status_message());
        return;
    }
    if (!pw_document_is_object(document, node)) return;
    const struct pw_document_range values = { mark.param->min, mark.param->max, mark.param->unit };
    pw_document_check_keys(document, node, keys, sizeof keys / sizeof *keys, "a calibrated value");
    (void) pw_document_number(
        document, pw_document_need(document, node, "value"), "value", &values, &mark.value);
    (void) pw_document_number(document, pw_document_need(document, node, "standard_error"),
        "standard_error", &errors, &mark.standard_error);
    scenario->calibrated[scenario->num_calibrated++] = mark;
}

void
pw_scenario_read_calibrated(struct pw_document *document, struct pw_scenario *scenario)
{
    const cJSON *marks = pw_document_get(document->root, "calibrated");

    if (marks == NULL || !pw_document_is_object(document, marks)) return;
    if (document->status == PW_OK)
        document->status = pw_alloc((size_t) cJSON_GetArraySize(marks),
            sizeof *scenario->calibrated, &scenario->calibrated);
    for (const cJSON *node = marks->child; node != NULL && !pw_document_is_full(document);
         node = node->next)
        read_mark(document, node, scenario);
}

const struct pw_calibrated *
pw_scenario_calibrated(const struct pw_scenario *scenario, const struct pw_param *param, int index)
{
    const double value = pw_params_get(&scenario->params, param, index);

    for (int m = 0; m < scenario->num_calibrated; m++) {
        const struct pw_calibrated *mark = &scenario->calibrated[m];

        /* What a float cannot hold is compared as the float that was stored. */
        if (mark->param == param && mark->index == index && (float) mark->value == (float) value)
            return mark;
    }
    return NULL;
}

enum pw_value_status
pw_scenario_value_status(
    const struct pw_scenario *scenario, const struct pw_param *param, int index)
{
    const double value = pw_params_get(&scenario->params, param, index);

    if (pw_scenario_calibrated(scenario, param, index) != NULL) return PW_VALUE_CALIBRATED;
    return (float) value == (float) param->default_value[index] ? PW_VALUE_DEFAULT : PW_VALUE_SET;
}

const char *
pw_scenario_value_source(
    const struct pw_scenario *scenario, const struct pw_param *param, int index)
{
    switch (pw_scenario_value_status(scenario, param, index)) {
    case PW_VALUE_CALIBRATED:
        return "calibrated";
    case PW_VALUE_SET:
        return "scenario";
    default:
        return param->source;
    }
}

const char *
pw_value_status_name(enum pw_value_status status)
{
    static const char *const names[] = { "default", "set", "calibrated" };

    return names[status];
}

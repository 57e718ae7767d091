/*
 * What of a scenario has a part in its history.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/alloc.h"
#include "pathways/rng.h"
#include "scenario_document.h"

/* Policies keep their numbers, which people carry with them: one that is to come leaves a gap. */
static pw_status
forget_later_policies(cJSON *root, int start_year)
{
    cJSON *policies = cJSON_GetObjectItemCaseSensitive(root, "policies");
    int last = -1, index = 0;

    if (!cJSON_IsArray(policies)) return PW_OK;
    for (cJSON *policy = policies->child; policy != NULL; policy = policy->next, index++) {
        const cJSON *from = cJSON_GetObjectItemCaseSensitive(policy, "from");

        if (cJSON_IsNumber(from) && from->valuedouble < start_year) last = index;
    }
    while (cJSON_GetArraySize(policies) > last + 1)
        cJSON_DeleteItemFromArray(policies, last + 1);
    index = 0;
    for (cJSON *policy = policies->child, *next; policy != NULL; policy = next, index++) {
        const cJSON *from = cJSON_GetObjectItemCaseSensitive(policy, "from");

        next = policy->next;
        if (cJSON_IsNumber(from) && from->valuedouble < start_year) continue;
        if (!cJSON_ReplaceItemInArray(policies, index, cJSON_CreateNull()))
            return pw_status_fail(
                PW_EMEMORY, __FILE__, __LINE__, "there is no memory to compare scenarios");
    }
    if (policies->child == NULL) cJSON_DeleteItemFromObjectCaseSensitive(root, "policies");
    return PW_OK;
}

pw_status
pw_scenario_history_digest(const struct pw_scenario *scenario, uint64_t *digest)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    uint64_t value = 0xCBF29CE484222325u; /* FNV-1a */
    cJSON *root = cJSON_Parse(scenario->resolved_text);

    if (root == NULL) PW_FAIL(PW_EMEMORY, "there is no memory to compare scenarios");
    PW_TRY(forget_later_policies(root, scenario->run.start_year));
    PW_TRY(pw_scenario_write_json(&text, root, PW_LAYOUT_CANONICAL));
    /* What is recorded changes no lives, but a saved history holds it. */
    PW_TRY(pw_text_add(
        &text, "record=%.17g from %d", scenario->run.record, scenario->run.record_from));
    for (size_t i = 0; i < text.length; i++)
        value = (value ^ (unsigned char) text.bytes[i]) * 0x100000001B3u;
    *digest = pw_mix64(value);
done:
    cJSON_Delete(root);
    pw_text_free(&text);
    return status;
}

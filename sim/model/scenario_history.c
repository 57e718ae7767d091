/*
 * What of a scenario has a part in its history.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/alloc.h"
#include "pathways/rng.h"
#include "scenario_document.h"

pw_status
pw_scenario_history_digest(const struct pw_scenario *scenario, uint64_t *digest)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    uint64_t value = 0xCBF29CE484222325u; /* FNV-1a */
    cJSON *root = cJSON_Parse(scenario->resolved_text);

    if (root == NULL) PW_FAIL(PW_EMEMORY, "there is no memory to compare scenarios");
    /* No policy begins before the start year: history is the same in all scenarios. */
    cJSON_DeleteItemFromObjectCaseSensitive(root, "policies");
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

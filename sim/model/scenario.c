/*
 * A scenario from its files: read, merge, check every section, write it out resolved.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/scenario.h"

#include <string.h>

#include "pathways/alloc.h"
#include "scenario_document.h"

/** What belongs to no section. */
static void
read_head(struct pw_document *document, struct pw_scenario *scenario)
{
    static const char *const keys[] = { "$schema", "title", "why", "extends", "sources", "run",
        "parameters", "calibrated", "paths", "regions", "labour_markets", "places", "policies" };
    const cJSON *root = document->root;
    const cJSON *sources = pw_document_get(root, "sources");
    const char *title = pw_document_text(document, pw_document_get(root, "title"), "title");
    const char *why = pw_document_text(document, pw_document_get(root, "why"), "why");

    pw_document_check_keys(document, root, keys, sizeof keys / sizeof *keys, "a scenario");
    scenario->title = pw_document_copy(document, title == NULL ? "" : title);
    scenario->why = pw_document_copy(document, why == NULL ? "" : why);
    (void) pw_document_text(document, pw_document_get(root, "$schema"), "$schema");
    if (sources == NULL || !pw_document_is_object(document, sources)) return;
    for (const cJSON *source = sources->child; source != NULL; source = source->next)
        (void) pw_document_text(document, source, source->string);
}

/** Every section of a document that has been read. */
static pw_status
read_sections(struct pw_document *document, const char *name, struct pw_scenario *scenario)
{
    pw_status status = PW_OK;

    if (document->root != NULL) {
        read_head(document, scenario);
        pw_scenario_read_settings(document, scenario);
        pw_scenario_read_calibrated(document, scenario);
        pw_scenario_read_places(document, scenario);
        pw_scenario_read_paths(document, scenario);
        pw_scenario_read_policies(document, scenario);
    }
    PW_TRY(document->status);
    pw_document_sort_faults(document);
    PW_TRY(pw_faults_refuse(document->faults, name));
    PW_TRY(pw_scenario_write_text(document, scenario));
    scenario->source_text = document->source_text;
    document->source_text = NULL;
done:
    return status;
}

pw_status
pw_scenario_read(const char *path, const char *const *overrides, size_t num_overrides,
    struct pw_scenario *scenario, struct pw_faults *faults)
{
    pw_status status = PW_OK;
    struct pw_document document = { .faults = faults };

    PW_TRY(pw_document_read(&document, path, overrides, num_overrides));
    PW_TRY(read_sections(&document, path, scenario));
done:
    pw_document_free(&document);
    return status;
}

pw_status
pw_scenario_read_text(
    const char *name, const char *text, struct pw_scenario *scenario, struct pw_faults *faults)
{
    pw_status status = PW_OK;
    struct pw_document document = { .faults = faults };

    PW_TRY(pw_document_read_text(&document, name, text));
    PW_TRY(read_sections(&document, name, scenario));
done:
    pw_document_free(&document);
    return status;
}

const struct pw_policy *
pw_scenario_policy(const struct pw_scenario *scenario, const char *name)
{
    for (int p = 0; p < scenario->num_policies; p++)
        if (strcmp(scenario->policies[p].name, name) == 0) return &scenario->policies[p];
    return NULL;
}

void
pw_scenario_free(struct pw_scenario *scenario)
{
    for (int i = 0; i < scenario->num_regions; i++) {
        pw_free(&scenario->regions[i].name);
        pw_free(&scenario->regions[i].source);
    }
    for (int i = 0; i < scenario->num_labour_markets; i++) {
        pw_free(&scenario->labour_markets[i].name);
        pw_free(&scenario->labour_markets[i].source);
    }
    for (int i = 0; i < scenario->num_places; i++) {
        pw_free(&scenario->places[i].code);
        pw_free(&scenario->places[i].name);
        pw_free(&scenario->places[i].source);
    }
    for (int i = 0; i < scenario->num_policies; i++) {
        pw_free(&scenario->policies[i].name);
        pw_free(&scenario->policies[i].in_place);
    }
    for (int i = 0; i < PW_NUM_PATHS; i++) {
        pw_free(&scenario->paths[i].year);
        pw_free(&scenario->paths[i].value);
        pw_free(&scenario->paths[i].source);
    }
    for (int i = 0; i < scenario->num_tags; i++)
        pw_free(&scenario->tags[i]);
    pw_free(&scenario->calibrated);
    pw_free(&scenario->regions);
    pw_free(&scenario->labour_markets);
    pw_free(&scenario->places);
    pw_free(&scenario->policies);
    pw_free(&scenario->title);
    pw_free(&scenario->why);
    pw_free(&scenario->source_text);
    pw_free(&scenario->resolved_text);
    *scenario = (struct pw_scenario){ 0 };
}

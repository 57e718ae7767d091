/*
 * Regions, labour markets and places, with their published inputs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"
#include "scenario_document.h"

#define MAX_KEYS 32

/** An array of the scenario, [count] entries of at most `max`, each of at least one. */
static const cJSON *
get_entries(struct pw_document *document, const char *key, int max, int *count)
{
    const cJSON *array = pw_document_get(document->root, key);

    *count = 0;
    if (array == NULL && !document->is_partial)
        pw_document_fault(document, NULL,
            "\"%s\" is missing: extend a base scenario (\"extends\": \"england.json\") or list "
            "them",
            key);
    if (array == NULL || !pw_document_is_array(document, array)) return NULL;
    *count = cJSON_GetArraySize(array);
    if (*count == 0) pw_document_fault(document, array, "%s is empty: list at least one", key);
    if (*count > max) {
        pw_document_fault(document, array, "%s has %d entries, more than the %d that there may be",
            key, *count, max);
        *count = 0;
    }
    return *count == 0 ? NULL : array->child;
}

/** Keys that an entry may have: those given, then the inputs of its family. */
static void
check_keys(struct pw_document *document, const cJSON *object, const char *const *own,
    enum pw_input_family family, const char *what)
{
    const char *keys[MAX_KEYS];
    int num_inputs = 0;
    size_t count = 0;
    const struct pw_input_info *inputs = pw_inputs(family, &num_inputs);

    for (; *own != NULL; own++)
        keys[count++] = *own;
    PW_BUG_IF(count + (size_t) num_inputs > MAX_KEYS);
    for (int i = 0; i < num_inputs; i++)
        keys[count++] = inputs[i].name;
    pw_document_check_keys(document, object, keys, count, what);
}

static void
read_inputs(
    struct pw_document *document, const cJSON *object, enum pw_input_family family, double *input)
{
    int count = 0;
    const struct pw_input_info *infos = pw_inputs(family, &count);

    for (int i = 0; i < count; i++) {
        const struct pw_document_range range = { infos[i].min, infos[i].max, infos[i].unit };
        const cJSON *node = pw_document_need(document, object, infos[i].name);

        (void) pw_document_number(document, node, infos[i].name, &range, &input[i]);
    }
}

/** Text of a member that must be there; a fault when it stands in `earlier` names already. */
static char *
read_name(struct pw_document *document, const cJSON *object, const char *key)
{
    const cJSON *node = pw_document_need(document, object, key);

    return pw_document_copy(document, pw_document_text(document, node, key));
}

static bool
is_same(const char *left, const char *right)
{
    return left != NULL && right != NULL && strcmp(left, right) == 0;
}

static void
read_regions(struct pw_document *document, struct pw_scenario *scenario)
{
    static const char *const keys[] = { "name", "source", NULL };
    int count = 0;
    const cJSON *object = get_entries(document, "regions", PW_MAX_REGIONS, &count);

    if (document->status == PW_OK)
        document->status = pw_alloc((size_t) count, sizeof *scenario->regions, &scenario->regions);
    for (; object != NULL && document->status == PW_OK; object = object->next) {
        struct pw_region *region = &scenario->regions[scenario->num_regions++];

        if (!pw_document_is_object(document, object)) continue;
        check_keys(document, object, keys, PW_INPUTS_REGION, "a region");
        region->name = read_name(document, object, "name");
        region->source = pw_document_copy(document, pw_document_source(document, object));
        read_inputs(document, object, PW_INPUTS_REGION, region->input);
        for (const struct pw_region *other = scenario->regions; other < region; other++)
            if (is_same(other->name, region->name))
                pw_document_fault(document, pw_document_get(object, "name"),
                    "name: there is another region \"%s\": each has its own name", region->name);
    }
}

static void
read_labour_markets(struct pw_document *document, struct pw_scenario *scenario)
{
    static const char *const keys[] = { "name", "source", NULL };
    int count = 0;
    const cJSON *object = get_entries(document, "labour_markets", PW_MAX_LABOUR_MARKETS, &count);

    if (document->status == PW_OK)
        document->status =
            pw_alloc((size_t) count, sizeof *scenario->labour_markets, &scenario->labour_markets);
    for (; object != NULL && document->status == PW_OK; object = object->next) {
        struct pw_labour_market *market = &scenario->labour_markets[scenario->num_labour_markets++];

        if (!pw_document_is_object(document, object)) continue;
        check_keys(document, object, keys, PW_INPUTS_LABOUR_MARKET, "a labour market");
        market->name = read_name(document, object, "name");
        market->source = pw_document_copy(document, pw_document_source(document, object));
        read_inputs(document, object, PW_INPUTS_LABOUR_MARKET, market->input);
        for (const struct pw_labour_market *other = scenario->labour_markets; other < market;
             other++)
            if (is_same(other->name, market->name))
                pw_document_fault(document, pw_document_get(object, "name"),
                    "name: there is another labour market \"%s\": each has its own name",
                    market->name);
    }
}

/** Index of the labour market or region (`key`) of a place; 0 with a fault when there is none. */
static int
find_parent(struct pw_document *document, const struct pw_scenario *scenario, const cJSON *object,
    const char *key)
{
    const bool is_region = strcmp(key, "region") == 0;
    const int count = is_region ? scenario->num_regions : scenario->num_labour_markets;
    const cJSON *node = pw_document_need(document, object, key);
    const char *wanted = pw_document_text(document, node, key);

    if (wanted == NULL || count == 0) return 0;
    struct pw_spelling spelling = pw_spelling_of(wanted);
    for (int i = 0; i < count; i++) {
        const char *name = is_region ? scenario->regions[i].name : scenario->labour_markets[i].name;

        if (is_same(name, wanted)) return i;
        pw_spelling_try(&spelling, name);
    }
    if (spelling.nearest != NULL)
        pw_document_fault(document, node, "%s: there is no \"%s\"; did you mean \"%s\"?", key,
            wanted, spelling.nearest);
    else
        pw_document_fault(
            document, node, "%s: there is no \"%s\" in \"%ss\": add it there", key, wanted, key);
    return 0;
}

/** Number of a tag, which is added when it is new; -1 with a fault when there are too many. */
static int
find_tag(struct pw_document *document, struct pw_scenario *scenario, const cJSON *node)
{
    const char *tag = pw_document_text(document, node, "a tag");

    if (tag == NULL) return -1;
    for (int i = 0; i < scenario->num_tags; i++)
        if (is_same(scenario->tags[i], tag)) return i;
    if (scenario->num_tags == PW_MAX_TAGS) {
        pw_document_fault(document, node, "\"%s\" would be tag %d: there may be %d", tag,
            PW_MAX_TAGS + 1, PW_MAX_TAGS);
        return -1;
    }
    scenario->tags[scenario->num_tags] = pw_document_copy(document, tag);
    return scenario->num_tags++;
}

static void
read_place(struct pw_document *document, struct pw_scenario *scenario, const cJSON *object,
    struct pw_place *place)
{
    static const char *const keys[] = { "code", "name", "labour_market", "region", "tags", "source",
        NULL };
    const cJSON *tags = pw_document_get(object, "tags");

    check_keys(document, object, keys, PW_INPUTS_PLACE, "a place");
    place->code = read_name(document, object, "code");
    place->name = read_name(document, object, "name");
    place->labour_market = find_parent(document, scenario, object, "labour_market");
    place->region = find_parent(document, scenario, object, "region");
    place->source = pw_document_copy(document, pw_document_source(document, object));
    read_inputs(document, object, PW_INPUTS_PLACE, place->input);
    if (tags == NULL || !pw_document_is_array(document, tags)) return;
    for (const cJSON *node = tags->child; node != NULL; node = node->next) {
        const int tag = find_tag(document, scenario, node);

        if (tag >= 0) place->tags |= (uint64_t) 1 << tag;
    }
}

/** Every labour market and region must have a place, or nobody could live or work there. */
static void
check_parents(struct pw_document *document, const struct pw_scenario *scenario)
{
    const cJSON *markets = pw_document_get(document->root, "labour_markets");
    const cJSON *regions = pw_document_get(document->root, "regions");
    bool market_has_place[PW_MAX_LABOUR_MARKETS] = { false };
    bool region_has_place[PW_MAX_REGIONS] = { false };

    for (int i = 0; i < scenario->num_places; i++) {
        market_has_place[scenario->places[i].labour_market] = true;
        region_has_place[scenario->places[i].region] = true;
    }
    for (int i = 0; i < scenario->num_labour_markets; i++)
        if (!market_has_place[i] && scenario->labour_markets[i].name != NULL)
            pw_document_fault(document, cJSON_GetArrayItem(markets, i),
                "the labour market \"%s\" has no place: remove it, or name it in a place",
                scenario->labour_markets[i].name);
    for (int i = 0; i < scenario->num_regions; i++)
        if (!region_has_place[i] && scenario->regions[i].name != NULL)
            pw_document_fault(document, cJSON_GetArrayItem(regions, i),
                "the region \"%s\" has no place: remove it, or name it in a place",
                scenario->regions[i].name);
}

/** Names and codes are one namespace: a selector may use either. */
static void
check_place_names(struct pw_document *document, const struct pw_scenario *scenario,
    const cJSON *object, const struct pw_place *place)
{
    for (const struct pw_place *other = scenario->places; other < place; other++) {
        if (is_same(other->code, place->code) || is_same(other->name, place->code))
            pw_document_fault(document, pw_document_get(object, "code"),
                "code: another place is called \"%s\": each has its own code", place->code);
        if (is_same(other->name, place->name) || is_same(other->code, place->name))
            pw_document_fault(document, pw_document_get(object, "name"),
                "name: another place is called \"%s\": each has its own name", place->name);
    }
}

void
pw_scenario_read_places(struct pw_document *document, struct pw_scenario *scenario)
{
    const size_t num_faults = document->faults->count;
    int count = 0;

    read_regions(document, scenario);
    read_labour_markets(document, scenario);
    const cJSON *object = get_entries(document, "places", PW_MAX_PLACES, &count);
    if (document->status == PW_OK)
        document->status = pw_alloc((size_t) count, sizeof *scenario->places, &scenario->places);
    for (; object != NULL && document->status == PW_OK; object = object->next) {
        struct pw_place *place = &scenario->places[scenario->num_places++];

        if (!pw_document_is_object(document, object)) continue;
        read_place(document, scenario, object, place);
        check_place_names(document, scenario, object, place);
    }
    if (scenario->num_places > 0 && document->faults->count == num_faults)
        check_parents(document, scenario);
}

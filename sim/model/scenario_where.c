/*
 * Where a policy acts: conditions of one kind widen the choice, conditions of different kinds
 * narrow it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "pathways/spelling.h"
#include "scenario_document.h"

/** A kind of condition: how many names there are, which they are, and whether a place answers to
 * one. */
struct kind {
    const char *key, *one; /* "labour_markets", "labour market" */
    int (*count)(const struct pw_scenario *scenario);
    const char *(*name)(const struct pw_scenario *scenario, int index);
    bool (*holds)(const struct pw_scenario *scenario, int place, int index);
};

/* Places are called by code or name: names 2i and 2i + 1. */
static int
count_places(const struct pw_scenario *scenario)
{
    return 2 * scenario->num_places;
}

static const char *
place_name(const struct pw_scenario *scenario, int index)
{
    const struct pw_place *place = &scenario->places[index / 2];

    return index % 2 == 0 ? place->code : place->name;
}

static bool
is_place(const struct pw_scenario *scenario, int place, int index)
{
    (void) scenario;
    return place == index / 2;
}

static int
count_tags(const struct pw_scenario *scenario)
{
    return scenario->num_tags;
}

static const char *
tag_name(const struct pw_scenario *scenario, int index)
{
    return scenario->tags[index];
}

static bool
has_tag(const struct pw_scenario *scenario, int place, int index)
{
    return (scenario->places[place].tags >> index & 1) != 0;
}

static int
count_markets(const struct pw_scenario *scenario)
{
    return scenario->num_labour_markets;
}

static const char *
market_name(const struct pw_scenario *scenario, int index)
{
    return scenario->labour_markets[index].name;
}

static bool
is_in_market(const struct pw_scenario *scenario, int place, int index)
{
    return scenario->places[place].labour_market == index;
}

static int
count_regions(const struct pw_scenario *scenario)
{
    return scenario->num_regions;
}

static const char *
region_name(const struct pw_scenario *scenario, int index)
{
    return scenario->regions[index].name;
}

static bool
is_in_region(const struct pw_scenario *scenario, int place, int index)
{
    return scenario->places[place].region == index;
}

static const struct kind kinds[] = {
    { "places", "place", count_places, place_name, is_place },
    { "tags", "tag", count_tags, tag_name, has_tag },
    { "labour_markets", "labour market", count_markets, market_name, is_in_market },
    { "regions", "region", count_regions, region_name, is_in_region },
};

/** Index of a name of a kind; -1, with a fault, when there is none. */
static int
find_name(struct pw_document *document, const struct pw_scenario *scenario, const struct kind *kind,
    const cJSON *node)
{
    const char *wanted = pw_document_text(document, node, kind->key);

    if (wanted == NULL) return -1;
    struct pw_spelling spelling = pw_spelling_of(wanted);
    for (int i = 0; i < kind->count(scenario); i++) {
        const char *name = kind->name(scenario, i);

        if (name != NULL && strcmp(name, wanted) == 0) return i;
        pw_spelling_try(&spelling, name);
    }
    if (scenario->num_places == 0) return -1; /* the places themselves could not be read */
    if (spelling.nearest != NULL)
        pw_document_fault(document, node, "%s: there is no %s \"%s\"; did you mean \"%s\"?",
            kind->key, kind->one, wanted, spelling.nearest);
    else
        pw_document_fault(document, node, "%s: there is no %s \"%s\" in this scenario", kind->key,
            kind->one, wanted);
    return -1;
}

/** Keep the chosen places that answer to at least one name. */
static void
narrow_by_names(struct pw_document *document, const struct pw_scenario *scenario,
    const struct kind *kind, const cJSON *names, bool *is_chosen)
{
    bool is_named[PW_MAX_PLACES] = { false };

    if (names == NULL || !pw_document_is_array(document, names)) return;
    if (names->child == NULL)
        pw_document_fault(document, names,
            "%s is empty and so names nowhere: leave it out to mean everywhere", kind->key);
    for (const cJSON *node = names->child; node != NULL; node = node->next) {
        const int index = find_name(document, scenario, kind, node);

        for (int place = 0; index >= 0 && place < scenario->num_places; place++)
            is_named[place] = is_named[place] || kind->holds(scenario, place, index);
    }
    for (int place = 0; place < scenario->num_places; place++)
        is_chosen[place] = is_chosen[place] && is_named[place];
}

/** Number of a place input; -1, with a fault, when there is none. */
static int
find_input(struct pw_document *document, const cJSON *node)
{
    const char *wanted = pw_document_text(document, node, "input");
    int count = 0;
    const struct pw_input_info *inputs = pw_inputs(PW_INPUTS_PLACE, &count);

    if (wanted == NULL) return -1;
    struct pw_spelling spelling = pw_spelling_of(wanted);
    for (int i = 0; i < count; i++) {
        if (strcmp(inputs[i].name, wanted) == 0) return i;
        pw_spelling_try(&spelling, inputs[i].name);
    }
    if (spelling.nearest != NULL)
        pw_document_fault(document, node, "input: places have no \"%s\"; did you mean \"%s\"?",
            wanted, spelling.nearest);
    else
        pw_document_fault(document, node,
            "input: places have no \"%s\"; `pathways describe inputs` lists what they have",
            wanted);
    return -1;
}

/** Keep the given share of the chosen places, those lowest or highest on an input. */
static void
narrow_by_rank(struct pw_document *document, const struct pw_scenario *scenario, const cJSON *rank,
    bool *is_chosen)
{
    static const char *const keys[] = { "input", "lowest", "highest" };
    static const struct pw_document_range share_range = { 0, 1, "share of places" };
    bool is_kept[PW_MAX_PLACES] = { false };
    double share = 1.0;
    int count = 0;

    if (rank == NULL || !pw_document_is_object(document, rank)) return;
    pw_document_check_keys(document, rank, keys, sizeof keys / sizeof *keys, "rank");
    const cJSON *lowest = pw_document_get(rank, "lowest");
    const cJSON *highest = pw_document_get(rank, "highest");
    const int input = find_input(document, pw_document_need(document, rank, "input"));
    if ((lowest == NULL) == (highest == NULL))
        pw_document_fault(document, rank,
            "rank says %s \"lowest\" and \"highest\": write one of them, a share from 0 to 1",
            lowest == NULL ? "neither" : "both");
    if (!pw_document_number(document, lowest != NULL ? lowest : highest,
            lowest != NULL ? "lowest" : "highest", &share_range, &share)
        || input < 0)
        return;
    for (int place = 0; place < scenario->num_places; place++)
        count += is_chosen[place];
    const double sign = lowest != NULL ? 1.0 : -1.0;
    /* A fifth of 151 places is 31: one more rather than one less, but never by rounding error. */
    int wanted = (int) ceil(share * count - 1e-9);
    for (; wanted > 0; wanted--) {
        int best = -1; /* ties go to the place that is listed first */

        for (int place = 0; place < scenario->num_places; place++)
            if (is_chosen[place] && !is_kept[place]
                && (best < 0
                    || sign * scenario->places[place].input[input]
                           < sign * scenario->places[best].input[input]))
                best = place;
        is_kept[best] = true;
    }
    memcpy(is_chosen, is_kept, (size_t) scenario->num_places * sizeof *is_chosen);
}

void
pw_scenario_select_places(struct pw_document *document, const struct pw_scenario *scenario,
    const cJSON *where, bool *is_chosen)
{
    static const char *const keys[] = { "places", "tags", "labour_markets", "regions", "rank" };
    const size_t num_faults = document->faults->count;
    int count = 0;

    for (int place = 0; place < scenario->num_places; place++)
        is_chosen[place] = true;
    if (where == NULL || !pw_document_is_object(document, where)) return;
    pw_document_check_keys(document, where, keys, sizeof keys / sizeof *keys, "where");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        narrow_by_names(
            document, scenario, &kinds[i], pw_document_get(where, kinds[i].key), is_chosen);
    narrow_by_rank(document, scenario, pw_document_get(where, "rank"), is_chosen);
    for (int place = 0; place < scenario->num_places; place++)
        count += is_chosen[place];
    if (count == 0 && scenario->num_places > 0 && document->faults->count == num_faults)
        pw_document_fault(document, where,
            "where: no place meets all of its conditions; widen it, or remove the policy");
}

/*
 * JSON Schema (draft-07) of a scenario file. Nothing is required at the top: a file may extend
 * another.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/text.h"
#include "scenario_document.h"

/* A node that could not be made shows once, at the end: everything is put in its place by these
 * two. */
static _Thread_local bool is_broken;

static void
add(cJSON *object, const char *key, cJSON *node)
{
    if (cJSON_AddItemToObject(object, key, node)) return;
    cJSON_Delete(node);
    is_broken = true;
}

static void
push(cJSON *array, cJSON *node)
{
    if (cJSON_AddItemToArray(array, node)) return;
    cJSON_Delete(node);
    is_broken = true;
}

static cJSON *
make(const char *type, const char *about)
{
    cJSON *node = cJSON_CreateObject();

    add(node, "type", cJSON_CreateString(type));
    if (about != NULL) add(node, "description", cJSON_CreateString(about));
    return node;
}

static cJSON *
make_number(const char *type, double min, double max, const char *about)
{
    cJSON *node = make(type, about);

    add(node, "minimum", cJSON_CreateNumber(min));
    add(node, "maximum", cJSON_CreateNumber(max));
    return node;
}

static cJSON *
make_text(const char *about)
{
    cJSON *node = make("string", about);

    add(node, "minLength", cJSON_CreateNumber(1));
    return node;
}

static cJSON *
make_array(cJSON *items, const char *about)
{
    cJSON *node = make("array", about);

    add(node, "items", items);
    return node;
}

static cJSON *
make_names(const char *about)
{
    cJSON *node = make_array(make_text(NULL), about);

    add(node, "minItems", cJSON_CreateNumber(1));
    return node;
}

/** An object with no keys but its properties. @param properties receives where they go */
static cJSON *
make_object(const char *about, cJSON **properties)
{
    cJSON *node = make("object", about);

    add(node, "additionalProperties", cJSON_CreateFalse());
    *properties = cJSON_AddObjectToObject(node, "properties");
    return node;
}

static void
require(cJSON *object, const char *key)
{
    cJSON *required = cJSON_GetObjectItemCaseSensitive(object, "required");

    if (required == NULL) required = cJSON_AddArrayToObject(object, "required");
    push(required, cJSON_CreateString(key));
}

/** "Sentence [unit]; source". */
static pw_status
describe(struct pw_text *text, const char *about, const char *unit, const char *source)
{
    pw_status status = PW_OK;

    text->length = 0;
    PW_TRY(pw_text_add(text, "%s [%s]", about, unit));
    if (source != NULL) PW_TRY(pw_text_add(text, "; source: %s", source));
done:
    return status;
}

static cJSON *
make_run(void)
{
    cJSON *properties;
    cJSON *run = make_object("How large, how long, with which luck", &properties);

    add(properties, "persons",
        make_number("integer", 1000, 2e9, "People alive in the start year [people]"));
    add(properties, "history_from",
        make_number("integer", 1801, 2200, "First year that is lived through [year]; 1965"));
    add(properties, "start_year",
        make_number("integer", 1801, 2200, "First year in which policies may act [year]; 2025"));
    add(properties, "years",
        make_number("integer", 0, 200, "Years from the start year on [years]; 40"));
    add(properties, "record_from",
        make_number("integer", 1801, 2200,
            "First year of recorded trajectories [year]; ten years before the start year"));
    add(properties, "record",
        make_number("number", 0, 1, "Share of people whose trajectories are kept [share]; 1"));
    add(properties, "seed", make_number("integer", 0, 9007199254740991, "Of the luck; 1"));
    add(properties, "replicate",
        make_number("integer", 0, 1000000, "Number of the repetition with other luck; 0"));
    add(properties, "shards",
        make_number("integer", 0, 100000,
            "Miniatures of the country that a run is dealt into; 0: by the population"));
    return run;
}

static pw_status
add_parameters(cJSON *properties, struct pw_text *text)
{
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t k = 0; k < count; k++) {
        const struct pw_param *param = &table[k];
        const char *type = param->kind == PW_PARAM_COUNT ? "integer" : "number";
        cJSON *node;

        PW_TRY(describe(text, param->about, param->unit, param->source));
        if (param->kind == PW_PARAM_REALS) {
            cJSON *defaults = cJSON_CreateArray();

            node = make_array(make_number(type, param->min, param->max, NULL), text->bytes);
            add(node, "minItems", cJSON_CreateNumber(param->length));
            add(node, "maxItems", cJSON_CreateNumber(param->length));
            for (int i = 0; i < param->length; i++)
                push(defaults, cJSON_CreateNumber(param->default_value[i]));
            add(node, "default", defaults);
        } else {
            node = make_number(type, param->min, param->max, text->bytes);
            add(node, "default", cJSON_CreateNumber(param->default_value[0]));
        }
        add(properties, param->path, node);
    }
done:
    return status;
}

/** Marks by the name of a value. */
static cJSON *
make_calibrated(void)
{
    cJSON *members;
    cJSON *calibrated = make("object",
        "Values that came from a fit, by name: \"gcse.attainment_sd\", or of a list "
        "\"post16.base[1]\". "
        "They change no result; a value that is no longer the fitted one loses its mark");
    cJSON *mark = make_object("What the fit said", &members);

    add(members, "value",
        make_number("number", -1e12, 1e12, "That was fitted [unit of the parameter]"));
    add(members, "standard_error",
        make_number("number", 0, 1e12, "Of the value, by the fit [unit of the parameter]"));
    require(mark, "value");
    require(mark, "standard_error");
    add(calibrated, "additionalProperties", mark);
    return calibrated;
}

static pw_status
add_paths(cJSON *properties, struct pw_text *text)
{
    static const char *const statuses[] = { "recorded", "assumed", "calibrated" };
    pw_status status = PW_OK;

    for (int id = 0; id < PW_NUM_PATHS; id++) {
        const struct pw_path_info *info = pw_path_info((enum pw_path_id) id);
        cJSON *members, *knot, *state, *knots;

        PW_TRY(describe(text, info->about, info->unit, NULL));
        cJSON *path = make_object(text->bytes, &members);
        add(members, "source", make_text("Key of \"sources\", or the reference itself"));
        state = make("string", "Where the values come from");
        add(state, "enum", cJSON_CreateStringArray(statuses, 3));
        add(members, "status", state);
        text->length = 0;
        PW_TRY(pw_text_add(text, "[year, %d value%s]", info->length, info->length == 1 ? "" : "s"));
        knot = make("array", text->bytes);
        cJSON *items = cJSON_CreateArray();
        push(items, make_number("number", 1500, 3000, NULL));
        for (int i = 0; i < info->length; i++)
            push(items, make_number("number", info->min, info->max, NULL));
        add(knot, "items", items);
        add(knot, "minItems", cJSON_CreateNumber(info->length + 1));
        add(knot, "maxItems", cJSON_CreateNumber(info->length + 1));
        knots = make_array(
            knot, "In rising years; straight lines between, constant beyond the first and last");
        add(knots, "minItems", cJSON_CreateNumber(1));
        add(members, "knots", knots);
        require(path, "source");
        require(path, "status");
        require(path, "knots");
        add(properties, info->path, path);
    }
done:
    return status;
}

/** Properties of a region, labour market or place: those of `own`, then the inputs of the family.
 */
static pw_status
add_inputs(cJSON *object, cJSON *properties, enum pw_input_family family, struct pw_text *text)
{
    pw_status status = PW_OK;
    int count = 0;
    const struct pw_input_info *inputs = pw_inputs(family, &count);

    add(properties, "source", make_text("Key of \"sources\", or the reference itself"));
    require(object, "source");
    for (int i = 0; i < count; i++) {
        PW_TRY(describe(text, inputs[i].about, inputs[i].unit, NULL));
        add(properties, inputs[i].name,
            make_number("number", inputs[i].min, inputs[i].max, text->bytes));
        require(object, inputs[i].name);
    }
done:
    return status;
}

static pw_status
add_places(cJSON *properties, struct pw_text *text)
{
    pw_status status = PW_OK;
    cJSON *members;

    cJSON *region = make_object("A region", &members);
    add(properties, "regions", make_array(region, "Regions of the country"));
    add(members, "name", make_text("Its name"));
    require(region, "name");
    PW_TRY(add_inputs(region, members, PW_INPUTS_REGION, text));

    cJSON *market = make_object("A labour market: the places among which people commute", &members);
    add(properties, "labour_markets", make_array(market, "Labour markets of the country"));
    add(members, "name", make_text("Its name"));
    require(market, "name");
    PW_TRY(add_inputs(market, members, PW_INPUTS_LABOUR_MARKET, text));

    cJSON *place = make_object("A place: where people live, learn and know each other", &members);
    add(properties, "places", make_array(place, "Places of the country"));
    add(members, "code", make_text("Its published code"));
    add(members, "name", make_text("Its name"));
    add(members, "labour_market", make_text("Name of the labour market in which it lies"));
    add(members, "region", make_text("Name of the region in which it lies"));
    add(members, "tags", make_array(make_text(NULL), "Words by which policies select places"));
    require(place, "code");
    require(place, "name");
    require(place, "labour_market");
    require(place, "region");
    PW_TRY(add_inputs(place, members, PW_INPUTS_PLACE, text));
done:
    return status;
}

/** One of the categories of a family, each with what it means. */
static cJSON *
make_code(enum pw_code_family family, const char *about)
{
    int count = 0;
    const struct pw_code *codes = pw_codes(family, &count);
    cJSON *node = make("string", about);
    cJSON *names = cJSON_AddArrayToObject(node, "enum");

    for (int i = 0; i < count; i++)
        push(names, cJSON_CreateString(codes[i].name));
    return node;
}

static cJSON *
make_where(void)
{
    int count = 0;
    const struct pw_input_info *inputs = pw_inputs(PW_INPUTS_PLACE, &count);
    cJSON *properties, *members;
    cJSON *where = make_object(
        "Where: any of one kind, and all kinds that are given; everywhere without", &properties);
    cJSON *rank = make_object("The places that are lowest or highest on an input, of those that "
                              "meet the other conditions",
        &members);
    cJSON *input = make("string", "Input of places");
    cJSON *names = cJSON_AddArrayToObject(input, "enum");

    add(properties, "places", make_names("Names or codes"));
    add(properties, "tags", make_names("Tags of places"));
    add(properties, "labour_markets", make_names("Names of labour markets"));
    add(properties, "regions", make_names("Names of regions"));
    for (int i = 0; i < count; i++)
        push(names, cJSON_CreateString(inputs[i].name));
    add(members, "input", input);
    add(members, "lowest", make_number("number", 0, 1, "Share of the places [share]"));
    add(members, "highest", make_number("number", 0, 1, "Share of the places [share]"));
    require(rank, "input");
    add(properties, "rank", rank);
    return where;
}

static cJSON *
make_whom(void)
{
    cJSON *properties;
    cJSON *whom =
        make_object("For whom: every condition must hold; everybody without", &properties);

    add(properties, "first_age", make_number("integer", 0, 120, "Youngest [years]"));
    add(properties, "last_age", make_number("integer", 0, 120, "Oldest [years]"));
    add(properties, "sex", make_code(PW_CODES_SEX, "Only one sex"));
    add(properties, "free_meals",
        make("boolean", "Only with (true) or without (false) free school meals"));
    add(properties, "origin_class",
        make_array(make_code(PW_CODES_CLASS, NULL), "Classes of the parents"));
    add(properties, "qualification",
        make_array(make_code(PW_CODES_QUALIFICATION, NULL), "Highest qualifications"));
    add(properties, "state",
        make_array(make_code(PW_CODES_STATE, NULL), "What people are doing this year"));
    add(properties, "min_neet_years",
        make_number(
            "integer", 0, 120, "Years out of work and education between 16 and 24 [years]"));
    return whom;
}

static pw_status
make_lever(struct pw_text *text, cJSON **node)
{
    pw_status status = PW_OK;

    text->length = 0;
    PW_TRY(pw_text_add(text, "What the policy changes."));
    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const struct pw_lever_info *lever = pw_lever_info((enum pw_lever) i);

        PW_TRY(pw_text_add(text, " %s: %s (%s).", lever->name, lever->about, lever->unit));
    }
    *node = make("string", text->bytes);
    cJSON *names = cJSON_AddArrayToObject(*node, "enum");
    for (int i = 0; i < PW_NUM_LEVERS; i++)
        push(names, cJSON_CreateString(pw_lever_info((enum pw_lever) i)->name));
done:
    return status;
}

/** Sizes by channel; which channels a lever has, `pathways describe levers` tells. */
static cJSON *
make_effects(void)
{
    cJSON *members;
    cJSON *effects = make_object("Sizes of what the lever does at strength 1, where they differ "
                                 "from its own",
        &members);

    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_channel_info *channel = pw_channel_info((enum pw_channel) c);

        add(members, channel->name, make_number("number", -1e6, 1e6, channel->about));
    }
    return effects;
}

static cJSON *
make_order(void)
{
    cJSON *order = make("string", "Who is enrolled first when not all can be; random");
    cJSON *names = cJSON_AddArrayToObject(order, "enum");

    push(names, cJSON_CreateString("random"));
    push(names, cJSON_CreateString("neediest"));
    push(names, cJSON_CreateString("first_come"));
    return order;
}

static pw_status
add_policies(cJSON *properties, struct pw_text *text)
{
    pw_status status = PW_OK;
    cJSON *members, *lever;
    cJSON *policy = make_object("A policy", &members);
    cJSON *policies = make_array(policy,
        "Policies; one of the same name takes the place of that in the scenario that is extended");

    add(properties, "policies", policies);
    add(policies, "maxItems", cJSON_CreateNumber(PW_MAX_POLICIES));
    PW_TRY(make_lever(text, &lever));
    add(members, "name", make_text("Its name"));
    add(members, "lever", lever);
    add(members, "where", make_where());
    add(members, "whom", make_whom());
    add(members, "from",
        make_number("integer", 1801, 3000, "First year in force [year]; the start year"));
    add(members, "to", make_number("integer", 1801, 3000, "Last year in force [year]; no end"));
    add(members, "ramp_years",
        make_number("integer", 0, 100, "Years until it acts in full [years]; 0"));
    add(members, "strength", make_number("number", 0, 10, "Times the effect; 1"));
    add(members, "effects", make_effects());
    add(members, "capacity",
        make_number("number", 0, 1e9,
            "People, places or jobs a year in the whole country; a lever that adds places or jobs "
            "needs it, or a budget; others reach everyone without it"));
    add(members, "budget_gbp",
        make_number(
            "number", 0, 1e12, "What it may spend a year in the whole country [GBP]; no limit"));
    add(members, "order", make_order());
    add(members, "unit_cost_gbp",
        make_number(
            "number", 0, 1e9, "Cost of one participant or place a year [GBP]; that of the lever"));
    add(members, "ownership",
        make_number("number", 0, 1, "How far those who live there shaped it [share]; 0"));
    add(members, "why", make_text("What it is for"));
    require(policy, "name");
    require(policy, "lever");
done:
    return status;
}

pw_status
pw_scenario_schema(char **text)
{
    pw_status status = PW_OK;
    struct pw_text words = { 0 }, json = { 0 };
    cJSON *properties, *members;
    cJSON *schema = cJSON_CreateObject();

    *text = NULL;
    is_broken = false;
    add(schema, "$schema", cJSON_CreateString("http://json-schema.org/draft-07/schema#"));
    add(schema, "title", cJSON_CreateString("A scenario of pathways"));
    add(schema, "description",
        cJSON_CreateString(
            "Written by `pathways schema` from the tables of the model. `pathways check` also "
            "checks "
            "what a schema cannot: names that must exist, years in order, shares that add up."));
    add(schema, "type", cJSON_CreateString("object"));
    add(schema, "additionalProperties", cJSON_CreateFalse());
    properties = cJSON_AddObjectToObject(schema, "properties");
    add(properties, "$schema", make_text("This schema, for editors"));
    add(properties, "title", make_text("What the scenario is"));
    add(properties, "why", make_text("The question it answers"));
    add(properties, "extends",
        make_text(
            "Scenario on which this one builds, relative to this file; what is said here wins"));
    cJSON *sources = make("object", "References, by the key that \"source\" uses");
    add(sources, "additionalProperties", make_text(NULL));
    add(properties, "sources", sources);
    add(properties, "run", make_run());
    add(properties, "parameters", make_object("Parameters of the model, by path", &members));
    PW_TRY(add_parameters(members, &words));
    add(properties, "calibrated", make_calibrated());
    add(properties, "paths",
        make_object("National paths through time, by name; all are needed", &members));
    PW_TRY(add_paths(members, &words));
    PW_TRY(add_places(properties, &words));
    PW_TRY(add_policies(properties, &words));
    if (is_broken) PW_FAIL(PW_EMEMORY, "there is no memory to write the schema");
    PW_TRY(pw_scenario_write_json(&json, schema, PW_LAYOUT_PRETTY));
    PW_TRY(pw_strdup(json.bytes, text));
done:
    cJSON_Delete(schema);
    pw_text_free(&words);
    pw_text_free(&json);
    return status;
}

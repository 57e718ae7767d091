/*
 * Everything that the model's tables say, one topic a table. A new topic is one function and one
 * line in `topics`.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "indicator.h"
#include "pathways/alloc.h"
#include "pathways/catalogue.h"
#include "pathways/measure.h"
#include "pathways/params.h"
#include "pathways/population.h"
#include "pathways/scenario.h"
#include "pathways/schedule.h"
#include "pathways/text.h"
#include "topics.h"

/** Headings, NULL after the last; those of numbers begin with #. */
static void
add_columns(struct cli_table *table, const char *const *headings)
{
    for (; *headings != NULL; headings++)
        cli_table_column(table, *headings + (**headings == '#'), **headings == '#');
}

/** Is this row to be left out? */
static bool
is_hidden(const char *source, bool only_assumed)
{
    return only_assumed && strcmp(source, "assumed") != 0;
}

/** Is this parameter of another section than the one asked for? */
static bool
is_elsewhere(const struct pw_param *param, const struct cli_topic_request *request)
{
    return request->section != NULL && strcmp(param->section, request->section) != 0;
}

/** One of the numbers of a parameter; NaN is written as null. */
typedef double number_of(const struct pw_param *param, int i, const struct pw_scenario *scenario);

static double
default_of(const struct pw_param *param, int i, const struct pw_scenario *scenario)
{
    (void) scenario;
    return param->default_value[i];
}

static double
value_of(const struct pw_param *param, int i, const struct pw_scenario *scenario)
{
    return pw_params_get(&scenario->params, param, i);
}

static double
error_of(const struct pw_param *param, int i, const struct pw_scenario *scenario)
{
    const struct pw_calibrated *mark = pw_scenario_calibrated(scenario, param, i);

    return mark == NULL ? (double) NAN : mark->standard_error;
}

/** All numbers of one kind: a number, or a list in brackets; empty when there is none. */
static pw_status
add_numbers(struct cli_table *table, const struct pw_param *param, number_of *number,
    const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const bool is_list = param->kind == PW_PARAM_REALS;
    bool is_known = false;

    for (int i = 0; i < param->length; i++) {
        const double value = number(param, i, scenario);

        PW_TRY(pw_text_add(&text, "%s", !is_list ? "" : i == 0 ? "[" : ", "));
        if (isfinite(value)) /* in single precision, as it is used */
            PW_TRY(number == default_of ? pw_text_add_number(&text, value)
                                        : pw_text_add(&text, "%.7g", value));
        else
            PW_TRY(pw_text_add(&text, "null"));
        is_known = is_known || isfinite(value);
    }
    PW_TRY(is_known ? cli_table_cell(table, "%s%s", text.bytes, is_list ? "]" : "")
                    : cli_table_text(table, NULL));
done:
    pw_text_free(&text);
    return status;
}

/** The value of a parameter that says most of where it comes from: fitted, else set. */
static int
telling_value(const struct pw_scenario *scenario, const struct pw_param *param)
{
    int best = 0;

    for (int i = 1; i < param->length; i++)
        if (pw_scenario_value_status(scenario, param, i)
            > pw_scenario_value_status(scenario, param, best))
            best = i;
    return best;
}

/** The parameters as a scenario has them. */
static pw_status
list_values(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "parameter", "#value", "#default", "#min", "#max",
        "unit", "status", "source", "#standard_error", "about", NULL };
    const struct pw_scenario *scenario = request->scenario;
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *params = pw_params_table(&count);

    add_columns(table, headings);
    for (size_t p = 0; p < count; p++) {
        const struct pw_param *param = &params[p];
        const int i = telling_value(scenario, param);
        const char *source = pw_scenario_value_source(scenario, param, i);

        if (is_elsewhere(param, request) || is_hidden(source, request->only_assumed)) continue;
        PW_TRY(cli_table_text(table, param->path));
        PW_TRY(add_numbers(table, param, value_of, scenario));
        PW_TRY(add_numbers(table, param, default_of, scenario));
        PW_TRY(cli_table_cell(table, "%.15g", param->min));
        PW_TRY(cli_table_cell(table, "%.15g", param->max));
        PW_TRY(cli_table_text(table, param->unit));
        PW_TRY(cli_table_text(
            table, pw_value_status_name(pw_scenario_value_status(scenario, param, i))));
        PW_TRY(cli_table_text(table, source));
        PW_TRY(add_numbers(table, param, error_of, scenario));
        PW_TRY(cli_table_text(table, param->about));
    }
done:
    return status;
}

static pw_status
list_parameters(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "parameter", "#default", "#min", "#max", "unit",
        "source", "about", NULL };
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *params = pw_params_table(&count);

    if (request->scenario != NULL) return list_values(table, request);
    add_columns(table, headings);
    for (size_t i = 0; i < count; i++) {
        if (is_elsewhere(&params[i], request) || is_hidden(params[i].source, request->only_assumed))
            continue;
        PW_TRY(cli_table_text(table, params[i].path));
        PW_TRY(add_numbers(table, &params[i], default_of, NULL));
        PW_TRY(cli_table_cell(table, "%.15g", params[i].min));
        PW_TRY(cli_table_cell(table, "%.15g", params[i].max));
        PW_TRY(cli_table_text(table, params[i].unit));
        PW_TRY(cli_table_text(table, params[i].source));
        PW_TRY(cli_table_text(table, params[i].about));
    }
done:
    return status;
}

static pw_status
list_paths(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "path", "#values", "#min", "#max", "unit", "about",
        NULL };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int id = 0; id < PW_NUM_PATHS; id++) {
        const struct pw_path_info *info = pw_path_info((enum pw_path_id) id);

        PW_TRY(cli_table_text(table, info->path));
        PW_TRY(cli_table_cell(table, "%d", info->length));
        PW_TRY(cli_table_cell(table, "%.15g", info->min));
        PW_TRY(cli_table_cell(table, "%.15g", info->max));
        PW_TRY(cli_table_text(table, info->unit));
        PW_TRY(cli_table_text(table, info->about));
    }
done:
    return status;
}

static pw_status
list_inputs(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "of", "input", "#min", "#max", "unit", "about", NULL };
    static const char *const families[] = { "region", "labour_market", "place" };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int family = PW_INPUTS_REGION; family <= PW_INPUTS_PLACE; family++) {
        int count = 0;
        const struct pw_input_info *inputs = pw_inputs((enum pw_input_family) family, &count);

        for (int i = 0; i < count; i++) {
            PW_TRY(cli_table_text(table, families[family]));
            PW_TRY(cli_table_text(table, inputs[i].name));
            PW_TRY(cli_table_cell(table, "%.15g", inputs[i].min));
            PW_TRY(cli_table_cell(table, "%.15g", inputs[i].max));
            PW_TRY(cli_table_text(table, inputs[i].unit));
            PW_TRY(cli_table_text(table, inputs[i].about));
        }
    }
done:
    return status;
}

static pw_status
list_columns(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "column", "type", "#bytes", "unit", "about", NULL };
    pw_status status = PW_OK;
    const struct pw_column_info *columns = pw_columns_table();

    (void) request;
    add_columns(table, headings);
    for (int i = 0; i < PW_NUM_COLUMNS; i++) {
        PW_TRY(cli_table_text(table, columns[i].name));
        PW_TRY(cli_table_text(table, columns[i].type));
        PW_TRY(cli_table_cell(table, "%zu", columns[i].size));
        PW_TRY(cli_table_text(table, columns[i].unit));
        PW_TRY(cli_table_text(table, columns[i].about));
    }
done:
    return status;
}

/** Names of a set of columns with blanks between them. */
static pw_status
add_column_names(struct cli_table *table, pw_columns columns)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const struct pw_column_info *infos = pw_columns_table();

    for (int i = 0; i < PW_NUM_COLUMNS; i++)
        if ((columns >> i & 1) != 0)
            PW_TRY(pw_text_add(&text, "%s%s", text.length == 0 ? "" : " ", infos[i].name));
    PW_TRY(cli_table_text(table, text.bytes));
done:
    pw_text_free(&text);
    return status;
}

static pw_status
list_processes(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "#order", "process", "about", "writes", "reads", NULL };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int i = 0; pw_schedule[i] != NULL; i++) {
        PW_TRY(cli_table_cell(table, "%d", i + 1));
        PW_TRY(cli_table_text(table, pw_schedule[i]->name));
        PW_TRY(cli_table_text(table, pw_schedule[i]->about));
        PW_TRY(add_column_names(table, pw_schedule[i]->writes));
        PW_TRY(add_column_names(table, pw_schedule[i]->reads));
    }
done:
    return status;
}

/** What a lever does, like "skill_gain +0.18 SD, belonging +0.05 SD/year". */
static pw_status
add_acts(struct cli_table *table, enum pw_lever lever)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    int count = 0;
    const struct pw_act_info *acts = pw_acts(&count);

    for (int i = 0; i < count; i++) {
        const struct pw_channel_info *channel = pw_channel_info(acts[i].channel);

        if (acts[i].lever != lever) continue;
        PW_TRY(pw_text_add(&text, "%s%s %+.15g %s%s", text.length == 0 ? "" : ", ", channel->name,
            acts[i].amount, channel->unit, acts[i].when == PW_ACT_LATER ? " for good" : ""));
    }
    if (text.length == 0) PW_TRY(pw_text_add(&text, "adds %s", pw_lever_info(lever)->unit));
    PW_TRY(cli_table_text(table, text.bytes));
done:
    pw_text_free(&text);
    return status;
}

static pw_status
list_levers(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "lever", "family", "reaches", "ages", "unit",
        "#unit_cost_gbp", "source", "mechanism", "meant to move", "about", NULL };
    static const char *const scopes[] = { "places", "residents", "people, yearly", "people, once" };
    static const char *const whom[] = { "", ", low income", ", out of work" };
    pw_status status = PW_OK;

    add_columns(table, headings);
    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const struct pw_lever_info *lever = pw_lever_info((enum pw_lever) i);

        if (is_hidden(lever->cost_source, request->only_assumed)) continue;
        PW_TRY(cli_table_text(table, lever->name));
        PW_TRY(cli_table_text(table, lever->family));
        PW_TRY(cli_table_cell(table, "%s%s", scopes[lever->scope], whom[lever->whom]));
        PW_TRY(cli_table_cell(table, "%d to %d", lever->first_age, lever->last_age));
        PW_TRY(cli_table_text(table, lever->unit));
        PW_TRY(cli_table_cell(table, "%.15g", lever->unit_cost));
        PW_TRY(cli_table_text(table, lever->cost_source));
        PW_TRY(add_acts(table, (enum pw_lever) i));
        PW_TRY(cli_table_cell(table, "%s %s", lever->outcome, lever->gains ? "up" : "down"));
        PW_TRY(cli_table_text(table, lever->about));
    }
done:
    return status;
}

static pw_status
list_acts(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "lever", "channel", "process", "when", "#amount",
        "unit", "source", "evidence", "about", NULL };
    pw_status status = PW_OK;
    int count = 0;
    const struct pw_act_info *acts = pw_acts(&count);

    add_columns(table, headings);
    for (int i = 0; i < count; i++) {
        const struct pw_channel_info *channel = pw_channel_info(acts[i].channel);

        if (is_hidden(acts[i].source, request->only_assumed)) continue;
        PW_TRY(cli_table_text(table, pw_lever_info(acts[i].lever)->name));
        PW_TRY(cli_table_text(table, channel->name));
        PW_TRY(cli_table_text(table, channel->process));
        PW_TRY(cli_table_text(table, acts[i].when == PW_ACT_LATER ? "for good" : "now"));
        PW_TRY(cli_table_cell(table, "%.15g", acts[i].amount));
        PW_TRY(cli_table_text(table, channel->unit));
        PW_TRY(cli_table_text(table, acts[i].source));
        PW_TRY(cli_table_text(table, acts[i].strength));
        PW_TRY(cli_table_text(table, channel->about));
    }
done:
    return status;
}

static pw_status
list_channels(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "channel", "process", "unit", "about", NULL };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_channel_info *channel = pw_channel_info((enum pw_channel) c);

        PW_TRY(cli_table_text(table, channel->name));
        PW_TRY(cli_table_text(table, channel->process));
        PW_TRY(cli_table_text(table, channel->unit));
        PW_TRY(cli_table_text(table, channel->about));
    }
done:
    return status;
}

static pw_status
list_markets(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "market", "process", "of", "how many", "who is first",
        NULL };
    pw_status status = PW_OK;
    int count = 0;
    const struct pw_market_info *markets = pw_markets(&count);

    (void) request;
    add_columns(table, headings);
    for (int i = 0; i < count; i++) {
        PW_TRY(cli_table_text(table, markets[i].name));
        PW_TRY(cli_table_text(table, markets[i].process));
        PW_TRY(cli_table_text(table, markets[i].kinds));
        PW_TRY(cli_table_text(table, markets[i].capacity));
        PW_TRY(cli_table_text(table, markets[i].rank));
    }
done:
    return status;
}

static pw_status
list_streams(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "#stream", "name", "process", "about", NULL };
    pw_status status = PW_OK;
    int count = 0;
    const struct pw_stream_info *streams = pw_streams(&count);

    (void) request;
    add_columns(table, headings);
    for (int i = 0; i < count; i++) {
        PW_TRY(cli_table_cell(table, "%d", (int) streams[i].stream));
        PW_TRY(cli_table_text(table, streams[i].name));
        PW_TRY(cli_table_text(table, streams[i].process));
        PW_TRY(cli_table_text(table, streams[i].about));
    }
done:
    return status;
}

static pw_status
list_states(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "of", "#code", "name", "about", NULL };
    static const char *const families[PW_NUM_CODE_FAMILIES] = { "state", "class", "qualification",
        "route", "tariff", "sex" };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int family = 0; family < PW_NUM_CODE_FAMILIES; family++) {
        int count = 0;
        const struct pw_code *codes = pw_codes((enum pw_code_family) family, &count);

        for (int i = 0; i < count; i++) {
            PW_TRY(cli_table_text(table, families[family]));
            PW_TRY(cli_table_cell(table, "%d", i));
            PW_TRY(cli_table_text(table, codes[i].name));
            PW_TRY(cli_table_text(table, codes[i].about));
        }
    }
done:
    return status;
}

static const char *
gain_of(enum pw_better better)
{
    return better == PW_BETTER_MORE ? "more" : better == PW_BETTER_LESS ? "less" : "neither";
}

/* What a statistic is computed from. */
static pw_status
add_origin_of(struct cli_table *table, const struct pw_statistic_info *statistic)
{
    switch (statistic->kind) {
    case PW_STATISTIC_OF_TABLE:
        return cli_table_text(table, pw_crosstab_info(statistic->source.table)->name);
    case PW_STATISTIC_DIFFERENCE:
        return cli_table_cell(table, "%s less %s", pw_measure_info(statistic->measure)->name,
            pw_measure_info(statistic->subtrahend)->name);
    default:
        return cli_table_text(table, pw_measure_info(statistic->measure)->name);
    }
}

static pw_status
add_measure(struct cli_table *table, enum pw_measure measure)
{
    static const char *const where[] = { "place of residence", "place lived in at 14", "nation" };
    pw_status status = PW_OK;
    const struct pw_measure_info *const info = pw_measure_info(measure);

    PW_TRY(cli_table_text(table, info->kind == PW_KIND_SHARE ? "share" : "mean"));
    PW_TRY(cli_table_cell(table, "%d", info->first_age));
    PW_TRY(cli_table_cell(table, "%d", info->last_age));
    PW_TRY(cli_table_text(table, where[pw_measure_where(measure)]));
done:
    return status;
}

static pw_status
add_statistic(struct cli_table *table, const struct pw_statistic_info *info)
{
    static const char *const kinds[] = { "of a table", "difference", "gap between origins",
        "spread of places" };
    pw_status status = PW_OK;
    const bool of_table = info->kind == PW_STATISTIC_OF_TABLE;

    PW_TRY(cli_table_text(table, kinds[info->kind]));
    for (int age = 0; age < 2; age++) {
        if (of_table)
            PW_TRY(cli_table_text(table, NULL));
        else
            PW_TRY(cli_table_cell(table, "%d",
                age == 0 ? pw_measure_info(info->measure)->first_age
                         : pw_measure_info(info->measure)->last_age));
    }
    PW_TRY(add_origin_of(table, info));
done:
    return status;
}

static pw_status
list_measures(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "measure", "kind", "#first_age", "#last_age",
        "counted by", "unit", "gain", "published as", "about", "section", "groupings", NULL };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        const struct cli_indicator info = cli_indicator(i);
        char groupings[160];

        cli_indicator_groupings(i, groupings);
        PW_TRY(cli_table_text(table, info.name));
        if (info.is_statistic)
            PW_TRY(
                add_statistic(table, pw_statistic_info((enum pw_statistic)(i - PW_NUM_MEASURES))));
        else
            PW_TRY(add_measure(table, (enum pw_measure) i));
        PW_TRY(cli_table_text(table, info.unit));
        PW_TRY(cli_table_text(table, gain_of(info.better)));
        PW_TRY(cli_table_text(table, info.source));
        PW_TRY(cli_table_text(table, info.about));
        PW_TRY(cli_table_text(table, pw_theme_name(info.theme)));
        PW_TRY(cli_table_text(table, groupings));
    }
done:
    return status;
}

static pw_status
list_sources(struct cli_table *table, const struct cli_topic_request *request)
{
    static const char *const headings[] = { "source", "reference", NULL };
    static const char *const keys[] = {
#define SOURCE(key, reference) #key,
#include "pathways/sources.def"
    };
    pw_status status = PW_OK;

    (void) request;
    add_columns(table, headings);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        PW_TRY(cli_table_text(table, keys[i]));
        PW_TRY(cli_table_text(table, pw_source_reference(keys[i])));
    }
done:
    return status;
}

static const struct cli_topic topics[] = {
    { "parameters", "assumptions of the model, which a scenario may change", true, true,
        list_parameters },
    { "paths", "national paths through time, which a scenario records", false, false, list_paths },
    { "inputs", "published figures of regions, labour markets and places", false, false,
        list_inputs },
    { "columns", "what is known of a person", false, false, list_columns },
    { "processes", "the parts of the year, in order", false, false, list_processes },
    { "levers", "what a policy can change", true, false, list_levers },
    { "acts", "what each lever does: mechanism, size, evidence", true, false, list_acts },
    { "channels", "where policies reach into the model", false, false, list_channels },
    { "markets", "scarce places that are allocated, and to whom", false, false, list_markets },
    { "streams", "purposes of random numbers", false, false, list_streams },
    { "states", "the categories: states, classes, qualifications, routes, tariffs, sexes", false,
        false, list_states },
    { "measures", "what a run is judged by", false, false, list_measures },
    { "sources", "where the numbers of parameters and levers come from", false, false,
        list_sources },
};

#define NUM_TOPICS (sizeof topics / sizeof *topics)

const struct cli_topic *
cli_topics(size_t *count)
{
    *count = NUM_TOPICS;
    return topics;
}

pw_status
cli_topic_find(const char *name, const struct cli_topic **topic)
{
    pw_status status = PW_OK;
    const char *names[NUM_TOPICS];
    size_t index = 0;

    for (size_t i = 0; i < NUM_TOPICS; i++)
        names[i] = topics[i].name;
    PW_TRY(cli_option_choice("topic", name, names, NUM_TOPICS, &index));
    *topic = &topics[index];
done:
    return status;
}

/*
 * The model in the order of the ODD protocol: prose that says why, and the tables on which the
 * program runs. What belongs to one process is said beside it, in sim/life.
 *
 * SPDX-License-Identifier: MIT
 */
#include "odd.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "essay.h"
#include "odd_evidence.h"
#include "pathways/alloc.h"
#include "pathways/schedule.h"
#include "pathways/text.h"
#include "topics.h"

/* --- Prose -------------------------------------------------------------------------------------
 */

static const char purpose[] =
    "The model compares policies for social mobility in one country, place by place: what each "
    "does, where and for whom, to the ways that young people take (school, sixth form, college, "
    "apprenticeship, university, work, neither) and to mobility between generations in class, "
    "income, education, home and wealth, to wellbeing and to belonging. Differences between two "
    "scenarios of one seed are its results; levels are as good as the fit below.";

static const char patterns[] =
    "The baseline is judged by published figures, theme by theme. They are laid beside a run by "
    "`pathways validate`; no published outcome of a single place is among them, so that places "
    "are predictions.";

static const char entities[] =
    "Entities are people, places (where people live, learn and know each other), labour markets "
    "(sets of places, where jobs are), regions (sets of labour markets, with house prices), and "
    "the nation (paths of the times, policies). Couples and families are links between people. "
    "Policies are part of the scenario.";

static const char scales[] =
    "One step is a year; a run lives through history from the first year to the start year and "
    "then as many years as the scenario says. One simulated person stands for as many people of "
    "the country as its population asks for. Space is places within labour markets within "
    "regions, without distances. People are dealt into shards, each a miniature of the country "
    "whose families never leave it; shards share labour markets and every other market. Money is "
    "GBP in constant prices.";

static const char scheduling[] =
    "The year is a list of processes, run in this order over everybody. Within a process each acts "
    "on what stands before it, without waiting for the others, except where a market decides, "
    "which "
    "sees all applications before it answers (ask, clear, settle), and where people pair up, which "
    "they do in turn. Results do not depend on the number of threads.";

static const char market_prose[] =
    "What is scarce is allocated by rank: applicants are ordered by a score, equals by lottery; "
    "where applicants name several wishes, deferred acceptance read through cut-offs (Azevedo & "
    "Leshno 2016). No market admits more than it holds, and it is full when enough ask. One "
    "person's gain can be another's loss, and the measures show it.";

/* One of the design concepts of the protocol. */
static const struct {
    const char *name, *text;
} concepts[] = {
    { "Basic principles",
        "Skill formation by value added; choice by utility with luck, within what is open; "
        "positions (jobs, seats, places) that are scarce; earnings by human capital and origin; "
        "inheritance of ability, standing and wealth. Generations are tied: parents are people of "
        "the model, and what happens to them reaches their children in the year in which it "
        "does." },
    { "Emergence",
        "Mobility tables, pay gaps by origin, who is NEET and where, brain drain, the likeness of "
        "couples and the chances of places emerge. Imposed are the recorded paths: how many jobs, "
        "seats, places, births and arrivals there are, and how many pass examinations while "
        "history is lived." },
    { "Adaptation",
        "People respond to what is open to them: schooling and routes to attainment, family and "
        "place; search for work to aspiration and mismatch; moves to pay, prices and belonging; "
        "buying a home to income, prices, credit and the parents." },
    { "Objectives",
        "Choices after school take the option of highest utility; all else are chances that "
        "depend on the person and the surroundings. Employers and institutions take those who "
        "rank highest." },
    { "Learning",
        "None in the sense of changed rules. Skill, experience, self-efficacy and aspiration "
        "change with what people live through." },
    { "Prediction", "None: people see this year and the last, and policies are not foreseen." },
    { "Sensing",
        "People know their own state, their family's, their place's (school, hardship, what the "
        "young did last year) and their labour market's (tightness, professional work, pay). "
        "Employers see credentials, and skill and experience the less, the more credentialist "
        "they are." },
    { "Interaction",
        "Direct in families and couples; through markets, where all compete; through what the "
        "young of a place are seen to do." },
    { "Stochasticity",
        "Every draw is a pure function of seed, replicate, the person's lineage key, age (or "
        "year), stream and number (Philox4x32-10). Two scenarios of one seed give the same person "
        "the same luck, so that what differs follows from the policy." },
    { "Collectives",
        "Couples and families. Shards are for computing: who pairs with whom stays within one, all "
        "else is shared." },
    { "Observation",
        "Measures are counted each year by place, origin, sex and decade of birth, in integers, "
        "with the parts of 32 groups of lineages for standard errors (jackknife). Trajectories of "
        "all or some people may be kept." },
};

static const char initialisation[] =
    "There is no burn-in: founders of all ages are made for the first year and live through "
    "history under the recorded paths, so that those who are young in the start year were born and "
    "brought up in the model. Founders have qualifications of their cohort and classes of the "
    "labour market of the time, ranked by skill; couples are alike in standing; children among "
    "them have parents. Origins of founders who were grown up never enter a measure.";

static const char input_data[] =
    "Inputs are the national paths through time and the published figures of places, labour "
    "markets and regions, which the scenario holds with their sources. Nothing else is read while "
    "a run lives.";

static const char policy_prose[] =
    "A policy is a lever, where and for whom it is, when, how strongly, and what it may spend. "
    "A lever acts through channels, each a number of one process. Money does nothing except by "
    "what it buys; a policy of no strength or no capacity changes nothing.";

/* --- Sections ----------------------------------------------------------------------------------
 */

static pw_status
add_topic(struct cli_essay *essay, const char *name, const struct cli_topic_request *request)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    const struct cli_topic *topic = NULL;

    PW_TRY(cli_topic_find(name, &topic));
    PW_TRY(topic->list(&table, request));
    cli_essay_table(essay, name, &table);
done:
    cli_table_free(&table);
    return status;
}

/** Heading, prose and the table of a topic. */
static pw_status
add_part(struct cli_essay *essay, const char *title, const char *text, const char *topic)
{
    const struct cli_topic_request request = { 0 };

    cli_essay_section(essay, 3, title);
    if (text != NULL) cli_essay_say(essay, "%s", text);
    return topic == NULL ? PW_OK : add_topic(essay, topic, &request);
}

static pw_status
add_overview(struct cli_essay *essay, const struct cli_odd_request *request)
{
    pw_status status = PW_OK;

    cli_essay_section(essay, 2, "Purpose and patterns");
    cli_essay_say(essay, "%s", purpose);
    cli_essay_say(essay, "%s", patterns);
    PW_TRY(cli_odd_themes(essay, request));
    cli_essay_section(essay, 2, "Entities, state variables and scales");
    cli_essay_say(essay, "%s", entities);
    PW_TRY(add_part(essay, "State of a person", NULL, "columns"));
    PW_TRY(add_part(essay, "Codes", NULL, "states"));
    PW_TRY(add_part(essay, "Inputs of regions, labour markets and places",
        "What places lastingly differ in.", "inputs"));
    cli_essay_section(essay, 3, "Scales");
    cli_essay_say(essay, "%s", scales);
    cli_essay_section(essay, 2, "Process overview and scheduling");
    cli_essay_say(essay, "%s", scheduling);
    PW_TRY(add_topic(essay, "processes", &(struct cli_topic_request){ 0 }));
    PW_TRY(add_part(essay, "Markets", market_prose, "markets"));
done:
    return status;
}

static pw_status
add_concepts(struct cli_essay *essay)
{
    pw_status status = PW_OK;

    cli_essay_section(essay, 2, "Design concepts");
    for (size_t c = 0; c < sizeof concepts / sizeof *concepts; c++) {
        const char *table = strcmp(concepts[c].name, "Stochasticity") == 0 ? "streams"
                            : strcmp(concepts[c].name, "Observation") == 0 ? "measures"
                                                                           : NULL;

        PW_TRY(add_part(essay, concepts[c].name, concepts[c].text, table));
    }
done:
    return status;
}

/** Paths with what the scenario says of where they come from. */
static pw_status
add_paths(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "path", false);
    cli_table_column(&table, "unit", false);
    cli_table_column(&table, "years", false);
    cli_table_column(&table, "source", false);
    cli_table_column(&table, "about", false);
    for (int id = 0; id < PW_NUM_PATHS; id++) {
        const struct pw_path_info *info = pw_path_info((enum pw_path_id) id);
        const struct pw_path *path = &scenario->paths[id];

        PW_TRY(cli_table_text(&table, info->path));
        PW_TRY(cli_table_text(&table, info->unit));
        PW_TRY(
            cli_table_cell(&table, "%.0f to %.0f", path->year[0], path->year[path->num_knots - 1]));
        PW_TRY(cli_table_text(&table, path->source));
        PW_TRY(cli_table_text(&table, info->about));
    }
    cli_essay_table(essay, "paths", &table);
done:
    cli_table_free(&table);
    return status;
}

static pw_status
add_start(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;

    cli_essay_section(essay, 2, "Initialisation");
    cli_essay_say(essay, "%s", initialisation);
    if (scenario != NULL)
        cli_essay_say(essay,
            "In this scenario history begins in %d and policies may act from %d; %d years are "
            "lived from then on, by %lld people alive in %d, in %d places, %d labour markets and "
            "%d "
            "regions, with %d polic%s.",
            scenario->run.history_from, scenario->run.start_year, scenario->run.years,
            (long long) scenario->run.persons, scenario->run.start_year, scenario->num_places,
            scenario->num_labour_markets, scenario->num_regions, scenario->num_policies,
            scenario->num_policies == 1 ? "y" : "ies");
    cli_essay_section(essay, 2, "Input data");
    cli_essay_say(essay, "%s", input_data);
    PW_TRY(scenario == NULL ? add_topic(essay, "paths", &(struct cli_topic_request){ 0 })
                            : add_paths(essay, scenario));
done:
    return status;
}

/** "suite.a_test suite.b_test" as "a test (suite); b test (suite)". */
static pw_status
add_tests(struct cli_essay *essay, const char *tested)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    char *names = NULL, *rest = NULL;

    PW_TRY(pw_strdup(tested, &names));
    for (char *name = strtok_r(names, " ", &rest); name != NULL;
         name = strtok_r(NULL, " ", &rest)) {
        char *test = strchr(name, '.');

        PW_BUG_IF(test == NULL);
        *test++ = '\0';
        for (char *byte = test; *byte != '\0'; byte++)
            *byte = *byte == '_' ? ' ' : *byte;
        PW_TRY(
            pw_text_add(&text, "%s%s (tests/test_%s.c)", text.length == 0 ? "" : "; ", test, name));
    }
    cli_essay_item(essay, "Direction tested", text.bytes);
done:
    pw_free(&names);
    pw_text_free(&text);
    return status;
}

/** Channels through which policies reach a process: "a (unit), b (unit)". */
static pw_status
add_channels(struct cli_essay *essay, const char *process)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_channel_info *channel = pw_channel_info((enum pw_channel) c);

        if (strcmp(channel->process, process) == 0)
            PW_TRY(pw_text_add(
                &text, "%s%s (%s)", text.length == 0 ? "" : ", ", channel->name, channel->unit));
    }
    if (text.length > 0) cli_essay_item(essay, "Policies reach in through", text.bytes);
done:
    pw_text_free(&text);
    return status;
}

/** Parameters of a section, if there are any. */
static pw_status
add_parameters(struct cli_essay *essay, const char *section, const struct pw_scenario *scenario)
{
    const struct cli_topic_request request = { .section = section, .scenario = scenario };
    size_t count = 0, found = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t p = 0; p < count; p++)
        found += strcmp(table[p].section, section) == 0;
    return found == 0 ? PW_OK : add_topic(essay, "parameters", &request);
}

static bool
is_process(const char *name)
{
    for (int i = 0; pw_schedule[i] != NULL; i++)
        if (strcmp(pw_schedule[i]->name, name) == 0) return true;
    return false;
}

/** Sections of parameters that no process has its name from. */
static pw_status
add_other_parameters(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);
    const char *last = "";

    for (size_t p = 0; p < count; p++) {
        if (strcmp(table[p].section, last) == 0 || is_process(table[p].section)) continue;
        last = table[p].section;
        cli_essay_section(essay, 3, last);
        cli_essay_say(essay, "Parameters that processes share, or that make founders.");
        PW_TRY(add_parameters(essay, last, scenario));
    }
done:
    return status;
}

static pw_status
add_submodels(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const struct cli_topic_request all = { 0 };

    cli_essay_section(essay, 2, "Submodels");
    cli_essay_say(essay,
        "One process after another. Chances are logistic in a sum; e is standard normal; z is a "
        "standard score; (x)+ is x where positive; names are those of parameters and columns. The "
        "source of a parameter is a key of the list at the end, `assumed` where there is none, or "
        "`calibrated` where the fit gave the value.");
    for (int i = 0; pw_schedule[i] != NULL; i++) {
        const struct pw_process *process = pw_schedule[i];

        cli_essay_section(essay, 3, process->name);
        cli_essay_say(essay, "%s", process->about);
        cli_essay_item(essay, "Mechanism", process->mechanism);
        cli_essay_item(essay, "Equation", process->equation);
        cli_essay_item(essay, "Source", process->source);
        PW_TRY(add_tests(essay, process->tested));
        PW_TRY(add_channels(essay, process->name));
        PW_TRY(add_parameters(essay, process->name, scenario));
    }
    PW_TRY(add_other_parameters(essay, scenario));
    cli_essay_section(essay, 3, "policies");
    cli_essay_say(essay, "%s", policy_prose);
    PW_TRY(add_topic(essay, "levers", &all));
    PW_TRY(add_topic(essay, "acts", &all));
    PW_TRY(add_topic(essay, "channels", &all));
done:
    return status;
}

/** The references that the scenario holds, by which its paths and places name their sources. */
static pw_status
add_scenario_sources(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    cJSON *resolved = cJSON_Parse(scenario->resolved_text);
    const cJSON *sources = cJSON_GetObjectItemCaseSensitive(resolved, "sources");

    if (resolved == NULL) PW_FAIL(PW_EMEMORY, "there is no memory for the sources of the scenario");
    if (sources == NULL) goto done;
    cli_table_column(&table, "source", false);
    cli_table_column(&table, "reference", false);
    for (const cJSON *source = sources->child; source != NULL; source = source->next) {
        PW_TRY(cli_table_text(&table, source->string));
        PW_TRY(cli_table_text(&table, source->valuestring));
    }
    cli_essay_section(essay, 3, "Sources of the scenario");
    cli_essay_table(essay, "scenario_sources", &table);
done:
    cJSON_Delete(resolved);
    cli_table_free(&table);
    return status;
}

pw_status
cli_odd_print(const struct cli_odd_request *request)
{
    pw_status status = PW_OK;
    struct cli_essay essay = { .format = request->format };
    const struct pw_scenario *scenario = request->scenario;

    cli_essay_begin(&essay, "pathways: the model");
    cli_essay_say(&essay,
        "In the order of the ODD protocol (Grimm et al. 2020, doi 10.18564/jasss.4259), printed by "
        "`pathways describe odd` of version %s (%s) from the tables on which the program runs.",
        PW_VERSION, PW_GIT_COMMIT);
    if (scenario != NULL)
        cli_essay_say(&essay, "Values are those of the scenario \"%s\".", scenario->title);
    PW_TRY(add_overview(&essay, request));
    PW_TRY(add_concepts(&essay));
    PW_TRY(add_start(&essay, scenario));
    PW_TRY(add_submodels(&essay, scenario));
    PW_TRY(cli_odd_fit(&essay, request));
    PW_TRY(cli_odd_assumptions(&essay, request));
    cli_essay_section(&essay, 2, "Sources");
    PW_TRY(add_topic(&essay, "sources", &(struct cli_topic_request){ 0 }));
    if (scenario != NULL) PW_TRY(add_scenario_sources(&essay, scenario));
    cli_essay_end(&essay);
done:
    return status;
}

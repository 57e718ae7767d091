/*
 * The command that lists all that is in the model: a table, all tables, or the whole description.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "cli.h"
#include "findings.h"
#include "odd.h"
#include "pathways/alloc.h"
#include "pathways/reader.h"
#include "topics.h"

/* The topic that is no table. */
#define ODD "odd"

static void
print_manual(void)
{
    size_t count = 0;
    const struct cli_topic *topics = cli_topics(&count);

    (void) printf(
        "NAME\n"
        "    pathways describe - list all that is in the model\n\n"
        "SYNOPSIS\n"
        "    pathways describe [TOPIC] [--format FORMAT] [--assumed]\n"
        "    pathways describe parameters SCENARIO [--format FORMAT] [--assumed]\n"
        "    pathways describe odd [SCENARIO] [--fit RUN.h5] [--targets FILE] [--assumptions "
        "FILE]\n"
        "                          [--format markdown|json]\n\n"
        "DESCRIPTION\n"
        "    Prints a table of the model from the source of truth. Without a topic, all of "
        "them.\n\n"
        "    With a SCENARIO, parameters have their values in it, and where each comes from: "
        "default,\n"
        "    set by the scenario, or calibrated, with the standard error of the fit. A list of "
        "which some\n"
        "    values were fitted has null where the others have none.\n\n"
        "    odd is the whole model in the order of the ODD protocol (Grimm et al. 2020): purpose, "
        "entities,\n"
        "    processes, concepts, initialisation, input, submodels with equations, sources and "
        "tests, "
        "targets\n"
        "    and fit, the assumptions log. With --fit a run stands beside the published figures, "
        "and "
        "what it\n"
        "    misses is listed with the reason; without a SCENARIO values are then those of the "
        "run.\n\n"
        "TOPICS\n");
    for (size_t i = 0; i < count; i++)
        (void) printf("    %-12s %s\n", topics[i].name, topics[i].about);
    (void) printf("    %-12s %s\n", ODD, "the whole model in the order of the ODD protocol");
    (void) printf("\nOPTIONS\n"
                  "    -f, --format FORMAT  table, csv, json or markdown\n"
                  "    -a, --assumed        only what the authors assumed, for want of a published "
                  "figure\n"
                  "        --fit RUN.h5     odd: the run to lay beside published figures\n"
                  "        --targets FILE   odd: the figures; " CLI_TARGETS_FILE " when not given\n"
                  "        --assumptions FILE\n"
                  "                         odd: what each assumption is worth, from "
                  "scripts/assumptions.py\n"
                  "    -h, --help           print this\n\n" CLI_EXIT_STATUS "\n"
                  "EXAMPLES\n"
                  "    pathways describe parameters --assumed\n"
                  "    pathways describe parameters scenarios/england.json --format csv\n"
                  "    pathways describe levers --format markdown\n"
                  "    pathways describe --format json\n"
                  "    pathways describe odd scenarios/england.json > odd.md\n");
}

static pw_status
print_topic(
    const struct cli_topic *topic, enum cli_format format, const struct cli_topic_request *request)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    PW_TRY(topic->list(&table, request));
    cli_table_print(&table, format, stdout);
done:
    cli_table_free(&table);
    return status;
}

/** All topics, each under its name. */
static pw_status
print_all(enum cli_format format, const struct cli_topic_request *request)
{
    pw_status status = PW_OK;
    bool is_first = true;
    size_t count = 0;
    const struct cli_topic *topics = cli_topics(&count);

    if (format == CLI_CSV)
        PW_FAIL(PW_EUSAGE, "csv holds one table: name a topic, or use --format json");
    for (size_t i = 0; i < count; i++) {
        const struct cli_topic *topic = &topics[i];

        if (request->only_assumed && !topic->has_source) continue;
        if (format == CLI_JSON)
            (void) printf("%s\"%s\": ", is_first ? "{\n" : ",\n", topic->name);
        else if (format == CLI_MARKDOWN)
            (void) printf("%s## %s: %s\n\n", is_first ? "" : "\n", topic->name, topic->about);
        else
            (void) printf("%s%s: %s\n\n", is_first ? "" : "\n", topic->name, topic->about);
        PW_TRY(print_topic(topic, format, request));
        is_first = false;
    }
    if (format == CLI_JSON) (void) printf("}\n");
done:
    return status;
}

/** One topic, as a scenario has it where one is named. */
static pw_status
print_one(
    const char *name, const char *path, enum cli_format format, struct cli_topic_request *request)
{
    pw_status status = PW_OK;
    struct pw_scenario scenario = { 0 };
    const struct cli_topic *topic = NULL;

    PW_TRY(cli_topic_find(name, &topic));
    if (request->only_assumed && !topic->has_source)
        PW_FAIL(PW_EUSAGE,
            "--assumed: %s do not say where they come from; use it with parameters "
            "or levers",
            topic->name);
    if (path != NULL && !topic->has_values)
        PW_FAIL(PW_EUSAGE, "%s: %s are the same in every scenario; name one with parameters only",
            path, topic->name);
    if (path != NULL) {
        PW_TRY(cli_scenario_read(path, &scenario));
        request->scenario = &scenario;
    }
    PW_TRY(print_topic(topic, format, request));
done:
    request->scenario = NULL;
    pw_scenario_free(&scenario);
    return status;
}

/** The scenario that a run lived. */
static pw_status
read_lived(const char *path, struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;
    struct pw_faults faults = { 0 };
    char *text = NULL;

    PW_TRY(pw_reader_open(path, &reader));
    PW_TRY(pw_reader_long_text(reader, "/scenario/resolved_text", &text));
    PW_TRY(pw_scenario_read_text(path, text, scenario, &faults));
done:
    pw_free(&text);
    pw_faults_free(&faults);
    pw_reader_close(&reader);
    return status;
}

static pw_status
print_odd(const char *path, bool has_format, struct cli_odd_request *request)
{
    pw_status status = PW_OK;
    struct pw_scenario scenario = { 0 };

    if (!has_format) request->format = CLI_MARKDOWN;
    if (request->format != CLI_MARKDOWN && request->format != CLI_JSON)
        PW_FAIL(PW_EUSAGE, "%s is more than a table: use --format markdown or json", ODD);
    if (path != NULL)
        PW_TRY(cli_scenario_read(path, &scenario));
    else if (request->fit != NULL)
        PW_TRY(read_lived(request->fit, &scenario));
    if (path != NULL || request->fit != NULL) request->scenario = &scenario;
    PW_TRY(cli_odd_print(request));
done:
    pw_scenario_free(&scenario);
    return status;
}

/** What the command line says. */
struct command {
    struct cli_topic_request topic;
    struct cli_odd_request odd;
    enum cli_format format;
    bool has_format, is_help;
};

static pw_status
read_options(int argc, char **argv, struct command *command)
{
    enum { FIT = 256, TARGETS, ASSUMPTIONS };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "assumed", no_argument, NULL, 'a' }, { "format", required_argument, NULL, 'f' },
        { "fit", required_argument, NULL, FIT }, { "targets", required_argument, NULL, TARGETS },
        { "assumptions", required_argument, NULL, ASSUMPTIONS }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "haf:", options, &first, &character));
        if (character < 0) break;
        command->is_help = command->is_help || character == 'h';
        command->topic.only_assumed = command->topic.only_assumed || character == 'a';
        command->has_format = command->has_format || character == 'f';
        if (character == 'f') PW_TRY(cli_option_format(optarg, &command->format));
        if (character == FIT) command->odd.fit = optarg;
        if (character == TARGETS) command->odd.targets = optarg;
        if (character == ASSUMPTIONS) command->odd.assumptions = optarg;
    }
    if (command->is_help) goto done;
    PW_TRY(cli_option_operands(argc, argv, 0, 2, "one TOPIC, and a SCENARIO with some"));
    const bool is_odd = optind < argc && strcmp(argv[optind], ODD) == 0;
    if (is_odd && command->topic.only_assumed)
        PW_FAIL(PW_EUSAGE, "--assumed: %s is the whole model; use it with a topic", ODD);
    if (!is_odd
        && (command->odd.fit != NULL || command->odd.targets != NULL
            || command->odd.assumptions != NULL))
        PW_FAIL(
            PW_EUSAGE, "--fit, --targets and --assumptions belong to `pathways describe %s`", ODD);
done:
    return status;
}

pw_status
cli_describe(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct command command = { .format = CLI_TABLE };

    PW_TRY(read_options(argc, argv, &command));
    const char *scenario = optind + 1 < argc ? argv[optind + 1] : NULL;

    if (command.is_help) {
        print_manual();
    } else if (optind == argc) {
        PW_TRY(print_all(command.format, &command.topic));
    } else if (strcmp(argv[optind], ODD) == 0) {
        command.odd.format = command.format;
        PW_TRY(print_odd(scenario, command.has_format, &command.odd));
    } else {
        PW_TRY(print_one(argv[optind], scenario, command.format, &command.topic));
    }
done:
    return status;
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/scenario.h"

static const char manual[] =
    "NAME\n"
    "    pathways schema - print the JSON Schema of a scenario, for editors\n\n"
    "SYNOPSIS\n"
    "    pathways schema [--design]\n\n"
    "DESCRIPTION\n"
    "    Prints a JSON Schema (draft-07), from which most editors complete keys, show what they "
    "mean and\n"
    "    underline what is wrong. A scenario names it in its first line:\n\n"
    "        \"$schema\": \"./scenario.schema.json\"\n\n"
    "OPTIONS\n"
    "        --design  the schema of the design of a sweep instead\n"
    "    -h, --help    print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways schema > scenarios/scenario.schema.json\n";

/* The reader of designs (design.c) says what is wrong in words; this is for editors. */
static const char design[] =
    "{\n"
    "  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
    "  \"title\": \"Design of a sweep: which runs `pathways sweep` does\",\n"
    "  \"type\": \"object\",\n"
    "  \"additionalProperties\": false,\n"
    "  \"required\": [\"kind\"],\n"
    "  \"properties\": {\n"
    "    \"$schema\": { \"type\": \"string\" },\n"
    "    \"title\": { \"type\": \"string\", \"description\": \"What the sweep is called\" },\n"
    "    \"why\": { \"type\": \"string\", \"description\": \"The question that it asks\" },\n"
    "    \"kind\": { \"enum\": [\"grid\", \"list\", \"latin_hypercube\", \"sobol\"] },\n"
    "    \"factors\": {\n"
    "      \"type\": \"object\",\n"
    "      \"description\": \"By name (a parameter, policies.NAME.strength, run.persons): values "
    "of a grid, or the range of a latin_hypercube or sobol\",\n"
    "      \"additionalProperties\": {\n"
    "        \"oneOf\": [\n"
    "          { \"type\": \"array\", \"minItems\": 1, \"uniqueItems\": true, \"items\": { "
    "\"type\": \"number\" } },\n"
    "          {\n"
    "            \"type\": \"object\",\n"
    "            \"additionalProperties\": false,\n"
    "            \"required\": [\"low\", \"high\"],\n"
    "            \"properties\": {\n"
    "              \"low\": { \"type\": \"number\" },\n"
    "              \"high\": { \"type\": \"number\" },\n"
    "              \"scale\": { \"enum\": [\"linear\", \"log\"] }\n"
    "            }\n"
    "          }\n"
    "        ]\n"
    "      }\n"
    "    },\n"
    "    \"points\": {\n"
    "      \"description\": \"How many, of a latin_hypercube or sobol; of a list the points\",\n"
    "      \"oneOf\": [\n"
    "        { \"type\": \"integer\", \"minimum\": 1, \"maximum\": 1000000 },\n"
    "        {\n"
    "          \"type\": \"array\",\n"
    "          \"minItems\": 1,\n"
    "          \"items\": { \"type\": \"object\", \"additionalProperties\": { \"type\": "
    "\"number\" } }\n"
    "        }\n"
    "      ]\n"
    "    },\n"
    "    \"seed\": { \"type\": \"integer\", \"minimum\": 0, \"maximum\": 4294967295, "
    "\"description\": \"Of a latin_hypercube; 1\" },\n";
static const char rest_of_design[] =
    "    \"scenarios\": { \"type\": \"array\", \"items\": { \"type\": \"string\" }, "
    "\"description\": \"Files beside this one, run at every point as the scenario of the command "
    "line is\" },\n"
    "    \"replicates\": { \"type\": \"integer\", \"minimum\": 1, \"maximum\": 1000000, "
    "\"description\": \"Runs of every point with other luck; 1\" },\n"
    "    \"run\": {\n"
    "      \"type\": \"object\",\n"
    "      \"description\": \"Settings of all runs, as in a scenario\",\n"
    "      \"additionalProperties\": false,\n"
    "      \"properties\": {\n"
    "        \"persons\": { \"type\": \"integer\" },\n"
    "        \"history_from\": { \"type\": \"integer\" },\n"
    "        \"start_year\": { \"type\": \"integer\" },\n"
    "        \"years\": { \"type\": \"integer\" },\n"
    "        \"record_from\": { \"type\": \"integer\" },\n"
    "        \"record\": { \"type\": \"number\" },\n"
    "        \"seed\": { \"type\": \"integer\" },\n"
    "        \"replicate\": { \"type\": \"integer\" },\n"
    "        \"shards\": { \"type\": \"integer\" }\n"
    "      }\n"
    "    },\n"
    "    \"measures\": { \"type\": \"array\", \"items\": { \"type\": \"string\" }, "
    "\"description\": \"Patterns of measures to keep; all\" },\n"
    "    \"by\": { \"type\": \"array\", \"items\": { \"enum\": [\"nation\", \"place\", "
    "\"labour_market\", \"region\", \"origin\", \"sex\", \"origin_sex\"] }, "
    "\"description\": \"Groupings to keep beside the nation\" },\n"
    "    \"keep_runs\": { \"type\": \"boolean\", \"description\": \"Keep the run files too\" }\n"
    "  }\n"
    "}\n";

pw_status
cli_schema(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "design", no_argument, NULL, 'd' }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    char *text = NULL;
    bool first = true;
    int character = 0;

    PW_TRY(cli_option_next(argc, argv, "h", options, &first, &character));
    if (character == 'h') {
        (void) fputs(manual, stdout);
        goto done;
    }
    if (character == 'd') {
        (void) fputs(design, stdout);
        (void) fputs(rest_of_design, stdout);
        goto done;
    }
    PW_TRY(cli_option_operands(argc, argv, 0, 0, "nothing"));
    PW_TRY(pw_scenario_schema(&text));
    (void) fputs(text, stdout);
done:
    pw_free(&text);
    return status;
}

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
    "    pathways schema\n\n"
    "DESCRIPTION\n"
    "    Prints a JSON Schema (draft-07), from which most editors complete keys, show what they "
    "mean and\n"
    "    underline what is wrong. A scenario names it in its first line:\n\n"
    "        \"$schema\": \"./scenario.schema.json\"\n\n"
    "OPTIONS\n"
    "    -h, --help  print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways schema > scenarios/scenario.schema.json\n";

pw_status
cli_schema(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    char *text = NULL;
    bool first = true;
    int character = 0;

    PW_TRY(cli_option_next(argc, argv, "h", options, &first, &character));
    if (character == 'h') {
        (void) fputs(manual, stdout);
        goto done;
    }
    PW_TRY(cli_option_operands(argc, argv, 0, 0, "nothing"));
    PW_TRY(pw_scenario_schema(&text));
    (void) fputs(text, stdout);
done:
    pw_free(&text);
    return status;
}

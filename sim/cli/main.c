/*
 * The program: a table of subcommands, and what their statuses mean to a shell.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"
#include "pathways/spelling.h"

static const struct cli_command commands[] = {
    { "run", "live a country forward under a scenario and write a run file", cli_run },
    { "sweep", "do the many runs of a design, on one machine or on many", cli_sweep },
    { "gather", "put what the runs of a sweep came to into one file", cli_gather },
    { "check", "report every fault of scenarios at once", cli_check },
    { "summary", "print the indicators of a run", cli_summary },
    { "validate", "lay a run beside published figures", cli_validate },
    { "calibrate", "fit parameters to published figures", cli_calibrate },
    { "compare", "print what a policy changes, for whom and where", cli_compare },
    { "export", "write people, their lives or the measures of a run as CSV", cli_export },
    { "trace", "tell one life year by year, and beside it the same life under another policy",
        cli_trace },
    { "diff", "find the first year, process, person and column in which two runs part", cli_diff },
    { "describe", "list parameters, columns, processes, levers and all else in the model",
        cli_describe },
    { "schema", "print the JSON Schema of a scenario, for editors", cli_schema },
};

#define NUM_COMMANDS (sizeof commands / sizeof *commands)

const struct cli_command *
cli_commands(size_t *count)
{
    *count = NUM_COMMANDS;
    return commands;
}

int
cli_exit_status(pw_status status)
{
    switch (status) {
    case PW_OK:
        return 0;
    case PW_EVERDICT:
        return 1;
    case PW_EUSAGE:
        return 2;
    case PW_EINPUT:
    case PW_EFORMAT:
        return 3;
    case PW_EMEMORY:
    case PW_EIO:
        return 4;
    case PW_ESTOPPED:
        return 75;
    }
    return 4;
}

static void
print_help(void)
{
    (void) printf(
        "NAME\n"
        "    pathways - social mobility simulator: a country lived forward one life at a "
        "time\n\n"
        "SYNOPSIS\n"
        "    pathways COMMAND [OPTIONS] [ARGUMENTS]\n"
        "    pathways help COMMAND\n"
        "    pathways --help | --version\n\n"
        "DESCRIPTION\n"
        "    Compares place-based policies: what each does, where and for whom, to the "
        "pathways of young\n"
        "    people and to mobility between generations. A scenario is a JSON file; a run "
        "lives it and\n"
        "    writes an HDF5 file. Results go to standard output, everything else to "
        "standard error.\n\n"
        "COMMANDS\n");
    for (size_t i = 0; i < NUM_COMMANDS; i++)
        (void) printf("    %-10s %s\n", commands[i].name, commands[i].about);
    (void) printf("    %-10s %s\n", "help", "print the manual of a command");
    (void) printf("\nOPTIONS\n"
                  "    -h, --help     print this\n"
                  "    -V, --version  print the version\n\n" CLI_EXIT_STATUS "\nENVIRONMENT\n"
                  "    NO_COLOR         no colour, also on a terminal\n"
                  "    OMP_NUM_THREADS  threads of a run, unless --threads says otherwise\n"
                  "    OMP_WAIT_POLICY  passive (default): threads that wait sleep, as is right "
                  "beside other\n"
                  "                     programs; active: they try without end\n\n"
                  "EXAMPLES\n"
                  "    pathways run scenarios/england.json -n 200000 -o base.h5\n"
                  "    pathways run scenarios/apprenticeship_expansion.json -n 200000 -o more.h5\n"
                  "    pathways compare base.h5 more.h5\n");
}

/** A subcommand by its name, with "did you mean". */
static pw_status
find_command(const char *name, const struct cli_command **command)
{
    struct pw_spelling spelling = pw_spelling_of(name);
    pw_status status = PW_OK;

    for (size_t i = 0; i < NUM_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            *command = &commands[i];
            goto done;
        }
        pw_spelling_try(&spelling, commands[i].name);
    }
    pw_spelling_try(&spelling, "help");
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "%s: there is no such %s; did you mean %s?", name,
            name[0] == '-' ? "option" : "command", spelling.nearest);
    PW_FAIL(PW_EUSAGE, "%s: there is no such %s; `pathways --help` lists them", name,
        name[0] == '-' ? "option" : "command");
done:
    return status;
}

/** The manual of a subcommand is what it prints for --help. */
static pw_status
run_help(int argc, char **argv)
{
    static char help[] = "--help";
    const struct cli_command *command = NULL;
    pw_status status = PW_OK;

    if (argc < 2) {
        print_help();
        goto done;
    }
    if (argc > 2) PW_FAIL(PW_EUSAGE, "help takes the name of one command");
    PW_TRY(find_command(argv[1], &command));
    char *arguments[] = { argv[1], help, NULL };
    PW_TRY(command->run(2, arguments));
done:
    return status;
}

static pw_status
run_command(int argc, char **argv)
{
    const struct cli_command *command = NULL;
    pw_status status = PW_OK;

    if (argc < 2) PW_FAIL(PW_EUSAGE, "a command is missing; `pathways --help` lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
    } else if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        (void) printf(
            "pathways %s (%s)\n%s %s\n", PW_VERSION, PW_GIT_COMMIT, PW_COMPILER, PW_COMPILER_FLAGS);
    } else if (strcmp(argv[1], "help") == 0) {
        PW_TRY(run_help(argc - 1, argv + 1));
    } else {
        PW_TRY(find_command(argv[1], &command));
        PW_TRY(command->run(argc - 1, argv + 1));
    }
done:
    return status;
}

int
main(int argc, char **argv)
{
    pw_parallel_wait_passively(argv);
    pw_log_set_level(PW_LOG_INFO);
    pw_alloc_return_large_blocks(); /* of shards that grow */
    pw_status status = run_command(argc, argv);

    if (status != PW_OK) {
        const char *message = pw_status_message();

        (void) fflush(stdout); /* results before the sentence, where both go to one terminal */
        (void) fprintf(
            stderr, "pathways: %s\n", message[0] == '\0' ? pw_status_about(status) : message);
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == PW_OK) {
        (void) fprintf(stderr, "pathways: standard output could not be written\n");
        status = PW_EIO;
    }
    return cli_exit_status(status);
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "cli.h"
#include "pathways/scenario.h"

static const char manual[] =
    "NAME\n"
    "    pathways check - report every fault of scenarios at once\n\n"
    "SYNOPSIS\n"
    "    pathways check [--set NAME=VALUE]... [--quiet] SCENARIO...\n\n"
    "DESCRIPTION\n"
    "    Reads each scenario with all that it extends, and prints one line a fault:\n\n"
    "        file:line:column: /pointer: what is wrong, and the remedy\n\n"
    "    A scenario without faults gets one line that says so. Columns count characters.\n\n"
    "OPTIONS\n"
    "    --set NAME=VALUE  set a parameter (work.credentialism=0.6) or a setting of the run\n"
    "                      (run.persons=100000); several values of one parameter have commas\n"
    "                      between them\n"
    "    -q, --quiet       print faults only\n"
    "    -h, --help        print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways check scenarios/*.json\n"
    "    pathways check my.json --set run.persons=1000000\n";

#define MAX_OVERRIDES 256

/** Check one scenario. @return PW_EINPUT when it has faults, which are printed */
static pw_status
check_scenario(const char *path, const char *const *overrides, size_t num_overrides, bool is_quiet)
{
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };

    pw_status status = pw_scenario_read(path, overrides, num_overrides, &scenario, &faults);
    if (status == PW_OK && !is_quiet)
        (void) printf("%s: no faults; %d places, %d labour markets, %d policies\n", path,
            scenario.num_places, scenario.num_labour_markets, scenario.num_policies);
    if (status == PW_EINPUT) {
        const pw_status printed = cli_print_faults(stdout, &faults);

        status = printed != PW_OK ? printed : status;
    }
    pw_faults_free(&faults);
    pw_scenario_free(&scenario);
    return status;
}

pw_status
cli_check(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "quiet", no_argument, NULL, 'q' }, { "set", required_argument, NULL, 's' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    const char *overrides[MAX_OVERRIDES];
    size_t num_overrides = 0;
    bool first = true, is_quiet = false;
    int character = 0, num_refused = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hq", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            (void) fputs(manual, stdout);
            goto done;
        }
        is_quiet = is_quiet || character == 'q';
        if (character == 's' && num_overrides == MAX_OVERRIDES)
            PW_FAIL(PW_EUSAGE, "--set: more than %d values", MAX_OVERRIDES);
        if (character == 's') overrides[num_overrides++] = optarg;
    }
    PW_TRY(cli_option_operands(argc, 1, argc, "SCENARIO"));
    for (int i = optind; i < argc; i++) {
        status = check_scenario(argv[i], overrides, num_overrides, is_quiet);
        num_refused += status == PW_EINPUT;
        if (status != PW_EINPUT) PW_TRY(status);
    }
    status = PW_OK;
    if (num_refused > 0)
        PW_FAIL(PW_EINPUT, "scenarios with faults: %d of %d", num_refused, argc - optind);
done:
    return status;
}

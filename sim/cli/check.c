/*
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/scenario.h"

static const char manual[] =
    "NAME\n"
    "    pathways check - report every fault of scenarios at once\n\n"
    "SYNOPSIS\n"
    "    pathways check [--set NAME=VALUE]... [--quiet] SCENARIO...\n\n"
    "DESCRIPTION\n"
    "    Reads each scenario with all that it extends, and prints one line a fault:\n\n"
    "        file:line:column: /pointer: what is wrong, and the remedy\n\n"
    "    A scenario without faults gets one line that says so. Columns count characters. The\n"
    "    schema of scenarios and published figures, which lie among them, are passed over.\n\n"
    "OPTIONS\n"
    "    --set NAME=VALUE  set a parameter (work.credentialism=0.6) or a setting of the run\n"
    "                      (run.persons=100000); several values of one parameter have commas\n"
    "                      between them\n"
    "    -q, --quiet       print faults only\n"
    "    -h, --help        print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways check scenarios/*.json\n"
    "    pathways check my.json --set run.persons=1000000\n";

/* Longer files are not looked at: those that lie beside scenarios are far from it. */
#define MAX_OTHER_BYTES ((size_t) 4 << 20)

/** What a file is that lies among scenarios and is none: the schema, whose $schema names the
 * standard's, published figures, or the design of a sweep. NULL for anything else. */
static const char *
kind_of_other(const char *path)
{
    static const char standard[] = "http://json-schema.org/";
    struct stat about;
    FILE *stream = NULL;
    char *bytes = NULL;
    cJSON *root = NULL;
    const char *kind = NULL;

    /* A pipe has been read and would wait for more. */
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode)) stream = fopen(path, "rb");
    if (stream != NULL && pw_alloc(MAX_OTHER_BYTES, 1, &bytes) == PW_OK) {
        const size_t length = fread(bytes, 1, MAX_OTHER_BYTES, stream);

        if (length < MAX_OTHER_BYTES) root = cJSON_ParseWithLength(bytes, length);
        const char *named = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "$schema"));
        if (named != NULL && strncmp(named, standard, sizeof standard - 1) == 0)
            kind = "the schema of scenarios";
        else if (cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "targets"))
                 && !cJSON_HasObjectItem(root, "extends") && !cJSON_HasObjectItem(root, "places"))
            kind = "a file of published figures for `pathways validate`";
        else if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(root, "kind"))
                 && !cJSON_HasObjectItem(root, "extends") && !cJSON_HasObjectItem(root, "places"))
            kind = "a design for `pathways sweep`, which checks it";
    }
    cJSON_Delete(root);
    pw_free(&bytes);
    if (stream != NULL) (void) fclose(stream);
    return kind;
}

/** Check one scenario. @return PW_EINPUT when it has faults, which are printed */
static pw_status
check_scenario(const char *path, const char *const *overrides, size_t num_overrides, bool is_quiet)
{
    struct pw_scenario scenario = { 0 };
    struct pw_faults faults = { 0 };

    pw_status status = pw_scenario_read(path, overrides, num_overrides, &scenario, &faults);
    const char *other = status == PW_EINPUT ? kind_of_other(path) : NULL;

    if (status == PW_OK && !is_quiet)
        (void) printf("%s: no faults; %d places, %d labour markets, %d policies\n", path,
            scenario.num_places, scenario.num_labour_markets, scenario.num_policies);
    if (other != NULL) {
        if (!is_quiet) (void) printf("%s: is %s, not a scenario: skipped\n", path, other);
        status = PW_OK;
    } else if (status == PW_EINPUT) {
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
    const char *overrides[CLI_MAX_SETTINGS];
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
        if (character == 's' && num_overrides == CLI_MAX_SETTINGS)
            PW_FAIL(PW_EUSAGE, "--set: more than %d values; put them into a scenario",
                CLI_MAX_SETTINGS);
        if (character == 's') overrides[num_overrides++] = optarg;
    }
    PW_TRY(cli_option_operands(argc, argv, 1, argc, "SCENARIO"));
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

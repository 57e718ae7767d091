/*
 * The first year, process, person and column in which two runs part.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "diff.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/parallel.h"

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways diff - find the first year, process, person and column in which two runs "
        "part\n\n"
        "SYNOPSIS\n"
        "    pathways diff A.h5 B.h5 [--years N] [--format FORMAT] [--recorded]\n\n"
        "DESCRIPTION\n"
        "    Says what differs between the scenarios of two runs, then lives both again side by "
        "side and compares\n"
        "    everyone after each process of each year. The first difference is reported with its "
        "year, process,\n"
        "    column and both values, the first person who has it, and how many people have it by "
        "then.\n\n"
        "    Both runs are lived to their end and checked against the files. Where that cannot be, "
        "since another\n"
        "    version of the program wrote them, what is on file is compared instead: coarser, by "
        "year and column.\n\n"
        "OPTIONS\n"
        "    -y, --years N        count the people who differ at the end of that year and of N "
        "years after\n"
        "        --recorded       compare only what is on file\n"
        "    -f, --format FORMAT  text or json\n"
        "    -t, --threads N      0, the default: as many as the machine has\n"
        "    -q, --quiet          no progress\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS
        "    Runs that are the same are exit status 0, runs that part are 1.\n\n"
        "EXAMPLES\n"
        "    pathways diff base.h5 policy.h5\n"
        "    pathways diff base.h5 policy.h5 --years 10\n");
}

/* --- What is said --- */

static void
label_files(struct diff_pair *pair)
{
    for (int s = 0; s < 2; s++) {
        const char *path = pw_reader_path(pair->run[s].reader), *slash = strrchr(path, '/');

        pair->label[s] = slash == NULL ? path : slash + 1;
    }
    if (strcmp(pair->label[0], pair->label[1]) == 0)
        for (int s = 0; s < 2; s++)
            pair->label[s] = pw_reader_path(pair->run[s].reader);
}

pw_status
cli_diff_add_json(struct pw_text *json, const char *name, const char *text)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(json, ", \"%s\": ", name));
    PW_TRY(pw_text_add_quoted(json, text == NULL ? "" : text));
done:
    return status;
}

static void
print_text(const struct diff_pair *pair)
{
    for (int s = 0; s < 2; s++)
        (void) printf("%d: %s: %s (%s)\n", s + 1, pw_reader_path(pair->run[s].reader),
            pair->run[s].title, pair->run[s].source);
    (void) printf("\n");
    if (pair->num_differences > 0) (void) printf("What was asked differs:\n");
    for (const char *at = pair->differences.bytes; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n');

        (void) printf("    %.*s\n", (int) (end - at), at);
        at = end + 1;
    }
    if (pair->num_differences > CLI_DIFF_MAX_DIFFERENCES)
        (void) printf("    and %d more\n", pair->num_differences - CLI_DIFF_MAX_DIFFERENCES);
    (void) printf("%s%s", pair->num_differences > 0 ? "\n" : "", pair->finding.bytes);
    if (pair->counts.num_cells > 0) {
        (void) printf("\n");
        cli_table_print(&pair->counts, CLI_TABLE, stdout);
    }
}

static pw_status
print_json(const struct diff_pair *pair)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const char *between = "";

    PW_TRY(pw_text_add(&text, "{\"part\": %s", pair->part ? "true" : "false"));
    PW_TRY(cli_diff_add_json(&text, "first", pw_reader_path(pair->run[0].reader)));
    PW_TRY(cli_diff_add_json(&text, "second", pw_reader_path(pair->run[1].reader)));
    PW_TRY(cli_diff_add_json(&text, "finding", pair->finding.bytes));
    PW_TRY(pw_text_add(
        &text, "%s, \"scenarios\": [", pair->json.bytes == NULL ? "" : pair->json.bytes));
    for (const char *at = pair->differences.bytes; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n');
        struct pw_text line = { 0 };

        PW_TRY(pw_text_add(&text, "%s", between));
        PW_TRY(pw_text_add_bytes(&line, at, (size_t) (end - at)));
        status = pw_text_add_quoted(&text, line.bytes);
        pw_text_free(&line);
        PW_TRY(status);
        at = end + 1;
        between = ", ";
    }
    PW_TRY(pw_text_add(&text, "]"));
    (void) printf("%s", text.bytes);
    if (pair->counts.num_cells > 0) {
        (void) printf(", \"years\": ");
        cli_table_print(&pair->counts, CLI_JSON, stdout);
    }
    (void) printf("}\n");
done:
    pw_text_free(&text);
    return status;
}

/* --- The command --- */

/* The scenarios, then the lives: lived again where that can be, else as they are on file. */
static pw_status
compare(struct diff_pair *pair, const struct diff_request *request)
{
    pw_status status = PW_OK;
    bool is_other_people = false;

    label_files(pair);
    PW_TRY(cli_diff_runs(pair, &is_other_people));
    for (int s = 0; s < 2 && status == PW_OK && !request->is_recorded; s++)
        status = cli_relive_begin(&pair->run[s]);
    if (status == PW_OK && !request->is_recorded) {
        PW_TRY(cli_diff_scenarios(pair));
        is_other_people =
            is_other_people || pair->run[0].world.num_shards != pair->run[1].world.num_shards;
    }
    if (is_other_people) {
        PW_TRY(pw_text_add(&pair->finding,
            "These are other people: nobody in the one run is anybody in the other.\n"));
        pair->part = true;
        status = PW_OK;
        goto done;
    }
    if (status == PW_OK && !request->is_recorded) status = cli_diff_lives(pair, request);
    if (status == PW_EFORMAT) {
        pw_log_warning("%s; what is on file is compared instead", pw_status_message());
        pair->part = false;
        pw_text_free(&pair->finding);
        pw_text_free(&pair->json);
        cli_table_free(&pair->counts);
        status = cli_diff_recorded(pair);
    } else if (request->is_recorded) {
        status = cli_diff_recorded(pair);
    }
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct diff_request *request, bool *is_help)
{
    enum { RECORDED = 256 };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "years", required_argument, NULL, 'y' }, { "recorded", no_argument, NULL, RECORDED },
        { "format", required_argument, NULL, 'f' }, { "threads", required_argument, NULL, 't' },
        { "quiet", no_argument, NULL, 'q' }, { NULL, 0, NULL, 0 } };
    static const char *const formats[] = { "text", "json" };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;
    int64_t number = 0;
    size_t index = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hy:f:t:q", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'y') PW_TRY(cli_option_whole("--years", optarg, 0, 1000, &number));
        if (character == 'y') request->num_counted = (int) number + 1;
        if (character == RECORDED) request->is_recorded = true;
        if (character == 'f') PW_TRY(cli_option_choice("format", optarg, formats, 2, &index));
        request->format = (enum diff_format) index;
        if (character == 't') PW_TRY(cli_option_whole("--threads", optarg, 0, 4096, &number));
        if (character == 't') pw_parallel_set_threads((int) number);
        if (character == 'q') pw_log_set_level(PW_LOG_ERROR);
    }
    PW_TRY(cli_option_operands(argc, argv, 2, 2, "A.h5 B.h5"));
done:
    return status;
}

pw_status
cli_diff(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct diff_request request = { .format = DIFF_TEXT };
    struct diff_pair *pair = NULL;
    bool is_help = false;

    PW_TRY(read_options(argc, argv, &request, &is_help));
    if (is_help) {
        print_manual();
        goto done;
    }
    PW_TRY(pw_alloc(1, sizeof *pair, &pair));
    for (int s = 0; s < 2; s++)
        PW_TRY(cli_relive_open(argv[optind + s], &pair->run[s]));
    PW_TRY(compare(pair, &request));
    if (request.format == DIFF_JSON)
        PW_TRY(print_json(pair));
    else
        print_text(pair);
    if (pair->part)
        PW_FAIL(PW_EVERDICT, "%s and %s part", pw_reader_path(pair->run[0].reader),
            pw_reader_path(pair->run[1].reader));
done:
    for (int s = 0; pair != NULL && s < 2; s++)
        cli_relive_close(&pair->run[s]);
    if (pair != NULL) {
        pw_text_free(&pair->differences);
        pw_text_free(&pair->finding);
        pw_text_free(&pair->json);
        cli_table_free(&pair->counts);
    }
    pw_free(&pair);
    return status;
}

/*
 * A run beside published figures: each with its distance and a verdict.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "cli_number.h"
#include "findings.h"
#include "pathways/alloc.h"

struct request {
    const char *targets;
    enum cli_format format;
};

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways validate - lay a run beside published figures\n\n"
        "SYNOPSIS\n"
        "    pathways validate RUN.h5 [--targets FILE] [--format FORMAT]\n\n"
        "DESCRIPTION\n"
        "    Prints each published figure with what the run came to, its standard error, the "
        "difference and\n"
        "    how near is near enough. A figure is met when the run is within the tolerance or "
        "inside the\n"
        "    published interval. Figures of several years are compared with the mean of the "
        "run over those\n"
        "    of them that were measured; its error is then the mean of the yearly errors, which "
        "is more than\n"
        "    that of the mean.\n\n"
        "    The last lines say how many figures are met, the mean distance in tolerances, and "
        "which lines of\n"
        "    several groups are too far off on average: by more than is asked for and two standard "
        "errors\n"
        "    of the run. The exit status is 1 when fewer are met than the targets ask for, or such "
        "a line\n"
        "    is too far off.\n\n"
        "    A figure that the run cannot be asked for (its years were not measured) counts as "
        "not met.\n\n"
        "OPTIONS\n"
        "    -t, --targets FILE   published figures; " CLI_TARGETS_FILE
        " when not given. Its first\n"
        "                         lines and `pathways help summary` show how one is written: "
        "theme, measure,\n"
        "                         year, value or values by group, unit, tolerance, source\n"
        "    -f, --format FORMAT  table, csv, json or markdown; shares in per cent in all of "
        "them\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS "\n"
        "EXAMPLES\n"
        "    pathways validate run.h5\n"
        "    pathways validate run.h5 --format csv > distances.csv\n");
}

/* --- Printing --- */

static pw_status
print_long(const struct pw_targets *targets, const struct cli_finding *findings,
    const struct request *request)
{
    static const char *const headings[] = { "theme", "measure", "by", "group", "years", "#model",
        "#standard_error", "#published", "#low", "#high", "#difference", "#tolerance", "#distance",
        "verdict", "unit", "source", "about", "misfit" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    for (size_t h = 0; h < sizeof headings / sizeof *headings; h++)
        cli_table_column(&table, headings[h] + (*headings[h] == '#'), *headings[h] == '#');
    for (size_t t = 0; t < targets->count; t++) {
        const struct pw_target *const target = &targets->items[t];
        const struct cli_finding *const finding = &findings[t];

        PW_TRY(cli_table_text(&table, target->theme));
        PW_TRY(cli_table_text(&table, target->measure));
        PW_TRY(cli_table_text(&table, target->by));
        PW_TRY(cli_table_text(&table, target->group));
        PW_TRY(cli_table_years(&table, target));
        PW_TRY(cli_table_raw(&table, finding->model.value));
        PW_TRY(cli_table_raw(&table, finding->model.error));
        PW_TRY(cli_table_raw(&table, target->value));
        PW_TRY(cli_table_raw(&table, target->low));
        PW_TRY(cli_table_raw(&table, target->high));
        PW_TRY(cli_table_raw(&table, finding->model.value - target->value));
        PW_TRY(cli_table_raw(&table, target->tolerance));
        PW_TRY(cli_table_raw(&table, finding->distance));
        PW_TRY(cli_table_text(&table, cli_verdict(finding)));
        PW_TRY(cli_table_text(&table, target->unit));
        PW_TRY(cli_table_text(&table, target->source));
        PW_TRY(cli_table_text(&table, target->about));
        PW_TRY(cli_table_text(&table, target->misfit));
    }
    cli_table_print(&table, request->format, stdout);
    if (request->format == CLI_JSON) (void) printf("\n");
done:
    cli_table_free(&table);
    return status;
}

static pw_status
print_theme(const struct pw_targets *targets, const struct cli_finding *findings, size_t begin,
    size_t end, const struct request *request)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    PW_TRY(cli_findings_list(targets, findings, begin, end, "+", &table));
    (void) printf(
        request->format == CLI_MARKDOWN ? "\n## %s\n\n" : "\n%s\n\n", targets->items[begin].theme);
    cli_table_print(&table, request->format, stdout);
done:
    cli_table_free(&table);
    return status;
}

/* Lines of several groups whose mean distance is too large, and by more than chance brings about in
 * a run of this size; printed where `is_printed`. */
static size_t
count_far_entries(
    const struct pw_targets *targets, const struct cli_finding *findings, bool is_printed)
{
    size_t count = 0, end;

    for (size_t begin = 0; begin < targets->count; begin = end) {
        const struct pw_target *const target = &targets->items[begin];
        double mean = 0.0, error = 0.0;

        for (end = begin; end < targets->count && targets->items[end].entry == target->entry;
             end++) {
            mean += fabs(findings[end].model.value - targets->items[end].value);
            if (isfinite(findings[end].model.error))
                error = hypot(error, findings[end].model.error);
        }
        mean /= (double) (end - begin);
        error /= (double) (end - begin);
        if (isnan(target->mean_tolerance) || mean <= target->mean_tolerance + 2.0 * error) continue;
        count++;
        if (is_printed)
            (void) printf(
                "%s by %s, mean difference %.2f, standard error %.2f: asked for %.2f %s\n",
                target->measure, target->by, mean, error, target->mean_tolerance, target->unit);
    }
    return count;
}

static pw_status
print_report(const struct cli_outcomes *outcomes, const struct pw_targets *targets,
    const struct cli_finding *findings, const struct request *request)
{
    pw_status status = PW_OK;
    const struct cli_score score = cli_score_of(targets, findings);
    size_t end;

    (void) printf("%s%s beside: %s\n", request->format == CLI_MARKDOWN ? "# " : "", outcomes->title,
        targets->title);
    for (size_t begin = 0; begin < targets->count; begin = end) {
        for (end = begin; end < targets->count
                          && strcmp(targets->items[end].theme, targets->items[begin].theme) == 0;)
            end++;
        PW_TRY(print_theme(targets, findings, begin, end, request));
    }
    (void) printf("\n%zu of %zu figures are met (%.0f %%, asked for: %.0f %%); mean distance %.2f "
                  "tolerances.\n",
        score.num_met, targets->count, score.share_met, targets->share_within, score.mean_distance);
    (void) count_far_entries(targets, findings, true);
done:
    return status;
}

/* --- The command --- */

pw_status
cli_validate(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "targets", required_argument, NULL, 't' }, { "format", required_argument, NULL, 'f' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct pw_targets targets = { 0 };
    struct cli_finding *findings = NULL;
    struct request request = { .format = CLI_TABLE };
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ht:f:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            print_manual();
            goto done;
        }
        if (character == 't') request.targets = optarg;
        if (character == 'f') PW_TRY(cli_option_format(optarg, &request.format));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one RUN.h5"));
    PW_TRY(cli_targets_read(request.targets, &targets));
    PW_TRY(cli_outcomes_open(argv[optind], &outcomes));
    PW_TRY(pw_alloc(targets.count, sizeof *findings, &findings));
    for (size_t t = 0; t < targets.count; t++)
        PW_TRY(cli_find(&outcomes, &targets.items[t], &findings[t]));
    if (request.format == CLI_CSV || request.format == CLI_JSON)
        PW_TRY(print_long(&targets, findings, &request));
    else
        PW_TRY(print_report(&outcomes, &targets, findings, &request));
    const struct cli_score score = cli_score_of(&targets, findings);
    const size_t num_far = count_far_entries(&targets, findings, false);
    if (score.share_met < targets.share_within || num_far > 0)
        PW_FAIL(PW_EVERDICT,
            "the run is not near enough: %zu of %zu figures are met and %.0f %% are "
            "asked for; %zu lines of groups are too far off on average",
            score.num_met, targets.count, targets.share_within, num_far);
done:
    pw_free(&findings);
    pw_targets_free(&targets);
    cli_outcomes_close(&outcomes);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "odd_evidence.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli_number.h"
#include "findings.h"
#include "pathways/alloc.h"
#include "pathways/params.h"
#include "pathways/text.h"

/* --- Targets and fit ---------------------------------------------------------------------------
 */

/** The end of the figures of the theme that begins at `begin`. */
static size_t
end_of_theme(const struct pw_targets *targets, size_t begin)
{
    size_t end = begin;

    while (
        end < targets->count && strcmp(targets->items[end].theme, targets->items[begin].theme) == 0)
        end++;
    return end;
}

/** Sources of a theme, each once. */
static pw_status
add_sources(struct cli_table *table, const struct pw_targets *targets, size_t begin, size_t end)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    for (size_t t = begin; t < end; t++) {
        size_t before = begin;

        while (strcmp(targets->items[before].source, targets->items[t].source) != 0)
            before++;
        if (before == t)
            PW_TRY(
                pw_text_add(&text, "%s%s", text.length == 0 ? "" : "; ", targets->items[t].source));
    }
    PW_TRY(cli_table_text(table, text.bytes));
done:
    pw_text_free(&text);
    return status;
}

/** @param is_there receives false when nobody said where they are and they are not where usual */
static pw_status
read_targets(const struct cli_odd_request *request, struct pw_targets *targets, bool *is_there)
{
    const pw_status status = cli_targets_read(request->targets, targets);

    *is_there = status == PW_OK;
    return status == PW_EUSAGE && request->targets == NULL && request->fit == NULL ? PW_OK : status;
}

pw_status
cli_odd_themes(struct cli_essay *essay, const struct cli_odd_request *request)
{
    pw_status status = PW_OK;
    struct pw_targets targets = { 0 };
    struct cli_table table = { 0 };
    bool is_there = false;

    PW_TRY(read_targets(request, &targets, &is_there));
    if (!is_there) {
        cli_essay_say(essay, "The published figures are not here: say where with --targets FILE.");
        goto done;
    }
    cli_table_column(&table, "theme", false);
    cli_table_column(&table, "figures", true);
    cli_table_column(&table, "sources", false);
    for (size_t begin = 0, end; begin < targets.count; begin = end) {
        end = end_of_theme(&targets, begin);
        PW_TRY(cli_table_text(&table, targets.items[begin].theme));
        PW_TRY(cli_table_cell(&table, "%zu", end - begin));
        PW_TRY(add_sources(&table, &targets, begin, end));
    }
    cli_essay_table(essay, "themes", &table);
done:
    cli_table_free(&table);
    pw_targets_free(&targets);
    return status;
}

/** What is published, where there is no run to lay beside it. */
static pw_status
list_targets(struct cli_essay *essay, const struct pw_targets *targets)
{
    static const char *const headings[] = { "theme", "measure", "group", "years", "#published",
        "#tolerance", "unit", "source" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    for (size_t h = 0; h < sizeof headings / sizeof *headings; h++)
        cli_table_column(&table, headings[h] + (*headings[h] == '#'), *headings[h] == '#');
    for (size_t t = 0; t < targets->count; t++) {
        const struct pw_target *target = &targets->items[t];

        PW_TRY(cli_table_text(&table, target->theme));
        PW_TRY(cli_table_text(&table, target->measure));
        PW_TRY(cli_table_text(&table, strcmp(target->group, "all") == 0 ? "" : target->group));
        PW_TRY(cli_table_years(&table, target));
        PW_TRY(cli_table_figure(&table, target->value, ""));
        PW_TRY(cli_table_figure(&table, target->tolerance, ""));
        PW_TRY(cli_table_text(&table, strcmp(target->unit, "1") == 0 ? "" : target->unit));
        PW_TRY(cli_table_text(&table, target->source));
    }
    cli_essay_table(essay, "targets", &table);
done:
    cli_table_free(&table);
    return status;
}

static pw_status
list_misfits(
    struct cli_essay *essay, const struct pw_targets *targets, const struct cli_finding *findings)
{
    static const char *const headings[] = { "theme", "measure", "group", "years", "#model",
        "#published", "unit", "#distance", "reason" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    for (size_t h = 0; h < sizeof headings / sizeof *headings; h++)
        cli_table_column(&table, headings[h] + (*headings[h] == '#'), *headings[h] == '#');
    for (size_t t = 0; t < targets->count; t++) {
        const struct pw_target *target = &targets->items[t];

        if (findings[t].is_met) continue;
        PW_TRY(cli_table_text(&table, target->theme));
        PW_TRY(cli_table_text(&table, target->measure));
        PW_TRY(cli_table_text(&table, strcmp(target->group, "all") == 0 ? "" : target->group));
        PW_TRY(cli_table_years(&table, target));
        PW_TRY(cli_table_figure(&table, findings[t].model.value, ""));
        PW_TRY(cli_table_figure(&table, target->value, ""));
        PW_TRY(cli_table_text(&table, strcmp(target->unit, "1") == 0 ? "" : target->unit));
        PW_TRY(cli_table_figure(&table, findings[t].distance, ""));
        PW_TRY(cli_table_text(&table, target->misfit[0] != '\0' ? target->misfit
                                      : findings[t].is_known    ? "no reason is known"
                                                                : "not measured in this run"));
    }
    cli_essay_section(essay, 3, "What does not fit");
    cli_essay_say(essay, "Distance is in tolerances: 1 is just near enough.");
    cli_essay_table(essay, "misfits", &table);
done:
    cli_table_free(&table);
    return status;
}

/** The run beside the figures, theme by theme. */
static pw_status
lay_beside(struct cli_essay *essay, const struct pw_targets *targets, const char *path)
{
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct cli_finding *findings = NULL;
    struct cli_table table = { 0 };

    PW_TRY(cli_outcomes_open(path, &outcomes));
    PW_TRY(pw_alloc(targets->count, sizeof *findings, &findings));
    for (size_t t = 0; t < targets->count; t++)
        PW_TRY(cli_find(&outcomes, &targets->items[t], &findings[t]));
    const struct cli_score score = cli_score_of(targets, findings);
    cli_essay_say(essay,
        "%s: %zu of %zu figures are met (%.0f %%; asked for: %.0f %%), mean distance %.2f "
        "tolerances. Errors are those of the run.",
        outcomes.title, score.num_met, targets->count, score.share_met, targets->share_within,
        score.mean_distance);
    for (size_t begin = 0, end; begin < targets->count; begin = end) {
        end = end_of_theme(targets, begin);
        PW_TRY(cli_findings_list(
            targets, findings, begin, end, essay->format == CLI_JSON ? "" : "+", &table));
        cli_essay_section(essay, 3, targets->items[begin].theme);
        cli_essay_table(essay, "fit", &table);
        cli_table_free(&table);
    }
    if (score.num_met < targets->count) PW_TRY(list_misfits(essay, targets, findings));
done:
    cli_table_free(&table);
    pw_free(&findings);
    cli_outcomes_close(&outcomes);
    return status;
}

pw_status
cli_odd_fit(struct cli_essay *essay, const struct cli_odd_request *request)
{
    pw_status status = PW_OK;
    struct pw_targets targets = { 0 };
    bool is_there = false;

    cli_essay_section(essay, 2, "Targets and fit");
    PW_TRY(read_targets(request, &targets, &is_there));
    if (request->fit != NULL) {
        PW_TRY(lay_beside(essay, &targets, request->fit));
    } else {
        cli_essay_say(essay, "With --fit RUN.h5 the run stands beside these figures, and what does "
                             "not fit is listed with the reason.");
        if (is_there) PW_TRY(list_targets(essay, &targets));
    }
done:
    pw_targets_free(&targets);
    return status;
}

/* --- The assumptions log -----------------------------------------------------------------------
 */

#define MAX_CELLS   CLI_MAX_COLUMNS
#define FIRST_CELLS 6 /* parameter, unit, value, low, high, change; then effects and errors */
#define TOLD_APART  3.0

/** A line of the log cut at its commas. */
struct record {
    char *cells[MAX_CELLS];
    int count;
};

static struct record
cut(char *line)
{
    struct record record = { 0 };

    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at != NULL && record.count < MAX_CELLS;) {
        char *comma = strchr(at, ',');

        record.cells[record.count++] = at;
        if (comma != NULL) *comma = '\0';
        at = comma == NULL ? NULL : comma + 1;
    }
    return record;
}

/** Effects stand in pairs with their errors between the first cells and the last. */
static bool
is_heading(const struct record *heading)
{
    static const char *const first[FIRST_CELLS] = { "parameter", "unit", "value", "low", "high",
        "change" };

    if (heading->count < FIRST_CELLS + 3 || (heading->count - FIRST_CELLS) % 2 != 1) return false;
    for (int c = 0; c < FIRST_CELLS; c++)
        if (strcmp(heading->cells[c], first[c]) != 0) return false;
    return strcmp(heading->cells[heading->count - 1], "baseline") == 0;
}

/** An effect with a * when it is told apart from chance; alone where a machine reads. */
static pw_status
add_effect(struct cli_table *table, const char *effect, const char *error, bool is_machine)
{
    pw_status status = PW_OK;
    const double value = strtod(effect, NULL), by = strtod(error, NULL);

    if (is_machine) {
        PW_TRY(cli_table_raw(table, value));
        PW_TRY(cli_table_raw(table, by));
    } else {
        PW_TRY(cli_table_cell(table, "%+.2f%s", value, fabs(value) > TOLD_APART * by ? "*" : ""));
    }
done:
    return status;
}

static void
add_headings(struct cli_table *table, const struct record *heading, bool is_machine)
{
    for (int c = 0; c < heading->count - 1; c++) {
        const bool is_error = c >= FIRST_CELLS && (c - FIRST_CELLS) % 2 == 1;

        if (is_machine || !is_error)
            cli_table_column(table, heading->cells[c], c >= 2 && c != FIRST_CELLS - 1);
    }
}

/** The log as a table. @param heading_line, line buffers that outlive the table's headings */
static pw_status
read_log(const char *path, bool is_machine, char **heading_line, struct cli_table *table)
{
    pw_status status = PW_OK;
    FILE *stream = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, heading_room = 0;
    struct record heading;

    if (stream == NULL) PW_FAIL(PW_EINPUT, "%s: cannot be read: %s", path, strerror(errno));
    heading = getline(heading_line, &heading_room, stream) < 0 ? (struct record){ 0 }
                                                               : cut(*heading_line);
    if (!is_heading(&heading))
        PW_FAIL(PW_EINPUT, "%s is not a log of assumptions: make one with scripts/assumptions.py",
            path);
    add_headings(table, &heading, is_machine);
    for (int number = 2; getline(&line, &room, stream) >= 0; number++) {
        const struct record record = cut(line);

        if (record.count != heading.count)
            PW_FAIL(PW_EINPUT, "%s:%d: %d cells, and the first line has %d", path, number,
                record.count, heading.count);
        for (int c = 0; c < FIRST_CELLS; c++)
            PW_TRY(cli_table_text(table, record.cells[c]));
        for (int c = FIRST_CELLS; c + 1 < record.count; c += 2)
            PW_TRY(add_effect(table, record.cells[c], record.cells[c + 1], is_machine));
    }
done:
    if (stream != NULL) (void) fclose(stream);
    free(line);
    return status;
}

/** How many values come from where. */
static void
count_sources(struct cli_essay *essay, const struct pw_scenario *scenario)
{
    size_t num_params = 0, all = 0, assumed = 0, calibrated = 0, set = 0;
    const struct pw_param *table = pw_params_table(&num_params);

    for (size_t p = 0; p < num_params; p++)
        for (int i = 0; i < table[p].length; i++) {
            const char *source = scenario == NULL
                                     ? table[p].source
                                     : pw_scenario_value_source(scenario, &table[p], i);

            all++;
            assumed += strcmp(source, "assumed") == 0;
            calibrated += strcmp(source, "calibrated") == 0;
            set += strcmp(source, "scenario") == 0;
        }
    cli_essay_say(essay,
        "Of %zu values of %zu parameters %zu are assumed, %zu fitted, %zu set by the scenario, and "
        "%zu published or worked out from what is.",
        all, num_params, assumed, calibrated, set, all - assumed - calibrated - set);
}

pw_status
cli_odd_assumptions(struct cli_essay *essay, const struct cli_odd_request *request)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    char *heading_line = NULL;

    cli_essay_section(essay, 2, "Assumptions log");
    count_sources(essay, request->scenario);
    if (request->assumptions == NULL) {
        cli_essay_say(essay, "With --assumptions FILE, from scripts/assumptions.py, what each of "
                             "the assumed values is worth is listed here.");
        goto done;
    }
    PW_TRY(read_log(request->assumptions, request->format == CLI_JSON, &heading_line, &table));
    cli_essay_say(essay,
        "Each assumed value moved down and up alone, history lived again with the same luck: what "
        "the measures gain from low to high, in points. What moves most stands first; * where it "
        "is more than three standard errors. Values do not act alone, so effects do not add up.");
    cli_essay_table(essay, "assumptions", &table);
done:
    cli_table_free(&table);
    free(heading_line);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "cli_number.h"
#include "pathways/alloc.h"
#include "pathways/spelling.h"

/* Index of a measure, grouping or group; PW_EINPUT with "did you mean". */
static pw_status
find_name(const struct pw_target *target, const char *what, const char *name, size_t count,
    const char *(*nth)(const void *context, size_t index), const void *context, size_t *index)
{
    struct pw_spelling spelling = pw_spelling_of(name);
    pw_status status = PW_OK;

    for (*index = 0; *index < count; (*index)++) {
        if (strcmp(nth(context, *index), name) == 0) goto done;
        pw_spelling_try(&spelling, nth(context, *index));
    }
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EINPUT, "target %s: there is no %s %s; did you mean %s?", target->measure, what,
            name, spelling.nearest);
    PW_FAIL(PW_EINPUT, "target %s: there is no %s %s; `pathways describe measures` lists them",
        target->measure, what, name);
done:
    return status;
}

static const char *
nth_measure(const void *context, size_t index)
{
    (void) context;
    return cli_indicator((int) index).name;
}

static const char *
nth_grouping(const void *context, size_t index)
{
    (void) context;
    return cli_by_name((enum cli_by) index);
}

static const char *
nth_group(const void *context, size_t index)
{
    return ((const struct pw_names *) context)->items[index];
}

/* Mean of the measured years of a target. */
static pw_status
estimate(const struct cli_outcomes *outcomes, const struct pw_target *target, int indicator,
    enum cli_by by, size_t group, struct pw_estimate *mean)
{
    pw_status status = PW_OK;
    const struct pw_names *const groups = &outcomes->groups[by];
    const int last_measured = outcomes->first_year + outcomes->num_years - 1;
    const double scale = strcmp(cli_unit(cli_indicator(indicator).unit), "%") == 0 ? 100.0 : 1.0;
    struct pw_estimate *estimates = NULL;
    int count = 0;

    *mean = (struct pw_estimate){ 0.0, 0.0 };
    PW_TRY(pw_alloc(groups->count, sizeof *estimates, &estimates));
    for (int year = target->first_year; year <= target->last_year; year++) {
        if (year < outcomes->first_year || year > last_measured) continue;
        PW_TRY(cli_outcomes_estimate(
            outcomes, indicator, by, (struct cli_span){ year, year }, estimates));
        mean->value += scale * estimates[group].value;
        mean->error += scale * estimates[group].error;
        count++;
    }
    mean->value = count == 0 ? (double) NAN : mean->value / count;
    mean->error = count == 0 ? (double) NAN : mean->error / count;
done:
    pw_free(&estimates);
    return status;
}

pw_status
cli_find(const struct cli_outcomes *outcomes, const struct pw_target *target,
    struct cli_finding *finding)
{
    pw_status status = PW_OK;
    size_t indicator, by, group = 0;

    *finding =
        (struct cli_finding){ .model = { (double) NAN, (double) NAN }, .distance = (double) NAN };
    PW_TRY(find_name(
        target, "measure", target->measure, CLI_NUM_INDICATORS, nth_measure, NULL, &indicator));
    PW_TRY(find_name(target, "grouping", target->by, CLI_NUM_BY, nth_grouping, NULL, &by));
    if (by != CLI_BY_NATION)
        PW_TRY(find_name(target, "group", target->group, outcomes->groups[by].count, nth_group,
            &outcomes->groups[by], &group));
    const char *unit = cli_unit(cli_indicator((int) indicator).unit);
    if (strcmp(target->unit, unit) != 0 && !(unit[0] == '\0' && strcmp(target->unit, "1") == 0))
        PW_FAIL(PW_EINPUT, "target %s: its unit is %s, not %s; convert the figures",
            target->measure, unit, target->unit);
    if (!cli_outcomes_has(outcomes, (int) indicator, (enum cli_by) by)) goto done;
    PW_TRY(estimate(outcomes, target, (int) indicator, (enum cli_by) by, group, &finding->model));
    finding->is_known = isfinite(finding->model.value);
    if (!finding->is_known) goto done;
    finding->distance = pw_target_distance(target, finding->model.value);
    finding->is_met = pw_target_is_met(target, finding->model.value);
done:
    return status;
}

pw_status
cli_targets_read(const char *path, struct pw_targets *targets)
{
    pw_status status = PW_OK;
    struct pw_faults faults = { 0 };
    const char *name = path;

    if (name == NULL) name = CLI_TARGETS_FILE;
    if (path == NULL && access(name, R_OK) != 0) name = PW_SCENARIO_DIR "/targets_england.json";
    if (path == NULL && access(name, R_OK) != 0)
        PW_FAIL(PW_EUSAGE,
            "neither %s nor %s is there; say where the published figures are with --targets FILE",
            CLI_TARGETS_FILE, name);
    status = pw_targets_read(name, targets, &faults);
    if (status == PW_EINPUT && faults.count > 1) (void) cli_print_faults(stderr, &faults);
done:
    pw_faults_free(&faults);
    return status;
}

const char *
cli_verdict(const struct cli_finding *finding)
{
    return !finding->is_known ? "not known" : finding->is_met ? "met" : "missed";
}

pw_status
cli_table_years(struct cli_table *table, const struct pw_target *target)
{
    if (target->first_year == target->last_year)
        return cli_table_cell(table, "%d", target->first_year);
    return cli_table_cell(table, "%d-%d", target->first_year, target->last_year);
}

pw_status
cli_table_figure(struct cli_table *table, double value, const char *sign)
{
    if (!isfinite(value)) return cli_table_text(table, NULL);
    return cli_table_cell(
        table, "%s%.*f", value > 0.0 ? sign : "", fabs(value) < 9.995 ? 2 : 1, value);
}

pw_status
cli_findings_list(const struct pw_targets *targets, const struct cli_finding *findings,
    size_t begin, size_t end, const char *plus, struct cli_table *table)
{
    static const struct {
        const char *heading;
        bool is_number;
    } columns[] = { { "measure", false }, { "group", false }, { "years", false }, { "model", true },
        { "error", true }, { "published", true }, { "difference", true }, { "tolerance", true },
        { "unit", false }, { "verdict", false } };
    pw_status status = PW_OK;

    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        cli_table_column(table, columns[c].heading, columns[c].is_number);
    for (size_t t = begin; t < end; t++) {
        const struct pw_target *const target = &targets->items[t];
        const struct cli_finding *const finding = &findings[t];

        PW_TRY(cli_table_text(table, target->measure));
        PW_TRY(cli_table_text(table, strcmp(target->group, "all") == 0 ? "" : target->group));
        PW_TRY(cli_table_years(table, target));
        PW_TRY(cli_table_figure(table, finding->model.value, ""));
        PW_TRY(cli_table_figure(table, finding->model.error, ""));
        PW_TRY(cli_table_figure(table, target->value, ""));
        PW_TRY(cli_table_figure(table, finding->model.value - target->value, plus));
        PW_TRY(cli_table_figure(table, target->tolerance, ""));
        PW_TRY(cli_table_text(table, strcmp(target->unit, "1") == 0 ? "" : target->unit));
        PW_TRY(cli_table_text(table, finding->is_met ? "" : cli_verdict(finding)));
    }
done:
    return status;
}

struct cli_score
cli_score_of(const struct pw_targets *targets, const struct cli_finding *findings)
{
    struct cli_score score = { 0 };
    double sum = 0.0;

    for (size_t t = 0; t < targets->count; t++) {
        score.num_met += findings[t].is_met;
        score.num_known += findings[t].is_known;
        sum += findings[t].is_known ? findings[t].distance : 0.0;
    }
    score.share_met = 100.0 * (double) score.num_met / (double) targets->count;
    score.mean_distance = score.num_known == 0 ? (double) NAN : sum / (double) score.num_known;
    return score;
}

/*
 * The runs of a sweep: their values, their names, and what they have in common.
 *
 * A name is a digest of the scenario with the settings that all runs share, of the factors that
 * differ from the scenario's own values, and of the replicate. So neither another value, nor
 * another factor at the value that the scenario has anyway, nor more replicates rename a run.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pathways/alloc.h"
#include "pathways/rng.h"
#include "pathways/spelling.h"
#include "sweep.h"

static uint64_t
digest(const char *text)
{
    uint64_t value = 0xCBF29CE484222325u; /* FNV-1a */

    for (; *text != '\0'; text++)
        value = (value ^ (unsigned char) *text) * 0x100000001B3u;
    return pw_mix64(value);
}

/* --- Scenarios ---------------------------------------------------------------------------------
 */

/* A file that the design names stands beside the design. */
static pw_status
join(const char *design, const char *file, char **path)
{
    pw_status status = PW_OK;
    const char *slash = strrchr(design, '/');
    struct pw_text text = { 0 };

    if (slash != NULL && file[0] != '/')
        PW_TRY(pw_text_add_bytes(&text, design, (size_t) (slash - design) + 1));
    PW_TRY(pw_text_add(&text, "%s", file));
    PW_TRY(pw_strdup(text.bytes, path));
done:
    pw_text_free(&text);
    return status;
}

static bool
is_same_file(const char *one, const char *other)
{
    struct stat a, b;

    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev
           && a.st_ino == b.st_ino;
}

static pw_status
read_scenario(const struct pw_design *design, struct cli_sweep_scenario *into)
{
    pw_status status = PW_OK;
    struct pw_faults faults = { 0 };
    const char **overrides = NULL;

    PW_TRY(pw_alloc(design->num_settings + 1, sizeof *overrides, &overrides));
    overrides[0] = "run.record=0";
    for (size_t s = 0; s < design->num_settings; s++)
        overrides[s + 1] = design->settings[s];
    status =
        pw_scenario_read(into->path, overrides, design->num_settings + 1, &into->scenario, &faults);
    if (status == PW_EINPUT && faults.count > 1) (void) cli_print_faults(stderr, &faults);
    PW_TRY(status);
    PW_TRY(pw_scenario_history_digest(&into->scenario, &into->history));
done:
    pw_faults_free(&faults);
    pw_free(&overrides);
    return status;
}

/* SCENARIO, then those of the design that are other files. */
static pw_status
read_scenarios(struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    const struct pw_design *design = &sweep->design;

    PW_TRY(pw_alloc(design->num_scenarios + 1, sizeof *sweep->scenarios, &sweep->scenarios));
    for (size_t s = 0; s <= design->num_scenarios; s++) {
        struct cli_sweep_scenario *into = &sweep->scenarios[sweep->num_scenarios];
        bool is_new = true;

        PW_TRY(s == 0 ? pw_strdup(sweep->scenario_path, &into->path)
                      : join(sweep->design_path, design->scenarios[s - 1], &into->path));
        for (size_t before = 0; before < sweep->num_scenarios; before++)
            is_new = is_new && !is_same_file(sweep->scenarios[before].path, into->path);
        if (!is_new) {
            pw_free(&into->path);
            continue;
        }
        sweep->num_scenarios++;
        PW_TRY(read_scenario(design, into));
    }
done:
    return status;
}

/* What nobody would keep is not recorded. */
static pw_status
check_record(const struct cli_sweep *sweep)
{
    pw_status status = PW_OK;

    if (sweep->scenarios[0].scenario.run.record > 0.0 && !sweep->design.keeps_runs)
        PW_FAIL(PW_EINPUT,
            "%s: run.record: trajectories stand in the run files, which are not kept; add "
            "\"keep_runs\": true, or leave out \"record\"",
            sweep->design_path);
done:
    return status;
}

/* Every run is measured in the same years. */
static pw_status
check_years(const struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *first = &sweep->scenarios[0].scenario.run;

    for (size_t s = 1; s < sweep->num_scenarios; s++) {
        const struct pw_run_settings *run = &sweep->scenarios[s].scenario.run;

        if (run->start_year + run->years != first->start_year + first->years
            || run->record_from != first->record_from)
            PW_FAIL(PW_EINPUT,
                "%s: is measured from %d to %d, and %s from %d to %d; give all scenarios the same "
                "years under \"run\" in %s",
                sweep->scenarios[s].path, run->record_from, run->start_year + run->years - 1,
                sweep->scenarios[0].path, first->record_from, first->start_year + first->years - 1,
                sweep->design_path);
    }
done:
    return status;
}

/* --- Values ------------------------------------------------------------------------------------
 */

static double
policy_value(const struct pw_policy *policy, const char *member)
{
    if (strcmp(member, "strength") == 0) return policy->strength;
    if (strcmp(member, "capacity") == 0) return policy->capacity;
    if (strcmp(member, "budget_gbp") == 0) return policy->budget_gbp;
    if (strcmp(member, "unit_cost_gbp") == 0) return policy->unit_cost_gbp;
    if (strcmp(member, "ownership") == 0) return policy->ownership;
    if (strcmp(member, "ramp_years") == 0) return policy->ramp_years;
    return strcmp(member, "from") == 0 ? policy->from : policy->to;
}

double
cli_sweep_own_value(const struct pw_scenario *scenario, const struct pw_factor *factor)
{
    const struct pw_policy *policy;

    if (factor->kind == PW_FACTOR_PARAMETER)
        return pw_params_get(&scenario->params, factor->param, factor->index);
    if (factor->kind == PW_FACTOR_POLICY) {
        policy = pw_scenario_policy(scenario, factor->policy);
        return policy == NULL ? (double) NAN : policy_value(policy, factor->member);
    }
    if (strcmp(factor->member, "persons") == 0) return (double) scenario->run.persons;
    return strcmp(factor->member, "seed") == 0 ? (double) scenario->run.seed
                                               : (double) scenario->run.shards;
}

static pw_status
check_policies(const struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    const struct pw_design *design = &sweep->design;

    for (size_t f = 0; f < design->num_factors; f++) {
        struct pw_spelling spelling;
        bool is_there = design->factors[f].kind != PW_FACTOR_POLICY;

        if (is_there) continue;
        spelling = pw_spelling_of(design->factors[f].policy);
        for (size_t s = 0; s < sweep->num_scenarios; s++) {
            const struct pw_scenario *scenario = &sweep->scenarios[s].scenario;

            is_there = is_there || pw_scenario_policy(scenario, design->factors[f].policy) != NULL;
            for (int p = 0; p < scenario->num_policies; p++)
                pw_spelling_try(&spelling, scenario->policies[p].name);
        }
        if (!is_there && spelling.nearest != NULL)
            PW_FAIL(PW_EINPUT, "%s: %s: no scenario has the policy \"%s\"; did you mean \"%s\"?",
                sweep->design_path, design->factors[f].name, design->factors[f].policy,
                spelling.nearest);
        if (!is_there)
            PW_FAIL(PW_EINPUT,
                "%s: %s: no scenario has the policy \"%s\"; add the one that does to \"scenarios\"",
                sweep->design_path, design->factors[f].name, design->factors[f].policy);
    }
done:
    return status;
}

/* Single precision is what parameters are kept in. */
static double
kept(const struct pw_factor *factor, double value)
{
    return factor->kind == PW_FACTOR_PARAMETER ? (double) (float) value : value;
}

static int
compare_factors(const void *left, const void *right)
{
    const struct pw_factor *a = *(const struct pw_factor *const *) left;
    const struct pw_factor *b = *(const struct pw_factor *const *) right;

    return strcmp(a->name, b->name);
}

/* Name a run, with its factors in the order of their names. */
static pw_status
name_point(const struct cli_sweep *sweep, const struct pw_factor *const *sorted,
    struct cli_sweep_point *point)
{
    pw_status status = PW_OK;
    const struct cli_sweep_scenario *from = &sweep->scenarios[point->scenario];
    const struct pw_run_settings *run = &from->scenario.run;
    const double *values = sweep->values + point->values * sweep->design.num_factors;
    struct pw_text name = { 0 }, history = { 0 };

    PW_TRY(pw_text_add(&name, "%016" PRIx64 " %d %.17g %d", from->scenario.digest, point->replicate,
        run->record, run->record_from));
    PW_TRY(pw_text_add(&history, "%016" PRIx64 " %d", from->history, point->replicate));
    for (size_t f = 0; f < sweep->design.num_factors; f++) {
        const double value = values[sorted[f] - sweep->design.factors];

        const int digits = sorted[f]->kind == PW_FACTOR_PARAMETER ? 9 : 17;

        if (isnan(value) || value == cli_sweep_own_value(&from->scenario, sorted[f])) continue;
        PW_TRY(pw_text_add(&name, ";%s=%.*g", sorted[f]->name, digits, value));
        if (sorted[f]->kind != PW_FACTOR_POLICY) /* no policy acts before the start year */
            PW_TRY(pw_text_add(&history, ";%s=%.*g", sorted[f]->name, digits, value));
    }
    point->name = digest(name.bytes);
    point->history = digest(history.bytes);
done:
    pw_text_free(&name);
    pw_text_free(&history);
    return status;
}

/* --- The list ----------------------------------------------------------------------------------
 */

/* A run and where it stands, to be sorted. */
struct place {
    uint64_t key;
    size_t index;
};

static int
compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* The first run of each key. @param first [num_points] receives its index for every run */
static void
find_first(struct place *places, size_t count, size_t *first)
{
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++)
        first[places[i].index] = i > 0 && places[i].key == places[i - 1].key
                                     ? first[places[i - 1].index]
                                     : places[i].index;
}

/* Runs that the design has twice are one, and those of one history stand side by side. */
static pw_status
sort_points(struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    struct place *places = NULL;
    size_t *first = NULL, count = 0;
    struct cli_sweep_point *sorted = NULL;

    PW_TRY(pw_alloc(sweep->num_points, sizeof *places, &places));
    PW_TRY(pw_alloc(sweep->num_points, sizeof *first, &first));
    PW_TRY(pw_alloc(sweep->num_points, sizeof *sorted, &sorted));
    for (size_t p = 0; p < sweep->num_points; p++)
        places[p] = (struct place){ sweep->points[p].name, p };
    find_first(places, sweep->num_points, first);
    for (size_t p = 0; p < sweep->num_points; p++)
        if (first[p] == p) sweep->points[count++] = sweep->points[p];
    sweep->num_points = count;
    for (size_t p = 0; p < count; p++)
        places[p] = (struct place){ sweep->points[p].history, p };
    find_first(places, count, first);
    for (size_t p = 0; p < count; p++)
        places[p] = (struct place){ first[p], p };
    qsort(places, count, sizeof *places, compare_places);
    for (size_t p = 0; p < count; p++) {
        const struct pw_run_settings *run;

        sorted[p] = sweep->points[places[p].index];
        run = &sweep->scenarios[sorted[p].scenario].scenario.run;
        sorted[p].shares_history = run->start_year > run->history_from
                                   && ((p > 0 && places[p - 1].key == places[p].key)
                                       || (p + 1 < count && places[p + 1].key == places[p].key));
    }
    memcpy(sweep->points, sorted, count * sizeof *sorted);
done:
    pw_free(&places);
    pw_free(&first);
    pw_free(&sorted);
    return status;
}

static pw_status
list_points(struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    const struct pw_design *design = &sweep->design;
    const size_t num_rows = design->num_points * sweep->num_scenarios;
    const struct pw_factor **sorted = NULL;

    if (num_rows > PW_MAX_DESIGN_POINTS / (size_t) design->replicates)
        PW_FAIL(PW_EINPUT, "%s: %zu points, %zu scenarios and %d replicates are over %d runs",
            sweep->design_path, design->num_points, sweep->num_scenarios, design->replicates,
            PW_MAX_DESIGN_POINTS);
    PW_TRY(pw_alloc(design->num_factors, sizeof *sorted, &sorted));
    for (size_t f = 0; f < design->num_factors; f++)
        sorted[f] = &design->factors[f];
    if (design->num_factors > 1)
        qsort(sorted, design->num_factors, sizeof *sorted, compare_factors);
    PW_TRY(pw_alloc(num_rows * design->num_factors, sizeof *sweep->values, &sweep->values));
    PW_TRY(pw_alloc(num_rows * (size_t) design->replicates, sizeof *sweep->points, &sweep->points));
    for (size_t row = 0; row < num_rows; row++) {
        const size_t scenario = row % sweep->num_scenarios;
        const double *asked = design->points + row / sweep->num_scenarios * design->num_factors;
        double *values = sweep->values + row * design->num_factors;

        for (size_t f = 0; f < design->num_factors; f++) {
            const double own =
                cli_sweep_own_value(&sweep->scenarios[scenario].scenario, &design->factors[f]);

            values[f] = isnan(own) || isnan(asked[f]) ? own : kept(&design->factors[f], asked[f]);
        }
        for (int replicate = 0; replicate < design->replicates; replicate++) {
            struct cli_sweep_point *point = &sweep->points[sweep->num_points++];

            *point = (struct cli_sweep_point){
                .scenario = scenario, .values = row, .replicate = replicate
            };
            PW_TRY(name_point(sweep, sorted, point));
        }
    }
    PW_TRY(sort_points(sweep));
done:
    pw_free(&sorted);
    return status;
}

/* Which measures are kept of a run, by which groupings. */
static pw_status
choose_measures(struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    const struct pw_design *design = &sweep->design;
    struct pw_text text = { 0 };
    bool matched[CLI_NUM_INDICATORS];

    for (size_t m = 0; m < (design->num_measures == 0 ? 1 : design->num_measures); m++) {
        PW_TRY(
            cli_indicator_match(design->num_measures == 0 ? NULL : design->measures[m], matched));
        for (int i = 0; i < CLI_NUM_INDICATORS; i++)
            sweep->wanted[i] = sweep->wanted[i] || matched[i];
    }
    sweep->by[CLI_BY_NATION] = true;
    for (size_t b = 0; b < design->num_by; b++) {
        enum cli_by by = CLI_BY_NATION;

        PW_TRY(cli_option_by(design->by[b], &by));
        if (by == CLI_BY_YEAR || cli_by_is_cohort(by))
            PW_FAIL(PW_EINPUT,
                "%s: by: all measures are kept by year; of %s nothing can be kept beside it",
                sweep->design_path, design->by[b]);
        sweep->by[by] = true;
    }
    for (int i = 0; i < CLI_NUM_INDICATORS; i++)
        if (sweep->wanted[i]) PW_TRY(pw_text_add(&text, "%s ", cli_indicator(i).name));
    for (int by = 0; by < CLI_NUM_BY; by++)
        if (sweep->by[by]) PW_TRY(pw_text_add(&text, "%s ", cli_by_name((enum cli_by) by)));
    (void) snprintf(sweep->asked, sizeof sweep->asked, "%016" PRIx64, digest(text.bytes));
done:
    pw_text_free(&text);
    return status == PW_EUSAGE ? PW_EINPUT : status;
}

pw_status
cli_sweep_open(struct cli_sweep *sweep)
{
    pw_status status = PW_OK;
    struct pw_faults faults = { 0 };

    status = pw_design_read(sweep->design_path, &sweep->design, &faults);
    if (status == PW_EINPUT && faults.count > 1) (void) cli_print_faults(stderr, &faults);
    PW_TRY(status);
    PW_TRY(choose_measures(sweep));
    PW_TRY(read_scenarios(sweep));
    PW_TRY(check_record(sweep));
    PW_TRY(check_years(sweep));
    PW_TRY(check_policies(sweep));
    PW_TRY(list_points(sweep));
done:
    pw_faults_free(&faults);
    return status;
}

void
cli_sweep_close(struct cli_sweep *sweep)
{
    for (size_t s = 0; s < sweep->num_scenarios; s++) {
        pw_free(&sweep->scenarios[s].path);
        pw_scenario_free(&sweep->scenarios[s].scenario);
    }
    pw_free(&sweep->scenarios);
    pw_free(&sweep->points);
    pw_free(&sweep->values);
    pw_design_free(&sweep->design);
}

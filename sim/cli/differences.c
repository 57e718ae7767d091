/*
 * Measures in the base and under a policy, and which differences are told apart from zero.
 *
 * Differences that answer one question are judged together: the headlines, which were chosen
 * beforehand; all other measures; what was asked for; all places of a ranking.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli_number.h"
#include "comparison.h"
#include "pathways/alloc.h"

/* What is shown when no measure is asked for, and which places are ranked on. */
static const char *const headlines[] = { "neet_16_24", "level3_by_19", "higher_education_by_19",
    "degree_25_29", "professional_25_29", "pay_25_29", "owner_25_34", "professional_25_64",
    "upward_25_64", "progress_without_leaving_25_34", "wellbeing_16_over", "belonging_25_64" };
static const char *const ranked[] = { "neet_16_24", "professional_25_29" };

#define NUM_HEADLINES (sizeof headlines / sizeof *headlines)
#define NUM_RANKED    (sizeof ranked / sizeof *ranked)
/* Places at either end of a ranking, and measures beside the headlines. */
#define NUM_ENDS   5
#define NUM_OTHERS 10

static void
choose(const char *const *names, size_t count, bool *chosen)
{
    memset(chosen, 0, CLI_NUM_INDICATORS * sizeof *chosen);
    for (size_t n = 0; n < count; n++)
        chosen[cli_indicator_index(names[n])] = true;
}

/* --- Judging --- */

bool
cli_judged_is_marked(const struct cli_judged *judged)
{
    return judged->adjusted <= PW_SIGNIFICANT;
}

/* Adjust among themselves the p values of headlines, or of the others; `headline` NULL: of all. */
static pw_status
adjust(struct cli_family *family, const bool *headline, bool is_of_headlines)
{
    pw_status status = PW_OK;
    double *p = NULL;

    PW_TRY(pw_alloc(family->count, sizeof *p, &p));
    for (size_t i = 0; i < family->count; i++) {
        const struct cli_judged *const judged = &family->items[i];

        p[i] = headline == NULL || headline[judged->indicator] == is_of_headlines ? judged->p
                                                                                  : (double) NAN;
    }
    PW_TRY(pw_significance_adjust(p, family->count));
    for (size_t i = 0; i < family->count; i++)
        if (!isnan(p[i])) family->items[i].adjusted = p[i];
done:
    pw_free(&p);
    return status;
}

static bool
has_both(const struct cli_pair *pair, int indicator, enum cli_by by)
{
    return cli_outcomes_has(pair->base, indicator, by)
           && cli_outcomes_has(pair->policy, indicator, by);
}

pw_status
cli_differences_judge(const struct cli_pair *pair, enum cli_by by, const bool *chosen,
    struct cli_span years, struct cli_family *family)
{
    pw_status status = PW_OK;
    const size_t num_groups = pair->base->groups[by].count;
    struct cli_difference *differences = NULL;
    bool headline[CLI_NUM_INDICATORS];
    size_t num_chosen = 0;

    PW_TRY(pw_alloc(num_groups, sizeof *differences, &differences));
    for (int i = 0; i < CLI_NUM_INDICATORS; i++)
        num_chosen += chosen == NULL || chosen[i];
    PW_TRY(pw_alloc(num_groups * num_chosen, sizeof *family->items, &family->items));
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if ((chosen != NULL && !chosen[i]) || !has_both(pair, i, by)) continue;
        PW_TRY(cli_outcomes_compare(pair->base, pair->policy, i, by, years, differences));
        for (size_t g = 0; g < num_groups; g++) {
            const double p = pw_significance_of(differences[g].difference, PW_NUM_GROUPS);

            family->items[family->count++] = (struct cli_judged){ i, g, differences[g], p, p };
        }
    }
    if (chosen != NULL) {
        PW_TRY(adjust(family, NULL, true));
        goto done;
    }
    choose(headlines, NUM_HEADLINES, headline);
    PW_TRY(adjust(family, headline, true));
    PW_TRY(adjust(family, headline, false));
done:
    pw_free(&differences);
    return status;
}

/* The measures that were asked for; NULL: no choice was made. */
static const bool *
asked(const struct cli_request *request)
{
    return request->glob != NULL ? request->chosen : NULL;
}

/* --- Rows for programs --- */

static pw_status
add_rows(struct cli_table *table, const struct cli_pair *pair, enum cli_by by,
    const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct cli_family family = { 0 };
    char years[32];

    cli_years_text(request->years, "-", years);
    PW_TRY(cli_differences_judge(pair, by, asked(request), request->years, &family));
    for (size_t i = 0; i < family.count; i++) {
        const struct cli_judged *const judged = &family.items[i];
        const struct cli_indicator info = cli_indicator(judged->indicator);
        const char *const group = pair->base->groups[by].items[judged->group];

        PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        if (by == CLI_BY_YEAR)
            PW_TRY(cli_table_text(table, group));
        else
            PW_TRY(cli_table_text(table, years));
        PW_TRY(cli_table_text(table, cli_by_name(by)));
        PW_TRY(cli_table_text(table, group));
        PW_TRY(cli_table_text(table, info.name));
        PW_TRY(cli_table_raw(table, judged->is.base.value));
        PW_TRY(cli_table_raw(table, judged->is.policy.value));
        PW_TRY(cli_table_raw(table, judged->is.difference.value));
        PW_TRY(cli_table_raw(table, judged->is.difference.error));
        PW_TRY(cli_table_raw(table, judged->p));
        PW_TRY(cli_table_raw(table, judged->adjusted));
        PW_TRY(cli_table_cell(table, "%d", cli_judged_is_marked(judged)));
        PW_TRY(cli_table_text(table, info.unit));
    }
done:
    pw_free(&family.items);
    return status;
}

pw_status
cli_differences_print_rows(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "by", "group", "measure", "#base", "#policy",
        "#difference", "#standard_error", "#p", "#adjusted_p", "#marked", "unit" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "run", false);
    cli_table_column(&table, "year", request->years.first == request->years.last);
    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t p = 0; p < num_pairs; p++) {
        if (request->is_grouped) {
            PW_TRY(add_rows(&table, &pairs[p], request->by, request));
            continue;
        }
        PW_TRY(add_rows(&table, &pairs[p], CLI_BY_NATION, request));
        PW_TRY(add_rows(&table, &pairs[p], CLI_BY_ORIGIN, request));
    }
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

/* --- Tables for people --- */

static void
start_table(struct cli_table *table, const char *first)
{
    static const char *const headings[] = { "#base", "#policy", "#difference", "#\302\26195%", "",
        "unit" };

    cli_table_column(table, first, false);
    cli_table_columns(table, headings, sizeof headings / sizeof *headings);
}

static pw_status
add_row(struct cli_table *table, const char *name, const struct cli_judged *judged)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(judged->indicator);
    const struct cli_difference *const is = &judged->is;

    PW_TRY(cli_table_text(table, name));
    PW_TRY(cli_table_value(table, info.unit, is->base.value, 0));
    PW_TRY(cli_table_value(table, info.unit, is->policy.value, 0));
    PW_TRY(cli_table_value(table, info.unit, is->difference.value, 1));
    PW_TRY(cli_table_value(
        table, info.unit, pw_significance_margin(is->difference, PW_NUM_GROUPS), 1));
    PW_TRY(cli_table_text(table, cli_judged_is_marked(judged) ? "*" : ""));
    PW_TRY(cli_table_text(table, cli_unit(info.unit)));
done:
    return status;
}

/* Smallest p first; ties in the order of measures. */
static int
by_p(const void *a, const void *b)
{
    const struct cli_judged *const *const x = a, *const *const y = b;

    if ((*x)->p != (*y)->p) return (*x)->p < (*y)->p ? -1 : 1;
    return ((*x)->indicator > (*y)->indicator) - ((*x)->indicator < (*y)->indicator);
}

/* Marked measures that are no headlines, surest first. @param others [family->count] @return how
 * many */
static size_t
find_others(const struct cli_family *family, const bool *headline, const struct cli_judged **others)
{
    size_t count = 0;

    for (size_t i = 0; i < family->count; i++)
        if (!headline[family->items[i].indicator] && cli_judged_is_marked(&family->items[i]))
            others[count++] = &family->items[i];
    qsort(others, count, sizeof *others, by_p);
    return count;
}

/* Of the nation: what was asked for; else the headlines, and the surest of what else is marked. */
static pw_status
print_nation(const struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct cli_family family = { 0 };
    struct cli_table table = { 0 };
    const struct cli_judged **others = NULL;
    bool headline[CLI_NUM_INDICATORS];
    char sentence[256];

    choose(headlines, NUM_HEADLINES, headline);
    PW_TRY(cli_differences_judge(pair, CLI_BY_NATION, asked(request), request->years, &family));
    PW_TRY(pw_alloc(family.count, sizeof *others, &others));
    const size_t num_others = find_others(&family, headline, others);
    const size_t shown = num_others < NUM_OTHERS ? num_others : NUM_OTHERS;
    start_table(&table, "measure");
    for (size_t i = 0; i < family.count; i++)
        if (request->glob != NULL || headline[family.items[i].indicator])
            PW_TRY(
                add_row(&table, cli_indicator(family.items[i].indicator).name, &family.items[i]));
    for (size_t i = 0; i < shown && request->glob == NULL; i++)
        PW_TRY(add_row(&table, cli_indicator(others[i]->indicator).name, others[i]));
    (void) snprintf(sentence, sizeof sentence,
        num_others == 0 ? "The headlines; %zu of the other measures are told apart from zero. "
                          "--measure '*' shows all %zu."
        : shown == num_others
            ? "The headlines, then %zu other measures that are told apart from zero. --measure '*' "
              "shows all %zu."
            : "The headlines, then the surest of %zu other measures that are told apart from "
              "zero.\n"
              "--measure '*' shows all %zu.",
        num_others, family.count);
    cli_comparison_heading(request, "What changes", request->glob == NULL ? sentence : NULL);
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    pw_free(&others);
    pw_free(&family.items);
    return status;
}

pw_status
cli_differences_print_together(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const numbers[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
        "12", "13", "14", "15", "16", "17", "18", "19", "20" };
    const size_t most = sizeof numbers / sizeof *numbers;
    const size_t shown = num_pairs < most ? num_pairs : most;
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    struct cli_family families[sizeof numbers / sizeof *numbers] = { { 0 } };
    bool wanted[CLI_NUM_INDICATORS];

    if (request->glob != NULL)
        memcpy(wanted, request->chosen, sizeof wanted);
    else
        choose(headlines, NUM_HEADLINES, wanted);
    for (size_t p = 0; p < shown; p++)
        PW_TRY(cli_differences_judge(
            &pairs[p], CLI_BY_NATION, asked(request), request->years, &families[p]));
    cli_table_column(&table, "difference from the base", false);
    cli_table_column(&table, "base", true);
    for (size_t p = 0; p < shown; p++)
        cli_table_column(&table, numbers[p], true);
    cli_table_column(&table, "unit", false);
    for (size_t i = 0; i < families[0].count; i++) {
        const int indicator = families[0].items[i].indicator;
        const struct cli_indicator info = cli_indicator(indicator);

        if (!wanted[indicator]) continue;
        PW_TRY(cli_table_text(&table, info.name));
        PW_TRY(cli_table_value(&table, info.unit, families[0].items[i].is.base.value, 0));
        for (size_t p = 0; p < shown; p++)
            PW_TRY(cli_table_change(&table, info.unit, families[p].items[i].is.difference,
                cli_judged_is_marked(&families[p].items[i])));
        PW_TRY(cli_table_text(&table, cli_unit(info.unit)));
    }
    cli_comparison_heading(request, "Policies side by side", NULL);
    (void) printf("\n");
    for (size_t p = 0; p < num_pairs; p++)
        (void) printf("%s%zu%s  %s (%s)\n", request->format == CLI_MARKDOWN ? "- " : "", p + 1,
            p < shown ? "" : ", not in the table", pairs[p].policy->title,
            pw_reader_path(pairs[p].policy->reader));
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    for (size_t p = 0; p < shown; p++)
        pw_free(&families[p].items);
    return status;
}

/* Groups of one grouping, a table a measure; all are judged together. */
static pw_status
print_groups(const struct cli_pair *pair, const struct cli_request *request, const bool *chosen)
{
    pw_status status = PW_OK;
    struct cli_family family = { 0 };
    struct cli_table table = { 0 };
    const struct pw_names *const groups = &pair->base->groups[request->by];

    PW_TRY(cli_differences_judge(pair, request->by, chosen, request->years, &family));
    for (size_t i = 0; i < family.count; i++) {
        const struct cli_judged *const judged = &family.items[i];

        if (judged->group == 0) start_table(&table, cli_by_name(request->by));
        PW_TRY(add_row(&table, groups->items[judged->group], judged));
        if (judged->group + 1 < groups->count) continue;
        cli_comparison_heading(request, cli_indicator(judged->indicator).name, NULL);
        cli_table_finish(&table, request);
    }
done:
    cli_table_free(&table);
    pw_free(&family.items);
    return status;
}

/* A place that is told apart from zero, and how many errors its gain is away from it. */
struct gain {
    double distance;
    const struct cli_judged *judged;
};

/* Surest gain first; ties in the order of places. */
static int
by_gain(const void *a, const void *b)
{
    const struct gain *const x = a, *const y = b;

    if (x->distance != y->distance) return x->distance < y->distance ? 1 : -1;
    return (x->judged->group > y->judged->group) - (x->judged->group < y->judged->group);
}

/* The marked places, surest gain first. @param gains [family->count] @return how many */
static size_t
rank_places(const struct cli_family *family, struct gain *gains)
{
    size_t count = 0;

    for (size_t i = 0; i < family->count; i++) {
        const struct cli_judged *const judged = &family->items[i];
        const struct pw_estimate difference = judged->is.difference;
        const double sign = cli_indicator(judged->indicator).better == PW_BETTER_LESS ? -1.0 : 1.0;

        if (cli_judged_is_marked(judged))
            gains[count++] = (struct gain){ sign * difference.value / difference.error, judged };
    }
    qsort(gains, count, sizeof *gains, by_gain);
    return count;
}

/* A list of extremes would show chance: only places that are told apart from zero stand in it. */
static pw_status
print_ends(const struct cli_pair *pair, const struct cli_request *request, int indicator)
{
    pw_status status = PW_OK;
    const struct pw_names *const places = &pair->base->groups[CLI_BY_PLACE];
    struct cli_family family = { 0 };
    struct gain *gains = NULL;
    struct cli_table table = { 0 };
    bool chosen[CLI_NUM_INDICATORS] = { false };
    char heading[128], sentence[256];

    chosen[indicator] = true;
    PW_TRY(cli_differences_judge(pair, CLI_BY_PLACE, chosen, request->years, &family));
    PW_TRY(pw_alloc(family.count, sizeof *gains, &gains));
    const size_t count = rank_places(&family, gains);
    size_t gaining = 0;
    while (gaining < count && gains[gaining].distance > 0.0)
        gaining++;
    (void) snprintf(heading, sizeof heading, "Places that gain and lose most: %s",
        cli_indicator(indicator).name);
    (void) snprintf(sentence, sizeof sentence,
        count == 0 ? "None of %zu places is told apart from zero; --by place shows all."
                   : "Of %zu places, %zu are told apart from zero: %zu gain, %zu lose. The surest "
                     "of them:",
        places->count, count, gaining, count - gaining);
    cli_comparison_heading(request, heading, sentence);
    if (count == 0) goto done;
    start_table(&table, "place");
    for (size_t k = 0; k < count; k++) {
        const bool gains_most = gains[k].distance > 0.0 && k < NUM_ENDS;
        const bool loses_most = gains[k].distance < 0.0 && k + NUM_ENDS >= count;

        if (gains_most || loses_most)
            PW_TRY(add_row(&table, places->items[gains[k].judged->group], gains[k].judged));
    }
    cli_table_finish(&table, request);
done:
    pw_free(&family.items);
    pw_free(&gains);
    cli_table_free(&table);
    return status;
}

/* Differences of the headlines, a column for each origin. */
static pw_status
print_origins(const struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    const struct pw_names *const origins = &pair->base->groups[CLI_BY_ORIGIN];
    struct cli_family family = { 0 };
    struct cli_table table = { 0 };
    bool chosen[CLI_NUM_INDICATORS];

    if (request->glob != NULL)
        memcpy(chosen, request->chosen, sizeof chosen);
    else
        choose(headlines, NUM_HEADLINES, chosen);
    PW_TRY(cli_differences_judge(pair, CLI_BY_ORIGIN, chosen, request->years, &family));
    if (family.count == 0) goto done;
    cli_table_column(&table, "difference", false);
    for (size_t g = 0; g < origins->count; g++)
        cli_table_column(&table, origins->items[g], true);
    cli_table_column(&table, "unit", false);
    for (size_t i = 0; i < family.count; i++) {
        const struct cli_judged *const judged = &family.items[i];
        const struct cli_indicator info = cli_indicator(judged->indicator);

        if (judged->group == 0) PW_TRY(cli_table_text(&table, info.name));
        PW_TRY(cli_table_change(
            &table, info.unit, judged->is.difference, cli_judged_is_marked(judged)));
        if (judged->group + 1 == origins->count)
            PW_TRY(cli_table_text(&table, cli_unit(info.unit)));
    }
    cli_comparison_heading(request, "By class of origin", NULL);
    cli_table_finish(&table, request);
done:
    pw_free(&family.items);
    cli_table_free(&table);
    return status;
}

pw_status
cli_differences_print(const struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    bool chosen[CLI_NUM_INDICATORS];

    if (request->is_grouped) {
        if (request->by != CLI_BY_YEAR) PW_TRY(print_nation(pair, request));
        memcpy(chosen, request->chosen, sizeof chosen);
        if (request->glob == NULL) choose(ranked, NUM_RANKED, chosen);
        if (request->by != CLI_BY_NATION) PW_TRY(print_groups(pair, request, chosen));
        goto done;
    }
    PW_TRY(print_nation(pair, request));
    PW_TRY(print_origins(pair, request));
    for (size_t r = 0; r < NUM_RANKED; r++) {
        const int indicator = cli_indicator_index(ranked[r]);

        if (request->chosen[indicator] && has_both(pair, indicator, CLI_BY_PLACE))
            PW_TRY(print_ends(pair, request, indicator));
    }
done:
    return status;
}

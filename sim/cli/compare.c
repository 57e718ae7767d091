/*
 * What a policy changes, for whom and where: paired differences of runs that share seed, people and
 * history.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outcomes.h"
#include "pathways/alloc.h"

/* What is shown by origin, and which places are ranked on, when no measure is asked for. */
static const char *const headlines[] = { "neet_16_24", "level3_by_19", "higher_education_by_19",
    "degree_25_29", "professional_25_29", "pay_25_29", "owner_25_34", "professional_25_64",
    "wellbeing_16_over", "belonging_25_64" };
static const char *const ranked[] = { "neet_16_24", "professional_25_29" };

#define NUM_HEADLINES (sizeof headlines / sizeof *headlines)
#define NUM_RANKED    (sizeof ranked / sizeof *ranked)
/* Places that gain most and that lose most. */
#define NUM_ENDS 5

struct request {
    enum cli_by by;
    int year;
    const char *glob;
    enum cli_format format;
    bool whole; /* no grouping was asked for */
    bool chosen[CLI_NUM_INDICATORS];
};

/* Base and one policy. */
struct pair {
    const struct cli_outcomes *base, *policy;
};

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways compare - print what a policy changes, for whom and where\n\n"
        "SYNOPSIS\n"
        "    pathways compare BASE.h5 POLICY.h5... [--by GROUPING] [--year YEAR] [--measure "
        "GLOB]\n"
        "                     [--format FORMAT]\n\n"
        "DESCRIPTION\n"
        "    Prints each measure in the base run, in the policy run, and the difference, policy "
        "less base.\n"
        "    The runs must share seed, people, history and years: then the same people have the "
        "same luck in\n"
        "    both, and what differs is the policy. Runs that cannot be compared are refused.\n\n"
        "    The standard error is that of the paired difference: the same group of lineages is "
        "left out of\n"
        "    both runs, 32 groups in turn. A difference of more than two standard errors is "
        "marked with *.\n"
        "    Among many differences some are marked by chance: about one in twenty where "
        "nothing happens.\n\n"
        "    Without options: the whole country by theme, the places that gain and lose most on "
        "young people\n"
        "    out of work or education and on professional work at 25 to 29, the headlines by "
        "class of origin,\n"
        "    and what the policies cost.\n\n"
        "OPTIONS\n"
        "    -b, --by GROUPING    nation, place, labour_market, region, origin, sex or year\n"
        "    -y, --year YEAR      a measured year; the last one when not given\n"
        "    -m, --measure GLOB   only measures whose name matches, for instance 'neet_*' or "
        "'*_25_29'\n"
        "    -f, --format FORMAT  table, csv, json or markdown. Tables and Markdown print "
        "shares in per cent\n"
        "                         and their differences in percentage points; CSV and JSON "
        "shares from 0 to 1\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS "\n"
        "EXAMPLES\n"
        "    pathways compare base.h5 policy.h5\n"
        "    pathways compare base.h5 outreach.h5 apprenticeships.h5 --by region --measure "
        "'neet_*'\n"
        "    pathways compare base.h5 policy.h5 --by year --measure level3_by_19 --format csv\n");
}

/* --- Can they be compared? --- */

/* One line for each thing that differs. */
static pw_status
list_number(const struct pair *pair, const char *name, struct pw_text *faults)
{
    pw_status status = PW_OK;
    int64_t base = 0, policy = 0;

    PW_TRY(pw_reader_number(pair->base->reader, "/", name, &base));
    PW_TRY(pw_reader_number(pair->policy->reader, "/", name, &policy));
    if (base != policy)
        PW_TRY(pw_text_add(faults, "%s%s %lld and %lld", faults->length > 0 ? "; " : "", name,
            (long long) base, (long long) policy));
done:
    return status;
}

static bool
same_names(const struct pw_names *a, const struct pw_names *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) return false;
    }
    return true;
}

static pw_status
check_pair(const struct pair *pair)
{
    static const char *const numbers[] = { "seed", "replicate", "persons", "history_from",
        "start_year", "years" };
    pw_status status = PW_OK;
    struct pw_text faults = { 0 };
    int64_t shards = 0;

    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
        PW_TRY(list_number(pair, numbers[n], &faults));
    /* Files say how many shards they have when the writer knew. */
    if (pw_reader_number(pair->base->reader, "/", "shards", &shards) == PW_OK
        && pw_reader_number(pair->policy->reader, "/", "shards", &shards) == PW_OK)
        PW_TRY(list_number(pair, "shards", &faults));
    if (pair->base->first_year != pair->policy->first_year
        || pair->base->num_years != pair->policy->num_years)
        PW_TRY(
            pw_text_add(&faults, "%smeasured years %d-%d and %d-%d", faults.length > 0 ? "; " : "",
                pair->base->first_year, pair->base->first_year + pair->base->num_years - 1,
                pair->policy->first_year, pair->policy->first_year + pair->policy->num_years - 1));
    for (int by = CLI_BY_PLACE; by <= CLI_BY_SEX; by++) {
        if (!same_names(&pair->base->groups[by], &pair->policy->groups[by]))
            PW_TRY(pw_text_add(&faults, "%sanother list of %ss", faults.length > 0 ? "; " : "",
                by == CLI_BY_ORIGIN ? "classe" : cli_by_name((enum cli_by) by)));
    }
    if (faults.length > 0)
        PW_FAIL(PW_EINPUT,
            "%s and %s cannot be compared: %s; run both with the same people, seed and years",
            pw_reader_path(pair->base->reader), pw_reader_path(pair->policy->reader), faults.bytes);
done:
    pw_text_free(&faults);
    return status;
}

/* --- One row a group and measure --- */

static pw_status
add_long_rows(
    struct cli_table *table, const struct pair *pair, enum cli_by by, int indicator, int year)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(indicator);
    const struct pw_names *const groups = &pair->base->groups[by];
    struct cli_difference *differences = NULL;

    PW_TRY(pw_alloc(groups->count, sizeof *differences, &differences));
    PW_TRY(cli_outcomes_compare(pair->base, pair->policy, indicator, by, year, differences));
    for (size_t g = 0; g < groups->count; g++) {
        const struct cli_difference *const d = &differences[g];

        PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        if (by == CLI_BY_YEAR)
            PW_TRY(cli_table_text(table, groups->items[g]));
        else
            PW_TRY(cli_table_cell(table, "%d", year));
        PW_TRY(cli_table_text(table, cli_by_name(by)));
        PW_TRY(cli_table_text(table, groups->items[g]));
        PW_TRY(cli_table_text(table, info.name));
        PW_TRY(cli_table_raw(table, d->base.value));
        PW_TRY(cli_table_raw(table, d->policy.value));
        PW_TRY(cli_table_raw(table, d->difference.value));
        PW_TRY(cli_table_raw(table, d->difference.error));
        PW_TRY(cli_table_cell(table, "%d", pw_estimate_is_marked(d->difference)));
        PW_TRY(cli_table_text(table, info.unit));
    }
done:
    pw_free(&differences);
    return status;
}

static pw_status
print_long(const struct pair *pairs, size_t num_pairs, const struct request *request)
{
    static const char *const headings[] = { "run", "#year", "by", "group", "measure", "#base",
        "#policy", "#difference", "#standard_error", "#marked", "unit" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    for (size_t h = 0; h < sizeof headings / sizeof *headings; h++)
        cli_table_column(&table, headings[h] + (*headings[h] == '#'), *headings[h] == '#');
    for (size_t p = 0; p < num_pairs; p++) {
        for (int pass = 0; pass < (request->whole ? 2 : 1); pass++) {
            const enum cli_by by = !request->whole ? request->by
                                   : pass == 0     ? CLI_BY_NATION
                                                   : CLI_BY_ORIGIN;

            for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
                if (request->chosen[i] && cli_outcomes_has(pairs[p].base, i, by)
                    && cli_outcomes_has(pairs[p].policy, i, by))
                    PW_TRY(add_long_rows(&table, &pairs[p], by, i, request->year));
            }
        }
    }
    cli_table_print(&table, request->format, stdout);
    if (request->format == CLI_JSON) (void) printf("\n");
done:
    cli_table_free(&table);
    return status;
}

/* --- Tables for people --- */

static void
print_heading(const struct request *request, const char *heading, const char *more)
{
    (void) printf(request->format == CLI_MARKDOWN ? "\n## %s%s\n\n" : "\n%s%s\n\n", heading, more);
}

static void
start_table(struct cli_table *table, const char *first)
{
    cli_table_column(table, first, false);
    cli_table_column(table, "base", true);
    cli_table_column(table, "policy", true);
    cli_table_column(table, "difference", true);
    cli_table_column(table, "error", true);
    cli_table_column(table, "", false);
    cli_table_column(table, "unit", false);
}

static pw_status
add_row(struct cli_table *table, const char *name, const struct cli_indicator *info,
    const struct cli_difference *d)
{
    pw_status status = PW_OK;

    PW_TRY(cli_table_text(table, name));
    PW_TRY(cli_table_value(table, info->unit, d->base.value, 0));
    PW_TRY(cli_table_value(table, info->unit, d->policy.value, 0));
    PW_TRY(cli_table_value(table, info->unit, d->difference.value, 1));
    PW_TRY(cli_table_value(table, info->unit, d->difference.error, 1));
    PW_TRY(cli_table_text(table, pw_estimate_is_marked(d->difference) ? "*" : ""));
    PW_TRY(cli_table_text(table, cli_unit(info->unit)));
done:
    return status;
}

static pw_status
print_theme(const struct pair *pair, const struct request *request, enum pw_theme theme)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    start_table(&table, "measure");
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        const struct cli_indicator info = cli_indicator(i);
        struct cli_difference difference;

        if (!request->chosen[i] || info.theme != theme
            || !cli_outcomes_has(pair->base, i, CLI_BY_NATION)
            || !cli_outcomes_has(pair->policy, i, CLI_BY_NATION))
            continue;
        PW_TRY(cli_outcomes_compare(
            pair->base, pair->policy, i, CLI_BY_NATION, request->year, &difference));
        PW_TRY(add_row(&table, info.name, &info, &difference));
    }
    if (table.num_cells == 0) goto done;
    print_heading(request, pw_theme_name(theme), "");
    cli_table_print(&table, request->format, stdout);
done:
    cli_table_free(&table);
    return status;
}

/* Groups of one indicator. */
static pw_status
print_groups(const struct pair *pair, const struct request *request, enum cli_by by, int indicator)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(indicator);
    const struct pw_names *const groups = &pair->base->groups[by];
    struct cli_table table = { 0 };
    struct cli_difference *differences = NULL;

    PW_TRY(pw_alloc(groups->count, sizeof *differences, &differences));
    PW_TRY(
        cli_outcomes_compare(pair->base, pair->policy, indicator, by, request->year, differences));
    start_table(&table, cli_by_name(by));
    for (size_t g = 0; g < groups->count; g++)
        PW_TRY(add_row(&table, groups->items[g], &info, &differences[g]));
    print_heading(request, info.name, "");
    cli_table_print(&table, request->format, stdout);
done:
    pw_free(&differences);
    cli_table_free(&table);
    return status;
}

/* A place and how much it gains. */
struct gain {
    double gain;
    size_t place;
};

/* Largest gain first; ties in the order of places. */
static int
by_gain(const void *a, const void *b)
{
    const struct gain *const x = a, *const y = b;

    if (x->gain != y->gain) return x->gain < y->gain ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

static pw_status
print_ends(const struct pair *pair, const struct request *request, int indicator)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(indicator);
    const struct pw_names *const places = &pair->base->groups[CLI_BY_PLACE];
    struct cli_difference *differences = NULL;
    struct gain *gains = NULL;
    struct cli_table table = { 0 };
    size_t count = 0;

    if (!cli_outcomes_has(pair->base, indicator, CLI_BY_PLACE)
        || !cli_outcomes_has(pair->policy, indicator, CLI_BY_PLACE))
        goto done;
    PW_TRY(pw_alloc(places->count, sizeof *differences, &differences));
    PW_TRY(pw_alloc(places->count, sizeof *gains, &gains));
    PW_TRY(cli_outcomes_compare(
        pair->base, pair->policy, indicator, CLI_BY_PLACE, request->year, differences));
    for (size_t p = 0; p < places->count; p++) {
        const double change = differences[p].difference.value;

        if (!isfinite(change) || change == 0.0) continue;
        gains[count++] = (struct gain){ info.better == PW_BETTER_LESS ? -change : change, p };
    }
    qsort(gains, count, sizeof *gains, by_gain);
    print_heading(request, "Places that gain and lose most: ", info.name);
    if (count == 0) (void) printf("No place differs.\n");
    if (count == 0) goto done;
    (void) printf("The ends of a list of %zu places: chance alone puts some there.\n\n", count);
    start_table(&table, "place");
    for (size_t k = 0; k < count; k++) {
        const bool gains_most = k < NUM_ENDS && gains[k].gain > 0.0;
        const bool loses_most = k + NUM_ENDS >= count && gains[k].gain < 0.0;

        if (gains_most || loses_most)
            PW_TRY(add_row(
                &table, places->items[gains[k].place], &info, &differences[gains[k].place]));
    }
    cli_table_print(&table, request->format, stdout);
done:
    pw_free(&differences);
    pw_free(&gains);
    cli_table_free(&table);
    return status;
}

/* Differences of the headlines, a column for each origin. */
static pw_status
print_origins(const struct pair *pair, const struct request *request, const bool *chosen)
{
    pw_status status = PW_OK;
    const struct pw_names *const origins = &pair->base->groups[CLI_BY_ORIGIN];
    struct cli_difference *differences = NULL;
    struct cli_table table = { 0 };

    PW_TRY(pw_alloc(origins->count, sizeof *differences, &differences));
    cli_table_column(&table, "difference", false);
    for (size_t g = 0; g < origins->count; g++)
        cli_table_column(&table, origins->items[g], true);
    cli_table_column(&table, "unit", false);
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        const struct cli_indicator info = cli_indicator(i);

        if (!chosen[i] || !cli_outcomes_has(pair->base, i, CLI_BY_ORIGIN)
            || !cli_outcomes_has(pair->policy, i, CLI_BY_ORIGIN))
            continue;
        PW_TRY(cli_outcomes_compare(
            pair->base, pair->policy, i, CLI_BY_ORIGIN, request->year, differences));
        PW_TRY(cli_table_text(&table, info.name));
        for (size_t g = 0; g < origins->count; g++) {
            const struct pw_estimate d = differences[g].difference;

            PW_TRY(cli_table_change(&table, info.unit, d));
        }
        PW_TRY(cli_table_text(&table, cli_unit(info.unit)));
    }
    if (table.num_cells == 0) goto done;
    print_heading(request, "By class of origin", "");
    cli_table_print(&table, request->format, stdout);
done:
    pw_free(&differences);
    cli_table_free(&table);
    return status;
}

/* Sums over years and places of an array of /policies [policy, year, place]. */
static pw_status
sum_policies(const struct cli_outcomes *outcomes, const char *path, size_t num_policies,
    double *sums, char **units)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    double *values = NULL;

    PW_TRY(pw_reader_load_real(outcomes->reader, path, &field, &values));
    if (field.dims[0] != num_policies)
        PW_FAIL(PW_EFORMAT, "%s: %s is of %zu policies, not %zu", pw_reader_path(outcomes->reader),
            path, field.dims[0], num_policies);
    for (size_t i = 0; i < num_policies * field.row_items; i++)
        sums[i / field.row_items] += isfinite(values[i]) ? values[i] : 0.0;
    PW_TRY(pw_strdup(field.units, units));
done:
    pw_free(&values);
    pw_field_free(&field);
    return status;
}

static pw_status
print_policies(const struct pair *pair, const struct request *request)
{
    static const char *const paths[] = { "/policies/participants", "/policies/spending" };
    pw_status status = PW_OK;
    const struct cli_outcomes *const policy = pair->policy;
    struct pw_names names = { 0 };
    struct cli_table table = { 0 };
    double *sums[2] = { NULL, NULL };
    char *units[2] = { NULL, NULL };

    if (!pw_reader_has(policy->reader, paths[0]) || !pw_reader_has(policy->reader, paths[1])
        || !pw_reader_has(policy->reader, "/axes/policy"))
        goto done;
    PW_TRY(pw_reader_names(policy->reader, "/axes/policy", &names));
    cli_table_column(&table, "policy", false);
    cli_table_column(&table, "participants", true);
    cli_table_column(&table, "spending", true);
    cli_table_column(&table, "unit", false);
    for (int k = 0; k < 2; k++) {
        PW_TRY(pw_alloc(names.count, sizeof *sums[k], &sums[k]));
        PW_TRY(sum_policies(policy, paths[k], names.count, sums[k], &units[k]));
    }
    for (size_t n = 0; n < names.count; n++) {
        PW_TRY(cli_table_text(&table, names.items[n]));
        PW_TRY(cli_table_cell(&table, "%.0f", sums[0][n]));
        PW_TRY(cli_table_cell(&table, "%.0f", sums[1][n]));
        PW_TRY(cli_table_cell(&table, "%s, %s", units[0], units[1]));
    }
    if (table.num_cells == 0) goto done;
    print_heading(request, "Policies: participants and spending over all recorded years", "");
    cli_table_print(&table, request->format, stdout);
done:
    cli_table_free(&table);
    pw_names_free(&names);
    for (int k = 0; k < 2; k++) {
        pw_free(&sums[k]);
        pw_free(&units[k]);
    }
    return status;
}

static void
print_title(const struct pair *pair, const struct request *request)
{
    const char *const mark = request->format == CLI_MARKDOWN ? "# " : "";

    (void) printf("%s%s, compared with %s\n", mark, pair->policy->title, pair->base->title);
    if (request->format == CLI_MARKDOWN) (void) printf("\n");
    if (request->by == CLI_BY_YEAR)
        (void) printf(
            "%d to %d", pair->base->first_year, pair->base->first_year + pair->base->num_years - 1);
    else
        (void) printf("%d", request->year);
    (void) printf("; policy less base, same people and same luck; * more than two standard "
                  "errors from zero\n");
}

static pw_status
print_whole(const struct pair *pair, const struct request *request)
{
    pw_status status = PW_OK;
    bool chosen[CLI_NUM_INDICATORS];

    for (int theme = 0; theme < PW_NUM_THEMES; theme++)
        PW_TRY(print_theme(pair, request, (enum pw_theme) theme));
    for (size_t r = 0; r < NUM_RANKED; r++) {
        const int indicator = cli_indicator_index(ranked[r]);

        if (request->chosen[indicator]) PW_TRY(print_ends(pair, request, indicator));
    }
    memcpy(chosen, request->chosen, sizeof chosen);
    if (request->glob == NULL) {
        memset(chosen, 0, sizeof chosen);
        for (size_t h = 0; h < NUM_HEADLINES; h++)
            chosen[cli_indicator_index(headlines[h])] = true;
    }
    PW_TRY(print_origins(pair, request, chosen));
    PW_TRY(print_policies(pair, request));
done:
    return status;
}

/* The nation first, then each measure by group. */
static pw_status
print_grouped(const struct pair *pair, const struct request *request)
{
    pw_status status = PW_OK;
    bool chosen[CLI_NUM_INDICATORS];

    for (int theme = 0; theme < PW_NUM_THEMES && request->by != CLI_BY_YEAR; theme++)
        PW_TRY(print_theme(pair, request, (enum pw_theme) theme));
    if (request->by == CLI_BY_NATION) goto done;
    memcpy(chosen, request->chosen, sizeof chosen);
    if (request->glob == NULL) {
        memset(chosen, 0, sizeof chosen);
        for (size_t r = 0; r < NUM_RANKED; r++)
            chosen[cli_indicator_index(ranked[r])] = true;
    }
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if (chosen[i] && cli_outcomes_has(pair->base, i, request->by)
            && cli_outcomes_has(pair->policy, i, request->by))
            PW_TRY(print_groups(pair, request, request->by, i));
    }
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct request *request, bool *is_help)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "by", required_argument, NULL, 'b' }, { "year", required_argument, NULL, 'y' },
        { "measure", required_argument, NULL, 'm' }, { "format", required_argument, NULL, 'f' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;
    int64_t year = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hb:y:m:f:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'b') {
            PW_TRY(cli_option_by(optarg, &request->by));
            request->whole = false;
        }
        if (character == 'y') PW_TRY(cli_option_whole("--year", optarg, 1, 9999, &year));
        if (character == 'm') request->glob = optarg;
        if (character == 'f') PW_TRY(cli_option_format(optarg, &request->format));
    }
    request->year = (int) year;
    PW_TRY(cli_option_operands(argc, argv, 2, INT32_MAX, "BASE.h5 and at least one POLICY.h5"));
    PW_TRY(cli_indicator_match(request->glob, request->chosen));
done:
    return status;
}

pw_status
cli_compare(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct request request = { .format = CLI_TABLE, .whole = true };
    struct cli_outcomes base = { 0 }, *policies = NULL;
    struct pair *pairs = NULL;
    size_t num_pairs = 0;
    bool is_help = false;

    PW_TRY(read_options(argc, argv, &request, &is_help));
    if (is_help) {
        print_manual();
        goto done;
    }
    num_pairs = (size_t) (argc - optind - 1);
    PW_TRY(pw_alloc(num_pairs, sizeof *policies, &policies));
    PW_TRY(pw_alloc(num_pairs, sizeof *pairs, &pairs));
    PW_TRY(cli_outcomes_open(argv[optind], &base));
    PW_TRY(cli_outcomes_year(&base, request.year, &request.year));
    for (size_t p = 0; p < num_pairs; p++) {
        pairs[p] = (struct pair){ &base, &policies[p] };
        PW_TRY(cli_outcomes_open(argv[optind + 1 + (int) p], &policies[p]));
        PW_TRY(check_pair(&pairs[p]));
    }
    if (request.format == CLI_CSV || request.format == CLI_JSON) {
        PW_TRY(print_long(pairs, num_pairs, &request));
        goto done;
    }
    for (size_t p = 0; p < num_pairs; p++) {
        if (p > 0) (void) printf("\n");
        print_title(&pairs[p], &request);
        if (request.whole)
            PW_TRY(print_whole(&pairs[p], &request));
        else
            PW_TRY(print_grouped(&pairs[p], &request));
    }
done:
    for (size_t p = 0; policies != NULL && p < num_pairs; p++)
        cli_outcomes_close(&policies[p]);
    pw_free(&policies);
    pw_free(&pairs);
    cli_outcomes_close(&base);
    return status;
}

/*
 * What a run came to, in the shape of the State of the Nation.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "cli_number.h"
#include "outcomes.h"
#include "pathways/alloc.h"

/* What is shown by group when no measure is asked for. */
static const char *const headlines[] = { "neet_16_24", "level3_by_19", "higher_education_by_19",
    "degree_25_29", "professional_25_29", "lower_working_25_29", "pay_25_29", "owner_25_34",
    "left_home_area_25_34", "professional_25_64", "wellbeing_16_over", "belonging_25_64" };
/* By cohort: what is known of many of them. */
static const char *const cohort_headlines[] = { "upward_25_64", "downward_25_64",
    "long_range_up_25_64", "long_range_down_25_64", "class_odds_ratio_25_64", "professional_25_64",
    "neet_16_24", "level3_by_19", "degree_25_29", "professional_25_29", "pay_25_29",
    "owner_25_34" };

#define NUM_HEADLINES        (sizeof headlines / sizeof *headlines)
#define NUM_COHORT_HEADLINES (sizeof cohort_headlines / sizeof *cohort_headlines)
/* More measures than this are listed one to a row. */
#define MAX_WIDE 12

struct request {
    enum cli_by by;
    struct cli_span years;
    const char *glob;
    enum cli_format format;
    bool chosen[CLI_NUM_INDICATORS];
    int listed[CLI_NUM_INDICATORS], num_listed; /* in the order in which sections print them */
};

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways summary - what a run came to, as the State of the Nation would say it\n\n"
        "SYNOPSIS\n"
        "    pathways summary RUN.h5 [--by GROUPING] [--years YEAR[-YEAR]] [--measure GLOB]\n"
        "                     [--format FORMAT]\n\n"
        "DESCRIPTION\n"
        "    Prints the indicators of a run file in one year, each with its standard error. "
        "Without\n"
        "    options: the headlines of the whole country in the order of the State of the Nation "
        "-\n"
        "    mobility outcomes, intermediate outcomes, drivers - and then the model's own - "
        "pathways,\n"
        "    place, security and wellbeing -, with their values by class of origin, and the table "
        "of\n"
        "    class mobility. --measure '*' prints all indicators in that way. `pathways describe\n"
        "    measures` says what each is, of whom, which published figure it stands beside and how "
        "it can\n"
        "    be grouped.\n\n"
        "    Standard errors come from the run alone: lineages are dealt into 32 groups "
        "that are left out one\n"
        "    at a time (jackknife). They say how far another seed might lie, not how far "
        "the model is from\n"
        "    the country.\n\n"
        "    Cohorts are decades of birth. Class mobility of a cohort (ages 25 to 64) adds up all\n"
        "    measured years up to --year, as pooled surveys do, so that everybody counts once a "
        "year;\n"
        "    cohorts born late are seen young only, and have moved less. A measure of at most ten "
        "ages\n"
        "    adds up those of these years in which everybody of its ages was born in the decade: "
        "for\n"
        "    degree_25_29 and 1990-1999 the years 2019 to 2024. Other measures are not known by "
        "cohort.\n\n"
        "OPTIONS\n"
        "    -b, --by GROUPING    nation, place, labour_market, region, origin, sex, "
        "origin_sex, cohort,\n"
        "                         cohort_sex or year. Places are where people live, or for "
        "outcomes\n"
        "                         of school and of growing up where they lived at 14; origin is "
        "the\n"
        "                         class of the parents at 14\n"
        "    -y, --years Y[-Y]    a measured year, or the average of several: everybody counts "
        "once a\n"
        "                         year, as in pooled surveys; the last one when not given. "
        "--year\n"
        "                         is the same\n"
        "    -m, --measure GLOB   only indicators whose name matches, for instance 'neet_*' "
        "or '*_25_29'\n"
        "    -f, --format FORMAT  table, csv, json or markdown. Tables and Markdown print shares "
        "in per\n"
        "                         cent; CSV and JSON have one row a group and indicator, all of "
        "them\n"
        "                         unless --measure chooses, shares from 0 to 1\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS "\n"
        "EXAMPLES\n"
        "    pathways summary run.h5\n"
        "    pathways summary run.h5 --by region --measure neet_16_24\n"
        "    pathways summary run.h5 --by year --measure 'professional_*' --format csv\n"
        "    pathways summary run.h5 --by cohort\n"
        "    pathways summary run.h5 --by place --format json\n");
}

static void
print_heading(const struct request *request, const char *heading)
{
    (void) printf(request->format == CLI_MARKDOWN ? "\n## %s\n\n" : "\n%s\n\n", heading);
}

/* --- One row a group and measure --- */

static pw_status
add_long_rows(struct cli_table *table, const struct cli_outcomes *outcomes, enum cli_by by,
    int indicator, struct cli_span years)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(indicator);
    const struct pw_names *const groups = &outcomes->groups[by];
    struct pw_estimate *estimates = NULL;
    char when[32];

    cli_years_text(years, "-", when);
    PW_TRY(pw_alloc(groups->count, sizeof *estimates, &estimates));
    PW_TRY(cli_outcomes_estimate(outcomes, indicator, by, years, estimates));
    for (size_t g = 0; g < groups->count; g++) {
        if (by == CLI_BY_YEAR)
            PW_TRY(cli_table_text(table, groups->items[g]));
        else
            PW_TRY(cli_table_text(table, when));
        PW_TRY(cli_table_text(table, cli_by_name(by)));
        PW_TRY(cli_table_text(table, groups->items[g]));
        PW_TRY(cli_table_text(table, info.name));
        PW_TRY(cli_table_raw(table, estimates[g].value));
        PW_TRY(cli_table_raw(table, estimates[g].error));
        PW_TRY(cli_table_text(table, info.unit));
        PW_TRY(cli_table_text(table, info.source));
    }
done:
    pw_free(&estimates);
    return status;
}

static pw_status
print_long(const struct cli_outcomes *outcomes, const struct request *request, bool whole)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "year", request->years.first == request->years.last);
    cli_table_column(&table, "by", false);
    cli_table_column(&table, "group", false);
    cli_table_column(&table, "measure", false);
    cli_table_column(&table, "value", true);
    cli_table_column(&table, "standard_error", true);
    cli_table_column(&table, "unit", false);
    cli_table_column(&table, "published_as", false);
    for (int pass = 0; pass < (whole ? 2 : 1); pass++) {
        const enum cli_by by = !whole ? request->by : pass == 0 ? CLI_BY_NATION : CLI_BY_ORIGIN;

        for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
            if (request->chosen[i] && cli_outcomes_has(outcomes, i, by))
                PW_TRY(add_long_rows(&table, outcomes, by, i, request->years));
        }
    }
    cli_table_print(&table, request->format, stdout);
    if (request->format == CLI_JSON) (void) printf("\n");
done:
    cli_table_free(&table);
    return status;
}

/* --- Tables for people --- */

/* "SMC MO11" is "MO11" to those who read the State of the Nation. */
static const char *
code_of(const char *published_as)
{
    return strncmp(published_as, "SMC ", 4) == 0 ? published_as + 4 : published_as;
}

/* A row: the whole country, then by class of origin where that is known. */
static pw_status
add_indicator(struct cli_table *table, const struct cli_outcomes *outcomes,
    const struct request *request, int index)
{
    pw_status status = PW_OK;
    const struct cli_indicator info = cli_indicator(index);
    struct pw_estimate nation, origins[PW_NUM_ORIGINS];
    const bool by_origin = cli_outcomes_has(outcomes, index, CLI_BY_ORIGIN)
                           && outcomes->groups[CLI_BY_ORIGIN].count == PW_NUM_ORIGINS;

    PW_TRY(cli_outcomes_estimate(outcomes, index, CLI_BY_NATION, request->years, &nation));
    if (by_origin)
        PW_TRY(cli_outcomes_estimate(outcomes, index, CLI_BY_ORIGIN, request->years, origins));
    PW_TRY(cli_table_text(table, code_of(info.source)));
    PW_TRY(cli_table_text(table, info.name));
    PW_TRY(cli_table_value(table, info.unit, nation.value, 0));
    PW_TRY(cli_table_value(table, info.unit, nation.error, 1));
    PW_TRY(cli_table_text(table, cli_unit(info.unit)));
    for (int origin = 0; origin < PW_NUM_CLASSES; origin++) {
        if (by_origin)
            PW_TRY(cli_table_value(table, info.unit, origins[origin].value, 0));
        else
            PW_TRY(cli_table_text(table, NULL));
    }
    if (request->format == CLI_MARKDOWN) PW_TRY(cli_table_text(table, info.about));
done:
    return status;
}

static pw_status
print_theme(const struct cli_outcomes *outcomes, const struct request *request, enum pw_theme theme)
{
    static const char *const origins[PW_NUM_CLASSES] = { "LW", "HW", "I", "LP", "HP" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "code", false);
    cli_table_column(&table, "measure", false);
    cli_table_column(&table, "all", true);
    cli_table_column(&table, "error", true);
    cli_table_column(&table, "unit", false);
    for (int origin = 0; origin < PW_NUM_CLASSES; origin++)
        cli_table_column(&table, origins[origin], true);
    /* A terminal is narrow, and `describe measures` says what each is. */
    if (request->format == CLI_MARKDOWN) cli_table_column(&table, "what", false);
    for (int i = 0; i < request->num_listed; i++) {
        const int index = request->listed[i];

        if (cli_indicator(index).theme == theme && cli_outcomes_has(outcomes, index, CLI_BY_NATION))
            PW_TRY(add_indicator(&table, outcomes, request, index));
    }
    if (table.num_cells == 0) goto done;
    print_heading(request, pw_theme_name(theme));
    cli_table_print(&table, request->format, stdout);
done:
    cli_table_free(&table);
    return status;
}

/* Rows: origins; columns: classes at 25 to 64, in per cent of the origin. */
static pw_status
print_class_table(const struct cli_outcomes *outcomes, const struct request *request)
{
    enum { SIDE = PW_NUM_CLASSES };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    int64_t people[SIDE * SIDE * PW_NUM_GROUPS];
    double sums[SIDE * SIDE] = { 0 }, total = 0.0;
    const struct pw_names *const classes = &outcomes->groups[CLI_BY_ORIGIN];

    PW_TRY(cli_outcomes_class_table(outcomes, request->years, people));
    for (size_t i = 0; i < SIDE * SIDE * PW_NUM_GROUPS; i++) {
        sums[i / PW_NUM_GROUPS] += (double) people[i];
        total += (double) people[i];
    }
    if (total == 0.0 || classes->count < SIDE) goto done;
    cli_table_column(&table, "parents", false);
    for (size_t to = 0; to < SIDE; to++)
        cli_table_column(&table, classes->items[to], true);
    cli_table_column(&table, "all origins", true);
    for (size_t from = 0; from < SIDE; from++) {
        double row = 0.0;

        PW_TRY(cli_table_text(&table, classes->items[from]));
        for (size_t to = 0; to < SIDE; to++) {
            PW_TRY(cli_table_value(&table, "share", pw_mobility_outflow(sums, SIDE, from, to), 0));
            row += sums[from * SIDE + to];
        }
        PW_TRY(cli_table_value(&table, "share", row / total, 0));
    }
    print_heading(request, "Class of those aged 25 to 64, in per cent of each class of origin");
    cli_table_print(&table, request->format, stdout);
done:
    cli_table_free(&table);
    return status;
}

/* Groups down, measures across; or with `across` the other way round. */
static pw_status
print_wide(const struct cli_outcomes *outcomes, const struct request *request, enum cli_by by,
    const bool *chosen, bool across)
{
    pw_status status = PW_OK;
    const struct pw_names *const groups = &outcomes->groups[by];
    struct cli_table table = { 0 };
    struct pw_estimate *estimates = NULL;
    int listed[CLI_NUM_INDICATORS], count = 0;

    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if (chosen[i] && cli_outcomes_has(outcomes, i, by)) listed[count++] = i;
    }
    PW_TRY(pw_alloc(groups->count * (size_t) count, sizeof *estimates, &estimates));
    for (int k = 0; k < count; k++)
        PW_TRY(cli_outcomes_estimate(
            outcomes, listed[k], by, request->years, estimates + (size_t) k * groups->count));
    cli_table_column(&table, across ? "measure" : cli_by_name(by), false);
    for (size_t g = 0; across && g < groups->count; g++)
        cli_table_column(&table, groups->items[g], true);
    for (int k = 0; !across && k < count; k++)
        cli_table_column(&table, cli_indicator(listed[k]).name, true);
    for (int k = 0; across && k < count; k++) {
        PW_TRY(cli_table_text(&table, cli_indicator(listed[k]).name));
        for (size_t g = 0; g < groups->count; g++)
            PW_TRY(cli_table_estimate(
                &table, cli_indicator(listed[k]).unit, estimates[(size_t) k * groups->count + g]));
    }
    for (size_t g = 0; !across && g < groups->count; g++) {
        bool known = !cli_by_is_cohort(by);

        for (int k = 0; k < count; k++)
            known = known || isfinite(estimates[(size_t) k * groups->count + g].value);
        if (!known) continue;
        PW_TRY(cli_table_text(&table, groups->items[g]));
        for (int k = 0; k < count; k++)
            PW_TRY(cli_table_estimate(
                &table, cli_indicator(listed[k]).unit, estimates[(size_t) k * groups->count + g]));
    }
    if (table.num_cells > 0) cli_table_print(&table, request->format, stdout);
done:
    pw_free(&estimates);
    cli_table_free(&table);
    return status;
}

static pw_status
print_title(const struct cli_outcomes *outcomes, const struct request *request)
{
    pw_status status = PW_OK;
    int64_t persons = 0, seed = 0;
    char years[32];

    cli_years_text(request->years, " to ", years);

    PW_TRY(pw_reader_number(outcomes->reader, "/", "persons", &persons));
    PW_TRY(pw_reader_number(outcomes->reader, "/", "seed", &seed));
    if (request->format == CLI_MARKDOWN) (void) printf("# ");
    (void) printf("%s\n", outcomes->title);
    if (request->format == CLI_MARKDOWN) (void) printf("\n");
    if (cli_by_is_cohort(request->by))
        (void) printf("%d to %d", outcomes->first_year, request->years.last);
    else if (request->by == CLI_BY_YEAR)
        (void) printf(
            "%d to %d", outcomes->first_year, outcomes->first_year + outcomes->num_years - 1);
    else
        (void) printf("%s", years);
    (void) printf("; %lld people in the start year, seed %lld; standard errors from %d groups of "
                  "lineages\n",
        (long long) persons, (long long) seed, PW_NUM_GROUPS);
done:
    return status;
}

static void
keep_headlines(enum cli_by by, bool *chosen)
{
    const bool cohort = cli_by_is_cohort(by);

    for (int i = 0; i < CLI_NUM_INDICATORS; i++)
        chosen[i] = false;
    for (size_t h = 0; h < (cohort ? NUM_COHORT_HEADLINES : NUM_HEADLINES); h++)
        chosen[cli_indicator_index(cohort ? cohort_headlines[h] : headlines[h])] = true;
}

/* The headlines unless a measure was asked for. */
static void
list_indicators(struct request *request)
{
    if (request->glob == NULL) {
        request->num_listed = cli_indicator_headlines(request->listed);
        return;
    }
    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if (request->chosen[i]) request->listed[request->num_listed++] = i;
    }
}

/* The whole country by section, and class mobility. */
static pw_status
print_whole(const struct cli_outcomes *outcomes, const struct request *request)
{
    pw_status status = PW_OK;

    PW_TRY(print_title(outcomes, request));
    (void) printf("%s`all` is the whole country; LW, HW, I, LP, HP are people whose parents were "
                  "lower working, higher\nworking, intermediate, lower professional or higher "
                  "professional when they were 14. Codes are those of\nthe State of the Nation. "
                  "What a measure is: pathways describe measures\n",
        request->format == CLI_MARKDOWN ? "\n" : "");
    for (int theme = 0; theme < PW_NUM_THEMES; theme++)
        PW_TRY(print_theme(outcomes, request, (enum pw_theme) theme));
    if (request->glob == NULL) PW_TRY(print_class_table(outcomes, request));
done:
    return status;
}

static pw_status
print_grouped(const struct cli_outcomes *outcomes, const struct request *request)
{
    pw_status status = PW_OK;
    bool chosen[CLI_NUM_INDICATORS];
    int count = 0;

    memcpy(chosen, request->chosen, sizeof chosen);
    if (request->glob == NULL) keep_headlines(request->by, chosen);
    for (int i = 0; i < CLI_NUM_INDICATORS; i++)
        count += chosen[i];
    PW_TRY(print_title(outcomes, request));
    (void) printf("\n");
    if (request->by == CLI_BY_COHORT)
        (void) printf("By decade of birth. Class mobility is of all years in which people were 25 "
                      "to 64: cohorts born late are\nseen young only, and have moved less.\n\n");
    if (outcomes->groups[request->by].count <= 8)
        PW_TRY(print_wide(outcomes, request, request->by, chosen, true));
    else if (count <= MAX_WIDE)
        PW_TRY(print_wide(outcomes, request, request->by, chosen, false));
    else
        PW_TRY(print_long(outcomes, request, false));
done:
    return status;
}

pw_status
cli_summary(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "by", required_argument, NULL, 'b' }, { "year", required_argument, NULL, 'y' },
        { "years", required_argument, NULL, 'y' }, { "measure", required_argument, NULL, 'm' },
        { "format", required_argument, NULL, 'f' }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    struct cli_outcomes outcomes = { 0 };
    struct request request = { .format = CLI_TABLE };
    bool first = true, whole = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hb:y:m:f:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            print_manual();
            goto done;
        }
        if (character == 'b') {
            PW_TRY(cli_option_by(optarg, &request.by));
            whole = false;
        }
        if (character == 'y') PW_TRY(cli_option_span("--years", optarg, &request.years));
        if (character == 'm') request.glob = optarg;
        if (character == 'f') PW_TRY(cli_option_format(optarg, &request.format));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one RUN.h5"));
    PW_TRY(cli_indicator_match(request.glob, request.chosen));
    list_indicators(&request);
    PW_TRY(cli_outcomes_open(argv[optind], &outcomes));
    PW_TRY(cli_outcomes_years(&outcomes, request.years, request.by, &request.years));
    if (request.format == CLI_CSV || request.format == CLI_JSON)
        PW_TRY(print_long(&outcomes, &request, whole));
    else if (whole)
        PW_TRY(print_whole(&outcomes, &request));
    else
        PW_TRY(print_grouped(&outcomes, &request));
done:
    cli_outcomes_close(&outcomes);
    return status;
}

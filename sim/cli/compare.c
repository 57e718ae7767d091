/*
 * What a policy changes, for whom and where: runs that share seed, people and history, side by
 * side.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "cli_number.h"
#include "comparison.h"
#include "pathways/alloc.h"

static void
print_manual(void)
{
    (void) printf(
        "NAME\n"
        "    pathways compare - print what a policy changes, for whom, where and at what price\n\n"
        "SYNOPSIS\n"
        "    pathways compare BASE.h5 POLICY.h5... [--by GROUPING] [--years YEAR[-YEAR]]\n"
        "                     [--measure GLOB]\n"
        "                     [--show SECTION[,SECTION...]] [--ages FIRST-LAST] [--discount RATE]\n"
        "                     [--fail-if CONDITION]... [--format FORMAT]\n\n"
        "DESCRIPTION\n"
        "    Compares policies with a base, in which the same people live with the same luck.\n"
        "    Differences are policy less base. Runs of another seed, history, number of\n"
        "    people, shards or version of the program are refused. Policies, parameters,\n"
        "    paths and places may differ, and what differs is listed.\n\n"
        "    The standard error of a difference is that of the pair: the same group of\n"
        "    lineages is left out of both runs, 32 groups in turn (jackknife); intervals are\n"
        "    of 95 %% by Student's t with 31 degrees of freedom. It says how far another seed\n"
        "    might lie, not how far the model is from the country.\n\n"
        "    A * marks what is told apart from zero after accounting for many comparisons:\n"
        "    adjusted p of at most 0.05 (Benjamini and Hochberg 1995), so that of the marked\n"
        "    ones one in twenty is expected to be chance. Judged together are the headlines;\n"
        "    all other measures; with --measure, all that match; each in all groups of a\n"
        "    grouping; all places of a ranking; the rows of any other table. Each policy is\n"
        "    judged by itself.\n\n"
        "    People are joined person by person. Gained and lost are gross: how many are on a\n"
        "    pathway in one run and not in the other. Some of it is drift: lives that nobody\n"
        "    touched part by a chain of small changes (another partner, a move, another job),\n"
        "    as many into a pathway as out of it. The columns named drift say how much there\n"
        "    would be if everybody changed as those do who neither live nor grew up in a\n"
        "    labour market with participants. Their markets are not closed to people from\n"
        "    elsewhere, so drift holds some effect too. Where parameters or paths differ, or\n"
        "    policies reach everywhere, drift is not known.\n\n");
    (void) printf(
        "    Money and outcomes of the section cost are added up from the first recorded year\n"
        "    to the compared one, policy less base. What is spent is a budget without a\n"
        "    standard error, so the interval of a price comes from the outcome. Somebody aged\n"
        "    25 to 29 counts in five years; five such years are one person. A price is given\n"
        "    only where a gain is told apart from zero.\n\n"
        "SECTIONS\n"
        "    runs         in what the runs differ\n"
        "    differences  measures, with standard errors; by grouping\n"
        "    pathways     of the same people: net, gained, lost, drift\n"
        "    flows        from each pathway in the base to each under the policy\n"
        "    displaced    who is better and worse off, by origin and place; what was lost\n"
        "    years        years NEET and classes, person by person\n"
        "    cost         money, and pounds for one more of an outcome, added up to the year\n"
        "    all          every section\n\n"
        "PATHWAYS at the end of a year\n");
    for (int way = 0; way < PW_NUM_WAYS; way++)
        (void) printf("    %-16s  %s\n", pw_pairs_way_name((enum pw_pathway) way),
            pw_pairs_way_about((enum pw_pathway) way));
    (void) printf("\nOPTIONS\n"
                  "    -b, --by GROUPING    only differences, by group:");
    for (int by = 0; by < CLI_NUM_BY; by++)
        (void) printf("%s%s%s", by == 0 ? "" : ",",
            by % 6 == 0 ? "\n                         " : " ", cli_by_name((enum cli_by) by));
    (void) printf(
        "\n    -y, --years Y[-Y]    a measured year, or for measures the average of several:\n"
        "                         everybody counts once a year, as in pooled surveys; all\n"
        "                         else is of the last of them. The last measured year when\n"
        "                         not given. --year is the same\n"
        "    -m, --measure GLOB   only measures whose name matches, for instance 'neet_*' or\n"
        "                         '*_25_29'; '*' for all. Only these are then judged together\n"
        "    -s, --show SECTIONS  a list with commas. When not given: everything as table and\n"
        "                         Markdown, differences as CSV and JSON. CSV holds one\n"
        "                         section; JSON of several is one object, of one an array of\n"
        "                         rows\n"
        "    -a, --ages F-L       ages of the pathways at the end of the year, 16-29 when not\n"
        "                         given\n"
        "    -d, --discount RATE  a year, of money and of outcomes; 0 when not given, 0.035 in\n"
        "                         the Treasury's Green Book. A year NEET later counts less,\n"
        "                         too\n"
        "        --fail-if COND   exit with 1, and say so, when a condition holds for a\n"
        "                         policy: MEASURE [in GROUP] [significantly] OP REFERENCE [+|-\n"
        "                         NUMBER]. OP is >, <, >= or <=; REFERENCE is base or a\n"
        "                         number; shares are from 0 to 1, or 12%%. GROUP is a place,\n"
        "                         class, ... or region:London where a name stands for several.\n"
        "                         `significantly` asks for p <= 0.05 besides, not adjusted.\n"
        "                         May be given many times\n"
        "    -f, --format FORMAT  table, csv, json or markdown. Tables and Markdown print\n"
        "                         shares in per cent and their differences in percentage\n"
        "                         points, and people to three figures; CSV and JSON shares\n"
        "                         from 0 to 1. People are those of the real country\n"
        "    -h, --help           print this\n\n" CLI_EXIT_STATUS "\n"
        "EXAMPLES\n"
        "    pathways compare base.h5 policy.h5\n"
        "    pathways compare base.h5 policy.h5 --year 2030 --ages 16-18 --show pathways,flows\n"
        "    pathways compare base.h5 outreach.h5 more.h5 --by region --measure 'neet_*'\n"
        "    pathways compare base.h5 policy.h5 --show cost --discount 0.035 --format csv\n"
        "    pathways compare base.h5 policy.h5 --fail-if 'neet_16_24 significantly > base'\n");
}

/* --- Shared by the tables --- */

static const char *const section_names[CLI_NUM_SECTIONS] = { "runs", "differences", "pathways",
    "flows", "displaced", "years", "cost" };

bool
cli_comparison_is_long(const struct cli_request *request)
{
    return request->format == CLI_CSV || request->format == CLI_JSON;
}

void
cli_comparison_heading(const struct cli_request *request, const char *heading, const char *sentence)
{
    if (cli_comparison_is_long(request)) return;
    (void) printf(request->format == CLI_MARKDOWN ? "\n## %s\n" : "\n%s\n", heading);
    if (sentence != NULL) (void) printf("\n%s\n", sentence);
}

void
cli_comparison_amount(double amount, char text[32])
{
    const double size = fabs(amount);
    const double step = size < 1000.0 ? 1.0 : pow(10.0, floor(log10(size)) - 2.0);
    char digits[32];
    size_t length, written = 0;

    (void) snprintf(digits, sizeof digits, "%.0f", round(size / step) * step);
    length = strlen(digits);
    if (amount < 0.0 && strcmp(digits, "0") != 0) text[written++] = '-';
    for (size_t i = 0; i < length && written < 30; i++) {
        if (i > 0 && (length - i) % 3 == 0) text[written++] = ',';
        text[written++] = digits[i];
    }
    text[written] = '\0';
}

pw_status
cli_table_amount(struct cli_table *table, const struct cli_request *request, double amount)
{
    char text[32];

    if (cli_comparison_is_long(request)) return cli_table_raw(table, amount);
    if (!isfinite(amount)) return cli_table_text(table, NULL);
    cli_comparison_amount(amount, text);
    return cli_table_text(table, text);
}

pw_status
cli_table_gain(struct cli_table *table, double gain, bool is_marked)
{
    char text[32];

    if (!isfinite(gain)) return cli_table_text(table, NULL);
    cli_comparison_amount(gain, text);
    return cli_table_cell(table, "%s%s%s", gain > 0.0 && strcmp(text, "0") != 0 ? "+" : "", text,
        is_marked ? "*" : "");
}

void
cli_table_columns(struct cli_table *table, const char *const *headings, size_t count)
{
    for (size_t h = 0; h < count; h++)
        cli_table_column(table, headings[h] + (*headings[h] == '#'), *headings[h] == '#');
}

void
cli_table_finish(struct cli_table *table, const struct cli_request *request)
{
    if (!cli_comparison_is_long(request)) (void) printf("\n");
    cli_table_print(table, request->format, stdout);
    cli_table_free(table);
}

void
cli_pair_free(struct cli_pair *pair)
{
    pw_text_free(&pair->changes);
    pw_pairs_free(&pair->pairs);
    pw_free(&pair->in_reach);
}

/* --- What is asked --- */

/* "flows,cost"; NULL: what the format is for. */
static pw_status
read_sections(const char *list, struct cli_request *request)
{
    pw_status status = PW_OK;
    const char *at = list;
    int count = 0;

    for (int s = 0; list == NULL && s < CLI_NUM_SECTIONS; s++)
        request->shows[s] =
            s == CLI_DIFFERENCES || !(request->is_grouped || cli_comparison_is_long(request));
    while (at != NULL) {
        const size_t length = strcspn(at, ",");
        size_t index = 0;
        char word[32];

        (void) snprintf(
            word, sizeof word, "%.*s", (int) (length < sizeof word ? length : sizeof word - 1), at);
        at = at[length] == ',' ? at + length + 1 : NULL;
        if (strcmp(word, "all") == 0) {
            for (int s = 0; s < CLI_NUM_SECTIONS; s++)
                request->shows[s] = true;
            continue;
        }
        PW_TRY(cli_option_choice("section", word, section_names, CLI_NUM_SECTIONS, &index));
        request->shows[index] = true;
    }
    for (int s = 0; s < CLI_NUM_SECTIONS; s++)
        count += request->shows[s];
    if (request->format == CLI_CSV && count > 1)
        PW_FAIL(
            PW_EUSAGE, "--show: a CSV file holds one section; ask for one at a time, or for JSON");
done:
    return status;
}

static pw_status
read_ages(const char *text, struct cli_request *request)
{
    pw_status status = PW_OK;
    int length = 0;

    if (sscanf(text, "%3d-%3d%n", &request->first_age, &request->last_age, &length) != 2
        || text[length] != '\0' || request->first_age < PW_NEET_FIRST_AGE
        || request->last_age > PW_MAX_AGE || request->first_age > request->last_age)
        PW_FAIL(PW_EUSAGE,
            "--ages: \"%s\" is not a range of ages; write one from %d to %d, for "
            "instance 16-18",
            text, PW_NEET_FIRST_AGE, PW_MAX_AGE);
done:
    return status;
}

static pw_status
read_options(int argc, char **argv, struct cli_request *request, bool *is_help)
{
    enum { FAIL_IF = 256 };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "by", required_argument, NULL, 'b' }, { "year", required_argument, NULL, 'y' },
        { "years", required_argument, NULL, 'y' }, { "measure", required_argument, NULL, 'm' },
        { "format", required_argument, NULL, 'f' }, { "show", required_argument, NULL, 's' },
        { "ages", required_argument, NULL, 'a' }, { "discount", required_argument, NULL, 'd' },
        { "fail-if", required_argument, NULL, FAIL_IF }, { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    const char *sections = NULL;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hb:y:m:f:s:a:d:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'b') {
            PW_TRY(cli_option_by(optarg, &request->by));
            request->is_grouped = true;
        }
        if (character == 'y') PW_TRY(cli_option_span("--years", optarg, &request->years));
        if (character == 'm') request->glob = optarg;
        if (character == 'f') PW_TRY(cli_option_format(optarg, &request->format));
        if (character == 's') sections = optarg;
        if (character == 'a') PW_TRY(read_ages(optarg, request));
        if (character == 'd')
            PW_TRY(cli_option_number("--discount", optarg, 0.0, 1.0, &request->discount));
        if (character == FAIL_IF) {
            if (request->num_conditions == CLI_MAX_CONDITIONS)
                PW_FAIL(PW_EUSAGE, "--fail-if: at most %d conditions", CLI_MAX_CONDITIONS);
            request->conditions[request->num_conditions++] = optarg;
        }
    }
    PW_TRY(read_sections(sections, request));
    PW_TRY(cli_option_operands(argc, argv, 2, INT32_MAX, "BASE.h5 and at least one POLICY.h5"));
    PW_TRY(cli_indicator_match(request->glob, request->chosen));
done:
    return status;
}

/* --- The answer --- */

static bool
is_of_people(enum cli_section section)
{
    return section >= CLI_PATHWAYS && section <= CLI_YEARS;
}

static void
print_title(const struct cli_pair *pair, const struct cli_request *request)
{
    const struct cli_outcomes *const base = pair->base;
    char years[32];

    cli_years_text(request->years, " to ", years);
    (void) printf("%s%s, compared with %s\n", request->format == CLI_MARKDOWN ? "# " : "",
        pair->policy->title, base->title);
    (void) printf("%s%s beside %s\n", request->format == CLI_MARKDOWN ? "\n" : "",
        pw_reader_path(pair->policy->reader), pw_reader_path(base->reader));
    if (request->format == CLI_MARKDOWN) (void) printf("\n");
    if (request->is_grouped && request->by == CLI_BY_YEAR)
        (void) printf("%d to %d", base->first_year, base->first_year + base->num_years - 1);
    else
        (void) printf("%s", years);
    (void) printf("; policy less base, same people and same luck; * told apart from zero among all "
                  "that are compared\n");
}

/* One section of some pairs: of all for programs, of one for people. */
static pw_status
print_section(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request,
    enum cli_section section)
{
    switch (section) {
    case CLI_RUNS:
        return cli_comparable_print(pairs, num_pairs, request);
    case CLI_DIFFERENCES:
        return cli_comparison_is_long(request)
                   ? cli_differences_print_rows(pairs, num_pairs, request)
                   : cli_differences_print(pairs, request);
    case CLI_DISPLACED:
        return cli_displaced_print(pairs, num_pairs, request);
    case CLI_COST:
        return cli_costs_print(pairs, num_pairs, request);
    default:
        return cli_flows_print(pairs, num_pairs, request, section);
    }
}

static pw_status
print_for_programs(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    pw_status status = PW_OK;
    int count = 0, printed = 0;

    for (int s = 0; s < CLI_NUM_SECTIONS; s++)
        count += request->shows[s];
    if (count > 1) (void) printf("{\n");
    for (int s = 0; s < CLI_NUM_SECTIONS; s++) {
        if (!request->shows[s]) continue;
        if (count > 1) (void) printf("%s\"%s\": ", printed > 0 ? "," : "", section_names[s]);
        PW_TRY(print_section(pairs, num_pairs, request, (enum cli_section) s));
        printed++;
    }
    if (count > 1) (void) printf("}\n");
done:
    return status;
}

static pw_status
print_for_people(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    pw_status status = PW_OK;

    if (num_pairs > 1 && request->shows[CLI_DIFFERENCES] && !request->is_grouped) {
        PW_TRY(cli_differences_print_together(pairs, num_pairs, request));
        (void) printf("\n");
    }
    for (size_t p = 0; p < num_pairs; p++) {
        if (p > 0) (void) printf("\n");
        print_title(&pairs[p], request);
        for (int s = 0; s < CLI_NUM_SECTIONS; s++) {
            const bool is_lacking =
                is_of_people((enum cli_section) s) && pairs[p].pairs.flow == NULL;

            if (request->shows[s] && !is_lacking)
                PW_TRY(print_section(&pairs[p], 1, request, (enum cli_section) s));
        }
        if (request->shows[CLI_PATHWAYS] && pairs[p].pairs.flow == NULL)
            (void) printf("\nThe runs keep the years of nobody or of different people (--record): "
                          "pathways are not known.\n");
    }
done:
    return status;
}

/* Join the people if a section needs them. */
static pw_status
join_people(struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    bool is_wanted = false;

    for (int s = 0; s < CLI_NUM_SECTIONS; s++)
        is_wanted = is_wanted || (is_of_people((enum cli_section) s) && request->shows[s]);
    if (!is_wanted) goto done;
    if (cli_pairing_is_possible(pair)) {
        PW_TRY(cli_pairing_read(pair, request));
        goto done;
    }
    if (cli_comparison_is_long(request))
        PW_FAIL(PW_EINPUT,
            "%s and %s keep the years of nobody or of different people, so people cannot be "
            "joined; "
            "run both with the same --record",
            pw_reader_path(pair->base->reader), pw_reader_path(pair->policy->reader));
done:
    return status;
}

pw_status
cli_compare(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct cli_request request = { .format = CLI_TABLE, .first_age = 16, .last_age = 29 };
    struct cli_outcomes base = { 0 }, *policies = NULL;
    struct cli_pair *pairs = NULL;
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
    PW_TRY(cli_outcomes_years(&base, request.years, request.by, &request.years));
    request.year = request.years.last;
    for (int c = 0; c < request.num_conditions; c++)
        PW_TRY(cli_condition_check(&base, request.conditions[c]));
    for (size_t p = 0; p < num_pairs; p++) {
        pairs[p].base = &base;
        pairs[p].policy = &policies[p];
        PW_TRY(cli_outcomes_open(argv[optind + 1 + (int) p], &policies[p]));
        PW_TRY(cli_comparable_check(&pairs[p]));
    }
    for (size_t p = 0; p < num_pairs; p++)
        PW_TRY(join_people(&pairs[p], &request));
    if (cli_comparison_is_long(&request))
        PW_TRY(print_for_programs(pairs, num_pairs, &request));
    else
        PW_TRY(print_for_people(pairs, num_pairs, &request));
    PW_TRY(cli_condition_judge(pairs, num_pairs, &request));
done:
    for (size_t p = 0; pairs != NULL && p < num_pairs; p++)
        cli_pair_free(&pairs[p]);
    for (size_t p = 0; policies != NULL && p < num_pairs; p++)
        cli_outcomes_close(&policies[p]);
    pw_free(&policies);
    pw_free(&pairs);
    cli_outcomes_close(&base);
    return status;
}

/*
 * What a policy costs, and what one more of an outcome costs.
 *
 * Money and outcomes are policy less base, added up from the first recorded year to the compared
 * one, in people of the real country. What is spent is a budget and has no standard error; the
 * interval of a cost per outcome comes from that of the outcome.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "cli_number.h"
#include "comparison.h"
#include "pathways/alloc.h"

/* Outcomes that money is divided by. A measure counts somebody every year; `years` of them are one
 * outcome: five years for a band of five ages are one person who passes through it. */
static const struct outcome {
    const char *measure;
    int years;
    double sign; /* -1: fewer is a gain */
    const char *name, *about;
} outcomes[] = {
    { "neet_16_24", 1, -1.0, "neet_year_averted_16_24", "year NEET averted, ages 16 to 24" },
    { "level3_by_19", 1, 1.0, "level3_by_19", "person with level 3 by 19" },
    { "higher_education_by_19", 1, 1.0, "higher_education_by_19",
        "person in higher education by 19" },
    { "degree_25_29", 5, 1.0, "degree_25_29", "person with a degree at 25 to 29" },
    { "professional_25_29", 5, 1.0, "professional_25_29",
        "person in a professional class at 25 to 29" },
    { "progress_without_leaving_25_34", 10, 1.0, "progress_without_leaving_25_34",
        "person of working-class origin professional at home, 25 to 34" },
    { "professional_25_64", 1, 1.0, "professional_year_25_64",
        "year in a professional class, ages 25 to 64" },
    { "employment_25_54", 1, 1.0, "employment_year_25_54", "year in work, ages 25 to 54" },
};

#define NUM_OUTCOMES (sizeof outcomes / sizeof *outcomes)

/* Money and outcomes of a pair. */
struct account {
    double cost;   /* GBP, policy less base, discounted as asked */
    int base_year; /* to which it is discounted: the first year in which money differs; 0: none */
    bool is_known[NUM_OUTCOMES];
    struct pw_estimate gain[NUM_OUTCOMES];
    double p[NUM_OUTCOMES], adjusted[NUM_OUTCOMES];
};

/* --- Money --- */

pw_status
cli_costs_sum(const struct cli_outcomes *run, const char *path, double *sums)
{
    pw_status status = PW_OK;
    const size_t items = (size_t) run->num_years * run->groups[CLI_BY_PLACE].count;
    struct pw_field field = { 0 };
    double *values = NULL;

    memset(sums, 0, items * sizeof *sums);
    if (!pw_reader_has(run->reader, path)) goto done;
    PW_TRY(pw_reader_load_real(run->reader, path, &field, &values));
    if (field.row_items != items)
        PW_FAIL(PW_EFORMAT, "%s: %s is of other years or places than the measures",
            pw_reader_path(run->reader), path);
    for (size_t i = 0; i < field.dims[0] * items; i++)
        sums[i % items] += isfinite(values[i]) ? values[i] : 0.0;
done:
    pw_field_free(&field);
    pw_free(&values);
    return status;
}

/* Spending by year, policy less base: each run is added up by itself and in one order, so that what
 * is the same cancels to the last bit. */
static pw_status
read_spending(const struct cli_pair *pair, double *spending)
{
    pw_status status = PW_OK;
    const size_t num_places = pair->base->groups[CLI_BY_PLACE].count;
    const size_t num_years = (size_t) pair->base->num_years;
    double *sums[2] = { NULL, NULL };

    for (int k = 0; k < 2; k++) {
        PW_TRY(pw_alloc(num_years * num_places, sizeof **sums, &sums[k]));
        PW_TRY(cli_costs_sum(k == 0 ? pair->base : pair->policy, "/policies/spending", sums[k]));
    }
    for (size_t y = 0; y < num_years; y++) {
        double year[2] = { 0.0, 0.0 };

        for (size_t place = 0; place < num_places; place++) {
            year[0] += sums[0][y * num_places + place];
            year[1] += sums[1][y * num_places + place];
        }
        spending[y] = year[1] - year[0];
    }
done:
    pw_free(&sums[0]);
    pw_free(&sums[1]);
    return status;
}

/* --- Outcomes --- */

/* Weighted sums over years of the numerators of a measure, by lineage group, added with a sign. */
static pw_status
add_outcome(const struct cli_outcomes *run, const char *measure, const double *weights, double sign,
    double *sums)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    int64_t *items = NULL;
    char path[128];

    (void) snprintf(path, sizeof path, "/measures/by_origin/%s", measure);
    PW_TRY(pw_reader_load_whole(run->reader, path, &field, &items));
    if (field.dims[0] != (size_t) run->num_years
        || field.row_items % ((size_t) PW_NUM_GROUPS * PW_NUM_PARTS) != 0)
        PW_FAIL(PW_EFORMAT, "%s: %s has another shape than measures have",
            pw_reader_path(run->reader), path);
    for (size_t i = 0; i < field.dims[0] * field.row_items; i += PW_NUM_PARTS)
        sums[i / PW_NUM_PARTS % PW_NUM_GROUPS] +=
            sign * weights[i / field.row_items] * (double) items[i + PW_NUMERATOR];
done:
    pw_field_free(&field);
    pw_free(&items);
    return status;
}

static pw_status
estimate_outcome(const struct cli_pair *pair, const struct outcome *outcome, const double *weights,
    struct pw_estimate *gain)
{
    pw_status status = PW_OK;
    double sums[PW_NUM_GROUPS] = { 0 };

    PW_TRY(add_outcome(pair->policy, outcome->measure, weights, outcome->sign, sums));
    PW_TRY(add_outcome(pair->base, outcome->measure, weights, -outcome->sign, sums));
    *gain = pw_significance_total(sums, PW_NUM_GROUPS, pair->people_each / outcome->years);
done:
    return status;
}

static pw_status
draw_up(const struct cli_pair *pair, const struct cli_request *request, struct account *account)
{
    pw_status status = PW_OK;
    const int first_year = pair->base->first_year;
    const size_t num_years = (size_t) pair->base->num_years;
    double *spending = NULL, *weights = NULL;

    PW_TRY(pw_alloc(num_years, sizeof *spending, &spending));
    PW_TRY(pw_alloc(num_years, sizeof *weights, &weights));
    PW_TRY(read_spending(pair, spending));
    for (size_t y = 0; y < num_years && account->base_year == 0; y++)
        account->base_year = spending[y] != 0.0 ? first_year + (int) y : 0;
    const int from = account->base_year != 0 ? account->base_year : first_year;
    for (size_t y = 0; y < num_years; y++) {
        const int year = first_year + (int) y;

        weights[y] = year > request->year ? 0.0 : pow(1.0 + request->discount, from - year);
        account->cost += weights[y] * spending[y];
    }
    for (size_t k = 0; k < NUM_OUTCOMES; k++) {
        const int indicator = cli_indicator_index(outcomes[k].measure);

        account->is_known[k] = cli_outcomes_has(pair->base, indicator, CLI_BY_ORIGIN)
                               && cli_outcomes_has(pair->policy, indicator, CLI_BY_ORIGIN);
        account->p[k] = (double) NAN;
        if (!account->is_known[k]) continue;
        PW_TRY(estimate_outcome(pair, &outcomes[k], weights, &account->gain[k]));
        account->p[k] = pw_significance_of(account->gain[k], PW_NUM_GROUPS);
    }
    memcpy(account->adjusted, account->p, sizeof account->p);
    PW_TRY(pw_significance_adjust(account->adjusted, NUM_OUTCOMES));
done:
    pw_free(&spending);
    pw_free(&weights);
    return status;
}

/* --- Pounds for one more --- */

/* What can be said of the price of an outcome, and the price with its interval when it can be
 * named. */
struct price {
    const char *verdict;
    double each, low, high;
};

static struct price
price_of(const struct account *account, size_t k)
{
    const struct pw_estimate gain = account->gain[k];
    const double margin = pw_significance_margin(gain, PW_NUM_GROUPS);
    struct price price = { "", NAN, NAN, NAN };

    if (account->cost == 0.0)
        price.verdict = "costs the same";
    else if (!(account->adjusted[k] <= PW_SIGNIFICANT))
        price.verdict = "no effect told apart from zero";
    else if (account->cost < 0.0)
        price.verdict = gain.value > 0.0 ? "gains and saves" : "loses and saves";
    else if (gain.value < 0.0)
        price.verdict = "loses";
    else {
        price.verdict = "gains";
        price.each = account->cost / gain.value;
        price.low = account->cost / (gain.value + margin);
        price.high = account->cost / (gain.value - margin);
    }
    return price;
}

/* --- Printed --- */

static pw_status
add_rows(struct cli_table *table, const struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct account account = { 0 };

    PW_TRY(draw_up(pair, request, &account));
    for (size_t k = 0; k < NUM_OUTCOMES; k++) {
        const struct price price = price_of(&account, k);

        if (!account.is_known[k]) continue;
        PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        PW_TRY(cli_table_cell(table, "%d", request->year));
        PW_TRY(cli_table_raw(table, request->discount));
        PW_TRY(cli_table_raw(table, account.cost));
        PW_TRY(cli_table_text(table, outcomes[k].name));
        PW_TRY(cli_table_raw(table, account.gain[k].value));
        PW_TRY(cli_table_raw(table, account.gain[k].error));
        PW_TRY(cli_table_raw(table, account.p[k]));
        PW_TRY(cli_table_raw(table, account.adjusted[k]));
        PW_TRY(cli_table_raw(table, price.each));
        PW_TRY(cli_table_raw(table, price.low));
        PW_TRY(cli_table_raw(table, price.high));
        PW_TRY(cli_table_text(table, price.verdict));
    }
done:
    return status;
}

static pw_status
print_rows(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "run", "#year", "#discount", "#cost_gbp", "outcome",
        "#gain", "#standard_error", "#p", "#adjusted_p", "#gbp_each", "#gbp_each_low",
        "#gbp_each_high", "verdict" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t p = 0; p < num_pairs; p++)
        PW_TRY(add_rows(&table, &pairs[p], request));
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

/* Participants and money of each policy of the run up to the compared year. */
static pw_status
print_policies(const struct cli_pair *pair, const struct cli_request *request)
{
    static const char *const paths[] = { "/policies/participants", "/policies/spending" };
    pw_status status = PW_OK;
    const struct cli_outcomes *const run = pair->policy;
    const size_t num_places = run->groups[CLI_BY_PLACE].count;
    const size_t until = (size_t) (request->year - run->first_year + 1) * num_places;
    struct pw_names names = { 0 };
    struct pw_field fields[2] = { { 0 }, { 0 } };
    double *values[2] = { NULL, NULL };
    struct cli_table table = { 0 };

    if (!pw_reader_has(run->reader, paths[0]) || !pw_reader_has(run->reader, "/axes/policy"))
        goto done;
    PW_TRY(pw_reader_names(run->reader, "/axes/policy", &names));
    for (int k = 0; k < 2; k++) {
        PW_TRY(pw_reader_load_real(run->reader, paths[k], &fields[k], &values[k]));
        if (fields[k].dims[0] != names.count || fields[k].row_items < until)
            PW_FAIL(PW_EFORMAT, "%s: %s is of other policies or years", pw_reader_path(run->reader),
                paths[k]);
    }
    cli_table_column(&table, "policy", false);
    cli_table_column(&table, "participants", true);
    cli_table_column(&table, "GBP million", true);
    for (size_t n = 0; n < names.count; n++) {
        double sums[2] = { 0.0, 0.0 };

        for (int k = 0; k < 2; k++)
            for (size_t i = 0; i < until; i++)
                sums[k] += values[k][n * fields[k].row_items + i];
        PW_TRY(cli_table_text(&table, names.items[n]));
        PW_TRY(cli_table_amount(&table, request, sums[0]));
        PW_TRY(cli_table_cell(&table, "%.1f", sums[1] / 1e6));
    }
    cli_comparison_heading(request,
        "Policies of this run: participants and spending up to the year",
        "A participant is a person or place a year, people of the real country.");
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    pw_names_free(&names);
    for (int k = 0; k < 2; k++) {
        pw_field_free(&fields[k]);
        pw_free(&values[k]);
    }
    return status;
}

static pw_status
add_price(struct cli_table *table, const struct cli_request *request, const struct price *price)
{
    pw_status status = PW_OK;

    if (!isfinite(price->each)) {
        PW_TRY(cli_table_text(table, NULL));
        PW_TRY(cli_table_text(table, price->verdict));
        goto done;
    }
    PW_TRY(cli_table_amount(table, request, price->each));
    char low[32], high[32];
    cli_comparison_amount(price->low, low);
    cli_comparison_amount(price->high, high);
    /* An effect marked among many may have an interval of its own that reaches zero. */
    if (price->high > 0.0)
        PW_TRY(cli_table_cell(table, "%s to %s", low, high));
    else
        PW_TRY(cli_table_cell(table, "at least %s", low));
done:
    return status;
}

static pw_status
print_prices(const struct cli_pair *pair, const struct cli_request *request)
{
    static const char *const headings[] = { "one more", "#gained", "#\302\26195%", "", "#GBP each",
        "95% interval" };
    pw_status status = PW_OK;
    struct account account = { 0 };
    struct cli_table table = { 0 };
    char sentence[320], rate[64] = "not discounted";

    PW_TRY(draw_up(pair, request, &account));
    if (request->discount > 0.0)
        (void) snprintf(rate, sizeof rate, "money and outcomes discounted at %g %% a year",
            100.0 * request->discount);
    if (account.base_year == 0)
        (void) snprintf(sentence, sizeof sentence, "No money differs up to %d.", request->year);
    else
        (void) snprintf(sentence, sizeof sentence,
            "GBP %.1f million more than the base from %d to %d, prices of 2025, %s.\nGained: more "
            "than in the base over these years, people of the real country.",
            account.cost / 1e6, account.base_year, request->year, rate);
    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t k = 0; k < NUM_OUTCOMES; k++) {
        const struct price price = price_of(&account, k);
        const bool is_marked = account.adjusted[k] <= PW_SIGNIFICANT;

        if (!account.is_known[k]) continue;
        PW_TRY(cli_table_text(&table, outcomes[k].about));
        PW_TRY(cli_table_gain(&table, account.gain[k].value, false));
        PW_TRY(cli_table_amount(
            &table, request, pw_significance_margin(account.gain[k], PW_NUM_GROUPS)));
        PW_TRY(cli_table_text(&table, is_marked ? "*" : ""));
        PW_TRY(add_price(&table, request, &price));
    }
    cli_comparison_heading(request, "Cost of an outcome", sentence);
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

pw_status
cli_costs_print(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    pw_status status = PW_OK;

    if (cli_comparison_is_long(request)) return print_rows(pairs, num_pairs, request);
    for (size_t p = 0; p < num_pairs; p++) {
        PW_TRY(print_policies(&pairs[p], request));
        PW_TRY(print_prices(&pairs[p], request));
    }
done:
    return status;
}

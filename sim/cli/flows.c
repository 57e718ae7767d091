/*
 * Who goes from which pathway to which because of what differs: gross, net, displaced.
 *
 * Numbers are people of the real country: of the sample on file, times those for whom one stands.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli_number.h"
#include "comparison.h"
#include "pathways/alloc.h"

double
cli_flow_people_each(const struct cli_pair *pair)
{
    return pair->people_each / pair->recorded;
}

double
cli_flow(const struct cli_pair *pair, struct pw_flow_where where)
{
    return cli_flow_people_each(pair) * (double) pw_pairs_sum(&pair->pairs, &where);
}

/* Everybody who is on pathway `base` there and `policy` here; -1: any. */
static double
from_to(const struct cli_pair *pair, int base, int policy)
{
    return cli_flow(pair, (struct pw_flow_where){ -1, -1, -1, -1, base, policy });
}

/* Pathways on which there is anybody in either run. */
bool
cli_flow_is_used(const struct cli_pair *pair, int way)
{
    return from_to(pair, way, -1) + from_to(pair, -1, way) > 0.0;
}

/* --- Pathways: net, gross, and what of it is drift --- */

static struct pw_estimate
net_of_way(const struct cli_pair *pair, int way)
{
    double sums[PW_NUM_GROUPS];

    for (int g = 0; g < PW_NUM_GROUPS; g++)
        sums[g] =
            (double) (pw_pairs_sum(&pair->pairs, &(struct pw_flow_where){ g, -1, -1, -1, -1, way })
                      - pw_pairs_sum(
                          &pair->pairs, &(struct pw_flow_where){ g, -1, -1, -1, way, -1 }));
    return pw_significance_total(sums, PW_NUM_GROUPS, cli_flow_people_each(pair));
}

static struct cli_way
row_of(const struct cli_pair *pair, int way)
{
    const double stays = from_to(pair, way, way), each = cli_flow_people_each(pair);
    struct cli_way row = { .base = from_to(pair, way, -1), .policy = from_to(pair, -1, way) };

    row.gained = row.policy - stays;
    row.lost = row.base - stays;
    for (int other = 0; other < PW_NUM_WAYS; other++) {
        const enum pw_turn turn = pw_pairs_turn((enum pw_pathway) way, (enum pw_pathway) other);
        const double left = cli_flow(pair, (struct pw_flow_where){ -1, -1, -1, 0, way, other });

        if (other == way) continue;
        row.drift_gained += each * pair->drift[other * PW_NUM_WAYS + way];
        row.drift_lost += each * pair->drift[way * PW_NUM_WAYS + other];
        if (other == PW_WAY_ABSENT) continue;
        row.lost_not_enrolled += left;
        row.lost_to_neet += other == PW_WAY_NEET ? left : 0.0;
        row.lost_to_lower_job += turn == PW_TURN_WORSE && other != PW_WAY_NEET ? left : 0.0;
    }
    row.net = net_of_way(pair, way);
    row.p = row.adjusted = pw_significance_of(row.net, PW_NUM_GROUPS);
    return row;
}

pw_status
cli_flow_ways(const struct cli_pair *pair, struct cli_way rows[PW_NUM_WAYS])
{
    pw_status status = PW_OK;
    double p[PW_NUM_WAYS];

    for (int way = 0; way < PW_NUM_WAYS; way++) {
        rows[way] = row_of(pair, way);
        p[way] = cli_flow_is_used(pair, way) ? rows[way].p : (double) NAN;
    }
    PW_TRY(pw_significance_adjust(p, PW_NUM_WAYS));
    for (int way = 0; way < PW_NUM_WAYS; way++)
        rows[way].adjusted = p[way];
done:
    return status;
}

static pw_status
add_way_rows(struct cli_table *table, const struct cli_pair *pair)
{
    pw_status status = PW_OK;
    struct cli_way rows[PW_NUM_WAYS];

    PW_TRY(cli_flow_ways(pair, rows));
    for (int way = 0; way < PW_NUM_WAYS; way++) {
        const struct cli_way *const row = &rows[way];
        const double numbers[] = { row->base, row->policy, row->net.value, row->net.error, row->p,
            row->adjusted, row->gained, row->lost, row->drift_gained, row->drift_lost,
            row->lost_not_enrolled, row->lost_to_neet, row->lost_to_lower_job };

        PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        PW_TRY(cli_table_cell(table, "%d", pair->pairs.year));
        PW_TRY(cli_table_text(table, pw_pairs_way_name((enum pw_pathway) way)));
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            PW_TRY(cli_table_raw(table, numbers[n]));
    }
done:
    return status;
}

static pw_status
print_way_rows(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "run", "#year", "pathway", "#base", "#policy", "#net",
        "#standard_error", "#p", "#adjusted_p", "#gained", "#lost", "#gained_by_drift",
        "#lost_by_drift", "#lost_not_enrolled", "#lost_to_neet", "#lost_to_lower_job" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t p = 0; p < num_pairs; p++)
        PW_TRY(add_way_rows(&table, &pairs[p]));
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

static double
per_cent(int64_t part, int64_t whole)
{
    return whole == 0 ? 0.0 : 100.0 * (double) part / (double) whole;
}

/* How far the runs have drifted apart, and what gross numbers mean. */
static pw_status
describe_drift(const struct cli_pair *pair, struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_pairs *const pairs = &pair->pairs;
    const int64_t people = pairs->people[0] + pairs->people[1];
    const double each = cli_flow_people_each(pair);
    char amount[4][32];

    cli_comparison_amount(each * (double) people, amount[0]);
    cli_comparison_amount(
        each * (double) (pairs->one_run_only[0] + pairs->one_run_only[1]), amount[1]);
    cli_comparison_amount(each * (double) pairs->born_since, amount[2]);
    cli_comparison_amount(each * (double) pairs->people[0], amount[3]);
    PW_TRY(pw_text_add(text,
        "%s people aged %d to %d in %d, each beside the same person in the base; gained and lost "
        "are gross.\n",
        amount[0], pairs->first_age, pairs->last_age, pairs->year));
    PW_TRY(pw_text_add(text,
        "On another way this year: %.1f %%; in another state in some year "
        "since 16: %.1f %%.\n",
        per_cent(pairs->differ[0] + pairs->differ[1], people),
        per_cent(pairs->differ_ever[0] + pairs->differ_ever[1], people)));
    if (pair->has_reach)
        PW_TRY(pw_text_add(text,
            "Of %s out of reach (they neither live nor grew up in a labour market with "
            "participants) %.1f %% are on\nanother way. Drift is what all would show at that rate: "
            "lives that part by a chain of small changes, and\neffects through markets that all "
            "share, as universities.",
            amount[3], per_cent(pairs->differ[0], pairs->people[0])));
    else
        PW_TRY(pw_text_add(text,
            "Nobody is out of reach of what differs, so drift (lives that part by a chain of small "
            "changes)\ncannot be told from effect in gross numbers; most of it cancels in net "
            "ones."));
    if (pairs->born_since > 0)
        PW_TRY(pw_text_add(text,
            "\n%s of them were born once the policies differed, some to another father or in "
            "another place.",
            pairs->born_since == people ? "All" : amount[2]));
    if (pairs->one_run_only[0] + pairs->one_run_only[1] > 0)
        PW_TRY(pw_text_add(text,
            "\n%s more were born in one run only, or in another year, and are left out.",
            amount[1]));
done:
    return status;
}

static pw_status
print_ways(const struct cli_pair *pair, const struct cli_request *request)
{
    static const char *const headings[] = { "pathway", "#base", "#policy", "#net", "#\302\26195%",
        "", "#gained", "#drift", "#lost", "#drift" };
    pw_status status = PW_OK;
    struct cli_way rows[PW_NUM_WAYS];
    struct cli_table table = { 0 };
    struct pw_text sentence = { 0 };

    PW_TRY(cli_flow_ways(pair, rows));
    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (int way = 0; way < PW_NUM_WAYS; way++) {
        const struct cli_way *const row = &rows[way];

        if (!cli_flow_is_used(pair, way)) continue;
        PW_TRY(cli_table_text(&table, pw_pairs_way_name((enum pw_pathway) way)));
        PW_TRY(cli_table_amount(&table, request, row->base));
        PW_TRY(cli_table_amount(&table, request, row->policy));
        PW_TRY(cli_table_gain(&table, row->net.value, false));
        PW_TRY(cli_table_amount(&table, request, pw_significance_margin(row->net, PW_NUM_GROUPS)));
        PW_TRY(cli_table_text(&table, row->adjusted <= PW_SIGNIFICANT ? "*" : ""));
        PW_TRY(cli_table_amount(&table, request, row->gained));
        PW_TRY(cli_table_amount(&table, request, row->drift_gained));
        PW_TRY(cli_table_amount(&table, request, row->lost));
        PW_TRY(cli_table_amount(&table, request, row->drift_lost));
    }
    PW_TRY(describe_drift(pair, &sentence));
    cli_comparison_heading(request, "Pathways of the same people", sentence.bytes);
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    pw_text_free(&sentence);
    return status;
}

/* --- Flows: the whole table --- */

static const char *
turn_name(enum pw_turn turn)
{
    static const char *const names[PW_NUM_TURNS] = { "none", "better", "worse", "other" };

    return names[turn];
}

static pw_status
print_flow_rows(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "run", "#year", "origin", "base_pathway",
        "policy_pathway", "turn", "#people", "#enrolled", "#by_drift" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t p = 0; p < num_pairs; p++) {
        const struct cli_pair *const pair = &pairs[p];
        const struct pw_names *const origins = &pair->base->groups[CLI_BY_ORIGIN];

        for (int row = 0; row < (1 + PW_NUM_CLASS_CODES) * PW_NUM_WAYS * PW_NUM_WAYS; row++) {
            const int cell = row % (PW_NUM_WAYS * PW_NUM_WAYS);
            const int origin = row / (PW_NUM_WAYS * PW_NUM_WAYS) - 1;
            const int base = cell / PW_NUM_WAYS, policy = cell % PW_NUM_WAYS;
            const bool has_drift = origin < 0 && base != policy;

            if (origin >= (int) origins->count) continue;
            PW_TRY(cli_table_text(&table, pw_reader_path(pair->policy->reader)));
            PW_TRY(cli_table_cell(&table, "%d", pair->pairs.year));
            PW_TRY(cli_table_text(&table, origin < 0 ? "everyone" : origins->items[origin]));
            PW_TRY(cli_table_text(&table, pw_pairs_way_name((enum pw_pathway) base)));
            PW_TRY(cli_table_text(&table, pw_pairs_way_name((enum pw_pathway) policy)));
            PW_TRY(cli_table_text(&table,
                turn_name(pw_pairs_turn((enum pw_pathway) base, (enum pw_pathway) policy))));
            PW_TRY(cli_table_raw(&table,
                cli_flow(pair, (struct pw_flow_where){ -1, -1, origin, -1, base, policy })));
            PW_TRY(cli_table_raw(
                &table, cli_flow(pair, (struct pw_flow_where){ -1, -1, origin, 1, base, policy })));
            PW_TRY(cli_table_raw(
                &table, has_drift ? cli_flow_people_each(pair) * pair->drift[cell] : (double) NAN));
        }
    }
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

static pw_status
print_flows(const struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "base \\ policy", false);
    for (int way = 0; way < PW_NUM_WAYS; way++)
        if (cli_flow_is_used(pair, way))
            cli_table_column(&table, pw_pairs_way_name((enum pw_pathway) way), true);
    for (int base = 0; base < PW_NUM_WAYS; base++) {
        if (!cli_flow_is_used(pair, base)) continue;
        PW_TRY(cli_table_text(&table, pw_pairs_way_name((enum pw_pathway) base)));
        for (int policy = 0; policy < PW_NUM_WAYS; policy++)
            if (cli_flow_is_used(pair, policy))
                PW_TRY(cli_table_amount(&table, request, from_to(pair, base, policy)));
    }
    cli_comparison_heading(request, "From where to where",
        "Rows: pathway in the base. Columns: pathway of the same people under the policy.");
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

/* --- Years: what adds up --- */

/* People who gain and who lose, what they gain and lose, and the difference. */
struct sum_row {
    const char *what, *group;
    double better_people, better, worse_people, worse;
    struct pw_estimate net;
};

static struct sum_row
neet_row(const struct cli_pair *pair)
{
    double sums[PW_NUM_GROUPS], totals[PW_NUM_NEET] = { 0.0 };

    for (int g = 0; g < PW_NUM_GROUPS; g++) {
        const int64_t *const neet = pair->pairs.neet[g];

        for (int k = 0; k < PW_NUM_NEET; k++)
            totals[k] += cli_flow_people_each(pair) * (double) neet[k];
        sums[g] = (double) (neet[PW_NEET_BASE_YEARS] - neet[PW_NEET_POLICY_YEARS]);
    }
    return (struct sum_row){ "neet_years_16_24", "everyone", totals[PW_NEET_FEWER_PEOPLE],
        totals[PW_NEET_FEWER_YEARS], totals[PW_NEET_MORE_PEOPLE], totals[PW_NEET_MORE_YEARS],
        pw_significance_total(sums, PW_NUM_GROUPS, cli_flow_people_each(pair)) };
}

/* @param origin -1: everyone */
static struct sum_row
class_row(const struct cli_pair *pair, int origin)
{
    double sums[PW_NUM_GROUPS] = { 0.0 }, people[PW_NUM_CLASS_CHANGES] = { 0.0 };

    for (int g = 0; g < PW_NUM_GROUPS; g++)
        for (int o = 0; o < PW_NUM_CLASS_CODES; o++) {
            const int64_t *const change = pair->pairs.class_change[g][o];

            if (origin >= 0 && o != origin) continue;
            for (int c = 0; c < PW_NUM_CLASS_CHANGES; c++)
                people[c] += cli_flow_people_each(pair) * (double) change[c];
            sums[g] += (double) (change[PW_CLASS_HIGHER] - change[PW_CLASS_LOWER]);
        }
    return (struct sum_row){ "class_25_64",
        origin < 0 ? "everyone" : pair->base->groups[CLI_BY_ORIGIN].items[origin],
        people[PW_CLASS_HIGHER], (double) NAN, people[PW_CLASS_LOWER], (double) NAN,
        pw_significance_total(sums, PW_NUM_GROUPS, cli_flow_people_each(pair)) };
}

static pw_status
add_sum_row(struct cli_table *table, const struct cli_pair *pair, const struct cli_request *request,
    const struct sum_row *row, double adjusted)
{
    pw_status status = PW_OK;
    const double parts[] = { row->better_people, row->better, row->worse_people, row->worse };

    if (cli_comparison_is_long(request)) {
        PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        PW_TRY(cli_table_cell(table, "%d", request->year));
    }
    PW_TRY(cli_table_text(table, row->what));
    PW_TRY(cli_table_text(table, row->group));
    for (size_t n = 0; n < sizeof parts / sizeof *parts; n++)
        PW_TRY(cli_table_amount(table, request, parts[n]));
    if (cli_comparison_is_long(request)) {
        PW_TRY(cli_table_raw(table, row->net.value));
        PW_TRY(cli_table_raw(table, row->net.error));
        PW_TRY(cli_table_raw(table, pw_significance_of(row->net, PW_NUM_GROUPS)));
        PW_TRY(cli_table_raw(table, adjusted));
        goto done;
    }
    PW_TRY(cli_table_gain(table, row->net.value, false));
    PW_TRY(cli_table_amount(table, request, pw_significance_margin(row->net, PW_NUM_GROUPS)));
    PW_TRY(cli_table_text(table, adjusted <= PW_SIGNIFICANT ? "*" : ""));
done:
    return status;
}

static pw_status
print_sums(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const for_people[] = { "what", "of", "#people gain", "#years",
        "#people lose", "#years", "#net", "#\302\26195%", "" };
    static const char *const for_programs[] = { "run", "#year", "what", "group", "#better_people",
        "#better_years", "#worse_people", "#worse_years", "#net", "#standard_error", "#p",
        "#adjusted_p" };
    enum { MOST = 2 + PW_NUM_CLASS_CODES };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    if (cli_comparison_is_long(request))
        cli_table_columns(&table, for_programs, sizeof for_programs / sizeof *for_programs);
    else
        cli_table_columns(&table, for_people, sizeof for_people / sizeof *for_people);
    for (size_t p = 0; p < num_pairs; p++) {
        const int num_origins = (int) pairs[p].base->groups[CLI_BY_ORIGIN].count;
        struct sum_row rows[MOST];
        double adjusted[MOST];
        size_t count = 0;

        rows[count++] = neet_row(&pairs[p]);
        for (int origin = -1; origin < num_origins && count < MOST; origin++)
            rows[count++] = class_row(&pairs[p], origin);
        for (size_t i = 0; i < count; i++)
            adjusted[i] = pw_significance_of(rows[i].net, PW_NUM_GROUPS);
        PW_TRY(pw_significance_adjust(adjusted, count));
        for (size_t i = 0; i < count; i++)
            PW_TRY(add_sum_row(&table, &pairs[p], request, &rows[i], adjusted[i]));
    }
    cli_comparison_heading(request, "Years NEET and classes, person by person",
        "Years NEET at 16 to 24 in the recorded years so far: gain is fewer. Class at 25 to 64 "
        "this "
        "year: gain is higher.");
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

pw_status
cli_flows_print(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request,
    enum cli_section section)
{
    const bool is_long = cli_comparison_is_long(request);

    PW_BUG_IF(!is_long && num_pairs != 1);
    if (section == CLI_PATHWAYS)
        return is_long ? print_way_rows(pairs, num_pairs, request) : print_ways(pairs, request);
    if (section == CLI_FLOWS)
        return is_long ? print_flow_rows(pairs, num_pairs, request) : print_flows(pairs, request);
    return print_sums(pairs, num_pairs, request);
}

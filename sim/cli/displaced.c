/*
 * Who is better off, who is worse off, and who lost what others gained.
 *
 * Displaced are people who are worse off under a policy that did not enrol them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>

#include "cli_number.h"
#include "comparison.h"
#include "pathways/alloc.h"

#define NUM_PLACES_SHOWN 10

/* What became of some people; people of the real country. */
struct turns {
    const char *by, *group;
    double people[PW_NUM_TURNS], displaced;
    struct pw_estimate net; /* better less worse; its error is NaN for drift */
    double p, adjusted;
};

/* Sums over people of one kind, by lineage group. */
static void
complete(struct turns *turns, const struct cli_pair *pair, const double *sums)
{
    turns->net = pw_significance_total(sums, PW_NUM_GROUPS, cli_flow_people_each(pair));
    turns->p = turns->adjusted = pw_significance_of(turns->net, PW_NUM_GROUPS);
}

static double
gain_of(enum pw_turn turn)
{
    return turn == PW_TURN_BETTER ? 1.0 : turn == PW_TURN_WORSE ? -1.0 : 0.0;
}

/* Of an origin and enrolment, -1 for any. */
static struct turns
turns_of(const struct cli_pair *pair, int origin, int enrolled)
{
    struct turns turns = { .people = { 0.0 } };
    double sums[PW_NUM_GROUPS] = { 0.0 };

    for (int cell = 0; cell < PW_NUM_WAYS * PW_NUM_WAYS; cell++) {
        const int base = cell / PW_NUM_WAYS, policy = cell % PW_NUM_WAYS;
        const enum pw_turn turn = pw_pairs_turn((enum pw_pathway) base, (enum pw_pathway) policy);

        turns.people[turn] +=
            cli_flow(pair, (struct pw_flow_where){ -1, -1, origin, enrolled, base, policy });
        if (turn == PW_TURN_WORSE && enrolled != 1)
            turns.displaced +=
                cli_flow(pair, (struct pw_flow_where){ -1, -1, origin, 0, base, policy });
        for (int g = 0; g < PW_NUM_GROUPS && gain_of(turn) != 0.0; g++)
            sums[g] += gain_of(turn)
                       * (double) pw_pairs_sum(&pair->pairs,
                           &(struct pw_flow_where){ g, -1, origin, enrolled, base, policy });
    }
    complete(&turns, pair, sums);
    return turns;
}

static struct turns
turns_at(const struct cli_pair *pair, size_t place)
{
    const double each = cli_flow_people_each(pair);
    struct turns turns = { .people = { 0.0 } };
    double sums[PW_NUM_GROUPS];

    for (int turn = 0; turn < PW_NUM_TURNS; turn++)
        turns.people[turn] =
            each * (double) pw_pairs_at(&pair->pairs, -1, place, -1, (enum pw_turn) turn);
    turns.displaced = each * (double) pw_pairs_at(&pair->pairs, -1, place, 0, PW_TURN_WORSE);
    for (int g = 0; g < PW_NUM_GROUPS; g++)
        sums[g] = (double) (pw_pairs_at(&pair->pairs, g, place, -1, PW_TURN_BETTER)
                            - pw_pairs_at(&pair->pairs, g, place, -1, PW_TURN_WORSE));
    complete(&turns, pair, sums);
    return turns;
}

/* What there would be if everybody changed as those out of reach do. */
static struct turns
turns_by_drift(const struct cli_pair *pair)
{
    struct turns turns = { .net = { NAN, NAN }, .p = NAN, .adjusted = NAN };

    for (int cell = 0; cell < PW_NUM_WAYS * PW_NUM_WAYS; cell++) {
        const enum pw_turn turn = pw_pairs_turn(
            (enum pw_pathway)(cell / PW_NUM_WAYS), (enum pw_pathway)(cell % PW_NUM_WAYS));

        turns.people[turn] += cli_flow_people_each(pair) * pair->drift[cell];
    }
    turns.displaced = turns.people[PW_TURN_WORSE];
    turns.net.value = turns.people[PW_TURN_BETTER] - turns.people[PW_TURN_WORSE];
    return turns;
}

/* --- All rows --- */

struct rows {
    struct turns *items;
    size_t count, first_place; /* everyone, drift, origins and enrolments before the places */
};

static void
add(struct rows *rows, const char *by, const char *group, struct turns turns)
{
    turns.by = by;
    turns.group = group;
    rows->items[rows->count++] = turns;
}

/* Adjust the p values of some rows among themselves. */
static pw_status
adjust(struct turns *items, size_t count)
{
    pw_status status = PW_OK;
    double *p = NULL;

    PW_TRY(pw_alloc(count, sizeof *p, &p));
    for (size_t i = 0; i < count; i++)
        p[i] = items[i].p;
    PW_TRY(pw_significance_adjust(p, count));
    for (size_t i = 0; i < count; i++)
        items[i].adjusted = p[i];
done:
    pw_free(&p);
    return status;
}

static pw_status
list(const struct cli_pair *pair, struct rows *rows)
{
    pw_status status = PW_OK;
    const struct pw_names *const origins = &pair->base->groups[CLI_BY_ORIGIN];
    const struct pw_names *const places = &pair->base->groups[CLI_BY_PLACE];

    *rows = (struct rows){ 0 };
    PW_TRY(pw_alloc(4 + origins->count + places->count, sizeof *rows->items, &rows->items));
    add(rows, "nation", "everyone", turns_of(pair, -1, -1));
    if (pair->has_reach) add(rows, "drift", "everyone, drift", turns_by_drift(pair));
    if (cli_flow(pair, (struct pw_flow_where){ -1, -1, -1, 1, -1, -1 }) > 0.0) {
        add(rows, "enrolment", "ever enrolled", turns_of(pair, -1, 1));
        add(rows, "enrolment", "never enrolled", turns_of(pair, -1, 0));
    }
    for (size_t o = 0; o < origins->count && o < PW_NUM_CLASS_CODES; o++)
        add(rows, "origin", origins->items[o], turns_of(pair, (int) o, -1));
    rows->first_place = rows->count;
    for (size_t place = 0; place < places->count; place++)
        add(rows, "place", places->items[place], turns_at(pair, place));
    PW_TRY(adjust(rows->items, rows->first_place));
    PW_TRY(adjust(rows->items + rows->first_place, rows->count - rows->first_place));
done:
    return status;
}

static pw_status
print_rows(const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "run", "#year", "by", "group", "#better", "#worse",
        "#other", "#unchanged", "#displaced", "#net", "#standard_error", "#p", "#adjusted_p" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    struct rows rows = { 0 };

    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t p = 0; p < num_pairs; p++) {
        PW_TRY(list(&pairs[p], &rows));
        for (size_t i = 0; i < rows.count; i++) {
            const struct turns *const row = &rows.items[i];
            const double numbers[] = { row->people[PW_TURN_BETTER], row->people[PW_TURN_WORSE],
                row->people[PW_TURN_OTHER], row->people[PW_TURN_NONE], row->displaced,
                row->net.value, row->net.error, row->p, row->adjusted };

            PW_TRY(cli_table_text(&table, pw_reader_path(pairs[p].policy->reader)));
            PW_TRY(cli_table_cell(&table, "%d", pairs[p].pairs.year));
            PW_TRY(cli_table_text(&table, row->by));
            PW_TRY(cli_table_text(&table, row->group));
            for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
                PW_TRY(cli_table_raw(&table, numbers[n]));
        }
        pw_free(&rows.items);
    }
    cli_table_finish(&table, request);
done:
    pw_free(&rows.items);
    cli_table_free(&table);
    return status;
}

/* --- For people --- */

static pw_status
add_row(struct cli_table *table, const struct cli_request *request, const struct turns *row)
{
    pw_status status = PW_OK;

    PW_TRY(cli_table_text(table, row->group));
    PW_TRY(cli_table_amount(table, request, row->people[PW_TURN_BETTER]));
    PW_TRY(cli_table_amount(table, request, row->people[PW_TURN_WORSE]));
    PW_TRY(cli_table_gain(table, row->net.value, false));
    PW_TRY(cli_table_amount(table, request, pw_significance_margin(row->net, PW_NUM_GROUPS)));
    PW_TRY(cli_table_text(table, row->adjusted <= PW_SIGNIFICANT ? "*" : ""));
    PW_TRY(cli_table_amount(table, request, row->people[PW_TURN_OTHER]));
    PW_TRY(cli_table_amount(table, request, row->displaced));
done:
    return status;
}

/* Surest gain first. */
static int
by_distance(const void *a, const void *b)
{
    const struct turns *const x = a, *const y = b;
    const double left = x->net.value / x->net.error, right = y->net.value / y->net.error;

    if (left != right) return left < right ? 1 : -1;
    return 0; /* told apart places that are equal to the last bit: in any order */
}

/* Places whose net is told apart from zero, surest gain first; how many. */
static size_t
keep_marked(struct turns *places, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (places[i].adjusted <= PW_SIGNIFICANT) places[kept++] = places[i];
    qsort(places, kept, sizeof *places, by_distance);
    return kept;
}

static pw_status
print_turns(const struct cli_pair *pair, const struct cli_request *request)
{
    static const char *const headings[] = { "people", "#better", "#worse", "#net", "#\302\26195%",
        "", "#other way", "#displaced" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    struct rows rows = { 0 };
    char sentence[640];

    PW_TRY(list(pair, &rows));
    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (size_t i = 0; i < rows.first_place; i++)
        PW_TRY(add_row(&table, request, &rows.items[i]));
    struct turns *const places = rows.items + rows.first_place;
    const size_t num_places = rows.count - rows.first_place;
    const size_t kept = keep_marked(places, num_places);
    for (size_t i = 0; i < kept; i++)
        if (places[i].net.value > 0.0 ? i < NUM_PLACES_SHOWN / 2 : i + NUM_PLACES_SHOWN / 2 >= kept)
            PW_TRY(add_row(&table, request, &places[i]));
    (void) snprintf(sentence, sizeof sentence,
        "Better: NEET in the base and not here, or in a higher class of job (working, "
        "intermediate, professional).\nWorse: the way back. Displaced: worse without having been "
        "enrolled. Other way: between learning and\nwork or between routes of learning. Places "
        "whose net is told apart from zero: %zu of %zu%s.",
        kept, num_places, kept > NUM_PLACES_SHOWN / 2 ? ", the surest are shown" : "");
    cli_comparison_heading(request, "Who is better off and who is displaced", sentence);
    cli_table_finish(&table, request);
done:
    pw_free(&rows.items);
    cli_table_free(&table);
    return status;
}

/* What those who were not enrolled had in the base. */
static pw_status
print_lost(const struct cli_pair *pair, const struct cli_request *request)
{
    static const char *const headings[] = { "had in the base", "#lost", "#now neet",
        "#in a lower class of job", "#on another way", "#lost by drift" };
    pw_status status = PW_OK;
    struct cli_way ways[PW_NUM_WAYS];
    struct cli_table table = { 0 };

    PW_TRY(cli_flow_ways(pair, ways));
    cli_table_columns(&table, headings, sizeof headings / sizeof *headings);
    for (int way = PW_WAY_SCHOOL; way < PW_WAY_NEET; way++) {
        const struct cli_way *const row = &ways[way];

        if (!cli_flow_is_used(pair, way)) continue;
        PW_TRY(cli_table_text(&table, pw_pairs_way_name((enum pw_pathway) way)));
        PW_TRY(cli_table_amount(&table, request, row->lost_not_enrolled));
        PW_TRY(cli_table_amount(&table, request, row->lost_to_neet));
        PW_TRY(cli_table_amount(&table, request, row->lost_to_lower_job));
        PW_TRY(cli_table_amount(
            &table, request, row->lost_not_enrolled - row->lost_to_neet - row->lost_to_lower_job));
        PW_TRY(cli_table_amount(&table, request, row->drift_lost));
    }
    cli_comparison_heading(request, "What people lost who were not enrolled", NULL);
    cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

pw_status
cli_displaced_print(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    pw_status status = PW_OK;

    if (cli_comparison_is_long(request)) return print_rows(pairs, num_pairs, request);
    for (size_t p = 0; p < num_pairs; p++) {
        PW_TRY(print_turns(&pairs[p], request));
        PW_TRY(print_lost(&pairs[p], request));
    }
done:
    return status;
}

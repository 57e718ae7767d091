/* SPDX-License-Identifier: MIT */
#include "pathways/household.h"

#include <string.h>

#include "pathways/numeric.h"
#include "pathways/push.h"

#define NUM_BINS         512 /* of log income, 1/64 apart, from exp(6), GBP 403 a year */
#define FIRST_LOG_INCOME 6.0f
#define BINS_PER_LOG     64.0f
#define NUM_PARTS        4 /* in which incomes are counted */

/* Tally: incomes of children of school age, then of everyone. */
enum { CHILDREN = 0, EVERYONE = NUM_BINS, NUM_COUNTS = 2 * NUM_BINS };

/* Income at the upper edge of a bin. */
static float
edge_of(int bin)
{
    return pw_exp(FIRST_LOG_INCOME + (float) (bin + 1) / BINS_PER_LOG);
}

PW_INLINE float
net_of(const struct pw_household_params *params, float gross, float pay_level)
{
    const float allowance = params->allowance * pay_level;
    const float higher = params->higher_threshold * pay_level;
    const float basic = pw_clamp(gross - allowance, 0.0f, higher - allowance);
    const float above = pw_maximum(gross - higher, 0.0f);

    return gross - params->basic_rate * basic - params->higher_rate * above;
}

float
pw_household_net(const struct pw_household_params *params, float gross, float pay_level)
{
    return net_of(params, gross, pay_level);
}

/* What each adult brings home in a year, for now in the place of the income of the household. */
static PW_KERNEL void
earn(const struct pw_household_params *params, struct pw_shard *shard, struct pw_range adults,
    float level)
{
    const uint8_t *state = shard->state, *hours = shard->hours, *class = shard->class;
    const float *pay = shard->pay;
    float *income = shard->household_income;
    const float pension = params->state_pension, step = params->pension_step;
    const float benefit = level * params->benefit, student = level * params->student_income;

    for (size_t i = adults.begin; i < adults.end; i++) {
        const bool works = state[i] == PW_EMPLOYED || pw_state_is_apprentice(state[i]);
        const bool idle = state[i] == PW_UNEMPLOYED || state[i] == PW_INACTIVE;
        const float net = net_of(params, pw_exp(pay[i]) * (float) hours[i] * 52.0f, level);
        const float rank = pw_given(class[i] != PW_NO_CLASS, (float) class[i]);
        const float retired = level * (pension + step * rank);
        const float unpaid =
            pw_select(state[i] == PW_RETIRED, retired, pw_select(idle, benefit, student));

        income[i] =
            pw_select(pw_state_is_present(state[i]), pw_select(works, net, unpaid), income[i]);
    }
}

/* Children under 16 live with their mother, or with their father when she is gone. */
static int32_t
guardian(const struct pw_shard *shard, size_t i)
{
    const int32_t mother = shard->mother[i];
    const int32_t father = shard->father[i];

    if (mother != PW_NOBODY && pw_state_is_present(shard->state[mother])) return mother;
    if (father != PW_NOBODY && pw_state_is_present(shard->state[father])) return father;
    return PW_NOBODY;
}

/*
 * The guardian of each child in the country, PW_NOBODY for others. They are noted where the next
 * market will list its applications.
 */
static const int32_t *
find_guardians(struct pw_shard *shard, struct pw_range children)
{
    int32_t *guardians = (int32_t *) (void *) shard->applications;

    for (size_t i = children.begin; i < children.end; i++)
        guardians[i - children.begin] =
            pw_state_is_present(shard->state[i]) ? guardian(shard, i) : PW_NOBODY;
    return guardians;
}

/* Who lives with a guardian; the guardian, if nobody does. */
static int32_t
other_parent(const struct pw_shard *shard, int32_t parent)
{
    const int32_t partner = shard->partner[parent];

    return partner == PW_NOBODY ? parent : partner;
}

static void
count_dependants(struct pw_shard *shard, const int32_t *guardians, size_t num_children)
{
    for (size_t j = 0; j < num_children; j++) {
        const int32_t parent = guardians[j];

        if (parent == PW_NOBODY) continue;
        const int32_t other = other_parent(shard, parent);

        shard->dependants[parent]++;
        shard->dependants[other] = (uint8_t) (shard->dependants[other] + (other != parent));
    }
}

/*
 * Couples share, adjusted for the size of the family. Block by block, so that the own income of a
 * partner further on still stands in the partner's row; one in a block gone before holds the sum.
 */
static PW_KERNEL void
share(const struct pw_country *country, struct pw_shard *shard, struct pw_range adults)
{
    const struct pw_household_params *params = &country->params->household;
    const float child_benefit = (float) country->now.pay_level[0] * params->child_benefit;
    const float single = params->scale_single, child = params->scale_child;
    float shared[PW_BLOCK];

    for (size_t begin = adults.begin; begin < adults.end; begin += PW_BLOCK) {
        const size_t length = adults.end - begin < PW_BLOCK ? adults.end - begin : PW_BLOCK;
        const uint8_t *dependants = shard->dependants + begin, *state = shard->state + begin;
        const int32_t *partner = shard->partner + begin;
        const float *incomes = shard->household_income;
        float *income = shard->household_income + begin;
        const int32_t first = (int32_t) begin;

        for (size_t j = 0; j < length; j++) {
            const int32_t row = first + (int32_t) j;
            const bool couple = partner[j] != PW_NOBODY;
            const int32_t other = couple ? partner[j] : row;
            const float own = income[j], theirs = incomes[other];
            const float children = (float) dependants[j];
            /* Added up in the order of rows, so that both come to the same sum. */
            const float sum = pw_select(other < row, theirs, own) + child_benefit * children
                              + pw_given(couple, pw_select(other < row, own, theirs));
            const float scale = single + child * children + pw_given(couple, 1.0f - single);

            shared[j] = pw_select(other < first, theirs, sum / scale);
        }
        for (size_t j = 0; j < length; j++)
            income[j] = pw_select(pw_state_is_present(state[j]), shared[j], income[j]);
    }
}

/* What a family has besides: savings, rent, help. Few families have the very same means. */
PW_INLINE float
means(const struct pw_household_params *params, uint64_t key)
{
    const float u = pw_rng_open((uint32_t) pw_mix64(key ^ 0x6D65616E73u));

    return 1.0f + params->means_spread * (u - 0.5f);
}

static void
take_share(const struct pw_country *country, struct pw_shard *shard, size_t i, int32_t parent)
{
    shard->household_income[i] =
        shard->household_income[parent] * means(&country->params->household, shard->key[parent]);
}

/*
 * Children of one age take the income of those they live with; those without take that of orphans.
 *
 * @param guardians  of the first child on
 */
static PW_KERNEL void
take_shares(const struct pw_country *country, struct pw_shard *shard, struct pw_range children,
    const int32_t *guardians)
{
    const struct pw_household_params *params = &country->params->household;
    const float orphan_income = (float) country->now.pay_level[0] * params->orphan_income;
    float income[PW_BLOCK];
    uint64_t key[PW_BLOCK];

    for (size_t begin = children.begin; begin < children.end; begin += PW_BLOCK) {
        const size_t length = children.end - begin < PW_BLOCK ? children.end - begin : PW_BLOCK;
        const int32_t *parent = guardians + (begin - children.begin);
        const uint8_t *state = shard->state + begin;
        float *own = shard->household_income + begin;

        for (size_t j = 0; j < length; j++) {
            const size_t row = parent[j] == PW_NOBODY ? begin + j : (size_t) parent[j];

            income[j] = shard->household_income[row];
            key[j] = shard->key[row];
        }
        for (size_t j = 0; j < length; j++) {
            const bool present = (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED);
            const float share = income[j] * means(params, key[j]);

            own[j] =
                pw_select(present, pw_select(parent[j] == PW_NOBODY, orphan_income, share), own[j]);
        }
    }
}

/* Children live where their guardians do, and feel what happens to them. */
static void
live_with_parents(struct pw_shard *shard, struct pw_range children, const int32_t *guardians)
{
    for (size_t i = children.begin; i < children.end; i++) {
        const int32_t parent = guardians[i - children.begin];

        if (parent == PW_NOBODY) continue;
        const int32_t other = other_parent(shard, parent);
        const uint8_t felt = shard->events[parent] & (PW_EVENT_REDUNDANT | PW_EVENT_SEPARATED);
        const uint8_t others = shard->events[other] & PW_EVENT_REDUNDANT;
        const bool moved = shard->place[i] != shard->place[parent];

        shard->events[i] |= (uint8_t) (felt | others | (moved ? PW_EVENT_MOVED : 0));
        shard->place[i] = shard->place[parent];
    }
}

/* At 16 and 17 people have an income of their own but move with their family still. */
static void
move_with_parents(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_range teenagers = pw_shard_ages(shard, country->year, 16, 17);

    for (size_t i = teenagers.begin; i < teenagers.end; i++) {
        const int32_t parent =
            pw_state_is_present(shard->state[i]) ? guardian(shard, i) : PW_NOBODY;

        if (parent == PW_NOBODY || shard->partner[i] != PW_NOBODY || shard->num_children[i] > 0
            || shard->place[i] == shard->place[parent])
            continue;
        shard->place[i] = shard->place[parent];
        shard->events[i] |= PW_EVENT_MOVED;
    }
}

/* Add those present among some rows to a histogram of incomes. Equal incomes follow one another, so
 * neighbours are counted apart: nobody waits for the one before to be counted. */
static PW_KERNEL void
count_incomes(const struct pw_shard *shard, struct pw_range rows, int64_t *count)
{
    uint32_t part[NUM_PARTS][NUM_BINS + 1] = { { 0 } };
    int32_t bin[PW_BLOCK];

    for (size_t begin = rows.begin; begin < rows.end; begin += PW_BLOCK) {
        const size_t length = rows.end - begin < PW_BLOCK ? rows.end - begin : PW_BLOCK;
        const float *income = shard->household_income + begin;
        const uint8_t *state = shard->state + begin;

        for (size_t j = 0; j < length; j++) {
            const bool present = (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED);
            const int32_t own = (int32_t) pw_clamp(
                (pw_log(pw_maximum(income[j], 1.0f)) - FIRST_LOG_INCOME) * BINS_PER_LOG, 0.0f,
                (float) (NUM_BINS - 1));

            bin[j] = present ? own : NUM_BINS;
        }
        for (size_t j = length; j % NUM_PARTS != 0; j++)
            bin[j] = NUM_BINS;
        for (size_t j = 0; j < length; j += NUM_PARTS)
            for (size_t n = 0; n < NUM_PARTS; n++)
                part[n][bin[j + n]]++;
    }
    for (int n = 0; n < NUM_PARTS; n++)
        for (int b = 0; b < NUM_BINS; b++)
            count[b] += part[n][b];
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_range adults = pw_shard_ages(shard, country->year, 16, PW_MAX_AGE);
    const struct pw_range children = pw_shard_ages(shard, country->year, 0, 15);
    const int32_t *guardians = find_guardians(shard, children);

    (void) pass;
    count_dependants(shard, guardians, children.end - children.begin);
    earn(&country->params->household, shard, adults, (float) country->now.pay_level[0]);
    share(country, shard, adults);
    for (int age = 15; age >= 0; age--) { /* a mother may be one of the oldest */
        const struct pw_range cohort = pw_shard_ages(shard, country->year, age, age);

        take_shares(country, shard, cohort, guardians + (cohort.begin - children.begin));
    }
    live_with_parents(shard, children, guardians);
    move_with_parents(country, shard);
    memset(shard->tally, 0, NUM_COUNTS * sizeof *shard->tally);
    count_incomes(shard, pw_shard_ages(shard, country->year, 5, 15), &shard->tally[CHILDREN]);
    count_incomes(shard, (struct pw_range){ 0, shard->num_rows }, &shard->tally[EVERYONE]);
}

/* Income below which a share of those counted in a histogram lie, read off within the bin. */
static float
quantile(const int64_t *count, double share)
{
    int64_t total = 0, below = 0;
    int bin;

    for (bin = 0; bin < NUM_BINS; bin++)
        total += count[bin];
    for (bin = 0; bin < NUM_BINS - 1; bin++) {
        if ((double) (below + count[bin]) >= share * (double) total) break;
        below += count[bin];
    }
    if (count[bin] == 0) return edge_of(bin);
    const float part = (float) ((share * (double) total - (double) below) / (double) count[bin]);
    const float low = edge_of(bin - 1);

    return low + part * (edge_of(bin) - low);
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, NUM_COUNTS);
    country->free_meals_line =
        quantile(&country->sum[CHILDREN], country->now.school_free_meals[0] / 100.0);
    country->median_income = quantile(&country->sum[EVERYONE], 0.5);
}

/*
 * What policies pay for children goes to those with whom they live. Free meals go by the income
 * before it: nobody loses them for being helped.
 */
static void
support_families(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_range children = pw_shard_ages(shard, country->year, 0, 15);

    for (int age = 0; age <= 15; age++) {
        const struct pw_range cohort = pw_shard_ages(shard, country->year, age, age);

        for (size_t i = cohort.begin; i < cohort.end; i++) {
            const float support = pw_push(country, shard, PW_CHANNEL_FAMILY_INCOME, age, i);
            const int32_t parent = guardian(shard, i);

            if (!pw_state_is_present(shard->state[i]) || parent == PW_NOBODY) continue;
            shard->household_income[parent] += support;
            if (shard->partner[parent] != PW_NOBODY)
                shard->household_income[shard->partner[parent]] += support;
        }
    }
    for (size_t i = children.begin; i < children.end; i++)
        if (pw_state_is_present(shard->state[i]) && guardian(shard, i) != PW_NOBODY)
            take_share(country, shard, i, guardian(shard, i));
}

/* The mean of log income from 30 on, or from arrival. */
static PW_KERNEL void
note_incomes(struct pw_shard *shard, int year)
{
    for (int age = PW_INCOME_FIRST_AGE; age <= PW_INCOME_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(shard, year, age, age);
        const float years = (float) (age - PW_INCOME_FIRST_AGE + 1);
        const float *restrict income = shard->household_income;
        float *restrict mean = shard->adult_income;

        for (size_t i = cohort.begin; i < cohort.end; i++) {
            const float now = pw_log(pw_maximum(income[i], 256.0f));
            const float weight = pw_select(mean[i] > 0.0f, 1.0f / years, 1.0f);

            mean[i] += pw_given(pw_state_is_present(shard->state[i]), (now - mean[i]) * weight);
        }
    }
}

/* The line is that of pupils; it tells poor families apart before school too.
 * Those who had free meals keep them a little above the line (transitional protection). */
static PW_KERNEL void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const float line = country->free_meals_line;
    const float kept = line * country->params->household.free_meals_kept;
    const struct pw_range children = pw_shard_ages(shard, country->year, 0, 15);
    const float *income = shard->household_income;
    const uint8_t *state = shard->state;
    uint8_t *free_meals = shard->free_meals;

    (void) pass;
    for (size_t i = children.begin; i < children.end; i++)
        free_meals[i] = pw_state_is_present(state[i])
                            ? income[i] < pw_select(free_meals[i], kept, line)
                            : free_meals[i];
    if (pw_is_pushed(country, PW_CHANNEL_FAMILY_INCOME)) support_families(country, shard);
    note_incomes(shard, country->year);
}

const struct pw_process pw_household = {
    .name = "household",
    .about = "Families add up what they live on; children of the poorest have free school meals.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(partner) | PW_SET(mother) | PW_SET(father)
             | PW_SET(pay) | PW_SET(hours) | PW_SET(class) | PW_SET(place) | PW_SET(events)
             | PW_SET(num_children) | PW_SET(enrolled) | PW_SET(exposure) | PW_SET(household_income)
             | PW_SET(adult_income),
    .writes = PW_SET(household_income) | PW_SET(adult_income) | PW_SET(dependants) | PW_SET(place)
              | PW_SET(events) | PW_SET(free_meals),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .mechanism =
        "Adults bring home net pay, benefits, a student's income or a pension; couples share,"
        " on the equivalence scale. Children live with their mother, or else their father, "
        "share that income, move with the family and feel its redundancies and separations. "
        "The poorest pupils, as many as recorded, have free school meals, and keep them a "
        "little above the line.",
    .equation =
        "income = (net_1 + net_2 + child_benefit x children) / (scale_single + [couple] (1 - "
        "scale_single) + scale_child x children); net = gross - basic_rate x band - "
        "higher_rate x above; free meals if income < quantile(recorded share)",
    .source = "Taxes: hmrc2025, moved with pay (pay.level). Scale: oecd_scale. Share with free "
              "meals: the path school.free_meals. Benefits, pensions and the margin above the line "
              "assumed.",
    .tested =
        "household.a_redundant_parent_makes_a_poorer_family "
        "household.the_poorest_pupils_have_free_meals_and_as_many_as_the_path_says "
        "household.a_redundancy_and_a_separation_of_parents_reach_their_children_and_no_others",
};

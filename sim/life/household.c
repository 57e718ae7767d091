/* SPDX-License-Identifier: MIT */
#include "pathways/household.h"

#include "pathways/numeric.h"

#define NUM_BINS 512 /* of log income, 1/64 apart, from exp(6), GBP 403 a year */
#define FIRST_LOG_INCOME 6.0f
#define BINS_PER_LOG 64.0f

/* Tally: incomes of children of school age, then of everyone. */
enum { CHILDREN = 0, EVERYONE = NUM_BINS, NUM_COUNTS = 2 * NUM_BINS };

static int
bin_of(float income)
{
    const float bin = (pw_log(pw_maximum(income, 1.0f)) - FIRST_LOG_INCOME) * BINS_PER_LOG;

    return (int) pw_clamp(bin, 0.0f, (float) (NUM_BINS - 1));
}

/* Income at the upper edge of a bin. */
static float
edge_of(int bin)
{
    return pw_exp(FIRST_LOG_INCOME + (float) (bin + 1) / BINS_PER_LOG);
}

float
pw_household_net(const struct pw_household_params *params, float gross, float pay_level)
{
    const float allowance = params->allowance * pay_level;
    const float higher = params->higher_threshold * pay_level;
    const float basic = pw_clamp(gross - allowance, 0.0f, higher - allowance);
    const float above = pw_maximum(gross - higher, 0.0f);

    return gross - params->basic_rate * basic - params->higher_rate * above;
}

/* What one adult brings home in a year. */
static float
own_income(const struct pw_household_params *params, const struct pw_shard *shard, size_t i, float level)
{
    switch (shard->state[i]) {
    case PW_EMPLOYED:
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        return pw_household_net(
            params, pw_exp(shard->pay[i]) * (float) shard->hours[i] * 52.0f, level);
    case PW_RETIRED:
        return level * (params->state_pension + params->pension_step * (float) shard->class[i]);
    case PW_UNEMPLOYED:
    case PW_INACTIVE:
        return level * params->benefit;
    default:
        return level * params->student_income;
    }
}

/* Children under 16 live with their mother, or with their father when she is gone. */
static int32_t
guardian(const struct pw_shard *shard, size_t i)
{
    const int32_t mother = shard->mother[i];
    const int32_t father = shard->father[i];

    if (mother != PW_NOBODY && pw_state_is_present(shard->state[mother]))
        return mother;
    if (father != PW_NOBODY && pw_state_is_present(shard->state[father]))
        return father;
    return PW_NOBODY;
}

static void
count_dependants(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_range children = pw_shard_ages(shard, country->year, 0, 15);

    for (size_t i = children.begin; i < children.end; i++) {
        const int32_t parent
            = pw_state_is_present(shard->state[i]) ? guardian(shard, i) : PW_NOBODY;

        if (parent == PW_NOBODY)
            continue;
        shard->dependants[parent]++;
        if (shard->partner[parent] != PW_NOBODY)
            shard->dependants[shard->partner[parent]]++;
    }
}

/* Adults first, since children take the income of those they live with. */
static void
add_up(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_household_params *params = &country->params->household;
    const float level = (float) country->now.pay_level[0];
    const struct pw_range adults = pw_shard_ages(shard, country->year, 16, PW_MAX_AGE);

    for (size_t i = adults.begin; i < adults.end; i++) {
        const int32_t partner = shard->partner[i];
        const float children = (float) shard->dependants[i];
        float income, scale;

        if (!pw_state_is_present(shard->state[i]))
            continue;
        if (partner != PW_NOBODY && (size_t) partner < i && (size_t) partner >= adults.begin) {
            shard->household_income[i] = shard->household_income[partner];
            continue;
        }
        income = own_income(params, shard, i, level) + level * params->child_benefit * children;
        scale = params->scale_single + params->scale_child * children;
        if (partner != PW_NOBODY) {
            income += own_income(params, shard, (size_t) partner, level);
            scale += 1.0f - params->scale_single;
        }
        shard->household_income[i] = income / scale;
    }
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_range children = pw_shard_ages(shard, country->year, 0, 15);
    const struct pw_range pupils = pw_shard_ages(shard, country->year, 5, 15);

    (void) pass;
    count_dependants(country, shard);
    add_up(country, shard);
    for (size_t i = 0; i < NUM_COUNTS; i++)
        shard->tally[i] = 0;
    for (size_t i = children.begin; i < children.end; i++) {
        const int32_t parent = guardian(shard, i);

        if (pw_state_is_present(shard->state[i]) && parent != PW_NOBODY) {
            shard->household_income[i] = shard->household_income[parent];
            shard->place[i] = shard->place[parent];
            shard->events[i] |= shard->events[parent] & (PW_EVENT_REDUNDANT | PW_EVENT_SEPARATED);
        } else if (pw_state_is_present(shard->state[i])) {
            shard->household_income[i]
                = (float) country->now.pay_level[0] * country->params->household.orphan_income;
        }
    }
    for (size_t i = pupils.begin; i < pupils.end; i++)
        if (pw_state_is_present(shard->state[i]))
            shard->tally[CHILDREN + bin_of(shard->household_income[i])]++;
    for (size_t i = 0; i < shard->num_rows; i++)
        if (pw_state_is_present(shard->state[i]))
            shard->tally[EVERYONE + bin_of(shard->household_income[i])]++;
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
        if ((double) (below + count[bin]) >= share * (double) total)
            break;
        below += count[bin];
    }
    if (count[bin] == 0)
        return edge_of(bin);
    const float part = (float) ((share * (double) total - (double) below) / (double) count[bin]);
    const float low = edge_of(bin - 1);

    return low + part * (edge_of(bin) - low);
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, NUM_COUNTS);
    country->free_meals_line
        = quantile(&country->sum[CHILDREN], country->now.school_free_meals[0] / 100.0);
    country->median_income = quantile(&country->sum[EVERYONE], 0.5);
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const float kept = country->params->household.free_meals_kept;
    const struct pw_range pupils = pw_shard_ages(shard, country->year, 5, 15);

    (void) pass;
    for (size_t i = pupils.begin; i < pupils.end; i++) {
        /* Those who had free meals keep them a little above the line (transitional protection). */
        const float line = country->free_meals_line * (shard->free_meals[i] ? kept : 1.0f);

        shard->free_meals[i] = shard->household_income[i] < line;
    }
}

const struct pw_process pw_household = {
    .name = "household",
    .about = "Families add up what they live on; children of the poorest have free school meals.",
    .reads = PW_SET(state) | PW_SET(partner) | PW_SET(mother) | PW_SET(father) | PW_SET(pay)
        | PW_SET(hours) | PW_SET(class) | PW_SET(place) | PW_SET(events),
    .writes = PW_SET(household_income) | PW_SET(dependants) | PW_SET(place) | PW_SET(events)
        | PW_SET(free_meals),
    .ask = ask,
    .clear = clear,
    .settle = settle,
};

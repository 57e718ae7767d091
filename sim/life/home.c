/* SPDX-License-Identifier: MIT */
#include "pathways/home.h"

#include "pathways/numeric.h"

/* More than this many homes of the parents help no further. */
#define MOST_HELP 2.0f

/* Households of a slice, each in the row of the woman of a couple or of the one who lives alone. */
struct households {
    float income[PW_BLOCK];    /* over the median */
    float parents[PW_BLOCK];   /* 1 if those of either owned */
    float readiness[PW_BLOCK]; /* log-odds of buying without what the parents have */
    uint8_t earns[PW_BLOCK];   /* somebody does, or did */
    uint8_t decides[PW_BLOCK];
    uint8_t buys[PW_BLOCK], sells[PW_BLOCK];
    uint8_t changes[PW_BLOCK];
};

/* What local prices weigh, by place. */
static void
tabulate(const struct pw_country *country, float *price)
{
    const struct pw_home_params *params = &country->params->home;
    const float national = (float) country->now.home_price_to_earnings[0] / params->reference_price;

    for (int p = 0; p < country->scenario->num_places; p++)
        price[p] = params->price * pw_log(national * country->home_price[country->region[p]]);
}

/* Those who live alone are their own partner here: it adds nothing. What is looked up in the rows
 * of others comes first; the rest is plain arithmetic. */
PW_INLINE void
join_partners(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, struct households *households)
{
    const int32_t *partner = shard->partner + slice->begin;
    const uint8_t *state = shard->state + slice->begin, *sex = shard->sex + slice->begin;
    const uint8_t *parent_owner = shard->parent_owner + slice->begin;
    const float *income = shard->household_income + slice->begin;
    const float median = country->median_income;
    uint8_t parents[PW_BLOCK], other_state[PW_BLOCK];

    for (size_t j = 0; j < slice->count; j++) {
        const size_t other = partner[j] != PW_NOBODY ? (size_t) partner[j] : slice->begin + j;

        parents[j] = shard->parent_owner[other];
        other_state[j] = shard->state[other];
    }
    for (size_t j = 0; j < slice->count; j++) {
        households->income[j] = pw_maximum(income[j], 1000.0f) / median;
        households->parents[j] = (float) (parent_owner[j] | parents[j]);
    }
    for (size_t j = 0; j < slice->count; j++) {
        const bool couple = partner[j] != PW_NOBODY;

        households->earns[j] =
            (state[j] == PW_EMPLOYED) | (state[j] == PW_RETIRED) | (other_state[j] == PW_EMPLOYED);
        households->decides[j] = pw_state_is_present(state[j]) & !(couple & (sex[j] == PW_MALE));
    }
}

/* Who buys if not an owner and the parents help as much as any do. */
PW_INLINE void
find_buyers(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *price, const float *u, struct households *households)
{
    const struct pw_home_params *params = &country->params->home;
    const float credit = params->access * pw_log((float) country->now.home_access[0]);
    const float old = params->age * pw_maximum((float) slice->age - 45.0f, 0.0f);
    const float most_help = pw_maximum(params->parents_wealth * MOST_HELP, 0.0f);
    const float young = params->young * pw_maximum(27.0f - (float) slice->age, 0.0f);
    /* Help with a first home comes early or not at all. */
    const float help =
        params->parents
        * pw_exp(-params->parents_fade * pw_maximum((float) slice->age - 27.0f, 0.0f));
    const uint16_t *place = shard->place + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_HOME_PRICE, room);

    for (size_t j = 0; j < slice->count; j++) {
        const float readiness = params->base + params->income * pw_log(households->income[j])
                                - price[pw_table_place(place[j])] - params->price * push[j] + credit
                                + help * households->parents[j]
                                + pw_given(partner[j] != PW_NOBODY, params->partner) - old - young;

        households->readiness[j] = readiness;
        households->buys[j] = (u[j] < pw_logistic(readiness + most_help)) & households->earns[j];
    }
}

/* Savings and home equity of parents who are alive and here, over the price of a median home. */
static float
wealth_of_parents(const struct pw_shard *shard, size_t i, float home_price)
{
    const int32_t parents[2] = { shard->mother[i], shard->father[i] };
    int32_t sum = 0;

    for (int n = 0; n < 2; n++) {
        const int32_t parent = parents[n];

        if (parent != PW_NOBODY && pw_state_is_present(shard->state[parent]))
            sum +=
                PW_SAVINGS_UNIT * shard->savings[parent] + PW_EQUITY_UNIT * shard->equity[parent];
    }
    return (float) sum / home_price;
}

/* The wealth of the parents of either, in homes, as far as it helps. */
static float
help_of(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const float price = pw_country_home_price(country);
    const int32_t partner = shard->partner[i];
    float homes = wealth_of_parents(shard, i, price);

    if (partner != PW_NOBODY)
        homes = pw_maximum(homes, wealth_of_parents(shard, (size_t) partner, price));
    return pw_minimum(homes, MOST_HELP);
}

/* Do those who would buy with the most help find enough? Few are asked, since it means a look at
 * the rows of up to four parents. */
static bool
is_helped(const struct pw_country *country, const struct pw_shard *shard, size_t i, float readiness,
    float u)
{
    const float weight = country->params->home.parents_wealth;

    return u < pw_logistic(readiness + weight * help_of(country, shard, i));
}

/* Who sells if an owner. */
PW_INLINE void
find_sellers(const struct pw_home_params *params, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct households *households)
{
    const float chance = params->give_up, unemployed = chance * params->give_up_unemployed;
    const uint8_t *state = shard->state + slice->begin;

    for (size_t j = 0; j < slice->count; j++)
        households->sells[j] = u[j] < pw_select(state[j] == PW_UNEMPLOYED, unemployed, chance);
}

PW_INLINE void
find_changes(
    const struct pw_shard *shard, const struct pw_slice *slice, struct households *households)
{
    const uint8_t *owner = shard->owner + slice->begin;

    for (size_t j = 0; j < slice->count; j++)
        households->changes[j] =
            households->decides[j] & (owner[j] ? households->sells[j] : households->buys[j]);
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 20, 79);
    struct pw_draws draws;
    struct households households;
    float price[PW_MAX_PLACES];

    (void) pass;
    tabulate(country, price);
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_HOME, 0, &draws);
        join_partners(country, shard, &slice, &households);
        find_buyers(country, shard, &slice, price, draws.u[1], &households);
        find_sellers(&country->params->home, shard, &slice, draws.u[0], &households);
        find_changes(shard, &slice, &households);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;

            if (!households.changes[j]) continue;
            if (!shard->owner[i]
                && !is_helped(country, shard, i, households.readiness[j], draws.u[1][j]))
                continue;
            shard->owner[i] = !shard->owner[i];
            if (shard->partner[i] != PW_NOBODY) shard->owner[shard->partner[i]] = shard->owner[i];
        }
    }
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_home_params *params = &country->params->home;
    const int32_t partner = shard->partner[row];
    const bool follows = shard->sex[row] == PW_MALE && partner != PW_NOBODY;
    const size_t i = follows ? (size_t) partner : row;
    const struct pw_slice slice = pw_slice_of(shard, country->year, i);
    struct pw_draws draws;
    struct households households;
    float price[PW_MAX_PLACES], chance;

    (void) pass;
    if (slice.age < 20 || slice.age > 79 || !pw_state_is_present(shard->state[i])) return false;
    tabulate(country, price);
    pw_slice_draw(&slice, &country->rng, PW_STREAM_HOME, 0, &draws);
    join_partners(country, shard, &slice, &households);
    find_buyers(country, shard, &slice, price, draws.u[1], &households);
    find_sellers(params, shard, &slice, draws.u[0], &households);
    *decision = pw_decision_begin("home", i);
    if (shard->owner[i]) {
        chance = params->give_up
                 * (shard->state[i] == PW_UNEMPLOYED ? params->give_up_unemployed : 1.0f);
        (void) pw_decision_option(
            decision, "keep the home", 1.0 - (double) chance, PW_COLUMN_owner, 1);
        (void) pw_decision_option(
            decision, "give up the home", (double) chance, PW_COLUMN_owner, 0);
        decision->taken = households.sells[0];
    } else {
        const float help = help_of(country, shard, i);

        chance = households.earns[0]
                     ? pw_logistic(households.readiness[0] + params->parents_wealth * help)
                     : 0.0f;
        (void) pw_decision_option(decision, "rent", 1.0 - (double) chance, PW_COLUMN_owner, 0);
        (void) pw_decision_option(decision, "buy a home", (double) chance, PW_COLUMN_owner, 1);
        decision->taken = households.buys[0] && draws.u[1][0] < chance;
        pw_decision_fact(decision, "wealth of the parents", (double) help, "median homes");
    }
    decision->wanted = decision->taken;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_home = {
    .name = "home",
    .about = "Households buy a home when income, prices, parents and credit allow.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(partner) | PW_SET(place)
             | PW_SET(household_income) | PW_SET(parent_owner) | PW_SET(owner) | PW_SET(mother)
             | PW_SET(father) | PW_SET(savings) | PW_SET(equity) | PW_SET(enrolled)
             | PW_SET(exposure),
    .writes = PW_SET(owner),
    .ask = ask,
    .tell = tell,
    .mechanism =
        "A household with somebody in work buys a home the more readily, the higher its "
        "income, the lower local prices, the easier credit, with a partner, with parents who "
        "owned and with what living parents have saved and own; less when young or old. Few "
        "owners give theirs up, more of those out of work.",
    .equation =
        "P(buy) = logistic(base + income log(y / median) - price log(p / reference) + access "
        "log(credit) + parents exp(-parents_fade (age - 27)+) + parents_wealth x homes + partner - "
        "young (27 - age)+ - age "
        "(age - 45)+); P(give up) = give_up, times give_up_unemployed",
    .source = "Price: ons_affordability2025 and the path home.price_to_earnings. Parents: mo41; "
              "their wealth: rf2018. Credit: the path home.access. The rest assumed or fitted.",
    .tested = "home.people_buy_more_often_when_their_parents_owned "
              "home.higher_prices_and_tighter_credit_mean_fewer_buyers "
              "directions.dearer_homes_mean_fewer_owners_and_easier_credit_more",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/home.h"

#include "pathways/numeric.h"

/* More than this many homes of the parents help no further. */
#define MOST_HELP 2.0f

/* Households of a slice that own no home, each in the row of the woman of a couple or of the one
 * who lives alone. */
struct tenants {
    struct pw_few few;
    float income[PW_BLOCK];    /* over the median */
    float parents[PW_BLOCK];   /* 1 if those of either owned */
    float couple[PW_BLOCK];    /* 1 if two live together */
    float price[PW_BLOCK];     /* what local prices weigh */
    float push[PW_BLOCK];      /* of policies on them */
    float readiness[PW_BLOCK]; /* log-odds of buying without what the parents have */
    uint8_t earns[PW_BLOCK];   /* somebody does, or did */
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

/* Those who live alone are their own partner here: it adds nothing. What is looked up in rows comes
 * first; the rest is plain arithmetic. */
PW_INLINE void
look_up(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *price, struct tenants *tenants)
{
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_HOME_PRICE, room);

    for (size_t n = 0; n < tenants->few.count; n++) {
        const size_t i = tenants->few.row[n];
        const bool couple = shard->partner[i] != PW_NOBODY;
        const size_t other = couple ? (size_t) shard->partner[i] : i;
        const uint8_t state = shard->state[i];

        tenants->income[n] = shard->household_income[i];
        tenants->parents[n] = (float) (shard->parent_owner[i] | shard->parent_owner[other]);
        tenants->couple[n] = (float) couple;
        tenants->price[n] = price[pw_table_place(shard->place[i])];
        tenants->push[n] = push[i - slice->begin];
        tenants->earns[n] =
            (state == PW_EMPLOYED) | (state == PW_RETIRED) | (shard->state[other] == PW_EMPLOYED);
    }
}

/* How ready tenants are to buy. */
PW_INLINE void
find_readiness(const struct pw_country *country, int age, struct tenants *tenants)
{
    const struct pw_home_params *params = &country->params->home;
    const float credit = params->access * pw_log((float) country->now.home_access[0]);
    const float old = params->age * pw_maximum((float) age - 45.0f, 0.0f);
    const float young = params->young * pw_maximum(27.0f - (float) age, 0.0f);
    /* Help with a first home comes early or not at all. */
    const float help =
        params->parents * pw_exp(-params->parents_fade * pw_maximum((float) age - 27.0f, 0.0f));
    const float median = country->median_income;

    for (size_t n = 0; n < tenants->few.count; n++) {
        const float income = pw_maximum(tenants->income[n], 1000.0f) / median;

        tenants->readiness[n] = params->base + params->income * pw_log(income) - tenants->price[n]
                                - params->price * tenants->push[n] + credit
                                + help * tenants->parents[n] + tenants->couple[n] * params->partner
                                - old - young;
    }
}

/* Those who buy if the parents help as much as any do: places in the list of tenants. */
PW_INLINE void
find_buyers(const struct pw_home_params *params, const struct pw_slice *slice, const float *u,
    const struct tenants *tenants, struct pw_few *buyers)
{
    const float most_help = pw_maximum(params->parents_wealth * MOST_HELP, 0.0f);
    uint8_t buys[PW_BLOCK];

    for (size_t n = 0; n < tenants->few.count; n++)
        buys[n] =
            (u[tenants->few.row[n] - slice->begin] < pw_logistic(tenants->readiness[n] + most_help))
            & tenants->earns[n];
    buyers->count = pw_pick(buys, tenants->few.count, 0, buyers->row);
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

/* Chance that an owner gives the home up. */
PW_INLINE float
chance_to_sell(const struct pw_home_params *params, uint8_t state)
{
    return params->give_up * pw_select(state == PW_UNEMPLOYED, params->give_up_unemployed, 1.0f);
}

/* The households of a slice: tenants, and owners who sell. */
PW_INLINE void
sort_households(const struct pw_home_params *params, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct pw_few *tenants, struct pw_few *sellers)
{
    const uint8_t *state = shard->state + slice->begin, *sex = shard->sex + slice->begin;
    const uint8_t *owner = shard->owner + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    uint8_t rents[PW_BLOCK], sells[PW_BLOCK];

    for (size_t j = 0; j < slice->count; j++) {
        const bool follows = (partner[j] != PW_NOBODY) & (sex[j] == PW_MALE);
        const bool decides = (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED) & !follows;

        rents[j] = decides & !owner[j];
        sells[j] = decides & (owner[j] != 0) & (u[j] < chance_to_sell(params, state[j]));
    }
    pw_few_list(tenants, slice, rents);
    pw_few_list(sellers, slice, sells);
}

/* A household changes over, both of a couple. */
static void
set_owner(struct pw_shard *shard, size_t i, uint8_t owner)
{
    shard->owner[i] = owner;
    if (shard->partner[i] != PW_NOBODY) shard->owner[shard->partner[i]] = owner;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_home_params *params = &country->params->home;
    struct pw_slice slice = pw_slices(shard, country->year, 20, 79);
    struct pw_draws draws;
    struct tenants tenants;
    struct pw_few buyers, sellers;
    float price[PW_MAX_PLACES];

    (void) pass;
    tabulate(country, price);
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_HOME, 0, &draws);
        sort_households(params, shard, &slice, draws.u[0], &tenants.few, &sellers);
        look_up(country, shard, &slice, price, &tenants);
        find_readiness(country, slice.age, &tenants);
        find_buyers(params, &slice, draws.u[1], &tenants, &buyers);
        for (size_t k = 0; k < sellers.count; k++)
            set_owner(shard, sellers.row[k], 0);
        for (size_t k = 0; k < buyers.count; k++) {
            const size_t n = buyers.row[k], i = tenants.few.row[n];

            if (is_helped(country, shard, i, tenants.readiness[n], draws.u[1][i - slice.begin]))
                set_owner(shard, i, 1);
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
    struct tenants tenants = { .few = { .count = 1, .row = { (uint32_t) i } } };
    struct pw_few buyers;
    float price[PW_MAX_PLACES], chance;

    (void) pass;
    if (slice.age < 20 || slice.age > 79 || !pw_state_is_present(shard->state[i])) return false;
    pw_slice_draw(&slice, &country->rng, PW_STREAM_HOME, 0, &draws);
    *decision = pw_decision_begin("home", i);
    if (shard->owner[i]) {
        chance = chance_to_sell(params, shard->state[i]);
        (void) pw_decision_option(
            decision, "keep the home", 1.0 - (double) chance, PW_COLUMN_owner, 1);
        (void) pw_decision_option(
            decision, "give up the home", (double) chance, PW_COLUMN_owner, 0);
        decision->taken = draws.u[0][0] < chance;
    } else {
        const float help = help_of(country, shard, i);

        tabulate(country, price);
        look_up(country, shard, &slice, price, &tenants);
        find_readiness(country, slice.age, &tenants);
        find_buyers(params, &slice, draws.u[1], &tenants, &buyers);
        chance = tenants.earns[0]
                     ? pw_logistic(tenants.readiness[0] + params->parents_wealth * help)
                     : 0.0f;
        (void) pw_decision_option(decision, "rent", 1.0 - (double) chance, PW_COLUMN_owner, 0);
        (void) pw_decision_option(decision, "buy a home", (double) chance, PW_COLUMN_owner, 1);
        decision->taken = buyers.count > 0 && draws.u[1][0] < chance;
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

/* SPDX-License-Identifier: MIT */
#include "pathways/wealth.h"

#include <string.h>

#include "pathways/numeric.h"

#define MOST_SAVINGS 65535.0f /* what the columns hold */
#define MOST_EQUITY  255.0f
/* What goes into the home is counted in savings when it is sold or passed on. */
#define SAVINGS_IN_EQUITY (PW_EQUITY_UNIT / PW_SAVINGS_UNIT)

/* Means of a slice. */
struct means {
    float home[PW_BLOCK];   /* one's part of the value of the home, in units of equity */
    float income[PW_BLOCK]; /* one's part of what the household has, GBP/year */
    uint8_t idle[PW_BLOCK]; /* out of work before retirement */
    uint8_t here[PW_BLOCK];
    uint8_t owns[PW_BLOCK];  /* is here and owns a home */
    uint8_t moves[PW_BLOCK]; /* has bought or sold this year */
};

/* Prices over those of the year before. */
static float
price_growth(const struct pw_country *country)
{
    const struct pw_path *paths = country->scenario->paths;
    const int years[2] = { country->year - 1, country->year };
    double price[2];

    for (int n = 0; n < 2; n++) {
        double ratio, level;

        pw_path_at(&paths[PW_PATH_home_price_to_earnings], years[n], &ratio);
        pw_path_at(&paths[PW_PATH_pay_level], years[n], &level);
        price[n] = ratio * level;
    }
    return (float) (price[1] / price[0]);
}

/* Price of a home for median income by place, in units of equity. */
static void
tabulate(const struct pw_country *country, float *price)
{
    const float home = country->params->wealth.home_value * pw_country_home_price(country);

    for (int p = 0; p < country->scenario->num_places; p++)
        price[p] = home * country->home_price[country->region[p]] / (float) PW_EQUITY_UNIT;
}

/*
 * A whole number near `x`, the next with the chance of what is over: small flows are not lost.
 * Bounded by masks, since gcc makes branches of a float that may become a constant.
 */
PW_INLINE float
round_by(float x, float most, float u)
{
    const float held = pw_given(x > 0.0f, pw_select(x < most, x, most));
    const float whole = (float) (int32_t) held;

    return whole + pw_given(u < held - whole, 1.0f);
}

static int32_t
hold(int32_t x, float most)
{
    return x < (int32_t) most ? x : (int32_t) most;
}

static void
add_savings(struct pw_shard *shard, size_t i, int32_t amount)
{
    shard->savings[i] = (uint16_t) hold(shard->savings[i] + amount, MOST_SAVINGS);
}

/* A child's part of the estate of a parent goes to the other parent, if that makes a widow or
 * widower, or else to the child. */
static void
bequeath(struct pw_shard *shard, int32_t dead, int32_t other, size_t child)
{
    const int32_t children = shard->num_children[dead] > 0 ? shard->num_children[dead] : 1;
    const int32_t savings = shard->savings[dead], equity = shard->equity[dead];
    const bool widowed = other != PW_NOBODY && pw_state_is_present(shard->state[other])
                         && (shard->events[other] & PW_EVENT_WIDOWED);

    if (widowed && shard->owner[other]) {
        const int32_t sum = shard->equity[other] + (equity + children / 2) / children;

        shard->equity[other] = (uint8_t) hold(sum, MOST_EQUITY);
        add_savings(shard, (size_t) other, savings / children);
    } else {
        add_savings(shard, widowed ? (size_t) other : child,
            (savings + SAVINGS_IN_EQUITY * equity) / children);
    }
}

/*
 * Who died this year: byte i + 1 for row i, and byte 0 for PW_NOBODY, so that a link is looked up
 * without a question. The bytes lie where the next market will list its applications.
 */
PW_INLINE uint8_t *
mark_dead(struct pw_shard *shard)
{
    const size_t count = shard->num_rows;
    uint8_t *died = (uint8_t *) (void *) shard->applications, *after = died + 1;
    const uint8_t *state = shard->state, *spell = shard->spell;

    PW_BUG_IF(count + 1 > shard->applications_capacity * sizeof *shard->applications);
    died[0] = 0;
    for (size_t i = 0; i < count; i++)
        after[i] = (state[i] == PW_DEAD) & (spell[i] == 0);
    return died;
}

/* Estates of the year pass on; nothing is left to the dead. */
PW_INLINE void
inherit(struct pw_shard *shard)
{
    const uint8_t *died = mark_dead(shard);
    const int32_t *mother = shard->mother, *father = shard->father;
    struct pw_few heirs;

    for (size_t begin = 0; begin < shard->num_rows; begin += PW_BLOCK) {
        const size_t rest = shard->num_rows - begin;
        const size_t end = begin + (rest < PW_BLOCK ? rest : PW_BLOCK);

        heirs.count = 0;
        for (size_t i = begin; i < end; i++)
            pw_few_add(&heirs, i, died[mother[i] + 1] | died[father[i] + 1]);
        for (size_t n = 0; n < heirs.count; n++) {
            const size_t i = heirs.row[n];

            if (!pw_state_is_present(shard->state[i])) continue;
            if (died[mother[i] + 1]) bequeath(shard, mother[i], father[i], i);
            if (died[father[i] + 1]) bequeath(shard, father[i], mother[i], i);
        }
    }
    for (const uint8_t *at = died; (at = memchr(at, 1, (size_t) (died + shard->num_rows + 1 - at)));
         at++) {
        const size_t i = (size_t) (at - died) - 1;

        shard->savings[i] = 0;
        shard->pension[i] = 0;
        shard->equity[i] = 0;
    }
}

PW_INLINE void
find_means(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *price, struct means *means)
{
    const struct pw_wealth_params *params = &country->params->wealth;
    const float single_income = country->params->household.scale_single;
    const float single_home = params->single_home, slope = params->home_income;
    int32_t place[PW_BLOCK];
    const uint8_t *state = shard->state + slice->begin, *owner = shard->owner + slice->begin;
    const uint8_t *equity = shard->equity + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    const float *household_income = shard->household_income + slice->begin;
    const size_t span = pw_slice_span(slice);

    pw_slice_places(slice, place);
    for (size_t j = 0; j < span; j++)
        means->home[j] = price[place[j]];
    for (size_t j = 0; j < span; j++) {
        const bool single = partner[j] == PW_NOBODY;
        const float income = pw_maximum(household_income[j], 1000.0f);
        const float rank = pw_clamp(pw_log(income / country->median_income), -1.0f, 1.5f);

        means->income[j] = income * pw_select(single, single_income, 0.5f);
        means->home[j] *= pw_select(single, single_home, 0.5f) * pw_exp(slope * rank);
    }
    for (size_t j = 0; j < span; j++) {
        means->here[j] = pw_state_is_present(state[j]);
        means->idle[j] = (state[j] == PW_UNEMPLOYED) | (state[j] == PW_INACTIVE)
                         | (state[j] == PW_ADULT_EDUCATION);
        means->owns[j] = (uint8_t) (means->here[j] & (owner[j] != 0));
        means->moves[j] = (uint8_t) (means->here[j] & ((owner[j] != 0) != (equity[j] != 0)));
    }
}

/* A parent's gift towards what is missing, in units of savings. */
static int32_t
give(const struct pw_wealth_params *params, struct pw_shard *shard, int32_t parent, int32_t missing)
{
    int32_t gift;

    if (parent == PW_NOBODY || missing <= 0 || !pw_state_is_present(shard->state[parent])) return 0;
    gift = (int32_t) (params->gift * (float) shard->savings[parent]);
    gift = gift < missing ? gift : missing;
    shard->savings[parent] = (uint16_t) (shard->savings[parent] - gift);
    return gift;
}

/* The deposit comes from one's savings, what is missing from the parents, the rest is borrowed. */
static void
buy(const struct pw_wealth_params *params, struct pw_shard *shard, size_t i, float home)
{
    const float wanted = pw_clamp(params->deposit * home, 1.0f, MOST_EQUITY);
    const int32_t deposit = SAVINGS_IN_EQUITY * (int32_t) wanted;
    int32_t paid = deposit < shard->savings[i] ? deposit : shard->savings[i];

    shard->savings[i] = (uint16_t) (shard->savings[i] - paid);
    paid += give(params, shard, shard->mother[i], deposit - paid);
    paid += give(params, shard, shard->father[i], deposit - paid);
    /* What does not make a whole unit is kept; lenders ask for one unit at least. */
    shard->equity[i] = (uint8_t) (paid / SAVINGS_IN_EQUITY);
    add_savings(shard, i, paid % SAVINGS_IN_EQUITY);
    if (shard->equity[i] == 0) shard->equity[i] = 1;
}

/* Who moves in with an owner shares the home; otherwise both of a couple buy. */
static void
settle_in(const struct pw_wealth_params *params, struct pw_shard *shard, size_t i, float home)
{
    const int32_t partner = shard->partner[i];

    if (partner != PW_NOBODY && shard->owner[partner] && shard->equity[partner] > 1) {
        shard->equity[i] = shard->equity[partner] / 2;
        shard->equity[partner] = (uint8_t) (shard->equity[partner] - shard->equity[i]);
        return;
    }
    buy(params, shard, i, home);
    if (partner != PW_NOBODY && shard->equity[partner] == 0)
        buy(params, shard, (size_t) partner, home);
}

static void
change_homes(const struct pw_wealth_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct means *means)
{
    const uint8_t *const end = means->moves + slice->count;

    for (const uint8_t *at = means->moves; (at = memchr(at, 1, (size_t) (end - at))); at++) {
        const size_t i = slice->begin + (size_t) (at - means->moves);

        if (!shard->owner[i]) {
            add_savings(shard, i, SAVINGS_IN_EQUITY * shard->equity[i]);
            shard->equity[i] = 0;
        } else if (shard->equity[i] == 0) { /* a partner further up may have bought for both */
            settle_in(params, shard, i, means->home[i - slice->begin]);
        }
    }
}

/* Savings beyond what a household keeps at hand, an inheritance above all, go into the home. */
PW_INLINE void
pay_off_more(const struct pw_wealth_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct means *means)
{
    uint16_t *savings = shard->savings + slice->begin;
    uint8_t *equity = shard->equity + slice->begin;
    const float share = params->spare / (float) SAVINGS_IN_EQUITY;
    uint16_t left[PW_BLOCK];
    uint8_t held[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float owed = pw_clamp(means->home[j] - (float) equity[j], 0.0f, MOST_EQUITY);
        const float spare = pw_minimum(share * (float) savings[j], owed);
        const int32_t paid = (int32_t) pw_given(means->owns[j], spare);

        left[j] = (uint16_t) (savings[j] - SAVINGS_IN_EQUITY * paid);
        held[j] = (uint8_t) (equity[j] + paid);
    }
    memcpy(savings, left, slice->count * sizeof *left);
    memcpy(equity, held, slice->count);
}

/* Owners pay off what they owe and win or lose with prices. */
PW_INLINE void
pay_off(const struct pw_wealth_params *params, struct pw_shard *shard, const struct pw_slice *slice,
    const struct means *means, const float *u, float growth)
{
    uint8_t *equity = shard->equity + slice->begin, after[PW_BLOCK];
    const float repayment = params->repayment;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float paid = (float) equity[j], home = means->home[j];
        const float owed = pw_maximum(home - paid, 0.0f);
        const float next = paid + (growth - 1.0f) * pw_maximum(home / growth, paid)
                           + pw_minimum(repayment * home, owed);
        const float held = round_by(next, MOST_EQUITY, u[j]);
        const float least = pw_given(held < 1.0f, 1.0f); /* owners have something */

        after[j] = (uint8_t) (int32_t) pw_select(means->owns[j], held + least, paid);
    }
    memcpy(equity, after, slice->count);
}

PW_INLINE void
save(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    const struct means *means, const float *u)
{
    const struct pw_wealth_params *params = &country->params->wealth;
    const float years = pw_clamp(((float) slice->age - 22.0f) / 14.0f, 0.0f, 1.0f);
    const float share = years * params->saving / (float) PW_SAVINGS_UNIT;
    const float kept_idle = 1.0f - params->drawn_out_of_work;
    const float kept_retired = 1.0f + params->savings_return - params->drawn_retired;
    const float kept = 1.0f + params->savings_return;
    const float single_living =
        params->living * country->params->household.scale_single * country->median_income;
    const float couple_living = params->living * 0.5f * country->median_income;
    const uint8_t *state = shard->state + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    uint16_t *savings = shard->savings + slice->begin, after[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const bool retired = state[j] == PW_RETIRED;
        const float living = pw_select(partner[j] == PW_NOBODY, single_living, couple_living);
        const float saved = pw_given(
            !(means->idle[j] | retired), share * pw_maximum(means->income[j] - living, 0.0f));
        const float rate =
            pw_select(means->idle[j], kept_idle, pw_select(retired, kept_retired, kept));
        const float had = (float) savings[j];
        const float held = round_by(had * rate + saved, MOST_SAVINGS, u[j]);

        after[j] = (uint16_t) (int32_t) pw_select(means->here[j], held, had);
    }
    memcpy(savings, after, slice->count * sizeof *after);
}

/* Contributions while in work, at what the years are worth; retirement uses them up. */
PW_INLINE void
provide(const struct pw_wealth_params *params, struct pw_shard *shard, const struct pw_slice *slice,
    const struct means *means, const float *u)
{
    const uint8_t *state = shard->state + slice->begin, *class = shard->class + slice->begin;
    const uint8_t *hours = shard->hours + slice->begin;
    const float *pay = shard->pay + slice->begin;
    uint16_t *pension = shard->pension + slice->begin, after[PW_BLOCK];
    const float earned = 1.0f + params->pension_return;
    const float used = earned - params->drawn_retired;
    const float years = ((float) slice->age - 20.0f) / 20.0f;
    float share[PW_NUM_CLASSES], paid[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (int c = 0; c < PW_NUM_CLASSES; c++)
        share[c] = 52.0f * pw_clamp(years, 0.0f, 1.5f) * params->pension_share[c]
                   / (float) PW_SAVINGS_UNIT;
    for (size_t j = 0; j < span; j++) {
        float part = 0.0f;

        for (int c = 0; c < PW_NUM_CLASSES; c++)
            part += pw_given((class[j] == c) & (state[j] == PW_EMPLOYED), share[c]);
        paid[j] = part * (float) hours[j];
    }
    for (size_t j = 0; j < span; j++) {
        const float rate = pw_select(state[j] == PW_RETIRED, used, earned);
        const float had = (float) pension[j];
        const float held = round_by(had * rate + paid[j] * pw_exp(pay[j]), MOST_SAVINGS, u[j]);

        after[j] = (uint16_t) (int32_t) pw_select(means->here[j], held, had);
    }
    memcpy(pension, after, slice->count * sizeof *after);
}

/* What is rounded by chance. */
enum { SAVED, PROVIDED, PAID_OFF, NUM_ROUNDINGS };

/*
 * Uniforms of 21 bits from one mix of key and year: to round fairly asks no more, and a block of
 * Philox would cost as much as all that it rounds.
 */
PW_INLINE void
draw_roundings(const struct pw_country *country, const struct pw_slice *slice, float u[][PW_BLOCK])
{
    const uint64_t seed = (uint64_t) country->rng.key[0] << 32 | country->rng.key[1];
    const uint64_t year =
        pw_mix64(seed + ((uint64_t) PW_STREAM_WEALTH << 32) + (uint64_t) country->year);
    const uint64_t *key = slice->shard->key + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const uint64_t bits = pw_mix64(key[j] ^ year);

        for (int n = 0; n < NUM_ROUNDINGS; n++)
            u[n][j] = ((float) (int32_t) (bits >> 21 * n & 0x1FFFFF) + 0.5f) * 0x1p-21f;
    }
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_wealth_params *params = &country->params->wealth;
    const float growth = price_growth(country);
    struct pw_slice slice = pw_slices(shard, country->year, 18, PW_MAX_AGE);
    struct means means = { 0 };
    float u[NUM_ROUNDINGS][PW_BLOCK] = { 0 };
    float price[PW_MAX_PLACES];

    (void) pass;
    tabulate(country, price);
    inherit(shard);
    while (pw_slice_next(&slice)) {
        draw_roundings(country, &slice, u);
        find_means(country, shard, &slice, price, &means);
        change_homes(params, shard, &slice, &means);
        pay_off_more(params, shard, &slice, &means);
        save(country, shard, &slice, &means, u[SAVED]);
        provide(params, shard, &slice, &means, u[PROVIDED]);
        pay_off(params, shard, &slice, &means, u[PAID_OFF], growth);
    }
}

const struct pw_process pw_wealth = {
    .name = "wealth",
    .about = "People save, pay into pensions and pay off homes; parents help, and leave what they "
             "have.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(events) | PW_SET(mother)
             | PW_SET(father) | PW_SET(partner) | PW_SET(num_children) | PW_SET(place)
             | PW_SET(class) | PW_SET(hours) | PW_SET(pay) | PW_SET(household_income)
             | PW_SET(owner) | PW_SET(savings) | PW_SET(pension) | PW_SET(equity),
    .writes = PW_SET(savings) | PW_SET(pension) | PW_SET(equity),
    .ask = ask,
    .mechanism =
        "People in work save a share of what they do not live on and pay into pensions; "
        "buyers pay a deposit from savings, parents give towards what is missing, owners pay "
        "the home off and win or lose with prices. Estates go to the widow or widower, or "
        "else in equal parts to the children; those of people without children leave the "
        "model, as pensions do.",
    .equation = "savings' = savings (1 + return) + saving x (income - living)+; equity' = equity + "
                "(growth - 1) x home + repayment x home; pension' = pension (1 + return) + "
                "pension_share(class) x pay",
    .source = "Saving, returns, contributions, repayment: set to mo51. Prices: the paths "
              "home.price_to_earnings and pay.level. Gifts, deposits and spending assumed.",
    .tested = "wealth.more_is_saved_of_more_income_and_nothing_of_little "
              "wealth.children_of_wealthier_parents_buy_earlier_with_the_same_luck "
              "wealth.rising_prices_make_owners_richer_by_the_whole_home_and_tenants_not",
};

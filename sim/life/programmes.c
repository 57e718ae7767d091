/* SPDX-License-Identifier: MIT */
#include "pathways/programmes.h"

#include <math.h>
#include <string.h>

#include "pathways/numeric.h"
#include "pathways/parallel.h"
#include "pathways/push.h"

/* --- Policies that add places and jobs ---------------------------------------------------------
 */

/*
 * Units of the country's capacity that a place has, by its young people: rounded along the list,
 * from another fraction every year, so that small places have their turn.
 */
static void
share_out(struct pw_country *country, int policy)
{
    const struct pw_scenario *scenario = country->scenario;
    const struct pw_policy *plan = &scenario->policies[policy];
    struct pw_policy_year *now = &country->policy[policy];
    const double capacity = pw_policy_capacity(plan, country->year);
    const int64_t total = isfinite(capacity) ? pw_country_afford(country, policy, capacity) : 0;
    const double turn = (double) pw_rng_open((uint32_t) country->year * 0x9E3779B9u);
    double weight = 0.0, until = 0.0;
    int64_t given = 0;

    for (int p = 0; p < scenario->num_places; p++)
        weight += plan->in_place[p] ? scenario->places[p].input[PW_PLACE_young_people_16_17] : 0.0;
    for (int p = 0; p < scenario->num_places; p++) {
        if (!plan->in_place[p]) continue;
        until += scenario->places[p].input[PW_PLACE_young_people_16_17];
        now->reached[p] = (int64_t) ((double) total * (until / weight) + turn) - given;
        given += now->reached[p];
    }
}

static bool
acts(const struct pw_country *country, int policy)
{
    return policy < country->scenario->num_policies && country->policy[policy].strength > 0.0;
}

static bool
enrols(const struct pw_country *country, int policy)
{
    return acts(country, policy) && pw_lever_enrols(country->scenario->policies[policy].lever);
}

/* What local voice lent in the year that ends, before the new year begins. */
static void
note_voice(struct pw_country *country)
{
    memset(country->voice, 0, (size_t) country->scenario->num_places * sizeof *country->voice);
    for (int i = 0; i < country->scenario->num_policies; i++)
        for (int p = 0; p < country->scenario->num_places; p++)
            country->voice[p] +=
                country->policy[i].now[PW_CHANNEL_VOICE] * country->policy[i].coverage[p];
}

static void
open(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;

    if (scenario->num_policies == 0) return;
    note_voice(country);
    pw_push_close(country);
    for (int i = 0; i < scenario->num_policies; i++) {
        const struct pw_policy *plan = &scenario->policies[i];

        memset(country->policy[i].reached, 0,
            (size_t) scenario->num_places * sizeof *country->policy[i].reached);
        country->policy[i].strength = pw_policy_strength(plan, country->year);
        pw_push_open(country, i);
        if (acts(country, i) && pw_lever_info(plan->lever)->scope == PW_SCOPE_PLACES)
            share_out(country, i);
    }
}

/* --- Whom policies reach -----------------------------------------------------------------------
 */

/* A share of the eligible take part, fewer when those who live there had no say. */
static float
take_up(const struct pw_country *country, const struct pw_policy *plan, uint16_t place)
{
    const float imposed = country->params->programmes.imposed_take_up;
    const float ownership =
        pw_minimum((float) plan->ownership + country->voice[pw_table_place(place)], 1.0f);

    return imposed + (1.0f - imposed) * ownership;
}

/* What taking part does to belonging: more where it is one's own, less where it was imposed. */
static float
belonging_of(const struct pw_country *country, int policy, uint16_t place)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const float ownership = pw_minimum((float) plan->ownership + country->voice[place], 1.0f);

    return country->params->programmes.ownership_belonging * (ownership - 0.5f)
           * pw_minimum((float) country->policy[policy].strength, 1.0f);
}

static bool
is_meant(const struct pw_shard *shard, enum pw_lever_whom whom, size_t i)
{
    switch (whom) {
    case PW_WHOM_LOW_INCOME:
        return shard->free_meals[i] != 0;
    case PW_WHOM_OUT_OF_WORK:
        return shard->state[i] == PW_UNEMPLOYED || shard->state[i] == PW_INACTIVE;
    default:
        return true;
    }
}

static bool
is_eligible(const struct pw_shard *shard, const struct pw_policy *plan, size_t i)
{
    const struct pw_audience *audience = &plan->audience;

    return pw_state_is_present(shard->state[i]) && plan->in_place[shard->place[i]]
           && is_meant(shard, pw_lever_info(plan->lever)->whom, i)
           && (audience->sex < 0 || audience->sex == shard->sex[i])
           && (audience->free_meals < 0 || audience->free_meals == shard->free_meals[i])
           && audience->origin_classes >> shard->origin_class[i] & 1
           && audience->qualifications >> shard->qualification[i] & 1
           && audience->states >> shard->state[i] & 1
           && shard->neet_years[i] >= audience->min_neet_years;
}

/* Rank among those who would take part: need is time out of work, then little income. */
static uint64_t
rank(const struct pw_shard *shard, const struct pw_policy *plan, int policy, size_t i,
    uint64_t lottery)
{
    const bool is_out = shard->state[i] == PW_UNEMPLOYED || shard->state[i] == PW_INACTIVE;
    const float thousands = pw_minimum(shard->household_income[i], 500000.0f) / 1000.0f;

    switch (plan->order) {
    case PW_ORDER_NEEDIEST:
        return pw_market_score(
            (is_out ? (float) shard->spell[i] : 0.0f) - 0.1f * thousands, (uint32_t) lottery);
    case PW_ORDER_FIRST_COME:
        return pw_market_score(shard->exposure[i] >> policy & 1 ? 1.0f : 0.0f, (uint32_t) lottery);
    default:
        return lottery;
    }
}

/* The eligible who would take part. */
static void
list_applicants(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const bool once = pw_lever_info(plan->lever)->scope == PW_SCOPE_ONCE;
    struct pw_slice slice =
        pw_slices(shard, country->year, plan->audience.first_age, plan->audience.last_age);

    shard->num_applications = 0;
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            uint32_t words[4];

            if (!is_eligible(shard, plan, i) || (once && shard->exposure[i] >> policy & 1))
                continue;
            pw_rng_words(&country->rng, shard->key[i], slice.age, PW_STREAM_POLICY,
                (uint32_t) policy, words);
            if (pw_rng_open(words[0]) >= take_up(country, plan, shard->place[i])) continue;
            *pw_market_ask(shard) = (struct pw_application){
                .row = (uint32_t) i,
                .wish = { 0, PW_NO_MARKET, PW_NO_MARKET, PW_NO_MARKET },
                .score = { rank(
                    shard, plan, policy, i, (uint64_t) (words[1] >> 1) << 32 | words[2]) },
            };
        }
}

/* Residents of the ages that a policy on residents is for, by place. */
static void
count_residents(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const struct pw_lever_info *lever = pw_lever_info(plan->lever);
    struct pw_slice slice = pw_slices(shard, country->year, lever->first_age, lever->last_age);

    memset(shard->tally, 0, (size_t) country->scenario->num_places * sizeof *shard->tally);
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            if (pw_state_is_present(shard->state[i]) && plan->in_place[shard->place[i]])
                shard->tally[shard->place[i]]++;
}

/* Enrolments of last year end with the first policy of this one. */
static void
ask(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    if (policy == 0) memset(shard->enrolled, 0, shard->num_rows * sizeof *shard->enrolled);
    if (!acts(country, policy)) return;
    switch (pw_lever_info(country->scenario->policies[policy].lever)->scope) {
    case PW_SCOPE_PLACES:
        break;
    case PW_SCOPE_RESIDENTS:
        count_residents(country, shard, policy);
        break;
    default:
        list_applicants(country, shard, policy);
    }
}

/* A policy on residents reaches the same share of them in all its places, but for take-up. */
static void
cover(struct pw_country *country, const struct pw_shard *shards, size_t num_shards, int policy)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    struct pw_policy_year *now = &country->policy[policy];
    const double capacity = pw_policy_capacity(plan, country->year);
    const int num_places = country->scenario->num_places;
    double willing = 0.0, share = 1.0, until = 0.0;
    int64_t given = 0;

    pw_country_sum_tallies(country, shards, num_shards, (size_t) num_places);
    for (int p = 0; p < num_places; p++)
        willing += (double) country->sum[p] * (double) take_up(country, plan, (uint16_t) p);
    if (isfinite(capacity)) {
        const double units = capacity / country->people_each;

        share = willing > units ? units / willing : 1.0;
    }
    for (int p = 0; p < num_places; p++) {
        if (!plan->in_place[p]) continue;
        now->coverage[p] = (float) share * take_up(country, plan, (uint16_t) p);
        until += (double) country->sum[p] * share * (double) take_up(country, plan, (uint16_t) p);
        now->reached[p] = (int64_t) (until * (1.0 + 1e-9)) - given; /* whole people, none lost */
        given += now->reached[p];
    }
}

static void
enrol(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int policy)
{
    const double capacity = pw_policy_capacity(&country->scenario->policies[policy], country->year);

    country->enrolment.capacity[0] =
        isfinite(capacity) ? pw_country_afford(country, policy, capacity) : INT64_MAX / 4;
    pw_market_clear(&country->enrolment, shards, num_shards);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++)
            if (shards[s].applications[a].placed != PW_NO_MARKET)
                country->policy[policy].reached[shards[s].place[shards[s].applications[a].row]]++;
    pw_parallel_sum(country->policy[policy].reached, (size_t) country->scenario->num_places);
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int policy)
{
    if (enrols(country, policy))
        enrol(country, shards, num_shards, policy);
    else if (acts(country, policy)
             && pw_lever_info(country->scenario->policies[policy].lever)->scope
                    == PW_SCOPE_RESIDENTS)
        cover(country, shards, num_shards, policy);
}

/* Belonging of those whom a policy on residents reaches changes in proportion to how many it is. */
static void
touch_residents(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const struct pw_lever_info *lever = pw_lever_info(plan->lever);
    const float *coverage = country->policy[policy].coverage;
    struct pw_slice slice = pw_slices(shard, country->year, lever->first_age, lever->last_age);

    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            if (pw_state_is_present(shard->state[i]) && coverage[shard->place[i]] > 0.0f)
                shard->belonging[i] += country->params->programmes.ownership_residents
                                       * belonging_of(country, policy, shard->place[i])
                                       * coverage[shard->place[i]];
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    if (!acts(country, policy)) return;
    if (pw_lever_info(country->scenario->policies[policy].lever)->scope == PW_SCOPE_RESIDENTS)
        touch_residents(country, shard, policy);
    if (!enrols(country, policy)) return;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;

        if (application->placed == PW_NO_MARKET) continue;
        shard->exposure[i] |= (uint16_t) (1u << policy);
        shard->enrolled[i] |= (uint16_t) (1u << policy);
        shard->belonging[i] += belonging_of(country, policy, shard->place[i]);
    }
    shard->num_applications = 0;
}

/* Policies that enrol: was somebody eligible, willing and admitted? */
static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int policy,
    struct pw_decision *decision)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const struct pw_application *application = NULL;
    const int age = country->year - pw_shard_birth_year(shard, row);
    double chance;

    if (!enrols(country, policy) || age < plan->audience.first_age || age > plan->audience.last_age
        || !is_eligible(shard, plan, row)
        || (pw_lever_info(plan->lever)->scope == PW_SCOPE_ONCE
            && shard->exposure[row] >> policy & 1))
        return false;
    application = pw_decision_application(shard, row);
    chance = fmin((double) take_up(country, plan, shard->place[row]), 1.0);
    *decision = pw_decision_begin(plan->name, row);
    if (application != NULL)
        pw_decision_door(decision, plan->name, NULL, &country->enrolment, 0, application->score[0]);
    decision->admitted = application != NULL && application->placed == 0 ? 0 : -1;
    (void) pw_decision_option(
        decision, "not take part", 1.0 - chance, PW_COLUMN_enrolled, shard->enrolled[row]);
    (void) pw_decision_option(decision, "take part", chance, PW_COLUMN_enrolled,
        decision->admitted == 0 ? shard->enrolled[row] | 1 << policy : shard->enrolled[row]);
    decision->wanted = decision->taken = application != NULL;
    decision->is_routine = application == NULL;
    return true;
}

/* The first pass also ends the enrolments of the year before. */
static bool
has_pass(const struct pw_country *country, int policy)
{
    return policy < country->scenario->num_policies && (policy == 0 || acts(country, policy));
}

const struct pw_process pw_programmes = {
    .name = "programmes",
    .about = "Policies in force add places and jobs, reach residents, and enrol eligible people.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(free_meals) | PW_SET(origin_class)
             | PW_SET(qualification) | PW_SET(neet_years) | PW_SET(place) | PW_SET(exposure)
             | PW_SET(household_income) | PW_SET(spell) | PW_SET(belonging),
    .writes = PW_SET(exposure) | PW_SET(enrolled) | PW_SET(belonging),
    .num_passes = PW_MAX_POLICIES,
    .has_pass = has_pass,
    .open = open,
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "Each policy in force acts as its lever says: it adds places or jobs to the places it"
        " names, shared out by their young people; or changes what residents of some ages "
        "meet there, a share of them under a budget; or enrols eligible people who would take"
        " part, as far as money and places reach. Fewer take part where the programme is "
        "imposed, and it then lowers belonging; where it is their own it raises it. The acts "
        "on those reached are added in the process that each channel names.",
    .equation =
        "P(take part) = i + (1 - i) x ownership, i = programmes.imposed_take_up; belonging +="
        " ownership_belonging x (ownership - 1/2) x strength; participants <= min(capacity, "
        "budget / unit cost); strength rises 1/(n+1), 2/(n+1), ... over n ramp years",
    .source = "Each act has its own source and strength of evidence (levers.def). Take-up and what "
              "ownership does to belonging are assumed.",
    .tested = "programmes.an_imposed_programme_reaches_fewer_and_one_of_their_own_all "
              "programmes.a_budget_is_never_overspent "
              "programmes.strength_0_capacity_0_and_years_out_of_force_change_nothing",
};

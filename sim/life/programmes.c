/* SPDX-License-Identifier: MIT */
#include "pathways/programmes.h"

#include <math.h>
#include <string.h>

#include "pathways/numeric.h"

/* Places of the country's capacity that a place has, by its young people: rounded along the list.
 */
static void
share_out(struct pw_country *country, int policy)
{
    const struct pw_scenario *scenario = country->scenario;
    const struct pw_policy *plan = &scenario->policies[policy];
    struct pw_policy_year *now = &country->policy[policy];
    const double capacity = pw_policy_capacity(plan, country->year);
    const int64_t total = isfinite(capacity)
                              ? pw_country_scale(country, capacity * plan->strength * plan->effect)
                              : 0;
    double weight = 0.0, until = 0.0;
    int64_t given = 0;

    for (int p = 0; p < scenario->num_places; p++)
        weight += plan->in_place[p] ? scenario->places[p].input[PW_PLACE_young_people_16_17] : 0.0;
    for (int p = 0; p < scenario->num_places; p++) {
        if (!plan->in_place[p]) continue;
        until += scenario->places[p].input[PW_PLACE_young_people_16_17];
        now->reached[p] = (int64_t) ((double) total * until / weight + 0.5) - given;
        given += now->reached[p];
    }
}

static void
open(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;

    for (int i = 0; i < scenario->num_policies; i++) {
        const struct pw_policy *plan = &scenario->policies[i];

        memset(country->policy[i].reached, 0,
            (size_t) scenario->num_places * sizeof *country->policy[i].reached);
        country->policy[i].strength = pw_policy_strength(plan, country->year);
        if (country->policy[i].strength > 0.0
            && pw_lever_info(plan->lever)->scope == PW_SCOPE_PLACE)
            share_out(country, i);
    }
}

static bool
is_eligible(const struct pw_audience *audience, const struct pw_shard *shard, size_t i)
{
    return pw_state_is_present(shard->state[i])
           && (audience->sex < 0 || audience->sex == shard->sex[i])
           && (audience->free_meals < 0 || audience->free_meals == shard->free_meals[i])
           && audience->origin_classes >> shard->origin_class[i] & 1
           && audience->qualifications >> shard->qualification[i] & 1
           && audience->states >> shard->state[i] & 1
           && shard->neet_years[i] >= audience->min_neet_years;
}

/* Does this pass enrol people now? */
static bool
enrols(const struct pw_country *country, int policy)
{
    return policy < country->scenario->num_policies && country->policy[policy].strength > 0.0
           && pw_lever_info(country->scenario->policies[policy].lever)->scope == PW_SCOPE_PEOPLE;
}

/* The eligible who would take part: fewer when those who live there had no say. */
static void
ask(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    const struct pw_programmes_params *params = &country->params->programmes;
    const struct pw_policy *plan;
    struct pw_slice slice;
    float take_up;

    shard->num_applications = 0;
    if (!enrols(country, policy)) return;
    plan = &country->scenario->policies[policy];
    take_up = params->imposed_take_up + (1.0f - params->imposed_take_up) * (float) plan->ownership;
    slice = pw_slices(shard, country->year, plan->audience.first_age, plan->audience.last_age);
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            uint32_t words[4];

            if (!is_eligible(&plan->audience, shard, i) || !plan->in_place[shard->place[i]]
                || shard->exposure[i] >> policy & 1)
                continue;
            pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_POLICY,
                (uint32_t) policy, words);
            if (pw_rng_open(words[0]) >= take_up) continue;
            *pw_market_ask(shard) = (struct pw_application){
                .row = (uint32_t) i,
                .wish = { 0, PW_NO_MARKET, PW_NO_MARKET, PW_NO_MARKET },
                .score = { (uint64_t) (words[1] >> 1) << 32 | words[2] },
            };
        }
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int policy)
{
    double capacity;

    if (!enrols(country, policy)) return;
    capacity = pw_policy_capacity(&country->scenario->policies[policy], country->year);
    country->enrolment.capacity[0] =
        isfinite(capacity) ? pw_country_scale(country, capacity) : INT64_MAX / 4;
    pw_market_clear(&country->enrolment, shards, num_shards);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++)
            if (shards[s].applications[a].placed != PW_NO_MARKET)
                country->policy[policy].reached[shards[s].place[shards[s].applications[a].row]]++;
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int policy)
{
    if (!enrols(country, policy)) return;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;

        if (application->placed == PW_NO_MARKET) continue;
        shard->exposure[i] |= (uint32_t) 1 << policy;
        shard->belonging[i] += country->params->programmes.ownership_belonging
                               * (float) ((country->scenario->policies[policy].ownership - 0.5)
                                          * country->policy[policy].strength);
    }
    shard->num_applications = 0;
}

const struct pw_process pw_programmes = {
    .name = "programmes",
    .about = "Policies in force enrol eligible people within their capacity and add places.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(free_meals) | PW_SET(origin_class)
             | PW_SET(qualification) | PW_SET(neet_years) | PW_SET(place) | PW_SET(exposure),
    .writes = PW_SET(exposure) | PW_SET(belonging),
    .num_passes = PW_MAX_POLICIES,
    .has_pass = enrols,
    .open = open,
    .ask = ask,
    .clear = clear,
    .settle = settle,
};

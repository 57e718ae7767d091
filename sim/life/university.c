/* SPDX-License-Identifier: MIT */
#include "pathways/university.h"

#include "pathways/numeric.h"
#include "pathways/provision.h"

#define FIRST_AGE 18
#define LAST_AGE  50

float
pw_university_wish(const struct pw_university_params *params, float attainment, float aspiration,
    int parent_qualification, int origin_class)
{
    const float origin = origin_class == PW_NO_CLASS ? 0.0f : (float) origin_class - 2.0f;

    return params->base + params->attainment * attainment + params->aspiration * aspiration
           + (parent_qualification >= PW_FIRST_DEGREE ? params->graduate_parent : 0.0f)
           + params->origin * origin;
}

static bool
may_apply(const struct pw_shard *shard, size_t i)
{
    return pw_state_is_present(shard->state[i]) && !pw_state_is_learning(shard->state[i])
           && (shard->qualification[i] == PW_A_LEVEL || shard->qualification[i] == PW_FURTHER);
}

static void
apply(const struct pw_country *country, struct pw_shard *shard, size_t i, int age)
{
    const struct pw_university_params *params = &country->params->university;
    const float z = (shard->attainment[i] - country->params->gcse.attainment_mean)
                    / country->params->gcse.attainment_sd;
    uint32_t words[4];
    float wish, rank;

    pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_UNIVERSITY, 0, words);
    wish = pw_university_wish(params, z, shard->aspiration[i], shard->parent_qualification[i],
               shard->origin_class[i])
           - (shard->route[i] == PW_ROUTE_ACADEMIC ? 0.0f : params->vocational)
           - params->later * (float) (age > 21 ? 3 : age - 18) - (age > 23 ? params->adult : 0.0f)
           + pw_provision_effect(country, PW_LEVER_UNIVERSITY_OUTREACH, shard->exposure[i]);
    if (wish + pw_logit(pw_rng_open(words[0])) <= 0.0f) return;
    rank = z + (shard->route[i] == PW_ROUTE_ACADEMIC ? params->academic_offer : 0.0f)
           + params->contextual * (float) shard->free_meals[i]
           + params->offer_noise * pw_normal(pw_rng_open(words[1]));
    struct pw_application *application = pw_market_ask(shard);

    *application = (struct pw_application){ .row = (uint32_t) i };
    for (int tier = 0; tier < PW_NUM_TIERS; tier++) {
        application->wish[tier] = (uint16_t) tier;
        application->score[tier] = pw_market_score(rank, words[2]);
    }
    application->wish[PW_NUM_TIERS] = PW_NO_MARKET;
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    const struct pw_range cohort = pw_shard_ages(shard, country->year, 18, 18);

    (void) pass;
    shard->num_applications = 0;
    shard->tally[0] = 0;
    for (size_t i = cohort.begin; i < cohort.end; i++)
        shard->tally[0] += pw_state_is_present(shard->state[i]);
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            if (may_apply(shard, i)) apply(country, shard, i, slice.age);
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const struct pw_university_params *params = &country->params->university;
    double seats;

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, 1);
    seats = (double) country->sum[0] * country->now.university_participation[0] / 100.0
            * (double) params->adult_seats;
    for (int tier = 0; tier < PW_NUM_TIERS; tier++)
        country->university.capacity[tier] =
            (int64_t) (seats * (double) params->tier_share[tier] + 0.5);
    pw_market_clear(&country->university, shards, num_shards);
}

/* A place to study in another labour market: by residents, more often a core city. */
static uint16_t
study_where(const struct pw_country *country, uint16_t home, float u)
{
    const struct pw_university_params *params = &country->params->university;
    const int num_places = country->scenario->num_places;
    float total = 0.0f, rest;

    for (int n = 0; n < 2; n++) {
        rest = u * total;
        for (int p = 0; p < num_places; p++) {
            const float weight = country->labour_market[p] == country->labour_market[home]
                                     ? 0.0f
                                     : country->place_weight[p]
                                           * (country->is_core_city[p] ? params->city_pull : 1.0f);

            if (n == 0)
                total += weight;
            else if ((rest -= weight) <= 0.0f && weight > 0.0f)
                return (uint16_t) p;
        }
    }
    return home;
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_university_params *params = &country->params->university;

    (void) pass;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;
        uint32_t words[4];
        float stays, origin;

        if (application->placed == PW_NO_MARKET) {
            shard->events[i] |= PW_EVENT_DISPLACED;
            continue;
        }
        pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_UNIVERSITY, 1, words);
        origin =
            shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;
        stays = params->home_base - params->home_origin * origin
                + params->home_belonging * shard->belonging[i]
                + (country->is_london[shard->place[i]] ? params->home_london : 0.0f)
                + (shard->partner[i] != PW_NOBODY || shard->dependants[i] > 0 ? 8.0f : 0.0f)
                - params->home_tier * (float) (1 - application->placed);
        shard->spell[i] = 0;
        shard->hours[i] = 0;
        shard->events[i] |= PW_EVENT_ENTERED_UNIVERSITY;
        if (stays + pw_logit(pw_rng_open(words[0])) > 0.0f) {
            shard->state[i] = PW_UNIVERSITY_HOME;
            continue;
        }
        shard->state[i] = PW_UNIVERSITY_AWAY;
        shard->place[i] = study_where(country, shard->place[i], pw_rng_open(words[1]));
        shard->events[i] |= PW_EVENT_MOVED;
    }
    shard->num_applications = 0;
}

const struct pw_process pw_university = {
    .name = "university",
    .about = "Those with level 3 apply to university; seats are filled tier by tier.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(qualification) | PW_SET(route)
             | PW_SET(attainment) | PW_SET(aspiration) | PW_SET(parent_qualification)
             | PW_SET(origin_class) | PW_SET(free_meals) | PW_SET(place) | PW_SET(belonging)
             | PW_SET(partner) | PW_SET(dependants) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events) | PW_SET(place),
    .ask = ask,
    .clear = clear,
    .settle = settle,
};

/* SPDX-License-Identifier: MIT */
#include "pathways/apprenticeship.h"

#include "pathways/numeric.h"
#include "pathways/provision.h"

#define FIRST_AGE 18
#define LAST_AGE  24

static bool
may_apply(const struct pw_shard *shard, size_t i)
{
    const uint8_t state = shard->state[i];

    return (state == PW_UNEMPLOYED || (state == PW_EMPLOYED && shard->class[i] <= PW_INTERMEDIATE))
           && shard->qualification[i] <= PW_FURTHER;
}

static void
apply(const struct pw_country *country, struct pw_shard *shard, size_t i)
{
    const struct pw_apprenticeship_params *params = &country->params->apprenticeship;
    const uint16_t first = (uint16_t) (country->labour_market[shard->place[i]] * PW_NUM_LEVELS);
    const int highest = shard->qualification[i] >= PW_A_LEVEL ? 2
                        : shard->qualification[i] == PW_GCSE  ? 1
                                                              : 0;
    const float z = (shard->attainment[i] - country->params->gcse.attainment_mean)
                    / country->params->gcse.attainment_sd;
    const float origin =
        shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;
    struct pw_application *application;
    uint32_t words[4];
    float rank;

    pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_APPRENTICESHIP, 0, words);
    if (pw_rng_open(words[0])
        >= (shard->state[i] == PW_UNEMPLOYED ? params->wish_unemployed : params->wish_employed))
        return;
    rank = country->params->post16.employer_attainment * z
           + country->params->post16.employer_efficacy * shard->self_efficacy[i]
           + country->params->post16.employer_network * origin + pw_normal(pw_rng_open(words[1]));
    application = pw_market_ask(shard);
    *application = (struct pw_application){ .row = (uint32_t) i };
    for (int w = 0; w < PW_MAX_WISHES; w++) {
        application->wish[w] =
            w < 2 && highest - w >= 0 ? (uint16_t) (first + highest - w) : PW_NO_MARKET;
        application->score[w] = pw_market_score(rank, words[2]);
    }
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    const int num_markets = country->scenario->num_labour_markets;

    (void) pass;
    shard->num_applications = 0;
    for (int l = 0; l < num_markets; l++)
        shard->tally[l] = 0;
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            if (!pw_state_is_present(shard->state[i])) continue;
            if (slice.age == 20) shard->tally[country->labour_market[shard->place[i]]]++;
            if (may_apply(shard, i)) apply(country, shard, i);
        }
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    static const enum pw_lever lever[PW_NUM_LEVELS] = { PW_LEVER_APPRENTICESHIP_PLACES_INTERMEDIATE,
        PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, PW_LEVER_APPRENTICESHIP_PLACES_HIGHER };
    const int num_markets = country->scenario->num_labour_markets;

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, (size_t) num_markets);
    for (int l = 0; l < num_markets; l++) {
        const double cohort = (double) country->sum[l];
        const double adult = country->now.apprenticeship_starts_adult[0] / 100.0;
        const double young = country->now.apprenticeship_starts_young[0] / 100.0;

        for (int level = 0; level < PW_NUM_LEVELS; level++) {
            const double starts = level == 2 ? adult + young : adult;

            country->apprenticeship.capacity[l * PW_NUM_LEVELS + level] =
                (int64_t) (cohort * starts * country->now.apprenticeship_level_mix[level] / 100.0
                           + 0.5);
        }
        /* Only higher places are added here: the young take the others at 16 to 18. */
        country->apprenticeship.capacity[l * PW_NUM_LEVELS + 2] +=
            pw_provision_added(country, lever[2], l);
        for (int level = 0; level < 2; level++)
            country->apprenticeship.capacity[l * PW_NUM_LEVELS + level] +=
                pw_provision_left(country, lever[level], l, level);
    }
    pw_market_clear(&country->apprenticeship, shards, num_shards);
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    (void) country;
    (void) pass;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;

        if (application->placed == PW_NO_MARKET) {
            shard->events[i] |= PW_EVENT_DISPLACED;
            continue;
        }
        shard->state[i] =
            (uint8_t) (PW_APPRENTICESHIP_INTERMEDIATE + application->placed % PW_NUM_LEVELS);
        shard->spell[i] = 0;
        shard->hours[i] = 37;
    }
    shard->num_applications = 0;
}

const struct pw_process pw_apprenticeship = {
    .name = "apprenticeship",
    .about = "Young adults apply for apprenticeships; employers choose.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(class) | PW_SET(qualification)
             | PW_SET(attainment) | PW_SET(self_efficacy) | PW_SET(origin_class) | PW_SET(place),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events),
    .ask = ask,
    .clear = clear,
    .settle = settle,
};

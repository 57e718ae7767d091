/* SPDX-License-Identifier: MIT */
#include "pathways/inner_life.h"

#include "pathways/numeric.h"

/* What the year did to belief in oneself. */
static float
drive_efficacy(const struct pw_inner_life_params *params, const struct pw_shard *shard, size_t i, bool young)
{
    float drive = 0.0f;

    if (shard->state[i] == PW_EMPLOYED)
        drive += params->efficacy_work;
    if (shard->state[i] == PW_UNEMPLOYED || (young && shard->state[i] == PW_INACTIVE))
        drive -= params->efficacy_neet;
    if (shard->events[i] & PW_EVENT_GRADUATED)
        drive += params->efficacy_success;
    if (shard->events[i] & PW_EVENT_REDUNDANT)
        drive -= params->efficacy_redundant;
    return drive;
}

/* At home where one lives: leaving costs, more the further one has come from where one began. */
static float
drive_belonging(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_inner_life_params *params = &country->params->inner_life;
    const uint16_t home = shard->home_place[i];
    const bool left = home != PW_UNPLACED
        && country->labour_market[home] != country->labour_market[shard->place[i]];
    float drive = params->belonging_base - params->belonging_hardship * country->hardship[shard->place[i]];

    if (shard->events[i] & PW_EVENT_MOVED)
        drive -= params->belonging_move;
    if (left) {
        drive -= params->belonging_left;
        if (shard->class[i] != PW_NO_CLASS && shard->origin_class[i] != PW_NO_CLASS
            && shard->class[i] > shard->origin_class[i])
            drive -= params->belonging_distance
                * (float) (shard->class[i] - shard->origin_class[i]);
    }
    if (shard->partner[i] != PW_NOBODY)
        drive += params->belonging_partner;
    if (shard->owner[i])
        drive += params->belonging_owner;
    return drive;
}

/* The life satisfaction to which a person tends. */
static float
tendency(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_inner_life_params *params = &country->params->inner_life;
    const float income
        = pw_clamp(pw_log(pw_maximum(shard->household_income[i], 1000.0f) / country->median_income),
            -2.0f, 2.0f);
    float level = params->wellbeing_base + params->wellbeing_income * income
        + params->wellbeing_belonging * shard->belonging[i]
        + params->wellbeing_efficacy * shard->self_efficacy[i];

    if (shard->state[i] == PW_UNEMPLOYED)
        level -= params->wellbeing_unemployed;
    if (shard->state[i] == PW_INACTIVE)
        level -= params->wellbeing_inactive;
    if (shard->events[i] & PW_EVENT_REDUNDANT)
        level -= params->wellbeing_redundant;
    if (shard->events[i] & (PW_EVENT_SEPARATED | PW_EVENT_WIDOWED))
        level -= params->wellbeing_separated;
    if (shard->partner[i] != PW_NOBODY)
        level += params->wellbeing_partner;
    return level;
}

static void
live(const struct pw_country *country, struct pw_shard *shard, size_t i, int age, const float *noise)
{
    const struct pw_inner_life_params *params = &country->params->inner_life;
    const float kept = params->persistence;

    shard->self_efficacy[i] = kept * shard->self_efficacy[i]
        + drive_efficacy(params, shard, i, age < 25) + params->noise * noise[0];
    if (age < 30)
        shard->aspiration[i] = kept * shard->aspiration[i]
            + params->aspiration_skill * shard->skill[i] + params->noise * noise[1];
    shard->belonging[i] = kept * shard->belonging[i] + drive_belonging(country, shard, i)
        + params->noise * noise[2];
    shard->wellbeing[i] = pw_clamp(params->wellbeing_persistence * shard->wellbeing[i]
            + (1.0f - params->wellbeing_persistence) * tendency(country, shard, i)
            + params->wellbeing_noise * noise[3],
        0.0f, 10.0f);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, PW_MAX_AGE);
    struct pw_draws draws;
    float noise[4][PW_BLOCK];

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_INNER_LIFE, 0, &draws);
        for (int n = 0; n < 4; n++)
            for (size_t j = 0; j < slice.count; j++)
                noise[n][j] = pw_normal(draws.u[n][j]);
        for (size_t j = 0; j < slice.count; j++) {
            const float own[4] = { noise[0][j], noise[1][j], noise[2][j], noise[3][j] };

            if (pw_state_is_present(shard->state[slice.begin + j]))
                live(country, shard, slice.begin + j, slice.age, own);
        }
    }
}

const struct pw_process pw_inner_life = {
    .name = "inner_life",
    .about = "Self-efficacy, aspiration, belonging and wellbeing follow what happened.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(events) | PW_SET(place) | PW_SET(home_place)
        | PW_SET(class) | PW_SET(origin_class) | PW_SET(partner) | PW_SET(owner)
        | PW_SET(household_income) | PW_SET(skill) | PW_SET(self_efficacy) | PW_SET(aspiration)
        | PW_SET(belonging) | PW_SET(wellbeing),
    .writes = PW_SET(self_efficacy) | PW_SET(aspiration) | PW_SET(belonging) | PW_SET(wellbeing),
    .ask = ask,
};

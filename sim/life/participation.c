/* SPDX-License-Identifier: MIT */
#include "pathways/participation.h"

#include "pathways/numeric.h"

/* Chance that a mother stops work after a birth: the less, the more women of the time are in work. */
static float
stops_after_birth(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_participation_params *params = &country->params->participation;
    const float times = (float) (country->now.labour_women_employed[0] - 60.0) / 10.0f;

    return pw_logistic(params->birth_base - params->birth_times * times
        - params->birth_qualification * ((float) shard->qualification[i] - 1.5f));
}

/* Chance that somebody in the labour force leaves it: health, discouragement, caring. */
static float
leaves(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_participation_params *params = &country->params->participation;
    const float class
        = shard->class[i] == PW_NO_CLASS ? -1.0f : (float) shard->class[i] - 2.0f;
    const float times = (float) (country->now.labour_women_employed[0] - 60.0) / 10.0f;
    float latent = params->leave_base + params->leave_age * pw_maximum((float) age - 45.0f, 0.0f)
        - params->leave_class * class + params->hardship * country->hardship[shard->place[i]]
        - params->leave_efficacy * shard->self_efficacy[i];

    if (shard->state[i] == PW_UNEMPLOYED)
        latent += params->leave_unemployed + params->discouraged * pw_minimum((float) shard->spell[i], 3.0f);
    if (shard->sex[i] == PW_MALE)
        latent += params->men_times * pw_log((float) country->now.labour_men_inactive[0] / 16.0f)
            - params->men_stay;
    else if (shard->partner[i] != PW_NOBODY)
        latent -= params->women_times * times;
    if (age < 25)
        latent += params->leave_young;
    return pw_logistic(latent);
}

static float
returns(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_participation_params *params = &country->params->participation;
    const float times = (float) (country->now.labour_women_employed[0] - 60.0) / 10.0f;
    const bool small_child = shard->dependants[i] > 0 && shard->birth_gap[i] < 5;
    float latent = params->return_base - params->return_age * pw_maximum((float) age - 40.0f, 0.0f)
        + params->return_qualification * ((float) shard->qualification[i] - 1.5f)
        - params->return_duration * pw_minimum((float) shard->spell[i], 6.0f)
        - params->hardship * country->hardship[shard->place[i]]
        + params->return_efficacy * shard->self_efficacy[i];

    if (age < 25)
        latent += params->return_young;
    if (shard->sex[i] == PW_MALE)
        latent -= params->men_times * pw_log((float) country->now.labour_men_inactive[0] / 16.0f);
    else {
        latent += params->women_times * times;
        if (small_child)
            latent -= params->return_small_child;
    }
    return pw_logistic(latent);
}

static void
decide(const struct pw_country *country, struct pw_shard *shard, size_t i, int age, const float *u)
{
    const uint8_t state = shard->state[i];
    const bool mother = shard->sex[i] == PW_FEMALE && shard->birth_gap[i] == 0
        && shard->dependants[i] + 1 > 0;

    if (state == PW_EMPLOYED || state == PW_UNEMPLOYED) {
        if ((mother && (shard->events[i] & PW_EVENT_BIRTH) && u[0] < stops_after_birth(country, shard, i))
            || u[1] < leaves(country, shard, i, age)) {
            shard->state[i] = PW_INACTIVE;
            shard->spell[i] = 0;
            shard->hours[i] = 0;
        }
        return;
    }
    if (state != PW_INACTIVE || shard->spell[i] == 0)
        return;
    if (age >= 25 && age < 50 && shard->qualification[i] < PW_A_LEVEL
        && u[3] < country->params->participation.adult_education) {
        shard->state[i] = PW_ADULT_EDUCATION;
        shard->spell[i] = 0;
    } else if (u[2] < returns(country, shard, i, age)) {
        shard->state[i] = PW_UNEMPLOYED;
        shard->spell[i] = 0;
    }
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, 69);
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_PARTICIPATION, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const float u[4] = { draws.u[0][j], draws.u[1][j], draws.u[2][j], draws.u[3][j] };
            const uint8_t state = shard->state[slice.begin + j];

            if (state == PW_EMPLOYED || state == PW_UNEMPLOYED || state == PW_INACTIVE)
                decide(country, shard, slice.begin + j, slice.age, u);
        }
    }
}

const struct pw_process pw_participation = {
    .name = "participation",
    .about = "People leave the labour force and come back: health, caring, discouragement.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(sex) | PW_SET(partner)
        | PW_SET(class) | PW_SET(qualification) | PW_SET(birth_gap) | PW_SET(dependants)
        | PW_SET(events) | PW_SET(self_efficacy) | PW_SET(place),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours),
    .ask = ask,
};

/* SPDX-License-Identifier: MIT */
#include "pathways/childhood.h"

#include "pathways/numeric.h"

float
pw_childhood_pull(const struct pw_childhood_params *params, int stage,
    const struct pw_childhood_drivers *drivers)
{
    return params->ability[stage] * drivers->ability + params->income[stage] * drivers->income
        + params->parent_education[stage] * drivers->parent_education
        + params->parent_class[stage] * drivers->parent_class + drivers->place
        + params->belonging * drivers->belonging + params->self_efficacy * drivers->self_efficacy
        + params->free_meals_gap[stage] * drivers->free_meals;
}

/* What the parents bring to a child: see struct pw_childhood_drivers. */
static void
add_parents(const struct pw_shard *shard, size_t i, struct pw_childhood_drivers *drivers)
{
    const int32_t mother = shard->mother[i], father = shard->father[i];
    float education = 0.0f, class = -9.0f;

    if (mother != PW_NOBODY) {
        education = (float) shard->qualification[mother];
        if (shard->class[mother] != PW_NO_CLASS)
            class = (float) shard->class[mother] - 2.0f;
    }
    if (father != PW_NOBODY) {
        education = pw_maximum(education, (float) shard->qualification[father]);
        if (shard->class[father] != PW_NO_CLASS)
            class = pw_maximum(class, (float) shard->class[father] - 2.0f);
    }
    drivers->parent_education = education - 1.5f;
    drivers->parent_class = class < -2.0f ? -1.0f : class;
}

static void
grow(const struct pw_country *country, struct pw_shard *shard, size_t i, int age, const float *u)
{
    const struct pw_childhood_params *params = &country->params->childhood;
    const int stage = age < 5 ? PW_STAGE_EARLY : age < 11 ? PW_STAGE_PRIMARY : PW_STAGE_SECONDARY;
    const float persistence = params->persistence[stage];
    const int free_meals = shard->free_meals[i];
    const uint8_t events = shard->events[i];
    struct pw_childhood_drivers drivers = {
        .ability = shard->ability[i],
        .income
        = pw_clamp(pw_log(pw_maximum(shard->household_income[i], 1000.0f) / country->median_income),
            -2.0f, 2.0f),
        .place = pw_country_school_effect(country, shard->place[i], stage, free_meals),
        .belonging = shard->belonging[i],
        .self_efficacy = shard->self_efficacy[i],
        .free_meals = (float) free_meals,
    };
    float shock = 0.0f, pull;

    add_parents(shard, i, &drivers);
    pull = pw_childhood_pull(params, stage, &drivers);
    if (events & PW_EVENT_REDUNDANT)
        shock -= params->redundancy_shock;
    if (events & PW_EVENT_SEPARATED)
        shock -= params->separation_shock;
    if (events & PW_EVENT_MOVED)
        shock -= params->move_shock;
    shard->skill[i] = persistence * shard->skill[i] + (1.0f - persistence) * pull + shock
        + params->noise[stage] * pw_normal(u[0]);
    shard->self_efficacy[i] = params->inner_persistence * shard->self_efficacy[i]
        + params->efficacy_skill * shard->skill[i] + shock + params->inner_noise * pw_normal(u[1]);
    shard->aspiration[i] = params->inner_persistence * shard->aspiration[i]
        + params->aspiration_class * drivers.parent_class
        + params->aspiration_education * drivers.parent_education
        + params->aspiration_skill * shard->skill[i]
        + params->inner_noise * pw_normal(u[2]);
    shard->belonging[i] = params->inner_persistence * shard->belonging[i]
        - params->belonging_marked_out * (float) free_meals
        - (events & (PW_EVENT_MOVED | PW_EVENT_SEPARATED) ? params->belonging_shock : 0.0f)
        + params->belonging_base + params->inner_noise * pw_normal(u[3]);
    if (age >= 10) {
        const float now = pw_log(pw_maximum(shard->household_income[i], 1000.0f));
        const float years = shard->origin_income[i] > 0.0f ? (float) (age - 9) : 1.0f;

        shard->origin_income[i] += (now - shard->origin_income[i]) / years;
    }
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 0, 15);
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_CHILDHOOD, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const float u[4] = { draws.u[0][j], draws.u[1][j], draws.u[2][j], draws.u[3][j] };

            if (pw_state_is_present(shard->state[slice.begin + j]))
                grow(country, shard, slice.begin + j, slice.age, u);
        }
    }
}

const struct pw_process pw_childhood = {
    .name = "childhood",
    .about = "Children grow in skill, self-efficacy, aspiration and belonging.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(mother) | PW_SET(father) | PW_SET(qualification)
        | PW_SET(class) | PW_SET(place) | PW_SET(household_income) | PW_SET(free_meals)
        | PW_SET(events) | PW_SET(ability) | PW_SET(skill) | PW_SET(self_efficacy)
        | PW_SET(aspiration) | PW_SET(belonging) | PW_SET(origin_income),
    .writes = PW_SET(skill) | PW_SET(self_efficacy) | PW_SET(aspiration) | PW_SET(belonging)
        | PW_SET(origin_income),
    .ask = ask,
};

/* SPDX-License-Identifier: MIT */
#include "pathways/pay.h"

#include "pathways/numeric.h"

/* Paid hours: women work fewer while children are small, some at any time. */
static uint8_t
hours_of(const struct pw_pay_params *params, const struct pw_shard *shard, size_t i, float u)
{
    if (shard->sex[i] == PW_MALE)
        return (uint8_t) (u < params->men_part_time ? params->part_time_hours : params->full_time_hours);
    if (shard->dependants[i] > 0)
        return (uint8_t) (u < (shard->birth_gap[i] < 5 ? params->mothers_part_time_small
                                                       : params->mothers_part_time)
                ? params->part_time_hours
                : params->full_time_hours);
    return (uint8_t) (u < params->women_part_time ? params->part_time_hours : params->full_time_hours);
}

/* Log hourly pay without luck. */
static float
level_of(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_pay_params *params = &country->params->pay;
    const int class = shard->class[i] == PW_NO_CLASS ? PW_LOWER_WORKING : shard->class[i];
    const float years = pw_minimum((float) shard->experience[i], 30.0f);
    const float origin
        = shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;
    float level = params->class_level[class]
        + params->experience[class] * (years - years * years / 60.0f)
        + params->qualification[shard->qualification[i]] + params->skill * shard->skill[i]
        + params->negotiation * origin
        + params->area * country->pay_level[country->labour_market[shard->place[i]]]
        - params->scar * (float) shard->fade[i] / 255.0f;

    if (pw_state_is_apprentice(shard->state[i]))
        level -= params->apprentice_discount;
    if (shard->sex[i] == PW_FEMALE)
        level += country->log_women_ratio;
    return level + country->log_pay_level;
}

static void
pay(const struct pw_country *country, struct pw_shard *shard, size_t i, const float *u)
{
    const struct pw_pay_params *params = &country->params->pay;
    const float floor = params->lowest + country->log_pay_level;

    shard->pay_persistent[i] = params->persistence * shard->pay_persistent[i]
        + params->persistent_sd * pw_normal(u[0]);
    shard->pay[i] = pw_maximum(level_of(country, shard, i) + shard->pay_persistent[i]
            + params->transitory_sd * pw_normal(u[1]),
        floor);
    if (shard->experience[i] < 60)
        shard->experience[i]++;
    if (u[2] < params->change_hours || shard->hours[i] == 0 || shard->spell[i] == 0
        || shard->birth_gap[i] == 0)
        shard->hours[i] = hours_of(params, shard, i, u[3]);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const float kept = country->params->pay.scar_persistence;
    struct pw_slice slice = pw_slices(shard, country->year, 15, PW_MAX_AGE);
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        if (slice.age < 80)
            pw_slice_draw(&slice, &country->rng, PW_STREAM_PAY, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;
            const uint8_t state = shard->state[i];

            if (slice.age < 80 && (state == PW_EMPLOYED || pw_state_is_apprentice(state))) {
                const float u[4] = { draws.u[0][j], draws.u[1][j], draws.u[2][j], draws.u[3][j] };

                pay(country, shard, i, u);
                shard->fade[i] = (uint8_t) ((float) shard->fade[i] * kept);
            } else {
                shard->pay[i] = 0.0f;
                if (state == PW_UNEMPLOYED || state == PW_INACTIVE) {
                    shard->fade[i] = 255;
                    if (slice.age >= 16 && slice.age < 25)
                        shard->neet_years[i]++;
                }
            }
        }
    }
}

const struct pw_process pw_pay = {
    .name = "pay",
    .about = "Those in work are paid and gain experience; time out of work leaves a scar that fades.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(class) | PW_SET(place)
        | PW_SET(qualification) | PW_SET(skill) | PW_SET(origin_class) | PW_SET(experience)
        | PW_SET(fade) | PW_SET(dependants) | PW_SET(birth_gap) | PW_SET(spell)
        | PW_SET(pay_persistent) | PW_SET(hours),
    .writes = PW_SET(pay) | PW_SET(pay_persistent) | PW_SET(experience) | PW_SET(hours)
        | PW_SET(fade) | PW_SET(neet_years),
    .ask = ask,
};

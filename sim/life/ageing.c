/* SPDX-License-Identifier: MIT */
#include "pathways/ageing.h"

static uint8_t
one_more(uint8_t count)
{
    return count < PW_NEVER - 1 ? (uint8_t) (count + 1) : count;
}

static void
enter(struct pw_shard *shard, size_t i, enum pw_state state)
{
    shard->state[i] = (uint8_t) state;
    shard->spell[i] = 0;
}

static bool
is_of_working_age_state(uint8_t state)
{
    return state >= PW_EMPLOYED && state <= PW_ADULT_EDUCATION;
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_ageing_params *params = &country->params->ageing;
    struct pw_slice slice = pw_slices(shard, country->year, 0, PW_MAX_AGE);

    (void) pass;
    while (pw_slice_next(&slice)) {
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            if (shard->state[i] == PW_ABROAD)
                continue;
            shard->spell[i] = one_more(shard->spell[i]);
            if (shard->birth_gap[i] != PW_NEVER)
                shard->birth_gap[i] = one_more(shard->birth_gap[i]);
            shard->events[i] = 0;
            shard->dependants[i] = 0;
            if (slice.age == 5 && shard->state[i] == PW_EARLY_YEARS)
                enter(shard, i, PW_SCHOOL);
            if (slice.age < params->first_pension_age || !is_of_working_age_state(shard->state[i]))
                continue;
            const double pension_age = shard->sex[i] == PW_FEMALE
                ? country->now.labour_pension_age_women[0]
                : country->now.labour_pension_age_men[0];
            const float u = pw_rng_uniform(
                &country->rng, shard->key[i], country->year, PW_STREAM_PARTICIPATION, 1);

            if ((double) slice.age >= pension_age
                && (shard->state[i] != PW_EMPLOYED || u < params->retirement))
                enter(shard, i, PW_RETIRED);
            else if ((double) slice.age >= pension_age - 10.0 && shard->state[i] == PW_INACTIVE
                && u < params->early_retirement)
                enter(shard, i, PW_RETIRED);
            if (shard->state[i] == PW_RETIRED)
                shard->hours[i] = 0;
        }
    }
}

const struct pw_process pw_ageing = {
    .name = "ageing",
    .about = "A year passes: children start school at five, people retire.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(birth_gap) | PW_SET(events) | PW_SET(hours)
        | PW_SET(dependants),
    .ask = ask,
};

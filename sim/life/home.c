/* SPDX-License-Identifier: MIT */
#include "pathways/home.h"

#include "pathways/numeric.h"

/* Latent readiness to buy this year. */
static float
readiness(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_home_params *params = &country->params->home;
    const float price = (float) country->now.home_price_to_earnings[0] / params->reference_price
        * country->home_price[country->region[shard->place[i]]];
    const float income = pw_maximum(shard->household_income[i], 1000.0f) / country->median_income;
    const int32_t partner = shard->partner[i];
    const float parents = (float) (shard->parent_owner[i]
        | (partner != PW_NOBODY ? shard->parent_owner[partner] : 0));

    return params->base + params->income * pw_log(income) - params->price * pw_log(price)
        + params->access * pw_log((float) country->now.home_access[0])
        + params->parents * parents + (partner != PW_NOBODY ? params->partner : 0.0f)
        - params->age * pw_maximum((float) age - 45.0f, 0.0f)
        - params->young * pw_maximum(27.0f - (float) age, 0.0f);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_home_params *params = &country->params->home;
    struct pw_slice slice = pw_slices(shard, country->year, 20, 79);
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_HOME, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;
            const int32_t partner = shard->partner[i];
            uint8_t owns = shard->owner[i];

            if (!pw_state_is_present(shard->state[i])
                || (shard->sex[i] == PW_MALE && partner != PW_NOBODY))
                continue;
            if (owns)
                owns = draws.u[0][j] >= params->give_up
                        * (shard->state[i] == PW_UNEMPLOYED ? params->give_up_unemployed : 1.0f);
            else if (shard->state[i] == PW_EMPLOYED || shard->state[i] == PW_RETIRED
                || (partner != PW_NOBODY && shard->state[partner] == PW_EMPLOYED))
                owns = draws.u[1][j] < pw_logistic(readiness(country, shard, i, slice.age));
            shard->owner[i] = owns;
            if (partner != PW_NOBODY)
                shard->owner[partner] = owns;
        }
    }
}

const struct pw_process pw_home = {
    .name = "home",
    .about = "Households buy a home when income, prices, parents and credit allow.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(partner) | PW_SET(place)
        | PW_SET(household_income) | PW_SET(parent_owner) | PW_SET(owner),
    .writes = PW_SET(owner),
    .ask = ask,
};

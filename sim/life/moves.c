/* SPDX-License-Identifier: MIT */
#include "pathways/moves.h"

#include "pathways/numeric.h"

/* Pull of every labour market on people of a region, professional or not, cumulative. */
static void
open(struct pw_country *country)
{
    const struct pw_moves_params *params = &country->params->moves;
    const struct pw_scenario *scenario = country->scenario;
    const int num_markets = scenario->num_labour_markets;

    for (int r = 0; r < scenario->num_regions; r++)
        for (int professional = 0; professional < 2; professional++) {
            float *pull = &country->gravity[(r * 2 + professional) * num_markets];
            float sum = 0.0f;

            for (int l = 0; l < num_markets; l++) {
                const uint16_t place = country->member[country->member_begin[l]];
                const float share = country->professional_share[l];
                float weight =
                    country->market_weight[l]
                    * pw_exp(params->pay * country->pay_level[l]
                             - params->price * pw_log(country->home_price[country->region[place]]));

                if (professional && share > 0.0f)
                    weight *= pw_exp(params->good_jobs * (share - 0.48f));
                if (country->region[place] == r) weight *= params->nearby;
                sum += weight;
                pull[l] = sum;
            }
            for (int l = 0; l < num_markets; l++)
                pull[l] /= sum;
        }
}

/* A labour market drawn by its pull. */
static int
market_for(const struct pw_country *country, const struct pw_shard *shard, size_t i, float u)
{
    const int num_markets = country->scenario->num_labour_markets;
    const int professional =
        shard->class[i] >= PW_LOWER_PROFESSIONAL && shard->class[i] != PW_NO_CLASS;
    const float *pull =
        &country->gravity[(country->region[shard->place[i]] * 2
                              + (professional || shard->qualification[i] >= PW_FIRST_DEGREE))
                          * num_markets];
    int l = 0;

    while (l + 1 < num_markets && pull[l] < u)
        l++;
    return l;
}

static void
move_to(struct pw_shard *shard, size_t i, uint16_t place)
{
    const int32_t partner = shard->partner[i];

    if (place == shard->place[i]) return;
    shard->place[i] = place;
    shard->events[i] |= PW_EVENT_MOVED;
    if (partner != PW_NOBODY) {
        shard->place[partner] = place;
        shard->events[partner] |= PW_EVENT_MOVED;
    }
}

static float
chance_of_leaving(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_moves_params *params = &country->params->moves;
    const float standing = country->standing[shard->place[i]];
    const float by_age = age < 20   ? params->leave_teens
                         : age < 30 ? params->leave_twenties
                         : age < 45 ? params->leave_thirties
                                    : params->leave_later;
    float chance = by_age * pw_exp(-params->belonging * shard->belonging[i]);

    if (shard->qualification[i] >= PW_FIRST_DEGREE) chance *= params->graduates;
    if (shard->dependants[i] > 0) chance *= params->families;
    if (shard->state[i] == PW_UNEMPLOYED) chance *= params->unemployed;
    if (shard->dependants[i] > 0 && shard->class[i] != PW_NO_CLASS)
        chance *= pw_exp(-params->family_sorting * ((float) shard->class[i] - 2.0f) * standing);
    return chance;
}

/* Students who have finished away from home go back, stay, or go on. */
static bool
after_study(const struct pw_country *country, struct pw_shard *shard, size_t i, const float *u)
{
    const struct pw_moves_params *params = &country->params->moves;
    const uint16_t home = shard->home_place[i];

    if (!(shard->events[i] & PW_EVENT_GRADUATED) || shard->qualification[i] < PW_FIRST_DEGREE
        || home == PW_UNPLACED
        || country->labour_market[home] == country->labour_market[shard->place[i]])
        return false;
    if (u[0] < pw_logistic(params->return_base + params->return_belonging * shard->belonging[i]))
        move_to(shard, i, home);
    else if (u[1] < params->go_on)
        move_to(shard, i,
            pw_country_place_in(
                country, market_for(country, shard, i, u[2]), shard->class[i], u[3]));
    return true;
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_moves_params *params = &country->params->moves;
    struct pw_slice slice = pw_slices(shard, country->year, 18, 79);
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_MOVE, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;
            const float u[4] = { draws.u[0][j], draws.u[1][j], draws.u[2][j], draws.u[3][j] };
            float leaving;

            /* A couple moves as one: she decides for both (a convention, not a finding). */
            if (!pw_state_is_present(shard->state[i]) || pw_state_is_university(shard->state[i])
                || (shard->sex[i] == PW_MALE && shard->partner[i] != PW_NOBODY)
                || (shard->events[i] & PW_EVENT_MOVED) || after_study(country, shard, i, u))
                continue;
            leaving = chance_of_leaving(country, shard, i, slice.age);
            if (u[0] < leaving)
                move_to(shard, i,
                    pw_country_place_in(
                        country, market_for(country, shard, i, u[1]), shard->class[i], u[2]));
            else if (u[0] < leaving + params->local)
                move_to(shard, i,
                    pw_country_place_in(country, country->labour_market[shard->place[i]],
                        shard->partner[i] != PW_NOBODY
                                && shard->class[shard->partner[i]] != PW_NO_CLASS
                                && (shard->class[i] == PW_NO_CLASS
                                        || shard->class[shard->partner[i]] > shard -> class[i])
                            ? shard->class[shard->partner[i]]
                            : shard->class[i],
                        u[3]));
        }
    }
}

const struct pw_process pw_moves = {
    .name = "moves",
    .about = "People move after study, for work and for family, and sort by class within labour "
             "markets.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(partner) | PW_SET(place)
             | PW_SET(home_place) | PW_SET(class) | PW_SET(qualification) | PW_SET(dependants)
             | PW_SET(belonging) | PW_SET(events),
    .writes = PW_SET(place) | PW_SET(events),
    .open = open,
    .ask = ask,
};

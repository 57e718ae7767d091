/* SPDX-License-Identifier: MIT */
#include "pathways/moves.h"

#include "pathways/labour.h"
#include "pathways/numeric.h"
#include "pathways/push.h"

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
                const uint8_t region = pw_country_market_region(country, l);
                const float share = country->professional_share[l];
                float weight = country->market_weight[l]
                               * pw_exp(params->pay * country->pay_level[l]
                                        - params->price * pw_log(country->home_price[region]));

                if (professional && share > 0.0f)
                    weight *= pw_exp(
                        params->good_jobs * (share - country->params->childhood.usual_share));
                if (region == r) weight *= params->nearby;
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
move_to(const struct pw_country *country, struct pw_shard *shard, size_t i, uint16_t place)
{
    const int32_t partner = shard->partner[i];

    if (place == shard->place[i]) return;
    shard->place[i] = place;
    shard->events[i] |= PW_EVENT_MOVED;
    pw_labour_follow(country, shard, i);
    if (partner != PW_NOBODY) {
        shard->place[partner] = place;
        shard->events[partner] |= PW_EVENT_MOVED;
        pw_labour_follow(country, shard, (size_t) partner);
    }
}

/* What policies of the home place do to bring graduates back: they reach out to where they are. */
static float
homecoming(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    return pw_push_from(country, shard->home_place[i], PW_CHANNEL_HOMECOMING,
        country->year - pw_shard_birth_year(shard, i));
}

/* Has somebody finished a degree away from home? */
static bool
ends_away(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const uint16_t home = shard->home_place[i];

    return (shard->events[i] & PW_EVENT_GRADUATED) && shard->qualification[i] >= PW_FIRST_DEGREE
           && home != PW_UNPLACED
           && country->labour_market[home] != country->labour_market[shard->place[i]];
}

/* Chance that a student who has finished goes back home. */
static float
returning(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_moves_params *params = &country->params->moves;

    return pw_logistic(params->return_base + params->return_belonging * shard->belonging[i]
                       + homecoming(country, shard, i));
}

/* Students who have finished away from home go back, stay, or go on. */
static uint16_t
after_study(
    const struct pw_country *country, const struct pw_shard *shard, size_t i, const float *u)
{
    if (u[0] < returning(country, shard, i)) return shard->home_place[i];
    if (u[1] < country->params->moves.go_on)
        return pw_country_place_in(
            country, market_for(country, shard, i, u[2]), shard->class[i], u[3]);
    return shard->place[i];
}

/* Who of a slice may move: what is worked out for everyone, so that few are looked at one by one.
 */
struct prospects {
    float leaving[PW_BLOCK]; /* chance to move to another labour market, families' own reasons apart
                              */
    uint8_t may_move[PW_BLOCK];
};

static float
leaving_by_age(const struct pw_moves_params *params, int age)
{
    if (age < 20) return params->leave_teens;
    if (age < 30) return params->leave_twenties;
    return age < 45 ? params->leave_thirties : params->leave_later;
}

PW_INLINE void
find_leaving(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, float *leaving)
{
    const size_t span = pw_slice_span(slice);
    const struct pw_moves_params *params = &country->params->moves;
    const float by_age = leaving_by_age(params, slice->age);
    const uint8_t *state = shard->state + slice->begin;
    const uint8_t *qualification = shard->qualification + slice->begin;
    const uint8_t *dependants = shard->dependants + slice->begin;
    const float *belonging = shard->belonging + slice->begin;
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_LEAVING, room);

    for (size_t j = 0; j < span; j++)
        leaving[j] = by_age * pw_exp(push[j] - params->belonging * belonging[j])
                     * pw_select(qualification[j] >= PW_FIRST_DEGREE, params->graduates, 1.0f)
                     * pw_select(dependants[j] > 0, params->families, 1.0f)
                     * pw_select(state[j] == PW_UNEMPLOYED, params->unemployed, 1.0f);
}

/* How much more often somebody leaves because families sort by class. */
static float
sorting(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const float standing = country->standing[pw_table_place(shard->place[i])];
    const float steps = (float) shard->class[i] - 2.0f;

    if (shard->dependants[i] == 0 || shard->class[i] == PW_NO_CLASS) return 1.0f;
    return pw_exp(-country->params->moves.family_sorting * steps * standing);
}

/* No family has more reason to leave than one of an end of the classes in a place of an end of the
 * standings. A little is added for what rounding does. */
static float
most_sorting(const struct pw_country *country)
{
    const float slope = country->params->moves.family_sorting;
    float extreme = 0.0f;

    for (int p = 0; p < country->scenario->num_places; p++)
        extreme = pw_maximum(extreme, pw_maximum(country->standing[p], -country->standing[p]));
    return 1.001f * pw_exp(pw_maximum(slope, -slope) * 2.0f * extreme);
}

/* A couple moves as one: she decides for both (a convention, not a finding). @param most  factor of
 * the highest chance of a family */
PW_INLINE void
find_movers(const struct pw_shard *shard, const struct pw_slice *slice, const float *u, float local,
    float most, struct prospects *prospects)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *state = shard->state + slice->begin, *sex = shard->sex + slice->begin;
    const uint8_t *events = shard->events + slice->begin;
    const uint8_t *dependants = shard->dependants + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;

    for (size_t j = 0; j < span; j++) {
        const bool studies = (state[j] >= PW_UNIVERSITY_HOME) & (state[j] <= PW_POSTGRADUATE);
        const bool present = (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED);
        const bool follows = (sex[j] == PW_MALE) & (partner[j] != PW_NOBODY);
        const bool settles = !(studies | follows | ((events[j] & PW_EVENT_MOVED) != 0));
        const bool graduated = (events[j] & PW_EVENT_GRADUATED) != 0;
        const float highest = prospects->leaving[j] * pw_select(dependants[j] > 0, most, 1.0f);

        prospects->may_move[j] = settles & present & ((u[j] < highest + local) | graduated);
    }
}

/* Those of a slice who may move. */
static PW_KERNEL void
list_movers(const struct pw_country *country, const struct pw_slice *slice, const float *u,
    float most, struct prospects *prospects, struct pw_few *movers)
{
    find_leaving(country, slice->shard, slice, prospects->leaving);
    find_movers(slice->shard, slice, u, country->params->moves.local, most, prospects);
    pw_few_list(movers, slice, prospects->may_move);
}

/* The higher class of a couple decides where it lives within a labour market. */
static int
class_of_household(const struct pw_shard *shard, size_t i)
{
    const int32_t partner = shard->partner[i];
    const int own = shard->class[i], other = partner == PW_NOBODY ? own : shard->class[partner];

    if (other == PW_NO_CLASS) return own;
    return own == PW_NO_CLASS || other > own ? other : own;
}

/* Where somebody who may move lives from now on. */
static uint16_t
destination(const struct pw_country *country, const struct pw_shard *shard, size_t i,
    const float *u, float leaving)
{
    const int here = country->labour_market[shard->place[i]];

    if (ends_away(country, shard, i)) return after_study(country, shard, i, u);
    if (u[0] < leaving)
        return pw_country_place_in(
            country, market_for(country, shard, i, u[1]), shard->class[i], u[2]);
    if (u[0] < leaving + country->params->moves.local)
        return pw_country_place_in(country, here, class_of_household(shard, i), u[3]);
    return shard->place[i];
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const float most = most_sorting(country);
    struct pw_slice slice = pw_slices(shard, country->year, 18, 79);
    struct pw_draws draws = { 0 };
    struct prospects prospects;
    struct pw_few movers;

    (void) pass;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_MOVE, 0, &draws);
        list_movers(country, &slice, draws.u[0], most, &prospects, &movers);
        for (size_t n = 0; n < movers.count; n++) {
            const size_t i = movers.row[n], j = i - slice.begin;
            const float u[4] = { draws.u[0][j], draws.u[1][j], draws.u[2][j], draws.u[3][j] };

            move_to(country, shard, i,
                destination(
                    country, shard, i, u, prospects.leaving[j] * sorting(country, shard, i)));
        }
    }
}

/* Chances of the ways that are open, and which of them the draws have chosen. */
static void
tell_ways(const struct pw_country *country, const struct pw_shard *shard, size_t i, const float *u,
    const struct prospects *prospects, struct pw_decision *decision)
{
    const struct pw_moves_params *params = &country->params->moves;
    const uint16_t place = shard->place[i];
    const uint16_t to =
        prospects->may_move[0] ? destination(country, shard, i, u, prospects->leaving[0]) : place;

    if (ends_away(country, shard, i)) {
        const double back = (double) returning(country, shard, i);
        const double on = (1.0 - back) * (double) params->go_on;

        decision->about = "where to live after university";
        (void) pw_decision_option(
            decision, "stay where they studied", 1.0 - back - on, PW_COLUMN_place, place);
        (void) pw_decision_option(
            decision, "go back home", back, PW_COLUMN_place, shard->home_place[i]);
        (void) pw_decision_option(decision, "go on elsewhere", on, PW_COLUMN_place, to);
        decision->wanted = u[0] < returning(country, shard, i) ? 1 : u[1] < params->go_on ? 2 : 0;
    } else {
        const double away = fmin((double) prospects->leaving[0], 1.0);
        const double near = fmin((double) params->local, 1.0 - away);

        (void) pw_decision_option(decision, "stay", 1.0 - away - near, PW_COLUMN_place, place);
        (void) pw_decision_option(
            decision, "move to another labour market", away, PW_COLUMN_place, to);
        (void) pw_decision_option(decision, "move nearby", near, PW_COLUMN_place, to);
        decision->wanted = u[0] < prospects->leaving[0]                   ? 1
                           : u[0] < prospects->leaving[0] + params->local ? 2
                                                                          : 0;
    }
    decision->taken = decision->wanted;
    decision->is_routine =
        to == place && decision->num_options > 0 && !(ends_away(country, shard, i));
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const int32_t partner = shard->partner[row];
    const bool follows = shard->sex[row] == PW_MALE && partner != PW_NOBODY;
    const size_t i = follows ? (size_t) partner : row;
    const struct pw_slice slice = pw_slice_of(shard, country->year, i);
    struct pw_draws draws = { 0 };
    struct prospects prospects;

    (void) pass;
    if (slice.age < 18 || slice.age > 79 || !pw_state_is_present(shard->state[i])
        || pw_state_is_university(shard->state[i]) || shard->events[i] & PW_EVENT_MOVED)
        return false;
    pw_slice_draw(&slice, &country->rng, PW_STREAM_MOVE, 0, &draws);
    find_leaving(country, shard, &slice, prospects.leaving);
    prospects.leaving[0] *= sorting(country, shard, i);
    find_movers(shard, &slice, draws.u[0], country->params->moves.local, 1.0f, &prospects);
    const float u[4] = { draws.u[0][0], draws.u[1][0], draws.u[2][0], draws.u[3][0] };

    *decision = pw_decision_begin("where to live", i);
    tell_ways(country, shard, i, u, &prospects, decision);
    return true;
}

const struct pw_process pw_moves = {
    .name = "moves",
    .about = "People move after study, for work and for family, and sort by class within labour "
             "markets.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(partner) | PW_SET(place)
             | PW_SET(home_place) | PW_SET(class) | PW_SET(qualification) | PW_SET(dependants)
             | PW_SET(belonging) | PW_SET(events) | PW_SET(work_market) | PW_SET(enrolled)
             | PW_SET(exposure),
    .writes = PW_SET(place) | PW_SET(work_market) | PW_SET(events),
    .open = open,
    .ask = ask,
    .tell = tell,
    .mechanism =
        "Graduates who studied away go back, stay or go on. Others move between labour "
        "markets, most in their twenties, graduates and those out of work more, families and "
        "those who belong less; pay, professional work and nearness draw, prices repel. "
        "Within a labour market movers sort by class. A couple moves as one. Those who move "
        "out of their region work where they live.",
    .equation =
        "P(move) = base(age) x graduates x families x unemployed x exp(-belonging b); "
        "P(market) ~ residents x exp(pay w - price log p + good_jobs x professional share) x "
        "nearby in the region; P(return) = logistic(return_base + return_belonging b)",
    .source = "Rates of the twenties and of graduates: ifs2021_london. Pay of areas and prices of "
              "regions: published. Gravity and the rest assumed or fitted.",
    .tested =
        "moves.pay_draws_prices_repel_nearness_and_good_jobs_draw "
        "moves.belonging_keeps_people "
        "moves.graduates_and_people_out_of_work_leave_more_often_and_families_less "
        "directions.the_more_often_people_leave_the_more_live_elsewhere_than_where_they_grew_up",
};

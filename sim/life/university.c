/* SPDX-License-Identifier: MIT */
#include "pathways/university.h"

#include "pathways/numeric.h"
#include "pathways/provision.h"
#include "pathways/push.h"

#define FIRST_AGE 18
#define LAST_AGE  50

PW_INLINE float
wish_of(const struct pw_university_params *params, float attainment, float aspiration,
    int parent_qualification, int origin_class)
{
    const float origin = pw_given(origin_class != PW_NO_CLASS, (float) origin_class - 2.0f);

    return params->base + params->attainment * attainment + params->aspiration * aspiration
           + pw_given(parent_qualification >= PW_FIRST_DEGREE, params->graduate_parent)
           + params->origin * origin;
}

float
pw_university_wish(const struct pw_university_params *params, float attainment, float aspiration,
    int parent_qualification, int origin_class)
{
    return wish_of(params, attainment, aspiration, parent_qualification, origin_class);
}

PW_INLINE bool
may_apply(uint8_t state, uint8_t qualification, uint8_t events)
{
    const bool studies =
        ((state >= PW_SCHOOL) & (state <= PW_POSTGRADUATE)) | (state == PW_ADULT_EDUCATION);
    const bool level3 = (qualification == PW_A_LEVEL) | (qualification == PW_FURTHER);

    const bool left = (events & PW_EVENT_DISPLACED) != 0; /* this year */
    const bool present = (state >= PW_EARLY_YEARS) & (state <= PW_RETIRED);

    return level3 & !studies & !left & present;
}

/* Those of a slice who may apply. */
PW_INLINE void
list_hopefuls(const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *few)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *state = shard->state + slice->begin, *events = shard->events + slice->begin;
    const uint8_t *qualification = shard->qualification + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        wanted[j] = may_apply(state[j], qualification[j], events[j]);
    pw_few_list(few, slice, wanted);
}

/* Attainment at 16 as a standard score. */
PW_INLINE float
standard_score(const struct pw_gcse_params *params, float attainment)
{
    return (attainment - params->attainment_mean) / params->attainment_sd;
}

/* How much everybody of a slice would wish to go, whether they may or not [log-odds]. */
PW_INLINE void
find_wishes(const struct pw_country *country, const struct pw_slice *slice, float *wish)
{
    const size_t span = pw_slice_span(slice);
    const struct pw_university_params *params = &country->params->university;
    const struct pw_gcse_params *gcse = &country->params->gcse;
    const struct pw_shard *shard = slice->shard;
    const uint8_t *route = shard->route + slice->begin;
    const float *attainment = shard->attainment + slice->begin;
    const float *aspiration = shard->aspiration + slice->begin;
    const uint8_t *parent_qualification = shard->parent_qualification + slice->begin;
    const uint8_t *origin_class = shard->origin_class + slice->begin;
    const float *origin_income = shard->origin_income + slice->begin;
    const float later = params->later * (float) (slice->age > 21 ? 3 : slice->age - 18);
    const float adult = slice->age > 23 ? params->adult : 0.0f;
    const float log_median = pw_log(country->median_income);
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_UNIVERSITY_WISH, room);

    for (size_t j = 0; j < span; j++)
        wish[j] = wish_of(params, standard_score(gcse, attainment[j]), aspiration[j],
                      parent_qualification[j], origin_class[j])
                  + params->income * pw_country_income_over(origin_income[j], log_median)
                  - pw_given(route[j] != PW_ROUTE_ACADEMIC, params->vocational) - later - adult
                  + push[j];
}

/* Rank of an applicant without luck. */
PW_INLINE float
rank_of(const struct pw_country *country, const struct pw_shard *shard, int age, size_t i)
{
    const struct pw_university_params *params = &country->params->university;

    return standard_score(&country->params->gcse, shard->attainment[i])
           + pw_given(shard->route[i] == PW_ROUTE_ACADEMIC, params->academic_offer)
           + (params->contextual + pw_push(country, shard, PW_CHANNEL_UNIVERSITY_OFFER, age, i))
                 * (float) shard->free_meals[i];
}

PW_INLINE void
apply(struct pw_shard *shard, size_t i, int age, float rank, uint32_t lottery)
{
    struct pw_application *application = pw_market_ask(shard);

    *application = (struct pw_application){ .row = (uint32_t) i, .detail = (uint16_t) age };
    for (int tier = 0; tier < PW_NUM_TIERS; tier++) {
        application->wish[tier] = (uint16_t) tier;
        application->score[tier] = pw_market_score(rank, lottery);
    }
    application->wish[PW_NUM_TIERS] = PW_NO_MARKET;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const float noise = country->params->university.offer_noise;
    const float gap_year = country->params->university.gap_year;
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    const struct pw_range cohort = pw_shard_ages(shard, country->year, 18, 18);
    struct pw_few hopefuls;
    struct pw_draws draws;
    float wish[PW_BLOCK], luck[PW_BLOCK];

    (void) pass;
    shard->num_applications = 0;
    shard->tally[0] = 0;
    for (size_t i = cohort.begin; i < cohort.end; i++)
        shard->tally[0] += pw_state_is_present(shard->state[i]);
    while (pw_slice_next(&slice)) {
        list_hopefuls(shard, &slice, &hopefuls);
        pw_few_draw(&hopefuls, &slice, &country->rng, PW_STREAM_UNIVERSITY, 0, &draws);
        find_wishes(country, &slice, wish);
        for (size_t n = 0; n < hopefuls.count; n++)
            luck[n] = pw_logit(draws.u[0][n]);
        for (size_t n = 0; n < hopefuls.count; n++) {
            const size_t i = hopefuls.row[n];

            if (wish[i - slice.begin] + luck[n] > 0.0f
                && (slice.age > FIRST_AGE || draws.u[3][n] >= gap_year))
                apply(shard, i, slice.age,
                    rank_of(country, shard, slice.age, i) + noise * pw_normal(draws.u[1][n]),
                    pw_lottery(draws.u[2][n]));
        }
    }
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const struct pw_university_params *params = &country->params->university;
    const double added = (double) pw_provision_added_everywhere(country, PW_LEVER_UNIVERSITY_SEATS);
    double seats;

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, 1);
    seats = (double) country->sum[0] * country->now.university_participation[0] / 100.0
            * (double) params->adult_seats;
    for (int tier = 0; tier < PW_NUM_TIERS; tier++)
        country->university.capacity[tier] =
            (int64_t) ((seats + added) * (double) params->tier_share[tier] + 0.5);
    pw_market_clear(&country->university, shards, num_shards);
}

/* Places to study: by residents, more often a core city. */
struct destinations {
    float weight[PW_MAX_PLACES];
    float total[PW_MAX_LABOUR_MARKETS]; /* of the places beyond a labour market */
};

static PW_KERNEL void
weigh_destinations(const struct pw_country *country, struct destinations *destinations)
{
    const float pull = country->params->university.city_pull;
    const int num_markets = country->scenario->num_labour_markets;

    for (int l = 0; l < num_markets; l++)
        destinations->total[l] = 0.0f;
    for (int p = 0; p < country->scenario->num_places; p++) {
        const float weight = country->place_weight[p] * (country->is_core_city[p] ? pull : 1.0f);
        const int market = country->labour_market[p];

        destinations->weight[p] = weight;
        for (int l = 0; l < num_markets; l++)
            destinations->total[l] += pw_given(l != market, weight);
    }
}

/* A place to study in another labour market. */
static uint16_t
study_where(const struct pw_country *country, const struct destinations *destinations,
    uint16_t home, float u)
{
    const uint16_t market = country->labour_market[home];
    float rest = u * destinations->total[market];

    for (int p = 0; p < country->scenario->num_places; p++) {
        const float weight = destinations->weight[p];

        if (country->labour_market[p] == market) continue;
        if ((rest -= weight) <= 0.0f && weight > 0.0f) return (uint16_t) p;
    }
    return home;
}

/* Log-odds of studying from home; nobody leaves a partner or a child behind. */
static float
stays_of(
    const struct pw_country *country, const struct pw_shard *shard, size_t i, int age, int tier)
{
    const struct pw_university_params *params = &country->params->university;
    const float origin =
        shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;

    if (shard->partner[i] != PW_NOBODY || shard->dependants[i] > 0) return INFINITY;
    return params->home_base - params->home_origin * origin
           + params->home_belonging * shard->belonging[i]
           + (country->is_london[shard->place[i]] ? params->home_london : 0.0f)
           - params->home_tier * (float) (1 - tier)
           + pw_push(country, shard, PW_CHANNEL_STUDY_AT_HOME, age, i);
}

/* The luck of somebody who was admitted: whether to stay at home, and where to go. */
struct departure {
    float stay, where; /* uniforms */
};

static struct departure
draw_departure(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    uint32_t words[4];

    pw_rng_words(&country->rng, shard->key[i], age, PW_STREAM_UNIVERSITY, 1, words);
    return (struct departure){ pw_rng_open(words[0]), pw_rng_open(words[1]) };
}

/* Does somebody who was admitted study from home? */
static bool
stays_home(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age,
    int tier, float u)
{
    return stays_of(country, shard, i, age, tier) + pw_logit(u) > 0.0f;
}

/* Tiers are listed from the highest down. */
PW_INLINE enum pw_tariff
tariff_of(int tier)
{
    return (enum pw_tariff)(PW_TARIFF_HIGHER - tier);
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct destinations destinations;

    (void) pass;
    weigh_destinations(country, &destinations);
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;
        struct departure luck;
        bool stays;

        if (application->placed == PW_NO_MARKET) {
            shard->events[i] |= PW_EVENT_DISPLACED;
            continue;
        }
        luck = draw_departure(country, shard, i, application->detail);
        stays = stays_home(country, shard, i, application->detail, application->placed, luck.stay);
        shard->spell[i] = 0;
        shard->hours[i] = 0;
        shard->events[i] |= PW_EVENT_ENTERED_UNIVERSITY;
        shard->tariff[i] = (uint8_t) tariff_of(application->placed);
        if (stays) {
            shard->state[i] = PW_UNIVERSITY_HOME;
            continue;
        }
        shard->state[i] = PW_UNIVERSITY_AWAY;
        shard->place[i] = study_where(country, &destinations, shard->place[i], luck.where);
        shard->events[i] |= PW_EVENT_MOVED;
    }
    shard->num_applications = 0;
}

/* Where those who are admitted study: at home or away. */
static int
tell_home_or_away(
    const struct pw_country *country, const struct pw_shard *shard, size_t i, int age, int tier)
{
    const float u = draw_departure(country, shard, i, age).stay;

    return stays_home(country, shard, i, age, tier, u) ? PW_UNIVERSITY_HOME : PW_UNIVERSITY_AWAY;
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_application *application = pw_decision_application(shard, row);
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    const int age = slice.age, before = shard->state[row];
    int num_tariffs = 0;
    const struct pw_code *const tariffs = pw_codes(PW_CODES_TARIFF, &num_tariffs);
    double chance;
    float wish[PW_BLOCK];
    int tier = -1;

    (void) pass;
    if (age < FIRST_AGE || age > LAST_AGE
        || !may_apply(shard->state[row], shard->qualification[row], shard->events[row]))
        return false;
    find_wishes(country, &slice, wish);
    chance = (double) pw_logistic(wish[0])
             * (age > FIRST_AGE ? 1.0 : 1.0 - (double) country->params->university.gap_year);
    *decision = pw_decision_begin("whether to go to university", row);
    for (int w = 0; application != NULL && w < PW_NUM_TIERS; w++) {
        pw_decision_door(decision, tariffs[tariff_of(w)].about, NULL, &country->university,
            (size_t) w, application->score[w]);
        if (application->placed == w) decision->admitted = tier = w;
    }
    (void) pw_decision_option(decision, "not apply", 1.0 - chance, PW_COLUMN_state, before);
    (void) pw_decision_option(decision, "apply to university", chance, PW_COLUMN_state,
        tier < 0 ? before : tell_home_or_away(country, shard, row, age, tier));
    decision->wanted = decision->taken = application != NULL;
    decision->is_routine = application == NULL;
    return true;
}

const struct pw_process pw_university = {
    .name = "university",
    .about = "Those with level 3 apply to university; seats are filled tier by tier.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(qualification) | PW_SET(route)
             | PW_SET(attainment) | PW_SET(aspiration) | PW_SET(parent_qualification)
             | PW_SET(origin_class) | PW_SET(free_meals) | PW_SET(place) | PW_SET(belonging)
             | PW_SET(origin_income) | PW_SET(partner) | PW_SET(dependants) | PW_SET(exposure)
             | PW_SET(events) | PW_SET(enrolled),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events) | PW_SET(place)
              | PW_SET(tariff),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "People of 18 to 50 with level 3 who are not studying may apply: more of high "
        "attainment, aspiration, graduate parents, higher origin and income, fewer from "
        "vocational routes and later in life; some of 18 let a year pass first. Seats are filled "
        "tier by tier, by attainment "
        "with an allowance for free meals. Those admitted study at home or move to another "
        "labour market, where core cities draw.",
    .equation = "P(apply) = logistic(base + attainment z + aspiration + graduate_parent + origin + "
                "income - vocational - later x years), at 18 times 1 - gap_year; rank = z + "
                "academic_offer + contextual x free "
                "meals + offer_noise e; log-odds of home = home_base - home_origin x origin + "
                "home_belonging x belonging + home_london - home_tier x tier",
    .source = "Seats: the path university.participation. Graduate parents: next_steps. Living at "
              "home: ucas2025. The rest assumed or fitted.",
    .tested = "university.more_seats_mean_more_students_and_those_next_to_the_cut_off_come_first "
              "university.contextual_offers_bring_in_more_who_had_free_meals "
              "university.some_let_a_year_pass_at_eighteen_and_at_no_other_age "
              "university.belonging_london_and_low_origin_keep_students_at_home "
              "directions.more_seats_mean_more_students",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/inner_life.h"

#include "pathways/numeric.h"

/* Aspiration is formed before this age. */
#define ASPIRES_BEFORE 30

/* Whose draw is whose. */
enum { EFFICACY, ASPIRATION, BELONGING, WELLBEING, NUM_NOISES };

/* What a year was like, by row of a slice. */
struct year {
    float hardship[PW_BLOCK]; /* of the place */
    float left[PW_BLOCK];     /* 1 for those who live away from where they grew up */
    float noise[NUM_NOISES][PW_BLOCK];
    const float *self_efficacy, *aspiration, *belonging, *wellbeing; /* pushes of policies */
    float room[4][PW_BLOCK];
};

/* Of each place; a copy of one's own, since gcc makes vectors only where nothing can overlap. */
struct places {
    float market[PW_MAX_PLACES]; /* tells labour markets apart */
    float hardship[PW_MAX_PLACES];
};

static void
tabulate(const struct pw_country *country, struct places *places)
{
    for (int p = 0; p < country->scenario->num_places; p++) {
        places->market[p] = (float) country->labour_market[p];
        places->hardship[p] = country->hardship[p];
    }
}

/* What is looked up by place; the rest is plain arithmetic. */
PW_INLINE void
look_around(const struct pw_shard *shard, const struct pw_slice *slice, const struct places *places,
    struct year *year)
{
    const uint16_t *grew_up = shard->home_place + slice->begin;
    const size_t span = pw_slice_span(slice);
    int32_t place[PW_BLOCK], home[PW_BLOCK];

    pw_slice_places(slice, place);
    for (size_t j = 0; j < span; j++)
        home[j] = grew_up[j] == PW_UNPLACED ? place[j] : grew_up[j];
    for (size_t j = 0; j < span; j++)
        year->hardship[j] = places->hardship[place[j]];
    for (size_t j = 0; j < span; j++)
        year->left[j] = pw_given(places->market[home[j]] != places->market[place[j]], 1.0f);
}

PW_INLINE void
find_help(const struct pw_country *country, const struct pw_slice *slice, struct year *year)
{
    year->self_efficacy = pw_pushes(country, slice, PW_CHANNEL_SELF_EFFICACY, year->room[0]);
    year->aspiration = pw_pushes(country, slice, PW_CHANNEL_ASPIRATION, year->room[1]);
    year->belonging = pw_pushes(country, slice, PW_CHANNEL_BELONGING, year->room[2]);
    year->wellbeing = pw_pushes(country, slice, PW_CHANNEL_WELLBEING, year->room[3]);
}

/* What the year did to belief in oneself. */
PW_INLINE float
drive_efficacy(const struct pw_inner_life_params *params, uint8_t state, uint8_t events, bool young)
{
    return pw_given(state == PW_EMPLOYED, params->efficacy_work)
           - pw_given(
               state == PW_UNEMPLOYED || (young && state == PW_INACTIVE), params->efficacy_neet)
           + pw_given(events & PW_EVENT_GRADUATED, params->efficacy_success)
           - pw_given(events & PW_EVENT_REDUNDANT, params->efficacy_redundant);
}

PW_INLINE void
believe(const struct pw_inner_life_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct year *year)
{
    const uint8_t *state = shard->state + slice->begin, *events = shard->events + slice->begin;
    float *self_efficacy = shard->self_efficacy + slice->begin, after[PW_BLOCK];
    const float kept = params->persistence, noise = params->noise;
    const bool young = slice->age < 25;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float next = kept * self_efficacy[j]
                           + drive_efficacy(params, state[j], events[j], young)
                           + year->self_efficacy[j] + noise * year->noise[EFFICACY][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, self_efficacy[j]);
    }
    pw_slice_keep(slice, after, self_efficacy);
}

/* The young only: later aspiration stays what it was. */
PW_INLINE void
aspire(const struct pw_inner_life_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct year *year)
{
    const uint8_t *state = shard->state + slice->begin;
    const float *skill = shard->skill + slice->begin;
    float *aspiration = shard->aspiration + slice->begin, after[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float next = params->persistence * aspiration[j] + params->aspiration_skill * skill[j]
                           + year->aspiration[j] + params->noise * year->noise[ASPIRATION][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, aspiration[j]);
    }
    pw_slice_keep(slice, after, aspiration);
}

/* At home where one lives: leaving costs, more the further one has come from where one began. */
PW_INLINE void
belong(const struct pw_inner_life_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct year *year)
{
    const uint8_t *state = shard->state + slice->begin, *events = shard->events + slice->begin;
    const uint8_t *owner = shard->owner + slice->begin;
    const uint8_t *class = shard->class + slice->begin;
    const uint8_t *origin_class = shard->origin_class + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    float *belonging = shard->belonging + slice->begin, after[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const int classes = (class[j] - origin_class[j]) * (class[j] != PW_NO_CLASS);
        const float risen = (float) (classes > 0 ? classes : 0);
        const float drive = params->belonging_base + year->belonging[j]
                            - params->belonging_hardship * year->hardship[j]
                            - pw_given(events[j] & PW_EVENT_MOVED, params->belonging_move)
                            - params->belonging_left * year->left[j]
                            - params->belonging_distance * (year->left[j] * risen)
                            + pw_given(partner[j] != PW_NOBODY, params->belonging_partner)
                            + pw_given(owner[j] != 0, params->belonging_owner);
        const float next =
            params->persistence * belonging[j] + drive + params->noise * year->noise[BELONGING][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, belonging[j]);
    }
    pw_slice_keep(slice, after, belonging);
}

/* Life satisfaction tends towards what circumstances make of it. */
PW_INLINE void
feel(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    const struct year *year)
{
    const struct pw_inner_life_params *params = &country->params->inner_life;
    const uint8_t *state = shard->state + slice->begin, *events = shard->events + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    const float *household_income = shard->household_income + slice->begin;
    const float *belonging = shard->belonging + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    float *wellbeing = shard->wellbeing + slice->begin, after[PW_BLOCK];
    const float kept = params->wellbeing_persistence;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float income = pw_clamp(
            pw_log(pw_maximum(household_income[j], 1000.0f) / country->median_income), -2.0f, 2.0f);
        const float tendency =
            params->wellbeing_base + params->wellbeing_income * income
            + params->wellbeing_belonging * belonging[j]
            + params->wellbeing_efficacy * self_efficacy[j]
            - pw_given(state[j] == PW_UNEMPLOYED, params->wellbeing_unemployed)
            - pw_given(state[j] == PW_INACTIVE, params->wellbeing_inactive)
            - pw_given(events[j] & PW_EVENT_REDUNDANT, params->wellbeing_redundant)
            - pw_given(
                events[j] & (PW_EVENT_SEPARATED | PW_EVENT_WIDOWED), params->wellbeing_separated)
            + pw_given(partner[j] != PW_NOBODY, params->wellbeing_partner) + year->wellbeing[j];
        const float next = pw_clamp(kept * wellbeing[j] + (1.0f - kept) * tendency
                                        + params->wellbeing_noise * year->noise[WELLBEING][j],
            0.0f, 10.0f);

        after[j] = pw_select(pw_state_is_present(state[j]), next, wellbeing[j]);
    }
    pw_slice_keep(slice, after, wellbeing);
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_inner_life_params *params = &country->params->inner_life;
    struct pw_slice slice = pw_slices(shard, country->year, 16, PW_MAX_AGE);
    struct pw_draws draws = { 0 };
    struct year year = { 0 };
    struct places places;

    (void) pass;
    tabulate(country, &places);
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_INNER_LIFE, 0, &draws);
        for (int n = 0; n < NUM_NOISES; n++)
            if (n != ASPIRATION || slice.age < ASPIRES_BEFORE)
                pw_noises(draws.u[n], pw_slice_span(&slice), year.noise[n]);
        look_around(shard, &slice, &places, &year);
        find_help(country, &slice, &year);
        believe(params, shard, &slice, &year);
        if (slice.age < ASPIRES_BEFORE) aspire(params, shard, &slice, &year);
        belong(params, shard, &slice, &year);
        feel(country, shard, &slice, &year);
    }
}

const struct pw_process pw_inner_life = {
    .name = "inner_life",
    .about = "Self-efficacy, aspiration, belonging and wellbeing follow what happened.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(events) | PW_SET(place) | PW_SET(home_place)
             | PW_SET(class) | PW_SET(origin_class) | PW_SET(partner) | PW_SET(owner)
             | PW_SET(household_income) | PW_SET(skill) | PW_SET(self_efficacy) | PW_SET(aspiration)
             | PW_SET(belonging) | PW_SET(wellbeing) | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(self_efficacy) | PW_SET(aspiration) | PW_SET(belonging) | PW_SET(wellbeing),
    .ask = ask,
    .mechanism =
        "From 16 on self-efficacy, aspiration (until 30) and belonging keep a part of what "
        "they were and answer the year: work and success raise belief in oneself, being out "
        "of work and redundancy lower it; hardship, a move and living away from where one "
        "grew up lower belonging, the more the further one has risen; a partner and a home "
        "raise it. Life satisfaction, 0 to 10, tends towards what income, work, partner, "
        "belonging and belief make of it.",
    .equation = "x' = persistence x + drives + help + noise e; wellbeing' = k wellbeing + (1 - k) "
                "(wellbeing_base + wellbeing_income log(y / median) + wellbeing_belonging b + "
                "wellbeing_efficacy s - unemployed - inactive - redundant - separated + partner) + "
                "noise e",
    .source = "Level of wellbeing: pwb2023. Unemployment: oohmatt. All other sizes assumed.",
    .tested =
        "inner_life.unemployment_lowers_wellbeing_within_the_range_found "
        "inner_life.leaving_lowers_belonging_more_the_further_one_has_risen "
        "directions.the_same_rise_means_less_belonging_and_wellbeing_when_it_is_made_by_leaving",
};

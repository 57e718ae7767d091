/* SPDX-License-Identifier: MIT */
#include "pathways/childhood.h"

#include <string.h>

#include "pathways/numeric.h"

/* The children of a slice, by row: what surrounds them and what luck they have. */
struct children {
    float parent_education[PW_BLOCK], parent_class[PW_BLOCK]; /* see struct pw_childhood_drivers */
    float place[PW_BLOCK];
    float income[PW_BLOCK];   /* of the household [GBP/year] */
    float standing[PW_BLOCK]; /* its log over the median */
    float missed[PW_BLOCK];   /* sessions of school beyond the usual */
    float mother_efficacy[PW_BLOCK];
    float seen[PW_BLOCK]; /* professional work in the labour market over the usual share */
    float shock[PW_BLOCK];
    float luck[4][PW_BLOCK];
};

/* What policies do to them, by row. */
struct help {
    const float *gain, *level, *level_poor, *absence, *stigma, *shock;
    const float *self_efficacy, *aspiration, *belonging;
    float room[9][PW_BLOCK];
};

static void
find_help(const struct pw_country *country, const struct pw_slice *slice, struct help *help)
{
    help->gain = pw_pushes(country, slice, PW_CHANNEL_SKILL_GAIN, help->room[0]);
    help->level = pw_pushes(country, slice, PW_CHANNEL_SKILL_LEVEL, help->room[1]);
    help->level_poor = pw_pushes(country, slice, PW_CHANNEL_SKILL_LEVEL_POOR, help->room[2]);
    help->absence = pw_pushes(country, slice, PW_CHANNEL_ABSENCE, help->room[3]);
    help->stigma = pw_pushes(country, slice, PW_CHANNEL_STIGMA, help->room[4]);
    help->shock = pw_pushes(country, slice, PW_CHANNEL_SHOCK, help->room[5]);
    help->self_efficacy = pw_pushes(country, slice, PW_CHANNEL_SELF_EFFICACY, help->room[6]);
    help->aspiration = pw_pushes(country, slice, PW_CHANNEL_ASPIRATION, help->room[7]);
    help->belonging = pw_pushes(country, slice, PW_CHANNEL_BELONGING, help->room[8]);
}

PW_INLINE float
pull_of(
    const struct pw_childhood_params *params, int stage, const struct pw_childhood_drivers *drivers)
{
    return params->ability[stage] * drivers->ability + params->income[stage] * drivers->income
           + params->parent_education[stage] * drivers->parent_education
           + params->parent_class[stage] * drivers->parent_class + drivers->place
           + params->belonging * drivers->belonging + params->self_efficacy * drivers->self_efficacy
           + params->free_meals_gap[stage] * drivers->free_meals;
}

float
pw_childhood_pull(
    const struct pw_childhood_params *params, int stage, const struct pw_childhood_drivers *drivers)
{
    return pull_of(params, stage, drivers);
}

/* Sessions of school missed, 0 to 1. */
PW_INLINE float
absence_of(
    const struct pw_childhood_params *params, float belonging, float self_efficacy, float push)
{
    return pw_logistic(params->absence_base - params->absence_belonging * belonging
                       - params->absence_efficacy * self_efficacy + push);
}

float
pw_childhood_absence(
    const struct pw_childhood_params *params, float belonging, float self_efficacy, float push)
{
    return absence_of(params, belonging, self_efficacy, push);
}

/* A parent who is dead or gone is none. */
PW_INLINE int32_t
living(const struct pw_shard *shard, int32_t parent)
{
    return parent != PW_NOBODY && pw_state_is_present(shard->state[parent]) ? parent : PW_NOBODY;
}

/* Class of a parent, -2 to 2; less where there is none. */
PW_INLINE float
class_of(const struct pw_shard *shard, int32_t parent, size_t row)
{
    const uint8_t class = shard->class[row];

    return pw_select(parent != PW_NOBODY && class != PW_NO_CLASS, (float) class - 2.0f, -9.0f);
}

/* What is looked up in the rows of parents and by place; the rest is plain arithmetic. */
PW_INLINE void
look_around(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, int stage, struct children *children)
{
    for (size_t j = 0; j < slice->count; j++) {
        const size_t i = slice->begin + j;
        const int32_t mother = living(shard, shard->mother[i]);
        const int32_t father = living(shard, shard->father[i]);
        const size_t m = mother == PW_NOBODY ? i : (size_t) mother;
        const size_t f = father == PW_NOBODY ? i : (size_t) father;
        const float class = pw_maximum(class_of(shard, mother, m), class_of(shard, father, f));

        children->parent_education[j] =
            pw_maximum(pw_given(mother != PW_NOBODY, (float) shard->qualification[m]),
                pw_given(father != PW_NOBODY, (float) shard->qualification[f]))
            - 1.5f;
        children->parent_class[j] = pw_select(class < -2.0f, -1.0f, class);
        children->place[j] = pw_country_school_effect(
            country, (size_t) pw_table_place(shard->place[i]), stage, shard->free_meals[i]);
        children->mother_efficacy[j] = pw_given(mother != PW_NOBODY, shard->self_efficacy[m]);
        children->seen[j] =
            country->professional_share[country->labour_market[pw_table_place(shard->place[i])]]
            - country->params->childhood.usual_share;
    }
}

/* What happened in the family this year, and what it lives on. */
PW_INLINE void
take_stock(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const struct help *help, struct children *children)
{
    const struct pw_childhood_params *params = &country->params->childhood;
    const float median = country->median_income;
    const uint8_t *events = shard->events + slice->begin;
    const float *income = shard->household_income + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float felt = pw_maximum(1.0f - help->shock[j], 0.0f);
        const float family = pw_given(events[j] & PW_EVENT_REDUNDANT, params->redundancy_shock)
                             + pw_given(events[j] & PW_EVENT_SEPARATED, params->separation_shock);

        children->shock[j] =
            0.0f - felt * family - pw_given(events[j] & PW_EVENT_MOVED, params->move_shock);
        children->income[j] = pw_maximum(income[j], 1000.0f);
    }
    for (size_t j = 0; j < span; j++)
        children->standing[j] = pw_clamp(pw_log(children->income[j] / median), -2.0f, 2.0f);
}

/* In loops of their own gcc makes vectors of what is long; school is missed only by its pupils. */
PW_INLINE void
miss_school(const struct pw_childhood_params *params, const struct pw_shard *shard,
    const struct pw_slice *slice, int stage, const struct help *help, struct children *children)
{
    const float usual = pw_logistic(params->absence_base);
    const float *belonging = shard->belonging + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    const size_t span = pw_slice_span(slice);

    if (stage == PW_STAGE_EARLY) {
        memset(children->missed, 0, slice->count * sizeof *children->missed);
        return;
    }
    for (size_t j = 0; j < span; j++)
        children->missed[j] =
            absence_of(params, belonging[j], self_efficacy[j], help->absence[j]) - usual;
}

PW_INLINE void
learn(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    int stage, const struct children *children, const struct help *help)
{
    const struct pw_childhood_params *params = &country->params->childhood;
    const float persistence = params->persistence[stage], line = country->free_meals_line;
    const uint8_t *state = shard->state + slice->begin;
    const uint8_t *free_meals = shard->free_meals + slice->begin;
    const float *ability = shard->ability + slice->begin;
    const float *belonging = shard->belonging + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    float *skill = shard->skill + slice->begin;
    const size_t span = pw_slice_span(slice);
    float after[PW_BLOCK];

    for (size_t j = 0; j < span; j++) {
        const struct pw_childhood_drivers drivers = {
            .ability = ability[j],
            .income = children->standing[j],
            .parent_education = children->parent_education[j],
            .parent_class = children->parent_class[j],
            .place = children->place[j],
            .belonging = belonging[j],
            .self_efficacy = self_efficacy[j],
            .free_meals = (float) free_meals[j],
        };
        const float pull = pull_of(params, stage, &drivers)
                           - params->absence_cost * children->missed[j] + help->level[j]
                           + pw_given(children->income[j] < line, help->level_poor[j]);
        const float next = persistence * skill[j] + (1.0f - persistence) * pull + children->shock[j]
                           + help->gain[j] + params->noise[stage] * children->luck[0][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, skill[j]);
    }
    pw_slice_keep(slice, after, skill);
}

PW_INLINE void
form_character(const struct pw_childhood_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct children *children, const struct help *help)
{
    const float kept = params->inner_persistence, noise = params->inner_noise;
    const uint8_t *state = shard->state + slice->begin;
    const uint8_t *events = shard->events + slice->begin;
    const uint8_t *free_meals = shard->free_meals + slice->begin;
    const float marked_out = slice->age < 5 ? 0.0f : params->belonging_marked_out;
    const float *skill = shard->skill + slice->begin;
    float *self_efficacy = shard->self_efficacy + slice->begin;
    float *aspiration = shard->aspiration + slice->begin;
    float *belonging = shard->belonging + slice->begin;
    const size_t span = pw_slice_span(slice);
    float after[PW_BLOCK];

    for (size_t j = 0; j < span; j++) {
        const float next = kept * self_efficacy[j] + params->efficacy_skill * skill[j]
                           + params->efficacy_mother * children->mother_efficacy[j]
                           + children->shock[j] + help->self_efficacy[j]
                           + noise * children->luck[1][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, self_efficacy[j]);
    }
    pw_slice_keep(slice, after, self_efficacy);
    for (size_t j = 0; j < span; j++) {
        const float next =
            kept * aspiration[j] + params->aspiration_class * children->parent_class[j]
            + params->aspiration_education * children->parent_education[j]
            + params->aspiration_skill * skill[j] + params->aspiration_seen * children->seen[j]
            + help->aspiration[j] + noise * children->luck[2][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, aspiration[j]);
    }
    pw_slice_keep(slice, after, aspiration);
    for (size_t j = 0; j < span; j++) {
        const float next =
            kept * belonging[j] + help->belonging[j]
            - marked_out * (float) free_meals[j] * pw_maximum(1.0f - help->stigma[j], 0.0f)
            - pw_given(events[j] & (PW_EVENT_MOVED | PW_EVENT_SEPARATED), params->belonging_shock)
            + params->belonging_base + noise * children->luck[3][j];

        after[j] = pw_select(pw_state_is_present(state[j]), next, belonging[j]);
    }
    pw_slice_keep(slice, after, belonging);
}

/* The mean of log income from ten on, or from arrival. */
PW_INLINE void
note_income(struct pw_shard *shard, const struct pw_slice *slice, const struct children *children)
{
    const float years = (float) (slice->age - 9);
    const uint8_t *state = shard->state + slice->begin;
    float *origin_income = shard->origin_income + slice->begin;
    const size_t span = pw_slice_span(slice);
    float after[PW_BLOCK];

    for (size_t j = 0; j < span; j++) {
        const float now = pw_log(children->income[j]);
        const float weight = pw_select(origin_income[j] > 0.0f, 1.0f / years, 1.0f);
        const float next = origin_income[j] + (now - origin_income[j]) * weight;

        after[j] = pw_select(pw_state_is_present(state[j]), next, origin_income[j]);
    }
    pw_slice_keep(slice, after, origin_income);
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_childhood_params *params = &country->params->childhood;
    struct pw_slice slice = pw_slices(shard, country->year, 0, 15);
    struct pw_draws draws = { 0 };
    struct children children = { 0 };
    struct help help = { 0 };

    (void) pass;
    while (pw_slice_next(&slice)) {
        const int stage = slice.age < 5    ? PW_STAGE_EARLY
                          : slice.age < 11 ? PW_STAGE_PRIMARY
                                           : PW_STAGE_SECONDARY;

        pw_slice_draw(&slice, &country->rng, PW_STREAM_CHILDHOOD, 0, &draws);
        for (int n = 0; n < 4; n++)
            pw_noises(draws.u[n], pw_slice_span(&slice), children.luck[n]);
        look_around(country, shard, &slice, stage, &children);
        find_help(country, &slice, &help);
        take_stock(country, shard, &slice, &help, &children);
        miss_school(params, shard, &slice, stage, &help, &children);
        learn(country, shard, &slice, stage, &children, &help);
        form_character(params, shard, &slice, &children, &help);
        if (slice.age >= 10) note_income(shard, &slice, &children);
    }
}

const struct pw_process pw_childhood = {
    .name = "childhood",
    .about = "Children grow in skill, self-efficacy, aspiration and belonging.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(mother) | PW_SET(father) | PW_SET(qualification)
             | PW_SET(class) | PW_SET(place) | PW_SET(household_income) | PW_SET(free_meals)
             | PW_SET(events) | PW_SET(ability) | PW_SET(skill) | PW_SET(self_efficacy)
             | PW_SET(aspiration) | PW_SET(belonging) | PW_SET(origin_income) | PW_SET(enrolled)
             | PW_SET(exposure),
    .writes = PW_SET(skill) | PW_SET(self_efficacy) | PW_SET(aspiration) | PW_SET(belonging)
              | PW_SET(origin_income),
    .ask = ask,
    .mechanism =
        "Each year a child's skill keeps a part of what it was and is drawn towards what "
        "surrounds it: ability, family income, the parents' qualification and class, the "
        "schools of the place for pupils of its kind, belonging, belief in itself, and being "
        "poor. A parent's redundancy, a separation or a move knock it back; sessions of "
        "school missed cost too. Self-efficacy, aspiration and belonging grow beside it. "
        "School effects of places are worked out from the published attainment at 5, 11 and "
        "16.",
    .equation =
        "skill' = p skill + (1 - p) pull + shocks + help + noise; pull = ability + income + "
        "parent_education + parent_class + place + belonging + self_efficacy + "
        "free_meals_gap, each times its parameter, most by stage (0-4, 5-10, 11-15), - "
        "absence_cost x missed; missed = logistic(absence_base - absence_belonging x "
        "belonging - absence_efficacy x self_efficacy) beyond the usual",
    .source = "Value-added form (Todd & Wolpin 2003). Shock of redundancy: gmn2012; marking out: "
              "pisa2015; places: published attainment. Weights assumed or fitted.",
    .tested = "childhood.ability_income_education_and_class_of_the_family_pull_by_their_parameters "
              "childhood.a_redundancy_of_a_parent_lowers_the_skill_of_that_child_and_of_no_other "
              "directions.a_father_made_redundant_costs_his_children_a_tenth_of_a_deviation_and_no_"
              "others",
};

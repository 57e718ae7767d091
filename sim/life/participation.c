/* SPDX-License-Identifier: MIT */
#include "pathways/participation.h"

#include <string.h>

#include "pathways/numeric.h"

/* A childhood in poverty or without work to see keeps people out of work before this age. */
#define MARKED_BEFORE 30
/* Unemployment of a labour market at which participation.workless_home holds. */
#define USUAL_SLACK 0.05f
/* What a workless home does grows with local unemployment up to so many times the usual. */
#define MOST_SLACK 3.0f

/* What of the times bears on who is in the labour force. */
struct times {
    float women; /* tens of points by which the employment of women is above 60 % */
    float men;   /* how much more readily men leave, and less readily return, than when one in six
                    was inactive */
    float stops_after_birth[PW_NUM_QUALIFICATIONS]; /* chance that a mother stops work */
};

/* Mothers stop work the less, the more women of the time are in work. */
static struct times
times_of(const struct pw_country *country)
{
    const struct pw_participation_params *params = &country->params->participation;
    struct times times = {
        .women = (float) (country->now.labour_women_employed[0] - 60.0) / 10.0f,
        .men = params->men_times * pw_log((float) country->now.labour_men_inactive[0] / 16.0f),
    };

    for (int q = 0; q < PW_NUM_QUALIFICATIONS; q++)
        times.stops_after_birth[q] =
            pw_logistic(params->birth_base - params->birth_times * times.women
                        - params->birth_qualification * ((float) q - 1.5f));
    return times;
}

/* What the people of a slice would do if in the labour force, or if out of it. */
struct intentions {
    struct times times;
    float hardship[PW_BLOCK]; /* of the place */
    float mark[PW_BLOCK];     /* of childhood: leaving over staying [log-odds] */
    float leaving[PW_BLOCK], returning[PW_BLOCK], studying[PW_BLOCK]; /* chances */
    uint8_t leaves[PW_BLOCK], returns[PW_BLOCK], studies[PW_BLOCK];
    uint8_t may_change[PW_BLOCK]; /* 0 for the many for whom this year is like the last */
};

PW_INLINE void
look_around(const struct pw_country *country, const struct pw_slice *slice, float *hardship)
{
    int32_t place[PW_BLOCK];
    const float *by_place = country->hardship;
    const size_t span = pw_slice_span(slice);

    pw_slice_places(slice, place);
    for (size_t j = 0; j < span; j++)
        hardship[j] = by_place[place[j]];
}

/* What childhood left: in poverty, and in a home without work where there is little work. */
PW_INLINE void
look_back(const struct pw_country *country, const struct pw_slice *slice, float *mark)
{
    const struct pw_participation_params *params = &country->params->participation;
    const struct pw_shard *shard = slice->shard;
    const uint8_t *free_meals = shard->free_meals + slice->begin;
    const uint8_t *workless_home = shard->workless_home + slice->begin;
    int32_t place[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    if (slice->age >= MARKED_BEFORE) {
        for (size_t j = 0; j < span; j++)
            mark[j] = 0.0f;
        return;
    }
    pw_slice_places(slice, place);
    for (size_t j = 0; j < span; j++) {
        const float tightness = country->tightness[country->labour_market[place[j]]];
        const float slack = pw_clamp((1.0f - tightness) / USUAL_SLACK, 0.0f, MOST_SLACK);

        mark[j] = pw_given(free_meals[j] != 0, params->free_meals)
                  + pw_given(workless_home[j] != 0, params->workless_home * slack);
    }
}

/* Who in the labour force leaves it: health, discouragement, caring. */
PW_INLINE void
find_leavers(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct intentions *intentions)
{
    const struct pw_participation_params *params = &country->params->participation;
    const float women = params->women_times * intentions->times.women;
    const float by_age = params->leave_age * pw_maximum((float) slice->age - 45.0f, 0.0f);
    const float men = intentions->times.men - params->men_stay;
    const float young = slice->age < 25 ? params->leave_young : 0.0f;
    const uint8_t *state = shard->state + slice->begin, *class = shard->class + slice->begin;
    const uint8_t *spell = shard->spell + slice->begin, *sex = shard->sex + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const bool wife = (sex[j] == PW_FEMALE) & (partner[j] != PW_NOBODY);
        const float standing = pw_select(class[j] == PW_NO_CLASS, -1.0f, (float) class[j] - 2.0f);
        const float discouraged =
            params->leave_unemployed + params->discouraged * pw_minimum((float) spell[j], 3.0f);
        const float latent = params->leave_base + by_age - params->leave_class * standing
                             + params->hardship * intentions->hardship[j] + intentions->mark[j]
                             - params->leave_efficacy * self_efficacy[j]
                             + pw_given(state[j] == PW_UNEMPLOYED, discouraged)
                             - pw_given(wife, women) + pw_given(sex[j] == PW_MALE, men) + young;

        intentions->leaving[j] = pw_logistic(latent);
        intentions->leaves[j] = u[j] < intentions->leaving[j];
    }
}

/* Who out of the labour force comes back to it. */
PW_INLINE void
find_returners(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct intentions *intentions)
{
    const struct pw_participation_params *params = &country->params->participation;
    const float women = params->women_times * intentions->times.women;
    const float men = intentions->times.men;
    const float by_age = params->return_age * pw_maximum((float) slice->age - 40.0f, 0.0f);
    const float young = slice->age < 25 ? params->return_young : 0.0f;
    const uint8_t *spell = shard->spell + slice->begin, *sex = shard->sex + slice->begin;
    const uint8_t *dependants = shard->dependants + slice->begin;
    const uint8_t *birth_gap = shard->birth_gap + slice->begin;
    const uint8_t *qualification = shard->qualification + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_RETURN, room);
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const bool small_child = (sex[j] == PW_FEMALE) & (dependants[j] > 0) & (birth_gap[j] < 5);
        const float latent = params->return_base - by_age + young
                             + params->return_qualification * ((float) qualification[j] - 1.5f)
                             - params->return_duration * pw_minimum((float) spell[j], 6.0f)
                             - params->hardship * intentions->hardship[j] - intentions->mark[j]
                             + params->return_efficacy * self_efficacy[j]
                             + pw_select(sex[j] == PW_FEMALE, women, -men)
                             - pw_given(small_child, params->return_small_child) + push[j];

        intentions->returning[j] = pw_logistic(latent);
        intentions->returns[j] = u[j] < intentions->returning[j];
    }
}

/* Who out of the labour force takes a course. */
PW_INLINE void
find_students(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct intentions *intentions)
{
    const float chance =
        slice->age >= 25 && slice->age < 50 ? country->params->participation.adult_education : 0.0f;
    const uint8_t *qualification = shard->qualification + slice->begin;
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_ADULT_STUDY, room);
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        intentions->studying[j] = pw_given(qualification[j] < PW_A_LEVEL, chance + push[j]);
        intentions->studies[j] = u[j] < intentions->studying[j];
    }
}

PW_INLINE void
find_changes(
    const struct pw_shard *shard, const struct pw_slice *slice, struct intentions *intentions)
{
    const uint8_t *state = shard->state + slice->begin, *spell = shard->spell + slice->begin;
    const uint8_t *events = shard->events + slice->begin, *sex = shard->sex + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const bool bore = (sex[j] == PW_FEMALE) & ((events[j] & PW_EVENT_BIRTH) != 0);
        const bool working = (state[j] == PW_EMPLOYED) | (state[j] == PW_UNEMPLOYED);
        const bool stops = intentions->leaves[j] | bore;
        const bool inactive = (state[j] == PW_INACTIVE) & (spell[j] > 0);

        intentions->may_change[j] =
            (working & stops) | (inactive & (intentions->studies[j] | intentions->returns[j]));
    }
}

/* The state in which somebody ends up; for most the one in which they are. */
PW_INLINE enum pw_state
next_state(
    const struct pw_shard *shard, size_t i, const struct intentions *intentions, size_t j, float u)
{
    const enum pw_state now = (enum pw_state) shard->state[i];

    if (!intentions->may_change[j]) return now;
    if (now == PW_INACTIVE) return intentions->studies[j] ? PW_ADULT_EDUCATION : PW_UNEMPLOYED;
    return intentions->leaves[j] || u < intentions->times.stops_after_birth[shard->qualification[i]]
               ? PW_INACTIVE
               : now;
}

static void
enter(struct pw_shard *shard, size_t i, enum pw_state state)
{
    shard->state[i] = (uint8_t) state;
    shard->spell[i] = 0;
    if (state == PW_INACTIVE) shard->hours[i] = 0;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, 69);
    struct pw_draws draws = { 0 };
    struct intentions intentions = { 0 };
    const uint8_t *const first = intentions.may_change;

    (void) pass;
    intentions.times = times_of(country);
    while (pw_slice_next(&slice)) {
        if (!pw_slice_has(&slice, PW_EMPLOYED, PW_INACTIVE)) continue;
        pw_slice_draw(&slice, &country->rng, PW_STREAM_PARTICIPATION, 0, &draws);
        look_around(country, &slice, intentions.hardship);
        look_back(country, &slice, intentions.mark);
        find_leavers(country, shard, &slice, draws.u[1], &intentions);
        find_returners(country, shard, &slice, draws.u[2], &intentions);
        find_students(country, shard, &slice, draws.u[3], &intentions);
        find_changes(shard, &slice, &intentions);
        for (const uint8_t *at = first; (at = memchr(at, 1, (size_t) (first + slice.count - at)));
             at++) {
            const size_t j = (size_t) (at - first), i = slice.begin + j;
            const enum pw_state next = next_state(shard, i, &intentions, j, draws.u[0][j]);

            if (next != (enum pw_state) shard->state[i]) enter(shard, i, next);
        }
    }
}

/* What those in the labour force may do, and what those out of it may. */
static void
tell_chances(const struct pw_shard *shard, size_t row, const struct intentions *intentions,
    struct pw_decision *decision)
{
    const bool bore = shard->sex[row] == PW_FEMALE && (shard->events[row] & PW_EVENT_BIRTH) != 0;
    const double stops =
        bore ? (double) intentions->times.stops_after_birth[shard->qualification[row]] : 0.0;
    const double leaves = 1.0 - (1.0 - (double) intentions->leaving[0]) * (1.0 - stops);
    const double studies = fmin(fmax((double) intentions->studying[0], 0.0), 1.0);
    const double returns = (1.0 - studies) * (double) intentions->returning[0];

    if (shard->state[row] != PW_INACTIVE) {
        (void) pw_decision_option(decision,
            shard->state[row] == PW_EMPLOYED ? "stay in work" : "go on looking for work",
            1.0 - leaves, PW_COLUMN_state, shard->state[row]);
        (void) pw_decision_option(decision,
            bore ? "stop work after the birth" : "leave the labour force", leaves, PW_COLUMN_state,
            PW_INACTIVE);
        return;
    }
    (void) pw_decision_option(
        decision, "stay out of work", 1.0 - returns - studies, PW_COLUMN_state, PW_INACTIVE);
    (void) pw_decision_option(
        decision, "look for work again", returns, PW_COLUMN_state, PW_UNEMPLOYED);
    (void) pw_decision_option(
        decision, "take a course", studies, PW_COLUMN_state, PW_ADULT_EDUCATION);
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    const uint8_t state = shard->state[row];
    struct pw_draws draws = { 0 };
    struct intentions intentions = { 0 };
    enum pw_state next;

    (void) pass;
    if (slice.age < 16 || slice.age > 69 || state < PW_EMPLOYED || state > PW_INACTIVE
        || (state == PW_INACTIVE && shard->spell[row] == 0))
        return false;
    intentions.times = times_of(country);
    pw_slice_draw(&slice, &country->rng, PW_STREAM_PARTICIPATION, 0, &draws);
    look_around(country, &slice, intentions.hardship);
    look_back(country, &slice, intentions.mark);
    find_leavers(country, shard, &slice, draws.u[1], &intentions);
    find_returners(country, shard, &slice, draws.u[2], &intentions);
    find_students(country, shard, &slice, draws.u[3], &intentions);
    find_changes(shard, &slice, &intentions);
    *decision = pw_decision_begin("whether to work", row);
    tell_chances(shard, row, &intentions, decision);
    next = next_state(shard, row, &intentions, 0, draws.u[0][0]);
    for (int option = 0; option < decision->num_options; option++)
        if (decision->option[option].value == (int) next) decision->taken = option;
    decision->wanted = decision->taken;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_participation = {
    .name = "participation",
    .about = "People leave the labour force and come back: health, caring, discouragement.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(sex) | PW_SET(partner)
             | PW_SET(class) | PW_SET(qualification) | PW_SET(birth_gap) | PW_SET(dependants)
             | PW_SET(events) | PW_SET(self_efficacy) | PW_SET(free_meals) | PW_SET(workless_home)
             | PW_SET(place) | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours),
    .ask = ask,
    .tell = tell,
    .mechanism =
        "Adults leave the labour force for health, discouragement and caring, and return. "
        "Age, low class, unemployment and its length, under 30 a poor childhood or, where there is "
        "little "
        "work, a home without any, and the hardship of the place lead out; qualification and "
        "belief in oneself lead back, years out do not. "
        "How readily women with partners leave, mothers stop after a birth, and men stay out, "
        "follows the "
        "recorded employment of women and inactivity of men of the time. Some inactive adults"
        " without level 3 take a course.",
    .equation =
        "P(leave) = logistic(leave_base + leave_age (age - 45)+ - leave_class x class + "
        "hardship + mark + leave_unemployed + discouraged x years - leave_efficacy x "
        "self_efficacy - women_times ...); P(return) = logistic(return_base + return_qualification "
        "q - "
        "return_duration x years - hardship - mark + return_efficacy x self_efficacy ...); mark = "
        "free_meals + "
        "workless_home x (1 - tightness) / 0.05, under 30",
    .source = "Health by class: doran2004. Duration, free meals: impetus2019. "
              "Workless homes: macmillan2014. Times: the paths "
              "labour.women_employed and labour.men_inactive. The rest assumed or fitted.",
    .tested = "participation.class_and_self_efficacy_keep_people_in_the_labour_force "
              "participation.a_poor_childhood_keeps_people_under_thirty_out_of_the_labour_force "
              "participation.a_workless_home_keeps_people_out_the_more_the_less_work_there_is "
              "participation.the_longer_young_people_are_neet_the_fewer_come_back "
              "directions.more_unemployment_means_more_young_people_who_neither_learn_nor_work",
};

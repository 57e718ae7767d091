/* SPDX-License-Identifier: MIT */
#include "pathways/study.h"

#include "pathways/numeric.h"
#include "pathways/push.h"

/* Attainment at 16 of those who graduate, in SD over the mean of their cohort; assumed. */
#define GRADUATES_STAND 0.7f

/* What decides how a year of study ends, besides the person. */
struct luck {
    float u[4];
    float push; /* of policies, on leaving without completing [log-odds] */
};

/* Attainment at 16 as a standard score. */
static float
standard_score(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    return (shard->attainment[i] - country->params->gcse.attainment_mean)
           / country->params->gcse.attainment_sd;
}

static void
qualify(struct pw_shard *shard, size_t i, enum pw_qualification qualification, enum pw_route route)
{
    shard->events[i] |= PW_EVENT_GRADUATED;
    if (shard->qualification[i] >= (uint8_t) qualification) return;
    shard->qualification[i] = (uint8_t) qualification;
    shard->route[i] = (uint8_t) route;
}

/* Chance of leaving this year when policies push the log-odds of it. */
static float
pushed(float leave, float push)
{
    return push == 0.0f ? leave : pw_logistic(pw_logit(leave) + push);
}

static void
enter(struct pw_shard *shard, size_t i, enum pw_state state)
{
    shard->state[i] = (uint8_t) state;
    shard->spell[i] = 0;
    shard->hours[i] = 0;
}

/* Chance of leaving this year without completing. */
static float
leaving_of(const struct pw_country *country, const struct pw_shard *shard, size_t i, float push)
{
    const struct pw_study_params *params = &country->params->study;

    switch (shard->state[i]) {
    case PW_SIXTH_FORM:
        return shard->spell[i] < 2 ? pushed(params->sixth_form_leave, push) : 0.0f;
    case PW_FURTHER_EDUCATION:
        return pushed(params->college_leave, push);
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        return pushed(params->apprentice_leave, push);
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
        if (shard->spell[i] >= 3) return 0.0f;
        return pw_logistic(params->degree_leave
                           - params->degree_leave_slope * standard_score(country, shard, i)
                           - params->degree_leave_belonging * shard->belonging[i]
                           + params->degree_leave_free_meals * (float) shard->free_meals[i] + push);
    default:
        return 0.0f;
    }
}

/* Chance that those who do not leave qualify this year; 0 before the last. */
static float
passing_of(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_study_params *params = &country->params->study;
    const uint8_t spell = shard->spell[i];
    const float z = standard_score(country, shard, i);

    switch (shard->state[i]) {
    case PW_SIXTH_FORM:
        return spell < 2 ? 0.0f
                         : pw_logistic(params->sixth_form_pass + params->sixth_form_slope * z);
    case PW_FURTHER_EDUCATION:
        if (shard->qualification[i] < PW_GCSE)
            return pw_logistic(params->college_level2 + params->college_slope * z);
        if (shard->qualification[i] >= PW_A_LEVEL) return spell < 2 ? 0.0f : 1.0f;
        return spell < 2 ? 0.0f : pw_logistic(params->college_level3 + params->college_slope * z);
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        return spell <= shard->state[i] - PW_APPRENTICESHIP_INTERMEDIATE ? 0.0f : 1.0f;
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
        return spell < 3 ? 0.0f : 1.0f;
    case PW_ADULT_EDUCATION:
        return shard->qualification[i] < PW_A_LEVEL ? params->adult_pass : 0.0f;
    case PW_EMPLOYED:
        return shard->qualification[i] < PW_A_LEVEL ? params->at_work : params->diploma_at_work;
    default:
        return 1.0f;
    }
}

static void
finish_sixth_form(
    const struct pw_country *country, struct pw_shard *shard, size_t i, const struct luck *luck)
{
    if (shard->spell[i] < 2) {
        if (luck->u[0] < leaving_of(country, shard, i, luck->push)) enter(shard, i, PW_UNEMPLOYED);
        return;
    }
    if (luck->u[1] < passing_of(country, shard, i))
        qualify(shard, i, PW_A_LEVEL, PW_ROUTE_ACADEMIC);
    enter(shard, i, PW_UNEMPLOYED);
}

/* Level 2 first where it is missing, tried for in each of two years. Level 3 after the second year
 * of a course of its own or, for some who fail, the third. Some stay two years more for a diploma
 * at level 4 or 5. */
static void
finish_college(
    const struct pw_country *country, struct pw_shard *shard, size_t i, const struct luck *luck)
{
    if (luck->u[0] < leaving_of(country, shard, i, luck->push)) {
        enter(shard, i, PW_UNEMPLOYED);
        return;
    }
    if (shard->qualification[i] < PW_GCSE) {
        if (luck->u[1] < passing_of(country, shard, i)) {
            qualify(shard, i, PW_GCSE, PW_ROUTE_VOCATIONAL);
            enter(shard, i,
                luck->u[2] < country->params->study.college_go_on ? PW_FURTHER_EDUCATION
                                                                  : PW_UNEMPLOYED);
        } else if (shard->spell[i] >= 2) {
            enter(shard, i, PW_UNEMPLOYED);
        }
        return;
    }
    if (shard->spell[i] < 2) return;
    if (shard->qualification[i] >= PW_A_LEVEL) {
        qualify(shard, i, PW_FURTHER, PW_ROUTE_VOCATIONAL);
    } else if (luck->u[1] < passing_of(country, shard, i)) {
        qualify(shard, i, PW_A_LEVEL, PW_ROUTE_VOCATIONAL);
        if (luck->u[2] < country->params->study.college_higher) {
            enter(shard, i, PW_FURTHER_EDUCATION);
            return;
        }
    } else if (shard->spell[i] < 3 && luck->u[2] < country->params->study.college_third_year) {
        return;
    }
    enter(shard, i, PW_UNEMPLOYED);
}

/* The employer keeps most of those who complete; the rest look for work. */
static void
finish_apprenticeship(
    const struct pw_country *country, struct pw_shard *shard, size_t i, const struct luck *luck)
{
    const struct pw_study_params *params = &country->params->study;
    const int level = shard->state[i] - PW_APPRENTICESHIP_INTERMEDIATE;
    const int years = level + 1;

    if (luck->u[0] < leaving_of(country, shard, i, luck->push)) {
        enter(shard, i, PW_UNEMPLOYED);
        return;
    }
    if (shard->spell[i] < years) return;
    if (level == 2)
        qualify(shard, i, luck->u[2] < params->degree_apprentices ? PW_FIRST_DEGREE : PW_FURTHER,
            PW_ROUTE_APPRENTICESHIP);
    else
        qualify(shard, i, level == 1 ? PW_A_LEVEL : PW_GCSE, PW_ROUTE_APPRENTICESHIP);
    if (luck->u[1] >= params->apprentice_kept) {
        enter(shard, i, PW_UNEMPLOYED);
        return;
    }
    enter(shard, i, PW_EMPLOYED);
    shard->hours[i] = 37;
    shard->work_market[i] = (uint8_t) country->labour_market[shard->place[i]];
    shard->class[i] = level == 2 ? PW_LOWER_PROFESSIONAL
                      : level == 1 && luck->u[2] < params->advanced_intermediate
                          ? PW_INTERMEDIATE
                          : PW_HIGHER_WORKING;
}

/* Chance of going on to a higher degree, by attainment at 16; the share of the time where graduates
 * stand on average. */
static float
postgraduate_chance(const struct pw_country *country, float z)
{
    const float share = (float) (country->now.university_postgraduate_share[0] / 100.0);

    return pw_logistic(
        pw_logit(share) + country->params->study.postgraduate_slope * (z - GRADUATES_STAND));
}

static void
finish_degree(
    const struct pw_country *country, struct pw_shard *shard, size_t i, const struct luck *luck)
{
    const float z = standard_score(country, shard, i);

    if (shard->spell[i] < 3) {
        if (luck->u[0] < leaving_of(country, shard, i, luck->push)) {
            enter(shard, i, PW_UNEMPLOYED);
            shard->events[i] |= PW_EVENT_DISPLACED;
        }
        return;
    }
    qualify(shard, i, PW_FIRST_DEGREE, PW_ROUTE_ACADEMIC);
    if (luck->u[1] < postgraduate_chance(country, z))
        enter(shard, i, PW_POSTGRADUATE);
    else
        enter(shard, i, PW_UNEMPLOYED);
}

static void
progress(
    const struct pw_country *country, struct pw_shard *shard, size_t i, const struct luck *luck)
{
    switch (shard->state[i]) {
    case PW_SIXTH_FORM:
        finish_sixth_form(country, shard, i, luck);
        break;
    case PW_FURTHER_EDUCATION:
        finish_college(country, shard, i, luck);
        break;
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        finish_apprenticeship(country, shard, i, luck);
        break;
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
        finish_degree(country, shard, i, luck);
        break;
    case PW_POSTGRADUATE:
        qualify(shard, i, PW_HIGHER_DEGREE, PW_ROUTE_ACADEMIC);
        enter(shard, i, PW_UNEMPLOYED);
        break;
    case PW_ADULT_EDUCATION:
        if (luck->u[0] < passing_of(country, shard, i))
            qualify(shard, i, shard->qualification[i] + 1u, PW_ROUTE_VOCATIONAL);
        enter(shard, i, PW_UNEMPLOYED);
        break;
    case PW_EMPLOYED:
        if (luck->u[1] < passing_of(country, shard, i))
            qualify(shard, i, shard->qualification[i] + 1u, PW_ROUTE_VOCATIONAL);
        break;
    default:
        break;
    }
}

/* Those who have learnt for a year or more, beyond school, and those who may do so beside work. */
PW_INLINE bool
may_progress(int age, uint8_t state, uint8_t spell, uint8_t qualification)
{
    const bool at_work =
        (state == PW_EMPLOYED) & (age >= 19) & (age < 35) & (qualification < PW_FURTHER);

    return ((pw_state_is_learning(state) & (state != PW_SCHOOL)) | at_work) & (spell > 0);
}

static PW_KERNEL void
list_learners(const struct pw_slice *slice, struct pw_few *learners)
{
    const uint8_t *state = slice->shard->state + slice->begin;
    const uint8_t *spell = slice->shard->spell + slice->begin;
    const uint8_t *qualification = slice->shard->qualification + slice->begin;
    const size_t span = pw_slice_span(slice);
    uint8_t learns[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        learns[j] = may_progress(slice->age, state[j], spell[j], qualification[j]);
    pw_few_list(learners, slice, learns);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, 69);
    struct pw_few learners;
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        list_learners(&slice, &learners);
        pw_few_draw(&learners, &slice, &country->rng, PW_STREAM_STUDY, 0, &draws);
        for (size_t n = 0; n < learners.count; n++) {
            const struct luck luck = {
                .u = { draws.u[0][n], draws.u[1][n], draws.u[2][n], draws.u[3][n] },
                .push = pw_push(country, shard, PW_CHANNEL_DROP_OUT, slice.age, learners.row[n]),
            };

            progress(country, shard, learners.row[n], &luck);
        }
    }
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    const uint8_t state = shard->state[row], events = shard->events[row];
    const bool at_university = state == PW_UNIVERSITY_HOME || state == PW_UNIVERSITY_AWAY;
    struct pw_draws draws;
    float leaving, passing;

    (void) pass;
    if (slice.age < 16 || slice.age > 69
        || !may_progress(slice.age, state, shard->spell[row], shard->qualification[row]))
        return false;
    pw_slice_draw(&slice, &country->rng, PW_STREAM_STUDY, 0, &draws);
    leaving = leaving_of(
        country, shard, row, pw_push(country, shard, PW_CHANNEL_DROP_OUT, slice.age, row));
    passing = passing_of(country, shard, row);
    *decision = pw_decision_begin("the course", row);
    (void) pw_decision_option(decision, "neither leave nor qualify",
        (1.0 - (double) leaving) * (1.0 - (double) passing), PW_COLUMN_events, events);
    (void) pw_decision_option(decision, "leave without completing", (double) leaving,
        PW_COLUMN_events, at_university ? events | PW_EVENT_DISPLACED : events);
    (void) pw_decision_option(decision, "qualify", (1.0 - (double) leaving) * (double) passing,
        PW_COLUMN_events, events | PW_EVENT_GRADUATED);
    decision->taken = draws.u[0][0] < leaving                                     ? 1
                      : draws.u[state == PW_ADULT_EDUCATION ? 0 : 1][0] < passing ? 2
                                                                                  : 0;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_study = {
    .name = "study",
    .about = "Students and apprentices go on, drop out or qualify.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(attainment)
             | PW_SET(qualification) | PW_SET(belonging) | PW_SET(free_meals) | PW_SET(place)
             | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(qualification) | PW_SET(route)
              | PW_SET(events) | PW_SET(class) | PW_SET(work_market),
    .ask = ask,
    .tell = tell,
    .mechanism =
        "Those who learn beyond school go on, leave without completing, or qualify: sixth "
        "form after two years, college level 2 first and then level 3 in two years more, "
        "apprenticeships a year"
        " a level, degrees after three years, adults one step. Some stay at college for a "
        "diploma at level 4 or 5; some of those in work at 19 to 34 gain the next level "
        "beside it, up to such a diploma. Most employers keep their apprentices, in a job of the "
        "level. Graduates "
        "go on to a higher degree at the recorded share, the more the higher their "
        "attainment.",
    .equation =
        "P(pass) = logistic(a + b z); P(leave a degree) = logistic(degree_leave - "
        "degree_leave_slope z - degree_leave_belonging x belonging + degree_leave_free_meals "
        "x free meals); log-odds of a higher degree = logit(recorded share) + "
        "postgraduate_slope (z - 0.7); z is attainment at 16",
    .source = "Apprentices who leave: fe_week2024. Degree apprentices: doe2025_apprenticeships. "
              "Free meals and completion: ofs2018. Higher degrees: the path "
              "university.postgraduate_share. The rest assumed or fitted.",
    .tested = "study.belonging_and_attainment_keep_students_and_free_meals_mark_those_who_leave "
              "study.sixth_form_lasts_two_years_and_ends_in_level_3_by_attainment",
};

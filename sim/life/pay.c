/* SPDX-License-Identifier: MIT */
#include "pathways/pay.h"

#include <string.h>

#include "pathways/numeric.h"

/* Nobody is paid from this age on. */
#define END_OF_WORK 80

/* Pay in the making, by row of a slice. */
struct wages {
    float level[PW_BLOCK];   /* log hourly pay without luck */
    float luck[2][PW_BLOCK]; /* persistent, transitory */
    uint8_t works[PW_BLOCK]; /* 1 for those who are paid */
};

/* Years of experience that a table of pay goes to; no more count from 30 on. */
#define NUM_YEARS 64

/* Where a place begins among what areas add: after the labour markets. */
#define FIRST_PLACE (PW_NO_WORK_MARKET + 1)

/* Parts of log hourly pay that are looked up. */
struct tables {
    float class[PW_NUM_CLASSES * NUM_YEARS]; /* by class and years of experience */
    float qualification[PW_NUM_QUALIFICATIONS];
    /* What the area adds: by labour market of the job, then by place of residence of apprentices.
     */
    float area[FIRST_PLACE + PW_MAX_PLACES];
};

static void
tabulate(const struct pw_country *country, struct tables *tables)
{
    const struct pw_scenario *scenario = country->scenario;
    const struct pw_pay_params *params = &country->params->pay;

    for (int c = 0; c < PW_NUM_CLASSES; c++) {
        for (int year = 0; year < NUM_YEARS; year++) {
            const float years = pw_minimum((float) year, 30.0f);

            tables->class[c * NUM_YEARS + year] =
                params->class_level[c] + params->experience[c] * (years - years * years / 60.0f);
        }
    }
    for (int q = 0; q < PW_NUM_QUALIFICATIONS; q++)
        tables->qualification[q] = params->qualification[q];
    memset(tables->area, 0, FIRST_PLACE * sizeof *tables->area); /* some have never had a job */
    for (int l = 0; l < scenario->num_labour_markets; l++)
        tables->area[l] = params->area * country->pay_level[l];
    for (int p = 0; p < scenario->num_places; p++)
        tables->area[FIRST_PLACE + p] = tables->area[country->labour_market[p]];
}

/* Where the people of a slice stand in the tables: gcc looks up by numbers of 32 bits only. */
struct lines {
    int32_t class[PW_BLOCK], qualification[PW_BLOCK], area[PW_BLOCK];
};

PW_INLINE void
find_lines(const struct pw_shard *shard, const struct pw_slice *slice, struct lines *lines)
{
    const uint8_t *class = shard->class + slice->begin, *state = shard->state + slice->begin;
    const uint8_t *experience = shard->experience + slice->begin;
    const uint8_t *qualification = shard->qualification + slice->begin;
    const uint8_t *work_market = shard->work_market + slice->begin;
    const size_t span = pw_slice_span(slice);
    int32_t place[PW_BLOCK];

    pw_slice_places(slice, place);
    for (size_t j = 0; j < span; j++) {
        const int32_t years = experience[j] < NUM_YEARS ? experience[j] : NUM_YEARS - 1;

        lines->class[j] = NUM_YEARS * class[j] * (class[j] != PW_NO_CLASS) + years;
        lines->qualification[j] = qualification[j];
    }
    for (size_t j = 0; j < span; j++)
        lines->area[j] = state[j] == PW_EMPLOYED ? work_market[j] : FIRST_PLACE + place[j];
}

/* Log hourly pay without luck, of everyone as if in work. */
PW_INLINE void
find_level(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const struct tables *tables, struct wages *wages)
{
    const struct pw_pay_params *params = &country->params->pay;
    const uint8_t *class = shard->class + slice->begin, *sex = shard->sex + slice->begin;
    const uint8_t *origin_class = shard->origin_class + slice->begin;
    const uint8_t *fade = shard->fade + slice->begin, *state = shard->state + slice->begin;
    const float *skill = shard->skill + slice->begin;
    const float women = country->log_women_ratio, times = country->log_pay_level;
    const float scar = params->scar, discount = params->apprentice_discount;
    float room[PW_BLOCK], area[PW_BLOCK], *level = wages->level;
    struct lines lines;
    const float *push = pw_pushes(country, slice, PW_CHANNEL_PAY, room);
    const size_t span = pw_slice_span(slice);

    find_lines(shard, slice, &lines);
    for (size_t j = 0; j < span; j++) {
        level[j] = tables->class[lines.class[j]] + tables->qualification[lines.qualification[j]];
        area[j] = tables->area[lines.area[j]];
    }
    for (size_t j = 0; j < span; j++) {
        const float origin =
            pw_given(origin_class[j] != PW_NO_CLASS, (float) origin_class[j] - 2.0f);

        level[j] = level[j] + params->skill * skill[j] + params->negotiation * origin + area[j];
    }
    for (size_t j = 0; j < span; j++)
        level[j] = level[j] - scar * (float) fade[j] / 255.0f
                   - pw_given(pw_state_is_apprentice(state[j]), discount)
                   + pw_given(sex[j] == PW_FEMALE, women)
                   + pw_given(class[j] < PW_LOWER_PROFESSIONAL, push[j]) + times;
}

/* Paid hours: women work fewer while children are small, some at any time. */
PW_INLINE void
settle_hours(const struct pw_pay_params *params, struct pw_shard *shard,
    const struct pw_slice *slice, const struct pw_draws *draws, const struct wages *wages)
{
    const uint8_t *sex = shard->sex + slice->begin, *dependants = shard->dependants + slice->begin;
    const uint8_t *birth_gap = shard->birth_gap + slice->begin;
    const uint8_t *spell = shard->spell + slice->begin;
    uint8_t *hours = shard->hours + slice->begin, after[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++) {
        const float mothers =
            pw_select(birth_gap[j] < 5, params->mothers_part_time_small, params->mothers_part_time);
        const float women = pw_select(dependants[j] > 0, mothers, params->women_part_time);
        const float part_time = pw_select(sex[j] == PW_MALE, params->men_part_time, women);
        const bool anew = wages->works[j]
                          & ((draws->u[2][j] < params->change_hours) | (hours[j] == 0)
                              | (spell[j] == 0) | (birth_gap[j] == 0));
        const uint8_t paid = (uint8_t) (draws->u[3][j] < part_time ? params->part_time_hours
                                                                   : params->full_time_hours);

        after[j] = anew ? paid : hours[j];
    }
    memcpy(hours, after, slice->count);
}

PW_INLINE void
pay(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    const struct wages *wages)
{
    const struct pw_pay_params *params = &country->params->pay;
    const float lowest = params->lowest + country->log_pay_level;
    float *persistent = shard->pay_persistent + slice->begin, *pay = shard->pay + slice->begin;
    uint8_t *experience = shard->experience + slice->begin;
    float lasting[PW_BLOCK], paid[PW_BLOCK];
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++)
        lasting[j] = pw_select(wages->works[j],
            params->persistence * persistent[j] + params->persistent_sd * wages->luck[0][j],
            persistent[j]);
    for (size_t j = 0; j < span; j++)
        paid[j] = pw_given(wages->works[j],
            pw_maximum(
                wages->level[j] + lasting[j] + params->transitory_sd * wages->luck[1][j], lowest));
    pw_slice_keep(slice, lasting, persistent);
    pw_slice_keep(slice, paid, pay);
    for (size_t j = 0; j < slice->count; j++)
        experience[j] = (uint8_t) (experience[j] + (wages->works[j] & (experience[j] < 60)));
}

/* Time out of work leaves a scar, which fades in work. */
PW_INLINE void
scar(const struct pw_pay_params *params, struct pw_shard *shard, const struct pw_slice *slice,
    const struct wages *wages)
{
    const uint8_t *state = shard->state + slice->begin;
    uint8_t *fade = shard->fade + slice->begin, *neet_years = shard->neet_years + slice->begin;
    const bool young = slice->age >= 16 && slice->age < 25;
    const size_t span = pw_slice_span(slice);
    uint8_t after[PW_BLOCK];

    for (size_t j = 0; j < span; j++) {
        const uint8_t faded = (uint8_t) ((float) fade[j] * params->scar_persistence);
        const bool out = (state[j] == PW_UNEMPLOYED) | (state[j] == PW_INACTIVE);

        after[j] = out ? 255 : wages->works[j] ? faded : fade[j];
    }
    memcpy(fade, after, slice->count);
    for (size_t j = 0; young && j < slice->count; j++)
        neet_years[j] =
            (uint8_t) (neet_years[j] + ((state[j] == PW_UNEMPLOYED) | (state[j] == PW_INACTIVE)));
}

/* Who is paid; whether anybody is. */
PW_INLINE bool
find_workers(const struct pw_shard *shard, const struct pw_slice *slice, struct wages *wages)
{
    const uint8_t *state = shard->state + slice->begin;
    const bool may_work = slice->age < END_OF_WORK;
    const size_t span = pw_slice_span(slice);
    uint8_t any = 0;

    for (size_t j = 0; j < span; j++)
        wages->works[j] = may_work & ((state[j] == PW_EMPLOYED) | pw_state_is_apprentice(state[j]));
    for (size_t j = 0; j < slice->count; j++)
        any |= wages->works[j];
    return any != 0;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_pay_params *params = &country->params->pay;
    struct pw_slice slice = pw_slices(shard, country->year, 15, PW_MAX_AGE);
    struct pw_draws draws = { 0 };
    struct wages wages = { 0 };
    struct tables tables;

    (void) pass;
    tabulate(country, &tables);
    while (pw_slice_next(&slice)) {
        if (find_workers(shard, &slice, &wages)) {
            pw_slice_draw(&slice, &country->rng, PW_STREAM_PAY, 0, &draws);
            for (int n = 0; n < 2; n++)
                pw_noises(draws.u[n], pw_slice_span(&slice), wages.luck[n]);
            find_level(country, shard, &slice, &tables, &wages);
            pay(country, shard, &slice, &wages);
            settle_hours(params, shard, &slice, &draws, &wages);
        } else {
            memset(shard->pay + slice.begin, 0, slice.count * sizeof *shard->pay);
        }
        scar(params, shard, &slice, &wages);
    }
}

const struct pw_process pw_pay = {
    .name = "pay",
    .about =
        "Those in work are paid and gain experience; time out of work leaves a scar that fades.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(class) | PW_SET(place)
             | PW_SET(work_market) | PW_SET(qualification) | PW_SET(skill) | PW_SET(origin_class)
             | PW_SET(experience) | PW_SET(fade) | PW_SET(dependants) | PW_SET(birth_gap)
             | PW_SET(spell) | PW_SET(pay_persistent) | PW_SET(hours) | PW_SET(enrolled)
             | PW_SET(exposure),
    .writes = PW_SET(pay) | PW_SET(pay_persistent) | PW_SET(experience) | PW_SET(hours)
              | PW_SET(fade) | PW_SET(neet_years),
    .ask = ask,
    .mechanism =
        "Those in work are paid by class, qualification, skill, experience, area and the "
        "time; origin counts within class, women have the recorded ratio, apprentices less, "
        "and nobody less than the bottom. Luck has a lasting and a passing part. Time out of "
        "work leaves a scar, which fades in work. Mothers of small children work part time "
        "most often.",
    .equation =
        "log pay = class_level + experience (x - x^2 / 60) + qualification + skill s + "
        "negotiation x origin + area - scar x fade + women + times + persistent + transitory;"
        " persistent' = persistence x persistent + persistent_sd e",
    .source = "Mincer (1974) with an AR(1). Levels and experience: ashe2021. Qualification: "
              "in35_2025. Origin: cpg2017. Scar: gt2004. Times and women: the paths pay.level and "
              "pay.women_ratio. Luck and hours assumed or fitted.",
    .tested = "pay.the_scar_of_time_out_of_work_lowers_pay_and_fades "
              "pay.women_are_paid_the_ratio_of_the_time "
              "pay.without_negotiation_origin_changes_nobodys_pay",
};

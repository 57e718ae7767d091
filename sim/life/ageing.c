/* SPDX-License-Identifier: MIT */
#include "pathways/ageing.h"

#include <string.h>

#include "pathways/numeric.h"

/* What people were and did until now, for those who look back at the end of the year. The dead
 * too, so that nobody dies twice. */
static PW_KERNEL void
remember(struct pw_shard *shard)
{
    const size_t num_rows = shard->num_rows;
    const uint8_t *state = shard->state, *class = shard->class;
    uint8_t *last_state = shard->last_state, *last_spell = shard->last_spell;
    uint8_t *past_classes = shard->past_classes;

    for (size_t i = 0; i < num_rows; i++) {
        const uint8_t same = pw_activity_state(state[i]) == pw_activity_state(last_state[i]);
        const uint8_t years = (uint8_t) (last_spell[i] - (last_spell[i] == PW_NEVER));

        last_spell[i] = (uint8_t) ((same ? years : 0) + 1);
        last_state[i] = state[i];
    }
    for (size_t i = 0; i < num_rows; i++)
        past_classes[i] =
            (uint8_t) (past_classes[i] | (class[i] == 0) | (class[i] == 1) << 1
                       | (class[i] == 2) << 2 | (class[i] == 3) << 3 | (class[i] == 4) << 4);
}

/* Everyone counts another year; those who wait abroad keep the age of arrival in `spell`. */
static PW_KERNEL void
count_year(struct pw_shard *shard, struct pw_range everyone)
{
    const uint8_t *state = shard->state;
    uint8_t *spell = shard->spell, *birth_gap = shard->birth_gap;

    for (size_t i = everyone.begin; i < everyone.end; i++)
        spell[i] = (uint8_t) (spell[i] + (spell[i] < PW_NEVER - 1 && state[i] != PW_ABROAD));
    for (size_t i = everyone.begin; i < everyone.end; i++)
        birth_gap[i] = (uint8_t) (birth_gap[i] + (birth_gap[i] < PW_NEVER - 1));
    memset(shard->events + everyone.begin, 0, everyone.end - everyone.begin);
    memset(shard->dependants + everyone.begin, 0, everyone.end - everyone.begin);
}

static void
enter(struct pw_shard *shard, size_t i, enum pw_state state)
{
    shard->state[i] = (uint8_t) state;
    shard->spell[i] = 0;
}

static void
start_school(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_range five = pw_shard_ages(shard, country->year, 5, 5);

    for (size_t i = five.begin; i < five.end; i++)
        if (shard->state[i] == PW_EARLY_YEARS) enter(shard, i, PW_SCHOOL);
}

/* Chance to retire at an age, by sex and state. */
struct retirement {
    float chance[PW_NUM_SEXES][PW_NUM_STATES];
};

static struct retirement
retirement_at(const struct pw_country *country, int age)
{
    const struct pw_ageing_params *params = &country->params->ageing;
    const double pension_age[PW_NUM_SEXES] = { [PW_MALE] = country->now.labour_pension_age_men[0],
        [PW_FEMALE] = country->now.labour_pension_age_women[0] };
    struct retirement retirement = { { { 0.0f } } };

    for (int sex = 0; sex < PW_NUM_SEXES; sex++) {
        float *chance = retirement.chance[sex];

        if ((double) age >= pension_age[sex]) {
            chance[PW_UNEMPLOYED] = chance[PW_INACTIVE] = chance[PW_ADULT_EDUCATION] = 1.0f;
            chance[PW_EMPLOYED] = params->retirement;
        } else if ((double) age >= pension_age[sex] - 10.0) {
            chance[PW_INACTIVE] = params->early_retirement;
        }
    }
    return retirement;
}

static void
retire(struct pw_shard *shard, size_t i)
{
    enter(shard, i, PW_RETIRED);
    shard->hours[i] = 0;
}

/* Draws are made only where there is a doubt; they go with the year, not with the age. */
static void
retire_some(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    const struct retirement *retirement, const struct pw_few *few)
{
    struct pw_slice of_year = *slice;
    struct pw_few doubtful;
    struct pw_draws draws;

    doubtful.count = 0;
    for (size_t n = 0; n < few->count; n++) {
        const size_t i = few->row[n];
        const float chance = retirement->chance[shard->sex[i]][shard->state[i]];

        if (chance >= 1.0f)
            retire(shard, i);
        else
            pw_few_add(&doubtful, i, chance > 0.0f);
    }
    of_year.age = country->year;
    pw_few_draw(&doubtful, &of_year, &country->rng, PW_STREAM_PARTICIPATION, 1, &draws);
    for (size_t n = 0; n < doubtful.count; n++) {
        const size_t i = doubtful.row[n];

        if (draws.u[0][n] < retirement->chance[shard->sex[i]][shard->state[i]]) retire(shard, i);
    }
}

/* Who may retire: most of the old have. */
static PW_KERNEL void
find_doubtful(const struct pw_slice *slice, uint8_t *restrict doubtful)
{
    const uint8_t *state = slice->shard->state + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++)
        doubtful[j] = (state[j] >= PW_EMPLOYED) & (state[j] <= PW_ADULT_EDUCATION);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    uint8_t doubtful[PW_BLOCK];
    struct pw_few few;
    struct pw_slice slice =
        pw_slices(shard, country->year, country->params->ageing.first_pension_age, PW_MAX_AGE);

    (void) pass;
    remember(shard);
    count_year(shard, pw_shard_ages(shard, country->year, 0, PW_MAX_AGE));
    start_school(country, shard);
    while (pw_slice_next(&slice)) {
        const struct retirement retirement = retirement_at(country, slice.age);

        find_doubtful(&slice, doubtful);
        pw_few_list(&few, &slice, doubtful);
        retire_some(country, shard, &slice, &retirement, &few);
    }
}

const struct pw_process pw_ageing = {
    .name = "ageing",
    .about = "A year passes: children start school at five, people retire.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(class),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(last_state) | PW_SET(last_spell)
              | PW_SET(past_classes) | PW_SET(birth_gap) | PW_SET(events) | PW_SET(hours)
              | PW_SET(dependants),
    .ask = ask,
    .mechanism =
        "Everyone counts another year in the state they are in and since the last birth; what"
        " happened last year is forgotten, and what people did until now is kept for "
        "comparison. Children start school at five. From the pension age of the year those "
        "out of work retire at once and those in work at a constant chance; in the ten years "
        "before, the inactive may call it retirement.",
    .equation = "P(retire) = 1 out of work, `ageing.retirement` in work, from the recorded pension "
                "age of the sex on; `ageing.early_retirement` for the inactive of the ten years "
                "before",
    .source = "Pension ages: the paths labour.pension_age_men and labour.pension_age_women. Chances"
              " assumed.",
    .tested = "ageing.workers_of_pension_age_retire_at_the_rate_of_the_parameter "
              "ageing.nobody_retires_from_work_a_year_before_pension_age",
};

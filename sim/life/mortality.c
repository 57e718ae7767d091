/* SPDX-License-Identifier: MIT */
#include "pathways/mortality.h"

#include "pathways/numeric.h"

/* The band of the path population.mortality that holds an age. */
static int
band(int age)
{
    if (age == 0) return 0;
    if (age < 5) return 1;
    return age >= 80 ? 17 : age / 5 + 1;
}

float
pw_mortality_chance(const double *rate, int age, float slope)
{
    const float chance = (float) (rate[band(age)] / 1000.0);

    if (age >= PW_MAX_AGE) return 1.0f;
    if (age < 80) return chance;
    return pw_minimum(chance * pw_exp(slope * ((float) age - 86.0f)), 0.8f);
}

static void
die(struct pw_shard *shard, size_t i)
{
    const int32_t partner = shard->partner[i];

    if (partner != PW_NOBODY) {
        shard->partner[partner] = PW_NOBODY;
        shard->partner[i] = PW_NOBODY;
        shard->events[partner] |= PW_EVENT_WIDOWED;
    }
    shard->state[i] = PW_DEAD;
    shard->spell[i] = 0;
    shard->hours[i] = 0;
}

/*
 * Children are born after people have died: in the year of birth nobody is exposed, and those who
 * turn 1 bear the risk of the first year of life too.
 */
static float
chance_at(const struct pw_country *country, int age)
{
    const double *rate = country->now.population_mortality;
    const float slope = country->params->mortality.old_age_slope;
    const float chance = pw_mortality_chance(rate, age, slope);

    return age == 1 ? chance + (1.0f - chance) * pw_mortality_chance(rate, 0, slope) : chance;
}

/* Chances of men and women to die at an age. */
struct risks {
    float by_sex[PW_NUM_SEXES];
};

static struct risks
risks_at(const struct pw_country *country, int age)
{
    const struct pw_mortality_params *params = &country->params->mortality;
    const float chance = chance_at(country, age);

    return (struct risks){ { [PW_MALE] = chance * params->men_ratio,
        [PW_FEMALE] = chance * (2.0f - params->men_ratio) } };
}

/* Who may die: nearly everyone is beyond the higher of the two risks. */
static PW_KERNEL void
find_doubtful(const struct pw_slice *slice, const float *restrict u, float highest,
    uint8_t *restrict doubtful)
{
    const uint8_t *state = slice->shard->state + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++)
        doubtful[j] = (u[j] < highest) & pw_state_is_present(state[j]);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 1, PW_MAX_AGE);
    struct pw_draws draws = { 0 };
    uint8_t doubtful[PW_BLOCK];
    struct pw_few few;

    (void) pass;
    while (pw_slice_next(&slice)) {
        const struct risks risks = risks_at(country, slice.age);
        /* Nobody outlives the last age. */
        const float highest =
            slice.age >= PW_MAX_AGE ? 1.0f : pw_maximum(risks.by_sex[0], risks.by_sex[1]);

        pw_slice_draw(&slice, &country->rng, PW_STREAM_DEATH, 0, &draws);
        find_doubtful(&slice, draws.u[0], highest, doubtful);
        pw_few_list(&few, &slice, doubtful);
        for (size_t n = 0; n < few.count; n++) {
            const size_t i = few.row[n];
            const float risk = risks.by_sex[shard->sex[i]];

            if (draws.u[0][i - slice.begin] < risk || slice.age >= PW_MAX_AGE) die(shard, i);
        }
    }
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    const int age = slice.age;
    float chance;

    (void) pass;
    if (age < 1) return false;
    chance =
        age >= PW_MAX_AGE ? 1.0f : pw_minimum(risks_at(country, age).by_sex[shard->sex[row]], 1.0f);
    *decision = pw_decision_begin("life", row);
    (void) pw_decision_option(
        decision, "live on", 1.0 - (double) chance, PW_COLUMN_state, shard->state[row]);
    (void) pw_decision_option(decision, "die", (double) chance, PW_COLUMN_state, PW_DEAD);
    decision->taken = pw_slice_luck(&slice, &country->rng, PW_STREAM_DEATH, 0) < chance;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_mortality = {
    .name = "mortality",
    .about = "People die at the rates of their age and time.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(sex) | PW_SET(partner),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(partner) | PW_SET(events) | PW_SET(hours),
    .ask = ask,
    .tell = tell,
    .mechanism =
        "People die at the recorded rate of their age band, men more often than women, over "
        "80 ever more often. Partners are widowed. Newborns are exposed in the year in which "
        "they turn one. Class makes no difference to death here.",
    .equation = "P(die) = rate(age, year) x (men_ratio for men, 2 - men_ratio for women); over 80 "
                "rate(80+) x exp(old_age_slope x (age - 86)), at most 0.8; 1 at the last age",
    .source = "Rates: the path population.mortality. Gompertz's law over 80; ratio and slope "
              "assumed.",
    .tested = "mortality.people_die_at_the_rates_of_the_path "
              "mortality.over_eighty_death_comes_ever_more_often_and_surely_at_last",
};

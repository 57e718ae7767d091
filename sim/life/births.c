/* SPDX-License-Identifier: MIT */
#include "pathways/births.h"

#include <string.h>

#include "pathways/ability.h"
#include "pathways/arrivals.h"
#include "pathways/numeric.h"

#define FIRST_AGE 15
#define LAST_AGE  45
/* Abilities enter the couple correlation in units of 1/4096. */
#define FIXED 4096.0f
#define SUMS  (PW_MAX_AGE + 1) * PW_NUM_BIRTH_CELLS

/* What stands behind the counts by age and cell in the tally. */
enum { COUPLES = SUMS, MOTHERS, FATHERS, MOTHERS_SQUARED, FATHERS_SQUARED, PRODUCTS, NUM_COUNTS };

PW_INLINE int
cell_number(bool has_partner, bool is_spaced, int num_children, int education)
{
    const int children = num_children > 3 ? 3 : num_children;

    return ((has_partner * 2 + is_spaced) * 4 + children) * 3 + education;
}

int
pw_births_cell(bool has_partner, bool is_spaced, int num_children, int education)
{
    return cell_number(has_partner, is_spaced, num_children, education);
}

PW_INLINE int
cell_of(const struct pw_shard *shard, size_t i)
{
    const int finished = shard->qualification[i] >= PW_FIRST_DEGREE ? 1 : 2;
    const int education = pw_state_is_learning(shard->state[i]) ? 0 : finished;
    const bool is_spaced = (shard->birth_gap[i] >= 5) & (shard->birth_gap[i] != PW_NEVER);

    return cell_number(
        shard->partner[i] != PW_NOBODY, is_spaced, shard->num_children[i], education);
}

/* The women of a slice who are in the country, and the cell of each row [PW_BLOCK]. */
PW_INLINE void
list_women(
    const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *women, uint8_t *cell)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *sex = shard->sex + slice->begin, *state = shard->state + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++) {
        wanted[j] = (sex[j] == PW_FEMALE) & (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED);
        cell[j] = (uint8_t) cell_of(shard, slice->begin + j);
    }
    pw_few_list(women, slice, wanted);
}

/* The women of a slice who are in the country and have a partner. */
PW_INLINE void
list_wives(const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *wives)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *sex = shard->sex + slice->begin, *state = shard->state + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        wanted[j] = (sex[j] == PW_FEMALE) & (partner[j] != PW_NOBODY) & (state[j] >= PW_EARLY_YEARS)
                    & (state[j] <= PW_RETIRED);
    pw_few_list(wives, slice, wanted);
}

/* Sums over those women who have a partner. */
PW_INLINE void
count_couples(const struct pw_shard *shard, const struct pw_slice *slice, int64_t *tally)
{
    int32_t mother[PW_BLOCK], father[PW_BLOCK];
    int64_t mothers = 0, fathers = 0, mm = 0, ff = 0, mf = 0;
    struct pw_few wives;

    list_wives(shard, slice, &wives);
    for (size_t n = 0; n < wives.count; n++) {
        const size_t i = wives.row[n];

        mother[n] = pw_round_to_int(shard->ability[i] * FIXED);
        father[n] = pw_round_to_int(shard->ability[shard->partner[i]] * FIXED);
    }
    for (size_t n = 0; n < wives.count; n++) {
        mothers += mother[n];
        fathers += father[n];
        mm += (int64_t) mother[n] * mother[n];
        ff += (int64_t) father[n] * father[n];
        mf += (int64_t) mother[n] * father[n];
    }
    tally[COUPLES] += (int64_t) wives.count;
    tally[MOTHERS] += mothers;
    tally[FATHERS] += fathers;
    tally[MOTHERS_SQUARED] += mm;
    tally[FATHERS_SQUARED] += ff;
    tally[PRODUCTS] += mf;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    struct pw_few women;
    uint8_t cell[PW_BLOCK];

    (void) pass;
    memset(shard->tally, 0, NUM_COUNTS * sizeof *shard->tally);
    while (pw_slice_next(&slice)) {
        int64_t *count = &shard->tally[slice.age * PW_NUM_BIRTH_CELLS];

        list_women(shard, &slice, &women, cell);
        for (size_t n = 0; n < women.count; n++)
            count[cell[women.row[n] - slice.begin]]++;
        count_couples(shard, &slice, shard->tally);
    }
}

/* How likely a birth is in a cell beside a partnered childless woman without a degree. */
static double
propensity(const struct pw_country *country, int age, int cell)
{
    const struct pw_births_params *params = &country->params->births;
    const int education = cell % 3, children = cell / 3 % 4;
    double weight = (double) params->by_children[children];

    if (cell / 12 % 2 == 1) weight *= (double) params->spaced_ratio;
    if (cell / 24 == 0)
        weight *= (double) params->single_ratio * country->now.family_lone_births[0] / 50.0;
    if (education == 0) weight *= (double) params->student_ratio;
    if (education == 1)
        weight *=
            (double) (params->graduate_ratio * pw_exp(params->graduate_delay * (float) (age - 30)));
    return weight;
}

/* Share of a normal density of mothers' ages that lies from one age to before another. */
static double
share_of_ages(const struct pw_country *country, int age, int end)
{
    const float sd = country->params->births.age_sd;
    const float mean = (float) country->now.family_birth_age[0];
    const float above = pw_normal_cdf(((float) end - mean) / sd);
    const float below = pw_normal_cdf(((float) age - mean) / sd);

    return (double) (above - below);
}

/* Births to women of an age in the fertility schedule; those of all ages add up to total fertility,
 * so what the normal density has beyond them, `all_ages` of it, is spread over them. */
static double
schedule(const struct pw_country *country, int age, double all_ages)
{
    return country->now.family_fertility[0] * share_of_ages(country, age, age + 1) / all_ages;
}

/* Finer steps would change every child a little when a policy changes one couple. */
#define CORRELATION_STEPS 32.0f

static float
correlation(const int64_t *sum)
{
    const double n = (double) (sum[COUPLES] > 0 ? sum[COUPLES] : 1);
    const double mothers = (double) sum[MOTHERS] / n, fathers = (double) sum[FATHERS] / n;
    const double mm = (double) sum[MOTHERS_SQUARED] / n - mothers * mothers;
    const double ff = (double) sum[FATHERS_SQUARED] / n - fathers * fathers;
    const double mf = (double) sum[PRODUCTS] / n - mothers * fathers;

    return mm > 0.0 && ff > 0.0
               ? (float) (mf / ((double) pw_sqrt((float) mm) * (double) pw_sqrt((float) ff)))
               : 0.0f;
}

/* The chances of a birth at an age, such that as many are expected as the schedule has. */
static void
set_chances(struct pw_country *country, int age, double scheduled)
{
    const int64_t *women = &country->sum[age * PW_NUM_BIRTH_CELLS];
    double weight[PW_NUM_BIRTH_CELLS], all = 0.0, weighted = 0.0;

    for (int c = 0; c < PW_NUM_BIRTH_CELLS; c++) {
        weight[c] = propensity(country, age, c);
        all += (double) women[c];
        weighted += (double) women[c] * weight[c];
    }
    for (int c = 0; c < PW_NUM_BIRTH_CELLS; c++)
        country->birth_chance[age][c] =
            weighted > 0.0 ? pw_minimum((float) (scheduled * all / weighted * weight[c]), 0.9f)
                           : 0.0f;
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const double all_ages = share_of_ages(country, FIRST_AGE, LAST_AGE + 1);

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, NUM_COUNTS);
    country->couple_correlation =
        (float) pw_round_to_int(correlation(country->sum) * CORRELATION_STEPS) / CORRELATION_STEPS;
    for (int age = FIRST_AGE; age <= LAST_AGE; age++)
        set_chances(country, age, schedule(country, age, all_ages));
}

/* The place of a newborn in the family. */
static void
bear(struct pw_shard *shard, size_t mother, size_t i)
{
    const int32_t father = shard->partner[mother];

    shard->key[i] =
        pw_mix64(shard->key[mother] + 0x632BE59BD9B4E019u * (shard->num_children[mother] + 1u));
    shard->mother[i] = (int32_t) mother;
    shard->father[i] = father;
    shard->group[i] = shard->group[mother];
    shard->place[i] = shard->place[mother];
    shard->birth_place[i] = shard->place[mother];
    shard->home_place[i] = shard->place[mother];
    shard->state[i] = PW_EARLY_YEARS;
    shard->household_income[i] = shard->household_income[mother];
    shard->num_children[mother]++;
    shard->birth_gap[mother] = 0;
    shard->events[mother] |= PW_EVENT_BIRTH;
    if (father != PW_NOBODY) {
        shard->num_children[father]++;
        shard->birth_gap[father] = 0;
        shard->events[father] |= PW_EVENT_BIRTH;
    }
}

/*
 * What newborns have from their parents, and from chance; at most PW_BLOCK.
 */
static PW_KERNEL void
inherit(const struct pw_country *country, struct pw_shard *shard, struct pw_range newborn)
{
    const size_t count = newborn.end - newborn.begin;
    const uint64_t *key = shard->key + newborn.begin;
    const struct pw_inheritance_params *params = &country->params->inheritance;
    const float correlation = country->couple_correlation;
    struct pw_draws a, b;
    float luck[6][PW_BLOCK];

    pw_rng_block(&country->rng, key, count, 0, PW_STREAM_INHERITANCE, 0, &a);
    pw_rng_block(&country->rng, key, count, 0, PW_STREAM_INHERITANCE, 1, &b);
    for (int n = 0; n < 3; n++) {
        pw_normals(a.u[n + 1], count, luck[n]);
        pw_normals(b.u[n], count, luck[n + 3]);
    }
    for (size_t j = 0; j < count; j++) {
        const size_t i = newborn.begin + j;
        const size_t mother = (size_t) shard->mother[i];
        /* Of a father who is not known we know what couples are like. */
        const float from_father =
            shard->father[i] != PW_NOBODY
                ? shard->ability[shard->father[i]]
                : correlation * shard->ability[mother]
                      + pw_sqrt(1.0f - correlation * correlation) * luck[0][j];

        shard->sex[i] = a.u[0][j] < params->girls_share ? PW_FEMALE : PW_MALE;
        shard->ability[i] = pw_ability_inherited(
            params->heritability, correlation, shard->ability[mother], from_father, luck[1][j]);
        shard->skill[i] =
            params->skill_ability * shard->ability[i] + params->skill_luck * luck[2][j];
        shard->self_efficacy[i] = params->self_efficacy * shard->self_efficacy[mother]
                                  + params->self_efficacy_luck * luck[3][j];
        shard->aspiration[i] =
            params->aspiration * shard->aspiration[mother] + params->aspiration_luck * luck[4][j];
        shard->belonging[i] =
            params->belonging * shard->belonging[mother] + params->belonging_luck * luck[5][j];
    }
}

static PW_KERNEL void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    /* Noted where the next market will list its applications. */
    uint32_t *mother = (uint32_t *) (void *) shard->applications;
    struct pw_range newborn;
    struct pw_few women;
    size_t num_births = 0;
    struct pw_draws draws;
    uint8_t cell[PW_BLOCK];

    (void) pass;
    while (pw_slice_next(&slice)) {
        const float *chance = country->birth_chance[slice.age];

        list_women(shard, &slice, &women, cell);
        pw_few_draw(&women, &slice, &country->rng, PW_STREAM_BIRTH, 0, &draws);
        for (size_t n = 0; n < women.count; n++) {
            const size_t i = women.row[n];

            mother[num_births] = (uint32_t) i;
            num_births +=
                (draws.u[0][n] < chance[cell[i - slice.begin]]) & (shard->num_children[i] < 12);
        }
    }
    newborn.begin = pw_shard_append_many(shard, country->year, num_births);
    for (size_t n = 0; n < num_births; n++)
        bear(shard, mother[n], newborn.begin + n);
    for (; newborn.begin < shard->num_rows; newborn.begin = newborn.end) {
        const size_t rest = shard->num_rows - newborn.begin;

        newborn.end = newborn.begin + (rest < PW_BLOCK ? rest : PW_BLOCK);
        inherit(country, shard, newborn);
    }
    pw_arrivals_append(country, shard, country->year, country->num_shards);
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const int32_t partner = shard->partner[row];
    const bool is_man = shard->sex[row] == PW_MALE;
    const size_t woman = pw_shard_household(shard, row);
    const struct pw_slice slice = pw_slice_of(shard, country->year, woman);
    const int age = slice.age;
    float chance;

    (void) pass;
    if ((is_man && partner == PW_NOBODY) || age < FIRST_AGE || age > LAST_AGE
        || !pw_state_is_present(shard->state[woman]) || shard->num_children[woman] >= 12)
        return false;
    chance = country->birth_chance[age][cell_of(shard, woman)];
    *decision = pw_decision_begin("a child", woman);
    (void) pw_decision_option(decision, "no child", 1.0 - (double) chance, PW_COLUMN_num_children,
        shard->num_children[row]);
    (void) pw_decision_option(decision, "a child is born", (double) chance, PW_COLUMN_num_children,
        shard->num_children[row] + 1);
    decision->taken = pw_slice_luck(&slice, &country->rng, PW_STREAM_BIRTH, 0) < chance;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_births = {
    .name = "births",
    .about = "Children are born and inherit.",
    .reads = PW_SET(key) | PW_SET(sex) | PW_SET(state) | PW_SET(partner) | PW_SET(num_children)
             | PW_SET(qualification) | PW_SET(ability) | PW_SET(place) | PW_SET(group)
             | PW_SET(birth_gap) | PW_SET(household_income),
    .writes = ~(pw_columns) 0, /* a new row writes every column */
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "Women of each age bear as many children as the recorded total fertility and mean age"
        " ask for; which women is decided by partner, children so far, the years since the "
        "last of them and education: graduates begin later. A "
        "newborn's ability is half heritability of the mother's and father's together and "
        "otherwise chance, with the variance kept at 1 under the couples' likeness of the "
        "year; skill, self-efficacy, aspiration and belonging begin from ability, the "
        "mother's own and chance.",
    .equation =
        "ability = h (a_mother + a_father) / 2 + sqrt(1 - h^2 (1 + c) / 2) e, with h = "
        "inheritance.heritability, c the correlation of couples; skill, self-efficacy, aspiration "
        "and belonging at birth = weight x the child's ability or the mother's own + luck e; "
        "births at an age = fertility"
        " x normal density(age; birth_age, age_sd) x women, divided in proportion to "
        "by_children x spaced_ratio x single_ratio x student_ratio x graduate_ratio "
        "exp(graduate_delay x (age - 30))",
    .source = "Fertility, mean age and lone births: the paths family.fertility, family.birth_age "
              "and family.lone_births. Heritability: rimfeld2018. First births five years "
              "later with higher qualifications: rendall2003; that later progression "
              "is alike: bsb2015. The rest assumed.",
    .tested = "births.ability_keeps_its_variance_over_the_generations "
              "births.another_child_comes_within_five_years_or_so_much_more_seldom "
              "births.births_by_age_follow_the_path "
              "births.mother_and_child_correlate_by_half_of_h_times_one_and_the_couple_correlation "
              "directions.higher_fertility_means_more_children",
};

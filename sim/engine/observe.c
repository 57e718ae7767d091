/* SPDX-License-Identifier: MIT */
#include "pathways/measure.h"

#include <string.h>

#include "pathways/numeric.h"
#include "pathways/pick.h"
#include "pathways/rng.h"

/* Bit of a measure in the masks of its band. */
enum lane {
#define BAND(band, where) LANE_BEFORE_##band = -1,
#define MEASURE(constant, name, kind, first_age, last_age, theme, better, unit, source, about)     \
    LANE_##constant,
#include "pathways/measures.def"
};

/* Some people of one age. */
struct sweep {
    const struct pw_measures *measures;
    const struct pw_shard *shard;
    size_t begin, count; /* rows; at most PW_BLOCK of them */
    int year, age;
    uint32_t knows_parents; /* 1: turned 14 inside the run, 0: a founder */
    float low_income;       /* [GBP/year] */
};

/* Cells of places are more than the nearest cache holds: they are asked for so many people ahead.
 */
#define PREFETCH 16

/* What a band's function says of them. It need not look at age, nor at whether they are present. */
struct flags {
    uint32_t of[PW_BLOCK];                 /* bit l: counts in the denominator of measure l */
    uint32_t is[PW_BLOCK];                 /* bit l: counts in its numerator too */
    int32_t value[PW_MAX_MEANS][PW_BLOCK]; /* of the band's means, in order; units of 1/65536 */

    /* The rest is worked out from that, the same way for each band. */
    uint32_t parts[PW_BLOCK]; /* bit l: counts in the numerator of measure l, bit 16 + l: in both */
    uint32_t cell[PW_NUM_VIEWS][PW_BLOCK + PREFETCH];
    int64_t pair[PW_BLOCK][2]; /* values of two means, 0 for those who do not count */
};

PW_INLINE uint32_t
bit(int condition, enum lane lane)
{
    return (uint32_t) condition << lane;
}

PW_INLINE int
is_apprentice(uint8_t state)
{
    return (state >= PW_APPRENTICESHIP_INTERMEDIATE) & (state <= PW_APPRENTICESHIP_HIGHER);
}

/* The survey definition: an apprentice has a job. */
PW_INLINE int
has_job(uint8_t state)
{
    return (state == PW_EMPLOYED) | is_apprentice(state);
}

PW_INLINE int
is_learning(uint8_t state)
{
    return ((state >= PW_SCHOOL) & (state <= PW_POSTGRADUATE)) | (state == PW_ADULT_EDUCATION);
}

static PW_KERNEL void
fix_values(const float *restrict values, size_t count, int32_t *restrict fixed)
{
    const size_t span = PW_WHOLE_VECTORS(count);

    for (size_t i = 0; i < span; i++)
        fixed[i] = pw_round_to_int(values[i] * (float) PW_MEASURE_SCALE);
}

/* In two sweeps: gcc makes a branch of what pw_exp holds its argument within, and no vectors. */
static PW_KERNEL void
fix_exp_of_values(const float *restrict values, size_t count, int32_t *restrict fixed)
{
    const size_t span = PW_WHOLE_VECTORS(count);
    float power[PW_BLOCK];

    for (size_t i = 0; i < span; i++)
        power[i] = pw_exp(values[i]);
    for (size_t i = 0; i < span; i++)
        fixed[i] = pw_round_to_int(power[i] * (float) PW_MEASURE_SCALE);
}

/* Classes as surveys count them. */
PW_INLINE void
find_classes(const struct sweep *restrict sweep, uint8_t *restrict counted)
{
    const uint8_t *const class = sweep->shard->class + sweep->begin;
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const uint8_t *const last_state = sweep->shard->last_state + sweep->begin;
    const uint8_t *const last_spell = sweep->shard->last_spell + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++)
        counted[i] = pw_class_counted(class[i], state[i], last_state[i], last_spell[i]);
}

static PW_KERNEL void
flag_children(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint8_t *const free_meals = sweep->shard->free_meals + sweep->begin;
    const float *const household_income = sweep->shard->household_income + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        flags->of[i] = bit(1, LANE_FREE_MEALS_11_15) | bit(1, LANE_LOW_INCOME_0_15);
        flags->is[i] = bit(free_meals[i] != 0, LANE_FREE_MEALS_11_15)
                       | bit(household_income[i] < sweep->low_income, LANE_LOW_INCOME_0_15);
    }
}

static PW_KERNEL void
flag_schoolchildren(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const struct pw_school_params *const params = &sweep->measures->school;
    const uint8_t *const free_meals = sweep->shard->free_meals + sweep->begin;
    const float *const skill = sweep->shard->skill + sweep->begin;
    const float *const attainment = sweep->shard->attainment + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        const int with = free_meals[i] != 0, without = free_meals[i] == 0;
        const int develops = skill[i] > params->good_development;
        const int reaches = skill[i] > params->expected_standard;
        const int passes = attainment[i] >= params->strong_pass;

        flags->of[i] =
            bit(1, LANE_GOOD_DEVELOPMENT_5) | bit(with, LANE_GOOD_DEVELOPMENT_5_FREE_MEALS)
            | bit(without, LANE_GOOD_DEVELOPMENT_5_OTHER) | bit(1, LANE_EXPECTED_STANDARD_11)
            | bit(with, LANE_EXPECTED_STANDARD_11_FREE_MEALS)
            | bit(without, LANE_EXPECTED_STANDARD_11_OTHER) | bit(1, LANE_STRONG_PASS_16)
            | bit(with, LANE_STRONG_PASS_16_FREE_MEALS) | bit(without, LANE_STRONG_PASS_16_OTHER);
        flags->is[i] =
            bit(develops, LANE_GOOD_DEVELOPMENT_5)
            | bit(develops, LANE_GOOD_DEVELOPMENT_5_FREE_MEALS)
            | bit(develops, LANE_GOOD_DEVELOPMENT_5_OTHER) | bit(reaches, LANE_EXPECTED_STANDARD_11)
            | bit(reaches, LANE_EXPECTED_STANDARD_11_FREE_MEALS)
            | bit(reaches, LANE_EXPECTED_STANDARD_11_OTHER) | bit(passes, LANE_STRONG_PASS_16)
            | bit(passes, LANE_STRONG_PASS_16_FREE_MEALS) | bit(passes, LANE_STRONG_PASS_16_OTHER);
    }
}

/* Entered higher education: a university, or a course above level 3 at a college, as DfE counts
 * it. */
PW_INLINE int
has_entered_higher(uint8_t tariff, uint8_t state, uint8_t qualification)
{
    return (tariff != PW_TARIFF_NONE) | (qualification >= PW_FURTHER)
           | ((state == PW_FURTHER_EDUCATION) & (qualification == PW_A_LEVEL));
}

static PW_KERNEL void
flag_pupils(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const uint8_t *const qualification = sweep->shard->qualification + sweep->begin;
    const uint8_t *const tariff = sweep->shard->tariff + sweep->begin;
    const uint8_t *const free_meals = sweep->shard->free_meals + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        const int with = free_meals[i] != 0, without = free_meals[i] == 0;
        const int level3 = qualification[i] >= PW_A_LEVEL;
        const int higher = has_entered_higher(tariff[i], state[i], qualification[i]);
        const int highest = tariff[i] == PW_TARIFF_HIGHER;

        flags->of[i] =
            bit(1, LANE_ATTAINMENT_16) | bit(with, LANE_ATTAINMENT_16_FREE_MEALS)
            | bit(without, LANE_ATTAINMENT_16_OTHER) | bit(1, LANE_LEVEL3_BY_19)
            | bit(with, LANE_LEVEL3_BY_19_FREE_MEALS) | bit(without, LANE_LEVEL3_BY_19_OTHER)
            | bit(1, LANE_HIGHER_EDUCATION_BY_19)
            | bit(with, LANE_HIGHER_EDUCATION_BY_19_FREE_MEALS)
            | bit(without, LANE_HIGHER_EDUCATION_BY_19_OTHER) | bit(1, LANE_HIGHER_EDUCATION_BY_18)
            | bit(with, LANE_HIGHER_EDUCATION_BY_18_FREE_MEALS)
            | bit(without, LANE_HIGHER_EDUCATION_BY_18_OTHER) | bit(1, LANE_HIGH_TARIFF_BY_19)
            | bit(with, LANE_HIGH_TARIFF_BY_19_FREE_MEALS)
            | bit(without, LANE_HIGH_TARIFF_BY_19_OTHER);
        flags->is[i] =
            bit(level3, LANE_LEVEL3_BY_19) | bit(level3, LANE_LEVEL3_BY_19_FREE_MEALS)
            | bit(level3, LANE_LEVEL3_BY_19_OTHER) | bit(higher, LANE_HIGHER_EDUCATION_BY_19)
            | bit(higher, LANE_HIGHER_EDUCATION_BY_19_FREE_MEALS)
            | bit(higher, LANE_HIGHER_EDUCATION_BY_19_OTHER)
            | bit(higher, LANE_HIGHER_EDUCATION_BY_18)
            | bit(higher, LANE_HIGHER_EDUCATION_BY_18_FREE_MEALS)
            | bit(higher, LANE_HIGHER_EDUCATION_BY_18_OTHER) | bit(highest, LANE_HIGH_TARIFF_BY_19)
            | bit(highest, LANE_HIGH_TARIFF_BY_19_FREE_MEALS)
            | bit(highest, LANE_HIGH_TARIFF_BY_19_OTHER);
    }
    for (int k = 0; k < 3; k++)
        fix_values(sweep->shard->attainment + sweep->begin, sweep->count, flags->value[k]);
}

static PW_KERNEL void
flag_youth(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        const int neet = (state[i] == PW_UNEMPLOYED) | (state[i] == PW_INACTIVE);

        flags->of[i] = bit(1, LANE_NEET_16_24) | bit(1, LANE_EDUCATION_16_24)
                       | bit(1, LANE_EMPLOYMENT_16_24) | bit(1, LANE_APPRENTICE_16_18)
                       | bit(1, LANE_SIXTH_FORM_16_17) | bit(1, LANE_FURTHER_EDUCATION_16_17)
                       | bit(1, LANE_BELONGING_16_29) | bit(1, LANE_WELLBEING_16_24);
        flags->is[i] = bit(neet, LANE_NEET_16_24) | bit(is_learning(state[i]), LANE_EDUCATION_16_24)
                       | bit(state[i] == PW_EMPLOYED, LANE_EMPLOYMENT_16_24)
                       | bit(is_apprentice(state[i]), LANE_APPRENTICE_16_18)
                       | bit(state[i] == PW_SIXTH_FORM, LANE_SIXTH_FORM_16_17)
                       | bit(state[i] == PW_FURTHER_EDUCATION, LANE_FURTHER_EDUCATION_16_17);
    }
    fix_values(sweep->shard->belonging + sweep->begin, sweep->count, flags->value[0]);
    fix_values(sweep->shard->wellbeing + sweep->begin, sweep->count, flags->value[1]);
}

static PW_KERNEL void
flag_young_adults(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const uint8_t *const qualification = sweep->shard->qualification + sweep->begin;
    uint8_t class[PW_BLOCK];
    const uint8_t *const neet_years = sweep->shard->neet_years + sweep->begin;
    const uint8_t *const owner = sweep->shard->owner + sweep->begin;
    const uint8_t *const parent_owner = sweep->shard->parent_owner + sweep->begin;
    const uint16_t *const home_place = sweep->shard->home_place + sweep->begin;
    const int knows_parents = (int) sweep->knows_parents;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    find_classes(sweep, class);
    for (size_t i = 0; i < span; i++) {
        const int unemployed = state[i] == PW_UNEMPLOYED;
        const int active = has_job(state[i]) | unemployed;
        const int has_class = class[i] != PW_NO_CLASS;
        const int degree = qualification[i] >= PW_FIRST_DEGREE;
        const int knows = knows_parents & (home_place[i] != PW_UNPLACED);
        const int owns = owner[i] != 0;

        flags->of[i] = bit(1, LANE_DEGREE_25_29) | bit(1, LANE_HIGHER_DEGREE_25_29)
                       | bit(has_class, LANE_PROFESSIONAL_25_29)
                       | bit(has_class, LANE_LOWER_WORKING_25_29) | bit(1, LANE_ACTIVE_25_29)
                       | bit(active, LANE_UNEMPLOYED_25_29)
                       | bit(state[i] == PW_EMPLOYED, LANE_PAY_25_29)
                       | bit(1, LANE_NEVER_NEET_25_29) | bit(1, LANE_OWNER_25_34)
                       | bit(knows & (parent_owner[i] != 0), LANE_OWNER_25_34_OWNER_PARENTS)
                       | bit(knows & (parent_owner[i] == 0), LANE_OWNER_25_34_OTHER_PARENTS)
                       | bit(1, LANE_GRADUATES_HERE_25_34);
        flags->is[i] = bit(degree, LANE_DEGREE_25_29)
                       | bit(qualification[i] == PW_HIGHER_DEGREE, LANE_HIGHER_DEGREE_25_29)
                       | bit(class[i] >= PW_LOWER_PROFESSIONAL, LANE_PROFESSIONAL_25_29)
                       | bit(class[i] == PW_LOWER_WORKING, LANE_LOWER_WORKING_25_29)
                       | bit(active, LANE_ACTIVE_25_29) | bit(unemployed, LANE_UNEMPLOYED_25_29)
                       | bit(neet_years[i] == 0, LANE_NEVER_NEET_25_29)
                       | bit(owns, LANE_OWNER_25_34) | bit(owns, LANE_OWNER_25_34_OWNER_PARENTS)
                       | bit(owns, LANE_OWNER_25_34_OTHER_PARENTS)
                       | bit(degree, LANE_GRADUATES_HERE_25_34);
    }
    fix_exp_of_values(sweep->shard->pay + sweep->begin, sweep->count, flags->value[0]);
}

/* Stayers and leavers: by the labour market that they grew up in. */
static PW_KERNEL void
flag_grown_here(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint16_t *const labour_market = sweep->measures->labour_market;
    const uint16_t *const place = sweep->shard->place + sweep->begin;
    const uint16_t *const home_place = sweep->shard->home_place + sweep->begin;
    const uint8_t *const origin = sweep->shard->origin_class + sweep->begin;
    uint8_t class[PW_BLOCK];
    const uint8_t *const qualification = sweep->shard->qualification + sweep->begin;
    const uint8_t *const owner = sweep->shard->owner + sweep->begin;
    const int knows_parents = (int) sweep->knows_parents;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    find_classes(sweep, class);
    for (size_t i = 0; i < span; i++) {
        const int here = labour_market[place[i]] == labour_market[home_place[i]];
        const int left = !here, owns = owner[i] != 0;
        const int from_working = knows_parents & (origin[i] <= PW_HIGHER_WORKING);
        const int has_class = class[i] != PW_NO_CLASS;
        const int professional = (class[i] >= PW_LOWER_PROFESSIONAL) & has_class;
        const int degree = qualification[i] >= PW_FIRST_DEGREE;

        flags->of[i] = bit(1, LANE_LEFT_HOME_AREA_25_34)
                       | bit(here & from_working, LANE_PROGRESS_WITHOUT_LEAVING_25_34)
                       | bit(1, LANE_GRADUATES_GROWN_HERE_25_34)
                       | bit(here & has_class, LANE_PROFESSIONAL_25_34_STAYERS)
                       | bit(left & has_class, LANE_PROFESSIONAL_25_34_LEAVERS)
                       | bit(here, LANE_OWNER_25_34_STAYERS) | bit(left, LANE_OWNER_25_34_LEAVERS);
        flags->is[i] = bit(left, LANE_LEFT_HOME_AREA_25_34)
                       | bit(professional, LANE_PROGRESS_WITHOUT_LEAVING_25_34)
                       | bit(degree, LANE_GRADUATES_GROWN_HERE_25_34)
                       | bit(professional, LANE_PROFESSIONAL_25_34_STAYERS)
                       | bit(professional, LANE_PROFESSIONAL_25_34_LEAVERS)
                       | bit(owns, LANE_OWNER_25_34_STAYERS) | bit(owns, LANE_OWNER_25_34_LEAVERS);
    }
}

static PW_KERNEL void
flag_movers(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint16_t *const labour_market = sweep->measures->labour_market;
    const uint16_t *const place = sweep->shard->place + sweep->begin;
    const uint16_t *const home_place = sweep->shard->home_place + sweep->begin;
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        const int here = labour_market[place[i]] == labour_market[home_place[i]];
        const int left = !here & (home_place[i] != PW_UNPLACED);
        const int stayed = here & (home_place[i] != PW_UNPLACED);
        const int works = state[i] == PW_EMPLOYED;

        flags->of[i] =
            bit(stayed & works, LANE_PAY_25_34_STAYERS) | bit(left & works, LANE_PAY_25_34_LEAVERS)
            | bit(stayed, LANE_BELONGING_25_34_STAYERS) | bit(left, LANE_BELONGING_25_34_LEAVERS);
        flags->is[i] = 0;
    }
    fix_exp_of_values(sweep->shard->pay + sweep->begin, sweep->count, flags->value[0]);
    fix_values(sweep->shard->belonging + sweep->begin, sweep->count, flags->value[2]);
    memcpy(flags->value[1], flags->value[0], span * sizeof flags->value[0][0]);
    memcpy(flags->value[3], flags->value[2], span * sizeof flags->value[0][0]);
}

static PW_KERNEL void
flag_careers(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const struct pw_shard *const shard = sweep->shard;
    const uint8_t *const state = shard->state + sweep->begin;
    const uint8_t *const qualification = shard->qualification + sweep->begin;
    const uint8_t *const tariff = shard->tariff + sweep->begin;
    uint8_t class[PW_BLOCK];
    const uint8_t *const hours = shard->hours + sweep->begin;
    const uint16_t *const home_place = shard->home_place + sweep->begin;
    const float *const household_income = shard->household_income + sweep->begin;
    const float *const origin_income = shard->origin_income + sweep->begin;
    const float *const pay = shard->pay + sweep->begin;
    const int knows_parents = (int) sweep->knows_parents;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    find_classes(sweep, class);
    for (size_t i = 0; i < span; i++) {
        const int unemployed = state[i] == PW_UNEMPLOYED;
        const int neet = unemployed | (state[i] == PW_INACTIVE);
        const int active = has_job(state[i]) | unemployed;
        const int works = state[i] == PW_EMPLOYED;
        const int higher = has_entered_higher(tariff[i], state[i], qualification[i]);
        const int beyond = qualification[i] >= PW_FURTHER;
        const int has_class = class[i] != PW_NO_CLASS;
        const int professional = class[i] >= PW_LOWER_PROFESSIONAL;

        flags->of[i] = bit(active, LANE_UNEMPLOYMENT_16_24) | bit(1, LANE_NEET_16_18)
                       | bit(1, LANE_HIGHER_EDUCATION_17_19) | bit(1, LANE_BEYOND_A_LEVEL_25)
                       | bit(1, LANE_BEYOND_A_LEVEL_32) | bit(has_class, LANE_PROFESSIONAL_30_34)
                       | bit(has_class, LANE_PROFESSIONAL_35_44)
                       | bit(works & has_class, LANE_PROFESSIONAL_JOBS_22_29)
                       | bit(works & has_class, LANE_LOWER_WORKING_JOBS_22_29)
                       | bit(works, LANE_EARNINGS_25_29) | bit(works, LANE_EARNINGS_30_34)
                       | bit(works, LANE_EARNINGS_35_44);
        flags->is[i] = bit(unemployed, LANE_UNEMPLOYMENT_16_24) | bit(neet, LANE_NEET_16_18)
                       | bit(higher, LANE_HIGHER_EDUCATION_17_19)
                       | bit(beyond, LANE_BEYOND_A_LEVEL_25) | bit(beyond, LANE_BEYOND_A_LEVEL_32)
                       | bit(professional, LANE_PROFESSIONAL_30_34)
                       | bit(professional, LANE_PROFESSIONAL_35_44)
                       | bit(professional, LANE_PROFESSIONAL_JOBS_22_29)
                       | bit(class[i] == PW_LOWER_WORKING, LANE_LOWER_WORKING_JOBS_22_29);
    }
    for (size_t i = 0; sweep->age >= 30 && sweep->age <= 34 && i < span; i++) {
        const int knows = knows_parents & (home_place[i] != PW_UNPLACED);

        flags->of[i] |= bit(knows & (origin_income[i] > 0.0f), LANE_OUT_EARNS_PARENTS_30_34);
        flags->is[i] |=
            bit(household_income[i] > pw_exp(origin_income[i]), LANE_OUT_EARNS_PARENTS_30_34);
    }
    if (sweep->age < 25) return;
    /* Pay of a year in thousands of pounds. */
    for (size_t i = 0; i < span; i++) {
        const float thousands = pw_exp(pay[i]) * (float) hours[i] * 0.052f;

        flags->value[0][i] = pw_round_to_int(thousands * (float) PW_MEASURE_SCALE);
    }
    for (int k = 1; k < 3; k++)
        memcpy(flags->value[k], flags->value[0], span * sizeof flags->value[0][0]);
}

/* In thousands of pounds: savings and pensions are in hundreds, equity in five thousands. */
static PW_KERNEL void
flag_wealth(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint16_t *const savings = sweep->shard->savings + sweep->begin;
    const uint16_t *const pension = sweep->shard->pension + sweep->begin;
    const uint8_t *const equity = sweep->shard->equity + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        flags->of[i] = bit(1, LANE_WEALTH_25_34) | bit(1, LANE_WEALTH_35_44)
                       | bit(1, LANE_WEALTH_45_54) | bit(1, LANE_WEALTH_55_64);
        flags->is[i] = 0;
    }
    for (size_t i = 0; i < span; i++) {
        const int32_t hundreds = savings[i] + pension[i] + 50 * equity[i];

        /* A tenth of 65536 is 6553.6; in parts, so that it stays within 32 bits. */
        flags->value[0][i] = hundreds * 6553 + hundreds * 6 / 10;
    }
    for (int k = 1; k < 4; k++)
        memcpy(flags->value[k], flags->value[0], span * sizeof flags->value[0][0]);
}

static PW_KERNEL void
flag_adults(const struct sweep *restrict sweep, struct flags *restrict flags)
{
    const uint8_t *const state = sweep->shard->state + sweep->begin;
    const uint8_t *const events = sweep->shard->events + sweep->begin;
    const uint8_t *const qualification = sweep->shard->qualification + sweep->begin;
    uint8_t class[PW_BLOCK];
    const uint8_t *const origin = sweep->shard->origin_class + sweep->begin;
    const uint8_t *const owner = sweep->shard->owner + sweep->begin;
    const uint8_t *const dependants = sweep->shard->dependants + sweep->begin;
    const int knows_parents = (int) sweep->knows_parents;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    find_classes(sweep, class);
    for (size_t i = 0; i < span; i++) {
        const int unemployed = state[i] == PW_UNEMPLOYED;
        const int works = has_job(state[i]);
        const int has_class = class[i] != PW_NO_CLASS;
        const int professional = class[i] >= PW_LOWER_PROFESSIONAL;
        const int mobile = knows_parents & has_class & (origin[i] != PW_NO_CLASS);
        const int from_working = mobile & (origin[i] <= PW_HIGHER_WORKING);
        const int parent = dependants[i] != 0;
        const int degree = qualification[i] >= PW_FIRST_DEGREE;
        /* A shifted bit, not a comparison, which would keep gcc from vectorising the loop. */
        const uint32_t lost_job = (uint32_t) (events[i] & PW_EVENT_REDUNDANT) / PW_EVENT_REDUNDANT
                                  << LANE_SECURE_25_64;

        flags->of[i] =
            bit(1, LANE_EMPLOYMENT_25_54) | bit(works | unemployed, LANE_UNEMPLOYMENT_16_64)
            | bit(has_class, LANE_PROFESSIONAL_25_64)
            | bit(has_class, LANE_HIGHER_PROFESSIONAL_25_64) | bit(mobile, LANE_UPWARD_25_64)
            | bit(mobile, LANE_DOWNWARD_25_64) | bit(from_working, LANE_LONG_RANGE_UP_25_64)
            | bit(1, LANE_OWNER_35_44) | bit(1, LANE_BELONGING_25_64)
            | bit(1, LANE_WELLBEING_16_OVER) | bit(1, LANE_SECURE_25_64)
            | bit(parent & has_class, LANE_PARENTS_PROFESSIONAL) | bit(parent, LANE_PARENTS_DEGREE)
            | bit(has_class & !degree, LANE_PROFESSIONAL_NO_DEGREE_25_64);
        flags->is[i] =
            (bit(works, LANE_EMPLOYMENT_25_54) | bit(unemployed, LANE_UNEMPLOYMENT_16_64)
                | bit(professional, LANE_PROFESSIONAL_25_64)
                | bit(class[i] == PW_HIGHER_PROFESSIONAL, LANE_HIGHER_PROFESSIONAL_25_64)
                | bit(class[i] > origin[i], LANE_UPWARD_25_64)
                | bit(class[i] < origin[i], LANE_DOWNWARD_25_64)
                | bit(professional, LANE_LONG_RANGE_UP_25_64) | bit(owner[i] != 0, LANE_OWNER_35_44)
                | bit(works & (owner[i] != 0), LANE_SECURE_25_64)
                | bit(professional, LANE_PARENTS_PROFESSIONAL) | bit(degree, LANE_PARENTS_DEGREE)
                | bit(professional, LANE_PROFESSIONAL_NO_DEGREE_25_64))
            & ~lost_job;
    }
    fix_values(sweep->shard->wellbeing + sweep->begin, sweep->count, flags->value[0]);
    fix_values(sweep->shard->belonging + sweep->begin, sweep->count, flags->value[1]);
}

typedef void flag_people(const struct sweep *restrict sweep, struct flags *restrict flags);

/* In the order of measures.def. */
static const struct {
    flag_people *flag;
    uint32_t shared; /* lanes of what a couple has together: its home */
} bands[PW_NUM_BANDS] = { { flag_children, 0 }, { flag_schoolchildren, 0 }, { flag_pupils, 0 },
    { flag_youth, 0 },
    { flag_young_adults, 1u << LANE_OWNER_25_34 | 1u << LANE_OWNER_25_34_OWNER_PARENTS
                             | 1u << LANE_OWNER_25_34_OTHER_PARENTS },
    { flag_grown_here, 1u << LANE_OWNER_25_34_STAYERS | 1u << LANE_OWNER_25_34_LEAVERS },
    { flag_movers, 0 }, { flag_careers, 0 }, { flag_wealth, 0 },
    { flag_adults, 1u << LANE_OWNER_35_44 } };

/* Cells of the people, and nothing to count for those who are not here, of another age or
 * placeless. */
static PW_KERNEL void
find_cells(
    const struct sweep *sweep, enum pw_where where, uint32_t mask, struct flags *restrict flags)
{
    const struct pw_shard *const shard = sweep->shard;
    const uint16_t *const place =
        (where == PW_WHERE_HOME_PLACE ? shard->home_place : shard->place) + sweep->begin;
    const uint8_t *const state = shard->state + sweep->begin;
    const uint8_t *const group = shard->group + sweep->begin;
    const uint8_t *const origin = shard->origin_class + sweep->begin;
    const uint8_t *const sex = shard->sex + sweep->begin;
    /* Of the nation is everybody. */
    const uint32_t num_places =
        where == PW_WHERE_NATION ? UINT32_MAX : (uint32_t) sweep->measures->num_places;
    const uint32_t unknown = sweep->knows_parents ? 0 : PW_NO_CLASS;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);

    for (size_t i = 0; i < span; i++) {
        const int here = (state[i] >= PW_EARLY_YEARS) & (state[i] <= PW_RETIRED);
        const uint32_t keep = (here & (place[i] < num_places)) != 0 ? mask : 0u;
        const uint32_t cell = (uint32_t) place[i] * PW_NUM_GROUPS + group[i];
        const uint32_t from = unknown > origin[i] ? unknown : origin[i];

        flags->parts[i] = (flags->is[i] & flags->of[i] & keep) | (flags->of[i] & keep) << 16;
        flags->cell[PW_VIEW_PLACE][i] = keep ? cell : 0u;
        flags->cell[PW_VIEW_ORIGIN][i] = (from * PW_NUM_SEXES + sex[i]) * PW_NUM_GROUPS + group[i];
    }
    memset(flags->cell[PW_VIEW_PLACE] + sweep->count, 0, PREFETCH * sizeof(uint32_t));
}

/*
 * All counts of a cell at a time. Written with the vector types of gcc and clang since neither
 * finds this by itself; any x86-64 has instructions for it, in parts if need be. Numerator and
 * denominator of a lane stand side by side, so both are found in the two halves of the 32 bits of a
 * person. A comparison gives -1 where it holds.
 */
typedef uint32_t bits_of_8 __attribute__((vector_size(32), may_alias));
typedef uint32_t bits_of_16 __attribute__((vector_size(64), may_alias));
typedef uint16_t counts_of_8 __attribute__((vector_size(32), may_alias));
typedef uint16_t counts_of_16 __attribute__((vector_size(64), may_alias));

#define BOTH(lane) (0x10001u << (lane))
static const bits_of_8 lanes_of_8 = { BOTH(0), BOTH(1), BOTH(2), BOTH(3), BOTH(4), BOTH(5), BOTH(6),
    BOTH(7) };
static const bits_of_16 lanes_of_16 = { BOTH(0), BOTH(1), BOTH(2), BOTH(3), BOTH(4), BOTH(5),
    BOTH(6), BOTH(7), BOTH(8), BOTH(9), BOTH(10), BOTH(11), BOTH(12), BOTH(13), BOTH(14),
    BOTH(15) };

/* Add one person's parts to a cell, and to another unless it is NULL. */
PW_INLINE void
add_parts(uint16_t *cell, uint16_t *other, uint32_t parts, const int lanes)
{
    if (lanes == 8) {
        const counts_of_8 bits = (counts_of_8) lanes_of_8;
        const counts_of_8 more =
            (counts_of_8) ((bits & (counts_of_8) (lanes_of_8 * 0 + parts)) == bits);

        *(counts_of_8 *) (void *) cell -= more;
        if (other != NULL) *(counts_of_8 *) (void *) other -= more;
    } else {
        const counts_of_16 bits = (counts_of_16) lanes_of_16;
        const counts_of_16 more =
            (counts_of_16) ((bits & (counts_of_16) (lanes_of_16 * 0 + parts)) == bits);

        *(counts_of_16 *) (void *) cell -= more;
        if (other != NULL) *(counts_of_16 *) (void *) other -= more;
    }
}

PW_INLINE void
count_lanes(uint16_t *const count[PW_NUM_VIEWS], const struct flags *flags, size_t num_people,
    const int lanes)
{
    const size_t size = PW_NUM_PARTS * (size_t) lanes;
    const uint32_t *const place = flags->cell[PW_VIEW_PLACE];
    const uint32_t *const origin = flags->cell[PW_VIEW_ORIGIN];
    uint16_t *const of_places = count[PW_VIEW_PLACE], *const of_origins = count[PW_VIEW_ORIGIN];

    for (size_t i = 0; i < num_people; i++) {
        __builtin_prefetch(of_places + place[i + PREFETCH] * size, 1);
        add_parts(
            of_places + place[i] * size, of_origins + origin[i] * size, flags->parts[i], lanes);
    }
}

/* Of a band that is not kept by place. */
PW_INLINE void
count_nation(uint16_t *count, const struct flags *flags, size_t num_people, const int lanes)
{
    const size_t size = PW_NUM_PARTS * (size_t) lanes;

    for (size_t i = 0; i < num_people; i++)
        add_parts(count + flags->cell[PW_VIEW_ORIGIN][i] * size, NULL, flags->parts[i], lanes);
}

/* Somebody of a sweep who shares a home with a partner of another group. */
struct sharer {
    uint16_t number;
    int16_t shift; /* from the own group to that of the couple */
};

/* @return how many there are among those who count in the lanes of `shared` */
PW_INLINE size_t
find_sharers(
    const struct sweep *sweep, uint32_t shared, const struct flags *flags, struct sharer *sharers)
{
    const uint8_t *const group = sweep->shard->group + sweep->begin;
    const size_t span = PW_WHOLE_VECTORS(sweep->count);
    uint8_t couple[PW_BLOCK], shares[PW_BLOCK];
    uint32_t number[PW_BLOCK + PW_PICK_SPARE];
    size_t count;

    pw_shard_couple_groups(sweep->shard, sweep->begin, sweep->count, couple);
    for (size_t i = 0; i < span; i++)
        shares[i] = (couple[i] != group[i]) & ((flags->parts[i] & shared) != 0);
    count = pw_pick(shares, sweep->count, 0, number);
    for (size_t n = 0; n < count; n++) {
        const uint32_t i = number[n];

        sharers[n] = (struct sharer){ (uint16_t) i, (int16_t) (couple[i] - group[i]) };
    }
    return count;
}

PW_INLINE void
share_lanes(uint16_t *const count[PW_NUM_VIEWS], const struct sharer *sharers, size_t num_sharers,
    uint32_t shared, struct flags *flags, const int lanes)
{
    const int size = PW_NUM_PARTS * lanes;

    for (size_t n = 0; n < num_sharers; n++) {
        const size_t i = sharers[n].number;
        uint16_t *cell[PW_NUM_VIEWS];

        for (int view = 0; view < PW_NUM_VIEWS; view++)
            cell[view] = count[view] + ((int) flags->cell[view][i] + sharers[n].shift) * size;
        add_parts(cell[0], cell[1], flags->parts[i] & shared, lanes);
        flags->parts[i] &= ~shared;
    }
}

/* What men share with a partner of another group counts in hers, and in theirs no more. */
static PW_KERNEL void
count_shared(uint16_t *const count[PW_NUM_VIEWS], const struct sweep *sweep,
    const struct pw_band_layout *band, uint32_t lanes, struct flags *flags)
{
    const uint32_t shared = BOTH(0) * lanes;
    struct sharer sharers[PW_BLOCK];
    const size_t num_sharers = find_sharers(sweep, shared, flags, sharers);

    PW_BUG_IF(band->where == PW_WHERE_NATION);
    if (band->num_lanes == 8)
        share_lanes(count, sharers, num_sharers, shared, flags, 8);
    else
        share_lanes(count, sharers, num_sharers, shared, flags, 16);
}

static PW_KERNEL void
count_people(uint16_t *const count[PW_NUM_VIEWS], const struct flags *flags, size_t num_people,
    const struct pw_band_layout *band)
{
    const bool nation = band->where == PW_WHERE_NATION;

    if (nation && band->num_lanes == 8)
        count_nation(count[PW_VIEW_ORIGIN], flags, num_people, 8);
    else if (nation)
        count_nation(count[PW_VIEW_ORIGIN], flags, num_people, 16);
    else if (band->num_lanes == 8)
        count_lanes(count, flags, num_people, 8);
    else
        count_lanes(count, flags, num_people, 16);
}

/* Values of two means side by side. */
static PW_KERNEL void
pair_values(struct flags *flags, const struct pw_band_layout *band, int first, size_t num_people)
{
    const int second = first + 1 < band->num_means ? first + 1 : first;
    const int lane = 16 + band->mean_lane[first], next_lane = 16 + band->mean_lane[second];
    const int32_t *const values = flags->value[first], *const next = flags->value[second];
    const size_t span = PW_WHOLE_VECTORS(num_people);

    for (size_t i = 0; i < span; i++) {
        flags->pair[i][0] = values[i] & -(int32_t) (flags->parts[i] >> lane & 1u);
        flags->pair[i][1] = next[i] & -(int32_t) (flags->parts[i] >> next_lane & 1u);
    }
}

typedef int64_t two_sums __attribute__((vector_size(16), may_alias, aligned(8)));

static PW_KERNEL void
add_pairs(int64_t *const sum[PW_NUM_VIEWS], const struct flags *flags, size_t num_people)
{
    two_sums *const by_place = (two_sums *) (void *) sum[PW_VIEW_PLACE];
    two_sums *const by_origin = (two_sums *) (void *) sum[PW_VIEW_ORIGIN];

    for (size_t i = 0; i < num_people; i++) {
        const two_sums pair = *(const two_sums *) (const void *) flags->pair[i];

        if (by_place != NULL) {
            __builtin_prefetch(by_place + flags->cell[PW_VIEW_PLACE][i + PREFETCH], 1);
            by_place[flags->cell[PW_VIEW_PLACE][i]] += pair;
        }
        by_origin[flags->cell[PW_VIEW_ORIGIN][i]] += pair;
    }
}

static void
sum_values(struct pw_measures *measures, const struct pw_band_layout *band, struct flags *flags,
    size_t num_people, uint32_t mask)
{
    for (int k = 0; k < band->num_means; k += 2) {
        const size_t pair = (size_t) band->first_pair + (size_t) k / 2;
        uint32_t lanes = 1u << band->mean_lane[k];
        int64_t *sum[PW_NUM_VIEWS];

        if (k + 1 < band->num_means) lanes |= 1u << band->mean_lane[k + 1];
        if ((mask & lanes) == 0) continue;
        for (int view = 0; view < PW_NUM_VIEWS; view++)
            sum[view] = measures->sum[view]
                        + pair * 2 * pw_measures_num_cells(measures, (enum pw_view) view);
        if (band->where == PW_WHERE_NATION) sum[PW_VIEW_PLACE] = NULL;
        pair_values(flags, band, k, num_people);
        add_pairs(sum, flags, num_people);
    }
}

static void
observe_band(struct pw_measures *measures, struct sweep *sweep, int index)
{
    const struct pw_band_layout band = measures->layout[index];
    struct flags flags;

    for (int age = band.first_age; age <= band.last_age; age++) {
        const struct pw_range cohort = pw_shard_ages(sweep->shard, sweep->year, age, age);
        uint32_t mask = 0;

        for (int lane = 0; lane < band.num_measures; lane++) {
            const struct pw_measure_info *const info =
                pw_measure_info((enum pw_measure)(band.first_measure + lane));

            if (age >= info->first_age && age <= info->last_age) mask |= 1u << lane;
        }
        if (mask == 0) continue;

        sweep->age = age;
        sweep->knows_parents = pw_origin_is_known(sweep->year - age, measures->history_from);
        for (sweep->begin = cohort.begin; sweep->begin < cohort.end; sweep->begin += PW_BLOCK) {
            const size_t rest = cohort.end - sweep->begin;

            sweep->count = rest < PW_BLOCK ? rest : PW_BLOCK;
            bands[index].flag(sweep, &flags);
            find_cells(sweep, band.where, mask, &flags);
            pw_measures_expect(measures, (enum pw_band) index, sweep->count);
            if ((bands[index].shared & mask) != 0)
                count_shared(measures->recent[index], sweep, &band, bands[index].shared, &flags);
            count_people(measures->recent[index], &flags, sweep->count, &band);
            sum_values(measures, &band, &flags, sweep->count, mask);
        }
    }
}

void
pw_measures_observe(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const struct pw_thresholds *thresholds)
{
    struct sweep sweep = {
        .measures = measures, .shard = shard, .year = year, .low_income = thresholds->low_income
    };

    for (int band = 0; band < PW_NUM_BANDS; band++)
        observe_band(measures, &sweep, band);
    pw_measures_count_tables(measures, shard, year, thresholds);
}

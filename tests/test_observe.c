/* Indicators against a slow count of every person, measure by measure. SPDX-License-Identifier: MIT
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/measure.h"
#include "random_people.h"

/* --- The oracle: one person and one measure at a time, in the words of measures.def --- */

struct answer {
    bool counts, is;
    double value;
};

static int
market_of(uint16_t place)
{
    return place < NUM_PLACES ? places[place].labour_market : -1;
}

static bool
works(uint8_t state)
{
    return state == PW_EMPLOYED || pw_state_is_apprentice(state);
}

static struct answer
share(bool counts, bool is)
{
    return (struct answer){ counts, counts && is, 0.0 };
}

static struct answer
mean(bool counts, double value)
{
    return (struct answer){ counts, false, value };
}

static struct answer
with_meals(struct answer answer, bool condition)
{
    answer.counts = answer.counts && condition;
    answer.is = answer.is && condition;
    return answer;
}

static bool
professional(const struct pw_person *p)
{
    return p->class == PW_LOWER_PROFESSIONAL || p->class == PW_HIGHER_PROFESSIONAL;
}

/* Class as surveys count it. */
static uint8_t
class_of(const struct pw_person *p)
{
    const bool idle = p->state == PW_UNEMPLOYED || p->state == PW_INACTIVE;
    const bool was_idle = p->last_state == PW_UNEMPLOYED || p->last_state == PW_INACTIVE;
    const bool retired = p->state == PW_RETIRED && p->last_state == PW_RETIRED;

    return ((idle && was_idle) || retired) && p->last_spell >= 8 ? PW_NO_CLASS : p->class;
}

static struct answer
ask(const struct pw_person *person, enum pw_measure measure, int age)
{
    struct pw_person surveyed = *person;
    const struct pw_person *const p = &surveyed;
    const bool known = YEAR - age + 14 > HISTORY_FROM;
    const bool raised = known && p->home_place != PW_UNPLACED;
    const bool has_class = class_of(person) != PW_NO_CLASS;
    const bool mobile = known && has_class && p->origin_class != PW_NO_CLASS;
    const bool unemployed = p->state == PW_UNEMPLOYED;
    const bool active = works(p->state) || unemployed;
    const bool degree = p->qualification >= PW_FIRST_DEGREE;
    const bool at_college_beyond_level3 =
        p->state == PW_FURTHER_EDUCATION && p->qualification == PW_A_LEVEL;
    const bool higher =
        p->tariff != PW_TARIFF_NONE || p->qualification > PW_A_LEVEL || at_college_beyond_level3;
    const bool stayed = market_of(p->place) == market_of(p->home_place);
    const bool from_here = p->home_place != PW_UNPLACED;
    const bool working_origin =
        p->origin_class == PW_LOWER_WORKING || p->origin_class == PW_HIGHER_WORKING;

    surveyed.class = class_of(person);
    switch (measure) {
    case PW_MEASURE_FREE_MEALS_11_15:
        return share(true, p->free_meals);
    case PW_MEASURE_LOW_INCOME_0_15:
        return share(true, p->household_income < thresholds.low_income);
    case PW_MEASURE_ATTAINMENT_16:
        return mean(true, p->attainment);
    case PW_MEASURE_ATTAINMENT_16_FREE_MEALS:
        return mean(p->free_meals, p->attainment);
    case PW_MEASURE_ATTAINMENT_16_OTHER:
        return mean(!p->free_meals, p->attainment);
    case PW_MEASURE_LEVEL3_BY_19:
        return share(true, p->qualification >= PW_A_LEVEL);
    case PW_MEASURE_LEVEL3_BY_19_FREE_MEALS:
        return with_meals(share(true, p->qualification >= PW_A_LEVEL), p->free_meals);
    case PW_MEASURE_LEVEL3_BY_19_OTHER:
        return with_meals(share(true, p->qualification >= PW_A_LEVEL), !p->free_meals);
    case PW_MEASURE_HIGHER_EDUCATION_BY_18:
    case PW_MEASURE_HIGHER_EDUCATION_BY_19:
        return share(true, higher);
    case PW_MEASURE_HIGHER_EDUCATION_BY_18_FREE_MEALS:
    case PW_MEASURE_HIGHER_EDUCATION_BY_19_FREE_MEALS:
        return with_meals(share(true, higher), p->free_meals);
    case PW_MEASURE_HIGHER_EDUCATION_BY_18_OTHER:
    case PW_MEASURE_HIGHER_EDUCATION_BY_19_OTHER:
        return with_meals(share(true, higher), !p->free_meals);
    case PW_MEASURE_HIGH_TARIFF_BY_19:
        return share(true, p->tariff == PW_TARIFF_HIGHER);
    case PW_MEASURE_HIGH_TARIFF_BY_19_FREE_MEALS:
        return with_meals(share(true, p->tariff == PW_TARIFF_HIGHER), p->free_meals);
    case PW_MEASURE_HIGH_TARIFF_BY_19_OTHER:
        return with_meals(share(true, p->tariff == PW_TARIFF_HIGHER), !p->free_meals);
    case PW_MEASURE_GOOD_DEVELOPMENT_5:
        return share(true, p->skill > -0.468f);
    case PW_MEASURE_GOOD_DEVELOPMENT_5_FREE_MEALS:
        return share(p->free_meals, p->skill > -0.468f);
    case PW_MEASURE_GOOD_DEVELOPMENT_5_OTHER:
        return share(!p->free_meals, p->skill > -0.468f);
    case PW_MEASURE_EXPECTED_STANDARD_11:
        return share(true, p->skill > -0.305f);
    case PW_MEASURE_EXPECTED_STANDARD_11_FREE_MEALS:
        return share(p->free_meals, p->skill > -0.305f);
    case PW_MEASURE_EXPECTED_STANDARD_11_OTHER:
        return share(!p->free_meals, p->skill > -0.305f);
    case PW_MEASURE_STRONG_PASS_16:
        return share(true, p->attainment >= 50.0f);
    case PW_MEASURE_STRONG_PASS_16_FREE_MEALS:
        return share(p->free_meals, p->attainment >= 50.0f);
    case PW_MEASURE_STRONG_PASS_16_OTHER:
        return share(!p->free_meals, p->attainment >= 50.0f);
    case PW_MEASURE_HIGHER_EDUCATION_17_19:
        return share(true, higher);
    case PW_MEASURE_NEET_16_24:
    case PW_MEASURE_NEET_16_18:
        return share(true, unemployed || p->state == PW_INACTIVE);
    case PW_MEASURE_EDUCATION_16_24:
        return share(true, pw_state_is_learning(p->state));
    case PW_MEASURE_EMPLOYMENT_16_24:
        return share(true, p->state == PW_EMPLOYED);
    case PW_MEASURE_APPRENTICE_16_18:
        return share(true, pw_state_is_apprentice(p->state));
    case PW_MEASURE_SIXTH_FORM_16_17:
        return share(true, p->state == PW_SIXTH_FORM);
    case PW_MEASURE_FURTHER_EDUCATION_16_17:
        return share(true, p->state == PW_FURTHER_EDUCATION);
    case PW_MEASURE_BELONGING_16_29:
    case PW_MEASURE_BELONGING_25_64:
        return mean(true, p->belonging);
    case PW_MEASURE_WELLBEING_16_24:
    case PW_MEASURE_WELLBEING_16_OVER:
        return mean(true, p->wellbeing);
    case PW_MEASURE_DEGREE_25_29:
    case PW_MEASURE_GRADUATES_HERE_25_34:
    case PW_MEASURE_GRADUATES_GROWN_HERE_25_34:
        return share(true, degree);
    case PW_MEASURE_HIGHER_DEGREE_25_29:
        return share(true, p->qualification == PW_HIGHER_DEGREE);
    case PW_MEASURE_PROFESSIONAL_25_29:
    case PW_MEASURE_PROFESSIONAL_30_34:
    case PW_MEASURE_PROFESSIONAL_35_44:
    case PW_MEASURE_PROFESSIONAL_25_64:
        return share(has_class, professional(p));
    case PW_MEASURE_HIGHER_PROFESSIONAL_25_64:
        return share(has_class, p->class == PW_HIGHER_PROFESSIONAL);
    case PW_MEASURE_LOWER_WORKING_25_29:
        return share(has_class, p->class == PW_LOWER_WORKING);
    case PW_MEASURE_ACTIVE_25_29:
        return share(true, active);
    case PW_MEASURE_UNEMPLOYED_25_29:
    case PW_MEASURE_UNEMPLOYMENT_16_24:
    case PW_MEASURE_UNEMPLOYMENT_16_64:
        return share(active, unemployed);
    case PW_MEASURE_PAY_25_29:
        return mean(p->state == PW_EMPLOYED, exp((double) p->pay));
    case PW_MEASURE_NEVER_NEET_25_29:
        return share(true, p->neet_years == 0);
    case PW_MEASURE_OWNER_25_34:
    case PW_MEASURE_OWNER_35_44:
        return share(true, p->owner);
    case PW_MEASURE_OWNER_25_34_OWNER_PARENTS:
        return share(raised && p->parent_owner, p->owner);
    case PW_MEASURE_OWNER_25_34_OTHER_PARENTS:
        return share(raised && !p->parent_owner, p->owner);
    case PW_MEASURE_LEFT_HOME_AREA_25_34:
        return share(true, !stayed);
    case PW_MEASURE_PROGRESS_WITHOUT_LEAVING_25_34:
        return share(known && working_origin && stayed, professional(p));
    case PW_MEASURE_BEYOND_A_LEVEL_25:
    case PW_MEASURE_BEYOND_A_LEVEL_32:
        return share(true, p->qualification > PW_A_LEVEL);
    case PW_MEASURE_OUT_EARNS_PARENTS_30_34:
        return share(raised && p->origin_income > 0.0f,
            log((double) p->household_income) > (double) p->origin_income);
    case PW_MEASURE_PROFESSIONAL_25_34_STAYERS:
        return share(has_class && stayed, professional(p));
    case PW_MEASURE_PROFESSIONAL_25_34_LEAVERS:
        return share(has_class && !stayed, professional(p));
    case PW_MEASURE_OWNER_25_34_STAYERS:
        return share(stayed, p->owner);
    case PW_MEASURE_OWNER_25_34_LEAVERS:
        return share(!stayed, p->owner);
    case PW_MEASURE_PAY_25_34_STAYERS:
        return mean(from_here && stayed && p->state == PW_EMPLOYED, exp((double) p->pay));
    case PW_MEASURE_PAY_25_34_LEAVERS:
        return mean(from_here && !stayed && p->state == PW_EMPLOYED, exp((double) p->pay));
    case PW_MEASURE_BELONGING_25_34_STAYERS:
        return mean(from_here && stayed, p->belonging);
    case PW_MEASURE_BELONGING_25_34_LEAVERS:
        return mean(from_here && !stayed, p->belonging);
    case PW_MEASURE_PROFESSIONAL_JOBS_22_29:
        return share(has_class && p->state == PW_EMPLOYED, professional(p));
    case PW_MEASURE_LOWER_WORKING_JOBS_22_29:
        return share(has_class && p->state == PW_EMPLOYED, p->class == PW_LOWER_WORKING);
    case PW_MEASURE_EARNINGS_25_29:
    case PW_MEASURE_EARNINGS_30_34:
    case PW_MEASURE_EARNINGS_35_44:
        return mean(p->state == PW_EMPLOYED, exp((double) p->pay) * p->hours * 52.0 / 1000.0);
    case PW_MEASURE_EMPLOYMENT_25_54:
        return share(true, works(p->state));
    case PW_MEASURE_UPWARD_25_64:
        return share(mobile, p->class > p->origin_class);
    case PW_MEASURE_DOWNWARD_25_64:
        return share(mobile, p->class < p->origin_class);
    case PW_MEASURE_LONG_RANGE_UP_25_64:
        return share(mobile && working_origin, professional(p));
    case PW_MEASURE_PROFESSIONAL_NO_DEGREE_25_64:
        return share(has_class && p->qualification < PW_FIRST_DEGREE, professional(p));
    case PW_MEASURE_SECURE_25_64:
        return share(true, works(p->state) && !(p->events & PW_EVENT_REDUNDANT) && p->owner);
    case PW_MEASURE_PARENTS_PROFESSIONAL:
        return share(p->dependants > 0 && has_class, professional(p));
    case PW_MEASURE_PARENTS_DEGREE:
        return share(p->dependants > 0, degree);
    case PW_MEASURE_WEALTH_25_34:
    case PW_MEASURE_WEALTH_35_44:
    case PW_MEASURE_WEALTH_45_54:
    case PW_MEASURE_WEALTH_55_64:
        return mean(true, (100.0 * p->savings + 100.0 * p->pension + 5000.0 * p->equity) / 1000.0);
    case PW_NUM_MEASURES:
        break;
    }
    cr_assert_fail("%s has no oracle", pw_measure_info(measure)->name);
    return share(false, false);
}

struct count {
    int64_t of, is;
    double sum;
};

static struct answer
answer_of(const struct pw_person *p, enum pw_measure measure, int age, uint16_t *place)
{
    const struct pw_measure_info *const info = pw_measure_info(measure);
    const enum pw_where where = pw_measure_where(measure);
    struct answer answer = ask(p, measure, age);

    *place = where == PW_WHERE_HOME_PLACE ? p->home_place : p->place;
    if (age < info->first_age || age > info->last_age || !pw_state_is_present(p->state)
        || (where != PW_WHERE_NATION && *place == PW_UNPLACED))
        answer = share(false, false);
    return answer;
}

static void
expect(const struct count *count, int64_t numerator, int64_t denominator, enum pw_measure measure)
{
    const char *const name = pw_measure_info(measure)->name;

    cr_assert_eq(denominator, count->of, "%s: %lld people, not %lld", name, (long long) denominator,
        (long long) count->of);
    if (pw_measure_info(measure)->kind == PW_KIND_SHARE) {
        cr_assert_eq(numerator, count->is, "%s: %lld of them, not %lld", name,
            (long long) numerator, (long long) count->is);
        return;
    }
    /* Each value is rounded to 1/65536 and single precision. */
    const double sum = (double) numerator / PW_MEASURE_SCALE;

    cr_assert_lt(fabs(sum - count->sum), 2e-4 * (double) (count->of + 1), "%s: %f, not %f", name,
        sum, count->sum);
}

/* What a couple has together. */
static bool
is_shared(enum pw_measure measure)
{
    return strncmp(pw_measure_info(measure)->name, "owner_", 6) == 0;
}

static void
compare_by_place(const struct pw_shard *shard, const struct pw_measures *measures, int m)
{
    const enum pw_measure measure = (enum pw_measure) m;
    static struct count counts[NUM_PLACES][PW_NUM_GROUPS];

    if (pw_measure_where(measure) == PW_WHERE_NATION) return;
    memset(counts, 0, sizeof counts);
    for (size_t row = 0; row < shard->num_rows; row++) {
        const struct pw_person p = pw_shard_person(shard, row);
        uint16_t place;
        const struct answer answer =
            answer_of(&p, measure, YEAR - pw_shard_birth_year(shard, row), &place);

        if (!answer.counts) continue;
        const size_t group = is_shared(measure) ? group_of(shard, &p) : p.group;

        counts[place][group].of++;
        counts[place][group].is += answer.is;
        counts[place][group].sum += answer.value;
    }
    for (size_t place = 0; place < NUM_PLACES; place++) {
        for (size_t group = 0; group < PW_NUM_GROUPS; group++) {
            expect(&counts[place][group],
                pw_measures_by_place(measures, measure, place, group, PW_NUMERATOR),
                pw_measures_by_place(measures, measure, place, group, PW_DENOMINATOR), measure);
        }
    }
}

static void
compare_by_origin(const struct pw_shard *shard, const struct pw_measures *measures, int m)
{
    const enum pw_measure measure = (enum pw_measure) m;
    static struct count counts[PW_NUM_ORIGINS][PW_NUM_SEXES];

    memset(counts, 0, sizeof counts);
    for (size_t row = 0; row < shard->num_rows; row++) {
        const struct pw_person p = pw_shard_person(shard, row);
        const int age = YEAR - pw_shard_birth_year(shard, row);
        const int origin = YEAR - age + 14 > HISTORY_FROM ? p.origin_class : PW_NO_CLASS;
        uint16_t place;
        const struct answer answer = answer_of(&p, measure, age, &place);

        if (!answer.counts) continue;
        counts[origin][p.sex].of++;
        counts[origin][p.sex].is += answer.is;
        counts[origin][p.sex].sum += answer.value;
    }
    for (size_t origin = 0; origin < PW_NUM_ORIGINS; origin++) {
        for (size_t sex = 0; sex < PW_NUM_SEXES; sex++) {
            int64_t parts[2] = { 0, 0 };

            for (size_t group = 0; group < PW_NUM_GROUPS; group++) {
                for (int part = 0; part < 2; part++)
                    parts[part] += pw_measures_by_origin(
                        measures, measure, origin, sex, group, (enum pw_part) part);
            }
            expect(&counts[origin][sex], parts[0], parts[1], measure);
        }
    }
}

Test(observe, every_measure_is_what_a_slow_count_says_in_each_place_origin_and_group)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };

    for (uint64_t seed = 1; seed <= 3; seed++) {
        make_shard(&shard, seed);
        observe(&measures, &shard);
        for (int m = 0; m < PW_NUM_MEASURES; m++) {
            compare_by_place(&shard, &measures, m);
            compare_by_origin(&shard, &measures, m);
        }
        pw_measures_free(&measures);
        pw_shard_free(&shard);
    }
}

Test(observe, sums_by_place_and_by_origin_are_the_same_people)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };

    make_shard(&shard, 11);
    observe(&measures, &shard);
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        if (pw_measure_where((enum pw_measure) m) == PW_WHERE_NATION) continue;
        for (int part = 0; part < 2; part++) {
            for (size_t group = 0; group < PW_NUM_GROUPS; group++) {
                int64_t by_place = 0, by_origin = 0;

                for (size_t place = 0; place < NUM_PLACES; place++)
                    by_place += pw_measures_by_place(
                        &measures, (enum pw_measure) m, place, group, (enum pw_part) part);
                for (size_t cell = 0; cell < PW_NUM_ORIGINS * PW_NUM_SEXES; cell++)
                    by_origin += pw_measures_by_origin(&measures, (enum pw_measure) m, cell / 2,
                        cell % 2, group, (enum pw_part) part);
                cr_assert_eq(by_place, by_origin);
            }
        }
    }
    pw_measures_free(&measures);
    pw_shard_free(&shard);
}

static void
swap_rows(struct pw_shard *shard, size_t a, size_t b)
{
    const int32_t first = shard->partner[a], second = shard->partner[b];

#define COLUMN(name, type, missing, unit, about)                                                   \
    {                                                                                              \
        const type kept = shard->name[a];                                                          \
        shard->name[a] = shard->name[b];                                                           \
        shard->name[b] = kept;                                                                     \
    }
#include "pathways/columns.def"
    /* Links follow the rows, also of two who live together. */
    shard->partner[a] = second == (int32_t) a ? (int32_t) b : second;
    shard->partner[b] = first == (int32_t) b ? (int32_t) a : first;
    if (shard->partner[a] != PW_NOBODY) shard->partner[shard->partner[a]] = (int32_t) a;
    if (shard->partner[b] != PW_NOBODY) shard->partner[shard->partner[b]] = (int32_t) b;
}

Test(observe, the_order_of_people_in_a_cohort_changes_nothing)
{
    struct pw_shard shard;
    struct pw_measures before = { 0 }, after = { 0 };

    make_shard(&shard, 5);
    observe(&before, &shard);
    for (int c = 0; c < shard.num_cohorts; c++) {
        for (uint32_t i = PER_COHORT - 1; i > 0; i--)
            swap_rows(&shard, shard.cohort_begin[c] + i, shard.cohort_begin[c] + pick(i + 1));
    }
    observe(&after, &shard);
    cr_assert_eq(fingerprint(&before), fingerprint(&after));
    pw_measures_free(&before);
    pw_measures_free(&after);
    pw_shard_free(&shard);
}

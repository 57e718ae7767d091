/* Indicators against a slow count of every person, measure by measure. SPDX-License-Identifier: MIT
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/measure.h"
#include "pathways/threshold.h"
#include "pathways/yearbook.h"

enum { NUM_PLACES = 5, HISTORY_FROM = 1965, YEAR = 2020, FIRST_BIRTH = 1916, PER_COHORT = 97 };

static struct pw_place places[NUM_PLACES] = { { .labour_market = 0 }, { .labour_market = 0 },
    { .labour_market = 1 }, { .labour_market = 2 }, { .labour_market = 1 } };
static const struct pw_scenario scenario = {
    .num_places = NUM_PLACES, .places = places, .run = { .history_from = HISTORY_FROM }
};

static uint64_t seed_state;

static uint32_t
pick(uint32_t below)
{
    seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) (seed_state >> 33) % below;
}

static float
unit(void)
{
    return (float) pick(1 << 20) / (float) (1 << 20);
}

static uint16_t
any_place(uint32_t unplaced_in_8)
{
    return pick(8) < unplaced_in_8 ? PW_UNPLACED : (uint16_t) pick(NUM_PLACES);
}

static void
fill_row(struct pw_shard *shard, size_t row)
{
    shard->sex[row] = (uint8_t) pick(PW_NUM_SEXES);
    shard->group[row] = (uint8_t) pick(PW_NUM_GROUPS);
    shard->birth_place[row] = any_place(1);
    shard->home_place[row] = any_place(2);
    shard->place[row] = any_place(1);
    shard->state[row] = (uint8_t) pick(PW_NUM_STATES);
    shard->qualification[row] = (uint8_t) pick(PW_NUM_QUALIFICATIONS);
    shard->route[row] = (uint8_t) pick(PW_NUM_ROUTES);
    shard->class[row] = (uint8_t) pick(PW_NUM_CLASS_CODES);
    shard->origin_class[row] = (uint8_t) pick(PW_NUM_CLASS_CODES);
    shard->parent_qualification[row] = (uint8_t) pick(PW_NUM_QUALIFICATIONS);
    shard->parent_owner[row] = (uint8_t) pick(2);
    shard->free_meals[row] = (uint8_t) pick(2);
    shard->owner[row] = (uint8_t) pick(2);
    shard->neet_years[row] = (uint8_t) pick(3);
    shard->dependants[row] = (uint8_t) pick(3);
    shard->events[row] = (uint8_t) pick(256);
    shard->attainment[row] = 90.0f * unit();
    shard->belonging[row] = 4.0f * unit() - 2.0f;
    shard->wellbeing[row] = 10.0f * unit();
    shard->pay[row] = 2.0f + 2.0f * unit();
    shard->household_income[row] = pick(20) == 0 ? 0.0f : 60000.0f * unit();
    shard->origin_income[row] = pick(6) == 0 ? 0.0f : 8.0f + 4.0f * unit();
}

static void
make_shard(struct pw_shard *shard, uint64_t seed)
{
    seed_state = seed;
    cr_assert_eq(pw_shard_init(shard, 0, FIRST_BIRTH, YEAR), PW_OK);
    cr_assert_eq(pw_shard_reserve(shard, (YEAR - FIRST_BIRTH + 1) * PER_COHORT), PW_OK);
    for (int year = FIRST_BIRTH; year <= YEAR; year++) {
        for (int i = 0; i < PER_COHORT; i++)
            fill_row(shard, pw_shard_append(shard, year));
    }
}

static void
find_thresholds(const struct pw_shard *shard, struct pw_thresholds *thresholds)
{
    struct pw_income_counts counts = { 0 };

    cr_assert_eq(pw_income_counts_init(&counts), PW_OK);
    pw_income_counts_observe(&counts, shard, YEAR, HISTORY_FROM);
    pw_thresholds_find(&counts, thresholds);
    pw_income_counts_free(&counts);
}

static struct pw_thresholds thresholds;

static void
observe(struct pw_measures *measures, const struct pw_shard *shard, const uint8_t *previous)
{
    cr_assert_eq(pw_measures_init(measures, &scenario), PW_OK);
    find_thresholds(shard, &thresholds);
    pw_measures_observe(measures, shard, YEAR, previous, &thresholds);
}

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

static bool
entered_university(const struct pw_person *p)
{
    return pw_state_is_university(p->state) || (p->events & PW_EVENT_ENTERED_UNIVERSITY)
           || (p->qualification > PW_A_LEVEL && p->route == PW_ROUTE_ACADEMIC);
}

static struct answer
ask(const struct pw_person *p, enum pw_measure measure, int age)
{
    const bool known = YEAR - age + 14 > HISTORY_FROM;
    const bool raised = known && p->home_place != PW_UNPLACED;
    const bool has_class = p->class != PW_NO_CLASS;
    const bool mobile = known && has_class && p->origin_class != PW_NO_CLASS;
    const bool unemployed = p->state == PW_UNEMPLOYED;
    const bool active = works(p->state) || unemployed;
    const bool degree = p->qualification >= PW_FIRST_DEGREE;
    const bool stayed = market_of(p->place) == market_of(p->home_place);
    const bool working_origin =
        p->origin_class == PW_LOWER_WORKING || p->origin_class == PW_HIGHER_WORKING;

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
    case PW_MEASURE_HIGHER_EDUCATION_BY_19:
        return share(true, entered_university(p));
    case PW_MEASURE_HIGHER_EDUCATION_BY_19_FREE_MEALS:
        return with_meals(share(true, entered_university(p)), p->free_meals);
    case PW_MEASURE_HIGHER_EDUCATION_BY_19_OTHER:
        return with_meals(share(true, entered_university(p)), !p->free_meals);
    case PW_MEASURE_NEET_16_24:
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
    case PW_MEASURE_PROFESSIONAL_25_64:
        return share(has_class, professional(p));
    case PW_MEASURE_HIGHER_PROFESSIONAL_25_64:
        return share(has_class, p->class == PW_HIGHER_PROFESSIONAL);
    case PW_MEASURE_LOWER_WORKING_25_29:
        return share(has_class, p->class == PW_LOWER_WORKING);
    case PW_MEASURE_ACTIVE_25_29:
        return share(true, active);
    case PW_MEASURE_UNEMPLOYED_25_29:
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
    case PW_MEASURE_EMPLOYMENT_25_54:
        return share(true, works(p->state));
    case PW_MEASURE_UPWARD_25_64:
        return share(mobile, p->class > p->origin_class);
    case PW_MEASURE_DOWNWARD_25_64:
        return share(mobile, p->class < p->origin_class);
    case PW_MEASURE_LONG_RANGE_UP_25_64:
        return share(mobile && working_origin, professional(p));
    case PW_MEASURE_SECURE_25_64:
        return share(true, works(p->state) && !(p->events & PW_EVENT_REDUNDANT) && p->owner);
    case PW_MEASURE_PARENTS_PROFESSIONAL:
        return share(p->dependants > 0 && has_class, professional(p));
    case PW_MEASURE_PARENTS_DEGREE:
        return share(p->dependants > 0, degree);
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
    const bool residence = pw_measure_where(measure) == PW_WHERE_RESIDENCE;
    struct answer answer = ask(p, measure, age);

    *place = residence ? p->place : p->home_place;
    if (age < info->first_age || age > info->last_age || !pw_state_is_present(p->state)
        || *place == PW_UNPLACED)
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

static void
compare_by_place(const struct pw_shard *shard, const struct pw_measures *measures, int m)
{
    const enum pw_measure measure = (enum pw_measure) m;
    static struct count counts[NUM_PLACES][PW_NUM_GROUPS];

    memset(counts, 0, sizeof counts);
    for (size_t row = 0; row < shard->num_rows; row++) {
        const struct pw_person p = pw_shard_person(shard, row);
        uint16_t place;
        const struct answer answer =
            answer_of(&p, measure, YEAR - pw_shard_birth_year(shard, row), &place);

        if (!answer.counts) continue;
        counts[place][p.group].of++;
        counts[place][p.group].is += answer.is;
        counts[place][p.group].sum += answer.value;
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

Test(measure, every_measure_is_what_a_slow_count_says_in_each_place_origin_and_group)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };

    for (uint64_t seed = 1; seed <= 3; seed++) {
        make_shard(&shard, seed);
        observe(&measures, &shard, NULL);
        for (int m = 0; m < PW_NUM_MEASURES; m++) {
            compare_by_place(&shard, &measures, m);
            compare_by_origin(&shard, &measures, m);
        }
        pw_measures_free(&measures);
        pw_shard_free(&shard);
    }
}

Test(measure, sums_by_place_and_by_origin_are_the_same_people)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };

    make_shard(&shard, 11);
    observe(&measures, &shard, NULL);
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
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

/* Bytes of everything that was counted, through the yearbook. */
static int64_t
fingerprint(const struct pw_measures *measures)
{
    struct pw_yearbook yearbook = { 0 };
    uint64_t hash = 1469598103934665603u;

    cr_assert_eq(pw_yearbook_init(&yearbook, measures, YEAR, 1), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR, measures), PW_OK);
    for (size_t a = 0; a < yearbook.num_arrays; a++) {
        for (size_t i = 0; i < yearbook.arrays[a].num_items; i++)
            hash = (hash ^ (uint64_t) pw_yearbook_item(&yearbook, a, YEAR, i)) * 1099511628211u;
    }
    pw_yearbook_free(&yearbook);
    return (int64_t) hash;
}

static void
swap_rows(struct pw_shard *shard, uint8_t *previous, size_t a, size_t b)
{
#define COLUMN(name, type, missing, unit, about)                                                   \
    {                                                                                              \
        const type kept = shard->name[a];                                                          \
        shard->name[a] = shard->name[b];                                                           \
        shard->name[b] = kept;                                                                     \
    }
#include "pathways/columns.def"
    const uint8_t kept = previous[a];

    previous[a] = previous[b];
    previous[b] = kept;
}

static uint8_t *
states_of_last_year(const struct pw_shard *shard)
{
    uint8_t *previous = NULL;

    cr_assert_eq(pw_alloc(shard->num_rows, 1, &previous), PW_OK);
    for (size_t row = 0; row < shard->num_rows; row++)
        previous[row] = (uint8_t) pick(PW_NUM_STATES);
    return previous;
}

Test(measure, the_order_of_people_in_a_cohort_changes_nothing)
{
    struct pw_shard shard;
    struct pw_measures before = { 0 }, after = { 0 };

    make_shard(&shard, 5);
    uint8_t *previous = states_of_last_year(&shard);

    observe(&before, &shard, previous);
    for (int c = 0; c < shard.num_cohorts; c++) {
        for (uint32_t i = PER_COHORT - 1; i > 0; i--)
            swap_rows(
                &shard, previous, shard.cohort_begin[c] + i, shard.cohort_begin[c] + pick(i + 1));
    }
    observe(&after, &shard, previous);
    cr_assert_eq(fingerprint(&before), fingerprint(&after));
    pw_measures_free(&before);
    pw_measures_free(&after);
    pw_free(&previous);
    pw_shard_free(&shard);
}

Test(measure, shards_add_up_in_any_order_and_a_cleared_year_is_empty)
{
    struct pw_shard shards[2];
    struct pw_measures sum = { 0 }, parts[2] = { { 0 }, { 0 } };

    make_shard(&shards[0], 21);
    make_shard(&shards[1], 22);
    for (int s = 0; s < 2; s++) {
        observe(&parts[s], &shards[s], NULL);
    }
    /* `thresholds` is that of the second shard: count the first again with it. */
    pw_measures_clear(&parts[0]);
    pw_measures_observe(&parts[0], &shards[0], YEAR, NULL, &thresholds);
    cr_assert_eq(pw_measures_init(&sum, &scenario), PW_OK);
    const int64_t empty = fingerprint(&sum);

    pw_measures_observe(&sum, &shards[1], YEAR, NULL, &thresholds);
    pw_measures_observe(&sum, &shards[0], YEAR, NULL, &thresholds);
    pw_measures_add(&parts[0], &parts[1]);
    cr_assert_eq(fingerprint(&parts[0]), fingerprint(&sum));
    cr_assert_neq(fingerprint(&sum), empty);
    pw_measures_clear(&sum);
    cr_assert_eq(fingerprint(&sum), empty);
    for (int s = 0; s < 2; s++) {
        pw_measures_free(&parts[s]);
        pw_shard_free(&shards[s]);
    }
    pw_measures_free(&sum);
}

Test(measure, tables_and_flows_are_what_a_slow_count_says)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    int64_t classes = 0, upward = 0, owners = 0, graduates = 0, flows = 0, ranked = 0;

    make_shard(&shard, 31);
    uint8_t *previous = states_of_last_year(&shard);

    observe(&measures, &shard, previous);
    for (size_t row = 0; row < shard.num_rows; row++) {
        const struct pw_person p = pw_shard_person(&shard, row);
        const int age = YEAR - pw_shard_birth_year(&shard, row);
        const bool known = YEAR - age + 14 > HISTORY_FROM;
        const bool here = pw_state_is_present(p.state),
                   raised = known && p.home_place != PW_UNPLACED;
        const bool adult = here && age >= 25 && age <= 64;

        classes += adult;
        upward += adult && p.sex == PW_FEMALE && known && p.class == PW_HIGHER_PROFESSIONAL
                  && p.origin_class == PW_LOWER_WORKING && YEAR - age >= 1960 && YEAR - age < 1970;
        owners += adult && raised && age >= 45 && age < 55 && p.parent_owner && p.owner;
        graduates += adult && raised && p.sex == PW_MALE && p.parent_qualification == PW_BELOW_GCSE
                     && p.qualification >= PW_FIRST_DEGREE;
        ranked += here && raised && age >= 30 && age <= 34 && p.origin_income > 0.0f;
        flows += age == 18 && p.place == 3 && previous[row] == PW_SIXTH_FORM
                 && p.state == PW_UNIVERSITY_AWAY;
    }

    int64_t counted[6] = { 0 };
    const size_t pair = PW_NUM_CLASS_CODES * PW_NUM_ORIGINS;
    const size_t decade = 3; /* the 1960s */

    for (size_t i = 0; i < PW_NUM_DECADES * PW_NUM_SEXES * pair * PW_NUM_GROUPS; i++)
        counted[0] += measures.class_by_decade[i];
    for (size_t g = 0; g < PW_NUM_GROUPS; g++) {
        counted[1] +=
            measures.class_by_decade[((decade * 2 + PW_FEMALE) * pair + PW_HIGHER_PROFESSIONAL)
                                         * PW_NUM_GROUPS
                                     + g];
        counted[2] += measures.tenure[((2 * 2 + 1) * 2 + 1) * PW_NUM_GROUPS + g];
        counted[3] += measures.education[((PW_MALE * 4 + 0) * 4 + 3) * PW_NUM_GROUPS + g];
        counted[4] += measures.income_moments[g];
    }
    for (size_t i = 0; i < PW_NUM_VIGINTILES * PW_NUM_VIGINTILES * PW_NUM_GROUPS; i++)
        counted[5] += measures.income_rank[i];
    cr_assert_eq(counted[0], classes);
    cr_assert_eq(counted[1], upward);
    cr_assert_eq(counted[2], owners);
    cr_assert_eq(counted[3], graduates);
    cr_assert_eq(counted[4], ranked);
    cr_assert_eq(counted[5], ranked);
    cr_assert_eq(
        measures.flows[((3 * PW_NUM_FLOW_AGES + 2) * PW_NUM_STATES + PW_SIXTH_FORM) * PW_NUM_STATES
                       + PW_UNIVERSITY_AWAY],
        flows);
    cr_assert(upward > 0 && owners > 0 && graduates > 0 && ranked > 0);
    pw_measures_free(&measures);
    pw_free(&previous);
    pw_shard_free(&shard);
}

Test(measure, flows_leave_nobody_out_who_was_here_in_either_year)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    int64_t expected = 0, counted = 0;

    make_shard(&shard, 41);
    for (size_t row = 0; row < shard.num_rows; row++)
        shard.birth_place[row] = 1;
    uint8_t *previous = states_of_last_year(&shard);

    observe(&measures, &shard, previous);
    for (int age = PW_FLOW_FIRST_AGE; age <= PW_FLOW_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(&shard, YEAR, age, age);

        for (size_t row = cohort.begin; row < cohort.end; row++)
            expected += pw_state_is_present(previous[row]) || pw_state_is_present(shard.state[row]);
    }
    for (size_t i = 0; i < NUM_PLACES * PW_NUM_FLOW_AGES * PW_NUM_STATES * PW_NUM_STATES; i++)
        counted += measures.flows[i];
    cr_assert_eq(counted, expected);
    pw_measures_free(&measures);
    pw_free(&previous);
    pw_shard_free(&shard);
}

Test(measure, names_are_unique_and_lines_are_complete)
{
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        const struct pw_measure_info *const info = pw_measure_info((enum pw_measure) m);

        cr_assert(info->first_age <= info->last_age && info->last_age <= PW_MAX_AGE);
        cr_assert(strlen(info->about) > 20 && strlen(info->unit) > 0 && strlen(info->source) > 0);
        cr_assert_eq(info->kind == PW_KIND_SHARE, strcmp(info->unit, "share") == 0);
        for (int other = 0; other < m; other++)
            cr_assert_str_neq(info->name, pw_measure_info((enum pw_measure) other)->name);
    }
}

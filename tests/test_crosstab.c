/* Every cell of every table against a slow count, one person at a time. SPDX-License-Identifier:
 * MIT
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/crosstab.h"
#include "random_people.h"

/* --- The oracle: what a person adds to a cell, in the words of crosstabs.def --- */

struct life {
    struct pw_person p;
    int age;
    bool here, known, raised;
    int origin;
};

static const int levels[PW_NUM_QUALIFICATIONS] = { 0, 1, 1, 2, 3, 3 };

static bool
is_between(int age, int first, int last)
{
    return age >= first && age <= last;
}

static int
twentieth(const uint8_t *ranks, double income)
{
    return ranks[pw_income_bin((float) income)];
}

static bool
is_ranked(const struct life *life)
{
    return life->raised && life->age == 34 && life->p.origin_income > 0.0f
           && life->p.adult_income > 0.0f;
}

/* What people do, as the table's line in crosstabs.def says. */
static int
status_of(uint8_t state)
{
    switch (state) {
    case PW_SIXTH_FORM:
        return 0;
    case PW_FURTHER_EDUCATION:
        return 1;
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        return 2;
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
    case PW_POSTGRADUATE:
        return 3;
    case PW_EMPLOYED:
        return 4;
    case PW_UNEMPLOYED:
        return 5;
    case PW_INACTIVE:
        return 6;
    default:
        return 7;
    }
}

/* Class as surveys count it. */
static int
class_of(const struct pw_person *p)
{
    const bool idle = p->state == PW_UNEMPLOYED || p->state == PW_INACTIVE;
    const bool was_idle = p->last_state == PW_UNEMPLOYED || p->last_state == PW_INACTIVE;
    const bool retired = p->state == PW_RETIRED && p->last_state == PW_RETIRED;

    return ((idle && was_idle) || retired) && p->last_spell >= 8 ? PW_NO_CLASS : p->class;
}

/* Not for the sums, which depend on rounding: see below. */
static int64_t
people_in(const struct life *life, enum pw_crosstab table, const int at[PW_CROSSTAB_MAX_AXES])
{
    const struct pw_person *const p = &life->p;
    const int decade = (YEAR - life->age - 1930) / 10;
    const int grandparents = life->known ? p->grandparent_class : PW_NO_CLASS;
    const bool adult = life->here && is_between(life->age, 25, 64);
    const bool young = life->here && is_between(life->age, 25, 29);
    const bool works = p->state == PW_EMPLOYED;
    const int band = (life->age - 25) / 10;

    switch (table) {
    case PW_CROSSTAB_CLASS:
        return adult && at[0] == decade && at[1] == p->sex && at[2] == life->origin
               && at[3] == class_of(p);
    case PW_CROSSTAB_GENERATIONS:
        return adult && at[0] == grandparents && at[1] == life->origin && at[2] == class_of(p);
    case PW_CROSSTAB_EDUCATION:
        return adult && life->raised && at[0] == p->sex && at[1] == levels[p->parent_qualification]
               && at[2] == levels[p->qualification];
    case PW_CROSSTAB_TENURE:
        return adult && life->raised && at[0] == band && at[1] == p->parent_owner
               && at[2] == p->owner;
    case PW_CROSSTAB_INCOME_RANK:
        return is_ranked(life)
               && at[0] == twentieth(thresholds.parents, (double) pw_exp(p->origin_income))
               && at[1] == twentieth(thresholds.own, (double) pw_exp(p->adult_income));
    case PW_CROSSTAB_WEALTH:
        if (!adult || at[0] != band || at[1] != (life->raised ? p->parent_owner : 2)) return 0;
        return at[2] == 0 ? 1 : at[2] == 1 ? p->savings : at[2] == 2 ? 50 * p->equity : p->pension;
    case PW_CROSSTAB_QUALIFICATIONS:
        return young && at[0] == p->sex && at[1] == life->origin && at[2] == p->qualification;
    case PW_CROSSTAB_CLASSES:
        return young && at[0] == p->sex && at[1] == life->origin && at[2] == class_of(p);
    case PW_CROSSTAB_PAY:
        return young && works && at[3] == 0 && at[0] == p->sex && at[1] == life->origin
               && at[2] == p->qualification;
    case PW_CROSSTAB_PAY_BINS:
        return works && is_between(life->age, 16, 74) && at[0] == is_between(life->age, 22, 29)
               && at[1] == fmin(63.0, fmax(0.0, floor(((double) p->pay - 1.5) * 16.0)));
    case PW_CROSSTAB_FIRST_JOBS: {
        const int has = p->class == PW_NO_CLASS ? 0 : 1 << p->class;
        const int wanted = at[1] < 5 ? 1 << at[1] : at[1] == 5 ? 24 : 31;

        return life->raised && at[0] == p->origin_class && at[2] == life->age - 16
               && (p->past_classes & wanted) == 0 && (at[3] == 0 || (has & wanted) != 0);
    }
    case PW_CROSSTAB_STATUSES:
        return is_between(life->age, 16, 64) && life->here && at[0] == p->sex
               && at[1] == life->age - 16 && at[2] == status_of(p->state);
    case PW_CROSSTAB_SPELLS: {
        const enum pw_activity was = pw_activity_of(p->last_state), is = pw_activity_of(p->state);
        const int years = p->last_spell < 12 ? p->last_spell : 12;

        return life->here && pw_state_is_present(p->last_state) && was != PW_NUM_ACTIVITIES
               && was != is && years > 0 && is_between(life->age, 17, 64) && at[0] == life->origin
               && at[1] == (int) was
               && at[2]
                      == (life->age < 25   ? 0
                          : life->age < 35 ? 1
                                           : 2)
               && at[3] == years - 1;
    }
    default:
        return 0;
    }
}

static bool
is_of_sums(enum pw_crosstab table, const int at[PW_CROSSTAB_MAX_AXES])
{
    return table == PW_CROSSTAB_INCOME_MOMENTS || (table == PW_CROSSTAB_PAY && at[3] == 1);
}

static struct life
life_of(const struct pw_shard *shard, size_t row)
{
    struct life life = { .p = pw_shard_person(shard, row) };

    life.age = YEAR - pw_shard_birth_year(shard, row);
    life.here = pw_state_is_present(life.p.state);
    life.known = YEAR - life.age + 14 > HISTORY_FROM;
    life.raised = life.here && life.known && life.p.home_place != PW_UNPLACED;
    life.origin = life.known ? life.p.origin_class : PW_NO_CLASS;
    return life;
}

static void
places_of(enum pw_crosstab table, size_t cell, int at[PW_CROSSTAB_MAX_AXES])
{
    const struct pw_crosstab_info *const info = pw_crosstab_info(table);
    int rank = 0;

    while (info->axes[rank] != PW_NO_AXIS)
        rank++;
    for (int a = rank - 1; a >= 0; a--) {
        at[a] = (int) (cell % pw_axis_info(info->axes[a])->length);
        cell /= pw_axis_info(info->axes[a])->length;
    }
}

Test(crosstab, every_cell_is_what_a_slow_count_says, .timeout = 300)
{
    static struct life lives[(YEAR - FIRST_BIRTH + 1) * PER_COHORT];
    struct pw_shard shard;
    struct pw_measures measures = { 0 };

    make_shard(&shard, 31);
    observe(&measures, &shard);
    for (size_t row = 0; row < shard.num_rows; row++)
        lives[row] = life_of(&shard, row);
    for (int t = 0; t < PW_NUM_CROSSTABS; t++) {
        const enum pw_crosstab table = (enum pw_crosstab) t;
        int64_t total = 0;

        for (size_t cell = 0; cell < pw_crosstab_num_cells(table); cell++) {
            int64_t slow[PW_NUM_GROUPS] = { 0 };
            int at[PW_CROSSTAB_MAX_AXES] = { 0 };

            places_of(table, cell, at);
            if (is_of_sums(table, at)) continue;
            for (size_t row = 0; row < shard.num_rows; row++)
                slow[table == PW_CROSSTAB_TENURE ? group_of(&shard, &lives[row].p)
                                                 : lives[row].p.group] +=
                    people_in(&lives[row], table, at);
            for (size_t g = 0; g < PW_NUM_GROUPS; g++) {
                cr_assert_eq(measures.table[table][cell * PW_NUM_GROUPS + g], slow[g],
                    "%s[%d %d %d %d] group %zu: %lld, not %lld", pw_crosstab_info(table)->name,
                    at[0], at[1], at[2], at[3], g,
                    (long long) measures.table[table][cell * PW_NUM_GROUPS + g],
                    (long long) slow[g]);
                total += slow[g];
            }
        }
        cr_assert(total > 20 || table == PW_CROSSTAB_INCOME_MOMENTS, "%s is hardly tested",
            pw_crosstab_info(table)->name);
    }
    pw_measures_free(&measures);
    pw_shard_free(&shard);
}

Test(crosstab, sums_of_logs_are_those_of_the_people_but_for_rounding)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    double pay = 0.0, moments[PW_NUM_MOMENTS] = { 0 };
    int64_t counted_pay = 0, counted[PW_NUM_MOMENTS] = { 0 };

    make_shard(&shard, 32);
    observe(&measures, &shard);
    for (size_t row = 0; row < shard.num_rows; row++) {
        const struct life life = life_of(&shard, row);
        const double x = (double) life.p.origin_income;
        const double y = (double) life.p.adult_income;
        const double add[PW_NUM_MOMENTS] = { 1, x, y, x * x, y * y, x * y };

        if (life.p.state == PW_EMPLOYED && is_between(life.age, 25, 29)) pay += (double) life.p.pay;
        for (int m = 0; is_ranked(&life) && m < PW_NUM_MOMENTS; m++)
            moments[m] += add[m];
    }
    for (size_t i = 0; i < pw_crosstab_num_cells(PW_CROSSTAB_PAY) * PW_NUM_GROUPS; i++)
        counted_pay += i / PW_NUM_GROUPS % 2 == 1 ? measures.table[PW_CROSSTAB_PAY][i] : 0;
    for (size_t i = 0; i < PW_NUM_MOMENTS * PW_NUM_GROUPS; i++)
        counted[i / PW_NUM_GROUPS] += measures.table[PW_CROSSTAB_INCOME_MOMENTS][i];
    /* Each of n logs is off by half a unit at most. */
    cr_assert_float_eq((double) counted_pay / PW_MOMENT_SCALE, pay, 500.0 / PW_MOMENT_SCALE);
    cr_assert_eq(counted[0], (int64_t) moments[0]);
    cr_assert_gt(counted[0], 20);
    for (int m = 1; m < PW_NUM_MOMENTS; m++) {
        const double unit_of_sum =
            m < 3 ? PW_MOMENT_SCALE : (double) PW_MOMENT_SCALE * PW_MOMENT_SCALE;

        cr_assert_float_eq((double) counted[m] / unit_of_sum, moments[m], 1e-4 * moments[m],
            "moment %d: %f, not %f", m, (double) counted[m] / unit_of_sum, moments[m]);
    }
    pw_measures_free(&measures);
    pw_shard_free(&shard);
}

Test(crosstab, axes_and_tables_are_named_once_and_say_what_they_are)
{
    for (int a = PW_NO_AXIS + 1; a < PW_NUM_AXES; a++) {
        const struct pw_axis_info *const axis = pw_axis_info((enum pw_axis) a);

        cr_assert(axis->length > 1 && strlen(axis->name) > 2);
        for (int other = PW_NO_AXIS + 1; other < a; other++)
            cr_assert_str_neq(axis->name, pw_axis_info((enum pw_axis) other)->name);
    }
    for (int t = 0; t < PW_NUM_CROSSTABS; t++) {
        const struct pw_crosstab_info *const table = pw_crosstab_info((enum pw_crosstab) t);

        cr_assert(strlen(table->about) > 30 && table->axes[0] != PW_NO_AXIS);
        for (int other = 0; other < t; other++)
            cr_assert_str_neq(table->name, pw_crosstab_info((enum pw_crosstab) other)->name);
    }
}

Test(crosstab, qualifications_have_the_four_levels_of_the_education_table)
{
    for (int q = 0; q < PW_NUM_QUALIFICATIONS; q++)
        cr_assert_eq(pw_education_level((uint8_t) q), levels[q]);
}

Test(crosstab, states_that_are_one_activity_are_told_together)
{
    cr_assert_eq(pw_activity_of(PW_INACTIVE), PW_ACTIVITY_NEET);
    cr_assert_eq(pw_activity_of(PW_UNEMPLOYED), PW_ACTIVITY_NEET);
    cr_assert_eq(pw_activity_of(PW_UNIVERSITY_AWAY), PW_ACTIVITY_UNIVERSITY);
    cr_assert_eq(pw_activity_of(PW_APPRENTICESHIP_HIGHER), PW_ACTIVITY_APPRENTICESHIP);
    cr_assert_eq(pw_activity_of(PW_RETIRED), PW_NUM_ACTIVITIES);
    for (int a = 0; a < PW_NUM_STATES; a++) {
        const uint8_t one = pw_activity_state((uint8_t) a);

        cr_assert_eq(one, pw_activity_state(one));
        cr_assert_eq(pw_activity_of((uint8_t) a), pw_activity_of(one));
    }
}

Test(crosstab, bins_of_pay_begin_at_a_sixteenth_and_end_open)
{
    cr_assert_eq(pw_pay_bin(0.0f), 0);
    cr_assert_eq(pw_pay_bin(1.5f), 0);
    cr_assert_eq(pw_pay_bin(1.5f + 1.0f / 16.0f), 1);
    cr_assert_eq(pw_pay_bin(2.99f), 23);
    cr_assert_eq(pw_pay_bin(9.0f), PW_NUM_PAY_BINS - 1);
}

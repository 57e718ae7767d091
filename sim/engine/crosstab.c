/* SPDX-License-Identifier: MIT */
#include "pathways/crosstab.h"

#include <string.h>

#include "pathways/numeric.h"
#include "pathways/pick.h"
#include "pathways/rng.h"

static const struct pw_axis_info axes[PW_NUM_AXES] = {
    { 0 },
#define AXIS(constant, name, length, first, step) { #name, length, first, step },
#include "pathways/crosstabs.def"
};

static const struct pw_crosstab_info tables[PW_NUM_CROSSTABS] = {
#define CROSSTAB(constant, name, about, ...) { #name, about, { __VA_ARGS__ } },
#include "pathways/crosstabs.def"
};

const struct pw_axis_info *
pw_axis_info(enum pw_axis axis)
{
    return &axes[axis];
}

const struct pw_crosstab_info *
pw_crosstab_info(enum pw_crosstab table)
{
    return &tables[table];
}

size_t
pw_crosstab_num_cells(enum pw_crosstab table)
{
    size_t cells = 1;

    for (int a = 0; tables[table].axes[a] != PW_NO_AXIS; a++)
        cells *= axes[tables[table].axes[a]].length;
    return cells;
}

int
pw_education_level(uint8_t qualification)
{
    if (qualification >= PW_FIRST_DEGREE) return 3;
    if (qualification >= PW_FURTHER) return 2;
    return qualification >= PW_GCSE ? 1 : 0;
}

enum pw_activity
pw_activity_of(uint8_t state)
{
    switch (pw_activity_state(state)) {
    case PW_SIXTH_FORM:
        return PW_ACTIVITY_SIXTH_FORM;
    case PW_FURTHER_EDUCATION:
        return PW_ACTIVITY_FURTHER_EDUCATION;
    case PW_APPRENTICESHIP_INTERMEDIATE:
        return PW_ACTIVITY_APPRENTICESHIP;
    case PW_UNIVERSITY_HOME:
        return PW_ACTIVITY_UNIVERSITY;
    case PW_POSTGRADUATE:
        return PW_ACTIVITY_POSTGRADUATE;
    case PW_EMPLOYED:
        return PW_ACTIVITY_WORK;
    case PW_UNEMPLOYED:
        return PW_ACTIVITY_NEET;
    case PW_ADULT_EDUCATION:
        return PW_ACTIVITY_ADULT_EDUCATION;
    default:
        return PW_NUM_ACTIVITIES;
    }
}

/* What people do by state: the spells' activities, but those out of work in two. */
static size_t
status_of(uint8_t state)
{
    static const uint8_t of_activity[PW_NUM_ACTIVITIES + 1] = { PW_DOES_SIXTH_FORM,
        PW_DOES_FURTHER_EDUCATION, PW_DOES_APPRENTICESHIP, PW_DOES_UNIVERSITY, PW_DOES_UNIVERSITY,
        PW_DOES_WORK, PW_DOES_NOTHING, PW_DOES_ELSE, PW_DOES_ELSE };

    return state == PW_UNEMPLOYED ? PW_DOES_SEEK : of_activity[pw_activity_of(state)];
}

PW_INLINE int32_t
pay_bin(float log_pay)
{
    const float bin = (log_pay - PW_FIRST_PAY_BIN) * PW_PAY_BINS_PER_UNIT;

    return (int32_t) pw_clamp(bin, 0.0f, (float) (PW_NUM_PAY_BINS - 1));
}

int
pw_pay_bin(float log_pay)
{
    return pay_bin(log_pay);
}

/* Everyone of one age. */
struct cohort {
    const struct pw_shard *shard;
    size_t begin, end; /* rows */
    int year, age;
    bool known; /* they turned 14 inside the run */
};

static size_t
origin_of(const struct cohort *cohort, size_t row)
{
    return cohort->known ? cohort->shard->origin_class[row] : PW_NO_CLASS;
}

/* As surveys count it. */
static uint8_t
class_of(const struct pw_shard *shard, size_t row)
{
    const uint8_t *const classes = shard->class;

    return pw_class_counted(
        classes[row], shard->state[row], shard->last_state[row], shard->last_spell[row]);
}

/* People and their wealth are added at once. */
typedef int64_t wealth_parts __attribute__((vector_size(32)));
typedef uint16_t wealth_items __attribute__((vector_size(8)));

#define EQUITY_TO_SAVINGS (PW_EQUITY_UNIT / PW_SAVINGS_UNIT)
_Static_assert(PW_NUM_WEALTH_PARTS == 4 && UINT8_MAX * EQUITY_TO_SAVINGS <= UINT16_MAX,
    "what a person adds to the wealth table is four numbers of 16 bits");

/* Cells of some people of one cohort: worked out for all of them before any is counted. */
struct cells {
    uint8_t here[PW_BLOCK], raised[PW_BLOCK];
    uint16_t pair[PW_BLOCK], line[PW_BLOCK]; /* of classes: with parents', with grandparents' too */
    uint16_t levels[PW_BLOCK], homes[PW_BLOCK]; /* of education, of homes */
    uint8_t fortune[PW_BLOCK]; /* whose wealth: parents without a home, with, none */
    uint64_t wealth[PW_BLOCK]; /* one person, savings, equity and pension: 16 bits each */
};

_Static_assert(PW_NUM_ORIGINS *PW_NUM_ORIGINS *PW_NUM_CLASS_CODES *PW_NUM_GROUPS <= UINT16_MAX
                   && 3 * PW_NUM_GROUPS <= UINT8_MAX,
    "cells of these widths");

/* Below GCSE, GCSE, level 3 and up to a degree, degree: see pw_education_level. */
PW_INLINE uint8_t
level_of(uint8_t qualification)
{
    return (uint8_t) ((qualification >= PW_GCSE) + (qualification >= PW_FURTHER)
                      + (qualification >= PW_FIRST_DEGREE));
}

static PW_KERNEL void
find_cells(const struct cohort *cohort, size_t begin, size_t count, struct cells *restrict cells)
{
    const struct pw_shard *const shard = cohort->shard;
    const uint8_t *const state = shard->state + begin, *const class = shard->class + begin;
    const uint8_t *const last_state = shard->last_state + begin;
    const uint8_t *const last_spell = shard->last_spell + begin, *const sex = shard->sex + begin;
    const uint8_t *const parents = shard->origin_class + begin;
    const uint8_t *const grandparents = shard->grandparent_class + begin;
    const uint8_t *const qualification = shard->qualification + begin;
    const uint8_t *const parent_qualification = shard->parent_qualification + begin;
    const uint8_t *const owner = shard->owner + begin;
    const uint8_t *const parent_owner = shard->parent_owner + begin;
    const uint16_t *const home_place = shard->home_place + begin;
    const uint16_t *const savings = shard->savings + begin, *const pension = shard->pension + begin;
    const uint8_t *const equity = shard->equity + begin;
    const uint8_t *const group = shard->group + begin;
    const uint8_t known = cohort->known;
    uint8_t own[PW_BLOCK], couple[PW_BLOCK];
    const size_t span = PW_WHOLE_VECTORS(count);

    for (size_t j = 0; j < span; j++)
        own[j] = pw_class_counted(class[j], state[j], last_state[j], last_spell[j]);
    for (size_t j = 0; j < span; j++) {
        const uint8_t origin = known ? parents[j] : PW_NO_CLASS;
        const uint8_t older = known ? grandparents[j] : PW_NO_CLASS;

        const uint8_t pair =
            (uint8_t) ((sex[j] * PW_NUM_ORIGINS + origin) * PW_NUM_CLASS_CODES + own[j]);
        const uint8_t line =
            (uint8_t) ((older * PW_NUM_ORIGINS + origin) * PW_NUM_CLASS_CODES + own[j]);

        cells->pair[j] = (uint16_t) (pair * PW_NUM_GROUPS + group[j]);
        cells->line[j] = (uint16_t) (line * PW_NUM_GROUPS + group[j]);
    }
    pw_shard_couple_groups(shard, begin, count, couple);
    for (size_t j = 0; j < span; j++) {
        const uint8_t here = pw_state_is_present(state[j]);
        const uint8_t raised = (uint8_t) (here & known & (home_place[j] != PW_UNPLACED));
        const uint8_t owned = parent_owner[j] != 0, owns = owner[j] != 0;

        const uint8_t levels =
            (uint8_t) ((sex[j] * PW_NUM_EDUCATION_LEVELS + level_of(parent_qualification[j]))
                           * PW_NUM_EDUCATION_LEVELS
                       + level_of(qualification[j]));

        cells->here[j] = here;
        cells->raised[j] = raised;
        cells->levels[j] = (uint16_t) (levels * PW_NUM_GROUPS + group[j]);
        cells->homes[j] = (uint16_t) ((owned * 2 + owns) * PW_NUM_GROUPS + couple[j]);
        cells->fortune[j] = (uint8_t) ((raised ? owned : 2) * PW_NUM_GROUPS + group[j]);
    }
    for (size_t j = 0; j < span; j++) {
        const uint64_t wealth = 1 | (uint64_t) savings[j] << 16
                                | (uint64_t) equity[j] * EQUITY_TO_SAVINGS << 32
                                | (uint64_t) pension[j] << 48;

        cells->wealth[j] = cells->here[j] ? wealth : 0;
    }
}

/*
 * Classes by parents' and grandparents' classes of everyone; education by parents' education and
 * homes by parents' homes of those who turned 14 here. Ages 25 to 64.
 */
static PW_KERNEL void
count_inheritance(int64_t *const table[PW_NUM_CROSSTABS], const struct cohort *cohort,
    wealth_parts wealth[3 * PW_NUM_GROUPS])
{
    const int decade = (cohort->year - cohort->age - PW_FIRST_DECADE) / 10;
    const int held = decade < 0 ? 0 : decade < PW_NUM_DECADES ? decade : PW_NUM_DECADES - 1;
    const size_t band = (size_t) (cohort->age - 25) / 10;
    int64_t *const classes =
        table[PW_CROSSTAB_CLASS]
        + (size_t) held * PW_NUM_SEXES * PW_NUM_ORIGINS * PW_NUM_CLASS_CODES * PW_NUM_GROUPS;
    int64_t *const lines = table[PW_CROSSTAB_GENERATIONS];
    int64_t *const education = table[PW_CROSSTAB_EDUCATION];
    int64_t *const tenure = table[PW_CROSSTAB_TENURE] + band * 4 * PW_NUM_GROUPS;
    struct cells cells;

    for (size_t begin = cohort->begin; begin < cohort->end; begin += PW_BLOCK) {
        const size_t rest = cohort->end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;

        find_cells(cohort, begin, count, &cells);
        for (size_t j = 0; j < count; j++) {
            const int64_t here = cells.here[j], raised = cells.raised[j];

            classes[cells.pair[j]] += here;
            lines[cells.line[j]] += here;
            education[cells.levels[j]] += raised;
            tenure[cells.homes[j]] += raised;
            wealth[cells.fortune[j]] +=
                __builtin_convertvector((wealth_items) cells.wealth[j], wealth_parts);
        }
    }
}

/* What was summed of a band of ages goes to the table. */
static void
store_wealth(int64_t *table, wealth_parts wealth[3 * PW_NUM_GROUPS])
{
    for (size_t i = 0; i < 3 * PW_NUM_WEALTH_PARTS * PW_NUM_GROUPS; i++) {
        const size_t group = i % PW_NUM_GROUPS, part = i / PW_NUM_GROUPS % PW_NUM_WEALTH_PARTS;
        const size_t whose = i / PW_NUM_GROUPS / PW_NUM_WEALTH_PARTS;

        table[i] += wealth[whose * PW_NUM_GROUPS + group][part];
    }
    memset(wealth, 0, 3 * PW_NUM_GROUPS * sizeof *wealth);
}

/* What those aged 25 to 29 have reached. */
static void
count_young_adults(int64_t *const table[PW_NUM_CROSSTABS], const struct cohort *cohort)
{
    const struct pw_shard *const shard = cohort->shard;
    int64_t *const qualifications = table[PW_CROSSTAB_QUALIFICATIONS];
    int64_t *const classes = table[PW_CROSSTAB_CLASSES];
    int64_t *const pay = table[PW_CROSSTAB_PAY];

    for (size_t row = cohort->begin; row < cohort->end; row++) {
        const int here = pw_state_is_present(shard->state[row]);
        const int works = shard->state[row] == PW_EMPLOYED;
        const size_t group = shard->group[row], origin = origin_of(cohort, row);
        const size_t from = (size_t) shard->sex[row] * PW_NUM_ORIGINS + origin;
        const size_t held = from * PW_NUM_QUALIFICATIONS + shard->qualification[row];
        const size_t class = from * PW_NUM_CLASS_CODES + class_of(shard, row);
        const size_t cell = held * 2;

        qualifications[held * PW_NUM_GROUPS + group] += here;
        classes[class * PW_NUM_GROUPS + group] += here;
        pay[cell * PW_NUM_GROUPS + group] += works;
        pay[(cell + 1) * PW_NUM_GROUPS + group] +=
            works ? pw_round_to_int(shard->pay[row] * (float) PW_MOMENT_SCALE) : 0;
    }
}

/* By how much the status of a state is more than that of the state before, modulo 256: sums of
 * these are found in vectors, a table is not. */
static void
find_status_steps(uint8_t step[PW_NUM_STATES])
{
    step[0] = (uint8_t) status_of(0);
    for (uint8_t state = 1; state < PW_NUM_STATES; state++)
        step[state] = (uint8_t) (status_of(state) - status_of((uint8_t) (state - 1)));
}

#define STATUSES_OF_SEX (PW_NUM_STATUS_AGES * PW_NUM_STATUSES * PW_NUM_GROUPS)
_Static_assert(PW_NUM_SEXES *STATUSES_OF_SEX <= UINT16_MAX, "a cell fits into 16 bits");

static PW_KERNEL void
find_statuses(const struct pw_shard *shard, size_t begin, size_t count, const uint8_t *step,
    uint16_t *restrict cell, uint8_t *restrict here)
{
    const uint8_t *const state = shard->state + begin, *const sex = shard->sex + begin;
    const uint8_t *const group = shard->group + begin;
    uint8_t status[PW_BLOCK];
    const size_t span = PW_WHOLE_VECTORS(count);

    memset(status, step[0], span);
    for (uint8_t s = 1; s < PW_NUM_STATES; s++) {
        const uint8_t more = step[s];

        if (more == 0) continue;
        for (size_t j = 0; j < span; j++)
            status[j] = (uint8_t) (status[j] + (more & -(state[j] >= s)));
    }
    for (size_t j = 0; j < span; j++)
        here[j] = pw_state_is_present(state[j]);
    for (size_t j = 0; j < span; j++)
        cell[j] = (uint16_t) (sex[j] * STATUSES_OF_SEX + status[j] * PW_NUM_GROUPS + group[j]);
}

static void
count_statuses(int64_t *table, const struct cohort *cohort, const uint8_t *step)
{
    const size_t age = (size_t) (cohort->age - PW_FIRST_STATUS_AGE);
    int64_t *const of_age = table + age * PW_NUM_STATUSES * PW_NUM_GROUPS;
    uint16_t cell[PW_BLOCK];
    uint8_t here[PW_BLOCK];

    for (size_t begin = cohort->begin; begin < cohort->end; begin += PW_BLOCK) {
        const size_t rest = cohort->end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;

        find_statuses(cohort->shard, begin, count, step, cell, here);
        for (size_t j = 0; j < count; j++)
            of_age[cell[j]] += here[j];
    }
}

_Static_assert(PW_NUM_PAY_BINS *PW_NUM_GROUPS <= UINT16_MAX, "a cell fits into 16 bits");

/* Cells of pay, of those who are not employed too. */
static PW_KERNEL void
find_pay_bins(const struct pw_shard *shard, size_t begin, size_t count, uint16_t *restrict cell,
    uint8_t *restrict works)
{
    const float *const log_pay = shard->pay + begin;
    const uint8_t *const group = shard->group + begin, *const state = shard->state + begin;
    const size_t span = PW_WHOLE_VECTORS(count);

    for (size_t j = 0; j < span; j++)
        cell[j] = (uint16_t) (pay_bin(log_pay[j]) * PW_NUM_GROUPS + group[j]);
    for (size_t j = 0; j < span; j++)
        works[j] = state[j] == PW_EMPLOYED;
}

static void
count_pay(int64_t *bins, const struct cohort *cohort)
{
    const int young = cohort->age >= 22 && cohort->age <= 29;
    int64_t *const first = bins + (size_t) young * PW_NUM_PAY_BINS * PW_NUM_GROUPS;
    uint16_t cell[PW_BLOCK];
    uint8_t works[PW_BLOCK];

    for (size_t begin = cohort->begin; begin < cohort->end; begin += PW_BLOCK) {
        const size_t rest = cohort->end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;

        find_pay_bins(cohort->shard, begin, count, cell, works);
        for (size_t j = 0; j < count; j++)
            first[cell[j]] += works[j];
    }
}

static void
count_income(int64_t *const table[PW_NUM_CROSSTABS], const struct pw_shard *shard, size_t row,
    const struct pw_thresholds *thresholds)
{
    const float own = shard->adult_income[row], parents = shard->origin_income[row];
    const size_t group = shard->group[row];
    const size_t own_rank = thresholds->own[pw_income_bin(pw_exp(own))];
    const size_t parents_rank = thresholds->parents[pw_income_bin(pw_exp(parents))];
    const int64_t x = pw_round_to_int(parents * (float) PW_MOMENT_SCALE);
    const int64_t y = pw_round_to_int(own * (float) PW_MOMENT_SCALE);
    const int64_t moments[PW_NUM_MOMENTS] = { 1, x, y, x * x, y * y, x * y };
    const size_t pair = parents_rank * PW_NUM_VIGINTILES + own_rank;

    table[PW_CROSSTAB_INCOME_RANK][pair * PW_NUM_GROUPS + group]++;
    for (size_t m = 0; m < PW_NUM_MOMENTS; m++)
        table[PW_CROSSTAB_INCOME_MOMENTS][m * PW_NUM_GROUPS + group] += moments[m];
}

static void
count_incomes(int64_t *const table[PW_NUM_CROSSTABS], const struct cohort *cohort,
    const struct pw_thresholds *thresholds)
{
    if (!cohort->known) return;
    for (size_t row = cohort->begin; row < cohort->end; row++) {
        if (pw_income_is_ranked(cohort->shard, row))
            count_income(table, cohort->shard, row, thresholds);
    }
}

/* Cells that gain one. They are far apart: all are asked for before the first is counted. */
struct gains {
    size_t count;
    uint32_t cell[PW_BLOCK];
};

static void
note_gain(struct gains *gains, const int64_t *table, size_t cell)
{
    __builtin_prefetch(table + cell, 1);
    gains->cell[gains->count++] = (uint32_t) cell;
}

static void
count_gains(struct gains *gains, int64_t *table)
{
    for (size_t n = 0; n < gains->count; n++)
        table[gains->cell[n]]++;
    gains->count = 0;
}

/* Bit j of a set of classes: has the person held job j? */
PW_INLINE uint8_t
jobs_of(uint8_t classes)
{
    const uint8_t five = classes & 31u;

    return (
        uint8_t) (five | ((five & 24u) != 0) << PW_JOB_PROFESSIONAL | (five != 0) << PW_JOB_ANY);
}

#define ALL_JOBS ((1u << PW_NUM_JOBS) - 1)

/* What jobs people wait for, and which of these begin this year. */
struct waits {
    uint8_t jobs[PW_BLOCK], begin[PW_BLOCK];
    uint8_t begins[PW_BLOCK]; /* 1: some do */
};

static PW_KERNEL void
find_waits(const struct pw_shard *shard, size_t begin, size_t count, struct waits *restrict waits)
{
    const uint8_t *const state = shard->state + begin, *const class = shard->class + begin;
    const uint8_t *const past_classes = shard->past_classes + begin;
    const uint16_t *const home_place = shard->home_place + begin;
    const size_t span = PW_WHOLE_VECTORS(count);

    for (size_t j = 0; j < span; j++) {
        const int raised = pw_state_is_present(state[j]) & (home_place[j] != PW_UNPLACED);
        uint8_t now = 0;

        for (int c = 0; c < PW_NUM_CLASSES; c++)
            now = (uint8_t) (now | (class[j] == c) << c);
        waits->jobs[j] = (uint8_t) (~jobs_of(past_classes[j]) & (raised ? ALL_JOBS : 0));
        waits->begin[j] = waits->jobs[j] & jobs_of(now);
        waits->begins[j] = waits->begin[j] != 0;
    }
}

/* People who wait, by job: counted for all jobs at once. */
typedef int32_t waiting_jobs __attribute__((vector_size(32)));
_Static_assert(PW_NUM_JOBS <= 8, "a vector has room for all jobs");

static void
add_waiting(int64_t *table, waiting_jobs waiting[PW_NUM_ORIGINS][PW_NUM_GROUPS], size_t job_size)
{
    for (size_t origin = 0; origin < PW_NUM_ORIGINS; origin++)
        for (size_t job = 0; job < PW_NUM_JOBS; job++)
            for (size_t group = 0; group < PW_NUM_GROUPS; group++)
                table[(origin * PW_NUM_JOBS + job) * job_size + group] +=
                    waiting[origin][group][job];
}

static void
count_beginners(int64_t *of_age, const struct waits *waits, const uint8_t *origin,
    const uint8_t *group, size_t count)
{
    const size_t job_size = PW_NUM_JOB_AGES * 2 * (size_t) PW_NUM_GROUPS;
    struct gains gains = { .count = 0 };
    uint32_t row[PW_BLOCK + PW_PICK_SPARE];
    const size_t num_beginners = pw_pick(waits->begins, count, 0, row);

    for (size_t n = 0; n < num_beginners; n++) {
        const size_t j = row[n];

        if (gains.count + PW_NUM_JOBS > PW_BLOCK) count_gains(&gains, of_age);
        for (unsigned left = waits->begin[j]; left != 0; left &= left - 1)
            note_gain(&gains, of_age,
                (origin[j] * (size_t) PW_NUM_JOBS + (size_t) __builtin_ctz(left)) * job_size
                    + PW_NUM_GROUPS + group[j]);
    }
    count_gains(&gains, of_age);
}

static PW_KERNEL void
count_first_jobs(int64_t *table, const struct cohort *cohort)
{
    const struct pw_shard *const shard = cohort->shard;
    const size_t age = (size_t) (cohort->age - PW_FIRST_JOB_AGE);
    const size_t job_size = PW_NUM_JOB_AGES * 2 * (size_t) PW_NUM_GROUPS;
    const waiting_jobs job_bits = { 1, 2, 4, 8, 16, 32, 64, 128 };
    int64_t *const of_age = table + age * 2 * PW_NUM_GROUPS;
    waiting_jobs waiting[PW_NUM_ORIGINS][PW_NUM_GROUPS];
    struct waits waits;

    if (!cohort->known) return;
    memset(waiting, 0, sizeof waiting);
    for (size_t begin = cohort->begin; begin < cohort->end; begin += PW_BLOCK) {
        const size_t rest = cohort->end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;
        const uint8_t *const origin = shard->origin_class + begin;
        const uint8_t *const group = shard->group + begin;

        find_waits(shard, begin, count, &waits);
        for (size_t j = 0; j < count; j++)
            waiting[origin[j]][group[j]] -= (job_bits & (int32_t) waits.jobs[j]) == job_bits;
        count_beginners(of_age, &waits, origin, group, count);
    }
    add_waiting(of_age, waiting, job_size);
}

/* Whose activity is another than last year's, among people who were and are here. */
static PW_KERNEL void
find_ended(const uint8_t *restrict last, const uint8_t *restrict now, size_t count,
    uint8_t *restrict ended)
{
    const size_t span = PW_WHOLE_VECTORS(count);

    for (size_t i = 0; i < span; i++) {
        const uint8_t was = last[i], is = now[i];

        ended[i] =
            (uint8_t) ((pw_activity_state(was) != pw_activity_state(is)) & (was >= PW_EARLY_YEARS)
                       & (was <= PW_RETIRED) & (is >= PW_EARLY_YEARS) & (is <= PW_RETIRED));
    }
}

static void
note_spell(struct gains *gains, const int64_t *table, const struct cohort *cohort, size_t row)
{
    const struct pw_shard *const shard = cohort->shard;
    const size_t band = cohort->age < 25 ? 0 : cohort->age < 35 ? 1 : 2;
    const size_t activity = pw_activity_of(shard->last_state[row]);
    const size_t years =
        shard->last_spell[row] < PW_LONGEST_SPELL ? shard->last_spell[row] : PW_LONGEST_SPELL;
    const size_t kind =
        (origin_of(cohort, row) * PW_NUM_ACTIVITIES + activity) * PW_NUM_SPELL_BANDS + band;

    if (activity == PW_NUM_ACTIVITIES || years == 0) return;
    note_gain(
        gains, table, (kind * PW_LONGEST_SPELL + years - 1) * PW_NUM_GROUPS + shard->group[row]);
}

static void
count_spells(int64_t *table, const struct cohort *cohort)
{
    const struct pw_shard *const shard = cohort->shard;
    struct gains gains = { .count = 0 };
    uint32_t row[PW_BLOCK + PW_PICK_SPARE];
    uint8_t ended[PW_BLOCK];

    for (size_t begin = cohort->begin; begin < cohort->end; begin += PW_BLOCK) {
        const size_t rest = cohort->end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;
        size_t num_ended;

        find_ended(shard->last_state + begin, shard->state + begin, count, ended);
        num_ended = pw_pick(ended, count, (uint32_t) begin, row);
        for (size_t n = 0; n < num_ended; n++)
            note_spell(&gains, table, cohort, row[n]);
        count_gains(&gains, table);
    }
}

void
pw_crosstabs_count(int64_t *const table[PW_NUM_CROSSTABS], const struct pw_shard *shard,
    const struct pw_crosstab_year *when)
{
    const size_t wealth_size = 3 * PW_NUM_WEALTH_PARTS * PW_NUM_GROUPS;
    wealth_parts wealth[3 * PW_NUM_GROUPS] = { { 0 } };
    uint8_t status_step[PW_NUM_STATES];

    find_status_steps(status_step);
    for (int age = 16; age <= PW_MAX_AGE; age++) {
        const size_t band = (size_t) (age - 25) / 10;
        const struct pw_range rows = pw_shard_ages(shard, when->year, age, age);
        const struct cohort cohort = { .shard = shard,
            .begin = rows.begin,
            .end = rows.end,
            .year = when->year,
            .age = age,
            .known = pw_origin_is_known(when->year - age, when->history_from) };

        if (age >= 25 && age <= 64) count_inheritance(table, &cohort, wealth);
        if (age >= 25 && age <= 64 && (age - 25) % 10 == 9)
            store_wealth(table[PW_CROSSTAB_WEALTH] + band * wealth_size, wealth);
        if (age >= 25 && age <= 29) count_young_adults(table, &cohort);
        if (age <= 64) count_statuses(table[PW_CROSSTAB_STATUSES], &cohort, status_step);
        if (age < 75) count_pay(table[PW_CROSSTAB_PAY_BINS], &cohort);
        if (age == PW_INCOME_LAST_AGE) count_incomes(table, &cohort, when->thresholds);
        if (age < PW_FIRST_JOB_AGE + PW_NUM_JOB_AGES)
            count_first_jobs(table[PW_CROSSTAB_FIRST_JOBS], &cohort);
        if (age >= 17 && age <= 64) count_spells(table[PW_CROSSTAB_SPELLS], &cohort);
    }
}

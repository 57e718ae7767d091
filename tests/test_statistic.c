/* Statistics of tables against published figures and slow sums. SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/statistic.h"

static const struct pw_cut everyone = { -1, -1, -1 };

static int64_t *
empty_table(enum pw_crosstab table)
{
    int64_t *items = NULL;

    cr_assert_eq(
        pw_alloc(pw_crosstab_num_cells(table) * PW_NUM_GROUPS, sizeof *items, &items), PW_OK);
    return items;
}

static double
value_of(enum pw_statistic statistic, const int64_t *items, const struct pw_cut *cut)
{
    static int64_t cells[PW_MAX_TABLE * PW_NUM_GROUPS];
    double values[PW_NUM_GROUPS + 1];
    const struct pw_statistic_source *const source = &pw_statistic_info(statistic)->source;

    memset(cells, 0, sizeof cells);
    pw_statistic_gather(source, pw_crosstab_info(source->table)->axes, items, cut, cells);
    pw_replicate_cells(&source->statistic, cells, PW_NUM_GROUPS, values);
    return values[PW_NUM_GROUPS];
}

/* Group 3 holds everybody; what a group holds is of no matter here. */
static void
put(int64_t *items, size_t cell, double people)
{
    items[cell * PW_NUM_GROUPS + 3] += (int64_t) people;
}

static bool
has_axis(enum pw_crosstab table, enum pw_axis axis)
{
    const enum pw_axis *axes = pw_crosstab_info(table)->axes;

    while (*axes != PW_NO_AXIS && *axes != axis)
        axes++;
    return *axes == axis;
}

Test(statistic, lines_are_complete_named_once_and_cut_only_by_what_their_table_has)
{
    for (int s = 0; s < PW_NUM_STATISTICS; s++) {
        const struct pw_statistic_info *const info = pw_statistic_info((enum pw_statistic) s);

        cr_assert(strlen(info->about) > 20 && strlen(info->unit) > 0
                  && strlen(info->published_as) > 0 && info->theme < PW_NUM_THEMES);
        for (int other = 0; other < s; other++)
            cr_assert_str_neq(info->name, pw_statistic_info((enum pw_statistic) other)->name);
        for (int m = 0; m < PW_NUM_MEASURES; m++)
            cr_assert_str_neq(info->name, pw_measure_info((enum pw_measure) m)->name);
        if (info->kind != PW_STATISTIC_OF_TABLE) {
            cr_assert_lt(info->measure, PW_NUM_MEASURES);
            cr_assert_eq(info->kind == PW_STATISTIC_DIFFERENCE, info->subtrahend < PW_NUM_MEASURES);
            continue;
        }
        cr_assert(!(info->cuts & PW_CUT_SEX) || has_axis(info->source.table, PW_AXIS_SEX)
                      || (info->cuts & PW_CUT_ORIGIN) == 0,
            "%s", info->name);
        cr_assert(!(info->cuts & PW_CUT_SEX) || has_axis(info->source.table, PW_AXIS_SEX), "%s",
            info->name);
        cr_assert(!(info->cuts & PW_CUT_ORIGIN) || has_axis(info->source.table, PW_AXIS_ORIGIN),
            "%s", info->name);
        cr_assert(!(info->cuts & PW_CUT_COHORT) || has_axis(info->source.table, PW_AXIS_DECADE),
            "%s", info->name);
    }
}

Test(statistic, no_cell_is_put_beyond_the_numbers_of_a_statistic_and_each_number_is_reached)
{
    for (int s = 0; s < PW_NUM_STATISTICS; s++) {
        const struct pw_statistic_info *const info = pw_statistic_info((enum pw_statistic) s);
        static int64_t cells[(PW_MAX_TABLE + 1) * PW_NUM_GROUPS];
        int64_t *items;

        if (info->kind != PW_STATISTIC_OF_TABLE) continue;
        items = empty_table(info->source.table);
        for (size_t i = 0; i < pw_crosstab_num_cells(info->source.table) * PW_NUM_GROUPS; i++)
            items[i] = 1;
        memset(cells, 0, sizeof cells);
        pw_statistic_gather(
            &info->source, pw_crosstab_info(info->source.table)->axes, items, &everyone, cells);
        for (size_t c = 0; c < PW_MAX_TABLE; c++) {
            /* Ages after the last of `..._by_35` are left empty on purpose. */
            if (strstr(info->name, "_by_35") != NULL && c >= 2 * (35 - PW_FIRST_JOB_AGE + 1))
                continue;
            cr_assert_eq(cells[c * PW_NUM_GROUPS] > 0, c < info->source.statistic.num_cells,
                "%s: number %zu of %zu", info->name, c, info->source.statistic.num_cells);
        }
        pw_free(&items);
    }
}

/* SMC MO11, 2014-2022: of each origin, in each class [%]. */
static const double mo11[5][5] = { { 30.2, 17.4, 20.3, 21.2, 10.9 },
    { 22.8, 16.2, 21.8, 25.4, 13.8 }, { 18.8, 12.2, 22.5, 26.8, 19.6 },
    { 14.0, 9.2, 18.8, 32.8, 25.2 }, { 10.7, 7.4, 16.8, 31.7, 33.5 } };

Test(statistic, the_published_class_table_gives_its_published_odds_ratio_in_each_cohort_and_sex)
{
    const struct pw_cut women_of_the_seventies = { PW_FEMALE, -1, 4 },
                        men_of_the_seventies = { PW_MALE, -1, 4 }, later = { -1, -1, 6 };
    int64_t *items = empty_table(PW_CROSSTAB_CLASS);

    for (size_t from = 0; from < 5; from++) {
        for (size_t to = 0; to < 5; to++)
            put(items, ((4 * 2 + PW_FEMALE) * 6 + from) * 6 + to, 1000.0 * mo11[from][to]);
    }
    put(items, ((4 * 2 + PW_FEMALE) * 6 + 5) * 6 + 4, 5000.0); /* origin not known */
    put(items, ((6 * 2 + PW_MALE) * 6 + 4) * 6 + 1, 500.0);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_CLASS_ODDS_RATIO_ENDS, items, &women_of_the_seventies), 8.7, 0.05);
    cr_assert_float_eq(value_of(PW_STATISTIC_LONG_RANGE_DOWN, items, &women_of_the_seventies),
        (0.107 + 0.074 + 0.140 + 0.092) / 2.0, 1e-3);
    cr_assert_eq(value_of(PW_STATISTIC_LONG_RANGE_DOWN, items, &later), 1.0);
    cr_assert(isnan(value_of(PW_STATISTIC_LONG_RANGE_DOWN, items, &men_of_the_seventies)));
    cr_assert_lt(value_of(PW_STATISTIC_CLASS_ODDS_RATIO_ENDS, items, &everyone), 8.8);
    pw_free(&items);
}

Test(statistic, the_cohort_form_of_a_measure_is_the_same_share_of_the_class_table)
{
    int64_t *items = empty_table(PW_CROSSTAB_CLASS);
    static const struct {
        enum pw_measure measure;
        double value;
    } published[] = {
        /* With all origins of one size. */
        { PW_MEASURE_PROFESSIONAL_25_64, (0.321 + 0.392 + 0.464 + 0.580 + 0.652) / 5.0 },
        { PW_MEASURE_HIGHER_PROFESSIONAL_25_64, (0.109 + 0.138 + 0.196 + 0.252 + 0.335) / 5.0 },
        { PW_MEASURE_LONG_RANGE_UP_25_64, (0.321 + 0.392) / 2.0 },
        { PW_MEASURE_UPWARD_25_64, (0.698 + 0.610 + 0.464 + 0.252) / 5.0 },
        { PW_MEASURE_DOWNWARD_25_64, (0.228 + 0.310 + 0.420 + 0.666) / 5.0 },
    };

    for (size_t from = 0; from < 5; from++) {
        for (size_t to = 0; to < 5; to++)
            put(items, ((5 * 2 + PW_MALE) * 6 + from) * 6 + to, 1000.0 * mo11[from][to]);
    }
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        const struct pw_statistic_source *const source =
            pw_statistic_cohort_form(published[i].measure);
        int64_t cells[25 * PW_NUM_GROUPS] = { 0 };
        double values[PW_NUM_GROUPS + 1];

        cr_assert_not_null(source);
        pw_statistic_gather(
            source, pw_crosstab_info(PW_CROSSTAB_CLASS)->axes, items, &everyone, cells);
        pw_replicate_cells(&source->statistic, cells, PW_NUM_GROUPS, values);
        cr_assert_float_eq(values[PW_NUM_GROUPS], published[i].value, 2e-3, "%s: %f, not %f",
            pw_measure_info(published[i].measure)->name, values[PW_NUM_GROUPS], published[i].value);
    }
    cr_assert_null(pw_statistic_cohort_form(PW_MEASURE_NEET_16_24));
    pw_free(&items);
}

Test(statistic, published_shares_of_degrees_come_out_of_the_education_table)
{
    /* SMC MO31: parents none, school, post-school, university; MO32: 4.36, from other people. */
    static const double mo31[4][4] = { { 30.1, 41.9, 10.3, 17.6 }, { 13.7, 44.0, 12.3, 30.0 },
        { 13.1, 37.4, 13.6, 35.9 }, { 6.4, 20.1, 9.5, 64.0 } };
    int64_t *items = empty_table(PW_CROSSTAB_EDUCATION);
    const struct pw_cut men = { PW_MALE, -1, -1 };

    for (size_t parents = 0; parents < 4; parents++) {
        for (size_t own = 0; own < 4; own++)
            put(items, (PW_MALE * 4 + parents) * 4 + own, 100.0 * mo31[parents][own]);
    }
    put(items, (PW_FEMALE * 4 + 0) * 4 + 3, 1e6);
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_PARENTS_NONE, items, &men), 0.176, 1e-3);
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_PARENTS_SCHOOL, items, &men), 0.300, 1e-3);
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_PARENTS_POST_SCHOOL, items, &men), 0.359, 1e-3);
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_PARENTS_UNIVERSITY, items, &men), 0.640, 1e-3);
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_ODDS_RATIO, items, &men),
        (64.0 / 36.0) / (83.5 / 216.5), 0.01);
    pw_free(&items);
}

Test(statistic, published_ownership_gives_the_published_odds_ratios_of_each_age_band)
{
    /* SMC MO41 (parents owned, did not) and MO42. */
    static const double owners[4][2] = { { 56.29, 22.16 }, { 69.07, 37.82 }, { 75.05, 47.93 },
        { 80.77, 59.64 } };
    static const double odds_ratio[4] = { 4.52, 3.67, 3.27, 2.84 };
    static const enum pw_statistic statistics[4] = { PW_STATISTIC_OWNER_ODDS_RATIO_25_34,
        PW_STATISTIC_OWNER_ODDS_RATIO_35_44, PW_STATISTIC_OWNER_ODDS_RATIO_45_54,
        PW_STATISTIC_OWNER_ODDS_RATIO_55_64 };
    int64_t *items = empty_table(PW_CROSSTAB_TENURE);

    for (size_t band = 0; band < 4; band++) {
        put(items, (band * 2 + 1) * 2 + 1, 1000.0 * owners[band][0]);
        put(items, (band * 2 + 1) * 2, 1000.0 * (100.0 - owners[band][0]));
        put(items, (band * 2) * 2 + 1, 1000.0 * owners[band][1]);
        put(items, (band * 2) * 2, 1000.0 * (100.0 - owners[band][1]));
    }
    for (int band = 0; band < 4; band++)
        cr_assert_float_eq(value_of(statistics[band], items, &everyone), odds_ratio[band], 0.01);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_OWNER_OWNER_PARENTS_45_54, items, &everyone), 0.7505, 1e-4);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_OWNER_OTHER_PARENTS_55_64, items, &everyone), 0.5964, 1e-4);
    pw_free(&items);
}

Test(statistic, wealth_is_a_mean_in_thousands_of_those_of_the_band_and_tenure)
{
    int64_t *items = empty_table(PW_CROSSTAB_WEALTH);

    /* 35 to 44: four people whose parents owned, one whose parents did not; hundreds of pounds. */
    put(items, (1 * 3 + 1) * 4, 4);
    put(items, (1 * 3 + 1) * 4 + 1, 400);
    put(items, (1 * 3 + 1) * 4 + 2, 2000);
    put(items, (1 * 3 + 1) * 4 + 3, 800);
    put(items, (1 * 3 + 0) * 4, 1);
    put(items, (1 * 3 + 0) * 4 + 2, 500);
    cr_assert_float_eq(value_of(PW_STATISTIC_SAVINGS_35_44, items, &everyone), 8.0, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_PROPERTY_35_44, items, &everyone), 50.0, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_PENSIONS_35_44, items, &everyone), 16.0, 1e-12);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_WEALTH_OWNER_PARENTS_35_44, items, &everyone), 80.0, 1e-12);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_WEALTH_OTHER_PARENTS_35_44, items, &everyone), 50.0, 1e-12);
    cr_assert(isnan(value_of(PW_STATISTIC_SAVINGS_25_34, items, &everyone)));
    pw_free(&items);
}

Test(statistic, pay_premia_compare_like_with_like)
{
    int64_t *items = empty_table(PW_CROSSTAB_PAY);

    /* Degrees pay a half more, higher professional origin a fifth more, and women are paid a tenth
     * less; more of higher origin, and more women, have degrees. */
    for (size_t cell = 0; cell < 2 * 6 * 6; cell++) {
        const size_t women = cell / 36, origin = cell / 6 % 6, held = cell % 6;
        const double people = 100.0 + 50.0 * (double) ((origin + women) * held);
        const double log_pay = 2.5 + log(1.2) * (origin == 4) + log(1.5) * (held == PW_FIRST_DEGREE)
                               + log(0.9) * (double) women;

        put(items, cell * 2, people);
        put(items, cell * 2 + 1, round(people * 4096.0 * log_pay));
    }
    cr_assert_float_eq(value_of(PW_STATISTIC_DEGREE_PAY, items, &everyone), 0.5, 1e-5);
    cr_assert_float_eq(value_of(PW_STATISTIC_ORIGIN_PAY, items, &everyone), 0.2, 1e-5);
    pw_free(&items);
}

Test(statistic, ages_at_first_jobs_and_lengths_of_spells_are_in_years)
{
    int64_t *jobs = empty_table(PW_CROSSTAB_FIRST_JOBS);
    int64_t *spells = empty_table(PW_CROSSTAB_SPELLS);
    const struct pw_cut intermediate = { -1, PW_INTERMEDIATE, -1 };

    /* Of ten who wait, five find professional work at 22, and half of the rest at 40. */
    for (int age = 16; age <= 44; age++) {
        const size_t cell =
            ((PW_INTERMEDIATE * 7 + PW_JOB_PROFESSIONAL) * 29 + (size_t) (age - 16)) * 2;

        put(jobs, cell, age <= 22 ? 10 : age <= 40 ? 4 : 2);
        put(jobs, cell + 1, age == 22 ? 5 : age == 40 ? 2 : 0);
    }
    cr_assert_float_eq(
        value_of(PW_STATISTIC_PROFESSIONAL_JOB_BY_35, jobs, &intermediate), 0.5, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_FIRST_PROFESSIONAL_JOB_AGE, jobs, &intermediate),
        (0.5 * 22 + 0.25 * 40) / 0.75, 1e-12);
    cr_assert(isnan(value_of(PW_STATISTIC_FIRST_JOB_AGE, jobs, &intermediate)));

    put(spells, (((PW_INTERMEDIATE * 8 + PW_ACTIVITY_NEET) * 3 + 0) * 12) + 0, 6);
    put(spells, (((PW_INTERMEDIATE * 8 + PW_ACTIVITY_NEET) * 3 + 0) * 12) + 2, 2);
    put(spells, (((PW_INTERMEDIATE * 8 + PW_ACTIVITY_NEET) * 3 + 1) * 12) + 4, 2);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_NEET_SPELL_17_24, spells, &intermediate), 12.0 / 8.0, 1e-12);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_LONG_NEET_SPELLS_17_24, spells, &intermediate), 0.25, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_NEET_SPELL_25_34, spells, &intermediate), 5.0, 1e-12);
    pw_free(&jobs);
    pw_free(&spells);
}

Test(statistic, grandparents_who_tell_nothing_more_have_a_slope_of_zero_and_odds_of_one)
{
    int64_t *items = empty_table(PW_CROSSTAB_GENERATIONS);
    static const int64_t share[5] = { 3, 2, 2, 2, 1 };

    for (size_t g = 0; g < 5; g++) {
        for (size_t p = 0; p < 5; p++) {
            for (size_t c = 0; c < 5; c++)
                put(items, (g * 6 + p) * 6 + c,
                    (double) (share[g] * (10 * (g == p) + share[p]) * (10 * (p == c) + share[c])));
        }
    }
    put(items, (5 * 6 + 4) * 6 + 0, 1e5); /* grandparents not known */
    cr_assert_float_eq(value_of(PW_STATISTIC_PARENT_CORRELATION, items, &everyone), 0.5, 1e-12);
    cr_assert_float_eq(
        value_of(PW_STATISTIC_GRANDPARENT_CORRELATION, items, &everyone), 0.25, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_GRANDPARENT_SLOPE, items, &everyone), 0.0, 1e-12);
    cr_assert_float_eq(value_of(PW_STATISTIC_GRANDPARENT_ODDS_RATIO, items, &everyone), 1.0, 1e-12);
    pw_free(&items);
}

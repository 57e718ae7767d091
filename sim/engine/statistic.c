/* SPDX-License-Identifier: MIT */
#include "pathways/statistic.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "pathways/distribution.h"

/* --- Functions of cells that fit one table --- */

static void
line_moments(const double *table, size_t size, double moments[PW_NUM_LINE_MOMENTS])
{
    int64_t people[PW_MAX_TABLE], sums[PW_NUM_LINE_MOMENTS];

    for (size_t i = 0; i < size * size * size; i++)
        people[i] = (int64_t) table[i];
    pw_mobility_line_moments(people, size, sums);
    for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
        moments[m] = (double) sums[m];
}

static double
parent_correlation(const double *table, size_t size)
{
    double moments[PW_NUM_LINE_MOMENTS];

    line_moments(table, size, moments);
    return pw_mobility_parent_correlation(moments);
}

static double
grandparent_correlation(const double *table, size_t size)
{
    double moments[PW_NUM_LINE_MOMENTS];

    line_moments(table, size, moments);
    return pw_mobility_grandparent_correlation(moments);
}

static double
grandparent_slope(const double *table, size_t size)
{
    double moments[PW_NUM_LINE_MOMENTS];

    line_moments(table, size, moments);
    return pw_mobility_grandparent_slope(moments);
}

static double
elasticity(const double *moments, size_t size)
{
    (void) size;
    return pw_mobility_elasticity(moments);
}

/* From hundreds of pounds to thousands. */
static double
mean_thousands(const double *cells, size_t size)
{
    return pw_distribution_mean(cells, size) / 10.0;
}

/* What a gap in mean log pay is as a share. */
static double
pay_premium(const double *table, size_t num_strata)
{
    return expm1(pw_distribution_net_gap(table, num_strata) / PW_MOMENT_SCALE);
}

static double
pay_ratio_90_10(const double *bins, size_t num_bins)
{
    return exp((pw_distribution_quantile(bins, num_bins, 0.9)
                   - pw_distribution_quantile(bins, num_bins, 0.1))
               / (double) PW_PAY_BINS_PER_UNIT);
}

static double
pay_median(const double *bins, size_t num_bins)
{
    return exp((double) PW_FIRST_PAY_BIN
               + pw_distribution_quantile(bins, num_bins, 0.5) / (double) PW_PAY_BINS_PER_UNIT);
}

static double
waiting_age(const double *table, size_t num_ages)
{
    return PW_FIRST_JOB_AGE + pw_waiting_mean(table, num_ages);
}

/* --- Cells ---
 *
 * The words of statistics.def: where a cell of the table stands on an axis, and cells that several
 * statistics share.
 */

#define NONE  (-1)
#define AT(x) (place->at[PW_AXIS_##x])
#define MOBILE_CELL                                                                                \
    (AT(ORIGIN) < PW_NUM_CLASSES && AT(CLASS) < PW_NUM_CLASSES                                     \
            ? AT(ORIGIN) * PW_NUM_CLASSES + AT(CLASS)                                              \
            : NONE)
/* Both professional classes are one: surveys from before NS-SEC cannot tell them apart. */
#define FOUR_CLASSES(class) ((class) < PW_HIGHER_PROFESSIONAL ? (class) : PW_LOWER_PROFESSIONAL)
#define FOUR_CLASSES_CELL                                                                          \
    (MOBILE_CELL != NONE ? FOUR_CLASSES(AT(ORIGIN)) * 4 + FOUR_CLASSES(AT(CLASS)) : NONE)
#define LINE_CELL                                                                                  \
    (AT(GRANDPARENTS) < PW_NUM_CLASSES && MOBILE_CELL != NONE                                      \
            ? AT(GRANDPARENTS) * PW_NUM_CLASSES * PW_NUM_CLASSES + MOBILE_CELL                     \
            : NONE)
/* Professional or working, own class by grandparents' class, within each class of the parents. */
#define STRATUM_CELL                                                                               \
    (LINE_CELL == NONE || AT(GRANDPARENTS) == PW_INTERMEDIATE || AT(CLASS) == PW_INTERMEDIATE      \
            ? NONE                                                                                 \
            : (AT(ORIGIN) * 2 + (AT(GRANDPARENTS) > PW_INTERMEDIATE)) * 2                          \
                  + (AT(CLASS) > PW_INTERMEDIATE))
#define RANK_CELL   (AT(PARENTS_RANK) * PW_NUM_VIGINTILES + AT(RANK))
#define CLASS_IS(c) (AT(CLASS) == PW_NO_CLASS ? NONE : AT(CLASS) == (c))
/* People, and one kind of wealth. */
#define WEALTH_CELL(band, part)                                                                    \
    (AT(AGE_BAND) != (band) ? NONE : AT(WEALTH) == 0 ? 0 : AT(WEALTH) == (part) ? 1 : NONE)
/* People whose parents owned their home or did not, and all their wealth. */
#define WEALTH_OF(band, owned)                                                                     \
    (AT(AGE_BAND) == (band) && AT(PARENTS_TENURE) == (owned) ? AT(WEALTH) != 0 : NONE)
#define SPELL_CELL(kind, band)                                                                     \
    (AT(ACTIVITY) == PW_ACTIVITY_##kind && AT(SPELL_BAND) == (band) ? AT(SPELL_YEARS) : NONE)

#define STATISTIC(constant, name, table, function, num_cells, size, cell, ...)                     \
    static int cell_of_##constant(const struct pw_table_place *place)                              \
    {                                                                                              \
        return cell;                                                                               \
    }
#define COHORT_FORM(measure, function, num_cells, size, cell)                                      \
    static int cohort_cell_of_##measure(const struct pw_table_place *place)                        \
    {                                                                                              \
        return cell;                                                                               \
    }
#include "pathways/statistics.def"

/* --- The list --- */

#define BY_SEX    PW_CUT_SEX
#define BY_ORIGIN PW_CUT_ORIGIN
#define BY_COHORT PW_CUT_COHORT

static const struct pw_statistic_info infos[PW_NUM_STATISTICS] = {
#define STATISTIC(constant, name, table, function, num_cells, size, cell_, cuts, theme, better,    \
    unit, source, about)                                                                           \
    { #name, PW_STATISTIC_OF_TABLE,                                                                \
        { PW_CROSSTAB_##table, { function, num_cells, size }, cell_of_##constant },                \
        PW_NUM_MEASURES, PW_NUM_MEASURES, cuts, PW_THEME_##theme, PW_BETTER_##better, unit,        \
        source, about },
#define DIFFERENCE(constant, name, more, less, theme, better, unit, source, about)                 \
    { #name, PW_STATISTIC_DIFFERENCE, { 0 }, PW_MEASURE_##more, PW_MEASURE_##less, 0,              \
        PW_THEME_##theme, PW_BETTER_##better, unit, source, about },
#define ORIGIN_GAP(constant, name, measure, theme, better, unit, source, about)                    \
    { #name, PW_STATISTIC_ORIGIN_GAP, { 0 }, PW_MEASURE_##measure, PW_NUM_MEASURES, 0,             \
        PW_THEME_##theme, PW_BETTER_##better, unit, source, about },
#define SPREAD(constant, name, measure, theme, unit, source, about)                                \
    { #name, PW_STATISTIC_SPREAD, { 0 }, PW_MEASURE_##measure, PW_NUM_MEASURES, 0,                 \
        PW_THEME_##theme, PW_BETTER_LESS, unit, source, about },
#include "pathways/statistics.def"
};

static const struct {
    enum pw_measure measure;
    struct pw_statistic_source source;
} cohort_forms[] = {
#define COHORT_FORM(measure, function, num_cells, size, cell)                                      \
    { PW_MEASURE_##measure,                                                                        \
        { PW_CROSSTAB_CLASS, { function, num_cells, size }, cohort_cell_of_##measure } },
#include "pathways/statistics.def"
};

const struct pw_statistic_info *
pw_statistic_info(enum pw_statistic statistic)
{
    return &infos[statistic];
}

const struct pw_statistic_source *
pw_statistic_cohort_form(enum pw_measure measure)
{
    for (size_t i = 0; i < sizeof cohort_forms / sizeof *cohort_forms; i++) {
        if (cohort_forms[i].measure == measure) return &cohort_forms[i].source;
    }
    return NULL;
}

/* A cut that the table cannot make takes nobody. */
static int
is_in_cut(const struct pw_table_place *place, const struct pw_cut *cut)
{
    return (cut->sex < 0 || place->at[PW_AXIS_SEX] == cut->sex)
           && (cut->origin < 0 || place->at[PW_AXIS_ORIGIN] == cut->origin)
           && (cut->decade < 0 || place->at[PW_AXIS_DECADE] == cut->decade);
}

/* The next cell of a table: the last axis runs fastest. @return whether there is one */
static bool
next_place(struct pw_table_place *place, const enum pw_axis *axes, const int *lengths, int rank)
{
    for (int a = rank - 1; a >= 0; a--) {
        if (++place->at[axes[a]] < lengths[a]) return true;
        place->at[axes[a]] = 0;
    }
    return false;
}

void
pw_statistic_gather(const struct pw_statistic_source *source, const enum pw_axis *axes,
    const int64_t *items, const struct pw_cut *cut, int64_t *cells)
{
    struct pw_table_place place;
    int lengths[PW_CROSSTAB_MAX_AXES], rank = 0;

    for (int axis = 0; axis < PW_NUM_AXES; axis++)
        place.at[axis] = -1;
    for (; axes[rank] != PW_NO_AXIS; rank++) {
        lengths[rank] = (int) pw_axis_info(axes[rank])->length;
        place.at[axes[rank]] = 0;
    }
    do {
        const int cell = is_in_cut(&place, cut) ? source->cell(&place) : NONE;

        for (size_t g = 0; cell != NONE && g < PW_NUM_GROUPS; g++)
            cells[(size_t) cell * PW_NUM_GROUPS + g] += items[g];
        items += PW_NUM_GROUPS;
    } while (next_place(&place, axes, lengths, rank));
}

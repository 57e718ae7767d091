/* SPDX-License-Identifier: MIT */
#include "pathways/mobility.h"

#include <math.h>
#include <stdbool.h>

#include "pathways/status.h"

static double
divide(double numerator, double denominator)
{
    return denominator == 0.0 ? (double) NAN : numerator / denominator;
}

/* People of some origins in some classes; ranges are half-open. */
static double
people(const double *table, size_t size, const size_t origins[2], const size_t classes[2])
{
    double sum = 0.0;

    for (size_t i = origins[0]; i < origins[1]; i++) {
        for (size_t j = classes[0]; j < classes[1]; j++)
            sum += table[i * size + j];
    }
    return sum;
}

static double
everyone(const double *table, size_t size)
{
    return people(table, size, (size_t[]){ 0, size }, (size_t[]){ 0, size });
}

double
pw_mobility_upward(const double *table, size_t size)
{
    double sum = 0.0;

    for (size_t i = 0; i < size; i++)
        sum += people(table, size, (size_t[]){ i, i + 1 }, (size_t[]){ i + 1, size });
    return divide(sum, everyone(table, size));
}

double
pw_mobility_downward(const double *table, size_t size)
{
    double sum = 0.0;

    for (size_t i = 0; i < size; i++)
        sum += people(table, size, (size_t[]){ i, i + 1 }, (size_t[]){ 0, i });
    return divide(sum, everyone(table, size));
}

double
pw_mobility_long_range_up(const double *table, size_t size)
{
    const size_t low[2] = { 0, 2 }, high[2] = { size - 2, size }, all[2] = { 0, size };

    return divide(people(table, size, low, high), people(table, size, low, all));
}

double
pw_mobility_long_range_down(const double *table, size_t size)
{
    const size_t low[2] = { 0, 2 }, high[2] = { size - 2, size }, all[2] = { 0, size };

    return divide(people(table, size, high, low), people(table, size, high, all));
}

double
pw_mobility_outflow(const double *table, size_t size, size_t origin, size_t destination)
{
    const size_t row[2] = { origin, origin + 1 }, all[2] = { 0, size };

    return divide(table[origin * size + destination], people(table, size, row, all));
}

static double
odds_ratio(const double *table, size_t size, size_t width)
{
    const size_t low[2] = { 0, width }, high[2] = { size - width, size };

    return divide(people(table, size, high, high) * people(table, size, low, low),
        people(table, size, high, low) * people(table, size, low, high));
}

double
pw_mobility_odds_ratio(const double *table, size_t size)
{
    return odds_ratio(table, size, 1);
}

double
pw_mobility_odds_ratio_of_pairs(const double *table, size_t size)
{
    return odds_ratio(table, size, 2);
}

/* Middle of the ranks that a row (stride 1 within it) or column holds. */
static void
middle_ranks(const double *table, size_t size, bool of_rows, double *rank)
{
    const double total = everyone(table, size);
    double below = 0.0;

    for (size_t i = 0; i < size; i++) {
        double here = 0.0;

        for (size_t j = 0; j < size; j++)
            here += of_rows ? table[i * size + j] : table[j * size + i];
        rank[i] = divide(below + 0.5 * here, total);
        below += here;
    }
}

/* People, and sums of parents' rank, own rank, their squares and product. */
static void
rank_moments(const double *table, size_t size, double moments[6])
{
    double x[PW_MAX_TABLE], y[PW_MAX_TABLE];

    PW_BUG_IF(size * size > PW_MAX_TABLE);
    middle_ranks(table, size, true, x);
    middle_ranks(table, size, false, y);
    for (int m = 0; m < 6; m++)
        moments[m] = 0.0;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            const double n = table[i * size + j];

            moments[0] += n;
            moments[1] += n * x[i];
            moments[2] += n * y[j];
            moments[3] += n * x[i] * x[i];
            moments[4] += n * y[j] * y[j];
            moments[5] += n * x[i] * y[j];
        }
    }
}

double
pw_mobility_rank_slope(const double *table, size_t size)
{
    double moments[6];

    rank_moments(table, size, moments);
    return pw_mobility_elasticity(moments);
}

double
pw_mobility_rank_at_25(const double *table, size_t size)
{
    double moments[6];

    rank_moments(table, size, moments);
    return divide(moments[2], moments[0])
           + pw_mobility_elasticity(moments) * (0.25 - divide(moments[1], moments[0]));
}

double
pw_mobility_prais(const double *table, size_t size)
{
    double trace = 0.0;

    for (size_t i = 0; i < size; i++)
        trace += pw_mobility_outflow(table, size, i, i);
    return ((double) size - trace) / ((double) size - 1.0);
}

static double
covariance(const double *moments, int x, int y, int xy)
{
    const double n = moments[0];

    return divide(moments[xy], n) - divide(moments[x], n) * divide(moments[y], n);
}

double
pw_mobility_elasticity(const double moments[6])
{
    return divide(covariance(moments, 1, 2, 5), covariance(moments, 1, 1, 3));
}

double
pw_mobility_correlation(const double moments[6])
{
    return divide(covariance(moments, 1, 2, 5),
        sqrt(covariance(moments, 1, 1, 3) * covariance(moments, 2, 2, 4)));
}

void
pw_mobility_line_moments(const int64_t *table, size_t size, int64_t moments[PW_NUM_LINE_MOMENTS])
{
    for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
        moments[m] = 0;
    for (size_t i = 0; i < size * size * size; i++) {
        const int64_t c = (int64_t) (i % size), p = (int64_t) (i / size % size);
        const int64_t g = (int64_t) (i / size / size);
        const int64_t add[PW_NUM_LINE_MOMENTS] = { 1, g, p, c, g * g, p * p, c * c, g * p, g * c,
            p * c };

        for (int m = 0; m < PW_NUM_LINE_MOMENTS; m++)
            moments[m] += table[i] * add[m];
    }
}

/* Variances and covariances of three generations. */
struct line {
    double gg, pp, cc, gp, gc, pc;
};

static struct line
line_of(const double moments[PW_NUM_LINE_MOMENTS])
{
    return (struct line){ .gg = covariance(moments, 1, 1, 4),
        .pp = covariance(moments, 2, 2, 5),
        .cc = covariance(moments, 3, 3, 6),
        .gp = covariance(moments, 1, 2, 7),
        .gc = covariance(moments, 1, 3, 8),
        .pc = covariance(moments, 2, 3, 9) };
}

double
pw_mobility_parent_correlation(const double moments[PW_NUM_LINE_MOMENTS])
{
    const struct line line = line_of(moments);

    return divide(line.pc, sqrt(line.pp * line.cc));
}

double
pw_mobility_grandparent_correlation(const double moments[PW_NUM_LINE_MOMENTS])
{
    const struct line line = line_of(moments);

    return divide(line.gc, sqrt(line.gg * line.cc));
}

double
pw_mobility_grandparent_slope(const double moments[PW_NUM_LINE_MOMENTS])
{
    const struct line line = line_of(moments);

    return divide(line.gc * line.pp - line.gp * line.pc, line.gg * line.pp - line.gp * line.gp);
}

double
pw_mobility_net_odds_ratio(const double *table, size_t num_strata)
{
    double with = 0.0, against = 0.0;

    for (size_t s = 0; s < num_strata; s++) {
        const double *const cell = table + 4 * s;
        const double total = cell[0] + cell[1] + cell[2] + cell[3];

        if (total == 0.0) continue;
        with += cell[0] * cell[3] / total;
        against += cell[1] * cell[2] / total;
    }
    return divide(with, against);
}

struct pw_estimate
pw_jackknife(double value, const double *without, size_t num_groups)
{
    double mean = 0.0, squares = 0.0;

    for (size_t g = 0; g < num_groups; g++)
        mean += without[g] / (double) num_groups;
    for (size_t g = 0; g < num_groups; g++)
        squares += (without[g] - mean) * (without[g] - mean);
    return (struct pw_estimate){ value,
        sqrt(squares * ((double) num_groups - 1.0) / (double) num_groups) };
}

struct pw_estimate
pw_jackknife_replicates(const double *values, size_t num_groups)
{
    return pw_jackknife(values[num_groups], values, num_groups);
}

void
pw_replicate_ratio(const int64_t *parts, size_t num_groups, double scale, double *values)
{
    int64_t sums[2] = { 0, 0 };

    for (size_t g = 0; g < num_groups; g++) {
        sums[0] += parts[2 * g];
        sums[1] += parts[2 * g + 1];
    }
    for (size_t g = 0; g < num_groups; g++)
        values[g] = divide(
            (double) (sums[0] - parts[2 * g]), scale * (double) (sums[1] - parts[2 * g + 1]));
    values[num_groups] = divide((double) sums[0], scale * (double) sums[1]);
}

void
pw_replicate_cells(const struct pw_table_statistic *statistic, const int64_t *cells,
    size_t num_groups, double *values)
{
    int64_t sums[PW_MAX_TABLE] = { 0 };
    double without[PW_MAX_TABLE];

    PW_BUG_IF(statistic->num_cells > PW_MAX_TABLE);
    for (size_t i = 0; i < statistic->num_cells * num_groups; i++)
        sums[i / num_groups] += cells[i];
    for (size_t g = 0; g <= num_groups; g++) {
        for (size_t c = 0; c < statistic->num_cells; c++)
            without[c] = (double) (g < num_groups ? sums[c] - cells[c * num_groups + g] : sums[c]);
        values[g] = statistic->function(without, statistic->size);
    }
}

struct pw_estimate
pw_jackknife_ratio(const int64_t *parts, size_t num_groups, double scale)
{
    double values[PW_MAX_GROUPS + 1];

    PW_BUG_IF(num_groups > PW_MAX_GROUPS);
    pw_replicate_ratio(parts, num_groups, scale, values);
    return pw_jackknife_replicates(values, num_groups);
}

struct pw_estimate
pw_jackknife_ratio_difference(
    const int64_t *base, const int64_t *policy, size_t num_groups, double scale)
{
    double values[PW_MAX_GROUPS + 1], before[PW_MAX_GROUPS + 1];

    PW_BUG_IF(num_groups > PW_MAX_GROUPS);
    pw_replicate_ratio(base, num_groups, scale, before);
    pw_replicate_ratio(policy, num_groups, scale, values);
    for (size_t g = 0; g <= num_groups; g++)
        values[g] -= before[g];
    return pw_jackknife_replicates(values, num_groups);
}

struct pw_estimate
pw_jackknife_table(
    pw_table_function *function, const int64_t *table, size_t size, size_t num_groups)
{
    const struct pw_table_statistic statistic = { function, size * size, size };
    double values[PW_MAX_GROUPS + 1];

    PW_BUG_IF(num_groups > PW_MAX_GROUPS);
    pw_replicate_cells(&statistic, table, num_groups, values);
    return pw_jackknife_replicates(values, num_groups);
}

struct pw_estimate
pw_jackknife_table_difference(pw_table_function *function, const int64_t *base,
    const int64_t *policy, size_t size, size_t num_groups)
{
    const struct pw_table_statistic statistic = { function, size * size, size };
    double values[PW_MAX_GROUPS + 1], before[PW_MAX_GROUPS + 1];

    PW_BUG_IF(num_groups > PW_MAX_GROUPS);
    pw_replicate_cells(&statistic, base, num_groups, before);
    pw_replicate_cells(&statistic, policy, num_groups, values);
    for (size_t g = 0; g <= num_groups; g++)
        values[g] -= before[g];
    return pw_jackknife_replicates(values, num_groups);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/significance.h"

#include <math.h>
#include <stdlib.h>

#include "pathways/alloc.h"

/* Continued fraction of the incomplete beta function by Lentz's method: Press et al. (2007),
 * Numerical Recipes, section 6.4. Converges fast for x below (a + 1) / (a + b + 2). */
static double
beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);

    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double fraction = d;
    for (int m = 1; m <= 500; m++) {
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));

        d = 1.0 + even * d;
        c = 1.0 + even / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        fraction *= d * c;
        d = 1.0 + odd * d;
        c = 1.0 + odd / c;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        fraction *= d * c;
        if (fabs(d * c - 1.0) < 1e-15) break;
    }
    return fraction;
}

/* Regularised incomplete beta function. */
static double
beta_share(double a, double b, double x)
{
    const double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));

    if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double
pw_significance_student(double t, double freedom)
{
    if (isnan(t)) return t;
    if (t == 0.0) return 1.0;
    if (isinf(t)) return 0.0;
    return beta_share(0.5 * freedom, 0.5, freedom / (freedom + t * t));
}

double
pw_significance_distance(double p, double freedom)
{
    double low = 0.0, high = 1.0;

    while (pw_significance_student(high, freedom) > p && high < 1e300)
        high *= 2.0;
    for (int i = 0; i < 200 && low < high; i++) {
        const double middle = 0.5 * (low + high);

        if (middle <= low || middle >= high) break;
        if (pw_significance_student(middle, freedom) > p)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double
pw_significance_of(struct pw_estimate estimate, size_t num_groups)
{
    if (isnan(estimate.value) || isnan(estimate.error)) return (double) NAN;
    if (estimate.value == 0.0) return 1.0;
    if (estimate.error == 0.0) return (double) NAN;
    return pw_significance_student(estimate.value / estimate.error, (double) num_groups - 1.0);
}

double
pw_significance_margin(struct pw_estimate estimate, size_t num_groups)
{
    return estimate.error * pw_significance_distance(0.05, (double) num_groups - 1.0);
}

struct ranked {
    double p;
    size_t index;
};

/* Largest p first; ties in the order in which they were given. */
static int
by_falling_p(const void *left, const void *right)
{
    const struct ranked *const a = left, *const b = right;

    if (a->p != b->p) return a->p < b->p ? 1 : -1;
    return (a->index > b->index) - (a->index < b->index);
}

pw_status
pw_significance_adjust(double *p, size_t count)
{
    pw_status status = PW_OK;
    struct ranked *ranked = NULL;
    size_t num_ranked = 0;
    double smallest = 1.0;

    PW_TRY(pw_alloc(count, sizeof *ranked, &ranked));
    for (size_t i = 0; i < count; i++) {
        if (!isnan(p[i])) ranked[num_ranked++] = (struct ranked){ p[i], i };
    }
    qsort(ranked, num_ranked, sizeof *ranked, by_falling_p);
    for (size_t i = 0; i < num_ranked; i++) {
        const double rank = (double) (num_ranked - i);
        const double raised = ranked[i].p * (double) num_ranked / rank;

        smallest = raised < smallest ? raised : smallest;
        p[ranked[i].index] = smallest;
    }
done:
    pw_free(&ranked);
    return status;
}

struct pw_estimate
pw_significance_total(const double *sums, size_t num_groups, double scale)
{
    double without[PW_MAX_GROUPS], total = 0.0;
    const double blown_up = (double) num_groups / ((double) num_groups - 1.0);

    PW_BUG_IF(num_groups > PW_MAX_GROUPS || num_groups < 2);
    for (size_t g = 0; g < num_groups; g++)
        total += sums[g];
    for (size_t g = 0; g < num_groups; g++)
        without[g] = scale * blown_up * (total - sums[g]);
    return pw_jackknife(scale * total, without, num_groups);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/distribution.h"

#include <math.h>

static double
divide(double numerator, double denominator)
{
    return denominator == 0.0 ? (double) NAN : numerator / denominator;
}

double
pw_distribution_share(const double *cells, size_t size)
{
    (void) size;
    return divide(cells[1], cells[0] + cells[1]);
}

double
pw_distribution_mean(const double *cells, size_t size)
{
    (void) size;
    return divide(cells[1], cells[0]);
}

double
pw_distribution_quantile(const double *bins, size_t num_bins, double share)
{
    double total = 0.0, below = 0.0;

    for (size_t b = 0; b < num_bins; b++)
        total += bins[b];
    for (size_t b = 0; b < num_bins; b++) {
        if (bins[b] > 0.0 && below + bins[b] >= share * total)
            return (double) b + (share * total - below) / bins[b];
        below += bins[b];
    }
    return (double) NAN;
}

/* What happens at an age to those who still wait. */
static double
hazard(const double *table, size_t age)
{
    return table[2 * age] > 0.0 ? table[2 * age + 1] / table[2 * age] : 0.0;
}

static double
people_waiting(const double *table, size_t num_ages)
{
    double waiting = 0.0;

    for (size_t age = 0; age < num_ages; age++)
        waiting += table[2 * age];
    return waiting;
}

double
pw_waiting_share(const double *table, size_t num_ages)
{
    double waits = 1.0;

    if (people_waiting(table, num_ages) == 0.0) return (double) NAN;
    for (size_t age = 0; age < num_ages; age++)
        waits *= 1.0 - hazard(table, age);
    return 1.0 - waits;
}

double
pw_waiting_mean(const double *table, size_t num_ages)
{
    double waits = 1.0, sum = 0.0;

    for (size_t age = 0; age < num_ages; age++) {
        sum += (double) age * waits * hazard(table, age);
        waits *= 1.0 - hazard(table, age);
    }
    return divide(sum, 1.0 - waits);
}

double
pw_spell_mean(const double *spells, size_t longest)
{
    double count = 0.0, sum = 0.0;

    for (size_t k = 0; k < longest; k++) {
        count += spells[k];
        sum += (double) (k + 1) * spells[k];
    }
    return divide(sum, count);
}

double
pw_distribution_net_gap(const double *table, size_t num_strata)
{
    double sum = 0.0, weights = 0.0;

    for (size_t s = 0; s < num_strata; s++) {
        const double *const first = table + 4 * s, *const second = first + 2;

        if (first[0] == 0.0 || second[0] == 0.0) continue;
        const double weight = first[0] * second[0] / (first[0] + second[0]);

        sum += weight * (second[1] / second[0] - first[1] / first[0]);
        weights += weight;
    }
    return divide(sum, weights);
}

/* A place without one lineage group: its ratio, its people, and the variance of the ratio's error,
 * from how far groups lie from it. One group alone says nothing of error: such a place is left out.
 */
struct place {
    double ratio, people, variance;
};

static struct place
place_without(const int64_t *parts, size_t num_groups, size_t left_out)
{
    struct place place = { 0.0, 0.0, 0.0 };
    double numerator = 0.0, squares = 0.0, groups = 0.0;

    for (size_t g = 0; g < num_groups; g++) {
        if (g == left_out || parts[2 * g + 1] == 0) continue;
        numerator += (double) parts[2 * g];
        place.people += (double) parts[2 * g + 1];
        groups += 1.0;
    }
    if (groups < 2.0) return (struct place){ 0.0, 0.0, 0.0 };
    place.ratio = numerator / place.people;
    for (size_t g = 0; g < num_groups; g++) {
        const double error = (double) parts[2 * g] - place.ratio * (double) parts[2 * g + 1];

        squares += g == left_out ? 0.0 : error * error;
    }
    place.variance = squares * groups / (groups - 1.0) / (place.people * place.people);
    return place;
}

static double
spread_without(const int64_t *parts, size_t num_places, size_t num_groups, size_t left_out)
{
    double people = 0.0, sum = 0.0, squares = 0.0, chance = 0.0;

    for (size_t p = 0; p < num_places; p++) {
        const struct place place = place_without(parts + p * num_groups * 2, num_groups, left_out);

        people += place.people;
        sum += place.people * place.ratio;
    }
    for (size_t p = 0; people > 0.0 && p < num_places; p++) {
        const struct place place = place_without(parts + p * num_groups * 2, num_groups, left_out);
        const double weight = place.people / people, apart = place.ratio - sum / people;

        squares += weight * apart * apart;
        /* The national mean errs together with the place. */
        chance += weight * (1.0 - weight) * place.variance;
    }
    if (people == 0.0) return (double) NAN;
    return squares >= chance ? sqrt(squares - chance) : -sqrt(chance - squares);
}

void
pw_replicate_spread(
    const int64_t *parts, size_t num_places, size_t num_groups, double scale, double *values)
{
    for (size_t g = 0; g <= num_groups; g++)
        values[g] = spread_without(parts, num_places, num_groups, g) / scale;
}

/*
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>

#include "pathways/scenario.h"

static const struct pw_path_info table[PW_NUM_PATHS] = {
#define PATH(section, name, length, min, max, unit, about)                                         \
    { #section "." #name, length, min, max, unit, about },
#include "pathways/paths.def"
};

const struct pw_path_info *
pw_path_info(enum pw_path_id id)
{
    return &table[id];
}

void
pw_path_at(const struct pw_path *path, double year, double *values)
{
    const int last = path->num_knots - 1;
    int after = 0; /* first knot later than the year */

    while (after <= last && path->year[after] <= year)
        after++;
    const int right = after > last ? last : after;
    const int left = after > 0 ? after - 1 : 0;
    const double *begin = path->value + (ptrdiff_t) left * path->length;
    const double *end = path->value + (ptrdiff_t) right * path->length;
    const double share =
        right == left ? 0.0 : (year - path->year[left]) / (path->year[right] - path->year[left]);

    for (int i = 0; i < path->length; i++)
        values[i] = begin[i] + share * (end[i] - begin[i]);
}

void
pw_paths_at(const struct pw_scenario *scenario, int year, struct pw_path_values *values)
{
#define PATH(section, name, length, min, max, unit, about)                                         \
    pw_path_at(&scenario->paths[PW_PATH_##section##_##name], year, values->section##_##name);
#include "pathways/paths.def"
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/trajectory.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

Test(trajectory, every_absent_code_fits_its_type_and_is_told_apart)
{
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
        const int limit = info->size == 1 ? 127 : 32767;

        cr_assert(info->size == 1 || info->size == 2, "%s", info->name);
        cr_assert_geq(info->absent, -limit - 1, "%s", info->name);
        cr_assert_leq(info->absent, limit, "%s", info->name);
        /* Packing holds values within the limits, so that only the code itself is below them. */
        if (info->scale > 0.0) cr_assert_eq(info->absent, -limit - 1, "%s", info->name);
        cr_assert_gt(strlen(info->about), 10, "%s", info->name);
    }
}

Test(trajectory, packing_is_within_half_a_step_and_never_gives_the_absent_code)
{
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
        const float inverse = (float) (1.0 / info->scale), offset = (float) info->offset;
        const float limit = info->size == 1 ? 127.0f : 32767.0f;

        if (!(info->scale > 0.0)) continue;
        for (float value = -4.9f; value < 10.0f; value += 0.0137f) {
            const int32_t stored = pw_trajectory_pack(value, inverse, offset, limit);
            const double back = stored * info->scale + info->offset;

            if (fabs((double) (value - offset)) > info->scale * (double) limit) continue;
            cr_assert_float_eq(back, value, info->scale * 0.51, "%s", info->name);
        }
        cr_assert_eq(pw_trajectory_pack(1e30f, inverse, offset, limit), (int) limit);
        cr_assert_eq(pw_trajectory_pack(-1e30f, inverse, offset, limit), -(int) limit);
        cr_assert_neq(pw_trajectory_pack(NAN, inverse, offset, limit), info->absent);
    }
}

Test(trajectory, wellbeing_and_belonging_reach_their_whole_range)
{
    const struct pw_trajectory_info *wellbeing = &pw_trajectories_table()[PW_TRAJECTORY_wellbeing];
    const struct pw_trajectory_info *belonging = &pw_trajectories_table()[PW_TRAJECTORY_belonging];

    cr_assert_leq(-127 * wellbeing->scale + wellbeing->offset, 0.0);
    cr_assert_geq(127 * wellbeing->scale + wellbeing->offset, 10.0);
    cr_assert_geq(127 * belonging->scale + belonging->offset, 5.0);
    cr_assert_leq(-127 * belonging->scale + belonging->offset, -5.0);
}

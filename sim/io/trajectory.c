/* SPDX-License-Identifier: MIT */
#include "pathways/trajectory.h"

/* clang-format off */
enum { SIZE_INT8 = 1, SIZE_INT16 = 2 };
enum {
    CODES_NONE = -1,
    CODES_STATE = PW_CODES_STATE,
    CODES_CLASS = PW_CODES_CLASS,
    CODES_QUALIFICATION = PW_CODES_QUALIFICATION
};

static const struct pw_trajectory_info table[] = {
#define TRAJECTORY(name_, column_, storage_, absent_, scale_, offset_, units_, codes_, about_)     \
    { .name = #name_, .column = PW_COLUMN_##column_, .size = SIZE_##storage_, .absent = absent_,    \
      .scale = scale_, .offset = offset_, .units = units_, .codes = CODES_##codes_, .about = about_ },
#include "pathways/trajectories.def"
};
/* clang-format on */

const struct pw_trajectory_info *
pw_trajectories_table(void)
{
    return table;
}

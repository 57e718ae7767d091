/**
 * trajectory.h - what is kept of every person and every year, and how it is stored.
 *
 * Layer 4 (io). Everything comes from trajectories.def.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_TRAJECTORY_H
#define PW_TRAJECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/numeric.h"
#include "pathways/population.h"

enum pw_trajectory {
#define TRAJECTORY(name, column, storage, absent, scale, offset, units, codes, about)              \
    PW_TRAJECTORY_##name,
#include "pathways/trajectories.def"
    PW_NUM_TRAJECTORIES
};

/** The bit of a variable in a set of variables. */
#define PW_TRAJECTORY_BIT(name) (UINT32_C(1) << PW_TRAJECTORY_##name)
/** All variables. */
#define PW_ALL_TRAJECTORIES ((UINT32_C(1) << PW_NUM_TRAJECTORIES) - 1)

/** One line of trajectories.def. */
struct pw_trajectory_info {
    const char *name;
    enum pw_column column;
    size_t size;          /* bytes an item on file: 1 or 2, signed */
    int absent;           /* stored for people not there */
    double scale, offset; /* value = stored * scale + offset; scale 0: stored as it is */
    const char *units;
    int codes; /* enum pw_code_family, or -1 */
    const char *about;
};

/** All PW_NUM_TRAJECTORIES variables in the order of trajectories.def. */
const struct pw_trajectory_info *pw_trajectories_table(void);

/**
 * The stored number of a packed value: the nearest step; the last one beyond the ends and for NaN,
 * which are never the code for absent people. Vectorisable.
 *
 * @param inverse_scale  1 / scale, computed once
 * @param limit          127 for INT8, 32767 for INT16
 */
PW_INLINE int32_t
pw_trajectory_pack(float value, float inverse_scale, float offset, float limit)
{
    return pw_round_to_int(pw_clamp((value - offset) * inverse_scale, -limit, limit));
}

#endif

/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "pathways/scenario.h"
#include "tiny.h"

static double years[] = { 1970, 1980, 2000 };
static double values[] = { 10, 100, 20, 200, 0, 0 };

static struct pw_path
two_by_three(void)
{
    return (struct pw_path){ .num_knots = 3, .length = 2, .year = years, .value = values };
}

Test(path, passes_through_its_knots)
{
    const struct pw_path path = two_by_three();

    for (int knot = 0; knot < 3; knot++) {
        double at[2];

        pw_path_at(&path, years[knot], at);
        cr_assert_eq(at[0], values[2 * knot]);
        cr_assert_eq(at[1], values[2 * knot + 1]);
    }
}

Test(path, is_straight_between_knots)
{
    const struct pw_path path = two_by_three();
    double at[2];

    pw_path_at(&path, 1975, at);
    cr_assert_float_eq(at[0], 15, 1e-12);
    cr_assert_float_eq(at[1], 150, 1e-12);
    pw_path_at(&path, 1995, at);
    cr_assert_float_eq(at[0], 5, 1e-12);
}

Test(path, is_constant_beyond_its_ends)
{
    const struct pw_path path = two_by_three();
    double at[2];

    pw_path_at(&path, 1500, at);
    cr_assert_eq(at[0], 10);
    cr_assert_eq(at[1], 100);
    pw_path_at(&path, 2500, at);
    cr_assert_eq(at[0], 0);
}

Test(path, of_one_knot_is_constant)
{
    struct pw_path path = two_by_three();
    double at[2];

    path.num_knots = 1;
    for (int year = 1960; year < 1990; year += 5) {
        pw_path_at(&path, year, at);
        cr_assert_eq(at[1], 100);
    }
}

Test(path, table_gives_every_path_its_name_and_range)
{
    for (int id = 0; id < PW_NUM_PATHS; id++) {
        const struct pw_path_info *info = pw_path_info((enum pw_path_id) id);

        cr_assert_not_null(strchr(info->path, '.'));
        cr_assert_gt(info->length, 0);
        cr_assert_lt(info->min, info->max);
    }
    cr_assert_str_eq(pw_path_info(PW_PATH_labour_class_mix)->path, "labour.class_mix");
    cr_assert_eq(pw_path_info(PW_PATH_labour_class_mix)->length, PW_NUM_CLASSES);
}

Test(path, all_paths_of_a_year_reach_their_members)
{
    struct tiny tiny = tiny_base(NULL, 0);
    struct pw_path_values at;
    double alone[PW_NUM_CLASSES];

    cr_assert_eq(tiny.status, PW_OK);
    pw_paths_at(&tiny.scenario, 1990, &at);
    cr_assert_float_eq(at.family_fertility[0], 1.84, 1e-12);
    cr_assert_float_eq(at.school_leaving_age[0], 16, 1e-12);
    pw_path_at(&tiny.scenario.paths[PW_PATH_labour_class_mix], 1990, alone);
    cr_assert_arr_eq(at.labour_class_mix, alone, sizeof alone);
    tiny_free(&tiny);
}

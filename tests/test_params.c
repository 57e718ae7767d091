/* SPDX-License-Identifier: MIT */
#include "pathways/params.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/** A parameter of params.def that is a real number with a range of some width. */
static const struct pw_param *
any_real(void)
{
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t i = 0; i < count; i++)
        if (table[i].kind == PW_PARAM_REAL) return &table[i];
    cr_assert(false, "params.def has no REAL");
    return NULL;
}

Test(params, every_default_passes_its_own_check)
{
    struct pw_params params;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    pw_params_default(&params);
    cr_assert_gt(count, 0);
    for (size_t k = 0; k < count; k++)
        for (int i = 0; i < table[k].length; i++) {
            const double value = pw_params_get(&params, &table[k], i);

            cr_assert_eq(pw_params_set(&params, &table[k], i, table[k].default_value[i]), PW_OK,
                "%s", pw_status_message());
            cr_assert_eq(pw_params_get(&params, &table[k], i), value, "%s", table[k].path);
            cr_assert_eq((float) value, (float) table[k].default_value[i], "%s", table[k].path);
            cr_assert_eq(pw_params_set(&params, &table[k], i, value), PW_OK,
                "%s does not take back what it gave", table[k].path);
        }
}

Test(params, every_range_is_refused_on_both_sides_word_for_word)
{
    struct pw_params params;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    pw_params_default(&params);
    for (size_t k = 0; k < count; k++) {
        const double margin = 1.0 + fabs(table[k].max - table[k].min);
        const double outside[] = { table[k].min - margin, table[k].max + margin,
            (double) INFINITY };

        for (size_t j = 0; j < 3; j++) {
            char expected[512];

            (void) snprintf(expected, sizeof expected, "%s: %.15g is outside [%.15g, %.15g] (%s)",
                table[k].path, outside[j], table[k].min, table[k].max, table[k].unit);
            cr_assert_eq(pw_params_set(&params, &table[k], 0, outside[j]), PW_EINPUT);
            cr_assert_str_eq(pw_status_message(), expected);
            cr_assert_eq(
                (float) pw_params_get(&params, &table[k], 0), (float) table[k].default_value[0]);
        }
    }
}

Test(params, bounds_themselves_are_allowed)
{
    struct pw_params params;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    pw_params_default(&params);
    for (size_t k = 0; k < count; k++) {
        cr_assert_eq(pw_params_set(&params, &table[k], 0, table[k].min), PW_OK);
        cr_assert_eq(pw_params_set(&params, &table[k], 0, table[k].max), PW_OK);
        cr_assert_eq(pw_params_set(&params, &table[k], 0, pw_params_get(&params, &table[k], 0)),
            PW_OK, "%s: the bound in single precision", table[k].path);
    }
}

Test(params, not_a_number_is_refused)
{
    struct pw_params params;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    pw_params_default(&params);
    for (size_t k = 0; k < count; k++) {
        cr_assert_eq(pw_params_set(&params, &table[k], 0, (double) NAN), PW_EINPUT);
        cr_assert_not_null(strstr(pw_status_message(), ": not a number; write one from "));
    }
}

Test(params, counts_are_whole)
{
    struct pw_params params;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    pw_params_default(&params);
    for (size_t k = 0; k < count; k++)
        if (table[k].kind == PW_PARAM_COUNT && table[k].max > table[k].min) {
            cr_assert_eq(pw_params_set(&params, &table[k], 0, table[k].min + 0.5), PW_EINPUT);
            cr_assert_not_null(strstr(pw_status_message(), " is not a whole number ("));
        }
}

Test(params, a_value_reaches_the_struct_and_no_other_parameter)
{
    struct pw_params before, after;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t k = 0; k < count; k++) {
        const double other =
            table[k].default_value[0] == table[k].min ? table[k].max : table[k].min;

        pw_params_default(&before);
        pw_params_default(&after);
        cr_assert_eq(pw_params_set(&after, &table[k], 0, other), PW_OK);
        for (size_t j = 0; j < count; j++)
            for (int i = 0; i < table[j].length; i++)
                if (j != k || i != 0)
                    cr_assert_eq(
                        pw_params_get(&after, &table[j], i), pw_params_get(&before, &table[j], i));
    }
}

Test(params, are_found_by_their_paths_only)
{
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t k = 0; k < count; k++) {
        char path[128];

        (void) snprintf(path, sizeof path, "%s.%s", table[k].section, table[k].name);
        cr_assert_str_eq(table[k].path, path);
        cr_assert_eq(pw_params_find(path), &table[k], "%s stands twice", path);
    }
    cr_assert_null(pw_params_find("no.such"));
    cr_assert_null(pw_params_find(""));
}

Test(params, a_misspelt_path_has_a_nearest)
{
    const struct pw_param *param = any_real();
    char path[128];

    (void) snprintf(path, sizeof path, "%sx", param->path);
    cr_assert_str_eq(pw_params_nearest(path), param->path);
    (void) snprintf(path, sizeof path, "wrong_section.%s", param->name);
    cr_assert_str_eq(strrchr(pw_params_nearest(path), '.') + 1, param->name);
    cr_assert_null(pw_params_nearest("zzzzzzzzzzzzzzz"));
}

Test(params, every_source_is_on_the_list)
{
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t k = 0; k < count; k++)
        cr_assert_not_null(pw_source_reference(table[k].source), "%s: %s is not in sources.def",
            table[k].path, table[k].source);
    cr_assert_null(pw_source_reference("nobody1999"));
}

Test(params, a_value_is_found_by_its_name_and_number)
{
    const struct pw_param *param = NULL;
    int index = -1;

    cr_assert_eq(pw_params_find_value("post16.base[5]", &param, &index), PW_OK);
    cr_assert_eq(param, pw_params_find("post16.base"));
    cr_assert_eq(index, 5);
    cr_assert_eq(pw_params_find_value("inheritance.heritability", &param, &index), PW_OK);
    cr_assert_eq(index, 0);
    for (const char *const *name = (const char *const[]){ "post16.base", "post16.base[6]",
             "post16.base[-1]", "post16.base[1", "post16.base[]", "inheritance.heritability[0]",
             "post16.bas[1]", NULL };
         *name != NULL; name++)
        cr_assert_eq(pw_params_find_value(*name, &param, &index), PW_EINPUT, "%s", *name);
}

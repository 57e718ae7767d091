/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "pathways/scenario.h"

Test(input, families_have_their_inputs_in_order)
{
    int count = 0;

    cr_assert_str_eq(pw_inputs(PW_INPUTS_REGION, &count)[PW_REGION_population].name, "population");
    cr_assert_eq(count, PW_NUM_REGION_INPUTS);
    cr_assert_str_eq(
        pw_inputs(PW_INPUTS_LABOUR_MARKET, &count)[PW_LABOUR_MARKET_parents_degree_pct].name,
        "parents_degree_pct");
    cr_assert_eq(count, PW_NUM_LABOUR_MARKET_INPUTS);
    cr_assert_str_eq(
        pw_inputs(PW_INPUTS_PLACE, &count)[PW_PLACE_secondary_fsm_pct].name, "secondary_fsm_pct");
    cr_assert_eq(count, PW_NUM_PLACE_INPUTS);
}

Test(input, ranges_are_not_empty)
{
    for (int family = PW_INPUTS_REGION; family <= PW_INPUTS_PLACE; family++) {
        int count = 0;
        const struct pw_input_info *inputs = pw_inputs((enum pw_input_family) family, &count);

        for (int i = 0; i < count; i++) {
            cr_assert_lt(inputs[i].min, inputs[i].max);
            cr_assert_gt(strlen(inputs[i].unit), 0);
        }
    }
}

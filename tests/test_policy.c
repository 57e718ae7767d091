/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/params.h"
#include "pathways/scenario.h"

static const struct pw_policy ramped = {
    .from = 2026, .to = 2030, .ramp_years = 3, .strength = 2.0, .capacity = 100.0
};

Test(policy, does_nothing_before_and_after_its_years)
{
    cr_assert_eq(pw_policy_strength(&ramped, 2025), 0.0);
    cr_assert_eq(pw_policy_strength(&ramped, 2031), 0.0);
    cr_assert_eq(pw_policy_capacity(&ramped, 2025), 0.0);
    cr_assert_eq(pw_policy_capacity(&ramped, 2031), 0.0);
}

Test(policy, rises_over_its_ramp_and_then_stands)
{
    static const double shares[] = { 0.25, 0.5, 0.75, 1.0, 1.0 };

    for (int year = 2026; year <= 2030; year++) {
        cr_assert_float_eq(pw_policy_strength(&ramped, year), 2.0 * shares[year - 2026], 1e-12);
        cr_assert_float_eq(pw_policy_capacity(&ramped, year), 100.0 * shares[year - 2026], 1e-12);
    }
}

Test(policy, without_a_ramp_acts_in_full_at_once)
{
    struct pw_policy policy = ramped;

    policy.ramp_years = 0;
    cr_assert_eq(pw_policy_strength(&policy, 2026), 2.0);
}

Test(policy, of_strength_0_or_capacity_0_is_nothing_in_every_year)
{
    struct pw_policy policy = ramped;

    policy.strength = 0.0;
    policy.capacity = 0.0;
    for (int year = 2020; year < 2040; year++) {
        cr_assert_eq(pw_policy_strength(&policy, year), 0.0);
        cr_assert_eq(pw_policy_capacity(&policy, year), 0.0);
    }
}

Test(policy, without_a_limit_has_none_in_force_and_nothing_otherwise)
{
    struct pw_policy policy = ramped;

    policy.capacity = (double) INFINITY;
    cr_assert(isinf(pw_policy_capacity(&policy, 2026)));
    cr_assert_eq(pw_policy_capacity(&policy, 2031), 0.0);
}

Test(policy, levers_have_names_sources_and_a_strength_of_evidence)
{
    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const struct pw_lever_info *lever = pw_lever_info((enum pw_lever) i);

        cr_assert_not_null(
            pw_source_reference(lever->source), "%s: %s", lever->name, lever->source);
        cr_assert(strcmp(lever->strength, "strong") == 0 || strcmp(lever->strength, "moderate") == 0
                  || strcmp(lever->strength, "weak") == 0 || strcmp(lever->strength, "none") == 0);
        cr_assert_geq(lever->unit_cost, 0.0);
    }
    cr_assert_str_eq(pw_lever_info(PW_LEVER_GOOD_JOBS)->name, "good_jobs");
    cr_assert_eq(pw_lever_info(PW_LEVER_UNIVERSITY_OUTREACH)->scope, PW_SCOPE_PEOPLE);
}

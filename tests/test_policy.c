/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "pathways/measure.h"
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

static bool
is_strength(const char *word)
{
    return strcmp(word, "strong") == 0 || strcmp(word, "moderate") == 0 || strcmp(word, "weak") == 0
           || strcmp(word, "none") == 0;
}

Test(policy, levers_have_a_cost_an_outcome_and_ages)
{
    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const struct pw_lever_info *lever = pw_lever_info((enum pw_lever) i);
        bool is_measure = false;

        cr_assert_not_null(
            pw_source_reference(lever->cost_source), "%s: %s", lever->name, lever->cost_source);
        cr_assert_gt(lever->unit_cost, 0.0, "%s", lever->name);
        cr_assert_leq(lever->first_age, lever->last_age);
        cr_assert_gt(strlen(lever->about), 10, "%s", lever->name);
        for (int m = 0; m < PW_NUM_MEASURES; m++)
            is_measure |= strcmp(pw_measure_info((enum pw_measure) m)->name, lever->outcome) == 0;
        cr_assert(is_measure, "%s: there is no measure %s", lever->name, lever->outcome);
    }
    cr_assert_str_eq(pw_lever_info(PW_LEVER_GOOD_JOBS)->name, "good_jobs");
    cr_assert(pw_lever_enrols(PW_LEVER_UNIVERSITY_OUTREACH));
    cr_assert(pw_lever_enrols(PW_LEVER_YOUTH_GUARANTEE));
    cr_assert_not(pw_lever_enrols(PW_LEVER_GOOD_JOBS));
    cr_assert_not(pw_lever_enrols(PW_LEVER_TEACHING_QUALITY));
}

Test(policy, acts_have_a_source_and_a_strength_of_evidence_and_assumed_ones_claim_nothing_strong)
{
    int count = 0;
    const struct pw_act_info *acts = pw_acts(&count);

    cr_assert_gt(count, 50);
    for (int i = 0; i < count; i++) {
        const char *const lever = pw_lever_info(acts[i].lever)->name;

        cr_assert_not_null(pw_source_reference(acts[i].source), "%s: %s", lever, acts[i].source);
        cr_assert(is_strength(acts[i].strength), "%s: %s", lever, acts[i].strength);
        cr_assert(strcmp(acts[i].source, "assumed") != 0 || strcmp(acts[i].strength, "strong") != 0,
            "%s: assumed and strong", lever);
        cr_assert_eq(pw_lever_act(acts[i].lever, acts[i].channel), &acts[i],
            "%s acts twice through one channel", lever);
        cr_assert(acts[i].when == PW_ACT_NOW || pw_lever_enrols(acts[i].lever),
            "%s: what lasts needs people who are enrolled", lever);
    }
}

Test(policy, every_lever_either_adds_places_or_acts_and_every_channel_has_a_lever)
{
    bool is_used[PW_NUM_CHANNELS] = { false };

    for (int i = 0; i < PW_NUM_LEVERS; i++) {
        const enum pw_lever lever = (enum pw_lever) i;
        bool acts = false;

        for (int c = 0; c < PW_NUM_CHANNELS; c++) {
            const bool through = pw_lever_act(lever, (enum pw_channel) c) != NULL;

            acts |= through;
            is_used[c] |= through;
        }
        cr_assert_eq(
            acts, pw_lever_info(lever)->scope != PW_SCOPE_PLACES, "%s", pw_lever_info(lever)->name);
    }
    for (int c = 0; c < PW_NUM_CHANNELS; c++)
        cr_assert(is_used[c], "%s", pw_channel_info((enum pw_channel) c)->name);
}

Test(policy, a_budget_buys_as_much_as_it_pays_for_and_capacity_sets_the_limit_where_it_is_smaller)
{
    struct pw_policy policy = { .lever = PW_LEVER_TUTORING,
        .from = 2026,
        .to = 2030,
        .strength = 2.0,
        .capacity = (double) INFINITY,
        .budget_gbp = 6000.0,
        .unit_cost_gbp = 300.0 };

    cr_assert_eq(pw_policy_capacity(&policy, 2026), 20.0, "strength buys nobody");
    policy.capacity = 15.0;
    cr_assert_eq(pw_policy_capacity(&policy, 2026), 15.0);
    policy.capacity = 50.0;
    cr_assert_eq(pw_policy_capacity(&policy, 2026), 20.0);
    policy.ramp_years = 3;
    cr_assert_eq(pw_policy_capacity(&policy, 2026), 5.0);
    policy.ramp_years = 0;
    policy.lever = PW_LEVER_COLLEGE_PLACES;
    policy.capacity = 8.0;
    cr_assert_eq(pw_policy_capacity(&policy, 2026), 16.0, "places are as many as strength says");
    policy.capacity = 15.0;
    cr_assert_eq(pw_policy_capacity(&policy, 2026), 20.0, "but no more than the budget pays for");
}

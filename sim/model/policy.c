/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/scenario.h"

static const struct pw_lever_info table[PW_NUM_LEVERS] = {
#define LEVER(constant, name, family, scope, effect, unit, unit_cost, source, strength, about)     \
    { #name, #family, PW_SCOPE_##scope, effect, unit, unit_cost, source, strength, about },
#include "pathways/levers.def"
};

const struct pw_lever_info *
pw_lever_info(enum pw_lever lever)
{
    return &table[lever];
}

/** Share of the whole that stands in a year: with a ramp of n years, 1/(n + 1) in the first. */
static double
ramp(const struct pw_policy *policy, int year)
{
    const int step = year - policy->from + 1;

    if (year < policy->from || year > policy->to) return 0.0;
    return step > policy->ramp_years ? 1.0 : (double) step / (policy->ramp_years + 1);
}

double
pw_policy_strength(const struct pw_policy *policy, int year)
{
    return policy->strength * ramp(policy, year);
}

double
pw_policy_capacity(const struct pw_policy *policy, int year)
{
    const double share = ramp(policy, year);

    return share > 0.0 ? policy->capacity * share : 0.0; /* infinity times nothing is nothing */
}

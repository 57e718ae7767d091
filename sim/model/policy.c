/*
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "pathways/scenario.h"

enum gain { LESS, MORE };

static const struct pw_lever_info levers[PW_NUM_LEVERS] = {
#define LEVER(constant, name, family, scope, whom, first_age, last_age, unit, unit_cost,           \
    cost_source, outcome, gain, about)                                                             \
    { #name, #family, PW_SCOPE_##scope, PW_WHOM_##whom, first_age, last_age, unit, unit_cost,      \
        cost_source, #outcome, gain == MORE, about },
#include "pathways/levers.def"
};

static const struct pw_act_info acts[] = {
#define ACT(lever, channel, when, amount, source, strength)                                        \
    { PW_LEVER_##lever, PW_CHANNEL_##channel, PW_ACT_##when, amount, source, strength },
#include "pathways/levers.def"
};

static const struct pw_channel_info channels[PW_NUM_CHANNELS] = {
#define CHANNEL(constant, name, process, unit, about) { #name, #process, unit, about },
#include "pathways/channels.def"
};

const struct pw_lever_info *
pw_lever_info(enum pw_lever lever)
{
    return &levers[lever];
}

const struct pw_channel_info *
pw_channel_info(enum pw_channel channel)
{
    return &channels[channel];
}

const struct pw_act_info *
pw_acts(int *count)
{
    *count = (int) (sizeof acts / sizeof *acts);
    return acts;
}

const struct pw_act_info *
pw_lever_act(enum pw_lever lever, enum pw_channel channel)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (acts[i].lever == lever && acts[i].channel == channel) return &acts[i];
    return NULL;
}

bool
pw_lever_enrols(enum pw_lever lever)
{
    return levers[lever].scope == PW_SCOPE_YEARLY || levers[lever].scope == PW_SCOPE_ONCE;
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
    const bool adds = levers[policy->lever].scope == PW_SCOPE_PLACES;
    double units = policy->capacity;

    if (share <= 0.0) return 0.0; /* infinity times nothing is nothing */
    if (adds) units *= policy->strength;
    if (isfinite(policy->budget_gbp) && policy->unit_cost_gbp > 0.0)
        units = fmin(units, policy->budget_gbp / policy->unit_cost_gbp);
    return units * share;
}

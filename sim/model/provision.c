/* SPDX-License-Identifier: MIT */
#include "pathways/provision.h"

int64_t
pw_provision_added_in_place(const struct pw_country *country, enum pw_lever lever, int place)
{
    int64_t added = 0;

    for (int i = 0; i < country->scenario->num_policies; i++)
        if (country->scenario->policies[i].lever == lever && country->policy[i].strength > 0.0)
            added += country->policy[i].reached[place];
    return added;
}

int64_t
pw_provision_added(const struct pw_country *country, enum pw_lever lever, int labour_market)
{
    int64_t added = 0;

    for (uint32_t j = country->member_begin[labour_market];
         j < country->member_begin[labour_market + 1]; j++)
        added += pw_provision_added_in_place(country, lever, country->member[j]);
    return added;
}

int64_t
pw_provision_added_everywhere(const struct pw_country *country, enum pw_lever lever)
{
    int64_t added = 0;

    for (int p = 0; p < country->scenario->num_places; p++)
        added += pw_provision_added_in_place(country, lever, p);
    return added;
}

int64_t
pw_provision_left(
    const struct pw_country *country, enum pw_lever lever, int labour_market, int level)
{
    const size_t market = (size_t) country->scenario->num_places * 2
                          + (size_t) (labour_market * PW_NUM_LEVELS + level);
    const int64_t added = pw_provision_added(country, lever, labour_market);
    const int64_t left = country->post16.capacity[market] - country->post16.taken[market];

    return left < added ? left : added;
}

/* SPDX-License-Identifier: MIT */
#include "pathways/push.h"

#include <string.h>

const float pw_no_push[PW_BLOCK];

void
pw_push_close(struct pw_country *country)
{
    country->pushed = 0;
    for (int i = 0; i < country->scenario->num_policies; i++) {
        struct pw_policy_year *year = &country->policy[i];

        memset(year->now, 0, sizeof year->now);
        memset(year->later, 0, sizeof year->later);
        memset(year->coverage, 0, (size_t) country->scenario->num_places * sizeof *year->coverage);
    }
}

/* What lasts is felt in full by whoever was once enrolled, also when the policy has ended. */
void
pw_push_open(struct pw_country *country, int policy)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    struct pw_policy_year *year = &country->policy[policy];

    for (int c = 0; c < PW_NUM_CHANNELS; c++) {
        const struct pw_act_info *act = pw_lever_act(plan->lever, (enum pw_channel) c);

        if (act == NULL) continue;
        if (act->when == PW_ACT_LATER)
            year->later[c] =
                country->year >= plan->from ? (float) (plan->strength * plan->amount[c]) : 0.0f;
        else
            year->now[c] = (float) (year->strength * plan->amount[c]);
        if (year->later[c] != 0.0f || year->now[c] != 0.0f) country->pushed |= (uint64_t) 1 << c;
    }
}

/* Is somebody of an age among those whom a policy on residents reaches? */
static bool
reaches(const struct pw_policy *plan, int age)
{
    const struct pw_lever_info *lever = pw_lever_info(plan->lever);

    return lever->scope == PW_SCOPE_RESIDENTS && age >= lever->first_age && age <= lever->last_age;
}

void
pw_push_block(const struct pw_country *country, const struct pw_shard *shard,
    enum pw_channel channel, int age, struct pw_range rows, float *push)
{
    const size_t count = rows.end - rows.begin;
    const uint16_t *place = shard->place + rows.begin, *enrolled = shard->enrolled + rows.begin;
    const uint16_t *exposure = shard->exposure + rows.begin;

    memset(push, 0, count * sizeof *push);
    for (int i = 0; i < country->scenario->num_policies; i++) {
        const struct pw_policy_year *year = &country->policy[i];
        const float now = year->now[channel], later = year->later[channel];

        if (now == 0.0f && later == 0.0f) continue;
        if (pw_lever_enrols(country->scenario->policies[i].lever)) {
            for (size_t j = 0; j < count; j++)
                push[j] +=
                    pw_given(enrolled[j] >> i & 1, now) + pw_given(exposure[j] >> i & 1, later);
        } else if (reaches(&country->scenario->policies[i], age)) {
            for (size_t j = 0; j < count; j++)
                push[j] += now * year->coverage[pw_table_place(place[j])];
        }
    }
}

float
pw_push_person(const struct pw_country *country, const struct pw_shard *shard,
    enum pw_channel channel, int age, size_t row)
{
    float push;

    pw_push_block(country, shard, channel, age, (struct pw_range){ row, row + 1 }, &push);
    return push;
}

float
pw_push_by(const struct pw_country *country, int policy, const struct pw_shard *shard,
    enum pw_channel channel, int age, size_t row)
{
    const struct pw_policy *plan = &country->scenario->policies[policy];
    const struct pw_policy_year *year = &country->policy[policy];
    /* Places reach out to those who have left them. */
    const uint16_t place =
        channel == PW_CHANNEL_HOMECOMING ? shard->home_place[row] : shard->place[row];

    if (pw_lever_enrols(plan->lever))
        return pw_given(shard->enrolled[row] >> policy & 1, year->now[channel])
               + pw_given(shard->exposure[row] >> policy & 1, year->later[channel]);
    return reaches(plan, age) ? year->now[channel] * year->coverage[pw_table_place(place)] : 0.0f;
}

float
pw_push_from(const struct pw_country *country, uint16_t place, enum pw_channel channel, int age)
{
    float push = 0.0f;

    for (int i = 0; pw_is_pushed(country, channel) && i < country->scenario->num_policies; i++)
        if (reaches(&country->scenario->policies[i], age))
            push += country->policy[i].now[channel]
                    * country->policy[i].coverage[pw_table_place(place)];
    return push;
}

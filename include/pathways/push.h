/**
 * push.h - what the policies in force do to people: the sum of their acts through a channel.
 *
 * Layer 1 (model). A process adds the push of its channels (channels.def) to its own numbers. Where
 * no policy acts through a channel the push is 0, and asking for it costs next to nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PUSH_H
#define PW_PUSH_H

#include "pathways/country.h"

/** PW_BLOCK zeros: the pushes of a channel through which nobody acts. */
extern const float pw_no_push[PW_BLOCK];

/** Does any policy act through a channel this year? */
PW_INLINE bool
pw_is_pushed(const struct pw_country *country, enum pw_channel channel)
{
    return (country->pushed >> channel & 1) != 0;
}

/**
 * Begin a year: nobody is pushed until pw_push_open says how far policies reach.
 */
void pw_push_close(struct pw_country *country);

/** Let a policy act this year, with the amounts of the year. Places are reached by `coverage` of
 * it. */
void pw_push_open(struct pw_country *country, int policy);

/**
 * Pushes of people of one age, in the unit of the channel. Pure.
 *
 * @param begin  first of `count` rows, at most PW_BLOCK
 * @param push   receives [count]
 */
void pw_push_block(const struct pw_country *country, const struct pw_shard *shard,
    enum pw_channel channel, int age, struct pw_range rows, float *push);

/** The push of one person. Pure. @param age at the end of the year */
float pw_push_person(const struct pw_country *country, const struct pw_shard *shard,
    enum pw_channel channel, int age, size_t row);

/** The part of one policy in what pushes a person; the parts add up, but for rounding. Pure. */
float pw_push_by(const struct pw_country *country, int policy, const struct pw_shard *shard,
    enum pw_channel channel, int age, size_t row);

/**
 * What policies on the residents of a place do to people of an age who are elsewhere for now. Pure.
 */
float pw_push_from(
    const struct pw_country *country, uint16_t place, enum pw_channel channel, int age);

/** The push of a person, at next to no cost where nobody acts. */
PW_INLINE float
pw_push(const struct pw_country *country, const struct pw_shard *shard, enum pw_channel channel,
    int age, size_t row)
{
    return pw_is_pushed(country, channel) ? pw_push_person(country, shard, channel, age, row)
                                          : 0.0f;
}

#endif

/**
 * provision.h - what the policies in force provide: places added, effects on those enrolled.
 *
 * Layer 1 (model). Read by the processes that the levers act through.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PROVISION_H
#define PW_PROVISION_H

#include "pathways/country.h"

/** Places that policies with a lever add in a labour market this year, simulated. Pure. */
int64_t pw_provision_added(
    const struct pw_country *country, enum pw_lever lever, int labour_market);

/** The same for one place. Pure. */
int64_t pw_provision_added_in_place(
    const struct pw_country *country, enum pw_lever lever, int place);

/** Of the apprenticeships that policies added, those that school leavers have not taken. Pure. */
int64_t pw_provision_left(
    const struct pw_country *country, enum pw_lever lever, int labour_market, int level);

/** Sum of strength x effect of the people levers of a kind in whose policies a person is enrolled.
 * Pure. */
float pw_provision_effect(const struct pw_country *country, enum pw_lever lever, uint32_t exposure);

#endif

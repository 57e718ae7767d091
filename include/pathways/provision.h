/**
 * provision.h - what the policies in force provide: places to learn and jobs.
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

/** The same for the whole country. Pure. */
int64_t pw_provision_added_everywhere(const struct pw_country *country, enum pw_lever lever);

/** Of the apprenticeships that policies added, those that school leavers have not taken. Pure. */
int64_t pw_provision_left(
    const struct pw_country *country, enum pw_lever lever, int labour_market, int level);

#endif

/**
 * pay.h - hourly pay and hours.
 *
 * Layer 2 (life).
 * Mincer (1974) with an AR(1) persistent part: log pay = class and area + qualification + skill +
 * experience + negotiation
 * + persistent + transitory, less the scar of time out of work and what women are paid less.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PAY_H
#define PW_PAY_H

#include "pathways/process.h"

/** Pays those in work. */
extern const struct pw_process pw_pay;

#endif

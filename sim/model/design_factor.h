/*
 * design_factor.h - the factors of a design file.
 *
 * Internal to sim/model/design*.c. Faults are collected in the document.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_DESIGN_FACTOR_H
#define PW_DESIGN_FACTOR_H

#include "pathways/design.h"
#include "scenario_document.h"

/** What the key of a value names. */
void pw_factor_find(struct pw_document *document, const cJSON *node, struct pw_factor *factor);

/** Is a number one that the factor may have? With a fault at `node` when it is not. */
bool pw_factor_check(
    struct pw_document *document, const cJSON *node, const struct pw_factor *factor, double value);

/** Values of a grid, [0.2, 0.5]. */
void pw_factor_read_values(
    struct pw_document *document, const cJSON *node, struct pw_factor *factor);

/** A range, { "low": 0.2, "high": 0.8, "scale": "log" }. */
void pw_factor_read_range(
    struct pw_document *document, const cJSON *node, struct pw_factor *factor);

#endif

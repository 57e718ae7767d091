/**
 * targets.h - published figures beside which a run is laid.
 *
 * Layer 1 (model). A JSON file says, for each indicator that the program can compute, what has been
 * published of it and how near is near enough:
 *
 *     { "title": "...", "why": "...", "bar": { "share_within": 90 },
 *       "targets": [
 *         { "theme": "Work", "measure": "neet_16_24", "by": "origin", "year": 2025, "unit": "%",
 *           "values": { "lower_working": [25.2, 21.3, 29.4], "intermediate": 12.9 },
 *           "tolerance": 2, "mean_tolerance": 2, "source": "..." } ] }
 *
 * "calibration" lists stages of fitting: { "name": "routes", "themes": ["Routes"], "free": {
 * "post16.sixth_form": [-2, 2] } } with the limits of each parameter. Without "themes" a stage is
 * fitted to all figures, without "free" in the parameters of all stages before it.
 *
 * A figure is a number, or a number with the limits of its published interval. `year` is a year or
 * the first and last of several whose mean is taken. Figures are in the unit in which summary
 * prints: shares in per cent. "weight" says how much an entry counts in a fit, "misfit" why the
 * model misses it, where it does. Whether the measures exist is for the caller to say.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_TARGETS_H
#define PW_TARGETS_H

#include <stddef.h>

#include "pathways/fault.h"
#include "pathways/status.h"

struct pw_document;

/** One published figure. Texts belong to the targets that hold it. */
struct pw_target {
    const char *theme, *measure;
    const char *by;    /* grouping as in `summary --by`; "nation" when the file names none */
    const char *group; /* of the grouping; "all" for the nation */
    const char *unit, *source;
    const char *about;         /* what differs from the definition of the measure; "" for nothing */
    const char *misfit;        /* why the model misses it, where it does; "" when not stated */
    int first_year, last_year; /* inclusive */
    double value;              /* as published */
    double low, high;          /* limits of the published interval; NaN when there is none */
    double tolerance;          /* > 0 */
    double weight;             /* in the fit; 1 unless said, 0: shown and judged, not fitted */
    size_t entry;              /* figures of one entry of the file have one number */
    double mean_tolerance;     /* for the mean distance of the entry; NaN when none is asked */
};

/** A parameter that may be fitted. */
struct pw_free_param {
    const char *name; /* "childhood.ability[1]", counted from 0, or "gcse.attainment_sd" */
    double low, high; /* it stays between them; a quarter of the way is one prior SD */
};

/** Parameters that are fitted together, to the figures of some themes. */
struct pw_stage {
    const char *name;
    const char **themes; /* [num_themes] */
    size_t num_themes;
    struct pw_free_param *free; /* [num_free] */
    size_t num_free;
};

/** Zero-initialise; release with pw_targets_free. */
struct pw_targets {
    const char *title;
    double share_within;     /* per cent of the figures that have to be near enough */
    struct pw_target *items; /* [count] in the order of the file */
    size_t count, num_entries;
    struct pw_stage *stages; /* [num_stages] in the order in which they are fitted */
    size_t num_stages;
    struct pw_document *document; /* that the texts belong to */
};

/**
 * Read targets from a file.
 *
 * @param faults  receives what is wrong, all of it; borrowed, released by the caller
 * @return        PW_EINPUT when there are faults, with a sentence; PW_EIO, PW_EMEMORY
 */
pw_status pw_targets_read(const char *path, struct pw_targets *targets, struct pw_faults *faults);

void pw_targets_free(struct pw_targets *targets);

/** Distance of a value from a figure, in tolerances: 1 is just near enough. */
double pw_target_distance(const struct pw_target *target, double value);

/** Near enough: within the tolerance, or within the published interval. */
int pw_target_is_met(const struct pw_target *target, double value);

#endif

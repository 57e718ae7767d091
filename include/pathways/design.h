/**
 * design.h - which runs a sweep consists of: factors, their values, and what is common to all runs.
 *
 * Layer 1 (model). A JSON file, checked like a scenario, with every fault at once:
 *
 *     { "title": "Which assumptions matter?", "kind": "sobol", "points": 64,
 *       "scenarios": ["good_jobs.json"],
 *       "factors": { "jobs.credentialism": { "low": 0.2, "high": 0.8 },
 *                    "policies.Skilled jobs.strength": { "low": 0.5, "high": 2, "scale": "log" } },
 *       "replicates": 4, "run": { "persons": 50000, "years": 20 } }
 *
 * A grid crosses lists of values, a list names its points one by one, a Latin hypercube and a Sobol
 * sequence fill ranges. Every point is run under each scenario, and repeated.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_DESIGN_H
#define PW_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/fault.h"
#include "pathways/params.h"
#include "pathways/status.h"

struct pw_document;

/** Points of a design, and runs of a sweep, at most. */
#define PW_MAX_DESIGN_POINTS 1000000
/** Factors of a design, at most. */
#define PW_MAX_FACTORS 200

enum pw_design_kind {
    PW_DESIGN_GRID,
    PW_DESIGN_LIST,
    PW_DESIGN_LATIN_HYPERCUBE,
    PW_DESIGN_SOBOL,
    PW_NUM_DESIGN_KINDS
};

/** What a factor changes. */
enum pw_factor_kind { PW_FACTOR_PARAMETER, PW_FACTOR_SETTING, PW_FACTOR_POLICY };

struct pw_factor {
    const char *name; /* "jobs.credentialism", "post16.base[1]", "run.persons",
                         "policies.Skilled jobs.strength" */
    enum pw_factor_kind kind;
    const struct pw_param *param; /* of a parameter, else NULL */
    int index;                    /* of its values */
    char *policy;                 /* name of the policy, else NULL */
    const char *member;           /* "strength" of a policy, "persons" of the run, else NULL */
    double low, high;             /* of a range */
    bool is_log, is_whole;
    double *values; /* [num_values] of a grid */
    size_t num_values;
};

/** Zero-initialise; release with pw_design_free. Texts belong to the design. */
struct pw_design {
    const char *title, *why; /* "" when not stated */
    enum pw_design_kind kind;
    uint32_t seed; /* of a Latin hypercube */
    struct pw_factor *factors;
    size_t num_factors;
    size_t num_points;
    double *points;         /* [num_points][num_factors]; NaN: as the scenario has it */
    const char **scenarios; /* [num_scenarios] as written: relative to the file */
    size_t num_scenarios;
    int replicates;
    char **settings; /* [num_settings] "run.persons=50000", common to all runs */
    size_t num_settings;
    const char **measures; /* [num_measures] patterns; none: all */
    size_t num_measures;
    const char **by; /* [num_by] groupings beside the nation */
    size_t num_by;
    bool keeps_runs;
    char *text;                   /* the file as given */
    struct pw_document *document; /* that the texts belong to */
};

/** "grid", "list", "latin_hypercube", "sobol". */
const char *pw_design_kind_name(enum pw_design_kind kind);

/**
 * Read a design from a file and lay out its points.
 *
 * @param faults  receives what is wrong, all of it; released by the caller
 * @return        PW_EINPUT when there are faults, with a sentence; PW_EIO, PW_EMEMORY
 */
pw_status pw_design_read(const char *path, struct pw_design *design, struct pw_faults *faults);

void pw_design_free(struct pw_design *design);

/**
 * The value of a factor at a place in its range: linear or in the logarithm, whole numbers with
 * equal shares, others rounded to six digits. Pure.
 *
 * @param place  0 to 1
 */
double pw_factor_value(const struct pw_factor *factor, double place);

#endif

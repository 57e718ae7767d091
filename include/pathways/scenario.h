/**
 * scenario.h - a scenario: run settings, parameters, paths, places and policies, from JSON files.
 *
 * Layer 1 (model). Format: see `pathways schema` and the README. A scenario `extends` another;
 * later wins; arrays of policies add up and a policy of the same name replaces. All faults of a
 * scenario are reported at once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SCENARIO_H
#define PW_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/fault.h"
#include "pathways/params.h"
#include "pathways/status.h"

#define PW_MAX_PLACES         4096
#define PW_MAX_LABOUR_MARKETS 255
#define PW_MAX_REGIONS        64
#define PW_MAX_TAGS           64
#define PW_MAX_POLICIES       16
/** A policy that stays in force. */
#define PW_NO_END 9999
/** Place code of somebody who lives nowhere (not born, abroad). */
#define PW_UNPLACED 65535
/** Labour market code of somebody who has never had a job. */
#define PW_NO_WORK_MARKET 255

enum pw_region_input {
#define REGION_INPUT(name, min, max, unit, about) PW_REGION_##name,
#include "pathways/inputs.def"
    PW_NUM_REGION_INPUTS
};

enum pw_labour_market_input {
#define LABOUR_MARKET_INPUT(name, min, max, unit, about) PW_LABOUR_MARKET_##name,
#include "pathways/inputs.def"
    PW_NUM_LABOUR_MARKET_INPUTS
};

enum pw_place_input {
#define PLACE_INPUT(name, min, max, unit, about) PW_PLACE_##name,
#include "pathways/inputs.def"
    PW_NUM_PLACE_INPUTS
};

/** One line of inputs.def. */
struct pw_input_info {
    const char *name;
    double min, max;
    const char *unit, *about;
};

enum pw_input_family { PW_INPUTS_REGION, PW_INPUTS_LABOUR_MARKET, PW_INPUTS_PLACE };

/** Inputs of a family in the order of inputs.def. @param count receives how many */
const struct pw_input_info *pw_inputs(enum pw_input_family family, int *count);

struct pw_region {
    char *name, *source;
    double input[PW_NUM_REGION_INPUTS];
};

struct pw_labour_market {
    char *name, *source;
    double input[PW_NUM_LABOUR_MARKET_INPUTS];
};

struct pw_place {
    char *code, *name, *source;
    int labour_market, region; /* indices */
    uint64_t tags;             /* bit t: carries tag t of the scenario */
    double input[PW_NUM_PLACE_INPUTS];
};

enum pw_path_id {
#define PATH(section, name, length, min, max, unit, about) PW_PATH_##section##_##name,
#include "pathways/paths.def"
    PW_NUM_PATHS
};

/** One line of paths.def. */
struct pw_path_info {
    const char *path; /* "labour.class_mix" */
    int length;
    double min, max;
    const char *unit, *about;
};

/** A national path: knots joined by straight lines, constant beyond the ends. */
struct pw_path {
    int num_knots, length;
    double *year;  /* [num_knots], rising */
    double *value; /* [num_knots * length] */
    char *source;  /* as the scenario states it */
};

/** Values of all paths in one year: named members `family_fertility[1]`, `labour_class_mix[5]`, ...
 */
struct pw_path_values {
#define PATH(section, name, length, min, max, unit, about) double section##_##name[length];
#include "pathways/paths.def"
};

/** Where policies reach into the model: channels.def. */
enum pw_channel {
#define CHANNEL(constant, name, process, unit, about) PW_CHANNEL_##constant,
#include "pathways/channels.def"
    PW_NUM_CHANNELS
};

/** One line of channels.def. */
struct pw_channel_info {
    const char *name, *process, *unit, *about;
};

enum pw_lever {
#define LEVER(constant, name, family, scope, whom, first_age, last_age, unit, unit_cost,           \
    cost_source, outcome, gain, about)                                                             \
    PW_LEVER_##constant,
#include "pathways/levers.def"
    PW_NUM_LEVERS
};

enum pw_lever_scope { PW_SCOPE_PLACES, PW_SCOPE_RESIDENTS, PW_SCOPE_YEARLY, PW_SCOPE_ONCE };

enum pw_lever_whom { PW_WHOM_ANYONE, PW_WHOM_LOW_INCOME, PW_WHOM_OUT_OF_WORK };

/** While a policy acts on somebody, or for good from then on. */
enum pw_act_when { PW_ACT_NOW, PW_ACT_LATER };

/** One line of levers.def. */
struct pw_lever_info {
    const char *name, *family;
    enum pw_lever_scope scope;
    enum pw_lever_whom whom;
    int first_age, last_age; /* inclusive, at the end of the year */
    const char *unit;
    double unit_cost; /* GBP */
    const char *cost_source;
    const char *outcome; /* name of the measure that it is meant to move */
    bool gains;          /* true: up, false: down */
    const char *about;
};

/** What a lever does through one channel. */
struct pw_act_info {
    enum pw_lever lever;
    enum pw_channel channel;
    enum pw_act_when when;
    double amount; /* at strength 1, in the unit of the channel */
    const char *source, *strength;
};

/** For whom a policy is; every condition must hold. */
struct pw_audience {
    int first_age, last_age; /* inclusive; 0 and 120 when not stated */
    int sex;                 /* enum pw_sex, or -1: both */
    int free_meals;          /* 1 only with, 0 only without, -1 both */
    uint32_t origin_classes; /* bit c: origin class c is eligible; all bits when not stated */
    uint32_t qualifications; /* bit q */
    uint32_t states;         /* bit s: state s */
    int min_neet_years;      /* 0 when not stated */
};

/** Who is enrolled first: by lottery, those in greatest need, those who have taken part before. */
enum pw_order { PW_ORDER_RANDOM, PW_ORDER_NEEDIEST, PW_ORDER_FIRST_COME, PW_NUM_ORDERS };

struct pw_policy {
    char *name;
    enum pw_lever lever;
    bool *in_place; /* [num_places] places that the policy names */
    struct pw_audience audience;
    int from, to;    /* years in force, inclusive; `to` is PW_NO_END when not stated */
    int ramp_years;  /* the first years, in which it acts in part: 1/(n + 1), 2/(n + 1), ... */
    double strength; /* 0 to 10, times the amounts of the lever */
    double amount[PW_NUM_CHANNELS]; /* of the lever's acts, or the policy's own `effects`; else 0 */
    double capacity;   /* people or units a year in the real country; INFINITY when not stated */
    double budget_gbp; /* a year in the real country; INFINITY when not stated */
    double unit_cost_gbp;
    double ownership;    /* 0 to 1 */
    enum pw_order order; /* who comes first when not all can be enrolled */
};

struct pw_run_settings {
    int64_t persons;  /* alive in the start year */
    int history_from; /* first year of the run */
    int start_year;   /* first year in which policies may act */
    int years;        /* years after start_year; the last year is start_year + years - 1 */
    int record_from;  /* first year of trajectories */
    double record;    /* share of people whose trajectories are kept, 0 to 1 */
    int64_t seed;
    int replicate;
    int shards; /* 0: from the population size */
};

/** A value that came from a fit, as the scenario marks it under "calibrated". */
struct pw_calibrated {
    const struct pw_param *param;
    int index;    /* of its values */
    double value; /* that was fitted, in the unit of the parameter */
    double standard_error;
};

/** Whether the value of a parameter is the model's own, the scenario's or that of a fit. */
enum pw_value_status { PW_VALUE_DEFAULT, PW_VALUE_SET, PW_VALUE_CALIBRATED };

struct pw_scenario {
    char *title, *why; /* "" when not stated */
    struct pw_run_settings run;
    struct pw_params params;
    struct pw_calibrated *calibrated; /* [num_calibrated] */
    int num_calibrated;
    struct pw_path paths[PW_NUM_PATHS];
    struct pw_region *regions;
    int num_regions;
    struct pw_labour_market *labour_markets;
    int num_labour_markets;
    struct pw_place *places;
    int num_places;
    char *tags[PW_MAX_TAGS];
    int num_tags;
    struct pw_policy *policies;
    int num_policies;
    char *source_text;   /* the file as given */
    char *resolved_text; /* one JSON document without `extends`, which runs as it is */
    uint64_t digest;     /* of the resolved text with all that cannot change results left out */
};

/**
 * Read, resolve and check a scenario.
 *
 * @param path        file name
 * @param overrides   [num_overrides] texts "section.name=value" for parameters, "run.persons=1000"
 * for run settings or "policies.NAME.strength=2" for numbers of policies, applied last
 * @param scenario    receives the scenario; zero-initialised by the caller, released with
 *                    pw_scenario_free also after a failure
 * @param faults      receives every fault (also on PW_EINPUT)
 * @return PW_EINPUT when there are faults (a missing file is one), PW_EIO when a file is there but
 * cannot be read, PW_EMEMORY
 */
pw_status pw_scenario_read(const char *path, const char *const *overrides, size_t num_overrides,
    struct pw_scenario *scenario, struct pw_faults *faults);

/**
 * The same from a text that is a whole scenario, as a run file keeps it (`resolved_text`).
 *
 * @param name  what faults call it
 */
pw_status pw_scenario_read_text(
    const char *name, const char *text, struct pw_scenario *scenario, struct pw_faults *faults);

/**
 * The first thing that makes a scenario another one for those who have lived under it to the end of
 * a year. What cannot change results, and a policy that begins after that year, may differ.
 *
 * @param before  resolved text of the scenario under which they have lived
 * @param year    INT_MAX: no policy may differ either
 * @param what    receives a phrase, "run.seed was 1 and is 2"; NULL when there is nothing; released
 *                with pw_free
 * @return        PW_EFORMAT when `before` is no scenario
 */
pw_status pw_scenario_find_change(
    const char *before, const struct pw_scenario *now, int year, char **what);

/**
 * Digest of all that decides what has been lived and recorded by the end of the year before the
 * start year: scenarios with one digest may branch from one saved history.
 */
pw_status pw_scenario_history_digest(const struct pw_scenario *scenario, uint64_t *digest);

void pw_scenario_free(struct pw_scenario *scenario);

/** The policy of a name; NULL when there is none. Pure. */
const struct pw_policy *pw_scenario_policy(const struct pw_scenario *scenario, const char *name);

/**
 * What a scenario marks as the result of a fit at a value; NULL when it marks nothing there, or
 * when the value in use is another than the one that was fitted. Pure.
 */
const struct pw_calibrated *pw_scenario_calibrated(
    const struct pw_scenario *scenario, const struct pw_param *param, int index);

/** Where value `index` of a parameter stands in a scenario. Pure. */
enum pw_value_status pw_scenario_value_status(
    const struct pw_scenario *scenario, const struct pw_param *param, int index);

/**
 * Where a value comes from: a key of sources.def, `calibrated` when it was fitted, `scenario` when
 * it is not the default that the source in params.def speaks for. Pure.
 */
const char *pw_scenario_value_source(
    const struct pw_scenario *scenario, const struct pw_param *param, int index);

/** "default", "set" or "calibrated". */
const char *pw_value_status_name(enum pw_value_status status);

/** The line of paths.def behind an id. */
const struct pw_path_info *pw_path_info(enum pw_path_id id);

/** Values of a path in a year. @param values receives [length] */
void pw_path_at(const struct pw_path *path, double year, double *values);

/** Values of all paths in a year. */
void pw_paths_at(const struct pw_scenario *scenario, int year, struct pw_path_values *values);

/** The line of levers.def behind a lever. */
const struct pw_lever_info *pw_lever_info(enum pw_lever lever);

/** The line of channels.def behind a channel. */
const struct pw_channel_info *pw_channel_info(enum pw_channel channel);

/** Acts of all levers in the order of levers.def. @param count receives how many */
const struct pw_act_info *pw_acts(int *count);

/** What a lever does through a channel; NULL: nothing. */
const struct pw_act_info *pw_lever_act(enum pw_lever lever, enum pw_channel channel);

/** Does a lever enrol people? */
bool pw_lever_enrols(enum pw_lever lever);

/**
 * How far a policy acts in a year: 0 before `from` and after `to`, rising over `ramp_years`, times
 * its strength. Pure.
 */
double pw_policy_strength(const struct pw_policy *policy, int year);

/**
 * Units (places, people) that a policy can pay for and provide in a year in the real country: the
 * smaller of capacity (of a lever that adds places, times the strength) and budget over unit cost,
 * after the ramp; never negative, INFINITY without limit. Pure.
 */
double pw_policy_capacity(const struct pw_policy *policy, int year);

/** JSON Schema (draft-07) of a scenario file, generated from the tables; released with pw_free. */
pw_status pw_scenario_schema(char **text);

#endif

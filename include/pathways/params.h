/**
 * params.h - the parameters of the model, generated from params.def.
 *
 * Layer 1 (model). `struct pw_params` holds one struct a section, so that a kernel can take just
 * `const struct pw_school_params *`. The table describes each: path, type, range, unit, source.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PARAMS_H
#define PW_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"

#define SECTION(section, about)                                            struct pw_##section##_params {
#define REAL(section, name, default_value, min, max, unit, source, about)  float name;
#define COUNT(section, name, default_value, min, max, unit, source, about) int32_t name;
#define REALS(section, name, length, min, max, unit, source, about, ...)   float name[length];
#define SECTION_END(section)                                                                       \
    }                                                                                              \
    ;
#include "pathways/params.def"

/** Every parameter of a run. */
struct pw_params {
#define SECTION_END(section) struct pw_##section##_params section;
#include "pathways/params.def"
};

enum pw_param_kind { PW_PARAM_REAL, PW_PARAM_COUNT, PW_PARAM_REALS };

/** One line of params.def. */
struct pw_param {
    const char *path; /* "school.class_size" */
    const char *section, *name;
    enum pw_param_kind kind;
    size_t offset;               /* in struct pw_params */
    int length;                  /* values, 1 except for REALS */
    const double *default_value; /* [length] */
    double min, max;
    const char *unit, *source, *about;
};

/** All parameters in the order of params.def. @param count receives how many */
const struct pw_param *pw_params_table(size_t *count);

/** A parameter by its path; NULL if there is none. */
const struct pw_param *pw_params_find(const char *path);

/**
 * A value by its name: "gcse.attainment_sd", or one of a list, counted from 0: "post16.base[1]".
 *
 * @param index  receives which of the parameter's values
 * @return       PW_EINPUT with "did you mean", or with how many values there are
 */
pw_status pw_params_find_value(const char *name, const struct pw_param **param, int *index);

/** The defaults of params.def. */
void pw_params_default(struct pw_params *params);

/** Value `i` of a parameter as a double. */
double pw_params_get(const struct pw_params *params, const struct pw_param *param, int i);

/**
 * Set value `i` of a parameter.
 *
 * @return PW_EINPUT with path, value, range and unit when out of range, NaN, or not whole for a
 * COUNT; the parameter is then unchanged
 */
pw_status pw_params_set(
    struct pw_params *params, const struct pw_param *param, int i, double value);

/** The path nearest in spelling to `path` for "did you mean", or NULL when nothing is near. */
const char *pw_params_nearest(const char *path);

/** The reference behind a source key; NULL if there is no such key. */
const char *pw_source_reference(const char *key);

#endif

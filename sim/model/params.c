/*
 * params.def, expanded into a table and into the defaults.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/params.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"

#define REAL(section, name, default_value, min, max, unit, source, about)                          \
    static const double section##_##name[] = { default_value };
#define COUNT(section, name, default_value, min, max, unit, source, about)                         \
    static const double section##_##name[] = { default_value };
#define REALS(section, name, length, min, max, unit, source, about, ...)                           \
    static const double section##_##name[length] = { __VA_ARGS__ };
#include "pathways/params.def"

/* clang-format off */
#define ENTRY(section, name, kind, length, min, max, unit, source, about)                          \
    { #section "." #name, #section, #name, kind, offsetof(struct pw_params, section.name), length, \
      section##_##name, min, max, unit, source, about },
static const struct pw_param table[] = {
#define REAL(section, name, default_value, min, max, unit, source, about)                          \
    ENTRY(section, name, PW_PARAM_REAL, 1, min, max, unit, source, about)
#define COUNT(section, name, default_value, min, max, unit, source, about)                         \
    ENTRY(section, name, PW_PARAM_COUNT, 1, min, max, unit, source, about)
#define REALS(section, name, length, min, max, unit, source, about, ...)                           \
    ENTRY(section, name, PW_PARAM_REALS, length, min, max, unit, source, about)
#include "pathways/params.def"
};
/* clang-format on */

static const struct {
    const char *key, *reference;
} sources[] = {
#define SOURCE(key, reference) { #key, reference },
#include "pathways/sources.def"
};

#define NUM_PARAMS (sizeof table / sizeof *table)

const struct pw_param *
pw_params_table(size_t *count)
{
    *count = NUM_PARAMS;
    return table;
}

const struct pw_param *
pw_params_find(const char *path)
{
    for (size_t i = 0; i < NUM_PARAMS; i++)
        if (strcmp(table[i].path, path) == 0) return &table[i];
    return NULL;
}

static void
store(struct pw_params *params, const struct pw_param *param, int i, double value)
{
    char *at = (char *) params + param->offset;

    if (param->kind == PW_PARAM_COUNT)
        *(int32_t *) (void *) at = (int32_t) value;
    else
        ((float *) (void *) at)[i] = (float) value;
}

void
pw_params_default(struct pw_params *params)
{
    memset(params, 0, sizeof *params);
    for (size_t k = 0; k < NUM_PARAMS; k++)
        for (int i = 0; i < table[k].length; i++)
            store(params, &table[k], i, table[k].default_value[i]);
}

double
pw_params_get(const struct pw_params *params, const struct pw_param *param, int i)
{
    const char *at = (const char *) params + param->offset;

    if (param->kind == PW_PARAM_COUNT) return *(const int32_t *) (const void *) at;
    return (double) ((const float *) (const void *) at)[i];
}

/** In range; a bound that single precision has moved by a hair is still the bound. */
static bool
is_in_range(const struct pw_param *param, double value)
{
    if (value >= param->min && value <= param->max) return true;
    return param->kind != PW_PARAM_COUNT && fabs(value) <= (double) FLT_MAX
           && ((float) value == (float) param->min || (float) value == (float) param->max);
}

pw_status
pw_params_set(struct pw_params *params, const struct pw_param *param, int i, double value)
{
    pw_status status = PW_OK;

    PW_BUG_IF(i < 0 || i >= param->length);
    if (isnan(value))
        PW_FAIL(PW_EINPUT, "%s: not a number; write one from %.15g to %.15g (%s)", param->path,
            param->min, param->max, param->unit);
    if (!is_in_range(param, value))
        PW_FAIL(PW_EINPUT, "%s: %.15g is outside [%.15g, %.15g] (%s)", param->path, value,
            param->min, param->max, param->unit);
    if (param->kind == PW_PARAM_COUNT && value != floor(value))
        PW_FAIL(PW_EINPUT, "%s: %.15g is not a whole number (%s); write %.15g or %.15g",
            param->path, value, param->unit, floor(value), ceil(value));
    store(params, param, i, value);
done:
    return status;
}

const char *
pw_params_nearest(const char *path)
{
    struct pw_spelling spelling = pw_spelling_of(path);
    const char *dot = strrchr(path, '.');
    const char *name = dot == NULL ? path : dot + 1;

    for (size_t i = 0; i < NUM_PARAMS; i++)
        pw_spelling_try(&spelling, table[i].path);
    for (size_t i = 0; i < NUM_PARAMS && spelling.nearest == NULL; i++)
        if (strcmp(table[i].name, name) == 0) /* the right name in the wrong section */
            spelling.nearest = table[i].path;
    return spelling.nearest;
}

pw_status
pw_params_find_value(const char *name, const struct pw_param **param, int *index)
{
    pw_status status = PW_OK;
    const char *bracket = strchr(name, '['), *digits = bracket == NULL ? NULL : bracket + 1;
    char *path = NULL, *end = NULL;
    long number = 0;

    PW_TRY(pw_strdup(name, &path));
    if (bracket != NULL) path[bracket - name] = '\0';
    *param = pw_params_find(path);
    if (*param == NULL) {
        const char *nearest = pw_params_nearest(path);

        if (nearest != NULL)
            PW_FAIL(PW_EINPUT, "%s: there is no such parameter; did you mean %s?", path, nearest);
        PW_FAIL(PW_EINPUT,
            "%s: there is no such parameter; `pathways describe parameters` lists them", path);
    }
    if (digits != NULL) number = strtol(digits, &end, 10);
    if ((digits == NULL) != ((*param)->length == 1)
        || (digits != NULL && (end == digits || strcmp(end, "]") != 0)) || number < 0
        || number >= (*param)->length)
        PW_FAIL(PW_EINPUT, "%s: %s has %d value%s; write %s%s", name, path, (*param)->length,
            (*param)->length == 1 ? "" : "s", path, (*param)->length == 1 ? "" : "[0] and so on");
    *index = (int) number;
done:
    pw_free(&path);
    return status;
}

const char *
pw_source_reference(const char *key)
{
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].key, key) == 0) return sources[i].reference;
    return NULL;
}

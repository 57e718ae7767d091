/*
 * What a run of a sweep is asked, and what is written beside the runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pathways/alloc.h"
#include "sweep.h"

pw_status
cli_sweep_path(
    const char *folder, const char *kind, uint64_t name, const char *ending, struct pw_text *path)
{
    return pw_text_add(path, "%s/%s/%016" PRIx64 "%s", folder, kind, name, ending);
}

/* --- What a run is asked -----------------------------------------------------------------------
 */

static pw_status add_override(char **texts, size_t *count, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static pw_status
add_override(char **texts, size_t *count, const char *format, ...)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    status = pw_text_add_list(&text, format, arguments);
    va_end(arguments);
    PW_TRY(status);
    PW_TRY(pw_strdup(text.bytes, &texts[(*count)++]));
done:
    pw_text_free(&text);
    return status;
}

/* All values of a list, of which several may be factors; once, at the first of them. */
static pw_status
add_list(const struct cli_sweep *sweep, const struct cli_sweep_point *point, size_t f, char **texts,
    size_t *count)
{
    pw_status status = PW_OK;
    const struct pw_factor *factors = sweep->design.factors;
    const struct pw_param *param = factors[f].param;
    const struct pw_params *params = &sweep->scenarios[point->scenario].scenario.params;
    const double *values = sweep->values + point->values * sweep->design.num_factors;
    struct pw_text text = { 0 };

    for (size_t before = 0; before < f; before++)
        if (factors[before].param == param) goto done;
    for (int i = 0; i < param->length; i++) {
        double value = pw_params_get(params, param, i);

        for (size_t other = 0; other < sweep->design.num_factors; other++)
            if (factors[other].param == param && factors[other].index == i) value = values[other];
        PW_TRY(pw_text_add(&text, "%s%.9g", i == 0 ? "" : ",", value));
    }
    PW_TRY(add_override(texts, count, "%s=%s", param->path, text.bytes));
done:
    pw_text_free(&text);
    return status;
}

pw_status
cli_sweep_overrides(const struct cli_sweep *sweep, const struct cli_sweep_point *point,
    char ***texts, size_t *count)
{
    pw_status status = PW_OK;
    const struct pw_design *design = &sweep->design;
    const struct pw_run_settings *run = &sweep->scenarios[point->scenario].scenario.run;
    const double *values = sweep->values + point->values * design->num_factors;

    *count = 0;
    PW_TRY(pw_alloc(design->num_settings + design->num_factors + 2, sizeof **texts, texts));
    PW_TRY(add_override(*texts, count, "run.record=0"));
    for (size_t s = 0; s < design->num_settings; s++)
        PW_TRY(add_override(*texts, count, "%s", design->settings[s]));
    PW_TRY(add_override(*texts, count, "run.replicate=%d", run->replicate + point->replicate));
    for (size_t f = 0; f < design->num_factors; f++) {
        const struct pw_factor *factor = &design->factors[f];

        if (factor->param != NULL && factor->param->kind == PW_PARAM_REALS)
            PW_TRY(add_list(sweep, point, f, *texts, count));
        else if (!isnan(values[f])
                 && values[f]
                        != cli_sweep_own_value(&sweep->scenarios[point->scenario].scenario, factor))
            PW_TRY(add_override(*texts, count, "%s=%.*g", factor->name,
                factor->kind == PW_FACTOR_SETTING ? 17 : 9, values[f]));
    }
done:
    return status;
}

/* --- Beside the runs ---------------------------------------------------------------------------
 */

bool
cli_sweep_is_done(const struct cli_sweep *sweep, const struct cli_sweep_point *point)
{
    struct pw_text path = { 0 };
    struct pw_reader *reader = NULL;
    char *asked = NULL;
    bool is_done = false;

    if (cli_sweep_path(sweep->folder, "points", point->name, ".h5", &path) == PW_OK
        && access(path.bytes, R_OK) == 0 && pw_reader_open(path.bytes, &reader) == PW_OK
        && pw_reader_text(reader, "/", "asked", &asked) == PW_OK)
        is_done = strcmp(asked, sweep->asked) == 0;
    if (is_done && sweep->design.keeps_runs) {
        path.length = 0;
        is_done = cli_sweep_path(sweep->folder, "runs", point->name, ".h5", &path) == PW_OK
                  && access(path.bytes, R_OK) == 0;
    }
    pw_free(&asked);
    pw_reader_close(&reader);
    pw_text_free(&path);
    return is_done;
}

static pw_status
describe_factor(const struct pw_factor *factor, struct pw_text *text)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(text, "\n  { \"name\": "));
    PW_TRY(pw_text_add_quoted(text, factor->name));
    PW_TRY(pw_text_add(text, ", \"units\": "));
    PW_TRY(pw_text_add_quoted(text, factor->param == NULL ? "1" : factor->param->unit));
    PW_TRY(pw_text_add(text, ", \"about\": "));
    PW_TRY(pw_text_add_quoted(text, factor->param != NULL ? factor->param->about
                                    : factor->kind == PW_FACTOR_POLICY
                                        ? "Of this policy; not a number where the scenario has no "
                                          "such policy"
                                        : "Setting of the run"));
    PW_TRY(pw_text_add(text, " }"));
done:
    return status;
}

static pw_status
describe_point(
    const struct cli_sweep *sweep, const struct cli_sweep_point *point, struct pw_text *text)
{
    pw_status status = PW_OK;
    const size_t num_factors = sweep->design.num_factors;

    PW_TRY(pw_text_add(text, "\n  [\"%016" PRIx64 "\", %zu, %d, [", point->name, point->scenario,
        sweep->scenarios[point->scenario].scenario.run.replicate + point->replicate));
    for (size_t f = 0; f < num_factors; f++) {
        if (f > 0) PW_TRY(pw_text_add(text, ", "));
        PW_TRY(pw_text_add_number(text, sweep->values[point->values * num_factors + f]));
    }
    PW_TRY(pw_text_add(text, "]]"));
done:
    return status;
}

static pw_status
describe_sweep(const struct cli_sweep *sweep, struct pw_text *text)
{
    pw_status status = PW_OK;
    bool is_first = true;

    PW_TRY(pw_text_add(text, "{ \"title\": "));
    PW_TRY(pw_text_add_quoted(text, sweep->design.title));
    PW_TRY(pw_text_add(text, ", \"why\": "));
    PW_TRY(pw_text_add_quoted(text, sweep->design.why));
    PW_TRY(pw_text_add(text, ", \"kind\": \"%s\", \"asked\": \"%s\", \"design\": ",
        pw_design_kind_name(sweep->design.kind), sweep->asked));
    PW_TRY(pw_text_add_quoted(text, sweep->design.text));
    PW_TRY(pw_text_add(text, ",\n \"groupings\": ["));
    for (int by = 0; by < CLI_NUM_BY; by++) {
        if (!sweep->by[by]) continue;
        PW_TRY(pw_text_add(text, "%s\"%s\"", is_first ? "" : ", ", cli_by_name((enum cli_by) by)));
        is_first = false;
    }
    PW_TRY(pw_text_add(text, "],\n \"scenarios\": ["));
    for (size_t s = 0; s < sweep->num_scenarios; s++) {
        PW_TRY(pw_text_add(text, "%s\n  { \"path\": ", s == 0 ? "" : ","));
        PW_TRY(pw_text_add_quoted(text, sweep->scenarios[s].path));
        PW_TRY(pw_text_add(text, ", \"title\": "));
        PW_TRY(pw_text_add_quoted(text, sweep->scenarios[s].scenario.title));
        PW_TRY(pw_text_add(text, " }"));
    }
    PW_TRY(pw_text_add(text, "],\n \"factors\": ["));
    for (size_t f = 0; f < sweep->design.num_factors; f++) {
        if (f > 0) PW_TRY(pw_text_add(text, ","));
        PW_TRY(describe_factor(&sweep->design.factors[f], text));
    }
    PW_TRY(pw_text_add(text, "],\n \"runs\": ["));
    for (size_t p = 0; p < sweep->num_points; p++) {
        if (p > 0) PW_TRY(pw_text_add(text, ","));
        PW_TRY(describe_point(sweep, &sweep->points[p], text));
    }
    PW_TRY(pw_text_add(text, "] }\n"));
done:
    return status;
}

static pw_status
make_folder(const char *folder, const char *name)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };

    PW_TRY(pw_text_add(&path, "%s%s%s", folder, name[0] == '\0' ? "" : "/", name));
    if (mkdir(path.bytes, 0777) < 0 && errno != EEXIST)
        PW_FAIL(PW_EIO, "%s: the folder cannot be made: %s", path.bytes, strerror(errno));
done:
    pw_text_free(&path);
    return status;
}

/* Several tasks may do so at once: each writes a file of its own and gives it the name. */
static pw_status
replace_file(const char *path, const struct pw_text *text)
{
    pw_status status = PW_OK;
    struct pw_text temporary = { 0 };
    FILE *stream = NULL;
    int descriptor = -1;

    PW_TRY(pw_text_add(&temporary, "%s.XXXXXX", path));
    descriptor = mkstemp(temporary.bytes);
    if (descriptor < 0) PW_FAIL(PW_EIO, "%s: cannot be written: %s", path, strerror(errno));
    (void) fchmod(descriptor, 0644);
    stream = fdopen(descriptor, "w");
    if (stream == NULL || fwrite(text->bytes, 1, text->length, stream) != text->length
        || fflush(stream) != 0 || fsync(descriptor) != 0 || rename(temporary.bytes, path) < 0) {
        const int error = errno;

        (void) unlink(temporary.bytes);
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", path, strerror(error));
    }
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&temporary);
    return status;
}

pw_status
cli_sweep_write_list(const struct cli_sweep *sweep)
{
    static const char *const folders[] = { "", "points", "work", "histories", "scenarios" };
    pw_status status = PW_OK;
    struct pw_text path = { 0 }, text = { 0 };

    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++)
        PW_TRY(make_folder(sweep->folder, folders[f]));
    if (sweep->design.keeps_runs) PW_TRY(make_folder(sweep->folder, "runs"));
    /* As they are now: somebody may change the files while runs are still to be done. */
    for (size_t s = 0; s < sweep->num_scenarios; s++) {
        const struct pw_scenario *scenario = &sweep->scenarios[s].scenario;

        path.length = text.length = 0;
        PW_TRY(cli_sweep_path(sweep->folder, "scenarios", scenario->digest, ".json", &path));
        PW_TRY(pw_text_add(&text, "%s", scenario->resolved_text));
        PW_TRY(replace_file(path.bytes, &text));
    }
    path.length = text.length = 0;
    PW_TRY(pw_text_add(&path, "%s/sweep.json", sweep->folder));
    PW_TRY(describe_sweep(sweep, &text));
    PW_TRY(replace_file(path.bytes, &text));
done:
    pw_text_free(&path);
    pw_text_free(&text);
    return status;
}

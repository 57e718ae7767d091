/*
 * What a fit leaves: a table of every stage, the sensitivity, and a scenario with the fitted values
 * and how well the figures know them.
 *
 * SPDX-License-Identifier: MIT
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"
#include "pathways/alloc.h"

static double
mean_square(const double *distances, size_t count)
{
    double sum = 0.0;

    for (size_t d = 0; d < count; d++)
        sum += distances[d] * distances[d];
    return sqrt(sum / (double) count);
}

pw_status
cli_print_stage(
    const struct cli_calibration *calibration, const struct pw_least_squares_result *result)
{
    pw_status status = PW_OK;
    struct cli_table table = { 0 };

    cli_table_column(&table, "parameter", false);
    cli_table_column(&table, "before", true);
    cli_table_column(&table, "after", true);
    cli_table_column(&table, "standard error", true);
    cli_table_column(&table, "uncertainty", true);
    cli_table_column(&table, "unit", false);
    for (size_t k = 0; k < calibration->num_unknowns; k++) {
        const struct cli_unknown *unknown = &calibration->unknowns[k];

        PW_TRY(cli_table_text(&table, calibration->stage->free[k].name));
        PW_TRY(cli_table_cell(&table, "%.4g", unknown->start));
        PW_TRY(cli_table_cell(&table, "%.4g", cli_value_at(unknown, result->unknowns[k])));
        PW_TRY(cli_table_cell(&table, "%.2g", result->uncertainty[k] * cli_prior_sd(unknown)));
        PW_TRY(cli_table_cell(&table, "%.2f", result->uncertainty[k]));
        PW_TRY(cli_table_text(&table, unknown->param->unit));
    }
    (void) printf("\n%s: %zu figures, root mean square distance %.2f before and %.2f after %d "
                  "rounds\n\n",
        calibration->stage->name, calibration->num_used,
        mean_square(result->before, calibration->num_used),
        mean_square(result->after, calibration->num_used), result->num_rounds);
    cli_table_print(&table, CLI_TABLE, stdout);
    (void) fflush(stdout);
done:
    cli_table_free(&table);
    return status;
}

pw_status
cli_write_sensitivity(const struct cli_calibration *calibration,
    const struct pw_least_squares_result *result, bool is_first)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };
    FILE *stream = NULL;
    size_t d = 0;

    PW_TRY(pw_text_add(&path, "%s.sensitivity.csv", calibration->output));
    stream = fopen(path.bytes, is_first ? "w" : "a");
    if (stream == NULL) PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
    if (is_first)
        (void) fprintf(
            stream, "stage,measure,by,group,first_year,unit,parameter,prior_sd,change\n");
    for (size_t t = 0; t < calibration->targets.count; t++) {
        const struct pw_target *target = &calibration->targets.items[t];

        if (!calibration->is_used[t]) continue;
        for (size_t k = 0; k < calibration->num_unknowns; k++)
            (void) fprintf(stream, "%s,%s,%s,%s,%d,%s,%s,%.6g,%.6g\n", calibration->stage->name,
                target->measure, target->by, target->group, target->first_year, target->unit,
                calibration->stage->free[k].name, cli_prior_sd(&calibration->unknowns[k]),
                result->jacobian[d * calibration->num_unknowns + k] * target->tolerance
                    / target->weight);
        d++;
    }
    if (fclose(stream) != 0)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", path.bytes, strerror(errno));
done:
    pw_text_free(&path);
    return status;
}

pw_status
cli_mark_stage(struct cli_calibration *calibration, const struct pw_least_squares_result *result)
{
    pw_status status = PW_OK;

    for (size_t k = 0; k < calibration->num_unknowns; k++) {
        const struct cli_unknown *unknown = &calibration->unknowns[k];
        size_t m = 0;

        while (m < calibration->num_marks
               && (calibration->marks[m].param != unknown->param
                   || calibration->marks[m].index != unknown->index))
            m++; /* what an earlier stage fitted is fitted again */
        if (m == calibration->marks_capacity) {
            const size_t room = 2 * m + 64;

            PW_TRY(pw_grow(m, room, sizeof *calibration->marks, &calibration->marks));
            calibration->marks_capacity = room;
        }
        if (m == calibration->num_marks) calibration->num_marks++;
        calibration->marks[m] = (struct pw_calibrated){ .param = unknown->param,
            .index = unknown->index,
            .value = cli_value_at(unknown, result->unknowns[k]),
            .standard_error = result->uncertainty[k] * cli_prior_sd(unknown) };
    }
done:
    return status;
}

/* The folder of a file, whether or not the file is there. */
static pw_status
find_folder(const char *file, char **folder)
{
    pw_status status = PW_OK;
    const char *slash = strrchr(file, '/');
    char *name = NULL, *real = NULL;

    *folder = NULL;
    PW_TRY(pw_strdup(slash == NULL ? "." : file, &name));
    if (slash != NULL) name[slash == file ? 1 : slash - file] = '\0';
    real = realpath(name, NULL);
    if (real == NULL) PW_FAIL(PW_EIO, "%s: cannot be found: %s", name, strerror(errno));
    PW_TRY(pw_strdup(real, folder));
done:
    free(real);
    pw_free(&name);
    return status;
}

/* What `file` is called from the folder of `from`: "england.json", "../scenarios/england.json". */
static pw_status
name_from(const char *from, const char *file, struct pw_text *name)
{
    pw_status status = PW_OK;
    const char *slash = strrchr(file, '/');
    char *here = NULL, *there = NULL;
    size_t shared = 0;

    PW_TRY(find_folder(from, &here));
    PW_TRY(find_folder(file, &there));
    for (size_t c = 0;; c++) { /* to the last whole folder that both have */
        const char a = here[c] == '\0' ? '/' : here[c], b = there[c] == '\0' ? '/' : there[c];

        if (a != b) break;
        if (a == '/') shared = c;
        if (here[c] == '\0' || there[c] == '\0') break;
    }
    for (const char *rest = here + shared; *rest != '\0'; rest++)
        if (rest[0] == '/' && rest[1] != '\0') PW_TRY(pw_text_add(name, "../"));
    const char *rest = there + shared + (there[shared] == '/');
    PW_TRY(pw_text_add(
        name, "%s%s%s", rest, *rest == '\0' ? "" : "/", slash == NULL ? file : slash + 1));
done:
    pw_free(&here);
    pw_free(&there);
    return status;
}

static void
print_values(FILE *stream, const struct cli_calibration *calibration)
{
    size_t num_params;
    const struct pw_param *table = pw_params_table(&num_params);
    bool is_first = true;

    for (size_t p = 0; p < num_params; p++) {
        const struct pw_param *param = &table[p];

        if (!calibration->is_fitted[p]) continue;
        (void) fprintf(stream, "%s\n    \"%s\": %s", is_first ? "" : ",", param->path,
            param->length > 1 ? "[" : "");
        for (int i = 0; i < param->length; i++)
            (void) fprintf(stream, "%s%.6g", i == 0 ? "" : ", ",
                pw_params_get(&calibration->fitted, param, i));
        (void) fprintf(stream, "%s", param->length > 1 ? "]" : "");
        is_first = false;
    }
}

static void
print_marks(FILE *stream, const struct cli_calibration *calibration)
{
    for (size_t m = 0; m < calibration->num_marks; m++) {
        const struct pw_calibrated *mark = &calibration->marks[m];

        (void) fprintf(stream, "%s\n    \"%s", m == 0 ? "" : ",", mark->param->path);
        if (mark->param->length > 1) (void) fprintf(stream, "[%d]", mark->index);
        (void) fprintf(stream, "\": { \"value\": %.6g, \"standard_error\": %.3g }",
            pw_params_get(&calibration->fitted, mark->param, mark->index), mark->standard_error);
    }
}

pw_status
cli_write_fitted(const struct cli_calibration *calibration)
{
    pw_status status = PW_OK;
    struct pw_text base = { 0 };
    FILE *stream = NULL;

    PW_TRY(name_from(calibration->output, calibration->scenario_path, &base));
    stream = fopen(calibration->output, "w");
    if (stream == NULL)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", calibration->output, strerror(errno));
    (void) fprintf(stream, "{\n  \"title\": ");
    cli_print_quoted(stream, calibration->scenario.title);
    (void) fprintf(stream, ",\n  \"why\": ");
    cli_print_quoted(stream, "Parameters fitted by pathways calibrate to published figures");
    (void) fprintf(stream, ",\n  \"extends\": ");
    cli_print_quoted(stream, base.bytes);
    (void) fprintf(stream, ",\n  \"parameters\": {");
    print_values(stream, calibration);
    (void) fprintf(stream, "\n  },\n  \"calibrated\": {");
    print_marks(stream, calibration);
    (void) fprintf(stream, "\n  }\n}\n");
    if (fclose(stream) != 0) {
        stream = NULL;
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", calibration->output, strerror(errno));
    }
    stream = NULL;
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&base);
    return status;
}

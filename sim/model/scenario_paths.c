/*
 * National paths.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"
#include "scenario_document.h"

/* Shares of a whole may miss 100 % by this much: published figures are rounded. */
#define ROUNDING 0.5

static const struct pw_document_range year_range = { 1500, 3000, "year" };

/** One knot, [year, value...]. Values that are wrong are left at 0. */
static void
read_knot(struct pw_document *document, const cJSON *knot, const struct pw_path_info *info,
    double *year, double *values)
{
    const struct pw_document_range range = { info->min, info->max, info->unit };
    double sum = 0.0;
    bool is_right = true;
    int i = 0;

    if (!cJSON_IsArray(knot) || cJSON_GetArraySize(knot) != info->length + 1) {
        pw_document_fault(document, knot, "%s: a knot is [year, %d value%s]; this is %s of %d",
            info->path, info->length, info->length == 1 ? "" : "s", pw_document_kind(knot),
            cJSON_GetArraySize(knot));
        return;
    }
    (void) pw_document_number(document, knot->child, info->path, &year_range, year);
    for (const cJSON *node = knot->child->next; node != NULL; node = node->next) {
        is_right = pw_document_number(document, node, info->path, &range, &values[i]) && is_right;
        sum += values[i++];
    }
    if (is_right && info->length > 1 && strcmp(info->unit, "%") == 0
        && fabs(sum - 100.0) > ROUNDING)
        pw_document_fault(document, knot,
            "%s: the shares of %.15g add up to %.15g; they must add up to 100 %%", info->path,
            *year, sum);
}

static void
read_knots(struct pw_document *document, const cJSON *knots, const struct pw_path_info *info,
    struct pw_path *path)
{
    if (knots == NULL || !pw_document_is_array(document, knots)) return;
    const int count = cJSON_GetArraySize(knots);
    if (count == 0)
        pw_document_fault(document, knots, "%s has no knots: write at least one", info->path);
    if (document->status == PW_OK)
        document->status = pw_alloc((size_t) count, sizeof *path->year, &path->year);
    if (document->status == PW_OK)
        document->status =
            pw_alloc((size_t) count * (size_t) info->length, sizeof *path->value, &path->value);
    if (document->status != PW_OK) return;
    for (const cJSON *knot = knots->child; knot != NULL; knot = knot->next) {
        const int i = path->num_knots++;
        double *year = &path->year[i];

        read_knot(document, knot, info, year, &path->value[(ptrdiff_t) i * info->length]);
        if (i > 0 && *year > 0 && *year <= path->year[i - 1])
            pw_document_fault(document, knot,
                "%s: the year %.15g does not come after %.15g; the years of knots rise", info->path,
                *year, path->year[i - 1]);
    }
}

static void
read_path(struct pw_document *document, const cJSON *object, const struct pw_path_info *info,
    struct pw_path *path)
{
    static const char *const keys[] = { "source", "status", "knots" };
    static const char *const statuses[] = { "recorded", "assumed", "calibrated" };
    const cJSON *node;
    bool is_known = false;

    path->length = info->length;
    if (!pw_document_is_object(document, object)) return;
    pw_document_check_keys(document, object, keys, sizeof keys / sizeof *keys, "a path");
    path->source = pw_document_copy(document, pw_document_source(document, object));
    node = pw_document_need(document, object, "status");
    const char *status = pw_document_text(document, node, "status");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses && status != NULL; i++)
        is_known = is_known || strcmp(status, statuses[i]) == 0;
    if (status != NULL && !is_known)
        pw_document_fault(document, node,
            "status: \"%s\" is not one; write \"recorded\", \"assumed\" or \"calibrated\"", status);
    read_knots(document, pw_document_need(document, object, "knots"), info, path);
}

/** Report the paths that do not exist. */
static void
check_names(struct pw_document *document, const cJSON *paths)
{
    for (const cJSON *node = paths->child; node != NULL && !pw_document_is_full(document);
         node = node->next) {
        struct pw_spelling spelling = pw_spelling_of(node->string);

        for (int id = 0; id < PW_NUM_PATHS; id++)
            pw_spelling_try(&spelling, pw_path_info((enum pw_path_id) id)->path);
        if (spelling.nearest == NULL)
            pw_document_fault_key(document, node,
                "%s: there is no such path; `pathways describe paths` lists them", node->string);
        else if (strcmp(spelling.nearest, node->string) != 0)
            pw_document_fault_key(document, node, "%s: there is no such path; did you mean %s?",
                node->string, spelling.nearest);
    }
}

void
pw_scenario_read_paths(struct pw_document *document, struct pw_scenario *scenario)
{
    const cJSON *paths = pw_document_get(document->root, "paths");

    if (paths == NULL && !document->is_partial)
        pw_document_fault(document, NULL,
            "\"paths\" is missing: extend a base scenario (\"extends\": \"england.json\") or give "
            "all %d",
            PW_NUM_PATHS);
    if (paths == NULL || !pw_document_is_object(document, paths)) return;
    check_names(document, paths);
    for (int id = 0; id < PW_NUM_PATHS; id++) {
        const struct pw_path_info *info = pw_path_info((enum pw_path_id) id);
        const cJSON *object = pw_document_get(paths, info->path);

        if (object != NULL)
            read_path(document, object, info, &scenario->paths[id]);
        else if (!document->is_partial)
            pw_document_fault(document, paths,
                "the path %s is missing: give it { \"source\", \"status\", \"knots\" } (%s)",
                info->path, info->unit);
    }
}

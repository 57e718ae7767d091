/* SPDX-License-Identifier: MIT */
#include "pathways/targets.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "scenario_document.h"

/* Where the reading stands: an entry of the file and what its figures have in common. */
struct reading {
    struct pw_document *document;
    struct pw_targets *targets;
    size_t capacity;
    const cJSON *entry;
    struct pw_target common;
};

static const struct pw_document_range any = { -1e12, 1e12, "the unit of the measure" };

/* "year": 2025 or [2014, 2025]. */
static void
read_years(struct reading *reading)
{
    static const struct pw_document_range years = { 1900, 2200, "calendar years" };
    struct pw_document *document = reading->document;
    const cJSON *year = pw_document_need(document, reading->entry, "year");
    const cJSON *first = cJSON_IsArray(year) ? cJSON_GetArrayItem(year, 0) : year;
    const cJSON *last = cJSON_IsArray(year) ? cJSON_GetArrayItem(year, 1) : year;
    int64_t begin = 0, end = 0;

    if (year == NULL) return;
    if (cJSON_IsArray(year) && cJSON_GetArraySize(year) != 2) {
        pw_document_fault(document, year, "year: two years, first and last, belong in the list");
        return;
    }
    if (!pw_document_whole(document, first, "year", &years, &begin)
        || !pw_document_whole(document, last, "year", &years, &end))
        return;
    if (end < begin)
        pw_document_fault(
            document, year, "year: %d to %d runs backwards; swap them", (int) begin, (int) end);
    reading->common.first_year = (int) begin;
    reading->common.last_year = (int) end;
}

/* A number, or a number and the limits of its interval. */
static void
add_figure(struct reading *reading, const char *group, const cJSON *figure)
{
    struct pw_targets *targets = reading->targets;
    struct pw_document *document = reading->document;
    struct pw_target target = reading->common;
    const cJSON *value = cJSON_IsArray(figure) ? cJSON_GetArrayItem(figure, 0) : figure;

    if (cJSON_IsArray(figure)) {
        if (cJSON_GetArraySize(figure) != 3) {
            pw_document_fault(document, figure,
                "%s: a figure is a number, or [figure, lower limit, upper limit]", group);
            return;
        }
        (void) pw_document_number(
            document, cJSON_GetArrayItem(figure, 1), "lower limit", &any, &target.low);
        (void) pw_document_number(
            document, cJSON_GetArrayItem(figure, 2), "upper limit", &any, &target.high);
    }
    if (!pw_document_number(document, value, group, &any, &target.value)) return;
    if (target.low > target.value || target.high < target.value)
        pw_document_fault(document, figure, "%s: %.15g is outside its own interval, %.15g to %.15g",
            group, target.value, target.low, target.high);
    target.group = group;
    if (targets->count == reading->capacity) {
        const size_t room = 2 * reading->capacity + 64;

        if (document->status == PW_OK)
            document->status =
                pw_grow(reading->capacity, room, sizeof *targets->items, &targets->items);
        if (document->status != PW_OK) return;
        reading->capacity = room;
    }
    targets->items[targets->count++] = target;
}

static const char *
text_or(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

static const char *
need_text(struct reading *reading, const char *key)
{
    return text_or(pw_document_text(reading->document,
                       pw_document_need(reading->document, reading->entry, key), key),
        "");
}

static void
read_entry(struct reading *reading)
{
    static const char *const keys[] = { "theme", "measure", "by", "year", "value", "values", "unit",
        "tolerance", "mean_tolerance", "weight", "about", "misfit", "source" };
    static const struct pw_document_range tolerances = { 1e-9, 1e9, "the unit of the measure" };
    static const struct pw_document_range weights = { 0.0, 100.0, "1" };
    struct pw_document *document = reading->document;
    const cJSON *entry = reading->entry;
    const cJSON *value = pw_document_get(entry, "value"),
                *values = pw_document_get(entry, "values");
    const char *by = pw_document_text(document, pw_document_get(entry, "by"), "by");

    pw_document_check_keys(document, entry, keys, sizeof keys / sizeof *keys, "a target");
    reading->common = (struct pw_target){ .theme = need_text(reading, "theme"),
        .measure = need_text(reading, "measure"),
        .by = text_or(by, "nation"),
        .unit = need_text(reading, "unit"),
        .source = need_text(reading, "source"),
        .about = text_or(pw_document_text(document, pw_document_get(entry, "about"), "about"), ""),
        .misfit =
            text_or(pw_document_text(document, pw_document_get(entry, "misfit"), "misfit"), ""),
        .low = (double) NAN,
        .high = (double) NAN,
        .entry = reading->targets->num_entries++,
        .mean_tolerance = (double) NAN,
        .weight = 1.0 };
    read_years(reading);
    (void) pw_document_number(document, pw_document_need(document, entry, "tolerance"), "tolerance",
        &tolerances, &reading->common.tolerance);
    (void) pw_document_number(document, pw_document_get(entry, "mean_tolerance"), "mean_tolerance",
        &tolerances, &reading->common.mean_tolerance);
    (void) pw_document_number(
        document, pw_document_get(entry, "weight"), "weight", &weights, &reading->common.weight);
    if ((value == NULL) == (values == NULL) || (values == NULL) != (by == NULL)) {
        pw_document_fault(document, entry,
            "a target has \"value\", or \"by\" and \"values\", one for each group");
        return;
    }
    if (value != NULL) add_figure(reading, "all", value);
    if (values == NULL || !pw_document_is_object(document, values)) return;
    for (const cJSON *figure = values->child; figure != NULL; figure = figure->next)
        add_figure(reading, figure->string, figure);
}

/* "free": { "post16.sixth_form": [-2, 2], ... } */
static pw_status
read_free(struct pw_document *document, const cJSON *free, struct pw_stage *stage)
{
    pw_status status = PW_OK;

    if (free == NULL || !pw_document_is_object(document, free)) goto done;
    PW_TRY(pw_alloc((size_t) cJSON_GetArraySize(free), sizeof *stage->free, &stage->free));
    for (const cJSON *node = free->child; node != NULL; node = node->next) {
        struct pw_free_param *param = &stage->free[stage->num_free++];

        param->name = node->string;
        if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != 2)
            pw_document_fault(
                document, node, "%s: its two limits, [low, high], belong here", node->string);
        else if (pw_document_number(document, cJSON_GetArrayItem(node, 0), "low", &any, &param->low)
                 && pw_document_number(
                     document, cJSON_GetArrayItem(node, 1), "high", &any, &param->high)
                 && param->high <= param->low)
            pw_document_fault(document, node, "%s: %.15g to %.15g is no range", node->string,
                param->low, param->high);
    }
done:
    return status;
}

static pw_status
read_stage(struct pw_document *document, const cJSON *node, struct pw_stage *stage)
{
    static const char *const keys[] = { "name", "themes", "free" };
    pw_status status = PW_OK;
    const cJSON *themes = pw_document_get(node, "themes");

    pw_document_check_keys(document, node, keys, sizeof keys / sizeof *keys, "a stage");
    stage->name =
        text_or(pw_document_text(document, pw_document_need(document, node, "name"), "name"), "");
    if (themes != NULL && pw_document_is_array(document, themes)) {
        PW_TRY(
            pw_alloc((size_t) cJSON_GetArraySize(themes), sizeof *stage->themes, &stage->themes));
        for (const cJSON *theme = themes->child; theme != NULL; theme = theme->next)
            stage->themes[stage->num_themes++] =
                text_or(pw_document_text(document, theme, "theme"), "");
    }
    PW_TRY(read_free(document, pw_document_get(node, "free"), stage));
done:
    return status;
}

static bool
is_free_in(const struct pw_stage *stage, const char *name)
{
    for (size_t k = 0; k < stage->num_free; k++)
        if (strcmp(stage->free[k].name, name) == 0) return true;
    return false;
}

/* A stage that names no parameters fits those of all stages before it, together. */
static pw_status
gather_free(const struct pw_targets *targets, struct pw_stage *stage)
{
    pw_status status = PW_OK;
    size_t room = 0;

    for (const struct pw_stage *before = targets->stages; before < stage; before++)
        room += before->num_free;
    PW_TRY(pw_alloc(room, sizeof *stage->free, &stage->free));
    for (const struct pw_stage *before = targets->stages; before < stage; before++)
        for (size_t k = 0; k < before->num_free; k++)
            if (!is_free_in(stage, before->free[k].name))
                stage->free[stage->num_free++] = before->free[k];
done:
    return status;
}

static void
read_stages(struct reading *reading, const cJSON *stages)
{
    struct pw_targets *targets = reading->targets;
    struct pw_document *document = reading->document;

    if (stages == NULL || !pw_document_is_array(document, stages)) return;
    if (document->status == PW_OK)
        document->status = pw_alloc(
            (size_t) cJSON_GetArraySize(stages), sizeof *targets->stages, &targets->stages);
    for (const cJSON *stage = stages->child; stage != NULL && document->status == PW_OK;
         stage = stage->next) {
        struct pw_stage *const read = &targets->stages[targets->num_stages];

        if (!pw_document_is_object(document, stage)) continue;
        targets->num_stages++;
        document->status = read_stage(document, stage, read);
        if (document->status == PW_OK && read->num_free == 0)
            document->status = gather_free(targets, read);
        if (read->num_free == 0)
            pw_document_fault(document, stage,
                "stage %s: \"free\" is missing, and no stage before it has parameters to fit",
                read->name);
    }
}

static void
read_root(struct reading *reading)
{
    static const char *const keys[] = { "title", "why", "bar", "targets", "calibration" };
    static const char *const bars[] = { "share_within" };
    static const struct pw_document_range share = { 0, 100, "%" };
    struct pw_document *document = reading->document;
    const cJSON *root = document->root;
    const cJSON *bar = pw_document_get(root, "bar");
    const cJSON *targets = pw_document_need(document, root, "targets");

    pw_document_check_keys(document, root, keys, sizeof keys / sizeof *keys, "a file of targets");
    reading->targets->title =
        text_or(pw_document_text(document, pw_document_need(document, root, "title"), "title"), "");
    (void) pw_document_text(document, pw_document_get(root, "why"), "why");
    if (bar != NULL && pw_document_is_object(document, bar)) {
        pw_document_check_keys(document, bar, bars, 1, "the bar");
        (void) pw_document_number(document, pw_document_get(bar, "share_within"), "share_within",
            &share, &reading->targets->share_within);
    }
    read_stages(reading, pw_document_get(root, "calibration"));
    if (targets == NULL || !pw_document_is_array(document, targets)) return;
    for (const cJSON *entry = targets->child; entry != NULL; entry = entry->next) {
        reading->entry = entry;
        if (pw_document_is_object(document, entry)) read_entry(reading);
    }
    if (reading->targets->count == 0 && document->faults->count == 0)
        pw_document_fault(document, targets, "targets is empty: there is nothing to compare with");
}

pw_status
pw_targets_read(const char *path, struct pw_targets *targets, struct pw_faults *faults)
{
    pw_status status = PW_OK;
    struct reading reading = { .targets = targets };

    PW_TRY(pw_alloc(1, sizeof *targets->document, &targets->document));
    reading.document = targets->document;
    targets->document->faults = faults;
    PW_TRY(pw_document_read(targets->document, path, NULL, 0));
    if (targets->document->root != NULL) read_root(&reading);
    PW_TRY(targets->document->status);
    pw_document_sort_faults(targets->document);
    PW_TRY(pw_faults_refuse(faults, path));
done:
    return status;
}

void
pw_targets_free(struct pw_targets *targets)
{
    if (targets->document != NULL) pw_document_free(targets->document);
    pw_free(&targets->document);
    pw_free(&targets->items);
    for (size_t s = 0; s < targets->num_stages; s++) {
        pw_free(&targets->stages[s].themes);
        pw_free(&targets->stages[s].free);
    }
    pw_free(&targets->stages);
    *targets = (struct pw_targets){ 0 };
}

double
pw_target_distance(const struct pw_target *target, double value)
{
    return fabs(value - target->value) / target->tolerance;
}

int
pw_target_is_met(const struct pw_target *target, double value)
{
    return pw_target_distance(target, value) <= 1.0
           || (value >= target->low && value <= target->high);
}

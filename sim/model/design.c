/* SPDX-License-Identifier: MIT */
#include "pathways/design.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "design_factor.h"
#include "pathways/alloc.h"
#include "pathways/sample.h"

static const char *const kinds[PW_NUM_DESIGN_KINDS] = { "grid", "list", "latin_hypercube",
    "sobol" };
static const struct pw_document_range any = { -1e300, 1e300, "the unit of the factor" };

const char *
pw_design_kind_name(enum pw_design_kind kind)
{
    return kinds[kind];
}

static bool
has_ranges(const struct pw_design *design)
{
    return design->kind == PW_DESIGN_LATIN_HYPERCUBE || design->kind == PW_DESIGN_SOBOL;
}

/* --- Factors -----------------------------------------------------------------------------------
 */

static pw_status
add_factor(struct pw_document *document, const cJSON *node, struct pw_design *design)
{
    pw_status status = PW_OK;

    if (design->num_factors == PW_MAX_FACTORS)
        PW_FAIL(PW_EINPUT, "%s: a design has at most %d factors", node->string, PW_MAX_FACTORS);
    PW_TRY(pw_grow(
        design->num_factors, design->num_factors + 1, sizeof *design->factors, &design->factors));
    pw_factor_find(document, node, &design->factors[design->num_factors++]);
done:
    return status;
}

static pw_status
read_factors(struct pw_document *document, const cJSON *factors, struct pw_design *design)
{
    pw_status status = PW_OK;

    if (factors == NULL || !pw_document_is_object(document, factors)) goto done;
    for (const cJSON *node = factors->child; node != NULL; node = node->next) {
        PW_TRY(add_factor(document, node, design));
        if (has_ranges(design))
            pw_factor_read_range(document, node, &design->factors[design->num_factors - 1]);
        else
            pw_factor_read_values(document, node, &design->factors[design->num_factors - 1]);
    }
done:
    return status;
}

/* --- Points ------------------------------------------------------------------------------------
 */

static pw_status
make_room(struct pw_design *design, size_t num_points)
{
    design->num_points = num_points;
    return pw_alloc(num_points * design->num_factors, sizeof *design->points, &design->points);
}

/* The last factor changes fastest. */
static pw_status
lay_grid(struct pw_document *document, struct pw_design *design)
{
    pw_status status = PW_OK;
    size_t count = 1;

    for (size_t f = 0; f < design->num_factors; f++) {
        if (design->factors[f].num_values == 0) goto done; /* a fault */
        if (count > PW_MAX_DESIGN_POINTS / design->factors[f].num_values) {
            pw_document_fault(document, NULL, "the grid has more than %d points; use fewer values",
                PW_MAX_DESIGN_POINTS);
            goto done;
        }
        count *= design->factors[f].num_values;
    }
    PW_TRY(make_room(design, count));
    for (size_t p = 0; p < count; p++) {
        size_t rest = p;

        for (size_t f = design->num_factors; f-- > 0;) {
            const struct pw_factor *factor = &design->factors[f];

            design->points[p * design->num_factors + f] = factor->values[rest % factor->num_values];
            rest /= factor->num_values;
        }
    }
done:
    return status;
}

static size_t
find_column(const struct pw_design *design, const char *name)
{
    size_t f = 0;

    while (f < design->num_factors && strcmp(design->factors[f].name, name) != 0)
        f++;
    return f;
}

/* [ { "jobs.credentialism": 0.5 }, ... ]: the factors are all that any point names. */
static pw_status
lay_list(struct pw_document *document, const cJSON *list, struct pw_design *design)
{
    pw_status status = PW_OK;
    size_t p = 0;

    if (list == NULL || !pw_document_is_array(document, list)) goto done;
    for (const cJSON *point = list->child; point != NULL; point = point->next) {
        if (!pw_document_is_object(document, point)) continue;
        for (const cJSON *node = point->child; node != NULL; node = node->next)
            if (find_column(design, node->string) == design->num_factors)
                PW_TRY(add_factor(document, node, design));
    }
    PW_TRY(make_room(design, (size_t) cJSON_GetArraySize(list)));
    for (const cJSON *point = list->child; point != NULL; point = point->next, p++) {
        double *values = design->points + p * design->num_factors;

        for (size_t f = 0; f < design->num_factors; f++)
            values[f] = (double) NAN;
        if (!cJSON_IsObject(point)) continue;
        for (const cJSON *node = point->child; node != NULL; node = node->next) {
            const size_t f = find_column(design, node->string);

            if (pw_document_number(document, node, node->string, &any, &values[f]))
                (void) pw_factor_check(document, node, &design->factors[f], values[f]);
        }
    }
    if (p == 0) pw_document_fault(document, list, "points is empty: there is nothing to run");
done:
    return status;
}

static pw_status
lay_sample(struct pw_document *document, const cJSON *points, struct pw_design *design)
{
    static const struct pw_document_range counts = { 1, PW_MAX_DESIGN_POINTS, "points" };
    pw_status status = PW_OK;
    int64_t count = 0;

    if (!pw_document_whole(document, points, "points", &counts, &count)) goto done;
    if (design->num_factors == 0) {
        pw_document_fault(document, NULL, "factors: a %s needs at least one, with its range",
            kinds[design->kind]);
        goto done;
    }
    if (design->kind == PW_DESIGN_SOBOL && design->num_factors > PW_SAMPLE_MAX_SOBOL) {
        pw_document_fault(document, pw_document_get(document->root, "factors"),
            "factors: a Sobol sequence has at most %d, not %zu; a latin_hypercube may have more",
            PW_SAMPLE_MAX_SOBOL, design->num_factors);
        goto done;
    }
    if (document->faults->count > 0) goto done;
    PW_TRY(make_room(design, (size_t) count));
    PW_TRY(design->kind == PW_DESIGN_SOBOL
               ? pw_sample_sobol(design->num_factors, design->num_points, design->points)
               : pw_sample_latin_hypercube(
                   design->num_factors, design->num_points, design->seed, design->points));
    for (size_t i = 0; i < design->num_points * design->num_factors; i++)
        design->points[i] =
            pw_factor_value(&design->factors[i % design->num_factors], design->points[i]);
done:
    return status;
}

/* --- What is common to all runs ----------------------------------------------------------------
 */

static pw_status
read_texts(struct pw_document *document, const char *key, const char ***texts, size_t *count)
{
    pw_status status = PW_OK;
    const cJSON *list = pw_document_get(document->root, key);

    if (list == NULL || !pw_document_is_array(document, list)) goto done;
    PW_TRY(pw_alloc((size_t) cJSON_GetArraySize(list), sizeof **texts, texts));
    for (const cJSON *node = list->child; node != NULL; node = node->next) {
        const char *text = pw_document_text(document, node, key);

        if (text != NULL) (*texts)[(*count)++] = text;
    }
done:
    return status;
}

/* Whether the values make sense is for the reader of scenarios to say. */
static pw_status
read_run(struct pw_document *document, const cJSON *run, struct pw_design *design)
{
    static const char *const keys[] = { "persons", "history_from", "start_year", "years",
        "record_from", "record", "seed", "shards", "replicate" };
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    if (run == NULL || !pw_document_is_object(document, run)) goto done;
    pw_document_check_keys(document, run, keys, sizeof keys / sizeof *keys, "run");
    PW_TRY(pw_alloc((size_t) cJSON_GetArraySize(run), sizeof *design->settings, &design->settings));
    for (const cJSON *node = run->child; node != NULL; node = node->next) {
        double value = 0.0;

        if (!pw_document_number(document, node, node->string, &any, &value)) continue;
        text.length = 0;
        PW_TRY(pw_text_add(&text, "run.%s=%.17g", node->string, value));
        PW_TRY(pw_strdup(text.bytes, &design->settings[design->num_settings++]));
    }
done:
    pw_text_free(&text);
    return status;
}

static enum pw_design_kind
read_kind(struct pw_document *document)
{
    const cJSON *node = pw_document_need(document, document->root, "kind");
    const char *text = pw_document_text(document, node, "kind");

    for (int kind = 0; text != NULL && kind < PW_NUM_DESIGN_KINDS; kind++)
        if (strcmp(text, kinds[kind]) == 0) return (enum pw_design_kind) kind;
    if (text != NULL)
        pw_document_fault(document, node,
            "kind: \"%s\" is none; there are grid, list, latin_hypercube and sobol", text);
    return PW_DESIGN_GRID;
}

static const char *
text_or_empty(struct pw_document *document, const char *key)
{
    const char *text = pw_document_text(document, pw_document_get(document->root, key), key);

    return text == NULL ? "" : text;
}

/* Keys that only some kinds have. */
static void
check_kind(struct pw_document *document, const struct pw_design *design)
{
    const cJSON *points = pw_document_get(document->root, "points");
    const cJSON *seed = pw_document_get(document->root, "seed");

    if (design->kind != PW_DESIGN_GRID) (void) pw_document_need(document, document->root, "points");
    if (design->kind == PW_DESIGN_GRID && points != NULL)
        pw_document_fault_key(document, points,
            "points: a grid has those of its factors' values; leave this out or choose another "
            "kind");
    if (design->kind == PW_DESIGN_LIST && pw_document_get(document->root, "factors") != NULL)
        pw_document_fault_key(document, pw_document_get(document->root, "factors"),
            "factors: the points of a list name their factors; leave this out");
    if (design->kind != PW_DESIGN_LATIN_HYPERCUBE && seed != NULL)
        pw_document_fault_key(document, seed,
            "seed: only a latin_hypercube draws its points; the seed of the runs goes into "
            "\"run\"");
}

static pw_status
read_root(struct pw_document *document, struct pw_design *design)
{
    static const char *const keys[] = { "$schema", "title", "why", "kind", "points", "seed",
        "factors", "scenarios", "replicates", "run", "measures", "by", "keep_runs" };
    static const struct pw_document_range replicates = { 1, 1000000, "replicates" },
                                          seed = { 0, UINT32_MAX, "number" };
    pw_status status = PW_OK;
    const cJSON *root = document->root, *points = pw_document_get(root, "points"),
                *keeps = pw_document_get(root, "keep_runs");
    int64_t number = 1;

    if (root == NULL) goto done;
    pw_document_check_keys(document, root, keys, sizeof keys / sizeof *keys, "a design");
    design->title = text_or_empty(document, "title");
    design->why = text_or_empty(document, "why");
    design->kind = read_kind(document);
    check_kind(document, design);
    (void) pw_document_whole(
        document, pw_document_get(root, "replicates"), "replicates", &replicates, &number);
    design->replicates = (int) number;
    number = 1;
    (void) pw_document_whole(document, pw_document_get(root, "seed"), "seed", &seed, &number);
    design->seed = (uint32_t) number;
    if (keeps != NULL && !cJSON_IsBool(keeps))
        pw_document_fault(
            document, keeps, "keep_runs is %s; write true or false", pw_document_kind(keeps));
    design->keeps_runs = cJSON_IsTrue(keeps);
    PW_TRY(read_texts(document, "scenarios", &design->scenarios, &design->num_scenarios));
    PW_TRY(read_texts(document, "measures", &design->measures, &design->num_measures));
    PW_TRY(read_texts(document, "by", &design->by, &design->num_by));
    PW_TRY(read_run(document, pw_document_get(root, "run"), design));
    if (design->kind == PW_DESIGN_LIST) {
        PW_TRY(lay_list(document, points, design));
        goto done;
    }
    PW_TRY(read_factors(document, pw_document_get(root, "factors"), design));
    PW_TRY(has_ranges(design) ? lay_sample(document, points, design) : lay_grid(document, design));
done:
    return status;
}

pw_status
pw_design_read(const char *path, struct pw_design *design, struct pw_faults *faults)
{
    pw_status status = PW_OK;

    PW_TRY(pw_alloc(1, sizeof *design->document, &design->document));
    design->document->faults = faults;
    PW_TRY(pw_document_read(design->document, path, NULL, 0));
    PW_TRY(read_root(design->document, design));
    PW_TRY(design->document->status);
    pw_document_sort_faults(design->document);
    PW_TRY(pw_faults_refuse(faults, path));
    PW_TRY(pw_strdup(design->document->source_text, &design->text));
done:
    return status;
}

void
pw_design_free(struct pw_design *design)
{
    for (size_t f = 0; f < design->num_factors; f++) {
        pw_free(&design->factors[f].policy);
        pw_free(&design->factors[f].values);
    }
    for (size_t s = 0; s < design->num_settings; s++)
        pw_free(&design->settings[s]);
    pw_free(&design->factors);
    pw_free(&design->points);
    pw_free(&design->settings);
    pw_free(&design->scenarios);
    pw_free(&design->measures);
    pw_free(&design->by);
    pw_free(&design->text);
    if (design->document != NULL) pw_document_free(design->document);
    pw_free(&design->document);
    *design = (struct pw_design){ 0 };
}

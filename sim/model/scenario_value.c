/*
 * Looking at values: what is wrong is said once, here, and in the same words everywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"
#include "scenario_document.h"

const char *
pw_document_kind(const cJSON *node)
{
    return cJSON_IsString(node)   ? "a text"
           : cJSON_IsNumber(node) ? "a number"
           : cJSON_IsObject(node) ? "an object"
           : cJSON_IsArray(node)  ? "an array"
           : cJSON_IsTrue(node)   ? "true"
           : cJSON_IsFalse(node)  ? "false"
                                  : "null";
}

const cJSON *
pw_document_get(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const cJSON *
pw_document_need(struct pw_document *document, const cJSON *object, const char *key)
{
    const cJSON *node = pw_document_get(object, key);

    if (node == NULL && cJSON_IsObject(object))
        pw_document_fault(document, object, "\"%s\" is missing: add it here", key);
    return node;
}

/** What the value is called in its file. */
static const char *
name_of(const cJSON *node)
{
    return node->string == NULL ? "this" : node->string;
}

bool
pw_document_is_object(struct pw_document *document, const cJSON *node)
{
    if (node != NULL && !cJSON_IsObject(node))
        pw_document_fault(document, node, "%s is %s; an object, { ... }, belongs here",
            name_of(node), pw_document_kind(node));
    return cJSON_IsObject(node);
}

bool
pw_document_is_array(struct pw_document *document, const cJSON *node)
{
    if (node != NULL && !cJSON_IsArray(node))
        pw_document_fault(document, node, "%s is %s; an array, [ ... ], belongs here",
            name_of(node), pw_document_kind(node));
    return cJSON_IsArray(node);
}

const char *
pw_document_text(struct pw_document *document, const cJSON *node, const char *name)
{
    if (node == NULL) return NULL;
    if (!cJSON_IsString(node)) {
        pw_document_fault(document, node, "%s is %s; a text in double quotes belongs here", name,
            pw_document_kind(node));
        return NULL;
    }
    if (node->valuestring[0] == '\0') {
        pw_document_fault(document, node, "%s is empty: write a text", name);
        return NULL;
    }
    return node->valuestring;
}

bool
pw_document_number(struct pw_document *document, const cJSON *node, const char *name,
    const struct pw_document_range *range, double *value)
{
    if (node == NULL) return false;
    if (!cJSON_IsNumber(node)) {
        pw_document_fault(document, node,
            "%s is %s; a number from %.15g to %.15g (%s) belongs here", name,
            pw_document_kind(node), range->min, range->max, range->unit);
        return false;
    }
    if (!(node->valuedouble >= range->min && node->valuedouble <= range->max)) {
        pw_document_fault(document, node, "%s: %.15g is outside [%.15g, %.15g] (%s)", name,
            node->valuedouble, range->min, range->max, range->unit);
        return false;
    }
    *value = node->valuedouble;
    return true;
}

bool
pw_document_whole(struct pw_document *document, const cJSON *node, const char *name,
    const struct pw_document_range *range, int64_t *value)
{
    double number = 0.0;

    if (!pw_document_number(document, node, name, range, &number)) return false;
    if (number != floor(number)) {
        pw_document_fault(
            document, node, "%s: %.15g is not a whole number (%s)", name, number, range->unit);
        return false;
    }
    *value = (int64_t) number;
    return true;
}

/** The keys in one sentence, for somebody whose key is nothing like any of them. */
static pw_status
list_keys(struct pw_text *text, const char *const *keys, size_t count)
{
    pw_status status = PW_OK;

    for (size_t i = 0; i < count; i++)
        PW_TRY(pw_text_add(text, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", keys[i]));
done:
    return status;
}

/* Nearly every key is: only the others are compared letter by letter. */
static bool
is_among(const char *key, const char *const *allowed, size_t num_allowed)
{
    for (size_t i = 0; i < num_allowed; i++)
        if (allowed[i] != NULL && strcmp(key, allowed[i]) == 0) return true;
    return false;
}

void
pw_document_check_keys(struct pw_document *document, const cJSON *object,
    const char *const *allowed, size_t num_allowed, const char *what)
{
    if (!cJSON_IsObject(object)) return;
    for (const cJSON *member = object->child; member != NULL && !pw_document_is_full(document);
         member = member->next) {
        struct pw_spelling spelling = pw_spelling_of(member->string);

        if (is_among(member->string, allowed, num_allowed)) continue;
        for (size_t i = 0; i < num_allowed; i++)
            pw_spelling_try(&spelling, allowed[i]);
        if (spelling.nearest != NULL) {
            pw_document_fault_key(document, member,
                "\"%s\" is not a key of %s; did you mean \"%s\"?", member->string, what,
                spelling.nearest);
            continue;
        }
        struct pw_text keys = { 0 };
        document->status = list_keys(&keys, allowed, num_allowed);
        if (document->status == PW_OK)
            pw_document_fault_key(document, member, "\"%s\" is not a key of %s; its keys are %s",
                member->string, what, keys.bytes);
        pw_text_free(&keys);
    }
}

const char *
pw_document_source(struct pw_document *document, const cJSON *object)
{
    const cJSON *node = pw_document_need(document, object, "source");
    const char *source = pw_document_text(document, node, "source");
    const cJSON *sources = pw_document_get(document->root, "sources");

    if (source == NULL || strchr(source, ' ') != NULL || document->is_partial
        || (sources != NULL && !cJSON_IsObject(sources))
        || pw_document_get(sources, source) != NULL)
        return source;
    struct pw_spelling spelling = pw_spelling_of(source);
    for (const cJSON *entry = cJSON_IsObject(sources) ? sources->child : NULL; entry != NULL;
         entry = entry->next)
        pw_spelling_try(&spelling, entry->string);
    if (spelling.nearest != NULL)
        pw_document_fault(document, node,
            "source: \"%s\" is not among the sources; did you mean \"%s\"?", source,
            spelling.nearest);
    else
        pw_document_fault(document, node,
            "source: \"%s\" is not among the sources: add it to \"sources\", or write the "
            "reference out here",
            source);
    return source;
}

char *
pw_document_copy(struct pw_document *document, const char *text)
{
    char *copy = NULL;

    if (text != NULL && document->status == PW_OK) document->status = pw_strdup(text, &copy);
    return copy;
}

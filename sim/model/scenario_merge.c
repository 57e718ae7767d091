/*
 * Laying files over what they extend, and the command line over all. Values move, they are not
 * copied, so that faults still know where they stood.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/spelling.h"
#include "scenario_document.h"

static pw_status
out_of_memory(void)
{
    return pw_status_fail(
        PW_EMEMORY, __FILE__, __LINE__, "there is no memory to read the scenario");
}

/** Take a member out of its parent for good. */
static void
discard(struct pw_document *document, cJSON *parent, cJSON *node)
{
    if (!cJSON_AddItemToArray(document->discarded, cJSON_DetachItemViaPointer(parent, node)))
        document->status = out_of_memory();
}

/** Move a member to another object, where it overrules one of the same key. */
static void
move_member(struct pw_document *document, cJSON *from, cJSON *node, cJSON *into)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(into, node->string);

    if (old != NULL) discard(document, into, old);
    /* cJSON copies the key; a key of our own would be lost with the old one */
    (void) cJSON_DetachItemViaPointer(from, node);
    char *key = node->string;
    node->string = NULL;
    if (!cJSON_AddItemToObject(into, key, node)) document->status = out_of_memory();
    cJSON_free(key);
}

/** Put the policies of one file behind those it extends; one of the same name takes the place. */
static void
merge_policies(struct pw_document *document, cJSON *layer, cJSON *into)
{
    for (cJSON *policy = layer->child, *next; policy != NULL; policy = next) {
        const cJSON *name = pw_document_get(policy, "name");
        const size_t file = pw_document_file_of(document, policy);
        int index = 0;
        cJSON *old = into->child;

        next = policy->next;
        /* Two of one name in one file are not merged: that is a fault, found later. */
        while (old != NULL
               && (!cJSON_IsString(name) || !cJSON_Compare(pw_document_get(old, "name"), name, true)
                   || pw_document_file_of(document, old) == file)) {
            old = old->next;
            index++;
        }
        (void) cJSON_DetachItemViaPointer(layer, policy);
        if (old != NULL) discard(document, into, old);
        if (old != NULL && into->child != NULL && index < cJSON_GetArraySize(into))
            (void) cJSON_InsertItemInArray(into, index, policy);
        else
            (void) cJSON_AddItemToArray(into, policy);
    }
}

/** Lay a file over what it extends. Empties `layer`. */
static void
merge(struct pw_document *document, cJSON *layer, cJSON *into)
{
    static const char *const by_key[] = { "run", "parameters", "calibrated", "paths", "sources" };

    for (cJSON *member = layer->child, *next; member != NULL; member = next) {
        cJSON *old = cJSON_GetObjectItemCaseSensitive(into, member->string);
        bool is_by_key = false;

        next = member->next;
        for (size_t i = 0; i < sizeof by_key / sizeof *by_key; i++)
            is_by_key = is_by_key || strcmp(member->string, by_key[i]) == 0;
        if (is_by_key && cJSON_IsObject(member) && cJSON_IsObject(old)) {
            for (cJSON *entry = member->child, *after; entry != NULL; entry = after) {
                after = entry->next;
                move_member(document, member, entry, old);
            }
        } else if (strcmp(member->string, "policies") == 0 && cJSON_IsArray(member)
                   && cJSON_IsArray(old)) {
            merge_policies(document, member, old);
        } else {
            move_member(document, layer, member, into);
        }
    }
}

void
pw_document_merge(struct pw_document *document)
{
    for (size_t i = document->num_files; i-- > 0 && document->status == PW_OK;) {
        cJSON *layer = document->files[i].root;

        if (!cJSON_IsObject(layer)) continue; /* stays with its file, whose faults point into it */
        document->files[i].root = NULL;
        if (document->root == NULL) {
            document->root = layer;
        } else {
            merge(document, layer, document->root);
            if (!cJSON_AddItemToArray(document->discarded, layer))
                document->status = out_of_memory();
        }
    }
}

/* --- The command line --------------------------------------------------------------------------
 */

/**
 * The value of an override as JSON: a number, or several with commas between them.
 *
 * @param value  receives it, NULL when the text is no such thing
 */
static pw_status
override_value(const char *text, cJSON **value)
{
    const bool is_list = strchr(text, ',') != NULL && text[0] != '[';
    pw_status status = PW_OK;
    struct pw_text json = { 0 };
    struct pw_faults faults = { 0 };
    struct pw_json_text scanned = { 0 };

    *value = NULL;
    PW_TRY(pw_text_add(&json, is_list ? "[%s]" : "%s", text));
    /* Only what is strictly JSON, and finite. */
    PW_TRY(pw_json_text_scan("", json.bytes, json.length, &scanned, &faults));
    if (faults.count > 0) goto done;
    *value = cJSON_Parse(json.bytes);
    if (*value == NULL) PW_FAIL(PW_EMEMORY, "no memory for the value of --set %s", text);
done:
    pw_json_text_free(&scanned);
    pw_faults_free(&faults);
    pw_text_free(&json);
    return status;
}

/** Put a value into a section of the merged tree, which is made when it is not there. */
static void
put_override(struct pw_document *document, const char *section_name, const char *key, cJSON *value)
{
    cJSON *section = cJSON_GetObjectItemCaseSensitive(document->root, section_name);

    if (section == NULL) section = cJSON_AddObjectToObject(document->root, section_name);
    if (!cJSON_IsObject(section)) { /* a fault of the file, found later */
        cJSON_Delete(value);
        document->overrides[document->num_overrides - 1].node = NULL;
        return;
    }
    cJSON *old = cJSON_GetObjectItemCaseSensitive(section, key);
    if (old != NULL) discard(document, section, old);
    if (!cJSON_AddItemToObject(section, key, value)) document->status = out_of_memory();
}

/**
 * Put a number into a policy, "policies.NAME.strength". Names may hold dots, members do not.
 *
 * @param path  "NAME.strength"; cut in two
 */
static pw_status
put_in_policy(
    struct pw_document *document, char *path, const struct pw_fault_place *place, cJSON *value)
{
    pw_status status = PW_OK;
    const cJSON *policies = pw_document_get(document->root, "policies");
    char *dot = strrchr(path, '.');
    struct pw_spelling spelling = { 0 };
    cJSON *policy = cJSON_IsArray(policies) ? policies->child : NULL;

    if (dot == NULL || dot == path || dot[1] == '\0') {
        cJSON_Delete(value);
        PW_TRY(pw_faults_add(document->faults, place,
            "write policies.NAME.strength=VALUE, with the name of a policy as the scenario has "
            "it"));
        goto done;
    }
    *dot = '\0';
    spelling = pw_spelling_of(path);
    for (; policy != NULL; policy = policy->next) {
        const cJSON *name = pw_document_get(policy, "name");

        if (!cJSON_IsString(name)) continue;
        if (strcmp(name->valuestring, path) == 0) break;
        pw_spelling_try(&spelling, name->valuestring);
    }
    if (policy == NULL) {
        cJSON_Delete(value);
        PW_TRY(spelling.nearest == NULL
                   ? pw_faults_add(document->faults, place,
                       "the scenario has no policy \"%s\"; check the name", path)
                   : pw_faults_add(document->faults, place,
                       "the scenario has no policy \"%s\"; did you mean \"%s\"?", path,
                       spelling.nearest));
        goto done;
    }
    document->overrides[document->num_overrides - 1].node = value;
    cJSON *old = cJSON_GetObjectItemCaseSensitive(policy, dot + 1);
    if (old != NULL) discard(document, policy, old);
    if (!cJSON_AddItemToObject(policy, dot + 1, value)) document->status = out_of_memory();
done:
    return status;
}

pw_status
pw_document_override(struct pw_document *document, const char *text)
{
    pw_status status = PW_OK;
    struct pw_document_override *override = &document->overrides[document->num_overrides++];
    struct pw_text words = { 0 };
    char *path = NULL;
    cJSON *value = NULL;
    const char *equals = strchr(text, '=');
    const bool is_setting = strncmp(text, "run.", 4) == 0;
    const bool is_policy = strncmp(text, "policies.", 9) == 0;
    const char *section = is_setting ? "run" : is_policy ? "policies" : "parameters";

    PW_TRY(pw_text_add(&words, "--set %s", text));
    PW_TRY(pw_strdup(words.bytes, &override->file));
    PW_TRY(pw_strdup(text, &path));
    if (equals != NULL) path[equals - text] = '\0';
    char *key = is_setting ? path + 4 : is_policy ? path + 9 : path;
    words.length = 0;
    PW_TRY(pw_text_add(&words, "/%s/%s", section, key));
    PW_TRY(pw_strdup(words.bytes, &override->pointer));

    if (equals != NULL) PW_TRY(override_value(equals + 1, &value));
    const struct pw_fault_place place = { .file = override->file, .pointer = override->pointer };
    if (equals == NULL) {
        PW_TRY(pw_faults_add(document->faults, &place,
            "\"%s\" has no value: write NAME=VALUE, for instance run.persons=100000", text));
    } else if (value == NULL) {
        PW_TRY(pw_faults_add(document->faults, &place,
            "%s: \"%s\" is not a finite number, nor numbers with commas between them", path,
            equals + 1));
    } else if (is_policy) {
        PW_TRY(put_in_policy(document, key, &place, value));
        PW_TRY(document->status);
    } else {
        override->node = value;
        put_override(document, section, key, value);
        PW_TRY(document->status);
    }
done:
    pw_free(&path);
    pw_text_free(&words);
    return status;
}

/*
 * What makes one scenario another, in words.
 *
 * SPDX-License-Identifier: MIT
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/text.h"
#include "scenario_document.h"

#define MAX_VALUE 60 /* characters of a value that are said */

/* The search, until the first difference is put into words. */
struct search {
    int year; /* policies that begin later may differ */
    struct pw_text what;
};

static pw_status compare(struct search *search, const char *path, const cJSON *a, const cJSON *b);

static pw_status
say_value(struct pw_text *words, const cJSON *node)
{
    pw_status status = PW_OK;
    struct pw_text value = { 0 };

    if (node == NULL)
        PW_TRY(pw_text_add(words, "not there"));
    else {
        PW_TRY(pw_scenario_write_json(&value, node, PW_LAYOUT_PRETTY));
        value.bytes[--value.length] = '\0'; /* the newline */
        if (value.length > MAX_VALUE || strchr(value.bytes, '\n') != NULL)
            PW_TRY(pw_text_add(words, cJSON_IsArray(node) ? "another list" : "another"));
        else
            PW_TRY(pw_text_add(words, "%s", value.bytes));
    }
done:
    pw_text_free(&value);
    return status;
}

static pw_status
say(struct search *search, const char *path, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add(&search->what, "%s was ", path));
    PW_TRY(say_value(&search->what, a));
    PW_TRY(pw_text_add(&search->what, " and is "));
    PW_TRY(say_value(&search->what, b));
done:
    return status;
}

/* Are two trees the same but for what cannot change results? */
static pw_status
are_equal(const cJSON *a, const cJSON *b, bool *equal)
{
    pw_status status = PW_OK;
    struct pw_text one = { 0 }, other = { 0 };

    PW_TRY(pw_scenario_write_json(&one, a, PW_LAYOUT_CANONICAL));
    PW_TRY(pw_scenario_write_json(&other, b, PW_LAYOUT_CANONICAL));
    *equal = one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
done:
    pw_text_free(&one);
    pw_text_free(&other);
    return status;
}

/* An item of a list by its name, where it has one. */
static pw_status
name_item(struct pw_text *path, const char *list, int index, const cJSON *item)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");

    if (cJSON_IsString(name)) return pw_text_add(path, "%s \"%s\"", list, name->valuestring);
    return pw_text_add(path, "%s[%d]", list, index);
}

static pw_status
compare_member(
    struct search *search, const char *path, const cJSON *owner, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;
    struct pw_text below = { 0 };

    if (pw_scenario_is_left_out(owner)) goto done;
    PW_TRY(pw_text_add(&below, "%s%s%s", path, path[0] != '\0' ? "." : "", owner->string));
    PW_TRY(compare(search, below.bytes, a, b));
done:
    pw_text_free(&below);
    return status;
}

static pw_status
compare_objects(struct search *search, const char *path, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;

    for (const cJSON *one = a->child; one != NULL; one = one->next)
        PW_TRY(compare_member(
            search, path, one, one, cJSON_GetObjectItemCaseSensitive(b, one->string)));
    for (const cJSON *other = b->child; other != NULL; other = other->next)
        if (cJSON_GetObjectItemCaseSensitive(a, other->string) == NULL)
            PW_TRY(compare_member(search, path, other, NULL, other));
done:
    return status;
}

static pw_status
compare_lists(struct search *search, const char *path, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;
    const cJSON *one = a->child, *other = b->child;

    for (int i = 0; one != NULL && other != NULL; i++, one = one->next, other = other->next) {
        struct pw_text below = { 0 };

        status = name_item(&below, path, i, one);
        if (status == PW_OK) status = compare(search, below.bytes, one, other);
        pw_text_free(&below);
        if (status != PW_OK) goto done;
    }
    if (one != NULL || other != NULL) PW_TRY(say(search, path, a, b));
done:
    return status;
}

/* Policies keep their numbers, which people carry with them, and those to come may differ. */
static pw_status
compare_policies(struct search *search, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;
    const cJSON *one = a == NULL ? NULL : a->child, *other = b == NULL ? NULL : b->child;

    while (one != NULL || other != NULL) {
        const cJSON *from = cJSON_GetObjectItemCaseSensitive(one, "from");
        const cJSON *other_from = cJSON_GetObjectItemCaseSensitive(other, "from");
        const bool began = cJSON_IsNumber(from) && from->valuedouble <= search->year;
        const bool other_began =
            cJSON_IsNumber(other_from) && other_from->valuedouble <= search->year;
        struct pw_text path = { 0 };

        if (began || other_began) {
            status = name_item(&path, "policies", 0, one == NULL ? other : one);
            if (status == PW_OK && began && other_began)
                status = compare(search, path.bytes, one, other);
            else if (status == PW_OK)
                status = pw_text_add(&search->what, "%s, which begins in %d, %s", path.bytes,
                    began ? from->valueint : other_from->valueint,
                    one == NULL     ? "is new"
                    : other == NULL ? "is gone"
                                    : "stands in the place of another");
            pw_text_free(&path);
            if (status != PW_OK || search->what.length > 0) goto done;
        }
        one = one == NULL ? NULL : one->next;
        other = other == NULL ? NULL : other->next;
    }
done:
    return status;
}

static pw_status
compare(struct search *search, const char *path, const cJSON *a, const cJSON *b)
{
    pw_status status = PW_OK;
    bool equal = false;

    if (search->what.length > 0) goto done;
    if (strcmp(path, "policies") == 0) {
        PW_TRY(compare_policies(search, a, b));
        goto done;
    }
    if (a != NULL && b != NULL) PW_TRY(are_equal(a, b, &equal));
    if (equal) goto done;
    if (cJSON_IsObject(a) && cJSON_IsObject(b))
        PW_TRY(compare_objects(search, path, a, b));
    else if (cJSON_IsArray(a) && cJSON_IsArray(b))
        PW_TRY(compare_lists(search, path, a, b));
    else
        PW_TRY(say(search, path, a, b));
done:
    return status;
}

pw_status
pw_scenario_find_change(const char *before, const struct pw_scenario *now, int year, char **what)
{
    pw_status status = PW_OK;
    struct search search = { .year = year };
    cJSON *a = cJSON_Parse(before), *b = cJSON_Parse(now->resolved_text);

    *what = NULL;
    if (a == NULL || b == NULL) PW_FAIL(PW_EFORMAT, "the text of the scenario is not whole");
    PW_TRY(compare(&search, "", a, b));
    if (search.what.length > 0) PW_TRY(pw_strdup(search.what.bytes, what));
done:
    cJSON_Delete(a);
    cJSON_Delete(b);
    pw_text_free(&search.what);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "pathways/json_text.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"

/** A text that was scanned; the bytes are a copy. */
struct scan {
    char bytes[4096];
    struct pw_json_text text;
    struct pw_faults faults;
};

static struct scan *
scan(const char *bytes)
{
    struct scan *made = calloc(1, sizeof *made);

    cr_assert_not_null(made);
    cr_assert_lt(strlen(bytes), sizeof made->bytes);
    (void) strcpy(made->bytes, bytes);
    cr_assert_eq(
        pw_json_text_scan("t", made->bytes, strlen(bytes), &made->text, &made->faults), PW_OK);
    return made;
}

static void
drop(struct scan *made)
{
    pw_json_text_free(&made->text);
    pw_faults_free(&made->faults);
    free(made);
}

static void
is_refused(const char *bytes, int line, int column, const char *words)
{
    struct scan *made = scan(bytes);

    cr_assert_eq(made->faults.count, 1, "%s: %zu faults", bytes, made->faults.count);
    const struct pw_fault *fault = &made->faults.items[0];
    cr_assert_not_null(strstr(fault->text, words), "%s: %s", bytes, fault->text);
    cr_assert(fault->line == line && fault->column == column, "%s: %d:%d: %s", bytes, fault->line,
        fault->column, fault->text);
    drop(made);
}

static void
has_pointer(const struct scan *made, uint32_t value, const char *expected)
{
    char *pointer = NULL;

    cr_assert_eq(pw_json_text_pointer(&made->text, value, &pointer), PW_OK);
    cr_assert_str_eq(pointer, expected);
    pw_free(&pointer);
}

Test(json_text, values_stand_where_they_are)
{
    struct scan *made = scan("{\n  \"a\": [1, {\"b\": true}],\n  \"c\" : null }");
    static const struct {
        int line, column, key_line, key_column;
        const char *pointer;
    } expected[] = {
        { 1, 1, 0, 0, "" },
        { 2, 8, 2, 3, "/a" },
        { 2, 9, 0, 0, "/a/0" },
        { 2, 12, 0, 0, "/a/1" },
        { 2, 18, 2, 13, "/a/1/b" },
        { 3, 9, 3, 3, "/c" },
    };

    cr_assert(made->text.is_whole);
    cr_assert_eq(made->text.num_marks, 6);
    for (uint32_t i = 0; i < 6; i++) {
        const struct pw_json_mark *mark = &made->text.marks[i];

        cr_assert_eq(mark->line, expected[i].line);
        cr_assert_eq(mark->column, expected[i].column, "%s", expected[i].pointer);
        cr_assert_eq(mark->key_line, expected[i].key_line);
        cr_assert_eq(mark->key_column, expected[i].key_column);
        has_pointer(made, i, expected[i].pointer);
    }
    has_pointer(made, PW_JSON_NO_VALUE, "");
    drop(made);
}

Test(json_text, columns_count_characters)
{
    struct scan *made = scan("{\"caf\xC3\xA9\": \"\xE2\x82\xAC\", \"x\": 1}");

    cr_assert_eq(made->text.marks[2].column, 20);
    has_pointer(made, 1, "/caf\xC3\xA9");
    drop(made);
}

Test(json_text, pointers_escape_and_decode_keys)
{
    struct scan *made =
        scan("{\"a/b\": 1, \"~\": 2, \"\\u0041\\n\": 3, \"\\ud83d\\ude00\": 4, \"\\u00e9\": 5}");

    has_pointer(made, 1, "/a~1b");
    has_pointer(made, 2, "/~0");
    has_pointer(made, 3, "/A\n");
    has_pointer(made, 4, "/\xF0\x9F\x98\x80");
    has_pointer(made, 5, "/\xC3\xA9");
    drop(made);
}

Test(json_text, what_is_json_is_accepted)
{
    static const char *const texts[] = { "{}", "[]", " [ ] ", "0", "-0.5e-10", "1E+5", "\"\"",
        "[[],{},\"\\u20ac\\/\"]", "\xEF\xBB\xBF{}", "true", "{\"\":{\"\":0}}", "\t\r\n1\n" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct scan *made = scan(texts[i]);

        cr_assert(made->text.is_whole, "%s", texts[i]);
        cr_assert_eq(made->faults.count, 0);
        drop(made);
    }
}

Test(json_text, offences_are_found_where_they_are)
{
    is_refused("", 1, 1, "the file is empty");
    is_refused("  \n ", 1, 1, "the file is empty");
    is_refused("{\"a\": 1,}", 1, 9, "a comma before } is not allowed");
    is_refused("[1,\n]", 2, 1, "a comma before ] is not allowed");
    is_refused("{\"a\" 1}", 1, 6, "expected ':' after the key but found '1'");
    is_refused("{\"a\": 1 \"b\": 2}", 1, 9, "expected ',' or '}' after a value");
    is_refused("[1 2]", 1, 4, "expected ',' or ']' after a value");
    is_refused("{a: 1}", 1, 2, "expected a key in double quotes but found 'a'");
    is_refused("{\"a\": }", 1, 7, "expected a value but found '}'");
    is_refused("{\"a\": 1", 1, 8, "the text ends inside the object that begins at line 1");
    is_refused("[", 1, 2, "the text ends");
    is_refused("{\"a\": \"b", 1, 7, "no closing quote");
    is_refused("{\"a\": \"b\nc\"}", 1, 7, "no closing quote on its line");
    is_refused("[\"\\x\"]", 1, 4, "after the backslash");
    is_refused("[\"\\u12g4\"]", 1, 4, "four hexadecimal digits");
    is_refused("[\"\\ud800\"]", 1, 4, "surrogate");
    is_refused("[\"\\u0000\"]", 1, 4, "not 0000");
    is_refused("[\"\t\"]", 1, 3, "control character");
    is_refused("[\"\xC3\"]", 1, 3, "UTF-8");
    is_refused("[\"\xED\xA0\x80\"]", 1, 3, "UTF-8");
    is_refused("{} {}", 1, 4, "nothing after the end");
    is_refused("[01]", 1, 2, "does not begin with 0");
    is_refused("[1.]", 1, 4, "a digit after the decimal point");
    is_refused("[.5]", 1, 2, "expected a value");
    is_refused("[1e]", 1, 4, "exponent");
    is_refused("[-]", 1, 2, "expected a value");
    is_refused("[True]", 1, 2, "found True");
    is_refused("// hello\n{}", 1, 1, "no comments");
    is_refused("['a']", 1, 2, "expected a value but found '''");
}

Test(json_text, numbers_that_cannot_be_held_are_faults_and_the_rest_is_read)
{
    struct scan *made = scan("{\"a\": NaN, \"b\": -Infinity, \"c\": 1e999, \"d\": 7}");

    cr_assert(made->text.is_whole);
    cr_assert_eq(made->faults.count, 3);
    cr_assert_not_null(strstr(made->faults.items[0].text, "NaN is not a number"));
    cr_assert_not_null(strstr(made->faults.items[1].text, "-Infinity is not a number"));
    cr_assert_not_null(strstr(made->faults.items[2].text, "1e999 is too large"));
    cr_assert_str_eq(made->faults.items[2].pointer, "/c");
    cr_assert_str_eq(made->bytes, "{\"a\": 0  , \"b\": 0        , \"c\": 0    , \"d\": 7}");
    cr_assert(made->text.marks[1].is_faulty && made->text.marks[3].is_faulty);
    cr_assert_not(made->text.marks[4].is_faulty);
    drop(made);
}

Test(json_text, a_number_of_a_thousand_digits_is_a_fault)
{
    char bytes[1100] = "[";

    memset(bytes + 1, '1', 1000);
    (void) strcpy(bytes + 1001, "]");
    is_refused(bytes, 1, 2, "a number of 1000 characters");
}

Test(json_text, nesting_ends_at_its_limit)
{
    char bytes[400] = "";

    memset(bytes, '[', PW_JSON_MAX_NESTING);
    memset(bytes + PW_JSON_MAX_NESTING, ']', PW_JSON_MAX_NESTING);
    struct scan *made = scan(bytes);
    cr_assert(made->text.is_whole);
    drop(made);
    memset(bytes, '[', PW_JSON_MAX_NESTING + 1);
    memset(bytes + PW_JSON_MAX_NESTING + 1, ']', PW_JSON_MAX_NESTING + 1);
    is_refused(bytes, 1, PW_JSON_MAX_NESTING + 1, "nested more than 64 deep");
}

Test(json_text, a_text_cut_off_anywhere_is_never_whole_and_never_crashes)
{
    static const char whole[] =
        "{\"a\": [1.5e-3, \"\\u20ac\xC3\xA9\", {\"b\": null}], \"c\": false}";

    for (size_t length = 0; length + 1 < sizeof whole; length++) {
        char bytes[sizeof whole];

        (void) strcpy(bytes, whole);
        bytes[length] = '\0';
        struct scan *made = scan(bytes);
        cr_assert_not(made->text.is_whole, "%s", bytes);
        cr_assert_geq(made->faults.count, 1);
        drop(made);
    }
}

Test(json_text, there_are_limits_to_how_many_values_are_read)
{
    const size_t length = 2 * (size_t) PW_JSON_MAX_VALUES + 3;
    char *bytes = malloc(length);
    struct pw_json_text text = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_not_null(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = i % 2 == 0 ? ',' : '1';
    bytes[0] = '[';
    bytes[length - 1] = ']';
    cr_assert_eq(pw_json_text_scan("t", bytes, length, &text, &faults), PW_OK);
    cr_assert_not(text.is_whole);
    cr_assert_not_null(strstr(faults.items[0].text, "more than 500000 values"));
    pw_json_text_free(&text);
    pw_faults_free(&faults);
    free(bytes);
}

Test(json_text, nul_bytes_are_no_json)
{
    char bytes[] = "{\"a\": 1}\0 ";
    struct pw_json_text text = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(pw_json_text_scan("t", bytes, sizeof bytes - 1, &text, &faults), PW_OK);
    cr_assert_not(text.is_whole);
    pw_json_text_free(&text);
    pw_faults_free(&faults);
}

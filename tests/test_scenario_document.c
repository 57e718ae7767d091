/*
 * Files: reading, extends, merging, the command line.
 *
 * SPDX-License-Identifier: MIT
 */
#include <criterion/criterion.h>
#include <sys/stat.h>

#include "tiny.h"

Test(scenario_document, positions_are_exact)
{
    struct tiny tiny = tiny_layer("  \"run\": {\n    \"persons\": 12,\n    \"yers\": 3 }");

    cr_assert_eq(tiny.faults.count, 2);
    cr_assert_str_eq(tiny.faults.items[0].file, tiny.path);
    cr_assert_eq(tiny.faults.items[0].line, 3);
    cr_assert_eq(tiny.faults.items[0].column, 16); /* of the value */
    cr_assert_str_eq(tiny.faults.items[0].pointer, "/run/persons");
    cr_assert_eq(tiny.faults.items[1].line, 4);
    cr_assert_eq(tiny.faults.items[1].column, 5); /* of the key */
    tiny_free(&tiny);
}

Test(scenario_document, malformed_json_is_a_fault_with_its_place)
{
    struct tiny tiny = tiny_layer("\"run\": {\"years\": 3,}\n");

    cr_assert_eq(tiny.status, PW_EINPUT);
    cr_assert_eq(tiny.faults.count, 1);
    cr_assert_eq(tiny.faults.items[0].line, 2);
    cr_assert_eq(tiny.faults.items[0].column, 20);
    cr_assert_str_eq(tiny.faults.items[0].pointer, "/run");
    tiny_free(&tiny);
}

Test(scenario_document, the_root_is_an_object)
{
    tiny_refused(tiny_text("[1, 2]"), "", "an object, { ... }, belongs here");
    tiny_refused(tiny_text(""), "", "the file is empty");
}

Test(scenario_document, a_key_that_stands_twice_is_a_fault)
{
    tiny_refused(tiny_layer("\"run\": {\"years\": 3, \"years\": 4}"), "/run/years",
        "the key \"years\" stands twice");
    tiny_refused(tiny_layer("\"run\": {\"years\": 3, \"\\u0079ears\": 4}"), "/run/years",
        "the key \"years\" stands twice");
    tiny_refused(tiny_layer("\"title\": \"a\", \"run\": {}, \"title\": \"a\""), "/title",
        "the key \"title\" stands twice");
}

Test(scenario_document, deep_nesting_is_a_fault)
{
    char text[256] = "\"run\": ";

    memset(text + strlen(text), '[', 70);
    tiny_refused(tiny_layer(text),
        "/run/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/"
        "0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0",
        "nested more than 64 deep");
}

Test(scenario_document, a_missing_file_is_a_fault)
{
    tiny_refused(
        tiny_file("/nowhere/at_all.json", NULL, 0), "", "there is no file /nowhere/at_all.json");
    tiny_refused(tiny_text("{\"extends\": \"no_such.json\"}"), "/extends",
        "there is no file /tmp/no_such.json: check the name, which is relative to the file");
}

Test(scenario_document, a_directory_is_a_fault)
{
    tiny_refused(tiny_file("/tmp", NULL, 0), "", "/tmp is a directory");
    tiny_refused(tiny_text("{\"extends\": \".\"}"), "/extends", "is a directory");
}

Test(scenario_document, extends_is_one_text)
{
    tiny_refused(
        tiny_text("{\"extends\": [\"a.json\"]}"), "/extends", "extends is an array; a text");
}

Test(scenario_document, a_circle_of_extends_is_a_fault)
{
    char first[64], second[64], text[128];

    tiny_write("", 0, first);
    (void) snprintf(text, sizeof text, "{\"extends\": \"%s\"}", first + strlen("/tmp/"));
    tiny_write(text, strlen(text), second);
    (void) snprintf(text, sizeof text, "{\"extends\": \"../tmp/%s\"}", second + strlen("/tmp/"));
    FILE *stream = fopen(first, "w");
    (void) fputs(text, stream);
    (void) fclose(stream);
    struct tiny tiny = tiny_file(first, NULL, 0);
    cr_assert_eq(tiny.faults.count, 1);
    cr_assert_str_eq(tiny.faults.items[0].pointer, "/extends");
    cr_assert_not_null(strstr(tiny.faults.items[0].text, "extends runs in a circle"));
    cr_assert_not_null(strstr(tiny.faults.items[0].file, second + strlen("/tmp/")));
    tiny_free(&tiny);
    (void) unlink(first);
    (void) unlink(second);
}

Test(scenario_document, a_file_over_64_megabytes_is_refused)
{
    char path[64];

    tiny_write("{", 1, path);
    cr_assert_eq(truncate(path, ((off_t) 64 << 20) + 1), 0);
    tiny_refused(tiny_file(path, NULL, 0), "", "the file is larger than 64 MB");
    (void) unlink(path);
}

Test(scenario_document, faults_of_what_is_extended_stand_in_that_file)
{
    char base[64], text[128];

    tiny_write("{\"run\": {\"year\": 1}}", 20, base);
    (void) snprintf(text, sizeof text, "{\"extends\": \"%s\", \"run\": {\"yeers\": 1}}", base);
    struct tiny tiny = tiny_text(text);
    cr_assert(tiny_has_fault(&tiny, "/run/year", "did you mean \"years\"?"));
    cr_assert(tiny_has_fault(&tiny, "/run/yeers", "did you mean \"years\"?"));
    cr_assert_str_eq(
        tiny.faults.items[0].file, tiny.path); /* the file that was asked for comes first */
    bool is_in_base = false;
    for (size_t i = 0; i < tiny.faults.count; i++)
        is_in_base = is_in_base
                     || (strcmp(tiny.faults.items[i].pointer, "/run/year") == 0
                         && strcmp(tiny.faults.items[i].file, base) == 0);
    cr_assert(is_in_base);
    tiny_free(&tiny);
    (void) unlink(base);
}

Test(scenario_document, a_file_that_may_not_be_read_is_the_machines_failure)
{
    char path[64];

    if (geteuid() == 0) cr_skip_test("the superuser may read everything");
    tiny_write("{}", 2, path);
    cr_assert_eq(chmod(path, 0), 0);
    struct tiny tiny = tiny_file(path, NULL, 0);
    cr_assert_eq(tiny.status, PW_EIO);
    tiny_free(&tiny);
    (void) unlink(path);
}

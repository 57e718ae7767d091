/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/preface.h"

#include <criterion/criterion.h>

#include "pathways/alloc.h"
#include "pathways/population.h"
#include "pathways/reader.h"
#include "sample_run.h"

static char folder[64], path[128];
static struct pw_reader *reader;

static void
begin(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
    MUST(sample_file(path, 10));
    MUST(pw_reader_open(path, &reader));
}

static void
end(void)
{
    pw_reader_close(&reader);
    sample_remove(folder, "run.h5");
    sample_remove(folder, "");
}

TestSuite(preface, .init = begin, .fini = end);

static void
expect_text(const char *object, const char *name, const char *expected)
{
    char *text = NULL;

    MUST(pw_reader_text(reader, object, name, &text));
    cr_assert_str_eq(text, expected);
    pw_free(&text);
}

static void
expect_names(const char *axis, size_t count, const char *first, const char *last)
{
    struct pw_names names = { 0 };

    MUST(pw_reader_names(reader, axis, &names));
    cr_assert_eq(names.count, count, "%s has %zu", axis, names.count);
    cr_assert_str_eq(names.items[0], first);
    cr_assert_str_eq(names.items[count - 1], last);
    pw_names_free(&names);
}

Test(preface, root_says_what_the_run_was)
{
    int64_t number = 0;
    double share = 0.0;
    char *history = NULL;

    expect_text("/", "Conventions", "CF-1.10");
    expect_text("/", "title", "Sample");
    expect_text("/", "scenario_digest", "0123456789abcdef");
    expect_text("/", "state_digest", "0000000000000abc");
    MUST(pw_reader_number(reader, "/", "seed", &number));
    cr_assert_eq(number, 7);
    MUST(pw_reader_number(reader, "/", "replicate", &number));
    cr_assert_eq(number, 2);
    MUST(pw_reader_number(reader, "/", "shards", &number));
    cr_assert_eq(number, 1); /* 20,000 people, when the scenario says nothing */
    MUST(pw_reader_real(reader, "/", "record", &share));
    cr_assert_eq(share, 1.0);
    MUST(pw_reader_text(reader, "/", "history", &history));
    cr_assert_not_null(strstr(history, "Z: a test"));
    pw_free(&history);
}

Test(preface, texts_of_the_scenario_are_kept_to_the_byte)
{
    const struct pw_scenario scenario = sample_scenario();
    const size_t length = strlen(scenario.source_text);
    struct pw_field field = { 0 };
    int64_t *bytes = NULL;
    char *text = NULL;

    MUST(pw_reader_long_text(reader, "/scenario/source_text", &text));
    cr_assert_str_eq(text, scenario.source_text);
    pw_free(&text);
    MUST(pw_reader_long_text(reader, "/scenario/resolved_text", &text));
    cr_assert_str_eq(text, scenario.resolved_text);
    pw_free(&text);
    MUST(pw_reader_load_whole(reader, "/scenario/resolved_text_bytes", &field, &bytes));
    cr_assert_eq(field.dims[0], length);
    for (size_t i = 0; i < length; i++)
        cr_assert_eq(bytes[i], (unsigned char) scenario.resolved_text[i]);
    expect_text("/scenario/resolved_text_bytes", "encoding", "utf-8");
    pw_field_free(&field);
    pw_free(&bytes);
}

static void
expect_origin(const struct pw_names *status, const struct pw_names *sources, size_t row,
    const char *expected_status, const char *expected_source)
{
    cr_assert_str_eq(status->items[row], expected_status, "row %zu", row);
    cr_assert_str_eq(sources->items[row], expected_source, "row %zu", row);
}

Test(preface, every_value_of_every_parameter_is_listed)
{
    size_t num_params, row = 0;
    const struct pw_param *table = pw_params_table(&num_params);
    const struct pw_scenario scenario = sample_scenario();
    struct pw_names paths = { 0 }, status = { 0 }, sources = { 0 };
    struct pw_field field = { 0 };
    double *values = NULL;

    MUST(pw_reader_names(reader, "/parameters/path", &paths));
    MUST(pw_reader_names(reader, "/parameters/status", &status));
    MUST(pw_reader_names(reader, "/parameters/source", &sources));
    MUST(pw_reader_load_real(reader, "/parameters/value", &field, &values));
    for (size_t p = 0; p < num_params; p++) {
        for (int i = 0; i < table[p].length; i++, row++) {
            cr_assert_lt(row, field.dims[0]);
            cr_assert_eq(strncmp(paths.items[row], table[p].path, strlen(table[p].path)), 0);
            cr_assert_eq(values[row], pw_params_get(&scenario.params, &table[p], i));
            if (strcmp(paths.items[row], "gcse.attainment_sd") == 0)
                expect_origin(&status, &sources, row, "set", "scenario");
            else if (strcmp(paths.items[row], "post16.base[1]") == 0)
                expect_origin(&status, &sources, row, "calibrated", "calibrated");
            else
                expect_origin(&status, &sources, row, "default", table[p].source);
        }
    }
    cr_assert_eq(row, field.dims[0]);
    pw_names_free(&paths);
    pw_names_free(&status);
    pw_names_free(&sources);
    pw_field_free(&field);
    pw_free(&values);
}

Test(preface, axes_name_every_code)
{
    int64_t market[3], tags[6];
    struct pw_field field = { 0 };

    expect_names("/axes/state", PW_NUM_STATES, "not_born", "abroad");
    expect_names("/axes/class", PW_NUM_CLASS_CODES, "lower_working", "none");
    expect_names("/axes/qualification", PW_NUM_QUALIFICATIONS, "below_gcse", "higher_degree");
    expect_names("/axes/sex", 2, "male", "female");
    expect_names("/axes/place", 3, "A\xc3\xa6r\xc3\xb8", "Coast");
    expect_names("/axes/place_code", 3, "E1", "E3");
    expect_names("/axes/labour_market", 2, "East", "West");
    expect_names("/axes/region", 1, "South", "South");
    expect_names("/axes/policy", 1, "More places", "More places");
    expect_names("/axes/lever", PW_NUM_LEVERS, pw_lever_info((enum pw_lever) 0)->name,
        pw_lever_info((enum pw_lever)(PW_NUM_LEVERS - 1))->name);
    MUST(pw_reader_read_whole(reader, "/axes/place_labour_market", 0, 3, market));
    cr_assert_eq(market[0], 0);
    cr_assert_eq(market[2], 1);
    MUST(pw_reader_read_whole(reader, "/axes/place_tags", 0, 3, tags));
    for (int p = 0; p < 3; p++)
        for (int t = 0; t < 2; t++)
            cr_assert_eq(tags[p * 2 + t], p >> t & 1);
    MUST(pw_reader_describe(reader, "/axes/year", &field));
    cr_assert_eq(field.dims[0], 33);
    cr_assert_eq(field.first[0], 1990);
    pw_field_free(&field);
}

Test(preface, code_says_how_the_run_was_made)
{
    static const char *const names[] = { "compiler", "flags", "libraries", "host", "started",
        "finished" };
    int64_t number = 0;
    double seconds = 0.0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = NULL;

        MUST(pw_reader_text(reader, "/code", names[i], &text));
        cr_assert_gt(strlen(text), 0);
        pw_free(&text);
    }
    MUST(pw_reader_number(reader, "/code", "person_years", &number));
    cr_assert_eq(number, 1000);
    MUST(pw_reader_number(reader, "/code", "peak_memory_bytes", &number));
    cr_assert_gt(number, 1000000);
    MUST(pw_reader_real(reader, "/code", "seconds", &seconds));
    cr_assert_eq(seconds, 0.5);
}

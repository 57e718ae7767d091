/*
 * What an ensemble file holds of each run: who it was, its factors, its measures.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "gather.h"
#include "pathways/alloc.h"
#include "pathways/log.h"

/* Of what is read at once [bytes]. */
#define BLOCK_BYTES ((size_t) 256 << 20)
/* Texts and numbers that every run has. */
enum { NUM_TEXTS = 3, NUM_NUMBERS = 3 };
static const char *const text_names[NUM_TEXTS] = { "scenario_digest", "state_digest",
    "run_source" };
static const char *const number_names[NUM_NUMBERS] = { "replicate", "seed", "persons" };

const cJSON *
cli_gather_member(const struct cli_gathering *gathering, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(gathering->list, name);
}

const char *
cli_gather_text(const cJSON *object, const char *name)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(node) ? node->valuestring : "";
}

/* An entry is [name, scenario, replicate, [values]]. */
const char *
cli_gather_name(const cJSON *run)
{
    const cJSON *name = cJSON_GetArrayItem(run, 0);

    return cJSON_IsString(name) ? name->valuestring : "";
}

pw_status
cli_gather_open(const struct cli_gathering *gathering, const cJSON *run, struct pw_reader **reader)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };

    PW_TRY(pw_text_add(&path, "%s/points/%s.h5", gathering->folder, cli_gather_name(run)));
    PW_TRY(pw_reader_open(path.bytes, reader));
done:
    pw_text_free(&path);
    return status;
}

/* --- /runs and /parameters --- */

static struct pw_dimension
run_dimension(const struct cli_gathering *gathering)
{
    return (struct pw_dimension){ .name = "run", .length = gathering->num_runs };
}

static pw_status
write_texts(const struct cli_gathering *gathering, const char *name, const char *about,
    const char *const *items)
{
    return pw_store_write_names(gathering->store,
        &(struct pw_name_list){ "/runs", name, about, "run", items, gathering->num_runs });
}

/* In 32 bits where they fit, as R likes them. */
static pw_status
write_numbers(const struct cli_gathering *gathering, const char *name, const char *about,
    const int64_t *items)
{
    pw_status status = PW_OK;
    int32_t *narrow = NULL;
    bool fits = true;

    PW_TRY(pw_alloc(gathering->num_runs, sizeof *narrow, &narrow));
    for (size_t r = 0; r < gathering->num_runs; r++) {
        narrow[r] = (int32_t) items[r];
        fits = fits && narrow[r] == items[r];
    }
    PW_TRY(
        pw_store_write_array(gathering->store, &(struct pw_array){ .group = "/runs",
                                                   .name = name,
                                                   .about = about,
                                                   .units = "1",
                                                   .type = fits ? PW_TYPE_INT32 : PW_TYPE_INT64,
                                                   .rank = 1,
                                                   .dims = { run_dimension(gathering) },
                                                   .data = fits ? (const void *) narrow : items }));
done:
    pw_free(&narrow);
    return status;
}

/* What the list of runs says of each, and the names that belong to it. */
pw_status
cli_gather_write_listed(const struct cli_gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *scenarios = cli_gather_member(gathering, "scenarios");
    const size_t num_scenarios = (size_t) cJSON_GetArraySize(scenarios);
    const char **items = NULL, **titles = NULL, **paths = NULL;
    int64_t *numbers = NULL;
    size_t s = 0;

    PW_TRY(pw_alloc(gathering->num_runs, sizeof *items, &items));
    PW_TRY(pw_alloc(gathering->num_runs, sizeof *numbers, &numbers));
    PW_TRY(pw_alloc(num_scenarios, sizeof *titles, &titles));
    PW_TRY(pw_alloc(num_scenarios, sizeof *paths, &paths));
    for (const cJSON *scenario = scenarios->child; scenario != NULL; scenario = scenario->next) {
        titles[s] = cli_gather_text(scenario, "title");
        paths[s++] = cli_gather_text(scenario, "path");
    }
    for (size_t r = 0; r < gathering->num_runs; r++) {
        const cJSON *index = cJSON_GetArrayItem(gathering->runs[r], 1);

        items[r] = cli_gather_name(gathering->runs[r]);
        numbers[r] = cJSON_IsNumber(index) ? index->valueint : -1;
        if (numbers[r] < 0 || (size_t) numbers[r] >= num_scenarios)
            PW_FAIL(
                PW_EFORMAT, "%s/sweep.json: run %s has no scenario", gathering->folder, items[r]);
    }
    PW_TRY(write_texts(
        gathering, "name", "Name of the run: digest of scenario, factors, replicate", items));
    PW_TRY(write_numbers(gathering, "scenario", "Row of /axes/scenario, from 0", numbers));
    for (size_t r = 0; r < gathering->num_runs; r++)
        items[r] = titles[numbers[r]];
    PW_TRY(write_texts(gathering, "title", "Title of the scenario", items));
    PW_TRY(pw_store_write_names(
        gathering->store, &(struct pw_name_list){ "/axes", "scenario", "Title of each scenario",
                              NULL, titles, num_scenarios }));
    PW_TRY(pw_store_write_names(
        gathering->store, &(struct pw_name_list){ "/axes", "scenario_file", "File of each scenario",
                              "scenario", paths, num_scenarios }));
done:
    pw_free(&items);
    pw_free(&numbers);
    pw_free(&titles);
    pw_free(&paths);
    return status;
}

/* What the runs say of themselves. @param texts [NUM_TEXTS][num_runs] @param numbers likewise */
static pw_status
read_identities(const struct cli_gathering *gathering, char **texts, int64_t *numbers)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;

    for (size_t r = 0; r < gathering->num_runs; r++) {
        PW_TRY(cli_gather_open(gathering, gathering->runs[r], &reader));
        for (size_t t = 0; t < NUM_TEXTS; t++)
            PW_TRY(pw_reader_text(reader, "/", text_names[t], &texts[t * gathering->num_runs + r]));
        for (size_t n = 0; n < NUM_NUMBERS; n++)
            PW_TRY(pw_reader_number(
                reader, "/", number_names[n], &numbers[n * gathering->num_runs + r]));
        pw_reader_close(&reader);
    }
done:
    pw_reader_close(&reader);
    return status;
}

pw_status
cli_gather_write_identities(const struct cli_gathering *gathering)
{
    static const char *const about[NUM_TEXTS] = { "Digest of the scenario of the run",
        "Digest of the state of everyone at its end", "Program that did the run" };
    static const char *const meaning[NUM_NUMBERS] = { "Repetition with other luck",
        "Seed of all randomness", "People alive in the start year, about" };
    pw_status status = PW_OK;
    const size_t count = gathering->num_runs;
    char **texts = NULL;
    int64_t *numbers = NULL;

    PW_TRY(pw_alloc(NUM_TEXTS * count, sizeof *texts, &texts));
    PW_TRY(pw_alloc(NUM_NUMBERS * count, sizeof *numbers, &numbers));
    PW_TRY(read_identities(gathering, texts, numbers));
    for (size_t n = 0; n < NUM_NUMBERS; n++)
        PW_TRY(write_numbers(gathering, number_names[n], meaning[n], numbers + n * count));
    for (size_t t = 0; t < NUM_TEXTS; t++)
        PW_TRY(write_texts(
            gathering, text_names[t], about[t], (const char *const *) texts + t * count));
    for (size_t r = 1; r < count; r++)
        if (strcmp(texts[2 * count], texts[2 * count + r]) != 0) {
            pw_log_warning("the runs are of several versions of the program: /runs/run_source");
            break;
        }
done:
    for (size_t i = 0; texts != NULL && i < NUM_TEXTS * count; i++)
        pw_free(&texts[i]);
    pw_free(&texts);
    pw_free(&numbers);
    return status;
}

pw_status
cli_gather_write_parameters(const struct cli_gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *factors = cli_gather_member(gathering, "factors");
    double *values = NULL;
    int f = 0;

    PW_TRY(pw_alloc(gathering->num_runs, sizeof *values, &values));
    for (const cJSON *factor = factors->child; factor != NULL; factor = factor->next, f++) {
        char name[256];

        (void) snprintf(name, sizeof name, "%s", cli_gather_text(factor, "name"));
        for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
            *slash = '_'; /* which would make a group */
        for (size_t r = 0; r < gathering->num_runs; r++) {
            const cJSON *value = cJSON_GetArrayItem(cJSON_GetArrayItem(gathering->runs[r], 3), f);

            values[r] = cJSON_IsNumber(value) ? value->valuedouble : (double) NAN;
        }
        PW_TRY(pw_store_write_array(gathering->store, &(struct pw_array){ .group = "/parameters",
                                                          .name = name,
                                                          .about = cli_gather_text(factor, "about"),
                                                          .units = cli_gather_text(factor, "units"),
                                                          .type = PW_TYPE_FLOAT64,
                                                          .rank = 1,
                                                          .dims = { run_dimension(gathering) },
                                                          .data = values }));
    }
done:
    pw_free(&values);
    return status;
}

/* --- /measures --- */

/* One grouping: measures, years, groups, as the first run has them. */
struct grouping {
    const char *name, *dimension;
    char path[64];
    struct pw_field field; /* [measure, year, group, part] */
    struct pw_names measures, groups;
};

static const char *
dimension_of(const char *grouping)
{
    return strcmp(grouping, "origin") == 0 ? "origin_class" : grouping;
}

static pw_status
open_grouping(const struct cli_gathering *gathering, const char *name, struct grouping *grouping)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;
    char path[96];

    grouping->name = name;
    grouping->dimension = dimension_of(name);
    (void) snprintf(grouping->path, sizeof grouping->path, "/%.40s/estimate", name);
    PW_TRY(cli_gather_open(gathering, gathering->runs[0], &reader));
    if (!pw_reader_has(reader, grouping->path)) goto done;
    PW_TRY(pw_reader_describe(reader, grouping->path, &grouping->field));
    (void) snprintf(path, sizeof path, "/%.40s/measure_name", name);
    PW_TRY(pw_reader_names(reader, path, &grouping->measures));
    (void) snprintf(path, sizeof path, "/%.40s/group_name", name);
    PW_TRY(pw_reader_names(reader, path, &grouping->groups));
done:
    pw_reader_close(&reader);
    return status;
}

static void
close_grouping(struct grouping *grouping)
{
    pw_field_free(&grouping->field);
    pw_names_free(&grouping->measures);
    pw_names_free(&grouping->groups);
}

/* Measures of all runs. @param block [num_runs][count][items of a measure] */
static pw_status
read_block(const struct cli_gathering *gathering, const struct grouping *grouping, size_t first,
    size_t count, float *block)
{
    pw_status status = PW_OK;
    const size_t items = count * grouping->field.row_items;
    struct pw_reader *reader = NULL;
    struct pw_field field = { 0 };
    double *values = NULL;

    PW_TRY(pw_alloc(items, sizeof *values, &values));
    for (size_t r = 0; r < gathering->num_runs; r++) {
        PW_TRY(cli_gather_open(gathering, gathering->runs[r], &reader));
        PW_TRY(pw_reader_describe(reader, grouping->path, &field));
        if (field.dims[0] != grouping->field.dims[0] || field.row_items != grouping->field.row_items
            || field.first[1] != grouping->field.first[1])
            PW_FAIL(PW_EFORMAT,
                "%s: has other measures or years than the first run: it is of another version of "
                "the program; remove it and do it again",
                pw_reader_path(reader));
        PW_TRY(pw_reader_read_real(reader, grouping->path, first, count, values));
        for (size_t i = 0; i < items; i++)
            block[r * items + i] = (float) values[i];
        pw_field_free(&field);
        pw_reader_close(&reader);
    }
done:
    pw_field_free(&field);
    pw_reader_close(&reader);
    pw_free(&values);
    return status;
}

static pw_status
write_measure(const struct cli_gathering *gathering, const struct grouping *grouping,
    const char *measure, const float *values, bool is_error)
{
    pw_status status = PW_OK;
    char group[64], name[128];
    struct pw_text about = { 0 };
    struct cli_indicator info = { .unit = "1", .about = measure };
    const bool is_nation = strcmp(grouping->name, "nation") == 0;

    for (int i = 0; i < CLI_NUM_INDICATORS; i++)
        if (strcmp(cli_indicator(i).name, measure) == 0) info = cli_indicator(i);
    (void) snprintf(group, sizeof group, "/measures/%.40s", grouping->name);
    (void) snprintf(name, sizeof name, "%.100s%s", measure, is_error ? "_error" : "");
    PW_TRY(pw_text_add(&about, "%s%s", is_error ? "Standard error: " : "", info.about));
    PW_TRY(pw_store_write_array(gathering->store,
        &(struct pw_array){ .group = group,
            .name = name,
            .about = about.bytes,
            .units = info.unit,
            .type = PW_TYPE_FLOAT32,
            .rank = is_nation ? 2 : 3,
            .dims = { run_dimension(gathering),
                { .name = "year",
                    .length = grouping->field.dims[1],
                    .first = (int) grouping->field.first[1] },
                { .name = grouping->dimension, .length = grouping->field.dims[2] } },
            .data = values }));
done:
    pw_text_free(&about);
    return status;
}

static pw_status
write_grouping(const struct cli_gathering *gathering, const struct grouping *grouping)
{
    pw_status status = PW_OK;
    const size_t num_runs = gathering->num_runs, items = grouping->field.row_items;
    const size_t fit = BLOCK_BYTES / (num_runs * items * sizeof(float)) + 1;
    const size_t most = fit < grouping->measures.count ? fit : grouping->measures.count;
    float *block = NULL, *values = NULL;

    PW_TRY(pw_alloc(num_runs * most * items, sizeof *block, &block));
    PW_TRY(pw_alloc(num_runs * items / 2, sizeof *values, &values));
    for (size_t first = 0; first < grouping->measures.count; first += most) {
        const size_t left = grouping->measures.count - first;
        const size_t count = left < most ? left : most;

        PW_TRY(read_block(gathering, grouping, first, count, block));
        for (size_t m = 0; m < count; m++)
            for (size_t part = 0; part < 2; part++) {
                for (size_t i = 0; i < num_runs * items / 2; i++)
                    values[i] =
                        block[((i / (items / 2)) * count + m) * items + i % (items / 2) * 2 + part];
                PW_TRY(write_measure(
                    gathering, grouping, grouping->measures.items[first + m], values, part == 1));
            }
    }
    if (strcmp(grouping->name, "nation") != 0)
        PW_TRY(pw_store_write_names(gathering->store,
            &(struct pw_name_list){ "/axes", grouping->dimension, "Name of each group", NULL,
                (const char *const *) grouping->groups.items, grouping->groups.count }));
done:
    pw_free(&block);
    pw_free(&values);
    return status;
}

pw_status
cli_gather_write_measures(const struct cli_gathering *gathering)
{
    pw_status status = PW_OK;

    for (const cJSON *name = cli_gather_member(gathering, "groupings")->child; name != NULL;
         name = name->next) {
        struct grouping grouping = { 0 };

        if (!cJSON_IsString(name)) continue;
        status = open_grouping(gathering, name->valuestring, &grouping);
        if (status == PW_OK && grouping.measures.count > 0)
            status = write_grouping(gathering, &grouping);
        close_grouping(&grouping);
        PW_TRY(status);
    }
done:
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "preface.h"

#include <isa-l.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "grid.h"
#include "pathways/alloc.h"
#include "pathways/country.h"
#include "pathways/parallel.h"
#include "pathways/population.h"
#include "pathways/world.h"

/* Present time, "2025-11-22T09:30:00Z". */
static void
format_time(char *text, size_t size)
{
    const time_t now = time(NULL);
    struct tm parts = { 0 };

    gmtime_r(&now, &parts);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static pw_status
set_digest(const struct pw_hdf *hdf, const char *name, uint64_t digest)
{
    char text[17];

    snprintf(text, sizeof text, "%016llx", (unsigned long long) digest);
    return pw_hdf_set_text(hdf, hdf->file, name, text);
}

static pw_status
set_int(const struct pw_hdf *hdf, const char *name, int value)
{
    const int32_t number = value;

    return pw_hdf_set_numbers(hdf, hdf->file, name, PW_TYPE_INT32, 0, &number);
}

/* When and by which command the file is written, after what is known already. */
static pw_status
add_history(const char *so_far, const char *by, char **history)
{
    pw_status status = PW_OK;
    const char *command = by ? by : "libpathways";
    const char *before = so_far ? so_far : "";
    char now[32];
    size_t size;

    format_time(now, sizeof now);
    size = strlen(before) + strlen(now) + strlen(command) + 4;
    PW_TRY(pw_alloc(size, 1, history));
    snprintf(*history, size, "%s%s%s: %s", before, before[0] != '\0' ? "\n" : "", now, command);
done:
    return status;
}

static pw_status
write_attributes(const struct pw_hdf *hdf, const struct pw_run_info *info, const char *history)
{
    pw_status status = PW_OK;
    const struct pw_scenario *scenario = info->scenario;
    const double people_each = pw_country_people_each(scenario);
    const int8_t complete = 0;

    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "Conventions", "CF-1.10"));
    PW_TRY(pw_hdf_set_text(
        hdf, hdf->file, "title", scenario->title ? scenario->title : "Untitled scenario"));
    if (scenario->why) PW_TRY(pw_hdf_set_text(hdf, hdf->file, "comment", scenario->why));
    PW_TRY(
        pw_hdf_set_text(hdf, hdf->file, "source", "pathways " PW_VERSION " (" PW_GIT_COMMIT ")"));
    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "history", history));
    PW_TRY(set_int(hdf, "format", PW_STORE_FORMAT));
    PW_TRY(pw_hdf_set_whole(hdf, hdf->file, "seed", scenario->run.seed));
    PW_TRY(set_int(hdf, "replicate", scenario->run.replicate));
    PW_TRY(pw_hdf_set_whole(hdf, hdf->file, "persons", scenario->run.persons));
    PW_TRY(set_int(hdf, "history_from", scenario->run.history_from));
    PW_TRY(set_int(hdf, "start_year", scenario->run.start_year));
    PW_TRY(set_int(hdf, "years", scenario->run.years));
    PW_TRY(set_int(hdf, "record_from", scenario->run.record_from));
    PW_TRY(set_int(hdf, "shards", pw_world_num_shards(scenario)));
    PW_TRY(pw_hdf_set_numbers(hdf, hdf->file, "record", PW_TYPE_FLOAT64, 0, &scenario->run.record));
    PW_TRY(pw_hdf_set_numbers(hdf, hdf->file, "people_each", PW_TYPE_FLOAT64, 0, &people_each));
    PW_TRY(set_digest(hdf, "scenario_digest", scenario->digest));
    PW_TRY(pw_hdf_set_numbers(hdf, hdf->file, "complete", PW_TYPE_INT8, 0, &complete));
    if (info->parent == NULL) goto done;
    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "parent_run", info->parent));
    PW_TRY(set_digest(hdf, "parent_scenario_digest", info->parent_digest));
    PW_TRY(set_int(hdf, "parent_year", info->parent_year));
done:
    return status;
}

/* --- /scenario ----------------------------------------------------------------------------------
 */

/* A text twice: as one string, and as bytes for readers that do without strings. */
static pw_status
write_text(const struct pw_hdf *hdf, struct pw_packer *packer, const char *name,
    const char *dimension, const char *about, const char *text)
{
    pw_status status = PW_OK;
    hid_t group = -1, dataset = -1;
    const hid_t type = pw_hdf_text_type(), space = H5Screate(H5S_SCALAR);
    char bytes_name[64], bytes_path[96];
    const struct pw_array bytes = { .group = "/scenario",
        .name = bytes_name,
        .about = about,
        .units = "1",
        .type = PW_TYPE_UINT8,
        .rank = 1,
        .dims = { { .name = dimension, .length = strlen(text) } },
        .data = text };

    PW_TRY(pw_hdf_group(hdf, "/scenario", &group));
    PW_TRY(pw_hdf_check(hdf, name, type < 0 ? type : space));
    dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(hdf, name, dataset));
    PW_TRY(pw_hdf_check(hdf, name, H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text)));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "long_name", about));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "units", "1"));
    pw_hdf_close(dataset);
    dataset = -1;
    if (!text[0]) goto done;
    snprintf(bytes_name, sizeof bytes_name, "%s_bytes", name);
    snprintf(bytes_path, sizeof bytes_path, "/scenario/%s", bytes_name);
    PW_TRY(pw_grid_write(hdf, packer, &bytes));
    dataset = H5Dopen2(hdf->file, bytes_path, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(hdf, bytes_path, dataset));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "encoding", "utf-8"));
done:
    pw_hdf_close(dataset);
    pw_hdf_close(space);
    pw_hdf_close(type);
    pw_hdf_close(group);
    return status;
}

/* --- /parameters --------------------------------------------------------------------------------
 */

/* The table with one row a value: those of REALS are section.name[0], section.name[1], ... */
struct parameter_rows {
    size_t count;
    double *value;
    char (*path)[160];
    const char **columns[5]; /* path, unit, source, status, about */
};

static void
free_rows(struct parameter_rows *rows)
{
    pw_free(&rows->value);
    pw_free(&rows->path);
    for (int c = 0; c < 5; c++)
        pw_free(&rows->columns[c]);
}

static pw_status
list_parameters(const struct pw_scenario *scenario, struct parameter_rows *rows)
{
    pw_status status = PW_OK;
    size_t num_params = 0, row = 0;
    const struct pw_param *table = pw_params_table(&num_params);

    for (size_t p = 0; p < num_params; p++)
        rows->count += (size_t) table[p].length;
    PW_TRY(pw_alloc(rows->count, sizeof *rows->value, &rows->value));
    PW_TRY(pw_alloc(rows->count, sizeof *rows->path, &rows->path));
    for (int c = 0; c < 5; c++)
        PW_TRY(pw_alloc(rows->count, sizeof *rows->columns[c], &rows->columns[c]));
    for (size_t p = 0; p < num_params; p++) {
        const struct pw_param *param = &table[p];

        for (int i = 0; i < param->length; i++, row++) {
            if (param->length == 1)
                snprintf(rows->path[row], sizeof rows->path[row], "%s", param->path);
            else
                snprintf(rows->path[row], sizeof rows->path[row], "%s[%d]", param->path, i);
            rows->value[row] = pw_params_get(&scenario->params, param, i);
            rows->columns[0][row] = rows->path[row];
            rows->columns[1][row] = param->unit;
            rows->columns[2][row] = pw_scenario_value_source(scenario, param, i);
            rows->columns[3][row] =
                pw_value_status_name(pw_scenario_value_status(scenario, param, i));
            rows->columns[4][row] = param->about;
        }
    }
done:
    return status;
}

static pw_status
write_parameters(
    const struct pw_hdf *hdf, struct pw_packer *packer, const struct pw_scenario *scenario)
{
    static const char *const names[5][2] = { { "path", "Name: section.name, numbered for lists" },
        { "unit", "Unit of the value" },
        { "source", "Key of the reference, `assumed`, `calibrated`, or `scenario` of a value that "
                    "the scenario or the command line put in place of the default" },
        { "status",
            "`default`, `set` by the scenario or the command line, or `calibrated`: fitted, "
            "as the scenario marks it" },
        { "about", "What it means" } };
    pw_status status = PW_OK;
    struct parameter_rows rows = { 0 };
    hid_t group = -1, scale = -1;
    struct pw_dimension dimension = { .name = "parameter" };

    PW_TRY(list_parameters(scenario, &rows));
    PW_TRY(pw_hdf_group(hdf, "/parameters", &group));
    if (rows.count == 0) goto done;
    dimension.length = rows.count;
    PW_TRY(pw_grid_write(hdf, packer,
        &(struct pw_array){ .group = "/parameters",
            .name = "value",
            .about = "Value in this run",
            .units = "see unit",
            .type = PW_TYPE_FLOAT64,
            .rank = 1,
            .dims = { dimension },
            .data = rows.value }));
    PW_TRY(pw_hdf_scale(hdf, group, &dimension, &scale));
    for (int c = 0; c < 5; c++)
        PW_TRY(pw_hdf_write_texts(
            hdf, group, names[c][0], names[c][1], rows.columns[c], rows.count, scale));
done:
    pw_hdf_close(scale);
    pw_hdf_close(group);
    free_rows(&rows);
    return status;
}

/* --- /code --------------------------------------------------------------------------------------
 */

static pw_status
write_code(const struct pw_hdf *hdf)
{
    pw_status status = PW_OK;
    hid_t group = -1;
    struct utsname system = { .sysname = "unknown" };
    char text[1024];
    unsigned major = 0, minor = 0, release = 0;

    PW_TRY(pw_hdf_group(hdf, "/code", &group));
    PW_TRY(pw_hdf_set_text(hdf, group, "compiler", PW_COMPILER));
    PW_TRY(pw_hdf_set_text(hdf, group, "flags", PW_COMPILER_FLAGS));
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u, ISA-L %d.%d.%d", major, minor, release,
        ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
    PW_TRY(pw_hdf_set_text(hdf, group, "libraries", text));
    uname(&system);
    snprintf(text, sizeof text, "%s: %s %s %s", system.nodename, system.sysname, system.release,
        system.machine);
    PW_TRY(pw_hdf_set_text(hdf, group, "host", text));
    PW_TRY(pw_hdf_set_whole(hdf, group, "threads", pw_parallel_threads()));
    PW_TRY(pw_hdf_set_whole(hdf, group, "ranks", pw_parallel_ranks()));
    format_time(text, sizeof text);
    PW_TRY(pw_hdf_set_text(hdf, group, "started", text));
done:
    pw_hdf_close(group);
    return status;
}

/* --- /axes --------------------------------------------------------------------------------------
 */

/* A text in each of the `count` items of an array of structs, `offset` bytes into it. */
struct names {
    const char *name, *about;
    const char *along; /* axis that they belong to; NULL: they are an axis */
    const void *items;
    size_t count, stride, offset;
};

static pw_status
write_names(const struct pw_hdf *hdf, hid_t group, const struct names *list)
{
    pw_status status = PW_OK;
    const char **names = NULL;
    hid_t scale = -1;

    if (list->count == 0) goto done;
    PW_TRY(pw_alloc(list->count, sizeof *names, &names));
    for (size_t i = 0; i < list->count; i++) {
        memcpy(&names[i], (const char *) list->items + i * list->stride + list->offset,
            sizeof names[i]);
        if (!names[i]) names[i] = "";
    }
    if (list->along) {
        scale = H5Dopen2(group, list->along, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(hdf, list->along, scale));
    }
    PW_TRY(pw_hdf_write_texts(hdf, group, list->name, list->about, names, list->count, scale));
done:
    pw_hdf_close(scale);
    pw_free(&names);
    return status;
}

/* Numbers that belong to each item of an axis of names. */
static pw_status
write_numbers(const struct pw_hdf *hdf, hid_t group, const char *axis, const char *name,
    const char *about, const struct pw_array *shape)
{
    pw_status status = PW_OK;
    hid_t scale = -1, dataset = -1;
    const hsize_t dims[2] = { shape->dims[0].length, shape->rank > 1 ? shape->dims[1].length : 1 };
    const struct pw_dataset spec = { .name = name,
        .about = about,
        .units = "1",
        .type = shape->type,
        .rank = shape->rank,
        .dims = dims };

    if (dims[0] == 0 || dims[1] == 0) goto done;
    PW_TRY(pw_hdf_create(hdf, group, &spec, &dataset));
    PW_TRY(pw_hdf_check(hdf, name,
        H5Dwrite(dataset, pw_hdf_type(shape->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, shape->data)));
    for (int d = 0; d < shape->rank; d++) {
        scale = H5Dopen2(group, d == 0 ? axis : shape->dims[d].name, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(hdf, name, scale));
        PW_TRY(pw_hdf_attach(hdf, dataset, scale, d));
        pw_hdf_close(scale);
        scale = -1;
    }
done:
    pw_hdf_close(scale);
    pw_hdf_close(dataset);
    return status;
}

static pw_status
write_code_axes(const struct pw_hdf *hdf, hid_t group)
{
    static const char *const axes[PW_NUM_CODE_FAMILIES][4] = {
        [PW_CODES_STATE] = { "state", "Name of each state", "state_about" },
        [PW_CODES_CLASS] = { "class", "Name of each class, low to high", "class_about" },
        [PW_CODES_QUALIFICATION] = { "qualification", "Name of each qualification, low to high",
            "qualification_about" },
        [PW_CODES_ROUTE] = { "route", "Name of each route to a qualification", "route_about" },
        [PW_CODES_TARIFF] = { "tariff", "Name of each tariff tier, low to high", "tariff_about" },
        [PW_CODES_SEX] = { "sex", "Name of each sex", "sex_about" }
    };
    pw_status status = PW_OK;

    for (int family = 0; family < PW_NUM_CODE_FAMILIES; family++) {
        int count = 0;
        const struct pw_code *codes = pw_codes((enum pw_code_family) family, &count);
        const char *axis = axes[family][0];

        PW_TRY(write_names(hdf, group,
            &(struct names){ axis, axes[family][1], NULL, codes, (size_t) count, sizeof *codes,
                offsetof(struct pw_code, name) }));
        PW_TRY(write_names(hdf, group,
            &(struct names){ axes[family][2], "What each code means", axis, codes, (size_t) count,
                sizeof *codes, offsetof(struct pw_code, about) }));
    }
done:
    return status;
}

static pw_status
write_geography(const struct pw_hdf *hdf, hid_t group, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const struct pw_place *places = scenario->places;
    const size_t num_places = (size_t) scenario->num_places, num_tags = (size_t) scenario->num_tags;
    int16_t *labour_market = NULL, *region = NULL;
    int8_t *has_tag = NULL;
    const struct pw_dimension place = { .name = "place", .length = num_places };
    const struct pw_dimension tag = { .name = "tag", .length = num_tags };

    PW_TRY(pw_alloc(num_places, sizeof *labour_market, &labour_market));
    PW_TRY(pw_alloc(num_places, sizeof *region, &region));
    PW_TRY(pw_alloc(num_places * num_tags, sizeof *has_tag, &has_tag));
    for (size_t p = 0; p < num_places; p++) {
        labour_market[p] = (int16_t) places[p].labour_market;
        region[p] = (int16_t) places[p].region;
        for (size_t t = 0; t < num_tags; t++)
            has_tag[p * num_tags + t] = places[p].tags >> t & 1;
    }
    PW_TRY(write_names(hdf, group,
        &(struct names){ "region", "Name of each region", NULL, scenario->regions,
            (size_t) scenario->num_regions, sizeof *scenario->regions,
            offsetof(struct pw_region, name) }));
    PW_TRY(write_names(hdf, group,
        &(struct names){ "labour_market", "Name of each labour market", NULL,
            scenario->labour_markets, (size_t) scenario->num_labour_markets,
            sizeof *scenario->labour_markets, offsetof(struct pw_labour_market, name) }));
    PW_TRY(write_names(hdf, group,
        &(struct names){ "place", "Name of each place", NULL, places, num_places, sizeof *places,
            offsetof(struct pw_place, name) }));
    PW_TRY(write_names(hdf, group,
        &(struct names){ "place_code", "Official code of each place", "place", places, num_places,
            sizeof *places, offsetof(struct pw_place, code) }));
    PW_TRY(write_names(hdf, group,
        &(struct names){ "tag", "Tags that places carry", NULL, scenario->tags, num_tags,
            sizeof *scenario->tags, 0 }));
    PW_TRY(write_numbers(hdf, group, "place", "place_labour_market",
        "Labour market of each place: row of /axes/labour_market, from 0",
        &(struct pw_array){
            .type = PW_TYPE_INT16, .rank = 1, .dims = { place }, .data = labour_market }));
    PW_TRY(write_numbers(hdf, group, "place", "place_region",
        "Region of each place: row of /axes/region, from 0",
        &(struct pw_array){ .type = PW_TYPE_INT16, .rank = 1, .dims = { place }, .data = region }));
    PW_TRY(write_numbers(hdf, group, "place", "place_tags", "1 where the place carries the tag",
        &(struct pw_array){
            .type = PW_TYPE_INT8, .rank = 2, .dims = { place, tag }, .data = has_tag }));
done:
    pw_free(&labour_market);
    pw_free(&region);
    pw_free(&has_tag);
    return status;
}

static pw_status
write_policies(const struct pw_hdf *hdf, hid_t group, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const size_t count = (size_t) scenario->num_policies;
    const char *levers[PW_NUM_LEVERS];
    int16_t lever[PW_MAX_POLICIES];

    for (int i = 0; i < PW_NUM_LEVERS; i++)
        levers[i] = pw_lever_info((enum pw_lever) i)->name;
    for (size_t i = 0; i < count; i++)
        lever[i] = (int16_t) scenario->policies[i].lever;
    PW_TRY(write_names(hdf, group,
        &(struct names){
            "lever", "Name of each lever", NULL, levers, PW_NUM_LEVERS, sizeof *levers, 0 }));
    PW_TRY(write_names(hdf, group,
        &(struct names){ "policy", "Name of each policy of this run", NULL, scenario->policies,
            count, sizeof *scenario->policies, offsetof(struct pw_policy, name) }));
    PW_TRY(write_numbers(hdf, group, "policy", "policy_lever",
        "Lever of each policy: row of /axes/lever, from 0",
        &(struct pw_array){ .type = PW_TYPE_INT16,
            .rank = 1,
            .dims = { { .name = "policy", .length = count } },
            .data = lever }));
done:
    return status;
}

static pw_status
write_axes(const struct pw_hdf *hdf, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *run = &scenario->run;
    const int num_years = run->start_year + run->years - run->history_from;
    const struct pw_dimension numbers[] = {
        { .name = "year",
            .length = (size_t) (num_years > 0 ? num_years : 1),
            .first = run->history_from },
        { .name = "age", .length = PW_MAX_AGE + 1 },
        { .name = "lineage_group", .length = PW_NUM_GROUPS },
    };
    hid_t group = -1, scale = -1;

    PW_TRY(pw_hdf_group(hdf, "/axes", &group));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        PW_TRY(pw_hdf_scale(hdf, group, &numbers[i], &scale));
        pw_hdf_close(scale);
        scale = -1;
    }
    PW_TRY(write_geography(hdf, group, scenario));
    PW_TRY(write_code_axes(hdf, group));
    PW_TRY(write_policies(hdf, group, scenario));
done:
    pw_hdf_close(scale);
    pw_hdf_close(group);
    return status;
}

/* --- The whole ----------------------------------------------------------------------------------
 */

pw_status
pw_preface_write(const struct pw_hdf *hdf, struct pw_packer *packer, const struct pw_run_info *info,
    char **history)
{
    pw_status status = PW_OK;
    const struct pw_scenario *scenario = info->scenario;

    PW_TRY(add_history(info->history, info->command, history));
    PW_TRY(write_attributes(hdf, info, *history));
    PW_TRY(write_text(hdf, packer, "source_text", "source_byte",
        "The scenario as it was given (JSON)", scenario->source_text ? scenario->source_text : ""));
    PW_TRY(write_text(hdf, packer, "resolved_text", "resolved_byte",
        "The scenario in full (JSON): runs as it is",
        scenario->resolved_text ? scenario->resolved_text : ""));
    PW_TRY(write_parameters(hdf, packer, scenario));
    PW_TRY(write_code(hdf));
    PW_TRY(write_axes(hdf, scenario));
done:
    return status;
}

pw_status
pw_preface_write_bare(
    const struct pw_hdf *hdf, const char *title, const char *command, char **history)
{
    pw_status status = PW_OK;
    const int8_t complete = 0;

    PW_TRY(add_history(NULL, command, history));
    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "Conventions", "CF-1.10"));
    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "title", title));
    PW_TRY(
        pw_hdf_set_text(hdf, hdf->file, "source", "pathways " PW_VERSION " (" PW_GIT_COMMIT ")"));
    PW_TRY(pw_hdf_set_text(hdf, hdf->file, "history", *history));
    PW_TRY(set_int(hdf, "format", PW_STORE_FORMAT));
    PW_TRY(pw_hdf_set_numbers(hdf, hdf->file, "complete", PW_TYPE_INT8, 0, &complete));
done:
    return status;
}

pw_status
pw_preface_complete(const struct pw_hdf *hdf, const struct pw_run_result *result)
{
    pw_status status = PW_OK;
    const int8_t complete = 1;
    char now[32];
    hid_t group = -1;

    if (result != NULL) {
        format_time(now, sizeof now);
        PW_TRY(pw_hdf_group(hdf, "/code", &group));
        PW_TRY(pw_hdf_set_text(hdf, group, "finished", now));
        PW_TRY(pw_hdf_set_whole(hdf, group, "person_years", result->person_years));
        PW_TRY(pw_hdf_set_numbers(hdf, group, "seconds", PW_TYPE_FLOAT64, 0, &result->seconds));
        PW_TRY(pw_hdf_set_whole(hdf, group, "peak_memory_bytes", (int64_t) pw_peak_memory()));
        PW_TRY(set_digest(hdf, "state_digest", result->state_digest));
    }
    PW_TRY(pw_hdf_set_numbers(hdf, hdf->file, "complete", PW_TYPE_INT8, 0, &complete));
done:
    pw_hdf_close(group);
    return status;
}

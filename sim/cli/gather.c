/*
 * What the runs of a sweep came to, in one file: parameters [run], measures [run, year].
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "pathways/alloc.h"
#include "pathways/log.h"
#include "sweep.h"

static const char manual[] =
    "NAME\n"
    "    pathways gather - put what the runs of a sweep came to into one file\n\n"
    "SYNOPSIS\n"
    "    pathways gather DIR -o ENSEMBLE.h5 [--partial] [--force] [--quiet]\n\n"
    "DESCRIPTION\n"
    "    Writes an HDF5 file with one row a run, which xarray, pandas, R (rhdf5) and all else "
    "that\n"
    "    reads HDF5 or netCDF opens:\n\n"
    "        /runs                  name, scenario, replicate, seed, digests [run]\n"
    "        /parameters/NAME       value of each factor [run]\n"
    "        /measures/nation/NAME  each measure [run, year], and beside it NAME_error, its\n"
    "                               standard error (jackknife over 32 groups of lineages)\n"
    "        /measures/origin/NAME  [run, year, origin_class], and other groupings that the "
    "design\n"
    "                               asks for\n"
    "        /axes                  names of runs, scenarios and groups\n\n"
    "    A standard error says how far a run of other luck might lie; replicates show it. Runs of\n"
    "    one replicate have the same luck, so that their differences are surer than either.\n\n"
    "    Of a sweep that is not complete nothing is written, exit 1; with --partial the runs that\n"
    "    there are, and the names of the others stand in /missing. Runs of an earlier design in\n"
    "    the same folder are left out.\n\n"
    "OPTIONS\n"
    "    -o, --output FILE  the file to write\n"
    "        --partial      also when runs are missing\n"
    "    -f, --force        replace a file of that name\n"
    "    -q, --quiet        say nothing but errors\n"
    "    -h, --help         print this\n\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways gather sweep -o sweep.h5\n\n"
    "    In Python:\n"
    "        import xarray\n"
    "        runs = xarray.merge([xarray.open_dataset(\"sweep.h5\", group=name)\n"
    "                             for name in (\"parameters\", \"measures/nation\")])\n\n"
    "    In R:\n"
    "        rhdf5::h5read(\"sweep.h5\", \"/measures/nation/neet_16_24\")\n";

/* Of what is read at once [bytes]. */
#define BLOCK_BYTES ((size_t) 256 << 20)
/* So many missing runs are named on the terminal. */
#define MAX_SAID 10

struct gathering {
    const char *folder, *output;
    bool is_forced, is_partial, is_quiet;
    cJSON *list;          /* DIR/sweep.json */
    const cJSON **runs;   /* [num_runs] entries of those that are there */
    const char **missing; /* [num_missing] names of the others */
    size_t num_runs, num_missing;
    struct pw_store *store;
};

/* Texts and numbers that every run has. */
enum { NUM_TEXTS = 3, NUM_NUMBERS = 3 };
static const char *const text_names[NUM_TEXTS] = { "scenario_digest", "state_digest",
    "run_source" };
static const char *const number_names[NUM_NUMBERS] = { "replicate", "seed", "persons" };

/* --- The list of runs --- */

static pw_status
read_list(struct gathering *gathering)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 }, text = { 0 };
    FILE *stream = NULL;
    char bytes[65536];
    size_t got;

    PW_TRY(pw_text_add(&path, "%s/sweep.json", gathering->folder));
    stream = fopen(path.bytes, "rb");
    if (stream == NULL)
        PW_FAIL(errno == ENOENT || errno == ENOTDIR ? PW_EINPUT : PW_EIO,
            "%s: %s; give the folder that `pathways sweep -o` wrote", path.bytes,
            errno == ENOENT || errno == ENOTDIR ? "there is no such file" : strerror(errno));
    while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0)
        PW_TRY(pw_text_add_bytes(&text, bytes, got));
    if (ferror(stream)) PW_FAIL(PW_EIO, "%s: cannot be read: %s", path.bytes, strerror(errno));
    gathering->list = cJSON_Parse(text.length == 0 ? "" : text.bytes);
    if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "runs"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "factors"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "scenarios"))
        || !cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(gathering->list, "groupings")))
        PW_FAIL(PW_EFORMAT, "%s: is not the list of runs of a sweep; `pathways sweep` writes it",
            path.bytes);
done:
    if (stream != NULL) (void) fclose(stream);
    pw_text_free(&path);
    pw_text_free(&text);
    return status;
}

static const cJSON *
member(const struct gathering *gathering, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(gathering->list, name);
}

static const char *
text_of(const cJSON *object, const char *name)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(node) ? node->valuestring : "";
}

/* An entry is [name, scenario, replicate, [values]]. */
static const char *
name_of(const cJSON *run)
{
    const cJSON *name = cJSON_GetArrayItem(run, 0);

    return cJSON_IsString(name) ? name->valuestring : "";
}

static pw_status
open_point(const struct gathering *gathering, const cJSON *run, struct pw_reader **reader)
{
    pw_status status = PW_OK;
    struct pw_text path = { 0 };

    PW_TRY(pw_text_add(&path, "%s/points/%s.h5", gathering->folder, name_of(run)));
    PW_TRY(pw_reader_open(path.bytes, reader));
done:
    pw_text_free(&path);
    return status;
}

/* Is what the design asks for there? */
static bool
is_complete(const struct gathering *gathering, const cJSON *run)
{
    struct pw_reader *reader = NULL;
    char *asked = NULL;
    const bool is = open_point(gathering, run, &reader) == PW_OK
                    && pw_reader_text(reader, "/", "asked", &asked) == PW_OK
                    && strcmp(asked, text_of(gathering->list, "asked")) == 0;

    pw_free(&asked);
    pw_reader_close(&reader);
    return is;
}

static pw_status
find_runs(struct gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *runs = member(gathering, "runs");
    const size_t count = (size_t) cJSON_GetArraySize(runs);

    PW_TRY(pw_alloc(count, sizeof *gathering->runs, &gathering->runs));
    PW_TRY(pw_alloc(count, sizeof *gathering->missing, &gathering->missing));
    for (const cJSON *run = runs->child; run != NULL; run = run->next)
        if (is_complete(gathering, run))
            gathering->runs[gathering->num_runs++] = run;
        else
            gathering->missing[gathering->num_missing++] = name_of(run);
    for (size_t m = 0; m < gathering->num_missing && m < MAX_SAID; m++)
        (void) fprintf(stderr, "missing: %s\n", gathering->missing[m]);
    if (gathering->num_missing > MAX_SAID)
        (void) fprintf(stderr, "missing: %zu more\n", gathering->num_missing - MAX_SAID);
    if (gathering->num_runs == 0)
        PW_FAIL(PW_EVERDICT, "%s: none of the %zu runs is done", gathering->folder, count);
    if (gathering->num_missing > 0 && !gathering->is_partial)
        PW_FAIL(PW_EVERDICT,
            "%s: %zu of %zu runs are not done; `pathways sweep` does them, --partial gathers the "
            "others",
            gathering->folder, gathering->num_missing, count);
    if (gathering->num_missing > 0)
        pw_log_warning("%zu of %zu runs are missing and left out: /missing names them",
            gathering->num_missing, count);
done:
    return status;
}

/* --- /runs and /parameters --- */

static struct pw_dimension
run_dimension(const struct gathering *gathering)
{
    return (struct pw_dimension){ .name = "run", .length = gathering->num_runs };
}

static pw_status
write_texts(const struct gathering *gathering, const char *name, const char *about,
    const char *const *items)
{
    return pw_store_write_names(gathering->store,
        &(struct pw_name_list){ "/runs", name, about, "run", items, gathering->num_runs });
}

static pw_status
write_numbers(
    const struct gathering *gathering, const char *name, const char *about, const int64_t *items)
{
    return pw_store_write_array(gathering->store, &(struct pw_array){ .group = "/runs",
                                                      .name = name,
                                                      .about = about,
                                                      .units = "1",
                                                      .type = PW_TYPE_INT64,
                                                      .rank = 1,
                                                      .dims = { run_dimension(gathering) },
                                                      .data = items });
}

/* What the list of runs says of each, and the names that belong to it. */
static pw_status
write_listed(const struct gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *scenarios = member(gathering, "scenarios");
    const size_t num_scenarios = (size_t) cJSON_GetArraySize(scenarios);
    const char **items = NULL, **titles = NULL, **paths = NULL;
    int64_t *numbers = NULL;
    size_t s = 0;

    PW_TRY(pw_alloc(gathering->num_runs, sizeof *items, &items));
    PW_TRY(pw_alloc(gathering->num_runs, sizeof *numbers, &numbers));
    PW_TRY(pw_alloc(num_scenarios, sizeof *titles, &titles));
    PW_TRY(pw_alloc(num_scenarios, sizeof *paths, &paths));
    for (const cJSON *scenario = scenarios->child; scenario != NULL; scenario = scenario->next) {
        titles[s] = text_of(scenario, "title");
        paths[s++] = text_of(scenario, "path");
    }
    for (size_t r = 0; r < gathering->num_runs; r++) {
        const cJSON *index = cJSON_GetArrayItem(gathering->runs[r], 1);

        items[r] = name_of(gathering->runs[r]);
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
read_identities(const struct gathering *gathering, char **texts, int64_t *numbers)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;

    for (size_t r = 0; r < gathering->num_runs; r++) {
        PW_TRY(open_point(gathering, gathering->runs[r], &reader));
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

static pw_status
write_identities(const struct gathering *gathering)
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

static pw_status
write_parameters(const struct gathering *gathering)
{
    pw_status status = PW_OK;
    const cJSON *factors = member(gathering, "factors");
    double *values = NULL;
    int f = 0;

    PW_TRY(pw_alloc(gathering->num_runs, sizeof *values, &values));
    for (const cJSON *factor = factors->child; factor != NULL; factor = factor->next, f++) {
        char name[256];

        (void) snprintf(name, sizeof name, "%s", text_of(factor, "name"));
        for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
            *slash = '_'; /* which would make a group */
        for (size_t r = 0; r < gathering->num_runs; r++) {
            const cJSON *value = cJSON_GetArrayItem(cJSON_GetArrayItem(gathering->runs[r], 3), f);

            values[r] = cJSON_IsNumber(value) ? value->valuedouble : (double) NAN;
        }
        PW_TRY(pw_store_write_array(gathering->store, &(struct pw_array){ .group = "/parameters",
                                                          .name = name,
                                                          .about = text_of(factor, "about"),
                                                          .units = text_of(factor, "units"),
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
open_grouping(const struct gathering *gathering, const char *name, struct grouping *grouping)
{
    pw_status status = PW_OK;
    struct pw_reader *reader = NULL;
    char path[96];

    grouping->name = name;
    grouping->dimension = dimension_of(name);
    (void) snprintf(grouping->path, sizeof grouping->path, "/%.40s/estimate", name);
    PW_TRY(open_point(gathering, gathering->runs[0], &reader));
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
read_block(const struct gathering *gathering, const struct grouping *grouping, size_t first,
    size_t count, float *block)
{
    pw_status status = PW_OK;
    const size_t items = count * grouping->field.row_items;
    struct pw_reader *reader = NULL;
    struct pw_field field = { 0 };
    double *values = NULL;

    PW_TRY(pw_alloc(items, sizeof *values, &values));
    for (size_t r = 0; r < gathering->num_runs; r++) {
        PW_TRY(open_point(gathering, gathering->runs[r], &reader));
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
write_measure(const struct gathering *gathering, const struct grouping *grouping,
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
write_grouping(const struct gathering *gathering, const struct grouping *grouping)
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

static pw_status
write_measures(const struct gathering *gathering)
{
    pw_status status = PW_OK;

    for (const cJSON *name = member(gathering, "groupings")->child; name != NULL;
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

/* --- The command --- */

static pw_status
write_ensemble(struct gathering *gathering)
{
    pw_status status = PW_OK;
    const char *title = text_of(gathering->list, "title");
    struct pw_text command = { 0 };

    PW_TRY(pw_text_add(&command, "pathways gather %s -o %s", gathering->folder, gathering->output));
    PW_TRY(pw_store_create_bare(gathering->output, gathering->is_forced,
        title[0] == '\0' ? "Sweep" : title, command.bytes, &gathering->store));
    if (text_of(gathering->list, "why")[0] != '\0')
        PW_TRY(pw_store_set_text(gathering->store, "comment", text_of(gathering->list, "why")));
    PW_TRY(pw_store_set_text(gathering->store, "design", text_of(gathering->list, "design")));
    PW_TRY(pw_store_set_whole(gathering->store, "missing_runs", (int64_t) gathering->num_missing));
    PW_TRY(write_listed(gathering));
    PW_TRY(write_identities(gathering));
    PW_TRY(write_parameters(gathering));
    PW_TRY(write_measures(gathering));
    PW_TRY(pw_store_write_names(gathering->store,
        &(struct pw_name_list){ "/missing", "name", "Name of each run that is not done", NULL,
            gathering->missing, gathering->num_missing }));
    PW_TRY(pw_store_finish(gathering->store, NULL));
    pw_log_info("wrote %s: %zu runs", gathering->output, gathering->num_runs);
done:
    pw_text_free(&command);
    return status;
}

static pw_status
read_options(int argc, char **argv, struct gathering *gathering, bool *is_help)
{
    enum { PARTIAL = 256 };
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "output", required_argument, NULL, 'o' }, { "partial", no_argument, NULL, PARTIAL },
        { "force", no_argument, NULL, 'f' }, { "quiet", no_argument, NULL, 'q' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "ho:fq", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            *is_help = true;
            goto done;
        }
        if (character == 'o') gathering->output = optarg;
        if (character == PARTIAL) gathering->is_partial = true;
        if (character == 'f') gathering->is_forced = true;
        if (character == 'q') gathering->is_quiet = true;
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one DIR"));
    if (gathering->output == NULL)
        PW_FAIL(PW_EUSAGE, "say with -o ENSEMBLE.h5 where the file is to go");
    if (!gathering->is_forced && access(gathering->output, F_OK) == 0)
        PW_FAIL(PW_EUSAGE, "%s: is there already; --force replaces it, -o gives another name",
            gathering->output);
    gathering->folder = argv[optind];
done:
    return status;
}

pw_status
cli_gather(int argc, char **argv)
{
    pw_status status = PW_OK;
    struct gathering gathering = { 0 };
    bool is_help = false;

    PW_TRY(read_options(argc, argv, &gathering, &is_help));
    if (is_help) {
        (void) fputs(manual, stdout);
        goto done;
    }
    pw_log_set_level(gathering.is_quiet ? PW_LOG_ERROR : PW_LOG_INFO);
    PW_TRY(read_list(&gathering));
    PW_TRY(find_runs(&gathering));
    PW_TRY(write_ensemble(&gathering));
done:
    pw_store_abandon(&gathering.store, false);
    cJSON_Delete(gathering.list);
    pw_free(&gathering.runs);
    pw_free(&gathering.missing);
    return status;
}

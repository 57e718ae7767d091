/* SPDX-License-Identifier: MIT */
#include "pathways/estimate.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "pathways/alloc.h"
#include "pathways/country.h"
#include "pathways/log.h"
#include "pathways/market.h"
#include "pathways/parallel.h"
#include "pathways/recorder.h"
#include "pathways/store.h"
#include "pathways/world.h"

/* People of a shard of the miniature, at most; those of the smaller one, which shows what a run
 * takes whatever its size; and of the one that shows what a recorded person takes on file. */
#define SHARD_PERSONS 25000.0
#define FEW_PERSONS   1000
#define SOME_PERSONS  20000
/* Pages that a column touches beyond its rows, half of one at each end. */
#define PAGE 4096.0
/* HDF5, its caches, and chunks that are being packed. */
#define LIBRARY_MEMORY 16e6

/* --- The file ------------------------------------------------------------------------------- */

/*
 * Measures, tables and flows on file: bytes a recorded year and place, by the people of a place and
 * lineage group in the start year. Measured on England: counts of hardly anybody are mostly zeros,
 * and each time there are ten times as many people the numbers have some bits more.
 */
static const struct {
    double people, bytes;
} curve[] = { { 0.41, 671.0 }, { 4.1, 1690.0 }, { 10.0, 2270.0 }, { 41.0, 3210.0 },
    { 207.0, 4540.0 } };

enum { CURVE_POINTS = sizeof curve / sizeof *curve };

/* Of persons and of a year of trajectories, of a recorded person, on file. */
#define PERSON_BYTES 60.0
#define YEAR_BYTES   3.0
/* Births and arrivals a year, of the people alive in the start year, about. */
#define YEARLY_ROWS 0.02

static double
bytes_a_place(double people)
{
    int i = 0;
    double share;

    while (i < CURVE_POINTS - 2 && people > curve[i + 1].people)
        i++;
    share = log(people / curve[i].people) / log(curve[i + 1].people / curve[i].people);
    return fmax(
        curve[i].bytes + share * (curve[i + 1].bytes - curve[i].bytes), 0.5 * curve[0].bytes);
}

static int
recorded_years(const struct pw_scenario *scenario)
{
    const struct pw_run_settings *run = &scenario->run;
    const int first =
        run->record_from > run->history_from ? run->record_from : run->history_from + 1;

    return run->start_year + run->years - first;
}

static double
measure_bytes(const struct pw_scenario *scenario)
{
    const double places = (double) scenario->num_places;

    return places * (double) recorded_years(scenario)
           * bytes_a_place((double) scenario->run.persons / places / PW_NUM_GROUPS);
}

double
pw_estimate_run_file(const struct pw_scenario *scenario)
{
    const struct pw_run_settings *run = &scenario->run;
    const double years = (double) recorded_years(scenario);
    const double rows = run->record * (double) run->persons * (1.0 + YEARLY_ROWS * years);

    return measure_bytes(scenario) + rows * (PERSON_BYTES + years * YEAR_BYTES);
}

double
pw_estimate_free_disk(const char *path)
{
    char *folder = NULL, *slash;
    struct statvfs disk;
    double left = -1.0;

    if (pw_strdup(path, &folder) != PW_OK) return left;
    slash = strrchr(folder, '/');
    if (slash != NULL) slash[slash == folder] = '\0';
    /* A file system without blocks, such as /proc, has no disk. */
    if (statvfs(slash == NULL ? "." : folder, &disk) == 0 && disk.f_blocks > 0)
        left = (double) disk.f_bavail * (double) disk.f_frsize;
    pw_free(&folder);
    return left;
}

/* --- A miniature ---------------------------------------------------------------------------- */

/* What it took. */
struct miniature {
    double persons, num_shards;
    double seconds, seconds_before; /* in all, and up to the year with which the run begins */
    double person_years, person_years_before;
    double most_rows, last_rows, history_rows; /* of all shards */
    double applications;                       /* the most of each shard, added up */
    struct pw_recorder_size size, history_size;
    double file, trajectories, person_columns; /* bytes: all, and of them */
};

/* The three that are lived through. */
struct probe {
    const struct pw_scenario *scenario;
    char folder[256], path[300];
    int begin_year;
    double num_shards, num_threads;
    struct miniature few, many;
    struct miniature recorded; /* everybody in it, when the run records a share */
    bool is_whole;             /* `many` is the run itself */
};

static double
count_rows(const struct pw_world *world)
{
    double rows = 0.0;

    for (size_t s = 0; s < world->num_shards; s++)
        rows += (double) world->shards[s].num_rows;
    return rows;
}

static void
look(struct miniature *miniature, const struct pw_world *world, const struct pw_recorder *recorder,
    double scale)
{
    const bool is_recorded =
        world->year >= world->scenario->run.record_from && world->year > world->first_year;

    miniature->last_rows = count_rows(world);
    miniature->most_rows = fmax(miniature->most_rows, miniature->last_rows);
    if (world->year == world->scenario->run.start_year - 1) {
        miniature->history_rows = miniature->last_rows;
        if (is_recorded) pw_recorder_measure(recorder, scale, &miniature->history_size);
    }
    if (world->year == world->last_year) pw_recorder_measure(recorder, scale, &miniature->size);
}

static double
stored(hid_t file, const char *group, const char *name)
{
    char path[128];
    hid_t dataset;
    double bytes;

    (void) snprintf(path, sizeof path, "%s/%s", group, name);
    dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) return 0.0;
    bytes = (double) H5Dget_storage_size(dataset);
    H5Dclose(dataset);
    return bytes;
}

static void
weigh_file(const char *path, bool has_trajectories, struct miniature *miniature)
{
    static const char *const columns[] = {
#define PERSON(name, TYPE, value, units, codes, about) #name,
#include "pathways/persons.def"
    };
    const struct pw_trajectory_info *table = pw_trajectories_table();
    struct stat about;
    hid_t file;

    if (stat(path, &about) == 0) miniature->file = (double) about.st_size;
    if (!has_trajectories) return;
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return;
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        miniature->person_columns += stored(file, "/persons", columns[c]);
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        miniature->trajectories += stored(file, "/trajectories", table[v].name);
    H5Fclose(file);
}

/* Live through it. */
static pw_status
live(const struct pw_scenario *scenario, const struct probe *probe, double scale,
    struct miniature *miniature)
{
    pw_status status = PW_OK;
    /* Of this thread, which has a share in all sweeps and what is done between them for itself. */
    const double begin = pw_seconds_worked();
    const struct pw_run_info info = { .scenario = scenario,
        .window_years = pw_recorder_window(probe->scenario) };
    struct pw_world world = { 0 };
    struct pw_store *store = NULL;
    struct pw_recorder *recorder = NULL;
    struct pw_run_result result = { 0 };

    *miniature = (struct miniature){ .persons = (double) scenario->run.persons };
    PW_TRY(pw_store_create(probe->path, true, &info, &store));
    PW_TRY(pw_world_init(&world, scenario));
    PW_TRY(pw_recorder_create(&world, store, &recorder));
    while (pw_world_has_next(&world)) {
        if (world.year == probe->begin_year) {
            miniature->seconds_before = pw_seconds_worked() - begin;
            miniature->person_years_before = (double) world.person_years;
        }
        PW_TRY(pw_world_step(&world));
        PW_TRY(pw_recorder_note_year(recorder));
        look(miniature, &world, recorder, scale);
    }
    PW_TRY(pw_recorder_finish(recorder));
    result.person_years = world.person_years;
    PW_TRY(pw_store_finish(store, &result));
    miniature->seconds = pw_seconds_worked() - begin;
    miniature->num_shards = (double) world.num_shards;
    miniature->person_years = (double) world.person_years;
    for (size_t s = 0; s < world.num_shards; s++)
        miniature->applications += (double) world.shards[s].most_applications;
    weigh_file(probe->path, scenario->run.record > 0.0, miniature);
done:
    pw_recorder_free(&recorder);
    pw_store_abandon(&store, false);
    pw_world_free(&world);
    return status;
}

/* --- From the miniature to the run ---------------------------------------------------------- */

static pw_status
make_folder(struct probe *probe)
{
    pw_status status = PW_OK;
    const char *root = getenv("TMPDIR");

    if (root == NULL || root[0] == '\0') root = "/tmp";
    if (snprintf(probe->folder, sizeof probe->folder, "%s/pathways.XXXXXX", root)
        >= (int) sizeof probe->folder)
        PW_FAIL(
            PW_EIO, "%s: the name is too long for the folder of temporary files (TMPDIR)", root);
    if (mkdtemp(probe->folder) == NULL) {
        probe->folder[0] = '\0';
        PW_FAIL(PW_EIO,
            "%s: no temporary file can be written there; set TMPDIR to a folder where "
            "it can",
            root);
    }
    (void) snprintf(probe->path, sizeof probe->path, "%s/run.h5", probe->folder);
done:
    return status;
}

static pw_status
live_with(
    struct probe *probe, double persons, double shards, double record, struct miniature *miniature)
{
    struct pw_scenario scenario = *probe->scenario;

    scenario.run.persons = (int64_t) persons;
    scenario.run.shards = (int) shards;
    scenario.run.record = record;
    return live(&scenario, probe, (double) probe->scenario->run.persons / persons, miniature);
}

/* As many shards as are at work at a time, of as many people as in the run. */
static pw_status
live_through(struct probe *probe)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *run = &probe->scenario->run;
    const double each = (double) run->persons / probe->num_shards;
    double shards = fmin(probe->num_shards, probe->num_threads);
    double persons = floor(shards * fmin(each, SHARD_PERSONS));

    if (persons < FEW_PERSONS) persons = fmin(FEW_PERSONS, (double) run->persons);
    probe->is_whole = probe->num_shards <= shards && each <= 2.0 * SHARD_PERSONS;
    if (probe->is_whole) persons = (double) run->persons;
    PW_TRY(live_with(probe, persons, shards, run->record, &probe->many));
    if (probe->is_whole) goto done;
    PW_TRY(live_with(probe, FEW_PERSONS, 1.0, run->record, &probe->few));
    if (run->record > 0.0 && run->record < 1.0)
        PW_TRY(live_with(probe, fmin(SOME_PERSONS, persons), 1.0, 1.0, &probe->recorded));
done:
    return status;
}

/* Person-years of the thread that has most to do. */
static double
longest_turn(const struct probe *probe, double person_years, double num_shards)
{
    return person_years / num_shards * ceil(num_shards / probe->num_threads);
}

static void
estimate_time(const struct probe *probe, double scale, struct pw_estimate *estimate)
{
    const struct miniature *few = &probe->few, *many = &probe->many;
    const double person_years = scale * (many->person_years - many->person_years_before);
    const double many_seconds = many->seconds - many->seconds_before;
    const double few_seconds = few->seconds - few->seconds_before;
    double few_turn, many_turn, slope;

    estimate->person_years = person_years;
    estimate->seconds = many_seconds;
    if (probe->is_whole) return;
    few_turn = longest_turn(probe, few->person_years - few->person_years_before, 1.0);
    many_turn =
        longest_turn(probe, many->person_years - many->person_years_before, many->num_shards);
    slope = fmax(many_seconds - few_seconds, 0.0) / (many_turn - few_turn);
    estimate->seconds =
        few_seconds + slope * (longest_turn(probe, person_years, probe->num_shards) - few_turn);
}

static size_t
row_bytes(void)
{
    const struct pw_column_info *columns = pw_columns_table();
    size_t bytes = 0;

    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        bytes += columns[c].size;
    return bytes;
}

static void
estimate_memory(
    const struct probe *probe, double scale, double recorded_rows, struct pw_estimate *estimate)
{
    const struct miniature *many = &probe->many;
    const double shards = probe->num_shards, rows = scale * many->most_rows;
    const double applications = scale * many->applications;

    estimate->people = rows * (double) row_bytes() + shards * PW_NUM_COLUMNS * PAGE;
    /* Rows are renumbered where applications will be listed: a word each. */
    estimate->markets = fmax(applications * (double) sizeof(struct pw_application),
                            rows * (double) sizeof(uint32_t))
                        + applications * (double) sizeof(struct pw_candidate)
                        + shards * 8.0 * (double) pw_country_tally_size(probe->scenario);
    estimate->measures = probe->num_threads * many->size.thread + many->size.years;
    estimate->trajectories = recorded_rows * (many->size.person + many->size.window);
    estimate->program += LIBRARY_MEMORY;
    estimate->memory = estimate->people + estimate->markets + estimate->measures
                       + estimate->trajectories + estimate->program;
}

static void
estimate_disk(
    const struct probe *probe, double scale, double recorded_rows, struct pw_estimate *estimate)
{
    const struct miniature *many = &probe->many;
    const struct miniature *recorded = probe->recorded.persons > 0.0 ? &probe->recorded : many;
    const struct pw_run_settings *run = &probe->scenario->run;
    struct pw_scenario small = *probe->scenario;
    const double share =
        recorded->size.rows > 0 ? recorded_rows / (double) recorded->size.rows : 0.0;
    const double years = (double) recorded_years(probe->scenario);
    const double noted = fmax(0.0, years - (double) run->years);
    const double window = (double) pw_recorder_window(probe->scenario);
    const double full = floor(noted / window) * window;
    double history_rows, measures;

    small.run.persons = (int64_t) many->persons;
    measures = many->file - many->trajectories - many->person_columns;
    measures *= measure_bytes(probe->scenario) / measure_bytes(&small);
    estimate->run_file = measures + share * (recorded->trajectories + recorded->person_columns);
    estimate->checkpoint = scale * many->last_rows * (double) row_bytes() + many->size.years
                           + recorded_rows * (many->size.person + many->size.window)
                           + share * recorded->trajectories;
    history_rows = many->size.rows > 0
                       ? recorded_rows * (double) many->history_size.rows / (double) many->size.rows
                       : 0.0;
    estimate->history =
        scale * many->history_rows * (double) row_bytes() + many->size.years * noted / years
        + history_rows
              * (many->history_size.person + many->history_size.window * (noted - full) / window)
        + share * recorded->trajectories * full / years;
}

pw_status
pw_estimate_make(const struct pw_scenario *scenario, int begin_year, struct pw_estimate *estimate)
{
    pw_status status = PW_OK;
    const double begin = pw_seconds();
    struct probe probe = { .scenario = scenario,
        .begin_year = begin_year,
        .num_shards = (double) pw_world_num_shards(scenario),
        .num_threads = (double) pw_parallel_threads() };
    double scale, recorded_rows = 0.0;

    *estimate = (struct pw_estimate){ .num_shards = (int) probe.num_shards,
        .num_threads = (int) probe.num_threads,
        .program = (double) pw_peak_memory() };
    PW_TRY(make_folder(&probe));
    PW_TRY(live_through(&probe));
    scale = (double) scenario->run.persons / probe.many.persons;
    if (probe.recorded.persons > 0.0)
        recorded_rows = scenario->run.record * (double) probe.recorded.size.rows
                        * (double) scenario->run.persons / probe.recorded.persons;
    else
        recorded_rows = scale * (double) probe.many.size.rows;
    estimate_time(&probe, scale, estimate);
    estimate_memory(&probe, scale, recorded_rows, estimate);
    estimate_disk(&probe, scale, recorded_rows, estimate);
    estimate->miniature_persons = (int64_t) probe.many.persons;
    estimate->miniature_seconds = pw_seconds() - begin;
done:
    if (probe.folder[0] != '\0') {
        unlink(probe.path);
        rmdir(probe.folder);
    }
    return status;
}

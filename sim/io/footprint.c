/* SPDX-License-Identifier: MIT */
#include "pathways/footprint.h"

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
#define MOST_SHARDS   2.0
#define FEW_PERSONS   1000
#define SOME_PERSONS  40000
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
} curve[] = { { 0.41, 470.0 }, { 4.1, 1480.0 }, { 10.3, 2040.0 }, { 41.0, 3000.0 },
    { 207.0, 4330.0 }, { 11800.0, 7500.0 } };

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
pw_footprint_run_file(const struct pw_scenario *scenario)
{
    const struct pw_run_settings *run = &scenario->run;
    const double years = (double) recorded_years(scenario);
    const double rows = run->record * (double) run->persons * (1.0 + YEARLY_ROWS * years);

    return measure_bytes(scenario) + rows * (PERSON_BYTES + years * YEAR_BYTES);
}

double
pw_footprint_free_disk(const char *path)
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

/* What processors do, on one thread [s]. */
struct work {
    double alone, shared; /* between loops over shards, and in them */
};

/* What it took. */
struct miniature {
    double persons, num_shards;
    struct work work, work_before; /* in all, and up to the year with which the run begins */
    double person_years, person_years_before;
    double most_rows, last_rows, history_rows; /* of all shards */
    double applications;                       /* the most of each shard, added up */
    struct pw_recorder_size size, history_size;
    double file, counts, trajectories, person_columns; /* bytes: all, and of them */
    double links; /* of the columns that hold rows of parents */
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
stored_in(hid_t group, const char *name)
{
    const htri_t exists = H5Lexists(group, name, H5P_DEFAULT);
    const hid_t dataset = exists > 0 ? H5Dopen2(group, name, H5P_DEFAULT) : -1;
    double bytes;

    if (dataset < 0) return 0.0;
    bytes = (double) H5Dget_storage_size(dataset);
    H5Dclose(dataset);
    return bytes;
}

/* What the datasets of a group take. */
static double
stored(hid_t file, const char *name)
{
    const hid_t group = H5Gopen2(file, name, H5P_DEFAULT);
    H5G_info_t info = { .nlinks = 0 };
    double bytes = 0.0;

    if (group < 0) return 0.0;
    (void) H5Gget_info(group, &info);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char member[128];

        if (H5Lget_name_by_idx(
                group, ".", H5_INDEX_NAME, H5_ITER_INC, i, member, sizeof member, H5P_DEFAULT)
            < 0)
            continue;
        bytes += stored_in(group, member);
    }
    H5Gclose(group);
    return bytes;
}

static void
weigh_file(const char *path, struct miniature *miniature)
{
    static const char *const counts[] = { "/measures/by_place", "/measures/by_origin",
        "/measures/tables", "/flows" };
    struct stat about;
    hid_t file;

    if (stat(path, &about) == 0) miniature->file = (double) about.st_size;
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) return;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        miniature->counts += stored(file, counts[i]);
    miniature->person_columns = stored(file, "/persons");
    miniature->trajectories = stored(file, "/trajectories");
    miniature->links = stored_in(file, "/persons/mother") + stored_in(file, "/persons/father")
                       + stored_in(file, "/persons/partner");
    H5Fclose(file);
}

static struct work
work_since(struct work begin)
{
    const double shared = pw_parallel_seconds(), all = pw_seconds_worked();

    return (struct work){ .alone = all - shared - begin.alone, .shared = shared - begin.shared };
}

/* Live through it. */
static pw_status
live(const struct pw_scenario *scenario, const struct probe *probe, double scale,
    struct miniature *miniature)
{
    pw_status status = PW_OK;
    const struct work begin = work_since((struct work){ 0 });
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
            miniature->work_before = work_since(begin);
            miniature->person_years_before = (double) world.person_years;
        }
        PW_TRY(pw_world_step(&world));
        PW_TRY(pw_recorder_note_year(recorder));
        look(miniature, &world, recorder, scale);
    }
    PW_TRY(pw_recorder_finish(recorder));
    result.person_years = world.person_years;
    PW_TRY(pw_store_finish(store, &result));
    miniature->work = work_since(begin);
    miniature->num_shards = (double) world.num_shards;
    miniature->person_years = (double) world.person_years;
    for (size_t s = 0; s < world.num_shards; s++)
        miniature->applications += (double) world.shards[s].most_applications;
    weigh_file(probe->path, miniature);
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

/* On one thread, which waits for no other: two shards of as many people as in the run. */
static pw_status
live_through(struct probe *probe)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *run = &probe->scenario->run;
    const double each = (double) run->persons / probe->num_shards;
    const double shards = fmin(probe->num_shards, MOST_SHARDS);
    const double persons = fmax(floor(shards * fmin(each, SHARD_PERSONS)), 4.0 * FEW_PERSONS);

    probe->is_whole = (double) run->persons <= MOST_SHARDS * SHARD_PERSONS;
    if (probe->is_whole) {
        PW_TRY(
            live_with(probe, (double) run->persons, probe->num_shards, run->record, &probe->many));
        goto done;
    }
    PW_TRY(live_with(probe, persons, shards, run->record, &probe->many));
    PW_TRY(live_with(probe, FEW_PERSONS, 1.0, run->record, &probe->few));
    if (run->record > 0.0 && run->record < 1.0)
        PW_TRY(live_with(probe, fmin(SOME_PERSONS, persons), 1.0, 1.0, &probe->recorded));
done:
    return status;
}

/* What is done from the year on with which the run begins. */
static struct work
work_after(const struct miniature *miniature)
{
    return (struct work){ .alone = miniature->work.alone - miniature->work_before.alone,
        .shared = miniature->work.shared - miniature->work_before.shared };
}

static double
years_after(const struct miniature *miniature)
{
    return miniature->person_years - miniature->person_years_before;
}

/* On the line through two points; a clock that errs does not make more people faster. */
static double
extend(double few, double many, double steps)
{
    return few + steps * fmax(many - few, 0.0);
}

/* Loops over shards take as many turns as there are shards to a thread. */
static void
estimate_time(const struct probe *probe, double scale, struct pw_footprint *footprint)
{
    const double turns = ceil(probe->num_shards / probe->num_threads) / probe->num_shards;
    const struct work few = work_after(&probe->few), many = work_after(&probe->many);
    struct work all = many;

    footprint->person_years = scale * years_after(&probe->many);
    if (!probe->is_whole) {
        const double steps = (footprint->person_years - years_after(&probe->few))
                             / (years_after(&probe->many) - years_after(&probe->few));

        all.alone = extend(few.alone, many.alone, steps);
        all.shared = extend(few.shared, many.shared, steps);
    }
    footprint->seconds = all.alone + all.shared * turns;
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
    const struct probe *probe, double scale, double recorded_rows, struct pw_footprint *footprint)
{
    const struct miniature *many = &probe->many;
    const double shards = probe->num_shards, rows = scale * many->most_rows;
    const double applications = scale * many->applications;

    footprint->people = rows * (double) row_bytes() + shards * PW_NUM_COLUMNS * PAGE;
    /* Rows are renumbered where applications and candidates will be listed: a word each. */
    footprint->markets = fmax(applications * (double) sizeof(struct pw_application),
                             rows * (double) sizeof(uint32_t))
                         + fmax(2.0 * applications * (double) sizeof(struct pw_candidate),
                             rows * (double) sizeof(uint32_t))
                         + shards * 8.0 * (double) pw_country_tally_size(probe->scenario);
    footprint->measures = probe->num_threads * many->size.thread + many->size.years;
    footprint->trajectories = recorded_rows * (many->size.person + many->size.window);
    footprint->program += LIBRARY_MEMORY;
    footprint->memory = footprint->people + footprint->markets + footprint->measures
                        + footprint->trajectories + footprint->program;
}

static void
estimate_disk(
    const struct probe *probe, double scale, double recorded_rows, struct pw_footprint *footprint)
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
    double history_rows, counts, person_bytes;

    small.run.persons = (int64_t) many->persons;
    /* Of parents who are not recorded there is nothing to keep. */
    person_bytes =
        recorded->person_columns - (recorded == many ? 0.0 : (1.0 - run->record) * recorded->links);
    counts = many->counts * measure_bytes(probe->scenario) / measure_bytes(&small);
    footprint->run_file = many->file - many->counts - many->trajectories - many->person_columns
                          + counts + share * (recorded->trajectories + person_bytes);
    footprint->checkpoint = scale * many->last_rows * (double) row_bytes() + many->size.years
                            + recorded_rows * (many->size.person + many->size.window)
                            + share * recorded->trajectories;
    history_rows = many->size.rows > 0
                       ? recorded_rows * (double) many->history_size.rows / (double) many->size.rows
                       : 0.0;
    footprint->history =
        scale * many->history_rows * (double) row_bytes() + many->size.years * noted / years
        + history_rows
              * (many->history_size.person + many->history_size.window * (noted - full) / window)
        + share * recorded->trajectories * full / years;
}

pw_status
pw_footprint_make(
    const struct pw_scenario *scenario, int begin_year, struct pw_footprint *footprint)
{
    pw_status status = PW_OK;
    const double begin = pw_seconds();
    struct probe probe = { .scenario = scenario,
        .begin_year = begin_year,
        .num_shards = (double) pw_world_num_shards(scenario),
        .num_threads = (double) pw_parallel_threads() };
    double scale, recorded_rows = 0.0;

    *footprint = (struct pw_footprint){ .num_shards = (int) probe.num_shards,
        .num_threads = (int) probe.num_threads,
        .program = (double) pw_peak_memory() };
    PW_TRY(make_folder(&probe));
    pw_parallel_set_threads(1);
    status = live_through(&probe);
    pw_parallel_set_threads((int) probe.num_threads);
    PW_TRY(status);
    scale = (double) scenario->run.persons / probe.many.persons;
    if (probe.recorded.persons > 0.0)
        recorded_rows = scenario->run.record * (double) probe.recorded.size.rows
                        * (double) scenario->run.persons / probe.recorded.persons;
    else
        recorded_rows = scale * (double) probe.many.size.rows;
    estimate_time(&probe, scale, footprint);
    estimate_memory(&probe, scale, recorded_rows, footprint);
    estimate_disk(&probe, scale, recorded_rows, footprint);
    footprint->miniature_persons = (int64_t) probe.many.persons;
    footprint->miniature_seconds = pw_seconds() - begin;
done:
    if (probe.folder[0] != '\0') {
        unlink(probe.path);
        rmdir(probe.folder);
    }
    return status;
}

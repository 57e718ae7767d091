/* Estimates beside what happens. SPDX-License-Identifier: MIT */
#include "pathways/footprint.h"

#include <dirent.h>
#include <sys/stat.h>

#include "pathways/recorder.h"
#include "pathways/snapshot.h"
#include "pathways/store.h"
#include "sample_run.h"
#include "small_world.h"

TestSuite(footprint, .timeout = 240);

#define LIVES                                                                                      \
    "run.shards=4 run.history_from=2000 run.start_year=2015 run.record_from=2010 run.years=10 "

static char folder[64];

static struct pw_footprint
estimate_on(int threads, const char *overrides, int begin_year)
{
    struct tiny tiny = small_read(overrides);
    struct pw_footprint footprint;

    pw_parallel_set_threads(threads);
    MUST(pw_footprint_make(&tiny.scenario, begin_year, &footprint));
    tiny_free(&tiny);
    return footprint;
}

static struct pw_footprint
estimate(const char *overrides, int begin_year)
{
    return estimate_on(1, overrides, begin_year);
}

static void
within_a_fifth(double estimated, double happened, const char *what)
{
    cr_assert(happened > 0.0, "%s: none", what);
    small_near(estimated / happened, 1.0, PW_FOOTPRINT_TOLERANCE, what);
}

static double
size_of(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 ? (double) about.st_size : 0.0;
}

/* What a run comes to. */
struct outcome {
    double run_file, history, checkpoint, person_years;
};

static void
save(struct pw_world *world, struct pw_recorder *recorder, const char *path)
{
    const struct pw_snapshot_about about = { .run = "run.h5", .history = "" };
    struct pw_checkpoint_writer *writer = NULL;

    MUST(pw_checkpoint_create(path, &writer));
    MUST(pw_snapshot_save(writer, &about, world, recorder));
    MUST(pw_checkpoint_commit(writer, false, NULL));
    pw_checkpoint_abandon(&writer);
}

/* Live through it, with a checkpoint of every year, of which the largest counts. */
static struct outcome
live(const char *overrides)
{
    struct tiny tiny = small_read(overrides);
    const struct pw_run_info info = { .scenario = &tiny.scenario };
    static struct pw_world world;
    struct pw_store *store = NULL;
    struct pw_recorder *recorder = NULL;
    struct pw_run_result result = { 0 };
    struct outcome outcome = { 0 };
    char path[128], checkpoint[128];

    sample_folder(folder, sizeof folder);
    (void) snprintf(path, sizeof path, "%s/run.h5", folder);
    (void) snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", folder);
    MUST(pw_store_create(path, false, &info, &store));
    MUST(pw_world_init(&world, &tiny.scenario));
    MUST(pw_recorder_create(&world, store, &recorder));
    while (pw_world_has_next(&world)) {
        MUST(pw_world_step(&world));
        MUST(pw_recorder_note_year(recorder));
        if (world.year < tiny.scenario.run.start_year - 1) continue;
        save(&world, recorder, checkpoint);
        if (world.year == tiny.scenario.run.start_year - 1) outcome.history = size_of(checkpoint);
        if (pw_world_has_next(&world))
            outcome.checkpoint = fmax(outcome.checkpoint, size_of(checkpoint));
    }
    MUST(pw_recorder_finish(recorder));
    MUST(pw_store_finish(store, &result));
    outcome.run_file = size_of(path);
    outcome.person_years = (double) world.person_years;
    pw_recorder_free(&recorder);
    pw_store_abandon(&store, false);
    pw_world_free(&world);
    sample_remove(folder, "run.h5");
    sample_remove(folder, "checkpoint");
    sample_remove(folder, "");
    tiny_free(&tiny);
    return outcome;
}

Test(footprint, of_a_run_larger_than_its_miniature_is_within_a_fifth)
{
    static const char size[] = LIVES "run.persons=80000 run.record=1";
    const struct pw_footprint said = estimate(size, 2000);
    const struct outcome happened = live(size);

    cr_assert_lt(said.miniature_persons, 80000);
    within_a_fifth(said.run_file, happened.run_file, "run file");
    within_a_fifth(said.history, happened.history, "history");
    within_a_fifth(said.checkpoint, happened.checkpoint, "checkpoint");
    within_a_fifth(said.person_years, happened.person_years, "person-years");
}

Test(footprint, of_a_run_that_records_a_tenth_is_within_a_fifth)
{
    static const char size[] = LIVES "run.persons=80000 run.record=0.1";
    const struct pw_footprint said = estimate(size, 2000);
    const struct outcome happened = live(size);

    within_a_fifth(said.run_file, happened.run_file, "run file");
    within_a_fifth(said.history, happened.history, "history");
    within_a_fifth(said.checkpoint, happened.checkpoint, "checkpoint");
}

Test(footprint, of_a_small_run_is_of_the_run_itself)
{
    static const char size[] =
        "run.persons=3000 run.shards=1 run.history_from=2005 run.start_year=2015 run.years=5";
    const struct pw_footprint said = estimate(size, 2005);

    cr_assert_eq(said.miniature_persons, 3000);
    small_near(said.person_years, live(size).person_years, 0.5, "person-years");
}

Test(footprint, memory_is_the_sum_of_its_parts_and_grows_with_people_threads_and_what_is_recorded)
{
    static const char size[] = LIVES "run.persons=100000 run.record=0";
    const struct pw_footprint few = estimate(size, 2000);
    const struct pw_footprint many = estimate(LIVES "run.persons=200000 run.record=0", 2000);
    const struct pw_footprint recorded = estimate(LIVES "run.persons=80000 run.record=1", 2000);
    const struct pw_footprint threads = estimate_on(2, size, 2000);

    small_near(few.memory, few.people + few.markets + few.measures + few.trajectories + few.program,
        1.0, "memory");
    small_near(many.people / few.people, 2.0, 0.1, "people twice as many take twice as much");
    cr_assert_eq(few.trajectories, 0.0);
    cr_assert_gt(recorded.trajectories, 100000.0 * 100.0);
    cr_assert_gt(threads.measures, few.measures);
}

Test(footprint, of_what_is_left_after_a_checkpoint_is_less)
{
    static const char size[] = LIVES "run.persons=50000 run.record=0";
    const struct pw_footprint whole = estimate(size, 2000), rest = estimate(size, 2014);

    cr_assert_lt(rest.person_years, 0.7 * whole.person_years);
    cr_assert_gt(rest.person_years, 0.4 * whole.person_years);
    cr_assert_gt(rest.seconds, 0.0);
}

static int
count_entries(const char *path)
{
    DIR *listing = opendir(path);
    int count = 0;

    cr_assert_not_null(listing);
    while (readdir(listing) != NULL)
        count++;
    closedir(listing);
    return count;
}

Test(footprint, leaves_nothing_in_the_folder_of_temporary_files)
{
    int before;

    sample_folder(folder, sizeof folder);
    cr_assert_eq(setenv("TMPDIR", folder, 1), 0);
    before = count_entries(folder);
    (void) estimate("run.persons=3000 run.shards=1 run.history_from=2010 run.years=2", 2010);
    cr_assert_eq(count_entries(folder), before);
    sample_remove(folder, "");
}

Test(footprint, a_folder_that_cannot_be_written_is_named_with_its_remedy)
{
    struct tiny tiny = small_read("run.persons=3000");
    struct pw_footprint said;

    cr_assert_eq(setenv("TMPDIR", "/no/such/folder", 1), 0);
    cr_assert_eq(pw_footprint_make(&tiny.scenario, 2000, &said), PW_EIO);
    cr_assert_not_null(
        strstr(pw_status_message(), "/no/such/folder: no temporary file can be written there; set "
                                    "TMPDIR"),
        "%s", pw_status_message());
    tiny_free(&tiny);
}

Test(footprint, a_file_larger_than_its_disk_is_seen_beforehand)
{
    struct tiny few = small_read("run.persons=100000 run.record=0.01");
    struct tiny many = small_read("run.persons=80000 run.record=1");

    cr_assert_gt(pw_footprint_free_disk("/tmp/run.h5"), 0.0);
    cr_assert_gt(pw_footprint_free_disk("run.h5"), 0.0);
    cr_assert_lt(pw_footprint_free_disk("/no/such/folder/run.h5"), 0.0);
    cr_assert_lt(pw_footprint_free_disk("/proc/run.h5"), 0.0);
    cr_assert_gt(pw_footprint_run_file(&many.scenario), 2.0 * pw_footprint_run_file(&few.scenario));
    tiny_free(&few);
    tiny_free(&many);
}

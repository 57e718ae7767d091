/*
 * What a recorder puts into a checkpoint is taken only by a run that records the same. That it goes
 * on to the same file is in test_snapshot.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/parallel.h"
#include "pathways/recorder.h"
#include "sample_run.h"
#include "small_world.h"

TestSuite(recorder_checkpoint, .timeout = 120);

enum { WINDOW = 4 };

static char folder[64], path[128];

static void
make_folder(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/checkpoint", folder);
}

static void
remove_checkpoint(void)
{
    pw_checkpoint_remove(path);
    sample_remove(folder, "");
}

/* A world and who watches it. */
struct watched {
    struct small_life life;
    struct pw_store *store;
    struct pw_recorder *recorder;
};

static void
begin(struct watched *run, const char *overrides)
{
    char file[128];

    pw_parallel_set_threads(1);
    memset(run, 0, sizeof *run);
    small_begin(&run->life, overrides);
    const struct pw_run_info info = { .scenario = &run->life.tiny.scenario,
        .window_years = WINDOW };

    snprintf(file, sizeof file, "%s/one.h5", folder);
    MUST(pw_store_create(file, true, &info, &run->store));
    MUST(pw_recorder_create(&run->life.world, run->store, &run->recorder));
}

static void
end(struct watched *run)
{
    pw_recorder_free(&run->recorder);
    pw_store_abandon(&run->store, false);
    small_end(&run->life);
}

#define LIVES "run.persons=2000 run.history_from=2015 run.start_year=2020 run.years=4 "

/* Three years are lived and noted, and what the recorder knows is saved. */
static void
save(const char *overrides)
{
    struct watched run;
    struct pw_checkpoint_writer *writer = NULL;

    begin(&run, overrides);
    for (int year = 0; year < 3; year++) {
        MUST(pw_world_step(&run.life.world));
        MUST(pw_recorder_note_year(run.recorder));
    }
    MUST(pw_checkpoint_create(path, &writer));
    MUST(pw_recorder_save(run.recorder, writer));
    MUST(pw_checkpoint_commit(writer, false, NULL));
    pw_checkpoint_abandon(&writer);
    end(&run);
}

static pw_status
restore(const char *overrides)
{
    struct watched run;
    struct pw_checkpoint_reader *reader = NULL;
    pw_status status;

    begin(&run, overrides);
    MUST(pw_checkpoint_open(path, &reader));
    status = pw_recorder_restore(run.recorder, reader, 0);
    pw_checkpoint_close(&reader);
    end(&run);
    return status;
}

Test(recorder_checkpoint, is_taken_by_a_run_that_records_the_same_or_nobody, .init = make_folder,
    .fini = remove_checkpoint)
{
    save(LIVES "run.record_from=2016");
    cr_assert_eq(restore(LIVES "run.record_from=2016"), PW_OK, "%s", pw_status_message());
    cr_assert_eq(
        restore(LIVES "run.record_from=2016 run.record=0"), PW_OK, "%s", pw_status_message());
}

Test(recorder_checkpoint, of_other_years_is_refused, .init = make_folder, .fini = remove_checkpoint)
{
    save(LIVES "run.record_from=2016");
    cr_assert_eq(restore(LIVES "run.record_from=2017"), PW_EINPUT);
    cr_assert(
        strstr(pw_status_message(), "recorded from 2016 and this run records from 2017") != NULL,
        "%s", pw_status_message());
}

Test(recorder_checkpoint, of_another_share_of_the_people_is_refused, .init = make_folder,
    .fini = remove_checkpoint)
{
    save(LIVES "run.record_from=2016 run.record=0.5");
    cr_assert_eq(restore(LIVES "run.record_from=2016 run.record=0.25"), PW_EINPUT);
    cr_assert(strstr(pw_status_message(), "trajectories of 0.5 of the people") != NULL, "%s",
        pw_status_message());
}

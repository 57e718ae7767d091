/*
 * What a recorder puts into a checkpoint is taken only by a run that records the same. That it goes
 * on to the same file is in test_snapshot.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/parallel.h"
#include "watched_run.h"

TestSuite(recorder_checkpoint, .timeout = 120);

static void
begin(struct watched *run, const char *overrides)
{
    pw_parallel_set_threads(1);
    memset(run, 0, sizeof *run);
    small_begin(&run->life, overrides);
    watched_open(run, "one.h5");
}

#define LIVES "run.persons=2000 run.history_from=2015 run.start_year=2020 run.years=4 "

/* Three years are lived and noted, and what the recorder knows is saved. */
static void
save(const char *overrides)
{
    struct watched run;
    struct pw_checkpoint_writer *writer = NULL;

    begin(&run, overrides);
    for (int year = 0; year < 3; year++)
        watched_step(&run);
    MUST(pw_checkpoint_create(watched_checkpoint, &writer));
    MUST(pw_recorder_save(run.recorder, writer));
    MUST(pw_checkpoint_commit(writer, false, NULL));
    pw_checkpoint_abandon(&writer);
    watched_end(&run);
}

static pw_status
restore(const char *overrides)
{
    struct watched run;
    struct pw_checkpoint_reader *reader = NULL;
    pw_status status;

    begin(&run, overrides);
    MUST(pw_checkpoint_open(watched_checkpoint, &reader));
    status = pw_recorder_restore(run.recorder, reader, 0);
    pw_checkpoint_close(&reader);
    watched_end(&run);
    return status;
}

Test(recorder_checkpoint, is_taken_by_a_run_that_records_the_same_or_nobody,
    .init = watched_make_folder, .fini = watched_remove_folder)
{
    save(LIVES "run.record_from=2016");
    cr_assert_eq(restore(LIVES "run.record_from=2016"), PW_OK, "%s", pw_status_message());
    cr_assert_eq(
        restore(LIVES "run.record_from=2016 run.record=0"), PW_OK, "%s", pw_status_message());
}

Test(recorder_checkpoint, of_other_years_is_refused, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    save(LIVES "run.record_from=2016");
    cr_assert_eq(restore(LIVES "run.record_from=2017"), PW_EINPUT);
    cr_assert(
        strstr(pw_status_message(), "recorded from 2016 and this run records from 2017") != NULL,
        "%s", pw_status_message());
}

Test(recorder_checkpoint, of_another_share_of_the_people_is_refused, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    save(LIVES "run.record_from=2016 run.record=0.5");
    cr_assert_eq(restore(LIVES "run.record_from=2016 run.record=0.25"), PW_EINPUT);
    cr_assert(strstr(pw_status_message(), "trajectories of 0.5 of the people") != NULL, "%s",
        pw_status_message());
}

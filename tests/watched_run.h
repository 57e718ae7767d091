/**
 * watched_run.h - a small run between two years, with the recorder that watches it, in a folder of
 * the test's own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_WATCHED_RUN_H
#define PW_WATCHED_RUN_H

#include "pathways/recorder.h"
#include "sample_run.h"
#include "small_world.h"

enum { WATCHED_WINDOW = 4 };

struct watched {
    struct small_life life;
    struct pw_store *store;
    struct pw_recorder *recorder;
};

static char watched_folder[64], watched_checkpoint[128];

/** Before a test: its folder, and the name of a checkpoint there. */
static inline void
watched_make_folder(void)
{
    sample_folder(watched_folder, sizeof watched_folder);
    snprintf(watched_checkpoint, sizeof watched_checkpoint, "%s/checkpoint", watched_folder);
}

/** After it. */
static inline void
watched_remove_folder(void)
{
    pw_checkpoint_remove(watched_checkpoint);
    sample_remove(watched_folder, "");
}

/** Let a life that has begun be watched. @param name of the run file, which the test abandons */
static inline void
watched_open(struct watched *run, const char *name)
{
    const struct pw_run_info info = { .scenario = &run->life.tiny.scenario,
        .window_years = WATCHED_WINDOW };
    char file[128];

    snprintf(file, sizeof file, "%s/%s", watched_folder, name);
    MUST(pw_store_create(file, true, &info, &run->store));
    MUST(pw_recorder_create(&run->life.world, run->store, &run->recorder));
}

/** Live a year and note it. */
static inline void
watched_step(struct watched *run)
{
    MUST(pw_world_step(&run->life.world));
    MUST(pw_recorder_note_year(run->recorder));
}

static inline void
watched_end(struct watched *run)
{
    pw_recorder_free(&run->recorder);
    pw_store_abandon(&run->store, false);
    small_end(&run->life);
}

#endif

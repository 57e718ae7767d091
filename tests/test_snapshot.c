/* SPDX-License-Identifier: MIT */
#include "pathways/snapshot.h"

#include "pathways/parallel.h"
#include "watched_run.h"

TestSuite(snapshot, .timeout = 120);

/* Seven recorded years in windows of four, after nine of history; policies from 2025 on. */
#define LIVES                                                                                      \
    "\"persons\": 3000, \"shards\": 3, \"start_year\": 2025, \"years\": 4, \"record_from\": "      \
    "2022, "                                                                                       \
    "\"history_from\": "
#define BEGIN LIVES "2013"
enum { LAST = 2028 };

static void
begin(struct watched *run, const char *overrides)
{
    memset(run, 0, sizeof *run);
    small_begin_with_policies(&run->life, overrides);
    watched_open(run, "one.h5");
}

static void
save(struct watched *run)
{
    const struct pw_snapshot_about about = { .run = "one.h5", .history = "a\nb", .seconds = 2.5 };
    struct pw_checkpoint_writer *writer = NULL;

    MUST(pw_checkpoint_create(watched_checkpoint, &writer));
    MUST(pw_snapshot_save(writer, &about, &run->life.world, run->recorder));
    MUST(pw_checkpoint_commit(writer, false, NULL));
    pw_checkpoint_abandon(&writer);
}

/* Another run of the scenario, where the checkpoint stands. */
static void
restore(struct watched *run, const char *overrides)
{
    struct pw_checkpoint_reader *reader = NULL;
    struct pw_snapshot snapshot = { 0 };

    memset(run, 0, sizeof *run);
    small_begin_with_policies(&run->life, overrides);
    pw_world_free(&run->life.world);
    MUST(pw_world_init_empty(&run->life.world, &run->life.tiny.scenario));
    cr_assert_eq(run->life.world.persons, 0);
    watched_open(run, "other.h5");
    MUST(pw_checkpoint_open(watched_checkpoint, &reader));
    MUST(pw_snapshot_begin(reader, &snapshot));
    cr_assert_str_eq(snapshot.run, "one.h5");
    cr_assert_str_eq(snapshot.history, "a\nb");
    cr_assert_str_eq(snapshot.parent, "");
    cr_assert_eq(snapshot.head.seconds, 2.5);
    cr_assert_eq(snapshot.head.scenario_digest, run->life.tiny.scenario.digest);
    MUST(pw_snapshot_restore(reader, &snapshot, &run->life.world, run->recorder));
    pw_checkpoint_close(&reader);
    pw_snapshot_free(&snapshot);
}

static void
assert_equal(const struct pw_world *one, const struct pw_world *other)
{
    const pw_columns differ = small_differ(one, other, ((pw_columns) 1 << PW_NUM_COLUMNS) - 1);

    cr_assert_eq(one->year, other->year);
    cr_assert_eq(one->persons, other->persons, "in %d", one->year);
    cr_assert_eq(one->person_years, other->person_years, "in %d", one->year);
    cr_assert_eq(differ, 0, "%s differs in %d", small_column_name(differ), one->year);
}

Test(snapshot, from_any_year_people_live_on_as_if_nothing_had_been, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    struct watched run, other;

    begin(&run, BEGIN);
    while (pw_world_has_next(&run.life.world)) {
        save(&run); /* also of the founders, of the year before recording, and of full windows */
        pw_parallel_set_threads(run.life.world.year % 3 + 1);
        restore(&other, BEGIN);
        MUST(pw_world_verify(&other.life.world));
        assert_equal(&run.life.world, &other.life.world);
        watched_step(&run);
        watched_step(&other);
        assert_equal(&run.life.world, &other.life.world);
        while (pw_world_has_next(&other.life.world))
            watched_step(&other);
        cr_assert_eq(other.life.world.year, LAST);
        watched_end(&other);
    }
    watched_end(&run);
}

/* All that is recorded of a run, in the words of a checkpoint of its last year. */
static unsigned char *
recorded(struct watched *run, size_t *size)
{
    unsigned char *bytes = NULL;
    FILE *file;

    save(run);
    file = fopen(watched_checkpoint, "rb");
    cr_assert_not_null(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t) ftell(file);
    rewind(file);
    bytes = malloc(*size);
    cr_assert_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

Test(snapshot, a_run_restored_in_any_year_records_the_same, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    struct watched run, other;
    unsigned char *expected, *found;
    size_t expected_size = 0, found_size = 0;

    begin(&run, BEGIN);
    while (pw_world_has_next(&run.life.world))
        watched_step(&run);
    expected = recorded(&run, &expected_size);
    watched_end(&run);
    for (int year = 2020; year < LAST; year++) {
        begin(&run, BEGIN);
        while (run.life.world.year < year)
            watched_step(&run);
        save(&run);
        watched_end(&run);
        restore(&other, BEGIN);
        while (pw_world_has_next(&other.life.world))
            watched_step(&other);
        found = recorded(&other, &found_size);
        cr_assert_eq(found_size, expected_size, "from %d", year);
        cr_assert_eq(memcmp(found, expected, expected_size), 0, "from %d", year);
        free(found);
        watched_end(&other);
    }
    free(expected);
}

static pw_status
begin_one(const char *name, const char *text, const char *columns)
{
    struct pw_checkpoint_writer *writer = NULL;
    struct pw_checkpoint_reader *reader = NULL;
    struct pw_snapshot snapshot = { 0 };
    pw_status status;

    MUST(pw_checkpoint_create(watched_checkpoint, &writer));
    MUST(pw_checkpoint_put(writer, name, text, strlen(text)));
    MUST(pw_checkpoint_put(writer, "columns", columns, strlen(columns)));
    MUST(pw_checkpoint_commit(writer, false, NULL));
    pw_checkpoint_abandon(&writer);
    MUST(pw_checkpoint_open(watched_checkpoint, &reader));
    status = pw_snapshot_begin(reader, &snapshot);
    pw_snapshot_free(&snapshot);
    pw_checkpoint_close(&reader);
    return status;
}

Test(snapshot, that_of_another_version_is_refused_by_name, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    cr_assert_eq(begin_one("program", "pathways 9.9 (feed)", ""), PW_EFORMAT);
    cr_assert(strstr(pw_status_message(), "was written by pathways 9.9 (feed)") != NULL, "%s",
        pw_status_message());
    cr_assert_eq(begin_one("recipe", "a cake", ""), PW_EFORMAT);
}

Test(snapshot, that_of_another_scenario_is_refused, .init = watched_make_folder,
    .fini = watched_remove_folder)
{
    struct watched run;
    struct pw_checkpoint_reader *reader = NULL;
    struct pw_snapshot snapshot = { 0 };

    begin(&run, BEGIN);
    watched_step(&run);
    save(&run);
    watched_end(&run);
    begin(&run, LIVES "2014");
    MUST(pw_checkpoint_open(watched_checkpoint, &reader));
    MUST(pw_snapshot_begin(reader, &snapshot));
    cr_assert_eq(pw_snapshot_restore(reader, &snapshot, &run.life.world, run.recorder), PW_EFORMAT);
    pw_checkpoint_close(&reader);
    pw_snapshot_free(&snapshot);
    watched_end(&run);
}

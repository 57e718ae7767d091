/**
 * small_world.h - a few people whom a test makes or raises, and processes run one at a time over
 * them.
 *
 * By hand: small_open a country without people, small_add rows oldest first, small_run a process.
 * Raised: small_live through some years of the tiny scenario, small_before a process of the next
 * year. For every process: small_check_process, what it declares to read and write is all that it
 * reads and writes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SMALL_WORLD_H
#define PW_SMALL_WORLD_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/country.h"
#include "pathways/parallel.h"
#include "pathways/population.h"
#include "pathways/process.h"
#include "pathways/schedule.h"
#include "pathways/world.h"
#include "tiny.h"

enum { SMALL_MAX_SHARDS = 8, SMALL_MAX_OVERRIDES = 16 };

/* --- Numbers ------------------------------------------------------------------------------------
 */

/** A stream of random numbers for tests; the state is the seed. */
static inline uint32_t
small_random(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15u;
    return (uint32_t) (pw_mix64(*state) >> 32);
}

/** A whole number from 0 to `limit` - 1. */
static inline int
small_below(uint64_t *state, int limit)
{
    return (int) ((uint64_t) small_random(state) * (uint64_t) limit >> 32);
}

/** A standard normal number. */
static inline float
small_normal(uint64_t *state)
{
    float sum = -6.0f; /* twelve uniforms: close enough for a test */

    for (int i = 0; i < 12; i++)
        sum += pw_rng_open(small_random(state));
    return sum;
}

/** Fails unless `value` is within `tolerance` of `expected`; a tolerance is so many standard
 * errors. */
static inline void
small_near(double value, double expected, double tolerance, const char *what)
{
    cr_assert(fabs(value - expected) <= tolerance, "%s: %.6g and not %.6g within %.3g", what, value,
        expected, tolerance);
}

/** Fails unless `hits` of `trials` is a draw of a chance, within five standard errors. */
static inline void
small_rate(size_t hits, size_t trials, double chance, const char *what)
{
    const double n = (double) trials;

    cr_assert_gt(trials, 0, "%s: nobody", what);
    small_near((double) hits / n, chance, 5.0 * sqrt(chance * (1.0 - chance) / n) + 0.5 / n, what);
}

/** Mean of some values. */
static inline double
small_mean(const float *value, size_t count)
{
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += (double) value[i];
    return sum / (double) count;
}

/** Covariance of two lists; of a list with itself its variance. */
static inline double
small_covariance(const float *x, const float *y, size_t count)
{
    const double mean_x = small_mean(x, count), mean_y = small_mean(y, count);
    double sum = 0.0;

    for (size_t i = 0; i < count; i++)
        sum += ((double) x[i] - mean_x) * ((double) y[i] - mean_y);
    return sum / (double) count;
}

/** Correlation of two lists. */
static inline double
small_correlation(const float *x, const float *y, size_t count)
{
    return small_covariance(x, y, count)
           / sqrt(small_covariance(x, x, count) * small_covariance(y, y, count));
}

/* --- Columns ------------------------------------------------------------------------------------
 */

/** Column `c` of a shard as bytes. */
static inline unsigned char *
small_column(const struct pw_shard *shard, int c)
{
    unsigned char *bytes;

    memcpy(&bytes, (const char *) shard + pw_columns_table()[c].offset, sizeof bytes);
    return bytes;
}

/** Name of the first column in a set, for messages; "nothing" for an empty one. */
static inline const char *
small_column_name(pw_columns set)
{
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        if (set >> c & 1) return pw_columns_table()[c].name;
    return "nothing";
}

/** A copy of the columns of some shards. */
struct small_snapshot {
    size_t num_shards, num_rows[SMALL_MAX_SHARDS];
    unsigned char *bytes[SMALL_MAX_SHARDS][PW_NUM_COLUMNS];
};

/** Copy all columns; released with small_snapshot_free. */
static inline struct small_snapshot
small_snapshot_take(const struct pw_shard *shards, size_t num_shards)
{
    struct small_snapshot snapshot = { .num_shards = num_shards };

    cr_assert_leq(num_shards, SMALL_MAX_SHARDS);
    for (size_t s = 0; s < num_shards; s++) {
        snapshot.num_rows[s] = shards[s].num_rows;
        for (int c = 0; c < PW_NUM_COLUMNS; c++) {
            const size_t size = shards[s].num_rows * pw_columns_table()[c].size;

            cr_assert_eq(pw_alloc(size, 1, &snapshot.bytes[s][c]), PW_OK);
            if (size > 0) memcpy(snapshot.bytes[s][c], small_column(&shards[s], c), size);
        }
    }
    return snapshot;
}

static inline void
small_snapshot_free(struct small_snapshot *snapshot)
{
    for (size_t s = 0; s < snapshot->num_shards; s++)
        for (int c = 0; c < PW_NUM_COLUMNS; c++)
            pw_free(&snapshot->bytes[s][c]);
}

/** Columns that differ between a copy and the shards, in the rows that the copy has. */
static inline pw_columns
small_changed(const struct small_snapshot *snapshot, const struct pw_shard *shards)
{
    pw_columns changed = 0;

    for (size_t s = 0; s < snapshot->num_shards; s++)
        for (int c = 0; c < PW_NUM_COLUMNS; c++) {
            const size_t size = snapshot->num_rows[s] * pw_columns_table()[c].size;

            cr_assert_geq(shards[s].num_rows, snapshot->num_rows[s]);
            if (size > 0 && memcmp(snapshot->bytes[s][c], small_column(&shards[s], c), size) != 0)
                changed |= (pw_columns) 1 << c;
        }
    return changed;
}

/* --- A country made by hand ----------------------------------------------------------------------
 */

/** A country of the tiny scenario and shards that a test fills. It must stay where it is. */
struct small_world {
    struct tiny tiny;
    struct pw_country country;
    struct pw_shard shards[SMALL_MAX_SHARDS];
    size_t num_shards;
};

/** Read the tiny scenario; `overrides` are separated by blanks, "run.seed=2 births.age_sd=5", or
 * "". */
static inline struct tiny
small_read(const char *overrides)
{
    char text[1024];
    const char *list[SMALL_MAX_OVERRIDES];
    size_t count = 0;
    char *rest = NULL;
    struct tiny tiny;

    pw_parallel_set_threads(1); /* so few people: threads would only wait for each other */
    cr_assert_lt(strlen(overrides), sizeof text);
    (void) strcpy(text, overrides);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        cr_assert_lt(count, SMALL_MAX_OVERRIDES);
        list[count++] = word;
    }
    tiny = tiny_base(list, count);
    cr_assert_eq(tiny.status, PW_OK, "%s", tiny.faults.count > 0 ? tiny.faults.items[0].text : "");
    return tiny;
}

/**
 * A country in a year and `num_shards` empty shards, from a scenario that has been read into
 * `world->tiny`.
 *
 * @param num_rows  for which there is room in each shard
 */
static inline void
small_open_read(struct small_world *world, int year, size_t num_shards, size_t num_rows)
{
    cr_assert_leq(num_shards, SMALL_MAX_SHARDS);
    world->num_shards = num_shards;
    cr_assert_eq(pw_country_init(&world->country, &world->tiny.scenario), PW_OK);
    world->country.num_shards = (int) num_shards;
    pw_country_open_year(&world->country, year);
    for (size_t s = 0; s < num_shards; s++) {
        struct pw_shard *shard = &world->shards[s];

        cr_assert_eq(pw_shard_init(shard, (int) s, year - PW_MAX_AGE, year + 50), PW_OK);
        cr_assert_eq(pw_shard_reserve(shard, num_rows), PW_OK);
        cr_assert_eq(pw_shard_reserve_applications(shard, num_rows), PW_OK);
        cr_assert_eq(
            pw_shard_reserve_tally(shard, pw_country_tally_size(&world->tiny.scenario)), PW_OK);
    }
}

/** The same for the tiny scenario with overrides as small_read takes them. */
static inline void
small_open(
    struct small_world *world, int year, size_t num_shards, size_t num_rows, const char *overrides)
{
    memset(world, 0, sizeof *world);
    world->tiny = small_read(overrides);
    small_open_read(world, year, num_shards, num_rows);
}

static inline void
small_close(struct small_world *world)
{
    for (size_t s = 0; s < world->num_shards; s++)
        pw_shard_free(&world->shards[s]);
    pw_country_free(&world->country);
    tiny_free(&world->tiny);
}

/** The parameters of a world made by hand, to be changed before a process runs. */
static inline struct pw_params *
small_params(struct small_world *world)
{
    return &world->tiny.scenario.params;
}

/**
 * Append somebody who turns `age` in the country's year; oldest first. Children are at home or in
 * school; adults are men with a GCSE who have worked in an intermediate job for five years.
 * Everyone lives in place 0, and those in work work in its labour market, which is the first.
 */
static inline size_t
small_add(struct small_world *world, size_t s, int age)
{
    struct pw_shard *shard = &world->shards[s];
    const size_t i = pw_shard_append(shard, world->country.year - age);

    shard->key[i] = pw_mix64(i * SMALL_MAX_SHARDS + s + 1);
    shard->group[i] = (uint8_t) (i % PW_NUM_GROUPS);
    shard->sex[i] = PW_MALE;
    shard->place[i] = 0;
    shard->birth_place[i] = 0;
    shard->home_place[i] = 0;
    shard->state[i] = age < 5 ? PW_EARLY_YEARS : age < 16 ? PW_SCHOOL : PW_EMPLOYED;
    if (age < 16) return i;
    shard->spell[i] = 5;
    shard->qualification[i] = PW_GCSE;
    shard->class[i] = PW_INTERMEDIATE;
    shard->work_market[i] = 0;
    shard->experience[i] = (uint8_t) (age - 16);
    shard->hours[i] = 38;
    shard->pay[i] = 2.6f;
    return i;
}

/** Give somebody another home, and a job there. */
static inline void
small_settle(struct small_world *world, size_t s, size_t i, uint16_t place)
{
    world->shards[s].place[i] = place;
    world->shards[s].work_market[i] = (uint8_t) world->country.labour_market[place];
}

/** Append `count` people of an age: see small_add. */
static inline struct pw_range
small_fill(struct small_world *world, size_t s, int age, size_t count)
{
    const size_t begin = world->shards[s].num_rows;

    for (size_t n = 0; n < count; n++)
        (void) small_add(world, s, age);
    return (struct pw_range){ begin, begin + count };
}

/** Make a couple of two people. */
static inline void
small_marry(struct pw_shard *shard, size_t woman, size_t man)
{
    shard->sex[woman] = PW_FEMALE;
    shard->sex[man] = PW_MALE;
    shard->partner[woman] = (int32_t) man;
    shard->partner[man] = (int32_t) woman;
}

/** Give a child its parents; either may be PW_NOBODY. */
static inline void
small_adopt(struct pw_shard *shard, size_t child, int32_t mother, int32_t father)
{
    shard->mother[child] = mother;
    shard->father[child] = father;
    for (int n = 0; n < 2; n++) {
        const int32_t parent = n == 0 ? mother : father;

        if (parent != PW_NOBODY) shard->num_children[parent]++;
    }
}

/* --- One process ---------------------------------------------------------------------------------
 */

/** Go through all passes of a process: ask, clear, settle. */
static inline void
small_process(struct pw_country *country, struct pw_shard *shards, size_t num_shards,
    const struct pw_process *process)
{
    const int num_passes = process->num_passes == 0 ? 1 : process->num_passes;

    for (int pass = 0; pass < num_passes; pass++) {
        for (size_t s = 0; s < num_shards && process->ask != NULL; s++)
            process->ask(country, &shards[s], pass);
        if (process->clear != NULL) process->clear(country, shards, num_shards, pass);
        for (size_t s = 0; s < num_shards && process->settle != NULL; s++)
            process->settle(country, &shards[s], pass);
    }
}

/** Run a process over a world made by hand, and check that what it left behind is sound. */
static inline void
small_run(struct small_world *world, const struct pw_process *process)
{
    if (process->open != NULL) process->open(&world->country);
    small_process(&world->country, world->shards, world->num_shards, process);
    for (size_t s = 0; s < world->num_shards; s++)
        cr_assert_eq(pw_shard_verify(&world->shards[s]), PW_OK, "after %s: %s", process->name,
            pw_status_message());
}

/* --- A life of the tiny scenario
 * ------------------------------------------------------------------ */

/** A world that has lived through some years. It must stay where it is. */
struct small_life {
    struct tiny tiny;
    struct pw_world world;
};

/** Begin a life; see small_read for the overrides ("run.persons=3000 run.shards=2"). */
static inline void
small_begin(struct small_life *life, const char *overrides)
{
    memset(life, 0, sizeof *life);
    life->tiny = small_read(overrides);
    cr_assert_eq(
        pw_world_init(&life->world, &life->tiny.scenario), PW_OK, "%s", pw_status_message());
}

/** Begin a life in which every third lever, some of each kind, is pulled everywhere from the start
 * year on. @param run the members of "run" */
static inline void
small_begin_with_policies(struct small_life *life, const char *run)
{
    char text[12000];
    int length = snprintf(text, sizeof text, "\"run\": {%s}, \"policies\": [", run);

    pw_parallel_set_threads(1);
    memset(life, 0, sizeof *life);
    for (int lever = 0; lever < PW_NUM_LEVERS; lever += 3)
        length += snprintf(text + length, sizeof text - (size_t) length,
            "%s{\"name\": \"%d\", \"lever\": \"%s\", \"from\": 2025, \"to\": 2100, "
            "\"strength\": 1, \"capacity\": 200000, \"ramp_years\": 3}",
            lever == 0 ? "" : ", ", lever, pw_lever_info((enum pw_lever) lever)->name);
    cr_assert_lt(length + 2, (int) sizeof text);
    (void) strcpy(text + length, "]");
    life->tiny = tiny_layer(text);
    cr_assert_eq(life->tiny.status, PW_OK, "%s",
        life->tiny.faults.count > 0 ? life->tiny.faults.items[0].text : "");
    cr_assert_eq(
        pw_world_init(&life->world, &life->tiny.scenario), PW_OK, "%s", pw_status_message());
}

/** Live on until the end of a year. */
static inline void
small_live_on(struct small_life *life, int year)
{
    while (life->world.year < year)
        cr_assert_eq(pw_world_step(&life->world), PW_OK, "%s", pw_status_message());
    cr_assert_eq(pw_world_verify(&life->world), PW_OK, "%s", pw_status_message());
}

/** Begin a life and live until the end of a year. */
static inline void
small_live(struct small_life *life, int year, const char *overrides)
{
    small_begin(life, overrides);
    small_live_on(life, year);
}

/** Open the next year without living it; there is room for what the year brings. */
static inline void
small_open_year(struct small_life *life)
{
    struct pw_world *world = &life->world;

    world->year++;
    for (size_t s = 0; s < world->num_shards; s++) {
        struct pw_shard *shard = &world->shards[s];
        const size_t room = shard->num_rows + shard->num_rows / 4 + 4096;

        cr_assert_eq(pw_shard_compact(shard), PW_OK);
        cr_assert_eq(pw_shard_reserve(shard, room), PW_OK);
        cr_assert_eq(pw_shard_reserve_applications(shard, shard->capacity), PW_OK);
    }
    pw_country_open_year(&world->country, world->year);
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        if (pw_schedule[i]->open != NULL) pw_schedule[i]->open(&world->country);
}

/** Run the processes of the year that has been opened from the `first` to before `end`, both of the
 * schedule. */
static inline void
small_live_part(struct small_life *life, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        small_process(
            &life->world.country, life->world.shards, life->world.num_shards, pw_schedule[i]);
}

/** Number of a process in the schedule. */
static inline size_t
small_schedule_index(const struct pw_process *process)
{
    size_t i = 0;

    while (pw_schedule[i] != NULL && pw_schedule[i] != process)
        i++;
    cr_assert_not_null(pw_schedule[i], "%s is not in the schedule", process->name);
    return i;
}

/** Open the next year and live it until just before a process. */
static inline void
small_before(struct small_life *life, const struct pw_process *process)
{
    small_open_year(life);
    small_live_part(life, 0, small_schedule_index(process));
}

/** Run a process over a life that stands before it. */
static inline void
small_run_life(struct small_life *life, const struct pw_process *process)
{
    const size_t index = small_schedule_index(process);

    small_live_part(life, index, index + 1);
}

static inline void
small_end(struct small_life *life)
{
    pw_world_free(&life->world);
    tiny_free(&life->tiny);
}

/* --- What a process reads and writes
 * -------------------------------------------------------------- */

/** Move every value of the columns in `set` to the next row, so that they say something else. */
static inline void
small_muddle(struct pw_shard *shard, pw_columns set)
{
    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const size_t size = pw_columns_table()[c].size;
        unsigned char last[sizeof(uint64_t)], *bytes = small_column(shard, c);

        if (!(set >> c & 1) || shard->num_rows < 2) continue;
        memcpy(last, bytes + (shard->num_rows - 1) * size, size);
        memmove(bytes + size, bytes, (shard->num_rows - 1) * size);
        memcpy(bytes, last, size);
    }
}

/** Undo small_muddle from a sound copy of the shard. */
static inline void
small_unmuddle(struct pw_shard *shard, const struct pw_shard *sound, pw_columns set)
{
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        if (set >> c & 1)
            memcpy(small_column(shard, c), small_column(sound, c),
                sound->num_rows * pw_columns_table()[c].size);
}

/** Columns of `set` in which two worlds differ. */
static inline pw_columns
small_differ(const struct pw_world *one, const struct pw_world *other, pw_columns set)
{
    pw_columns differ = 0;

    for (size_t s = 0; s < one->num_shards; s++) {
        cr_assert_eq(one->shards[s].num_rows, other->shards[s].num_rows);
        for (int c = 0; c < PW_NUM_COLUMNS; c++)
            if (set >> c & 1
                && memcmp(small_column(&one->shards[s], c), small_column(&other->shards[s], c),
                       one->shards[s].num_rows * pw_columns_table()[c].size)
                       != 0)
                differ |= (pw_columns) 1 << c;
    }
    return differ;
}

/** Columns that a process writes in a life that stands before it; the process has then been run. */
static inline pw_columns
small_written(struct small_life *life, const struct pw_process *process)
{
    struct small_snapshot before = small_snapshot_take(life->world.shards, life->world.num_shards);
    pw_columns written;

    small_run_life(life, process);
    written = small_changed(&before, life->world.shards);
    small_snapshot_free(&before);
    return written;
}

/**
 * Live some years twice side by side. The process must write no other column than it declares, and
 * nothing that it writes may depend on a column that it declares neither to read nor to write.
 *
 * @param overrides  as for small_read, with run.history_from, run.persons and run.shards
 * @return           columns that were written in one year or another
 */
static inline pw_columns
small_check_process(const struct pw_process *process, const char *overrides, int num_years)
{
    const size_t index = small_schedule_index(process);
    const pw_columns all = ((pw_columns) 1 << PW_NUM_COLUMNS) - 1;
    const pw_columns others = all & ~(process->reads | process->writes);
    struct small_life life, twin; /* what the process may not read is muddled in the twin */
    pw_columns ever = 0;

    small_begin(&life, overrides);
    small_begin(&twin, overrides);
    for (int n = 0; n < num_years; n++) {
        const int year = life.world.year + 1;
        pw_columns written, differ;

        small_before(&life, process);
        small_before(&twin, process);
        for (size_t s = 0; s < twin.world.num_shards; s++)
            small_muddle(&twin.world.shards[s], others);
        written = small_written(&life, process);
        cr_assert_eq(written & ~process->writes, 0, "%s wrote %s in %d", process->name,
            small_column_name(written & ~process->writes), year);
        small_run_life(&twin, process);
        differ = small_differ(&life.world, &twin.world, process->writes);
        cr_assert_eq(differ, 0, "%s in %d: %s depends on a column that is not read", process->name,
            year, small_column_name(differ));
        for (size_t s = 0; s < twin.world.num_shards; s++)
            small_unmuddle(&twin.world.shards[s], &life.world.shards[s], others);
        small_live_part(&life, index + 1, pw_schedule_length());
        small_live_part(&twin, index + 1, pw_schedule_length());
        cr_assert_eq(pw_world_verify(&life.world), PW_OK, "%s", pw_status_message());
        ever |= written;
    }
    small_end(&life);
    small_end(&twin);
    return ever;
}

#endif

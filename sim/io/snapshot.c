/* SPDX-License-Identifier: MIT */
#include "pathways/snapshot.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/parallel.h"
#include "pathways/text.h"
#include "pathways/trajectory.h"

#define PROGRAM "pathways " PW_VERSION " (" PW_GIT_COMMIT ")"

/* --- Saving -------------------------------------------------------------------------------- */

static pw_status
put_text(struct pw_checkpoint_writer *writer, const char *name, const char *text)
{
    return pw_checkpoint_put(writer, name, text, strlen(text));
}

/* Names and sizes of all columns: a program that was changed without a commit is another one. */
static pw_status
describe_columns(struct pw_text *text)
{
    pw_status status = PW_OK;
    const struct pw_column_info *columns = pw_columns_table();
    const struct pw_trajectory_info *kept = pw_trajectories_table();

    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        PW_TRY(pw_text_add(text, "%s %zu\n", columns[c].name, columns[c].size));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(pw_text_add(text, "%s %zu\n", kept[v].name, kept[v].size));
done:
    return status;
}

static pw_status
put_columns(struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    PW_TRY(describe_columns(&text));
    PW_TRY(put_text(writer, "columns", text.bytes));
done:
    pw_text_free(&text);
    return status;
}

static pw_status
put_array(void *context, const char *name, void *data, size_t size)
{
    return pw_checkpoint_put(context, name, data, size);
}

static pw_status
put_policies(struct pw_checkpoint_writer *writer, const struct pw_country *country)
{
    pw_status status = PW_OK;
    const size_t places = (size_t) country->scenario->num_places;

    for (int p = 0; p < country->scenario->num_policies; p++) {
        const struct pw_policy_year *policy = &country->policy[p];

        PW_TRY(pw_checkpoint_put(
            writer, "policy/reached", policy->reached, places * sizeof *policy->reached));
        PW_TRY(pw_checkpoint_put(
            writer, "policy/coverage", policy->coverage, places * sizeof *policy->coverage));
        PW_TRY(pw_checkpoint_put(
            writer, "policy/strength", &policy->strength, sizeof policy->strength));
        PW_TRY(pw_checkpoint_put(writer, "policy/now", policy->now, sizeof policy->now));
        PW_TRY(pw_checkpoint_put(writer, "policy/later", policy->later, sizeof policy->later));
    }
done:
    return status;
}

/* The values of a column. */
static unsigned char *
values_of(const struct pw_shard *shard, int column)
{
    unsigned char *values;

    memcpy(&values, (const char *) shard + pw_columns_table()[column].offset, sizeof values);
    return values;
}

/* Arrays of a shard, as rank 0 asks for them: its columns, then where its cohorts begin. */
enum { ARRAY_COHORT_BEGIN = PW_NUM_COLUMNS, ARRAYS_A_SHARD };

static const void *
array_of(const struct pw_shard *shard, int array)
{
    return array == ARRAY_COHORT_BEGIN ? (const void *) shard->cohort_begin
                                       : values_of(shard, array);
}

/* Of which run a rank is asked. */
struct answering {
    const struct pw_world *world;
    const struct pw_recorder *recorder;
};

static const void *
find_array(void *context, int64_t array)
{
    const struct answering *answering = context;
    const int64_t of_shards = array - pw_recorder_num_arrays();

    if (of_shards < 0) return pw_recorder_array(answering->recorder, array);
    return array_of(
        &answering->world->shards[of_shards / ARRAYS_A_SHARD], (int) (of_shards % ARRAYS_A_SHARD));
}

/* A shard of this or another rank. */
struct whereabouts {
    int rank;
    size_t s; /* which of that rank's */
};

static struct whereabouts
find_shard(const struct pw_world *world, size_t index)
{
    const size_t all = (size_t) world->country.num_shards;
    struct whereabouts at = { 0 };

    while (index >= pw_parallel_share(all, at.rank + 1, pw_parallel_ranks()))
        at.rank++;
    at.s = index - pw_parallel_share(all, at.rank, pw_parallel_ranks());
    return at;
}

/* An array of any shard. @param room [size] for one of another rank */
static pw_status
put_array_of(struct pw_checkpoint_writer *writer, const struct pw_world *world,
    const struct whereabouts *at, int array, size_t size, void *room)
{
    const char *name =
        array == ARRAY_COHORT_BEGIN ? "shard/cohort_begin" : pw_columns_table()[array].name;
    const int64_t number =
        pw_recorder_num_arrays() + (int64_t) at->s * ARRAYS_A_SHARD + (int64_t) array;

    if (at->rank == pw_parallel_rank())
        return pw_checkpoint_put(writer, name, array_of(&world->shards[at->s], array), size);
    pw_parallel_ask(at->rank, number, 0, size, room);
    return pw_checkpoint_put(writer, name, room, size);
}

/* Bytes that tell where the cohorts of a shard begin. */
static size_t
cohorts_size(const struct pw_world *world)
{
    return (size_t) (world->last_year - world->first_year + PW_MAX_AGE + 2) * sizeof(uint32_t);
}

/* @param num_rows [country.num_shards] people of each shard */
static pw_status
put_people(
    struct pw_checkpoint_writer *writer, const struct pw_world *world, const int64_t *num_rows)
{
    pw_status status = PW_OK;
    const struct pw_column_info *columns = pw_columns_table();
    const size_t all = (size_t) world->country.num_shards;
    size_t most = cohorts_size(world);
    void *room = NULL;

    for (size_t s = 0; s < all; s++)
        if ((size_t) num_rows[s] * sizeof(uint64_t) > most) /* the widest column */
            most = (size_t) num_rows[s] * sizeof(uint64_t);
    if (pw_parallel_ranks() > 1) PW_TRY(pw_alloc(most, 1, &room));
    PW_TRY(pw_checkpoint_put(writer, "shards/num_rows", num_rows, all * sizeof *num_rows));
    for (size_t s = 0; s < all; s++) {
        const struct whereabouts at = find_shard(world, s);

        PW_TRY(put_array_of(writer, world, &at, ARRAY_COHORT_BEGIN, cohorts_size(world), room));
        for (int c = 0; c < PW_NUM_COLUMNS; c++)
            PW_TRY(
                put_array_of(writer, world, &at, c, (size_t) num_rows[s] * columns[c].size, room));
    }
done:
    pw_free(&room);
    return status;
}

/* People of each shard of all ranks. */
static const int64_t *
count_rows(const struct pw_world *world)
{
    const size_t all = (size_t) world->country.num_shards;

    memset(world->numbers, 0, all * sizeof *world->numbers);
    for (size_t s = 0; s < world->num_shards; s++)
        world->numbers[world->shards[s].index] = (int64_t) world->shards[s].num_rows;
    pw_parallel_sum(world->numbers, all); /* every other rank has put a zero */
    return world->numbers;
}

static pw_status
save(struct pw_checkpoint_writer *writer, const struct pw_snapshot_about *about,
    struct pw_world *world, struct pw_recorder *recorder, const int64_t *num_rows)
{
    pw_status status = PW_OK;
    const struct pw_snapshot_head head = { .scenario_digest = world->scenario->digest,
        .persons = world->persons,
        .person_years = world->person_years,
        .seconds = about->seconds,
        .first_year = world->first_year,
        .year = world->year,
        .num_shards = (int32_t) world->country.num_shards,
        .num_policies = world->scenario->num_policies,
        .parent_digest = about->parent_digest,
        .parent_year = about->parent_year };

    PW_TRY(put_text(writer, "program", PROGRAM));
    PW_TRY(put_columns(writer));
    PW_TRY(put_text(writer, "run", about->run));
    PW_TRY(put_text(writer, "parent", about->parent == NULL ? "" : about->parent));
    PW_TRY(put_text(writer, "history", about->history));
    PW_TRY(put_text(writer, "scenario", world->scenario->resolved_text));
    PW_TRY(pw_checkpoint_put(writer, "head", &head, sizeof head));
    PW_TRY(pw_country_visit(&world->country, put_array, writer));
    PW_TRY(put_policies(writer, &world->country));
    PW_TRY(put_people(writer, world, num_rows));
    PW_TRY(pw_recorder_save(recorder, writer));
done:
    pw_parallel_dismiss();
    return status;
}

pw_status
pw_snapshot_save(struct pw_checkpoint_writer *writer, const struct pw_snapshot_about *about,
    struct pw_world *world, struct pw_recorder *recorder)
{
    struct answering answering = { world, recorder };
    const int64_t *num_rows = count_rows(world);

    if (pw_parallel_rank() == 0) return save(writer, about, world, recorder, num_rows);
    pw_parallel_answer(find_array, &answering);
    return PW_OK;
}

/* --- Restoring ----------------------------------------------------------------------------- */

static pw_status
check_program(struct pw_checkpoint_reader *reader, struct pw_snapshot *snapshot)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    char *columns = NULL;

    PW_TRY(pw_checkpoint_get_text(reader, "program", &snapshot->program));
    if (strcmp(snapshot->program, PROGRAM) != 0)
        PW_FAIL(PW_EFORMAT,
            "%s: was written by %s, and this is %s, in which lives may go otherwise; use the "
            "version that wrote it",
            pw_checkpoint_path(reader), snapshot->program, PROGRAM);
    PW_TRY(pw_checkpoint_get_text(reader, "columns", &columns));
    PW_TRY(describe_columns(&text));
    if (strcmp(columns, text.bytes) != 0)
        PW_FAIL(PW_EFORMAT,
            "%s: was written by a program that keeps other columns of a person; use the version "
            "that wrote it",
            pw_checkpoint_path(reader));
done:
    pw_free(&columns);
    pw_text_free(&text);
    return status;
}

pw_status
pw_snapshot_begin(struct pw_checkpoint_reader *reader, struct pw_snapshot *snapshot)
{
    pw_status status = PW_OK;

    PW_TRY(check_program(reader, snapshot));
    PW_TRY(pw_checkpoint_get_text(reader, "run", &snapshot->run));
    PW_TRY(pw_checkpoint_get_text(reader, "parent", &snapshot->parent));
    PW_TRY(pw_checkpoint_get_text(reader, "history", &snapshot->history));
    PW_TRY(pw_checkpoint_get_text(reader, "scenario", &snapshot->resolved_text));
    PW_TRY(pw_checkpoint_get(reader, "head", &snapshot->head, sizeof snapshot->head));
done:
    return status;
}

static pw_status
get_array(void *context, const char *name, void *data, size_t size)
{
    return pw_checkpoint_get(context, name, data, size);
}

/* Those that had begun are the same policies under the same numbers. */
static uint32_t
kept_policies(const struct pw_snapshot *snapshot, const struct pw_scenario *scenario)
{
    uint32_t kept = 0;

    for (int p = 0; p < scenario->num_policies && p < snapshot->head.num_policies; p++)
        if (scenario->policies[p].from <= snapshot->head.year) kept |= UINT32_C(1) << p;
    return kept;
}

static pw_status
get_policies(struct pw_checkpoint_reader *reader, int num_policies, uint32_t kept,
    struct pw_country *country)
{
    static const char *const names[] = { "policy/reached", "policy/coverage", "policy/strength",
        "policy/now", "policy/later" };
    pw_status status = PW_OK;
    const size_t places = (size_t) country->scenario->num_places;

    for (int p = 0; p < num_policies; p++) {
        struct pw_policy_year *policy = &country->policy[p];

        if ((kept >> p & 1) == 0) {
            for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                PW_TRY(pw_checkpoint_skip(reader, names[i]));
            continue;
        }
        PW_TRY(
            pw_checkpoint_get(reader, names[0], policy->reached, places * sizeof *policy->reached));
        PW_TRY(pw_checkpoint_get(
            reader, names[1], policy->coverage, places * sizeof *policy->coverage));
        PW_TRY(pw_checkpoint_get(reader, names[2], &policy->strength, sizeof policy->strength));
        PW_TRY(pw_checkpoint_get(reader, names[3], policy->now, sizeof policy->now));
        PW_TRY(pw_checkpoint_get(reader, names[4], policy->later, sizeof policy->later));
    }
done:
    return status;
}

static pw_status
get_shard(struct pw_checkpoint_reader *reader, struct pw_world *world, size_t s, size_t num_rows)
{
    pw_status status = PW_OK;
    const struct pw_column_info *columns = pw_columns_table();
    struct pw_shard *shard = &world->shards[s];

    PW_TRY(pw_world_make_room(world, s, num_rows));
    PW_TRY(
        pw_checkpoint_get(reader, "shard/cohort_begin", shard->cohort_begin, cohorts_size(world)));
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        PW_TRY(pw_checkpoint_get(
            reader, columns[c].name, values_of(shard, c), num_rows * columns[c].size));
    shard->num_rows = num_rows;
done:
    return status;
}

static pw_status
get_people(struct pw_checkpoint_reader *reader, struct pw_world *world)
{
    pw_status status = PW_OK;
    const struct pw_column_info *columns = pw_columns_table();
    const size_t all = (size_t) world->country.num_shards;
    const int64_t *num_rows = world->numbers;
    size_t row_size = 0;

    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        row_size += columns[c].size;
    PW_TRY(pw_checkpoint_get(reader, "shards/num_rows", world->numbers, all * sizeof *num_rows));
    for (size_t index = 0; index < all; index++) {
        const struct whereabouts at = find_shard(world, index);
        const size_t rows = (size_t) num_rows[index];

        if (at.rank == pw_parallel_rank())
            PW_TRY(get_shard(reader, world, at.s, rows));
        else
            PW_TRY(
                pw_checkpoint_pass(reader, ARRAYS_A_SHARD, cohorts_size(world) + rows * row_size));
    }
done:
    return status;
}

pw_status
pw_snapshot_restore(struct pw_checkpoint_reader *reader, const struct pw_snapshot *snapshot,
    struct pw_world *world, struct pw_recorder *recorder)
{
    pw_status status = PW_OK;
    const struct pw_snapshot_head *head = &snapshot->head;
    const uint32_t kept = kept_policies(snapshot, world->scenario);

    if (head->first_year != world->first_year || head->num_shards != world->country.num_shards
        || head->year < world->first_year || head->year > world->last_year)
        PW_FAIL(PW_EFORMAT, "%s: is not of this scenario", pw_checkpoint_path(reader));
    pw_country_open_year(&world->country, head->year);
    PW_TRY(pw_country_visit(&world->country, get_array, reader));
    PW_TRY(get_policies(reader, head->num_policies, kept, &world->country));
    PW_TRY(get_people(reader, world));
    world->year = head->year;
    world->persons = head->persons;
    world->person_years = head->person_years;
    PW_TRY(pw_recorder_restore(recorder, reader, kept));
done:
    return status;
}

void
pw_snapshot_free(struct pw_snapshot *snapshot)
{
    pw_free(&snapshot->program);
    pw_free(&snapshot->run);
    pw_free(&snapshot->parent);
    pw_free(&snapshot->history);
    pw_free(&snapshot->resolved_text);
}

/*
 * Two runs lived again side by side until they part, and how many people differ after that.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "diff.h"
#include "pathways/log.h"
#include "pathways/parting.h"
#include "pathways/schedule.h"
#include "words.h"

/* --- Where they part --- */

static pw_status
add_person(struct pw_text *text, const struct diff_pair *pair, int s, size_t shard, size_t row)
{
    pw_status status = PW_OK;
    const struct pw_world *world = &pair->run[s].world;
    const struct pw_shard *people = &world->shards[shard];
    const struct pw_person person = pw_shard_person(people, row);

    PW_TRY(pw_text_add(text, "person %lld, a %s of %d, ", (long long) (int64_t) person.key,
        person.sex == PW_FEMALE ? "woman" : "man", world->year - pw_shard_birth_year(people, row)));
    PW_TRY(cli_words_doing(text, &person));
    PW_TRY(pw_text_add(text, " in %s (row %zu of shard %zu)",
        cli_words_place(&pair->run[s].scenario, person.place), row, shard));
done:
    return status;
}

/* Both values in words, or to the last digit where the words are the same. */
static pw_status
name_values(const struct diff_pair *pair, const struct pw_parting *parting, struct pw_text *values)
{
    pw_status status = PW_OK;
    struct pw_person person[2];

    for (int s = 0; s < 2; s++) {
        const struct pw_shard *shard = &pair->run[s].world.shards[parting->shard];

        if (parting->row >= shard->num_rows) {
            PW_TRY(pw_text_add(&values[s], "nobody"));
            continue;
        }
        person[s] = pw_shard_person(shard, parting->row);
        PW_TRY(cli_words_value(
            &values[s], &pair->run[s].scenario, shard, &person[s], parting->column));
    }
    if (strcmp(values[0].bytes, values[1].bytes) != 0) goto done;
    for (int s = 0; s < 2; s++) {
        pw_text_free(&values[s]);
        PW_TRY(cli_words_exact(&values[s], &person[s], parting->column));
    }
done:
    return status;
}

static pw_status
report_parting(struct diff_pair *pair, const struct pw_parting *parting, const char *process)
{
    pw_status status = PW_OK;
    const struct pw_world *world = &pair->run[0].world;
    struct pw_text values[2] = { { 0 } };
    struct pw_text *text = &pair->finding, *json = &pair->json;
    const int s = parting->row < world->shards[parting->shard].num_rows ? 0 : 1;

    PW_TRY(name_values(pair, parting, values));
    PW_TRY(pw_text_add(
        text, "The runs part in %d, in the process %s. After it ", world->year, process));
    PW_TRY(cli_words_count(text, (double) parting->people));
    PW_TRY(pw_text_add(text, " of "));
    PW_TRY(cli_words_count(text, (double) world->persons));
    PW_TRY(pw_text_add(text, " simulated people differ, in"));
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        if (parting->columns >> c & 1) PW_TRY(pw_text_add(text, " %s", pw_columns_table()[c].name));
    if (parting->columns == 0) PW_TRY(pw_text_add(text, " who is there"));
    PW_TRY(pw_text_add(text, ".\nThe first is "));
    PW_TRY(add_person(text, pair, s, parting->shard, parting->row));
    if (parting->other_people)
        PW_TRY(pw_text_add(text, "; %s has somebody else there, or nobody.\n", pair->label[1 - s]));
    else
        PW_TRY(pw_text_add(text, ": %s is %s in %s and %s in %s.\n",
            pw_columns_table()[parting->column].name, values[0].bytes, pair->label[0],
            values[1].bytes, pair->label[1]));
    PW_TRY(pw_text_add(json,
        ", \"year\": %d, \"process\": \"%s\", \"column\": \"%s\", \"people\": %lld, \"person\": "
        "%lld",
        world->year, process, pw_columns_table()[parting->column].name, (long long) parting->people,
        (long long) (int64_t) pair->run[s].world.shards[parting->shard].key[parting->row]));
    PW_TRY(cli_diff_add_json(json, "first_value", values[0].bytes));
    PW_TRY(cli_diff_add_json(json, "second_value", values[1].bytes));
done:
    pw_text_free(&values[0]);
    pw_text_free(&values[1]);
    return status;
}

static pw_status
look(struct diff_pair *pair, pw_columns columns, const char *process)
{
    pw_status status = PW_OK;
    struct pw_parting parting;

    if (pair->part) goto done;
    pw_parting_find(&pair->run[0].world, &pair->run[1].world, columns, &parting);
    if (!parting.is_found) goto done;
    pair->part = true;
    PW_TRY(report_parting(pair, &parting, process));
done:
    return status;
}

/* --- The years --- */

/* Process by process until they part. */
static pw_status
live_year(struct diff_pair *pair)
{
    pw_status status = PW_OK;

    if (pair->part) {
        for (int s = 0; s < 2; s++)
            PW_TRY(cli_relive_step(&pair->run[s]));
        goto done;
    }
    for (int s = 0; s < 2; s++)
        PW_TRY(pw_world_begin_year(&pair->run[s].world));
    for (size_t p = 0; p < pw_schedule_length(); p++) {
        for (int s = 0; s < 2; s++) {
            struct pw_world *world = &pair->run[s].world;

            pw_schedule_run_process(&world->country, world->shards, world->num_shards, p, NULL);
        }
        PW_TRY(look(pair, pw_schedule[p]->writes, pw_schedule[p]->name));
    }
    for (int s = 0; s < 2; s++)
        pw_world_end_year(&pair->run[s].world);
done:
    return status;
}

static pw_status
count_people(struct diff_pair *pair)
{
    pw_status status = PW_OK;
    struct cli_table *table = &pair->counts;
    struct pw_parting_count count;

    if (table->num_columns == 0) {
        cli_table_column(table, "year", true);
        cli_table_column(table, "in both", true);
        cli_table_column(table, "differ", true);
        cli_table_column(table, "per cent", true);
        cli_table_column(table, "in state, place, class, qualification or home", true);
        cli_table_column(table, "only in the first", true);
        cli_table_column(table, "only in the second", true);
    }
    PW_TRY(pw_parting_count(&pair->run[0].world, &pair->run[1].world, &count));
    PW_TRY(cli_table_cell(table, "%d", pair->run[0].world.year));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.both));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.differ));
    PW_TRY(cli_table_cell(
        table, "%.1f", count.both > 0 ? 100.0 * (double) count.differ / (double) count.both : 0.0));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.visibly));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.only_one));
    PW_TRY(cli_table_cell(table, "%lld", (long long) count.only_other));
done:
    return status;
}

/* Rest of the years of a longer run, and whether each ends as its file says. */
static pw_status
live_rest(struct diff_pair *pair)
{
    pw_status status = PW_OK;

    for (int s = 0; s < 2; s++) {
        while (pw_world_has_next(&pair->run[s].world))
            PW_TRY(cli_relive_step(&pair->run[s]));
        PW_TRY(cli_relive_check(&pair->run[s]));
    }
done:
    return status;
}

pw_status
cli_diff_lives(struct diff_pair *pair, const struct diff_request *request)
{
    pw_status status = PW_OK;
    struct pw_progress progress;
    struct pw_world *world = &pair->run[0].world;
    int left = request->num_counted;

    pw_progress_begin(&progress, world->year + 1, world->last_year);
    PW_TRY(look(pair, ~(pw_columns) 0, "founders"));
    while (pw_world_has_next(world) && pw_world_has_next(&pair->run[1].world)) {
        PW_TRY(live_year(pair));
        if (pair->part && left-- > 0) PW_TRY(count_people(pair));
        pw_progress_year(&progress, world->year, world->persons);
    }
    PW_TRY(live_rest(pair));
    pw_progress_end(&progress);
    if (pair->part) goto done;
    PW_TRY(pw_text_add(&pair->finding,
        "The runs never part: everyone is the same to the bit in every year that both live.\n"));
done:
    return status;
}

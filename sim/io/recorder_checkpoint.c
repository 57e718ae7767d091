/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pathways/alloc.h"
#include "recording.h"

/* What stands at the head of a recorder's part of a checkpoint. */
struct head {
    double share; /* of people who are recorded */
    uint64_t num_rows;
    int32_t wanted_year;              /* run.record_from */
    int32_t first_year, num_years;    /* of everything recorded */
    int32_t years_noted;              /* so many of them are in the checkpoint */
    int32_t has_trajectories;         /* then people and their windows follow */
    int32_t window_begin, num_filled; /* the window that is not on file: its first year and how many
                                         are noted, 0 when every window is */
    int32_t num_policies;
};

static struct head
make_head(const struct pw_recorder *recorder)
{
    const struct pw_run_settings *run = &recorder->world->scenario->run;
    const int noted = recorder->world->year - recorder->first_year + 1;
    const int in_window = noted - recorder->window_begin;

    return (struct head){ .share = run->record,
        .num_rows = recorder->roster.num_rows,
        .wanted_year = run->record_from,
        .first_year = recorder->first_year,
        .num_years = recorder->num_years,
        .years_noted = noted < 0 ? 0 : noted,
        .has_trajectories = recorder->has_trajectories,
        .window_begin = recorder->window_begin,
        .num_filled = noted > 0 && in_window < recorder->window_years ? in_window : 0,
        .num_policies = recorder->world->scenario->num_policies };
}

static pw_status
save_counts(struct pw_recorder *recorder, size_t years, struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    const struct pw_yearbook *yearbook = &recorder->yearbook;
    const struct pw_ledger *ledger = &recorder->ledger;

    for (size_t a = 0; a < yearbook->num_arrays; a++) {
        const struct pw_yearbook_array *array = &yearbook->arrays[a];
        const int32_t width = array->width;

        PW_TRY(pw_checkpoint_put(writer, "yearbook/width", &width, sizeof width));
        PW_TRY(pw_checkpoint_put(
            writer, "yearbook/data", array->data, years * array->num_items * (size_t) width));
    }
    for (size_t a = 0; a < ledger->num_accounts; a++)
        for (size_t slice = 0; slice < pw_ledger_num_slices(ledger, a); slice++) {
            size_t items = 0;
            const double *data = pw_ledger_slice(ledger, a, slice, &items);

            PW_TRY(pw_checkpoint_put(writer, "ledger", data, years * items * sizeof *data));
        }
done:
    return status;
}

/* The widths of the noted years are those that they need, as if they had been put one by one. */
static pw_status
restore_counts(struct pw_recorder *recorder, const struct head *head,
    struct pw_checkpoint_reader *reader, uint32_t kept_policies)
{
    pw_status status = PW_OK;
    const size_t years = (size_t) head->years_noted;
    struct pw_yearbook *yearbook = &recorder->yearbook;
    struct pw_ledger *ledger = &recorder->ledger;

    for (size_t a = 0; a < yearbook->num_arrays; a++) {
        int32_t width = 0;

        if (!pw_recorder_is_writer()) {
            PW_TRY(pw_checkpoint_skip(reader, "yearbook/width"));
            PW_TRY(pw_checkpoint_skip(reader, "yearbook/data"));
            continue;
        }
        PW_TRY(pw_checkpoint_get(reader, "yearbook/width", &width, sizeof width));
        if (width != 1 && width != 2 && width != 4 && width != 8)
            PW_FAIL(PW_EFORMAT, "%s: numbers of %d bytes cannot be", pw_checkpoint_path(reader),
                (int) width);
        PW_TRY(pw_yearbook_widen(yearbook, a, width));
        PW_TRY(pw_checkpoint_get(reader, "yearbook/data", yearbook->arrays[a].data,
            years * yearbook->arrays[a].num_items * (size_t) width));
    }
    for (size_t a = 0; a < PW_NUM_MARKET_ACCOUNTS; a++) {
        size_t items = 0;
        double *data = pw_ledger_slice(ledger, a, 0, &items);

        PW_TRY(pw_checkpoint_get(reader, "ledger", data, years * items * sizeof *data));
    }
    for (size_t a = PW_NUM_MARKET_ACCOUNTS; head->num_policies > 0 && a < PW_MAX_ACCOUNTS; a++)
        for (int p = 0; p < head->num_policies; p++) {
            size_t items = 0;

            if ((kept_policies >> p & 1) != 0) {
                double *data = pw_ledger_slice(ledger, a, (size_t) p, &items);

                PW_TRY(pw_checkpoint_get(reader, "ledger", data, years * items * sizeof *data));
            } else {
                PW_TRY(pw_checkpoint_skip(reader, "ledger"));
            }
        }
done:
    return status;
}

/*
 * An array of rows, in sections of BLOCK_ROWS rows: the first `kept` bytes of each, since of the
 * open window only the years that have been noted are kept.
 */
static pw_status
save_rows(const struct pw_recorder *recorder, int64_t array, const char *name, size_t kept,
    struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    const struct pw_roster *roster = &recorder->roster;
    const struct pw_rows rows = pw_recorder_rows(recorder, array);
    unsigned char *room = NULL, *block = NULL;

    if (roster->num_ranks > 1) PW_TRY(pw_alloc(BLOCK_ROWS, rows.width, &room));
    if (kept < rows.width) PW_TRY(pw_alloc(BLOCK_ROWS, kept, &block));
    for (size_t first = 0; first < roster->num_rows; first += BLOCK_ROWS) {
        const size_t left = roster->num_rows - first, count = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        const unsigned char *items = pw_roster_collect(roster, &rows, first, count, room);

        for (size_t i = 0; block != NULL && i < count; i++)
            memcpy(block + i * kept, items + i * rows.width, kept);
        PW_TRY(pw_checkpoint_put(writer, name, block != NULL ? block : items, count * kept));
    }
done:
    pw_free(&room);
    pw_free(&block);
    return status;
}

static pw_status
restore_rows(const struct pw_recorder *recorder, int64_t array, const char *name, size_t kept,
    struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    const struct pw_roster *roster = &recorder->roster;
    const struct pw_rows rows = pw_recorder_rows(recorder, array);
    unsigned char *block = NULL;

    PW_TRY(pw_alloc(BLOCK_ROWS, kept, &block));
    for (size_t first = 0; first < roster->num_rows; first += BLOCK_ROWS) {
        const size_t left = roster->num_rows - first, count = left < BLOCK_ROWS ? left : BLOCK_ROWS;

        if (pw_roster_has(roster, first, count)) {
            PW_TRY(pw_checkpoint_get(reader, name, block, count * kept));
            pw_roster_keep(roster, &rows, first, count, kept, block);
        } else {
            PW_TRY(pw_checkpoint_skip(reader, name));
        }
    }
done:
    pw_free(&block);
    return status;
}

/* Bytes of a row of the open window that have been noted. */
static size_t
noted_bytes(const struct head *head, int v)
{
    return (size_t) head->num_filled * pw_trajectories_table()[v].size;
}

static pw_status
save_trajectories(const struct pw_recorder *recorder, const struct head *head,
    struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    const struct pw_roster *roster = &recorder->roster;

    PW_TRY(pw_checkpoint_put(writer, "rows", roster->count,
        roster->num_cohorts * roster->num_shards * sizeof *roster->count));
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        PW_TRY(save_rows(recorder, ARRAY_PERSON + c, "persons",
            pw_type_size(pw_person_columns[c].type), writer));
    PW_TRY(save_rows(recorder, ARRAY_GONE, "persons/gone", sizeof *recorder->gone, writer));
    for (int v = 0; head->num_filled > 0 && v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(save_rows(recorder, ARRAY_WINDOW + v, "window", noted_bytes(head, v), writer));
    PW_TRY(pw_store_save_windows(recorder->store, writer));
done:
    return status;
}

pw_status
pw_recorder_save(struct pw_recorder *recorder, struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    const struct head head = make_head(recorder);

    PW_TRY(pw_checkpoint_put(writer, "recorder", &head, sizeof head));
    if (head.years_noted == 0) goto done;
    PW_TRY(save_counts(recorder, (size_t) head.years_noted, writer));
    if (head.has_trajectories) PW_TRY(save_trajectories(recorder, &head, writer));
done:
    return status;
}

static pw_status
restore_trajectories(
    struct pw_recorder *recorder, const struct head *head, struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    struct pw_roster *roster = &recorder->roster;
    const int window = pw_recorder_longest_window(recorder);
    const int on_file = head->years_noted - head->num_filled;

    PW_TRY(pw_checkpoint_get(reader, "rows", roster->count,
        roster->num_cohorts * roster->num_shards * sizeof *roster->count));
    pw_roster_settle(roster);
    if (roster->num_rows != head->num_rows)
        PW_FAIL(PW_EFORMAT, "%s: people are missing", pw_checkpoint_path(reader));
    PW_TRY(pw_recorder_grow(recorder, roster->own_rows));
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        PW_TRY(restore_rows(recorder, ARRAY_PERSON + c, "persons",
            pw_type_size(pw_person_columns[c].type), reader));
    PW_TRY(restore_rows(recorder, ARRAY_GONE, "persons/gone", sizeof *recorder->gone, reader));
    recorder->window_begin = on_file > 0 ? (on_file - 1) / window * window : 0;
    recorder->window_years = on_file - recorder->window_begin;
    if (head->num_filled > 0) PW_TRY(pw_recorder_open_window(recorder, head->window_begin));
    for (int v = 0; head->num_filled > 0 && v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(restore_rows(recorder, ARRAY_WINDOW + v, "window", noted_bytes(head, v), reader));
    if (!pw_recorder_is_writer())
        goto done; /* the windows on file are the last in the checkpoint */
    for (int year = 0; year < on_file; year += window)
        PW_TRY(pw_store_restore_window(recorder->store, reader));
done:
    return status;
}

/* Of people who are not recorded any more no row is noted. */
static void
forget_rows(struct pw_world *world)
{
    for (size_t s = 0; s < world->num_shards; s++)
        for (size_t i = 0; i < world->shards[s].num_rows; i++)
            world->shards[s].record[i] = PW_NOBODY;
}

static pw_status
check_head(const struct pw_recorder *recorder, const struct head *head,
    const struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    const struct pw_run_settings *run = &recorder->world->scenario->run;

    if (head->years_noted == 0 && recorder->first_year > recorder->world->year) goto done;
    if (head->first_year != recorder->first_year || head->num_years != recorder->num_years)
        PW_FAIL(PW_EINPUT,
            "%s: holds what was recorded from %d and this run records from %d (run.record_from); "
            "they must be the same",
            pw_checkpoint_path(reader), head->first_year, recorder->first_year);
    if (recorder->has_trajectories && head->share != run->record)
        PW_FAIL(PW_EINPUT,
            "%s: holds the trajectories of %g of the people and this run records %g (--record); "
            "they must be the same, or none",
            pw_checkpoint_path(reader), head->share, run->record);
done:
    return status;
}

pw_status
pw_recorder_restore(
    struct pw_recorder *recorder, struct pw_checkpoint_reader *reader, uint32_t kept_policies)
{
    pw_status status = PW_OK;
    struct head head = { 0 };

    PW_TRY(pw_checkpoint_get(reader, "recorder", &head, sizeof head));
    PW_TRY(check_head(recorder, &head, reader));
    if (head.years_noted > 0) PW_TRY(restore_counts(recorder, &head, reader, kept_policies));
    if (recorder->has_trajectories && head.years_noted > 0)
        PW_TRY(restore_trajectories(recorder, &head, reader));
    else
        forget_rows(recorder->world);
done:
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "pathways/recorder.h"

#include <string.h>

#include "pathways/alloc.h"
#include "recording.h"

typedef int8_t person_INT8;
typedef int16_t person_INT16;
typedef int32_t person_INT32;
typedef int64_t person_INT64;
typedef float person_FLOAT32;

#define PW_CODES_NONE (-1)
/* Births and arrivals a year, of the people alive in the start year, about. */
#define YEARLY_ROWS 0.02
/* Room for so many more than are likely: what is never used is never touched, and to grow takes
 * the old room and the new. */
#define ROOM 1.1

const struct pw_person_column pw_person_columns[] = {
#define PERSON(name, TYPE, value, units, codes, about)                                             \
    { #name, PW_TYPE_##TYPE, units, PW_CODES_##codes, about },
#include "pathways/persons.def"
};

_Static_assert(BLOCK_ROWS % PW_STORE_BLOCK_ROWS == 0, "whole chunks");

static pw_status
init_measures(struct pw_recorder *recorder)
{
    pw_status status = PW_OK;
    const struct pw_scenario *scenario = recorder->world->scenario;

    recorder->num_threads = pw_parallel_threads();
    PW_TRY(
        pw_alloc((size_t) recorder->num_threads, sizeof *recorder->measures, &recorder->measures));
    PW_TRY(pw_alloc((size_t) recorder->num_threads, sizeof *recorder->incomes, &recorder->incomes));
    PW_TRY(pw_alloc(1, sizeof *recorder->thresholds, &recorder->thresholds));
    for (int t = 0; t < recorder->num_threads; t++) {
        PW_TRY(pw_measures_init(&recorder->measures[t], scenario));
        PW_TRY(pw_income_counts_init(&recorder->incomes[t]));
    }
    PW_TRY(pw_yearbook_init(
        &recorder->yearbook, &recorder->measures[0], recorder->first_year, recorder->num_years));
done:
    return status;
}

/* What is kept of a recorded person for good. */
static size_t
person_bytes(void)
{
    size_t bytes = 1; /* gone */

    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        bytes += pw_type_size(pw_person_columns[c].type);
    return bytes;
}

/* What an open window keeps of a person. */
static size_t
window_bytes(int years)
{
    const struct pw_trajectory_info *table = pw_trajectories_table();
    size_t bytes = 0;

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        bytes += table[v].size * (size_t) (years > 0 ? years : 0);
    return bytes;
}

/* Rows from which on a window is shorter: what it holds would need more memory than the people. */
#define MANY_ROWS 2e7

int
pw_recorder_window(const struct pw_scenario *scenario)
{
    const double persons = scenario->run.record * (double) scenario->run.persons;

    return persons < MANY_ROWS ? PW_WINDOW_YEARS : PW_WINDOW_YEARS / 2;
}

/* Whoever is born or arrives gets a row, which outlives its person. */
static double
likely_rows(const struct pw_scenario *scenario)
{
    const struct pw_run_settings *run = &scenario->run;
    const int years = run->start_year + run->years - run->record_from;

    return run->record * (double) run->persons
           * (1.0 + YEARLY_ROWS * (double) (years > 0 ? years : 0));
}

double
pw_recorder_memory(const struct pw_scenario *scenario)
{
    const struct pw_run_settings *run = &scenario->run;
    const int years = run->start_year + run->years - run->record_from;
    const int most = pw_recorder_window(scenario), window = years < most ? years : most;

    return likely_rows(scenario) * (double) (person_bytes() + window_bytes(window));
}

void
pw_recorder_measure(const struct pw_recorder *recorder, double scale, struct pw_recorder_size *size)
{
    const double thread = (double) (pw_measures_memory(&recorder->measures[0])
                                    + 3 * PW_INCOME_BINS * sizeof(int64_t));

    *size = (struct pw_recorder_size){ .thread = thread,
        .years = pw_yearbook_memory(&recorder->yearbook, scale),
        .rows = recorder->roster.num_rows };
    if (!recorder->has_trajectories) return;
    size->person = (double) person_bytes();
    size->window = (double) window_bytes(recorder->window_years);
}

pw_status
pw_recorder_create(struct pw_world *world, struct pw_store *store, struct pw_recorder **out)
{
    pw_status status = PW_OK;
    struct pw_recorder *recorder = NULL;
    const int wanted = world->scenario->run.record_from;
    const size_t num_cohorts = (size_t) (world->last_year - world->first_year + PW_MAX_AGE + 1);

    *out = NULL;
    PW_TRY(pw_alloc(1, sizeof *recorder, &recorder));
    recorder->world = world;
    recorder->store = store;
    recorder->first_year = wanted > world->year ? wanted : world->year + 1;
    recorder->num_years = world->last_year - recorder->first_year + 1;
    recorder->has_trajectories = world->scenario->run.record > 0.0;
    if (recorder->num_years < 1)
        PW_FAIL(PW_EINPUT,
            "nothing would be recorded: record_from is %d and the last year of the run is %d, "
            "which must come after history_from, %d; record from an earlier year or run more years",
            wanted, world->last_year, world->first_year);
    PW_TRY(init_measures(recorder));
    PW_TRY(pw_ledger_init(
        &recorder->ledger, &world->country, recorder->first_year, recorder->num_years));
    if (recorder->has_trajectories) {
        PW_TRY(pw_roster_init(&recorder->roster, num_cohorts, (size_t) world->country.num_shards,
            pw_parallel_rank(), pw_parallel_ranks()));
        if (pw_recorder_is_writer())
            PW_TRY(pw_store_begin_trajectories(
                store, PW_ALL_TRAJECTORIES, recorder->first_year, recorder->num_years));
    }
    *out = recorder;
    recorder = NULL;
done:
    pw_recorder_free(&recorder);
    return status;
}

void
pw_recorder_free(struct pw_recorder **inout)
{
    struct pw_recorder *recorder = *inout;

    if (recorder == NULL) return;
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        pw_free(&recorder->person[c]);
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        pw_free(&recorder->window[v]);
    pw_free(&recorder->gone);
    for (int t = 0; t < recorder->num_threads; t++) {
        if (recorder->measures != NULL) pw_measures_free(&recorder->measures[t]);
        if (recorder->incomes != NULL) pw_income_counts_free(&recorder->incomes[t]);
    }
    pw_free(&recorder->measures);
    pw_free(&recorder->incomes);
    pw_free(&recorder->thresholds);
    pw_yearbook_free(&recorder->yearbook);
    pw_ledger_free(&recorder->ledger);
    pw_roster_free(&recorder->roster);
    pw_free(inout);
}

/* --- Who has which row -------------------------------------------------------------------- */

/* Does a key fall into the recorded share? The bits do not depend on the share. */
static bool
is_recorded(const struct pw_recorder *recorder, uint64_t key)
{
    const double share = recorder->world->scenario->run.record;

    return (double) (pw_mix64(key ^ 0x7265636F7264u) >> 11) * 0x1p-53 < share;
}

/* Is somebody without a row to have one? */
static bool
takes_row(const struct pw_recorder *recorder, const struct pw_shard *shard, size_t i)
{
    return shard->record[i] == PW_NOBODY && shard->state[i] != PW_DEAD
           && shard->state[i] != PW_EMIGRATED && is_recorded(recorder, shard->key[i]);
}

/* Birth cohorts, by number, whose people get their rows in the present year: of all ages in the
 * first, then the newborn. */
static size_t
first_new_cohort(const struct pw_recorder *recorder)
{
    const struct pw_world *world = recorder->world;

    return world->year == recorder->first_year
               ? 0
               : (size_t) (world->year - world->first_year) + PW_MAX_AGE;
}

static void
count_new_rows(void *context, size_t s)
{
    const struct pw_recorder *recorder = context;
    const struct pw_shard *shard = &recorder->world->shards[s];
    int64_t *count = recorder->roster.count + shard->index;

    for (size_t c = first_new_cohort(recorder); c < (size_t) shard->num_cohorts; c++)
        for (size_t i = shard->cohort_begin[c]; i < shard->cohort_begin[c + 1]; i++)
            count[c * recorder->roster.num_shards] += takes_row(recorder, shard, i);
}

/* Give the people of this rank in one birth cohort their rows, shard by shard. */
static void
number_cohort(struct pw_recorder *recorder, size_t c)
{
    size_t next = pw_roster_own(&recorder->roster, c).row;

    for (size_t s = 0; s < recorder->world->num_shards; s++) {
        struct pw_shard *shard = &recorder->world->shards[s];

        for (size_t i = shard->cohort_begin[c]; i < shard->cohort_begin[c + 1]; i++)
            if (takes_row(recorder, shard, i)) shard->record[i] = (int32_t) next++;
    }
}

pw_status
pw_recorder_grow(struct pw_recorder *recorder, size_t rows)
{
    pw_status status = PW_OK;
    const size_t old = recorder->capacity;
    const struct pw_world *world = recorder->world;
    const double own = (double) world->num_shards / (double) world->country.num_shards;
    const size_t likely = (size_t) (ROOM * own * likely_rows(world->scenario));
    const size_t needed = rows + rows / 16 + 1024, capacity = needed > likely ? needed : likely;

    if (rows > INT32_MAX)
        PW_FAIL(PW_EMEMORY, "%zu recorded people are more than %d; record fewer (--record 0.1)",
            rows, INT32_MAX);
    if (rows <= old) return PW_OK;
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        PW_TRY(
            pw_grow(old, capacity, pw_type_size(pw_person_columns[c].type), &recorder->person[c]));
    PW_TRY(pw_grow(old, capacity, 1, &recorder->gone));
    recorder->capacity = capacity;
done:
    return status;
}

static void
number_people(struct pw_recorder *recorder)
{
    struct pw_roster *roster = &recorder->roster;
    const size_t first = first_new_cohort(recorder);

    pw_parallel_for(recorder->world->num_shards, count_new_rows, recorder);
    pw_parallel_sum(roster->count + first * roster->num_shards,
        (roster->num_cohorts - first) * roster->num_shards); /* every other rank has put a zero */
    pw_roster_settle(roster);
    for (size_t c = first; c < roster->num_cohorts; c++)
        number_cohort(recorder, c);
}

/* --- Trajectories ------------------------------------------------------------------------- */

/* What a window holds of someone of whom nothing is noted. */
static void
blank_row(struct pw_recorder *recorder, size_t row)
{
    const struct pw_trajectory_info *table = pw_trajectories_table();
    const int years = recorder->window_years;

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const int absent = v == PW_TRAJECTORY_state && recorder->gone[row] != 0
                               ? recorder->gone[row]
                               : table[v].absent;

        for (int y = 0; y < years; y++)
            if (table[v].size == 1)
                ((int8_t *) recorder->window[v])[row * (size_t) years + (size_t) y] =
                    (int8_t) absent;
            else
                ((int16_t *) recorder->window[v])[row * (size_t) years + (size_t) y] =
                    (int16_t) absent;
    }
}

/* Room in the present window for everyone; new rows are blank. */
static pw_status
extend_window(struct pw_recorder *recorder, size_t blank_from)
{
    pw_status status = PW_OK;
    const struct pw_trajectory_info *table = pw_trajectories_table();
    const size_t years = (size_t) recorder->window_years;

    if (recorder->window_capacity < recorder->capacity) {
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
            PW_TRY(pw_grow(recorder->window_capacity * years, recorder->capacity * years,
                table[v].size, &recorder->window[v]));
        recorder->window_capacity = recorder->capacity;
    }
    for (size_t row = blank_from; row < recorder->roster.own_rows; row++)
        blank_row(recorder, row);
done:
    return status;
}

int
pw_recorder_longest_window(const struct pw_recorder *recorder)
{
    if (recorder->store != NULL) return pw_store_window_years(recorder->store);
    return recorder->num_years < PW_WINDOW_YEARS ? recorder->num_years : PW_WINDOW_YEARS;
}

pw_status
pw_recorder_open_window(struct pw_recorder *recorder, int index)
{
    const int longest = pw_recorder_longest_window(recorder);
    const int left = recorder->num_years - index;

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        pw_free(&recorder->window[v]);
    recorder->window_capacity = 0;
    recorder->window_begin = index;
    recorder->window_years = left < longest ? left : longest;
    return extend_window(recorder, 0);
}

/* Rows of the file that stand for links; what was noted before stays when the parent's row is gone.
 */
static int32_t
row_of_link(const struct pw_shard *shard, int32_t link, int32_t noted)
{
    return link == PW_NOBODY ? noted : shard->record[link];
}

/* Somebody in a shard, and where their row is kept. */
struct subject {
    const struct pw_shard *shard;
    size_t i, r;
};

static void
note_person(struct pw_recorder *recorder, const struct subject *subject, int birth_year)
{
    const struct pw_shard *shard = subject->shard;
    const size_t i = subject->i, r = subject->r;
    const int32_t mother = row_of_link(
        shard, shard->mother[i], ((const int32_t *) recorder->person[PERSON_mother])[r]);
    const int32_t father = row_of_link(
        shard, shard->father[i], ((const int32_t *) recorder->person[PERSON_father])[r]);
    const int32_t partner = row_of_link(shard, shard->partner[i], PW_NOBODY);

#define PERSON(name, TYPE, value, units, codes, about)                                             \
    ((person_##TYPE *) recorder->person[PERSON_##name])[r] = (person_##TYPE)(value);
#include "pathways/persons.def"
}

static void
note_state(struct pw_recorder *recorder, const struct subject *subject, int year)
{
    const struct pw_shard *shard = subject->shard;
    const size_t i = subject->i, years = (size_t) recorder->window_years;
    const size_t at = subject->r * years + (size_t) year;
    const bool is_paid = shard->pay[i] > 0.0f;

    ((int8_t *) recorder->window[PW_TRAJECTORY_state])[at] = (int8_t) shard->state[i];
    if (!pw_state_is_present(shard->state[i])) return;
    ((int16_t *) recorder->window[PW_TRAJECTORY_place])[at] = (int16_t) shard->place[i];
    ((int8_t *) recorder->window[PW_TRAJECTORY_class])[at] = (int8_t) shard->class[i];
    ((int8_t *) recorder->window[PW_TRAJECTORY_qualification])[at] =
        (int8_t) shard->qualification[i];
    if (is_paid)
        ((int16_t *) recorder->window[PW_TRAJECTORY_pay])[at] =
            (int16_t) pw_trajectory_pack(shard->pay[i], 1000.0f, 0.0f, 32767.0f);
    ((int8_t *) recorder->window[PW_TRAJECTORY_wellbeing])[at] =
        (int8_t) pw_trajectory_pack(shard->wellbeing[i], 20.0f, 5.0f, 127.0f);
    ((int8_t *) recorder->window[PW_TRAJECTORY_belonging])[at] =
        (int8_t) pw_trajectory_pack(shard->belonging[i], 25.0f, 0.0f, 127.0f);
    ((int8_t *) recorder->window[PW_TRAJECTORY_owner])[at] = (int8_t) shard->owner[i];
}

/* The dead and the emigrated are noted once; their rows may be removed afterwards. */
static void
note_end(struct pw_recorder *recorder, const struct subject *subject, int year)
{
    const uint8_t state = subject->shard->state[subject->i];
    const size_t r = subject->r, years = (size_t) recorder->window_years;

    recorder->gone[r] = state;
    for (size_t y = (size_t) year; y < years; y++)
        ((int8_t *) recorder->window[PW_TRAJECTORY_state])[r * years + y] = (int8_t) state;
}

static void
note_shard(void *context, size_t s)
{
    struct pw_recorder *recorder = context;
    const struct pw_world *world = recorder->world;
    const struct pw_shard *shard = &world->shards[s];
    const int year = world->year - recorder->first_year - recorder->window_begin;
    const bool is_last = world->year == world->last_year;

    for (int c = 0; c < shard->num_cohorts; c++) {
        const struct pw_stretch own = pw_roster_own(&recorder->roster, (size_t) c);

        for (size_t i = shard->cohort_begin[c]; i < shard->cohort_begin[c + 1]; i++) {
            const bool ends = shard->state[i] == PW_DEAD || shard->state[i] == PW_EMIGRATED;
            const struct subject subject = {
                .shard = shard, .i = i, .r = (size_t) shard->record[i] - own.row + own.kept
            };

            /* A row of the dead goes on ageing until it is removed. */
            if (shard->record[i] == PW_NOBODY || recorder->gone[subject.r] != 0) continue;
            if (is_last || world->year == recorder->first_year || ends
                || shard->first_birth_year + c == world->year || shard->last_state[i] == PW_ABROAD)
                note_person(recorder, &subject, shard->first_birth_year + c);
            if (ends)
                note_end(recorder, &subject, year);
            else
                note_state(recorder, &subject, year);
        }
    }
}

struct pw_rows
pw_recorder_rows(const struct pw_recorder *recorder, int64_t array)
{
    struct pw_rows rows = { .array = array };

    if (array < ARRAY_GONE) {
        rows.own = recorder->person[array];
        rows.width = pw_type_size(pw_person_columns[array].type);
    } else if (array == ARRAY_GONE) {
        rows.own = recorder->gone;
        rows.width = sizeof *recorder->gone;
    } else {
        rows.own = recorder->window[array - ARRAY_WINDOW];
        rows.width =
            pw_trajectories_table()[array - ARRAY_WINDOW].size * (size_t) recorder->window_years;
    }
    return rows;
}

const void *
pw_recorder_array(const struct pw_recorder *recorder, int64_t array)
{
    return pw_recorder_rows(recorder, array).own;
}

int64_t
pw_recorder_num_arrays(void)
{
    return ARRAY_WINDOW + PW_NUM_TRAJECTORIES;
}

static const void *
find_array(void *context, int64_t array)
{
    return pw_recorder_array(context, array);
}

/* What one rank has alone is written where it lies; what several have, block by block. */
static size_t
block_rows(const struct pw_recorder *recorder)
{
    return recorder->roster.num_ranks == 1 ? recorder->roster.num_rows : BLOCK_ROWS;
}

static pw_status
write_window(struct pw_recorder *recorder)
{
    pw_status status = PW_OK;
    const struct pw_roster *roster = &recorder->roster;
    const size_t most = block_rows(recorder);
    void *room[PW_NUM_TRAJECTORIES] = { NULL };
    const void *data[PW_NUM_TRAJECTORIES];

    for (int v = 0; roster->num_ranks > 1 && v < PW_NUM_TRAJECTORIES; v++)
        PW_TRY(pw_alloc(most, pw_recorder_rows(recorder, ARRAY_WINDOW + v).width, &room[v]));
    PW_TRY(pw_store_open_window(
        recorder->store, roster->num_rows, recorder->window_begin, recorder->window_years));
    for (size_t first = 0; first < roster->num_rows; first += most) {
        const size_t left = roster->num_rows - first, count = left < most ? left : most;

        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
            const struct pw_rows rows = pw_recorder_rows(recorder, ARRAY_WINDOW + v);

            data[v] = pw_roster_collect(roster, &rows, first, count, room[v]);
        }
        PW_TRY(pw_store_write_rows(recorder->store, first, count, data));
    }
    PW_TRY(pw_store_close_window(recorder->store));
done:
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        pw_free(&room[v]);
    pw_parallel_dismiss();
    return status;
}

/* Nothing is known of the parents of those who have just been given rows. */
static void
forget_parents(struct pw_recorder *recorder, size_t begin)
{
    int32_t *mother = recorder->person[PERSON_mother], *father = recorder->person[PERSON_father];

    for (size_t row = begin; row < recorder->roster.own_rows; row++)
        mother[row] = father[row] = PW_NOBODY;
}

/* Rows and a window for everyone there is by now. */
static pw_status
make_room(struct pw_recorder *recorder, int index, size_t known)
{
    pw_status status = PW_OK;

    PW_TRY(pw_recorder_grow(recorder, recorder->roster.own_rows));
    forget_parents(recorder, known);
    if (index == recorder->window_begin + recorder->window_years || index == 0)
        PW_TRY(pw_recorder_open_window(recorder, index));
    else
        PW_TRY(extend_window(recorder, known));
done:
    return status;
}

static pw_status
note_trajectories(struct pw_recorder *recorder)
{
    pw_status status = PW_OK;
    const int index = recorder->world->year - recorder->first_year;
    const size_t known = recorder->roster.own_rows;

    number_people(recorder);
    PW_TRY(pw_parallel_agree(make_room(recorder, index, known)));
    pw_parallel_for(recorder->world->num_shards, note_shard, recorder);
    if (index + 1 < recorder->window_begin + recorder->window_years) goto done;
    if (pw_recorder_is_writer())
        status = write_window(recorder);
    else
        pw_parallel_answer(find_array, recorder);
    PW_TRY(pw_parallel_agree(status));
done:
    return status;
}

/* --- Measures ----------------------------------------------------------------------------- */

static void
count_incomes(void *context, size_t s)
{
    const struct pw_recorder *recorder = context;

    pw_income_counts_observe(&recorder->incomes[pw_parallel_thread()], &recorder->world->shards[s],
        recorder->world->year, recorder->world->scenario->run.history_from);
}

static void
observe(void *context, size_t s)
{
    const struct pw_recorder *recorder = context;

    pw_measures_observe(&recorder->measures[pw_parallel_thread()], &recorder->world->shards[s],
        recorder->world->year, recorder->thresholds);
}

static void
clear_counts(void *context, size_t t)
{
    const struct pw_recorder *recorder = context;

    pw_income_counts_clear(&recorder->incomes[t]);
    pw_measures_clear(&recorder->measures[t]);
}

static void
settle_counts(void *context, size_t t)
{
    const struct pw_recorder *recorder = context;

    pw_measures_settle(&recorder->measures[t]);
}

/* The first thread's counts become everyone's: neighbours are added, then neighbours of those. */
struct joining {
    const struct pw_recorder *recorder;
    size_t stride;
};

static void
join_neighbour(void *context, size_t i)
{
    const struct joining *joining = context;
    struct pw_measures *measures = joining->recorder->measures;
    const size_t t = 2 * joining->stride * i;

    pw_measures_add(&measures[t], &measures[t + joining->stride]);
}

static void
join_measures(const struct pw_recorder *recorder)
{
    const size_t num_threads = (size_t) recorder->num_threads;
    struct joining joining = { .recorder = recorder };

    for (joining.stride = 1; joining.stride < num_threads; joining.stride *= 2)
        pw_parallel_for(
            (num_threads + joining.stride - 1) / (2 * joining.stride), join_neighbour, &joining);
}

static pw_status
note_measures(struct pw_recorder *recorder)
{
    pw_parallel_for((size_t) recorder->num_threads, clear_counts, recorder);
    pw_parallel_for(recorder->world->num_shards, count_incomes, recorder);
    for (int t = 1; t < recorder->num_threads; t++)
        pw_income_counts_add(&recorder->incomes[0], &recorder->incomes[t]);
    pw_income_counts_sum(&recorder->incomes[0]);
    pw_thresholds_find(&recorder->incomes[0], recorder->thresholds);
    pw_parallel_for(recorder->world->num_shards, observe, recorder);
    pw_parallel_for((size_t) recorder->num_threads, settle_counts, recorder);
    join_measures(recorder);
    pw_measures_sum(&recorder->measures[0]);
    if (!pw_recorder_is_writer()) return PW_OK;
    return pw_yearbook_put(&recorder->yearbook, recorder->world->year, &recorder->measures[0]);
}

pw_status
pw_recorder_note_year(struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    if (recorder->world->year < recorder->first_year) return PW_OK;
    PW_TRY(pw_parallel_agree(note_measures(recorder)));
    pw_ledger_note_year(&recorder->ledger, &recorder->world->country);
    if (recorder->has_trajectories) PW_TRY(note_trajectories(recorder));
done:
    return status;
}

/* --- The end ------------------------------------------------------------------------------ */

/* A column of people as the store asks for it. */
struct source {
    const struct pw_roster *roster;
    struct pw_rows rows;
};

static const void *
fetch_rows(void *context, size_t first, size_t count, void *room)
{
    const struct source *source = context;

    return pw_roster_collect(source->roster, &source->rows, first, count, room);
}

static pw_status
write_persons(const struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    for (int c = 0; c < NUM_PERSON_COLUMNS; c++) {
        const struct pw_person_column *column = &pw_person_columns[c];
        struct source source = { &recorder->roster, pw_recorder_rows(recorder, ARRAY_PERSON + c) };
        struct pw_array array = { .group = "/persons",
            .name = column->name,
            .about = column->about,
            .units = column->units,
            .type = column->type,
            .rank = 1,
            .dims = { { .name = "person", .length = recorder->roster.num_rows } },
            .fetch = fetch_rows,
            .context = &source };

        if (column->codes >= 0)
            array.codes = pw_codes((enum pw_code_family) column->codes, &array.num_codes);
        PW_TRY(pw_store_write_array(recorder->store, &array));
    }
done:
    pw_parallel_dismiss();
    return status;
}

static enum pw_type
type_of_width(int width)
{
    return width == 1   ? PW_TYPE_INT8
           : width == 2 ? PW_TYPE_INT16
           : width == 4 ? PW_TYPE_INT32
                        : PW_TYPE_INT64;
}

static pw_status
write_yearbook(const struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    for (size_t a = 0; a < recorder->yearbook.num_arrays; a++) {
        const struct pw_yearbook_array *from = &recorder->yearbook.arrays[a];
        struct pw_array array = { .group = from->group,
            .name = from->name,
            .about = from->about,
            .units = from->units,
            .type = type_of_width(from->width),
            .rank = from->rank,
            .data = from->data };

        for (int d = 0; d < from->rank; d++)
            array.dims[d] = (struct pw_dimension){ .name = from->dims[d].name,
                .length = from->dims[d].length,
                .first = from->dims[d].first,
                .step = from->dims[d].step };
        PW_TRY(pw_store_write_array(recorder->store, &array));
    }
done:
    return status;
}

static pw_status
write_ledger(const struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    for (size_t a = 0; a < recorder->ledger.num_accounts; a++) {
        const struct pw_ledger_account *from = &recorder->ledger.accounts[a];
        struct pw_array array = { .group = from->group,
            .name = from->name,
            .about = from->about,
            .units = from->units,
            .type = PW_TYPE_FLOAT64,
            .rank = from->rank,
            .data = from->data };

        for (int d = 0; d < from->rank; d++)
            array.dims[d] = (struct pw_dimension){ .name = from->dims[d].name,
                .length = from->dims[d].length,
                .first = from->dims[d].first };
        PW_TRY(pw_store_write_array(recorder->store, &array));
    }
done:
    return status;
}

static pw_status
write_rest(const struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    if (recorder->has_trajectories) PW_TRY(write_persons(recorder));
    PW_TRY(write_yearbook(recorder));
    PW_TRY(write_ledger(recorder));
done:
    return status;
}

pw_status
pw_recorder_finish(struct pw_recorder *recorder)
{
    pw_status status = PW_OK;

    if (pw_recorder_is_writer())
        status = write_rest(recorder);
    else if (recorder->has_trajectories)
        pw_parallel_answer(find_array, recorder);
    return pw_parallel_agree(status);
}

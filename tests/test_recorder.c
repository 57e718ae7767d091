/* A run file beside notes kept by hand while the run goes on. SPDX-License-Identifier: MIT */
#include "pathways/recorder.h"

#include <math.h>

#include "pathways/parallel.h"
#include "pathways/reader.h"
#include "sample_run.h"
#include "small_world.h"

TestSuite(recorder, .timeout = 120);

#define LIVES "run.persons=4000 run.shards=3 run.history_from=1985 run.start_year=2015 "

/* Twenty-five recorded years, in windows of seven: the last one is shorter. */
#define RECORDED LIVES "run.years=20 run.record_from=2010"

enum { FIRST = 2010, YEARS = 25, WINDOW = 7, NUM_SLOTS = 1 << 16 };

/* --- Notes
 * ----------------------------------------------------------------------------------------- */

/* One person in one year. */
struct moment {
    bool is_noted;
    uint8_t state, class, qualification;
    uint16_t place;
    float pay, wellbeing, belonging;
    uint8_t owner;
};

/* One person. */
struct life {
    uint64_t key, mother, father; /* keys; 0: not known */
    uint64_t partner;             /* key in the last year, 0: lives alone */
    int birth_year;
    bool has_ended;
    bool lost_mother; /* the row of a mother who is on file was removed */
    struct pw_person last;
    struct moment in[YEARS];
};

/* Everybody by key. */
struct notes {
    struct life *lives; /* [NUM_SLOTS / 2] */
    size_t count;
    int32_t slot[NUM_SLOTS]; /* number of a life + 1, 0: free */
};

static size_t
slot_of(const struct notes *notes, uint64_t key)
{
    size_t slot = pw_mix64(key) % NUM_SLOTS;

    while (notes->slot[slot] != 0 && notes->lives[notes->slot[slot] - 1].key != key)
        slot = (slot + 1) % NUM_SLOTS;
    return slot;
}

static struct life *
find(const struct notes *notes, uint64_t key)
{
    const int32_t number = notes->slot[slot_of(notes, key)];

    return number == 0 ? NULL : &notes->lives[number - 1];
}

static bool
is_gone(uint8_t state)
{
    return state == PW_DEAD || state == PW_EMIGRATED;
}

static struct life *
meet(struct notes *notes, const struct pw_shard *shard, size_t i)
{
    struct life *life = &notes->lives[notes->count];

    cr_assert_lt(notes->count, (size_t) NUM_SLOTS / 2);
    *life = (struct life){ .key = shard->key[i], .birth_year = pw_shard_birth_year(shard, i) };
    notes->slot[slot_of(notes, life->key)] = (int32_t) ++notes->count;
    return life;
}

/* Parents, who come with children from abroad too, and whose rows may be removed later. */
static void
note_parents(struct life *life, const struct pw_shard *shard, size_t i)
{
    if (shard->mother[i] != PW_NOBODY) life->mother = shard->key[shard->mother[i]];
    if (shard->father[i] != PW_NOBODY) life->father = shard->key[shard->father[i]];
    life->lost_mother = life->mother != 0 && shard->mother[i] == PW_NOBODY;
}

/* Write down what everybody is doing, dead people the year they die. */
static void
keep_notes(struct notes *notes, const struct pw_world *world)
{
    for (size_t s = 0; s < world->num_shards; s++) {
        const struct pw_shard *shard = &world->shards[s];

        for (size_t i = 0; i < shard->num_rows; i++) {
            struct life *life = find(notes, shard->key[i]);

            if (life == NULL && is_gone(shard->state[i])) continue; /* before the first year */
            if (life == NULL) life = meet(notes, shard, i);
            note_parents(life, shard, i);
            if (life->has_ended) continue;
            life->has_ended = is_gone(shard->state[i]);
            life->last = pw_shard_person(shard, i);
            life->partner = shard->partner[i] == PW_NOBODY ? 0 : shard->key[shard->partner[i]];
            life->in[world->year - FIRST] = (struct moment){ .is_noted = true,
                .state = shard->state[i],
                .class = shard->class[i],
                .qualification = shard->qualification[i],
                .place = shard->place[i],
                .pay = shard->pay[i],
                .wellbeing = shard->wellbeing[i],
                .belonging = shard->belonging[i],
                .owner = shard->owner[i] };
        }
    }
}

static struct notes *
open_notes(void)
{
    struct notes *notes = calloc(1, sizeof *notes);

    cr_assert_not_null(notes);
    notes->lives = calloc(NUM_SLOTS / 2, sizeof *notes->lives);
    cr_assert_not_null(notes->lives);
    return notes;
}

static void
close_notes(struct notes *notes)
{
    free(notes->lives);
    free(notes);
}

/* What a trajectory holds of a person in a year, NaN for packed values that are absent. */
static double
expected_value(const struct life *life, int v, int year)
{
    const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
    const double absent = info->scale > 0.0 ? (double) NAN : info->absent;
    const struct moment *now = &life->in[year];

    if (v == PW_TRAJECTORY_state)
        return now->is_noted                                         ? now->state
               : life->has_ended && FIRST + year >= life->birth_year ? life->last.state
                                                                     : PW_NOT_BORN;
    if (!now->is_noted || !pw_state_is_present(now->state)) return absent;
    switch (v) {
    case PW_TRAJECTORY_place:
        return now->place;
    case PW_TRAJECTORY_class:
        return now->class;
    case PW_TRAJECTORY_qualification:
        return now->qualification;
    case PW_TRAJECTORY_pay:
        return now->state == PW_EMPLOYED || pw_state_is_apprentice(now->state) ? (double) now->pay
                                                                               : absent;
    case PW_TRAJECTORY_wellbeing:
        return (double) now->wellbeing;
    case PW_TRAJECTORY_belonging:
        return (double) now->belonging;
    default:
        cr_assert_eq(v, PW_TRAJECTORY_owner);
        return now->owner;
    }
}

/* --- Runs
 * ------------------------------------------------------------------------------------------ */

static char folder[64];

static void
in_folder(const char *name, char path[128])
{
    if (folder[0] == '\0') sample_folder(folder, sizeof folder);
    snprintf(path, 128, "%s/%s", folder, name);
}

/* Run the tiny scenario and read its file; the folder is left empty. @param notes NULL for none */
static struct pw_reader *
record(const char *overrides, int window, struct notes *notes)
{
    static struct small_life life;
    struct pw_run_info info = { .scenario = &life.tiny.scenario, .window_years = window };
    struct pw_store *store = NULL;
    struct pw_recorder *recorder = NULL;
    struct pw_reader *reader = NULL;
    char path[128];

    in_folder("run.h5", path);
    small_begin(&life, overrides);
    MUST(pw_store_create(path, false, &info, &store));
    MUST(pw_recorder_create(&life.world, store, &recorder));
    while (pw_world_has_next(&life.world)) {
        MUST(pw_world_step(&life.world));
        MUST(pw_recorder_note_year(recorder));
        if (notes != NULL && life.world.year >= FIRST) keep_notes(notes, &life.world);
    }
    MUST(pw_recorder_finish(recorder));
    MUST(pw_store_finish(store, &(struct pw_run_result){ .seconds = 1.0 }));
    pw_recorder_free(&recorder);
    pw_store_abandon(&store, false);
    small_end(&life);
    MUST(pw_reader_open(path, &reader));
    sample_remove(folder, "run.h5"); /* the open file stays readable */
    sample_remove(folder, "");
    folder[0] = '\0';
    return reader;
}

/* A dataset of whole numbers; released with pw_free. @param count receives the items */
static int64_t *
whole(const struct pw_reader *reader, const char *path, size_t *count)
{
    struct pw_field field = { 0 };
    int64_t *values;

    MUST(pw_reader_load_whole(reader, path, &field, &values));
    *count = field.dims[0] * field.row_items;
    pw_field_free(&field);
    return values;
}

/* The same unpacked. */
static double *
real(const struct pw_reader *reader, const char *path, size_t *count)
{
    struct pw_field field = { 0 };
    double *values;

    MUST(pw_reader_load_real(reader, path, &field, &values));
    *count = field.dims[0] * field.row_items;
    pw_field_free(&field);
    return values;
}

/* --- Everything beside the notes
 * -------------------------------------------------------------------- */

Test(recorder, people_have_one_row_each_in_order_of_birth_year)
{
    struct notes *notes = open_notes();
    struct pw_reader *reader = record(RECORDED, WINDOW, notes);
    size_t count, years;
    int64_t *key = whole(reader, "/persons/key", &count);
    int64_t *birth_year = whole(reader, "/persons/birth_year", &years);
    bool *is_met = calloc(notes->count, sizeof *is_met);

    cr_assert_not_null(is_met);
    cr_assert_eq(count, notes->count, "%zu rows for %zu people", count, notes->count);
    cr_assert_eq(years, count);
    cr_assert_gt(count, 4000);
    for (size_t r = 0; r < count; r++) {
        const struct life *life = find(notes, (uint64_t) key[r]);

        cr_assert_not_null(life, "row %zu: nobody has the key %lld", r, (long long) key[r]);
        cr_assert_not(is_met[life - notes->lives], "row %zu: on file before", r);
        is_met[life - notes->lives] = true;
        cr_assert_eq(birth_year[r], life->birth_year, "row %zu", r);
        cr_assert(
            r == 0 || birth_year[r] >= birth_year[r - 1], "row %zu is older than the last", r);
    }
    free(is_met);
    pw_free(&birth_year);
    pw_free(&key);
    pw_reader_close(&reader);
    close_notes(notes);
}

Test(recorder, a_year_on_file_is_what_the_person_was_doing_then)
{
    struct notes *notes = open_notes();
    struct pw_reader *reader = record(RECORDED, WINDOW, notes);
    size_t count, items;
    int64_t *key = whole(reader, "/persons/key", &count);

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        const struct pw_trajectory_info *info = &pw_trajectories_table()[v];
        const double tolerance = info->scale * 0.5 + 1e-6; /* the step is a float */
        char path[64];
        double *value;
        size_t present = 0;

        snprintf(path, sizeof path, "/trajectories/%s", info->name);
        value = real(reader, path, &items);
        cr_assert_eq(items, count * YEARS);
        for (size_t r = 0; r < count; r++) {
            const struct life *life = find(notes, (uint64_t) key[r]);

            for (int y = 0; y < YEARS; y++) {
                const double is = value[r * YEARS + (size_t) y];
                const double should = expected_value(life, v, y);

                cr_assert(isnan(should) ? isnan(is) : fabs(is - should) <= tolerance,
                    "%s of row %zu in %d: %g and not %g", path, r, FIRST + y, is, should);
                present += isnan(is) ? 0 : 1;
            }
        }
        cr_assert_gt(present, 1000, "%s is never there", path);
        pw_free(&value);
    }
    pw_free(&key);
    pw_reader_close(&reader);
    close_notes(notes);
}

/* From the file alone. */
Test(recorder, nobody_is_there_before_birth_or_after_the_end)
{
    struct pw_reader *reader = record(RECORDED, WINDOW, NULL);
    size_t count, items, num_ends = 0, num_births = 0;
    int64_t *state = whole(reader, "/trajectories/state", &items);
    int64_t *place = whole(reader, "/trajectories/place", &items);
    int64_t *birth_year = whole(reader, "/persons/birth_year", &count);

    for (size_t r = 0; r < count; r++)
        for (int y = 0; y < YEARS; y++) {
            const size_t at = r * YEARS + (size_t) y;

            if (FIRST + y < birth_year[r])
                cr_assert_eq(state[at], PW_NOT_BORN, "row %zu in %d", r, FIRST + y);
            else
                cr_assert_neq(state[at], PW_NOT_BORN, "row %zu in %d", r, FIRST + y);
            if (FIRST + y == birth_year[r]) {
                cr_assert(state[at] == PW_EARLY_YEARS || state[at] == PW_ABROAD);
                num_births++;
            }
            if (y > 0 && is_gone((uint8_t) state[at - 1])) {
                cr_assert_eq(state[at], state[at - 1], "row %zu rose in %d", r, FIRST + y);
                num_ends++;
            }
            cr_assert_eq(place[at] == -1, !pw_state_is_present((uint8_t) state[at]));
        }
    cr_assert_gt(num_births, 500);
    cr_assert_gt(num_ends, 500);
    pw_free(&birth_year);
    pw_free(&place);
    pw_free(&state);
    pw_reader_close(&reader);
}

enum link { MOTHER, FATHER, PARTNER };

/* @param rows  of the people at the other end of the links, as the file has them
 * @return links of which there were any */
static size_t
check_links(const struct notes *notes, const int64_t *key, const int64_t *rows, size_t count,
    enum link which)
{
    size_t num_links = 0;

    for (size_t r = 0; r < count; r++) {
        const struct life *life = find(notes, (uint64_t) key[r]);
        const uint64_t ends[] = { life->mother, life->father, life->partner };
        const uint64_t wanted = ends[which];
        const bool is_on_file = wanted != 0 && find(notes, wanted) != NULL;

        cr_assert_eq(rows[r] != PW_NOBODY, is_on_file, "row %zu", r);
        if (!is_on_file) continue;
        cr_assert_lt(rows[r], (int64_t) count);
        cr_assert_eq((uint64_t) key[rows[r]], wanted, "row %zu points to a stranger", r);
        num_links += which != MOTHER || life->lost_mother;
    }
    return num_links;
}

Test(recorder, partners_are_found_and_parents_also_when_they_are_dead_and_gone)
{
    struct notes *notes = open_notes();
    struct pw_reader *reader = record(RECORDED, WINDOW, notes);
    size_t count;
    int64_t *key = whole(reader, "/persons/key", &count);
    int64_t *mother = whole(reader, "/persons/mother", &count);
    int64_t *father = whole(reader, "/persons/father", &count);
    int64_t *partner = whole(reader, "/persons/partner", &count);

    cr_assert_gt(check_links(notes, key, mother, count, MOTHER), 20, "no mother's row was removed");
    cr_assert_gt(check_links(notes, key, father, count, FATHER), 20);
    cr_assert_gt(check_links(notes, key, partner, count, PARTNER), 20);
    pw_free(&partner);
    pw_free(&father);
    pw_free(&mother);
    pw_free(&key);
    pw_reader_close(&reader);
    close_notes(notes);
}

/* What persons.def says of a person, as if it stood in the first row of a shard. */
static double
person_value(const struct life *life, const char *name)
{
    const int64_t mother = PW_NOBODY, father = PW_NOBODY, partner = PW_NOBODY; /* checked above */
    struct pw_person person = life->last;
    const struct pw_shard row = {
#define COLUMN(name, type, missing, unit, about) .name = &person.name,
#include "pathways/columns.def"
    };
    const struct pw_shard *shard = &row;
    const int birth_year = life->birth_year;
    const size_t i = 0;

#define PERSON(column, TYPE, value, units, codes, about)                                           \
    if (strcmp(name, #column) == 0) return (double) (value);
#include "pathways/persons.def"
    cr_assert_fail("persons.def has no %s", name);
    return 0.0;
}

Test(recorder, what_is_kept_for_good_is_of_the_last_year_of_a_life)
{
    struct notes *notes = open_notes();
    struct pw_reader *reader = record(RECORDED, WINDOW, notes);
    struct pw_names names = { 0 };
    size_t count, same, varied = 0;
    int64_t *key = whole(reader, "/persons/key", &count);

    MUST(pw_reader_datasets(reader, "/persons", &names));
    for (size_t n = 0; n < names.count; n++) {
        const char *const name = names.items[n];
        char path[64];
        double *value;

        if (strcmp(name, "key") == 0 || strcmp(name, "mother") == 0 || strcmp(name, "father") == 0
            || strcmp(name, "partner") == 0)
            continue;
        snprintf(path, sizeof path, "/persons/%s", name);
        value = real(reader, path, &same);
        cr_assert_eq(same, count, "%s has %zu rows", path, same);
        for (size_t r = 0; r < count; r++) {
            const struct life *life = find(notes, (uint64_t) key[r]);
            const double should = person_value(life, name);

            cr_assert_eq(
                value[r], should, "%s of row %zu: %g and not %g", path, r, value[r], should);
            varied += r > 0 && value[r] != value[r - 1];
        }
        pw_free(&value);
    }
    cr_assert_gt(names.count, 15);
    cr_assert_gt(varied, count);
    pw_names_free(&names);
    pw_free(&key);
    pw_reader_close(&reader);
    close_notes(notes);
}

/* --- Files beside each other
 * ------------------------------------------------------------------------ */

/* Fails unless two datasets have the same shape, words and numbers or texts. @return numbers
 * compared */
static size_t
same_dataset(const struct pw_reader *one, const struct pw_reader *other, const char *path)
{
    struct pw_field field = { 0 }, twin = { 0 };
    struct pw_names texts = { 0 }, twin_texts = { 0 };
    double *values = NULL, *twin_values = NULL;
    size_t items = 0;

    if (pw_reader_describe(one, path, &field) != PW_OK) { /* no numbers */
        if (pw_reader_names(one, path, &texts) == PW_OK) {
            MUST(pw_reader_names(other, path, &twin_texts));
            cr_assert_eq(texts.count, twin_texts.count, "%s", path);
            for (size_t n = 0; n < texts.count; n++)
                cr_assert_str_eq(texts.items[n], twin_texts.items[n], "%s", path);
        }
    } else {
        MUST(pw_reader_load_real(other, path, &twin, &twin_values));
        pw_field_free(&field);
        MUST(pw_reader_load_real(one, path, &field, &values));
        items = field.dims[0] * field.row_items;
        cr_assert_eq(field.type, twin.type, "%s", path);
        cr_assert_eq(field.rank, twin.rank, "%s", path);
        cr_assert_arr_eq(field.dims, twin.dims, sizeof field.dims, "%s", path);
        cr_assert_arr_eq(field.first, twin.first, sizeof field.first, "%s", path);
        for (int d = 0; d < field.rank; d++)
            cr_assert_str_eq(field.dim_names[d], twin.dim_names[d], "%s", path);
        cr_assert_str_eq(field.about, twin.about, "%s", path);
        cr_assert(items == 0 || memcmp(values, twin_values, items * sizeof *values) == 0,
            "%s differs", path);
    }
    pw_names_free(&twin_texts);
    pw_names_free(&texts);
    pw_free(&twin_values);
    pw_free(&values);
    pw_field_free(&twin);
    pw_field_free(&field);
    return items;
}

/* The same for all datasets of a group and of the groups in it, but for /code. */
static size_t
same_group(const struct pw_reader *one, const struct pw_reader *other, const char *group)
{
    struct pw_names names = { 0 }, twins = { 0 };
    const char *const slash = strcmp(group, "/") == 0 ? "" : group;
    size_t items = 0;
    char path[256];

    MUST(pw_reader_datasets(one, group, &names));
    MUST(pw_reader_datasets(other, group, &twins));
    cr_assert_eq(
        names.count, twins.count, "%s: %zu and %zu datasets", group, names.count, twins.count);
    for (size_t n = 0; n < names.count; n++) {
        cr_assert_str_eq(names.items[n], twins.items[n], "%s", group);
        snprintf(path, sizeof path, "%s/%s", slash, names.items[n]);
        items += same_dataset(one, other, path);
    }
    pw_names_free(&twins);
    pw_names_free(&names);
    MUST(pw_reader_groups(one, group, &names));
    MUST(pw_reader_groups(other, group, &twins));
    cr_assert_eq(
        names.count, twins.count, "%s: %zu and %zu groups", group, names.count, twins.count);
    for (size_t n = 0; n < names.count; n++) {
        cr_assert_str_eq(names.items[n], twins.items[n], "%s", group);
        snprintf(path, sizeof path, "%s/%s", slash, names.items[n]);
        if (strcmp(path, "/code") != 0) items += same_group(one, other, path);
    }
    pw_names_free(&twins);
    pw_names_free(&names);
    return items;
}

static void
check_window(struct pw_reader *whole_file, const char *overrides, int window)
{
    struct pw_reader *reader = record(overrides, window, NULL);

    cr_assert_gt(same_group(whole_file, reader, "/trajectories"), 0);
    cr_assert_gt(same_group(whole_file, reader, "/persons"), 0);
    cr_assert_gt(same_group(whole_file, reader, "/measures"), 0);
    pw_reader_close(&reader);
}

Test(recorder, the_window_leaves_no_trace_also_when_the_years_are_no_multiple_of_it)
{
    static const int windows[] = { 1, 4, 24, 64 };
    struct pw_reader *reader = record(RECORDED, 5, NULL); /* five full windows */

    for (size_t n = 0; n < sizeof windows / sizeof *windows; n++)
        check_window(reader, RECORDED, windows[n]);
    pw_reader_close(&reader);
}

Test(recorder, the_number_of_threads_leaves_no_trace)
{
    struct pw_reader *one, *three;

    pw_parallel_set_threads(1);
    one = record(RECORDED, WINDOW, NULL);
    pw_parallel_set_threads(3);
    three = record(RECORDED, WINDOW, NULL);
    cr_assert_gt(same_group(one, three, "/"), 100000);
    pw_reader_close(&three);
    pw_reader_close(&one);
}

Test(recorder, recording_nobody_leaves_the_measures_as_they_are)
{
    struct pw_reader *all = record(RECORDED, WINDOW, NULL);
    struct pw_reader *none = record(RECORDED " run.record=0", WINDOW, NULL);

    cr_assert(pw_reader_has(all, "/trajectories/state"));
    cr_assert_not(pw_reader_has(none, "/trajectories"));
    cr_assert_not(pw_reader_has(none, "/persons"));
    cr_assert_gt(same_group(all, none, "/measures"), 10000);
    cr_assert_gt(same_group(all, none, "/flows"), 100);
    cr_assert_gt(same_group(all, none, "/markets"), 100);
    pw_reader_close(&none);
    pw_reader_close(&all);
}

/* --- A share of the people
 * --------------------------------------------------------------------------- */

/* From 0 to 1 and the same in every run. */
static double
lot_of(int64_t key)
{
    return (double) (pw_mix64((uint64_t) key ^ 0x7265636F7264u) >> 11) * 0x1p-53;
}

/* Fails unless the row of a small file is that of a large file in all trajectories. */
static void
same_rows(const struct pw_reader *large, const struct pw_reader *small, const size_t *row_in_large)
{
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        size_t large_items, small_items;
        char path[64];
        int64_t *large_value, *small_value;

        snprintf(path, sizeof path, "/trajectories/%s", pw_trajectories_table()[v].name);
        large_value = whole(large, path, &large_items);
        small_value = whole(small, path, &small_items);
        for (size_t r = 0; r < small_items / YEARS; r++)
            cr_assert_arr_eq(&small_value[r * YEARS], &large_value[row_in_large[r] * YEARS],
                YEARS * sizeof *small_value, "%s of row %zu", path, r);
        pw_free(&small_value);
        pw_free(&large_value);
    }
}

Test(recorder, a_share_is_of_those_whose_key_falls_in_it_with_the_same_lives)
{
    const double share = 0.3;
    struct pw_reader *large = record(RECORDED, WINDOW, NULL);
    struct pw_reader *small = record(RECORDED " run.record=0.3", WINDOW, NULL);
    size_t all, count, n = 0;
    int64_t *large_key = whole(large, "/persons/key", &all);
    int64_t *small_key = whole(small, "/persons/key", &count);
    int64_t *large_mother = whole(large, "/persons/mother", &all);
    int64_t *small_mother = whole(small, "/persons/mother", &count);
    size_t *row = calloc(count + 1, sizeof *row);

    cr_assert_not_null(row);
    for (size_t r = 0; r < all; r++) {
        if (lot_of(large_key[r]) >= share) continue;
        cr_assert_lt(n, count, "key %lld is not recorded", (long long) large_key[r]);
        cr_assert_eq(small_key[n], large_key[r], "row %zu", n); /* the same order, too */
        row[n++] = r;
    }
    cr_assert_eq(n, count, "%zu people are recorded against their key", count - n);
    small_near((double) count / (double) all, share,
        5.0 * sqrt(share * (1.0 - share) / (double) all), "share of people on file");
    same_rows(large, small, row);
    for (size_t r = 0; r < count; r++) {
        const int64_t mother = large_mother[row[r]];
        const bool has_row = mother != PW_NOBODY && lot_of(large_key[mother]) < share;

        cr_assert_eq(small_mother[r] != PW_NOBODY, has_row, "row %zu", r);
        cr_assert(!has_row || small_key[small_mother[r]] == large_key[mother], "row %zu", r);
    }
    free(row);
    pw_free(&small_mother);
    pw_free(&large_mother);
    pw_free(&small_key);
    pw_free(&large_key);
    pw_reader_close(&small);
    pw_reader_close(&large);
}

Test(recorder, a_share_in_which_nobody_falls_gives_a_file_without_people)
{
    struct pw_reader *reader = record(RECORDED " run.record=0.000000001", WINDOW, NULL);
    struct pw_field field = { 0 };

    cr_assert_not(pw_reader_has(reader, "/persons/key"));
    MUST(pw_reader_describe(reader, "/trajectories/state", &field));
    cr_assert_eq(field.dims[0], 0);
    cr_assert_eq(field.dims[1], YEARS);
    pw_field_free(&field);
    pw_reader_close(&reader);
}

/* --- Years
 * ------------------------------------------------------------------------------------------- */

static void
check_years(const char *overrides, int first, size_t num_years)
{
    static const char *const paths[] = { "/trajectories/state",
        "/measures/by_place/free_meals_11_15", "/markets/jobs" };
    static const int dimension[] = { 1, 0, 0 };
    struct pw_reader *reader = record(overrides, 0, NULL);

    for (size_t n = 0; n < sizeof paths / sizeof *paths; n++) {
        struct pw_field field = { 0 };
        const int d = dimension[n];

        MUST(pw_reader_describe(reader, paths[n], &field));
        cr_assert_str_eq(field.dim_names[d], "year", "%s", paths[n]);
        cr_assert_eq(field.dims[d], num_years, "%s: %zu years", paths[n], field.dims[d]);
        cr_assert_eq(field.first[d], first, "%s from %lld", paths[n], (long long) field.first[d]);
        pw_field_free(&field);
    }
    pw_reader_close(&reader);
}

Test(recorder, records_from_the_year_asked_for_to_the_last)
{
    check_years(LIVES "run.years=3 run.record_from=2010", 2010, 8);
    check_years(LIVES "run.years=3", 2005, 13);
    check_years(LIVES "run.years=3 run.record_from=2017", 2017, 1);
}

Test(recorder, the_year_of_the_founders_is_not_recorded)
{
    check_years(LIVES "run.years=1 run.record_from=1985", 1986, 30);
    check_years("run.persons=2000 run.history_from=2020 run.start_year=2025 run.years=2", 2021, 6);
}

Test(recorder, a_run_without_a_year_to_record_is_refused)
{
    static const char *const runs[] = { LIVES "run.years=3" };

    for (size_t n = 0; n < sizeof runs / sizeof *runs; n++) {
        struct tiny tiny;
        struct pw_world world = { 0 };
        struct pw_recorder *recorder = NULL;
        struct pw_store *store = NULL;
        struct pw_run_info info = { .scenario = &tiny.scenario };
        char path[128];

        in_folder("run.h5", path);
        tiny = small_read(runs[n]);
        MUST(pw_world_init(&world, &tiny.scenario));
        tiny.scenario.run.record_from =
            world.last_year + 1; /* no scenario says so: see check_years */
        MUST(pw_store_create(path, false, &info, &store));
        cr_assert_eq(pw_recorder_create(&world, store, &recorder), PW_EINPUT, "%s", runs[n]);
        cr_assert_null(recorder);
        cr_assert_not_null(
            strstr(pw_status_message(), "nothing would be recorded"), "%s", pw_status_message());
        pw_recorder_free(&recorder);
        pw_store_abandon(&store, false);
        pw_world_free(&world);
        tiny_free(&tiny);
    }
    sample_remove(folder, "");
}

/* --- Memory
 * ------------------------------------------------------------------------------------------ */

Test(recorder, the_memory_foretold_is_that_of_the_rows_there_will_be)
{
    struct tiny tiny = small_read(RECORDED);
    struct pw_reader *reader = record(RECORDED, 0, NULL);
    const double all = pw_recorder_memory(&tiny.scenario);
    size_t rows, bytes = 0;
    int64_t *key = whole(reader, "/persons/key", &rows);

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        bytes += pw_trajectories_table()[v].size * PW_WINDOW_YEARS;
    cr_assert_gt(all, (double) (rows * bytes));
    cr_assert_lt(all, 2.0 * (double) (rows * (bytes + 100)));
    tiny.scenario.run.record = 0.25;
    small_near(pw_recorder_memory(&tiny.scenario), all / 4.0, 1.0, "bytes for a quarter");
    tiny.scenario.run.record = 0.0;
    cr_assert_eq(pw_recorder_memory(&tiny.scenario), 0.0);
    pw_free(&key);
    pw_reader_close(&reader);
    tiny_free(&tiny);
}

Test(recorder, a_window_of_very_many_people_is_shorter)
{
    struct tiny tiny = small_read(RECORDED " run.persons=57000000 run.record=1");

    cr_assert_eq(pw_recorder_window(&tiny.scenario), PW_WINDOW_YEARS / 2);
    tiny.scenario.run.record = 0.01;
    cr_assert_eq(pw_recorder_window(&tiny.scenario), PW_WINDOW_YEARS);
    tiny_free(&tiny);
}

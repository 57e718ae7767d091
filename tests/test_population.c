/* SPDX-License-Identifier: MIT */
#include "pathways/population.h"

#include <signal.h>

#include "small_world.h"

TestSuite(population, .timeout = 60);

enum { FIRST_YEAR = 1950, LAST_YEAR = 1989, NUM_COHORTS = LAST_YEAR - FIRST_YEAR + 1 };

/* Of the people made last. */
static size_t cohort_size[NUM_COHORTS];

/* Cohorts of random size, some empty, and people whose keys are their row numbers plus 1000. */
static void
make_people(struct pw_shard *shard, uint64_t *seed)
{
    cr_assert_eq(pw_shard_init(shard, 3, FIRST_YEAR, LAST_YEAR), PW_OK);
    cr_assert_eq(pw_shard_reserve(shard, NUM_COHORTS * 12), PW_OK);
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        const int size = small_below(seed, 12);

        cohort_size[year - FIRST_YEAR] = (size_t) size;
        for (int n = 0; n < size; n++) {
            const size_t i = pw_shard_append(shard, year);

            shard->key[i] = i + 1000;
            shard->state[i] = PW_EMPLOYED;
            shard->place[i] = (uint16_t) small_below(seed, 6);
            shard->work_market[i] = (uint8_t) (i % 3);
            shard->sex[i] = (uint8_t) small_below(seed, 2);
            shard->skill[i] = small_normal(seed);
            shard->pay[i] = small_normal(seed);
            shard->origin_income[i] = small_normal(seed);
            shard->exposure[i] = (uint16_t) small_random(seed);
            shard->enrolled[i] = (uint16_t) small_random(seed);
        }
    }
}

/* Random mothers and fathers who are older, random couples, and some dead and emigrated. */
static void
tie_people(struct pw_shard *shard, uint64_t *seed)
{
    for (size_t i = 1; i < shard->num_rows; i++) {
        const size_t other = (size_t) small_below(seed, (int) i);

        if (small_below(seed, 3) > 0) shard->mother[i] = small_below(seed, (int) i);
        if (small_below(seed, 3) > 0) shard->father[i] = small_below(seed, (int) i);
        if (shard->partner[other] == PW_NOBODY && small_below(seed, 2) == 0) {
            shard->partner[i] = (int32_t) other;
            shard->partner[other] = (int32_t) i;
        }
    }
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int lot = small_below(seed, 5);

        if (lot > 1) continue;
        shard->state[i] = lot == 0 ? PW_DEAD : PW_EMIGRATED;
        if (shard->partner[i] != PW_NOBODY) { /* as mortality does it */
            shard->partner[shard->partner[i]] = PW_NOBODY;
            shard->partner[i] = PW_NOBODY;
        }
    }
}

static bool
is_gone(uint8_t state)
{
    return state == PW_DEAD || state == PW_EMIGRATED;
}

Test(population, the_table_of_columns_says_where_each_column_is)
{
    const struct pw_column_info *columns = pw_columns_table();
    int num_links = 0;

    cr_assert_leq(PW_NUM_COLUMNS, 64, "a set of columns has 64 bits");
#define COLUMN(column, c_type, missing_value, column_unit, column_about)                           \
    cr_assert_str_eq(columns[PW_COLUMN_##column].name, #column);                                   \
    cr_assert_str_eq(columns[PW_COLUMN_##column].type, #c_type);                                   \
    cr_assert_eq(columns[PW_COLUMN_##column].size, sizeof(c_type));                                \
    cr_assert_eq(columns[PW_COLUMN_##column].offset, offsetof(struct pw_shard, column));           \
    cr_assert_str_not_empty(columns[PW_COLUMN_##column].unit);                                     \
    cr_assert_str_not_empty(columns[PW_COLUMN_##column].about);
#include "pathways/columns.def"
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        num_links += columns[c].is_link;
    cr_assert_eq(num_links, 3, "mother, father and partner");
    cr_assert(columns[PW_COLUMN_mother].is_link && columns[PW_COLUMN_father].is_link
              && columns[PW_COLUMN_partner].is_link);
}

Test(population, a_new_row_holds_the_missing_value_of_every_column)
{
    struct pw_shard shard;
    uint64_t seed = 1;
    size_t i;

    make_people(&shard, &seed);
    cr_assert_eq(pw_shard_reserve(&shard, shard.num_rows + 1), PW_OK);
    i = pw_shard_append(&shard, LAST_YEAR);
    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const struct pw_column_info *column = &pw_columns_table()[c];

        cr_assert_arr_eq(small_column(&shard, c) + i * column->size, column->missing, column->size,
            "%s", column->name);
    }
    cr_assert_eq(shard.mother[i], PW_NOBODY);
    cr_assert_eq(shard.place[i], PW_UNPLACED);
    cr_assert_eq(shard.class[i], PW_NO_CLASS);
    cr_assert_eq(shard.birth_gap[i], PW_NEVER);
    pw_shard_free(&shard);
}

Test(population, every_row_belongs_to_the_cohort_of_its_birth_year)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t state = seed;
        struct pw_shard shard;
        size_t row = 0;

        make_people(&shard, &state);
        for (int year = FIRST_YEAR; year <= LAST_YEAR; year++) {
            const struct pw_range cohort = pw_shard_ages(&shard, 2000, 2000 - year, 2000 - year);

            cr_assert_eq(
                cohort.end - cohort.begin, cohort_size[year - FIRST_YEAR], "born in %d", year);
            for (size_t i = cohort.begin; i < cohort.end; i++, row++) {
                cr_assert_eq(i, row);
                cr_assert_eq(pw_shard_birth_year(&shard, i), year);
            }
        }
        cr_assert_eq(row, shard.num_rows);
        pw_shard_free(&shard);
    }
}

Test(population, a_range_of_ages_holds_those_ages_and_no_others)
{
    struct pw_shard shard;
    uint64_t seed = 5;

    make_people(&shard, &seed);
    for (int year = 1940; year <= 2050; year += 5)
        for (int first = 0; first <= 110; first += 7)
            for (int last = first; last <= 110; last += 11) {
                const struct pw_range range = pw_shard_ages(&shard, year, first, last);
                size_t count = 0;

                for (size_t i = 0; i < shard.num_rows; i++) {
                    const int age = year - pw_shard_birth_year(&shard, i);

                    count += age >= first && age <= last;
                    cr_assert_eq(age >= first && age <= last, i >= range.begin && i < range.end,
                        "row %zu aged %d, ages %d to %d", i, age, first, last);
                }
                cr_assert_eq(range.end - range.begin, count);
            }
    pw_shard_free(&shard);
}

Test(population, slices_visit_everyone_of_the_ages_once_with_the_right_age)
{
    struct pw_shard shard;
    int visits[3 * PW_BLOCK + 20] = { 0 };
    struct pw_slice slice;

    cr_assert_eq(pw_shard_init(&shard, 0, 1990, 2000), PW_OK);
    cr_assert_eq(pw_shard_reserve(&shard, 3 * PW_BLOCK + 20), PW_OK);
    for (int n = 0; n < 10; n++)
        (void) pw_shard_append(&shard, 1990);
    for (int n = 0; n < 2 * PW_BLOCK + 7; n++) /* more than two blocks of one age, then a gap */
        (void) pw_shard_append(&shard, 1992);
    for (int n = 0; n < PW_BLOCK; n++)
        (void) pw_shard_append(&shard, 1998);
    (void) pw_shard_append(&shard, 2000);
    slice = pw_slices(&shard, 2000, 1, 9);
    while (pw_slice_next(&slice)) {
        cr_assert(slice.count > 0 && slice.count <= PW_BLOCK);
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            cr_assert_eq(pw_shard_birth_year(&shard, i), 2000 - slice.age);
            visits[i]++;
        }
    }
    for (size_t i = 0; i < shard.num_rows; i++) {
        const int age = 2000 - pw_shard_birth_year(&shard, i);

        cr_assert_eq(visits[i], age >= 1 && age <= 9, "row %zu aged %d", i, age);
    }
    pw_shard_free(&shard);
}

Test(population, the_draws_of_a_slice_are_those_of_its_people)
{
    const struct pw_rng rng = pw_rng_make(3, 4);
    struct pw_shard shard;
    struct pw_slice slice;
    struct pw_draws draws;
    uint64_t seed = 2;

    make_people(&shard, &seed);
    slice = pw_slices(&shard, 1990, 0, 50);
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &rng, PW_STREAM_MOVE, 6, &draws);
        for (size_t j = 0; j < slice.count; j++)
            cr_assert_eq(draws.u[0][j],
                pw_rng_uniform(&rng, shard.key[slice.begin + j], slice.age, PW_STREAM_MOVE, 6));
    }
    pw_shard_free(&shard);
}

Test(population, some_of_a_slice_are_drawn_for_as_if_all_of_it_were)
{
    const struct pw_rng rng = pw_rng_make(3, 4);
    struct pw_shard shard;
    struct pw_slice slice;
    struct pw_draws draws;
    struct pw_few few;
    size_t expected = 0, found = 0;
    uint64_t seed = 2;

    make_people(&shard, &seed);
    for (size_t i = 0; i < shard.num_rows; i++)
        expected += shard.sex[i] == PW_FEMALE;
    slice = pw_slices(&shard, 1990, 0, 50);
    while (pw_slice_next(&slice)) {
        few.count = 0;
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            pw_few_add(&few, i, shard.sex[i] == PW_FEMALE);
        pw_few_draw(&few, &slice, &rng, PW_STREAM_MOVE, 6, &draws);
        for (size_t n = 0; n < few.count; n++, found++) {
            cr_assert_eq(shard.sex[few.row[n]], PW_FEMALE);
            cr_assert(n == 0 || few.row[n] > few.row[n - 1]);
            cr_assert_eq(draws.u[0][n],
                pw_rng_uniform(&rng, shard.key[few.row[n]], slice.age, PW_STREAM_MOVE, 6));
        }
    }
    cr_assert_eq(found, expected);
    pw_shard_free(&shard);
}

Test(population, a_person_is_a_copy_of_a_row)
{
    struct pw_shard shard;
    uint64_t seed = 8;
    struct pw_person person;

    make_people(&shard, &seed);
    tie_people(&shard, &seed);
    person = pw_shard_person(&shard, 17);
#define COLUMN(name, type, missing, unit, about)                                                   \
    cr_assert_eq(memcmp(&person.name, &shard.name[17], sizeof person.name), 0, #name);
#include "pathways/columns.def"
    pw_shard_free(&shard);
}

/* What a link leads to, by key; 0 for nobody and for those who are gone. */
static uint64_t
key_behind(const struct pw_shard *shard, int32_t link)
{
    return link == PW_NOBODY || is_gone(shard->state[link]) ? 0 : shard->key[link];
}

Test(population, compaction_keeps_order_columns_cohorts_and_who_is_tied_to_whom)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        uint64_t state = seed;
        struct pw_shard shard, old;
        size_t row = 0;

        make_people(&shard, &state);
        tie_people(&shard, &state);
        state = seed;
        make_people(&old, &state);
        tie_people(&old, &state);
        cr_assert_eq(pw_shard_compact(&shard), PW_OK);
        for (size_t i = 0; i < old.num_rows; i++) {
            struct pw_person was = pw_shard_person(&old, i), is;

            if (is_gone(old.state[i])) continue;
            is = pw_shard_person(&shard, row);
            cr_assert_eq(pw_shard_birth_year(&shard, row), pw_shard_birth_year(&old, i));
            cr_assert_eq(key_behind(&shard, is.mother), key_behind(&old, was.mother));
            cr_assert_eq(key_behind(&shard, is.father), key_behind(&old, was.father));
            cr_assert_eq(key_behind(&shard, is.partner), key_behind(&old, was.partner));
#define LINK(name, about)
#define COLUMN(name, type, missing, unit, about)                                                   \
    cr_assert_eq(memcmp(&is.name, &was.name, sizeof is.name), 0, "%s of row %zu", #name, i);
#include "pathways/columns.def"
            row++;
        }
        cr_assert_eq(shard.num_rows, row);
        cr_assert_eq(shard.cohort_begin[NUM_COHORTS], row);
        cr_assert_eq(pw_shard_verify(&shard), PW_OK, "%s", pw_status_message());
        pw_shard_free(&shard);
        pw_shard_free(&old);
    }
}

Test(population, compaction_without_dead_changes_nothing_and_of_the_dead_leaves_nobody)
{
    struct pw_shard shard;
    uint64_t seed = 4, digest;

    make_people(&shard, &seed);
    digest = pw_shard_digest(&shard);
    cr_assert_eq(pw_shard_compact(&shard), PW_OK);
    cr_assert_eq(pw_shard_digest(&shard), digest);
    memset(shard.state, PW_DEAD, shard.num_rows);
    cr_assert_eq(pw_shard_compact(&shard), PW_OK);
    cr_assert_eq(shard.num_rows, 0);
    cr_assert_eq(pw_shard_verify(&shard), PW_OK);
    cr_assert_eq(pw_shard_append(&shard, LAST_YEAR), 0, "and life may go on");
    pw_shard_free(&shard);
}

Test(population, those_who_wait_abroad_are_not_compacted_away)
{
    struct pw_shard shard;
    uint64_t seed = 4;
    size_t count;

    make_people(&shard, &seed);
    count = shard.num_rows;
    memset(shard.state, PW_ABROAD, count);
    cr_assert_eq(pw_shard_compact(&shard), PW_OK);
    cr_assert_eq(shard.num_rows, count);
    pw_shard_free(&shard);
}

Test(population, the_digest_reacts_to_any_byte_of_any_column_but_the_row_in_the_run_file)
{
    struct pw_shard shard;
    uint64_t seed = 6, digest;

    make_people(&shard, &seed);
    tie_people(&shard, &seed);
    digest = pw_shard_digest(&shard);
    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const size_t size = pw_columns_table()[c].size;
        unsigned char *bytes = small_column(&shard, c);

        for (size_t row = 0; row < shard.num_rows; row++) {
            unsigned char *byte = bytes + row * size + (size_t) small_below(&seed, (int) size);

            *byte ^= (unsigned char) (1 << small_below(&seed, 8));
            cr_assert_eq(pw_shard_digest(&shard) == digest, c == PW_COLUMN_record, "%s of row %zu",
                pw_columns_table()[c].name, row);
            digest = pw_shard_digest(&shard);
        }
    }
    pw_shard_free(&shard);
}

Test(population, the_digest_reacts_to_the_order_and_the_number_of_rows_and_to_nothing_else)
{
    struct pw_shard shard, other;
    uint64_t seed = 7, same = 7, digest;
    float skill;

    make_people(&shard, &seed);
    make_people(&other, &same);
    digest = pw_shard_digest(&shard);
    cr_assert_eq(pw_shard_reserve(&other, 5000), PW_OK);
    cr_assert_eq(pw_shard_digest(&other), digest, "room is no state");
    skill = shard.skill[3];
    shard.skill[3] = shard.skill[4];
    shard.skill[4] = skill;
    cr_assert_neq(pw_shard_digest(&shard), digest);
    (void) pw_shard_append(&other, LAST_YEAR);
    cr_assert_neq(pw_shard_digest(&other), digest);
    pw_shard_free(&shard);
    pw_shard_free(&other);
}

/* A sound shard in which a test breaks one thing. */
static struct pw_shard
sound_people(void)
{
    struct pw_shard shard;
    uint64_t seed = 11;

    make_people(&shard, &seed);
    tie_people(&shard, &seed);
    cr_assert_eq(pw_shard_verify(&shard), PW_OK, "%s", pw_status_message());
    return shard;
}

static void
refuse(struct pw_shard *shard, const char *words)
{
    cr_assert_eq(pw_shard_verify(shard), PW_EFORMAT, "%s was not noticed", words);
    cr_assert_not_null(strstr(pw_status_message(), words), "%s", pw_status_message());
    pw_shard_free(shard);
}

Test(population, verifying_finds_a_link_that_leads_out_of_the_shard)
{
    for (int n = 0; n < 6; n++) {
        struct pw_shard shard = sound_people();
        int32_t *const links[] = { shard.mother, shard.father, shard.partner };
        static const char *const names[] = { "mother is row", "father is row", "partner is row" };

        for (size_t i = 0; i < shard.num_rows; i++)
            shard.partner[i] = PW_NOBODY;
        links[n / 2][20] = n % 2 == 0 ? (int32_t) shard.num_rows : -2;
        refuse(&shard, names[n / 2]);
    }
}

Test(population, verifying_finds_a_couple_of_which_one_does_not_know)
{
    struct pw_shard shard = sound_people();
    size_t i = 0;

    while (shard.partner[i] == PW_NOBODY)
        i++;
    shard.partner[shard.partner[i]] = PW_NOBODY;
    refuse(&shard, "has partner -1");
}

Test(population, verifying_finds_a_mother_who_is_younger_than_her_child)
{
    struct pw_shard shard = sound_people();

    shard.mother[20] = 21;
    refuse(&shard, "row 20: the mother is younger");
}

Test(population, verifying_finds_every_code_that_is_out_of_range)
{
    for (int n = 0; n < 7; n++) {
        struct pw_shard shard = sound_people();
        uint8_t *const column[] = { shard.state, shard.class, shard.origin_class,
            shard.qualification, shard.sex, shard.route, shard.group };
        static const int limit[] = { PW_NUM_STATES, PW_NUM_CLASS_CODES, PW_NUM_CLASS_CODES,
            PW_NUM_QUALIFICATIONS, PW_NUM_SEXES, PW_NUM_ROUTES, PW_NUM_GROUPS };

        column[n][30] = (uint8_t) (limit[n] - 1);
        shard.partner[30] = PW_NOBODY; /* whatever that state is, there is no more to it */
        for (size_t i = 0; i < shard.num_rows; i++)
            if (shard.partner[i] == 30) shard.partner[i] = PW_NOBODY;
        cr_assert_eq(pw_shard_verify(&shard), PW_OK, "%d: %s", n, pw_status_message());
        column[n][30] = (uint8_t) limit[n];
        refuse(&shard, "row 30: a code is out of range");
    }
}

Test(population, verifying_finds_somebody_who_is_there_and_lives_nowhere)
{
    struct pw_shard shard = sound_people();

    shard.state[12] = PW_ABROAD;
    shard.place[12] = PW_UNPLACED;
    cr_assert_eq(pw_shard_verify(&shard), PW_OK);
    shard.state[12] = PW_SCHOOL;
    refuse(&shard, "row 12: present and nowhere");
}

Test(population, verifying_finds_somebody_whose_job_is_nowhere)
{
    struct pw_shard shard = sound_people();

    shard.state[12] = PW_UNEMPLOYED;
    shard.work_market[12] = PW_NO_WORK_MARKET;
    cr_assert_eq(pw_shard_verify(&shard), PW_OK);
    shard.state[12] = PW_EMPLOYED;
    refuse(&shard, "row 12: a job in no labour market");
}

Test(population, verifying_finds_every_number_that_is_not_finite)
{
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        for (int n = 0; n < 3 && strcmp(pw_columns_table()[c].type, "float") == 0; n++) {
            struct pw_shard shard = sound_people();
            const float value = n == 0 ? NAN : n == 1 ? INFINITY : -INFINITY;

            memcpy(small_column(&shard, c) + 9 * sizeof value, &value, sizeof value);
            refuse(&shard, "row 9: a value is not finite");
        }
}

Test(population, verifying_finds_cohorts_that_overlap_or_leave_somebody_out)
{
    struct pw_shard shard = sound_people();

    shard.cohort_begin[5] = shard.cohort_begin[6] + 1;
    refuse(&shard, "shard 3: cohort 5 ends before it begins");
    shard = sound_people();
    shard.num_rows--;
    refuse(&shard, "cohorts hold");
}

Test(population, room_for_rows_is_kept_with_what_is_in_them)
{
    struct pw_shard shard;
    uint64_t seed = 3, digest;

    make_people(&shard, &seed);
    digest = pw_shard_digest(&shard);
    cr_assert_eq(pw_shard_reserve(&shard, 10000), PW_OK);
    cr_assert_eq(shard.capacity, 10000);
    cr_assert_eq(pw_shard_reserve(&shard, 10), PW_OK);
    cr_assert_eq(shard.capacity, 10000, "room never shrinks");
    cr_assert_eq(pw_shard_digest(&shard), digest);
    pw_shard_free(&shard);
}

Test(population, a_shard_of_more_people_than_links_can_number_is_refused_with_the_remedy)
{
    struct pw_shard shard;

    cr_assert_eq(pw_shard_init(&shard, 0, 2000, 2000), PW_OK);
    cr_assert_eq(pw_shard_reserve(&shard, (size_t) INT32_MAX + 1), PW_EMEMORY);
    cr_assert_not_null(strstr(pw_status_message(), "run.shards"));
    pw_shard_free(&shard);
}

Test(population, a_tally_begins_at_zero_however_often_it_is_reserved)
{
    struct pw_shard shard;

    cr_assert_eq(pw_shard_init(&shard, 0, 2000, 2000), PW_OK);
    for (size_t size = 10; size > 0; size -= 5) {
        cr_assert_eq(pw_shard_reserve_tally(&shard, size), PW_OK);
        cr_assert_eq(shard.tally_size, 10);
        for (size_t i = 0; i < shard.tally_size; i++) {
            cr_assert_eq(shard.tally[i], 0);
            shard.tally[i] = 5;
        }
    }
    cr_assert_eq(pw_shard_reserve_applications(&shard, 7), PW_OK);
    cr_assert_eq(pw_shard_reserve_applications(&shard, 3), PW_OK);
    cr_assert_eq(shard.applications_capacity, 7);
    pw_shard_free(&shard);
}

Test(population, appending_without_room_is_a_bug, .signal = SIGABRT)
{
    struct pw_shard shard;

    cr_assert_eq(pw_shard_init(&shard, 0, 2000, 2000), PW_OK);
    (void) pw_shard_append(&shard, 2000);
}

Test(population, appending_somebody_older_than_the_last_is_a_bug, .signal = SIGABRT)
{
    struct pw_shard shard;

    cr_assert_eq(pw_shard_init(&shard, 0, 2000, 2005), PW_OK);
    cr_assert_eq(pw_shard_reserve(&shard, 2), PW_OK);
    (void) pw_shard_append(&shard, 2004);
    (void) pw_shard_append(&shard, 2003);
}

Test(population, appending_somebody_born_after_the_last_cohort_is_a_bug, .signal = SIGABRT)
{
    struct pw_shard shard;

    cr_assert_eq(pw_shard_init(&shard, 0, 2000, 2005), PW_OK);
    cr_assert_eq(pw_shard_reserve(&shard, 2), PW_OK);
    (void) pw_shard_append(&shard, 2006);
}

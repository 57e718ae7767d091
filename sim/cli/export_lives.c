/*
 * Tables of people: a row a person, a year or a spell.
 *
 * SPDX-License-Identifier: MIT
 */
#include "export_people.h"
#include "pathways/alloc.h"
#include "pathways/codes.h"
#include "pathways/rng.h"

/* Bits apart from those that choose who is recorded. */
#define SAMPLE_SALT UINT64_C(0x6578706F7274)
#define BIRTH_YEAR  "/persons/birth_year"

/* --- Rows --------------------------------------------------------------------------------------
 */

static struct cli_cell
number_cell(const struct cli_people *people, int number)
{
    return cli_lookup_cell(&people->numbers, number);
}

static pw_status
write_row(const struct cli_people *people)
{
    for (size_t i = 0; i < people->num_chosen; i++)
        cli_sheet_add(people->sheet, people->cells[people->chosen[i]]);
    return cli_sheet_end_row(people->sheet);
}

/* --- Years and spells --------------------------------------------------------------------------
 */

/* Years of a person that are asked for and on file, as indices; none when first > last. */
static struct cli_span
years_of(const struct cli_people *people, int birth_year)
{
    const struct export_request *const request = people->request;
    int first = birth_year + request->ages.first, last = birth_year + request->ages.last;

    first = first > request->years.first ? first : request->years.first;
    last = last < request->years.last ? last : request->years.last;
    first = first > people->first_year ? first : people->first_year;
    last = last < people->first_year + people->num_years - 1
               ? last
               : people->first_year + people->num_years - 1;
    return (struct cli_span){ first - people->first_year, last - people->first_year };
}

static bool
has_left(int16_t state)
{
    return state == PW_DEAD || state == PW_EMIGRATED;
}

static pw_status
write_years(struct cli_people *people, size_t i)
{
    pw_status status = PW_OK;
    const int birth_year = (int) people->persons[PERSON_birth_year].whole[i];
    const struct cli_span years = years_of(people, birth_year);
    const size_t begin = i * (size_t) people->num_years;
    const int16_t *const state = people->variables[PW_TRAJECTORY_state].values + begin;

    for (int y = years.first; y <= years.last; y++) {
        const bool leaves =
            y > 0 && has_left(state[y]) && pw_state_is_present((uint8_t) state[y - 1]);

        if (!pw_state_is_present((uint8_t) state[y]) && !leaves) continue;
        people->cells[YEAR] = number_cell(people, people->first_year + y);
        people->cells[AGE] = number_cell(people, people->first_year + y - birth_year);
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
            const struct variable *const variable = &people->variables[v];

            if (!variable->is_read) continue;
            people->cells[FIRST_VARIABLE + v] =
                leaves && v != PW_TRAJECTORY_state
                    ? CLI_EMPTY_CELL
                    : cli_lookup_cell(&variable->lookup, variable->values[begin + (size_t) y]);
        }
        PW_TRY(write_row(people));
    }
done:
    return status;
}

/* Spell from index `first` to `last` of a person's years. @param state [num_years] */
static pw_status
write_spell(struct cli_people *people, int birth_year, const int16_t *state, struct cli_span spell)
{
    const int begin = people->first_year + spell.first, end = people->first_year + spell.last;
    const int origin = birth_year + people->request->ages.first - 1;
    const bool is_left =
        spell.first == 0 ? begin > birth_year : state[spell.first - 1] == state[spell.first];
    const bool is_right =
        spell.last == people->num_years - 1 || state[spell.last + 1] == state[spell.last];
    struct cli_cell *const cells = people->cells;

    cells[BEGIN] = number_cell(people, begin - origin);
    cells[END] = number_cell(people, end - origin);
    cells[STATE] =
        cli_lookup_cell(&people->variables[PW_TRAJECTORY_state].lookup, state[spell.first]);
    cells[BEGIN_AGE] = number_cell(people, begin - birth_year);
    cells[END_AGE] = number_cell(people, end - birth_year);
    cells[BEGIN_YEAR] = number_cell(people, begin);
    cells[END_YEAR] = number_cell(people, end);
    cells[LEFT_CENSORED] = number_cell(people, is_left);
    cells[RIGHT_CENSORED] = number_cell(people, is_right);
    return write_row(people);
}

static pw_status
write_spells(struct cli_people *people, size_t i)
{
    pw_status status = PW_OK;
    const int birth_year = (int) people->persons[PERSON_birth_year].whole[i];
    const struct cli_span years = years_of(people, birth_year);
    const int16_t *const state =
        people->variables[PW_TRAJECTORY_state].values + i * (size_t) people->num_years;
    struct cli_span spell;

    for (spell.first = years.first; spell.first <= years.last; spell.first = spell.last + 1) {
        spell.last = spell.first;
        while (spell.last < years.last && state[spell.last + 1] == state[spell.first])
            spell.last++;
        if (pw_state_is_present((uint8_t) state[spell.first]))
            PW_TRY(write_spell(people, birth_year, state, spell));
    }
done:
    return status;
}

/* --- Tables ------------------------------------------------------------------------------------
 */

/* The first row, of people in order of birth, of those born in a year or later. */
static pw_status
find_birth(const struct cli_people *people, int year, size_t num_rows, size_t *row)
{
    pw_status status = PW_OK;
    size_t begin = 0, end = num_rows;

    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        int64_t birth_year;

        PW_TRY(pw_reader_read_whole(people->reader, BIRTH_YEAR, middle, 1, &birth_year));
        if (birth_year < year)
            begin = middle + 1;
        else
            end = middle;
    }
    *row = begin;
done:
    return status;
}

static bool
is_sampled(const struct cli_people *people, int64_t key)
{
    const double share = people->request->sample;

    return share >= 1.0
           || (double) (pw_mix64((uint64_t) key ^ SAMPLE_SALT) >> 11) * 0x1p-53 < share;
}

static pw_status
write_block(struct cli_people *people)
{
    pw_status status = PW_OK;

    for (size_t i = 0; i < people->num_rows; i++) {
        if (!is_sampled(people, people->persons[PERSON_key].whole[i])) continue;
        PW_TRY(cli_people_fill(people, i));
        if (people->request->table == EXPORT_PERSONS)
            PW_TRY(write_row(people));
        else if (people->request->table == EXPORT_TRAJECTORIES)
            PW_TRY(write_years(people, i));
        else
            PW_TRY(write_spells(people, i));
    }
done:
    return status;
}

/* Rows of those born in the years asked for. */
static pw_status
find_cohort(const struct cli_people *people, size_t *begin, size_t *end)
{
    pw_status status = PW_OK;
    const char *const path = BIRTH_YEAR;
    const struct cli_span cohort = people->request->cohort;
    struct pw_field field = { 0 };
    int64_t oldest = 0, newest = 0;

    PW_TRY(pw_reader_describe(people->reader, path, &field));
    PW_TRY(find_birth(people, cohort.first, field.dims[0], begin));
    PW_TRY(find_birth(people, cohort.last + 1, field.dims[0], end));
    if (*begin < *end || field.dims[0] == 0) goto done;
    PW_TRY(pw_reader_read_whole(people->reader, path, 0, 1, &oldest));
    PW_TRY(pw_reader_read_whole(people->reader, path, field.dims[0] - 1, 1, &newest));
    PW_FAIL(PW_EUSAGE,
        "--cohort: nobody on file was born from %d to %d; years of birth go from "
        "%d to %d",
        cohort.first, cohort.last, (int) oldest, (int) newest);
done:
    pw_field_free(&field);
    return status;
}

pw_status
cli_export_people(
    const struct pw_reader *reader, const struct export_request *request, struct cli_sheet *sheet)
{
    pw_status status = PW_OK;
    struct cli_people *people = NULL;
    size_t begin = 0, end = 0;

    PW_TRY(pw_alloc(1, sizeof *people, &people));
    people->reader = reader;
    people->request = request;
    people->sheet = sheet;
    PW_TRY(cli_people_open(people));
    PW_TRY(find_cohort(people, &begin, &end));
    PW_TRY(cli_export_heading(sheet, people->names, people->chosen, people->num_chosen));
    for (people->first_row = begin; people->first_row < end;
         people->first_row += people->num_rows) {
        const size_t left = end - people->first_row;

        people->num_rows = left < PEOPLE_BLOCK ? left : PEOPLE_BLOCK;
        PW_TRY(cli_people_read(people));
        PW_TRY(write_block(people));
    }
done:
    if (people != NULL) cli_people_close(people);
    pw_free(&people);
    return status;
}

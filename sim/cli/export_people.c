/*
 * Tables of people: columns of /persons and, a row a year or a spell, of /trajectories.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "export_lookup.h"
#include "pathways/alloc.h"
#include "pathways/codes.h"
#include "pathways/rng.h"
#include "pathways/text.h"
#include "pathways/trajectory.h"

/* People that are in memory at one time: some chunks of the file. */
#define BLOCK_ROWS ((size_t) 1 << 15)
/* Bits apart from those that choose who is recorded. */
#define SAMPLE_SALT UINT64_C(0x6578706F7274)

/* Columns in their order: the row number, /persons, then those of a year or of a spell. */
enum { PERSON_ROW = 0, FIRST_PERSON_COLUMN = 1 };
enum person {
#define PERSON(name, TYPE, value, units, codes, about) PERSON_##name,
#include "pathways/persons.def"
    NUM_PERSON_COLUMNS
};
enum { FIRST_OWN_COLUMN = FIRST_PERSON_COLUMN + NUM_PERSON_COLUMNS };
enum { YEAR = FIRST_OWN_COLUMN, AGE, FIRST_VARIABLE };
enum {
    BEGIN = FIRST_OWN_COLUMN,
    END,
    STATE,
    BEGIN_AGE,
    END_AGE,
    BEGIN_YEAR,
    END_YEAR,
    LEFT_CENSORED,
    RIGHT_CENSORED,
    NUM_SPELL_COLUMNS
};

#define PW_CODES_NONE (-1)

static const struct {
    const char *name, *path;
    int codes; /* enum pw_code_family, or -1 */
} person_columns[NUM_PERSON_COLUMNS] = {
#define PERSON(name, TYPE, value, units, codes, about)                                             \
    { #name, "/persons/" #name, PW_CODES_##codes },
#include "pathways/persons.def"
};

static const char *const spell_columns[] = { "begin", "end", "state", "begin_age", "end_age",
    "begin_year", "end_year", "left_censored", "right_censored" };

/* What TraMineR asks for comes first. */
static const char usual_spells[] =
    "person,begin,end,state,begin_age,end_age,begin_year,end_year,left_censored,right_censored,key,"
    "birth_year,sex,origin_class,birth_place";

static const char *const code_axes[PW_NUM_CODE_FAMILIES] = { [PW_CODES_STATE] = "/axes/state",
    [PW_CODES_CLASS] = "/axes/class",
    [PW_CODES_QUALIFICATION] = "/axes/qualification",
    [PW_CODES_ROUTE] = "/axes/route",
    [PW_CODES_SEX] = "/axes/sex" };

/* A column of /persons for the people in memory. */
struct person_column {
    bool is_read;
    bool is_real;
    struct cli_lookup lookup; /* has no cells where numbers are written */
    int64_t *whole;           /* [BLOCK_ROWS], or */
    double *real;
};

/* A variable of /trajectories. */
struct variable {
    bool is_read;
    char path[64];
    struct cli_lookup lookup;
    int16_t *values; /* [BLOCK_ROWS][num_years] */
};

struct people {
    const struct pw_reader *reader;
    const struct export_request *request;
    struct cli_sheet *sheet;
    const char *names[CLI_SHEET_COLUMNS];
    size_t num_columns, chosen[CLI_SHEET_COLUMNS], num_chosen;
    struct person_column persons[NUM_PERSON_COLUMNS];
    struct variable variables[PW_NUM_TRAJECTORIES];
    struct cli_lookup numbers; /* of years and ages */
    struct pw_names policies;
    int64_t *stored; /* [BLOCK_ROWS][num_years] on the way */
    int first_year, num_years;
    size_t first_row, num_rows; /* in memory */
    /* the row being written */
    struct cli_cell cells[CLI_SHEET_COLUMNS];
    char room[CLI_SHEET_COLUMNS][CLI_CELL_ROOM];
    /* the policies last listed, which many people share */
    int64_t policy_bits;
    char *policy_bytes;
    struct cli_cell policy_cell;
};

/* --- Columns -----------------------------------------------------------------------------------
 */

static void
list_columns(struct people *people)
{
    const char **names = people->names;
    const enum export_table table = people->request->table;

    *names++ = "person";
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        *names++ = person_columns[c].name;
    if (table == EXPORT_TRAJECTORIES) {
        *names++ = "year";
        *names++ = "age";
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
            *names++ = pw_trajectories_table()[v].name;
    }
    for (int s = BEGIN; table == EXPORT_SPELLS && s < NUM_SPELL_COLUMNS; s++)
        *names++ = spell_columns[s - BEGIN];
    people->num_columns = (size_t) (names - people->names);
}

static pw_status
choose_columns(struct people *people)
{
    pw_status status = PW_OK;
    const enum export_table table = people->request->table;
    const char *asked = people->request->columns;
    struct pw_text usual = { 0 };

    list_columns(people);
    if (asked == NULL && table == EXPORT_SPELLS) asked = usual_spells;
    if (asked == NULL && table == EXPORT_TRAJECTORIES) {
        PW_TRY(pw_text_add(&usual, "person,key,year,age"));
        for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
            if (pw_reader_has(people->reader, people->variables[v].path))
                PW_TRY(pw_text_add(&usual, ",%s", pw_trajectories_table()[v].name));
        asked = usual.bytes;
    }
    PW_TRY(cli_export_choose(
        asked, people->names, people->num_columns, people->chosen, &people->num_chosen));
    for (size_t i = 0; i < people->num_chosen; i++) {
        const size_t column = people->chosen[i];

        if (column >= FIRST_PERSON_COLUMN && column < FIRST_OWN_COLUMN)
            people->persons[column - FIRST_PERSON_COLUMN].is_read = true;
        else if (column >= FIRST_VARIABLE && table == EXPORT_TRAJECTORIES)
            people->variables[column - FIRST_VARIABLE].is_read = true;
    }
done:
    pw_text_free(&usual);
    return status;
}

/* "birth_place" and its like are rows of /axes/place. */
static bool
is_place(const char *name)
{
    const size_t length = strlen(name);

    return length >= 5 && strcmp(name + length - 5, "place") == 0;
}

static pw_status
open_person_column(struct people *people, int c)
{
    pw_status status = PW_OK;
    struct person_column *const column = &people->persons[c];
    const char *const path = person_columns[c].path;
    const int codes = person_columns[c].codes;
    const bool has_names = !people->request->as_numbers && (codes >= 0 || is_place(path));
    struct pw_field field = { 0 };

    PW_TRY(pw_reader_describe(people->reader, path, &field));
    column->is_real = field.type >= PW_TYPE_FLOAT32;
    if (column->is_real)
        PW_TRY(pw_alloc(BLOCK_ROWS, sizeof *column->real, &column->real));
    else
        PW_TRY(pw_alloc(BLOCK_ROWS, sizeof *column->whole, &column->whole));
    if (has_names)
        PW_TRY(cli_lookup_names(
            people->reader, codes >= 0 ? code_axes[codes] : "/axes/place", &column->lookup));
done:
    pw_field_free(&field);
    return status;
}

static pw_status
open_variable(struct people *people, int v)
{
    pw_status status = PW_OK;
    struct variable *const variable = &people->variables[v];
    const int codes = pw_trajectories_table()[v].codes;
    struct pw_field field = { 0 };

    PW_TRY(pw_reader_describe(people->reader, variable->path, &field));
    if (field.rank != 2 || (field.type != PW_TYPE_INT8 && field.type != PW_TYPE_INT16)
        || (people->num_years > 0 && field.dims[1] != (size_t) people->num_years))
        PW_FAIL(PW_EFORMAT,
            "%s: %s has another shape than trajectories have: is it of another "
            "version?",
            pw_reader_path(people->reader), variable->path);
    people->first_year = (int) field.first[1];
    people->num_years = (int) field.dims[1];
    if (field.has_fill)
        PW_TRY(cli_lookup_packed(&field, &variable->lookup));
    else if (people->request->as_numbers)
        PW_TRY(cli_lookup_numbers(-1, INT16_MAX, &variable->lookup));
    else
        PW_TRY(cli_lookup_names(
            people->reader, codes >= 0 ? code_axes[codes] : "/axes/place", &variable->lookup));
    PW_TRY(pw_alloc(BLOCK_ROWS * field.dims[1], sizeof *variable->values, &variable->values));
done:
    pw_field_free(&field);
    return status;
}

static pw_status
open_people(struct people *people)
{
    pw_status status = PW_OK;
    const bool has_years = people->request->table != EXPORT_PERSONS;

    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        (void) snprintf(people->variables[v].path, sizeof people->variables[v].path,
            "/trajectories/%s", pw_trajectories_table()[v].name);
    if (!pw_reader_has(people->reader, "/persons/key")
        || (has_years && !pw_reader_has(people->reader, people->variables[0].path)))
        PW_FAIL(PW_EINPUT,
            "%s: keeps no %s; `pathways run --record` says of how many people it does",
            pw_reader_path(people->reader), has_years ? "trajectories" : "people");
    PW_TRY(choose_columns(people));
    people->persons[PERSON_key].is_read = true;
    people->persons[PERSON_birth_year].is_read = true;
    people->variables[PW_TRAJECTORY_state].is_read |= has_years;
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        if (people->persons[c].is_read) PW_TRY(open_person_column(people, c));
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        if (people->variables[v].is_read) PW_TRY(open_variable(people, v));
    PW_TRY(
        pw_alloc(BLOCK_ROWS * (size_t) people->num_years, sizeof *people->stored, &people->stored));
    PW_TRY(cli_lookup_numbers(0, (size_t) EXPORT_ANY.last + 1, &people->numbers));
    if (pw_reader_has(people->reader, "/axes/policy"))
        PW_TRY(pw_reader_names(people->reader, "/axes/policy", &people->policies));
done:
    return status;
}

static void
close_people(struct people *people)
{
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++) {
        cli_lookup_free(&people->persons[c].lookup);
        pw_free(&people->persons[c].whole);
        pw_free(&people->persons[c].real);
    }
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++) {
        cli_lookup_free(&people->variables[v].lookup);
        pw_free(&people->variables[v].values);
    }
    cli_lookup_free(&people->numbers);
    pw_names_free(&people->policies);
    pw_free(&people->stored);
    pw_free(&people->policy_bytes);
}

/* --- People in memory --------------------------------------------------------------------------
 */

static pw_status
read_variable(struct people *people, struct variable *variable)
{
    pw_status status = PW_OK;
    const size_t count = people->num_rows * (size_t) people->num_years;

    PW_TRY(pw_reader_read_whole(
        people->reader, variable->path, people->first_row, people->num_rows, people->stored));
    PW_TRY(
        cli_lookup_check(&variable->lookup, people->reader, variable->path, people->stored, count));
    for (size_t i = 0; i < count; i++)
        variable->values[i] = (int16_t) people->stored[i];
done:
    return status;
}

static pw_status
read_block(struct people *people)
{
    pw_status status = PW_OK;
    const size_t first = people->first_row, count = people->num_rows;

    for (int c = 0; c < NUM_PERSON_COLUMNS; c++) {
        struct person_column *const column = &people->persons[c];
        const char *const path = person_columns[c].path;

        if (column->real != NULL)
            PW_TRY(pw_reader_read_real(people->reader, path, first, count, column->real));
        if (column->whole != NULL)
            PW_TRY(pw_reader_read_whole(people->reader, path, first, count, column->whole));
        if (column->lookup.cells != NULL)
            PW_TRY(cli_lookup_check(&column->lookup, people->reader, path, column->whole, count));
    }
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        if (people->variables[v].is_read) PW_TRY(read_variable(people, &people->variables[v]));
done:
    return status;
}

/* The first row, of people in order of birth, of those born in a year or later. */
static pw_status
find_birth(const struct people *people, int year, size_t num_rows, size_t *row)
{
    pw_status status = PW_OK;
    size_t begin = 0, end = num_rows;

    while (begin < end) {
        const size_t middle = begin + (end - begin) / 2;
        int64_t birth_year;

        PW_TRY(pw_reader_read_whole(
            people->reader, person_columns[PERSON_birth_year].path, middle, 1, &birth_year));
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
is_sampled(const struct people *people, int64_t key)
{
    const double share = people->request->sample;

    return share >= 1.0
           || (double) (pw_mix64((uint64_t) key ^ SAMPLE_SALT) >> 11) * 0x1p-53 < share;
}

/* --- Cells of a person -------------------------------------------------------------------------
 */

/* A decimal that reads back as the same float: nine digits always do, eight mostly. */
static struct cli_cell
float_cell(double value, char room[CLI_CELL_ROOM])
{
    struct cli_cell cell = CLI_EMPTY_CELL;

    for (int digits = 8; digits <= 9; digits++) {
        cell = cli_cell_real(value, digits, room);
        if (cell.length == 0 || strtof(room, NULL) == (float) value) break;
    }
    return cell;
}

/* Names of policies by their bits. */
static pw_status
list_policies(struct people *people, int64_t bits)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    if (people->policy_bytes != NULL && people->policy_bits == bits) goto done;
    pw_free(&people->policy_bytes);
    people->policy_bits = bits;
    PW_TRY(pw_text_add(&text, "%s", ""));
    for (size_t p = 0; p < people->policies.count; p++)
        if (bits >> p & 1)
            PW_TRY(
                pw_text_add(&text, "%s%s", text.length > 0 ? "; " : "", people->policies.items[p]));
    PW_TRY(cli_cell_text(text.bytes, &people->policy_bytes, &people->policy_cell));
done:
    pw_text_free(&text);
    return status;
}

static pw_status
person_cell(struct people *people, int c, size_t i)
{
    pw_status status = PW_OK;
    const struct person_column *const column = &people->persons[c];
    const size_t at = FIRST_PERSON_COLUMN + (size_t) c;
    const bool is_link = c == PERSON_mother || c == PERSON_father;
    /* Zero stands for not known in these. */
    const bool has_unknown = c == PERSON_attainment || c == PERSON_origin_income;
    struct cli_cell cell = CLI_EMPTY_CELL;

    if (column->is_real) {
        if (!has_unknown || column->real[i] != 0.0)
            cell = float_cell(column->real[i], people->room[at]);
    } else if (column->lookup.cells != NULL) {
        cell = cli_lookup_cell(&column->lookup, column->whole[i]);
    } else if (c == PERSON_exposure && !people->request->as_numbers) {
        PW_TRY(list_policies(people, column->whole[i]));
        cell = people->policy_cell;
    } else if (!(is_link || is_place(person_columns[c].name)) || column->whole[i] >= 0) {
        cell = cli_cell_whole(column->whole[i], people->room[at]);
    }
    people->cells[at] = cell;
done:
    return status;
}

/* Columns that are the same in all rows of person `i` in memory. */
static pw_status
fill_person(struct people *people, size_t i)
{
    pw_status status = PW_OK;

    people->cells[PERSON_ROW] =
        cli_cell_whole((int64_t) (people->first_row + i), people->room[PERSON_ROW]);
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        if (people->persons[c].is_read) PW_TRY(person_cell(people, c, i));
done:
    return status;
}

static struct cli_cell
number_cell(const struct people *people, int number)
{
    return cli_lookup_cell(&people->numbers, number);
}

static pw_status
write_row(const struct people *people)
{
    for (size_t i = 0; i < people->num_chosen; i++)
        cli_sheet_add(people->sheet, people->cells[people->chosen[i]]);
    return cli_sheet_end_row(people->sheet);
}

/* --- Years and spells --------------------------------------------------------------------------
 */

/* Years of a person that are asked for and on file, as indices; none when first > last. */
static struct export_span
years_of(const struct people *people, int birth_year)
{
    const struct export_request *const request = people->request;
    int first = birth_year + request->ages.first, last = birth_year + request->ages.last;

    first = first > request->years.first ? first : request->years.first;
    last = last < request->years.last ? last : request->years.last;
    first = first > people->first_year ? first : people->first_year;
    last = last < people->first_year + people->num_years - 1
               ? last
               : people->first_year + people->num_years - 1;
    return (struct export_span){ first - people->first_year, last - people->first_year };
}

static bool
has_left(int16_t state)
{
    return state == PW_DEAD || state == PW_EMIGRATED;
}

static pw_status
write_years(struct people *people, size_t i)
{
    pw_status status = PW_OK;
    const int birth_year = (int) people->persons[PERSON_birth_year].whole[i];
    const struct export_span years = years_of(people, birth_year);
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
write_spell(struct people *people, int birth_year, const int16_t *state, struct export_span spell)
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
write_spells(struct people *people, size_t i)
{
    pw_status status = PW_OK;
    const int birth_year = (int) people->persons[PERSON_birth_year].whole[i];
    const struct export_span years = years_of(people, birth_year);
    const int16_t *const state =
        people->variables[PW_TRAJECTORY_state].values + i * (size_t) people->num_years;
    struct export_span spell;

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

static pw_status
write_block(struct people *people)
{
    pw_status status = PW_OK;

    for (size_t i = 0; i < people->num_rows; i++) {
        if (!is_sampled(people, people->persons[PERSON_key].whole[i])) continue;
        PW_TRY(fill_person(people, i));
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
find_cohort(const struct people *people, size_t *begin, size_t *end)
{
    pw_status status = PW_OK;
    const char *const path = person_columns[PERSON_birth_year].path;
    const struct export_span cohort = people->request->cohort;
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
    struct people *people = NULL;
    size_t begin = 0, end = 0;

    PW_TRY(pw_alloc(1, sizeof *people, &people));
    people->reader = reader;
    people->request = request;
    people->sheet = sheet;
    PW_TRY(open_people(people));
    PW_TRY(find_cohort(people, &begin, &end));
    PW_TRY(cli_export_heading(sheet, people->names, people->chosen, people->num_chosen));
    for (people->first_row = begin; people->first_row < end;
         people->first_row += people->num_rows) {
        const size_t left = end - people->first_row;

        people->num_rows = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        PW_TRY(read_block(people));
        PW_TRY(write_block(people));
    }
done:
    if (people != NULL) close_people(people);
    pw_free(&people);
    return status;
}

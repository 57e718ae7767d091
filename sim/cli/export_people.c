/* SPDX-License-Identifier: MIT */
#include "export_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/codes.h"
#include "pathways/text.h"

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
    [PW_CODES_TARIFF] = "/axes/tariff",
    [PW_CODES_SEX] = "/axes/sex" };

/* --- Columns -----------------------------------------------------------------------------------
 */

/* Kept of every year too: there a name means that of the year. */
static bool
is_of_years(const char *name)
{
    for (int v = 0; v < PW_NUM_TRAJECTORIES; v++)
        if (strcmp(pw_trajectories_table()[v].name, name) == 0) return true;
    return false;
}

static void
list_columns(struct cli_people *people)
{
    const char **names = people->names;
    const enum export_table table = people->request->table;

    *names++ = "person";
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        *names++ = table == EXPORT_TRAJECTORIES && is_of_years(person_columns[c].name)
                       ? ""
                       : person_columns[c].name;
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
choose_columns(struct cli_people *people)
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
open_person_column(struct cli_people *people, int c)
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
        PW_TRY(pw_alloc(PEOPLE_BLOCK, sizeof *column->real, &column->real));
    else
        PW_TRY(pw_alloc(PEOPLE_BLOCK, sizeof *column->whole, &column->whole));
    if (has_names)
        PW_TRY(cli_lookup_names(
            people->reader, codes >= 0 ? code_axes[codes] : "/axes/place", &column->lookup));
done:
    pw_field_free(&field);
    return status;
}

static pw_status
open_variable(struct cli_people *people, int v)
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
    else if (people->request->as_numbers || (codes < 0 && v != PW_TRAJECTORY_place))
        PW_TRY(cli_lookup_numbers(-1, INT16_MAX, &variable->lookup));
    else
        PW_TRY(cli_lookup_names(
            people->reader, codes >= 0 ? code_axes[codes] : "/axes/place", &variable->lookup));
    PW_TRY(pw_alloc(PEOPLE_BLOCK * field.dims[1], sizeof *variable->values, &variable->values));
done:
    pw_field_free(&field);
    return status;
}

pw_status
cli_people_open(struct cli_people *people)
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
    PW_TRY(pw_alloc(
        PEOPLE_BLOCK * (size_t) people->num_years, sizeof *people->stored, &people->stored));
    PW_TRY(cli_lookup_numbers(0, (size_t) CLI_ANY.last + 1, &people->numbers));
    if (pw_reader_has(people->reader, "/axes/policy"))
        PW_TRY(pw_reader_names(people->reader, "/axes/policy", &people->policies));
done:
    return status;
}

void
cli_people_close(struct cli_people *people)
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
read_variable(struct cli_people *people, struct variable *variable)
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

pw_status
cli_people_read(struct cli_people *people)
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
list_policies(struct cli_people *people, int64_t bits)
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
person_cell(struct cli_people *people, int c, size_t i)
{
    pw_status status = PW_OK;
    const struct person_column *const column = &people->persons[c];
    const size_t at = FIRST_PERSON_COLUMN + (size_t) c;
    const bool is_link = c == PERSON_mother || c == PERSON_father || c == PERSON_partner;
    /* Zero stands for not known in these. */
    const bool has_unknown =
        c == PERSON_attainment || c == PERSON_origin_income || c == PERSON_adult_income;
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
pw_status
cli_people_fill(struct cli_people *people, size_t i)
{
    pw_status status = PW_OK;

    people->cells[PERSON_ROW] =
        cli_cell_whole((int64_t) (people->first_row + i), people->room[PERSON_ROW]);
    for (int c = 0; c < NUM_PERSON_COLUMNS; c++)
        if (people->persons[c].is_read) PW_TRY(person_cell(people, c, i));
done:
    return status;
}

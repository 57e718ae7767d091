/*
 * People, their lives and the measures of a run as CSV, for programs that do not read HDF5.
 *
 * SPDX-License-Identifier: MIT
 */
#include "export.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/log.h"
#include "pathways/spelling.h"

static const char *const table_names[NUM_EXPORT_TABLES] = { "persons", "trajectories", "spells",
    "measures" };

static const char manual[] =
    "NAME\n"
    "    pathways export - write people, their lives or the measures of a run as CSV\n"
    "\n"
    "SYNOPSIS\n"
    "    pathways export RUN.h5 --table TABLE [-o FILE.csv] [--columns A,B,C] [FILTER]...\n"
    "\n"
    "DESCRIPTION\n"
    "    Writes a table of a run file to standard output or a file: CSV as in RFC "
    "4180, UTF-8, one\n"
    "    heading, lines that end in a line feed. Codes and places are written as "
    "names, packed values\n"
    "    in their unit, what is absent or not known as an empty cell. Memory does "
    "not grow with the\n"
    "    number of people. The same person has the same `key` in every run of a "
    "family; `person`,\n"
    "    `mother`, `father` and `partner` are rows of one file. Keys have up to 19 digits: "
    "let R read\n"
    "    them as text or integer64.\n"
    "\n"
    "TABLES\n"
    "    persons       one row a person on file. Attainment and the parents' income "
    "are empty where\n"
    "                  they are not known; `exposure` lists the policies that ever "
    "enrolled the person\n"
    "    trajectories  one row a person and year while the person lives here, and "
    "one for the year in\n"
    "                  which the person died or left, with nothing but that state. "
    "Columns of persons\n"
    "                  may be asked for too\n"
    "    spells        one row a stretch of years in one state, as R's TraMineR "
    "reads it: person,\n"
    "                  begin, end and state come first; begin and end count years "
    "from 1 at the first\n"
    "                  of --ages, or at birth. A spell is left-censored when it "
    "began before the first\n"
    "                  year looked at, or may have, and right-censored when it went "
    "on after the last,\n"
    "                  or may have\n"
    "    measures      one row a year, group and measure: numerator, denominator, "
    "value and its\n"
    "                  standard error, shares from 0 to 1; groups by --by\n"
    "\n"
    "OPTIONS\n"
    "    -T, --table TABLE     one of the above\n"
    "    -o, --output FILE     instead of standard output\n"
    "        --force           replace a file that is there\n"
    "    -c, --columns A,B,C   these columns in this order\n"
    "        --codes           codes, places and policies as the numbers that the "
    "file stores\n"
    "        --format csv      the only one there is\n"
    "    -b, --by GROUPING     of measures: place (when not given) or origin, with sex\n"
    "    -m, --measure GLOB    of measures: those whose name matches, for instance "
    "'neet_*'\n"
    "    -h, --help            print this\n"
    "    FILTER\n"
    "        --cohort YEAR[-YEAR]  people born in these years\n"
    "        --ages A[-B]          ages at the end of the year, of trajectories and "
    "spells\n"
    "        --years A[-B]         calendar years, of trajectories, spells and measures\n"
    "        --sample SHARE        a share of the people, by their keys: the same "
    "people in every run\n"
    "\n" CLI_EXIT_STATUS "\n"
    "EXAMPLES\n"
    "    pathways export run.h5 --table persons -o persons.csv\n"
    "    pathways export run.h5 --table spells --cohort 2000 --ages 16-30 -o spells.csv\n"
    "    pathways export run.h5 --table trajectories --sample 0.01 --columns "
    "key,year,state,pay\n"
    "    pathways export run.h5 --table measures --years 2060 --measure 'neet_*'\n";

/* --- Columns ----------------------------------------------------------------------------------
 */

/* @param length  of `name`, which need not end there */
static pw_status
find_column(const char *name, size_t length, const char *const *names, size_t count, size_t *index)
{
    pw_status status = PW_OK;
    struct pw_spelling spelling;
    char word[64];

    (void) snprintf(word, sizeof word, "%.*s", (int) length, name);
    spelling = pw_spelling_of(word);
    for (*index = 0; *index < count; ++*index) {
        if (strlen(names[*index]) == length && strncmp(names[*index], name, length) == 0) goto done;
        pw_spelling_try(&spelling, names[*index]);
    }
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--columns: there is no column \"%s\"; did you mean %s?", word,
            spelling.nearest);
    PW_FAIL(PW_EUSAGE,
        "--columns: there is no column \"%s\" in this table; without --columns the heading lists "
        "them",
        word);
done:
    return status;
}

pw_status
cli_export_choose(
    const char *asked, const char *const *names, size_t count, size_t *chosen, size_t *num_chosen)
{
    pw_status status = PW_OK;

    *num_chosen = 0;
    PW_BUG_IF(count > CLI_SHEET_COLUMNS);
    for (size_t i = 0; asked == NULL && i < count; i++)
        chosen[(*num_chosen)++] = i;
    while (asked != NULL) {
        const size_t length = strcspn(asked, ",");
        size_t index;

        PW_TRY(find_column(asked, length, names, count, &index));
        for (size_t i = 0; i < *num_chosen; i++)
            if (chosen[i] == index)
                PW_FAIL(PW_EUSAGE, "--columns: %s is named twice", names[index]);
        chosen[(*num_chosen)++] = index;
        asked = asked[length] == ',' ? asked + length + 1 : NULL;
    }
done:
    return status;
}

pw_status
cli_export_heading(
    struct cli_sheet *sheet, const char *const *names, const size_t *chosen, size_t num_chosen)
{
    for (size_t i = 0; i < num_chosen; i++)
        cli_sheet_add(sheet, (struct cli_cell){ names[chosen[i]], strlen(names[chosen[i]]) });
    return cli_sheet_end_row(sheet);
}

/* --- Options ----------------------------------------------------------------------------------
 */

/* "16-30" or "16". */
static pw_status
read_option(struct export_request *request, int character)
{
    pw_status status = PW_OK;
    enum cli_format format = CLI_CSV;
    size_t index = 0;

    switch (character) {
    case 'T':
        PW_TRY(cli_option_choice("table", optarg, table_names, NUM_EXPORT_TABLES, &index));
        request->table = (enum export_table) index;
        break;
    case 'f':
        PW_TRY(cli_option_format(optarg, &format));
        if (format != CLI_CSV)
            PW_FAIL(PW_EUSAGE, "--format: export writes csv; `pathways summary` writes %s", optarg);
        break;
    case 'C':
        return cli_option_span("--cohort", optarg, &request->cohort);
    case 'A':
        return cli_option_span("--ages", optarg, &request->ages);
    case 'Y':
        return cli_option_span("--years", optarg, &request->years);
    case 'S':
        return cli_option_number("--sample", optarg, 0.0, 1.0, &request->sample);
    case 'o':
        request->output = optarg;
        break;
    case 'F':
        request->is_forced = true;
        break;
    case 'N':
        request->as_numbers = true;
        break;
    case 'c':
        request->columns = optarg;
        break;
    case 'b':
        request->by = optarg;
        break;
    case 'm':
        request->glob = optarg;
        break;
    default:
        break;
    }
done:
    return status;
}

static bool
is_asked(struct cli_span span)
{
    return span.first != CLI_ANY.first || span.last != CLI_ANY.last;
}

/* An option that would do nothing is a misunderstanding. */
static pw_status
check_request(const struct export_request *request)
{
    pw_status status = PW_OK;
    const bool has_years = request->table == EXPORT_TRAJECTORIES || request->table == EXPORT_SPELLS;
    const bool is_measures = request->table == EXPORT_MEASURES;
    const char *misplaced = NULL;

    if (request->table == NUM_EXPORT_TABLES)
        PW_FAIL(PW_EUSAGE, "--table is missing; choose persons, trajectories, spells or measures");
    if (is_measures && is_asked(request->cohort)) misplaced = "--cohort";
    if (is_measures && request->sample < 1.0) misplaced = "--sample";
    if (!has_years && is_asked(request->ages)) misplaced = "--ages";
    if (!has_years && !is_measures && is_asked(request->years)) misplaced = "--years";
    if (!is_measures && request->by != NULL) misplaced = "--by";
    if (!is_measures && request->glob != NULL) misplaced = "--measure";
    if (misplaced != NULL)
        PW_FAIL(PW_EUSAGE, "%s: the table %s has no use for it; see `pathways export --help`",
            misplaced, table_names[request->table]);
    if (request->output != NULL && request->output[0] == '\0')
        PW_FAIL(PW_EUSAGE, "-o: the name of the file is empty");
done:
    return status;
}

/* Opening the run for writing would be its end. */
static pw_status
check_output(const char *input, const char *output)
{
    pw_status status = PW_OK;
    struct stat one, other;

    if (output != NULL && stat(input, &one) == 0 && stat(output, &other) == 0
        && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
        PW_FAIL(PW_EUSAGE, "%s: is the run that is read; give another name with -o", output);
done:
    return status;
}

static pw_status
write_table(const struct pw_reader *reader, const struct export_request *request)
{
    pw_status status = PW_OK;
    struct cli_sheet sheet = { 0 };

    PW_TRY(check_output(pw_reader_path(reader), request->output));
    PW_TRY(cli_sheet_open(&sheet, request->output, request->is_forced));
    if (request->table == EXPORT_MEASURES)
        PW_TRY(cli_export_measures(reader, request, &sheet));
    else
        PW_TRY(cli_export_people(reader, request, &sheet));
    if (sheet.num_rows == 1)
        pw_log_warning("nobody and nothing on file is what was asked for: there is only a heading");
done:
    return cli_sheet_close(&sheet, status);
}

pw_status
cli_export(int argc, char **argv)
{
    static const struct option options[] = { { "help", no_argument, NULL, 'h' },
        { "table", required_argument, NULL, 'T' }, { "output", required_argument, NULL, 'o' },
        { "force", no_argument, NULL, 'F' }, { "columns", required_argument, NULL, 'c' },
        { "codes", no_argument, NULL, 'N' }, { "format", required_argument, NULL, 'f' },
        { "cohort", required_argument, NULL, 'C' }, { "ages", required_argument, NULL, 'A' },
        { "years", required_argument, NULL, 'Y' }, { "sample", required_argument, NULL, 'S' },
        { "by", required_argument, NULL, 'b' }, { "measure", required_argument, NULL, 'm' },
        { NULL, 0, NULL, 0 } };
    pw_status status = PW_OK;
    struct export_request request = { .table = NUM_EXPORT_TABLES,
        .cohort = CLI_ANY,
        .ages = CLI_ANY,
        .years = CLI_ANY,
        .sample = 1.0 };
    struct pw_reader *reader = NULL;
    bool first = true;
    int character = 0;

    while (true) {
        PW_TRY(cli_option_next(argc, argv, "hT:o:c:b:m:", options, &first, &character));
        if (character < 0) break;
        if (character == 'h') {
            (void) fputs(manual, stdout);
            goto done;
        }
        PW_TRY(read_option(&request, character));
    }
    PW_TRY(cli_option_operands(argc, argv, 1, 1, "one RUN.h5"));
    PW_TRY(check_request(&request));
    PW_TRY(pw_reader_open(argv[optind], &reader));
    PW_TRY(write_table(reader, &request));
done:
    pw_reader_close(&reader);
    return status;
}

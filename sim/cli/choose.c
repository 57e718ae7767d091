/*
 * People of a run file chosen by a condition.
 *
 * SPDX-License-Identifier: MIT
 */
#include "choose.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pathways/alloc.h"
#include "pathways/codes.h"
#include "pathways/rng.h"
#include "pathways/spelling.h"

enum operation { EQUAL, UNEQUAL, LESS, MORE, AT_MOST, AT_LEAST, NUM_OPERATIONS };

/* Longer ones first, so that <= is not read as <. */
static const struct {
    const char *sign;
    enum operation operation;
} operations[NUM_OPERATIONS] = { { "!=", UNEQUAL }, { "<=", AT_MOST }, { ">=", AT_LEAST },
    { "=", EQUAL }, { "<", LESS }, { ">", MORE } };

/* What the numbers of a column stand for. */
enum meaning { NUMBERS, PLACES, POLICIES, FLAGS, FAMILIES }; /* FAMILIES + enum pw_code_family */

#define PW_CODES_NONE (-1)

static int
meaning_of(const char *column)
{
    static const struct {
        const char *name;
        int family;
    } families[] = {
#define PERSON(name, TYPE, value, units, codes, about) { #name, PW_CODES_##codes },
#include "pathways/persons.def"
    };
    static const char *const flags[] = { "owner", "parent_owner", "workless_home", "free_meals" };

    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(families[i].name, column) == 0 && families[i].family >= 0)
            return FAMILIES + families[i].family;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(flags[i], column) == 0) return FLAGS;
    if (strcmp(column, "exposure") == 0) return POLICIES;
    return strstr(column, "_place") != NULL ? PLACES : NUMBERS;
}

struct condition {
    char column[64], value[128];
    enum operation operation;
    int meaning;
    double number; /* of the value */
};

static const char *
skip_blanks(const char *at)
{
    while (isspace((unsigned char) *at))
        at++;
    return at;
}

static size_t
word_length(const char *at)
{
    size_t length = 0;

    while (isalnum((unsigned char) at[length]) || at[length] == '_')
        length++;
    return length;
}

/* The operation that a text begins with; NULL: none. @param operation receives it */
static const char *
skip_operation(const char *at, enum operation *operation)
{
    for (size_t n = 0; n < NUM_OPERATIONS; n++)
        if (strncmp(at, operations[n].sign, strlen(operations[n].sign)) == 0) {
            *operation = operations[n].operation;
            return at + strlen(operations[n].sign);
        }
    return NULL;
}

/* Is this the `and` before another condition? Names of places hold the word too. */
static bool
is_and(const char *at)
{
    const char *column;
    enum operation operation;

    if (!isspace((unsigned char) at[0])) return false;
    at = skip_blanks(at);
    if (strncasecmp(at, "and", 3) != 0 || !isspace((unsigned char) at[3])) return false;
    column = skip_blanks(at + 3);
    return word_length(column) > 0
           && skip_operation(skip_blanks(column + word_length(column)), &operation) != NULL;
}

/* The value of a condition; ends before an `and` or at the end. */
static pw_status
read_value(const char **at, struct condition *condition)
{
    pw_status status = PW_OK;
    const char *begin = skip_blanks(*at), *end = begin;

    if (*begin == '"') {
        end = strchr(++begin, '"');
        if (end == NULL) PW_FAIL(PW_EUSAGE, "--where: a \" after %s is not closed", begin);
        *at = end + 1;
    } else {
        while (*end != '\0' && !is_and(end))
            end++;
        *at = end;
        while (end > begin && isspace((unsigned char) end[-1]))
            end--;
    }
    if (end == begin)
        PW_FAIL(PW_EUSAGE, "--where: %s is compared with nothing; write a value after it",
            condition->column);
    if ((size_t) (end - begin) >= sizeof condition->value)
        PW_FAIL(PW_EUSAGE, "--where: the value of %s is too long", condition->column);
    memcpy(condition->value, begin, (size_t) (end - begin));
    condition->value[end - begin] = '\0';
done:
    return status;
}

static pw_status
read_condition(const char **at, struct condition *condition)
{
    pw_status status = PW_OK;
    const char *begin = skip_blanks(*at), *after;
    const size_t length = word_length(begin);

    if (length == 0 || length >= sizeof condition->column)
        PW_FAIL(PW_EUSAGE,
            "--where: \"%s\" is no condition; write for instance origin_class=lower_working",
            begin);
    memcpy(condition->column, begin, length);
    condition->column[length] = '\0';
    after = skip_operation(skip_blanks(begin + length), &condition->operation);
    if (after == NULL)
        PW_FAIL(PW_EUSAGE, "--where: after %s comes one of = != < > <= >=", condition->column);
    *at = after;
    PW_TRY(read_value(at, condition));
done:
    return status;
}

/* Does the file have the column? */
static pw_status
check_column(const struct pw_reader *reader, const struct condition *condition)
{
    pw_status status = PW_OK;
    struct pw_names names = { 0 };
    struct pw_spelling spelling = pw_spelling_of(condition->column);

    PW_TRY(pw_reader_datasets(reader, "/persons", &names));
    for (size_t i = 0; i < names.count; i++) {
        if (strcmp(names.items[i], condition->column) == 0) goto done;
        pw_spelling_try(&spelling, names.items[i]);
    }
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--where: /persons has no column %s; did you mean %s?",
            condition->column, spelling.nearest);
    PW_FAIL(PW_EUSAGE,
        "--where: /persons has no column %s; it has birth_year, sex, birth_place, origin_class, "
        "attainment and others: `h5ls FILE/persons`",
        condition->column);
done:
    pw_names_free(&names);
    return status;
}

/* Number of a name on a list, blanks as good as underscores. */
static bool
find_name(const char *const *names, size_t count, const char *word, size_t *index)
{
    for (*index = 0; *index < count; ++*index) {
        const char *a = names[*index], *b = word;

        while (*a != '\0'
               && (tolower((unsigned char) *a) == tolower((unsigned char) *b)
                   || (*a == '_' && (*b == ' ' || *b == '-')))) {
            a++;
            b++;
        }
        if (*a == '\0' && *b == '\0') return true;
    }
    return false;
}

static pw_status
refuse_value(const struct condition *condition, const char *const *names, size_t count)
{
    pw_status status = PW_OK;
    struct pw_spelling spelling = pw_spelling_of(condition->value);

    for (size_t i = 0; i < count; i++)
        pw_spelling_try(&spelling, names[i]);
    if (spelling.nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--where: %s is never %s; did you mean %s?", condition->column,
            condition->value, spelling.nearest);
    PW_FAIL(PW_EUSAGE, "--where: %s is never %s; choose for instance %s", condition->column,
        condition->value, count > 0 ? names[0] : "a number");
done:
    return status;
}

/* A number stands for itself; else the value is a name, whose number this finds. */
static pw_status
understand(const struct pw_reader *reader, struct condition *condition)
{
    static const char *const flags[] = { "no", "yes", "false", "true" };
    pw_status status = PW_OK;
    struct pw_names names = { 0 };
    const char *list[PW_NUM_STATES];
    const char *const *words = NULL;
    size_t count = 0, index = 0;
    int codes = 0;
    char *end = NULL;

    condition->meaning = meaning_of(condition->column);
    condition->number = strtod(condition->value, &end);
    if (*end == '\0' && isfinite(condition->number)) goto done;
    if (condition->meaning >= FAMILIES) {
        const struct pw_code *family =
            pw_codes((enum pw_code_family)(condition->meaning - FAMILIES), &codes);

        for (int c = 0; c < codes; c++)
            list[c] = family[c].name;
        words = list;
        count = (size_t) codes;
    } else if (condition->meaning == FLAGS) {
        words = flags;
        count = sizeof flags / sizeof *flags;
    } else if (condition->meaning == PLACES || condition->meaning == POLICIES) {
        const char *axis = condition->meaning == PLACES ? "/axes/place" : "/axes/policy";

        if (pw_reader_has(reader, axis)) PW_TRY(pw_reader_names(reader, axis, &names));
        words = (const char *const *) names.items;
        count = names.count;
    }
    if (condition->meaning == NUMBERS)
        PW_FAIL(PW_EUSAGE, "--where: %s is a number, not %s", condition->column, condition->value);
    if (condition->meaning == PLACES && strcasecmp(condition->value, "abroad") == 0) {
        condition->number = -1.0;
        goto done;
    }
    if (!find_name(words, count, condition->value, &index))
        PW_TRY(refuse_value(condition, words, count));
    condition->number = condition->meaning == FLAGS      ? (double) (index % 2)
                        : condition->meaning == POLICIES ? (double) (1 << index)
                                                         : (double) index;
    if (condition->meaning == PLACES && condition->operation > UNEQUAL)
        PW_FAIL(
            PW_EUSAGE, "--where: places have no order; compare %s with = or !=", condition->column);
    if (condition->meaning == POLICIES && condition->operation > UNEQUAL)
        PW_FAIL(PW_EUSAGE,
            "--where: policies have no order; compare %s with = or !=", condition->column);
    /* A policy among others: its bit. */
    if (condition->meaning == POLICIES) condition->meaning = -1;
done:
    pw_names_free(&names);
    return status;
}

static bool
holds(const struct condition *condition, double value)
{
    const double x = condition->number;
    const bool is_bit = condition->meaning == -1;

    /* Nobody is above or below `none`. */
    if (condition->meaning == FAMILIES + PW_CODES_CLASS && condition->operation > UNEQUAL
        && value == (double) PW_NO_CLASS)
        return false;
    switch (condition->operation) {
    case EQUAL:
        return is_bit ? ((int64_t) value & (int64_t) x) != 0 : value == x;
    case UNEQUAL:
        return is_bit ? ((int64_t) value & (int64_t) x) == 0 : value != x;
    case LESS:
        return value < x;
    case MORE:
        return value > x;
    case AT_MOST:
        return value <= x;
    case AT_LEAST:
        return value >= x;
    case NUM_OPERATIONS:
        break;
    }
    return false;
}

pw_status
cli_choose_where(const struct pw_reader *reader, const char *where, bool *chosen)
{
    pw_status status = PW_OK;
    struct condition condition;
    struct pw_field field = { 0 };
    double *values = NULL;
    char path[96] = "/persons/";

    for (const char *at = where; *skip_blanks(at) != '\0';) {
        PW_TRY(read_condition(&at, &condition));
        PW_TRY(check_column(reader, &condition));
        PW_TRY(understand(reader, &condition));
        (void) strcpy(path + strlen("/persons/"), condition.column);
        PW_TRY(pw_reader_load_real(reader, path, &field, &values));
        for (size_t i = 0; i < field.dims[0]; i++)
            chosen[i] = chosen[i] && holds(&condition, values[i]);
        pw_free(&values);
        pw_field_free(&field);
        if (*skip_blanks(at) == '\0') break;
        if (!is_and(at)) PW_FAIL(PW_EUSAGE, "--where: \"%s\" is not understood", skip_blanks(at));
        at = skip_blanks(at) + strlen("and");
    }
done:
    pw_free(&values);
    pw_field_free(&field);
    return status;
}

pw_status
cli_choose_pick(const struct pw_reader *reader, const bool *chosen, size_t num_people,
    uint64_t pick, size_t *row)
{
    pw_status status = PW_OK;
    size_t count = 0, nth;

    for (size_t i = 0; i < num_people; i++)
        count += chosen[i];
    if (count == 0)
        PW_FAIL(PW_EVERDICT, "%s: nobody on file is like that; ask for less in --where",
            pw_reader_path(reader));
    nth = (size_t) (pw_mix64(pick) % count);
    for (*row = 0; !chosen[*row] || nth-- > 0;)
        ++*row;
done:
    return status;
}

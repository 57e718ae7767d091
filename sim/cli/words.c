/*
 * What the columns of a person say in plain words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pathways/codes.h"

double
cli_words_number(const struct pw_person *person, enum pw_column column)
{
    switch (column) {
#define COLUMN(name, type, missing, unit, about)                                                   \
    case PW_COLUMN_##name:                                                                         \
        return (double) person->name;
#include "pathways/columns.def"
    case PW_NUM_COLUMNS:
        break;
    }
    return NAN;
}

int
cli_words_family(enum pw_column column)
{
    switch (column) {
    case PW_COLUMN_state:
        return PW_CODES_STATE;
    case PW_COLUMN_class:
    case PW_COLUMN_origin_class:
    case PW_COLUMN_grandparent_class:
        return PW_CODES_CLASS;
    case PW_COLUMN_qualification:
    case PW_COLUMN_parent_qualification:
        return PW_CODES_QUALIFICATION;
    case PW_COLUMN_route:
        return PW_CODES_ROUTE;
    case PW_COLUMN_tariff:
        return PW_CODES_TARIFF;
    case PW_COLUMN_sex:
        return PW_CODES_SEX;
    default:
        return -1;
    }
}

const char *
cli_words_code(enum pw_code_family family, int code)
{
    static char texts[4][64];
    static int next;
    int count = 0;
    const struct pw_code *codes = pw_codes(family, &count);
    char *text = texts[next = (next + 1) % 4];

    (void) snprintf(
        text, sizeof texts[0], "%s", code >= 0 && code < count ? codes[code].name : "unknown");
    for (char *c = text; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
    return text;
}

const char *
cli_words_qualification(int qualification)
{
    static const char *const names[PW_NUM_QUALIFICATIONS] = { "below level 2",
        "level 2 (GCSEs or equivalent)", "level 3 (A levels or equivalent)", "level 4 or 5",
        "a first degree", "a higher degree" };

    return names[qualification >= 0 && qualification < PW_NUM_QUALIFICATIONS ? qualification : 0];
}

const char *
cli_words_place(const struct pw_scenario *scenario, uint16_t place)
{
    return place < scenario->num_places ? scenario->places[place].name : "abroad";
}

/* What those do who have no job. */
static const char *const doing[PW_NUM_STATES] = {
    [PW_NOT_BORN] = "not yet born",
    [PW_EARLY_YEARS] = "at home, before school",
    [PW_SCHOOL] = "at school",
    [PW_SIXTH_FORM] = "in sixth form",
    [PW_FURTHER_EDUCATION] = "in college",
    [PW_APPRENTICESHIP_INTERMEDIATE] = "in an intermediate apprenticeship",
    [PW_APPRENTICESHIP_ADVANCED] = "in an advanced apprenticeship",
    [PW_APPRENTICESHIP_HIGHER] = "in a higher apprenticeship",
    [PW_UNIVERSITY_HOME] = "at university, living at home",
    [PW_UNIVERSITY_AWAY] = "at university, away from home",
    [PW_POSTGRADUATE] = "at university for a higher degree",
    [PW_EMPLOYED] = "in work",
    [PW_UNEMPLOYED] = "out of work and looking for it",
    [PW_INACTIVE] = "out of work and not looking",
    [PW_ADULT_EDUCATION] = "on a full-time course",
    [PW_RETIRED] = "retired",
    [PW_DEAD] = "dead",
    [PW_EMIGRATED] = "gone abroad",
    [PW_ABROAD] = "abroad",
};

const char *
cli_words_job(int class)
{
    static const char *const jobs[PW_NUM_CLASSES] = { "lower working-class job",
        "higher working-class job", "intermediate job", "lower professional job",
        "higher professional job" };

    return class >= 0 && class < PW_NUM_CLASSES ? jobs[class] : "job";
}

pw_status
cli_words_doing(struct pw_text *text, const struct pw_person *person)
{
    if (person->state == PW_EMPLOYED && person->class < PW_NUM_CLASSES)
        return pw_text_add(text, "in %s %s", person->class == PW_INTERMEDIATE ? "an" : "a",
            cli_words_job(person->class));
    return pw_text_add(
        text, "%s", doing[person->state < PW_NUM_STATES ? person->state : PW_NOT_BORN]);
}

pw_status
cli_words_count(struct pw_text *text, double count)
{
    char digits[64];
    const int length = snprintf(digits, sizeof digits, "%.0f", fabs(count));
    pw_status status = PW_OK;

    if (count <= -0.5) PW_TRY(pw_text_add(text, "-"));
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) PW_TRY(pw_text_add(text, ","));
        PW_TRY(pw_text_add(text, "%c", digits[i]));
    }
done:
    return status;
}

static pw_status
add_money(struct pw_text *text, double pounds, const char *per)
{
    pw_status status = PW_OK;

    PW_TRY(cli_words_count(text, pounds));
    PW_TRY(pw_text_add(text, " GBP%s", per));
done:
    return status;
}

/* Names of the bits that are set, or "none". */
static pw_status
add_bits(struct pw_text *text, unsigned bits, const char *const *names, int count)
{
    pw_status status = PW_OK;
    const char *between = "";

    if (bits == 0) PW_TRY(pw_text_add(text, "none"));
    for (int b = 0; b < count; b++)
        if (bits >> b & 1) {
            PW_TRY(pw_text_add(text, "%s%s", between, names[b]));
            between = ", ";
        }
done:
    return status;
}

static pw_status
add_policies(struct pw_text *text, const struct pw_scenario *scenario, unsigned bits)
{
    const char *names[PW_MAX_POLICIES];

    for (int p = 0; p < scenario->num_policies; p++)
        names[p] = scenario->policies[p].name;
    return add_bits(text, bits, names, scenario->num_policies);
}

static pw_status
add_link(struct pw_text *text, const struct pw_shard *shard, int32_t row)
{
    if (row == PW_NOBODY) return pw_text_add(text, "nobody");
    if (shard == NULL) return pw_text_add(text, "row %d", (int) row);
    return pw_text_add(text, "person %lld", (long long) (int64_t) shard->key[row]);
}

pw_status
cli_words_value(struct pw_text *text, const struct pw_scenario *scenario,
    const struct pw_shard *shard, const struct pw_person *person, enum pw_column column)
{
    static const char *const events[] = { "redundant", "separated", "moved", "birth", "graduated",
        "widowed", "turned away", "entered university" };
    const double number = cli_words_number(person, column);
    const int family = cli_words_family(column);
    const struct pw_column_info *info = &pw_columns_table()[column];

    if (family >= 0)
        return pw_text_add(text, "%s", cli_words_code((enum pw_code_family) family, (int) number));
    if (info->is_link && column != PW_COLUMN_record) return add_link(text, shard, (int32_t) number);
    switch (column) {
    case PW_COLUMN_key:
        return pw_text_add(text, "%lld", (long long) (int64_t) person->key);
    case PW_COLUMN_birth_place:
    case PW_COLUMN_home_place:
    case PW_COLUMN_place:
        return pw_text_add(text, "%s", cli_words_place(scenario, (uint16_t) number));
    case PW_COLUMN_work_market:
        return pw_text_add(text, "%s",
            number < (double) scenario->num_labour_markets
                ? scenario->labour_markets[(int) number].name
                : "none");
    case PW_COLUMN_exposure:
    case PW_COLUMN_enrolled:
        return add_policies(text, scenario, (unsigned) number);
    case PW_COLUMN_events:
        return add_bits(text, (unsigned) number, events, (int) (sizeof events / sizeof *events));
    case PW_COLUMN_owner:
    case PW_COLUMN_parent_owner:
    case PW_COLUMN_workless_home:
    case PW_COLUMN_free_meals:
        return pw_text_add(text, "%s", number != 0.0 ? "yes" : "no");
    case PW_COLUMN_birth_gap:
        return number == (double) PW_NEVER ? pw_text_add(text, "never")
                                           : pw_text_add(text, "%.0f years", number);
    case PW_COLUMN_savings:
    case PW_COLUMN_pension:
        return add_money(text, number * PW_SAVINGS_UNIT, "");
    case PW_COLUMN_equity:
        return add_money(text, number * PW_EQUITY_UNIT, "");
    case PW_COLUMN_household_income:
        return add_money(text, number, " a year");
    case PW_COLUMN_origin_income:
        return number > 0.0 ? add_money(text, exp(number), " a year")
                            : pw_text_add(text, "not known");
    case PW_COLUMN_pay:
        return number > 0.0 ? pw_text_add(text, "%.2f GBP an hour", exp(number))
                            : pw_text_add(text, "none");
    default:
        if (strcmp(info->type, "float") == 0)
            return pw_text_add(text, "%.6g %s", number, info->unit);
        return pw_text_add(text, "%.0f%s%s", number, info->unit[0] == '1' ? "" : " ",
            info->unit[0] == '1' ? "" : info->unit);
    }
}

pw_status
cli_words_exact(struct pw_text *text, const struct pw_person *person, enum pw_column column)
{
    const char *unit = pw_columns_table()[column].unit;

    return pw_text_add(text, "%.9g%s%s", cli_words_number(person, column),
        unit[0] == '1' ? "" : " ", unit[0] == '1' ? "" : unit);
}

const char *
cli_words_column(enum pw_column column)
{
    static char text[64];

    (void) snprintf(text, sizeof text, "%s", pw_columns_table()[column].name);
    for (char *c = text; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
    return text;
}

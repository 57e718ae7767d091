/*
 * Conditions of --fail-if: what a script will not have.
 *
 *     MEASURE [in GROUP] [significantly] OPERATOR REFERENCE [+ NUMBER | - NUMBER]
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "pathways/alloc.h"
#include "pathways/spelling.h"

#define EXAMPLE  "write one like 'neet_16_24 > base' or 'level3_by_19 in Blackpool < base - 1%%'"
#define MAX_TEXT 256

struct condition {
    const char *text; /* as it was written */
    int indicator;
    enum cli_by by;
    size_t group;
    bool significantly, is_greater, or_equal;
    bool than_base;
    double reference, offset; /* reference: when not the base */
};

/* --- Reading --- */

/* Without blanks at both ends; in place. */
static char *
trim(char *text)
{
    size_t length;

    while (isspace((unsigned char) *text))
        text++;
    length = strlen(text);
    while (length > 0 && isspace((unsigned char) text[length - 1]))
        text[--length] = '\0';
    return text;
}

static pw_status
read_measure(const char *name, struct condition *condition)
{
    struct pw_spelling spelling = pw_spelling_of(name);
    pw_status status = PW_OK;

    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        if (strcmp(cli_indicator(i).name, name) == 0) {
            condition->indicator = i;
            goto done;
        }
        pw_spelling_try(&spelling, cli_indicator(i).name);
    }
    if (name[0] == '\0')
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": there is no measure before the comparison; " EXAMPLE,
            condition->text);
    PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": there is no measure %s; %s%s%s", condition->text, name,
        spelling.nearest != NULL ? "did you mean " : "`pathways describe measures` lists them",
        spelling.nearest != NULL ? spelling.nearest : "", spelling.nearest != NULL ? "?" : "");
done:
    return status;
}

/* A group by its name, or by grouping and name: "Bristol", "region:London". */
static pw_status
read_group(const struct cli_outcomes *base, const char *name, struct condition *condition)
{
    struct pw_spelling spelling = pw_spelling_of(name);
    pw_status status = PW_OK;
    const char *const colon = strchr(name, ':');
    int found = 0;

    for (int by = CLI_BY_NATION + 1; by < CLI_NUM_BY; by++) {
        const struct pw_names *const groups = &base->groups[by];
        const char *const grouping = cli_by_name((enum cli_by) by);
        const bool is_named = colon != NULL && strlen(grouping) == (size_t) (colon - name)
                              && strncmp(name, grouping, strlen(grouping)) == 0;

        if (by == CLI_BY_YEAR) continue;
        for (size_t g = 0; g < groups->count; g++) {
            pw_spelling_try(&spelling, groups->items[g]);
            if (strcmp(groups->items[g], is_named ? colon + 1 : name) != 0) continue;
            condition->by = (enum cli_by) by;
            condition->group = g;
            found++;
        }
    }
    if (found == 0)
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": there is no group %s; %s%s%s", condition->text, name,
            spelling.nearest != NULL ? "did you mean "
                                     : "name a place, labour market, region, class or sex",
            spelling.nearest != NULL ? spelling.nearest : "", spelling.nearest != NULL ? "?" : "");
    if (found > 1)
        PW_FAIL(PW_EUSAGE,
            "--fail-if \"%s\": there are %d groups %s; say which, for instance place:%s",
            condition->text, found, name, name);
    if (!cli_outcomes_has(base, condition->indicator, condition->by))
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": %s is not known by %s", condition->text,
            cli_indicator(condition->indicator).name, cli_by_name(condition->by));
done:
    return status;
}

/* A number at the beginning of a text, "12 %" as 0.12. @param end receives what follows */
static pw_status
read_number(const char *text, const struct condition *condition, double *number, char **end)
{
    pw_status status = PW_OK;

    *number = strtod(text, end);
    if (*end == text || !isfinite(*number))
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": \"%s\" is neither base nor a number; " EXAMPLE,
            condition->text, text);
    while (isspace((unsigned char) **end))
        (*end)++;
    if (**end == '%') {
        *number /= 100.0;
        (*end)++;
    }
done:
    return status;
}

/* "base", "0.12", "12%", each with "+ 0.01" or "- 1%" after it. */
static pw_status
read_reference(char *text, struct condition *condition)
{
    pw_status status = PW_OK;
    char *rest = text;

    if (strncmp(text, "base", 4) == 0 && !isalnum((unsigned char) text[4]) && text[4] != '_') {
        condition->than_base = true;
        rest = text + 4;
    } else {
        PW_TRY(read_number(text, condition, &condition->reference, &rest));
    }
    rest = trim(rest);
    if (*rest == '\0') goto done;
    if (*rest != '+' && *rest != '-')
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": \"%s\" is not understood; " EXAMPLE, condition->text,
            rest);
    const double sign = *rest == '-' ? -1.0 : 1.0;
    rest = trim(rest + 1);
    if (!isdigit((unsigned char) *rest) && *rest != '.')
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": a number is missing after + or -; " EXAMPLE,
            condition->text);
    PW_TRY(read_number(rest, condition, &condition->offset, &rest));
    condition->offset *= sign;
    if (*trim(rest) != '\0')
        PW_FAIL(PW_EUSAGE, "--fail-if \"%s\": \"%s\" is not understood; " EXAMPLE, condition->text,
            trim(rest));
done:
    return status;
}

/* "neet_16_24 in Blackpool significantly", without what follows the measure. */
static pw_status
read_subject(const struct cli_outcomes *base, char *text, struct condition *condition)
{
    static const char word[] = "significantly";
    pw_status status = PW_OK;
    char *subject = trim(text), *in;
    const size_t length = strlen(subject), part = strlen(word);

    if (length > part && strcmp(subject + length - part, word) == 0
        && isspace((unsigned char) subject[length - part - 1])) {
        condition->significantly = true;
        subject[length - part] = '\0';
        subject = trim(subject);
    }
    in = strstr(subject, " in ");
    if (in != NULL) *in = '\0';
    PW_TRY(read_measure(trim(subject), condition));
    if (in != NULL) PW_TRY(read_group(base, trim(in + 4), condition));
done:
    return status;
}

static pw_status
read_condition(const struct cli_outcomes *base, const char *text, struct condition *condition)
{
    pw_status status = PW_OK;
    char copy[MAX_TEXT], *operator_at;

    *condition = (struct condition){ .text = text, .by = CLI_BY_NATION };
    if (strlen(text) >= sizeof copy)
        PW_FAIL(PW_EUSAGE, "--fail-if: a condition is longer than %d bytes", MAX_TEXT - 1);
    strcpy(copy, text);
    operator_at = strpbrk(copy, "<>=!");
    if (operator_at == NULL || *operator_at == '=' || *operator_at == '!')
        PW_FAIL(
            PW_EUSAGE, "--fail-if \"%s\": compare with >, <, >= or <=; " EXAMPLE, condition->text);
    condition->is_greater = *operator_at == '>';
    condition->or_equal = operator_at[1] == '=';
    *operator_at = '\0';
    PW_TRY(read_subject(base, copy, condition));
    PW_TRY(read_reference(trim(operator_at + 1 + condition->or_equal), condition));
done:
    return status;
}

pw_status
cli_condition_check(const struct cli_outcomes *base, const char *text)
{
    struct condition condition;

    return read_condition(base, text, &condition);
}

/* --- Judging --- */

static bool
holds(const struct condition *condition, double value, double than)
{
    if (value == than) return condition->or_equal;
    return condition->is_greater ? value > than : value < than;
}

/* Add the condition and its values to `found` if it holds for a policy. */
static pw_status
judge(const struct cli_pair *pair, const struct condition *condition, struct cli_span years,
    struct pw_text *found)
{
    pw_status status = PW_OK;
    const struct pw_names *const groups = &pair->base->groups[condition->by];
    struct cli_difference *differences = NULL;
    char when[32];

    cli_years_text(years, " to ", when);
    PW_TRY(pw_alloc(groups->count, sizeof *differences, &differences));
    PW_TRY(cli_outcomes_compare(
        pair->base, pair->policy, condition->indicator, condition->by, years, differences));
    const struct cli_difference *const is = &differences[condition->group];
    const double than =
        (condition->than_base ? is->base.value : condition->reference) + condition->offset;
    const struct pw_estimate distance = {
        condition->than_base ? is->difference.value - condition->offset : is->policy.value - than,
        condition->than_base ? is->difference.error : is->policy.error
    };

    if (isnan(is->policy.value) || isnan(than))
        PW_FAIL(PW_EINPUT, "--fail-if \"%s\": nobody in %s or %s in %s can be counted by it",
            condition->text, pw_reader_path(pair->base->reader),
            pw_reader_path(pair->policy->reader), when);
    /* The difference is exactly zero where the runs are the same. */
    if (!holds(condition, distance.value, 0.0)) goto done;
    if (condition->significantly
        && !(pw_significance_of(distance, PW_NUM_GROUPS) <= PW_SIGNIFICANT))
        goto done;
    PW_TRY(pw_text_add(found, "%s%s: \"%s\" holds: %.6g in %s, the limit is %.6g",
        found->length > 0 ? "; " : "", pw_reader_path(pair->policy->reader), condition->text,
        is->policy.value, when, than));
done:
    pw_free(&differences);
    return status;
}

pw_status
cli_condition_judge(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct pw_text found = { 0 };

    for (int c = 0; c < request->num_conditions; c++)
        for (size_t p = 0; p < num_pairs; p++) {
            struct condition condition;

            PW_TRY(read_condition(pairs[p].base, request->conditions[c], &condition));
            PW_TRY(judge(&pairs[p], &condition, request->years, &found));
        }
    if (found.length > 0) PW_FAIL(PW_EVERDICT, "%s", found.bytes);
done:
    pw_text_free(&found);
    return status;
}

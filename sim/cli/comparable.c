/*
 * Can two runs be compared, and in what do they differ?
 *
 * The same people have the same luck in runs of one program that share seed, people, history and
 * shards. Policies, parameters, paths and inputs of places may differ: that is what is compared,
 * and it is said.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "comparison.h"
#include "pathways/alloc.h"

/* --- Refusals --- */

static const char *
separator(const struct pw_text *faults)
{
    return faults->length > 0 ? "; " : "";
}

/* A whole number that both must share, with why it matters. */
static pw_status
check_number(const struct cli_pair *pair, const char *name, const char *why, struct pw_text *faults)
{
    pw_status status = PW_OK;
    int64_t base = 0, policy = 0;

    PW_TRY(pw_reader_number(pair->base->reader, "/", name, &base));
    PW_TRY(pw_reader_number(pair->policy->reader, "/", name, &policy));
    if (base != policy)
        PW_TRY(pw_text_add(faults, "%s%s %lld and %lld (%s)", separator(faults), name,
            (long long) base, (long long) policy, why));
done:
    return status;
}

static bool
same_names(const struct pw_names *a, const struct pw_names *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) return false;
    }
    return true;
}

static pw_status
check_program(const struct cli_pair *pair, struct pw_text *faults)
{
    pw_status status = PW_OK;
    char *base = NULL, *policy = NULL;

    PW_TRY(pw_reader_text(pair->base->reader, "/", "source", &base));
    PW_TRY(pw_reader_text(pair->policy->reader, "/", "source", &policy));
    if (strcmp(base, policy) != 0)
        PW_TRY(pw_text_add(faults,
            "%sthey are of \"%s\" and of \"%s\" (versions draw and decide "
            "differently)",
            separator(faults), base, policy));
done:
    pw_free(&base);
    pw_free(&policy);
    return status;
}

static pw_status
check_years(const struct cli_pair *pair, struct pw_text *faults)
{
    const struct cli_outcomes *const base = pair->base, *const policy = pair->policy;

    if (base->first_year == policy->first_year && base->num_years == policy->num_years)
        return PW_OK;
    return pw_text_add(faults, "%smeasured years %d-%d and %d-%d", separator(faults),
        base->first_year, base->first_year + base->num_years - 1, policy->first_year,
        policy->first_year + policy->num_years - 1);
}

/* People for whom one stands, and the share that is on file. */
static pw_status
check_scale(struct cli_pair *pair, struct pw_text *faults)
{
    pw_status status = PW_OK;
    double other = 0.0;

    PW_TRY(pw_reader_real(pair->base->reader, "/", "record", &pair->recorded));
    PW_TRY(pw_reader_real(pair->policy->reader, "/", "record", &other));
    /* Measures count everybody, so only people are then not to be joined. */
    pair->same_people_on_file = pair->recorded > 0.0 && pair->recorded == other;
    PW_TRY(pw_reader_real(pair->base->reader, "/", "people_each", &pair->people_each));
    PW_TRY(pw_reader_real(pair->policy->reader, "/", "people_each", &other));
    if (pair->people_each != other)
        PW_TRY(pw_text_add(faults,
            "%sa person stands for %.1f and for %.1f people (another "
            "population.residents in the start year)",
            separator(faults), pair->people_each, other));
done:
    return status;
}

static pw_status
refuse(struct cli_pair *pair)
{
    static const char *const numbers[][2] = { { "seed", "another seed is other luck" },
        { "replicate", "another replicate is other luck" },
        { "persons", "other people live in it" }, { "history_from", "another history led there" },
        { "start_year", "another history led there" }, { "years", "they end in different years" },
        { "shards", "people are dealt into other miniature countries" } };
    pw_status status = PW_OK;
    struct pw_text faults = { 0 };

    PW_TRY(check_program(pair, &faults));
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
        PW_TRY(check_number(pair, numbers[n][0], numbers[n][1], &faults));
    PW_TRY(check_years(pair, &faults));
    PW_TRY(check_scale(pair, &faults));
    for (int by = 0; by < CLI_NUM_BY; by++) {
        if (by != CLI_BY_YEAR && !same_names(&pair->base->groups[by], &pair->policy->groups[by]))
            PW_TRY(pw_text_add(&faults, "%sanother list of groups by %s", separator(&faults),
                cli_by_name((enum cli_by) by)));
    }
    if (faults.length > 0)
        PW_FAIL(PW_EINPUT,
            "%s and %s cannot be compared: %s; run both with one program and the same people, "
            "seed and years",
            pw_reader_path(pair->base->reader), pw_reader_path(pair->policy->reader), faults.bytes);
done:
    pw_text_free(&faults);
    return status;
}

/* --- What differs --- */

/* The kind and the thing, tab and newline between: read back by print. */
static pw_status
note(struct cli_pair *pair, const char *kind, const char *name, const char *change)
{
    pair->num_changes++;
    return pw_text_add(&pair->changes, "%s\t%s\t%s\n", kind, name, change);
}

static pw_status
list_parameters(struct cli_pair *pair)
{
    pw_status status = PW_OK;
    struct pw_names paths[2] = { { 0 }, { 0 } };
    struct pw_field fields[2] = { { 0 }, { 0 } };
    double *values[2] = { NULL, NULL };

    for (int k = 0; k < 2; k++) {
        const struct pw_reader *const reader = k == 0 ? pair->base->reader : pair->policy->reader;

        PW_TRY(pw_reader_names(reader, "/parameters/path", &paths[k]));
        PW_TRY(pw_reader_load_real(reader, "/parameters/value", &fields[k], &values[k]));
    }
    if (!same_names(&paths[0], &paths[1]) || fields[0].dims[0] != paths[0].count
        || fields[1].dims[0] != paths[0].count) {
        PW_TRY(note(pair, "parameters", "all", "another list of parameters"));
        pair->only_policies = false;
        goto done;
    }
    for (size_t i = 0; i < paths[0].count; i++) {
        char change[80];

        if (values[0][i] == values[1][i] || (isnan(values[0][i]) && isnan(values[1][i]))) continue;
        (void) snprintf(
            change, sizeof change, "%.6g in the base, %.6g here", values[0][i], values[1][i]);
        PW_TRY(note(pair, "parameter", paths[0].items[i], change));
        pair->only_policies = false;
    }
done:
    for (int k = 0; k < 2; k++) {
        pw_names_free(&paths[k]);
        pw_field_free(&fields[k]);
        pw_free(&values[k]);
    }
    return status;
}

static const char *
name_of(const cJSON *item)
{
    const cJSON *const name = cJSON_GetObjectItemCaseSensitive(item, "name");

    return item->string != NULL ? item->string : cJSON_IsString(name) ? name->valuestring : "";
}

/* The item of that name in an array or object; NULL when there is none. */
static const cJSON *
find(const cJSON *list, const char *name)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, list)
    {
        if (strcmp(name_of(item), name) == 0) return item;
    }
    return NULL;
}

/* Paths, places and so on that are not the same. */
static pw_status
list_section(struct cli_pair *pair, const char *section, const char *kind, const cJSON *const *runs)
{
    pw_status status = PW_OK;
    const cJSON *item = NULL;
    const cJSON *const base = cJSON_GetObjectItemCaseSensitive(runs[0], section);
    const cJSON *const policy = cJSON_GetObjectItemCaseSensitive(runs[1], section);

    cJSON_ArrayForEach(item, base)
    {
        const cJSON *const other = find(policy, name_of(item));

        if (other != NULL && cJSON_Compare(item, other, true)) continue;
        PW_TRY(note(pair, kind, name_of(item), other == NULL ? "not here" : "changed"));
        pair->only_policies = false;
    }
    cJSON_ArrayForEach(item, policy)
    {
        if (find(base, name_of(item)) != NULL) continue;
        PW_TRY(note(pair, kind, name_of(item), "new"));
        pair->only_policies = false;
    }
done:
    return status;
}

/* Policies of one run that the other has not, or has otherwise; and their bits of exposure. */
static pw_status
list_policies(struct cli_pair *pair, const cJSON *const *runs)
{
    pw_status status = PW_OK;
    const cJSON *item = NULL;
    const cJSON *const base = cJSON_GetObjectItemCaseSensitive(runs[0], "policies");
    const cJSON *const policy = cJSON_GetObjectItemCaseSensitive(runs[1], "policies");
    int bit = 0;

    cJSON_ArrayForEach(item, policy)
    {
        const cJSON *const other = find(base, name_of(item));

        if (other == NULL || !cJSON_Compare(item, other, true)) {
            pair->policy_bits |= (int32_t) (1u << (bit & 31));
            PW_TRY(note(pair, "policy", name_of(item), other == NULL ? "new" : "changed"));
        }
        bit++;
    }
    bit = 0;
    cJSON_ArrayForEach(item, base)
    {
        const cJSON *const other = find(policy, name_of(item));

        if (other == NULL || !cJSON_Compare(item, other, true))
            pair->base_bits |= (int32_t) (1u << (bit & 31));
        if (other == NULL) PW_TRY(note(pair, "policy", name_of(item), "in the base, not here"));
        bit++;
    }
done:
    return status;
}

static pw_status
parse(const struct pw_reader *reader, cJSON **scenario)
{
    pw_status status = PW_OK;
    char *text = NULL;

    PW_TRY(pw_reader_long_text(reader, "/scenario/resolved_text", &text));
    *scenario = cJSON_Parse(text);
    if (*scenario == NULL)
        PW_FAIL(PW_EFORMAT, "%s: /scenario/resolved_text is not JSON", pw_reader_path(reader));
done:
    pw_free(&text);
    return status;
}

pw_status
cli_comparable_check(struct cli_pair *pair)
{
    static const char *const sections[][2] = { { "paths", "path" }, { "regions", "region" },
        { "labour_markets", "labour market" }, { "places", "place" } };
    pw_status status = PW_OK;
    cJSON *base = NULL, *policy = NULL;

    PW_TRY(refuse(pair));
    PW_TRY(parse(pair->base->reader, &base));
    PW_TRY(parse(pair->policy->reader, &policy));
    const cJSON *const runs[2] = { base, policy };
    pair->only_policies = true;
    PW_TRY(list_policies(pair, runs));
    PW_TRY(list_parameters(pair));
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++)
        PW_TRY(list_section(pair, sections[s][0], sections[s][1], runs));
done:
    cJSON_Delete(base);
    cJSON_Delete(policy);
    return status;
}

/* --- Printed --- */

/* The next field of the list of changes, into `field`; what was read is skipped. */
static const char *
next_field(const char *from, char *field, size_t size)
{
    const size_t length = strcspn(from, "\t\n");
    const size_t kept = length < size ? length : size - 1;

    memcpy(field, from, kept);
    field[kept] = '\0';
    return from[length] == '\0' ? from + length : from + length + 1;
}

static pw_status
add_changes(struct cli_table *table, const struct cli_pair *pair, bool is_long)
{
    pw_status status = PW_OK;
    const char *at = pair->changes.bytes;

    for (size_t c = 0; c < pair->num_changes; c++) {
        char kind[32], name[256], change[256];

        at = next_field(at, kind, sizeof kind);
        at = next_field(at, name, sizeof name);
        at = next_field(at, change, sizeof change);
        if (is_long) PW_TRY(cli_table_text(table, pw_reader_path(pair->policy->reader)));
        PW_TRY(cli_table_text(table, kind));
        PW_TRY(cli_table_text(table, name));
        PW_TRY(cli_table_text(table, change));
    }
done:
    return status;
}

pw_status
cli_comparable_print(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request)
{
    static const char *const headings[] = { "run", "what", "name", "difference" };
    pw_status status = PW_OK;
    struct cli_table table = { 0 };
    const bool is_long = cli_comparison_is_long(request);

    cli_table_columns(&table, headings + !is_long, is_long ? 4 : 3);
    for (size_t p = 0; p < num_pairs; p++)
        PW_TRY(add_changes(&table, &pairs[p], is_long));
    cli_comparison_heading(request, "In what the runs differ",
        table.num_cells == 0 ? "In nothing: the same policies, parameters, paths and places."
                             : NULL);
    if (table.num_cells > 0 || is_long) cli_table_finish(&table, request);
done:
    cli_table_free(&table);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <string.h>

#include "diff.h"

static pw_status add_difference(struct diff_pair *pair, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static pw_status
add_difference(struct diff_pair *pair, const char *format, ...)
{
    pw_status status = PW_OK;
    va_list arguments;

    if (pair->num_differences++ >= CLI_DIFF_MAX_DIFFERENCES) return PW_OK;
    va_start(arguments, format);
    status = pw_text_add_list(&pair->differences, format, arguments);
    va_end(arguments);
    PW_TRY(status);
    PW_TRY(pw_text_add(&pair->differences, "\n"));
done:
    return status;
}

pw_status
cli_diff_runs(struct diff_pair *pair, bool *is_other_people)
{
    static const struct {
        const char *name;
        bool makes_people;
    } numbers[] = { { "seed", true }, { "replicate", true }, { "persons", true },
        { "history_from", true }, { "start_year", true }, { "years", false } };
    pw_status status = PW_OK;

    *is_other_people = false;
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        int64_t a = 0, b = 0;

        PW_TRY(pw_reader_number(pair->run[0].reader, "/", numbers[n].name, &a));
        PW_TRY(pw_reader_number(pair->run[1].reader, "/", numbers[n].name, &b));
        if (a == b) continue;
        *is_other_people = *is_other_people || numbers[n].makes_people;
        PW_TRY(add_difference(
            pair, "%s: %lld and %lld", numbers[n].name, (long long) a, (long long) b));
    }
done:
    return status;
}

static pw_status
compare_params(struct diff_pair *pair)
{
    pw_status status = PW_OK;
    size_t count = 0;
    const struct pw_param *table = pw_params_table(&count);

    for (size_t i = 0; i < count; i++)
        for (int n = 0; n < table[i].length; n++) {
            const double a = pw_params_get(&pair->run[0].scenario.params, &table[i], n);
            const double b = pw_params_get(&pair->run[1].scenario.params, &table[i], n);

            if (a == b) continue;
            if (table[i].length > 1)
                PW_TRY(add_difference(pair, "parameter %s[%d]: %.9g and %.9g %s", table[i].path, n,
                    a, b, table[i].unit));
            else
                PW_TRY(add_difference(
                    pair, "parameter %s: %.9g and %.9g %s", table[i].path, a, b, table[i].unit));
        }
done:
    return status;
}

static bool
same_path(const struct pw_path *a, const struct pw_path *b)
{
    const size_t values = (size_t) a->num_knots * (size_t) a->length;

    if (a->num_knots != b->num_knots || a->length != b->length) return false;
    return a->num_knots == 0
           || (memcmp(a->year, b->year, (size_t) a->num_knots * sizeof *a->year) == 0
               && memcmp(a->value, b->value, values * sizeof *a->value) == 0);
}

static pw_status
compare_paths(struct diff_pair *pair)
{
    pw_status status = PW_OK;

    for (int p = 0; p < PW_NUM_PATHS; p++)
        if (!same_path(&pair->run[0].scenario.paths[p], &pair->run[1].scenario.paths[p]))
            PW_TRY(add_difference(
                pair, "path %s: other values", pw_path_info((enum pw_path_id) p)->path));
done:
    return status;
}

static pw_status
compare_places(struct diff_pair *pair)
{
    pw_status status = PW_OK;
    const struct pw_scenario *a = &pair->run[0].scenario, *b = &pair->run[1].scenario;
    int differ = 0;

    if (a->num_places != b->num_places || a->num_labour_markets != b->num_labour_markets) {
        PW_TRY(add_difference(pair, "places: %d and %d in number", a->num_places, b->num_places));
        goto done;
    }
    for (int p = 0; p < a->num_places; p++)
        differ += strcmp(a->places[p].name, b->places[p].name) != 0
                  || a->places[p].labour_market != b->places[p].labour_market
                  || memcmp(a->places[p].input, b->places[p].input, sizeof a->places[p].input) != 0;
    if (differ > 0) PW_TRY(add_difference(pair, "places: %d have other inputs", differ));
done:
    return status;
}

static bool
same_policy(const struct pw_policy *a, const struct pw_policy *b, int num_places)
{
    return a->lever == b->lever && a->from == b->from && a->to == b->to
           && a->ramp_years == b->ramp_years && a->strength == b->strength
           && a->capacity == b->capacity && a->budget_gbp == b->budget_gbp
           && a->unit_cost_gbp == b->unit_cost_gbp && a->ownership == b->ownership
           && a->order == b->order && memcmp(a->amount, b->amount, sizeof a->amount) == 0
           && memcmp(&a->audience, &b->audience, sizeof a->audience) == 0
           && memcmp(a->in_place, b->in_place, (size_t) num_places * sizeof *a->in_place) == 0;
}

static pw_status
compare_policies(struct diff_pair *pair)
{
    pw_status status = PW_OK;

    for (int s = 0; s < 2; s++) {
        const struct pw_scenario *own = &pair->run[s].scenario, *other = &pair->run[1 - s].scenario;

        for (int p = 0; p < own->num_policies; p++) {
            const struct pw_policy *policy = &own->policies[p];
            const struct pw_policy *twin = pw_scenario_policy(other, policy->name);

            if (twin == NULL)
                PW_TRY(add_difference(pair, "policy \"%s\" (%s, from %d): only in %s", policy->name,
                    pw_lever_info(policy->lever)->name, policy->from, pair->label[s]));
            else if (s == 0 && own->num_places == other->num_places
                     && !same_policy(policy, twin, own->num_places))
                PW_TRY(add_difference(pair, "policy \"%s\": another design", policy->name));
        }
    }
done:
    return status;
}

pw_status
cli_diff_scenarios(struct diff_pair *pair)
{
    pw_status status = PW_OK;

    PW_TRY(compare_params(pair));
    PW_TRY(compare_paths(pair));
    PW_TRY(compare_places(pair));
    PW_TRY(compare_policies(pair));
done:
    return status;
}

/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pathways/design.h"

/* Factors of a grid, or of a Sobol sequence; released by the caller. */
static pw_status
read_factors(
    const char *kind, const char *factors, struct pw_design *design, struct pw_faults *faults)
{
    char path[] = "/tmp/factor-XXXXXX";
    const int fd = mkstemp(path);
    FILE *stream = fdopen(fd, "w");

    (void) fprintf(stream, "{\"kind\": \"%s\", %s\"factors\": {%s}}", kind,
        strcmp(kind, "sobol") == 0 ? "\"points\": 2, " : "", factors);
    (void) fclose(stream);
    const pw_status status = pw_design_read(path, design, faults);
    (void) unlink(path);
    return status;
}

static void
refused(const char *kind, const char *factors, const char *sentence)
{
    struct pw_design design = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(read_factors(kind, factors, &design, &faults), PW_EINPUT, "%s", factors);
    cr_assert_eq(faults.count, 1, "%s has %zu faults", factors, faults.count);
    cr_assert_not_null(strstr(faults.items[0].text, sentence), "%s", faults.items[0].text);
    pw_faults_free(&faults);
    pw_design_free(&design);
}

Test(design_factor, names_lead_to_parameters_policies_and_settings)
{
    struct pw_design design = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(read_factors("grid",
                     "\"jobs.credentialism\": [0.5], \"post16.base[1]\": [0.1], "
                     "\"policies.Jobs v. 2.ownership\": [1], \"run.persons\": [5000]",
                     &design, &faults),
        PW_OK, "%s", pw_status_message());
    cr_assert_eq(design.factors[0].kind, PW_FACTOR_PARAMETER);
    cr_assert_str_eq(design.factors[0].param->path, "jobs.credentialism");
    cr_assert_str_eq(design.factors[1].param->path, "post16.base");
    cr_assert_eq(design.factors[1].index, 1);
    cr_assert_eq(design.factors[2].kind, PW_FACTOR_POLICY);
    cr_assert_str_eq(design.factors[2].policy, "Jobs v. 2");
    cr_assert_str_eq(design.factors[2].member, "ownership");
    cr_assert_eq(design.factors[3].kind, PW_FACTOR_SETTING);
    cr_assert_str_eq(design.factors[3].member, "persons");
    pw_design_free(&design);
}

Test(design_factor, what_no_run_could_have_is_refused)
{
    refused("grid", "\"jobs.credentialsm\": [0.5]", "did you mean jobs.credentialism");
    refused("grid", "\"jobs.credentialism\": [0.5, 0.7, 0.5]", "stands twice");
    refused("grid", "\"jobs.credentialism\": []", "lists of values");
    refused("grid", "\"jobs.credentialism\": 0.5", "lists of values");
    refused("grid", "\"jobs.credentialism\": [1.5]", "outside");
    refused("grid", "\"policies.Jobs.strenth\": [1]", "did you mean strength");
    refused("grid", "\"policies.strength\": [1]", "write policies.NAME.strength");
    refused("grid", "\"policies.Jobs.strength\": [11]", "no number from 0 to 10");
    refused("grid", "\"policies.Jobs.from\": [2026.5]", "no whole number");
    refused("grid", "\"run.years\": [1]", "only persons, seed and shards");
    refused("sobol", "\"jobs.credentialism\": [0.5]", "the ends of its range");
    refused("sobol", "\"jobs.credentialism\": {\"low\": 0.5, \"high\": 0.5}", "is no range");
    refused("sobol", "\"jobs.credentialism\": {\"low\": 0, \"high\": 0.5, \"scale\": \"log\"}",
        "begins above 0");
    refused("sobol", "\"jobs.credentialism\": {\"low\": 0, \"high\": 0.5, \"scale\": \"cubic\"}",
        "neither linear nor log");
    refused("sobol", "\"jobs.credentialism\": {\"low\": 0, \"high\": 1.5}", "outside");
}

Test(design_factor, places_in_a_range_are_values_in_it)
{
    const struct pw_factor linear = { .low = -1.0, .high = 3.0 };
    const struct pw_factor logarithmic = { .low = 0.01, .high = 100.0, .is_log = true };
    const struct pw_factor whole = { .low = 1.0, .high = 3.0, .is_whole = true };
    int counts[4] = { 0 };

    cr_assert_eq(pw_factor_value(&linear, 0.25), 0.0);
    cr_assert_eq(pw_factor_value(&linear, 1.0 / 3.0), 0.333333); /* six digits */
    cr_assert_eq(pw_factor_value(&linear, 1.0), 3.0);
    cr_assert_eq(pw_factor_value(&logarithmic, 0.5), 1.0);
    cr_assert_eq(pw_factor_value(&logarithmic, 0.75), 10.0);
    for (int i = 0; i < 300; i++)
        counts[(int) pw_factor_value(&whole, (i + 0.5) / 300.0)]++;
    cr_assert(counts[0] == 0 && counts[1] == 100 && counts[2] == 100 && counts[3] == 100);
    cr_assert_eq(pw_factor_value(&whole, 1.0), 3.0);
}

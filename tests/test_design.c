/* SPDX-License-Identifier: MIT */
#include "pathways/design.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JOBS "\"jobs.credentialism\""
#define HOME "\"home.base\""

/* What a file of this text reads as; both are released by the caller. */
static pw_status
read_text(const char *text, struct pw_design *design, struct pw_faults *faults)
{
    char path[] = "/tmp/design-XXXXXX";
    const int fd = mkstemp(path);
    FILE *stream = fdopen(fd, "w");

    (void) fputs(text, stream);
    (void) fclose(stream);
    const pw_status status = pw_design_read(path, design, faults);
    (void) unlink(path);
    return status;
}

static struct pw_design
good(const char *text)
{
    struct pw_design design = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(read_text(text, &design, &faults), PW_OK, "%s: %s", text, pw_status_message());
    return design;
}

static void
refused(const char *text, const char *pointer, const char *sentence)
{
    struct pw_design design = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(read_text(text, &design, &faults), PW_EINPUT, "%s", text);
    cr_assert_eq(faults.count, 1, "%s has %zu faults", text, faults.count);
    cr_assert_str_eq(faults.items[0].pointer, pointer);
    cr_assert_not_null(strstr(faults.items[0].text, sentence), "%s", faults.items[0].text);
    pw_faults_free(&faults);
    pw_design_free(&design);
}

Test(design, a_grid_crosses_its_lists_and_the_last_changes_fastest)
{
    struct pw_design design = good("{\"kind\": \"grid\", \"factors\": {" JOBS ": [0.2, 0.4], " HOME
                                   ": [1, 2, 3]}, \"replicates\": 5}");

    cr_assert_eq(design.num_points, 6);
    cr_assert_eq(design.replicates, 5);
    for (size_t p = 0; p < 6; p++) {
        cr_assert_eq(design.points[2 * p], p < 3 ? 0.2 : 0.4);
        cr_assert_eq(design.points[2 * p + 1], (double) (p % 3 + 1));
    }
    pw_design_free(&design);
}

Test(design, a_design_without_factors_is_one_point)
{
    struct pw_design design = good("{\"kind\": \"grid\", \"scenarios\": [\"a.json\"], \"run\": "
                                   "{\"persons\": 5000, \"years\": 3}}");

    cr_assert_eq(design.num_points, 1);
    cr_assert_eq(design.num_factors, 0);
    cr_assert_eq(design.num_scenarios, 1);
    cr_assert_eq(design.num_settings, 2);
    cr_assert_str_eq(design.settings[0], "run.persons=5000");
    pw_design_free(&design);
}

Test(design, points_of_a_list_leave_alone_what_they_do_not_name)
{
    struct pw_design design = good(
        "{\"kind\": \"list\", \"points\": [{" JOBS ": 0.2}, {}, {" HOME ": 3, " JOBS ": 0.4}]}");

    cr_assert_eq(design.num_points, 3);
    cr_assert_eq(design.num_factors, 2);
    cr_assert_eq(design.points[0], 0.2);
    cr_assert(isnan(design.points[1]) && isnan(design.points[2]) && isnan(design.points[3]));
    cr_assert_eq(design.points[4], 0.4);
    cr_assert_eq(design.points[5], 3.0);
    pw_design_free(&design);
}

Test(design, more_points_of_a_sobol_sequence_keep_the_first)
{
    static const char text[] = "{\"kind\": \"sobol\", \"points\": %d, \"factors\": {" JOBS
                               ": {\"low\": 0.2, \"high\": 0.6}, " HOME
                               ": {\"low\": 0.01, \"high\": 1, \"scale\": \"log\"}}}";
    char few_text[256], many_text[256];

    (void) snprintf(few_text, sizeof few_text, text, 8);
    (void) snprintf(many_text, sizeof many_text, text, 50);
    struct pw_design few = good(few_text), many = good(many_text);

    cr_assert_eq(few.num_points, 8);
    cr_assert_eq(many.num_points, 50);
    cr_assert_eq(memcmp(few.points, many.points, 16 * sizeof(double)), 0);
    cr_assert_float_eq(few.points[0], 0.4, 1e-12); /* the middle, of one in the logarithm */
    cr_assert_float_eq(few.points[1], 0.1, 1e-12);
    pw_design_free(&few);
    pw_design_free(&many);
}

Test(design, a_latin_hypercube_covers_its_range)
{
    struct pw_design design =
        good("{\"kind\": \"latin_hypercube\", \"points\": 10, \"seed\": 3, \"factors\": {" JOBS
             ": {\"low\": 0.2, \"high\": 0.4}}}");
    int held[10] = { 0 };

    for (int p = 0; p < 10; p++)
        held[(int) ((design.points[p] - 0.2) / 0.02)]++;
    for (int s = 0; s < 10; s++)
        cr_assert_eq(held[s], 1);
    pw_design_free(&design);
}

Test(design, what_is_wrong_is_said_where_it_stands)
{
    refused("{\"kind\": \"cube\"}", "/kind", "\"cube\" is none");
    refused("{\"kind\": \"grid\", \"points\": 3}", "/points", "a grid has those of its factors");
    refused("{\"kind\": \"grid\", \"seed\": 3}", "/seed", "only a latin_hypercube draws");
    refused("{\"kind\": \"list\", \"points\": [{}], \"factors\": {}}", "/factors", "name their");
    refused("{\"kind\": \"list\", \"points\": []}", "/points", "nothing to run");
    refused("{\"kind\": \"sobol\", \"points\": 4}", "", "needs at least one");
    refused("{\"kind\": \"grid\", \"factor\": {}}", "/factor", "did you mean \"factors\"");
    refused("{\"kind\": \"grid\", \"replicates\": 0}", "/replicates", "replicates");
    refused("{\"kind\": \"grid\", \"keep_runs\": 1}", "/keep_runs", "write true or false");
    refused("{\"kind\": \"grid\", \"run\": {\"person\": 1}}", "/run/person", "did you mean");
    refused("{\"kind\": \"list\", \"points\": [{" JOBS ": 7}]}", "/points/0/jobs.credentialism",
        "outside");
}

/* SPDX-License-Identifier: MIT */
#include "pathways/targets.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define HEAD "{\"title\": \"Figures\", \"bar\": {\"share_within\": 80}, \"targets\": ["
#define REST                                                                                       \
    "\"theme\": \"Work\", \"measure\": \"neet_16_24\", \"unit\": \"%\", \"source\": \"survey\""

/* What a file of this text reads as; both are released by the caller. */
static pw_status
read_text(const char *text, struct pw_targets *targets, struct pw_faults *faults)
{
    char path[] = "/tmp/targets-XXXXXX";
    const int fd = mkstemp(path);
    FILE *stream = fdopen(fd, "w");

    (void) fputs(text, stream);
    (void) fclose(stream);
    const pw_status status = pw_targets_read(path, targets, faults);
    (void) unlink(path);
    return status;
}

static void
refused(const char *text, const char *pointer, const char *sentence)
{
    struct pw_targets targets = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(read_text(text, &targets, &faults), PW_EINPUT, "%s", text);
    cr_assert_eq(faults.count, 1, "%s has %zu faults", text, faults.count);
    cr_assert_str_eq(faults.items[0].pointer, pointer);
    cr_assert_not_null(strstr(faults.items[0].text, sentence), "%s", faults.items[0].text);
    pw_faults_free(&faults);
    pw_targets_free(&targets);
}

Test(targets, a_figure_has_what_its_entry_says)
{
    struct pw_targets targets = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(
        read_text(HEAD "{" REST ", \"year\": [2014, 2016], \"tolerance\": 2, \"by\": \"origin\", "
                       "\"mean_tolerance\": 1, \"weight\": 0.5, \"values\": {\"low\": 5, \"high\": "
                       "[6, 4.5, 7]}},"
                       "{" REST ", \"year\": 2025, \"tolerance\": 0.5, \"value\": 14, \"about\": "
                       "\"Britain\"}]}",
            &targets, &faults),
        PW_OK);
    cr_assert_eq(targets.count, 3);
    cr_assert_eq(targets.num_entries, 2);
    cr_assert_eq(targets.share_within, 80.0);
    cr_assert_str_eq(targets.items[1].group, "high");
    cr_assert_str_eq(targets.items[1].by, "origin");
    cr_assert_eq(targets.items[1].low, 4.5);
    cr_assert_eq(targets.items[1].last_year, 2016);
    cr_assert_eq(targets.items[1].entry, 0);
    cr_assert(isnan(targets.items[0].low));
    cr_assert_str_eq(targets.items[2].by, "nation");
    cr_assert_str_eq(targets.items[2].about, "Britain");
    cr_assert_eq(targets.items[2].first_year, 2025);
    cr_assert(isnan(targets.items[2].mean_tolerance));
    cr_assert_eq(targets.items[1].weight, 0.5);
    cr_assert_eq(targets.items[2].weight, 1.0);
    pw_targets_free(&targets);
}

Test(targets, near_enough_is_within_the_tolerance_or_the_published_interval)
{
    const struct pw_target target = { .value = 10.0, .low = 9.0, .high = 14.0, .tolerance = 2.0 };
    const struct pw_target bare = {
        .value = 10.0, .low = (double) NAN, .high = (double) NAN, .tolerance = 2.0
    };

    cr_assert_eq(pw_target_distance(&target, 13.0), 1.5);
    cr_assert(pw_target_is_met(&target, 13.0));
    cr_assert(pw_target_is_met(&target, 8.0));
    cr_assert_not(pw_target_is_met(&target, 14.1));
    cr_assert_not(pw_target_is_met(&target, 7.9));
    cr_assert_not(pw_target_is_met(&bare, 13.0));
    cr_assert(pw_target_is_met(&bare, 12.0));
}

Test(targets, stages_of_fitting_name_themes_and_limits)
{
    struct pw_targets targets = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(
        read_text("{\"title\": \"Figures\", \"calibration\": [{\"name\": \"routes\", \"themes\": "
                  "[\"Work\"], \"free\": {\"post16.base[1]\": [-2, 2], \"jobs.noise\": [0, 3]}}], "
                  "\"targets\": [{" REST ", \"year\": 2025, \"tolerance\": 2, \"value\": 1}]}",
            &targets, &faults),
        PW_OK);
    cr_assert_eq(targets.num_stages, 1);
    cr_assert_str_eq(targets.stages[0].themes[0], "Work");
    cr_assert_eq(targets.stages[0].num_free, 2);
    cr_assert_str_eq(targets.stages[0].free[0].name, "post16.base[1]");
    cr_assert_eq(targets.stages[0].free[1].high, 3.0);
    pw_targets_free(&targets);
}

Test(targets, a_stage_that_names_nothing_fits_the_parameters_of_all_before_it_to_all_figures)
{
    struct pw_targets targets = { 0 };
    struct pw_faults faults = { 0 };

    cr_assert_eq(
        read_text(
            "{\"title\": \"Figures\", \"calibration\": [{\"name\": \"routes\", \"themes\": "
            "[\"Work\"], \"free\": {\"post16.base[1]\": [-2, 2], \"jobs.noise\": [0, 3]}}, "
            "{\"name\": \"work\", \"free\": {\"jobs.noise\": [0, 2], \"jobs.skill\": [0, 1]}}, "
            "{\"name\": \"together\"}], "
            "\"targets\": [{" REST ", \"year\": 2025, \"tolerance\": 2, \"value\": 1}]}",
            &targets, &faults),
        PW_OK);
    cr_assert_eq(targets.num_stages, 3);
    cr_assert_eq(targets.stages[2].num_themes, 0);
    cr_assert_eq(targets.stages[2].num_free, 3, "jobs.noise counts once");
    cr_assert_str_eq(targets.stages[2].free[2].name, "jobs.skill");
    pw_targets_free(&targets);
    refused("{\"title\": \"Figures\", \"calibration\": [{\"name\": \"together\"}], "
            "\"targets\": [{" REST ", \"year\": 2025, \"tolerance\": 2, \"value\": 1}]}",
        "/calibration/0", "\"free\" is missing");
}

Test(targets, what_is_wrong_is_said_with_its_place)
{
    refused(HEAD "]}", "/targets", "targets is empty");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerance\": 2}]}", "/targets/0",
        "\"by\" and \"values\"");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerance\": 2, \"by\": \"sex\", \"value\": 1}]}",
        "/targets/0", "\"by\" and \"values\"");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerance\": 0, \"value\": 1}]}",
        "/targets/0/tolerance", "outside");
    refused(HEAD "{" REST ", \"year\": [2025, 2020], \"tolerance\": 1, \"value\": 1}]}",
        "/targets/0/year", "backwards");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerance\": 1, \"value\": [1, 2]}]}",
        "/targets/0/value", "[figure, lower limit, upper limit]");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerance\": 1, \"value\": [5, 2, 4]}]}",
        "/targets/0/value", "outside its own interval");
    refused(HEAD "{" REST ", \"year\": 2025, \"tolerances\": 1, \"tolerance\": 1, \"value\": 5}]}",
        "/targets/0/tolerances", "did you mean");
    refused(
        "{\"title\": \"Figures\", \"calibration\": [{\"name\": \"a\", \"themes\": [], \"free\": "
        "{\"jobs.noise\": [3, 1]}}], \"targets\": [{" REST
        ", \"year\": 2025, \"tolerance\": 2, \"value\": 1}]}",
        "/calibration/0/free/jobs.noise", "is no range");
}

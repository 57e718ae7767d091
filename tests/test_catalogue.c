/* SPDX-License-Identifier: MIT */
#include "pathways/catalogue.h"

#include <criterion/criterion.h>
#include <string.h>

#include "pathways/schedule.h"
#include "small_world.h"

/** In the schedule, or what makes people before the year. */
static bool
is_somebody(const char *process)
{
    if (strcmp(process, "founders") == 0) return true;
    for (int i = 0; pw_schedule[i] != NULL; i++)
        if (strcmp(pw_schedule[i]->name, process) == 0) return true;
    return false;
}

Test(catalogue, streams_keep_their_numbers_and_belong_to_a_process)
{
    int count = 0;
    const struct pw_stream_info *streams = pw_streams(&count);

    cr_assert_geq(count, 22);
    for (int i = 0; i < count; i++) {
        cr_assert_eq((int) streams[i].stream, i + 1);
        cr_assert(is_somebody(streams[i].process), "%s: %s", streams[i].name, streams[i].process);
        cr_assert_gt(strlen(streams[i].about), 10, "%s", streams[i].name);
    }
    /* The luck of every run that was ever made hangs on these. */
    cr_assert_eq((int) PW_STREAM_FOUNDER, 1);
    cr_assert_eq((int) PW_STREAM_GCSE, 10);
    cr_assert_eq((int) PW_STREAM_PAY, 17);
    cr_assert_eq((int) PW_STREAM_WEALTH, 22);
}

Test(catalogue, every_market_of_the_country_is_listed_with_the_process_that_clears_it)
{
    struct small_world small;
    int count = 0;
    const struct pw_market_info *markets = pw_markets(&count);

    small_open(&small, 2025, 1, 1, "");
    for (int i = 0; i < count; i++) {
        const struct pw_market *market =
            (const void *) ((const char *) &small.country + markets[i].offset);
        bool clears = false;

        cr_assert_gt(market->num_markets, 0, "%s", markets[i].name);
        for (int p = 0; pw_schedule[p] != NULL; p++)
            clears = clears
                     || (strcmp(pw_schedule[p]->name, markets[i].process) == 0
                         && pw_schedule[p]->clear != NULL);
        cr_assert(clears, "%s: %s", markets[i].name, markets[i].process);
    }
    cr_assert_eq(count, 5);
    small_close(&small);
}

Test(catalogue, every_process_says_how_it_works_where_from_and_how_its_direction_is_tested)
{
    for (int i = 0; pw_schedule[i] != NULL; i++) {
        const struct pw_process *process = pw_schedule[i];

        cr_assert_not_null(process->mechanism, "%s", process->name);
        cr_assert_not_null(process->equation, "%s", process->name);
        cr_assert_not_null(process->source, "%s", process->name);
        cr_assert_not_null(process->tested, "%s", process->name);
        cr_assert_not_null(strchr(process->tested, '.'), "%s", process->name);
        cr_assert_null(strstr(process->mechanism, "  "), "%s", process->name);
        cr_assert_null(strstr(process->equation, "  "), "%s", process->name);
    }
}

Test(catalogue, policies_reach_into_processes_that_there_are)
{
    for (int c = 0; c < PW_NUM_CHANNELS; c++)
        cr_assert(is_somebody(pw_channel_info((enum pw_channel) c)->process), "%s",
            pw_channel_info((enum pw_channel) c)->name);
}

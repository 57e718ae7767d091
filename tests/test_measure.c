/* Tables, flows and sums of counts. SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "pathways/measure.h"
#include "random_people.h"

Test(measure, names_are_unique_and_lines_are_complete)
{
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        const struct pw_measure_info *const info = pw_measure_info((enum pw_measure) m);

        cr_assert(info->first_age <= info->last_age && info->last_age <= PW_MAX_AGE);
        cr_assert(strlen(info->about) > 20 && strlen(info->unit) > 0 && strlen(info->source) > 0);
        cr_assert_eq(info->kind == PW_KIND_SHARE, strcmp(info->unit, "share") == 0);
        for (int other = 0; other < m; other++)
            cr_assert_str_neq(info->name, pw_measure_info((enum pw_measure) other)->name);
    }
}

Test(measure, shards_add_up_in_any_order_and_a_cleared_year_is_empty)
{
    struct pw_shard shards[2];
    struct pw_measures sum = { 0 }, parts[2] = { { 0 }, { 0 } };

    make_shard(&shards[0], 21);
    make_shard(&shards[1], 22);
    for (int s = 0; s < 2; s++) {
        observe(&parts[s], &shards[s]);
    }
    /* `thresholds` is that of the second shard: count the first again with it. */
    pw_measures_clear(&parts[0]);
    pw_measures_observe(&parts[0], &shards[0], YEAR, &thresholds);
    pw_measures_settle(&parts[0]);
    cr_assert_eq(pw_measures_init(&sum, &scenario), PW_OK);
    const int64_t empty = fingerprint(&sum);

    pw_measures_observe(&sum, &shards[1], YEAR, &thresholds);
    pw_measures_observe(&sum, &shards[0], YEAR, &thresholds);
    pw_measures_settle(&sum);
    pw_measures_add(&parts[0], &parts[1]);
    cr_assert_eq(fingerprint(&parts[0]), fingerprint(&sum));
    cr_assert_neq(fingerprint(&sum), empty);
    pw_measures_clear(&sum);
    pw_measures_settle(&sum);
    cr_assert_eq(fingerprint(&sum), empty);
    for (int s = 0; s < 2; s++) {
        pw_measures_free(&parts[s]);
        pw_shard_free(&shards[s]);
    }
    pw_measures_free(&sum);
}

Test(measure, a_cell_holds_more_people_than_are_counted_at_a_time)
{
    enum { TIMES = 100 };
    struct pw_shard shard;
    struct pw_measures once = { 0 }, often = { 0 };
    int64_t most = 0;

    make_shard(&shard, 31);
    for (size_t row = 0; row < shard.num_rows; row++) {
        shard.place[row] = 1;
        shard.group[row] = 3;
        shard.state[row] = PW_EMPLOYED;
    }
    observe(&once, &shard);
    observe(&often, &shard);
    for (int time = 1; time < TIMES; time++)
        pw_measures_observe(&often, &shard, YEAR, &thresholds);
    pw_measures_settle(&often);
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        if (pw_measure_where((enum pw_measure) m) != PW_WHERE_RESIDENCE) continue;
        for (int part = 0; part < PW_NUM_PARTS; part++) {
            const int64_t count =
                pw_measures_by_place(&often, (enum pw_measure) m, 1, 3, (enum pw_part) part);

            cr_assert_eq(count,
                TIMES
                    * pw_measures_by_place(&once, (enum pw_measure) m, 1, 3, (enum pw_part) part));
            if (part == PW_DENOMINATOR && count > most) most = count;
        }
    }
    cr_assert_gt(most, UINT16_MAX);
    pw_measures_free(&once);
    pw_measures_free(&often);
    pw_shard_free(&shard);
}

Test(measure, flows_leave_nobody_out_who_was_here_in_either_year)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    int64_t expected = 0, counted = 0, left_home = 0;

    make_shard(&shard, 41);
    for (size_t row = 0; row < shard.num_rows; row++)
        shard.birth_place[row] = 1;
    observe(&measures, &shard);
    for (int age = PW_FLOW_FIRST_AGE; age <= PW_FLOW_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(&shard, YEAR, age, age);

        for (size_t row = cohort.begin; row < cohort.end; row++)
            expected +=
                pw_state_is_present(shard.last_state[row]) || pw_state_is_present(shard.state[row]);
    }
    for (size_t i = 0; i < NUM_PLACES * PW_NUM_FLOW_AGES * PW_NUM_STATES * PW_NUM_STATES; i++)
        counted += measures.flows[i];
    cr_assert_eq(counted, expected);
    for (size_t row = 0; row < shard.num_rows; row++)
        left_home += YEAR - pw_shard_birth_year(&shard, row) == 18 && shard.place[row] == 3
                     && shard.last_state[row] == PW_SIXTH_FORM
                     && shard.state[row] == PW_UNIVERSITY_AWAY;
    cr_assert_eq(
        measures.flows[((3 * PW_NUM_FLOW_AGES + 2) * PW_NUM_STATES + PW_SIXTH_FORM) * PW_NUM_STATES
                       + PW_UNIVERSITY_AWAY],
        left_home);
    pw_measures_free(&measures);
    pw_shard_free(&shard);
}

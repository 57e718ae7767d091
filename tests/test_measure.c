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
        observe(&parts[s], &shards[s], NULL);
    }
    /* `thresholds` is that of the second shard: count the first again with it. */
    pw_measures_clear(&parts[0]);
    pw_measures_observe(&parts[0], &shards[0], YEAR, NULL, &thresholds);
    cr_assert_eq(pw_measures_init(&sum, &scenario), PW_OK);
    const int64_t empty = fingerprint(&sum);

    pw_measures_observe(&sum, &shards[1], YEAR, NULL, &thresholds);
    pw_measures_observe(&sum, &shards[0], YEAR, NULL, &thresholds);
    pw_measures_add(&parts[0], &parts[1]);
    cr_assert_eq(fingerprint(&parts[0]), fingerprint(&sum));
    cr_assert_neq(fingerprint(&sum), empty);
    pw_measures_clear(&sum);
    cr_assert_eq(fingerprint(&sum), empty);
    for (int s = 0; s < 2; s++) {
        pw_measures_free(&parts[s]);
        pw_shard_free(&shards[s]);
    }
    pw_measures_free(&sum);
}

Test(measure, tables_and_flows_are_what_a_slow_count_says)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    int64_t classes = 0, upward = 0, owners = 0, graduates = 0, flows = 0, ranked = 0;
    int64_t lines = 0, unknown = 0;

    make_shard(&shard, 31);
    uint8_t *previous = states_of_last_year(&shard);

    observe(&measures, &shard, previous);
    for (size_t row = 0; row < shard.num_rows; row++) {
        const struct pw_person p = pw_shard_person(&shard, row);
        const int age = YEAR - pw_shard_birth_year(&shard, row);
        const bool known = YEAR - age + 14 > HISTORY_FROM;
        const bool here = pw_state_is_present(p.state),
                   raised = known && p.home_place != PW_UNPLACED;
        const bool adult = here && age >= 25 && age <= 64;

        classes += adult;
        upward += adult && p.sex == PW_FEMALE && known && p.class == PW_HIGHER_PROFESSIONAL
                  && p.origin_class == PW_LOWER_WORKING && YEAR - age >= 1960 && YEAR - age < 1970;
        lines += adult && known && p.grandparent_class == PW_LOWER_WORKING
                 && p.origin_class == PW_INTERMEDIATE && p.class == PW_HIGHER_PROFESSIONAL;
        unknown += adult && (!known || p.grandparent_class == PW_NO_CLASS);
        owners += adult && raised && age >= 45 && age < 55 && p.parent_owner && p.owner;
        graduates += adult && raised && p.sex == PW_MALE && p.parent_qualification == PW_BELOW_GCSE
                     && p.qualification >= PW_FIRST_DEGREE;
        ranked += here && raised && age >= 30 && age <= 34 && p.origin_income > 0.0f;
        flows += age == 18 && p.place == 3 && previous[row] == PW_SIXTH_FORM
                 && p.state == PW_UNIVERSITY_AWAY;
    }

    int64_t counted[9] = { 0 };
    const size_t pair = PW_NUM_CLASS_CODES * PW_NUM_ORIGINS;
    const size_t decade = 3; /* the 1960s */

    for (size_t i = 0; i < PW_NUM_DECADES * PW_NUM_SEXES * pair * PW_NUM_GROUPS; i++)
        counted[0] += measures.class_by_decade[i];
    for (size_t g = 0; g < PW_NUM_GROUPS; g++) {
        counted[1] +=
            measures.class_by_decade[((decade * 2 + PW_FEMALE) * pair + PW_HIGHER_PROFESSIONAL)
                                         * PW_NUM_GROUPS
                                     + g];
        counted[2] += measures.tenure[((2 * 2 + 1) * 2 + 1) * PW_NUM_GROUPS + g];
        counted[3] += measures.education[((PW_MALE * 4 + 0) * 4 + 3) * PW_NUM_GROUPS + g];
        counted[4] += measures.income_moments[g];
    }
    for (size_t i = 0; i < PW_NUM_VIGINTILES * PW_NUM_VIGINTILES * PW_NUM_GROUPS; i++)
        counted[5] += measures.income_rank[i];
    for (size_t i = 0; i < PW_NUM_ORIGINS * pair * PW_NUM_GROUPS; i++) {
        counted[6] += measures.generations[i];
        if (i / PW_NUM_GROUPS / pair == PW_NO_CLASS) counted[7] += measures.generations[i];
    }
    for (size_t g = 0; g < PW_NUM_GROUPS; g++)
        counted[8] +=
            measures
                .generations[((PW_LOWER_WORKING * 6 + PW_INTERMEDIATE) * 6 + PW_HIGHER_PROFESSIONAL)
                                 * PW_NUM_GROUPS
                             + g];
    cr_assert_eq(counted[6], classes);
    cr_assert_eq(counted[7], unknown);
    cr_assert_eq(counted[8], lines);
    cr_assert_eq(counted[0], classes);
    cr_assert_eq(counted[1], upward);
    cr_assert_eq(counted[2], owners);
    cr_assert_eq(counted[3], graduates);
    cr_assert_eq(counted[4], ranked);
    cr_assert_eq(counted[5], ranked);
    cr_assert_eq(
        measures.flows[((3 * PW_NUM_FLOW_AGES + 2) * PW_NUM_STATES + PW_SIXTH_FORM) * PW_NUM_STATES
                       + PW_UNIVERSITY_AWAY],
        flows);
    cr_assert(lines > 0 && unknown > 0 && unknown < classes);
    cr_assert(upward > 0 && owners > 0 && graduates > 0 && ranked > 0);
    pw_measures_free(&measures);
    pw_free(&previous);
    pw_shard_free(&shard);
}

Test(measure, flows_leave_nobody_out_who_was_here_in_either_year)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    int64_t expected = 0, counted = 0;

    make_shard(&shard, 41);
    for (size_t row = 0; row < shard.num_rows; row++)
        shard.birth_place[row] = 1;
    uint8_t *previous = states_of_last_year(&shard);

    observe(&measures, &shard, previous);
    for (int age = PW_FLOW_FIRST_AGE; age <= PW_FLOW_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(&shard, YEAR, age, age);

        for (size_t row = cohort.begin; row < cohort.end; row++)
            expected += pw_state_is_present(previous[row]) || pw_state_is_present(shard.state[row]);
    }
    for (size_t i = 0; i < NUM_PLACES * PW_NUM_FLOW_AGES * PW_NUM_STATES * PW_NUM_STATES; i++)
        counted += measures.flows[i];
    cr_assert_eq(counted, expected);
    pw_measures_free(&measures);
    pw_free(&previous);
    pw_shard_free(&shard);
}

Test(measure, qualifications_have_the_four_levels_of_the_education_table)
{
    const int levels[PW_NUM_QUALIFICATIONS] = { 0, 1, 1, 2, 3, 3 };

    for (int q = 0; q < PW_NUM_QUALIFICATIONS; q++)
        cr_assert_eq(pw_education_level((uint8_t) q), levels[q]);
}

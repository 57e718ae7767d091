/* SPDX-License-Identifier: MIT */
#include "pathways/ageing.h"

#include "small_world.h"

TestSuite(ageing, .timeout = 60);

/* Pension ages in 2000: women 60, men 65. */
enum { YEAR = 2000, MANY = 4000 };

static struct small_world world;

static const struct pw_shard *
shard_of(void)
{
    return &world.shards[0];
}

Test(ageing, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_ageing, "run.persons=2000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_ageing.writes, "never wrote %s",
        small_column_name(pw_ageing.writes & ~written));
}

Test(ageing, children_start_school_at_five_and_not_before)
{
    size_t four, five;

    small_open(&world, YEAR, 1, 16, "");
    five = small_add(&world, 0, 5);
    world.shards[0].state[five] = PW_EARLY_YEARS;
    four = small_add(&world, 0, 4);
    small_run(&world, &pw_ageing);
    cr_assert_eq(shard_of()->state[five], PW_SCHOOL);
    cr_assert_eq(shard_of()->spell[five], 0);
    cr_assert_eq(shard_of()->state[four], PW_EARLY_YEARS);
    cr_assert_eq(shard_of()->spell[four], 1);
    small_close(&world);
}

Test(ageing, years_in_a_state_and_since_a_birth_are_counted_but_never_overflow)
{
    size_t mother, ancient, childless;

    small_open(&world, YEAR, 1, 16, "");
    ancient = small_add(&world, 0, 100);
    mother = small_add(&world, 0, 30);
    childless = small_add(&world, 0, 30);
    world.shards[0].state[ancient] = PW_RETIRED;
    world.shards[0].spell[ancient] = PW_NEVER - 1;
    world.shards[0].birth_gap[ancient] = PW_NEVER - 1;
    world.shards[0].birth_gap[mother] = 3;
    small_run(&world, &pw_ageing);
    cr_assert_eq(shard_of()->spell[ancient], PW_NEVER - 1);
    cr_assert_eq(shard_of()->birth_gap[ancient], PW_NEVER - 1, "long ago is not never");
    cr_assert_eq(shard_of()->spell[mother], 6);
    cr_assert_eq(shard_of()->birth_gap[mother], 4);
    cr_assert_eq(shard_of()->birth_gap[childless], PW_NEVER);
    small_close(&world);
}

Test(ageing, the_events_and_children_of_the_last_year_are_forgotten)
{
    size_t i;

    small_open(&world, YEAR, 1, 16, "");
    i = small_add(&world, 0, 40);
    world.shards[0].events[i] = PW_EVENT_REDUNDANT | PW_EVENT_DISPLACED;
    world.shards[0].dependants[i] = 2;
    small_run(&world, &pw_ageing);
    cr_assert_eq(shard_of()->events[i], 0);
    cr_assert_eq(shard_of()->dependants[i], 0);
    small_close(&world);
}

Test(ageing, those_who_wait_abroad_keep_their_age_of_arrival)
{
    size_t i;

    small_open(&world, YEAR, 1, 16, "");
    i = small_add(&world, 0, 5);
    world.shards[0].state[i] = PW_ABROAD;
    world.shards[0].spell[i] = 30;
    small_run(&world, &pw_ageing);
    cr_assert_eq(shard_of()->spell[i], 30);
    cr_assert_eq(shard_of()->state[i], PW_ABROAD);
    small_close(&world);
}

/* Share of MANY people of an age, sex and state who retire in a year, as a count. */
static size_t
count_retired(int age, enum pw_sex sex, enum pw_state state, const char *overrides)
{
    size_t count = 0;

    small_open(&world, YEAR, 1, MANY, overrides);
    small_fill(&world, 0, age, MANY);
    for (size_t i = 0; i < MANY; i++) {
        world.shards[0].sex[i] = (uint8_t) sex;
        world.shards[0].state[i] = (uint8_t) state;
        world.shards[0].hours[i] = state == PW_EMPLOYED ? 38 : 0;
    }
    small_run(&world, &pw_ageing);
    for (size_t i = 0; i < MANY; i++) {
        count += shard_of()->state[i] == PW_RETIRED;
        if (shard_of()->state[i] == PW_RETIRED) {
            cr_assert_eq(shard_of()->hours[i], 0);
            cr_assert_eq(shard_of()->spell[i], 0);
        } else {
            cr_assert_eq(shard_of()->state[i], state);
        }
    }
    small_close(&world);
    return count;
}

Test(ageing, workers_of_pension_age_retire_at_the_rate_of_the_parameter)
{
    small_rate(count_retired(65, PW_MALE, PW_EMPLOYED, "ageing.retirement=0.4"), MANY, 0.4, "men");
    small_rate(
        count_retired(62, PW_FEMALE, PW_EMPLOYED, "ageing.retirement=0.4"), MANY, 0.4, "women");
    cr_assert_eq(count_retired(65, PW_MALE, PW_EMPLOYED, "ageing.retirement=1"), MANY);
    cr_assert_eq(count_retired(70, PW_MALE, PW_EMPLOYED, "ageing.retirement=0"), 0);
}

Test(ageing, nobody_retires_from_work_a_year_before_pension_age)
{
    cr_assert_eq(count_retired(64, PW_MALE, PW_EMPLOYED, "ageing.retirement=1"), 0);
    cr_assert_eq(count_retired(59, PW_FEMALE, PW_EMPLOYED, "ageing.retirement=1"), 0);
}

Test(ageing, those_out_of_work_at_pension_age_all_retire)
{
    cr_assert_eq(count_retired(65, PW_MALE, PW_UNEMPLOYED, "ageing.retirement=0"), MANY);
    cr_assert_eq(count_retired(65, PW_MALE, PW_INACTIVE, "ageing.retirement=0"), MANY);
    cr_assert_eq(count_retired(64, PW_MALE, PW_UNEMPLOYED, ""), 0);
}

Test(ageing, the_inactive_call_it_retirement_in_the_ten_years_before)
{
    small_rate(
        count_retired(55, PW_MALE, PW_INACTIVE, "ageing.early_retirement=0.3"), MANY, 0.3, "at 55");
    cr_assert_eq(count_retired(54, PW_MALE, PW_INACTIVE, "ageing.early_retirement=1"), 0);
    cr_assert_eq(count_retired(55, PW_MALE, PW_EMPLOYED, "ageing.early_retirement=1"), 0);
}

Test(ageing, nobody_retires_before_the_first_pension_age)
{
    cr_assert_eq(count_retired(52, PW_FEMALE, PW_INACTIVE,
                     "ageing.early_retirement=1 ageing.first_pension_age=53"),
        0);
    cr_assert_eq(count_retired(53, PW_FEMALE, PW_INACTIVE,
                     "ageing.early_retirement=1 ageing.first_pension_age=53"),
        MANY);
}

Test(ageing, what_people_did_until_now_is_remembered_before_the_year_begins)
{
    const struct {
        uint8_t last, now, years, expected;
    } cases[] = {
        { PW_EMPLOYED, PW_EMPLOYED, 4, 5 },
        { PW_SIXTH_FORM, PW_EMPLOYED, 2, 1 },
        { PW_UNEMPLOYED, PW_INACTIVE, 2, 3 },
        { PW_UNIVERSITY_AWAY, PW_UNIVERSITY_HOME, 1, 2 },
        { PW_UNIVERSITY_HOME, PW_POSTGRADUATE, 3, 1 },
        { PW_APPRENTICESHIP_HIGHER, PW_APPRENTICESHIP_INTERMEDIATE, 1, 2 },
        { PW_RETIRED, PW_RETIRED, PW_NEVER, PW_NEVER },
    };
    enum { CASES = sizeof cases / sizeof *cases };
    size_t rows[CASES];

    small_open(&world, YEAR, 1, 16, "");
    for (size_t c = 0; c < CASES; c++) {
        struct pw_shard *const shard = &world.shards[0];

        rows[c] = small_add(&world, 0, 50 - (int) c);
        shard->last_state[rows[c]] = cases[c].last;
        shard->state[rows[c]] = cases[c].now;
        shard->last_spell[rows[c]] = cases[c].years;
        shard->class[rows[c]] = (uint8_t) (c % PW_NUM_CLASS_CODES);
        shard->past_classes[rows[c]] = 1;
    }
    small_run(&world, &pw_ageing);
    for (size_t c = 0; c < CASES; c++) {
        const size_t class = c % PW_NUM_CLASS_CODES;

        cr_assert_eq(shard_of()->last_state[rows[c]], cases[c].now);
        cr_assert_eq(shard_of()->last_spell[rows[c]], cases[c].expected, "case %zu: %d", c,
            shard_of()->last_spell[rows[c]]);
        cr_assert_eq(
            shard_of()->past_classes[rows[c]], 1 | (class == PW_NO_CLASS ? 0 : 1 << class));
    }
    small_close(&world);
}

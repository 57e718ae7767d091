/* SPDX-License-Identifier: MIT */
#include "pathways/participation.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(participation, .timeout = 120);

enum { YEAR = 2025, MANY = 20000 };

static struct small_world world;

/* What a test changes in one person. */
typedef void edit_person(struct pw_shard *shard, size_t i);

/*
 * Share of people who leave the labour force, or when they are out of it come back, if all
 * parameters of the section are 0 but those which the test sets: first `setting`, then `edit` for
 * everyone.
 */
static double
share_changed(int age, void (*setting)(struct pw_participation_params *params), edit_person *edit)
{
    struct pw_shard *shard = &world.shards[0];
    struct pw_participation_params *params = &small_params(&world)->participation;
    struct small_snapshot before;
    size_t changed = 0;

    small_open(&world, YEAR, 1, MANY, "");
    memset(params, 0, sizeof *params);
    setting(params);
    for (int n = 0; n < MANY; n++)
        edit(shard, small_add(&world, 0, age));
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_participation);
    for (size_t i = 0; i < MANY; i++)
        changed += shard->state[i] != before.bytes[0][PW_COLUMN_state][i];
    small_snapshot_free(&before);
    small_close(&world);
    return (double) changed / MANY;
}

static void
only_leave(struct pw_participation_params *params)
{
    params->leave_base = -2.0f;
    params->return_base = -50.0f;
}

static void
only_return(struct pw_participation_params *params)
{
    params->return_base = -1.0f;
    params->leave_base = -50.0f;
}

static void
leave_by_all(struct pw_participation_params *params)
{
    only_leave(params);
    params->leave_age = 0.06f;
    params->leave_class = 0.3f;
    params->leave_efficacy = 0.5f;
    params->leave_unemployed = 1.0f;
    params->discouraged = 0.4f;
    params->leave_young = 0.5f;
    params->hardship = 0.5f;
    params->free_meals = 0.5f;
    for (int p = 0; p < 6; p++)
        world.country.hardship[p] = (float) p / 2.5f;
}

static void
return_by_all(struct pw_participation_params *params)
{
    only_return(params);
    params->return_age = 0.07f;
    params->return_qualification = 0.3f;
    params->return_duration = 0.3f;
    params->return_efficacy = 0.5f;
    params->return_small_child = 0.9f;
    params->hardship = 0.5f;
    params->free_meals = 0.5f;
    for (int p = 0; p < 6; p++)
        world.country.hardship[p] = (float) p / 2.5f;
}

/* Jobs over labour force everywhere, in the settings that follow. */
static float work_there_is;

static void
mark_by_work_there_is(struct pw_participation_params *params)
{
    params->workless_home = 0.5f;
    for (int l = 0; l < world.country.scenario->num_labour_markets; l++)
        world.country.tightness[l] = work_there_is;
}

static void
leave_by_work_there_is(struct pw_participation_params *params)
{
    only_leave(params);
    mark_by_work_there_is(params);
}

static void
return_by_work_there_is(struct pw_participation_params *params)
{
    only_return(params);
    mark_by_work_there_is(params);
}

static void
nothing(struct pw_shard *shard, size_t i)
{
    (void) shard;
    (void) i;
}

static void
lose_job(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNEMPLOYED;
    shard->spell[i] = 0;
    shard->hours[i] = 0;
}

static void
lose_job_long_ago(struct pw_shard *shard, size_t i)
{
    lose_job(shard, i);
    shard->spell[i] = 3;
}

static void
rise(struct pw_shard *shard, size_t i)
{
    shard->class[i] = PW_HIGHER_PROFESSIONAL;
}

static void
believe(struct pw_shard *shard, size_t i)
{
    shard->self_efficacy[i] = 1.0f;
}

static void
live_in_hardship(struct pw_shard *shard, size_t i)
{
    shard->place[i] = 5;
}

static void
be_inactive(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_INACTIVE;
    shard->spell[i] = 1;
    shard->hours[i] = 0;
}

static void
be_inactive_believing(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    believe(shard, i);
}

static void
be_inactive_graduate(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    shard->qualification[i] = PW_FIRST_DEGREE;
}

static void
be_inactive_woman(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    shard->sex[i] = PW_FEMALE;
}

static void
be_mother_of_small_child(struct pw_shard *shard, size_t i)
{
    be_inactive_woman(shard, i);
    shard->dependants[i] = 1;
    shard->birth_gap[i] = 3;
}

static void
be_mother_of_pupil(struct pw_shard *shard, size_t i)
{
    be_mother_of_small_child(shard, i);
    shard->birth_gap[i] = 8;
}

static void
be_inactive_in_hardship(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    live_in_hardship(shard, i);
}

static void
have_just_left(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    shard->spell[i] = 0;
}

Test(participation, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_participation, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_participation.writes, "never wrote %s",
        small_column_name(pw_participation.writes & ~written));
}

Test(participation, without_slopes_people_leave_and_come_back_at_the_base_rates)
{
    small_near(share_changed(35, only_leave, nothing), (double) pw_logistic(-2.0f), 0.012, "leave");
    small_near(
        share_changed(35, only_return, be_inactive), (double) pw_logistic(-1.0f), 0.017, "return");
}

Test(participation, age_unemployment_discouragement_and_hardship_lead_out_of_the_labour_force)
{
    const double usual = share_changed(35, leave_by_all, nothing);
    const double unemployed = share_changed(35, leave_by_all, lose_job);

    cr_assert_gt(share_changed(60, leave_by_all, nothing), usual + 0.02);
    cr_assert_gt(share_changed(20, leave_by_all, nothing), usual + 0.02);
    cr_assert_gt(unemployed, usual + 0.02);
    cr_assert_gt(share_changed(35, leave_by_all, lose_job_long_ago), unemployed + 0.02);
    cr_assert_gt(share_changed(35, leave_by_all, live_in_hardship), usual + 0.02);
}

Test(participation, class_and_self_efficacy_keep_people_in_the_labour_force)
{
    const double usual = share_changed(35, leave_by_all, nothing);

    cr_assert_lt(share_changed(35, leave_by_all, rise), usual - 0.02);
    cr_assert_lt(share_changed(35, leave_by_all, believe), usual - 0.02);
}

Test(participation, qualification_and_self_efficacy_bring_people_back_age_and_hardship_do_not)
{
    const double usual = share_changed(35, return_by_all, be_inactive);

    cr_assert_gt(share_changed(35, return_by_all, be_inactive_believing), usual + 0.03);
    cr_assert_gt(share_changed(35, return_by_all, be_inactive_graduate), usual + 0.03);
    cr_assert_lt(share_changed(55, return_by_all, be_inactive), usual - 0.03);
    cr_assert_lt(share_changed(35, return_by_all, be_inactive_in_hardship), usual - 0.03);
}

static void
be_poor(struct pw_shard *shard, size_t i)
{
    shard->free_meals[i] = 1;
}

static void
be_inactive_and_poor(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    be_poor(shard, i);
}

Test(participation, a_poor_childhood_keeps_people_under_thirty_out_of_the_labour_force)
{
    const double leave = share_changed(29, leave_by_all, nothing);
    const double come_back = share_changed(29, return_by_all, be_inactive);

    cr_assert_gt(share_changed(29, leave_by_all, be_poor), leave + 0.03);
    cr_assert_lt(share_changed(29, return_by_all, be_inactive_and_poor), come_back - 0.03);
    small_near(share_changed(30, leave_by_all, be_poor), share_changed(30, leave_by_all, nothing),
        1e-9, "left at 30");
    small_near(share_changed(30, return_by_all, be_inactive_and_poor),
        share_changed(30, return_by_all, be_inactive), 1e-9, "came back at 30");
}

static void
come_from_a_workless_home(struct pw_shard *shard, size_t i)
{
    shard->workless_home[i] = 1;
}

static void
be_inactive_from_a_workless_home(struct pw_shard *shard, size_t i)
{
    be_inactive(shard, i);
    come_from_a_workless_home(shard, i);
}

/* What a workless home adds to those of 29 who leave or, out of work, to those who come back, where
 * so many of the labour force have a job. */
static double
mark_of_a_workless_home(float tightness, bool are_out)
{
    double share[2];

    work_there_is = tightness;
    for (int workless = 0; workless < 2; workless++)
        share[workless] = are_out ? share_changed(29, return_by_work_there_is,
                              workless ? be_inactive_from_a_workless_home : be_inactive)
                                  : share_changed(29, leave_by_work_there_is,
                                      workless ? come_from_a_workless_home : nothing);
    return share[1] - share[0];
}

Test(participation, a_workless_home_keeps_people_out_the_more_the_less_work_there_is)
{
    cr_assert_gt(mark_of_a_workless_home(0.95f, false), 0.02);
    cr_assert_gt(
        mark_of_a_workless_home(0.88f, false), mark_of_a_workless_home(0.95f, false) + 0.03);
    cr_assert_lt(mark_of_a_workless_home(0.95f, true), -0.02);
    cr_assert_lt(mark_of_a_workless_home(0.88f, true), mark_of_a_workless_home(0.95f, true) - 0.03);
    small_near(mark_of_a_workless_home(1.0f, false), 0.0, 1e-9, "with work for all");
    small_near(mark_of_a_workless_home(1.0f, true), 0.0, 1e-9, "with work for all");
}

Test(participation, a_child_under_five_keeps_its_mother_out_and_an_older_one_does_not)
{
    const double usual = share_changed(35, return_by_all, be_inactive_woman);

    cr_assert_lt(share_changed(35, return_by_all, be_mother_of_small_child), usual - 0.05);
    small_near(share_changed(35, return_by_all, be_mother_of_pupil), usual, 1e-9, "of a pupil");
}

Test(participation, the_longer_young_people_are_neet_the_fewer_come_back)
{
    struct pw_shard *shard = &world.shards[0];
    const float base = -1.0f, duration = 0.4f;
    size_t back[6] = { 0 };

    small_open(&world, YEAR, 1, 6 * MANY, "");
    memset(&small_params(&world)->participation, 0, sizeof small_params(&world)->participation);
    small_params(&world)->participation.return_base = base;
    small_params(&world)->participation.return_duration = duration;
    for (int n = 0; n < 6 * MANY; n++) {
        const size_t i = small_add(&world, 0, 21);

        be_inactive(shard, i);
        shard->spell[i] = (uint8_t) (1 + n % 6);
    }
    small_run(&world, &pw_participation);
    for (size_t i = 0; i < 6 * MANY; i++)
        back[i % 6] += shard->state[i] == PW_UNEMPLOYED;
    for (int n = 0; n < 6; n++)
        small_rate(back[n], MANY, (double) pw_logistic(base - duration * (float) (n + 1)), "back");
    small_close(&world);
}

Test(participation, by_default_too_exits_from_neet_fall_with_duration)
{
    struct pw_shard *shard = &world.shards[0];
    size_t back[2] = { 0 };

    small_open(&world, YEAR, 1, 2 * MANY, "");
    for (int n = 0; n < 2 * MANY; n++) {
        const size_t i = small_add(&world, 0, 21);

        be_inactive(shard, i);
        shard->spell[i] = n % 2 == 0 ? 1 : 5;
    }
    small_run(&world, &pw_participation);
    for (size_t i = 0; i < 2 * MANY; i++)
        back[i % 2] += shard->state[i] == PW_UNEMPLOYED;
    cr_assert_lt(back[1] + MANY / 100, back[0]);
    small_close(&world);
}

Test(participation, nobody_comes_back_in_the_year_of_leaving)
{
    cr_assert_eq(share_changed(35, only_return, have_just_left), 0.0);
}

/* Employed mothers of a newborn who stop work when `employed` percent of women are in work. */
static size_t
num_who_stop(double employed, int qualification)
{
    struct pw_shard *shard = &world.shards[0];
    size_t count = 0;

    small_open(&world, YEAR, 1, MANY, "participation.leave_base=-10");
    world.country.now.labour_women_employed[0] = employed;
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, 28);

        shard->sex[i] = PW_FEMALE;
        shard->qualification[i] = (uint8_t) qualification;
        shard->events[i] = PW_EVENT_BIRTH;
        shard->birth_gap[i] = 0;
        shard->dependants[i] = 1;
    }
    small_run(&world, &pw_participation);
    for (size_t i = 0; i < MANY; i++) {
        count += shard->state[i] == PW_INACTIVE;
        cr_assert(shard->state[i] == PW_EMPLOYED || shard->hours[i] == 0);
    }
    small_close(&world);
    return count;
}

Test(participation, fewer_mothers_stop_work_where_more_women_work_and_where_they_are_qualified)
{
    const size_t usual = num_who_stop(60.0, PW_GCSE);

    cr_assert_lt(num_who_stop(70.0, PW_GCSE), usual * 3 / 4);
    cr_assert_gt(num_who_stop(50.0, PW_GCSE), usual * 5 / 4);
    cr_assert_lt(num_who_stop(60.0, PW_FIRST_DEGREE), usual * 3 / 4);
}

Test(participation, courses_are_for_inactive_adults_of_25_to_49_without_level_3)
{
    struct pw_shard *shard = &world.shards[0];
    size_t eligible = 0, learning = 0;

    small_open(&world, YEAR, 1, 40000, "participation.adult_education=0.2");
    for (int age = 59; age >= 16; age--)
        for (int n = 0; n < 900; n++) {
            const size_t i = small_add(&world, 0, age);

            be_inactive(shard, i);
            shard->qualification[i] = (uint8_t) (n % PW_NUM_QUALIFICATIONS);
        }
    small_run(&world, &pw_participation);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int age = YEAR - pw_shard_birth_year(shard, i);
        const bool may = age >= 25 && age < 50 && shard->qualification[i] < PW_A_LEVEL;

        eligible += may;
        learning += shard->state[i] == PW_ADULT_EDUCATION;
        cr_assert(may || shard->state[i] != PW_ADULT_EDUCATION);
    }
    small_rate(learning, eligible, 0.2, "adults on a course");
    small_close(&world);
}

Test(participation, learners_and_the_retired_are_left_alone)
{
    static const uint8_t states[] = { PW_SIXTH_FORM, PW_APPRENTICESHIP_ADVANCED, PW_UNIVERSITY_HOME,
        PW_POSTGRADUATE, PW_ADULT_EDUCATION, PW_RETIRED };
    struct small_snapshot before;

    small_open(&world, YEAR, 1, 6000, "participation.leave_base=10 participation.return_base=10");
    for (int n = 0; n < 6000; n++) {
        const size_t i = small_add(&world, 0, 30);

        world.shards[0].state[i] = states[n % 6];
    }
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_participation);
    cr_assert_eq(small_changed(&before, world.shards), 0);
    small_snapshot_free(&before);
    small_close(&world);
}

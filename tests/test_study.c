/* SPDX-License-Identifier: MIT */
#include "pathways/study.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(study, .timeout = 120);

enum { YEAR = 2025, MANY = 20000 };

static struct small_world world;

/* People of 19 who have been in a state for some years, with attainment `z` SD above the mean. */
static struct pw_range
learners(int state, int spell, int qualification, float z)
{
    struct pw_shard *shard = &world.shards[0];
    const struct pw_gcse_params *gcse = &small_params(&world)->gcse;
    const struct pw_range range = small_fill(&world, 0, 19, MANY);

    for (size_t i = range.begin; i < range.end; i++) {
        shard->state[i] = (uint8_t) state;
        shard->spell[i] = (uint8_t) spell;
        shard->qualification[i] = (uint8_t) qualification;
        shard->class[i] = PW_NO_CLASS;
        shard->hours[i] = 0;
        shard->attainment[i] = gcse->attainment_mean + gcse->attainment_sd * z;
    }
    return range;
}

static size_t
num_in(struct pw_range range, int state)
{
    size_t count = 0;

    for (size_t i = range.begin; i < range.end; i++)
        count += world.shards[0].state[i] == state;
    return count;
}

static size_t
num_with(struct pw_range range, int qualification)
{
    size_t count = 0;

    for (size_t i = range.begin; i < range.end; i++)
        count += world.shards[0].qualification[i] == qualification;
    return count;
}

/* In the first year of a course at college. */
static size_t
num_who_begin(struct pw_range range)
{
    const struct pw_shard *shard = &world.shards[0];
    size_t count = 0;

    for (size_t i = range.begin; i < range.end; i++)
        count += shard->state[i] == PW_FURTHER_EDUCATION && shard->spell[i] == 0;
    return count;
}

Test(study, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_study, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(
        written, pw_study.writes, "never wrote %s", small_column_name(pw_study.writes & ~written));
}

Test(study, no_course_ends_in_the_year_in_which_it_began)
{
    small_open(&world, YEAR, 1, MANY, "");
    for (int state = PW_SIXTH_FORM; state <= PW_POSTGRADUATE; state++)
        for (int n = 0; n < 100; n++) {
            const size_t i = small_add(&world, 0, 18);

            world.shards[0].state[i] = (uint8_t) state;
            world.shards[0].spell[i] = 0;
        }
    struct small_snapshot before = small_snapshot_take(world.shards, 1);

    small_run(&world, &pw_study);
    cr_assert_eq(small_changed(&before, world.shards), 0);
    small_snapshot_free(&before);
    small_close(&world);
}

Test(study, sixth_form_lasts_two_years_and_ends_in_level_3_by_attainment)
{
    static const float z[3] = { -1.0f, 0.0f, 1.0f };
    const struct pw_study_params *params = &small_params(&world)->study;
    struct pw_range first, last[3];

    small_open(&world, YEAR, 1, 4 * MANY, "");
    first = learners(PW_SIXTH_FORM, 1, PW_GCSE, 0.0f);
    for (int n = 0; n < 3; n++)
        last[n] = learners(PW_SIXTH_FORM, 2, PW_GCSE, z[n]);
    small_run(&world, &pw_study);
    small_rate(num_in(first, PW_UNEMPLOYED), MANY, (double) params->sixth_form_leave, "leave");
    small_rate(num_in(first, PW_SIXTH_FORM), MANY, 1.0 - (double) params->sixth_form_leave, "stay");
    cr_assert_eq(num_with(first, PW_A_LEVEL), 0, "level 3 after one year");
    for (int n = 0; n < 3; n++) {
        cr_assert_eq(num_in(last[n], PW_SIXTH_FORM), 0);
        small_rate(num_with(last[n], PW_A_LEVEL), MANY,
            (double) pw_logistic(params->sixth_form_pass + params->sixth_form_slope * z[n]),
            "level 3");
    }
    small_close(&world);
}

Test(study, colleges_give_level_2_first_and_level_3_after_two_years_more)
{
    const struct pw_study_params *params = &small_params(&world)->study;
    struct pw_range without, early, late;
    double stay, pass;

    small_open(&world, YEAR, 1, 3 * MANY, "");
    stay = 1.0 - (double) params->college_leave;
    without = learners(PW_FURTHER_EDUCATION, 1, PW_BELOW_GCSE, 0.5f);
    early = learners(PW_FURTHER_EDUCATION, 1, PW_GCSE, 0.5f);
    late = learners(PW_FURTHER_EDUCATION, 2, PW_GCSE, 0.5f);
    small_params(&world)->study.college_higher = 0.0f;
    small_run(&world, &pw_study);
    pass = (double) pw_logistic(params->college_level2 + params->college_slope * 0.5f);
    small_rate(num_with(without, PW_GCSE), MANY, stay * pass, "level 2 after a year");
    cr_assert_eq(num_with(without, PW_A_LEVEL), 0, "level 3 straight from nothing");
    small_rate(num_in(without, PW_FURTHER_EDUCATION), MANY,
        stay * (1.0 - pass * (1.0 - (double) params->college_go_on)), "at college after a year");
    small_rate(num_who_begin(without), MANY, stay * pass * (double) params->college_go_on,
        "begin the two years of level 3");
    cr_assert_eq(num_with(early, PW_A_LEVEL), 0, "level 3 after one year");
    pass = (double) pw_logistic(params->college_level3 + params->college_slope * 0.5f);
    small_rate(num_with(late, PW_A_LEVEL), MANY, stay * pass, "level 3 after two years");
    small_rate(num_in(late, PW_FURTHER_EDUCATION), MANY,
        stay * (1.0 - pass) * (double) params->college_third_year, "a third year");
    small_close(&world);
}

Test(study, some_gain_the_next_level_beside_work)
{
    struct pw_range below, level2, level3, diploma;

    small_open(&world, YEAR, 1, 4 * MANY, "study.at_work=0.2 study.diploma_at_work=0.1");
    below = learners(PW_EMPLOYED, 3, PW_BELOW_GCSE, 0.0f);
    level2 = learners(PW_EMPLOYED, 3, PW_GCSE, 0.0f);
    level3 = learners(PW_EMPLOYED, 3, PW_A_LEVEL, 0.0f);
    diploma = learners(PW_EMPLOYED, 3, PW_FURTHER, 0.0f);
    small_run(&world, &pw_study);
    small_rate(num_with(below, PW_GCSE), MANY, 0.2, "level 2");
    small_rate(num_with(level2, PW_A_LEVEL), MANY, 0.2, "level 3");
    small_rate(num_with(level3, PW_FURTHER), MANY, 0.1, "a diploma");
    cr_assert_eq(num_with(diploma, PW_FURTHER), MANY, "no degree");
    cr_assert_eq(num_in(below, PW_EMPLOYED), MANY, "all stay in work");
    small_close(&world);
}

Test(study, some_stay_at_college_two_years_more_for_a_diploma)
{
    const struct pw_study_params *params = &small_params(&world)->study;
    struct pw_range late, middle, end;
    double stay, pass;

    small_open(&world, YEAR, 1, 3 * MANY, "study.college_higher=0.3");
    stay = 1.0 - (double) params->college_leave;
    late = learners(PW_FURTHER_EDUCATION, 2, PW_GCSE, 0.5f);
    middle = learners(PW_FURTHER_EDUCATION, 1, PW_A_LEVEL, 0.5f);
    end = learners(PW_FURTHER_EDUCATION, 2, PW_A_LEVEL, 0.5f);
    for (size_t i = late.begin; i < late.end; i++)
        world.shards[0].events[i] = 0;
    small_params(&world)->study.college_third_year = 0.0f;
    small_run(&world, &pw_study);
    pass = (double) pw_logistic(params->college_level3 + params->college_slope * 0.5f);
    small_rate(num_in(late, PW_FURTHER_EDUCATION), MANY, stay * pass * 0.3, "stay on");
    small_rate(num_in(middle, PW_FURTHER_EDUCATION), MANY, stay, "half-way");
    cr_assert_eq(num_with(middle, PW_FURTHER), 0);
    small_rate(num_with(end, PW_FURTHER), MANY, stay, "diplomas");
    cr_assert_eq(num_in(end, PW_FURTHER_EDUCATION), 0);
    small_close(&world);
}

Test(study, no_course_at_college_takes_more_than_three_years)
{
    struct pw_range range;

    small_open(&world, YEAR, 1, 2 * MANY, "");
    (void) learners(PW_FURTHER_EDUCATION, 3, PW_BELOW_GCSE, -4.0f);
    (void) learners(PW_FURTHER_EDUCATION, 3, PW_GCSE, -4.0f);
    small_run(&world, &pw_study);
    range = (struct pw_range){ 0, world.shards[0].num_rows };
    for (size_t i = range.begin; i < range.end; i++)
        cr_assert(world.shards[0].state[i] == PW_UNEMPLOYED
                  || (world.shards[0].events[i] & PW_EVENT_GRADUATED));
    small_close(&world);
}

Test(study, apprenticeships_last_a_year_a_level_and_end_in_the_qualification_of_the_level)
{
    const struct pw_study_params *params = &small_params(&world)->study;
    static const int earned[3] = { PW_GCSE, PW_A_LEVEL, PW_FURTHER };
    struct pw_range going[3], done[3];
    double stay;

    small_open(&world, YEAR, 1, 6 * MANY, "");
    stay = 1.0 - (double) params->apprentice_leave;
    for (int level = 0; level < 3; level++) {
        going[level] = learners(PW_APPRENTICESHIP_INTERMEDIATE + level, level, PW_BELOW_GCSE, 0.0f);
        done[level] =
            learners(PW_APPRENTICESHIP_INTERMEDIATE + level, level + 1, PW_BELOW_GCSE, 0.0f);
    }
    small_run(&world, &pw_study);
    for (int level = 0; level < 3; level++) {
        const size_t high = num_with(done[level], PW_FIRST_DEGREE);

        cr_assert_eq(num_with(going[level], PW_BELOW_GCSE), MANY, "level %d came early", level);
        cr_assert_eq(num_in(done[level], PW_APPRENTICESHIP_INTERMEDIATE + level), 0);
        small_rate(
            num_with(done[level], earned[level]) + high, MANY, stay, "apprentices who qualify");
        small_rate(num_in(done[level], PW_EMPLOYED), MANY, stay * (double) params->apprentice_kept,
            "apprentices who are kept");
        if (level == 2)
            small_rate(high, MANY, stay * (double) params->degree_apprentices, "degrees");
        else
            cr_assert_eq(high, 0, "a degree from level %d", level);
    }
    small_close(&world);
}

Test(study, an_employer_who_keeps_an_apprentice_gives_a_job_of_the_level)
{
    static const int lowest[3] = { PW_HIGHER_WORKING, PW_HIGHER_WORKING, PW_LOWER_PROFESSIONAL };
    static const int highest[3] = { PW_HIGHER_WORKING, PW_INTERMEDIATE, PW_LOWER_PROFESSIONAL };
    enum { REDBRIDGE = 5, LONDON = 2 };
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 3 * MANY, "");
    for (int level = 0; level < 3; level++) {
        const struct pw_range range =
            learners(PW_APPRENTICESHIP_INTERMEDIATE + level, level + 1, PW_GCSE, 0.0f);

        cr_assert_eq(range.begin, (size_t) level * MANY);
    }
    for (size_t i = 0; i < shard->num_rows; i++)
        shard->place[i] = REDBRIDGE;
    small_run(&world, &pw_study);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const size_t level = i / MANY;

        if (shard->state[i] != PW_EMPLOYED) continue;
        cr_assert_eq(shard->work_market[i], LONDON, "at home");
        cr_assert_geq(shard->class[i], lowest[level]);
        cr_assert_leq(shard->class[i], highest[level]);
        cr_assert_gt(shard->hours[i], 0);
        cr_assert_eq(shard->spell[i], 0);
    }
    small_close(&world);
}

Test(study, everyone_who_stays_three_years_at_university_has_a_degree)
{
    struct pw_range range;

    small_open(&world, YEAR, 1, 2 * MANY, "");
    range = learners(PW_UNIVERSITY_HOME, 3, PW_A_LEVEL, -1.0f);
    range.end = learners(PW_UNIVERSITY_AWAY, 3, PW_A_LEVEL, -1.0f).end;
    small_run(&world, &pw_study);
    cr_assert_eq(num_with(range, PW_FIRST_DEGREE), 2 * MANY);
    cr_assert_eq(num_in(range, PW_POSTGRADUATE) + num_in(range, PW_UNEMPLOYED), 2 * MANY);
    for (size_t i = range.begin; i < range.end; i++) {
        cr_assert(world.shards[0].events[i] & PW_EVENT_GRADUATED);
        cr_assert_eq(world.shards[0].route[i], PW_ROUTE_ACADEMIC);
    }
    small_close(&world);
}

Test(study, those_who_leave_university_before_the_end_are_marked_and_no_others)
{
    const struct pw_shard *shard = &world.shards[0];
    struct pw_range range;

    small_open(&world, YEAR, 1, 2 * MANY, "study.degree_leave=0");
    (void) learners(PW_UNIVERSITY_HOME, 3, PW_A_LEVEL, -1.0f);
    range = learners(PW_UNIVERSITY_HOME, 1, PW_A_LEVEL, -1.0f);
    small_run(&world, &pw_study);
    cr_assert_gt(num_in(range, PW_UNEMPLOYED), MANY / 10);
    for (size_t i = 0; i < shard->num_rows; i++)
        cr_assert_eq((shard->events[i] & PW_EVENT_DISPLACED) != 0,
            i >= range.begin && shard->state[i] == PW_UNEMPLOYED);
    small_close(&world);
}

Test(study, belonging_and_attainment_keep_students_and_free_meals_mark_those_who_leave)
{
    const struct pw_study_params *params = &small_params(&world)->study;
    struct pw_range range[4];

    small_open(&world, YEAR, 1, 4 * MANY, "");
    for (int n = 0; n < 4; n++)
        range[n] = learners(PW_UNIVERSITY_AWAY, 1, PW_A_LEVEL, n == 1 ? 1.0f : 0.0f);
    for (size_t n = 0; n < MANY; n++) {
        world.shards[0].belonging[range[2].begin + n] = 2.0f;
        world.shards[0].free_meals[range[3].begin + n] = 1;
    }
    small_run(&world, &pw_study);
    small_rate(num_in(range[0], PW_UNEMPLOYED), MANY, (double) pw_logistic(params->degree_leave),
        "of the average");
    small_rate(num_in(range[1], PW_UNEMPLOYED), MANY,
        (double) pw_logistic(params->degree_leave - params->degree_leave_slope),
        "of high attainment");
    small_rate(num_in(range[2], PW_UNEMPLOYED), MANY,
        (double) pw_logistic(params->degree_leave - 2.0f * params->degree_leave_belonging),
        "who belong");
    small_rate(num_in(range[3], PW_UNEMPLOYED), MANY,
        (double) pw_logistic(params->degree_leave + params->degree_leave_free_meals),
        "who had free meals");
    for (int n = 1; n < 3; n++)
        cr_assert_lt(num_in(range[n], PW_UNEMPLOYED), num_in(range[0], PW_UNEMPLOYED));
    cr_assert_gt(num_in(range[3], PW_UNEMPLOYED), num_in(range[0], PW_UNEMPLOYED));
    small_close(&world);
}

/* Graduates of attainment z who go on to a higher degree when there is room for `share` percent. */
static size_t
num_postgraduates(double share, float z)
{
    struct pw_range range;
    size_t count;

    small_open(&world, YEAR, 1, MANY, "");
    world.country.now.university_postgraduate_share[0] = share;
    range = learners(PW_UNIVERSITY_HOME, 3, PW_A_LEVEL, z);
    small_run(&world, &pw_study);
    count = num_in(range, PW_POSTGRADUATE);
    small_close(&world);
    return count;
}

Test(study, more_places_for_higher_degrees_mean_more_of_them_the_able_first)
{
    const size_t few = num_postgraduates(10.0, 0.8f);

    cr_assert_eq(num_postgraduates(0.0, 0.8f), 0);
    cr_assert_gt(few, 0);
    cr_assert_gt(num_postgraduates(30.0, 0.8f), few);
    cr_assert_gt(num_postgraduates(10.0, 1.8f), few);
}

Test(study, adults_rise_one_step_and_never_above_level_3)
{
    const struct pw_study_params *params = &small_params(&world)->study;
    struct pw_range range[3];
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 3 * MANY, "");
    for (int n = 0; n < 3; n++) {
        range[n] = small_fill(&world, 0, 40, MANY);
        for (size_t i = range[n].begin; i < range[n].end; i++) {
            shard->state[i] = PW_ADULT_EDUCATION;
            shard->spell[i] = 1;
            shard->qualification[i] = (uint8_t) n;
        }
    }
    small_run(&world, &pw_study);
    for (int n = 0; n < 2; n++) {
        small_rate(num_with(range[n], n + 1), MANY, (double) params->adult_pass, "adults who pass");
        cr_assert_eq(num_with(range[n], n) + num_with(range[n], n + 1), MANY);
    }
    cr_assert_eq(num_with(range[2], PW_A_LEVEL), MANY);
    cr_assert_eq(num_in((struct pw_range){ 0, shard->num_rows }, PW_UNEMPLOYED), 3 * MANY,
        "a course of adults lasts a year");
    small_close(&world);
}

Test(study, qualifications_never_fall_and_the_route_stays_with_the_highest)
{
    struct pw_shard *shard = &world.shards[0];
    struct small_snapshot before;
    uint64_t seed = 1;

    small_open(&world, YEAR, 1, MANY, "");
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, n < MANY / 2 ? 35 : 18);

        shard->state[i] =
            (uint8_t) (n % 9 == 8 ? (int) PW_ADULT_EDUCATION : (int) PW_SIXTH_FORM + n % 9);
        shard->spell[i] = (uint8_t) (1 + small_below(&seed, 4));
        shard->qualification[i] = (uint8_t) small_below(&seed, PW_NUM_QUALIFICATIONS);
        shard->route[i] = (uint8_t) small_below(&seed, PW_NUM_ROUTES);
        shard->attainment[i] = (float) small_below(&seed, 91);
    }
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_study);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const uint8_t had = before.bytes[0][PW_COLUMN_qualification][i];

        cr_assert_geq(shard->qualification[i], had);
        if (shard->qualification[i] == had)
            cr_assert_eq(shard->route[i], before.bytes[0][PW_COLUMN_route][i]);
        else
            cr_assert(shard->events[i] & PW_EVENT_GRADUATED);
    }
    small_snapshot_free(&before);
    small_close(&world);
}

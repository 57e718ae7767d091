/* SPDX-License-Identifier: MIT */
#include "pathways/jobs.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(jobs, .timeout = 120);

enum { YEAR = 2025, MANY = 12000, NUM_PLACES = 6, NUM_MARKETS = 3 };

static struct small_world world;

/* People of 35 in all places: of every ten so many are out of work, the others in jobs of random
 * class. */
static void
open_workers(int out_of_work, const char *overrides)
{
    uint64_t seed = 1;

    small_open(&world, YEAR, 2, MANY, overrides);
    /* everybody hears of vacancies, but where a test says otherwise */
    if (strstr(overrides, "jobs.unheard") == NULL) small_params(&world)->jobs.unheard = 0.0f;
    for (int n = 0; n < MANY; n++) {
        const size_t s = (size_t) n % world.num_shards, i = small_add(&world, s, 35);
        struct pw_shard *shard = &world.shards[s];

        small_settle(&world, s, i, (uint16_t) small_below(&seed, NUM_PLACES));
        shard->home_place[i] = (uint16_t) small_below(&seed, NUM_PLACES);
        shard->class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES);
        shard->sex[i] = (uint8_t) small_below(&seed, 2);
        shard->qualification[i] = (uint8_t) small_below(&seed, PW_NUM_QUALIFICATIONS);
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES);
        shard->skill[i] = small_normal(&seed);
        shard->aspiration[i] = small_normal(&seed);
        shard->self_efficacy[i] = small_normal(&seed);
        shard->experience[i] = (uint8_t) small_below(&seed, 15);
        shard->spell[i] = (uint8_t) small_below(&seed, 5);
        if (small_below(&seed, 10) < out_of_work) {
            shard->state[i] = PW_UNEMPLOYED;
            shard->class[i] = PW_NO_CLASS;
            shard->hours[i] = 0;
        }
    }
}

/* Jobs held by labour market of the job and class. */
static void
count_held(int64_t held[NUM_MARKETS * PW_NUM_CLASSES])
{
    memset(held, 0, NUM_MARKETS * PW_NUM_CLASSES * sizeof *held);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];

            if (shard->state[i] == PW_EMPLOYED)
                held[shard->work_market[i] * PW_NUM_CLASSES + shard->class[i]]++;
        }
}

/* Say that there were jobs everywhere before: neighbours are drawn by them. */
static void
note_jobs(void)
{
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++)
        world.country.jobs[k] = 1000;
}

/* Correlation of class with a column of small whole numbers, among those in work. */
static double
link_to_class(uint8_t *const columns[2])
{
    static float x[MANY], y[MANY];
    size_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            if (world.shards[s].state[i] != PW_EMPLOYED) continue;
            x[count] = (float) columns[s][i];
            y[count++] = (float) world.shards[s].class[i];
        }
    return small_correlation(x, y, count);
}

static double
link_of_qualification(const char *overrides)
{
    double link;

    open_workers(10, overrides);
    small_run(&world, &pw_jobs);
    link = link_to_class(
        (uint8_t *const[]){ world.shards[0].qualification, world.shards[1].qualification });
    small_close(&world);
    return link;
}

static double
link_of_origin(const char *overrides)
{
    double link;

    open_workers(10, overrides);
    small_run(&world, &pw_jobs);
    link = link_to_class(
        (uint8_t *const[]){ world.shards[0].origin_class, world.shards[1].origin_class });
    small_close(&world);
    return link;
}

Test(jobs, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_jobs, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(
        written, pw_jobs.writes, "never wrote %s", small_column_name(pw_jobs.writes & ~written));
}

Test(jobs, the_score_weighs_credentials_against_what_people_can_do)
{
    struct pw_jobs_params params = { .credential = 2.0f,
        .skill = 1.0f,
        .experience = 1.0f,
        .network = 0.5f,
        .local = 0.25f,
        .noise = 0.125f };
    const struct pw_jobs_applicant applicant = { .credential = 3.0f,
        .skill = 1.0f,
        .experience = 10.0f,
        .network = -2.0f,
        .local = 1.0f,
        .noise = 2.0f };
    const double rest = -1.0 + 0.25 + 0.25, know_how = 1.0 + log(3.0);

    params.credentialism = 0.0f;
    small_near((double) pw_jobs_score(&params, &applicant), know_how + rest, 1e-5, "k = 0");
    params.credentialism = 1.0f;
    small_near((double) pw_jobs_score(&params, &applicant), 6.0 + rest, 1e-5, "k = 1");
    params.credentialism = 0.25f;
    small_near(
        (double) pw_jobs_score(&params, &applicant), 1.5 + 0.75 * know_how + rest, 1e-5, "k = 1/4");
}

Test(jobs, no_class_of_job_is_held_by_more_than_there_are_beyond_those_who_held_one_before)
{
    for (int out_of_work = 0; out_of_work <= 10; out_of_work += 5) {
        int64_t before[NUM_MARKETS * PW_NUM_CLASSES], after[NUM_MARKETS * PW_NUM_CLASSES];

        open_workers(out_of_work, "jobs.commute=0.5");
        note_jobs();
        for (size_t i = 0; i < world.shards[0].num_rows; i++) /* some commute already */
            if (world.shards[0].work_market[i] == 0) world.shards[0].work_market[i] = i % 2;
        count_held(before);
        small_run(&world, &pw_jobs);
        count_held(after);
        for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++) {
            const int64_t jobs = world.country.jobs[k];

            cr_assert_eq(world.country.held[k], before[k], "incumbents are miscounted");
            cr_assert_leq(after[k], jobs > before[k] ? jobs : before[k],
                "%d out of 10 unemployed, market and class %d", out_of_work, k);
        }
        for (int l = 0; l < NUM_MARKETS; l++)
            cr_assert_leq(world.country.vacancy.taken[l], world.country.vacancy.capacity[l]);
        small_close(&world);
    }
}

Test(jobs, those_who_rise_leave_a_job_that_somebody_else_is_given)
{
    int64_t before[NUM_MARKETS * PW_NUM_CLASSES], after[NUM_MARKETS * PW_NUM_CLASSES];
    size_t full = 0;

    open_workers(5, "jobs.search_base=2");
    count_held(before);
    small_run(&world, &pw_jobs);
    count_held(after);
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++) {
        if (before[k] > world.country.jobs[k]) continue;
        cr_assert_eq(after[k], world.country.jobs[k], "market and class %d", k);
        full++;
    }
    cr_assert_gt(full, 0);
    small_close(&world);
}

Test(jobs, with_seekers_enough_every_job_is_filled_and_unemployment_is_that_of_the_path)
{
    int64_t held[NUM_MARKETS * PW_NUM_CLASSES], all = 0;

    open_workers(10, "job_loss.unemployment_spread=0");
    world.country.now.labour_unemployment[0] = 8.0;
    small_run(&world, &pw_jobs);
    count_held(held);
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++) {
        cr_assert_eq(held[k], world.country.jobs[k]);
        all += held[k];
    }
    small_near((double) all, 0.92 * MANY, 0.5 * NUM_MARKETS * PW_NUM_CLASSES, "people in work");
    small_close(&world);
}

Test(jobs, who_hears_of_no_vacancy_stays_out_of_work_however_able)
{
    size_t out = 0, idle = 0;

    open_workers(10, "jobs.unheard=0.9");
    world.country.now.labour_unemployment[0] = 2.0;
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            idle += world.shards[s].state[i] == PW_UNEMPLOYED;
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            out += world.shards[s].state[i] == PW_UNEMPLOYED;
    small_rate(out, idle, 0.9 * 2.0 / 5.0, "still out of work where there are jobs for all");
    small_close(&world);
}

Test(jobs, the_best_ranked_have_the_highest_classes)
{
    float lowest[PW_NUM_CLASSES + 1], highest[PW_NUM_CLASSES + 1];

    open_workers(10, "jobs.noise=0 jobs.network=0 jobs.inheritance=0 jobs.local=0 jobs.duration=0 "
                     "jobs.women_barrier=0 "
                     "jobs.women_intermediate=0 jobs.credentialism=0 jobs.experience=0");
    for (int c = 0; c <= PW_NUM_CLASSES; c++) {
        lowest[c] = 1e9f;
        highest[c] = -1e9f;
    }
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            /* those who found nothing count as a class below the lowest */
            const int c = shard->state[i] == PW_EMPLOYED ? shard->class[i] + 1 : 0;

            if (world.country.labour_market[shard->place[i]] != 0) continue;
            lowest[c] = pw_minimum(lowest[c], shard->skill[i]);
            highest[c] = pw_maximum(highest[c], shard->skill[i]);
        }
    for (int c = 0; c < PW_NUM_CLASSES; c++)
        cr_assert_leq(highest[c], lowest[c + 1], "below class %d", c);
    small_close(&world);
}

Test(jobs, credentialism_strengthens_the_link_between_qualification_and_class)
{
    const double none = link_of_qualification("jobs.credentialism=0");
    const double half = link_of_qualification("jobs.credentialism=0.5");
    const double full = link_of_qualification("jobs.credentialism=1");

    cr_assert_lt(fabs(none), 5.0 / sqrt(MANY), "a link without credentialism: %g", none);
    cr_assert_gt(half, none + 0.1);
    cr_assert_gt(full, half + 0.1);
}

Test(jobs, without_credentialism_qualification_gets_nobody_out_of_unemployment)
{
    struct small_snapshot equal;

    for (int n = 0; n < 2; n++) {
        open_workers(10, "jobs.credentialism=0");
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].qualification, n == 0 ? PW_BELOW_GCSE : PW_HIGHER_DEGREE,
                world.shards[s].num_rows);
        small_run(&world, &pw_jobs);
        if (n == 0)
            equal = small_snapshot_take(world.shards, world.num_shards);
        else
            cr_assert_eq(small_changed(&equal, world.shards), PW_SET(qualification));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

Test(jobs, networks_link_class_to_origin_and_without_them_there_is_no_link)
{
    const double none = link_of_origin("jobs.network=0 jobs.inheritance=0");

    cr_assert_lt(fabs(none), 5.0 / sqrt(MANY), "a link without networks: %g", none);
    cr_assert_gt(link_of_origin(""), none);
    cr_assert_gt(link_of_origin("jobs.network=1"), link_of_origin("jobs.network=0.3") + 0.1);
}

/* Share of those in work who have the class of their parents. */
static double
share_in_class_of_parents(const char *overrides)
{
    size_t same = 0, all = 0;

    open_workers(10, overrides);
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            if (world.shards[s].state[i] != PW_EMPLOYED) continue;
            all++;
            same += world.shards[s].class[i] == world.shards[s].origin_class[i];
        }
    small_close(&world);
    return (double) same / (double) all;
}

Test(jobs, children_take_up_work_of_their_parents_class)
{
    const double none = share_in_class_of_parents("jobs.network=0 jobs.inheritance=0");

    small_near(none, 0.2, 5.0 * sqrt(0.2 * 0.8 / MANY), "of five classes, by chance");
    cr_assert_gt(share_in_class_of_parents("jobs.network=0 jobs.inheritance=1"), none + 0.1);
}

Test(jobs, without_networks_origin_changes_nobodys_job)
{
    struct small_snapshot equal;

    for (int n = 0; n < 2; n++) {
        open_workers(4, "jobs.network=0 jobs.inheritance=0");
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL,
                world.shards[s].num_rows);
        small_run(&world, &pw_jobs);
        if (n == 0)
            equal = small_snapshot_take(world.shards, world.num_shards);
        else
            cr_assert_eq(small_changed(&equal, world.shards), PW_SET(origin_class));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

/* Women in jobs of a class. */
static size_t
num_women_of(int class, const char *overrides)
{
    size_t count = 0;

    open_workers(10, overrides);
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += world.shards[s].sex[i] == PW_FEMALE && world.shards[s].state[i] == PW_EMPLOYED
                     && world.shards[s].class[i] == class;
    small_close(&world);
    return count;
}

Test(jobs, the_barrier_keeps_women_from_the_highest_class)
{
    const size_t without = num_women_of(PW_HIGHER_PROFESSIONAL, "jobs.women_barrier=0");

    cr_assert_lt(num_women_of(PW_HIGHER_PROFESSIONAL, "jobs.women_barrier=10"), without * 9 / 10);
}

Test(jobs, women_are_preferred_in_the_intermediate_class_and_men_have_the_working_class_jobs)
{
    const char *none = "jobs.women_intermediate=0", *much = "jobs.women_intermediate=10";
    const size_t offices = num_women_of(PW_INTERMEDIATE, none);
    const size_t trades = num_women_of(PW_HIGHER_WORKING, none);

    cr_assert_gt(num_women_of(PW_INTERMEDIATE, much), offices * 11 / 10);
    cr_assert_lt(num_women_of(PW_HIGHER_WORKING, much), trades * 9 / 10);
}

Test(jobs, the_longer_out_of_work_the_less_often_hired)
{
    size_t hired[5] = { 0 }, all[5] = { 0 };

    open_workers(10, "jobs.duration=1");
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            world.shards[s].spell[i] = (uint8_t) (i % 5);
    world.country.now.labour_unemployment[0] = 50.0;
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            all[i % 5]++;
            hired[i % 5] += world.shards[s].state[i] == PW_EMPLOYED;
        }
    for (int n = 1; n < 5; n++)
        cr_assert_lt(hired[n] + all[n] / 20, hired[n - 1], "after %d years", n);
    small_close(&world);
}

Test(jobs, more_unemployment_in_the_path_means_fewer_in_work)
{
    size_t before = MANY + 1;

    for (int n = 0; n < 4; n++) {
        size_t count = 0;

        open_workers(10, "");
        world.country.now.labour_unemployment[0] = 2.0 + 4.0 * n;
        small_run(&world, &pw_jobs);
        for (size_t s = 0; s < world.num_shards; s++)
            for (size_t i = 0; i < world.shards[s].num_rows; i++)
                count += world.shards[s].state[i] == PW_EMPLOYED;
        cr_assert_lt(count, before);
        before = count;
        small_close(&world);
    }
}

Test(jobs, nobody_loses_a_job_or_falls_here_and_seekers_without_one_are_marked)
{
    struct small_snapshot before;
    size_t promoted = 0;

    open_workers(2, "");
    before = small_snapshot_take(world.shards, world.num_shards);
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            const uint8_t was = before.bytes[s][PW_COLUMN_state][i];
            const uint8_t class = before.bytes[s][PW_COLUMN_class][i];

            if (was == PW_EMPLOYED) {
                cr_assert_eq(shard->state[i], PW_EMPLOYED);
                cr_assert_geq(shard->class[i], class);
                cr_assert_eq(shard->spell[i], before.bytes[s][PW_COLUMN_spell][i]);
                promoted += shard->class[i] > class;
            } else {
                cr_assert_neq(
                    (shard->events[i] & PW_EVENT_DISPLACED) != 0, shard->state[i] == PW_EMPLOYED);
            }
        }
    cr_assert_gt(promoted, 0);
    small_snapshot_free(&before);
    small_close(&world);
}

/* Workers of intermediate class who rise when a few jobs above are free. */
static size_t
num_promoted(int age, int qualification)
{
    struct pw_shard *shard = &world.shards[0];
    size_t count = 0;

    small_open(&world, YEAR, 1, MANY, "");
    for (int n = 0; n < MANY; n++) {
        const size_t i = small_add(&world, 0, age);

        shard->qualification[i] = (uint8_t) qualification;
        shard->experience[i] = 10;
    }
    small_run(&world, &pw_jobs);
    for (size_t i = 0; i < MANY; i++)
        count += shard->class[i] > PW_INTERMEDIATE;
    small_close(&world);
    return count;
}

Test(jobs, the_young_and_graduates_outside_the_professions_look_upward_more_often)
{
    const size_t usual = num_promoted(35, PW_A_LEVEL);

    cr_assert_gt(usual, MANY / 100);
    cr_assert_gt(num_promoted(25, PW_A_LEVEL), usual * 5 / 4);
    cr_assert_gt(num_promoted(35, PW_FIRST_DEGREE), usual * 5 / 4);
}

/* Jobs by labour market and class while a policy of 300,000 jobs is in force by the sea: in
 * Lancashire alone. */
static void
take_jobs(const char *lever, int64_t jobs[NUM_MARKETS * PW_NUM_CLASSES])
{
    char text[512];

    open_workers(4, "");
    pw_country_free(&world.country);
    tiny_free(&world.tiny);
    cr_assert_lt(snprintf(text, sizeof text,
                     "\"name\": \"p\", \"lever\": \"%s\", \"where\": {\"tags\": [\"coastal\"]},"
                     "\"from\": 2025, \"capacity\": 300000",
                     lever),
        (int) sizeof text);
    world.tiny = tiny_policy(text);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(pw_country_init(&world.country, &world.tiny.scenario), PW_OK);
    pw_country_open_year(&world.country, YEAR);
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        if (pw_schedule[i]->open != NULL) pw_schedule[i]->open(&world.country);
    small_run(&world, &pw_jobs);
    memcpy(jobs, world.country.jobs, NUM_MARKETS * PW_NUM_CLASSES * sizeof *jobs);
    small_close(&world);
}

Test(jobs, a_policy_of_good_jobs_adds_professional_jobs_where_it_says_and_nowhere_else)
{
    enum { LANCASHIRE = 1 };
    int64_t without[NUM_MARKETS * PW_NUM_CLASSES], with[NUM_MARKETS * PW_NUM_CLASSES];
    int64_t added = 0;

    take_jobs("university_outreach", without);
    take_jobs("good_jobs", with);
    for (int l = 0; l < NUM_MARKETS; l++)
        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            const int64_t more = with[l * PW_NUM_CLASSES + c] - without[l * PW_NUM_CLASSES + c];

            if (l != LANCASHIRE)
                cr_assert_eq(more, 0, "labour market %d, class %d", l, c);
            else if (c >= PW_LOWER_PROFESSIONAL)
                added += more;
        }
    small_near((double) added, 300000.0 / (58600000.0 / 20000.0), 1.0, "professional jobs added");
}

enum { GREATER_MANCHESTER, LANCASHIRE, LONDON };

static int
market_of(const struct pw_shard *shard, size_t i)
{
    return world.country.labour_market[shard->place[i]];
}

Test(jobs, without_commuting_everyone_is_hired_where_they_live_or_work)
{
    size_t commuters = 0;

    open_workers(5, "jobs.commute=0 jobs.search_base=2");
    note_jobs();
    for (size_t i = 0; i < world.shards[0].num_rows; i++)
        if (world.shards[0].work_market[i] == LANCASHIRE)
            world.shards[0].work_market[i] = GREATER_MANCHESTER;
    small_run(&world, &pw_jobs);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];

            if (shard->state[i] != PW_EMPLOYED || shard->work_market[i] == market_of(shard, i))
                continue;
            commuters++;
            cr_assert_eq(s, 0, "somebody began to commute");
            cr_assert_eq(shard->work_market[i], GREATER_MANCHESTER);
            cr_assert_eq(market_of(shard, i), LANCASHIRE);
        }
    cr_assert_gt(commuters, 100);
    small_close(&world);
}

/* What became of people all of whom were out of work. */
struct outcome {
    size_t unemployed[NUM_MARKETS]; /* by labour market of the home */
    size_t commuters[NUM_MARKETS];  /* by labour market of the job */
};

/* Lancashire has twice as many jobs as people when `plenty`; elsewhere three in ten find none. */
static struct outcome
hire_all(const char *overrides, bool plenty)
{
    struct outcome outcome = { 0 };
    int64_t held[NUM_MARKETS * PW_NUM_CLASSES];

    open_workers(10, overrides);
    note_jobs();
    small_params(&world)->job_loss.unemployment_spread = 1.0f;
    world.country.now.labour_unemployment[0] = 30.0;
    for (int l = 0; l < NUM_MARKETS; l++)
        world.country.unemployment_ratio[l] = plenty && l == LANCASHIRE ? -1.0f / 0.3f : 1.0f;
    small_run(&world, &pw_jobs);
    count_held(held);
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++)
        cr_assert_leq(held[k], world.country.jobs[k]);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            const int home = market_of(shard, i);

            if (shard->state[i] == PW_UNEMPLOYED)
                outcome.unemployed[home]++;
            else if (shard->work_market[i] != home)
                outcome.commuters[shard->work_market[i]]++;
        }
    cr_assert_eq(outcome.commuters[LONDON], 0, "London has no neighbour");
    small_close(&world);
    return outcome;
}

Test(jobs, commuters_fill_jobs_next_door_and_leave_fewer_out_of_work_at_home)
{
    const struct outcome none = hire_all("jobs.commute=0", true);
    const struct outcome some = hire_all("jobs.commute=0.2", true);
    const struct outcome many = hire_all("jobs.commute=1", true);

    cr_assert_eq(none.commuters[LANCASHIRE] + none.commuters[GREATER_MANCHESTER], 0);
    cr_assert_gt(some.commuters[LANCASHIRE], 100);
    cr_assert_gt(many.commuters[LANCASHIRE], 2 * some.commuters[LANCASHIRE]);
    cr_assert_lt(some.unemployed[GREATER_MANCHESTER] + 100, none.unemployed[GREATER_MANCHESTER]);
    cr_assert_lt(many.unemployed[GREATER_MANCHESTER] + 100, some.unemployed[GREATER_MANCHESTER]);
    cr_assert_eq(many.unemployed[LONDON], none.unemployed[LONDON], "too far");
}

Test(jobs, distance_keeps_commuters_behind_those_who_live_there)
{
    const struct outcome near = hire_all("jobs.commute=1 jobs.distance=0", false);
    const struct outcome far = hire_all("jobs.commute=1 jobs.distance=1", false);

    cr_assert_gt(far.commuters[LANCASHIRE], 0);
    cr_assert_lt(far.commuters[LANCASHIRE], near.commuters[LANCASHIRE] * 3 / 4);
    cr_assert_lt(far.commuters[GREATER_MANCHESTER], near.commuters[GREATER_MANCHESTER] * 3 / 4);
}

Test(jobs, the_more_jobs_a_neighbour_has_the_more_often_people_look_there)
{
    size_t first = 0, all = 0;

    open_workers(10, "jobs.commute=1");
    for (int p = 0; p < NUM_PLACES; p++) /* one region */
        world.country.region[p] = 0;
    for (int k = 0; k < NUM_MARKETS * PW_NUM_CLASSES; k++)
        world.country.jobs[k] = k / PW_NUM_CLASSES == LANCASHIRE ? 3000 : 1000;
    pw_jobs.ask(&world.country, &world.shards[0], 0);
    for (size_t a = 0; a < world.shards[0].num_applications; a++) {
        const struct pw_application *application = &world.shards[0].applications[a];

        cr_assert_eq(application->wish[0], market_of(&world.shards[0], application->row));
        cr_assert_neq(application->wish[1], application->wish[0]);
        cr_assert_lt(application->wish[1], NUM_MARKETS);
        cr_assert_eq(application->wish[2], PW_NO_MARKET);
        if (application->wish[0] != GREATER_MANCHESTER) continue;
        all++;
        first += application->wish[1] == LANCASHIRE;
    }
    small_rate(first, all, 0.75, "to the neighbour with three jobs in four");
    small_close(&world);
}

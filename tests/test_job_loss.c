/* SPDX-License-Identifier: MIT */
#include "pathways/job_loss.h"

#include "small_world.h"

TestSuite(job_loss, .timeout = 60);

enum { YEAR = 2000, EACH = 4000 };

static struct small_world world;
static struct pw_shard *const shard = &world.shards[0];

/* Workers of an age and tenure in each class, and enough people out of work for all of the jobs to
 * be kept. */
static void
fill_workers(int age, int tenure, const char *overrides)
{
    small_open(&world, YEAR, 1, 30 * EACH, overrides);
    small_fill(&world, 0, age, 30 * EACH);
    for (size_t i = 0; i < 30 * EACH; i++) {
        shard->spell[i] = (uint8_t) tenure;
        shard->class[i] = (uint8_t) (i / EACH);
        if (i < PW_NUM_CLASSES * EACH) continue;
        shard->class[i] = PW_LOWER_WORKING;
        shard->state[i] = PW_UNEMPLOYED;
        shard->hours[i] = 0;
    }
}

static size_t
count_lost(size_t begin, size_t end)
{
    size_t count = 0;

    for (size_t i = begin; i < end; i++) {
        const bool lost = shard->state[i] == PW_UNEMPLOYED;

        count += lost;
        cr_assert_eq(shard->events[i], lost ? PW_EVENT_REDUNDANT : 0);
        if (lost) cr_assert_eq(shard->spell[i] + shard->hours[i], 0);
    }
    return count;
}

Test(job_loss, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_job_loss, "run.persons=2000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_job_loss.writes, "never wrote %s",
        small_column_name(pw_job_loss.writes & ~written));
}

Test(job_loss, redundancies_are_at_the_rate_of_the_class)
{
    fill_workers(40, 5, "");
    for (int c = 0; c < PW_NUM_CLASSES; c++)
        small_params(&world)->job_loss.rate[c] = 0.02f * (float) (c + 1);
    small_run(&world, &pw_job_loss);
    for (size_t c = 0; c < PW_NUM_CLASSES; c++)
        small_rate(count_lost(c * EACH, (c + 1) * EACH), EACH, 0.02 * (double) (c + 1), "class");
    small_close(&world);
}

/* Share that lose a job at a rate of 0.05. */
static size_t
lose_at(int age, int tenure)
{
    size_t lost;

    fill_workers(age, tenure, "job_loss.youth_ratio=3 job_loss.short_tenure_ratio=2");
    for (int c = 0; c < PW_NUM_CLASSES; c++)
        small_params(&world)->job_loss.rate[c] = 0.05f;
    small_run(&world, &pw_job_loss);
    lost = count_lost(0, PW_NUM_CLASSES * EACH);
    small_close(&world);
    return lost;
}

Test(job_loss, the_young_and_the_new_lose_their_jobs_first)
{
    const size_t all = PW_NUM_CLASSES * EACH;

    small_rate(lose_at(25, 2), all, 0.05, "older, longer in the job");
    small_rate(lose_at(24, 2), all, 0.15, "young");
    small_rate(lose_at(25, 1), all, 0.10, "new");
    small_rate(lose_at(24, 0), all, 0.30, "both");
}

Test(job_loss, nobody_loses_a_job_that_is_neither_risky_nor_cut)
{
    fill_workers(40, 5, "");
    memset(small_params(&world)->job_loss.rate, 0, sizeof small_params(&world)->job_loss.rate);
    small_run(&world, &pw_job_loss);
    cr_assert_eq(count_lost(0, PW_NUM_CLASSES * EACH), 0);
    for (int k = 0; k < PW_NUM_CLASSES; k++)
        cr_assert_eq(world.country.job_cut[k], 0.0f);
    small_close(&world);
}

Test(job_loss, when_jobs_go_so_do_as_many_workers_and_those_who_were_made_redundant_anyway)
{
    const size_t workers = 5 * EACH;

    for (int n = 0; n < 2; n++) {
        const double rate = n * 0.3;
        double cut;

        small_open(&world, YEAR, 1, workers, "");
        for (int c = 0; c < PW_NUM_CLASSES; c++)
            small_params(&world)->job_loss.rate[c] = (float) rate;
        small_fill(&world, 0, 40, workers); /* all in intermediate work, a fifth of all jobs */
        small_run(&world, &pw_job_loss);
        cut = 1.0 - (double) world.country.jobs[PW_INTERMEDIATE] / (double) workers;
        cr_assert(cut > 0.5 && cut < 1.0);
        small_near((double) world.country.job_cut[PW_INTERMEDIATE], cut, 1e-6, "chance of a cut");
        small_rate(count_lost(0, workers), workers, 1.0 - (1.0 - rate) * (1.0 - cut), "lost");
        small_close(&world);
    }
}

Test(job_loss, jobs_held_are_counted_where_they_are_and_seekers_where_they_live)
{
    size_t i;

    small_open(&world, YEAR, 2, 100, "");
    for (int s = 0; s < 2; s++) {
        i = small_add(&world, (size_t) s, 60);
        world.shards[s].state[i] = PW_RETIRED;
        i = small_add(&world, (size_t) s, 50);
        world.shards[s].state[i] = PW_INACTIVE;
        i = small_add(&world, (size_t) s, 40);
        world.shards[s].class[i] = PW_LOWER_PROFESSIONAL;
        i = small_add(&world, (size_t) s, 40);
        world.shards[s].work_market[i] = 1; /* Lancashire */
        i = small_add(&world, (size_t) s, 30);
        world.shards[s].state[i] = PW_UNEMPLOYED;
        i = small_add(&world, (size_t) s, 18);
        world.shards[s].state[i] = PW_APPRENTICESHIP_ADVANCED;
        i = small_add(&world, (size_t) s, 18);
        world.shards[s].state[i] = PW_SIXTH_FORM;
    }
    small_run(&world, &pw_job_loss);
    cr_assert_eq(world.country.labour_force[0], 2 * 2, "in work or looking for it");
    cr_assert_eq(world.country.labour_force[1], 2);
    cr_assert_eq(world.country.labour_force[2], 0);
    cr_assert_eq(world.country.held[PW_LOWER_PROFESSIONAL], 2);
    cr_assert_eq(world.country.held[PW_INTERMEDIATE], 0, "apprentices hold no such job");
    cr_assert_eq(world.country.held[PW_NUM_CLASSES + PW_INTERMEDIATE], 2);
    small_close(&world);
}

Test(job_loss, jobs_are_cut_where_they_are_and_not_where_people_live)
{
    fill_workers(40, 5, "");
    memset(small_params(&world)->job_loss.rate, 0, sizeof small_params(&world)->job_loss.rate);
    for (size_t i = 0; i < EACH; i++) { /* live where the jobs are kept */
        shard->work_market[i] = 1;
        shard->class[i] = PW_INTERMEDIATE; /* too many there, all of them */
    }
    for (size_t i = EACH; i < 2 * EACH; i++) /* live where they are cut */
        shard->place[i] = 3;
    small_run(&world, &pw_job_loss);
    cr_assert_gt(world.country.job_cut[PW_NUM_CLASSES + PW_INTERMEDIATE], 0.5f);
    cr_assert_gt(count_lost(0, EACH), EACH / 2);
    cr_assert_eq(count_lost(EACH, PW_NUM_CLASSES * EACH), 0);
    small_close(&world);
}

Test(job_loss, tightness_and_professional_share_are_those_of_the_jobs_there_are)
{
    fill_workers(40, 5, "");
    small_run(&world, &pw_job_loss);
    const int64_t *jobs = world.country.jobs;
    const double all = (double) (jobs[0] + jobs[1] + jobs[2] + jobs[3] + jobs[4]);

    small_near((double) world.country.tightness[0], all / (30.0 * EACH), 1e-6, "tightness");
    small_near((double) world.country.professional_share[0], (double) (jobs[3] + jobs[4]) / all,
        1e-6, "professional jobs");
    cr_assert_eq(world.country.tightness[1], 0.0f, "nobody lives there");
    small_close(&world);
}

Test(job_loss, in_a_recession_more_jobs_go)
{
    static const double unemployment[] = { 3.0, 12.0 };
    size_t lost[2];

    for (int n = 0; n < 2; n++) {
        small_open(&world, YEAR, 1, 5 * EACH, "");
        world.country.now.labour_unemployment[0] = unemployment[n];
        small_fill(&world, 0, 40, 5 * EACH);
        for (size_t i = 0; i < 5 * EACH; i++)
            shard->class[i] = (uint8_t) (i / EACH);
        small_run(&world, &pw_job_loss);
        lost[n] = count_lost(0, 5 * EACH);
        small_close(&world);
    }
    cr_assert_gt((double) lost[1], (double) lost[0] + 5.0 * sqrt((double) lost[1]));
}

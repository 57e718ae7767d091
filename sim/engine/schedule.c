/* SPDX-License-Identifier: MIT */
#include "pathways/schedule.h"

#include "pathways/ageing.h"
#include "pathways/apprenticeship.h"
#include "pathways/births.h"
#include "pathways/childhood.h"
#include "pathways/couples.h"
#include "pathways/gcse.h"
#include "pathways/home.h"
#include "pathways/household.h"
#include "pathways/inner_life.h"
#include "pathways/job_loss.h"
#include "pathways/jobs.h"
#include "pathways/log.h"
#include "pathways/migration.h"
#include "pathways/mortality.h"
#include "pathways/moves.h"
#include "pathways/parallel.h"
#include "pathways/participation.h"
#include "pathways/pay.h"
#include "pathways/post16.h"
#include "pathways/programmes.h"
#include "pathways/study.h"
#include "pathways/university.h"
#include "pathways/wealth.h"

const struct pw_process *const pw_schedule[] = {
    &pw_ageing,         /* a year passes */
    &pw_mortality,      /* people die, */
    &pw_migration,      /* arrive and leave, */
    &pw_couples,        /* part and pair, */
    &pw_births,         /* have children; */
    &pw_programmes,     /* policies enrol; */
    &pw_job_loss,       /* jobs end; */
    &pw_household,      /* families feel it; */
    &pw_childhood,      /* children grow up, */
    &pw_gcse,           /* are examined at 16; */
    &pw_study,          /* results come in; */
    &pw_post16,         /* school leavers go on, */
    &pw_university,     /* or up, */
    &pw_apprenticeship, /* or learn at work; */
    &pw_participation,  /* adults look for work or do not; */
    &pw_jobs,           /* jobs are filled */
    &pw_pay,            /* and paid; */
    &pw_moves,          /* people move, */
    &pw_home,           /* buy homes, */
    &pw_wealth,         /* save and inherit, */
    &pw_inner_life,     /* and feel what came of it all. */
    NULL,
};

size_t
pw_schedule_length(void)
{
    return sizeof pw_schedule / sizeof *pw_schedule - 1;
}

/* What is done to a shard in one sweep, in order. */
#define MAX_STEPS 64

struct step {
    void (*run)(const struct pw_country *country, struct pw_shard *shard, int pass);
    int pass;
};

struct sweep {
    struct pw_country *country;
    struct pw_shard *shards;
    size_t num_shards;
    struct step step[MAX_STEPS];
    int num_steps;
};

static void
sweep_shard(void *context, size_t s)
{
    const struct sweep *sweep = context;

    for (int i = 0; i < sweep->num_steps; i++)
        sweep->step[i].run(sweep->country, &sweep->shards[s], sweep->step[i].pass);
}

static void
flush(struct sweep *sweep)
{
    if (sweep->num_steps > 0) pw_parallel_for(sweep->num_shards, sweep_shard, sweep);
    sweep->num_steps = 0;
}

static void
add(struct sweep *sweep,
    void (*run)(const struct pw_country *country, struct pw_shard *shard, int pass), int pass)
{
    if (run == NULL) return;
    if (sweep->num_steps == MAX_STEPS) flush(sweep);
    sweep->step[sweep->num_steps++] = (struct step){ run, pass };
}

static void
run_process(
    struct sweep *sweep, const struct pw_process *process, const struct pw_onlooker *onlooker)
{
    const int num_passes = process->num_passes == 0 ? 1 : process->num_passes;

    for (int pass = 0; pass < num_passes; pass++) {
        if (process->has_pass != NULL && !process->has_pass(sweep->country, pass)) continue;
        if (onlooker != NULL) flush(sweep);
        if (onlooker != NULL && process->clear == NULL) onlooker->look(onlooker->context, pass);
        add(sweep, process->ask, pass);
        if (process->clear != NULL) {
            flush(sweep);
            process->clear(sweep->country, sweep->shards, sweep->num_shards, pass);
            if (onlooker != NULL) onlooker->look(onlooker->context, pass);
        }
        add(sweep, process->settle, pass);
    }
}

void
pw_schedule_open_year(struct pw_country *country, int year)
{
    pw_country_open_year(country, year);
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        if (pw_schedule[i]->open != NULL) pw_schedule[i]->open(country);
}

void
pw_schedule_run_process(struct pw_country *country, struct pw_shard *shards, size_t num_shards,
    size_t process, const struct pw_onlooker *onlooker)
{
    struct sweep sweep = { .country = country, .shards = shards, .num_shards = num_shards };

    run_process(&sweep, pw_schedule[process], onlooker);
    flush(&sweep);
}

void
pw_schedule_run_year(struct pw_country *country, struct pw_shard *shards, size_t num_shards,
    int year, double *seconds)
{
    struct sweep sweep = { .country = country, .shards = shards, .num_shards = num_shards };

    pw_schedule_open_year(country, year);
    for (size_t i = 0; pw_schedule[i] != NULL; i++) {
        const double begin = seconds == NULL ? 0.0 : pw_seconds();

        run_process(&sweep, pw_schedule[i], NULL);
        if (seconds != NULL) {
            flush(&sweep);
            seconds[i] += pw_seconds() - begin;
        }
    }
    flush(&sweep);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/job_loss.h"

#include <math.h>
#include <string.h>

#include "pathways/labour.h"
#include "pathways/numeric.h"

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    (void) pass;
    memset(shard->tally, 0,
        (size_t) country->scenario->num_labour_markets * PW_LABOUR_NUM_KINDS
            * sizeof *shard->tally);
    pw_labour_count(country, shard, pw_shard_ages(shard, country->year, 15, PW_MAX_AGE),
        PW_LABOUR_NUM_KINDS, shard->tally);
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const int num_markets = country->scenario->num_labour_markets;

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, (size_t) num_markets * PW_LABOUR_NUM_KINDS);
    for (int l = 0; l < num_markets; l++) {
        country->labour_force[l] = country->sum[l * PW_LABOUR_NUM_KINDS + PW_LABOUR_SEEKS];
        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            country->held[l * PW_NUM_CLASSES + c] = country->sum[l * PW_LABOUR_NUM_KINDS + c];
            country->labour_force[l] += country->sum[l * PW_LABOUR_NUM_KINDS + c];
        }
    }
    pw_country_count_jobs(country);
    for (int l = 0; l < num_markets; l++) {
        int64_t jobs = 0, professional = 0;

        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            const int k = l * PW_NUM_CLASSES + c;

            country->job_cut[k] = country->held[k] > country->jobs[k]
                                      ? 1.0f - (float) country->jobs[k] / (float) country->held[k]
                                      : 0.0f;
            jobs += country->jobs[k];
            professional += c >= PW_LOWER_PROFESSIONAL ? country->jobs[k] : 0;
        }
        country->professional_share[l] = (float) professional / (float) (jobs > 0 ? jobs : 1);
        country->tightness[l] =
            (float) jobs / (float) (country->labour_force[l] > 0 ? country->labour_force[l] : 1);
    }
}

static void
lose(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_UNEMPLOYED;
    shard->spell[i] = 0;
    shard->hours[i] = 0;
    shard->events[i] |= PW_EVENT_REDUNDANT;
}

/* Chances that a job ends, as jobs do, and because its class shrinks. */
struct risks {
    float lost, cut;
};

PW_INLINE struct risks
risks_of(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_job_loss_params *params = &country->params->job_loss;
    const float youth = age < 25 ? params->youth_ratio : 1.0f;
    const uint8_t class = shard->class[i];
    const float kept = pw_push(country, shard, PW_CHANNEL_JOB_LOSS, age, i);

    return (struct risks){
        .lost = params->rate[class] * youth * pw_maximum(1.0f - kept, 0.0f)
                * pw_select(shard->spell[i] < 2, params->short_tenure_ratio, 1.0f),
        .cut = country->job_cut[shard->work_market[i] * PW_NUM_CLASSES + class],
    };
}

/* Those of a slice who have a job. */
PW_INLINE void
list_employed(const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *employed)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *state = shard->state + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        wanted[j] = state[j] == PW_EMPLOYED;
    pw_few_list(employed, slice, wanted);
}

/* Chances that nobody of an age exceeds: most draws are above, and need no look at the job. */
static struct risks
highest_risks(const struct pw_country *country, int age)
{
    const struct pw_job_loss_params *params = &country->params->job_loss;
    struct risks highest = { 0.0f, 0.0f };

    for (int c = 0; c < PW_NUM_CLASSES; c++)
        highest.lost = pw_maximum(highest.lost, params->rate[c]);
    highest.lost *= age < 25 ? params->youth_ratio : 1.0f;
    highest.lost *= pw_maximum(params->short_tenure_ratio, 1.0f);
    /* A policy may make jobs less safe. */
    if (pw_is_pushed(country, PW_CHANNEL_JOB_LOSS)) highest.lost = INFINITY;
    for (int k = 0; k < country->scenario->num_labour_markets * PW_NUM_CLASSES; k++)
        highest.cut = pw_maximum(highest.cut, country->job_cut[k]);
    return highest;
}

static PW_KERNEL void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, PW_MAX_AGE);
    const struct risks young = highest_risks(country, 16), old = highest_risks(country, 25);
    struct pw_few employed;
    struct pw_draws draws;

    (void) pass;
    while (pw_slice_next(&slice)) {
        const struct risks highest = slice.age < 25 ? young : old;
        uint8_t may_lose[PW_BLOCK];
        struct pw_few few;

        list_employed(shard, &slice, &employed);
        pw_few_draw(&employed, &slice, &country->rng, PW_STREAM_JOB_LOSS, 0, &draws);
        for (size_t n = 0; n < employed.count; n++)
            may_lose[n] = (draws.u[0][n] < highest.lost) | (draws.u[1][n] < highest.cut);
        few.count = pw_pick(may_lose, employed.count, 0, few.row);
        for (size_t k = 0; k < few.count; k++) {
            const size_t n = few.row[k], i = employed.row[n];
            const struct risks risks = risks_of(country, shard, i, slice.age);

            if ((draws.u[0][n] < risks.lost) | (draws.u[1][n] < risks.cut)) lose(shard, i);
        }
    }
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    struct pw_draws draws;
    struct risks risks;
    double chance;

    (void) pass;
    if (slice.age < 16 || shard->state[row] != PW_EMPLOYED) return false;
    risks = risks_of(country, shard, row, slice.age);
    chance = 1.0
             - (1.0 - (double) pw_clamp(risks.lost, 0.0f, 1.0f))
                   * (1.0 - (double) pw_clamp(risks.cut, 0.0f, 1.0f));
    pw_slice_draw(&slice, &country->rng, PW_STREAM_JOB_LOSS, 0, &draws);
    *decision = pw_decision_begin("the job", row);
    (void) pw_decision_option(decision, "keep the job", 1.0 - chance, PW_COLUMN_state, PW_EMPLOYED);
    (void) pw_decision_option(decision, "lose the job", chance, PW_COLUMN_state, PW_UNEMPLOYED);
    decision->taken = (draws.u[0][0] < risks.lost) | (draws.u[1][0] < risks.cut);
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_job_loss = {
    .name = "job_loss",
    .about = "The number of jobs follows the times, and some jobs end.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(class) | PW_SET(place) | PW_SET(spell)
             | PW_SET(work_market) | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism = "The jobs of each labour market and class follow the labour force, the recorded "
                 "unemployment and class mix, and the lasting differences of the area. Workers are "
                 "made redundant at the rate of their class, more often when young or new; where a "
                 "class has shrunk below those who hold it, as many more go. How tight each labour "
                 "market is and its share of professional work are noted.",
    .equation =
        "jobs(l, c) = labour force(l) x (1 - unemployment x ratio(l)) x mix(c) x tilt(l, c); "
        "P(lose) = rate(class) x youth_ratio under 25 x short_tenure_ratio in the first two "
        "years; P(cut) = 1 - jobs / held",
    .source = "Unemployment and class mix: the paths labour.unemployment and labour.class_mix, and "
              "the published figures of areas. Rates by class: flow2013. Ratios of the young and "
              "new assumed or fitted.",
    .tested = "job_loss.redundancies_are_at_the_rate_of_the_class "
              "job_loss.in_a_recession_more_jobs_go "
              "directions.riskier_jobs_mean_more_redundancies_but_no_fewer_jobs",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/jobs.h"

#include "pathways/numeric.h"

/* Value of `detail`: the class of the present job, or one of these. */
enum { OUT_OF_WORK = PW_NUM_CLASSES, HIRED };

/* Tally by labour market: jobs held by class at the start, the labour force, then jobs left by class. */
enum { HELD, FORCE = PW_NUM_CLASSES, LEFT, WIDTH = LEFT + PW_NUM_CLASSES };

float
pw_jobs_score(const struct pw_jobs_params *params, const struct pw_jobs_applicant *applicant)
{
    const float know_how
        = params->skill * applicant->skill + params->experience * pw_log(1.0f + applicant->experience / 5.0f);

    return params->credentialism * params->credential * applicant->credential
        + (1.0f - params->credentialism) * know_how + params->network * applicant->network
        + params->local * applicant->local + params->noise * applicant->noise;
}

/* Chance that somebody in work looks for a better class of job. */
static float
looks_upward(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_jobs_params *params = &country->params->jobs;
    const float mismatch
        = shard->qualification[i] >= PW_FIRST_DEGREE && shard->class[i] < PW_LOWER_PROFESSIONAL
        ? params->search_mismatch
        : 0.0f;

    return pw_logistic(params->search_base + mismatch - params->search_age * ((float) age - 30.0f)
        + params->search_aspiration * shard->aspiration[i]
        + params->search_efficacy * shard->self_efficacy[i]);
}

static float
rank(const struct pw_country *country, const struct pw_shard *shard, size_t i, int class, float luck)
{
    const struct pw_jobs_params *params = &country->params->jobs;
    const float origin
        = shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;
    const uint16_t home = shard->home_place[i];
    const bool local = home != PW_UNPLACED
        && country->labour_market[home] == country->labour_market[shard->place[i]];
    const struct pw_jobs_applicant applicant = {
        .credential = (float) shard->qualification[i] - 1.5f,
        .skill = shard->skill[i],
        .experience = (float) shard->experience[i],
        .network = origin * (class >= PW_LOWER_PROFESSIONAL ? 1.0f : 0.4f),
        .local = local ? 1.0f : 0.0f,
        .noise = luck,
    };
    const float scar = shard->state[i] == PW_UNEMPLOYED
        ? params->duration * pw_minimum((float) shard->spell[i], 4.0f)
        : 0.0f;
    const float barrier = shard->sex[i] == PW_FEMALE && class == PW_HIGHER_PROFESSIONAL
        ? params->women_barrier * (1.0f - (float) country->now.pay_women_ratio[0])
        : 0.0f;

    return pw_jobs_score(params, &applicant) - scar - barrier;
}

static void
list_seekers(const struct pw_country *country, struct pw_shard *shard)
{
    struct pw_slice slice = pw_slices(shard, country->year, 15, 74);
    struct pw_draws draws;

    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        pw_slice_draw(&slice, &country->rng, PW_STREAM_JOB_SEARCH, 0, &draws);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;
            const uint8_t state = shard->state[i];
            int64_t *count;

            if (state != PW_EMPLOYED && state != PW_UNEMPLOYED && !pw_state_is_apprentice(state))
                continue;
            count = &shard->tally[country->labour_market[shard->place[i]] * WIDTH];
            count[FORCE]++;
            if (state == PW_EMPLOYED)
                count[HELD + shard->class[i]]++;
            if (state != PW_UNEMPLOYED
                && (state != PW_EMPLOYED || shard->class[i] == PW_HIGHER_PROFESSIONAL
                    || draws.u[0][j] >= looks_upward(country, shard, i, slice.age)))
                continue;
            *pw_market_ask(shard) = (struct pw_application) {
                .row = (uint32_t) i,
                .detail = state == PW_EMPLOYED ? shard->class[i] : OUT_OF_WORK,
                .score = { 0, (uint64_t) (draws.u[2][j] * 0x1p32f) },
            };
        }
    }
}

static int
class_of_pass(int pass)
{
    return PW_HIGHER_PROFESSIONAL - pass;
}

/* Everyone in the list who would gain by a job of the class applies where they live. */
static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const int class = class_of_pass(pass);

    if (pass == 0) {
        for (size_t i = 0; i < shard->tally_size; i++)
            shard->tally[i] = 0;
        list_seekers(country, shard);
    }
    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;
        const bool applies = application->detail == OUT_OF_WORK || application->detail < class;
        uint32_t words[4];

        application->wish[0] = PW_NO_MARKET;
        if (!applies || application->detail == HIRED)
            continue;
        pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_JOB_SEARCH,
            1 + (uint32_t) pass, words);
        application->wish[0] = country->labour_market[shard->place[i]];
        application->wish[1] = PW_NO_MARKET;
        application->score[0] = pw_market_score(
            rank(country, shard, i, class, pw_normal(pw_rng_open(words[0]))), words[1]);
    }
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const int num_markets = country->scenario->num_labour_markets;
    const int class = class_of_pass(pass);

    pw_country_sum_tallies(country, shards, num_shards, (size_t) num_markets * WIDTH);
    if (pass == 0) {
        for (int l = 0; l < num_markets; l++) {
            country->labour_force[l] = country->sum[l * WIDTH + FORCE];
            for (int c = 0; c < PW_NUM_CLASSES; c++)
                country->held[l * PW_NUM_CLASSES + c] = country->sum[l * WIDTH + HELD + c];
        }
        pw_country_count_jobs(country);
    }
    for (int l = 0; l < num_markets; l++) {
        const int k = l * PW_NUM_CLASSES + class;
        const int64_t held = country->held[k] - country->sum[l * WIDTH + LEFT + class];

        country->vacancy.capacity[l]
            = country->jobs[k] > held ? country->jobs[k] - held : 0;
    }
    pw_market_clear(&country->vacancy, shards, num_shards);
}

static void
hire(struct pw_shard *shard, size_t i, int class)
{
    if (shard->state[i] == PW_UNEMPLOYED) {
        shard->state[i] = PW_EMPLOYED;
        shard->spell[i] = 0;
    }
    shard->class[i] = (uint8_t) class;
    shard->hours[i] = 37;
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    for (size_t a = 0; a < shard->num_applications; a++) {
        struct pw_application *application = &shard->applications[a];

        if (application->wish[0] == PW_NO_MARKET || application->placed == PW_NO_MARKET)
            continue;
        if (application->detail < PW_NUM_CLASSES)
            shard->tally[application->placed * WIDTH + LEFT + application->detail]++;
        hire(shard, application->row, class_of_pass(pass));
        application->detail = HIRED;
    }
    if (pass + 1 < PW_NUM_CLASSES)
        return;
    for (size_t a = 0; a < shard->num_applications; a++)
        if (shard->applications[a].detail == OUT_OF_WORK)
            shard->events[shard->applications[a].row] |= PW_EVENT_DISPLACED;
    shard->num_applications = 0;
    (void) country;
}

const struct pw_process pw_jobs = {
    .name = "jobs",
    .about = "Vacancies are filled from the highest class down; promotions leave vacancies below.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(class) | PW_SET(place)
        | PW_SET(home_place) | PW_SET(qualification) | PW_SET(skill) | PW_SET(experience)
        | PW_SET(origin_class) | PW_SET(sex) | PW_SET(aspiration) | PW_SET(self_efficacy),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(class) | PW_SET(hours) | PW_SET(events),
    .num_passes = PW_NUM_CLASSES,
    .ask = ask,
    .clear = clear,
    .settle = settle,
};

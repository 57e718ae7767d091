/* SPDX-License-Identifier: MIT */
#include "pathways/apprenticeship.h"

#include <string.h>

#include "pathways/numeric.h"
#include "pathways/provision.h"
#include "pathways/push.h"

#define FIRST_AGE 18
#define LAST_AGE  24

PW_INLINE bool
may_apply(uint8_t state, uint8_t class, uint8_t qualification)
{
    const bool below = (state == PW_EMPLOYED) & (class <= PW_INTERMEDIATE);

    return ((state == PW_UNEMPLOYED) | below) & (qualification <= PW_FURTHER);
}

/* How employers rank an applicant without luck. */
static float
standing(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const struct pw_post16_params *params = &country->params->post16;
    const float z = (shard->attainment[i] - country->params->gcse.attainment_mean)
                    / country->params->gcse.attainment_sd;
    const float origin =
        shard->origin_class[i] == PW_NO_CLASS ? 0.0f : (float) shard->origin_class[i] - 2.0f;

    return params->employer_attainment * z + params->employer_efficacy * shard->self_efficacy[i]
           + params->employer_network * origin
                 * pw_maximum(1.0f - pw_push(country, shard, PW_CHANNEL_NETWORK, age, i), 0.0f);
}

static void
apply(const struct pw_country *country, struct pw_shard *shard, size_t i, float rank,
    uint32_t lottery)
{
    const uint16_t first = (uint16_t) (country->labour_market[shard->place[i]] * PW_NUM_LEVELS);
    const int highest = shard->qualification[i] >= PW_A_LEVEL ? 2
                        : shard->qualification[i] == PW_GCSE  ? 1
                                                              : 0;
    struct pw_application *application = pw_market_ask(shard);

    *application = (struct pw_application){ .row = (uint32_t) i };
    for (int w = 0; w < PW_MAX_WISHES; w++) {
        application->wish[w] =
            w < 2 && highest - w >= 0 ? (uint16_t) (first + highest - w) : PW_NO_MARKET;
        application->score[w] = pw_market_score(rank, lottery);
    }
}

static void
count_cohort(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_range cohort = pw_shard_ages(shard, country->year, 20, 20);

    memset(shard->tally, 0, (size_t) country->scenario->num_labour_markets * sizeof *shard->tally);
    for (size_t i = cohort.begin; i < cohort.end; i++)
        if (pw_state_is_present(shard->state[i]))
            shard->tally[country->labour_market[shard->place[i]]]++;
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_apprenticeship_params *params = &country->params->apprenticeship;
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    struct pw_few few;
    struct pw_draws draws;

    (void) pass;
    count_cohort(country, shard);
    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        few.count = 0;
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            pw_few_add(
                &few, i, may_apply(shard->state[i], shard->class[i], shard -> qualification[i]));
        pw_few_draw(&few, &slice, &country->rng, PW_STREAM_APPRENTICESHIP, 0, &draws);
        for (size_t n = 0; n < few.count; n++) {
            const size_t i = few.row[n];
            const float wish =
                shard->state[i] == PW_UNEMPLOYED ? params->wish_unemployed : params->wish_employed;

            if (draws.u[0][n] < wish)
                apply(country, shard, i,
                    standing(country, shard, i, slice.age) + pw_normal(draws.u[1][n]),
                    pw_lottery(draws.u[2][n]));
        }
    }
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    static const enum pw_lever lever[PW_NUM_LEVELS] = { PW_LEVER_APPRENTICESHIP_PLACES_INTERMEDIATE,
        PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED, PW_LEVER_APPRENTICESHIP_PLACES_HIGHER };
    const int num_markets = country->scenario->num_labour_markets;

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, (size_t) num_markets);
    for (int l = 0; l < num_markets; l++) {
        const double cohort = (double) country->sum[l];
        const double adult = country->now.apprenticeship_starts_adult[0] / 100.0;
        const double young = country->now.apprenticeship_starts_young[0] / 100.0;
        const double before_18 = young * country->now.apprenticeship_starts_before_18[0] / 100.0;

        for (int level = 0; level < PW_NUM_LEVELS; level++) {
            const double mix = country->now.apprenticeship_level_mix[level] / 100.0;
            const double starts =
                (adult + young) * mix - before_18 * pw_country_share_before_18(country, level);

            country->apprenticeship.capacity[l * PW_NUM_LEVELS + level] =
                starts > 0.0 ? (int64_t) (cohort * starts + 0.5) : 0;
        }
        /* Only higher places are added here: others are offered to school leavers first. */
        country->apprenticeship.capacity[l * PW_NUM_LEVELS + 2] +=
            pw_provision_added(country, lever[2], l);
        for (int level = 0; level < 2; level++)
            country->apprenticeship.capacity[l * PW_NUM_LEVELS + level] +=
                pw_provision_left(country, lever[level], l, level);
    }
    pw_market_clear(&country->apprenticeship, shards, num_shards);
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    (void) country;
    (void) pass;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;

        if (application->placed == PW_NO_MARKET) {
            shard->events[i] |= PW_EVENT_DISPLACED;
            continue;
        }
        shard->state[i] =
            (uint8_t) (PW_APPRENTICESHIP_INTERMEDIATE + application->placed % PW_NUM_LEVELS);
        shard->spell[i] = 0;
        shard->hours[i] = 37;
    }
    shard->num_applications = 0;
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    static const char *const names[PW_NUM_LEVELS] = { "intermediate apprenticeship",
        "advanced apprenticeship", "higher apprenticeship" };
    const struct pw_apprenticeship_params *params = &country->params->apprenticeship;
    const struct pw_application *application = pw_decision_application(shard, row);
    const int age = country->year - pw_shard_birth_year(shard, row), before = shard->state[row];
    const double wish =
        (double) (before == PW_UNEMPLOYED ? params->wish_unemployed : params->wish_employed);
    int got = before;

    (void) pass;
    if (age < FIRST_AGE || age > LAST_AGE
        || !may_apply(shard->state[row], shard->class[row], shard -> qualification[row]))
        return false;
    *decision = pw_decision_begin("whether to learn at work", row);
    for (int w = 0; application != NULL && w < 2 && application->wish[w] != PW_NO_MARKET; w++) {
        const uint16_t market = application->wish[w];

        pw_decision_door(decision, names[market % PW_NUM_LEVELS],
            country->scenario->labour_markets[market / PW_NUM_LEVELS].name,
            &country->apprenticeship, market, application->score[w]);
        if (application->placed != market) continue;
        decision->admitted = w;
        got = PW_APPRENTICESHIP_INTERMEDIATE + market % PW_NUM_LEVELS;
    }
    (void) pw_decision_option(decision, "not apply", 1.0 - wish, PW_COLUMN_state, before);
    (void) pw_decision_option(decision, "apply for an apprenticeship", wish, PW_COLUMN_state, got);
    decision->wanted = decision->taken = application != NULL;
    decision->is_routine = application == NULL;
    return true;
}

const struct pw_process pw_apprenticeship = {
    .name = "apprenticeship",
    .about = "Young adults apply for apprenticeships; employers choose.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(class) | PW_SET(qualification)
             | PW_SET(attainment) | PW_SET(self_efficacy) | PW_SET(origin_class) | PW_SET(place)
             | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "People of 18 to 24 below the professions, out of work or in it, apply for an "
        "apprenticeship of the level for which they qualify, or the one below. Employers of "
        "the labour market choose.",
    .equation = "P(apply) = wish_unemployed or wish_employed; rank = employer_attainment z + "
                "employer_efficacy x self_efficacy + employer_network x origin + e",
    .source = "Starts by level: the paths apprenticeship.starts_young, apprenticeship.starts_adult "
              "and apprenticeship.level_mix. Wishes and weights of employers assumed or fitted.",
    .tested = "apprenticeship.more_places_mean_more_apprentices "
              "apprenticeship.people_out_of_work_apply_more_often_than_people_in_work "
              "directions.more_apprenticeship_starts_mean_more_apprentices",
};

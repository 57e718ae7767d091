/* SPDX-License-Identifier: MIT */
#include "pathways/post16.h"

#include "pathways/numeric.h"
#include "pathways/parallel.h"
#include "pathways/provision.h"
#include "pathways/push.h"

enum { SIXTH_FORM, COLLEGE, ADVANCED, INTERMEDIATE, WORK, NEITHER, NUM_OPTIONS };

/* Utility of an option that is not open, or used up. */
#define NEVER -100.0f

/* In `detail`, beside the option without a place: the law binds the applicant to take part. */
#define BOUND 8
/* What puts those to whom the law promises a place before all others [SD]. */
#define PROMISE 64.0f

/* Tally by place: those aged 16 to 24 who are seen at nothing that others would follow, then by
 * what they do; then those aged 16. */
enum { OTHER, SEEN, COHORT = SEEN + PW_NUM_SEEN, WIDTH };

static size_t
market_of(const struct pw_country *country, const struct pw_shard *shard, size_t i, int option)
{
    const size_t places = (size_t) country->scenario->num_places;
    const uint16_t place = shard->place[i];

    switch (option) {
    case SIXTH_FORM:
        return place;
    case COLLEGE:
        return places + place;
    default:
        return 2 * places + (size_t) country->labour_market[place] * PW_NUM_LEVELS
               + (option == ADVANCED ? 1 : 0);
    }
}

/* Where the tally counts a state; all that is not listed is OTHER. */
static const uint8_t seen_as[PW_NUM_STATES] = {
    [PW_SIXTH_FORM] = SEEN,
    [PW_UNIVERSITY_HOME] = SEEN,
    [PW_UNIVERSITY_AWAY] = SEEN,
    [PW_POSTGRADUATE] = SEEN,
    [PW_FURTHER_EDUCATION] = SEEN + 1,
    [PW_APPRENTICESHIP_INTERMEDIATE] = SEEN + 2,
    [PW_APPRENTICESHIP_ADVANCED] = SEEN + 2,
    [PW_APPRENTICESHIP_HIGHER] = SEEN + 2,
    [PW_EMPLOYED] = SEEN + 3,
};

static void
count_young(const struct pw_country *country, struct pw_shard *shard)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, 24);

    for (size_t i = 0; i < shard->tally_size; i++)
        shard->tally[i] = 0;
    while (pw_slice_next(&slice)) {
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            int64_t *count = &shard->tally[pw_table_place(shard->place[i]) * WIDTH];
            const uint8_t state = shard->state[i];
            const bool is_present = pw_state_is_present(state);

            count[COHORT] += is_present & (slice.age == 16);
            count[seen_as[state]] += is_present;
        }
    }
}

/* Share of the young people counted in a row of the tally who are seen on a route. */
static float
share_seen(const int64_t *count, int route)
{
    int64_t young = 0;

    for (int kind = OTHER; kind < COHORT; kind++)
        young += count[kind];
    return young > 0 ? (float) count[SEEN + route] / (float) young : 0.0f;
}

/* Through which channel policies pull. */
static const enum pw_channel channel_of[NUM_OPTIONS] = {
    [SIXTH_FORM] = PW_CHANNEL_ROUTE_SIXTH_FORM,
    [COLLEGE] = PW_CHANNEL_ROUTE_COLLEGE,
    [ADVANCED] = PW_CHANNEL_ROUTE_APPRENTICESHIP,
    [INTERMEDIATE] = PW_CHANNEL_ROUTE_APPRENTICESHIP,
    [WORK] = PW_CHANNEL_ROUTE_WORK,
    [NEITHER] = PW_CHANNEL_ROUTE_NEITHER,
};

/* The course of somebody of 17; WORK for those who are in none. */
PW_INLINE int
course_of(uint8_t state)
{
    return state == PW_SIXTH_FORM ? SIXTH_FORM : state == PW_FURTHER_EDUCATION ? COLLEGE : WORK;
}

/* The duty to take part in education or training, which comes with the promise of a place. */
static bool
is_bound(const struct pw_country *country, int age)
{
    return (double) age < country->now.school_participation_age[0];
}

/* Sixth forms ask for results, once; colleges have a course for everyone. */
PW_INLINE bool
may_enter_sixth_form(const struct pw_country *country, const struct pw_shard *shard, size_t i)
{
    const struct pw_gcse_params *gcse = &country->params->gcse;

    return shard->state[i] == PW_SIXTH_FORM
           || shard->attainment[i]
                  >= gcse->attainment_mean
                         + gcse->attainment_sd * country->params->post16.sixth_form_threshold;
}

/* Those of a slice who choose, each with what counts for the options and how they would be ranked.
 */
struct choosers {
    struct pw_few few;
    float z[PW_BLOCK]; /* attainment */
    float origin[PW_BLOCK];
    float utility[NUM_OPTIONS][PW_BLOCK];
    float standing[NUM_OPTIONS][PW_BLOCK]; /* where a place is needed */
    uint32_t luck[PW_BLOCK], lottery[PW_BLOCK];
};

/* A column of those who choose, side by side. */
PW_INLINE void
gather(const struct choosers *choosers, const float *column, float *value)
{
    for (size_t n = 0; n < choosers->few.count; n++)
        value[n] = column[choosers->few.row[n]];
}

/* Attainment and origin, which count for themselves and with institutions. */
PW_INLINE void
look_up(const struct pw_country *country, const struct pw_shard *shard, struct choosers *choosers)
{
    const struct pw_gcse_params *gcse = &country->params->gcse;

    gather(choosers, shard->attainment, choosers->z);
    for (size_t n = 0; n < choosers->few.count; n++) {
        const uint8_t origin = shard->origin_class[choosers->few.row[n]];

        choosers->z[n] = (choosers->z[n] - gcse->attainment_mean) / gcse->attainment_sd;
        choosers->origin[n] = pw_given(origin != PW_NO_CLASS, (float) origin - 2.0f);
    }
}

/* What people are like, in the utility of every option. */
PW_INLINE void
weigh_persons(
    const struct pw_country *country, const struct pw_shard *shard, struct choosers *choosers)
{
    const struct pw_post16_params *params = &country->params->post16;
    const size_t count = choosers->few.count;
    const float log_median = pw_log(country->median_income);
    float aspiration[PW_BLOCK], self_efficacy[PW_BLOCK], women[PW_BLOCK], income[PW_BLOCK];

    gather(choosers, shard->aspiration, aspiration);
    gather(choosers, shard->self_efficacy, self_efficacy);
    for (size_t n = 0; n < count; n++) {
        women[n] = pw_given(shard->sex[choosers->few.row[n]] == PW_FEMALE, 1.0f);
        income[n] = pw_country_income_over(shard->origin_income[choosers->few.row[n]], log_median);
    }
    for (int option = 0; option < NUM_OPTIONS; option++) {
        float *utility = choosers->utility[option];

        for (size_t n = 0; n < count; n++)
            utility[n] = params->base[option] + params->attainment[option] * choosers->z[n]
                         + params->aspiration[option] * aspiration[n]
                         + params->self_efficacy[option] * self_efficacy[n]
                         + params->origin[option] * choosers->origin[n]
                         + params->women[option] * women[n] + params->income[option] * income[n];
    }
}

/* What the place and its labour market are like. */
PW_INLINE void
weigh_places(const struct pw_country *country, const struct pw_shard *shard, int age,
    struct choosers *choosers)
{
    const struct pw_post16_params *params = &country->params->post16;
    const float duty = is_bound(country, age) ? 1.0f : 0.0f;
    float(*utility)[PW_BLOCK] = choosers->utility;

    for (size_t n = 0; n < choosers->few.count; n++) {
        const size_t i = choosers->few.row[n];
        const uint16_t place = shard->place[i], market = country->labour_market[place];
        const float *seen = &country->route_seen[place * PW_NUM_SEEN];
        const float tight = country->tightness[market] - 0.94f;
        const float travel = pw_given(country->is_rural[place] != 0, params->rural_travel);

        utility[SIXTH_FORM][n] +=
            params->returns
            * (country->professional_share[market] - country->params->childhood.usual_share);
        for (int option = COLLEGE; option <= INTERMEDIATE; option++)
            utility[option][n] -= travel;
        utility[SIXTH_FORM][n] += params->seen * seen[0];
        utility[COLLEGE][n] += params->seen * seen[1];
        utility[ADVANCED][n] += params->seen * seen[2];
        utility[INTERMEDIATE][n] += params->seen * seen[2];
        utility[WORK][n] +=
            params->seen * seen[3] + params->work_tightness * tight - params->duty * duty;
        utility[NEITHER][n] -=
            params->duty * duty + params->neither_belonging * shard->belonging[i];
    }
}

/* It is late for another course; who is in one may stay or begin an apprenticeship. */
PW_INLINE void
weigh_age(const struct pw_country *country, const struct pw_shard *shard, struct choosers *choosers)
{
    const float late = country->params->post16.late;
    float(*utility)[PW_BLOCK] = choosers->utility;

    for (size_t n = 0; n < choosers->few.count; n++) {
        const int course = course_of(shard->state[choosers->few.row[n]]);

        if (course == WORK) {
            utility[SIXTH_FORM][n] -= late;
            utility[COLLEGE][n] -= late;
        } else {
            utility[course == COLLEGE ? SIXTH_FORM : COLLEGE][n] = NEVER;
            utility[WORK][n] = utility[NEITHER][n] = NEVER;
        }
    }
}

/* Utilities of the options without luck. */
PW_INLINE void
weigh(const struct pw_country *country, const struct pw_shard *shard, int age,
    struct choosers *choosers)
{
    const size_t count = choosers->few.count;

    look_up(country, shard, choosers);
    weigh_persons(country, shard, choosers);
    weigh_places(country, shard, age, choosers);
    for (int option = 0; option < NUM_OPTIONS; option++) {
        if (!pw_is_pushed(country, channel_of[option])) continue;
        for (size_t n = 0; n < count; n++)
            choosers->utility[option][n] +=
                pw_push(country, shard, channel_of[option], age, choosers->few.row[n]);
    }
    if (age > 16) weigh_age(country, shard, choosers);
    for (size_t n = 0; n < count; n++)
        if (!may_enter_sixth_form(country, shard, choosers->few.row[n]))
            choosers->utility[SIXTH_FORM][n] = NEVER;
}

/* How institutions rank those who choose: by lot, by results, or as employers do. */
PW_INLINE void
rank(const struct pw_country *country, const struct pw_shard *shard, int age,
    struct choosers *choosers)
{
    const struct pw_post16_params *params = &country->params->post16;
    const bool is_pushed = pw_is_pushed(country, PW_CHANNEL_NETWORK);
    const size_t count = choosers->few.count;
    float u[PW_BLOCK], luck[NUM_OPTIONS][PW_BLOCK];

    for (int option = SIXTH_FORM; option <= INTERMEDIATE; option++) {
        for (size_t n = 0; n < count; n++)
            u[n] = pw_rng_open(
                (uint32_t) pw_mix64((uint64_t) choosers->luck[n] << 8 | (uint64_t) option));
        pw_normals(u, count, luck[option]);
    }
    for (size_t n = 0; n < count; n++) {
        const size_t i = choosers->few.row[n];
        const float z = choosers->z[n], origin = choosers->origin[n];
        const float push = is_pushed ? pw_push(country, shard, PW_CHANNEL_NETWORK, age, i) : 0.0f;
        const float employer = params->employer_attainment * z
                               + params->employer_efficacy * shard->self_efficacy[i]
                               + params->employer_network * origin * pw_maximum(1.0f - push, 0.0f);

        choosers->standing[SIXTH_FORM][n] = z + params->sixth_form_luck * luck[SIXTH_FORM][n];
        choosers->standing[COLLEGE][n] = luck[COLLEGE][n];
        choosers->standing[ADVANCED][n] = employer + luck[ADVANCED][n];
        choosers->standing[INTERMEDIATE][n] = employer + luck[INTERMEDIATE][n];
    }
}

/* Luck in the utility of each option; for the ranks later. */
PW_INLINE void
draw_luck(const struct pw_country *country, const struct pw_slice *slice, struct choosers *choosers)
{
    const size_t count = choosers->few.count;
    struct pw_draws draws;
    float u[2][PW_BLOCK];

    pw_few_draw(&choosers->few, slice, &country->rng, PW_STREAM_POST16, 0, &draws);
    for (size_t n = 0; n < count; n++) {
        uint32_t words[4];

        pw_rng_words(&country->rng, slice->shard->key[choosers->few.row[n]], slice->age,
            PW_STREAM_POST16, 1, words);
        u[0][n] = pw_rng_open(words[0]);
        u[1][n] = pw_rng_open(words[1]);
        choosers->luck[n] = words[2];
        choosers->lottery[n] = words[3];
    }
    for (int option = 0; option < NUM_OPTIONS; option++) {
        const float *luck = option < 4 ? draws.u[option] : u[option - 4];

        for (size_t n = 0; n < count; n++)
            choosers->utility[option][n] += pw_gumbel(luck[n]);
    }
}

/* The option of highest utility; without a branch, since nobody can guess it. */
static int
best_of(const float *utility)
{
    float highest = utility[0];
    int best = 0;

    for (int option = 1; option < NUM_OPTIONS; option++) {
        best = utility[option] > highest ? option : best;
        highest = pw_maximum(utility[option], highest);
    }
    return best;
}

/* Options by falling utility until one that needs no place; `detail` keeps that one. */
static void
list_wishes(const struct pw_country *country, const struct pw_shard *shard, int age,
    const struct choosers *choosers, size_t n, struct pw_application *application)
{
    const size_t i = choosers->few.row[n];
    const bool bound = is_bound(country, age);
    const int course = course_of(shard->state[i]);
    const float first = age == 16 ? country->params->post16.guarantee : 0.0f;
    const float priority[NUM_OPTIONS] = {
        [SIXTH_FORM] = first,
        [COLLEGE] = bound ? PROMISE - (float) age : first,
    };
    float utility[NUM_OPTIONS];
    int num_wishes = 0, best;

    for (int option = 0; option < NUM_OPTIONS; option++)
        utility[option] = choosers->utility[option][n];
    *application = (struct pw_application){ .row = (uint32_t) i };
    for (;;) {
        best = best_of(utility);
        if (best == WORK || best == NEITHER || best == course || num_wishes == PW_MAX_WISHES) break;
        application->wish[num_wishes] = (uint16_t) market_of(country, shard, i, best);
        application->score[num_wishes] =
            pw_market_score(choosers->standing[best][n] + priority[best], choosers->lottery[n]);
        utility[best] = NEVER;
        num_wishes++;
    }
    for (int w = num_wishes; w < PW_MAX_WISHES; w++)
        application->wish[w] = PW_NO_MARKET;
    if (course == WORK && utility[NEITHER] > utility[WORK])
        application->detail = NEITHER;
    else
        application->detail = (uint16_t) course;
    if (bound) application->detail |= BOUND;
}

/* At 16 everyone chooses; at 17 and 18 those who are not learning and lack level 3 may choose
 * again, and at 17 some of those in a course weigh an apprenticeship against it. */
static bool
chooses(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    const uint8_t state = shard->state[i];

    if (age == 15)
        return country->now.school_leaving_age[0] < 15.5 && state == PW_SCHOOL
               && pw_rng_uniform(&country->rng, shard->key[i], age, PW_STREAM_POST16, 2)
                      < pw_logistic(country->params->post16.leave_at_15
                                    - country->params->post16.leave_at_15_slope * shard->skill[i]);
    if (age == 16) return state == PW_SCHOOL || state == PW_UNEMPLOYED;
    if (age == 17 && course_of(state) != WORK)
        return pw_rng_uniform(&country->rng, shard->key[i], age, PW_STREAM_POST16, 2)
               < country->params->post16.look_round;
    return (state == PW_UNEMPLOYED || state == PW_INACTIVE) && shard->qualification[i] < PW_A_LEVEL;
}

/* Before 1972: out to work without examination. */
static void
leave_school(const struct pw_country *country, struct pw_shard *shard)
{
    struct pw_slice slice = pw_slices(shard, country->year, 15, 15);

    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            if (chooses(country, shard, i, 15)) {
                shard->state[i] = PW_UNEMPLOYED;
                shard->spell[i] = 0;
            }
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    struct pw_slice slice = pw_slices(shard, country->year, 16, 18);
    struct choosers choosers;

    (void) pass;
    count_young(country, shard);
    leave_school(country, shard);
    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        choosers.few.count = 0;
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            pw_few_add(&choosers.few, i, chooses(country, shard, i, slice.age));
        weigh(country, shard, slice.age, &choosers);
        draw_luck(country, &slice, &choosers);
        rank(country, shard, slice.age, &choosers);
        for (size_t n = 0; n < choosers.few.count; n++)
            list_wishes(country, shard, slice.age, &choosers, n, pw_market_ask(shard));
    }
}

/*
 * Places of one kind by the 16-year-olds of each place: schools and colleges offer what their
 * pupils qualify for, so supply follows attainment (`response` per SD), within the country's total.
 */
static void
supply(struct pw_country *country, double percent, float response, int64_t *capacity)
{
    const int places = country->scenario->num_places;
    double cohort = 0.0, weighted = 0.0;

    for (int p = 0; p < places; p++) {
        const double here = (double) country->sum[p * WIDTH + COHORT];

        cohort += here;
        weighted += here * (double) pw_exp(response * country->attainment[p]);
    }
    for (int p = 0; p < places && weighted > 0.0; p++)
        capacity[p] = (int64_t) ((double) country->sum[p * WIDTH + COHORT]
                                     * (double) pw_exp(response * country->attainment[p]) * cohort
                                     / weighted * percent / 100.0
                                 + 0.5);
}

static void
set_capacities(struct pw_country *country)
{
    const struct pw_post16_params *params = &country->params->post16;
    const struct pw_scenario *scenario = country->scenario;
    const int64_t *sum = country->sum;
    int64_t *capacity = country->post16.capacity;
    const int places = scenario->num_places;

    supply(country, country->now.post16_sixth_form_places[0], params->sixth_form_supply, capacity);
    supply(
        country, country->now.post16_college_places[0], params->college_supply, capacity + places);
    for (int p = 0; p < places; p++)
        capacity[p] += pw_provision_added_in_place(country, PW_LEVER_SIXTH_FORM_PLACES, p);
    for (int p = 0; p < places; p++)
        capacity[places + p] += pw_provision_added_in_place(country, PW_LEVER_COLLEGE_PLACES, p);
    for (int l = 0; l < scenario->num_labour_markets; l++) {
        double cohort = 0.0;

        for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++)
            cohort += (double) sum[country->member[j] * WIDTH + COHORT];
        /* Employers of manual and technical workers train most. */
        cohort *= country->now.apprenticeship_starts_young[0] / 100.0
                  * country->now.apprenticeship_starts_before_18[0] / 100.0
                  * (double) country->class_tilt[l * PW_NUM_CLASSES + PW_HIGHER_WORKING];
        for (int level = 0; level < 2; level++)
            capacity[2 * places + l * PW_NUM_LEVELS + level] =
                (int64_t) (cohort * pw_country_share_before_18(country, level) + 0.5)
                + pw_provision_added(country,
                    level == 0 ? PW_LEVER_APPRENTICESHIP_PLACES_INTERMEDIATE
                               : PW_LEVER_APPRENTICESHIP_PLACES_ADVANCED,
                    l);
    }
}

/*
 * Colleges have a place for everyone whom the law binds to take part, however many they are: clear
 * as if they had room for all, and let no college have less than those need. The rest share what is
 * left of the places, and what policies add.
 */
static void
keep_promise(struct pw_country *country, struct pw_shard *shards, size_t num_shards)
{
    const size_t places = (size_t) country->scenario->num_places;
    int64_t *college = country->post16.capacity + places, *promised = country->sum;
    int64_t added[PW_MAX_PLACES], room[PW_MAX_PLACES];

    for (size_t p = 0; p < places; p++) {
        added[p] = pw_provision_added_in_place(country, PW_LEVER_COLLEGE_PLACES, (int) p);
        room[p] = college[p] - added[p];
        college[p] = INT64_MAX;
        promised[p] = 0;
    }
    pw_market_clear(&country->post16, shards, num_shards);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t a = 0; a < shards[s].num_applications; a++) {
            const struct pw_application *application = &shards[s].applications[a];
            const size_t market = application->placed;

            if ((application->detail & BOUND) != 0 && market >= places && market < 2 * places)
                promised[market - places]++;
        }
    pw_parallel_sum(promised, places);
    for (size_t p = 0; p < places; p++)
        college[p] = (room[p] > promised[p] ? room[p] : promised[p]) + added[p];
}

static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    const int places = country->scenario->num_places;
    int64_t all[WIDTH] = { 0 };

    (void) pass;
    pw_country_sum_tallies(country, shards, num_shards, (size_t) places * WIDTH);
    set_capacities(country);
    for (int p = 0; p < places; p++)
        for (int n = 0; n < WIDTH; n++)
            all[n] += country->sum[p * WIDTH + n];
    for (int p = 0; p < places; p++)
        for (int route = 0; route < PW_NUM_SEEN; route++) {
            country->route_seen[p * PW_NUM_SEEN + route] =
                share_seen(&country->sum[p * WIDTH], route) - share_seen(all, route);
        }
    if (is_bound(country, 16)) keep_promise(country, shards, num_shards);
    pw_market_clear(&country->post16, shards, num_shards);
}

/* The state that an option ends in. */
static const uint8_t option_states[NUM_OPTIONS] = {
    [SIXTH_FORM] = PW_SIXTH_FORM,
    [COLLEGE] = PW_FURTHER_EDUCATION,
    [ADVANCED] = PW_APPRENTICESHIP_ADVANCED,
    [INTERMEDIATE] = PW_APPRENTICESHIP_INTERMEDIATE,
    [WORK] = PW_UNEMPLOYED,
    [NEITHER] = PW_INACTIVE,
};

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const size_t places = (size_t) country->scenario->num_places;

    (void) pass;
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const size_t i = application->row;
        const uint8_t before = shard->state[i];

        if (application->placed != PW_NO_MARKET) {
            const size_t level = (application->placed - 2 * places) % PW_NUM_LEVELS;

            shard->state[i] = (uint8_t) (application->placed < places ? PW_SIXTH_FORM
                                         : application->placed < 2 * places
                                             ? PW_FURTHER_EDUCATION
                                             : PW_APPRENTICESHIP_INTERMEDIATE + level);
            shard->hours[i] = pw_state_is_apprentice(shard->state[i]) ? 37 : 0;
        } else {
            shard->state[i] = option_states[application->detail % BOUND];
        }
        if (application->wish[0] != PW_NO_MARKET && application->placed != application->wish[0])
            shard->events[i] |= PW_EVENT_DISPLACED;
        if (shard->state[i] != before) shard->spell[i] = 0;
    }
    shard->num_applications = 0;
}

static const char *const option_names[NUM_OPTIONS] = {
    [SIXTH_FORM] = "sixth form",
    [COLLEGE] = "college",
    [ADVANCED] = "advanced apprenticeship",
    [INTERMEDIATE] = "intermediate apprenticeship",
    [WORK] = "look for work",
    [NEITHER] = "neither work nor learning",
};

static int
option_of_market(const struct pw_country *country, uint16_t market)
{
    const size_t places = (size_t) country->scenario->num_places;

    if (market < 2 * places) return market < places ? SIXTH_FORM : COLLEGE;
    return (market - 2 * places) % PW_NUM_LEVELS == 1 ? ADVANCED : INTERMEDIATE;
}

/* The doors at which somebody knocked, in order, and what came of it. */
static void
tell_doors(const struct pw_country *country, const struct pw_shard *shard, size_t i,
    const struct pw_application *application, struct pw_decision *decision)
{
    const struct pw_scenario *scenario = country->scenario;
    const uint16_t place = shard->place[i];
    const char *market_name = scenario->labour_markets[country->labour_market[place]].name;

    decision->taken = application->detail % BOUND;
    for (int w = 0; w < PW_MAX_WISHES && application->wish[w] != PW_NO_MARKET; w++) {
        const int option = option_of_market(country, application->wish[w]);

        if (w == 0) decision->wanted = option;
        pw_decision_door(decision, option_names[option],
            option <= COLLEGE ? scenario->places[place].name : market_name, &country->post16,
            application->wish[w], application->score[w]);
        if (application->placed != application->wish[w]) continue;
        decision->admitted = w;
        decision->taken = option;
    }
    if (decision->wanted < 0) decision->wanted = application->detail % BOUND;
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const int age = country->year - pw_shard_birth_year(shard, row);
    const struct pw_application *application = pw_decision_application(shard, row);
    const struct pw_gcse_params *gcse = &country->params->gcse;
    const bool may_enter = may_enter_sixth_form(country, shard, row);
    struct choosers choosers;
    float utility[NUM_OPTIONS];
    double highest = (double) NEVER, sum = 0.0;

    (void) pass;
    if (application == NULL) return false;
    *decision = pw_decision_begin(age == 16                              ? "what to do after school"
                                  : course_of(shard->state[row]) == WORK ? "a new start"
                                                                         : "whether to stay",
        row);
    choosers.few.count = 1;
    choosers.few.row[0] = (uint32_t) row;
    weigh(country, shard, age, &choosers);
    for (int option = 0; option < NUM_OPTIONS; option++) {
        utility[option] = choosers.utility[option][0];
        highest = utility[option] > (float) highest ? (double) utility[option] : highest;
    }
    for (int option = 0; option < NUM_OPTIONS; option++)
        sum += exp((double) utility[option] - highest);
    for (int option = 0; option < NUM_OPTIONS; option++)
        (void) pw_decision_option(decision, option_names[option],
            exp((double) utility[option] - highest) / sum, PW_COLUMN_state, option_states[option]);
    if (!may_enter)
        pw_decision_fact(decision, "sixth forms ask for",
            (double) (gcse->attainment_mean
                      + gcse->attainment_sd * country->params->post16.sixth_form_threshold),
            "score");
    tell_doors(country, shard, row, application, decision);
    return true;
}

const struct pw_process pw_post16 = {
    .name = "post16",
    .about = "School leavers choose among sixth form, college, apprenticeship, work and neither.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(place) | PW_SET(attainment) | PW_SET(aspiration)
             | PW_SET(self_efficacy) | PW_SET(belonging) | PW_SET(origin_class) | PW_SET(sex)
             | PW_SET(qualification) | PW_SET(skill) | PW_SET(origin_income) | PW_SET(enrolled)
             | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(hours) | PW_SET(events),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "At 16, and at 17 and 18 if neither learning nor working, people choose among sixth "
        "form, college, two apprenticeships, work and neither: the option of highest utility,"
        " which depends on attainment, aspiration, self-efficacy, origin, family income, sex,"
        " distance, what the young of the place did last year, professional work nearby, the "
        "state of the labour market and the duty to take part. Places are finite; who is not "
        "admitted takes the next option. At 17 some of those in a course weigh an "
        "apprenticeship against it. Where the law binds the young to take part, colleges"
        " have a place for every one of them.",
    .equation = "U(option) = base + attainment z + aspiration + self_efficacy + origin + women + "
                "income, each times its parameter of the option, + seen x route_seen + returns x "
                "professional share - travel - duty + Gumbel; argmax, through the market post16",
    .source = "Logit with capacities (McFadden 1974; Azevedo & Leshno 2016). Slopes of attainment "
              "and sex: ks4_2023. Places and duty: the paths post16.sixth_form_places, "
              "post16.college_places, apprenticeship.starts_young, apprenticeship.level_mix, "
              "school.leaving_age and school.participation_age. The rest assumed or fitted.",
    .tested = "post16.higher_attainment_means_more_sixth_form_even_with_places_for_all "
              "post16.fewer_places_mean_fewer_pupils "
              "post16.by_default_a_higher_origin_sends_more_to_sixth_form "
              "directions.more_sixth_form_places_mean_more_pupils_in_sixth_form",
};

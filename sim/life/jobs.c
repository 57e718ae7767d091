/* SPDX-License-Identifier: MIT */
#include "pathways/jobs.h"

#include <string.h>

#include "pathways/labour.h"
#include "pathways/numeric.h"
#include "pathways/push.h"

/* Ages at which people look for work. */
#define FIRST_AGE 15
#define LAST_AGE  74

/* Unemployment at which jobs.unheard holds [%], assumed: where there is less, vacancies are easier
 * to find.
 */
#define USUAL_UNEMPLOYMENT 5.0f

/* Value of `detail`: the class of the present job, or OUT_OF_WORK; with WOMAN for women; the age;
 * and the class of origin. */
enum { OUT_OF_WORK = PW_NUM_CLASSES, WOMAN = 8, AGE = 16, NUM_AGES = 128, ORIGIN = AGE * NUM_AGES };
_Static_assert(LAST_AGE < NUM_AGES && ORIGIN * (PW_NO_CLASS + 1) <= UINT16_MAX, "a detail fits");

/* Tally by labour market: the kinds of people at the start, then jobs left by class. */
enum { LEFT = PW_LABOUR_NUM_KINDS, WIDTH = LEFT + PW_NUM_CLASSES };

/*
 * What employers see of an applicant, whatever the class of the job. An application has at most two
 * wishes, the labour market of the home and a neighbouring one, and keeps this in the place of the
 * scores of the others.
 */
struct file {
    float base;    /* credentials, know-how and local ties at home, less the scar */
    float network; /* class of origin, -2 to 2 */
    float help;    /* of policies, below the professions */
    float away;    /* what else counts in the neighbouring labour market */
};

static void
file_away(const struct file *file, struct pw_application *application)
{
    _Static_assert(sizeof *file <= sizeof application->score - 2 * sizeof *application->score,
        "a file fits where the third wish would be");
    memcpy(&application->score[2], file, sizeof *file);
}

static struct file
take_out(const struct pw_application *application)
{
    struct file file;

    memcpy(&file, &application->score[2], sizeof file);
    return file;
}

/* What years in work count with employers. */
PW_INLINE float
worth_of(const struct pw_jobs_params *params, float experience)
{
    return params->experience * pw_log(1.0f + experience / 5.0f);
}

/* Credentials against what people can do. @param worth  of experience */
PW_INLINE float
merit_of(const struct pw_jobs_params *params, float credentialism, float credential, float skill,
    float worth)
{
    const float know_how = params->skill * skill + worth;

    return credentialism * params->credential * credential + (1.0f - credentialism) * know_how;
}

float
pw_jobs_score(const struct pw_jobs_params *params, const struct pw_jobs_applicant *applicant)
{
    return merit_of(params, params->credentialism, applicant->credential, applicant->skill,
               worth_of(params, applicant->experience))
           + params->network * applicant->network + params->local * applicant->local
           + params->noise * applicant->noise;
}

/* Chance to look for a better class of job. */
PW_INLINE void
find_looking(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, float *looking)
{
    const size_t span = pw_slice_span(slice);
    const struct pw_jobs_params *params = &country->params->jobs;
    const uint8_t *class = shard->class + slice->begin;
    const uint8_t *qualification = shard->qualification + slice->begin;
    const float *aspiration = shard->aspiration + slice->begin;
    const float *self_efficacy = shard->self_efficacy + slice->begin;
    const float by_age = params->search_age * ((float) slice->age - 30.0f);
    float room[PW_BLOCK];
    const float *push = pw_pushes(country, slice, PW_CHANNEL_PROMOTION, room);

    for (size_t j = 0; j < span; j++) {
        const bool mismatch =
            (qualification[j] >= PW_FIRST_DEGREE) & (class[j] < PW_LOWER_PROFESSIONAL);
        const float latent = params->search_base + pw_given(mismatch, params->search_mismatch)
                             - by_age + params->search_aspiration * aspiration[j]
                             + params->search_efficacy * self_efficacy[j] + push[j];

        looking[j] = pw_logistic(latent);
    }
}

/* Those out of work who heard of a vacancy, and those in work who look for a better class. */
PW_INLINE void
list_seekers(const struct pw_country *country, const struct pw_shard *shard,
    const struct pw_slice *slice, const float *u, struct pw_few *seekers)
{
    const size_t span = pw_slice_span(slice);
    const float slack = (float) country->now.labour_unemployment[0] / USUAL_UNEMPLOYMENT;
    const float unheard = country->params->jobs.unheard * pw_minimum(slack, 1.0f);
    const uint8_t *state = shard->state + slice->begin, *class = shard->class + slice->begin;
    float looking[PW_BLOCK];
    uint8_t looks[PW_BLOCK];

    find_looking(country, shard, slice, looking);
    for (size_t j = 0; j < span; j++)
        looks[j] = ((state[j] == PW_UNEMPLOYED) & (u[j] >= unheard))
                   | ((state[j] == PW_EMPLOYED) & (class[j] != PW_HIGHER_PROFESSIONAL)
                       & (u[j] < looking[j]));
    pw_few_list(seekers, slice, looks);
}

/* 1 less the share that policies take away, but not below 0. */
PW_INLINE float
rest_of(const struct pw_country *country, const struct pw_shard *shard, enum pw_channel channel,
    int age, size_t i)
{
    return pw_maximum(1.0f - pw_push(country, shard, channel, age, i), 0.0f);
}

/* Chance that somebody would work in a neighbouring labour market. */
PW_INLINE float
commute_chance(const struct pw_country *country, const struct pw_shard *shard, size_t i, int age)
{
    return country->params->jobs.commute + pw_push(country, shard, PW_CHANNEL_COMMUTE, age, i);
}

/* Whole years in work that a column of eight bits can hold, 0 included. */
#define NUM_YEARS 256

/* What is worked out before the applicants of a shard: jobs and region of each labour market this
 * year, the jobs of each region and its labour markets in order (the first, and the next of each;
 * num_markets after the last), and what years in work are worth. */
struct surroundings {
    int num_markets;
    int first[PW_MAX_REGIONS], next[PW_MAX_LABOUR_MARKETS];
    float worth[NUM_YEARS];
    uint8_t region[PW_MAX_LABOUR_MARKETS];
    int64_t jobs[PW_MAX_LABOUR_MARKETS], in_region[PW_MAX_REGIONS];
};

PW_INLINE void
look_around(const struct pw_country *country, struct surroundings *around)
{
    around->num_markets = country->scenario->num_labour_markets;
    for (int years = 0; years < NUM_YEARS; years++)
        around->worth[years] = worth_of(&country->params->jobs, (float) years);
    memset(around->in_region, 0, sizeof around->in_region);
    for (int r = 0; r < PW_MAX_REGIONS; r++)
        around->first[r] = around->num_markets;
    for (int l = around->num_markets - 1; l >= 0; l--) {
        around->region[l] = pw_country_market_region(country, l);
        around->next[l] = around->first[around->region[l]];
        around->first[around->region[l]] = l;
        around->jobs[l] = 0;
        for (int c = 0; c < PW_NUM_CLASSES; c++)
            around->jobs[l] += country->jobs[l * PW_NUM_CLASSES + c];
        around->in_region[around->region[l]] += around->jobs[l];
    }
}

/* A neighbour of a labour market, drawn by its jobs; PW_NO_MARKET if there is none. */
PW_INLINE uint16_t
neighbour(const struct surroundings *around, uint16_t market, float u)
{
    const uint8_t region = around->region[market];
    int64_t rest =
        (int64_t) ((double) u * (double) (around->in_region[region] - around->jobs[market]));

    for (int l = around->first[region]; l < around->num_markets; l = around->next[l]) {
        if (l == market) continue;
        if (rest < around->jobs[l]) return (uint16_t) l;
        rest -= around->jobs[l];
    }
    return PW_NO_MARKET;
}

/*
 * Where else somebody applies: where they work, or in one neighbouring labour market.
 *
 * @param u  uniform on (0, 1) that draws the neighbour; negative: none is wanted
 */
PW_INLINE uint16_t
second_wish(const struct pw_country *country, const struct pw_shard *shard, size_t i,
    const struct surroundings *around, float u)
{
    const uint16_t market = country->labour_market[shard->place[i]];

    if (shard->state[i] == PW_EMPLOYED && shard->work_market[i] != market)
        return shard->work_market[i];
    return u < 0.0f ? PW_NO_MARKET : neighbour(around, market, u);
}

/* What local ties are worth in a labour market: to those who lived there at 14. */
PW_INLINE float
ties(const struct pw_country *country, const struct pw_shard *shard, size_t i, uint16_t market)
{
    const uint16_t home = shard->home_place[i];
    const bool local = home != PW_UNPLACED && country->labour_market[home] == market;

    return pw_given(local, country->params->jobs.local);
}

PW_INLINE void
apply(const struct pw_country *country, struct pw_shard *shard, size_t i, int age,
    const struct surroundings *around, uint16_t second)
{
    const struct pw_jobs_params *params = &country->params->jobs;
    const float credentialism =
        params->credentialism * rest_of(country, shard, PW_CHANNEL_CREDENTIALISM, age, i);
    const uint16_t market = country->labour_market[shard->place[i]];
    const float local = ties(country, shard, i, market);
    const bool unemployed = shard->state[i] == PW_UNEMPLOYED;
    const uint8_t origin = shard->origin_class[i];
    const struct file file = {
        .base =
            merit_of(params, credentialism, (float) shard->qualification[i] - 1.5f, shard->skill[i],
                around->worth[shard->experience[i]])
            + local
            - pw_given(unemployed, params->duration * pw_minimum((float) shard->spell[i], 4.0f)),
        .network = pw_given(origin != PW_NO_CLASS, (float) origin - 2.0f)
                   * rest_of(country, shard, PW_CHANNEL_NETWORK, age, i),
        .help = pw_push(country, shard, PW_CHANNEL_HIRING, age, i),
        .away = ties(country, shard, i, second) - local - params->distance,
    };
    struct pw_application *application = pw_market_ask(shard);

    application->row = (uint32_t) i;
    application->wish[0] = market;
    application->wish[1] = second;
    application->wish[2] = PW_NO_MARKET;
    application->detail =
        (uint16_t) ((unemployed ? OUT_OF_WORK : shard->class[i])
                    | (shard->sex[i] == PW_FEMALE ? WOMAN : 0) | age * AGE | origin * ORIGIN);
    file_away(&file, application);
}

PW_INLINE void
list_applications(const struct pw_country *country, struct pw_shard *shard)
{
    struct pw_slice slice = pw_slices(shard, country->year, FIRST_AGE, LAST_AGE);
    struct surroundings around;
    struct pw_draws draws = { 0 };
    struct pw_few seekers;

    look_around(country, &around);
    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        if (!pw_slice_has(&slice, PW_EMPLOYED, PW_UNEMPLOYED)) continue;
        pw_slice_draw(&slice, &country->rng, PW_STREAM_JOB_SEARCH, 0, &draws);
        list_seekers(country, shard, &slice, draws.u[0], &seekers);
        for (size_t n = 0; n < seekers.count; n++) {
            const size_t i = seekers.row[n], j = i - slice.begin;
            const float chance = commute_chance(country, shard, i, slice.age);

            apply(country, shard, i, slice.age, &around,
                second_wish(
                    country, shard, i, &around, draws.u[1][j] < chance ? draws.u[2][j] : -1.0f));
        }
    }
}

/* Rank for a job of a class: what employers see, and luck. */
PW_INLINE float
rank(const struct pw_country *country, const struct file *file, uint16_t detail, int class,
    float luck)
{
    const struct pw_jobs_params *params = &country->params->jobs;
    const float contacts = class >= PW_LOWER_PROFESSIONAL ? 1.0f : 0.4f;
    const float women = class == PW_HIGHER_PROFESSIONAL ? -params->women_barrier
                        : class == PW_INTERMEDIATE      ? params->women_intermediate
                                                        : 0.0f;
    const float unequal = 1.0f - (float) country->now.pay_women_ratio[0];

    return file->base + pw_given(class < PW_LOWER_PROFESSIONAL, file->help)
           + params->network * (file->network * contacts) + params->noise * luck
           + pw_given((detail & WOMAN) != 0, women * unequal)
           + pw_given(detail / ORIGIN == class, params->inheritance);
}

static int
class_of_pass(int pass)
{
    return PW_HIGHER_PROFESSIONAL - pass;
}

/* Luck at home, and elsewhere for those who apply there too: other employers judge anew. */
struct luck {
    float home[PW_BLOCK];
    struct pw_few away; /* numbers of applications of the block */
    float elsewhere[PW_BLOCK];
};

PW_INLINE void
draw_luck(const struct pw_application *application, size_t count, const struct pw_draws *draws,
    struct luck *luck)
{
    float u[PW_BLOCK];
    uint8_t away[PW_BLOCK];

    pw_normals(draws->u[0], count, luck->home);
    for (size_t n = 0; n < count; n++)
        away[n] = application[n].wish[1] != PW_NO_MARKET;
    luck->away.count = pw_pick(away, count, 0, luck->away.row);
    for (size_t k = 0; k < luck->away.count; k++)
        u[k] = draws->u[1][luck->away.row[k]];
    pw_normals(u, luck->away.count, luck->elsewhere);
}

/* Employers rank those who would gain by a job of the class; the others do not apply. */
PW_INLINE void
rank_block(const struct pw_country *country, const struct pw_shard *shard, size_t begin,
    size_t count, int pass)
{
    const int class = class_of_pass(pass);
    struct pw_application *application = shard->applications + begin;
    uint64_t key[PW_BLOCK];
    struct luck luck;
    struct pw_draws draws;

    /* People of all ages: it goes into the key. */
    for (size_t n = 0; n < count; n++)
        key[n] = shard->key[application[n].row]
                 ^ (uint64_t) (application[n].detail / AGE % NUM_AGES) << 32;
    pw_rng_block(&country->rng, key, count, 0, PW_STREAM_JOB_SEARCH, 1 + (uint32_t) pass, &draws);
    draw_luck(application, count, &draws, &luck);
    for (size_t n = 0; n < count; n++) {
        const struct file file = take_out(&application[n]);

        application[n].score[0] =
            pw_market_score(rank(country, &file, application[n].detail, class, luck.home[n]),
                pw_lottery(draws.u[2][n]));
    }
    for (size_t k = 0; k < luck.away.count; k++) {
        const size_t n = luck.away.row[k];
        const struct file file = take_out(&application[n]);

        application[n].score[1] = pw_market_score(
            rank(country, &file, application[n].detail, class, luck.elsewhere[k]) + file.away,
            pw_lottery(draws.u[2][n]));
    }
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    if (pass == 0) {
        memset(shard->tally, 0,
            (size_t) country->scenario->num_labour_markets * WIDTH * sizeof *shard->tally);
        pw_labour_count(country, shard, pw_shard_ages(shard, country->year, FIRST_AGE, LAST_AGE),
            WIDTH, shard->tally);
        list_applications(country, shard);
    }
    for (size_t begin = 0; begin < shard->num_applications; begin += PW_BLOCK) {
        const size_t rest = shard->num_applications - begin;

        rank_block(country, shard, begin, rest < PW_BLOCK ? rest : PW_BLOCK, pass);
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
            country->labour_force[l] = country->sum[l * WIDTH + PW_LABOUR_SEEKS];
            for (int c = 0; c < PW_NUM_CLASSES; c++) {
                country->held[l * PW_NUM_CLASSES + c] = country->sum[l * WIDTH + c];
                country->labour_force[l] += country->sum[l * WIDTH + c];
            }
        }
        pw_country_count_jobs(country);
    }
    for (int l = 0; l < num_markets; l++) {
        const int k = l * PW_NUM_CLASSES + class;
        const int64_t held = country->held[k] - country->sum[l * WIDTH + LEFT + class];

        country->vacancy.capacity[l] = country->jobs[k] > held ? country->jobs[k] - held : 0;
    }
    pw_market_clear(&country->vacancy, shards, num_shards);
}

static void
hire(struct pw_shard *shard, size_t i, int class, uint16_t market)
{
    if (shard->state[i] == PW_UNEMPLOYED) {
        shard->state[i] = PW_EMPLOYED;
        shard->spell[i] = 0;
    }
    shard->class[i] = (uint8_t) class;
    shard->work_market[i] = (uint8_t) market;
    shard->hours[i] = 37;
}

/* Those who have a place: the candidates that the market is left with. */
static void
hire_admitted(struct pw_shard *shard, int class)
{
    for (size_t n = 0; n < shard->num_candidates; n++) {
        const struct pw_candidate *candidate = &shard->candidates[n];
        const struct pw_application *application = &shard->applications[candidate->application];
        const uint16_t from = application->detail % WOMAN;
        const size_t i = application->row;

        if (from != OUT_OF_WORK) shard->tally[shard->work_market[i] * WIDTH + LEFT + from]++;
        hire(shard, i, class, candidate->market);
    }
}

/* Those who were hired are done, and those in work do not apply for classes below their own. */
static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const int class = class_of_pass(pass);
    size_t stay = 0;

    (void) country;
    hire_admitted(shard, class);
    for (size_t a = 0; a < shard->num_applications; a++) {
        const struct pw_application *application = &shard->applications[a];
        const uint16_t from = application->detail % WOMAN;
        const bool goes_on = (from == OUT_OF_WORK) | (from < class - 1);
        const bool is_hired = application->placed != PW_NO_MARKET;

        shard->applications[stay] = *application;
        stay += goes_on & !is_hired;
    }
    shard->num_applications = stay;
    if (pass + 1 < PW_NUM_CLASSES) return;
    for (size_t a = 0; a < shard->num_applications; a++)
        shard->events[shard->applications[a].row] |= PW_EVENT_DISPLACED;
    shard->num_applications = 0;
}

/* What a job of each class is called where people apply for it. */
static const char *const job_names[PW_NUM_CLASSES] = { "lower working-class job",
    "higher working-class job", "intermediate job", "lower professional job",
    "higher professional job" };

/* Those in work who do not look for a better job. */
static bool
tell_content(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    float looking[PW_BLOCK];

    if (pass > 0 || shard->state[row] != PW_EMPLOYED || slice.age < FIRST_AGE
        || slice.age > LAST_AGE || shard->class[row] == PW_HIGHER_PROFESSIONAL)
        return false;
    find_looking(country, shard, &slice, looking);
    *decision = pw_decision_begin("whether to look for a better job", row);
    (void) pw_decision_option(
        decision, "keep to the job", 1.0 - (double) looking[0], PW_COLUMN_class, shard->class[row]);
    (void) pw_decision_option(
        decision, "look for a better one", (double) looking[0], PW_COLUMN_class, shard->class[row]);
    decision->wanted = decision->taken = 0;
    decision->is_routine = true;
    return true;
}

/* A pass fills the jobs of one class: whoever still looks is told how near it was. */
static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_application *application = pw_decision_application(shard, row);
    const int class = class_of_pass(pass);

    if (application == NULL) return tell_content(country, shard, row, pass, decision);
    if (shard->state[row] == PW_EMPLOYED && shard->class[row] >= class) return false;
    *decision = pw_decision_begin("jobs", row);
    for (int w = 0; w < 2 && application->wish[w] != PW_NO_MARKET; w++) {
        pw_decision_door(decision, job_names[class],
            country->scenario->labour_markets[application->wish[w]].name, &country->vacancy,
            application->wish[w], application->score[w]);
        if (application->placed == application->wish[w]) decision->admitted = w;
    }
    (void) pw_decision_option(decision, "not hired", 0.0, PW_COLUMN_class, shard->class[row]);
    (void) pw_decision_option(decision, job_names[class], 1.0, PW_COLUMN_class, class);
    decision->wanted = 1;
    decision->taken = decision->admitted >= 0;
    return true;
}

const struct pw_process pw_jobs = {
    .name = "jobs",
    .about = "Vacancies are filled from the highest class down; promotions leave vacancies below.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(class) | PW_SET(place)
             | PW_SET(home_place) | PW_SET(qualification) | PW_SET(skill) | PW_SET(experience)
             | PW_SET(origin_class) | PW_SET(sex) | PW_SET(aspiration) | PW_SET(self_efficacy)
             | PW_SET(work_market) | PW_SET(enrolled) | PW_SET(exposure),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(class) | PW_SET(hours) | PW_SET(events)
              | PW_SET(work_market),
    .num_passes = PW_NUM_CLASSES,
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "Vacancies of each labour market are filled from the highest class down, so that a "
        "promotion leaves a vacancy below. Of those out of work everyone applies who heard of"
        " a vacancy, and of those in work some, more of the young and of graduates below the "
        "professions. Employers see credentials, what people can do, family connections, "
        "local ties and time out of work; while women are paid less they meet a barrier at the "
        "highest class and are preferred in the intermediate one, where offices are. A job of the "
        "parents' class is nearer than others: families hand on firms, trades and what they "
        "know of such work. A few apply "
        "in a neighbouring labour market too. Jobs are "
        "positions: one person's rise takes a place that another does not get.",
    .equation =
        "score = k credential q + (1 - k) (skill s + experience log(1 + years / 5)) + network"
        " x origin (0.4 of it below the professions) + local - duration x years out - "
        "distance elsewhere + noise e + (women_intermediate or - women_barrier) (1 - pay of women "
        "over men's) for women + inheritance in the class of origin, k = jobs.credentialism; "
        "P(hears of none) = unheard x min(1, "
        "unemployment / 5 %); P(look) = logistic(search_base"
        " + search_mismatch - search_age (age - 30) + search_aspiration a + search_efficacy "
        "b)",
    .source = "Networks: ll2016. Inheritance of classes: Erikson & Goldthorpe (1992). Duration: "
              "flow2013. Looking: ashe_changes. Credentialism and other"
              " weights assumed or fitted.",
    .tested =
        "jobs.credentialism_strengthens_the_link_between_qualification_and_class "
        "jobs.without_networks_origin_changes_nobodys_job "
        "jobs.children_take_up_work_of_their_parents_class "
        "jobs.women_are_preferred_in_the_intermediate_class_and_men_have_the_working_class_jobs "
        "directions.networks_alone_strengthen_the_link_between_class_and_origin "
        "directions.without_what_ties_lives_to_origins_class_has_no_link_to_origin",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/founders.h"

#include "pathways/arrivals.h"
#include "pathways/numeric.h"
#include "pathways/pick.h"

/*
 * What weighs in founders' qualifications and standing, how far their inner life, pay and wellbeing
 * spread, how many of them are women and in couples, and how old age thins out, stands below as
 * numbers: all of them assumed. They set the state of 1965 alone; of those who live in 2025 nobody
 * under 60 is a founder.
 */
#define NUM_BANDS   18 /* 0-4 to 80-84, 85 and over */
#define ADULT       16
#define MAX_WAITING 10

int64_t
pw_founders_count(const struct pw_country *country)
{
    const struct pw_path *path = &country->scenario->paths[PW_PATH_population_residents];
    double first, start;

    pw_path_at(path, country->scenario->run.history_from, &first);
    pw_path_at(path, country->scenario->run.start_year, &start);
    return (int64_t) ((double) country->scenario->run.persons * first / start
                          * (double) country->params->founders.number_ratio
                      + 0.5);
}

static size_t
share_of(int64_t total, int shard, int num_shards)
{
    return (size_t) (total / num_shards) + (shard < total % num_shards);
}

/* Share of founders aged `age`: the band's share spread evenly, thinning out over 85. */
static double
age_share(const struct pw_founders_params *params, int age)
{
    double sum = 0.0, share;

    for (int b = 0; b < NUM_BANDS; b++)
        sum += (double) params->age_share[b];
    if (age < 85) return (double) params->age_share[age / 5] / 5.0 / sum;
    share = 0.2 / (1.0 - 0.0115292150460684697600); /* 0.8^20 */
    for (int a = 85; a < age; a++)
        share *= 0.8;
    return (double) params->age_share[NUM_BANDS - 1] * share / sum;
}

/* Founders of `shard` older than `age`; rounding leaves nobody out. */
static size_t
older_than(const struct pw_country *country, int age, size_t count)
{
    double sum = 0.0;

    for (int a = PW_MAX_AGE; a > age; a--)
        sum += age_share(&country->params->founders, a);
    return age < 0 ? count : (size_t) (sum * (double) count + 0.5);
}

size_t
pw_founders_rows(const struct pw_country *country, int shard, int num_shards)
{
    const int year = country->scenario->run.history_from;
    size_t rows = share_of(pw_founders_count(country), shard, num_shards);

    for (int age = 0; age <= PW_MAX_AGE; age++)
        rows += pw_arrivals_count(country, year - age, shard, num_shards);
    return rows;
}

/* Standard normals that make a founder. */
enum {
    ABILITY,
    SELF_EFFICACY,
    ASPIRATION,
    BELONGING,
    SKILL,
    QUALIFICATION,
    STANDING,
    PAY,
    WELLBEING,
    NUM_NORMALS
};

/* The chance that makes a slice of founders. */
struct luck {
    struct pw_draws draws[4];
    float normal[NUM_NORMALS][PW_BLOCK];
};

static PW_KERNEL void
draw_luck(const struct pw_country *country, const struct pw_slice *slice, struct luck *luck)
{
    static const struct {
        uint8_t draw, word;
    } of[NUM_NORMALS] = {
        [ABILITY] = { 0, 2 },
        [SELF_EFFICACY] = { 0, 3 },
        [ASPIRATION] = { 3, 0 },
        [BELONGING] = { 3, 1 },
        [SKILL] = { 1, 0 },
        [QUALIFICATION] = { 1, 1 },
        [STANDING] = { 1, 2 },
        [PAY] = { 2, 2 },
        [WELLBEING] = { 2, 3 },
    };

    for (uint32_t k = 0; k < 4; k++)
        pw_rng_block(&country->rng, slice->shard->key + slice->begin, slice->count, slice->year,
            PW_STREAM_FOUNDER, k, &luck->draws[k]);
    for (int z = 0; z < NUM_NORMALS; z++)
        pw_normals(luck->draws[of[z].draw].u[of[z].word], slice->count, luck->normal[z]);
}

/* Highest qualification by birth cohort: shares of those born by 1900 and in 1950, between them in
 * proportion. */
static int
qualification_of(const struct pw_founders_params *params, int birth_year, float rank)
{
    const float t = pw_clamp(((float) birth_year - 1900.0f) / 50.0f, 0.0f, 1.0f);
    float share[PW_NUM_QUALIFICATIONS], all = 0.0f, above = 0.0f;
    int q;

    for (q = 0; q < PW_NUM_QUALIFICATIONS; q++) {
        share[q] = params->qualification_first[q]
                   + t * (params->qualification_last[q] - params->qualification_first[q]);
        all += share[q];
    }
    for (q = PW_HIGHER_DEGREE; q > PW_BELOW_GCSE; q--) {
        above += share[q];
        if ((1.0f - rank) * all < above) break;
    }
    return q;
}

/* The class at a rank of the labour market of the time. */
static int
class_at(const struct pw_country *country, int labour_market, float rank)
{
    const double *mix = country->now.labour_class_mix;
    const float *tilt = &country->class_tilt[labour_market * PW_NUM_CLASSES];
    float sum = 0.0f, below = 0.0f;
    int c;

    for (c = 0; c < PW_NUM_CLASSES; c++)
        sum += (float) mix[c] * tilt[c];
    for (c = 0; c < PW_NUM_CLASSES - 1; c++) {
        below += (float) mix[c] * tilt[c] / sum;
        if (rank < below) break;
    }
    return c;
}

static uint8_t
activity_of(const struct pw_country *country, int age, int sex, float u)
{
    const double pension = sex == PW_FEMALE ? country->now.labour_pension_age_women[0]
                                            : country->now.labour_pension_age_men[0];
    const float works = sex == PW_FEMALE ? (float) (country->now.labour_women_employed[0] / 100.0)
                                         : country->params->founders.men_employed;
    const float unemployed = (float) (country->now.labour_unemployment[0] / 100.0);

    if (age >= (int) pension) return PW_RETIRED;
    if (u < works) return PW_EMPLOYED;
    return u < works + works * unemployed ? PW_UNEMPLOYED : PW_INACTIVE;
}

static void
make_adult(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    size_t n, const struct luck *luck)
{
    const struct pw_founders_params *params = &country->params->founders;
    const size_t i = slice->begin + n;
    const int age = slice->age;
    float index, rank, standing;

    shard->skill[i] =
        params->skill_loading * shard->ability[i]
        + pw_sqrt(1.0f - params->skill_loading * params->skill_loading) * luck->normal[SKILL][n];
    index = 0.75f * shard->skill[i] + 0.66f * luck->normal[QUALIFICATION][n];
    shard->qualification[i] =
        (uint8_t) qualification_of(params, slice->year - age, pw_normal_cdf(index));
    shard->route[i] = shard->qualification[i] >= PW_A_LEVEL ? PW_ROUTE_ACADEMIC : PW_ROUTE_NONE;
    standing = 0.6f * shard->skill[i] + 0.45f * (float) shard->qualification[i]
               + 0.5f * luck->normal[STANDING][n];
    rank = pw_normal_cdf((standing - params->standing_mean) / params->standing_sd);
    shard->class[i] = (uint8_t) class_at(country, country->labour_market[shard->place[i]], rank);
    shard->work_market[i] = (uint8_t) country->labour_market[shard->place[i]];
    shard->state[i] = activity_of(country, age, shard->sex[i], luck->draws[1].u[3][n]);
    shard->spell[i] = (uint8_t) (luck->draws[2].u[0][n] * 10.0f);
    shard->experience[i] = (uint8_t) (shard->sex[i] == PW_FEMALE ? (age - 15) / 2 : age - 15);
    shard->hours[i] = shard->state[i] == PW_EMPLOYED ? 40 : 0;
    shard->owner[i] = age >= 22
                      && luck->draws[2].u[1][n] < pw_logistic(
                             params->owner_base
                             + params->owner_class * (float) (shard->class[i] - PW_INTERMEDIATE));
    shard->pay_persistent[i] = 0.2f * luck->normal[PAY][n];
    shard->wellbeing[i] = 7.4f + 1.5f * luck->normal[WELLBEING][n];
}

static void
make_people(const struct pw_country *country, struct pw_shard *shard, const struct pw_slice *slice,
    const float *residents_until)
{
    const int num_places = country->scenario->num_places, age = slice->age;
    const float women = age < 50 ? 0.495f : pw_minimum(0.495f + 0.005f * (float) (age - 50), 0.72f);
    struct luck luck;

    draw_luck(country, slice, &luck);
    for (size_t n = 0; n < slice->count; n++) {
        const size_t i = slice->begin + n;

        shard->sex[i] = luck.draws[0].u[0][n] < women ? PW_FEMALE : PW_MALE;
        shard->place[i] = (uint16_t) pw_choose(residents_until, num_places, luck.draws[0].u[1][n]);
        shard->birth_place[i] = shard->place[i];
        shard->home_place[i] = shard->place[i];
        shard->ability[i] = luck.normal[ABILITY][n];
        shard->self_efficacy[i] = 0.8f * luck.normal[SELF_EFFICACY][n];
        shard->aspiration[i] = 0.8f * luck.normal[ASPIRATION][n];
        shard->belonging[i] = 0.2f + 0.8f * luck.normal[BELONGING][n];
        if (age >= ADULT)
            make_adult(country, shard, slice, n, &luck);
        else
            shard->state[i] = age < 5 ? PW_EARLY_YEARS : PW_SCHOOL;
    }
}

/* Founders of all ages, numbered across shards; those who arrive later wait behind them. */
static void
append_founders(const struct pw_country *country, struct pw_shard *shard, int num_shards)
{
    const int year = country->scenario->run.history_from;
    const size_t count = share_of(pw_founders_count(country), shard->index, num_shards);
    size_t made = 0;

    for (int age = PW_MAX_AGE; age >= 0; age--) {
        const size_t until = older_than(country, age - 1, count);
        const size_t first = pw_shard_append_many(shard, year - age, until - made);

        for (size_t i = first; i < shard->num_rows; i++, made++) {
            shard->key[i] = pw_mix64(made * (uint64_t) num_shards + (uint64_t) shard->index + 1);
            shard->group[i] = (uint8_t) (pw_mix64(shard->key[i]) % PW_NUM_GROUPS);
        }
        pw_arrivals_append(country, shard, year - age, num_shards);
    }
}

static float
distance(const struct pw_shard *shard, size_t woman, size_t man)
{
    const float skill = shard->skill[man] - shard->skill[woman];
    const float steps = (float) shard->qualification[man] - (float) shard->qualification[woman];

    return (skill < 0.0f ? -skill : skill) + 0.5f * (steps < 0.0f ? -steps : steps);
}

static void
join(struct pw_shard *shard, size_t woman, size_t man)
{
    shard->partner[woman] = (int32_t) man;
    shard->partner[man] = (int32_t) woman;
    shard->place[man] = shard->place[woman];
    shard->home_place[man] = shard->home_place[woman];
    shard->work_market[man] = shard->work_market[woman];
    shard->group[man] = shard->group[woman];
    shard->owner[man] = shard->owner[woman] | shard->owner[man];
    shard->owner[woman] = shard->owner[man];
}

/* Men of her age and up to eight years older wait, oldest first; each woman takes the nearest in
 * standing. */
static void
make_couples(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_founders_params *params = &country->params->founders;
    const int year = country->scenario->run.history_from;
    size_t waiting[MAX_WAITING];
    int num_waiting = 0;
    struct pw_slice slice = pw_slices(shard, year, 20, PW_MAX_AGE);

    while (pw_slice_next(&slice)) {
        const float share = params->couple_share
                            * (slice.age < 25    ? 0.6f
                                : slice.age > 65 ? 0.7f
                                                 : 1.0f);
        struct pw_draws draws;

        pw_rng_block(&country->rng, shard->key + slice.begin, slice.count, year,
            PW_STREAM_FOUNDER_FAMILY, 0, &draws);
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            int best = 0;

            if (draws.u[0][i - slice.begin] > share) continue;
            if (shard->sex[i] == PW_MALE) {
                if (num_waiting == MAX_WAITING) { /* the longest waiting gives up */
                    for (int w = 1; w < MAX_WAITING; w++)
                        waiting[w - 1] = waiting[w];
                    num_waiting--;
                }
                waiting[num_waiting++] = i;
                continue;
            }
            if (num_waiting == 0) continue;
            for (int w = 1; w < num_waiting; w++)
                if (distance(shard, i, waiting[w]) < distance(shard, i, waiting[best])) best = w;
            join(shard, i, waiting[best]);
            waiting[best] = waiting[--num_waiting];
        }
    }
}

/* What years of work like those of the class would have brought, and a part of the home. */
static void
give_wealth(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_wealth_params *params = &country->params->wealth;
    const float earnings = params->earnings * (float) country->now.pay_level[0];
    const float median_home = params->home_value * pw_country_home_price(country);
    struct pw_slice slice = pw_slices(shard, country->scenario->run.history_from, 18, PW_MAX_AGE);

    while (pw_slice_next(&slice)) {
        const float years = pw_clamp((float) slice.age - 20.0f, 0.0f, 45.0f);
        const float earned = params->founders * years * earnings / (float) PW_SAVINGS_UNIT;
        const float paid = pw_minimum(params->deposit + params->repayment * years, 1.0f);

        for (size_t i = slice.begin; i < slice.begin + slice.count; i++) {
            const int class = shard->class[i];
            const float part = shard->partner[i] == PW_NOBODY ? params->single_home : 0.5f;

            if (class == PW_NO_CLASS) continue;

            const float price = country->home_price[country->region[shard->place[i]]];
            const float equity = paid * part * median_home * price / (float) PW_EQUITY_UNIT;
            const float saved = earned * params->saving * 0.1f * (float) (class + 1);

            shard->pension[i] =
                (uint16_t) pw_clamp(earned * params->pension_share[class], 0.0f, 65535.0f);
            shard->savings[i] = (uint16_t) pw_clamp(saved, 0.0f, 65535.0f);
            if (shard->owner[i]) shard->equity[i] = (uint8_t) pw_clamp(equity, 1.0f, 255.0f);
        }
    }
}

static bool
can_be_mother(const struct pw_shard *shard, size_t i)
{
    return shard->sex[i] == PW_FEMALE && shard->state[i] != PW_ABROAD && shard->num_children[i] < 4
           && shard->partner[i] != PW_NOBODY;
}

/* A mother of the cohort `age` years old, from a random one on; PW_NOBODY if there is none. */
static int32_t
find_mother(const struct pw_shard *shard, int year, int age, float u)
{
    const struct pw_range cohort = pw_shard_ages(shard, year, age, age);
    const size_t count = cohort.end - cohort.begin;
    const size_t start = (size_t) (u * (float) count);

    for (size_t n = 0; n < count; n++) {
        const size_t i = cohort.begin + (start + n) % count;

        if (can_be_mother(shard, i)) return (int32_t) i;
    }
    return PW_NOBODY;
}

static void
give_parents(const struct pw_country *country, struct pw_shard *shard, size_t i, int age)
{
    const struct pw_founders_params *params = &country->params->founders;
    const int year = country->scenario->run.history_from;
    uint32_t a[4];
    float parents, standing;
    int32_t mother, father;
    int gap;

    pw_rng_words(&country->rng, shard->key[i], year, PW_STREAM_FOUNDER_FAMILY, 1, a);
    gap = (int) pw_clamp(params->mother_age + 5.5f * pw_normal(pw_rng_open(a[0])), 17.0f, 44.0f);
    mother = find_mother(shard, year, age + gap, pw_rng_open(a[1]));
    if (mother == PW_NOBODY) return;
    father = shard->partner[mother];
    shard->mother[i] = mother;
    shard->father[i] = father;
    shard->group[i] = shard->group[mother];
    shard->place[i] = shard->place[mother];
    shard->birth_place[i] = shard->place[mother];
    shard->num_children[mother]++;
    shard->num_children[father]++;
    shard->birth_gap[mother] = (uint8_t) age;
    shard->birth_gap[father] = (uint8_t) age;
    parents = country->params->inheritance.heritability * 0.5f
              * (shard->ability[mother] + shard->ability[father]);
    shard->ability[i] = parents
                        + pw_sqrt(1.0f
                                  - 0.5f * country->params->inheritance.heritability
                                        * country->params->inheritance.heritability
                                        * (1.0f + params->couple_correlation))
                              * pw_normal(pw_rng_open(a[2]));
    standing = (float) (shard->class[father] - PW_INTERMEDIATE);
    shard->skill[i] =
        0.55f * shard->ability[i] + 0.15f * standing + 0.6f * pw_normal(pw_rng_open(a[3]));
}

void
pw_founders_settle(const struct pw_country *country, struct pw_shard *shard, int num_shards)
{
    const int year = country->scenario->run.history_from;
    float residents_until[PW_MAX_PLACES], residents = 0.0f;
    struct pw_slice slice;

    for (int p = 0; p < country->scenario->num_places; p++)
        residents_until[p] = residents += country->place_weight[p];
    append_founders(country, shard, num_shards);
    slice = pw_slices(shard, year, 0, PW_MAX_AGE);
    while (pw_slice_next(&slice))
        make_people(country, shard, &slice, residents_until);
    make_couples(country, shard);
    give_wealth(country, shard);
    slice = pw_slices(shard, year, 0, ADULT - 1);
    while (pw_slice_next(&slice))
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            give_parents(country, shard, i, slice.age);
}

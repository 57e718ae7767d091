/* SPDX-License-Identifier: MIT */
#include "pathways/couples.h"

#include <math.h>

#include "pathways/labour.h"
#include "pathways/numeric.h"

#define NONE UINT32_MAX

PW_INLINE float
distance(const struct pw_couples_params *params, float years, float qualifications, float skill,
    float origins)
{
    const float age_gap = years - params->age_gap;

    return pw_maximum(age_gap, -age_gap) / params->age_tolerance
           + params->education_weight * pw_maximum(qualifications, -qualifications)
           + params->skill_weight * pw_maximum(skill, -skill)
           + params->origin_weight * pw_maximum(origins, -origins);
}

float
pw_couples_distance(const struct pw_couples_params *params, float years, float qualifications,
    float skill, float origins)
{
    return distance(params, years, qualifications, skill, origins);
}

static void
part(struct pw_shard *shard, size_t woman, float keeps_home)
{
    const size_t man = (size_t) shard->partner[woman];

    shard->partner[man] = PW_NOBODY;
    shard->partner[woman] = PW_NOBODY;
    shard->events[man] |= PW_EVENT_SEPARATED;
    shard->events[woman] |= PW_EVENT_SEPARATED;
    if (shard->owner[woman]) shard->owner[keeps_home < 0.5f ? man : woman] = 0;
}

/* Chance that a couple parts this year, by the age of the woman. */
static float
chance_of_parting(const struct pw_country *country, int age)
{
    const struct pw_couples_params *params = &country->params->couples;
    const float base = (float) (country->now.family_divorce[0] / 1000.0) * params->separation_ratio;

    return base * pw_exp(-params->separation_fall * (float) (age - 30));
}

/* How much sooner a couple parts than others of her age. */
static float
strain(const struct pw_couples_params *params, const struct pw_shard *shard, size_t woman)
{
    return shard->qualification[woman] >= PW_FIRST_DEGREE ? params->graduates_part : 1.0f;
}

/* The women of a slice who live with a partner. */
PW_INLINE void
list_wives(const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *wives)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *sex = shard->sex + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        wanted[j] = (sex[j] == PW_FEMALE) & (partner[j] != PW_NOBODY);
    pw_few_list(wives, slice, wanted);
}

static PW_KERNEL void
separate(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_couples_params *params = &country->params->couples;
    struct pw_slice slice = pw_slices(shard, country->year, 17, 79);
    struct pw_few wives;
    struct pw_draws draws;

    while (pw_slice_next(&slice)) {
        const float chance = chance_of_parting(country, slice.age);
        const float highest = chance * pw_maximum(params->graduates_part, 1.0f);

        list_wives(shard, &slice, &wives);
        pw_few_draw(&wives, &slice, &country->rng, PW_STREAM_COUPLE, 0, &draws);
        for (size_t n = 0; n < wives.count; n++)
            if (draws.u[0][n] < highest
                && draws.u[0][n] < chance * strain(params, shard, wives.row[n]))
                part(shard, wives.row[n], draws.u[1][n]);
    }
}

/* Chance that a single person looks for a partner this year. */
PW_INLINE float
chance_of_seeking(const struct pw_couples_params *params, int age)
{
    if (age < 18) return 0.0f;
    if (age < 23) return params->seeking * 0.2f * (float) (age - 17);
    return params->seeking * pw_exp(-params->seeking_fall * (float) (age - 23));
}

/* Parents of a small child often settle down together. */
#define PARENTS_SEEK 2.0f

/* How much readier a single person is to look than one without children. Later it is she with whom
 * the children live. */
PW_INLINE float
eagerness(
    const struct pw_couples_params *params, uint8_t sex, uint8_t num_children, uint8_t birth_gap)
{
    const bool settles_down = (num_children > 0) & (birth_gap < 2);
    const bool has_child = (sex == PW_FEMALE) & (birth_gap < 16);

    return pw_select(settles_down, PARENTS_SEEK, pw_select(has_child, params->mothers_seek, 1.0f));
}

/* How far somebody looks: the labour market, the region or the country. */
static uint64_t
width_of(const struct pw_couples_params *params, float u)
{
    return u < params->search_country ? 2 : u < params->search_region ? 1 : 0;
}

/* Those of a slice who are in the country without a partner. */
PW_INLINE void
list_singles(const struct pw_shard *shard, const struct pw_slice *slice, struct pw_few *singles)
{
    const size_t span = pw_slice_span(slice);
    const uint8_t *state = shard->state + slice->begin;
    const int32_t *partner = shard->partner + slice->begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        wanted[j] =
            (partner[j] == PW_NOBODY) & (state[j] >= PW_EARLY_YEARS) & (state[j] <= PW_RETIRED);
    pw_few_list(singles, slice, wanted);
}

/* Which singles of a slice look for a partner: places in the list. */
PW_INLINE void
find_looking(const struct pw_couples_params *params, const struct pw_shard *shard,
    const struct pw_slice *slice, const struct pw_few *singles, const float *u,
    struct pw_few *looking)
{
    const size_t span = pw_slice_span(slice);
    const float chance = chance_of_seeking(params, slice->age);
    const uint8_t *sex = shard->sex + slice->begin;
    const uint8_t *num_children = shard->num_children + slice->begin;
    const uint8_t *birth_gap = shard->birth_gap + slice->begin;
    float limit[PW_BLOCK];
    uint8_t looks[PW_BLOCK];

    for (size_t j = 0; j < span; j++)
        limit[j] = chance * eagerness(params, sex[j], num_children[j], birth_gap[j]);
    for (size_t n = 0; n < singles->count; n++)
        looks[n] = u[n] < limit[singles->row[n] - slice->begin];
    looking->count = pw_pick(looks, singles->count, 0, looking->row);
}

/* List singles who look, women and men; detail holds age, score[1] how far they look. */
static PW_KERNEL void
list_seekers(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_couples_params *params = &country->params->couples;
    struct pw_slice slice = pw_slices(shard, country->year, 18, 69);
    struct pw_few singles, looking;
    struct pw_draws draws;

    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        list_singles(shard, &slice, &singles);
        pw_few_draw(&singles, &slice, &country->rng, PW_STREAM_COUPLE, 1, &draws);
        find_looking(params, shard, &slice, &singles, draws.u[0], &looking);
        for (size_t k = 0; k < looking.count; k++) {
            const size_t n = looking.row[k];
            struct pw_application *seeker = pw_market_ask(shard);

            seeker->row = singles.row[n];
            seeker->detail = (uint16_t) slice.age;
            seeker->score[1] = width_of(params, draws.u[1][n]);
        }
    }
}

static bool
are_siblings(const struct pw_shard *shard, size_t i, size_t j)
{
    return (shard->mother[i] != PW_NOBODY && shard->mother[i] == shard->mother[j])
           || (shard->father[i] != PW_NOBODY && shard->father[i] == shard->father[j])
           || shard->mother[i] == (int32_t) j || shard->mother[j] == (int32_t) i
           || shard->father[i] == (int32_t) j || shard->father[j] == (int32_t) i;
}

static void
join(const struct pw_country *country, struct pw_shard *shard, size_t woman, size_t man)
{
    shard->partner[woman] = (int32_t) man;
    shard->partner[man] = (int32_t) woman;
    if (shard->place[man] != shard->place[woman]) {
        shard->place[man] = shard->place[woman];
        shard->events[man] |= PW_EVENT_MOVED;
        pw_labour_follow(country, shard, man);
    }
    shard->owner[man] |= shard->owner[woman];
    shard->owner[woman] = shard->owner[man];
}

/* The pool in which an applicant looks: its labour market, its region, or the country. */
static size_t
pool_of(const struct pw_country *country, const struct pw_shard *shard, size_t row, int width)
{
    const uint16_t place = shard->place[row];

    return width == 0 ? country->labour_market[place] : width == 1 ? country->region[place] : 0;
}

/*
 * Chance that two of a pool meet, so that a woman meets `meetings` men in a pool of the usual size:
 * that which its share of the residents makes likely. Not the number who look this year: one man
 * more would change whom everybody else meets, and two runs of one seed would drift apart.
 */
static float
chance_to_meet(const struct pw_country *country, size_t pool, int width)
{
    const struct pw_couples_params *params = &country->params->couples;
    const double residents =
        country->now.population_residents[0] / country->people_each / (double) country->num_shards;
    const float looks_so_far = width == 0   ? 1.0f
                               : width == 1 ? params->search_region + params->search_country
                                            : params->search_country;
    float share = 0.0f;

    for (int l = 0; l < country->scenario->num_labour_markets; l++)
        if (width == 2 || (size_t) (width == 0 ? l : pw_country_market_region(country, l)) == pool)
            share += country->market_weight[l];
    return pw_minimum(
        params->meetings / (params->looking_men * looks_so_far * share * (float) residents), 1.0f);
}

/* Men who look in pools of one width, pool after pool, in the order in which they are listed. */
struct men {
    float *age; /* INFINITY, and so too far for anybody, once taken */
    float *qualification, *skill;
    float *origin; /* NAN where it is not known */
    uint32_t *row;
    uint32_t begin[PW_MAX_LABOUR_MARKETS + 1]; /* of each pool */
};

/* Who still looks, and so far: numbers of applications of one sex, in the order of the list. */
struct listed {
    uint32_t *application;
    size_t count;
};

/* All stand where a market would keep its candidates. */
static void
make_room(struct pw_shard *shard, struct men *men, struct listed listed[PW_NUM_SEXES])
{
    const size_t most = shard->num_applications;
    float *room = (float *) (void *) shard->candidates;
    uint32_t *rows = (uint32_t *) (void *) (room + 4 * most);

    _Static_assert(2 * sizeof *shard->candidates >= 7 * sizeof *room, "room for seven columns");
    *men = (struct men){ .age = room,
        .qualification = room + most,
        .skill = room + 2 * most,
        .origin = room + 3 * most,
        .row = rows };
    listed[PW_FEMALE] = (struct listed){ .application = rows + most };
    listed[PW_MALE] = (struct listed){ .application = rows + 2 * most };
}

static float
origin_of(const struct pw_shard *shard, size_t i)
{
    return shard->origin_class[i] == PW_NO_CLASS ? NAN : (float) shard->origin_class[i];
}

/* Keep those who still look, and so far; note their pools in score[2]. Women and men are listed
 * apart: which of the two is next, nobody can guess. */
static void
list_by_sex(const struct pw_country *country, struct pw_shard *shard, int width,
    struct listed listed[PW_NUM_SEXES])
{
    struct pw_application *seeker = shard->applications;
    size_t stay = 0;

    for (size_t a = 0; a < shard->num_applications; a++) {
        const size_t i = seeker[a].row;
        struct listed *own = &listed[shard->sex[i]];

        if (shard->partner[i] != PW_NOBODY || seeker[a].score[1] < (uint64_t) width) continue;
        seeker[stay] = seeker[a];
        seeker[stay].score[2] = pool_of(country, shard, i, width);
        own->application[own->count++] = (uint32_t) stay;
        stay++;
    }
    shard->num_applications = stay;
}

/* Put the men side by side. */
static void
gather_men(const struct pw_shard *shard, const struct listed *listed, struct men *men)
{
    const struct pw_application *seeker = shard->applications;
    uint32_t *end = men->begin + 1, before = 0;

    for (size_t n = 0; n < listed->count; n++)
        end[seeker[listed->application[n]].score[2]]++;
    /* For now the end of a pool is the beginning, and moves with every man. */
    for (size_t pool = 0; pool < PW_MAX_LABOUR_MARKETS; pool++) {
        const uint32_t count = end[pool];

        end[pool] = before;
        before += count;
    }
    for (size_t n = 0; n < listed->count; n++) {
        const struct pw_application *man = &seeker[listed->application[n]];
        const uint32_t m = end[man->score[2]]++, i = man->row;

        men->age[m] = (float) man->detail;
        men->qualification[m] = (float) shard->qualification[i];
        men->skill[m] = shard->skill[i];
        men->origin[m] = origin_of(shard, i);
        men->row[m] = i;
    }
}

/* A woman who looks for a partner. */
struct woman {
    size_t row;
    float age, qualification, skill, origin;
    uint64_t key;  /* hers and the year's */
    float chance;  /* to meet a man of her pool */
    float nearest; /* distance of the nearest man so far, or the reach */
    uint32_t best; /* that man, or NONE */
};

/* How far men are from a woman, at most PW_BLOCK of them. */
PW_INLINE void
measure(const struct pw_couples_params *params, const struct woman *woman, const struct men *men,
    size_t begin, size_t count, float *far)
{
    const float *age = men->age + begin, *qualification = men->qualification + begin;
    const float *skill = men->skill + begin, *origin = men->origin + begin;
    const struct woman her = *woman;

    for (size_t k = 0; k < count; k++) {
        const float apart = origin[k] - her.origin;

        far[k] = distance(params, age[k] - her.age, qualification[k] - her.qualification,
            skill[k] - her.skill, pw_given(apart == apart, apart));
    }
}

/* Do the two meet this year? */
static bool
meet(const struct pw_shard *shard, const struct woman *woman, size_t man)
{
    return pw_rng_open((uint32_t) pw_mix64(woman->key ^ shard->key[man])) < woman->chance;
}

/* The nearest of the men of a pool whom she meets. @param spares_kin  only those who are no kin */
PW_INLINE void
look_over(const struct pw_couples_params *params, const struct pw_shard *shard,
    const struct men *men, size_t pool, bool spares_kin, struct woman *woman)
{
    float far[PW_BLOCK];

    for (size_t begin = men->begin[pool]; begin < men->begin[pool + 1]; begin += PW_BLOCK) {
        const size_t rest = men->begin[pool + 1] - begin;
        const size_t count = rest < PW_BLOCK ? rest : PW_BLOCK;

        measure(params, woman, men, begin, count, far);
        for (size_t k = 0; k < count; k++) {
            /* Distance first: most are too far for it to matter whether they meet. */
            if (far[k] >= woman->nearest) continue;
            if (!meet(shard, woman, men->row[begin + k])
                || (spares_kin && are_siblings(shard, woman->row, men->row[begin + k])))
                continue;
            woman->nearest = far[k];
            woman->best = (uint32_t) (begin + k);
        }
    }
}

/* Pools of a width. */
static size_t
num_pools(const struct pw_country *country, int width)
{
    return width == 0   ? (size_t) country->scenario->num_labour_markets
           : width == 1 ? (size_t) country->scenario->num_regions
                        : 1;
}

/*
 * Women in turn take the nearest of the men whom they meet, if he is near enough: however large the
 * pool, nobody can look over all of it, so couples do not depend on the size of a shard.
 */
static PW_KERNEL void
match(const struct pw_country *country, struct pw_shard *shard, int width)
{
    const struct pw_couples_params *params = &country->params->couples;
    const struct pw_application *seeker = shard->applications;
    float chance[PW_MAX_LABOUR_MARKETS];
    struct men men;
    struct listed listed[PW_NUM_SEXES];

    for (size_t pool = 0; pool < num_pools(country, width); pool++)
        chance[pool] = chance_to_meet(country, pool, width);
    make_room(shard, &men, listed);
    list_by_sex(country, shard, width, listed);
    gather_men(shard, &listed[PW_MALE], &men);
    for (size_t n = 0; n < listed[PW_FEMALE].count; n++) {
        const struct pw_application *own = &seeker[listed[PW_FEMALE].application[n]];
        const size_t i = own->row, pool = own->score[2];
        struct woman woman = { .row = i,
            .age = (float) own->detail,
            .qualification = (float) shard->qualification[i],
            .skill = shard->skill[i],
            .origin = origin_of(shard, i),
            .key = pw_mix64(shard->key[i] + (uint64_t) country->year),
            .chance = chance[pool],
            .nearest = params->reach,
            .best = NONE };

        look_over(params, shard, &men, pool, false, &woman);
        if (woman.best == NONE) continue;
        if (are_siblings(
                shard, i, men.row[woman.best])) { /* so seldom that kin are not told before */
            woman.nearest = params->reach;
            woman.best = NONE;
            look_over(params, shard, &men, pool, true, &woman);
            if (woman.best == NONE) continue;
        }
        join(country, shard, i, men.row[woman.best]);
        men.age[woman.best] = INFINITY;
    }
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    (void) pass;
    separate(country, shard);
    list_seekers(country, shard);
    for (int width = 0; width <= 2; width++)
        match(country, shard, width);
    shard->num_applications = 0;
}

/* Couples: do they part? Whom singles meet is not known before all have looked. */
static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const int32_t partner = shard->partner[row];
    const size_t woman = pw_shard_household(shard, row);
    const struct pw_slice slice = pw_slice_of(shard, country->year, woman);
    const int age = slice.age;
    float chance;

    (void) pass;
    if (partner == PW_NOBODY) return false;
    chance = age < 17 || age > 79 ? 0.0f
                                  : chance_of_parting(country, age)
                                        * strain(&country->params->couples, shard, woman);
    *decision = pw_decision_begin("the couple", woman);
    (void) pw_decision_option(decision, "stay together", 1.0 - (double) chance, -1, 0);
    (void) pw_decision_option(decision, "part", (double) chance, -1, 0);
    decision->taken = pw_slice_luck(&slice, &country->rng, PW_STREAM_COUPLE, 0) < chance;
    decision->is_routine = decision->taken == 0;
    return true;
}

const struct pw_process pw_couples = {
    .name = "couples",
    .about = "Couples part; singles who look for a partner find one nearby in age and standing.",
    .reads = PW_SET(key) | PW_SET(sex) | PW_SET(state) | PW_SET(partner) | PW_SET(place)
             | PW_SET(qualification) | PW_SET(skill) | PW_SET(mother) | PW_SET(father)
             | PW_SET(num_children) | PW_SET(birth_gap) | PW_SET(owner) | PW_SET(work_market)
             | PW_SET(origin_class),
    .writes =
        PW_SET(partner) | PW_SET(place) | PW_SET(work_market) | PW_SET(events) | PW_SET(owner),
    .ask = ask,
    .tell = tell,
    .mechanism =
        "Couples part at the recorded divorce rate times a ratio, less often the older she "
        "is and where she has a degree; one of the two keeps the home. Singles who look, lone "
        "mothers more seldom, form "
        "pools: their labour market,"
        " or the region or country for some. Women in turn take the nearest man whom they "
        "meet, in age, qualification, skill and origin, if he is near enough; a pair meets by a "
        "draw "
        "of its own, so that a woman meets as many men in a large pool as in a small one. He "
        "moves in with her. Homogamy emerges from nearness and from where people live.",
    .equation =
        "distance = |age gap - couples.age_gap| / age_tolerance + education_weight x |steps "
        "of qualification| + skill_weight x |skill| + origin_weight x |steps between parents' "
        "classes|, taken if under reach; P(part) = divorces"
        " / 1000 x separation_ratio x exp(-separation_fall x (age - 30))",
    .source = "Divorces: the path family.divorce. That partners come from like families, beyond "
              "their own education: efs2006. How many live in a couple: ons_couples. With whom "
              "children live: mcs_families. Search and distance assumed. Couples are of a woman "
              "and a man.",
    .tested = "couples.partners_resemble_each_other_the_more_the_more_skill_counts "
              "couples.partners_come_from_like_families_the_more_the_more_origins_count "
              "couples.lone_mothers_look_so_much_more_seldom_until_the_last_child_is_16 "
              "couples.those_where_she_has_a_degree_part_so_much_more_seldom "
              "couples.couples_part_as_often_as_the_path_and_their_age_say "
              "directions.more_separations_mean_more_lone_parents",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/couples.h"

#include "pathways/labour.h"
#include "pathways/numeric.h"

#define NONE UINT32_MAX

float
pw_couples_distance(const struct pw_couples_params *params, float years, float qualifications,
    float skill, float origins)
{
    const float age_gap = years - params->age_gap;

    return pw_maximum(age_gap, -age_gap) / params->age_tolerance
           + params->education_weight * pw_maximum(qualifications, -qualifications)
           + params->skill_weight * pw_maximum(skill, -skill)
           + params->origin_weight * pw_maximum(origins, -origins);
}

/* Steps between the classes of their parents. */
static float
origins_apart(const struct pw_shard *shard, size_t woman, size_t man)
{
    const uint8_t hers = shard->origin_class[woman], his = shard->origin_class[man];

    return hers == PW_NO_CLASS || his == PW_NO_CLASS ? 0.0f : (float) his - (float) hers;
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

static void
separate(const struct pw_country *country, struct pw_shard *shard)
{
    struct pw_slice slice = pw_slices(shard, country->year, 17, 79);
    struct pw_few wives;
    struct pw_draws draws;

    while (pw_slice_next(&slice)) {
        const float chance = chance_of_parting(country, slice.age);

        wives.count = 0;
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            pw_few_add(&wives, i, (shard->sex[i] == PW_FEMALE) & (shard->partner[i] != PW_NOBODY));
        pw_few_draw(&wives, &slice, &country->rng, PW_STREAM_COUPLE, 0, &draws);
        for (size_t n = 0; n < wives.count; n++) {
            const size_t i = wives.row[n];

            if (draws.u[0][n] < chance * strain(&country->params->couples, shard, i))
                part(shard, i, draws.u[1][n]);
        }
    }
}

/* Chance that a single person looks for a partner this year. */
static float
chance_of_seeking(const struct pw_couples_params *params, int age)
{
    if (age < 18) return 0.0f;
    if (age < 23) return params->seeking * 0.2f * (float) (age - 17);
    return params->seeking * pw_exp(-params->seeking_fall * (float) (age - 23));
}

/* How much readier a single person is to look than one without children. */
static float
eagerness(const struct pw_couples_params *params, const struct pw_shard *shard, size_t i)
{
    /* Parents of a small child often settle down together. */
    if (shard->num_children[i] > 0 && shard->birth_gap[i] < 2) return 2.0f;
    /* Later it is she with whom the children live. */
    return shard->sex[i] == PW_FEMALE && shard->birth_gap[i] < 16 ? params->mothers_seek : 1.0f;
}

/* List singles who look, women and men; detail holds age, score[1] how far they look. */
static void
list_seekers(const struct pw_country *country, struct pw_shard *shard)
{
    const struct pw_couples_params *params = &country->params->couples;
    struct pw_slice slice = pw_slices(shard, country->year, 18, 69);
    struct pw_few singles;
    struct pw_draws draws;

    shard->num_applications = 0;
    while (pw_slice_next(&slice)) {
        const float chance = chance_of_seeking(params, slice.age);

        singles.count = 0;
        for (size_t i = slice.begin; i < slice.begin + slice.count; i++)
            pw_few_add(&singles, i,
                (shard->partner[i] == PW_NOBODY) & pw_state_is_present(shard->state[i]));
        pw_few_draw(&singles, &slice, &country->rng, PW_STREAM_COUPLE, 1, &draws);
        for (size_t n = 0; n < singles.count; n++) {
            const size_t i = singles.row[n];

            if (draws.u[0][n] >= chance * eagerness(params, shard, i)) continue;
            *pw_market_ask(shard) = (struct pw_application){
                .row = (uint32_t) i,
                .detail = (uint16_t) slice.age,
                .score = { 0, draws.u[1][n] < params->search_country  ? 2
                              : draws.u[1][n] < params->search_region ? 1
                                                                      : 0 },
            };
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

/* Do the two meet this year? */
static bool
meet(const struct pw_country *country, const struct pw_shard *shard, size_t woman, size_t man,
    float chance)
{
    const uint64_t pair = pw_mix64(shard->key[woman] + (uint64_t) country->year) ^ shard->key[man];

    return pw_rng_open((uint32_t) pw_mix64(pair)) < chance;
}

/*
 * Women in turn take the nearest of the men whom they meet, if he is near enough: however large the
 * pool, nobody can look over all of it, so couples do not depend on the size of a shard. Men of a
 * pool are chained: score[2] holds the next one's index.
 */
static void
match(const struct pw_country *country, struct pw_shard *shard, int width)
{
    const struct pw_couples_params *params = &country->params->couples;
    struct pw_application *seeker = shard->applications;
    uint32_t first[PW_MAX_LABOUR_MARKETS];
    float chance[PW_MAX_LABOUR_MARKETS];

    for (size_t pool = 0; pool < PW_MAX_LABOUR_MARKETS; pool++) {
        first[pool] = NONE;
        chance[pool] = chance_to_meet(country, pool, width);
    }
    for (size_t a = shard->num_applications; a-- > 0;) {
        const size_t i = seeker[a].row;

        if (shard->sex[i] == PW_FEMALE || shard->partner[i] != PW_NOBODY
            || seeker[a].score[1] < (uint64_t) width)
            continue;
        const size_t pool = pool_of(country, shard, i, width);

        seeker[a].score[2] = first[pool];
        first[pool] = (uint32_t) a;
    }
    for (size_t w = 0; w < shard->num_applications; w++) {
        const size_t woman = seeker[w].row;
        float nearest = params->reach;
        uint32_t best = NONE;

        if (shard->sex[woman] == PW_MALE || shard->partner[woman] != PW_NOBODY
            || seeker[w].score[1] < (uint64_t) width)
            continue;
        const size_t pool = pool_of(country, shard, woman, width);

        for (uint32_t m = first[pool]; m != NONE; m = (uint32_t) seeker[m].score[2]) {
            const size_t man = seeker[m].row;
            const float steps =
                (float) shard->qualification[man] - (float) shard->qualification[woman];
            float far;

            if (shard->partner[man] != PW_NOBODY) continue;
            far = pw_couples_distance(params, (float) seeker[m].detail - (float) seeker[w].detail,
                steps, shard->skill[man] - shard->skill[woman], origins_apart(shard, woman, man));
            /* Distance first: most are too far for it to matter whether they meet. */
            if (far < nearest && meet(country, shard, woman, man, chance[pool])
                && !are_siblings(shard, woman, man)) {
                nearest = far;
                best = m;
            }
        }
        if (best != NONE) join(country, shard, woman, seeker[best].row);
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

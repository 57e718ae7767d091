/* SPDX-License-Identifier: MIT */
#include "pathways/migration.h"

#include <stdlib.h>

#include "pathways/ability.h"
#include "pathways/numeric.h"
#include "pathways/pick.h"

#define OLDEST_ARRIVAL 44
/* Children come with a family up to the year of their examinations; from 18 people come alone. */
#define LAST_CHILD 16
#define ADULT      18
/* Years that parents are at least older than their children, and couples at most apart. */
#define GENERATION   18
#define COUPLE_APART 10
/* Women and men of a year and shard among whom arriving children find parents. In shards of the
 * usual size some 180 of each came in the year of most; where more do, the youngest bring none. */
#define MOST_PARENTS 256

/* Where people from abroad settle: by residents, more often in London and the core cities. */
struct destinations {
    float until[PW_MAX_PLACES]; /* weight of the places up to this one */
    int num_places;
};

static struct destinations
weigh_destinations(const struct pw_country *country)
{
    const struct pw_migration_params *params = &country->params->migration;
    struct destinations destinations = { .num_places = country->scenario->num_places };
    float total = 0.0f;

    for (int p = 0; p < destinations.num_places; p++) {
        total += country->place_weight[p]
                 * (country->is_london[p]       ? params->london_pull
                     : country->is_core_city[p] ? params->city_pull
                                                : 1.0f);
        destinations.until[p] = total;
    }
    return destinations;
}

/* What arrivals have in common. */
struct arrivals {
    struct destinations destinations;
    float origin_until[PW_NUM_CLASSES]; /* weight of the classes of the parents up to this one */
    float mean_origin;
    float degree, higher; /* chance of a degree, and of a higher one */
};

static struct arrivals
prepare(const struct pw_country *country)
{
    const struct pw_migration_params *params = &country->params->migration;
    struct arrivals arrivals = { .destinations = weigh_destinations(country) };
    float total = 0.0f;

    for (int c = 0; c < PW_NUM_CLASSES; c++) {
        total += params->origin_share[c];
        arrivals.origin_until[c] = total;
        arrivals.mean_origin += params->origin_share[c] * (float) c;
    }
    arrivals.mean_origin /= pw_maximum(total, 0x1p-24f);
    /* The schooling of arrivals follows that of the country they come to. */
    arrivals.degree =
        params->degree_share * (float) (country->now.university_participation[0] / 50.0);
    arrivals.higher =
        arrivals.degree * (float) (country->now.university_postgraduate_share[0] / 100.0);
    return arrivals;
}

static void
arrive_adult(const struct pw_country *country, struct pw_shard *shard, size_t i, int age,
    const struct arrivals *arrivals)
{
    const struct pw_migration_params *params = &country->params->migration;
    const struct pw_gcse_params *gcse = &country->params->gcse;
    const float family =
        1.0f + params->degree_origin * ((float) shard->origin_class[i] - arrivals->mean_origin);
    const float degree = arrivals->degree * family, higher = arrivals->higher * family;
    uint32_t words[4];
    float u;
    int state = PW_UNEMPLOYED, qualification = PW_BELOW_GCSE;

    pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_ARRIVAL, 2, words);
    u = pw_rng_open(words[0]);
    if (u < higher && age >= 24)
        qualification = PW_HIGHER_DEGREE;
    else if (u < degree && age >= 21)
        qualification = PW_FIRST_DEGREE;
    else if (u < degree + params->school_share)
        qualification = PW_A_LEVEL;
    else if (u < degree + params->school_share + params->gcse_share)
        qualification = PW_GCSE;
    /* The young with what it takes come to study. */
    if (u < degree && age < 21) state = PW_UNIVERSITY_AWAY;
    if (u < higher && age >= 21 && age < 24) state = PW_POSTGRADUATE;
    shard->state[i] = (uint8_t) state;
    shard->qualification[i] = (uint8_t) qualification;
    shard->route[i] = qualification > PW_GCSE ? PW_ROUTE_ACADEMIC : PW_ROUTE_NONE;
    shard->skill[i] = params->skill_ability * shard->ability[i]
                      + params->skill_qualification * ((float) qualification - 1.5f)
                      + params->skill_luck * pw_normal(pw_rng_open(words[1]));
    /* What they would have reached at 16. */
    shard->attainment[i] =
        pw_clamp(gcse->attainment_mean + gcse->attainment_sd * shard->skill[i], 0.0f, 90.0f);
    shard->experience[i] = (uint8_t) (age > 20 ? (age - 20) / 2 : 0);
}

/* Children have their gifts from the parents they come with. */
static void
arrive_child(const struct pw_country *country, struct pw_shard *shard, size_t i, int age)
{
    const struct pw_migration_params *params = &country->params->migration;
    const int32_t father = shard->father[i];
    const float luck = pw_normal(
        pw_rng_uniform(&country->rng, shard->key[i], country->year, PW_STREAM_ARRIVAL, 5));

    shard->ability[i] = pw_ability_inherited(country->params->inheritance.heritability, 0.0f,
        shard->ability[shard->mother[i]], father == PW_NOBODY ? luck : shard->ability[father],
        shard->ability[i]);
    shard->skill[i] = params->child_skill_ability * shard->ability[i];
    shard->state[i] = age < 5            ? PW_EARLY_YEARS
                      : age < LAST_CHILD ? PW_SCHOOL
                                         : PW_UNEMPLOYED; /* about to choose what to do */
    shard->home_place[i] = age <= PW_ORIGIN_AGE ? shard->place[i] : PW_UNPLACED;
}

/* Those of a shard who arrive this year and may have brought children: the oldest first. */
struct parents {
    size_t count[PW_NUM_SEXES];
    uint32_t row[PW_NUM_SEXES][MOST_PARENTS];
    uint8_t age[PW_NUM_SEXES][MOST_PARENTS];
};

static void
note_parent(const struct pw_shard *shard, size_t i, int age, struct parents *parents)
{
    const uint8_t sex = shard->sex[i];
    const size_t n = parents->count[sex];

    if (n == MOST_PARENTS) return;
    parents->row[sex][n] = (uint32_t) i;
    parents->age[sex][n] = (uint8_t) age;
    parents->count[sex]++;
}

/* A woman who arrives this year and is old enough to be the mother of a child; by lot. */
static int32_t
find_mother(const struct parents *parents, uint64_t child, int age)
{
    size_t eligible = 0;

    while (eligible < parents->count[PW_FEMALE]
           && parents->age[PW_FEMALE][eligible] >= age + GENERATION)
        eligible++;
    return eligible == 0 ? PW_NOBODY
                         : (int32_t) parents->row[PW_FEMALE][pw_mix64(child) % eligible];
}

/* A mother brings the man nearest to her in age who has not come with another. */
static void
bring_father(const struct pw_country *country, struct pw_shard *shard, struct parents *parents,
    size_t mother)
{
    const int age = country->year - pw_shard_birth_year(shard, mother);
    int nearest = COUPLE_APART + 1;
    int32_t father = PW_NOBODY;

    if (shard->partner[mother] != PW_NOBODY) return;
    for (size_t n = 0; n < parents->count[PW_MALE]; n++) {
        const size_t man = parents->row[PW_MALE][n];
        const int apart = abs(parents->age[PW_MALE][n] - age);

        if (shard->partner[man] != PW_NOBODY || apart >= nearest) continue;
        nearest = apart;
        father = (int32_t) man;
    }
    if (father == PW_NOBODY) return;
    shard->partner[mother] = father;
    shard->partner[father] = (int32_t) mother;
    shard->place[father] = shard->place[mother];
}

/* The place of a child in the family that it comes with. */
static void
join_family(struct pw_shard *shard, size_t i, int age, int32_t mother)
{
    const int32_t family[2] = { mother, shard->partner[mother] };

    shard->mother[i] = mother;
    shard->father[i] = shard->partner[mother];
    shard->group[i] = shard->group[mother];
    shard->place[i] = shard->place[mother];
    for (size_t n = 0; n < 2 && family[n] != PW_NOBODY; n++) {
        uint8_t *gap = &shard->birth_gap[family[n]];

        shard->num_children[family[n]]++;
        *gap = *gap < age ? *gap : (uint8_t) age;
    }
}

/* What anybody brings: character, and the class of the parents where they had it elsewhere. */
static void
arrive(const struct pw_country *country, struct pw_shard *shard, size_t i, int age,
    const struct arrivals *arrivals, struct parents *parents)
{
    const struct pw_migration_params *params = &country->params->migration;
    const int32_t mother = age <= LAST_CHILD ? find_mother(parents, shard->key[i], age) : PW_NOBODY;
    uint32_t words[4];

    if (age < ADULT && mother == PW_NOBODY) return; /* nobody to come with, this year */
    pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_ARRIVAL, 1, words);
    shard->birth_place[i] = PW_UNPLACED;
    shard->spell[i] = 0;
    shard->ability[i] = pw_normal(pw_rng_open(words[1]));
    shard->aspiration[i] =
        params->aspiration + params->aspiration_luck * pw_normal(pw_rng_open(words[2]));
    shard->self_efficacy[i] = params->self_efficacy_luck * pw_normal(pw_rng_open(words[3]));
    shard->belonging[i] = params->belonging;
    if (age >= PW_ORIGIN_AGE)
        shard->origin_class[i] = (uint8_t) pw_choose(arrivals->origin_until, PW_NUM_CLASSES,
            pw_rng_uniform(&country->rng, shard->key[i], country->year, PW_STREAM_ARRIVAL, 4));
    if (age >= ADULT) {
        shard->place[i] = (uint16_t) pw_choose(
            arrivals->destinations.until, arrivals->destinations.num_places, pw_rng_open(words[0]));
        arrive_adult(country, shard, i, age, arrivals);
        note_parent(shard, i, age, parents);
        return;
    }
    bring_father(country, shard, parents, (size_t) mother);
    join_family(shard, i, age, mother);
    arrive_child(country, shard, i, age);
}

/* Chance that a single adult without children leaves while net migration is negative. */
static float
chance_of_leaving(const struct pw_country *country)
{
    const double net = country->now.population_net_migration[0];

    return net >= 0.0 ? 0.0f
                      : (float) (-net / country->now.population_residents[0])
                            / country->params->migration.free_to_leave;
}

/* Those among some rows of one age who arrive this year. */
PW_INLINE void
list_arriving(
    const struct pw_shard *shard, size_t begin, size_t count, int age, struct pw_few *arriving)
{
    const uint8_t *state = shard->state + begin, *spell = shard->spell + begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < count; j++)
        wanted[j] = (state[j] == PW_ABROAD) & (spell[j] <= age);
    arriving->count = pw_pick(wanted, count, (uint32_t) begin, arriving->row);
}

/* Those among some rows who are free to leave: single adults without children. */
PW_INLINE void
list_free(const struct pw_shard *shard, size_t begin, size_t count, struct pw_few *few)
{
    const uint8_t *state = shard->state + begin, *num_children = shard->num_children + begin;
    const int32_t *partner = shard->partner + begin;
    uint8_t wanted[PW_BLOCK];

    for (size_t j = 0; j < count; j++)
        wanted[j] = (state[j] >= PW_EMPLOYED) & (state[j] <= PW_INACTIVE)
                    & (partner[j] == PW_NOBODY) & (num_children[j] == 0);
    few->count = pw_pick(wanted, count, (uint32_t) begin, few->row);
}

static void
emigrate(struct pw_shard *shard, size_t i)
{
    shard->state[i] = PW_EMIGRATED;
    shard->spell[i] = 0;
    shard->hours[i] = 0;
}

static PW_KERNEL void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct arrivals arrivals = prepare(country);
    struct parents parents = { .count = { 0 } };
    const float leaving = chance_of_leaving(country);
    struct pw_few few;

    (void) pass;
    for (int age = OLDEST_ARRIVAL; age >= 0; age--) {
        const struct pw_range cohort = pw_shard_ages(shard, country->year, age, age);

        for (size_t begin = cohort.begin; begin < cohort.end; begin += PW_BLOCK) {
            const size_t rest = cohort.end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;

            list_arriving(shard, begin, count, age, &few);
            for (size_t n = 0; n < few.count; n++)
                arrive(country, shard, few.row[n], age, &arrivals, &parents);
            if (leaving <= 0.0f || age < 20 || age >= 35) continue;
            list_free(shard, begin, count, &few);
            for (size_t n = 0; n < few.count; n++)
                if (pw_rng_uniform(
                        &country->rng, shard->key[few.row[n]], country->year, PW_STREAM_ARRIVAL, 3)
                    < leaving)
                    emigrate(shard, few.row[n]);
        }
    }
}

const struct pw_process pw_migration = {
    .name = "migration",
    .about = "People arrive from abroad and leave.",
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(sex) | PW_SET(group)
             | PW_SET(partner) | PW_SET(num_children) | PW_SET(birth_gap) | PW_SET(place)
             | PW_SET(ability) | PW_SET(origin_class),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(place) | PW_SET(birth_place)
              | PW_SET(home_place) | PW_SET(mother) | PW_SET(father) | PW_SET(partner)
              | PW_SET(group) | PW_SET(num_children) | PW_SET(birth_gap) | PW_SET(ability)
              | PW_SET(aspiration) | PW_SET(self_efficacy) | PW_SET(belonging) | PW_SET(skill)
              | PW_SET(attainment) | PW_SET(qualification) | PW_SET(route) | PW_SET(experience)
              | PW_SET(hours) | PW_SET(origin_class),
    .ask = ask,
    .mechanism =
        "People whom the path of net migration asks for wait abroad from birth and arrive at "
        "a drawn age up to 44, where residents are, more often in London and the core cities. "
        "Children come with a woman who arrives and could be their mother, and she with the man "
        "nearest to her in age; they wait a year if there is none, at 17 they wait to come alone "
        "at 18. The schooling of adults follows that of the country: of those with a degree as "
        "many hold a higher one, and the "
        "young come to study. Their parents are not in the model, but have a class, as surveys "
        "ask everybody for it; the higher it is, the more have a degree. When net migration is "
        "negative, single adults of 20 to 34 without children leave.",
    .equation =
        "P(place) ~ residents x (london_pull in London, city_pull in core cities); P(degree) "
        "= degree_share x participation / 50 x (1 + degree_origin (class of the parents - its "
        "mean)), of whom university.postgraduate_share have a higher "
        "one; skill = skill_ability x ability + skill_qualification x (qualification - 1.5) + "
        "skill_luck e; P(leave) = - net migration / residents / "
        "free_to_leave",
    .source =
        "Net migration: the path population.net_migration. Ages, pulls and schooling assumed.",
    .tested =
        "migration.people_from_abroad_settle_by_residents_and_the_pull_of_london_and_the_cities"
        " migration.children_arrive_with_a_woman_old_enough_and_the_man_nearest_to_her_in_age "
        "migration.arrivals_have_a_class_of_origin_and_the_higher_it_is_the_more_have_a_degree "
        "migration.nobody_leaves_a_country_that_gains_people",
};

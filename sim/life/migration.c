/* SPDX-License-Identifier: MIT */
#include "pathways/migration.h"

#include "pathways/numeric.h"
#include "pathways/pick.h"

#define OLDEST_ARRIVAL 44

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

static void
arrive_adult(const struct pw_country *country, struct pw_shard *shard, size_t i, int age)
{
    const struct pw_migration_params *params = &country->params->migration;
    /* The schooling of arrivals follows that of the country they come to. */
    const float degree =
        params->degree_share * (float) (country->now.university_participation[0] / 50.0);
    const float higher = degree * (float) (country->now.university_postgraduate_share[0] / 100.0);
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
    /* School leavers choose here what to do next; the young with what it takes come to study. */
    if (age < 18 && qualification == PW_A_LEVEL) qualification = PW_GCSE;
    if (u < degree && age >= 18 && age < 21) state = PW_UNIVERSITY_AWAY;
    if (u < higher && age >= 21 && age < 24) state = PW_POSTGRADUATE;
    shard->state[i] = (uint8_t) state;
    shard->qualification[i] = (uint8_t) qualification;
    shard->route[i] = qualification > PW_GCSE ? PW_ROUTE_ACADEMIC : PW_ROUTE_NONE;
    shard->skill[i] = params->skill_ability * shard->ability[i]
                      + params->skill_qualification * ((float) qualification - 1.5f)
                      + params->skill_luck * pw_normal(pw_rng_open(words[1]));
    shard->experience[i] = (uint8_t) (age > 20 ? (age - 20) / 2 : 0);
}

static void
arrive(const struct pw_country *country, struct pw_shard *shard, size_t i, int age,
    const struct destinations *destinations)
{
    const struct pw_migration_params *params = &country->params->migration;
    uint32_t words[4];

    pw_rng_words(&country->rng, shard->key[i], country->year, PW_STREAM_ARRIVAL, 1, words);
    shard->place[i] =
        (uint16_t) pw_choose(destinations->until, destinations->num_places, pw_rng_open(words[0]));
    shard->birth_place[i] = PW_UNPLACED;
    shard->home_place[i] = age <= 14 ? shard->place[i] : PW_UNPLACED;
    shard->spell[i] = 0;
    shard->ability[i] = pw_normal(pw_rng_open(words[1]));
    shard->aspiration[i] =
        params->aspiration + params->aspiration_luck * pw_normal(pw_rng_open(words[2]));
    shard->self_efficacy[i] = params->self_efficacy_luck * pw_normal(pw_rng_open(words[3]));
    shard->belonging[i] = params->belonging;
    shard->skill[i] = params->child_skill_ability * shard->ability[i];
    if (age < 16)
        shard->state[i] = age < 5 ? PW_EARLY_YEARS : PW_SCHOOL;
    else
        arrive_adult(country, shard, i, age);
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
    const struct destinations destinations = weigh_destinations(country);
    const float leaving = chance_of_leaving(country);
    struct pw_few few;

    (void) pass;
    for (int age = OLDEST_ARRIVAL; age >= 0; age--) {
        const struct pw_range cohort = pw_shard_ages(shard, country->year, age, age);

        for (size_t begin = cohort.begin; begin < cohort.end; begin += PW_BLOCK) {
            const size_t rest = cohort.end - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;

            list_arriving(shard, begin, count, age, &few);
            for (size_t n = 0; n < few.count; n++)
                arrive(country, shard, few.row[n], age, &destinations);
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
    .reads = PW_SET(key) | PW_SET(state) | PW_SET(spell) | PW_SET(partner) | PW_SET(num_children)
             | PW_SET(ability),
    .writes = PW_SET(state) | PW_SET(spell) | PW_SET(place) | PW_SET(birth_place)
              | PW_SET(home_place) | PW_SET(ability) | PW_SET(aspiration) | PW_SET(self_efficacy)
              | PW_SET(belonging) | PW_SET(skill) | PW_SET(qualification) | PW_SET(route)
              | PW_SET(experience) | PW_SET(hours),
    .ask = ask,
    .mechanism =
        "People whom the path of net migration asks for wait abroad from birth and arrive at "
        "a drawn age up to 44, where residents are, more often in London and the core cities."
        " Their schooling follows that of the country: of those with a degree as many hold a "
        "higher one, and the young come to study. They have no parents in the model, so "
        "no class of origin. When net migration is negative, single adults of 20 to 34 "
        "without children leave.",
    .equation =
        "P(place) ~ residents x (london_pull in London, city_pull in core cities); P(degree) "
        "= degree_share x participation / 50, of whom university.postgraduate_share have a higher "
        "one; skill = skill_ability x ability + skill_qualification x (qualification - 1.5) + "
        "skill_luck e; P(leave) = - net migration / residents / "
        "free_to_leave",
    .source =
        "Net migration: the path population.net_migration. Ages, pulls and schooling assumed.",
    .tested =
        "migration.people_from_abroad_settle_by_residents_and_the_pull_of_london_and_the_cities"
        " migration.nobody_leaves_a_country_that_gains_people",
};

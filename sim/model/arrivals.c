/* SPDX-License-Identifier: MIT */
#include "pathways/arrivals.h"

#define FIRST_ARRIVAL_NUMBER 0xA000000000000000u
#define OLDEST_ARRIVAL       44
#define BAND                 5

/* People of all shards born in `birth_year` who arrive at `age`. */
static double
expected(const struct pw_country *country, int birth_year, int age)
{
    const struct pw_scenario *scenario = country->scenario;
    const int year = birth_year + age;
    double net;

    if (year <= scenario->run.history_from || year < birth_year
        || year >= scenario->run.start_year + scenario->run.years)
        return 0.0;
    pw_path_at(&scenario->paths[PW_PATH_population_net_migration], year, &net);
    if (net <= 0.0) return 0.0;
    return net / country->people_each
           * (double) country->params->migration.arrival_age_share[age / BAND] / BAND;
}

/* People born in `birth_year` who arrive at each age, and how many that are in all. */
struct schedule {
    double at[OLDEST_ARRIVAL + 1];
    double ever;
};

static struct schedule
schedule_of(const struct pw_country *country, int birth_year)
{
    struct schedule schedule = { .ever = 0.0 };

    for (int age = 0; age <= OLDEST_ARRIVAL; age++) {
        schedule.at[age] = expected(country, birth_year, age);
        schedule.ever += schedule.at[age];
    }
    return schedule;
}

static size_t
share_of(const struct schedule *schedule, int shard, int num_shards)
{
    const size_t total = (size_t) (schedule->ever + 0.5);

    return total / (size_t) num_shards + ((size_t) shard < total % (size_t) num_shards);
}

size_t
pw_arrivals_count(const struct pw_country *country, int birth_year, int shard, int num_shards)
{
    const struct schedule schedule = schedule_of(country, birth_year);

    return share_of(&schedule, shard, num_shards);
}

/* Rises with `u`, so that those who take a stratum of it in turn stand in the order of arrival. */
static int
arrival_age(const struct schedule *schedule, double u)
{
    double rest = u * schedule->ever;
    int age = 0;

    while (age < OLDEST_ARRIVAL && (rest -= schedule->at[age]) > 0.0)
        age++;
    while (age > 0 && schedule->at[age] <= 0.0)
        age--;
    return age;
}

void
pw_arrivals_append(
    const struct pw_country *country, struct pw_shard *shard, int birth_year, int num_shards)
{
    const struct schedule schedule = schedule_of(country, birth_year);
    const size_t count = share_of(&schedule, shard->index, num_shards);
    const size_t first = pw_shard_append_many(shard, birth_year, count);

    for (size_t n = 0; n < count; n++) {
        const size_t i = first + n;
        const size_t turn = n * (size_t) num_shards + (size_t) shard->index;
        const uint64_t number = (uint64_t) (birth_year & 0xFFFF) << 40 | turn;
        uint32_t words[4];

        shard->key[i] = pw_mix64(FIRST_ARRIVAL_NUMBER + number);
        pw_rng_words(&country->rng, shard->key[i], birth_year, PW_STREAM_ARRIVAL, 0, words);
        shard->group[i] = (uint8_t) (pw_mix64(shard->key[i]) % PW_NUM_GROUPS);
        shard->sex[i] = (uint8_t) (words[0] >> 31); /* PW_FEMALE or PW_MALE */
        shard->state[i] = PW_ABROAD;
        shard->spell[i] = (uint8_t) arrival_age(
            &schedule, ((double) turn + (double) pw_rng_open(words[1])) / schedule.ever);
    }
}

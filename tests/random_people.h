/*
 * random_people.h - a shard of people about whom everything is random, for tests that compare with
 * slow counts.
 *
 * Included by one test file at a time. SPDX-License-Identifier: MIT
 */
#ifndef RANDOM_PEOPLE_H
#define RANDOM_PEOPLE_H

#include <criterion/criterion.h>

#include "pathways/alloc.h"
#include "pathways/measure.h"
#include "pathways/threshold.h"
#include "pathways/yearbook.h"

enum { NUM_PLACES = 5, HISTORY_FROM = 1965, YEAR = 2020, FIRST_BIRTH = 1916, PER_COHORT = 97 };

static struct pw_place places[NUM_PLACES] = { { .labour_market = 0 }, { .labour_market = 0 },
    { .labour_market = 1 }, { .labour_market = 2 }, { .labour_market = 1 } };
static const struct pw_scenario scenario = { .num_places = NUM_PLACES,
    .places = places,
    .run = { .history_from = HISTORY_FROM },
    .params.school = {
        .good_development = -0.468f, .expected_standard = -0.305f, .strong_pass = 50.0f } };

static uint64_t seed_state;

static inline uint32_t
pick(uint32_t below)
{
    seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) (seed_state >> 33) % below;
}

static inline float
unit(void)
{
    return (float) pick(1 << 20) / (float) (1 << 20);
}

static inline uint16_t
any_place(uint32_t unplaced_in_8)
{
    return pick(8) < unplaced_in_8 ? PW_UNPLACED : (uint16_t) pick(NUM_PLACES);
}

static inline void
fill_row(struct pw_shard *shard, size_t row)
{
    shard->sex[row] = (uint8_t) pick(PW_NUM_SEXES);
    shard->group[row] = (uint8_t) pick(PW_NUM_GROUPS);
    shard->birth_place[row] = any_place(1);
    shard->home_place[row] = any_place(2);
    shard->place[row] = any_place(1);
    shard->state[row] = (uint8_t) pick(PW_NUM_STATES);
    shard->last_state[row] = (uint8_t) pick(PW_NUM_STATES);
    shard->last_spell[row] = (uint8_t) pick(16);
    shard->past_classes[row] = (uint8_t) (pick(32) & pick(32));
    shard->hours[row] = (uint8_t) pick(60);
    shard->skill[row] = 4.0f * unit() - 2.0f;
    shard->qualification[row] = (uint8_t) pick(PW_NUM_QUALIFICATIONS);
    shard->route[row] = (uint8_t) pick(PW_NUM_ROUTES);
    shard->tariff[row] = (uint8_t) pick(PW_NUM_TARIFFS);
    shard->class[row] = (uint8_t) pick(PW_NUM_CLASS_CODES);
    shard->origin_class[row] = (uint8_t) pick(PW_NUM_CLASS_CODES);
    shard->parent_qualification[row] = (uint8_t) pick(PW_NUM_QUALIFICATIONS);
    shard->parent_owner[row] = (uint8_t) pick(2);
    shard->free_meals[row] = (uint8_t) pick(2);
    shard->owner[row] = (uint8_t) pick(2);
    shard->savings[row] = (uint16_t) pick(1 << 16);
    shard->pension[row] = (uint16_t) pick(1 << 16);
    shard->equity[row] = (uint8_t) pick(256);
    shard->neet_years[row] = (uint8_t) pick(3);
    shard->dependants[row] = (uint8_t) pick(3);
    shard->events[row] = (uint8_t) pick(256);
    shard->attainment[row] = 90.0f * unit();
    shard->belonging[row] = 4.0f * unit() - 2.0f;
    shard->wellbeing[row] = 10.0f * unit();
    shard->pay[row] = 2.0f + 2.0f * unit();
    shard->household_income[row] = pick(20) == 0 ? 0.0f : 60000.0f * unit();
    shard->grandparent_class[row] = (uint8_t) pick(PW_NUM_CLASS_CODES);
    shard->origin_income[row] = pick(6) == 0 ? 0.0f : 8.0f + 4.0f * unit();
    shard->adult_income[row] = pick(6) == 0 ? 0.0f : 8.0f + 4.0f * unit();
}

/* A third or so live in couples of a woman and a man. */
static inline void
pair_rows(struct pw_shard *shard)
{
    for (size_t n = 0; n < shard->num_rows / 2; n++) {
        const size_t one = pick((uint32_t) shard->num_rows);
        const size_t other = pick((uint32_t) shard->num_rows);

        if (shard->sex[one] == shard->sex[other] || shard->partner[one] != PW_NOBODY
            || shard->partner[other] != PW_NOBODY)
            continue;
        shard->partner[one] = (int32_t) other;
        shard->partner[other] = (int32_t) one;
    }
}

/* The group with which the home of a person is left out: hers for both of a couple. */
static inline size_t
group_of(const struct pw_shard *shard, const struct pw_person *person)
{
    const bool has_wife = person->sex == PW_MALE && person->partner != PW_NOBODY;

    return has_wife ? shard->group[person->partner] : person->group;
}

static inline void
make_shard(struct pw_shard *shard, uint64_t seed)
{
    seed_state = seed;
    cr_assert_eq(pw_shard_init(shard, 0, FIRST_BIRTH, YEAR), PW_OK);
    cr_assert_eq(pw_shard_reserve(shard, (YEAR - FIRST_BIRTH + 1) * PER_COHORT), PW_OK);
    for (int year = FIRST_BIRTH; year <= YEAR; year++) {
        for (int i = 0; i < PER_COHORT; i++)
            fill_row(shard, pw_shard_append(shard, year));
    }
    pair_rows(shard);
}

static inline void
find_thresholds(const struct pw_shard *shard, struct pw_thresholds *thresholds)
{
    struct pw_income_counts counts = { 0 };

    cr_assert_eq(pw_income_counts_init(&counts), PW_OK);
    pw_income_counts_observe(&counts, shard, YEAR, HISTORY_FROM);
    pw_thresholds_find(&counts, thresholds);
    pw_income_counts_free(&counts);
}

static struct pw_thresholds thresholds;

static inline void
observe(struct pw_measures *measures, const struct pw_shard *shard)
{
    cr_assert_eq(pw_measures_init(measures, &scenario), PW_OK);
    find_thresholds(shard, &thresholds);
    pw_measures_observe(measures, shard, YEAR, &thresholds);
    pw_measures_settle(measures);
}

/* Bytes of everything that was counted, through the yearbook. */
static inline int64_t
fingerprint(const struct pw_measures *measures)
{
    struct pw_yearbook yearbook = { 0 };
    uint64_t hash = 1469598103934665603u;

    cr_assert_eq(pw_yearbook_init(&yearbook, measures, YEAR, 1), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR, measures), PW_OK);
    for (size_t a = 0; a < yearbook.num_arrays; a++) {
        for (size_t i = 0; i < yearbook.arrays[a].num_items; i++)
            hash = (hash ^ (uint64_t) pw_yearbook_item(&yearbook, a, YEAR, i)) * 1099511628211u;
    }
    pw_yearbook_free(&yearbook);
    return (int64_t) hash;
}

#endif

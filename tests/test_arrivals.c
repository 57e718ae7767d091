/* SPDX-License-Identifier: MIT */
#include "pathways/arrivals.h"

#include "small_world.h"

TestSuite(arrivals, .timeout = 60);

/* History from 1965 and a run until 2034; people born from 1921 on may arrive, the oldest at 44. */
enum { HISTORY_FROM = 1965, END = 2035, FIRST_BIRTH = HISTORY_FROM - 44, OLDEST = 44 };

static struct small_world world;

static double
net_migration(int year)
{
    double net;

    pw_path_at(&world.tiny.scenario.paths[PW_PATH_population_net_migration], year, &net);
    return net;
}

static size_t
count_all(int birth_year, int num_shards)
{
    size_t count = 0;

    for (int s = 0; s < num_shards; s++)
        count += pw_arrivals_count(&world.country, birth_year, s, num_shards);
    return count;
}

/* Everyone who will ever arrive, appended to the shards of a world. */
static void
append_all(int num_shards, const char *overrides)
{
    small_open(&world, 2000, (size_t) num_shards, 16, overrides);
    for (int s = 0; s < num_shards; s++) {
        size_t rows = 0;

        for (int year = FIRST_BIRTH; year < END; year++)
            rows += pw_arrivals_count(&world.country, year, s, num_shards);
        cr_assert_eq(pw_shard_reserve(&world.shards[s], rows), PW_OK);
        for (int year = FIRST_BIRTH; year < END; year++)
            pw_arrivals_append(&world.country, &world.shards[s], year, num_shards);
        cr_assert_eq(world.shards[s].num_rows, rows);
    }
}

Test(arrivals, the_shards_share_the_people_of_a_cohort_evenly)
{
    small_open(&world, 2000, 1, 16, "run.persons=100000");
    for (int year = FIRST_BIRTH - 5; year < END + 5; year++)
        for (int num_shards = 1; num_shards < 20; num_shards += 3) {
            const size_t first = pw_arrivals_count(&world.country, year, 0, num_shards);

            cr_assert_eq(count_all(year, num_shards), count_all(year, 1));
            for (int s = 0; s < num_shards; s++) {
                const size_t count = pw_arrivals_count(&world.country, year, s, num_shards);

                cr_assert(count == first || count + 1 == first);
            }
        }
    small_close(&world);
}

Test(arrivals, as_many_arrive_in_a_year_as_the_path_says)
{
    static size_t by_year[END];

    append_all(1, "run.persons=200000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        const int year = pw_shard_birth_year(&world.shards[0], i) + world.shards[0].spell[i];

        cr_assert_lt(year, END);
        by_year[year]++;
    }
    for (int year = 0; year < END; year++) {
        const double expected = year <= HISTORY_FROM || net_migration(year) <= 0.0
                                    ? 0.0
                                    : net_migration(year) / world.country.people_each;

        /* Ages of arrival are drawn, cohorts are rounded to whole people: 45 of them share a year.
         */
        small_near((double) by_year[year], expected,
            5.0 * sqrt(expected) + (expected > 0.0 ? 2.0 : 0.0), "arrivals of a year");
    }
    small_close(&world);
}

Test(arrivals, nobody_arrives_before_the_second_year_of_history_or_after_the_last_of_the_run)
{
    append_all(1, "run.persons=100000 run.history_from=2000 run.start_year=2005 run.years=3 "
                  "run.record_from=2005");
    cr_assert_gt(world.shards[0].num_rows, 1000);
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        const int year = pw_shard_birth_year(&world.shards[0], i) + world.shards[0].spell[i];

        cr_assert(year > 2000 && year <= 2007, "%d", year);
    }
    small_close(&world);
}

Test(arrivals, the_ages_of_arrival_are_those_of_the_parameter)
{
    size_t by_band[9] = { 0 }, total = 0;

    append_all(1, "run.persons=200000");
    for (size_t i = 0; i < world.shards[0].num_rows; i++) {
        cr_assert_leq(world.shards[0].spell[i], OLDEST);
        by_band[world.shards[0].spell[i] / 5]++;
        total++;
    }
    cr_assert_gt(total, 10000);
    for (int b = 0; b < 9; b++)
        small_rate(by_band[b], total, (double) world.country.params->migration.arrival_age_share[b],
            "age band");
    small_close(&world);
}

Test(arrivals, they_wait_abroad_and_nowhere_until_then)
{
    append_all(2, "");
    for (int s = 0; s < 2; s++) {
        const struct pw_shard *shard = &world.shards[s];
        size_t women = 0;

        cr_assert_gt(shard->num_rows, 100);
        for (size_t i = 0; i < shard->num_rows; i++) {
            cr_assert_eq(shard->state[i], PW_ABROAD);
            cr_assert_eq(shard->place[i], PW_UNPLACED);
            cr_assert_lt(shard->group[i], PW_NUM_GROUPS);
            women += shard->sex[i] == PW_FEMALE;
        }
        small_rate(women, shard->num_rows, 0.5, "women");
        cr_assert_eq(pw_shard_verify(shard), PW_OK);
    }
    small_close(&world);
}

static int
compare_keys(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *) one, b = *(const uint64_t *) other;

    return (a > b) - (a < b);
}

/* Key and age of arrival of everyone, sorted; released with pw_free. */
static uint64_t *
list_people(int num_shards, size_t *count)
{
    uint64_t *people = NULL;
    size_t n = 0;

    append_all(num_shards, "run.persons=50000");
    *count = 0;
    for (int s = 0; s < num_shards; s++)
        *count += world.shards[s].num_rows;
    cr_assert_eq(pw_alloc(*count, 2 * sizeof *people, &people), PW_OK);
    for (int s = 0; s < num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++, n++) {
            people[2 * n] = world.shards[s].key[i];
            people[2 * n + 1] = world.shards[s].spell[i];
        }
    qsort(people, *count, 2 * sizeof *people, compare_keys);
    small_close(&world);
    return people;
}

Test(arrivals, the_same_people_arrive_whatever_the_number_of_shards_and_nobody_twice)
{
    size_t count, again;
    uint64_t *people = list_people(1, &count);
    uint64_t *other = list_people(3, &again);

    cr_assert_eq(count, again);
    cr_assert_arr_eq(people, other, count * 2 * sizeof *people);
    for (size_t n = 1; n < count; n++)
        cr_assert_neq(people[2 * n], people[2 * n - 2]);
    pw_free(&people);
    pw_free(&other);
}

Test(arrivals, nobody_arrives_when_the_country_never_gains)
{
    memset(&world, 0, sizeof world);
    world.tiny = tiny_layer("\"paths\": {\"population.net_migration\": {\"source\": \"assumed\","
                            "\"status\": \"assumed\", \"knots\": [[1965, -50000]]}}");
    cr_assert_eq(world.tiny.status, PW_OK);
    small_open_read(&world, 2000, 1, 16);
    for (int year = FIRST_BIRTH; year < END; year++)
        cr_assert_eq(count_all(year, 1), 0);
    small_close(&world);
}

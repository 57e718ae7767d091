/* SPDX-License-Identifier: MIT */
#include "pathways/apprenticeship.h"

#include "small_world.h"

TestSuite(apprenticeship, .timeout = 120);

enum { YEAR = 2025, MANY = 9000, NUM_PLACES = 6, NUM_MARKETS = 3 };

static struct small_world world;

/* People of 20 in all places, out of work, of random qualification, attainment, origin and
 * character. */
static void
fill_seekers(void)
{
    uint64_t seed = 1;

    for (int n = 0; n < MANY; n++) {
        const size_t s = (size_t) n % world.num_shards, i = small_add(&world, s, 20);
        struct pw_shard *shard = &world.shards[s];

        shard->state[i] = PW_UNEMPLOYED;
        shard->hours[i] = 0;
        shard->place[i] = (uint16_t) small_below(&seed, NUM_PLACES);
        shard->qualification[i] = (uint8_t) small_below(&seed, PW_FURTHER + 1);
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES);
        shard->attainment[i] = 46.0f + 18.0f * small_normal(&seed);
        shard->self_efficacy[i] = small_normal(&seed);
    }
}

static void
open_seekers(const char *overrides)
{
    small_open(&world, YEAR, 2, MANY, overrides);
    fill_seekers();
}

/* Apprentices of a level, in one labour market or in all (-1). */
static size_t
num_at(int level, int labour_market)
{
    size_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += world.shards[s].state[i] == PW_APPRENTICESHIP_INTERMEDIATE + level
                     && (labour_market < 0
                         || world.country.labour_market[world.shards[s].place[i]] == labour_market);
    return count;
}

Test(apprenticeship, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(
        &pw_apprenticeship, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(written, pw_apprenticeship.writes, "never wrote %s",
        small_column_name(pw_apprenticeship.writes & ~written));
}

Test(apprenticeship, places_are_counted_by_labour_market_and_level_and_never_overfilled)
{
    const struct pw_market *market = &world.country.apprenticeship;

    open_seekers("");
    world.country.now.apprenticeship_starts_young[0] = 0.0;
    world.country.now.apprenticeship_starts_adult[0] = 9.0;
    small_run(&world, &pw_apprenticeship);
    for (int l = 0; l < NUM_MARKETS; l++) {
        int64_t cohort = 0;

        for (size_t s = 0; s < world.num_shards; s++)
            for (size_t i = 0; i < world.shards[s].num_rows; i++)
                cohort += world.country.labour_market[world.shards[s].place[i]] == l;
        for (int level = 0; level < PW_NUM_LEVELS; level++) {
            const int m = l * PW_NUM_LEVELS + level;

            small_near((double) market->capacity[m],
                (double) cohort * 0.09 * world.country.now.apprenticeship_level_mix[level] / 100.0,
                0.51, "places");
            cr_assert_leq(market->taken[m], market->capacity[m]);
            cr_assert_eq((int64_t) num_at(level, l), market->taken[m]);
            cr_assert_gt(market->taken[m], 0);
        }
    }
    small_close(&world);
}

Test(apprenticeship, more_places_mean_more_apprentices)
{
    size_t before = 0;

    for (int n = 0; n < 4; n++) {
        size_t count;

        open_seekers("");
        world.country.now.apprenticeship_starts_young[0] = 0.0;
        world.country.now.apprenticeship_starts_adult[0] = 3.0 * n;
        small_run(&world, &pw_apprenticeship);
        count = num_at(0, -1) + num_at(1, -1) + num_at(2, -1);
        cr_assert_eq(n == 0, count == 0);
        cr_assert(n == 0 || count > before);
        before = count;
        small_close(&world);
    }
}

Test(apprenticeship, the_level_is_that_for_which_one_is_qualified_or_the_one_below)
{
    open_seekers("");
    small_run(&world, &pw_apprenticeship);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const int level = world.shards[s].state[i] - PW_APPRENTICESHIP_INTERMEDIATE;
            const int had = world.shards[s].qualification[i];
            const int highest = had >= PW_A_LEVEL ? 2 : had;

            if (!pw_state_is_apprentice(world.shards[s].state[i])) continue;
            cr_assert(level == highest || level == highest - 1, "level %d with qualification %d",
                level, had);
            cr_assert_gt(world.shards[s].hours[i], 0);
            cr_assert_eq(world.shards[s].spell[i], 0);
        }
    small_close(&world);
}

Test(apprenticeship, those_for_whom_there_is_no_place_of_their_level_take_one_of_the_level_below)
{
    for (int missing = 1; missing < PW_NUM_LEVELS; missing++) {
        open_seekers("");
        for (int level = 0; level < PW_NUM_LEVELS; level++)
            world.country.now.apprenticeship_level_mix[level] = level == missing ? 0.0 : 100.0;
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].qualification, missing == 2 ? PW_A_LEVEL : PW_GCSE,
                world.shards[s].num_rows);
        small_run(&world, &pw_apprenticeship);
        cr_assert_eq(num_at(missing, -1), 0);
        cr_assert_gt(num_at(missing - 1, -1), MANY / 20);
        small_close(&world);
    }
}

Test(apprenticeship, only_people_of_18_to_24_below_the_professions_and_without_a_degree_apply)
{
    struct pw_shard *shard = &world.shards[0];
    struct small_snapshot before;
    size_t entered = 0;

    small_open(&world, YEAR, 1, 12000, "");
    for (int age = 27; age >= 16; age--)
        for (int n = 0; n < 900; n++) {
            const size_t i = small_add(&world, 0, age);

            shard->state[i] = (uint8_t) (PW_SCHOOL + n % 14);
            shard->class[i] = (uint8_t) (n / 14 % PW_NUM_CLASS_CODES);
            shard->qualification[i] = (uint8_t) (n / 84 % PW_NUM_QUALIFICATIONS);
        }
    before = small_snapshot_take(world.shards, 1);
    small_run(&world, &pw_apprenticeship);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int age = YEAR - pw_shard_birth_year(shard, i);
        const uint8_t was = before.bytes[0][PW_COLUMN_state][i];

        if (shard->state[i] == was) continue;
        entered++;
        cr_assert(age >= 18 && age <= 24, "entered at %d", age);
        cr_assert(was == PW_UNEMPLOYED || was == PW_EMPLOYED);
        cr_assert(was == PW_UNEMPLOYED || shard->class[i] <= PW_INTERMEDIATE);
        cr_assert_leq(shard->qualification[i], PW_FURTHER);
    }
    cr_assert_gt(entered, 0);
    small_snapshot_free(&before);
    small_close(&world);
}

/* Those who ask, of people of 20 in a state; places are so many that nobody is turned away. */
static size_t
num_applicants(int state)
{
    size_t count;

    open_seekers("");
    for (size_t s = 0; s < world.num_shards; s++)
        memset(world.shards[s].state, state, world.shards[s].num_rows);
    world.country.now.apprenticeship_starts_adult[0] = 100.0;
    for (int level = 0; level < PW_NUM_LEVELS; level++)
        world.country.now.apprenticeship_level_mix[level] = 100.0;
    small_run(&world, &pw_apprenticeship);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            cr_assert_not(world.shards[s].events[i] & PW_EVENT_DISPLACED);
    count = num_at(0, -1) + num_at(1, -1) + num_at(2, -1);
    small_close(&world);
    return count;
}

Test(apprenticeship, people_out_of_work_apply_more_often_than_people_in_work)
{
    struct pw_apprenticeship_params params;

    open_seekers("");
    params = small_params(&world)->apprenticeship;
    small_close(&world);
    cr_assert_gt(params.wish_unemployed, params.wish_employed);
    small_rate(num_applicants(PW_UNEMPLOYED), MANY, (double) params.wish_unemployed, "out of work");
    small_rate(num_applicants(PW_EMPLOYED), MANY, (double) params.wish_employed, "in work");
}

Test(apprenticeship, those_who_are_turned_away_stay_what_they_were_and_are_marked)
{
    size_t refused = 0;

    open_seekers("");
    world.country.now.apprenticeship_starts_young[0] = 0.0;
    world.country.now.apprenticeship_starts_adult[0] = 1.0;
    small_run(&world, &pw_apprenticeship);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            if (!(world.shards[s].events[i] & PW_EVENT_DISPLACED)) continue;
            refused++;
            cr_assert_eq(world.shards[s].state[i], PW_UNEMPLOYED);
        }
    cr_assert_gt(refused, MANY / 10);
    small_close(&world);
}

/* Mean of the origin classes of apprentices less that of the others. */
static double
origin_gap(const char *overrides)
{
    double sum[2] = { 0.0, 0.0 }, count[2] = { 0.0, 0.0 };

    open_seekers(overrides);
    world.country.now.apprenticeship_starts_young[0] = 0.0;
    world.country.now.apprenticeship_starts_adult[0] = 5.0;
    small_run(&world, &pw_apprenticeship);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const int inside = pw_state_is_apprentice(world.shards[s].state[i]);

            sum[inside] += (double) world.shards[s].origin_class[i];
            count[inside] += 1.0;
        }
    small_close(&world);
    return sum[1] / count[1] - sum[0] / count[0];
}

Test(apprenticeship, family_connections_help_only_as_far_as_employers_heed_them)
{
    cr_assert_gt(origin_gap("post16.employer_network=1"), 0.4);
    cr_assert_lt(fabs(origin_gap("post16.employer_network=0")), 0.3);
}

Test(apprenticeship, employers_who_heed_no_connections_choose_alike_whatever_the_origin)
{
    struct small_snapshot equal;

    for (int n = 0; n < 2; n++) {
        open_seekers("post16.employer_network=0");
        for (size_t s = 0; s < world.num_shards; s++)
            memset(world.shards[s].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL,
                world.shards[s].num_rows);
        small_run(&world, &pw_apprenticeship);
        if (n == 0)
            equal = small_snapshot_take(world.shards, world.num_shards);
        else
            cr_assert_eq(small_changed(&equal, world.shards), PW_SET(origin_class));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

/* Places of the markets while a policy of 300,000 places is in force by the sea, that is in
 * Lancashire alone. */
static void
take_capacities(const char *lever, int64_t capacity[NUM_MARKETS * PW_NUM_LEVELS])
{
    char text[512];

    memset(&world, 0, sizeof world);
    cr_assert_lt(snprintf(text, sizeof text,
                     "\"name\": \"p\", \"lever\": \"%s\", \"where\": {\"tags\": [\"coastal\"]},"
                     "\"from\": 2025, \"capacity\": 300000",
                     lever),
        (int) sizeof text);
    world.tiny = tiny_policy(text);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 2, MANY);
    fill_seekers();
    for (size_t i = 0; pw_schedule[i] != NULL; i++)
        if (pw_schedule[i]->open != NULL) pw_schedule[i]->open(&world.country);
    /* School leavers have been and taken one place of all that there were for them. */
    for (size_t m = 0; m < NUM_MARKETS * PW_NUM_LEVELS; m++) {
        world.country.post16.capacity[2 * NUM_PLACES + m] = 500;
        world.country.post16.taken[2 * NUM_PLACES + m] = 450;
    }
    small_run(&world, &pw_apprenticeship);
    memcpy(capacity, world.country.apprenticeship.capacity,
        NUM_MARKETS * PW_NUM_LEVELS * sizeof *capacity);
    small_close(&world);
}

Test(apprenticeship, a_policy_adds_its_places_where_it_says_and_of_the_lower_levels_those_left)
{
    enum { LANCASHIRE = 1 };
    static const char *const lever[PW_NUM_LEVELS] = { "apprenticeship_places_intermediate",
        "apprenticeship_places_advanced", "apprenticeship_places_higher" };
    static const double added[PW_NUM_LEVELS] = { 50.0, 50.0, 300000.0 / (58600000.0 / 20000.0) };
    int64_t without[NUM_MARKETS * PW_NUM_LEVELS], with[NUM_MARKETS * PW_NUM_LEVELS];

    take_capacities("university_outreach", without);
    for (int level = 0; level < PW_NUM_LEVELS; level++) {
        take_capacities(lever[level], with);
        for (int m = 0; m < NUM_MARKETS * PW_NUM_LEVELS; m++)
            if (m == LANCASHIRE * PW_NUM_LEVELS + level)
                small_near((double) (with[m] - without[m]), added[level], 0.5, lever[level]);
            else
                cr_assert_eq(with[m], without[m], "%s changes market %d", lever[level], m);
    }
}

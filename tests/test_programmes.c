/* SPDX-License-Identifier: MIT */
#include "pathways/programmes.h"

#include "small_world.h"

TestSuite(programmes, .timeout = 60);

enum { YEAR = 2026, MANY = 12000, NUM_PLACES = 6, BLACKPOOL = 3 };

/* People of the real country for one in the simulation. */
#define PEOPLE_EACH (58600000.0 / 20000.0)

static struct small_world world;

/* A world of one policy (its members without braces) and people of 16 and 17 in all places. */
static void
open_policy(const char *members)
{
    uint64_t seed = 1;

    memset(&world, 0, sizeof world);
    world.tiny = tiny_policy(members);
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 2, MANY);
    for (int n = 0; n < MANY; n++) {
        const size_t s = (size_t) n % world.num_shards;
        const size_t i = small_add(&world, s, n < MANY / 2 ? 17 : 16);
        struct pw_shard *shard = &world.shards[s];

        shard->state[i] = PW_SIXTH_FORM;
        shard->place[i] = (uint16_t) small_below(&seed, NUM_PLACES);
        shard->sex[i] = (uint8_t) small_below(&seed, 2);
        shard->free_meals[i] = (uint8_t) small_below(&seed, 2);
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASS_CODES);
        shard->qualification[i] = (uint8_t) small_below(&seed, 3);
        shard->neet_years[i] = (uint8_t) small_below(&seed, 3);
        shard->skill[i] = small_normal(&seed);
    }
}

/* One year of the policy. */
static void
run(int year)
{
    pw_country_open_year(&world.country, year);
    small_run(&world, &pw_programmes);
}

static size_t
num_enrolled(void)
{
    size_t count = 0;

    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count += world.shards[s].exposure[i] & 1;
    return count;
}

static int64_t
num_reached(void)
{
    int64_t count = 0;

    for (int p = 0; p < NUM_PLACES; p++)
        count += world.country.policy[0].reached[p];
    return count;
}

#define OUTREACH "\"name\": \"p\", \"lever\": \"university_outreach\", \"from\": 2026"

Test(programmes, it_writes_only_the_columns_that_it_declares)
{
    struct small_snapshot before;

    open_policy(OUTREACH ", \"ownership\": 0.8");
    before = small_snapshot_take(world.shards, world.num_shards);
    run(YEAR);
    cr_assert_eq(small_changed(&before, world.shards), pw_programmes.writes);
    small_snapshot_free(&before);
    small_close(&world);
}

Test(programmes, it_reads_only_the_columns_that_it_declares)
{
    cr_assert_eq(small_check_process(
                     &pw_programmes, "run.persons=3000 run.shards=2 run.history_from=2020", 8),
        0, "something was written although no policy is in force");
    for (int n = 0; n < 2; n++) {
        static struct small_snapshot enrolled;

        open_policy(OUTREACH ", \"capacity\": 3000000, \"ownership\": 1");
        if (n == 1)
            for (size_t s = 0; s < world.num_shards; s++)
                small_muddle(&world.shards[s], ~(pw_programmes.reads | pw_programmes.writes)
                                                   & (((pw_columns) 1 << PW_NUM_COLUMNS) - 1));
        run(YEAR);
        if (n == 0)
            enrolled = small_snapshot_take(world.shards, world.num_shards);
        else
            cr_assert_eq(small_changed(&enrolled, world.shards) & pw_programmes.writes, 0);
        if (n == 1) small_snapshot_free(&enrolled);
        small_close(&world);
    }
}

Test(programmes, exactly_as_many_are_enrolled_as_there_is_room_for_when_enough_would_take_part)
{
    static const int64_t people[4] = { 0, 1, 100, 3000 };

    for (int n = 0; n < 4; n++) {
        char members[256];

        cr_assert_lt(snprintf(members, sizeof members, OUTREACH ", \"capacity\": %.1f",
                         (double) people[n] * PEOPLE_EACH),
            (int) sizeof members);
        open_policy(members);
        run(YEAR);
        cr_assert_eq((int64_t) num_enrolled(), people[n]);
        cr_assert_eq(num_reached(), people[n]);
        small_close(&world);
    }
}

Test(programmes, the_numbers_reached_are_those_of_each_place)
{
    int64_t count[NUM_PLACES] = { 0 };

    open_policy(OUTREACH ", \"capacity\": 5000000");
    run(YEAR);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            count[world.shards[s].place[i]] += world.shards[s].exposure[i] & 1;
    for (int p = 0; p < NUM_PLACES; p++)
        cr_assert_eq(world.country.policy[0].reached[p], count[p]);
    small_close(&world);
}

Test(programmes, the_lottery_prefers_nobody)
{
    double enrolled = 0.0, skill = 0.0;
    size_t by_sex[2] = { 0 }, all_by_sex[2] = { 0 }, by_class[PW_NUM_CLASS_CODES] = { 0 };
    size_t all_by_class[PW_NUM_CLASS_CODES] = { 0 };
    double share;

    open_policy(OUTREACH ", \"capacity\": 8000000");
    run(YEAR);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            const bool in = shard->exposure[i] & 1;

            enrolled += in;
            skill += in ? (double) shard->skill[i] : 0.0;
            by_sex[shard->sex[i]] += in;
            all_by_sex[shard->sex[i]]++;
            by_class[shard->origin_class[i]] += in;
            all_by_class[shard->origin_class[i]]++;
        }
    share = enrolled / MANY;
    for (int sex = 0; sex < 2; sex++)
        small_rate(by_sex[sex], all_by_sex[sex], share, "by sex");
    for (int c = 0; c < PW_NUM_CLASS_CODES; c++)
        small_rate(by_class[c], all_by_class[c], share, "by origin class");
    small_near(skill / enrolled, 0.0, 5.0 / sqrt(enrolled), "mean skill of those enrolled");
    small_close(&world);
}

Test(programmes, an_imposed_programme_reaches_fewer_and_one_of_their_own_all)
{
    static const double ownership[3] = { 0.0, 0.5, 1.0 };

    for (int n = 0; n < 3; n++) {
        char members[256];
        double take_up;

        cr_assert_lt(
            snprintf(members, sizeof members, OUTREACH ", \"ownership\": %g", ownership[n]),
            (int) sizeof members);
        open_policy(members);
        take_up = (double) small_params(&world)->programmes.imposed_take_up;
        cr_assert_lt(take_up, 1.0);
        run(YEAR);
        small_rate(num_enrolled(), MANY, take_up + (1.0 - take_up) * ownership[n], "take-up");
        small_close(&world);
    }
}

Test(programmes, those_enrolled_belong_more_in_their_own_programme_and_less_in_an_imposed_one)
{
    static const char *const members[3] = { OUTREACH ", \"ownership\": 0",
        OUTREACH ", \"ownership\": 0.5", OUTREACH ", \"ownership\": 1" };

    for (int n = 0; n < 3; n++) {
        open_policy(members[n]);
        run(YEAR);
        for (size_t s = 0; s < world.num_shards; s++)
            for (size_t i = 0; i < world.shards[s].num_rows; i++) {
                const double belonging = (double) world.shards[s].belonging[i];

                if (!(world.shards[s].exposure[i] & 1))
                    cr_assert_eq(belonging, 0.0);
                else
                    cr_assert_eq(n - 1, (belonging > 0.0) - (belonging < 0.0));
            }
        small_close(&world);
    }
}

Test(programmes, only_those_for_whom_a_policy_is_are_enrolled)
{
    size_t eligible = 0;

    open_policy(
        OUTREACH ", \"ownership\": 1, \"where\": {\"tags\": [\"coastal\", \"london\"]}, \"whom\": {"
                 "\"first_age\": 17, \"last_age\": 20, \"free_meals\": true, \"sex\": \"female\","
                 "\"origin_class\": [\"lower_working\", \"none\"], \"qualification\": [\"gcse\", "
                 "\"a_level\"],"
                 "\"state\": [\"sixth_form\"], \"min_neet_years\": 1}");
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i += 7)
            world.shards[s].state[i] = PW_INACTIVE;
    run(YEAR);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const struct pw_shard *shard = &world.shards[s];
            const bool should = YEAR - pw_shard_birth_year(shard, i) == 17 && shard->free_meals[i]
                                && shard->sex[i] == PW_FEMALE && shard->place[i] >= BLACKPOOL
                                && (shard->origin_class[i] == PW_LOWER_WORKING
                                    || shard->origin_class[i] == PW_NO_CLASS)
                                && shard->qualification[i] >= PW_GCSE
                                && shard->state[i] == PW_SIXTH_FORM && shard->neet_years[i] >= 1;

            eligible += should;
            cr_assert_eq(shard->exposure[i] & 1, should);
        }
    cr_assert_gt(eligible, 20);
    small_close(&world);
}

Test(programmes, nobody_is_enrolled_twice_and_the_second_year_takes_those_left)
{
    open_policy(OUTREACH ", \"capacity\": 8790000, \"ownership\": 1"); /* 3000 in the simulation */
    for (int n = 1; n <= 2; n++) {
        run(YEAR + (n - 1));
        cr_assert_eq(num_enrolled(), 3000 * (size_t) n);
        cr_assert_eq(num_reached(), 3000);
    }
    small_close(&world);
}

Test(programmes, strength_0_capacity_0_and_years_out_of_force_change_nothing)
{
    static const char *const members[4] = { OUTREACH ", \"strength\": 0",
        OUTREACH ", \"capacity\": 0",
        "\"name\": \"p\", \"lever\": \"university_outreach\", \"from\": 2027",
        "\"name\": \"p\", \"lever\": \"university_outreach\", \"from\": 2025, \"to\": 2025" };

    for (int n = 0; n < 4; n++) {
        struct small_snapshot before;

        open_policy(members[n]);
        before = small_snapshot_take(world.shards, world.num_shards);
        run(YEAR);
        cr_assert_eq(small_changed(&before, world.shards), 0, "%s", members[n]);
        cr_assert_eq(num_reached(), 0);
        small_snapshot_free(&before);
        small_close(&world);
    }
}

Test(programmes, two_policies_have_rooms_lotteries_and_bits_of_their_own)
{
    size_t count[4] = { 0 };

    memset(&world, 0, sizeof world);
    world.tiny = tiny_layer("\"policies\": [{" OUTREACH ", \"capacity\": 2930000},"
                            "{\"name\": \"q\", \"lever\": \"university_outreach\", \"from\": 2026,"
                            "\"capacity\": 5860000}]");
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 1, MANY);
    (void) small_fill(&world, 0, 17, MANY);
    run(YEAR);
    for (size_t i = 0; i < MANY; i++)
        count[world.shards[0].exposure[i]]++;
    cr_assert_eq(count[1] + count[3], 1000);
    cr_assert_eq(count[2] + count[3], 2000);
    small_rate(count[3], 1000, 2000.0 / MANY, "who are in both");
    small_close(&world);
}

#define PLACES                                                                                     \
    "\"name\": \"p\", \"lever\": \"sixth_form_places\", \"where\": {\"tags\": [\"london\"]},"      \
    "\"from\": 2026, \"ramp_years\": 1, \"capacity\": 586000"

Test(programmes, places_are_shared_by_young_people_between_the_places_named_and_grow_with_the_ramp)
{
    struct small_snapshot before;

    open_policy(PLACES);
    before = small_snapshot_take(world.shards, world.num_shards);
    for (int year = 2025; year <= 2028; year++) {
        const double all = year == 2025 ? 0.0 : year == 2026 ? 100.0 : 200.0;
        const int64_t *reached = world.country.policy[0].reached;

        run(year);
        for (int p = 0; p < NUM_PLACES; p++) {
            const double young = p == 4 ? 6898.0 : p == 5 ? 8090.0 : 0.0;

            small_near((double) reached[p], all * young / (6898.0 + 8090.0), 1.0, "places");
            cr_assert(young > 0.0 || reached[p] == 0, "place %d is not named", p);
        }
        small_near((double) num_reached(), all, 1e-9, "places in all");
    }
    cr_assert_eq(small_changed(&before, world.shards), 0, "places were given to people");
    small_snapshot_free(&before);
    small_close(&world);
}

Test(programmes, twice_the_strength_is_twice_the_places)
{
    int64_t reached[2];

    for (int n = 0; n < 2; n++) {
        open_policy(n == 0 ? PLACES : PLACES ", \"strength\": 2");
        run(2030);
        reached[n] = num_reached();
        small_close(&world);
    }
    cr_assert_eq(reached[0], 200);
    cr_assert_eq(reached[1], 400);
}

/* --- Policies on residents, budgets, who comes first ------------------------------------------ */

#define TEACHING "\"name\": \"p\", \"lever\": \"careers_guidance\", \"from\": 2026"

Test(programmes, residents_are_reached_in_proportion_to_what_the_budget_pays_for)
{
    double covered;

    open_policy(TEACHING ", \"ownership\": 1");
    run(YEAR);
    cr_assert_eq(num_reached(), MANY, "without limit everyone is");
    cr_assert_eq(num_enrolled(), 0, "nobody is enrolled");
    small_close(&world);
    open_policy(TEACHING ", \"ownership\": 1, \"unit_cost_gbp\": 100, \"budget_gbp\": 586000000");
    run(YEAR); /* 5,860,000 people, 2,000 in the simulation */
    covered = (double) world.country.policy[0].coverage[0];
    small_near(covered, 2000.0 / MANY, 1e-6, "share of residents");
    cr_assert_leq(num_reached(), 2000);
    cr_assert_geq(num_reached(), 2000 - NUM_PLACES);
    small_close(&world);
}

Test(programmes, what_is_imposed_reaches_fewer_and_lowers_belonging_what_is_ones_own_raises_it)
{
    double belonging[2];
    int64_t reached[2];

    for (int own = 0; own < 2; own++) {
        open_policy(own ? OUTREACH ", \"ownership\": 1" : OUTREACH ", \"ownership\": 0");
        run(YEAR);
        reached[own] = num_reached();
        belonging[own] = 0.0;
        for (size_t s = 0; s < world.num_shards; s++)
            belonging[own] += small_mean(world.shards[s].belonging, world.shards[s].num_rows) / 2.0;
        small_close(&world);
    }
    cr_assert_eq(reached[1], MANY);
    small_rate((size_t) reached[0], MANY, 0.5, "take-up of what was imposed");
    small_near(belonging[1], 0.05, 1e-4, "own");
    small_near(belonging[0], -0.025, 0.002, "imposed: half of them, each by as much");
}

Test(programmes, a_budget_is_never_overspent)
{
    for (int n = 1; n <= 5; n++) {
        char members[256];
        const double budget = 1234567.0 * n * n;

        cr_assert_lt(
            snprintf(members, sizeof members,
                OUTREACH ", \"ownership\": 1, \"unit_cost_gbp\": 700, \"budget_gbp\": %.0f",
                budget),
            (int) sizeof members);
        open_policy(members);
        run(YEAR);
        cr_assert_leq((double) num_reached() * PEOPLE_EACH * 700.0, budget * (1.0 + 1e-9));
        cr_assert_gt((double) (num_reached() + 1) * PEOPLE_EACH * 700.0, budget * (1.0 - 1e-9));
        small_close(&world);
    }
}

Test(programmes, the_neediest_come_first_where_the_policy_says_so)
{
    float last_in = -1.0f, first_out = 1e9f;

    open_policy(
        "\"name\": \"p\", \"lever\": \"intensive_support\", \"from\": 2026, \"ownership\": 1,"
        "\"order\": \"neediest\", \"capacity\": 2930000"); /* 1,000 in the simulation */
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            world.shards[s].state[i] = PW_UNEMPLOYED;
            world.shards[s].household_income[i] = 10000.0f + 7.0f * (float) (i * 2 + s);
        }
    run(YEAR);
    cr_assert_eq(num_enrolled(), 1000);
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++) {
            const float income = world.shards[s].household_income[i];

            if (world.shards[s].enrolled[i] & 1)
                last_in = income > last_in ? income : last_in;
            else
                first_out = income < first_out ? income : first_out;
        }
    cr_assert_lt(last_in, first_out);
    small_close(&world);
}

Test(programmes, first_come_keeps_those_who_have_taken_part)
{
    size_t again = 0;

    open_policy("\"name\": \"p\", \"lever\": \"mentoring\", \"from\": 2026, \"ownership\": 1,"
                "\"order\": \"first_come\", \"capacity\": 2930000");
    run(YEAR);
    run(YEAR + 1); /* those who are 19 by now would be too old, but all were 16 or 17 */
    for (size_t s = 0; s < world.num_shards; s++)
        for (size_t i = 0; i < world.shards[s].num_rows; i++)
            again += world.shards[s].enrolled[i] & world.shards[s].exposure[i] & 1;
    cr_assert_eq(again, 1000);
    cr_assert_eq(num_enrolled(), 1000, "nobody else has ever been in it");
    small_close(&world);
}

Test(programmes, local_voice_lends_ownership_to_other_policies_from_the_next_year_on)
{
    size_t first, second = 0;

    memset(&world, 0, sizeof world);
    world.tiny =
        tiny_layer("\"policies\": [{\"name\": \"p\", \"lever\": \"mentoring\", \"from\": 2026},"
                   "{\"name\": \"v\", \"lever\": \"local_voice\", \"from\": 2026,"
                   "\"ownership\": 1, \"effects\": {\"voice\": 0.6}}]");
    cr_assert_eq(world.tiny.status, PW_OK, "%s", pw_status_message());
    small_open_read(&world, YEAR, 1, MANY);
    (void) small_fill(&world, 0, 16, MANY);
    run(YEAR);
    first = num_enrolled();
    run(YEAR + 1);
    for (size_t i = 0; i < MANY; i++)
        second += world.shards[0].enrolled[i] & 1;
    small_rate(first, MANY, 0.5, "imposed");
    small_rate(second, MANY, 0.5 + 0.5 * 0.6, "with a say");
    small_close(&world);
}

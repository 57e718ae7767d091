/* SPDX-License-Identifier: MIT */
#include "pathways/couples.h"

#include "small_world.h"

TestSuite(couples, .timeout = 60);

enum { YEAR = 2000, MANY = 20000, GUESTS = 500 };

/* However few there are, everyone meets. */
#define ALL_MEET "couples.meetings=1000 couples.looking_men=0.0001 "
/* Everyone of 23 and over looks, and only in the labour market. */
#define ALL_SEEK                                                                                   \
    ALL_MEET                                                                                       \
    "couples.seeking=1 couples.seeking_fall=0 couples.search_region=0 couples.search_country=0"

static struct small_world world;
static struct pw_shard *const shard = &world.shards[0];

static size_t
add(int age, enum pw_sex sex, float skill)
{
    const size_t i = small_add(&world, 0, age);

    shard->sex[i] = (uint8_t) sex;
    shard->skill[i] = skill;
    return i;
}

Test(couples, it_reads_and_writes_only_the_columns_that_it_declares)
{
    const pw_columns written = small_check_process(&pw_couples,
        "run.persons=3000 run.shards=2 run.history_from=1990 couples.search_country=0.3", 8);

    cr_assert_eq(written, pw_couples.writes, "never wrote %s",
        small_column_name(pw_couples.writes & ~written));
}

Test(couples, distance_counts_years_qualifications_skill_and_origins)
{
    const struct pw_couples_params params = { .age_gap = 2.0f,
        .age_tolerance = 4.0f,
        .education_weight = 0.5f,
        .skill_weight = 0.25f,
        .origin_weight = 0.1f };

    small_near((double) pw_couples_distance(&params, 2.0f, 0.0f, 0.0f, 0.0f), 0.0, 1e-6, "perfect");
    small_near((double) pw_couples_distance(&params, 8.0f, 0.0f, 0.0f, 0.0f), 1.5, 1e-6, "older");
    small_near(
        (double) pw_couples_distance(&params, -4.0f, 0.0f, 0.0f, 0.0f), 1.5, 1e-6, "younger");
    small_near(
        (double) pw_couples_distance(&params, 2.0f, -3.0f, 0.0f, 0.0f), 1.5, 1e-6, "qualified");
    small_near(
        (double) pw_couples_distance(&params, 2.0f, 0.0f, -4.0f, 0.0f), 1.0, 1e-6, "skilled");
    small_near((double) pw_couples_distance(&params, 2.0f, 0.0f, 0.0f, -4.0f), 0.4, 1e-6, "humble");
    small_near(
        (double) pw_couples_distance(&params, 6.0f, 1.0f, 2.0f, 3.0f), 2.3, 1e-6, "all of it");
}

Test(couples, a_woman_takes_the_nearest_man)
{
    size_t woman, near, far, older;

    small_open(&world, YEAR, 1, 16, ALL_SEEK);
    older = add(48, PW_MALE, 0.3f);
    far = add(32, PW_MALE, 1.5f);
    near = add(32, PW_MALE, 0.3f);
    woman = add(30, PW_FEMALE, 0.2f);
    small_run(&world, &pw_couples);
    cr_assert_eq(shard->partner[woman], (int32_t) near);
    cr_assert_eq(shard->partner[near], (int32_t) woman);
    cr_assert_eq(shard->partner[far], PW_NOBODY);
    cr_assert_eq(shard->partner[older], PW_NOBODY);
    small_close(&world);
}

Test(couples, nobody_takes_a_partner_beyond_reach)
{
    size_t woman, man;

    small_open(&world, YEAR, 1, 16, ALL_SEEK " couples.reach=1");
    woman = add(60, PW_FEMALE, 0.0f);
    man = add(25, PW_MALE, 0.0f);
    small_run(&world, &pw_couples);
    cr_assert_eq(shard->partner[woman], PW_NOBODY);
    cr_assert_eq(shard->partner[man], PW_NOBODY);
    small_close(&world);
}

Test(couples, a_man_is_taken_once)
{
    size_t first, second, man;

    small_open(&world, YEAR, 1, 16, ALL_SEEK);
    man = add(30, PW_MALE, 0.0f);
    first = add(28, PW_FEMALE, 0.0f);
    second = add(28, PW_FEMALE, 0.0f);
    small_run(&world, &pw_couples);
    cr_assert_neq(shard->partner[first] == PW_NOBODY, shard->partner[second] == PW_NOBODY);
    cr_assert_neq(shard->partner[man], PW_NOBODY);
    small_close(&world);
}

Test(couples, siblings_parents_and_children_do_not_pair)
{
    size_t sister, brother, half_brother, father;

    small_open(&world, YEAR, 1, 16, ALL_SEEK " couples.reach=20");
    father = add(60, PW_MALE, 0.0f);
    const size_t mother = add(59, PW_MALE, 0.0f); /* as a second parent for the test */
    shard->state[mother] = PW_ABROAD;
    sister = add(30, PW_FEMALE, 0.0f);
    brother = add(30, PW_MALE, 0.0f);
    half_brother = add(28, PW_MALE, 0.0f);
    small_adopt(shard, sister, (int32_t) mother, (int32_t) father);
    small_adopt(shard, brother, (int32_t) mother, PW_NOBODY);
    small_adopt(shard, half_brother, PW_NOBODY, (int32_t) father);
    small_run(&world, &pw_couples);
    cr_assert_eq(shard->partner[sister], PW_NOBODY);
    small_close(&world);
}

/* Do a woman in Manchester and a man in another place pair? */
static bool
do_pair(uint16_t place, const char *overrides)
{
    size_t woman, man;
    bool pair;

    small_open(&world, YEAR, 1, 16, overrides);
    man = add(32, PW_MALE, 0.0f);
    woman = add(30, PW_FEMALE, 0.0f);
    small_settle(&world, 0, man, place);
    shard->owner[man] = 1;
    small_run(&world, &pw_couples);
    pair = shard->partner[woman] == (int32_t) man;
    cr_assert_eq(shard->place[man], pair ? 0 : place);
    cr_assert_eq(shard->events[man], pair && place != 0 ? PW_EVENT_MOVED : 0);
    cr_assert_eq(shard->events[woman], 0, "she stays");
    cr_assert_eq(shard->work_market[man],
        pair && world.country.region[place] != world.country.region[0]
            ? 0
            : world.country.labour_market[place],
        "he keeps a job of the region");
    cr_assert_eq(shard->owner[woman], pair, "his home is hers");
    small_close(&world);
    return pair;
}

Test(couples, people_look_in_their_labour_market_unless_they_look_farther)
{
    enum { SAME_PLACE = 0, SAME_MARKET = 1, SAME_REGION = 3, ELSEWHERE = 4 };
    static const char region[] =
        ALL_MEET "couples.seeking=1 couples.seeking_fall=0 couples.search_region=1 "
                 "couples.search_country=0";
    static const char country[] =
        ALL_MEET "couples.seeking=1 couples.seeking_fall=0 couples.search_country=1";

    cr_assert(do_pair(SAME_PLACE, ALL_SEEK));
    cr_assert(do_pair(SAME_MARKET, ALL_SEEK));
    cr_assert_not(do_pair(SAME_REGION, ALL_SEEK));
    cr_assert(do_pair(SAME_REGION, region));
    cr_assert_not(do_pair(ELSEWHERE, region));
    cr_assert(do_pair(ELSEWHERE, country));
}

/* How many of MANY women of an age find one of as many men. */
static size_t
count_paired(int age, const char *overrides)
{
    size_t count = 0;

    small_open(&world, YEAR, 1, 2 * MANY, overrides);
    small_fill(&world, 0, age, 2 * MANY);
    for (size_t i = 0; i < 2 * MANY; i += 2)
        shard->sex[i] = PW_FEMALE;
    small_run(&world, &pw_couples);
    for (size_t i = 0; i < 2 * MANY; i += 2)
        count += shard->partner[i] != PW_NOBODY;
    small_close(&world);
    return count;
}

Test(couples, fewer_look_for_a_partner_when_young_or_old)
{
    /* Equal as they all are, every woman who looks finds a man as long as men last. */
    const double se = 5.0 * sqrt(MANY * 0.1 * 0.9 * 2.0);

    cr_assert_eq(count_paired(17, "couples.seeking=1"), 0);
    cr_assert_eq(count_paired(40, "couples.seeking=0"), 0);
    small_near(
        (double) count_paired(23, "couples.seeking=0.1 couples.reach=20"), MANY * 0.1, se, "at 23");
    small_near((double) count_paired(20, "couples.seeking=0.1 couples.reach=20"), MANY * 0.06, se,
        "at 20");
    small_near(
        (double) count_paired(43, "couples.seeking=0.1 couples.seeking_fall=0.05 couples.reach=20"),
        MANY * 0.1 * exp(-1.0), se, "at 43");
    cr_assert_eq(count_paired(70, "couples.seeking=1 couples.seeking_fall=0"), 0);
}

/* MANY couples of an age of whom all own their homes; how many part in a year. */
static size_t
count_parted(int age, const char *overrides)
{
    size_t count = 0, hers = 0;

    small_open(&world, YEAR, 1, 2 * MANY, overrides);
    small_fill(&world, 0, age, 2 * MANY);
    for (size_t i = 0; i < 2 * MANY; i += 2) {
        small_marry(shard, i, i + 1);
        shard->owner[i] = shard->owner[i + 1] = 1;
    }
    small_run(&world, &pw_couples);
    for (size_t i = 0; i < 2 * MANY; i += 2) {
        const bool parted = shard->partner[i] == PW_NOBODY;

        count += parted;
        hers += parted && shard->owner[i];
        cr_assert_eq(shard->partner[i + 1] == PW_NOBODY, parted);
        cr_assert_eq(shard->events[i], parted ? PW_EVENT_SEPARATED : 0);
        cr_assert_eq(shard->events[i + 1], shard->events[i]);
        cr_assert_eq(shard->owner[i] + shard->owner[i + 1], parted ? 1 : 2, "one keeps the home");
    }
    if (count > 0) small_rate(hers, count, 0.5, "she keeps it");
    small_close(&world);
    return count;
}

Test(couples, couples_part_as_often_as_the_path_and_their_age_say)
{
    /* Divorces per 1000 of 2000. */
    const double divorce = (14.2 + 7.0 / 9.0 * (12.9 - 14.2)) / 1000.0;

    small_rate(count_parted(30, "couples.seeking=0 couples.separation_ratio=2"), MANY,
        2.0 * divorce, "at 30");
    small_rate(count_parted(
                   50, "couples.seeking=0 couples.separation_ratio=4 couples.separation_fall=0.05"),
        MANY, 4.0 * divorce * exp(-1.0), "at 50");
    cr_assert_eq(count_parted(30, "couples.seeking=0 couples.separation_ratio=0"), 0);
    cr_assert_eq(count_parted(80, "couples.seeking=0 couples.separation_ratio=10"), 0);
}

Test(couples, those_where_she_has_a_degree_part_so_much_more_seldom)
{
    size_t count[2] = { 0 };

    small_open(&world, YEAR, 1, 4 * MANY,
        "couples.seeking=0 couples.separation_ratio=5 couples.graduates_part=0.4");
    small_fill(&world, 0, 30, 4 * MANY);
    for (size_t i = 0; i < 4 * MANY; i += 2) {
        small_marry(shard, i, i + 1);
        shard->qualification[i] = i % 4 == 0 ? PW_FIRST_DEGREE : PW_FURTHER;
    }
    small_run(&world, &pw_couples);
    for (size_t i = 0; i < 4 * MANY; i += 2)
        count[i % 4 == 0] += shard->partner[i] == PW_NOBODY;
    cr_assert_gt(count[0], 500);
    small_rate(count[1], MANY, 0.4 * (double) count[0] / MANY, "graduates");
    small_close(&world);
}

/* Women of 35 who find a partner, a child of so many years behind them or (PW_NEVER) none. */
static size_t
count_found(int birth_gap, const char *overrides)
{
    size_t count = 0;

    small_open(&world, YEAR, 1, 2 * MANY, overrides);
    small_fill(&world, 0, 35, 2 * MANY);
    for (size_t i = 0; i < 2 * MANY; i++)
        shard->sex[i] = i % 2 == 0 ? PW_FEMALE : PW_MALE;
    for (size_t i = 0; i < 2 * MANY; i += 2) {
        shard->num_children[i] = birth_gap != PW_NEVER;
        shard->birth_gap[i] = (uint8_t) birth_gap;
    }
    small_run(&world, &pw_couples);
    for (size_t i = 0; i < 2 * MANY; i += 2)
        count += shard->partner[i] != PW_NOBODY;
    small_close(&world);
    return count;
}

Test(couples, lone_mothers_look_so_much_more_seldom_until_the_last_child_is_16)
{
    const char *seldom = "couples.seeking=0.2 couples.seeking_fall=0 couples.mothers_seek=0.25 "
                         "couples.reach=20 couples.meetings=1000 couples.looking_men=0.0001";
    const double se = 5.0 * sqrt(MANY * 0.2);

    small_near((double) count_found(PW_NEVER, seldom), MANY * 0.2, se, "without children");
    small_near((double) count_found(5, seldom), MANY * 0.05, se, "a child of five");
    small_near((double) count_found(1, seldom), MANY * 0.2, se, "as many as men who look");
    small_near((double) count_found(17, seldom), MANY * 0.2, se, "a child of 17");
}

/* Correlation of skill between the partners that singles of some shards find. */
static double
match_singles(size_t num_shards, size_t each, const char *overrides, size_t *count)
{
    static float her[MANY], his[MANY];
    uint64_t seed = 42;

    small_open(&world, YEAR, num_shards, each, overrides);
    *count = 0;
    for (size_t s = 0; s < num_shards; s++) {
        struct pw_shard *people = &world.shards[s];

        for (size_t n = 0; n < each; n++) {
            const size_t i = small_add(&world, s, 45 - (int) (20 * n / each));

            people->sex[i] = (uint8_t) small_below(&seed, 2);
            people->place[i] = (uint16_t) small_below(&seed, 6);
            people->skill[i] = small_normal(&seed);
        }
    }
    small_run(&world, &pw_couples);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t i = 0; i < each; i++)
            if (world.shards[s].sex[i] == PW_FEMALE && world.shards[s].partner[i] != PW_NOBODY) {
                her[*count] = world.shards[s].skill[i];
                his[(*count)++] = world.shards[s].skill[world.shards[s].partner[i]];
            }
    small_close(&world);
    return small_correlation(her, his, *count);
}

Test(couples, partners_resemble_each_other_the_more_the_more_skill_counts)
{
    size_t n;
    const double blind = match_singles(1, MANY, "couples.skill_weight=0", &n);
    const double little = match_singles(1, MANY, "couples.skill_weight=0.3", &n);
    const double much = match_singles(1, MANY, "couples.skill_weight=2", &n);

    small_near(blind, 0.0, 5.0 / sqrt((double) n), "when skill does not count");
    cr_assert_gt(little, 5.0 / sqrt((double) n));
    cr_assert_gt(much, little + 5.0 / sqrt((double) n));
}

/* Mean steps between the classes of the parents of partners. */
static double
steps_apart(const char *overrides)
{
    enum { SOME = 4000 };
    double sum = 0.0, count = 0.0;
    uint64_t seed = 3;

    small_open(&world, YEAR, 1, SOME, overrides);
    small_fill(&world, 0, 30, SOME);
    for (size_t i = 0; i < SOME; i++) {
        shard->sex[i] = i % 2 == 0 ? PW_FEMALE : PW_MALE;
        shard->origin_class[i] = (uint8_t) small_below(&seed, PW_NUM_CLASSES + 1);
        shard->skill[i] = small_normal(&seed);
    }
    small_run(&world, &pw_couples);
    for (size_t i = 0; i < SOME; i += 2) {
        const int32_t man = shard->partner[i];

        if (man == PW_NOBODY || shard->origin_class[i] == PW_NO_CLASS
            || shard->origin_class[man] == PW_NO_CLASS)
            continue;
        sum += abs(shard->origin_class[man] - shard->origin_class[i]);
        count++;
    }
    small_close(&world);
    cr_assert_gt(count, 500);
    return sum / count;
}

Test(couples, partners_come_from_like_families_the_more_the_more_origins_count)
{
    /* Of two of five classes drawn by chance: 1.6 steps apart on average. */
    const double blind = steps_apart("couples.seeking=1 couples.origin_weight=0");
    const double little =
        steps_apart("couples.seeking=1 couples.origin_weight=0.1 couples.meetings=4");
    const double much = steps_apart("couples.seeking=1 couples.origin_weight=1 couples.meetings=4");

    small_near(blind, 1.6, 0.1, "when origins do not count");
    cr_assert_lt(little, blind - 0.2);
    cr_assert_lt(much, little - 0.1);
}

Test(couples, the_likeness_of_couples_does_not_depend_on_the_size_of_the_shards)
{
    size_t whole, parts;
    /* So many that there are as many to be met in a quarter of the people. */
    const double in_one = match_singles(1, MANY, "couples.meetings=6", &whole);
    const double in_four = match_singles(4, MANY / 4, "couples.meetings=6", &parts);

    small_near(in_four, in_one,
        4.0 * (1.0 - in_one * in_one) * sqrt(1.0 / (double) whole + 1.0 / (double) parts),
        "correlation");
}

/* Partners of MANY singles, with old men who look too but are too far from all of them. */
static void
pair_singles(int num_guests, int32_t partner[MANY])
{
    small_open(&world, YEAR, 1, MANY + 2 * GUESTS, "couples.seeking_fall=0 couples.reach=2");
    for (int guest = 0; guest < num_guests; guest++)
        (void) add(68, PW_MALE, 0.0f);
    small_fill(&world, 0, 30, MANY);
    for (int i = 0; i < MANY; i++) {
        const int row = i + num_guests;

        shard->key[row] = pw_mix64((uint64_t) i);
        shard->sex[row] = i % 2 == 0 ? PW_FEMALE : PW_MALE;
        shard->skill[row] = (float) (i * 7919 % 1000) / 250.0f - 2.0f;
    }
    small_run(&world, &pw_couples);
    for (int i = 0; i < MANY; i++) {
        const int32_t row = shard->partner[i + num_guests];

        partner[i] = row == PW_NOBODY ? PW_NOBODY : row - num_guests;
    }
    small_close(&world);
}

Test(couples, who_looks_in_vain_changes_nobody_else)
{
    static int32_t without[MANY], with[MANY];
    size_t num_paired = 0;

    pair_singles(0, without);
    pair_singles(GUESTS, with);
    for (size_t i = 0; i < MANY; i++)
        num_paired += without[i] != PW_NOBODY;
    cr_assert_gt(num_paired, MANY / 100);
    cr_assert_arr_eq(with, without, sizeof with);
}

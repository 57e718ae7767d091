/* SPDX-License-Identifier: MIT */
#include "pathways/world.h"

#include "pathways/jobs.h"
#include "pathways/labour.h"
#include "pathways/parallel.h"
#include "small_world.h"

TestSuite(world, .timeout = 300);

enum { MAX_YEARS = 128 };

/* Columns of which trajectories are kept. */
static const pw_columns kept = 0
#define TRAJECTORY(name, column, storage, absent, scale, offset, units, codes, about)              \
    | PW_SET(column)
#include "pathways/trajectories.def"
    ;

static struct small_life life, other;

/* A world that has been lived to the end. */
static uint64_t
digest_of(const char *overrides)
{
    uint64_t digest;

    small_begin(&life, overrides);
    small_live_on(&life, life.world.last_year);
    digest = pw_world_digest(&life.world);
    small_end(&life);
    return digest;
}

Test(world, one_two_and_seven_threads_give_the_same_world_bit_by_bit)
{
    const char *overrides = "run.persons=6000 run.shards=7 run.history_from=2000 run.years=5";
    uint64_t digest;

    pw_parallel_set_threads(1);
    digest = digest_of(overrides);
    for (int threads = 2; threads <= 7; threads += 5) {
        pw_parallel_set_threads(threads);
        cr_assert_eq(digest_of(overrides), digest, "%d threads", threads);
    }
}

Test(world, what_was_run_before_how_it_is_timed_and_when_it_is_looked_at_changes_nothing)
{
    const char *overrides = "run.persons=4000 run.shards=2 run.history_from=2010 run.years=5";
    const uint64_t digest = digest_of(overrides);

    (void) digest_of("run.persons=2000 run.history_from=2020 run.years=2 run.seed=9");
    cr_assert_eq(digest_of(overrides), digest, "after another world");
    small_begin(&life, overrides);
    small_begin(&other, "run.persons=2000 run.history_from=2010 run.years=5");
    cr_assert_eq(pw_world_time_processes(&life.world), PW_OK);
    while (pw_world_has_next(&life.world)) {
        cr_assert_eq(pw_world_step(&other.world), PW_OK);
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        (void) pw_world_digest(&life.world);
        cr_assert_eq(pw_world_verify(&life.world), PW_OK);
    }
    cr_assert_eq(pw_world_digest(&life.world), digest, "timed, verified and beside another");
    small_end(&life);
    small_end(&other);
}

Test(world, another_seed_or_replicate_is_another_world)
{
    static const char *const overrides[4] = { "run.persons=2000 run.history_from=2020 run.years=2",
        "run.persons=2000 run.history_from=2020 run.years=2 run.seed=2",
        "run.persons=2000 run.history_from=2020 run.years=2 run.replicate=1",
        "run.persons=2000 run.history_from=2020 run.years=2 run.seed=2 run.replicate=1" };
    uint64_t digest[4];

    for (int i = 0; i < 4; i++) {
        digest[i] = digest_of(overrides[i]);
        for (int j = 0; j < i; j++)
            cr_assert_neq(digest[i], digest[j], "%d and %d are alike", i, j);
    }
}

/* Heads that were there, came and went in the world's last year. */
struct heads {
    int64_t births, arrivals, deaths, emigrants;
};

static struct heads
count_heads(const struct pw_world *world)
{
    struct heads heads = { 0 };

    for (size_t s = 0; s < world->num_shards; s++)
        for (size_t i = 0; i < world->shards[s].num_rows; i++) {
            const uint8_t from = world->shards[s].last_state[i], to = world->shards[s].state[i];

            heads.births += from == PW_NOT_BORN && to == PW_EARLY_YEARS;
            heads.arrivals += from == PW_ABROAD && pw_state_is_present(to);
            heads.deaths += pw_state_is_present(from) && to == PW_DEAD;
            heads.emigrants += pw_state_is_present(from) && to == PW_EMIGRATED;
            cr_assert(pw_state_is_present(from) || !pw_state_is_present(to) || from == PW_NOT_BORN
                      || from == PW_ABROAD);
        }
    return heads;
}

/* Children of 0 are those to whom their mothers have been told to have given birth. */
static int64_t
count_mothers(const struct pw_world *world)
{
    int64_t count = 0;

    for (size_t s = 0; s < world->num_shards; s++)
        for (size_t i = 0; i < world->shards[s].num_rows; i++)
            count += world->shards[s].sex[i] == PW_FEMALE
                     && (world->shards[s].events[i] & PW_EVENT_BIRTH);
    return count;
}

Test(world, over_a_hundred_years_of_history_and_policies_all_is_sound_and_nobody_is_lost_or_made)
{
    int years = 0;

    small_begin_with_policies(&life, "\"years\": 40");
    while (pw_world_has_next(&life.world)) {
        const int64_t before = life.world.persons;
        struct heads heads;

        cr_assert_eq(pw_world_step(&life.world), PW_OK, "%s", pw_status_message());
        cr_assert_eq(
            pw_world_verify(&life.world), PW_OK, "%d: %s", life.world.year, pw_status_message());
        heads = count_heads(&life.world);
        cr_assert_eq(life.world.persons,
            before + heads.births + heads.arrivals - heads.deaths - heads.emigrants, "in %d",
            life.world.year);
        cr_assert_eq(count_mothers(&life.world), heads.births, "in %d", life.world.year);
        cr_assert_gt(heads.births, 0);
        cr_assert_gt(heads.deaths, 0);
        years++;
    }
    cr_assert_eq(life.world.year, 2064);
    cr_assert_eq(years, 2064 - 1965);
    small_end(&life);
}

Test(world, nobody_lives_beyond_the_highest_age)
{
    size_t oldest = 0;

    small_begin(&life, "run.persons=20000 run.history_from=1990 run.years=10");
    while (pw_world_has_next(&life.world)) {
        struct pw_range beyond;

        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        beyond = pw_shard_ages(&life.world.shards[0], life.world.year, PW_MAX_AGE, 999);
        for (size_t i = beyond.begin; i < beyond.end; i++)
            cr_assert_not(
                pw_state_is_present(life.world.shards[0].state[i]), "in %d", life.world.year);
        beyond = pw_shard_ages(&life.world.shards[0], life.world.year, 95, PW_MAX_AGE);
        for (size_t i = beyond.begin; i < beyond.end; i++)
            oldest += pw_state_is_present(life.world.shards[0].state[i]);
    }
    cr_assert_gt(oldest, 0, "nobody lives to 95");
    small_end(&life);
}

/* What never changes in a life, and what only grows, between two years of one person. */
static void
check_person(const struct pw_person *was, const struct pw_person *is, int age, int year)
{
    const bool was_here = pw_state_is_present(was->state);

    cr_assert_eq(is->sex, was->sex);
    /* Children from abroad join the lineage of the mother with whom they come. */
    cr_assert(is->group == was->group || was->state == PW_ABROAD);
    cr_assert_geq(is->qualification, was->qualification, "at %d in %d", age, year);
    cr_assert_geq(is->neet_years, was->neet_years);
    cr_assert_leq(is->neet_years, 9);
    cr_assert_eq(is->exposure & was->exposure, was->exposure);
    cr_assert_geq(is->num_children, was->num_children);
    if (!was_here) return;
    cr_assert_geq(is->experience, was->experience);
    cr_assert_leq(is->experience, was->experience + 1);
    cr_assert_eq(is->birth_place, was->birth_place);
    cr_assert(is->class != PW_NO_CLASS || was->class == PW_NO_CLASS, "a class was forgotten");
    if (age > 14) {
        cr_assert_eq(is->origin_class, was->origin_class, "at %d in %d", age, year);
        cr_assert_eq(is->grandparent_class, was->grandparent_class);
        cr_assert_eq(is->parent_qualification, was->parent_qualification);
        cr_assert_eq(is->parent_owner, was->parent_owner);
        cr_assert_eq(is->workless_home, was->workless_home);
        cr_assert_eq(is->home_place, was->home_place);
    }
    if (age > 16) {
        cr_assert_eq(is->attainment, was->attainment);
        cr_assert_eq(is->free_meals, was->free_meals);
    }
    if (age > 15) cr_assert_eq(is->origin_income, was->origin_income);
}

Test(world, origins_are_fixed_at_14_and_qualifications_never_fall)
{
    static struct pw_person *before;
    size_t followed = 0;

    small_begin_with_policies(&life, "\"persons\": 6000, \"years\": 40");
    cr_assert_eq(pw_alloc(40000, sizeof *before, &before), PW_OK);
    while (pw_world_has_next(&life.world)) {
        struct pw_shard *shard = &life.world.shards[0];
        size_t count = 0, next = 0;

        cr_assert_eq(pw_shard_compact(shard), PW_OK);
        for (size_t i = 0; i < shard->num_rows; i++)
            before[count++] = pw_shard_person(shard, i);
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        for (size_t i = 0; i < shard->num_rows && next < count; i++) {
            const struct pw_person now = pw_shard_person(shard, i);

            if (now.key != before[next].key) continue; /* born this year, or born abroad */
            check_person(&before[next++], &now, life.world.year - pw_shard_birth_year(shard, i),
                life.world.year);
            followed++;
        }
        cr_assert_eq(next, count, "somebody was lost in %d", life.world.year);
    }
    cr_assert_gt(followed, 400000);
    pw_free(&before);
    small_end(&life);
}

/* Places taken in a market, none above the places that there are. */
static int64_t
taken_within_capacity(const struct pw_market *market, int year, const char *name)
{
    int64_t sum = 0;

    for (size_t m = 0; m < market->num_markets; m++) {
        cr_assert_leq(market->taken[m], market->capacity[m], "%s %zu in %d", name, m, year);
        sum += market->taken[m];
    }
    return sum;
}

/*
 * Jobs held in a labour market and class once they have been given out: no more than there are, but
 * for those who held one when there were more. After it people move and take their job along.
 */
static int64_t
jobs_within_those_there_are(const struct pw_world *world)
{
    enum { MARKETS = 3, KINDS = PW_LABOUR_NUM_KINDS };
    const struct pw_country *country = &world->country;
    int64_t count[MARKETS * KINDS] = { 0 }, sum = 0;

    cr_assert_eq(world->scenario->num_labour_markets, MARKETS);
    for (size_t s = 0; s < world->num_shards; s++)
        pw_labour_count(country, &world->shards[s],
            pw_shard_ages(&world->shards[s], world->year, 15, PW_MAX_AGE), KINDS, count);
    for (int l = 0; l < MARKETS; l++)
        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            const int64_t jobs = country->jobs[l * PW_NUM_CLASSES + c];
            const int64_t before = country->held[l * PW_NUM_CLASSES + c];

            cr_assert_leq(count[l * KINDS + c], jobs > before ? jobs : before,
                "class %d in market %d in %d", c, l, world->year);
            sum += count[l * KINDS + c];
        }
    return sum;
}

Test(world, over_a_hundred_years_no_job_seat_or_place_is_taken_twice)
{
    const size_t after_jobs = small_schedule_index(&pw_jobs) + 1;
    int64_t taken[4] = { 0 };

    small_begin_with_policies(&life, "\"persons\": 8000, \"years\": 40");
    while (life.world.year < 2064) {
        const struct pw_country *const country = &life.world.country;

        small_open_year(&life);
        small_live_part(&life, 0, after_jobs);
        taken[0] += taken_within_capacity(&country->post16, country->year, "post16");
        taken[1] += taken_within_capacity(&country->university, country->year, "university");
        taken[2] +=
            taken_within_capacity(&country->apprenticeship, country->year, "apprenticeship");
        taken[3] += jobs_within_those_there_are(&life.world);
        small_live_part(&life, after_jobs, pw_schedule_length());
        cr_assert_eq(pw_world_verify(&life.world), PW_OK, "%s", pw_status_message());
    }
    for (int n = 0; n < 4; n++)
        cr_assert_gt(taken[n], 1000);
    small_end(&life);
}

Test(world, there_is_room_for_the_children_of_a_young_country_of_large_families)
{
    memset(&life, 0, sizeof life);
    pw_parallel_set_threads(1);
    life.tiny = tiny_layer(
        "\"run\": {\"persons\": 20000, \"history_from\": 2000, \"start_year\": 2025, \"years\": 1},"
        "\"parameters\": {\"births.age_sd\": 2, \"founders.age_share\":"
        "[0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]},"
        "\"paths\": {\"family.fertility\": {\"source\": \"assumed\", \"status\": \"assumed\","
        "\"knots\": [[2000, 8]]}}");
    cr_assert_eq(life.tiny.status, PW_OK, "%s",
        life.tiny.faults.count > 0 ? life.tiny.faults.items[0].text : "");
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    const int64_t before = life.world.persons;

    small_live_on(&life, 2025);
    cr_assert_gt(life.world.persons, 2 * before);
    small_end(&life);
}

Test(world, there_is_room_for_everybody_who_looks_for_a_job_in_the_same_year)
{
    small_live(&life, 2012,
        "run.persons=20000 run.shards=1 run.history_from=2010 job_loss.rate=1,1,1,1,1 "
        "founders.age_share=0,0,0,0,1,1,1,1,1,1,0,0,0,0,0,0,0,0 founders.number_ratio=2 "
        "participation.leave_base=-10 participation.leave_age=0");
    small_end(&life);
}

Test(world, its_person_years_are_the_sum_of_the_people_of_each_year)
{
    int64_t sum = 0;

    small_begin(&life, "run.persons=2000 run.history_from=2015 run.years=3");
    cr_assert_eq(life.world.person_years, 0);
    while (pw_world_has_next(&life.world)) {
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        sum += life.world.persons;
        cr_assert_eq(life.world.person_years, sum);
    }
    small_end(&life);
}

Test(world, in_the_start_year_there_are_about_as_many_people_as_asked_for)
{
    small_live(&life, 2025, "");
    small_near((double) life.world.persons, 20000.0, 2000.0, "people in 2025");
    small_end(&life);
}

Test(world, a_scenario_too_large_for_the_machine_is_refused_before_memory_is_taken)
{
    static struct tiny tiny;
    static struct pw_world world;
    const size_t before = pw_peak_memory();

    tiny = small_read("run.persons=2000000000");
    if (pw_available_memory() == 0
        || pw_world_memory(&tiny.scenario) < (double) pw_available_memory())
        cr_skip_test("this machine does not say, or has memory for all of them");
    cr_assert_eq(pw_world_init(&world, &tiny.scenario), PW_EMEMORY);
    cr_assert_not_null(
        strstr(pw_status_message(), "2000000000 people need about"), "%s", pw_status_message());
    cr_assert_not_null(strstr(pw_status_message(), "run fewer people"), "%s", pw_status_message());
    cr_assert_lt(pw_peak_memory(), before + 64u * 1024 * 1024);
    pw_world_free(&world);
    pw_world_free(&world);
    tiny_free(&tiny);
}

Test(world, the_memory_it_asks_for_is_about_what_it_takes)
{
    static struct tiny tiny;
    size_t taken = pw_peak_memory();
    double said;

    tiny = small_read("run.persons=400000 run.history_from=2023 run.years=1");
    said = pw_world_memory(&tiny.scenario);
    life.tiny = tiny;
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    small_live_on(&life, life.world.last_year);
    taken = pw_peak_memory() - taken;
    cr_assert(said > 0.5 * (double) taken && said < 3.0 * (double) taken,
        "said %.0f MB, took %.0f MB", said / 1e6, (double) taken / 1e6);
    small_end(&life);
}

Test(world, small_scenarios_have_one_shard_and_large_ones_one_for_every_25000_people)
{
    static const char *const overrides[5] = { "run.persons=10000", "run.persons=25000",
        "run.persons=200000", "run.persons=1000000", "run.persons=1000000 run.shards=3" };
    static const int shards[5] = { 1, 1, 8, 40, 3 };

    for (int n = 0; n < 5; n++) {
        struct tiny tiny = small_read(overrides[n]);

        cr_assert_eq(pw_world_num_shards(&tiny.scenario), shards[n], "%s", overrides[n]);
        tiny_free(&tiny);
    }
}

/* --- Policies ------------------------------------------------------------------------------------
 */

/* What a world is like at the end of each year, and of what is kept of it as trajectories. */
struct story {
    uint64_t world[MAX_YEARS], kept[MAX_YEARS];
    int num_years;
};

static uint64_t
digest_kept(const struct pw_shard *shard)
{
    uint64_t digest = pw_mix64(shard->num_rows);

    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const size_t size = shard->num_rows * pw_columns_table()[c].size;

        for (size_t i = 0; kept >> c & 1 && i < size; i++)
            digest = (digest ^ small_column(shard, c)[i]) * 0x100000001B3u;
    }
    return digest;
}

/* The years of 3,000 people with a policy (its members without braces) from 2021 on. */
static struct story
tell(const char *policy)
{
    struct story story = { 0 };
    char text[1024];

    cr_assert_lt(snprintf(text, sizeof text,
                     "\"run\": {\"persons\": 3000, \"shards\": 2, \"history_from\": 2015,"
                     "\"start_year\": 2021, \"years\": 6}%s%s%s",
                     policy[0] == '\0' ? "" : ", \"policies\": [{\"name\": \"p\", \"from\": 2021,",
                     policy, policy[0] == '\0' ? "" : "}]"),
        (int) sizeof text);
    pw_parallel_set_threads(1); /* so small a world is not worth more */
    memset(&life, 0, sizeof life);
    life.tiny = tiny_layer(text);
    cr_assert_eq(life.tiny.status, PW_OK, "%s", pw_status_message());
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    while (pw_world_has_next(&life.world)) {
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        story.world[story.num_years] = pw_world_digest(&life.world);
        for (size_t s = 0; s < life.world.num_shards; s++)
            story.kept[story.num_years] =
                pw_mix64(story.kept[story.num_years] ^ digest_kept(&life.world.shards[s]));
        story.num_years++;
    }
    small_end(&life);
    return story;
}

static struct story
tell_of_lever(int lever, const char *strength, const char *capacity)
{
    char policy[256];

    cr_assert_lt(
        snprintf(policy, sizeof policy, "\"lever\": \"%s\", \"strength\": %s, \"capacity\": %s",
            pw_lever_info((enum pw_lever) lever)->name, strength, capacity),
        (int) sizeof policy);
    return tell(policy);
}

static void
is_same_story(const struct story *one, const struct story *other_one, const char *what)
{
    cr_assert_eq(one->num_years, other_one->num_years);
    for (int y = 0; y < one->num_years; y++) {
        cr_assert_eq(
            one->kept[y], other_one->kept[y], "%s changed trajectories in year %d", what, y);
        cr_assert_eq(
            one->world[y], other_one->world[y], "%s changed the world in year %d", what, y);
    }
}

Test(world, a_policy_of_strength_0_changes_no_byte_of_any_year)
{
    const struct story base = tell("");

    for (int lever = 0; lever < PW_NUM_LEVERS; lever++) {
        const struct story story = tell_of_lever(lever, "0", "5000000");

        is_same_story(&base, &story, pw_lever_info((enum pw_lever) lever)->name);
    }
}

Test(world, a_policy_of_capacity_0_changes_no_byte_of_any_year, .timeout = 60)
{
    const struct story base = tell("");

    for (int lever = 0; lever < PW_NUM_LEVERS; lever++) {
        const struct story story = tell_of_lever(lever, "1", "0");

        is_same_story(&base, &story, pw_lever_info((enum pw_lever) lever)->name);
    }
}

Test(world, a_real_policy_of_every_lever_changes_trajectories_from_its_first_year_and_not_before)
{
    const struct story base = tell("");

    for (int lever = 0; lever < PW_NUM_LEVERS; lever++) {
        const struct story story = tell_of_lever(lever, "1", "5000000");
        const char *name = pw_lever_info((enum pw_lever) lever)->name;

        for (int y = 0; y < 5; y++) /* 2016 to 2020 */
            cr_assert_eq(story.world[y], base.world[y], "%s changed the past", name);
        cr_assert_neq(story.kept[base.num_years - 1], base.kept[base.num_years - 1],
            "%s of 5,000,000 a year changed nothing", name);
    }
}

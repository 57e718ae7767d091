/* SPDX-License-Identifier: MIT */
#include "pathways/decision.h"

#include "pathways/schedule.h"
#include "small_world.h"

TestSuite(decision, .timeout = 300);

enum { MAX_ROWS = 60000 };

/* What the processes tell of everyone, and how it turned out. */
static struct small_life life;
static struct pw_decision told[MAX_ROWS];
static int pass_told[MAX_ROWS];
static const struct pw_process *process;

static struct {
    int64_t decisions, doors, admitted, refused, not_routine;
    double expected, variance, happened; /* of options other than the first */
} seen[64];

static size_t process_index;

/* Ask of everybody; what can be checked at once is. */
static void
look(void *context, int pass)
{
    const struct pw_shard *shard = &life.world.shards[0];

    (void) context;
    cr_assert_leq(shard->num_rows, MAX_ROWS);
    for (size_t i = 0; i < shard->num_rows; i++) {
        struct pw_decision decision;
        double sum = 0.0;

        if (!pw_state_is_present(shard->state[i])
            || !process->tell(&life.world.country, shard, i, pass, &decision))
            continue;
        cr_assert_gt(decision.num_options, 1);
        for (int o = 0; o < decision.num_options; o++) {
            const double chance = decision.option[o].chance;

            cr_assert(chance >= -1e-6 && chance <= 1.0 + 1e-6, "%s: a chance of %g for %s",
                process->name, chance, decision.option[o].name);
            sum += chance;
        }
        cr_assert_float_eq(sum, 1.0, 1e-5, "%s: the chances add up to %g", process->name, sum);
        cr_assert(decision.taken >= 0 && decision.taken < decision.num_options);
        for (int d = 0; d < decision.num_doors; d++) {
            const struct pw_door *door = &decision.door[d];

            cr_assert_leq(door->taken, door->places);
            if (d == decision.admitted)
                cr_assert(door->score >= door->cutoff - 1e-9,
                    "%s: admitted with %g where %g is needed", process->name, door->score,
                    door->cutoff);
            else if (decision.admitted < 0 || d < decision.admitted)
                cr_assert(door->score <= door->cutoff + 1e-9,
                    "%s: turned away with %g where %g is needed", process->name, door->score,
                    door->cutoff);
        }
        told[i] = decision;
        pass_told[i] = pass;
        seen[process_index].doors += decision.num_doors > 0;
        seen[process_index].admitted += decision.num_doors > 0 && decision.admitted >= 0;
        seen[process_index].refused += decision.num_doors > 0 && decision.admitted < 0;
    }
}

static double
value_of(size_t row, int column)
{
    const unsigned char *bytes = small_column(&life.world.shards[0], column);
    const size_t size = pw_columns_table()[column].size;

    return size == 1 ? (double) bytes[row]
                     : (double) ((const uint16_t *) (const void *) bytes)[row];
}

/* What was told to come of it has come of it. */
static void
check_told(size_t row)
{
    const struct pw_decision *decision = &told[row];
    const struct pw_option *taken = &decision->option[decision->taken];
    double value;

    seen[process_index].decisions++;
    seen[process_index].not_routine += !decision->is_routine;
    seen[process_index].expected += 1.0 - decision->option[0].chance;
    seen[process_index].variance += decision->option[0].chance * (1.0 - decision->option[0].chance);
    seen[process_index].happened += decision->taken != 0;
    if (taken->column < 0) return;
    value = value_of(row, taken->column);
    /* Policies come one after the other: later ones add their bits. */
    if (taken->column == PW_COLUMN_enrolled)
        cr_assert_eq((int) value & taken->value, taken->value);
    else
        cr_assert_eq(value, (double) taken->value, "%s in %d, %s: %s is %g and not %d",
            process->name, life.world.year, taken->name, pw_columns_table()[taken->column].name,
            value, taken->value);
}

static void
live_and_ask(int num_years)
{
    const struct pw_onlooker onlooker = { look, NULL };

    for (int n = 0; n < num_years; n++) {
        struct pw_world *world = &life.world;

        cr_assert_eq(pw_world_begin_year(world), PW_OK);
        for (process_index = 0; process_index < pw_schedule_length(); process_index++) {
            process = pw_schedule[process_index];
            for (size_t i = 0; i < MAX_ROWS; i++)
                pass_told[i] = -1;
            pw_schedule_run_process(&world->country, world->shards, world->num_shards,
                process_index, process->tell == NULL ? NULL : &onlooker);
            for (size_t i = 0; i < world->shards[0].num_rows; i++)
                if (pass_told[i] >= 0) check_told(i);
        }
        pw_world_end_year(world);
    }
}

Test(decision, what_a_process_tells_is_what_it_then_does_at_the_chances_that_it_gives)
{
    static const char *const tell[] = { "mortality", "couples", "births", "programmes", "job_loss",
        "gcse", "study", "post16", "university", "apprenticeship", "participation", "jobs", "moves",
        "home" };

    small_begin_with_policies(
        &life, "\"persons\": 8000, \"history_from\": 2010, \"shards\": 1, \"years\": 20");
    live_and_ask(30);
    for (size_t n = 0; n < sizeof tell / sizeof *tell; n++) {
        size_t p = 0;

        while (pw_schedule[p] != NULL && strcmp(pw_schedule[p]->name, tell[n]) != 0)
            p++;
        cr_assert_not_null(pw_schedule[p], "there is no %s", tell[n]);
        cr_assert_not_null(pw_schedule[p]->tell, "%s tells nothing", tell[n]);
        cr_assert_gt(
            seen[p].decisions, 100, "%s tells of %lld", tell[n], (long long) seen[p].decisions);
        cr_assert_gt(seen[p].not_routine, 10, "with %s nothing ever happens", tell[n]);
        /* Jobs are won class by class: no chance is given. Options of post16 may be closed. */
        if (strcmp(tell[n], "jobs") == 0 || strcmp(tell[n], "post16") == 0) continue;
        small_near(seen[p].happened, seen[p].expected, 5.0 * sqrt(seen[p].variance), tell[n]);
    }
    small_end(&life);
}

Test(decision, everyone_who_competes_is_told_who_got_in)
{
    static const char *const markets[] = { "post16", "university", "apprenticeship", "jobs",
        "programmes" };

    small_begin_with_policies(
        &life, "\"persons\": 8000, \"history_from\": 2010, \"shards\": 1, \"years\": 20");
    live_and_ask(25);
    for (size_t n = 0; n < sizeof markets / sizeof *markets; n++)
        for (size_t p = 0; pw_schedule[p] != NULL; p++)
            if (strcmp(pw_schedule[p]->name, markets[n]) == 0) {
                cr_assert_gt(seen[p].admitted, 10, "%s admits nobody", markets[n]);
                /* With so many policies there may be a seat for all at universities. */
                if (strcmp(markets[n], "university") == 0) continue;
                cr_assert_gt(seen[p].refused, 10, "%s turns nobody away", markets[n]);
            }
    small_end(&life);
}

/* The likeliest first wish of many is the wish of most: luck is added to what is told. */
Test(decision, school_leavers_want_what_is_told_to_be_likely)
{
    double expected[PW_MAX_OPTIONS] = { 0.0 }, variance[PW_MAX_OPTIONS] = { 0.0 };
    double wanted[PW_MAX_OPTIONS] = { 0.0 };
    size_t leavers = 0;

    small_begin_with_policies(
        &life, "\"persons\": 20000, \"history_from\": 2010, \"shards\": 1, \"years\": 20");
    for (int n = 0; n < 12; n++) {
        const struct pw_onlooker onlooker = { look, NULL };
        struct pw_world *world = &life.world;

        cr_assert_eq(pw_world_begin_year(world), PW_OK);
        for (size_t p = 0; p < pw_schedule_length(); p++) {
            const bool is_post16 = strcmp(pw_schedule[p]->name, "post16") == 0;

            process = pw_schedule[p];
            for (size_t i = 0; i < MAX_ROWS; i++)
                pass_told[i] = -1;
            pw_schedule_run_process(
                &world->country, world->shards, world->num_shards, p, is_post16 ? &onlooker : NULL);
            for (size_t i = 0; is_post16 && i < world->shards[0].num_rows; i++) {
                if (pass_told[i] < 0) continue;
                leavers++;
                wanted[told[i].wanted] += 1.0;
                for (int o = 0; o < told[i].num_options; o++) {
                    expected[o] += told[i].option[o].chance;
                    variance[o] += told[i].option[o].chance * (1.0 - told[i].option[o].chance);
                }
            }
        }
        pw_world_end_year(world);
    }
    cr_assert_gt(leavers, 2000);
    for (int o = 0; o < 6; o++)
        small_near(wanted[o], expected[o], 5.0 * sqrt(variance[o]) + 0.5, told[0].about);
    small_end(&life);
}

Test(decision, a_standing_is_the_score_that_was_ranked)
{
    for (int n = -120; n <= 120; n++) {
        const float score = 0.37f * (float) n;

        cr_assert_float_eq(pw_market_standing(pw_market_score(score, 0xFFFFFFFFu)), (double) score,
            1e-5, "%g comes back as %g", (double) score,
            pw_market_standing(pw_market_score(score, 0xFFFFFFFFu)));
    }
}

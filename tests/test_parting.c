/* SPDX-License-Identifier: MIT */
#include "pathways/parting.h"

#include "small_world.h"

TestSuite(parting, .timeout = 300);

#define RUN "run.persons=4000 run.history_from=2015 run.shards=2"

static const pw_columns everything = ((pw_columns) 1 << PW_NUM_COLUMNS) - 1;
static struct small_life one, other;

static void
begin(int year)
{
    small_live(&one, year, RUN);
    small_live(&other, year, RUN);
}

static void
end(void)
{
    small_end(&one);
    small_end(&other);
}

static struct pw_parting
find(pw_columns columns)
{
    struct pw_parting parting;

    pw_parting_find(&one.world, &other.world, columns, &parting);
    return parting;
}

Test(parting, worlds_of_one_scenario_never_part)
{
    begin(2018);
    cr_assert_not(find(everything).is_found);
    other.world.shards[1].record[5] = 77; /* the file's, not the world's */
    cr_assert_not(find(everything).is_found);
    end();
}

Test(parting, the_first_row_and_column_that_differ_are_found_and_all_are_counted)
{
    struct pw_parting parting;

    begin(2018);
    other.world.shards[1].savings[40]++;
    other.world.shards[1].belonging[300] += 0.5f;
    other.world.shards[1].state[300] = PW_ADULT_EDUCATION; /* at that age nobody is */
    parting = find(everything);
    cr_assert(parting.is_found);
    cr_assert_not(parting.other_people);
    cr_assert_eq(parting.shard, 1);
    cr_assert_eq(parting.row, 40);
    cr_assert_eq(parting.column, PW_COLUMN_savings);
    cr_assert_eq(parting.people, 2);
    cr_assert_eq(parting.columns, PW_SET(savings) | PW_SET(belonging) | PW_SET(state));
    other.world.shards[0].pension[900]++;
    parting = find(everything);
    cr_assert_eq(parting.shard, 0);
    cr_assert_eq(parting.row, 900);
    cr_assert_eq(parting.people, 3);
    /* Only the columns asked for. */
    parting = find(PW_SET(state));
    cr_assert(parting.is_found);
    cr_assert_eq(parting.people, 1);
    cr_assert_eq(parting.row, 300);
    cr_assert_not(find(PW_SET(key)).is_found);
    end();
}

Test(parting, a_birth_in_one_world_only_is_another_person_in_the_row)
{
    struct pw_parting parting;
    size_t rows;

    begin(2018);
    rows = one.world.shards[1].num_rows;
    (void) pw_shard_append(&other.world.shards[1], 2018);
    parting = find(everything);
    cr_assert(parting.is_found && parting.other_people);
    cr_assert_eq(parting.row, rows);
    cr_assert_eq(parting.people, 1);
    end();
}

Test(parting, people_are_counted_by_key_wherever_they_stand)
{
    struct pw_parting_count count;
    struct pw_shard *shard;
    size_t dead = 0, present = 0;

    begin(2018);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < one.world.shards[s].num_rows; i++)
            present += pw_state_is_present(one.world.shards[s].state[i]);
    cr_assert_eq(pw_parting_count(&one.world, &other.world, &count), PW_OK);
    cr_assert_eq(count.both, (int64_t) present);
    cr_assert_eq(count.differ + count.only_one + count.only_other + count.visibly, 0);
    shard = &other.world.shards[0];
    while (!pw_state_is_present(shard->state[dead]))
        dead++;
    /* One dies in the other world, rows move up, and links with them. */
    if (shard->partner[dead] != PW_NOBODY) {
        shard->partner[shard->partner[dead]] = PW_NOBODY;
        shard->partner[dead] = PW_NOBODY;
    }
    shard->state[dead] = PW_DEAD;
    cr_assert_eq(pw_shard_compact(shard), PW_OK);
    cr_assert_eq(pw_parting_count(&one.world, &other.world, &count), PW_OK);
    cr_assert_eq(count.only_one, 1);
    cr_assert_eq(count.only_other, 0);
    cr_assert_eq(count.both, (int64_t) present - 1);
    /* Only those who were linked to the dead differ. */
    cr_assert_leq(count.differ, 20);
    other.world.shards[1].place[700] ^= 1;
    other.world.shards[1].wellbeing[701] += 1.0f;
    {
        const int64_t before = count.differ;

        cr_assert(pw_state_is_present(other.world.shards[1].state[700])
                  && pw_state_is_present(other.world.shards[1].state[701]));
        cr_assert_eq(pw_parting_count(&one.world, &other.world, &count), PW_OK);
        cr_assert_eq(count.differ, before + 2);
        cr_assert_eq(count.visibly, 1);
    }
    end();
}

Test(parting, the_first_difference_of_a_parameter_is_in_the_process_that_reads_it)
{
    static struct small_life changed;
    struct pw_parting parting = { .is_found = false };
    size_t process = 0;

    small_begin(&one, RUN);
    small_begin(&changed, RUN " home.base=0.4");
    pw_parting_find(&one.world, &changed.world, everything, &parting);
    cr_assert_not(parting.is_found);
    cr_assert_eq(pw_world_begin_year(&one.world), PW_OK);
    cr_assert_eq(pw_world_begin_year(&changed.world), PW_OK);
    for (; process < pw_schedule_length() && !parting.is_found; process++) {
        pw_schedule_run_process(&one.world.country, one.world.shards, 2, process, NULL);
        pw_schedule_run_process(&changed.world.country, changed.world.shards, 2, process, NULL);
        pw_parting_find(&one.world, &changed.world, pw_schedule[process]->writes, &parting);
    }
    cr_assert(parting.is_found);
    cr_assert_str_eq(pw_schedule[process - 1]->name, "home");
    cr_assert_eq(parting.column, PW_COLUMN_owner);
    small_end(&one);
    small_end(&changed);
}

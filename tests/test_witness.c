/* SPDX-License-Identifier: MIT */
#include "pathways/witness.h"

#include "small_world.h"

TestSuite(witness, .timeout = 300);

#define RUN "\"persons\": 5000, \"history_from\": 2012, \"shards\": 3, \"years\": 12"

/* Live a year with somebody watching one person. @param notes [pw_schedule_length()] */
static void
watch_year(struct pw_world *world, uint64_t key, struct pw_note *notes)
{
    struct pw_whereabouts at;

    cr_assert_eq(pw_world_begin_year(world), PW_OK);
    at = pw_witness_find(world, key);
    for (size_t p = 0; p < pw_schedule_length(); p++) {
        pw_witness_process(world, p, key, at, &notes[p]);
        at = notes[p].at;
    }
    pw_world_end_year(world);
}

static uint64_t
key_of_age(const struct pw_world *world, int age)
{
    const struct pw_shard *shard = &world->shards[1];
    const struct pw_range cohort = pw_shard_ages(shard, world->year, age, age);

    for (size_t i = cohort.begin; i < cohort.end; i++)
        if (pw_state_is_present(shard->state[i])) return shard->key[i];
    cr_assert_fail("nobody is %d", age);
    return 0;
}

Test(witness, a_watched_world_is_the_same_to_the_bit_as_one_that_nobody_watches)
{
    static struct small_life watched, alone;
    struct pw_note notes[32];
    uint64_t key;

    small_begin_with_policies(&watched, RUN);
    small_begin_with_policies(&alone, RUN);
    key = key_of_age(&watched.world, 12);
    while (pw_world_has_next(&alone.world)) {
        watch_year(&watched.world, key, notes);
        cr_assert_eq(pw_world_step(&alone.world), PW_OK);
        cr_assert_eq(pw_world_digest(&watched.world), pw_world_digest(&alone.world),
            "they differ in %d", alone.world.year);
        cr_assert_eq(watched.world.persons, alone.world.persons);
        cr_assert_eq(watched.world.person_years, alone.world.person_years);
    }
    small_end(&watched);
    small_end(&alone);
}

Test(witness, notes_of_a_year_lead_from_its_beginning_to_its_end_without_a_gap)
{
    static struct small_life life;
    struct pw_note notes[32];
    struct pw_person end = { 0 };
    uint64_t key;
    size_t told = 0, felt = 0;
    bool is_first = true;

    small_begin_with_policies(&life, RUN);
    key = key_of_age(&life.world, 14);
    while (pw_world_has_next(&life.world)) {
        watch_year(&life.world, key, notes);
        for (size_t p = 0; p < pw_schedule_length(); p++) {
            const struct pw_note *note = &notes[p];

            cr_assert_eq(note->process, p);
            cr_assert_eq(note->before.key, key);
            cr_assert_eq(note->changed, pw_witness_changed(&note->before, &note->after));
            cr_assert_eq(note->changed & ~pw_schedule[p]->writes, 0, "%s changed %s",
                pw_schedule[p]->name, small_column_name(note->changed & ~pw_schedule[p]->writes));
            if (p > 0) cr_assert_eq(pw_witness_changed(&notes[p - 1].after, &note->before), 0);
            told += (size_t) note->num_told;
            felt += (size_t) note->num_felt;
        }
        /* Rows are moved between years, and the links with them; the person is the same. */
        if (!is_first)
            cr_assert_eq(pw_witness_changed(&end, &notes[0].before)
                             & ~(PW_SET(mother) | PW_SET(father) | PW_SET(partner)),
                0);
        end = notes[pw_schedule_length() - 1].after;
        is_first = false;
        if (!pw_state_is_present(end.state)) break;
    }
    cr_assert_gt(told, 20, "only %zu decisions were told", told);
    cr_assert_gt(felt, 5, "only %zu policies were felt", felt);
    small_end(&life);
}

Test(witness, a_birth_is_seen_in_the_process_and_year_in_which_it_happens)
{
    static struct small_life life, again;
    struct pw_note notes[32];
    const size_t births = 4;
    uint64_t key;

    cr_assert_str_eq(pw_schedule[births]->name, "births");
    small_begin_with_policies(&life, RUN);
    small_live_on(&life, 2016);
    key = key_of_age(&life.world, 0);
    small_begin_with_policies(&again, RUN);
    while (again.world.year < 2016) {
        watch_year(&again.world, key, notes);
        for (size_t p = 0; p < pw_schedule_length(); p++) {
            cr_assert_eq(notes[p].was_there, again.world.year == 2016 && p > births);
            cr_assert_eq(notes[p].is_there, again.world.year == 2016 && p >= births);
        }
    }
    cr_assert_eq(notes[births].after.state, PW_EARLY_YEARS);
    cr_assert_eq(notes[births].changed, ((pw_columns) 1 << PW_NUM_COLUMNS) - 1);
    small_end(&life);
    small_end(&again);
}

Test(witness, what_policies_push_adds_up_to_the_push)
{
    static struct small_life life;
    struct pw_note notes[32];
    uint64_t key;
    size_t compared = 0;

    small_begin_with_policies(&life, RUN);
    key = key_of_age(&life.world, 10);
    while (pw_world_has_next(&life.world)) {
        watch_year(&life.world, key, notes);
        for (size_t p = 0; p < pw_schedule_length(); p++)
            for (int f = 0; f < notes[p].num_felt; f++) {
                const struct pw_felt *felt = &notes[p].felt[f];

                cr_assert_str_eq(pw_channel_info(felt->channel)->process, pw_schedule[p]->name);
                cr_assert_lt(felt->policy, life.tiny.scenario.num_policies);
                cr_assert_neq(felt->amount, 0.0f);
                compared++;
            }
    }
    cr_assert_gt(compared, 5);
    small_end(&life);
}

Test(witness, nobody_is_found_by_a_key_that_nobody_has)
{
    static struct small_life life;
    const struct pw_shard *shard = NULL;
    struct pw_whereabouts at;

    small_begin_with_policies(&life, RUN);
    cr_assert_not(pw_witness_find(&life.world, 0x123456789u).is_found);
    shard = &life.world.shards[2];
    at = pw_witness_find(&life.world, shard->key[17]);
    cr_assert(at.is_found && at.shard == 2 && at.row == 17);
    small_end(&life);
}

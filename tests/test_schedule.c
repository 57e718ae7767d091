/* SPDX-License-Identifier: MIT */
#include "pathways/schedule.h"

#include "small_world.h"

TestSuite(schedule, .timeout = 300);

static const pw_columns all_columns = ((pw_columns) 1 << PW_NUM_COLUMNS) - 1;

/* Set of states by name: IN(EMPLOYED) | IN(RETIRED). */
#define IN(state) ((uint32_t) 1 << PW_##state)

#define APPRENTICE                                                                                 \
    (IN(APPRENTICESHIP_INTERMEDIATE) | IN(APPRENTICESHIP_ADVANCED) | IN(APPRENTICESHIP_HIGHER))
#define STUDENT      (IN(UNIVERSITY_HOME) | IN(UNIVERSITY_AWAY))
#define BEFORE_18    (IN(SIXTH_FORM) | IN(FURTHER_EDUCATION))
#define LABOUR       (IN(EMPLOYED) | IN(UNEMPLOYED) | IN(INACTIVE))
#define WORKING_LIFE (LABOUR | IN(RETIRED) | IN(EMIGRATED) | IN(DEAD))

/* From the end of a year to the end of the next; a year may hold several steps. */
static const uint32_t legal[PW_NUM_STATES] = {
    [PW_NOT_BORN] = IN(NOT_BORN) | IN(EARLY_YEARS) | IN(ABROAD),
    [PW_EARLY_YEARS] = IN(EARLY_YEARS) | IN(SCHOOL) | IN(DEAD),
    [PW_SCHOOL] = IN(SCHOOL) | BEFORE_18 | IN(APPRENTICESHIP_INTERMEDIATE)
                  | IN(APPRENTICESHIP_ADVANCED) | LABOUR | IN(DEAD),
    [PW_SIXTH_FORM] = BEFORE_18 | APPRENTICE | STUDENT | LABOUR | IN(DEAD),
    [PW_FURTHER_EDUCATION] = BEFORE_18 | APPRENTICE | STUDENT | LABOUR | IN(DEAD),
    [PW_APPRENTICESHIP_INTERMEDIATE] = BEFORE_18 | APPRENTICE | STUDENT | LABOUR | IN(DEAD),
    [PW_APPRENTICESHIP_ADVANCED] = BEFORE_18 | APPRENTICE | STUDENT | LABOUR | IN(DEAD),
    [PW_APPRENTICESHIP_HIGHER] =
        IN(APPRENTICESHIP_ADVANCED) | IN(APPRENTICESHIP_HIGHER) | STUDENT | LABOUR | IN(DEAD),
    /* those who leave may begin elsewhere at once */
    [PW_UNIVERSITY_HOME] = STUDENT | IN(POSTGRADUATE) | IN(APPRENTICESHIP_ADVANCED)
                           | IN(APPRENTICESHIP_HIGHER) | LABOUR | IN(DEAD),
    [PW_UNIVERSITY_AWAY] = STUDENT | IN(POSTGRADUATE) | IN(APPRENTICESHIP_ADVANCED)
                           | IN(APPRENTICESHIP_HIGHER) | LABOUR | IN(DEAD),
    [PW_POSTGRADUATE] = LABOUR | IN(DEAD),
    [PW_EMPLOYED] = BEFORE_18 | APPRENTICE | STUDENT | WORKING_LIFE,
    [PW_UNEMPLOYED] = BEFORE_18 | APPRENTICE | STUDENT | WORKING_LIFE,
    [PW_INACTIVE] = BEFORE_18 | APPRENTICE | STUDENT | IN(ADULT_EDUCATION) | WORKING_LIFE,
    [PW_ADULT_EDUCATION] = STUDENT | LABOUR | IN(RETIRED) | IN(DEAD),
    [PW_RETIRED] = IN(RETIRED) | IN(DEAD),
    [PW_DEAD] = IN(DEAD),
    [PW_EMIGRATED] = IN(EMIGRATED),
    [PW_ABROAD] = IN(ABROAD) | IN(EARLY_YEARS) | IN(SCHOOL) | BEFORE_18 | APPRENTICE | STUDENT
                  | IN(POSTGRADUATE) | LABOUR,
};

/* Ages at the end of a year at which a state may be met. */
static const struct {
    int first, last;
} ages[PW_NUM_STATES] = {
    [PW_NOT_BORN] = { 0, -1 },
    [PW_EARLY_YEARS] = { 0, 4 },
    [PW_SCHOOL] = { 5, 15 },
    [PW_SIXTH_FORM] = { 16, 20 },
    [PW_FURTHER_EDUCATION] = { 16, 24 },
    [PW_APPRENTICESHIP_INTERMEDIATE] = { 16, 25 },
    [PW_APPRENTICESHIP_ADVANCED] = { 16, 26 },
    [PW_APPRENTICESHIP_HIGHER] = { 18, 27 },
    [PW_UNIVERSITY_HOME] = { 18, 53 },
    [PW_UNIVERSITY_AWAY] = { 18, 53 },
    [PW_POSTGRADUATE] = { 21, 54 },
    [PW_EMPLOYED] = { 15, 85 },
    [PW_UNEMPLOYED] = { 15, 75 },
    [PW_INACTIVE] = { 16, 75 },
    [PW_ADULT_EDUCATION] = { 25, 49 },
    [PW_RETIRED] = { 50, PW_MAX_AGE },
    [PW_DEAD] = { 0, 999 },
    [PW_EMIGRATED] = { 0, 999 },
    [PW_ABROAD] = { 0, 44 },
};

static const char *
name_of(uint8_t state)
{
    int count;

    return pw_codes(PW_CODES_STATE, &count)[state].name;
}

Test(schedule, the_year_is_in_the_order_of_its_description)
{
    static const char *const order[] = { "ageing", "mortality", "migration", "couples", "births",
        "programmes", "job_loss", "household", "childhood", "gcse", "study", "post16", "university",
        "apprenticeship", "participation", "jobs", "pay", "moves", "home", "wealth", "inner_life" };

    cr_assert_eq(pw_schedule_length(), sizeof order / sizeof *order);
    for (size_t i = 0; i < pw_schedule_length(); i++)
        cr_assert_str_eq(pw_schedule[i]->name, order[i], "process %zu is %s and not %s", i,
            pw_schedule[i]->name, order[i]);
    cr_assert_null(pw_schedule[pw_schedule_length()]);
}

Test(schedule, every_process_has_a_name_a_sentence_columns_and_something_to_do)
{
    for (size_t i = 0; i < pw_schedule_length(); i++) {
        const struct pw_process *process = pw_schedule[i];
        const size_t length = strlen(process->about);

        cr_assert_gt(strlen(process->name), 0);
        cr_assert_eq(strspn(process->name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
            strlen(process->name), "%s is no plain name", process->name);
        cr_assert(length > 10 && process->about[length - 1] == '.', "%s: %s is no sentence",
            process->name, process->about);
        cr_assert_neq(process->reads & all_columns, 0, "%s reads nothing", process->name);
        cr_assert_neq(process->writes & all_columns, 0, "%s writes nothing", process->name);
        cr_assert_eq(
            process->reads & ~all_columns, 0, "%s reads a column that is none", process->name);
        cr_assert(process->ask != NULL || process->clear != NULL || process->settle != NULL);
        cr_assert_geq(process->num_passes, 0);
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(process->name, pw_schedule[j]->name);
    }
}

Test(schedule, over_some_years_every_process_writes_only_the_columns_that_it_declares)
{
    static struct small_life life;

    small_begin(&life, "run.persons=4000 run.shards=2 run.history_from=1968");
    for (int n = 0; n < 6; n++) {
        small_open_year(&life);
        for (size_t i = 0; i < pw_schedule_length(); i++) {
            const pw_columns wrong = small_written(&life, pw_schedule[i]) & ~pw_schedule[i]->writes;

            cr_assert_eq(wrong, 0, "%s wrote %s in %d", pw_schedule[i]->name,
                small_column_name(wrong), life.world.year);
        }
    }
    small_end(&life);
}

Test(schedule, a_year_of_sweeps_is_the_year_of_its_processes_one_by_one)
{
    static struct small_life swept, single, timed;
    const char *overrides = "run.persons=3000 run.shards=3 run.history_from=1990";

    small_begin(&swept, overrides);
    small_begin(&single, overrides);
    small_begin(&timed, overrides);
    cr_assert_eq(pw_world_time_processes(&timed.world), PW_OK);
    for (int n = 0; n < 5; n++) {
        small_open_year(&single);
        small_live_part(&single, 0, pw_schedule_length());
        small_live_on(&swept, single.world.year);
        small_live_on(&timed, single.world.year);
        for (size_t s = 0; s < swept.world.num_shards; s++)
            cr_assert_eq(pw_shard_compact(&swept.world.shards[s]), PW_OK);
        for (size_t s = 0; s < swept.world.num_shards; s++)
            cr_assert_eq(pw_shard_compact(&timed.world.shards[s]), PW_OK);
        for (size_t s = 0; s < swept.world.num_shards; s++)
            cr_assert_eq(pw_shard_compact(&single.world.shards[s]), PW_OK);
        cr_assert_eq(pw_world_digest(&single.world), pw_world_digest(&swept.world));
        cr_assert_eq(pw_world_digest(&timed.world), pw_world_digest(&swept.world));
    }
    for (size_t i = 0; i < pw_schedule_length(); i++)
        cr_assert_geq(timed.world.seconds[i], 0.0);
    small_end(&swept);
    small_end(&single);
    small_end(&timed);
}

Test(schedule, states_follow_one_another_as_the_law_and_life_allow)
{
    static struct small_life life;
    size_t seen = 0;
    uint32_t met[PW_NUM_STATES] = { 0 };

    small_begin_with_policies(&life, "\"years\": 40");
    while (pw_world_has_next(&life.world)) {
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        for (size_t s = 0; s < life.world.num_shards; s++) {
            const struct pw_shard *shard = &life.world.shards[s];

            for (size_t i = 0; i < shard->num_rows; i++) {
                const uint8_t from = shard->last_state[i], to = shard->state[i];

                met[from] |= (uint32_t) 1 << to;
                cr_assert(legal[from] >> to & 1, "from %s to %s at %d in %d", name_of(from),
                    name_of(to), life.world.year - pw_shard_birth_year(shard, i), life.world.year);
            }
        }
    }
    for (int state = 0; state < PW_NUM_STATES; state++)
        for (uint32_t set = met[state]; set != 0; set &= set - 1)
            seen++;
    cr_assert_gt(seen, 100, "only %zu kinds of step in a hundred years", seen);
    small_end(&life);
}

Test(schedule, states_are_met_at_the_ages_to_which_they_belong)
{
    static struct small_life life;

    small_begin(&life, "run.persons=8000 run.years=10");
    while (pw_world_has_next(&life.world)) {
        cr_assert_eq(pw_world_step(&life.world), PW_OK);
        for (int age = 0; age <= PW_MAX_AGE; age++) {
            const struct pw_range cohort =
                pw_shard_ages(&life.world.shards[0], life.world.year, age, age);

            for (size_t i = cohort.begin; i < cohort.end; i++) {
                const uint8_t state = life.world.shards[0].state[i];

                cr_assert(age >= ages[state].first && age <= ages[state].last, "%s at %d in %d",
                    name_of(state), age, life.world.year);
            }
        }
    }
    small_end(&life);
}

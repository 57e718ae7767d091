/*
 * Directions of the whole: what a change of a path, of parameters or of one life does to a country.
 * Each test is a few small runs of one seed. SPDX-License-Identifier: MIT
 */
#include "pathways/childhood.h"
#include "pathways/household.h"
#include "pathways/world.h"
#include "small_world.h"

TestSuite(directions, .timeout = 300);

#define IN(state) ((uint32_t) 1 << PW_##state)

static struct small_life life, twin;

/* The people of a state at some ages, over everyone present of those ages. */
static double
share_in(const struct pw_world *world, int first_age, int last_age, uint32_t states)
{
    size_t all = 0, in = 0;

    for (size_t s = 0; s < world->num_shards; s++) {
        const struct pw_range rows =
            pw_shard_ages(&world->shards[s], world->year, first_age, last_age);

        for (size_t i = rows.begin; i < rows.end; i++) {
            all += pw_state_is_present(world->shards[s].state[i]);
            in += states >> world->shards[s].state[i] & 1;
        }
    }
    return (double) in / (double) all;
}

struct link {
    double correlation, error; /* standard, were there none */
};

/*
 * Correlation of class with class of origin at 30 to 44, both less their means in the birth cohort:
 * classes and origins rise together over the years.
 */
static struct link
link_to_origin(const struct pw_world *world)
{
    double own = 0.0, origin = 0.0, both = 0.0;
    size_t count = 0;

    for (int age = 30; age <= 44; age++) {
        double sums[6] = { 0 };

        for (size_t s = 0; s < world->num_shards; s++) {
            const struct pw_shard *shard = &world->shards[s];
            const struct pw_range rows = pw_shard_ages(shard, world->year, age, age);

            for (size_t i = rows.begin; i < rows.end; i++) {
                const double x = shard->class[i], y = shard->origin_class[i];
                const double add[6] = { 1, x, y, x * x, y * y, x * y };

                if (!pw_state_is_present(shard->state[i]) || shard->class[i] == PW_NO_CLASS
                    || shard->origin_class[i] == PW_NO_CLASS)
                    continue;
                for (int k = 0; k < 6; k++)
                    sums[k] += add[k];
            }
        }
        if (sums[0] == 0.0) continue;
        own += sums[3] - sums[1] * sums[1] / sums[0];
        origin += sums[4] - sums[2] * sums[2] / sums[0];
        both += sums[5] - sums[1] * sums[2] / sums[0];
        count += (size_t) sums[0];
    }
    return (struct link){ both / sqrt(own * origin), 1.0 / sqrt((double) count) };
}

/* A world of 10,000 in 2034 whose values of a path have been multiplied throughout. */
static void
live_with_path(enum pw_path_id path, double factor)
{
    memset(&life, 0, sizeof life);
    life.tiny = small_read("run.persons=10000 run.history_from=2005");
    for (int k = 0; k < life.tiny.scenario.paths[path].num_knots; k++)
        life.tiny.scenario.paths[path].value[k] *= factor;
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    small_live_on(&life, 2034);
}

static double
share_with_path(enum pw_path_id path, double factor, int first_age, int last_age, uint32_t states)
{
    double share;

    live_with_path(path, factor);
    share = share_in(&life.world, first_age, last_age, states);
    small_end(&life);
    return share;
}

/* Lone parents among people of 20 to 54 who have children at home. */
static double
lone_parents(const struct pw_world *world)
{
    const struct pw_shard *shard = &world->shards[0];
    const struct pw_range rows = pw_shard_ages(shard, world->year, 20, 54);
    size_t parents = 0, alone = 0;

    for (size_t i = rows.begin; i < rows.end; i++) {
        const bool parent = pw_state_is_present(shard->state[i]) && shard->dependants[i] > 0;

        parents += parent;
        alone += parent && shard->partner[i] == PW_NOBODY;
    }
    return (double) alone / (double) parents;
}

/* People of 25 to 44 who live in another labour market than where they grew up. */
static double
movers(const struct pw_world *world)
{
    const struct pw_shard *shard = &world->shards[0];
    const uint16_t *market = world->country.labour_market;
    const struct pw_range rows = pw_shard_ages(shard, world->year, 25, 44);
    size_t grown_here = 0, away = 0;

    for (size_t i = rows.begin; i < rows.end; i++) {
        if (!pw_state_is_present(shard->state[i]) || shard->home_place[i] == PW_UNPLACED) continue;
        grown_here++;
        away += market[shard->place[i]] != market[shard->home_place[i]];
    }
    return (double) away / (double) grown_here;
}

static double
owners(const struct pw_world *world)
{
    const struct pw_shard *shard = &world->shards[0];
    const struct pw_range rows = pw_shard_ages(shard, world->year, 25, 44);
    size_t all = 0, own = 0;

    for (size_t i = rows.begin; i < rows.end; i++) {
        all += pw_state_is_present(shard->state[i]);
        own += pw_state_is_present(shard->state[i]) && shard->owner[i];
    }
    return (double) own / (double) all;
}

static double
under_five(const struct pw_world *world)
{
    const struct pw_range rows = pw_shard_ages(&world->shards[0], world->year, 0, 4);

    return (double) (rows.end - rows.begin);
}

static double
with_path(enum pw_path_id path, double factor, double (*measure)(const struct pw_world *))
{
    double value;

    live_with_path(path, factor);
    value = measure(&life.world);
    small_end(&life);
    return value;
}

/* A world of 10,000 in 2034 with parameters. */
static double
with_params(const char *overrides, double (*measure)(const struct pw_world *))
{
    char text[512];
    double value;

    (void) snprintf(text, sizeof text, "run.persons=10000 run.history_from=2005 %s", overrides);
    small_live(&life, 2034, text);
    value = measure(&life.world);
    small_end(&life);
    return value;
}

Test(directions, more_separations_mean_more_lone_parents)
{
    const double usual = with_path(PW_PATH_family_divorce, 1.0, lone_parents);

    cr_assert_gt(with_path(PW_PATH_family_divorce, 2.0, lone_parents), usual + 0.02);
    cr_assert_lt(with_path(PW_PATH_family_divorce, 0.3, lone_parents), usual - 0.02);
}

Test(directions, higher_fertility_means_more_children)
{
    const double usual = with_path(PW_PATH_family_fertility, 1.0, under_five);

    cr_assert_gt(with_path(PW_PATH_family_fertility, 1.5, under_five), 1.3 * usual);
}

Test(directions, dearer_homes_mean_fewer_owners_and_easier_credit_more)
{
    const double usual = with_path(PW_PATH_home_price_to_earnings, 1.0, owners);

    cr_assert_lt(with_path(PW_PATH_home_price_to_earnings, 2.0, owners), usual - 0.05);
    cr_assert_gt(with_path(PW_PATH_home_access, 1.5, owners), usual + 0.03);
}

Test(directions, the_more_often_people_leave_the_more_live_elsewhere_than_where_they_grew_up)
{
    const double usual = with_params("", movers);

    cr_assert_gt(
        with_params("moves.leave_twenties=0.06 moves.leave_thirties=0.04", movers), usual + 0.04);
    cr_assert_lt(
        with_params("moves.leave_twenties=0 moves.leave_thirties=0", movers), usual - 0.02);
}

static double
redundant(const struct pw_world *world)
{
    const struct pw_shard *shard = &world->shards[0];
    const struct pw_range rows = pw_shard_ages(shard, world->year, 16, 64);
    size_t count = 0;

    for (size_t i = rows.begin; i < rows.end; i++)
        count += pw_state_is_present(shard->state[i]) && (shard->events[i] & PW_EVENT_REDUNDANT);
    return (double) count;
}

static double
unemployed(const struct pw_world *world)
{
    return share_in(world, 16, 64, IN(UNEMPLOYED));
}

/* How many jobs there are is the path's: whoever loses one leaves it to somebody else. */
Test(directions, riskier_jobs_mean_more_redundancies_but_no_fewer_jobs)
{
    const char *risky = "job_loss.rate=[0.16,0.13,0.1,0.07,0.05]";

    cr_assert_gt(with_params(risky, redundant), 1.5 * with_params("", redundant));
    small_near(with_params(risky, unemployed), with_params("", unemployed), 0.005, "unemployment");
}

Test(directions, more_unemployment_means_more_young_people_who_neither_learn_nor_work)
{
    const uint32_t neet = IN(UNEMPLOYED) | IN(INACTIVE);
    const double usual = share_with_path(PW_PATH_labour_unemployment, 1.0, 16, 24, neet);

    cr_assert_gt(share_with_path(PW_PATH_labour_unemployment, 3.0, 16, 24, neet), usual + 0.03);
    cr_assert_lt(share_with_path(PW_PATH_labour_unemployment, 0.3, 16, 24, neet), usual);
}

Test(directions, more_seats_mean_more_students)
{
    const uint32_t students = IN(UNIVERSITY_HOME) | IN(UNIVERSITY_AWAY);
    const double usual = share_with_path(PW_PATH_university_participation, 1.0, 18, 22, students);

    cr_assert_lt(
        share_with_path(PW_PATH_university_participation, 0.5, 18, 22, students), usual - 0.05);
}

Test(directions, more_sixth_form_places_mean_more_pupils_in_sixth_form)
{
    const enum pw_path_id path = PW_PATH_post16_sixth_form_places;
    const double usual = share_with_path(path, 1.0, 16, 17, IN(SIXTH_FORM));

    cr_assert_lt(share_with_path(path, 0.5, 16, 17, IN(SIXTH_FORM)), usual - 0.1);
    cr_assert_geq(share_with_path(path, 1.5, 16, 17, IN(SIXTH_FORM)), usual);
}

Test(directions, more_apprenticeship_starts_mean_more_apprentices)
{
    const uint32_t apprentices =
        IN(APPRENTICESHIP_INTERMEDIATE) | IN(APPRENTICESHIP_ADVANCED) | IN(APPRENTICESHIP_HIGHER);
    const double usual =
        share_with_path(PW_PATH_apprenticeship_starts_young, 1.0, 16, 21, apprentices);

    cr_assert_lt(share_with_path(PW_PATH_apprenticeship_starts_young, 0.25, 16, 21, apprentices),
        usual * 0.9);
}

/* Professionals among graduates of 22 to 44 less those among everybody else of that age. */
static double
worth_of_a_degree(const struct pw_world *world)
{
    const struct pw_shard *shard = &world->shards[0];
    const struct pw_range rows = pw_shard_ages(shard, world->year, 22, 44);
    double all[2] = { 0 }, professional[2] = { 0 };

    for (size_t i = rows.begin; i < rows.end; i++) {
        const int graduate = shard->qualification[i] >= PW_FIRST_DEGREE;

        if (!pw_state_is_present(shard->state[i]) || shard->class[i] == PW_NO_CLASS) continue;
        all[graduate] += 1.0;
        professional[graduate] += shard->class[i] >= PW_LOWER_PROFESSIONAL;
    }
    return professional[1] / all[1] - professional[0] / all[0];
}

Test(directions, the_more_credentials_count_the_more_a_degree_is_worth)
{
    const double usual = with_params("", worth_of_a_degree);

    cr_assert_gt(with_params("jobs.credentialism=1", worth_of_a_degree), usual + 0.05);
    cr_assert_lt(with_params("jobs.credentialism=0", worth_of_a_degree), usual - 0.05);
}

/* Take out of a scenario all that ties a life to the class, income and place of the parents. */
static void
make_origins_equal(struct pw_scenario *scenario)
{
    struct pw_params *params = &scenario->params;

    params->inheritance.heritability = 0.0f;
    params->inheritance.self_efficacy = 0.0f;
    params->inheritance.aspiration = 0.0f;
    params->migration.degree_origin = 0.0f;
    params->school.place_share = 0.0f;
    memset(params->childhood.income, 0, sizeof params->childhood.income);
    memset(params->childhood.parent_education, 0, sizeof params->childhood.parent_education);
    memset(params->childhood.parent_class, 0, sizeof params->childhood.parent_class);
    memset(params->childhood.free_meals_gap, 0, sizeof params->childhood.free_meals_gap);
    params->childhood.aspiration_class = 0.0f;
    params->childhood.aspiration_education = 0.0f;
    params->childhood.belonging_marked_out = 0.0f;
    memset(params->post16.origin, 0, sizeof params->post16.origin);
    params->post16.employer_network = 0.0f;
    params->post16.seen = 0.0f;
    params->university.graduate_parent = 0.0f;
    params->university.origin = 0.0f;
    params->participation.free_meals = 0.0f;
    params->participation.workless_home = 0.0f;
    params->jobs.network = 0.0f;
    params->jobs.inheritance = 0.0f;
    params->pay.negotiation = 0.0f;
    for (int l = 0; l < scenario->num_labour_markets; l++)
        memcpy(scenario->labour_markets[l].input, scenario->labour_markets[0].input,
            sizeof scenario->labour_markets[l].input);
    for (int p = 0; p < scenario->num_places; p++)
        memcpy(
            scenario->places[p].input, scenario->places[0].input, sizeof scenario->places[p].input);
}

static struct link
link_of(const char *overrides, bool equal)
{
    struct link link;

    memset(&life, 0, sizeof life);
    life.tiny = small_read(overrides);
    if (equal) make_origins_equal(&life.tiny.scenario);
    cr_assert_eq(pw_world_init(&life.world, &life.tiny.scenario), PW_OK);
    small_live_on(&life, life.world.last_year);
    link = link_to_origin(&life.world);
    small_end(&life);
    return link;
}

Test(directions, without_what_ties_lives_to_origins_class_has_no_link_to_origin)
{
    const struct link usual = link_of("run.years=15", false);
    const struct link equal = link_of("run.persons=60000 run.years=15", true);

    cr_assert_gt(usual.correlation, 0.15, "by default %g", usual.correlation);
    small_near(equal.correlation, 0.0, 3.0 * equal.error, "link with equal origins");
}

Test(directions, networks_alone_strengthen_the_link_between_class_and_origin)
{
    const struct link without = link_of("run.years=6 jobs.network=0", false);
    const struct link with = link_of("run.years=6 jobs.network=1", false);

    cr_assert_gt(with.correlation, without.correlation + 0.1);
}

/* --- Leaving and staying -------------------------------------------------------------------------
 */

/* What those who left where they grew up have more than those who stayed, of people of 25 to 44
 * who have risen by two classes or more. */
static double
gap_of_leavers(const struct pw_world *world, const float *value, double *error)
{
    const struct pw_shard *shard = &world->shards[0];
    const uint16_t *market = world->country.labour_market;
    const struct pw_range rows = pw_shard_ages(shard, world->year, 25, 44);
    double sum[2] = { 0 }, square[2] = { 0 }, count[2] = { 0 }, variance = 0.0;

    for (size_t i = rows.begin; i < rows.end; i++) {
        if (!pw_state_is_present(shard->state[i]) || shard->home_place[i] == PW_UNPLACED
                || shard->class[i] == PW_NO_CLASS || shard->origin_class[i] == PW_NO_CLASS
                || shard->class[i] < shard -> origin_class[i] + 2)
            continue;
        const int left = market[shard->place[i]] != market[shard->home_place[i]];

        sum[left] += (double) value[i];
        square[left] += (double) (value[i] * value[i]);
        count[left] += 1.0;
    }
    for (int left = 0; left < 2; left++)
        variance += (square[left] / count[left] - pow(sum[left] / count[left], 2.0)) / count[left];
    *error = sqrt(variance);
    return sum[1] / count[1] - sum[0] / count[0];
}

Test(directions, the_same_rise_means_less_belonging_and_wellbeing_when_it_is_made_by_leaving)
{
    /* In neither country does belonging say who leaves. */
    static const char *const overrides[2] = {
        "run.shards=1 run.persons=40000 run.history_from=1985 moves.belonging=0 "
        "moves.return_belonging=0 university.home_belonging=0",
        "run.shards=1 run.persons=40000 run.history_from=1985 moves.belonging=0 "
        "moves.return_belonging=0 university.home_belonging=0 inner_life.belonging_left=0 "
        "inner_life.belonging_distance=0 inner_life.belonging_move=0"
    };
    double gap[2], wellbeing[2], error, other;

    for (int n = 0; n < 2; n++) {
        small_live(&life, 2030, overrides[n]);
        gap[n] = gap_of_leavers(&life.world, life.world.shards[0].belonging, &error);
        wellbeing[n] = gap_of_leavers(&life.world, life.world.shards[0].wellbeing, &other);
        small_end(&life);
    }
    cr_assert_lt(gap[0], -5.0 * error);
    cr_assert_lt(gap[0], gap[1] - 5.0 * error);
    cr_assert_lt(wellbeing[0], wellbeing[1]);
}

/* --- A parent's redundancy -----------------------------------------------------------------------
 */

/* Whether the man whom a child of 11 to 15 lives with is in work. */
static bool
may_lose_job(const struct pw_shard *shard, size_t child)
{
    const int32_t mother = shard->mother[child];

    return pw_state_is_present(shard->state[child]) && mother != PW_NOBODY
           && pw_state_is_present(shard->state[mother]) && shard->partner[mother] != PW_NOBODY
           && shard->partner[mother] == shard->father[child]
           && shard->state[shard->father[child]] == PW_EMPLOYED;
}

/*
 * Two worlds that stand before families add up their means. In the second the fathers of some
 * children of 13 lose their jobs.
 *
 * @return children who live with one
 */
static size_t
make_fathers_redundant(bool *treated)
{
    struct pw_shard *shard = &twin.world.shards[0];
    const struct pw_range rows = pw_shard_ages(shard, twin.world.year, 13, 13);
    size_t count = 0;

    for (size_t i = rows.begin; i < rows.end; i += 2) {
        const int32_t father = may_lose_job(shard, i) ? shard->father[i] : PW_NOBODY;

        if (father == PW_NOBODY) continue;
        shard->state[father] = PW_UNEMPLOYED;
        shard->spell[father] = 0;
        shard->hours[father] = 0;
        shard->events[father] |= PW_EVENT_REDUNDANT;
    }
    /* Whoever lives with one of these men: brothers and sisters too. */
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int32_t mother = shard->mother[i];
        const int32_t man = mother == PW_NOBODY ? PW_NOBODY : shard->partner[mother];

        treated[i] = man != PW_NOBODY && shard->state[man] == PW_UNEMPLOYED
                     && life.world.shards[0].state[man] == PW_EMPLOYED;
        count += treated[i];
    }
    return count;
}

/* The attainment of somebody of a birth year; not a number if the person is gone. */
static double
attainment_of(const struct pw_world *world, uint64_t key, int birth_year)
{
    const struct pw_shard *shard = &world->shards[0];
    const int age = world->year - birth_year;
    const struct pw_range rows = pw_shard_ages(shard, world->year, age, age);

    for (size_t i = rows.begin; i < rows.end; i++)
        if (shard->key[i] == key && pw_state_is_present(shard->state[i]))
            return (double) shard->attainment[i];
    return (double) NAN;
}

/* Go on after childhood of the year that is open, to the end of another. */
static void
live_until(struct small_life *world, int year)
{
    small_live_part(world, small_schedule_index(&pw_childhood) + 1, pw_schedule_length());
    while (world->world.year < year) {
        small_open_year(world);
        small_live_part(world, 0, pw_schedule_length());
    }
}

/*
 * Published: half a GCSE when fathers lost their jobs in the 1980s (gmn2012), 0.15 SD in the Great
 * Recession in Spain (Ruiz-Valenzuela 2020): from 0.1 to 0.15 SD, and two standard errors of 0.01.
 */
Test(directions, a_father_made_redundant_costs_his_children_a_tenth_of_a_deviation_and_no_others)
{
    static bool treated[200000];
    static uint64_t key[2000];
    const char *overrides = "run.persons=60000 run.shards=1 run.history_from=2008 run.years=10";
    const struct pw_shard *one, *two;
    struct pw_range rows;
    double lost = 0.0;
    size_t num_treated, swapped = 0, num_keys = 0, count = 0;

    small_live(&life, 2024, overrides);
    small_live(&twin, 2024, overrides);
    one = &life.world.shards[0];
    two = &twin.world.shards[0];
    small_before(&life, &pw_household);
    small_before(&twin, &pw_household);
    cr_assert_eq(pw_world_digest(&life.world), pw_world_digest(&twin.world));
    num_treated = make_fathers_redundant(treated);
    cr_assert_gt(num_treated, 100);
    for (int n = 0; n < 2; n++) {
        small_run_life(n == 0 ? &life : &twin, &pw_household);
        twin.world.country.median_income = life.world.country.median_income; /* what all share */
        small_run_life(n == 0 ? &life : &twin, &pw_childhood);
    }
    rows = pw_shard_ages(one, life.world.year, 0, 15);
    for (size_t i = rows.begin; i < rows.end; i++) {
        if (!pw_state_is_present(one->state[i])) continue;
        swapped += !treated[i] && one->free_meals[i] != two->free_meals[i];
        if (treated[i])
            cr_assert_lt(two->skill[i], one->skill[i]);
        else if (one->free_meals[i] == two->free_meals[i])
            cr_assert_eq(two->skill[i], one->skill[i], "the child of another family");
    }
    /* Eleven of the sixteen years of childhood are at school, and count for the line. */
    cr_assert_leq(11 * swapped, 16 * num_treated, "free meals are for a share of the pupils");
    rows = pw_shard_ages(one, life.world.year, 13, 13);
    for (size_t i = rows.begin; i < rows.end; i++)
        if (treated[i]) key[num_keys++] = one->key[i];
    live_until(&life, 2028);
    live_until(&twin, 2028);
    for (size_t k = 0; k < num_keys; k++) {
        const double change = attainment_of(&life.world, key[k], 2025 - 13)
                              - attainment_of(&twin.world, key[k], 2025 - 13);

        if (isnan(change)) continue;
        lost += change;
        count++;
    }
    lost /= (double) count * (double) life.world.country.params->gcse.attainment_sd;
    cr_assert(lost > 0.08 && lost < 0.17, "%g SD at 16 of %zu", lost, count);
    small_end(&life);
    small_end(&twin);
}

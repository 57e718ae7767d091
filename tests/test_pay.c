/* SPDX-License-Identifier: MIT */
#include "pathways/pay.h"

#include "pathways/numeric.h"
#include "small_world.h"

TestSuite(pay, .timeout = 120);

enum { YEAR = 2025, MANY = 20000 };

/* No luck, no bottom: what is paid is the level. */
#define NO_LUCK "pay.persistent_sd=0 pay.transitory_sd=0 pay.lowest=0"

static struct small_world world;

static void
open_with(int age, size_t count, const char *overrides)
{
    small_open(&world, YEAR, 1, count, overrides);
    (void) small_fill(&world, 0, age, count);
}

/* Pay without luck of somebody of 35 whom `edit` has changed. */
static double
pay_of(void (*edit)(struct pw_shard *shard))
{
    double pay;

    open_with(35, 1, NO_LUCK);
    edit(&world.shards[0]);
    small_run(&world, &pw_pay);
    pay = (double) world.shards[0].pay[0];
    small_close(&world);
    return pay;
}

static void
nothing(struct pw_shard *shard)
{
    (void) shard;
}

static void
be_woman(struct pw_shard *shard)
{
    shard->sex[0] = PW_FEMALE;
}

static void
be_scarred(struct pw_shard *shard)
{
    shard->fade[0] = 255;
}

static void
be_half_scarred(struct pw_shard *shard)
{
    shard->fade[0] = 127;
}

static void
be_apprentice(struct pw_shard *shard)
{
    shard->state[0] = PW_APPRENTICESHIP_ADVANCED;
}

static void
be_skilled(struct pw_shard *shard)
{
    shard->skill[0] = 2.0f;
}

static void
be_graduate(struct pw_shard *shard)
{
    shard->qualification[0] = PW_FIRST_DEGREE;
}

static void
be_on_top(struct pw_shard *shard)
{
    shard->class[0] = PW_HIGHER_PROFESSIONAL;
}

static void
be_of_high_origin(struct pw_shard *shard)
{
    shard->origin_class[0] = PW_HIGHER_PROFESSIONAL;
}

static void
be_new(struct pw_shard *shard)
{
    shard->experience[0] = 0;
}

static void
live_in_london(struct pw_shard *shard)
{
    shard->place[0] = 5;
}

static void
work_in_london(struct pw_shard *shard)
{
    shard->work_market[0] = 2;
}

static void
learn_in_london(struct pw_shard *shard)
{
    be_apprentice(shard);
    live_in_london(shard);
}

Test(pay, it_writes_only_the_columns_that_it_declares)
{
    const pw_columns written =
        small_check_process(&pw_pay, "run.persons=3000 run.shards=2 run.history_from=1990", 8);

    cr_assert_eq(
        written, pw_pay.writes, "never wrote %s", small_column_name(pw_pay.writes & ~written));
}

Test(pay, the_level_is_that_of_class_qualification_skill_experience_origin_and_area)
{
    struct pw_pay_params params;
    double usual, expected;

    open_with(35, 1, NO_LUCK);
    params = small_params(&world)->pay;
    expected = (double) params.class_level[PW_INTERMEDIATE]
               + (double) params.experience[PW_INTERMEDIATE] * (19.0 - 19.0 * 19.0 / 60.0)
               + (double) params.qualification[PW_GCSE]
               + (double) params.area * (double) world.country.pay_level[0];
    small_close(&world);
    usual = pay_of(nothing);
    small_near(usual, expected, 1e-5, "of an average man of 35");
    small_near(pay_of(be_skilled) - usual, 2.0 * (double) params.skill, 1e-5, "skill");
    small_near(pay_of(be_graduate) - usual,
        (double) (params.qualification[PW_FIRST_DEGREE] - params.qualification[PW_GCSE]), 1e-5,
        "a degree");
    small_near(
        pay_of(be_of_high_origin) - usual, 2.0 * (double) params.negotiation, 1e-5, "origin");
    small_near(
        pay_of(be_apprentice) - usual, -(double) params.apprentice_discount, 1e-5, "apprentices");
    cr_assert_gt(pay_of(be_on_top), usual + 0.2);
    cr_assert_lt(pay_of(be_new), usual - 0.05);
}

Test(pay, the_area_is_that_of_the_job_and_that_of_the_home_for_apprentices)
{
    double usual, apprentice, more;

    open_with(35, 1, NO_LUCK);
    more = (double) small_params(&world)->pay.area
           * (double) (world.country.pay_level[2] - world.country.pay_level[0]);
    small_close(&world);
    usual = pay_of(nothing);
    apprentice = pay_of(be_apprentice);
    cr_assert_gt(more, 0.01);
    small_near(pay_of(work_in_london) - usual, more, 1e-5, "work in London");
    small_near(pay_of(live_in_london), usual, 1e-9, "live in London");
    small_near(pay_of(learn_in_london) - apprentice, more, 1e-5, "apprentices in London");
}

Test(pay, women_are_paid_the_ratio_of_the_time)
{
    for (int year = 1970; year <= 2030; year += 20) {
        double men, women;

        small_open(&world, year, 1, 2, NO_LUCK);
        world.shards[0].sex[small_add(&world, 0, 35)] = PW_FEMALE;
        (void) small_add(&world, 0, 35);
        small_run(&world, &pw_pay);
        women = (double) world.shards[0].pay[0];
        men = (double) world.shards[0].pay[1];
        small_near(women - men, log(world.country.now.pay_women_ratio[0]), 1e-5, "women over men");
        small_close(&world);
    }
    cr_assert_lt(pay_of(be_woman), pay_of(nothing));
}

Test(pay, pay_moves_with_the_level_of_the_time)
{
    double pay[2];

    for (int n = 0; n < 2; n++) {
        small_open(&world, n == 0 ? 1975 : 2025, 1, 1, NO_LUCK);
        (void) small_add(&world, 0, 35);
        small_run(&world, &pw_pay);
        pay[n] = (double) world.shards[0].pay[0] - log(world.country.now.pay_level[0]);
        small_close(&world);
    }
    small_near(pay[0], pay[1], 1e-5, "pay over the level of the time");
}

Test(pay, the_scar_of_time_out_of_work_lowers_pay_and_fades)
{
    const double usual = pay_of(nothing), scarred = pay_of(be_scarred);
    struct pw_pay_params params;
    int before = 255;

    small_near(pay_of(be_half_scarred), (usual + scarred) / 2.0, 1e-3, "half a scar");
    open_with(35, 1, NO_LUCK);
    params = small_params(&world)->pay;
    world.shards[0].fade[0] = 255;
    for (int n = 0; n < 20; n++) {
        pw_country_open_year(&world.country, YEAR + n);
        small_run(&world, &pw_pay);
        small_near((double) world.shards[0].fade[0], before * (double) params.scar_persistence, 1.0,
            "what is left of the scar");
        cr_assert_lt(world.shards[0].fade[0], before);
        before = world.shards[0].fade[0];
    }
    small_close(&world);
    small_near(usual - scarred, (double) params.scar, 1e-5, "the scar");
}

Test(pay, people_out_of_work_are_scarred_unpaid_and_counted_as_neet_from_16_to_24)
{
    struct pw_shard *shard = &world.shards[0];

    small_open(&world, YEAR, 1, 200, "");
    for (int age = 60; age >= 15; age--)
        for (int n = 0; n < 2; n++) {
            const size_t i = small_add(&world, 0, age);

            shard->state[i] = n == 0 ? PW_UNEMPLOYED : PW_INACTIVE;
            shard->pay[i] = 3.0f;
        }
    small_run(&world, &pw_pay);
    for (size_t i = 0; i < shard->num_rows; i++) {
        const int age = YEAR - pw_shard_birth_year(shard, i);

        cr_assert_eq(shard->fade[i], 255);
        cr_assert_eq(shard->pay[i], 0.0f);
        cr_assert_eq(shard->neet_years[i], age >= 16 && age <= 24, "at %d", age);
    }
    small_close(&world);
}

Test(pay, nobody_in_work_is_paid_below_the_bottom_of_the_time)
{
    double bottom;

    open_with(20, MANY, "pay.transitory_sd=1");
    bottom = (double) small_params(&world)->pay.lowest + log(world.country.now.pay_level[0]);
    small_run(&world, &pw_pay);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_geq((double) world.shards[0].pay[i], bottom - 1e-5);
    small_close(&world);
}

Test(pay, the_persistent_part_is_an_ar1_of_the_variance_and_correlation_stated)
{
    enum { PEOPLE = 8000, YEARS = 45 };
    const double persistence = 0.9, sd = 0.1;
    static float before[PEOPLE];
    double variance;

    open_with(22, PEOPLE, "pay.persistence=0.9 pay.persistent_sd=0.1");
    for (int n = 0; n < YEARS; n++) {
        memcpy(before, world.shards[0].pay_persistent, sizeof before);
        pw_country_open_year(&world.country, YEAR + n);
        small_run(&world, &pw_pay);
    }
    variance = sd * sd / (1.0 - persistence * persistence);
    small_near(small_mean(world.shards[0].pay_persistent, PEOPLE), 0.0,
        5.0 * sqrt(variance / PEOPLE), "mean");
    small_near(
        small_covariance(world.shards[0].pay_persistent, world.shards[0].pay_persistent, PEOPLE),
        variance, 5.0 * variance * sqrt(2.0 / PEOPLE), "variance");
    small_near(small_correlation(world.shards[0].pay_persistent, before, PEOPLE), persistence,
        5.0 * (1.0 - persistence * persistence) / sqrt(PEOPLE), "correlation of two years");
    small_close(&world);
}

Test(pay, experience_grows_by_a_year_a_year_in_work_and_apprenticeship_alone)
{
    static const uint8_t states[4] = { PW_EMPLOYED, PW_APPRENTICESHIP_HIGHER, PW_UNEMPLOYED,
        PW_UNIVERSITY_AWAY };
    struct pw_shard *shard = &world.shards[0];

    open_with(30, 4, "");
    for (size_t i = 0; i < 4; i++)
        shard->state[i] = states[i];
    small_run(&world, &pw_pay);
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(shard->experience[i], i < 2 ? 15 : 14);
    small_close(&world);
}

/* Share of part-timers among new workers whom `edit` has changed. */
static double
part_time_share(void (*edit)(struct pw_shard *shard, size_t i))
{
    size_t count = 0;

    open_with(35, MANY, "");
    for (size_t i = 0; i < MANY; i++) {
        world.shards[0].hours[i] = 0;
        edit(&world.shards[0], i);
    }
    small_run(&world, &pw_pay);
    for (size_t i = 0; i < MANY; i++) {
        const int hours = world.shards[0].hours[i];

        cr_assert(hours == small_params(&world)->pay.part_time_hours
                  || hours == small_params(&world)->pay.full_time_hours);
        count += hours == small_params(&world)->pay.part_time_hours;
    }
    small_close(&world);
    return (double) count / MANY;
}

static void
make_man(struct pw_shard *shard, size_t i)
{
    shard->sex[i] = PW_MALE;
}

static void
make_woman(struct pw_shard *shard, size_t i)
{
    shard->sex[i] = PW_FEMALE;
}

static void
make_mother(struct pw_shard *shard, size_t i)
{
    shard->sex[i] = PW_FEMALE;
    shard->dependants[i] = 1;
    shard->birth_gap[i] = 7;
}

static void
make_mother_of_small_child(struct pw_shard *shard, size_t i)
{
    make_mother(shard, i);
    shard->birth_gap[i] = 2;
}

Test(pay, mothers_work_part_time_most_often_while_the_child_is_small)
{
    const double tolerance = 5.0 * sqrt(0.25 / MANY);
    struct pw_pay_params params;

    open_with(35, 1, "");
    params = small_params(&world)->pay;
    small_close(&world);
    small_near(part_time_share(make_man), (double) params.men_part_time, tolerance, "men");
    small_near(part_time_share(make_woman), (double) params.women_part_time, tolerance, "women");
    small_near(
        part_time_share(make_mother), (double) params.mothers_part_time, tolerance, "mothers");
    small_near(part_time_share(make_mother_of_small_child), (double) params.mothers_part_time_small,
        tolerance, "mothers of a small child");
}

Test(pay, without_negotiation_origin_changes_nobodys_pay)
{
    struct small_snapshot equal;

    for (int n = 0; n < 2; n++) {
        open_with(35, 1000, "pay.negotiation=0");
        memset(
            world.shards[0].origin_class, n == 0 ? PW_LOWER_WORKING : PW_HIGHER_PROFESSIONAL, 1000);
        small_run(&world, &pw_pay);
        if (n == 0)
            equal = small_snapshot_take(world.shards, 1);
        else
            cr_assert_eq(small_changed(&equal, world.shards), PW_SET(origin_class));
        small_close(&world);
    }
    small_snapshot_free(&equal);
}

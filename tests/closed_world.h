/**
 * closed_world.h - a country in which nearly everything is switched off, for checks against closed
 * forms.
 *
 * closed_begin reads the tiny scenario with the parameters and paths below, which leave people
 * healthy, in one class of job, single, in one place and alike in all but what a test switches on;
 * every process of the schedule still runs. Nobody dies or comes or goes, so a person keeps the row
 * for good.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLOSED_WORLD_H
#define PW_CLOSED_WORLD_H

#include "small_world.h"

/** What is switched off, whatever a test switches on: members of "parameters". */
static const char *const closed_parameters[] = {
    /* founders: adults of 20 to 24 in work, their own household, with no qualification */
    "founders.age_share=0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0",
    "founders.number_ratio=1",
    "founders.couple_share=0",
    "founders.men_employed=1",
    "founders.qualification_first=1,0,0,0,0,0",
    "founders.qualification_last=1,0,0,0,0,0",
    "couples.seeking=0",
    "births.by_children=1,1,1,1",
    "births.spaced_ratio=1",
    "births.age_sd=2",
    /* work for everyone: no redundancy, no scar, one rate of pay */
    "job_loss.rate=0,0,0,0,0",
    "job_loss.youth_ratio=1",
    "job_loss.short_tenure_ratio=1",
    "job_loss.unemployment_spread=0",
    "jobs.search_base=-10",
    "jobs.search_mismatch=0",
    "jobs.search_age=0",
    "jobs.search_aspiration=0",
    "jobs.search_efficacy=0",
    "jobs.commute=0",
    "jobs.skill=0",
    "jobs.credential=0",
    "jobs.experience=0",
    "jobs.network=0",
    "jobs.inheritance=0",
    "jobs.local=0",
    "jobs.duration=0",
    "jobs.unheard=0",
    "gcse.level2=0",
    "study.at_work=0",
    "study.college_higher=0",
    "participation.birth_base=-10",
    "participation.birth_times=0",
    "participation.birth_qualification=0",
    "participation.leave_base=-10",
    "participation.leave_age=0",
    "participation.leave_class=-5", /* everyone is in the lowest class and keeps to work */
    "participation.leave_efficacy=0",
    "participation.leave_unemployed=0",
    "participation.discouraged=0",
    "participation.leave_young=0",
    "participation.women_times=0",
    "participation.men_times=0",
    "participation.men_stay=0",
    "participation.return_base=10",
    "participation.return_young=0",
    "participation.hardship=0",
    "participation.return_age=0",
    "participation.return_qualification=0",
    "participation.return_duration=0",
    "participation.return_efficacy=0",
    "participation.return_small_child=0",
    "participation.adult_education=0",
    "ageing.early_retirement=0",
    "apprenticeship.wish_unemployed=0",
    "apprenticeship.wish_employed=0",
    "pay.class_level=2.5,2.5,2.5,2.5,2.5",
    "pay.experience=0,0,0,0,0",
    "pay.qualification=0,0,0,0,0,0",
    "pay.skill=0",
    "pay.negotiation=0",
    "pay.area=0",
    "pay.scar=0",
    "pay.persistent_sd=0",
    "pay.transitory_sd=0",
    "pay.lowest=0",
    "pay.men_part_time=0",
    "pay.women_part_time=0",
    "pay.mothers_part_time=0",
    "pay.mothers_part_time_small=0",
    /* a household lives on what its one adult is paid, whatever its size; 24073 GBP is the middle
     */
    "household.basic_rate=0",
    "household.higher_rate=0",
    "household.benefit=24073",
    "household.student_income=24073",
    "household.orphan_income=24073",
    "household.child_benefit=0",
    "household.scale_single=1",
    "household.scale_child=0",
    "household.means_spread=0",
    /* children grow by nothing and need nothing */
    "school.place_share=0",
    "childhood.persistence=0.5,0.5,0.5",
    "childhood.ability=0,0,0",
    "childhood.income=0,0,0",
    "childhood.parent_education=0,0,0",
    "childhood.parent_class=0,0,0",
    "childhood.free_meals_gap=0,0,0",
    "childhood.belonging=0",
    "childhood.self_efficacy=0",
    "childhood.noise=0,0,0",
    "childhood.redundancy_shock=0",
    "childhood.separation_shock=0",
    "childhood.move_shock=0",
    "childhood.absence_belonging=0",
    "childhood.absence_efficacy=0",
    "childhood.efficacy_skill=0",
    "childhood.efficacy_mother=0",
    "childhood.aspiration_seen=0",
    "childhood.aspiration_class=0",
    "childhood.aspiration_education=0",
    "childhood.aspiration_skill=0",
    "childhood.belonging_marked_out=0",
    "childhood.belonging_shock=0",
    "childhood.belonging_base=0",
    "gcse.engagement=0",
    "gcse.failure_blow=0",
    /* from school to work */
    "post16.base=-10,-10,-10,-10,0,-10",
    "post16.attainment=0,0,0,0,0,0",
    "post16.aspiration=0,0,0,0,0,0",
    "post16.self_efficacy=0,0,0,0,0,0",
    "post16.origin=0,0,0,0,0,0",
    "post16.women=0,0,0,0,0,0",
    "post16.income=0,0,0,0,0,0",
    "post16.seen=0",
    "post16.returns=0",
    "post16.rural_travel=0",
    "post16.sixth_form_threshold=-5",
    "post16.work_tightness=0",
    "post16.duty=0",
    "post16.neither_belonging=0",
    "post16.sixth_form_supply=0",
    "post16.college_supply=0",
    /* nobody moves or buys a home */
    "moves.leave_teens=0",
    "moves.leave_twenties=0",
    "moves.leave_thirties=0",
    "moves.leave_later=0",
    "moves.local=0",
    "home.base=-10",
    "home.income=0",
    "home.price=0",
    "home.access=0",
    "home.parents=0",
    "home.parents_wealth=0",
    "home.partner=0",
    "home.age=0",
    "home.young=0",
    "home.give_up_unemployed=1",
    /* nothing that happens is felt */
    "inner_life.efficacy_work=0",
    "inner_life.efficacy_neet=0",
    "inner_life.efficacy_success=0",
    "inner_life.efficacy_redundant=0",
    "inner_life.aspiration_skill=0",
    "inner_life.belonging_base=0",
    "inner_life.belonging_hardship=0",
    "inner_life.belonging_move=0",
    "inner_life.belonging_left=0",
    "inner_life.belonging_distance=0",
    "inner_life.belonging_partner=0",
    "inner_life.belonging_owner=0",
    "inner_life.wellbeing_income=0",
    "inner_life.wellbeing_belonging=0",
    "inner_life.wellbeing_efficacy=0",
    "inner_life.wellbeing_unemployed=0",
    "inner_life.wellbeing_inactive=0",
    "inner_life.wellbeing_redundant=0",
    "inner_life.wellbeing_separated=0",
    "inner_life.wellbeing_partner=0",
};

/** Paths that never change: "name" and its values; births are as few as the model allows. */
static const char *const closed_paths[][2] = {
    { "population.residents", "58600000" },
    { "population.mortality", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0" },
    { "population.net_migration", "0" },
    { "family.fertility", "0.1" },
    { "family.birth_age", "40" },
    { "family.divorce", "0" },
    { "family.lone_births", "50" },
    { "school.leaving_age", "16" },
    { "school.participation_age", "16" },
    { "school.good_passes", "50" },
    { "school.any_pass", "100" },
    { "school.free_meals", "0" },
    { "post16.sixth_form_places", "0" },
    { "post16.college_places", "0" },
    { "apprenticeship.starts_young", "0" },
    { "apprenticeship.starts_adult", "0" },
    { "apprenticeship.level_mix", "50, 50, 0" },
    { "university.participation", "0" },
    { "university.postgraduate_share", "0" },
    { "labour.unemployment", "0" },
    { "labour.class_mix", "100, 0, 0, 0, 0" },
    { "labour.women_employed", "100" },
    { "labour.men_inactive", "16" },
    { "labour.pension_age_women", "75" },
    { "labour.pension_age_men", "75" },
    { "pay.level", "1" },
    { "pay.women_ratio", "1" },
    { "home.price_to_earnings", "7.6" },
    { "home.access", "1" },
};

enum { CLOSED_FIRST_YEAR = 2000, CLOSED_MAX_OVERRIDES = 256 };

/** What a test switches on: "run.persons=250000", "pay.skill=0.2", or a path, "family.fertility=3".
 */
struct closed_switches {
    const char *on[40]; /* NULL after the last */
};

/* The value that a test gives a path, or NULL. */
static inline const char *
closed_path_value(const struct closed_switches *switches, const char *name)
{
    const size_t length = strlen(name);

    for (int n = 0; switches->on[n] != NULL; n++)
        if (strncmp(switches->on[n], name, length) == 0 && switches->on[n][length] == '=')
            return switches->on[n] + length + 1;
    return NULL;
}

/* A layer over the tiny scenario with all paths constant. */
static inline void
closed_write_paths(const struct closed_switches *switches, char path[64])
{
    static char text[16384];
    int length = snprintf(text, sizeof text, "{\"extends\": \"%s\", \"paths\": {", TINY_SCENARIO);

    for (size_t n = 0; n < sizeof closed_paths / sizeof *closed_paths; n++) {
        const char *given = closed_path_value(switches, closed_paths[n][0]);

        length += snprintf(text + length, sizeof text - (size_t) length,
            "%s\"%s\": {\"source\": \"assumed\", \"status\": \"assumed\", \"knots\": [[2000, %s]]}",
            n == 0 ? "" : ", ", closed_paths[n][0], given == NULL ? closed_paths[n][1] : given);
    }
    length += snprintf(text + length, sizeof text - (size_t) length, "}}");
    cr_assert_lt(length, (int) sizeof text);
    tiny_write(text, (size_t) length, path);
}

static inline bool
closed_is_path(const char *word)
{
    for (size_t n = 0; n < sizeof closed_paths / sizeof *closed_paths; n++) {
        const size_t length = strlen(closed_paths[n][0]);

        if (strncmp(word, closed_paths[n][0], length) == 0 && word[length] == '=') return true;
    }
    return false;
}

/** Begin a closed world whose last year is `num_years` after the first, one thread. */
static inline void
closed_begin(struct small_life *life, int num_years, const struct closed_switches *switches)
{
    const char *list[CLOSED_MAX_OVERRIDES];
    const size_t num_off = sizeof closed_parameters / sizeof *closed_parameters;
    const char *other = getenv("CLOSED_SEED");
    char path[64], start[64], seed[64];
    size_t count = 0;

    memset(life, 0, sizeof *life);
    pw_parallel_set_threads(1);
    (void) snprintf(start, sizeof start, "run.start_year=%d", CLOSED_FIRST_YEAR + num_years);
    cr_assert_lt(num_off + 44, CLOSED_MAX_OVERRIDES);
    for (size_t n = 0; n < num_off; n++)
        list[count++] = closed_parameters[n];
    list[count++] = "run.history_from=2000";
    list[count++] = start;
    list[count++] = "run.years=1";
    (void) snprintf(seed, sizeof seed, "run.seed=%s", other == NULL ? "1" : other);
    list[count++] = seed;
    for (int n = 0; switches->on[n] != NULL; n++)
        if (!closed_is_path(switches->on[n])) list[count++] = switches->on[n];
    closed_write_paths(switches, path);
    life->tiny = tiny_file(path, list, count);
    (void) unlink(path);
    cr_assert_eq(life->tiny.status, PW_OK, "%s",
        life->tiny.faults.count > 0 ? life->tiny.faults.items[0].text : "");
    cr_assert_eq(
        pw_world_init(&life->world, &life->tiny.scenario), PW_OK, "%s", pw_status_message());
}

/** Live `num_years` more. */
static inline void
closed_live(struct small_life *life, int num_years)
{
    small_live_on(life, life->world.year + num_years);
}

/**
 * Fails unless `value` lies within three standard errors of what theory says.
 *
 * Chance alone fails one check in 370; the seed is fixed, so a check that fails does so for good.
 * Before blaming chance run the test with other seeds: CLOSED_SEED=2 test_closed_forms --verbose.
 */
static inline void
closed_agrees(const char *what, double value, double theory, double error)
{
    cr_log_info("%-60s %10.6f theory %10.6f SE %.6f: %+.2f", what, value, theory, error,
        (value - theory) / error);
    cr_assert(fabs(value - theory) <= 3.0 * error,
        "%s: %.6g where theory says %.6g: %.1f SE of %.2g", what, value, theory,
        (value - theory) / error, error);
}

#endif

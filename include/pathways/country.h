/**
 * country.h - what all shards share in a year: time, places, labour markets, markets, policies in
 * force.
 *
 * Layer 1 (model). Written between sweeps by one thread, read by all during a sweep. Everything
 * here is a pure function of the scenario, the year and integer counts over shards.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_COUNTRY_H
#define PW_COUNTRY_H

#include <stdint.h>

#include "pathways/market.h"
#include "pathways/numeric.h"
#include "pathways/population.h"
#include "pathways/rng.h"
#include "pathways/scenario.h"

/** Stages of childhood at which places differ: 0-4, 5-10, 11-15. */
enum pw_stage { PW_STAGE_EARLY, PW_STAGE_PRIMARY, PW_STAGE_SECONDARY, PW_NUM_STAGES };

/** Purposes of random numbers; append only, never renumber. */
enum pw_stream {
    PW_NO_STREAM, /* the others are numbered from 1 */
#define STREAM(constant, process, about) PW_STREAM_##constant,
#include "pathways/streams.def"
};

/** Levels of apprenticeship: intermediate (2), advanced (3), higher (4 to 7). */
#define PW_NUM_LEVELS 3
/** Tariff tiers of university: lower, medium, higher. */
#define PW_NUM_TIERS 3
/** Women by how likely a birth is: partner x children so far (0 to 3+) x education. */
#define PW_NUM_BIRTH_CELLS 48
/** Routes that are seen in a place: school or university, college, apprenticeship, work. */
#define PW_NUM_SEEN 4

/** What a policy did in a year. */
struct pw_policy_year {
    double strength;              /* after the ramp */
    int64_t *reached;             /* [num_places] simulated participants or units this year */
    float *coverage;              /* [num_places] share of the residents who are reached */
    float now[PW_NUM_CHANNELS];   /* acts on those reached this year */
    float later[PW_NUM_CHANNELS]; /* acts on those ever enrolled */
};

/** The country in one year. */
struct pw_country {
    const struct pw_scenario *scenario;
    const struct pw_params *params;
    struct pw_rng rng;
    int year;
    int num_shards;     /* of all ranks */
    double people_each; /* people of the real country for whom one simulated person stands */
    struct pw_path_values now;

    /* Lasting differences between places, from their published inputs. */
    uint16_t *labour_market; /* [num_places] */
    uint8_t *region;         /* [num_places] */
    float *school_effect; /* [num_places][PW_NUM_STAGES][2]: towards which skill is drawn, SD; [1]
                             with free meals */
    float *hardship;      /* [num_places] standardised logit of children in low-income families */
    float *affluence; /* [num_places] minus the standardised logit of free meals, within the labour
                         market */
    float
        *standing; /* [num_places] minus the standardised logit of free meals, within the country */
    float *attainment; /* [num_places] published attainment at 16 of all pupils over the country's,
                          SD */
    float *place_weight; /* [num_places] share of the country's residents */
    float *destination;  /* [num_labour_markets][PW_NUM_CLASS_CODES][widest]: cumulative chance of
                            each place  of a labour market for a mover of a class */
    uint32_t *member_begin;    /* [num_labour_markets + 1] into member */
    uint16_t *member;          /* [num_places] places by labour market */
    float *market_weight;      /* [num_labour_markets] share of residents */
    float *pay_level;          /* [num_labour_markets] log pay over the country's */
    float *unemployment_ratio; /* [num_labour_markets] unemployment over the country's */
    float *class_tilt;  /* [num_labour_markets][PW_NUM_CLASSES] share of jobs over the country's */
    float *home_price;  /* [num_regions] house prices over the country's */
    uint8_t *is_london; /* [num_places] carries the tag `london` */
    uint8_t *is_core_city; /* [num_places] carries the tag `core_city` */
    uint8_t *is_rural;     /* [num_places] carries the tag `rural` */

    /* Counts and cut-offs of the year. */
    float couple_correlation;                               /* of ability, in steps of 1/32 */
    float birth_chance[PW_MAX_AGE + 1][PW_NUM_BIRTH_CELLS]; /* this year */
    float median_income;   /* equivalised household income of residents, GBP/year */
    float free_meals_line; /* highest household income with free meals, GBP/year */
    float *job_cut; /* [num_labour_markets][PW_NUM_CLASSES] chance that a job goes because there are
                       too many */
    int64_t *jobs;  /* [num_labour_markets][PW_NUM_CLASSES] jobs that there are this year */
    int64_t *held;  /* [num_labour_markets][PW_NUM_CLASSES] jobs held */
    int64_t *labour_force;     /* [num_labour_markets] employed or unemployed; apprentices apart */
    float *tightness;          /* [num_labour_markets] jobs filled over labour force, last year */
    float *professional_share; /* [num_labour_markets] of jobs, this year */
    float *gravity; /* [num_regions][2][num_labour_markets] cumulative chance of a destination; [1]
                       professionals and graduates */
    float exam_mean, exam_sd;    /* performance at 16, SD of skill */
    float exam_level2, exam_any; /* performance that earns level 2, and any pass */
    float log_pay_level, log_women_ratio;
    float *route_seen; /* [num_places][PW_NUM_SEEN] share of residents 16-24 at sixth form or
                          university, further education, apprenticeship, in work, over the
                          country's: what young people saw last year */
#define MARKET(name, process, size, kinds, capacity, rank) struct pw_market name;
#include "pathways/markets.def"
    struct pw_policy_year *policy; /* [num_policies] */
    uint64_t pushed;               /* bit c: a policy acts through channel c this year (push.h) */
    float *voice; /* [num_places] ownership that local voice has lent to other policies */

    /* Integer sums over shards of a process's tally. */
    int64_t *sum;
    size_t sum_size;
};

/** Where a place stands in a table by place; rows of people who wait abroad, in none, read the
 * first line. */
PW_INLINE int32_t
pw_table_place(uint16_t place)
{
    return place * (place != PW_UNPLACED);
}

/** As pw_country_origin_income, of two logs. @param log_income 0 where it is not known */
PW_INLINE float
pw_country_income_over(float log_income, float log_median)
{
    return pw_given(log_income > 0.0f, pw_clamp(log_income - log_median, -2.0f, 2.0f));
}

/**
 * Log of the household income of a person's childhood over the median of the country, within -2 to
 * 2; 0 where it is not known.
 */
PW_INLINE float
pw_country_origin_income(const struct pw_country *country, const struct pw_shard *shard, size_t row)
{
    return pw_country_income_over(shard->origin_income[row], pw_log(country->median_income));
}

/** Place `p`'s pull on skill at a stage. @param free_meals 0 or 1 */
static inline float
pw_country_school_effect(const struct pw_country *country, size_t p, int stage, int free_meals)
{
    return country->school_effect[(p * PW_NUM_STAGES + (size_t) stage) * 2 + (size_t) free_meals];
}

/**
 * People of the real country for whom one simulated person stands: residents in the start year over
 * the people of the run. NaN for a scenario without that path.
 */
double pw_country_people_each(const struct pw_scenario *scenario);

/**
 * The country of a scenario before its first year: lasting differences, empty markets.
 *
 * The scenario must outlive the country.
 */
pw_status pw_country_init(struct pw_country *country, const struct pw_scenario *scenario);

void pw_country_free(struct pw_country *country);

/**
 * Hand over everything of a country that outlasts a year and does not follow from the scenario and
 * the year, one array after the other and always in the same order: what a checkpoint keeps.
 * Policies apart, since a branch has others: see struct pw_policy_year.
 *
 * @param visit  receives the name, the bytes and their number; what it fails with is returned
 */
pw_status pw_country_visit(struct pw_country *country,
    pw_status (*visit)(void *context, const char *name, void *data, size_t size), void *context);

/** Counts that the largest tally of any process needs. */
size_t pw_country_tally_size(const struct pw_scenario *scenario);

/** Turn to a year: path values, policies in force. */
void pw_country_open_year(struct pw_country *country, int year);

/** Integer sums of the shards' tallies into `sum`, those of other ranks included: all ranks. */
void pw_country_sum_tallies(
    struct pw_country *country, const struct pw_shard *shards, size_t num_shards, size_t size);

/**
 * A place in a labour market for a mover of a class: people sort by class between places of a
 * labour market.
 *
 * @param u  uniform on (0, 1)
 */
uint16_t pw_country_place_in(
    const struct pw_country *country, int labour_market, int class, float u);

/** Region of a labour market: that of its first place. */
PW_INLINE uint8_t
pw_country_market_region(const struct pw_country *country, int labour_market)
{
    return country->region[country->member[country->member_begin[labour_market]]];
}

/**
 * Jobs by labour market and class for the present labour force: the country's mix, tilted by labour
 * market and scaled so that the classes add up to it (iterative proportional fitting, Deming &
 * Stephan 1940), and the jobs that policies add.
 */
void pw_country_count_jobs(struct pw_country *country);

/**
 * Of the apprenticeships begun at 16 and 17, how many are of a level: as of all under 25, but none
 * higher, since these ask for level 3.
 *
 * @param level  0 intermediate, 1 advanced, 2 higher
 * @return 0 to 1
 */
double pw_country_share_before_18(const struct pw_country *country, int level);

/** Price of a median home of the country this year [GBP of 2025], PW_EQUITY_UNIT or more. */
float pw_country_home_price(const struct pw_country *country);

/** Simulated units for real ones: rounded to the nearest whole, never negative. */
int64_t pw_country_scale(const struct pw_country *country, double real_units);

/** Simulated units for the real ones of a policy: rounded, but down where a budget sets the limit.
 */
int64_t pw_country_afford(const struct pw_country *country, int policy, double real_units);

#endif

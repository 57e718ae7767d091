/* SPDX-License-Identifier: MIT */
#include "pathways/country.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"
#include "pathways/parallel.h"
#include "pathways/provision.h"

float
pw_country_home_price(const struct pw_country *country)
{
    const double ratio = country->now.home_price_to_earnings[0] * country->now.pay_level[0];

    return pw_maximum(country->params->wealth.earnings * (float) ratio, (float) PW_EQUITY_UNIT);
}

int64_t
pw_country_scale(const struct pw_country *country, double real_units)
{
    const double units = real_units / country->people_each;

    return units > 0.0 ? (int64_t) (units + 0.5) : 0;
}

int64_t
pw_country_afford(const struct pw_country *country, int policy, double real_units)
{
    return isfinite(country->scenario->policies[policy].budget_gbp)
               ? (int64_t) (real_units / country->people_each)
               : pw_country_scale(country, real_units);
}

uint16_t
pw_country_place_in(const struct pw_country *country, int labour_market, int class, float u)
{
    const uint32_t begin = country->member_begin[labour_market];
    const uint32_t end = country->member_begin[labour_market + 1];
    const float *chance = &country->destination[class * country->scenario->num_places];
    uint32_t j = begin;

    while (j + 1 < end && chance[j] < u)
        j++;
    return country->member[j];
}

void
pw_country_sum_tallies(
    struct pw_country *country, const struct pw_shard *shards, size_t num_shards, size_t size)
{
    PW_BUG_IF(size > country->sum_size);
    memset(country->sum, 0, size * sizeof *country->sum);
    for (size_t s = 0; s < num_shards; s++)
        for (size_t i = 0; i < size; i++)
            country->sum[i] += shards[s].tally[i];
    pw_parallel_sum(country->sum, size);
}

double
pw_country_share_before_18(const struct pw_country *country, int level)
{
    const double *mix = country->now.apprenticeship_level_mix;

    return level < 2 && mix[0] + mix[1] > 0.0 ? mix[level] / (mix[0] + mix[1]) : 0.0;
}

void
pw_country_open_year(struct pw_country *country, int year)
{
    country->year = year;
    pw_paths_at(country->scenario, year, &country->now);
    country->log_pay_level = pw_log((float) country->now.pay_level[0]);
    country->log_women_ratio = pw_log((float) country->now.pay_women_ratio[0]);
}

/* Jobs that policies add to a labour market, shared by a class and the one above it. */
static void
add_jobs(struct pw_country *country, int labour_market, int64_t added, double share, int class)
{
    int64_t *jobs = &country->jobs[labour_market * PW_NUM_CLASSES];
    const int64_t above = (int64_t) ((double) added * share + 0.5);

    jobs[class + 1] += above;
    jobs[class] += added - above;
}

static void
add_policies(struct pw_country *country)
{
    for (int l = 0; l < country->scenario->num_labour_markets; l++) {
        add_jobs(country, l, pw_provision_added(country, PW_LEVER_GOOD_JOBS, l), 0.4,
            PW_LOWER_PROFESSIONAL);
        add_jobs(country, l, pw_provision_added(country, PW_LEVER_SKILLED_JOBS, l), 0.5,
            PW_HIGHER_WORKING);
        add_jobs(country, l, pw_provision_added(country, PW_LEVER_SUBSIDISED_JOBS, l), 0.5,
            PW_LOWER_WORKING);
    }
}

void
pw_country_count_jobs(struct pw_country *country)
{
    const struct pw_job_loss_params *params = &country->params->job_loss;
    const int num_markets = country->scenario->num_labour_markets;
    double scale[PW_NUM_CLASSES];
    double force = 0.0;

    for (int c = 0; c < PW_NUM_CLASSES; c++)
        scale[c] = country->now.labour_class_mix[c] / 100.0;
    for (int l = 0; l < num_markets; l++)
        force += (double) country->labour_force[l];
    for (int round = 0; round < 6; round++) {
        double total[PW_NUM_CLASSES] = { 0.0 };

        for (int l = 0; l < num_markets; l++) {
            double sum = 0.0;

            for (int c = 0; c < PW_NUM_CLASSES; c++)
                sum += scale[c] * (double) country->class_tilt[l * PW_NUM_CLASSES + c];
            for (int c = 0; c < PW_NUM_CLASSES; c++)
                total[c] += (double) country->labour_force[l] / (force > 0.0 ? force : 1.0)
                            * scale[c] * (double) country->class_tilt[l * PW_NUM_CLASSES + c] / sum;
        }
        for (int c = 0; c < PW_NUM_CLASSES; c++)
            if (total[c] > 0.0) scale[c] *= country->now.labour_class_mix[c] / 100.0 / total[c];
    }
    for (int l = 0; l < num_markets; l++) {
        const double unemployed = country->now.labour_unemployment[0] / 100.0
                                  * (1.0
                                      + (double) params->unemployment_spread
                                            * ((double) country->unemployment_ratio[l] - 1.0));
        double sum = 0.0;

        for (int c = 0; c < PW_NUM_CLASSES; c++)
            sum += scale[c] * (double) country->class_tilt[l * PW_NUM_CLASSES + c];
        for (int c = 0; c < PW_NUM_CLASSES; c++)
            country->jobs[l * PW_NUM_CLASSES + c] =
                (int64_t) ((double) country->labour_force[l] * (1.0 - unemployed) * scale[c]
                               * (double) country->class_tilt[l * PW_NUM_CLASSES + c] / sum
                           + 0.5);
    }
    add_policies(country);
}

/* Group places by labour market. */
static void
list_members(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;
    uint32_t count = 0;

    for (int l = 0; l < scenario->num_labour_markets; l++) {
        country->member_begin[l] = count;
        for (int p = 0; p < scenario->num_places; p++)
            if (scenario->places[p].labour_market == l) country->member[count++] = (uint16_t) p;
    }
    country->member_begin[scenario->num_labour_markets] = count;
}

static bool
has_tag(const struct pw_scenario *scenario, int place, const char *tag)
{
    for (int t = 0; t < scenario->num_tags; t++)
        if (strcmp(scenario->tags[t], tag) == 0) return scenario->places[place].tags >> t & 1;
    return false;
}

/* Residents: those of the region, shared between its places by their 16 and 17 year olds. */
static void
weigh_places(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;
    double residents = 0.0;

    for (int r = 0; r < scenario->num_regions; r++)
        residents += scenario->regions[r].input[PW_REGION_population];
    for (int r = 0; r < scenario->num_regions; r++) {
        double young = 0.0;

        for (int p = 0; p < scenario->num_places; p++)
            if (scenario->places[p].region == r)
                young += scenario->places[p].input[PW_PLACE_young_people_16_17];
        for (int p = 0; p < scenario->num_places; p++)
            if (scenario->places[p].region == r)
                country->place_weight[p] =
                    (float) (scenario->regions[r].input[PW_REGION_population] / residents
                             * scenario->places[p].input[PW_PLACE_young_people_16_17] / young);
    }
    for (int p = 0; p < scenario->num_places; p++)
        country->market_weight[country->labour_market[p]] += country->place_weight[p];
}

/* Standardised values of [num_places] numbers, weighted by residents. */
static void
standardise(const struct pw_country *country, float *value)
{
    double mean = 0.0, square = 0.0, sd;

    for (int p = 0; p < country->scenario->num_places; p++)
        mean += (double) country->place_weight[p] * (double) value[p];
    for (int p = 0; p < country->scenario->num_places; p++)
        square += (double) country->place_weight[p] * ((double) value[p] - mean)
                  * ((double) value[p] - mean);
    sd = sqrt(square);
    for (int p = 0; p < country->scenario->num_places; p++)
        value[p] = sd > 0.0 ? (float) (((double) value[p] - mean) / sd) : 0.0f;
}

static float
share(double percent)
{
    return pw_clamp((float) (percent / 100.0), 0.005f, 0.995f);
}

/* Attainment 8 of all pupils of a place. */
static float
attainment_of(const double *input)
{
    const double eligible = input[PW_PLACE_secondary_fsm_pct] / 100.0;

    return (float) (eligible * input[PW_PLACE_age16_attainment8_fsm]
                    + (1.0 - eligible) * input[PW_PLACE_age16_attainment8_other]);
}

static void
describe_places(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;
    float mean_attainment = 0.0f;

    for (int p = 0; p < scenario->num_places; p++) {
        const double *input = scenario->places[p].input;

        country->hardship[p] = pw_logit(share(input[PW_PLACE_children_low_income_pct]));
        country->affluence[p] = -pw_logit(share(input[PW_PLACE_secondary_fsm_pct]));
        country->standing[p] = country->affluence[p];
        country->attainment[p] = attainment_of(input) / country->params->gcse.attainment_sd;
        mean_attainment += country->place_weight[p] * country->attainment[p];
        country->is_london[p] = has_tag(scenario, p, "london");
        country->is_core_city[p] = has_tag(scenario, p, "core_city");
        country->is_rural[p] = has_tag(scenario, p, "rural");
    }
    for (int p = 0; p < scenario->num_places; p++)
        country->attainment[p] -= mean_attainment;
    standardise(country, country->hardship);
    standardise(country, country->standing);
    for (int l = 0; l < scenario->num_labour_markets; l++) {
        float mean = 0.0f;

        for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++)
            mean += country->place_weight[country->member[j]] / country->market_weight[l]
                    * country->affluence[country->member[j]];
        for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++)
            country->affluence[country->member[j]] -= mean;
    }
    standardise(country, country->affluence);
}

/* Where a place's pupils stand at 5, 11 and 16 against the country's pupils of their kind, SD. */
static void
attainment_gaps(const struct pw_country *country, int free_meals, float *gap)
{
    static const int inputs[PW_NUM_STAGES][2] = {
        { PW_PLACE_age5_good_level_of_development_other_pct,
            PW_PLACE_age5_good_level_of_development_fsm_pct },
        { PW_PLACE_age11_expected_rwm_other_pct, PW_PLACE_age11_expected_rwm_fsm_pct },
        { PW_PLACE_age16_attainment8_other, PW_PLACE_age16_attainment8_fsm }
    };
    const struct pw_scenario *scenario = country->scenario;

    for (int stage = 0; stage < PW_NUM_STAGES; stage++) {
        double sum = 0.0, weight = 0.0;

        for (int p = 0; p < scenario->num_places; p++) {
            const double *input = scenario->places[p].input;
            const double eligible = input[PW_PLACE_secondary_fsm_pct] / 100.0;
            const double w =
                input[PW_PLACE_young_people_16_17] * (free_meals ? eligible : 1.0 - eligible);
            const double published = input[inputs[stage][free_meals]];
            const float z = stage == PW_STAGE_SECONDARY
                                ? (float) published / country->params->gcse.attainment_sd
                                : pw_normal(share(published));

            gap[p * PW_NUM_STAGES + stage] = z;
            sum += w * (double) z;
            weight += w;
        }
        for (int p = 0; p < scenario->num_places; p++)
            gap[p * PW_NUM_STAGES + stage] -= (float) (sum / weight);
    }
}

/*
 * The pull of a place at each stage such that pupils who live there throughout end the stage at the
 * published gap: with yearly persistence r over n years, end = r^n start + (1 - r^n) pull.
 */
static void
school_effects(struct pw_country *country, const float *gap, int free_meals)
{
    static const int years[PW_NUM_STAGES] = { 5, 6, 5 };

    for (int p = 0; p < country->scenario->num_places; p++) {
        float start = 0.0f;

        for (int stage = 0; stage < PW_NUM_STAGES; stage++) {
            const float end = gap[p * PW_NUM_STAGES + stage] * country->params->school.place_share;
            float kept = 1.0f;

            for (int y = 0; y < years[stage]; y++)
                kept *= country->params->childhood.persistence[stage];
            country->school_effect[(p * PW_NUM_STAGES + stage) * 2 + free_meals] =
                (end - kept * start) / (1.0f - kept);
            start = end;
        }
    }
}

/* Share of jobs of each class in a labour market over the country's, from young workers and
 * parents. */
static void
tilt_classes(struct pw_country *country)
{
    static const int jobs[PW_NUM_CLASSES] = { PW_LABOUR_MARKET_young_jobs_lower_working_pct,
        PW_LABOUR_MARKET_young_jobs_higher_working_pct,
        PW_LABOUR_MARKET_young_jobs_intermediate_pct,
        PW_LABOUR_MARKET_young_jobs_lower_professional_pct,
        PW_LABOUR_MARKET_young_jobs_higher_professional_pct };
    const struct pw_scenario *scenario = country->scenario;
    double mean[PW_NUM_LABOUR_MARKET_INPUTS] = { 0.0 };

    for (int i = 0; i < PW_NUM_LABOUR_MARKET_INPUTS; i++)
        for (int l = 0; l < scenario->num_labour_markets; l++)
            mean[i] += (double) country->market_weight[l] * scenario->labour_markets[l].input[i];
    for (int l = 0; l < scenario->num_labour_markets; l++) {
        const double *input = scenario->labour_markets[l].input;

        for (int c = 0; c < PW_NUM_CLASSES; c++) {
            double tilt = input[jobs[c]] / mean[jobs[c]];

            if (c == PW_LOWER_WORKING)
                tilt = 0.5 * tilt
                       + 0.5 * input[PW_LABOUR_MARKET_parents_lower_working_pct]
                             / mean[PW_LABOUR_MARKET_parents_lower_working_pct];
            if (c == PW_HIGHER_PROFESSIONAL)
                tilt = 0.5 * tilt
                       + 0.5 * input[PW_LABOUR_MARKET_parents_higher_professional_pct]
                             / mean[PW_LABOUR_MARKET_parents_higher_professional_pct];
            country->class_tilt[l * PW_NUM_CLASSES + c] = (float) pw_maximum((float) tilt, 0.05f);
        }
        country->pay_level[l] = pw_log((float) (input[PW_LABOUR_MARKET_parents_pay_gbp_per_hour]
                                                / mean[PW_LABOUR_MARKET_parents_pay_gbp_per_hour]));
        country->unemployment_ratio[l] =
            (float) (input[PW_LABOUR_MARKET_youth_unemployment_16_24_pct]
                     / mean[PW_LABOUR_MARKET_youth_unemployment_16_24_pct]);
    }
}

static void
price_homes(struct pw_country *country)
{
    const struct pw_scenario *scenario = country->scenario;
    double mean = 0.0, residents = 0.0;

    for (int r = 0; r < scenario->num_regions; r++) {
        const double *input = scenario->regions[r].input;

        mean += input[PW_REGION_population] * input[PW_REGION_house_price_to_earnings];
        residents += input[PW_REGION_population];
    }
    for (int r = 0; r < scenario->num_regions; r++)
        country->home_price[r] =
            (float) (scenario->regions[r].input[PW_REGION_house_price_to_earnings]
                     / (mean / residents));
}

/* Cumulative chance of each place of a labour market: residents, tilted by affluence for the
 * classes. */
static void
sort_residents(struct pw_country *country)
{
    const int num_places = country->scenario->num_places;

    for (int class = 0; class < PW_NUM_CLASS_CODES; class ++) {
        const float slope = class == PW_NO_CLASS ? 0.0f
                                                 : country->params->moves.sorting
                                                       * (float) (class - PW_INTERMEDIATE) * 0.5f;
        float *chance = &country->destination[class * num_places];

        for (int l = 0; l < country->scenario->num_labour_markets; l++) {
            float sum = 0.0f;

            for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++) {
                const uint16_t p = country->member[j];

                sum += country->place_weight[p] * pw_exp(slope * country->affluence[p]);
                chance[j] = sum;
            }
            for (uint32_t j = country->member_begin[l]; j < country->member_begin[l + 1]; j++)
                chance[j] /= sum;
        }
    }
}

static pw_status
allocate(struct pw_country *country)
{
    pw_status status = PW_OK;
    const size_t places = (size_t) country->scenario->num_places;
    const size_t markets = (size_t) country->scenario->num_labour_markets;
    const size_t policies = (size_t) country->scenario->num_policies;

    PW_TRY(pw_alloc(places, sizeof(uint16_t), &country->labour_market));
    PW_TRY(pw_alloc(places, sizeof(uint8_t), &country->region));
    PW_TRY(pw_alloc(places * PW_NUM_STAGES * 2, sizeof(float), &country->school_effect));
    PW_TRY(pw_alloc(places, sizeof(float), &country->voice));
    PW_TRY(pw_alloc(places, sizeof(float), &country->hardship));
    PW_TRY(pw_alloc(places, sizeof(float), &country->affluence));
    PW_TRY(pw_alloc(places, sizeof(float), &country->standing));
    PW_TRY(pw_alloc(places, sizeof(float), &country->attainment));
    PW_TRY(pw_alloc(places, sizeof(float), &country->place_weight));
    PW_TRY(pw_alloc(places * PW_NUM_CLASS_CODES, sizeof(float), &country->destination));
    PW_TRY(pw_alloc(markets + 1, sizeof(uint32_t), &country->member_begin));
    PW_TRY(pw_alloc(places, sizeof(uint16_t), &country->member));
    PW_TRY(pw_alloc(markets, sizeof(float), &country->market_weight));
    PW_TRY(pw_alloc(markets, sizeof(float), &country->pay_level));
    PW_TRY(pw_alloc(markets, sizeof(float), &country->unemployment_ratio));
    PW_TRY(pw_alloc(markets * PW_NUM_CLASSES, sizeof(float), &country->class_tilt));
    PW_TRY(pw_alloc((size_t) country->scenario->num_regions, sizeof(float), &country->home_price));
    PW_TRY(pw_alloc(places, sizeof(uint8_t), &country->is_london));
    PW_TRY(pw_alloc(places, sizeof(uint8_t), &country->is_core_city));
    PW_TRY(pw_alloc(places, sizeof(uint8_t), &country->is_rural));
    PW_TRY(pw_alloc(markets * PW_NUM_CLASSES, sizeof(float), &country->job_cut));
    PW_TRY(pw_alloc(markets * PW_NUM_CLASSES, sizeof(int64_t), &country->jobs));
    PW_TRY(pw_alloc(markets * PW_NUM_CLASSES, sizeof(int64_t), &country->held));
    PW_TRY(pw_alloc(markets, sizeof(int64_t), &country->labour_force));
    PW_TRY(pw_alloc(markets, sizeof(float), &country->tightness));
    PW_TRY(pw_alloc(markets, sizeof(float), &country->professional_share));
    PW_TRY(pw_alloc(places * PW_NUM_SEEN, sizeof(float), &country->route_seen));
#define MARKET(name, process, size, kinds, capacity, rank)                                         \
    PW_TRY(pw_market_init(&country->name, size));
#include "pathways/markets.def"
    PW_TRY(pw_alloc(
        (size_t) country->scenario->num_regions * 2 * markets, sizeof(float), &country->gravity));
    PW_TRY(pw_alloc(policies, sizeof *country->policy, &country->policy));
    for (size_t i = 0; i < policies; i++) {
        PW_TRY(pw_alloc(places, sizeof(int64_t), &country->policy[i].reached));
        PW_TRY(pw_alloc(places, sizeof(float), &country->policy[i].coverage));
    }
    country->sum_size = pw_country_tally_size(country->scenario);
    PW_TRY(pw_alloc(country->sum_size, sizeof(int64_t), &country->sum));
done:
    return status;
}

size_t
pw_country_tally_size(const struct pw_scenario *scenario)
{
    const size_t by_place = (size_t) scenario->num_places * 16;
    const size_t by_market = (size_t) scenario->num_labour_markets * 4 * PW_NUM_CLASSES;
    const size_t by_age = (PW_MAX_AGE + 1) * PW_NUM_BIRTH_CELLS + 8;
    size_t size = 2048; /* histograms */

    size = by_place > size ? by_place : size;
    size = by_market > size ? by_market : size;
    return by_age > size ? by_age : size;
}

double
pw_country_people_each(const struct pw_scenario *scenario)
{
    const struct pw_path *const residents = &scenario->paths[PW_PATH_population_residents];
    double people = NAN;

    if (residents->num_knots > 0) pw_path_at(residents, scenario->run.start_year, &people);
    return people / (double) scenario->run.persons;
}

pw_status
pw_country_init(struct pw_country *country, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;
    float *gap = NULL;

    memset(country, 0, sizeof *country);
    country->scenario = scenario;
    country->params = &scenario->params;
    country->rng = pw_rng_make((uint64_t) scenario->run.seed, (uint32_t) scenario->run.replicate);
    PW_TRY(allocate(country));
    pw_country_open_year(country, scenario->run.start_year);
    country->people_each = pw_country_people_each(scenario);
    for (int p = 0; p < scenario->num_places; p++) {
        country->labour_market[p] = (uint16_t) scenario->places[p].labour_market;
        country->region[p] = (uint8_t) scenario->places[p].region;
    }
    list_members(country);
    weigh_places(country);
    describe_places(country);
    PW_TRY(pw_alloc((size_t) scenario->num_places * PW_NUM_STAGES, sizeof *gap, &gap));
    for (int free_meals = 0; free_meals < 2; free_meals++) {
        attainment_gaps(country, free_meals, gap);
        school_effects(country, gap, free_meals);
    }
    tilt_classes(country);
    price_homes(country);
    sort_residents(country);
    for (int l = 0; l < scenario->num_labour_markets; l++)
        country->tightness[l] = 0.95f;
    country->median_income = 14000.0f; /* until families are first counted, before anybody asks */
done:
    pw_free(&gap);
    return status;
}

/* The counts of a market; its cut-offs are sought anew before anybody reads them. */
static pw_status
visit_market(struct pw_market *market,
    pw_status (*visit)(void *context, const char *name, void *data, size_t size), void *context)
{
    pw_status status = PW_OK;
    const size_t size = market->num_markets * sizeof(int64_t);

    PW_TRY(visit(context, "country/capacity", market->capacity, size));
    PW_TRY(visit(context, "country/asked", market->asked, size));
    PW_TRY(visit(context, "country/taken", market->taken, size));
    PW_TRY(visit(context, "country/cutoff", market->cutoff, size));
done:
    return status;
}

pw_status
pw_country_visit(struct pw_country *country,
    pw_status (*visit)(void *context, const char *name, void *data, size_t size), void *context)
{
    pw_status status = PW_OK;
    const size_t places = (size_t) country->scenario->num_places;
    const size_t markets = (size_t) country->scenario->num_labour_markets;
    const size_t regions = (size_t) country->scenario->num_regions;
    const size_t jobs = markets * PW_NUM_CLASSES;
    struct pw_market *const cleared[] = { &country->post16, &country->university,
        &country->apprenticeship, &country->enrolment, &country->vacancy };

#define VISIT(member, count)                                                                       \
    PW_TRY(visit(context, "country/" #member, country->member, (count) * sizeof *country->member))
#define VISIT_ONE(member)                                                                          \
    PW_TRY(visit(context, "country/" #member, &country->member, sizeof country->member))
    VISIT_ONE(couple_correlation);
    VISIT_ONE(birth_chance);
    VISIT_ONE(median_income);
    VISIT_ONE(free_meals_line);
    VISIT_ONE(exam_mean);
    VISIT_ONE(exam_sd);
    VISIT_ONE(exam_level2);
    VISIT_ONE(exam_any);
    VISIT(job_cut, jobs);
    VISIT(jobs, jobs);
    VISIT(held, jobs);
    VISIT(labour_force, markets);
    VISIT(tightness, markets);
    VISIT(professional_share, markets);
    VISIT(gravity, regions * 2 * markets);
    VISIT(route_seen, places * PW_NUM_SEEN);
    VISIT(voice, places);
#undef VISIT
#undef VISIT_ONE
    for (size_t m = 0; m < sizeof cleared / sizeof *cleared; m++)
        PW_TRY(visit_market(cleared[m], visit, context));
done:
    return status;
}

void
pw_country_free(struct pw_country *country)
{
    pw_free(&country->labour_market);
    pw_free(&country->region);
    pw_free(&country->school_effect);
    pw_free(&country->hardship);
    pw_free(&country->affluence);
    pw_free(&country->standing);
    pw_free(&country->attainment);
    pw_free(&country->place_weight);
    pw_free(&country->destination);
    pw_free(&country->member_begin);
    pw_free(&country->member);
    pw_free(&country->market_weight);
    pw_free(&country->pay_level);
    pw_free(&country->unemployment_ratio);
    pw_free(&country->class_tilt);
    pw_free(&country->home_price);
    pw_free(&country->is_london);
    pw_free(&country->is_core_city);
    pw_free(&country->is_rural);
    pw_free(&country->job_cut);
    pw_free(&country->jobs);
    pw_free(&country->held);
    pw_free(&country->labour_force);
    pw_free(&country->tightness);
    pw_free(&country->professional_share);
    pw_free(&country->route_seen);
#define MARKET(name, process, size, kinds, capacity, rank) pw_market_free(&country->name);
#include "pathways/markets.def"
    pw_free(&country->gravity);
    for (int i = 0; country->policy != NULL && i < country->scenario->num_policies; i++) {
        pw_free(&country->policy[i].reached);
        pw_free(&country->policy[i].coverage);
    }
    pw_free(&country->policy);
    pw_free(&country->voice);
    pw_free(&country->sum);
    memset(country, 0, sizeof *country);
}

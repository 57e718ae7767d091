/*
 * The whole simulator beside textbook formulas, one life at a time: autoregression, two-state
 * chains, unemployment, logit choices, log-normal pay, couples, fertility.
 *
 * SPDX-License-Identifier: MIT
 * ctest-label: slow
 */
#include <criterion/criterion.h>
#include <stddef.h>

#include "closed_world.h"

TestSuite(closed_forms, .timeout = 300);

static struct small_life life;

/* --- Values of the founders, who keep their rows ------------------------------------------ */

static size_t num_founders[64];

static void
begin(int num_years, const struct closed_switches *switches)
{
    closed_begin(&life, num_years, switches);
    cr_assert_leq(life.world.num_shards, sizeof num_founders / sizeof *num_founders);
    for (size_t s = 0; s < life.world.num_shards; s++)
        num_founders[s] = life.world.shards[s].num_rows;
}

static size_t
count_founders(void)
{
    size_t count = 0;

    for (size_t s = 0; s < life.world.num_shards; s++)
        count += num_founders[s];
    return count;
}

/* A column of floats, founders of all shards one after the other; released with pw_free. */
static float *
take(size_t offset)
{
    float *values = NULL;
    size_t count = 0;

    cr_assert_eq(pw_alloc(count_founders(), sizeof *values, &values), PW_OK);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const float *column;

        memcpy(&column, (const char *) &life.world.shards[s] + offset, sizeof column);
        memcpy(values + count, column, num_founders[s] * sizeof *values);
        count += num_founders[s];
    }
    return values;
}

#define TAKE(column) take(offsetof(struct pw_shard, column))

/* The same of a column of bytes. */
static uint8_t *
take_bytes(size_t offset)
{
    uint8_t *values = NULL;
    size_t count = 0;

    cr_assert_eq(pw_alloc(count_founders(), sizeof *values, &values), PW_OK);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const uint8_t *column;

        memcpy(&column, (const char *) &life.world.shards[s] + offset, sizeof column);
        memcpy(values + count, column, num_founders[s] * sizeof *values);
        count += num_founders[s];
    }
    return values;
}

#define TAKE_BYTES(column) take_bytes(offsetof(struct pw_shard, column))

/* --- Theory and its standard errors ------------------------------------------------------- */

/* The variance of normal values. */
static void
variance_agrees(const char *what, const float *x, size_t count, double theory)
{
    closed_agrees(what, small_covariance(x, x, count), theory, theory * sqrt(2.0 / (double) count));
}

/* The correlation of bivariate normal values. */
static void
correlation_agrees(const char *what, const float *x, const float *y, size_t count, double theory)
{
    closed_agrees(what, small_correlation(x, y, count), theory,
        (1.0 - theory * theory) / sqrt((double) count));
}

/* The mean of values with a variance. */
static void
mean_agrees(const char *what, const float *x, size_t count, double theory, double variance)
{
    closed_agrees(what, small_mean(x, count), theory, sqrt(variance / (double) count));
}

static void
share_agrees(const char *what, size_t hits, size_t count, double theory)
{
    closed_agrees(what, (double) hits / (double) count, theory,
        sqrt(theory * (1.0 - theory) / (double) count));
}

/* --- Autoregression ----------------------------------------------------------------------- */

Test(closed_forms, self_efficacy_and_belonging_are_stationary_autoregressions)
{
    const double kept = 0.8, noise = 0.4, steady = noise * noise / (1.0 - kept * kept);

    begin(30, &(struct closed_switches){ { "run.persons=250000", "inner_life.persistence=0.8",
                  "inner_life.noise=0.4", "inner_life.belonging_base=0.1" } });
    closed_live(&life, 27);

    const size_t count = count_founders();
    float *efficacy = TAKE(self_efficacy), *belonging = TAKE(belonging);

    closed_live(&life, 3);

    float *efficacy_later = TAKE(self_efficacy), *belonging_later = TAKE(belonging);

    cr_assert_geq(count, 200000);
    mean_agrees("mean self-efficacy", efficacy_later, count, 0.0, steady);
    mean_agrees("mean belonging with drift", belonging_later, count, 0.1 / (1.0 - kept), steady);
    variance_agrees("variance of self-efficacy", efficacy_later, count, steady);
    variance_agrees("variance of belonging", belonging_later, count, steady);
    correlation_agrees(
        "self-efficacy three years on", efficacy, efficacy_later, count, pow(kept, 3));
    correlation_agrees("belonging three years on", belonging, belonging_later, count, pow(kept, 3));
    correlation_agrees("self-efficacy and belonging", efficacy_later, belonging_later, count, 0.0);
    pw_free(&efficacy);
    pw_free(&belonging);
    pw_free(&efficacy_later);
    pw_free(&belonging_later);
    small_end(&life);
}

/* w' = k w + (1 - k) (m + g b') + e, where b' = r b + d: an autoregression driven by another. */
Test(closed_forms, wellbeing_driven_by_belonging_has_the_spread_of_the_two_equations)
{
    const double k = 0.5, g = 1.0, noise = 0.5;
    const double r = 0.8, driver = 0.4 * 0.4 / (1.0 - r * r);
    const double shared = (1.0 - k) * g * driver / (1.0 - k * r);
    const double spread = (noise * noise + (1.0 - k) * (1.0 - k) * g * g * driver
                              + 2.0 * k * (1.0 - k) * g * r * shared)
                          / (1.0 - k * k);

    begin(30, &(struct closed_switches){
                  { "run.persons=250000", "inner_life.persistence=0.8", "inner_life.noise=0.4",
                      "inner_life.wellbeing_base=5", "inner_life.wellbeing_belonging=1",
                      "inner_life.wellbeing_persistence=0.5", "inner_life.wellbeing_noise=0.5" } });
    closed_live(&life, 30);

    const size_t count = count_founders();
    float *belonging = TAKE(belonging), *wellbeing = TAKE(wellbeing);

    cr_assert_geq(count, 200000);
    mean_agrees("mean wellbeing", wellbeing, count, 5.0, spread);
    variance_agrees("variance of wellbeing", wellbeing, count, spread);
    correlation_agrees(
        "wellbeing and belonging", wellbeing, belonging, count, shared / sqrt(spread * driver));
    pw_free(&belonging);
    pw_free(&wellbeing);
    small_end(&life);
}

/* --- Pay ---------------------------------------------------------------------------------- */

/* Log pay now and three years on of everyone, after so many years. */
static void
live_on_pay(int num_years, const struct closed_switches *switches, float **pay, float **later)
{
    begin(num_years, switches);
    closed_live(&life, num_years - 3);
    *pay = TAKE(pay);
    closed_live(&life, 3);
    *later = TAKE(pay);
}

Test(closed_forms, pay_is_a_persistent_and_a_transitory_part)
{
    const double kept = 0.8, persistent = 0.15 * 0.15 / (1.0 - kept * kept), passing = 0.1 * 0.1;
    const double all = persistent + passing;
    float *pay, *later;

    live_on_pay(30,
        &(struct closed_switches){ { "run.persons=250000", "pay.persistence=0.8",
            "pay.persistent_sd=0.15", "pay.transitory_sd=0.1" } },
        &pay, &later);

    const size_t count = count_founders();

    cr_assert_geq(count, 200000);
    mean_agrees("mean log pay", later, count, 2.5, all);
    variance_agrees("variance of log pay", later, count, all);
    /* A single year's pay tells less of that three years on than lasting pay would. */
    correlation_agrees(
        "log pay three years on", pay, later, count, pow(kept, 3) * persistent / all);
    pw_free(&pay);
    pw_free(&later);
    small_end(&life);
}

Test(closed_forms, pay_that_forgets_nothing_spreads_by_as_much_every_year)
{
    const double start = 0.2 * 0.2, step = 0.1 * 0.1; /* founders have a spread of 0.2 */
    float *pay, *later;

    live_on_pay(15,
        &(struct closed_switches){
            { "run.persons=250000", "pay.persistence=1", "pay.persistent_sd=0.1" } },
        &pay, &later);

    const size_t count = count_founders();

    cr_assert_geq(count, 200000);
    variance_agrees("variance of log pay after 12 years", pay, count, start + 12.0 * step);
    variance_agrees("variance of log pay after 15 years", later, count, start + 15.0 * step);
    correlation_agrees("log pay three years on", pay, later, count,
        sqrt((start + 12.0 * step) / (start + 15.0 * step)));
    pw_free(&pay);
    pw_free(&later);
    small_end(&life);
}

static int
compare(const void *a, const void *b)
{
    const float x = *(const float *) a, y = *(const float *) b;

    return (x > y) - (x < y);
}

/* A quantile of log-normal values estimated from a sorted sample has this error in its log. */
static double
quantile_error(double z, double sd, size_t count)
{
    const double pi = acos(-1.0), p = 0.5 * erfc(-z / sqrt(2.0));
    const double density = exp(-0.5 * z * z) / sqrt(2.0 * pi) / sd;

    return sqrt(p * (1.0 - p) / (double) count) / density;
}

Test(closed_forms, inequality_of_log_normal_pay_follows_from_its_spread)
{
    const double sd = 0.5, z = 1.2815515655446004;
    float *pay, *later;

    live_on_pay(4,
        &(struct closed_switches){ { "run.persons=250000", "pay.persistence=0",
            "pay.persistent_sd=0.4", "pay.transitory_sd=0.3" } },
        &pay, &later);

    const size_t count = count_founders();
    double sum = 0.0, ranked = 0.0;

    cr_assert_geq(count, 200000);
    qsort(later, count, sizeof *later, compare);
    for (size_t i = 0; i < count; i++) {
        sum += exp((double) later[i]);
        ranked += ((double) i + 0.5) * exp((double) later[i]);
    }
    /* Lower and upper decile move together by chance: their correlation is 1/9. */
    closed_agrees("log of P90 / P10", (double) later[count * 9 / 10] - (double) later[count / 10],
        2.0 * z * sd, quantile_error(z, sd, count) * sqrt(2.0 - 2.0 / 9.0));
    closed_agrees("mean over median", sum / (double) count / exp((double) later[count / 2]),
        exp(0.5 * sd * sd),
        exp(0.5 * sd * sd)
            * sqrt((exp(sd * sd) - 1.0 - sd * sd) / (double) count
                   + pow(quantile_error(0.0, sd, count), 2.0)));
    /* Var of the Gini coefficient, dG/dsd times the error of the spread, is less than the truth by
     * little: 1.1 covers what the sample mean adds. */
    closed_agrees("Gini coefficient", 2.0 * ranked / (double) count / sum - 1.0, erf(sd / 2.0),
        1.1 * exp(-0.25 * sd * sd) / sqrt(acos(-1.0)) * sd / sqrt(2.0 * (double) count));
    pw_free(&pay);
    pw_free(&later);
    small_end(&life);
}

/* --- Chains of two states ----------------------------------------------------------------- */

static size_t
count_state(const uint8_t *state, size_t count, uint8_t wanted)
{
    size_t hits = 0;

    for (size_t i = 0; i < count; i++)
        hits += state[i] == wanted;
    return hits;
}

Test(closed_forms, who_is_out_of_the_labour_force_is_a_chain_of_two_states)
{
    const double leave = 1.0 / (1.0 + exp(3.0)), back = 1.0 / (1.0 + exp(1.5));
    const double steady = leave / (leave + back), memory = pow(1.0 - leave - back, 2);

    begin(40, &(struct closed_switches){ { "run.persons=250000", "participation.leave_class=0",
                  "participation.leave_base=-3", "participation.return_base=-1.5" } });
    closed_live(&life, 25);

    const size_t count = count_founders();
    uint8_t *before = TAKE_BYTES(state);

    closed_live(&life, 2);

    uint8_t *after = TAKE_BYTES(state);
    const size_t out = count_state(before, count, PW_INACTIVE);
    size_t stayed = 0;

    for (size_t i = 0; i < count; i++)
        stayed += before[i] == PW_INACTIVE && after[i] == PW_INACTIVE;
    cr_assert_geq(count, 200000);
    share_agrees("out of the labour force", count_state(after, count, PW_INACTIVE), count, steady);
    share_agrees("out of it two years later too", stayed, out, steady + (1.0 - steady) * memory);
    cr_assert_eq(count_state(after, count, PW_UNEMPLOYED), 0);
    pw_free(&before);
    pw_free(&after);
    small_end(&life);
}

Test(closed_forms, owning_a_home_is_a_chain_of_two_states)
{
    const double buy = 1.0 / (1.0 + exp(1.5)), sell = 0.1;
    const double steady = buy / (buy + sell), kept = pow(1.0 - buy - sell, 3);
    size_t both = 0, owned = 0, owns = 0;

    begin(27, &(struct closed_switches){
                  { "run.persons=250000", "home.base=-1.5", "home.give_up=0.1" } });
    closed_live(&life, 24);

    const size_t count = count_founders();
    uint8_t *before = TAKE_BYTES(owner);

    closed_live(&life, 3);

    uint8_t *after = TAKE_BYTES(owner);

    for (size_t i = 0; i < count; i++) {
        owned += before[i];
        owns += after[i];
        both += before[i] & after[i];
    }
    cr_assert_geq(count, 200000);
    share_agrees("owners", owns, count, steady);
    share_agrees("owners three years later too", both, owned, steady + (1.0 - steady) * kept);
    pw_free(&before);
    pw_free(&after);
    small_end(&life);
}

/* Deaths come before separations in the year, and those who are alone stay so. */
Test(closed_forms, couples_last_as_long_as_death_and_separation_let_them)
{
    const double dies = 0.01, parts = 0.02 * 2.5;
    const int num_years = 10;
    size_t couples = 0, intact = 0, alive = 0;

    begin(num_years,
        &(struct closed_switches){ { "run.persons=250000", "founders.couple_share=1",
            "founders.age_share=0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,0", "mortality.men_ratio=1",
            "population.mortality=10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10",
            "family.divorce=20", "couples.separation_ratio=2.5", "couples.separation_fall=0" } });
    for (size_t s = 0; s < life.world.num_shards; s++)
        for (size_t i = 0; i < num_founders[s]; i++)
            couples += life.world.shards[s].partner[i] > (int32_t) i;
    closed_live(&life, num_years);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];
        const struct pw_range adults = pw_shard_ages(shard, life.world.year, 20, PW_MAX_AGE);

        for (size_t i = adults.begin; i < adults.end; i++) {
            alive += pw_state_is_present(shard->state[i]);
            intact += pw_state_is_present(shard->state[i]) && shard->partner[i] > (int32_t) i;
        }
    }
    cr_assert_geq(2 * couples, 200000);
    share_agrees("alive after ten years", alive, count_founders(), pow(1.0 - dies, num_years));
    share_agrees("couples that are left", intact, couples,
        pow((1.0 - dies) * (1.0 - dies) * (1.0 - parts), num_years));
    small_end(&life);
}

/*
 * Each year a share s of jobs ends, and as many seekers as there are jobs are hired: with
 * unemployment u, a share f = s (1 - u) / (u + s (1 - u)) of those who look, so that u = s' / (s' +
 * f), where s' = s (1 - f) of the employed are without work at the end of the year.
 */
Test(closed_forms, unemployment_is_what_flows_in_and_out_make_it_and_spells_are_geometric)
{
    const double s = 0.06, u = 0.1, f = s * (1.0 - u) / (u + s * (1.0 - u));
    size_t stayed = 0, lost = 0, long_spells = 0;
    double years = 0.0;

    begin(15, &(struct closed_switches){ { "run.persons=250000", "labour.unemployment=10",
                  "job_loss.rate=0.06,0.06,0.06,0.06,0.06" } });
    closed_live(&life, 14);

    const size_t count = count_founders();
    uint8_t *before = TAKE_BYTES(state);

    closed_live(&life, 1);

    uint8_t *after = TAKE_BYTES(state), *spell = TAKE_BYTES(spell);
    const size_t out = count_state(after, count, PW_UNEMPLOYED);
    const size_t was_out = count_state(before, count, PW_UNEMPLOYED);

    for (size_t i = 0; i < count; i++) {
        if (after[i] != PW_UNEMPLOYED) continue;
        stayed += before[i] == PW_UNEMPLOYED;
        lost += before[i] == PW_EMPLOYED;
        long_spells += spell[i] >= 3;
        years += (double) spell[i];
    }
    cr_assert_geq(count, 200000);
    share_agrees("unemployed", out, count, u);
    share_agrees("unemployed who stay so", stayed, was_out, 1.0 - f);
    share_agrees("employed who are unemployed a year on", lost, count - was_out, s * (1.0 - f));
    share_agrees("spells of three years and more", long_spells, out, pow(1.0 - f, 3));
    closed_agrees("mean of whole years out of work", years / (double) out, (1.0 - f) / f,
        sqrt((1.0 - f) / (f * f) / (double) out));
    pw_free(&before);
    pw_free(&after);
    pw_free(&spell);
    small_end(&life);
}

/* --- Choice after school ------------------------------------------------------------------ */

enum { SIXTH_FORM, COLLEGE, ADVANCED, INTERMEDIATE, WORK, NEITHER, NUM_OPTIONS };

static int
option_of(uint8_t state)
{
    switch (state) {
    case PW_SIXTH_FORM:
        return SIXTH_FORM;
    case PW_FURTHER_EDUCATION:
        return COLLEGE;
    case PW_APPRENTICESHIP_ADVANCED:
        return ADVANCED;
    case PW_APPRENTICESHIP_INTERMEDIATE:
        return INTERMEDIATE;
    case PW_INACTIVE:
        return NEITHER;
    default:
        return WORK;
    }
}

static const char *const option_names[NUM_OPTIONS] = { "sixth form", "college",
    "advanced apprenticeship", "intermediate apprenticeship", "work", "neither" };

/* What is observed of an option and what theory expects of it; and the same times a covariate. */
struct score {
    double observed, expected, variance;
};

static void
add_score(struct score *score, bool chosen, double chance, double weight)
{
    score->observed += chosen ? weight : 0.0;
    score->expected += chance * weight;
    score->variance += chance * (1.0 - chance) * weight * weight;
}

static void
scores_agree(const char *what, const struct score *score, size_t count)
{
    const double n = (double) count;

    for (int option = 0; option < NUM_OPTIONS; option++) {
        char text[96];

        (void) snprintf(text, sizeof text, "%s: %s", what, option_names[option]);
        closed_agrees(text, score[option].observed / n, score[option].expected / n,
            sqrt(score[option].variance) / n);
    }
}

/* Shares by the multinomial logit of the base utilities, a slope in attainment, and one for women.
 */
static void
choose(const double *base, const double *slope, const double *women, double attainment, bool woman,
    double *chance)
{
    double sum = 0.0;

    for (int option = 0; option < NUM_OPTIONS; option++) {
        chance[option] =
            exp(base[option] + slope[option] * attainment + (woman ? women[option] : 0.0));
        sum += chance[option];
    }
    for (int option = 0; option < NUM_OPTIONS; option++)
        chance[option] /= sum;
}

/* Fifteen years of school leavers, for all of whom there is room everywhere. */
Test(closed_forms, with_room_for_everyone_the_routes_at_16_have_the_shares_of_a_logit)
{
    static const double base[NUM_OPTIONS] = { 0.5, 1.0, -1.0, -0.5, 0.0, -1.5 };
    static const double slope[NUM_OPTIONS] = { 1.5, -0.25, 0.5, 0.0, -0.5, -1.0 };
    static const double women[NUM_OPTIONS] = { 0.5, 0.0, -0.5, -0.25, 0.0, 0.25 };
    struct score share[NUM_OPTIONS] = { 0 }, by_attainment[NUM_OPTIONS] = { 0 };
    struct score of_women[NUM_OPTIONS] = { 0 };
    size_t count = 0;

    begin(15, &(struct closed_switches){
                  { "run.persons=220000", "founders.age_share=1,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
                      "post16.sixth_form_places=100", "post16.college_places=100",
                      "apprenticeship.starts_young=100", "post16.base=0.5,1,-1,-0.5,0,-1.5",
                      "post16.attainment=1.5,-0.25,0.5,0,-0.5,-1",
                      "post16.women=0.5,0,-0.5,-0.25,0,0.25", "childhood.noise=0.3,0.3,0.3" } });
    for (int year = 0; year < 15; year++) {
        closed_live(&life, 1);
        for (size_t s = 0; s < life.world.num_shards; s++) {
            const struct pw_shard *shard = &life.world.shards[s];
            const struct pw_range leavers = pw_shard_ages(shard, life.world.year, 16, 16);

            for (size_t i = leavers.begin; i < leavers.end; i++) {
                const double attainment = ((double) shard->attainment[i] - 46.0) / 18.0;
                const bool woman = shard->sex[i] == PW_FEMALE;
                const int option = option_of(shard->state[i]);
                double chance[NUM_OPTIONS];

                choose(base, slope, women, attainment, woman, chance);
                for (int o = 0; o < NUM_OPTIONS; o++) {
                    add_score(&share[o], o == option, chance[o], 1.0);
                    add_score(&by_attainment[o], o == option, chance[o], attainment);
                    add_score(&of_women[o], o == option, chance[o], woman ? 1.0 : 0.0);
                }
                count++;
            }
        }
    }
    cr_assert_geq(count, 200000);
    scores_agree("share", share, count);
    scores_agree("share times attainment", by_attainment, count);
    scores_agree("share of women", of_women, count);
    small_end(&life);
}

Test(closed_forms, who_leaves_the_labour_force_is_a_logit_of_self_efficacy)
{
    const double base = -2.0, slope = 0.8;
    double left = 0.0, expected = 0.0, variance = 0.0;
    double left_by = 0.0, expected_by = 0.0, variance_by = 0.0;

    begin(4, &(struct closed_switches){ { "run.persons=250000", "participation.leave_class=0",
                 "participation.leave_base=-2", "participation.leave_efficacy=0.8",
                 "inner_life.persistence=0.8", "inner_life.noise=0.4" } });
    closed_live(&life, 3);

    const size_t count = count_founders();
    uint8_t *before = TAKE_BYTES(state);
    float *efficacy = TAKE(self_efficacy); /* it is felt the year after */

    closed_live(&life, 1);

    uint8_t *after = TAKE_BYTES(state);

    for (size_t i = 0; i < count; i++) {
        const double x = (double) efficacy[i], chance = 1.0 / (1.0 + exp(slope * x - base));
        const double leaves = after[i] == PW_INACTIVE ? 1.0 : 0.0;

        if (before[i] != PW_EMPLOYED) continue;
        left += leaves;
        expected += chance;
        variance += chance * (1.0 - chance);
        left_by += leaves * x;
        expected_by += chance * x;
        variance_by += chance * (1.0 - chance) * x * x;
    }
    cr_assert_geq(count, 200000);
    closed_agrees("leavers in all", left, expected, sqrt(variance));
    closed_agrees("their self-efficacy in all", left_by, expected_by, sqrt(variance_by));
    pw_free(&before);
    pw_free(&efficacy);
    pw_free(&after);
    small_end(&life);
}

/* --- Births ------------------------------------------------------------------------------- */

/* Every age from 15 to 45 has its chance of a birth, and the chances add up to total fertility, so
 * a woman's children are a sum of independent draws. */
Test(closed_forms, women_bear_as_many_children_as_the_rates_of_their_ages_add_up_to)
{
    const double fertility = 2.0, mean = 26.0, sd = 7.0, girls = 0.488;
    const double all = erfc((mean - 46.0) / sd / sqrt(2.0)) - erfc((mean - 15.0) / sd / sqrt(2.0));
    double variance = 0.0, childless = 1.0;
    size_t women = 0, without = 0, children = 0, daughters = 0;

    for (int age = 15; age <= 45; age++) {
        const double rate =
            fertility / all
            * (erfc((mean - age - 1.0) / sd / sqrt(2.0)) - erfc((mean - age) / sd / sqrt(2.0)));

        variance += rate * (1.0 - rate);
        childless *= 1.0 - rate;
    }
    begin(36, &(struct closed_switches){
                  { "run.persons=225000", "founders.age_share=0,0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0",
                      "family.fertility=2", "family.birth_age=26", "births.age_sd=7" } });
    closed_live(&life, 36);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];

        for (size_t i = 0; i < num_founders[s]; i++) {
            if (shard->sex[i] != PW_FEMALE) continue;
            women++;
            children += shard->num_children[i];
            without += shard->num_children[i] == 0;
        }
        for (size_t i = num_founders[s]; i < shard->num_rows; i++)
            daughters += shard->sex[i] == PW_FEMALE && (size_t) shard->mother[i] < num_founders[s];
    }
    cr_assert_geq(children, 200000);
    closed_agrees("children of a woman", (double) children / (double) women, fertility,
        sqrt(variance / (double) women));
    share_agrees("childless", without, women, childless);
    closed_agrees("daughters of a woman", (double) daughters / (double) women, girls * fertility,
        sqrt(girls * girls * variance + girls * (1.0 - girls) * fertility) / sqrt((double) women));
    small_end(&life);
}

/* Of those with a share g and a fertility of r times that of others a share g r / (g r + 1 - g) of
 * all children come: the origins of a generation weigh its parents by fertility. */
Test(closed_forms, origins_are_the_shares_of_parents_weighted_by_their_fertility)
{
    const double ratio = 0.5;
    size_t graduates = 0, women = 0, children = 0, of_graduates = 0;

    begin(18, &(struct closed_switches){
                  { "run.persons=200000", "founders.qualification_first=0.6,0,0,0,0.4,0",
                      "founders.qualification_last=0.6,0,0,0,0.4,0", "births.graduate_ratio=0.5",
                      "births.graduate_delay=0", "births.age_sd=3", "family.fertility=3",
                      "family.birth_age=27" } });
    closed_live(&life, 18);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];

        for (size_t i = 0; i < num_founders[s]; i++) {
            if (shard->sex[i] != PW_FEMALE) continue;
            women++;
            graduates += shard->qualification[i] == PW_FIRST_DEGREE;
        }
        for (size_t i = num_founders[s]; i < shard->num_rows; i++) {
            const size_t mother = (size_t) shard->mother[i];

            if (mother >= num_founders[s]) continue; /* a grandchild */
            children++;
            of_graduates += shard->qualification[mother] == PW_FIRST_DEGREE;
        }
    }
    cr_assert_geq(children, 200000);

    const double weighted = ratio * (double) graduates / (double) women;

    share_agrees("children of graduates", of_graduates, children,
        weighted / (weighted + 1.0 - (double) graduates / (double) women));
    small_end(&life);
}

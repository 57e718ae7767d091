/*
 * The whole simulator beside textbook formulas, over three generations: regression to the mean,
 * a latent factor, error in parents' income, Becker and Tomes, Gaussian ranks, assortative mating,
 * exposure to places.
 *
 * Standard errors leave out one lineage group at a time, for relatives are not independent.
 *
 * SPDX-License-Identifier: MIT
 * ctest-label: slow
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>

#include "closed_world.h"
#include "pathways/mobility.h"

TestSuite(closed_generations, .timeout = 300);

static struct small_life life;

/* --- Sums by lineage group ---------------------------------------------------------------- */

enum { MOST_MOMENTS = PW_NUM_LINE_MOMENTS };

/* Sums for a function of moments, by lineage group. */
struct sums {
    double by_group[PW_NUM_GROUPS][MOST_MOMENTS];
};

typedef double moment_function(const double *moments);

static struct pw_estimate
estimate(const struct sums *sums, moment_function *function)
{
    double all[MOST_MOMENTS] = { 0.0 }, without[PW_NUM_GROUPS];

    for (int g = 0; g < PW_NUM_GROUPS; g++)
        for (int m = 0; m < MOST_MOMENTS; m++)
            all[m] += sums->by_group[g][m];
    for (int g = 0; g < PW_NUM_GROUPS; g++) {
        double rest[MOST_MOMENTS];

        for (int m = 0; m < MOST_MOMENTS; m++)
            rest[m] = all[m] - sums->by_group[g][m];
        without[g] = function(rest);
    }
    return pw_jackknife(function(all), without, PW_NUM_GROUPS);
}

static void
agrees(const char *what, struct pw_estimate measured, double theory)
{
    closed_agrees(what, measured.value, theory, measured.error);
}

static void
moments_agree(const char *what, const struct sums *sums, moment_function *function, double theory)
{
    agrees(what, estimate(sums, function), theory);
}

static void
add(struct sums *sums, uint8_t group, const double *terms, int count)
{
    for (int m = 0; m < count; m++)
        sums->by_group[group][m] += terms[m];
}

/* Two people, x the older: as pw_mobility_elasticity wants them. */
static void
add_pair(struct sums *sums, uint8_t group, double x, double y)
{
    add(sums, group, (const double[]){ 1.0, x, y, x * x, y * y, x * y }, 6);
}

/* Grandmother, mother, child: see PW_NUM_LINE_MOMENTS. */
static void
add_line(struct sums *sums, uint8_t group, double g, double p, double c)
{
    add(sums, group, (const double[]){ 1.0, g, p, c, g * g, p * p, c * c, g * p, g * c, p * c },
        PW_NUM_LINE_MOMENTS);
}

static double
mean_of_first(const double *moments)
{
    return moments[1] / moments[0];
}

/* Covariances of grandmothers, mothers, children (0, 1, 2) from the sums of lines. */
static double
covariance(const double *moments, int i, int j)
{
    static const int at[3][3] = { { 4, 7, 8 }, { 7, 5, 9 }, { 8, 9, 6 } };
    const double n = moments[0];

    return moments[at[i][j]] / n - moments[1 + i] / n * (moments[1 + j] / n);
}

static double
variance_of_child(const double *moments)
{
    return covariance(moments, 2, 2);
}

/* How much of what their group of descendants stands out by is left a generation on. */
static double
group_persistence(const double *moments)
{
    return covariance(moments, 0, 2) / covariance(moments, 0, 1);
}

/* --- People ------------------------------------------------------------------------------- */

/* Somebody whose parents, and some of whose grandparents, lived in the model. */
struct person {
    const struct pw_shard *shard;
    size_t i;
    int32_t mother, father, grandmother; /* rows; grandmother is the mother's mother */
    uint8_t group;
};

/* A walk over everyone of at least an age whose mother's mother is known. */
struct walk {
    size_t s, i;
    int youngest;
};

static bool
next_grandchild(struct walk *walk, struct person *person)
{
    for (; walk->s < life.world.num_shards; walk->s++, walk->i = 0) {
        const struct pw_shard *shard = &life.world.shards[walk->s];
        const size_t end =
            pw_shard_ages(shard, life.world.year, walk->youngest, walk->youngest).end;

        while (walk->i < end) {
            const size_t i = walk->i++;
            const int32_t mother = shard->mother[i];

            if (mother == PW_NOBODY || shard->mother[mother] == PW_NOBODY) continue;
            *person = (struct person){ shard, i, mother, shard->father[i], shard->mother[mother],
                shard->group[i] };
            return true;
        }
    }
    return false;
}

/* Children of one mother by twos: the other of two siblings, whom the first call has put on the
 * list; -1 for the first of two. Released with pw_free by whoever has made the list. */
struct siblings {
    int32_t *waiting[64]; /* by shard and row of the mother */
};

static void
siblings_init(struct siblings *siblings)
{
    cr_assert_leq(life.world.num_shards, 64);
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const size_t rows = life.world.shards[s].num_rows;

        cr_assert_eq(pw_alloc(rows, sizeof(int32_t), &siblings->waiting[s]), PW_OK);
        for (size_t i = 0; i < rows; i++)
            siblings->waiting[s][i] = PW_NOBODY;
    }
}

static int32_t
sibling_of(struct siblings *siblings, const struct person *person)
{
    int32_t *waiting = &siblings->waiting[person->shard->index][person->mother];
    const int32_t other = *waiting;

    *waiting = other == PW_NOBODY ? (int32_t) person->i : PW_NOBODY;
    return other;
}

static void
siblings_free(struct siblings *siblings)
{
    for (size_t s = 0; s < life.world.num_shards; s++)
        pw_free(&siblings->waiting[s]);
}

/* --- Theory ------------------------------------------------------------------------------- */

enum { NUM_RANKS = 5 };

/* Shares of everyone by rank of the parent and of the child, for normals of correlation rho and
 * ranks that hold some shares of everyone, from the lowest. */
static void
gaussian_table(double rho, const double share[NUM_RANKS], double table[NUM_RANKS * NUM_RANKS])
{
    const int slices = 2000;
    const double spread = sqrt(1.0 - rho * rho);
    double until[NUM_RANKS + 1] = { 0.0 }, edge[NUM_RANKS + 1] = { -9.0 };

    for (int i = 0; i < NUM_RANKS; i++) {
        until[i + 1] = until[i] + share[i];
        edge[i + 1] = i + 1 == NUM_RANKS ? 9.0 : gsl_cdf_ugaussian_Pinv(until[i + 1]);
    }
    for (int i = 0; i < NUM_RANKS; i++) {
        for (int j = 0; j < NUM_RANKS; j++)
            table[i * NUM_RANKS + j] = 0.0;
        for (int s = 0; s < slices; s++) {
            const double x = gsl_cdf_ugaussian_Pinv(until[i] + share[i] * (s + 0.5) / slices);

            for (int j = 0; j < NUM_RANKS; j++)
                table[i * NUM_RANKS + j] += (gsl_cdf_ugaussian_P((edge[j + 1] - rho * x) / spread)
                                                - gsl_cdf_ugaussian_P((edge[j] - rho * x) / spread))
                                            * share[i] / slices;
        }
    }
}

static const double fifths[NUM_RANKS] = { 0.2, 0.2, 0.2, 0.2, 0.2 };

/* --- A latent factor -------------------------------------------------------------------------
 *
 * Ability passes on by L = h / 2, for nobody knows the fathers, who are like anybody. Skill at 15
 * shows it with loading l. Clark (2014); Braun and Stuhler (2018): corr_k = l^2 L^k.
 */

#define LATENT                                                                                     \
    "run.persons=60000", "family.fertility=5", "family.birth_age=24", "births.age_sd=3",           \
        "inheritance.heritability=1", "founders.skill_loading=0.8", "childhood.ability=1,1,1",     \
        "childhood.noise=0.65,0.65,0.65"

/* Sixteen years of s' = s / 2 + a / 2 + noise, from 0.6 of ability and as much luck at birth. */
static const double halved = 1.0 / 65536.0;

static double
latent_loading(void)
{
    return 1.0 - halved + 0.6 * halved;
}

static double
latent_variance(void)
{
    const double loading = latent_loading();

    return loading * loading + 0.65 * 0.65 * (1.0 - halved * halved) / 0.75
           + 0.36 * halved * halved;
}

Test(closed_generations, what_is_seen_of_a_latent_factor_correlates_by_its_powers)
{
    const double passed = 0.5, variance = latent_variance(), sd = sqrt(variance);
    const double shown = latent_loading() * latent_loading() / variance;
    const double corr_1 = shown * passed, corr_2 = shown * passed * passed;
    static struct sums ability, skill, hidden, halves, halves_seen;
    struct walk walk = { .youngest = 15 };
    struct siblings siblings;
    struct person person;
    size_t count = 0;

    closed_begin(&life, 52, &(struct closed_switches){ { LATENT } });
    closed_live(&life, 52);
    siblings_init(&siblings);
    while (next_grandchild(&walk, &person)) {
        const float *a = person.shard->ability, *y = person.shard->skill;
        const int32_t g = person.grandmother, m = person.mother;
        const int32_t half = sibling_of(&siblings, &person);

        add_line(&ability, person.group, (double) a[g], (double) a[m], (double) a[person.i]);
        /* The skill of founders has a spread of 1. */
        add_line(&skill, person.group, sd * (double) y[g], (double) y[m], (double) y[person.i]);
        add_line(&hidden, person.group, (double) a[g], (double) y[m], (double) y[person.i]);
        if (half != PW_NOBODY) {
            add_pair(&halves, person.group, (double) a[half], (double) a[person.i]);
            add_pair(&halves_seen, person.group, (double) y[half], (double) y[person.i]);
        }
        count++;
    }
    siblings_free(&siblings);
    cr_log_info("%zu grandchildren", count);
    cr_assert_geq(count, 200000);
    moments_agree("variance of ability", &ability, variance_of_child, 1.0);
    moments_agree("ability: mother and child", &ability, pw_mobility_parent_correlation, passed);
    moments_agree("ability: grandmother and child", &ability, pw_mobility_grandparent_correlation,
        passed * passed);
    moments_agree(
        "ability: grandmother beside mother", &ability, pw_mobility_grandparent_slope, 0.0);
    moments_agree("ability: half siblings", &halves, pw_mobility_correlation, passed * passed);
    moments_agree("variance of skill", &skill, variance_of_child, variance);
    moments_agree("skill: mother and child", &skill, pw_mobility_parent_correlation, corr_1);
    moments_agree(
        "skill: grandmother and child", &skill, pw_mobility_grandparent_correlation, corr_2);
    moments_agree("skill: grandmother beside mother", &skill, pw_mobility_grandparent_slope,
        (corr_2 - corr_1 * corr_1) / (1.0 - corr_1 * corr_1));
    moments_agree(
        "skill: half siblings", &halves_seen, pw_mobility_correlation, shown * passed * passed);
    moments_agree("skill: descendants as a group", &hidden, group_persistence, passed);
    small_end(&life);
}

/* P(pass | mother z) = Phi((g z - c) / sqrt(1 - g^2)); a share Phi(-c) of all passes. */
Test(closed_generations, who_passes_at_16_is_a_probit_of_the_skill_of_the_mother)
{
    const double variance = latent_variance(), cut = gsl_cdf_ugaussian_Pinv(0.7);
    const double link =
        0.5 * latent_loading() * latent_loading() / sqrt(variance * (variance + 0.35 * 0.35));
    static struct sums all, lowest, highest, by_skill;
    struct walk walk = { .youngest = 16 };
    struct person person;
    size_t count = 0;

    closed_begin(&life, 52, &(struct closed_switches){ { LATENT, "school.good_passes=30" } });
    closed_live(&life, 52);
    while (next_grandchild(&walk, &person)) {
        const double z = (double) person.shard->skill[person.mother] / sqrt(variance);
        const double chance = gsl_cdf_ugaussian_P((link * z - cut) / sqrt(1.0 - link * link));
        const double excess =
            (person.shard->qualification[person.i] >= PW_GCSE ? 1.0 : 0.0) - chance;

        add(&all, person.group, (const double[]){ 1.0, excess }, 2);
        add(&by_skill, person.group, (const double[]){ 1.0, z * excess }, 2);
        if (z < gsl_cdf_ugaussian_Pinv(0.2))
            add(&lowest, person.group, (const double[]){ 1.0, excess }, 2);
        if (z > gsl_cdf_ugaussian_Pinv(0.8))
            add(&highest, person.group, (const double[]){ 1.0, excess }, 2);
        count++;
    }
    cr_assert_geq(count, 200000);
    moments_agree("passes beyond theory, all", &all, mean_of_first, 0.0);
    moments_agree("passes beyond theory, mothers of least skill", &lowest, mean_of_first, 0.0);
    moments_agree("passes beyond theory, mothers of most skill", &highest, mean_of_first, 0.0);
    moments_agree("passes beyond theory times the mother's skill", &by_skill, mean_of_first, 0.0);
    small_end(&life);
}

/*
 * The elasticity is understated by error in the income of the parents, here an autoregression of
 * 0.7 and a white noise, the less the more years of it are taken: six, as at 10 to 15, or one.
 * Solon (1992); Mazumder (2005).
 */
Test(closed_generations, luck_in_the_income_of_parents_hides_what_passes_on)
{
    const double pay_of_skill = 0.2, kept = 0.7, years = 6.0;
    const double lasting = pay_of_skill * pay_of_skill * latent_variance();
    const double slow = 0.1 * 0.1 / (1.0 - kept * kept), white = 0.1 * 0.1;
    const double true_slope = 0.5 * latent_loading() * latent_loading() / latent_variance();
    static struct sums one_year, six_years, income;
    struct walk walk = { .youngest = 18 };
    struct person person;
    double shared = 1.0;
    size_t count = 0;

    for (int k = 1; k < 6; k++)
        shared += 2.0 * (1.0 - k / years) * pow(kept, k);
    closed_begin(&life, 52,
        &(struct closed_switches){ { LATENT, "pay.skill=0.2", "pay.persistence=0.7",
            "pay.persistent_sd=0.1", "pay.transitory_sd=0.1" } });
    closed_live(&life, 52);
    while (next_grandchild(&walk, &person)) {
        const struct pw_shard *shard = person.shard;
        const double own = (double) shard->pay[person.i];

        if (shard->state[person.i] != PW_EMPLOYED || shard->state[person.mother] != PW_EMPLOYED)
            continue;
        add_pair(&one_year, person.group, (double) shard->pay[person.mother], own);
        add_pair(&six_years, person.group, (double) shard->origin_income[person.i], own);
        add_line(&income, person.group, 0.0, 0.0, (double) shard->origin_income[person.i]);
        count++;
    }
    cr_assert_geq(count, 200000);
    moments_agree("variance of six years' mean income", &income, variance_of_child,
        lasting + slow * shared / years + white / years);
    moments_agree("elasticity on six years' income", &six_years, pw_mobility_elasticity,
        true_slope * lasting / (lasting + slow * shared / years + white / years));
    moments_agree("elasticity on one year's pay", &one_year, pw_mobility_elasticity,
        true_slope * lasting / (lasting + slow + white));
    small_end(&life);
}

/* --- Income that buys skill ------------------------------------------------------------------
 *
 * Becker and Tomes (1979), Solon (2004): y' = b y + c x', where x' = L x + v. Founders are drawn
 * from the steady state, in which y has a variance of 1.
 */

struct chain {
    double investment, endowment; /* b, L */
    double elasticity;            /* of both together */
};

static struct chain
make_chain(double investment, double endowment)
{
    return (struct chain){ investment, endowment,
        (investment + endowment) / (1.0 + investment * endowment) };
}

/* Live it: income pulls by one, so that what a unit of skill is paid is b. */
static void
live_chain(const struct chain *chain)
{
    const double b = chain->investment, passed = chain->endowment;
    const double weight = sqrt((1.0 - b * b) * (1.0 - b * passed) / (1.0 + b * passed));
    char pay[64], ability[96], heritability[64], founders[64];

    (void) snprintf(pay, sizeof pay, "pay.skill=%.9g", b / (1.0 - halved));
    (void) snprintf(ability, sizeof ability, "childhood.ability=%.9g,%.9g,%.9g",
        weight / (1.0 - halved), weight / (1.0 - halved), weight / (1.0 - halved));
    (void) snprintf(
        heritability, sizeof heritability, "inheritance.heritability=%.9g", 2.0 * passed);
    (void) snprintf(
        founders, sizeof founders, "founders.skill_loading=%.9g", weight / (1.0 - b * passed));
    closed_begin(&life, 53,
        &(struct closed_switches){
            { "run.persons=60000", "family.fertility=5", "family.birth_age=24", "births.age_sd=3",
                "childhood.income=1,1,1", pay, ability, heritability, founders } });
    closed_live(&life, 50);
}

static void
add_lines_of_pay(struct sums *lines, size_t *count)
{
    struct walk walk = { .youngest = 17 };
    struct person person;

    for (*count = 0; next_grandchild(&walk, &person);) {
        const float *pay = person.shard->pay;
        const float g = pay[person.grandmother], m = pay[person.mother], c = pay[person.i];

        if (g <= 0.0f || m <= 0.0f || c <= 0.0f) continue; /* out of work this year */
        add_line(lines, person.group, (double) g, (double) m, (double) c);
        (*count)++;
    }
}

static void
lines_of_pay_agree(const struct chain *chain)
{
    const double b = chain->investment, passed = chain->endowment, corr_1 = chain->elasticity;
    static struct sums lines;
    size_t count;

    live_chain(chain);
    add_lines_of_pay(&lines, &count);
    cr_assert_geq(count, 200000);
    moments_agree("variance of log pay", &lines, variance_of_child, b * b);
    moments_agree("log pay: mother and child", &lines, pw_mobility_parent_correlation, corr_1);
    moments_agree("log pay: grandmother and child", &lines, pw_mobility_grandparent_correlation,
        (b + passed) * corr_1 - b * passed);
    moments_agree(
        "log pay: grandmother beside mother", &lines, pw_mobility_grandparent_slope, -b * passed);
    small_end(&life);
}

Test(closed_generations, income_that_buys_skill_and_nothing_else_is_a_first_order_chain)
{
    const struct chain chain = make_chain(0.4, 0.0);

    lines_of_pay_agree(&chain);
}

Test(closed_generations, endowments_and_investment_together_add_up_as_becker_and_tomes_say)
{
    const struct chain chain = make_chain(0.3, 0.3);

    lines_of_pay_agree(&chain);
}

/* A child's pay beside its mother's. */
struct pair {
    float pay[2];   /* mother, child */
    double rank[2]; /* 0 to 1 */
    uint8_t group;
};

static int compared_by; /* of compare_pairs: 0 mother, 1 child */

static int
compare_pairs(const void *a, const void *b)
{
    const float x = ((const struct pair *) a)->pay[compared_by];
    const float y = ((const struct pair *) b)->pay[compared_by];

    return (x > y) - (x < y);
}

static struct pair *
list_pairs(size_t *count)
{
    struct walk walk = { .youngest = 17 };
    struct pair *pairs = NULL;
    struct person person;

    cr_assert_eq(pw_alloc((size_t) life.world.persons, sizeof *pairs, &pairs), PW_OK);
    for (*count = 0; next_grandchild(&walk, &person);) {
        const struct pair pair = { .pay = { person.shard->pay[person.mother],
                                       person.shard->pay[person.i] },
            .group = person.group };

        if (pair.pay[0] > 0.0f && pair.pay[1] > 0.0f) pairs[(*count)++] = pair;
    }
    for (compared_by = 0; compared_by < 2; compared_by++) {
        qsort(pairs, *count, sizeof *pairs, compare_pairs);
        for (size_t i = 0; i < *count; i++)
            pairs[i].rank[compared_by] = ((double) i + 0.5) / (double) *count;
    }
    return pairs;
}

Test(closed_generations, ranks_of_log_normal_pay_are_those_of_a_gaussian_copula)
{
    const struct chain chain = make_chain(0.3, 0.3);
    const double rho = chain.elasticity, pi = acos(-1.0);
    static struct sums points, ranks;
    static int64_t quintiles[25][PW_NUM_GROUPS], halves[PW_NUM_GROUPS][2];
    static int64_t rows[5][5][PW_NUM_GROUPS][2];
    double theory[NUM_RANKS * NUM_RANKS];
    struct pair *pairs;
    size_t count;

    live_chain(&chain);
    pairs = list_pairs(&count);
    cr_assert_geq(count, 200000);
    for (size_t i = 0; i < count; i++) {
        const struct pair *pair = &pairs[i];
        const int from = (int) (5.0 * pair->rank[0]), to = (int) (5.0 * pair->rank[1]);

        add_pair(&points, pair->group, (double) pair->pay[0], (double) pair->pay[1]);
        add_pair(&ranks, pair->group, pair->rank[0], pair->rank[1]);
        quintiles[from * 5 + to][pair->group]++;
        for (int q = 0; q < 5; q++) {
            rows[from][q][pair->group][0] += q == to;
            rows[from][q][pair->group][1]++;
        }
        halves[pair->group][0] += pair->rank[0] > 0.5 && pair->rank[1] > 0.5;
        halves[pair->group][1] += pair->rank[0] > 0.5;
    }
    moments_agree("elasticity", &points, pw_mobility_elasticity, rho);
    moments_agree("slope of ranks", &ranks, pw_mobility_elasticity, 6.0 / pi * asin(rho / 2.0));
    agrees("above the median of those whose mother was",
        pw_jackknife_ratio(&halves[0][0], PW_NUM_GROUPS, 1.0), 0.5 + asin(rho) / pi);
    gaussian_table(rho, fifths, theory);
    for (int q = 0; q < 5; q++)
        agrees("from the lowest fifth", pw_jackknife_ratio(&rows[0][q][0][0], PW_NUM_GROUPS, 1.0),
            pw_mobility_outflow(theory, 5, 0, (size_t) q));
    agrees("Prais index of fifths",
        pw_jackknife_table(pw_mobility_prais, &quintiles[0][0], 5, PW_NUM_GROUPS),
        pw_mobility_prais(theory, 5));
    pw_free(&pairs);
    small_end(&life);
}

/* --- Class -----------------------------------------------------------------------------------
 *
 * Every job ends every year and employers go by skill alone, so the classes of a labour market are
 * the ranks of a normal: mother and child are a Gaussian copula with the jobs of the market as
 * margins (Goodman 1981 has the association, of which the margins are free). Skill has a variance
 * of 1 in every generation and correlates by 0.32 between mother and child, 0.16 between
 * grandmother and grandchild.
 */

#define CLASS_PARENTS      0.32
#define CLASS_GRANDPARENTS 0.16

/* Shares of everyone in work by class, by labour market. */
static void
count_classes(double share[][NUM_RANKS])
{
    double all[PW_MAX_LABOUR_MARKETS] = { 0.0 };

    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];

        for (size_t i = 0; i < shard->num_rows; i++) {
            if (shard->state[i] != PW_EMPLOYED) continue;
            share[shard->work_market[i]][shard->class[i]] += 1.0;
            all[shard->work_market[i]] += 1.0;
        }
    }
    for (int l = 0; l < life.tiny.scenario.num_labour_markets; l++)
        for (int c = 0; c < NUM_RANKS; c++)
            share[l][c] /= all[l];
}

/* What theory makes of so many people in each labour market. */
static void
expect_table(const double *people, double share[][NUM_RANKS], double rho, double *table)
{
    for (int cell = 0; cell < NUM_RANKS * NUM_RANKS; cell++)
        table[cell] = 0.0;
    for (int l = 0; l < life.tiny.scenario.num_labour_markets; l++) {
        double here[NUM_RANKS * NUM_RANKS];

        gaussian_table(rho, share[l], here);
        for (int cell = 0; cell < NUM_RANKS * NUM_RANKS; cell++)
            table[cell] += people[l] * here[cell];
    }
}

/* Correlation of the numbers of the classes of a table. */
static double
table_correlation(const double *table)
{
    double moments[6] = { 0.0 };

    for (int i = 0; i < NUM_RANKS; i++)
        for (int j = 0; j < NUM_RANKS; j++) {
            const double terms[6] = { 1.0, i, j, i * i, j * j, i * j };

            for (int m = 0; m < 6; m++)
                moments[m] += table[i * NUM_RANKS + j] * terms[m];
        }
    return pw_mobility_correlation(moments);
}

static void
classes_agree(const char *class_mix)
{
    static const struct {
        const char *name;
        pw_table_function *function;
    } statistics[] = { { "upward", pw_mobility_upward }, { "downward", pw_mobility_downward },
        { "long-range upward", pw_mobility_long_range_up },
        { "odds ratio of highest and lowest", pw_mobility_odds_ratio } };
    static int64_t table[NUM_RANKS * NUM_RANKS][PW_NUM_GROUPS];
    static struct sums lines;
    double share[PW_MAX_LABOUR_MARKETS][NUM_RANKS] = { { 0.0 } };
    double people[PW_MAX_LABOUR_MARKETS] = { 0.0 }, theory[NUM_RANKS * NUM_RANKS];
    struct walk walk = { .youngest = 17 };
    struct person person;
    size_t count = 0;

    closed_begin(&life, 52,
        &(struct closed_switches){
            { "run.persons=66000", "family.fertility=5", "family.birth_age=24", "births.age_sd=3",
                "inheritance.heritability=1", "founders.skill_loading=0.8",
                "childhood.ability=0.8,0.8,0.8", "childhood.noise=0.519615,0.519615,0.519615",
                "job_loss.rate=1,1,1,1,1", "participation.leave_class=0", "jobs.credentialism=0",
                "jobs.skill=1", "jobs.noise=0", class_mix } });
    closed_live(&life, 52);
    count_classes(share);
    while (next_grandchild(&walk, &person)) {
        const struct pw_shard *shard = person.shard;
        const size_t i = person.i;

        if (shard->state[i] != PW_EMPLOYED) continue;
        table[shard->origin_class[i] * NUM_RANKS + shard->class[i]][person.group]++;
        add_line(&lines, person.group, (double) shard->grandparent_class[i],
            (double) shard->origin_class[i], (double) shard->class[i]);
        people[shard->work_market[i]] += 1.0;
        count++;
    }
    cr_assert_geq(count, 200000);
    expect_table(people, share, CLASS_PARENTS, theory);
    for (size_t n = 0; n < sizeof statistics / sizeof *statistics; n++)
        agrees(statistics[n].name,
            pw_jackknife_table(statistics[n].function, &table[0][0], NUM_RANKS, PW_NUM_GROUPS),
            statistics[n].function(theory, NUM_RANKS));
    moments_agree("class: mother and child", &lines, pw_mobility_parent_correlation,
        table_correlation(theory));
    expect_table(people, share, CLASS_GRANDPARENTS, theory);
    moments_agree("class: grandmother and child", &lines, pw_mobility_grandparent_correlation,
        table_correlation(theory));
    small_end(&life);
}

Test(closed_generations, classes_by_skill_alone_are_a_gaussian_copula)
{
    classes_agree("labour.class_mix=14,19,21,29,17");
}

Test(closed_generations, with_other_margins_the_copula_is_the_same)
{
    classes_agree("labour.class_mix=34,33,18,10,5");
}

/* --- Two parents -----------------------------------------------------------------------------
 *
 * a = h (a_m + a_f) / 2 + e. Fisher (1918): with a correlation m of the parents a child is like one
 * of them by h (1 + m) / 2, like their mean by h sqrt((1 + m) / 2), like a sibling by h^2 (1 + m)
 * / 2. The sums are of lines in which the father stands in the place of the grandmother.
 */

#define HERITABILITY 0.8

static double
couple_correlation(const double *moments)
{
    return covariance(moments, 0, 1) / sqrt(covariance(moments, 0, 0) * covariance(moments, 1, 1));
}

/* Of the one whose place in the line it is, with the spread of each as it is found. */
static double
like_parent_beyond_theory(const double *moments, int parent)
{
    const double own = covariance(moments, parent, parent);

    return (covariance(moments, parent, 2) - HERITABILITY * 0.5 * (own + covariance(moments, 0, 1)))
           / sqrt(own * covariance(moments, 2, 2));
}

static double
like_father_beyond_theory(const double *moments)
{
    return like_parent_beyond_theory(moments, 0);
}

static double
like_mother_beyond_theory(const double *moments)
{
    return like_parent_beyond_theory(moments, 1);
}

static double
like_both_beyond_theory(const double *moments)
{
    const double both =
        covariance(moments, 0, 0) + 2.0 * covariance(moments, 0, 1) + covariance(moments, 1, 1);

    return (covariance(moments, 0, 2) + covariance(moments, 1, 2) - 0.5 * HERITABILITY * both)
           / sqrt(both * covariance(moments, 2, 2));
}

/* Of two siblings and, in the place of the grandmother, the mean of their parents. */
static double
like_sibling_beyond_theory(const double *moments)
{
    return pw_mobility_parent_correlation(moments)
           - HERITABILITY * HERITABILITY * covariance(moments, 0, 0)
                 / sqrt(covariance(moments, 1, 1) * covariance(moments, 2, 2));
}

Test(closed_generations, children_of_parents_alike_are_as_like_them_as_fisher_says)
{
    static struct sums parents, lines, siblings_and_parents;
    struct walk walk = { .youngest = 0 };
    struct siblings siblings;
    struct person person;
    size_t count = 0;

    closed_begin(&life, 52,
        &(struct closed_switches){ { "run.persons=75000", "founders.couple_share=1",
            "family.fertility=3.5", "family.birth_age=26", "births.age_sd=3",
            "family.lone_births=0", "inheritance.heritability=0.8", "childhood.ability=1,1,1",
            "childhood.noise=0.65,0.65,0.65", "couples.seeking=1", "couples.seeking_fall=0",
            "couples.meetings=3", "couples.reach=20", "couples.age_gap=0",
            "couples.age_tolerance=4", "couples.education_weight=0", "couples.skill_weight=1" } });
    closed_live(&life, 52);
    siblings_init(&siblings);
    while (next_grandchild(&walk, &person)) {
        const float *a = person.shard->ability;
        const double child = (double) a[person.i], mother = (double) a[person.mother];
        int32_t sibling;

        if (person.father == PW_NOBODY) continue;
        const double father = (double) a[person.father];

        add_line(&parents, person.group, father, mother, child);
        add_line(&lines, person.group, (double) a[person.grandmother], mother, child);
        sibling = sibling_of(&siblings, &person);
        if (sibling != PW_NOBODY && person.shard->father[sibling] == person.father)
            add_line(&siblings_and_parents, person.group, 0.5 * (mother + father),
                (double) a[sibling], child);
        count++;
    }
    siblings_free(&siblings);
    cr_log_info("%zu grandchildren of couples that correlate by %.3f", count,
        estimate(&parents, couple_correlation).value);
    cr_assert_geq(count, 200000);
    cr_assert_gt(estimate(&parents, couple_correlation).value, 0.3);
    moments_agree("like the mother beyond theory", &parents, like_mother_beyond_theory, 0.0);
    moments_agree("like the father beyond theory", &parents, like_father_beyond_theory, 0.0);
    moments_agree("like both beyond theory", &parents, like_both_beyond_theory, 0.0);
    moments_agree(
        "like siblings beyond theory", &siblings_and_parents, like_sibling_beyond_theory, 0.0);
    moments_agree("grandmother beside mother", &lines, pw_mobility_grandparent_slope, 0.0);
    small_end(&life);
}

/* --- Exposure to places ----------------------------------------------------------------------
 *
 * Skill keeps half from year to year and is drawn to what the place makes of its children, so a
 * child who moves at an age makes up 1 / 2 + 1 / 4 + ... of the gap, one term for each year left of
 * the sixteen. Chetty and Hendren (2018) ask the same of moves.
 */

#define KEPT 0.5

struct child {
    uint16_t first, last; /* place of birth and after the last move */
    uint8_t moved_at, num_moves;
};

static struct child *children[64]; /* by shard and row */

/* What a place makes of the skill of a child from one age to before another by the end of 15. */
static double
made_by(int place, int begin, int end)
{
    double sum = 0.0;

    for (int age = begin; age < end; age++) {
        const int stage = age < 5    ? PW_STAGE_EARLY
                          : age < 11 ? PW_STAGE_PRIMARY
                                     : PW_STAGE_SECONDARY;

        sum += pow(KEPT, 15 - age) * (1.0 - KEPT)
               * (double) pw_country_school_effect(&life.world.country, (size_t) place, stage, 0);
    }
    return sum;
}

/* Where the children of each year spent it. */
static void
follow_children(void)
{
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];
        const struct pw_range young = pw_shard_ages(shard, life.world.year, 0, 15);

        for (size_t i = young.begin; i < young.end; i++) {
            struct child *child = &children[s][i];
            const int age = life.world.year - pw_shard_birth_year(shard, i);

            if (age == 0) child->first = child->last = shard->place[i];
            if (child->last == shard->place[i]) continue;
            child->last = shard->place[i];
            child->moved_at = (uint8_t) age;
            child->num_moves++;
        }
    }
}

Test(closed_generations, a_move_in_childhood_makes_up_what_the_years_left_can)
{
    enum { STAYED, EARLY, LATE, NUM_CASES };
    static const char *const names[NUM_CASES] = { "skill of those who stayed on what places make",
        "gain of moving before ten on the gap", "gain of moving at ten to fifteen on the gap" };
    static struct sums cases[NUM_CASES];
    size_t count = 0;

    closed_begin(&life, 30,
        &(struct closed_switches){
            { "run.persons=110000", "family.fertility=6", "family.birth_age=27", "births.age_sd=3",
                "school.place_share=1", "childhood.noise=0.1,0.1,0.1", "moves.local=0.05" } });
    cr_assert_leq(life.world.num_shards, 64);
    for (size_t s = 0; s < life.world.num_shards; s++)
        cr_assert_eq(pw_alloc(200000, sizeof **children, &children[s]), PW_OK);
    for (int year = 0; year < 30; year++) {
        closed_live(&life, 1);
        follow_children();
    }
    for (size_t s = 0; s < life.world.num_shards; s++) {
        const struct pw_shard *shard = &life.world.shards[s];
        const size_t end = pw_shard_ages(shard, life.world.year, 15, 15).end;

        cr_assert_lt(shard->num_rows, 200000);
        for (size_t i = 0; i < end; i++) {
            const struct child *child = &children[s][i];
            const double skill = (double) shard->skill[i];
            const double stayed = made_by(child->first, 0, 16);
            const int age = child->moved_at;

            if (shard->mother[i] == PW_NOBODY || child->num_moves > 1) continue;
            if (child->num_moves == 0)
                add_pair(&cases[STAYED], shard->group[i], stayed, skill);
            else
                add_pair(&cases[age < 10 ? EARLY : LATE], shard->group[i],
                    made_by(child->last, age, 16) - made_by(child->first, age, 16), skill - stayed);
            count++;
        }
    }
    cr_assert_geq(count, 200000);
    for (int n = 0; n < NUM_CASES; n++)
        moments_agree(names[n], &cases[n], pw_mobility_elasticity, 1.0);
    for (size_t s = 0; s < life.world.num_shards; s++)
        pw_free(&children[s]);
    small_end(&life);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/gcse.h"

#include "pathways/numeric.h"

/* Tally: histogram of performance on the day, 1/50 SD apart from -5 to 5. */
#define NUM_BINS    500
#define LOWEST      -5.0f
#define BINS_PER_SD 50.0f

static int
bin_of(float performance)
{
    return (int) pw_clamp((performance - LOWEST) * BINS_PER_SD, 0.0f, (float) (NUM_BINS - 1));
}

static float
edge_of(int bin)
{
    return LOWEST + (float) bin / BINS_PER_SD;
}

/* In work, or out of it for a short time only. */
static bool
has_work(const struct pw_shard *shard, int32_t parent)
{
    return shard->state[parent] == PW_EMPLOYED || shard->state[parent] == PW_RETIRED
           || pw_state_is_apprentice(shard->state[parent])
           || (pw_state_is_present(shard->state[parent]) && shard->spell[parent] < 3);
}

/* Adults of the home: the mother, or the father when she is gone, and who lives with them. */
static void
find_adults(const struct pw_shard *shard, size_t i, int32_t adult[2])
{
    const int32_t mother = shard->mother[i], father = shard->father[i];
    const bool with_mother = mother != PW_NOBODY && pw_state_is_present(shard->state[mother]);
    const bool with_father = father != PW_NOBODY && pw_state_is_present(shard->state[father]);

    adult[0] = with_mother ? mother : with_father ? father : PW_NOBODY;
    adult[1] = adult[0] == PW_NOBODY ? PW_NOBODY : shard->partner[adult[0]];
}

/* The adult of the home who earns more, a step-parent too, as the survey asks. */
static int32_t
main_earner(const struct pw_shard *shard, size_t i)
{
    int32_t adult[2];
    float earned[2];

    find_adults(shard, i, adult);
    if (adult[1] == PW_NOBODY) return adult[0];
    if (has_work(shard, adult[0]) != has_work(shard, adult[1]))
        return has_work(shard, adult[0]) ? adult[0] : adult[1];
    for (int n = 0; n < 2; n++)
        earned[n] = (float) shard->hours[adult[n]] * pw_exp(shard->pay[adult[n]]);
    return earned[1] >= earned[0] ? adult[1] : adult[0];
}

/* Nobody who lives there has a job, and nobody came from abroad this year to look for one. */
static bool
is_workless(const struct pw_shard *shard, size_t i)
{
    int32_t adult[2];

    find_adults(shard, i, adult);
    for (int n = 0; n < 2; n++) {
        if (adult[n] == PW_NOBODY) continue;
        if (shard->state[adult[n]] == PW_EMPLOYED || pw_state_is_apprentice(shard->state[adult[n]])
            || shard->last_state[adult[n]] == PW_ABROAD)
            return false;
    }
    return true;
}

/* What home was like at 14: the class of the main earner's job, present or last, as surveys count
 * it. Families of whom nobody has worked for years count as lower working; those who came this year
 * and have no job yet keep the class that they had elsewhere. */
static void
note_origin(struct pw_shard *shard, size_t i)
{
    const int32_t earner = main_earner(shard, i);
    uint8_t class;

    shard->home_place[i] = shard->place[i];
    if (earner == PW_NOBODY) return;
    class = pw_class_counted(shard->class[earner], shard -> state[earner],
        shard -> last_state[earner], shard -> last_spell[earner]);
    if (class != PW_NO_CLASS)
        shard->origin_class[i] = class;
    else if (shard->origin_class[i] == PW_NO_CLASS)
        shard->origin_class[i] = PW_LOWER_WORKING;
    shard->grandparent_class[i] = shard->origin_class[earner];
    shard->workless_home[i] = is_workless(shard, i);
    shard->parent_owner[i] = shard->owner[earner];
    shard->parent_qualification[i] = shard->qualification[earner];
    for (int n = 0; n < 2; n++) {
        const int32_t parent = n == 0 ? shard->mother[i] : shard->father[i];

        if (parent != PW_NOBODY && shard->qualification[parent] > shard->parent_qualification[i])
            shard->parent_qualification[i] = shard->qualification[parent];
    }
}

PW_INLINE float
performance(const struct pw_gcse_params *params, float skill, float belonging, float luck)
{
    return skill + params->engagement * belonging + params->luck * luck;
}

/* Performance of everybody of a slice. @param performed [PW_BLOCK] */
static PW_KERNEL void
perform(const struct pw_country *country, const struct pw_slice *slice, float *performed)
{
    const struct pw_gcse_params *params = &country->params->gcse;
    const float *skill = slice->shard->skill + slice->begin;
    const float *belonging = slice->shard->belonging + slice->begin;
    float luck[PW_BLOCK];
    struct pw_draws draws;

    pw_slice_draw(slice, &country->rng, PW_STREAM_GCSE, 0, &draws);
    pw_normals(draws.u[0], slice->count, luck);
    for (size_t j = 0; j < slice->count; j++)
        performed[j] = performance(params, skill[j], belonging[j], luck[j]);
}

static void
ask(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_range at_14 = pw_shard_ages(shard, country->year, PW_ORIGIN_AGE, PW_ORIGIN_AGE);
    struct pw_slice slice = pw_slices(shard, country->year, 16, 16);
    float performed[PW_BLOCK];

    (void) pass;
    for (size_t i = at_14.begin; i < at_14.end; i++)
        if (pw_state_is_present(shard->state[i])) note_origin(shard, i);
    for (size_t i = 0; i < shard->tally_size; i++)
        shard->tally[i] = 0;
    while (pw_slice_next(&slice)) {
        perform(country, &slice, performed);
        for (size_t j = 0; j < slice.count; j++)
            shard->tally[bin_of(performed[j])] +=
                pw_state_is_present(shard->state[slice.begin + j]);
    }
}

/* Performance that `percent` of the cohort reach, read off within the bin. */
static float
standard(const int64_t *count, double percent)
{
    int64_t total = 0, above = 0;
    int bin;

    for (bin = 0; bin < NUM_BINS; bin++)
        total += count[bin];
    const double sought = percent / 100.0 * (double) total;

    for (bin = NUM_BINS - 1; bin > 0; bin--) {
        above += count[bin];
        if ((double) above >= sought) break;
    }
    if (count[bin] == 0) return edge_of(bin);
    const float part = (float) (((double) above - sought) / (double) count[bin]);

    return edge_of(bin) + pw_clamp(part, 0.0f, 1.0f) * (edge_of(bin + 1) - edge_of(bin));
}

/*
 * While history is lived the standards of the examination are those that the recorded shares imply;
 * from the start year they stay, so that better schooling shows.
 */
static void
clear(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass)
{
    double total = 0.0, sum = 0.0, square = 0.0;

    (void) pass;
    if (country->year > country->scenario->run.start_year && country->exam_sd > 0.0f) return;
    pw_country_sum_tallies(country, shards, num_shards, NUM_BINS);
    for (int bin = 0; bin < NUM_BINS; bin++) {
        const double x = (double) edge_of(bin) + 0.5 / (double) BINS_PER_SD;

        total += (double) country->sum[bin];
        sum += x * (double) country->sum[bin];
        square += x * x * (double) country->sum[bin];
    }
    if (total < 2.0) return;
    country->exam_mean = (float) (sum / total);
    country->exam_sd =
        pw_sqrt(pw_maximum((float) (square / total - sum / total * (sum / total)), 0.01f));
    country->exam_level2 = standard(country->sum,
        country->now.school_good_passes[0]
            + (double) country->params->gcse.level2
                  * (country->now.school_any_pass[0] - country->now.school_good_passes[0]));
    country->exam_any = standard(country->sum, country->now.school_any_pass[0]);
}

/* The result of performance on the day, on the scale of attainment. */
static float
result_of(const struct pw_country *country, float performed)
{
    const struct pw_gcse_params *params = &country->params->gcse;

    return pw_clamp(
        params->attainment_mean
            + params->attainment_sd * (performed - country->exam_mean) / country->exam_sd,
        0.0f, 90.0f);
}

static void
settle(const struct pw_country *country, struct pw_shard *shard, int pass)
{
    const struct pw_gcse_params *params = &country->params->gcse;
    struct pw_slice slice = pw_slices(shard, country->year, 16, 16);
    float performed[PW_BLOCK];

    (void) pass;
    while (pw_slice_next(&slice)) {
        perform(country, &slice, performed);
        for (size_t j = 0; j < slice.count; j++) {
            const size_t i = slice.begin + j;
            const float result = performed[j];

            if (!pw_state_is_present(shard->state[i])) continue;
            shard->attainment[i] = result_of(country, result);
            if (shard->state[i] == PW_SCHOOL && result >= country->exam_level2)
                shard->qualification[i] = PW_GCSE;
            if (shard->state[i] == PW_SCHOOL && result < country->exam_any)
                shard->self_efficacy[i] -= params->failure_blow;
        }
    }
}

static bool
tell(const struct pw_country *country, const struct pw_shard *shard, size_t row, int pass,
    struct pw_decision *decision)
{
    const struct pw_gcse_params *params = &country->params->gcse;
    const struct pw_slice slice = pw_slice_of(shard, country->year, row);
    const int before = shard->qualification[row];
    float performed;
    bool passes;

    (void) pass;
    if (slice.age != 16 || !pw_state_is_present(shard->state[row])
        || shard->state[row] != PW_SCHOOL)
        return false;
    performed = performance(params, shard->skill[row], shard->belonging[row],
        pw_normal(pw_slice_luck(&slice, &country->rng, PW_STREAM_GCSE, 0)));
    passes = performed >= country->exam_level2;
    *decision = pw_decision_begin("the examinations at 16", row);
    /* Luck on the day is normal: the chance that it lifts what is known and felt to the standard.
     */
    const double chance = 1.0
                          - (double) pw_normal_cdf((country->exam_level2 - shard->skill[row]
                                                       - params->engagement * shard->belonging[row])
                                                   / pw_maximum(params->luck, 1e-6f));

    (void) pw_decision_option(
        decision, "below level 2", 1.0 - chance, PW_COLUMN_qualification, before);
    (void) pw_decision_option(
        decision, "level 2", chance, PW_COLUMN_qualification, passes ? PW_GCSE : before);
    pw_decision_fact(decision, "Attainment 8", (double) result_of(country, performed), "score");
    pw_decision_fact(
        decision, "level 2 from", (double) result_of(country, country->exam_level2), "score");
    decision->taken = passes;
    return true;
}

const struct pw_process pw_gcse = {
    .name = "gcse",
    .about = "Sixteen-year-olds are examined; what home was like at 14 is noted for good.",
    .reads = PW_SET(key) | PW_SET(partner) | PW_SET(spell) | PW_SET(state) | PW_SET(skill)
             | PW_SET(belonging) | PW_SET(mother) | PW_SET(father) | PW_SET(class) | PW_SET(pay)
             | PW_SET(hours) | PW_SET(owner) | PW_SET(qualification) | PW_SET(place)
             | PW_SET(last_state) | PW_SET(last_spell) | PW_SET(origin_class),
    .writes = PW_SET(attainment) | PW_SET(qualification) | PW_SET(origin_class)
              | PW_SET(grandparent_class) | PW_SET(parent_owner) | PW_SET(parent_qualification)
              | PW_SET(workless_home) | PW_SET(home_place) | PW_SET(self_efficacy),
    .ask = ask,
    .clear = clear,
    .settle = settle,
    .tell = tell,
    .mechanism =
        "What home was like is noted for good at 14: the class and home of the adult of the "
        "home who earns more, a step-parent too, whether nobody there has work, and the highest "
        "qualification of the parents. At 16 pupils are examined: skill, belonging and luck on the "
        "day. While "
        "history is lived as many reach the standards as recorded; from the start year on the"
        " standards stay, so that better schooling shows. Those without any result lose "
        "belief in themselves.",
    .equation =
        "performance = skill + engagement x belonging + luck e; attainment = attainment_mean "
        "+ attainment_sd x (performance - mean) / sd of the cohort, 0 to 90; level 2 if "
        "performance >= the standard that good_passes + level2 x (any_pass - good_passes) of "
        "the cohort reach",
    .source = "Standards: the paths school.good_passes and school.any_pass. Mean: lait2025. Spread,"
              " engagement, luck and the place of level 2 between the two paths assumed or fitted.",
    .tested = "gcse.skill_and_belonging_raise_the_result_by_their_parameters "
              "gcse.after_the_start_year_standards_stay_and_better_schooling_shows "
              "gcse.origin_is_that_of_the_parent_who_earns_more "
              "gcse.a_home_is_workless_when_none_of_its_adults_has_a_job",
};

/* SPDX-License-Identifier: MIT */
#include "pathways/pairs.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/rng.h"

enum {
    WAYS = PW_NUM_WAYS,
    CELLS = PW_NUM_WAYS * PW_NUM_WAYS,
    /* what one step in each dimension of `flow` is */
    STEP_ENROLLED = CELLS,
    STEP_ORIGIN = 2 * STEP_ENROLLED,
    STEP_REACH = PW_NUM_CLASS_CODES * STEP_ORIGIN,
    STEP_GROUP = 2 * STEP_REACH,
    NUM_FLOWS = PW_NUM_GROUPS * STEP_GROUP
};

static const struct pw_code ways[PW_NUM_WAYS] = {
    [PW_WAY_ABSENT] = { "absent", "dead, abroad or not yet arrived" },
    [PW_WAY_SCHOOL] = { "school", "at school or in a sixth form" },
    [PW_WAY_COLLEGE] = { "college", "in further or adult education" },
    [PW_WAY_APPRENTICESHIP] = { "apprenticeship", "in an apprenticeship of any level" },
    [PW_WAY_UNIVERSITY] = { "university", "studying for a first or higher degree" },
    [PW_WAY_WORKING_JOB] = { "working_job", "in work of the lower or higher working class" },
    [PW_WAY_INTERMEDIATE_JOB] = { "intermediate_job", "in work of the intermediate class" },
    [PW_WAY_PROFESSIONAL_JOB] = { "professional_job",
        "in work of the lower or higher professional class" },
    [PW_WAY_NEET] = { "neet", "neither in work nor learning" },
    [PW_WAY_RETIRED] = { "retired", "retired" },
};

const char *
pw_pairs_way_name(enum pw_pathway way)
{
    return ways[way].name;
}

const char *
pw_pairs_way_about(enum pw_pathway way)
{
    return ways[way].about;
}

enum pw_pathway
pw_pairs_way(uint8_t state, uint8_t class)
{
    switch ((enum pw_state) state) {
    case PW_EARLY_YEARS:
    case PW_SCHOOL:
    case PW_SIXTH_FORM:
        return PW_WAY_SCHOOL;
    case PW_FURTHER_EDUCATION:
    case PW_ADULT_EDUCATION:
        return PW_WAY_COLLEGE;
    case PW_APPRENTICESHIP_INTERMEDIATE:
    case PW_APPRENTICESHIP_ADVANCED:
    case PW_APPRENTICESHIP_HIGHER:
        return PW_WAY_APPRENTICESHIP;
    case PW_UNIVERSITY_HOME:
    case PW_UNIVERSITY_AWAY:
    case PW_POSTGRADUATE:
        return PW_WAY_UNIVERSITY;
    case PW_EMPLOYED:
        return class == PW_INTERMEDIATE ? PW_WAY_INTERMEDIATE_JOB
               : class == PW_LOWER_PROFESSIONAL || class == PW_HIGHER_PROFESSIONAL
                   ? PW_WAY_PROFESSIONAL_JOB
                   : PW_WAY_WORKING_JOB;
    case PW_UNEMPLOYED:
    case PW_INACTIVE:
        return PW_WAY_NEET;
    case PW_RETIRED:
        return PW_WAY_RETIRED;
    default:
        return PW_WAY_ABSENT;
    }
}

static bool
is_job(enum pw_pathway way)
{
    return way >= PW_WAY_WORKING_JOB && way <= PW_WAY_PROFESSIONAL_JOB;
}

enum pw_turn
pw_pairs_turn(enum pw_pathway base, enum pw_pathway policy)
{
    if (base == policy) return PW_TURN_NONE;
    if (base == PW_WAY_ABSENT || policy == PW_WAY_ABSENT || base == PW_WAY_RETIRED
        || policy == PW_WAY_RETIRED)
        return PW_TURN_OTHER;
    if (base == PW_WAY_NEET) return PW_TURN_BETTER;
    if (policy == PW_WAY_NEET) return PW_TURN_WORSE;
    if (is_job(base) && is_job(policy)) return policy > base ? PW_TURN_BETTER : PW_TURN_WORSE;
    return PW_TURN_OTHER;
}

pw_status
pw_pairs_init(struct pw_pairs *pairs)
{
    pw_status status = PW_OK;

    PW_TRY(pw_alloc(NUM_FLOWS, sizeof *pairs->flow, &pairs->flow));
    PW_TRY(pw_alloc((size_t) PW_NUM_GROUPS * pairs->num_places * 2 * PW_NUM_TURNS,
        sizeof *pairs->turn_by_place, &pairs->turn_by_place));
done:
    if (status != PW_OK) pw_pairs_free(pairs);
    return status;
}

void
pw_pairs_free(struct pw_pairs *pairs)
{
    pw_free(&pairs->flow);
    pw_free(&pairs->turn_by_place);
}

/* --- The join --- */

/* Where a key is, or the empty slot where it would go. */
static size_t
slot_of(const int32_t *slots, size_t mask, const int64_t *keys, int64_t key)
{
    size_t slot = (size_t) pw_mix64((uint64_t) key) & mask;

    while (slots[slot] != 0 && keys[slots[slot] - 1] != key)
        slot = (slot + 1) & mask;
    return slot;
}

pw_status
pw_pairs_match(
    const int64_t *base, size_t num_base, const int64_t *policy, size_t num_policy, int32_t *match)
{
    pw_status status = PW_OK;
    int32_t *slots = NULL; /* index in `policy` and 1; 0 is empty */
    uint8_t *is_taken = NULL;
    size_t size = 16;

    while (size < 2 * num_policy)
        size *= 2;
    PW_TRY(pw_alloc(size, sizeof *slots, &slots));
    PW_TRY(pw_alloc(num_policy, 1, &is_taken));
    for (size_t i = 0; i < num_policy; i++) {
        const size_t slot = slot_of(slots, size - 1, policy, policy[i]);

        if (slots[slot] != 0)
            PW_FAIL(PW_EFORMAT, "two people of one birth year have the key %lld",
                (long long) policy[i]);
        slots[slot] = (int32_t) i + 1;
    }
    for (size_t i = 0; i < num_base; i++) {
        match[i] = slots[slot_of(slots, size - 1, policy, base[i])] - 1;
        if (match[i] >= 0 && is_taken[match[i]])
            PW_FAIL(
                PW_EFORMAT, "two people of one birth year have the key %lld", (long long) base[i]);
        if (match[i] >= 0) is_taken[match[i]] = 1;
    }
done:
    pw_free(&slots);
    pw_free(&is_taken);
    return status;
}

/* --- Counting --- */

static bool
is_within(int value, int first, int last)
{
    return value >= first && value <= last;
}

int
pw_pairs_wants(const struct pw_pairs *pairs, int birth_year, int first_year)
{
    const int age = pairs->year - birth_year;

    if (is_within(age, pairs->first_age, pairs->last_age)
        || is_within(age, PW_CLASS_FIRST_AGE, PW_CLASS_LAST_AGE))
        return 1;
    return age >= PW_NEET_FIRST_AGE && first_year - birth_year <= PW_NEET_LAST_AGE;
}

struct pw_range
pw_pairs_years(const struct pw_pairs *pairs, int birth_year, int first_year)
{
    const bool has_ways = is_within(pairs->year - birth_year, pairs->first_age, pairs->last_age);
    const int first = birth_year + PW_NEET_FIRST_AGE, until = birth_year + PW_NEET_LAST_AGE;
    const int last = has_ways || until > pairs->year ? pairs->year : until;
    const int begin = first > first_year ? first : first_year;

    if (last < begin) return (struct pw_range){ 0, 0 };
    return (struct pw_range){ (size_t) (begin - first_year), (size_t) (last - first_year + 1) };
}

/* Row `i` of a cohort in the compared year. */
static enum pw_pathway
way_now(const struct pw_cohort *cohort, size_t i)
{
    return pw_pairs_way((uint8_t) cohort->state[i], (uint8_t) cohort->class[i]);
}

static bool
is_reached(const struct pw_pairs *pairs, int16_t place)
{
    return place >= 0 && (size_t) place < pairs->num_places && pairs->in_reach[place];
}

/* A person of both runs: row `i` of the base, row `j` of the policy. */
struct pair {
    const struct pw_cohort *base, *policy;
    size_t i, j;
};

static bool
differs_ever(const struct pair *pair)
{
    const size_t years = (size_t) pair->base->num_years;
    const int8_t *const a = pair->base->history + pair->i * years;
    const int8_t *const b = pair->policy->history + pair->j * years;

    for (size_t y = 0; y < years; y++) {
        const int age = pair->base->first_year + (int) y - pair->base->birth_year;

        if (age >= PW_NEET_FIRST_AGE && a[y] != b[y]) return true;
    }
    return false;
}

static size_t
turn_index(const struct pw_pairs *pairs, size_t group, size_t place, size_t enrolled)
{
    return ((group * pairs->num_places + place) * 2 + enrolled) * PW_NUM_TURNS;
}

static void
count_way(struct pw_pairs *pairs, const struct pair *pair)
{
    const struct pw_cohort *const base = pair->base, *const policy = pair->policy;
    const size_t i = pair->i, j = pair->j;
    const enum pw_pathway from = way_now(base, i), to = way_now(policy, j);
    const int16_t place = base->place[i] >= 0 ? base->place[i] : policy->place[j];
    const size_t enrolled = (policy->exposure[j] & pairs->policies) != 0
                            || (base->exposure[i] & pairs->base_policies) != 0;
    const size_t reach =
        enrolled || is_reached(pairs, base->home_place[i]) || is_reached(pairs, place);
    const size_t origin =
        (uint8_t) base->origin[i] < PW_NO_CLASS ? (uint8_t) base->origin[i] : (uint8_t) PW_NO_CLASS;

    if (from == PW_WAY_ABSENT && to == PW_WAY_ABSENT) return;
    pairs->flow[(size_t) base->group[i] * STEP_GROUP + reach * STEP_REACH + origin * STEP_ORIGIN
                + enrolled * STEP_ENROLLED + (size_t) from * WAYS + (size_t) to]++;
    pairs->people[reach]++;
    pairs->born_since += pairs->policy_from != 0 && base->birth_year >= pairs->policy_from;
    pairs->differ[reach] += from != to;
    pairs->differ_ever[reach] += from != to || differs_ever(pair);
    if (place >= 0 && (size_t) place < pairs->num_places)
        pairs->turn_by_place[turn_index(pairs, (size_t) base->group[i], (size_t) place, enrolled)
                             + (size_t) pw_pairs_turn(from, to)]++;
}

static int64_t
years_neet(const struct pw_cohort *cohort, size_t row)
{
    const size_t years = (size_t) cohort->num_years;
    /* No year of some cohorts is needed: then there is no history. */
    const int8_t *const state = years == 0 ? NULL : cohort->history + row * years;
    int64_t sum = 0;

    for (size_t y = 0; y < years; y++) {
        const int age = cohort->first_year + (int) y - cohort->birth_year;

        sum += is_within(age, PW_NEET_FIRST_AGE, PW_NEET_LAST_AGE)
               && (state[y] == PW_UNEMPLOYED || state[y] == PW_INACTIVE);
    }
    return sum;
}

static void
count_neet(struct pw_pairs *pairs, const struct pair *pair)
{
    const int64_t base = years_neet(pair->base, pair->i);
    const int64_t policy = years_neet(pair->policy, pair->j);
    int64_t *const sums = pairs->neet[pair->base->group[pair->i]];

    sums[PW_NEET_FEWER_PEOPLE] += policy < base;
    sums[PW_NEET_FEWER_YEARS] += policy < base ? base - policy : 0;
    sums[PW_NEET_MORE_PEOPLE] += policy > base;
    sums[PW_NEET_MORE_YEARS] += policy > base ? policy - base : 0;
    sums[PW_NEET_BASE_YEARS] += base;
    sums[PW_NEET_POLICY_YEARS] += policy;
}

static void
count_class(struct pw_pairs *pairs, const struct pair *pair)
{
    const uint8_t base = (uint8_t) pair->base->class[pair->i];
    const uint8_t policy = (uint8_t) pair->policy->class[pair->j];
    const uint8_t origin = (uint8_t) pair->base->origin[pair->i];

    if (!pw_state_is_present((uint8_t) pair->base->state[pair->i])
        || !pw_state_is_present((uint8_t) pair->policy->state[pair->j]) || base >= PW_NO_CLASS
        || policy >= PW_NO_CLASS)
        return;
    pairs->class_change[pair->base->group[pair->i]][origin < PW_NO_CLASS ? origin : PW_NO_CLASS]
                       [policy < base      ? PW_CLASS_LOWER
                           : policy > base ? PW_CLASS_HIGHER
                                           : PW_CLASS_SAME]++;
}

void
pw_pairs_count(struct pw_pairs *pairs, const struct pw_cohort *base, const struct pw_cohort *policy,
    const int32_t *match)
{
    const int age = pairs->year - base->birth_year;
    const bool has_ways = is_within(age, pairs->first_age, pairs->last_age);
    const bool has_classes = is_within(age, PW_CLASS_FIRST_AGE, PW_CLASS_LAST_AGE);
    int64_t here = 0, paired = 0;

    PW_BUG_IF(base->birth_year != policy->birth_year || base->num_years != policy->num_years
              || base->first_year != policy->first_year
              || base->first_year + base->num_years - 1 > pairs->year);
    for (size_t j = 0; has_ways && j < policy->count; j++)
        here += way_now(policy, j) != PW_WAY_ABSENT;
    for (size_t i = 0; i < base->count; i++) {
        const struct pair pair = { base, policy, i, match[i] < 0 ? 0 : (size_t) match[i] };

        PW_BUG_IF(base->group[i] < 0 || base->group[i] >= PW_NUM_GROUPS);
        if (match[i] < 0) {
            pairs->one_run_only[0] += has_ways && way_now(base, i) != PW_WAY_ABSENT;
            continue;
        }
        if (has_ways) {
            paired += way_now(policy, pair.j) != PW_WAY_ABSENT;
            count_way(pairs, &pair);
        }
        if (has_classes) count_class(pairs, &pair);
        count_neet(pairs, &pair);
    }
    pairs->one_run_only[1] += here - paired;
}

/* --- Sums --- */

int64_t
pw_pairs_sum(const struct pw_pairs *pairs, const struct pw_flow_where *where)
{
    const int wanted[6] = { where->group, where->reach, where->origin, where->enrolled, where->base,
        where->policy };
    const size_t lengths[6] = { PW_NUM_GROUPS, 2, PW_NUM_CLASS_CODES, 2, WAYS, WAYS };
    size_t first[6], end[6];
    int64_t sum = 0;

    for (int d = 0; d < 6; d++) {
        first[d] = wanted[d] < 0 ? 0 : (size_t) wanted[d];
        end[d] = wanted[d] < 0 ? lengths[d] : (size_t) wanted[d] + 1;
    }
    for (size_t g = first[0]; g < end[0]; g++)
        for (size_t r = first[1]; r < end[1]; r++)
            for (size_t o = first[2]; o < end[2]; o++)
                for (size_t e = first[3]; e < end[3]; e++)
                    for (size_t b = first[4]; b < end[4]; b++)
                        for (size_t p = first[5]; p < end[5]; p++)
                            sum += pairs->flow[g * STEP_GROUP + r * STEP_REACH + o * STEP_ORIGIN
                                               + e * STEP_ENROLLED + b * WAYS + p];
    return sum;
}

int64_t
pw_pairs_at(const struct pw_pairs *pairs, int group, size_t place, int enrolled, enum pw_turn turn)
{
    const size_t first = group < 0 ? 0 : (size_t) group;
    const size_t end = group < 0 ? PW_NUM_GROUPS : first + 1;
    int64_t sum = 0;

    for (size_t g = first; g < end; g++)
        for (size_t e = 0; e < 2; e++)
            if (enrolled < 0 || (size_t) enrolled == e)
                sum += pairs->turn_by_place[turn_index(pairs, g, place, e) + (size_t) turn];
    return sum;
}

int64_t
pw_pairs_drift(const struct pw_pairs *pairs, double *drift)
{
    const int64_t out_of_reach =
        pw_pairs_sum(pairs, &(struct pw_flow_where){ -1, 0, -1, -1, -1, -1 });

    for (int b = 0; b < WAYS; b++) {
        const double in =
            (double) pw_pairs_sum(pairs, &(struct pw_flow_where){ -1, 1, -1, -1, b, -1 });
        const double out =
            (double) pw_pairs_sum(pairs, &(struct pw_flow_where){ -1, 0, -1, -1, b, -1 });

        for (int p = 0; p < WAYS; p++) {
            const double changed =
                (double) pw_pairs_sum(pairs, &(struct pw_flow_where){ -1, 0, -1, -1, b, p });

            drift[b * WAYS + p] = out_of_reach == 0 ? (double) NAN
                                  : out == 0.0      ? 0.0
                                                    : changed * (in + out) / out;
        }
    }
    return out_of_reach;
}

/**
 * pairs.h - the same people in two runs: who is on another way because of what differs.
 *
 * Layer 3 (engine). Runs of one seed hold the same people with the same luck; a person is known by
 * the key. People are joined a birth cohort at a time and counted in integers by lineage group.
 * Somebody may change ways without being touched by a policy: another partner, then another move,
 * then another job. People out of reach of a policy (see pw_pairs.in_reach) show how much of that
 * there is. Nothing here reads a file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PAIRS_H
#define PW_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "pathways/codes.h"
#include "pathways/population.h"
#include "pathways/status.h"

/** What a person does at the end of a year, as those who plan for places see it. */
enum pw_pathway {
    PW_WAY_ABSENT, /* dead, emigrated, not yet arrived */
    PW_WAY_SCHOOL,
    PW_WAY_COLLEGE,
    PW_WAY_APPRENTICESHIP,
    PW_WAY_UNIVERSITY,
    PW_WAY_WORKING_JOB,
    PW_WAY_INTERMEDIATE_JOB,
    PW_WAY_PROFESSIONAL_JOB,
    PW_WAY_NEET,
    PW_WAY_RETIRED,
    PW_NUM_WAYS
};

/** "school", "college", ...; static. */
const char *pw_pairs_way_name(enum pw_pathway way);

/** What it stands for, one sentence. */
const char *pw_pairs_way_about(enum pw_pathway way);

/** The pathway of a state and class. */
enum pw_pathway pw_pairs_way(uint8_t state, uint8_t class);

/** What a change of pathway is to the person. */
enum pw_turn { PW_TURN_NONE, PW_TURN_BETTER, PW_TURN_WORSE, PW_TURN_OTHER, PW_NUM_TURNS };

/**
 * Better: from NEET to anything but absence or retirement, or to a higher class of job (working,
 * intermediate, professional). Worse: the way back. Other: between learning and work, between
 * routes of learning, and whatever begins or ends in absence or retirement.
 */
enum pw_turn pw_pairs_turn(enum pw_pathway base, enum pw_pathway policy);

/** Ages at which years NEET are counted, and at which classes are compared. */
#define PW_NEET_FIRST_AGE  16
#define PW_NEET_LAST_AGE   24
#define PW_CLASS_FIRST_AGE 25
#define PW_CLASS_LAST_AGE  64

/** What a person's years NEET add up to, one sum each. */
enum pw_neet {
    PW_NEET_FEWER_PEOPLE, /* fewer in the policy run */
    PW_NEET_FEWER_YEARS,
    PW_NEET_MORE_PEOPLE,
    PW_NEET_MORE_YEARS,
    PW_NEET_BASE_YEARS,
    PW_NEET_POLICY_YEARS,
    PW_NUM_NEET
};

/** Class in the policy run beside that in the base. */
enum pw_class_change { PW_CLASS_LOWER, PW_CLASS_SAME, PW_CLASS_HIGHER, PW_NUM_CLASS_CHANGES };

/**
 * People of one birth year in one run; home_place, exposure and place may be NULL outside the ages
 * of the pathways. Columns [count]; `history` [count][num_years] holds the
 * states of the years first_year, first_year + 1, ... up to the compared one or an earlier.
 */
struct pw_cohort {
    int birth_year;
    size_t count;
    int64_t *key;
    int8_t *group, *origin; /* lineage group; class of origin */
    int16_t *home_place;    /* -1: none */
    int32_t *exposure;      /* policies in which ever enrolled, a bit each */
    int16_t *place;         /* at the end of the compared year; -1: not there */
    int8_t *class, *state;  /* at the end of the compared year */
    int8_t *history;
    int first_year, num_years;
};

/** The question and the counts. Fill in the question; pw_pairs_init makes room; pw_pairs_free. */
struct pw_pairs {
    int year;                /* that is compared */
    int first_age, last_age; /* of the pathways, at the end of that year */
    int policy_from;         /* first year in which policies differ; 0: never */
    size_t num_places;
    const uint8_t *in_reach; /* [num_places] 1: in a labour market that the policy reached */
    int32_t base_policies, policies; /* bits of exposure that count as enrolment, in each run */

    /* [group][reach 2][origin][enrolled 2][base way][policy way] people */
    int64_t *flow;
    /* [group][place of the base run][enrolled 2][turn] people; of those absent there, of the policy
     * run */
    int64_t *turn_by_place;
    /* [reach 2]: compared, in another pathway this year, in another state in a year since 16 */
    int64_t people[2], differ[2], differ_ever[2];
    int64_t born_since;      /* compared, and born once policies differed: parents may differ */
    int64_t one_run_only[2]; /* here in the compared year, and in the base, or policy, run only */
    int64_t neet[PW_NUM_GROUPS][PW_NUM_NEET];
    /* [group][origin][change] people with a class in both */
    int64_t class_change[PW_NUM_GROUPS][PW_NUM_CLASS_CODES][PW_NUM_CLASS_CHANGES];
};

/** PW_EMEMORY. @param pairs  the question is set, the rest zero */
pw_status pw_pairs_init(struct pw_pairs *pairs);

void pw_pairs_free(struct pw_pairs *pairs);

/** Are people of a birth year asked for at all? Pure. @param first_year of the states on file */
int pw_pairs_wants(const struct pw_pairs *pairs, int birth_year, int first_year);

/**
 * Years of history that counting a birth year needs, as indices of the years on file: those from
 * the age of 16 on, for the pathways up to the compared year, else up to the age of 24. Pure.
 *
 * @param first_year  of the states on file
 */
struct pw_range pw_pairs_years(const struct pw_pairs *pairs, int birth_year, int first_year);

/**
 * Where the people of one list are on another.
 *
 * @param match  [num_base] receives the index in `policy`, or -1
 * @return       PW_EFORMAT when a key is twice on a list; PW_EMEMORY
 */
pw_status pw_pairs_match(
    const int64_t *base, size_t num_base, const int64_t *policy, size_t num_policy, int32_t *match);

/** Add the people of one birth year to the counts. Both cohorts have the same years. */
void pw_pairs_count(struct pw_pairs *pairs, const struct pw_cohort *base,
    const struct pw_cohort *policy, const int32_t *match);

/** Which cells of `flow` a sum takes in; -1: all. */
struct pw_flow_where {
    int group, reach, origin, enrolled, base, policy;
};

/** People of one lineage group (-1: all) in a place, enrolled 0 or 1 (-1: both), by their turn. */
int64_t pw_pairs_at(
    const struct pw_pairs *pairs, int group, size_t place, int enrolled, enum pw_turn turn);

/** People in some cells of `flow`. */
int64_t pw_pairs_sum(const struct pw_pairs *pairs, const struct pw_flow_where *where);

/**
 * People who would have gone from one pathway to another if everybody changed as those out of reach
 * do: for those out of reach what they did, for those in reach the share of those out of reach who
 * were on the same way in the base.
 *
 * @param drift  [PW_NUM_WAYS * PW_NUM_WAYS] receives people, base way by policy way
 * @return       people out of reach; 0 when there is nobody to tell by, and drift is then NaN
 */
int64_t pw_pairs_drift(const struct pw_pairs *pairs, double *drift);

#endif

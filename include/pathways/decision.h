/**
 * decision.h - what a process can tell of one person's year: the ways that were open, how likely
 * each was, against whom it was won or lost, and what came of it.
 *
 * Layer 2 (life). A process tells from the same kernels and draws that decide, on a range of one
 * row; nothing of it is stored and no run depends on it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_DECISION_H
#define PW_DECISION_H

#include <math.h>

#include "pathways/market.h"
#include "pathways/population.h"

#define PW_MAX_OPTIONS 8
#define PW_MAX_DOORS   4
#define PW_MAX_FACTS   4

/** One of the ways that were open. */
struct pw_option {
    const char *name; /* in plain words: "college" */
    double chance;    /* given the person and the times, before luck is drawn; all add up to 1 */
    int column;       /* enum pw_column that the process writes when this comes of it; -1: none */
    int value;        /* what the column then holds */
};

/** A competition for places that the person entered. */
struct pw_door {
    const char *name;  /* in plain words: "sixth form" */
    const char *where; /* place, labour market or policy; NULL: the country */
    double score;      /* standing among those who ask [score of the market] */
    double cutoff;     /* lowest standing that was admitted; -INFINITY: all who asked were */
    int64_t asked;     /* first wishes */
    int64_t places, taken;
};

/** A number behind the decision. */
struct pw_fact {
    const char *name, *unit;
    double value;
};

/** What one process decided for one person in one pass of one year. */
struct pw_decision {
    const char *about; /* "what to do after school" */
    int num_options, num_doors, num_facts;
    struct pw_option option[PW_MAX_OPTIONS];
    struct pw_door door[PW_MAX_DOORS]; /* best first */
    struct pw_fact fact[PW_MAX_FACTS];
    int wanted;        /* option preferred, luck included; -1: there was nothing to prefer */
    int taken;         /* option that came of it; -1: not known yet */
    int admitted;      /* door that opened; -1: none */
    bool is_routine;   /* the year goes on as before */
    size_t decided_by; /* row of the person who decides: a couple moves and buys as one */
};

/** A decision without anything in it yet. */
static inline struct pw_decision
pw_decision_begin(const char *about, size_t row)
{
    return (struct pw_decision){
        .about = about, .wanted = -1, .taken = -1, .admitted = -1, .decided_by = row
    };
}

/** Add a way. @return its number */
static inline int
pw_decision_option(
    struct pw_decision *decision, const char *name, double chance, int column, int value)
{
    PW_BUG_IF(decision->num_options == PW_MAX_OPTIONS);
    decision->option[decision->num_options] = (struct pw_option){ name, chance, column, value };
    return decision->num_options++;
}

/** Add a number. */
static inline void
pw_decision_fact(struct pw_decision *decision, const char *name, double value, const char *unit)
{
    PW_BUG_IF(decision->num_facts == PW_MAX_FACTS);
    decision->fact[decision->num_facts++] = (struct pw_fact){ name, unit, value };
}

/**
 * Add a market that has been cleared.
 *
 * @param index  of the market
 * @param score  of the person there
 */
static inline void
pw_decision_door(struct pw_decision *decision, const char *name, const char *where,
    const struct pw_market *market, size_t index, uint64_t score)
{
    const uint64_t cutoff = market->cutoff[index];

    PW_BUG_IF(decision->num_doors == PW_MAX_DOORS);
    decision->door[decision->num_doors++] = (struct pw_door){
        .name = name,
        .where = where,
        .score = pw_market_standing(score),
        .cutoff = cutoff == 0            ? -(double) INFINITY
                  : cutoff == UINT64_MAX ? (double) INFINITY
                                         : pw_market_standing(cutoff),
        .asked = market->asked[index],
        .places = market->capacity[index],
        .taken = market->taken[index],
    };
}

/** The application of a row in the market being cleared; NULL if there is none. */
static inline const struct pw_application *
pw_decision_application(const struct pw_shard *shard, size_t row)
{
    for (size_t a = 0; a < shard->num_applications; a++)
        if (shard->applications[a].row == row) return &shard->applications[a];
    return NULL;
}

#endif

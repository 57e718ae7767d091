/*
 * comparison.h - a base and its policies: what is asked of them, what is found.
 *
 * Layer 5 (cli). What the parts of compare share: comparable.c says whether runs can be compared
 * and in what they differ, differences.c judges measures, pairing.c joins people, flows.c tells of
 * them, costs.c of money, condition.c answers --fail-if.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CLI_COMPARISON_H
#define PW_CLI_COMPARISON_H

#include "outcomes.h"
#include "pathways/pairs.h"
#include "pathways/significance.h"

/** What can be shown, one table of rows each. */
enum cli_section {
    CLI_RUNS,
    CLI_DIFFERENCES,
    CLI_PATHWAYS,
    CLI_FLOWS,
    CLI_DISPLACED,
    CLI_YEARS,
    CLI_COST,
    CLI_NUM_SECTIONS
};

#define CLI_MAX_CONDITIONS 32

struct cli_request {
    enum cli_by by;
    bool is_grouped;       /* a grouping was asked for */
    struct cli_span years; /* of the measures */
    int year;              /* the last of them: of all else */
    const char *glob;
    enum cli_format format;
    bool chosen[CLI_NUM_INDICATORS];
    bool shows[CLI_NUM_SECTIONS];
    int first_age, last_age; /* of the pathways */
    double discount;         /* a year */
    const char *conditions[CLI_MAX_CONDITIONS];
    int num_conditions;
};

/** Base and one policy. */
struct cli_pair {
    const struct cli_outcomes *base, *policy;
    /* comparable.c */
    struct pw_text changes; /* what differs, one line each; "" when nothing does */
    size_t num_changes;
    bool only_policies;             /* differ */
    int32_t base_bits, policy_bits; /* of exposure: policies that the other run has not */
    bool same_people_on_file;
    double people_each, recorded; /* people for whom one stands; share of them on file */
    /* pairing.c */
    struct pw_pairs pairs;
    uint8_t *in_reach;     /* [places] */
    int first_policy_year; /* in which money or participants differ; 0: never */
    bool has_reach;        /* someone is out of reach, so that drift can be told */
    double drift[PW_NUM_WAYS * PW_NUM_WAYS]; /* simulated people; NaN without such people */
};

void cli_pair_free(struct cli_pair *pair);

/* --- comparable.c --- */

/** PW_EINPUT with the reasons and the remedy when the runs cannot be compared; else fills in the
 * part of `pair` that says in what they differ. */
pw_status cli_comparable_check(struct cli_pair *pair);

/** Rows of what differs. */
pw_status cli_comparable_print(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/* --- differences.c --- */

/** A difference, judged among others. */
struct cli_judged {
    int indicator;
    size_t group;
    struct cli_difference is;
    double p, adjusted; /* NaN where there is nobody to tell by */
};

/** Differences that are judged together. Zero-initialise; release with pw_free(&family->items). */
struct cli_family {
    struct cli_judged *items;
    size_t count;
};

/**
 * All chosen measures in all groups of one grouping.
 *
 * @param chosen  [CLI_NUM_INDICATORS]; NULL: all, the headlines judged apart from the others
 */
pw_status cli_differences_judge(const struct cli_pair *pair, enum cli_by by, const bool *chosen,
    struct cli_span years, struct cli_family *family);

/** Is it told apart from zero? */
bool cli_judged_is_marked(const struct cli_judged *judged);

/** Rows for programs, of all policies. */
pw_status cli_differences_print_rows(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/** Headlines with a column for each policy. */
pw_status cli_differences_print_together(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/** Tables of one policy. */
pw_status cli_differences_print(const struct cli_pair *pair, const struct cli_request *request);

/* --- pairing.c --- */

/** Do both runs keep the years of the same people? */
bool cli_pairing_is_possible(const struct cli_pair *pair);

/** Read and join the people of both files, a birth year at a time. */
pw_status cli_pairing_read(struct cli_pair *pair, const struct cli_request *request);

/* --- flows.c --- */

/** People of the real country for whom one on file stands. */
double cli_flow_people_each(const struct cli_pair *pair);

/** People of the real country in some cells. */
double cli_flow(const struct cli_pair *pair, struct pw_flow_where where);

/** Is there anybody on a pathway in either run? */
bool cli_flow_is_used(const struct cli_pair *pair, int way);

/** What became of a pathway; people of the real country. */
struct cli_way {
    double base, policy, gained, lost, drift_gained, drift_lost;
    double lost_not_enrolled, lost_to_neet, lost_to_lower_job;
    struct pw_estimate net;
    double p, adjusted;
};

/** All pathways, judged together. */
pw_status cli_flow_ways(const struct cli_pair *pair, struct cli_way ways[PW_NUM_WAYS]);

/** Tables of pathways, flows or years: of all policies in one for programs, of one policy for
 * people. */
pw_status cli_flows_print(const struct cli_pair *pairs, size_t num_pairs,
    const struct cli_request *request, enum cli_section section);

/* --- displaced.c --- */

pw_status cli_displaced_print(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/* --- costs.c --- */

/**
 * Sums over policies of an array of /policies, [year][place]; zeros when the run has no policies.
 *
 * @param sums  [years measured][places]
 */
pw_status cli_costs_sum(const struct cli_outcomes *outcomes, const char *path, double *sums);

pw_status cli_costs_print(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/* --- condition.c --- */

/** PW_EUSAGE with a remedy when a condition cannot be understood. */
pw_status cli_condition_check(const struct cli_outcomes *base, const char *text);

/** PW_EVERDICT when a condition holds for a policy; says which, with the values, on stderr. */
pw_status cli_condition_judge(
    const struct cli_pair *pairs, size_t num_pairs, const struct cli_request *request);

/* --- Shared by the tables (compare.c) --- */

/** A heading in a report for people, with a sentence under it; nothing for programs. */
void cli_comparison_heading(
    const struct cli_request *request, const char *heading, const char *sentence);

/** Are the results for a program, one table of long rows? */
bool cli_comparison_is_long(const struct cli_request *request);

/** A number of people or pounds to three figures, with commas: "12,300". */
void cli_comparison_amount(double amount, char text[32]);

/** The next cell: the same for people, all figures for programs; empty when NaN. */
pw_status cli_table_amount(
    struct cli_table *table, const struct cli_request *request, double amount);

/** The next cell: the same with its sign, "+12,300", and * when marked; for people. */
pw_status cli_table_gain(struct cli_table *table, double gain, bool is_marked);

/** Add columns; a heading that begins with # is of numbers. */
void cli_table_columns(struct cli_table *table, const char *const *headings, size_t count);

/** Print a table and release it. */
void cli_table_finish(struct cli_table *table, const struct cli_request *request);

#endif

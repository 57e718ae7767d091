/**
 * jobs.h - vacancies and who fills them.
 *
 * Layer 2 (life).
 * From the highest class down, in each labour market: what incumbents leave is vacant; those out of
 * work, new on the market or seeking promotion apply where they live, and some also in a
 * neighbouring labour market, where they would commute; they are ranked by k credential + (1 -
 * k)(skill + experience) + networks + noise, where k is credentialism; those who are promoted leave
 * a vacancy below.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_JOBS_H
#define PW_JOBS_H

#include "pathways/process.h"

/** Fills jobs, one class at a time. */
extern const struct pw_process pw_jobs;

/** What an employer sees. */
struct pw_jobs_applicant {
    float credential; /* 0 (no qualification) to 5, less 1.5 */
    float skill;      /* SD */
    float experience; /* years */
    float network;    /* class of origin, -2 to 2, more where local ties help */
    float local;      /* 1 in the area of childhood */
    float noise;      /* standard normal */
};

/** Rank of an applicant. Pure. */
float pw_jobs_score(const struct pw_jobs_params *params, const struct pw_jobs_applicant *applicant);

#endif

/**
 * codes.h - the categories of the model as constants, and their names.
 *
 * Layer 1 (model). Everything comes from codes.def.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CODES_H
#define PW_CODES_H

#include <stdbool.h>
#include <stdint.h>

enum pw_state {
#define STATE(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_STATES
};

/** The five classes, low to high; PW_NO_CLASS stands after them. */
enum pw_class {
#define CLASS(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_CLASS_CODES,
    PW_NUM_CLASSES = PW_NO_CLASS
};

enum pw_qualification {
#define QUALIFICATION(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_QUALIFICATIONS
};

enum pw_route {
#define ROUTE(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_ROUTES
};

/** Tiers of universities, low to high. */
enum pw_tariff {
#define TARIFF(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_TARIFFS
};

enum pw_sex {
#define SEX(constant, name, about) PW_##constant,
#include "pathways/codes.def"
    PW_NUM_SEXES
};

/** One category: its name in files and on the command line, and what it means. */
struct pw_code {
    const char *name;
    const char *about;
};

/** A family of categories. */
enum pw_code_family {
    PW_CODES_STATE,
    PW_CODES_CLASS,
    PW_CODES_QUALIFICATION,
    PW_CODES_ROUTE,
    PW_CODES_TARIFF,
    PW_CODES_SEX,
    PW_NUM_CODE_FAMILIES
};

/** Categories of a family in the order of their codes. @param count receives how many */
const struct pw_code *pw_codes(enum pw_code_family family, int *count);

/** Alive and in the country. */
static inline bool
pw_state_is_present(uint8_t state)
{
    return state >= PW_EARLY_YEARS && state <= PW_RETIRED;
}

/** In education or an apprenticeship (so never NEET). */
static inline bool
pw_state_is_learning(uint8_t state)
{
    return (state >= PW_SCHOOL && state <= PW_POSTGRADUATE) || state == PW_ADULT_EDUCATION;
}

/** In an apprenticeship of any level. */
static inline bool
pw_state_is_apprentice(uint8_t state)
{
    return state >= PW_APPRENTICESHIP_INTERMEDIATE && state <= PW_APPRENTICESHIP_HIGHER;
}

/** In higher education, first or higher degree. */
static inline bool
pw_state_is_university(uint8_t state)
{
    return state >= PW_UNIVERSITY_HOME && state <= PW_POSTGRADUATE;
}

/**
 * One state for all that are the same activity: apprenticeships of any level, university at home
 * and away, unemployed and inactive (NEET) are told by the first of them; any other state is
 * itself.
 */
static inline uint8_t
pw_activity_state(uint8_t state)
{
    return (uint8_t) (state - (state == PW_APPRENTICESHIP_ADVANCED)
                      - 2 * (state == PW_APPRENTICESHIP_HIGHER) - (state == PW_UNIVERSITY_AWAY)
                      - (state == PW_INACTIVE));
}

/** Age at which surveys ask what home was like [years]. */
#define PW_ORIGIN_AGE 14

/** Years after which surveys no longer ask for the last job (Labour Force Survey). */
#define PW_YEARS_OF_CLASS 8

/**
 * Class as surveys count it: that of the job, or of the last one within eight years; PW_NO_CLASS
 * for those longer out of work.
 *
 * @param class       of the present or last job
 * @param state       now
 * @param last_state  a year ago
 * @param last_spell  years in the activity of last_state until a year ago
 */
static inline uint8_t
pw_class_counted(uint8_t class, uint8_t state, uint8_t last_state, uint8_t last_spell)
{
    const int out =
        (state >= PW_UNEMPLOYED) & (state <= PW_RETIRED) & (state != PW_ADULT_EDUCATION);
    const int still = pw_activity_state(state) == pw_activity_state(last_state);

    return (out & still & (last_spell >= PW_YEARS_OF_CLASS)) ? PW_NO_CLASS : class;
}

#endif

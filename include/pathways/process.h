/**
 * process.h - what a process is, and what it may know of the year.
 *
 * Layer 2 (life). A process is one constant: name, one sentence, the columns it reads and writes,
 * its step over one shard and year. A process that competes for something is ask (score), clear (on
 * counts of all shards), settle (write columns). The year is a list of processes (schedule.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_PROCESS_H
#define PW_PROCESS_H

#include "pathways/country.h"
#include "pathways/decision.h"
#include "pathways/numeric.h"
#include "pathways/pick.h"
#include "pathways/population.h"
#include "pathways/push.h"
#include "pathways/rng.h"
#include "pathways/scenario.h"

/** A part of the year. */
struct pw_process {
    const char *name;  /* "childhood" */
    const char *about; /* one sentence */
    pw_columns reads, writes;
    int num_passes; /* how many times ask, clear, settle are gone through; 0 counts as 1 */

    /** Is there anything to do in a pass this year? May be NULL: always. */
    bool (*has_pass)(const struct pw_country *country, int pass);
    /** Once a year before the shards, on the country alone; may be NULL. */
    void (*open)(struct pw_country *country);
    /** Over one shard: reads the country, writes the shard only; may be NULL. */
    void (*ask)(const struct pw_country *country, struct pw_shard *shard, int pass);
    /** When all shards have asked: reads tallies and applications of all, writes the country; may
     * be NULL. */
    void (*clear)(struct pw_country *country, struct pw_shard *shards, size_t num_shards, int pass);
    /** Over one shard once cleared; may be NULL. */
    void (*settle)(const struct pw_country *country, struct pw_shard *shard, int pass);
    /**
     * What a pass decides for one row, asked after `clear` or, without one, before `ask`. Changes
     * nothing, and no run needs it. May be NULL. @return false: there is nothing to decide
     */
    bool (*tell)(const struct pw_country *country, const struct pw_shard *shard, size_t row,
        int pass, struct pw_decision *decision);

    /* For the description of the model (`pathways describe odd`). */
    const char *mechanism; /* what happens, to whom, and why it is modelled so */
    const char *equation;  /* the formula; names are those of columns and parameters */
    const char *source;    /* where it comes from, and what of it is assumed */
    const char *tested;    /* tests of its direction, "suite.test" with blanks between */
};

/**
 * A run of at most PW_BLOCK rows of one birth cohort: everyone in it has one age. The last rows of
 * a cohort, who wait abroad, are left out.
 */
struct pw_slice {
    int age; /* at the end of the year */
    size_t begin, count;
    /* where the walk stands */
    const struct pw_shard *shard;
    int year, first_age;
};

/** Before the first slice of everyone aged `first_age` to `last_age`, oldest first. */
static inline struct pw_slice
pw_slices(const struct pw_shard *shard, int year, int first_age, int last_age)
{
    const struct pw_range oldest = pw_shard_ages(shard, year, last_age, last_age);

    return (struct pw_slice){ .age = last_age,
        .begin = oldest.begin,
        .count = 0,
        .shard = shard,
        .year = year,
        .first_age = first_age };
}

/** Step to the next slice; false after the last. Rows appended meanwhile to later cohorts are not
 * visited. */
static inline bool
pw_slice_next(struct pw_slice *slice)
{
    size_t begin = slice->begin + slice->count;

    for (; slice->age >= slice->first_age; slice->age--) {
        const struct pw_range cohort =
            pw_shard_ages(slice->shard, slice->year, slice->age, slice->age);

        size_t end = cohort.end;

        begin = begin < cohort.begin ? cohort.begin : begin;
        while (end > begin && slice->shard->state[end - 1] == PW_ABROAD)
            end--;
        if (begin < end) {
            slice->begin = begin;
            slice->count = end - begin < PW_BLOCK ? end - begin : PW_BLOCK;
            return true;
        }
    }
    return false;
}

/**
 * Rows of a slice rounded up to whole vectors of any width. A kernel works out values for so many
 * rows into an array of its own and keeps the first `count` (pw_slice_keep): the few too many cost
 * less than going over the rest one by one. What stands in the rows beyond is that of others, or
 * zero; arrays of one's own are cleared before the first slice, so that nothing is made of nothing.
 */
PW_INLINE size_t
pw_slice_span(const struct pw_slice *slice)
{
    return PW_WHOLE_VECTORS(slice->count);
}

/** Into a column what was worked out for the rows of a slice. @param column at the first of them */
PW_INLINE void
pw_slice_keep(const struct pw_slice *slice, const float *values, float *column)
{
    memcpy(column, values, slice->count * sizeof *column);
}

/**
 * Where the people of a slice stand in tables by place, as numbers of 32 bits: gcc looks up floats
 * by these in vectors, and by shorter ones one at a time.
 *
 * @param place  [PW_BLOCK] receives pw_slice_span numbers
 */
PW_INLINE void
pw_slice_places(const struct pw_slice *slice, int32_t *place)
{
    const uint16_t *resides = slice->shard->place + slice->begin;
    const size_t span = pw_slice_span(slice);

    for (size_t j = 0; j < span; j++)
        place[j] = pw_table_place(resides[j]);
}

/** Is anybody of a slice in one of the states from `first` to `last`? */
PW_INLINE bool
pw_slice_has(const struct pw_slice *slice, enum pw_state first, enum pw_state last)
{
    const uint8_t *state = slice->shard->state + slice->begin;
    unsigned count = 0;

    for (size_t j = 0; j < slice->count; j++)
        count += state[j] >= first && state[j] <= last;
    return count > 0;
}

/** The slice of one row, for telling of one person. */
static inline struct pw_slice
pw_slice_of(const struct pw_shard *shard, int year, size_t row)
{
    const int age = year - pw_shard_birth_year(shard, row);

    return (struct pw_slice){
        .age = age, .begin = row, .count = 1, .shard = shard, .year = year, .first_age = age
    };
}

/** Draws of a slice: u[j][i] belongs to row begin + i. */
static inline void
pw_slice_draw(const struct pw_slice *slice, const struct pw_rng *rng, enum pw_stream stream,
    uint32_t k, struct pw_draws *draws)
{
    pw_rng_block(rng, slice->shard->key + slice->begin, slice->count, slice->age, stream, k, draws);
}

/** The first uniform of the first row of a slice: that of one person, for telling. */
static inline float
pw_slice_luck(
    const struct pw_slice *slice, const struct pw_rng *rng, enum pw_stream stream, uint32_t k)
{
    return pw_rng_uniform(rng, slice->shard->key[slice->begin], slice->age, stream, k);
}

/**
 * What policies do to the people of a slice through a channel: [count], then zeros up to
 * pw_slice_span, in its unit.
 *
 * @param room  [PW_BLOCK] used where somebody acts; zeros that are shared are given otherwise
 */
PW_INLINE const float *
pw_pushes(const struct pw_country *country, const struct pw_slice *slice, enum pw_channel channel,
    float *room)
{
    if (!pw_is_pushed(country, channel)) return pw_no_push;
    pw_push_block(country, slice->shard, channel, slice->age,
        (struct pw_range){ slice->begin, slice->begin + slice->count }, room);
    memset(room + slice->count, 0, (pw_slice_span(slice) - slice->count) * sizeof *room);
    return room;
}

/** Some people of a slice, in the order of their rows. */
struct pw_few {
    size_t count;
    uint32_t row[PW_BLOCK + PW_PICK_SPARE];
};

/** The rows of a slice that are wanted. @param wanted [slice->count] 1 or 0 */
static inline void
pw_few_list(struct pw_few *few, const struct pw_slice *slice, const uint8_t *wanted)
{
    few->count = pw_pick(wanted, slice->count, (uint32_t) slice->begin, few->row);
}

/** Put a row on the list if it is wanted; without a branch. At most one call for each row of a
 * slice. */
PW_INLINE void
pw_few_add(struct pw_few *few, size_t row, bool wanted)
{
    few->row[few->count] = (uint32_t) row;
    few->count += wanted;
}

/** The lottery of an application from a draw. */
PW_INLINE uint32_t
pw_lottery(float u)
{
    return (uint32_t) (int32_t) (u * 0x1p31f);
}

/** Draws of those on the list: u[j][n] belongs to few->row[n]. */
PW_INLINE void
pw_few_draw(const struct pw_few *few, const struct pw_slice *slice, const struct pw_rng *rng,
    enum pw_stream stream, uint32_t k, struct pw_draws *draws)
{
    uint64_t key[PW_BLOCK];

    for (size_t n = 0; n < few->count; n++)
        key[n] = slice->shard->key[few->row[n]];
    pw_rng_block(rng, key, few->count, slice->age, stream, k, draws);
}

#endif

/*
 * The people of two run files, joined a birth year at a time.
 *
 * Rows of /persons are in order of birth year, so a birth year is a range of rows; within it people
 * are found by their keys. Memory is that of one birth year of both runs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <string.h>

#include "comparison.h"
#include "pathways/alloc.h"
#include "pathways/slab.h"

/* Rows whose birth years are looked at together [people]. */
#define SCAN_ROWS 65536

enum column { KEY, GROUP, ORIGIN, HOME, EXPOSURE, PLACE, CLASS, STATE, HISTORY, NUM_COLUMNS };

/* Only people whose pathways are compared are asked where they are. */
static bool
is_of_ways(enum column column)
{
    return column == HOME || column == EXPOSURE || column == PLACE;
}

static const struct {
    const char *path;
    enum pw_type type;
    size_t size;
} columns[NUM_COLUMNS] = {
    [KEY] = { "/persons/key", PW_TYPE_INT64, 8 },
    [GROUP] = { "/persons/lineage_group", PW_TYPE_INT8, 1 },
    [ORIGIN] = { "/persons/origin_class", PW_TYPE_INT8, 1 },
    [HOME] = { "/persons/home_place", PW_TYPE_INT16, 2 },
    [EXPOSURE] = { "/persons/exposure", PW_TYPE_INT32, 4 },
    [PLACE] = { "/trajectories/place", PW_TYPE_INT16, 2 },
    [CLASS] = { "/trajectories/class", PW_TYPE_INT8, 1 },
    [STATE] = { "/trajectories/state", PW_TYPE_INT8, 1 },
    [HISTORY] = { "/trajectories/state", PW_TYPE_INT8, 1 },
};

/* One of the two files while it is read. */
struct source {
    const struct pw_reader *reader;
    struct pw_slab *slabs[NUM_COLUMNS];
    int first_year; /* on file */
    int first_birth_year, num_birth_years;
    size_t *begin; /* [num_birth_years + 1] first row of a birth year */
    void *items[NUM_COLUMNS];
    size_t capacity[NUM_COLUMNS]; /* bytes */
    struct pw_cohort cohort;
};

bool
cli_pairing_is_possible(const struct cli_pair *pair)
{
    const struct pw_reader *const readers[2] = { pair->base->reader, pair->policy->reader };

    if (!pair->same_people_on_file) return false;
    for (int k = 0; k < 2; k++)
        for (int c = 0; c < NUM_COLUMNS; c++)
            if (!pw_reader_has(readers[k], columns[c].path)) return false;
    return true;
}

/* --- One file --- */

/* Where each birth year begins. */
static pw_status
find_cohorts(struct source *source)
{
    pw_status status = PW_OK;
    struct pw_slab *slab = NULL;
    int16_t *years = NULL;
    int last = 0;

    PW_TRY(pw_slab_open(source->reader, "/persons/birth_year", PW_TYPE_INT16, &slab));
    PW_TRY(pw_alloc(SCAN_ROWS, sizeof *years, &years));
    const size_t rows = pw_slab_rows(slab);
    for (size_t row = 0; row < rows; row += SCAN_ROWS) {
        const size_t end = row + SCAN_ROWS < rows ? row + SCAN_ROWS : rows;

        PW_TRY(pw_slab_read(slab, &(struct pw_stretch){ row, end, 0, 1 }, years));
        for (size_t i = 0; i < end - row; i++) {
            if (row + i == 0) source->first_birth_year = last = years[0];
            if (years[i] < last)
                PW_FAIL(PW_EFORMAT, "%s: /persons is not in order of birth year at row %zu",
                    pw_reader_path(source->reader), row + i);
            if (years[i] == last && row + i > 0) continue;
            last = years[i];
            const int count = last - source->first_birth_year + 1;
            PW_TRY(pw_grow((size_t) source->num_birth_years, (size_t) count + 1,
                sizeof *source->begin, &source->begin));
            for (int y = source->num_birth_years > 0 ? source->num_birth_years : 0; y < count; y++)
                source->begin[y] = row + i;
            source->num_birth_years = count;
        }
    }
    if (source->num_birth_years > 0) source->begin[source->num_birth_years] = rows;
done:
    pw_slab_close(&slab);
    pw_free(&years);
    return status;
}

static pw_status
open_source(struct source *source, const struct cli_outcomes *outcomes)
{
    pw_status status = PW_OK;

    source->reader = outcomes->reader;
    source->first_year = outcomes->first_year;
    PW_TRY(find_cohorts(source));
    for (int c = 0; c < NUM_COLUMNS; c++)
        PW_TRY(pw_slab_open(source->reader, columns[c].path, columns[c].type, &source->slabs[c]));
    for (int c = PLACE; c < NUM_COLUMNS; c++) {
        if (pw_slab_columns(source->slabs[c]) != (size_t) outcomes->num_years)
            PW_FAIL(PW_EFORMAT, "%s: %s is not of the years %d to %d",
                pw_reader_path(source->reader), columns[c].path, outcomes->first_year,
                outcomes->first_year + outcomes->num_years - 1);
    }
done:
    return status;
}

static void
close_source(struct source *source)
{
    for (int c = 0; c < NUM_COLUMNS; c++) {
        pw_slab_close(&source->slabs[c]);
        pw_free(&source->items[c]);
    }
    pw_free(&source->begin);
}

/* A column of some rows, in memory that grows with the largest birth year. */
static pw_status
read_column(struct source *source, enum column column, const struct pw_stretch *stretch)
{
    pw_status status = PW_OK;
    const size_t bytes = (stretch->end - stretch->begin)
                         * (stretch->end_column - stretch->first_column) * columns[column].size;

    if (bytes > source->capacity[column]) {
        pw_free(&source->items[column]);
        source->capacity[column] = 0;
        PW_TRY(pw_alloc(bytes, 1, &source->items[column]));
        source->capacity[column] = bytes;
    }
    PW_TRY(pw_slab_read(source->slabs[column], stretch, source->items[column]));
done:
    return status;
}

/* A birth year: its people now and in some earlier years, indices of the years on file. */
static pw_status
read_cohort(struct source *source, const struct pw_pairs *pairs, int birth_year)
{
    pw_status status = PW_OK;
    const int index = birth_year - source->first_birth_year;
    const bool is_there = index >= 0 && index < source->num_birth_years;
    const size_t begin = is_there ? source->begin[index] : 0;
    const size_t end = is_there ? source->begin[index + 1] : 0;
    const size_t now = (size_t) (pairs->year - source->first_year);
    const struct pw_range years = pw_pairs_years(pairs, birth_year, source->first_year);
    const bool has_ways =
        pairs->year - birth_year >= pairs->first_age && pairs->year - birth_year <= pairs->last_age;

    for (int c = 0; c < NUM_COLUMNS; c++) {
        const struct pw_range columns_of = c == HISTORY ? years
                                           : c >= PLACE ? (struct pw_range){ now, now + 1 }
                                                        : (struct pw_range){ 0, 1 };
        const struct pw_stretch stretch = { begin, end, columns_of.begin, columns_of.end };

        if (has_ways || !is_of_ways((enum column) c))
            PW_TRY(read_column(source, (enum column) c, &stretch));
    }
    source->cohort = (struct pw_cohort){ .birth_year = birth_year,
        .count = end - begin,
        .key = source->items[KEY],
        .group = source->items[GROUP],
        .origin = source->items[ORIGIN],
        .home_place = has_ways ? source->items[HOME] : NULL,
        .exposure = has_ways ? source->items[EXPOSURE] : NULL,
        .place = has_ways ? source->items[PLACE] : NULL,
        .class = source->items[CLASS],
        .state = source->items[STATE],
        .history = source->items[HISTORY],
        .first_year = source->first_year + (int) years.begin,
        .num_years = (int) (years.end - years.begin) };
    for (size_t i = 0; i < source->cohort.count; i++) {
        if (source->cohort.group[i] < 0 || source->cohort.group[i] >= PW_NUM_GROUPS)
            PW_FAIL(PW_EFORMAT, "%s: /persons/lineage_group is %d in row %zu: 0 to %d are known",
                pw_reader_path(source->reader), source->cohort.group[i], begin + i,
                PW_NUM_GROUPS - 1);
    }
done:
    return status;
}

/* --- The two --- */

static pw_status
join_cohort(struct cli_pair *pair, struct source *sources, int birth_year)
{
    pw_status status = PW_OK;
    int32_t *match = NULL;

    for (int k = 0; k < 2; k++)
        PW_TRY(read_cohort(&sources[k], &pair->pairs, birth_year));
    PW_TRY(pw_alloc(sources[0].cohort.count, sizeof *match, &match));
    PW_TRY(pw_pairs_match(sources[0].cohort.key, sources[0].cohort.count, sources[1].cohort.key,
        sources[1].cohort.count, match));
    pw_pairs_count(&pair->pairs, &sources[0].cohort, &sources[1].cohort, match);
done:
    pw_free(&match);
    return status;
}

/* Places of labour markets in which a policy had participants by the compared year; all places when
 * more than policies differ, since nobody is then out of reach. */
static pw_status
find_reach(struct cli_pair *pair, int year)
{
    static const char *const paths[] = { "/policies/participants", "/policies/spending" };
    pw_status status = PW_OK;
    const struct cli_outcomes *const base = pair->base;
    const size_t num_places = base->groups[CLI_BY_PLACE].count;
    const size_t num_years = (size_t) base->num_years;
    double *sums[2] = { NULL, NULL };
    uint8_t *markets = NULL;

    PW_TRY(pw_alloc(num_places, sizeof *pair->in_reach, &pair->in_reach));
    PW_TRY(pw_alloc(base->groups[CLI_BY_LABOUR_MARKET].count, sizeof *markets, &markets));
    for (int k = 0; k < 2; k++)
        PW_TRY(pw_alloc(num_years * num_places, sizeof **sums, &sums[k]));
    for (int array = 0; array < 2; array++) {
        PW_TRY(cli_costs_sum(base, paths[array], sums[0]));
        PW_TRY(cli_costs_sum(pair->policy, paths[array], sums[1]));
        for (size_t i = 0; i < num_years * num_places; i++) {
            const int at = base->first_year + (int) (i / num_places);

            if (sums[0][i] == sums[1][i]) continue;
            if (pair->first_policy_year == 0 || at < pair->first_policy_year)
                pair->first_policy_year = at;
            if (at <= year) markets[base->labour_market[i % num_places]] = 1;
        }
    }
    for (size_t p = 0; p < num_places; p++)
        pair->in_reach[p] = !pair->only_policies || markets[base->labour_market[p]];
done:
    pw_free(&sums[0]);
    pw_free(&sums[1]);
    pw_free(&markets);
    return status;
}

pw_status
cli_pairing_read(struct cli_pair *pair, const struct cli_request *request)
{
    pw_status status = PW_OK;
    struct source sources[2] = { { 0 } };
    struct pw_pairs *const pairs = &pair->pairs;

    PW_TRY(find_reach(pair, request->year));
    *pairs = (struct pw_pairs){ .year = request->year,
        .first_age = request->first_age,
        .last_age = request->last_age,
        .policy_from = pair->first_policy_year,
        .num_places = pair->base->groups[CLI_BY_PLACE].count,
        .in_reach = pair->in_reach,
        .base_policies = pair->base_bits,
        .policies = pair->policy_bits };
    PW_TRY(pw_pairs_init(pairs));
    PW_TRY(open_source(&sources[0], pair->base));
    PW_TRY(open_source(&sources[1], pair->policy));
    for (int birth_year = request->year - PW_MAX_AGE; birth_year <= request->year; birth_year++) {
        if (pw_pairs_wants(pairs, birth_year, pair->base->first_year))
            PW_TRY(join_cohort(pair, sources, birth_year));
    }
    pair->has_reach = pw_pairs_drift(pairs, pair->drift) > 0;
done:
    close_source(&sources[0]);
    close_source(&sources[1]);
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "pathways/measure.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"
#include "pathways/parallel.h"
#include "pathways/rng.h"

static const struct pw_measure_info infos[PW_NUM_MEASURES] = {
#define BAND(band, where)
#define MEASURE(constant, name, kind, first_age, last_age, theme, better, unit, source, about)     \
    { #name, PW_KIND_##kind, first_age, last_age, PW_THEME_##theme, PW_BETTER_##better, unit,      \
        source, about },
#include "pathways/measures.def"
};

static const char *const theme_names[PW_NUM_THEMES] = { "Mobility outcomes",
    "Intermediate outcomes", "Drivers", "Pathways through learning and work", "Place",
    "Security, home and wellbeing" };

/* The first measure of each band: BEFORE lets the next line have the same number. */
enum position {
#define BAND(band, where) FIRST_##band, BEFORE_##band = FIRST_##band - 1,
#define MEASURE(constant, name, kind, first_age, last_age, theme, better, unit, source, about)     \
    POSITION_##constant,
#include "pathways/measures.def"
};

static const struct {
    int first_measure;
    enum pw_where where;
} bands[PW_NUM_BANDS] = {
#define BAND(band, where) { FIRST_##band, PW_WHERE_##where },
#include "pathways/measures.def"
};

static struct pw_band_layout
describe_band(int index)
{
    struct pw_band_layout band = { .where = bands[index].where,
        .first_measure = bands[index].first_measure,
        .first_age = PW_MAX_AGE };
    const int end =
        index + 1 < PW_NUM_BANDS ? bands[index + 1].first_measure : (int) PW_NUM_MEASURES;

    band.num_measures = end - band.first_measure;
    band.num_lanes = (band.num_measures + 7) / 8 * 8;
    PW_BUG_IF(band.num_lanes > PW_MAX_LANES);
    for (int m = band.first_measure; m < end; m++) {
        if (infos[m].first_age < band.first_age) band.first_age = infos[m].first_age;
        if (infos[m].last_age > band.last_age) band.last_age = infos[m].last_age;
        if (infos[m].kind != PW_KIND_MEAN) continue;
        PW_BUG_IF(band.num_means == PW_MAX_MEANS);
        band.mean_lane[band.num_means++] = m - band.first_measure;
    }
    return band;
}

const struct pw_measure_info *
pw_measure_info(enum pw_measure measure)
{
    return &infos[measure];
}

enum pw_band
pw_measure_band(enum pw_measure measure)
{
    int band = PW_NUM_BANDS - 1;

    while (bands[band].first_measure > (int) measure)
        band--;
    return (enum pw_band) band;
}

enum pw_where
pw_measure_where(enum pw_measure measure)
{
    return bands[pw_measure_band(measure)].where;
}

const char *
pw_theme_name(enum pw_theme theme)
{
    return theme_names[theme];
}

size_t
pw_measures_num_cells(const struct pw_measures *measures, enum pw_view view)
{
    const size_t groups = PW_NUM_GROUPS;

    return view == PW_VIEW_PLACE ? (size_t) measures->num_places * groups
                                 : PW_NUM_ORIGINS * PW_NUM_SEXES * groups;
}

/* Means are summed two at a time; an odd one has an empty place beside it. */
static int
num_pairs(const struct pw_band_layout *band)
{
    return (band->num_means + 1) / 2;
}

/* Numerators of means in a view. */
static size_t
sums_size(const struct pw_measures *measures, int view)
{
    const struct pw_band_layout *const last = &measures->layout[PW_NUM_BANDS - 1];

    return 2 * (size_t) (last->first_pair + num_pairs(last))
           * pw_measures_num_cells(measures, (enum pw_view) view);
}

size_t
pw_measures_num_flow_rows(const struct pw_measures *measures)
{
    return (size_t) measures->num_places * PW_NUM_FLOW_AGES * PW_NUM_STATES;
}

static size_t
table_size(int table)
{
    return pw_crosstab_num_cells((enum pw_crosstab) table) * PW_NUM_GROUPS;
}

static size_t
count_size(const struct pw_measures *measures, int band, int view)
{
    if (view == PW_VIEW_PLACE && bands[band].where == PW_WHERE_NATION) return 0;
    return pw_measures_num_cells(measures, (enum pw_view) view) * 2
           * (size_t) measures->layout[band].num_lanes;
}

pw_status
pw_measures_init(struct pw_measures *measures, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;

    measures->num_places = scenario->num_places;
    measures->history_from = scenario->run.history_from;
    measures->school = scenario->params.school;
    for (int band = 0; band < PW_NUM_BANDS; band++)
        measures->layout[band] = describe_band(band);
    for (int band = 1; band < PW_NUM_BANDS; band++)
        measures->layout[band].first_pair =
            measures->layout[band - 1].first_pair + num_pairs(&measures->layout[band - 1]);
    PW_TRY(pw_alloc(UINT16_MAX + 1, sizeof *measures->labour_market, &measures->labour_market));
    memset(measures->labour_market, 0xFF, (UINT16_MAX + 1) * sizeof *measures->labour_market);
    for (int place = 0; place < scenario->num_places; place++)
        measures->labour_market[place] = (uint16_t) scenario->places[place].labour_market;

    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            PW_TRY(pw_alloc(count_size(measures, band, view), sizeof *measures->count[band][view],
                &measures->count[band][view]));
            PW_TRY(pw_alloc(count_size(measures, band, view), sizeof *measures->recent[band][view],
                &measures->recent[band][view]));
        }
        PW_TRY(
            pw_alloc(sums_size(measures, view), sizeof *measures->sum[view], &measures->sum[view]));
    }
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        PW_TRY(
            pw_alloc(table_size(table), sizeof *measures->table[table], &measures->table[table]));
    PW_TRY(pw_alloc(pw_measures_num_flow_rows(measures), PW_NUM_STATES * sizeof *measures->flows,
        &measures->flows));
    PW_TRY(pw_alloc(pw_measures_num_flow_rows(measures), sizeof *measures->flow_totals,
        &measures->flow_totals));
done:
    return status;
}

void
pw_measures_free(struct pw_measures *measures)
{
    pw_free(&measures->labour_market);
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            pw_free(&measures->count[band][view]);
            pw_free(&measures->recent[band][view]);
        }
        pw_free(&measures->sum[view]);
    }
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        pw_free(&measures->table[table]);
    pw_free(&measures->flows);
    pw_free(&measures->flow_totals);
}

size_t
pw_measures_memory(const struct pw_measures *measures)
{
    size_t bytes =
        (UINT16_MAX + 1) * sizeof *measures->labour_market
        + pw_measures_num_flow_rows(measures) * (PW_NUM_STATES + 1) * sizeof *measures->flows;

    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++)
            bytes += count_size(measures, band, view)
                     * (sizeof *measures->count[band][view] + sizeof *measures->recent[band][view]);
        bytes += sums_size(measures, view) * sizeof *measures->sum[view];
    }
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        bytes += table_size(table) * sizeof *measures->table[table];
    return bytes;
}

static void
add32(int32_t *to, const int32_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

static void
add64(int64_t *to, const int64_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

static PW_KERNEL void
settle_counts(int32_t *restrict count, uint16_t *restrict recent, size_t num_items)
{
    for (size_t i = 0; i < num_items; i++) {
        count[i] += recent[i];
        recent[i] = 0;
    }
}

/* The first of a year take the place of last year's. */
static PW_KERNEL void
replace_counts(int32_t *restrict count, uint16_t *restrict recent, size_t num_items)
{
    for (size_t i = 0; i < num_items; i++) {
        count[i] = recent[i];
        recent[i] = 0;
    }
}

static void
settle_band(struct pw_measures *measures, int band)
{
    if (measures->num_recent[band] == 0 && !measures->is_old[band]) return;
    for (int view = 0; view < PW_NUM_VIEWS; view++)
        (measures->is_old[band] ? replace_counts : settle_counts)(measures->count[band][view],
            measures->recent[band][view], count_size(measures, band, view));
    measures->num_recent[band] = 0;
    measures->is_old[band] = false;
}

void
pw_measures_settle(struct pw_measures *measures)
{
    for (int band = 0; band < PW_NUM_BANDS; band++)
        settle_band(measures, band);
}

static void
clear_flows(struct pw_measures *measures)
{
    const size_t num_rows = pw_measures_num_flow_rows(measures);

    for (size_t row = 0; row < num_rows; row++) {
        if (measures->flow_totals[row] == 0) continue;
        memset(measures->flows + row * PW_NUM_STATES, 0, PW_NUM_STATES * sizeof *measures->flows);
        measures->flow_totals[row] = 0;
    }
}

static void
add_flows(struct pw_measures *to, const struct pw_measures *from)
{
    const size_t num_rows = pw_measures_num_flow_rows(to);

    for (size_t row = 0; row < num_rows; row++) {
        if (from->flow_totals[row] == 0) continue;
        add32(to->flows + row * PW_NUM_STATES, from->flows + row * PW_NUM_STATES, PW_NUM_STATES);
        to->flow_totals[row] += from->flow_totals[row];
    }
}

void
pw_measures_clear(struct pw_measures *measures)
{
    pw_measures_settle(measures);
    for (int band = 0; band < PW_NUM_BANDS; band++)
        measures->is_old[band] = true;
    for (int view = 0; view < PW_NUM_VIEWS; view++)
        memset(measures->sum[view], 0, sums_size(measures, view) * sizeof *measures->sum[view]);
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        memset(measures->table[table], 0, table_size(table) * sizeof *measures->table[table]);
    clear_flows(measures);
}

void
pw_measures_expect(struct pw_measures *measures, enum pw_band band, size_t num_people)
{
    if (measures->num_recent[band] + num_people > UINT16_MAX) settle_band(measures, (int) band);
    measures->num_recent[band] += num_people;
}

void
pw_measures_add(struct pw_measures *to, const struct pw_measures *from)
{
    PW_BUG_IF(to->num_places != from->num_places);
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            add32(to->count[band][view], from->count[band][view], count_size(to, band, view));
        }
        add64(to->sum[view], from->sum[view], sums_size(to, view));
    }
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        add64(to->table[table], from->table[table], table_size(table));
    add_flows(to, from);
}

void
pw_measures_sum(struct pw_measures *measures)
{
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++)
            pw_parallel_sum_first32(measures->count[band][view], count_size(measures, band, view));
        pw_parallel_sum_first(measures->sum[view], sums_size(measures, view));
    }
    for (int table = 0; table < PW_NUM_CROSSTABS; table++)
        pw_parallel_sum_first(measures->table[table], table_size(table));
    pw_parallel_sum_first32(
        measures->flows, pw_measures_num_flow_rows(measures) * (size_t) PW_NUM_STATES);
    pw_parallel_sum_first32(measures->flow_totals, pw_measures_num_flow_rows(measures));
}

/* Numerators of a mean: every other number. */
static const int64_t *
sums_of_mean(const struct pw_measures *measures, const struct pw_band_layout *layout, int lane,
    enum pw_view view)
{
    int k = 0;

    while (layout->mean_lane[k] != lane)
        k++;
    return measures->sum[view]
           + (size_t) (layout->first_pair + k / 2) * 2 * pw_measures_num_cells(measures, view)
           + k % 2;
}

static int64_t
read_cell(
    const struct pw_measures *measures, enum pw_measure measure, int view, size_t cell, int part)
{
    const enum pw_band band = pw_measure_band(measure);
    const struct pw_band_layout *const layout = &measures->layout[band];
    const int lane = (int) measure - layout->first_measure;
    const size_t lanes = (size_t) layout->num_lanes;

    PW_BUG_IF(view == PW_VIEW_PLACE && layout->where == PW_WHERE_NATION);
    PW_BUG_IF(measures->num_recent[band] != 0);
    if (part == PW_NUMERATOR && infos[measure].kind == PW_KIND_MEAN)
        return sums_of_mean(measures, layout, lane, (enum pw_view) view)[2 * cell];
    return measures
        ->count[band][view][(cell * lanes + (size_t) lane) * PW_NUM_PARTS + (size_t) part];
}

/* Numerators and denominators of cells of so many lanes. */
static PW_KERNEL void
copy_lane(const int32_t *restrict count, size_t lanes, size_t num_cells, int64_t *restrict items)
{
    for (size_t cell = 0; cell < num_cells; cell++)
        for (size_t part = 0; part < PW_NUM_PARTS; part++)
            items[PW_NUM_PARTS * cell + part] = count[PW_NUM_PARTS * lanes * cell + part];
}

void
pw_measures_copy(
    const struct pw_measures *measures, enum pw_measure measure, enum pw_view view, int64_t *items)
{
    const enum pw_band band = pw_measure_band(measure);
    const struct pw_band_layout *const layout = &measures->layout[band];
    const size_t lane = (size_t) ((int) measure - layout->first_measure);
    const size_t lanes = (size_t) layout->num_lanes;
    const size_t cells = pw_measures_num_cells(measures, view);
    const int32_t *const count = measures->count[band][view];

    PW_BUG_IF(measures->num_recent[band] != 0);
    copy_lane(count + PW_NUM_PARTS * lane, lanes, cells, items);
    if (infos[measure].kind != PW_KIND_MEAN) return;

    const int64_t *const sum = sums_of_mean(measures, layout, (int) lane, view);

    for (size_t cell = 0; cell < cells; cell++)
        items[2 * cell] = sum[2 * cell];
}

struct pw_lane
pw_measures_lane(const struct pw_measures *measures, enum pw_measure measure, enum pw_view view)
{
    const enum pw_band band = pw_measure_band(measure);
    const struct pw_band_layout *const layout = &measures->layout[band];

    PW_BUG_IF(infos[measure].kind == PW_KIND_MEAN || measures->num_recent[band] != 0);
    return (struct pw_lane){ measures->count[band][view]
                                 + PW_NUM_PARTS * ((int) measure - layout->first_measure),
        PW_NUM_PARTS * (size_t) layout->num_lanes };
}

PW_INLINE void
collect_bits(
    const int32_t *restrict count, size_t num_items, const size_t lanes, uint32_t *restrict bits)
{
    const size_t size = PW_NUM_PARTS * lanes;
    uint32_t all[PW_NUM_PARTS * PW_MAX_LANES] = { 0 };

    for (size_t i = 0; i < num_items; i += size)
        for (size_t k = 0; k < size; k++)
            all[k] |= (uint32_t) (count[i + k] ^ (count[i + k] >> 31));
    for (size_t lane = 0; lane < PW_MAX_LANES; lane++)
        bits[lane] = all[PW_NUM_PARTS * lane] | all[PW_NUM_PARTS * lane + 1];
}

static PW_KERNEL void
find_bits(const int32_t *count, size_t num_items, int lanes, uint32_t *bits)
{
    if (lanes == 8)
        collect_bits(count, num_items, 8, bits);
    else
        collect_bits(count, num_items, PW_MAX_LANES, bits);
}

void
pw_measures_bits(
    const struct pw_measures *measures, enum pw_band band, enum pw_view view, uint32_t *bits)
{
    find_bits(measures->count[band][view], count_size(measures, (int) band, (int) view),
        measures->layout[band].num_lanes, bits);
}

int64_t
pw_measures_by_place(const struct pw_measures *measures, enum pw_measure measure, size_t place,
    size_t group, enum pw_part part)
{
    return read_cell(measures, measure, PW_VIEW_PLACE, place * PW_NUM_GROUPS + group, (int) part);
}

int64_t
pw_measures_by_origin(const struct pw_measures *measures, enum pw_measure measure, size_t origin,
    size_t sex, size_t group, enum pw_part part)
{
    const size_t cell = (origin * PW_NUM_SEXES + sex) * PW_NUM_GROUPS + group;

    return read_cell(measures, measure, PW_VIEW_ORIGIN, cell, (int) part);
}

/* The place a person is counted in: also those who died or left, whose residence may be gone. */
static uint32_t
flow_place(const struct pw_shard *shard, size_t row)
{
    if (shard->place[row] != PW_UNPLACED) return shard->place[row];
    if (shard->home_place[row] != PW_UNPLACED) return shard->home_place[row];
    return shard->birth_place[row];
}

/* Counts lie far apart: all are asked for before the first is touched. */
static void
count_flows_of(struct pw_measures *measures, const struct pw_shard *shard, size_t begin,
    size_t num_people, size_t age)
{
    uint32_t left[PW_BLOCK]; /* rows of the flows */
    uint8_t came[PW_BLOCK];  /* columns */
    size_t count = 0;

    for (size_t row = begin; row < begin + num_people; row++) {
        const uint8_t from = shard->last_state[row], to = shard->state[row];
        const uint32_t place = flow_place(shard, row);

        if (!pw_state_is_present(from) && !pw_state_is_present(to)) continue;
        if (place >= (uint32_t) measures->num_places) continue;
        left[count] = (uint32_t) ((place * PW_NUM_FLOW_AGES + age) * PW_NUM_STATES + from);
        came[count] = to;
        __builtin_prefetch(measures->flows + left[count] * PW_NUM_STATES + to, 1);
        __builtin_prefetch(measures->flow_totals + left[count], 1);
        count++;
    }
    for (size_t n = 0; n < count; n++) {
        measures->flows[left[n] * PW_NUM_STATES + came[n]]++;
        measures->flow_totals[left[n]]++;
    }
}

static void
count_flows(struct pw_measures *measures, const struct pw_shard *shard, int year)
{
    for (int age = PW_FLOW_FIRST_AGE; age <= PW_FLOW_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(shard, year, age, age);
        const size_t a = (size_t) (age - PW_FLOW_FIRST_AGE);

        for (size_t begin = cohort.begin; begin < cohort.end; begin += PW_BLOCK) {
            const size_t rest = cohort.end - begin;

            count_flows_of(measures, shard, begin, rest < PW_BLOCK ? rest : PW_BLOCK, a);
        }
    }
}

void
pw_measures_count_tables(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const struct pw_thresholds *thresholds)
{
    const struct pw_crosstab_year when = {
        .year = year, .history_from = measures->history_from, .thresholds = thresholds
    };

    pw_crosstabs_count(measures->table, shard, &when);
    count_flows(measures, shard, year);
}

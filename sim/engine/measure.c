/* SPDX-License-Identifier: MIT */
#include "pathways/measure.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"

static const struct pw_measure_info infos[PW_NUM_MEASURES] = {
#define BAND(band, where)
#define MEASURE(constant, name, kind, first_age, last_age, theme, better, unit, source, about)     \
    { #name, PW_KIND_##kind, first_age, last_age, PW_THEME_##theme, PW_BETTER_##better, unit,      \
        source, about },
#include "pathways/measures.def"
};

static const char *const theme_names[PW_NUM_THEMES] = { "School and routes",
    "Work at 16-24, 25-29 and later", "Mobility between generations",
    "Home, wellbeing and belonging", "Place" };

#define MAX_LANES 16

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
    PW_BUG_IF(band.num_lanes > MAX_LANES);
    for (int m = 0; m < band.first_measure; m++)
        band.first_mean += infos[m].kind == PW_KIND_MEAN;
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

int
pw_education_level(uint8_t qualification)
{
    if (qualification >= PW_FIRST_DEGREE) return 3;
    if (qualification >= PW_FURTHER) return 2;
    return qualification >= PW_GCSE ? 1 : 0;
}

size_t
pw_measures_num_cells(const struct pw_measures *measures, enum pw_view view)
{
    const size_t groups = PW_NUM_GROUPS;

    return view == PW_VIEW_PLACE ? (size_t) measures->num_places * groups
                                 : PW_NUM_ORIGINS * PW_NUM_SEXES * groups;
}

static size_t
num_means(void)
{
    size_t count = 0;

    for (int m = 0; m < PW_NUM_MEASURES; m++)
        count += infos[m].kind == PW_KIND_MEAN;
    return count;
}

enum {
    CLASS_SIZE =
        PW_NUM_DECADES * PW_NUM_SEXES * PW_NUM_ORIGINS * PW_NUM_CLASS_CODES * PW_NUM_GROUPS,
    GENERATIONS_SIZE = PW_NUM_ORIGINS * PW_NUM_ORIGINS * PW_NUM_CLASS_CODES * PW_NUM_GROUPS,
    EDUCATION_SIZE =
        PW_NUM_SEXES * PW_NUM_EDUCATION_LEVELS * PW_NUM_EDUCATION_LEVELS * PW_NUM_GROUPS,
    TENURE_SIZE = PW_NUM_TENURE_BANDS * 2 * 2 * PW_NUM_GROUPS,
    RANK_SIZE = PW_NUM_VIGINTILES * PW_NUM_VIGINTILES * PW_NUM_GROUPS,
    MOMENTS_SIZE = PW_NUM_MOMENTS * PW_NUM_GROUPS,
    FLOWS_PER_PLACE = PW_NUM_FLOW_AGES * PW_NUM_STATES * PW_NUM_STATES
};

static size_t
count_size(const struct pw_measures *measures, int band, int view)
{
    return pw_measures_num_cells(measures, (enum pw_view) view) * 2
           * (size_t) measures->layout[band].num_lanes;
}

pw_status
pw_measures_init(struct pw_measures *measures, const struct pw_scenario *scenario)
{
    pw_status status = PW_OK;

    measures->num_places = scenario->num_places;
    measures->history_from = scenario->run.history_from;
    for (int band = 0; band < PW_NUM_BANDS; band++)
        measures->layout[band] = describe_band(band);
    PW_TRY(pw_alloc(UINT16_MAX + 1, sizeof *measures->labour_market, &measures->labour_market));
    memset(measures->labour_market, 0xFF, (UINT16_MAX + 1) * sizeof *measures->labour_market);
    for (int place = 0; place < scenario->num_places; place++)
        measures->labour_market[place] = (uint16_t) scenario->places[place].labour_market;

    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            PW_TRY(pw_alloc(count_size(measures, band, view), sizeof *measures->count[band][view],
                &measures->count[band][view]));
        }
        PW_TRY(pw_alloc(num_means() * pw_measures_num_cells(measures, (enum pw_view) view),
            sizeof *measures->sum[view], &measures->sum[view]));
    }
    PW_TRY(pw_alloc(CLASS_SIZE, sizeof *measures->class_by_decade, &measures->class_by_decade));
    PW_TRY(pw_alloc(GENERATIONS_SIZE, sizeof *measures->generations, &measures->generations));
    PW_TRY(pw_alloc(EDUCATION_SIZE, sizeof *measures->education, &measures->education));
    PW_TRY(pw_alloc(TENURE_SIZE, sizeof *measures->tenure, &measures->tenure));
    PW_TRY(pw_alloc(RANK_SIZE, sizeof *measures->income_rank, &measures->income_rank));
    PW_TRY(pw_alloc(MOMENTS_SIZE, sizeof *measures->income_moments, &measures->income_moments));
    PW_TRY(pw_alloc((size_t) measures->num_places * FLOWS_PER_PLACE, sizeof *measures->flows,
        &measures->flows));
done:
    return status;
}

void
pw_measures_free(struct pw_measures *measures)
{
    pw_free(&measures->labour_market);
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++)
            pw_free(&measures->count[band][view]);
        pw_free(&measures->sum[view]);
    }
    pw_free(&measures->class_by_decade);
    pw_free(&measures->generations);
    pw_free(&measures->education);
    pw_free(&measures->tenure);
    pw_free(&measures->income_rank);
    pw_free(&measures->income_moments);
    pw_free(&measures->flows);
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

void
pw_measures_clear(struct pw_measures *measures)
{
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            memset(measures->count[band][view], 0,
                count_size(measures, band, view) * sizeof *measures->count[band][view]);
        }
        memset(measures->sum[view], 0,
            num_means() * pw_measures_num_cells(measures, (enum pw_view) view)
                * sizeof *measures->sum[view]);
    }
    memset(measures->class_by_decade, 0, CLASS_SIZE * sizeof *measures->class_by_decade);
    memset(measures->generations, 0, GENERATIONS_SIZE * sizeof *measures->generations);
    memset(measures->education, 0, EDUCATION_SIZE * sizeof *measures->education);
    memset(measures->tenure, 0, TENURE_SIZE * sizeof *measures->tenure);
    memset(measures->income_rank, 0, RANK_SIZE * sizeof *measures->income_rank);
    memset(measures->income_moments, 0, MOMENTS_SIZE * sizeof *measures->income_moments);
    memset(measures->flows, 0,
        (size_t) measures->num_places * FLOWS_PER_PLACE * sizeof *measures->flows);
}

void
pw_measures_add(struct pw_measures *to, const struct pw_measures *from)
{
    PW_BUG_IF(to->num_places != from->num_places);
    for (int view = 0; view < PW_NUM_VIEWS; view++) {
        for (int band = 0; band < PW_NUM_BANDS; band++) {
            add32(to->count[band][view], from->count[band][view], count_size(to, band, view));
        }
        add64(to->sum[view], from->sum[view],
            num_means() * pw_measures_num_cells(to, (enum pw_view) view));
    }
    add64(to->class_by_decade, from->class_by_decade, CLASS_SIZE);
    add64(to->generations, from->generations, GENERATIONS_SIZE);
    add64(to->education, from->education, EDUCATION_SIZE);
    add64(to->tenure, from->tenure, TENURE_SIZE);
    add64(to->income_rank, from->income_rank, RANK_SIZE);
    add64(to->income_moments, from->income_moments, MOMENTS_SIZE);
    add32(to->flows, from->flows, (size_t) to->num_places * FLOWS_PER_PLACE);
}

/* Number of a mean among all means. */
static size_t
mean_index(const struct pw_band_layout *layout, int lane)
{
    int k = 0;

    while (layout->mean_lane[k] != lane)
        k++;
    return (size_t) layout->first_mean + (size_t) k;
}

static int64_t
read_cell(
    const struct pw_measures *measures, enum pw_measure measure, int view, size_t cell, int part)
{
    const enum pw_band band = pw_measure_band(measure);
    const struct pw_band_layout *const layout = &measures->layout[band];
    const int lane = (int) measure - layout->first_measure;
    const size_t lanes = (size_t) layout->num_lanes;

    if (part == PW_NUMERATOR && infos[measure].kind == PW_KIND_MEAN)
        return measures->sum[view][mean_index(layout, lane)
                                       * pw_measures_num_cells(measures, (enum pw_view) view)
                                   + cell];
    return measures
        ->count[band][view][(cell * 2 + (part == PW_DENOMINATOR)) * lanes + (size_t) lane];
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

    for (size_t i = 0; i < 2 * cells; i++)
        items[i] = count[i * lanes + lane];
    if (infos[measure].kind != PW_KIND_MEAN) return;

    const int64_t *const sum = measures->sum[view] + mean_index(layout, (int) lane) * cells;

    for (size_t cell = 0; cell < cells; cell++)
        items[2 * cell] = sum[cell];
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

/*
 * Classes by parents' and grandparents' classes of everyone; education by parents' education and
 * homes by parents' homes of those who turned 14 here.
 */
static void
count_inheritance(struct pw_measures *measures, const struct pw_shard *shard, int year, int age)
{
    static const uint8_t level[PW_NUM_QUALIFICATIONS] = { 0, 1, 1, 2, 3, 3 };
    const struct pw_range cohort = pw_shard_ages(shard, year, age, age);
    const bool known = pw_origin_is_known(year - age, measures->history_from);
    const int decade = (year - age - PW_FIRST_DECADE) / 10;
    const int held = decade < 0 ? 0 : decade < PW_NUM_DECADES ? decade : PW_NUM_DECADES - 1;
    int64_t *const classes =
        measures->class_by_decade + (size_t) held * (CLASS_SIZE / PW_NUM_DECADES);
    int64_t *const tenure =
        measures->tenure + (size_t) ((age - 25) / 10) * (TENURE_SIZE / PW_NUM_TENURE_BANDS);

    for (size_t row = cohort.begin; row < cohort.end; row++) {
        const int here = pw_state_is_present(shard->state[row]);
        const int raised = here & known & (shard->home_place[row] != PW_UNPLACED);
        const size_t group = shard->group[row], sex = shard->sex[row];
        const size_t origin = known ? shard->origin_class[row] : PW_NO_CLASS;
        const size_t pair =
            (sex * PW_NUM_ORIGINS + origin) * PW_NUM_CLASS_CODES + shard->class[row];
        const size_t grandparents = known ? shard->grandparent_class[row] : PW_NO_CLASS;
        const size_t line =
            (grandparents * PW_NUM_ORIGINS + origin) * PW_NUM_CLASS_CODES + shard->class[row];
        const size_t levels =
            (sex * PW_NUM_EDUCATION_LEVELS + level[shard->parent_qualification[row]])
                * PW_NUM_EDUCATION_LEVELS
            + level[shard->qualification[row]];
        const size_t homes = (shard->parent_owner[row] != 0) * 2u + (shard->owner[row] != 0);

        classes[pair * PW_NUM_GROUPS + group] += here;
        measures->generations[line * PW_NUM_GROUPS + group] += here;
        measures->education[levels * PW_NUM_GROUPS + group] += raised;
        tenure[homes * PW_NUM_GROUPS + group] += raised;
    }
}

static void
count_income(struct pw_measures *measures, const struct pw_shard *shard, size_t row,
    const struct pw_thresholds *thresholds)
{
    const float own = pw_maximum(shard->household_income[row], 256.0f);
    const float parents = shard->origin_income[row];
    const size_t group = shard->group[row];
    const size_t own_rank = thresholds->own[pw_income_bin(own)];
    const size_t parents_rank = thresholds->parents[pw_income_bin(pw_exp(parents))];
    const int64_t x = pw_round_to_int(parents * (float) PW_MOMENT_SCALE);
    const int64_t y = pw_round_to_int(pw_log(own) * (float) PW_MOMENT_SCALE);
    const int64_t moments[PW_NUM_MOMENTS] = { 1, x, y, x * x, y * y, x * y };
    const size_t pair = parents_rank * PW_NUM_VIGINTILES + own_rank;

    measures->income_rank[pair * PW_NUM_GROUPS + group]++;
    for (size_t m = 0; m < PW_NUM_MOMENTS; m++)
        measures->income_moments[m * PW_NUM_GROUPS + group] += moments[m];
}

static void
count_incomes(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const struct pw_thresholds *thresholds)
{
    for (int age = PW_RANK_FIRST_AGE; age <= PW_RANK_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(shard, year, age, age);

        if (!pw_origin_is_known(year - age, measures->history_from)) continue;
        for (size_t row = cohort.begin; row < cohort.end; row++) {
            if (pw_income_is_ranked(shard, row)) count_income(measures, shard, row, thresholds);
        }
    }
}

/* The place a person is counted in: also those who died or left, whose residence may be gone. */
static uint32_t
flow_place(const struct pw_shard *shard, size_t row)
{
    if (shard->place[row] != PW_UNPLACED) return shard->place[row];
    if (shard->home_place[row] != PW_UNPLACED) return shard->home_place[row];
    return shard->birth_place[row];
}

static void
count_flows(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const uint8_t *previous_state)
{
    for (int age = PW_FLOW_FIRST_AGE; age <= PW_FLOW_LAST_AGE; age++) {
        const struct pw_range cohort = pw_shard_ages(shard, year, age, age);
        const size_t a = (size_t) (age - PW_FLOW_FIRST_AGE);

        for (size_t row = cohort.begin; row < cohort.end; row++) {
            const uint8_t from = previous_state[row], to = shard->state[row];
            const uint32_t place = flow_place(shard, row);

            if (!pw_state_is_present(from) && !pw_state_is_present(to)) continue;
            if (place >= (uint32_t) measures->num_places) continue;
            measures->flows[((place * PW_NUM_FLOW_AGES + a) * PW_NUM_STATES + from) * PW_NUM_STATES
                            + to]++;
        }
    }
}

void
pw_measures_count_tables(struct pw_measures *measures, const struct pw_shard *shard, int year,
    const uint8_t *previous_state, const struct pw_thresholds *thresholds)
{
    for (int age = 25; age <= 64; age++)
        count_inheritance(measures, shard, year, age);
    count_incomes(measures, shard, year, thresholds);
    if (previous_state != NULL) count_flows(measures, shard, year, previous_state);
}

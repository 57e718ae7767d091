/* SPDX-License-Identifier: MIT */
#include "pathways/yearbook.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/numeric.h"

/*
 * Sources of arrays: by place and by origin of each measure in turn, then the tables in the order
 * of crosstabs.def, and these. Measures of the nation have no array by place.
 */
enum { TABLE_ALL_DECADES = PW_NUM_CROSSTABS, TABLE_FLOWS };
enum { NUM_SOURCES = 2 * PW_NUM_MEASURES + PW_NUM_YEARBOOK_TABLES };

#define TABLES "/measures/tables"
#define YEAR                                                                                       \
    {                                                                                              \
        "year", 0, 0, 1                                                                            \
    }
#define GROUP                                                                                      \
    {                                                                                              \
        "lineage_group", PW_NUM_GROUPS, 0, 1                                                       \
    }
#define SEX                                                                                        \
    {                                                                                              \
        "sex", PW_NUM_SEXES, 0, 1                                                                  \
    }
#define ORIGIN                                                                                     \
    {                                                                                              \
        "origin_class", PW_NUM_ORIGINS, 0, 1                                                       \
    }
#define PART                                                                                       \
    {                                                                                              \
        "part", PW_NUM_PARTS, 0, 1                                                                 \
    }

static const struct pw_yearbook_array flows = { .group = "/flows",
    .name = "count",
    .about = "People by place, age at the end of the year, state a year ago and state now",
    .units = "1",
    .rank = 5,
    .dims = { YEAR, { "place", 0, 0, 1 }, { "age", PW_NUM_FLOW_AGES, PW_FLOW_FIRST_AGE, 1 },
        { "state_from", PW_NUM_STATES, 0, 1 }, { "state_to", PW_NUM_STATES, 0, 1 } } };
static const struct pw_yearbook_array by_place = {
    .group = "/measures/by_place", .rank = 4, .dims = { YEAR, { "place", 0, 0, 1 }, GROUP, PART }
};
static const struct pw_yearbook_array by_origin = {
    .group = "/measures/by_origin", .rank = 5, .dims = { YEAR, ORIGIN, SEX, GROUP, PART }
};

/* The first dimension is the year, and a place dimension is as long as the scenario says. */
static void
shape_array(const struct pw_yearbook *yearbook, const struct pw_measures *measures,
    struct pw_yearbook_array *array)
{
    array->num_items = 1;
    array->dims[0].length = (size_t) yearbook->num_years;
    array->dims[0].first = yearbook->first_year;
    for (int d = 1; d < array->rank; d++) {
        if (strcmp(array->dims[d].name, "place") == 0)
            array->dims[d].length = (size_t) measures->num_places;
        array->num_items *= array->dims[d].length;
    }
}

/* The axes of a table between the year and the lineage group. */
static void
describe_table(struct pw_yearbook_array *array, int table)
{
    const struct pw_crosstab_info *info = NULL;

    if (table == TABLE_FLOWS) {
        *array = flows;
        return;
    }
    info =
        pw_crosstab_info(table == TABLE_ALL_DECADES ? PW_CROSSTAB_CLASS : (enum pw_crosstab) table);
    *array = (struct pw_yearbook_array){
        .group = TABLES, .name = info->name, .about = info->about, .units = "1"
    };
    array->dims[array->rank].name = "year";
    array->dims[array->rank++].step = 1;
    for (int a = 0; info->axes[a] != PW_NO_AXIS; a++) {
        const struct pw_axis_info *const axis = pw_axis_info(info->axes[a]);

        if (table == TABLE_ALL_DECADES && info->axes[a] == PW_AXIS_DECADE) continue;
        array->dims[array->rank].name = axis->name;
        array->dims[array->rank].length = axis->length;
        array->dims[array->rank].first = axis->first;
        array->dims[array->rank++].step = axis->step;
    }
    array->dims[array->rank].name = "lineage_group";
    array->dims[array->rank].length = PW_NUM_GROUPS;
    array->dims[array->rank++].step = 1;
    if (table != TABLE_ALL_DECADES) return;
    array->name = "class_table";
    array->about = "People aged 25 to 64 by sex, class of parents and own class";
}

static bool
is_flows(const struct pw_yearbook_array *array)
{
    return array->source == 2 * PW_NUM_MEASURES + TABLE_FLOWS;
}

pw_status
pw_yearbook_init(
    struct pw_yearbook *yearbook, const struct pw_measures *measures, int first_year, int num_years)
{
    pw_status status = PW_OK;
    size_t largest = 0;

    yearbook->first_year = first_year;
    yearbook->num_years = num_years;
    PW_TRY(pw_alloc(NUM_SOURCES, sizeof *yearbook->arrays, &yearbook->arrays));
    for (size_t source = 0; source < NUM_SOURCES; source++) {
        struct pw_yearbook_array *const array = &yearbook->arrays[yearbook->num_arrays];

        if (source < 2 * PW_NUM_MEASURES) {
            const enum pw_measure measure = (enum pw_measure)(source / 2);
            const struct pw_measure_info *const info = pw_measure_info(measure);

            if (source % 2 == 0 && pw_measure_where(measure) == PW_WHERE_NATION) continue;
            *array = source % 2 == 0 ? by_place : by_origin;
            array->name = info->name;
            array->about = info->about;
            array->units = info->unit;
        } else {
            describe_table(array, (int) source - 2 * PW_NUM_MEASURES);
        }
        array->source = source;
        yearbook->num_arrays++;
        shape_array(yearbook, measures, array);
        if (!is_flows(array) && array->num_items > largest) largest = array->num_items;
    }
    PW_TRY(pw_alloc(largest, sizeof *yearbook->scratch, &yearbook->scratch));
done:
    return status;
}

void
pw_yearbook_free(struct pw_yearbook *yearbook)
{
    for (size_t a = 0; yearbook->arrays != NULL && a < yearbook->num_arrays; a++)
        pw_free(&yearbook->arrays[a].data);
    pw_free(&yearbook->arrays);
    pw_free(&yearbook->scratch);
}

static int64_t
read_item(const void *data, int width, size_t i)
{
    switch (width) {
    case 1:
        return ((const int8_t *) data)[i];
    case 2:
        return ((const int16_t *) data)[i];
    case 4:
        return ((const int32_t *) data)[i];
    default:
        return ((const int64_t *) data)[i];
    }
}

static PW_KERNEL void
write_items(
    void *restrict data, int width, size_t begin, const int64_t *restrict items, size_t count)
{
    switch (width) {
    case 1:
        for (size_t i = 0; i < count; i++)
            ((int8_t *) data)[begin + i] = (int8_t) items[i];
        break;
    case 2:
        for (size_t i = 0; i < count; i++)
            ((int16_t *) data)[begin + i] = (int16_t) items[i];
        break;
    case 4:
        for (size_t i = 0; i < count; i++)
            ((int32_t *) data)[begin + i] = (int32_t) items[i];
        break;
    default:
        memcpy((int64_t *) data + begin, items, count * sizeof *items);
    }
}

/* All bits of any item that differ from its sign. */
static PW_KERNEL uint64_t
bits_of(const int64_t *items, size_t count)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < count; i++)
        bits |= (uint64_t) (items[i] ^ (items[i] >> 63));
    return bits;
}

static int
width_needed(uint64_t bits)
{
    return bits <= INT8_MAX ? 1 : bits <= INT16_MAX ? 2 : bits <= INT32_MAX ? 4 : 8;
}

/* Room for wider items; those of the years up to `num_years` are kept. The first year sets the
 * first width. */
static pw_status
widen(struct pw_yearbook_array *array, int width, size_t num_years)
{
    pw_status status = PW_OK;
    void *data = NULL;

    PW_TRY(pw_alloc(array->num_items * array->dims[0].length, (size_t) width, &data));
    for (size_t i = 0; array->data != NULL && i < array->num_items * num_years; i++) {
        const int64_t item = read_item(array->data, array->width, i);

        write_items(data, width, i, &item, 1);
    }
    pw_free(&array->data);
    array->data = data;
    array->width = width;
done:
    return status;
}

/* Bits of the flows, of which most rows have nobody. */
static uint64_t
bits_of_flows(const struct pw_measures *measures)
{
    const size_t num_rows = pw_measures_num_flow_rows(measures);
    uint32_t bits = 0;

    for (size_t row = 0; row < num_rows; row++) {
        if (measures->flow_totals[row] == 0) continue;
        for (size_t i = row * PW_NUM_STATES; i < (row + 1) * PW_NUM_STATES; i++)
            bits |= (uint32_t) measures->flows[i];
    }
    return bits;
}

/* The pairs of a lane, narrowed as they are; `type` is that of the items. */
#define WRITE_PAIRS(type)                                                                          \
    for (size_t pair = 0; pair < num_pairs; pair++) {                                              \
        ((type *) data)[begin + 2 * pair] = (type) count[pair * stride];                           \
        ((type *) data)[begin + 2 * pair + 1] = (type) count[pair * stride + 1];                   \
    }

static PW_KERNEL void
write_counts(
    void *restrict data, int width, size_t begin, const struct pw_lane *lane, size_t num_pairs)
{
    const int32_t *restrict count = lane->count;
    const size_t stride = lane->stride;

    switch (width) {
    case 1:
        WRITE_PAIRS(int8_t)
        break;
    case 2:
        WRITE_PAIRS(int16_t)
        break;
    case 4:
        WRITE_PAIRS(int32_t)
        break;
    default:
        WRITE_PAIRS(int64_t)
    }
}

/* A year's items are zero until they are written. */
static void
write_flows(struct pw_yearbook_array *array, size_t begin, const struct pw_measures *measures)
{
    const size_t num_rows = pw_measures_num_flow_rows(measures);

    for (size_t row = 0; row < num_rows; row++) {
        int64_t items[PW_NUM_STATES];

        if (measures->flow_totals[row] == 0) continue;
        for (size_t i = 0; i < PW_NUM_STATES; i++)
            items[i] = measures->flows[row * PW_NUM_STATES + i];
        write_items(array->data, array->width, begin + row * PW_NUM_STATES, items, PW_NUM_STATES);
    }
}

/* Items of one year in the order of the array, of means and tables; in `room` when they are not so
 * already. */
static const int64_t *
gather(const struct pw_measures *measures, size_t source, int64_t *room, size_t num_items)
{
    const int table = (int) source - 2 * PW_NUM_MEASURES;

    if (source < 2 * PW_NUM_MEASURES) {
        pw_measures_copy(measures, (enum pw_measure)(source / 2),
            source % 2 == 0 ? PW_VIEW_PLACE : PW_VIEW_ORIGIN, room);
        return room;
    }
    if (table != TABLE_ALL_DECADES) return measures->table[table];
    memset(room, 0, num_items * sizeof *room);
    for (size_t decade = 0; decade < PW_NUM_DECADES; decade++)
        for (size_t i = 0; i < num_items; i++)
            room[i] += measures->table[PW_CROSSTAB_CLASS][decade * num_items + i];
    return room;
}

/* Are the items counts of a measure, which are narrowed as they are? */
static bool
is_lane(const struct pw_yearbook_array *array)
{
    return array->source < 2 * PW_NUM_MEASURES
           && pw_measure_info((enum pw_measure)(array->source / 2))->kind != PW_KIND_MEAN;
}

static enum pw_view
view_of(const struct pw_yearbook_array *array)
{
    return array->source % 2 == 0 ? PW_VIEW_PLACE : PW_VIEW_ORIGIN;
}

/* Bits of the counts of every measure. */
struct lane_bits {
    uint32_t of[PW_NUM_BANDS][PW_NUM_VIEWS][PW_MAX_LANES];
};

static void
find_lane_bits(const struct pw_measures *measures, struct lane_bits *bits)
{
    for (int band = 0; band < PW_NUM_BANDS; band++)
        for (int view = 0; view < PW_NUM_VIEWS; view++)
            pw_measures_bits(
                measures, (enum pw_band) band, (enum pw_view) view, bits->of[band][view]);
}

static uint32_t
bits_of_lane(const struct pw_yearbook_array *array, const struct pw_measures *measures,
    const struct lane_bits *bits)
{
    const enum pw_measure measure = (enum pw_measure)(array->source / 2);
    const enum pw_band band = pw_measure_band(measure);

    return bits->of[band][view_of(array)][(int) measure - measures->layout[band].first_measure];
}

/* Note new bits, and widen the array if need be. */
static pw_status
note_bits(struct pw_yearbook_array *array, uint64_t bits, size_t num_years)
{
    array->bits |= bits;
    if (width_needed(array->bits) <= array->width) return PW_OK;
    return widen(array, width_needed(array->bits), num_years);
}

pw_status
pw_yearbook_put(struct pw_yearbook *yearbook, int year, const struct pw_measures *measures)
{
    pw_status status = PW_OK;
    const size_t index = (size_t) (year - yearbook->first_year);
    struct lane_bits lane_bits;

    PW_BUG_IF(year < yearbook->first_year || index >= (size_t) yearbook->num_years);
    find_lane_bits(measures, &lane_bits);
    for (size_t a = 0; a < yearbook->num_arrays; a++) {
        struct pw_yearbook_array *const array = &yearbook->arrays[a];
        const size_t count = array->num_items, begin = index * count;

        if (is_flows(array)) {
            PW_TRY(note_bits(array, bits_of_flows(measures), index));
            write_flows(array, begin, measures);
        } else if (is_lane(array)) {
            const struct pw_lane lane =
                pw_measures_lane(measures, (enum pw_measure)(array->source / 2), view_of(array));

            PW_TRY(note_bits(array, bits_of_lane(array, measures, &lane_bits), index));
            write_counts(array->data, array->width, begin, &lane, count / PW_NUM_PARTS);
        } else {
            const int64_t *const items = gather(measures, array->source, yearbook->scratch, count);

            PW_TRY(note_bits(array, bits_of(items, count), index));
            write_items(array->data, array->width, begin, items, count);
        }
    }
done:
    return status;
}

pw_status
pw_yearbook_widen(struct pw_yearbook *yearbook, size_t array, int width)
{
    PW_BUG_IF(
        array >= yearbook->num_arrays || (width != 1 && width != 2 && width != 4 && width != 8));
    return widen(&yearbook->arrays[array], width, 0);
}

/* All bits together are up to twice the largest item: in between is right more often than wrong. */
#define BITS_TO_LARGEST 0.75
/* The largest of very many counts is so many standard errors above what is expected of its cell. */
#define LUCK_OF_LARGEST 4.0

/* The largest item of a yearbook of `scale` times as many people. */
static double
scale_largest(double largest, double scale)
{
    const double half = LUCK_OF_LARGEST / 2.0;
    const double root = sqrt(half * half + largest) - half, expected = scale * root * root;

    return scale == 1.0 ? largest : expected + LUCK_OF_LARGEST * sqrt(expected);
}

double
pw_yearbook_memory(const struct pw_yearbook *yearbook, double scale)
{
    double bytes = 0.0;

    for (size_t a = 0; a < yearbook->num_arrays; a++) {
        const struct pw_yearbook_array *const array = &yearbook->arrays[a];
        const double largest = scale_largest((double) array->bits * BITS_TO_LARGEST, scale);
        const int wider = largest < 0x1p63 ? width_needed((uint64_t) largest) : 8;
        const int width = wider > array->width ? wider : array->width;

        bytes += (double) width * (double) array->num_items * (double) yearbook->num_years;
    }
    return bytes;
}

int64_t
pw_yearbook_item(const struct pw_yearbook *yearbook, size_t array, int year, size_t item)
{
    const struct pw_yearbook_array *const from = &yearbook->arrays[array];
    const size_t index = (size_t) (year - yearbook->first_year);

    if (from->data == NULL) return 0;
    return read_item(from->data, from->width, index * from->num_items + item);
}

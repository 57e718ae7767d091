/* SPDX-License-Identifier: MIT */
#include "pathways/population.h"

#include <math.h>
#include <string.h>

#include "pathways/alloc.h"
#include "pathways/market.h"
#include "pathways/numeric.h"
#include "pathways/pick.h"
#include "pathways/rng.h"

#define COLUMN(name, type, missing, unit, about) static const type missing_##name = missing;
#include "pathways/columns.def"

static const struct pw_column_info columns[PW_NUM_COLUMNS] = {
#define COLUMN(name, type, missing, unit, about)                                                   \
    { #name, #type, unit, about, sizeof(type), offsetof(struct pw_shard, name), 0,                 \
        &missing_##name },
#define LINK(name, about)                                                                          \
    { #name, "int32_t", "row", about, sizeof(int32_t), offsetof(struct pw_shard, name), 1,         \
        &missing_##name },
#include "pathways/columns.def"
};

const struct pw_column_info *
pw_columns_table(void)
{
    return columns;
}

/* Bytes of a column for so many rows. Columns begin on cache lines of one block: a shard is one
 * allocation, whatever the number of columns. */
static size_t
size_of_column(int column, size_t capacity)
{
    return ((capacity + PW_SPARE_ROWS) * columns[column].size + 63) / 64 * 64;
}

/* The members are pointers of many types: they are read and set byte by byte. */
static unsigned char *
column_of(const struct pw_shard *shard, int column)
{
    unsigned char *values;

    memcpy(&values, (const char *) shard + columns[column].offset, sizeof values);
    return values;
}

static void
set_column(struct pw_shard *shard, int column, unsigned char *values)
{
    memcpy((char *) shard + columns[column].offset, &values, sizeof values);
}

int
pw_shard_birth_year(const struct pw_shard *shard, size_t row)
{
    int low = 0, high = shard->num_cohorts;

    while (high - low > 1) {
        const int middle = (low + high) / 2;

        if (shard->cohort_begin[middle] <= row)
            low = middle;
        else
            high = middle;
    }
    return shard->first_birth_year + low;
}

pw_status
pw_shard_init(struct pw_shard *shard, int index, int first_birth_year, int last_birth_year)
{
    memset(shard, 0, sizeof *shard);
    shard->index = index;
    shard->first_birth_year = first_birth_year;
    shard->num_cohorts = last_birth_year - first_birth_year + 1;
    return pw_alloc(
        (size_t) shard->num_cohorts + 1, sizeof *shard->cohort_begin, &shard->cohort_begin);
}

void
pw_shard_free(struct pw_shard *shard)
{
    pw_free(&shard->storage);
    pw_free(&shard->cohort_begin);
    pw_free(&shard->applications);
    pw_free(&shard->candidates);
    pw_free(&shard->tally);
    memset(shard, 0, sizeof *shard);
}

pw_status
pw_shard_reserve(struct pw_shard *shard, size_t capacity)
{
    pw_status status = PW_OK;
    unsigned char *storage = NULL;
    size_t bytes = 0;

    if (capacity <= shard->capacity) return PW_OK;
    if (capacity > INT32_MAX)
        PW_FAIL(PW_EMEMORY, "a shard of %zu people is more than %d; use more shards (run.shards)",
            capacity, INT32_MAX);
    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        bytes += size_of_column(c, capacity);
    PW_TRY(pw_alloc(bytes, 1, &storage));
    bytes = 0;
    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        if (shard->num_rows > 0)
            memcpy(storage + bytes, column_of(shard, c), shard->num_rows * columns[c].size);
        set_column(shard, c, storage + bytes);
        bytes += size_of_column(c, capacity);
    }
    pw_free(&shard->storage);
    shard->storage = storage;
    shard->capacity = capacity;
done:
    return status;
}

pw_status
pw_shard_reserve_applications(struct pw_shard *shard, size_t count)
{
    pw_status status = PW_OK;

    if (count <= shard->applications_capacity) return PW_OK;
    pw_free(&shard->applications);
    pw_free(&shard->candidates);
    shard->applications_capacity = 0;
    PW_TRY(pw_alloc(count, sizeof *shard->applications, &shard->applications));
    PW_TRY(pw_alloc(2 * count, sizeof *shard->candidates, &shard->candidates));
    shard->applications_capacity = count;
done:
    return status;
}

pw_status
pw_shard_reserve_tally(struct pw_shard *shard, size_t size)
{
    pw_status status = PW_OK;

    if (size > shard->tally_size) {
        pw_free(&shard->tally);
        shard->tally_size = 0;
        PW_TRY(pw_alloc(size, sizeof *shard->tally, &shard->tally));
        shard->tally_size = size;
    }
    memset(shard->tally, 0, shard->tally_size * sizeof *shard->tally);
done:
    return status;
}

size_t
pw_shard_append_many(struct pw_shard *shard, int birth_year, size_t count)
{
    const int cohort = birth_year - shard->first_birth_year, num_cohorts = shard->num_cohorts;
    const size_t row = shard->num_rows, end = row + count;
    uint32_t *cohort_begin = shard->cohort_begin;

    PW_BUG_IF(end > shard->capacity);
    PW_BUG_IF(cohort < 0 || cohort >= shard->num_cohorts);
    PW_BUG_IF(shard->cohort_begin[cohort + 1] != row); /* somebody is younger */
#define COLUMN(name, type, missing, unit, about)                                                   \
    for (size_t i = row; i < end; i++)                                                             \
        shard->name[i] = missing_##name;
#include "pathways/columns.def"
    shard->num_rows = end;
    for (int c = cohort + 1; c <= num_cohorts; c++)
        cohort_begin[c] = (uint32_t) end;
    return row;
}

size_t
pw_shard_append(struct pw_shard *shard, int birth_year)
{
    return pw_shard_append_many(shard, birth_year, 1);
}

/* New rows [begin, end) that come from old ones: side by side from the first on, or scattered. */
struct stretch {
    uint32_t begin, end;
    bool is_scattered;
};

/* What is worked out once for all columns. */
struct compaction {
    uint32_t *source; /* [num_rows] old row of each new one */
    int32_t *slot;    /* for a link to row i the new one in slot[i + 1], slot[0] for nobody */
    struct stretch *stretch; /* [num_stretches] */
    size_t num_rows, num_stretches;
};

/* The rows of all but the dead and emigrated. */
static PW_KERNEL void
find_sources(const struct pw_shard *shard, struct compaction *compaction)
{
    uint8_t stays[PW_BLOCK];

    compaction->num_rows = 0;
    for (size_t begin = 0; begin < shard->num_rows; begin += PW_BLOCK) {
        const size_t rest = shard->num_rows - begin, count = rest < PW_BLOCK ? rest : PW_BLOCK;
        const uint8_t *state = shard->state + begin;

        for (size_t j = 0; j < count; j++)
            stays[j] = (state[j] != PW_DEAD) & (state[j] != PW_EMIGRATED);
        compaction->num_rows +=
            pw_pick(stays, count, (uint32_t) begin, compaction->source + compaction->num_rows);
    }
}

static void
find_slots(size_t old_count, struct compaction *compaction)
{
    for (size_t i = 0; i <= old_count; i++)
        compaction->slot[i] = PW_NOBODY;
    for (size_t k = 0; k < compaction->num_rows; k++)
        compaction->slot[compaction->source[k] + 1] = (int32_t) k;
}

/* Fewer rows side by side are not worth a call. */
#define SHORT 16

static void
find_stretches(struct compaction *compaction)
{
    const uint32_t *source = compaction->source;
    size_t n = 0, end;

    for (size_t begin = 0; begin < compaction->num_rows; begin = end) {
        for (end = begin + 1; end < compaction->num_rows; end++)
            if (source[end] - source[begin] != end - begin) break;
        if (end - begin < SHORT && n > 0 && compaction->stretch[n - 1].is_scattered)
            compaction->stretch[n - 1].end = (uint32_t) end;
        else
            compaction->stretch[n++] =
                (struct stretch){ (uint32_t) begin, (uint32_t) end, end - begin < SHORT };
    }
    compaction->num_stretches = n;
}

static PW_KERNEL void
mend_links(int32_t *link, const int32_t *slot, size_t count)
{
    for (size_t i = 0; i < count; i++)
        link[i] = slot[link[i] + 1];
}

/* Move the rows of a column; `size` is a constant where it is called. */
PW_INLINE void
move_rows(void *column, size_t size, const struct compaction *compaction)
{
    const uint32_t *source = compaction->source;
    unsigned char *values = column;

    for (size_t n = 0; n < compaction->num_stretches; n++) {
        const struct stretch stretch = compaction->stretch[n];

        if (!stretch.is_scattered)
            memmove(values + stretch.begin * size, values + source[stretch.begin] * size,
                (stretch.end - stretch.begin) * size);
        for (size_t k = stretch.begin; stretch.is_scattered && k < stretch.end; k++)
            memmove(values + k * size, values + source[k] * size, size);
    }
}

/* How many of the rows that stay were before an old row. */
static uint32_t
count_before(const struct compaction *compaction, uint32_t row)
{
    size_t low = 0, high = compaction->num_rows;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (compaction->source[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t) low;
}

/*
 * Rows that stay close ranks; a row that goes is overwritten by the next that stays. What is worked
 * out for it is written where the next market will list its applications and candidates.
 */
pw_status
pw_shard_compact(struct pw_shard *shard)
{
    pw_status status = PW_OK;
    const size_t old_count = shard->num_rows, size = old_count + PW_PICK_SPARE;
    struct compaction compaction;

    _Static_assert(sizeof(uint32_t) <= sizeof *shard->applications
                       && sizeof(uint32_t) + sizeof(struct stretch) <= sizeof *shard->candidates,
        "as many of each as there are rows");
    PW_TRY(pw_shard_reserve_applications(shard, size));
    compaction.slot = (int32_t *) (void *) shard->applications;
    compaction.source = (uint32_t *) (void *) shard->candidates;
    compaction.stretch = (struct stretch *) (void *) (compaction.source + size);
    find_sources(shard, &compaction);
    find_slots(old_count, &compaction);
    find_stretches(&compaction);
#define LINK(name, about) mend_links(shard->name, compaction.slot, old_count);
#define COLUMN(name, type, missing, unit, about)
#include "pathways/columns.def"
#define COLUMN(name, type, missing, unit, about)                                                   \
    move_rows(shard->name, sizeof *shard->name, &compaction);
#include "pathways/columns.def"
    for (int cohort = 0; cohort <= shard->num_cohorts; cohort++)
        shard->cohort_begin[cohort] = count_before(&compaction, shard->cohort_begin[cohort]);
    shard->num_rows = compaction.num_rows;
    shard->num_applications = 0;
done:
    return status;
}

struct pw_person
pw_shard_person(const struct pw_shard *shard, size_t row)
{
    struct pw_person person;

#define COLUMN(name, type, missing, unit, about) person.name = shard->name[row];
#include "pathways/columns.def"
    return person;
}

static pw_status
verify_row(const struct pw_shard *shard, size_t i)
{
    pw_status status = PW_OK;
    const int32_t partner = shard->partner[i];

#define LINK(name, about)                                                                          \
    if (shard->name[i] != PW_NOBODY                                                                \
        && (shard->name[i] < 0 || (size_t) shard->name[i] >= shard->num_rows))                     \
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: %s is row %d of %zu", shard->index, i, #name,      \
            shard->name[i], shard->num_rows);
#define COLUMN(name, type, missing, unit, about)
#include "pathways/columns.def"
    if (partner != PW_NOBODY && shard->partner[partner] != (int32_t) i)
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: partner %d has partner %d", shard->index, i,
            partner, shard->partner[partner]);
    if (shard->mother[i] != PW_NOBODY && (size_t) shard->mother[i] >= i)
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: the mother is younger", shard->index, i);
    if (shard->state[i] >= PW_NUM_STATES || shard->last_state[i] >= PW_NUM_STATES
        || shard->class[i] >= PW_NUM_CLASS_CODES || shard->origin_class[i] >= PW_NUM_CLASS_CODES
        || shard->qualification[i] >= PW_NUM_QUALIFICATIONS || shard->sex[i] >= PW_NUM_SEXES
        || shard->route[i] >= PW_NUM_ROUTES || shard->group[i] >= PW_NUM_GROUPS)
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: a code is out of range", shard->index, i);
    if (pw_state_is_present(shard->state[i]) && shard->place[i] == PW_UNPLACED)
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: present and nowhere", shard->index, i);
    if (shard->state[i] == PW_EMPLOYED && shard->work_market[i] == PW_NO_WORK_MARKET)
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: a job in no labour market", shard->index, i);
    if (!isfinite(shard->skill[i]) || !isfinite(shard->ability[i]) || !isfinite(shard->pay[i])
        || !isfinite(shard->self_efficacy[i]) || !isfinite(shard->aspiration[i])
        || !isfinite(shard->belonging[i]) || !isfinite(shard->wellbeing[i])
        || !isfinite(shard->household_income[i]) || !isfinite(shard->pay_persistent[i])
        || !isfinite(shard->origin_income[i]) || !isfinite(shard->adult_income[i])
        || !isfinite(shard->attainment[i]))
        PW_FAIL(PW_EFORMAT, "shard %d, row %zu: a value is not finite", shard->index, i);
done:
    return status;
}

pw_status
pw_shard_verify(const struct pw_shard *shard)
{
    pw_status status = PW_OK;

    for (int c = 0; c < shard->num_cohorts; c++)
        if (shard->cohort_begin[c] > shard->cohort_begin[c + 1])
            PW_FAIL(PW_EFORMAT, "shard %d: cohort %d ends before it begins", shard->index, c);
    if (shard->cohort_begin[shard->num_cohorts] != shard->num_rows)
        PW_FAIL(PW_EFORMAT, "shard %d: cohorts hold %u of %zu rows", shard->index,
            shard->cohort_begin[shard->num_cohorts], shard->num_rows);
    for (size_t i = 0; i < shard->num_rows; i++)
        PW_TRY(verify_row(shard, i));
done:
    return status;
}

uint64_t
pw_shard_digest(const struct pw_shard *shard)
{
    uint64_t digest = pw_mix64(shard->num_rows);

    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const unsigned char *bytes = column_of(shard, c);
        const size_t size = shard->num_rows * columns[c].size;
        uint64_t word, sum = pw_mix64((uint64_t) c + 1);
        size_t i = 0;

        if (c == PW_COLUMN_record) continue; /* what is kept of a run changes nothing in it */
        for (; i + sizeof word <= size; i += sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
            sum ^= sum >> 29;
        }
        word = 0;
        memcpy(&word, bytes + i, size - i);
        digest = pw_mix64(digest ^ pw_mix64(sum ^ word));
    }
    return digest;
}

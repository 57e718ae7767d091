/* SPDX-License-Identifier: MIT */
#include "pathways/parting.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/rng.h"

static const unsigned char *
column_of(const struct pw_shard *shard, int c)
{
    const unsigned char *bytes;

    memcpy(&bytes, (const char *) shard + pw_columns_table()[c].offset, sizeof bytes);
    return bytes;
}

/* Does a column of some rows differ, and from which row on? */
static bool
differs_from(
    const struct pw_shard *one, const struct pw_shard *other, int c, size_t rows, size_t *row)
{
    const size_t size = pw_columns_table()[c].size;
    const unsigned char *a = column_of(one, c), *b = column_of(other, c);

    if (rows == 0 || memcmp(a, b, rows * size) == 0) return false;
    for (*row = 0; memcmp(a + *row * size, b + *row * size, size) == 0;)
        ++*row;
    return true;
}

/* Columns of `columns` in which a row differs. */
static pw_columns
row_differs(
    const struct pw_shard *one, const struct pw_shard *other, size_t row, pw_columns columns)
{
    pw_columns differ = 0;

    for (int c = 0; c < PW_NUM_COLUMNS; c++) {
        const size_t size = pw_columns_table()[c].size;

        if (columns >> c & 1
            && memcmp(column_of(one, c) + row * size, column_of(other, c) + row * size, size) != 0)
            differ |= (pw_columns) 1 << c;
    }
    return differ;
}

static enum pw_column
first_of(pw_columns columns)
{
    int c = 0;

    while (!(columns >> c & 1))
        c++;
    return (enum pw_column) c;
}

static void
compare_shard(const struct pw_shard *one, const struct pw_shard *other, pw_columns columns,
    struct pw_parting *parting)
{
    const size_t rows = one->num_rows < other->num_rows ? one->num_rows : other->num_rows;
    size_t first = rows, row;
    pw_columns differ = 0;

    for (int c = 0; c < PW_NUM_COLUMNS; c++)
        if (columns >> c & 1 && differs_from(one, other, c, rows, &row)) {
            differ |= (pw_columns) 1 << c;
            first = row < first ? row : first;
        }
    if (differ == 0 && one->num_rows == other->num_rows) return;
    for (row = first; row < rows; row++)
        parting->people += row_differs(one, other, row, differ) != 0;
    parting->people +=
        (int64_t) (one->num_rows > rows ? one->num_rows : other->num_rows) - (int64_t) rows;
    parting->columns |= differ;
    if (parting->is_found) return;
    parting->is_found = true;
    parting->shard = one->index >= 0 ? (size_t) one->index : 0;
    parting->row = first;
    parting->other_people = first == rows || one->key[first] != other->key[first];
    parting->column =
        first == rows ? PW_COLUMN_key : first_of(row_differs(one, other, first, differ));
}

void
pw_parting_find(const struct pw_world *one, const struct pw_world *other, pw_columns columns,
    struct pw_parting *parting)
{
    *parting = (struct pw_parting){ .is_found = false };
    PW_BUG_IF(one->num_shards != other->num_shards);
    for (size_t s = 0; s < one->num_shards; s++)
        compare_shard(&one->shards[s], &other->shards[s], columns & ~PW_SET(record), parting);
}

static uint64_t
key_of(const struct pw_shard *shard, int32_t row)
{
    return row == PW_NOBODY ? 0 : shard->key[row];
}

pw_columns
pw_parting_columns(
    const struct pw_shard *one, size_t row, const struct pw_shard *other, size_t other_row)
{
    const struct pw_person a = pw_shard_person(one, row), b = pw_shard_person(other, other_row);
    pw_columns differ = 0;

#define LINK(name, about)                                                                          \
    if (key_of(one, a.name) != key_of(other, b.name)) differ |= PW_SET(name);
#define COLUMN(name, type, missing, unit, about)                                                   \
    if (memcmp(&a.name, &b.name, sizeof a.name) != 0) differ |= PW_SET(name);
#include "pathways/columns.def"
    return differ & ~PW_SET(record);
}

/* Rows of one shard by key: open addressing, twice as many slots as rows. */
struct index {
    uint32_t *row; /* [size] row + 1, or 0 */
    size_t size;
};

static pw_status
index_shard(const struct pw_shard *shard, struct index *index)
{
    pw_status status = PW_OK;

    for (index->size = 1024; index->size < 2 * shard->num_rows;)
        index->size *= 2;
    PW_TRY(pw_alloc(index->size, sizeof *index->row, &index->row));
    for (size_t i = 0; i < shard->num_rows; i++) {
        size_t slot = (size_t) pw_mix64(shard->key[i]) & (index->size - 1);

        while (index->row[slot] != 0)
            slot = (slot + 1) & (index->size - 1);
        index->row[slot] = (uint32_t) i + 1;
    }
done:
    return status;
}

/* @return false: nobody has the key */
static bool
look_up(const struct index *index, const struct pw_shard *shard, uint64_t key, size_t *row)
{
    size_t slot = (size_t) pw_mix64(key) & (index->size - 1);

    while (index->row[slot] != 0 && shard->key[index->row[slot] - 1] != key)
        slot = (slot + 1) & (index->size - 1);
    *row = (size_t) index->row[slot] - 1;
    return index->row[slot] != 0;
}

static void
count_shard(const struct pw_shard *one, const struct pw_shard *other, const struct index *index,
    struct pw_parting_count *count)
{
    const pw_columns visible =
        PW_SET(state) | PW_SET(place) | PW_SET(class) | PW_SET(qualification) | PW_SET(owner);
    int64_t others = 0;

    for (size_t j = 0; j < other->num_rows; j++)
        others += pw_state_is_present(other->state[j]);
    for (size_t i = 0; i < one->num_rows; i++) {
        size_t j = 0;
        pw_columns differ;

        if (!pw_state_is_present(one->state[i])) continue;
        if (!look_up(index, other, one->key[i], &j) || !pw_state_is_present(other->state[j])) {
            count->only_one++;
            continue;
        }
        differ = pw_parting_columns(one, i, other, j);
        others--;
        count->both++;
        count->differ += differ != 0;
        count->visibly += (differ & visible) != 0;
    }
    count->only_other += others;
}

pw_status
pw_parting_count(
    const struct pw_world *one, const struct pw_world *other, struct pw_parting_count *count)
{
    pw_status status = PW_OK;
    struct index index = { 0 };

    *count = (struct pw_parting_count){ 0 };
    PW_BUG_IF(one->num_shards != other->num_shards);
    for (size_t s = 0; s < one->num_shards; s++) {
        PW_TRY(index_shard(&other->shards[s], &index));
        count_shard(&one->shards[s], &other->shards[s], &index, count);
        pw_free(&index.row);
    }
done:
    pw_free(&index.row);
    return status;
}

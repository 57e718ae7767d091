/* SPDX-License-Identifier: MIT */
#include "grid.h"

#include <math.h>

#include "pathways/alloc.h"

struct pw_cut
pw_grid_cut(int rank, const struct pw_dimension *dims, size_t item_size, size_t max_bytes)
{
    const size_t max_items = max_bytes / item_size;
    struct pw_cut cut = { .split = rank - 1, .inner = 1, .outer = 1 };
    size_t length;

    /* From the last dimension up, as long as a whole one fits. */
    while (cut.split > 0 && dims[cut.split].length <= max_items / cut.inner)
        cut.inner *= dims[cut.split--].length;
    length = dims[cut.split].length;
    cut.part = max_items / cut.inner;
    if (cut.part > length) cut.part = length;
    if (cut.part < 1) cut.part = 1;
    for (int d = 0; d < cut.split; d++)
        cut.outer *= dims[d].length;
    cut.chunks = cut.outer * ((length + cut.part - 1) / cut.part);
    return cut;
}

/* Items of an array that are in memory, from the first one on. */
struct items {
    const unsigned char *bytes;
    size_t first;
};

/* Where chunk `index` lies: its first index in each dimension, and the stretch of memory it holds.
 */
static struct pw_chunk
locate(const struct pw_array *array, const struct pw_cut *cut, size_t index,
    const struct items *items, hsize_t *offset)
{
    static const double nothing = 0.0;
    const size_t length = array->dims[cut->split].length;
    const size_t parts = (length + cut->part - 1) / cut->part;
    const size_t first = index % parts * cut->part;
    const size_t size = pw_type_size(array->type);
    size_t outer = index / parts;
    const size_t item = (outer * length + first) * cut->inner;

    for (int d = 0; d < array->rank; d++)
        offset[d] = 0;
    offset[cut->split] = first;
    for (int d = cut->split - 1; d >= 0; d--) {
        offset[d] = outer % array->dims[d].length;
        outer /= array->dims[d].length;
    }
    return (struct pw_chunk){
        .source = items->bytes + (item - items->first) * size,
        .rows = length - first < cut->part ? length - first : cut->part,
        .columns = cut->inner,
        .full_rows = cut->part,
        .full_columns = cut->inner,
        .item_size = size,
        .fill = &nothing,
    };
}

/* The items of chunks [begin, begin + count). */
static struct items
fetch_items(const struct pw_array *array, const struct pw_cut *cut, size_t begin, size_t count,
    unsigned char *room)
{
    const size_t length = array->dims[0].length, first = begin * cut->part;
    const size_t end = (begin + count) * cut->part < length ? (begin + count) * cut->part : length;

    if (array->fetch == NULL) return (struct items){ array->data, 0 };
    return (struct items){ array->fetch(array->context, first, end - first, room), first };
}

static pw_status
write_chunks(const struct pw_hdf *hdf, struct pw_packer *packer, const struct pw_array *array,
    const struct pw_cut *cut, hid_t dataset)
{
    pw_status status = PW_OK;
    struct pw_chunk *chunks = NULL;
    unsigned char *room = NULL;
    hsize_t offset[PW_MAX_RANK];

    PW_TRY(pw_alloc(packer->batch, sizeof *chunks, &chunks));
    if (array->fetch != NULL)
        PW_TRY(pw_alloc(packer->batch * cut->part, pw_type_size(array->type), &room));
    for (size_t begin = 0; begin < cut->chunks; begin += packer->batch) {
        const size_t left = cut->chunks - begin;
        const size_t count = left < packer->batch ? left : packer->batch;
        const struct items items = fetch_items(array, cut, begin, count, room);

        for (size_t i = 0; i < count; i++)
            chunks[i] = locate(array, cut, begin + i, &items, offset);
        PW_TRY(pw_packer_pack(packer, chunks, count));
        for (size_t i = 0; i < count; i++) {
            locate(array, cut, begin + i, &items, offset);
            PW_TRY(pw_hdf_check(hdf, array->name,
                H5Dwrite_chunk(
                    dataset, H5P_DEFAULT, 0, offset, chunks[i].packed_size, chunks[i].packed)));
        }
    }
done:
    pw_free(&chunks);
    pw_free(&room);
    return status;
}

/* An array that is stored in one piece. */
static pw_status
write_piece(const struct pw_hdf *hdf, const struct pw_array *array, size_t items, hid_t dataset)
{
    pw_status status = PW_OK;
    const void *data = array->data;
    void *room = NULL;

    if (array->fetch != NULL) {
        PW_TRY(pw_alloc(items, pw_type_size(array->type), &room));
        data = array->fetch(array->context, 0, items, room);
    }
    PW_TRY(pw_hdf_check(hdf, array->name,
        H5Dwrite(dataset, pw_hdf_type(array->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data)));
done:
    pw_free(&room);
    return status;
}

pw_status
pw_grid_write(const struct pw_hdf *hdf, struct pw_packer *packer, const struct pw_array *array)
{
    pw_status status = PW_OK;
    const size_t size = pw_type_size(array->type);
    const bool is_real = array->type == PW_TYPE_FLOAT32 || array->type == PW_TYPE_FLOAT64;
    const float missing32 = NAN;
    const double missing64 = NAN;
    hid_t group = -1, dataset = -1, scale = -1;
    hsize_t dims[PW_MAX_RANK], chunk[PW_MAX_RANK];
    struct pw_dataset shape = { .name = array->name,
        .about = array->about,
        .units = array->units,
        .type = array->type,
        .rank = array->rank,
        .dims = dims };
    struct pw_cut cut;
    size_t items = 1;

    PW_BUG_IF(array->rank < 1 || array->rank > PW_MAX_RANK);
    PW_BUG_IF(array->fetch != NULL && array->rank != 1);
    for (int d = 0; d < array->rank; d++) {
        dims[d] = array->dims[d].length;
        items *= array->dims[d].length;
    }
    if (items == 0) goto done;
    cut = pw_grid_cut(array->rank, array->dims, size, packer->max_bytes);
    for (int d = 0; d < array->rank; d++)
        chunk[d] = d < cut.split ? 1 : d == cut.split ? cut.part : dims[d];
    if (items * size > PW_GRID_SMALL_BYTES) shape.chunk = chunk;
    if (is_real) shape.fill = size == sizeof missing32 ? (const void *) &missing32 : &missing64;

    PW_TRY(pw_hdf_group(hdf, array->group, &group));
    PW_TRY(pw_hdf_create(hdf, group, &shape, &dataset));
    if (is_real) PW_TRY(pw_hdf_set_numbers(hdf, dataset, "_FillValue", array->type, 1, shape.fill));
    if (array->codes)
        PW_TRY(pw_hdf_set_codes(hdf, dataset, array->type, array->codes, array->num_codes));
    for (int d = 0; d < array->rank; d++) {
        PW_TRY(pw_hdf_scale(hdf, group, &array->dims[d], &scale));
        PW_TRY(pw_hdf_attach(hdf, dataset, scale, d));
        pw_hdf_close(scale);
        scale = -1;
    }
    if (shape.chunk)
        PW_TRY(write_chunks(hdf, packer, array, &cut, dataset));
    else
        PW_TRY(write_piece(hdf, array, items, dataset));
done:
    pw_hdf_close(scale);
    pw_hdf_close(dataset);
    pw_hdf_close(group);
    return status;
}

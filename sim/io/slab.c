/* SPDX-License-Identifier: MIT */
#include "pathways/slab.h"

#include "hdf.h"
#include "pathways/alloc.h"

/* Unpacked chunks that are remembered [bytes]; a chunk of a trajectory has 80 or 160 kB. */
#define MEMORY ((size_t) 1024 * 1024)
/* Slots to find them in: a prime, many more than there are chunks in memory, as HDF5 asks. */
#define NUM_SLOTS 5003

struct pw_slab {
    const struct pw_hdf *hdf;
    char *path;
    hid_t dataset, space;
    enum pw_type type;
    int rank;
    hsize_t dims[2];
};

/* The dataset's numbers fit the type: it is of whole numbers and no wider. */
static bool
fits(hid_t dataset, enum pw_type type)
{
    const hid_t file_type = H5Dget_type(dataset);
    const bool fits = H5Tget_class(file_type) == H5T_INTEGER && type < PW_TYPE_FLOAT32
                      && H5Tget_size(file_type) <= pw_type_size(type);

    pw_hdf_close(file_type);
    return fits;
}

pw_status
pw_slab_open(
    const struct pw_reader *reader, const char *path, enum pw_type type, struct pw_slab **out)
{
    pw_status status = PW_OK;
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    struct pw_slab *slab = NULL;

    *out = NULL;
    PW_TRY(pw_alloc(1, sizeof *slab, &slab));
    *slab = (struct pw_slab){
        .hdf = pw_reader_hdf(reader), .dataset = -1, .space = -1, .type = type, .dims = { 0, 1 }
    };
    PW_TRY(pw_strdup(path, &slab->path));
    if (!pw_reader_has(reader, path))
        PW_FAIL(PW_EFORMAT, "%s: has no dataset %s", slab->hdf->path, path);
    PW_TRY(pw_hdf_check(slab->hdf, path,
        H5Pset_chunk_cache(access, NUM_SLOTS, MEMORY,
            0.75 /* with 1, HDF5 1.10 never lets go of a chunk of which a part was read */)));
    slab->dataset = H5Dopen2(slab->hdf->file, path, access);
    PW_TRY(pw_hdf_check(slab->hdf, path, slab->dataset));
    slab->space = H5Dget_space(slab->dataset);
    slab->rank = H5Sget_simple_extent_ndims(slab->space);
    if (slab->rank < 1 || slab->rank > 2 || !fits(slab->dataset, type))
        PW_FAIL(PW_EFORMAT, "%s: %s is not a table of whole numbers of at most %zu bytes",
            slab->hdf->path, path, pw_type_size(type));
    H5Sget_simple_extent_dims(slab->space, slab->dims, NULL);
    *out = slab;
    slab = NULL;
done:
    pw_hdf_close(access);
    pw_slab_close(&slab);
    return status;
}

void
pw_slab_close(struct pw_slab **slab)
{
    if (*slab == NULL) return;
    pw_hdf_close((*slab)->space);
    pw_hdf_close((*slab)->dataset);
    pw_free(&(*slab)->path);
    pw_free(slab);
}

size_t
pw_slab_rows(const struct pw_slab *slab)
{
    return (size_t) slab->dims[0];
}

size_t
pw_slab_columns(const struct pw_slab *slab)
{
    return (size_t) slab->dims[1];
}

pw_status
pw_slab_read(struct pw_slab *slab, const struct pw_stretch *stretch, void *items)
{
    pw_status status = PW_OK;
    const hsize_t start[2] = { stretch->begin, stretch->first_column };
    const hsize_t length[2] = { stretch->end - stretch->begin,
        stretch->end_column - stretch->first_column };
    hid_t memory = -1;

    PW_BUG_IF(stretch->end < stretch->begin || stretch->end_column < stretch->first_column);
    if (stretch->end > slab->dims[0] || stretch->end_column > slab->dims[1])
        PW_FAIL(PW_EFORMAT, "%s: %s ends before row %zu, column %zu", slab->hdf->path, slab->path,
            stretch->end, stretch->end_column);
    if (length[0] == 0 || length[1] == 0) goto done;
    memory = H5Screate_simple(slab->rank, length, NULL);
    PW_TRY(pw_hdf_check(slab->hdf, slab->path, memory));
    PW_TRY(pw_hdf_check(slab->hdf, slab->path,
        H5Sselect_hyperslab(slab->space, H5S_SELECT_SET, start, NULL, length, NULL)));
    if (H5Dread(slab->dataset, pw_hdf_type(slab->type), memory, slab->space, H5P_DEFAULT, items)
        < 0)
        PW_FAIL(PW_EFORMAT, "%s: %s is damaged (HDF5 says: %s); copy the file or run it again",
            slab->hdf->path, slab->path, pw_hdf_complaint());
done:
    pw_hdf_close(memory);
    return status;
}

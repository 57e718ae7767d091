/* SPDX-License-Identifier: MIT */
#include "pathways/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5_hl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hdf.h"
#include "pathways/alloc.h"

struct pw_reader {
    char *path;
    struct pw_hdf hdf;
};

void
pw_names_free(struct pw_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        pw_free(&names->items[i]);
    pw_free(&names->items);
    names->count = 0;
}

void
pw_field_free(struct pw_field *field)
{
    for (int d = 0; d < PW_MAX_RANK; d++)
        pw_free(&field->dim_names[d]);
    pw_free(&field->about);
    pw_free(&field->units);
    *field = (struct pw_field){ 0 };
}

/* --- Attributes ---------------------------------------------------------------------------------
 */

/* A text from HDF5 becomes ours, so that one function releases all. */
static pw_status
take_text(char *theirs, char **text)
{
    const pw_status status = pw_strdup(theirs ? theirs : "", text);

    if (theirs) H5free_memory(theirs);
    return status;
}

static pw_status
open_attribute(const struct pw_reader *reader, const char *object, const char *name,
    H5T_class_t class, hid_t *attribute)
{
    pw_status status = PW_OK;
    hid_t type = -1;
    bool fits = false;

    *attribute = -1;
    if (H5Aexists_by_name(reader->hdf.file, object, name, H5P_DEFAULT) > 0)
        *attribute = H5Aopen_by_name(reader->hdf.file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    if (*attribute >= 0) {
        type = H5Aget_type(*attribute);
        fits = H5Tget_class(type) == class
               || (class == H5T_FLOAT && H5Tget_class(type) == H5T_INTEGER);
        fits = fits && (class != H5T_STRING || H5Tis_variable_str(type) > 0);
    }
    if (!fits)
        PW_FAIL(PW_EFORMAT, "%s: %s has no attribute %s that is a %s", reader->path, object, name,
            class == H5T_STRING ? "text" : "number");
done:
    pw_hdf_close(type);
    if (status != PW_OK) {
        pw_hdf_close(*attribute);
        *attribute = -1;
    }
    return status;
}

pw_status
pw_reader_text(const struct pw_reader *reader, const char *object, const char *name, char **text)
{
    pw_status status = PW_OK;
    hid_t attribute = -1;
    const hid_t type = pw_hdf_text_type();
    char *theirs = NULL;

    *text = NULL;
    PW_TRY(open_attribute(reader, object, name, H5T_STRING, &attribute));
    PW_TRY(pw_hdf_check(&reader->hdf, name, H5Aread(attribute, type, &theirs)));
    PW_TRY(take_text(theirs, text));
done:
    pw_hdf_close(attribute);
    pw_hdf_close(type);
    return status;
}

pw_status
pw_reader_number(
    const struct pw_reader *reader, const char *object, const char *name, int64_t *value)
{
    pw_status status = PW_OK;
    hid_t attribute = -1;

    PW_TRY(open_attribute(reader, object, name, H5T_INTEGER, &attribute));
    PW_TRY(pw_hdf_check(&reader->hdf, name, H5Aread(attribute, H5T_NATIVE_INT64, value)));
done:
    pw_hdf_close(attribute);
    return status;
}

pw_status
pw_reader_real(const struct pw_reader *reader, const char *object, const char *name, double *value)
{
    pw_status status = PW_OK;
    hid_t attribute = -1;

    PW_TRY(open_attribute(reader, object, name, H5T_FLOAT, &attribute));
    PW_TRY(pw_hdf_check(&reader->hdf, name, H5Aread(attribute, H5T_NATIVE_DOUBLE, value)));
done:
    pw_hdf_close(attribute);
    return status;
}

/* --- Opening ------------------------------------------------------------------------------------
 */

/* The reasons that the system gives, before HDF5 is asked. */
static pw_status
check_readable(const char *path)
{
    pw_status status = PW_OK;
    struct stat about;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait */

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        PW_FAIL(PW_EINPUT, "%s: there is no such file; check the name", path);
    if (fd < 0) PW_FAIL(PW_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(fd, &about) == 0 && !S_ISREG(about.st_mode))
        PW_FAIL(PW_EINPUT, "%s: is %s; give the name of a run file", path,
            S_ISDIR(about.st_mode) ? "a folder" : "not an ordinary file");
done:
    if (fd >= 0) close(fd);
    return status;
}

/* For arrays that are read in many small pieces, of which ours has none. */
#define SIEVE_BYTES 512

static pw_status
open_file(struct pw_reader *reader)
{
    pw_status status = PW_OK;
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    PW_TRY(pw_hdf_check(&reader->hdf, "the file", access));
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    /* Finished files do not change, and some clusters' disks have no locks. */
    H5Pset_file_locking(access, false, true);
    /* Whatever is read of an array in one piece clears a buffer of this size before. */
    H5Pset_sieve_buf_size(access, SIEVE_BYTES);
    if (H5Fis_hdf5(reader->path) <= 0)
        PW_FAIL(PW_EFORMAT, "%s: is not an HDF5 file; give a run file that `pathways run` wrote",
            reader->path);
    reader->hdf.file = H5Fopen(reader->path, H5F_ACC_RDONLY, access);
    if (reader->hdf.file < 0)
        PW_FAIL(PW_EFORMAT, "%s: is damaged or cut short (HDF5 says: %s); copy or run it again",
            reader->path, pw_hdf_complaint());
done:
    pw_hdf_close(access);
    return status;
}

/* Ours, of a layout that this version knows, and finished. */
static pw_status
check_kind(const struct pw_reader *reader)
{
    pw_status status = PW_OK;
    char *source = NULL;
    int64_t format = 0, complete = 0;

    if (pw_reader_text(reader, "/", "source", &source) != PW_OK
        || strncmp(source, "pathways ", strlen("pathways ")) != 0
        || pw_reader_number(reader, "/", "format", &format) != PW_OK)
        PW_FAIL(PW_EFORMAT,
            "%s: is an HDF5 file but not a run file; give one that `pathways run` wrote",
            reader->path);
    if (format > PW_STORE_FORMAT)
        PW_FAIL(PW_EFORMAT,
            "%s: has layout %lld and this program knows up to %d; use the version that wrote it "
            "(%s)",
            reader->path, (long long) format, PW_STORE_FORMAT, source);
    if (pw_reader_number(reader, "/", "complete", &complete) != PW_OK || complete != 1)
        PW_FAIL(
            PW_EFORMAT, "%s: is unfinished: its run was stopped or is still at work", reader->path);
done:
    pw_free(&source);
    return status;
}

pw_status
pw_reader_open(const char *path, struct pw_reader **reader)
{
    pw_status status = PW_OK;
    struct pw_reader *r = NULL;

    *reader = NULL;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures become our sentences */
    PW_TRY(check_readable(path));
    PW_TRY(pw_alloc(1, sizeof *r, &r));
    r->hdf.file = -1;
    PW_TRY(pw_strdup(path, &r->path));
    r->hdf.path = r->path;
    PW_TRY(open_file(r));
    PW_TRY(check_kind(r));
    *reader = r;
done:
    if (status != PW_OK) pw_reader_close(&r);
    return status;
}

void
pw_reader_close(struct pw_reader **reader)
{
    struct pw_reader *r = *reader;

    if (!r) return;
    if (r->hdf.file >= 0) H5Fclose(r->hdf.file);
    pw_free(&r->path);
    pw_free(reader);
}

const char *
pw_reader_path(const struct pw_reader *reader)
{
    return reader->path;
}

const struct pw_hdf *
pw_reader_hdf(const struct pw_reader *reader)
{
    return &reader->hdf;
}

/* --- Groups and texts ---------------------------------------------------------------------------
 */

bool
pw_reader_has(const struct pw_reader *reader, const char *path)
{
    char *part = NULL;
    bool has = false;

    if (strcmp(path, "/") == 0) return true;
    if (path[0] != '/' || pw_strdup(path, &part) != PW_OK) return false;
    /* H5Lexists fails when a group on the way is missing, so each is asked for. */
    for (char *end = strchr(part + 1, '/');; end = strchr(end + 1, '/')) {
        if (end) *end = '\0';
        has = H5Lexists(reader->hdf.file, part, H5P_DEFAULT) > 0;
        if (!has || !end) break;
        *end = '/';
    }
    pw_free(&part);
    return has;
}

static pw_status
open_dataset(const struct pw_reader *reader, const char *path, hid_t *dataset)
{
    pw_status status = PW_OK;

    *dataset = -1;
    if (pw_reader_has(reader, path)) *dataset = H5Dopen2(reader->hdf.file, path, H5P_DEFAULT);
    if (*dataset < 0) PW_FAIL(PW_EFORMAT, "%s: has no dataset %s", reader->path, path);
done:
    return status;
}

pw_status
pw_reader_names(const struct pw_reader *reader, const char *path, struct pw_names *names)
{
    pw_status status = PW_OK;
    hid_t dataset = -1, space = -1, file_type = -1;
    const hid_t type = pw_hdf_text_type();
    char **theirs = NULL;
    hsize_t count = 0;

    *names = (struct pw_names){ 0 };
    PW_TRY(open_dataset(reader, path, &dataset));
    file_type = H5Dget_type(dataset);
    space = H5Dget_space(dataset);
    if (H5Tis_variable_str(file_type) <= 0 || H5Sget_simple_extent_ndims(space) > 1)
        PW_FAIL(PW_EFORMAT, "%s: %s is not a list of texts", reader->path, path);
    count = (hsize_t) H5Sget_simple_extent_npoints(space);
    PW_TRY(pw_alloc(count, sizeof *theirs, &theirs));
    PW_TRY(pw_alloc(count, sizeof *names->items, &names->items));
    names->count = count;
    PW_TRY(pw_hdf_check(
        &reader->hdf, path, H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, theirs)));
    for (size_t i = 0; i < count; i++)
        PW_TRY(pw_strdup(theirs[i] ? theirs[i] : "", &names->items[i]));
done:
    if (theirs) H5Dvlen_reclaim(type, space, H5P_DEFAULT, theirs);
    pw_free(&theirs);
    pw_hdf_close(file_type);
    pw_hdf_close(space);
    pw_hdf_close(dataset);
    pw_hdf_close(type);
    if (status != PW_OK) pw_names_free(names);
    return status;
}

pw_status
pw_reader_long_text(const struct pw_reader *reader, const char *path, char **text)
{
    pw_status status = PW_OK;
    struct pw_names names = { 0 };

    *text = NULL;
    PW_TRY(pw_reader_names(reader, path, &names));
    if (names.count != 1) PW_FAIL(PW_EFORMAT, "%s: %s is not a single text", reader->path, path);
    *text = names.items[0];
    names.items[0] = NULL;
done:
    pw_names_free(&names);
    return status;
}

/* Object `index` in order of creation belongs on the list: a group, or a dataset that is no scale.
 */
static bool
is_wanted(hid_t group, hsize_t index, H5I_type_t wanted)
{
    const hid_t object =
        H5Oopen_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, H5P_DEFAULT);
    const bool is = object >= 0 && H5Iget_type(object) == wanted
                    && (wanted != H5I_DATASET || H5DSis_scale(object) <= 0);

    pw_hdf_close(object);
    return is;
}

static pw_status
list_objects(
    const struct pw_reader *reader, const char *path, H5I_type_t wanted, struct pw_names *names)
{
    pw_status status = PW_OK;
    hid_t group = -1;
    H5G_info_t info = { 0 };

    *names = (struct pw_names){ 0 };
    if (!pw_reader_has(reader, path)) goto done;
    group = H5Gopen2(reader->hdf.file, path, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(&reader->hdf, path, group));
    PW_TRY(pw_hdf_check(&reader->hdf, path, H5Gget_info(group, &info)));
    PW_TRY(pw_alloc(info.nlinks, sizeof *names->items, &names->items));
    for (hsize_t i = 0; i < info.nlinks; i++) {
        ssize_t length;
        char **item = &names->items[names->count];

        if (!is_wanted(group, i, wanted)) continue;
        length = H5Lget_name_by_idx(
            group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, NULL, 0, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(&reader->hdf, path, length));
        PW_TRY(pw_alloc((size_t) length + 1, 1, item));
        names->count++;
        H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, *item,
            (size_t) length + 1, H5P_DEFAULT);
    }
done:
    pw_hdf_close(group);
    if (status != PW_OK) pw_names_free(names);
    return status;
}

pw_status
pw_reader_groups(const struct pw_reader *reader, const char *group, struct pw_names *names)
{
    return list_objects(reader, group, H5I_GROUP, names);
}

pw_status
pw_reader_datasets(const struct pw_reader *reader, const char *group, struct pw_names *names)
{
    return list_objects(reader, group, H5I_DATASET, names);
}

/* --- Datasets -----------------------------------------------------------------------------------
 */

/* Our type for a file's; PW_NUM_TYPES when it is none of them. */
static enum pw_type
match_type(hid_t type)
{
    for (int t = 0; t < PW_NUM_TYPES; t++)
        if (H5Tequal(type, pw_hdf_type((enum pw_type) t)) > 0) return (enum pw_type) t;
    return PW_NUM_TYPES;
}

/* A text attribute of an open object, "" when there is none. */
static pw_status
text_or_empty(hid_t object, const char *name, char **text)
{
    char *theirs = NULL;
    hid_t attribute = -1, type = -1;

    if (H5Aexists(object, name) > 0) attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute >= 0) type = H5Aget_type(attribute);
    if (type >= 0 && H5Tis_variable_str(type) > 0) {
        pw_hdf_close(type);
        type = pw_hdf_text_type();
        if (H5Aread(attribute, type, &theirs) < 0) theirs = NULL;
    }
    pw_hdf_close(type);
    pw_hdf_close(attribute);
    return take_text(theirs, text);
}

/* A number attribute of an open object. @return whether there is one; else `value` is unchanged */
static bool
number_if_any(hid_t object, const char *name, hid_t type, void *value)
{
    hid_t attribute = -1;
    bool is_there = false;

    if (H5Aexists(object, name) > 0) attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute >= 0) is_there = H5Aread(attribute, type, value) >= 0;
    pw_hdf_close(attribute);
    return is_there;
}

struct scale_visit {
    char name[256];
    int64_t first;
};

static herr_t
visit_scale(hid_t dataset, unsigned dimension, hid_t scale, void *context)
{
    struct scale_visit *visit = context;
    const hsize_t one = 1;
    hid_t type = H5Dget_type(scale), file_space = H5Dget_space(scale),
          space = H5Screate_simple(1, &one, NULL);
    const hsize_t start = 0;

    (void) dataset, (void) dimension;
    H5DSget_scale_name(scale, visit->name, sizeof visit->name);
    if (H5Tget_class(type) == H5T_INTEGER && H5Sget_simple_extent_npoints(file_space) > 0) {
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, NULL, &one, NULL);
        H5Dread(scale, H5T_NATIVE_INT64, space, file_space, H5P_DEFAULT, &visit->first);
    }
    pw_hdf_close(space);
    pw_hdf_close(file_space);
    pw_hdf_close(type);
    return 1; /* the first scale only */
}

/* Shape and numbers of a dataset: what it takes to read it. */
static pw_status
find_shape(const struct pw_reader *reader, hid_t dataset, const char *path, struct pw_field *field)
{
    pw_status status = PW_OK;
    hsize_t dims[H5S_MAX_RANK] = { 0 };
    const hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);

    *field = (struct pw_field){ .scale = 1.0, .row_items = 1 };
    field->type = match_type(type);
    field->rank = H5Sget_simple_extent_dims(space, dims, NULL);
    if (field->type == PW_NUM_TYPES || field->rank < 1 || field->rank > PW_MAX_RANK)
        PW_FAIL(PW_EFORMAT, "%s: %s is not an array of numbers", reader->path, path);
    for (int d = 0; d < field->rank; d++) {
        field->dims[d] = dims[d];
        if (d > 0) field->row_items *= dims[d];
    }
    number_if_any(dataset, "scale_factor", H5T_NATIVE_DOUBLE, &field->scale);
    number_if_any(dataset, "add_offset", H5T_NATIVE_DOUBLE, &field->offset);
    if (field->type < PW_TYPE_FLOAT32)
        field->has_fill = number_if_any(dataset, "_FillValue", H5T_NATIVE_INT64, &field->fill);
done:
    pw_hdf_close(type);
    pw_hdf_close(space);
    return status;
}

static pw_status
describe(const struct pw_reader *reader, hid_t dataset, const char *path, struct pw_field *field)
{
    pw_status status = PW_OK;

    PW_TRY(find_shape(reader, dataset, path, field));
    for (int d = 0; d < field->rank; d++) {
        struct scale_visit visit = { .name = "" };

        if (H5DSis_scale(dataset) > 0)
            visit_scale(dataset, 0, dataset, &visit);
        else
            H5DSiterate_scales(dataset, (unsigned) d, NULL, visit_scale, &visit);
        field->first[d] = visit.first;
        PW_TRY(pw_strdup(visit.name, &field->dim_names[d]));
    }
    PW_TRY(text_or_empty(dataset, "long_name", &field->about));
    PW_TRY(text_or_empty(dataset, "units", &field->units));
done:
    if (status != PW_OK) pw_field_free(field);
    return status;
}

pw_status
pw_reader_describe(const struct pw_reader *reader, const char *path, struct pw_field *field)
{
    pw_status status = PW_OK;
    hid_t dataset = -1;

    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(describe(reader, dataset, path, field));
done:
    pw_hdf_close(dataset);
    return status;
}

pw_status
pw_reader_shape(const struct pw_reader *reader, const char *path, struct pw_field *field)
{
    pw_status status = PW_OK;
    hid_t dataset = -1;

    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(find_shape(reader, dataset, path, field));
done:
    pw_hdf_close(dataset);
    return status;
}

/* Rows [first, first + count), as int64_t or as double. */
struct slice {
    size_t first, count;
    bool is_whole;
};

#define TRANSFER_BYTES 65536

static pw_status
read_rows(const struct pw_reader *reader, hid_t dataset, const char *path,
    const struct pw_field *field, const struct slice *slice, void *values)
{
    pw_status status = PW_OK;
    hid_t file_space = -1, space = -1, transfer = -1;
    const hid_t type = slice->is_whole ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
    hsize_t start[PW_MAX_RANK] = { slice->first }, length[PW_MAX_RANK] = { slice->count };

    if (slice->is_whole && field->type >= PW_TYPE_FLOAT32)
        PW_FAIL(PW_EFORMAT, "%s: %s does not hold whole numbers", reader->path, path);
    if (slice->first > field->dims[0] || slice->count > field->dims[0] - slice->first)
        PW_FAIL(PW_EFORMAT, "%s: %s has %zu rows: there are no %zu from row %zu", reader->path,
            path, field->dims[0], slice->count, slice->first);
    if (slice->count == 0 || field->row_items == 0) goto done;
    for (int d = 1; d < field->rank; d++)
        length[d] = field->dims[d];
    file_space = H5Dget_space(dataset);
    space = H5Screate_simple(field->rank, length, NULL);
    PW_TRY(pw_hdf_check(&reader->hdf, path, file_space < 0 ? file_space : space));
    PW_TRY(pw_hdf_check(&reader->hdf, path,
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start, NULL, length, NULL)));
    /* Room in which numbers are widened is cleared for each dataset: a little is as good. */
    transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_buffer(transfer, TRANSFER_BYTES, NULL, NULL);
    if (H5Dread(dataset, type, space, file_space, transfer, values) < 0)
        PW_FAIL(PW_EFORMAT, "%s: %s is damaged (HDF5 says: %s); copy the file or run it again",
            reader->path, path, pw_hdf_complaint());
done:
    pw_hdf_close(transfer);
    pw_hdf_close(space);
    pw_hdf_close(file_space);
    return status;
}

/* Stored numbers to values, missing ones to NaN. */
static void
unpack(const struct pw_field *field, size_t count, double *values)
{
    if (field->scale == 1.0 && field->offset == 0.0 && !field->has_fill) return;
    for (size_t i = 0; i < count; i++) {
        const bool is_missing = field->has_fill && values[i] == (double) field->fill;

        values[i] = is_missing ? NAN : values[i] * field->scale + field->offset;
    }
}

pw_status
pw_reader_read_whole(
    const struct pw_reader *reader, const char *path, size_t first, size_t count, int64_t *values)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    const struct slice slice = { .first = first, .count = count, .is_whole = true };
    hid_t dataset = -1;

    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(find_shape(reader, dataset, path, &field));
    PW_TRY(read_rows(reader, dataset, path, &field, &slice, values));
done:
    pw_hdf_close(dataset);
    return status;
}

pw_status
pw_reader_read_real(
    const struct pw_reader *reader, const char *path, size_t first, size_t count, double *values)
{
    pw_status status = PW_OK;
    struct pw_field field = { 0 };
    const struct slice slice = { .first = first, .count = count };
    hid_t dataset = -1;

    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(find_shape(reader, dataset, path, &field));
    PW_TRY(read_rows(reader, dataset, path, &field, &slice, values));
    unpack(&field, count * field.row_items, values);
done:
    pw_hdf_close(dataset);
    return status;
}

pw_status
pw_reader_load_whole(
    const struct pw_reader *reader, const char *path, struct pw_field *field, int64_t **values)
{
    pw_status status = PW_OK;
    hid_t dataset = -1;

    *values = NULL;
    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(describe(reader, dataset, path, field));
    PW_TRY(pw_alloc(field->dims[0] * field->row_items, sizeof **values, values));
    PW_TRY(read_rows(reader, dataset, path, field,
        &(struct slice){ .count = field->dims[0], .is_whole = true }, *values));
done:
    pw_hdf_close(dataset);
    if (status != PW_OK) pw_free(values);
    return status;
}

pw_status
pw_reader_load_real(
    const struct pw_reader *reader, const char *path, struct pw_field *field, double **values)
{
    pw_status status = PW_OK;
    hid_t dataset = -1;

    *values = NULL;
    PW_TRY(open_dataset(reader, path, &dataset));
    PW_TRY(describe(reader, dataset, path, field));
    PW_TRY(pw_alloc(field->dims[0] * field->row_items, sizeof **values, values));
    PW_TRY(read_rows(
        reader, dataset, path, field, &(struct slice){ .count = field->dims[0] }, *values));
    unpack(field, field->dims[0] * field->row_items, *values);
done:
    pw_hdf_close(dataset);
    if (status != PW_OK) pw_free(values);
    return status;
}

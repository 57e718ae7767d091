/* SPDX-License-Identifier: MIT */
#include "hdf.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"

size_t
pw_type_size(enum pw_type type)
{
    static const size_t size[PW_NUM_TYPES] = { [PW_TYPE_INT8] = 1,
        [PW_TYPE_UINT8] = 1,
        [PW_TYPE_INT16] = 2,
        [PW_TYPE_INT32] = 4,
        [PW_TYPE_INT64] = 8,
        [PW_TYPE_FLOAT32] = 4,
        [PW_TYPE_FLOAT64] = 8 };

    return size[type];
}

hid_t
pw_hdf_type(enum pw_type type)
{
    switch (type) {
    case PW_TYPE_INT8:
        return H5T_NATIVE_INT8;
    case PW_TYPE_UINT8:
        return H5T_NATIVE_UINT8;
    case PW_TYPE_INT16:
        return H5T_NATIVE_INT16;
    case PW_TYPE_INT32:
        return H5T_NATIVE_INT32;
    case PW_TYPE_INT64:
        return H5T_NATIVE_INT64;
    case PW_TYPE_FLOAT32:
        return H5T_NATIVE_FLOAT;
    default:
        return H5T_NATIVE_DOUBLE;
    }
}

hid_t
pw_hdf_text_type(void)
{
    const hid_t type = H5Tcopy(H5T_C_S1);

    if (type >= 0) {
        H5Tset_size(type, H5T_VARIABLE);
        H5Tset_cset(type, H5T_CSET_UTF8);
    }
    return type;
}

/* --- Failures -----------------------------------------------------------------------------------
 */

static herr_t
keep_description(unsigned depth, const H5E_error2_t *error, void *text)
{
    if (depth == 0 && error->desc) strncpy(text, error->desc, 255);
    return 0;
}

const char *
pw_hdf_complaint(void)
{
    static char text[256];

    text[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, text);
    return text[0] ? text : "no reason given";
}

pw_status
pw_hdf_check(const struct pw_hdf *hdf, const char *object, int64_t answer)
{
    pw_status status = PW_OK;

    if (hdf->disk) PW_TRY(pw_disk_check(hdf->disk));
    if (answer < 0)
        PW_FAIL(PW_EIO, "%s: %s could not be %s: HDF5 says: %s", hdf->path, object,
            hdf->disk ? "written" : "read", pw_hdf_complaint());
done:
    return status;
}

void
pw_hdf_close(hid_t id)
{
    if (id >= 0) H5Idec_ref(id);
}

pw_status
pw_hdf_flush(const struct pw_hdf *hdf)
{
    pw_status status = PW_OK;
    hsize_t size = 0;
    herr_t answer;

    PW_TRY(pw_hdf_check(hdf, "the file", H5Fget_filesize(hdf->file, &size)));
    PW_TRY(pw_disk_reserve(hdf->disk, size));
    pw_disk_hold(hdf->disk);
    answer = H5Fflush(hdf->file, H5F_SCOPE_LOCAL);
    pw_disk_release(hdf->disk);
    PW_TRY(pw_hdf_check(hdf, "the file", answer));
done:
    return status;
}

/* --- Groups and attributes ----------------------------------------------------------------------
 */

pw_status
pw_hdf_group(const struct pw_hdf *hdf, const char *path, hid_t *group)
{
    pw_status status = PW_OK;
    char *part = NULL;
    hid_t properties = -1;

    *group = -1;
    PW_TRY(pw_strdup(path, &part));
    properties = H5Pcreate(H5P_GROUP_CREATE);
    PW_TRY(pw_hdf_check(hdf, path, properties));
    PW_TRY(pw_hdf_check(hdf, path,
        H5Pset_link_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    PW_TRY(pw_hdf_check(hdf, path,
        H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    /* One after the other, since HDF5 gives these properties to the last of several only. */
    for (char *end = strchr(part + 1, '/');; end = strchr(end + 1, '/')) {
        htri_t exists;

        if (end) *end = '\0';
        exists = H5Lexists(hdf->file, part, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(hdf, part, exists));
        *group = exists ? H5Gopen2(hdf->file, part, H5P_DEFAULT)
                        : H5Gcreate2(hdf->file, part, H5P_DEFAULT, properties, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(hdf, part, *group));
        if (!end) break;
        pw_hdf_close(*group);
        *group = -1;
        *end = '/';
    }
done:
    pw_hdf_close(properties);
    pw_free(&part);
    return status;
}

static pw_status
set_attribute(const struct pw_hdf *hdf, hid_t object, const char *name, hid_t type, hid_t space,
    const void *value)
{
    pw_status status = PW_OK;
    hid_t attribute = -1;
    const htri_t exists = H5Aexists(object, name);

    PW_TRY(pw_hdf_check(hdf, name, exists));
    attribute = exists ? H5Aopen(object, name, H5P_DEFAULT)
                       : H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(hdf, name, attribute));
    PW_TRY(pw_hdf_check(hdf, name, H5Awrite(attribute, type, value)));
done:
    pw_hdf_close(attribute);
    return status;
}

pw_status
pw_hdf_set_text(const struct pw_hdf *hdf, hid_t object, const char *name, const char *text)
{
    pw_status status = PW_OK;
    const hid_t type = pw_hdf_text_type(), space = H5Screate(H5S_SCALAR);

    PW_TRY(pw_hdf_check(hdf, name, type < 0 ? type : space));
    PW_TRY(set_attribute(hdf, object, name, type, space, &text));
done:
    pw_hdf_close(space);
    pw_hdf_close(type);
    return status;
}

pw_status
pw_hdf_set_numbers(const struct pw_hdf *hdf, hid_t object, const char *name, enum pw_type type,
    size_t count, const void *values)
{
    pw_status status = PW_OK;
    const hsize_t length = count;
    const hid_t space = count ? H5Screate_simple(1, &length, NULL) : H5Screate(H5S_SCALAR);

    PW_TRY(pw_hdf_check(hdf, name, space));
    PW_TRY(set_attribute(hdf, object, name, pw_hdf_type(type), space, values));
done:
    pw_hdf_close(space);
    return status;
}

pw_status
pw_hdf_set_whole(const struct pw_hdf *hdf, hid_t object, const char *name, int64_t value)
{
    return pw_hdf_set_numbers(hdf, object, name, PW_TYPE_INT64, 0, &value);
}

pw_status
pw_hdf_set_codes(const struct pw_hdf *hdf, hid_t dataset, enum pw_type type,
    const struct pw_code *codes, int num_codes)
{
    pw_status status = PW_OK;
    unsigned char *values = NULL;
    char *meanings = NULL, *end;
    const size_t size = pw_type_size(type);
    size_t length = 1;

    PW_BUG_IF(type > PW_TYPE_INT32);
    for (int code = 0; code < num_codes; code++)
        length += strlen(codes[code].name) + 1;
    PW_TRY(pw_alloc((size_t) num_codes, size, &values));
    PW_TRY(pw_alloc(length, 1, &meanings));
    end = meanings;
    for (int code = 0; code < num_codes; code++) {
        const size_t name_length = strlen(codes[code].name);
        const int8_t narrow = (int8_t) code;
        const int16_t short_code = (int16_t) code;
        const int32_t wide = code;

        memcpy(values + (size_t) code * size,
            size == 1   ? (const void *) &narrow
            : size == 2 ? (const void *) &short_code
                        : &wide,
            size);
        if (code > 0) *end++ = ' ';
        memcpy(end, codes[code].name, name_length);
        end += name_length;
    }
    PW_TRY(pw_hdf_set_numbers(hdf, dataset, "flag_values", type, (size_t) num_codes, values));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "flag_meanings", meanings));
done:
    pw_free(&values);
    pw_free(&meanings);
    return status;
}

/* --- Datasets -----------------------------------------------------------------------------------
 */

pw_status
pw_hdf_create(const struct pw_hdf *hdf, hid_t group, const struct pw_dataset *dataset, hid_t *out)
{
    pw_status status = PW_OK;
    const char *name = dataset->name;
    const hid_t type = pw_hdf_type(dataset->type);
    hid_t space = -1;
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);

    *out = -1;
    PW_TRY(pw_hdf_check(hdf, name, properties));
    PW_TRY(pw_hdf_check(hdf, name,
        H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    if (dataset->chunk) {
        PW_TRY(pw_hdf_check(hdf, name, H5Pset_chunk(properties, dataset->rank, dataset->chunk)));
        if (pw_type_size(dataset->type) > 1)
            PW_TRY(pw_hdf_check(hdf, name, H5Pset_shuffle(properties)));
        PW_TRY(pw_hdf_check(hdf, name, H5Pset_deflate(properties, 1)));
    }
    if (dataset->fill)
        PW_TRY(pw_hdf_check(hdf, name, H5Pset_fill_value(properties, type, dataset->fill)));
    space = H5Screate_simple(dataset->rank, dataset->dims, dataset->max_dims);
    PW_TRY(pw_hdf_check(hdf, name, space));
    *out = H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(hdf, name, *out));
    if (dataset->about) PW_TRY(pw_hdf_set_text(hdf, *out, "long_name", dataset->about));
    if (dataset->units) PW_TRY(pw_hdf_set_text(hdf, *out, "units", dataset->units));
done:
    pw_hdf_close(space);
    pw_hdf_close(properties);
    return status;
}

pw_status
pw_hdf_make_scale(const struct pw_hdf *hdf, hid_t dataset, const char *name)
{
    return pw_hdf_check(hdf, name, H5DSset_scale(dataset, name));
}

pw_status
pw_hdf_attach(const struct pw_hdf *hdf, hid_t dataset, hid_t scale, int index)
{
    return pw_hdf_check(
        hdf, "a dimension scale", H5DSattach_scale(dataset, scale, (unsigned) index));
}

/* What the values of a scale mean; anything else counts from 0. */
static void
describe_scale(const struct pw_dimension *dimension, struct pw_dataset *dataset)
{
    static const char *const known[][3] = {
        { "year", "Calendar year", "year" },
        { "birth_year", "Calendar year of birth", "year" },
        { "cohort_start", "First calendar year of birth of the cohort", "year" },
        { "age", "Age in completed years at the end of the year", "year" },
        { "person", "Person: row of every dataset of this group, from 0", "1" },
        { "run", "Run: row of every dataset of this group, from 0", "1" },
        { "lineage_group", "Group of lineages, for jackknife standard errors: from 0", "1" },
        { "parameter", "Number in the order of the table, from 0", "1" },
        { "source_byte", "Position in the text, from 0", "1" },
        { "resolved_byte", "Position in the text, from 0", "1" },
    };

    dataset->about = "Index, from 0: names, where there are any, stand in /axes";
    dataset->units = "1";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(dimension->name, known[i][0]) == 0) {
            dataset->about = known[i][1];
            dataset->units = known[i][2];
        }
    }
}

static pw_status
check_same_length(const struct pw_hdf *hdf, hid_t scale, const struct pw_dimension *dimension)
{
    pw_status status = PW_OK;
    hsize_t length = 0;
    const hid_t space = H5Dget_space(scale);

    PW_TRY(pw_hdf_check(hdf, dimension->name, space));
    PW_TRY(pw_hdf_check(hdf, dimension->name, H5Sget_simple_extent_dims(space, &length, NULL)));
    PW_BUG_IF(length != dimension->length); /* two dimensions of one name in a group */
done:
    pw_hdf_close(space);
    return status;
}

pw_status
pw_hdf_scale(
    const struct pw_hdf *hdf, hid_t group, const struct pw_dimension *dimension, hid_t *scale)
{
    /* Long scales are compressed by HDF5 itself: they are few. */
    enum { LONG = 16384 };
    pw_status status = PW_OK;
    int32_t *values = NULL;
    const hsize_t length = dimension->length, chunk = LONG;
    const int step = dimension->step ? dimension->step : 1;
    struct pw_dataset dataset = { .name = dimension->name,
        .type = PW_TYPE_INT32,
        .rank = 1,
        .dims = &length,
        .chunk = length > LONG ? &chunk : NULL };
    const htri_t exists = H5Lexists(group, dimension->name, H5P_DEFAULT);

    *scale = -1;
    PW_TRY(pw_hdf_check(hdf, dimension->name, exists));
    if (exists) {
        *scale = H5Dopen2(group, dimension->name, H5P_DEFAULT);
        PW_TRY(pw_hdf_check(hdf, dimension->name, *scale));
        PW_TRY(check_same_length(hdf, *scale, dimension));
        goto done;
    }
    describe_scale(dimension, &dataset);
    PW_TRY(pw_alloc(dimension->length, sizeof *values, &values));
    for (size_t i = 0; i < dimension->length; i++)
        values[i] = dimension->first + (int32_t) i * step;
    PW_TRY(pw_hdf_create(hdf, group, &dataset, scale));
    PW_TRY(pw_hdf_check(hdf, dimension->name,
        H5Dwrite(*scale, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values)));
    PW_TRY(pw_hdf_make_scale(hdf, *scale, dimension->name));
done:
    pw_free(&values);
    return status;
}

pw_status
pw_hdf_write_texts(const struct pw_hdf *hdf, hid_t group, const char *name, const char *about,
    const char *const *texts, size_t count, hid_t scale)
{
    pw_status status = PW_OK;
    const hsize_t length = count;
    hid_t dataset = -1;
    const hid_t type = pw_hdf_text_type(), space = H5Screate_simple(1, &length, NULL),
                properties = H5Pcreate(H5P_DATASET_CREATE);

    PW_TRY(pw_hdf_check(hdf, name, type < 0 ? type : space < 0 ? space : properties));
    PW_TRY(pw_hdf_check(hdf, name,
        H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)));
    dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    PW_TRY(pw_hdf_check(hdf, name, dataset));
    PW_TRY(pw_hdf_check(hdf, name, H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts)));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "long_name", about));
    PW_TRY(pw_hdf_set_text(hdf, dataset, "units", "1"));
    PW_TRY(
        scale < 0 ? pw_hdf_make_scale(hdf, dataset, name) : pw_hdf_attach(hdf, dataset, scale, 0));
done:
    pw_hdf_close(dataset);
    pw_hdf_close(properties);
    pw_hdf_close(space);
    pw_hdf_close(type);
    return status;
}

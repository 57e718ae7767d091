/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/hdf.h"

#include <criterion/criterion.h>
#include <hdf5_hl.h>

#include "sample_run.h"

static char folder[64], path[128];

static void
begin(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
    MUST(sample_file(path, 10));
}

static void
end(void)
{
    sample_remove(folder, "run.h5");
    sample_remove(folder, "");
}

TestSuite(hdf, .init = begin, .fini = end);

/* The rules for files that every reader opens, for each dataset of the file. */
static herr_t
check_dataset(hid_t file, const char *name, const H5O_info_t *info, void *count)
{
    hid_t dataset, type, space, properties;
    unsigned order = 0;
    int rank;

    if (info->type == H5O_TYPE_GROUP) {
        const hid_t group = H5Gopen2(file, name, H5P_DEFAULT);

        properties = H5Gget_create_plist(group);
        cr_assert_geq(H5Pget_link_creation_order(properties, &order), 0);
        cr_assert(order & H5P_CRT_ORDER_TRACKED, "%s", name);
        H5Pclose(properties);
        H5Gclose(group);
        return 0;
    }
    dataset = H5Dopen2(file, name, H5P_DEFAULT);
    type = H5Dget_type(dataset);
    space = H5Dget_space(dataset);
    rank = H5Sget_simple_extent_ndims(space);
    cr_assert(H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT
                  || (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0
                      && H5Tget_cset(type) == H5T_CSET_UTF8),
        "%s: enum, boolean or fixed-length text", name);
    cr_assert_gt(H5Aexists(dataset, "long_name"), 0, "%s", name);
    cr_assert_gt(H5Aexists(dataset, "units"), 0, "%s", name);
    for (int d = 0; d < rank && H5DSis_scale(dataset) == 0; d++)
        cr_assert_eq(H5DSget_num_scales(dataset, (unsigned) d), 1, "%s: dimension %d", name, d);
    cr_assert_gt(H5Sget_simple_extent_npoints(space), 0, "%s is empty", name);
    if (H5Tget_class(type) == H5T_INTEGER && H5Aexists(dataset, "_FillValue") > 0)
        cr_assert_gt(H5Aexists(dataset, "scale_factor"), 0, "%s: an integer that turns real", name);
    ++*(int *) count;
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
    return 0;
}

Test(hdf, every_dataset_keeps_the_rules_of_the_readers)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    int count = 0;

    cr_assert_geq(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, check_dataset, &count), 0);
    cr_assert_gt(count, 40);
    H5Fclose(file);
}

Test(hdf, failures_of_the_library_become_sentences)
{
    const struct pw_hdf hdf = { .path = path, .file = -1 };
    hid_t group = -1;

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    cr_assert_eq(pw_hdf_group(&hdf, "/measures", &group), PW_EIO);
    cr_assert_not_null(strstr(pw_status_message(), path));
    cr_assert_not_null(strstr(pw_status_message(), "/measures could not be read: HDF5 says: "));
    cr_assert_null(strstr(pw_status_message(), "no reason given"), "%s", pw_status_message());
    pw_hdf_close(-1);
}

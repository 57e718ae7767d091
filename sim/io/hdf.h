/**
 * hdf.h - short ways to say to HDF5 what every part of the run file says.
 *
 * Internal to sim/io. Each function checks HDF5's answer and the disk's, and turns a failure into a
 * sentence that names the file and the object.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_HDF_H
#define PW_HDF_H

#include <hdf5.h>
#include <stddef.h>
#include <stdint.h>

#include "disk.h"
#include "pathways/chunk.h"
#include "pathways/status.h"
#include "pathways/store.h"

/** An open file. Initialise with file = -1. */
struct pw_hdf {
    const char *path; /* for sentences; the caller's, outlives this */
    hid_t file;
    struct pw_disk *disk; /* NULL when reading */
};

/** A dataset to create. */
struct pw_dataset {
    const char *name, *about, *units;
    enum pw_type type;
    int rank;
    const hsize_t *dims;     /* [rank] */
    const hsize_t *max_dims; /* [rank], or NULL: as dims */
    const hsize_t *chunk;    /* [rank], or NULL: in one piece, not compressed */
    const void *fill;        /* item that reads where nothing was written; NULL: 0 */
};

/** The file behind an open reader; the reader's. */
struct pw_reader;
const struct pw_hdf *pw_reader_hdf(const struct pw_reader *reader);

/** The library's own last complaint, innermost first; valid until the next. */
const char *pw_hdf_complaint(void);

/** PW_OK when the disk is well and HDF5's `answer` is not negative; else a sentence naming file and
 * object. */
pw_status pw_hdf_check(const struct pw_hdf *hdf, const char *object, int64_t answer);

/** Close any identifier; safe on a negative one. */
void pw_hdf_close(hid_t id);

/** The memory and file type of an enum pw_type; not to be closed. */
hid_t pw_hdf_type(enum pw_type type);

/** A type for texts of any length in UTF-8; closed by the caller. */
hid_t pw_hdf_text_type(void);

/** Open a group by its full path, making what is missing of it. @param group closed by the caller
 */
pw_status pw_hdf_group(const struct pw_hdf *hdf, const char *path, hid_t *group);

/** Set an attribute to a text. */
pw_status pw_hdf_set_text(
    const struct pw_hdf *hdf, hid_t object, const char *name, const char *text);

/** Set an attribute to numbers. @param count 0 for a single number that is no list */
pw_status pw_hdf_set_numbers(const struct pw_hdf *hdf, hid_t object, const char *name,
    enum pw_type type, size_t count, const void *values);

/** Set an attribute to one integer of 64 bits. */
pw_status pw_hdf_set_whole(const struct pw_hdf *hdf, hid_t object, const char *name, int64_t value);

/** CF flag_values and flag_meanings for the codes 0, 1, ... @param type of the dataset, an integer
 */
pw_status pw_hdf_set_codes(const struct pw_hdf *hdf, hid_t dataset, enum pw_type type,
    const struct pw_code *codes, int num_codes);

/** Create a dataset with long_name and units. @param out closed by the caller */
pw_status pw_hdf_create(
    const struct pw_hdf *hdf, hid_t group, const struct pw_dataset *dataset, hid_t *out);

/** Open the scale of a dimension in a group, making it if it is not there. @param scale closed by
 * the caller */
pw_status pw_hdf_scale(
    const struct pw_hdf *hdf, hid_t group, const struct pw_dimension *dimension, hid_t *scale);

/** Make a dataset a dimension scale of that name. */
pw_status pw_hdf_make_scale(const struct pw_hdf *hdf, hid_t dataset, const char *name);

/** Tie dimension `index` of a dataset to its scale. */
pw_status pw_hdf_attach(const struct pw_hdf *hdf, hid_t dataset, hid_t scale, int index);

/** A list of texts, as a dataset with one dimension: its own scale when `scale` is negative. */
pw_status pw_hdf_write_texts(const struct pw_hdf *hdf, hid_t group, const char *name,
    const char *about, const char *const *texts, size_t count, hid_t scale);

/** Put on file all that HDF5 still holds in memory; after a failure the file is as the last flush
 * left it. */
pw_status pw_hdf_flush(const struct pw_hdf *hdf);

#endif

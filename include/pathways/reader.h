/**
 * reader.h - the run file, read back.
 *
 * Layer 4 (io). Opens finished run files only; anything else (foreign, cut short, unfinished,
 * newer) is refused with a sentence. Names of datasets are full paths:
 * "/measures/by_place/neet_rate". For one thread at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_READER_H
#define PW_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"
#include "pathways/store.h"

/** An open run file. */
struct pw_reader;

/** Texts in order. Zero-initialise; release with pw_names_free. */
struct pw_names {
    char **items;
    size_t count;
};

/** What a dataset is. Zero-initialise; release with pw_field_free. */
struct pw_field {
    enum pw_type type; /* on file */
    int rank;
    size_t dims[PW_MAX_RANK];
    char *dim_names[PW_MAX_RANK]; /* "" for a dimension without a scale */
    int64_t first[PW_MAX_RANK];   /* value of the scale at index 0; 0 without numbers */
    size_t row_items;             /* items below one index of the first dimension */
    char *about, *units;          /* "" when there are none */
    double scale, offset; /* CF packing: value = stored * scale + offset; 1 and 0 when not packed */
    bool has_fill;        /* `fill` stands for missing (integers only: in floats it is NaN) */
    int64_t fill;
};

void pw_names_free(struct pw_names *names);
void pw_field_free(struct pw_field *field);

/**
 * Open a run file.
 *
 * @param reader  receives the reader, NULL on failure; closed with pw_reader_close
 * @return        PW_EINPUT when there is no such file; PW_EIO when it cannot be read; PW_EFORMAT
 * when it is not a finished run file
 */
pw_status pw_reader_open(const char *path, struct pw_reader **reader);

/** Safe on NULL, which it sets. */
void pw_reader_close(struct pw_reader **reader);

/** Name of the file; the reader's. */
const char *pw_reader_path(const struct pw_reader *reader);

/**
 * An attribute that is a text, for instance ("/", "title"), ("/", "state_digest") or ("/code",
 * "host").
 *
 * @param text  released with pw_free
 * @return      PW_EFORMAT when there is no such attribute or it is no text
 */
pw_status pw_reader_text(
    const struct pw_reader *reader, const char *object, const char *name, char **text);

/** An attribute that is a whole number: ("/", "seed"), ("/", "replicate"), ("/", "start_year"). */
pw_status pw_reader_number(
    const struct pw_reader *reader, const char *object, const char *name, int64_t *value);

/** An attribute that is a number: ("/code", "seconds"). */
pw_status pw_reader_real(
    const struct pw_reader *reader, const char *object, const char *name, double *value);

/** A text dataset of no dimension: "/scenario/resolved_text". @param text released with pw_free */
pw_status pw_reader_long_text(const struct pw_reader *reader, const char *path, char **text);

/** The texts of a one-dimensional dataset: "/axes/place", "/parameters/path". */
pw_status pw_reader_names(const struct pw_reader *reader, const char *path, struct pw_names *names);

/** Is there a dataset or group of this path? */
bool pw_reader_has(const struct pw_reader *reader, const char *path);

/**
 * What a group holds, in the order in which it was written: its groups, or its datasets without the
 * dimension scales. A group that is not there holds nothing.
 */
pw_status pw_reader_groups(
    const struct pw_reader *reader, const char *group, struct pw_names *names);
pw_status pw_reader_datasets(
    const struct pw_reader *reader, const char *group, struct pw_names *names);

/** Shape, dimensions and meaning of a dataset. */
pw_status pw_reader_describe(
    const struct pw_reader *reader, const char *path, struct pw_field *field);

/** Shape and numbers alone, without names and texts, which take longer: nothing to release. */
pw_status pw_reader_shape(const struct pw_reader *reader, const char *path, struct pw_field *field);

/**
 * Values of some rows (indices of the first dimension) of a dataset of integers, as they are
 * stored.
 *
 * @param values  [count][row_items] receives them
 * @return        PW_EFORMAT when there are fewer rows, or the dataset holds no integers
 */
pw_status pw_reader_read_whole(
    const struct pw_reader *reader, const char *path, size_t first, size_t count, int64_t *values);

/** The same for any numbers, unpacked, NaN for missing. */
pw_status pw_reader_read_real(
    const struct pw_reader *reader, const char *path, size_t first, size_t count, double *values);

/**
 * A whole dataset with its description; both are allocated.
 *
 * @param field   zero-initialised by the caller, released with pw_field_free
 * @param values  released with pw_free
 */
pw_status pw_reader_load_whole(
    const struct pw_reader *reader, const char *path, struct pw_field *field, int64_t **values);
pw_status pw_reader_load_real(
    const struct pw_reader *reader, const char *path, struct pw_field *field, double **values);

#endif

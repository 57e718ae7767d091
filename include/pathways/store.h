/**
 * store.h - the run file: written while the run goes on, complete or not there.
 *
 * Layer 4 (io). HDF5 that h5py, xarray, R, MATLAB and Julia open without help. A run writes
 * NAME.part, and pw_store_finish gives it its name. In the order of a run:
 *
 *     pw_store_create            header: scenario, parameters, axes
 *     pw_store_begin_trajectories
 *     pw_store_write_window      again and again; each is on file when the call returns
 *     pw_store_write_array       measures, flows, markets, and the columns of /persons
 *     pw_store_finish
 *     pw_store_abandon           in any case, last
 *
 * For one thread at a time; compresses on all threads. Datasets do not depend on the number of
 * threads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_STORE_H
#define PW_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/checkpoint.h"
#include "pathways/codes.h"
#include "pathways/scenario.h"
#include "pathways/status.h"
#include "pathways/trajectory.h"

/** Version of the layout of run files; grows when a reader must know. */
#define PW_STORE_FORMAT 1
/** Dimensions of an array, at most. */
#define PW_MAX_RANK 8
/** Years of trajectories that are written together unless asked otherwise. */
#define PW_WINDOW_YEARS 10
/** People of a window that are written together are a multiple of so many, but for the last. */
#define PW_STORE_BLOCK_ROWS 8192

/** Type of the items of an array, in memory and on file. */
enum pw_type {
    PW_TYPE_INT8,
    PW_TYPE_UINT8,
    PW_TYPE_INT16,
    PW_TYPE_INT32,
    PW_TYPE_INT64,
    PW_TYPE_FLOAT32, /* NaN stands for missing */
    PW_TYPE_FLOAT64, /* NaN stands for missing */
    PW_NUM_TYPES
};

/** Bytes an item. */
size_t pw_type_size(enum pw_type type);

/**
 * One dimension of an array: a scale of that name stands in the group, with values first, first +
 * step, ... Arrays in one group that share a dimension's name share the scale.
 */
struct pw_dimension {
    const char *name; /* "year", "age", "place", "person", "origin_class", ...; never the name of an
                         array */
    size_t length;
    int first; /* 2025 for years from 2025; 0 for anything that counts from 0 */
    int step;  /* 5 for birth cohorts of five years; 0 means 1 */
};

/** An array as it goes to the file. */
struct pw_array {
    const char *group; /* "/measures/by_place", "/persons"; made when it is not there */
    const char *name;  /* of the dataset */
    const char *about; /* CF long_name: what it is; for links and codes, how to read them */
    const char *units; /* "1" for counts and codes; never a bare "days" or "hours", which xarray
                          takes for times */
    enum pw_type type;
    int rank; /* 1 to PW_MAX_RANK */
    struct pw_dimension dims[PW_MAX_RANK];
    const struct pw_code
        *codes; /* [num_codes] names of the values 0, 1, ... (see pw_codes); NULL: plain numbers */
    int num_codes;
    const void *data; /* row-major, first dimension slowest; or NULL, and then: */
    /**
     * Items [first, first + count) of an array of one dimension, there until the next call.
     * @param room  for them all; the callee may use it
     */
    const void *(*fetch)(void *context, size_t first, size_t count, void *room);
    void *context;
};

/** What is known of a run before it begins. */
struct pw_run_info {
    const struct pw_scenario *scenario; /* read in pw_store_create only */
    const char *command; /* for the file's history, "pathways run england.json"; may be NULL */
    const char
        *history;       /* lines of the file's history so far, of a run that goes on; may be NULL */
    const char *parent; /* run from whose checkpoint this one branches; NULL: from none */
    uint64_t parent_digest; /* digest of its scenario */
    int parent_year;        /* last year that was lived in it */
    int window_years;       /* years a window, 1 to 64; 0: PW_WINDOW_YEARS */
};

/** What is known when it ends. */
struct pw_run_result {
    uint64_t state_digest;
    int64_t person_years; /* lived through */
    double seconds;       /* wall clock */
};

/** Texts as they go to the file. */
struct pw_name_list {
    const char *group, *name, *about;
    const char *along; /* dimension that they belong to; NULL: they are one, of their own name */
    const char *const *items; /* [count] */
    size_t count;
};

/** A run file being written. */
struct pw_store;

/**
 * Begin a run file: PATH.part with everything that is known beforehand.
 *
 * @param path   the finished file's name
 * @param force  replace a finished file of that name (when this one is finished)
 * @param store  receives the store; released by pw_store_abandon, also after a failure (when it is
 * NULL)
 * @return       PW_EUSAGE when the file is there and `force` is not; PW_EIO when the folder is
 * missing, not writable or full, or another run is at work on the file; PW_EMEMORY
 */
pw_status pw_store_create(
    const char *path, bool force, const struct pw_run_info *info, struct pw_store **store);

/**
 * Begin a file of other contents, with the same care: it says what it is called, who wrote it and
 * when, and the caller writes arrays, names and attributes.
 *
 * @param command  for the file's history
 */
pw_status pw_store_create_bare(
    const char *path, bool force, const char *title, const char *command, struct pw_store **store);

/**
 * Make room for trajectories: /trajectories/NAME [person, year] for each variable asked for.
 *
 * @param variables   of struct pw_trajectory, one bit each: PW_ALL_TRAJECTORIES, or fewer, not 0
 * @param first_year  calendar year of index 0
 * @param num_years   in all windows together, at least 1
 */
pw_status pw_store_begin_trajectories(
    struct pw_store *store, uint32_t variables, int first_year, int num_years);

/** Years a window holds: what was asked for, or fewer when there are fewer years in all. */
int pw_store_window_years(const struct pw_store *store);

/**
 * Write the next window of years of everybody; when this returns the years are on file and survive
 * a kill.
 *
 * @param num_rows    people so far, in order of birth; never fewer than in the window before.
 * People who are not in an earlier window read as not yet born there
 * @param first_year  index of the window's first year: 0, then pw_store_window_years more each time
 * @param num_years   in this window: pw_store_window_years, fewer in the last only
 * @param data        [PW_NUM_TRAJECTORIES] each [num_rows][num_years] in the variable's storage
 * type, as pw_trajectory_pack gives it; NULL for variables not asked for
 */
pw_status pw_store_write_window(struct pw_store *store, size_t num_rows, int first_year,
    int num_years, const void *const *data);

/**
 * The same in parts, for people who are not in one memory: open, write rows, close.
 *
 * @param first  row of the first of them: 0, then where the last part ended
 * @param count  a multiple of PW_STORE_BLOCK_ROWS, but for the last part
 */
pw_status pw_store_open_window(
    struct pw_store *store, size_t num_rows, int first_year, int num_years);
pw_status pw_store_write_rows(
    struct pw_store *store, size_t first, size_t count, const void *const *data);
pw_status pw_store_close_window(struct pw_store *store);

/**
 * Copy the windows written so far into a checkpoint, compressed as they are.
 */
pw_status pw_store_save_windows(struct pw_store *store, struct pw_checkpoint_writer *writer);

/**
 * Write the next window from a checkpoint: in place of pw_store_write_window, and with the same
 * bytes.
 */
pw_status pw_store_restore_window(struct pw_store *store, struct pw_checkpoint_reader *reader);

/**
 * Write a whole array. An array without items (a dimension of length 0) is left out.
 *
 * For /persons the dimension is { .name = "person", .length = num_rows }.
 */
pw_status pw_store_write_array(struct pw_store *store, const struct pw_array *array);

/** Write a list of texts; nothing when it is empty. */
pw_status pw_store_write_names(struct pw_store *store, const struct pw_name_list *list);

/** Set an attribute of the file. */
pw_status pw_store_set_text(struct pw_store *store, const char *name, const char *text);
pw_status pw_store_set_whole(struct pw_store *store, const char *name, int64_t value);

/**
 * Complete the file, put it safely on the disk and give it its name. After a failure nothing stands
 * under the final name (or what stood there before), and pw_store_abandon cleans up.
 *
 * @param result  NULL: of a file that is not of one run
 */
pw_status pw_store_finish(struct pw_store *store, const struct pw_run_result *result);

/**
 * Release a store and, unless it was finished, remove its .part file. Safe on NULL, which it sets.
 *
 * @param keep  leave the .part with what was flushed, for a run that is to be resumed
 */
void pw_store_abandon(struct pw_store **store, bool keep);

/** Lines of the file's history, when and by which command it was written so far; the store's. */
const char *pw_store_history(const struct pw_store *store);

/** Name of the unfinished file, PATH.part; the store's. */
const char *pw_store_part_path(const struct pw_store *store);

#endif

/**
 * checkpoint.h - a file of named sections that is whole or not there: what a run needs to go on.
 *
 * Layer 4 (io). Sections stand one after the other, each with its name, size and CRC-32, written
 * straight from the caller's memory and read straight into it. What a run puts into them is the
 * matter of snapshot.h. A file is written as PATH.writing, put safely on the disk and renamed; the
 * one before it is kept as PATH.previous, which is used when the last one is damaged.
 *
 *     pw_checkpoint_create        pw_checkpoint_open, or pw_checkpoint_open_latest
 *     pw_checkpoint_put ...       pw_checkpoint_get ... in the same order
 *     pw_checkpoint_commit
 *     pw_checkpoint_abandon       pw_checkpoint_close
 *
 * Numbers are those of the machine: little-endian, as on every x86-64. For one thread at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_CHECKPOINT_H
#define PW_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/status.h"

/** Version of the layout of the file. */
#define PW_CHECKPOINT_FORMAT 2
/** Longest name of a section, with its NUL. */
#define PW_CHECKPOINT_NAME 40

/** A checkpoint being written, and one being read. */
struct pw_checkpoint_writer;
struct pw_checkpoint_reader;

/** Begin PATH.writing. @return PW_EIO when it cannot be written there */
pw_status pw_checkpoint_create(const char *path, struct pw_checkpoint_writer **writer);

/** Append a section. @param name shorter than PW_CHECKPOINT_NAME @param data [size] bytes */
pw_status pw_checkpoint_put(
    struct pw_checkpoint_writer *writer, const char *name, const void *data, size_t size);

/**
 * Put the file on the disk and give it its name. Until then, and after a failure, what stood under
 * that name before is untouched.
 *
 * @param keep_previous  keep that as PATH.previous
 * @param size           receives the bytes of the file; NULL: not asked for
 */
pw_status pw_checkpoint_commit(
    struct pw_checkpoint_writer *writer, bool keep_previous, uint64_t *size);

/** Release, and remove what was not committed. Safe on NULL, which it sets. */
void pw_checkpoint_abandon(struct pw_checkpoint_writer **writer);

/**
 * Open a checkpoint after reading it once from end to end.
 *
 * @return PW_EINPUT when there is none; PW_EFORMAT when it is not a whole checkpoint of this
 * layout; PW_EIO when it cannot be read
 */
pw_status pw_checkpoint_open(const char *path, struct pw_checkpoint_reader **reader);

/** Open a checkpoint that another rank has opened so, without reading it through: what is wrong
 * with it shows when it is read. */
pw_status pw_checkpoint_open_too(const char *path, struct pw_checkpoint_reader **reader);

/**
 * Open PATH or, when that is damaged or missing, PATH.previous. A damaged PATH is removed, so that
 * the good one is not the next to go.
 *
 * @param reader  receives NULL when there is neither, which is PW_OK
 * @param fault   receives why PATH could not be used, NULL if it could; released with pw_free
 * @return        PW_EFORMAT when there are files and all are damaged
 */
pw_status pw_checkpoint_open_latest(
    const char *path, struct pw_checkpoint_reader **reader, char **fault);

/** Safe on NULL, which it sets. */
void pw_checkpoint_close(struct pw_checkpoint_reader **reader);

/** Name of the file; the reader's. */
const char *pw_checkpoint_path(const struct pw_checkpoint_reader *reader);

/** Size of the next section, which must have this name. */
pw_status pw_checkpoint_next(struct pw_checkpoint_reader *reader, const char *name, size_t *size);

/** Read the next section, which must have this name and size. @return PW_EFORMAT otherwise */
pw_status pw_checkpoint_get(
    struct pw_checkpoint_reader *reader, const char *name, void *data, size_t size);

/** Read the next section as a text. @param text released with pw_free */
pw_status pw_checkpoint_get_text(
    struct pw_checkpoint_reader *reader, const char *name, char **text);

/** Pass over the next section, which must have this name. */
pw_status pw_checkpoint_skip(struct pw_checkpoint_reader *reader, const char *name);

/** Pass over so many sections of which the contents have so many bytes together. */
pw_status pw_checkpoint_pass(
    struct pw_checkpoint_reader *reader, uint64_t num_sections, uint64_t size);

/** Is there a checkpoint of this path, whole or not? */
bool pw_checkpoint_exists(const char *path);

/** Remove PATH, PATH.previous and PATH.writing, those that are there. */
void pw_checkpoint_remove(const char *path);

#endif

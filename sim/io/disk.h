/**
 * disk.h - the file under HDF5, with a memory of its first failure.
 *
 * Internal to sim/io. HDF5 1.10 does not survive a write that fails: it can neither close the file
 * nor end the program in peace. So this driver tells HDF5 that every write succeeded, remembers the
 * first that did not, and lets nothing reach the disk after it: what was flushed before stays
 * readable. Whoever writes asks pw_disk_check.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_DISK_H
#define PW_DISK_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "pathways/status.h"

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

/** A write that waits for the rest of its flush. */
struct pw_held_write {
    haddr_t address;
    size_t size;
    unsigned char *bytes;
};

/** A file being written; not moved while HDF5 has it open. Initialise with fd = -1. */
struct pw_disk {
    H5FD_t base;       /* HDF5's own, which asks that it comes first */
    haddr_t allocated; /* HDF5's end of allocated space */
    haddr_t end;       /* of what was written */
    const char *path;  /* for sentences; the caller's, outlives this */
    int fd;            /* -1 when closed */
    int failure;       /* errno of the first write that failed, 0 if none has */
    uint64_t reserved; /* bytes from the beginning that have room on the disk */
    bool is_holding;
    struct pw_held_write *held; /* [held_capacity], num_held of them in use, in order of time */
    size_t num_held, held_capacity;
    haddr_t settled; /* end of what the last release has put on file */
};

/**
 * Open an empty file for writing and claim it for this process.
 *
 * @return PW_EIO with the reason: folder missing, no permission, another run at work on it, ...
 */
pw_status pw_disk_open(struct pw_disk *disk, const char *path);

/** An HDF5 file-access property list that uses this file; closed by the caller. Negative on
 * failure. */
hid_t pw_disk_access(struct pw_disk *disk);

/** PW_EIO naming the file and the reason if any write has failed. */
pw_status pw_disk_check(const struct pw_disk *disk);

/** Ask for room for the first `size` bytes, so that a flush of what HDF5 keeps in memory cannot
 * fail halfway. */
pw_status pw_disk_reserve(struct pw_disk *disk, uint64_t size);

/**
 * Keep what HDF5 writes in memory until pw_disk_release. So it is from the opening of the file to
 * the first release.
 */
void pw_disk_hold(struct pw_disk *disk);

/**
 * Write what was held, in a row: first what lies beyond the end of the last release, to which
 * nothing points yet, then what points to it, the superblock last. A process that is killed leaves
 * a file as of the last release, unless it is killed within these few writes.
 */
void pw_disk_release(struct pw_disk *disk);

/** Wait until all is on the disk. */
pw_status pw_disk_sync(struct pw_disk *disk);

/** Close the file; safe when closed. What pw_disk_sync said is the last word on failures. */
void pw_disk_close(struct pw_disk *disk);

/** Have a new name survive a power cut too. Folders that cannot be synced are left to the system.
 * @param path of the file */
void pw_disk_sync_folder(const char *path);

/** Why a file could not be written, from an errno: "no space left on the disk". Not for several
 * threads. */
const char *pw_disk_reason(int error);

#endif

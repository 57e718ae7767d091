/* SPDX-License-Identifier: MIT */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pathways/alloc.h"

/* What the access property list carries. */
struct disk_info {
    struct pw_disk *disk;
};

const char *
pw_disk_reason(int error)
{
    switch (error) {
    case ENOSPC:
        return "no space left on the disk";
    case EDQUOT:
        return "no space left in your quota on the disk";
    case EFBIG:
        return "it would be larger than the system allows files to be (see ulimit -f)";
    case EACCES:
    case EPERM:
        return "no permission to write there";
    case EROFS:
        return "the disk is read-only";
    default:
        return strerror(error);
    }
}

static bool
is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* The folder of a path is named when it is what is missing. */
static pw_status
fail_open(const char *path, int error)
{
    pw_status status = PW_OK;
    char *folder = NULL, *slash;

    PW_TRY(pw_strdup(path, &folder));
    slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = '\0';
    if ((error == ENOENT || error == ENOTDIR) && slash && !is_folder(folder))
        PW_FAIL(PW_EIO,
            "%s: cannot be written: there is no folder %s; create it or give another name", path,
            folder);
    PW_FAIL(PW_EIO, "%s: cannot be written: %s", path, pw_disk_reason(error));
done:
    pw_free(&folder);
    return status;
}

pw_status
pw_disk_open(struct pw_disk *disk, const char *path)
{
    pw_status status = PW_OK;
    struct flock claim = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

    *disk = (struct pw_disk){ .path = path, .fd = -1, .is_holding = true };
    disk->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (disk->fd < 0) return fail_open(path, errno);
    /* File systems without locks say so with other numbers: they are used without. */
    if (fcntl(disk->fd, F_SETLK, &claim) < 0 && (errno == EACCES || errno == EAGAIN))
        PW_FAIL(
            PW_EIO, "%s: another run is writing this file; wait for it or give another name", path);
    if (ftruncate(disk->fd, 0) < 0)
        PW_FAIL(PW_EIO, "%s: cannot be emptied: %s", path, pw_disk_reason(errno));
done:
    if (status != PW_OK && disk->fd >= 0) {
        close(disk->fd);
        disk->fd = -1;
    }
    return status;
}

pw_status
pw_disk_check(const struct pw_disk *disk)
{
    pw_status status = PW_OK;

    if (disk->failure)
        PW_FAIL(PW_EIO, "%s: could not be written: %s", disk->path, pw_disk_reason(disk->failure));
done:
    return status;
}

pw_status
pw_disk_reserve(struct pw_disk *disk, uint64_t size)
{
    if (!disk->failure && size > disk->reserved) {
        const int error =
            posix_fallocate(disk->fd, (off_t) disk->reserved, (off_t) (size - disk->reserved));

        /* Any other refusal means that this disk cannot reserve, not that it is full. */
        if (error == ENOSPC || error == EDQUOT || error == EFBIG)
            disk->failure = error;
        else
            disk->reserved = size;
    }
    return pw_disk_check(disk);
}

/* --- Held writes ------------------------------------------------------------------------------ */

static void
put(struct pw_disk *disk, haddr_t address, const unsigned char *bytes, size_t size)
{
    while (size > 0 && !disk->failure) {
        const ssize_t done = pwrite(disk->fd, bytes, size, (off_t) address);

        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            disk->failure = done < 0 ? errno : ENOSPC;
            break;
        }
        bytes += done;
        address += (haddr_t) done;
        size -= (size_t) done;
    }
}

static void
drop_held(struct pw_disk *disk)
{
    for (size_t i = 0; i < disk->num_held; i++)
        pw_free(&disk->held[i].bytes);
    pw_free(&disk->held);
    disk->num_held = disk->held_capacity = 0;
}

static pw_status
keep_write(struct pw_disk *disk, haddr_t address, const void *bytes, size_t size)
{
    pw_status status = PW_OK;
    struct pw_held_write *held = NULL;

    if (disk->num_held == disk->held_capacity) {
        const size_t capacity = 2 * disk->held_capacity + 64;

        PW_TRY(pw_grow(disk->held_capacity, capacity, sizeof *disk->held, &disk->held));
        disk->held_capacity = capacity;
    }
    held = &disk->held[disk->num_held];
    PW_TRY(pw_alloc(size, 1, &held->bytes));
    memcpy(held->bytes, bytes, size);
    held->address = address;
    held->size = size;
    disk->num_held++;
done:
    return status;
}

/* What was held stands over what is on file. */
static void
read_held(const struct pw_disk *disk, haddr_t address, unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < disk->num_held; i++) {
        const struct pw_held_write *held = &disk->held[i];
        const haddr_t begin = held->address > address ? held->address : address;
        const haddr_t held_end = held->address + held->size, read_end = address + size;
        const haddr_t end = held_end < read_end ? held_end : read_end;

        if (begin < end)
            memcpy(bytes + (begin - address), held->bytes + (begin - held->address),
                (size_t) (end - begin));
    }
}

/* What nothing points to yet, what points to it, and the superblock, which is where a reader
 * begins. */
enum { UNSEEN, SEEN, SUPERBLOCK, NUM_TURNS };

static int
turn_of(const struct pw_disk *disk, const struct pw_held_write *held)
{
    return held->address == 0 ? SUPERBLOCK : held->address < disk->settled ? SEEN : UNSEEN;
}

void
pw_disk_hold(struct pw_disk *disk)
{
    disk->is_holding = true;
}

void
pw_disk_release(struct pw_disk *disk)
{
    bool in_turn = true;

    disk->is_holding = false;
    /* A write across the border is of neither kind: then the order of time is kept. */
    for (size_t i = 0; i < disk->num_held; i++)
        if (disk->held[i].address < disk->settled
            && disk->held[i].address + disk->held[i].size > disk->settled)
            in_turn = false;
    for (int turn = 0; turn < (in_turn ? NUM_TURNS : 1); turn++)
        for (size_t i = 0; i < disk->num_held; i++)
            if (!in_turn || turn_of(disk, &disk->held[i]) == turn)
                put(disk, disk->held[i].address, disk->held[i].bytes, disk->held[i].size);
    drop_held(disk);
    disk->settled = disk->end;
}

pw_status
pw_disk_sync(struct pw_disk *disk)
{
    /* EINVAL and ENOTSUP: a file, such as a device, for which there is nothing to wait for. */
    if (!disk->failure && fsync(disk->fd) < 0 && errno != EINVAL && errno != ENOTSUP)
        disk->failure = errno;
    return pw_disk_check(disk);
}

void
pw_disk_close(struct pw_disk *disk)
{
    drop_held(disk);
    if (disk->fd >= 0) close(disk->fd);
    disk->fd = -1;
}

void
pw_disk_sync_folder(const char *path)
{
    char *folder = NULL, *slash;
    int fd;

    if (pw_strdup(path, &folder) != PW_OK) return;
    slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = '\0';
    fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    pw_free(&folder);
}

/* --- The driver, as HDF5 calls it ---------------------------------------------------------------
 */

static H5FD_t *
driver_open(const char *name, unsigned flags, hid_t access, haddr_t max_address)
{
    const struct disk_info *info = H5Pget_driver_info(access);

    (void) name, (void) flags, (void) max_address;
    return info ? &info->disk->base : NULL;
}

static herr_t
driver_close(H5FD_t *base)
{
    /* Whoever opened the disk closes it. */
    pw_disk_release((struct pw_disk *) (void *) base);
    return 0;
}

static herr_t
driver_query(const H5FD_t *base, unsigned long *flags)
{
    (void) base;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
             | H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t
driver_get_allocated(const H5FD_t *base, H5FD_mem_t type)
{
    (void) type;
    return ((const struct pw_disk *) (const void *) base)->allocated;
}

static herr_t
driver_set_allocated(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
    (void) type;
    ((struct pw_disk *) (void *) base)->allocated = address;
    return 0;
}

static haddr_t
driver_get_end(const H5FD_t *base, H5FD_mem_t type)
{
    (void) type;
    return ((const struct pw_disk *) (const void *) base)->end;
}

static herr_t
driver_read(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer)
{
    const struct pw_disk *disk = (struct pw_disk *) (void *) base;
    unsigned char *bytes = buffer;
    haddr_t at = address;
    size_t left = size;

    (void) type, (void) transfer;
    while (left > 0) {
        const ssize_t got = pread(disk->fd, bytes, left, (off_t) at);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) { /* allocated and not written yet */
            memset(bytes, 0, left);
            break;
        }
        bytes += got;
        at += (haddr_t) got;
        left -= (size_t) got;
    }
    read_held(disk, address, buffer, size);
    return 0;
}

static herr_t
driver_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer)
{
    struct pw_disk *disk = (struct pw_disk *) (void *) base;

    (void) type, (void) transfer;
    if (address + size > disk->end) disk->end = address + size;
    if (disk->failure) return 0;
    if (disk->is_holding && keep_write(disk, address, buffer, size) == PW_OK) return 0;
    /* Without memory to hold it all goes out at once, in the order of time. */
    if (disk->is_holding) pw_disk_release(disk);
    put(disk, address, buffer, size);
    return 0;
}

static herr_t
driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
    struct pw_disk *disk = (struct pw_disk *) (void *) base;

    (void) transfer, (void) closing;
    /* A reservation may be longer than what HDF5 came to need. */
    if (disk->end != disk->allocated || disk->reserved > disk->allocated) {
        if (!disk->failure && ftruncate(disk->fd, (off_t) disk->allocated) < 0)
            disk->failure = errno;
        disk->end = disk->allocated;
        if (disk->reserved > disk->allocated) disk->reserved = disk->allocated;
    }
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = 700, /* in the range that HDF5 leaves to drivers that are not registered with it */
#endif
    .name = "pathways",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(struct disk_info),
    .open = driver_open,
    .close = driver_close,
    .query = driver_query,
    .get_eoa = driver_get_allocated,
    .set_eoa = driver_set_allocated,
    .get_eof = driver_get_end,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t
pw_disk_access(struct pw_disk *disk)
{
    /* Registered for good: HDF5 still reads it after closing the last file that uses it. */
    static hid_t driver_id = -1;
    const struct disk_info info = { .disk = disk };
    hid_t access = -1;

    if (driver_id < 0 || H5Iget_type(driver_id) != H5I_VFL) driver_id = H5FDregister(&driver);
    if (driver_id < 0) return -1;
    access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_driver(access, driver_id, &info) < 0) {
        H5Pclose(access);
        access = -1;
    }
    return access;
}

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

    *disk = (struct pw_disk){ .path = path, .fd = -1 };
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
    (void) base; /* whoever opened the disk closes it */
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

    (void) type, (void) transfer;
    while (size > 0) {
        const ssize_t got = pread(disk->fd, bytes, size, (off_t) address);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) { /* allocated and not written yet */
            memset(bytes, 0, size);
            break;
        }
        bytes += got;
        address += (haddr_t) got;
        size -= (size_t) got;
    }
    return 0;
}

static herr_t
driver_write(
    H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer)
{
    struct pw_disk *disk = (struct pw_disk *) (void *) base;
    const unsigned char *bytes = buffer;

    (void) type, (void) transfer;
    if (address + size > disk->end) disk->end = address + size;
    while (size > 0 && !disk->failure) {
        const ssize_t put = pwrite(disk->fd, bytes, size, (off_t) address);

        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            disk->failure = put < 0 ? errno : ENOSPC;
            break;
        }
        bytes += put;
        address += (haddr_t) put;
        size -= (size_t) put;
    }
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

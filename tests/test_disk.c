/*
 * SPDX-License-Identifier: MIT
 */
#include "../sim/io/disk.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/pathways-test-XXXXXX";
static char path[64];

static void
make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file.h5", folder);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

static void
remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

TestSuite(disk, .init = make_folder, .fini = remove_folder);

/* A file with one dataset of a million bytes, through the driver. @return whether HDF5 complained
 */
static bool
write_through(struct pw_disk *disk)
{
    const hid_t access = pw_disk_access(disk);
    const hid_t file = H5Fcreate(disk->path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    const hsize_t size = 1000000;
    const hid_t space = H5Screate_simple(1, &size, NULL);
    const hid_t dataset =
        H5Dcreate2(file, "bytes", H5T_NATIVE_INT8, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    char *bytes = malloc(size);
    bool complained;

    memset(bytes, 7, size);
    complained = H5Dwrite(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0;
    complained |= H5Dclose(dataset) < 0;
    complained |= H5Sclose(space) < 0;
    complained |= H5Pclose(access) < 0;
    complained |= H5Fclose(file) < 0;
    free(bytes);
    return complained;
}

Test(disk, what_is_written_through_the_driver_is_an_ordinary_hdf5_file)
{
    struct pw_disk disk = { .fd = -1 };
    hid_t file, dataset;
    char *bytes = malloc(1000000);

    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    cr_assert_not(write_through(&disk));
    cr_assert_eq(pw_disk_sync(&disk), PW_OK);
    pw_disk_close(&disk);
    pw_disk_close(&disk);
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert_geq(file, 0);
    dataset = H5Dopen2(file, "bytes", H5P_DEFAULT);
    cr_assert_geq(H5Dread(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes), 0);
    for (int i = 0; i < 1000000; i++)
        cr_assert_eq(bytes[i], 7);
    H5Dclose(dataset);
    H5Fclose(file);
    free(bytes);
}

/* A limit on the size of files stands in for a full disk: it needs no special rights. */
static void
limit_files(rlim_t bytes)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(disk, failed_write_is_remembered_and_hdf5_closes_in_peace)
{
    struct pw_disk disk = { .fd = -1 };
    struct stat about;

    limit_files(100000);
    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    cr_assert_not(write_through(&disk), "HDF5 noticed");
    cr_assert_eq(disk.failure, EFBIG);
    cr_assert_eq(pw_disk_check(&disk), PW_EIO);
    cr_assert_not_null(strstr(pw_status_message(), path));
    cr_assert_not_null(strstr(pw_status_message(), "larger than the system allows"));
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_leq(about.st_size, 100000);
    pw_disk_close(&disk);
}

Test(disk, nothing_is_written_after_a_failure)
{
    struct pw_disk disk = { .fd = -1 };

    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    disk.failure = ENOSPC;
    cr_assert_not(write_through(&disk), "HDF5 noticed");
    cr_assert_eq(lseek(disk.fd, 0, SEEK_END), 0);
    cr_assert_eq(pw_disk_sync(&disk), PW_EIO);
    pw_disk_close(&disk);
}

Test(disk, reservation_fails_before_anything_is_written)
{
    struct pw_disk disk = { .fd = -1 };
    struct stat about;

    limit_files(100000);
    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    cr_assert_eq(pw_disk_reserve(&disk, 50000), PW_OK);
    cr_assert_eq(pw_disk_reserve(&disk, 200000), PW_EIO);
    cr_assert_eq(pw_disk_sync(&disk), PW_EIO, "the failure was forgotten");
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_leq(about.st_size, 100000);
    pw_disk_close(&disk);
}

Test(disk, full_disk_is_called_full)
{
    cr_assert_str_eq(pw_disk_reason(ENOSPC), "no space left on the disk");
    cr_assert_str_eq(pw_disk_reason(EACCES), "no permission to write there");
}

Test(disk, missing_folder_is_named)
{
    struct pw_disk disk = { .fd = -1 };
    char missing[80], expected[256];

    snprintf(missing, sizeof missing, "%s/nowhere/x.h5", folder);
    snprintf(expected, sizeof expected,
        "%s: cannot be written: there is no folder %s/nowhere; create it or give another name",
        missing, folder);
    cr_assert_eq(pw_disk_open(&disk, missing), PW_EIO);
    cr_assert_str_eq(pw_status_message(), expected);
}

Test(disk, two_processes_cannot_write_one_file)
{
    struct pw_disk disk = { .fd = -1 };
    pid_t child;
    int answer = -1;

    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    cr_assert_eq(write(disk.fd, "mine", 4), 4);
    child = fork();
    if (child == 0) {
        struct pw_disk other = { .fd = -1 };
        const bool refused = pw_disk_open(&other, path) == PW_EIO
                             && strstr(pw_status_message(), "another run is writing this file");

        _exit(refused ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &answer, 0), child);
    cr_assert_eq(answer, 0);
    cr_assert_eq(lseek(disk.fd, 0, SEEK_END), 4, "the other process emptied the file");
    pw_disk_close(&disk);
}

/* The file as a reader finds it now, under another name: does it open, and with a group of this
 * name? */
static bool
holds_group(const char *group)
{
    char copy[160];
    hid_t file;
    bool found = false;
    FILE *from = fopen(path, "rb"), *to;
    int byte;

    snprintf(copy, sizeof copy, "%s.copy", path);
    to = fopen(copy, "wb");
    cr_assert(from != NULL && to != NULL);
    while ((byte = fgetc(from)) != EOF)
        fputc(byte, to);
    fclose(from);
    fclose(to);
    file = H5Fopen(copy, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
        found = H5Lexists(file, group, H5P_DEFAULT) > 0;
        H5Fclose(file);
    }
    unlink(copy);
    return found;
}

Test(disk, what_is_held_is_read_back_and_is_not_on_file_until_it_is_released)
{
    struct pw_disk disk = { .fd = -1 };
    hid_t file, access;

    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    access = pw_disk_access(&disk);
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Gclose(H5Gcreate2(file, "one", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fflush(file, H5F_SCOPE_LOCAL);
    cr_assert_not(holds_group("one"), "the file begins with its first release");
    cr_assert_gt(disk.num_held, 0);
    pw_disk_release(&disk);
    cr_assert_eq(disk.num_held, 0);
    cr_assert(holds_group("one"));
    pw_disk_hold(&disk);
    H5Gclose(H5Gcreate2(file, "two", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Fflush(file, H5F_SCOPE_LOCAL);
    cr_assert(holds_group("one") && !holds_group("two"));
    H5Gclose(H5Gcreate2(file, "three", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    cr_assert_gt(H5Lexists(file, "two", H5P_DEFAULT), 0);
    H5Fflush(file, H5F_SCOPE_LOCAL);
    pw_disk_release(&disk);
    cr_assert(holds_group("one") && holds_group("two") && holds_group("three"));
    pw_disk_hold(&disk);
    H5Gclose(H5Gcreate2(file, "four", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Pclose(access);
    H5Fclose(file); /* releases what is held */
    cr_assert(holds_group("four"));
    pw_disk_close(&disk);
}

/* Bytes `from` to `to` of the file are what was written there. */
static void
check_bytes(size_t from, size_t to, int value)
{
    FILE *file = fopen(path, "rb");

    fseek(file, (long) from, SEEK_SET);
    for (size_t i = from; i < to; i++)
        cr_assert_eq(fgetc(file), value, "byte %zu", i);
    fclose(file);
}

Test(disk, held_writes_that_overlap_keep_the_order_of_time)
{
    struct pw_disk disk = { .fd = -1 };
    hid_t file, access;
    const H5FD_class_t *driver;
    unsigned char ones[100], twos[100], read[200];

    memset(ones, 1, sizeof ones);
    memset(twos, 2, sizeof twos);
    cr_assert_eq(pw_disk_open(&disk, path), PW_OK);
    access = pw_disk_access(&disk);
    file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    driver = disk.base.cls;
    for (int round = 0; round < 2; round++) { /* all of it new, then all of it known */
        const haddr_t at = 5000;

        pw_disk_hold(&disk);
        driver->write(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, at, 100, ones);
        driver->write(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, at + 50, 100, twos);
        driver->write(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, at + 90, 20, ones);
        driver->read(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, at, 150, read);
        cr_assert(read[49] == 1 && read[50] == 2 && read[90] == 1 && read[110] == 2);
        pw_disk_release(&disk);
        check_bytes(5000, 5050, 1);
        check_bytes(5050, 5090, 2);
        check_bytes(5090, 5110, 1);
        check_bytes(5110, 5150, 2);
        memset(ones, 1, sizeof ones);
    }
    /* Across the border of what has been released. */
    pw_disk_hold(&disk);
    driver->write(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, disk.settled - 10, 20, ones);
    driver->write(&disk.base, H5FD_MEM_OHDR, H5P_DEFAULT, disk.settled, 20, twos);
    pw_disk_release(&disk);
    check_bytes(5150, 5170, 2);
    check_bytes(5140, 5150, 1);
    H5Pclose(access);
    H5Fclose(file);
    pw_disk_close(&disk);
}

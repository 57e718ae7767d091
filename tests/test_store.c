/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/store.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pathways/alloc.h"
#include "pathways/reader.h"
#include "sample_run.h"

enum { ROWS = 20000 };

static char folder[64], path[128], part[160];

static void
begin(void)
{
    sample_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "%s/run.h5", folder);
    snprintf(part, sizeof part, "%s.part", path);
}

static void
end(void)
{
    unlink(path);
    unlink(part);
    sample_remove(folder, "");
}

TestSuite(store, .init = begin, .fini = end);

static bool
is_there(const char *name)
{
    return access(name, F_OK) == 0;
}

/* A store after pw_store_create. */
static struct pw_store *
create(void)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };
    struct pw_store *store = NULL;

    MUST(pw_store_create(path, false, &info, &store));
    return store;
}

static void
expect_failure(const char *name, bool force, pw_status expected, const char *sentence)
{
    const struct pw_scenario scenario = sample_scenario();
    const struct pw_run_info info = { .scenario = &scenario };
    struct pw_store *store = NULL;

    cr_assert_eq(pw_store_create(name, force, &info, &store), expected);
    cr_assert_null(store);
    cr_assert_str_eq(pw_status_message(), sentence);
    pw_store_abandon(&store, false);
}

Test(store, file_has_its_name_only_when_it_is_finished)
{
    struct pw_store *store = create();

    cr_assert(is_there(part));
    cr_assert_str_eq(pw_store_part_path(store), part);
    MUST(sample_trajectories(store, ROWS));
    MUST(sample_arrays(store, ROWS));
    cr_assert_not(is_there(path));
    MUST(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }));
    cr_assert(is_there(path));
    cr_assert_not(is_there(part));
    pw_store_abandon(&store, false);
    cr_assert_null(store);
    cr_assert(is_there(path));
}

Test(store, a_bare_file_holds_what_its_caller_writes_and_is_whole_or_not_there)
{
    static const char *const names[] = { "one", "tw\xc3\xb6" };
    static const double values[2] = { 0.5, 2.0 };
    struct pw_store *store = NULL;
    struct pw_reader *reader = NULL;
    struct pw_names read = { 0 };
    struct pw_field field = { 0 };
    char *text = NULL;
    int64_t number = 0;

    MUST(pw_store_create_bare(path, false, "Many runs", "pathways gather", &store));
    MUST(pw_store_write_array(store, &(struct pw_array){ .group = "/runs",
                                         .name = "value",
                                         .about = "A value",
                                         .units = "1",
                                         .type = PW_TYPE_FLOAT64,
                                         .rank = 1,
                                         .dims = { { .name = "run", .length = 2 } },
                                         .data = values }));
    MUST(pw_store_write_names(
        store, &(struct pw_name_list){ "/runs", "name", "Name of each", "run", names, 2 }));
    MUST(pw_store_write_names(
        store, &(struct pw_name_list){ "/axes", "name", "Name of each", NULL, names, 2 }));
    MUST(pw_store_set_text(store, "design", "{}"));
    MUST(pw_store_set_whole(store, "missing", 3));
    cr_assert(is_there(part) && !is_there(path));
    MUST(pw_store_finish(store, NULL));
    pw_store_abandon(&store, false);

    MUST(pw_reader_open(path, &reader));
    MUST(pw_reader_text(reader, "/", "title", &text));
    cr_assert_str_eq(text, "Many runs");
    pw_free(&text);
    MUST(pw_reader_text(reader, "/", "design", &text));
    cr_assert_str_eq(text, "{}");
    pw_free(&text);
    MUST(pw_reader_number(reader, "/", "missing", &number));
    cr_assert_eq(number, 3);
    MUST(pw_reader_names(reader, "/runs/name", &read));
    cr_assert_str_eq(read.items[1], names[1]);
    MUST(pw_reader_describe(reader, "/runs/value", &field));
    cr_assert_str_eq(field.dim_names[0], "run");
    pw_field_free(&field);
    pw_names_free(&read);
    pw_reader_close(&reader);
}

Test(store, abandoned_file_is_removed_unless_it_is_to_be_kept)
{
    struct pw_store *store = create();

    MUST(sample_trajectories(store, ROWS));
    pw_store_abandon(&store, false);
    cr_assert_not(is_there(part));
    store = create();
    MUST(sample_trajectories(store, ROWS));
    pw_store_abandon(&store, true);
    cr_assert(is_there(part));
    cr_assert_gt(H5Fis_hdf5(part), 0);
    cr_assert_not(is_there(path));
    pw_store_abandon(&store, true);
}

Test(store, finished_file_is_replaced_only_when_forced)
{
    char sentence[400];
    struct stat before, after;
    struct pw_store *store = NULL;

    MUST(sample_file(path, 100));
    snprintf(sentence, sizeof sentence,
        "%s: is there already; --force replaces it, -o gives another name", path);
    expect_failure(path, false, PW_EUSAGE, sentence);
    cr_assert_not(is_there(part));
    cr_assert_eq(stat(path, &before), 0);
    MUST(sample_file(path, ROWS));
    cr_assert_eq(stat(path, &after), 0);
    cr_assert_gt(after.st_size, before.st_size);

    /* A file that another run finished meanwhile. */
    unlink(path);
    store = create();
    MUST(sample_trajectories(store, 100));
    close(open(path, O_CREAT | O_WRONLY, 0666));
    cr_assert_eq(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }), PW_EUSAGE);
    pw_store_abandon(&store, false);
    cr_assert_eq(stat(path, &after), 0);
    cr_assert_eq(after.st_size, 0);
}

Test(store, names_that_cannot_be_written_are_refused_with_the_reason)
{
    char name[200], sentence[600];

    expect_failure("", false, PW_EUSAGE, "the run file needs a name; give one with -o");
    snprintf(name, sizeof name, "%s/no/such/run.h5", folder);
    snprintf(sentence, sizeof sentence,
        "%s.part: cannot be written: there is no folder %s/no/such; create it or give another name",
        name, folder);
    expect_failure(name, false, PW_EIO, sentence);
    snprintf(sentence, sizeof sentence, "%s: is a folder; give the name of a file in it", folder);
    expect_failure(folder, true, PW_EIO, sentence);
    expect_failure(
        "/dev/null", true, PW_EIO, "/dev/null: is not an ordinary file; give another name");
    if (geteuid() == 0) {
        cr_log_info("root may write anywhere: permission is not tried");
        return;
    }
    chmod(folder, 0500);
    snprintf(
        sentence, sizeof sentence, "%s: cannot be written: no permission to write there", part);
    expect_failure(path, false, PW_EIO, sentence);
    chmod(folder, 0700);
}

Test(store, file_that_another_run_is_writing_is_refused)
{
    struct pw_store *store = create();
    int answer = -1;
    const pid_t child = fork();

    if (child == 0) {
        const struct pw_scenario scenario = sample_scenario();
        const struct pw_run_info info = { .scenario = &scenario };
        struct pw_store *other = NULL;

        _exit(pw_store_create(path, true, &info, &other) == PW_EIO
                      && strstr(pw_status_message(), "another run is writing")
                  ? 0
                  : 1);
    }
    cr_assert_eq(waitpid(child, &answer, 0), child);
    cr_assert_eq(answer, 0);
    MUST(sample_trajectories(store, 100));
    MUST(pw_store_finish(store, &(struct pw_run_result){ .state_digest = 1 }));
    pw_store_abandon(&store, false);
}

/* Any byte at which the disk becomes full: the same sentence, no crash, nothing left. */
Test(store, full_disk_is_an_error_at_whatever_byte_it_happens)
{
    struct rlimit limit;
    struct stat about;
    rlim_t step;

    signal(SIGXFSZ, SIG_IGN);
    MUST(sample_file(path, ROWS));
    cr_assert_eq(stat(path, &about), 0);
    unlink(path);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    step = (rlim_t) about.st_size / 40 + 1;
    for (rlim_t size = 0; size < (rlim_t) about.st_size; size += step) {
        limit.rlim_cur = size;
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
        cr_assert_eq(sample_file(path, ROWS), PW_EIO, "%zu bytes sufficed", (size_t) size);
        cr_assert_not_null(strstr(pw_status_message(), part), "%s", pw_status_message());
        cr_assert_not_null(strstr(pw_status_message(), "larger than the system allows"), "%s",
            pw_status_message());
        cr_assert_not(is_there(path));
        cr_assert_not(is_there(part));
    }
    limit.rlim_cur = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    MUST(sample_file(path, ROWS));
}

Test(store, full_disk_says_that_no_space_is_left)
{
    char command[256];

    snprintf(command, sizeof command, "mount -t tmpfs -o size=64k tmpfs %s 2>/dev/null", folder);
    if (geteuid() != 0 || system(command) != 0) {
        cr_skip_test("needs the right to mount a small disk");
        return;
    }
    cr_expect_eq(sample_file(path, ROWS), PW_EIO);
    cr_expect_not_null(strstr(pw_status_message(), "no space left"), "%s", pw_status_message());
    cr_expect_not_null(strstr(pw_status_message(), part), "%s", pw_status_message());
    cr_expect_not(is_there(path));
    cr_expect_not(is_there(part));
    snprintf(command, sizeof command, "umount %s", folder);
    cr_expect_eq(system(command), 0);
}

/* In a child: two windows, the second flushed, then half of a third; then the end without a
 * goodbye. */
static void
die_at_work(void)
{
    struct pw_store *store = create();
    void *data[PW_NUM_TRAJECTORIES];
    const void *window[PW_NUM_TRAJECTORIES];

    MUST(pw_store_begin_trajectories(store, PW_ALL_TRAJECTORIES, SAMPLE_FIRST_YEAR, SAMPLE_YEARS));
    for (size_t year = 0; year < 20; year += 10) {
        sample_window(ROWS, year, 10, data);
        memcpy(window, data, sizeof data);
        MUST(pw_store_write_window(store, ROWS, (int) year, 10, window));
    }
    sample_arrays(store, ROWS);
    _exit(0);
}

Test(store, what_was_flushed_survives_a_sudden_death)
{
    static int8_t state[ROWS * SAMPLE_YEARS];
    const pid_t child = fork();
    hid_t file, dataset;
    int8_t complete = 9;
    hid_t attribute;

    if (child == 0) die_at_work();
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_assert_not(is_there(path));
    file = H5Fopen(part, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert_geq(file, 0);
    dataset = H5Dopen2(file, "/trajectories/state", H5P_DEFAULT);
    cr_assert_geq(H5Dread(dataset, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, state), 0);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t year = 0; year < SAMPLE_YEARS; year++)
            cr_assert_eq(state[row * SAMPLE_YEARS + year],
                year < 20 ? sample_value(PW_TRAJECTORY_state, row, year) : PW_NOT_BORN);
    attribute = H5Aopen(file, "complete", H5P_DEFAULT);
    H5Aread(attribute, H5T_NATIVE_INT8, &complete);
    cr_assert_eq(complete, 0);
    H5Aclose(attribute);
    H5Dclose(dataset);
    H5Fclose(file);
}

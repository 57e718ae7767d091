/*
 * What is said is read back from a file or from a pseudo-terminal put in the place of stderr.
 *
 * SPDX-License-Identifier: MIT
 */
#define _XOPEN_SOURCE 700 /* for posix_openpt */
#include "pathways/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char said[8192];
static int saved_stderr;
static FILE *file;
static int terminal;

static void
begin_file(void)
{
    file = tmpfile();
    cr_assert_not_null(file);
    fflush(stderr);
    saved_stderr = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
}

static void
end_file(void)
{
    size_t length;

    fflush(stderr);
    dup2(saved_stderr, STDERR_FILENO);
    rewind(file);
    length = fread(said, 1, sizeof said - 1, file);
    said[length] = '\0';
    fclose(file);
}

static void
begin_terminal(void)
{
    int slave;

    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        cr_skip_test("no pseudo-terminals here");
    slave = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    cr_assert_geq(slave, 0);
    fflush(stderr);
    saved_stderr = dup(STDERR_FILENO);
    dup2(slave, STDERR_FILENO);
    close(slave);
}

static void
end_terminal(void)
{
    size_t length = 0;
    ssize_t part;

    /* With the other end closed, reading ends when everything has come. */
    fflush(stderr);
    dup2(saved_stderr, STDERR_FILENO);
    while ((part = read(terminal, said + length, sizeof said - 1 - length)) > 0)
        length += (size_t) part;
    said[length] = '\0';
    close(terminal);
}

static void
say_one_of_each(void)
{
    pw_log_error("%d places have no name", 3);
    pw_log_warning("seed not given");
    pw_log_info("reading %s", "england.json");
}

Test(log, library_is_silent_until_a_level_is_set)
{
    begin_file();
    say_one_of_each();
    end_file();
    cr_assert_str_eq(said, "");
}

Test(log, each_level_says_what_is_at_least_as_grave)
{
    begin_file();
    pw_log_set_level(PW_LOG_ERROR);
    say_one_of_each();
    end_file();
    cr_assert_str_eq(said, "pathways: error: 3 places have no name\n");

    begin_file();
    pw_log_set_level(PW_LOG_WARNING);
    say_one_of_each();
    end_file();
    cr_assert_str_eq(
        said, "pathways: error: 3 places have no name\npathways: warning: seed not given\n");

    begin_file();
    pw_log_set_level(PW_LOG_INFO);
    say_one_of_each();
    end_file();
    cr_assert_str_eq(said, "pathways: error: 3 places have no name\npathways: warning: seed not "
                           "given\nreading england.json\n");
}

Test(log, long_line_is_cut)
{
    static char text[10000];

    memset(text, 'x', sizeof text - 1);
    pw_log_set_level(PW_LOG_INFO);
    begin_file();
    pw_log_warning("%s", text);
    end_file();
    cr_assert_gt(strlen(said), 4095);
    cr_assert_lt(strlen(said), 5000);
    cr_assert_eq(said[strlen(said) - 1], '\n');
}

Test(log, terminal_has_colour_and_file_has_none)
{
    pw_log_set_level(PW_LOG_INFO);
    begin_terminal();
    say_one_of_each();
    end_terminal();
    cr_assert(strstr(said, "\033[1;31merror\033[0m: 3 places") != NULL, "%s", said);
    begin_file();
    say_one_of_each();
    end_file();
    cr_assert(strchr(said, '\033') == NULL);
}

Test(log, no_color_is_honoured)
{
    pw_log_set_level(PW_LOG_INFO);
    begin_terminal();
    setenv("NO_COLOR", "1", 1);
    say_one_of_each();
    end_terminal();
    cr_assert(strchr(said, '\033') == NULL);
    cr_assert(strstr(said, "pathways: error: 3 places") != NULL);
}

/* As if the run had begun, and last been shown, some seconds ago. */
static void
age(struct pw_progress *progress, double seconds)
{
    progress->start_seconds -= seconds;
    progress->last_shown_seconds -= seconds;
}

Test(log, progress_outside_a_terminal_is_a_line_every_five_seconds)
{
    struct pw_progress progress;

    pw_log_set_level(PW_LOG_INFO);
    begin_file();
    pw_progress_begin(&progress, 2001, 2010);
    pw_progress_year(&progress, 2001, 1000000);
    age(&progress, 4.0);
    pw_progress_year(&progress, 2002, 1000000);
    age(&progress, 6.0);
    pw_progress_year(&progress, 2003, 1000000);
    pw_progress_year(&progress, 2004, 1000000);
    end_file();
    cr_assert_str_eq(said, "2003   30 %  0.30 million person-years/s  0:23 left\n");

    begin_file();
    pw_progress_end(&progress);
    end_file();
    cr_assert(strstr(said, "2001-2010: 4.00 million person-years in 10.") == said, "%s", said);
}

Test(log, progress_on_a_terminal_redraws_one_line)
{
    struct pw_progress progress;

    pw_log_set_level(PW_LOG_INFO);
    begin_terminal();
    setenv("NO_COLOR", "1", 1);
    pw_progress_begin(&progress, 2001, 2004);
    age(&progress, 7200.0);
    pw_progress_year(&progress, 2001, 1000000);
    pw_progress_year(&progress, 2002, 1000000);
    pw_log_info("checkpoint written");
    pw_progress_end(&progress);
    end_terminal();
    cr_assert(
        strstr(said, "\r\033[K########---------------------- 2001   25 %") == said, "%s", said);
    cr_assert(strstr(said, "6:00:00 left\r\033[Kcheckpoint written") != NULL, "%s", said);
    cr_assert(strstr(said, "2002") == NULL, "shown more than ten times a second: %s", said);
    cr_assert(strstr(said, "2001-2004: 2.00 million person-years in 720") != NULL, "%s", said);
}

Test(log, dumb_terminal_gets_lines)
{
    struct pw_progress progress;

    pw_log_set_level(PW_LOG_INFO);
    begin_terminal();
    setenv("TERM", "dumb", 1);
    pw_progress_begin(&progress, 2001, 2004);
    age(&progress, 6.0);
    pw_progress_year(&progress, 2001, 1000000);
    end_terminal();
    cr_assert(strchr(said, '\033') == NULL, "%s", said);
    cr_assert(strstr(said, "2001   25 %") == said, "%s", said);
}

Test(log, progress_is_silent_below_info_but_counts)
{
    struct pw_progress progress;

    pw_log_set_level(PW_LOG_WARNING);
    begin_file();
    pw_progress_begin(&progress, 2001, 2004);
    age(&progress, 60.0);
    pw_progress_year(&progress, 2001, 12);
    pw_progress_end(&progress);
    end_file();
    cr_assert_str_eq(said, "");
    cr_assert_eq(progress.person_years, 12);
}

Test(log, clock_never_goes_back)
{
    double before = pw_seconds();

    for (int i = 0; i < 1000; i++) {
        const double now = pw_seconds();

        cr_assert_geq(now, before);
        before = now;
    }
}

Test(log, a_thread_that_sleeps_has_not_worked)
{
    const double begin = pw_seconds(), worked = pw_seconds_worked();
    const struct timespec nap = { .tv_nsec = 50000000 };

    cr_assert_eq(nanosleep(&nap, NULL), 0);
    cr_assert_lt(pw_seconds_worked() - worked, pw_seconds() - begin);
    cr_assert_geq(pw_seconds_worked(), worked);
}

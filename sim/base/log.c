/*
 * Everything said is one line written at once, so that lines of several threads do not mix.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE        4608 /* room for a message of status.c */
#define BAR_WIDTH        30
#define TERMINAL_SECONDS 0.1
#define PLAIN_SECONDS    5.0

#define BOLD_RED    "\033[1;31m"
#define BOLD_YELLOW "\033[1;33m"
#define GREEN       "\033[32m"
#define PLAIN       "\033[0m"
#define ERASE_LINE  "\r\033[K"

static enum pw_log_level log_level = PW_LOG_SILENT;

/* Whether a progress bar stands on the terminal's last line. */
static bool is_bar_drawn;

/* A terminal that can redraw a line. */
static bool
has_terminal(void)
{
    const char *const term = getenv("TERM");

    return isatty(STDERR_FILENO) == 1 && (term == NULL || strcmp(term, "dumb") != 0);
}

/* https://no-color.org: set and not empty means no colour. */
static bool
has_colour(void)
{
    const char *const no_color = getenv("NO_COLOR");

    return has_terminal() && (no_color == NULL || no_color[0] == '\0');
}

static void
write_line(const char *line)
{
    fprintf(stderr, "%s%s\n", is_bar_drawn ? ERASE_LINE : "", line);
    fflush(stderr);
    is_bar_drawn = false;
}

__attribute__((format(printf, 3, 0))) static void
say(const char *label, const char *colour, const char *format, va_list arguments)
{
    char line[LINE_SIZE];
    size_t length;

    if (has_colour())
        snprintf(line, sizeof line, "pathways: %s%s%s: ", colour, label, PLAIN);
    else
        snprintf(line, sizeof line, "pathways: %s: ", label);
    length = strlen(line);
    vsnprintf(line + length, sizeof line - length, format, arguments);
    write_line(line);
}

void
pw_log_set_level(enum pw_log_level level)
{
    log_level = level;
}

void
pw_log_error(const char *format, ...)
{
    va_list arguments;

    if (log_level < PW_LOG_ERROR) return;
    va_start(arguments, format);
    say("error", BOLD_RED, format, arguments);
    va_end(arguments);
}

void
pw_log_warning(const char *format, ...)
{
    va_list arguments;

    if (log_level < PW_LOG_WARNING) return;
    va_start(arguments, format);
    say("warning", BOLD_YELLOW, format, arguments);
    va_end(arguments);
}

void
pw_log_info(const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;

    if (log_level < PW_LOG_INFO) return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    write_line(line);
}

double
pw_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

double
pw_seconds_worked(void)
{
    struct timespec now = { 0 };

    (void) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Million person-years a second since the beginning. */
static double
compute_rate(const struct pw_progress *progress, double now)
{
    const double elapsed = now - progress->start_seconds;

    return elapsed > 0 ? 1e-6 * (double) progress->person_years / elapsed : 0;
}

/* "0:42", or "1:02:03" from an hour on. */
static void
write_duration(double seconds, char text[32])
{
    const long whole = seconds < 0 ? 0 : seconds > 3.6e8 ? 360000000L : (long) (seconds + 0.5);

    if (whole >= 3600)
        snprintf(text, 32, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, 32, "%ld:%02ld", whole / 60, whole % 60);
}

static void
draw_bar(double share, const char *facts)
{
    const int filled = (int) (share * BAR_WIDTH + 0.5);
    const bool colour = has_colour();
    char bar[BAR_WIDTH + 1];

    memset(bar, '-', BAR_WIDTH);
    memset(bar, '#', (size_t) filled);
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, ERASE_LINE "%s%.*s%s%s %s", colour ? GREEN : "", filled, bar,
        colour ? PLAIN : "", bar + filled, facts);
    fflush(stderr);
    is_bar_drawn = true;
}

void
pw_progress_begin(struct pw_progress *progress, int first_year, int last_year)
{
    *progress = (struct pw_progress){
        .first_year = first_year,
        .last_year = last_year,
        .start_seconds = pw_seconds(),
    };
    progress->last_shown_seconds = progress->start_seconds;
}

void
pw_progress_year(struct pw_progress *progress, int year, int64_t persons)
{
    const double now = pw_seconds();
    const double wait = has_terminal() ? TERMINAL_SECONDS : PLAIN_SECONDS;
    double rate, share;
    char left[32], facts[160];

    progress->person_years += persons;
    if (log_level < PW_LOG_INFO || now - progress->last_shown_seconds < wait) return;
    progress->last_shown_seconds = now;
    rate = compute_rate(progress, now);
    share = (double) (year - progress->first_year + 1)
            / (double) (progress->last_year - progress->first_year + 1);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    /* The years to come cost what this one did: a population grows over a run. */
    write_duration(
        rate > 0 ? 1e-6 * (double) persons * (progress->last_year - year) / rate : 0, left);
    snprintf(facts, sizeof facts, "%d  %3.0f %%  %.2f million person-years/s  %s left", year,
        100 * share, rate, left);
    if (has_terminal())
        draw_bar(share, facts);
    else
        write_line(facts);
}

void
pw_progress_end(struct pw_progress *progress)
{
    const double now = pw_seconds();
    char line[160];

    if (log_level < PW_LOG_INFO) return;
    snprintf(line, sizeof line,
        "%d-%d: %.2f million person-years in %.1f s, %.2f million person-years/s",
        progress->first_year, progress->last_year, 1e-6 * (double) progress->person_years,
        now - progress->start_seconds, compute_rate(progress, now));
    write_line(line);
}

/**
 * log.h - what the program says on stderr while it works.
 *
 * Layer 0 (base). The library is silent until a client sets a level. Results never come this way:
 * they go to stdout. Colour and the redrawn progress bar appear on a terminal only; NO_COLOR is
 * honoured.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_LOG_H
#define PW_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum pw_log_level { PW_LOG_SILENT, PW_LOG_ERROR, PW_LOG_WARNING, PW_LOG_INFO };

/** Set how much is said; the default is PW_LOG_SILENT. */
void pw_log_set_level(enum pw_log_level level);

void pw_log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pw_log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pw_log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Progress of one run: simulated year, rate, remaining time. */
struct pw_progress {
    int first_year, last_year;
    double start_seconds, last_shown_seconds;
    int64_t person_years;
};

/** Begin to report on a run from `first_year` to `last_year` inclusive. */
void pw_progress_begin(struct pw_progress *progress, int first_year, int last_year);

/**
 * Report that `year` is done and that `persons` lived through it. On a terminal redraws one line at
 * most ten times a second, elsewhere writes a line every five seconds. Says nothing below
 * PW_LOG_INFO.
 */
void pw_progress_year(struct pw_progress *progress, int year, int64_t persons);

/** Close the line and report the total. */
void pw_progress_end(struct pw_progress *progress);

/** Wall-clock seconds from an arbitrary origin (monotonic). */
double pw_seconds(void);

/** Seconds that a processor has worked for this thread: a machine that is busy with other things
 * takes longer by the clock, not by this. */
double pw_seconds_worked(void);

#endif

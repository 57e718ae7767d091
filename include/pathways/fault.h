/**
 * fault.h - what is wrong with a file, all of it at once, with where it is.
 *
 * Layer 1 (model). A user's faults are collected, not first-only. Each is one sentence that names
 * the thing, the value and the remedy.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_FAULT_H
#define PW_FAULT_H

#include <stdarg.h>
#include <stddef.h>

#include "pathways/status.h"

/** So many faults are kept; the last then says that there are more. */
#define PW_MAX_FAULTS 1000

/** One fault: where and what to do about it. */
struct pw_fault {
    char *file;
    int line, column; /* 1-based, column in characters; 0 when not known */
    char *pointer;    /* RFC 6901, "/policies/0/lever"; "" is the whole document */
    char *text;       /* names the thing, the value, the remedy */
};

/** Where a fault is; borrowed texts. */
struct pw_fault_place {
    const char *file;
    int line, column;
    const char *pointer;
};

/** Faults found, in the order of the files. Zero-initialise; release with pw_faults_free. */
struct pw_faults {
    struct pw_fault *items;
    size_t count;
};

/** Add a fault; the texts are copied. Only memory can fail. */
pw_status pw_faults_add(struct pw_faults *faults, const struct pw_fault_place *place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/** pw_faults_add with the arguments of the format in a list. */
pw_status pw_faults_add_list(struct pw_faults *faults, const struct pw_fault_place *place,
    const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

/**
 * The line to print: "file:line:column: /pointer: sentence"; what is not known is left out.
 *
 * @param line  receives the text; released with pw_free
 */
pw_status pw_fault_line(const struct pw_fault *fault, char **line);

/**
 * Fail if there are faults, with one sentence for a caller that prints none.
 *
 * @param path  of the file that was read
 * @return PW_EINPUT; PW_EMEMORY; PW_OK when there is no fault
 */
pw_status pw_faults_refuse(const struct pw_faults *faults, const char *path);

void pw_faults_free(struct pw_faults *faults);

#endif

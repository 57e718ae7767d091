/**
 * text.h - a text that grows while it is written.
 *
 * Layer 1 (model).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_TEXT_H
#define PW_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "pathways/status.h"

/** Zero-initialise; release with pw_text_free. `bytes` is NUL-terminated once something was added.
 */
struct pw_text {
    char *bytes;
    size_t length, capacity;
};

pw_status pw_text_add(struct pw_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** pw_text_add with the arguments of the format in a list. */
pw_status pw_text_add_list(struct pw_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/** Bytes as they are. */
pw_status pw_text_add_bytes(struct pw_text *text, const char *bytes, size_t length);

/** A JSON string with its quotes and escapes. */
pw_status pw_text_add_quoted(struct pw_text *text, const char *string);

/** The shortest decimal that reads back as the same double; `null` when it is not finite. */
pw_status pw_text_add_number(struct pw_text *text, double value);

void pw_text_free(struct pw_text *text);

#endif

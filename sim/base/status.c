/*
 * One message a thread: written by the failure, read by whoever reports it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pathways/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_SIZE 4096

static _Thread_local char message[MESSAGE_SIZE];

const char *
pw_status_about(pw_status status)
{
    static const char *const about[] = {
#define X(name, sentence) sentence,
        PW_STATUS_LIST(X)
#undef X
    };
    const size_t index = (size_t) status;

    return index < sizeof about / sizeof about[0] ? about[index] : "unknown status";
}

const char *
pw_status_message(void)
{
    return message;
}

pw_status
pw_status_fail(pw_status status, const char *file, int line, const char *format, ...)
{
    /* Formatted beside the old message, which may be an argument of the new one. */
    char sentence[MESSAGE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    if (vsnprintf(sentence, sizeof sentence, format, arguments) < 0)
        snprintf(sentence, sizeof sentence, "%s", pw_status_about(status));
    va_end(arguments);
#ifdef PW_TRACE_ERRORS
    snprintf(message, sizeof message, "%.4000s [%s:%d]", sentence, file, line);
#else
    (void) file;
    (void) line;
    snprintf(message, sizeof message, "%s", sentence);
#endif
    return status;
}

_Noreturn void
pw_status_bug(const char *condition, const char *file, int line)
{
    fprintf(stderr, "pathways: %s:%d: this must never happen: %s\n", file, line, condition);
    abort();
}

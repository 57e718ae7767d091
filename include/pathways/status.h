/**
 * status.h - one way to fail: a status, a sentence, two macros, one label.
 *
 * Layer 0 (base). A function that can fail returns `pw_status` and hands results out through
 * trailing out-parameters. The kind of failure is the code; the detail is one sentence per thread.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_STATUS_H
#define PW_STATUS_H

#include <stdbool.h>

/* clang-format off */
#define PW_STATUS_LIST(X)                                          \
    X(OK,       "success")                                         \
    X(EUSAGE,   "the command line is wrong")                       \
    X(EINPUT,   "the scenario or an input file is wrong")          \
    X(EMEMORY,  "memory could not be allocated")                   \
    X(EIO,      "a file could not be read or written")             \
    X(EFORMAT,  "a file is not what it claims to be")              \
    X(EVERDICT, "the answer to the question asked is no")          \
    X(ESTOPPED, "stopped early")
/* clang-format on */

typedef enum {
#define X(name, about) PW_##name,
    PW_STATUS_LIST(X)
#undef X
} pw_status;

/** The sentence that goes with a status code, for instance "success". Never NULL. */
const char *pw_status_about(pw_status status);

/** The last failure's sentence in this thread; "" when nothing failed. Owned by the library. */
const char *pw_status_message(void);

/**
 * Record a failure: formats the sentence into this thread's message and returns `status`.
 * A message longer than 4,095 bytes is cut. Use through PW_FAIL.
 */
pw_status pw_status_fail(pw_status status, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Print the broken promise and abort. Use through PW_BUG_IF. */
_Noreturn void pw_status_bug(const char *condition, const char *file, int line);

/** Leave for `done:` when a call fails; the function has a variable `status` and a label `done`. */
#define PW_TRY(call)                                                                               \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != PW_OK) goto done;                                                            \
    } while (0)

/** Fail with a sentence that names the thing, the value and the remedy, and leave for `done:`. */
#define PW_FAIL(code, ...)                                                                         \
    do {                                                                                           \
        status = pw_status_fail((code), __FILE__, __LINE__, __VA_ARGS__);                          \
        goto done;                                                                                 \
    } while (0)

/** Our own mistakes only; compiled into every build. */
#define PW_BUG_IF(condition)                                                                       \
    do {                                                                                           \
        if (condition) pw_status_bug(#condition, __FILE__, __LINE__);                              \
    } while (0)

#endif

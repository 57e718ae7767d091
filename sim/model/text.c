/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pathways/alloc.h"

static pw_status
reserve(struct pw_text *text, size_t extra)
{
    const size_t needed = text->length + extra + 1;

    if (needed <= text->capacity) return PW_OK;
    const size_t capacity = needed < 256 ? 256 : needed + needed / 2;
    const pw_status status = pw_grow(text->capacity, capacity, 1, &text->bytes);
    if (status == PW_OK) text->capacity = capacity;
    return status;
}

pw_status
pw_text_add_bytes(struct pw_text *text, const char *bytes, size_t length)
{
    const pw_status status = reserve(text, length);

    if (status != PW_OK) return status;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return PW_OK;
}

pw_status
pw_text_add_list(struct pw_text *text, const char *format, va_list arguments)
{
    va_list again;

    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    PW_BUG_IF(length < 0);
    const pw_status status = reserve(text, (size_t) length);
    if (status != PW_OK) return status;
    (void) vsnprintf(text->bytes + text->length, (size_t) length + 1, format, arguments);
    text->length += (size_t) length;
    return PW_OK;
}

pw_status
pw_text_add(struct pw_text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const pw_status status = pw_text_add_list(text, format, arguments);
    va_end(arguments);
    return status;
}

pw_status
pw_text_add_quoted(struct pw_text *text, const char *string)
{
    pw_status status = PW_OK;

    PW_TRY(pw_text_add_bytes(text, "\"", 1));
    for (const char *at = string; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char) *at;

        if (byte == '"' || byte == '\\')
            PW_TRY(pw_text_add(text, "\\%c", byte));
        else if (byte == '\n')
            PW_TRY(pw_text_add_bytes(text, "\\n", 2));
        else if (byte == '\t')
            PW_TRY(pw_text_add_bytes(text, "\\t", 2));
        else if (byte < 0x20)
            PW_TRY(pw_text_add(text, "\\u%04x", byte));
        else
            PW_TRY(pw_text_add_bytes(text, at, 1));
    }
    PW_TRY(pw_text_add_bytes(text, "\"", 1));
done:
    return status;
}

pw_status
pw_text_add_number(struct pw_text *text, double value)
{
    char digits[40] = "null";

    if (isfinite(value)) {
        for (int precision = 15; precision <= 17; precision++) {
            (void) snprintf(digits, sizeof digits, "%.*g", precision, value);
            if (strtod(digits, NULL) == value) break;
        }
    }
    return pw_text_add(text, "%s", digits);
}

void
pw_text_free(struct pw_text *text)
{
    pw_free(&text->bytes);
    text->length = text->capacity = 0;
}

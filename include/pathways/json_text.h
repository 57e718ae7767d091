/**
 * json_text.h - where each value of a JSON text stands, and whether the text is JSON at all.
 *
 * Layer 1 (model). The parser that builds the tree keeps no positions and is lenient; this scan is
 * strict (RFC 8259) and gives every value, in the order in which it begins, its line, column and
 * pointer. Beyond the grammar it refuses nesting over PW_JSON_MAX_NESTING, more than
 * PW_JSON_MAX_VALUES values, NaN and infinities, numbers too large for a double, and NUL
 * characters.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_JSON_TEXT_H
#define PW_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pathways/fault.h"
#include "pathways/status.h"

#define PW_JSON_MAX_NESTING 64
#define PW_JSON_MAX_VALUES  500000
/** No value: the parent of the root. */
#define PW_JSON_NO_VALUE UINT32_MAX

/** One value. Lines and columns are 1-based, columns in characters. */
struct pw_json_mark {
    uint32_t parent;          /* number of the enclosing value */
    uint32_t index;           /* among the values of the parent */
    int line, column;         /* where the value begins */
    int key_line, key_column; /* where its key begins; 0 without a key */
    uint32_t key,
        key_length; /* bytes of the key in the text, as written; key_length 0: none or "" */
    bool has_key;
    bool is_faulty; /* already reported; reads as 0 */
};

/** A scanned text. Zero-initialise; release with pw_json_text_free. */
struct pw_json_text {
    char *bytes; /* [length] borrowed from the caller */
    size_t length;
    struct pw_json_mark *marks; /* [num_marks] in the order of the text: parents before children */
    size_t num_marks, capacity;
    bool is_whole; /* the text is JSON to its end */
};

/**
 * Scan a text. NaN, infinities and numbers that are too large are faults and are overwritten by 0
 * in `bytes`, so that the rest can be read; the scan ends at the first offence against the grammar.
 *
 * @param file    name for the faults
 * @param bytes   [length] UTF-8; kept as a borrowed pointer
 * @param text    receives the positions
 * @param faults  receives what is wrong
 * @return PW_EMEMORY only
 */
pw_status pw_json_text_scan(const char *file, char *bytes, size_t length, struct pw_json_text *text,
    struct pw_faults *faults);

/** Pointer (RFC 6901) of a value, "" for the root or PW_JSON_NO_VALUE. Released with pw_free. */
pw_status pw_json_text_pointer(const struct pw_json_text *text, uint32_t value, char **pointer);

void pw_json_text_free(struct pw_json_text *text);

#endif

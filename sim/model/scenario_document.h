/*
 * scenario_document.h - the files of a scenario merged into one tree, whose values know where they
 * stand.
 *
 * Internal to sim/model/scenario*.c, which are all that see cJSON. Functions that look at a value
 * accept NULL, a value that is not there. Faults are collected in the document; running out of
 * memory is kept in its status until somebody asks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef PW_SCENARIO_DOCUMENT_H
#define PW_SCENARIO_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

#include "pathways/fault.h"
#include "pathways/json_text.h"
#include "pathways/scenario.h"
#include "pathways/text.h"

/** A value and the number of its mark in the text. */
struct pw_document_node {
    const cJSON *node;
    uint32_t mark;
};

/** One file of the chain of `extends`. */
struct pw_document_file {
    char *name;
    char *bytes; /* [length], then NUL */
    size_t length;
    struct pw_json_text text;
    cJSON *root;                    /* NULL once merged */
    struct pw_document_node *nodes; /* [num_nodes] by address */
    size_t num_nodes;
    dev_t device;
    ino_t inode;
};

/** A value given on the command line. */
struct pw_document_override {
    const cJSON *node;
    char *file;    /* "--set work.credentialism=0.6" */
    char *pointer; /* "/parameters/work.credentialism" */
};

struct pw_document {
    struct pw_document_file *files; /* [num_files] the one asked for, then what it extends, ... */
    size_t num_files;
    struct pw_document_override *overrides;
    size_t num_overrides;
    cJSON *root;      /* merged */
    cJSON *discarded; /* array of what was overruled: no longer read, but faults may still point
                         there */
    char *source_text;
    struct pw_faults *faults; /* borrowed */
    pw_status status;         /* PW_OK until memory ran out */
    bool is_partial; /* a file of the chain could not be read: what is missing may be there */
};

/** Range and unit of a number. */
struct pw_document_range {
    double min, max;
    const char *unit;
};

/**
 * Read a file and all that it extends, merge them and apply the overrides.
 *
 * @param document  zero-initialised, with `faults` set; released with pw_document_free
 * @return          PW_EIO, PW_EMEMORY; a document with faults is PW_OK
 */
pw_status pw_document_read(struct pw_document *document, const char *path,
    const char *const *overrides, size_t num_overrides);

/** The same of a text that extends nothing. @param name what faults call it */
pw_status pw_document_read_text(struct pw_document *document, const char *name, const char *text);

/** Lay every file that was read over the one it extends, into `document->root`. */
void pw_document_merge(struct pw_document *document);

/** Put a value from the command line, "section.name=value", into the merged tree. */
pw_status pw_document_override(struct pw_document *document, const char *text);

void pw_document_free(struct pw_document *document);

/** Put the faults in the order of the files, then of lines. */
void pw_document_sort_faults(struct pw_document *document);

/** Report a fault of a value; NULL is the scenario as a whole. */
void pw_document_fault(struct pw_document *document, const cJSON *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Report a fault of a key: the position is that of the key, not of its value. */
void pw_document_fault_key(struct pw_document *document, const cJSON *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Whether nothing more needs to be looked at: memory has run out, or no more faults are kept. */
bool pw_document_is_full(const struct pw_document *document);

/** Index in `document->files` of the file that holds a value; num_files when none does. */
size_t pw_document_file_of(const struct pw_document *document, const cJSON *node);

/** Member of an object, NULL when the object or the member is not there. */
const cJSON *pw_document_get(const cJSON *object, const char *key);

/** The same, and a fault when the object is there but the member is not. */
const cJSON *pw_document_need(struct pw_document *document, const cJSON *object, const char *key);

/** Whether a value is an object or array; a fault when it is there and something else. */
bool pw_document_is_object(struct pw_document *document, const cJSON *node);
bool pw_document_is_array(struct pw_document *document, const cJSON *node);

/**
 * Text of a string that is not empty; NULL, with a fault when there is something else.
 *
 * @param name  what the fault calls the value
 */
const char *pw_document_text(struct pw_document *document, const cJSON *node, const char *name);

/** A number in a range; false, with a fault when there is something else. `value` is then
 * unchanged. */
bool pw_document_number(struct pw_document *document, const cJSON *node, const char *name,
    const struct pw_document_range *range, double *value);

/** The same for whole numbers. */
bool pw_document_whole(struct pw_document *document, const cJSON *node, const char *name,
    const struct pw_document_range *range, int64_t *value);

/**
 * Report the keys of an object that are not allowed.
 *
 * @param allowed  [num_allowed] keys
 * @param what     the object in a sentence: "a policy"
 */
void pw_document_check_keys(struct pw_document *document, const cJSON *object,
    const char *const *allowed, size_t num_allowed, const char *what);

/** Report a `source` that is one word but no key of /sources. @return the text, NULL without one */
const char *pw_document_source(struct pw_document *document, const cJSON *object);

/** What a value is, for a sentence: "a text", "a number", ... */
const char *pw_document_kind(const cJSON *node);

/** Copy a text; running out of memory is kept in the status. @return NULL then */
char *pw_document_copy(struct pw_document *document, const char *text);

/* The sections of a scenario, each read from the merged tree into the struct: one file each. */

/** `run` and `parameters`. */
void pw_scenario_read_settings(struct pw_document *document, struct pw_scenario *scenario);
/** `calibrated`, after the parameters. */
void pw_scenario_read_calibrated(struct pw_document *document, struct pw_scenario *scenario);
/** `regions`, `labour_markets`, `places`. */
void pw_scenario_read_places(struct pw_document *document, struct pw_scenario *scenario);
/** `paths`. */
void pw_scenario_read_paths(struct pw_document *document, struct pw_scenario *scenario);
/** `policies`; after places and settings. */
void pw_scenario_read_policies(struct pw_document *document, struct pw_scenario *scenario);
/** The resolved text and the digest of a scenario without faults. */
pw_status pw_scenario_write_text(const struct pw_document *document, struct pw_scenario *scenario);

/** Places, [num_places] true where chosen, that a `where` names; everywhere without one. */
void pw_scenario_select_places(struct pw_document *document, const struct pw_scenario *scenario,
    const cJSON *where, bool *is_chosen);

/** Is this a member whose value cannot change what is simulated? */
bool pw_scenario_is_left_out(const cJSON *member);

/** How a tree is written. */
enum pw_layout {
    PW_LAYOUT_PRETTY,    /* two spaces a level; what fits stands on one line */
    PW_LAYOUT_CANONICAL, /* keys sorted, 17 digits, no blanks, without what cannot change results */
};

/** Append a JSON tree to a text. */
pw_status pw_scenario_write_json(struct pw_text *text, const cJSON *node, enum pw_layout layout);

#endif

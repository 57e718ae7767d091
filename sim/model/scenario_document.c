/*
 * The files of a scenario: reading them, and finding where in them a value stands.
 *
 * SPDX-License-Identifier: MIT
 */
#include "scenario_document.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pathways/alloc.h"

#define MAX_FILE_BYTES ((size_t) 64 << 20)
#define MAX_FILES      64

/* --- Where a value stands ----------------------------------------------------------------------
 */

static int
compare_nodes(const void *left, const void *right)
{
    const uintptr_t a = (uintptr_t) ((const struct pw_document_node *) left)->node;
    const uintptr_t b = (uintptr_t) ((const struct pw_document_node *) right)->node;

    return (a > b) - (a < b);
}

static const struct pw_document_node *
find_node(const struct pw_document_file *file, const cJSON *node)
{
    const struct pw_document_node wanted = { .node = node };

    if (file->num_nodes == 0) return NULL;
    return bsearch(&wanted, file->nodes, file->num_nodes, sizeof wanted, compare_nodes);
}

size_t
pw_document_file_of(const struct pw_document *document, const cJSON *node)
{
    size_t i = 0;

    while (i < document->num_files && find_node(&document->files[i], node) == NULL)
        i++;
    return i;
}

bool
pw_document_is_full(const struct pw_document *document)
{
    return document->status != PW_OK || document->faults->count == PW_MAX_FAULTS;
}

static const struct pw_document_override *
find_override(const struct pw_document *document, const cJSON *node)
{
    for (size_t i = 0; i < document->num_overrides; i++)
        if (document->overrides[i].node == node && node != NULL) return &document->overrides[i];
    return NULL;
}

static void report(struct pw_document *document, const cJSON *at, bool at_key, const char *format,
    va_list arguments) __attribute__((format(printf, 4, 0)));

/** Report at a value, or at its key. */
static void
report(struct pw_document *document, const cJSON *at, bool at_key, const char *format,
    va_list arguments)
{
    const size_t i = pw_document_file_of(document, at);
    const struct pw_document_override *override = find_override(document, at);
    struct pw_fault_place place = { .pointer = "" };
    char *pointer = NULL;

    if (pw_document_is_full(document)) return;
    if (override != NULL) {
        place.file = override->file;
        place.pointer = override->pointer;
    } else if (i < document->num_files) {
        const struct pw_document_file *file = &document->files[i];
        const uint32_t number = find_node(file, at)->mark;
        const struct pw_json_mark *mark = &file->text.marks[number];

        if (mark->is_faulty) return; /* the scan has said so */
        document->status = pw_json_text_pointer(&file->text, number, &pointer);
        if (document->status != PW_OK) return;
        place.file = file->name;
        place.line = at_key && mark->has_key ? mark->key_line : mark->line;
        place.column = at_key && mark->has_key ? mark->key_column : mark->column;
        place.pointer = pointer;
    } else {
        place.file = document->files[0].name;
    }
    document->status = pw_faults_add_list(document->faults, &place, format, arguments);
    pw_free(&pointer);
}

void
pw_document_fault(struct pw_document *document, const cJSON *at, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report(document, at, false, format, arguments);
    va_end(arguments);
}

void
pw_document_fault_key(struct pw_document *document, const cJSON *at, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report(document, at, true, format, arguments);
    va_end(arguments);
}

/** Rank of the file of a fault: in the order of the chain, the command line last. */
static size_t
file_rank(const struct pw_document *document, const struct pw_fault *fault)
{
    size_t i = 0;

    while (i < document->num_files && strcmp(document->files[i].name, fault->file) != 0)
        i++;
    return i;
}

static bool
comes_before(
    const struct pw_document *document, const struct pw_fault *left, const struct pw_fault *right)
{
    const size_t left_rank = file_rank(document, left), right_rank = file_rank(document, right);

    if (left_rank != right_rank) return left_rank < right_rank;
    if (left->line != right->line) return left->line < right->line;
    return left->column < right->column;
}

void
pw_document_sort_faults(struct pw_document *document)
{
    struct pw_fault *items = document->faults->items;

    for (size_t i = 1; i < document->faults->count; i++) { /* insertion keeps equals in order */
        const struct pw_fault moved = items[i];
        size_t j = i;

        for (; j > 0 && comes_before(document, &moved, &items[j - 1]); j--)
            items[j] = items[j - 1];
        items[j] = moved;
    }
}

/* --- One file ----------------------------------------------------------------------------------
 */

/** Read an open file to its end, at most one byte more than is allowed. */
static pw_status
read_bytes(FILE *stream, struct pw_document_file *file)
{
    pw_status status = PW_OK;
    size_t capacity = 0;

    while (true) {
        if (file->length + 1 >= capacity) {
            const size_t wanted = capacity == 0 ? (size_t) 64 << 10 : 2 * capacity;

            PW_TRY(pw_grow(capacity, wanted, 1, &file->bytes));
            capacity = wanted;
        }
        const size_t room = capacity - file->length - 1;
        const size_t got = fread(file->bytes + file->length, 1, room, stream);
        file->length += got;
        if (got == 0 || file->length > MAX_FILE_BYTES) break;
    }
    if (ferror(stream)) PW_FAIL(PW_EIO, "%s could not be read: %s", file->name, strerror(errno));
    file->bytes[file->length] = '\0';
done:
    return status;
}

/** Number the values of a tree in the order of the text. */
static void
number_nodes(const cJSON *node, struct pw_document_file *file)
{
    if (file->num_nodes == file->text.num_marks) return;
    file->nodes[file->num_nodes] =
        (struct pw_document_node){ .node = node, .mark = (uint32_t) file->num_nodes };
    file->num_nodes++;
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        number_nodes(child, file);
}

static int
compare_keys(const void *left, const void *right)
{
    const cJSON *a = *(const cJSON *const *) left, *b = *(const cJSON *const *) right;

    return strcmp(a->string, b->string);
}

/** Report keys that stand twice in one object, throughout a tree. */
static void
check_duplicates(struct pw_document *document, const cJSON *node)
{
    const cJSON **members = NULL;
    size_t count = 0;

    if (cJSON_IsObject(node) && document->status == PW_OK) {
        document->status = pw_alloc((size_t) cJSON_GetArraySize(node), sizeof *members, &members);
        for (const cJSON *child = node->child; document->status == PW_OK && child != NULL;
             child = child->next)
            members[count++] = child;
        if (count > 1) qsort(members, count, sizeof *members, compare_keys);
        for (size_t i = 1; i < count; i++)
            if (strcmp(members[i - 1]->string, members[i]->string) == 0)
                pw_document_fault_key(document, members[i],
                    "the key \"%s\" stands twice in one object: keep one of them",
                    members[i]->string);
        pw_free(&members);
    }
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        check_duplicates(document, child);
}

/** Build the tree of a file that was read. `is_read` stays false when it is not JSON. */
static pw_status
parse(struct pw_document *document, struct pw_document_file *file, bool *is_read)
{
    pw_status status = PW_OK;

    PW_TRY(pw_json_text_scan(file->name, file->bytes, file->length, &file->text, document->faults));
    if (!file->text.is_whole) goto done;
    file->root = cJSON_ParseWithLength(file->bytes, file->length);
    if (file->root == NULL)
        PW_FAIL(PW_EMEMORY, "%s: there is no memory for its %zu values", file->name,
            file->text.num_marks);
    PW_TRY(pw_alloc(file->text.num_marks, sizeof *file->nodes, &file->nodes));
    number_nodes(file->root, file);
    qsort(file->nodes, file->num_nodes, sizeof *file->nodes, compare_nodes);
    check_duplicates(document, file->root);
    PW_TRY(document->status);
    *is_read = pw_document_is_object(document, file->root);
done:
    return status;
}

/** Open a file of the chain; a fault of `asker`, the `extends` that names it, when it is not there.
 */
static pw_status
open_file(
    struct pw_document *document, struct pw_document_file *file, const cJSON *asker, FILE **stream)
{
    pw_status status = PW_OK;
    struct stat about;

    *stream = fopen(file->name, "rb");
    if (*stream == NULL && errno != ENOENT && errno != ENOTDIR)
        PW_FAIL(PW_EIO, "%s could not be opened: %s", file->name, strerror(errno));
    if (*stream == NULL) {
        pw_document_fault(document, asker, "there is no file %s: check the name%s", file->name,
            asker == NULL ? "" : ", which is relative to the file that says it");
        goto done;
    }
    if (fstat(fileno(*stream), &about) != 0)
        PW_FAIL(PW_EIO, "%s could not be examined: %s", file->name, strerror(errno));
    file->device = about.st_dev;
    file->inode = about.st_ino;
    if (S_ISDIR(about.st_mode)) {
        pw_document_fault(document, asker, "%s is a directory: name a file in it", file->name);
        (void) fclose(*stream);
        *stream = NULL;
    }
done:
    return status;
}

/** Whether a file is already in the chain. */
static bool
is_open_already(const struct pw_document *document, const struct pw_document_file *file)
{
    for (const struct pw_document_file *other = document->files; other < file; other++)
        if (other->device == file->device && other->inode == file->inode) return true;
    return false;
}

/** Name of a file that `file` calls `relative`. */
static pw_status
join_names(const char *file, const char *relative, char **joined)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    const char *slash = strrchr(file, '/');

    if (slash != NULL && relative[0] != '/')
        PW_TRY(pw_text_add_bytes(&text, file, (size_t) (slash - file) + 1));
    PW_TRY(pw_text_add(&text, "%s", relative));
    PW_TRY(pw_strdup(text.bytes, joined));
done:
    pw_text_free(&text);
    return status;
}

/** Read one file of the chain. @param asker the `extends` that names it, NULL for the first */
static pw_status
read_file(struct pw_document *document, const char *name, const cJSON *asker, bool *is_read)
{
    pw_status status = PW_OK;
    struct pw_document_file *file = &document->files[document->num_files];
    FILE *stream = NULL;

    *is_read = false;
    PW_TRY(pw_strdup(name, &file->name));
    document->num_files++;
    PW_TRY(open_file(document, file, asker, &stream));
    if (stream == NULL) goto done;
    if (is_open_already(document, file)) {
        pw_document_fault(document, asker,
            "extends runs in a circle: %s is already being read; remove one of the two", name);
        goto done;
    }
    PW_TRY(read_bytes(stream, file));
    if (file->length > MAX_FILE_BYTES) {
        const struct pw_fault_place place = { .file = name, .pointer = "" };

        PW_TRY(pw_faults_add(document->faults, &place,
            "the file is larger than 64 MB, the most that a scenario may have: split it"));
        goto done;
    }
    if (asker == NULL) PW_TRY(pw_strdup(file->bytes, &document->source_text));
    PW_TRY(parse(document, file, is_read));
done:
    if (stream != NULL) (void) fclose(stream);
    return status;
}

/** Read a file and what it extends, to the end of the chain. */
static pw_status
read_chain(struct pw_document *document, const char *path)
{
    pw_status status = PW_OK;
    const cJSON *extends = NULL;
    char *name = NULL;
    bool is_read = false;

    PW_TRY(pw_alloc(MAX_FILES, sizeof *document->files, &document->files));
    PW_TRY(pw_strdup(path, &name));
    while (name != NULL) {
        PW_TRY(read_file(document, name, extends, &is_read));
        PW_TRY(document->status);
        document->is_partial = document->is_partial || !is_read;
        pw_free(&name);
        if (!is_read) break;
        const struct pw_document_file *file = &document->files[document->num_files - 1];
        extends = pw_document_get(file->root, "extends");
        const char *relative = pw_document_text(document, extends, "extends");
        if (extends != NULL && relative == NULL) document->is_partial = true;
        if (relative != NULL && document->num_files == MAX_FILES) {
            pw_document_fault(document, extends, "more than %d files extend each other", MAX_FILES);
            document->is_partial = true;
        } else if (relative != NULL) {
            PW_TRY(join_names(file->name, relative, &name));
        }
    }
done:
    pw_free(&name);
    return status;
}

pw_status
pw_document_read(struct pw_document *document, const char *path, const char *const *overrides,
    size_t num_overrides)
{
    pw_status status = PW_OK;

    document->discarded = cJSON_CreateArray();
    if (document->discarded == NULL) PW_FAIL(PW_EMEMORY, "there is no memory to read %s", path);
    PW_TRY(pw_alloc(num_overrides, sizeof *document->overrides, &document->overrides));
    PW_TRY(read_chain(document, path));
    pw_document_merge(document);
    PW_TRY(document->status);
    for (size_t i = 0; i < num_overrides && document->root != NULL; i++)
        PW_TRY(pw_document_override(document, overrides[i]));
done:
    return status;
}

pw_status
pw_document_read_text(struct pw_document *document, const char *name, const char *text)
{
    pw_status status = PW_OK;
    struct pw_document_file *file = NULL;
    bool is_read = false;

    document->discarded = cJSON_CreateArray();
    if (document->discarded == NULL) PW_FAIL(PW_EMEMORY, "there is no memory to read %s", name);
    PW_TRY(pw_alloc(1, sizeof *document->files, &document->files));
    file = &document->files[0];
    PW_TRY(pw_strdup(name, &file->name));
    document->num_files = 1;
    PW_TRY(pw_strdup(text, &file->bytes));
    file->length = strlen(text);
    PW_TRY(pw_strdup(text, &document->source_text));
    PW_TRY(parse(document, file, &is_read));
    document->is_partial = !is_read;
    pw_document_merge(document);
    PW_TRY(document->status);
done:
    return status;
}

void
pw_document_free(struct pw_document *document)
{
    for (size_t i = 0; i < document->num_files; i++) {
        struct pw_document_file *file = &document->files[i];

        cJSON_Delete(file->root);
        pw_json_text_free(&file->text);
        pw_free(&file->nodes);
        pw_free(&file->bytes);
        pw_free(&file->name);
    }
    for (size_t i = 0; i < document->num_overrides; i++) {
        pw_free(&document->overrides[i].file);
        pw_free(&document->overrides[i].pointer);
    }
    cJSON_Delete(document->root);
    cJSON_Delete(document->discarded);
    pw_free(&document->files);
    pw_free(&document->overrides);
    pw_free(&document->source_text);
    *document = (struct pw_document){ 0 };
}

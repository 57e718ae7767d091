/* SPDX-License-Identifier: MIT */
#include "pathways/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <isa-l/crc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "pathways/alloc.h"

#define MAGIC      "PWCHECK\n"
#define BYTE_ORDER 0x01020304u
#define END_NAME   "end"
/* Bytes that are read at a time when a file is checked. */
#define BLOCK 1048576

struct preamble {
    char magic[8];
    uint32_t format, byte_order;
};

struct section {
    char name[PW_CHECKPOINT_NAME];
    uint64_t size;
    uint32_t checksum;        /* CRC-32 of the bytes that follow */
    uint32_t header_checksum; /* CRC-32 of all above */
};

struct pw_checkpoint_writer {
    char *path, *writing, *previous;
    FILE *file;
    uint64_t num_sections, size;
};

struct pw_checkpoint_reader {
    char *path;
    FILE *file;
    struct section next; /* whose bytes come next, when has_next */
    bool has_next;
};

static uint32_t
checksum(const void *data, size_t size)
{
    return crc32_gzip_refl(0, data, size);
}

static uint32_t
header_checksum(const struct section *section)
{
    return checksum(section, offsetof(struct section, header_checksum));
}

/* PATH with a suffix. @param out released with pw_free */
static pw_status
with_suffix(const char *path, const char *suffix, char **out)
{
    pw_status status = PW_OK;
    const size_t length = strlen(path), added = strlen(suffix) + 1;

    PW_TRY(pw_alloc(length + added, 1, out));
    memcpy(*out, path, length);
    memcpy(*out + length, suffix, added);
done:
    return status;
}

static bool
is_there(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0;
}

/* --- Writing ------------------------------------------------------------------------------- */

static pw_status
fail_write(const struct pw_checkpoint_writer *writer, int error)
{
    return pw_status_fail(PW_EIO, __FILE__, __LINE__,
        "%s: the checkpoint could not be written: %s; the one before it, if there is one, is whole",
        writer->writing, pw_disk_reason(error));
}

static pw_status
write_bytes(struct pw_checkpoint_writer *writer, const void *data, size_t size)
{
    if (size > 0 && fwrite(data, 1, size, writer->file) != size) return fail_write(writer, errno);
    writer->size += size;
    return PW_OK;
}

pw_status
pw_checkpoint_create(const char *path, struct pw_checkpoint_writer **out)
{
    pw_status status = PW_OK;
    struct pw_checkpoint_writer *writer = NULL;
    const struct preamble preamble = {
        .magic = MAGIC, .format = PW_CHECKPOINT_FORMAT, .byte_order = BYTE_ORDER
    };

    *out = NULL;
    PW_TRY(pw_alloc(1, sizeof *writer, &writer));
    PW_TRY(pw_strdup(path, &writer->path));
    PW_TRY(with_suffix(path, ".writing", &writer->writing));
    PW_TRY(with_suffix(path, ".previous", &writer->previous));
    writer->file = fopen(writer->writing, "wb");
    if (writer->file == NULL) PW_TRY(fail_write(writer, errno));
    PW_TRY(write_bytes(writer, &preamble, sizeof preamble));
    *out = writer;
    writer = NULL;
done:
    pw_checkpoint_abandon(&writer);
    return status;
}

pw_status
pw_checkpoint_put(
    struct pw_checkpoint_writer *writer, const char *name, const void *data, size_t size)
{
    pw_status status = PW_OK;
    struct section section = { .size = size, .checksum = checksum(data, size) };

    PW_BUG_IF(strlen(name) >= sizeof section.name);
    memcpy(section.name, name, strlen(name));
    section.header_checksum = header_checksum(&section);
    PW_TRY(write_bytes(writer, &section, sizeof section));
    PW_TRY(write_bytes(writer, data, size));
    writer->num_sections++;
done:
    return status;
}

/* All on the disk before the name is given: a power cut leaves the old file or the new one. */
static pw_status
settle(struct pw_checkpoint_writer *writer)
{
    pw_status status = PW_OK;
    int failed;

    if (fflush(writer->file) != 0) PW_TRY(fail_write(writer, errno));
    if (fsync(fileno(writer->file)) < 0 && errno != EINVAL && errno != ENOTSUP)
        PW_TRY(fail_write(writer, errno));
    failed = fclose(writer->file);
    writer->file = NULL;
    if (failed != 0) PW_TRY(fail_write(writer, errno));
done:
    return status;
}

pw_status
pw_checkpoint_commit(struct pw_checkpoint_writer *writer, bool keep_previous, uint64_t *size)
{
    pw_status status = PW_OK;
    const uint64_t num_sections = writer->num_sections;

    PW_TRY(pw_checkpoint_put(writer, END_NAME, &num_sections, sizeof num_sections));
    PW_TRY(settle(writer));
    if (keep_previous && rename(writer->path, writer->previous) < 0 && errno != ENOENT)
        PW_TRY(fail_write(writer, errno));
    if (rename(writer->writing, writer->path) < 0) PW_TRY(fail_write(writer, errno));
    pw_free(&writer->writing);
    pw_disk_sync_folder(writer->path);
    if (size != NULL) *size = writer->size;
done:
    return status;
}

void
pw_checkpoint_abandon(struct pw_checkpoint_writer **inout)
{
    struct pw_checkpoint_writer *writer = *inout;

    if (writer == NULL) return;
    if (writer->file != NULL) (void) fclose(writer->file);
    if (writer->writing != NULL) unlink(writer->writing);
    pw_free(&writer->path);
    pw_free(&writer->writing);
    pw_free(&writer->previous);
    pw_free(inout);
}

/* --- Reading ------------------------------------------------------------------------------- */

static pw_status
fail_read(const struct pw_checkpoint_reader *reader, const char *what)
{
    const int error = errno;

    if (ferror(reader->file))
        return pw_status_fail(
            PW_EIO, __FILE__, __LINE__, "%s: could not be read: %s", reader->path, strerror(error));
    return pw_status_fail(
        PW_EFORMAT, __FILE__, __LINE__, "%s: the checkpoint is damaged: %s", reader->path, what);
}

static pw_status
read_bytes(const struct pw_checkpoint_reader *reader, void *data, size_t size)
{
    if (fread(data, 1, size, reader->file) != size) return fail_read(reader, "it is cut short");
    return PW_OK;
}

static pw_status
read_preamble(const struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    struct preamble preamble;

    PW_TRY(read_bytes(reader, &preamble, sizeof preamble));
    if (memcmp(preamble.magic, MAGIC, sizeof preamble.magic) != 0
        || preamble.byte_order != BYTE_ORDER)
        PW_FAIL(PW_EFORMAT, "%s: is not a checkpoint of pathways", reader->path);
    if (preamble.format != PW_CHECKPOINT_FORMAT)
        PW_FAIL(PW_EFORMAT,
            "%s: is a checkpoint of layout %u and this is a program for layout %d; use the version "
            "that wrote it",
            reader->path, preamble.format, PW_CHECKPOINT_FORMAT);
done:
    return status;
}

/* The head of the next section, when it has not been read yet. */
static pw_status
look_ahead(struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;

    if (reader->has_next) goto done;
    PW_TRY(read_bytes(reader, &reader->next, sizeof reader->next));
    if (reader->next.header_checksum != header_checksum(&reader->next)
        || reader->next.name[PW_CHECKPOINT_NAME - 1] != '\0')
        PW_TRY(fail_read(reader, "a checksum is wrong"));
    reader->has_next = true;
done:
    return status;
}

/* Does the checksum of the next section hold? @param block [BLOCK] scratch */
static pw_status
check_section(struct pw_checkpoint_reader *reader, unsigned char *block)
{
    pw_status status = PW_OK;
    uint32_t sum = 0;

    for (uint64_t left = reader->next.size; left > 0;) {
        const size_t size = left < BLOCK ? (size_t) left : BLOCK;

        PW_TRY(read_bytes(reader, block, size));
        sum = crc32_gzip_refl(sum, block, size);
        left -= size;
    }
    if (sum != reader->next.checksum) PW_TRY(fail_read(reader, "a checksum is wrong"));
    reader->has_next = false;
done:
    return status;
}

static pw_status
check_all(struct pw_checkpoint_reader *reader)
{
    pw_status status = PW_OK;
    unsigned char *block = NULL;
    uint64_t count = 0, stated = 0;

    PW_TRY(pw_alloc(BLOCK, 1, &block));
    PW_TRY(read_preamble(reader));
    while (true) {
        PW_TRY(look_ahead(reader));
        if (strcmp(reader->next.name, END_NAME) == 0) break;
        PW_TRY(check_section(reader, block));
        count++;
    }
    PW_TRY(pw_checkpoint_get(reader, END_NAME, &stated, sizeof stated));
    if (stated != count) PW_TRY(fail_read(reader, "sections are missing"));
    if (fgetc(reader->file) != EOF) PW_TRY(fail_read(reader, "something follows its end"));
done:
    pw_free(&block);
    return status;
}

static pw_status
open_reader(const char *path, bool is_checked, struct pw_checkpoint_reader **out)
{
    pw_status status = PW_OK;
    struct pw_checkpoint_reader *reader = NULL;

    *out = NULL;
    PW_TRY(pw_alloc(1, sizeof *reader, &reader));
    PW_TRY(pw_strdup(path, &reader->path));
    reader->file = fopen(path, "rb");
    if (reader->file == NULL && (errno == ENOENT || errno == ENOTDIR))
        PW_FAIL(PW_EINPUT, "%s: there is no such checkpoint", path);
    if (reader->file == NULL) PW_FAIL(PW_EIO, "%s: could not be read: %s", path, strerror(errno));
    if (is_checked) PW_TRY(check_all(reader));
    rewind(reader->file);
    PW_TRY(read_preamble(reader));
    *out = reader;
    reader = NULL;
done:
    pw_checkpoint_close(&reader);
    return status;
}

pw_status
pw_checkpoint_open(const char *path, struct pw_checkpoint_reader **reader)
{
    return open_reader(path, true, reader);
}

pw_status
pw_checkpoint_open_too(const char *path, struct pw_checkpoint_reader **reader)
{
    return open_reader(path, false, reader);
}

pw_status
pw_checkpoint_open_latest(const char *path, struct pw_checkpoint_reader **reader, char **fault)
{
    pw_status status = PW_OK, first;
    char *previous = NULL;

    *reader = NULL;
    *fault = NULL;
    PW_TRY(with_suffix(path, ".previous", &previous));
    if (!is_there(path) && !is_there(previous)) goto done;
    first = pw_checkpoint_open(path, reader);
    if (first == PW_OK) goto done;
    if (first != PW_EFORMAT && first != PW_EINPUT) PW_TRY(first);
    PW_TRY(pw_strdup(pw_status_message(), fault));
    status = pw_checkpoint_open(previous, reader);
    if (status == PW_EFORMAT || status == PW_EINPUT)
        PW_FAIL(PW_EFORMAT, "%s, and there is no whole one before it; --force begins the run again",
            *fault);
    if (status == PW_OK) unlink(path);
done:
    pw_free(&previous);
    return status;
}

void
pw_checkpoint_close(struct pw_checkpoint_reader **inout)
{
    struct pw_checkpoint_reader *reader = *inout;

    if (reader == NULL) return;
    if (reader->file != NULL) (void) fclose(reader->file);
    pw_free(&reader->path);
    pw_free(inout);
}

const char *
pw_checkpoint_path(const struct pw_checkpoint_reader *reader)
{
    return reader->path;
}

pw_status
pw_checkpoint_next(struct pw_checkpoint_reader *reader, const char *name, size_t *size)
{
    pw_status status = PW_OK;

    PW_TRY(look_ahead(reader));
    if (strcmp(reader->next.name, name) != 0)
        PW_FAIL(PW_EFORMAT, "%s: \"%s\" stands where \"%s\" was expected", reader->path,
            reader->next.name, name);
    *size = (size_t) reader->next.size;
done:
    return status;
}

pw_status
pw_checkpoint_get(struct pw_checkpoint_reader *reader, const char *name, void *data, size_t size)
{
    pw_status status = PW_OK;
    size_t found = 0;

    PW_TRY(pw_checkpoint_next(reader, name, &found));
    if (found != size)
        PW_FAIL(PW_EFORMAT, "%s: \"%s\" has %zu bytes and should have %zu", reader->path, name,
            found, size);
    PW_TRY(read_bytes(reader, data, size));
    if (checksum(data, size) != reader->next.checksum)
        PW_TRY(fail_read(reader, "a checksum is wrong"));
    reader->has_next = false;
done:
    return status;
}

pw_status
pw_checkpoint_get_text(struct pw_checkpoint_reader *reader, const char *name, char **text)
{
    pw_status status = PW_OK;
    size_t size = 0;

    *text = NULL;
    PW_TRY(pw_checkpoint_next(reader, name, &size));
    PW_TRY(pw_alloc(size + 1, 1, text));
    PW_TRY(pw_checkpoint_get(reader, name, *text, size));
done:
    if (status != PW_OK) pw_free(text);
    return status;
}

pw_status
pw_checkpoint_skip(struct pw_checkpoint_reader *reader, const char *name)
{
    pw_status status = PW_OK;
    size_t size = 0;

    PW_TRY(pw_checkpoint_next(reader, name, &size));
    if (fseeko(reader->file, (off_t) size, SEEK_CUR) < 0)
        PW_FAIL(PW_EIO, "%s: could not be read: %s", reader->path, strerror(errno));
    reader->has_next = false;
done:
    return status;
}

pw_status
pw_checkpoint_pass(struct pw_checkpoint_reader *reader, uint64_t num_sections, uint64_t size)
{
    pw_status status = PW_OK;
    const uint64_t heads = num_sections * sizeof(struct section);

    PW_BUG_IF(reader->has_next);
    if (fseeko(reader->file, (off_t) (heads + size), SEEK_CUR) < 0)
        PW_FAIL(PW_EIO, "%s: could not be read: %s", reader->path, strerror(errno));
done:
    return status;
}

/* --- Files --------------------------------------------------------------------------------- */

bool
pw_checkpoint_exists(const char *path)
{
    char *previous = NULL;
    bool exists = is_there(path);

    if (!exists && with_suffix(path, ".previous", &previous) == PW_OK) exists = is_there(previous);
    pw_free(&previous);
    return exists;
}

void
pw_checkpoint_remove(const char *path)
{
    static const char *const suffixes[] = { ".writing", ".previous", "" };

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char *name = NULL;

        if (with_suffix(path, suffixes[i], &name) == PW_OK) unlink(name);
        pw_free(&name);
    }
}

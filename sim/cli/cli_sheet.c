/* SPDX-License-Identifier: MIT */
#include "cli_sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pathways/alloc.h"

/* A full row fits beside what waits to be written. */
#define ROW_BYTES     ((size_t) CLI_SHEET_COLUMNS * (CLI_CELL_BYTES + 1))
#define WAITING_BYTES ((size_t) 1 << 18)

pw_status
cli_cell_text(const char *text, char **bytes, struct cli_cell *cell)
{
    pw_status status = PW_OK;
    const bool is_quoted = strpbrk(text, ",\"\n\r") != NULL;
    size_t length = 0;

    *bytes = NULL;
    if (strlen(text) > CLI_CELL_BYTES / 2 - 2)
        PW_FAIL(PW_EFORMAT, "\"%.40s...\" is too long for a cell of a table", text);
    PW_TRY(pw_alloc(2 * strlen(text) + 2, 1, bytes));
    if (is_quoted) (*bytes)[length++] = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"') (*bytes)[length++] = '"';
        (*bytes)[length++] = *text;
    }
    if (is_quoted) (*bytes)[length++] = '"';
    *cell = (struct cli_cell){ *bytes, length };
done:
    return status;
}

struct cli_cell
cli_cell_whole(int64_t value, char room[CLI_CELL_ROOM])
{
    uint64_t rest = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
    char *begin = room + CLI_CELL_ROOM;

    do {
        *--begin = (char) ('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) *--begin = '-';
    return (struct cli_cell){ begin, (size_t) (room + CLI_CELL_ROOM - begin) };
}

struct cli_cell
cli_cell_real(double value, int digits, char room[CLI_CELL_ROOM])
{
    if (isnan(value)) return CLI_EMPTY_CELL;
    const int length = snprintf(room, CLI_CELL_ROOM, "%.*g", digits, value == 0.0 ? 0.0 : value);

    return (struct cli_cell){ room, (size_t) length };
}

/* What is there already is kept, unless it is to be replaced or is no plain file (/dev/null). */
static pw_status
open_file(struct cli_sheet *sheet, bool is_forced)
{
    pw_status status = PW_OK;
    struct stat about;
    const bool is_there = stat(sheet->path, &about) == 0;

    if (is_there && S_ISREG(about.st_mode) && !is_forced)
        PW_FAIL(PW_EUSAGE, "%s: is there already; --force replaces it, -o gives another name",
            sheet->path);
    sheet->descriptor = open(sheet->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (sheet->descriptor < 0)
        PW_FAIL(PW_EIO, "%s: cannot be written: %s", sheet->path, strerror(errno));
    sheet->is_ours = !is_there || S_ISREG(about.st_mode);
done:
    return status;
}

pw_status
cli_sheet_open(struct cli_sheet *sheet, const char *path, bool is_forced)
{
    pw_status status = PW_OK;

    *sheet = (struct cli_sheet){ .path = path, .descriptor = path == NULL ? STDOUT_FILENO : -1 };
    (void) signal(SIGPIPE, SIG_IGN); /* a reader who has seen enough is no failure */
    PW_TRY(pw_alloc(WAITING_BYTES + ROW_BYTES, 1, &sheet->bytes));
    if (path != NULL) PW_TRY(open_file(sheet, is_forced));
done:
    return status;
}

static pw_status
flush(struct cli_sheet *sheet)
{
    pw_status status = PW_OK;
    size_t done = 0;

    while (done < sheet->length) {
        const ssize_t written = write(sheet->descriptor, sheet->bytes + done, sheet->length - done);

        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EPIPE) {
            sheet->has_no_reader = true;
            return PW_ESTOPPED;
        }
        if (written < 0)
            PW_FAIL(PW_EIO, "%s could not be written: %s",
                sheet->path == NULL ? "standard output" : sheet->path, strerror(errno));
        done += (size_t) written;
    }
    sheet->length = 0;
done:
    return status;
}

pw_status
cli_sheet_end_row(struct cli_sheet *sheet)
{
    pw_status status = PW_OK;

    /* Readers skip an empty line, so that a single empty cell is quoted. */
    if (sheet->length == sheet->row_begin + 1) {
        sheet->length--;
        cli_sheet_add(sheet, (struct cli_cell){ "\"\"", 2 });
    }
    sheet->bytes[sheet->length - 1] = '\n';
    sheet->num_rows++;
    if (sheet->length >= WAITING_BYTES) PW_TRY(flush(sheet));
    sheet->row_begin = sheet->length;
done:
    return status;
}

pw_status
cli_sheet_close(struct cli_sheet *sheet, pw_status result)
{
    if (result == PW_OK && sheet->bytes != NULL) result = flush(sheet);
    if (sheet->path != NULL && sheet->descriptor >= 0) {
        if (close(sheet->descriptor) != 0 && result == PW_OK)
            result = pw_status_fail(PW_EIO, __FILE__, __LINE__, "%s could not be written: %s",
                sheet->path, strerror(errno));
        /* Half a table reads like a whole one. */
        if (result != PW_OK && sheet->is_ours) (void) unlink(sheet->path);
    }
    pw_free(&sheet->bytes);
    return result == PW_ESTOPPED && sheet->has_no_reader ? PW_OK : result;
}

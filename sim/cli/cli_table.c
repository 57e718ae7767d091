/*
 * SPDX-License-Identifier: MIT
 */
#include <stdarg.h>
#include <string.h>

#include "cli.h"
#include "pathways/alloc.h"
#include "pathways/text.h"

void
cli_table_column(struct cli_table *table, const char *heading, bool is_number)
{
    PW_BUG_IF(table->num_columns == CLI_MAX_COLUMNS || table->num_cells > 0);
    table->is_number[table->num_columns] = is_number;
    table->columns[table->num_columns++] = heading;
}

pw_status
cli_table_text(struct cli_table *table, const char *text)
{
    pw_status status = PW_OK;

    if (table->num_cells == table->capacity) {
        const size_t capacity = table->capacity == 0 ? 256 : 2 * table->capacity;

        PW_TRY(pw_grow(table->capacity, capacity, sizeof *table->cells, &table->cells));
        table->capacity = capacity;
    }
    PW_TRY(pw_strdup(text == NULL ? "" : text, &table->cells[table->num_cells]));
    table->num_cells++;
done:
    return status;
}

pw_status
cli_table_cell(struct cli_table *table, const char *format, ...)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    va_list arguments;

    va_start(arguments, format);
    status = pw_text_add_list(&text, format, arguments);
    va_end(arguments);
    PW_TRY(status);
    PW_TRY(cli_table_text(table, text.bytes));
done:
    pw_text_free(&text);
    return status;
}

void
cli_table_free(struct cli_table *table)
{
    for (size_t i = 0; i < table->num_cells; i++)
        pw_free(&table->cells[i]);
    pw_free(&table->cells);
    *table = (struct cli_table){ 0 };
}

void
cli_print_quoted(FILE *stream, const char *text)
{
    (void) fputc('"', stream);
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char) *text;

        if (byte == '"' || byte == '\\')
            (void) fprintf(stream, "\\%c", byte);
        else if (byte < 0x20)
            (void) fprintf(stream, "\\u%04x", byte);
        else
            (void) fputc(byte, stream);
    }
    (void) fputc('"', stream);
}

/** Characters of a UTF-8 text. */
static int
width_of(const char *text)
{
    int width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char) *text & 0xC0) != 0x80;
    return width;
}

static void
print_padded(FILE *stream, const char *text, int width, bool to_the_right)
{
    const int blanks = width - width_of(text);

    if (to_the_right)
        (void) fprintf(stream, "%*s%s", blanks > 0 ? blanks : 0, "", text);
    else
        (void) fprintf(stream, "%s%*s", text, blanks > 0 ? blanks : 0, "");
}

/** Aligned columns, two blanks apart; nothing is cut off. */
static void
print_table(const struct cli_table *table, FILE *stream)
{
    int widths[CLI_MAX_COLUMNS] = { 0 };
    const int last = table->num_columns - 1;

    for (int column = 0; column <= last; column++)
        widths[column] = width_of(table->columns[column]);
    for (size_t i = 0; i < table->num_cells; i++) {
        const size_t column = i % (size_t) table->num_columns;
        const int width = width_of(table->cells[i]);

        widths[column] = width > widths[column] ? width : widths[column];
    }
    widths[last] = table->is_number[last] ? widths[last] : 0; /* no blanks at the end of a line */
    for (int column = 0; column <= last; column++) {
        print_padded(stream, table->columns[column], widths[column], table->is_number[column]);
        (void) fputs(column == last ? "\n" : "  ", stream);
    }
    for (size_t i = 0; i < table->num_cells; i++) {
        const int column = (int) (i % (size_t) table->num_columns);

        print_padded(stream, table->cells[i], widths[column], table->is_number[column]);
        (void) fputs(column == last ? "\n" : "  ", stream);
    }
}

static void
print_csv_cell(FILE *stream, const char *text)
{
    if (strpbrk(text, ",\"\n\r") == NULL) {
        (void) fputs(text, stream);
        return;
    }
    (void) fputc('"', stream);
    for (; *text != '\0'; text++)
        (void) fprintf(stream, *text == '"' ? "\"%c" : "%c", *text);
    (void) fputc('"', stream);
}

static void
print_csv(const struct cli_table *table, FILE *stream)
{
    const size_t count = (size_t) table->num_columns;

    for (size_t i = 0; i < count; i++) {
        print_csv_cell(stream, table->columns[i]);
        (void) fputc(i + 1 == count ? '\n' : ',', stream);
    }
    for (size_t i = 0; i < table->num_cells; i++) {
        print_csv_cell(stream, table->cells[i]);
        (void) fputc(i % count + 1 == count ? '\n' : ',', stream);
    }
}

static void
print_json(const struct cli_table *table, FILE *stream)
{
    const size_t count = (size_t) table->num_columns;

    (void) fputs("[", stream);
    for (size_t i = 0; i < table->num_cells; i++) {
        const size_t column = i % count;

        (void) fputs(column > 0 ? ", " : i == 0 ? "\n  {" : ",\n  {", stream);
        cli_print_quoted(stream, table->columns[column]);
        (void) fputs(": ", stream);
        if (table->cells[i][0] == '\0')
            (void) fputs("null", stream);
        else if (table->is_number[column])
            (void) fputs(table->cells[i], stream);
        else
            cli_print_quoted(stream, table->cells[i]);
        if (column + 1 == count) (void) fputs("}", stream);
    }
    (void) fputs(table->num_cells == 0 ? "]" : "\n]", stream);
}

static void
print_markdown_cell(FILE *stream, const char *text)
{
    for (; *text != '\0'; text++)
        (void) fprintf(stream, *text == '|' ? "\\%c" : "%c", *text == '\n' ? ' ' : *text);
}

static void
print_markdown(const struct cli_table *table, FILE *stream)
{
    const size_t count = (size_t) table->num_columns;

    for (size_t i = 0; i < count; i++) {
        (void) fputs(i == 0 ? "| " : " | ", stream);
        print_markdown_cell(stream, table->columns[i]);
    }
    (void) fputs(" |\n", stream);
    for (size_t i = 0; i < count; i++)
        (void) fputs(table->is_number[i] ? "| ---: " : "| --- ", stream);
    (void) fputs("|\n", stream);
    for (size_t i = 0; i < table->num_cells; i++) {
        (void) fputs(i % count == 0 ? "| " : " | ", stream);
        print_markdown_cell(stream, table->cells[i]);
        if (i % count + 1 == count) (void) fputs(" |\n", stream);
    }
}

void
cli_table_print(const struct cli_table *table, enum cli_format format, FILE *stream)
{
    PW_BUG_IF(table->num_columns == 0 || table->num_cells % (size_t) table->num_columns != 0);
    switch (format) {
    case CLI_CSV:
        print_csv(table, stream);
        break;
    case CLI_JSON:
        print_json(table, stream);
        (void) fputc('\n', stream);
        break;
    case CLI_MARKDOWN:
        print_markdown(table, stream);
        break;
    case CLI_TABLE:
    case CLI_NUM_FORMATS:
        print_table(table, stream);
        break;
    }
}

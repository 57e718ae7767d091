/* SPDX-License-Identifier: MIT */
#include "essay.h"

#include <stdarg.h>

#define LONGEST 4096 /* of a paragraph that is put together here */

/** Before the next thing in a section. */
static void
open_content(struct cli_essay *essay)
{
    if (essay->format == CLI_JSON)
        (void) fputs(essay->has_content ? ",\n" : "\n", stdout);
    else
        (void) fputs("\n", stdout);
    essay->has_content = true;
}

void
cli_essay_begin(struct cli_essay *essay, const char *title)
{
    if (essay->format == CLI_JSON) {
        (void) fputs("{\n\"title\": ", stdout);
        cli_print_quoted(stdout, title);
        (void) fputs(",\n\"sections\": [", stdout);
    } else {
        (void) printf("# %s\n", title);
    }
    if (essay->format == CLI_JSON) cli_essay_section(essay, 1, title);
}

void
cli_essay_section(struct cli_essay *essay, int level, const char *title)
{
    if (essay->format == CLI_JSON) {
        (void) printf(
            "%s{ \"level\": %d, \"title\": ", essay->has_section ? "\n] },\n" : "\n", level);
        cli_print_quoted(stdout, title);
        (void) fputs(", \"content\": [", stdout);
    } else {
        (void) printf("\n%.*s %s\n", level, "####", title);
    }
    essay->has_section = true;
    essay->has_content = false;
}

void
cli_essay_say(struct cli_essay *essay, const char *format, ...)
{
    char text[LONGEST];
    va_list arguments;

    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    open_content(essay);
    if (essay->format == CLI_JSON)
        cli_print_quoted(stdout, text);
    else
        (void) printf("%s\n", text);
}

void
cli_essay_item(struct cli_essay *essay, const char *word, const char *text)
{
    open_content(essay);
    if (essay->format == CLI_JSON) {
        (void) fputs("{ \"item\": ", stdout);
        cli_print_quoted(stdout, word);
        (void) fputs(", \"text\": ", stdout);
        cli_print_quoted(stdout, text);
        (void) fputs(" }", stdout);
    } else {
        (void) printf("**%s.** %s\n", word, text);
    }
}

void
cli_essay_table(struct cli_essay *essay, const char *name, const struct cli_table *table)
{
    open_content(essay);
    if (essay->format == CLI_JSON) {
        (void) fputs("{ \"table\": ", stdout);
        cli_print_quoted(stdout, name);
        (void) fputs(", \"rows\": ", stdout);
    }
    cli_table_print(table, essay->format, stdout);
    if (essay->format == CLI_JSON) (void) fputs("}", stdout);
}

void
cli_essay_end(struct cli_essay *essay)
{
    if (essay->format == CLI_JSON) (void) fputs("\n] }\n]\n}\n", stdout);
}

/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/fault.h"

#include "pathways/alloc.h"
#include "pathways/text.h"

pw_status
pw_faults_add(struct pw_faults *faults, const struct pw_fault_place *place, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const pw_status status = pw_faults_add_list(faults, place, format, arguments);
    va_end(arguments);
    return status;
}

static void
free_fault(struct pw_fault *fault)
{
    pw_free(&fault->file);
    pw_free(&fault->pointer);
    pw_free(&fault->text);
}

pw_status
pw_faults_add_list(struct pw_faults *faults, const struct pw_fault_place *place, const char *format,
    va_list arguments)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };
    struct pw_fault fault = { .line = place->line, .column = place->column };

    if (faults->count == PW_MAX_FAULTS) goto done;
    PW_TRY(pw_text_add_list(&text, format, arguments));
    if (faults->count == PW_MAX_FAULTS - 1)
        PW_TRY(pw_text_add(&text, " (there are more faults: mend these %d first)", PW_MAX_FAULTS));
    PW_TRY(pw_strdup(place->file, &fault.file));
    PW_TRY(pw_strdup(place->pointer, &fault.pointer));
    PW_TRY(pw_strdup(text.bytes, &fault.text));
    PW_TRY(pw_grow(faults->count, faults->count + 1, sizeof *faults->items, &faults->items));
    faults->items[faults->count++] = fault;
    fault = (struct pw_fault){ 0 };
done:
    free_fault(&fault);
    pw_text_free(&text);
    return status;
}

pw_status
pw_fault_line(const struct pw_fault *fault, char **line)
{
    pw_status status = PW_OK;
    struct pw_text text = { 0 };

    PW_TRY(pw_text_add(&text, "%s", fault->file));
    if (fault->line > 0) PW_TRY(pw_text_add(&text, ":%d:%d", fault->line, fault->column));
    PW_TRY(pw_text_add(&text, ": "));
    if (fault->pointer[0] != '\0') PW_TRY(pw_text_add(&text, "%s: ", fault->pointer));
    PW_TRY(pw_text_add(&text, "%s", fault->text));
    PW_TRY(pw_strdup(text.bytes, line));
done:
    pw_text_free(&text);
    return status;
}

pw_status
pw_faults_refuse(const struct pw_faults *faults, const char *path)
{
    pw_status status = PW_OK;
    char *line = NULL;

    if (faults->count == 0) goto done;
    PW_TRY(pw_fault_line(&faults->items[0], &line));
    if (faults->count == 1) PW_FAIL(PW_EINPUT, "%s", line);
    PW_FAIL(PW_EINPUT, "%s has %zu faults; the first is %s", path, faults->count, line);
done:
    pw_free(&line);
    return status;
}

void
pw_faults_free(struct pw_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        free_fault(&faults->items[i]);
    pw_free(&faults->items);
    faults->count = 0;
}

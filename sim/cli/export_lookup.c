/* SPDX-License-Identifier: MIT */
#include "export_lookup.h"

#include <math.h>

#include "pathways/alloc.h"

void
cli_lookup_free(struct cli_lookup *lookup)
{
    for (size_t i = 0; lookup->bytes != NULL && i < lookup->count; i++)
        pw_free(&lookup->bytes[i]);
    pw_free(&lookup->bytes);
    pw_free(&lookup->room);
    pw_free(&lookup->cells);
    *lookup = (struct cli_lookup){ 0 };
}

pw_status
cli_lookup_names(const struct pw_reader *reader, const char *path, struct cli_lookup *lookup)
{
    pw_status status = PW_OK;
    struct pw_names names = { 0 };

    PW_TRY(pw_reader_names(reader, path, &names));
    lookup->first = -1;
    lookup->count = names.count + 1;
    PW_TRY(pw_alloc(lookup->count, sizeof *lookup->cells, &lookup->cells));
    PW_TRY(pw_alloc(lookup->count, sizeof *lookup->bytes, &lookup->bytes));
    lookup->cells[0] = CLI_EMPTY_CELL;
    for (size_t i = 0; i < names.count; i++)
        PW_TRY(cli_cell_text(names.items[i], &lookup->bytes[i + 1], &lookup->cells[i + 1]));
done:
    pw_names_free(&names);
    return status;
}

static pw_status
make_room(int64_t first, size_t count, struct cli_lookup *lookup)
{
    pw_status status = PW_OK;

    lookup->first = first;
    lookup->count = count;
    PW_TRY(pw_alloc(count, sizeof *lookup->cells, &lookup->cells));
    PW_TRY(pw_alloc(count, sizeof *lookup->room, &lookup->room));
done:
    return status;
}

pw_status
cli_lookup_numbers(int64_t first, size_t count, struct cli_lookup *lookup)
{
    pw_status status = PW_OK;

    PW_TRY(make_room(first, count, lookup));
    for (size_t i = 0; i < count; i++) {
        const int64_t value = first + (int64_t) i;

        lookup->cells[i] = value < 0 ? CLI_EMPTY_CELL : cli_cell_whole(value, lookup->room[i]);
    }
done:
    return status;
}

pw_status
cli_lookup_packed(const struct pw_field *field, struct cli_lookup *lookup)
{
    pw_status status = PW_OK;
    const bool is_narrow = field->type == PW_TYPE_INT8;

    PW_TRY(make_room(
        is_narrow ? INT8_MIN : INT16_MIN, is_narrow ? UINT8_MAX + 1 : UINT16_MAX + 1, lookup));
    for (size_t i = 0; i < lookup->count; i++) {
        const int64_t stored = lookup->first + (int64_t) i;
        const bool is_missing = field->has_fill && stored == field->fill;
        const double value = (double) stored * field->scale + field->offset;

        /* Scales are stored as floats: more digits than these are not theirs. */
        lookup->cells[i] = cli_cell_real(is_missing ? NAN : value, 7, lookup->room[i]);
    }
done:
    return status;
}

pw_status
cli_lookup_check(const struct cli_lookup *lookup, const struct pw_reader *reader, const char *path,
    const int64_t *values, size_t count)
{
    pw_status status = PW_OK;
    int64_t least = lookup->first, most = lookup->first;

    for (size_t i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    if (least < lookup->first || most - lookup->first >= (int64_t) lookup->count)
        PW_FAIL(PW_EFORMAT,
            "%s: %s holds %lld, which stands for nothing: is it of another version?",
            pw_reader_path(reader), path, (long long) (least < lookup->first ? least : most));
done:
    return status;
}

/* SPDX-License-Identifier: MIT */
#include "joined.h"

#include <stdlib.h>

#include "pathways/alloc.h"

/* Keys come first. */
static int
compare_keys(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (x[0] > y[0]) - (x[0] < y[0]);
}

static pw_status
load_keys(const struct cli_relive *run, int64_t **keys)
{
    struct pw_field field = { 0 };
    const pw_status status = pw_reader_load_whole(run->reader, "/persons/key", &field, keys);

    pw_field_free(&field);
    return status;
}

pw_status
cli_joined_make(
    const struct cli_relive *one, const struct cli_relive *other, struct cli_joined *joined)
{
    pw_status status = PW_OK;
    int64_t *keys = NULL, *other_keys = NULL, (*sorted)[2] = NULL; /* key and row of the other */

    PW_TRY(load_keys(one, &keys));
    PW_TRY(load_keys(other, &other_keys));
    PW_TRY(pw_alloc(other->num_people, sizeof *sorted, &sorted));
    PW_TRY(pw_alloc(one->num_people, sizeof *joined->row[0], &joined->row[0]));
    PW_TRY(pw_alloc(one->num_people, sizeof *joined->row[1], &joined->row[1]));
    PW_TRY(pw_alloc(one->num_people, sizeof *joined->key, &joined->key));
    for (size_t i = 0; i < other->num_people; i++) {
        sorted[i][0] = other_keys[i];
        sorted[i][1] = (int64_t) i;
    }
    qsort(sorted, other->num_people, sizeof *sorted, compare_keys);
    for (size_t i = 0; i < one->num_people; i++) {
        const int64_t wanted[2] = { keys[i], 0 };
        const int64_t(*found)[2] =
            bsearch(wanted, sorted, other->num_people, sizeof *sorted, compare_keys);

        if (found == NULL) continue;
        joined->row[0][joined->count] = i;
        joined->row[1][joined->count] = (size_t) (*found)[1];
        joined->key[joined->count++] = keys[i];
    }
    joined->only_one = one->num_people - joined->count;
    joined->only_other = other->num_people - joined->count;
done:
    pw_free(&keys);
    pw_free(&other_keys);
    pw_free(&sorted);
    return status;
}

void
cli_joined_free(struct cli_joined *joined)
{
    pw_free(&joined->row[0]);
    pw_free(&joined->row[1]);
    pw_free(&joined->key);
}

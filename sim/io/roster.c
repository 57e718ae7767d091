/* SPDX-License-Identifier: MIT */
#include "roster.h"

#include <string.h>

#include "pathways/alloc.h"
#include "pathways/parallel.h"

pw_status
pw_roster_init(
    struct pw_roster *roster, size_t num_cohorts, size_t num_shards, int rank, int num_ranks)
{
    pw_status status = PW_OK;

    *roster = (struct pw_roster){
        .num_cohorts = num_cohorts, .num_shards = num_shards, .rank = rank, .num_ranks = num_ranks
    };
    PW_TRY(pw_alloc(num_cohorts * num_shards, sizeof *roster->count, &roster->count));
    PW_TRY(
        pw_alloc(num_cohorts * (size_t) num_ranks + 1, sizeof *roster->stretch, &roster->stretch));
done:
    return status;
}

void
pw_roster_free(struct pw_roster *roster)
{
    pw_free(&roster->count);
    pw_free(&roster->stretch);
}

void
pw_roster_settle(struct pw_roster *roster)
{
    const size_t ranks = (size_t) roster->num_ranks;

    roster->own_rows = 0;
    for (int r = 0; r < roster->num_ranks; r++) {
        const size_t begin = pw_parallel_share(roster->num_shards, r, roster->num_ranks);
        const size_t end = pw_parallel_share(roster->num_shards, r + 1, roster->num_ranks);
        size_t kept = 0;

        for (size_t c = 0; c < roster->num_cohorts; c++) {
            struct pw_stretch *const stretch = &roster->stretch[c * ranks + (size_t) r];

            stretch->kept = kept;
            for (size_t s = begin; s < end; s++)
                kept += (size_t) roster->count[c * roster->num_shards + s];
            stretch->row = kept - stretch->kept; /* its length; where it begins follows below */
        }
        if (r == roster->rank) roster->own_rows = kept;
    }
    roster->num_rows = 0;
    for (size_t n = 0; n < roster->num_cohorts * ranks; n++) {
        const size_t length = roster->stretch[n].row;

        roster->stretch[n].row = roster->num_rows;
        roster->num_rows += length;
    }
    roster->stretch[roster->num_cohorts * ranks].row = roster->num_rows;
}

struct pw_stretch
pw_roster_own(const struct pw_roster *roster, size_t cohort)
{
    return roster->stretch[cohort * (size_t) roster->num_ranks + (size_t) roster->rank];
}

/* The part of a list of rows that lies in one stretch. */
struct part {
    int rank;
    size_t row, kept, count;
};

/* The stretch, not an empty one, that a row lies in. */
static size_t
find(const struct pw_roster *roster, size_t row)
{
    size_t low = 0, high = roster->num_cohorts * (size_t) roster->num_ranks;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;

        if (roster->stretch[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The first rows of [first, end) that one rank has. */
static struct part
next_part(const struct pw_roster *roster, size_t first, size_t end)
{
    const size_t n = find(roster, first), until = roster->stretch[n + 1].row;

    PW_BUG_IF(end > roster->num_rows);
    return (struct part){ .rank = (int) (n % (size_t) roster->num_ranks),
        .row = first,
        .kept = roster->stretch[n].kept + first - roster->stretch[n].row,
        .count = (until < end ? until : end) - first };
}

bool
pw_roster_has(const struct pw_roster *roster, size_t first, size_t count)
{
    for (size_t row = first; row < first + count;) {
        const struct part part = next_part(roster, row, first + count);

        if (part.rank == roster->rank) return true;
        row += part.count;
    }
    return false;
}

const void *
pw_roster_collect(const struct pw_roster *roster, const struct pw_rows *rows, size_t first,
    size_t count, void *room)
{
    const unsigned char *const own = rows->own;
    const size_t width = rows->width;
    unsigned char *to = room;

    if (roster->num_ranks == 1) return own + first * width;
    for (size_t row = first; row < first + count;) {
        const struct part part = next_part(roster, row, first + count);

        if (part.rank == roster->rank)
            memcpy(to, own + part.kept * width, part.count * width);
        else
            pw_parallel_ask(part.rank, rows->array, part.kept * width, part.count * width, to);
        to += part.count * width;
        row += part.count;
    }
    return room;
}

void
pw_roster_keep(const struct pw_roster *roster, const struct pw_rows *rows, size_t first,
    size_t count, size_t size, const void *items)
{
    unsigned char *const own = rows->own;
    const unsigned char *from = items;

    for (size_t row = first; row < first + count;) {
        const struct part part = next_part(roster, row, first + count);

        for (size_t i = 0; part.rank == roster->rank && i < part.count; i++)
            memcpy(own + (part.kept + i) * rows->width, from + i * size, size);
        from += part.count * size;
        row += part.count;
    }
}

/* Rows of the run file among three ranks, on one. SPDX-License-Identifier: MIT */
#include "../sim/io/roster.h"

#include <criterion/criterion.h>
#include <string.h>

#include "pathways/parallel.h"

enum { COHORTS = 4, SHARDS = 5, RANKS = 3 };

/* Rows by cohort and shard: a cohort of nobody, shards of nobody, and a rank without anybody of a
 * cohort. Ranks have the shards 0; 1, 2; 3, 4. */
static const int64_t count[COHORTS][SHARDS] = {
    { 2, 0, 3, 1, 1 },
    { 0, 0, 0, 0, 0 },
    { 4, 0, 0, 2, 5 },
    { 0, 1, 2, 0, 3 },
};
enum { NUM_ROWS = 24 };
static const int rank_of[SHARDS] = { 0, 1, 1, 2, 2 };

static struct pw_roster roster[RANKS];

static void
begin(void)
{
    for (int r = 0; r < RANKS; r++) {
        cr_assert_eq(pw_roster_init(&roster[r], COHORTS, SHARDS, r, RANKS), PW_OK);
        memcpy(roster[r].count, count, sizeof count);
        pw_roster_settle(&roster[r]);
    }
}

static void
end(void)
{
    for (int r = 0; r < RANKS; r++)
        pw_roster_free(&roster[r]);
}

TestSuite(roster, .init = begin, .fini = end);

Test(roster, rows_stand_by_cohort_then_shard_and_each_rank_keeps_its_own_without_gaps)
{
    size_t row = 0, kept[RANKS] = { 0 };

    for (size_t c = 0; c < COHORTS; c++)
        for (size_t s = 0; s < SHARDS; s++) {
            const int r = rank_of[s];
            const bool is_first = s == 0 || rank_of[s - 1] != r;

            if (is_first) {
                cr_assert_eq(pw_roster_own(&roster[r], c).row, row, "cohort %zu, rank %d", c, r);
                cr_assert_eq(pw_roster_own(&roster[r], c).kept, kept[r]);
            }
            row += (size_t) count[c][s];
            kept[r] += (size_t) count[c][s];
        }
    for (int r = 0; r < RANKS; r++) {
        cr_assert_eq(roster[r].own_rows, kept[r]);
        cr_assert_eq(roster[r].num_rows, NUM_ROWS);
    }
}

/* The rank that has a row. */
static int
owner(size_t row)
{
    for (size_t c = 0; c < COHORTS; c++)
        for (size_t s = 0; s < SHARDS; s++) {
            if (row < (size_t) count[c][s]) return rank_of[s];
            row -= (size_t) count[c][s];
        }
    return -1;
}

Test(roster, a_rank_has_some_of_a_list_of_rows_when_one_of_them_is_its_own)
{
    for (size_t first = 0; first < NUM_ROWS; first++)
        for (size_t size = 1; first + size <= NUM_ROWS; size++)
            for (int r = 0; r < RANKS; r++) {
                bool has = false;

                for (size_t row = first; row < first + size; row++)
                    has |= owner(row) == r;
                cr_assert_eq(pw_roster_has(&roster[r], first, size), has, "rank %d: %zu of %zu", r,
                    size, first);
            }
}

Test(roster, what_is_kept_block_by_block_is_every_row_once_in_its_order)
{
    for (size_t block = 1; block <= NUM_ROWS; block++)
        for (int r = 0; r < RANKS; r++) {
            uint16_t own[NUM_ROWS], expected[NUM_ROWS];
            uint8_t items[NUM_ROWS];
            const struct pw_rows rows = { .own = own, .width = sizeof *own };
            size_t n = 0;

            memset(own, 0xEE, sizeof own);
            memset(expected, 0xEE, sizeof expected);
            for (size_t row = 0; row < NUM_ROWS; row++) {
                items[row] = (uint8_t) row;
                if (owner(row) == r) memcpy(&expected[n++], &items[row], 1);
            }
            for (size_t first = 0; first < NUM_ROWS; first += block)
                pw_roster_keep(&roster[r], &rows, first,
                    NUM_ROWS - first < block ? NUM_ROWS - first : block, 1, items + first);
            cr_assert_eq(n, roster[r].own_rows);
            cr_assert_eq(memcmp(own, expected, sizeof own), 0, "rank %d, by %zu", r, block);
        }
}

Test(roster, the_only_rank_collects_without_copying)
{
    struct pw_roster alone = { 0 };
    uint16_t own[NUM_ROWS] = { 0 };
    const struct pw_rows rows = { .own = own, .width = sizeof *own };

    cr_assert_eq(pw_roster_init(&alone, COHORTS, SHARDS, 0, 1), PW_OK);
    memcpy(alone.count, count, sizeof count);
    pw_roster_settle(&alone);
    cr_assert_eq(alone.own_rows, NUM_ROWS);
    cr_assert_eq(pw_roster_own(&alone, 2).kept, pw_roster_own(&alone, 2).row);
    cr_assert_eq(pw_roster_collect(&alone, &rows, 7, 9, NULL), own + 7);
    pw_roster_free(&alone);
}

/* Recorded years in the narrowest integers that hold them. SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "pathways/yearbook.h"
#include "random_people.h"

static size_t
array_named(const struct pw_yearbook *yearbook, const char *group, const char *name)
{
    for (size_t a = 0; a < yearbook->num_arrays; a++) {
        if (strcmp(yearbook->arrays[a].group, group) == 0
            && strcmp(yearbook->arrays[a].name, name) == 0)
            return a;
    }
    cr_assert_fail("%s/%s is not in the yearbook", group, name);
    return 0;
}

Test(yearbook, every_item_is_what_was_measured_in_its_year)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 }, nothing = { 0 };
    struct pw_yearbook yearbook = { 0 };

    make_shard(&shard, 3);
    observe(&measures, &shard);
    cr_assert_eq(pw_measures_init(&nothing, &scenario), PW_OK);
    cr_assert_eq(pw_yearbook_init(&yearbook, &measures, YEAR - 1, 4), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR - 1, &nothing), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR, &measures), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR + 1, &nothing), PW_OK);
    for (int m = 0; m < PW_NUM_MEASURES; m++) {
        const char *const name = pw_measure_info((enum pw_measure) m)->name;
        const bool has_places = pw_measure_where((enum pw_measure) m) != PW_WHERE_NATION;
        const size_t by_place = has_places ? array_named(&yearbook, "/measures/by_place", name) : 0;
        const size_t by_origin = array_named(&yearbook, "/measures/by_origin", name);

        for (size_t i = 0; has_places && i < NUM_PLACES * PW_NUM_GROUPS * 2; i++) {
            cr_assert_eq(pw_yearbook_item(&yearbook, by_place, YEAR, i),
                pw_measures_by_place(&measures, (enum pw_measure) m, i / 2 / PW_NUM_GROUPS,
                    i / 2 % PW_NUM_GROUPS, (enum pw_part)(i % 2)));
            cr_assert_eq(pw_yearbook_item(&yearbook, by_place, YEAR - 1, i), 0);
            cr_assert_eq(pw_yearbook_item(&yearbook, by_place, YEAR + 2, i), 0);
        }
        for (size_t i = 0; i < PW_NUM_ORIGINS * PW_NUM_SEXES * PW_NUM_GROUPS * 2; i++) {
            const size_t cell = i / 2 / PW_NUM_GROUPS;

            cr_assert_eq(pw_yearbook_item(&yearbook, by_origin, YEAR, i),
                pw_measures_by_origin(&measures, (enum pw_measure) m, cell / PW_NUM_SEXES,
                    cell % PW_NUM_SEXES, i / 2 % PW_NUM_GROUPS, (enum pw_part)(i % 2)));
        }
    }
    pw_yearbook_free(&yearbook);
    pw_measures_free(&measures);
    pw_measures_free(&nothing);
    pw_shard_free(&shard);
}

Test(yearbook, arrays_widen_and_keep_what_they_held)
{
    struct pw_measures measures = { 0 };
    struct pw_yearbook yearbook = { 0 };
    const int64_t values[4] = { 127, 32767, 2147483647, -3000000000 };
    const int widths[4] = { 1, 2, 4, 8 };

    cr_assert_eq(pw_measures_init(&measures, &scenario), PW_OK);
    cr_assert_eq(pw_yearbook_init(&yearbook, &measures, 2000, 4), PW_OK);
    const size_t array = array_named(&yearbook, "/measures/tables", "income_moments");

    for (int y = 0; y < 4; y++) {
        measures.table[PW_CROSSTAB_INCOME_MOMENTS][7] = values[y];
        cr_assert_eq(pw_yearbook_put(&yearbook, 2000 + y, &measures), PW_OK);
        cr_assert_eq(yearbook.arrays[array].width, widths[y]);
        for (int past = 0; past <= y; past++)
            cr_assert_eq(pw_yearbook_item(&yearbook, array, 2000 + past, 7), values[past]);
    }
    pw_yearbook_free(&yearbook);
    pw_measures_free(&measures);
}

Test(yearbook, the_class_table_is_the_sum_over_decades)
{
    struct pw_shard shard;
    struct pw_measures measures = { 0 };
    struct pw_yearbook yearbook = { 0 };

    make_shard(&shard, 9);
    observe(&measures, &shard);
    cr_assert_eq(pw_yearbook_init(&yearbook, &measures, YEAR, 1), PW_OK);
    cr_assert_eq(pw_yearbook_put(&yearbook, YEAR, &measures), PW_OK);
    const size_t table = array_named(&yearbook, "/measures/tables", "class_table");
    const size_t by_decade = array_named(&yearbook, "/measures/tables", "class_table_by_decade");
    const size_t num_items = yearbook.arrays[table].num_items;

    for (size_t i = 0; i < num_items; i++) {
        int64_t sum = 0;

        for (size_t d = 0; d < PW_NUM_DECADES; d++)
            sum += pw_yearbook_item(&yearbook, by_decade, YEAR, d * num_items + i);
        cr_assert_eq(pw_yearbook_item(&yearbook, table, YEAR, i), sum);
    }
    pw_yearbook_free(&yearbook);
    pw_measures_free(&measures);
    pw_shard_free(&shard);
}

Test(yearbook, dimensions_hold_the_items_and_begin_with_the_year)
{
    struct pw_measures measures = { 0 };
    struct pw_yearbook yearbook = { 0 };

    cr_assert_eq(pw_measures_init(&measures, &scenario), PW_OK);
    cr_assert_eq(pw_yearbook_init(&yearbook, &measures, 2015, 3), PW_OK);
    for (size_t a = 0; a < yearbook.num_arrays; a++) {
        const struct pw_yearbook_array *const array = &yearbook.arrays[a];
        size_t items = 1;

        cr_assert_str_eq(array->dims[0].name, "year");
        cr_assert(array->dims[0].length == 3 && array->dims[0].first == 2015);
        cr_assert(strlen(array->about) > 0 && strlen(array->units) > 0);
        for (int d = 1; d < array->rank; d++)
            items *= array->dims[d].length;
        cr_assert_eq(items, array->num_items);
    }
    pw_yearbook_free(&yearbook);
    pw_measures_free(&measures);
}

Test(yearbook, memory_is_what_it_takes_and_what_more_people_would_take)
{
    struct pw_measures measures = { 0 };
    struct pw_yearbook yearbook = { 0 };
    double bytes = 0.0;

    cr_assert_eq(pw_measures_init(&measures, &scenario), PW_OK);
    cr_assert_eq(pw_yearbook_init(&yearbook, &measures, 2000, 4), PW_OK);
    measures.table[PW_CROSSTAB_INCOME_MOMENTS][7] = 100;
    cr_assert_eq(pw_yearbook_put(&yearbook, 2000, &measures), PW_OK);
    for (size_t a = 0; a < yearbook.num_arrays; a++)
        bytes += 4.0 * (double) yearbook.arrays[a].num_items * yearbook.arrays[a].width;
    const size_t array = array_named(&yearbook, "/measures/tables", "income_moments");
    const double items = 4.0 * (double) yearbook.arrays[array].num_items;

    cr_assert_eq(pw_yearbook_memory(&yearbook, 1.0), bytes);
    cr_assert_eq(pw_yearbook_memory(&yearbook, 100.0), bytes + items); /* two bytes an item */
    cr_assert_eq(pw_yearbook_memory(&yearbook, 1e6), bytes + 3.0 * items);
    cr_assert_eq(pw_yearbook_memory(&yearbook, 1e30), bytes + 7.0 * items);
    pw_yearbook_free(&yearbook);
    pw_measures_free(&measures);
}

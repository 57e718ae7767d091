/* SPDX-License-Identifier: MIT */
#include "pathways/spelling.h"

#include <criterion/criterion.h>
#include <string.h>

Test(spelling, distance_counts_each_kind_of_edit_once)
{
    cr_assert_eq(pw_spelling_distance("coastal", "coastal"), 0);
    cr_assert_eq(pw_spelling_distance("coastal", "costal"), 1);   /* left out */
    cr_assert_eq(pw_spelling_distance("coastal", "coasstal"), 1); /* put in */
    cr_assert_eq(pw_spelling_distance("coastal", "coastel"), 1);  /* changed */
    cr_assert_eq(pw_spelling_distance("coastal", "caostal"), 1);  /* swapped */
    cr_assert_eq(pw_spelling_distance("", "abc"), 3);
    cr_assert_eq(pw_spelling_distance("kitten", "sitting"), 3);
}

Test(spelling, distance_is_symmetric_and_ignores_capitals)
{
    static const char *const words[] = { "", "a", "ab", "ba", "Leeds", "leeds", "needles" };

    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++)
            cr_assert_eq(
                pw_spelling_distance(words[i], words[j]), pw_spelling_distance(words[j], words[i]));
    cr_assert_eq(pw_spelling_distance("Leeds", "leeds"), 0);
}

Test(spelling, the_nearest_is_kept_and_the_far_refused)
{
    struct pw_spelling spelling = pw_spelling_of("persns");

    pw_spelling_try(&spelling, "seed");
    cr_assert_null(spelling.nearest);
    pw_spelling_try(&spelling, "person");
    pw_spelling_try(&spelling, "persons");
    pw_spelling_try(&spelling, NULL);
    cr_assert_str_eq(spelling.nearest, "persons");
    pw_spelling_try(&spelling, "personae");
    cr_assert_str_eq(spelling.nearest, "persons");
}

Test(spelling, a_very_long_word_is_near_to_nothing)
{
    char word[1000];

    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    struct pw_spelling spelling = pw_spelling_of(word);
    pw_spelling_try(&spelling, "aaaa");
    pw_spelling_try(&spelling, word);
    cr_assert_null(spelling.nearest);
}

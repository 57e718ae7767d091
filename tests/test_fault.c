/* SPDX-License-Identifier: MIT */
#include "pathways/fault.h"

#include <criterion/criterion.h>

#include "pathways/alloc.h"

static char *
line_of(const struct pw_fault_place *place)
{
    struct pw_faults faults = { 0 };
    char *line = NULL;

    cr_assert_eq(pw_faults_add(&faults, place, "%d is too many: write %d", 3, 2), PW_OK);
    cr_assert_eq(faults.count, 1);
    cr_assert_eq(pw_fault_line(&faults.items[0], &line), PW_OK);
    pw_faults_free(&faults);
    cr_assert_eq(faults.count, 0);
    return line;
}

Test(fault, prints_where_it_is_and_what_to_do)
{
    char *line = line_of(&(struct pw_fault_place){ "a.json", 7, 3, "/run/persons" });

    cr_assert_str_eq(line, "a.json:7:3: /run/persons: 3 is too many: write 2");
    pw_free(&line);
}

Test(fault, leaves_out_what_is_not_known)
{
    char *line = line_of(&(struct pw_fault_place){ "a.json", 0, 0, "" });

    cr_assert_str_eq(line, "a.json: 3 is too many: write 2");
    pw_free(&line);
}

Test(fault, stops_keeping_them_after_many_and_says_so)
{
    struct pw_faults faults = { 0 };

    for (int i = 0; i < 2 * PW_MAX_FAULTS; i++)
        cr_assert_eq(pw_faults_add(&faults, &(struct pw_fault_place){ "f", i, 1, "" }, "x"), PW_OK);
    cr_assert_eq(faults.count, PW_MAX_FAULTS);
    cr_assert_str_eq(faults.items[PW_MAX_FAULTS - 2].text, "x");
    cr_assert_str_eq(
        faults.items[PW_MAX_FAULTS - 1].text, "x (there are more faults: mend these 1000 first)");
    pw_faults_free(&faults);
}

Test(fault, keeps_many_in_order)
{
    struct pw_faults faults = { 0 };

    for (int i = 0; i < 100; i++)
        cr_assert_eq(pw_faults_add(&faults, &(struct pw_fault_place){ "f", i, 1, "" }, "x"), PW_OK);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(faults.items[i].line, i);
    pw_faults_free(&faults);
    pw_faults_free(&faults);
}

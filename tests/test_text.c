/* SPDX-License-Identifier: MIT */
#include "pathways/text.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(text, grows_and_stays_terminated)
{
    struct pw_text text = { 0 };

    for (int i = 0; i < 5000; i++)
        cr_assert_eq(pw_text_add(&text, "%d,", i % 10), PW_OK);
    cr_assert_eq(text.length, 10000);
    cr_assert_eq(strlen(text.bytes), text.length);
    cr_assert_eq(strncmp(text.bytes + 9998, "9,", 3), 0);
    pw_text_free(&text);
    cr_assert_null(text.bytes);
    pw_text_free(&text);
}

Test(text, quotes_what_json_must_escape)
{
    struct pw_text text = { 0 };

    cr_assert_eq(pw_text_add_quoted(&text, "a\"b\\c\nd\te\x01"
                                           "f \xC3\xA9"),
        PW_OK);
    cr_assert_str_eq(text.bytes, "\"a\\\"b\\\\c\\nd\\te\\u0001f \xC3\xA9\"");
    pw_text_free(&text);
}

Test(text, numbers_are_short_and_read_back_exactly)
{
    static const double numbers[] = { 0.1, 1.0 / 3.0, 1e300, -2.5e-7, 9007199254740991.0, 5e-324,
        0.30000000000000004, 100 };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct pw_text text = { 0 };

        cr_assert_eq(pw_text_add_number(&text, numbers[i]), PW_OK);
        cr_assert_eq(strtod(text.bytes, NULL), numbers[i], "%s", text.bytes);
        pw_text_free(&text);
    }
    struct pw_text text = { 0 };
    cr_assert_eq(pw_text_add_number(&text, 0.1), PW_OK);
    cr_assert_eq(pw_text_add_number(&text, (double) NAN), PW_OK);
    cr_assert_eq(pw_text_add_number(&text, 100.0), PW_OK);
    cr_assert_str_eq(text.bytes, "0.1null100");
    pw_text_free(&text);
}

/* SPDX-License-Identifier: MIT */
#include "pathways/codes.h"

#include <criterion/criterion.h>
#include <string.h>

Test(codes, every_family_has_as_many_names_as_codes)
{
    static const int counts[PW_NUM_CODE_FAMILIES] = { PW_NUM_STATES, PW_NUM_CLASS_CODES,
        PW_NUM_QUALIFICATIONS, PW_NUM_ROUTES, PW_NUM_TARIFFS, PW_NUM_SEXES };

    for (int family = 0; family < PW_NUM_CODE_FAMILIES; family++) {
        int count = 0;
        const struct pw_code *codes = pw_codes((enum pw_code_family) family, &count);

        cr_assert_eq(count, counts[family]);
        cr_assert_not_null(codes);
    }
}

Test(codes, names_are_unique_words_with_a_meaning)
{
    for (int family = 0; family < PW_NUM_CODE_FAMILIES; family++) {
        int count = 0;
        const struct pw_code *codes = pw_codes((enum pw_code_family) family, &count);

        for (int i = 0; i < count; i++) {
            cr_assert_eq(strspn(codes[i].name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
                strlen(codes[i].name), "%s", codes[i].name);
            cr_assert_gt(strlen(codes[i].about), 2);
            for (int j = 0; j < i; j++)
                cr_assert_str_neq(codes[i].name, codes[j].name);
        }
    }
}

Test(codes, stand_under_their_constants)
{
    int count = 0;

    cr_assert_str_eq(pw_codes(PW_CODES_STATE, &count)[PW_UNEMPLOYED].name, "unemployed");
    cr_assert_str_eq(pw_codes(PW_CODES_CLASS, &count)[PW_NO_CLASS].name, "none");
    cr_assert_str_eq(pw_codes(PW_CODES_QUALIFICATION, &count)[PW_A_LEVEL].name, "a_level");
    cr_assert_str_eq(
        pw_codes(PW_CODES_ROUTE, &count)[PW_ROUTE_APPRENTICESHIP].name, "apprenticeship");
    cr_assert_str_eq(pw_codes(PW_CODES_SEX, &count)[PW_FEMALE].name, "female");
    cr_assert_eq((int) PW_NUM_CLASSES, 5);
}

Test(codes, nobody_absent_is_present_and_nobody_learning_is_absent)
{
    static const uint8_t absent[] = { PW_NOT_BORN, PW_DEAD, PW_EMIGRATED, PW_ABROAD };

    for (size_t i = 0; i < sizeof absent; i++)
        cr_assert_not(pw_state_is_present(absent[i]));
    for (uint8_t state = 0; state < PW_NUM_STATES; state++) {
        if (pw_state_is_learning(state)) cr_assert(pw_state_is_present(state));
        if (pw_state_is_apprentice(state) || pw_state_is_university(state))
            cr_assert(pw_state_is_learning(state));
        cr_assert_not(pw_state_is_apprentice(state) && pw_state_is_university(state));
    }
    cr_assert(pw_state_is_learning(PW_ADULT_EDUCATION));
    cr_assert_not(pw_state_is_learning(PW_EMPLOYED));
    cr_assert_not(pw_state_is_learning(PW_EARLY_YEARS));
}

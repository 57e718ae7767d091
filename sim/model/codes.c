/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/codes.h"

#include <stddef.h>

static const struct pw_code states[] = {
#define STATE(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct pw_code classes[] = {
#define CLASS(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct pw_code qualifications[] = {
#define QUALIFICATION(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct pw_code routes[] = {
#define ROUTE(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct pw_code tariffs[] = {
#define TARIFF(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct pw_code sexes[] = {
#define SEX(constant, name, about) { #name, about },
#include "pathways/codes.def"
};

static const struct {
    const struct pw_code *codes;
    int count;
} families[PW_NUM_CODE_FAMILIES] = {
    [PW_CODES_STATE] = { states, PW_NUM_STATES },
    [PW_CODES_CLASS] = { classes, PW_NUM_CLASS_CODES },
    [PW_CODES_QUALIFICATION] = { qualifications, PW_NUM_QUALIFICATIONS },
    [PW_CODES_ROUTE] = { routes, PW_NUM_ROUTES },
    [PW_CODES_TARIFF] = { tariffs, PW_NUM_TARIFFS },
    [PW_CODES_SEX] = { sexes, PW_NUM_SEXES },
};

const struct pw_code *
pw_codes(enum pw_code_family family, int *count)
{
    *count = families[family].count;
    return families[family].codes;
}

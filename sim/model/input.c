/*
 * SPDX-License-Identifier: MIT
 */
#include "pathways/scenario.h"

static const struct pw_input_info regions[PW_NUM_REGION_INPUTS] = {
#define REGION_INPUT(name, min, max, unit, about) { #name, min, max, unit, about },
#include "pathways/inputs.def"
};

static const struct pw_input_info labour_markets[PW_NUM_LABOUR_MARKET_INPUTS] = {
#define LABOUR_MARKET_INPUT(name, min, max, unit, about) { #name, min, max, unit, about },
#include "pathways/inputs.def"
};

static const struct pw_input_info places[PW_NUM_PLACE_INPUTS] = {
#define PLACE_INPUT(name, min, max, unit, about) { #name, min, max, unit, about },
#include "pathways/inputs.def"
};

const struct pw_input_info *
pw_inputs(enum pw_input_family family, int *count)
{
    switch (family) {
    case PW_INPUTS_REGION:
        *count = PW_NUM_REGION_INPUTS;
        return regions;
    case PW_INPUTS_LABOUR_MARKET:
        *count = PW_NUM_LABOUR_MARKET_INPUTS;
        return labour_markets;
    case PW_INPUTS_PLACE:
        break;
    }
    *count = PW_NUM_PLACE_INPUTS;
    return places;
}

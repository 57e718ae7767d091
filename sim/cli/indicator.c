/* SPDX-License-Identifier: MIT */
#include "indicator.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* --- Groupings --- */

static const char *const by_names[CLI_NUM_BY] = { "nation", "place", "labour_market", "region",
    "origin", "sex", "origin_sex", "cohort", "cohort_sex", "year" };

const char *
cli_by_name(enum cli_by by)
{
    return by_names[by];
}

bool
cli_by_is_cohort(enum cli_by by)
{
    return by == CLI_BY_COHORT || by == CLI_BY_COHORT_SEX;
}

bool
cli_by_is_place(enum cli_by by)
{
    return by == CLI_BY_PLACE || by == CLI_BY_LABOUR_MARKET || by == CLI_BY_REGION;
}

pw_status
cli_option_by(const char *text, enum cli_by *by)
{
    size_t index = 0;

    const pw_status status = cli_option_choice("grouping", text, by_names, CLI_NUM_BY, &index);
    if (status == PW_OK) *by = (enum cli_by) index;
    return status;
}

/* --- Indicators --- */

const struct pw_statistic_info *
cli_indicator_statistic(int indicator)
{
    return pw_statistic_info((enum pw_statistic)(indicator - PW_NUM_MEASURES));
}

static const struct pw_measure_info *
measure_of(int indicator)
{
    return pw_measure_info((enum pw_measure) indicator);
}

struct cli_indicator
cli_indicator(int index)
{
    if (index < PW_NUM_MEASURES) {
        const struct pw_measure_info *const info = measure_of(index);

        return (struct cli_indicator){ info->name, info->unit, info->source, info->about,
            info->theme, info->better, false };
    }
    const struct pw_statistic_info *const info = cli_indicator_statistic(index);

    return (struct cli_indicator){ info->name, info->unit, info->published_as, info->about,
        info->theme, info->better, true };
}

int
cli_indicator_index(const char *name)
{
    int index = 0;

    while (strcmp(cli_indicator(index).name, name) != 0) {
        index++;
        PW_BUG_IF(index == CLI_NUM_INDICATORS);
    }
    return index;
}

int
cli_indicator_headlines(int *indices)
{
    static const char *const headlines[] = { /* Mobility outcomes */
        "upward_25_64", "downward_25_64", "long_range_up_25_64", "long_range_down_25_64",
        "class_odds_ratio_25_64", "grandparent_odds_ratio_25_64", "out_earns_parents_30_34",
        "rank_slope_30_34", "income_elasticity_30_34", "degree_25_64_parents_none",
        "degree_25_64_parents_university", "degree_odds_ratio_25_64", "owner_25_34",
        "owner_25_34_owner_parents", "owner_25_34_other_parents", "owner_odds_ratio_25_34",
        "wealth_25_34", "wealth_55_64",
        /* Intermediate outcomes */
        "good_development_5", "good_development_gap_5", "expected_standard_11",
        "expected_standard_gap_11", "strong_pass_16", "strong_pass_gap_16", "neet_16_24",
        "education_16_24", "employment_16_24", "higher_education_17_19", "degree_25_29",
        "active_25_29", "unemployed_25_29", "professional_25_29", "lower_working_25_29",
        "pay_25_29", "origin_pay_premium_25_29", "beyond_a_level_25", "beyond_a_level_32",
        "professional_35_44", "earnings_35_44",
        /* Drivers */
        "pay_ratio_90_10", "low_income_0_15", "parents_degree", "parents_professional",
        "apprentice_16_18", "neet_16_18", "higher_education_by_19", "unemployment_16_24",
        "professional_jobs_22_29", "pay_median_22_29",
        /* Pathways through learning and work */
        "never_neet_25_29", "neet_spell_17_24", "long_neet_spells_17_24", "first_job_age",
        "first_professional_job_age", "professional_job_by_35", "professional_no_degree_25_64",
        /* Place */
        "left_home_area_25_34", "progress_without_leaving_25_34", "professional_25_34_stayers",
        "professional_25_34_leavers", "leavers_pay_gap_25_34", "neet_place_spread_16_24",
        "professional_place_spread_25_29", "pay_place_spread_25_29",
        /* Security, home and wellbeing */
        "secure_25_64", "belonging_25_64", "wellbeing_16_over"
    };
    const int count = (int) (sizeof headlines / sizeof *headlines);

    for (int h = 0; h < count; h++)
        indices[h] = cli_indicator_index(headlines[h]);
    return count;
}

pw_status
cli_indicator_refuse(const char *glob, const struct pw_spelling *spelling)
{
    pw_status status = PW_OK;

    if (spelling->nearest != NULL)
        PW_FAIL(PW_EUSAGE, "--measure: no measure matches \"%s\"; did you mean %s?", glob,
            spelling->nearest);
    PW_FAIL(PW_EUSAGE,
        "--measure: no measure matches \"%s\"; `pathways describe measures` lists them", glob);
done:
    return status;
}

pw_status
cli_indicator_match(const char *glob, bool *chosen)
{
    struct pw_spelling spelling = pw_spelling_of(glob == NULL ? "*" : glob);
    pw_status status = PW_OK;
    int count = 0;

    for (int i = 0; i < CLI_NUM_INDICATORS; i++) {
        const char *const name = cli_indicator(i).name;

        chosen[i] = glob == NULL || fnmatch(glob, name, 0) == 0;
        count += chosen[i];
        pw_spelling_try(&spelling, name);
    }
    if (count == 0) PW_TRY(cli_indicator_refuse(glob, &spelling));
done:
    return status;
}

/* --- Which indicators may be had by which grouping --- */

bool
cli_measure_is_narrow(enum pw_measure measure)
{
    return pw_measure_info(measure)->last_age - pw_measure_info(measure)->first_age < 10;
}

static bool
is_known_by(enum pw_measure measure, enum cli_by by)
{
    return !cli_by_is_place(by) || pw_measure_where(measure) != PW_WHERE_NATION;
}

/* Is a statistic made to be had by this grouping? */
static bool
statistic_is_by(const struct pw_statistic_info *info, enum cli_by by)
{
    const unsigned both = PW_CUT_SEX | PW_CUT_ORIGIN;

    if (by == CLI_BY_NATION || by == CLI_BY_YEAR) return true;
    switch (info->kind) {
    case PW_STATISTIC_OF_TABLE:
        return (by == CLI_BY_SEX && (info->cuts & PW_CUT_SEX) != 0)
               || (by == CLI_BY_ORIGIN && (info->cuts & PW_CUT_ORIGIN) != 0)
               || (by == CLI_BY_ORIGIN_SEX && (info->cuts & both) == both)
               || (by == CLI_BY_COHORT && (info->cuts & PW_CUT_COHORT) != 0)
               || (by == CLI_BY_COHORT_SEX && (info->cuts & PW_CUT_COHORT) != 0
                   && (info->cuts & PW_CUT_SEX) != 0);
    case PW_STATISTIC_DIFFERENCE:
        if (cli_by_is_cohort(by))
            return cli_measure_is_narrow(info->measure) && cli_measure_is_narrow(info->subtrahend);
        return is_known_by(info->measure, by) && is_known_by(info->subtrahend, by);
    case PW_STATISTIC_ORIGIN_GAP:
        return by == CLI_BY_SEX || (cli_by_is_cohort(by) && cli_measure_is_narrow(info->measure));
    default:
        return false;
    }
}

bool
cli_indicator_is_by(int index, enum cli_by by)
{
    if (index >= PW_NUM_MEASURES) return statistic_is_by(cli_indicator_statistic(index), by);
    if (!cli_by_is_cohort(by)) return is_known_by((enum pw_measure) index, by);
    return cli_measure_is_narrow((enum pw_measure) index)
           || pw_statistic_cohort_form((enum pw_measure) index) != NULL;
}

void
cli_indicator_groupings(int index, char text[160])
{
    size_t length = 0;

    text[0] = '\0';
    for (int by = 0; by < CLI_NUM_BY; by++) {
        if (!cli_indicator_is_by(index, (enum cli_by) by)) continue;
        length += (size_t) snprintf(
            text + length, 160 - length, "%s%s", length == 0 ? "" : " ", by_names[by]);
        PW_BUG_IF(length >= 160);
    }
}

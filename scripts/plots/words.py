"""Words and units of pictures.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from run_file import Run

STRAND_NAMES = {
    "sixth_form": "School sixth form", "university": "University", "college": "College", "apprenticeship":
    "Apprenticeship", "professional": "Professional work", "intermediate": "Intermediate work",
    "working": "Working-class work", "neet": "Neither work nor study (NEET)",
}
CLASS_NAMES = {
    "higher_professional": "Higher professional", "lower_professional": "Lower professional",
    "intermediate": "Intermediate", "higher_working": "Higher working", "lower_working": "Lower working",
    "none": "Not known",
}
# Short names of the measures that are drawn unasked; others go by what the file says about them.
MEASURE_NAMES = {
    "neet_16_24": "Neither in work nor in education or training (NEET), ages 16 to 24",
    "never_neet_25_29": "Never NEET from 16 to 24",
    "apprentice_16_18": "In an apprenticeship, ages 16 to 18",
    "attainment_16": "Mean Attainment 8 score at 16",
    "good_development_5": "Good level of development at 5",
    "good_development_5_free_meals": "Good level of development at 5, of those with free school meals",
    "good_development_5_other": "Good level of development at 5, of those without free school meals",
    "expected_standard_11": "Expected standard at 11",
    "expected_standard_11_free_meals": "Expected standard at 11, of those with free school meals",
    "expected_standard_11_other": "Expected standard at 11, of those without free school meals",
    "strong_pass_16": "Strong pass in English and mathematics at 16",
    "strong_pass_16_free_meals": "Strong pass in English and mathematics at 16, of those with free school meals",
    "strong_pass_16_other": "Strong pass in English and mathematics at 16, of those without free school meals",
    "level3_by_19": "A level or equivalent by 19",
    "level3_by_19_free_meals": "A level or equivalent by 19, of those with free school meals",
    "level3_by_19_other": "A level or equivalent by 19, of those without free school meals",
    "higher_education_by_18": "Entered higher education by 18",
    "higher_education_by_18_free_meals": "Entered higher education by 18, of those with free school meals",
    "higher_education_by_18_other": "Entered higher education by 18, of those without free school meals",
    "higher_education_by_19_free_meals": "Entered higher education by 19, of those with free school meals",
    "higher_education_by_19_other": "Entered higher education by 19, of those without free school meals",
    "high_tariff_by_19": "Entered a university of the higher tariff by 19",
    "high_tariff_by_19_free_meals": "Entered a university of the higher tariff by 19, of those with free school meals",
    "high_tariff_by_19_other": "Entered a university of the higher tariff by 19, of those without free school meals",
    "unemployed_25_29": "Unemployed, of those in work or looking for it, ages 25 to 29",
    "professional_25_64": "In a professional class, ages 25 to 64",
    "higher_education_by_19": "Entered higher education by 19",
    "higher_education_17_19": "Entered higher education, 18 to 20 next summer",
    "unemployment_16_24": "Unemployed, of those in work or looking for it, ages 16 to 24",
    "degree_25_29": "Degree, ages 25 to 29",
    "professional_25_29": "In a professional class, ages 25 to 29",
    "lower_working_25_29": "In the lower working class, ages 25 to 29",
    "pay_25_29": "Mean hourly pay, ages 25 to 29",
    "owner_25_34": "Owns a home, ages 25 to 34",
    "progress_without_leaving_25_34": "Professional, of working-class origin, where they grew up, ages 25 to 34",
    "left_home_area_25_34": "Left the labour market they grew up in, ages 25 to 34",
    "long_range_up_25_64": "Professional, of those of working-class origin, ages 25 to 64",
    "upward_25_64": "In a higher class than their parents, ages 25 to 64",
    "downward_25_64": "In a lower class than their parents, ages 25 to 64",
    "secure_25_64": "In secure work and owning a home, ages 25 to 64",
    "low_income_0_15": "In a low-income family, ages 0 to 15",
    "wellbeing_16_24": "Life satisfaction from 0 to 10, ages 16 to 24",
    "wellbeing_16_over": "Life satisfaction from 0 to 10, ages 16 and over",
    "belonging_16_29": "Belonging, ages 16 to 29",
    "belonging_25_64": "Belonging, ages 25 to 64",
}
INTERVALS = "95 % intervals (from leaving out one of {} lineage groups at a time)"


# What a comparison is judged by first: shares of people, from school to a secure life.
HEADLINES = ("neet_16_24", "never_neet_25_29", "level3_by_19", "higher_education_by_19", "degree_25_29",
             "professional_25_29", "lower_working_25_29", "progress_without_leaving_25_34", "left_home_area_25_34",
             "owner_25_34", "upward_25_64", "downward_25_64")
NEITHER_IS_BETTER = {"left_home_area_25_34", "apprentice_16_18", "education_16_24", "employment_16_24",
                     "free_meals_11_15", "sixth_form_16_17", "further_education_16_17", "parents_degree",
                     "parents_professional"}
SEX_NAMES = {"male": "Men", "female": "Women"}
TAG_NAMES = {"coastal": "Coastal places", "post_industrial": "Post-industrial places", "rural": "Rural places",
             "core_city": "Core cities", "london": "London boroughs"}


@dataclass(frozen=True)
class Scale:
    """How a measure is shown: values are multiplied by `factor`."""

    factor: float
    unit: str
    difference_unit: str
    decimals: int

    def value(self, number: float) -> str:
        """A level as text."""
        return "\u2013" if np.isnan(number) else f"{number * self.factor:.{self.decimals}f}"

    def difference(self, number: float) -> str:
        """A difference as text, with its sign."""
        if np.isnan(number):
            return "\u2013"
        text = f"{number * self.factor:+.{self.decimals}f}"
        return text.replace("-", "\u2212") if float(text) else text[1:]


UNIT_NAMES = {"GBP/hour": "\u00a3 an hour", "GBP 1000": "\u00a3 thousand", "score": "points",
              "0-10": "points of 10", "SD": "standard deviations"}


def scale_of(unit: str) -> Scale:
    """Shares in per cent, their differences in percentage points; all else as it is."""
    if unit == "share":
        return Scale(100.0, "%", "percentage points", 1)
    name = UNIT_NAMES.get(unit, unit)
    return Scale(1.0, name, name, 2)


def name_of(run: Run, measure: str) -> str:
    """What a measure is called in a picture."""
    return MEASURE_NAMES.get(measure) or run.measure_about(measure)[0]


def source_line(base: Run, policy: Run | None) -> str:
    """Where a picture comes from, and how far it can be trusted."""
    sources = base.parameter_sources()
    runs = " and ".join(run.text("state_digest")[:8] for run in (base, policy) if run)
    line = (f"Source: pathways simulation, version {base.text('source').removeprefix('pathways ')}, "
            f"run{'s' if policy else ''} {runs}, seed {base.number('seed')}, {base.number('persons'):,} people; "
            "inputs: DfE, ONS, SMC (OGL v3.0).")
    if sources:
        line += (f" Of {len(sources)} parameters {sources.count('assumed')} are assumed and "
                 f"{sources.count('calibrated')} fitted to published figures: read differences before levels.")
    said = " ".join(run.title + " " + run.text("comment") for run in (base, policy) if run).lower()
    if "not yet fitted" in said or "not fitted" in said:
        line += " The baseline is not yet fitted."
    return line


def span_text(span: tuple[int, int]) -> str:
    """Years in words."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]}\u2013{span[1]}"

#!/usr/bin/env python3
"""The scenario library, run: the ideas spend what they may and change what they are meant to.

Every file of the library is run with 200,000 people to 2044 beside england.json with the same seed. A measure is taken
over the ten years 2035 to 2044; the standard error of its difference leaves one group of lineages after another out of
both runs. ctest-label: long

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import h5py
import numpy

from test_scenarios import BUDGET_GBP, FROM, LIBRARY, RAMP_YEARS, SCENARIOS

PROGRAM = os.environ.get("PATHWAYS", "")

PEOPLE = 200_000
YEARS = 20          # 2025 to 2044
DECADE = (2035, 2044)
LEAST_SPENT = 0.95  # the ledger of a lever on residents drops the part of a person in each place
ERRORS = 2.0        # a change in the direction intended by more than so many standard errors

MORE, LESS = 1, -1
# What each idea is meant to change, of everyone or of the people of the classes of origin that follow.
CHANGES = {
    "affordable_homes": ("owner_25_34", MORE),
    "applied_learning": ("attainment_16", MORE),
    "apprenticeship_expansion": ("apprentice_16_18", MORE),
    "belonging_schools": ("belonging_16_29", MORE),
    "community_ownership_codesigned": ("belonging_25_64", MORE),
    "community_ownership_imposed": ("belonging_25_64", MORE),
    "devolution_bundle": ("neet_16_24", LESS),
    "early_years": ("attainment_16_free_meals", MORE),
    "fair_recruitment": ("long_range_up_25_64", MORE),
    "family_engagement": ("attainment_16", MORE),
    "family_security": ("attainment_16", MORE),
    "free_meals_for_all": ("attainment_16", MORE),
    "good_jobs": ("professional_25_64", MORE),
    "remote_work_and_transport": ("left_home_area_25_34", LESS),
    "role_models_and_mentoring": ("neet_16_24", LESS),
    "second_chance": ("employment_25_54", MORE),
    # Nobody gets a job more: people without a degree get more of the good ones.
    "skills_over_credentials": ("professional_no_degree_25_64", MORE),
    "university_only": ("higher_education_by_19_free_meals", MORE),
    "university_partner": ("left_home_area_25_34", LESS),
    "youth_guarantee": ("neet_16_24", LESS),
}
# Where 200 million change less than can be told from chance, the direction is tested with so many times the money.
TIMES = {"affordable_homes": 20, "role_models_and_mentoring": 3}


class Run:
    """What the tests need of a run, so that its file can go: counts of measures, money and participants."""

    def __init__(self, file, changes):
        with h5py.File(file, "r") as run:
            origins = list(run["/axes/class"].asstr()[...])
            year = run["/measures/by_origin/year"][...]
            decade = (year >= DECADE[0]) & (year <= DECADE[1])
            self.parts = {}
            for measure, *chosen in changes:
                counts = run[f"/measures/by_origin/{measure}"][...][decade].astype(float)
                if chosen:
                    counts = counts[:, [origins.index(origin) for origin in chosen]]
                self.parts[(measure, *chosen)] = counts.sum(axis=(0, 1, 2))
            if "policies" in run:
                self.year = run["/policies/year"][...]
                self.spending = run["/policies/spending"][...].sum(axis=2)
                self.participants = run["/policies/participants"][...].sum(axis=2)


def run(scenario, folder):
    """The file of a run, which the next one replaces. All share the history that the first one saves."""
    file, history = folder / "run.h5", folder / "england.history"
    shared = ["--from-history" if history.exists() else "--save-history", str(history)]
    done = subprocess.run(
        [PROGRAM, "run", str(scenario), "-n", str(PEOPLE), "--years", str(YEARS), "--seed", "1",
         "--record", "none", "--force", "--quiet", "-o", str(file), *shared],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{scenario}: {done.stderr}")
    return file


def difference(base, policy, change):
    """Policy less base and its standard error, groups of lineages left out of both in turn."""
    values, without = [], []
    for parts in (base.parts[change], policy.parts[change]):
        total = parts.sum(axis=0)
        values.append(total[0] / total[1])
        without.append((total[0] - parts[:, 0]) / (total[1] - parts[:, 1]))
    change_without = without[1] - without[0]
    groups = len(change_without)
    error = numpy.sqrt((groups - 1) / groups * ((change_without - change_without.mean()) ** 2).sum())
    return values[1] - values[0], error


class Runs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        changes = {(change[0], *change[2:]) for change in CHANGES.values()}
        cls.runs, cls.enlarged = {}, {}
        with tempfile.TemporaryDirectory(prefix="pathways-test-") as folder:
            folder = pathlib.Path(folder)
            for name in ("england", *LIBRARY):
                cls.runs[name] = Run(run(SCENARIOS / f"{name}.json", folder), changes)
            for name, times in TIMES.items():
                scenario = json.loads(json.dumps(LIBRARY[name]))
                scenario["extends"] = str(SCENARIOS / scenario["extends"])
                for policy in scenario["policies"]:
                    policy["budget_gbp"] *= times
                (folder / "enlarged.json").write_text(json.dumps(scenario), encoding="utf-8")
                cls.enlarged[name] = Run(run(folder / "enlarged.json", folder), changes)

    def test_every_file_is_in_the_table_of_changes_and_no_other(self):
        self.assertEqual(set(LIBRARY), set(CHANGES))

    def test_no_policy_spends_more_than_its_budget_in_any_year(self):
        for name, scenario in LIBRARY.items():
            with self.subTest(scenario=name):
                lived = self.runs[name]
                built = numpy.clip((lived.year - FROM + 1) / (RAMP_YEARS + 1), 0, 1)
                for policy, spending in zip(scenario["policies"], lived.spending, strict=True):
                    self.assertTrue((spending <= policy["budget_gbp"] * built * (1 + 1e-9)).all(), policy["name"])

    def test_the_money_is_spent_in_every_year_once_it_is_built_up(self):
        for name in LIBRARY:
            with self.subTest(scenario=name):
                lived = self.runs[name]
                self.assertEqual(lived.year[-1], DECADE[1])
                spent = lived.spending.sum(axis=0)[lived.year >= FROM + RAMP_YEARS]
                self.assertGreaterEqual(spent.min(), LEAST_SPENT * BUDGET_GBP)

    def test_every_idea_changes_what_it_is_meant_to_change_in_the_direction_intended(self):
        for name in LIBRARY:
            with self.subTest(scenario=name):
                measure, direction, *chosen = CHANGES[name]
                policy = self.enlarged.get(name, self.runs[name])
                change, error = difference(self.runs["england"], policy, (measure, *chosen))
                self.assertGreater(error, 0)
                self.assertGreater(direction * change, ERRORS * error, f"{measure}: {change} with error {error}")

    def test_the_same_money_reaches_more_people_and_gives_more_belonging_when_it_is_their_own(self):
        imposed, own = (self.runs[f"community_ownership_{how}"] for how in ("imposed", "codesigned"))
        later = imposed.year >= FROM + RAMP_YEARS
        money = [lived.spending.sum(axis=0)[later] for lived in (imposed, own)]
        self.assertLess(abs(money[1] / money[0] - 1).max(), 0.01)
        for mine, theirs in zip(own.participants[:, later], imposed.participants[:, later], strict=True):
            self.assertGreater((mine / theirs).min(), 1.9)  # twice: imposed_take_up is a half
        for measure in ("belonging_16_29", "belonging_25_64"):
            change, error = difference(imposed, own, (measure,))
            self.assertGreater(change, 10 * error, measure)


if __name__ == "__main__":
    unittest.main()

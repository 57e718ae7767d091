#!/usr/bin/env python3
"""`pathways compare`, person by person: flows, drift, displaced people and costs recomputed with pandas from the files.

Covers sim/cli/pairing.c, flows.c, displaced.c, costs.c and condition.c.

SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy
import pandas

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
COUNTRY = TESTS / "tiny_scenario.json"
PEOPLE, YEARS = "12000", "8"
GROUPS = 32

POLICY = {
    "title": "Apprenticeships and offers in one labour market",
    "why": "A policy that some labour markets have and others have not, large enough to be seen in a small country.",
    "extends": str(COUNTRY),
    "policies": [
        {"name": "Apprenticeships", "lever": "apprenticeship_places_advanced",
         "where": {"labour_markets": ["Greater Manchester"]},
         "from": 2026, "to": 2060, "capacity": 40000, "unit_cost_gbp": 10000},
        {"name": "Offers", "lever": "youth_guarantee", "where": {"labour_markets": ["Greater Manchester"]},
         "from": 2027, "to": 2060, "capacity": 30000, "unit_cost_gbp": 4000},
        {"name": "Jobs", "lever": "subsidised_jobs", "where": {"labour_markets": ["Greater Manchester"]},
         "from": 2026, "to": 2060, "capacity": 60000, "unit_cost_gbp": 4000}],
}

WAYS = {"not_born": "absent", "early_years": "school", "school": "school", "sixth_form": "school",
        "further_education": "college", "apprenticeship_intermediate": "apprenticeship",
        "apprenticeship_advanced": "apprenticeship", "apprenticeship_higher": "apprenticeship",
        "university_home": "university", "university_away": "university", "postgraduate": "university",
        "unemployed": "neet", "inactive": "neet", "adult_education": "college", "retired": "retired", "dead": "absent",
        "emigrated": "absent", "abroad": "absent"}
JOBS = {"lower_working": "working_job", "higher_working": "working_job", "none": "working_job",
        "intermediate": "intermediate_job", "lower_professional": "professional_job",
        "higher_professional": "professional_job"}
ORDER = list(dict.fromkeys(JOBS.values()))


def pathways(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


def turn(base, policy):
    """What a change of pathway is to the person."""
    if base == policy:
        return "none"
    if {"absent", "retired"} & {base, policy}:
        return "other"
    if base == "neet":
        return "better"
    if policy == "neet":
        return "worse"
    if base in ORDER and policy in ORDER:
        return "better" if ORDER.index(policy) > ORDER.index(base) else "worse"
    return "other"


def total(sums, each):
    """A total and its standard error from the parts of the lineage groups."""
    sums = numpy.asarray(sums, dtype=float)
    without = (sums.sum() - sums) * GROUPS / (GROUPS - 1)
    return each * sums.sum(), each * numpy.sqrt((GROUPS - 1) / GROUPS * ((without - without.mean()) ** 2).sum())


class People:
    """One run file as a table of people."""

    def __init__(self, path, year):
        with h5py.File(path, "r") as run:
            self.each = float(run.attrs["people_each"]) / float(run.attrs["record"])
            self.first_year = int(run["/trajectories/year"][0])
            states = run["/axes/state"].asstr()[...]
            classes = run["/axes/class"].asstr()[...]
            self.market = run["/axes/place_labour_market"][...]
            column = year - self.first_year
            self.states = run["/trajectories/state"][:, :column + 1]
            self.table = pandas.DataFrame({name: run[f"/persons/{name}"][...] for name in (
                "key", "birth_year", "lineage_group", "origin_class", "home_place", "exposure")})
            self.table["place"] = run["/trajectories/place"][:, column]
            self.table["class"] = run["/trajectories/class"][:, column]
            self.table["origin"] = classes[self.table.origin_class]
            years = numpy.arange(self.first_year, year + 1)
            age = years[None, :] - self.table.birth_year.to_numpy()[:, None]
            out = numpy.isin(self.states, [list(states).index(name) for name in ("unemployed", "inactive")])
            self.table["neet"] = (out & (age >= 16) & (age <= 24)).sum(axis=1)
            name, job = states[self.states[:, -1]], classes[self.table["class"]]
            self.table["way"] = [JOBS[j] if n == "employed" else WAYS[n] for n, j in zip(name, job)]
            self.participants = run["/policies/participants"][:, :column + 1] if "policies" in run else None


class Pairs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.base, cls.policy = folder / "base.h5", folder / "policy.h5"
        scenario = folder / "policy.json"
        scenario.write_text(json.dumps(POLICY), encoding="utf-8")
        for path, source in ((cls.base, COUNTRY), (cls.policy, scenario)):
            done = pathways("run", source, "-n", PEOPLE, "--years", YEARS, "-o", path)
            if done.returncode != 0:
                cls.folder.cleanup()
                raise AssertionError(f"run {source}: {done.stderr}")
        with h5py.File(cls.base, "r") as run:
            cls.last = int(run["/trajectories/year"][-1])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rows(self, section, *arguments, base=None, policy=None):
        done = pathways("compare", base or self.base, policy or self.policy, "--show", section, *arguments,
                        "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def joined(self, year, first_age=16, last_age=29):
        """Everybody of some ages in both runs who is in the country in one of them, as the program counts them."""
        base, policy = People(self.base, year), People(self.policy, year)
        table = base.table.merge(policy.table, on=["key", "birth_year"], suffixes=("", "_policy"), how="outer",
                                 indicator=True)
        age = year - table.birth_year
        table = table[(age >= first_age) & (age <= last_age)].copy()
        alone = [int(((table._merge == side) & (table[way] != "absent")).sum())
                 for side, way in (("left_only", "way"), ("right_only", "way_policy"))]
        table = table[table._merge == "both"]
        table = table[(table.way != "absent") | (table.way_policy != "absent")].copy()
        reached = numpy.isin(base.market, base.market[policy.participants.sum(axis=(0, 1)) > 0])
        where = table.place.where(table.place >= 0, table.place_policy).astype(int).to_numpy()
        home = table.home_place.astype(int).to_numpy()
        table["enrolled"] = table.exposure_policy.astype(int) > 0
        table["reach"] = (table.enrolled | (reached[where] & (where >= 0)) | (reached[home] & (home >= 0)))
        table["turn"] = [turn(a, b) for a, b in zip(table.way, table.way_policy)]
        return table, base, alone

    def test_flow_table_is_that_of_pandas(self):
        for year, ages in ((self.last, (16, 29)), (self.last - 3, (16, 18)), (self.last, (25, 64))):
            table, base, _ = self.joined(year, *ages)
            rows = self.rows("flows", "--year", year, "--ages", f"{ages[0]}-{ages[1]}")
            expected = table.groupby(["way", "way_policy"]).size()
            self.assertGreater((table.way != table.way_policy).sum(), 0)
            for row in rows:
                some = table if row["origin"] == "everyone" else table[table.origin == row["origin"]]
                cell = some[(some.way == row["base_pathway"]) & (some.way_policy == row["policy_pathway"])]
                self.assertAlmostEqual(row["people"], len(cell) * base.each, delta=1e-6 * max(1, row["people"]))
                self.assertAlmostEqual(row["enrolled"], cell.enrolled.sum() * base.each, delta=1e-6 * row["people"] + 1)
                self.assertEqual(row["turn"], turn(row["base_pathway"], row["policy_pathway"]))
            everyone = sum(row["people"] for row in rows if row["origin"] == "everyone")
            self.assertAlmostEqual(everyone, expected.sum() * base.each, delta=1e-6 * everyone)

    def test_net_gross_and_drift_of_pathways_are_those_of_pandas(self):
        table, base, _ = self.joined(self.last)
        out = table[~table.reach]
        self.assertGreater(len(out), 100)
        self.assertGreater(len(table) - len(out), 100)
        for row in self.rows("pathways"):
            way = row["pathway"]
            here, there = table.way == way, table.way_policy == way
            sums = [((table.lineage_group == g) & there).sum() - ((table.lineage_group == g) & here).sum()
                    for g in range(GROUPS)]
            net, error = total(sums, base.each)
            drift = sum((table.way == a).sum() * ((out.way == a) & (out.way_policy == way)).sum() / (out.way == a).sum()
                        for a in out.way.unique() if a != way)
            lost = table[here & ~there & ~table.enrolled & (table.way_policy != "absent")]
            for name, value in (("base", here.sum()), ("policy", there.sum()), ("gained", (there & ~here).sum()),
                                ("lost", (here & ~there).sum()), ("gained_by_drift", drift),
                                ("lost_not_enrolled", len(lost)), ("lost_to_neet", (lost.way_policy == "neet").sum())):
                self.assertAlmostEqual(row[name], value * base.each, delta=1e-6 * abs(row[name]) + 1e-6, msg=(way, name))
            self.assertAlmostEqual(row["net"], net, delta=1e-6 * abs(net) + 1e-6)
            self.assertAlmostEqual(row["standard_error"], error, delta=1e-6 * error + 1e-6)

    def test_better_worse_and_displaced_are_those_of_pandas_by_origin_and_place(self):
        table, base, _ = self.joined(self.last)
        with h5py.File(self.base, "r") as run:
            places = list(run["/axes/place"].asstr()[...])
        where = table.place.where(table.place >= 0, table.place_policy).astype(int)
        seen = set()
        for row in self.rows("displaced"):
            some = {"nation": lambda _: table, "origin": lambda group: table[table.origin == group],
                    "enrolment": lambda group: table[table.enrolled == (group == "ever enrolled")],
                    "place": lambda group: table[where == places.index(group)],
                    "drift": lambda _: None}[row["by"]](row["group"])
            seen.add(row["by"])
            if some is None:
                continue
            for name in ("better", "worse", "other"):
                self.assertAlmostEqual(row[name], (some.turn == name).sum() * base.each, delta=1e-6 * row[name] + 1e-6)
            displaced = ((some.turn == "worse") & ~some.enrolled).sum() * base.each
            self.assertAlmostEqual(row["displaced"], displaced, delta=1e-6 * displaced + 1e-6)
            net, error = total([((some.turn == "better") & (some.lineage_group == g)).sum()
                                - ((some.turn == "worse") & (some.lineage_group == g)).sum() for g in range(GROUPS)],
                               base.each)
            self.assertAlmostEqual(row["net"], net, delta=1e-6 * abs(net) + 1e-6)
            self.assertAlmostEqual(row["standard_error"], error, delta=1e-6 * error + 1e-6)
        self.assertEqual(seen, {"nation", "origin", "enrolment", "place", "drift"})

    def test_years_neet_and_classes_are_those_of_pandas(self):
        base, policy = People(self.base, self.last), People(self.policy, self.last)
        table = base.table.merge(policy.table, on=["key", "birth_year"], suffixes=("", "_policy"))
        fewer = table.neet - table.neet_policy
        rows = {(row["what"], row["group"]): row for row in self.rows("years")}
        row = rows["neet_years_16_24", "everyone"]
        self.assertGreater(row["better_people"], 0)
        for name, value in (("better_people", (fewer > 0).sum()), ("better_years", fewer[fewer > 0].sum()),
                            ("worse_people", (fewer < 0).sum()), ("worse_years", -fewer[fewer < 0].sum()),
                            ("net", fewer.sum())):
            self.assertAlmostEqual(row[name], value * base.each, delta=1e-6 * abs(row[name]) + 1e-6, msg=name)
        age = self.last - table.birth_year
        adults = table[(age >= 25) & (age <= 64) & (table.way != "absent") & (table.way_policy != "absent")
                       & (table["class"] < 5) & (table.class_policy < 5)]
        for group in ("everyone", "lower_working"):
            some = adults if group == "everyone" else adults[adults.origin == group]
            row = rows["class_25_64", group]
            self.assertAlmostEqual(row["better_people"], (some.class_policy > some["class"]).sum() * base.each, delta=1)
            self.assertAlmostEqual(row["worse_people"], (some.class_policy < some["class"]).sum() * base.each, delta=1)

    def test_people_of_one_run_only_are_said_and_left_out(self):
        table, base, alone = self.joined(self.last)
        text = pathways("compare", self.base, self.policy, "--show", "pathways").stdout
        self.assertEqual("born in one run only, or in another year" in text, sum(alone) > 0)
        people = sum(row["people"] for row in self.rows("flows") if row["origin"] == "everyone")
        self.assertAlmostEqual(people, len(table) * base.each, delta=1)

    def test_cost_of_an_outcome_is_money_over_people_discounted_when_asked(self):
        for rate in (0.0, 0.035):
            rows = {row["outcome"]: row for row in self.rows("cost", "--discount", rate)}
            with h5py.File(self.base, "r") as base, h5py.File(self.policy, "r") as policy:
                years = policy["/policies/year"][...]
                weights = (1 + rate) ** (2026.0 - years)
                cost = (policy["/policies/spending"][...].sum(axis=(0, 2)) * weights).sum()
                for name, measure, sign, years_each in (
                        ("neet_year_averted_16_24", "neet_16_24", -1, 1), ("level3_by_19", "level3_by_19", 1, 1),
                        ("professional_25_29", "professional_25_29", 1, 5)):
                    parts = [run[f"/measures/by_origin/{measure}"][..., 0].astype(float).sum(axis=(1, 2))
                             for run in (base, policy)]
                    sums = ((parts[1] - parts[0]) * weights[:, None]).sum(axis=0) * sign
                    gain, error = total(sums, base.attrs["people_each"] / years_each)
                    row = rows[name]
                    self.assertAlmostEqual(row["cost_gbp"] / cost, 1, places=7)
                    self.assertAlmostEqual(row["gain"], gain, delta=1e-6 * abs(gain) + 1e-6)
                    self.assertAlmostEqual(row["standard_error"], error, delta=1e-6 * error + 1e-6)
                    if row["adjusted_p"] <= 0.05 and gain > 0:
                        margin = 2.0395134 * error
                        self.assertAlmostEqual(row["gbp_each"] / (cost / gain), 1, places=6)
                        self.assertAlmostEqual(row["gbp_each_low"] / (cost / (gain + margin)), 1, places=5)
                        self.assertAlmostEqual(row["gbp_each_high"] / (cost / (gain - margin)), 1, places=5)
                    else:
                        self.assertIsNone(row["gbp_each"])
            self.assertEqual(rows["neet_year_averted_16_24"]["verdict"], "gains")
        unsure = [row for row in rows.values() if row["adjusted_p"] > 0.05]
        self.assertTrue(unsure)
        self.assertEqual({row["verdict"] for row in unsure}, {"no effect told apart from zero"})

    def test_a_run_beside_itself_has_no_flow_nobody_displaced_and_no_cost(self):
        for run in (self.base, self.policy):
            for row in self.rows("flows", base=run, policy=run):
                self.assertTrue(row["people"] == 0 or row["base_pathway"] == row["policy_pathway"], row)
            for row in self.rows("pathways", base=run, policy=run):
                self.assertEqual((row["net"], row["gained"], row["lost"], row["lost_not_enrolled"]), (0, 0, 0, 0))
                self.assertIn(row["adjusted_p"], (1, None))
            for row in self.rows("displaced", base=run, policy=run):
                self.assertEqual((row["better"], row["worse"], row["other"], row["displaced"]), (0, 0, 0, 0))
            for row in self.rows("years", base=run, policy=run):
                self.assertEqual((row["better_people"], row["worse_people"], row["net"]), (0, 0, 0))
            for row in self.rows("cost", base=run, policy=run):
                self.assertEqual((row["cost_gbp"], row["gain"], row["verdict"]), (0, 0, "costs the same"))
            self.assertEqual(self.rows("runs", base=run, policy=run), [])

    def test_the_other_way_round_gains_are_losses(self):
        there = {row["pathway"]: row for row in self.rows("pathways")}
        back = {row["pathway"]: row for row in self.rows("pathways", base=self.policy, policy=self.base)}
        for way, row in there.items():
            self.assertEqual((row["gained"], row["lost"]), (back[way]["lost"], back[way]["gained"]))
            self.assertEqual(row["net"], -back[way]["net"])

    def test_json_of_every_section_is_one_object_and_csv_holds_one(self):
        everything = self.rows("all")
        self.assertEqual(list(everything), ["runs", "differences", "pathways", "flows", "displaced", "years", "cost"])
        for section, rows in everything.items():
            done = pathways("compare", self.base, self.policy, self.policy, "--show", section, "--format", "csv")
            self.assertEqual(done.returncode, 0, done.stderr)
            table = list(csv.DictReader(io.StringIO(done.stdout)))
            self.assertEqual(len(table), 2 * len(rows), section)
            self.assertEqual(list(table[0]), list(rows[0]))
        done = pathways("compare", self.base, self.policy, "--show", "flows,cost", "--format", "csv")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        markdown = pathways("compare", self.base, self.policy, "--format", "markdown").stdout
        self.assertIn("## From where to where\n", markdown)
        self.assertIn("| base \\ policy |", markdown)

    def test_runs_without_trajectories_still_show_differences_and_cost(self):
        folder = pathlib.Path(self.folder.name)
        runs = [folder / "none_base.h5", folder / "none_policy.h5"]
        for path, source in zip(runs, (COUNTRY, folder / "policy.json")):
            done = pathways("run", source, "-n", "3000", "--years", "3", "--record", "none", "-o", path)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = pathways("compare", *runs)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the years of nobody", done.stdout)
        self.assertIn("Cost of an outcome", done.stdout)
        done = pathways("compare", *runs, "--show", "flows", "--format", "csv")
        self.assertEqual(done.returncode, 3)
        self.assertIn("same --record", done.stderr)

    def test_people_are_not_joined_when_other_people_are_on_file(self):
        half = pathlib.Path(self.folder.name) / "half.h5"
        done = pathways("run", COUNTRY, "-n", PEOPLE, "--years", YEARS, "--record", "0.5", "-o", half)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = pathways("compare", self.base, half)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("of different people", done.stdout)
        self.assertNotIn("From where to where", done.stdout)
        text = pathways("compare", half, half, "--show", "pathways", "--format", "json").stdout
        whole = {row["pathway"]: row["base"] for row in self.rows("pathways", policy=self.base)}
        for row in json.loads(text):  # a half stands for all: within five standard errors of a binomial
            people = whole[row["pathway"]] / People(self.base, self.last).each
            if people > 50:
                self.assertLess(abs(row["base"] / whole[row["pathway"]] - 1), 5 / people ** 0.5)

    def test_a_condition_that_holds_gives_status_1_and_says_for_which_run(self):
        row = next(row for row in self.rows("differences", "--by", "nation", "--measure", "neet_16_24"))
        self.assertLess(row["difference"], 0)
        half = -row["difference"] / 2
        for condition, status in (
                ("neet_16_24 < base", 1), ("neet_16_24 > base", 0), ("neet_16_24 >= base", 0),
                (f"neet_16_24 < base - {half}", 1), (f"neet_16_24 < base - {3 * half}", 0),
                (f"neet_16_24 < base - {100 * half}%", 1), (f"neet_16_24 > {row['policy'] / 2}", 1),
                ("neet_16_24 > 0.5 + 0.2", 0), ("neet_16_24 significantly < base", int(row["p"] <= 0.05)),
                ("neet_16_24 significantly < base + 50%", 1), ("neet_16_24 in Blackpool > 0%", 1),
                ("neet_16_24 in origin:lower_working > 1", 0), ("class_odds_ratio_25_64 < 0", 0)):
            done = pathways("compare", self.base, self.policy, "--show", "runs", "--fail-if", condition)
            self.assertEqual(done.returncode, status, (condition, done.stderr))
            self.assertNotEqual(done.stdout, "")
            if status:
                self.assertIn("policy.h5", done.stderr)
                self.assertIn(condition, done.stderr)
        done = pathways("compare", self.base, self.base, self.policy, "--show", "runs",
                        "--fail-if", "neet_16_24 > base", "--fail-if", "neet_16_24 <= base")
        self.assertEqual(done.returncode, 1)
        self.assertIn("base.h5: ", done.stderr)

    def test_conditions_and_options_that_cannot_be_understood_are_refused(self):
        for arguments, words in (
                (("--fail-if", "neet_16_25 > base"), "did you mean neet_16_24?"),
                (("--fail-if", "neet_16_24 in Blackpol > base"), "did you mean Blackpool?"),
                (("--fail-if", "neet_16_24"), "compare with >"), (("--fail-if", "neet_16_24 == base"), "compare with >"),
                (("--fail-if", "neet_16_24 > bse"), "neither base nor a number"),
                (("--fail-if", "neet_16_24 > base * 2"), "not understood"),
                (("--fail-if", "neet_16_24 > base + x"), "a number is missing"),
                (("--fail-if", "> base"), "no measure before"),
                (("--fail-if", "class_odds_ratio_25_64 in Blackpool > base"), "not known by place"),
                (("--fail-if", "x" * 300), "longer than"),
                (("--show", "flow"), "did you mean flows"), (("--ages", "29-16"), "range of ages"),
                (("--ages", "16"), "range of ages"), (("--ages", "3-9"), "range of ages"),
                (("--discount", "3.5"), "outside [0, 1]"), (("--discount", "x"), "finite number")):
            done = pathways("compare", self.base, self.policy, *arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_files_whose_people_are_out_of_order_or_lack_columns_are_refused(self):
        broken = pathlib.Path(self.folder.name) / "broken.h5"
        broken.write_bytes(self.policy.read_bytes())
        with h5py.File(broken, "r+") as run:
            run["/persons/birth_year"][5] = 2020
        done = pathways("compare", self.base, broken, "--show", "flows")
        self.assertEqual(done.returncode, 3)
        self.assertIn("order of birth year", done.stderr)
        broken.write_bytes(self.policy.read_bytes())
        with h5py.File(broken, "r+") as run:
            run["/persons/lineage_group"][...] = 99
        done = pathways("compare", self.base, broken, "--show", "flows")
        self.assertEqual(done.returncode, 3)
        self.assertIn("lineage_group is 99", done.stderr)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main()

#!/usr/bin/env python3
"""`pathways diff` on small runs: the first difference is where the files have it; runs that are the same; refusals.

Covers sim/cli/diff.c, diff_scenarios.c, diff_lives.c and diff_recorded.c.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
COUNTRY = TESTS / "tiny_scenario.json"
RUN = ("-n", "4000", "--years", "12", "--set", "run.history_from=2005", "--shards", "2", "--quiet")

POLICY = {
    "title": "Apprenticeships",
    "why": "A policy large enough to be seen in a small country.",
    "extends": str(COUNTRY),
    "policies": [{"name": "Apprenticeships", "lever": "apprenticeship_places_advanced",
                  "from": 2027, "to": 2060, "strength": 1.0, "capacity": 400000}],
}


def pathways(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


class Diff(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.base, cls.policy, cls.set, cls.seed, cls.none = (
            folder / f"{name}.h5" for name in ("base", "policy", "set", "seed", "none"))
        scenario = folder / "policy.json"
        scenario.write_text(json.dumps(POLICY), encoding="utf-8")
        for path, source, more in ((cls.base, COUNTRY, ()), (cls.policy, scenario, ()),
                                   (cls.set, COUNTRY, ("--set", "home.base=0.4")),
                                   (cls.seed, COUNTRY, ("--seed", "2")),
                                   (cls.none, COUNTRY, ("--record", "none"))):
            done = pathways("run", source, *RUN, *more, "-o", path)
            if done.returncode != 0:
                cls.folder.cleanup()
                raise AssertionError(f"run {source}: {done.stderr}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def compared(self, code, *arguments):
        done = pathways("diff", *arguments, "--format", "json", "-q")
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout)

    def first_on_file(self, path):
        """First year in which a recorded state or place differs from the base, of people in both."""
        with h5py.File(self.base) as a, h5py.File(path) as b:
            _, one, other = numpy.intersect1d(a["/persons/key"], b["/persons/key"], return_indices=True)
            differs = (a["/trajectories/state"][...][one] != b["/trajectories/state"][...][other])
            return int(a["/trajectories/state"].dims[1][0][...][numpy.flatnonzero(differs.any(axis=0))[0]])

    def test_a_policy_parts_the_runs_in_its_first_year_and_in_its_process(self):
        found = self.compared(1, self.base, self.policy, "--years", 3)
        self.assertTrue(found["part"])
        self.assertEqual((found["year"], found["process"], found["column"]), (2027, "post16", "state"))
        self.assertEqual(found["year"], self.first_on_file(self.policy))
        # The first in the file may be one who took the seat of a new apprentice.
        self.assertNotEqual(found["first_value"], found["second_value"])
        for value in (found["first_value"], found["second_value"]):
            self.assertIn(value, ("apprenticeship advanced", "apprenticeship intermediate", "further education",
                                  "sixth form", "employed", "unemployed", "inactive"))
        self.assertEqual(len(found["scenarios"]), 1)
        self.assertIn('policy "Apprenticeships"', found["scenarios"][0])
        self.assertEqual([row["year"] for row in found["years"]], [2027, 2028, 2029, 2030])
        self.assertGreater(found["years"][-1]["differ"], found["years"][0]["differ"])
        only = self.compared(1, self.base, self.policy, "--years", 0)
        self.assertEqual([row["year"] for row in only["years"]], [2027])
        for row in found["years"]:
            self.assertGreaterEqual(row["differ"], row["in state, place, class, qualification or home"])

    def test_a_parameter_parts_them_in_the_process_that_reads_it(self):
        found = self.compared(1, self.base, self.set)
        self.assertEqual((found["process"], found["column"]), ("home", "owner"))
        self.assertEqual(found["year"], 2006)
        self.assertTrue(any("home.base" in line and "0.4" in line for line in found["scenarios"]), found["scenarios"])

    def test_a_run_is_the_same_as_itself_recorded_or_not(self):
        copy = pathlib.Path(self.folder.name) / "copy.h5"
        shutil.copy(self.base, copy)
        for other in (copy, self.none):
            found = self.compared(0, self.base, other)
            self.assertFalse(found["part"])
            self.assertIn("never part", found["finding"])
            self.assertEqual(found["scenarios"], [])

    def test_another_seed_is_other_people(self):
        found = self.compared(1, self.base, self.seed)
        self.assertIn("seed: 1 and 2", found["scenarios"])
        self.assertIn("other people", found["finding"])

    def test_what_is_on_file_is_compared_where_runs_cannot_be_lived_again(self):
        changed = pathlib.Path(self.folder.name) / "changed.h5"
        shutil.copy(self.base, changed)
        with h5py.File(changed, "r+") as run:
            row = int(numpy.flatnonzero(run["/trajectories/state"][:, 5] == 11)[0])
            year = int(run["/trajectories/state"].dims[1][0][5])
            run["/trajectories/state"][row, 5] = 12
            key = int(run["/persons/key"][row])
            run.attrs["state_digest"] = "0123456789abcdef"
        done = pathways("diff", self.base, changed)
        self.assertEqual(done.returncode, 1)
        self.assertIn("what is on file is compared instead", done.stderr)
        self.assertIn(f"On file the runs part in {year}, in state, of 1 people", done.stdout)
        self.assertIn(f"person {key}", done.stdout)
        self.assertIn("employed in base.h5 and unemployed in changed.h5", done.stdout)
        self.assertIn("jobs", done.stdout.split("The processes that write state:")[1])
        found = self.compared(1, self.base, self.policy, "--recorded")
        self.assertEqual(found["year"], self.first_on_file(self.policy))
        self.assertEqual(self.compared(0, self.base, self.base, "--recorded")["finding"],
                         "All that is on file is the same.\n")

    def test_text_for_readers(self):
        text = pathways("diff", self.base, self.policy, "-q", "--years", "2").stdout
        self.assertIn("What was asked differs:", text)
        self.assertIn("The runs part in 2027, in the process post16.", text)
        self.assertRegex(text, r"The first is person -?\d+, a (wo)?man of \d+, ")
        self.assertIn("year  in both  differ", text)

    def test_bad_requests_are_refused(self):
        for code, words, arguments in (
                (2, "A.h5 B.h5 is missing", (self.base,)),
                (2, "too many arguments", (self.base, self.base, self.base)),
                (3, "there is no such file", (self.base, "nowhere.h5")),
                (3, "is not an HDF5 file", (COUNTRY, self.base)),
                (2, "there is no such format", (self.base, self.set, "--format", "csv")),
                (2, "outside [0, 1000]", (self.base, self.set, "--years", "-1")),
                (2, "did you mean --years?", (self.base, self.set, "--year5", "1")),
                (3, "record no lives", (self.base, self.none, "--recorded"))):
            done = pathways("diff", *arguments)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertIn("--recorded", pathways("diff", "--help").stdout)


if __name__ == "__main__":
    unittest.main()

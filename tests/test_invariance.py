#!/usr/bin/env python3
"""What must not change a run does not change one byte of it: threads, policies of no strength, what is recorded.

The program is run as a user runs it, and run files are compared dataset by dataset. ctest-label: slow

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TINY = os.path.join(SOURCE, "tests", "tiny_scenario.json")
ENGLAND = os.path.join(SOURCE, "scenarios", "england.json")
# Several shards, or there would be nothing for a second thread to do.
TINY_RUN = [TINY, "-n", "8000", "--years", "12", "--shards", "5"]
ENGLAND_RUN = [ENGLAND, "-n", "12000", "--years", "12", "--shards", "4"]
LEVER_RUN = [TINY, "-n", "4000", "--years", "5", "--shards", "3"]
FIRST_YEAR = 2027

OUTREACH = {"lever": "university_outreach", "whom": {"first_age": 16, "last_age": 17}}
PLACES = {"lever": "apprenticeship_places_advanced", "where": {"tags": ["coastal", "post_industrial"]}}
MANY = 1000000  # of the people of the real country


def levers():
    """One lever of each kind; tests/test_world.c tries every one."""
    done = subprocess.run([PROGRAM, "describe", "levers", "--format", "json"], capture_output=True, text=True,
                          check=True)
    return list({row["reaches"]: row["lever"] for row in json.loads(done.stdout)}.values())


def values(dataset):
    """Content of a dataset as something that is equal only when every byte is."""
    content = dataset[()]
    if isinstance(content, numpy.ndarray) and content.dtype != object:
        return str(content.dtype), content.shape, content.tobytes()
    return repr(content.tolist() if isinstance(content, numpy.ndarray) else content)


def read(path, *groups):
    """{name: content} of the datasets of a run file, of all groups but /code when none is named."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and (name.split("/")[0] in groups or not groups):
            found[name] = values(item)

    with h5py.File(path) as file:
        file.visititems(visit)
    return {name: content for name, content in found.items() if not name.startswith("code/")}


def attribute(path, name):
    with h5py.File(path) as file:
        return file.attrs[name]


class Persons:
    """The people of a run file by their keys."""

    def __init__(self, path):
        with h5py.File(path) as file:
            self.columns = {name: file["persons"][name][:] for name in file["persons"] if name != "person"}
            self.panel = {name: file["trajectories"][name][:] for name in file["trajectories"]
                          if file["trajectories"][name].ndim == 2}
            self.years = file["trajectories/year"][:]
        self.key = self.columns["key"]

    def rows_of(self, keys):
        order = numpy.argsort(self.key)
        return order[numpy.searchsorted(self.key[order], keys)]


class Invariance(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="pathways-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.base = {"tiny": cls.run_scenario("tiny.h5", *TINY_RUN), "england": cls.run_scenario("england.h5", *ENGLAND_RUN)}
        cls.arguments = {"tiny": TINY_RUN, "england": ENGLAND_RUN}

    @classmethod
    def run_scenario(cls, name, *arguments):
        path = os.path.join(cls.folder, name)
        done = subprocess.run([PROGRAM, "run", *arguments, "-o", path, "--quiet", "--force"], capture_output=True,
                              text=True, timeout=600, check=False)
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stderr}")
        return path

    def run_policy(self, country, **keys):
        """A run under one policy, else as the baseline."""
        scenario = os.path.join(self.folder, "policy.json")
        base, *rest = LEVER_RUN if country == "lever" else self.arguments[country]
        policy = {"name": "A policy", "from": FIRST_YEAR, "to": 2100, "strength": 1, "capacity": MANY, **keys}
        with open(scenario, "w", encoding="utf-8") as file:
            json.dump({"extends": base, "policies": [policy]}, file)
        return self.run_scenario("policy.h5", scenario, *rest)

    def assert_same(self, path, other, *groups):
        first, second = read(path, *groups), read(other, *groups)
        self.assertGreater(len(first), 3)
        self.assertEqual(first.keys(), second.keys())
        self.assertEqual([name for name in first if first[name] != second[name]], [])

    def differing(self, path, other, *groups):
        first, second = read(path, *groups), read(other, *groups)
        return [name for name in first if first[name] != second[name]]

    # --- Threads and seeds ---------------------------------------------------------------------

    def test_one_two_and_seven_threads_give_the_same_bytes(self):
        for country, arguments in self.arguments.items():
            for threads in ("1", "2", "7"):
                with self.subTest(country=country, threads=threads):
                    path = self.run_scenario("threads.h5", *arguments, "--threads", threads)
                    self.assertEqual(attribute(path, "state_digest"), attribute(self.base[country], "state_digest"))
                    self.assert_same(path, self.base[country])

    def test_shards_of_any_number_are_one_on_one_thread_too(self):
        """The default number of shards: one for so few people."""
        paths = [self.run_scenario(f"one{threads}.h5", *TINY_RUN[:-2], "--threads", threads) for threads in ("1", "7")]
        self.assert_same(*paths)

    def test_the_same_seed_gives_the_same_country_and_another_seed_another(self):
        self.assert_same(self.run_scenario("again.h5", *TINY_RUN, "--seed", "1"), self.base["tiny"])
        for option in (["--seed", "2"], ["--replicate", "1"]):
            path = self.run_scenario("other.h5", *TINY_RUN, *option)
            self.assertNotEqual(attribute(path, "state_digest"), attribute(self.base["tiny"], "state_digest"))
            changed = self.differing(path, self.base["tiny"], "measures", "trajectories")
            for name in ("trajectories/state", "measures/by_place/neet_16_24", "measures/tables/class_table"):
                self.assertIn(name, changed, option)

    def test_the_resolved_scenario_of_a_run_file_runs_to_the_same_end(self):
        path = self.run_policy("tiny", **PLACES)
        scenario = os.path.join(self.folder, "resolved.json")
        with h5py.File(path) as file, open(scenario, "w", encoding="utf-8") as text:
            text.write(file["scenario/resolved_text"].asstr()[()])
        again = self.run_scenario("again.h5", scenario)
        for name in ("scenario_digest", "state_digest"):
            self.assertEqual(attribute(again, name), attribute(path, name))
        self.assert_same(again, path, "axes", "persons", "trajectories", "measures", "flows", "markets", "policies")

    # --- Policies ------------------------------------------------------------------------------

    def test_policies_of_no_strength_or_capacity_change_not_one_byte(self):
        for country, policy in (("tiny", PLACES), ("tiny", OUTREACH), ("england", PLACES), ("england", OUTREACH)):
            for nothing in ({"strength": 0}, {"capacity": 0}):
                with self.subTest(country=country, lever=policy["lever"], **nothing):
                    path = self.run_policy(country, **{**policy, **nothing})
                    self.assertEqual(attribute(path, "state_digest"), attribute(self.base[country], "state_digest"))
                    self.assert_same(path, self.base[country], "persons", "trajectories", "measures", "flows", "markets")

    def test_a_lever_of_each_kind_with_no_strength_changes_nothing_and_with_strength_something(self):
        base = self.run_scenario("lever.h5", *LEVER_RUN)
        for lever in levers():
            with self.subTest(lever=lever):
                whom = {"whom": OUTREACH["whom"]} if lever == OUTREACH["lever"] else {}
                path = self.run_policy("lever", lever=lever, strength=0, **whom)
                self.assert_same(path, base, "persons", "trajectories", "measures")
                path = self.run_policy("lever", lever=lever, **whom)
                self.assertNotEqual(attribute(path, "state_digest"), attribute(base, "state_digest"))
                self.assertTrue(self.differing(path, base, "trajectories"))
                self.assertTrue(self.differing(path, base, "measures"))

    def test_a_policy_that_begins_after_the_run_changes_nothing(self):
        path = self.run_policy("tiny", **{**PLACES, "from": 2090})
        self.assert_same(path, self.base["tiny"], "persons", "trajectories", "measures")

    def test_a_policy_changes_nothing_before_it_begins(self):
        for policy in (PLACES, OUTREACH):
            base, other = Persons(self.base["tiny"]), Persons(self.run_policy("tiny", **policy))
            before = base.years < FIRST_YEAR
            born = base.columns["birth_year"] < FIRST_YEAR
            keys = base.key[born & numpy.isin(base.key, other.key)]
            self.assertGreater(len(keys), 7000)
            for name in base.panel:
                self.assertTrue((base.panel[name][base.rows_of(keys)][:, before]
                                 == other.panel[name][other.rows_of(keys)][:, before]).all(), name)

    def test_one_person_is_born_alike_under_every_policy(self):
        for country, policy in (("tiny", PLACES), ("tiny", OUTREACH), ("england", PLACES)):
            with self.subTest(country=country, lever=policy["lever"]):
                base, other = Persons(self.base[country]), Persons(self.run_policy(country, **policy))
                keys = numpy.intersect1d(base.key, other.key)
                self.assertGreater(len(keys), 0.95 * len(base.key))
                self.assertEqual(len(numpy.unique(base.key)), len(base.key), "a key is given twice")
                born, other_born = (run.columns["birth_year"][run.rows_of(keys)] for run in (base, other))
                # A key is that of the mother's first, second, ... child: a policy may move a birth to another year.
                alike = born == other_born
                self.assertTrue((numpy.minimum(born, other_born)[~alike] >= FIRST_YEAR).all())
                self.assertLess((~alike).sum(), 0.1 * (born >= FIRST_YEAR).sum())
                for name in ("sex", "lineage_group"):
                    first, second = (run.columns[name][run.rows_of(keys)] for run in (base, other))
                    self.assertTrue((first == second)[alike].all(), name)
                # Most lives that no policy touches are the same lives.
                same = (base.panel["state"][base.rows_of(keys)] == other.panel["state"][other.rows_of(keys)]).all(axis=1)
                self.assertGreater(same.mean(), 0.5)
                self.assertLess(same.mean(), 1)

    # --- What is recorded ----------------------------------------------------------------------

    def test_a_share_of_the_people_are_recorded_as_all_are(self):
        for country, arguments in self.arguments.items():
            with self.subTest(country=country):
                path = self.run_scenario("share.h5", *arguments, "--record", "0.2")
                self.assert_same(path, self.base[country], "measures", "flows", "markets")
                full, share = Persons(self.base[country]), Persons(path)
                # A draw for each person: five standard errors around a fifth.
                error = (0.2 * 0.8 / len(full.key)) ** 0.5
                self.assertAlmostEqual(len(share.key) / len(full.key), 0.2, delta=5 * error)
                self.assertTrue(numpy.isin(share.key, full.key).all())
                rows = full.rows_of(share.key)
                self.assertTrue((numpy.diff(rows) > 0).all(), "the order of rows differs")
                for name in share.panel:
                    self.assertTrue((share.panel[name] == full.panel[name][rows]).all(), name)
                for name in share.columns:
                    ours, theirs = share.columns[name], full.columns[name][rows]
                    if name in ("mother", "father", "partner"):  # rows of their file: compared by the keys there
                        on_file = ours >= 0
                        self.assertTrue((share.key[ours[on_file]] == full.key[theirs[on_file]]).all(), name)
                        self.assertTrue((theirs[on_file] >= 0).all(), name)
                        left_out = theirs[~on_file]
                        self.assertFalse(numpy.isin(full.key[left_out[left_out >= 0]], share.key).any(), name)
                    else:
                        self.assertTrue((ours == theirs).all(), name)

    def test_a_run_without_people_on_file_has_the_measures_of_the_full_one(self):
        for country, arguments in self.arguments.items():
            with self.subTest(country=country):
                path = self.run_scenario("none.h5", *arguments, "--record", "none")
                self.assertEqual(attribute(path, "scenario_digest"), attribute(self.base[country], "scenario_digest"))
                self.assert_same(path, self.base[country], "measures", "flows", "markets")
                self.assertEqual(read(path, "trajectories", "persons"), {})

    def test_recording_from_an_earlier_year_changes_no_later_one(self):
        path = self.run_scenario("early.h5", *TINY_RUN, "--set", "run.record_from=1990")
        base, early = Persons(self.base["tiny"]), Persons(path)
        keys = numpy.intersect1d(base.key, early.key)
        self.assertEqual(len(keys), len(base.key))
        later = numpy.isin(early.years, base.years)
        for name in base.panel:
            self.assertTrue((base.panel[name][base.rows_of(keys)] == early.panel[name][early.rows_of(keys)][:, later]).all(),
                            name)

    def test_a_run_compared_with_itself_or_its_twin_differs_nowhere(self):
        twin = self.run_scenario("twin.h5", *ENGLAND_RUN, "--threads", "1", "--record", "none")
        for other in (self.base["england"], twin):
            for by in ("nation", "labour_market", "origin", "sex"):
                done = subprocess.run([PROGRAM, "compare", self.base["england"], other, "--by", by, "--format", "json"],
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                rows = json.loads(done.stdout)
                self.assertGreater(len(rows), 10)
                for row in rows:
                    self.assertIn(row["difference"], (0, None), row)
                    self.assertIn(row["standard_error"], (0, None), row)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main(verbosity=2)

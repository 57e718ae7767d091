#!/usr/bin/env python3
"""Families of England as they are published: who has children when, who lives in a couple, with whom children live.

Tolerances are three standard errors of a run of this size, and what is rounded in the sources.
Sources: ONS, Childbearing for women born in different years, 2018 and 2019; Rendall and Smallwood 2003 (mothers born 1954
to 1958); ONS, Living arrangements 2022 and 2024; Centre for Longitudinal Studies, Millennium Cohort at 11.

SPDX-License-Identifier: MIT
"""
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGLAND = os.path.join(SOURCE, "scenarios", "england.json")
PERSONS, YEAR = 200000, 2025


class Families(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="pathways-test-")
        cls.addClassCleanup(folder.cleanup)
        path = os.path.join(folder.name, "england.h5")
        done = subprocess.run([PROGRAM, "run", ENGLAND, "-n", str(PERSONS), "--years", "1", "--quiet", "-o", path],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)
        with h5py.File(path) as file:
            states = list(file["axes/state"].asstr()[:])
            persons = file["persons"]
            cls.mother, cls.father, cls.partner = (persons[name][:] for name in ("mother", "father", "partner"))
            cls.birth_year, cls.is_native = persons["birth_year"][:], persons["birth_place"][:] >= 0
            cls.is_woman = persons["sex"][:] == list(file["axes/sex"].asstr()[:]).index("female")
            levels = list(file["axes/qualification"].asstr()[:])
            cls.has_degree = file["trajectories/qualification"][:, -1] >= levels.index("first_degree")
            state = file["trajectories/state"][:, -1]
        cls.is_here = ~np.isin(state, [states.index(name) for name in ("not_born", "dead", "emigrated", "abroad")])
        cls.age = YEAR - cls.birth_year
        child = np.flatnonzero(cls.mother >= 0)
        cls.child = child
        cls.mothers_age = cls.birth_year[child] - cls.birth_year[cls.mother[child]]

    def born(self, first, last):
        """Women who were born here and live here still."""
        return self.is_woman & self.is_here & self.is_native & (self.birth_year >= first) & (self.birth_year <= last)

    def children_by(self, age):
        counts = np.zeros(len(self.age), dtype=int)
        np.add.at(counts, self.mother[self.child[self.mothers_age <= age]], 1)
        return counts

    def assert_share(self, is_so, percent, error=None):
        """Of some people it holds for so many in a hundred."""
        share, n = is_so.mean(), len(is_so)
        delta = 3 * (percent / 100 * (1 - percent / 100) / n) ** 0.5 + 0.02 if error is None else error
        self.assertAlmostEqual(share, percent / 100, delta=delta)

    def test_half_of_women_are_childless_at_30_and_a_fifth_at_45(self):
        at_30, at_45 = self.children_by(30), self.children_by(45)
        self.assert_share(at_30[self.born(1988, 1990)] == 0, 49)
        self.assert_share(at_30[self.born(1972, 1974)] == 0, 47)
        self.assert_share(at_45[self.born(1972, 1974)] == 0, 19)

    def test_families_are_as_large_as_published(self):
        children = self.children_by(45)[self.born(1971, 1975)]
        self.assert_share(children == 1, 18)
        self.assert_share(children == 2, 37)
        self.assertAlmostEqual(children.mean(), 1.9, delta=3 * children.std() / len(children) ** 0.5 + 0.05)

    def test_graduates_have_their_first_child_four_to_six_years_later(self):
        first = np.full(len(self.age), 99)
        np.minimum.at(first, self.mother[self.child], self.mothers_age)
        mothers = self.born(1960, 1980) & (first < 99)
        with_degree, without = first[mothers & self.has_degree], first[mothers & ~self.has_degree]
        error = (with_degree.var() / len(with_degree) + without.var() / len(without)) ** 0.5
        self.assertAlmostEqual(with_degree.mean() - without.mean(), 5, delta=1 + 3 * error)

    def test_as_many_live_in_couples_as_published(self):
        def share(first, last):
            return (self.partner[self.is_here & (self.age >= first) & (self.age <= last)] >= 0).mean()

        self.assertAlmostEqual(share(16, 29), 0.26, delta=0.03)
        self.assertTrue(0.70 <= share(30, 64) <= 0.80, share(30, 64))  # published: over 70 %
        self.assertAlmostEqual(share(40, 44), 0.78, delta=0.05)

    def test_children_of_11_live_with_both_parents_a_lone_one_or_in_a_step_family_as_often_as_published(self):
        some = self.child[self.is_here[self.child] & (np.abs(self.age[self.child] - 11) <= 1)]
        other = self.partner[self.mother[some]]
        both = (other >= 0) & (other == self.father[some])
        self.assert_share(both, 61, error=0.05)
        self.assert_share(other < 0, 26, error=0.05)
        self.assert_share((other >= 0) & ~both, 12, error=0.05)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main(verbosity=2)

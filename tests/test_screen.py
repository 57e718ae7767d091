#!/usr/bin/env python3
"""Screening: effects of functions that are known, ranges, and runs that go on where they were stopped.

Covers scripts/screen.py, scripts/morris.py and scripts/plots/screening.py.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import contextlib
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import numpy as np

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR", ".")).resolve()
COUNTRY = ROOT / "tests" / "tiny_scenario.json"

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))
import morris  # noqa: E402
import screen as screener  # noqa: E402
from command import CommandError  # noqa: E402

ALL = screener.Choice(["*"], [], {}, 0.25)


def parameter(name, source="assumed", least=0.0, most=10.0, unit="ratio"):
    return {"parameter": name, "source": source, "min": least, "max": most, "unit": unit, "about": "About"}


def call(*arguments):
    """Exit status, answer and complaints, within this process."""
    said, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complaints):
        try:
            status = screener.main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = leaving.code
    return status, said.getvalue(), complaints.getvalue()


class Effects(unittest.TestCase):
    def test_a_trajectory_moves_each_factor_once_by_two_thirds(self):
        points = morris.draw_trajectories(3, 40, 5)
        self.assertEqual(points.shape, (5, 41, 40))
        self.assertEqual(sorted(set(points.round(9).ravel())), [0, round(1 / 3, 9), round(2 / 3, 9), 1])
        moves = np.diff(points, axis=1)
        self.assertTrue(((np.abs(moves) > 1e-12).sum(axis=1) == 1).all())
        self.assertTrue(((np.abs(moves) > 1e-12).sum(axis=2) == 1).all())
        self.assertTrue(np.allclose(np.abs(moves).sum(axis=1), morris.STEP))
        self.assertTrue((moves > 0).any() and (moves < 0).any())

    def test_more_trajectories_begin_with_those_there_were(self):
        self.assertTrue((morris.draw_trajectories(7, 12, 6)[:4] == morris.draw_trajectories(7, 12, 4)).all())
        self.assertFalse((morris.draw_trajectories(8, 12, 4) == morris.draw_trajectories(7, 12, 4)).all())

    def test_every_level_is_visited_as_often(self):
        # 400 trajectories of 11 points and 10 factors; a factor keeps its level for half of them on average.
        points = morris.draw_trajectories(5, 10, 400)
        for level in range(4):
            share = (np.abs(points - level / 3) < 1e-9).mean()
            self.assertAlmostEqual(share, 0.25, delta=5 * np.sqrt(0.25 * 0.75 / (400 * 10)))

    def test_a_straight_line_has_its_slopes_as_effects_and_no_sigma(self):
        points = morris.draw_trajectories(1, 4, 6)
        values = points @ np.array([2.0, -3.0, 0.5, 0.0]) + np.arange(6)[:, None]  # a level for each trajectory
        found = morris.screen(points, values, np.full(values.shape, 1e-6))
        self.assertTrue(np.allclose(found.mu_star, [2, 3, 0.5, 0]))
        self.assertTrue(np.allclose(found.mu, [2, -3, 0.5, 0]))
        self.assertTrue(np.allclose(found.sigma, 0, atol=1e-12))
        self.assertEqual(found.is_told.tolist(), [True, True, True, False])
        self.assertTrue(np.allclose(found.mu_error, 1e-6 * np.sqrt(2) * 1.5 / np.sqrt(6)))  # that of the outcomes
        self.assertEqual(found.order.tolist(), [1, 0, 2, 3])

    def test_a_factor_that_does_nothing_is_not_told_apart_from_chance(self):
        points = morris.draw_trajectories(1, 30, 2)
        values = points[:, :, 0] + np.random.default_rng(1).normal(0, 0.1, points.shape[:2])
        same = np.flatnonzero(np.arange(30) >= 20)  # of these each run is the same as the one before
        for t in range(2):
            for p in range(30):
                if int(np.flatnonzero(points[t, p + 1] != points[t, p])[0]) in same:
                    values[t, p + 1] = values[t, p]
        found = morris.screen(points, values, np.full(values.shape, 0.1))
        self.assertTrue((found.mu_star[same] == 0).all())
        self.assertFalse(found.is_told[same].any())

    def test_what_depends_on_another_factor_has_a_sigma(self):
        points = morris.draw_trajectories(1, 3, 400)
        values = 4 * (points[:, :, 0] - 0.5) * (points[:, :, 1] - 0.5) + points[:, :, 2]
        found = morris.screen(points, values, np.full(values.shape, 1e-6))
        # The effect of the first is 4 (x - 1/2) of the second, which is -2, -2/3, 2/3 or 2 with equal chances.
        self.assertAlmostEqual(found.mu_star[0], 4 / 3, delta=4 * (2 / 3) / np.sqrt(400))
        self.assertAlmostEqual(found.sigma[0], np.sqrt((4 + 4 / 9) / 2), delta=0.15)
        self.assertLess(abs(found.mu[0]), 4 * found.sigma[0] / np.sqrt(400))
        self.assertAlmostEqual(found.sigma[2], 0.0)

    def test_errors_of_effects_are_those_of_both_ends_over_the_step(self):
        points = morris.draw_trajectories(1, 3, 2)
        errors = np.arange(8.0).reshape(2, 4)
        found = morris.effect_errors(points, errors)
        for t in range(2):
            for p in range(3):
                factor = int(np.flatnonzero(points[t, p + 1] != points[t, p])[0])
                self.assertAlmostEqual(found[t, factor], np.hypot(errors[t, p], errors[t, p + 1]) * 1.5)

    def test_chance_alone_stays_below_the_floor_in_nineteen_of_twenty(self):
        # 80 screenings: 95 % less three standard errors of a share is 87.7 %.
        below, told = [], []
        with unittest.mock.patch.object(morris, "NUM_DRAWS", 400):
            for seed in range(80):
                points = morris.draw_trajectories(seed, 8, 5)
                values = np.random.default_rng(seed).normal(0, 0.3, points.shape[:2])
                found = morris.screen(points, values, np.full(values.shape, 0.3))
                below.append((found.mu_star <= found.floor).all())
                told.append(found.is_told.any())
        self.assertGreaterEqual(np.mean(below), 0.877)
        self.assertLess(np.mean(told), 0.1 + 3 * np.sqrt(0.1 * 0.9 / 80))  # by mu* or by mu


class Ranges(unittest.TestCase):
    def test_a_range_goes_a_quarter_of_the_way_to_zero_or_to_the_nearer_bound(self):
        for value, unit, bounds, low, high in ((2.0, "ratio", (0, 20), 1.5, 2.5), (0.8, "share", (0, 1), 0.75, 0.85),
                                               (-0.4, "SD", (-2, 2), -0.3, -0.5), (-4.0, "log-odds/year", (-10, 10), -3.75, -4.25),
                                               (2.42, "log GBP/hour", (0, 5), 2.17, 2.67), (0.1, "log", (0, 1), 0.075, 0.125),
                                               (6.0, "utility/share", (0, 100), 4.5, 7.5), (1.0, "ratio", (1, 3), 1.0, 1.0)):
            found = screener.range_of(value, unit, 0.25, bounds)
            self.assertAlmostEqual(found[0], low, msg=f"{value} {unit}")
            self.assertAlmostEqual(found[1], high, msg=f"{value} {unit}")

    def test_only_what_is_not_published_is_moved_and_the_rest_has_its_reason(self):
        table = [parameter("a.assumed"), parameter("a.fitted", "calibrated"), parameter("a.known", "dfe2024"),
                 parameter("b.zero"), parameter("b.whole_of", unit="share"), parameter("b.list"), parameter("c.count")]
        values = {"a.assumed": [2.0], "a.fitted": [4.0], "a.known": [1.0], "b.zero": [0.0], "b.whole_of": [0.4, 0.6],
                  "b.list": [1.0, 0.0, 2.0], "c.count": [5.0]}
        factors, left_out = screener.choose_factors(table, values, {"c.count"}, ALL)
        self.assertEqual([factor.name for factor in factors], ["a.assumed", "a.fitted", "b.list", "c.count"])
        self.assertEqual(set(left_out), {"b.zero", "b.whole_of"})
        by_name = {factor.name: factor for factor in factors}
        self.assertEqual(by_name["b.list"].setting(1.0), "b.list=[1.25,0,2.5]")
        self.assertEqual(by_name["b.list"].setting(0.0), "b.list=[0.75,0,1.5]")
        self.assertEqual([by_name["c.count"].setting(at) for at in (0, 1 / 3, 1)], ["c.count=4", "c.count=5", "c.count=6"])
        few = screener.Choice(["a.*"], ["*.fitted"], {"a.*": (1.0, 9.0)}, 0.25)
        factors, left_out = screener.choose_factors(table, values, set(), few)
        self.assertEqual([(factor.name, factor.low, factor.high) for factor in factors], [("a.assumed", (1.0,), (9.0,))])
        self.assertEqual(left_out, {})

    def test_the_source_of_a_list_is_that_of_its_least_certain_number(self):
        class File:
            def parameter_values(self):
                return {"a.list[0]": 1.0, "a.list[1]": 2.0, "a.one": 3.0, "a.other": 4.0}

            def parameter_sources(self):
                return ["dfe2024", "calibrated", "dfe2024", "assumed"]

        self.assertEqual(screener.read_sources(File()), {"a.list": "calibrated", "a.one": "dfe2024", "a.other": "assumed"})
        self.assertEqual(screener.read_values(File()), {"a.list": [1.0, 2.0], "a.one": [3.0], "a.other": [4.0]})

    def test_a_range_beyond_the_bounds_of_the_table_is_refused(self):
        for ends in ((-1.0, 2.0), (1.0, 11.0)):
            with self.assertRaises(CommandError) as refused:
                screener.choose_factors([parameter("a.b")], {"a.b": [2.0]}, set(),
                                        screener.Choice(["*"], [], {"a.b": ends}, 0.25))
            self.assertEqual(refused.exception.status, 2)
            self.assertIn("a.b goes from 0 to 10", str(refused.exception))


class Screenings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pathways-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.policy = cls.folder / "policy.json"
        cls.policy.write_text(json.dumps({
            "title": "Apprenticeships", "extends": str(COUNTRY), "parameters": {"jobs.noise": 1.3}, "policies": [{
                "name": "Places", "lever": "apprenticeship_places_advanced", "from": 2025, "to": 2060, "strength": 1.0,
                "capacity": 400000}]}), encoding="utf-8")
        cls.arguments = (COUNTRY, cls.policy, "-n", "2000", "--years", "3", "--free", "jobs.cred*", "--free", "jobs.noise",
                         "--measure", "neet_16_24", "--measure", "apprentice_16_18", "--program", PROGRAM)
        cls.done = cls.folder / "done"
        cls.answer = call(*cls.arguments, "--trajectories", "2", "-o", cls.done)

    def lines(self, folder):
        return [json.loads(line) for line in (folder / "values.jsonl").read_text(encoding="utf-8").splitlines()]

    def table(self, folder):
        with open(folder / "screening.csv", encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_each_outcome_has_a_row_for_each_parameter_and_a_picture(self):
        status, said, complaints = self.answer
        self.assertEqual(status, 0, complaints)
        self.assertIn("2 parameters, 2 trajectories: 14 runs of 2,000 people", said)
        self.assertIn("left out (changed by the policy's scenario): jobs.noise", said)
        rows = self.table(self.done)
        self.assertEqual([(row["measure"], row["parameter"]) for row in rows],
                         [(measure, name) for measure in ("neet_16_24", "apprentice_16_18")
                          for name in ("jobs.credentialism", "jobs.credential")])
        self.assertEqual((rows[0]["low"], rows[0]["high"]), ("0.09", "0.15"))
        for measure in ("neet_16_24", "apprentice_16_18"):
            with open(self.done / f"screening_{measure}.png", "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    def test_a_value_is_what_two_runs_with_these_settings_and_this_seed_differ_by(self):
        points = morris.draw_trajectories(1, 2, 2)
        entry, = (line for line in self.lines(self.done) if (line["trajectory"], line["point"]) == (1, 2))
        credentialism, credential = (low + at * (high - low)
                                     for at, low, high in zip(points[1, 2], (0.09, 0.75), (0.15, 1.25)))
        paths = [self.folder / "one.h5", self.folder / "other.h5"]
        for scenario, path in zip((COUNTRY, self.policy), paths):
            subprocess.run([PROGRAM, "run", scenario, "-n", "2000", "--years", "3", "--seed", "2", "-q", "-f", "-o", path, "--set",
                            f"jobs.credentialism={credentialism:.9g}", "--set", f"jobs.credential={credential:.9g}"],
                           check=True)
        answer = subprocess.run([PROGRAM, "compare", *paths, "--by", "nation", "--years", "2025-2027", "--measure", "neet_16_24",
                                 "--format", "json"], check=True, capture_output=True, text=True)
        row, = json.loads(answer.stdout)
        self.assertEqual(entry["values"]["neet_16_24"], [row["difference"], row["standard_error"]])

    def test_mu_star_is_the_mean_size_of_the_changes_along_the_trajectories(self):
        points = morris.draw_trajectories(1, 2, 2)
        values = {(line["trajectory"], line["point"]): line["values"]["neet_16_24"][0] for line in self.lines(self.done)}
        sizes = [[], []]
        for t in range(2):
            for p in range(2):
                factor = int(np.flatnonzero(points[t, p + 1] != points[t, p])[0])
                sizes[factor].append(abs(values[t, p + 1] - values[t, p]) * 1.5)
        for factor, row in enumerate(self.table(self.done)[:2]):
            self.assertAlmostEqual(float(row["mu_star"]), np.mean(sizes[factor]), places=6)

    def test_a_screening_that_was_stopped_goes_on_to_the_same_end(self):
        resumed = self.folder / "resumed"
        shutil.copytree(self.done, resumed)
        kept = (resumed / "values.jsonl").read_text(encoding="utf-8").splitlines()
        (resumed / "values.jsonl").write_text("\n".join(kept[:3]) + "\n" + kept[3][:20], encoding="utf-8")
        (resumed / "screening.csv").unlink()
        status, _, complaints = call(*self.arguments, "--trajectories", "2", "-o", resumed)
        self.assertEqual(status, 0, complaints)
        self.assertIn("3 of 7 pairs of runs are there already", complaints)
        self.assertEqual(self.table(resumed), self.table(self.done))
        self.assertEqual(len(self.lines(resumed)), 7)

    def test_trajectories_can_be_added_but_nothing_else_can_change(self):
        added = self.folder / "added"
        shutil.copytree(self.done, added)
        status, said, complaints = call(*self.arguments, "--trajectories", "3", "-o", added)
        self.assertEqual(status, 0, complaints)
        self.assertIn("7 of 10 pairs of runs are there already", complaints)
        for more, words in ((("--seed", "5"), "another seed"), (("--spread", "0.1"), "another ranges"),
                            (("--fix", "jobs.credential"), "another ranges")):
            status, _, complaints = call(*self.arguments, *more, "-o", self.done)
            self.assertEqual(status, 2)
            self.assertIn(words, complaints)
            self.assertIn("choose another -o", complaints)

    def test_the_plan_counts_the_runs_and_writes_nothing(self):
        status, said, _ = call(*self.arguments, "--trajectories", "10", "--plan", "-o", self.folder / "planned")
        self.assertEqual(status, 0)
        self.assertIn("2 parameters, 10 trajectories: 62 runs", said)
        self.assertRegex(said, r"jobs.credentialism +0.09 to 0.15 share")
        self.assertFalse((self.folder / "planned").exists())

    def test_wrong_usage_gives_2_and_what_cannot_be_run_its_own_status(self):
        for arguments, status, words in (
                (("--fix", "jobs.cred*"), 2, "no assumed or calibrated parameter is left"),
                (("--measure", "happiness"), 2, "there is no measure happiness"),
                (("--range", "jobs.credential"), 2, "is not like home.base=-4.8:-4.2"),
                (("--range", "jobs.credential=2:1"), 2, "below the second"),
                (("--trajectories", "1"), 2, "at least"),
                (("--program", str(self.folder / "none")), 2, "there is no program")):
            found, _, complaints = call(*self.arguments, *arguments, "-o", self.folder / "refused")
            self.assertEqual((found, words in complaints), (status, True), complaints)
            self.assertFalse((self.folder / "refused").exists())
        status, _, complaints = call(self.folder / "none.json", *self.arguments[1:], "-o", self.folder / "refused")
        self.assertEqual(status, 3, complaints)


if __name__ == "__main__":
    unittest.main()

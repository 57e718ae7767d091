#!/usr/bin/env python3
"""scripts/assumptions.py: by how much values are moved, which are, effects recomputed, and that it goes on where it was.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)
SCRIPT = ROOT / "scripts/assumptions.py"
COUNTRY = ROOT / "tests/tiny_scenario.json"
sys.path.insert(0, str(ROOT / "scripts"))
import assumptions  # noqa: E402


class Moves(unittest.TestCase):
    def near(self, found, low, high, change):
        self.assertAlmostEqual(found[0], low)
        self.assertAlmostEqual(found[1], high)
        self.assertEqual(found[2], change)

    @staticmethod
    def moved(value, low, high, unit="share", values=None, whole=False):
        return assumptions.moved(value, {"min": low, "max": high, "unit": unit, "value": values or value}, whole)

    def test_a_value_is_moved_by_a_tenth_of_itself(self):
        self.near(self.moved(0.5, 0, 1), 0.45, 0.55, "10 %")
        self.near(self.moved(-3, -10, 10, "log-odds"), -3.3, -2.7, "10 %")

    def test_a_level_on_a_scale_through_zero_by_a_tenth_of_a_unit_at_least(self):
        self.near(self.moved(0, -10, 10, "utility"), -0.1, 0.1, "0.1")
        self.near(self.moved(-0.5, -10, 10, "log-odds"), -0.6, -0.4, "0.1")

    def test_a_small_slope_keeps_its_sign(self):
        self.near(self.moved(0.03, -5, 5, "SD/step"), 0.027, 0.033, "10 %")

    def test_a_slope_of_zero_by_a_tenth_of_the_largest_of_its_list(self):
        self.near(self.moved(0, -5, 5, "utility/SD", [0.5, 0, -0.8]), -0.08, 0.08, "10 % of the largest")

    def test_never_beyond_its_range(self):
        self.near(self.moved(0.95, 0, 1), 0.855, 1.0, "10 % (cut off by its range)")

    def test_whole_numbers_stay_whole(self):
        self.near(self.moved(5, 0, 50, "years", whole=True), 4, 6, "1")
        self.near(self.moved(37, 0, 50, "hours", whole=True), 33, 41, "10 %")

    def test_a_zero_on_a_scale_from_zero_is_moved_too(self):
        self.near(self.moved(0.0, 0, 2), 0.0, 0.2, "10 % of its range (cut off by its range)")


class Choice(unittest.TestCase):
    @staticmethod
    def row(name, value, error=None, source="assumed", default=None):
        default = value if default is None else default
        own = {"parameter": name, "default": default, "source": source}
        return own, {"parameter": name, "value": value, "standard_error": error, "min": -9, "max": 9, "unit": "1"}

    def names(self, *rows):
        table, resolved = zip(*rows)
        return [each.name for each in assumptions.assumptions(list(table), list(resolved), set())]

    def test_what_is_published_or_fitted_is_left_out(self):
        self.assertEqual(self.names(self.row("a.assumed", 1.0), self.row("a.published", 1.0, source="book2020"),
                                    self.row("a.fitted", 1.5, error=0.1, default=1.0)), ["a.assumed"])

    def test_what_a_scenario_sets_without_a_fit_is_an_assumption(self):
        self.assertEqual(self.names(self.row("a.published", 2.0, source="book2020", default=1.0)), ["a.published"])

    def test_the_numbers_of_a_list_stand_alone(self):
        rows = self.row("a.list", [1.0, 2.0, 3.0], error=[None, 0.1, None], default=[1.0, 1.0, 3.0])
        self.assertEqual(self.names(rows), ["a.list[0]", "a.list[2]"])
        found = list(assumptions.assumptions([rows[0]], [rows[1]], set()))
        self.assertEqual(found[1].setting(5.0), "a.list=1,2,5")


class Log(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "log.csv"

    def tearDown(self):
        self.folder.cleanup()

    def keep(self, only, *options):
        return subprocess.run([sys.executable, str(SCRIPT), str(COUNTRY), "--program", PROGRAM, "-n", "3000", "--jobs", "2",
                               "--only", only, "-o", str(self.path), *options],
                              capture_output=True, text=True, check=False)

    def rows(self):
        with self.path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_effects_are_those_of_two_histories_and_a_log_is_gone_on_with(self):
        done = self.keep("home.young")
        self.assertEqual(done.returncode, 0, done.stderr)
        row, = self.rows()
        folder = pathlib.Path(self.folder.name)
        for side in ("low", "high"):
            subprocess.run([PROGRAM, "run", str(COUNTRY), "-n", "3000", "--seed", "1", "--years", "1", "--record", "none",
                            "-q", "--set", f"home.young={row[side]}", "-o", str(folder / f"{side}.h5")], check=True)
        owners = []
        for side in ("low", "high"):
            with assumptions.Run(folder / f"{side}.h5") as run:
                last = run.number("start_year")
                parts = run.nation_parts("owner_25_34", (last - 9, last)).sum(axis=0)
                owners.append(100 * parts[0] / parts[1])
        self.assertAlmostEqual(float(row["owner_25_34"]), owners[1] - owners[0], delta=0.001)
        self.assertLess(float(row["owner_25_34"]), 0)  # the young buy less often: so much is known
        before = self.path.read_text(encoding="utf-8")
        done = self.keep("home.[yg]*")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(", 1 in ", done.stderr)
        self.assertIn(before.splitlines()[1], self.path.read_text(encoding="utf-8"))
        self.assertGreater(len(self.rows()), 1)
        done = self.keep("home.young", "--seed", "2")
        self.assertIn(", 0 in ", done.stderr)  # other luck: nothing of the log holds

    def test_the_program_prints_the_log(self):
        row = {name: "0.5" for name in assumptions.COLUMNS}
        assumptions.write_log(self.path, [row])
        done = subprocess.run([PROGRAM, "describe", "odd", str(COUNTRY), "--assumptions", str(self.path)],
                              capture_output=True, text=True, check=False, cwd=ROOT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| +0.50 |", done.stdout)

    def test_what_is_told_apart_stands_first(self):
        def row(name, effect, error):
            cells = {column: "0" for column in assumptions.COLUMNS}
            return {**cells, "parameter": name, "neet_16_24": str(effect), "neet_16_24_error": str(error)}
        assumptions.write_log(self.path, [row("chance", 2, 1), row("small", 0.5, 0.1), row("large", -1, 0.1)])
        self.assertEqual([each["parameter"] for each in self.rows()], ["large", "small", "chance"])

    def test_names_that_are_none_are_refused(self):
        done = self.keep("nothing.*")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no assumed value has such a name", done.stderr)
        done = subprocess.run([sys.executable, str(SCRIPT), "none.json", "--program", PROGRAM, "-o", str(self.path)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("set PATHWAYS to the program")
    unittest.main()

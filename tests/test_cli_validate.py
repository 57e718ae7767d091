#!/usr/bin/env python3
"""`pathways validate` and `pathways calibrate` on small runs: distances recomputed, verdicts, refusals, a fit that finds
what it was made from.

Covers sim/cli/validate.c, sim/cli/findings.c, sim/cli/calibrate.c, sim/cli/calibration_runs.c and
sim/cli/calibration_results.c.

SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
COUNTRY = TESTS / "tiny_scenario.json"
ENGLAND = TESTS.parent / "scenarios" / "targets_england.json"
PEOPLE, MORE_PEOPLE = "6000", "9000"
YEARS = "4"


def pathways(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


def rows_of(done):
    return list(csv.DictReader(io.StringIO(done.stdout)))


class Validate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.run_file = pathlib.Path(cls.folder.name) / "run.h5"
        done = pathways("run", COUNTRY, "-n", PEOPLE, "--years", YEARS, "-o", cls.run_file)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.years = sorted({int(row["year"]) for row in
                            rows_of(pathways("summary", cls.run_file, "--by", "year", "--measure", "neet_16_24",
                                             "--format", "csv"))})

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def summary(self, measure, by, year):
        done = pathways("summary", self.run_file, "--by", by, "--year", year, "--measure", measure, "--format", "csv")
        return {row["group"]: (float(row["value"]), float(row["standard_error"])) for row in rows_of(done)
                if row["standard_error"]}

    def validate(self, targets, *options, bar=0):
        path = pathlib.Path(self.folder.name) / "targets.json"
        path.write_text(json.dumps({"title": "Figures", "bar": {"share_within": bar}, "targets": targets}),
                        encoding="utf-8")
        return pathways("validate", self.run_file, "--targets", path, *options)

    def target(self, **more):
        target = {"theme": "Work", "measure": "neet_16_24", "year": self.years[-1], "unit": "%", "tolerance": 2,
                  "source": "survey", "value": 10}
        target.update(more)
        return {key: value for key, value in target.items() if value is not None}

    def test_the_model_s_value_is_the_summary_s_in_per_cent(self):
        done = self.validate([self.target(value=None, by="origin", values={"lower_working": 12.5})], "--format", "csv")
        row, = rows_of(done)
        value, error = self.summary("neet_16_24", "origin", self.years[-1])["lower_working"]
        self.assertAlmostEqual(float(row["model"]), 100 * value, places=5)
        self.assertAlmostEqual(float(row["standard_error"]), 100 * error, places=5)
        self.assertAlmostEqual(float(row["difference"]), 100 * value - 12.5, places=5)
        self.assertAlmostEqual(float(row["distance"]), abs(100 * value - 12.5) / 2, places=5)

    def test_figures_of_several_years_stand_beside_the_mean_of_those_measured(self):
        first, last = self.years[0], self.years[-1]
        done = self.validate([self.target(measure="pay_25_29", unit="GBP/hour", year=[first - 5, last])],
                             "--format", "csv")
        row, = rows_of(done)
        values = [self.summary("pay_25_29", "nation", year) for year in self.years]
        mean = sum(list(value.values())[0][0] for value in values) / len(values)
        self.assertAlmostEqual(float(row["model"]), mean, places=5)

    def test_the_bar_decides_the_exit_status(self):
        near = 100 * list(self.summary("neet_16_24", "nation", self.years[-1]).values())[0][0]
        targets = [self.target(value=near), self.target(value=near + 50)]
        self.assertEqual(self.validate(targets, bar=50).returncode, 0)
        done = self.validate(targets, bar=51)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 of 2 figures are met", done.stdout)
        self.assertIn("1 of 2 figures are met and 51 % are asked for", done.stderr)

    def test_groups_too_far_off_on_average_and_not_by_chance_fail_the_run(self):
        summary = self.summary("neet_16_24", "sex", self.years[-1])
        entry = self.target(value=None, by="sex", tolerance=50,
                            values={group: 100 * value[0] + 40 for group, value in summary.items()})
        error = 100 * math.hypot(*(value[1] for value in summary.values())) / len(summary)
        self.assertEqual(self.validate([dict(entry, mean_tolerance=40 - 1.9 * error)]).returncode, 0)
        done = self.validate([dict(entry, mean_tolerance=40 - 2.1 * error)])
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"neet_16_24 by sex, mean difference 40.00, standard error {error:.2f}", done.stdout)

    def test_a_year_that_was_not_measured_is_not_met(self):
        done = self.validate([self.target(year=1950)], "--format", "csv", bar=100)
        row, = rows_of(done)
        self.assertEqual((row["model"], row["verdict"], done.returncode), ("", "not known", 1))

    def test_wrong_names_are_refused_with_the_nearest(self):
        for target, sentence in ((self.target(measure="neet_16_25"), "did you mean neet_16_24?"),
                                 (self.target(value=None, by="origins", values={"a": 1}), "did you mean origin?"),
                                 (self.target(value=None, by="origin", values={"lower_workin": 1}),
                                  "did you mean lower_working?"),
                                 (self.target(unit="share"), "its unit is %, not share")):
            done = self.validate([target])
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(sentence, done.stderr)

    def test_england_s_figures_name_measures_that_there_are(self):
        done = pathways("validate", self.run_file, "--targets", ENGLAND, "--format", "json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        rows = json.loads(done.stdout)
        self.assertGreater(len(rows), 150)
        self.assertNotIn("place", {row["by"] for row in rows})

    def test_markdown_has_a_heading_for_each_theme(self):
        done = self.validate([self.target(), self.target(theme="School")], "--format", "markdown")
        self.assertIn("\n## Work\n", done.stdout)
        self.assertIn("\n## School\n", done.stdout)


class Calibrate(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def calibrate(self, *options):
        return pathways("calibrate", COUNTRY, "-o", self.path / "fitted.json", "--targets", self.path / "targets.json",
                        "-n", PEOPLE, "--jobs", 2, *options)

    def write_targets(self, value, **more):
        target = {"theme": "Work", "measure": "employment_25_54", "year": 2025, "unit": "%", "tolerance": 0.1,
                  "source": "survey", "value": value}
        self.path.joinpath("targets.json").write_text(
            json.dumps({"title": "Figures", "targets": [target], **more}), encoding="utf-8")

    def published(self, setting, people=PEOPLE):
        """What a run of the same people says with a parameter set: the truth that a fit has to find."""
        run = self.path / "truth.h5"
        done = pathways("run", COUNTRY, "-n", people, "--years", 1, "--set", setting, "-o", run, "--record", "none",
                        "--force")
        self.assertEqual(done.returncode, 0, done.stderr)
        row, = rows_of(pathways("summary", run, "--by", "nation", "--year", 2025, "--measure", "employment_25_54",
                                "--format", "csv"))
        return 100 * float(row["value"])

    def test_a_fit_finds_the_value_that_the_figures_were_made_with(self):
        self.write_targets(self.published("participation.leave_base=-3.2"))
        done = self.calibrate("--free", "participation.leave_base=-7:-1.5", "--rounds", 8)
        self.assertEqual(done.returncode, 0, done.stderr)
        fitted = json.loads(self.path.joinpath("fitted.json").read_text(encoding="utf-8"))
        self.assertAlmostEqual(fitted["parameters"]["participation.leave_base"], -3.2, delta=0.2)
        self.assertEqual(pathways("check", self.path / "fitted.json").returncode, 0)
        mark = fitted["calibrated"]["participation.leave_base"]
        self.assertEqual(mark["value"], fitted["parameters"]["participation.leave_base"])
        self.assertGreater(mark["standard_error"], 0)
        self.assertFalse(fitted["extends"].startswith("/"))
        done = pathways("describe", "parameters", self.path / "fitted.json", "--format", "csv")
        rows = {row["parameter"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
        row = rows["participation.leave_base"]
        self.assertEqual((row["status"], row["source"]), ("calibrated", "calibrated"))
        self.assertAlmostEqual(float(row["standard_error"]), mark["standard_error"], places=6)
        self.assertAlmostEqual(float(row["value"]), mark["value"], places=5)
        self.assertEqual(rows["participation.return_young"]["status"], "default")
        self.assertTrue((self.path / "fitted.json.sensitivity.csv").read_text(encoding="utf-8").startswith("stage,"))

    def test_steps_on_derivatives_taken_once_find_it_too(self):
        self.write_targets(self.published("participation.leave_base=-3.2"))
        done = self.calibrate("--free", "participation.leave_base=-7:-1.5", "--rounds", 1, "--steps", 8)
        self.assertEqual(done.returncode, 0, done.stderr)
        fitted = json.loads(self.path.joinpath("fitted.json").read_text(encoding="utf-8"))
        self.assertAlmostEqual(fitted["parameters"]["participation.leave_base"], -3.2, delta=0.2)

    def test_a_point_is_judged_by_a_run_of_as_many_people_as_asked(self):
        self.write_targets(80.0)
        done = self.calibrate("--free", "participation.leave_base=-7:-1.5", "--rounds", 1, "--judge", MORE_PEOPLE)
        self.assertEqual(done.returncode, 0, done.stderr)
        first = self.path.joinpath("fitted.json.runs").read_text(encoding="utf-8").split()[2]
        default, = (row["default"] for row in json.loads(pathways("describe", "parameters", "--format", "json").stdout)
                    if row["parameter"] == "participation.leave_base")
        truth = self.published(f"participation.leave_base={default}", MORE_PEOPLE)
        self.assertAlmostEqual(float(first), truth, places=5)
        self.assertNotAlmostEqual(self.published(f"participation.leave_base={default}"), truth, places=5)

    def test_a_fit_from_the_defaults_forgets_what_the_scenario_says(self):
        self.write_targets(80.0)
        scenario = self.path / "fitted_before.json"
        scenario.write_text(json.dumps({"extends": str(COUNTRY), "parameters": {"participation.leave_base": -2}}),
                            encoding="utf-8")
        default, = (row["default"] for row in json.loads(pathways("describe", "parameters", "--format", "json").stdout)
                    if row["parameter"] == "participation.leave_base")
        for options, before in ((["--defaults"], default), ([], -2)):
            done = pathways("calibrate", scenario, "-o", self.path / "fitted.json", "--targets",
                            self.path / "targets.json", "-n", PEOPLE, "--rounds", 1, "--free",
                            "participation.leave_base=-7:-1.5", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            row = next(line for line in done.stdout.splitlines() if line.startswith("participation.leave_base"))
            self.assertEqual(float(row.split()[1]), float(before), row)

    def test_started_again_it_takes_the_runs_that_are_there(self):
        self.write_targets(80.0)
        first = self.calibrate("--free", "participation.leave_base=-7:-1.5", "--rounds", 2)
        notes = (self.path / "fitted.json.runs").read_bytes()
        self.path.joinpath("fitted.json.runs").write_bytes(notes[:-20])  # cut short in the last line
        second = self.calibrate("--free", "participation.leave_base=-7:-1.5", "--rounds", 2)
        self.assertIn("runs of an earlier attempt", second.stderr)
        self.assertEqual(second.stdout, first.stdout)

    def test_wrong_parameters_are_refused(self):
        self.write_targets(80.0)
        for free, sentence in (("participation.leave_bas=-7:-2", "did you mean participation.leave_base"),
                               ("participation.leave_base=-2:-4", "is no range"),
                               ("participation.leave_base", "PARAM=LOW:HIGH"),
                               ("participation.leave_base=-1000:4", "goes beyond its range"),
                               ("post16.base=-1:1", "has 6 values"),
                               ("post16.base[6]=-1:1", "has 6 values")):
            done = self.calibrate("--free", free)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(sentence, done.stderr)
        self.assertIn("there is nothing to fit", self.calibrate().stderr)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("set PATHWAYS to the program")
    unittest.main()

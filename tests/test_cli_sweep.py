#!/usr/bin/env python3
"""A sweep does each run of its design once, whoever does it and however often it is stopped; gather puts them together.

Covers sim/cli/sweep.c, sweep_points.c, sweep_files.c, sweep_run.c, sweep_work.c, estimates.c, pool.c, gather.c and gather_rows.c.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = pathlib.Path(os.environ.get("PW_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent))
TINY = SOURCE / "tests" / "tiny_scenario.json"
RUN = {"persons": 2000, "years": 3, "history_from": 2015, "record_from": 2023}
KEPT = ["neet_16_24", "pay_25_29", "class_odds_ratio_25_64"]
POLICY = {"title": "More apprenticeships", "extends": str(TINY), "policies": [
    {"name": "Places.2", "lever": "apprenticeship_places_advanced", "from": 2025, "capacity": 400000}]}


def pathways(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, **more)


class Sweeps(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        self.out = self.folder / "out"
        (self.folder / "policy.json").write_text(json.dumps(POLICY), encoding="utf-8")

    def design(self, **content):
        path = self.folder / "design.json"
        path.write_text(json.dumps({"run": RUN, "measures": KEPT, "kind": "grid"} | content), encoding="utf-8")
        return path

    def sweep(self, *more, threads=2, **kwargs):
        return pathways("sweep", TINY, self.folder / "design.json", "-o", self.out, "-q", "-t", threads, *more, **kwargs)

    def names(self):
        return {path.stem for path in (self.out / "points").glob("*.h5")}

    def status(self, *more):
        done = pathways("sweep", TINY, self.folder / "design.json", "-o", self.out, "--status", *more)
        return done.returncode, dict(line.split(maxsplit=1) for line in done.stdout.splitlines())

    def assert_done(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)

    def assert_refused(self, words, **content):
        self.design(**content)
        done = self.sweep()
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(words, done.stderr)
        self.assertFalse(self.out.exists())

    def gather(self, *more):
        path = self.folder / "ensemble.h5"
        done = pathways("gather", self.out, "-o", path, "--force", *more)
        return done, path

    # --- Which runs ---

    def test_designs_count_their_runs(self):
        jobs = "jobs.credentialism"
        for content, expected in (
                ({"factors": {jobs: [0.3, 0.5], "home.base": [0.1, 0.2, 0.3]}, "replicates": 2}, 12),
                ({"kind": "list", "points": [{jobs: 0.3}, {"home.base": 0.2}, {jobs: 0.3}]}, 2),
                ({"kind": "sobol", "points": 7, "factors": {jobs: {"low": 0.2, "high": 0.8}}}, 7),
                ({"kind": "latin_hypercube", "points": 9, "factors": {jobs: {"low": 0.2, "high": 0.8}}}, 9),
                # The baseline has no such policy and is one run.
                ({"scenarios": ["policy.json"], "factors": {"policies.Places.2.strength": [0.5, 1, 2]}}, 4),
                ({"scenarios": ["policy.json", str(TINY)]}, 2)):
            self.design(**content)
            done = pathways("sweep", TINY, self.folder / "design.json", "--count")
            self.assertEqual(done.stdout.strip(), str(expected), done.stderr)

    def test_what_is_wrong_with_a_design_is_said(self):
        for words, content in (
                ('did you mean "factors"', {"factor": {}}),
                ("did you mean jobs.credentialism", {"factors": {"jobs.credentialsm": [1]}}),
                ("jobs.credentialism", {"factors": {"jobs.credentialism": [0.5, 99]}}),
                ("stands twice", {"factors": {"jobs.credentialism": [0.5, 0.5]}}),
                ("write the ends of its range", {"kind": "sobol", "points": 4, "factors": {"jobs.credentialism": [0.5]}}),
                ("is no range", {"kind": "sobol", "points": 4, "factors": {"home.base": {"low": 1, "high": 0}}}),
                ("begins above 0", {"kind": "sobol", "points": 4,
                                    "factors": {"home.base": {"low": 0, "high": 1, "scale": "log"}}}),
                ('"points" is missing', {"kind": "latin_hypercube", "factors": {"home.base": {"low": 0, "high": 1}}}),
                ('no scenario has the policy "Plces"', {"factors": {"policies.Plces.strength": [1]}}),
                ("did you mean strength", {"factors": {"policies.Places.strngth": [1]}}),
                ("only persons, seed and shards", {"factors": {"run.years": [1]}}),
                ("no measure matches", {"measures": ["nonsense*"]}),
                ("there is no file", {"scenarios": ["nowhere.json"]}),
                ('add "keep_runs"', {"run": RUN | {"record": 0.1}}),
                ("kind", {"kind": "cube"})):
            self.assert_refused(words, **content)

    def test_the_command_line_is_checked(self):
        self.design()
        for more, words in ((("--task", "0/4"), "counted from 1"), (("--task", "5/4"), "counted from 1"),
                            (("--task", "3"), "write 3/40"), (("--tasks", "3"), "goes with --status")):
            done = self.sweep(*more)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)
        done = pathways("sweep", TINY, self.folder / "design.json")
        self.assertEqual((done.returncode, "-o DIR" in done.stderr), (2, True))

    # --- Doing them ---

    def test_another_value_renames_nothing_and_what_is_done_is_left_alone(self):
        self.design(factors={"jobs.credentialism": [0.3, 0.5]})
        self.assert_done(self.sweep())
        before = {path: path.stat().st_mtime_ns for path in (self.out / "points").iterdir()}
        self.assertEqual(len(before), 2)
        self.design(factors={"jobs.credentialism": [0.2, 0.3, 0.5]}, replicates=2)
        self.assert_done(self.sweep())
        self.assertEqual(len(self.names()), 6)
        for path, when in before.items():
            self.assertEqual(path.stat().st_mtime_ns, when, path)
        self.assertEqual(list((self.out / "work").iterdir()), [])

    def test_shares_do_every_run_once_and_status_names_the_tasks_that_are_left(self):
        self.design(replicates=5)
        self.assertEqual(self.status("--tasks", 3), (1, {
            "runs": "5", "done": "0", "running": "0", "partial": "0", "failed": "0", "missing": "5",
            "resubmit": "--array=1-3 of 3"}))
        self.assert_done(self.sweep("--task", "2/3"))
        self.assertEqual(len(self.names()), 2)
        code, found = self.status("--tasks", 3)
        self.assertEqual((code, found["done"], found["missing"], found["resubmit"]), (1, "2", "3", "--array=1,3 of 3"))
        self.assert_done(self.sweep("--task", "1/3"))
        self.assert_done(self.sweep("--task", "3/3"))
        code, found = self.status()
        self.assertEqual((code, found["done"], "resubmit" in found), (0, "5", False))
        self.assert_done(self.sweep("--task", "9/9"))  # more tasks than runs

    def test_two_tasks_at_once_share_the_runs(self):
        self.design(replicates=6)
        command = [PROGRAM, "sweep", TINY, self.folder / "design.json", "-o", self.out, "-t", "1"]
        tasks = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        for task in tasks:
            _, said = task.communicate(timeout=300)
            self.assertEqual(task.returncode, 0, said)
            self.assertIn("6 of 6 runs done", said)
        self.assertEqual(len(self.names()), 6)
        self.assert_done(self.gather()[0])

    def test_scenarios_branch_from_one_history_to_the_numbers_of_their_own_runs(self):
        self.design(scenarios=["policy.json"], factors={"policies.Places.2.strength": [1, 2]}, keep_runs=True)
        self.assert_done(self.sweep())
        runs = {}
        for path in (self.out / "runs").iterdir():
            with h5py.File(path) as file:
                runs[file.attrs["scenario_digest"]] = (file.attrs["state_digest"], file.attrs.get("parent_year"))
        self.assertEqual(sorted(str(parent) for _, parent in runs.values()), ["2024", "2024", "None"])
        self.assertEqual(list((self.out / "histories").iterdir()), [])  # all is done
        alone = self.folder / "alone.h5"
        settings = [word for key, value in RUN.items() for word in ("--set", f"run.{key}={value}")]
        self.assert_done(pathways("run", self.folder / "policy.json", "-o", alone, "-q", "-t", 1, "--record", "none", *settings,
                                  "--set", "policies.Places.2.strength=2"))
        with h5py.File(alone) as file:
            self.assertEqual(runs[file.attrs["scenario_digest"]][0], file.attrs["state_digest"])

    def test_a_run_that_fails_stops_no_other_and_says_why(self):
        self.design(replicates=3)
        self.assert_done(self.sweep("--task", "1/3"))
        first, = self.names()
        names = [run[0] for run in json.loads((self.out / "sweep.json").read_text())["runs"]]
        (self.out / "work" / f"{names[1]}.h5").mkdir()
        done = self.sweep()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("1 of 3 runs failed", done.stderr)
        self.assertIn(f"run {names[1]}: ", done.stderr)
        self.assertEqual(self.names(), {first, names[2]})
        self.assertIn("is a folder", (self.out / "points" / f"{names[1]}.failed").read_text())
        self.assertEqual(self.status()[1]["failed"], "1")
        (self.out / "work" / f"{names[1]}.h5").rmdir()
        self.assert_done(self.sweep())
        self.assertEqual(list((self.out / "points").glob("*.failed")), [])

    def test_a_scenario_that_changes_meanwhile_changes_no_run(self):
        base = self.folder / "base.json"
        base.write_text(json.dumps({"extends": str(TINY), "run": {"seed": 3}}), encoding="utf-8")
        self.design(replicates=2, run=RUN | {"persons": 5000})
        task = subprocess.Popen([PROGRAM, "sweep", base, self.folder / "design.json", "-o", self.out, "-t", "1"],
                                stderr=subprocess.PIPE, text=True)
        while not (self.out / "sweep.json").exists() and task.poll() is None:
            time.sleep(0.01)
        base.write_text("{", encoding="utf-8")
        said = task.communicate(timeout=120)[1]
        self.assertEqual(task.returncode, 0, said)
        with h5py.File(self.gather()[1]) as file:
            self.assertEqual(list(file["runs/seed"][:]), [3, 3])

    # --- Stopping ---

    def start_and_wait(self, pattern):
        task = subprocess.Popen([PROGRAM, "sweep", TINY, self.folder / "design.json", "-o", self.out, "-q", "-t", "2"],
                                stderr=subprocess.PIPE, text=True, start_new_session=True)
        end = time.monotonic() + 120
        while not list(self.out.glob(pattern)) and task.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return task

    def test_a_stopped_sweep_leaves_checkpoints_and_goes_on_to_the_same_numbers(self):
        self.design(replicates=2, run=RUN | {"persons": 20000, "history_from": 1990})
        task = self.start_and_wait("work/*.part")
        task.send_signal(signal.SIGTERM)
        said = task.communicate(timeout=120)[1]
        self.assertEqual(task.returncode, 75, said)
        self.assertIn("of 2 runs done; the same command goes on", said)
        self.assertGreater(len(list((self.out / "work").glob("*.checkpoint"))), 0)
        self.assertGreater(int(self.status()[1]["partial"]), 0)
        self.assert_done(self.sweep())
        done, stopped = self.gather()
        self.assert_done(done)
        with h5py.File(stopped) as file:
            found = [file[f"measures/nation/{name}"][:] for name in KEPT]
        self.out = self.folder / "straight"
        self.assert_done(self.sweep())
        with h5py.File(self.gather()[1]) as file:
            for name, values in zip(KEPT, found):
                numpy.testing.assert_array_equal(file[f"measures/nation/{name}"][:], values)

    def test_a_killed_sweep_goes_on(self):
        self.design(replicates=6)
        task = self.start_and_wait("points/*.h5")
        os.killpg(task.pid, signal.SIGKILL)
        task.communicate(timeout=60)
        self.assertLess(len(self.names()), 6)
        end = time.monotonic() + 60
        while self.status()[1]["running"] != "0":  # its locks end with it
            self.assertLess(time.monotonic(), end)
        self.assert_done(self.sweep())
        self.assertEqual(len(self.names()), 6)
        self.assert_done(self.gather()[0])

    # --- Gathering ---

    def test_an_ensemble_holds_parameters_and_measures_of_each_run(self):
        self.design(scenarios=["policy.json"], factors={"jobs.credentialism": [0.3, 0.6], "policies.Places.2.strength": [2]},
                    replicates=2, by=["origin"], title="A test", keep_runs=True)
        self.assert_done(self.sweep())
        done, path = self.gather()
        self.assert_done(done)
        with h5py.File(path) as file:
            self.assertEqual((file.attrs["Conventions"], file.attrs["title"], file.attrs["complete"]), ("CF-1.10", "A test", 1))
            names = file["runs/name"].asstr()[:]
            self.assertEqual(sorted(names), sorted(self.names()))
            self.assertEqual(len(names), 8)
            replicates, scenarios = file["runs/replicate"][:], file["runs/scenario"][:]
            self.assertEqual(sorted(zip(file["parameters/jobs.credentialism"][:].round(6), scenarios, replicates)),
                             [(value, s, r) for value in (0.3, 0.6) for s in (0, 1) for r in (0, 1)])
            strength = file["parameters/policies.Places.2.strength"][:]
            numpy.testing.assert_array_equal(strength, numpy.where(scenarios == 1, 2.0, numpy.nan))
            neet, error = file["measures/nation/neet_16_24"], file["measures/nation/neet_16_24_error"]
            self.assertEqual(neet.shape, (8, 5))
            self.assertEqual([scale.keys() for scale in neet.dims], [["run"], ["year"]])
            self.assertEqual(list(file["measures/nation/year"][:]), [2023, 2024, 2025, 2026, 2027])
            self.assertEqual(neet.attrs["units"], "share")
            self.assertTrue(((neet[:] > 0) & (neet[:] < 1) & (error[:] > 0) & (error[:] < 0.5)).all())
            self.assertEqual(file["measures/origin/neet_16_24"].shape, (8, 5, 6))
            self.assertEqual(len(file["axes/origin_class"]), 6)
            # Replicates are other luck, so other lives.
            self.assertEqual(len(set(file["runs/state_digest"].asstr()[:])), 8)
            for value in (0.3, 0.6):
                pair = neet[:][(scenarios == 0) & numpy.isclose(file["parameters/jobs.credentialism"][:], value)]
                self.assertGreater(abs(pair[0] - pair[1]).max(), 0)
            for row in (0, 5):
                done = pathways("summary", self.out / "runs" / f"{names[row]}.h5", "--measure", "neet_16_24", "--year", 2026,
                                "--format", "json", "--by", "nation")
                expected = json.loads(done.stdout)[0]
                self.assertAlmostEqual(neet[row, 3], expected["value"], 6)
                self.assertAlmostEqual(error[row, 3], expected["standard_error"], 6)

    def test_a_sweep_that_is_not_complete_is_gathered_only_when_asked(self):
        self.design(replicates=3)
        self.assert_done(self.sweep("--task", "1/3"))
        done, path = self.gather()
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 of 3 runs are not done", done.stderr)
        self.assertEqual(len(re.findall(r"^missing: [0-9a-f]{16}$", done.stderr, re.M)), 2)
        self.assertFalse(path.exists())
        done, path = self.gather("--partial")
        self.assert_done(done)
        with h5py.File(path) as file:
            self.assertEqual((len(file["runs/name"]), len(file["missing/name"]), file.attrs["missing_runs"]), (1, 2, 2))
        done = pathways("gather", self.folder / "nothing", "-o", path, "--force")
        self.assertEqual((done.returncode, "pathways sweep -o" in done.stderr), (3, True))
        done = pathways("gather", self.out, "-o", path)
        self.assertEqual((done.returncode, "--force replaces it" in done.stderr), (2, True))

    def test_a_design_has_a_schema_and_is_no_scenario(self):
        done = pathways("schema", "--design")
        self.assertEqual(json.loads(done.stdout)["required"], ["kind"])
        done = pathways("check", self.design())
        self.assertIn("is a design for `pathways sweep`, which checks it, not a scenario: skipped", done.stdout)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""`pathways run --dry-run`: what it says beside what happens, and what it says of machines that are too small.

Covers sim/cli/dry_run.c and sim/cli/run.c.

SPDX-License-Identifier: MIT
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = pathlib.Path(os.environ.get("PW_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent))
ENGLAND = SOURCE / "scenarios" / "england.json"
TINY = SOURCE / "tests" / "tiny_scenario.json"
MACHINE = 4
UNITS = {"MB": 1e6, "GB": 1e9}


def pathways(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, **more)


def peak_of(*arguments):
    """Peak memory of a run in bytes, by the system's own account."""
    process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    said = process.stderr.read()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise AssertionError(said)
    return usage.ru_maxrss * 1024


def sizes(text):
    """Name of each line of the table: its bytes."""
    found = re.findall(r"^ *([a-z][a-z ]*?) {2,}([\d.]+) (MB|GB)(?= |$)", text, re.M)
    return {name: float(number) * UNITS[unit] for name, number, unit in found}


class DryRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def within_a_fifth(self, said, happened, what):
        self.assertLess(abs(said / happened - 1.0), 0.2, f"{what}: {said / 1e6:.1f} MB said, {happened / 1e6:.1f} MB")

    def assert_holds(self, scenario, *arguments):
        run_file, history = self.folder / "run.h5", self.folder / "saved.history"
        arguments = ("run", scenario, *arguments, "-o", run_file, "--save-history", history)
        done = pathways(*arguments, "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertEqual(list(self.folder.iterdir()), [])
        said = sizes(done.stdout)
        self.within_a_fifth(said["memory at its peak"], peak_of(*arguments, "-q"), "memory")
        self.within_a_fifth(said["run file"], run_file.stat().st_size, "run file")
        self.within_a_fifth(said["history"], history.stat().st_size, "history")
        self.assertRegex(done.stdout, r"(?m)^time +[\d.]+ s +for [\d.]+ million person-years, [\d.]+ million a second")
        self.assertRegex(done.stdout, r"sbatch --cpus-per-task=\d+ --mem=\d+M --time=00:\d\d:00")

    def test_memory_and_files_are_within_a_fifth_of_what_happens(self):
        for scenario, arguments in ((ENGLAND, ("-n", 100000, "--years", 5, "--record", "none", "-t", 1)),
                                    (ENGLAND, ("-n", 60000, "--years", 15, "--record", "0.2", "-t", 2)),
                                    (TINY, ("-n", 150000, "--years", 12, "--record", "all", "-t", 1))):
            with self.subTest(scenario=scenario.name, arguments=arguments):
                self.assert_holds(scenario, *arguments)
                for path in self.folder.iterdir():
                    path.unlink()

    def test_nothing_is_run_and_nothing_is_touched(self):
        run_file = self.folder / "run.h5"
        run_file.write_text("mine")
        done = pathways("run", TINY, "-n", 3000, "--dry-run", "-q", "-o", run_file)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Nothing is run", done.stdout)
        self.assertEqual(run_file.read_text(), "mine")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["run.h5"])

    def test_what_is_left_after_a_checkpoint_is_estimated(self):
        history = self.folder / "saved.history"
        size = ("-n", 5000, "--shards", 2, "--years", 4)
        done = pathways("run", TINY, *size, "-q", "-o", self.folder / "run.h5", "--save-history", history)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = pathways("run", TINY, *size, "--dry-run", "--from-history", history)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("lived through from 2024 to 2028", done.stdout)

    def test_a_machine_without_the_memory_is_told_and_ends_with_4_after_the_estimate(self):
        done = pathways("run", TINY, "-n", 1500000000, "--record", "none", "--dry-run", "-o", self.folder / "run.h5")
        self.assertEqual(done.returncode, MACHINE)
        self.assertIn("memory at its peak", done.stdout)
        self.assertIn("1500000000 people need about", done.stderr)
        self.assertIn("run fewer people (-n)", done.stderr)

    def on_a_small_disk(self, size, *arguments):
        """On a disk of its own in a namespace of its own, where the system lets us."""
        script = f"mount -t tmpfs -o size={size} none {self.folder} && exec \"$@\""
        space = ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*space, "sh", "-c", script, "sh", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("this system makes no disks for us")
        return subprocess.run([*space, "sh", "-c", script, "sh", PROGRAM, *map(str, arguments)], capture_output=True,
                              text=True, check=False)

    def test_a_disk_that_is_too_small_is_refused_and_one_that_may_be_is_warned_of(self):
        size = ("run", TINY, "-n", 30000, "-t", 1, "--years", 5, "-o", self.folder / "run.h5")
        for more in ((), ("--dry-run",)):
            with self.subTest(more=more):
                done = self.on_a_small_disk("1m", *size, *more)
                self.assertEqual(done.returncode, MACHINE, done.stderr)
                self.assertIn("run.h5: needs about", done.stderr)
                self.assertIn("are free on its disk; record fewer people", done.stderr)
                done = self.on_a_small_disk("8m", *size, *more)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("it and its checkpoints need about", done.stderr)
                done = self.on_a_small_disk("200m", *size, *more)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("need about", done.stderr)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("set PATHWAYS to the program")
    unittest.main()

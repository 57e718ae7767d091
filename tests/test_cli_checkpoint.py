#!/usr/bin/env python3
"""A run that is stopped, killed or out of disk goes on to the very bytes of one that was not; a branch equals its full run.

What is compared: scripts/same_runs.py. Covers sim/cli/run.c, run_work.c, origin.c and halt.c, and of run_options.c what
resumes, stops and branches; test_bad_input.py has the other options.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = pathlib.Path(os.environ.get("PW_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(SOURCE / "scripts"))
from same_runs import differing, flushed_years, read  # noqa: E402

TINY = SOURCE / "tests" / "tiny_scenario.json"
# Recorded from 2015 to 2044: three windows of ten years.
RUN = ("-n", "4000", "--years", "20", "--shards", "5")
KILLS = 6
STOPPED = 75

POLICY = {
    "title": "Apprenticeships and jobs",
    "extends": str(TINY),
    "policies": [{"name": "Apprenticeships", "lever": "apprenticeship_places_advanced", "from": 2027, "to": 2060,
                  "strength": 1.0, "capacity": 400000},
                 {"name": "Outreach", "lever": "university_outreach", "whom": {"first_age": 16, "last_age": 17},
                  "from": 2026, "ownership": 0.1},
                 # What local voice lends to the others is that of the year before.
                 {"name": "Voice", "lever": "local_voice", "from": 2026}],
}


def pathways(*arguments, **more):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, **more)


def limited(size):
    """What a child does first so that no file of its may be larger than `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


class Checkpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        kept = pathlib.Path(cls.kept.name)
        cls.full, cls.policy, cls.policy_full, cls.saved = (
            kept / name for name in ("full.h5", "policy.json", "policy.h5", "saved.history"))
        cls.policy.write_text(json.dumps(POLICY), encoding="utf-8")
        for arguments in ((TINY, *RUN, "-o", cls.full, "--save-history", cls.saved),
                          (cls.policy, *RUN, "-o", cls.policy_full)):
            done = pathways("run", *arguments, "-q", "-t", 1)
            if done.returncode != 0:
                cls.kept.cleanup()
                raise AssertionError(done.stderr)
        cls.expected = read(cls.full)
        cls.expected_policy = read(cls.policy_full)

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.run_file = self.folder / "run.h5"
        self.checkpoint = self.folder / "run.h5.checkpoint"
        self.previous = self.folder / "run.h5.checkpoint.previous"
        self.part = self.folder / "run.h5.part"

    def start(self, *more, scenario=TINY, size=RUN):
        process = subprocess.Popen([PROGRAM, "run", scenario, *size, "-o", self.run_file, *map(str, more)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, path, process):
        end = time.monotonic() + 60
        while not path.exists():
            self.assertIsNone(process.poll(), "the run ended too early")
            self.assertLess(time.monotonic(), end)
            time.sleep(0.001)

    def stop(self, number, *more, year=2028, **what):
        """Stop a run once it has written the checkpoint of a year: in its middle, and in that of a window."""
        process = self.start("--checkpoint-every", 7, "-t", 1, *more, **what)
        for line in process.stderr:
            if line.startswith(f"checkpoint of {year}"):
                break
        process.send_signal(number)
        said = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, STOPPED, said)
        self.assertIn("told to stop by a signal: stopped after ", said)
        self.assertIn("--resume goes on from", said)
        self.assertTrue(self.checkpoint.exists())

    def resume(self, *more, scenario=TINY, **how):
        return pathways("run", scenario, *RUN, "-o", self.run_file, "-q", "--resume", *more, **how)

    def assert_same(self, path, expected):
        self.assertEqual(differing(read(path), expected), [])

    def assert_finished(self, done, expected=None):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([path.name for path in self.folder.glob("run.h5*")], ["run.h5"])
        self.assert_same(self.run_file, expected or self.expected)

    def assert_sentence(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for word in words:
            self.assertIn(word, lines[0])

    # --- Stopping ---

    def test_a_run_stopped_by_any_signal_goes_on_with_any_number_of_threads(self):
        for number, threads in ((signal.SIGINT, 1), (signal.SIGTERM, 2), (signal.SIGUSR1, 7)):
            with self.subTest(signal=number.name):
                self.stop(number, year={signal.SIGUSR1: 2021, signal.SIGTERM: 1979}.get(number, 2035))
                self.assertFalse(self.part.exists())
                self.assert_finished(self.resume("-t", threads))
                with h5py.File(self.run_file) as file:
                    self.assertEqual(file.attrs["history"].count("pathways run"), 2)
                self.run_file.unlink()

    def test_a_run_is_stopped_again_and_again_by_its_time_limit(self):
        size = ("-n", "150000", "--years", "12", "--shards", "5")
        done = pathways("run", TINY, *size, "-o", self.folder / "whole.h5", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        times = 0
        while not self.run_file.exists():
            done = pathways("run", TINY, *size, "-o", self.run_file, "-q", "--resume", "--max-walltime", "0:00:01")
            if done.returncode != 0:
                self.assert_sentence(done, STOPPED, "--max-walltime is nearly over: stopped after")
                times += 1
            self.assertLess(times, 80)
        self.assertGreater(times, 0)
        self.assertFalse(self.checkpoint.exists())
        self.assert_same(self.run_file, read(self.folder / "whole.h5"))

    def test_a_second_interrupt_leaves_at_once(self):
        process = self.start("-q", "--checkpoint-every", "1", size=("-n", "400000", "--years", "20"))
        self.wait_for(self.part, process)
        time.sleep(0.3)  # the founders of so many take longer
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, -signal.SIGINT, said)

    def test_without_checkpoints_a_signal_ends_the_run(self):
        process = self.start("-q", "--checkpoint-every", "none", size=("-n", "60000", "--years", "20"))
        self.wait_for(self.part, process)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=120)[1]
        self.assertEqual(process.returncode, -signal.SIGTERM, said)
        self.assertRegex(said, r"^pathways: interrupted in \d{4}; nothing was written\n$")
        self.assertEqual(os.listdir(self.folder), [])

    # --- Killed ---

    def test_a_run_killed_at_any_moment_goes_on_from_its_last_checkpoint(self):
        chance = random.Random(6)
        threads = [1, 2, 7]
        for kill in range(KILLS):
            process = self.start("-q", "--resume", "--checkpoint-every", chance.choice([1, 2, 3]), "-t", threads[kill % 3])
            time.sleep(chance.uniform(0.02, 0.4))
            process.kill()
            process.communicate()
            flushed_years(self.part, self.full)
            if self.run_file.exists():
                break
        self.assert_finished(self.resume("-t", 2))

    def test_years_in_an_unfinished_file_survive_a_kill(self):
        process = self.start("-q", "-t", 1)
        years = 0
        while years == 0:
            self.assertIsNone(process.poll(), "the run ended too early")
            time.sleep(0.01)
            os.kill(process.pid, signal.SIGSTOP)
            years = flushed_years(self.part, self.full)
            os.kill(process.pid, signal.SIGCONT)
        process.kill()
        process.communicate()
        self.assertGreaterEqual(flushed_years(self.part, self.full), 10)

    # --- Damage ---

    def damage(self, path):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 16
        path.write_bytes(content)

    def test_a_damaged_checkpoint_falls_back_to_the_one_before_and_says_so(self):
        self.stop(signal.SIGTERM)
        kept = [path.read_bytes() for path in (self.checkpoint, self.previous)]
        for name, harm in (("flipped", lambda: self.damage(self.checkpoint)),
                           ("cut short", lambda: os.truncate(self.checkpoint, 5000)),
                           ("missing", self.checkpoint.unlink)):
            with self.subTest(harm=name):
                harm()
                done = self.resume()
                self.assertIn("the one before it", done.stderr)
                self.assertIn("run.h5.checkpoint.previous, is used", done.stderr)
                self.assert_finished(done)
                self.run_file.unlink()
                for path, content in zip((self.checkpoint, self.previous), kept):
                    path.write_bytes(content)

    def test_two_damaged_checkpoints_are_refused(self):
        self.stop(signal.SIGTERM)
        self.damage(self.checkpoint)
        self.damage(self.previous)
        self.assert_sentence(self.resume(), 3, "run.h5.checkpoint", "damaged", "--force begins the run again")
        done = pathways("run", TINY, *RUN, "-o", self.run_file, "-q", "--force")
        self.assert_finished(done)

    def test_what_is_not_a_checkpoint_is_refused(self):
        other = self.folder / "other"
        for content in (b"", b"PWCHECK\n", b"not a checkpoint of anything, however long it may be"):
            other.write_bytes(content)
            done = pathways("run", TINY, *RUN, "-o", self.run_file, "-q", "--branch", other)
            self.assert_sentence(done, 3, str(other))
        done = pathways("run", TINY, *RUN, "-o", self.run_file, "-q", "--branch", self.folder / "nothing")
        self.assert_sentence(done, 3, "there is no such checkpoint")

    # --- Out of disk ---

    def test_no_room_for_a_checkpoint_leaves_the_one_before_it(self):
        self.stop(signal.SIGTERM, "--record", "none")
        before = self.checkpoint.read_bytes()
        done = self.resume("--record", "none", "--checkpoint-every", 1, preexec_fn=limited(len(before) - 5000))
        self.assert_sentence(done, 4, "run.h5.checkpoint.writing: the checkpoint could not be written",
                             "larger than the system allows")
        self.assertEqual(self.checkpoint.read_bytes(), before)
        self.assertFalse((self.folder / "run.h5.checkpoint.writing").exists())
        self.assertEqual(self.resume("--record", "none").returncode, 0)
        with h5py.File(self.run_file) as file, h5py.File(self.full) as full:
            self.assertEqual(file.attrs["state_digest"], full.attrs["state_digest"])

    def test_no_room_for_the_output_leaves_the_checkpoint(self):
        self.stop(signal.SIGTERM)
        before = self.checkpoint.read_bytes()
        done = self.resume(preexec_fn=limited(self.full.stat().st_size // 2))
        self.assert_sentence(done, 4, "run.h5.part: could not be written")
        self.assertEqual(self.checkpoint.read_bytes(), before)
        self.assert_finished(self.resume())

    # --- What is resumed ---

    def test_a_changed_scenario_is_refused_by_what_changed(self):
        self.stop(signal.SIGTERM)
        for more, said in ((("--set", "home.base=0.4"), "parameters.home.base was "),
                           (("--seed", 2), "run.seed was 1 and is 2"),
                           (("--years", 21), "run.years was 20 and is 21")):
            self.assert_sentence(self.resume(*more), 3, "the scenario has changed since: " + said, "--branch")
        self.assert_sentence(self.resume(scenario=self.policy), 3, 'policies "Apprenticeships"', "is new")
        self.assert_sentence(self.resume("--record", 0.5), 3, "holds the trajectories of 1 of the people")
        self.assert_finished(self.resume())

    def test_an_unfinished_run_is_not_begun_again_by_mistake(self):
        self.stop(signal.SIGTERM)
        done = pathways("run", TINY, *RUN, "-o", self.run_file, "-q")
        self.assert_sentence(done, 2, "an unfinished run; --resume goes on with it, --force begins again")
        done = pathways("run", TINY, *RUN, "-o", self.run_file, "-q", "--force")
        self.assert_finished(done)

    def test_resume_begins_what_was_not_begun_and_leaves_what_is_finished(self):
        self.assert_finished(self.resume())
        before = self.run_file.stat()
        shutil.copy(self.saved, self.checkpoint)  # as a kill between the last two steps leaves it
        self.assert_finished(self.resume())
        self.assertEqual(self.run_file.stat().st_mtime_ns, before.st_mtime_ns)
        self.assert_sentence(self.resume("--seed", 2), 2, "is there already")

    def test_times_and_years_are_read_strictly(self):
        for value in ("90", "1:00", "0:00:00", "1:60:00", "1:00:61", "-1:00:00", "1:00:00x", ""):
            self.assert_sentence(self.resume("--max-walltime", value), 2, "--max-walltime", "write HH:MM:SS")
        for value in ("0", "-1", "x", "1.5"):
            self.assertEqual(self.resume("--checkpoint-every", value).returncode, 2)
        self.assert_sentence(self.resume("--checkpoint-every", "none", "--max-walltime", "1:00:00"), 2, "forbids")
        self.assert_sentence(self.resume("--branch", "a", "--from-history", "b"), 2, "begins once")

    # --- Branches ---

    def branch(self, *more, scenario=None):
        return pathways("run", scenario or self.policy, *RUN, "-o", self.run_file, "-q", *more)

    def test_a_policy_from_the_saved_history_equals_its_full_run(self):
        for threads in (1, 2):
            self.assert_finished(self.branch("--from-history", self.saved, "-t", threads), self.expected_policy)
            with h5py.File(self.run_file) as file, h5py.File(self.full) as base:
                self.assertEqual(file.attrs["parent_run"], str(self.full))
                self.assertEqual(file.attrs["parent_year"], 2024)
                self.assertEqual(file.attrs["parent_scenario_digest"], base.attrs["scenario_digest"])
            self.run_file.unlink()
        self.assert_finished(self.branch("--from-history", self.saved, scenario=TINY))

    def test_a_policy_from_the_checkpoint_of_a_stopped_run_equals_its_full_run(self):
        self.stop(signal.SIGTERM, year=2014)
        base = self.folder / "base.checkpoint"
        self.checkpoint.rename(base)
        self.previous.unlink()
        self.assert_finished(self.branch("--branch", base), self.expected_policy)

    def test_a_branch_that_is_killed_goes_on_and_keeps_its_parent(self):
        self.stop(signal.SIGTERM, "--from-history", self.saved, scenario=self.policy)
        self.assert_finished(self.resume("--from-history", self.folder / "gone", scenario=self.policy),
                             self.expected_policy)
        with h5py.File(self.run_file) as file:
            self.assertEqual((file.attrs["parent_run"], file.attrs["parent_year"]), (str(self.full), 2024))

    def test_a_branch_of_a_branch_keeps_the_policies_that_had_begun(self):
        later = dict(POLICY, policies=POLICY["policies"] + [
            {"name": "Jobs", "lever": "good_jobs", "from": 2036, "capacity": 100000}])
        scenario = self.folder / "later.json"
        scenario.write_text(json.dumps(later), encoding="utf-8")
        self.stop(signal.SIGTERM, "--from-history", self.saved, scenario=self.policy)
        middle = self.folder / "middle"
        self.checkpoint.rename(middle)
        self.previous.unlink()
        whole = self.folder / "whole.h5"
        done = pathways("run", scenario, *RUN, "-o", whole, "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_finished(self.branch("--branch", middle, scenario=scenario), read(whole))

    def test_a_branch_from_after_its_policy_or_of_another_country_is_refused(self):
        self.stop(signal.SIGTERM)
        base = self.folder / "base"
        self.checkpoint.rename(base)
        self.previous.unlink()
        self.assert_sentence(self.branch("--branch", base), 3, "stands at the end of 20", "policies that begin later",
                             'policies "Apprenticeships", which begins in 2027, is new')
        for more, said in ((("--seed", 3), "run.seed was 1 and is 3"),
                           (("--set", "home.base=0.4"), "parameters.home.base"),
                           (("--record", 0.5), "holds the trajectories of 1 of the people and this run records 0.5"),
                           (("--set", "run.record_from=2010"), "holds what was recorded from 2015")):
            self.assert_sentence(self.branch("--from-history", self.saved, *more), 3, said)
        self.assertEqual(list(self.folder.glob("run.h5*")), [])

    def test_a_branch_may_leave_out_the_trajectories(self):
        done = self.branch("--from-history", self.saved, "--record", "none")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = read(self.run_file)
        self.assertNotIn("trajectories/state", found)
        for name, content in found.items():
            if name.split("/")[0] in ("measures", "markets", "policies", "flows") or name.endswith("digest"):
                self.assertEqual(content, self.expected_policy[name], name)

    def test_a_saved_history_is_not_overwritten_by_mistake(self):
        saved = self.folder / "saved"
        shutil.copy(self.saved, saved)
        done = self.branch("--save-history", saved)
        self.assert_sentence(done, 2, "is there already; --from-history uses it, --force replaces it")
        done = self.branch("--save-history", saved, "--set", "run.history_from=2025", "--force")
        self.assert_sentence(done, 2, "there is no history")


if __name__ == "__main__":
    unittest.main()

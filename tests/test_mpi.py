#!/usr/bin/env python3
"""A run by several ranks is the run of one: the same bytes, stops, checkpoints and sentences. Only for a build with MPI.

What is compared: scripts/same_runs.py. Covers what sim/cli/run.c, run_work.c and sim/base/parallel.c do with ranks.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

os.environ.setdefault("HWLOC_HIDE_ERRORS", "2")  # Open MPI's library complains where there is no /sys
PROGRAM = os.environ.get("PATHWAYS", "")
ALONE = os.environ.get("PATHWAYS_ALONE", PROGRAM)  # a build without MPI, where there is one
SOURCE = pathlib.Path(os.environ.get("PW_SOURCE_DIR", pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(SOURCE / "scripts"))
from same_runs import differing, read  # noqa: E402

TINY = SOURCE / "tests" / "tiny_scenario.json"
ENGLAND = SOURCE / "scenarios" / "england.json"
# Recorded from 2015 to 2044: three windows of ten years.
SIZE = ("-n", "4000", "--years", "20", "--shards", "5")
STOPPED = 75
PATIENCE = 120  # seconds after which a job counts as hanging

# Policies that enrol, that add places and that reach residents: each is cleared in its own way.
POLICY = {
    "title": "Apprenticeships, outreach and a voice",
    "extends": str(TINY),
    "policies": [{"name": "Apprenticeships", "lever": "apprenticeship_places_advanced", "from": 2027, "to": 2060,
                  "strength": 1.0, "capacity": 400000},
                 {"name": "Outreach", "lever": "university_outreach", "whom": {"first_age": 16, "last_age": 17},
                  "from": 2026, "ownership": 0.1},
                 {"name": "Voice", "lever": "local_voice", "from": 2026}],
}


def version(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def launcher():
    """mpirun for any machine: also one with fewer processors than ranks, and for root in a container."""
    return ["mpirun", "--oversubscribe", "--bind-to", "none"] + ["--allow-run-as-root"] * (os.geteuid() == 0)


def environment():
    return os.environ | {"OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_btl": "self,vader",
                         "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_orte_base_help_aggregate": "1"}


def words(parts):
    return [str(part) for part in parts]


def children(pid):
    """Processes that a process has started, in order."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(folder.name))
    return sorted(found)


def sentences(said):
    """What the program itself has said: mpirun adds its own when a job fails."""
    return [line for line in said.splitlines() if line.startswith("pathways: ")]


@unittest.skipUnless(os.environ.get("PATHWAYS_MPI", "") in ("ON", "1"),
                     "a build without MPI: scripts/ci.sh mpi builds with it and runs this")
class Ranks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        global ALONE  # one of another commit says so in its files and checkpoints
        if version(ALONE) != version(PROGRAM):
            ALONE = PROGRAM
        cls.kept = tempfile.TemporaryDirectory()
        kept = pathlib.Path(cls.kept.name)
        cls.policy = kept / "policy.json"
        cls.policy.write_text(json.dumps(POLICY), encoding="utf-8")
        cls.expected, cls.expected_policy = (cls.run_alone(scenario, kept / "full.h5") for scenario in (TINY, cls.policy))

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    @classmethod
    def run_alone(cls, scenario, output, size=SIZE):
        """What one process without MPI makes of a scenario."""
        subprocess.run([ALONE, "run", *words([scenario, *size]), "-o", str(output), "-q", "-t", "1", "--force"],
                       check=True)
        return read(output)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.run_file = self.folder / "run.h5"
        self.checkpoint = self.folder / "run.h5.checkpoint"

    def line(self, ranks, scenario=TINY, size=SIZE, more=()):
        begin = [ALONE] if ranks == 0 else [*launcher(), "-n", str(ranks), PROGRAM]
        return begin + words(["run", scenario, *size, "-o", self.run_file, *more])

    def start(self, line):
        process = subprocess.Popen(line, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def finish(self, process):
        said = process.communicate(timeout=PATIENCE)[1]
        return process.returncode, said

    def run_ranks(self, ranks, *more, **what):
        return self.finish(self.start(self.line(ranks, more=("-q", "-t", "1", *more), **what)))

    def assert_done(self, outcome, expected):
        self.assertEqual(outcome[0], 0, outcome[1])
        self.assertEqual(sorted(path.name for path in self.folder.glob("run.h5*")), ["run.h5"])
        self.assertEqual(differing(read(self.run_file), expected), [])

    def assert_sentence(self, outcome, code, *parts):
        said = sentences(outcome[1])
        self.assertEqual(outcome[0], code, outcome[1])
        self.assertEqual(len(said), 1, outcome[1])
        for part in parts:
            self.assertIn(part, said[0])

    # --- One answer ---

    def test_any_number_of_ranks_and_threads_makes_the_same_file(self):
        for ranks, threads in ((1, 2), (2, 1), (2, 2), (3, 1)):
            with self.subTest(ranks=ranks, threads=threads):
                outcome = self.run_ranks(ranks, "-t", threads, "--force", scenario=self.policy)
                self.assert_done(outcome, self.expected_policy)
                self.assertEqual(outcome[1], "")
                with h5py.File(self.run_file) as file:
                    self.assertEqual((file["code"].attrs["ranks"], file["code"].attrs["threads"]), (ranks, threads))

    def test_england_is_the_same_country_for_three_ranks(self):
        size = ("-n", "20000", "--years", "5", "--shards", "7")
        expected = self.run_alone(ENGLAND, self.run_file, size)
        self.assert_done(self.run_ranks(3, "--force", scenario=ENGLAND, size=size), expected)

    def test_a_sample_is_the_same_people(self):
        size = ("-n", "4000", "--years", "3", "--shards", "5", "--record", "0.03")
        expected = self.run_alone(TINY, self.run_file, size)
        self.assert_done(self.run_ranks(2, "--force", size=size), expected)

    def test_ranks_without_a_shard_do_no_harm(self):
        size = ("-n", "4000", "--years", "3", "--shards", "2")
        expected = self.run_alone(TINY, self.run_file, size)
        status, said = self.finish(self.start(self.line(3, size=size, more=("-t", "1", "--force"))))
        self.assert_done((status, said), expected)
        self.assertEqual(said.count("3 ranks live 2 shards"), 1, said)
        self.assertEqual(said.count("wrote "), 1, said)

    # --- Stopping and going on ---

    def stop(self, ranks, number, who, year, *more):
        """Let a run live until it has written the checkpoint of a year, then signal one of its processes."""
        process = self.start(self.line(ranks, more=("-t", "1", "--checkpoint-every", "7", *more)))
        victim = process.pid
        for line in process.stderr:
            if line.startswith(f"checkpoint of {year}"):
                break
        if who is not None:
            victim = children(process.pid)[who]
        os.kill(victim, number)
        outcome = self.finish(process)
        self.assert_sentence(outcome, STOPPED, "told to stop by a signal: stopped after ", "--resume goes on from")
        self.assertFalse((self.folder / "run.h5.part").exists())

    def test_a_signal_to_one_rank_stops_all_and_other_ranks_go_on(self):
        self.stop(3, signal.SIGTERM, 1, 1979)  # before trajectories
        self.stop(0, signal.SIGTERM, None, 2021, "--resume")  # within the first window
        self.stop(2, signal.SIGUSR1, None, 2035, "--resume")  # which mpirun passes on to all
        self.assert_done(self.run_ranks(3, "--resume"), self.expected)
        with h5py.File(self.run_file) as file:
            self.assertEqual(file.attrs["history"].count("pathways run"), 4)

    def test_a_finished_run_is_left_alone(self):
        self.run_alone(TINY, self.run_file)
        before = self.run_file.stat().st_mtime_ns
        self.assertEqual(self.run_ranks(2, "--resume"), (0, ""))
        self.assertEqual(self.run_file.stat().st_mtime_ns, before)

    def test_a_time_limit_stops_all_ranks_in_one_year(self):
        size = ("-n", "40000", "--years", "12", "--shards", "6")
        outcome = self.run_ranks(2, "--max-walltime", "0:00:01", size=size)
        self.assert_sentence(outcome, STOPPED, "--max-walltime is nearly over: stopped after")
        status, said = self.run_ranks(3, "--resume", size=size)
        self.assertEqual(status, 0, said)
        self.assertEqual(differing(read(self.run_file), self.run_alone(TINY, self.folder / "alone.h5", size)), [])

    def test_without_checkpoints_a_signal_ends_the_job(self):
        process = self.start(self.line(2, size=("-n", "60000", "--years", "20", "--shards", "4"),
                                       more=("-q", "-t", "1", "--checkpoint-every", "none")))
        while not (self.folder / "run.h5.part").exists():
            self.assertIsNone(process.poll(), "the run ended too early")
            time.sleep(0.01)
        os.kill(children(process.pid)[1], signal.SIGTERM)
        self.assert_sentence(self.finish(process), 128 + signal.SIGTERM, "interrupted in ", "nothing was written")

    def test_a_rank_that_is_killed_ends_the_job_and_it_goes_on_from_its_checkpoint(self):
        process = self.start(self.line(3, more=("-t", "1", "--checkpoint-every", "7")))
        for line in process.stderr:
            if line.startswith("checkpoint of 2028"):
                break
        os.kill(children(process.pid)[2], signal.SIGKILL)
        self.assertNotEqual(self.finish(process)[0], 0)
        self.assertTrue(self.checkpoint.exists())
        self.assert_done(self.run_ranks(2, "--resume"), self.expected)

    def test_a_history_serves_any_number_of_ranks(self):
        history = self.folder / "saved.history"
        self.assert_done(self.run_ranks(2, "--save-history", history), self.expected)
        for ranks in (3, 0):
            with self.subTest(ranks=ranks):
                self.assert_done(self.run_ranks(ranks, "--from-history", history, "--force", scenario=self.policy),
                                 self.expected_policy)

    # --- Failing ---

    def together(self, *commands):
        """One job of a rank for each command, of a shell."""
        line = launcher()
        for command in commands:
            line += ["-n", "1", "sh", "-c", command, ":"]
        return self.finish(self.start(line[:-1]))

    def command(self, scenario=TINY, size=SIZE):
        return "exec " + shlex.join([PROGRAM, *words(["run", scenario, *size, "-o", self.run_file, "-q", "-t", 1])])

    def test_what_is_wrong_for_all_is_said_once(self):
        absent, spoilt = self.folder / "absent.json", self.folder / "spoilt.json"
        spoilt.write_text(json.dumps({"extends": str(TINY), "run": {"yaers": 3, "sead": 1}}), encoding="utf-8")
        for code, word, arguments in ((2, "--threads", {"more": ("-t", "0")}), (3, "absent.json", {"scenario": absent}),
                                      (4, "nowhere", {"more": ("-o", self.folder / "nowhere" / "run.h5")})):
            with self.subTest(word=word):
                self.assert_sentence(self.finish(self.start(self.line(3, **arguments))), code, word)
        status, said = self.finish(self.start(self.line(3, scenario=spoilt)))
        self.assertEqual(status, 3, said)
        self.assertEqual([said.count(word) for word in ('"yaers" is not', '"sead" is not', "2 faults")], [1] * 3, said)

    def test_a_rank_that_fails_alone_ends_the_job_in_its_own_words(self):
        other = self.folder / "other.json"
        other.write_text(json.dumps({"extends": str(TINY), "run": {"seed": 99}}), encoding="utf-8")
        many = ("-n", "300000", "--years", "5", "--shards", "12")
        for code, word, second in ((3, "rank 1 of 2: ", self.command(self.folder / "absent.json")),
                                   (3, "all ranks must see the same files", self.command(other)),
                                   (4, "rank 1 of 2: ", "ulimit -v 180000; " + self.command(size=many))):
            with self.subTest(word=word):
                first = self.command(size=many) if "ulimit" in second else self.command()
                self.assert_sentence(self.together(first, second), code, word)
                self.assertEqual(list(self.folder.glob("run.h5*")), [])

    def test_a_full_disk_ends_the_job_in_its_own_words(self):
        size = ("-n", "20000", "--years", "20", "--shards", "5")
        self.run_alone(TINY, self.run_file, size)
        full = self.run_file.stat().st_size
        self.run_file.unlink()
        for share in (0.1, 0.9):  # within the windows of trajectories, and when people are collected in the end
            with self.subTest(share=share):
                process = self.start(self.line(3, size=size, more=("-q", "-t", "1")))
                while not (self.folder / "run.h5.part").exists():
                    self.assertIsNone(process.poll(), "the run ended too early")
                limit = int(share * full)
                for pid in children(process.pid):  # not before: MPI has files of its own
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, limit))
                self.assert_sentence(self.finish(process), 4, "run.h5.part: could not be written")
                self.assertEqual(list(self.folder.glob("run.h5*")), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

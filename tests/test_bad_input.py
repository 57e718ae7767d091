#!/usr/bin/env python3
"""Whatever is wrong, the program says so in a sentence, exits as it should and leaves nothing behind.

Full and read-only disks are small file systems in memory, which only root may mount: those tests say that they are
left out where that is not possible.

SPDX-License-Identifier: MIT
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TINY = os.path.join(SOURCE, "tests", "tiny_scenario.json")
ENGLAND = os.path.join(SOURCE, "scenarios", "england.json")
FEW = ["-n", "2000", "--years", "2"]
USAGE, INPUT, MACHINE, STOPPED = 2, 3, 4, 75

# What nobody who uses the program should ever read.
OURS = ["Traceback", "HDF5-DIAG", "Sanitizer", "runtime error", "promise", "(null)", "core dumped", "Abort"]

POLICY = {"name": "Jobs", "lever": "good_jobs", "from": 2026, "strength": 1, "capacity": 100}


def layer(**keys):
    """A scenario over the tiny country."""
    return json.dumps({"extends": TINY, **keys})


def policy(**keys):
    return layer(policies=[{**POLICY, **keys}])


# The text of a scenario, then words that the sentence about it must hold: the thing, the value, the remedy.
FAULTS = {
    "an empty file": ("", ["the file is empty", "expected an object"]),
    "text that is no JSON": ("persons = 5", ["1:1"]),
    "a text cut short": ('{"extends": "england.json", "run": {"persons": 5', ["1:49"]),
    "a comma too many": ('{"title": "x",}', ["1:15"]),
    "a bracket that does not match": ('{"policies": [}', ["1:15"]),
    "an array at the top": ("[1]", ["object"]),
    "nesting without end": ("[" * 100000, ["64"]),
    "no JSON but HDF5": ("\x89HDF\r\n\x1a\n", ["1:1"]),
    "an unknown key": (layer(polices=[]), ['"polices" is not a key', 'did you mean "policies"?']),
    "an unknown key of run": (layer(run={"person": 5000}), ["/run/person", 'did you mean "persons"?']),
    "an unknown key of a policy": (policy(strenght=1), ["/policies/0/strenght", 'did you mean "strength"?']),
    "an unknown parameter": (layer(parameters={"jobs.credentialsm": 0.5}), ["did you mean jobs.credentialism?"]),
    "a key that stands twice": ('{"extends": "%s", "title": "a", "title": "b"}' % TINY,
                                ['"title" stands twice', "keep one"]),
    "a setting out of range": (layer(run={"years": 201}), ["/run/years", "201 is outside [0, 200]", "years"]),
    "a parameter out of range": (layer(parameters={"jobs.credentialism": 9}), ["jobs.credentialism", "9", "outside"]),
    "a negative strength": (policy(strength=-1), ["/policies/0/strength", "-1"]),
    "a fraction of a year": (layer(run={"years": 2.5}), ["2.5", "whole"]),
    "a text where a number belongs": (layer(run={"years": "ten"}), ["/run/years", "number"]),
    "too few people": (layer(run={"persons": 0}), ["0 is too few", "write 1000 or more"]),
    "too many people": (layer(run={"persons": 10 ** 12}), ["1000000000000", "write fewer"]),
    "NaN": ('{"extends": "%s", "parameters": {"jobs.credentialism": NaN}}' % TINY, ["NaN"]),
    "infinity": ('{"extends": "%s", "parameters": {"jobs.credentialism": -Infinity}}' % TINY, ["finite"]),
    "a number too large for any computer": ('{"extends": "%s", "parameters": {"jobs.credentialism": 1e999}}' % TINY,
                                            ["1e999"]),
    "an unknown place": (policy(where={"places": ["Blakpool"]}), ['"Blakpool"', 'did you mean "Blackpool"?']),
    "an unknown tag": (policy(where={"tags": ["costal"]}), ['"costal"', 'did you mean "coastal"?']),
    "an unknown labour market": (policy(where={"labour_markets": ["Lancashre"]}), ['did you mean "Lancashire"?']),
    "an unknown region": (policy(where={"regions": ["Nroth West"]}), ['did you mean "North West"?']),
    "an unknown lever": (policy(lever="god_jobs"), ['"god_jobs"', 'did you mean "good_jobs"?']),
    "a base that is missing": ('{"extends": "nowhere.json"}', ["nowhere.json", "check the name"]),
    "a base that is a folder": ('{"extends": "/"}', ["directory", "name a file"]),
    "a scenario that extends itself": ('{"extends": "bad.json"}', ["circle", "remove"]),
    "nothing to stand on": ("{}", ['"places" is missing', "extends"]),
}


class BadInput(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="pathways-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.run_file = os.path.join(self.folder, "run.h5")

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def pathways(self, *arguments, **keywords):
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, errors="replace",
                              timeout=300, check=False, cwd=self.folder, **keywords)

    def assert_sentence(self, text, arguments):
        for words in OURS:
            self.assertNotIn(words, text, arguments)
        self.assertTrue(text.startswith("pathways: "), text)
        self.assertTrue(text.endswith("\n"), text)

    def refused(self, status, words, *arguments, lines=1, **keywords):
        """The program refuses with this status, in one sentence that holds the words; no file comes or goes."""
        before = sorted(os.listdir(self.folder))
        done = self.pathways(*arguments, **keywords)
        self.assertEqual(done.returncode, status, (arguments, done.stderr))
        for word in words:
            self.assertIn(word, done.stderr, arguments)
        if lines == 1:
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assert_sentence(done.stderr, arguments)
        self.assertEqual(done.stdout, "", arguments)
        self.assertEqual(sorted(os.listdir(self.folder)), before, arguments)
        return done

    def mount(self, options):
        """A small file system in memory, for tests of full and read-only disks."""
        point = os.path.join(self.folder, "disk")
        os.mkdir(point)
        if os.geteuid() != 0:
            self.skipTest("only root may mount the small disk that this needs")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", point], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            self.skipTest(f"the small disk that this needs could not be mounted: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", point], check=False)
        return point


class Scenarios(BadInput):
    def test_every_fault_is_found_by_run_and_check_alike(self):
        for fault, (text, words) in FAULTS.items():
            with self.subTest(fault=fault):
                path = self.write("bad.json", text.encode("latin-1"))
                done = self.refused(INPUT, words, "run", path, "-o", "run.h5", lines=None)
                said = done.stderr.splitlines()
                self.assertTrue(said[-1].startswith("pathways: "), said)
                self.assertEqual(len(set(said)), len(said), "something is said twice")
                checked = self.pathways("check", path)
                self.assertEqual(checked.returncode, INPUT)
                for word in words:
                    self.assertIn(word, checked.stdout)
                for words_of_ours in OURS:
                    self.assertNotIn(words_of_ours, done.stderr + checked.stdout + checked.stderr)

    def test_one_fault_is_said_once_and_several_are_all_said(self):
        one = self.write("one.json", layer(run={"years": 201}))
        self.refused(INPUT, ["one.json:1:"], "run", one, "-o", "run.h5")
        several = self.write("several.json", layer(run={"years": 201, "seed": -1, "persns": 5}))
        done = self.refused(INPUT, ["/run/years", "/run/seed", "/run/persns", "3 faults"], "run", several, lines=None)
        self.assertEqual(len(done.stderr.splitlines()), 4)

    def test_circle_of_several_files_is_found(self):
        self.write("a.json", '{"extends": "b.json"}')
        self.write("b.json", '{"extends": "c.json"}')
        path = self.write("c.json", '{"extends": "a.json"}')
        self.refused(INPUT, ["c.json:1:13", "circle", "a.json is already being read"], "run", os.path.join(self.folder, "a.json"))
        self.assertEqual(self.pathways("check", path).returncode, INPUT)

    def test_a_fault_of_the_base_is_said_of_the_base(self):
        self.write("base.json", layer(run={"years": 201}))
        path = self.write("top.json", '{"extends": "base.json"}')
        self.refused(INPUT, ["base.json:1:"], "run", path)

    def test_a_missing_scenario_and_a_folder_are_wrong_input(self):
        self.refused(INPUT, ["there is no file nowhere.json", "check the name"], "run", "nowhere.json")
        self.refused(INPUT, ["is a directory", "name a file"], "run", self.folder)

    def test_the_schema_among_the_scenarios_is_passed_over(self):
        folder = os.path.join(SOURCE, "scenarios")
        files = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".json")]
        done = self.pathways("check", *files)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("scenario.schema.json: is the schema of scenarios, not a scenario: skipped", done.stdout)
        for line in done.stdout.splitlines():
            self.assertTrue("no faults" in line or "skipped" in line, line)
        almost = self.write("almost.json", '{"$schema": "./scenario.schema.json", "polices": []}')
        self.assertEqual(self.pathways("check", almost).returncode, INPUT)


class CommandLine(BadInput):
    def test_a_wrong_number_of_people_is_refused_for_its_own_reason(self):
        for number, words in (("0", ["--persons 0", "too few", "1000 or more"]),
                              ("-5", ["--persons -5", "too few"]),
                              ("999", ["too few"]),
                              ("10^12", ['"10^12" is not a whole number', "digits only"]),
                              ("abc", ['"abc" is not a whole number']),
                              ("", ['"" is not a whole number']),
                              ("1e6", ['"1e6" is not a whole number']),
                              ("5000 ", ["is not a whole number"]),
                              ("nan", ["is not a whole number"]),
                              ("1000000000000", ["--persons 1000000000000", "limit of 2000000000", "write fewer"]),
                              ("99999999999999999999999999", ["limit of 2000000000"])):
            with self.subTest(number=number):
                self.refused(USAGE, words, "run", TINY, "-n", number, "-o", "run.h5")

    def test_more_people_than_memory_holds_are_refused_before_it_is_asked_for(self):
        begin = time.monotonic()
        done = self.refused(MACHINE, ["1500000000 people need about", "GB are available", "run fewer people (-n)"],
                            "run", TINY, "-n", "1500000000", "-o", "run.h5")
        self.assertNotIn("no memory for", done.stderr)
        self.assertLess(time.monotonic() - begin, 30)

    def test_wrong_values_name_the_option_as_typed(self):
        for arguments, words in ((["--years", "201"], ["--years 201", "outside [0, 200]"]),
                                 (["--years", "-1"], ["--years -1", "outside [0, 200]"]),
                                 (["--years", "ten"], ['--years: "ten" is not a whole number']),
                                 (["--seed", "-1"], ["--seed -1", "outside"]),
                                 (["--seed", "1.5"], ['--seed: "1.5" is not a whole number']),
                                 (["--replicate", "-1"], ["--replicate -1"]),
                                 (["--shards", "-1"], ["--shards -1"]),
                                 (["--threads", "0"], ["--threads: 0 is outside [1, "]),
                                 (["--threads", "two"], ['--threads: "two"']),
                                 (["--record", "2"], ["--record: 2 is outside [0, 1]"]),
                                 (["--record", "some"], ['--record: "some"']),
                                 (["--record", "nan"], ["--record", "nan"])):
            with self.subTest(arguments=arguments):
                self.refused(USAGE, words, "run", TINY, "-o", "run.h5", *arguments)

    def test_wrong_settings_are_faults_of_the_scenario(self):
        for setting, words in (("jobs.credentialsm=0.5", ["did you mean jobs.credentialism?"]),
                               ("jobs.credentialism", ["has no value", "NAME=VALUE"]),
                               ("jobs.credentialism=", ["not a finite number"]),
                               ("jobs.credentialism=nan", ['"nan" is not a finite number']),
                               ("jobs.credentialism=1e999", ['"1e999" is not a finite number']),
                               ("jobs.credentialism=9", ["9", "outside"]),
                               ("run.persns=5000", ['did you mean "persons"?']),
                               ("run.persons=0", ["--set run.persons=0", "too few"])):
            with self.subTest(setting=setting):
                self.refused(INPUT, ["--set " + setting.split("=")[0], *words], "run", TINY, "-o", "run.h5",
                             "--set", setting)

    def test_wrong_options_and_operands_have_a_remedy(self):
        for arguments, words in (([], ["a command is missing", "--help"]),
                                 (["rum"], ["rum: there is no such command", "did you mean run?"]),
                                 (["--halp"], ["there is no such option", "--help"]),
                                 (["run"], ["SCENARIO is missing", "--help"]),
                                 (["run", ""], ["empty", "--help"]),
                                 (["run", TINY, TINY], ["too many arguments"]),
                                 (["run", TINY, "--person"], ["--person needs a value"]),
                                 (["run", TINY, "--preson", "5"], ["did you mean --persons?"]),
                                 (["run", TINY, "-x"], ["-x: there is no such option"]),
                                 (["run", TINY, "--force=yes"], ["takes no value"]),
                                 (["run", TINY, "-o", ""], ["needs a name", "-o"]),
                                 (["summary"], ["RUN.h5 is missing"]),
                                 (["summary", ""], ["empty"]),
                                 (["compare", "one.h5"], ["POLICY.h5 is missing"])):
            with self.subTest(arguments=arguments):
                self.refused(USAGE, words, *arguments)


class Output(BadInput):
    def run_tiny(self, *arguments):
        done = self.pathways("run", TINY, *FEW, "--quiet", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_finished_file_is_kept_unless_force_is_given(self):
        self.run_tiny("-o", "run.h5")
        with open(self.run_file, "rb") as file:
            content = file.read()
        self.refused(USAGE, ["run.h5: is there already", "--force", "-o"], "run", TINY, *FEW, "-o", "run.h5")
        with open(self.run_file, "rb") as file:
            self.assertEqual(content, file.read())
        self.run_tiny("-o", "run.h5", "--force", "--seed", "2")
        with h5py.File(self.run_file) as file:
            self.assertEqual(file.attrs["seed"], 2)
        self.assertEqual(os.listdir(self.folder), ["run.h5"])

    def test_a_part_file_left_by_a_kill_is_in_nobodys_way(self):
        self.write("run.h5.part", b"left over")
        self.run_tiny("-o", "run.h5")
        self.assertEqual(os.listdir(self.folder), ["run.h5"])

    def test_a_folder_that_is_not_there_is_named(self):
        self.refused(MACHINE, ["there is no folder missing", "create it"], "run", TINY, *FEW, "-o", "missing/run.h5")
        self.write("file", "not a folder")
        self.refused(MACHINE, ["file/run.h5"], "run", TINY, *FEW, "-o", "file/run.h5")

    def test_what_is_no_file_is_not_written_over(self):
        os.mkdir(self.run_file)
        self.refused(MACHINE, ["is a folder", "give the name of a file"], "run", TINY, *FEW, "-o", "run.h5", "--force")
        self.refused(MACHINE, ["/dev/null: is not an ordinary file"], "run", TINY, *FEW, "-o", "/dev/null", "--force")
        self.assertTrue(os.path.exists("/dev/null"))

    def test_a_folder_that_may_not_be_written_is_named(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere; the read-only disk stands for this")
        folder = os.path.join(self.folder, "closed")
        os.mkdir(folder, 0o555)
        self.refused(MACHINE, ["closed/run.h5", "no permission"], "run", TINY, *FEW, "-o", "closed/run.h5")
        self.assertEqual(os.listdir(folder), [])

    def test_a_read_only_disk_is_named(self):
        self.mount("ro,size=4m")
        self.refused(MACHINE, ["disk/run.h5", "read-only"], "run", TINY, *FEW, "-o", "disk/run.h5")

    def test_a_full_disk_leaves_nothing_and_keeps_what_was_there(self):
        disk = self.mount("size=3m")
        for free in (0, 4096, 65536, 300000, 600000):
            with self.subTest(free=free):
                self.write("disk/run.h5", b"what was there before")
                about = os.statvfs(disk)
                self.write("disk/ballast", b"\0" * (about.f_bavail * about.f_frsize - free))
                done = self.pathways("run", TINY, "-n", "10000", "--years", "20", "-o", "disk/run.h5", "--force", "-q")
                self.assertEqual(done.returncode, MACHINE, done.stderr)
                self.assert_sentence(done.stderr, free)
                self.assertRegex(done.stderr, "no space left on the disk|are free on its disk")  # seen beforehand
                self.assertEqual(sorted(os.listdir(disk)), ["ballast", "run.h5"])
                with open(os.path.join(disk, "run.h5"), "rb") as file:
                    self.assertEqual(file.read(), b"what was there before")

    def test_a_limit_on_the_size_of_files_is_said(self):
        script = 'ulimit -f 500; exec "$@"'
        command = ["bash", "-c", script, "bash", PROGRAM, "run", TINY, "-n", "10000", "--years", "20", "-o", "run.h5", "-q"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder, timeout=300)
        self.assertEqual(done.returncode, MACHINE, done.stderr)
        self.assert_sentence(done.stderr, script)
        self.assertIn("ulimit -f", done.stderr)
        self.assertEqual(os.listdir(self.folder), [])


class RunFiles(BadInput):
    def readers(self, path, status, words):
        self.refused(status, words, "summary", path)
        self.refused(status, words, "compare", path, path)

    def test_what_is_no_run_file_is_refused_for_its_own_reason(self):
        with h5py.File(os.path.join(self.folder, "foreign.h5"), "w") as file:
            file["measures/by_place"] = [1, 2]
            file.attrs["source"] = "somebody else"
        for path, words in ((TINY, ["tiny_scenario.json", "is not an HDF5 file", "pathways run"]),
                            (self.write("empty.h5", ""), ["empty.h5", "is not an HDF5 file"]),
                            (self.write("text.h5", "a,b\n1,2\n"), ["text.h5", "is not an HDF5 file"]),
                            ("foreign.h5", ["foreign.h5", "is an HDF5 file but not a run file"]),
                            ("missing.h5", ["missing.h5: there is no such file", "check the name"]),
                            (self.folder, ["is a folder", "give the name of a run file"]),
                            ("/dev/null", ["is not an ordinary file"])):
            with self.subTest(path=path):
                self.readers(path, INPUT, words)

    def test_a_pipe_is_refused_and_not_waited_for(self):
        path = os.path.join(self.folder, "pipe.h5")
        os.mkfifo(path)
        self.readers(path, INPUT, ["is not an ordinary file"])

    def test_a_file_cut_short_anywhere_is_refused(self):
        done = self.pathways("run", TINY, *FEW, "-o", "run.h5", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.run_file, "rb") as file:
            content = file.read()
        for size in (8, 9, 100, 512, 2048, 5000, len(content) // 2, len(content) - 4096, len(content) - 1):
            with self.subTest(size=size):
                path = self.write("cut.h5", content[:size])
                self.refused(INPUT, ["cut.h5", "damaged or cut short" if size > 8 else "HDF5"], "summary", path)
                self.refused(INPUT, ["cut.h5"], "compare", "run.h5", path)

    def test_an_unfinished_file_is_refused(self):
        done = self.pathways("run", TINY, *FEW, "-o", "run.h5", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        with h5py.File(self.run_file, "r+") as file:
            file.attrs.modify("complete", 0)
        self.readers(self.run_file, INPUT, ["run.h5", "finish"])


class Interruption(BadInput):
    def start(self, *arguments, at_hangup=signal.SIG_DFL):
        # Said outright, since tests may themselves be started with nohup.
        process = subprocess.Popen([PROGRAM, "run", *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, at_hangup))
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for_part(self, process):
        end = time.monotonic() + 60
        while not os.path.exists(self.run_file + ".part"):
            self.assertIsNone(process.poll(), "the run ended before it could be interrupted")
            self.assertLess(time.monotonic(), end, "no run file was begun")
            time.sleep(0.01)

    def test_an_interrupted_run_without_checkpoints_dies_of_the_signal_and_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                process = self.start(ENGLAND, "-n", "300000", "-o", "run.h5", "-q", "--checkpoint-every", "none")
                self.wait_for_part(process)
                time.sleep(0.5)
                process.send_signal(number)
                said = process.communicate(timeout=120)[1]
                # To be killed by a signal is what a shell sees as 128 + its number: 130, 143.
                self.assertEqual(process.returncode, -number, said)
                self.assertRegex(said, r"^pathways: interrupted in \d{4}; nothing was written\n$")
                self.assertEqual(os.listdir(self.folder), [])

    def test_with_nohup_a_run_outlives_its_terminal(self):
        process = self.start(ENGLAND, "-n", "20000", "-o", "run.h5", "-q", at_hangup=signal.SIG_IGN)
        self.wait_for_part(process)
        process.send_signal(signal.SIGHUP)
        said = process.communicate(timeout=120)[1]
        self.assertEqual((process.returncode, said), (0, ""))
        self.assertEqual(os.listdir(self.folder), ["run.h5"])

    def test_a_shell_sees_130_and_143(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            script = f'{{ sleep 1; kill -{number} $$; }} & exec "$@"'
            inner = ["bash", "-c", script, "bash", PROGRAM, "run", ENGLAND, "-n", "300000", "-o", "run.h5", "-q",
                     "--checkpoint-every", "none"]
            done = subprocess.run(["bash", "-c", '"$@"; echo "status $?"', "bash", *inner], cwd=self.folder,
                                  capture_output=True, text=True, check=False, timeout=120)
            self.assertEqual(done.stdout, f"status {status}\n", done.stderr)
            self.assertEqual(os.listdir(self.folder), [])

    def test_no_moment_is_too_early_or_too_late_for_a_signal(self):
        for milliseconds in (0, 5, 20, 60, 150, 400, 800, 1200):
            with self.subTest(milliseconds=milliseconds):
                process = self.start(TINY, "-n", "5000", "--years", "10", "-o", "run.h5", "-q")
                time.sleep(milliseconds / 1000)
                process.send_signal(signal.SIGTERM)
                said = process.communicate(timeout=120)[1]
                if process.returncode == 0:
                    with h5py.File(self.run_file) as file:
                        self.assertEqual(file.attrs["complete"], 1)
                    self.assertEqual(os.listdir(self.folder), ["run.h5"])
                    os.remove(self.run_file)
                elif process.returncode == STOPPED:
                    self.assertEqual(os.listdir(self.folder), ["run.h5.checkpoint"], said)
                    os.remove(os.path.join(self.folder, "run.h5.checkpoint"))
                else:  # before the program came to notice signals
                    self.assertEqual(process.returncode, -signal.SIGTERM, said)
                    self.assertEqual(os.listdir(self.folder), [], said)

    def test_of_two_runs_on_one_file_the_second_is_told_of_the_first(self):
        first = self.start(ENGLAND, "-n", "50000", "--years", "10", "-o", "run.h5", "-q")
        self.wait_for_part(first)
        for force in ([], ["--force"]):
            second = self.pathways("run", TINY, *FEW, "-o", "run.h5", *force)
            self.assertEqual(second.returncode, MACHINE, second.stderr)
            self.assert_sentence(second.stderr, force)
            self.assertIn("another run is writing this file; wait for it or give another name", second.stderr)
        said = first.communicate(timeout=300)[1]
        self.assertEqual((first.returncode, said), (0, ""))
        with h5py.File(self.run_file) as file:
            self.assertEqual((file.attrs["complete"], file.attrs["persons"]), (1, 50000))
        self.assertEqual(os.listdir(self.folder), ["run.h5"])

    def test_of_many_runs_begun_at_once_on_one_file_one_wins(self):
        processes = [self.start(TINY, *FEW, "--seed", str(seed), "-o", "run.h5", "-q") for seed in range(6)]
        results = [(process.communicate(timeout=300)[1], process.returncode) for process in processes]
        self.assertEqual([status for _, status in results].count(0), 1, results)
        for said, status in results:
            self.assertIn(status, (0, USAGE, MACHINE), said)
            if status:
                self.assertRegex(said, "another run is writing this file|is there already")
        with h5py.File(self.run_file) as file:
            self.assertEqual(results[file.attrs["seed"]][1], 0)
        self.assertEqual(os.listdir(self.folder), ["run.h5"])


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main(verbosity=2)

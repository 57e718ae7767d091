"""Commands check, schema, describe and help: what they print, where, and their exit status.

Usage is the test of cli_option, Describe that of cli_table.

SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import os
import re
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["PATHWAYS"]
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TINY = os.path.join(SOURCE, "tests", "tiny_scenario.json")
TOPICS = ["parameters", "paths", "inputs", "columns", "processes", "levers", "acts", "channels", "markets", "streams",
          "states", "measures", "sources"]


def run(*arguments, **keywords):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          check=False, **keywords)


class Check(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def write(self, text, name="bad.json"):
        path = os.path.join(self.directory.name, name)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def test_a_good_scenario_is_said_to_be_good(self):
        result = run("check", TINY)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("no faults; 6 places, 3 labour markets, 0 policies", result.stdout)

    def test_quiet_says_nothing_of_a_good_scenario(self):
        self.assertEqual(run("check", "--quiet", TINY).stdout, "")

    def test_every_shipped_scenario_is_good(self):
        directory = os.path.join(SOURCE, "scenarios")
        scenarios = [os.path.join(directory, name) for name in sorted(os.listdir(directory))
                     if name.endswith(".json") and not name.endswith(".schema.json")]
        result = run("check", *scenarios)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("targets_england.json: is a file of published figures", result.stdout)

    def test_a_scenario_with_a_stray_key_is_not_taken_for_published_figures(self):
        path = self.write('{"extends": "%s", "targets": []}' % TINY)
        result = run("check", path)
        self.assertEqual(result.returncode, 3)
        self.assertIn('"targets" is not a key of a scenario', result.stdout)

    def test_faults_have_file_line_column_pointer_and_remedy(self):
        path = self.write('{\n  "extends": "%s",\n  "run": {"persns": 5, "years": -1}\n}' % TINY)
        result = run("check", path)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stdout.splitlines(), [
            path + ':3:11: /run/persns: "persns" is not a key of run; did you mean "persons"?',
            path + ":3:33: /run/years: years: -1 is outside [0, 200] (years)"])
        self.assertIn("scenarios with faults: 1 of 1", result.stderr)

    def test_good_and_bad_are_told_apart(self):
        path = self.write("{")
        result = run("check", TINY, path)
        self.assertEqual(result.returncode, 3)
        self.assertIn(TINY + ": no faults", result.stdout)
        self.assertIn(path + ":1:2: expected a key in double quotes but the text ends", result.stdout)

    def test_a_missing_file_is_wrong_input(self):
        result = run("check", "/nowhere/x.json")
        self.assertEqual(result.returncode, 3)
        self.assertIn("there is no file /nowhere/x.json", result.stdout)

    def test_set_is_applied_and_checked(self):
        self.assertEqual(run("check", TINY, "--set", "run.persons=1000").returncode, 0)
        result = run("check", TINY, "--set", "run.persons=1000000000000")
        self.assertEqual(result.returncode, 3)
        self.assertIn("--set run.persons=1000000000000: /run/persons: persons: 1000000000000 is over"
                      " the limit of 2000000000 people", result.stdout)

    def test_every_parameter_may_be_set_at_once(self):
        table = json.loads(run("describe", "parameters", "--format", "json").stdout)
        settings = [word for row in table for word in ("--set", f"{row['parameter']}={json.dumps(row['default'])}")]
        for arguments in (["check"], ["run", "-n", "1000", "--years", "1", "--dry-run"]):
            result = run(*arguments, TINY, *settings)
            self.assertEqual(result.returncode, 0, result.stderr)
        result = run("check", TINY, *["--set", "run.seed=1"] * 1025)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--set: more than 1024 values; put them into a scenario", result.stderr)

    def test_hostile_files_are_refused_in_a_moment(self):
        for text in ["[" * 1000000, '{"a":' * 100000, '"' + "a" * 1000000, "{}" + " " * 1000000 + "x",
                     '{"policies": [' + ",".join("1" * 50 for _ in range(10000)) + "]}",
                     "\0\0\0", "[" + "1," * 2000000 + "1]",
                     '{"parameters": {' + ",".join('"p%d": 1' % i for i in range(200000)) + "}}",
                     "\ufeff", '{"' + "k" * 100000 + '": 1}']:
            with self.subTest(text=text[:20]):
                result = run("check", self.write(text))
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertNotEqual(result.stdout, "")


class Usage(unittest.TestCase):
    def refused(self, arguments, words):
        result = run(*arguments)
        self.assertEqual(result.returncode, 2, arguments)
        self.assertEqual(result.stdout, "")
        self.assertIn(words, result.stderr)

    def test_what_is_unknown_has_a_remedy(self):
        self.refused(["chekc"], "chekc: there is no such command; did you mean check?")
        self.refused(["frobnicate"], "`pathways --help` lists them")
        self.refused([], "a command is missing")
        self.refused(["--vesion"], "there is no such option")
        self.refused(["check"], "SCENARIO is missing")
        self.refused(["check", "--quite", TINY], "did you mean --quiet?")
        self.refused(["check", "-x", TINY], "-x: there is no such option")
        self.refused(["check", TINY, "--set"], "--set needs a value")
        self.refused(["check", "--quiet=yes", TINY], "takes no value")
        self.refused(["schema", "more"], "too many arguments")
        self.refused(["describe", "levrs"], "did you mean levers?")
        self.refused(["describe", "--format", "jsn"], "did you mean json?")
        self.refused(["describe", "--format", "yaml"], "choose from table, csv, json, markdown")
        self.refused(["describe", "states", "--assumed"], "do not say where they come from")
        self.refused(["help", "chekc"], "did you mean check?")

    def test_help_is_a_manual(self):
        for arguments in [["--help"], ["-h"], ["help"]]:
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS",
                            "ENVIRONMENT", "EXAMPLES"]:
                self.assertIn(section, result.stdout)

    def test_every_command_has_a_manual_that_help_prints_too(self):
        for command in ["run", "sweep", "gather", "check", "summary", "validate", "calibrate", "compare", "describe", "schema"]:
            with self.subTest(command=command):
                result = run(command, "--help")
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS",
                                "EXAMPLES"]:
                    self.assertIn(section, result.stdout)
                self.assertEqual(run("help", command).stdout, result.stdout)
                self.assertLessEqual(max(map(len, result.stdout.splitlines())), 110)

    def test_version_is_said(self):
        result = run("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^pathways \d+\.\d+\.\d+ ")

    def test_threads_that_wait_sleep_soon_unless_told_otherwise(self):
        def spinning(**environment):
            """How long they try before they sleep, as the libraries of gcc (looks) and clang (ms) show it."""
            with tempfile.TemporaryDirectory() as folder:
                shown = run("run", TINY, "-n", "1000", "--years", "1", "--shards", "4", "-t", "2",
                            "-o", os.path.join(folder, "run.h5"),
                            env=dict(inherited, OMP_DISPLAY_ENV="verbose", **environment)).stderr
            return re.findall(r"(?:GOMP_SPINCOUNT|KMP_BLOCKTIME) ?= ?'(\w+)'", shown)[-1:]

        inherited = {name: value for name, value in os.environ.items()
                     if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
        if not spinning():
            self.skipTest("no library of threads that shows its settings")
        self.assertLessEqual(int(spinning()[0]), 200)
        self.assertGreater(int(spinning(OMP_WAIT_POLICY="active")[0].replace("INFINITE", "99999")), 200)

    def test_a_full_disk_is_the_machines_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE,
                                    text=True, check=False)
        self.assertEqual(result.returncode, 4)
        self.assertIn("standard output could not be written", result.stderr)


class Schema(unittest.TestCase):
    def test_is_the_file_beside_the_scenarios(self):
        with open(os.path.join(SOURCE, "scenarios", "scenario.schema.json"), encoding="utf-8") as file:
            self.assertEqual(run("schema").stdout, file.read(),
                             "run: pathways schema > scenarios/scenario.schema.json")

    def test_is_draft_07_and_closed(self):
        schema = json.loads(run("schema").stdout)
        self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
        self.assertFalse(schema["additionalProperties"])
        for name, parameter in schema["properties"]["parameters"]["properties"].items():
            with self.subTest(name=name):
                self.assertIn("default", parameter)
                self.assertIn("[", parameter["description"])

    def test_knows_every_key_of_the_tiny_scenario(self):
        schema = json.loads(run("schema").stdout)["properties"]
        with open(TINY, encoding="utf-8") as file:
            tiny = json.load(file)
        self.assertLessEqual(set(tiny), set(schema))
        self.assertLessEqual(set(tiny["run"]), set(schema["run"]["properties"]))
        self.assertEqual(set(tiny["paths"]), set(schema["paths"]["properties"]))
        for kind in ["regions", "labour_markets", "places"]:
            self.assertEqual(set(tiny[kind][0]) - {"tags"}, set(schema[kind]["items"]["required"]))


class Describe(unittest.TestCase):
    def test_every_topic_in_every_format_holds_the_same_rows(self):
        for topic in TOPICS:
            with self.subTest(topic=topic):
                rows = json.loads(run("describe", topic, "--format", "json").stdout)
                self.assertGreater(len(rows), 0)
                lines = run("describe", topic).stdout.splitlines()
                self.assertEqual(len(lines), len(rows) + 1)
                lines = run("describe", topic, "-f", "markdown").stdout.splitlines()
                self.assertEqual(len(lines), len(rows) + 2)
                table = list(csv.DictReader(io.StringIO(run("describe", topic, "-f", "csv").stdout)))
                self.assertEqual(len(table), len(rows))
                for left, right in zip(table, rows):
                    self.assertEqual(list(left), list(right))

    def test_without_a_topic_describes_all(self):
        self.assertEqual(list(json.loads(run("describe", "--format", "json").stdout)), TOPICS)
        result = run("describe", "--format", "markdown").stdout
        for topic in TOPICS:
            self.assertIn("## %s: " % topic, result)

    def test_assumed_leaves_out_what_has_a_source(self):
        everything = json.loads(run("describe", "levers", "--format", "json").stdout)
        assumed = json.loads(run("describe", "levers", "--assumed", "--format", "json").stdout)
        self.assertEqual(assumed, [row for row in everything if row["source"] == "assumed"])
        self.assertLess(len(assumed), len(everything))

    def test_defaults_are_numbers(self):
        for row in json.loads(run("describe", "parameters", "--format", "json").stdout):
            values = row["default"] if isinstance(row["default"], list) else [row["default"]]
            for value in values:
                self.assertTrue(row["min"] <= value <= row["max"], row)


if __name__ == "__main__":
    unittest.main()

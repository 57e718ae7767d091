#!/usr/bin/env python3
"""`pathways describe odd`: every section of the protocol, from the tables; facts that it names are there; the fit and the
assumptions log when they are given.

Covers sim/cli/odd.c, sim/cli/odd_evidence.c, sim/cli/essay.c, sim/cli/topics.c and sim/cli/describe.c.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
ROOT = TESTS.parent
COUNTRY = TESTS / "tiny_scenario.json"
TARGETS = ROOT / "scenarios" / "targets_england.json"
SECTIONS = ["Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling",
            "Design concepts", "Initialisation", "Input data", "Submodels", "Targets and fit", "Assumptions log",
            "Sources"]
CONCEPTS = ["Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
            "Interaction", "Stochasticity", "Collectives", "Observation"]
HEADLINES = ["neet_16_24", "professional_25_29", "higher_education_by_19_free_meals", "owner_25_34", "upward_25_64"]


def pathways(*arguments, **keywords):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, **keywords)


def table(topic):
    return json.loads(pathways("describe", topic, "--format", "json").stdout)


class Document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = pathways("describe", "odd", COUNTRY, "--targets", TARGETS, "--format", "json")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        cls.sections = json.loads(done.stdout)["sections"]
        cls.by_title = {section["title"]: section["content"] for section in cls.sections}

    def rows(self, title, name):
        return next(part["rows"] for part in self.by_title[title] if isinstance(part, dict) and part.get("table") == name)

    def item(self, process, word):
        return next(part["text"] for part in self.by_title[process] if isinstance(part, dict) and part.get("item") == word)

    def test_the_sections_are_those_of_the_protocol_in_order(self):
        self.assertEqual([section["title"] for section in self.sections if section["level"] == 2], SECTIONS)
        titles = [section["title"] for section in self.sections]
        begin = titles.index("Design concepts") + 1
        self.assertEqual(titles[begin:begin + len(CONCEPTS)], CONCEPTS)

    def test_tables_are_those_on_which_the_program_runs(self):
        for title, topic in (("State of a person", "columns"), ("Codes", "states"), ("Markets", "markets"),
                             ("Process overview and scheduling", "processes"), ("Stochasticity", "streams"),
                             ("Observation", "measures"), ("policies", "levers"), ("policies", "acts"),
                             ("policies", "channels"), ("Sources", "sources")):
            self.assertEqual(self.rows(title, topic), table(topic), topic)

    def test_every_process_has_a_section_and_every_parameter_is_in_one(self):
        processes = [row["process"] for row in table("processes")]
        for process in processes:
            for word in ("Mechanism", "Equation", "Source", "Direction tested"):
                self.assertGreater(len(self.item(process, word)), 20, f"{process}: {word}")
        listed = [row["parameter"] for section in self.sections for part in section["content"]
                  if isinstance(part, dict) and part.get("table") == "parameters" for row in part["rows"]]
        self.assertEqual(sorted(listed), sorted(row["parameter"] for row in table("parameters")))
        self.assertEqual(len(listed), len(set(listed)))

    def test_tests_parameters_paths_and_sources_that_processes_name_are_there(self):
        known = {row["parameter"] for row in table("parameters")} | {row["path"] for row in table("paths")}
        sources = {row["source"] for row in table("sources")}
        for row in table("processes"):
            process = row["process"]
            for test, stem in re.findall(r"([^;]+?) \(tests/test_(\w+)\.c\)", self.item(process, "Direction tested")):
                name = test.strip().replace(" ", "_")
                code = (TESTS / f"test_{stem}.c").read_text(encoding="utf-8")
                self.assertTrue(re.search(rf"Test\({stem},\s+{name}\b", code), f"{process}: no test {stem}, {name}")
            text = self.item(process, "Source") + " " + self.item(process, "Equation")
            for name in re.findall(r"\b[a-z_0-9]+\.[a-z_0-9]+\b", text):
                if not re.match(r"[\d.]+$", name) and name != "levers.def":
                    self.assertIn(name, known, process)
            for key in re.findall(r"\b[a-z][a-z_]*[0-9]+[a-z_0-9]*\b", self.item(process, "Source")):
                self.assertTrue(key in sources or any(key in name for name in known), f"{process}: {key}")

    def test_sources_of_the_scenario_are_all_there(self):
        sources = json.loads(COUNTRY.read_text(encoding="utf-8"))["sources"]
        rows = self.rows("Sources of the scenario", "scenario_sources")
        self.assertEqual({row["source"]: row["reference"] for row in rows}, sources)

    def test_what_policies_reach_is_named_by_the_process(self):
        for channel in table("channels"):
            self.assertIn(f"{channel['channel']} (", self.item(channel["process"], "Policies reach in through"))

    def test_values_are_those_of_the_scenario(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "layer.json"
            path.write_text(json.dumps({"extends": str(COUNTRY), "title": "Layer",
                                        "parameters": {"pay.scar": 0.05, "pay.skill": 0.11},
                                        "calibrated": {"pay.scar": {"value": 0.05, "standard_error": 0.01}}}),
                            encoding="utf-8")
            done = pathways("describe", "odd", path, "--targets", TARGETS)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = {line.split(" | ")[0].strip("| "): [cell.strip() for cell in line.strip("| ").split(" | ")]
                 for line in done.stdout.splitlines() if line.startswith("| pay.s")}
        self.assertEqual(lines["pay.scar"][1], "0.05")
        self.assertEqual(lines["pay.scar"][6:9], ["calibrated", "calibrated", "0.01"])
        self.assertEqual(lines["pay.skill"][6:8], ["set", "scenario"])
        said = "\n".join(line for line in done.stdout.splitlines() if not line.startswith("|"))
        self.assertIn('"Layer"', said)
        self.assertIn(" 2 fitted, 1 set by the scenario", said)  # one default is the result of a fit

    def test_markdown_tables_are_whole(self):
        done = pathways("describe", "odd", COUNTRY, "--targets", TARGETS)
        width = 0
        for line in done.stdout.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            if cells and width:
                self.assertEqual(cells, width, line)
            width = cells
        for title in SECTIONS:
            self.assertIn(f"\n## {title}\n", done.stdout)

    def test_without_the_published_figures_it_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            done = pathways("describe", "odd", cwd=folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            missing = pathways("describe", "odd", "--targets", "nothing.json", cwd=folder)
        self.assertIn("--targets FILE", done.stdout)
        self.assertEqual(missing.returncode, 3)

    def test_wrong_words_are_refused(self):
        for words, sentence in ((["odd", "--format", "csv"], "markdown or json"),
                                (["odd", "--assumed"], "whole model"),
                                (["levers", "--fit", "run.h5"], "belong to `pathways describe odd`"),
                                (["levers", COUNTRY], "same in every scenario")):
            done = pathways("describe", *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(sentence, done.stderr)


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.run_file = cls.path / "run.h5"
        done = pathways("run", COUNTRY, "-n", 4000, "--years", 2, "-o", cls.run_file, "--set", "pay.scar=0.0625")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def figures(self):
        base = {"theme": "Work", "measure": "neet_16_24", "year": 2025, "unit": "%", "tolerance": 2, "source": "survey"}
        path = self.path / "targets.json"
        path.write_text(json.dumps({"title": "Figures", "targets": [
            {**base, "value": 99, "misfit": "Nobody knows | why."}, {**base, "value": 98, "theme": "More work"},
            {**base, "value": 50, "tolerance": 100}]}), encoding="utf-8")
        return path

    def test_a_run_stands_beside_the_figures_and_misfits_have_their_reason(self):
        done = pathways("describe", "odd", "--fit", self.run_file, "--targets", self.figures(), "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        sections = {section["title"]: section["content"] for section in json.loads(done.stdout)["sections"]}
        misfits = sections["What does not fit"][-1]["rows"]
        self.assertEqual([(row["published"], row["reason"]) for row in misfits],
                         [(99, "Nobody knows | why."), (98, "no reason is known")])
        self.assertIn("1 of 3 figures are met", sections["Targets and fit"][0])
        fit = [row for row in sections["Work"][0]["rows"]]
        self.assertAlmostEqual(fit[0]["model"] - fit[0]["published"], fit[0]["difference"], delta=0.11)
        scar = next(row for part in sections["pay"] if isinstance(part, dict) and part.get("table") == "parameters"
                    for row in part["rows"] if row["parameter"] == "pay.scar")
        self.assertEqual((scar["value"], scar["status"]), (0.0625, "set"))  # as the run lived it
        done = pathways("describe", "odd", "--fit", self.run_file, "--targets", self.figures())
        self.assertIn("Nobody knows \\| why.", done.stdout)

    def test_validate_gives_the_reason_to_machines(self):
        done = pathways("validate", self.run_file, "--targets", self.figures(), "--format", "json")
        self.assertEqual([row["misfit"] for row in json.loads(done.stdout)], ["Nobody knows | why.", None, None])

    def log(self, *lines):
        heading = "parameter,unit,value,low,high,change," + ",".join(f"{name},{name}_error" for name in HEADLINES)
        path = self.path / "log.csv"
        path.write_text("\n".join([heading + ",baseline", *lines]) + "\n", encoding="utf-8")
        return path

    def test_the_assumptions_log_is_printed_and_marks_what_is_told_apart(self):
        path = self.log("pay.scar,log,0.1,0.09,0.11,10 %,0.5,0.1,-0.2,0.1,0,1,0,1,-3,0.9,abc")
        done = pathways("describe", "odd", COUNTRY, "--targets", self.figures(), "--assumptions", path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| pay.scar | log | 0.1 | 0.09 | 0.11 | 10 % | +0.50* | -0.20 | +0.00 | +0.00 | -3.00* |", done.stdout)
        done = pathways("describe", "odd", COUNTRY, "--targets", self.figures(), "--assumptions", path, "-f", "json")
        row = next(part["rows"] for section in json.loads(done.stdout)["sections"] for part in section["content"]
                   if isinstance(part, dict) and part.get("table") == "assumptions")[0]
        self.assertEqual((row["neet_16_24"], row["neet_16_24_error"]), (0.5, 0.1))

    def test_a_log_that_is_none_is_refused(self):
        for path, sentence in ((self.figures(), "not a log of assumptions"), (self.path / "none.csv", "cannot be read"),
                               (self.log("pay.scar,log,0.1"), "log.csv:2: 3 cells, and the first line has 17")):
            done = pathways("describe", "odd", "--targets", self.figures(), "--assumptions", path)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(sentence, done.stderr)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("set PATHWAYS to the program")
    unittest.main()

#!/usr/bin/env python3
"""The scenario library: every idea says why, all cost the same, and the README lists them. What they change when they
are run is in test_library.py.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import re
import subprocess
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)
SCENARIOS = ROOT / "scenarios"

BUDGET_GBP = 200_000_000
FROM, TO, RAMP_YEARS = 2026, 2064, 3


def read_library():
    files = sorted(path for path in SCENARIOS.glob("*.json") if path.stem not in ("england", "scenario.schema", "targets_england"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


LIBRARY = read_library()


def question(scenario):
    """The first sentence of `why` that asks."""
    return re.search(r"(?:^|[.:] )([^.]*?\?)", scenario["why"]).group(1)


class Files(unittest.TestCase):
    def test_the_program_finds_no_fault(self):
        files = [str(path) for path in sorted(SCENARIOS.glob("*.json")) if path.name != "scenario.schema.json"]
        done = subprocess.run([PROGRAM, "check", *files], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_idea_has_a_title_a_question_evidence_and_says_what_is_assumed(self):
        titles = [scenario["title"] for scenario in LIBRARY.values()]
        self.assertEqual(len(titles), len(set(titles)))
        for name, scenario in LIBRARY.items():
            with self.subTest(scenario=name):
                self.assertEqual(scenario["extends"], "england.json")
                self.assertTrue(scenario["title"].strip())
                self.assertGreaterEqual(len(scenario["why"]), 200)
                self.assertGreater(len(question(scenario)), 20)
                for word in ("Evidence", "assum", "The money: 200 million GBP a year from 2026"):
                    self.assertIn(word, scenario["why"])

    def test_all_have_the_same_budget_in_the_same_years(self):
        for name, scenario in LIBRARY.items():
            with self.subTest(scenario=name):
                self.assertEqual(sum(policy["budget_gbp"] for policy in scenario["policies"]), BUDGET_GBP)
                for policy in scenario["policies"]:
                    self.assertEqual((policy["from"], policy["to"], policy["ramp_years"]), (FROM, TO, RAMP_YEARS))
                    self.assertNotIn("capacity", policy, "the budget alone sets the number")

    def test_the_text_names_the_money_and_the_cost_of_each_policy(self):
        for name, scenario in LIBRARY.items():
            with self.subTest(scenario=name):
                numbers = set(re.findall(r"\d[\d,.]*\d|\d", scenario["why"]))
                for policy in scenario["policies"]:
                    self.assertIn(str(round(policy["budget_gbp"] / 1e6)), numbers, policy["name"])
                    if len(scenario["policies"]) < 5:  # a bundle leaves the costs to the file
                        self.assertIn(f"{policy['unit_cost_gbp']:,}", numbers, policy["name"])

    def test_files_named_in_a_text_are_there(self):
        for name, scenario in LIBRARY.items():
            with self.subTest(scenario=name):
                for name in re.findall(r"\w+\.json", scenario["why"]):
                    self.assertTrue((SCENARIOS / name).is_file(), name)

    def test_the_two_community_files_differ_in_ownership_and_cost_a_head_only(self):
        shared = []
        for name, ownership, cost in ("community_ownership_imposed", 0, 2), ("community_ownership_codesigned", 1, 1):
            policies = json.loads(json.dumps(LIBRARY[name]["policies"]))
            for policy in policies:
                self.assertEqual(policy.pop("ownership"), ownership)
                policy["unit_cost_gbp"] /= cost
            shared.append(policies)
        self.assertEqual(*shared)

    def test_readme_lists_every_file_with_its_question(self):
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        section = readme.split("## Scenarios to start from")[1].split("\n## ")[0]
        rows = dict(re.findall(r"^\| `(?:scenarios/)?(\w+)\.json` \| (.*) \|$", section, re.M))
        self.assertEqual(rows, {name: question(scenario) for name, scenario in LIBRARY.items()})


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The England scenario is complete, within its ranges, and says where every number comes from.

Only Python's standard library. With PATHWAYS set to the program, `pathways check` is run on every scenario too.
"""

import json
import os
import re
import subprocess
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "include" / "pathways"
SCENARIOS = ROOT / "scenarios"

# What a place, labour market or region may say besides its inputs. Anything else would be an
# outcome or a slip: outcomes of single places are kept to test what the model predicts.
PLACE_KEYS = {"code", "name", "labour_market", "region", "tags", "source"}
AREA_KEYS = {"name", "source"}


def refuse_duplicates(pairs):
    """Build an object, but not when a key comes twice: json.loads would keep the last in silence."""
    twice = [key for key, number in Counter(key for key, _ in pairs).items() if number > 1]
    if twice:
        raise ValueError(f"duplicate keys: {', '.join(twice)}")
    return dict(pairs)


def refuse_constant(text):
    raise ValueError(f"{text} is not JSON")


def read_scenario(path):
    return json.loads(
        path.read_text(encoding="utf-8"),
        object_pairs_hook=refuse_duplicates,
        parse_constant=refuse_constant,
    )


def number(text):
    return float(text.strip())


def read_inputs(macro):
    """{name: (min, max)} of the lines MACRO(name, min, max, ...) of inputs.def."""
    lines = re.findall(
        rf"^{macro}\((\w+),\s*([^,]+),\s*([^,]+),", (TABLES / "inputs.def").read_text(), re.M
    )
    return {name: (number(low), number(high)) for name, low, high in lines}


def read_paths():
    """{"section.name": (length, min, max)} of paths.def."""
    lines = re.findall(
        r"^PATH\((\w+),\s*(\w+),\s*(\d+),\s*([^,]+),\s*([^,]+),",
        (TABLES / "paths.def").read_text(),
        re.M,
    )
    return {
        f"{section}.{name}": (int(length), number(low), number(high))
        for section, name, length, low, high in lines
    }


class England(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.england = read_scenario(SCENARIOS / "england.json")

    def check_inputs(self, areas, macro, other_keys):
        inputs = read_inputs(macro)
        self.assertTrue(inputs, f"no {macro} line in inputs.def")
        for area in areas:
            with self.subTest(area=area["name"]):
                self.assertEqual(set(area), set(inputs) | other_keys)
                for name, (low, high) in inputs.items():
                    self.assertNotIsInstance(area[name], bool)
                    self.assertIsInstance(area[name], (int, float), name)
                    self.assertTrue(low <= area[name] <= high, f"{name} is {area[name]}")

    def test_top_level_has_the_keys_of_a_base_scenario_and_no_other(self):
        self.assertEqual(
            set(self.england),
            {"$schema", "title", "why", "sources", "run", "parameters", "paths", "regions",
             "labour_markets", "places", "calibrated"},
        )

    def test_run_starts_in_2025_after_sixty_years_of_history(self):
        run = self.england["run"]
        self.assertEqual(run["start_year"] - run["history_from"], 60)
        self.assertLess(run["history_from"], run["record_from"])

    def test_there_are_151_places_33_labour_markets_and_nine_regions(self):
        for key, count in ("places", 151), ("labour_markets", 33), ("regions", 9):
            names = [area["name"] for area in self.england[key]]
            self.assertEqual(len(names), count, key)
            self.assertEqual(len(set(names)), count, f"{key}: a name comes twice")
        codes = {place["code"] for place in self.england["places"]}
        self.assertEqual(len(codes), 151)
        for code in codes:
            self.assertRegex(code, r"^E(06|08|09|10)0000\d\d$")

    def test_every_input_is_there_and_within_its_range(self):
        self.check_inputs(self.england["regions"], "REGION_INPUT", AREA_KEYS)
        self.check_inputs(self.england["labour_markets"], "LABOUR_MARKET_INPUT", AREA_KEYS)
        self.check_inputs(self.england["places"], "PLACE_INPUT", PLACE_KEYS)

    def test_every_place_lies_in_a_known_labour_market_and_region_and_none_is_empty(self):
        for kind, key in ("labour_market", "labour_markets"), ("region", "regions"):
            known = {area["name"] for area in self.england[key]}
            self.assertEqual({place[kind] for place in self.england["places"]}, known)

    def test_tags_are_of_the_five_kinds_and_each_is_in_use(self):
        tags = Counter(tag for place in self.england["places"] for tag in place["tags"])
        self.assertEqual(set(tags), {"coastal", "post_industrial", "rural", "core_city", "london"})
        self.assertEqual(tags["london"], 32)

    def test_jobs_of_young_people_sum_to_100_in_every_labour_market(self):
        for area in self.england["labour_markets"]:
            jobs = [value for key, value in area.items() if key.startswith("young_jobs_")]
            self.assertEqual(len(jobs), 5)
            self.assertAlmostEqual(sum(jobs), 100, delta=0.1, msg=area["name"])

    def test_regions_sum_to_the_people_of_england_in_2023(self):
        people = sum(region["population"] for region in self.england["regions"])
        self.assertAlmostEqual(people / 57_690_300, 1, delta=0.001)

    def test_every_path_is_there_with_its_length_range_and_rising_years(self):
        paths = read_paths()
        self.assertTrue(paths, "no PATH line in paths.def")
        self.assertEqual(set(self.england["paths"]), set(paths))
        for name, (length, low, high) in paths.items():
            path = self.england["paths"][name]
            with self.subTest(path=name):
                self.assertEqual(set(path), {"source", "status", "knots"})
                self.assertIn(path["status"], ("recorded", "assumed", "calibrated"))
                years = [knot[0] for knot in path["knots"]]
                self.assertEqual(years, sorted(set(years)), "years must rise")
                for year, *values in path["knots"]:
                    self.assertIsInstance(year, int)
                    self.assertEqual(len(values), length, year)
                    for value in values:
                        self.assertTrue(low <= value <= high, f"{value} in {year}")

    def test_shares_of_classes_and_of_levels_sum_to_100_in_every_knot(self):
        for name in "labour.class_mix", "apprenticeship.level_mix":
            for year, *shares in self.england["paths"][name]["knots"]:
                self.assertAlmostEqual(sum(shares), 100, delta=0.1, msg=f"{name} in {year}")

    def test_nobody_must_stay_on_to_less_than_the_leaving_age(self):
        def at(name, year):
            knots = self.england["paths"][name]["knots"]
            return max((k for k in knots if k[0] <= year), key=lambda k: k[0])[1]

        for year in range(1965, 2026):
            self.assertGreaterEqual(
                at("school.participation_age", year), at("school.leaving_age", year), year
            )

    def test_every_source_is_defined_and_none_is_idle(self):
        sources = self.england["sources"]
        used = {"licence", "rules"}
        for key in "regions", "labour_markets", "places":
            for area in self.england[key]:
                self.assertTrue(area["source"].split(), area["name"])
                used.update(area["source"].split())
        for name, path in self.england["paths"].items():
            keys = re.findall(r"\[(\w+)\]", path["source"])
            self.assertTrue(keys or path["status"] == "assumed", f"{name} names no source")
            used.update(keys)
        self.assertEqual(used, set(sources))
        for key, text in sources.items():
            self.assertTrue(text.strip(), key)

    def test_the_licence_of_official_statistics_is_stated(self):
        self.assertIn(
            "Contains public sector information licensed under the Open Government Licence v3.0",
            self.england["sources"]["licence"],
        )

    def test_the_file_stays_small_enough_to_read(self):
        path = SCENARIOS / "england.json"
        self.assertLess(path.stat().st_size, 400_000)
        self.assertLess(max(map(len, path.read_text(encoding="utf-8").splitlines())), 2000)


class Policies(unittest.TestCase):
    def test_every_policy_scenario_says_why_and_extends_a_file_that_exists(self):
        for path in sorted(SCENARIOS.glob("*.json")):
            if path.name in ("england.json", "scenario.schema.json", "targets_england.json"):
                continue
            with self.subTest(scenario=path.name):
                scenario = read_scenario(path)
                self.assertTrue((SCENARIOS / scenario["extends"]).is_file())
                self.assertGreater(len(scenario["why"]), 40)
                self.assertTrue(scenario["policies"])

    def test_the_program_finds_no_fault_in_any_scenario(self):
        program = os.environ.get("PATHWAYS")
        if not program:
            self.skipTest("PATHWAYS is not set")
        files = [str(p) for p in sorted(SCENARIOS.glob("*.json")) if p.name != "scenario.schema.json"]
        try:
            result = subprocess.run(
                [program, "check", *files], capture_output=True, text=True, timeout=120, check=False
            )
        except OSError as error:
            self.skipTest(f"{program} does not run: {error}")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()

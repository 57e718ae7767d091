#!/usr/bin/env python3
"""Every parameter says what it is, and every one of them, alone, changes the people of a run. ctest-label: long

SPDX-License-Identifier: MIT
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import unittest

import h5py

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TINY = os.path.join(SOURCE, "tests", "tiny_scenario.json")
# What enrols people acts only under a policy; one that was imposed in part and is in part their own.
POLICY = {"name": "Outreach", "lever": "university_outreach", "whom": {"first_age": 16, "last_age": 17},
          "from": 2025, "to": 2100, "strength": 1, "capacity": 5000000, "ownership": 0.4}
RESIDENTS = {"name": "Guidance", "lever": "careers_guidance", "from": 2025, "ownership": 0.9}
# A few years show most of what the model does ...
SMALL = ["-n", "2500", "--years", "3", "--set", "run.history_from=2018"]
# ... but not what is rare, or of the past: pupils who left at 15, years in which more people left than came.
LARGE = ["-n", "12000", "--years", "3"]


def listed():
    done = subprocess.run([PROGRAM, "describe", "parameters", "--format", "json"], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


# Known to change nothing, and why; a line that has begun to act must go.
# Standards of what is counted, not of what happens to people.
IDLE = {"school.good_development", "school.expected_standard", "school.strong_pass"}


def moved(value, parameter, back=False):
    """Half way to the middle of the range, or from the middle to the top; or half way to the end on the other side."""
    low, high = parameter["min"], parameter["max"]
    middle = (low + high) / 2
    if back:
        other = (value + (low if value < middle else high)) / 2
    else:
        other = (value + middle) / 2 if value != middle else (middle + high) / 2
    if not parameter["is_count"]:
        return other
    return int(other) if int(other) != value else value + 1


def perturbations(parameter, back=False):
    """{what is changed: the setting}, an element of a vector at a time."""
    name, default = parameter["parameter"], parameter["default"]
    if not isinstance(default, list):
        return {name: f"{name}={moved(default, parameter, back)!r}"}
    return {f"{name}[{i}]": f"{name}={json.dumps(default[:i] + [moved(value, parameter, back)] + default[i + 1:])}"
            for i, value in enumerate(default)}


class Perturbation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="pathways-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.scenario = os.path.join(cls.folder, "policy.json")
        with open(cls.scenario, "w", encoding="utf-8") as file:
            json.dump({"extends": TINY, "policies": [POLICY, RESIDENTS]}, file)
        cls.parameters = listed()
        with open(os.path.join(SOURCE, "include", "pathways", "params.def"), encoding="utf-8") as file:
            counts = {line.split("(")[1].split(",")[0].strip() + "." + line.split(",")[1].strip()
                      for line in file if line.startswith("COUNT(")}
        for parameter in cls.parameters:
            parameter["is_count"] = parameter["parameter"] in counts

    def digest(self, size, number, *settings):
        path = os.path.join(self.folder, f"{number}.h5")
        command = [PROGRAM, "run", self.scenario, *size, "--record", "none", "--threads", "1", "--quiet", "-o", path]
        for setting in settings:
            command += ["--set", setting]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise AssertionError(f"{settings}: {done.stderr}")
        with h5py.File(path) as file:
            digest = file.attrs["state_digest"]
        os.remove(path)
        return digest

    def without_effect(self, size, settings):
        """Names of those settings under which everybody ends as without them."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            base = pool.submit(self.digest, size, "base")
            digests = list(pool.map(lambda item: self.digest(size, item[0], item[1]), enumerate(settings.values())))
        return [name for name, digest in zip(settings, digests) if digest == base.result()]

    def test_every_parameter_has_a_unit_a_range_a_meaning_and_a_source_or_says_that_it_is_assumed(self):
        self.assertGreater(len(self.parameters), 200)
        self.assertEqual(len({parameter["parameter"] for parameter in self.parameters}), len(self.parameters))
        with open(os.path.join(SOURCE, "include", "pathways", "sources.def"), encoding="utf-8") as file:
            sources = file.read()
        for parameter in self.parameters:
            with self.subTest(parameter=parameter["parameter"]):
                default = parameter["default"]
                for value in default if isinstance(default, list) else [default]:
                    self.assertTrue(parameter["min"] <= value <= parameter["max"])
                self.assertLess(parameter["min"], parameter["max"])
                self.assertGreater(len(parameter["unit"]), 0)
                self.assertGreater(len(parameter["about"]), 3)
                self.assertTrue(parameter["source"] in ("assumed", "calibrated")
                                or f"SOURCE({parameter['source']}," in sources, parameter["source"])

    def test_every_parameter_alone_changes_the_people(self):
        settings, other_way = {}, {}
        for parameter in self.parameters:
            settings.update(perturbations(parameter))
            other_way.update(perturbations(parameter, back=True))
        rare = self.without_effect(SMALL, settings)
        self.assertLess(len(rare), 50, "the small run shows too little")
        rare = self.without_effect(LARGE, {name: settings[name] for name in rare})
        # What is decisive already may be moved out of range of any effect, but not back.
        idle = self.without_effect(LARGE, {name: other_way[name] for name in rare})
        self.assertEqual(set(idle), IDLE)

    def test_saying_a_default_changes_nobody(self):
        """What is taken for an effect is one: the same values, said aloud, have none."""
        said = {parameter["parameter"]: f"{parameter['parameter']}={json.dumps(parameter['default'])}"
                for parameter in self.parameters[::40]}
        self.assertEqual(self.without_effect(SMALL, said), list(said))


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main(verbosity=2)

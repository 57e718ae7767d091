#!/usr/bin/env python3
"""The examples in Python and R read a run file alike, count what a plain count finds, and draw what they counted.

Where R or its rhdf5 is not installed, the R example is left out and that is said.
ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np
from PIL import Image

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)
EXAMPLES = ROOT / "scripts/examples"

AGES = range(16, 31)
BIRTHS = (2010, 2014)  # the last five years of birth that reach 30 in a run to 2044
COLOURS = {
    "University": "#004488", "School sixth form": "#7fb2e5", "College": "#aa66aa", "Apprenticeship": "#eeb02c",
    "Professional work": "#3d3d3d", "Intermediate work": "#8f8f8f", "Working-class work": "#c9c0b0",
    "Neither work nor study": "#d1495b",
}
TOLERANCE = 0.03  # share of the coloured area: lives are drawn evenly spaced, and lines have edges


def has_rhdf5():
    if not shutil.which("Rscript"):
        return False
    asked = 'quit(status = if (requireNamespace("rhdf5", quietly = TRUE)) 0 else 1)'
    return subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0


def strand_of(state, job):
    """What the examples draw, by rule rather than by list; None for people who are not here."""
    if state in ("not_born", "early_years", "dead", "emigrated", "abroad"):
        return None
    if state == "employed":
        return "Professional work" if job.endswith("professional") else \
            "Intermediate work" if job == "intermediate" else "Working-class work"
    if state.startswith("apprenticeship"):
        return "Apprenticeship"
    if state.startswith("university") or state == "postgraduate":
        return "University"
    return {"school": "School sixth form", "sixth_form": "School sixth form", "further_education": "College",
            "adult_education": "College"}.get(state, "Neither work nor study")


def count_by_hand(path):
    """(parents, people, age, shares), one life after another."""
    with h5py.File(path) as file:
        states = [item.decode() for item in file["axes/state"]]
        classes = [item.decode() for item in file["axes/class"]]
        first_year = int(file["trajectories/year"][0])
        state, job = file["trajectories/state"][:], file["trajectories/class"][:]
        births, origins = file["persons/birth_year"][:].tolist(), file["persons/origin_class"][:].tolist()
    lives = {"Parents in working-class jobs": [], "Parents in professional jobs": []}
    for person, (birth, origin) in enumerate(zip(births, origins)):
        group = {"working": "Parents in working-class jobs", "professional": "Parents in professional jobs"}.get(
            classes[origin].split("_")[-1])
        if group is None or not BIRTHS[0] <= birth <= BIRTHS[1]:
            continue
        years = [birth + age - first_year for age in AGES]
        life = [strand_of(states[state[person, y]], classes[job[person, y]]) for y in years]
        if None not in life:
            lives[group].append(life)
    return [(group, len(of), age, [sum(life[k] == name for life in of) / len(of) for name in COLOURS])
            for group, of in lives.items() for k, age in enumerate(AGES)]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pathways-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.run_path = cls.folder / "run.h5"
        subprocess.run([PROGRAM, "run", ROOT / "scenarios/england.json", "-n", "10000", "--years", "20", "-o",
                        cls.run_path, "--quiet"], check=True)
        cls.counted = count_by_hand(cls.run_path)

    def call(self, *words):
        answer = subprocess.run(list(map(str, words)), cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        return answer.stdout

    def check_table(self, text):
        lines = [line.split(",") for line in text.splitlines()]
        self.assertEqual(lines[0], ["parents", "people", "age", *COLOURS])
        self.assertEqual(len(lines) - 1, len(self.counted))
        for line, (group, people, age, shares) in zip(lines[1:], self.counted):
            self.assertEqual(line[:3], [group, str(people), str(age)])
            for found, share in zip(line[3:], shares):
                self.assertAlmostEqual(float(found), share, delta=0.00006)

    def check_picture(self, path):
        """The area of each colour is the share of its state: of lives above and of people below alike."""
        with Image.open(path) as image:
            self.assertGreater(min(image.size), 1000)
            pixels = np.asarray(image.convert("RGB")).astype(int)
        area = []
        for colour in COLOURS.values():
            rgb = [int(colour[k:k + 2], 16) for k in (1, 3, 5)]
            area.append((np.abs(pixels - rgb).max(axis=2) <= 1).sum())
        area = np.array(area) / sum(area)
        shares = np.mean([shares for _, _, _, shares in self.counted], axis=0)
        self.assertGreater((shares > 0.01).sum(), 6)
        for name, found, share in zip(COLOURS, area, shares):
            self.assertAlmostEqual(found, share, delta=TOLERANCE, msg=name)

    def test_python_counts_and_draws_the_lives_of_a_cohort(self):
        script = EXAMPLES / "sequence_index.py"
        self.check_table(self.call("/usr/bin/python3", "-B", script, self.run_path, "-o", "py.png"))
        self.check_picture(self.folder / "py.png")

    def test_r_counts_and_draws_the_same(self):
        if not has_rhdf5():
            self.skipTest("R or its package rhdf5 is not installed")
        self.check_table(self.call("Rscript", EXAMPLES / "sequence_index.R", self.run_path, "r.png"))
        self.check_picture(self.folder / "r.png")

    def test_a_cohort_that_is_not_on_file_is_refused_with_the_years_that_are(self):
        asked = [["/usr/bin/python3", "-B", EXAMPLES / "sequence_index.py", self.run_path, "--births", "2020-2024"]]
        if has_rhdf5():
            asked.append(["Rscript", EXAMPLES / "sequence_index.R", self.run_path, "x.png", "2020", "2024"])
        for words in asked:
            answer = subprocess.run(list(map(str, words)), cwd=self.folder, capture_output=True, text=True, check=False)
            self.assertNotEqual(answer.returncode, 0)
            self.assertIn("from 1999 to 2014", answer.stderr)

    def test_the_examples_use_no_library_of_ours(self):
        for path in EXAMPLES.iterdir():
            for word in ("run_file", "plot_style", "pathways import", "source("):
                self.assertNotIn(word, path.read_text(encoding="utf-8"), path.name)


if __name__ == "__main__":
    unittest.main()

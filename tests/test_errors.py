#!/usr/bin/env python3
"""scripts/errors.py: its shares and ratios on draws whose answer is known, and that it gets through a few small runs.

The check itself, over 50 seeds, takes long and is not a test: `scripts/errors.py` is its one-line command.
ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import unittest

import numpy as np

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)
SCRIPT = ROOT / "scripts/errors.py"
sys.path.insert(0, str(ROOT / "scripts"))
import errors  # noqa: E402


def jackknifed(generator, num_seeds, correlation):
    """Values and jackknife errors of means of 32 groups of 50, whose means are correlated within a seed. [seed, 4]"""
    shape = (num_seeds, 4, 32)
    groups = (1 - correlation) ** 0.5 * generator.normal(size=shape) \
        + correlation ** 0.5 * generator.normal(size=shape[:2] + (1,))
    return groups.mean(axis=2), groups.std(axis=2, ddof=1) / 32 ** 0.5


class Numbers(unittest.TestCase):
    def test_right_errors_cover_in_95_of_100(self):
        values, spreads = jackknifed(np.random.default_rng(5), 2000, 0.0)
        found = errors.cover(values, spreads)
        self.assertAlmostEqual(found.share, 0.95, delta=4 * (0.95 * 0.05 / 8000) ** 0.5)
        self.assertAlmostEqual(found.excess, 1.0, delta=0.05)
        self.assertTrue(found.holds)

    def test_groups_that_move_together_are_found_out(self):
        values, spreads = jackknifed(np.random.default_rng(6), 50, 0.05)
        found = errors.cover(values, spreads)
        self.assertLess(found.share, 0.9)
        self.assertAlmostEqual(found.excess, (0.95 / (1 + 31 * 0.05)) ** 0.5, delta=0.12)
        self.assertFalse(found.holds)

    def test_errors_that_are_far_too_large_are_found_out(self):
        values, spreads = jackknifed(np.random.default_rng(7), 200, 0.0)
        self.assertFalse(errors.cover(values, 3 * spreads).holds)
        self.assertFalse(errors.cover(values[:50, :1], 3 * spreads[:50, :1]).holds)  # all seeds cover, as they might
        self.assertTrue(errors.cover(values, spreads).holds)

    def test_the_ratio_is_that_of_independent_runs_over_pairs(self):
        generator = np.random.default_rng(8)
        base, noise = generator.normal(size=4000), generator.normal(size=4000)
        for correlation in (0.0, 0.5, 0.95):
            policy = correlation * base + (1 - correlation ** 2) ** 0.5 * noise
            expected = 1 / (1 - correlation)
            ratio = errors.variance_ratio(base, policy - base)
            self.assertAlmostEqual(ratio / expected, 1.0, delta=0.1)
            low, high = errors.variance_ratio_interval(base[:50], (policy - base)[:50])
            self.assertLess(low, expected)
            self.assertGreater(high, expected)
        self.assertEqual(errors.variance_ratio(base, 0 * base), float("inf"))


class Runs(unittest.TestCase):
    def test_a_few_small_runs_end_in_an_answer(self):
        words = ["/usr/bin/python3", "-B", str(SCRIPT), "--program", PROGRAM, "-n", "2000", "--seeds", "3", "-j", "2",
                 "--measure", "neet_16_24", "--measure", "class_odds_ratio_25_64"]
        answer = subprocess.run(words, capture_output=True, text=True, check=False)
        self.assertIn(answer.returncode, (0, 1), answer.stderr)
        self.assertEqual(answer.stderr, "")
        rows = re.findall(r"^(neet_16_24|class_odds_ratio_25_64) +(.*)$", answer.stdout, re.M)
        self.assertEqual(len(rows), 6, answer.stdout)
        self.assertNotIn("nan", answer.stdout)

    def test_a_program_that_fails_gives_4_and_its_sentence(self):
        for program, words in (("/nonexistent", "build"), (PROGRAM, "there is no file")):
            complaint = io.StringIO()
            with contextlib.redirect_stderr(complaint), contextlib.redirect_stdout(io.StringIO()):
                status = errors.main(["--program", program, "--policy", "nowhere.json", "-n", "1000", "--seeds", "3"])
            self.assertEqual(status, 4)
            self.assertIn(words, complaint.getvalue())


if __name__ == "__main__":
    unittest.main()

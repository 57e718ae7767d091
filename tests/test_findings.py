#!/usr/bin/env python3
"""What a report and pictures say of numbers: chance, sentences, the tile grid, published figures.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import itertools
import json
import math
import os
import sys
import unittest
from collections import Counter

import numpy as np

ROOT = os.path.abspath(os.environ.get("PW_SOURCE_DIR", "."))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import significance  # noqa: E402
from plots import dashboard, marks, mobility, published, sequences, style, tiles  # noqa: E402
from reporting import asked, findings, html  # noqa: E402


def difference(change, error, unit="share", gain="less", stands_out=True):
    return findings.Difference("m", "Measure", unit, 0.166, 0.166 + change, change, error, stands_out, gain)


# How colours look to people with full sight and without one kind of cone (Machado et al. 2009, doi
# 10.1109/TVCG.2009.113, severity 1), on linear red, green and blue.
SIGHTS = {
    "full": np.eye(3),
    "no red cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def cielab(colour, sight):
    """Place of a colour in a space in which distances are those that people see."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(sight) @ linear, 0, 1)
    x, y, z = (
        np.cbrt(part) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in np.array(TO_XYZ) @ seen / (0.95047, 1.0, 1.08883)
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def england():
    with open(os.path.join(ROOT, "scenarios", "england.json"), encoding="utf-8") as file:
        return json.load(file)


class Chance(unittest.TestCase):
    def test_student_has_the_tails_of_printed_tables(self):
        for freedom, distance, chance in (
            (1, 12.706, 0.05),
            (2, 4.303, 0.05),
            (5, 2.571, 0.05),
            (31, 2.040, 0.05),
            (30, 2.750, 0.01),
            (31, 3.633, 0.001),
        ):
            self.assertAlmostEqual(significance.student(distance, freedom), chance, delta=chance / 500)
            self.assertAlmostEqual(significance.margin(freedom, chance), distance, delta=0.001 * distance)
        self.assertEqual(significance.student(0.0, 31), 1.0)

    def test_p_values_are_adjusted_as_benjamini_and_hochberg_do(self):
        p = np.array([0.01, 0.04, 0.03, math.nan, 0.005])
        self.assertEqual([round(x, 6) for x in significance.adjust(p)[[0, 1, 2, 4]]], [0.02, 0.04, 0.04, 0.02])
        self.assertTrue(math.isnan(significance.adjust(p)[3]))

    def test_no_difference_never_stands_out(self):
        zero = np.zeros(5)
        self.assertFalse(significance.stands_out(zero, zero, 31).any())
        many = significance.stands_out(np.array([2.1] + [0.1] * 150), np.ones(151), 31)
        self.assertFalse(many.any())
        self.assertEqual(
            significance.stands_out(np.array([9.0] + [0.1] * 150), np.ones(151), 31).tolist(), [True] + [False] * 150
        )


class Sentences(unittest.TestCase):
    def test_people_are_so_many_in_1000_with_the_interval_in_the_same_unit(self):
        self.assertEqual(
            findings.amount_and_interval(difference(-0.006, 0.001)),
            "about 6 in 1,000 fewer (95 % interval 4 to 8 in 1,000 fewer)",
        )
        self.assertEqual(
            findings.amount_and_interval(difference(0.0012, 0.0004)),
            "about 12 in 10,000 more (95 % interval 4 to 20 in 10,000 more)",
        )
        self.assertEqual(
            findings.amount_and_interval(difference(0.004, 0.004)),
            "about 4 in 1,000 more (95 % interval from 4 in 1,000 fewer to 12 in 1,000 more)",
        )

    def test_money_is_pence_and_pounds(self):
        self.assertEqual(
            findings.amount_and_interval(difference(0.05, 0.01, "GBP/hour")),
            "about 5.0 pence an hour more (95 % interval 3.0 to 7.0 pence an hour more)",
        )
        self.assertEqual(findings.pounds(7_465_640_000), "\u00a37.47 billion")
        self.assertEqual(findings.pounds(1_555_809), "\u00a31.6 million")
        self.assertEqual(findings.pounds(-211_000), "\u2212\u00a3211,000")

    def test_levels_stand_beside_the_difference(self):
        self.assertTrue(findings.sentence(difference(-0.006, 0.001)).endswith(": 16.0 % instead of 16.6 %"))
        self.assertEqual(findings.sentence(difference(0.0, 0.0)), "nothing differs")

    def test_fewer_of_what_is_bad_is_better_and_a_verdict_needs_more_than_its_own_interval(self):
        self.assertEqual(difference(-0.006, 0.001).turn, "better")
        self.assertEqual(difference(0.006, 0.001).turn, "worse")
        self.assertEqual(difference(0.006, 0.001, gain="more").turn, "better")
        self.assertEqual(difference(0.006, 0.001, gain="neither").turn, "neither")
        self.assertEqual(findings.turn_words(difference(-0.006, 0.001, stands_out=False)), "not told apart from none")
        self.assertTrue(difference(-0.006, 0.001, stands_out=False).leaves_out_zero)

    def test_policies_are_told_in_words(self):
        self.assertEqual(asked.where_words(None), "everywhere in England")
        self.assertEqual(
            asked.where_words({"rank": {"input": "children_low_income_pct", "highest": 0.2}}),
            "in the 20 % of places with the highest children low income pct",
        )
        self.assertEqual(
            asked.where_words({"tags": ["post_industrial", "coastal"]}), "in post-industrial places or coastal places"
        )
        self.assertEqual(
            asked.whom_words(
                {"first_age": 25, "last_age": 49, "state": ["unemployed", "inactive"], "free_meals": True}
            ),
            "for people aged 25 to 49, state: unemployed or inactive, with free meals",
        )

    def test_text_is_escaped_and_markup_is_not(self):
        self.assertEqual(
            html.tag("p", "a < b & 5 %", html.tag("b", "c"), class_='x "y"'),
            '<p class="x &quot;y&quot;">a &lt; b &amp; 5\u00a0%<b>c</b></p>',
        )


class Pictures(unittest.TestCase):
    def test_colours_differ_to_everyone_whatever_cones_they_lack(self):
        for colours in (style.STRAND_COLOURS.values(), style.CLASS_COLOURS, style.POLICY_COLOURS):
            for name, sight in SIGHTS.items():
                for one, other in itertools.combinations(colours, 2):
                    distance = np.linalg.norm(cielab(one, sight) - cielab(other, sight))
                    self.assertGreaterEqual(distance, 15, f"{one} and {other} with {name}")

    def test_each_of_the_151_places_has_a_tile_of_its_own_beside_one_of_its_region(self):
        places = england()["places"]
        grid = tiles.read_grid([place["code"] for place in places])
        cells = [tuple(cell) for cell in grid.cells.tolist()]
        self.assertEqual(len(set(cells)), 151)
        regions = dict(zip(cells, (place["region"] for place in places)))
        for (column, row), region in regions.items():
            near = [regions.get((column + a, row + b)) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]
            self.assertIn(region, near, (column, row))

    def test_north_is_above_south_and_west_left_of_east(self):
        places = england()["places"]
        at = dict(
            zip(
                (place["name"] for place in places), tiles.read_grid([place["code"] for place in places]).cells.tolist()
            )
        )
        for one, other in (
            ("Northumberland", "Cornwall"),
            ("Leeds", "Leicester"),
            ("Lancashire", "Kent"),
            ("Norfolk", "Essex"),
        ):
            self.assertLess(at[one][1], at[other][1], (one, other))
        for one, other in (
            ("Cornwall", "Kent"),
            ("Liverpool", "Leeds"),
            ("Bristol", "Havering"),
            ("Shropshire", "Norfolk"),
        ):
            self.assertLess(at[one][0], at[other][0], (one, other))

    def test_names_on_tiles_are_short_and_tell_places_apart(self):
        names = tiles.read_grid([place["code"] for place in england()["places"]]).names
        twice = [name for name, count in Counter(names).items() if count > 1]
        self.assertEqual(twice, [])
        self.assertLessEqual(max(len(line) for name in names for line in name.split("\n")), 9)

    def test_outflow_shares_of_an_origin_add_up_to_one(self):
        table = np.arange(1, 25 * 4 + 1).reshape(5, 5, 4)
        parts = mobility.outflow_parts(table).sum(axis=2)
        np.testing.assert_allclose((parts[..., 0] / parts[..., 1]).sum(axis=1), 1.0)
        self.assertEqual(parts[2, 3, 0], table[2, 3].sum())
        self.assertEqual(parts[2, 3, 1], table[2].sum())

    def test_an_average_through_time_knows_nothing_of_later_years(self):
        parts = np.array([[0, 10], [0, 10], [5, 10], [5, 10]])
        self.assertEqual(dashboard.moving_sums(parts, 3).tolist(), [[0, 10], [0, 20], [5, 30], [10, 30]])

    def test_lines_of_lives_are_sorted_by_the_end_and_evenly_spread(self):
        strands = np.array([[1, 2], [0, 1], [1, 0], [0, 2]])
        self.assertEqual(sequences.in_order(strands).tolist(), [2, 1, 3, 0])
        self.assertEqual(sequences.spread(np.arange(1000), 4).tolist(), [125, 375, 625, 875])

    def test_published_figures_are_read_as_validate_has_them(self):
        row = {"theme": "Work", "measure": "neet_16_24", "by": "origin", "group": "lower_working", "years": "2025",
               "model": 26.0, "standard_error": 0.5, "published": 25.2, "low": 22.2, "high": 28.3, "difference": 0.8,
               "tolerance": 2, "distance": 0.4, "verdict": "met", "unit": "%", "source": "SMC IN21", "about": None}
        lacking = {**row, "measure": "pay_25_29", "group": "all", "model": None, "standard_error": None, "difference": None,
                   "distance": None, "verdict": "not measured", "unit": "GBP/hour", "low": None, "high": None}
        cohort = {**row, "measure": "pay_25_29", "group": "1960-1969 male", "verdict": "missed", "unit": "GBP/hour"}
        one, none, pay = published.read_targets([row, lacking, cohort])
        self.assertEqual((one.is_met, one.is_measured, one.who, one.label), (True, True, "parents lower working",
                                                                             "neet_16_24, LW"))
        self.assertEqual((none.is_met, none.is_measured, none.who, none.label), (False, False, "everyone", "pay_25_29"))
        self.assertEqual((pay.who, pay.is_met), ("men born 1960\u20131969", False))
        self.assertAlmostEqual(one.half, 2.0395 * 0.5, places=3)
        self.assertEqual(published.met_words([one, none, pay]), "1 of 3")
        self.assertEqual(published.panels_of([pay, one, none]), {"Work": [one], published.OTHER_UNITS: [pay]})

    def test_a_panel_of_many_figures_takes_two_columns_and_nothing_overlaps(self):
        few, many = [None] * 5, [None] * 90
        self.assertEqual(published.arrange([few, few, many, few], 3), [(0, 0, 1), (0, 1, 1), (1, 0, 2), (1, 2, 1)])
        self.assertEqual(published.arrange([few, many, few], 1), [(0, 0, 1), (1, 0, 1), (2, 0, 1)])

    def test_labels_are_apart_in_the_order_of_what_they_name(self):
        at = np.array([0.5, 0.1, 0.52, 0.99, 0.98])
        places = marks.label_places(at, 0.1, (0.05, 0.95))
        self.assertEqual(np.argsort(places).tolist(), np.argsort(at).tolist())
        self.assertGreaterEqual(np.diff(np.sort(places)).min(), 0.1 - 1e-12)
        self.assertLessEqual(places.max(), 0.95)


if __name__ == "__main__":
    unittest.main()

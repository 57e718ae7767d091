#!/usr/bin/env python3
"""`pathways summary` and `pathways compare` on small runs: numbers recomputed from the file, refusals, formats.

Covers sim/cli/summary.c, indicator.c, outcomes.c, outcomes_estimates.c, cli_number.c, compare.c, differences.c and
comparable.c; people joined person by person are in test_cli_pairs.py.

SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
COUNTRY = TESTS / "tiny_scenario.json"
PEOPLE = "6000"
YEARS = "4"

POLICY = {
    "title": "More apprenticeships everywhere",
    "why": "A policy large enough to be seen in a small country.",
    "extends": str(COUNTRY),
    "policies": [{"name": "Apprenticeships", "lever": "apprenticeship_places_advanced",
                  "from": 2025, "to": 2060, "strength": 1.0, "capacity": 400000}],
}


def pathways(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


def student_p(t, freedom=31):
    """Two-sided p value of Student's t by the trapezium rule."""
    x = numpy.linspace(abs(t), abs(t) + 60, 30_001)
    density = (1 + x * x / freedom) ** (-(freedom + 1) / 2)
    constant = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    return 2 * constant * float(((density[1:] + density[:-1]) / 2).sum() * (x[1] - x[0]))


def jackknife(parts, scale=1.0):
    """Value and standard error of a ratio from numerators and denominators by lineage group."""
    parts = parts.astype(float)
    total = parts.sum(axis=0)
    without = (total[0] - parts[:, 0]) / (total[1] - parts[:, 1]) / scale
    groups = len(parts)
    return (total[0] / total[1] / scale,
            numpy.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum()))


class SummaryAndCompare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.base, cls.policy, cls.other = (folder / name for name in ("base.h5", "policy.h5", "other.h5"))
        scenario = folder / "policy.json"
        scenario.write_text(json.dumps(POLICY), encoding="utf-8")
        for path, source, seed in ((cls.base, COUNTRY, "1"), (cls.policy, scenario, "1"), (cls.other, COUNTRY, "2")):
            done = pathways("run", source, "-n", PEOPLE, "--years", YEARS, "--seed", seed, "-o", path)
            if done.returncode != 0:
                cls.folder.cleanup()
                raise AssertionError(f"run {source}: {done.stderr}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def rows(self, *arguments):
        done = pathways(*arguments, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_values_and_errors_are_those_of_the_counts_in_the_file(self):
        rows = {row["measure"]: row for row in self.rows("summary", self.base, "--by", "nation")}
        with h5py.File(self.base, "r") as run:
            for name in ("neet_16_24", "professional_25_64", "upward_25_64", "wellbeing_16_over"):
                data = run[f"/measures/by_place/{name}"][-1]
                scale = 65536.0 if name.startswith("wellbeing") else 1.0
                value, error = jackknife(data.sum(axis=0), scale)
                self.assertAlmostEqual(rows[name]["value"], value, places=7)
                self.assertAlmostEqual(rows[name]["standard_error"], error, places=7)
                self.assertGreater(error, 0)

    def test_years_are_pooled_with_the_error_of_the_pool(self):
        span = ("--by", "nation", "--years", "2026-2028")
        rows = {row["measure"]: row for row in self.rows("summary", self.base, *span)}
        pair = {row["measure"]: row for row in self.rows("compare", self.base, self.policy, *span, "--measure", "neet_16_24")}
        with h5py.File(self.base, "r") as run, h5py.File(self.policy, "r") as other:
            years = slice(2026 - run["/measures/by_place/year"][0], 2029 - run["/measures/by_place/year"][0])
            before, after = (file["/measures/by_place/neet_16_24"][years].sum(axis=(0, 1)) for file in (run, other))
            classes = run["/measures/tables/class_table"][years].astype(float).sum(axis=(0, 1, 4))[:5, :5]
        value, error = jackknife(before)
        self.assertAlmostEqual(rows["neet_16_24"]["value"], value, places=7)
        self.assertAlmostEqual(rows["neet_16_24"]["standard_error"], error, places=7)
        self.assertEqual("2026-2028", rows["neet_16_24"]["year"])
        self.assertAlmostEqual(pair["neet_16_24"]["difference"], jackknife(after)[0] - value, places=7)
        self.assertAlmostEqual(rows["upward_25_64"]["value"], numpy.triu(classes, 1).sum() / classes.sum(), places=7)
        one = {row["measure"]: row for row in self.rows("summary", self.base, "--by", "nation", "--years", "2028-2028")}
        same = {row["measure"]: row for row in self.rows("summary", self.base, "--by", "nation", "--year", "2028")}
        self.assertEqual(same, one)
        self.assertNotEqual(one["neet_place_spread_16_24"], rows["neet_place_spread_16_24"])
        self.assertTrue(pathways("compare", self.base, self.policy, *span[2:]).stdout.splitlines()[2].startswith("2026 to 2028;"))

    def test_places_and_origins_hold_the_same_people(self):
        with h5py.File(self.base, "r") as run:
            self.assertEqual(32, run["/measures/by_place/neet_16_24"].shape[2])
            for name, dataset in run["/measures/by_place"].items():
                if dataset.ndim != 4:
                    continue
                by_origin = run[f"/measures/by_origin/{name}"][...].astype(numpy.int64).sum(axis=(1, 2))
                self.assertTrue((dataset[...].astype(numpy.int64).sum(axis=1) == by_origin).all(), name)

    def test_labour_markets_add_up_their_places(self):
        rows = self.rows("summary", self.base, "--by", "labour_market", "--measure", "neet_16_24")
        with h5py.File(self.base, "r") as run:
            market = run["/axes/place_labour_market"][...]
            data = run["/measures/by_place/neet_16_24"][-1]
            for index, row in enumerate(rows):
                value, _ = jackknife(data[market == index].sum(axis=0))
                self.assertAlmostEqual(row["value"], value, places=7)

    def test_upward_mobility_is_that_of_the_class_table(self):
        rows = self.rows("summary", self.base, "--by", "nation", "--measure", "upward_25_64")
        with h5py.File(self.base, "r") as run:
            table = run["/measures/tables/class_table"][-1].astype(float).sum(axis=(0, 3))[:5, :5]
        self.assertAlmostEqual(rows[0]["value"], numpy.triu(table, 1).sum() / table.sum(), places=7)

    def test_three_generations_are_those_of_the_people_on_file(self):
        found = self.rows("summary", self.base, "--by", "nation", "--measure", "*parent_*")
        rows = {row["measure"]: row for row in found}
        with h5py.File(self.base, "r") as run:
            age = run["/trajectories/year"][-1] - run["/persons/birth_year"][...]
            absent = [index for index, name in enumerate(run["/axes/state"].asstr()[...])
                      if name in ("not_born", "dead", "emigrated", "abroad")]
            here = (age >= 25) & (age <= 64) & ~numpy.isin(run["/trajectories/state"][:, -1], absent)
            line = numpy.array([run["/persons/grandparent_class"][...], run["/persons/origin_class"][...],
                                run["/trajectories/class"][:, -1]], dtype=float)
            table = run["/measures/tables/three_generations"][-1].astype(int).sum(axis=3)
            states = list(run["/axes/state"].asstr()[...])
            now, before = run["/trajectories/state"][:, -1], run["/persons/last_state"][...]
            idle, retired = [states.index("unemployed"), states.index("inactive")], states.index("retired")
            still_out = (numpy.isin(now, idle) & numpy.isin(before, idle)) | ((now == retired) & (before == retired))
            line[2, still_out & (run["/persons/last_spell"][...] >= 8)] = 5  # no class, as surveys count it
        known = ((line >= 0) & (line <= 4)).all(axis=0)
        self.assertEqual(table.sum(), here.sum())
        self.assertEqual(table[:5, :5, :5].sum(), (here & known).sum())
        self.assertGreater((here & known).sum(), 500)
        grandparents, parents, own = line[:, here & known]
        correlation = numpy.corrcoef([grandparents, parents, own])
        self.assertAlmostEqual(rows["parent_correlation_25_64"]["value"], correlation[1, 2], places=7)
        self.assertAlmostEqual(rows["grandparent_correlation_25_64"]["value"], correlation[0, 2], places=7)
        slopes = numpy.linalg.lstsq(numpy.array([grandparents, parents, numpy.ones_like(own)]).T, own, rcond=None)[0]
        self.assertAlmostEqual(rows["grandparent_slope_25_64"]["value"], slopes[0], places=7)
        for row in rows.values():
            self.assertGreater(row["standard_error"], 0)
        with_it = against = 0
        for parent in range(5):
            low, high = (lambda side: side < 2), (lambda side: side > 2)
            of = [[(x(grandparents) & (parents == parent) & y(own)).sum() for y in (low, high)] for x in (low, high)]
            total = max(numpy.sum(of), 1)
            with_it += of[0][0] * of[1][1] / total
            against += of[0][1] * of[1][0] / total
        self.assertAlmostEqual(rows["grandparent_odds_ratio_25_64"]["value"], with_it / against, places=7)

    def test_a_run_compared_with_itself_is_zero_everywhere(self):
        for by in ("nation", "place", "labour_market", "region", "origin", "sex", "origin_sex", "cohort", "year"):
            for row in self.rows("compare", self.base, self.base, "--by", by):
                self.assertIn(row["difference"], (0, None), row)
                self.assertIn(row["standard_error"], (0, None), row)
                self.assertEqual(row["marked"], 0)
                self.assertIn(row["p"], (1, None), row)
                self.assertIn(row["adjusted_p"], (1, None), row)
        text = pathways("compare", self.base, self.base).stdout
        self.assertRegex(text, r"None of \d+ places is told apart from zero")
        self.assertIn("In nothing: the same policies", text)
        self.assertNotIn("*  ", text.split("In what the runs differ")[1].replace("--measure '*'", ""))

    def test_differences_are_policy_less_base_with_paired_errors(self):
        rows = {row["measure"]: row for row in self.rows("compare", self.base, self.policy, "--by", "nation")}
        row = rows["apprentice_16_18"]
        self.assertGreater(row["difference"], 0)
        self.assertAlmostEqual(row["difference"], row["policy"] - row["base"], places=7)
        with h5py.File(self.base, "r") as base, h5py.File(self.policy, "r") as policy:
            parts = [run["/measures/by_place/apprentice_16_18"][-1].sum(axis=0).astype(float)
                     for run in (base, policy)]
        without = [(p.sum(axis=0)[0] - p[:, 0]) / (p.sum(axis=0)[1] - p[:, 1]) for p in parts]
        change = without[1] - without[0]
        self.assertAlmostEqual(row["standard_error"],
                               numpy.sqrt(31 / 32 * ((change - change.mean()) ** 2).sum()), places=7)

    def test_marks_are_of_student_t_adjusted_as_benjamini_and_hochberg_do(self):
        marked = unadjusted = 0
        for by, glob in (("nation", "*"), ("region", "*"), ("origin", "*_25_*"), ("nation", "")):
            rows = [row for row in self.rows("compare", self.base, self.policy, "--by", by,
                                             *(("--measure", glob) if glob else ())) if row["p"] is not None]
            if not glob:  # of what was not chosen, the headlines are judged apart
                headlines = pathways("compare", self.base, self.policy).stdout.split("What changes")[1]
                headlines = headlines.split("unit\n")[1].split("\n\n")[0].splitlines()[:12]
                names = {line.split()[0] for line in headlines}
                self.assertEqual(len(names), 12)
                rows = [row for row in rows if row["measure"] in names]
            found = numpy.array([row["p"] for row in rows])
            for row in rows:
                t = row["difference"] / row["standard_error"] if row["difference"] else 0.0
                self.assertAlmostEqual(row["p"], student_p(t), delta=1e-6 + 1e-4 * row["p"], msg=row)
            order = numpy.argsort(found)
            raised = found[order] * len(rows) / numpy.arange(1, len(rows) + 1)
            adjusted = numpy.empty(len(rows))
            adjusted[order] = numpy.minimum(numpy.minimum.accumulate(raised[::-1])[::-1], 1)
            self.assertTrue(numpy.allclose([row["adjusted_p"] for row in rows], adjusted, rtol=1e-6))
            self.assertEqual([row["marked"] for row in rows], [int(p <= 0.05) for p in adjusted])
            marked += sum(row["marked"] for row in rows)
            unadjusted += int((found <= 0.05).sum())
        self.assertGreater(marked, 0)
        self.assertGreater(unadjusted, marked)

    def test_what_differs_between_runs_is_listed(self):
        rows = self.rows("compare", self.base, self.policy, "--show", "runs")
        self.assertEqual([(row["what"], row["name"], row["difference"]) for row in rows],
                         [("policy", "Apprenticeships", "new")])
        back = self.rows("compare", self.policy, self.base, "--show", "runs")
        self.assertEqual(back[0]["difference"], "in the base, not here")
        changed = pathlib.Path(self.folder.name) / "changed.h5"
        done = pathways("run", COUNTRY, "-n", PEOPLE, "--years", YEARS, "--seed", "1",
                        "--set", "jobs.credentialism=0.9", "-o", changed)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.rows("compare", self.base, changed, "--show", "runs")
        self.assertEqual([(row["what"], row["name"]) for row in rows], [("parameter", "jobs.credentialism")])
        self.assertIn("0.9 here", rows[0]["difference"])
        self.assertIn("jobs.credentialism", pathways("compare", self.base, changed).stdout)

    def test_tables_are_printed_for_people_and_hold_the_headlines(self):
        text = pathways("summary", self.base).stdout
        for words in ("Mobility outcomes", "Intermediate outcomes", "Drivers", "MO11", "neet_16_24", "LW",
                      "rank_slope_30_34", "per cent"):
            self.assertIn(words, text)
        self.assertLess(len(text.splitlines()), 110)
        self.assertLess(max(map(len, text.splitlines())), 125)
        self.assertGreater(len(pathways("summary", self.base, "--measure", "*").stdout.splitlines()), 180)
        text = pathways("compare", self.base, self.policy, self.policy).stdout
        for words in ("compared with", "Policies side by side", "In what the runs differ", "What changes",
                      "Places that gain and lose most", "By class of origin", "Pathways of the same people",
                      "From where to where", "Who is better off and who is displaced", "spending", "Cost of an outcome"):
            self.assertIn(words, text)
        self.assertEqual(text.count("compared with"), 2)
        self.assertEqual([line for line in text.splitlines() if len(line) > 140], [])
        self.assertIn("| --- ", pathways("compare", self.base, self.policy, "--format", "markdown").stdout)

    def test_statistics_and_gaps_are_those_of_the_tables_and_measures_of_the_file(self):
        rows = {row["measure"]: row for row in self.rows("summary", self.base, "--by", "nation")}
        with h5py.File(self.base, "r") as run:
            tables = {name: data[-1].astype(float) for name, data in run["/measures/tables"].items() if data.ndim > 2}
            parts = {name: data[-1].astype(float).sum(axis=(0, 1)) for name, data in run["/measures/by_origin"].items()
                     if data.ndim == 5}
            origins = run["/measures/by_origin/professional_25_29"][-1].astype(float).sum(axis=1)
        # One line of jackknife for any function of a table whose last axis is the lineage group.
        def estimate(function, table):
            whole = function(table.sum(axis=-1))
            without = numpy.array([function(table.sum(axis=-1) - table[..., g]) for g in range(32)])
            return whole, numpy.sqrt(31 / 32 * ((without - without.mean()) ** 2).sum())
        for name, (value, error) in {
                "degree_25_64_parents_none": estimate(lambda t: t[:, 0, 3].sum() / t[:, 0].sum(),
                                                      tables["education_table"]),
                "owner_odds_ratio_35_44": estimate(lambda t: t[1, 1, 1] * t[1, 0, 0] / t[1, 1, 0] / t[1, 0, 1],
                                                   tables["tenure_table"]),
                "property_55_64": estimate(lambda t: t[3, :, 2].sum() / t[3, :, 0].sum() / 10, tables["wealth_table"]),
                "a_level_25_29": estimate(lambda t: t[:, :, 2].sum() / t.sum(), tables["qualification_table_25_29"]),
                "neet_spell_25_34": estimate(
                    lambda t: (t[:, 6, 1] * numpy.arange(1, 13)).sum() / t[:, 6, 1].sum(), tables["spells"])}.items():
            self.assertAlmostEqual(rows[name]["value"] / value, 1, places=7, msg=name)
            self.assertAlmostEqual(rows[name]["standard_error"] / error, 1, places=7, msg=name)
        for name, more, less in (("attainment_gap_16", "attainment_16_other", "attainment_16_free_meals"),
                                 ("leavers_owner_gap_25_34", "owner_25_34_leavers", "owner_25_34_stayers")):
            scale = 65536 if name.startswith("attainment") else 1
            both = numpy.stack([parts[more], parts[less]])
            value, error = estimate(lambda p: p[0, 0] / p[0, 1] / scale - p[1, 0] / p[1, 1] / scale,
                                    numpy.moveaxis(both, 1, -1))
            self.assertAlmostEqual(rows[name]["value"], value, places=7, msg=name)
            self.assertAlmostEqual(rows[name]["standard_error"], error, places=7, msg=name)
        high, low = origins[3:5].sum(axis=(0, 1)), origins[0:2].sum(axis=(0, 1))
        self.assertAlmostEqual(rows["professional_origin_gap_25_29"]["value"],
                               high[0] / high[1] - low[0] / low[1], places=7)

    def test_cohorts_add_up_the_years_in_which_all_of_the_ages_were_born_in_the_decade(self):
        rows = {(row["measure"], row["group"]): row for row in self.rows("summary", self.base, "--by", "cohort")}
        with h5py.File(self.base, "r") as run:
            years = run["/measures/by_origin/year"][:]
            data = run["/measures/by_origin/degree_25_29"][...].astype(float).sum(axis=(1, 2, 3))
            table = run["/measures/tables/class_table_by_decade"][...].astype(float).sum(axis=(0, 2, 5))
            decades = list(run["/measures/tables/decade"][:])
        seen = 0
        for decade in range(1950, 2010, 10):
            whole = [i for i, year in enumerate(years) if decade <= year - 29 and year - 25 <= decade + 9]
            row = rows.get(("degree_25_29", f"{decade}-{decade + 9}"))
            if whole:
                parts = data[whole].sum(axis=0)
                self.assertAlmostEqual(row["value"], parts[0] / parts[1], places=7)
                seen += 1
            elif row:
                self.assertIsNone(row["value"])
        self.assertGreater(seen, 0)
        classes = table[decades.index(1970)][:5, :5]
        self.assertAlmostEqual(rows["upward_25_64", "1970-1979"]["value"], numpy.triu(classes, 1).sum() / classes.sum(),
                               places=7)
        self.assertNotIn(("wellbeing_16_over", "1970-1979"), rows)

    def test_sex_and_origin_are_had_together_and_apart(self):
        rows = {(row["measure"], row["group"]): row["value"]
                for by in ("sex", "origin", "origin_sex") for row in self.rows("summary", self.base, "--by", by)}
        with h5py.File(self.base, "r") as run:
            table = run["/measures/tables/class_table_25_29"][-1].astype(float).sum(axis=3)
            parts = run["/measures/by_origin/neet_16_24"][-1].astype(float).sum(axis=2)
        name = "lower_professional_25_29"
        self.assertAlmostEqual(rows[name, "female"], table[1, :, 3].sum() / table[1, :, :5].sum(), places=7)
        self.assertAlmostEqual(rows[name, "intermediate"], table[:, 2, 3].sum() / table[:, 2, :5].sum(), places=7)
        self.assertAlmostEqual(rows[name, "intermediate male"], table[0, 2, 3] / table[0, 2, :5].sum(), places=7)
        self.assertAlmostEqual(rows["neet_16_24", "lower_working female"], parts[0, 1, 0] / parts[0, 1, 1], places=7)

    def test_every_indicator_is_had_by_the_groupings_that_describe_lists(self):
        listed = json.loads(pathways("describe", "measures", "--format", "json").stdout)
        self.assertGreater(len(listed), 180)
        for by in ("nation", "place", "origin", "sex", "origin_sex", "cohort"):
            printed = {row["measure"] for row in self.rows("summary", self.base, "--by", by)}
            self.assertEqual(printed, {row["measure"] for row in listed if by in row["groupings"].split()}, by)

    def test_csv_has_a_row_for_each_group_measure_and_year(self):
        done = pathways("summary", self.base, "--by", "year", "--measure", "*_25_29", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        years = {row["year"] for row in rows}
        self.assertGreaterEqual(len(years), int(YEARS))
        self.assertEqual(len(rows), len(years) * len({row["measure"] for row in rows}))

    def test_runs_that_cannot_be_compared_are_refused_with_every_reason(self):
        other = pathlib.Path(self.folder.name) / "shards.h5"
        done = pathways("run", COUNTRY, "-n", PEOPLE, "--years", YEARS, "--seed", "1", "--shards", "3", "-o", other)
        self.assertEqual(done.returncode, 0, done.stderr)
        for path, reasons in ((self.other, ("seed 1 and 2",)), (other, ("shards 1 and 3",))):
            done = pathways("compare", self.base, self.policy, path)
            self.assertEqual(done.returncode, 3)
            for reason in reasons + ("cannot be compared", "run both with"):
                self.assertIn(reason, done.stderr)
            self.assertEqual(done.stdout, "")
        changes = {"replicate": 3, "persons": 7, "history_from": 1950, "years": 5, "source": "pathways 9.9.9 (0)",
                   "people_each": 17.0}
        copy = pathlib.Path(self.folder.name) / "copy.h5"
        shutil.copy(self.policy, copy)
        with h5py.File(copy, "r+") as run:
            for name, value in changes.items():
                if isinstance(value, str):
                    run.attrs[name] = value
                else:
                    run.attrs.modify(name, value)
        done = pathways("compare", self.base, copy)
        self.assertEqual(done.returncode, 3)
        for reason in ("replicate 0 and 3", f"persons {PEOPLE} and 7", "and 1950", "years 4 and 5", "pathways 9.9.9",
                       "stands for"):
            self.assertIn(reason, done.stderr)

    def test_faults_have_their_exit_status_and_a_sentence(self):
        foreign = pathlib.Path(self.folder.name) / "foreign.h5"
        with h5py.File(foreign, "w") as file:
            file["x"] = 1
        cut = pathlib.Path(self.folder.name) / "cut.h5"
        cut.write_bytes(self.base.read_bytes()[:5000])
        for arguments, status, words in (
                (("summary",), 2, "RUN.h5"),
                (("compare", self.base), 2, "POLICY.h5"),
                (("summary", self.base, "--by", "plaec"), 2, "did you mean place"),
                (("summary", self.base, "--measure", "neet_16_25"), 2, "did you mean neet_16_24"),
                (("summary", self.base, "--year", "1066"), 2, "1066"),
                (("summary", self.base, "--years", "2026-2066"), 2, "not in 2066"),
                (("compare", self.base, self.policy, "--years", "2028-2026"), 2, "must not be below the first"),
                (("compare", self.base, self.policy, "--by", "year", "--years", "2026-2028"), 2, "leave --years out"),
                (("summary", self.base, "--format", "xml"), 2, "xml"),
                (("summary", foreign), 3, "foreign.h5"),
                (("compare", self.base, cut), 3, "cut.h5"),
                (("summary", "missing.h5"), 3, "missing.h5")):
            done = pathways(*arguments)
            self.assertEqual(done.returncode, status, (arguments, done.stderr))
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_help_is_a_manual_page(self):
        for command in ("summary", "compare"):
            done = pathways(command, "--help")
            self.assertEqual(done.returncode, 0)
            for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"):
                self.assertIn(heading + "\n", done.stdout)
            self.assertLess(max(map(len, done.stdout.splitlines())), 101)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main()

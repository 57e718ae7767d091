#!/usr/bin/env python3
"""England before any fitting: ranges that somebody who knows the country would not laugh at.

One run of 200,000 people with every year from 1966 on file. The ranges are wide on purpose: what is fitted to published
figures is another matter, and so is how well it fits. ctest-label: slow

SPDX-License-Identifier: MIT
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGLAND = os.path.join(SOURCE, "scenarios", "england.json")
PERSONS = 200000
START = 2025
LAST = 2064

# Shares of the country, lowest and highest.
RANGES = {
    "neet_16_24": (0.08, 0.20),
    "level3_by_19": (0.45, 0.70),
    "higher_education_by_19": (0.35, 0.55),
    "professional_25_64": (0.38, 0.58),
    "upward_25_64": (0.20, 0.50),
    "downward_25_64": (0.20, 0.50),
    "employment_25_54": (0.75, 0.90),
    "unemployment_16_64": (0.02, 0.10),
}
# The first is less, or more, than the second by this much at least.
CLEARLY_LESS = [("level3_by_19_free_meals", "level3_by_19_other", 0.10),
                ("higher_education_by_19_free_meals", "higher_education_by_19_other", 0.10),
                ("owner_25_34_other_parents", "owner_25_34_owner_parents", 0.05)]
PERIODS = [(2016, 2025), (2025, 2034), (2035, 2044), (2045, 2054), (2055, 2064)]
IN_WORK = ["employed", "apprenticeship_intermediate", "apprenticeship_advanced", "apprenticeship_higher"]
ABSENT = ["not_born", "dead", "emigrated", "abroad"]
FIRST_CHILD, LAST_CHILD = 15, 45


def correlation(first, second, weight):
    """Of two columns over places or labour markets, each as heavy as its people; those without anybody left out."""
    known = numpy.isfinite(first) & (weight > 0)
    matrix = numpy.cov(first[known], second[known], aweights=weight[known])
    return matrix[0, 1] / numpy.sqrt(matrix[0, 0] * matrix[1, 1])


class England(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="pathways-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.path = os.path.join(folder.name, "england.h5")
        done = subprocess.run([PROGRAM, "run", ENGLAND, "-n", str(PERSONS), "--set", "run.record_from=1966", "--quiet",
                               "-o", cls.path], capture_output=True, text=True, timeout=800, check=False)
        if done.returncode:
            raise AssertionError(done.stderr)
        cls.file = h5py.File(cls.path)
        cls.addClassCleanup(cls.file.close)
        cls.scenario = json.loads(cls.file["scenario/resolved_text"].asstr()[()])
        cls.years = cls.file["trajectories/year"][:]
        cls.state = cls.file["trajectories/state"][:]
        cls.birth_year = cls.file["persons/birth_year"][:]
        cls.is_woman = cls.file["persons/sex"][:] == list(cls.file["axes/sex"].asstr()[:]).index("female")
        cls.states = list(cls.file["axes/state"].asstr()[:])
        cls.region = cls.file["axes/place_region"][:]
        cls.labour_market = cls.file["axes/place_labour_market"][:]
        cls.regions = list(cls.file["axes/region"].asstr()[:])

    # --- Reading -------------------------------------------------------------------------------

    def summary(self, *arguments):
        done = subprocess.run([PROGRAM, "summary", self.path, "--format", "json", *arguments], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def counts(self, measure, first, last):
        """Numerator and denominator in each place, summed over years and lineage groups."""
        data = self.file["measures/by_place"][measure]
        begin = first - self.file["measures/by_place/year"][0]
        return data[begin:begin + last - first + 1].astype(float).sum(axis=(0, 2))

    def share(self, measure, first, last, places=slice(None)):
        numerator, denominator = self.counts(measure, first, last)[places].sum(axis=0)
        return numerator / denominator

    def in_labour_markets(self, measure, first, last):
        counts = numpy.zeros((len(self.scenario["labour_markets"]), 2))
        numpy.add.at(counts, self.labour_market, self.counts(measure, first, last))
        return counts[:, 0] / counts[:, 1], counts[:, 1]

    def is_in(self, year, names):
        return numpy.isin(self.state[:, year - self.years[0]], [self.states.index(name) for name in names])

    def present(self, year):
        return ~self.is_in(year, ABSENT)

    def path_in(self, name, year):
        knots = numpy.array(self.scenario["paths"][name]["knots"])
        return numpy.interp(year, knots[:, 0], knots[:, 1])

    def inputs(self, kind, *names):
        return numpy.array([sum(area[name] for name in names) for area in self.scenario[kind]], dtype=float)

    # --- The ranges ----------------------------------------------------------------------------

    def test_the_summary_is_within_its_ranges_in_the_first_and_the_last_year(self):
        for year in (START, LAST):
            rows = {row["measure"]: row["value"] for row in self.summary("--by", "nation", "--year", str(year))}
            for measure, (low, high) in RANGES.items():
                with self.subTest(year=year, measure=measure):
                    self.assertTrue(low <= rows[measure] <= high, rows[measure])
            for less, more, gap in CLEARLY_LESS:
                with self.subTest(year=year, less=less):
                    self.assertLess(rows[less], rows[more] - gap)
            with self.subTest(year=year, measure="rank slope of income"):
                self.assertTrue(0.15 <= rows["rank_slope_30_34"] <= 0.45, rows["rank_slope_30_34"])

    def test_means_of_ten_years_are_within_their_ranges(self):
        for first, last in PERIODS:
            for measure, (low, high) in RANGES.items():
                with self.subTest(years=f"{first}-{last}", measure=measure):
                    value = self.share(measure, first, last)
                    self.assertTrue(low <= value <= high, value)
            for less, more, gap in CLEARLY_LESS:
                with self.subTest(years=f"{first}-{last}", less=less):
                    self.assertLess(self.share(less, first, last), self.share(more, first, last) - gap)

    def test_the_rank_slope_of_income_is_within_its_range_over_ten_years(self):
        slopes = {row["year"]: row["value"] for row in self.summary("--by", "year", "--measure", "rank_slope_30_34")}
        for first, last in PERIODS:
            with self.subTest(years=f"{first}-{last}"):
                value = sum(slopes[year] for year in range(first, last + 1)) / (last - first + 1)
                self.assertTrue(0.15 <= value <= 0.45, value)

    def test_every_class_of_origin_reaches_every_class_and_the_higher_the_likelier(self):
        table = self.file["measures/tables/class_table"][START - self.years[0]].astype(float).sum(axis=(0, 3))[:5, :5]
        professional = table[:, 3:].sum(axis=1) / table.sum(axis=1)
        self.assertTrue((numpy.diff(professional) > 0).all(), professional)
        self.assertGreater((table / table.sum(axis=1)[:, None]).min(), 0.02)

    # --- Places --------------------------------------------------------------------------------

    def test_pupils_with_free_meals_do_better_in_london_than_elsewhere(self):
        london = self.region == self.regions.index("London")
        for measure in ("attainment_16_free_meals", "level3_by_19_free_meals", "higher_education_by_19_free_meals"):
            with self.subTest(measure=measure):
                self.assertGreater(self.share(measure, 2001, 2025, london), 1.05 * self.share(measure, 2001, 2025, ~london))

    def test_places_differ_as_their_inputs_do(self):
        for measure, name in (("free_meals_11_15", "secondary_fsm_pct"), ("low_income_0_15", "children_low_income_pct")):
            with self.subTest(measure=measure):
                counts = self.counts(measure, 2016, 2025)
                with numpy.errstate(invalid="ignore"):
                    shares = counts[:, 0] / counts[:, 1]
                self.assertGreater(correlation(shares, self.inputs("places", name), counts[:, 1]), 0.6)

    def test_labour_markets_differ_as_their_inputs_do(self):
        for measure, names in (("parents_professional", ["parents_higher_professional_pct"]),
                               ("parents_degree", ["parents_degree_pct"]),
                               ("professional_25_64", ["parents_higher_professional_pct"]),
                               ("professional_25_29", ["young_jobs_higher_professional_pct",
                                                       "young_jobs_lower_professional_pct"])):
            with self.subTest(measure=measure):
                shares, weight = self.in_labour_markets(measure, 2016, 2025)
                self.assertGreater(correlation(shares, self.inputs("labour_markets", *names), weight), 0.6)

    def test_regions_keep_their_people(self):
        place = self.file["trajectories/place"][:, START - self.years[0]]
        shares = numpy.bincount(self.region[place[place >= 0]], minlength=len(self.regions)) / (place >= 0).sum()
        published = self.inputs("regions", "population")
        published /= published.sum()
        for name, share, wanted in zip(self.regions, shares, published):
            with self.subTest(region=name):
                self.assertAlmostEqual(share / wanted, 1, delta=0.15)

    # --- History -------------------------------------------------------------------------------

    def test_as_many_people_as_asked_for_are_alive_in_the_start_year(self):
        self.assertAlmostEqual(self.present(START).sum() / PERSONS, 1, delta=0.03)

    def test_the_population_grows_as_the_country_did(self):
        # Roughly: the population follows from births, deaths and migration, and is scaled to the start year.
        for year in range(1970, START + 1, 5):
            with self.subTest(year=year):
                wanted = self.path_in("population.residents", year) / self.path_in("population.residents", START)
                self.assertAlmostEqual(self.present(year).sum() / self.present(START).sum() / wanted, 1, delta=0.12)

    def test_work_of_women_and_men_follows_its_history(self):
        for year in range(1966, LAST + 1):
            age = year - self.birth_year
            adults = self.present(year) & (age >= 16) & (age <= 64)
            in_work = self.is_in(year, IN_WORK)
            men, women = (in_work[adults & (self.is_woman == woman)].mean() for woman in (False, True))
            unemployed = self.is_in(year, ["unemployed"])[adults].sum()
            rate = unemployed / (unemployed + in_work[adults].sum())
            with self.subTest(year=year):
                self.assertTrue(0.70 <= men <= 0.97, f"men {men}")
                self.assertLess(women, men + 0.05)
                self.assertAlmostEqual(rate, self.path_in("labour.unemployment", year) / 100, delta=0.02)
                self.assertAlmostEqual(women, self.path_in("labour.women_employed", year) / 100, delta=0.08)

    def test_births_are_as_many_as_fertility_says(self):
        mother = self.file["persons/mother"][:]
        is_native = self.file["persons/birth_place"][:] >= 0
        rates, wanted = [], []
        for year in range(1967, LAST + 1):
            born = is_native & (self.birth_year == year)
            if year <= START:
                share = born.sum() / self.present(year).sum()
                self.assertTrue(0.009 <= share <= 0.022, f"births in {year}: {share} of the people")
            mothers = mother[born & (mother >= 0)]
            self.assertGreater(len(mothers), 0.99 * born.sum())
            births = numpy.bincount(year - self.birth_year[mothers], minlength=LAST_CHILD + 1)
            age = (year - self.birth_year)[self.is_woman & self.present(year)]
            women = numpy.bincount(age[(age >= 0) & (age <= LAST_CHILD)], minlength=LAST_CHILD + 1)
            rates.append((births[FIRST_CHILD:LAST_CHILD + 1] / women[FIRST_CHILD:]).sum())
            wanted.append(self.path_in("family.fertility", year))
        # Five years have about 12,000 births: 5 standard errors are 5 %; children who die in their first weeks (2 % in
        # the 1960s) are not on file.
        for begin in range(0, len(rates) - 4, 5):
            with self.subTest(years=f"{1967 + begin}-{1971 + begin}"):
                self.assertAlmostEqual(sum(rates[begin:begin + 5]) / sum(wanted[begin:begin + 5]), 1, delta=0.07)
        self.assertAlmostEqual(sum(rates) / sum(wanted), 1, delta=0.02)


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main(verbosity=2)

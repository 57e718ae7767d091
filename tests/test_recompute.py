#!/usr/bin/python3
"""What `pathways summary` prints of the last year, computed again from /persons and /trajectories with pandas.

Exact where the file holds what was counted, to half a step where trajectories are packed.

SPDX-License-Identifier: MIT
"""
import io
import os
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np
import pandas as pd

PROGRAM = os.environ.get("PATHWAYS", "")
SCENARIO = os.path.join(os.environ.get("PW_SOURCE_DIR", "."), "tests", "tiny_scenario.json")

LOWER_WORKING, HIGHER_WORKING, INTERMEDIATE, LOWER_PROFESSIONAL, HIGHER_PROFESSIONAL, NO_CLASS = range(6)
BELOW_GCSE, GCSE, A_LEVEL, FURTHER, FIRST_DEGREE, HIGHER_DEGREE = range(6)
REDUNDANT = 1
TARIFF_NONE = 0
# A hair more than what sums of rounded numbers and nine printed digits allow.
EXACT = 2e-6


def pathways(*arguments):
    answer = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise AssertionError(answer.stderr)
    return answer.stdout


def read_people(path):
    """Everyone present at the end of the last year: /persons and the last year of /trajectories."""
    with h5py.File(path, "r") as run:
        people = pd.DataFrame({name: data[:] for name, data in run["persons"].items() if name != "person"})
        for name, data in run["trajectories"].items():
            if data.ndim == 2:
                scale = float(data.attrs.get("scale_factor", [1])[0]) if "scale_factor" in data.attrs else 1
                offset = float(data.attrs["add_offset"][0]) if "add_offset" in data.attrs else 0
                people["now_" + name] = data[:, -1] * scale + offset
        states = list(run["axes/state"].asstr()[...])
        markets = run["axes/place_labour_market"][...]
        people["age"] = int(run["trajectories/year"][-1]) - people.birth_year
        people["known"] = people.birth_year + 14 > int(run.attrs["history_from"])
    people["state"] = [states[int(code)] for code in people.now_state]
    people["before"] = [states[code] for code in people.last_state]
    absent = ("not_born", "dead", "emigrated", "abroad")
    people = people[~people.state.isin(absent)].copy()
    people["was_here"] = ~people.before.isin(absent)
    people["raised"] = people.known & (people.home_place >= 0)
    people["origin"] = people.origin_class.where(people.known, NO_CLASS)
    here, home = people.now_place.astype(int), people.home_place
    people["stayed"] = markets[here] == markets[home.clip(lower=0)]
    idle = ("unemployed", "inactive")
    still_out = (people.state.isin(idle) & people.before.isin(idle)) | ((people.state == "retired") & (people.before == "retired"))
    people.loc[still_out & (people.last_spell >= 8), "now_class"] = NO_CLASS
    people["professional"] = people.now_class.isin((LOWER_PROFESSIONAL, HIGHER_PROFESSIONAL))
    people["has_class"] = people.now_class != NO_CLASS
    people["wealth"] = (people.savings + people.pension + people.equity) / 1000
    return people


def twentieths(values):
    """Rank, 0 to 19, as twentieths of the people: of the middle of those who share a bin of 1/2048 of a doubling."""
    bits = np.clip(values.to_numpy(dtype=np.float32), np.float32(256), np.float32(16777215)).view(np.uint32)
    bins = (bits - np.uint32(0x43800000)) >> 12
    order = np.sort(bins)
    below, upto = np.searchsorted(order, bins, "left"), np.searchsorted(order, bins, "right")
    return np.minimum((below + upto) * 20 // (2 * len(bins)), 19)


def rank_slope(x, y):
    """Slope of own on parents' rank where each twentieth stands at the middle of its people."""
    def middle(ranks):
        counts = np.bincount(ranks, minlength=20)
        return ((np.cumsum(counts) - counts / 2) / counts.sum())[ranks]
    x, y = middle(x), middle(y)
    return np.cov(x, y, bias=True)[0, 1] / x.var()


class Recompute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        path = os.path.join(cls.folder.name, "run.h5")
        pathways("run", SCENARIO, "-o", path, "-n", "12000", "--years", "6", "--quiet")
        cls.people = read_people(path)
        table = pd.concat(pd.read_csv(io.StringIO(pathways("summary", path, "--by", by, "--format", "csv")))
                          for by in ("nation", "origin", "sex"))
        cls.printed = {(row.measure, row.group): row.value for row in table.itertuples()}

    def ages(self, first, last):
        return self.people[(self.people.age >= first) & (self.people.age <= last)]

    def expect(self, measure, value, group="everyone", tolerance=EXACT):
        self.assertFalse(np.isnan(value), measure)
        self.assertLessEqual(abs(self.printed[measure, group] - value), tolerance * max(1, abs(value)),
                             f"{measure}, {group}: {self.printed[measure, group]}, not {value}")

    @staticmethod
    def entered_higher_education(people):
        return ((people.tariff != TARIFF_NONE) | (people.now_qualification > A_LEVEL)
                | (people.state == "further_education") & (people.now_qualification == A_LEVEL))

    def test_neet_and_security_by_origin(self):
        youth = self.ages(16, 24)
        adults = self.ages(25, 64)
        origins = ("lower_working", "higher_working", "intermediate", "lower_professional", "higher_professional")
        for code, origin in enumerate(origins):
            some = youth[youth.origin == code]
            self.expect("neet_16_24", some.state.isin(("unemployed", "inactive")).mean(), origin)
            some = adults[adults.origin == code]
            works = (some.state == "employed") | some.state.str.startswith("apprenticeship")
            secure = works & (some.now_owner == 1) & (some.events & REDUNDANT == 0)
            self.expect("secure_25_64", secure.mean(), origin)

    def test_school_and_routes(self):
        pupils = self.ages(19, 19)
        pupils = pupils[pupils.home_place >= 0]
        level3 = pupils.now_qualification >= A_LEVEL
        self.expect("level3_by_19_free_meals", level3[pupils.free_meals == 1].mean())
        self.expect("level3_gap_19", level3[pupils.free_meals == 0].mean() - level3[pupils.free_meals == 1].mean())
        examined = self.ages(16, 16)
        self.expect("strong_pass_16_free_meals", (examined.attainment >= 50)[examined.free_meals == 1].mean())
        five = self.ages(5, 5)
        self.expect("good_development_5_other", (five.skill > -0.468)[five.free_meals == 0].mean())
        leavers = self.ages(18, 18)
        leavers = leavers[(leavers.home_place >= 0) & (leavers.free_meals == 1)]
        self.expect("higher_education_by_18_free_meals", self.entered_higher_education(leavers).mean())
        self.expect("higher_education_17_19", self.entered_higher_education(self.ages(17, 19)).mean())
        for first, last, name in ((16, 16, "16"), (17, 17, "17"), (16, 18, "16_18")):
            young = self.ages(first, last).state
            learning = young.isin(("school", "sixth_form", "further_education", "adult_education", "postgraduate"))
            self.expect("education_" + name, (learning | young.str.contains("apprentice|university")).mean())

    def test_class_tables(self):
        adults = self.ages(25, 64)
        mobile = adults[(adults.origin < NO_CLASS) & adults.has_class]
        self.expect("upward_25_64", (mobile.now_class > mobile.origin).mean())
        from_top = mobile[mobile.origin >= LOWER_PROFESSIONAL]
        self.expect("long_range_down_25_64", (from_top.now_class <= HIGHER_WORKING).mean())
        for sex, name in ((None, "everyone"), (0, "male"), (1, "female")):
            some = mobile if sex is None else mobile[mobile.sex == sex]
            high, low = some[some.origin >= LOWER_PROFESSIONAL], some[some.origin <= HIGHER_WORKING]
            odds = [(group.now_class >= LOWER_PROFESSIONAL).sum() / (group.now_class <= HIGHER_WORKING).sum()
                    for group in (high, low)]
            self.expect("class_odds_ratio_25_64", odds[0] / odds[1], name)
        raised = adults[adults.raised]
        poor = raised[raised.parent_qualification == BELOW_GCSE]
        self.expect("degree_25_64_parents_none", (poor.now_qualification >= FIRST_DEGREE).mean())
        line = mobile[mobile.grandparent_class < NO_CLASS]
        self.expect("grandparent_correlation_25_64", np.corrcoef(line.grandparent_class, line.now_class)[0, 1])

    def test_owners_by_their_parents_homes(self):
        raised = self.people[self.people.raised]
        for first, last in ((25, 34), (45, 54)):
            some = raised[(raised.age >= first) & (raised.age <= last)]
            self.expect(f"owner_{first}_{last}_owner_parents", some[some.parent_owner == 1].now_owner.mean())
            self.expect(f"owner_{first}_{last}_other_parents", some[some.parent_owner == 0].now_owner.mean())

    def test_wealth(self):
        for first, last in ((25, 34), (55, 64)):
            some = self.ages(first, last)
            self.expect(f"wealth_{first}_{last}", some.wealth.mean(), tolerance=3e-5)  # a tenth in 16 bits
            self.expect(f"pensions_{first}_{last}", some.pension.mean() / 1000)
            children = some[some.raised & (some.parent_owner == 1)]
            self.expect(f"wealth_{first}_{last}_owner_parents", children.wealth.mean())

    def test_incomes(self):
        people = self.people
        incomes = np.sort(people.household_income.to_numpy())
        line = 0.6 * incomes[(len(incomes) - 1) // 2]
        children = self.ages(0, 15)
        # The median is that of a bin of 0.05 %.
        close = ((children.household_income > line * 0.9995) & (children.household_income < line * 1.0005)).mean()
        self.expect("low_income_0_15", (children.household_income < line).mean(), tolerance=close + EXACT)
        ranked = self.ages(30, 34)
        ranked = ranked[ranked.raised & (ranked.origin_income > 0)]
        self.expect("out_earns_parents_30_34", (ranked.household_income > np.exp(ranked.origin_income)).mean())
        ranked = ranked[(ranked.age == 34) & (ranked.adult_income > 0)]
        parents, own = np.exp(ranked.origin_income), np.exp(ranked.adult_income)
        # The model's exponential may put a few into the bin beside numpy's.
        self.expect("rank_slope_30_34", rank_slope(twentieths(parents), twentieths(own)), tolerance=1e-3)
        x, y = ranked.origin_income, np.log(own)
        self.expect("income_elasticity_30_34", np.cov(x, y, bias=True)[0, 1] / x.var(ddof=0), tolerance=1e-3)

    def test_pay(self):
        workers = self.people[self.people.state == "employed"]
        for sex, name in ((None, "everyone"), (0, "male"), (1, "female")):
            some = workers[(workers.age >= 25) & (workers.age <= 29)]
            some = some if sex is None else some[some.sex == sex]
            # Trajectories hold log pay to 0.001.
            self.expect("pay_25_29", np.exp(some.now_pay).mean(), name, tolerance=5e-4)
        some = workers[(workers.age >= 35) & (workers.age <= 44)]
        self.expect("earnings_35_44", (np.exp(some.now_pay) * some.hours * 0.052).mean(), tolerance=5e-4)
        some = workers[(workers.age >= 22) & (workers.age <= 29)]
        # The median is found in bins of a sixteenth.
        self.expect("pay_median_22_29", np.exp(some.now_pay.median()), tolerance=1 / 16)

    def test_inner_life(self):
        adults = self.ages(16, 104)
        self.expect("wellbeing_16_over", adults.now_wellbeing.mean(), tolerance=0.001)
        self.expect("belonging_25_64", self.ages(25, 64).now_belonging.mean(), tolerance=0.001)

    def test_movers(self):
        young = self.ages(25, 34)
        young = young[young.home_place >= 0]
        self.expect("left_home_area_25_34", 1 - young.stayed.mean())
        gone = young[~young.stayed]
        self.expect("owner_25_34_leavers", gone.now_owner.mean())
        self.expect("professional_25_34_leavers", gone[gone.has_class].professional.mean())
        workers = young[young.state == "employed"]
        pay = np.exp(workers.now_pay).groupby(workers.stayed).mean()
        self.expect("leavers_pay_gap_25_34", pay[False] - pay[True], tolerance=0.01)

    def test_first_jobs(self):
        raised = self.people[self.people.raised]
        waits = mean = ever = 0.0
        waits = 1.0
        for age in range(16, 45):
            at_risk = raised[(raised.age == age) & (raised.past_classes & 24 == 0)]
            hazard = at_risk.professional.mean() if len(at_risk) else 0
            mean += age * waits * hazard
            waits *= 1 - hazard
            if age == 35:
                ever = 1 - waits
        self.expect("professional_job_by_35", ever)
        self.expect("first_professional_job_age", mean / (1 - waits))

    def test_spells(self):
        neet = ("unemployed", "inactive")
        some = self.ages(17, 24)
        ended = some[some.was_here & some.before.isin(neet) & ~some.state.isin(neet)]
        self.assertGreater(len(ended), 30)
        self.expect("neet_spell_17_24", ended.last_spell.clip(upper=12).mean())
        self.expect("long_neet_spells_17_24", (ended.last_spell >= 3).mean())


if __name__ == "__main__":
    if not PROGRAM:
        sys.exit("PATHWAYS must name the program")
    unittest.main()

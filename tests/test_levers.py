#!/usr/bin/env python3
"""What every lever does to England when it alone acts: direction, size, people reached, money, those not reached.

Base and policy have the same seed, so that people have the same luck. ctest-label: long

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
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
SOURCE = os.environ.get("PW_SOURCE_DIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGLAND = os.path.join(SOURCE, "scenarios", "england.json")
PERSONS, YEARS, FROM = 200000, 20, 2026  # children of the first year are 19 in the last
UNITS = 100000  # places, seats or jobs of a lever that adds them
FEW = {"adult_routes": 200000}  # courses, which fewer take than are out of work
# Smaller than one run shows at their own strength: shown at a multiple of it.
STRENGTH = {"maintenance_allowance": 4, "travel_to_learn": 4, "bursaries": 4, "university_outreach": 4,
            "contextual_admissions": 4, "role_models": 10, "university_seats": 3, "mentoring": 2, "teamwork_leadership": 2,
            "transport": 2}
# A gain in a queue is somebody's loss: nothing is seen in the country unless some are helped more than others.
WHOM = {"university_outreach": {"free_meals": True}, "in_work_progression": {"origin_class": ["lower_working", "higher_working"]}}
SIGNIFICANT = 2.0  # standard errors


def listed(topic):
    done = subprocess.run([PROGRAM, "describe", topic, "--format", "json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def run(folder, name, policies, *options, persons=PERSONS, years=YEARS, record="none"):
    """The file of a run. All of one size and length share the history that the first of them saves."""
    scenario, path = os.path.join(folder, name + ".json"), os.path.join(folder, name + ".h5")
    history = os.path.join(folder, f"{persons}-{years}-{record}.history")
    shared = ["--from-history" if os.path.exists(history) else "--save-history", history]
    with open(scenario, "w", encoding="utf-8") as file:
        json.dump({"extends": ENGLAND, "policies": policies}, file)
    done = subprocess.run([PROGRAM, "run", scenario, "-n", str(persons), "--years", str(years), "--record", record, "-t", "1",
                           "--quiet", "--force", "-o", path, *shared, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{name}: {done.stderr}")
    return path


def compare(base, path, *options):
    done = subprocess.run([PROGRAM, "compare", base, path, "--format", "json", *options], capture_output=True, text=True,
                          check=True)
    return {(row["by"], row["group"], row["measure"]): row for row in json.loads(done.stdout)}


def pooled(base, path, measure):
    """Difference of a measure over the last 15 years, and its standard error by leaving out one group of lineages at a time."""
    def parts(name):
        with h5py.File(name) as file:
            data = file["measures/by_origin/" + measure][()].astype(float)  # [year, origin, sex, group, part]
            years = file["measures/by_origin/year"][()]
        return data[years >= FROM + YEARS - 16].sum(axis=(0, 1, 2))

    def ratio(groups):
        return groups[:, 0].sum() / groups[:, 1].sum()

    one, other = parts(base), parts(path)
    count = len(one)
    left_out = [ratio(numpy.delete(other, g, 0)) - ratio(numpy.delete(one, g, 0)) for g in range(count)]
    error = ((count - 1) / count * sum((value - numpy.mean(left_out)) ** 2 for value in left_out)) ** 0.5
    return ratio(one), ratio(other) - ratio(one), error


def policy_of(lever, **keys):
    name = lever["lever"]
    policy = {"name": name, "lever": name, "from": FROM, "ownership": 1, "strength": STRENGTH.get(name, 1), **keys}
    if name in WHOM:
        policy["whom"] = WHOM[name]
    if name in FEW:
        policy["capacity"] = FEW[name]
    if lever["reaches"] == "places":
        policy.setdefault("capacity", UNITS)
    return policy


class Levers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="pathways-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.levers = listed("levers")
        cls.base = run(cls.folder, "base", [])

    def try_lever(self, lever):
        path = run(self.folder, lever["lever"], [policy_of(lever)])
        with h5py.File(path) as file:
            people, money = file["policies/participants"][0].sum(axis=1), file["policies/spending"][0].sum(axis=1)
            years = file["policies/year"][()]
        size = pooled(self.base, path, lever["meant to move"].split()[0])
        os.remove(path)
        return size, dict(zip(years, people)), dict(zip(years, money))

    def test_each_alone_moves_what_it_is_meant_to_move(self):
        acts = {}
        for act in listed("acts"):
            acts.setdefault(act["lever"], []).append(f"{act['channel']} {act['amount']} ({act['source']}, {act['evidence']})")
        kinds = {measure["measure"]: measure["kind"] for measure in listed("measures")}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for lever, ((base, difference, error), people, money) in zip(self.levers, pool.map(self.try_lever, self.levers)):
                with self.subTest(lever=lever["lever"]):
                    measure, direction = lever["meant to move"].split()
                    size = difference / error * (1 if direction == "up" else -1)
                    scale = 65536 if kinds[measure] == "mean" else 1
                    print(f"{lever['lever']:35} x{STRENGTH.get(lever['lever'], 1)} {measure:34} {base / scale:10.4g} "
                          f"{difference / scale:+10.3g} ({size:+.1f} se) {people[FROM + 5]:12,.0f} {lever['unit']:13} "
                          f"{money[FROM + 5] / 1e6:8,.0f} m GBP   {'; '.join(acts.get(lever['lever'], ['adds ' + lever['unit']]))}")
                    self.assertGreater(size, SIGNIFICANT)
                    self.assertGreater(people[FROM], 0)
                    self.assertEqual(people[FROM - 1], 0)
                    for year in range(FROM, FROM + YEARS - 1):
                        self.assertAlmostEqual(money[year], people[year] * lever["unit_cost_gbp"], delta=1e-6 * money[year] + 1)

    def test_no_lever_spends_more_than_its_budget(self):
        budget = 150e6
        kinds = {lever["reaches"]: lever for lever in self.levers}
        for lever in kinds.values():
            with self.subTest(lever=lever["lever"]):
                policy = policy_of(lever, budget_gbp=budget, ramp_years=2)
                policy.pop("capacity", None)
                path = run(self.folder, "budget", [policy], years=6)
                with h5py.File(path) as file:
                    spent = file["policies/spending"][0].sum(axis=1)
                    years = list(file["policies/year"][()])
                self.assertLessEqual(spent.max(), budget * (1 + 1e-9))
                self.assertLessEqual(spent[years.index(FROM)], budget / 3 * (1 + 1e-9))
                self.assertGreater(spent.max(), 0.9 * budget)

    # --- Those who are not reached ---------------------------------------------------------------

    def test_fair_recruitment_moves_jobs_from_some_origins_to_others_and_makes_none(self):
        path = run(self.folder, "fair", [{"name": "f", "lever": "fair_recruitment", "from": FROM, "ownership": 1}])
        rows = compare(self.base, path, "--by", "origin", "--measure", "professional_25_64")
        differences = {group: row["difference"] / row["standard_error"] for (_, group, _), row in rows.items()}
        self.assertGreater(differences["lower_working"], 3)
        self.assertLess(differences["higher_professional"], -3)
        nation = compare(self.base, path)["nation", "everyone", "professional_25_64"]
        self.assertLess(abs(nation["difference"]), 0.003)

    def test_a_market_passes_on_to_others_what_a_policy_gives_to_some(self):
        whom = {"sex": "female"}
        path = run(self.folder, "some", [{"name": "s", "lever": "intensive_support", "from": FROM, "ownership": 1, "whom": whom,
                                          "strength": 3}])
        rows = compare(self.base, path, "--by", "sex", "--measure", "neet_16_24")
        self.assertLess(rows["sex", "female", "neet_16_24"]["difference"], -0.02)
        self.assertGreater(rows["sex", "male", "neet_16_24"]["difference"], 0.0, "no job was added")

    # --- Places ----------------------------------------------------------------------------------

    def people(self, path):
        with h5py.File(path) as file:
            keys = file["persons/key"][()]
            order = numpy.argsort(keys)
            panel = {name: file["trajectories/" + name][()][order] for name in ("state", "place", "class", "belonging")}
            return keys[order], list(file["trajectories/year"][()]), panel

    def differing(self, policy):
        """Shares, by year, of those living outside the policy's places whose lives differ from the base."""
        base = run(self.folder, "places", [], persons=30000, years=8, record="all")
        path = run(self.folder, "placed", [policy], persons=30000, years=8, record="all")
        keys, years, panel = self.people(base)
        other_keys, _, other = self.people(path)
        both, ours, theirs = numpy.intersect1d(keys, other_keys, return_indices=True)
        self.assertGreater(len(both), 0.98 * len(keys))
        with open(ENGLAND, encoding="utf-8") as file:
            coastal = numpy.array(["coastal" in place.get("tags", []) for place in json.load(file)["places"]])
        shares = {}
        for y in range(years.index(FROM), len(years)):
            before = panel["place"][ours, :y + 1]
            inside = (before >= 0) & coastal[numpy.clip(before, 0, len(coastal) - 1)]
            outside = ~inside.any(axis=1) & (before[:, y] >= 0)
            differs = numpy.zeros(len(both), bool)
            for name in panel:
                a, b = panel[name][ours, y], other[name][theirs, y]
                differs |= ~((a == b) | ((a != a) & (b != b)))
            shares[years[y]] = (differs & outside).sum() / outside.sum()
        return shares

    def test_a_place_policy_changes_those_elsewhere_only_through_people_markets_and_moves(self):
        where = {"tags": ["coastal"]}
        inner = self.differing({"name": "c", "lever": "community_organisations", "where": where, "from": FROM, "ownership": 1})
        # Nobody has met, moved or competed yet, but for those who came and went within the year.
        self.assertLess(inner[FROM], 0.0002)
        self.assertGreater(inner[FROM + 6], 0)
        jobs = self.differing({"name": "j", "lever": "good_jobs", "where": where, "from": FROM, "capacity": 300000})
        self.assertGreater(jobs[FROM], 0, "new jobs are open to people who live next door")

    # --- Strength --------------------------------------------------------------------------------

    def test_more_of_what_helps_children_lowers_no_childs_result(self):
        def results(strength, lever):
            policies = [{"name": "t", "lever": lever, "from": FROM, "ownership": 1, "strength": strength}] if strength else []
            with h5py.File(run(self.folder, "strength", policies, persons=30000, years=4, record="all")) as file:
                keys, born, score = (file["persons/" + name][()] for name in ("key", "birth_year", "attainment"))
            examined = (born + 16 >= FROM) & (born + 16 <= FROM + 2)
            return dict(zip(keys[examined], score[examined]))

        for lever in ("teaching_quality", "tutoring", "family_hubs", "belonging_schools", "redundancy_cushion"):
            with self.subTest(lever=lever):
                none, some, much = (results(strength, lever) for strength in (0, 1, 3))
                keys = [key for key in none if key in some and key in much]
                self.assertGreater(len(keys), 900)
                steps = numpy.array([(some[key] - none[key], much[key] - some[key]) for key in keys])
                # The median income of the country, by which families are measured, moves by what the young earn.
                self.assertGreater(steps.min(), -0.02)
                if lever != "family_hubs":  # whose children are not 16 yet
                    self.assertGreater(steps.mean(), 0.0)

    # --- Belonging -------------------------------------------------------------------------------

    def test_the_same_rise_in_class_means_less_belonging_to_those_who_left(self):
        path = run(self.folder, "rise", [], years=2, record="all")
        with h5py.File(path) as file, open(ENGLAND, encoding="utf-8") as scenario:
            places = json.load(scenario)["places"]
            markets = numpy.unique([place["labour_market"] for place in places], return_inverse=True)[1]
            year = list(file["trajectories/year"][()]).index(2025)
            now = {name: file["trajectories/" + name][:, year] for name in ("place", "class", "state")}
            belonging = file["trajectories/belonging"][:, year] * file["trajectories/belonging"].attrs["scale_factor"]
            born, home, origin = (file["persons/" + name][()] for name in ("birth_year", "home_place", "origin_class"))
        risen = ((born >= 1975) & (born <= 2000) & (home >= 0) & (now["place"] >= 0) & (origin >= 0) & (origin <= 1)
                 & (now["class"] >= 3) & (now["class"] <= 4))
        left = markets[numpy.clip(home, 0, None)] != markets[numpy.clip(now["place"], 0, None)]
        leavers, stayers = belonging[risen & left], belonging[risen & ~left]
        error = (leavers.var() / len(leavers) + stayers.var() / len(stayers)) ** 0.5
        print(f"belonging of those risen from the working classes to the professions: left {leavers.mean():.3f} "
              f"({len(leavers)}), stayed {stayers.mean():.3f} ({len(stayers)}), standard error {error:.3f}")
        self.assertGreater(stayers.mean() - leavers.mean(), 3 * error)


if __name__ == "__main__":
    if not os.path.exists(PROGRAM):
        sys.exit("set PATHWAYS to the program")
    unittest.main()

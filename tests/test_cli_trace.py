#!/usr/bin/env python3
"""`pathways trace` on small runs: what is told is what is on file, alone and beside another policy; refusals.

Covers sim/cli/trace.c, trace_person.c, trace_recorded.c, trace_parting.c, teller.c, tale.c, tale_home.c,
tale_career.c, tale_decision.c, page.c, choose.c, relive.c and words.c.

SPDX-License-Identifier: MIT
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy

PROGRAM = os.environ.get("PATHWAYS", "")
TESTS = pathlib.Path(__file__).resolve().parent
COUNTRY = TESTS / "tiny_scenario.json"
RUN = ("-n", "4000", "--years", "20", "--set", "run.history_from=2000", "--set", "run.record_from=2005",
       "--shards", "2", "--quiet")

POLICY = {
    "title": "Apprenticeships and mentors",
    "why": "Policies large enough to be seen in a small country.",
    "extends": str(COUNTRY),
    "policies": [{"name": "Apprenticeships", "lever": "apprenticeship_places_advanced",
                  "from": 2025, "to": 2060, "strength": 1.0, "capacity": 400000},
                 {"name": "Mentors", "lever": "mentoring", "from": 2025, "to": 2060, "strength": 3.0,
                  "capacity": 300000}],
}


def pathways(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)


class Trace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.base, cls.policy, cls.none, cls.other = (
            folder / name for name in ("base.h5", "policy.h5", "none.h5", "other.h5"))
        scenario = folder / "policy.json"
        scenario.write_text(json.dumps(POLICY), encoding="utf-8")
        for path, source, more in ((cls.base, COUNTRY, ()), (cls.policy, scenario, ()),
                                   (cls.none, COUNTRY, ("--record", "none")),
                                   (cls.other, COUNTRY, ("--seed", "9"))):
            done = pathways("run", source, *RUN, *more, "-o", path)
            if done.returncode != 0:
                cls.folder.cleanup()
                raise AssertionError(f"run {source}: {done.stderr}")
        with h5py.File(cls.base) as run:
            cls.people = {name: run[f"/persons/{name}"][...] for name in run["/persons"]}
            cls.state = run["/trajectories/state"][...]
            cls.place = run["/trajectories/place"][...]
            cls.pay = run["/trajectories/pay"][...]
            cls.states = [name.decode() for name in run["/axes/state"][...]]
            cls.places = [name.decode() for name in run["/axes/place"][...]]
        cls.young = numpy.flatnonzero((cls.people["birth_year"] >= 2009) & (cls.people["birth_year"] <= 2012)
                                      & (cls.people["birth_place"] >= 0))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def told(self, *arguments):
        done = pathways("trace", *arguments, "--format", "json", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, code, words, *arguments):
        done = pathways("trace", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_what_is_told_is_what_is_on_file(self):
        for row in self.young[:3]:
            life = self.told(self.base, "--person", self.people["key"][row])["lives"][0]
            self.assertTrue(life["checked"].startswith("Lived again"))  # to the end, or to an early death
            self.assertEqual(life["birth_year"], self.people["birth_year"][row])
            years = {year["year"]: year for year in life["years"]}
            for column, year in enumerate(range(2005, 2045)):
                state = self.states[self.state[row, column]]
                if year not in years:
                    self.assertIn(state, ("not_born", "dead", "emigrated"))
                    continue
                self.assertEqual(years[year]["state"], state)
                self.assertEqual(years[year]["age"], year - life["birth_year"])
                if years[year]["place"] is not None:
                    self.assertEqual(years[year]["place"], self.places[self.place[row, column]])
                if years[year]["pay_gbp_hour"] is not None:
                    self.assertAlmostEqual(numpy.log(years[year]["pay_gbp_hour"]),
                                           0.001 * self.pay[row, column], delta=0.0006)

    def test_a_life_that_nobody_recorded_is_lived_again_too(self):
        key = self.people["key"][self.young[5]]
        recorded, unrecorded = (self.told(path, "--person", key)["lives"][0] for path in (self.base, self.none))
        self.assertEqual(recorded["years"], unrecorded["years"])
        self.assertEqual(unrecorded["checked"], "Lived again to the same bits")

    def test_a_school_leaver_is_told_the_ways_that_were_open(self):
        life = self.told(self.base, "--person", self.people["key"][self.young[0]])["lives"][0]
        events = {event["process"]: event for year in life["years"] for event in year["events"]
                  if year["age"] == 16}
        self.assertIn("Attainment 8 of", events["gcse"]["text"])
        decision = events["post16"]["decisions"][0]
        self.assertAlmostEqual(sum(option["chance"] for option in decision["options"]), 1, places=5)
        self.assertIn(decision["wanted"], [option["name"] for option in decision["options"]])
        for door in decision["doors"]:
            self.assertEqual(set(door), {"name", "where", "standing", "needed", "asked", "places", "admitted"})
            if door["admitted"] and door["needed"] is not None:
                self.assertGreaterEqual(door["standing"], door["needed"] - 1e-6)
        self.assertTrue(events["post16"]["text"].startswith("Options: "))

    def test_a_birth_is_told_with_its_parents(self):
        rows = [row for row in self.young if self.people["mother"][row] >= 0]
        life = self.told(self.base, "--person", self.people["key"][rows[0]])["lives"][0]
        first = life["years"][0]
        self.assertEqual((first["age"], first["events"][0]["process"]), (0, "births"))
        place = self.places[self.people["birth_place"][rows[0]]]
        self.assertIn(f"Born in {place}, a ", first["events"][0]["text"])
        mother = self.people["key"][self.people["mother"][rows[0]]]
        self.assertIn(mother, [one["key"] for one in life["relatives"] if one["kin"] == "mother"])

    def test_conditions_choose_and_the_same_pick_is_the_same_person(self):
        where = "origin_class=lower working and birth_place=Blackpool and birth_year >= 2005"
        first, again = (self.told(self.base, "--where", where, "--pick", 4, "--recorded")["key"] for _ in range(2))
        self.assertEqual(first, again)
        row = int(numpy.flatnonzero(self.people["key"] == first)[0])
        self.assertEqual(self.people["origin_class"][row], 0)
        self.assertEqual(self.places[self.people["birth_place"][row]], "Blackpool")
        self.assertGreaterEqual(self.people["birth_year"][row], 2005)
        keys = {self.told(self.base, "--where", where, "--pick", pick, "--recorded")["key"] for pick in range(6)}
        self.assertGreater(len(keys), 1)

    def test_nobody_is_above_no_class(self):
        for pick in range(8):
            key = self.told(self.base, "--where", "origin_class > lower_professional", "--pick", pick,
                            "--recorded")["key"]
            self.assertEqual(self.people["origin_class"][int(numpy.flatnonzero(self.people["key"] == key)[0])], 4)

    def test_two_lives_part_where_their_files_do(self):
        parted = self.told(self.base, self.policy, "--parted", "--where", "birth_year>=2007", "--pick", 1)
        parting = parted["parting"]
        self.assertGreaterEqual(parting["year"], 2025)
        self.assertNotEqual(*parting["values"])
        self.assertGreater(len(parting["why"]), 20)
        self.assertLessEqual(parted["first_difference"]["year"], parting["year"])
        states = []
        with h5py.File(self.policy) as run:
            row = int(numpy.flatnonzero(run["/persons/key"][...] == parted["key"])[0])
            states.append(run["/trajectories/state"][row])
        states.append(self.state[int(numpy.flatnonzero(self.people["key"] == parted["key"])[0])])
        self.assertGreaterEqual(2005 + int(numpy.flatnonzero(states[0] != states[1])[0]), parting["year"])

    def test_recorded_lives_part_on_file_too(self):
        parted = self.told(self.base, self.policy, "--parted", "--where", "birth_year>=2007", "--pick", 1)
        recorded = self.told(self.base, self.policy, "--person", parted["key"], "--recorded")
        self.assertEqual(recorded["parting"]["process"], "not on file")
        self.assertGreaterEqual(recorded["parting"]["year"], parted["parting"]["year"])
        self.assertNotEqual(*recorded["parting"]["values"])
        page = pathways("trace", self.base, self.policy, "--person", parted["key"], "--recorded").stdout
        self.assertIn("The two lives part:", page)
        self.assertIn("As it is on file, not lived again", page)

    def test_who_was_enrolled_is_told_by_which_policy(self):
        parted = self.told(self.policy, self.base, "--where", "exposure=Mentors", "--pick", 0)
        text = json.dumps(parted["lives"][0])
        self.assertIn("The policy \\\"Mentors\\\" enrols this person", text)
        self.assertIn("Mentors", [one["policy"] for one in parted["lives"][0]["policies"]])
        self.assertEqual(parted["lives"][1]["policies"], [])
        self.assertIn("Mentors", parted["parting"]["why"])

    def test_a_child_who_is_born_in_one_run_only_parts_from_nobody(self):
        with h5py.File(self.policy) as run:
            keys, born, mother = (run[f"/persons/{name}"][...] for name in ("key", "birth_year", "mother"))
        only = numpy.flatnonzero(~numpy.isin(keys, self.people["key"]) & (born >= 2025) & (mother >= 0))
        self.assertGreater(len(only), 0)
        told = self.told(self.base, self.policy, "--person", keys[only[0]])
        self.assertEqual((told["parting"]["year"], told["parting"]["process"]), (int(born[only[0]]), "births"))
        self.assertEqual(told["parting"]["values"][0], "of nobody (not born)")
        self.assertEqual(told["lives"][0]["years"], [])
        self.assertEqual(told["lives"][1]["years"][0]["age"], 0)
        page = pathways("trace", self.base, self.policy, "--person", keys[only[0]], "-q").stdout
        self.assertIn("Born in ", page)

    def test_doors_behind_the_one_that_opened_are_not_told(self):
        told = 0
        for row in self.young[:12]:
            life = self.told(self.base, "--person", self.people["key"][row])["lives"][0]
            for year in life["years"]:
                for event in year["events"]:
                    if event["process"] in ("post16", "university") and "; admitted" in event["text"]:
                        self.assertNotIn("no place", event["text"].split("; admitted")[1])
                        self.assertNotIn("; admitted", event["text"].split("; admitted", 1)[1])
                        told += len(event["decisions"][0]["doors"]) > 1
        self.assertGreater(told, 0)

    def test_a_run_beside_itself_never_parts(self):
        copy = pathlib.Path(self.folder.name) / "copy.h5"
        shutil.copy(self.base, copy)
        told = self.told(self.base, copy, "--person", self.people["key"][self.young[1]])
        self.assertIsNone(told["parting"])
        self.assertIsNone(told["first_difference"])
        self.assertEqual(told["lives"][0]["years"], told["lives"][1]["years"])
        text = pathways("trace", self.base, copy, "--person", self.people["key"][self.young[1]], "-q").stdout
        self.assertIn("never part", text)

    def test_pages_for_readers(self):
        key = self.people["key"][self.young[0]]
        text = pathways("trace", self.base, "--person", key, "-q", "--width", 72).stdout
        self.assertIn(f"The life of person {key}", text)
        self.assertLessEqual(max(map(len, text.splitlines()[4:])), 72)
        self.assertIn("at school in", text)
        markdown = pathways("trace", self.base, "--person", key, "-q", "--format", "markdown").stdout
        self.assertTrue(markdown.startswith("# The life of person"))
        self.assertIn("\n### ", markdown)
        rows = pathways("trace", self.base, "--person", key, "-q", "--format", "csv").stdout.splitlines()
        self.assertEqual(rows[0], "file,year,age,process,event")
        wide = pathways("trace", self.base, self.policy, "--parted", "--pick", 1, "-q", "--width", 120).stdout
        self.assertIn(" | ", wide)
        narrow = pathways("trace", self.base, self.policy, "--parted", "--pick", 1, "-q", "--width", 80).stdout
        self.assertNotIn(" | ", narrow)
        self.assertIn("(policy.h5)", narrow)

    def test_recorded_lives_are_compared_year_by_year_whenever_recording_began(self):
        later = pathlib.Path(self.folder.name) / "later.h5"
        done = pathways("run", COUNTRY, *RUN, "--set", "run.record_from=2012", "-o", later)
        self.assertEqual(done.returncode, 0, done.stderr)
        person = self.told(self.base, "--where", "birth_year=2009", "--pick", 1, "--recorded")["key"]
        for pair in ((self.base, later), (later, self.base)):
            self.assertIsNone(self.told(*pair, "--person", person, "--recorded").get("parting"))
        parted = self.told(self.base, self.policy, "--parted", "--where", "birth_year>=2007", "--pick", 1)["key"]
        expected = self.told(self.base, self.policy, "--person", parted, "--recorded")["parting"]
        self.assertEqual(self.told(later, self.policy, "--person", parted, "--recorded")["parting"], expected)

    def test_a_file_that_is_lived_otherwise_now_is_refused_and_can_be_told_as_recorded(self):
        changed = pathlib.Path(self.folder.name) / "changed.h5"
        shutil.copy(self.base, changed)
        row = int(self.young[2])
        with h5py.File(changed, "r+") as run:
            run["/trajectories/state"][row, 30] = self.states.index("postgraduate")
        key = self.people["key"][row]
        self.refused(3, "is not what is on file", changed, "--person", key, "-q")
        self.assertIn("at the end of 2035", pathways("trace", changed, "--person", key, "-q").stderr)
        life = self.told(changed, "--person", key, "--recorded")["lives"][0]
        self.assertEqual({year["year"]: year["state"] for year in life["years"]}[2035], "postgraduate")
        digest = pathlib.Path(self.folder.name) / "digest.h5"
        shutil.copy(self.none, digest)
        with h5py.File(digest, "r+") as run:
            run.attrs["state_digest"] = "0123456789abcdef"
        self.refused(3, "the state of everyone at the end", digest, "--person", key, "-q")
        with h5py.File(digest, "r+") as run:
            run.attrs["scenario_digest"] = "0123456789abcdef"
        self.refused(3, "cannot be lived again", digest, "--person", key, "-q")

    def test_bad_requests_are_refused_with_a_remedy(self):
        key = self.people["key"][0]
        self.refused(2, "--person is missing", self.base)
        self.refused(2, "is not a key", self.base, "--person", "Jane")
        self.refused(1, "nobody has the key 12", self.base, "--person", "12", "-q")
        self.refused(2, "leave out --where", self.base, "--person", key, "--where", "sex=female")
        self.refused(2, "did you mean origin_class?", self.base, "--where", "origin_clas=lower_working")
        self.refused(2, "did you mean lower_working?", self.base, "--where", "origin_class=lower_workin")
        self.refused(2, "did you mean Blackpool?", self.base, "--where", "birth_place=Blackpol")
        self.refused(2, "places have no order", self.base, "--where", "birth_place>Blackpool")
        self.refused(2, "is a number", self.base, "--where", "birth_year=soon")
        self.refused(2, "after sex comes one of", self.base, "--where", "sex female")
        self.refused(2, "compared with nothing", self.base, "--where", "sex=")
        self.refused(2, "is no condition", self.base, "--where", "=3")
        self.refused(1, "nobody on file is like that", self.base, "--where", "birth_year=1700")
        self.refused(2, "needs OTHER.h5", self.base, "--parted")
        self.refused(2, "keeps no people", self.none, "--person", "random")
        self.refused(2, "records no lives", self.none, "--person", key, "--recorded")
        self.refused(3, "other people: seed is 1 and 9", self.base, self.other, "--person", key)
        self.refused(3, "there is no such file", "nowhere.h5", "--person", key)
        self.refused(3, "is not an HDF5 file", COUNTRY, "--person", key)
        self.refused(2, "there is no such format", self.base, "--person", key, "--format", "pdf")
        self.refused(2, "outside [40, 400]", self.base, "--person", key, "--width", "12")

    def test_the_manual_names_every_option(self):
        manual = pathways("trace", "--help").stdout
        for option in ("--person", "--where", "--parted", "--pick", "--recorded", "--full", "--format", "--width"):
            self.assertIn(option, manual)
        self.assertEqual(manual, pathways("help", "trace").stdout)
        self.assertLessEqual(max(map(len, manual.splitlines())), 110)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Pictures are drawn from what the run file holds: the numbers against a count person by person.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import contextlib
import io
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import zlib
from collections import Counter

import h5py

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = os.path.abspath(os.environ.get("PW_SOURCE_DIR", "."))
SCRIPT = os.path.join(ROOT, "scripts", "plot.py")
SCENARIO = os.path.join(ROOT, "tests", "tiny_scenario.json")
OF_ONE_RUN = ["cohort_flow", "mobility_table", "outcomes_by_origin", "places", "published", "sequences",
              "three_generations", "tile_map"]
OF_A_PAIR = sorted([*OF_ONE_RUN, "dashboard", "policy_difference"])

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import plot as plotter  # noqa: E402
import run_file  # noqa: E402
import significance  # noqa: E402

EDUCATION = {
    "school": "sixth_form", "sixth_form": "sixth_form", "further_education": "college", "adult_education": "college",
    "apprenticeship_intermediate": "apprenticeship", "apprenticeship_advanced": "apprenticeship",
    "apprenticeship_higher": "apprenticeship", "university_home": "university", "university_away": "university",
    "postgraduate": "university", "unemployed": "neet", "inactive": "neet", "retired": "neet",
}
NO_CLASS = 5
ELSEWHERE = {"not_born", "early_years", "dead", "emigrated", "abroad"}


def simulate(scenario, output):
    answer = subprocess.run([PROGRAM, "run", scenario, "-n", "5000", "--years", "20", "-o", output, "--quiet"],
                            capture_output=True, text=True)
    if answer.returncode:
        raise AssertionError(f"the run failed ({answer.returncode}): {answer.stderr}")


def plot(*arguments):
    """The script as a user calls it."""
    return subprocess.run(["/usr/bin/python3", "-B", SCRIPT, *arguments], capture_output=True, text=True)


def call(*arguments):
    """Exit status and complaints of the same program within this process, which saves its start."""
    complaints = io.StringIO()
    with contextlib.redirect_stderr(complaints), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = plotter.main(list(arguments))
        except SystemExit as leaving:
            status = leaving.code
    return status, complaints.getvalue()


def read_png(path):
    """Width and height of a PNG whose every chunk is whole."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG signature"
    at, kinds, pixels = 8, [], b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0], "bad checksum"
        kinds.append(kind)
        pixels += body if kind == b"IDAT" else b""
        at += 12 + length
    assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND", kinds
    zlib.decompress(pixels)
    return struct.unpack(">II", data[16:24])


def count_by_hand(path, births):
    """Strand of each person at each age, one person and one age after another; and their lineage groups."""
    strands, groups = [], []
    with h5py.File(path) as file:
        state_names = [item.decode() for item in file["axes/state"]]
        class_names = [item.decode() for item in file["axes/class"]]
        first_year = int(file["trajectories/year"][0])
        states, classes = file["trajectories/state"][:], file["trajectories/class"][:]
        for row, birth in enumerate(file["persons/birth_year"][:].tolist()):
            if not births[0] <= birth <= births[1]:
                continue
            life = []
            for age in run_file.AGES:
                state = state_names[states[row, birth + age - first_year]]
                if state == "employed":
                    name = class_names[classes[row, birth + age - first_year]]
                    life.append("professional" if "professional" in name else
                                "intermediate" if name == "intermediate" else "working")
                elif state not in ELSEWHERE:
                    life.append(EDUCATION[state])
            if len(life) == len(run_file.AGES):
                strands.append(life)
                groups.append(int(file["persons/lineage_group"][row]))
    return strands, groups


class Numbers(unittest.TestCase):
    def test_the_latest_whole_cohort_is_chosen_and_widened_when_small(self):
        self.assertEqual(run_file.choose_births((2015, 2064), {2034: 600}, None), (2030, 2034))
        self.assertEqual(run_file.choose_births((2015, 2064), {2034: 600000}, None), (2034, 2034))
        self.assertEqual(run_file.choose_births((2015, 2064), {}, 2010), (2008, 2012))
        self.assertEqual(run_file.choose_births((2015, 2064), {}, 2000), (1999, 2001))
        self.assertEqual(run_file.choose_births((2015, 2029), {}, None), (1999, 1999))

    def test_a_cohort_that_is_not_on_file_is_refused_with_the_years_that_are(self):
        with self.assertRaisesRegex(run_file.NoCohortError, "from 1999 to 2034"):
            run_file.choose_births((2015, 2064), {}, 1998)
        with self.assertRaisesRegex(run_file.NoCohortError, "2015 to 2028"):
            run_file.choose_births((2015, 2028), {}, None)

    def test_standard_errors_leave_out_one_group_at_a_time(self):
        base = run_file.np.array([[1, 10], [3, 10], [2, 20]])
        policy = run_file.np.array([[2, 10], [3, 11], [2, 20]])
        without = [5 / 30, 3 / 30, 4 / 20]
        mean = sum(without) / 3
        error = math.sqrt(2 / 3 * sum((value - mean) ** 2 for value in without))
        self.assertAlmostEqual(float(run_file.estimate(base).value), 6 / 40)
        self.assertAlmostEqual(float(run_file.estimate(base).error), error)
        paired = [5 / 31 - 5 / 30, 4 / 30 - 3 / 30, 5 / 21 - 4 / 20]
        mean = sum(paired) / 3
        change = run_file.estimate_difference(base, policy)
        self.assertAlmostEqual(float(change.value), 7 / 41 - 6 / 40)
        self.assertAlmostEqual(float(change.error), math.sqrt(2 / 3 * sum((value - mean) ** 2 for value in paired)))

    def test_nobody_is_not_a_number_and_no_difference_is_not_marked(self):
        nobody = run_file.np.zeros((4, 2), dtype=int)
        some = run_file.np.array([[1, 2], [1, 3]])
        self.assertTrue(math.isnan(run_file.estimate(nobody).value))
        self.assertFalse(run_file.estimate_difference(some, some).is_marked)

    def test_a_state_that_is_not_known_is_refused_and_not_dropped(self):
        with self.assertRaisesRegex(run_file.RunFileError, "gap_year"):
            run_file.strand_codes(run_file.np.array([0]), run_file.np.array([0]), ["employed", "gap_year"], ["none"])


class Pictures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = tempfile.mkdtemp(prefix="pathways-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.base, cls.policy = cls.path("base.h5"), cls.path("policy.h5")
        with open(cls.path("policy.json"), "w", encoding="utf-8") as file:
            json.dump({"title": "More apprenticeships by the sea", "extends": SCENARIO, "policies": [{
                "name": "Seaside", "lever": "apprenticeship_places_advanced", "where": {"places": ["Blackpool"]},
                "from": 2026, "to": 2060, "capacity": 1000000, "unit_cost_gbp": 10000}]}, file)
        simulate(SCENARIO, cls.base)
        simulate(cls.path("policy.json"), cls.policy)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    def drawn(self, folder, ending):
        return sorted(name for name in os.listdir(self.path(folder)) if name.endswith(ending))

    def test_a_pair_of_runs_gives_every_picture_as_a_whole_png_below_300_kb(self):
        answer = plot(self.base, self.policy, "-o", self.path("pair"))
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertEqual(self.drawn("pair", ""), [f"{name}.png" for name in OF_A_PAIR])
        for name in self.drawn("pair", ".png"):
            width, height = read_png(self.path(f"pair/{name}"))
            self.assertGreater(min(width, height), 400, name)
            self.assertLess(os.path.getsize(self.path(f"pair/{name}")), 300000, name)

    def test_one_run_gives_every_picture_that_needs_no_policy(self):
        self.assertEqual(call(self.base, "-o", self.path("one")), (0, ""))
        self.assertEqual(self.drawn("one", ""), [f"{name}.png" for name in OF_ONE_RUN])
        for name in OF_ONE_RUN:
            read_png(self.path(f"one/{name}.png"))

    def test_without_the_program_published_figures_are_left_out_unless_they_are_asked_for(self):
        lacking = {**os.environ, "PATHWAYS": self.path("no_program")}
        with unittest.mock.patch.dict(os.environ, lacking):
            status, complaints = call(self.base, "-o", self.path("lacking"))
            self.assertEqual(status, 0)
            self.assertEqual(self.drawn("lacking", ""), [f"{name}.png" for name in OF_ONE_RUN if name != "published"])
            self.assertRegex(complaints, "^plot.py: published is left out: the program pathways is neither on PATH")
            status, complaints = call(self.base, "-o", self.path("lacking"), "--only", "published")
        self.assertEqual(status, 4)
        self.assertIn("--pathways", complaints)

    def test_the_same_run_gives_the_same_svg(self):
        for folder in ("first", "second"):
            self.assertEqual(call(self.base, self.policy, "-o", self.path(folder), "--format", "svg", "--only",
                                  "mobility_table", "--only", "dashboard", "--only", "sequences"), (0, ""))
        for name in self.drawn("first", ".svg"):
            with open(self.path(f"first/{name}"), "rb") as one, open(self.path(f"second/{name}"), "rb") as other:
                self.assertEqual(one.read(), other.read(), name)
        self.assertEqual(len(self.drawn("first", ".svg")), 3)

    def test_shares_and_flows_are_those_counted_person_by_person(self):
        for path in (self.base, self.policy):
            with run_file.Run(path) as run:
                births = run.cohort_births(None)
                cohort = run.cohort(births)
            strands, groups = count_by_hand(path, births)
            self.assertGreater(len(strands), 100)
            self.assertEqual(cohort.groups.tolist(), groups)
            shares, flows = run_file.strand_shares(cohort.strands), run_file.strand_flows(cohort.strands)
            parts = run_file.strand_parts(cohort)
            for a in range(len(run_file.AGES)):
                counts = Counter(life[a] for life in strands)
                by_group = Counter((life[a], group) for life, group in zip(strands, groups))
                for s, name in enumerate(run_file.STRANDS):
                    self.assertAlmostEqual(shares[a, s], counts[name] / len(strands))
                    for group in range(cohort.num_groups):
                        self.assertEqual(parts[a, s, group].tolist(), [by_group[name, group], groups.count(group)])
            for step in range(len(run_file.AGES) - 1):
                moves = Counter((life[step], life[step + 1]) for life in strands)
                for s, source in enumerate(run_file.STRANDS):
                    for t, target in enumerate(run_file.STRANDS):
                        self.assertEqual(flows[step, s, t], moves[source, target])

    def test_neet_by_place_and_origin_is_that_counted_in_the_trajectories(self):
        with run_file.Run(self.base) as run, h5py.File(self.base) as file:
            span = run.last_years(3)
            by_place, by_origin = run.place_parts("neet_16_24", span), run.origin_parts("neet_16_24", span)
            states = [item.decode() for item in file["axes/state"]]
            neet, gone = [[states.index(name) for name in names] for names in (("unemployed", "inactive"), ELSEWHERE)]
            births, origins = file["persons/birth_year"][:], file["persons/origin_class"][:]
            place_counts, origin_counts = Counter(), Counter()
            for year in range(span[0], span[1] + 1):
                column = year - int(file["trajectories/year"][0])
                state, place = file["trajectories/state"][:, column], file["trajectories/place"][:, column]
                for row in range(len(births)):
                    if 16 <= year - births[row] <= 24 and state[row] not in gone:
                        for part in (0, 1) if state[row] in neet else (1,):
                            place_counts[int(place[row]), part] += 1
                            origin_counts[int(origins[row]), part] += 1
            for parts, counts in ((by_place, place_counts), (by_origin, origin_counts)):
                for k in range(len(parts)):
                    self.assertEqual(parts[k].sum(axis=0).tolist(), [counts[k, 0], counts[k, 1]])

    def test_averages_errors_and_marks_are_those_of_compare(self):
        span = (2036, 2040)
        for by in ("nation", "origin", "place"):
            answer = subprocess.run([PROGRAM, "compare", self.base, self.policy, "--by", by, "--years", "2036-2040", "--measure",
                                     "apprentice_16_18", "--format", "json"], capture_output=True, text=True, check=True)
            rows = json.loads(answer.stdout)
            with run_file.Run(self.base) as base, run_file.Run(self.policy) as policy:
                parts = [getattr(run, {"nation": "nation_parts"}.get(by, f"{by}_parts"))("apprentice_16_18", span)
                         for run in (base, policy)]
            change = run_file.estimate_difference(*(part.reshape(-1, *part.shape[-2:]) for part in parts))
            self.assertEqual(len(rows), len(change.value))
            p = significance.adjust(significance.p_values(change.value, change.error, run_file.NUM_GROUPS - 1))
            for row, value, error, adjusted in zip(rows, change.value, change.error, p):
                for name, number in (("difference", value), ("standard_error", error), ("adjusted_p", adjusted)):
                    self.assertEqual(row[name] is None, math.isnan(number), (by, row["group"], name))
                    if row[name] is not None:
                        self.assertAlmostEqual(row[name], number, delta=1e-7, msg=f"{by} {row['group']} {name}")

    def test_places_where_the_policy_acts_are_those_with_participants(self):
        with run_file.Run(self.policy) as run:
            acts = [name for name, acted in zip(run.axis("place"), run.places_with_policy()) if acted]
        with h5py.File(self.policy) as file:
            names = [item.decode() for item in file["axes/place"]]
            wanted = [names[p] for p in range(len(names)) if file["policies/participants"][:, :, p].max() > 0]
        self.assertEqual(acts, wanted)
        self.assertIn("Blackpool", acts)
        with run_file.Run(self.base) as run:
            self.assertFalse(run.places_with_policy().any())

    def test_several_policies_share_a_dashboard_and_have_other_pictures_of_their_own(self):
        shutil.copy(self.policy, self.path("second.h5"))
        asked = ["--only", "dashboard", "--only", "mobility_table", "--years", "2030-2035"]
        self.assertEqual(call(self.base, self.policy, self.path("second.h5"), "-o", self.path("several"), *asked), (0, ""))
        self.assertEqual(self.drawn("several", ".png"),
                         ["dashboard.png", "mobility_table_policy.png", "mobility_table_second.png"])

    def test_the_mobility_table_is_that_counted_in_the_trajectories(self):
        with run_file.Run(self.base) as run, h5py.File(self.base) as file:
            year = run.last_years(1)[0]
            table = run.class_table((year, year)).sum(axis=-1)
            column = year - int(file["trajectories/year"][0])
            states = [item.decode() for item in file["axes/state"]]
            gone = [states.index(name) for name in ELSEWHERE]
            counts = Counter()
            rows = zip(file["persons/birth_year"][:].tolist(), file["persons/origin_class"][:].tolist(),
                       file["trajectories/class"][:, column].tolist(), file["trajectories/state"][:, column].tolist())
            idle, retired = [states.index(name) for name in ("unemployed", "inactive")], states.index("retired")
            past = zip(file["persons/last_state"][:].tolist(), file["persons/last_spell"][:].tolist())
            for (birth, origin, own, state), (before, years) in zip(rows, past):
                if 25 <= year - birth <= 64 and state not in gone:
                    long_out = (state in idle and before in idle) or (state == retired and before == retired)
                    counts[origin, NO_CLASS if long_out and years >= 8 else own] += 1
        for origin in range(len(table)):
            self.assertEqual(table[origin].tolist(), [counts[origin, own] for own in range(len(table))])

    def test_other_measures_and_cohorts_are_drawn_on_request(self):
        asked = ["--measure", "pay_25_29", "--cohort", "2000", "--only", "places", "--only", "cohort_flow"]
        self.assertEqual(call(self.base, "-o", self.path("other"), *asked), (0, ""))

    def test_a_run_without_trajectories_is_drawn_but_for_the_flow(self):
        path = self.path("short.h5")
        shutil.copy(self.base, path)
        with h5py.File(path, "r+") as file:
            del file["trajectories"]
        status, complaints = call(path, "-o", self.path("short"), "--only", "cohort_flow", "--only", "sequences",
                                  "--only", "three_generations")
        self.assertEqual(status, 0)
        for name in ("cohort_flow", "sequences"):
            self.assertIn(f"{name} is left out", complaints)
        self.assertEqual(self.drawn("short", ".png"), ["three_generations.png"])

    def test_wrong_usage_gives_2_and_says_what_would_be_right(self):
        faults = ((["--cohort", "1950"], "from 1999 to 2014"), (["--measure", "neet_16_42"], "neet_16_24"),
                  (["--format", "gif"], "png"), (["--measure", "neet_16_24"] * 4, "at most three"))
        faults += ((["--only", "tile_mpa"], "did you mean tile_map"), (["--only", "dashboard"], "needs a POLICY.h5"),
                   (["--years", "next"], "2055-2064"), (["--years", "1970-1980"], "choose from"))
        for arguments, words in faults:
            status, complaints = call(self.base, "-o", self.path("wrong"), *arguments)
            self.assertEqual(status, 2, arguments)
            self.assertIn(words, complaints)
        self.assertEqual(call()[0], 2)

    def test_files_that_are_not_finished_runs_give_3_and_leave_nothing(self):
        with open(self.base, "rb") as file:
            whole = file.read()
        with open(self.path("cut.h5"), "wb") as file:
            file.write(whole[:len(whole) // 2])
        with open(self.path("text.h5"), "w", encoding="utf-8") as file:
            file.write("not a run")
        with h5py.File(self.path("foreign.h5"), "w") as file:
            file["x"] = 1
        shutil.copy(self.base, self.path("stopped.h5"))
        with h5py.File(self.path("stopped.h5"), "r+") as file:
            file.attrs["complete"] = 0
        for name, words in (("cut.h5", "HDF5"), ("text.h5", "HDF5"), ("foreign.h5", "not a run file"),
                            ("stopped.h5", "not complete"), ("nowhere.h5", "no such file")):
            for arguments in ([self.path(name)], [self.base, self.path(name)]):
                status, complaints = call(*arguments, "-o", self.path("nothing"))
                self.assertEqual(status, 3, name)
                self.assertIn(name, complaints)
                self.assertIn(words, complaints)
        self.assertEqual(plot(self.path("text.h5"), "-o", self.path("nothing")).returncode, 3)
        self.assertFalse(os.path.exists(self.path("nothing")))

    def test_runs_that_cannot_be_compared_give_3_and_say_why(self):
        other = self.path("other_seed.h5")
        shutil.copy(self.base, other)
        with h5py.File(other, "r+") as file:
            file.attrs["seed"] = 2
        status, complaints = call(self.base, other, "-o", self.path("nothing"))
        self.assertEqual(status, 3)
        self.assertIn("seed 1 and 2", complaints)

    def test_a_folder_that_cannot_be_made_gives_4(self):
        self.assertEqual(call(self.base, "-o", os.path.join(self.base, "below_a_file"))[0], 4)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""`pathways export`: every table against the same file read with h5py and pandas; filters, refusals, pipes, full disks.

Covers sim/cli/export.c, export_people.c, export_lives.c, export_lookup.c, export_measures.c and cli_sheet.c.
SPDX-License-Identifier: MIT
"""
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np
import pandas as pd

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)

FIRST_HERE, LAST_HERE = "early_years", "retired"  # states of people who live here stand between, in order
LINKS_AND_PLACES = ("mother", "father", "partner", "birth_place", "home_place")
CODES = {"sex": "sex", "origin_class": "class", "grandparent_class": "class", "parent_qualification": "qualification",
         "route": "route", "tariff": "tariff", "state": "state", "last_state": "state", "class": "class",
         "qualification": "qualification"}
SCALE = 65536.0
GROUPS = 32

AWKWARD = 'Health, care and "home" first'  # a comma and quotes in one cell


def simulate(scenario, output, *more):
    answer = subprocess.run([PROGRAM, "run", str(scenario), "-n", "4000", "--years", "20", "-t", "1", "--quiet", "-o",
                             str(output), *more], capture_output=True, text=True)
    if answer.returncode:
        raise AssertionError(f"the run failed ({answer.returncode}): {answer.stderr}")


def export(*arguments):
    return subprocess.run([PROGRAM, "export", *map(str, arguments)], capture_output=True, text=True, encoding="utf-8")


def read(*arguments):
    """The table as pandas reads it; text stays text, and only an empty cell is missing."""
    answer = export(*arguments)
    if answer.returncode:
        raise AssertionError(f"export failed ({answer.returncode}): {answer.stderr}")
    return pd.read_csv(io.StringIO(answer.stdout), keep_default_na=False, na_values=[""])


def same(left, right):
    """Both missing, or equal: numbers to the digits of a 32-bit float."""
    left, right = pd.Series(left).reset_index(drop=True), pd.Series(right).reset_index(drop=True)
    if left.isna().tolist() != right.isna().tolist():
        return False
    left, right = left.dropna(), right.dropna()
    if right.dtype.kind in "iuf":
        return np.allclose(left.astype(float), right.astype(float), rtol=3e-7, atol=1e-6)
    return left.tolist() == right.tolist()


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pathways-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.run_path, cls.policy_path = cls.folder / "run.h5", cls.folder / "policy.h5"
        policy = {"title": "Two", "extends": str(ROOT / "scenarios/england.json"), "policies": [
            {"name": AWKWARD, "lever": "mentoring", "from": 2026, "to": 2040, "budget_gbp": 2e9},
            {"name": "Second", "lever": "mentoring", "from": 2026, "to": 2040, "budget_gbp": 2e9}]}
        (cls.folder / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
        simulate(ROOT / "scenarios/england.json", cls.run_path)
        simulate(cls.folder / "policy.json", cls.policy_path)
        cls.file = h5py.File(cls.run_path, "r")
        cls.addClassCleanup(cls.file.close)
        cls.births = cls.file["persons/birth_year"][:].astype(int)
        cls.keys = cls.file["persons/key"][:]
        cls.first_year = int(cls.file["trajectories/year"][0])
        cls.states = np.array(cls.axis("state"))[cls.file["trajectories/state"][:]]
        names = cls.axis("state")
        here = names[names.index(FIRST_HERE):names.index(LAST_HERE) + 1]
        cls.is_here = np.isin(cls.states, here)

    @classmethod
    def axis(cls, name):
        return [item.decode() for item in cls.file[f"axes/{name}"][:]]

    def expected(self, name, values):
        """What stands in the file, as export has to write it."""
        values = pd.Series(values)
        if name in CODES:
            return values.map(dict(enumerate(self.axis(CODES[name]))))
        if name.endswith("place"):
            return values.map(dict(enumerate(self.axis("place"))))  # -1 is not there: missing
        if name in LINKS_AND_PLACES or name == "owner":
            return values.where(values >= 0)
        if name in ("attainment", "origin_income", "adult_income"):
            return values.where(values != 0)
        return values

    def check_rows(self, found, expected, what=""):
        """Two long lists; the first row in which they part is what is said."""
        found, expected = list(found), list(expected)
        for k, (one, other) in enumerate(zip(found, expected)):
            if one != other:
                self.fail(f"{what} row {k}: {one}, not {other}")
        self.assertEqual(len(found), len(expected), what)

    # --- What is written ---

    def test_persons_are_those_of_the_file_in_every_column(self):
        table = read(self.run_path, "--table", "persons")
        names = [name for name in self.file["persons"] if name != "person"]
        self.assertEqual(set(table.columns), {"person", *names})
        self.check_rows(table.person, list(range(len(self.births))))
        for name in names:
            if name != "exposure":
                self.assertTrue(same(table[name], self.expected(name, self.file[f"persons/{name}"][:])), name)
        self.check_rows(table.key, self.keys)
        self.assertEqual(table.exposure.count(), 0)

    def test_trajectories_are_the_years_lived_here_and_the_one_in_which_somebody_leaves(self):
        table = read(self.run_path, "--table", "trajectories")
        variables = [name for name in self.file["trajectories"] if name not in ("person", "year")]
        leaves = np.zeros_like(self.is_here)
        leaves[:, 1:] = self.is_here[:, :-1] & np.isin(self.states[:, 1:], ("dead", "emigrated"))
        self.assertGreater(leaves.sum(), 50)
        rows, columns = np.nonzero(self.is_here | leaves)
        self.check_rows(table.person, rows)
        self.check_rows(table.year, (columns + self.first_year))
        self.check_rows(table.age, (columns + self.first_year - self.births[rows]))
        self.check_rows(table.key, self.keys[rows])
        for name in variables:
            dataset = self.file[f"trajectories/{name}"]
            values = pd.Series(dataset[:][rows, columns]).astype(float)
            if "scale_factor" in dataset.attrs:
                values = values.where(values != dataset.attrs["_FillValue"][0])
                values = values * dataset.attrs["scale_factor"][0] + dataset.attrs["add_offset"][0]
            else:
                values = self.expected(name, values.astype(int))
            if name != "state":
                values = values.where(self.is_here[rows, columns])
            self.assertTrue(same(table[name], values), name)

    def spells_by_hand(self, first_age, last_age):
        """(person, begin, end, state, left, right), one year of one person after another."""
        found = []
        last = self.states.shape[1] - 1
        for person, birth in enumerate(self.births.tolist()):
            years = [y for y in range(last + 1) if first_age <= self.first_year + y - birth <= last_age]
            spell = None
            for y in years:
                state = self.states[person, y]
                if spell is not None and spell[2] == state:
                    spell[1] = y
                    continue
                spell = [y, y, state, self.is_here[person, y]]
                found.append((person, spell))
        rows = []
        for person, (begin, end, state, is_here) in found:
            if not is_here:
                continue
            birth = int(self.births[person])
            left = self.first_year > birth if begin == 0 else self.states[person, begin - 1] == state
            right = end == last or self.states[person, end + 1] == state
            ages = [self.first_year + y - birth for y in (begin, end)]
            rows.append((person, ages[0] - first_age + 1, ages[1] - first_age + 1, state, int(left), int(right)))
        return rows

    def test_spells_are_those_found_year_by_year(self):
        for ages in ((16, 30), (0, 120)):
            table = read(self.run_path, "--table", "spells", "--ages", f"{ages[0]}-{ages[1]}")
            self.assertEqual(table.columns[:4].tolist(), ["person", "begin", "end", "state"])
            found = list(zip(table.person, table.begin, table.end, table.state, table.left_censored,
                             table.right_censored))
            self.check_rows(found, self.spells_by_hand(*ages))
            self.check_rows(table.begin_age, (table.begin + ages[0] - 1))
            self.check_rows((table.end_year - table.begin_year), (table.end - table.begin))
            self.check_rows(table.begin_year, (table.birth_year + table.begin_age))
            self.check_rows(table.birth_year, self.births[table.person])
            self.check_rows(table.key, self.keys[table.person])

    def test_spells_turn_back_into_the_sequences_that_they_came_from(self):
        """As TraMineR's seqformat(from = "SPELL", to = "STS") does: positions from 1, both ends included."""
        birth = 2005
        table = read(self.run_path, "--table", "spells", "--cohort", birth, "--ages", "16-30")
        for person, spells in table.groupby("person"):
            sequence = [None] * 15
            for spell in spells.itertuples():
                sequence[spell.begin - 1:spell.end] = [spell.state] * (spell.end - spell.begin + 1)
            begin = birth + 16 - self.first_year
            lived = [state if here else None for state, here in
                     zip(self.states[person, begin:begin + 15], self.is_here[person, begin:begin + 15])]
            self.assertEqual(sequence, lived)
        self.assertGreater(table.person.nunique(), 30)

    def test_measures_are_the_sums_of_the_file_with_their_errors(self):
        for by, dimensions in (("place", ["place"]), ("origin", ["origin_class", "sex"])):
            for measure in ("neet_16_24", "pay_25_29"):
                table = read(self.run_path, "--table", "measures", "--by", by, "--measure", measure)
                parts = self.file[f"measures/by_{by}/{measure}"][:].astype(float)
                scale = 1.0 if measure.startswith("neet") else SCALE
                years = self.file[f"measures/by_{by}/year"][:]
                axes = [self.axis({"origin_class": "class"}.get(name, name)) for name in dimensions]
                index = pd.MultiIndex.from_product([years, *axes])
                self.check_rows(list(zip(*(table[name] for name in ["year", *dimensions]))), index)
                parts = parts.reshape(-1, GROUPS, 2)
                sums = parts.sum(axis=1)
                rest = sums[:, None, :] - parts
                with np.errstate(divide="ignore", invalid="ignore"):
                    value = sums[:, 0] / sums[:, 1] / scale
                    without = rest[..., 0] / rest[..., 1] / scale
                error = np.sqrt(((without - without.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
                                * (GROUPS - 1) / GROUPS)
                self.assertTrue(same(table.numerator, sums[:, 0] / scale), measure)
                self.assertTrue(same(table.denominator, sums[:, 1].astype(int)), measure)
                self.assertTrue(same(table.value, value), measure)
                self.assertTrue(same(table.standard_error, error), measure)

    def test_all_measures_are_written_with_their_units(self):
        table = read(self.run_path, "--table", "measures", "--years", 2040)
        units = table.groupby("measure").unit.unique()
        names = [name for name, item in self.file["measures/by_place"].items() if item.ndim > 1]
        self.assertEqual(sorted(units.index), sorted(names))
        for name in names:
            self.assertEqual(units[name].tolist(), [self.file[f"measures/by_place/{name}"].attrs["units"]])

    def test_more_people_than_are_in_memory_at_one_time_are_all_written_once(self):
        large = self.folder / "large.h5"
        simulate(ROOT / "scenarios/england.json", large, "-n", "40000", "--years", "2")
        with h5py.File(large) as file:
            keys, births = file["persons/key"][:], file["persons/birth_year"][:].astype(int)
            states, first = file["trajectories/state"][:], int(file["trajectories/year"][0])
            last_here = file["axes/state"][:].tolist().index(LAST_HERE.encode())
        self.assertGreater(len(keys), 1 << 15)
        self.check_rows(read(large, "--table", "persons", "--columns", "key").key, keys)
        table = read(large, "--table", "trajectories", "--codes", "--columns", "person,key,year,state")
        table = table[table.state <= last_here]
        rows, columns = np.nonzero((states > 0) & (states <= last_here))
        self.check_rows(table.person, rows)
        self.check_rows(table.key, keys[rows])
        self.check_rows(table.state, states[rows, columns])
        late = read(large, "--table", "spells", "--years", first + 1, "--cohort", "2000-2001")
        self.assertEqual(set(late.person), set(rows[(columns == 1) & np.isin(births[rows], (2000, 2001))]))
        some = read(large, "--table", "persons", "--columns", "person,key", "--sample", 0.25)
        self.check_rows(some.key, keys[some.person])
        small = set(read(self.run_path, "--table", "persons", "--columns", "key", "--sample", 0.25).key)
        self.assertEqual(len((set(some.key) ^ small) & set(keys) & set(self.keys)), 0)

    # --- Filters and options ---

    def test_filters_leave_out_rows_and_change_none(self):
        whole = read(self.run_path, "--table", "trajectories")
        some = read(self.run_path, "--table", "trajectories", "--cohort", "1990-1999", "--ages", "30-40", "--years",
                    "2025-2030")
        born = self.births[whole.person]
        wanted = whole[(born >= 1990) & (born <= 1999) & (whole.age >= 30) & (whole.age <= 40)
                       & (whole.year >= 2025) & (whole.year <= 2030)]
        self.assertGreater(len(wanted), 1000)
        pd.testing.assert_frame_equal(some, wanted.reset_index(drop=True), check_dtype=False)
        one = read(self.run_path, "--table", "persons", "--cohort", "1990")
        self.check_rows(one.birth_year, [1990] * int((self.births == 1990).sum()))

    def test_a_sample_is_the_same_people_in_every_run_and_table(self):
        base = read(self.run_path, "--table", "persons", "--sample", 0.2)
        policy = read(self.policy_path, "--table", "persons", "--sample", 0.2)
        both = set(self.keys) & set(h5py.File(self.policy_path)["persons/key"][:])
        self.assertEqual(len((set(base.key) ^ set(policy.key)) & both), 0)
        self.assertAlmostEqual(len(base) / len(self.keys), 0.2, delta=4 * (0.16 / len(self.keys)) ** 0.5)
        lives = read(self.run_path, "--table", "trajectories", "--sample", 0.2)
        self.assertEqual(len(set(lives.key) - set(base.key)), 0)
        larger = read(self.run_path, "--table", "persons", "--sample", 0.3)
        self.assertEqual(len(set(base.key) - set(larger.key)), 0)
        self.assertGreater(len(larger), len(base))
        self.assertEqual(len(read(self.run_path, "--table", "persons", "--sample", 1)), len(self.keys))
        self.assertEqual(len(read(self.run_path, "--table", "persons", "--sample", 0)), 0)

    def test_columns_come_in_the_order_asked_and_those_of_persons_beside_a_life(self):
        table = read(self.run_path, "--table", "trajectories", "--columns", "state,sex,year,mother", "--cohort", 2000)
        self.assertEqual(table.columns.tolist(), ["state", "sex", "year", "mother"])
        whole = read(self.run_path, "--table", "trajectories", "--cohort", 2000)
        self.check_rows(table.state, whole.state)
        sexes = np.array(self.axis("sex"))[self.file["persons/sex"][:]]
        self.check_rows(table.sex, sexes[whole.person])

    def test_codes_are_the_numbers_of_the_file(self):
        table = read(self.run_path, "--table", "persons", "--codes")
        for name in self.file["persons"]:
            stored = self.file[f"persons/{name}"][:]
            missing = {"mother": -1, "father": -1, "partner": -1, "birth_place": -1, "home_place": -1, "attainment": 0,
                       "origin_income": 0, "adult_income": 0}.get(name)
            self.assertTrue(same(table[name], pd.Series(stored).where(stored != missing)), name)
        table = read(self.run_path, "--table", "trajectories", "--codes", "--columns", "person,year,state,place,class")
        columns = table.year - self.first_year
        for name in ("state", "class"):
            stored = self.file[f"trajectories/{name}"][:][table.person, columns]
            lived = self.is_here[table.person, columns]
            self.assertTrue(same(table[name][lived], pd.Series(stored)[lived]), name)

    def test_policies_that_enrolled_a_person_are_named(self):
        table = read(self.policy_path, "--table", "persons", "--columns", "person,exposure")
        with h5py.File(self.policy_path) as file:
            bits = file["persons/exposure"][:]
            names = [item.decode() for item in file["axes/policy"][:]]
        self.assertEqual(names, [AWKWARD, "Second"])
        expected = ["; ".join(name for p, name in enumerate(names) if bit >> p & 1) or None for bit in bits]
        self.assertEqual(set(expected), {None, AWKWARD, "Second", f"{AWKWARD}; Second"})
        self.assertTrue(same(table.exposure, pd.Series(expected)))

    # --- The form ---

    def test_cells_are_quoted_as_in_rfc_4180_and_lines_end_in_a_line_feed(self):
        words = [PROGRAM, "export", self.policy_path, "--table", "persons", "--columns", "key,exposure"]
        answer = subprocess.run(words, capture_output=True, check=True).stdout
        self.assertEqual((answer.count(b'"Health, care and ""home"" first') > 0, answer.count(b"\r")), (True, 0))
        self.assertTrue(answer.endswith(b"\n"))
        self.assertEqual({len(row) for row in csv.reader(io.StringIO(answer.decode()))}, {2})

    def test_a_single_empty_cell_is_no_empty_line(self):
        lines = export(self.run_path, "--table", "persons", "--columns", "mother").stdout.splitlines()
        self.assertEqual(len(lines), len(self.births) + 1)
        self.assertEqual((lines.count(""), lines.count('""') > 0), (0, True))

    def test_a_file_holds_what_standard_output_would(self):
        path = self.folder / "persons.csv"
        self.assertEqual(export(self.run_path, "--table", "persons", "-o", path).returncode, 0)
        self.check_rows(path.read_text(encoding="utf-8").split("\n"),
                        export(self.run_path, "--table", "persons").stdout.split("\n"))
        again = export(self.run_path, "--table", "persons", "-o", path)
        self.assertEqual(again.returncode, 2)
        self.assertIn("--force", again.stderr)
        self.assertEqual(export(self.run_path, "--table", "persons", "--cohort", 2000, "-o", path,
                                "--force").returncode, 0)
        self.assertLess(len(path.read_text(encoding="utf-8").splitlines()), 200)

    # --- What goes wrong ---

    def test_a_reader_who_leaves_is_no_failure(self):
        line = f"'{PROGRAM}' export '{self.run_path}' --table trajectories | head -n 2"
        answer = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True)
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertEqual(len(answer.stdout.splitlines()), 2)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk_gives_4_and_says_so(self):
        for table in ("persons", "measures"):
            with open("/dev/full", "wb") as full:
                answer = subprocess.run([PROGRAM, "export", self.run_path, "--table", table], stdout=full,
                                        stderr=subprocess.PIPE, text=True)
            self.assertEqual(answer.returncode, 4)
            self.assertIn("No space left", answer.stderr)
        self.assertEqual(export(self.run_path, "--table", "persons", "-o", "/dev/full").returncode, 4)
        self.assertEqual(export(self.run_path, "--table", "persons", "-o", self.folder / "no/x.csv").returncode, 4)

    def test_the_run_itself_is_never_written_over(self):
        before = self.run_path.stat()
        answer = export(self.run_path, "--table", "persons", "-o", self.run_path, "--force")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("is the run that is read", answer.stderr)
        self.assertEqual(self.run_path.stat().st_size, before.st_size)

    def test_wrong_usage_gives_2_says_what_would_be_right_and_leaves_no_file(self):
        people = ("--table", "persons")
        faults = (((), "--table is missing"), (("--table", "person"), "persons"),
                  ((*people, "--columns", "sex,birthyear"), "birth_year"), ((*people, "--columns", "sex,sex"), "twice"),
                  ((*people, "--columns", ""), "no column"), ((*people, "--ages", "16-30"), "--ages"),
                  ((*people, "--measure", "neet*"), "--measure"), ((*people, "--cohort", "x"), "hyphen"),
                  ((*people, "--cohort", "2000-1990"), "below"), ((*people, "--cohort", "1700"), "2044"),
                  ((*people, "--sample", "2"), "[0, 1]"), ((*people, "--format", "json"), "csv"),
                  (("--table", "trajectories", "--ages", "-3"), "hyphen"),
                  (("--table", "measures", "--by", "plaice"), "place"),
                  (("--table", "measures", "--by", "region"), "summary"),
                  (("--table", "measures", "--measure", "neet_16_42"), "neet_16_24"),
                  (("--table", "measures", "--cohort", "2000"), "--cohort"),
                  ((*people, "--colums", "sex"), "--columns"))
        for arguments, words in faults:
            answer = export(self.run_path, *arguments, "-o", self.folder / "nothing.csv")
            self.assertEqual(answer.returncode, 2, (arguments, answer.stderr))
            self.assertIn(words, answer.stderr, arguments)
            self.assertEqual(answer.stdout, "")
            self.assertFalse((self.folder / "nothing.csv").exists(), arguments)
        self.assertEqual(export("--table", "persons").returncode, 2)

    def test_nothing_found_is_said(self):
        answer = export(self.run_path, "--table", "trajectories", "--cohort", 2040, "--ages", "16-30")
        self.assertEqual((answer.returncode, len(answer.stdout.splitlines())), (0, 1))
        self.assertIn("only a heading", answer.stderr)

    def test_files_that_do_not_have_it_give_3(self):
        text = self.folder / "text.h5"
        text.write_text("no run", encoding="utf-8")
        none = self.folder / "none.h5"
        simulate(ROOT / "scenarios/england.json", none, "--record", "none")
        for path, table, words in ((text, "persons", "HDF5"), (self.folder / "nowhere.h5", "persons", "no such file"),
                                   (none, "spells", "--record")):
            answer = export(path, "--table", table)
            self.assertEqual(answer.returncode, 3, answer.stderr)
            self.assertIn(words, answer.stderr)
        damaged = self.folder / "damaged.h5"
        shutil.copy(self.run_path, damaged)
        for code in (99, -7):
            with h5py.File(damaged, "r+") as file:
                file["trajectories/state"][7, 3] = code
            answer = export(damaged, "--table", "trajectories")
            self.assertEqual(answer.returncode, 3)
            self.assertIn(f"holds {code}", answer.stderr)

    def test_the_manual_names_every_option(self):
        manual = subprocess.run([PROGRAM, "export", "--help"], capture_output=True, text=True, check=True).stdout
        for option in ("--table", "--output", "--force", "--columns", "--codes", "--format", "--cohort", "--ages",
                       "--years", "--sample", "--by", "--measure"):
            self.assertIn(option, manual)
        self.assertLess(max(map(len, manual.splitlines())), 101)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The run file opens in h5py, xarray (both engines) and R, and they agree on what is in it.

SPDX-License-Identifier: MIT
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

import h5netcdf  # noqa: F401  imported here, since importing it warns
import h5py
import netCDF4  # noqa: F401
import numpy
import xarray

PROGRAM = os.environ.get("PATHWAYS", "")
SCENARIO = os.path.join(os.environ.get("PW_SOURCE_DIR", "."), "tests", "tiny_scenario.json")
ENGINES = ("netcdf4", "h5netcdf")
PACKED = ("pay", "wellbeing", "belonging")
PLAIN = ("state", "place", "class", "qualification", "owner")
PERSONS = ("key", "birth_year", "sex", "mother", "father", "birth_place", "origin_class", "origin_income")


def visit(file):
    """All groups (with "/") and all datasets of a file."""
    groups, datasets = [file["/"]], []
    file.visititems(lambda name, item: (groups if isinstance(item, h5py.Group) else datasets).append(item))
    return groups, datasets


def is_scale(dataset):
    return dataset.attrs.get("CLASS") == b"DIMENSION_SCALE"


def run_r(script):
    """What an R script prints; None where R or its rhdf5 is not installed."""
    if not shutil.which("Rscript"):
        return None
    answer = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True)
    if "there is no package called" in answer.stderr:
        return None
    if answer.returncode:
        raise AssertionError(answer.stderr)
    return answer.stdout


class RunFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = tempfile.mkdtemp(prefix="pathways-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.path = os.path.join(cls.folder, "run.h5")
        answer = subprocess.run(
            [PROGRAM, "run", SCENARIO, "-o", cls.path, "-n", "5000", "--years", "5", "--quiet"],
            capture_output=True, text=True)
        if answer.returncode:
            raise AssertionError(f"the run failed ({answer.returncode}): {answer.stderr}")

    def setUp(self):
        # A reader that only warns is a reader that may refuse in its next version.
        warnings.simplefilter("error")

    def test_nothing_is_left_beside_the_finished_file(self):
        self.assertEqual(os.listdir(self.folder), ["run.h5"])

    def test_h5py_reads_the_header(self):
        with h5py.File(self.path) as file:
            self.assertEqual(file.attrs["Conventions"], "CF-1.10")
            self.assertEqual(file.attrs["complete"], 1)
            self.assertRegex(file.attrs["source"], r"^pathways \d+\.\d+\.\d+ \(")
            for name in ("scenario_digest", "state_digest"):
                self.assertRegex(file.attrs[name], "^[0-9a-f]{16}$")
            self.assertIsInstance(file.attrs["title"], str)
            text = file["scenario/resolved_text"][()]
            self.assertEqual(text, file["scenario/resolved_text_bytes"][()].tobytes())
            self.assertGreater(file["code"].attrs["person_years"], 0)
            states = file["axes/state"].asstr()[:]
            self.assertEqual(states[0], "not_born")
            meanings = file["trajectories/state"].attrs["flag_meanings"].split()
            self.assertEqual(list(states), meanings)

    def test_every_dataset_keeps_the_rules_of_the_readers(self):
        with h5py.File(self.path) as file:
            groups, datasets = visit(file)
            for group in groups:
                order = group.id.get_create_plist().get_link_creation_order()
                self.assertTrue(order & h5py.h5p.CRT_ORDER_TRACKED, group.name)
            for dataset in datasets:
                name = dataset.name
                self.assertIn("long_name", dataset.attrs, name)
                self.assertIn("units", dataset.attrs, name)
                self.assertIsNone(h5py.check_enum_dtype(dataset.dtype), name)
                self.assertIn(dataset.dtype.kind, "iufO", name)
                self.assertGreater(dataset.size, 0, name)
                if not is_scale(dataset):
                    for dimension in dataset.dims:
                        self.assertEqual(len(dimension), 1, name)
                        self.assertEqual(dimension[0].parent, dataset.parent, name)
                if dataset.dtype.kind in "iu" and "_FillValue" in dataset.attrs:
                    self.assertIn("scale_factor", dataset.attrs, name)

    def test_xarray_opens_every_group_with_both_engines_and_they_agree(self):
        with h5py.File(self.path) as file:
            names = [group.name for group in visit(file)[0]]
        for expected in ("/trajectories", "/persons", "/measures", "/axes", "/parameters", "/scenario", "/code"):
            self.assertIn(expected, names)
        for name in names:
            first, second = (xarray.open_dataset(self.path, group=name, engine=engine).load() for engine in ENGINES)
            self.assertEqual(dict(first.sizes), dict(second.sizes), name)
            self.assertEqual(list(first.variables), list(second.variables), name)
            for variable in first.variables:
                one, other = first[variable], second[variable]
                self.assertEqual((one.dims, one.dtype), (other.dims, other.dtype), f"{name}/{variable}")
                numpy.testing.assert_array_equal(one.values, other.values, f"{name}/{variable}")

    def test_codes_stay_integers_and_people_without_pay_are_nan_in_xarray(self):
        with h5py.File(self.path) as file:
            stored = file["trajectories/pay"][:]
        for engine in ENGINES:
            data = xarray.open_dataset(self.path, group="trajectories", engine=engine).load()
            for name in PLAIN:
                self.assertEqual(data[name].dtype.kind, "i", name)
                self.assertEqual(data[name].dims, ("person", "year"))
            for name in PACKED:
                self.assertEqual(data[name].dtype.kind, "f", name)
            numpy.testing.assert_array_equal(numpy.isnan(data.pay), stored == -32768)
            numpy.testing.assert_allclose(data.pay.values[stored != -32768], stored[stored != -32768] * 0.001, rtol=1e-5)
            self.assertGreater(float((stored != -32768).mean()), 0.01)
            self.assertGreaterEqual(float(data.wellbeing.min()), 0.0)
            self.assertLessEqual(float(data.wellbeing.max()), 10.0)
            numpy.testing.assert_array_equal(data.person, numpy.arange(data.sizes["person"]))
            self.assertTrue((numpy.diff(data.year) == 1).all())

    def test_persons_and_trajectories_are_about_the_same_people(self):
        persons = xarray.open_dataset(self.path, group="persons", engine="netcdf4").load()
        data = xarray.open_dataset(self.path, group="trajectories", engine="netcdf4").load()
        for name in PERSONS:
            self.assertIn(name, persons)
        self.assertEqual(persons.sizes["person"], data.sizes["person"])
        self.assertTrue((numpy.diff(persons.birth_year) >= 0).all(), "not in order of birth")
        for name in ("mother", "father"):
            link = persons[name].values
            self.assertGreaterEqual(link.min(), -1)
            known = link >= 0
            self.assertTrue((persons.birth_year.values[link[known]] < persons.birth_year.values[known]).all(), name)
        partner = persons.partner.values
        couples = numpy.flatnonzero(partner >= 0)
        self.assertGreater(len(couples), 100)
        self.assertTrue((partner[partner[couples]] == couples).all(), "a partner has another")
        with h5py.File(self.path) as file:
            num_places = file["axes/place"].size
        self.assertLess(int(data.place.max()), num_places)
        self.assertGreaterEqual(int(data.place.min()), -1)

    def test_every_measure_opens_with_a_year(self):
        with h5py.File(self.path) as file:
            groups = [group.name for group in visit(file["measures"])[0]]
        found = 0
        for group in groups:
            data = xarray.open_dataset(self.path, group=group, engine="h5netcdf").load()
            for name in data.data_vars:
                self.assertTrue(data[name].dims, name)
                found += 1
        self.assertGreater(found, 0)

    def test_r_reads_the_same_numbers(self):
        script = f"""
            suppressMessages(library(rhdf5))
            state <- h5read("{self.path}", "/trajectories/state")
            cat(dim(state), sum(state), state[1, 2], "\\n")
            cat(h5read("{self.path}", "/axes/place"), sep = "\\n")
            key <- h5read("{self.path}", "/persons/key", bit64conversion = "bit64")
            cat(length(key), "\\n")
            cat(h5readAttributes("{self.path}", "/")$title, "\\n")
        """
        answer = run_r(script)
        if answer is None:
            self.skipTest("R or its package rhdf5 is not installed")
        with h5py.File(self.path) as file:
            state = file["trajectories/state"][:]
            places = file["axes/place"].asstr()[:]
            expected = [f"{state.shape[1]} {state.shape[0]} {state.sum(dtype=int)} {state[1, 0]} "]
            expected += list(places) + [f"{state.shape[0]} ", file.attrs["title"] + " "]
        self.assertEqual([line.strip() for line in answer.splitlines()], [line.strip() for line in expected])


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))

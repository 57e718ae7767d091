"""Run files of `pathways`, and the numbers that pictures are made of.

Numbers come from pure functions of arrays: shares and flows of a birth cohort, ratios with standard
errors that leave out one lineage group at a time (as the program's own `compare` has them).

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import h5py
import numpy as np

import significance

AGES = (16, 18, 20, 22, 25, 30)
# Cohorts of one year of birth with fewer people on file are drawn with the two years on either side.
ENOUGH_PEOPLE = 5000
MEAN_SCALE = 65536.0  # numerators of means are stored in units of 1/65536
FORMAT = 1
NOT_HERE = -1
NUM_YEARS = 10  # averaged unless other years are asked for
NUM_GROUPS = 32  # lineage groups of every run
MARGIN = significance.margin(NUM_GROUPS - 1)  # standard errors to either end of a 95 % interval

# What a cohort is divided into, in the order of STRANDS: states of the file, and for people in work classes.
STRANDS = ("sixth_form", "university", "college", "apprenticeship", "professional", "intermediate", "working", "neet")
STRAND_OF_STATE = {
    "school": "sixth_form", "sixth_form": "sixth_form",
    "further_education": "college", "adult_education": "college",
    "apprenticeship_intermediate": "apprenticeship", "apprenticeship_advanced": "apprenticeship",
    "apprenticeship_higher": "apprenticeship",
    "university_home": "university", "university_away": "university", "postgraduate": "university",
    "employed": None,  # by class
    "unemployed": "neet", "inactive": "neet", "retired": "neet",
}
STRAND_OF_CLASS = {
    "higher_professional": "professional", "lower_professional": "professional", "intermediate": "intermediate",
    "higher_working": "working", "lower_working": "working", "none": "working",
}
LESS_IS_BETTER = {"neet_16_24", "lower_working_25_29", "downward_25_64", "low_income_0_15", "unemployed_25_29",
                  "unemployment_16_64"}
STATES_ELSEWHERE = ("not_born", "early_years", "dead", "emigrated", "abroad")


class RunFileError(Exception):
    """The file is not what it has to be; the message says what and what to do."""


class NoPictureError(Exception):
    """A picture cannot be drawn of these runs; the message says why."""


class NoCohortError(NoPictureError):
    """No birth cohort is on file from the first to the last age, or not the one asked for."""


class YearsError(Exception):
    """The file does not have the years that are asked for."""


# --- Numbers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """Values with their standard errors, arrays of one shape; NaN where there is nobody."""

    value: np.ndarray
    error: np.ndarray

    @property
    def half_width(self) -> np.ndarray:
        """Half of a 95 % interval."""
        return MARGIN * self.error

    @property
    def is_marked(self) -> np.ndarray:
        """The 95 % interval leaves out zero; never for a zero with error zero."""
        return np.abs(self.value) > self.half_width


def ratios(parts: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """Numerator over denominator, both summed over groups. parts: [..., group, part] -> [...]"""
    sums = parts.astype(np.int64).sum(axis=-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return sums[..., 0] / (scale * np.where(sums[..., 1] == 0, np.nan, sums[..., 1]))


def ratios_without(parts: np.ndarray, scale: float = 1.0) -> np.ndarray:
    """The same with each lineage group left out in turn: [..., group, part] -> [..., group]"""
    parts = parts.astype(np.int64)
    rest = parts.sum(axis=-2, keepdims=True) - parts
    with np.errstate(divide="ignore", invalid="ignore"):
        return rest[..., 0] / (scale * np.where(rest[..., 1] == 0, np.nan, rest[..., 1]))


def jackknife(value: np.ndarray, without: np.ndarray) -> Estimate:
    """Quenouille and Tukey: variance = (G - 1) / G * sum over g of (theta_(g) - mean theta_(.))^2"""
    num_groups = without.shape[-1]
    squares = ((without - without.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    return Estimate(value, np.sqrt(squares * (num_groups - 1) / num_groups))


def estimate(parts: np.ndarray, scale: float = 1.0) -> Estimate:
    """Ratios with standard errors. parts: [..., group, part]"""
    return jackknife(ratios(parts, scale), ratios_without(parts, scale))


def estimate_difference(base: np.ndarray, policy: np.ndarray, scale: float = 1.0) -> Estimate:
    """Policy less base, the same group left out of both, so that what the runs share cancels."""
    return jackknife(ratios(policy, scale) - ratios(base, scale),
                     ratios_without(policy, scale) - ratios_without(base, scale))


# --- A birth cohort ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cohort:
    """People of some years of birth who lived in England at every one of AGES."""

    first_birth: int
    last_birth: int
    num_born: int          # people of these years of birth on file
    strands: np.ndarray    # [person, age] index of STRANDS
    groups: np.ndarray     # [person] lineage group
    num_groups: int
    origins: np.ndarray    # [person] class of origin
    keys: np.ndarray       # [person] lineage key

    @property
    def span(self) -> str:
        """Years of birth in words."""
        if self.first_birth == self.last_birth:
            return str(self.first_birth)
        return f"{self.first_birth}\u2013{self.last_birth}"


def choose_births(years: tuple[int, int], count_by_birth: dict[int, int], wanted: int | None) -> tuple[int, int]:
    """First and last year of birth to draw: the latest on file from the first to the last age, or around `wanted`.

    years: first and last recorded year. A cohort of few people is widened by up to two years either side.
    """
    oldest, newest = years[0] - AGES[0], years[1] - AGES[-1]
    if oldest > newest:
        raise NoCohortError(f"no birth cohort is on file from {AGES[0]} to {AGES[-1]}: trajectories cover {years[0]} "
                            f"to {years[1]}; simulate more years (--years)")
    if wanted is not None and not oldest <= wanted <= newest:
        raise NoCohortError(f"the cohort of {wanted} is not on file from {AGES[0]} to {AGES[-1]}; choose a year of "
                            f"birth from {oldest} to {newest}")
    centre = newest if wanted is None else wanted
    if count_by_birth.get(centre, 0) >= ENOUGH_PEOPLE:
        return centre, centre
    if wanted is None:
        half = min(2, (newest - oldest) // 2)
        return newest - 2 * half, newest
    half = min(2, centre - oldest, newest - centre)
    return centre - half, centre + half


def strand_codes(states: np.ndarray, classes: np.ndarray, state_names: list[str], class_names: list[str]) -> np.ndarray:
    """Index of STRANDS of everyone, NOT_HERE for people who do not live in England."""
    unknown = [name for name in state_names if name not in STRAND_OF_STATE and name not in STATES_ELSEWHERE]
    unknown += [name for name in class_names if name not in STRAND_OF_CLASS]
    if unknown:
        raise RunFileError(f"has states or classes that these pictures do not know: {', '.join(unknown)}")
    by_state = np.array([STRANDS.index(STRAND_OF_STATE[name]) if STRAND_OF_STATE.get(name) else NOT_HERE
                         for name in state_names], dtype=np.int8)
    by_class = np.array([STRANDS.index(STRAND_OF_CLASS[name]) for name in class_names], dtype=np.int8)
    return np.where(states == state_names.index("employed"), by_class[classes], by_state[states])


def strand_shares(strands: np.ndarray) -> np.ndarray:
    """Share of the cohort in each strand at each age: [person, age] -> [age, strand]"""
    counts = (strands[:, :, None] == np.arange(len(STRANDS))).sum(axis=0)
    return counts / max(len(strands), 1)


def strand_flows(strands: np.ndarray) -> np.ndarray:
    """People who go from one strand to another between two ages: [person, age] -> [age - 1, from, to]"""
    num = len(STRANDS)
    steps = strands.shape[1] - 1
    pairs = strands[:, :-1].astype(np.int64) * num + strands[:, 1:]
    return np.array([np.bincount(pairs[:, t], minlength=num * num).reshape(num, num) for t in range(steps)])


def strand_parts(cohort: Cohort) -> np.ndarray:
    """People in each strand, and people, by lineage group: [age, strand, group, part]"""
    num_ages = cohort.strands.shape[1]
    parts = np.zeros((num_ages, len(STRANDS), cohort.num_groups, 2), dtype=np.int64)
    for age in range(num_ages):
        np.add.at(parts[age, :, :, 0], (cohort.strands[:, age], cohort.groups), 1)
    parts[..., 1] = np.bincount(cohort.groups, minlength=cohort.num_groups)
    return parts


# --- The file ----------------------------------------------------------------------------------------


class Run:
    """A finished run file, open for reading; a context manager."""

    def __init__(self, path: Path, years: tuple[int, int] | None = None):
        """years: first and last of the years to average over; the last ten when not given"""
        self.path = path
        self.years_asked = years
        self.called: str | None = None  # set where runs of one title must be told apart
        try:
            self.file = h5py.File(path, "r")
        except FileNotFoundError:
            raise RunFileError("there is no such file") from None
        except OSError as error:
            raise RunFileError(f"cannot be read as HDF5; give a run file that `pathways run` wrote ({error})") from None
        try:
            self.check()
        except Exception:
            self.file.close()
            raise

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def check(self) -> None:
        """Refuses what `pathways run` did not write or did not finish."""
        if "format" not in self.file.attrs or "measures" not in self.file:
            raise RunFileError("is HDF5 but not a run file; give one that `pathways run` wrote")
        if self.number("format") != FORMAT:
            raise RunFileError(f"has format {self.number('format')}, and this script reads format {FORMAT}")
        if self.number("complete") != 1:
            raise RunFileError("is not complete: the run was stopped; run it again")

    def dataset(self, name: str) -> h5py.Dataset:
        """A dataset by its path."""
        item = self.file.get(name)
        if not isinstance(item, h5py.Dataset):
            raise RunFileError(f"has no dataset /{name}")
        return item

    def number(self, name: str) -> int:
        """A whole-number attribute of the file."""
        if name not in self.file.attrs:
            raise RunFileError(f"has no attribute {name}")
        return int(self.file.attrs[name])

    def real(self, name: str) -> float | None:
        """A number that not every file has."""
        return float(self.file.attrs[name]) if name in self.file.attrs else None

    def text(self, name: str) -> str:
        """A text attribute of the file; empty when there is none."""
        return str(self.file.attrs.get(name, ""))

    @property
    def title(self) -> str:
        """What the run is called: the title of its scenario unless it was given a name."""
        return self.called or self.text("title")

    def axis(self, name: str) -> list[str]:
        """Names along an axis."""
        return [item.decode() for item in self.dataset(f"axes/{name}")[:]]

    def num_groups(self) -> int:
        """Lineage groups."""
        return len(self.dataset("axes/lineage_group"))

    def measure_names(self) -> list[str]:
        """Measures that the file has by place and by origin."""
        return [name for name in self.national_names() if self._has_place(name)]

    def national_names(self) -> list[str]:
        """Measures that the file has of the country, by origin and mostly by place too."""
        group = self.file["measures/by_origin"]
        return [name for name in group if len(group[name].shape) == 5]

    def _has_place(self, name: str) -> bool:
        return f"measures/by_place/{name}" in self.file

    def measure_about(self, name: str) -> tuple[str, str]:
        """What a measure says, and its unit."""
        attributes = self.dataset(f"measures/by_origin/{name}").attrs
        return str(attributes["long_name"]), str(attributes["units"])

    def is_less_better(self, name: str) -> bool:
        """Whether less of a measure is a gain."""
        return name in LESS_IS_BETTER

    def measure_scale(self, name: str) -> float:
        """What the ratio of the stored parts is divided by: means carry fractions."""
        return 1.0 if self.measure_about(name)[1] == "share" else MEAN_SCALE

    def last_years(self, num_years: int) -> tuple[int, int]:
        """First and last of the last years measured, none before the start year unless all are."""
        years = self.dataset("measures/by_place/year")[:]
        last = int(years[-1])
        return max(last - num_years + 1, int(years[0]), min(self.number("start_year"), last)), last

    @property
    def span(self) -> tuple[int, int]:
        """First and last of the years that outcomes are averaged over."""
        if self.years_asked is None:
            return self.last_years(NUM_YEARS)
        measured = self.dataset("measures/by_place/year")[:]
        first, last = self.years_asked
        if not measured[0] <= first <= last <= measured[-1]:
            raise YearsError(f"the years {first} to {last} are not all measured; choose from {measured[0]} to "
                             f"{measured[-1]}")
        return first, last

    def _sum_years(self, name: str, span: tuple[int, int]) -> np.ndarray:
        first = int(self.dataset("measures/by_place/year")[0])
        return self.dataset(name)[span[0] - first:span[1] - first + 1].astype(np.int64).sum(axis=0)

    def place_parts(self, measure: str, span: tuple[int, int]) -> np.ndarray:
        """Parts of a measure summed over years: [place, group, part]"""
        return self._sum_years(f"measures/by_place/{measure}", span)

    def nation_parts(self, measure: str, span: tuple[int, int]) -> np.ndarray:
        """Parts of a measure of the country summed over years: [group, part]; of all places where it has them."""
        if self._has_place(measure):
            return self.place_parts(measure, span).sum(axis=0)
        return self.origin_parts(measure, span).sum(axis=0)

    def origin_parts(self, measure: str, span: tuple[int, int]) -> np.ndarray:
        """Parts of a measure summed over years and sexes: [origin class, group, part]"""
        return self._sum_years(f"measures/by_origin/{measure}", span).sum(axis=1)

    def sex_parts(self, measure: str, span: tuple[int, int]) -> np.ndarray:
        """Parts of a measure summed over years and origins: [sex, group, part]"""
        return self._sum_years(f"measures/by_origin/{measure}", span).sum(axis=0)

    def year_parts(self, measure: str) -> np.ndarray:
        """Parts of a measure of the country: [year, group, part]"""
        return self.dataset(f"measures/by_place/{measure}")[:].astype(np.int64).sum(axis=1)

    def measured_years(self) -> np.ndarray:
        """Years of year_parts."""
        return self.dataset("measures/by_place/year")[:].astype(int)

    def class_table(self, span: tuple[int, int]) -> np.ndarray:
        """People aged 25 to 64 with a class and a known origin: [class of origin, own class, group]"""
        table = self._sum_years("measures/tables/class_table", span).sum(axis=0)
        return table[:-1, :-1]

    def three_generations(self, span: tuple[int, int]) -> np.ndarray:
        """People aged 25 to 64 whose line is known: [grandparents' class, parents' class, own class, group]"""
        return self._sum_years("measures/tables/three_generations", span)[:-1, :-1, :-1]

    def place_regions(self) -> np.ndarray:
        """Row of axis region: [place]"""
        return self.dataset("axes/place_region")[:].astype(int)

    def place_tags(self) -> np.ndarray:
        """Whether a place carries a tag: [place, tag]"""
        return self.dataset("axes/place_tags")[:] != 0

    def policy_years(self, what: str) -> np.ndarray:
        """`participants` or `spending` in the whole of England: [policy, year]; no rows without policies."""
        if f"policies/{what}" not in self.file:
            return np.zeros((0, len(self.measured_years())))
        return np.nansum(self.dataset(f"policies/{what}")[:], axis=2)

    def places_with_policy(self) -> np.ndarray:
        """Whether any policy has taken anyone in: [place]"""
        if "policies/participants" not in self.file:
            return np.zeros(len(self.axis("place")), dtype=bool)
        return np.nansum(self.dataset("policies/participants")[:], axis=(0, 1)) > 0

    def parameter_sources(self) -> list[str]:
        """Where each parameter comes from: a key, `assumed` or `calibrated`."""
        return [item.decode() for item in self.dataset("parameters/source")[:]] if "parameters" in self.file else []

    def parameter_values(self) -> dict[str, float]:
        """Value of each parameter by its path."""
        if "parameters" not in self.file:
            return {}
        paths = [item.decode() for item in self.dataset("parameters/path")[:]]
        return dict(zip(paths, self.dataset("parameters/value")[:].tolist()))

    def scenario(self) -> dict[str, Any]:
        """The scenario in full, as the run lived it."""
        text = self.dataset("scenario/resolved_text")[()]
        try:
            return json.loads(text)
        except ValueError as error:
            raise RunFileError(f"holds a scenario that is not JSON: {error}") from None

    def codes(self, name: str) -> list[str]:
        """Meanings of the codes of a dataset, in order from 0."""
        return str(self.dataset(name).attrs["flag_meanings"]).split()

    def cohort_births(self, wanted: int | None) -> tuple[int, int]:
        """First and last year of birth of the cohort to draw."""
        if "trajectories/state" not in self.file:
            raise NoCohortError("the run kept no trajectories (--record none)")
        years = self.dataset("trajectories/year")
        born, counts = np.unique(self.dataset("persons/birth_year")[:], return_counts=True)
        count_by_birth = dict(zip(born.tolist(), counts.tolist()))
        return choose_births((int(years[0]), int(years[-1])), count_by_birth, wanted)

    def cohort(self, births: tuple[int, int], ages: Sequence[int] = AGES) -> Cohort:
        """The people born in some years. Rows are in order of birth year, so that they are a slice."""
        first_year = int(self.dataset("trajectories/year")[0])
        all_births = self.dataset("persons/birth_year")[:]
        rows = slice(*np.searchsorted(all_births, (births[0], births[1] + 1)))
        columns = all_births[rows, None].astype(np.int64) + np.array(ages) - first_year
        states = np.take_along_axis(self.dataset("trajectories/state")[rows], columns, axis=1)
        classes = np.take_along_axis(self.dataset("trajectories/class")[rows], columns, axis=1)
        strands = strand_codes(states, classes, self.codes("trajectories/state"), self.codes("trajectories/class"))
        is_here = (strands != NOT_HERE).all(axis=1)

        def of_those_here(name: str) -> np.ndarray:
            return self.dataset(f"persons/{name}")[rows][is_here].astype(np.int64)

        return Cohort(*births, len(strands), strands[is_here], of_those_here("lineage_group"), self.num_groups(),
                      of_those_here("origin_class"), of_those_here("key"))


def tell_apart(runs: Sequence[Run]) -> None:
    """Add the file's name to the title of runs that have the title of another."""
    titles = [run.text("title") for run in runs]
    for run, title in list(zip(runs, titles))[1:]:
        if titles.count(title) > 1:
            run.called = f"{title} ({run.path.stem})"


def check_pair(base: Run, policy: Run) -> None:
    """Refuses runs whose people do not have the same luck, and says what differs."""
    faults = [f"{name} {base.number(name)} and {policy.number(name)}"
              for name in ("seed", "replicate", "persons", "history_from", "start_year", "years")
              if base.number(name) != policy.number(name)]
    faults += [f"another list of {name} names" for name in ("place", "class") if base.axis(name) != policy.axis(name)]
    if faults:
        raise RunFileError(f"cannot be compared with {base.path}: {'; '.join(faults)}; run both with the same people, "
                           "seed and years")

#!/usr/bin/python3
"""Are the standard errors of a run right, and what does it help to compare people with the same luck?

    scripts/errors.py --help

Lives a baseline and a policy under many seeds and answers two questions for ten headline measures.

1. Cover. A 95 % interval of a run (jackknife over 32 lineage groups, Student's t with 31 degrees of freedom) should
   cover the mean of all seeds for 95 % of the seeds. A measure passes when it does so for 90 to 99 %, or when it lies
   outside by no more than two standard errors of that share. "error / spread" is what the standard errors say over what
   the seeds show, which tells more: 1 is right, above 1 is cautious, 0.81 covers in 90 %, 1.26 in 99 %; a measure that
   lies outside of these by more than two standard errors does not pass either.
   The same for the difference that a policy makes.
2. Pairs. The variance over seeds of the difference between policy and baseline, with the same seed in both and with
   two different seeds. The second over the first says how many times as many people two unpaired runs would need. It
   should be 20 or more for ten years after the policy began; it falls as lives that the policy never touched drift apart.

Exit status: 0 both hold, 1 one does not, 2 wrong usage, 4 a run failed.
SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

try:
    import numpy as np
except ImportError as error:
    print(f"errors.py: {error}; install Debian's python3-numpy, and call /usr/bin/python3", file=sys.stderr)
    sys.exit(4)

ROOT = Path(__file__).resolve().parent.parent
MEASURES = ("neet_16_24", "level3_by_19", "higher_education_by_19", "degree_25_29", "professional_25_29", "pay_25_29",
            "owner_25_34", "wellbeing_16_over", "long_range_up_25_64", "class_odds_ratio_25_64")
POLICY_FROM = 2026
HORIZONS = (1, 5, 10, 20, 38)          # years after the policy began
COVER_YEARS = (2025, 2035, 2045, 2055, 2064)
T_31 = 2.0395                          # 97.5 % point of Student's t with 31 degrees of freedom
LEAST_COVER, MOST_COVER = 0.90, 0.99
LEAST_EXCESS, MOST_EXCESS = 0.81, 1.26  # with which intervals cover in 90 and 99 %
LEAST_RATIO, JUDGED_YEARS = 20.0, 10   # and how long after the policy began it is asked for
NUM_RESAMPLES = 1000


class RunError(Exception):
    """The program ended with a complaint, which this is."""


# --- Numbers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Values:
    """A measure in every year and seed, arrays [seed, year]; NaN where it is not defined."""

    base: np.ndarray
    base_error: np.ndarray
    difference: np.ndarray
    difference_error: np.ndarray


@dataclass(frozen=True)
class Cover:
    """How often intervals cover the mean of the seeds."""

    share: float       # of seeds and years
    num_trials: float  # independent ones that seeds and years are worth
    excess: float      # root mean square standard error over standard deviation of the seeds
    num_seeds: int

    def error(self, share: float) -> float:
        """Standard error of the share if it were `share` in truth."""
        return float(np.sqrt(share * (1.0 - share) / self.num_trials))

    @property
    def is_within(self) -> bool:
        """Within 90 to 99 %."""
        return LEAST_COVER <= self.share <= MOST_COVER

    @property
    def holds(self) -> bool:
        """The same, or outside by no more than so many seeds can tell. All seeds and 99 % look alike in the share, so
        that the errors are asked too."""
        unsure = 2.0 / np.sqrt(2.0 * (self.num_seeds - 1))  # two standard errors of a standard deviation
        return bool(LEAST_COVER - 2.0 * self.error(LEAST_COVER) <= self.share
                    <= MOST_COVER + 2.0 * self.error(MOST_COVER)
                    and LEAST_EXCESS / (1.0 + unsure) <= self.excess <= MOST_EXCESS * (1.0 + unsure))


def cover(values: np.ndarray, errors: np.ndarray) -> Cover:
    """values, errors: [seed, year]. Seeds are independent; how far years are is seen from the seeds."""
    is_covered = np.abs(values - values.mean(axis=0)) <= T_31 * errors
    num_seeds, num_years = is_covered.shape
    share = is_covered.mean()
    alone = share * (1.0 - share) / num_years
    repeated = max(1.0, is_covered.mean(axis=1).var(ddof=1) / alone) if alone > 0.0 else 1.0
    spread = values.var(axis=0, ddof=1).mean()
    excess = np.sqrt((errors ** 2).mean() / spread) if spread > 0.0 else np.inf
    return Cover(float(share), num_seeds * num_years / repeated, float(excess), num_seeds)


def variance_ratio(base: np.ndarray, difference: np.ndarray) -> float:
    """Variance of policy less base with two different seeds over that with one. base, difference: [seed]

    Runs with different seeds are independent, so that the variances of policy and base add up.
    """
    paired = difference.var(ddof=1)
    unpaired = base.var(ddof=1) + (base + difference).var(ddof=1)
    return float(unpaired / paired) if paired > 0.0 else float("inf")


def variance_ratio_interval(base: np.ndarray, difference: np.ndarray) -> tuple[float, float]:
    """5th and 95th percentile of the ratio when the seeds are drawn again with replacement."""
    generator = np.random.default_rng(1)
    drawn = generator.integers(0, len(base), size=(NUM_RESAMPLES, len(base)))
    ratios = np.array([variance_ratio(base[seeds], difference[seeds]) for seeds in drawn])
    low, high = np.sort(ratios)[[NUM_RESAMPLES // 20, NUM_RESAMPLES - 1 - NUM_RESAMPLES // 20]]
    return float(low), float(high)


# --- Runs --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What is run."""

    program: str
    base: Path
    policy: Path
    people: int
    folder: Path
    measures: Sequence[str]


def call(program: str, *arguments: str) -> str:
    """What the program prints."""
    try:
        answer = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    except OSError as complaint:
        raise RunError(f"{program}: {complaint.strerror}; build with scripts/build.sh or give --program") from None
    if answer.returncode != 0:
        raise RunError(f"{program} {' '.join(arguments)} ended with {answer.returncode}:\n{answer.stderr}")
    return answer.stdout


def columns(text: str, *names: str) -> dict[int, list[float]]:
    """Numbers of some columns of a CSV by year."""
    rows = csv.DictReader(io.StringIO(text))
    return {int(row["year"]): [float(row[name] or "nan") for name in names] for row in rows}


def live(plan: Plan, seed: int) -> dict[str, dict[int, list[float]]]:
    """Base, its error, difference, its error by measure and year, under one seed. The files are not kept."""
    paths = [plan.folder / f"{name}_{seed}.h5" for name in ("base", "policy")]
    try:
        for scenario, path in zip((plan.base, plan.policy), paths):
            call(plan.program, "run", str(scenario), "-n", str(plan.people), "--seed", str(seed), "-t", "1", "--record",
                 "none", "--quiet", "--force", "-o", str(path))
        found = {}
        for measure in plan.measures:
            asked = ("--by", "year", "--measure", measure, "--format", "csv")
            base = columns(call(plan.program, "summary", str(paths[0]), *asked), "value", "standard_error")
            pair = columns(call(plan.program, "compare", *map(str, paths), *asked), "difference", "standard_error")
            found[measure] = {year: base[year] + pair.get(year, [float("nan")] * 2) for year in base}
        return found
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def live_all(plan: Plan, num_seeds: int, jobs: int) -> tuple[list[int], dict[str, Values]]:
    """Years, and the values of each measure."""
    lives = []
    with ThreadPoolExecutor(jobs) as pool:
        for life in pool.map(lambda seed: live(plan, seed), range(1, num_seeds + 1)):
            lives.append(life)
            if sys.stderr.isatty():
                print(f"\r{len(lives)} of {num_seeds} seeds", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    years = sorted(lives[0][plan.measures[0]])
    cells = {measure: np.array([[life[measure][year] for year in years] for life in lives])
             for measure in plan.measures}
    return years, {measure: Values(*np.moveaxis(cell, 2, 0)) for measure, cell in cells.items()}


# --- Answers -----------------------------------------------------------------------------------------


def print_cover(title: str, values: dict[str, np.ndarray], errors: dict[str, np.ndarray]) -> bool:
    """One row a measure. @return whether all hold"""
    found = {measure: cover(values[measure], errors[measure]) for measure in values}
    print(f"\n{title}\n\n{'measure':26} {'covered':>8} {'+/-':>5} {'error / spread':>15}")
    for measure, one in found.items():
        remark = "" if one.holds else "  outside 90 to 99 %" if not one.is_within else "  wrong size"
        print(f"{measure:26} {100 * one.share:6.1f} % {100 * one.error(0.95):5.1f} {one.excess:15.2f}{remark}")
    shares = [one.share for one in found.values()]
    print(f"{'all':26} {100 * np.mean(shares):6.1f} %       "
          f"{sum(one.is_within for one in found.values())} of {len(shares)} within 90 to 99 % as they stand")
    return all(one.holds for one in found.values())


def print_ratios(years: list[int], values: dict[str, Values]) -> bool:
    """One row a measure, one column a horizon. @return whether the ratios of the first years are large enough"""
    horizons = [h for h in HORIZONS if POLICY_FROM + h in years]
    print("\nVariance of policy less base with two seeds over that with one (5 to 95 % of resampled seeds), by years "
          f"since {POLICY_FROM}\n")
    print(f"{'measure':26}" + "".join(f"{h:>20}" for h in horizons))
    least = float("inf")
    for measure, one in values.items():
        cells = ""
        for horizon in horizons:
            at = years.index(POLICY_FROM + horizon)
            base, difference = one.base[:, at], one.difference[:, at]
            ratio = variance_ratio(base, difference)
            low, high = variance_ratio_interval(base, difference)
            span = f"({low:.0f} to {high:.0f})" if np.isfinite(high) else ""
            cells += f"{ratio:7.1f} {span:>12}"
            least = min(least, ratio) if horizon <= JUDGED_YEARS else least
        print(f"{measure:26}{cells}")
    print(f"The least is {least:.1f} up to {JUDGED_YEARS} years. (A ratio of 20 is a correlation of 0.95 between policy "
          "and base, 2 one of 0.5.)")
    return least >= LEAST_RATIO


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("PATHWAYS", str(ROOT / "build/pathways")))
    parser.add_argument("--base", type=Path, default=ROOT / "scenarios/england.json")
    parser.add_argument("--policy", type=Path, default=ROOT / "scenarios/apprenticeship_expansion.json")
    parser.add_argument("-n", "--people", type=int, default=50000)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="runs at one time")
    parser.add_argument("--measure", action="append", help="instead of the ten; may be repeated")
    options = parser.parse_args(arguments)
    if options.seeds < 3 or options.people < 1000 or options.jobs < 1:
        parser.error("there must be at least 3 seeds, 1000 people and 1 job")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    options = read_arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="pathways-errors-") as folder:
        plan = Plan(options.program, options.base, options.policy, options.people, Path(folder),
                    options.measure or MEASURES)
        try:
            years, values = live_all(plan, options.seeds, options.jobs)
        except RunError as complaint:
            print(f"errors.py: {complaint}", file=sys.stderr)
            return 4
    at = [years.index(year) for year in COVER_YEARS if year in years]
    later = [k for k in at if years[k] > POLICY_FROM]
    print(f"{options.seeds} seeds, {options.people} people, {options.policy.stem} against {options.base.stem}")
    covers = print_cover("How often the 95 % interval of a run covers the mean of the seeds, in "
                         + ", ".join(str(years[k]) for k in at),
                         {m: v.base[:, at] for m, v in values.items()},
                         {m: v.base_error[:, at] for m, v in values.items()})
    covers &= print_cover("The same for the difference between policy and base, in "
                          + ", ".join(str(years[k]) for k in later),
                          {m: v.difference[:, later] for m, v in values.items()},
                          {m: v.difference_error[:, later] for m, v in values.items()})
    pairs = print_ratios(years, values)
    print(f"\nIntervals {'cover as they should' if covers else 'do not all cover as they should'}; "
          f"pairs are {'' if pairs else 'not '}at least {LEAST_RATIO:.0f} times as exact for {JUDGED_YEARS} years")
    return 0 if covers and pairs else 1


if __name__ == "__main__":
    sys.exit(main())

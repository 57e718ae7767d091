#!/usr/bin/python3
"""What each assumption is worth: every parameter without a source, moved a little both ways, on five headline measures.

    scripts/assumptions.py --program build/pathways                 # England, into scenarios/assumptions_england.csv
    scripts/assumptions.py scenarios/england.json -n 20000 --only 'jobs.*' -o jobs.csv

Each value that is assumed (not published, not fitted) is moved down and up alone, by a tenth of itself. A level on a
scale that runs through zero (log-odds, utility, SD: its range has both signs) is moved by 0.1 if that is more; a slope
of 0 by a tenth of the largest of its list; a whole number by one at least; none beyond its range. Numbers of a list are
moved one by one. History is lived again with each, the same people with the same luck, and the effect is the difference
between the two, up less down, of

    NEET, ages 16 to 24                     professional class, ages 25 to 29
    higher education by 19 of pupils who had free meals
    home ownership, ages 25 to 34           upward class mobility of those born 1990 to 1999 (ages 25 to 64)

averaged over the ten years up to the start year, in points (hundredths), with the standard error of the pair.

Number of runs: two for each value; about 660 for England. With 100,000 people each takes 2 to 3 seconds of one core:
about 15 minutes on two that have nothing else to do. A log that was stopped goes on where it was when the same command is given again, and only
what has changed is run anew: the `baseline` of a row is of the program, the scenario, the people and the seed.
`pathways describe odd --assumptions FILE` prints the result.

Exit status: 0 done, 2 wrong usage, 3 the scenario is wrong, 4 a run failed or a file could not be written,
130 interrupted. Needs Debian's python3-numpy and python3-h5py.
SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import csv
import fnmatch
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

try:
    from command import CommandError
    from reporting.program import find_program
    from run_file import Run, estimate_difference
except ImportError as error:
    print(f"assumptions.py: {error}; install Debian's python3-h5py and python3-numpy, and call /usr/bin/python3",
          file=sys.stderr)
    sys.exit(4)

ROOT = Path(__file__).resolve().parent.parent
HEADLINES = ("neet_16_24", "professional_25_29", "higher_education_by_19_free_meals", "owner_25_34", "upward_25_64")
COHORT = "1990-1999"  # of upward_25_64
NUM_YEARS = 10
SHARE = 0.1           # of itself, by which a value is moved
STEP = 0.1            # at least, of a level on a scale that runs through zero
POINTS = 100.0
TOLD_APART = 3.0      # standard errors: of 1,650 effects that are nothing eight or nine look like something
COLUMNS = ("parameter", "unit", "value", "low", "high", "change",
           *(name for measure in HEADLINES for name in (measure, f"{measure}_error")), "baseline")


@dataclass(frozen=True)
class Assumption:
    """One assumed value and the two that it is moved to."""

    name: str     # "post16.base[1]"
    path: str     # "post16.base"
    unit: str
    values: tuple[float, ...]  # of the whole parameter
    index: int
    low: float
    high: float
    change: str   # "10 %", "0.1"

    def setting(self, value: float) -> str:
        """For --set"""
        values = list(self.values)
        values[self.index] = value
        return f"{self.path}=" + ",".join(f"{number:.9g}" for number in values)


def moved(value: float, row: dict[str, Any], whole: bool) -> tuple[float, float, str]:
    """Where a value is moved to, and by how much in words. row: its line of `describe parameters`"""
    low, high = row["min"], row["max"]
    step, change = SHARE * abs(value), f"{100 * SHARE:g} %"
    is_slope = "/" in row["unit"]
    largest = max(abs(number) for number in as_list(row["value"], 1))
    if low < 0 < high and not is_slope and step < STEP:
        step, change = STEP, f"{STEP:g}"
    if step == 0 and largest > 0:
        step, change = SHARE * largest, f"{100 * SHARE:g} % of the largest"
    if step == 0:
        step, change = SHARE * (high - low), f"{100 * SHARE:g} % of its range"
    if whole and step < 1:
        step, change = 1.0, "1"
    down, up = (round(value - step), round(value + step)) if whole else (value - step, value + step)
    if down < low or up > high:
        change += " (cut off by its range)"
    return max(down, low), min(up, high), change


def as_list(value: Any, length: int) -> list[Any]:
    """The numbers of a parameter; nothing for none."""
    return value if isinstance(value, list) else [value] * length


def assumptions(table: list[dict[str, Any]], resolved: list[dict[str, Any]], whole: set[str]) -> Iterator[Assumption]:
    """All values that are neither published nor fitted.

    table: `describe parameters` of the model; resolved: the same of the scenario
    """
    for own, row in zip(table, resolved):
        values = as_list(row["value"], 1)
        errors, defaults = as_list(row["standard_error"], len(values)), as_list(own["default"], len(values))
        for index, value in enumerate(values):
            is_set = abs(value - defaults[index]) > 1e-6 * max(abs(value), 1)
            if errors[index] is not None or (own["source"] != "assumed" and not is_set):
                continue
            low, high, change = moved(value, row, row["parameter"] in whole)
            name = row["parameter"] + (f"[{index}]" if isinstance(row["value"], list) else "")
            yield Assumption(name, row["parameter"], row["unit"], tuple(values), index, low, high, change)


class Laboratory:
    """Lives history with one value moved."""

    def __init__(self, program: Path, scenario: Path, persons: int, seed: int, folder: Path):
        self.program, self.scenario, self.persons, self.seed, self.folder = program, scenario, persons, seed, folder

    def call(self, *arguments: str | Path) -> str:
        """Output of the program."""
        done = subprocess.run([str(self.program), *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CommandError(done.stderr.strip() or f"{self.program} {arguments[0]} failed", done.returncode)
        return done.stdout

    def find(self) -> tuple[list[Assumption], str]:
        """The assumptions of the scenario, and what all their runs have in common."""
        model = self.call("describe", "parameters", "--format", "json")
        resolved = self.call("describe", "parameters", self.scenario, "--format", "json")
        schema = json.loads(self.call("schema"))["properties"]["parameters"]["properties"]
        whole = {path for path, about in schema.items() if about["type"] == "integer"}
        seen = hashlib.sha256()
        for part in (self.call("--version"), resolved, self.scenario.read_text(encoding="utf-8"),
                     f"{self.persons} {self.seed}"):
            seen.update(part.encode())
        return list(assumptions(json.loads(model), json.loads(resolved), whole)), seen.hexdigest()[:12]

    def run(self, name: str, setting: str) -> Path:
        """A run file of one history."""
        path = self.folder / f"{name}.h5"
        self.call("run", self.scenario, "-n", str(self.persons), "--seed", str(self.seed), "--years", "1",
                  "--record", "none", "--threads", "1", "--quiet", "--force", "--set", setting, "-o", path)
        return path

    def cohort(self, low: Path, high: Path, measure: str) -> tuple[float, float]:
        """Difference of a measure of mobility, of those born in COHORT, and its standard error."""
        text = self.call("compare", low, high, "--show", "differences", "--by", "cohort", "--measure", measure,
                         "--format", "csv")
        row = next(row for row in csv.DictReader(io.StringIO(text)) if row["group"] == COHORT)
        return tuple(float(row[name]) if row[name] else float("nan") for name in ("difference", "standard_error"))

    def effects(self, number: int, assumption: Assumption) -> list[tuple[float, float]]:
        """Of moving the value from low to high, on each headline: points and their standard errors."""
        files = [self.run(f"{number}_{side}", assumption.setting(value))
                 for side, value in (("low", assumption.low), ("high", assumption.high))]
        try:
            with Run(files[0]) as low, Run(files[1]) as high:
                last = low.number("start_year")
                span = max(last - NUM_YEARS + 1, int(low.measured_years()[0])), last
                found = [estimate_difference(low.nation_parts(name, span), high.nation_parts(name, span))
                         for name in HEADLINES[:-1]]
            effects = [(float(each.value), float(each.error)) for each in found]
            effects.append(self.cohort(*files, HEADLINES[-1]))
        finally:
            for path in files:
                path.unlink()
        return [(POINTS * value, POINTS * error) for value, error in effects]


# --- The log -----------------------------------------------------------------------------------------


def row_of(assumption: Assumption, effects: Sequence[tuple[float, float]], baseline: str) -> dict[str, str]:
    """A line of the log."""
    row = {"parameter": assumption.name, "unit": assumption.unit, "value": f"{assumption.values[assumption.index]:.7g}",
           "low": f"{assumption.low:.7g}", "high": f"{assumption.high:.7g}", "change": assumption.change,
           "baseline": baseline}
    for measure, (value, error) in zip(HEADLINES, effects):
        row[measure], row[f"{measure}_error"] = f"{value:.3f}", f"{error:.3f}"
    return row


def read_log(path: Path, baseline: str) -> dict[str, dict[str, str]]:
    """Rows of an earlier attempt that still hold, by the name of the value."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["parameter"]: row for row in csv.DictReader(file)
                if row.get("baseline") == baseline and None not in row.values()}


def holds(row: dict[str, str] | None, assumption: Assumption) -> bool:
    """Is the row of an earlier attempt of the same move?"""
    return row is not None and (row["low"], row["high"]) == (f"{assumption.low:.7g}", f"{assumption.high:.7g}")


def weight(row: dict[str, str]) -> tuple[float, float]:
    """The largest effect that is told apart from chance, then the one nearest to it, by which the log is sorted."""
    effects = [(abs(float(row[measure])), float(row[f"{measure}_error"])) for measure in HEADLINES]
    return (max((effect for effect, error in effects if effect > TOLD_APART * error), default=0.0),
            max(effect / error if error > 0 else 0.0 for effect, error in effects))


def write_log(path: Path, rows: list[dict[str, str]]) -> None:
    """The whole log, what moves most first; never half of it."""
    beside = path.with_name(path.name + ".part")
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (tuple(-part for part in weight(row)), row["parameter"])))
    os.replace(beside, path)


def keep_log(laboratory: Laboratory, arguments: argparse.Namespace) -> int:
    """Runs what is missing, one line at a time into the log."""
    found, baseline = laboratory.find()
    wanted = [each for each in found if fnmatch.fnmatch(each.name, arguments.only or "*")]
    if not wanted:
        print(f"assumptions.py: --only {arguments.only}: no assumed value has such a name", file=sys.stderr)
        return 2
    rows = read_log(arguments.output, baseline)
    missing = [each for each in wanted if not holds(rows.get(each.name), each)]
    print(f"{len(found)} assumed values, {len(rows)} in {arguments.output}, {len(missing)} to run", file=sys.stderr)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        jobs = {pool.submit(laboratory.effects, number, each): each for number, each in enumerate(missing)}
        try:
            for count, job in enumerate(as_completed(jobs), 1):
                rows[jobs[job].name] = row_of(jobs[job], job.result(), baseline)
                if count % 10 == 0 or count == len(jobs):
                    write_log(arguments.output, list(rows.values()))
                    print(f"\r{count} of {len(jobs)}", end="", file=sys.stderr, flush=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            write_log(arguments.output, list(rows.values()))
    print(file=sys.stderr)
    return 0


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="?", type=Path, default=ROOT / "scenarios/england.json")
    parser.add_argument("--program", type=Path, help="the program; that on PATH or in build/ when not given")
    parser.add_argument("-n", "--persons", type=int, default=100000, help="people of each run (100000)")
    parser.add_argument("--seed", type=int, default=1, help="of all runs (1)")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time (one a core)")
    parser.add_argument("--only", metavar="GLOB", help="only these values: 'jobs.*'")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "scenarios/assumptions_england.csv")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """The script; returns its exit status."""
    arguments = parse(words)
    try:
        program = find_program(arguments.program)
        with tempfile.TemporaryDirectory(prefix="assumptions-") as folder:
            return keep_log(
                Laboratory(program, arguments.scenario, arguments.persons, arguments.seed, Path(folder)), arguments)
    except CommandError as error:
        print(f"assumptions.py: {error}", file=sys.stderr)
        return error.status if error.status in (2, 3) else 4
    except OSError as error:
        print(f"assumptions.py: {error}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

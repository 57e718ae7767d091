#!/usr/bin/python3
"""Which uncertain parameters decide what a policy does? A Morris screening (scripts/morris.py) of `pathways`.

    scripts/screen.py scenarios/england.json scenarios/good_jobs.json -n 50000 --trajectories 10 -o screening
    scripts/screen.py scenarios/england.json scenarios/good_jobs.json --free 'jobs.*' --free 'moves.*' -o jobs_and_moves

Free are the parameters that are assumed, were fitted or are set by the scenario. Each goes along a range about its value in BASE.json: to
either side a quarter (--spread) of the way to zero, or to the nearer bound of the model's own table if that is less;
levels on scales of logarithms (log, log-odds, utility) by at most 0.25. The numbers of a list grow and shrink together;
lists of shares of a whole are left alone. --range says otherwise for some. What is found holds for these ranges, which
are in screening.csv and say nothing of how likely they are.

The outcome is what the policy changes: policy less base, the same people with the same luck, averaged over the last
ten years lived. Each trajectory has a seed of its own. An effect is how much the outcome would change along the whole
range of a parameter; mu* is its mean size over the trajectories, with a 95 % interval, sigma how much it varies:
sigma as large as mu* says that the effect depends on other parameters or is not a straight line. Chance alone makes a
mu* too: below the floor it is not told apart from it (95 %, all parameters together; errors of outcomes are taken as
independent, which is cautious). mu is the mean effect with its sign. A * marks parameters told apart from chance by mu*
or because mu is not zero (false discovery rate 5 %). With 5 to 10 trajectories the floor is about three standard errors
of what the policy changes (`pathways compare`): choose people enough for that to be small beside what matters.

Number of runs: 2 x (trajectories x (parameters + 1) + 1). All of about 245 parameters with 10 trajectories take about
5,000 runs. With 50,000 people and 20 years a pair takes about 6 seconds of one core: two hours on two. --plan prints
the number and the ranges and stops. A screening that was stopped goes on where it was when called again with the same
arguments; more trajectories may be asked for later.

Writes to -o: screening.csv (a row for each outcome and parameter), a picture for each outcome, and what it needs to go
on (plan.json, values.jsonl).

Exit status: 0 done, 2 wrong usage, 3 a scenario is wrong, 4 a run failed or a file could not be written,
130 interrupted. Needs Debian's python3-numpy and python3-matplotlib.
SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import csv
import fnmatch
import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

try:
    import numpy as np

    import morris
    from command import FAILED, WRONG_INPUT, WRONG_USAGE, CommandError, add_program_option, finish
    from plots import screening, style
    from plots.words import scale_of
    from reporting.program import find_program
    from run_file import Run
except ImportError as error:
    print(f"screen.py: {error}; install Debian's python3-h5py, python3-numpy and python3-matplotlib, and call "
          "/usr/bin/python3", file=sys.stderr)
    sys.exit(4)

# The headlines of `pathways compare`.
MEASURES = ("neet_16_24", "level3_by_19", "higher_education_by_19", "degree_25_29", "professional_25_29", "pay_25_29",
            "owner_25_34", "professional_25_64", "upward_25_64", "progress_without_leaving_25_34", "wellbeing_16_over",
            "belonging_25_64")
NUM_AVERAGED = 10        # years
FREE_SOURCES = ("assumed", "calibrated", "scenario")  # the last: set by a scenario, which does not say why
LOGARITHMIC = ("log", "log-odds", "utility")
CENTRE = -1              # instead of the number of a trajectory: all parameters at their values
MAX_SAID = 300           # characters of a command that failed
SHOWN = 12               # parameters of an outcome on the terminal
INTERRUPTED = 130


# --- Parameters --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Factor:
    """A parameter that is moved; a list has more than one number."""

    name: str
    unit: str
    source: str
    about: str
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    is_whole: bool

    def setting(self, at: float) -> str:
        """For --set. at: from 0 to 1 along the range"""
        numbers = [low + at * (high - low) for low, high in zip(self.low, self.high)]
        texts = [str(round(number)) if self.is_whole else f"{number:.9g}" for number in numbers]
        return f"{self.name}={texts[0] if len(texts) == 1 else '[' + ','.join(texts) + ']'}"

    @staticmethod
    def words(numbers: Sequence[float]) -> str:
        """For a table."""
        return " ".join(f"{number:.4g}" for number in numbers)


def range_of(value: float, unit: str, spread: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """Ends of the range of a number: towards zero and away from it, within bounds."""
    size = min(abs(value), value - bounds[0], bounds[1] - value)
    kind, _, per = unit.split(" ")[0].partition("/")
    if kind in LOGARITHMIC and per in ("", "year"):
        size = min(size, 1.0)
    away = math.copysign(spread * max(size, 0.0), value)
    return value - away, value + away


def is_composition(values: Sequence[float], unit: str) -> bool:
    """Shares of a whole: making all of them larger says nothing."""
    whole = {"share": 1.0, "%": 100.0}.get(unit)
    return len(values) > 1 and whole is not None and abs(sum(values) - whole) < 0.02 * whole


@dataclass(frozen=True)
class Choice:
    """What the user says about parameters."""

    free: Sequence[str]
    fixed: Sequence[str]
    ranges: dict[str, tuple[float, float]]
    spread: float


def matches(name: str, globs: Sequence[str]) -> bool:
    """Any of some patterns?"""
    return any(fnmatch.fnmatchcase(name, glob) for glob in globs)


def stated_range(row: dict, choice: Choice) -> tuple[float, float] | None:
    """What --range says of a parameter."""
    found = [ends for glob, ends in choice.ranges.items() if matches(row["parameter"], [glob])]
    if not found:
        return None
    if not row["min"] <= found[-1][0] < found[-1][1] <= row["max"]:
        raise CommandError(f"--range: {row['parameter']} goes from {row['min']:g} to {row['max']:g}, not from "
                          f"{found[-1][0]:g} to {found[-1][1]:g}", WRONG_USAGE)
    return found[-1]


def choose_factors(table: Sequence[dict], values: dict[str, list[float]], whole: set[str],
                   choice: Choice) -> tuple[list[Factor], dict[str, str]]:
    """Parameters to move, and of those that match but cannot be moved the reason.

    table: of `describe parameters`, with the sources of the base; values: in the base, by parameter
    """
    factors, left_out = [], {}
    for row in table:
        name, now = row["parameter"], values[row["parameter"]]
        if row["source"] not in FREE_SOURCES or not matches(name, choice.free) or matches(name, choice.fixed):
            continue
        stated = stated_range(row, choice)
        if stated is not None and len(now) > 1:
            raise CommandError(f"--range: {name} is a list, whose numbers move together by --spread", WRONG_USAGE)
        if stated is None and is_composition(now, row["unit"]):
            left_out[name] = "shares of a whole"
            continue
        ends = [stated or range_of(number, row["unit"], choice.spread, (row["min"], row["max"])) for number in now]
        if len(now) == 1:
            ends = [tuple(sorted(ends[0]))]
        if name in whole:
            ends = [(float(round(low)), float(round(high))) for low, high in ends]
        if all(low == high for low, high in ends):
            left_out[name] = "zero, or at its bound: give a --range"
            continue
        factors.append(Factor(name, row["unit"], row["source"], row["about"], tuple(now), tuple(low for low, _ in ends),
                              tuple(high for _, high in ends), name in whole))
    return factors, left_out


# --- Runs --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Study:
    """Everything that decides the numbers but for how many trajectories there are."""

    program: Path
    base: Path
    policy: Path
    people: int
    years: int
    seed: int
    measures: Sequence[str]
    span: tuple[int, int]
    factors: Sequence[Factor]
    versions: Sequence[str]  # of the program and the scenarios

    def plan(self) -> dict:
        """What must be the same for a screening to go on."""
        return {
            "base": self.base.name, "policy": self.policy.name, "people": self.people, "years": self.years,
            "seed": self.seed, "measures": list(self.measures), "averaged": list(self.span),
            "versions": list(self.versions),
            "trajectories": hashlib.sha256(morris.draw_trajectories(self.seed, len(self.factors), 1).tobytes()).hexdigest(),
            "ranges": {factor.name: [list(factor.low), list(factor.high)] for factor in self.factors},
        }


def call(program: Path, *arguments: str) -> str:
    """What the program prints."""
    try:
        answer = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    except OSError as error:
        raise CommandError(f"{program} cannot be run: {error.strerror}", FAILED) from None
    if answer.returncode != 0:
        status = answer.returncode if answer.returncode in (WRONG_USAGE, WRONG_INPUT) else FAILED
        said = " ".join(arguments)
        if len(said) > MAX_SAID:
            said = f"{said[:MAX_SAID]} ... ({len(arguments)} arguments)"
        raise CommandError(f"pathways {said} ended with {answer.returncode}: {answer.stderr.strip()}",
                          status)
    return answer.stdout


def live(program: Path, scenario: Path, path: Path, *arguments: str) -> None:
    """One run, on one thread."""
    call(program, "run", str(scenario), "-t", "1", "--record", "none", "--quiet", "--force", "-o", str(path), *arguments)


def read_sources(run: Run) -> dict[str, str]:
    """Where each parameter comes from; of a list where its least certain number does."""
    sources: dict[str, str] = {}
    for path, source in zip(run.parameter_values(), run.parameter_sources()):
        name = path.split("[")[0]
        if name not in sources or source in FREE_SOURCES:
            sources[name] = source
    return sources


def read_values(run: Run) -> dict[str, list[float]]:
    """Numbers of each parameter of a run; lists are numbered in the file."""
    values: dict[str, list[float]] = {}
    for path, number in run.parameter_values().items():
        values.setdefault(path.split("[")[0], []).append(float(f"{number:.7g}"))
    return values


def prepare(options: argparse.Namespace, program: Path) -> tuple[Study, dict[str, str]]:
    """Reads parameters from the program and their values from two short runs, and chooses; also what is left out."""
    sources: dict[str, str] = {}
    table = json.loads(call(program, "describe", "parameters", "--format", "json"))
    schema = json.loads(call(program, "schema"))["properties"]["parameters"]["properties"]
    whole = {name for name, entry in schema.items() if entry.get("type") == "integer"}
    known = {row["measure"] for row in json.loads(call(program, "describe", "measures", "--format", "json"))}
    measures = list(dict.fromkeys(options.measure or MEASURES))
    for name in measures:
        if name not in known:
            raise CommandError(f"--measure: there is no measure {name}; `pathways describe measures` lists them",
                              WRONG_USAGE)
    with tempfile.TemporaryDirectory(prefix="pathways-screen-") as folder:
        found = []
        for name, scenario in (("base", options.base), ("policy", options.policy)):
            path = Path(folder) / f"{name}.h5"
            live(program, scenario, path, "-n", "1000", "--years", "1")
            with Run(path) as run:
                found.append((read_values(run), run.text("scenario_digest"), run.text("source"),
                              run.number("start_year")))
                sources = read_sources(run) if name == "base" else sources
    (values, base_digest, version, start), (others, policy_digest, _, _) = found
    changed = [name for name in values if others[name] != values[name]]
    choice = Choice(options.free or ["*"], [*options.fix, *changed], dict(options.range), options.spread)
    factors, left_out = choose_factors([{**row, "source": sources[row["parameter"]]} for row in table], values, whole,
                                       choice)
    left_out.update({name: "changed by the policy's scenario" for name in changed if matches(name, choice.free)})
    if not factors:
        raise CommandError("--free: no assumed or calibrated parameter is left; `pathways describe parameters --assumed` "
                          "lists them", WRONG_USAGE)
    last = start + options.years - 1
    study = Study(program, options.base, options.policy, options.people, options.years, options.seed, measures,
                  (max(last - NUM_AVERAGED + 1, start), last), factors, (version, base_digest, policy_digest))
    return study, left_out


def evaluate(study: Study, folder: Path, trajectory: int, point: int, settings: Sequence[str]) -> dict:
    """Differences that the policy makes with some parameters, and their errors. The run files are not kept."""
    seed = study.seed + max(trajectory, 0)
    paths = [folder / f"{kind}_{trajectory}_{point}.h5" for kind in ("base", "policy")]
    chosen = [word for setting in settings for word in ("--set", setting)]
    values = {}
    try:
        for scenario, path in zip((study.base, study.policy), paths):
            live(study.program, scenario, path, "-n", str(study.people), "--years", str(study.years), "--seed",
                 str(seed), *chosen)
        for measure in study.measures:
            row, = json.loads(call(study.program, "compare", *map(str, paths), "--by", "nation", "--years",
                                   f"{study.span[0]}-{study.span[1]}", "--measure", measure, "--format", "json"))
            values[measure] = [math.nan if row[key] is None else row[key] for key in ("difference", "standard_error")]
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
    return {"trajectory": trajectory, "point": point, "values": values}


# --- What is kept ------------------------------------------------------------------------------------


def open_plan(study: Study, folder: Path) -> None:
    """Refuses a folder with another screening; writes the plan into a new one."""
    path = folder / "plan.json"
    plan = study.plan()
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
        return
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise CommandError(f"{path} is damaged; choose another -o", WRONG_USAGE) from None
    other = [key for key in plan if kept.get(key) != plan[key]]
    if other:
        raise CommandError(f"{folder} holds another screening (another {', another '.join(other)}); choose another -o",
                          WRONG_USAGE)


def read_evaluated(path: Path) -> dict[tuple[int, int], dict]:
    """Values by trajectory and point; a line that was cut off is done again."""
    done = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                done[entry["trajectory"], entry["point"]] = entry["values"]
            except (ValueError, KeyError):
                continue
    return done


def time_words(seconds: float) -> str:
    """About how long."""
    return f"{seconds / 3600:.1f} hours" if seconds >= 5400 else f"{seconds / 60:.0f} minutes"


def evaluate_all(study: Study, points: np.ndarray, folder: Path, jobs: int) -> dict[tuple[int, int], dict]:
    """Lives what is not yet evaluated and keeps each value as soon as it is known."""
    path = folder / "values.jsonl"
    done = read_evaluated(path)
    places = [(CENTRE, 0), *((t, p) for t in range(len(points)) for p in range(points.shape[1]))]
    wanted = [place for place in places if place not in done]
    if not wanted:
        return done
    if len(wanted) < len(places):
        print(f"{len(places) - len(wanted)} of {len(places)} pairs of runs are there already", file=sys.stderr)
    path.write_text("".join(json.dumps({"trajectory": t, "point": p, "values": values}) + "\n"
                            for (t, p), values in done.items()), encoding="utf-8")

    def settings(trajectory: int, point: int) -> list[str]:
        if trajectory == CENTRE:
            return []
        return [factor.setting(at) for factor, at in zip(study.factors, points[trajectory, point])]

    began = told = time.monotonic()
    pool = ThreadPoolExecutor(jobs)
    with tempfile.TemporaryDirectory(prefix="pathways-screen-") as scratch, path.open("a", encoding="utf-8") as kept:
        try:
            running = {pool.submit(evaluate, study, Path(scratch), t, p, settings(t, p)) for t, p in wanted}
            num_done = 0
            while running:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for one in finished:
                    entry = one.result()
                    done[entry["trajectory"], entry["point"]] = entry["values"]
                    print(json.dumps(entry), file=kept, flush=True)
                    num_done += 1
                if running and (time.monotonic() - told > 60 or num_done == jobs):
                    told = time.monotonic()
                    left = (told - began) / num_done * (len(wanted) - num_done)
                    print(f"{num_done} of {len(wanted)} pairs of runs, about {time_words(left)} left", file=sys.stderr)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return done


# --- Answers -----------------------------------------------------------------------------------------


def screen_measure(points: np.ndarray, done: dict[tuple[int, int], dict], measure: str) -> screening.Outcome | None:
    """Factors of one measure; None when somebody is missing in a run: a place of the range where nobody is counted."""
    def of_kind(kind: int) -> np.ndarray:
        return np.array([[done[t, p][measure][kind] for p in range(points.shape[1])] for t in range(len(points))])

    values, errors = of_kind(0), of_kind(1)
    if np.isnan(values).any() or np.isnan(errors).any():
        return None
    centre, error = done[CENTRE, 0][measure]
    return screening.Outcome(measure, centre, error, values, morris.screen(points, values, errors))


def print_outcome(outcome: screening.Outcome, factors: Sequence[Factor], show: screening.Scale, name: str) -> None:
    """The most influential parameters of a measure."""
    screened = outcome.screened
    is_told, half = screened.is_told, screened.mu_half
    print(f"\n{outcome.measure}: {name}\n  The policy changes it by {outcome.words(show)}.")
    print(f"  {is_told.sum()} of {len(factors)} parameters are told apart from chance. Its floors: mu* "
          f"{show.factor * screened.floor:.3g}, sigma {show.factor * screened.sigma_floor:.3g}.\n")
    print(f"  {'parameter':34}{'mu*':>8}{'95 % interval':>18}{'sigma':>8}{'mu':>9}{'+/-95 %':>9}  range")
    for k in screened.order[:SHOWN]:
        low, high = (show.factor * ends[k] for ends in (screened.low, screened.high))
        print(f"{'* ' if is_told[k] else '  '}{factors[k].name:34}{show.factor * screened.mu_star[k]:8.3f}"
              f"{f'{low:.3f} to {high:.3f}':>18}{show.factor * screened.sigma[k]:8.3f}"
              f"{show.factor * screened.mu[k]:+9.3f}{show.factor * half[k]:9.3f}"
              f"  {Factor.words(factors[k].low)} to {Factor.words(factors[k].high)}")


def write_table(path: Path, outcomes: Sequence[screening.Outcome], factors: Sequence[Factor],
                units: dict[str, str]) -> None:
    """A row for each outcome and parameter; shares from 0 to 1."""
    part = path.with_name(path.name + ".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("measure", "unit", "parameter", "value", "low", "high", "parameter_unit", "source", "mu_star",
                         "mu_star_low", "mu_star_high", "mu", "mu_error", "sigma", "floor", "sigma_floor", "told_apart",
                         "about"))
        for outcome in outcomes:
            one, is_told = outcome.screened, outcome.screened.is_told
            for k, factor in enumerate(factors):
                numbers = (one.mu_star[k], one.low[k], one.high[k], one.mu[k], one.mu_error[k], one.sigma[k], one.floor,
                           one.sigma_floor)
                writer.writerow((outcome.measure, units[outcome.measure], factor.name, Factor.words(factor.value),
                                 Factor.words(factor.low), Factor.words(factor.high), factor.unit, factor.source,
                                 *("" if math.isnan(x) else f"{x:.6g}" for x in numbers), int(is_told[k]),
                                 factor.about))
    os.replace(part, path)


def answer(study: Study, points: np.ndarray, done: dict[tuple[int, int], dict], options: argparse.Namespace) -> None:
    """Tables, pictures."""
    rows = {row["measure"]: row for row in json.loads(call(study.program, "describe", "measures", "--format", "json"))}
    names = {name: screening.name_of(name, rows[name]["about"]) for name in study.measures}
    outcomes = []
    for measure in study.measures:
        outcome = screen_measure(points, done, measure)
        if outcome is None:
            print(f"screen.py: {measure} is left out: some of the runs have nobody to count", file=sys.stderr)
            continue
        outcomes.append(outcome)
        print_outcome(outcome, study.factors, scale_of(rows[measure]["unit"]), names[measure])
    table = options.output / "screening.csv"
    write_table(table, outcomes, study.factors, {name: row["unit"] for name, row in rows.items()})
    print(f"\n{table}")
    for outcome in outcomes:
        page = screening.plot_screening(
            outcome, [factor.name for factor in study.factors], scale_of(rows[outcome.measure]["unit"]),
            names[outcome.measure],
            screening.Setting(study.policy.stem, study.base.stem, study.people, study.span, study.seed, len(points),
                              options.spread, study.versions[0]))
        path = options.output / f"screening_{outcome.measure}.{options.format}"
        page.save(path)
        print(path)


def print_plan(study: Study, left_out: dict[str, str], num_trajectories: int, is_long: bool) -> None:
    """What will be run."""
    num_pairs = num_trajectories * (len(study.factors) + 1) + 1
    print(f"{len(study.factors)} parameters, {num_trajectories} trajectories: {2 * num_pairs:,} runs of "
          f"{study.people:,} people; {study.policy.stem} less {study.base.stem}, average of {study.span[0]} to "
          f"{study.span[1]}", flush=True)
    for reason in sorted(set(left_out.values())):
        print(f"left out ({reason}): {', '.join(name for name in left_out if left_out[name] == reason)}", flush=True)
    for factor in study.factors if is_long else ():
        print(f"  {factor.name:34}{Factor.words(factor.low)} to {Factor.words(factor.high)} {factor.unit}")


def parse_range(text: str) -> tuple[str, tuple[float, float]]:
    """GLOB=LOW:HIGH"""
    glob, _, ends = text.partition("=")
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not like home.base=-4.8:-4.2") from None
    if not low < high:
        raise argparse.ArgumentTypeError(f"{text}: the first end must be below the second")
    return glob, (low, high)


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="screen.py", description=__doc__.split("\nExit status")[0],
                                     formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="Exit status" + __doc__.split("\nExit status")[1].rsplit("\nSPDX", 1)[0])
    add = parser.add_argument
    add("base", metavar="BASE.json", type=Path, help="scenario without the policy")
    add("policy", metavar="POLICY.json", type=Path, help="scenario with it")
    add("-o", "--output", metavar="DIR", type=Path, required=True, help="folder for the results, made when missing")
    add("-n", "--people", metavar="N", type=int, default=50000, help="people of each run (default: 50000)")
    add("--trajectories", metavar="R", type=int, default=10, help="effects for each parameter (default: 10)")
    add("--years", metavar="N", type=int, default=20, help="years lived after the start (default: 20)")
    add("--seed", type=int, default=1, help="of the first trajectory and of the plan (default: 1)")
    add("--free", metavar="GLOB", action="append", help="only parameters of this name, 'jobs.*'; may be repeated")
    add("--fix", metavar="GLOB", action="append", default=[], help="not these; may be repeated")
    add("--spread", metavar="SHARE", type=float, default=0.25, help="of the way to zero or a bound (default: 0.25)")
    add("--range", metavar="GLOB=LOW:HIGH", type=parse_range, action="append", default=[],
        help="the range of a parameter; may be repeated, the last that fits counts")
    add("--measure", metavar="NAME", action="append", help="an outcome; may be repeated (default: the headlines)")
    add("-j", "--jobs", metavar="N", type=int, default=os.cpu_count() or 1,
        help="pairs of runs at a time, each on one thread (default: all cores)")
    add_program_option(parser)
    add("--format", choices=("png", "svg", "pdf"), default="png", help="of the pictures (default: png)")
    add("--plan", action="store_true", help="say which parameters go where and how many runs it takes, and stop")
    options = parser.parse_args(arguments)
    if options.people < 1000 or options.trajectories < 2 or options.years < 2 or options.jobs < 1:
        parser.error("at least 1000 people, 2 trajectories, 2 years and 1 job are needed")
    if not 0.0 < options.spread < 1.0:
        parser.error("--spread: a share above 0 and below 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    options = parse_arguments(arguments)
    style.apply()

    def work() -> None:
        study, left_out = prepare(options, find_program(options.pathways))
        print_plan(study, left_out, options.trajectories, options.plan)
        if options.plan:
            return
        open_plan(study, options.output)
        points = morris.draw_trajectories(study.seed, len(study.factors), options.trajectories)
        answer(study, points, evaluate_all(study, points, options.output, options.jobs), options)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return finish("screen.py", work)
    except KeyboardInterrupt:
        print("screen.py: interrupted; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

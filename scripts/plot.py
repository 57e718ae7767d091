#!/usr/bin/python3
"""Pictures of a run of `pathways`, or of a baseline beside policies.

Needs Debian's python3-h5py, python3-numpy and python3-matplotlib.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import difflib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

try:
    from command import WRONG_USAGE, CommandError, add_run_options, finish, open_runs
    from plots import (cohort_flow, dashboard, effects, generations, mobility, origins, places, published, sequences, style,
                       tiles)
    from reporting.program import Program, find_program
    from run_file import NoCohortError, NoPictureError, Run
except ImportError as error:
    print(
        (
            f"plot.py: {error}; install Debian's python3-h5py, python3-numpy and python3-matplotlib, and call "
            "/usr/bin/python3"
        ),
        file=sys.stderr,
    )
    sys.exit(4)


@dataclass(frozen=True)
class Request:
    """What is drawn: a baseline, perhaps one of the policies, and all of them."""

    base: Run
    policy: Run | None
    policies: Sequence[Run]
    measures: Sequence[str]
    asked_measures: Sequence[str]
    cohort: int | None
    program: Path | None  # that was asked for


@dataclass(frozen=True)
class Picture:
    """A kind of picture and the question it answers."""

    about: str
    make: Callable[[Request], style.Page]
    needs_policy: bool = False
    of_base: bool = False  # whatever the policies
    of_all_policies: bool = False  # one for all rather than one a policy


def plot_published(request: Request) -> style.Page:
    """Asks the program how near the baseline is to published figures."""
    program = Program(find_program(request.program), request.base.path, [])
    return published.plot_published(request.base, published.read_targets(program.validate(request.base.path)))


PICTURES: dict[str, Picture] = {
    "cohort_flow": Picture(
        "what a birth cohort does from 16 to 30, as bands",
        lambda r: cohort_flow.plot_cohort_flow(r.base, r.policy, r.cohort),
    ),
    "sequences": Picture(
        "lives of a birth cohort from 16 to 30, a line a person; with a policy those that differ",
        lambda r: sequences.plot_sequences(r.base, r.policy, r.cohort),
    ),
    "places": Picture(
        "places ranked by measures, with intervals", lambda r: places.plot_places(r.base, r.policy, r.measures)
    ),
    "tile_map": Picture(
        "the same measures on a map of one tile a place", lambda r: tiles.plot_tile_map(r.base, r.policy, r.measures)
    ),
    "outcomes_by_origin": Picture(
        "outcomes by the class of the parents", lambda r: origins.plot_outcomes_by_origin(r.base, r.policy)
    ),
    "mobility_table": Picture(
        "own class by the class of the parents: shares, and the people as bands",
        lambda r: mobility.plot_mobility(r.base, r.policy),
    ),
    "three_generations": Picture(
        "professional work by the class of parents and grandparents",
        lambda r: generations.plot_three_generations(r.base, r.policy),
    ),
    "published": Picture(
        "the baseline beside published figures, as `pathways validate` has them", plot_published, of_base=True
    ),
    "policy_difference": Picture(
        "what a policy changes, by place, origin and sex",
        lambda r: effects.plot_effects(r.base, r.policy, r.asked_measures or effects.EFFECT_MEASURES),
        needs_policy=True,
    ),
    "dashboard": Picture(
        "a comparison on one page: headlines, time, origins, money",
        lambda r: dashboard.plot_dashboard(r.base, r.policies),
        needs_policy=True,
        of_all_policies=True,
    ),
}


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """What the user asks for; argparse exits with 2 when it makes no sense."""
    listing = "\n".join(
        f"  {name:20s}{picture.about}{' (needs a policy)' if picture.needs_policy else ''}"
        for name, picture in PICTURES.items()
    )
    parser = argparse.ArgumentParser(
        prog="plot.py",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Draw pictures of a run of pathways, or of a baseline beside policies:\n\n" + listing,
        epilog=(
            "Exit status: 0 done; 2 wrong usage; 3 a run file is wrong; 4 a picture could not be written or the program\n"
            "pathways is not there.\n"
            "Example: plot.py baseline.h5 policy.h5 -o pictures --only tile_map"
        ),
    )
    add_run_options(parser, "*")
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        default=Path("."),
        help="folder for the pictures, made when missing (default: this one)",
    )
    parser.add_argument("--only", metavar="NAME", action="append", help="one of the pictures above; may be repeated")
    parser.add_argument(
        "--cohort",
        metavar="YEAR",
        type=int,
        help="year of birth of the cohort (default: the latest on file from 16 to 30)",
    )
    parser.add_argument(
        "--measure",
        metavar="NAME",
        action="append",
        help="a measure by place; give up to three (default: neet_16_24 professional_25_29)",
    )
    parser.add_argument("--format", choices=("png", "svg", "pdf"), default="png", help="of the pictures (default: png)")
    options = parser.parse_args(arguments)
    if options.measure and len(options.measure) > 3:
        parser.error("--measure: at most three")
    for name in options.only or []:
        if name not in PICTURES:
            parser.error(f"--only: there is no picture {name}; {nearest(name, list(PICTURES), 'see --help')}")
        if PICTURES[name].needs_policy and not options.policies:
            parser.error(f"--only: {name} needs a POLICY.h5 beside the baseline")
    return options


def nearest(name: str, names: Sequence[str], otherwise: str) -> str:
    """What was perhaps meant."""
    near = difflib.get_close_matches(name, names, 3)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def check_measures(run: Run, measures: Sequence[str]) -> None:
    """Exit 2 with the nearest names when the file has no such measure."""
    for name in measures:
        if name not in run.measure_names():
            hint = nearest(name, run.measure_names(), "`pathways describe measures` lists them")
            raise CommandError(f"--measure: {run.path} has no measure {name}; {hint}", WRONG_USAGE)


def file_names(name: str, policies: Sequence[Run], picture: Picture) -> list[tuple[str, Run | None]]:
    """Names of a picture's files without ending, and the policy of each; among several policies with the policy's."""
    if not policies or picture.of_base or picture.of_all_policies or len(policies) == 1:
        return [(name, policies[0] if policies else None)]
    stems = [policy.path.stem for policy in policies]
    return [
        (f"{name}_{stem if stems.count(stem) == 1 else f'{stem}_{k + 1}'}", policy)
        for k, (stem, policy) in enumerate(zip(stems, policies))
    ]


def draw(options: argparse.Namespace, base: Run, policies: Sequence[Run]) -> None:
    """Draws and writes each picture and prints its name."""
    measures = options.measure or list(places.PLACE_MEASURES)
    for run in (base, *policies):
        check_measures(run, measures)
    wanted = [
        name
        for name, picture in PICTURES.items()
        if (not options.only or name in options.only) and (policies or not picture.needs_policy)
    ]
    options.output.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        for stem, policy in file_names(name, policies, PICTURES[name]):
            request = Request(base, policy, policies, measures, options.measure or (), options.cohort, options.pathways)
            try:
                page = PICTURES[name].make(request)
            except NoPictureError as error:
                if isinstance(error, NoCohortError) and options.cohort is not None:
                    raise CommandError(f"--cohort: {base.path}: {error}", WRONG_USAGE) from None
                print(f"plot.py: {stem} is left out: {base.path}: {error}", file=sys.stderr)
                continue
            except CommandError as error:
                if options.only or options.pathways:
                    raise
                print(f"plot.py: {stem} is left out: {error}", file=sys.stderr)
                continue
            path = options.output / f"{stem}.{options.format}"
            page.save(path)
            print(path)


def main(arguments: list[str] | None = None) -> int:
    """The program; returns its exit status."""
    options = parse_arguments(arguments)
    style.apply()

    def work() -> None:
        with open_runs(options) as (base, policies):
            draw(options, base, policies)

    return finish("plot.py", work)


if __name__ == "__main__":
    sys.exit(main())

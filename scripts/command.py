"""What scripts that read runs have in common: their options, the runs that these name, and how they fail.

Exit status: 0 done; 2 wrong usage; 3 an input is wrong; 4 the machine failed or the program pathways is not there.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import contextlib
import re
import sys
from pathlib import Path
from typing import Callable, Iterator

from run_file import Run, RunFileError, YearsError, check_pair, tell_apart

WRONG_USAGE, WRONG_INPUT, FAILED = 2, 3, 4


class CommandError(Exception):
    """A script cannot go on: the message says what and what to do; the status is to end with."""

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.status = status


def parse_years(text: str) -> tuple[int, int]:
    """2055-2064, or one year."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is neither a year nor years such as 2055-2064")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise argparse.ArgumentTypeError(f"{text}: the first year is after the last")
    return first, last


def add_run_options(parser: argparse.ArgumentParser, policies: str) -> None:
    """A baseline, policies (`*` or `+` of them), years, the program."""
    parser.add_argument("base", metavar="BASE.h5", type=Path, help="run file of the baseline")
    parser.add_argument(
        "policies", metavar="POLICY.h5", type=Path, nargs=policies, help="run files with a policy, same people and seed"
    )
    parser.add_argument(
        "--years", metavar="FIRST-LAST", type=parse_years, help="years to average outcomes over (default: the last ten)"
    )
    add_program_option(parser)


def add_program_option(parser: argparse.ArgumentParser) -> None:
    """Which program to ask."""
    parser.add_argument(
        "--pathways",
        "--program",
        metavar="PROGRAM",
        type=Path,
        help="the program (default: $PATHWAYS, else the one on PATH, else build/pathways)",
    )


@contextlib.contextmanager
def open_runs(options: argparse.Namespace) -> Iterator[tuple[Run, list[Run]]]:
    """The baseline and the policies that the options name, which can be compared and have the years that are asked for."""
    path = options.base
    try:
        with contextlib.ExitStack() as files:
            base = files.enter_context(Run(path, options.years))
            policies: list[Run] = []
            for path in options.policies:
                policies.append(files.enter_context(Run(path, options.years)))
                check_pair(base, policies[-1])
            for path, run in zip((options.base, *options.policies), (base, *policies)):
                run.span  # noqa: B018  refuses years that are not measured
            path = options.base
            tell_apart([base, *policies])
            yield base, policies
    except RunFileError as error:
        raise CommandError(f"{path}: {error}", WRONG_INPUT) from None
    except YearsError as error:
        raise CommandError(f"--years: {path}: {error}", WRONG_USAGE) from None


def finish(name: str, work: Callable[[], None]) -> int:
    """Do it; complaints go to standard error. Returns the exit status."""
    try:
        work()
        return 0
    except CommandError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return error.status
    except OSError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return FAILED

#!/usr/bin/python3
"""A report of a comparison as one HTML page that needs no network: a baseline and policies of `pathways`.

Needs Debian's python3-h5py, python3-numpy and python3-matplotlib, and the program pathways.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

try:
    from command import add_run_options, finish, open_runs
    from plots import style
    from reporting import asked, backing, people, sections
    from reporting.html import Markup, bullets, join, paragraph, tag, whole_page
    from reporting.program import Program, find_program
    from reporting.sections import Comparison
except ImportError as error:
    print(
        (
            f"report.py: {error}; install Debian's python3-h5py, python3-numpy and python3-matplotlib, and call "
            "/usr/bin/python3"
        ),
        file=sys.stderr,
    )
    sys.exit(4)

MOST_KEY = 4  # messages of a policy at the top


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """What the user asks for; argparse exits with 2 when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="report.py",
        description="Write a report of a baseline and policies as one HTML page that needs no network.",
        epilog=(
            "Exit status: 0 done; 2 wrong usage; 3 a run file is wrong; 4 the report could not be written or the"
            " program pathways is not there. Example: report.py baseline.h5 policy.h5 -o report.html"
        ),
    )
    add_run_options(parser, "+")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE.html",
        type=Path,
        default=Path("report.html"),
        help="the page (default: report.html); written when it is whole, over one of that name",
    )
    return parser.parse_args(arguments)


def title_of(comparison: Comparison) -> str:
    """The question of the report."""
    if len(comparison.policies) == 1:
        return f"What would change: {comparison.policies[0].title}"
    return f"What would change: {len(comparison.policies)} policies compared"


def lead_of(comparison: Comparison) -> Markup:
    """Key messages and what this is."""
    base = comparison.base
    messages: list[object] = []
    for policy in comparison.policies:
        rows = sections.headlines_of(comparison, policy)
        items = sections.headline_items(rows)
        words = Markup("") if len(comparison.policies) == 1 else tag("strong", policy.title)
        if policy.text("state_digest") == base.text("state_digest"):
            items = [Markup("Nothing differs from the baseline: both runs end in the same state.")]
        elif all(row.change == 0 and row.error == 0 for row in rows):
            items = [Markup("No headline differs from the baseline.")]
        elif not items:
            items = [Markup("No headline is told apart from no change.")]
        if len(items) > MOST_KEY:
            items = [*items[:MOST_KEY], join(tag("a", f"and {len(items) - MOST_KEY} more", href="#changes"), ".")]
        messages.append(join(words, bullets(items)))
    return join(
        paragraph(
            (
                f"{base.number('persons'):,} simulated people of England, lived from {base.number('history_from')} to "
                f"{base.measured_years()[-1]}; policy less baseline, {comparison.years}."
            ),
            class_="facts",
        ),
        tag(
            "div",
            *messages,
            paragraph(
                (
                    "These are results of a simulation that rests on many assumptions, not forecasts: read which way"
                    " and how much, before the exact number. "
                ),
                tag("a", "What is assumed", href="#assumptions"),
                class_="note",
            ),
            class_="key",
            role="region",
            aria_label="Key messages",
        ),
    )


def write_report(comparison: Comparison, program: Program) -> str:
    """The whole page."""
    levers, acts = program.describe("levers"), program.describe("acts")
    parts = [
        asked.asked(comparison.policies, levers, program.compare_section("runs")),
        sections.what_changes(comparison),
        sections.through_time(comparison),
        sections.where_and_for_whom(comparison),
        people.gains_and_losses(comparison, program),
        people.costs(comparison, program),
        backing.validity(comparison.base, program),
        backing.assumptions(comparison, levers, acts),
        backing.reproduce(comparison, program),
        backing.all_measures(comparison, program),
        backing.glossary(),
    ]
    base = comparison.base
    foot = paragraph(
        f"Made by scripts/report.py of {base.text('source')}. Inputs contain public sector information of DfE, DWP,"
        " MHCLG, ONS and SMC, licensed under the Open Government Licence v3.0. Tables that open on the screen are"
        " printed when they are open."
    )
    about = (
        f"Results of the simulation pathways: {', '.join(run.title for run in comparison.policies)}, less {base.title}"
    )
    return whole_page(title_of(comparison), about, lead_of(comparison), parts, foot)


def save(path: Path, page: str) -> None:
    """All or nothing."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(page, encoding="utf-8")
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def main(arguments: list[str] | None = None) -> int:
    """The program; returns its exit status."""
    options = parse_arguments(arguments)
    style.apply()

    def work() -> None:
        program = Program(find_program(options.pathways), options.base, options.policies)
        if not options.output.parent.is_dir():
            raise NotADirectoryError(f"{options.output.parent} is not a folder")
        with open_runs(options) as (base, policies):
            save(options.output, write_report(Comparison(base, policies), program))
        print(options.output)

    return finish("report.py", work)


if __name__ == "__main__":
    sys.exit(main())

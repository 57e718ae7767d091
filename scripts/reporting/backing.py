"""How far to trust a comparison: published figures, assumptions, how to do it again, words.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Sequence

from plots import published
from plots.words import name_of, scale_of, span_text
from reporting.findings import MINUS, within
from reporting.html import Section, bullets, definitions, details, join, paragraph, picture, table, tag
from reporting.program import Program, Row, number, of_run
from reporting.sections import Comparison, named
from run_file import NoPictureError, Run

GLOSSARY = Path(__file__).with_name("glossary.json")
LEVELS_NOTE = (
    "Levels of the baseline were set by hand to lie near national figures; no outcome of a single place went into it. "
    "Where the baseline is off, read differences with more care than their intervals say."
)
LIMITS = (
    (
        "Effects of the policies are put in: what a lever does is an assumption or a finding from elsewhere. What the"
        " model adds is what follows when people compete for what is scarce, move, pair and raise children."
    ),
    (
        "No ethnicity, disability, care experience or immigration status; no private schools; no firms, and no prices"
        " but pay and houses, both given."
    ),
    "Intervals cover chance in one run, not doubt about assumptions: another assumption may change more than they say.",
)


def validity(base: Run) -> Section:
    """The baseline beside published figures."""
    rows = published.stand_beside(base)
    parts: list[object] = [paragraph(LEVELS_NOTE)]
    if not rows:
        parts.append(paragraph("The run measured none of the years for which figures are carried."))
        return Section("validity", "How close the baseline is to the country", join(*parts))
    lines = [
        (
            f"{name_of(base, row.measure)}: {within(row.who)}",
            published_value(row.published, row.unit, row.low, row.high),
            published_value(row.model, row.unit, row.model - row.half, row.model + row.half),
            (f"{row.model - row.published:+.1f}" if row.unit == "%" else f"{row.model - row.published:+.2f}").replace(
                "-", MINUS
            ),
            span_text(row.years),
            f"{row.source}, {row.area}{'; ' + row.note if row.note else ''}",
        )
        for row in rows
    ]
    whole = table(
        "Published figures and the run, in % or \u00a3 an hour; intervals of 95 % in brackets where there are any",
        ["Figure", "#Published", "#Run", "#Run less published", "Years of the run", "Source"],
        lines,
        "Published figures and the run",
    )
    shares = [row for row in rows if row.unit == "%"]
    gaps = sorted(shares, key=lambda row: -abs(row.model - row.published))
    words = (
        f"Of {len(shares)} published percentages the run is within 3 points of "
        f"{sum(abs(row.model - row.published) <= 3 for row in shares)}. Furthest away: "
        + "; ".join(
            f"{within(name_of(base, row.measure))}, {within(row.who)}: {row.model:.1f} % in the run,"
            f" {row.published:.1f} % published"
            for row in gaps[:3]
        )
        + "."
    )
    parts.append(paragraph(words))
    try:
        page = published.plot_published(base)
        parts.append(
            picture(
                page,
                f"Dots of the run and diamonds of published figures. {words}",
                (
                    "Dot: the run. Diamond: published, most of it for the United Kingdom where the run is of England. "
                    "Lines: 95 % intervals where there are any."
                ),
                details("The numbers of this picture, with sources", whole),
            )
        )
    except NoPictureError:
        parts.append(whole)
    return Section("validity", "How close the baseline is to the country", join(*parts))


def published_value(value: float, unit: str, low: float, high: float) -> str:
    """A figure with its interval."""
    digits = 1 if unit == "%" else 2
    text = f"{value:.{digits}f}"
    return text if math.isnan(low) or math.isnan(high) else f"{text} ({low:.{digits}f} to {high:.{digits}f})"


def assumptions(comparison: Comparison, levers: Sequence[Row], acts: Sequence[Row]) -> Section:
    """Counts of parameters, what the levers are assumed to do, limits."""
    base = comparison.base
    sources = Counter(
        source if source in ("assumed", "calibrated", "scenario") else "sourced"
        for source in base.parameter_sources()
    )
    total = sum(sources.values())
    parts: list[object] = []
    if total:
        parts.append(
            paragraph(
                (
                    f"The model has {total} parameters: {sources['assumed']} are assumed by its authors for want of a"
                    " published figure,"
                    f" {sources['calibrated']} {'is' if sources['calibrated'] == 1 else 'are'} fitted, and"
                    f" {sources['sourced']} have a published source"
                    + (f"; the scenario sets {sources['scenario']}. " if sources["scenario"] else ". ")
                ),
                tag("code", "pathways describe parameters --assumed"),
                " lists them.",
            )
        )
    used = {policy["lever"] for run in comparison.policies for policy in run.scenario().get("policies", [])}
    lines = [
        (
            row["lever"].replace("_", " "),
            row["about"],
            row["mechanism"] or "adds places or jobs, for which people compete",
            row["source"],
        )
        for row in levers
        if row.get("lever") in used
    ]
    if lines:
        parts.append(
            table(
                "The levers of these policies and what is put in",
                ["Lever", "What it is", "Changes in the model", "Source"],
                lines,
                "The levers",
            )
        )
    rows = [
        (
            row["lever"].replace("_", " "),
            row["about"],
            f"{row['amount']} {row['unit']}, {row['when']}",
            row["source"],
            row["evidence"],
        )
        for row in acts
        if row.get("lever") in used
    ]
    if rows:
        assumed = sum(row[3] == "assumed" for row in rows)
        parts.append(paragraph(f"The levers act through {len(rows)} effects, of which {assumed} are assumed:"))
        parts.append(
            table(
                "Effects of the levers, one by one",
                ["Lever", "On", "By", "Source", "Evidence"],
                rows,
                "Effects of the levers",
            )
        )
    changed = changed_parameters(comparison)
    if changed:
        parts.append(paragraph("Parameters that a policy run changes:"))
        parts.append(bullets(changed))
    parts.append(bullets(LIMITS))
    return Section("assumptions", "What is assumed", join(*parts))


def changed_parameters(comparison: Comparison) -> list[str]:
    """Parameters whose value differs from the base."""
    before = comparison.base.parameter_values()
    return [
        f"{path}: {before.get(path, math.nan):g} in the baseline, {value:g} in {run.title}"
        for run in comparison.policies
        for path, value in run.parameter_values().items()
        if before.get(path) != value
    ]


def all_measures(comparison: Comparison, program: Program) -> Section:
    """Every measure of the last year of the average, as the program has it."""
    year = comparison.base.span[1]
    rows = program.compare("--by", "nation", "--measure", "*", "--year", str(year))
    abouts = {
        row["measure"]: row["about"] for row in program.describe("measures") if "measure" in row and "about" in row
    }
    parts: list[object] = [
        paragraph(
            f"Every measure in the single year {year}, as ",
            tag("code", f"pathways compare --by nation --measure '*' --year {year}"),
            " prints it. One year has fewer people than the averages above, so intervals are wider.",
        )
    ]
    for policy in comparison.policies:
        mine = of_run(rows, policy.path)
        lines = [measure_line(row, abouts) for row in mine]
        marked = sum(row["marked"] == "1" for row in mine)
        parts += [
            named(policy, comparison),
            details(
                f"{len(mine)} measures, {marked} marked by the program",
                table(
                    f"{policy.title}, {year}",
                    ["Measure", "#Baseline", "#Policy", "#Difference", "#Standard error", "Marked", "Unit"],
                    lines,
                    "Every measure",
                ),
            ),
        ]
    return Section("measures", "Every measure", join(*parts))


def measure_line(row: Row, abouts: dict[str, str]) -> tuple[object, ...]:
    """One measure of `compare`, shares in per cent."""
    factor = 100.0 if row["unit"] == "share" else 1.0
    unit = "%" if row["unit"] == "share" else scale_of(row["unit"]).unit
    cells = [format_number(factor * number(row, name)) for name in ("base", "policy")]
    cells += [
        format_number(factor * number(row, name), name == "difference") for name in ("difference", "standard_error")
    ]
    name = join(tag("code", row["measure"]), f" {abouts[row['measure']]}" if row["measure"] in abouts else "")
    return (name, *cells, "*" if row["marked"] == "1" else "", unit)


def format_number(value: float, is_signed: bool = False) -> str:
    """Three decimals; a dash for nobody."""
    if math.isnan(value):
        return "\u2013"
    text = f"{value:+.3f}" if is_signed else f"{value:.3f}"
    return text.lstrip("+") if float(text) == 0 else text.replace("-", MINUS)


def reproduce(comparison: Comparison, program: Program) -> Section:
    """Commands, digests, version."""
    runs = [comparison.base, *comparison.policies]
    rows = [
        (
            run.title,
            run.path.name,
            run.text("source").removeprefix("pathways "),
            str(run.number("seed")),
            f"{run.number('persons'):,}",
            run.text("scenario_digest"),
            run.text("state_digest"),
        )
        for run in runs
    ]
    whole = table(
        "The runs",
        [
            "Scenario",
            "File",
            "Version (commit)",
            "#Seed",
            "#People",
            "Digest of the scenario",
            "Digest of the end state",
        ],
        rows,
        "The runs",
    )
    commands = []
    for run in runs:
        history = run.text("history").split("\n")[0]
        commands.append(history.split(": ", 1)[-1])
    files = " ".join(run.path.name for run in runs)
    first, last = comparison.base.span
    commands += [f"pathways compare {files}", f"scripts/report.py {files} --years {first}-{last} -o report.html"]
    return Section(
        "reproduce",
        "How to do it again",
        join(
            paragraph(
                (
                    "The same scenario, people and seed give the same digest of the end state on any computer and any"
                    " number of threads; the file holds the scenario in full ("
                ),
                tag("code", "/scenario/resolved_text"),
                ").",
            ),
            whole,
            tag("pre", tag("code", "\n".join(commands)), tabindex="0", role="region", aria_label="Commands"),
            paragraph(
                "To see how much is chance, run baseline and policies again with another ", tag("code", "--seed"), "."
            ),
        ),
    )


def glossary() -> Section:
    """Words that are used here."""
    items = json.loads(GLOSSARY.read_text(encoding="utf-8"))
    return Section("glossary", "Words used here", definitions(items.items()))

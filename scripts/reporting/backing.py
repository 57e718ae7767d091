"""How far to trust a comparison: published figures, assumptions, how to do it again, words.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Mapping, Sequence

from plots import published
from plots.words import MEASURE_NAMES, scale_of
from reporting.findings import MINUS, within
from reporting.html import Section, bullets, definitions, details, join, paragraph, picture, table, tag
from reporting.program import Program, Row, number, of_run
from reporting.sections import Comparison, named
from run_file import Run

GLOSSARY = Path(__file__).with_name("glossary.json")
LEVELS_NOTE = (
    "Levels of the baseline were set to lie near national figures; no outcome of a single place went into it. "
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


def validity(base: Run, program: Program) -> Section:
    """The baseline beside published figures."""
    heading = "How close the baseline is to the country"
    targets = published.read_targets(program.validate(base.path))
    measured = [target for target in targets if target.is_measured]
    # What a measure is "the same" as is told by the one before it, which is not there.
    abouts = {row["measure"]: row["about"] for row in program.describe("measures")}
    names = {name: about for name, about in abouts.items() if not about.startswith("The same")} | MEASURE_NAMES
    parts: list[object] = [paragraph(LEVELS_NOTE)]
    if not measured:
        parts.append(paragraph("The run measured none of the years for which figures are carried."))
        return Section("validity", heading, join(*parts))
    words = validity_words(names, targets, measured)
    parts.append(paragraph(words))
    parts.append(
        table(
            "Published figures that the run meets: within the tolerance or inside the published interval",
            ["Theme", "#Met", "#Of", "#Mean distance in tolerances"],
            theme_lines(targets),
            "Figures met by theme",
        )
    )
    lines = [target_line(target) for target in targets]
    whole = table(
        "Published figures and the run; intervals of 95 % in brackets where there are any",
        ["Figure", "#Published", "#Run", "#Run less published", "#Tolerance", "Met", "Years", "Source"],
        lines,
        "Published figures and the run",
    )
    parts.append(
        picture(
            published.plot_published(base, targets, columns=2),
            f"Published figures across, how far the run is from them up, a panel for each theme. {words}",
            (
                "Each mark is a figure: published across, how far the run is from it up. Dot: met; triangle: missed. Grey:"
                " near enough. Dark lines about zero: published 95 % intervals; coloured lines: the run's. Named: the"
                " furthest away."
            ),
            details("The numbers of this picture, with sources", whole),
        )
    )
    parts.append(paragraph(tag("code", f"pathways validate {base.path.name}"), " prints them."))
    return Section("validity", heading, join(*parts))


def validity_words(
    names: Mapping[str, str], targets: Sequence[published.Target], measured: Sequence[published.Target]
) -> str:
    """How many figures are met, and which are furthest away."""
    lacking = len(targets) - len(measured)
    furthest = sorted(measured, key=lambda target: -target.distance)[:3]
    return (
        f"The run meets {published.met_words(targets)} published figures"
        + (f"; {lacking} are of years that it did not measure" if lacking else "")
        + ". Furthest away: "
        + "; ".join(
            f"{within(names.get(target.measure, target.measure))}, {within(target.who)}: {with_unit(target.model, target.unit)} in the"
            f" run, {with_unit(target.published, target.unit)} published"
            for target in furthest
        )
        + "."
    )


def theme_lines(targets: Sequence[published.Target]) -> list[tuple[str, str, str, str]]:
    """A row for each theme."""
    lines = []
    for theme in dict.fromkeys(target.theme for target in targets):
        those = [target for target in targets if target.theme == theme]
        distances = [target.distance for target in those if target.is_measured]
        mean = f"{sum(distances) / len(distances):.1f}" if distances else "\u2013"
        lines.append((theme, str(sum(target.is_met for target in those)), str(len(those)), mean))
    return lines


def target_line(target: published.Target) -> tuple[object, ...]:
    """A row of the table of all figures."""
    digits = digits_of(target.unit)
    gap = target.model - target.published
    return (
        join(tag("code", target.measure), f" {within(target.who)}{unit_words(target.unit)}"),
        with_interval(target.published, target.low, target.high, digits),
        with_interval(target.model, target.model - target.half, target.model + target.half, digits),
        "\u2013" if math.isnan(gap) else f"{gap:+.{digits}f}".replace("-", MINUS),
        f"{target.tolerance:.{digits}f}",
        "yes" if target.is_met else "no" if target.is_measured else "not measured",
        target.years.replace("-", "\u2013"),
        target.source + (f"; {target.about}" if target.about else ""),
    )


def digits_of(unit: str) -> int:
    """Decimals of a figure."""
    return {"%": 1, "score": 1}.get(unit, 2)


def unit_words(unit: str) -> str:
    """The unit behind a name; nothing for what has none."""
    return "" if unit in ("", "1") else f", {unit if unit == '%' else scale_of(unit).unit}"


def with_unit(value: float, unit: str) -> str:
    """A figure with its unit."""
    return f"{value:.{digits_of(unit)}f}" + (" %" if unit == "%" else unit_words(unit).replace(", ", " "))


def with_interval(value: float, low: float, high: float, digits: int) -> str:
    """A figure with its interval."""
    if math.isnan(value):
        return "\u2013"
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
    """Every measure in the years of the report, as the program has it."""
    first, last = comparison.base.span
    years = str(last) if first == last else f"{first}-{last}"
    rows = program.compare("--by", "nation", "--measure", "*", "--years", years)
    abouts = {
        row["measure"]: row["about"] for row in program.describe("measures") if "measure" in row and "about" in row
    }
    parts: list[object] = [
        paragraph(
            f"Every measure {comparison.years}, as ",
            tag("code", f"pathways compare --by nation --measure '*' --years {years}"),
            " prints it.",
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
                    f"{policy.title}, {years}",
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

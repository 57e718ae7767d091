"""The baseline beside published national figures.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plots import style
from plots.words import CLASS_NAMES, name_of, source_line
from run_file import Estimate, NoPictureError, Run, estimate

FIGURES = Path(__file__).resolve().parents[1] / "published.json"
ROW = 0.2


@dataclass(frozen=True)
class Beside:
    """A published figure and what the run has for it. Shares are from 0 to 100."""

    measure: str
    who: str
    years: tuple[int, int]  # of the model: the published ones as far as they are measured
    published: float
    low: float
    high: float
    model: float
    half: float
    unit: str
    area: str
    source: str
    note: str

    @property
    def ratio(self) -> float:
        """Model over published."""
        return self.model / self.published


def model_value(run: Run, figure: dict, years: tuple[int, int]) -> Estimate:
    """The run's value of a figure."""
    measure = figure["measure"]
    if figure["by"] == "origin":
        parts = run.origin_parts(measure, years)[run.axis("class").index(figure["group"])]
    else:
        parts = run.nation_parts(measure, years)
    return estimate(parts, run.measure_scale(measure))


def stand_beside(run: Run) -> list[Beside]:
    """All published figures whose measure and years the run has."""
    measured = run.measured_years()
    rows = []
    for figure in json.loads(FIGURES.read_text(encoding="utf-8"))["figures"]:
        first, last = max(figure["years"][0], int(measured[0])), min(figure["years"][1], int(measured[-1]))
        if first > last or figure["measure"] not in run.national_names():
            continue
        value = model_value(run, figure, (first, last))
        factor = 100.0 if figure["unit"] == "%" else 1.0
        who = "Everyone" if figure["by"] == "nation" else f"Parents {CLASS_NAMES[figure['group']].lower()}"
        rows.append(
            Beside(
                figure["measure"],
                who,
                (first, last),
                figure["value"],
                figure.get("low", np.nan),
                figure.get("high", np.nan),
                factor * float(value.value),
                factor * float(value.half_width),
                figure["unit"],
                figure["area"],
                figure["source"],
                figure.get("note", ""),
            )
        )
    return rows


def plot_published(run: Run) -> style.Page:
    """Percentages: the model's dot and the published diamond in one row."""
    rows = [row for row in stand_beside(run) if row.unit == "%"]
    if not rows:
        raise NoPictureError("the run measured none of the years of published figures")
    tops, at, before = [], 0.0, ""
    for row in rows:
        at += 0.3 if row.measure != before else 0.0
        before = row.measure
        tops.append(at + ROW / 2)
        at += ROW
    page = style.Page(
        8.4,
        at + 0.75,
        "How close is the baseline to what is published?",
        (
            "Filled dot: the run, with its 95 % interval. Hollow diamond: published, with its 95 % interval where there"
            " is one."
        ),
        source_line(run, None),
    )
    axes = page.axes(style.MARGIN + 2.3, 0.4, page.width - 2 * style.MARGIN - 2.4, at)
    before = ""
    for top, row in zip(tops, rows):
        if row.measure != before:
            axes.text(
                -0.42,
                top - ROW / 2 - 0.06,
                name_of(run, row.measure),
                size=8.5,
                weight="bold",
                va="bottom",
                transform=axes.get_yaxis_transform(),
                clip_on=False,
            )
            before = row.measure
        axes.plot([row.published, row.model], [top, top], color=style.GRID, linewidth=3, zorder=1)
        axes.hlines(top, row.model - row.half, row.model + row.half, color=style.ACCENT, linewidth=1.6, zorder=2)
        if not np.isnan(row.low):
            axes.hlines(top, row.low, row.high, color="#c24a00", linewidth=1.6, zorder=2)
        axes.plot(
            row.published,
            top,
            "D",
            markersize=5.5,
            markerfacecolor="white",
            markeredgecolor="#c24a00",
            markeredgewidth=1.4,
            zorder=3,
        )
        axes.plot(row.model, top, "o", markersize=5, color=style.ACCENT, zorder=4)
    axes.set_yticks(tops, [row.who for row in rows], size=8.5, color=style.INK)
    axes.set_ylim(at + 0.05, 0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("%", size=8.5)
    axes.set_xlim(left=0)
    page.write(
        style.MARGIN + 2.3, page.above + 0.22, "\u25cf the run", size=9, color=style.ACCENT, va="center", weight="bold"
    )
    page.write(
        style.MARGIN + 3.2, page.above + 0.22, "\u25c7 published", size=9, color="#a33e00", va="center", weight="bold"
    )
    return page

"""The baseline beside published national figures, as `pathways validate` judges it.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from plots import style
from plots.marks import label_places
from plots.words import CLASS_NAMES, SEX_NAMES, source_line
from run_file import MARGIN, NoPictureError, Run

MET, MISSED = "#0b62a8", "#c24a00"
BAND = "#d5dade"
FAR = 2.0  # tolerances, beyond which a figure is named
NUM_NAMED = 7  # in a panel
COLUMNS = 3
MANY = 60  # figures, for which a panel is wide
PANEL, GAP, NAMES, ABOVE = 2.75, 0.75, 1.8, 1.15  # inches: side of a panel, between, for names beside, for its heading
OTHER_UNITS = "In pounds, scores and ratios"


@dataclass(frozen=True)
class Target:
    """A published figure and what the run has for it, in the unit of the figure; NaN for what there is not."""

    theme: str
    measure: str
    group: str
    years: str
    model: float
    error: float
    published: float
    low: float
    high: float
    tolerance: float
    distance: float
    is_met: bool
    unit: str
    source: str
    about: str

    @property
    def half(self) -> float:
        """Half of the run's 95 % interval."""
        return MARGIN * self.error

    @property
    def is_measured(self) -> bool:
        """Does the run have it?"""
        return not math.isnan(self.model)

    @property
    def who(self) -> str:
        """Of whom it is, in words."""
        if self.group == "all":
            return "everyone"
        if self.group in CLASS_NAMES:
            return f"parents {CLASS_NAMES[self.group].lower()}"
        decade, _, sex = self.group.partition(" ")
        return f"{SEX_NAMES[sex].lower()} born {decade.replace('-', chr(8211))}" if sex in SEX_NAMES else self.group

    @property
    def label(self) -> str:
        """A short name: that of `validate`, and whose parents."""
        letters = "".join(word[0].upper() for word in self.group.split("_")) if self.group in CLASS_NAMES else self.group
        return self.measure if self.group == "all" else f"{self.measure}, {letters}"


def read_targets(rows: Sequence[Mapping[str, object]]) -> list[Target]:
    """Rows of `pathways validate --format json`."""

    def number(row: Mapping[str, object], name: str) -> float:
        return math.nan if row[name] is None else float(row[name])

    numbers = ("model", "standard_error", "published", "low", "high", "tolerance", "distance")
    return [
        Target(str(row["theme"]), str(row["measure"]), str(row["group"]), str(row["years"]),
               *(number(row, name) for name in numbers), row["verdict"] == "met", str(row["unit"] or ""),
               str(row["source"]), str(row["about"] or ""))
        for row in rows
    ]


def panels_of(targets: Sequence[Target]) -> dict[str, list[Target]]:
    """Figures by theme, those that are not percentages in a panel of their own."""
    panels: dict[str, list[Target]] = {}
    for is_percentage in (True, False):
        for target in targets:
            if target.is_measured and (target.unit == "%") == is_percentage:
                panels.setdefault(target.theme if is_percentage else OTHER_UNITS, []).append(target)
    return panels


def gap_scale(targets: Sequence[Target], target: Target) -> float:
    """What differences of a figure are multiplied by: percentages in points, all else in per cent of the figure."""
    return 1.0 if targets[0].unit == "%" else 100.0 / target.published


def arrange(panels: Sequence[Sequence[Target]], num_columns: int) -> list[tuple[int, int, int]]:
    """Row, column and columns taken of each panel; one of many figures takes two."""
    places, row, column = [], 0, 0
    for targets in panels:
        span = min(2 if len(targets) > MANY else 1, num_columns)
        if column + span > num_columns:
            row, column = row + 1, 0
        places.append((row, column, span))
        column += span
    return places


def draw_names(axes: Axes, targets: Sequence[Target]) -> None:
    """Names of the figures furthest away, to the right of the panel."""
    far = sorted((t for t in targets if t.distance > FAR), key=lambda t: -t.distance)[:NUM_NAMED]
    if not far:
        return
    places = [(t.published, gap_scale(targets, t) * (t.model - t.published)) for t in far]
    at = np.array([axes.transAxes.inverted().transform(axes.transData.transform(place))[1] for place in places])
    for target, place, y in zip(far, places, label_places(at, 0.125, (0.04, 0.96))):
        words = f"{target.label}\n{target.distance:.1f} tolerances {'above' if target.model > target.published else 'below'}"
        axes.annotate(words, place, (1.04, y), textcoords="axes fraction", size=6.8, va="center", color=style.INK,
                      linespacing=1.15, arrowprops={"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.6, "shrinkA": 0,
                                                    "shrinkB": 3})


def draw_panel(axes: Axes, targets: Sequence[Target]) -> None:
    """Published across, how far the run is from it up."""
    ends = []
    for target in targets:
        x, scale, colour = target.published, gap_scale(targets, target), MET if target.is_met else MISSED
        y = scale * (target.model - x)
        half = 0.0 if math.isnan(target.half) else scale * target.half
        axes.vlines(x, -scale * target.tolerance, scale * target.tolerance, color=BAND, linewidth=5, zorder=1)
        if not math.isnan(target.low):
            axes.vlines(x, scale * (target.low - x), scale * (target.high - x), color=style.MUTED, linewidth=1.6, zorder=2)
        axes.vlines(x, y - half, y + half, color=colour, linewidth=0.9, alpha=0.6, zorder=3)
        axes.plot(x, y, "o" if target.is_met else "^", markersize=4.2 if target.is_met else 5.2, markeredgecolor=colour,
                  markeredgewidth=1.0, markerfacecolor=colour if target.is_met else "white", zorder=4)
        shown = min(half, 0.5 * abs(y) + scale * target.tolerance)
        ends += [y - shown, y + shown, -1.3 * scale * target.tolerance, 1.3 * scale * target.tolerance]
    axes.axhline(0, color=style.INK, linewidth=0.9, zorder=2.5)
    axes.set_ylim(1.05 * min(ends), 1.05 * max(ends))
    axes.yaxis.set_major_formatter(style.signed)
    if targets[0].unit != "%":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.xaxis.set_ticks([], minor=True)
    axes.set_xlabel("published" + (", %" if targets[0].unit == "%" else ""), size=8.5, labelpad=2)
    axes.set_ylabel("run less published, " + ("points" if targets[0].unit == "%" else "% of it"), size=8.5, labelpad=2)
    axes.grid(True)
    draw_names(axes, targets)


def met_words(targets: Sequence[Target]) -> str:
    """How many are met; figures that the run has not count as missed."""
    return f"{sum(target.is_met for target in targets)} of {len(targets)}"


def plot_published(run: Run, targets: Sequence[Target], columns: int = COLUMNS) -> style.Page:
    """A panel a theme."""
    panels = panels_of(targets)
    if not panels:
        raise NoPictureError("the run measured none of the years of published figures")
    places = arrange(list(panels.values()), columns)
    num_rows = places[-1][0] + 1
    num_columns = max(column + span for _, column, span in places)
    lacking = sum(not target.is_measured for target in targets)
    note = (f"The run meets {met_words(targets)} published figures"
            + (f"; {lacking} are of years that it did not measure" if lacking else "") + ". Each mark is a figure: published "
            "across, how far the run is from it up. Grey bars: near enough. Dark lines about zero: published 95 % intervals, "
            f"where there are any; coloured lines: the run's. Named: the furthest beyond {FAR:g} tolerances, with the class of "
            "the parents (HP higher professional \u2026 LW lower working).")
    width = num_columns * (PANEL + NAMES) + (num_columns - 1) * GAP + 0.55
    page = style.Page(width + 2 * style.MARGIN, num_rows * (PANEL + ABOVE) + 0.2, "How close is the baseline to what is published?",
                      note, source_line(run, None))
    page.write(style.MARGIN, page.above + 0.1, "\u25cf met", size=9, color=MET, va="center", weight="bold")
    page.write(style.MARGIN + 0.7, page.above + 0.1, "\u25b3 missed", size=9, color=MISSED, va="center", weight="bold")
    for (theme, those), (row, column, span) in zip(panels.items(), places):
        left = style.MARGIN + 0.55 + column * (PANEL + NAMES + GAP)
        top = 0.72 + row * (PANEL + ABOVE)
        axes = page.axes(left, top, span * PANEL + (span - 1) * (NAMES + GAP), PANEL)
        draw_panel(axes, those)
        page.write(left, page.above + top - 0.27, theme, size=9.5, weight="bold", va="bottom")
        page.write(left, page.above + top - 0.1, f"{met_words(those)} met", size=8.5, color=style.MUTED, va="bottom")
    return page

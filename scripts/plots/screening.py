"""Which parameters decide an outcome: elementary effects, their spread, and the floor of chance.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
from matplotlib.axes import Axes

from morris import Screened
from plots import style
from plots.marks import draw_estimates, label_places
from plots.words import MEASURE_NAMES, Scale, span_text

NUM_BARS = 16
NUM_LABELS = 7
ROW = 0.24  # inches


@dataclass(frozen=True)
class Outcome:
    """What a policy changes: at the values of the base, everywhere that was tried, and what decides it."""

    measure: str
    centre: float
    error: float
    values: np.ndarray  # [trajectory, point]
    screened: Screened

    def words(self, show: Scale) -> str:
        """Its size and how far assumptions move it."""
        low, high = np.quantile(self.values, (0.05, 0.95))
        return (f"{show.difference(self.centre)} {show.difference_unit} (standard error "
                f"{show.factor * self.error:.2g}); {show.difference(low)} to {show.difference(high)} in nine of ten "
                "places of the ranges tried")


@dataclass(frozen=True)
class Setting:
    """How a screening was made."""

    policy: str
    base: str
    people: int
    span: tuple[int, int]
    seed: int
    num_trajectories: int
    spread: float
    version: str


def name_of(measure: str, about: str) -> str:
    """What a measure is called in a picture."""
    return MEASURE_NAMES.get(measure, about)


def draw_spread(axes: Axes, screened: Screened, names: Sequence[str], show: Scale, height: float) -> None:
    """mu* across, sigma up, a dot a parameter; those that matter are named."""
    mu_star, sigma = show.factor * screened.mu_star, show.factor * screened.sigma
    floor, sigma_floor = show.factor * screened.floor, show.factor * screened.sigma_floor
    right = 1.06 * max(mu_star.max(), floor)
    top = 1.12 * max(np.nanmax(sigma), sigma_floor)
    axes.axvspan(0, floor, color="#f1f2f3", zorder=0)
    axes.axvline(floor, color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    end = min(right, top)
    axes.plot([0, end], [0, end], color=style.FAINT, linewidth=0.8, zorder=1)
    axes.text(0.97 * end, 0.97 * end, "sigma = mu* ", size=7.5, color=style.MUTED, ha="right", va="bottom")
    told = screened.is_told
    axes.plot(mu_star[~told], sigma[~told], "o", markersize=3.4, color=style.FAINT, zorder=2)
    axes.plot(mu_star[told], sigma[told], "o", markersize=5.5, color=style.ACCENT, zorder=3)
    axes.set_xlim(0, right * 1.55)  # room for names
    axes.set_ylim(0, top)
    chosen = [k for k in screened.order[:NUM_LABELS] if told[k]]
    gap = top * 0.15 / height
    heights = label_places(sigma[chosen], gap, (gap / 2, top - gap / 2)) if chosen else []
    for k, y in zip(chosen, heights):
        axes.annotate(names[k], (mu_star[k], sigma[k]), (right * 1.05, y), size=8, va="center", color=style.INK,
                      arrowprops={"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0})
    ticks = [tick for tick in axes.get_xticks() if tick <= right]
    axes.set_xticks(ticks)
    axes.set_xlabel(f"mu*: mean size of the effect, {show.difference_unit}", size=8.5)
    axes.set_ylabel(f"sigma: how it varies, {show.difference_unit}", size=8.5)
    axes.grid(True)


def draw_ranks(axes: Axes, screened: Screened, names: Sequence[str], show: Scale) -> None:
    """The largest mu* with their intervals."""
    order, is_told = screened.order[:NUM_BARS], screened.is_told
    rows = np.arange(len(order))
    low, high = show.factor * screened.low[order], show.factor * screened.high[order]
    for row, k in enumerate(order):
        axes.barh(row, show.factor * screened.mu_star[k], height=0.62, zorder=2,
                  color=style.ACCENT if is_told[k] else "#c9d3dd")
    axes.hlines(rows, low, high, color=style.INK, linewidth=1.0, zorder=3)
    axes.axvline(show.factor * screened.floor, color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=4)
    set_rows(axes, [names[k] for k in order])
    axes.set_xlim(0, 1.06 * max(high.max(), show.factor * screened.floor))
    axes.set_xlabel(f"mu*, {show.difference_unit}", size=8.5)


def draw_directions(axes: Axes, screened: Screened, show: Scale) -> None:
    """Which way the outcome goes along the same parameters."""
    order = screened.order[:NUM_BARS]
    draw_estimates(axes, np.arange(len(order)), show.factor * screened.mu[order], show.factor * screened.mu_half[order],
                   screened.is_told[order], style.ACCENT)
    # The widest intervals of a few trajectories would leave no room for the others.
    most = 1.6 * show.factor * max(screened.high[order].max(), screened.floor)
    axes.set_xlim(-most, most)
    axes.axvline(0, color=style.FAINT, linewidth=0.9, zorder=0)
    set_rows(axes, [""] * len(order))
    axes.xaxis.set_major_formatter(style.signed)
    axes.locator_params(axis="x", nbins=4)
    axes.set_xlabel(f"mu, {show.difference_unit}", size=8.5)


def set_rows(axes: Axes, names: Sequence[str]) -> None:
    """A row for each name, from the top."""
    axes.set_yticks(np.arange(len(names)), names, size=8.5, color=style.INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)


def plot_screening(outcome: Outcome, names: Sequence[str], show: Scale, title: str, setting: Setting) -> style.Page:
    """mu* beside sigma, the ranks, and which way."""
    screened = outcome.screened
    height = max(ROW * min(len(names), NUM_BARS), 2.6)
    note = (f"{title}. The policy {setting.policy} changes it by {outcome.words(show)} ({span_text(setting.span)}). An "
            "effect is how much that would change along the whole range of a parameter. Dark and filled: told apart from "
            f"chance, {screened.is_told.sum()} of {len(names)} parameters, by mu* beyond the dashed line, or because mu, "
            "the mean with its sign, is not zero (false discovery rate 5 %). Lines: 95 % intervals.")
    source = (f"Source: pathways simulation, version {setting.version.removeprefix('pathways ')}; Morris screening of "
              f"{setting.policy} less {setting.base}, {setting.num_trajectories} trajectories of {len(names) + 1} pairs of "
              f"runs, {setting.people:,} people, seeds {setting.seed} to {setting.seed + setting.num_trajectories - 1}; "
              f"ranges: to either side {100 * setting.spread:.0f} % of the way to zero or to a bound, unless stated "
              "(screening.csv).")
    page = style.Page(12.8, height + 0.95, "Which assumptions decide what the policy does?", note, source)
    left, ranks, signs = style.MARGIN + 0.55, style.MARGIN + 7.5, style.MARGIN + 10.05
    draw_spread(page.axes(left, 0.4, 4.0, height), screened, names, show, height)
    draw_ranks(page.axes(ranks, 0.4, 2.35, height), screened, names, show)
    draw_directions(page.axes(signs, 0.4, page.width - style.MARGIN - signs, height), screened, show)
    for at, words in ((left, "Size of the effect, and how much it varies"), (ranks, "Size"), (signs, "Direction")):
        page.write(at, page.above + 0.24, words, size=9.5, weight="bold")
    return page

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
from plots.words import MEASURE_NAMES, Scale, span_text

NUM_BARS = 16
NUM_LABELS = 7
ROW = 0.24  # inches
UP, DOWN = "#0b62a8", "#b5651d"  # of the outcome when the parameter grows


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


def label_places(at: np.ndarray, gap: float, bounds: tuple[float, float]) -> np.ndarray:
    """Heights of labels near the heights `at`, at least `gap` apart, within bounds; in the order of `at`."""
    order = np.argsort(at, kind="stable")
    placed = at[order].astype(float)
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    placed -= max(placed[-1] - bounds[1], 0.0) if len(placed) else 0.0
    for k in range(len(placed) - 2, -1, -1):
        placed[k] = min(placed[k], placed[k + 1] - gap)
    places = np.empty(len(at))
    places[order] = np.maximum(placed, bounds[0])
    return places


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
    axes.text(0.97 * end, 0.97 * end, "sigma = mu*", size=7.5, color=style.MUTED, ha="right", va="bottom", rotation=0)
    above = screened.is_above
    axes.plot(mu_star[~above], sigma[~above], "o", markersize=3.4, color=style.FAINT, zorder=2)
    axes.plot(mu_star[above], sigma[above], "o", markersize=5.5, color=style.INK, zorder=3)
    axes.set_xlim(0, right * 1.55)  # room for names
    axes.set_ylim(0, top)
    chosen = [k for k in np.argsort(-mu_star, kind="stable")[:NUM_LABELS] if above[k]]
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
    order = np.argsort(-screened.mu_star, kind="stable")[:NUM_BARS]
    rows = np.arange(len(order))
    values = show.factor * screened.mu_star[order]
    low, high = show.factor * screened.low[order], show.factor * screened.high[order]
    is_up = screened.mu[order] >= 0
    for row, k in enumerate(order):
        colour = UP if is_up[row] else DOWN
        axes.barh(row, values[row], height=0.62, color=colour, alpha=1.0 if screened.is_above[k] else 0.35, zorder=2)
        sure = abs(screened.mu[k]) >= 0.9 * screened.mu_star[k] and screened.mu_star[k] > 0
        sign = ("+" if is_up[row] else "\u2212") if sure else "\u00b1"
        axes.text(high[row] + 0.012 * high.max(), row, sign, size=9, va="center", color=style.INK)
    axes.hlines(rows, low, high, color=style.INK, linewidth=1.0, zorder=3)
    axes.axvline(show.factor * screened.floor, color=style.MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=4)
    axes.set_yticks(rows, [names[k] for k in order], size=8.5, color=style.INK)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(0, 1.06 * max(high.max(), show.factor * screened.floor))
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"mu*, {show.difference_unit}", size=8.5)


def plot_screening(outcome: Outcome, names: Sequence[str], show: Scale, title: str, setting: Setting) -> style.Page:
    """mu* beside sigma, and the ranks."""
    screened = outcome.screened
    height = max(ROW * min(len(names), NUM_BARS), 2.6)
    note = (f"{title}. The policy {setting.policy} changes it by {outcome.words(show)} ({span_text(setting.span)}). An "
            "effect is how much that would change along the whole range of a parameter. Left of the dashed line, and pale: "
            f"not told apart from chance. Bars with 95 % "
            "intervals; + or \u2212: which way the difference goes when the parameter grows, \u00b1: both, as others are.")
    source = (f"Source: pathways simulation, version {setting.version.removeprefix('pathways ')}; Morris screening of "
              f"{setting.policy} less {setting.base}, {setting.num_trajectories} trajectories of {len(names) + 1} pairs of "
              f"runs, {setting.people:,} people, seeds {setting.seed} to {setting.seed + setting.num_trajectories - 1}; "
              f"ranges: to either side {100 * setting.spread:.0f} % of the way to zero or to a bound, unless stated "
              "(screening.csv).")
    page = style.Page(11.0, height + 1.05, "Which assumptions decide what the policy does?", note, source)
    draw_spread(page.axes(style.MARGIN + 0.55, 0.4, 4.2, height), screened, names, show, height)
    draw_ranks(page.axes(style.MARGIN + 7.05, 0.4, page.width - 2 * style.MARGIN - 7.1, height), screened, names, show)
    page.write(style.MARGIN + 0.55, page.above + 0.24, "Size of the effect, and how much it varies", size=9.5, weight="bold")
    page.write(style.MARGIN + 5.3, page.above + 0.24, "The largest", size=9.5, weight="bold")
    return page

"""Dots with intervals, and the bands of flows.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve


def draw_estimates(axes: Axes, at: np.ndarray, values: np.ndarray, half_widths: np.ndarray, is_marked: np.ndarray,
                   colour: str, upright: bool = False) -> None:
    """Dots with intervals; filled when the interval leaves out zero. Nothing where there is nobody to tell of (NaN)."""
    known = np.isfinite(values) & np.isfinite(half_widths)
    at, values, half_widths, is_marked = (np.asarray(given)[known] for given in (at, values, half_widths, is_marked))
    interval = axes.vlines if upright else axes.hlines
    interval(at, values - half_widths, values + half_widths, color=colour, linewidth=1.6, alpha=0.75)
    for x, y, marked in zip(at, values, is_marked):
        axes.plot(*((x, y) if upright else (y, x)), "o", markersize=5, markeredgecolor=colour, markeredgewidth=1.2,
                  markerfacecolor=colour if marked else "white")


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


def ribbon(left: float, right: float, low: tuple[float, float], height: float, colour: str) -> PathPatch:
    """A band that leaves and arrives level. low: lower edge at both ends"""
    middle = (left + right) / 2
    points = [(left, low[0]), (middle, low[0]), (middle, low[1]), (right, low[1]), (right, low[1] + height),
              (middle, low[1] + height), (middle, low[0] + height), (left, low[0] + height), (left, low[0])]
    codes = [Curve.MOVETO] + [Curve.CURVE4] * 3 + [Curve.LINETO] + [Curve.CURVE4] * 3 + [Curve.CLOSEPOLY]
    return PathPatch(Curve(points, codes), facecolor=colour, alpha=0.42, linewidth=0)

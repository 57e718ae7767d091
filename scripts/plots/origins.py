"""Outcomes by the class of the parents.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from typing import Sequence

import numpy as np
from matplotlib.axes import Axes

from plots import style
from plots.marks import draw_estimates
from plots.words import CLASS_NAMES, INTERVALS, Scale, name_of, scale_of, source_line, span_text
from run_file import Run, estimate, estimate_difference

ORIGIN_MEASURES = ("neet_16_24", "level3_by_19", "higher_education_by_19", "professional_25_29", "pay_25_29",
                   "owner_25_34")


def origin_rows(parts: np.ndarray) -> np.ndarray:
    """Everyone, then the classes from the highest, then those without: [class, group, part] -> [row, group, part]"""
    classes = np.concatenate([parts[:-1][::-1], parts[-1:]])
    return np.concatenate([parts.sum(axis=0, keepdims=True), classes])


def draw_origins(axes: Axes, labels: Sequence[str], before: np.ndarray, after: np.ndarray | None,
                 scaling: tuple[float, Scale]) -> None:
    """One measure by class of origin: differences with a policy, levels without. before, after: [row, group, part]"""
    scale, show = scaling
    shown = np.flatnonzero(before[..., 1].sum(axis=1) > 0)
    before = before[shown]
    level = estimate(before, scale)
    drawn = level if after is None else estimate_difference(before, after[shown], scale)
    at = np.arange(len(shown))
    for row, k in enumerate(shown):
        colour = style.INK if k == 0 else style.ACCENT
        draw_estimates(axes, at[row:row + 1], show.factor * drawn.value[row:row + 1],
                       show.factor * drawn.half_width[row:row + 1], drawn.is_marked[row:row + 1], colour)
        words = show.value(level.value[row])
        if after is not None:
            words += f" \u2192 {show.value(estimate(after[shown], scale).value[row])}"
        axes.text(1.02, row, words, transform=axes.get_yaxis_transform(), size=8, color=style.MUTED, va="center")
    if after is not None:
        axes.axvline(0, color=style.FAINT, linewidth=0.8, zorder=0)
        axes.xaxis.set_major_formatter(style.signed)
    axes.axhline(0.5, color=style.GRID, linewidth=0.8)
    axes.set_yticks(at, [labels[k] for k in shown])
    axes.tick_params(axis="y", labelcolor=style.INK, labelsize=8.5)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlabel(show.unit if after is None else show.difference_unit, size=8, labelpad=2)
    axes.grid(axis="x")
    axes.locator_params(axis="x", nbins=6)
    axes.spines["left"].set_visible(False)


def plot_outcomes_by_origin(base: Run, policy: Run | None) -> style.Page:
    """Headline measures by the class of the parents."""
    span = base.span
    measures = [name for name in ORIGIN_MEASURES if name in base.measure_names()]
    title = "Whom does the policy help, by the class they were born into?" if policy else \
        "How much does the class people were born into matter?"
    note = f"Class of the higher-earning parent when the person was 14; average of {span_text(span)}, with " + \
        INTERVALS.format(base.num_groups())
    if policy:
        note += (f". {policy.title}, less {base.title}. On the right the levels, baseline \u2192 "
                 "policy. Filled: the interval leaves out zero, which about one difference in twenty does by chance.")
    else:
        note += f". {base.title}."
    page = style.Page(13.3, 6.0, title, note, source_line(base, policy))
    labels = ["Everyone"] + [CLASS_NAMES.get(name, name) for name in
                             base.axis("class")[:-1][::-1] + base.axis("class")[-1:]]
    for k, measure in enumerate(measures):
        axes = page.axes(style.MARGIN + 1.3 + (k % 3) * 4.3, 0.5 + (k // 3) * 2.9, 2.05, 2.05)
        scaling = base.measure_scale(measure), scale_of(base.measure_about(measure)[1])
        heading = name_of(base, measure)
        axes.set_title(style.wrap(heading, 3.9, 10.5, is_even=True), x=-1.3 / 2.05, pad=6)
        draw_origins(axes, labels, origin_rows(base.origin_parts(measure, span)),
                     origin_rows(policy.origin_parts(measure, span)) if policy else None, scaling)
    return page

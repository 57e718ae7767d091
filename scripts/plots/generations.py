"""Whether grandparents matter beyond parents: professional work by the class of both.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from plots import style
from plots.marks import draw_estimates
from plots.words import CLASS_NAMES, INTERVALS, source_line, span_text
from run_file import Run, estimate, estimate_difference

# Classes of the file, from the lowest, in three groups; the professional ones are the last two.
GRANDPARENTS = (
    ("professional", (3, 4), "#00305e"),
    ("intermediate", (2,), "#5a9bd4"),
    ("working class", (0, 1), "#b5651d"),
)
FEWEST = 50  # people of a pair of classes and year, without which nothing is drawn


def professional_parts(lines: np.ndarray) -> np.ndarray:
    """Professionals among people of each line.

    lines: [grandparents, parents, own, group], lowest class first -> [parents, group of grandparents, group, part],
    highest class first
    """
    grouped = np.stack([lines[list(rows)].sum(axis=0) for _, rows, _ in GRANDPARENTS], axis=1)[::-1]
    return np.stack([grouped[:, :, 3:].sum(axis=2), grouped.sum(axis=2)], axis=-1)


def draw_lines(axes: Axes, before: np.ndarray, after: np.ndarray | None, names: list[str]) -> None:
    """A row for each class of parents, a dot for each group of grandparents; differences with a policy."""
    drawn = estimate(before) if after is None else estimate_difference(before, after)
    people = before[..., 1].sum(axis=-1)
    for k, (_, _, colour) in enumerate(GRANDPARENTS):
        at = np.arange(len(names)) + (k - 1) * 0.22
        shown = np.flatnonzero(people[:, k] >= FEWEST)
        is_filled = np.ones(len(shown), dtype=bool) if after is None else drawn.is_marked[shown, k]
        draw_estimates(
            axes, at[shown], 100 * drawn.value[shown, k], 100 * drawn.half_width[shown, k], is_filled, colour
        )
    axes.set_yticks(np.arange(len(names)), names, size=9, color=style.INK)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    for row in range(1, len(names)):
        axes.axhline(row - 0.5, color=style.GRID, linewidth=0.8)
    if after is not None:
        axes.axvline(0, color=style.FAINT, linewidth=0.8, zorder=0)
        axes.xaxis.set_major_formatter(style.signed)


def plot_three_generations(base: Run, policy: Run | None) -> style.Page:
    """Professional work by the class of parents and grandparents."""
    span = base.span
    names = [CLASS_NAMES.get(name, name) for name in base.axis("class")[:-1][::-1]]
    before = professional_parts(base.three_generations(span))
    title = "Do grandparents matter for who becomes a professional, beyond parents?"
    note = (
        "Share in a professional class of people aged 25 to 64 who have a job or had one within eight years and whose parents and "
        f"grandparents are known, {span_text(span)}; {INTERVALS.format(base.num_groups())}. Where dots of one row "
        "lie apart, grandparents tell something that parents' class does not."
    )
    if policy:
        title = "Do grandparents matter beyond parents, and does the policy change it?"
        note += (
            f" Right: policy less baseline; filled where the interval leaves out zero. Policy: {policy.title}."
        )
    page = style.Page(13.3 if policy else 9.0, 4.6, title, note, source_line(base, policy))
    axes = page.axes(style.MARGIN + 1.45, 0.75, 6.4, 3.4)
    draw_lines(axes, before, None, names)
    axes.set_xlabel("% in a professional class", size=8.5)
    axes.set_ylabel("class of the parents", size=8.5)
    at = style.MARGIN + 1.45
    page.write(at, page.above + 0.4, "Grandparents:", size=9, color=style.MUTED, va="center")
    at += 1.1
    for name, _, colour in GRANDPARENTS:
        page.write(at, page.above + 0.4, "\u25cf", size=11, color=colour, va="center")
        page.write(at + 0.15, page.above + 0.4, name, size=9, va="center")
        at += 0.085 * len(name) + 0.4
    if policy:
        axes = page.axes(style.MARGIN + 8.4, 0.75, 4.2, 3.4)
        draw_lines(axes, before, professional_parts(policy.three_generations(span)), names)
        axes.set_yticklabels([])
        axes.set_xlabel("policy less baseline, percentage points", size=8.5)
    return page

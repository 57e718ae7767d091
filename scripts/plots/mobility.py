"""Where people end up by the class they were born into: a table of shares, and the people behind it as bands.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from plots import style
from plots.marks import ribbon
from plots.words import CLASS_NAMES, INTERVALS, scale_of, source_line, span_text
from run_file import Estimate, Run, estimate, estimate_difference

GAP = 0.02  # between bands of two classes, as a share of the people
NODE = 0.035  # width of a node, as a share of the axes


def outflow_parts(table: np.ndarray) -> np.ndarray:
    """Numerators and denominators of outflow shares: [origin, own, group] -> [origin, own, group, part]"""
    return np.stack([table, np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)], axis=-1)


def highest_first(table: np.ndarray) -> np.ndarray:
    """The file has the lowest class first, pictures the highest."""
    return table[::-1, ::-1]


def draw_table(axes: Axes, shares: Estimate, names: list[str], is_difference: bool) -> None:
    """Heat map with the number and half of its interval in each cell. shares: [origin, own]"""
    values, halves = 100 * shares.value, 100 * shares.half_width
    most = max(float(np.nanmax(np.abs(values))), 0.5 if is_difference else 1.0)
    colours = style.DIVERGING if is_difference else style.SEQUENTIAL
    for row, column in np.ndindex(values.shape):
        number = values[row, column]
        at = (number / most + 1) / 2 if is_difference else number / most
        if is_difference and not shares.is_marked[row, column]:
            at = 0.5 + (at - 0.5) * 0.3
        face = colours(float(at))
        axes.add_patch(Rectangle((column, row), 0.97, 0.97, facecolor=face, linewidth=0))
        ink = "white" if style.is_dark(face) else style.INK
        text = scale_of("share").difference(number / 100) if is_difference else f"{number:.0f}"
        is_bold = is_difference and shares.is_marked[row, column]
        axes.text(
            column + 0.485,
            row + 0.42,
            text,
            ha="center",
            va="center",
            size=10.5,
            color=ink,
            weight="bold" if is_bold else "normal",
        )
        axes.text(
            column + 0.485, row + 0.74, f"\u00b1 {halves[row, column]:.1f}", ha="center", va="center", size=7, color=ink
        )
    style.bare(axes)
    count = len(names)
    axes.set_xlim(0, count)
    axes.set_ylim(count, 0)
    axes.set_yticks(np.arange(count) + 0.5, names, size=8.5, color=style.INK)
    axes.set_xticks(np.arange(count) + 0.5, [name.replace(" ", "\n") for name in names], size=7.2, color=style.INK)
    axes.xaxis.set_ticks_position("top")
    axes.set_xlabel("own class", size=8, labelpad=4)
    axes.xaxis.set_label_position("top")


def draw_bands(axes: Axes, people: np.ndarray, names: list[str]) -> None:
    """Bands from origins on the left to own classes on the right. people: [origin, own]"""
    shares = people / people.sum()
    count = len(names)
    height = 1 + GAP * (count - 1)
    tops = [height - np.concatenate([[0], np.cumsum(side + GAP)])[:count] for side in (shares.sum(1), shares.sum(0))]
    leaving, arriving = tops[0].copy(), tops[1].copy()
    for origin, own in np.ndindex(shares.shape):
        share = shares[origin, own]
        axes.add_patch(
            ribbon(NODE, 1 - NODE, (leaving[origin] - share, arriving[own] - share), share, style.CLASS_COLOURS[origin])
        )
        leaving[origin] -= share
        arriving[own] -= share
    for side, (left, sums) in enumerate(((0.0, shares.sum(1)), (1 - NODE, shares.sum(0)))):
        for k, share in enumerate(sums):
            axes.add_patch(
                Rectangle((left, tops[side][k] - share), NODE, share, facecolor=style.CLASS_COLOURS[k], linewidth=0)
            )
            axes.text(
                -0.02 if side == 0 else 1.02,
                tops[side][k] - share / 2,
                f"{names[k]}\n{100 * share:.0f} %",
                ha="right" if side == 0 else "left",
                va="center",
                size=8.5,
                linespacing=1.2,
            )
    style.bare(axes)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, height)


def plot_mobility(base: Run, policy: Run | None) -> style.Page:
    """Outflow shares as a heat map, the people as bands, and what a policy changes."""
    span = base.span
    names = [CLASS_NAMES.get(name, name) for name in base.axis("class")[:-1][::-1]]
    before = highest_first(base.class_table(span))
    note = (
        f"People aged 25 to 64 who have a job or had one within eight years, {span_text(span)}, by the class of their higher-earning parent "
        "when they were 14. Left: of every 100 people of an origin, how many are in each class, with "
        f"{INTERVALS.format(base.num_groups())}. Right: the people behind it."
    )
    title = "Where do people end up, by the class they were born into?"
    if policy:
        title = "Where do people end up, by the class they were born into, and does the policy change it?"
        note = note.replace(
            "Right: the people behind it.",
            (
                "Middle: policy less baseline in percentage points; strong "
                "and bold where the interval leaves out zero, which about one cell in twenty does by "
                f"chance. Right: the people behind the baseline. Policy: {policy.title}."
            ),
        )
    page = style.Page(15.2 if policy else 11.0, 4.5, title, note, source_line(base, policy))
    side = 3.4
    axes = page.axes(style.MARGIN + 1.25, 0.95, side, side)
    axes.set_title("Baseline, %" if policy else "Of every 100 people of an origin", x=-0.36, pad=40)
    draw_table(axes, estimate(outflow_parts(before)), names, False)
    axes.set_ylabel("class of the parents", size=8)
    left = style.MARGIN + 1.25 + side + 0.5
    if policy:
        axes = page.axes(left, 0.95, side, side)
        axes.set_title("Policy less baseline, percentage points", pad=40)
        after = highest_first(policy.class_table(span))
        draw_table(axes, estimate_difference(outflow_parts(before), outflow_parts(after)), names, True)
        axes.set_yticks([])
        left += side + 0.5
    axes = page.axes(left + 1.15, 0.95, page.width - left - 1.15 - 1.25 - style.MARGIN, side)
    draw_bands(axes, before.sum(axis=-1), names)
    page.write(left, page.above + 0.62, "class of the parents", size=8, color=style.MUTED, va="center")
    page.write(
        page.width - style.MARGIN, page.above + 0.62, "own class", size=8, color=style.MUTED, va="center", ha="right"
    )
    return page

"""Lives of one birth cohort from 16 to 30, a line a person: a sequence index plot.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from plots import style
from plots.cohort_flow import strand_legend
from plots.words import STRAND_NAMES, source_line
from run_file import STRANDS, Cohort, NoCohortError, Run

AGES = tuple(range(16, 31))
MOST = 300  # lines that can be told apart
ORIGINS = (("professional parents", (3, 4)), ("intermediate parents", (2,)), ("working-class parents", (0, 1)))


def strand_name(strand: str) -> str:
    """What a strand is called."""
    return STRAND_NAMES[strand]


def in_order(strands: np.ndarray) -> np.ndarray:
    """Rows sorted by strand at the last age, then at each age before: alike lives lie together."""
    return np.lexsort(tuple(strands[:, a] for a in range(strands.shape[1])))


def spread(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the sorted rows, evenly spread, so that lines stand for equal numbers of people."""
    if len(rows) <= most:
        return rows
    return rows[((np.arange(most) + 0.5) * len(rows) / most).astype(int)]


def draw_lives(axes: Axes, strands: np.ndarray) -> None:
    """A line a person. strands: [person, age]"""
    colours = ListedColormap([style.STRAND_COLOURS[name] for name in STRANDS])
    axes.imshow(
        strands,
        aspect="auto",
        cmap=colours,
        vmin=-0.5,
        vmax=len(STRANDS) - 0.5,
        interpolation="nearest",
        extent=(AGES[0] - 0.5, AGES[-1] + 0.5, len(strands), 0),
    )
    axes.set_yticks([])
    axes.set_xticks(AGES[::2])
    for spine in axes.spines.values():
        spine.set_visible(False)


def matched(base: Cohort, policy: Cohort) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the people who are in both runs."""
    _, one, other = np.intersect1d(base.keys, policy.keys, return_indices=True)
    return one, other


def plot_lives(base: Run, cohort: Cohort) -> style.Page:
    """Panels by origin."""
    title = f"How do lives from 16 to 30 unfold, by the class people were born into? Born in {cohort.span}"
    note = (
        f"Each line is a person, {MOST} at most in a panel, evenly spread over all who lived in England at every age "
        "and sorted by what they do at 30, then at 29, and so on back to 16."
    )
    page = style.Page(11.0, 5.9, title, note, source_line(base, None))
    strand_legend(page, 0.12, 4)
    width = (page.width - 2 * style.MARGIN - 0.8) / 3
    for k, (name, classes) in enumerate(ORIGINS):
        rows = np.flatnonzero(np.isin(cohort.origins, classes))
        axes = page.axes(style.MARGIN + k * (width + 0.4), 1.05, width, 4.4)
        axes.set_title(f"{name.capitalize()} ({len(rows):,} people)", pad=5)
        if len(rows):
            draw_lives(axes, cohort.strands[spread(rows[in_order(cohort.strands[rows])], MOST)])
        axes.set_xlabel("age", size=8.5, labelpad=2)
    return page


def plot_changed_lives(base: Run, policy: Run, before: Cohort, after: Cohort) -> style.Page:
    """The same people in both runs, of those whose life differs."""
    rows_before, rows_after = matched(before, after)
    one, other = before.strands[rows_before], after.strands[rows_after]
    differs = np.flatnonzero((one != other).any(axis=1))
    shown = differs[in_order(one[differs])] if len(differs) else differs
    shown = spread(shown, MOST)
    title = f"Whose life from 16 to 30 changes under the policy, and how? Born in {before.span}"
    share = 100 * len(differs) / max(len(rows_before), 1)
    note = (
        f"Each line is a person, the same in both panels: {len(shown):,} of the {len(differs):,} whose life differs in"
        f" at least a year, of {len(rows_before):,} ({share:.0f} %) who live in England at every age in both runs."
        " Sorted by their life in the baseline. Where many compete for what is scarce, a change for one person moves"
        " others, so that many lives differ without being better or worse on the whole."
    )
    page = style.Page(11.0, 5.9, title, note, source_line(base, policy))
    strand_legend(page, 0.12, 4)
    width = (page.width - 2 * style.MARGIN - 0.4) / 2
    for k, (name, strands) in enumerate((("Baseline", one), (f"Policy: {policy.title}", other))):
        axes = page.axes(style.MARGIN + k * (width + 0.4), 1.2, width, 4.25)
        axes.set_title(style.wrap(name, width, 11.5), pad=5)
        if len(shown):
            draw_lives(axes, strands[shown])
        else:
            style.bare(axes)
            axes.text(
                0.5, 0.5, "Nobody's life differs", ha="center", size=12, color=style.MUTED, transform=axes.transAxes
            )
        axes.set_xlabel("age", size=8.5, labelpad=2)
    return page


def plot_sequences(base: Run, policy: Run | None, wanted: int | None) -> style.Page:
    """Lives of the latest whole cohort, or of the one asked for."""
    births = base.cohort_births(wanted)
    before = base.cohort(births, AGES)
    if not len(before.strands):
        raise NoCohortError(f"nobody born in {before.span} lived in England at all ages")
    if policy is None:
        return plot_lives(base, before)
    return plot_changed_lives(base, policy, before, policy.cohort(births, AGES))

"""What a birth cohort does from 16 to 30: ribbons from state to state.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from plots import style
from plots.marks import draw_estimates, ribbon
from plots.words import INTERVALS, STRAND_NAMES, source_line
from run_file import (AGES, STRANDS, Cohort, Estimate, NoCohortError, Run, estimate_difference, strand_flows,
                      strand_parts, strand_shares)

NODE = 0.19   # half the width of a node, in steps of age
GAP = 0.014   # between nodes, as a share of the cohort


def node_bases(shares: np.ndarray) -> np.ndarray:
    """Lower edge of each strand's node at one age: the last strand lies at the bottom, empty ones take no room."""
    bases = np.zeros(len(shares))
    level = 0.0
    for strand in reversed(range(len(shares))):
        bases[strand] = level
        level += shares[strand] + (GAP if shares[strand] > 0 else 0.0)
    return bases


def draw_ribbons(axes: Axes, step: int, flows: np.ndarray, bases: np.ndarray) -> None:
    """All bands between two ages. flows: [from, to] shares; bases: [age, strand]"""
    leaving, arriving = bases[step].copy(), bases[step + 1].copy()
    for source in reversed(range(len(STRANDS))):
        for target in reversed(range(len(STRANDS))):
            height = flows[source, target]
            if height > 0:
                axes.add_patch(ribbon(step + NODE, step + 1 - NODE, (leaving[source], arriving[target]), height,
                                      style.STRAND_COLOURS[STRANDS[source]]))
            leaving[source] += height
            arriving[target] += height


def draw_nodes(axes: Axes, step: int, shares: np.ndarray, bases: np.ndarray) -> None:
    """The strands at one age, with their shares where there is room."""
    for strand, share in enumerate(shares):
        colour = style.STRAND_COLOURS[STRANDS[strand]]
        axes.add_patch(Rectangle((step - NODE, bases[strand]), 2 * NODE, share, facecolor=colour, linewidth=0))
        if share >= 0.03:
            axes.text(step, bases[strand] + share / 2, f"{100 * share:.0f} %", ha="center", va="center_baseline",
                      size=8, color="white" if style.is_dark(colour) else style.INK)


def draw_flow(axes: Axes, cohort: Cohort) -> None:
    """Alluvial picture of a cohort."""
    shares = strand_shares(cohort.strands)
    flows = strand_flows(cohort.strands) / len(cohort.strands)
    bases = np.array([node_bases(at_age) for at_age in shares])
    style.bare(axes)
    for step in range(len(AGES) - 1):
        draw_ribbons(axes, step, flows[step], bases)
    for step, age in enumerate(AGES):
        draw_nodes(axes, step, shares[step], bases[step])
        axes.text(step, -0.025, f"at {age}", ha="center", va="top", size=9, color=style.MUTED)
    axes.set_xlim(-NODE, len(AGES) - 1 + NODE)
    axes.set_ylim(0, 1 + GAP * (len(STRANDS) - 1))


def draw_flow_differences(axes: Axes, difference: Estimate) -> None:
    """Policy less baseline of every strand at every age. difference: [age, strand]"""
    axes.axhline(0, color=style.FAINT, linewidth=0.8)
    for strand, name in enumerate(STRANDS):
        at = np.arange(len(AGES)) + (strand - (len(STRANDS) - 1) / 2) * 0.1
        draw_estimates(axes, at, 100 * difference.value[:, strand], 100 * difference.half_width[:, strand],
                       difference.is_marked[:, strand], style.as_line(style.STRAND_COLOURS[name]), upright=True)
    for step in range(1, len(AGES)):
        axes.axvline(step - 0.5, color=style.GRID, linewidth=0.8)
    axes.set_xlim(-0.5, len(AGES) - 0.5)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -1.0), max(high, 1.0))
    axes.set_xticks(range(len(AGES)), [f"at {age}" for age in AGES], size=9)
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(style.signed)
    axes.spines["left"].set_visible(False)


def strand_legend(page: style.Page, top: float, num_columns: int) -> None:
    """Names of the strands, in the order in which they lie."""
    handles = [Patch(color=style.STRAND_COLOURS[name], label=STRAND_NAMES[name]) for name in STRANDS]
    page.figure.legend(handles=handles, ncol=num_columns, loc="upper left", borderaxespad=0, borderpad=0, fontsize=8.5,
                       bbox_to_anchor=(style.MARGIN / page.width, 1 - (page.above + top) / page.height),
                       handlelength=1.1, handleheight=1.1, handletextpad=0.5, columnspacing=1.3)


def plot_cohort_flow(base: Run, policy: Run | None, wanted: int | None) -> style.Page:
    """What a birth cohort does between 16 and 30."""
    births = base.cohort_births(wanted)
    runs = [run for run in (base, policy) if run]
    cohorts = [run.cohort(births) for run in runs]
    if not all(len(cohort.strands) for cohort in cohorts):
        raise NoCohortError(f"nobody born in {cohorts[0].span} lived in England at all of the ages")
    title = f"What do people born in {cohorts[0].span} do from 16 to 30"
    title += ", and does the policy change it?" if policy else "?"
    wheres = (" (baseline)", " (policy)") if policy else ("",)
    counts = ", ".join(f"{len(cohort.strands):,} of {cohort.num_born:,} born in these years{where}"
                       for cohort, where in zip(cohorts, wheres))
    note = ("Share of the people who lived in England at all six ages; ribbons have the colour of what people come "
            f"from. Simulated people: {counts}.")
    if policy:
        note += (f" Below, what the policy changes at each age, with {INTERVALS.format(cohorts[0].num_groups)}; "
                 "filled: the interval leaves out zero, which about one in twenty does by chance.")
    width = 13.3 if policy else 9.5
    page = style.Page(width, 8.1 if policy else 6.0, title, note, source_line(base, policy))
    strand_legend(page, 0.12, 8 if policy else 4)
    top = 0.85 if policy else 0.95
    inner, between = width - 2 * style.MARGIN, 0.45
    panel = (inner - between * (len(runs) - 1)) / len(runs)
    for k, (run, cohort) in enumerate(zip(runs, cohorts)):
        axes = page.axes(style.MARGIN + k * (panel + between), top, panel, 4.65)
        name = ("Policy: " if k else "Baseline: " if policy else "") + run.title
        axes.set_title(style.wrap(name, panel, 11.5, is_even=True), pad=5)
        draw_flow(axes, cohort)
    if policy:
        axes = page.axes(style.MARGIN + 0.35, 6.3, inner - 0.35, 1.55)
        axes.set_title("Policy less baseline, percentage points of the cohort", pad=5)
        draw_flow_differences(axes, estimate_difference(*(strand_parts(cohort) for cohort in cohorts)))
    return page

#!/usr/bin/python3
"""Pictures of a run of `pathways`, or of a baseline beside a policy.

Needs Debian's python3-h5py, python3-numpy and python3-matplotlib.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import argparse
import difflib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

try:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch, PathPatch, Rectangle
    from matplotlib.path import Path as Curve

    import plot_style as style
    from run_file import (AGES, STRANDS, Cohort, Estimate, NoCohortError, Run, RunFileError, check_pair, estimate,
                          estimate_difference, strand_flows, strand_parts, strand_shares)
except ImportError as error:
    print(f"plot.py: {error}; install Debian's python3-h5py, python3-numpy and python3-matplotlib, and call "
          "/usr/bin/python3", file=sys.stderr)
    sys.exit(4)

STRAND_NAMES = {
    "sixth_form": "School sixth form", "university": "University", "college": "College", "apprenticeship":
    "Apprenticeship", "professional": "Professional work", "intermediate": "Intermediate work",
    "working": "Working-class work", "neet": "Neither work nor study (NEET)",
}
CLASS_NAMES = {
    "higher_professional": "Higher professional", "lower_professional": "Lower professional",
    "intermediate": "Intermediate", "higher_working": "Higher working", "lower_working": "Lower working",
    "none": "Not known",
}
# Short names of the measures that are drawn unasked; others go by what the file says about them.
MEASURE_NAMES = {
    "neet_16_24": "Neither in work nor in education or training (NEET), ages 16 to 24",
    "professional_25_29": "In a professional class, ages 25 to 29",
    "level3_by_19": "A level or equivalent by 19",
    "higher_education_by_19": "Entered higher education by 19",
    "degree_25_29": "Degree, ages 25 to 29",
    "pay_25_29": "Mean hourly pay, ages 25 to 29",
    "owner_25_34": "Owns a home, ages 25 to 34",
}
PLACE_MEASURES = ("neet_16_24", "professional_25_29")
ORIGIN_MEASURES = ("neet_16_24", "level3_by_19", "higher_education_by_19", "professional_25_29", "pay_25_29",
                   "owner_25_34")
NUM_YEARS = 10
INTERVALS = "95 % intervals (two standard errors, from leaving out one of {} lineage groups at a time)"
# Inches: a row of a place, its name, a measure.
ROW, NAME_WIDTH, BLOCK = 0.122, 1.7, 6.8
FEWEST = 30  # people-years of a place, without which neither rank nor interval means anything
LONG_NAME = 31  # has no room in bold
SPARE_SHARE = 0.75  # a policy that acts in more of the places than this is not worth a colour


class UsageError(Exception):
    """The command line asks for what there is not."""


# --- Words -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """How a measure is shown: values are multiplied by `factor`."""

    factor: float
    unit: str
    difference_unit: str
    decimals: int

    def value(self, number: float) -> str:
        """A level as text."""
        return "\u2013" if np.isnan(number) else f"{number * self.factor:.{self.decimals}f}"

    def difference(self, number: float) -> str:
        """A difference as text, with its sign."""
        if np.isnan(number):
            return "\u2013"
        text = f"{number * self.factor:+.{self.decimals}f}"
        return text.replace("-", "\u2212") if float(text) else text[1:]


def scale_of(unit: str) -> Scale:
    """Shares in per cent, their differences in percentage points; all else as it is."""
    if unit == "share":
        return Scale(100.0, "%", "percentage points", 1)
    return Scale(1.0, unit.replace("GBP/hour", "\u00a3 an hour"), unit.replace("GBP/hour", "\u00a3 an hour"), 2)


def name_of(run: Run, measure: str) -> str:
    """What a measure is called in a picture."""
    return MEASURE_NAMES.get(measure) or run.measure_about(measure)[0]


def source_line(base: Run, policy: Run | None) -> str:
    """Where a picture comes from, and how far it can be trusted."""
    sources = base.parameter_sources()
    line = (f"Source: pathways simulation, version {base.text('source').removeprefix('pathways ')}, seed "
            f"{base.number('seed')}, {base.number('persons'):,} people; inputs: DfE, ONS, SMC (OGL v3.0).")
    if sources:
        line += (f" Of {len(sources)} parameters {sources.count('assumed')} are assumed and "
                 f"{sources.count('calibrated')} fitted to published figures: read differences before levels.")
    said = " ".join(run.text("title") + " " + run.text("comment") for run in (base, policy) if run).lower()
    if "not yet fitted" in said or "not fitted" in said:
        line += " The baseline is not yet fitted."
    return line


def span_text(span: tuple[int, int]) -> str:
    """Years in words."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]}\u2013{span[1]}"


# --- The flow of a cohort ----------------------------------------------------------------------------

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


def ribbon(left: float, right: float, low: tuple[float, float], height: float, colour: str) -> PathPatch:
    """A band that leaves and arrives level. low: lower edge at both ends"""
    middle = (left + right) / 2
    points = [(left, low[0]), (middle, low[0]), (middle, low[1]), (right, low[1]), (right, low[1] + height),
              (middle, low[1] + height), (middle, low[0] + height), (left, low[0] + height), (left, low[0])]
    codes = [Curve.MOVETO] + [Curve.CURVE4] * 3 + [Curve.LINETO] + [Curve.CURVE4] * 3 + [Curve.CLOSEPOLY]
    return PathPatch(Curve(points, codes), facecolor=colour, alpha=0.42, linewidth=0)


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


def draw_estimates(axes: Axes, at: np.ndarray, values: np.ndarray, half_widths: np.ndarray, is_marked: np.ndarray,
                   colour: str, upright: bool = False) -> None:
    """Dots with intervals; filled when the interval leaves out zero."""
    interval = axes.vlines if upright else axes.hlines
    interval(at, values - half_widths, values + half_widths, color=colour, linewidth=1.6, alpha=0.75)
    for x, y, marked in zip(at, values, is_marked):
        axes.plot(*((x, y) if upright else (y, x)), "o", markersize=5, markeredgecolor=colour, markeredgewidth=1.2,
                  markerfacecolor=colour if marked else "white")


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
        name = ("Policy: " if k else "Baseline: " if policy else "") + run.text("title")
        axes.set_title(style.wrap(name, panel, 11.5, is_even=True), pad=5)
        draw_flow(axes, cohort)
    if policy:
        axes = page.axes(style.MARGIN + 0.35, 6.3, inner - 0.35, 1.55)
        axes.set_title("Policy less baseline, percentage points of the cohort", pad=5)
        draw_flow_differences(axes, estimate_difference(*(strand_parts(cohort) for cohort in cohorts)))
    return page


# --- Places ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceTable:
    """One measure by place: a row a place that has people enough, highest baseline first."""

    places: np.ndarray             # [row] index of the place
    base: Estimate                 # [row]
    policy: Estimate | None
    difference: Estimate | None


def rank_places(base: np.ndarray, policy: np.ndarray | None, scale: float) -> PlaceTable:
    """Estimates of the places in order. base, policy: [place, group, part]"""
    level = estimate(base, scale)
    known = np.flatnonzero(base[..., 1].sum(axis=-1) >= FEWEST)
    order = known[np.argsort(-level.value[known], kind="stable")]

    def ordered(whole: Estimate) -> Estimate:
        return Estimate(whole.value[order], whole.error[order])

    if policy is None:
        return PlaceTable(order, ordered(level), None, None)
    return PlaceTable(order, ordered(level), ordered(estimate(policy, scale)),
                      ordered(estimate_difference(base, policy, scale)))


def group_line(name: str, base: np.ndarray, policy: np.ndarray | None, scale: float, show: Scale) -> str:
    """A group of places taken together, in words. base, policy: [place, group, part]"""
    level = estimate(base.sum(axis=0), scale)
    if policy is None:
        return f"{name} {show.value(level.value)} \u00b1 {show.value(level.half_width)} {show.unit}"
    change = estimate_difference(base.sum(axis=0), policy.sum(axis=0), scale)
    return (f"{name} {show.value(level.value)} \u2192 {show.value(estimate(policy.sum(axis=0), scale).value)} "
            f"({show.difference(change.value)} \u00b1 {show.value(change.half_width)})")


def draw_place_rows(axes: Axes, table: PlaceTable, rows: slice, names: Sequence[str], acts: np.ndarray,
                    factor: float) -> None:
    """One column of ranked places."""
    places = table.places[rows]
    at = np.arange(len(places))
    level, half = factor * table.base.value[rows], factor * table.base.half_width[rows]
    axes.hlines(at, 0, 1, transform=axes.get_yaxis_transform(), color="#f0f1f2", linewidth=0.6, zorder=0)
    axes.hlines(at, level - half, level + half, color="#d3d6d9", linewidth=2.4)
    colours = np.where(acts[places], style.ACCENT, style.INK)
    labels = [names[place] for place in places]
    if table.policy and table.difference:
        after = factor * table.policy.value[rows]
        dots = np.where(acts[places], style.ACCENT, style.FAINT if acts.any() else style.MUTED)
        axes.hlines(at, level, after, color=dots, linewidth=1.4)
        axes.scatter(level, at, s=10, facecolor="white", edgecolor=dots, linewidth=0.8, zorder=3)
        axes.scatter(after, at, s=11, color=dots, linewidth=0.7, zorder=4)
        labels = [f"{name} *" if marked else name for name, marked in zip(labels, table.difference.is_marked[rows])]
    else:
        axes.scatter(level, at, s=11, color=style.ACCENT, linewidth=0, zorder=3)
    axes.set_yticks(at, labels, size=6.4)
    for tick, colour, acted in zip(axes.get_yticklabels(), colours, acts[places]):
        tick.set_color(colour)
        tick.set_fontweight("bold" if acted and len(tick.get_text()) < LONG_NAME else "normal")
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.set_ticks_position("top")


def place_limits(table: PlaceTable, factor: float, is_share: bool) -> tuple[float, float]:
    """Limits that hold every interval of the baseline and every dot; shares end at 0 and 1."""
    if len(table.places) == 0:
        return 0.0, 1.0
    ends = [table.base.value - table.base.half_width, table.base.value + table.base.half_width]
    if table.policy:
        ends.append(table.policy.value)
    low, high = factor * np.nanmin(ends), factor * np.nanmax(ends)
    margin = 0.03 * (high - low) or 1.0
    low, high = low - margin, high + margin
    return (max(low, -margin), min(high, factor + margin)) if is_share else (low, high)


def places_title(measures: Sequence[str], has_policy: bool) -> str:
    """The question that the picture of places answers."""
    if tuple(measures) != PLACE_MEASURES:
        return "Where does the policy change outcomes?" if has_policy else "Where are outcomes better, and where worse?"
    if has_policy:
        return "Where does the policy change who is out of work and study, and who reaches a professional job?"
    return "Where are young people out of work and study, and where do they reach professional jobs?"


def plot_places(base: Run, policy: Run | None, measures: Sequence[str]) -> style.Page:
    """Places ranked by each measure."""
    span = base.last_years(NUM_YEARS)
    names = base.axis("place")
    acted = policy.places_with_policy() if policy else np.zeros(len(names), dtype=bool)
    acts = acted if acted.sum() <= SPARE_SHARE * len(names) else np.zeros(len(names), dtype=bool)
    columns = 2 if len(names) > 40 else 1
    num_rows = -(-len(names) // columns)
    block = BLOCK if len(measures) > 1 else 1.4 * BLOCK
    headings = [heading_of(base, measure, block) for measure in measures]
    above = 0.7 + 0.17 * (max(heading.count("\n") for heading in headings) + (1 if acts.any() else 0)) + 0.15
    note = (f"Places of England, average of {span_text(span)}. Grey bars: {INTERVALS.format(base.num_groups())}"
            f"{' of the baseline' if policy else ''}. {base.number('persons'):,} simulated people: a place has few, "
            "and ranks are uncertain where bars overlap.")
    if policy:
        note += (f" Hollow dot: baseline; filled dot: {policy.text('title')}. * The difference is more than two "
                 "standard errors from zero, which happens by chance in about one place of twenty.")
        note += (" Blue and bold: the policy acts here." if acts.any() else
                 f" The policy acts in {acted.sum()} of {len(names)} places.")
    title = places_title(measures, policy is not None)
    page = style.Page(2 * style.MARGIN + block * len(measures), above + num_rows * ROW + 0.15, title, note,
                      source_line(base, policy))
    for m, (measure, heading) in enumerate(zip(measures, headings)):
        left = style.MARGIN + m * block
        page.write(left, page.above + 0.12, heading, size=10, weight="bold", va="top")
        draw_place_block(page, Room(left, above, block / columns, columns, num_rows), measure, (base, policy), acts)
    return page


@dataclass(frozen=True)
class Room:
    """Where a measure's columns of places go, in inches."""

    left: float
    top: float
    column: float  # width, with the names
    num_columns: int
    num_rows: int


def heading_of(run: Run, measure: str, width: float) -> str:
    """A measure and its unit, in lines that fit."""
    return style.wrap(f"{name_of(run, measure)} ({scale_of(run.measure_about(measure)[1]).unit})", width, 11.5)


def draw_place_block(page: style.Page, room: Room, measure: str, runs: tuple[Run, Run | None],
                     acts: np.ndarray) -> None:
    """One measure: groups of places in words, columns of ranked places."""
    base, policy = runs
    span, scale = base.last_years(NUM_YEARS), base.measure_scale(measure)
    show = scale_of(base.measure_about(measure)[1])
    before = base.place_parts(measure, span)
    after = policy.place_parts(measure, span) if policy else None
    table = rank_places(before, after, scale)
    names, limits = base.axis("place"), place_limits(table, show.factor, show.unit == "%")
    groups = [("England", np.ones(len(names), dtype=bool))]
    if acts.any():
        groups += [(f"{acts.sum()} places where the policy acts", acts), (f"{(~acts).sum()} other places", ~acts)]
    lines = [group_line(name, before[chosen], after[chosen] if after is not None else None, scale, show)
             for name, chosen in groups]
    left_out = len(names) - len(table.places)
    if left_out:
        lines[0] += f"    places left out, with fewer than {FEWEST} people-years: {left_out}"
    words = "\n".join([lines[0], "    ".join(lines[1:])]).strip()
    page.write(room.left, page.above + room.top - 0.33, words, size=8, color=style.MUTED, va="bottom", linespacing=1.4)
    for column in range(room.num_columns):
        rows = slice(column * room.num_rows, (column + 1) * room.num_rows)
        axes = page.axes(room.left + column * room.column + NAME_WIDTH, room.top, room.column - NAME_WIDTH - 0.15,
                         room.num_rows * ROW)
        draw_place_rows(axes, table, rows, names, acts, show.factor)
        axes.set_ylim(room.num_rows - 0.4, -0.6)
        axes.set_xlim(limits)


# --- Origins -----------------------------------------------------------------------------------------


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
    span = base.last_years(NUM_YEARS)
    measures = [name for name in ORIGIN_MEASURES if name in base.measure_names()]
    title = "Whom does the policy help, by the class they were born into?" if policy else \
        "How much does the class people were born into matter?"
    note = f"Class of the higher-earning parent when the person was 14; average of {span_text(span)}, with " + \
        INTERVALS.format(base.num_groups())
    if policy:
        note += (f". {policy.text('title')}, less {base.text('title')}. On the right the levels, baseline \u2192 "
                 "policy. Filled: the interval leaves out zero, which about one difference in twenty does by chance.")
    else:
        note += f". {base.text('title')}."
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


# --- Command line ------------------------------------------------------------------------------------


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """What the user asks for; argparse exits with 2 when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="plot.py", description="Draw pictures of a run of pathways, or of a baseline beside a policy: "
        "cohort_flow, places, outcomes_by_origin.", epilog="Exit status: 0 done; 2 wrong usage; 3 a run file is wrong; "
        "4 a picture could not be written. Example: plot.py baseline.h5 policy.h5 -o pictures")
    parser.add_argument("base", metavar="BASE.h5", type=Path, help="run file of the baseline")
    parser.add_argument("policy", metavar="POLICY.h5", type=Path, nargs="?", help="run file with a policy, same seed")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, default=Path("."),
                        help="folder for the pictures, made when missing (default: this one)")
    parser.add_argument("--cohort", metavar="YEAR", type=int,
                        help="year of birth of the cohort (default: the latest on file from 16 to 30)")
    parser.add_argument("--measure", metavar="NAME", action="append",
                        help="a measure to rank places by; give up to three (default: neet_16_24 professional_25_29)")
    parser.add_argument("--format", choices=("png", "svg", "pdf"), default="png", help="of the pictures (default: png)")
    options = parser.parse_args(arguments)
    if options.measure and len(options.measure) > 3:
        parser.error("--measure: at most three")
    return options


def check_measures(run: Run, measures: Sequence[str]) -> None:
    """Exit 2 with the nearest names when the file has no such measure."""
    for name in measures:
        if name not in run.measure_names():
            near = difflib.get_close_matches(name, run.measure_names(), 3)
            hint = f"did you mean {' or '.join(near)}?" if near else "`pathways describe measures` lists them"
            raise UsageError(f"--measure: {run.path} has no measure {name}; {hint}")


def draw(options: argparse.Namespace, base: Run, policy: Run | None) -> None:
    """Draws and writes each picture and prints its name."""
    measures = options.measure or list(PLACE_MEASURES)
    for run in (run for run in (base, policy) if run):
        check_measures(run, measures)
    pictures: dict[str, Callable[[], style.Page]] = {
        "cohort_flow": lambda: plot_cohort_flow(base, policy, options.cohort),
        "places": lambda: plot_places(base, policy, measures),
        "outcomes_by_origin": lambda: plot_outcomes_by_origin(base, policy),
    }
    options.output.mkdir(parents=True, exist_ok=True)
    for name, make in pictures.items():
        try:
            page = make()
        except NoCohortError as error:
            if options.cohort is not None:
                raise UsageError(f"--cohort: {base.path}: {error}") from None
            print(f"plot.py: {name} is left out: {base.path}: {error}", file=sys.stderr)
            continue
        path = options.output / f"{name}.{options.format}"
        page.save(path)
        print(path)


def main(arguments: list[str] | None = None) -> int:
    """The program; returns its exit status."""
    options = parse_arguments(arguments)
    style.apply()
    path = options.base
    try:
        with Run(options.base) as base:
            if options.policy is None:
                draw(options, base, None)
                return 0
            path = options.policy
            with Run(options.policy) as policy:
                check_pair(base, policy)
                draw(options, base, policy)
        return 0
    except RunFileError as error:
        print(f"plot.py: {path}: {error}", file=sys.stderr)
        return 3
    except UsageError as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"plot.py: {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())

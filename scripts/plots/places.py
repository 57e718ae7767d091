"""Places ranked by a measure, with intervals.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
from matplotlib.axes import Axes

import significance
from plots import style
from plots.words import INTERVALS, Scale, name_of, scale_of, source_line, span_text
from run_file import NUM_GROUPS, Estimate, Run, estimate, estimate_difference

PLACE_MEASURES = ("neet_16_24", "professional_25_29")
# Inches: a row of a place, its name, a measure.
ROW, NAME_WIDTH, BLOCK = 0.122, 1.7, 6.8
FEWEST = 30  # people-years of a place, without which neither rank nor interval means anything
LONG_NAME = 31  # has no room in bold
SPARE_SHARE = 0.75  # a policy that acts in more of the places than this is not worth a colour


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
        stands_out = significance.stands_out(table.difference.value, table.difference.error, NUM_GROUPS - 1)[rows]
        labels = [f"{name} *" if marked else name for name, marked in zip(labels, stands_out)]
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
    span = base.span
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
        note += (f" Hollow dot: baseline; filled dot: {policy.title}. * The difference is told "
                 "apart from zero after accounting for the number of places (false discovery rate 5 %).")
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
    span, scale = base.span, base.measure_scale(measure)
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

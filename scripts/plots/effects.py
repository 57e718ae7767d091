"""What a policy changes for whom and where: groups of places, origins and sexes side by side.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
from matplotlib.axes import Axes

import significance
from plots import style
from plots.marks import draw_estimates
from plots.words import CLASS_NAMES, INTERVALS, SEX_NAMES, TAG_NAMES, name_of, scale_of, source_line, span_text
from run_file import NUM_GROUPS, Estimate, Run, estimate, estimate_difference

EFFECT_MEASURES = ("neet_16_24", "level3_by_19", "professional_25_29", "owner_25_34")
ROW = 0.2  # inches
SPACE = 0.12  # between blocks


@dataclass(frozen=True)
class Group:
    """People of whom a difference is shown."""

    block: str
    name: str
    before: np.ndarray  # [group, part]
    after: np.ndarray


def place_groups(base: Run, policy: Run, measure: str) -> list[Group]:
    """England; where the policy acts and elsewhere; regions; kinds of places."""
    before, after = (run.place_parts(measure, base.span) for run in (base, policy))
    groups = [("England", "England", np.ones(len(before), dtype=bool))]
    acts = policy.places_with_policy()
    if acts.any() and not acts.all():
        groups += [
            ("Reach", f"{acts.sum()} places where the policy acts", acts),
            ("Reach", f"{(~acts).sum()} other places", ~acts),
        ]
    groups += [("Region", name, base.place_regions() == k) for k, name in enumerate(base.axis("region"))]
    groups += [
        ("Kind of place", TAG_NAMES.get(name, name), base.place_tags()[:, k]) for k, name in enumerate(base.axis("tag"))
    ]
    return [
        Group(block, name, before[chosen].sum(axis=0), after[chosen].sum(axis=0))
        for block, name, chosen in groups
        if chosen.any()
    ]


def people_groups(base: Run, policy: Run, measure: str) -> list[Group]:
    """Classes of origin from the highest, and sexes."""
    before, after = (run.origin_parts(measure, base.span) for run in (base, policy))
    classes = base.axis("class")
    order = list(range(len(classes) - 1))[::-1]
    groups = [
        Group("Class of the parents", f"Parents {CLASS_NAMES.get(classes[k], classes[k]).lower()}", before[k], after[k])
        for k in order
    ]
    before, after = (run.sex_parts(measure, base.span) for run in (base, policy))
    return groups + [
        Group("Sex", SEX_NAMES.get(name, name), before[k], after[k]) for k, name in enumerate(base.axis("sex"))
    ]


@dataclass(frozen=True)
class Effects:
    """One measure in all groups. Arrays: [group]"""

    measure: str
    groups: list[Group]
    before: Estimate
    after: Estimate
    change: Estimate
    stands_out: np.ndarray  # after accounting for all groups of this measure


def effects_of(base: Run, policy: Run, measure: str) -> Effects:
    """Differences of one measure in all groups."""
    groups = place_groups(base, policy, measure) + people_groups(base, policy, measure)
    before, after = (np.stack([getattr(group, side) for group in groups]) for side in ("before", "after"))
    scale = base.measure_scale(measure)
    change = estimate_difference(before, after, scale)
    return Effects(
        measure,
        groups,
        estimate(before, scale),
        estimate(after, scale),
        change,
        significance.stands_out(change.value, change.error, NUM_GROUPS - 1),
    )


def row_places(groups: Sequence[Group]) -> np.ndarray:
    """Inches from the top of each row, with space between blocks."""
    at, tops, block = 0.0, [], groups[0].block
    for group in groups:
        at += SPACE if group.block != block else 0.0
        block = group.block
        tops.append(at + ROW / 2)
        at += ROW
    return np.array(tops)


def draw_effects(axes: Axes, effects: Effects, show_scale: float, labels: bool) -> None:
    """A row a group."""
    at = row_places(effects.groups)
    values, halves = show_scale * effects.change.value, show_scale * effects.change.half_width
    for row, group in enumerate(effects.groups):
        colour = style.INK if group.block == "England" else style.ACCENT
        draw_estimates(
            axes,
            at[row : row + 1],
            values[row : row + 1],
            halves[row : row + 1],
            effects.stands_out[row : row + 1],
            colour,
        )
    axes.axvline(0, color=style.FAINT, linewidth=0.9, zorder=0)
    axes.set_ylim(at[-1] + ROW / 2, 0)
    axes.set_yticks(at, [group.name for group in effects.groups] if labels else [""] * len(at))
    axes.tick_params(axis="y", labelcolor=style.INK, labelsize=8.5)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(style.signed)
    axes.locator_params(axis="x", nbins=4)


def plot_effects(base: Run, policy: Run, measures: Sequence[str]) -> style.Page:
    """Differences in groups of places and people, a column a measure."""
    measures = [name for name in measures if name in base.measure_names()]
    all_effects = [effects_of(base, policy, measure) for measure in measures]
    note = (
        f"{policy.title}, less baseline, average of {span_text(base.span)}, with "
        f"{INTERVALS.format(base.num_groups())}. Filled: told apart from zero among all groups of the measure (false "
        "discovery rate 5 %). Places are where people live, or for school where they lived at 14."
    )
    tops = row_places(all_effects[0].groups)
    column, names = 1.62, 2.25
    page = style.Page(
        2 * style.MARGIN + names + column * len(measures),
        tops[-1] + ROW / 2 + 1.35,
        "For whom, and where, does the policy change something?",
        note,
        source_line(base, policy),
    )
    for k, effects in enumerate(all_effects):
        axes = page.axes(style.MARGIN + names + k * column, 0.85, column - 0.2, tops[-1] + ROW / 2)
        show = scale_of(base.measure_about(effects.measure)[1])
        draw_effects(axes, effects, show.factor, k == 0)
        axes.set_xlabel(show.difference_unit, size=8, labelpad=3)
        page.write(
            style.MARGIN + names + k * column,
            page.above + 0.78,
            style.wrap(name_of(base, effects.measure), column - 0.1, 9.4, is_even=True),
            size=8,
            weight="bold",
            va="bottom",
        )
    return page

"""A comparison of a baseline with any number of policies on one page.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from typing import Sequence

import numpy as np
from matplotlib.axes import Axes

import significance
from plots import style
from plots.words import CLASS_NAMES, HEADLINES, INTERVALS, name_of, scale_of, source_line, span_text
from run_file import NUM_GROUPS, Estimate, Run, estimate_difference

TIME_MEASURES = ("neet_16_24", "professional_25_29")
SMOOTH = 5  # years averaged along the time axis
ROW = 0.36  # inches a headline


def headline_measures(run: Run) -> list[str]:
    """Shares of people among the headlines that the file has."""
    return [name for name in HEADLINES if name in run.national_names() and run.measure_about(name)[1] == "share"]


def headline_changes(base: Run, policy: Run, measures: Sequence[str]) -> tuple[Estimate, np.ndarray]:
    """Differences of the country, and which stand out among them: [measure]"""
    changes = [
        estimate_difference(
            base.nation_parts(name, base.span), policy.nation_parts(name, base.span), base.measure_scale(name)
        )
        for name in measures
    ]
    whole = Estimate(np.array([change.value for change in changes]), np.array([change.error for change in changes]))
    return whole, significance.stands_out(whole.value, whole.error, NUM_GROUPS - 1)


def draw_policy(
    axes: Axes, number: int, at: np.ndarray, value: np.ndarray, half: np.ndarray, stands_out: np.ndarray
) -> None:
    """Differences of one policy with their intervals, a row each; filled where told apart from zero."""
    colour = style.POLICY_COLOURS[number % len(style.POLICY_COLOURS)]
    axes.hlines(at, value - half, value + half, color=colour, linewidth=1.6, alpha=0.75)
    for y, x, is_filled in zip(at, value, stands_out):
        axes.plot(
            x,
            y,
            style.POLICY_SHAPES[number % len(style.POLICY_SHAPES)],
            markersize=5,
            markeredgecolor=colour,
            markerfacecolor=colour if is_filled else "white",
            markeredgewidth=1.2,
        )


def draw_headlines(axes: Axes, base: Run, policies: Sequence[Run], measures: Sequence[str]) -> None:
    """A row a measure, a dot a policy."""
    step = min(0.22, 0.7 / len(policies))
    for p, policy in enumerate(policies):
        change, stands_out = headline_changes(base, policy, measures)
        at = np.arange(len(measures)) + (p - (len(policies) - 1) / 2) * step
        draw_policy(axes, p, at, 100 * change.value, 100 * change.half_width, stands_out)
    axes.axvline(0, color=style.FAINT, linewidth=0.9, zorder=0)
    for row in range(1, len(measures)):
        axes.axhline(row - 0.5, color=style.GRID, linewidth=0.7, zorder=0)
    labels = [direction_label(base, name) for name in measures]
    axes.set_yticks(np.arange(len(measures)), labels, size=8.5, color=style.INK, linespacing=1.05)
    axes.set_ylim(len(measures) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(style.signed)
    axes.set_xlabel("percentage points", size=8.5, labelpad=3)


def direction_label(run: Run, measure: str) -> str:
    """A measure, and which way is a gain where that is not plain."""
    name = name_of(run, measure)
    return style.wrap(name + (" (less is better)" if run.is_less_better(measure) else ""), 3.2, 8.5, is_even=True)


def moving_sums(parts: np.ndarray, num_years: int) -> np.ndarray:
    """Sums over so many years up to each, fewer at the start, so that nothing shows before it begins."""
    return np.stack([parts[max(0, y - num_years + 1) : y + 1].sum(axis=0) for y in range(len(parts))])


def draw_through_time(axes: Axes, base: Run, policies: Sequence[Run], measure: str) -> None:
    """Differences year by year, averages of five years with intervals."""
    show, scale = scale_of(base.measure_about(measure)[1]), base.measure_scale(measure)
    years = base.measured_years()
    before = moving_sums(base.year_parts(measure), SMOOTH)
    for p, policy in enumerate(policies):
        change = estimate_difference(before, moving_sums(policy.year_parts(measure), SMOOTH), scale)
        colour = style.POLICY_COLOURS[p % len(style.POLICY_COLOURS)]
        value, half = show.factor * change.value, show.factor * change.half_width
        axes.fill_between(years, value - half, value + half, color=colour, alpha=0.16, linewidth=0)
        axes.plot(
            years,
            value,
            color=colour,
            linewidth=1.8,
            marker=style.POLICY_SHAPES[p % len(style.POLICY_SHAPES)],
            markevery=8,
            markersize=4,
        )
    axes.axhline(0, color=style.FAINT, linewidth=0.9, zorder=0)
    first = min((first_year_with_policy(policy) or 9999 for policy in policies), default=9999)
    axes.set_xlim(max(years[0], min(first, base.number("start_year")) - 4), years[-1] + 0.5)
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(style.signed)
    axes.spines["left"].set_visible(False)
    if first < 9999:
        axes.axvline(first, color=style.MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
        axes.text(
            first + 0.4,
            1.0,
            "policy begins" if len(policies) == 1 else "policies begin",
            size=7.5,
            color=style.MUTED,
            va="bottom",
            transform=axes.get_xaxis_transform(),
        )


def first_year_with_policy(run: Run) -> int | None:
    """First year in which a policy spends or takes people in."""
    acts = (run.policy_years("spending") + run.policy_years("participants")).sum(axis=0) > 0
    return int(run.measured_years()[np.flatnonzero(acts)[0]]) if acts.any() else None


def draw_by_origin(axes: Axes, base: Run, policies: Sequence[Run], measure: str) -> None:
    """Differences by class of origin."""
    show, scale = scale_of(base.measure_about(measure)[1]), base.measure_scale(measure)
    classes = base.axis("class")[:-1][::-1]
    before = base.origin_parts(measure, base.span)[:-1][::-1]
    step = min(0.22, 0.7 / len(policies))
    for p, policy in enumerate(policies):
        change = estimate_difference(before, policy.origin_parts(measure, base.span)[:-1][::-1], scale)
        stands_out = significance.stands_out(change.value, change.error, NUM_GROUPS - 1)
        at = np.arange(len(classes)) + (p - (len(policies) - 1) / 2) * step
        value, half = show.factor * change.value, show.factor * change.half_width
        draw_policy(axes, p, at, value, half, stands_out)
    axes.axvline(0, color=style.FAINT, linewidth=0.9, zorder=0)
    axes.set_yticks(
        np.arange(len(classes)), [CLASS_NAMES.get(name, name) for name in classes], size=8.5, color=style.INK
    )
    axes.set_ylim(len(classes) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(style.signed)
    axes.set_xlabel(show.difference_unit, size=8.5, labelpad=3)


def draw_names(page: style.Page, top: float, policies: Sequence[Run]) -> float:
    """Marker and title of each policy; returns the height in inches."""
    height = 0.0
    for p, policy in enumerate(policies):
        colour = style.POLICY_COLOURS[p % len(style.POLICY_COLOURS)]
        axes = page.axes(style.MARGIN, top + height, 0.2, 0.2)
        style.bare(axes)
        axes.patch.set_alpha(0)
        axes.plot(0.5, 0.5, style.POLICY_SHAPES[p % len(style.POLICY_SHAPES)], color=colour, markersize=6)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        spent = policy.policy_years("spending").sum() / 1e6
        money = (
            f", \u00a3{spent / 1000:.2f} billion in all"
            if spent >= 1000
            else f", \u00a3{spent:.0f} million in all" if spent else ""
        )
        words = style.wrap(policy.title + money, page.width - 1.2, 9.5)
        page.write(style.MARGIN + 0.27, page.above + top + height + 0.02, words, size=9.5, va="top", color=style.INK)
        height += 0.26 * (words.count("\n") + 1)
    return height


def plot_headlines(base: Run, policies: Sequence[Run]) -> style.Page:
    """The headlines alone."""
    measures = headline_measures(base)
    row = max(ROW, 0.14 * len(policies))
    page = style.Page(8.4, row * len(measures) + 0.6, "What do the policies change?", "", source_line(base, None))
    axes = page.axes(style.MARGIN + 3.2, 0.1, page.width - 2 * style.MARGIN - 3.3, row * len(measures))
    draw_headlines(axes, base, policies, measures)
    return page


def plot_through_time(base: Run, policies: Sequence[Run], measures: Sequence[str] = TIME_MEASURES) -> style.Page:
    """Two measures through time alone."""
    page = style.Page(8.4, 2.75, "When do the policies change something?", "", source_line(base, None))
    width = (page.width - 2 * style.MARGIN - 0.5) / 2 - 0.4
    for k, measure in enumerate(measures):
        axes = page.axes(style.MARGIN + 0.4 + k * (width + 0.9), 0.65, width, 1.8)
        draw_through_time(axes, base, policies, measure)
        axes.set_title(
            style.wrap(
                f"{name_of(base, measure)}, {scale_of(base.measure_about(measure)[1]).difference_unit}",
                width + 0.3,
                9.5,
            ),
            pad=14,
            size=8.5,
            x=-0.1,
        )
    return page


def plot_dashboard(base: Run, policies: Sequence[Run]) -> style.Page:
    """Headlines, time, origins and money."""
    measures = headline_measures(base)
    note = (
        f"Policy less baseline, the same people with the same luck; average of {span_text(base.span)} (through time: of"
        f" the {SMOOTH} years up to each); {INTERVALS.format(base.num_groups())}. Filled: told apart from zero after"
        " accounting for the number of comparisons (false discovery rate 5 %)."
    )
    title = "What does the policy change?" if len(policies) == 1 else f"What do the {len(policies)} policies change?"
    row = max(ROW, 0.14 * len(policies))
    body = row * len(measures)
    names = sum(0.26 * (1 + len(policy.title) // 120) for policy in policies)
    page = style.Page(
        13.3,
        0.9 + names + max(body, 5.4) + 0.1,
        title,
        note,
        source_line(base, policies[0] if len(policies) == 1 else None),
    )
    top = 0.45 + draw_names(page, 0.12, policies)
    axes = page.axes(style.MARGIN + 3.25, top, 3.5, max(body, 5.2))
    axes.set_title("Headlines", x=-3.25 / 3.5, pad=6)
    draw_headlines(axes, base, policies, measures)
    left, width = style.MARGIN + 8.4, page.width - 2 * style.MARGIN - 8.4
    for k, measure in enumerate(TIME_MEASURES):
        axes = page.axes(left, top + k * 1.9, width, 1.15)
        draw_through_time(axes, base, policies, measure)
        axes.set_title(
            style.wrap(f"{name_of(base, measure)}, percentage points", width + 0.6, 10.5), x=-0.13, pad=14, size=9
        )
    axes = page.axes(left, top + 3.85, width, max(body, 5.2) - 3.85)
    axes.set_title(
        style.wrap(f"{name_of(base, 'neet_16_24')}, by class of the parents", width + 1.2, 10.5), x=-0.3, pad=5, size=9
    )
    draw_by_origin(axes, base, policies, "neet_16_24")
    return page

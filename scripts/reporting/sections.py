"""What was found: headlines, time, places and people, gains and losses, costs.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np

import significance
from plots import dashboard, effects, sequences, tiles
from plots.words import HEADLINES, name_of, scale_of
from reporting import findings
from reporting.findings import BETTER, WORSE, Difference
from reporting.html import Markup, Section, bullets, details, join, paragraph, picture, table, tag
from run_file import NUM_GROUPS, NoPictureError, Run, estimate, estimate_difference

MEANS = ("attainment_16", "pay_25_29", "wellbeing_16_24", "belonging_16_29")
MAP_MEASURES = ("neet_16_24",)
FEW = "A place has few simulated people, so that most single places cannot be told apart from no change"


@dataclass(frozen=True)
class Comparison:
    """The runs of a report."""

    base: Run
    policies: Sequence[Run]

    @property
    def years(self) -> str:
        """Years that outcomes are averaged over, in words."""
        first, last = self.base.span
        return f"in {first}" if first == last else f"on average of {first} to {last}"


def named(run: Run, comparison: Comparison) -> Markup:
    """A heading that says of which policy, when there are several."""
    return Markup(tag("h3", run.title)) if len(comparison.policies) > 1 else Markup("")


# --- Headlines ---------------------------------------------------------------------------------------


def headlines_of(comparison: Comparison, policy: Run) -> list[Difference]:
    """Shares first, then means."""
    return findings.national(comparison.base, policy, (*HEADLINES, *MEANS))


def headline_items(rows: Sequence[Difference]) -> list[Markup]:
    """A sentence for each that stands out, gains first."""
    order = {BETTER: 0, WORSE: 1}
    shown = sorted((row for row in rows if row.stands_out), key=lambda row: order.get(row.turn, 2))
    words = {BETTER: "better", WORSE: "worse"}
    return [
        join(
            tag("strong", row.name),
            f": {findings.sentence(row)}",
            f" ({words[row.turn]})" if row.turn in words else "",
            ".",
        )
        for row in shown
    ]


def rest_sentence(rows: Sequence[Difference]) -> str:
    """What cannot be told apart from zero."""
    rest = [row for row in rows if not row.stands_out]
    if not rest:
        return ""
    if all(row.change == 0 and row.error == 0 for row in rest):
        return "Nothing differs: every headline is the same in both runs."
    names = "; ".join(findings.within(row.name) for row in rest)
    alone = sum(row.leaves_out_zero for row in rest)
    words = (
        f"Of {len(rows)} headlines {len(rest)} cannot be told apart from no change: {names}. That is no proof that "
        "nothing changes; the table has the interval within which the change may lie."
    )
    if alone:
        words += (
            f" {alone} of these {'has' if alone == 1 else 'have'} an interval that leaves out zero when taken alone, "
            "which is to be expected now and then among so many."
        )
    return words


def headline_table(rows: Sequence[Difference], title: str) -> Markup:
    """All headlines with units."""
    lines = []
    for row in rows:
        show = scale_of(row.unit)
        lines.append((f"{row.name}, {show.unit}", *findings.difference_cells(row, show)))
    return table(
        f"{title}; differences of percentages are percentage points",
        ["Measure", "#Baseline", "#Policy", "#Difference", "#95 % interval", "Verdict"],
        lines,
        f"Headlines, {title}",
    )


def what_changes(comparison: Comparison) -> Section:
    """Headlines of each policy, in a picture, sentences and tables."""
    base = comparison.base
    parts: list[object] = [
        paragraph(
            f"Differences are policy less baseline, {comparison.years}. A 95 % interval says how far the difference"
            " might lie with other luck of the same people, not how far the model is from the country. A change is"
            " only called better or worse when it is told apart from zero after accounting for how many comparisons"
            " are made (false discovery rate 5 %)."
        )
    ]
    tables = []
    for policy in comparison.policies:
        rows = headlines_of(comparison, policy)
        parts += [named(policy, comparison), bullets(headline_items(rows)), paragraph(rest_sentence(rows))]
        tables.append(headline_table(rows, policy.title))
    page = dashboard.plot_headlines(base, comparison.policies)
    alternative = (
        "Dots with 95 % intervals of the difference from the baseline, a row for each headline measure. "
        + " ".join(dots_in_words(headlines_of(comparison, policy), policy) for policy in comparison.policies)
    )
    caption = join(
        "Policy less baseline with 95 % intervals. ",
        policy_key(comparison),
        " Filled: told apart from zero after accounting for the number of comparisons.",
    )
    parts.append(picture(page, alternative, caption, details("The numbers of this picture", *tables)))
    return Section("changes", "What changes", join(*parts))


def dots_in_words(rows: Sequence[Difference], policy: Run) -> str:
    """A picture of dots for those who do not see it."""
    known = [row for row in rows if row.stands_out]
    if not known:
        return f"{policy.title}: no measure is told apart from zero."
    return (
        f"{policy.title}: "
        + "; ".join(
            f"{row.name}, {scale_of(row.unit).difference(row.change)} {scale_of(row.unit).difference_unit}"
            for row in known
        )
        + "."
    )


SHAPES = ("Circle", "Square", "Diamond", "Triangle", "Downward triangle", "Plus")


def policy_key(comparison: Comparison) -> str:
    """Which shape is which policy, in words."""
    if len(comparison.policies) == 1:
        return ""
    return " ".join(f"{SHAPES[k % len(SHAPES)]}: {run.title}." for k, run in enumerate(comparison.policies))


# --- Time --------------------------------------------------------------------------------------------


def through_time(comparison: Comparison) -> Section:
    """When something changes."""
    base = comparison.base
    measures = [name for name in dashboard.TIME_MEASURES if name in base.measure_names()]
    page = dashboard.plot_through_time(base, comparison.policies, measures)
    tables = []
    for policy in comparison.policies:
        for measure in measures:
            tables.append(time_table(base, policy, measure))
    words = "; ".join(name_of(base, name) for name in measures)
    caption = join(
        f"Averages of the {dashboard.SMOOTH} years up to each, with 95 % intervals as bands. ", policy_key(comparison)
    )
    body = [
        paragraph(
            "A policy may take years to build up, and its effect on adults longer still: those it helped at 16 are 30 "
            "fourteen years later. What lies far ahead depends on more that is assumed."
        ),
        picture(
            page,
            f"Lines with bands through time: policy less baseline, {words}. The table has the numbers.",
            caption,
            details("The numbers of this picture", *tables),
        ),
    ]
    return Section("time", "When it changes", join(*body))


def time_table(base: Run, policy: Run, measure: str) -> Markup:
    """Every fifth year."""
    show, scale = scale_of(base.measure_about(measure)[1]), base.measure_scale(measure)
    before = dashboard.moving_sums(base.year_parts(measure), dashboard.SMOOTH)
    after = dashboard.moving_sums(policy.year_parts(measure), dashboard.SMOOTH)
    change, level = estimate_difference(before, after, scale), estimate(before, scale)
    years = base.measured_years()
    rows = [
        (
            years[k],
            show.value(level.value[k]),
            show.difference(change.value[k]),
            (
                f"{show.difference(change.value[k] - change.half_width[k])} to "
                f"{show.difference(change.value[k] + change.half_width[k])}"
            ),
        )
        for k in range(len(years) - 1, -1, -5)
    ][::-1]
    return table(
        f"{name_of(base, measure)}, {show.unit}; {policy.title}",
        ["Up to year", "#Baseline", "#Difference", "#95 % interval"],
        rows,
        f"{name_of(base, measure)} through time",
    )


# --- Places and people -------------------------------------------------------------------------------


def where_and_for_whom(comparison: Comparison) -> Section:
    """Groups of places and people, then single places."""
    parts: list[object] = []
    for policy in comparison.policies:
        parts += [named(policy, comparison), groups_part(comparison, policy), places_part(comparison, policy)]
    return Section("where", "Where, and for whom", join(*parts))


def groups_part(comparison: Comparison, policy: Run) -> Markup:
    """Regions, kinds of places, origins, sexes."""
    base = comparison.base
    measures = [name for name in effects.EFFECT_MEASURES if name in base.measure_names()]
    all_effects = [effects.effects_of(base, policy, name) for name in measures]
    sentences = [sentence for sentence in (groups_sentence(base, item) for item in all_effects) if sentence]
    if not sentences:
        sentences = ["In none of the groups of places and people is any of these measures told apart from no change."]
    tables = [effects_table(base, item) for item in all_effects]
    page = effects.plot_effects(base, policy, measures)
    alternative = (
        "Dots with 95 % intervals: policy less baseline by region, kind of place, class of the parents and sex, for "
        + "; ".join(name_of(base, name) for name in measures)
        + ". "
        + " ".join(sentences)
    )
    caption = (
        "Filled: told apart from zero among all groups of the measure. Places are where people live, or for school "
        "where they lived at 14."
    )
    return join(
        bullets(sentences), picture(page, alternative, caption, details("The numbers of this picture", *tables))
    )


def groups_sentence(base: Run, item: effects.Effects) -> str:
    """Which groups stand out, in words."""
    show = scale_of(base.measure_about(item.measure)[1])
    rows = [k for k in np.flatnonzero(item.stands_out) if item.groups[k].block != "England"]
    if not rows:
        return ""
    rows.sort(key=lambda k: -abs(item.change.value[k]))
    shown = [f"{item.groups[k].name} ({show.difference(item.change.value[k])})" for k in rows[:5]]
    more = f", and {len(rows) - 5} more" if len(rows) > 5 else ""
    return (
        f"{name_of(base, item.measure)}: told apart from no change, in {show.difference_unit}, largest first: "
        f"{', '.join(shown)}{more}."
    )


def effects_table(base: Run, item: effects.Effects) -> Markup:
    """One measure in all groups."""
    show = scale_of(base.measure_about(item.measure)[1])
    rows = [
        (
            group.name,
            show.value(item.before.value[k]),
            show.value(item.after.value[k]),
            show.difference(item.change.value[k]),
            (
                f"{show.difference(item.change.value[k] - item.change.half_width[k])} to "
                f"{show.difference(item.change.value[k] + item.change.half_width[k])}"
            ),
            "told apart" if item.stands_out[k] else "",
        )
        for k, group in enumerate(item.groups)
    ]
    return table(
        f"{name_of(base, item.measure)}, {show.unit}",
        ["People", "#Baseline", "#Policy", "#Difference", "#95 % interval", "From zero"],
        rows,
        f"{name_of(base, item.measure)} by group",
    )


def places_part(comparison: Comparison, policy: Run) -> Markup:
    """The tile-grid map with its table; nothing where the places are not England's."""
    base = comparison.base
    measures = [name for name in MAP_MEASURES if name in base.measure_names()]
    try:
        page = tiles.plot_tile_map(base, policy, measures)
    except NoPictureError:
        return Markup("")
    measure = measures[0]
    before, after = (run.place_parts(measure, base.span) for run in (base, policy))
    scale, show = base.measure_scale(measure), scale_of(base.measure_about(measure)[1])
    change, level, then = estimate_difference(before, after, scale), estimate(before, scale), estimate(after, scale)
    stands_out = significance.stands_out(change.value, change.error, NUM_GROUPS - 1)
    names, acts = base.axis("place"), policy.places_with_policy()
    regions = base.axis("region")
    order = np.argsort(np.nan_to_num(change.value, nan=np.inf), kind="stable")
    rows = [
        (
            names[k],
            regions[base.place_regions()[k]],
            "yes" if acts[k] else "no",
            show.value(level.value[k]),
            show.value(then.value[k]),
            show.difference(change.value[k]),
            f"\u00b1 {show.value(change.half_width[k])}",
            "told apart" if stands_out[k] else "",
        )
        for k in order
    ]
    numbers = details(
        f"All {len(rows)} places",
        table(
            f"{name_of(base, measure)}, {show.unit}; {policy.title}, {comparison.years}",
            ["Place", "Region", "Policy acts", "#Baseline", "#Policy", "#Difference", "#95 %", "From zero"],
            rows,
            "All places",
        ),
    )
    count = int(stands_out.sum())
    words = (
        f"{FEW}: {count} of {len(rows)} {'is' if count == 1 else 'are'} told apart after accounting for so many "
        "comparisons."
    )
    alternative = f"A map of England, one tile a place, coloured by the difference in {name_of(base, measure)}. {words}"
    framed = " Framed: the policy acts here." if tiles.is_framed(acts) else ""
    caption = join(
        f"{name_of(base, measure)}: policy less baseline. Blue is better, brown is worse, pale where the 95 % "
        f"interval holds zero.{framed} {words} Regions above are surer. "
        "The layout of the tiles is our own."
    )
    return picture(page, alternative, caption, numbers)


# --- Lives -------------------------------------------------------------------------------------------


def lives_part(comparison: Comparison, policy: Run) -> Markup:
    """The same people in both runs, of those whose life differs; nothing when no cohort is on file."""
    base = comparison.base
    try:
        births = base.cohort_births(None)
        before, after = (run.cohort(births, sequences.AGES) for run in (base, policy))
        page = sequences.plot_changed_lives(base, policy, before, after)
    except NoPictureError:
        return Markup("")
    one, other = sequences.matched(before, after)
    differs = (before.strands[one] != after.strands[other]).any(axis=1)
    num_ages = len(sequences.AGES)
    rows = []
    for strand, name in enumerate(sequences.STRANDS):
        years = [(cohort.strands[rows_][differs] == strand).sum() for cohort, rows_ in ((before, one), (after, other))]
        per = max(int(differs.sum()), 1)
        rows.append(
            (
                sequences.strand_name(name),
                f"{years[0] / per:.2f}",
                f"{years[1] / per:.2f}",
                scale_of("years").difference((years[1] - years[0]) / per),
            )
        )
    numbers = details(
        "The numbers of this picture",
        table(
            f"Years from 16 to 30 (of {num_ages}) that a person whose life differs spends in each state, on average",
            ["State", "#Baseline", "#Policy", "#Difference"],
            rows,
            "Years by state",
        ),
    )
    share = 100 * differs.mean() if len(differs) else 0.0
    words = (
        f"Of {len(differs):,} simulated people born in {before.span} who live in England at every age from 16 to 30 in"
        f" both runs, {int(differs.sum()):,} ({share:.0f} %) live at least a year otherwise under the policy. Not all"
        " of this is the policy's doing person by person: lives part by chains of small changes, another job taken,"
        " another move."
    )
    alternative = f"Two panels of coloured lines, one line a person, baseline and policy. {words}"
    return picture(page, alternative, join(words, " Lines are sorted by the life in the baseline."), numbers)

"""Numbers as plain sentences: how much, how sure, and whether it may be chance.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

import significance
from plots.words import NEITHER_IS_BETTER, Scale, name_of, scale_of
from run_file import NUM_GROUPS, Run, estimate, estimate_difference

MINUS = "\u2212"
BETTER, WORSE, NEITHER = "better", "worse", "neither"


@dataclass(frozen=True)
class Difference:
    """One measure of some people in the base and under a policy."""

    measure: str
    name: str  # of the measure, or of the people
    unit: str  # of the file: `share`, or another
    base: float
    policy: float
    change: float
    error: float
    stands_out: bool
    gain: str  # which way is a gain: `more`, `less`, `neither`

    @property
    def half(self) -> float:
        """Half of the 95 % interval."""
        return significance.margin(NUM_GROUPS - 1) * self.error

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.change - self.half

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.change + self.half

    @property
    def leaves_out_zero(self) -> bool:
        """By its own interval, as if it were the only comparison."""
        return abs(self.change) > self.half

    @property
    def turn(self) -> str:
        """Whether the change is for the better; `neither` when it is no change or none can say."""
        if self.gain == NEITHER or self.change == 0 or math.isnan(self.change):
            return NEITHER
        return BETTER if (self.change < 0) == (self.gain == "less") else WORSE


def within(name: str) -> str:
    """A name within a sentence."""
    return name if name.startswith("A level") else name[:1].lower() + name[1:]


def gain_of(run: Run, measure: str) -> str:
    """Which way is a gain."""
    if measure in NEITHER_IS_BETTER:
        return NEITHER
    return "less" if run.is_less_better(measure) else "more"


def national(base: Run, policy: Run, measures: Sequence[str]) -> list[Difference]:
    """Measures of the country, averaged over the years of the runs, judged among each other."""
    known = [name for name in measures if name in base.national_names()]
    rows = []
    for name in known:
        before, after = (run.nation_parts(name, base.span) for run in (base, policy))
        scale = base.measure_scale(name)
        change = estimate_difference(before, after, scale)
        rows.append(
            (
                name,
                float(estimate(before, scale).value),
                float(estimate(after, scale).value),
                float(change.value),
                float(change.error),
            )
        )
    marks = significance.stands_out(
        np.array([row[3] for row in rows]), np.array([row[4] for row in rows]), NUM_GROUPS - 1
    )
    return [
        Difference(
            name,
            name_of(base, name),
            base.measure_about(name)[1],
            before,
            after,
            change,
            error,
            bool(mark),
            gain_of(base, name),
        )
        for (name, before, after, change, error), mark in zip(rows, marks)
    ]


def three_figures(value: float) -> str:
    """A number as one would say it: at most three figures that mean something."""
    if math.isnan(value):
        return "\u2013"
    if abs(value) >= 100:
        digits = int(math.floor(math.log10(abs(value)))) - 2
        value = round(value, -max(digits, 0))
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"


def people_base(*shares: float) -> int:
    """Of how many people shares are told: 1,000, or 10,000 where all are small."""
    return 10000 if max(abs(share) for share in shares) < 0.00295 else 1000


def count_in(share: float, base: int) -> str:
    """A share as a number of so many people, without sign."""
    return f"{base * abs(share):.0f}"


def means_in(value: float, unit: str) -> tuple[str, str]:
    """A difference of a mean without sign, and its unit."""
    value = abs(value)
    if unit == "GBP/hour":
        return f"{100 * value:.1f}", "pence an hour"
    if unit == "GBP 1000":
        return f"\u00a3{1000 * value:,.0f}", ""
    return f"{value:.2g}", scale_of(unit).unit


def direction(value: float, unit: str) -> str:
    """People are fewer, money and points are less."""
    return "more" if value > 0 else "fewer" if unit == "share" else "less"


def amount_and_interval(difference: Difference) -> str:
    """How much, with its 95 % interval, in words and one unit."""
    change, low, high, unit = difference.change, difference.low, difference.high, difference.unit
    if unit == "share":
        base = people_base(change, low, high)
        numbers = [count_in(value, base) for value in (change, low, high)]
        of = f" in {base:,}"
    else:
        numbers = [means_in(value, unit)[0] for value in (change, low, high)]
        of = f" {means_in(change, unit)[1]}".rstrip()
    words = [direction(value, unit) for value in (change, low, high)]
    if low * high > 0:
        near, far = (1, 2) if abs(low) < abs(high) else (2, 1)
        span = f"{numbers[near]} to {numbers[far]}{of} {words[far]}"
    else:
        span = f"from {numbers[1]}{of} {words[1]} to {numbers[2]}{of} {words[2]}"
    return f"about {numbers[0]}{of} {words[0]} (95 % interval {span})"


def level(difference: Difference, which: str) -> str:
    """A level of base or policy with its unit."""
    show = scale_of(difference.unit)
    text = show.value(getattr(difference, which))
    return f"{text} %" if show.unit == "%" else f"{text} {show.unit}"


def sentence(difference: Difference) -> str:
    """What a policy changes in one measure."""
    if difference.change == 0 and difference.error == 0:
        return "nothing differs"
    return f"{amount_and_interval(difference)}: {level(difference, 'policy')} instead of {level(difference, 'base')}"


def turn_words(difference: Difference) -> str:
    """Whether that is a gain, in a word for a table."""
    if not difference.stands_out:
        return "not told apart from none" if difference.change or difference.error else "none"
    return {BETTER: "better", WORSE: "worse", NEITHER: "differs"}[difference.turn]


def difference_cells(difference: Difference, show: Scale) -> list[str]:
    """Base, policy, difference, interval and verdict for a table."""
    return [
        show.value(difference.base),
        show.value(difference.policy),
        show.difference(difference.change),
        f"{show.difference(difference.low)} to {show.difference(difference.high)}",
        turn_words(difference),
    ]


def pounds(value: float) -> str:
    """Money of a budget."""
    if math.isnan(value):
        return "\u2013"
    sign = MINUS if value < 0 else ""
    value = abs(value)
    if value >= 1e9:
        return f"{sign}\u00a3{value / 1e9:.2f} billion"
    if value >= 1e6:
        return f"{sign}\u00a3{value / 1e6:,.{0 if value >= 1e7 else 1}f} million"
    return f"{sign}\u00a3{three_figures(value)}"


def people(value: float) -> str:
    """A number of people of the real country, to three figures, with a sign when negative."""
    return (MINUS if value < 0 and three_figures(abs(value)) != "0" else "") + three_figures(abs(value))

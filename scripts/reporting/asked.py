"""What was asked: scenarios and their policies in words.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

from typing import Any, Sequence

from plots.words import TAG_NAMES
from reporting.findings import people, pounds
from reporting.html import Markup, Section, bullets, join, paragraph, table, tag
from reporting.program import Row, of_run
from run_file import Run

MAX_NAMES = 8  # of places that are written out


def plain(name: str) -> str:
    """A key as words."""
    return name.replace("_", " ")


def listed(names: Sequence[str], word: str = "and") -> str:
    """a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def where_words(where: dict[str, Any] | None) -> str:
    """Where a policy acts."""
    if not where:
        return "everywhere in England"
    parts = []
    for key, word in (("places", "places"), ("labour_markets", "labour markets"), ("regions", "regions")):
        names = where.get(key)
        if names:
            parts.append(listed(names) if len(names) <= MAX_NAMES else f"{len(names)} {word}")
    if where.get("tags"):
        parts.append(listed([TAG_NAMES.get(tag_name, plain(tag_name)).lower() for tag_name in where["tags"]], "or"))
    if "rank" in where:
        rank = where["rank"]
        end = "highest" if "highest" in rank else "lowest"
        parts.append(f"the {100 * rank[end]:.0f} % of places with the {end} {plain(rank['input'])}")
    return "in " + " that are also ".join(parts)


def whom_words(whom: dict[str, Any] | None) -> str:
    """Who can take part; empty when everyone can whom the lever reaches."""
    if not whom:
        return ""
    rest = dict(whom)
    first, last = rest.pop("first_age", None), rest.pop("last_age", None)
    parts = []
    if first is not None or last is not None:
        parts.append(
            f"aged {first} to {last}"
            if first is not None and last is not None
            else f"aged {first} and over" if last is None else f"aged up to {last}"
        )
    for key, value in rest.items():
        if isinstance(value, bool):
            parts.append(("with " if value else "without ") + plain(key))
        elif isinstance(value, list):
            parts.append(f"{plain(key)}: {listed([plain(str(item)) for item in value], 'or')}")
        else:
            parts.append(f"{plain(key)} {plain(str(value))}")
    return "for people " + ", ".join(parts)


def money_words(policy: dict[str, Any]) -> str:
    """What a policy may spend a year."""
    parts = []
    if "budget_gbp" in policy:
        parts.append(f"{pounds(policy['budget_gbp'])} a year")
    if "capacity" in policy:
        parts.append(f"up to {people(policy['capacity'])} people or places a year")
    if "unit_cost_gbp" in policy:
        parts.append(f"{pounds(policy['unit_cost_gbp'])} for each")
    return ", ".join(parts)


def policy_words(policy: dict[str, Any], levers: dict[str, Row]) -> Markup:
    """One policy in a sentence or two, with what its lever is assumed to do."""
    lever = levers.get(policy["lever"], {})
    about = lever.get("about") or plain(policy["lever"]).capitalize()
    when = f"from {policy['from']} to {policy['to']}" if "to" in policy else f"from {policy['from']}"
    if policy.get("ramp_years"):
        when += f", built up over {policy['ramp_years']} years"
    words = [where_words(policy.get("where")), whom_words(policy.get("whom")), when, money_words(policy)]
    strength = policy.get("strength", 1)
    if strength != 1:
        words.append(f"at {strength:g} times the usual strength")
    share = policy.get("ownership", 0)
    owned = "designed elsewhere" if share == 0 else f"shaped by those who live there to {100 * share:.0f} %"
    return join(
        tag("strong", policy["name"]),
        f": {about.rstrip('.')}; ",
        "; ".join(word for word in words if word),
        f"; {owned}.",
    )


def asked(policies: Sequence[Run], levers: Sequence[Row], differences: Sequence[Row]) -> Section:
    """Titles, reasons, policies and money."""
    by_name = {row["lever"]: row for row in levers if "lever" in row}
    parts: list[object] = [
        paragraph(
            "Each run below lives the same people through the same years with the same luck as the baseline. Only what"
            " the scenario says is different: so whatever differs comes of it."
        )
    ]
    for run in policies:
        scenario = run.scenario()
        parts.append(tag("h3", run.title))
        if scenario.get("why"):
            parts.append(paragraph(scenario["why"]))
        acts = scenario.get("policies", [])
        if acts:
            parts.append(bullets(policy_words(policy, by_name) for policy in acts))
        else:
            parts.append(paragraph("It has no policy."))
        parts += [other_differences(of_run(differences, run.path)), money_table(run)]
    return Section("asked", "What was asked", join(*parts))


def other_differences(rows: Sequence[Row]) -> Markup:
    """In what a run differs from the baseline besides policies of its own, as the program finds it."""
    others = [row for row in rows if not (row["what"] == "policy" and row["difference"] == "new")]
    if not others:
        return Markup("")
    items = [f"{row['what']} {row['name']}: {row['difference']}" for row in others[:MAX_NAMES]]
    if len(others) > MAX_NAMES:
        items.append(f"and {len(others) - MAX_NAMES} more")
    return join(paragraph("It also differs from the baseline in:"), bullets(items))


def money_table(run: Run) -> Markup:
    """Participants and spending of each policy."""
    spending, taken = run.policy_years("spending"), run.policy_years("participants")
    if not len(spending):
        return Markup("")
    years = run.measured_years()
    rows = []
    for name, money, count in zip(run.axis("policy"), spending, taken):
        active = (money > 0) | (count > 0)
        span = f"{years[active][0]} to {years[active][-1]}" if active.any() else "never"
        rows.append((name, span, pounds(money.sum()), pounds(money.max()), people(count.max())))
    return table(
        f"What was spent and how many took part ({run.title}), prices of 2025",
        ["Policy", "Years", "#Spent in all", "#Most in a year", "#Most people or places in a year"],
        rows,
        "Money and participants",
    )

"""Who gains, who loses and at what price: what `pathways compare` tells of the same people in two runs.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import math
from typing import Sequence

import significance
from plots.words import CLASS_NAMES
from reporting.findings import people, pounds
from reporting.html import Markup, Section, bullets, details, join, paragraph, table
from reporting.program import Program, Row, number, of_run
from reporting.sections import Comparison, lives_part, named
from run_file import NUM_GROUPS, Run

WAYS = {
    "absent": "not in England",
    "school": "at school",
    "college": "at college",
    "apprenticeship": "in an apprenticeship",
    "university": "at university",
    "working_job": "in a working-class job",
    "intermediate_job": "in an intermediate job",
    "professional_job": "in a professional job",
    "neet": "neither in work nor in learning (NEET)",
    "retired": "retired",
}
STATES = {
    "absent": "elsewhere",
    "school": "school",
    "college": "college",
    "apprenticeship": "an apprenticeship",
    "university": "university",
    "working_job": "a working-class job",
    "intermediate_job": "an intermediate job",
    "professional_job": "a professional job",
    "neet": "NEET",
    "retired": "retirement",
}
OUTCOMES = {
    "neet_year_averted_16_24": "year NEET averted, ages 16 to 24",
    "level3_by_19": "person with an A level or equivalent by 19",
    "higher_education_by_19": "person in higher education by 19",
    "degree_25_29": "person with a degree at 25 to 29",
    "professional_25_29": "person in a professional class at 25 to 29",
    "progress_without_leaving_25_34": "person of working-class origin in a professional class where they grew up",
    "professional_year_25_64": "year in a professional class, ages 25 to 64",
    "employment_year_25_54": "year in work, ages 25 to 54",
}
NUM_FLOWS = 8
MARGIN = significance.margin(NUM_GROUPS - 1)


def signed_people(value: float) -> str:
    """A net number of people with its sign."""
    words = people(value)
    return f"+{words}" if value > 0 and words != "0" else words


def net_cell(row: Row) -> str:
    """Net number of people with half its interval."""
    half = MARGIN * number(row, "standard_error")
    return (
        f"{signed_people(number(row, 'net'))} \u00b1 {people(half)}"
        if not math.isnan(half)
        else signed_people(number(row, "net"))
    )


def is_told_apart(row: Row) -> bool:
    """After accounting for the other rows."""
    return number(row, "adjusted_p") <= significance.SIGNIFICANT


def gains_and_losses(comparison: Comparison, program: Program) -> Section:
    """Better and worse off, pathways, flows, displaced."""
    year = str(comparison.base.span[1])
    displaced, ways, flows, years = (
        program.compare_section(name, "--year", year) for name in ("displaced", "pathways", "flows", "years")
    )
    parts: list[object] = [
        paragraph(
            "The same people live in both runs, so that each can be asked what becomes of them under the policy. Places"
            " and jobs are scarce: what one gains another may lose. \u2018Better\u2019 means from neither work nor"
            " learning to something else, or to a higher class of job; \u2018worse\u2019 is the way back. Numbers are"
            " people of the real country, to three figures"
            + one_stands_for(comparison.base)
        )
    ]
    for policy in comparison.policies:
        parts.append(named(policy, comparison))
        if displaced:
            parts.append(displaced_part(of_run(displaced, policy.path)))
        if ways:
            parts.append(ways_part(of_run(ways, policy.path)))
        if flows:
            parts.append(flows_part(of_run(flows, policy.path)))
        if years:
            parts.append(years_part(of_run(years, policy.path)))
        if not displaced and not ways:
            parts.append(
                paragraph("These runs, or this version of the program, do not tell who went from where to where.")
            )
        parts.append(lives_part(comparison, policy))
    return Section("displaced", "Who gains, who loses, who is displaced", join(*parts))


def one_stands_for(run: Run) -> str:
    """For how many people a simulated one stands, when the file says so."""
    each = run.real("people_each")
    return "." if each is None else f"; one simulated person stands for {people(each)}."


def displaced_part(rows: Sequence[Row]) -> Markup:
    """Who is better and worse off, by origin and enrolment."""
    groups = [row for row in rows if row.get("by") not in ("place", "drift")]
    drift = next((row for row in rows if row.get("by") == "drift"), None)
    everyone = next((row for row in groups if row.get("by") == "nation"), None)
    if everyone is None:
        return Markup("")
    better, worse = number(everyone, "better"), number(everyone, "worse")
    if better == 0 and worse == 0:
        return paragraph("Nobody is better or worse off, and nobody is displaced: every life is the same in both runs.")
    words = (
        f"In {everyone['year']}, about {people(better)} people aged 16 to 29 are better off and {people(worse)} worse"
        f" off than in the baseline: net {net_cell(everyone)}"
    )
    words += ", told apart from zero." if is_told_apart(everyone) else ", not told apart from zero."
    if drift is not None and not math.isnan(number(drift, "better")):
        words += (
            f" Much of both gross numbers is drift: {people(number(drift, 'better'))} better and "
            f"{people(number(drift, 'worse'))} worse off is what chains of small changes alone would bring."
        )
    else:
        words += (
            " Both gross numbers hold much chance: lives also part by chains of small changes, which cancel in the net"
            " number."
        )
    displaced = number(everyone, "displaced")
    lines = [
        (
            group_name(row),
            people(number(row, "better")),
            people(number(row, "worse")),
            net_cell(row),
            "told apart" if is_told_apart(row) else "",
        )
        for row in groups
    ]
    body = [paragraph(words)]
    if not math.isnan(displaced):
        by_drift = (
            f", of whom drift alone would bring about {people(number(drift, 'displaced'))}"
            if drift is not None and not math.isnan(number(drift, "displaced"))
            else ""
        )
        body.append(
            paragraph(
                "Displaced, that is worse off without having taken part in the policy:"
                f" {people(displaced)} people{by_drift}."
            )
        )
    body.append(
        table(
            "Better and worse off than in the baseline, people of the real country",
            ["People", "#Better", "#Worse", "#Net, 95 %", "From zero"],
            lines,
            "Better and worse off",
        )
    )
    places = sorted(
        (row for row in rows if row.get("by") == "place" and number(row, "net")), key=lambda row: -number(row, "net")
    )
    if places:
        lines = [
            (
                row["group"],
                people(number(row, "better")),
                people(number(row, "worse")),
                signed_people(number(row, "net")),
            )
            for row in places
        ]
        body.append(
            details(
                "By place",
                table(
                    "Better and worse off by place of the baseline; chance alone puts some at either end",
                    ["Place", "#Better", "#Worse", "#Net"],
                    lines,
                    "Better and worse off by place",
                ),
            )
        )
    return join(*body)


def group_name(row: Row) -> str:
    """Everyone, a class of origin, enrolled or not."""
    names = {
        "everyone": "Everyone",
        "enrolled": "Took part",
        "not_enrolled": "Did not take part",
        "none": "Parents\u2019 class not known",
    }
    group = row.get("group", "")
    return names.get(group) or f"Parents {CLASS_NAMES.get(group, group).lower()}"


def ways_part(rows: Sequence[Row]) -> Markup:
    """Net and gross by pathway."""
    used = [row for row in rows if number(row, "base") or number(row, "policy")]
    has_drift = any(not math.isnan(number(row, "gained_by_drift")) for row in used)
    columns = ["In the year", "#Baseline", "#Policy", "#Net, 95 %", "#Gained", "#Lost"]
    if has_drift:
        columns.append("#Of each, drift")
    columns.append("From zero")
    lines = []
    for row in used:
        cells = [
            WAYS.get(row["pathway"], row["pathway"]),
            people(number(row, "base")),
            people(number(row, "policy")),
            net_cell(row),
            people(number(row, "gained")),
            people(number(row, "lost")),
        ]
        if has_drift:
            cells.append(people((number(row, "gained_by_drift") + number(row, "lost_by_drift")) / 2))
        lines.append((*cells, "told apart" if is_told_apart(row) else ""))
    note = (
        " Drift is what chance alone would move, told by people whom the policy cannot have reached."
        if has_drift
        else ""
    )
    return join(
        table(
            f"What people aged 16 to 29 do in {used[0]['year'] if used else ''}: the same people in both runs",
            columns,
            lines,
            "Pathways",
        ),
        paragraph(f"Gained and lost are gross: on this way in one run and not in the other.{note}", class_="note"),
    )


def flows_part(rows: Sequence[Row]) -> Markup:
    """Largest flows beyond those of drift, and the whole table."""
    everyone = [row for row in rows if row.get("origin") == "everyone" and row["base_pathway"] != row["policy_pathway"]]
    known = [row for row in everyone if number(row, "people") > 0]
    if not known:
        return Markup("")

    def net(row: Row) -> float:
        back = next(
            (
                other
                for other in everyone
                if other["base_pathway"] == row["policy_pathway"] and other["policy_pathway"] == row["base_pathway"]
            ),
            None,
        )
        return number(row, "people") - (number(back, "people") if back else 0.0)

    largest = sorted(known, key=lambda row: -net(row))[:NUM_FLOWS]
    items = [
        f"{people(number(row, 'people'))} people from {STATES.get(row['base_pathway'], row['base_pathway'])} to "
        f"{STATES.get(row['policy_pathway'], row['policy_pathway'])}: {people(net(row))} more than the other way."
        for row in largest
        if net(row) > 0
    ]
    names = [name for name in WAYS if any(name in (row["base_pathway"], row["policy_pathway"]) for row in known)]
    cells = {
        (row["base_pathway"], row["policy_pathway"]): number(row, "people")
        for row in rows
        if row.get("origin") == "everyone"
    }
    lines = [(WAYS[one], *(people(cells.get((one, other), 0.0)) for other in names)) for one in names]
    whole = table(
        "People by what they do in the baseline (rows) and under the policy (columns)",
        ["Baseline", *(f"#{WAYS[name]}" for name in names)],
        lines,
        "Flows between pathways",
    )
    return join(
        paragraph(
            "The largest net flows, from what people do in the baseline to what the same people do under the policy:"
        ),
        bullets(items),
        details("The whole table of flows", whole),
    )


def years_part(rows: Sequence[Row]) -> Markup:
    """Years NEET and classes, person by person."""
    row = next((row for row in rows if row.get("what") == "neet_years_16_24" and row.get("group") == "everyone"), None)
    if row is None or not number(row, "better_people"):
        return Markup("")
    return paragraph(
        f"Person by person, {people(number(row, 'better_people'))} people have"
        f" {people(number(row, 'better_years'))} fewer years NEET between 16 and 24 than in the baseline, and"
        f" {people(number(row, 'worse_people'))} have {people(number(row, 'worse_years'))} more; the net is"
        f" {net_years(row)} years."
    )


def net_years(row: Row) -> str:
    """Years NEET that are averted, less those that are added, with the interval."""
    return f"{people(abs(number(row, 'net')))} \u00b1 {people(MARGIN * number(row, 'standard_error'))} " + (
        "fewer" if number(row, "net") > 0 else "more"
    )


def costs(comparison: Comparison, program: Program) -> Section:
    """Pounds for one more of an outcome."""
    rows = program.compare_section("cost", "--year", str(comparison.base.span[1]))
    parts: list[object] = []
    for policy in comparison.policies:
        parts.append(named(policy, comparison))
        mine = of_run(rows, policy.path)
        parts.append(cost_part(mine) if mine else spent_only(comparison.base, policy))
    parts.append(
        paragraph(
            (
                "Costs are what the policies spend, in prices of 2025, not discounted. What the Treasury saves or loses"
                " otherwise (taxes, benefits, health) is not in the model."
            ),
            class_="note",
        )
    )
    return Section("cost", "What it costs", join(*parts))


def spent_only(base: Run, policy: Run) -> Markup:
    """Money alone, when the program does not say more."""
    more = policy.policy_years("spending").sum() - base.policy_years("spending").sum()
    return paragraph(
        "The policy spends as much as the baseline."
        if more == 0
        else f"The policy spends {pounds(more)} more than the baseline over all recorded years."
    )


def cost_part(rows: Sequence[Row]) -> Markup:
    """Cost for each outcome that is gained; words where none can be named."""
    cost = number(rows[0], "cost_gbp")
    lines = []
    for row in rows:
        half = MARGIN * number(row, "standard_error")
        each, low, high = (number(row, name) for name in ("gbp_each", "gbp_each_low", "gbp_each_high"))
        price = pounds(each) if not math.isnan(each) else row.get("verdict", "")
        span = "" if math.isnan(each) else f"{pounds(low)} to {pounds(high)}" if high > 0 else f"at least {pounds(low)}"
        gain = number(row, "gain")
        lines.append(
            (OUTCOMES.get(row["outcome"], row["outcome"]), f"{signed_people(gain)} \u00b1 {people(half)}", price, span)
        )
    words = (
        f"Up to {rows[0]['year']} the policy costs as much as the baseline."
        if cost == 0
        else f"Up to {rows[0]['year']} the policy spends {pounds(cost)} more than the baseline."
    )
    return join(
        paragraph(words),
        table(
            "What one more of an outcome costs, where the outcome is told apart from no change",
            ["One more", "#Gained, 95 %", "#Cost of each", "#95 % interval"],
            lines,
            "Cost of outcomes",
        ),
    )

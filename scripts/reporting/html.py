"""HTML that screen readers, keyboards and printers can use: elements, tables, figures.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import base64
import html
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Sequence

from plots import style

MOST_ON_A_PAGE = 16  # rows of a table that is printed on one page
CSS = Path(__file__).with_name("report.css")


class Markup(str):
    """Text that is HTML already."""


def text(content: object) -> Markup:
    """Content as HTML: text is escaped, and numbers keep their per cent; markup is as it is."""
    if isinstance(content, Markup):
        return content
    return Markup(html.escape(str(content), quote=False).replace(" %", "\u00a0%"))


def join(*contents: object) -> Markup:
    """Contents one after another."""
    return Markup("".join(text(content) for content in contents))


def tag(name: str, *contents: object, **attributes: str) -> Markup:
    """An element; `class_` and `aria_label` become class and aria-label."""
    words = "".join(f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{words}>{join(*contents)}</{name}>")


def paragraph(*contents: object, **attributes: str) -> Markup:
    """A paragraph and a line's end."""
    return Markup(tag("p", *contents, **attributes) + "\n")


def bullets(items: Iterable[object], **attributes: str) -> Markup:
    """A list; nothing without items."""
    lines = [tag("li", item) for item in items]
    return Markup(tag("ul", *lines, **attributes) + "\n") if lines else Markup("")


def definitions(items: Iterable[tuple[object, object]]) -> Markup:
    """Terms and what they are."""
    return Markup(tag("dl", *(tag("div", tag("dt", term), tag("dd", about)) for term, about in items)) + "\n")


def table(caption: object, columns: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Markup:
    """A table with a caption, headers of columns and of rows, in a frame that scrolls where the page is narrow.

    columns: names; one that begins with # is of numbers, and stands to the right
    name: of the frame, for those who cannot see where it is
    """
    kinds: list[dict[str, str]] = [{"class_": "number"} if column.startswith("#") else {} for column in columns]
    head = tag(
        "tr", *(tag("th", column.removeprefix("#"), scope="col", **kind) for column, kind in zip(columns, kinds))
    )
    lines = []
    for row in rows:
        cells = [tag("th", row[0], scope="row")]
        cells += [tag("td", cell, **kind) for cell, kind in zip(row[1:], kinds[1:])]
        lines.append(tag("tr", *cells))
    whole = tag("table", tag("caption", tag("span", caption)), tag("thead", head), tag("tbody", *lines))
    kind = "scroll short" if len(lines) <= MOST_ON_A_PAGE else "scroll"
    return Markup(tag("div", whole, class_=kind, tabindex="0", role="region", aria_label=name) + "\n")


def details(summary: object, *contents: object) -> Markup:
    """What is opened on demand."""
    return Markup(tag("details", tag("summary", summary), *contents) + "\n")


_numbers = itertools.count(1)


def picture(page: style.Page, alternative: str, caption: object, numbers: Markup) -> Markup:
    """A figure with its text alternative, caption, and its numbers as a table to open."""
    with tempfile.TemporaryDirectory(prefix="pathways-report-") as folder:
        path = Path(folder) / "picture.svg"
        page.save_panels(path)
        data = base64.b64encode(path.read_bytes()).decode()
    image = Markup(
        f'<img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alternative)}" width="{96 * page.width:.0f}">'
    )
    frame = tag(
        "div",
        image,
        class_="scroll picture",
        tabindex="0",
        role="region",
        aria_label=f"Picture {next(_numbers)}, which scrolls sideways where the page is narrow",
    )
    return Markup(tag("figure", frame, tag("figcaption", caption), numbers) + "\n")


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading of the second rank."""

    anchor: str
    heading: str
    body: Markup


def whole_page(title: str, about: str, lead: Markup, sections: Sequence[Section], foot: Markup) -> str:
    """The page: language, landmarks, a way past the list of contents, one heading of the first rank."""
    contents = tag("ol", *(tag("li", tag("a", section.heading, href=f"#{section.anchor}")) for section in sections))
    body = [
        tag("section", tag("h2", section.heading, id=section.anchor), section.body, aria_labelledby=section.anchor)
        + "\n"
        for section in sections
    ]
    css = CSS.read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        # Nothing can be fetched, by any browser that heeds it: the page is whole.
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{text(title)}</title>\n'
        f'<meta name="description" content="{html.escape(about)}">\n<style>\n{css}</style>\n</head>\n<body>\n'
        + tag("a", "Skip to the findings", href="#main", class_="skip")
        + "\n"
        + tag("header", tag("h1", title), lead)
        + "\n"
        + tag("nav", tag("h2", "Contents", id="contents"), contents, aria_labelledby="contents")
        + "\n"
        + tag("main", *map(Markup, body), id="main", tabindex="-1")
        + "\n"
        + tag("footer", foot)
        + "\n</body>\n</html>\n"
    )

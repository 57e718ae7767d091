#!/usr/bin/env python3
"""The report of a comparison: numbers of the program, a page that everyone can read, in a browser and on paper.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import base64
import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from html.parser import HTMLParser

import h5py

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = os.path.abspath(os.environ.get("PW_SOURCE_DIR", "."))
SCRIPT = os.path.join(ROOT, "scripts", "report.py")
SCENARIO = os.path.join(ROOT, "tests", "tiny_scenario.json")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import report  # noqa: E402
from PIL import Image  # noqa: E402
from plots.words import MEASURE_NAMES  # noqa: E402


class Element:
    """A node of the page."""

    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent, self.children, self.words = name, dict(attributes), parent, [], []

    def all(self, *names):
        """Elements of some names below, in order."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)

    @property
    def text(self):
        return " ".join("".join(part if isinstance(part, str) else part.text for part in self.words).split())


class Page(HTMLParser):
    """A page as a tree; faults are unclosed and wrongly closed elements."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {}, None)
        self.faults = []
        self.feed(text)
        self.close()
        if self.at is not self.root:
            self.faults.append(f"<{self.at.name}> is not closed")

    def handle_starttag(self, tag, attrs):
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, attrs, self.at)
        self.at.children.append(element)
        self.at.words.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag):
        if self.at.name != tag:
            self.faults.append(f"</{tag}> closes <{self.at.name}> in line {self.getpos()[0]}")
            return
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.words.append(data)


def simulate(scenario, output, *more):
    answer = subprocess.run(
        [PROGRAM, "run", scenario, "-n", "5000", "--years", "20", "-o", output, "--quiet", *more],
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise AssertionError(f"the run failed ({answer.returncode}): {answer.stderr}")


def call(*arguments):
    """Exit status and complaints of the script, within this process."""
    complaints = io.StringIO()
    with contextlib.redirect_stderr(complaints), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = report.main([str(item) for item in arguments])
        except SystemExit as leaving:
            status = leaving.code
    return status, complaints.getvalue()


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    """Of two colours, as the Web Content Accessibility Guidelines 2.2 define it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = tempfile.mkdtemp(prefix="pathways-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.base, cls.policy = cls.path("base.h5"), cls.path("policy.h5")
        with open(cls.path("policy.json"), "w", encoding="utf-8") as file:
            json.dump(
                {
                    "title": "Apprenticeships <by the sea> & inland",
                    "why": 'Do "more" places help?',
                    "extends": SCENARIO,
                    "policies": [
                        {
                            "name": "Seaside",
                            "lever": "apprenticeship_places_advanced",
                            "from": 2026,
                            "to": 2060,
                            "where": {"places": ["Blackpool"]},
                            "capacity": 1000000,
                            "unit_cost_gbp": 10000,
                        }
                    ],
                },
                file,
            )
        simulate(SCENARIO, cls.base)
        simulate(cls.path("policy.json"), cls.policy)
        cls.html = cls.path("report.html")
        cls.status, cls.complaints = call(
            cls.base, cls.policy, "-o", cls.html, "--years", "2040", "--pathways", PROGRAM
        )
        with open(cls.html, encoding="utf-8") as file:
            cls.source = file.read()
        cls.page = Page(cls.source)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    def section(self, page, heading):
        return next(item for item in page.root.all("section") if any(h.text == heading for h in item.all("h2")))

    def compared(self, *more):
        """Rows of `pathways compare` of the nation by measure."""
        answer = subprocess.run(
            [
                PROGRAM,
                "compare",
                self.base,
                self.policy,
                "--by",
                "nation",
                "--measure",
                "*",
                "--year",
                "2040",
                "--format",
                "csv",
                *more,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        return {row["measure"]: row for row in csv.DictReader(io.StringIO(answer.stdout))}

    # --- Numbers ---

    def test_the_headlines_of_one_year_are_those_of_the_program(self):
        rows = self.compared()
        cells = {
            row.children[0].text: [cell.text for cell in row.children[1:]]
            for row in self.section(self.page, "What changes").all("tr")
            if row.children[0].attributes.get("scope") == "row"
        }
        self.assertGreater(len(cells), 10)
        names = {words: name for name, words in MEASURE_NAMES.items()}
        for heading, (before, after, change, span, _) in cells.items():
            name, unit = heading.rsplit(", ", 1)
            row, factor, digits = rows[names[name]], (100 if unit == "%" else 1), (1 if unit == "%" else 2)
            number = {key: factor * float(row[key]) for key in ("base", "policy", "difference", "standard_error")}
            self.assertEqual(before, f"{number['base']:.{digits}f}", heading)
            self.assertEqual(after, f"{number['policy']:.{digits}f}", heading)
            margin = report.people.MARGIN * number["standard_error"]
            shown = [float(item.replace("\u2212", "-")) for item in (change, *span.split(" to "))]
            for value, wanted in zip(
                shown, (number["difference"], number["difference"] - margin, number["difference"] + margin)
            ):
                self.assertAlmostEqual(value, wanted, delta=0.5 * 10**-digits + 1e-6, msg=heading)

    def test_every_measure_stands_there_as_the_program_prints_it(self):
        rows = self.compared()
        lines = {
            next(row.all("code")).text: [cell.text for cell in row.children[1:]]
            for row in self.section(self.page, "Every measure").all("tr")
            if list(row.all("code"))
        }
        self.assertEqual(set(lines), set(rows))
        for name, (before, after, change, error, mark, _) in lines.items():
            factor = 100 if rows[name]["unit"] == "share" else 1
            for text, key in ((before, "base"), (after, "policy"), (change, "difference"), (error, "standard_error")):
                if rows[name][key] == "":
                    self.assertEqual(text, "\u2013", name)
                else:
                    self.assertAlmostEqual(
                        float(text.replace("\u2212", "-")), factor * float(rows[name][key]), delta=0.000501
                    )
            self.assertEqual(mark, "*" if rows[name]["marked"] == "1" else "", name)

    def test_the_baseline_is_as_near_to_published_figures_as_validate_says(self):
        answer = subprocess.run([PROGRAM, "validate", self.base, "--format", "json", "--targets",
                                 os.path.join(os.path.dirname(__file__), "..", "scenarios", "targets_england.json")],
                                capture_output=True, text=True)
        rows = json.loads(answer.stdout)
        section = self.section(self.page, "How close the baseline is to the country")
        is_met = [row["verdict"] == "met" for row in rows]
        self.assertIn(f"The run meets {sum(is_met)} of {len(rows)} published figures", section.text)
        themes, figures = section.all("table")
        self.assertEqual(len(list(themes.all("tr"))) - 1, len({row["theme"] for row in rows}))
        lines = [[cell.text for cell in line.all("th", "td")] for line in figures.all("tr")][1:]
        self.assertEqual(len(lines), len(rows))
        for line, row in zip(lines, rows):
            self.assertTrue(line[0].startswith(row["measure"] + " "), line)
            self.assertEqual(line[5] == "yes", row["verdict"] == "met", line)
            if row["model"] is not None and row["unit"] == "%":
                self.assertAlmostEqual(float(line[2].split(" ")[0]), row["model"], delta=0.0501)

    def test_money_is_that_of_the_file(self):
        with h5py.File(self.policy) as file:
            spent = file["policies/spending"][:]
        row = next(
            row for row in self.section(self.page, "What was asked").all("tr") if row.children[0].text == "Seaside"
        )
        self.assertEqual(row.children[2].text, report.asked.pounds(float(spent.sum())))
        self.assertEqual(row.children[3].text, report.asked.pounds(float(spent.sum(axis=(0, 2)).max())))

    def test_the_base_against_itself_differs_in_nothing(self):
        output = self.path("self.html")
        self.assertEqual(call(self.base, self.base, "-o", output, "--pathways", PROGRAM), (0, ""))
        with open(output, encoding="utf-8") as file:
            page = Page(file.read())
        self.assertIn("Nothing differs", next(page.root.all("header")).text)
        changes = self.section(page, "What changes")
        self.assertIn("Nothing differs: every headline is the same in both runs.", changes.text)
        verdicts = {
            row.children[-1].text for row in changes.all("tr") if row.children[0].attributes.get("scope") == "row"
        }
        self.assertEqual(verdicts, {"none"})
        self.assertNotIn("told apart)", page.root.text)
        self.assertRegex(self.section(page, "What it costs").text, "policy (spends|costs) as much as the baseline")
        self.assertRegex(
            self.section(page, "Who gains, who loses, who is displaced").text, "every life is the same|0 \\(0 %\\)"
        )

    def test_scenario_policies_and_the_way_to_do_it_again_are_told(self):
        asked = self.section(self.page, "What was asked").text
        for words in (
            "Apprenticeships <by the sea> & inland",
            'Do "more" places help?',
            "in Blackpool",
            "from 2026 to 2060",
            "\u00a310,000 for each",
        ):
            self.assertIn(words, asked.replace("\u00a0", " "))
        again = self.section(self.page, "How to do it again").text
        with h5py.File(self.policy) as file:
            for name in ("scenario_digest", "state_digest"):
                self.assertIn(str(file.attrs[name]), again)
        self.assertIn("--years 2040-2040", again)

    # --- A page that everyone can read ---

    def test_the_page_is_well_formed_and_its_links_lead_somewhere(self):
        self.assertEqual((self.status, self.complaints), (0, ""))
        self.assertEqual(self.page.faults, [])
        self.assertTrue(self.source.startswith("<!DOCTYPE html>"))
        ids = [
            item.attributes["id"]
            for item in self.page.root.all(*{e.name for e in self.everything()})
            if "id" in item.attributes
        ]
        self.assertEqual(len(ids), len(set(ids)))
        for link in self.page.root.all("a"):
            self.assertIn(link.attributes["href"].removeprefix("#"), ids)

    def everything(self, at=None):
        for child in (at or self.page.root).children:
            yield child
            yield from self.everything(child)

    def test_nothing_is_fetched_from_anywhere(self):
        for item in self.everything():
            self.assertNotIn(item.name, ("script", "link", "iframe", "object", "embed", "base"))
            for name in ("src", "href", "srcset", "action", "background"):
                value = item.attributes.get(name, "#")
                self.assertTrue(value.startswith(("#", "data:image/svg+xml;base64,")), value[:80])
            self.assertFalse([name for name in item.attributes if name.startswith("on")])
        css = next(self.page.root.all("style")).text
        self.assertNotRegex(css, r"url\(|@import")
        self.assertIn("default-src 'none'", self.source)
        for image in self.page.root.all("img"):
            picture = base64.b64decode(image.attributes["src"].split(",", 1)[1]).decode()
            links = re.findall(r'(?:href|src)\s*=\s*"([^"]*)"', picture)
            self.assertFalse([link for link in links if not link.startswith(("#", "data:image/png;base64,"))])
            self.assertNotIn("<script", picture)

    def test_landmarks_headings_and_language_are_there(self):
        root = self.page.root
        self.assertEqual(next(root.all("html")).attributes["lang"], "en-GB")
        self.assertEqual(len(list(root.all("h1"))), 1)
        self.assertTrue(next(root.all("title")).text)
        for landmark in ("header", "nav", "main", "footer"):
            self.assertEqual(len(list(root.all(landmark))), 1, landmark)
        levels = [int(item.name[1]) for item in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
        self.assertEqual(levels[0], 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)
        first = next(
            item for item in self.everything() if item.name in ("a", "summary") or "tabindex" in item.attributes
        )
        self.assertEqual(first.attributes["href"], "#main")
        self.assertEqual(next(root.all("main")).attributes["id"], "main")
        self.assertIn("width=device-width", self.source)

    def test_tables_have_captions_and_headers_and_frames_can_be_scrolled_with_keys(self):
        tables = list(self.page.root.all("table"))
        self.assertGreater(len(tables), 5)
        for table in tables:
            self.assertTrue(table.children[0].name == "caption" and table.children[0].text)
            widths = {len(row.children) for row in table.all("tr")}
            self.assertEqual(len(widths), 1, table.children[0].text)
            for cell in table.all("th"):
                self.assertIn(cell.attributes.get("scope"), ("col", "row"))
            self.assertEqual(table.parent.attributes.get("tabindex"), "0")
            self.assertTrue(table.parent.attributes.get("aria-label"))
        for item in self.everything():
            self.assertIn(item.attributes.get("tabindex", "0"), ("0", "-1"))

    def test_pictures_have_words_a_caption_and_their_numbers(self):
        figures = list(self.page.root.all("figure"))
        self.assertGreater(len(figures), 3)
        for figure in figures:
            image = next(figure.all("img"))
            self.assertGreater(len(image.attributes["alt"]), 60)
            self.assertTrue(next(figure.all("figcaption")).text)
            self.assertTrue(any(list(item.all("table")) for item in figure.all("details")), image.attributes["alt"])

    def test_colours_of_text_stand_out_from_what_is_behind(self):
        css = next(self.page.root.all("style")).text
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
        for text in ("ink", "muted", "accent"):
            for ground in ("page", "soft"):
                self.assertGreaterEqual(contrast(colours[text], colours[ground]), 4.5, (text, ground))
        for words in (":focus-visible", "@media print", "size: A4", "break-inside: avoid"):
            self.assertIn(words, css)

    # --- In a browser ---

    def browse(self, *arguments):
        done = subprocess.run(
            [
                BROWSER,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={self.path('browser')}",
                *arguments,
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_browser_shows_it_on_a_screen_a_telephone_and_paper(self):
        if not BROWSER:
            self.skipTest("Debian's package chromium is not installed")
        url = f"file://{self.html}"
        for width in (1100, 500):
            shot = self.path(f"{width}.png")
            self.browse(f"--window-size={width},3000", f"--screenshot={shot}", url)
            with Image.open(shot) as image:
                self.assertEqual(image.size[0], width)
                self.assertGreater(len(image.convert("RGB").getcolors(1 << 24)), 50)
        self.browse("--no-pdf-header-footer", f"--print-to-pdf={self.path('report.pdf')}", url)
        with open(self.path("report.pdf"), "rb") as file:
            pdf = file.read()
        self.assertTrue(pdf.startswith(b"%PDF"))
        sizes = {
            tuple(round(float(item)) for item in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", pdf)
        }
        self.assertEqual({(width, height) for _, _, width, height in sizes}, {(595, 842)})

    def test_every_picture_is_drawn_and_a_page_of_360_pixels_needs_no_sideways_scrolling(self):
        if not BROWSER:
            self.skipTest("Debian's package chromium is not installed")
        inner = self.path("inner.html")
        asking = (
            "<script>addEventListener('load', () => { const d = document.documentElement; const images ="
            " [...document.images];document.title = [d.scrollWidth, innerWidth, images.filter(i => i.complete &&"
            " i.naturalWidth > 100).length, images.length].join(' '); })</script>"
        )
        with open(inner, "w", encoding="utf-8") as file:
            file.write(re.sub(r"<meta http-equiv[^>]*>", "", self.source).replace("</body>", f"{asking}</body>"))
        for width in (1100, 360):
            with open(self.path("outer.html"), "w", encoding="utf-8") as file:
                file.write(
                    f"<body><iframe id=f src=inner.html width={width} height=900 frameborder=0></iframe><script>"
                    "addEventListener('load', () => { document.title = f.contentDocument.title; })</script>"
                )
            dumped = self.browse(
                "--allow-file-access-from-files",
                "--virtual-time-budget=5000",
                "--dump-dom",
                f"file://{self.path('outer.html')}",
            )
            needed, given, drawn, images = map(int, re.search(r"<title>([^<]*)</title>", dumped)[1].split())
            self.assertEqual(given, width)
            self.assertLessEqual(needed, width)
            self.assertEqual(drawn, images)
            self.assertGreater(images, 3)

    # --- Wrong input ---

    def test_wrong_usage_gives_2_and_says_what_would_be_right(self):
        for arguments, words in (
            (["--years", "soon"], "2055-2064"),
            (["--years", "1900"], "choose from"),
            (["--years", "2050-2040"], "after the last"),
            (["--pathways", self.path("nowhere")], "there is no program"),
        ):
            status, complaints = call(
                self.base, self.policy, "-o", self.path("wrong.html"), "--pathways", PROGRAM, *arguments
            )
            self.assertEqual(status, 2, arguments)
            self.assertIn(words, complaints)
        self.assertEqual(call(self.base)[0], 2)
        self.assertFalse(os.path.exists(self.path("wrong.html")))

    def test_files_that_are_not_runs_of_one_family_give_3_and_leave_nothing(self):
        with open(self.path("text.h5"), "w", encoding="utf-8") as file:
            file.write("not a run")
        shutil.copy(self.base, self.path("seed.h5"))
        with h5py.File(self.path("seed.h5"), "r+") as file:
            file.attrs["seed"] = 2
        for name, words in (("text.h5", "HDF5"), ("nowhere.h5", "no such file"), ("seed.h5", "seed 1 and 2")):
            status, complaints = call(self.base, self.path(name), "-o", self.path("wrong.html"), "--pathways", PROGRAM)
            self.assertEqual(status, 3, name)
            self.assertIn(words, complaints)
            self.assertIn(name, complaints)
        answer = subprocess.run(
            ["/usr/bin/python3", "-B", SCRIPT, self.base, self.path("text.h5"), "-o", self.path("wrong.html")],
            capture_output=True,
            text=True,
        )
        self.assertEqual(answer.returncode, 3)
        self.assertFalse(os.path.exists(self.path("wrong.html")))

    def test_a_folder_that_is_not_there_gives_4(self):
        status, complaints = call(self.base, self.policy, "-o", self.path("none/report.html"), "--pathways", PROGRAM)
        self.assertEqual(status, 4)
        self.assertIn("is not a folder", complaints)


if __name__ == "__main__":
    unittest.main()

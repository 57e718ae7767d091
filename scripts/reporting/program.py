"""Answers of the program `pathways` as rows.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Sequence

from command import FAILED, WRONG_INPUT, WRONG_USAGE, CommandError

ROOT = Path(__file__).resolve().parents[2]
MISSED = 1  # status of `validate` when fewer figures are met than are asked for

Row = dict[str, str]


def find_program(asked: Path | None) -> Path:
    """The program that was asked for, or the one on PATH, or the one that scripts/build.sh made."""
    if asked is not None:
        if not asked.is_file():
            raise CommandError(f"--pathways: there is no program {asked}", WRONG_USAGE)
        return asked.resolve()
    found = os.environ.get("PATHWAYS") or shutil.which("pathways") or str(ROOT / "build" / "pathways")
    if not Path(found).is_file():
        raise CommandError(
            (
                "the program pathways is neither on PATH nor in build/; build it with scripts/build.sh, or name "
                "it with --pathways"
            ),
            FAILED,
        )
    return Path(found).resolve()


class Program:
    """The program and the files of a comparison."""

    def __init__(self, path: Path, base: Path, policies: Sequence[Path]):
        self.path, self.base, self.policies = path, base, list(policies)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One call, its output as text."""
        try:
            return subprocess.run([str(self.path), *arguments], capture_output=True, text=True, check=False)
        except OSError as error:
            raise CommandError(f"{self.path} cannot be run: {error}", FAILED) from None

    def rows(self, *arguments: str) -> list[Row]:
        """Rows of CSV; a failure of the program is ours, with its words."""
        done = self.call(*arguments, "--format", "csv")
        if done.returncode != 0:
            raise CommandError(f"pathways {arguments[0]} failed: {done.stderr.strip() or 'it said nothing'}", WRONG_INPUT)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def validate(self, run: Path) -> list[dict[str, object]]:
        """Published figures beside a run; that some are missed is no failure."""
        here = ROOT / "scenarios" / "targets_england.json"  # beside these scripts, wherever one calls from
        figures = ["--targets", str(here)] if here.is_file() else []
        done = self.call("validate", str(run), "--format", "json", *figures)
        if done.returncode not in (0, MISSED):
            raise CommandError(f"pathways validate failed: {done.stderr.strip() or 'it said nothing'}", WRONG_INPUT)
        return json.loads(done.stdout)

    def compare(self, *arguments: str) -> list[Row]:
        """Rows of `pathways compare` of the base and all policies."""
        return self.rows("compare", str(self.base), *map(str, self.policies), *arguments)

    def compare_section(self, section: str, *arguments: str) -> list[Row]:
        """Rows of one section of `compare`; none when this version of the program or the runs do not have it."""
        done = self.call(
            "compare", str(self.base), *map(str, self.policies), "--show", section, "--format", "csv", *arguments
        )
        if done.returncode != 0:
            return []
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def describe(self, topic: str) -> list[Row]:
        """Rows of `pathways describe`; none when it fails."""
        done = self.call("describe", topic, "--format", "csv")
        return list(csv.DictReader(io.StringIO(done.stdout))) if done.returncode == 0 else []


def number(row: Row, name: str) -> float:
    """A number of a row; NaN when it is empty or not there."""
    text = row.get(name, "")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def of_run(rows: Sequence[Row], policy: Path) -> list[Row]:
    """Rows of one policy."""
    return [row for row in rows if row.get("run") == str(policy)]

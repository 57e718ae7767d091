#!/usr/bin/env python3
"""What README.md says works: its commands, its scenarios, the files and options it names.

Blocks tagged `sh` are run line by line in one folder, then those tagged `python` and `r` in the same folder; blocks
tagged `json` are scenarios. Blocks without a tag name scripts that install and build (scripts/quickstart.sh and
scripts/test.sh): here they must be there; they are run from a fresh clone on a fresh machine, not from a test.

Only Python's standard library; what the blocks use themselves is Debian's python3-xarray and r-bioc-rhdf5.

ctest-label: scripts
SPDX-License-Identifier: MIT
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ.get("PATHWAYS", "")
ROOT = pathlib.Path(os.environ.get("PW_SOURCE_DIR") or pathlib.Path(__file__).resolve().parent.parent)
README = (ROOT / "README.md").read_text(encoding="utf-8")

FOLDERS = {"include", "scenarios", "scripts", "sim", "tests"}
SUFFIXES = {".c", ".cmake", ".def", ".h", ".json", ".md", ".png", ".py", ".sh", ".svg", ".txt"}
OPTION = r"(?<![\w-])--?[A-Za-z][\w-]*"
SECONDS_A_COMMAND = 300


def find_blocks(text):
    """(tag, line number, content) of every fenced block, and the text without them."""
    blocks, prose, tag, content, begin = [], [], None, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.fullmatch(r"\s*```(\S*)\s*", line)
        if not fence:
            (prose if tag is None else content).append(line)
        elif tag is None:
            tag, content, begin = fence.group(1), [], number
        else:
            blocks.append((tag, begin, "\n".join(content) + "\n"))
            tag = None
    if tag is not None:
        raise AssertionError(f"README.md:{begin}: the block is never closed")
    return blocks, "\n".join(prose)


BLOCKS, PROSE = find_blocks(README)
CODES = re.findall(r"`([^`\n]+)`", PROSE)


def blocks_of(tag):
    return [(number, content) for its, number, content in BLOCKS if its == tag]


def commands():
    """(line number, command) of every line of the sh blocks; lines that end in a backslash go on."""
    found = []
    for begin, content in blocks_of("sh"):
        whole, first = "", begin + 1
        for number, line in enumerate(content.splitlines(), begin + 1):
            whole += line
            if whole.endswith("\\"):
                whole = whole[:-1]
                continue
            if whole.strip() and not whole.lstrip().startswith("#"):
                found.append((first, whole))
            whole, first = "", number + 1
    return found


def manual(*arguments):
    answer = subprocess.run([PROGRAM, *arguments, "--help"], capture_output=True, text=True, check=False)
    return answer.stdout if answer.returncode == 0 else ""


def has_rhdf5():
    if not shutil.which("Rscript"):
        return False
    asked = 'quit(status = if (requireNamespace("rhdf5", quietly = TRUE)) 0 else 1)'
    return subprocess.run(["Rscript", "-e", asked], capture_output=True, check=False).returncode == 0


class Examples(unittest.TestCase):
    """The blocks."""

    @classmethod
    def setUpClass(cls):
        if not PROGRAM:
            raise AssertionError("PATHWAYS does not name the program")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="pathways-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.work, programs = cls.folder / "work", cls.folder / "bin"
        cls.work.mkdir()
        programs.mkdir()
        (programs / "pathways").symlink_to(pathlib.Path(PROGRAM).resolve())
        for name in ("scenarios", "scripts"):
            (cls.work / name).symlink_to(ROOT / name)
        cls.environment = dict(os.environ, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
                               PYTHONDONTWRITEBYTECODE="1")

    def run_here(self, line, *words):
        """Run a program in the folder; fails with what it said unless it ends well."""
        answer = subprocess.run(words, cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=SECONDS_A_COMMAND, check=False)
        self.assertEqual(answer.returncode, 0, f"README.md:{line}: {words[-1]}\nends with {answer.returncode}:\n"
                         f"{answer.stdout[-1000:]}\n{answer.stderr[-2000:]}")
        return answer

    def run_code(self, program, tag):
        for line, content in blocks_of(tag):
            path = self.folder / f"line_{line}.{tag}"
            path.write_text(content, encoding="utf-8")
            self.run_here(line, program, str(path))

    def test_commands_end_well_one_after_another_and_the_code_reads_their_files(self):
        self.assertGreater(len(commands()), 5)
        for line, command in commands():
            self.run_here(line, "bash", "-euo", "pipefail", "-c", command)
        self.assertGreater(len(blocks_of("python")), 0)
        self.run_code("/usr/bin/python3", "python")
        if has_rhdf5():
            self.run_code("Rscript", "r")
        else:
            print("test_readme.py: R or its package rhdf5 is not installed: the r blocks were not run", file=sys.stderr)

    def test_json_blocks_are_scenarios_that_check_accepts(self):
        folder = self.folder / "scenarios"
        shutil.copytree(ROOT / "scenarios", folder)
        self.assertGreater(len(blocks_of("json")), 0)
        for line, content in blocks_of("json"):
            path = folder / f"readme_{line}.json"
            path.write_text(content, encoding="utf-8")
            self.run_here(line, "pathways", "check", str(path))

    def test_blocks_without_a_tag_name_scripts_that_can_be_run(self):
        for begin, content in blocks_of(""):
            for number, line in enumerate(content.splitlines(), begin + 1):
                if line.strip():
                    script = ROOT / line.split()[0]
                    self.assertTrue(line.startswith("scripts/") and script.is_file() and os.access(script, os.X_OK),
                                    f"README.md:{number}: {line.split()[0]} is no script that can be run")

    def test_every_block_is_of_a_kind_that_is_tested(self):
        for tag, number, _ in BLOCKS:
            self.assertIn(tag, ("", "sh", "json", "python", "r"), f"README.md:{number}")


class Names(unittest.TestCase):
    """Files, options and functions in the text."""

    @classmethod
    def setUpClass(cls):
        cls.files = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
        cls.files |= {path.name for path in ROOT.iterdir()}

    def test_files_in_backticks_are_there(self):
        seen = 0
        for word in {word.rstrip(",;:") for code in CODES for word in code.split()}:
            if not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)*/?", word):
                continue
            path = pathlib.PurePosixPath(word)
            if len(path.parts) > 1 and path.parts[0] in FOLDERS:
                self.assertTrue((ROOT / word).exists(), f"{word} is not in the repository")
            elif len(path.parts) == 1 and path.suffix in SUFFIXES:
                self.assertTrue(word in self.files, f"{word} is not in the repository")
            else:
                continue
            seen += 1
        self.assertGreater(seen, 10)

    def test_pictures_and_links_are_there(self):
        for target in re.findall(r"\]\(([^)\s]+)\)", PROSE):
            if not re.match(r"[a-z]+:|#", target):
                self.assertTrue((ROOT / target).is_file(), f"{target} is not in the repository")

    def test_functions_in_backticks_are_in_the_headers(self):
        headers = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "include/pathways").iterdir())
        for name in {name for code in CODES for name in re.findall(r"\bpw_\w+", code)}:
            self.assertTrue(re.search(rf"\b{name}\b", headers), f"{name} is in no header")

    def test_options_are_in_the_manuals(self):
        known = set(re.findall(r"^    (\w+)  ", manual().split("COMMANDS")[1].split("OPTIONS")[0], re.M))
        self.assertIn("run", known)
        options = {command: set(re.findall(OPTION, manual(command))) for command in known}
        seen = 0
        for text in [command for _, command in commands()] + CODES:
            words = text.split()
            if words[0] == "pathways" and len(words) > 1:
                words = words[1:]
                self.assertIn(words[0], known | {"--help", "--version"}, f"{text}: there is no such command")
            if words[0] in known:
                allowed = options[words[0]]
            elif words[0].startswith("-"):
                allowed = set().union(*options.values(), re.findall(OPTION, manual()))
            else:
                continue
            for option in re.findall(OPTION, " ".join(words)):
                self.assertIn(option, allowed, f"{text}: the manual does not list it")
                seen += 1
        self.assertGreater(seen, 10)

    def test_nothing_is_left_to_be_filled_in(self):
        self.assertEqual(re.findall(r"^[A-Z]+_[A-Z_]+$", PROSE, re.M), [])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Check what a compiler does not: layers, names, tests beside sources, parameters that something reads.

Usage: check_house_rules.py [ROOT]        ROOT is the repository (default: the one of this script)

Prints every broken rule with its file and line. Exit status: 0 none, 1 some, 2 wrong usage.
SPDX-License-Identifier: MIT
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LAYERS = ["base", "model", "life", "engine", "io", "cli"]
TOP_LEVEL = {"sim", "include", "scenarios", "scripts", "tests", "CMakeLists.txt", "README.md"}

# Library header: the places that may include it.
LIBRARY_HEADERS = {
    "hdf5.h": ["sim/io/"],
    "hdf5_hl.h": ["sim/io/"],
    "omp.h": ["sim/base/parallel.c"],
    "mpi.h": ["sim/base/parallel.c"],
    "isa-l.h": ["sim/io/"],
    "igzip_lib.h": ["sim/io/"],
    "cJSON.h": ["sim/model/", "sim/cli/"],
}


def strip_comments(text):
    """C without comments and with empty strings; lines keep their numbers."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(match):
        token = match.group()
        if token[0] == '"':
            return '""'
        if token[0] == "'":
            return "' '"
        return " " + "\n" * token.count("\n")

    return re.sub(pattern, blank, text, flags=re.S)


def strip_directives(code):
    """Code without preprocessor lines and their continuations."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: "\n" * m.group().count("\n"), code, flags=re.M)


class Repository:
    def __init__(self, root):
        self.root = root
        self.faults = []
        self.sources = sorted(root.glob("sim/*/*.c"))
        self.headers = sorted(root.glob("include/pathways/*.h"))
        self.private_headers = sorted(root.glob("sim/*/*.h"))
        self.tests = sorted(p for p in root.glob("tests/*") if p.suffix in {".c", ".sh", ".py"})
        self.text = {p: p.read_text(encoding="utf-8", errors="replace")
                     for p in self.sources + self.headers + self.private_headers + self.tests}
        self.code = {p: strip_comments(t) for p, t in self.text.items() if p.suffix in {".c", ".h"}}
        self.stems = {}
        for source in self.sources:
            self.stems.setdefault(source.stem, source)

    def fault(self, path, line, sentence):
        where = path.relative_to(self.root) if isinstance(path, Path) else path
        self.faults.append(f"{where}:{line}: {sentence}" if line else f"{where}: {sentence}")

    def includes(self, path):
        """(line, name) of every include; from the text, since names are in quotes."""
        for number, line in enumerate(self.text[path].splitlines(), 1):
            found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if found:
                yield number, found.group(1)

    def layer(self, path):
        """Number of a file's layer, by its folder or, for a public header, its source or its comment."""
        parts = path.relative_to(self.root).parts
        if parts[0] == "sim":
            return LAYERS.index(parts[1]) if parts[1] in LAYERS else None
        source = self.stems.get(path.stem)
        if source:
            return self.layer(source)
        stated = self.stated_layer(path)
        return stated if stated is not None else None

    def stated_layer(self, header):
        stated = re.search(r"\bLayer (\d)\b", self.text[header])
        return int(stated.group(1)) if stated else None

    def included_file(self, name, includer):
        """The project's header behind an include, or None for a library's."""
        for path in (self.root / "include" / name, includer.parent / name, self.root / name):
            if path.is_file() and path.suffix == ".h":
                return path.resolve()
        return None


def check_layers(repo):
    for header in repo.headers:
        stated, actual = repo.stated_layer(header), repo.layer(header)
        if actual is None:
            repo.fault(header, 0, "says no layer; add 'Layer N (name).' to its first comment")
        elif stated is not None and stated != actual:
            repo.fault(header, 0, f"says layer {stated}, but its source is in sim/{LAYERS[actual]} (layer {actual})")
    for source in repo.sources:
        if source.parent.name not in LAYERS:
            repo.fault(source, 0, f"is in no layer; the folders of sim/ are {', '.join(LAYERS)}")
    for path in repo.sources + repo.headers + repo.private_headers:
        own = repo.layer(path)
        for line, name in repo.includes(path):
            check_library_header(repo, path, line, name)
            header = repo.included_file(name, path)
            if header is None or own is None:
                continue
            other = repo.layer(header)
            if other is not None and other > own:
                repo.fault(path, line, f"layer {own} ({LAYERS[own]}) includes {name} of layer {other} "
                           f"({LAYERS[other]}); a file includes its own layer and lower ones only")
            source = repo.stems.get(header.stem)
            if path.parent.name == "life" and source and source.parent.name == "life" and header.stem != path.stem:
                repo.fault(path, line, f"a life file includes another one's {name}; "
                           "they meet in columns and in the order of the year")


def check_library_header(repo, path, line, name):
    short = name.split("/")[-1]
    allowed = LIBRARY_HEADERS.get(short)
    where = path.relative_to(repo.root).as_posix()
    if allowed and not any(where.startswith(place) for place in allowed):
        repo.fault(path, line, f"includes {short}, which belongs in {' or '.join(allowed)} only")


def functions(code):
    """(line, name, is_static) of every function defined at file level."""
    code = strip_directives(code)
    depth, start = 0, 0
    for i, character in enumerate(code):
        if character == "{":
            if depth == 0:
                head = code[start:i]
                name = function_name(head)
                if name:
                    offset = start + head.index(name + "(") if name + "(" in head else start
                    yield code.count("\n", 0, offset) + 1, name, bool(re.search(r"\b(static|PW_INLINE)\b", head))
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                start = i + 1
        elif character == ";" and depth == 0:
            start = i + 1


def function_name(head):
    """Name declared by the text before a brace, or None if it is no function."""
    head = re.sub(r"__attribute__\s*\(\(.*?\)\)", " ", head, flags=re.S).rstrip()
    if not head.endswith(")"):
        return None
    depth = 0
    for i in range(len(head) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(head[i], 0)
        if depth == 0:
            found = re.search(r"(\w+)\s*$", head[:i])
            if found and "=" not in head[:i] and found.group(1) not in {"if", "for", "while", "switch"}:
                return found.group(1)
            return None
    return None


def check_names(repo):
    for path in repo.sources + repo.headers:
        public_header = path.suffix == ".h"
        for line, name, is_static in functions(repo.code[path]):
            if path.parent.name == "cli" and (name == "main" or name.startswith("cli_") and not is_static):
                continue
            if name.startswith("pw_"):
                if is_static and not public_header:
                    repo.fault(path, line, f"static function {name} has the public prefix; take off pw_")
                continue
            if public_header:
                repo.fault(path, line, f"function {name} of a public header has no prefix pw_")
            elif not is_static:
                prefix = "pw_ or cli_" if path.parent.name == "cli" else "pw_"
                repo.fault(path, line, f"public function {name} has no prefix {prefix} (or should be static)")


def check_tests(repo):
    names = {p.name for p in repo.tests}
    cli_tests = [repo.text[p] for p in repo.tests if p.name.startswith("test_cli")]
    for source in repo.sources:
        if f"test_{source.stem}.c" in names:
            continue
        if source.parent.name == "cli":
            if source.stem == "main" and cli_tests:
                continue
            if any(re.search(rf"\b{re.escape(source.stem)}\b", text) for text in cli_tests):
                continue
            repo.fault(source, 0, f"has no tests/test_{source.stem}.c and no tests/test_cli* names {source.stem}")
        else:
            repo.fault(source, 0, f"has no tests/test_{source.stem}.c")
    included, waiting = set(), [p for p in repo.tests if p.suffix == ".c"]
    while waiting:
        path = waiting.pop()
        for _, name in repo.includes(path) if path in repo.text else ():
            header = repo.included_file(name, path)
            if header and header not in included:
                included.add(header)
                waiting.append(header)
    for header in repo.headers:
        if header.resolve() not in included:
            repo.fault(header, 0, "is reached by no test")


def check_parameters(repo):
    table = repo.root / "include/pathways/params.def"
    if not table.is_file():
        return
    code = "\n".join(strip_directives(c) for p, c in repo.code.items() if repo.root / "tests" not in p.parents)
    lines = strip_directives(strip_comments(table.read_text(encoding="utf-8")))
    for number, line in enumerate(lines.splitlines(), 1):
        found = re.match(r"\s*([A-Z]+)\s*\(\s*(\w+)\s*,\s*(\w+)\s*,", line)
        if not found or found.group(1).startswith("SECTION"):
            continue
        section, name = found.group(2), found.group(3)
        if not re.search(rf"\b{section}\s*\.\s*{name}\b|->\s*{name}\b", code):
            repo.fault(table, number, f"parameter {section}.{name} is read by no source")


def check_top_level(repo):
    try:
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=repo.root,
                                capture_output=True, text=True, check=True).stdout.splitlines()
        entries = {name.split("/")[0] for name in listed}
    except (OSError, subprocess.CalledProcessError):
        entries = {p.name for p in repo.root.iterdir() if not re.match(r"build", p.name)}
    for entry in sorted(entries):
        if entry not in TOP_LEVEL and not entry.startswith("."):
            repo.fault(entry, 0, f"is not allowed at the top level, which holds {', '.join(sorted(TOP_LEVEL))}")


def check_scripts(repo):
    for path in sorted((repo.root / "scripts").rglob("*")):
        if path.suffix in {".py", ".sh", ".R"} and path.read_text(encoding="utf-8").startswith("#!") \
                and not path.stat().st_mode & 0o100:
            repo.fault(path, 1, "names its interpreter but cannot be executed; chmod +x")


def check_scenarios(repo):
    def pairs(items):
        keys = [key for key, _ in items]
        twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
        if twice:
            raise ValueError(f"duplicate key {', '.join(sorted(twice))}")
        return dict(items)

    def constant(name):
        raise ValueError(f"{name} is not JSON")

    for path in sorted((repo.root / "scenarios").rglob("*.json")):
        try:
            json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=pairs, parse_constant=constant)
        except json.JSONDecodeError as error:
            repo.fault(path, error.lineno, f"is not valid JSON: {error.msg}")
        except ValueError as error:
            repo.fault(path, 0, f"is not valid JSON: {error}")


def main(arguments):
    if arguments in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if len(arguments) > 1:
        print("check_house_rules.py: one argument at most, the repository", file=sys.stderr)
        return 2
    root = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    if not (root / "sim").is_dir():
        print(f"check_house_rules.py: {root} has no folder sim, so it is not the repository", file=sys.stderr)
        return 2
    repo = Repository(root)
    for check in (check_layers, check_names, check_tests, check_parameters, check_top_level, check_scripts,
                  check_scenarios):
        check(repo)
    for fault in repo.faults:
        print(fault)
    if repo.faults:
        print(f"house rules: {len(repo.faults)} broken", file=sys.stderr)
        return 1
    print(f"house rules: {len(repo.sources)} sources, {len(repo.headers)} headers, {len(repo.tests)} tests, none broken")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

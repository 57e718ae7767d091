#!/usr/bin/env python3
"""Do run files, or ensemble files, hold the same? Every byte of every dataset, and every attribute of the file.

Usage: same_runs.py RUN.h5 OTHER.h5...
       same_runs.py --unfinished RUN.h5.part RUN.h5      trajectories flushed so far beside those of the finished run

Left out is how and when they were made: /code, the history, the version of the program, and of which run it is a branch.
Exit status: 0 the same, 1 not, 2 wrong usage.
SPDX-License-Identifier: MIT
"""
import pathlib
import sys

import h5py
import numpy

NOT_COMPARED = ("source", "history", "parent_run", "parent_scenario_digest", "parent_year")
SIGNATURE = b"\x89HDF"


def read(path):
    """{name: content} of a run file; contents are equal only when every byte is."""
    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("code/"):
            content = item[()]
            is_plain = isinstance(content, numpy.ndarray) and content.dtype != object
            found[name] = (str(item.dtype), item.shape, content.tobytes() if is_plain else repr(content))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
        found.update({"attribute " + name: repr(value) for name, value in file.attrs.items()
                      if name not in NOT_COMPARED})
    return found


def differing(one, other):
    """Names that two of these do not share with the same content."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def flushed_years(path, finished):
    """Years of trajectories in an unfinished file; an AssertionError when they are not those of the finished one."""
    path = pathlib.Path(path)
    if not path.exists() or path.read_bytes()[:4] != SIGNATURE:
        return 0  # nothing has been flushed
    with h5py.File(path, "r") as part, h5py.File(finished, "r") as full:
        if "trajectories" not in part or part["trajectories/state"].shape[0] == 0:
            return 0
        names = [name for name, item in part["trajectories"].items() if item.ndim == 2]
        state = part["trajectories/state"]
        rows, window = state.shape[0], state.chunks[1]
        chunks = [state.id.get_chunk_info(k).chunk_offset[1] for k in range(state.id.get_num_chunks())]
        years = min(max(chunks) + window, state.shape[1])
        for name in names:
            numpy.testing.assert_array_equal(part["trajectories"][name][:, :years],
                                             full["trajectories"][name][:rows, :years], err_msg=name)
        return years


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--unfinished":
        print(f"{flushed_years(arguments[1], arguments[2])} years")
        return 0
    if len(arguments) < 2 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    first = read(arguments[0])
    for path in arguments[1:]:
        names = differing(first, read(path))
        if names:
            print(f"{path} differs from {arguments[0]} in {len(names)}: {', '.join(names[:20])}", file=sys.stderr)
            return 1
    print(f"identical: {first.get('attribute state_digest', 'an ensemble')} and {len(first)} datasets and attributes "
          f"in {len(arguments) - 1} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

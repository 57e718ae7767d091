#!/usr/bin/env bash
# How fast, in how much memory: whole processes, measured from outside. SPDX-License-Identifier: MIT
set -euo pipefail
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive} # threads that wait give way to other programs

usage() {
    cat <<'END'
Usage: scripts/bench.sh [PERSONS] [REPEATS]

Build release in build/, run scenarios/england.json with PERSONS people (200000) on 1 and 2 threads, with and
without trajectories, REPEATS times each (3), and print a Markdown table of medians. Memory per living
person is the slope of peak memory between PERSONS and twice as many. Each row is also added to
build/bench_history.csv. Differences under 1.3 times are noise on a shared machine.
END
}

case ${1:-} in
    -h | --help) usage; exit 0 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${PATHWAYS_BENCH_BUILD:-$root/build}

"$root/scripts/build.sh" release "$build" --no-tests
commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
output=$(mktemp -d "$build/bench.XXXXXX")
trap 'rm -rf "$output"' EXIT

/usr/bin/python3 - "$build" "$root/scenarios/england.json" "$output" "$commit" "${1:-200000}" "${2:-3}" <<'END'
import csv
import datetime
import os
import re
import statistics
import subprocess
import sys
import time

build, scenario, folder, commit = sys.argv[1:5]
persons, repeats = int(sys.argv[5]), int(sys.argv[6])
done = re.compile(r"done: ([\d,]+) person-years in ([\d.]+) s")


def measure(num_persons, threads, record):
    """Wall seconds, peak bytes, person-years and output bytes of one process."""
    path = os.path.join(folder, "run.h5")
    command = [os.path.join(build, "pathways"), "run", scenario, "-n", str(num_persons), "--threads", str(threads),
               "--record", record, "--force", "-o", path]
    with open(os.path.join(folder, "stderr"), "w+") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read()
    if process.returncode != 0:
        sys.exit(f"bench.sh: {' '.join(command)} ended with status {process.returncode}:\n{said}")
    found = done.search(said)
    if not found:
        sys.exit(f"bench.sh: no line 'done: N person-years in S s' from {' '.join(command)}:\n{said}")
    return wall, usage.ru_maxrss * 1024, int(found.group(1).replace(",", "")), os.path.getsize(path)


def median(num_persons, threads, record):
    return [statistics.median(values) for values in zip(*(measure(num_persons, threads, record)
                                                          for _ in range(repeats)))]


def processor():
    with open("/proc/cpuinfo") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


rows = []
for record in ("none", "all"):
    base = None
    for threads in (1, 2):
        wall, peak, years, size = median(persons, threads, record)
        base = base or wall
        rows.append({"record": record, "threads": threads, "wall_s": wall, "speedup": base / wall,
                     "rate": years / wall / threads, "person_years": years, "peak": peak, "size": size})
slopes = {}
for record in ("none", "all"):
    small = next(row["peak"] for row in rows if row["record"] == record and row["threads"] == 1)
    slopes[record] = (median(2 * persons, 1, record)[1] - small) / persons

print(f"\n{persons:,} people alive in the start year, whole processes, median of {repeats}; "
      f"{processor()}, {os.cpu_count()} processors; commit {commit}\n")
print("| trajectories | threads | wall [s] | 1 thread / this | million person-years / s / core | peak memory [MB] "
      "| bytes a living person | run file [MB] |")
print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
for row in rows:
    print(f"| {row['record']} | {row['threads']} | {row['wall_s']:.2f} | {row['speedup']:.2f} | {row['rate'] / 1e6:.2f} "
          f"| {row['peak'] / 1e6:.0f} | {slopes[row['record']]:.0f} | {row['size'] / 1e6:.1f} |")

history = os.path.join(build, "bench_history.csv")
is_new = not os.path.exists(history)
with open(history, "a", newline="") as file:
    writer = csv.writer(file)
    if is_new:
        writer.writerow(["time", "commit", "processor", "persons", "record", "threads", "wall_s", "person_years",
                         "person_years_per_s_per_core", "peak_bytes", "bytes_per_person", "file_bytes"])
    now = datetime.datetime.now().isoformat(timespec="seconds")
    for row in rows:
        writer.writerow([now, commit, processor(), persons, row["record"], row["threads"], f"{row['wall_s']:.3f}",
                         int(row["person_years"]), f"{row['rate']:.0f}", int(row["peak"]),
                         f"{slopes[row['record']]:.1f}", int(row["size"])])
print(f"\nAdded to {history}", file=sys.stderr)
END

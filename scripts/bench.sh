#!/usr/bin/env bash
# How fast, in how much memory: whole processes, measured from outside. SPDX-License-Identifier: MIT
set -euo pipefail

usage() {
    cat <<'END'
Usage: scripts/bench.sh [PERSONS] [REPEATS]
       scripts/bench.sh --england [PERSONS]

Build release in build/, run scenarios/england.json with PERSONS people (500000) on 1 and 2 threads, with and
without trajectories, REPEATS times each (3), and print a Markdown table of medians. Memory per living
person is the slope of peak memory between PERSONS and twice as many. Where there is a build with MPI
(build-mpi/pathways, or PATHWAYS_BENCH_MPI), 1 and 2 ranks of one thread follow. Each row is also added to
build/bench_history.csv. Differences under 1.3 times are noise on a shared machine, whose cores get a clock
that changes by the minute: each run is timed between two short chains of additions, one a cycle, which tell
the clock that a core got, and a person-year is given in cycles too. Two processors may be one core, for a
while: beside each run on two, six chains at once run on one processor and on both, and the column "a core
each" says how much of its speed one keeps when the other works too, between 0.5 and 1.

--england runs one person for each resident (57000000, or PERSONS), 1965 to 2064, on 2 threads, with the
trajectories of one in a hundred, once, and prints a row of wall clock, peak memory and file size, and
beside it what --dry-run had said. It takes some ten minutes, 9 GB of memory and, should it be stopped, 8 GB
of disk.
END
}

england=no
case ${1:-} in
    -h | --help) usage; exit 0 ;;
    --england) england=yes; shift ;;
    -*) usage >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${PATHWAYS_BENCH_BUILD:-$root/build}
with_mpi=${PATHWAYS_BENCH_MPI:-$root/build-mpi/pathways}

"$root/scripts/build.sh" release "$build" --no-tests
commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
output=$(mktemp -d "$build/bench.XXXXXX")
trap 'rm -rf "$output"' EXIT
cc -O1 -x c -o "$output/clock" - <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

/* One addition waits for another; volatile, or the compiler would add them up. */
static void add(int count)
{
    unsigned long sum = 0;

    for (int i = 0; i < count; i++)
        __asm__ volatile("add $3, %0" : "+r"(sum));
}

/* Chains that do not wait for each other, as many as keep a core from doing anything else. */
static void add_six(int count)
{
    unsigned long a = 0, b = 0, c = 0, d = 0, e = 0, f = 0;

    for (int i = 0; i < count; i++)
        __asm__ volatile("add $3, %0; add $3, %1; add $3, %2; add $3, %3; add $3, %4; add $3, %5"
            : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
}

/* Cycles a second; with a number of processes, the seconds that they need for six chains each at once. */
int main(int argc, char **argv)
{
    enum { NUM_ADDITIONS = 100000000, NUM_SIXES = 1000000000 };
    const int num_processes = argc > 1 ? atoi(argv[1]) : 0;
    const double begin = now();

    if (num_processes == 0) add(NUM_ADDITIONS);
    for (int i = 1; i < num_processes; i++)
        if (fork() == 0) {
            add_six(NUM_SIXES);
            _exit(0);
        }
    if (num_processes > 0) add_six(NUM_SIXES);
    while (wait(NULL) > 0) {}
    return printf("%.4g\n", num_processes > 0 ? now() - begin : NUM_ADDITIONS / (now() - begin)) < 0;
}
END
if [ $england = yes ]; then persons=${1:-57000000}; else persons=${1:-500000}; fi
command -v mpirun >/dev/null && [ -x "$with_mpi" ] && [ $england = no ] || with_mpi=
# An older one would not know what the scenario asks for.
if [ -n "$with_mpi" ] && [ -z "${PATHWAYS_BENCH_MPI:-}" ]; then "$root/scripts/build.sh" mpi --no-tests >/dev/null; fi

/usr/bin/python3 - "$build" "$root/scenarios/england.json" "$output" "$commit" "$persons" "${2:-3}" "$england" \
    "$with_mpi" <<'END'
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
england, with_mpi = sys.argv[7] == "yes", sys.argv[8]
done = re.compile(r"done: ([\d,]+) person-years in ([\d.]+) s")


def command_of(num_persons, threads, record, ranks=0):
    """The run, without -o; with ranks of one thread each when there are any."""
    if ranks == 0:
        return [os.path.join(build, "pathways"), "run", scenario, "-n", str(num_persons), "--threads", str(threads),
                "--record", record]
    root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
    return ["mpirun", *root, "--oversubscribe", "-n", str(ranks), with_mpi, "run", scenario, "-n", str(num_persons),
            "--threads", "1", "--record", record]


def clock_says(*arguments):
    command = [os.path.join(folder, "clock"), *arguments]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def a_core_each(workers):
    """How much of its speed a processor keeps when others work too."""
    return clock_says("1") / clock_says(str(workers)) if workers > 1 else 1.0


def measure(command, workers=1):
    """Wall seconds, peak bytes (of the largest process), person-years, output bytes, the clock that a core got and
    how much of a core each worker had."""
    path = os.path.join(folder, "run.h5")
    command = [*command, "--force", "-o", path]
    share, before = a_core_each(workers), clock_says()
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
    return (wall, usage.ru_maxrss * 1024, int(found.group(1).replace(",", "")), os.path.getsize(path),
            (before + clock_says()) / 2, (share + a_core_each(workers)) / 2)


def medians(runs):
    """Of each (record, threads, ranks): the machine changes by the minute, so that all are run in turn, and again."""
    figures = {run: [] for run in runs}
    for _ in range(repeats):
        for record, threads, ranks in runs:
            figures[record, threads, ranks].append(
                measure(command_of(persons, threads, record, ranks), max(threads, ranks)))
    return {run: [statistics.median(values) for values in zip(*measured)] for run, measured in figures.items()}


def processor():
    with open("/proc/cpuinfo") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def row_of(record, threads, ranks, figures, base):
    wall, peak, years, size, hertz, share = figures
    rate = years / wall / max(threads, ranks)
    return {"record": record, "threads": threads, "ranks": ranks, "wall_s": wall, "speedup": (base or wall) / wall,
            "rate": rate, "person_years": years, "peak": peak, "size": size, "hertz": hertz, "cycles": hertz / rate,
            "share": share}


def workers(row):
    return f"{row['ranks']} ranks" if row["ranks"] > 1 else "1 rank" if row["ranks"] else str(row["threads"])


def keep(rows, slopes):
    history = os.path.join(build, "bench_history.csv")
    is_new = not os.path.exists(history)
    with open(history, "a", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(["time", "commit", "processor", "persons", "record", "threads", "wall_s", "person_years",
                             "person_years_per_s_per_core", "peak_bytes", "bytes_per_person", "file_bytes", "ranks", "hertz"])
        now = datetime.datetime.now().isoformat(timespec="seconds")
        for row in rows:
            slope = slopes.get(row["record"]) if row["ranks"] == 0 else None
            writer.writerow([now, commit, processor(), persons, row["record"], row["threads"], f"{row['wall_s']:.3f}",
                             int(row["person_years"]), f"{row['rate']:.0f}", int(row["peak"]),
                             "" if slope is None else f"{slope:.1f}", int(row["size"]), row["ranks"], f"{row['hertz']:.4g}"])
    print(f"\nAdded to {history}", file=sys.stderr)


def clock(seconds):
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s" if seconds >= 60 else f"{seconds:.1f} s"


def live_as_england():
    """One run of everyone, and what --dry-run had said of it."""
    threads, record = 2, "0.01"
    command = command_of(persons, threads, record)
    said = subprocess.run([*command, "--dry-run", "-o", os.path.join(folder, "run.h5")], capture_output=True,
                          text=True, check=False)
    print(said.stdout + said.stderr, flush=True)
    if said.returncode != 0:
        sys.exit("bench.sh: this machine is too small for it")

    def estimated(name):
        found = re.search(rf"^ *{name} +(.+?)(?:  |$)", said.stdout, re.M)
        return found.group(1) if found else "?"

    row = row_of(record, threads, 0, measure(command, threads), None)
    print("| people | trajectories | threads | wall | million person-years / s / core | at [GHz] | peak memory | run file |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(f"| {persons:,} | {record} | {threads} | {clock(row['wall_s'])} | {row['rate'] / 1e6:.2f} "
          f"| {row['hertz'] / 1e9:.2f} | {row['peak'] / 1e9:.2f} GB | {row['size'] / 1e6:.0f} MB |")
    print(f"| `--dry-run` said | | | {estimated('time')} | | | {estimated('memory at its peak')} "
          f"| {estimated('run file')} |")
    keep([row], {})


def bench():
    workers_of = [(1, 0), (2, 0), *([(1, 1), (1, 2)] if with_mpi else [])]
    measured = medians([(record, *pair) for record in ("none", "all") for pair in workers_of])
    rows = [row_of(*run, figures, measured[run[0], 1, 0][0]) for run, figures in measured.items()]
    slopes = {record: (measure(command_of(2 * persons, 1, record))[1] - measured[record, 1, 0][1]) / persons
              for record in ("none", "all")}

    print(f"\n{persons:,} people alive in the start year, whole processes, median of {repeats}; "
          f"{processor()}, {os.cpu_count()} processors; commit {commit}\n")
    print("| trajectories | threads | wall [s] | 1 thread / this | million person-years / s / core | at [GHz] "
          "| a core each | cycles a person-year | peak memory [MB] | bytes a living person | run file [MB] |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        slope = f"{slopes[row['record']]:.0f}" if row["ranks"] == 0 else ""
        print(f"| {row['record']} | {workers(row)} | {row['wall_s']:.2f} | {row['speedup']:.2f} "
              f"| {row['rate'] / 1e6:.2f} | {row['hertz'] / 1e9:.2f} | {row['share']:.2f} | {row['cycles']:.0f} "
              f"| {row['peak'] / 1e6:.0f} | {slope} | {row['size'] / 1e6:.1f} |")
    keep(rows, slopes)


if england:
    live_as_england()
else:
    bench()
END

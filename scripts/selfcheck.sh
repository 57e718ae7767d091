#!/usr/bin/env bash
# One answer, however it is computed: threads, compilers, instruction sets, kills, branches. SPDX-License-Identifier: MIT
set -euo pipefail
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

usage() {
    cat <<'END_OF_USAGE'
Usage: scripts/selfcheck.sh [PERSONS] [KILLS]

Build with gcc, with clang if there is one, and with gcc for the baseline instruction set only, and run England with
PERSONS people (20000) in every way that must not matter, comparing run files byte by byte (scripts/same_runs.py):

  every build with 1, 2 and 7 threads
  killed with kill -9 at KILLS random moments (20) and resumed by another build with another number of threads
  a policy from the saved history, and from the checkpoint of a run that was stopped, beside its full run

Builds go to build-selfcheck/BUILD, or PATHWAYS_SELFCHECK_DIR/BUILD. Exit status: 0 when all is the same.
END_OF_USAGE
}

case ${1:-} in
    -h | --help) usage; exit 0 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${PATHWAYS_SELFCHECK_DIR:-$root/build-selfcheck}

programs=()
build() {
    local name=$1 preset=$2
    shift 2
    "$root/scripts/build.sh" "$preset" "$work/$name" --no-tests "$@"
    programs+=("$work/$name/pathways")
}
CC=gcc build gcc release
CC=gcc build baseline release -- -DPATHWAYS_CLONES=OFF
if command -v clang >/dev/null; then build clang clang; else echo "no clang here: left out"; fi
if ! grep -qw avx2 /proc/cpuinfo; then echo "no AVX2 here: both gcc builds run the baseline"; fi
output=$(mktemp -d "$work/runs.XXXXXX")
trap 'rm -rf "$output"' EXIT

PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - "$root" "$output" "${1:-20000}" "${2:-20}" "${programs[@]}" <<'END'
import itertools
import pathlib
import random
import signal
import subprocess
import sys
import time

root, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
persons, kills, programs = sys.argv[3], int(sys.argv[4]), sys.argv[5:]
sys.path.insert(0, str(root / "scripts"))
import same_runs

STOPPED = 75
BASE, POLICY = root / "scenarios/england.json", root / "scenarios/devolution_bundle.json"
SIZE = ("-n", persons, "--years", "12", "--shards", "8", "--quiet")
chance = random.Random()
ways = list(itertools.product(programs, (1, 2, 7)))


def command(way, scenario, output, *more):
    program, threads = way
    return [program, "run", str(scenario), *SIZE, "-o", str(output), "-t", str(threads), *map(str, more)]


def run(way, scenario, output, *more):
    subprocess.run(command(way, scenario, output, *more), check=True)


def name(way):
    return f"{pathlib.Path(way[0]).parent.name} with {way[1]} threads"


def check(what, path, expected):
    names = same_runs.differing(same_runs.read(path), expected)
    if names:
        sys.exit(f"NOT THE SAME: {what}: {len(names)} differ: {', '.join(names[:20])}")
    print(f"the same: {what}", flush=True)
    path.unlink()


full, policy_full, history = folder / "full.h5", folder / "policy.h5", folder / "history"
begin = time.monotonic()
run(ways[0], BASE, full, "--save-history", history)
duration = time.monotonic() - begin
run(ways[-1], POLICY, policy_full)
expected, expected_policy = same_runs.read(full), same_runs.read(policy_full)
again = folder / "again.h5"

for way in ways:
    run(way, BASE, again)
    check(name(way), again, expected)

done = 0
while done < kills:
    way = chance.choice(ways)
    process = subprocess.Popen(command(way, BASE, again, "--resume", "--checkpoint-every", chance.randint(1, 5)))
    try:
        process.wait(chance.uniform(0.0, 0.7 * duration))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        done += 1
    same_runs.flushed_years(f"{again}.part", full)
    if again.exists():
        check(f"killed {done} times so far", again, expected)
run(chance.choice(ways), BASE, again, "--resume")
check(f"killed {done} times", again, expected)

for way in ways:
    run(way, POLICY, again, "--from-history", history)
    check(f"a policy from the saved history, {name(way)}", again, expected_policy)

process = subprocess.Popen(command(ways[0], BASE, again, "--checkpoint-every", "1"))
checkpoint = pathlib.Path(f"{again}.checkpoint")
while not checkpoint.exists():
    time.sleep(0.001)
process.send_signal(signal.SIGUSR1)
if process.wait() != STOPPED:
    sys.exit(f"NOT STOPPED: exit status {process.returncode} after SIGUSR1")
base = checkpoint.rename(folder / "base")
pathlib.Path(f"{checkpoint}.previous").unlink(missing_ok=True)
run(ways[-1], POLICY, again, "--branch", base)
check("a policy from the checkpoint of a stopped run", again, expected_policy)
print(f"one digest: {expected['attribute state_digest']}")
END

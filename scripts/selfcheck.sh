#!/usr/bin/env bash
# One answer, however it is computed: threads, processes, compilers, instruction sets, kills, branches. SPDX-License-Identifier: MIT
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1

usage() {
    cat <<'END_OF_USAGE'
Usage: scripts/selfcheck.sh [PERSONS] [KILLS]

Builds with gcc, with gcc for the baseline instruction set only, with clang and with MPI where these are installed, and runs
England with PERSONS people (20000) in every way that must not matter, comparing run files byte by byte (scripts/same_runs.py):

  ways      every build with 1, 2 and 7 threads; with MPI 1, 2 and 3 processes
  kills     ended by kill -9 at KILLS random moments (20), what is on the disk opened and every flushed year compared, and
            resumed by another build with other numbers of threads and processes
  branches  a policy from the saved history, and from the checkpoint of a run that was stopped, beside its full run
  disk      a disk that is full while a checkpoint or the run file is written: a sentence, exit status 4, the checkpoint before
            it intact, and the same bytes once there is room (as root, who may mount a small disk)

Builds go to build-selfcheck/BUILD, or PATHWAYS_SELFCHECK_DIR/BUILD. Exit status: 0 when all is the same, 1 when not.
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
if command -v clang >/dev/null; then build clang clang; else echo "left out: clang is not installed"; fi
if command -v mpirun >/dev/null && command -v mpicc >/dev/null; then
    build mpi mpi
else
    echo "left out: MPI is not installed"
fi
if ! grep -qw avx2 /proc/cpuinfo; then echo "no AVX2 here: both gcc builds run the baseline"; fi
output=$(mktemp -d "$work/runs.XXXXXX")
trap 'rm -rf "$output"' EXIT
/usr/bin/python3 "$root/scripts/selfcheck.py" "$output" "${1:-20000}" "${2:-20}" "${programs[@]}"

#!/usr/bin/env bash
# Configure and build in one of the usual ways. SPDX-License-Identifier: MIT
set -euo pipefail

usage() {
    cat <<'END'
Usage: scripts/build.sh [PRESET] [BUILD_DIR] [--werror] [--no-tests] [-- CMAKE_ARGUMENT...]

Configure (if needed) and build with CMake. BUILD_DIR is build for release, else build-PRESET.

  release    (default) -O3, threads, hot loops for several instruction sets
  debug      -O0 -g, every failure prints where it began
  sanitize   AddressSanitizer and UndefinedBehaviorSanitizer, with clang if there is one
  serial     release without OpenMP: one thread, what valgrind wants
  clang      release with clang
  mpi        release with MPI: mpirun -n 4 build-mpi/pathways run ...

  --werror     compiler warnings are errors
  --no-tests   leave the tests out (they need Criterion)

The same by hand: cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build
Then: ctest --test-dir build; cmake --install build --prefix ~/.local
END
}

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset='' build_dir='' werror=OFF tests=ON
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --werror) werror=ON ;;
        --no-tests) tests=OFF ;;
        --) shift; arguments+=("$@"); break ;;
        -*) echo "build.sh: $1 is not an option" >&2; usage >&2; exit 2 ;;
        *)
            if [ -z "$preset" ]; then
                preset=$1
            elif [ -z "$build_dir" ]; then
                build_dir=$1
            else
                echo "build.sh: $1 is one argument too many" >&2
                exit 2
            fi
            ;;
    esac
    shift
done
preset=${preset:-release}

# Every option is named, so that a folder which was configured in another way changes over.
type=Release openmp=ON mpi=OFF clones=ON sanitize=OFF trace=OFF debug_flags='-O0 -g' compiler=${CC:-gcc}
case $preset in
    release) ;;
    debug) type=Debug clones=OFF trace=ON ;;
    sanitize)
        type=Debug clones=OFF sanitize=ON debug_flags='-O1 -g1' # where, not what: smaller, and built sooner
        if command -v clang >/dev/null; then compiler=clang; fi
        ;;
    serial) openmp=OFF ;;
    clang) compiler=clang ;;
    mpi) mpi=ON ;;
    *) echo "build.sh: $preset is not a preset" >&2; usage >&2; exit 2 ;;
esac
command -v "$compiler" >/dev/null || {
    echo "build.sh: there is no $compiler here; scripts/install_dependencies.sh installs gcc, with 'test' also clang" >&2
    exit 1
}
configuration=("-DCMAKE_BUILD_TYPE=$type" "-DPATHWAYS_OPENMP=$openmp" "-DPATHWAYS_MPI=$mpi" "-DPATHWAYS_CLONES=$clones"
    "-DPATHWAYS_SANITIZE=$sanitize" "-DPATHWAYS_TRACE_ERRORS=$trace" "-DPATHWAYS_WERROR=$werror"
    "-DPATHWAYS_TESTS=$tests" "-DCMAKE_C_COMPILER=$compiler" "-DCMAKE_C_FLAGS_DEBUG=$debug_flags")

if [ -z "$build_dir" ]; then
    build_dir=$source_dir/build
    [ "$preset" = release ] || build_dir+=-$preset
fi
generator=()
if command -v ninja >/dev/null; then generator=(-G Ninja); fi
cache=$build_dir/CMakeCache.txt
if [ -f "$cache" ]; then
    # Start again in a folder that was moved here or was made with another compiler.
    known_source=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
    known_compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$cache")
    if [ "$known_source" != "$source_dir" ] || [ "${known_compiler##*/}" != "${compiler##*/}" ]; then
        generator+=(--fresh)
    else
        generator=()
    fi
fi

jobs=$(nproc 2>/dev/null || echo 2)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cmake -S "$source_dir" -B "$build_dir" "${generator[@]}" "${configuration[@]}" "${arguments[@]}" \
    >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
grep -E "^-- pathways|WARNING|Warning" "$log" >&2 || true
cmake --build "$build_dir" --parallel "$jobs" >"$log" 2>&1 || {
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" >&2
    exit 1
}
# Warnings of a successful build.
if grep -q 'warning:' "$log"; then grep -vE '^\[[0-9]+/[0-9]+\]' "$log" >&2; fi
echo "Built in $build_dir" >&2

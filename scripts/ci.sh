#!/usr/bin/env bash
# Every automatic check, as named jobs. SPDX-License-Identifier: MIT
set -euo pipefail

usage() {
    cat <<'END'
Usage: scripts/ci.sh [JOB...]        all but tidy, units and long, which take minutes, when none is named

  rules      house rules, scripts that parse
  format     clang-format 14 would change nothing
  gcc        release, warnings as errors, every test, every scenario checked, every global symbol pw_*
  install    what `cmake --install` leaves serves a CMake and a pkg-config client
  clang      the same build with clang, same results as gcc with 1, 2 and 7 threads
  serial     without OpenMP and for the baseline instruction set, same results as gcc
  mpi        with MPI: the same results and stops with 1, 2 and 3 ranks as gcc's without
  asan       AddressSanitizer and UndefinedBehaviorSanitizer: faulty input, and a run with its answers
  valgrind   a small run, its summary and a refusal on the serial build
  tidy       clang-tidy
  units      the sanitizers on every test in C
  long       every parameter and every lever acts, and in the direction that it should

Builds go to build-ci/JOB, or PATHWAYS_CI_DIR/JOB. Ends with the line "N passed, M failed", which
counts jobs and the tests in them. Exit status: 0 when nothing failed.
END
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${PATHWAYS_CI_DIR:-$root/build-ci}
all_jobs=(rules format gcc install clang serial mpi asan valgrind)
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1
if command -v ninja >/dev/null; then export CMAKE_GENERATOR=Ninja; fi

build() {
    local preset=$1 job=$2
    shift 2
    "$root/scripts/build.sh" "$preset" "$work/$job" --werror "$@"
}

run_tests() {
    local job=$1
    shift
    ctest --test-dir "$work/$job" --parallel "$(nproc)" --output-on-failure --no-tests=error "$@"
}

# A run small enough to repeat under every compiler and number of threads.
small_run() {
    local program=$1 output=$2 threads=$3
    "$program" run "$root/scenarios/england.json" -n 20000 --years 5 --threads "$threads" --quiet --force -o "$output"
}

same_runs() {
    "$python" "$root/scripts/same_runs.py" "$@"
}

reference_run() {
    reference=$work/reference.h5
    build release gcc
    small_run "$work/gcc/pathways" "$reference" 2
}

scenario_files() {
    find "$root/scenarios" -name '*.json' ! -name '*schema.json' ! -name 'targets_*' | sort
}

job_rules() {
    "$python" "$root/scripts/check_house_rules.py" "$root"
    local script
    for script in "$root"/scripts/*.sh "$root"/scripts/slurm/* "$root"/.ci/run; do
        bash -n "$script"
        [ -x "$script" ] || { echo "$script is not executable"; return 1; }
    done
    for script in "$root"/scripts/*.py "$root"/scripts/*/*.py; do
        "$python" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$script"
    done
}

job_format() {
    local formatter=clang-format-14
    command -v "$formatter" >/dev/null || formatter=clang-format
    "$formatter" --version | grep -q 'version 14\.' || {
        echo "clang-format 14 is needed, since versions differ: scripts/install_dependencies.sh test"
        return 1
    }
    local file unformatted=()
    while read -r file; do
        "$formatter" --dry-run -Werror --style=file "$file" >/dev/null 2>&1 || unformatted+=("${file#"$root"/}")
    done < <(find "$root/sim" "$root/include" "$root/tests" -name '*.[ch]' | sort)
    [ ${#unformatted[@]} -eq 0 ] && return
    echo "These files change when formatted: $formatter -i ${unformatted[*]}"
    return 1
}

job_gcc() {
    build release gcc
    run_tests gcc -LE long
    local strays scenarios
    strays=$(nm --defined-only --extern-only "$work/gcc/libpathways.a" \
        | awk 'NF == 3 && $3 !~ /^pw_/ && $3 !~ /^(_|__)/ { print $3 }' | sort -u)
    [ -z "$strays" ] || { echo "global symbols without the prefix pw_: $strays"; return 1; }
    mapfile -t scenarios < <(scenario_files)
    "$work/gcc/pathways" check "${scenarios[@]}"
}

job_install() {
    build release gcc
    local prefix=$work/install client=$work/client
    rm -rf "$prefix" "$client"
    cmake --install "$work/gcc" --prefix "$prefix" >/dev/null
    "$prefix/bin/pathways" --version
    mkdir -p "$client"
    cat >"$client/client.c" <<'END'
#include <pathways/status.h>
#include <stdio.h>
int main(void) { return puts(pw_status_about(PW_OK)) < 0; }
END
    cat >"$client/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(client LANGUAGES C)
find_package(pathways 0.1 REQUIRED)
add_executable(client client.c)
target_link_libraries(client PRIVATE pathways::pathways)
END
    cmake -S "$client" -B "$client/build" -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
    cmake --build "$client/build" >/dev/null
    "$client/build/client"
    local flags folder
    folder=$(dirname "$(find "$prefix" -name pathways.pc)")
    flags=$(PKG_CONFIG_PATH=$folder pkg-config --cflags --libs pathways)
    # shellcheck disable=SC2086  # the flags are words
    cc "$client/client.c" $flags -o "$client/by_pkg_config"
    "$client/by_pkg_config"
}

job_clang() {
    build clang clang --no-tests # the run files below are the same bytes
    reference_run
    local threads outputs=()
    for threads in 1 2 7; do
        small_run "$work/clang/pathways" "$work/clang$threads.h5" "$threads"
        small_run "$work/gcc/pathways" "$work/gcc$threads.h5" "$threads"
        outputs+=("$work/clang$threads.h5" "$work/gcc$threads.h5")
    done
    same_runs "$reference" "${outputs[@]}"
}

# Also what valgrind wants: debug information, and no instructions that it may not know.
build_serial() {
    build serial serial --no-tests -- -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPATHWAYS_CLONES=OFF
}

job_serial() {
    build_serial # the run file below is the same bytes
    reference_run
    small_run "$work/serial/pathways" "$work/serial.h5" 1
    same_runs "$reference" "$work/serial.h5"
}

job_mpi() {
    build mpi mpi --no-tests
    local alone=$work/gcc/pathways # without MPI, if it has been built
    [ -x "$alone" ] || alone=$work/mpi/pathways
    PATHWAYS=$work/mpi/pathways PATHWAYS_MPI=ON PATHWAYS_ALONE=$alone PW_SOURCE_DIR=$root \
        "$python" "$root/tests/test_mpi.py"
}

sanitizers() {
    # Where a thread's own variables lie at a page's start, clang 14 takes what is before them for their
    # extent, and its search for leaks crashes: it is told not to watch for them. It finds leaks as before.
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1:intercept_tls_get_addr=0
    export UBSAN_OPTIONS=print_stacktrace=1
}

# The program, on what is most likely to go wrong in it: faulty input, and a run with its answers.
job_asan() {
    build sanitize asan --no-tests
    sanitizers
    local program=$work/asan/pathways test
    for test in test_bad_input test_cli_check test_cli_odd; do
        PATHWAYS=$program PW_SOURCE_DIR=$root "$python" "$root/tests/$test.py"
    done
    for scenario in england good_jobs; do
        "$program" run "$root/scenarios/$scenario.json" -n 10000 --years 3 --quiet --force -o "$work/asan_$scenario.h5"
    done
    "$program" compare "$work/asan_england.h5" "$work/asan_good_jobs.h5" >/dev/null
    "$program" summary "$work/asan_england.h5" --by place >/dev/null
    "$program" export "$work/asan_england.h5" --table persons >/dev/null
    "$program" trace "$work/asan_england.h5" --person random >/dev/null
}

# Every function that has a test, without those that live many years.
job_units() {
    build sanitize units
    sanitizers
    run_tests units -LE 'slow|long|scripts' -E 'test_directions$|[.]py$'
}

job_valgrind() {
    build_serial
    local program=$work/serial/pathways output=$work/valgrind.h5 status=0
    local checker=(timeout 900 valgrind --quiet --error-exitcode=99 --leak-check=full
        '--errors-for-leak-kinds=definite,indirect,possible')
    "${checker[@]}" "$program" run "$root/scenarios/england.json" -n 2000 --years 2 --quiet --force -o "$output"
    "${checker[@]}" "$program" summary "$output" >/dev/null
    "${checker[@]}" "$program" check "$root/scenarios/absent.json" >/dev/null 2>&1 || status=$?
    if [ "$status" -ne 3 ]; then
        echo "check of an absent file: exit status $status instead of 3"
        return 1
    fi
}

job_long() {
    build release gcc
    run_tests gcc -L long
}

job_tidy() {
    build clang clang
    find "$root/sim" -name '*.c' -print0 | xargs -0 -P "$(nproc)" -n 4 clang-tidy --quiet -p "$work/clang"
}

jobs=()
for argument in "$@"; do
    case $argument in
        -h | --help) usage; exit 0 ;;
    esac
    declare -F "job_$argument" >/dev/null || { echo "ci.sh: $argument is not a job" >&2; usage >&2; exit 2; }
    jobs+=("$argument")
done
[ ${#jobs[@]} -gt 0 ] || jobs=("${all_jobs[@]}")

mkdir -p "$work"
passed=0 failed=0 verdicts=()
for job in "${jobs[@]}"; do
    printf '\n== %s\n' "$job"
    began=$SECONDS
    set +e
    (
        set -e
        "job_$job"
    ) 2>&1 | tee "$work/$job.log"
    status=${PIPESTATUS[0]}
    set -e
    read -r ran_failed ran_all < <(sed -n \
        's/.* tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$work/$job.log") || true
    passed=$((passed + ${ran_all:-0} - ${ran_failed:-0}))
    failed=$((failed + ${ran_failed:-0}))
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1)) verdict=passed
    else
        failed=$((failed + 1)) verdict=FAILED
    fi
    verdicts+=("$(printf '%-9s %s, %d tests, %d s' "$job" "$verdict" "${ran_all:-0}" $((SECONDS - began)))")
done

printf '\n'
printf '%s\n' "${verdicts[@]}"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

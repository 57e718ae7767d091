#!/usr/bin/env bash
# Install what is missing on Debian or Ubuntu. SPDX-License-Identifier: MIT
set -euo pipefail

usage() {
    cat <<'END'
Usage: scripts/install_dependencies.sh [run|mpi|slurm|test]

Install what is missing on Debian or Ubuntu, with sudo when not root; does nothing when all is there.

  run    (default) what building, running and plotting needs
  mpi    the same, and Open MPI for the preset `mpi` of scripts/build.sh
  slurm  the same, and what scripts/slurm/test.sh needs; starts no daemon
  test   all that scripts/test.sh needs
END
}

run_packages=(cmake ninja-build make gcc libc6-dev pkg-config git ca-certificates
    libhdf5-dev libcjson-dev libisal-dev libgsl-dev python3 python3-h5py python3-matplotlib)
mpi_packages=(libopenmpi-dev openmpi-bin)
slurm_packages=("${mpi_packages[@]}" slurmctld slurmd slurm-client munge)
test_packages=("${mpi_packages[@]}" libcriterion-dev clang clang-format-14 valgrind libomp-14-dev libclang-rt-14-dev
    python3-numpy python3-pandas python3-xarray python3-netcdf4 python3-h5netcdf r-bioc-rhdf5 r-cran-bit64
    chromium)

fail() {
    echo "install_dependencies.sh: $*" >&2
    exit 1
}

# clang's libraries carry its major version in their names: 14 on Debian 12, another elsewhere.
match_clang() {
    local major
    major=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9][0-9]*\)$/\1/p' | head -n 1)
    if [ -n "$major" ]; then
        test_packages=("${test_packages[@]/libomp-14-dev/libomp-$major-dev}")
        test_packages=("${test_packages[@]/libclang-rt-14-dev/libclang-rt-$major-dev}")
    fi
}

find_missing() {
    local package
    missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] \
            || missing+=("$package")
    done
}

# Other systems: say what is not there, since only their owner knows what it is called.
check_by_hand() {
    local absent=() command module
    for command in cmake cc pkg-config python3; do
        command -v "$command" >/dev/null || absent+=("the command $command")
    done
    for module in libcjson libisal gsl; do
        pkg-config --exists "$module" 2>/dev/null || absent+=("the library $module")
    done
    for module in h5py matplotlib; do
        python3 -c "import $module" 2>/dev/null || absent+=("the Python module $module")
    done
    [ ${#absent[@]} -eq 0 ] && return
    printf 'install_dependencies.sh: this system has no apt-get, so please install by its own means:\n' >&2
    printf '  %s\n' "${absent[@]}" "and HDF5 1.10 or later with its high-level C library" >&2
    exit 1
}

mode=${1:-run}
case $mode in
    run | mpi | slurm | test) ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    check_by_hand
    exit 0
fi

packages=("${run_packages[@]}")
[ "$mode" = mpi ] && packages+=("${mpi_packages[@]}")
[ "$mode" = test ] && packages+=("${test_packages[@]}")
[ "$mode" = slurm ] && packages+=("${slurm_packages[@]}")
find_missing "${packages[@]}"
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null \
        || fail "packages are missing and this is neither root nor a user of sudo; ask an administrator for:
  apt-get install ${missing[*]}"
    as_root=(sudo)
fi

echo "Installing what is missing: ${missing[*]}" >&2
log=$(mktemp)
policy=''
trap 'rm -f "$log"; [ -z "$policy" ] || "${as_root[@]}" rm -f "$policy"' EXIT

"${as_root[@]}" apt-get update -q >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail "the package lists could not be fetched (is the network reachable, and is the answer to sudo yes?)"
}
if [ "$mode" = test ]; then
    match_clang
    find_missing "${run_packages[@]}" "${test_packages[@]}"
fi
if [ "$mode" = slurm ] && [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d # which Debian's packages ask whether to start the daemons that they bring
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy"
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    "${missing[@]}" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "apt-get could not install: ${missing[*]}"
}

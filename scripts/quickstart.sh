#!/usr/bin/env bash
# From a fresh clone to two simulated futures of England and what sets them apart. SPDX-License-Identifier: MIT
set -euo pipefail

usage() {
    cat <<'END'
Usage: scripts/quickstart.sh [PERSONS]

Installs what is missing (Debian or Ubuntu), builds, runs the baseline and one policy for PERSONS
people (100000), compares them and draws pictures, all under build/quickstart/.
END
}

case ${1:-} in
    -h | --help) usage; exit 0 ;;
esac
persons=${1:-100000}
policy=apprenticeship_expansion
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
here=$root/build/quickstart
program=$root/build/pathways

say() {
    printf '\n== %s\n' "$*"
}

say "Installing what is missing"
"$root/scripts/install_dependencies.sh" run

say "Building"
"$root/scripts/build.sh" release "$root/build" --no-tests

mkdir -p "$here"
began=$(date +%s.%N)
for scenario in england "$policy"; do
    output=$here/$scenario.h5
    if [ "$scenario" = england ]; then output=$here/baseline.h5; fi
    say "Simulating $scenario: $persons people"
    "$program" run "$root/scenarios/$scenario.json" -n "$persons" -o "$output" --force
done
ended=$(date +%s.%N)

say "What the policy changes"
"$program" compare "$here/baseline.h5" "$here/$policy.h5" | tee "$here/comparison.txt"

say "Drawing"
/usr/bin/python3 "$root/scripts/plot.py" "$here/baseline.h5" "$here/$policy.h5" -o "$here/"

say "Writing a report"
/usr/bin/python3 "$root/scripts/report.py" "$here/baseline.h5" "$here/$policy.h5" --pathways "$program" -o "$here/report.html"

say "Done: the two simulations took $(awk "BEGIN { printf \"%.1f\", $ended - $began }") s. Everything is in $here"
ls -sh "$here"
printf '\nNext: %s summary %s\n' "$program" "$here/baseline.h5"

#!/usr/bin/env bash
# Install what is missing, then every job of scripts/ci.sh. SPDX-License-Identifier: MIT
set -euo pipefail

case ${1:-} in
    -h | --help)
        echo "Usage: scripts/test.sh    installs what is missing, then runs every job of scripts/ci.sh"
        exit 0
        ;;
esac

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$scripts/install_dependencies.sh" test
exec "$scripts/ci.sh" "$@"

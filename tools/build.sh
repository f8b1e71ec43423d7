#!/usr/bin/env bash
# Configures and builds one preset of CMakePresets.json: tools/build.sh release|asan|tsan [targets …]
# Prints little: one line at the start, one at the end, and the compiler's words where it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
start=$SECONDS
echo "Building $preset …"
cmake --preset "$preset" "-DVITRINA_FUZZ_SECONDS=${VITRINA_FUZZ_SECONDS:-10}" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
ninja -C "build/$preset" "$@" > "$log" 2>&1 || { grep -v '^\[[0-9]*/[0-9]*\]' "$log" >&2; echo "the build of $preset failed" >&2; exit 1; }
echo "Built $preset in $((SECONDS - start)) s."

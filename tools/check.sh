#!/usr/bin/env bash
# make check: format, layers, sizes, links of the documents, shell scripts, headers that compile alone, clang-tidy.
# Goes through all of them and fails if one of them found something.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=()
step() {
  local name=$1
  shift
  "$@" || failed+=("$name")
}

format() {
  local sources
  mapfile -t sources < <(python3 tools/own_sources.py)
  [ ${#sources[@]} = 0 ] || clang-format-22 --dry-run -Werror "${sources[@]}" || { echo "run: make format"; return 1; }
  echo "format: ${#sources[@]} files"
}
shell_scripts() {
  local scripts
  mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
  shellcheck "${scripts[@]}" && echo "shellcheck: ${#scripts[@]} scripts"
}
headers() {
  tools/build.sh release headers_alone
}
tidy() {
  tools/build.sh release vitrina_proto && python3 tools/tidy.py
}

step format format
step layers python3 tools/check_layers.py
step sizes python3 tools/check_sizes.py
step links python3 tools/check_links.py
step shellcheck shell_scripts
step headers headers
step clang-tidy tidy
if [ ${#failed[@]} -gt 0 ]; then
  echo "make check failed: ${failed[*]}"
  exit 1
fi
echo "make check: everything is as it should be."

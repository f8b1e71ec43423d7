#!/usr/bin/env bash
# make check: format, layers, sizes, shell scripts, clang-tidy. Goes through all of them and fails if one of them found something.
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
tidy() {
  cmake --preset release > build/configure.log 2>&1 || { cat build/configure.log; return 1; }
  ninja -C build/release -t targets all | sed -n 's/^\(.*\.pb\.h\): .*/\1/p' | xargs -r ninja -C build/release > build/configure.log \
    || { cat build/configure.log; return 1; }
  python3 tools/tidy.py
}

mkdir -p build
step format format
step layers python3 tools/check_layers.py
step sizes python3 tools/check_sizes.py
step shellcheck shell_scripts
step clang-tidy tidy
if [ ${#failed[@]} -gt 0 ]; then
  echo "make check failed: ${failed[*]}"
  exit 1
fi
echo "make check: everything is as it should be."

#!/usr/bin/env bash
# make test: builds release, the two sanitizer builds and the fuzz targets, then runs the tests of all four in one ctest, so
# that its closing summary counts everything.
set -euo pipefail
cd "$(dirname "$0")/.."
builds=(release asan tsan fuzz)
for build in "${builds[@]}"; do
  case $build in
    fuzz) tools/build.sh fuzz fuzz_targets ;;
    *) tools/build.sh "$build" ;;
  esac
done
mkdir -p build/all
printf 'subdirs("../%s")\n' "${builds[@]}" > build/all/CTestTestfile.cmake
ctest --test-dir build/all --no-tests=error --output-on-failure -j "$(nproc)" "$@"

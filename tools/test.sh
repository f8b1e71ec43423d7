#!/usr/bin/env bash
# make test: builds release, the sanitizers' two builds and the fuzz targets, then runs the tests of all in one ctest, so that its
# closing summary counts everything.
set -euo pipefail
cd "$(dirname "$0")/.."
builds=(release asan tsan)
for build in "${builds[@]}"; do
  case $build in
    asan) tools/build.sh asan test_programs fuzz_targets ;;
    release) tools/build.sh release ;;
    *) tools/build.sh "$build" test_programs ;;
  esac
done
mkdir -p build/all
printf 'subdirs("../%s")\n' "${builds[@]}" > build/all/CTestTestfile.cmake

# One test more than there are cores: those on a cluster wait for others most of their time.
# What takes long on a cluster is left to make test-cluster. What passes is not shown one by one; all of it stands in the log.
echo "Testing …"
ctest --test-dir build/all --no-tests=error --output-on-failure --output-log build/all/tests.log -j "$(($(nproc) + 1))" -LE long "$@" |
  grep --line-buffered -vE '^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test .* Passed +[0-9.]+ sec$|^Internal ctest|^Test project'


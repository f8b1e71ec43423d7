#!/usr/bin/env bash
# make jvm: the native library with CMake, then the jars with Maven, into build/jvm. Arguments go to Maven, as in
# tools/build_jvm.sh test -pl native
# Offline where everything is already there; prints little, and all of Maven's words where it fails.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${VITRINA_NATIVE_BUILT:-}" != 1 ]; then tools/build.sh release native_bundle; fi
mkdir -p build/jvm
log=build/jvm/maven.log
goals=("$@")
[ $# -gt 0 ] || goals=(package -DskipTests)
# One at a time: two Mavens in one folder spoil each other's jars.
exec {lock}> build/jvm/lock
flock "$lock"
start=$SECONDS
maven() { mvn -B -ntp -Dstyle.color=never -f jvm/pom.xml "$@" "${goals[@]}" > "$log" 2>&1; }
# What a run without the network lacks it says by these words; anything else is a failure of its own.
if ! maven -o && ! { grep -qE 'offline mode|has not been downloaded|in offline' "$log" && maven; }; then
  grep -E '^\[(ERROR|WARNING)\]|^Tests run|FAIL' "$log" >&2 || cat "$log" >&2
  echo "Maven failed; all of its words are in $log" >&2
  exit 1
fi
grep -E '^\[INFO\] Tests run:.*Time' "$log" | sed 's/^\[INFO\] //' || true
echo "Built build/jvm in $((SECONDS - start)) s."

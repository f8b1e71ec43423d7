#!/usr/bin/env bash
# Writes class data archives: what a JVM otherwise works out anew at every start. Once per $VITRINA_ENGINES, by starting and
# stopping every engine in a folder that is thrown away (make cluster-archives). Nothing needs them: a JVM without its archive,
# or whose archive no longer fits its jars, merely starts more slowly.
set -euo pipefail
ops=$(cd "$(dirname "$0")" && pwd)
engines=$(realpath -m "${VITRINA_ENGINES:-$ops/../build/engines}")
"$ops/fetch.sh"
exec 9> "$engines/archiving"
flock 9
[ ! -d "$engines/archives" ] || exit 0
echo "Writing class data archives (once) …"
scratch=$(mktemp -d -p "$engines" archives.XXXXXX)
trap 'rm -rf "$scratch"' EXIT

on_scratch() {
  env -u BROKERS -u DATANODES -u MAPREDUCE CLUSTER_DIR="$scratch/cluster" BASE_PORT=free WRITE_ARCHIVES=yes \
    ENGINES='kafka hdfs yarn spark' SPARK_MASTER=standalone START_SECONDS=300 STOP_SECONDS=120 "$ops/cluster.sh" "$1" > "$scratch/log" 2>&1 9>&-
}
if ! on_scratch up || ! on_scratch down; then
  cat "$scratch/log" >&2
  on_scratch clean || true
  exit 1
fi
mkdir "$scratch/archives"
mv "$scratch"/cluster/*.jsa "$scratch/archives"
mv "$scratch/archives" "$engines/archives"
echo "Wrote $(du -sh "$engines/archives" | cut -f1) in $SECONDS s."

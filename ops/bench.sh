#!/usr/bin/env bash
# make bench-cluster: every benchmark of the cluster, one after another, on a machine that should do nothing else. Each is a program
# jvm/NAME_bench.sh or ops/NAME_bench.sh with a cluster of its own; BENCH=regular-expression chooses among the names:
#
#   make bench-cluster BENCH=engines       start and stop of the engines, their memory
#   make bench-cluster BENCH=bytes         bytes a visitor and an event in each store
#   make bench-cluster BENCH=mllib         training against MLlib, MLLIB_DATA=folder names published pairs
#   make bench-cluster BENCH='streams|freshness'
#
# Each prints a table; what it writes as JSON is gathered in build/bench-cluster.json.
set -euo pipefail
cd "$(dirname "$0")/.."
export BENCH_OUT=$PWD/build/bench-cluster
rm -rf "$BENCH_OUT"
mkdir -p "$BENCH_OUT"
ran=0 failed=()
for program in ops/*_bench.sh jvm/*_bench.sh; do
  name=$(basename "$program" _bench.sh)
  [[ -x $program && $name =~ ^(${BENCH:-.*})$ ]] || continue
  ran=$((ran + 1))
  echo "== $name ($program), load of the machine $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"
  "$program" || failed+=("$name")
done
[ "$ran" -gt 0 ] || { echo "no benchmark of the cluster is named like '${BENCH:-}'" >&2; exit 1; }
python3 - "$BENCH_OUT" build/bench-cluster.json << 'END'
import json, pathlib, sys
found = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(pathlib.Path(sys.argv[1]).glob("*.json"))}
pathlib.Path(sys.argv[2]).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
END
echo "all of it as JSON: build/bench-cluster.json"
[ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}" >&2; exit 1; }

#!/usr/bin/env bash
# make bench-cluster BENCH=engines: seconds of the first start, a start with data, a start after kill -9 of everything and a stop; memory
# and CPU seconds of each process just after a start; room on disk. Settings choose what is measured:
# make bench-cluster BENCH=engines BROKERS=3 DATANODES=3 ENGINES='kafka hdfs'. Writes engines.json to BENCH_OUT.
set -euo pipefail
ENGINES=${ENGINES:-kafka hdfs yarn spark}
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
export SPARK_MASTER=${SPARK_MASTER:-local[2]}
names() { ops/cluster.sh status | awk 'NR > 1 {print $1}' | xargs; }

ops/fetch.sh
echo "== engines: $ENGINES, $BROKERS brokers, $DATANODES datanodes; load of the machine before: $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"
out=$(realpath -m "${BENCH_OUT:-build/bench-cluster}")
mkdir -p "$out"
: > "$CLUSTER_DIR.steps"
# measured WHAT: a step that counts, printed and kept.
measured() {
  step "$1" | tee -a "$CLUSTER_DIR.steps"
  last=$(date +%s%N) # the pipe was a shell of its own
}
step "(begin)"
ops/cluster.sh up > /dev/null
measured "first start, storage made anew"
ops/cluster.sh status
ops/cluster.sh status | awk 'NR > 1 {memory += $4; cpu += $5} END {print "sum: " memory " MB, " cpu " s of CPU"}'
du -sh "$CLUSTER_DIR/data" | awk '{print "on disk before the first record: " $1}'
step "(figures)"
ops/cluster.sh down
measured "stop"
ops/cluster.sh up > /dev/null
measured "start with data"
names | xargs ops/engine.sh kill
step "(kill -9 of everything)"
ops/cluster.sh up > /dev/null
measured "start after kill -9 of everything"
ops/cluster.sh down
measured "stop"
python3 - "$CLUSTER_DIR.steps" "$out/engines.json" "$ENGINES, $BROKERS brokers, $DATANODES datanodes" << 'END'
import json, sys
steps = [line.split(" s  ", 1) for line in open(sys.argv[1], encoding="utf-8")]
seconds = [{"step": what.strip(), "seconds": float(number)} for number, what in steps]
json.dump({"engines": sys.argv[3], "steps": seconds}, open(sys.argv[2], "w", encoding="utf-8"), indent=1)
END
rm "$CLUSTER_DIR.steps"

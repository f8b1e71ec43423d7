#!/usr/bin/env bash
# make bench-cluster, the part about the engines: seconds of the first start, a start with data, a start after kill -9 of everything
# and a stop; memory and CPU seconds of each process just after a start; room on disk. Settings choose what is measured:
# make bench-cluster BROKERS=3 DATANODES=3 ENGINES='kafka hdfs'.
set -euo pipefail
ENGINES=${ENGINES:-kafka hdfs yarn spark}
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
export SPARK_MASTER=${SPARK_MASTER:-local[2]}
names() { ops/cluster.sh status | awk 'NR > 1 {print $1}' | xargs; }

ops/fetch.sh
echo "== engines: $ENGINES, $BROKERS brokers, $DATANODES datanodes; load of the machine before: $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"
step "(begin)"
ops/cluster.sh up > /dev/null
step "first start, storage made anew"
ops/cluster.sh status
ops/cluster.sh status | awk 'NR > 1 {memory += $4; cpu += $5} END {print "sum: " memory " MB, " cpu " s of CPU"}'
du -sh "$CLUSTER_DIR/data" | awk '{print "on disk before the first record: " $1}'
step "(figures)"
ops/cluster.sh down
step "stop"
ops/cluster.sh up > /dev/null
step "start with data"
names | xargs ops/engine.sh kill
step "(kill -9 of everything)"
ops/cluster.sh up > /dev/null
step "start after kill -9 of everything"
ops/cluster.sh down
step "stop"

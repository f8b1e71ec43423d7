#!/usr/bin/env bash
# How fresh answers are under load (`make bench-cluster`): the folds and two serving nodes; a generator writes the log of a shop into the topic
# of events at a rate, and meanwhile single events go to one node and are awaited in the answers of the other, and in the changelogs that
# both read. Starts everything at free ports.
#
#   FRESH_RATE (3750 events a second, a quarter of 15,000), FRESH_SECONDS (60)
set -euo pipefail
export ENGINES=kafka
# shellcheck source=/dev/null
source "$(dirname "$0")/../ops/trial.sh"
rate=${FRESH_RATE:-3750} seconds=${FRESH_SECONDS:-60}
export VITRINA_SECRET_KEY=a-secret-key-for-this-bench-only-000
nodes=()
stop_nodes() {
  local node
  for node in "${nodes[@]}"; do kill "$node" 2> /dev/null || true; done
}
all_ends() {
  local status=$?
  set +e
  stop_nodes
  (exit $status)
  finish
}
trap all_ends EXIT

[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
vitrina=build/release/vitrina
ops/cluster.sh up > /dev/null
"$vitrina" cluster init --config "$CLUSTER_DIR/cluster.toml" > /dev/null
ENGINES='kafka folds' ops/cluster.sh up > /dev/null
for node in a b; do
  "$vitrina" serve --data "$CLUSTER_DIR/node-$node" --config "$CLUSTER_DIR/cluster.toml" --listen 127.0.0.1:0 > "$CLUSTER_DIR/log/node-$node.log" 2>&1 &
  nodes+=($!)
done
address() { sed -n 's/^Listening on \(http:[^ ]*\).*/\1/p' "$CLUSTER_DIR/log/node-$1.log"; }
for node in a b; do
  for ((i = 0; i < 600; ++i)); do
    [ -z "$(address $node)" ] || ! curl -sf "$(address $node)/readyz" > /dev/null || break
    sleep 0.1
  done
  curl -sf "$(address $node)/readyz" > /dev/null || wrong "node $node is not ready"
done
echo "load of the machine $(cut -d' ' -f1 /proc/loadavg) on $(nproc --all) cores; commit interval 100 ms; one broker, one process of the folds, two nodes"
: > "$CLUSTER_DIR/log/load.out"
java -XX:+UseSerialGC -Xmx1g -Dvitrina.fold_log=build/release/vitrina_fold_log \
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.Freshness \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR" $((rate * seconds * 3 / 2)) "$rate" >> "$CLUSTER_DIR/log/load.out" &
load=$! nodes+=($!) # ends with the nodes where the probe fails
for ((i = 0; i < 1200; ++i)); do
  ! grep -q '^probing' "$CLUSTER_DIR/log/load.out" || break
  sleep 0.1
done
python3 jvm/freshness_probe.py "$(address a)" "$(address b)" $((seconds * 4 / 5))
wait $load
grep -v '^probing' "$CLUSTER_DIR/log/load.out"

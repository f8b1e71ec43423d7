#!/usr/bin/env bash
# make bench-cluster BENCH=bytes: what a visitor and an event take in each store. A made-up shop goes the whole way: one machine, Kafka,
# folds, HDFS, a model, a serving node. Prints a table and writes bytes.json to BENCH_OUT. One broker and one datanode: with three,
# what lies in Kafka and HDFS counts three times.
#
#   BYTES_EVENTS (150000), BYTES_VISITORS (15000), BYTES_ITEMS (5000)
set -euo pipefail
ENGINES='kafka hdfs'
events=${BYTES_EVENTS:-150000} visitors=${BYTES_VISITORS:-15000} items=${BYTES_ITEMS:-5000}
out=$(realpath -m "${BENCH_OUT:-build/bench-cluster}")
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
unset BROKERS DATANODES
export MAPREDUCE=local SPARK_MASTER='local[2]' SUBMIT_HEAP=1500m
vitrina=build/release/vitrina
mkdir -p "$out"
{ [ -f build/jvm/spark/vitrina-spark.jar ] && [ -d build/jvm/streams/lib ]; } || tools/build_jvm.sh

step "(begin)"
shop=$CLUSTER_DIR/made
mkdir -p "$shop"
python3 ops/bytes_shop.py "$shop" "$events" "$visitors" "$items"
"$vitrina" import --data "$shop/shop" --as items "$shop/items.jsonl" > "$shop/import.log"
"$vitrina" import --data "$shop/shop" --as events "$shop/events.jsonl" > "$shop/import.log"
step "a shop of $events events on one machine"
ops/cluster.sh up > /dev/null
config=$CLUSTER_DIR/cluster.toml
"$vitrina" cluster init --config "$config" --from "$shop/shop" > /dev/null
"$vitrina" migrate --data "$shop/shop" --config "$config" > /dev/null
step "its log in Kafka"
ENGINES='kafka hdfs folds' ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
behind() { # how many records the folds have not read; markers of transactions may count as one a partition
  ops/tool.sh groups --describe --group "${TOPIC_PREFIX}folds" 2> /dev/null |
    awk '$6 ~ /^[0-9]+$/ {lag += $6 > 1 ? $6 : 0; seen++} END {print seen ? lag + 0 : "unknown"}'
}
for ((tries = 0; tries < 120; tries++)); do
  [ "$(behind)" != 0 ] || break
  sleep 1
done
[ "$(behind)" = 0 ] || wrong "the folds lag by $(behind) records"
step "folded"
root=$(sed -n 's/^fs.defaultFS=//p' "$CLUSTER_DIR/cluster.properties")/vitrina
job() { # LOG COMMAND …
  local log=$CLUSTER_DIR/log/$1.out
  "${@:2}" > "$log" 2>&1 || { tail -n 30 "$log" >&2; wrong "$1"; }
}
job history ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
  --cluster "$CLUSTER_DIR/cluster.properties" --root "$root"
step "history in HDFS"
job train ops/submit.sh spark --class io.vitrina.spark.Train build/jvm/spark/vitrina-spark.jar --root "$root" --no-weights
job publish ops/submit.sh spark --class io.vitrina.spark.Publish build/jvm/spark/vitrina-spark.jar --cluster "$CLUSTER_DIR/cluster.properties" --root "$root"
step "a model"

export VITRINA_SECRET_KEY=a-secret-key-for-this-bench-only-00
"$vitrina" serve --data "$CLUSTER_DIR/node" --config "$config" --listen 127.0.0.1:0 > "$CLUSTER_DIR/log/node.log" 2>&1 &
node=$!
trap 'status=$?; set +e; kill -9 $node 2> /dev/null; (exit $status); finish' EXIT
address() { sed -n 's/^Listening on \(http:[^ ]*\).*/\1/p' "$CLUSTER_DIR/log/node.log"; }
for ((tries = 0; tries < 600; tries++)); do
  [ -z "$(address)" ] || ! curl -sf "$(address)/readyz" > /dev/null || break
  sleep 0.1
done
curl -sf "$(address)/readyz" > /dev/null || wrong "the node is not ready"
step "a node that has caught up"
memory=$(awk '/^VmRSS/ {print $2 * 1024}' "/proc/$node/status")
kill "$node"
wait "$node" 2> /dev/null || true
ops/engine.sh stop folds-1 > /dev/null

all=$CLUSTER_DIR/data
of_topics() { find "$all/kafka-1/$TOPIC_PREFIX$1"-[0-9]* -name '*.log' -printf '%s\n' 2> /dev/null | awk '{sum += $1} END {print sum + 0}'; }
of_folder() { if [ -d "$1" ]; then du -sb "$1" | cut -f1; else echo 0; fi; }
of_hdfs() { ops/tool.sh fs -du -s "$root/$1" 2> /dev/null | awk '{print $1 + 0}'; }
{
  echo "shop-log-and-state $(of_folder "$shop/shop/store")"
  for topic in events user-facts item-deltas item-changes shopper-records success-deltas outcomes; do echo "topic-$topic $(of_topics "$topic")"; done
  for store in visitors-hot visitors-cold users items catalog visitor-shoppers user-shoppers item-success; do echo "changelog-$store $(of_topics "folds-$store-changelog")"; done
  echo "folds-rocksdb $(of_folder "$all/folds-1")"
  echo "node-store $(($(of_folder "$CLUSTER_DIR/node") - $(of_folder "$CLUSTER_DIR/node/models")))"
  echo "node-memory $memory"
  for folder in raw history models; do echo "hdfs-$folder $(of_hdfs "$folder")"; done
  echo "json-of-events $(stat -c %s "$shop/events.jsonl")"
} > "$shop/bytes"
active=$(grep -o '"visitor_id":"[^"]*"' "$shop/events.jsonl" | sort -u | wc -l)
python3 ops/bytes_table.py "$shop/bytes" "$out/bytes.json" "$events" "$active" "$items"

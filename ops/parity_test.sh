#!/usr/bin/env bash
# One shop on both hosts, from one start of a cluster: imported and trained by the embedded host, then moved over, folded by Kafka
# Streams, made history by MapReduce, trained by Spark and served by a node. To the byte: states of visitors, users and items (embedded
# host, changelogs, the node's store), the catalogue, the model, what `vitrina recommend` answers; to the bit, at one time that stands
# still, scores and explanations; after a complete run of the feed on both. Prints the seconds of each step. Run by ctest (label cluster).
#
#   PARITY_SHOP     made (default): a made-up log · online-retail: the year of orders in data/online-retail
#   PARITY_EVENTS   how long the made-up log is (6000)
#   PARITY_PEOPLE   for how many visitors all placements are asked (40)
#   PARITY_ON       local (default): jobs in one process each · yarn
set -euo pipefail
on=${PARITY_ON:-local}
ENGINES='kafka hdfs'
if [ "$on" = yarn ]; then ENGINES+=' yarn'; else export MAPREDUCE=local SPARK_MASTER='local[2]'; fi
export SUBMIT_HEAP=768m
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

vitrina=build/release/vitrina driver=build/release/vitrina_cluster_driver
shop=$SCRATCH/shop node=$SCRATCH/node config=$CLUSTER_DIR/cluster.toml root=/vitrina
export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000

# quiet NAME COMMAND…: its words go to log/NAME.log, and are shown where it fails.
quiet() {
  local log=$SCRATCH/log/$1.log
  shift
  "$@" > "$log" 2>&1 || { tail -n 30 "$log" >&2; wrong "$*"; }
}
# line NAME FILE: the number that a manifest has under this name.
number() { python3 -c 'import json, sys; print(json.load(open(sys.argv[2]))[sys.argv[1]])' "$1" "$2"; }

step "begins in $CLUSTER_DIR"
[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
step "$ENGINES"

if [ "${PARITY_SHOP:-made}" = online-retail ]; then
  quiet import "$vitrina" import --data "$shop" --as orders --mapping data/online-retail/mapping.toml data/online-retail/online-retail.csv.zst
else
  "$driver" made "${PARITY_EVENTS:-6000}" "$SCRATCH/made"
  quiet items "$vitrina" import --data "$shop" --as items "$SCRATCH/made/items.jsonl"
  quiet import "$vitrina" import --data "$shop" --as events "$SCRATCH/made/events.jsonl"
fi
quiet learn "$vitrina" train --data "$shop"
version=$(cat "$shop/models/current")
manifest=$shop/models/$version/manifest.json
step "embedded: imported and trained, model $version"

quiet init "$vitrina" cluster init --config "$config" --from "$shop"
quiet migrate "$vitrina" migrate --data "$shop" --config "$config"
step "migrated"
serving=()
end_all() {
  local status=$?
  set +e
  kill -9 "${serving[@]}" 2> /dev/null
  [ -z "${VITRINA_TRIAL:-}" ] || { ops/engine.sh stop folds-1 && quiet up env "ENGINES=$ENGINES" ops/cluster.sh up; }
  (exit $status)
  finish
}
trap end_all EXIT
quiet folds env "ENGINES=$ENGINES folds" ops/cluster.sh up
step "the folds run"
"$vitrina" serve --data "$node" --config "$config" --listen 127.0.0.1:0 > "$SCRATCH/log/node.log" 2>&1 &
serving+=($!)

quiet history ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
  --cluster "$CLUSTER_DIR/cluster.properties" --root "$FS_DEFAULT$root"
step "the log is history"
quiet train ops/submit.sh spark --class io.vitrina.spark.Train build/jvm/spark/vitrina-spark.jar --root "$FS_DEFAULT$root" \
  --through "$(number trained_through_ms "$manifest")" --now "$(number trained_at_ms "$manifest")"
curl -sSf -L -o "$SCRATCH/model.vit" "$WEBHDFS$root/models/default/$version/model.vit?op=OPEN&user.name=$HADOOP_USER_NAME" ||
  wrong "Spark's model is not called $version: $(tail -n 3 "$SCRATCH/log/train.log")"
cmp "$SCRATCH/model.vit" "$shop/models/$version/model.vit" || wrong "the models differ"
step "Spark's model has the bytes of the embedded host's ($(stat -c %s "$SCRATCH/model.vit"))"

quiet publish ops/submit.sh spark --class io.vitrina.spark.Publish build/jvm/spark/vitrina-spark.jar \
  --cluster "$CLUSTER_DIR/cluster.properties" --root "$FS_DEFAULT$root"
ask() { "$vitrina" recommend --data "$1" --json --placement home --visitor "${2:-nobody}"; }
for ((i = 0; i < 600; ++i)); do
  ! ask "$node" 2> /dev/null | grep -q "\"model_version\": \"$version\"" || break
  sleep 0.1
done
ask "$node" | grep -q "\"model_version\": \"$version\"" || wrong "the node does not use the published model"
step "published; the node answers from it"

"$driver" settled "$config" 300
step "the folds have read everything"
"$vitrina" serve --data "$shop" --listen 127.0.0.1:0 > "$SCRATCH/log/shop.log" 2>&1 &
serving+=($!)
until grep -q '^Listening on' "$SCRATCH/log/shop.log"; do
  kill -0 "${serving[1]}" || wrong "the embedded host does not serve: $(cat "$SCRATCH/log/shop.log")"
  sleep 0.1
done
if [ "${PARITY_SHOP:-made}" = made ]; then
  head -n -5 "$SCRATCH/made/items.jsonl" > "$SCRATCH/feed.jsonl"
  for host in "$shop" "$node"; do
    quiet feed "$vitrina" import --data "$host" --as items --complete --json "$SCRATCH/feed.jsonl"
    grep -q '"vanished": 5' "$SCRATCH/log/feed.log" || wrong "not five items vanish from $host: $(cat "$SCRATCH/log/feed.log")"
  done
  "$driver" settled "$config" 300
  step "a complete run of a feed that no longer has five of the items, on both"
fi
# Two services ask at two moments, so that a score may differ in its last digits; `answers` below holds the scores.
shown() { ask "$@" | grep -v '"score"'; }
same() { diff <(shown "$shop" "visitor $1") <(shown "$node" "visitor $1"); }
for ((person = 0; person < 5; person++)); do
  # Each counts what is popular just now anew every ten seconds, so a node's count may be of before the folds had read everything.
  for ((i = 0; i < 40; ++i)); do
    ! same "$person" > "$SCRATCH/log/same.log" || break
    sleep 0.5
  done
  ((i < 40)) || wrong "both services answer visitor $person, but not the same: $(cat "$SCRATCH/log/same.log")"
done
kill -TERM "${serving[@]}"
wait "${serving[@]}" || wrong "a service did not end well"
serving=()
step "both services gave the same answers"
"$driver" answers "$config" "$shop" "$node" "${PARITY_PEOPLE:-40}"
step "answers of both hosts are equal"
"$driver" stores "$config" "$shop" "$node"
step "states and items are equal"
quiet mirror "$vitrina" cluster mirror --data "$SCRATCH/mirror" --config "$config"
"$driver" stores "$config" "$SCRATCH/mirror" "$node"
step "what was mirrored from the topics has the same states and items"

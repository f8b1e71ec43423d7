#!/usr/bin/env bash
# A generation of topics grows while somebody writes, with what Kafka has dropped taken from HDFS, the copy killed with kill -9 at
# moments that nobody chose; then the log is lost and restored from raw files, with a kill -9 too. Every record with its time, and every state of the folds,
# must be there to the byte, as in the old generation and as the embedded engine makes it. Run by ctest (label long).
#
#   GROWTH_EVENTS (20000), GROWTH_KILLS (3), GROWTH_SEED (1)
set -euo pipefail
ENGINES='kafka hdfs'
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
export MAPREDUCE=local SUBMIT_HEAP=768m
if [ ! -f build/jvm/history/vitrina-history.jar ] || [ ! -d build/jvm/streams/lib ]; then tools/build_jvm.sh; fi
made=$CLUSTER_DIR/made
properties=$CLUSTER_DIR/cluster.properties
checking=(java -XX:+UseSerialGC -Dvitrina.fold_log=build/release/vitrina_fold_log
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/vitrina-native/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.GrowthCheck)
check() { "${checking[@]}" "$1" "$properties" "$made" "${@:2}"; }
history() { # properties root
  ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob --cluster "$1" --root "$2" \
    > "$CLUSTER_DIR/log/history.log" 2>&1 || wrong "the history job fails"
}
# of_prefix PREFIX: cluster files that name it.
of_prefix() {
  sed "s/^topic.prefix=.*/topic.prefix=$1/" "$properties" > "$CLUSTER_DIR/$1properties"
  sed "s/^topic_prefix = .*/topic_prefix = \"$1\"/" "$CLUSTER_DIR/cluster.toml" > "$CLUSTER_DIR/$1toml"
}
folds=() sender=''
fold() { # prefix
  of_prefix "$1"
  { printf 'streams.state.dir=%s\n' "$CLUSTER_DIR/data/state-$1"; cat "$made/folds.properties"; } > "$CLUSTER_DIR/conf/$1folds"
  java -Xmx384m -XX:+UseSerialGC -cp 'build/jvm/streams/lib/*' io.vitrina.streams.Main "$CLUSTER_DIR/$1properties" \
    "$CLUSTER_DIR/conf/$1folds" > "$CLUSTER_DIR/log/folds-$1log" 2>&1 &
  folds+=($!)
}
trap 'status=$?; set +e; kill ${folds[@]} $sender 2> /dev/null; wait ${folds[@]} 2> /dev/null; (exit $status); finish' EXIT

step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
root=$FS_DEFAULT/vitrina
check make "${GROWTH_EVENTS:-20000}"
cp "$made/shops.json" "$CLUSTER_DIR/shops.json"
build/release/vitrina cluster init --config "$CLUSTER_DIR/cluster.toml" > /dev/null
fold vitrina.
check send vitrina. vitrina.g2. 0 60 100000
step "a shop with eight partitions"

history "$properties" "$root"
printf '{"version": 1, "partitions": [{"topic": "vitrina.events", "partition": 2, "offset": 300}, {"topic": "vitrina.events", "partition": 5, "offset": -1}]}' > "$CLUSTER_DIR/drop.json"
ops/tool.sh delete-records --offset-json-file "$CLUSTER_DIR/drop.json" > /dev/null
if ops/grow.sh copy --to vitrina.no. --partitions 12 > "$CLUSTER_DIR/log/refused.log" 2>&1; then wrong "a log with a gap was carried"; fi
grep -q 'Kafka has dropped the offsets 0 to' "$CLUSTER_DIR/log/refused.log" || wrong "a gap is not named"
step "Kafka drops a part of what HDFS has; without HDFS growing is refused"

"${checking[@]}" send "$properties" "$made" vitrina. vitrina.g2. 60 100 "${GROWTH_RATE:-150}" > "$CLUSTER_DIR/log/sender.log" 2>&1 &
sender=$!
RANDOM=${GROWTH_SEED:-1}
fold vitrina.g2. # waits for its topics, and then runs beside the copy
for ((kill = 1; kill <= ${GROWTH_KILLS:-3}; kill++)); do
  ops/grow.sh copy --to vitrina.g2. --partitions 12 --item-partitions 6 --root "$root" > "$CLUSTER_DIR/log/copy.log" 2>&1 &
  copy=$!
  sleep $((2 + RANDOM % 3)).$((RANDOM % 10))
  kill -9 $copy 2> /dev/null || echo "the copy had ended before kill $kill"
  wait $copy 2> /dev/null || true
done
ops/grow.sh copy --to vitrina.g2. --partitions 12 --item-partitions 6 --root "$root" | tee "$CLUSTER_DIR/log/copy.log"
step "copied, after ${GROWTH_KILLS:-3} times kill -9"
ops/grow.sh finish --to vitrina.g2. --root "$root"
ops/grow.sh finish --to vitrina.g2. --root "$root" | grep -q 'nothing to do' || wrong "a second finish did something"
touch "$made/switched"
step "sealed and finished; closed for events for at most so long"
wait $sender || wrong "the sender failed: $(cat "$CLUSTER_DIR/log/sender.log")"
cat "$CLUSTER_DIR/log/sender.log"
if grep -q ': 0 refused' "$CLUSTER_DIR/log/sender.log"; then wrong "the writer was done before the seal came"; fi
check equal vitrina. vitrina.g2.
step "every record and every state of the new generation"

if ops/grow.sh retire --to vitrina.g2. --new-root "$root-g2" > "$CLUSTER_DIR/log/refused.log" 2>&1; then wrong "retired before the history read it"; fi
history "$CLUSTER_DIR/vitrina.g2.properties" "$root-g2"
kill "${folds[0]}"
wait "${folds[0]}" || true
ops/grow.sh retire --to vitrina.g2. --new-root "$root-g2" --delete-old
ops/tool.sh topics --list | grep -Ev '^vitrina\.(g2|no)\.' | grep '^vitrina\.' && wrong "topics of the old generation are left"
step "the old generation is deleted"

# Kafka is lost: what HDFS has goes into topics that init has made.
of_prefix vitrina.g3.
build/release/vitrina cluster init --config "$CLUSTER_DIR/vitrina.g3.toml" --topics <(sed 's/^partitions = 8/partitions = 12/; s/^partitions = 4/partitions = 6/' cluster/topics.toml) > /dev/null
restoring=(ops/grow.sh restore --to vitrina.g3. --root "$root-g2" --cluster "$CLUSTER_DIR/vitrina.g2.properties")
"${restoring[@]}" > "$CLUSTER_DIR/log/restore.log" 2>&1 &
killed=$!
sleep 2.$((RANDOM % 10))
kill -9 $killed 2> /dev/null || echo "the restoring had ended before the kill"
wait $killed 2> /dev/null || true
grep -q '^restored' "$CLUSTER_DIR/log/restore.log" || "${restoring[@]}"
fold vitrina.g3.
check equal vitrina.g2. vitrina.g3.
step "restored from HDFS, after kill -9, to the byte"

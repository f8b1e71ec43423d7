#!/usr/bin/env bash
# The history job, killed with kill -9 at moments that nobody chose, again and again: at the end no record of the log is missing or
# twice, and the history is that of a job that nobody killed. Starts a Kafka of its own at free ports; history lies in a local folder.
# Run by ctest (label long).
#
#   HISTORY_EVENTS (20000), HISTORY_KILLS (6), HISTORY_SEED (1)
set -euo pipefail
ENGINES='kafka hdfs'
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"
export MAPREDUCE=local SUBMIT_HEAP=768m

[ -f build/jvm/history/vitrina-history.jar ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
RANDOM=${HISTORY_SEED:-1}
events=${HISTORY_EVENTS:-20000}
engines=${VITRINA_ENGINES:-build/engines}
files=$(sed -n 's/^fs.defaultFS=//p' "$CLUSTER_DIR/cluster.properties")
classes="build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar"
build/release/vitrina_fold_log "$events" "$CLUSTER_DIR/made"
java -XX:+UseSerialGC -cp "$classes:$(ls "$engines"/hadoop/lib/slf4j-api-*.jar)" io.vitrina.history.LogSender \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR/made" 2> /dev/null
job() {
  exec ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
    -D vitrina.history.records.a.split="$1" --cluster "$CLUSTER_DIR/cluster.properties" --root "$2" \
    > "$CLUSTER_DIR/log/history.out" 2>&1
}
count() {
  java -XX:+UseSerialGC -cp "$classes:$engines/hadoop/lib/*" io.vitrina.history.LogCount "$1" 2> /dev/null
}
for ((kill = 1; kill <= ${HISTORY_KILLS:-6}; kill++)); do
  : > "$CLUSTER_DIR/log/history.out"
  (job 700 "$files/killed") &
  # However busy the machine is, it is killed at its work: every other time while the log is read, else while days are written.
  if ((kill % 2 == 1)); then said='map [1-9]' times=1; else said='Running job' times=2; fi
  until (($(grep -c "$said" "$CLUSTER_DIR/log/history.out") >= times)) || ! kill -0 $! 2> /dev/null; do sleep 0.1; done
  sleep $((RANDOM % 2)).$((RANDOM % 10))
  kill -9 $! 2> /dev/null || true
  wait $! 2> /dev/null || true
  echo "killed: $(count "$files/killed")"
done
(job 700 "$files/killed") || { tail -30 "$CLUSTER_DIR/log/history.out"; exit 1; }
(job 1000000 "$files/whole") || { tail -30 "$CLUSTER_DIR/log/history.out"; exit 1; }
killed=$(count "$files/killed") whole=$(count "$files/whole")
echo "at the end: $killed; never killed: $whole"
[ "$killed" = "$whole" ]
read -r _ raw _ offsets _ rows _ found <<< "$killed"
[ "$raw" = "$offsets" ] && [ "$rows" = "$found" ]

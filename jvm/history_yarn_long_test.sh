#!/usr/bin/env bash
# The history job on YARN with three datanodes, while one process after the other is killed in the middle of a job: the ResourceManager,
# the NodeManager (and what it started), a datanode; then two jobs at once. Every time the history is at the end that of a job which met
# nothing: no record missing, none twice. Prints how each job ended and the seconds of each step. Starts a cluster of its own at free
# ports. Run by make test-cluster (labels cluster, long).
#
#   HISTORY_EVENTS (4000), HISTORY_TRIALS (all: "resourcemanager nodemanager datanode twice")
set -euo pipefail
ENGINES='kafka hdfs yarn' BROKERS=1 DATANODES=3
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"

[ -f build/jvm/history/vitrina-history.jar ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
engines=${VITRINA_ENGINES:-build/engines}
files=$(sed -n 's/^fs.defaultFS=//p' "$CLUSTER_DIR/cluster.properties")
classes="build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar"
build/release/vitrina_fold_log "${HISTORY_EVENTS:-4000}" "$CLUSTER_DIR/made" > /dev/null
java -XX:+UseSerialGC -cp "$classes:$(ls "$engines"/hadoop/lib/slf4j-api-*.jar)" io.vitrina.history.LogSender \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR/made" 2> /dev/null
step "a broker, three datanodes and YARN started, a log sent"

# job ROOT RECORDS-A-SPLIT LOG
job() {
  exec ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob -D vitrina.history.records.a.split="$2" \
    --cluster "$CLUSTER_DIR/cluster.properties" --root "$files/$1" > "$CLUSTER_DIR/log/$3.out" 2>&1
}
count() {
  java -XX:+UseSerialGC -cp "$classes:$engines/hadoop/lib/*" io.vitrina.history.LogCount "$files/$1" 2> /dev/null
}
# until_says LOG TEXT TIMES PID: fails where the job ended without; a kill may do that, and `ended` says what follows.
until_says() {
  local end=$((SECONDS + 240))
  until (($(grep -c "$2" "$CLUSTER_DIR/log/$1.out" || true) >= $3)); do
    kill -0 "$4" 2> /dev/null || return 1
    ((SECONDS < end)) || wrong "the job did not come to '$2' within four minutes"
    sleep 0.2
  done
}
whole=''
held() { # ROOT
  local found
  found=$(count "$1")
  : "${whole:=$found}"
  [ "$found" = "$whole" ] || wrong "the history of $1 is '$found', that of a job which met nothing '$whole'"
}
ended() { # PID ROOT LOG
  if wait "$1"; then
    step "the job went on and ended well"
  else
    step "the job failed: $(grep -hE 'Exception|failed' "$CLUSTER_DIR/log/$3.out" | head -1 | cut -c1-160)"
    (job "$2" 1000 "$3-again") || { tail -30 "$CLUSTER_DIR/log/$3-again.out"; wrong "and so did the next one"; }
    step "the next one ended well"
  fi
  held "$2"
}

(job whole 1000000 whole) || { tail -30 "$CLUSTER_DIR/log/whole.out"; wrong "a job that meets nothing fails"; }
held whole
read -r _ raw _ offsets _ rows _ events <<< "$whole"
[[ $raw = "$offsets" && $rows = "$events" && $rows -gt 0 ]] || wrong "a job that meets nothing leaves '$whole'"
step "a job that meets nothing: $whole"

resourcemanager() {
  (job resourcemanager 1000 resourcemanager) &
  local pid=$!
  until_says resourcemanager 'map [1-9]' 1 $pid || wrong "the job ended before anything was killed"
  ops/engine.sh kill resourcemanager
  step "the ResourceManager killed while the log was read"
  ops/engine.sh start resourcemanager
  ended $pid resourcemanager resourcemanager
}

nodemanager() {
  (job nodemanager 1000 nodemanager) &
  local pid=$!
  until_says nodemanager 'Running job' 2 $pid || wrong "the job ended before anything was killed"
  ops/engine.sh kill nodemanager
  step "the NodeManager killed while days were written"
  ops/engine.sh start nodemanager
  ended $pid nodemanager nodemanager
}

datanode() {
  (job datanode 1000 datanode) &
  local pid=$!
  until_says datanode 'Running job' 1 $pid || wrong "the job ended before anything was killed"
  ops/engine.sh kill datanode-2
  step "a datanode killed while the log was read"
  if until_says datanode 'Running job' 2 $pid; then
    ops/engine.sh start datanode-2
    ops/engine.sh kill datanode-3
    step "it is back, and another one killed while days were written"
    ended $pid datanode datanode
    ops/engine.sh start datanode-3
  else
    ops/engine.sh start datanode-2
    ended $pid datanode datanode
  fi
}

twice() {
  local first second well=0 one raw offsets rows found _
  (job twice 1000 first) &
  first=$!
  (job twice 1500 second) &
  second=$!
  for one in $first $second; do
    if wait "$one"; then well=$((well + 1)); fi
  done
  step "two jobs at once: $well of them ended well"
  (job twice 1000 third) || { tail -30 "$CLUSTER_DIR/log/third.out"; wrong "after two jobs at once the next one fails"; }
  read -r _ raw _ offsets _ rows _ found <<< "$(count twice)"
  [[ $rows = "$found" && $rows = "$events" && $raw = "$offsets" ]] || wrong "after two jobs at once the history is '$(count twice)'"
  step "the history is that of one"
}

for trial in ${HISTORY_TRIALS:-resourcemanager nodemanager datanode twice}; do
  $trial
done

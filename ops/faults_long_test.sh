#!/usr/bin/env bash
# A whole cluster under load while it is broken at random: three brokers and three datanodes, two instances of the folds with copies of
# each other's states, two serving nodes, the history job and a training again and again on YARN. A generator sends events and changes of
# items through the nodes and straight to the topics, some records of poison among them and an event that breaks an invariant, and writes
# down what was acknowledged. A seeded schedule kills (kill -9) and pauses (longer than the session time-out). At the end everything is
# started again, and an oracle (tests/oracle.hpp), in which the embedded engine replays the log, holds: nothing acknowledged is missing, nothing counts
# twice, models are whole. A training whose executors and master are killed makes the bytes that an undisturbed one makes from the same
# history. Prints for each fault the longest wait until the next sign of life. Run by make test-cluster (label long).
#
#   FAULTS_SEED (1), FAULTS_SECONDS (240) of faults, FAULTS_RATE (60) events a second
#   FAULTS_PATIENCE (8s), how long a producer waits for brokers; 1s makes librdkafka begin new epochs again and again
#   FAULTS_BASE_PORT (free)
set -euo pipefail
ENGINES='kafka hdfs yarn' BROKERS=3 DATANODES=3
export FOLDS=2 FOLDS_HEAP=256m FOLDS_MORE=fault.broken.event=mk-broken-1. KAFKA_HEAP=320m SUBMIT_HEAP=640m
export YARN_MEMORY_MB=2560 YARN_CORES=3 START_SECONDS=240 STOP_SECONDS=90 KAFKA_SESSION_MS=6000
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

seed=${FAULTS_SEED:-1}
RANDOM=$seed
vitrina=build/release/vitrina driver=build/release/vitrina_cluster_driver
config=$CLUSTER_DIR/node.toml book=$CLUSTER_DIR/book root=/vitrina
export VITRINA_SECRET_KEY=a-secret-key-for-this-test-only-000
declare -A nodes # name → process id
loader='' timers=()

# Everything that this script started itself, then the cluster.
end_all() {
  local status=$? pid
  set +e
  touch "$CLUSTER_DIR/ending"
  for pid in $loader "${nodes[@]}" "${timers[@]}" $(jobs -p); do kill -KILL "$pid" 2> /dev/null; done
  for pid in $(processes); do # clients of jobs that the timer waited for
    ! tr '\0' ' ' < "$pid" 2> /dev/null | grep -qE 'deploy.SparkSubmit|HistoryJob' || kill -KILL "$(basename "$(dirname "$pid")")"
  done
  (exit $status)
  finish
}
quiet() {
  local log=$CLUSTER_DIR/log/$1.log
  shift
  "$@" > "$log" 2>&1 || { tail -n 30 "$log" >&2; wrong "$*"; }
}
note() { [ -z "$loader" ] || echo "$(date +%s%3N) fault $*" >> "$book"; } # nobody waits once the load has ended

start_node() {
  local name=$1 port=$2
  "$vitrina" serve --data "$CLUSTER_DIR/$name" --config "$config" --listen "127.0.0.1:$port" >> "$CLUSTER_DIR/log/$name.log" 2>&1 &
  nodes[$name]=$!
}
until_ready() { # name port
  local i
  for ((i = 0; i < 600; ++i)); do
    ! curl -sf -m 5 "http://127.0.0.1:$2/readyz" > /dev/null || return 0
    sleep 0.2
  done
  tail "$CLUSTER_DIR/log/$1.log" >&2
  wrong "$1 is not ready after two minutes"
}

history_job() {
  ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
    --cluster "$CLUSTER_DIR/cluster.properties" --root "$FS_DEFAULT$root"
}
train() { # through, which is also now
  ops/submit.sh spark --class io.vitrina.spark.Train \
    build/jvm/spark/vitrina-spark.jar --root "$FS_DEFAULT$root" --through "$1" --now "$1" --set ials.dimensions=8 --set ials.epochs=3 --no-weights
}
publish() {
  ops/submit.sh spark --class io.vitrina.spark.Publish build/jvm/spark/vitrina-spark.jar \
    --cluster "$CLUSTER_DIR/cluster.properties" --root "$FS_DEFAULT$root"
}
# As a shop's timer would: history, then a model, again and again, whatever becomes of it.
timer() {
  local number=0 what
  while [ ! -e "$CLUSTER_DIR/ending" ]; do
    number=$((number + 1))
    for what in history_job "train $(date +%s%3N)" publish; do
      if $what > "$CLUSTER_DIR/log/timer-$number-${what%% *}.log" 2>&1; then
        echo "$number ${what%% *} done" >> "$CLUSTER_DIR/timer"
      else
        echo "$number ${what%% *} failed" >> "$CLUSTER_DIR/timer"
        break
      fi
      [ ! -e "$CLUSTER_DIR/ending" ] || return 0
    done
    sleep 5
  done
}

# The processes of jobs that run just now and whose command lines name one of these classes.
containers() { # class|class
  local file
  for file in $(processes); do
    ! tr '\0' ' ' < "$file" 2> /dev/null | grep -qE "^[^ ]*java .*($1)" || basename "$(dirname "$file")"
  done
}

# hurt kill|pause NAME: for some seconds, then back.
hurt() {
  local held
  note "$1 $2"
  if [ "$1" = kill ]; then held=$((2 + RANDOM % 6)); else held=$((9 + RANDOM % 4)); fi
  if [ -n "${nodes[$2]:-}" ]; then
    if [ "$1" = kill ]; then
      kill -KILL "${nodes[$2]}"
      wait "${nodes[$2]}" 2> /dev/null || true
      sleep $held
      start_node "$2" "${ports[$2]}"
      until_ready "$2" "${ports[$2]}"
    else
      kill -STOP "${nodes[$2]}"
      sleep $held
      kill -CONT "${nodes[$2]}"
    fi
  else
    ops/engine.sh "$1" "$2"
    sleep $held
    if [ "$1" = kill ]; then ops/engine.sh start "$2" > /dev/null; else ops/engine.sh continue "$2"; fi
  fi
  printf '%6d s  %s, for %d s\n' $((SECONDS - begun)) "$1 $2" $held
}
# One of them, chosen by RANDOM, which a subshell would seed anew; fails where there is none.
kill_container() { # class|class
  local found pid kind
  mapfile -t found < <(containers "$1")
  ((${#found[@]} > 0)) || return 1
  pid=${found[RANDOM % ${#found[@]}]}
  kind=$(tr '\0' '\n' < "/proc/$pid/cmdline" 2> /dev/null | grep -oE "$1" | head -n 1)
  note "kill a job's $kind"
  kill -KILL "$pid" 2> /dev/null || return 1
  printf '%6d s  kill a job'"'"'s %s\n' $((SECONDS - begun)) "$kind"
}
# What can happen; each happens at least once, in an order that the seed chooses.
kinds=('kill folds' 'pause folds' 'kill kafka' 'pause kafka' 'kill datanode' 'pause datanode' 'kill namenode' 'kill resourcemanager'
  'pause resourcemanager' 'kill node' 'pause node' 'kill executor' 'kill container')
declare -A members=([folds]=2 [kafka]=3 [datanode]=3 [node]=2)
fault() { # kill|pause what; fails where there is no such process just now
  case $2 in
    executor) kill_container CoarseGrainedExecutorBackend ;;
    container) kill_container 'YarnChild|MRAppMaster|ExecutorLauncher' ;;
    master) kill_container ExecutorLauncher ;;
    namenode | resourcemanager) hurt "$1" "$2" ;;
    *) hurt "$1" "$2-$((1 + RANDOM % members[$2]))" ;;
  esac
}
# train_under_faults THROUGH: what it needs is killed and paused once it works; said again where it fails, as a timer would.
train_under_faults() {
  local hits=('kill executor' 'pause datanode' 'kill executor' 'kill master') attempt client
  for ((attempt = 1; attempt <= 6; ++attempt)); do
    train "$1" > "$CLUSTER_DIR/log/train-hurt.log" 2>&1 &
    client=$!
    while kill -0 $client 2> /dev/null; do
      sleep $((1 + RANDOM % 2)).$((RANDOM % 10))
      # shellcheck disable=SC2086  # two words
      if [ ${#hits[@]} -gt 0 ] && [ -n "$(containers CoarseGrainedExecutorBackend)" ] && fault ${hits[0]}; then
        hits=("${hits[@]:1}")
      fi
    done
    ! wait $client || break
  done
  ((attempt <= 6)) || wrong "no training came to its end: $(tail -n 3 "$CLUSTER_DIR/log/train-hurt.log")"
  [ ${#hits[@]} -le 1 ] || wrong "it was over before what it needs was killed: ${hits[*]}"
  step "a training under faults, at the attempt $attempt"
}
# same_model THROUGH: takes that model away and trains undisturbed, in one process.
same_model() {
  local folder
  folder=$(sed -n 's/^model //p' "$CLUSTER_DIR/log/train-hurt.log")
  ops/tool.sh fs -get "$folder/model.vit" "$CLUSTER_DIR/hurt.vit"
  ops/tool.sh fs -rm -r -f "$folder" "$FS_DEFAULT$root/training" > /dev/null 2>&1
  SPARK_MASTER='local[2]' quiet train train "$1"
  ops/tool.sh fs -get "$folder/model.vit" "$CLUSTER_DIR/whole.vit"
  cmp "$CLUSTER_DIR/hurt.vit" "$CLUSTER_DIR/whole.vit" || wrong "a training under faults made another model"
  step "its model has the bytes of an undisturbed one ($(stat -c %s "$CLUSTER_DIR/whole.vit"), $(sha256sum < "$CLUSTER_DIR/whole.vit" | cut -c 1-16))"
}
shuffle() {
  local i j kept
  for ((i = ${#kinds[@]} - 1; i > 0; i--)); do
    j=$((RANDOM % (i + 1)))
    kept=${kinds[i]}
    kinds[i]=${kinds[j]}
    kinds[j]=$kept
  done
}

step "begins in $CLUSTER_DIR with the seed $seed"
trap end_all EXIT
[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
BASE_PORT=${FAULTS_BASE_PORT:-free}
ops/cluster.sh up > /dev/null
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
cp "$CLUSTER_DIR/cluster.toml" "$config"
echo "accept_timeout_ms = \"${FAULTS_PATIENCE:-8s}\"" >> "$config"
quiet init "$vitrina" cluster init --config "$config"
ENGINES+=' folds'
quiet folds ops/cluster.sh up
declare -A ports=([node-1]=$((BASE_PORT + 37)) [node-2]=$((BASE_PORT + 38)))
for name in node-1 node-2; do start_node $name "${ports[$name]}"; done
step "three brokers, three datanodes, YARN, two instances of the folds, two nodes"
"$driver" load "$config" "$book" "$seed" "${FAULTS_RATE:-60}" mk-broken-1. "http://127.0.0.1:${ports[node-1]}" "http://127.0.0.1:${ports[node-2]}" \
  > "$CLUSTER_DIR/log/load.log" 2>&1 &
loader=$!
for ((i = 0; i < 600; ++i)); do
  ! grep -q 'pulse folded' "$book" 2> /dev/null || break
  sleep 0.2
done
for name in node-1 node-2; do until_ready $name "${ports[$name]}"; done
timer &
timers+=($!)
sleep 5
note nothing
sleep 15
step "under load"

begun=$SECONDS
shuffle
missed=("${kinds[@]}")
while ((${#missed[@]} > 0 || SECONDS - begun < ${FAULTS_SECONDS:-240})); do
  kind=${missed[0]:-${kinds[RANDOM % ${#kinds[@]}]}}
  missed=("${missed[@]:1}")
  # shellcheck disable=SC2086  # two words
  if fault $kind; then
    sleep $((6 + RANDOM % 6))
  else
    missed+=("$kind") # no job runs just now
    ((SECONDS - begun < 900)) || wrong "never met: ${missed[*]}"
    sleep 0.2
  fi
done
note "the end"
step "faults are over; the timer's jobs: $(sort -k 2 "$CLUSTER_DIR/timer" 2> /dev/null | awk '{++n[$2 " " $3]} END {for (w in n) printf "%s %d, ", w, n[w]}')"

sleep 10
kill -TERM $loader
wait $loader || wrong "the generator failed: $(tail -n 3 "$CLUSTER_DIR/log/load.log")"
loader=''
touch "$CLUSTER_DIR/ending"
ops/cluster.sh up > /dev/null
"$driver" settled "$config" 240
step "the load has ended, the folds have read everything"
wait "${timers[@]}" || true
timers=()
quiet history history_job
through=$(date +%s%3N)
train_under_faults "$through"
same_model "$through"
quiet publish publish
version=$(sed -n 's/^published //p' "$CLUSTER_DIR/log/publish.log")
for name in node-1 node-2; do
  for ((i = 0; i < 600; ++i)); do
    ! "$vitrina" recommend --data "$CLUSTER_DIR/$name" --json --placement home 2> /dev/null | grep -q "\"model_version\": \"$version\"" || break
    sleep 0.2
  done
  ((i < 600)) || wrong "$name does not use the model $version"
done
step "published, and in use on both nodes"

ops/tool.sh fs -get "$FS_DEFAULT$root/models/default" "$CLUSTER_DIR/models"
engines=$ENGINES_DIR/hadoop/lib
java -XX:+UseSerialGC -cp "build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar:$engines/*" \
  io.vitrina.history.LogCount "$FS_DEFAULT$root" "$CLUSTER_DIR/history" 2> "$CLUSTER_DIR/log/count.log" || { cat "$CLUSTER_DIR/log/count.log"; exit 1; }
for name in node-1 node-2; do
  kill -TERM "${nodes[$name]}"
  wait "${nodes[$name]}" || wrong "$name did not end well"
done
"$driver" judge "$config" "$book" "$CLUSTER_DIR/history" "$CLUSTER_DIR/models" "$CLUSTER_DIR/node-1" "$CLUSTER_DIR/node-2"
step "the oracle has nothing against it"

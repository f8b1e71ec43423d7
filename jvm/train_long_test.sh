#!/usr/bin/env bash
# Training on Spark while its executors are killed and paused at moments that nobody chose, with speculation, and its driver is killed
# once: the model has the bytes that one call of the core learns from the same log. On YARN and on Spark's own master. Starts a cluster
# of its own at free ports. Run by make test-cluster (labels cluster, long).
#
#   TRAIN_MASTERS ('yarn standalone'), TRAIN_EVENTS (20000), TRAIN_EPOCHS (10), TRAIN_SEED (1)
set -euo pipefail
masters=${TRAIN_MASTERS:-yarn standalone}
ENGINES="kafka hdfs ${masters/standalone/spark}"
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"
export MAPREDUCE=local SUBMIT_HEAP=768m YARN_MEMORY_MB=4096 YARN_CORES=4
RANDOM=${TRAIN_SEED:-1}
now=4102444800000 epochs=${TRAIN_EPOCHS:-10}

[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
properties=$CLUSTER_DIR/cluster.properties
root=$(sed -n 's/^fs.defaultFS=//p' "$properties")/vitrina
build/release/vitrina_fold_log "${TRAIN_EVENTS:-20000}" "$CLUSTER_DIR/made" \
  "{\"settings\": {\"ials.dimensions\": \"32\", \"ials.epochs\": \"$epochs\"}, \"through\": $now, \"now\": $now}"
java -XX:+UseSerialGC -cp "build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar:$(ls "${VITRINA_ENGINES:-build/engines}"/hadoop/lib/slf4j-api-*.jar)" \
  io.vitrina.history.LogSender "$properties" "$CLUSTER_DIR/made" 2> /dev/null
ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob --cluster "$properties" --root "$root" \
  > "$CLUSTER_DIR/log/history.log" 2>&1 || wrong "no history: $(tail -5 "$CLUSTER_DIR/log/history.log")"
step "a history in HDFS"

# Executors of this cluster that run now.
executors() {
  local one
  for one in $(processes); do
    one=${one#/proc/} one=${one%/cmdline}
    if [ "$(cat "/proc/$one/comm" 2> /dev/null)" = java ] && grep -qa CoarseGrainedExecutorBackend "/proc/$one/cmdline" 2> /dev/null; then
      echo "$one"
    fi
  done
}
train() { # master
  SPARK_MASTER=$1 exec ops/submit.sh spark --class io.vitrina.spark.Train \
    --conf spark.executor.instances=2 --conf spark.cores.max=2 --conf spark.executor.cores=1 --conf spark.executor.memory=512m \
    --conf spark.executor.memoryOverhead=512m --conf spark.speculation=true --conf spark.speculation.interval=100ms \
    --conf spark.speculation.quantile=0.2 --conf spark.speculation.multiplier=1.2 --conf spark.speculation.task.duration.threshold=2s \
    --conf spark.task.maxFailures=100 --conf spark.stage.maxConsecutiveAttempts=100 --conf spark.excludeOnFailure.enabled=false \
    --conf spark.yarn.max.executor.failures=100 \
    build/jvm/spark/vitrina-spark.jar --root "$root" --slices 4 \
    --through $now --now $now --set ials.dimensions=32 --set "ials.epochs=$epochs" > "$CLUSTER_DIR/log/train.log" 2>&1
}
# trouble DRIVER: until it ends, kills or pauses one of its executors every few seconds.
killed=0 paused=0
trouble() {
  local found one
  while kill -0 "$1" 2> /dev/null; do
    sleep $((2 + RANDOM % 4)).$((RANDOM % 10))
    mapfile -t found < <(executors)
    [ ${#found[@]} -gt 0 ] || continue
    one=${found[$((RANDOM % ${#found[@]}))]}
    if ((RANDOM % 3 > 0)); then
      ! kill -9 "$one" 2> /dev/null || killed=$((killed + 1))
    else
      ! kill -STOP "$one" 2> /dev/null || paused=$((paused + 1))
      sleep 6
      kill -CONT "$one" 2> /dev/null || true
    fi
  done
}
for master in $masters; do
  ops/tool.sh fs -rm -r -f "$root/models" "$root/training" > /dev/null 2>&1
  killed=0 paused=0
  (train "$master") &
  driver=$!
  for ((i = 0; i < 600; ++i)); do # until it is at its half-steps
    [ -z "$(ops/tool.sh fs -ls "$root/training/*/assembled" 2> /dev/null)" ] || break
    kill -0 $driver 2> /dev/null || wrong "the training ended early: $(grep -m 8 -E "Exception|ERROR|Caused" "$CLUSTER_DIR/log/train.log" || true)"
  done
  ((i < 600)) || wrong "nothing was assembled before the patience ended"
  kill -9 $driver
  wait $driver 2> /dev/null || true
  step "$master: the driver is killed, $(ops/tool.sh fs -ls -R "$root/training" 2> /dev/null | grep -c '/basis$' || true) sides solved"
  (train "$master") &
  driver=$!
  trouble $driver
  wait $driver || wrong "the training failed: $(grep -m 8 -E "Exception|ERROR|Caused" "$CLUSTER_DIR/log/train.log" || true)"
  [ $killed -gt 0 ] || wrong "it was over before an executor was killed; raise TRAIN_EPOCHS"
  rm -f "$CLUSTER_DIR/model.vit"
  ops/tool.sh fs -get "$(sed -n 's/^model //p' "$CLUSTER_DIR/log/train.log")/model.vit" "$CLUSTER_DIR/model.vit"
  cmp "$CLUSTER_DIR/model.vit" "$CLUSTER_DIR/made/model.vit" || wrong "the model is another one"
  step "$master: $killed executors killed, $paused paused; the bytes of one call ($(stat -c %s "$CLUSTER_DIR/model.vit"))"
done

#!/usr/bin/env bash
# The batch jobs on a real Kafka and a real HDFS. The log becomes raw files and history, though files of a killed job are missing and
# transactions were aborted; and a made-up log goes all the way to a model, which must have the bytes that one call of the core learns
# from the same log (and tests/lesson_test.cpp holds that call against the embedded host). Starts a cluster of its own at free ports.
# MapReduce and Spark run in one process each. Run by ctest (label cluster).
#
#   JOBS_EVENTS   how long the made-up log is (4000)
set -euo pipefail
cd "$(dirname "$0")/.."
CLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-jobs.XXXXXX")
export CLUSTER_DIR BASE_PORT=free ENGINES='kafka hdfs'
export MAPREDUCE=local SPARK_MASTER='local[2]' SUBMIT_HEAP=768m
unset BROKERS DATANODES
finish() {
  local status=$?
  ops/cluster.sh clean > /dev/null || true
  rm -rf "$CLUSTER_DIR"
  exit $status
}
trap finish EXIT

[ -f build/jvm/spark/vitrina-spark.jar ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
VITRINA_CLUSTER="$CLUSTER_DIR/cluster.properties" mvn -o -q -B -ntp -f jvm/pom.xml test -pl native,history \
  -Dtest=LogClusterTest -Dsurefire.failIfNoSpecifiedTests=false > "$CLUSTER_DIR/log/maven.out" 2>&1 || { cat "$CLUSTER_DIR/log/maven.out"; exit 1; }

now=4102444800000
build/release/vitrina_fold_log "${JOBS_EVENTS:-4000}" "$CLUSTER_DIR/made" \
  "{\"settings\": {\"ials.dimensions\": \"16\", \"ials.epochs\": \"3\"}, \"through\": $now, \"now\": $now}"
java -XX:+UseSerialGC -cp "build/jvm/vitrina-history/test-classes:build/jvm/history/vitrina-history.jar:$(ls "${VITRINA_ENGINES:-build/engines}"/hadoop/lib/slf4j-api-*.jar)" \
  io.vitrina.history.LogSender "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR/made" 2> /dev/null
root=$(sed -n 's/^fs.defaultFS=//p' "$CLUSTER_DIR/cluster.properties")/vitrina
ops/submit.sh mapreduce build/jvm/history/vitrina-history.jar io.vitrina.history.HistoryJob \
  --cluster "$CLUSTER_DIR/cluster.properties" --root "$root" > "$CLUSTER_DIR/log/history.out" 2>&1 || { tail -30 "$CLUSTER_DIR/log/history.out"; exit 1; }
ops/submit.sh spark --class io.vitrina.spark.Train build/jvm/spark/vitrina-spark.jar --root "$root" --through $now --now $now \
  --set ials.dimensions=16 --set ials.epochs=3 > "$CLUSTER_DIR/log/train.out" 2>&1 || { tail -30 "$CLUSTER_DIR/log/train.out"; exit 1; }
model=$(sed -n 's/^model //p' "$CLUSTER_DIR/log/train.out")
ops/tool.sh fs -get "$model/model.vit" "$CLUSTER_DIR/model.vit"
cmp "$CLUSTER_DIR/model.vit" "$CLUSTER_DIR/made/model.vit"
ops/submit.sh spark --class io.vitrina.spark.Publish build/jvm/spark/vitrina-spark.jar --cluster "$CLUSTER_DIR/cluster.properties" \
  --root "$root" > "$CLUSTER_DIR/log/publish.out" 2>&1 || { tail -30 "$CLUSTER_DIR/log/publish.out"; exit 1; }
grep -qx "published ${model##*/}" "$CLUSTER_DIR/log/publish.out"
echo "log → history → model: the bytes of one call ($(stat -c %s "$CLUSTER_DIR/model.vit"))"

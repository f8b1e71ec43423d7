#!/usr/bin/env bash
# Three brokers and three datanodes: one of each is killed, then one broker paused, and writing and reading must go on; with two
# brokers away writing must wait; at the end nothing that was acknowledged is missing. Prints the seconds of each step; a tool's
# own start (2 s and more) is part of them. Run by make test-cluster (labels cluster, long).
set -euo pipefail
ENGINES='kafka hdfs' BROKERS=3 DATANODES=3
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

# send FIRST LAST [seconds that an acknowledgement may take]
# Then it is not idempotent: without a majority of controllers nobody gives out producer ids, and who waits for one never gives up.
send() {
  seq "$1" "$2" | ops/tool.sh produce --topic kept --producer-property acks=all --producer-property linger.ms=5 --request-timeout-ms 3000 \
    --producer-property "delivery.timeout.ms=${3:-60}000" ${3:+--producer-property enable.idempotence=false} > "$CLUSTER_DIR/log/produce.log" 2>&1
  ! grep -q 'Error when sending' "$CLUSTER_DIR/log/produce.log"
}
read_back() {
  { ops/tool.sh consume --topic kept --from-beginning --timeout-ms 8000 2> /dev/null || true; } | awk -v last="$1" '$1 <= last' |
    sort -nu | cmp - <(seq 1 "$1") || wrong "of the records 1 to $1 that were acknowledged, something is missing"
}
in_sync() { [ "$(ops/tool.sh topics --describe --under-replicated-partitions 2> /dev/null)" = "" ]; }
until_in_sync() {
  for _ in {1..20}; do
    ! in_sync || return 0
  done
  wrong "after 20 looks some partitions still lack a replica"
}
put() { curl -sSf -L -T "$CLUSTER_DIR/file" "$WEBHDFS/kept/$1?op=CREATE&overwrite=true&user.name=$HADOOP_USER_NAME"; }
get() { curl -sSf -L "$WEBHDFS/kept/$1?op=OPEN&user.name=$HADOOP_USER_NAME" | cmp -s - "$CLUSTER_DIR/file"; }
until_done() {
  local end=$((SECONDS + 60))
  until "$@" 2> /dev/null; do
    ((SECONDS < end)) || wrong "not within a minute: $*"
    sleep 0.2
  done
}

step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
step "three brokers, a NameNode and three datanodes started"
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"
head -c 40000000 /dev/urandom > "$CLUSTER_DIR/file"
ops/tool.sh topics --create --topic kept --partitions 6 > /dev/null
send 1 1000 || wrong "three brokers do not take records"
put before
step "1000 records, 40 MB"

number=1000
for broker in 1 2 3; do
  ops/engine.sh kill kafka-$broker
  step "kafka-$broker killed"
  send $((number + 1)) $((number + 1000)) || wrong "two brokers do not take records"
  number=$((number + 1000))
  step "1000 records taken by the other two"
  ops/engine.sh start kafka-$broker
  step "kafka-$broker started again"
  until_in_sync
  step "and in step with the others"
done

ops/engine.sh pause kafka-2
send $((number + 1)) $((number + 1000)) || wrong "with one broker paused the others do not take records"
number=$((number + 1000))
step "kafka-2 paused, 1000 records taken by the other two"
ops/engine.sh continue kafka-2
until_in_sync
step "continued, and in step with the others"

ops/engine.sh kill datanode-1
until_done get before
step "datanode-1 killed; 40 MB read from the others"
until_done put during
until_done get during
step "40 MB written and read meanwhile"
ops/engine.sh start datanode-1
step "datanode-1 started again"

ops/engine.sh kill kafka-1 kafka-3
! send 900001 900010 8 || wrong "one broker of three acknowledged what only it has"
step "two brokers killed: the third acknowledges nothing"
ops/cluster.sh up > /dev/null
step "both started again"
read_back $number
ops/engine.sh kill kafka-1 kafka-2 kafka-3 datanode-1 datanode-2 datanode-3 namenode
ops/cluster.sh up > /dev/null
step "all of them killed and started again"
until_in_sync
read_back $number
get before || wrong "HDFS gave back something else"
get during || wrong "HDFS gave back something else of what it took while a datanode was away"
step "all $number acknowledged records and both files are there"
ops/cluster.sh down
left=$(processes)
[ -z "$left" ] || wrong "left running: $left"
step "stopped; nothing is left"

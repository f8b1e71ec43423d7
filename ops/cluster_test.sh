#!/usr/bin/env bash
# Starts a small cluster of its own, stores something, kills, starts again, and looks whether all of it is still there; then
# whether anything is left after the end. Prints the seconds of each step. Run by ctest (label cluster).
set -euo pipefail
ENGINES='kafka hdfs'
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"

CLUSTER_DIR=$CLUSTER_DIR-none BASE_PORT=65530 ops/tool.sh topics 2> "$SCRATCH/said" || true
grep -q '^BASE_PORT is the first of 40 ports' "$SCRATCH/said" || wrong "a block of ports beyond the last is taken: $(cat "$SCRATCH/said")"
step "begins in $CLUSTER_DIR"
ops/cluster.sh up > /dev/null
step "it runs"
# shellcheck source=/dev/null
source "$CLUSTER_DIR/cluster.env"

ops/tool.sh topics --create --topic kept --partitions 2 > /dev/null
seq 1 5000 > "$CLUSTER_DIR/sent"
ops/tool.sh produce --topic kept --producer-property acks=all < "$CLUSTER_DIR/sent" > /dev/null
curl -sSf -L -T "$CLUSTER_DIR/sent" "$WEBHDFS/kept/sent?op=CREATE&user.name=$HADOOP_USER_NAME"
step "5000 records into Kafka, a file into HDFS"

ops/engine.sh kill kafka-1 datanode-1 namenode
[ "$(ops/cluster.sh status | grep -c ' down$')" = 3 ] || wrong "the killed count as alive: $(ops/cluster.sh status)"
ops/cluster.sh up > /dev/null
step "kill -9 of all three, started again"

ops/tool.sh consume --topic kept --from-beginning --max-messages 5000 --timeout-ms 30000 2> /dev/null | sort -n |
  cmp - "$CLUSTER_DIR/sent" || wrong "Kafka gave back something else"
curl -sSf -L "$WEBHDFS/kept/sent?op=OPEN&user.name=$HADOOP_USER_NAME" | cmp - "$CLUSTER_DIR/sent" || wrong "HDFS gave back something else"
step "both gave back what they had"

before=$(processes)
ops/cluster.sh up > /dev/null
[ "$(processes)" = "$before" ] || wrong "a second start of a running cluster changed its processes"
ops/engine.sh pause kafka-1
ops/cluster.sh status | grep '^kafka-1 *paused' > /dev/null || wrong "a paused process does not count as paused"
step "a second start changes nothing; one is paused"

# A record that names a living process of somebody else, as after the kernel has used an id again.
sleep 600 &
bystander=$!
echo "$bystander 1 $(cat /proc/sys/kernel/random/boot_id)" > "$CLUSTER_DIR/pid/spark-worker"
ops/cluster.sh down
ops/cluster.sh down
kill "$bystander" || wrong "a process was killed that has the id of one of ours, but is not ours"
left=$(processes)
[ -z "$left" ] || wrong "left running: $left"
step "stopped, twice; nothing is left"

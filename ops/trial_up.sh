#!/usr/bin/env bash
# Starts the cluster that the tests of make test share, anew: ops/trial_up.sh FOLDER. ops/cluster_test.sh is what stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
export CLUSTER_DIR=$1 BASE_PORT=free ENGINES='kafka hdfs' BROKERS=1 DATANODES=1
if [ -e "$CLUSTER_DIR" ]; then (unset ENGINES BROKERS DATANODES BASE_PORT && ops/cluster.sh clean); fi
ops/cluster.sh up

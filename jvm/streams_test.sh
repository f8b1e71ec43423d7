#!/usr/bin/env bash
# The folds on a real Kafka: a made-up log with poison in it, the application killed with kill -9 in the middle, every state
# compared with the embedded engine's to the byte. Starts a broker of its own at free ports. Run by ctest (label cluster).
#
#   STREAMS_EVENTS   how long the log is (20000)
set -euo pipefail
cd "$(dirname "$0")/.."
CLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-streams.XXXXXX")
export CLUSTER_DIR BASE_PORT=free ENGINES=kafka
unset BROKERS DATANODES
finish() {
  local status=$?
  ops/cluster.sh clean > /dev/null || true
  rm -rf "$CLUSTER_DIR"
  exit $status
}
trap finish EXIT

[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
java -XX:+UseSerialGC -Dvitrina.fold_log=build/release/vitrina_fold_log -Dvitrina.streams.lib=build/jvm/streams/lib \
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.BrokerCheck \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR/check" "${STREAMS_EVENTS:-20000}"

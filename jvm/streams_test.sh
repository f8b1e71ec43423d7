#!/usr/bin/env bash
# The folds on a real Kafka: a made-up log with poison in it, the application killed with kill -9 in the middle, every state
# compared with the embedded engine's to the byte. Run by ctest (label cluster).
#
#   STREAMS_EVENTS   how long the log is (20000)
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"

[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
java -XX:+UseSerialGC -Dvitrina.fold_log=build/release/vitrina_fold_log -Dvitrina.streams.lib=build/jvm/streams/lib \
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.BrokerCheck \
  "$CLUSTER_DIR/cluster.properties" "$SCRATCH/check" "${STREAMS_EVENTS:-20000}"

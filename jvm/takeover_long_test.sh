#!/usr/bin/env bash
# Three instances of the folds with standbys on a real Kafka, under load: one killed, restarted with more threads and a fourth, one
# paused for longer than its session, one stopped; every state compared with the embedded engine's to the byte, recovery times printed.
# Starts a broker of its own at free ports. Run by make test-cluster (labels cluster, long).
#
#   TAKEOVER_EVENTS (90000), TAKEOVER_RATE (1000 a second)
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"

[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
ops/cluster.sh up > /dev/null
java -XX:+UseSerialGC -Dvitrina.fold_log=build/release/vitrina_fold_log -Dvitrina.streams.lib=build/jvm/streams/lib \
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.TakeoverCheck \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR/check" "${TAKEOVER_EVENTS:-90000}" "${TAKEOVER_RATE:-1000}"

#!/usr/bin/env bash
# How fast the folds are on two cores that broker and generator share (`make bench-cluster`): a log of a shop's size through a trivial
# step and through all folds, events/s and CPU microseconds an event by stage, the answer checked. Starts a broker of its own at free
# ports.
#
#   STREAMS_EVENTS (1200000), STREAMS_VISITORS (40000), STREAMS_ITEMS (10000): the log
#   STREAMS_SETTINGS (none): settings of the application, KEY=VALUE separated by blanks
#   STREAMS_ALONE (false): true leaves the trivial step out
#   STREAMS_RESIDENT_MB (any): fails where the application held more memory
#   STREAMS_CORES (the first two that this shell may use), STREAMS_JAVA (options of the application's JVM)
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/../ops/trial.sh"

[ -d build/jvm/streams/lib ] || tools/build_jvm.sh
mine() { # the processors of this shell, one a line
  local part
  for part in $(taskset -pc $$ | sed 's/.*: //; s/,/ /g'); do seq "${part%-*}" "${part#*-}"; done
}
cores=${STREAMS_CORES:-$(mine | head -n 2 | paste -sd,)}
taskset -pc "$cores" $$ > /dev/null
ops/cluster.sh up > /dev/null
echo "cores $cores of $(nproc --all), load of the machine $(cut -d' ' -f1 /proc/loadavg); one broker; exactly_once_v2"
read -ra settings <<< "${STREAMS_SETTINGS:-}"
java -XX:+UseSerialGC -Xmx2g -Dvitrina.fold_log=build/release/vitrina_fold_log -Dvitrina.streams.lib=build/jvm/streams/lib \
  "-Dvitrina.streams.java=${STREAMS_JAVA:--Xmx512m -XX:+UseSerialGC}" "-Dvitrina.streams.alone=${STREAMS_ALONE:-false}" \
  "-Dvitrina.streams.resident.mb=${STREAMS_RESIDENT_MB:-1000000}" \
  -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/streams/lib/*' io.vitrina.streams.FoldBench \
  "$CLUSTER_DIR/cluster.properties" "$CLUSTER_DIR" "${STREAMS_EVENTS:-1200000}" "${STREAMS_VISITORS:-40000}" "${STREAMS_ITEMS:-10000}" \
  "${settings[@]}"

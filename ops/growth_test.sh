#!/usr/bin/env bash
# A made-up log grows from eight partitions to twelve: copied, finished, folded. Every record of the old generation is in the new one with
# its time, and its folds make the states of the embedded engine, to the byte; a finished generation is not restored into. Run by ctest
# (label cluster); ops/growth_long_test.sh does it under a writer, with kill -9, HDFS, and to its end.
#
#   GROWTH_EVENTS (1500)
set -euo pipefail
ENGINES=kafka
# shellcheck source=ops/trial.sh
source "$(dirname "$0")/trial.sh"
folds='' restore=''
trap 'status=$?; set +e; kill -9 $folds $restore 2> /dev/null; wait $folds 2> /dev/null; (exit $status); finish' EXIT
check() {
  java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp 'build/jvm/vitrina-streams/test-classes:build/jvm/vitrina-native/test-classes:build/jvm/streams/lib/*' \
    io.vitrina.streams.GrowthCheck "$1" "$SCRATCH/cluster.properties" "$SCRATCH" growth. growth.g2. "${@:2}"
}
grow() { ops/grow.sh "$1" --cluster "$SCRATCH/cluster.properties" --to growth.g2. "${@:2}"; }

step "begins in $CLUSTER_DIR"
if [ ! -f build/jvm/history/vitrina-history.jar ] || [ ! -d build/jvm/streams/lib ]; then tools/build_jvm.sh; fi
ops/cluster.sh up > /dev/null
build/release/vitrina_fold_log "${GROWTH_EVENTS:-1500}" "$SCRATCH"
settings_of growth.
build/release/vitrina cluster init --config "$SCRATCH/cluster.toml" > /dev/null
check send 0 100 100000
step "a shop with eight partitions"

grow copy --partitions 12 > "$SCRATCH/log/copy.log"
step "copied"
sed 's/^topic.prefix=.*/topic.prefix=growth.g2./' "$SCRATCH/cluster.properties" > "$SCRATCH/g2.properties"
printf 'streams.state.dir=%s\nstreams.threads=1\n' "$SCRATCH/state" > "$SCRATCH/folds.properties"
java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp 'build/jvm/streams/lib/*' io.vitrina.streams.Main "$SCRATCH/g2.properties" \
  "$SCRATCH/folds.properties" > "$SCRATCH/log/folds.log" 2>&1 &
folds=$!
grow finish > "$SCRATCH/log/finish.log"
step "finished"
grow restore --root /nowhere > "$SCRATCH/log/restore.log" 2>&1 &
restore=$!
check folded
step "every record and every state of the new generation"
if wait $restore; then wrong "restored into a generation that is in use"; fi
grep -q 'growth.g2. is finished already, and in use' "$SCRATCH/log/restore.log" || wrong "the refusal does not say why"
step "nothing is restored into it"

#!/usr/bin/env bash
# A new generation of topics for the cluster of CLUSTER_DIR: more partitions, or a log that is restored from HDFS (docs/cluster.md).
#
#   ops/grow.sh copy    --to vitrina.g2. --partitions 16 [--item-partitions 8] [--root hdfs:///vitrina]
#   ops/grow.sh finish  --to vitrina.g2. [--root hdfs:///vitrina]
#   ops/grow.sh restore --to vitrina.g2. --root hdfs:///vitrina
#   ops/grow.sh retire  --to vitrina.g2. --new-root hdfs:///vitrina-g2 [--retention-days 14] [--delete-old]
#
# --cluster FILE names another cluster.properties, whose topic.prefix is that of the old generation.
set -euo pipefail
# shellcheck source=ops/settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=ops/engines.sh
source "$(dirname "$0")/engines.sh"

[ $# -ge 1 ] || { sed -n '2,9s/^# \?//p' "$0" >&2; exit 2; }
jar=$repository/build/jvm/history/vitrina-history.jar
[ -f "$jar" ] || fail "the jobs are not built yet; run: make jvm"
command=$1
shift
[[ " $* " == *" --cluster "* ]] || set -- --cluster "$CLUSTER_DIR/cluster.properties" "$@"
java_home
hadoop_jvm
exec "${JVM[@]}" "-Xmx${SUBMIT_HEAP:-1g}" -cp "$jar:$(seen_from_anywhere "$HADOOP_CLASSES")" io.vitrina.history.Growth "$command" "$@"

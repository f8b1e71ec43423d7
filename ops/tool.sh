#!/usr/bin/env bash
# The tools that come with the engines, pointed at one cluster (CLUSTER_DIR, as for ops/cluster.sh). The rest of the line is
# the tool's own; without any it explains itself.
#
#   ops/tool.sh topics --list                       ops/tool.sh fs -ls /
#   ops/tool.sh groups --describe --all-groups      ops/tool.sh fsck / -files -blocks
#   ops/tool.sh offsets --topic NAME                ops/tool.sh dfsadmin -report
#   ops/tool.sh produce --topic NAME                ops/tool.sh applications -list
#   ops/tool.sh consume --topic NAME                ops/tool.sh delete-records --offset-json-file FILE
#   ops/tool.sh configs --describe --entity-type topics
set -euo pipefail
# shellcheck source=ops/settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=ops/engines.sh
source "$(dirname "$0")/engines.sh"

[ -f "$CLUSTER_DIR/cluster.env" ] || fail "there is no cluster in $CLUSTER_DIR; make cluster makes one"
java_home
tool=${1:-}
shift || true
case $tool in
  topics | groups | offsets | produce | consume | delete-records | configs)
    kafka_jvm
    classes=$KAFKA_CLASSES
    set -- --bootstrap-server "$BOOTSTRAP_SERVERS" "$@"
    ;;
  fs | fsck | dfsadmin | applications)
    hadoop_jvm
    classes=$HADOOP_CLASSES
    ;;
  *)
    sed -n '2,11s/^# \?//p' "$0" >&2
    exit 2
    ;;
esac
case $tool in
  topics) class=org.apache.kafka.tools.TopicCommand ;;
  groups) class=org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
  offsets) class=org.apache.kafka.tools.GetOffsetShell ;;
  produce) class=org.apache.kafka.tools.ConsoleProducer ;;
  configs) class=kafka.admin.ConfigCommand ;;
  delete-records) class=org.apache.kafka.tools.DeleteRecordsCommand ;;
  consume) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  fs) class=org.apache.hadoop.fs.FsShell ;;
  fsck) class=org.apache.hadoop.hdfs.tools.DFSck ;;
  dfsadmin) class=org.apache.hadoop.hdfs.tools.DFSAdmin ;;
  applications) class=org.apache.hadoop.yarn.client.cli.ApplicationCLI ;;
esac
exec "${JVM[@]}" -XX:TieredStopAtLevel=1 -cp "$(seen_from_anywhere "$classes")" "$class" "$@"

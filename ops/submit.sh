#!/usr/bin/env bash
# Runs a job on one cluster (CLUSTER_DIR, as for ops/cluster.sh), where its settings SPARK_MASTER and MAPREDUCE say: on YARN,
# on Spark's own master, or in this process.
#
#   ops/submit.sh spark [options of spark-submit] APPLICATION.jar ARGUMENTS …
#   ops/submit.sh mapreduce APPLICATION.jar MAIN.CLASS ARGUMENTS …
#
# Both may be said for this job alone: SPARK_MASTER='local[4]' ops/submit.sh spark …; MAPREDUCE=local ops/submit.sh mapreduce …
# SUBMIT_HEAP (1g) is the heap of this process, which is Spark's driver; SUBMIT_JAVA are more options of its JVM.
set -euo pipefail
said_spark=${SPARK_MASTER:-} said_mapreduce=${MAPREDUCE:-}
# shellcheck source=ops/settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=ops/engines.sh
source "$(dirname "$0")/engines.sh"
# shellcheck source=ops/render.sh
source "$(dirname "$0")/render.sh"

[ -f "$CLUSTER_DIR/cluster.env" ] || fail "there is no cluster in $CLUSTER_DIR; make cluster makes one"
[ $# -ge 2 ] || { sed -n '2,9s/^# \?//p' "$0" >&2; exit 2; }
java_home
spark_environment
kind=$1
shift
read -ra options <<< "-Xmx${SUBMIT_HEAP:-1g} ${SUBMIT_JAVA:-}"
case $kind in
  spark)
    [ -z "$said_spark" ] || set -- --master "$(spark_master)" "$@"
    [ "$SPARK_MASTER" != yarn ] || "$repository/ops/fetch.sh" yarn
    spark_jvm
    exec "${JVM[@]}" "${options[@]}" -cp "$(seen_from_anywhere "$SPARK_CLASSES")" org.apache.spark.deploy.SparkSubmit "$@"
    ;;
  mapreduce)
    jar=$1 class=$2
    shift 2
    [ -z "$said_mapreduce" ] || set -- -D "mapreduce.framework.name=$MAPREDUCE" "$@"
    hadoop_jvm
    exec "${JVM[@]}" "${options[@]}" -cp "$jar:$(seen_from_anywhere "$HADOOP_CLASSES")" "$class" "$@"
    ;;
  *) fail "a job is spark or mapreduce, not '$kind'" ;;
esac

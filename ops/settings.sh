# shellcheck shell=bash disable=SC2034  # sourced; what is set here is used by the others
# Settings of a cluster on this machine: where they come from, what they default to, which ports follow from them.
#
# A setting is, in this order, what the environment says (make cluster BROKERS=3), what the cluster's own folder recorded when
# it was made (cluster.env), a default. docs/cluster.md has the table.
#
# Sets CLUSTER_DIR, ENGINES_DIR, ENGINES (and CHOSEN, the same as an array), BROKERS, DATANODES, BASE_PORT, TOPIC_PREFIX, SPARK_MASTER, MAPREDUCE, KAFKA_SESSION_MS,
# KAFKA_HEAP, HADOOP_HEAP, FOLDS, FOLDS_HEAP, FOLDS_MORE, YARN_MEMORY_MB, YARN_CORES, YARN_LOG_SECONDS, START_SECONDS, STOP_SECONDS and all *_PORT.

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
RECORDED=(BASE_PORT BROKERS DATANODES ENGINES TOPIC_PREFIX SPARK_MASTER MAPREDUCE KAFKA_SESSION_MS YARN_MEMORY_MB YARN_CORES YARN_LOG_SECONDS KAFKA_HEAP HADOOP_HEAP FOLDS FOLDS_HEAP FOLDS_MORE)
ENGINES_DIR=$(realpath -m "${VITRINA_ENGINES:-$repository/build/engines}")
CLUSTER_DIR=$(realpath -m "${CLUSTER_DIR:-$repository/build/cluster}")
[[ $CLUSTER_DIR$ENGINES_DIR =~ ^[A-Za-z0-9/._+-]+$ ]] ||
  fail "the engines cannot live in '$CLUSTER_DIR' or '$ENGINES_DIR': a path may hold letters, digits and / . _ + - only; say CLUSTER_DIR or VITRINA_ENGINES"

# Reads what the folder recorded, without overriding what was said now.
recorded() {
  local name value
  [ -f "$CLUSTER_DIR/cluster.env" ] || return 0
  while IFS='=' read -r name value; do
    value=${value#\"} value=${value%\"}
    case $name in
      BROKERS | DATANODES)
        [ "${!name:-$value}" = "$value" ] ||
          fail "$CLUSTER_DIR holds a cluster of $name=$value, which cannot become ${!name}; choose another CLUSTER_DIR, or make cluster-clean"
        ;;
      BASE_PORT)
        [ "${BASE_PORT:-free}" = free ] && BASE_PORT=$value
        continue
        ;;
    esac
    [[ " ${RECORDED[*]} " != *" $name "* ]] || printf -v "$name" %s "${!name:-$value}"
  done < "$CLUSTER_DIR/cluster.env"
}

defaults() {
  : "${BASE_PORT:=19090}" "${BROKERS:=1}" "${DATANODES:=1}" "${ENGINES:=kafka hdfs yarn}" "${TOPIC_PREFIX=vitrina.}"
  : "${KAFKA_SESSION_MS:=6000}" "${KAFKA_HEAP:=512m}" "${HADOOP_HEAP:=256m}"
  : "${FOLDS:=1}" "${FOLDS_HEAP:=512m}" "${FOLDS_MORE=}" "${YARN_MEMORY_MB:=4096}" "${YARN_CORES:=4}" "${YARN_LOG_SECONDS:=0}"
  : "${START_SECONDS:=120}" "${STOP_SECONDS:=40}"
  case " $ENGINES " in
    *" yarn "*) : "${SPARK_MASTER:=yarn}" "${MAPREDUCE:=yarn}" ;;
    *" spark "*) : "${SPARK_MASTER:=standalone}" "${MAPREDUCE:=local}" ;;
    *) : "${SPARK_MASTER:=local[2]}" "${MAPREDUCE:=local}" ;;
  esac
}

checked() {
  local engine
  [[ $BROKERS =~ ^[13]$ ]] || fail "BROKERS is 1 or 3, not '$BROKERS'"
  [[ $DATANODES =~ ^[1-3]$ ]] || fail "DATANODES is 1, 2 or 3, not '$DATANODES'"
  [[ $FOLDS =~ ^[1-3]$ ]] || fail "FOLDS is 1, 2 or 3, not '$FOLDS'"
  [[ $BASE_PORT == free || $BASE_PORT =~ ^[1-9][0-9]{3,4}$ ]] || fail "BASE_PORT is a number or the word free, not '$BASE_PORT'"
  [ "$BASE_PORT" = free ] || ((BASE_PORT >= 1024 && BASE_PORT <= 65496)) ||
    fail "BASE_PORT is the first of 40 ports between 1024 and 65535, so $BASE_PORT is out of range"
  [[ $SPARK_MASTER =~ ^(yarn|standalone|local\[[0-9]+\]|local\[\*\])$ ]] ||
    fail "SPARK_MASTER is yarn, standalone or local[N], not '$SPARK_MASTER'"
  [[ $MAPREDUCE =~ ^(yarn|local)$ ]] || fail "MAPREDUCE is yarn or local, not '$MAPREDUCE'"
  [[ $TOPIC_PREFIX =~ ^[A-Za-z0-9._-]*$ ]] || fail "TOPIC_PREFIX may hold letters, digits and . _ - only, not '$TOPIC_PREFIX'"
  read -ra CHOSEN <<< "$ENGINES"
  for engine in "${CHOSEN[@]}"; do
    [[ $engine =~ ^(kafka|hdfs|yarn|spark|folds)$ ]] || fail "ENGINES are kafka, hdfs, yarn, spark and folds; '$engine' is none of them"
  done
}

# What three nodes are for: any one of them may die and nothing that was acknowledged is lost or waits for it.
replication() {
  KAFKA_REPLICATION=$BROKERS KAFKA_MIN_INSYNC=$((BROKERS > 1 ? 2 : 1))
  HDFS_REPLICATION=$DATANODES HDFS_MIN_REPLICATION=$((DATANODES > 1 ? 2 : 1))
}

# Every port of a cluster lies in one block of 40, so that one number moves all of them.
ports() {
  local node
  for node in 1 2 3; do
    printf -v "KAFKA_PORT_$node" %d $((BASE_PORT + node))
    printf -v "CONTROLLER_PORT_$node" %d $((BASE_PORT + 3 + node))
    printf -v "DATANODE_PORT_$node" %d $((BASE_PORT + 8 + node))
    printf -v "DATANODE_WEB_PORT_$node" %d $((BASE_PORT + 11 + node))
    printf -v "DATANODE_IPC_PORT_$node" %d $((BASE_PORT + 14 + node))
    printf -v "FOLDS_PORT_$node" %d $((BASE_PORT + 30 + node))
  done
  NAMENODE_PORT=$((BASE_PORT + 7)) NAMENODE_WEB_PORT=$((BASE_PORT + 8))
  RESOURCEMANAGER_PORT=$((BASE_PORT + 18)) RESOURCEMANAGER_WEB_PORT=$((BASE_PORT + 19))
  RESOURCEMANAGER_SCHEDULER_PORT=$((BASE_PORT + 20)) RESOURCEMANAGER_TRACKER_PORT=$((BASE_PORT + 21))
  RESOURCEMANAGER_ADMIN_PORT=$((BASE_PORT + 22)) NODEMANAGER_PORT=$((BASE_PORT + 23))
  NODEMANAGER_LOCALIZER_PORT=$((BASE_PORT + 24)) NODEMANAGER_WEB_PORT=$((BASE_PORT + 25)) SHUFFLE_PORT=$((BASE_PORT + 26))
  SPARK_PORT=$((BASE_PORT + 27)) SPARK_WEB_PORT=$((BASE_PORT + 28))
  SPARK_WORKER_PORT=$((BASE_PORT + 29)) SPARK_WORKER_WEB_PORT=$((BASE_PORT + 30))

  BOOTSTRAP_SERVERS='' CONTROLLER_VOTERS=''
  for ((node = 1; node <= BROKERS; node++)); do
    local port=KAFKA_PORT_$node controller=CONTROLLER_PORT_$node
    BOOTSTRAP_SERVERS+=${BOOTSTRAP_SERVERS:+,}127.0.0.1:${!port}
    CONTROLLER_VOTERS+=${CONTROLLER_VOTERS:+,}$node@127.0.0.1:${!controller}
  done
  FS_DEFAULT=hdfs://127.0.0.1:$NAMENODE_PORT WEBHDFS=http://127.0.0.1:$NAMENODE_WEB_PORT/webhdfs/v1
}

# The Java that runs the engines: JAVA_HOME, or Debian's 17 where it is there, or the one on the path.
java_home() {
  local debian
  debian=/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture 2> /dev/null || true)
  if [ -z "${JAVA_HOME:-}" ]; then
    if [ -x "$debian/bin/java" ]; then
      JAVA_HOME=$debian
    else
      command -v java > /dev/null || fail "there is no Java here; run: tools/install_packages.sh cluster"
      JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
    fi
  fi
  [ -x "$JAVA_HOME/bin/java" ] || fail "JAVA_HOME=$JAVA_HOME has no bin/java"
  export JAVA_HOME
}

export HADOOP_USER_NAME=${HADOOP_USER_NAME:-$(id -un)}
recorded
defaults
checked
replication
[ "$BASE_PORT" = free ] || ports

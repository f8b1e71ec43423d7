# shellcheck shell=bash disable=SC2154  # `repository` is of settings.sh
# Sourced. Every process of the engines: its name, the command that runs it, what has to exist before, and when it is ready.
#
#   kafka   kafka-1 … kafka-3                     yarn    resourcemanager, nodemanager
#   hdfs    namenode, datanode-1 … datanode-3     spark   spark-master, spark-worker
#   folds   folds-1 … folds-3: not an engine but the application that folds, which is started and broken like one

numbered() {
  local number
  for ((number = 1; number <= $2; number++)); do printf '%s-%d ' "$1" "$number"; done
}

# The processes of the engines named: those that others sign on at, those that sign on, and those that need all of these.
leading() {
  local engine
  for engine in "$@"; do
    case $engine in
      kafka) numbered kafka "$BROKERS" ;;
      hdfs) echo -n "namenode " ;;
      yarn) echo -n "resourcemanager " ;;
      spark) echo -n "spark-master " ;;
    esac
  done
}
following() {
  local engine
  for engine in "$@"; do
    case $engine in
      hdfs) numbered datanode "$DATANODES" ;;
      yarn) echo -n "nodemanager " ;;
      spark) echo -n "spark-worker " ;;
    esac
  done
}

needing() { [[ " $* " != *" folds "* ]] || numbered folds "$FOLDS"; }

opens() {
  local package
  for package in "$@"; do JVM+=("--add-opens=$package=ALL-UNNAMED"); done
}

# JVM options. All but Kafka mostly wait: no second compiler, small stacks.
any_jvm() {
  JVM=("$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xshare:auto -XX:-UsePerfData "-Djava.io.tmpdir=$CLUSTER_DIR/data/tmp")
}
kafka_jvm() {
  any_jvm
  JVM+=("-Dlog4j2.configurationFile=$CLUSTER_DIR/conf/kafka/log4j2.properties")
}
hadoop_jvm() {
  any_jvm
  JVM+=(-XX:TieredStopAtLevel=1 -Xss512k "-Xmx$HADOOP_HEAP" "-Dlog4j.configuration=file:$CLUSTER_DIR/conf/hadoop/log4j.properties")
  hadoop_opens
}
hadoop_opens() {
  local base=java.base
  opens $base/java.{io,lang,lang.reflect,math,net,text,util,util.concurrent,util.zip} $base/sun.security.{util,x509}
}
spark_jvm() {
  any_jvm
  JVM+=(-XX:TieredStopAtLevel=1 -Xss512k "-Dlog4j2.configurationFile=$CLUSTER_DIR/conf/spark/log4j2.properties")
  spark_opens
}
spark_opens() {
  local base=java.base
  opens $base/java.{lang,lang.invoke,lang.reflect,io,net,nio,util,util.concurrent,util.concurrent.atomic} $base/jdk.internal.ref \
    $base/sun.nio.{ch,cs} $base/sun.security.action $base/sun.util.calendar java.security.jgss/sun.security.krb5
  JVM+=(--add-modules=jdk.incubator.vector -Djdk.reflect.useDirectMethodHandle=false -Dio.netty.tryReflectionSetAccessible=true
    -Dio.netty.noUnsafe=false)
}

# Class paths: jars first and the folder of configuration last and relative, as class data archives want it.
KAFKA_CLASSES="$ENGINES_DIR/kafka/lib/*"
HADOOP_CLASSES="$ENGINES_DIR/hadoop/lib/*:conf/hadoop"
SPARK_CLASSES="$ENGINES_DIR/spark/jars/*:conf/spark:conf/hadoop"

# seen_from_anywhere CLASS PATH: the same for a program that stays in its caller's folder.
seen_from_anywhere() { echo "${1//:conf/:$CLUSTER_DIR/conf}"; }

# archive ROLE: its class data archive, which halves the CPU time of a start, or the order to write one when the process ends.
archive() {
  local file=$ENGINES_DIR/archives/$1.jsa
  if [ "${WRITE_ARCHIVES:-}" = yes ]; then
    JVM+=("-XX:ArchiveClassesAtExit=$CLUSTER_DIR/$1.jsa" -Xlog:cds=off -Xlog:cds+dynamic=off)
  elif [ -e "$file" ]; then
    JVM+=("-XX:SharedArchiveFile=$file" -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
}

# command_of NAME: sets COMMAND.
command_of() {
  local name=$1 number=${1##*-} hadoop=org.apache.hadoop spark=org.apache.spark.deploy
  local JVM
  case $name in
    kafka-*)
      kafka_jvm && archive kafka
      COMMAND=("${JVM[@]}" "-Xmx$KAFKA_HEAP" -cp "$KAFKA_CLASSES" kafka.Kafka "conf/kafka/$name.properties")
      return
      ;;
    folds-*)
      folds_command "$name"
      return
      ;;
    spark-*) spark_jvm ;;
    *) hadoop_jvm ;;
  esac
  archive "${name%-[0-9]}"
  case $name in
    namenode) COMMAND=("${JVM[@]}" -cp "$HADOOP_CLASSES" "$hadoop.hdfs.server.namenode.NameNode") ;;
    datanode-*)
      local port=DATANODE_PORT_$number web=DATANODE_WEB_PORT_$number ipc=DATANODE_IPC_PORT_$number
      COMMAND=(env "VITRINA_DATANODE=$number" "VITRINA_DATANODE_PORT=${!port}" "VITRINA_DATANODE_WEB_PORT=${!web}"
        "VITRINA_DATANODE_IPC_PORT=${!ipc}" "${JVM[@]}" -cp "$HADOOP_CLASSES" "$hadoop.hdfs.server.datanode.DataNode")
      ;;
    resourcemanager) COMMAND=("${JVM[@]}" -cp "$HADOOP_CLASSES" "$hadoop.yarn.server.resourcemanager.ResourceManager") ;;
    nodemanager) COMMAND=("${JVM[@]}" -cp "$HADOOP_CLASSES" "$hadoop.yarn.server.nodemanager.NodeManager") ;;
    spark-master)
      COMMAND=("${JVM[@]}" -Xmx256m -cp "$SPARK_CLASSES" "$spark.master.Master" -h 127.0.0.1 -p "$SPARK_PORT"
        --webui-port "$SPARK_WEB_PORT")
      ;;
    spark-worker)
      COMMAND=("${JVM[@]}" -Xmx256m -cp "$SPARK_CLASSES" "$spark.worker.Worker" -h 127.0.0.1 -p "$SPARK_WORKER_PORT"
        --webui-port "$SPARK_WORKER_WEB_PORT" -c "$YARN_CORES" -m "${YARN_MEMORY_MB}m" -d "$CLUSTER_DIR/data/spark-worker"
        "spark://127.0.0.1:$SPARK_PORT")
      ;;
    *) fail "no process of a cluster is called '$name'; there are: $(leading kafka hdfs yarn spark)$(following hdfs yarn spark)$(needing folds)" ;;
  esac
}

# port_of NAME: the one by which it is known.
port_of() {
  local variable
  case $1 in
    kafka-*) variable=KAFKA_PORT_${1##*-} ;;
    namenode) variable=NAMENODE_PORT ;;
    datanode-*) variable=DATANODE_WEB_PORT_${1##*-} ;;
    resourcemanager) variable=RESOURCEMANAGER_TRACKER_PORT ;;
    nodemanager) variable=NODEMANAGER_WEB_PORT ;;
    spark-master) variable=SPARK_PORT ;;
    spark-worker) variable=SPARK_WORKER_WEB_PORT ;;
    folds-*) variable=FOLDS_PORT_${1##*-} ;;
  esac
  echo "${!variable}"
}

port_open() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# start NAME: where it does not run.
start() {
  local COMMAND port
  ! alive "$1" || return 0
  port=$(port_of "$1")
  # A process that was killed holds its port until its last thread is gone.
  for _ in {1..50}; do port_open "$port" || break; sleep 0.1; done
  ! port_open "$port" || fail "$1 cannot start: somebody else listens at port $port; say BASE_PORT=number, or BASE_PORT=free"
  command_of "$1"
  launch "$1" "${COMMAND[@]}"
}

folds_command() {
  local jars=$repository/build/jvm/streams/lib
  [ -d "$jars" ] || fail "the folds are not built yet; run: make jvm"
  [ -e "$CLUSTER_DIR/shops.json" ] ||
    fail "the cluster has no shop yet; run: build/release/vitrina cluster init --config $CLUSTER_DIR/cluster.toml"
  kafka_jvm
  COMMAND=("${JVM[@]}" "-Xmx$FOLDS_HEAP" -cp "$jars/*" io.vitrina.streams.Main cluster.properties "conf/folds/$1.properties")
}

# Where programs of Spark find themselves.
spark_environment() {
  export SPARK_HOME=$ENGINES_DIR/spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1
  export SPARK_LOCAL_DIRS=$CLUSTER_DIR/data/spark
  export SPARK_CONF_DIR=$CLUSTER_DIR/conf/spark HADOOP_CONF_DIR=$CLUSTER_DIR/conf/hadoop
}

# format NAME: makes its empty storage, once. The mark comes last, so that a formatting that was cut short is done again; an
# engine is never started without it.
format() {
  local name=$1 mark=$CLUSTER_DIR/data/$1.formatted log=$CLUSTER_DIR/log/$1.format.log JVM
  [ ! -e "$mark" ] || return 0
  rm -rf "${CLUSTER_DIR:?}/data/$name"
  case $name in
    kafka-*)
      kafka_jvm
      "${JVM[@]}" -XX:TieredStopAtLevel=1 -cp "$KAFKA_CLASSES" kafka.tools.StorageTool format -t "$(kafka_cluster_id)" \
        -c "conf/kafka/$name.properties" > "$log" 2>&1
      ;;
    namenode)
      hadoop_jvm
      "${JVM[@]}" -cp "$HADOOP_CLASSES" org.apache.hadoop.hdfs.server.namenode.NameNode -format -force -nonInteractive > "$log" 2>&1
      ;;
  esac || fail "$name could not be formatted:
$(tail -n 15 "$log")"
  touch "$mark"
}

kafka_cluster_id() {
  local file=$CLUSTER_DIR/data/kafka-cluster-id
  [ -s "$file" ] || head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | tr -d '=' > "$file"
  cat "$file"
}

asked() { curl -sf -m 5 "http://127.0.0.1:$1"; }

# ready NAME: whether it does its work; that of a leading process needs those that follow it. (grep reads to the end, so that curl
# is not cut off. A datanode is asked when the NameNode knows it: before, it would fill its log with the question.)
ready() {
  local name=$1 port jmx='jmx?qry=Hadoop:service'
  port=$(port_of "$name")
  case $name in
    kafka-*) grep -q 'Kafka Server started' "$CLUSTER_DIR/log/$name.log" && port_open "$port" ;;
    namenode) asked "$NAMENODE_WEB_PORT/$jmx=NameNode,name=NameNodeInfo" | grep '"Safemode" : ""' ;;
    datanode-*)
      local address=DATANODE_PORT_${name##*-}
      asked "$NAMENODE_WEB_PORT/$jmx=NameNode,name=NameNodeInfo" | grep LiveNodes | grep -F "127.0.0.1:${!address}" &&
        asked "$port/$jmx=DataNode,name=DataNodeInfo" | grep 'ActorState[\\": ]*RUNNING'
      ;;
    resourcemanager) asked "$RESOURCEMANAGER_WEB_PORT/ws/v1/cluster/metrics" | grep '"activeNodes":[1-9]' ;;
    nodemanager) asked "$port/ws/v1/node/info" | grep '"nodeHealthy":true' ;;
    spark-master) asked "$SPARK_WEB_PORT/json/" | grep '"aliveworkers" : [1-9]' ;;
    spark-worker) asked "$port/json/" | grep '"masterurl"' ;;
    folds-*) asked "$port/ready" ;;
  esac
}

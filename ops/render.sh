# shellcheck shell=bash disable=SC2154  # `repository` is of settings.sh
# Sourced. Templates (ops/conf/*/*.in) become the configuration of one cluster: @NAME@ is the value of the setting NAME.

render() {
  local text name
  text=$(< "$1")
  while [[ $text =~ @([A-Z_0-9]+)@ ]]; do
    name=${BASH_REMATCH[1]}
    [ -n "${!name+set}" ] || fail "$1 names the setting $name, which there is not"
    text=${text//"@$name@"/"${!name}"}
  done
  printf '%s\n' "$text" > "$2"
}

render_all() {
  local engine template node
  for engine in hadoop spark; do
    mkdir -p "$CLUSTER_DIR/conf/$engine"
    for template in "$repository/ops/conf/$engine"/*.in; do
      SPARK_MASTER=$(spark_master) render "$template" "$CLUSTER_DIR/conf/$engine/$(basename "$template" .in)"
    done
  done
  mkdir -p "$CLUSTER_DIR/conf/kafka"
  render "$repository/ops/conf/kafka/log4j2.properties.in" "$CLUSTER_DIR/conf/kafka/log4j2.properties"
  for ((node = 1; node <= BROKERS; node++)); do
    local port=KAFKA_PORT_$node controller=CONTROLLER_PORT_$node
    NODE=$node KAFKA_PORT=${!port} CONTROLLER_PORT=${!controller} \
      render "$repository/ops/conf/kafka/server.properties.in" "$CLUSTER_DIR/conf/kafka/kafka-$node.properties"
    # What is said here counts before it, for example listeners that ask who comes.
    [ ! -f "$CLUSTER_DIR/kafka.own.properties" ] || cat "$CLUSTER_DIR/kafka.own.properties" >> "$CLUSTER_DIR/conf/kafka/kafka-$node.properties"
  done
  render_folds
}

render_folds() {
  local number state standby=$((FOLDS > 1))
  mkdir -p "$CLUSTER_DIR/conf/folds"
  for ((number = 1; number <= FOLDS; number++)); do
    local port=FOLDS_PORT_$number
    state=$CLUSTER_DIR/data/folds-$number
    printf 'streams.state.dir=%s\nstreams.metrics.port=%s\nstreams.standby.replicas=%s\n%s\n' "$state" "${!port}" "$standby" "$FOLDS_MORE" \
      > "$CLUSTER_DIR/conf/folds/folds-$number.properties"
  done
}

# As Spark writes it.
spark_master() {
  if [ "$SPARK_MASTER" = standalone ]; then echo "spark://127.0.0.1:$SPARK_PORT"; else echo "$SPARK_MASTER"; fi
}

# record: what this cluster is, for shells (cluster.env), for Java (cluster.properties) and for vitrina (cluster.toml), each
# replaced as a whole.
record() {
  local name
  for name in "${RECORDED[@]}"; do printf '%s="%s"\n' "$name" "${!name}"; done > "$CLUSTER_DIR/cluster.env.new"
  [ "$BASE_PORT" = free ] || ports
  cat >> "$CLUSTER_DIR/cluster.env.new" << ENV
BOOTSTRAP_SERVERS="$BOOTSTRAP_SERVERS"
FS_DEFAULT="$FS_DEFAULT"
WEBHDFS="$WEBHDFS"
RESOURCEMANAGER="127.0.0.1:$RESOURCEMANAGER_PORT"
HADOOP_USER_NAME="$HADOOP_USER_NAME"
HADOOP_CONF_DIR="$CLUSTER_DIR/conf/hadoop"
SPARK_CONF_DIR="$CLUSTER_DIR/conf/spark"
ENGINES_DIR="$ENGINES_DIR"
ENV
  cat > "$CLUSTER_DIR/cluster.properties.new" << PROPERTIES
# The cluster of this folder, written by ops/cluster.sh at every start. docs/cluster.md says what each line means.
bootstrap.servers=$BOOTSTRAP_SERVERS
security.protocol=PLAINTEXT
topic.prefix=$TOPIC_PREFIX
fs.defaultFS=$FS_DEFAULT
webhdfs=$WEBHDFS
hdfs.user=$HADOOP_USER_NAME
yarn.resourcemanager=127.0.0.1:$RESOURCEMANAGER_PORT
spark.master=$(spark_master)
shops.file=$CLUSTER_DIR/shops.json
PROPERTIES
  cat > "$CLUSTER_DIR/cluster.toml.new" << TOML
# What vitrina.toml says of this cluster; written by ops/cluster.sh at every start.
[cluster]
bootstrap_servers = "$BOOTSTRAP_SERVERS"
topic_prefix = "$TOPIC_PREFIX"
shops_file = "$CLUSTER_DIR/shops.json"
webhdfs = "$WEBHDFS"
webhdfs_user = "$HADOOP_USER_NAME"
replication = $KAFKA_REPLICATION
min_insync = $KAFKA_MIN_INSYNC
TOML
  mv "$CLUSTER_DIR/cluster.toml.new" "$CLUSTER_DIR/cluster.toml"
  mv "$CLUSTER_DIR/cluster.properties.new" "$CLUSTER_DIR/cluster.properties"
  mv "$CLUSTER_DIR/cluster.env.new" "$CLUSTER_DIR/cluster.env"
}

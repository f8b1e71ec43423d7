#!/usr/bin/env bash
# A cluster of Kafka, HDFS, YARN and, if wanted, Spark's own on this machine; all that it writes is in CLUSTER_DIR.
#
#   ops/cluster.sh up       makes it where it is not there, starts what does not run, waits until all of it works
#   ops/cluster.sh down     stops it; what it holds stays
#   ops/cluster.sh status   one line a process: its id, the memory and the seconds of CPU that it has taken
#   ops/cluster.sh clean    stops it and removes what it holds
#
# Settings come from the environment (ops/settings.sh, docs/cluster.md): CLUSTER_DIR, BASE_PORT, BROKERS, DATANODES, ENGINES, …
set -euo pipefail
shopt -s nullglob
# shellcheck source=ops/settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=ops/ports.sh
source "$(dirname "$0")/ports.sh"
# shellcheck source=ops/process.sh
source "$(dirname "$0")/process.sh"
# shellcheck source=ops/render.sh
source "$(dirname "$0")/render.sh"
# shellcheck source=ops/engines.sh
source "$(dirname "$0")/engines.sh"

# One at a time in one folder.
locked() {
  mkdir -p "$CLUSTER_DIR"/{conf,data/tmp,log,pid}
  exec {LOCK}> "$CLUSTER_DIR/lock"
  flock "$LOCK"
}

# Everything that was ever started here, whatever ENGINES says now.
known() {
  local file
  for file in "$CLUSTER_DIR"/pid/*; do basename "$file"; done
}
known_like() { known | grep -E "^($1)" || true; }

up() {
  java_home
  "$repository/ops/fetch.sh"
  locked
  local moved
  # Somebody else may have made the cluster while this one waited.
  if [ "$BASE_PORT" = free ]; then
    recorded
    [ "$BASE_PORT" = free ] || ports
  fi
  moved=$(sed -n 's/^BASE_PORT="\(.*\)"$/\1/p' "$CLUSTER_DIR/cluster.env" 2> /dev/null || true)
  # shellcheck disable=SC2046  # names have no spaces
  [ "${moved:-$BASE_PORT}" = "$BASE_PORT" ] || ! any_alive $(known) ||
    fail "the cluster in $CLUSTER_DIR runs at the ports from $moved on; stop it before it moves to $BASE_PORT"
  if [ "$BASE_PORT" = free ]; then choose_ports record; else record; fi
  render_all
  spark_environment
  cd "$CLUSTER_DIR"
  local lead follow
  read -ra lead <<< "$(leading "${CHOSEN[@]}")"
  # shellcheck disable=SC2034  # start_all has it by name
  read -ra follow <<< "$(following "${CHOSEN[@]}")"
  format_all "${lead[@]}"
  start_all lead follow
  # A program of the caller's, with this cluster in its environment: one that makes topics, for example.
  # shellcheck source=/dev/null
  [ -z "${AFTER_START:-}" ] || (cd "$repository" && set -a && source "$CLUSTER_DIR/cluster.env" && bash -c "$AFTER_START")
  start_needing
  tell
}

# The formatting of one engine need not wait for that of another.
format_all() {
  local name jobs=()
  [[ " $* " != *" kafka-"* ]] || kafka_cluster_id > /dev/null
  for name in "$@"; do
    [[ $name == kafka-* || $name == namenode ]] || continue
    format "$name" &
    jobs+=($!)
  done
  for name in "${jobs[@]}"; do wait "$name" || exit 1; done
}

# start_all LEADING FOLLOWING (names of arrays): who follows starts when its leader listens; then all must be ready.
start_all() {
  local -n leaders=$1 followers=$2
  local name
  for name in "${leaders[@]}"; do start "$name"; done
  for name in "${leaders[@]}"; do
    [[ $name == kafka-* ]] || wait_until "$name" port_open "$(port_of "$name")"
  done
  [[ " ${followers[*]} " != *" nodemanager "* ]] || alive nodemanager || end_containers
  for name in "${followers[@]}"; do start "$name"; done
  for name in "${followers[@]}" "${leaders[@]}"; do wait_until "$name" ready "$name"; done
}

start_needing() {
  local name names
  read -ra names <<< "$(needing "${CHOSEN[@]}")"
  for name in "${names[@]}"; do start "$name"; done
  for name in "${names[@]}"; do wait_until "$name" ready "$name"; done
}

# Containers outlive a NodeManager that was killed. Each wrote its process id into a file named after itself, and has that
# name in its command line.
end_containers() {
  local file pid container
  for file in "$CLUSTER_DIR"/data/nodemanager/nmPrivate/*/*/*.pid; do
    container=$(basename "$file" .pid)
    pid=$(cat "$file")
    if [[ $pid =~ ^[0-9]+$ ]] && grep -qsaF "$container" "/proc/$pid/cmdline"; then
      kill -KILL -- "-$pid" 2> /dev/null || true
    fi
  done
}

# First those that sign off at somebody, then whom they sign off at.
down() {
  [ -d "$CLUSTER_DIR/pid" ] || return 0
  locked
  local needs first brokers last
  mapfile -t needs < <(known_like 'folds-')
  mapfile -t first < <(known_like 'spark-worker|nodemanager|datanode-')
  mapfile -t brokers < <(known_like 'kafka-')
  mapfile -t last < <(known_like 'spark-master|resourcemanager|namenode')
  stop "${needs[@]}"
  stop "${first[@]}"
  stop_brokers "${brokers[@]}"
  end_containers
  stop "${last[@]}"
  rm -rf "$CLUSTER_DIR"/data/tmp/*
}

status() {
  local name pid state line='%-16s %-7s %8s %8s %8s\n'
  # shellcheck disable=SC2059  # the format is ours
  printf "$line" PROCESS STATE ID MEMORY CPU
  for name in $(leading "${CHOSEN[@]}") $(following "${CHOSEN[@]}") $(needing "${CHOSEN[@]}"); do
    if ! pid=$(pid_of "$name"); then
      printf '%-16s down\n' "$name"
      continue
    fi
    state=up
    ! paused "$name" || state=paused
    # shellcheck disable=SC2059
    printf "$line" "$name" "$state" "$pid" "$(awk '/^VmRSS/ {print int($2 / 1024) "MB"}' "/proc/$pid/status")" "$(cpu_seconds "$pid")s"
  done
}

cpu_seconds() {
  local stat
  stat=$(< "/proc/$1/stat")
  read -ra stat <<< "${stat##*) }"
  awk -v ticks=$((stat[11] + stat[12])) -v second="$(getconf CLK_TCK)" 'BEGIN {printf "%.1f", ticks / second}'
}

clean() {
  down
  [ -e "$CLUSTER_DIR/cluster.env" ] || [ ! -d "$CLUSTER_DIR" ] || fail "$CLUSTER_DIR holds no cluster; it stays as it is"
  rm -rf "$CLUSTER_DIR"
}

tell() {
  echo "The cluster is up after $SECONDS s: $ENGINES."
  local engine
  for engine in "${CHOSEN[@]}"; do
    case $engine in
      kafka) echo "  Kafka      $BOOTSTRAP_SERVERS" ;;
      hdfs) echo "  HDFS       $FS_DEFAULT   web http://127.0.0.1:$NAMENODE_WEB_PORT" ;;
      yarn) echo "  YARN       127.0.0.1:$RESOURCEMANAGER_PORT   web http://127.0.0.1:$RESOURCEMANAGER_WEB_PORT" ;;
      folds) echo "  folds      metrics http://127.0.0.1:$FOLDS_PORT_1/metrics" ;;
      spark) echo "  Spark      spark://127.0.0.1:$SPARK_PORT   web http://127.0.0.1:$SPARK_WEB_PORT" ;;
    esac
  done
  echo "  settings   $CLUSTER_DIR/cluster.properties"
  echo "  logs       $CLUSTER_DIR/log"
  echo "It survives the death of its processes, not of the machine: files are not synced at every write."
}

case ${1:-} in
  up | down | status | clean) "$1" ;;
  *) sed -n '2,9s/^# \?//p' "$0" >&2; exit 2 ;;
esac

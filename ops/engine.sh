#!/usr/bin/env bash
# One process of a running cluster, by name (kafka-2, namenode, datanode-1, resourcemanager, … as ops/cluster.sh status says).
#
#   ops/engine.sh stop NAME …       asks it to end and waits until it is gone
#   ops/engine.sh kill NAME …       kill -9, and waits until it is gone
#   ops/engine.sh pause NAME …      freezes it (SIGSTOP): connections stay, answers do not come
#   ops/engine.sh continue NAME …   lets it go on
#   ops/engine.sh start NAME …      starts it where it does not run, and waits until it is ready
#   ops/engine.sh pid NAME          its process id; fails where it does not run
#
# Which cluster: CLUSTER_DIR, as for ops/cluster.sh. What nobody started, or died before, is an error for kill, pause and continue.
set -euo pipefail
# shellcheck source=ops/settings.sh
source "$(dirname "$0")/settings.sh"
# shellcheck source=ops/process.sh
source "$(dirname "$0")/process.sh"
# shellcheck source=ops/engines.sh
source "$(dirname "$0")/engines.sh"

if [ $# -lt 2 ] || [[ ! $1 =~ ^(stop|kill|pause|continue|start|pid)$ ]]; then
  sed -n '2,11s/^# \?//p' "$0" >&2
  exit 2
fi
order=$1
shift
read -ra names <<< "$(leading "${CHOSEN[@]}")$(following "${CHOSEN[@]}")$(needing "${CHOSEN[@]}")"
for name in "$@"; do
  [[ " ${names[*]} " == *" $name "* ]] || fail "$CLUSTER_DIR has no process called '$name'; it has ${names[*]}"
  [[ $order != @(kill|pause|continue) ]] || alive "$name" || fail "$name does not run"
done

case $order in
  stop) stop "$@" ;;
  kill) kill_now "$@" ;;
  pause)
    signal STOP "$@"
    for name in "$@"; do
      until paused "$name" || ! alive "$name"; do sleep 0.02; done
    done
    ;;
  continue) signal CONT "$@" ;;
  pid) pid_of "$1" ;;
  start)
    exec {LOCK}> "$CLUSTER_DIR/lock"
    flock "$LOCK"
    java_home
    spark_environment
    for name in "$@"; do start "$name"; done
    for name in "$@"; do wait_until "$name" ready "$name"; done
    ;;
esac

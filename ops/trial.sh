# shellcheck shell=bash
# Sourced by tests that need a cluster of their own: makes a folder for it, and at the end shows the logs if the test failed (and
# copies the folder to KEEP, where that is set), stops everything and removes the folder. Say what to start (ENGINES, BROKERS, DATANODES) before sourcing.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
CLUSTER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/vitrina-cluster.XXXXXX")
export CLUSTER_DIR BASE_PORT=free ENGINES BROKERS=${BROKERS:-1} DATANODES=${DATANODES:-1}

finish() {
  local status=$?
  if [ $status != 0 ]; then tail -n 8 "$CLUSTER_DIR"/log/*.log >&2 || true; fi
  if [ $status != 0 ] && [ -n "${KEEP:-}" ]; then cp -r "$CLUSTER_DIR" "$KEEP" || true; fi
  ops/cluster.sh clean || true
  exit $status
}
trap finish EXIT

# step WHAT: prints it with the seconds since the step before.
step() {
  local now tenths
  now=$(date +%s%N)
  tenths=$(((now - ${last:-$now}) / 100000000))
  printf '%4d.%d s  %s\n' $((tenths / 10)) $((tenths % 10)) "$1"
  last=$now
}

wrong() {
  echo "FAILED: $*" >&2
  exit 1
}

# The processes whose command lines name this cluster's folder, as files of /proc, on one line. (Given by a file, the folder's name is not
# in the command line of grep.)
processes() { { grep -laF -f <(echo "$CLUSTER_DIR") /proc/[0-9]*/cmdline 2> /dev/null || true; } | sort | xargs; }
